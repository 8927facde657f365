"""All read models together, as the adapters are given them."""

from datetime import date
from typing import Protocol

from voucher_app.domain.budget import YearMoney
from voucher_app.domain.operators import Operator
from voucher_app.services.papers import PublicKey
from voucher_app.services.ports.policy import PublishedPolicy
from voucher_app.services.queries.application import ApplicationDetails, ApplicationRow
from voucher_app.services.queries.attachment import AttachmentRow
from voucher_app.services.queries.batch import BatchDetails, BatchRow
from voucher_app.services.queries.ledger import JournalRow, TransferRow
from voucher_app.services.queries.lists import ListFilter, ListSource
from voucher_app.services.queries.office import OfficeFacts
from voucher_app.services.queries.overview import Overview
from voucher_app.services.queries.parties import ProviderDetails, ProviderRow, RecipientDetails, RecipientRow
from voucher_app.services.queries.redemption import RedemptionDetails, RedemptionRow
from voucher_app.services.queries.voucher import VoucherDetails, VoucherRow


class Queries(Protocol):
    """All read models. Safe to call from any one thread at a time."""

    def office(self) -> OfficeFacts:
        """Return the office."""

    def operators(self) -> list[Operator]:
        """Return the people at the desk."""

    def operator(self, name: str) -> Operator:
        """Return one of them by name.

        Raises:
            NotFound: when there is none.
        """

    def public_keys(self) -> list[PublicKey]:
        """Return every public key the office ever used, newest first."""

    def policies(self) -> list[PublishedPolicy]:
        """Return all published policy versions, newest first."""

    def years(self) -> list[int]:
        """Return the budget years, newest first."""

    def year_money(self, year: int) -> YearMoney:
        """Return where a year's money is.

        Raises:
            NotFound: when the year was never opened.
        """

    def voucher_counts(self, year: int) -> dict[str, int]:
        """Return the number of a year's vouchers by status, every status named."""

    def overview(self, year: int, on: date) -> Overview:
        """Return a year at a glance, as of a day for what expires."""

    def vouchers(self, chosen: ListFilter) -> ListSource[VoucherRow]:
        """List vouchers; sorts: number, face, use_by."""

    def applications(self, chosen: ListFilter) -> ListSource[ApplicationRow]:
        """List applications; sorts: id, requested."""

    def batches(self, chosen: ListFilter) -> ListSource[BatchRow]:
        """List batches; sorts: id, intake_until."""

    def batch(self, batch_id: int) -> BatchDetails:
        """Return all about a batch."""

    def attachments(self, subject: str) -> list[AttachmentRow]:
        """Return the attachments of one record, such as `application:7`."""

    def redemptions(self, chosen: ListFilter) -> ListSource[RedemptionRow]:
        """List redemptions; sorts: id, claimed."""

    def recipients(self, chosen: ListFilter) -> ListSource[RecipientRow]:
        """List recipients; sorts: name, uscc, id."""

    def providers(self, chosen: ListFilter) -> ListSource[ProviderRow]:
        """List providers and, after them, candidate facilities; sorts: name, uscc, id."""

    def journal(self, chosen: ListFilter) -> ListSource[JournalRow]:
        """List journal records; sorts: seq."""

    def transfers(self, chosen: ListFilter) -> ListSource[TransferRow]:
        """List transfers; sorts: id, amount."""

    def voucher(self, number: str) -> VoucherDetails:
        """Return all about a voucher."""

    def certificate(self, number: str) -> VoucherDetails:
        """Return what the certificate says of a voucher: its details without history and redemptions."""

    def application(self, application_id: int) -> ApplicationDetails:
        """Return all about an application."""

    def redemption(self, redemption_id: int) -> RedemptionDetails:
        """Return all about a redemption."""

    def recipient(self, uscc: str, year: int) -> RecipientDetails:
        """Return all about a recipient."""

    def provider(self, uscc: str) -> ProviderDetails:
        """Return all about a provider."""

    def facility(self, facility_id: int) -> ProviderDetails:
        """Return all about a candidate of the registry."""

    def journal_hash(self, seq: int) -> str | None:
        """Return the hash of a journal record, or None when there is none."""

    def regions(self) -> dict[str, str]:
        """Return the names of region codes."""
