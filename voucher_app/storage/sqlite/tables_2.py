"""The tables that schema version 2 adds, and those it rebuilds because their CHECKs grew.

New columns of tables that existed have constant defaults, so that an after-image taken before them still tells what
they hold (see `verification`). Tables are rebuilt by copying, which is why columns are only ever added at the end.
"""

from __future__ import annotations

from typing import Final

ADDED_COLUMNS: Final = (
    "ALTER TABLE office ADD COLUMN small_office INTEGER NOT NULL DEFAULT 0 CHECK (small_office IN (0, 1))",
    "ALTER TABLE operator ADD COLUMN status TEXT NOT NULL DEFAULT 'active' CHECK (status IN ('active', 'locked'))",
    "ALTER TABLE policy ADD COLUMN drafted_by INTEGER REFERENCES operator (id)",
    "ALTER TABLE policy ADD COLUMN published_by INTEGER REFERENCES operator (id)",
    # R14: units of one group code share one cap. The account is where money is paid to, as the unit filed it.
    "ALTER TABLE organisation ADD COLUMN group_code TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE organisation ADD COLUMN bank_name TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE organisation ADD COLUMN account_name TEXT NOT NULL DEFAULT ''",
    # The transfer that changed a balance last: each is counted once, and nothing else changes one (see `schema`).
    "ALTER TABLE account ADD COLUMN last_transfer_id INTEGER NOT NULL DEFAULT 0",
    "ALTER TABLE budget_year ADD COLUMN last_transfer_id INTEGER NOT NULL DEFAULT 0",
)
"""Columns added in place: their tables' CHECKs stay as they are."""

_LAST: Final = "SELECT {0} FROM transfer WHERE id = (SELECT max(id) FROM transfer)"
COUNTED: Final = {
    "account": f"""UPDATE account SET last_transfer_id = (SELECT max(id) FROM transfer)
                   WHERE id IN ({_LAST.format("debit_id")} UNION ALL {_LAST.format("credit_id")})""",
    "budget_year": f"""UPDATE budget_year SET last_transfer_id = (SELECT max(id) FROM transfer)
                       WHERE id = ({_LAST.format("year")})""",
}
"""By table: the last transfer of the older version is counted already. All earlier ones can never be counted again."""

REWRITTEN: Final = {table: f"SELECT id FROM {table} WHERE last_transfer_id > 0 ORDER BY id" for table in COUNTED}
"""By table: the keys of the rows that the migration changed beyond what defaults tell; they need after-images."""

