"""Applications as the use cases need them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from voucher_app.domain.money import ZERO

if TYPE_CHECKING:
    from datetime import date

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
        batch_id: int | None = None,
        other_support: Money = ZERO,
        supporting_services: Money = ZERO,
        is_draft: bool = False,
    ) -> int:
        """Record a submitted application, or a draft; return its row."""

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

    def submit_draft(self, application_id: int, *, reason: str) -> None:
        """Record that a draft was submitted; from now on it holds its contract."""

    def get(self, application_id: int) -> Application:
        """Return one application.

        Raises:
            NotFound: when there is none.
        """

    def holder_of_contract(self, provider_id: int, number: str) -> int | None:
        """Return the application that uses a contract, drafts and ended ones left out (R8)."""

    def filed_claim(self, application_id: int) -> str:
        """Return the claim that was kept with an application of model C, or nothing."""

    def waiting_claims(self) -> list[tuple[int, str]]:
        """Return the claims of applications that are neither issued nor ended, with whose they are."""

    def approved(self) -> list[int]:
        """Return the rows of all applications outside a batch that wait for issuance, oldest first."""

    def decide(self, application_id: int, *, status: str, reviewed_by: int, reason: str) -> None:
        """Record a reviewer's decision."""

    def accept(self, application_id: int, *, accepted_by: int) -> None:
        """Record the acceptance (受理); the journal record orders who came first (R32)."""

    def return_for_correction(self, application_id: int, *, correct_by: date, reason: str) -> None:
        """Record that an application goes back to be corrected until a day."""

    def review_first(self, application_id: int, *, reviewed_by: int, reason: str) -> None:
        """Record the first review (初审)."""

    def grant(self, application_id: int, granted: Money) -> None:
        """Record what the allocation gave (R32)."""

    def step(self, application_id: int, *, status: str, reason: str | None = None) -> None:
        """Record a new status that is no review, and a reason where there is one."""

    def mark_issued(self, application_id: int) -> None:
        """Record that the voucher was issued."""
