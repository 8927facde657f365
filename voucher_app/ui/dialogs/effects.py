"""From what the services foresee to what the effect panel shows; pure, so it runs on the reading thread.

Where the services have no preview of their own, the same domain functions are asked here that the use case will ask.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from voucher_app.domain.application import DIRECT_STEPS
from voucher_app.domain.errors import RulesViolated, Weight
from voucher_app.domain.lifecycle import next_status
from voucher_app.domain.money import ZERO
from voucher_app.domain.operators import role_may_act, two_persons
from voucher_app.domain.parties import PROVIDER_STEPS
from voucher_app.domain.redemption import REDEMPTION_STEPS
from voucher_app.domain.voucher import VOUCHER_STEPS
from voucher_app.i18n import _
from voucher_app.services.application import Preview, check_approval
from voucher_app.services.redemption import check_review
from voucher_app.services.wording.names import noun_name
from voucher_app.ui.widgets.derivation import derivation_rows
from voucher_app.ui.widgets.effect_panel import Effect, Row, signed
from voucher_app.ui.widgets.money_bar import (
    LAPSED,
    OUTSTANDING,
    OVER,
    PAID,
    PAYABLE,
    UNISSUED,
    Part,
    ending_parts,
    issuing_parts,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

    from voucher_app.domain.errors import Violation
    from voucher_app.domain.money import Money
    from voucher_app.domain.operators import Operator
    from voucher_app.services.ports.unit_of_work import Records
    from voucher_app.services.redemption import ClaimPreview
    from voucher_app.services.workspace import Workspace

APPLICATION_RULES: Final = ("R1", "R2", "R3", "R4", "R5", "R6", "R8", "R10", "R11", "R12", "R17")
REDEMPTION_RULES: Final = ("R1", "R3", "R4", "R5", "R7", "R9", "R12", "R19", "TRANSITION")
EVIDENCE_RULES: Final = ("R15", "R16", "R18", "R20", "R21", "R30")
"""Looked at where evidence beside one invoice is told."""
DECISION_RULES: Final = ("R23", "TRANSITION")
_STEPS: Final = {
    "application": DIRECT_STEPS,
    "provider": PROVIDER_STEPS,
    "redemption": REDEMPTION_STEPS,
    "voucher": VOUCHER_STEPS,
}


def role_violations(operator: Operator) -> list[Violation]:
    """Return what stands against a person's role."""
    violation = role_may_act(operator)
    return [violation] if violation else []


def step_violations(noun: str, *, status: str, act: str, subject: str) -> list[Violation]:
    """Return what the life cycle has against a step."""
    try:
        next_status(_STEPS[noun], noun=noun, status=status, act=act, subject=subject)
    except RulesViolated as refusal:
        return refusal.violations
    return []


def person_violations(*, prepared_by: int, decided_by: Operator, subject: str) -> list[Violation]:
    """Return what the two-person rule (R23) and the role have against a decision."""
    same = two_persons(prepared_by=prepared_by, decided_by=decided_by, subject=subject)
    return role_violations(decided_by) + ([same] if same else [])


def issuing_effect(preview: Preview, *, rules: tuple[str, ...], counts_now: bool) -> Effect:
    """Return the effect of an issuance, or of an application that may become one.

    Args:
        preview: what the service foresees.
        rules: the rules it looked at.
        counts_now: the year's money counts for this act; otherwise running short of it is only told.
    """
    money = preview.before
    violations = preview.violations
    if not counts_now:
        violations = [
            replace(violation, weight=Weight.NOTE) if violation.code in {"cap_exceeded", "year_closed"} else violation
            for violation in violations
        ]
    if money is None:
        return Effect(rules=rules, violations=violations)
    after = preview.unissued_after
    issued = money.outstanding + money.payable + money.disbursed
    if after < ZERO:
        words = _("Issued {issued}, this time {moving}, left {left} (10,000 yuan): above the year's cap")
    else:
        words = _("Issued {issued}, this time {moving}, left {left} (10,000 yuan)")
    told = words.format(issued=signed(issued), moving=signed(preview.moving), left=signed(after))
    return Effect(
        sentence=told if counts_now else _("{effect}; counts once it is issued").format(effect=told),
        rules=rules,
        violations=violations,
        is_beyond=after < ZERO,
        parts=issuing_parts(money, preview.moving),
        rows=[
            Row(PAID, money.disbursed, money.disbursed),
            Row(PAYABLE, money.payable, money.payable),
            Row(OUTSTANDING, money.outstanding, money.outstanding + preview.moving),
            Row(UNISSUED, money.unissued, after),
        ],
    )


