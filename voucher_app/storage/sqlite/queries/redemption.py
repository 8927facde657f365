"""Redemptions in lists and in detail."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from voucher_app.domain.ledger import KINDS_PER_SUBJECT, AccountKind
from voucher_app.domain.money import Money
from voucher_app.domain.redemption import RedemptionStatus, payee_of
from voucher_app.services.queries.redemption import RedemptionDetails, RedemptionRow, SettledLine
from voucher_app.services.redemption import check_papers, reckoning_of
from voucher_app.storage.sqlite.connection import told
from voucher_app.storage.sqlite.queries.attachment import AttachmentQueries
from voucher_app.storage.sqlite.queries.deciding import decidable_by, of_redemption_states
from voucher_app.storage.sqlite.queries.found import Typed
from voucher_app.storage.sqlite.queries.ledger import entries_of_redemption, transfer_row
from voucher_app.storage.sqlite.queries.list_reader import INDEXED_BY_SUBJECT, numbered
from voucher_app.storage.sqlite.queries.recovery import RECOVERIES, recovery_row
from voucher_app.storage.sqlite.queries.stretches import Shape

if TYPE_CHECKING:
    from voucher_app.services.queries.lists import ListFilter
    from voucher_app.storage.sqlite.queries.stretches import Stretches

_REDEMPTIONS: Final = Shape(
    base="redemption",
    key="redemption.id",
    sorts={"id": ("redemption.id",), "claimed": ("redemption.claimed_fen", "redemption.id")},
    columns="""redemption.id, voucher.number, holder.name, invoice_key, claimed_fen, approved_fen,
      redemption.status, claimed_on, operator.name""",
    full="""redemption JOIN voucher ON voucher.id = voucher_id
      JOIN organisation AS holder ON holder.id = voucher.recipient_id
      JOIN operator ON operator.id = redemption.prepared_by""",
    make=lambda key, voucher, recipient, invoice, claimed, approved, *rest: RedemptionRow(
        key, voucher, recipient, invoice, Money(claimed), None if approved is None else Money(approved), *rest
    ),
)


class RedemptionQueries(AttachmentQueries):
    """Redemptions in lists and in detail."""

    def redemptions(self, chosen: ListFilter) -> Stretches[RedemptionRow]:
        """List redemptions."""
        parts = of_redemption_states(chosen.statuses) + decidable_by("redemption", chosen.decidable_by)
        if chosen.year is not None:
            parts.append(("redemption.voucher_id IN (SELECT id FROM voucher WHERE year = ?)", (chosen.year,)))
        if (number := numbered(chosen.text)) is not None:
            parts.append(("redemption.id = ?", (number,)))
            return self._stretches(_REDEMPTIONS, chosen, parts)
        typed = Typed.of(chosen.text)
        narrowing = typed.of_redemptions(self._reader(), self._path) if typed else None
        return self._stretches(_REDEMPTIONS, chosen, parts, narrowing)

    def redemption(self, redemption_id: int) -> RedemptionDetails:
        """Return all about a redemption."""
        lines = self._all(
            """SELECT settlement_id, id, status, receipt_number, coalesce(paid_on, ''), failure_reason
               FROM settlement_line WHERE redemption_id = ? ORDER BY id""",
            (redemption_id,),
        )
        recoveries = self._all(f"{RECOVERIES} WHERE redemption_id = ? ORDER BY recovery.id", (redemption_id,))
        with told(self._path):
            records = self._records()
            redemption = records.redemptions.get(redemption_id)
            voucher = records.vouchers.get_by_id(redemption.voucher_id)
            payable = redemption_id * KINDS_PER_SUBJECT + AccountKind.PAYABLE
            seqs = [
                row[0]
                for row in self._all(
                    f"""SELECT claimed_seq FROM redemption WHERE id = ?
                       UNION SELECT journal_seq FROM transfer WHERE kind = 'redemption' AND credit_id = ?
                       UNION SELECT journal_seq FROM transfer WHERE debit_id = ? AND kind <> 'issuance'
                       UNION SELECT seq FROM journal WHERE subject = ? AND {INDEXED_BY_SUBJECT}
                         AND action LIKE 'redemption.%' AND result = ?""",
                    (redemption_id, payable, payable, f"voucher:{voucher.id}", f"[{redemption_id}]"),
                )
            ]
            parts = self._parts(records, voucher)
            model = records.redemptions.model_of(voucher.application_id) or parts["policy"].policy.operating_model
            payee = "provider" if payee_of(voucher, model) == voucher.provider_id else "recipient"
            reckoning = reckoning_of(records, redemption, voucher)
            return RedemptionDetails(
                redemption=redemption,
                voucher=voucher,
                **parts,
                prepared_by=self._operator_name(redemption.prepared_by),
                reviewed_by=self._operator_name(redemption.reviewed_by),
                redeemed_in_year=records.parties.redeemed(voucher.recipient_id, voucher.year),
                open_claims=records.redemptions.open_claims(voucher.id, besides=redemption_id)[1],
                history=self._history(seqs=seqs, subjects=[f"recovery:{row[0]}" for row in recoveries]),
                payable=reckoning.payable,
                derivation=reckoning.steps,
                is_decided=reckoning.is_decided,
                model=model,
                payee=parts[payee].organisation,
                warnings=tuple(reckoning.warnings),
                settled=tuple(SettledLine(*row) for row in lines),
                attachments=tuple(self.attachments(f"redemption:{redemption_id}")),
                incomplete=tuple(check_papers(records, redemption, voucher))
                if redemption.status is RedemptionStatus.CLAIMED
                else (),
                recoveries=tuple(recovery_row(*row) for row in recoveries),
                entries=tuple(transfer_row(*row) for row in self._all(*entries_of_redemption(redemption_id))),
            )
