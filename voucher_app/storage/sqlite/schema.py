"""The schema: tables with their constraints, and the one list of triggers that guard them.

Every rule that a program error, a second program or a person with an SQL shell must not be able to break is said here
a second time (the domain says it first, with a sentence). Nothing here relies on a connection's settings: a shell opens
the file with foreign keys off and recursive triggers off, so what matters is refused by triggers and CHECKs.

Tables are made by migrations and never edited; triggers are dropped and made again from `triggers()` after each one,
because `table.transform()` silently drops them.
"""

from __future__ import annotations

import hashlib
from typing import Final

from voucher_app.domain.application import BATCH_STEPS, DIRECT_STEPS
from voucher_app.domain.batch import BATCH_LIFE
from voucher_app.domain.budget import CAP_CHANGE_STEPS, CEILING
from voucher_app.domain.ledger import KINDS_PER_SUBJECT, RECYCLING, ROADS, AccountKind
from voucher_app.domain.objection import OBJECTION_STEPS
from voucher_app.domain.office_key import REVOCATION_STEPS
from voucher_app.domain.operators import OPERATOR_STEPS
from voucher_app.domain.parties import PROVIDER_STEPS
from voucher_app.domain.policy import DRAFT_STEPS
from voucher_app.domain.printing import PRINT_STEPS
from voucher_app.domain.recovery import RECOVERY_STEPS
from voucher_app.domain.redemption import REDEMPTION_STEPS
from voucher_app.domain.settlement import LINE_STEPS, PAYABLE, SETTLEMENT_STEPS
from voucher_app.domain.voucher import VOUCHER_STEPS, VoucherStatus
from voucher_app.storage.sqlite.register_triggers import register_triggers

RELEASED_DIGESTS: Final = {
    1: "41aafb408c72f440ef01777a37b585a349558bec76c25d1ebee1dea214718f31",
    2: "689b7b266e0295275035a2c2290cdbb71f74849707c187fd1eb05e41f83e961f",
    3: "1abbacfc26658a28fc6e8eb37b31ad43b84d8e84b6b9aec089177f300ef492a5",
}
"""What `schema_digest` gave for each older version as it was released, to tell a changed file before it is upgraded."""

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
    "credential",
    "policy_draft",
    "calendar_day",
    "batch",
    "objection",
    "attachment",
    "credit_check",
    "further_invoice",
    "settlement",
    "settlement_line",
    "recovery",
    "recovery_receipt",
    "ban",
    "cap_change",
    "listed_price",
    "suspension",
    "document_number",
    "print_job",
    "print_item",
    "key_revocation",
    "import_file",
)
"""Every table whose rows the journal holds after-images of: all but the journal itself and the search index."""

_UNIQUE_COLUMNS = {
    "operator": ("name",),
    "signing_key": ("key_id",),
    "policy": ("code", "version"),
    "organisation": ("uscc",),
    "facility": ("name",),
    "recovery_receipt": ("transfer_id",),
    "document_number": ("kind", "year", "sequence"),
    "print_item": ("kind", "subject", "copy"),
    "import_file": ("sha256",),
}
"""What else is unique beside the key; the tables of money and of acts say it in triggers of their own."""

_FROZEN = (
    "_sqlite_migrations", "signing_key", "policy", "transfer", "journal", "attachment", "credit_check",
    "recovery_receipt", "listed_price", "import_file",
)  # fmt: skip
"""Tables whose rows never change."""

_FIXED_COLUMNS = {
    "office": ("id", "name", "trial", "file_id", "created_on"),
    "operator": ("id", "name"),
    "credential": ("id",),
    "policy_draft": ("id", "code", "content", "prepared_by", "drafted_on"),
    "calendar_day": ("id",),
    "batch": (
        "id", "year", "policy_id", "name", "model", "allocation", "envelope_fen", "intake_from", "intake_until",
        "document", "prepared_by",
    ),
    "objection": ("id", "subject", "batch_id", "raised_on", "raised_by", "content", "prepared_by"),
    "settlement": ("id", "year", "period_from", "period_until", "drafted_on", "drafted_seq", "prepared_by"),
    "settlement_line": (
        "id", "settlement_id", "redemption_id", "payee_id", "amount_fen", "province_millionths", "province_fen",
        "account_name", "bank_name", "bank_account", "is_sampled",
    ),
    "recovery": (
        "id", "redemption_id", "amount_fen", "decided_on", "due_on", "document", "reason", "prepared_by", "reviewed_by",
    ),
    "ban": ("id", "organisation_id", "banned_from", "banned_until", "reason", "recovery_id", "prepared_by"),
    "cap_change": ("id", "year", "amount_fen", "document", "reason", "proposed_on", "prepared_by"),
    "further_invoice": (
        "id", "redemption_id", "invoice_key", "invoice_amount_fen", "invoiced_on", "service_from", "service_until",
        "supporting_services_fen", "paid_fen", "paid_on", "payer_name", "payee_name",
    ),
    "suspension": ("id", "provider_id", "kind", "suspended_from", "reason", "suspended_by"),
    "budget_year": ("id", "document"),
    "organisation": ("id", "uscc"),
    "recipient": ("id", "kind", "prepared_by"),
    "provider": ("id", "prepared_by"),
    "facility": ("id", "name", "source"),
    "application": ("id", "year", "policy_id", "recipient_id", "provider_id", "prepared_by", "batch_id"),
    # R18: the holder of a voucher never changes, nor does anything that was printed on it.
    "voucher": (
        "id", "year", "sequence", "number", "application_id", "policy_id", "recipient_id", "provider_id", "face_fen",
        "issued_on", "use_by", "redeem_by", "prepared_by", "reviewed_by", "issued_seq",
    ),
    "redemption": (
        "id", "voucher_id", "claimed_fen", "invoice_key", "invoice_amount_fen", "invoiced_on", "service_from",
        "service_until", "claimed_on", "prepared_by", "claimed_seq", "supporting_services_fen", "paid_fen", "paid_on",
        "payer_name", "payee_name", "contract_from", "contract_until", "price_item", "unit_price_fen", "claim_reason",
        "further_invoices",
    ),
    "account": ("id", "kind", "subject"),
    "document_number": (
        "id", "kind", "year", "sequence", "prefix", "subject", "title", "drawn_on", "drawn_seq", "prepared_by",
    ),
    "print_job": ("id", "form", "target", "staging", "items", "begun_on", "begun_seq", "prepared_by"),
    "print_item": ("id", "job_id", "place", "kind", "subject", "title", "copy", "reason", "file_name"),
    "key_revocation": ("id", "key_id", "reason", "proposed_on", "prepared_by"),
}  # fmt: skip
"""Columns that never change once a row is written, in tables whose other columns may."""

