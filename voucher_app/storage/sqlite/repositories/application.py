"""Applications as rows of the data file."""

from typing import cast

from voucher_app.domain.application import Application, ApplicationStatus
from voucher_app.domain.contract import Contract, contract_key
from voucher_app.domain.errors import NotFound
from voucher_app.domain.money import Money
from voucher_app.storage.sqlite.repositories.table import Table, day


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
    ) -> int:
        """Record a submitted application; return its row."""
        assert self._notebook is not None, "only a unit of work writes"
        key = self._next("application")
        self._write(
            "application",
            key,
            """INSERT INTO application (id, year, policy_id, recipient_id, provider_id, contract_number, contract_key,
                 contract_amount_fen, contract_signed_on, requested_fen, status, submitted_on, submission_reason,
                 prepared_by, submitted_seq) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 'submitted', ?, ?, ?, ?)""",
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
                self._today.isoformat(),
                reason,
                prepared_by,
                self._notebook.seq,
            ),
        )
        return key

    def get(self, application_id: int) -> Application:
        """Return one application."""
        row = self._one(
            """SELECT id, year, policy_id, recipient_id, provider_id, contract_number, contract_amount_fen,
                 contract_signed_on, requested_fen, status, submitted_on, prepared_by, reviewed_by,
                 CASE WHEN reason = '' THEN submission_reason ELSE reason END, batch_id, granted_fen
               FROM application WHERE id = ?""",
            (application_id,),
        )
        if row is None:
            raise NotFound("application", application_id)
        ids = cast("tuple[int, int, int, int, int]", row[:5])
        number, amount, signed_on, requested, status, submitted_on, prepared_by, reviewed_by, reason = row[5:14]
        batch_id, granted = row[14:]
        return Application(
            *ids,
            contract=Contract(cast("str", number), Money(cast("int", amount)), day(signed_on)),
            requested=Money(cast("int", requested)),
            status=ApplicationStatus(cast("str", status)),
            submitted_on=day(submitted_on),
            prepared_by=cast("int", prepared_by),
            reviewed_by=cast("int | None", reviewed_by),
            reason=cast("str", reason),
            batch_id=cast("int | None", batch_id),
            granted=None if granted is None else Money(cast("int", granted)),
        )

    def holder_of_contract(self, provider_id: int, number: str) -> int | None:
        """Return the application that uses a contract, refused ones left out (R8)."""
        row = self._one(
            "SELECT id FROM application WHERE provider_id = ? AND contract_key = ? AND contract_released = 0",
            (provider_id, contract_key(number)),
        )
        return None if row is None else cast("int", row[0])

    def approved(self) -> list[int]:
        """Return the rows of all applications that wait for issuance, oldest first."""
        rows = self._connection.execute(
            "SELECT id FROM application WHERE status <> 'issued' AND status IN ('approved', 'cleared') ORDER BY id"
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

    def mark_issued(self, application_id: int) -> None:
        """Record that the voucher was issued."""
        self._write(
            "application", application_id, "UPDATE application SET status = 'issued' WHERE id = ?", (application_id,)
        )
