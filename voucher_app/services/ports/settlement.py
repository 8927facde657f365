"""Settlements as the use cases need them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

    from voucher_app.domain.money import Money
    from voucher_app.domain.settlement import LineCounts, PayeeAccount, Settlement, SettlementLine


@dataclass(frozen=True, slots=True)
class Owed:
    """A verified redemption that no settlement has taken up.

    Attributes:
        policy_id: the voucher's own policy version.
        batch_model: the operating model of its batch, or empty outside a batch: then the policy says it.
    """

    redemption_id: int
    year: int
    amount: Money
    policy_id: int
    batch_model: str
    recipient_id: int
    provider_id: int


@dataclass(frozen=True, slots=True)
class NewLine:
    """A line to be written; the province's share in millionths."""

    redemption_id: int
    payee_id: int
    amount: Money
    province_millionths: int
    province: Money
    account: PayeeAccount
    is_sampled: bool


class SettlementRepository(Protocol):
    """Settlements and their lines."""

    def owed(self, *, until: date, since: date | None, year: int | None) -> list[Owed]:
        """Return what was verified up to a day, from a day on where one is told, and is in no settlement."""

    def accounts(self, unit_ids: Iterable[int]) -> dict[int, PayeeAccount]:
        """Return where units want their money, as filed; the account's name is the unit's where none is filed."""

    def add(
        self, *, year: int, period_from: date, period_until: date, document: str, prepared_by: int, lines: list[NewLine]
    ) -> int:
        """Record a draft with its lines; return its row."""

    def get(self, settlement_id: int) -> Settlement:
        """Return one settlement.

        Raises:
            NotFound: when there is none.
        """

    def line(self, settlement_id: int, line_id: int) -> SettlementLine:
        """Return one line of a settlement.

        Raises:
            NotFound: when the settlement has none of this number.
        """

    def lines(self, settlement_id: int, *, status: str = "") -> list[SettlementLine]:
        """Return a settlement's lines in their order, those of one status where one is told."""

    def counts(self, settlement_id: int) -> LineCounts:
        """Return how many lines stand where."""

    def set_status(
        self,
        settlement_id: int,
        status: str,
        *,
        reviewed_by: int | None = None,
        checked_by: int | None = None,
        disbursed_by: int | None = None,
        document: str = "",
    ) -> None:
        """Record where a settlement stands, and who brought it there; what is not told stays."""

    def pay(self, line_ids: Sequence[int], *, receipt_number: str, paid_on: date) -> None:
        """Record that lines were paid."""

    def fail(self, line_id: int, *, reason: str) -> None:
        """Record that a line could not be paid, or came back."""

    def remove(self, line_ids: Sequence[int]) -> None:
        """Take lines out."""

    def record_sample(self, line_id: int, *, result: str) -> None:
        """Record what a third party's check found."""

    def mark_reconciled(self, line_ids: Sequence[int]) -> None:
        """Record that the bank's file shows these payments."""