def ending_effect(preview: Preview, operator: Operator, *, to_lapsed: bool) -> Effect:
    """Return the effect of voiding or returning a voucher: its remaining value goes back, or lapses (R26)."""
    violations = role_violations(operator) + preview.violations
    rules = (*DECISION_RULES, "R26", "ROLE")
    money, back = preview.before, -preview.moving
    if money is None:
        return Effect(rules=rules, violations=violations)
    if to_lapsed:
        words = _("{back} (10,000 yuan) lapses with its year; left to issue: {left}")
        unissued, lapsed = money.unissued, money.lapsed + back
    else:
        words = _("{back} (10,000 yuan) goes back to its year; left to issue afterwards: {left}")
        unissued, lapsed = money.unissued + back, money.lapsed
    rows = [Row(OUTSTANDING, money.outstanding, money.outstanding - back), Row(UNISSUED, money.unissued, unissued)]
    return Effect(
        sentence=words.format(back=signed(back), left=signed(unissued)),
        rules=rules,
        violations=violations,
        parts=ending_parts(money, back, to_lapsed=to_lapsed),
        rows=[*rows, Row(LAPSED, money.lapsed, lapsed)] if lapsed else rows,
    )


def approval_effect(workspace: Workspace, application_ids: Iterable[int], operator: Operator, *, act: str) -> Effect:
    """Return what approving or refusing applications would do; approved, they may take this out of the year's money."""
    records = workspace.records()
    violations = role_violations(operator)
    moving: dict[int, Money] = {}
    for application in map(records.applications.get, application_ids):
        subject = f"{noun_name('application')} {application.id}"
        violations += person_violations(prepared_by=application.prepared_by, decided_by=operator, subject=subject)
        violations += step_violations("application", status=application.status, act=act, subject=str(application.id))
        if act == "approve":
            moving[application.year] = moving.get(application.year, ZERO) + application.requested
            violations += [
                replace(violation, weight=Weight.NOTE) if violation.weight is Weight.REASON else violation
                for violation in check_approval(records, application)
            ]
    violations = _each_once(violations)
    if act == "refuse":
        return Effect(rules=DECISION_RULES, violations=violations)
    rules = (*DECISION_RULES, *(rule for rule in APPLICATION_RULES if rule != "R1"))
    year = next(iter(moving), records.today.year)
    preview = Preview(violations, records.years.find(year), moving.get(year, ZERO))
    return issuing_effect(preview, rules=rules, counts_now=False)


def _each_once(violations: list[Violation]) -> list[Violation]:
    once: list[Violation] = []
    for violation in violations:
        if violation not in once:
            once.append(violation)
    return once


def decision_effect(records: Records, redemption_id: int, operator: Operator, *, act: str) -> Effect:
    """Return what refusing or reversing a redemption would do."""
    redemption = records.redemptions.get(redemption_id)
    violations = check_review(redemption, act=act, reviewer=operator)
    if act == "refuse":
        return Effect(
            sentence=_("No money moves. The invoice may be claimed again afterwards."),
            rules=DECISION_RULES,
            violations=violations,
        )
    voucher = records.vouchers.get_by_id(redemption.voucher_id)
    amount = redemption.approved or ZERO
    return Effect(
        sentence=_("{amount} yuan goes back to voucher {number} by a correcting entry").format(
            amount=amount.in_yuan(), number=voucher.number
        ),
        rules=DECISION_RULES,
        violations=violations,
        parts=[
            Part(PAYABLE, voucher.face - voucher.remaining - voucher.recycled - amount),
            Part(OUTSTANDING, amount, is_moved=True),
            Part(OUTSTANDING, voucher.remaining),
        ],
    )


def claim_effect(preview: ClaimPreview, amount: Money, *, rules: tuple[str, ...]) -> Effect:
    """Return the effect of a claim or of its verification on one voucher.

    Args:
        preview: what the service foresees.
        amount: what is claimed or approved.
        rules: the rules that were looked at.
    """
    voucher = preview.voucher
    redeemed = voucher.face - voucher.remaining - voucher.recycled
    others = voucher.remaining - preview.free
    fits = max(min(amount, preview.free), ZERO)
    over = max(amount - preview.free, ZERO)
    words = (
        _("Of voucher {number}: free {free}, this time {amount}, left {left} yuan: more than it holds")
        if over
        else _("Of voucher {number}: free {free}, this time {amount}, left {left} yuan")
    )
    return Effect(
        sentence=words.format(
            number=voucher.number,
            free=preview.free.in_yuan(),
            amount=amount.in_yuan(),
            left=(preview.free - amount).in_yuan().replace("-", "−"),
        ),
        rules=rules,
        violations=preview.violations + preview.notes,
        is_beyond=bool(over),
        parts=[
            Part(PAYABLE, redeemed, name=_("Verified before")),
            Part(PAYABLE, fits, is_moved=True, name=_("This time")),
            Part(OUTSTANDING, others, is_moved=True, name=_("Other claims")),
            Part(OUTSTANDING, preview.free - fits, name=_("Remaining value")),
            Part(OVER, over, is_moved=True),
        ],
        derivation=derivation_rows(preview.derivation),
    )