_CORRECTABLE: Final = (
    "contract_number", "contract_key", "contract_amount_fen", "contract_signed_on", "requested_fen",
    "other_support_fen", "supporting_services_fen", "contract_from", "contract_until",
)  # fmt: skip
"""Columns of an application that change while it is a draft or returned for correction, and never otherwise."""

_ON_THE_ROAD = (VoucherStatus.USABLE, VoucherStatus.PARTLY_USED, VoucherStatus.USED_UP)


def _pairs(table: dict[str, dict[str, str]]) -> set[tuple[str, str]]:
    return {(old, new) for old, steps in table.items() for new in steps.values()}


def _step_pairs() -> dict[str, set[tuple[str, str]]]:
    vouchers = _pairs(VOUCHER_STEPS)
    # By its balance, a voucher on the road moves among these three; a reversal brings value back to a used-up one.
    vouchers |= {(old, new) for old in _ON_THE_ROAD for new in _ON_THE_ROAD}
    vouchers |= {(VoucherStatus.FROZEN.value, new) for new in _ON_THE_ROAD}
    return {
        "application": _pairs(DIRECT_STEPS) | _pairs(BATCH_STEPS),
        "batch": _pairs(BATCH_LIFE),
        "cap_change": _pairs(CAP_CHANGE_STEPS),
        "objection": _pairs(OBJECTION_STEPS),
        "operator": _pairs(OPERATOR_STEPS),
        "policy_draft": _pairs(DRAFT_STEPS),
        "recovery": _pairs(RECOVERY_STEPS),
        "settlement": _pairs(SETTLEMENT_STEPS),
        "settlement_line": _pairs(LINE_STEPS),
        "voucher": vouchers,
        "redemption": _pairs(REDEMPTION_STEPS),
        "provider": _pairs(PROVIDER_STEPS),
        "budget_year": {("open", "closed")},
        "print_job": _pairs(PRINT_STEPS),
        "key_revocation": _pairs(REVOCATION_STEPS),
    }


def _open_steps(pairs: set[tuple[str, str]]) -> str:
    return " OR ".join(f"(OLD.status = '{old}' AND NEW.status = '{new}')" for old, new in sorted(pairs))


def _guards() -> dict[str, str]:
    """Return the triggers that keep rows from being deleted, replaced or edited."""
    found = {}
    for table in (*RECORDED_TABLES, "journal"):
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
        if table == "application":
            continue  # it has two roads, each with a trigger of its own
        open_steps = _open_steps(pairs)
        found[f"{table}_takes_its_steps"] = f"""
            CREATE TRIGGER {table}_takes_its_steps BEFORE UPDATE OF status ON {table}
            WHEN OLD.status <> NEW.status AND NOT ({open_steps}) BEGIN
              SELECT RAISE(ABORT, '{table}: the life cycle has no such step');
            END"""
    return found


