"""Redemptions in lists and in detail."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from voucher_app.domain.lifecycle import step_is_open
from voucher_app.domain.operators import role_may_act, two_persons
from voucher_app.domain.redemption import REDEMPTION_STEPS

if TYPE_CHECKING:
    from voucher_app.domain.errors import Violation
    from voucher_app.domain.money import Money
    from voucher_app.domain.operators import Operator
    from voucher_app.domain.parties import Organisation, Provider, Recipient
    from voucher_app.domain.payable import Step
    from voucher_app.domain.policy import OperatingModel
    from voucher_app.domain.redemption import Redemption
    from voucher_app.domain.voucher import Voucher
    from voucher_app.services.ports.policy import PublishedPolicy
    from voucher_app.services.queries.attachment import AttachmentRow
    from voucher_app.services.queries.ledger import HistoryEntry, TransferRow
    from voucher_app.services.queries.recovery import RecoveryRow


@dataclass(frozen=True, slots=True)
class RedemptionRow:
    """A redemption in a list."""

    id: int
    voucher_number: str
    recipient_name: str
    invoice_key: str
    claimed: Money
    approved: Money | None
    status: str
    claimed_on: str
    prepared_by: str


@dataclass(frozen=True, slots=True)
class SettledLine:
    """Where a redemption stands or stood in a settlement; what failed or was taken out is told too."""

    settlement_id: int
    line_id: int
    status: str
    receipt_number: str
    paid_on: str
    failure_reason: str


ACTS: Final = ("verify", "refuse", "reverse")
"""What a person may decide about a redemption itself; settling and what follows are acts of a settlement."""


@dataclass(frozen=True, slots=True)
class PossibleAct:
    """An act on a record, and why it is not possible; with no reason against it, it is."""

    act: str
    against: tuple[Violation, ...]


@dataclass(frozen=True, slots=True)
class RedemptionDetails:
    """Everything the detail panel says about a redemption.

    Attributes:
        open_claims: what other undecided claims ask of the voucher.
        payable: the most that may be paid, `derivation` how it comes about: as it was decided, or as it would be now.
        is_decided: whether both stand as they were decided.
        model: how the voucher reached the bill; `payee`: who is paid for it.
        warnings: what the officer was asked a reason for, or is only told; the reason is in the redemption's evidence.
        attachments: its papers; `incomplete`: what its policy asks for beside them, before it is verified.
        settled: the settlements it was in, oldest first; `recoveries`: what was taken back of it.
        entries: what was posted for it in the ledger and what took that back, oldest first.
    """

    redemption: Redemption
    voucher: Voucher
    recipient: Recipient
    provider: Provider
    policy: PublishedPolicy
    prepared_by: str
    reviewed_by: str
    redeemed_in_year: Money
    open_claims: Money
    history: tuple[HistoryEntry, ...]
    payable: Money
    derivation: tuple[Step, ...]
    is_decided: bool
    model: OperatingModel
    payee: Organisation
    warnings: tuple[Violation, ...]
    settled: tuple[SettledLine, ...] = ()
    recoveries: tuple[RecoveryRow, ...] = ()
    attachments: tuple[AttachmentRow, ...] = ()
    incomplete: tuple[Violation, ...] = ()
    entries: tuple[TransferRow, ...] = ()

    def acts(self, operator: Operator | None) -> tuple[PossibleAct, ...]:
        """Return each act that a person might do next, with what stands against it: life cycle, role, R23."""
        return tuple(PossibleAct(act, tuple(self._against(act, operator))) for act in ACTS)

    def _against(self, act: str, operator: Operator | None) -> list[Violation]:
        redemption = self.redemption
        subject = str(redemption.id)
        found = [step_is_open(REDEMPTION_STEPS, noun="redemption", status=redemption.status, act=act, subject=subject)]
        if act == "verify":
            found += self.incomplete
        if operator is not None:
            found.append(role_may_act(operator))
            found.append(
                two_persons(prepared_by=redemption.prepared_by, decided_by=operator, subject=subject, noun="redemption")
            )
        return [violation for violation in found if violation]
