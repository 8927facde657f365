"""Applications as rows of the data file."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from voucher_app.domain.application import Application, ApplicationStatus
from voucher_app.domain.contract import Contract, contract_key
from voucher_app.domain.errors import NotFound
from voucher_app.domain.journal import kept_of
from voucher_app.domain.money import ZERO, Money
from voucher_app.storage.sqlite.repositories.table import Table, day, day_or_none, iso_or_none

if TYPE_CHECKING:
    from datetime import date

    from voucher_app.storage.sqlite.repositories.table import Row

APPLICATION = """SELECT id, year, policy_id, recipient_id, provider_id, contract_number, contract_amount_fen,
    contract_signed_on, requested_fen, status, submitted_on, prepared_by, reviewed_by,
    CASE WHEN reason = '' THEN submission_reason ELSE reason END, batch_id, granted_fen, contract_from, contract_until,
    first_reviewed_by, accepted_by, accepted_on, coalesce(accepted_seq, 0), corrections, correct_by, other_support_fen,
    supporting_services_fen, submission_reason FROM application"""

_KEPT = """SELECT result FROM journal WHERE subject <> '' AND action NOT IN
    ('application.submit', 'application.approve', 'voucher.issue')
    AND action IN ('application.reimburse', 'application.resubmit') AND result LIKE '%{%' AND subject =
    'application:' || {application} ORDER BY seq DESC LIMIT 1"""
"""What the act that made an application, or corrected it last, kept of its claim; `journal_by_subject` serves it."""


def application_of(row: Row) -> Application:
    """Return an application from a row of `APPLICATION`."""
    ids = cast("tuple[int, int, int, int, int]", tuple(row[:5]))
    number, amount, signed_on, requested, status, submitted_on, prepared_by, reviewed_by, reason = row[5:14]
    batch_id, granted, begins_on, ends_on, first_reviewed_by, accepted_by, accepted_on, accepted_seq = row[14:22]
    corrections, correct_by, other_support, supporting_services, submission_reason = row[22:]
    return Application(
        *ids,
        contract=Contract(
            cast("str", number),
            Money(cast("int", amount)),
            day(signed_on),
            day_or_none(begins_on),
            day_or_none(ends_on),
        ),
        requested=Money(cast("int", requested)),
        status=ApplicationStatus(cast("str", status)),
        submitted_on=day(submitted_on),
        prepared_by=cast("int", prepared_by),
        reviewed_by=cast("int | None", reviewed_by),
        reason=cast("str", reason),
        batch_id=cast("int | None", batch_id),
        granted=None if granted is None else Money(cast("int", granted)),
        first_reviewed_by=cast("int | None", first_reviewed_by),
        accepted_by=cast("int | None", accepted_by),
        accepted_on=day_or_none(accepted_on),
        accepted_seq=cast("int", accepted_seq),
        corrections=cast("int", corrections),
        correct_by=day_or_none(correct_by),
        other_support=Money(cast("int", other_support)),
        supporting_services=Money(cast("int", supporting_services)),
        submission_reason=cast("str", submission_reason),
    )


class ApplicationTable(Table):
    """Applications."""

    def add(
        self,
        *,
        year: int,
        policy_id: int,
        recipient_id: int,
        provider_id: int,
        contract: Contract,
        requested: Money,
        prepared_by: int,
        reason: str,
        batch_id: int | None = None,
        other_support: Money = ZERO,
        supporting_services: Money = ZERO,
        is_draft: bool = False,
    ) -> int:
        """Record a submitted application, or a draft; return its row."""
        assert self._notebook is not None, "only a unit of work writes"
        key = self._next("application")
        self._write(
            "application",
            key,
            """INSERT INTO application (id, year, policy_id, recipient_id, provider_id, contract_number, contract_key,
                 contract_amount_fen, contract_signed_on, requested_fen, status, contract_released, submitted_on,
                 submission_reason, prepared_by, submitted_seq, batch_id, other_support_fen, supporting_services_fen,
                 contract_from, contract_until)
               VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)""",
            (
                key,
                year,
                policy_id,
                recipient_id,
                provider_id,
                contract.number,
                contract_key(contract.number),
                contract.amount.fen,
                contract.signed_on.isoformat(),
                requested.fen,
                "draft" if is_draft else "submitted",
                int(is_draft),
                self._today.isoformat(),
                reason,
                prepared_by,
                self._notebook.seq,
                batch_id,
                other_support.fen,
                supporting_services.fen,
                iso_or_none(contract.begins_on),
                iso_or_none(contract.ends_on),
            ),
        )
        return key

    def correct(
        self,
        application_id: int,
        *,
        contract: Contract,
        requested: Money,
        other_support: Money,
        supporting_services: Money,
    ) -> None:
        """Record corrected facts of a draft, or of an application that was returned for correction."""
        self._write(
            "application",
            application_id,
            """UPDATE application SET contract_number = ?, contract_key = ?, contract_amount_fen = ?,
                 contract_signed_on = ?, contract_from = ?, contract_until = ?, requested_fen = ?,
                 other_support_fen = ?, supporting_services_fen = ? WHERE id = ?""",
            (
                contract.number,
                contract_key(contract.number),
                contract.amount.fen,
                contract.signed_on.isoformat(),
                iso_or_none(contract.begins_on),
                iso_or_none(contract.ends_on),
                requested.fen,
                other_support.fen,
                supporting_services.fen,
                application_id,
            ),
        )

    def submit_draft(self, application_id: int, *, reason: str) -> None:
        """Record that a draft was submitted; from now on it holds its contract."""
        self._write(
            "application",
            application_id,
            """UPDATE application SET status = 'submitted', contract_released = 0, submitted_on = ?, submitted_seq = ?,
                 submission_reason = ? WHERE id = ?""",
            (self._today.isoformat(), self._seq, reason, application_id),
        )

    def get(self, application_id: int) -> Application:
        """Return one application."""
        row = self._one(f"{APPLICATION} WHERE id = ?", (application_id,))
        if row is None:
            raise NotFound("application", application_id)
        return application_of(row)

    def holder_of_contract(self, provider_id: int, number: str) -> int | None:
        """Return the application that uses a contract, drafts and ended ones left out (R8)."""
        row = self._one(
            "SELECT id FROM application WHERE provider_id = ? AND contract_key = ? AND contract_released = 0",
            (provider_id, contract_key(number)),
        )
        return None if row is None else cast("int", row[0])

    def filed_claim(self, application_id: int) -> str:
        """Return the claim that was kept with an application of model C, or nothing."""
        row = self._one(_KEPT.replace("{application}", "?"), (application_id,))
        return "" if row is None else kept_of(cast("str", row[0]))

    def waiting_claims(self) -> list[tuple[int, str]]:
        """Return the claims of applications that are neither issued nor ended, with whose they are."""
        kept = _KEPT.replace("{application}", "application.id")
        rows = self._connection.execute(
            f"""SELECT application.id, ({kept}) AS kept FROM application
                WHERE status <> 'issued' AND contract_released = 0 AND kept IS NOT NULL"""
        ).fetchall()
        return [(key, kept_of(kept)) for key, kept in rows]

    def approved(self) -> list[int]:
        """Return the rows of all applications outside a batch that wait for issuance, oldest first."""
        rows = self._connection.execute(
            """SELECT id FROM application WHERE status <> 'issued' AND status = 'approved' AND batch_id IS NULL
               ORDER BY id"""
        ).fetchall()
        return [row[0] for row in rows]

    def decide(self, application_id: int, *, status: str, reviewed_by: int, reason: str) -> None:
        """Record a reviewer's decision."""
        self._write(
            "application",
            application_id,
            """UPDATE application SET status = ?1, contract_released = (?1 IN ('refused', 'declined', 'withdrawn')),
                 reviewed_by = ?2, reviewed_seq = ?3, reason = ?4 WHERE id = ?5""",
            (str(status), reviewed_by, self._notebook.seq if self._notebook else None, reason, application_id),
        )

    def accept(self, application_id: int, *, accepted_by: int) -> None:
        """Record the acceptance (受理); the journal record orders who came first (R32)."""
        self._write(
            "application",
            application_id,
            """UPDATE application SET status = 'accepted', accepted_by = ?, accepted_on = ?, accepted_seq = ?,
                 correct_by = NULL WHERE id = ?""",
            (accepted_by, self._today.isoformat(), self._seq, application_id),
        )

    def return_for_correction(self, application_id: int, *, correct_by: date, reason: str) -> None:
        """Record that an application goes back to be corrected until a day."""
        self._write(
            "application",
            application_id,
            """UPDATE application SET status = 'returned', corrections = corrections + 1, correct_by = ?, reason = ?
               WHERE id = ?""",
            (correct_by.isoformat(), reason, application_id),
        )

    def review_first(self, application_id: int, *, reviewed_by: int, reason: str) -> None:
        """Record the first review (初审)."""
        self._write(
            "application",
            application_id,
            """UPDATE application SET status = 'first-reviewed', first_reviewed_by = ?, first_reviewed_seq = ?,
                 reason = ? WHERE id = ?""",
            (reviewed_by, self._seq, reason, application_id),
        )

    def grant(self, application_id: int, granted: Money) -> None:
        """Record what the allocation gave (R32)."""
        self._write(
            "application",
            application_id,
            "UPDATE application SET status = 'allocated', granted_fen = ? WHERE id = ?",
            (granted.fen, application_id),
        )

    def step(self, application_id: int, *, status: str, reason: str | None = None) -> None:
        """Record a new status that is no review, and a reason where there is one."""
        self._write(
            "application",
            application_id,
            """UPDATE application SET status = ?1, contract_released = (?1 IN ('refused', 'declined', 'withdrawn')),
                 reason = coalesce(?2, reason) WHERE id = ?3""",
            (str(status), reason, application_id),
        )

    def mark_issued(self, application_id: int) -> None:
        """Record that the voucher was issued."""
        self._write(
            "application", application_id, "UPDATE application SET status = 'issued' WHERE id = ?", (application_id,)
        )

    @property
    def _seq(self) -> int:
        assert self._notebook is not None, "only a unit of work writes"
        return self._notebook.seq
