"""An act of a person: all records by noun, and one transaction with its journal record."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol, Self

from voucher_app.domain.errors import InvalidInput, Violation
from voucher_app.domain.text import parse_line

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, datetime

    from voucher_app.domain.operators import Operator
    from voucher_app.services.ports.application import ApplicationRepository
    from voucher_app.services.ports.attachment import AttachmentRepository
    from voucher_app.services.ports.batch import BatchRepository
    from voucher_app.services.ports.calendar import CalendarRepository
    from voucher_app.services.ports.credential import CredentialRepository
    from voucher_app.services.ports.credit import CreditRepository
    from voucher_app.services.ports.document_number import DocumentNumberRepository
    from voucher_app.services.ports.import_file import ImportFileRepository
    from voucher_app.services.ports.ledger import Ledger
    from voucher_app.services.ports.objection import ObjectionRepository
    from voucher_app.services.ports.office import OfficeRepository
    from voucher_app.services.ports.office_key import KeyRepository
    from voucher_app.services.ports.parties import PartyRepository
    from voucher_app.services.ports.policy import PolicyRepository
    from voucher_app.services.ports.printing import PrintRepository
    from voucher_app.services.ports.recovery import BanRepository, RecoveryRepository
    from voucher_app.services.ports.redemption import RedemptionRepository
    from voucher_app.services.ports.settlement import SettlementRepository
    from voucher_app.services.ports.voucher import VoucherRepository
    from voucher_app.services.ports.year import YearRepository

LONGEST_REQUEST_ID = 200


class Clock(Protocol):
    """The time, as the office lives it."""

    def now(self) -> datetime:
        """Return the instant, in UTC."""

    def today(self) -> date:
        """Return the business date: the day in Asia/Shanghai, or the one set by `--on`."""


@dataclass(frozen=True, slots=True)
class Act:
    """One request of one person: who asks for what, told once.

    Attributes:
        action: the use case's name, such as `voucher.issue`.
        request_id: unique per request; a repetition returns the first result.
        facts: what was asked, JSON-able; repeated under the same `request_id` it must be the same.
        reason: the officer's written reason, or empty.
        keeps_date: it is recorded on the business date of the last act, whatever day was set by hand; a stranger's
            wrong password must not move the office's date.
    """

    action: str
    operator: Operator
    request_id: str
    facts: dict[str, object] = field(default_factory=dict)
    reason: str = ""
    keeps_date: bool = False

    def __post_init__(self) -> None:
        """Refuse a request identifier that is no short line.

        Raises:
            InvalidInput: as `parse_line`.
        """
        given = self.request_id
        if not (given.isascii() and given.isprintable() and 0 < len(given) <= LONGEST_REQUEST_ID):
            line = parse_line(given, field="request_id", longest=LONGEST_REQUEST_ID)
            if line != given:
                space = next(character for character in given if character.isspace())
                raise InvalidInput("text_character", found=f"U+{ord(space):04X}", field="request_id")


class Records(Protocol):
    """Everything the data file holds, by noun: what rules look at, in a transaction or for a preview."""

    @property
    def today(self) -> date:
        """The business date."""

    @property
    def office(self) -> OfficeRepository:
        """The office, its people and its keys."""

    @property
    def credentials(self) -> CredentialRepository:
        """What proves the people."""

    @property
    def policies(self) -> PolicyRepository:
        """Published policy versions."""

    @property
    def years(self) -> YearRepository:
        """Budget years."""

    @property
    def parties(self) -> PartyRepository:
        """Units, and the parts they play."""

    @property
    def objections(self) -> ObjectionRepository:
        """Objections."""

    @property
    def applications(self) -> ApplicationRepository:
        """Applications."""

    @property
    def batches(self) -> BatchRepository:
        """Batches."""

    @property
    def attachments(self) -> AttachmentRepository:
        """Records of attachments."""

    @property
    def credit_checks(self) -> CreditRepository:
        """Credit checks."""

    @property
    def calendar(self) -> CalendarRepository:
        """The office's own table of working days."""

    @property
    def vouchers(self) -> VoucherRepository:
        """Vouchers."""

    @property
    def redemptions(self) -> RedemptionRepository:
        """Redemptions."""

    @property
    def settlements(self) -> SettlementRepository:
        """Settlements and their lines."""

    @property
    def recoveries(self) -> RecoveryRepository:
        """Recoveries and what came back of them."""

    @property
    def bans(self) -> BanRepository:
        """Bans."""

    @property
    def ledger(self) -> Ledger:
        """Accounts and transfers."""

    @property
    def document_numbers(self) -> DocumentNumberRepository:
        """Numbers of documents."""

    @property
    def prints(self) -> PrintRepository:
        """The register of prints."""

    @property
    def import_files(self) -> ImportFileRepository:
        """The register of files that were taken in."""

    @property
    def keys(self) -> KeyRepository:
        """Revocations of office keys."""


Gate = Callable[[Records], list[Violation]]
"""Asked inside the transaction, before anything is written: raises, or returns what is told with the act's refusal."""


class UnitOfWork(Records, Protocol):
    """One transaction, everything or nothing, with its journal record; left without `commit`, nothing happened."""

    @property
    def repeats(self) -> bool:
        """Whether this request was carried out before; `result` holds what it returned then."""

    @property
    def result(self) -> list[int]:
        """Row keys of what the act made or changed."""

    @property
    def seq(self) -> int:
        """The journal record that this act will be, or was."""

    @property
    def head(self) -> str:
        """Hash of the last journal record before this act."""

    def __enter__(self) -> Self:
        """Take the write lock, fairly, and look the request up."""

    def __exit__(self, *exception: object) -> None:
        """Roll back what was not committed."""

    def about(self, subject: str) -> None:
        """Say what the act is about, such as `voucher:17`, for the subject's history."""

    def commit(self, result: Sequence[int], *, kept: str = "") -> None:
        """Write the journal record and make everything durable.

        Args:
            result: row keys, which a repeated request gets again.
            kept: a JSON object that belongs to the act and has no table of its own, or nothing.

        Raises:
            StorageError: `commit_unknown` when the outcome is not known; repeat with the same request to learn it.
        """
