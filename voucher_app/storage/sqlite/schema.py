"""The schema: tables with their constraints, and the one list of triggers that guard them.

Every rule that a program error, a second program or a person with an SQL shell must not be able to break is said here
a second time (the domain says it first, with a sentence). Nothing here relies on a connection's settings: a shell opens
the file with foreign keys off and recursive triggers off, so what matters is refused by triggers and CHECKs.

Tables are made by migrations and never edited; triggers are dropped and made again from `triggers()` after each one,
because `table.transform()` silently drops them.
"""

import hashlib
from typing import Final

from voucher_app.domain.application import APPLICATION_STEPS
from voucher_app.domain.budget import CEILING
from voucher_app.domain.ledger import KINDS_PER_SUBJECT, RECYCLING, ROADS, AccountKind
from voucher_app.domain.parties import PROVIDER_STEPS
from voucher_app.domain.redemption import REDEMPTION_STEPS
from voucher_app.domain.voucher import VOUCHER_STEPS, VoucherStatus

APPLICATION_ID: Final = 0x53584C51
"""`SXLQ` in the file's header: how a data file of ours is told from any other SQLite file."""

SCHEMA_VERSION: Final = 1
"""`user_version` of the header; a file with a greater one was made by a newer program and is refused."""

TABLES_1: Final = f"""
CREATE TABLE office (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  name TEXT NOT NULL CHECK (length(name) > 0),
  trial INTEGER NOT NULL CHECK (trial IN (0, 1)),
  file_id TEXT NOT NULL,
  created_on TEXT NOT NULL
) STRICT;

CREATE TABLE operator (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL UNIQUE CHECK (length(name) > 0),
  role TEXT NOT NULL CHECK (
    role IN ('preparer', 'reviewer', 'finance', 'auditor', 'system-admin', 'security-admin')
  )
) STRICT;

CREATE TABLE signing_key (
  id INTEGER PRIMARY KEY,
  key_id TEXT NOT NULL UNIQUE,
  algorithm INTEGER NOT NULL,
  public_key TEXT NOT NULL
) STRICT;

CREATE TABLE policy (
  id INTEGER PRIMARY KEY,
  code TEXT NOT NULL,
  version INTEGER NOT NULL CHECK (version > 0),
  content TEXT NOT NULL,
  published_on TEXT NOT NULL,
  UNIQUE (code, version)
) STRICT;

CREATE TABLE budget_year (
  id INTEGER PRIMARY KEY CHECK (id BETWEEN 2024 AND 2099),
  status TEXT NOT NULL CHECK (status IN ('open', 'closed')),
  document TEXT NOT NULL CHECK (length(document) > 0),
  -- Kept by the trigger transfer_moves_money, so that a year of a million vouchers is summed in no time.
  outstanding_fen INTEGER NOT NULL DEFAULT 0 CHECK (outstanding_fen >= 0),
  payable_fen INTEGER NOT NULL DEFAULT 0 CHECK (payable_fen >= 0)
) STRICT;

CREATE TABLE organisation (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL CHECK (length(name) > 0),
  uscc TEXT NOT NULL UNIQUE CHECK (length(uscc) = 18),
  region_code TEXT NOT NULL CHECK (length(region_code) = 6),
  legal_representative TEXT NOT NULL DEFAULT '',
  phone TEXT NOT NULL DEFAULT '',
  address TEXT NOT NULL DEFAULT '',
  bank_account TEXT NOT NULL DEFAULT '',
  controlled_by TEXT NOT NULL DEFAULT '',
  founded_on TEXT
) STRICT;
CREATE INDEX organisation_by_name ON organisation (name);

CREATE TABLE recipient (
  id INTEGER PRIMARY KEY REFERENCES organisation (id),
  kind TEXT NOT NULL CHECK (kind IN ('enterprise', 'university', 'institute')),
  prepared_by INTEGER NOT NULL REFERENCES operator (id)
) STRICT;

CREATE TABLE provider (
  id INTEGER PRIMARY KEY REFERENCES organisation (id),
  status TEXT NOT NULL CHECK (status IN ('registered', 'admitted', 'suspended', 'removed')),
  prepared_by INTEGER NOT NULL REFERENCES operator (id),
  admitted_by INTEGER REFERENCES operator (id),
  admitted_from TEXT,
  admitted_until TEXT,
  suspended_on TEXT,
  CONSTRAINT r23_another_person_admits CHECK (admitted_by IS NULL OR admitted_by <> prepared_by),
  CHECK (status = 'registered' OR (admitted_by IS NOT NULL AND admitted_from IS NOT NULL
                                   AND admitted_until IS NOT NULL)),
  CHECK ((status = 'suspended') = (suspended_on IS NOT NULL))
) STRICT;

CREATE TABLE facility (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL UNIQUE CHECK (length(name) > 0),
  place TEXT NOT NULL,
  region_code TEXT NOT NULL CHECK (length(region_code) = 6),
  operated_by TEXT NOT NULL,
  racks INTEGER CHECK (racks > 0),
  pflops_fp16 INTEGER CHECK (pflops_fp16 > 0),
  investment_yi_yuan TEXT NOT NULL,
  state TEXT NOT NULL,
  note TEXT NOT NULL,
  source TEXT NOT NULL,
  provider_id INTEGER REFERENCES provider (id)
) STRICT;

CREATE TABLE application (
  id INTEGER PRIMARY KEY,
  year INTEGER NOT NULL REFERENCES budget_year (id),
  policy_id INTEGER NOT NULL REFERENCES policy (id),
  recipient_id INTEGER NOT NULL REFERENCES recipient (id),
  provider_id INTEGER NOT NULL REFERENCES provider (id),
  contract_number TEXT NOT NULL CHECK (length(contract_number) > 0),
  contract_key TEXT NOT NULL CHECK (length(contract_key) > 0),
  contract_amount_fen INTEGER NOT NULL CHECK (contract_amount_fen > 0),
  contract_signed_on TEXT NOT NULL,
  -- 1 once a refusal has freed the contract for another application.
  contract_released INTEGER NOT NULL DEFAULT 0,
  requested_fen INTEGER NOT NULL CHECK (requested_fen > 0),
  status TEXT NOT NULL CHECK (status IN ('submitted', 'approved', 'refused', 'issued')),
  submitted_on TEXT NOT NULL,
  submission_reason TEXT NOT NULL,
  prepared_by INTEGER NOT NULL REFERENCES operator (id),
  submitted_seq INTEGER NOT NULL,
  reviewed_by INTEGER REFERENCES operator (id),
  reviewed_seq INTEGER,
  reason TEXT NOT NULL DEFAULT '',
  CONSTRAINT r10_holder_is_not_provider CHECK (recipient_id <> provider_id),
  CONSTRAINT r23_another_person_reviews CHECK (reviewed_by IS NULL OR reviewed_by <> prepared_by),
  CHECK (status = 'submitted' OR reviewed_by IS NOT NULL),
  CONSTRAINT only_a_refusal_releases_the_contract CHECK (contract_released = (status = 'refused'))
) STRICT;
CREATE UNIQUE INDEX r8_one_application_for_a_contract ON application (provider_id, contract_key)
  WHERE contract_released = 0;
CREATE INDEX application_that_waits ON application (status, id) WHERE status IN ('submitted', 'approved');
CREATE INDEX application_by_recipient ON application (recipient_id);

CREATE TABLE voucher (
  id INTEGER PRIMARY KEY,
  year INTEGER NOT NULL REFERENCES budget_year (id),
  sequence INTEGER NOT NULL CHECK (sequence > 0),
  -- Computed from year and sequence, which are unique; an index of its own would only cost.
  number TEXT NOT NULL,
  application_id INTEGER NOT NULL UNIQUE REFERENCES application (id),
  policy_id INTEGER NOT NULL REFERENCES policy (id),
  recipient_id INTEGER NOT NULL REFERENCES recipient (id),
  provider_id INTEGER NOT NULL REFERENCES provider (id),
  face_fen INTEGER NOT NULL CHECK (face_fen > 0),
  -- Kept by the trigger transfer_moves_money.
  recycled_fen INTEGER NOT NULL DEFAULT 0 CHECK (recycled_fen BETWEEN 0 AND face_fen),
  redeemed_fen INTEGER NOT NULL DEFAULT 0 CHECK (redeemed_fen BETWEEN 0 AND face_fen - recycled_fen),
  status TEXT NOT NULL CHECK (
    status IN ('usable', 'partly-used', 'used-up', 'expired', 'returned', 'voided', 'frozen')
  ),
  issued_on TEXT NOT NULL,
  use_by TEXT NOT NULL,
  redeem_by TEXT NOT NULL,
  prepared_by INTEGER NOT NULL REFERENCES operator (id),
  reviewed_by INTEGER NOT NULL REFERENCES operator (id),
  ended_by INTEGER REFERENCES operator (id),
  issued_seq INTEGER NOT NULL,
  UNIQUE (year, sequence),
  CONSTRAINT r23_another_person_reviews CHECK (reviewed_by <> prepared_by),
  CONSTRAINT r23_another_person_ends CHECK (ended_by IS NULL OR ended_by <> prepared_by)
) STRICT;
CREATE INDEX voucher_by_recipient ON voucher (recipient_id, year, face_fen, recycled_fen, redeemed_fen);
CREATE INDEX voucher_by_provider ON voucher (provider_id, year, face_fen, recycled_fen);
CREATE INDEX voucher_by_status ON voucher (year, status, use_by);

CREATE TABLE redemption (
  id INTEGER PRIMARY KEY,
  voucher_id INTEGER NOT NULL REFERENCES voucher (id),
  claimed_fen INTEGER NOT NULL CHECK (claimed_fen > 0),
  approved_fen INTEGER CHECK (approved_fen BETWEEN 1 AND claimed_fen),
  status TEXT NOT NULL CHECK (status IN ('claimed', 'verified', 'refused', 'reversed')),
  invoice_key TEXT NOT NULL CHECK (length(invoice_key) > 0),
  invoice_amount_fen INTEGER NOT NULL CHECK (invoice_amount_fen > 0),
  invoiced_on TEXT NOT NULL,
  service_from TEXT,
  service_until TEXT,
  claimed_on TEXT NOT NULL,
  prepared_by INTEGER NOT NULL REFERENCES operator (id),
  claimed_seq INTEGER NOT NULL,
  reviewed_by INTEGER REFERENCES operator (id),
  reversed_by INTEGER REFERENCES operator (id),
  reason TEXT NOT NULL DEFAULT '',
  CONSTRAINT r23_another_person_reviews CHECK (reviewed_by IS NULL OR reviewed_by <> prepared_by),
  CONSTRAINT r23_another_person_reverses CHECK (reversed_by IS NULL OR reversed_by <> prepared_by),
  CHECK (status = 'claimed' OR reviewed_by IS NOT NULL),
  CHECK ((status IN ('verified', 'reversed')) = (approved_fen IS NOT NULL)),
  CHECK ((status = 'reversed') = (reversed_by IS NOT NULL))
) STRICT;
CREATE UNIQUE INDEX r9_one_redemption_for_an_invoice ON redemption (invoice_key)
  WHERE status IN ('claimed', 'verified');
CREATE INDEX redemption_by_voucher ON redemption (voucher_id);
CREATE INDEX redemption_by_status ON redemption (status, id);

CREATE TABLE account (
  -- subject × 8 + kind: a year, a voucher or a redemption, and which of its accounts (domain/ledger.py).
  id INTEGER PRIMARY KEY,
  kind INTEGER NOT NULL CHECK (kind BETWEEN 0 AND 5),
  subject INTEGER NOT NULL CHECK (subject > 0),
  balance_fen INTEGER NOT NULL DEFAULT 0,
  CONSTRAINT id_is_subject_and_kind CHECK (id = subject * {KINDS_PER_SUBJECT} + kind),
  CONSTRAINT balance_is_never_negative CHECK (balance_fen >= 0 OR kind = {AccountKind.FUNDING.value}),
  CONSTRAINT r1_year_is_within_50_million_yuan CHECK (kind <> {AccountKind.FUNDING.value}
                                                      OR balance_fen BETWEEN -{CEILING.fen} AND 0)
) STRICT;

CREATE TABLE transfer (
  id INTEGER PRIMARY KEY,
  year INTEGER NOT NULL REFERENCES budget_year (id),
  kind TEXT NOT NULL CHECK (
    kind IN ({", ".join(f"'{kind}'" for kind in (*ROADS, "reversal"))})
  ),
  debit_id INTEGER NOT NULL REFERENCES account (id),
  credit_id INTEGER NOT NULL REFERENCES account (id),
  amount_fen INTEGER NOT NULL CHECK (amount_fen > 0),
  reverses INTEGER REFERENCES transfer (id),
  journal_seq INTEGER NOT NULL,
  CHECK (debit_id <> credit_id),
  CHECK ((kind = 'reversal') = (reverses IS NOT NULL))
) STRICT;
CREATE UNIQUE INDEX one_payable_for_a_redemption ON transfer (credit_id) WHERE kind = 'redemption';
CREATE UNIQUE INDEX one_reversal_of_an_entry ON transfer (reverses) WHERE reverses IS NOT NULL;
CREATE INDEX transfer_by_debit ON transfer (debit_id) WHERE kind <> 'issuance';

CREATE TABLE journal (
  seq INTEGER PRIMARY KEY,
  recorded_at TEXT NOT NULL,
  business_date TEXT NOT NULL,
  operator_id INTEGER NOT NULL REFERENCES operator (id),
  operator_name TEXT NOT NULL,
  action TEXT NOT NULL,
  request_id TEXT NOT NULL UNIQUE,
  facts_digest TEXT NOT NULL,
  subject TEXT NOT NULL,
  reason TEXT NOT NULL,
  result TEXT NOT NULL,
  changes TEXT NOT NULL,
  hash_version INTEGER NOT NULL,
  previous_hash TEXT NOT NULL,
  column_digests TEXT NOT NULL,
  hash TEXT NOT NULL
) STRICT;
-- Submission, approval and issuance are known by number to what they are about; they need no entry here.
CREATE INDEX journal_by_subject ON journal (subject, seq)
  WHERE subject <> '' AND action NOT IN ('application.submit', 'application.approve', 'voucher.issue');
"""
"""The tables of schema version 1."""