def _uniqueness() -> dict[str, str]:
    """Return the triggers that say uniqueness again, because OR REPLACE would resolve an index by deleting."""
    invoice_is_used = """EXISTS (SELECT 1 FROM redemption WHERE invoice_key = NEW.invoice_key
                         AND status NOT IN ('refused', 'reversed'))
              OR EXISTS (SELECT 1 FROM further_invoice WHERE invoice_key = NEW.invoice_key AND released = 0)"""
    return {
        "application_of_a_batch_takes_its_steps": f"""
            CREATE TRIGGER application_of_a_batch_takes_its_steps BEFORE UPDATE OF status ON application
            WHEN OLD.status <> NEW.status AND OLD.batch_id IS NOT NULL AND NOT ({_open_steps(_pairs(BATCH_STEPS))})
            BEGIN
              SELECT RAISE(ABORT, 'application: the life cycle of a batch has no such step');
            END""",
        "application_of_no_batch_takes_its_steps": f"""
            CREATE TRIGGER application_of_no_batch_takes_its_steps BEFORE UPDATE OF status ON application
            WHEN OLD.status <> NEW.status AND OLD.batch_id IS NULL AND NOT ({_open_steps(_pairs(DIRECT_STEPS))})
            BEGIN
              SELECT RAISE(ABORT, 'application: the life cycle outside a batch has no such step');
            END""",
        "r24_voucher_of_a_batch_was_publicized": """
            CREATE TRIGGER r24_voucher_of_a_batch_was_publicized BEFORE INSERT ON voucher
            WHEN EXISTS (SELECT 1 FROM application JOIN batch ON batch.id = batch_id
                         WHERE application.id = NEW.application_id AND (
                           batch.publicity_until IS NULL OR NEW.issued_on <= batch.publicity_until
                           OR EXISTS (SELECT 1 FROM objection WHERE status = 'open'
                                      AND subject = 'application:' || application.id)))
            BEGIN
              SELECT RAISE(ABORT, 'R24: publicity has not ended without an open objection');
            END""",
        "r8_contract_is_used_once": """
            CREATE TRIGGER r8_contract_is_used_once BEFORE INSERT ON application
            WHEN NEW.status <> 'draft' AND EXISTS (
              SELECT 1 FROM application WHERE provider_id = NEW.provider_id
              AND contract_key = NEW.contract_key AND contract_released = 0) BEGIN
              SELECT RAISE(ABORT, 'R8: this contract supports another application');
            END""",
        "r8_changed_contract_is_used_once": """
            CREATE TRIGGER r8_changed_contract_is_used_once BEFORE UPDATE OF status, contract_key ON application
            WHEN (OLD.status = 'draft' OR OLD.contract_key <> NEW.contract_key)
              AND NEW.status NOT IN ('draft', 'withdrawn') AND EXISTS (
                SELECT 1 FROM application WHERE provider_id = NEW.provider_id AND contract_key = NEW.contract_key
                AND contract_released = 0 AND id <> NEW.id) BEGIN
              SELECT RAISE(ABORT, 'R8: this contract supports another application');
            END""",
        "r9_invoice_is_used_once": f"""
            CREATE TRIGGER r9_invoice_is_used_once BEFORE INSERT ON redemption
            WHEN {invoice_is_used} BEGIN
              SELECT RAISE(ABORT, 'R9: this invoice is redeemed or claimed already');
            END""",
        "r9_further_invoice_is_used_once": f"""
            CREATE TRIGGER r9_further_invoice_is_used_once BEFORE INSERT ON further_invoice
            WHEN {invoice_is_used} BEGIN
              SELECT RAISE(ABORT, 'R9: this invoice is redeemed or claimed already');
            END""",
        "r9_further_invoice_stays_released": """
            CREATE TRIGGER r9_further_invoice_stays_released BEFORE UPDATE OF released ON further_invoice
            WHEN OLD.released = 1 AND NEW.released = 0 BEGIN
              SELECT RAISE(ABORT, 'R9: a released invoice is claimed anew');
            END""",
        **_settling(),
        "r9_further_invoice_comes_with_its_claim": """
            CREATE TRIGGER r9_further_invoice_comes_with_its_claim BEFORE INSERT ON further_invoice
            WHEN NEW.released <> 0 OR NOT EXISTS (
              SELECT 1 FROM redemption WHERE id = NEW.redemption_id AND status = 'claimed'
              AND invoice_key <> NEW.invoice_key AND further_invoices
                > (SELECT count(*) FROM further_invoice WHERE redemption_id = NEW.redemption_id))
            BEGIN
              SELECT RAISE(ABORT, 'R9: a further invoice belongs to a claim that was made with it');
            END""",
        "r9_further_invoice_is_freed_by_its_claim": """
            CREATE TRIGGER r9_further_invoice_is_freed_by_its_claim BEFORE UPDATE OF released ON further_invoice
            WHEN NEW.released <> OLD.released AND NOT EXISTS (
              SELECT 1 FROM redemption WHERE id = NEW.redemption_id AND status IN ('refused', 'reversed'))
            BEGIN
              SELECT RAISE(ABORT, 'R9: an invoice is freed when its claim is refused or reversed');
            END""",
        "redemption_keeps_its_derivation": """
            CREATE TRIGGER redemption_keeps_its_derivation BEFORE UPDATE OF derivation ON redemption
            WHEN OLD.derivation <> '' AND NEW.derivation <> OLD.derivation BEGIN
              SELECT RAISE(ABORT, 'redemption: the arithmetic stays as it was decided');
            END""",
        "r28_banned_unit_does_not_apply": """
            CREATE TRIGGER r28_banned_unit_does_not_apply BEFORE INSERT ON application
            WHEN NEW.status <> 'draft' AND EXISTS (
              SELECT 1 FROM ban WHERE organisation_id = NEW.recipient_id AND lifted_on IS NULL
                         AND NEW.submitted_on BETWEEN banned_from AND banned_until) BEGIN
              SELECT RAISE(ABORT, 'R28: this unit is banned');
            END""",
        "recovery_stays_in_what_was_paid": """
            CREATE TRIGGER recovery_stays_in_what_was_paid BEFORE INSERT ON recovery
            WHEN NEW.received_fen <> 0 OR NEW.status <> 'decided' OR NOT EXISTS (
              SELECT 1 FROM redemption WHERE id = NEW.redemption_id
              AND status IN ('disbursed', 'recovering', 'recovered') AND approved_fen >= NEW.amount_fen
                + (SELECT coalesce(sum(amount_fen), 0) FROM recovery WHERE redemption_id = NEW.redemption_id))
            BEGIN
              SELECT RAISE(ABORT, 'R28: no more is recovered than was paid');
            END""",
        "recovery_receipt_counts": """
            CREATE TRIGGER recovery_receipt_counts AFTER INSERT ON recovery_receipt BEGIN
              SELECT RAISE(ABORT, 'R28: no more is received than was decided')
                WHERE (SELECT received_fen + NEW.amount_fen > amount_fen FROM recovery WHERE id = NEW.recovery_id)
                  OR NEW.amount_fen <= 0;
              SELECT RAISE(ABORT, 'R28: a receipt names the entry that is made for it')
                WHERE NEW.transfer_id <> (SELECT coalesce(max(id), 0) + 1 FROM transfer);
              UPDATE recovery SET received_fen = received_fen + NEW.amount_fen,
                status = CASE WHEN received_fen + NEW.amount_fen = amount_fen THEN 'received' ELSE 'decided' END
                WHERE id = NEW.recovery_id;
            END""",
        "recovery_counts_its_receipts": """
            CREATE TRIGGER recovery_counts_its_receipts BEFORE UPDATE OF received_fen, status ON recovery
            WHEN NEW.received_fen <> (
              SELECT coalesce(sum(amount_fen), 0) FROM recovery_receipt WHERE recovery_id = NEW.id)
            BEGIN
              SELECT RAISE(ABORT, 'R28: what a recovery received is the sum of its receipts');
            END""",
        "operator_last_administrator_stays": """
            CREATE TRIGGER operator_last_administrator_stays BEFORE UPDATE OF status, role ON operator
            WHEN OLD.role IN ('system-admin', 'security-admin') AND OLD.status = 'active'
              AND (NEW.status <> 'active' OR NEW.role <> OLD.role)
              AND NOT EXISTS (SELECT 1 FROM operator WHERE id <> OLD.id AND role = OLD.role AND status = 'active')
            BEGIN
              SELECT RAISE(ABORT, 'operator: the last administrator of a kind stays');
            END""",
        "voucher_is_numbered_without_gap": """
            CREATE TRIGGER voucher_is_numbered_without_gap BEFORE INSERT ON voucher
            WHEN NEW.sequence <> (SELECT coalesce(max(sequence), 0) + 1 FROM voucher WHERE year = NEW.year) BEGIN
              SELECT RAISE(ABORT, 'voucher: numbers of a year leave no gap');
            END""",
        "voucher_follows_its_application": """
            CREATE TRIGGER voucher_follows_its_application BEFORE INSERT ON voucher
            WHEN NOT EXISTS (SELECT 1 FROM application WHERE id = NEW.application_id
                             AND status = CASE WHEN batch_id IS NULL THEN 'approved' ELSE 'cleared' END
                             AND year = NEW.year AND recipient_id = NEW.recipient_id
                             AND provider_id = NEW.provider_id
                             AND coalesce(granted_fen, requested_fen) = NEW.face_fen
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


def _settling() -> dict[str, str]:
    """Return the triggers that keep a redemption in one live settlement, and pay it once.

    `status IN ('pending', 'paid')` is said word for word, or SQLite does not see that the partial index serves.
    """
    live = "settlement_line WHERE redemption_id = {} AND status IN ('pending', 'paid')"
    payable = ", ".join(f"'{status}'" for status in sorted(PAYABLE))
    return {
        "settlement_begins_as_a_draft": """
            CREATE TRIGGER settlement_begins_as_a_draft BEFORE INSERT ON settlement WHEN NEW.status <> 'draft' BEGIN
              SELECT RAISE(ABORT, 'settlement: it begins as a draft');
            END""",
        "settlement_line_is_the_only_live_one": f"""
            CREATE TRIGGER settlement_line_is_the_only_live_one BEFORE INSERT ON settlement_line
            WHEN NEW.status <> 'pending' OR EXISTS (SELECT 1 FROM {live.format("NEW.redemption_id")})
              OR NOT EXISTS (SELECT 1 FROM redemption JOIN voucher ON voucher.id = voucher_id
                             JOIN settlement ON settlement.id = NEW.settlement_id AND settlement.status = 'draft'
                             WHERE redemption.id = NEW.redemption_id AND redemption.status = 'verified'
                             AND approved_fen = NEW.amount_fen AND voucher.year = settlement.year)
            BEGIN
              SELECT RAISE(ABORT, 'settlement: a redemption is settled once, for what was approved');
            END""",
        "settlement_line_follows_its_settlement": f"""
            CREATE TRIGGER settlement_line_follows_its_settlement BEFORE UPDATE OF status ON settlement_line
            WHEN OLD.status <> NEW.status AND NOT EXISTS (
              SELECT 1 FROM settlement WHERE id = NEW.settlement_id AND CASE NEW.status
                WHEN 'paid' THEN status IN ({payable}) AND disbursed_by IS NOT NULL
                WHEN 'failed' THEN status IN ({payable}, 'disbursed', 'reconciled')
                ELSE status IN ({payable}, 'draft') END)
            BEGIN
              SELECT RAISE(ABORT, 'settlement: lines are paid after it was confirmed');
            END""",
        "settlement_line_keeps_its_payment": """
            CREATE TRIGGER settlement_line_keeps_its_payment BEFORE UPDATE OF receipt_number, paid_on ON settlement_line
            WHEN OLD.status <> 'pending'
              AND (OLD.receipt_number <> NEW.receipt_number OR OLD.paid_on IS NOT NEW.paid_on) BEGIN
              SELECT RAISE(ABORT, 'settlement: the receipt of a payment is never edited');
            END""",
        "settlement_follows_its_lines": """
            CREATE TRIGGER settlement_follows_its_lines BEFORE UPDATE OF status ON settlement
            WHEN OLD.status <> NEW.status AND CASE NEW.status
              WHEN 'confirmed' THEN NOT EXISTS (
                SELECT 1 FROM settlement_line WHERE settlement_id = NEW.id AND status = 'pending')
              WHEN 'disbursed' THEN EXISTS (
                SELECT 1 FROM settlement_line WHERE settlement_id = NEW.id AND status = 'pending')
              WHEN 'reconciled' THEN EXISTS (
                SELECT 1 FROM settlement_line WHERE settlement_id = NEW.id AND status = 'paid' AND is_reconciled = 0)
              WHEN 'cancelled' THEN EXISTS (
                SELECT 1 FROM settlement_line WHERE settlement_id = NEW.id AND status IN ('pending', 'paid'))
              ELSE 0 END
            BEGIN
              SELECT RAISE(ABORT, 'settlement: its lines do not stand there yet');
            END""",
        "redemption_follows_its_line": f"""
            CREATE TRIGGER redemption_follows_its_line BEFORE UPDATE OF status ON redemption
            WHEN OLD.status <> NEW.status AND CASE
              WHEN NEW.status = 'settled' THEN NOT EXISTS (SELECT 1 FROM {live.format("NEW.id")} AND status = 'pending')
              WHEN NEW.status = 'disbursed' THEN
                NOT EXISTS (SELECT 1 FROM {live.format("NEW.id")} AND status = 'paid')
                OR (SELECT balance_fen FROM account
                    WHERE id = NEW.id * {KINDS_PER_SUBJECT} + {AccountKind.PAYABLE.value}) IS NOT 0
              WHEN NEW.status = 'verified' AND OLD.status <> 'claimed' THEN
                EXISTS (SELECT 1 FROM {live.format("NEW.id")})
                OR (SELECT balance_fen FROM account
                    WHERE id = NEW.id * {KINDS_PER_SUBJECT} + {AccountKind.PAYABLE.value}) IS NOT NEW.approved_fen
              WHEN NEW.status = 'recovering' THEN NOT EXISTS (
                SELECT 1 FROM recovery WHERE redemption_id = NEW.id AND status = 'decided')
              WHEN NEW.status = 'recovered' THEN EXISTS (
                SELECT 1 FROM recovery WHERE redemption_id = NEW.id AND status = 'decided')
              ELSE 0 END
            BEGIN
              SELECT RAISE(ABORT, 'redemption: neither a settlement nor a recovery brought it there');
            END""",
        "r23_settlement_is_checked_by_a_third": """
            CREATE TRIGGER r23_settlement_is_checked_by_a_third BEFORE UPDATE ON settlement
            WHEN NEW.checked_by = NEW.reviewed_by BEGIN
              SELECT RAISE(ABORT, 'R23: who confirmed does not check');
            END""",
        "cap_change_begins_as_a_proposal": """
            CREATE TRIGGER cap_change_begins_as_a_proposal BEFORE INSERT ON cap_change
            WHEN NEW.status <> 'proposed' BEGIN
              SELECT RAISE(ABORT, 'R1: a raise of the appropriation begins as a proposal');
            END""",
        "r23_ban_is_lifted_by_two": """
            CREATE TRIGGER r23_ban_is_lifted_by_two BEFORE UPDATE ON ban
            WHEN NEW.lifted_by = NEW.prepared_by OR (OLD.lifted_on IS NOT NULL AND NEW.lifted_on IS NOT OLD.lifted_on)
            BEGIN
              SELECT RAISE(ABORT, 'R23: another person than who banned lifts a ban, once');
            END""",
    }


def _batches() -> dict[str, str]:
    """Return the triggers around batches: intake, corrections, grants, publicity (R24, R28, R32)."""
    takes_in = """SELECT 1 FROM batch WHERE id = NEW.batch_id AND status = 'open' AND year = NEW.year
                AND policy_id = NEW.policy_id AND NEW.submitted_on BETWEEN intake_from AND intake_until"""
    return {
        "application_keeps_what_was_submitted": f"""
            CREATE TRIGGER application_keeps_what_was_submitted BEFORE UPDATE OF {", ".join(_CORRECTABLE)}
            ON application WHEN OLD.status NOT IN ('draft', 'returned') BEGIN
              SELECT RAISE(ABORT, 'application: facts are never edited');
            END""",
        "application_keeps_its_submission": """
            CREATE TRIGGER application_keeps_its_submission
            BEFORE UPDATE OF submitted_on, submitted_seq, submission_reason ON application
            WHEN OLD.status <> 'draft' BEGIN
              SELECT RAISE(ABORT, 'application: facts are never edited');
            END""",
        "application_enters_an_open_batch": f"""
            CREATE TRIGGER application_enters_an_open_batch BEFORE INSERT ON application
            WHEN NEW.batch_id IS NOT NULL AND NEW.status <> 'draft' AND NOT EXISTS ({takes_in}) BEGIN
              SELECT RAISE(ABORT, 'batch: nothing is taken in outside its intake window');
            END""",
        "draft_enters_an_open_batch": f"""
            CREATE TRIGGER draft_enters_an_open_batch BEFORE UPDATE OF status ON application
            WHEN OLD.status = 'draft' AND NEW.status = 'submitted' AND NEW.batch_id IS NOT NULL
              AND NOT EXISTS ({takes_in}) BEGIN
              SELECT RAISE(ABORT, 'batch: nothing is taken in outside its intake window');
            END""",
        "r28_banned_unit_submits_no_draft": """
            CREATE TRIGGER r28_banned_unit_submits_no_draft BEFORE UPDATE OF status ON application
            WHEN OLD.status = 'draft' AND NEW.status = 'submitted' AND EXISTS (
              SELECT 1 FROM ban WHERE organisation_id = NEW.recipient_id AND lifted_on IS NULL
              AND NEW.submitted_on BETWEEN banned_from AND banned_until) BEGIN
              SELECT RAISE(ABORT, 'R28: this unit is banned');
            END""",
        "r32_nothing_is_granted_at_once": """
            CREATE TRIGGER r32_nothing_is_granted_at_once BEFORE INSERT ON application
            WHEN NEW.granted_fen IS NOT NULL BEGIN
              SELECT RAISE(ABORT, 'R32: the allocation of its batch grants an application its amount');
            END""",
        "r32_grant_stays_in_the_request": """
            CREATE TRIGGER r32_grant_stays_in_the_request BEFORE UPDATE OF granted_fen ON application
            WHEN OLD.batch_id IS NULL OR OLD.status NOT IN ('approved', 'allocated')
              OR NEW.granted_fen IS NULL OR NEW.granted_fen NOT BETWEEN 1 AND NEW.requested_fen BEGIN
              SELECT RAISE(ABORT, 'R32: the allocation grants at most what was asked, and before publicity');
            END""",
        "r32_batch_stays_in_its_envelope": """
            CREATE TRIGGER r32_batch_stays_in_its_envelope BEFORE UPDATE OF status ON batch
            WHEN OLD.status <> 'publicized' AND NEW.status = 'publicized' AND NEW.envelope_fen < (
              SELECT coalesce(sum(granted_fen), 0) FROM application
              WHERE batch_id = NEW.id AND status IN ('allocated', 'publicized')) BEGIN
              SELECT RAISE(ABORT, 'R32: the batch grants more than its envelope');
            END""",
        "batch_begins_open": """
            CREATE TRIGGER batch_begins_open BEFORE INSERT ON batch
            WHEN NEW.status <> 'open' OR NEW.publicity_from IS NOT NULL OR NEW.issued_by IS NOT NULL BEGIN
              SELECT RAISE(ABORT, 'batch: it begins with its intake');
            END""",
        "r24_publicity_is_never_shortened": """
            CREATE TRIGGER r24_publicity_is_never_shortened BEFORE UPDATE OF publicity_from, publicity_until ON batch
            WHEN NEW.publicity_until IS NULL OR NEW.publicity_until < NEW.publicity_from
              OR NEW.publicity_until < OLD.publicity_until
              OR NEW.publicity_from IS NOT coalesce(OLD.publicity_from, NEW.publicity_from)
              OR (OLD.publicity_from IS NULL
                  AND NEW.publicity_from < (SELECT business_date FROM journal ORDER BY seq DESC LIMIT 1)) BEGIN
              SELECT RAISE(ABORT, 'R24: publicity begins on the day of the act and is never shortened');
            END""",
    }


def _road(kind: str, debit: AccountKind, takers: frozenset[AccountKind]) -> str:
    allowed = ", ".join(str(credit.value) for credit in sorted(takers))
    return f"WHEN '{kind}' THEN debit.kind = {debit.value} AND credit.kind IN ({allowed})"


_SECOND_PERSONS: Final = {
    "application": ("reviewed_by", "first_reviewed_by"),
    "voucher": ("reviewed_by", "ended_by"),
    "redemption": ("reviewed_by", "reversed_by"),
    "provider": ("admitted_by", "checked_by", "inspected_by", "publicized_by", "refused_by"),
    "policy_draft": ("reviewed_by",),
    "objection": ("resolved_by",),
    "settlement": ("reviewed_by", "checked_by", "disbursed_by"),
    "recovery": ("reviewed_by",),
    "cap_change": ("reviewed_by",),
    "key_revocation": ("reviewed_by",),
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


def _providers() -> dict[str, str]:
    """Return what guards the register: its publicity (R24), and the days that do not count (R12)."""
    return {
        "r24_provider_was_publicized": """
            CREATE TRIGGER r24_provider_was_publicized BEFORE UPDATE OF status ON provider
            WHEN OLD.status = 'publicized' AND NEW.status = 'admitted'
              AND (NEW.admitted_from <= OLD.publicity_until
                   OR EXISTS (SELECT 1 FROM objection WHERE subject = 'provider:' || OLD.id
                              AND status IN ('open', 'upheld') AND raised_on >= OLD.publicity_from))
            BEGIN
              SELECT RAISE(ABORT, 'R24: publicity has not ended without an objection that stands');
            END""",
        "r24_objection_to_a_provider_is_in_time": """
            CREATE TRIGGER r24_objection_to_a_provider_is_in_time BEFORE INSERT ON objection
            WHEN NEW.subject GLOB 'provider:*'
              AND NOT EXISTS (SELECT 1 FROM provider WHERE status = 'publicized' AND NEW.subject = 'provider:' || id
                              AND NEW.raised_on BETWEEN publicity_from AND publicity_until)
            BEGIN
              SELECT RAISE(ABORT, 'R24: the provider is not in publicity on that day');
            END""",
        "suspension_ends_once": """
            CREATE TRIGGER suspension_ends_once
            BEFORE UPDATE OF suspended_until, ended_by, end_reason ON suspension
            WHEN OLD.suspended_until IS NOT NULL BEGIN
              SELECT RAISE(ABORT, 'suspension: it has ended already');
            END""",
        "r23_suspension_is_decided_by_another": """
            CREATE TRIGGER r23_suspension_is_decided_by_another BEFORE INSERT ON suspension
            WHEN EXISTS (SELECT 1 FROM provider WHERE id = NEW.provider_id
                         AND prepared_by IN (NEW.suspended_by, NEW.ended_by)) BEGIN
              SELECT RAISE(ABORT, 'R23: another person than the preparer decides');
            END""",
        "r23_suspension_is_ended_by_another": """
            CREATE TRIGGER r23_suspension_is_ended_by_another BEFORE UPDATE ON suspension
            WHEN EXISTS (SELECT 1 FROM provider WHERE id = NEW.provider_id AND prepared_by = NEW.ended_by) BEGIN
              SELECT RAISE(ABORT, 'R23: another person than the preparer decides');
            END""",
    }


def _policies() -> dict[str, str]:
    """Return R23 for policy versions: in a real office two people stand behind each, its first preset aside."""
    return {
        "r23_policy_is_published_by_two": """
            CREATE TRIGGER r23_policy_is_published_by_two BEFORE INSERT ON policy
            WHEN NEW.drafted_by IS NEW.published_by AND NEW.drafted_by IS NOT NULL
              OR (EXISTS (SELECT 1 FROM office WHERE trial = 0) AND EXISTS (SELECT 1 FROM policy)
                  AND (NEW.published_by IS NULL
                       OR NOT EXISTS (SELECT 1 FROM policy_draft WHERE status IN ('draft', 'reviewed')
                                      AND content = NEW.content AND code = NEW.code
                                      AND prepared_by = NEW.drafted_by)))
            BEGIN
              SELECT RAISE(ABORT, 'R23: another person than who drafted a policy publishes it');
            END""",
        "policy_draft_became_its_version": """
            CREATE TRIGGER policy_draft_became_its_version BEFORE UPDATE OF policy_id ON policy_draft
            WHEN NEW.policy_id IS NOT NULL
              AND NOT EXISTS (SELECT 1 FROM policy WHERE id = NEW.policy_id AND content = NEW.content
                              AND drafted_by = NEW.prepared_by)
            BEGIN
              SELECT RAISE(ABORT, 'policy_draft: it is published as it was drafted');
            END""",
    }


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
            CREATE TRIGGER account_begins_empty BEFORE INSERT ON account
            WHEN NEW.balance_fen <> 0 OR NEW.last_transfer_id <> 0 BEGIN
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
                    AND original.kind NOT IN ('reversal', 'recovery') AND original.year = NEW.year
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
              SELECT RAISE(ABORT, 'transfer: a raise of the appropriation was decided by two people')
                WHERE NEW.kind = 'appropriation' AND EXISTS (
                  SELECT 1 FROM transfer AS opening WHERE opening.kind = 'appropriation' AND opening.year = NEW.year
                  AND (SELECT coalesce(sum(amount_fen), 0) FROM cap_change
                       WHERE status = 'decided' AND year = NEW.year)
                    < NEW.amount_fen + (SELECT coalesce(sum(amount_fen), 0) FROM transfer
                                        WHERE kind = 'appropriation' AND year = NEW.year AND id > opening.id)
                  AND opening.id = (SELECT min(id) FROM transfer WHERE kind = 'appropriation' AND year = NEW.year));
              SELECT RAISE(ABORT, 'transfer: only a line of a settlement is paid, for its amount')
                WHERE NEW.kind = 'disbursement' AND NOT EXISTS (
                  SELECT 1 FROM settlement_line WHERE redemption_id = NEW.debit_id / {KINDS_PER_SUBJECT}
                  AND status IN ('pending', 'paid') AND status = 'paid' AND amount_fen = NEW.amount_fen);
              SELECT RAISE(ABORT, 'transfer: only a failed payment comes back')
                WHERE NEW.kind = 'reversal' AND EXISTS (
                  SELECT 1 FROM settlement_line WHERE status IN ('pending', 'paid') AND redemption_id = CASE {payable}
                    WHEN NEW.credit_id % {KINDS_PER_SUBJECT} THEN NEW.credit_id / {KINDS_PER_SUBJECT}
                    WHEN NEW.debit_id % {KINDS_PER_SUBJECT} THEN NEW.debit_id / {KINDS_PER_SUBJECT} END);
              SELECT RAISE(ABORT, 'transfer: nothing goes back into a closed year')
                WHERE NEW.credit_id % {KINDS_PER_SUBJECT} = {AccountKind.APPROPRIATION.value}
                  AND (SELECT status FROM budget_year WHERE id = NEW.year) <> 'open';
              SELECT RAISE(ABORT, 'transfer: only what a recovery received comes back')
                WHERE NEW.kind = 'recovery' AND NOT EXISTS (
                  SELECT 1 FROM recovery_receipt JOIN recovery ON recovery.id = recovery_id
                  JOIN redemption ON redemption.id = redemption_id JOIN voucher ON voucher.id = voucher_id
                  WHERE transfer_id = NEW.id AND recovery_receipt.amount_fen = NEW.amount_fen
                  AND voucher.year = NEW.year);
              SELECT RAISE(ABORT, 'transfer: only a verified redemption is owed, for the approved amount')
                WHERE NEW.kind = 'redemption' AND NOT EXISTS (
                  SELECT 1 FROM redemption WHERE id = NEW.credit_id / {KINDS_PER_SUBJECT} AND status = 'verified'
                  AND approved_fen = NEW.amount_fen AND voucher_id = NEW.debit_id / {KINDS_PER_SUBJECT});
            END""",
        "transfer_moves_money": f"""
            CREATE TRIGGER transfer_moves_money AFTER INSERT ON transfer BEGIN
              -- Before the row is in, -1 also stands for a number that SQLite has yet to choose.
              SELECT RAISE(ABORT, 'transfer: entries are numbered without a gap') WHERE NEW.id < 1;
              UPDATE account SET balance_fen = balance_fen - NEW.amount_fen, last_transfer_id = NEW.id
                WHERE id = NEW.debit_id;
              UPDATE account SET balance_fen = balance_fen + NEW.amount_fen, last_transfer_id = NEW.id
                WHERE id = NEW.credit_id;
              UPDATE budget_year SET last_transfer_id = NEW.id, outstanding_fen = outstanding_fen
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


def _balances() -> dict[str, str]:
    """Return the triggers by which only the newest transfer changes a balance, once, by its amount.

    Without them, a balance edited by hand in two places that fit each other is found only by adding up all transfers.
    """
    newest = "SELECT max(id) FROM transfer"
    outstanding, payable = AccountKind.OUTSTANDING.value, AccountKind.PAYABLE.value
    recycling = ", ".join(f"'{kind}'" for kind in sorted(RECYCLING))

    def moved(kind: int) -> str:
        return f"""((credit_id % {KINDS_PER_SUBJECT} = {kind}) - (debit_id % {KINDS_PER_SUBJECT} = {kind}))
                  * amount_fen"""

    return {
        "account_changes_by_transfers": f"""
            CREATE TRIGGER account_changes_by_transfers BEFORE UPDATE ON account
            WHEN NOT EXISTS (
              SELECT 1 FROM transfer
              WHERE id = NEW.last_transfer_id AND id = ({newest}) AND id > OLD.last_transfer_id
              AND NEW.balance_fen = OLD.balance_fen + CASE NEW.id
                WHEN debit_id THEN -amount_fen WHEN credit_id THEN amount_fen END)
            BEGIN
              SELECT RAISE(ABORT, 'account: money comes by transfers only');
            END""",
        "budget_year_begins_empty": """
            CREATE TRIGGER budget_year_begins_empty BEFORE INSERT ON budget_year
            WHEN NEW.outstanding_fen <> 0 OR NEW.payable_fen <> 0 OR NEW.last_transfer_id <> 0 BEGIN
              SELECT RAISE(ABORT, 'budget_year: money comes by transfers only');
            END""",
        "budget_year_changes_by_transfers": f"""
            CREATE TRIGGER budget_year_changes_by_transfers
            BEFORE UPDATE OF outstanding_fen, payable_fen, last_transfer_id ON budget_year
            WHEN NOT EXISTS (
              SELECT 1 FROM transfer
              WHERE id = NEW.last_transfer_id AND id = ({newest}) AND id > OLD.last_transfer_id AND year = NEW.id
              AND NEW.outstanding_fen = OLD.outstanding_fen + {moved(outstanding)}
              AND NEW.payable_fen = OLD.payable_fen + {moved(payable)})
            BEGIN
              SELECT RAISE(ABORT, 'budget_year: money comes by transfers only');
            END""",
        # SQLite does not say whether the account or the voucher is changed first: before it, the transfer is not yet
        # counted there; after it, the voucher has to hold what the account holds.
        "voucher_changes_by_transfers": f"""
            CREATE TRIGGER voucher_changes_by_transfers BEFORE UPDATE OF redeemed_fen, recycled_fen ON voucher
            WHEN NOT EXISTS (
              SELECT 1 FROM transfer JOIN account ON account.id = NEW.id * {KINDS_PER_SUBJECT} + {outstanding}
              WHERE transfer.id = ({newest})
              AND (account.last_transfer_id < transfer.id
                   OR NEW.face_fen - NEW.recycled_fen - NEW.redeemed_fen = balance_fen)
              AND NEW.redeemed_fen - OLD.redeemed_fen = CASE
                WHEN transfer.kind = 'redemption' AND debit_id = account.id THEN amount_fen
                WHEN transfer.kind = 'reversal' AND credit_id = account.id
                  THEN -(debit_id % {KINDS_PER_SUBJECT} = {payable}) * amount_fen
                ELSE 0 END
              AND NEW.recycled_fen - OLD.recycled_fen = CASE
                WHEN transfer.kind IN ({recycling}) AND debit_id = account.id THEN amount_fen
                WHEN transfer.kind = 'reversal' AND credit_id = account.id
                  THEN -(debit_id % {KINDS_PER_SUBJECT} <> {payable}) * amount_fen
                ELSE 0 END)
            BEGIN
              SELECT RAISE(ABORT, 'voucher: its value comes and goes by transfers only');
            END""",
    }


def triggers() -> dict[str, str]:
    """Return every trigger of the current schema by name."""
    return {
        **_guards(),
        **_uniqueness(),
        **_batches(),
        **_second_persons(),
        **_policies(),
        **_providers(),
        **_money(),
        **_balances(),
        **register_triggers(),
    }


def digest(statements: list[str]) -> str:
    """Return one digest of a schema's statements, white space aside."""
    normal = sorted(" ".join(statement.split()) for statement in statements)
    return hashlib.sha256("\n".join(normal).encode()).hexdigest()
