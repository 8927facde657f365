"""What can be done with a record now, and why the rest cannot, in words; asked of the domain, not guessed."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from voucher_app.domain.errors import RulesViolated, Weight
from voucher_app.domain.lifecycle import next_status
from voucher_app.domain.operators import role_may_act, two_persons
from voucher_app.i18n import _
from voucher_app.services.wording.names import role_name, status_name
from voucher_app.services.wording.rules import sentence
from voucher_app.ui.dialogs import use_case_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from voucher_app.domain.errors import Violation
    from voucher_app.domain.operators import Operator
    from voucher_app.ui.desk import Desk
    from voucher_app.ui.pages.details import Details


def step_reasons(table: Mapping[str, Mapping[str, str]], *, noun: str, status: str, act: str) -> tuple[str, ...]:
    """Return why a life cycle has no such step from a status; empty when it has."""
    try:
        next_status(table, noun=noun, status=status, act=act, subject="")
    except RulesViolated:
        return (status_reason(noun, status),)
    return ()


def status_reason(noun: str, status: str) -> str:
    """Return the short reason that a status stands in the way."""
    return _("its status is “{status}”.").format(status=status_name(noun, status))


def rule_reasons(violations: Sequence[Violation]) -> tuple[str, ...]:
    """Return the sentences of what forbids an act; steps of the life cycle are told by `step_reasons`."""
    return tuple(
        sentence(violation)
        for violation in violations
        if violation.weight is Weight.BLOCK and violation.rule != "TRANSITION"
    )


def role_reasons(operator: Operator | None) -> tuple[str, ...]:
    """Return why a person may not act at all; roles are told for each use case by `for_the_role`."""
    if operator is None:
        return (_("nobody is at the desk."),)
    violation = role_may_act(operator)
    return (sentence(violation),) if violation else ()


def person_reasons(operator: Operator | None, *, prepared_by: int, subject: str) -> tuple[str, ...]:
    """Return why a person may not decide on what was prepared by somebody: the role, or R23."""
    refused = role_reasons(operator)
    if refused or operator is None:
        return refused
    violation = two_persons(prepared_by=prepared_by, decided_by=operator, subject=subject)
    return (sentence(violation),) if violation else ()


def reasons_against(violations: Sequence[Violation]) -> tuple[str, ...]:
    """Return what forbids an act, told in short: a step that the life cycle does not have says it all by itself."""
    for violation in violations:
        if violation.code == "step_not_open":
            return (status_reason(str(violation.facts["noun"]), str(violation.found)),)
    return tuple(_in_short(violation) for violation in violations if violation.weight is Weight.BLOCK)


def _in_short(violation: Violation) -> str:
    if violation.code == "role_may_not_act" and isinstance(violation.allowed, list):
        roles = _(", ").join(role_name(role) for role in violation.allowed)
        return _("this is for: {roles}.").format(roles=roles)
    return sentence(violation)


def for_the_role(desk: Desk, details: Details) -> Details:
    """Tell why an act is not for the role of whoever works, where nothing else stands in its way."""
    acts = []
    for act in details.acts:
        refusal = desk.refusal(use_case_of(act.dialog, act.context))
        acts.append(act if refusal is None or act.reasons else replace(act, reasons=(_in_short(refusal),)))
    return replace(details, acts=acts)