KEY_OF: Final = {"journal": "seq"}
"""The key column of each table where it is not `id`."""

RECORDED_TABLES: Final = (
    "_sqlite_migrations",
    "office",
    "operator",
    "signing_key",
    "policy",
    "budget_year",
    "organisation",
    "recipient",
    "provider",
    "facility",
    "application",
    "voucher",
    "redemption",
    "account",
    "transfer",
)
"""Every table whose rows the journal holds after-images of: all but the journal itself."""

_UNIQUE_COLUMNS = {
    "operator": ("name",),
    "signing_key": ("key_id",),
    "policy": ("code", "version"),
    "organisation": ("uscc",),
    "facility": ("name",),
}
"""What else is unique beside the key; the tables of money and of acts say it in triggers of their own."""

_FROZEN = ("office", "operator", "signing_key", "policy", "transfer", "journal")
"""Tables whose rows never change; `operator` gains its own acts later."""

_FIXED_COLUMNS = {
    "budget_year": ("id", "document"),
    "organisation": ("id", "uscc"),
    "recipient": ("id", "kind", "prepared_by"),
    "provider": ("id", "prepared_by"),
    "facility": ("id", "name", "source"),
    "application": (
        "id", "year", "policy_id", "recipient_id", "provider_id", "contract_number", "contract_key",
        "contract_amount_fen", "contract_signed_on", "requested_fen", "submitted_on", "submission_reason",
        "prepared_by",
        "submitted_seq",
    ),
    # R18: the holder of a voucher never changes, nor does anything that was printed on it.
    "voucher": (
        "id", "year", "sequence", "number", "application_id", "policy_id", "recipient_id", "provider_id", "face_fen",
        "issued_on", "use_by", "redeem_by", "prepared_by", "reviewed_by", "issued_seq",
    ),
    "redemption": (
        "id", "voucher_id", "claimed_fen", "invoice_key", "invoice_amount_fen", "invoiced_on", "service_from",
        "service_until", "claimed_on", "prepared_by", "claimed_seq",
    ),
    "account": ("id", "kind", "subject"),
}  # fmt: skip
"""Columns that never change once a row is written, in tables whose other columns may."""