REBUILT: Final = {
    "provider": """
CREATE TABLE provider_rebuilt (
  id INTEGER PRIMARY KEY REFERENCES organisation (id),
  status TEXT NOT NULL CHECK (status IN ('registered', 'checked', 'inspected', 'publicized', 'admitted', 'suspended',
                                         'expired', 'removed', 'refused')),
  prepared_by INTEGER NOT NULL REFERENCES operator (id),
  admitted_by INTEGER REFERENCES operator (id),
  admitted_from TEXT,
  admitted_until TEXT,
  suspended_on TEXT,
  checked_by INTEGER REFERENCES operator (id),
  inspected_by INTEGER REFERENCES operator (id),
  publicity_from TEXT,
  publicity_until TEXT,
  publicized_by INTEGER REFERENCES operator (id),
  refused_by INTEGER REFERENCES operator (id),
  CONSTRAINT r23_another_person_admits CHECK (admitted_by IS NULL OR admitted_by <> prepared_by),
  CONSTRAINT r23_another_person_checks CHECK (checked_by IS NULL OR checked_by <> prepared_by),
  CONSTRAINT r23_another_person_inspects CHECK (inspected_by IS NULL OR inspected_by <> prepared_by),
  CONSTRAINT r23_another_person_publicizes CHECK (publicized_by IS NULL OR publicized_by <> prepared_by),
  CONSTRAINT r23_another_person_refuses CHECK (refused_by IS NULL OR refused_by <> prepared_by),
  CHECK (status <> 'checked' OR checked_by IS NOT NULL),
  CHECK (status <> 'inspected' OR inspected_by IS NOT NULL),
  CHECK (status <> 'refused' OR refused_by IS NOT NULL),
  CHECK (status IN ('registered', 'checked', 'inspected', 'publicized', 'refused')
         OR (admitted_by IS NOT NULL AND admitted_from IS NOT NULL AND admitted_until IS NOT NULL)),
  CHECK ((status = 'suspended') = (suspended_on IS NOT NULL)),
  CHECK (status <> 'publicized' OR (publicity_from <= publicity_until AND publicized_by IS NOT NULL)),
  CHECK ((publicity_from IS NULL) = (publicity_until IS NULL))
) STRICT""",
    "application": """
CREATE TABLE application_rebuilt (
  id INTEGER PRIMARY KEY,
  year INTEGER NOT NULL REFERENCES budget_year (id),
  policy_id INTEGER NOT NULL REFERENCES policy (id),
  recipient_id INTEGER NOT NULL REFERENCES recipient (id),
  provider_id INTEGER NOT NULL REFERENCES provider (id),
  contract_number TEXT NOT NULL CHECK (length(contract_number) > 0),
  contract_key TEXT NOT NULL CHECK (length(contract_key) > 0),
  contract_amount_fen INTEGER NOT NULL CHECK (contract_amount_fen > 0),
  contract_signed_on TEXT NOT NULL,
  -- 1 while it is a draft, and once an end has freed the contract for another application.
  contract_released INTEGER NOT NULL DEFAULT 0,
  requested_fen INTEGER NOT NULL CHECK (requested_fen > 0),
  status TEXT NOT NULL CHECK (status IN ('draft', 'submitted', 'accepted', 'returned', 'declined', 'first-reviewed',
                                         'approved', 'allocated', 'publicized', 'objected', 'cleared', 'refused',
                                         'withdrawn', 'issued')),
  submitted_on TEXT NOT NULL,
  submission_reason TEXT NOT NULL,
  prepared_by INTEGER NOT NULL REFERENCES operator (id),
  submitted_seq INTEGER NOT NULL,
  reviewed_by INTEGER REFERENCES operator (id),
  reviewed_seq INTEGER,
  reason TEXT NOT NULL DEFAULT '',
  batch_id INTEGER REFERENCES batch (id),
  -- What the allocation gave (R32); NULL gives what was requested.
  granted_fen INTEGER CHECK (granted_fen BETWEEN 1 AND requested_fen),
  first_reviewed_by INTEGER REFERENCES operator (id),
  accepted_by INTEGER REFERENCES operator (id),
  accepted_on TEXT,
  corrections INTEGER NOT NULL DEFAULT 0 CHECK (corrections BETWEEN 0 AND 9),
  correct_by TEXT,
  -- R15: other public money on the same contract, as declared; R16: the contract's share of supporting services.
  other_support_fen INTEGER NOT NULL DEFAULT 0 CHECK (other_support_fen >= 0),
  supporting_services_fen INTEGER NOT NULL DEFAULT 0 CHECK (supporting_services_fen >= 0),
  contract_from TEXT,
  contract_until TEXT,
  accepted_seq INTEGER,
  first_reviewed_seq INTEGER,
  CONSTRAINT r10_holder_is_not_provider CHECK (recipient_id <> provider_id),
  CONSTRAINT r23_another_person_reviews CHECK (reviewed_by IS NULL OR reviewed_by <> prepared_by),
  CONSTRAINT r23_another_person_reviews_first CHECK (first_reviewed_by IS NULL OR first_reviewed_by <> prepared_by),
  CONSTRAINT r23_two_reviews_two_people CHECK (first_reviewed_by IS NULL OR reviewed_by IS NULL
                                               OR first_reviewed_by <> reviewed_by),
  CHECK (status NOT IN ('approved', 'allocated', 'publicized', 'objected', 'cleared', 'issued', 'refused')
         OR reviewed_by IS NOT NULL),
  CHECK (batch_id IS NULL OR status NOT IN ('approved', 'allocated', 'publicized', 'objected', 'cleared', 'issued')
         OR first_reviewed_by IS NOT NULL),
  CHECK (batch_id IS NULL OR status NOT IN ('allocated', 'publicized', 'objected', 'cleared', 'issued')
         OR granted_fen IS NOT NULL),
  CONSTRAINT drafts_and_ended_applications_hold_no_contract
    CHECK (contract_released = (status IN ('draft', 'refused', 'declined', 'withdrawn')))
) STRICT""",
    "redemption": """
CREATE TABLE redemption_rebuilt (
  id INTEGER PRIMARY KEY,
  voucher_id INTEGER NOT NULL REFERENCES voucher (id),
  claimed_fen INTEGER NOT NULL CHECK (claimed_fen > 0),
  approved_fen INTEGER CHECK (approved_fen BETWEEN 1 AND claimed_fen),
  status TEXT NOT NULL CHECK (status IN ('claimed', 'verified', 'refused', 'reversed', 'settled', 'disbursed',
                                         'recovering', 'recovered')),
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
  -- What the invoice bills beside the compute itself (R16), what of it was paid, and who paid whom (R21).
  supporting_services_fen INTEGER NOT NULL DEFAULT 0
    CHECK (supporting_services_fen BETWEEN 0 AND invoice_amount_fen),
  paid_fen INTEGER CHECK (paid_fen BETWEEN 0 AND invoice_amount_fen),
  paid_on TEXT,
  payer_name TEXT NOT NULL DEFAULT '',
  payee_name TEXT NOT NULL DEFAULT '',
  -- The contract's term, over which the cost is apportioned by day (R19).
  contract_from TEXT,
  contract_until TEXT,
  -- R30: what was bought and at which price, as billed.
  price_item TEXT NOT NULL DEFAULT '',
  unit_price_fen INTEGER CHECK (unit_price_fen > 0),
  -- The officer's answer to rules that only ask for a reason, and the arithmetic as it was decided (JSON).
  claim_reason TEXT NOT NULL DEFAULT '',
  derivation TEXT NOT NULL DEFAULT '',
  -- How many rows of further_invoice belong to it, so that a claim without any is read in one statement.
  further_invoices INTEGER NOT NULL DEFAULT 0 CHECK (further_invoices BETWEEN 0 AND 99),
  CONSTRAINT r23_another_person_reviews CHECK (reviewed_by IS NULL OR reviewed_by <> prepared_by),
  CONSTRAINT r23_another_person_reverses CHECK (reversed_by IS NULL OR reversed_by <> prepared_by),
  CHECK (status = 'claimed' OR reviewed_by IS NOT NULL),
  CHECK ((status NOT IN ('claimed', 'refused')) = (approved_fen IS NOT NULL)),
  CHECK ((status = 'reversed') = (reversed_by IS NOT NULL)),
  CONSTRAINT r19_contract_term_is_whole CHECK ((contract_from IS NULL) = (contract_until IS NULL)
                                               AND coalesce(contract_from <= contract_until, 1)),
  CONSTRAINT r30_price_has_its_item CHECK ((unit_price_fen IS NULL) = (price_item = ''))
) STRICT""",
}
"""Tables whose CHECKs grew, as they are built before the old one is dropped and the name taken over."""

