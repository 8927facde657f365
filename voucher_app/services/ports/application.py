"""Applications as the use cases need them."""

from typing import Protocol

from voucher_app.domain.application import Application
from voucher_app.domain.contract import Contract
from voucher_app.domain.money import Money


class ApplicationRepository(Protocol):
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

    def get(self, application_id: int) -> Application:
        """Return one application.

        Raises:
            NotFound: when there is none.
        """

    def holder_of_contract(self, provider_id: int, number: str) -> int | None:
        """Return the application that uses a contract, refused ones left out (R8)."""

    def approved(self) -> list[int]:
        """Return the rows of all applications that wait for issuance, oldest first."""

    def decide(self, application_id: int, *, status: str, reviewed_by: int, reason: str) -> None:
        """Record a reviewer's decision."""

    def mark_issued(self, application_id: int) -> None:
        """Record that the voucher was issued."""