_ON_THE_ROAD = (VoucherStatus.USABLE, VoucherStatus.PARTLY_USED, VoucherStatus.USED_UP)


def _pairs(table: dict[str, dict[str, str]]) -> set[tuple[str, str]]:
    return {(old, new) for old, steps in table.items() for new in steps.values()}


def _step_pairs() -> dict[str, set[tuple[str, str]]]:
    vouchers = _pairs(VOUCHER_STEPS)
    # By its balance, a voucher on the road moves among these three; a reversal brings value back to a used-up one.
    vouchers |= {(old, new) for old in _ON_THE_ROAD for new in _ON_THE_ROAD}
    vouchers |= {(VoucherStatus.FROZEN.value, new) for new in _ON_THE_ROAD}
    return {
        "application": _pairs(APPLICATION_STEPS),
        "voucher": vouchers,
        "redemption": _pairs(REDEMPTION_STEPS),
        "provider": _pairs(PROVIDER_STEPS),
        "budget_year": {("open", "closed")},
    }


def _guards() -> dict[str, str]:
    """Return the triggers that keep rows from being deleted, replaced or edited."""
    found = {}
    tables = [table for table in RECORDED_TABLES if table != "_sqlite_migrations"] + ["journal"]
    for table in tables:
        key = KEY_OF.get(table, "id")
        found[f"{table}_is_never_deleted"] = f"""
            CREATE TRIGGER {table}_is_never_deleted BEFORE DELETE ON {table} BEGIN
              SELECT RAISE(ABORT, '{table}: rows are never deleted');
            END"""
        # INSERT OR REPLACE deletes without asking the trigger above when recursive triggers are off.
        taken = f"EXISTS (SELECT 1 FROM {table} WHERE {key} = NEW.{key})"
        if table in _UNIQUE_COLUMNS:
            same = " AND ".join(f"{column} = NEW.{column}" for column in _UNIQUE_COLUMNS[table])
            taken += f" OR EXISTS (SELECT 1 FROM {table} WHERE {same})"
        found[f"{table}_is_never_replaced"] = f"""
            CREATE TRIGGER {table}_is_never_replaced BEFORE INSERT ON {table}
            WHEN {taken} BEGIN
              SELECT RAISE(ABORT, '{table}: rows are never replaced');
            END"""
    for table in _FROZEN:
        found[f"{table}_is_never_edited"] = f"""
            CREATE TRIGGER {table}_is_never_edited BEFORE UPDATE ON {table} BEGIN
              SELECT RAISE(ABORT, '{table}: rows are never edited');
            END"""
    for table, columns in _FIXED_COLUMNS.items():
        found[f"{table}_keeps_its_facts"] = f"""
            CREATE TRIGGER {table}_keeps_its_facts BEFORE UPDATE OF {", ".join(columns)} ON {table} BEGIN
              SELECT RAISE(ABORT, '{table}: facts are never edited');
            END"""
        # A shell may call the key `rowid`, which a trigger on the column does not see.
        found[f"{table}_keeps_its_key"] = f"""
            CREATE TRIGGER {table}_keeps_its_key BEFORE UPDATE ON {table} WHEN NEW.id <> OLD.id BEGIN
              SELECT RAISE(ABORT, '{table}: facts are never edited');
            END"""
    for table, pairs in _step_pairs().items():
        open_steps = " OR ".join(f"(OLD.status = '{old}' AND NEW.status = '{new}')" for old, new in sorted(pairs))
        found[f"{table}_takes_its_steps"] = f"""
            CREATE TRIGGER {table}_takes_its_steps BEFORE UPDATE OF status ON {table}
            WHEN OLD.status <> NEW.status AND NOT ({open_steps}) BEGIN
              SELECT RAISE(ABORT, '{table}: the life cycle has no such step');
            END"""
    return found


