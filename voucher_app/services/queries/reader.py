"""All read models together, as the adapters are given them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date

    from voucher_app.domain.budget import YearMoney
    from voucher_app.domain.money import Money
    from voucher_app.domain.operators import Operator
    from voucher_app.domain.simulation import YearAsRecorded
    from voucher_app.services.papers import PublicKey
    from voucher_app.services.ports.policy import PolicyDraft, PublishedPolicy
    from voucher_app.services.queries.application import ApplicationDetails, ApplicationRow
    from voucher_app.services.queries.archive import ArchiveContents
    from voucher_app.services.queries.attachment import AttachmentRow
    from voucher_app.services.queries.batch import BatchDetails, BatchRow
    from voucher_app.services.queries.documents import (
        ClosedYear,
        ComputeUsed,
        Issuance,
        IssuedPeriod,
        IssuedSoFar,
        JournalMark,
        LedgerEnd,
        LedgerProvider,
        LedgerUnit,
        LedgerVoucher,
        ListedUnit,
        Moved,
        RegisteredProvider,
        SettledClaim,
        VolumeItem,
    )
    from voucher_app.services.queries.import_file import ImportFileRow
    from voucher_app.services.queries.ledger import JournalRow, TransferRow
    from voucher_app.services.queries.lists import ListFilter, ListSource
    from voucher_app.services.queries.office import OfficeFacts
    from voucher_app.services.queries.operator import OperatorRow, PersonDetails
    from voucher_app.services.queries.overview import Overview
    from voucher_app.services.queries.parties import (
        FacilityRow,
        ProviderDetails,
        ProviderRow,
        RecipientDetails,
        RecipientRow,
    )
    from voucher_app.services.queries.policy import DraftDetails, PolicyDetails
    from voucher_app.services.queries.printing import CopyRow, PrintDetails, PrintRow
    from voucher_app.services.queries.recovery import BanRow, RecoveryDetails, RecoveryRow
    from voucher_app.services.queries.redemption import RedemptionDetails, RedemptionRow
    from voucher_app.services.queries.retention import HeldRows
    from voucher_app.services.queries.search import PaperRow
    from voucher_app.services.queries.settlement import (
        PayeeStatement,
        SettlementDetails,
        SettlementLineRow,
        SettlementRow,
    )
    from voucher_app.services.queries.voucher import CertificateRecord, EndedVoucher, VoucherDetails, VoucherRow
    from voucher_app.services.queries.waiting import Waiting
    from voucher_app.services.queries.year import CapChangeRow, YearStatement


class Queries(Protocol):
    """All read models. Safe to call from any one thread at a time."""

    def office(self) -> OfficeFacts:
        """Return the office."""

    def operators(self) -> list[Operator]:
        """Return the people at the desk."""

    def people(self) -> list[OperatorRow]:
        """Return the people at the desk with the state of their accounts."""

    def person(self, name: str) -> PersonDetails:
        """Return a person with the state and the history of the account.

        Raises:
            NotFound: when there is none.
        """

    def operator(self, name: str) -> Operator:
        """Return one of them by name.

        Raises:
            NotFound: when there is none.
        """

    def public_keys(self) -> list[PublicKey]:
        """Return every public key the office ever used, newest first."""

    def policies(self) -> list[PublishedPolicy]:
        """Return all published policy versions, newest first."""

    def policy(self, policy_id: int) -> PolicyDetails:
        """Return all about a published version."""

    def policy_drafts(self) -> list[PolicyDraft]:
        """Return all drafts of policy versions, newest first."""

    def policy_draft(self, draft_id: int) -> DraftDetails:
        """Return all about a draft."""

    def year_as_recorded(self, year: int) -> YearAsRecorded:
        """Return a year's applications, redemptions and endings, to be played again under another policy.

        Raises:
            NotFound: when the year was never opened.
        """

    def years(self) -> list[int]:
        """Return the budget years, newest first."""

    def year_money(self, year: int) -> YearMoney:
        """Return where a year's money is.

        Raises:
            NotFound: when the year was never opened.
        """

    def cap_changes(self, year: int, until: date | None = None) -> tuple[CapChangeRow, ...]:
        """Return the raises of a year, oldest first, as they stood at the end of a day."""

    def year_statement(self, year: int, until: date | None = None, *, until_record: int | None = None) -> YearStatement:
        """Return what became of a year's money up to the end of a day, or a journal record, by replay; else now.

        Raises:
            NotFound: when the year was not open on that day.
        """

    def voucher_counts(self, year: int) -> dict[str, int]:
        """Return the number of a year's vouchers by status, every status named."""

    def overview(self, year: int, on: date) -> Overview:
        """Return a year at a glance, as of a day for what expires."""

    def waiting(self, year: int, operator_id: int) -> tuple[Waiting, ...]:
        """Return how much of a year waits in which state, and on how much of it an operator may decide."""

    def vouchers(self, chosen: ListFilter) -> ListSource[VoucherRow]:
        """List vouchers; sorts: number, face, use_by."""

    def applications(self, chosen: ListFilter) -> ListSource[ApplicationRow]:
        """List applications; sorts: id, requested."""

    def batches(self, chosen: ListFilter) -> ListSource[BatchRow]:
        """List batches; sorts: id, intake_until."""

    def batch(self, batch_id: int) -> BatchDetails:
        """Return all about a batch."""

    def personal_data(self) -> list[HeldRows]:
        """Return what the data file holds that names or reaches a person, each kind once."""

    def attachments(self, subject: str) -> list[AttachmentRow]:
        """Return the attachments of one record, such as `application:7`."""

    def redemptions(self, chosen: ListFilter) -> ListSource[RedemptionRow]:
        """List redemptions; sorts: id, claimed."""

    def settlements(self, chosen: ListFilter) -> ListSource[SettlementRow]:
        """List settlements; sorts: id, until."""

    def settlement_lines(self, settlement_id: int, chosen: ListFilter) -> ListSource[SettlementLineRow]:
        """List the lines of a settlement; sorts: id, amount."""

    def recoveries(self, chosen: ListFilter) -> ListSource[RecoveryRow]:
        """List recoveries; sorts: id, due."""

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

    def certificates(self, numbers: Sequence[str]) -> list[CertificateRecord]:
        """Return what the certificates say of vouchers, in the order of their numbers, in few statements for all.

        Raises:
            InvalidInput, NotFound: for the first number that cannot be read or does not exist.
        """

    def ended_vouchers(self) -> tuple[EndedVoucher, ...]:
        """Return every voucher that nothing can be redeemed on now, by year and sequence."""

    def application(self, application_id: int) -> ApplicationDetails:
        """Return all about an application."""

    def redemption(self, redemption_id: int) -> RedemptionDetails:
        """Return all about a redemption."""

    def settlement(self, settlement_id: int) -> SettlementDetails:
        """Return all about a settlement but its lines."""

    def payee_statement(self, settlement_id: int, uscc: str) -> PayeeStatement:
        """Return what one payee gets of a settlement.

        Raises:
            NotFound: when the settlement has no live line for it.
        """

    def recovery(self, recovery_id: int) -> RecoveryDetails:
        """Return all about a recovery."""

    def prints(self, chosen: ListFilter) -> ListSource[PrintRow]:
        """List print jobs; sorts: id."""

    def print_job(self, job_id: int) -> PrintDetails:
        """Return all about a print job.

        Raises:
            NotFound: when there is none.
        """

    def copies(self, kind: str, subject: str) -> tuple[CopyRow, ...]:
        """Return every print of a document, newest first."""

    def bans(self, uscc: str) -> tuple[BanRow, ...]:
        """Return every ban of a unit, newest first."""

    def recipient(self, uscc: str, year: int) -> RecipientDetails:
        """Return all about a recipient."""

    def provider(self, uscc: str) -> ProviderDetails:
        """Return all about a provider."""

    def facilities(self) -> list[FacilityRow]:
        """Return every facility of the registry, with the provider that runs it."""

    def facility(self, facility_id: int) -> ProviderDetails:
        """Return all about a candidate of the registry."""

    def action_of(self, request_id: str) -> str:
        """Return the use case that a request was, or nothing when it was never carried out."""

    def journal_head(self) -> tuple[int, str]:
        """Return number and hash of the last journal record."""

    def journal_hash(self, seq: int) -> str | None:
        """Return the hash of a journal record, or None when there is none."""

    def publicized_units(self, batch_id: int) -> tuple[ListedUnit, ...]:
        """Return the publicity list of a batch, as it was publicized."""

    def issuances(self, seq: int) -> tuple[Issuance, ...]:
        """Return what a journal record issued outside a batch: one issuance for each year and policy version.

        Raises:
            NotFound: when it issued nothing of that kind.
        """

    def issued_units(self, issuance: Issuance) -> tuple[ListedUnit, ...]:
        """Return the vouchers of an issuance."""

    def issued_so_far(self, issuance: Issuance) -> IssuedSoFar:
        """Return the year as of an issuance.

        Raises:
            NotFound: when nothing of it was issued.
        """

    def settled_claims(self, settlement_id: int) -> tuple[SettledClaim, ...]:
        """Return the live lines of a settlement, with everything its papers say of them."""

    def granted_before(self, application_id: int, seq: int | None = None) -> Money:
        """Return what the unit held of the year's cap before an application was submitted, or before some record."""

    def redeemed_before(self, redemption_id: int) -> Money:
        """Return what was redeemed of its voucher, and not reversed, before a redemption was verified."""

    def paid_in_settlements_before(self, settlement_id: int) -> Money:
        """Return what the earlier settlements of the same budget year paid."""

    def register(self, on: date) -> tuple[RegisteredProvider, ...]:
        """Return the providers in the register whose term covers a day."""

    def ledger_vouchers(self, year: int) -> tuple[LedgerVoucher, ...]:
        """Return every voucher of a year, in the order of numbers."""

    def ledger_providers(self, year: int) -> tuple[LedgerProvider, ...]:
        """Return every provider, those with most value of the year first."""

    def ledger_units(self, year: int) -> tuple[LedgerUnit, ...]:
        """Return every recipient that was issued a voucher of the year, those with most value first."""

    def ledger_ends(self, year: int) -> tuple[LedgerEnd, ...]:
        """Return what was returned, voided, expired and recovered of a year's money, oldest first."""

    def moved(self, year: int, first: date, last: date) -> tuple[Moved, ...]:
        """Return what moved of a year's money between two days, by kind and month, reversals taken off."""

    def compute_used(self, year: int, first: date, last: date) -> tuple[ComputeUsed, ...]:
        """Return what compute the claims verified between two days were for, by item, unit and price."""

    def issued_period(self, year: int, first: date, last: date) -> IssuedPeriod:
        """Return what was issued of a year between two days."""

    def closed_year(self, year: int) -> ClosedYear:
        """Return a year as it stood when it was closed.

        Raises:
            NotFound: when it was never closed.
        """

    def volume(self, noun: str, key: int) -> tuple[VolumeItem, ...]:
        """Return the papers and attachments of a voucher (`voucher`, its row) or of a year (`year`)."""

    def key_days(self) -> dict[str, date]:
        """Return the day on which each key of the office was recorded, by its identifier."""

    def journal_mark(self, seq: int) -> JournalMark:
        """Return one journal record.

        Raises:
            NotFound: when there is none.
        """

    def checkpoint_before(self, seq: int) -> JournalMark | None:
        """Return the journal record of the last checkpoint on paper before this one, or None."""

    def archive_of_voucher(self, number: str) -> ArchiveContents:
        """Return what belongs into the archive pack of one voucher.

        Raises:
            InvalidInput, NotFound: for a number that cannot be read or does not exist.
        """

    def archive_of_year(self, year: int) -> ArchiveContents:
        """Return what belongs into the archive pack of a budget year.

        Raises:
            NotFound: when the year was never opened.
        """

    def journal_extract(self, contents: ArchiveContents, *, until_seq: int) -> Iterator[str]:
        """Yield the journal records that touch a pack, each as a line of JSON with all that its hash covers."""

    def papers(self, text: str) -> list[PaperRow]:
        """Return the document numbers and printed papers that hold a text, newest first; certificates are vouchers."""

    def year_of(self, noun: str, key: int) -> int | None:
        """Return the budget year in whose lists a record stands; None where that is every year, or unknown."""

    def import_files(self) -> list[ImportFileRow]:
        """Return the files that were taken in, newest first."""

    def regions(self) -> dict[str, str]:
        """Return the names of region codes."""
