"""Applications in lists and in detail."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from voucher_app.domain.application import Application
    from voucher_app.domain.credit import CreditCheck
    from voucher_app.domain.money import Money
    from voucher_app.domain.parties import Provider, Recipient
    from voucher_app.domain.reimbursement import Reimbursement
    from voucher_app.services.ports.policy import PublishedPolicy
    from voucher_app.services.queries.attachment import AttachmentRow
    from voucher_app.services.queries.batch import ObjectionRow
    from voucher_app.services.queries.ledger import HistoryEntry


_TELLING: Final = frozenset({"submitted", "approved"})
IN_BATCH, ALONE = "-in-batch", "-alone"


def application_state(status: str, *, in_batch: bool) -> str:
    """Return what an application waits for: one of these statuses means something else in a batch than alone.

    A submitted one waits for its acceptance in a batch and for its review alone; an approved one for the allocation in
    a batch and for its issuance alone.
    """
    return f"{status}{IN_BATCH if in_batch else ALONE}" if status in _TELLING else str(status)


@dataclass(frozen=True, slots=True)
class ApplicationRow:
    """An application in a list; `batch_name` is empty for one of the direct road."""

    id: int
    recipient_name: str
    provider_name: str
    contract_number: str
    contract_amount: Money
    requested: Money
    status: str
    submitted_on: str
    prepared_by: str
    batch_name: str

    @property
    def state(self) -> str:
        """What it waits for."""
        return application_state(self.status, in_batch=bool(self.batch_name))


@dataclass(frozen=True, slots=True)
class ApplicationDetails:
    """Everything the detail panel says about an application.

    Attributes:
        voucher_number: once it is issued.
        batch_name: of the batch it is in, or empty.
        accepted_by, first_reviewed_by: names, or empty.
        credit: the recipient's last credit check, or None (R22).
        claim: what came with it to be claimed afterwards (model C), or None.
        objections: against it, oldest first; `attachments`: its papers.
        history: every step, newest first, those of its batch included.
    """

    application: Application
    recipient: Recipient
    provider: Provider
    policy: PublishedPolicy
    prepared_by: str
    reviewed_by: str
    voucher_number: str
    counted: Money
    history: tuple[HistoryEntry, ...]
    batch_name: str
    accepted_by: str
    first_reviewed_by: str
    credit: CreditCheck | None
    claim: Reimbursement | None
    objections: tuple[ObjectionRow, ...]
    attachments: tuple[AttachmentRow, ...]

    @property
    def state(self) -> str:
        """What it waits for."""
        return application_state(self.application.status, in_batch=self.application.batch_id is not None)
