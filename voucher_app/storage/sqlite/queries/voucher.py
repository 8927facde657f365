"""Vouchers in lists and in detail."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Final

from voucher_app.domain.ledger import KINDS_PER_SUBJECT, Account, AccountKind
from voucher_app.domain.money import Money
from voucher_app.domain.numbering import VoucherNumber
from voucher_app.services.queries.voucher import EndedVoucher, VoucherDetails, VoucherRow
from voucher_app.storage.sqlite.connection import told
from voucher_app.storage.sqlite.queries.ledger import LedgerQueries
from voucher_app.storage.sqlite.queries.list_reader import UNITS_LIKE, like, of_statuses
from voucher_app.storage.sqlite.queries.stretches import Shape

if TYPE_CHECKING:
    from voucher_app.domain.voucher import Voucher
    from voucher_app.services.queries.ledger import HistoryEntry
    from voucher_app.services.queries.lists import ListFilter
    from voucher_app.storage.sqlite.queries.stretches import Stretches

_DETAIL_VOUCHERS: Final = 50
"""How many vouchers a unit's details list; the rest is one search away."""


def _voucher_row(key: int, number: str, recipient: str, provider: str, face: int, left: int, *rest: str) -> VoucherRow:
    return VoucherRow(key, number, recipient, provider, Money(face), Money(left), *rest)


VOUCHERS: Final = Shape(
    base="voucher",
    key="voucher.id",
    sorts={
        "number": ("voucher.year", "voucher.sequence"),
        "face": ("voucher.face_fen", "voucher.id"),
        "use_by": ("voucher.use_by", "voucher.id"),
        "redeem_by": ("voucher.redeem_by", "voucher.id"),
    },
    columns="""voucher.id, voucher.number, holder.name, seller.name, voucher.face_fen,
      voucher.face_fen - voucher.recycled_fen - voucher.redeemed_fen, voucher.status, voucher.issued_on,
      voucher.use_by, voucher.redeem_by""",
    full="""voucher JOIN organisation AS holder ON holder.id = voucher.recipient_id
      JOIN organisation AS seller ON seller.id = voucher.provider_id""",
    make=_voucher_row,
)
_VOUCHERS_OF_A_YEAR: Final = replace(VOUCHERS, sorts={**VOUCHERS.sorts, "number": ("voucher.sequence",)})
"""With the year given, SQLite finds a place by the sequence only when the order does not name the year once more."""

_ENDED_VOUCHERS: Final = f"""SELECT voucher.number, voucher.status, journal.business_date
    FROM voucher JOIN journal ON journal.seq = CASE
      WHEN voucher.status IN ('expired', 'used-up') THEN
        (SELECT max(journal_seq) FROM transfer
          WHERE debit_id = voucher.id * {KINDS_PER_SUBJECT} + {AccountKind.OUTSTANDING.value} AND kind <> 'issuance')
      ELSE
        (SELECT max(act.seq) FROM journal AS act WHERE act.subject = 'voucher:' || voucher.id
          AND act.subject <> '' AND act.action NOT IN ('application.submit', 'application.approve', 'voucher.issue')
          AND act.action = CASE voucher.status
            WHEN 'voided' THEN 'voucher.void' WHEN 'returned' THEN 'voucher.return' ELSE 'voucher.freeze' END)
      END
    WHERE voucher.status IN ('voided', 'returned', 'expired', 'used-up', 'frozen')
    ORDER BY voucher.year, voucher.sequence"""
"""Expiring takes many vouchers in one act, and using up is told by the balance; so the last transfer dates those two.
The other three are acts on one voucher; the terms beside the action are those of the index `journal_by_subject`."""


class VoucherQueries(LedgerQueries):
    """Vouchers in lists and in detail."""

    def vouchers(self, chosen: ListFilter) -> Stretches[VoucherRow]:
        """List vouchers."""
        parts = of_statuses("voucher.status", chosen.statuses)
        if chosen.year is not None:
            parts.append(("voucher.year = ?", (chosen.year,)))
        if chosen.text:
            text = like(chosen.text.strip())
            parts.append(
                (
                    f"""(voucher.number LIKE ? ESCAPE '\\' OR voucher.recipient_id IN {UNITS_LIKE}
                   OR voucher.provider_id IN {UNITS_LIKE} OR voucher.application_id IN
                   (SELECT id FROM application WHERE contract_number LIKE ? ESCAPE '\\'))""",
                    (text,) * 6,
                )
            )
        return self._stretches(VOUCHERS if chosen.year is None else _VOUCHERS_OF_A_YEAR, chosen, parts)

    def _voucher_details(self, number: str, *, with_history: bool) -> VoucherDetails:
        records = self._records()
        voucher = records.vouchers.get(VoucherNumber.parse(number))
        history: tuple[HistoryEntry, ...] = ()
        if with_history:
            history = self._history(
                subjects=[f"voucher:{voucher.id}", f"application:{voucher.application_id}"],
                seqs=[voucher.issued_seq, *self._application_seqs(voucher.application_id)],
                amounts=self._amounts(voucher),
            )
        return VoucherDetails(
            voucher=voucher,
            application=records.applications.get(voucher.application_id),
            **self._parts(records, voucher),
            prepared_by=self._operator_name(voucher.prepared_by),
            reviewed_by=self._operator_name(voucher.reviewed_by),
            journal_hash=self.journal_hash(voucher.issued_seq) or "",
            history=history,
            redemptions=tuple(records.redemptions.of_voucher(voucher.id)) if with_history else (),
            open_claims=records.redemptions.open_claims(voucher.id)[1],
        )

    def _amounts(self, voucher: Voucher) -> dict[int, int]:
        account = Account(AccountKind.OUTSTANDING, voucher.id).id
        rows = self._all(
            """SELECT journal_seq, amount_fen FROM transfer WHERE debit_id = ? AND kind <> 'issuance'
               UNION ALL SELECT issued_seq, face_fen FROM voucher WHERE id = ?
               UNION ALL SELECT journal_seq, amount_fen FROM transfer
                 WHERE reverses IN (SELECT id FROM transfer WHERE debit_id = ? AND kind <> 'issuance')
               UNION ALL SELECT claimed_seq, claimed_fen FROM redemption WHERE voucher_id = ?""",
            (account, voucher.id, account, voucher.id),
        )
        return dict(rows)

    def voucher(self, number: str) -> VoucherDetails:
        """Return all about a voucher."""
        with told(self._path):
            return self._voucher_details(number, with_history=True)

    def certificate(self, number: str) -> VoucherDetails:
        """Return what the certificate says of a voucher."""
        with told(self._path):
            return self._voucher_details(number, with_history=False)

    def ended_vouchers(self) -> tuple[EndedVoucher, ...]:
        """Return every voucher that nothing can be redeemed on now, by year and sequence."""
        return tuple(
            EndedVoucher(number, status, date.fromisoformat(day)) for number, status, day in self._all(_ENDED_VOUCHERS)
        )

    def _vouchers_of(self, role: str, unit_id: int, year: int | None) -> tuple[VoucherRow, ...]:
        year_part = "" if year is None else f"AND voucher.year = {int(year)}"
        found = self._all(
            f"""SELECT {VOUCHERS.columns} FROM {VOUCHERS.full} WHERE voucher.id IN (
                  SELECT id FROM voucher WHERE {role}_id = ? {year_part} ORDER BY id DESC LIMIT {_DETAIL_VOUCHERS})
                ORDER BY voucher.id DESC""",
            (unit_id,),
        )
        return tuple(VOUCHERS.make(*row) for row in found)
