"""The ledger: accounts and transfers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence

    from voucher_app.domain.ledger import Account, Transfer
    from voucher_app.domain.money import Money


class Ledger(Protocol):
    """The ledger: it only grows."""

    def open(self, account: Account) -> None:
        """Make an account with a balance of zero, unless it is there."""

    def balance(self, account: Account) -> Money:
        """Return an account's balance."""

    def post(self, transfer: Transfer) -> None:
        """Move money."""

    def post_all(self, transfers: Sequence[Transfer]) -> None:
        """Move money many times, in this order."""

    def disbursement(self, redemption_id: int) -> tuple[int, Transfer]:
        """Return row and transfer by which a redemption was paid and that nothing has undone.

        Raises:
            NotFound: when it is not paid.
        """

    def redemption_transfer(self, redemption_id: int) -> tuple[int, Transfer]:
        """Return row and transfer by which a redemption became payable."""
