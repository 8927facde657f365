"""What is decided about a budget year: raises, proposed by one and decided by another, and the close."""

from __future__ import annotations

from typing import TYPE_CHECKING

from voucher_app.domain.budget import CEILING
from voucher_app.domain.errors import Weight
from voucher_app.domain.money import Money
from voucher_app.domain.text import LONGEST_REASON
from voucher_app.i18n import _
from voucher_app.services import year as use_case
from voucher_app.services.wording.names import status_name
from voucher_app.ui.dialogs.step import Kind, Question, Step

if TYPE_CHECKING:
    from collections.abc import Sequence

    from voucher_app.domain.budget import CapChange, YearMoney
    from voucher_app.domain.errors import Violation
    from voucher_app.services.queries.year import CapChangeRow


def raise_step(money: YearMoney) -> Step:
    """Return how a raise is proposed."""
    return Step(
        use_case="year.raise",
        title=_("Propose to raise the appropriation"),
        purpose=_("Nothing moves until another person decides it. Every later report shows the raise."),
        act=lambda workspace, operator, request_id, answers: use_case.propose_raise(
            workspace,
            year=money.year,
            amount=answers["amount"],
            document=answers["document"],
            reason=answers["reason"],
            operator=operator,
            request_id=request_id,
        ),
        told=lambda change: _("Raise {number} of {amount} yuan is proposed").format(
            number=change.id, amount=change.amount.in_yuan()
        ),
        questions=(
            Question("amount", _("Amount to add"), Kind.AMOUNT),
            Question("document", _("Document number"), is_beside=True),
            Question("reason", _("Reason"), Kind.REASON, longest=LONGEST_REASON),
        ),
        facts=[
            (_("Budget year"), f"{money.year}"),
            (_("Appropriation (yuan)"), money.appropriation.in_yuan()),
            (_("Province's ceiling (yuan)"), CEILING.in_yuan()),
            (_("Can be added (yuan)"), max(CEILING - money.appropriation, Money(0)).in_yuan()),
        ],
        rules=("R1", "R26", "ROLE"),
    )


def _raise_facts(row: CapChangeRow) -> list[tuple[str, str]]:
    return [
        (_("Amount to add (yuan)"), row.amount.in_yuan()),
        (_("In capitals"), row.amount.in_capitals()),
        (_("Document number"), row.document),
        (_("Reason"), row.reason),
        (_("Proposed on"), row.proposed_on),
        (_("Proposed by"), row.prepared_by),
    ]


def decide_step(change: CapChange, row: CapChangeRow) -> Step:
    """Return how a raise is decided."""
    return Step(
        use_case="year.decide-raise",
        title=_("Decide the raise"),
        purpose=_("The money is there to be issued from now on. Another person than proposed it decides."),
        act=lambda workspace, operator, request_id, _answers: use_case.decide_raise(
            workspace, change_id=change.id, operator=operator, request_id=request_id
        ),
        told=lambda done: _("Raise {number}: {status}").format(
            number=done.id, status=status_name("cap-change", done.status)
        ),
        facts=_raise_facts(row),
        rules=("R1", "R23", "R26", "TRANSITION", "ROLE"),
    )


def refuse_step(change: CapChange, row: CapChangeRow) -> Step:
    """Return how a raise is refused."""
    return Step(
        use_case="year.refuse-raise",
        title=_("Refuse the raise"),
        purpose=_("The appropriation stays as it is; the proposal stays in the records."),
        act=lambda workspace, operator, request_id, answers: use_case.refuse_raise(
            workspace, change_id=change.id, reason=answers["reason"], operator=operator, request_id=request_id
        ),
        told=lambda done: _("Raise {number}: {status}").format(
            number=done.id, status=status_name("cap-change", done.status)
        ),
        questions=(Question("reason", _("Reason"), Kind.REASON, longest=LONGEST_REASON),),
        kind="danger",
        facts=_raise_facts(row),
    )


def close_step(money: YearMoney, notes: Sequence[Violation]) -> Step:
    """Return how a year is closed."""
    return Step(
        use_case="year.close",
        title=_("Close the year"),
        purpose=_(
            "Nothing more is issued, and what is unissued lapses; nothing is carried over. Vouchers on the road stay "
            "redeemable to their deadlines. This cannot be taken back."
        ),
        act=lambda workspace, operator, request_id, _answers: use_case.close_year(
            workspace, year=money.year, operator=operator, request_id=request_id
        ),
        told=lambda done: _("{year} is closed; its closing statement stands in the ledger").format(year=done.year),
        kind="danger",
        facts=[
            (_("Budget year"), f"{money.year}"),
            (_("Appropriation (yuan)"), money.appropriation.in_yuan()),
            (_("Lapses (yuan)"), money.unissued.in_yuan()),
            (_("In capitals"), money.unissued.in_capitals()),
        ],
        notes=tuple(note for note in notes if note.weight is Weight.NOTE),
        rules=("R26", "ROLE"),
    )