def _uniqueness() -> dict[str, str]:
    """Return the triggers that say uniqueness again, because OR REPLACE would resolve an index by deleting."""
    return {
        "r8_contract_is_used_once": """
            CREATE TRIGGER r8_contract_is_used_once BEFORE INSERT ON application
            WHEN EXISTS (SELECT 1 FROM application WHERE provider_id = NEW.provider_id
                         AND contract_key = NEW.contract_key AND contract_released = 0) BEGIN
              SELECT RAISE(ABORT, 'R8: this contract supports another application');
            END""",
        "r9_invoice_is_used_once": """
            CREATE TRIGGER r9_invoice_is_used_once BEFORE INSERT ON redemption
            WHEN EXISTS (SELECT 1 FROM redemption WHERE invoice_key = NEW.invoice_key
                         AND status IN ('claimed', 'verified')) BEGIN
              SELECT RAISE(ABORT, 'R9: this invoice is redeemed or claimed already');
            END""",
        "voucher_is_numbered_without_gap": """
            CREATE TRIGGER voucher_is_numbered_without_gap BEFORE INSERT ON voucher
            WHEN NEW.sequence <> (SELECT coalesce(max(sequence), 0) + 1 FROM voucher WHERE year = NEW.year) BEGIN
              SELECT RAISE(ABORT, 'voucher: numbers of a year leave no gap');
            END""",
        "voucher_follows_its_application": """
            CREATE TRIGGER voucher_follows_its_application BEFORE INSERT ON voucher
            WHEN NOT EXISTS (SELECT 1 FROM application WHERE id = NEW.application_id AND status = 'approved'
                             AND year = NEW.year AND recipient_id = NEW.recipient_id
                             AND provider_id = NEW.provider_id AND requested_fen = NEW.face_fen
                             AND prepared_by = NEW.prepared_by AND reviewed_by = NEW.reviewed_by)
              OR EXISTS (SELECT 1 FROM voucher WHERE application_id = NEW.application_id)
            BEGIN
              SELECT RAISE(ABORT, 'voucher: it is not what its approved application says');
            END""",
        "journal_grows_by_one": """
            CREATE TRIGGER journal_grows_by_one BEFORE INSERT ON journal
            WHEN NEW.seq <> (SELECT coalesce(max(seq), 0) + 1 FROM journal)
              OR NEW.previous_hash <> coalesce((SELECT hash FROM journal WHERE seq = NEW.seq - 1),
                                               '0000000000000000000000000000000000000000000000000000000000000000')
              OR EXISTS (SELECT 1 FROM journal WHERE request_id = NEW.request_id)
            BEGIN
              SELECT RAISE(ABORT, 'journal: records are numbered and chained without a gap');
            END""",
    }


