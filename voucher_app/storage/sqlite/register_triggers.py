"""The triggers of the registers: document numbers, prints, and revocations of office keys (see `schema`)."""

from __future__ import annotations


def register_triggers() -> dict[str, str]:
    """Return the triggers that keep numbers and copies without gaps, jobs with their items, and revocations by two."""
    return {**_numbers(), **_prints(), **_revocations()}


def _numbers() -> dict[str, str]:
    return {
        "document_number_leaves_no_gap": """
            CREATE TRIGGER document_number_leaves_no_gap BEFORE INSERT ON document_number
            WHEN NEW.voided_on IS NOT NULL OR NEW.sequence <> (
                SELECT coalesce(max(sequence), 0) + 1 FROM document_number WHERE kind = NEW.kind AND year = NEW.year)
              OR EXISTS (SELECT 1 FROM document_number
                         WHERE kind = NEW.kind AND subject = NEW.subject AND voided_on IS NULL)
            BEGIN
              SELECT RAISE(ABORT, 'document_number: a document has one live number, and numbers leave no gap');
            END""",
        "document_number_stays_void": """
            CREATE TRIGGER document_number_stays_void
            BEFORE UPDATE OF voided_on, voided_by, void_reason ON document_number
            WHEN OLD.voided_on IS NOT NULL OR NEW.voided_on IS NULL OR NEW.voided_by IS NULL
              OR length(NEW.void_reason) = 0
            BEGIN
              SELECT RAISE(ABORT, 'document_number: a number is made void once, with a reason');
            END""",
    }


def _prints() -> dict[str, str]:
    return {
        "print_job_begins_begun": """
            CREATE TRIGGER print_job_begins_begun BEFORE INSERT ON print_job WHEN NEW.status <> 'begun' BEGIN
              SELECT RAISE(ABORT, 'print_job: it begins before it ends');
            END""",
        "print_job_ends_whole": """
            CREATE TRIGGER print_job_ends_whole BEFORE UPDATE OF status ON print_job
            WHEN OLD.status <> NEW.status
              AND (SELECT count(*) FROM print_item WHERE job_id = NEW.id) <> NEW.items BEGIN
              SELECT RAISE(ABORT, 'print_job: every item was drawn with its job');
            END""",
        "print_job_keeps_its_end": """
            CREATE TRIGGER print_job_keeps_its_end BEFORE UPDATE OF ended_on, ended_by, note ON print_job
            WHEN OLD.status <> 'begun' OR NEW.status = 'begun' BEGIN
              SELECT RAISE(ABORT, 'print_job: it ends once');
            END""",
        "print_item_is_the_next_copy": """
            CREATE TRIGGER print_item_is_the_next_copy BEFORE INSERT ON print_item
            WHEN NEW.is_spoilt <> 0 OR (NEW.copy > 1 AND length(NEW.reason) = 0)
              OR NEW.copy <> (
                SELECT coalesce(max(copy), 0) + 1 FROM print_item WHERE kind = NEW.kind AND subject = NEW.subject)
              OR NEW.place <> (SELECT coalesce(max(place), 0) + 1 FROM print_item WHERE job_id = NEW.job_id)
              OR NOT EXISTS (SELECT 1 FROM print_job WHERE id = NEW.job_id AND status = 'begun' AND items >= NEW.place)
            BEGIN
              SELECT RAISE(ABORT, 'print_item: copies are counted without a gap, each further one with its reason');
            END""",
        "print_item_changes_with_its_job": """
            CREATE TRIGGER print_item_changes_with_its_job BEFORE UPDATE OF is_spoilt, sha256 ON print_item
            WHEN NEW.is_spoilt < OLD.is_spoilt
              OR NOT EXISTS (SELECT 1 FROM print_job WHERE id = NEW.job_id AND status = 'begun') BEGIN
              SELECT RAISE(ABORT, 'print_item: what was printed stays as it was');
            END""",
    }


def _revocations() -> dict[str, str]:
    return {
        "key_revocation_begins_as_a_proposal": """
            CREATE TRIGGER key_revocation_begins_as_a_proposal BEFORE INSERT ON key_revocation
            WHEN NEW.status <> 'proposed'
              OR EXISTS (SELECT 1 FROM key_revocation WHERE key_id = NEW.key_id AND status <> 'withdrawn') BEGIN
              SELECT RAISE(ABORT, 'key_revocation: it begins as a proposal, one at a time');
            END""",
        "key_revocation_keeps_its_decision": """
            CREATE TRIGGER key_revocation_keeps_its_decision
            BEFORE UPDATE OF decided_on, reviewed_by, withdrawn_by ON key_revocation
            WHEN OLD.status <> 'proposed' OR NEW.status = 'proposed' BEGIN
              SELECT RAISE(ABORT, 'key_revocation: it is decided once');
            END""",
    }
