"""Vouchers in lists and in detail."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any, Final

from voucher_app.domain.errors import NotFound
from voucher_app.domain.ledger import KINDS_PER_SUBJECT, Account, AccountKind
from voucher_app.domain.money import Money
from voucher_app.domain.numbering import VoucherNumber
from voucher_app.domain.voucher import VoucherStatus
from voucher_app.services.queries.voucher import CertificateRecord, EndedVoucher, VoucherDetails, VoucherRow
from voucher_app.storage.sqlite.connection import told
from voucher_app.storage.sqlite.queries.found import OF_THE_YEAR, Typed
from voucher_app.storage.sqlite.queries.ledger import LedgerQueries
from voucher_app.storage.sqlite.queries.list_reader import of_statuses
from voucher_app.storage.sqlite.queries.stretches import Shape
from voucher_app.storage.sqlite.repositories.table import day

if TYPE_CHECKING:
    from collections.abc import Sequence

    from voucher_app.domain.voucher import Voucher
    from voucher_app.services.queries.lists import ListFilter
    from voucher_app.storage.sqlite.queries.stretches import Stretches
    from voucher_app.storage.sqlite.repositories.policy import PolicyTable

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
_FOUND_IN_A_YEAR: Final = replace(VOUCHERS, sorts={**VOUCHERS.sorts, "number": ("voucher.id",)})
"""Within a year, vouchers are numbered as they are added; what is found by an index is found with its key alone."""

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


_ASKED_AT_ONCE: Final = 1_000
"""Vouchers of one statement."""

_CERTIFICATES: Final = """
    SELECT voucher.year, voucher.sequence, voucher.status, voucher.face_fen, voucher.issued_on, voucher.use_by,
      voucher.redeem_by, holder.name, holder.uscc, seller.name, application.contract_number, preparer.name,
      reviewer.name, voucher.policy_id, voucher.issued_seq
    FROM json_each(?) AS asked
    JOIN voucher ON voucher.year = asked.value ->> 0 AND voucher.sequence = asked.value ->> 1
    JOIN application ON application.id = voucher.application_id
    JOIN organisation AS holder ON holder.id = voucher.recipient_id
    JOIN organisation AS seller ON seller.id = voucher.provider_id
    JOIN operator AS preparer ON preparer.id = voucher.prepared_by
    JOIN operator AS reviewer ON reviewer.id = voucher.reviewed_by"""
_ISSUED_SEQ: Final = -1


def _certificate(
    number: VoucherNumber, row: tuple[Any, ...], policies: PolicyTable, hashes: dict[int, str]
) -> CertificateRecord:
    status, face_fen, issued_on, use_by, redeem_by, *names, policy_id, issued_seq = row
    recipient_name, recipient_uscc, provider_name, contract_number, prepared_by, reviewed_by = names
    return CertificateRecord(
        number=number,
        status=VoucherStatus(status),
        face=Money(face_fen),
        issued_on=day(issued_on),
        use_by=day(use_by),
        redeem_by=day(redeem_by),
        recipient_name=recipient_name,
        recipient_uscc=recipient_uscc,
        provider_name=provider_name,
        contract_number=contract_number,
        policy=policies.get(policy_id),
        prepared_by=prepared_by,
        reviewed_by=reviewed_by,
        issued_seq=issued_seq,
        journal_hash=hashes.get(issued_seq, ""),
    )


class VoucherQueries(LedgerQueries):
    """Vouchers in lists and in detail."""

    def vouchers(self, chosen: ListFilter) -> Stretches[VoucherRow]:
        """List vouchers."""
        parts = of_statuses("voucher.status", chosen.statuses)
        typed = Typed.of(chosen.text)
        if typed is None:
            if chosen.year is None:
                return self._stretches(VOUCHERS, chosen, parts)
            return self._stretches(_VOUCHERS_OF_A_YEAR, chosen, [*parts, ("voucher.year = ?", (chosen.year,))])
        if chosen.year is not None:
            parts.append((OF_THE_YEAR, (chosen.year,)))
        narrowing = typed.of_vouchers(self._reader(), self._path, year=chosen.year)
        return self._stretches(VOUCHERS if chosen.year is None else _FOUND_IN_A_YEAR, chosen, parts, narrowing)

    def certificates(self, numbers: Sequence[str]) -> list[CertificateRecord]:
        """Return what the certificates say of vouchers, in the order of their numbers."""
        wanted = [VoucherNumber.parse(number) for number in numbers]
        with told(self._path):
            records = self._records()
            rows: dict[VoucherNumber, tuple[Any, ...]] = {}
            for start in range(0, len(wanted), _ASKED_AT_ONCE):
                asked = [(number.year, number.sequence) for number in wanted[start : start + _ASKED_AT_ONCE]]
                rows |= {VoucherNumber(*row[:2]): row[2:] for row in self._all(_CERTIFICATES, (json.dumps(asked),))}
            missing = next((number for number in wanted if number not in rows), None)
            if missing is not None:
                raise NotFound("voucher", str(missing))
            hashes = self._journal_hashes({row[_ISSUED_SEQ] for row in rows.values()})
            return [_certificate(number, rows[number], records.policies, hashes) for number in wanted]

    def _journal_hashes(self, seqs: set[int]) -> dict[int, str]:
        """Return the hashes of journal records; a batch of vouchers shares one record, whose images are long."""
        asked = json.dumps(sorted(seqs))
        return dict(self._all("SELECT seq, hash FROM journal WHERE seq IN (SELECT value FROM json_each(?))", (asked,)))

    def _voucher_details(self, number: str) -> VoucherDetails:
        records = self._records()
        voucher = records.vouchers.get(VoucherNumber.parse(number))
        return VoucherDetails(
            voucher=voucher,
            application=records.applications.get(voucher.application_id),
            **self._parts(records, voucher),
            prepared_by=self._operator_name(voucher.prepared_by),
            reviewed_by=self._operator_name(voucher.reviewed_by),
            journal_hash=self.journal_hash(voucher.issued_seq) or "",
            history=self._history(
                subjects=[f"voucher:{voucher.id}", f"application:{voucher.application_id}"],
                seqs=[voucher.issued_seq, *self._application_seqs(voucher.application_id)],
                amounts=self._amounts(voucher),
            ),
            redemptions=tuple(records.redemptions.of_voucher(voucher.id)),
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
            return self._voucher_details(number)

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