def _road(kind: str, debit: AccountKind, takers: frozenset[AccountKind]) -> str:
    allowed = ", ".join(str(credit.value) for credit in sorted(takers))
    return f"WHEN '{kind}' THEN debit.kind = {debit.value} AND credit.kind IN ({allowed})"


_SECOND_PERSONS: Final = {
    "application": ("reviewed_by",),
    "voucher": ("reviewed_by", "ended_by"),
    "redemption": ("reviewed_by", "reversed_by"),
    "provider": ("admitted_by",),
}


def _second_persons() -> dict[str, str]:
    """Return R23 once more as triggers: a connection can switch CHECKs off, but not these."""
    found = {}
    for table, columns in _SECOND_PERSONS.items():
        same = " OR ".join(f"NEW.{column} IS NEW.prepared_by" for column in columns)
        for word, moment in (("enters", "INSERT"), ("changes", "UPDATE")):
            found[f"r23_{table}_{word}_by_two"] = f"""
            CREATE TRIGGER r23_{table}_{word}_by_two BEFORE {moment} ON {table} WHEN {same} BEGIN
              SELECT RAISE(ABORT, 'R23: another person than the preparer decides');
            END"""
    return found


def _money() -> dict[str, str]:
    """Return the triggers that keep balances, and refuse transfers that no act makes."""
    roads = "\n                  ".join(_road(kind, *road) for kind, road in ROADS.items())
    recycling = ", ".join(f"'{kind}'" for kind in sorted(RECYCLING))
    outstanding, payable = AccountKind.OUTSTANDING.value, AccountKind.PAYABLE.value
    year_of = f"""CASE {{0}}.kind
                  WHEN {outstanding} THEN (SELECT year FROM voucher WHERE id = {{0}}.subject)
                  WHEN {payable} THEN (SELECT voucher.year FROM redemption JOIN voucher ON voucher.id = voucher_id
                                       WHERE redemption.id = {{0}}.subject)
                  ELSE {{0}}.subject END"""
    return {
        "account_begins_empty": """
            CREATE TRIGGER account_begins_empty BEFORE INSERT ON account WHEN NEW.balance_fen <> 0 BEGIN
              SELECT RAISE(ABORT, 'account: money comes by transfers only');
            END""",
        "transfer_takes_its_road": f"""
            CREATE TRIGGER transfer_takes_its_road BEFORE INSERT ON transfer BEGIN
              SELECT RAISE(ABORT, 'transfer: an entry moves a positive amount') WHERE NEW.amount_fen <= 0;
              SELECT RAISE(ABORT, 'transfer: entries are numbered without a gap')
                WHERE NEW.id <> (SELECT coalesce(max(id), 0) + 1 FROM transfer) AND NEW.id <> -1;
              SELECT RAISE(ABORT, 'transfer: an entry is reversed once')
                WHERE NEW.reverses IS NOT NULL AND EXISTS (SELECT 1 FROM transfer WHERE reverses = NEW.reverses);
              SELECT RAISE(ABORT, 'transfer: a voucher is issued once')
                WHERE NEW.kind = 'issuance' AND NOT EXISTS (
                  SELECT 1 FROM voucher JOIN account ON account.id = NEW.credit_id
                  WHERE voucher.id = NEW.credit_id / {KINDS_PER_SUBJECT}
                  AND balance_fen = 0 AND redeemed_fen = 0 AND recycled_fen = 0);
              SELECT RAISE(ABORT, 'transfer: a redemption is verified once')
                WHERE NEW.kind = 'redemption'
                  AND EXISTS (SELECT 1 FROM transfer WHERE kind = 'redemption' AND credit_id = NEW.credit_id);
              SELECT RAISE(ABORT, 'transfer: no act moves money between these accounts')
                WHERE NOT EXISTS (
                  SELECT 1 FROM account AS debit, account AS credit
                  WHERE debit.id = NEW.debit_id AND credit.id = NEW.credit_id
                  AND {year_of.format("debit")} = NEW.year
                  AND {year_of.format("credit")} = NEW.year
                  AND CASE NEW.kind
                  {roads}
                  WHEN 'reversal' THEN EXISTS (
                    SELECT 1 FROM transfer AS original WHERE original.id = NEW.reverses
                    AND original.kind <> 'reversal' AND original.year = NEW.year
                    AND original.debit_id = NEW.credit_id AND original.credit_id = NEW.debit_id
                    AND original.amount_fen = NEW.amount_fen)
                  ELSE 0 END
                );
              -- The CHECKs of the account say this too, but INSERT OR IGNORE would carry on past them.
              SELECT RAISE(ABORT, 'R1: the account does not hold as much')
                WHERE (SELECT balance_fen - NEW.amount_fen < CASE kind
                         WHEN {AccountKind.FUNDING.value} THEN -{CEILING.fen} ELSE 0 END
                       FROM account WHERE id = NEW.debit_id);
              SELECT RAISE(ABORT, 'transfer: a voucher is issued for its face value')
                WHERE NEW.kind = 'issuance' AND NOT EXISTS (
                  SELECT 1 FROM voucher WHERE id = NEW.credit_id / {KINDS_PER_SUBJECT}
                  AND face_fen = NEW.amount_fen);
              SELECT RAISE(ABORT, 'transfer: a closed year issues nothing')
                WHERE NEW.kind IN ('appropriation', 'issuance')
                  AND (SELECT status FROM budget_year WHERE id = NEW.year) <> 'open';
              SELECT RAISE(ABORT, 'transfer: only a verified redemption is owed, for the approved amount')
                WHERE NEW.kind = 'redemption' AND NOT EXISTS (
                  SELECT 1 FROM redemption WHERE id = NEW.credit_id / {KINDS_PER_SUBJECT} AND status = 'verified'
                  AND approved_fen = NEW.amount_fen AND voucher_id = NEW.debit_id / {KINDS_PER_SUBJECT});
            END""",
        "transfer_moves_money": f"""
            CREATE TRIGGER transfer_moves_money AFTER INSERT ON transfer BEGIN
              -- Before the row is in, -1 also stands for a number that SQLite has yet to choose.
              SELECT RAISE(ABORT, 'transfer: entries are numbered without a gap') WHERE NEW.id < 1;
              UPDATE account SET balance_fen = balance_fen - NEW.amount_fen WHERE id = NEW.debit_id;
              UPDATE account SET balance_fen = balance_fen + NEW.amount_fen WHERE id = NEW.credit_id;
              UPDATE budget_year SET
                outstanding_fen = outstanding_fen
                  + (NEW.credit_id % {KINDS_PER_SUBJECT} = {outstanding}) * NEW.amount_fen
                  - (NEW.debit_id % {KINDS_PER_SUBJECT} = {outstanding}) * NEW.amount_fen,
                payable_fen = payable_fen
                  + (NEW.credit_id % {KINDS_PER_SUBJECT} = {payable}) * NEW.amount_fen
                  - (NEW.debit_id % {KINDS_PER_SUBJECT} = {payable}) * NEW.amount_fen
                WHERE id = NEW.year
                  AND (NEW.debit_id % {KINDS_PER_SUBJECT} IN ({outstanding}, {payable})
                       OR NEW.credit_id % {KINDS_PER_SUBJECT} IN ({outstanding}, {payable}));
            END""",
        # Triggers of their own, so that an issuance does not even open the voucher's indexes.
        "transfer_recycles": f"""
            CREATE TRIGGER transfer_recycles AFTER INSERT ON transfer WHEN NEW.kind IN ({recycling}) BEGIN
              UPDATE voucher SET recycled_fen = recycled_fen + NEW.amount_fen
                WHERE id = NEW.debit_id / {KINDS_PER_SUBJECT};
            END""",
        "transfer_redeems": f"""
            CREATE TRIGGER transfer_redeems AFTER INSERT ON transfer WHEN NEW.kind = 'redemption' BEGIN
              UPDATE voucher SET redeemed_fen = redeemed_fen + NEW.amount_fen
                WHERE id = NEW.debit_id / {KINDS_PER_SUBJECT};
            END""",
        "transfer_gives_back": f"""
            CREATE TRIGGER transfer_gives_back AFTER INSERT ON transfer
            WHEN NEW.kind = 'reversal' AND NEW.credit_id % {KINDS_PER_SUBJECT} = {outstanding} BEGIN
              UPDATE voucher SET
                redeemed_fen = redeemed_fen
                  - (NEW.debit_id % {KINDS_PER_SUBJECT} = {payable}) * NEW.amount_fen,
                recycled_fen = recycled_fen
                  - (NEW.debit_id % {KINDS_PER_SUBJECT} <> {payable}) * NEW.amount_fen
                WHERE id = NEW.credit_id / {KINDS_PER_SUBJECT};
            END""",
    }


def triggers() -> dict[str, str]:
    """Return every trigger of the current schema by name."""
    return {**_guards(), **_uniqueness(), **_second_persons(), **_money()}


def digest(statements: list[str]) -> str:
    """Return one digest of a schema's statements, white space aside."""
    normal = sorted(" ".join(statement.split()) for statement in statements)
    return hashlib.sha256("\n".join(normal).encode()).hexdigest()