ADDED_TABLES: Final = """
CREATE TABLE credential (
  -- How an operator proves who they are: an Argon2id hash in PHC form, never a password.
  id INTEGER PRIMARY KEY REFERENCES operator (id),
  password_hash TEXT NOT NULL,
  must_change INTEGER NOT NULL CHECK (must_change IN (0, 1)),
  failures INTEGER NOT NULL DEFAULT 0 CHECK (failures BETWEEN 0 AND 5),
  changed_on TEXT NOT NULL,
  -- The instant of the last wrong try: nobody locks the last administrator, but they have to wait.
  failed_at TEXT NOT NULL DEFAULT ''
) STRICT;

CREATE TABLE policy_draft (
  id INTEGER PRIMARY KEY,
  code TEXT NOT NULL CHECK (length(code) > 0),
  content TEXT NOT NULL,
  status TEXT NOT NULL CHECK (status IN ('draft', 'reviewed', 'published', 'withdrawn')),
  prepared_by INTEGER NOT NULL REFERENCES operator (id),
  drafted_on TEXT NOT NULL,
  reviewed_by INTEGER REFERENCES operator (id),
  reason TEXT NOT NULL DEFAULT '',
  policy_id INTEGER REFERENCES policy (id),
  CONSTRAINT r23_another_person_reviews CHECK (reviewed_by IS NULL OR reviewed_by <> prepared_by),
  CHECK (status NOT IN ('reviewed', 'published') OR reviewed_by IS NOT NULL),
  CHECK ((status = 'published') = (policy_id IS NOT NULL))
) STRICT;

CREATE TABLE calendar_day (
  -- An exception to the calendar that the program knows: id is YYYYMMDD.
  id INTEGER PRIMARY KEY CHECK (id BETWEEN 20240101 AND 20991231),
  is_working INTEGER NOT NULL CHECK (is_working IN (0, 1)),
  note TEXT NOT NULL
) STRICT;

CREATE TABLE batch (
  id INTEGER PRIMARY KEY,
  year INTEGER NOT NULL REFERENCES budget_year (id),
  policy_id INTEGER NOT NULL REFERENCES policy (id),
  name TEXT NOT NULL CHECK (length(name) > 0),
  model TEXT NOT NULL CHECK (model IN ('deduct', 'pay-first', 'afterwards')),
  allocation TEXT NOT NULL CHECK (allocation IN ('first-come', 'pro-rata')),
  -- What the batch may give at most; NULL leaves it to the year's unissued money.
  envelope_fen INTEGER CHECK (envelope_fen > 0),
  intake_from TEXT NOT NULL,
  intake_until TEXT NOT NULL,
  document TEXT NOT NULL DEFAULT '',
  status TEXT NOT NULL CHECK (status IN ('open', 'closed', 'reviewing', 'publicized', 'issued', 'finished')),
  publicity_from TEXT,
  publicity_until TEXT,
  prepared_by INTEGER NOT NULL REFERENCES operator (id),
  issued_by INTEGER REFERENCES operator (id),
  CHECK (intake_from <= intake_until),
  CHECK ((publicity_from IS NULL) = (publicity_until IS NULL)),
  CHECK (publicity_from <= publicity_until),
  CHECK (status NOT IN ('publicized', 'issued') OR publicity_from IS NOT NULL),
  CHECK (status <> 'issued' OR issued_by IS NOT NULL)
) STRICT;

CREATE TABLE objection (
  -- subject: what it is raised against during its publicity, `application:7` or `provider:3`.
  id INTEGER PRIMARY KEY,
  subject TEXT NOT NULL CHECK (length(subject) > 0),
  batch_id INTEGER REFERENCES batch (id),
  raised_on TEXT NOT NULL,
  raised_by TEXT NOT NULL CHECK (length(raised_by) > 0),
  content TEXT NOT NULL CHECK (length(content) > 0),
  status TEXT NOT NULL CHECK (status IN ('open', 'dismissed', 'upheld')),
  resolution TEXT NOT NULL DEFAULT '',
  resolved_on TEXT,
  prepared_by INTEGER NOT NULL REFERENCES operator (id),
  resolved_by INTEGER REFERENCES operator (id),
  CONSTRAINT r23_another_person_resolves CHECK (resolved_by IS NULL OR resolved_by <> prepared_by),
  CHECK ((status = 'open') = (resolved_by IS NULL))
) STRICT;
CREATE INDEX objection_by_subject ON objection (subject);
CREATE INDEX objection_by_batch ON objection (batch_id);

CREATE TABLE attachment (
  -- The file itself lies in the side folder under its digest; subject: what it belongs to, `application:7`.
  id INTEGER PRIMARY KEY,
  subject TEXT NOT NULL CHECK (length(subject) > 0),
  kind TEXT NOT NULL CHECK (length(kind) > 0),
  file_name TEXT NOT NULL CHECK (length(file_name) > 0),
  size_bytes INTEGER NOT NULL CHECK (size_bytes >= 0),
  sha256 TEXT NOT NULL CHECK (length(sha256) = 64),
  added_on TEXT NOT NULL,
  prepared_by INTEGER NOT NULL REFERENCES operator (id)
) STRICT;
CREATE INDEX attachment_by_subject ON attachment (subject);

CREATE TABLE credit_check (
  -- R22: what was found of a unit, and when; another check is another row.
  id INTEGER PRIMARY KEY,
  organisation_id INTEGER NOT NULL REFERENCES organisation (id),
  checked_on TEXT NOT NULL,
  result TEXT NOT NULL CHECK (result IN ('clear', 'dishonest', 'penalised')),
  source TEXT NOT NULL CHECK (length(source) > 0),
  prepared_by INTEGER NOT NULL REFERENCES operator (id)
) STRICT;
CREATE INDEX credit_check_by_unit ON credit_check (organisation_id, checked_on);

CREATE TABLE further_invoice (
  -- The invoices of a claim beside its first one, which stands in the claim's own row.
  id INTEGER PRIMARY KEY,
  redemption_id INTEGER NOT NULL REFERENCES redemption (id),
  invoice_key TEXT NOT NULL CHECK (length(invoice_key) > 0),
  invoice_amount_fen INTEGER NOT NULL CHECK (invoice_amount_fen > 0),
  invoiced_on TEXT NOT NULL,
  service_from TEXT,
  service_until TEXT,
  supporting_services_fen INTEGER NOT NULL DEFAULT 0
    CHECK (supporting_services_fen BETWEEN 0 AND invoice_amount_fen),
  paid_fen INTEGER CHECK (paid_fen BETWEEN 0 AND invoice_amount_fen),
  paid_on TEXT,
  payer_name TEXT NOT NULL DEFAULT '',
  payee_name TEXT NOT NULL DEFAULT '',
  -- 1 once a refusal or a reversal has freed the invoice for another claim.
  released INTEGER NOT NULL DEFAULT 0 CHECK (released IN (0, 1))
) STRICT;
CREATE UNIQUE INDEX r9_one_further_use_of_an_invoice ON further_invoice (invoice_key) WHERE released = 0;
CREATE INDEX further_invoice_by_redemption ON further_invoice (redemption_id);

CREATE TABLE settlement (
  id INTEGER PRIMARY KEY,
  year INTEGER NOT NULL REFERENCES budget_year (id),
  period_from TEXT NOT NULL,
  period_until TEXT NOT NULL,
  document TEXT NOT NULL DEFAULT '',
  drafted_on TEXT NOT NULL,
  -- The journal record of its draft; the hash before that record is the seed of the samples drawn (R29).
  drafted_seq INTEGER NOT NULL,
  status TEXT NOT NULL CHECK (status IN ('draft', 'confirmed', 'planned', 'checked', 'disbursed', 'reconciled',
                                         'closed', 'cancelled')),
  prepared_by INTEGER NOT NULL REFERENCES operator (id),
  reviewed_by INTEGER REFERENCES operator (id),
  checked_by INTEGER REFERENCES operator (id),
  disbursed_by INTEGER REFERENCES operator (id),
  CONSTRAINT r23_another_person_confirms CHECK (reviewed_by IS NULL OR reviewed_by <> prepared_by),
  CONSTRAINT r23_another_person_checks CHECK (checked_by IS NULL OR checked_by <> prepared_by),
  CONSTRAINT r23_another_person_disburses CHECK (disbursed_by IS NULL OR disbursed_by <> prepared_by),
  CONSTRAINT r23_a_third_person_checks CHECK (checked_by IS NULL OR reviewed_by IS NULL OR checked_by <> reviewed_by),
  CHECK (period_from <= period_until),
  CHECK (status IN ('draft', 'cancelled') OR reviewed_by IS NOT NULL),
  CHECK (status <> 'checked' OR checked_by IS NOT NULL),
  CHECK (status NOT IN ('disbursed', 'reconciled', 'closed') OR disbursed_by IS NOT NULL)
) STRICT;

CREATE TABLE settlement_line (
  -- One verified redemption in one settlement, with the account it is paid to as it stood then.
  id INTEGER PRIMARY KEY,
  settlement_id INTEGER NOT NULL REFERENCES settlement (id),
  redemption_id INTEGER NOT NULL REFERENCES redemption (id),
  payee_id INTEGER NOT NULL REFERENCES organisation (id),
  amount_fen INTEGER NOT NULL CHECK (amount_fen > 0),
  -- The province's share in millionths, as the voucher's policy says, and its part, truncated to the fen; the city
  -- bears the rest.
  province_millionths INTEGER NOT NULL CHECK (province_millionths BETWEEN 0 AND 1000000),
  province_fen INTEGER NOT NULL,
  account_name TEXT NOT NULL,
  bank_name TEXT NOT NULL,
  bank_account TEXT NOT NULL,
  -- R29: drawn for a third party's check, and what it found.
  is_sampled INTEGER NOT NULL DEFAULT 0 CHECK (is_sampled IN (0, 1)),
  sample_result TEXT NOT NULL DEFAULT '',
  status TEXT NOT NULL CHECK (status IN ('pending', 'paid', 'failed', 'removed')),
  receipt_number TEXT NOT NULL DEFAULT '',
  paid_on TEXT,
  failure_reason TEXT NOT NULL DEFAULT '',
  -- 1 once a bank's statement has shown the payment.
  is_reconciled INTEGER NOT NULL DEFAULT 0 CHECK (is_reconciled IN (0, 1)),
  CONSTRAINT province_and_city_make_the_whole CHECK (province_fen = amount_fen * province_millionths / 1000000),
  CHECK (status <> 'paid' OR (length(receipt_number) > 0 AND paid_on IS NOT NULL)),
  CHECK (status <> 'failed' OR length(failure_reason) > 0),
  CHECK (length(sample_result) = 0 OR is_sampled = 1),
  CHECK (is_reconciled = 0 OR status = 'paid')
) STRICT;
CREATE UNIQUE INDEX one_live_line_for_a_redemption ON settlement_line (redemption_id)
  WHERE status IN ('pending', 'paid');
CREATE INDEX settlement_line_by_settlement ON settlement_line (settlement_id, status);
CREATE INDEX settlement_line_by_redemption ON settlement_line (redemption_id);

CREATE TABLE recovery (
  -- R28: a paid redemption, or a part of it, is taken back by a decision.
  id INTEGER PRIMARY KEY,
  redemption_id INTEGER NOT NULL REFERENCES redemption (id),
  amount_fen INTEGER NOT NULL CHECK (amount_fen > 0),
  received_fen INTEGER NOT NULL DEFAULT 0 CHECK (received_fen BETWEEN 0 AND amount_fen),
  decided_on TEXT NOT NULL,
  due_on TEXT NOT NULL,
  document TEXT NOT NULL DEFAULT '',
  reason TEXT NOT NULL CHECK (length(reason) > 0),
  status TEXT NOT NULL CHECK (status IN ('decided', 'received')),
  prepared_by INTEGER NOT NULL REFERENCES operator (id),
  reviewed_by INTEGER NOT NULL REFERENCES operator (id),
  CONSTRAINT r23_another_person_decides CHECK (reviewed_by <> prepared_by),
  CHECK ((status = 'received') = (received_fen = amount_fen))
) STRICT;
CREATE INDEX recovery_by_redemption ON recovery (redemption_id);

CREATE TABLE recovery_receipt (
  id INTEGER PRIMARY KEY,
  recovery_id INTEGER NOT NULL REFERENCES recovery (id),
  amount_fen INTEGER NOT NULL CHECK (amount_fen > 0),
  received_on TEXT NOT NULL,
  receipt_number TEXT NOT NULL CHECK (length(receipt_number) > 0),
  transfer_id INTEGER NOT NULL UNIQUE
) STRICT;
CREATE INDEX recovery_receipt_by_recovery ON recovery_receipt (recovery_id);

CREATE TABLE ban (
  -- R28: a unit that neither applies nor is admitted until its last day has passed.
  id INTEGER PRIMARY KEY,
  organisation_id INTEGER NOT NULL REFERENCES organisation (id),
  banned_from TEXT NOT NULL,
  banned_until TEXT NOT NULL,
  reason TEXT NOT NULL CHECK (length(reason) > 0),
  recovery_id INTEGER REFERENCES recovery (id),
  lifted_on TEXT,
  prepared_by INTEGER NOT NULL REFERENCES operator (id),
  lifted_by INTEGER REFERENCES operator (id),
  CONSTRAINT r23_another_person_lifts CHECK (lifted_by IS NULL OR lifted_by <> prepared_by),
  CHECK (banned_from <= banned_until),
  CHECK ((lifted_on IS NULL) = (lifted_by IS NULL))
) STRICT;
CREATE INDEX ban_by_unit ON ban (organisation_id, banned_until);

CREATE TABLE cap_change (
  -- Raising a year's appropriation inside the ceiling: a document, a reason and two people (design.md §2).
  id INTEGER PRIMARY KEY,
  year INTEGER NOT NULL REFERENCES budget_year (id),
  amount_fen INTEGER NOT NULL CHECK (amount_fen > 0),
  document TEXT NOT NULL CHECK (length(document) > 0),
  reason TEXT NOT NULL CHECK (length(reason) > 0),
  status TEXT NOT NULL CHECK (status IN ('proposed', 'decided', 'refused')),
  proposed_on TEXT NOT NULL,
  decided_on TEXT,
  prepared_by INTEGER NOT NULL REFERENCES operator (id),
  reviewed_by INTEGER REFERENCES operator (id),
  CONSTRAINT r23_another_person_decides CHECK (reviewed_by IS NULL OR reviewed_by <> prepared_by),
  CHECK ((status = 'proposed') = (reviewed_by IS NULL)),
  CHECK ((status = 'proposed') = (decided_on IS NULL))
) STRICT;

CREATE TABLE listed_price (
  -- R30: a provider's filed price for a kind of compute; another price is another row.
  id INTEGER PRIMARY KEY,
  provider_id INTEGER NOT NULL REFERENCES provider (id),
  item TEXT NOT NULL CHECK (length(item) > 0),
  unit TEXT NOT NULL CHECK (length(unit) > 0),
  price_fen INTEGER NOT NULL CHECK (price_fen > 0),
  valid_from TEXT NOT NULL,
  prepared_by INTEGER NOT NULL REFERENCES operator (id)
) STRICT;
CREATE INDEX listed_price_by_provider ON listed_price (provider_id, item, valid_from);

CREATE TABLE suspension (
  -- R12: days inside a provider's term on which it did not count, whatever came later; kind: it was suspended, or its
  -- term had ended and was not renewed yet. suspended_until is NULL while it lasts.
  id INTEGER PRIMARY KEY,
  provider_id INTEGER NOT NULL REFERENCES provider (id),
  kind TEXT NOT NULL CHECK (kind IN ('suspended', 'expired')),
  suspended_from TEXT NOT NULL,
  suspended_until TEXT,
  reason TEXT NOT NULL DEFAULT '',
  suspended_by INTEGER NOT NULL REFERENCES operator (id),
  ended_by INTEGER REFERENCES operator (id),
  end_reason TEXT NOT NULL DEFAULT '',
  CHECK ((suspended_until IS NULL) = (ended_by IS NULL)),
  CHECK (suspended_until >= date(suspended_from, '-1 day')),
  CHECK (kind = 'suspended' OR suspended_until IS NOT NULL)
) STRICT;
CREATE INDEX suspension_by_provider ON suspension (provider_id, suspended_from);
"""
"""Tables that version 1 did not have."""

REBUILT_INDEXES: Final = """
CREATE UNIQUE INDEX r8_one_application_for_a_contract ON application (provider_id, contract_key)
  WHERE contract_released = 0;
-- A query has to say `status <> 'issued'` word for word, or SQLite does not see that this index serves it.
CREATE INDEX application_that_waits ON application (status, id) WHERE status <> 'issued';
CREATE INDEX application_by_recipient ON application (recipient_id);
CREATE INDEX application_by_batch ON application (batch_id, status) WHERE batch_id IS NOT NULL;
CREATE UNIQUE INDEX r9_one_redemption_for_an_invoice ON redemption (invoice_key)
  WHERE status NOT IN ('refused', 'reversed');
CREATE INDEX redemption_by_voucher ON redemption (voucher_id);
CREATE INDEX redemption_by_status ON redemption (status, id);
-- R30: the median of earlier claims; R14: the units of a group (a table that is not rebuilt).
CREATE INDEX redemption_by_price_item ON redemption (price_item, unit_price_fen) WHERE price_item <> '';
CREATE INDEX organisation_by_group ON organisation (group_code) WHERE group_code <> '';
"""
"""Indexes of the rebuilt tables; dropping a table drops its own."""
