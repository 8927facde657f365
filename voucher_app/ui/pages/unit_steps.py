"""What can be recorded of any unit, holder or seller: a credit check (R22), a ban and its end (R28)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from voucher_app.domain.credit import CreditResult
from voucher_app.domain.masking import masked
from voucher_app.domain.operators import READS_ACCOUNTS
from voucher_app.domain.recovery import ban_ends
from voucher_app.i18n import _
from voucher_app.services import recipient
from voucher_app.services.recipient import check_unban
from voucher_app.services.wording.names import credit_name
from voucher_app.ui.dialogs.step import Kind, Question, Step
from voucher_app.ui.pages.details import Act, Fact
from voucher_app.ui.pages.possibilities import reasons_against

if TYPE_CHECKING:
    from datetime import date

    from voucher_app.domain.operators import Operator
    from voucher_app.domain.parties import Organisation
    from voucher_app.services.queries.recovery import BanRow
    from voucher_app.services.queries.settlement import SettlementLineRow
    from voucher_app.services.workspace import Workspace

_BAN_YEARS = 3


def account_facts(unit: Organisation | SettlementLineRow, operator: Operator | None) -> list[Fact]:
    """Return where money for a unit goes; the number in part, and whole for the clipboard of who works with it."""
    whole = unit.bank_account if operator is not None and operator.role in READS_ACCOUNTS else ""
    return [
        Fact(_("Account name"), unit.account_name),
        Fact(_("Bank"), unit.bank_name),
        Fact(_("Bank account"), masked(unit.bank_account), copied=whole),
    ]


def credit_facts(workspace: Workspace, organisation_id: int) -> list[Fact]:
    """Return what the last credit check found."""
    found = workspace.records().credit_checks.last(organisation_id)
    if found is None:
        return [Fact(_("Credit check"), _("none recorded yet"))]
    return [
        Fact(
            _("Credit check"),
            _("{result}, {day}").format(result=credit_name(found.result), day=found.checked_on.isoformat()),
        ),
        Fact(_("Looked up in"), found.source),
    ]


def ban_facts(bans: tuple[BanRow, ...]) -> list[Fact]:
    """Return every ban of a unit."""
    facts = []
    for ban in bans:
        words = _("{first} to {last}: {reason}").format(first=ban.banned_from, last=ban.banned_until, reason=ban.reason)
        if ban.lifted_on:
            words = _("{ban}; lifted on {day} by {name}").format(ban=words, day=ban.lifted_on, name=ban.lifted_by)
        facts.append(Fact(_("Banned"), words))
    return facts


def ban_in_force(bans: tuple[BanRow, ...], today: date) -> str:
    """Return the sentence that warns of a ban in force, or nothing."""
    ends = [ban.banned_until for ban in bans if not ban.lifted_on and ban.banned_until >= today.isoformat()]
    return _("Banned until {day}: no application, no admission.").format(day=max(ends)) if ends else ""


def unit_acts(workspace: Workspace, unit: Organisation, operator: Operator | None, *, checks_credit: bool) -> list[Act]:
    """Return what can be recorded of a unit."""
    acts = []
    if checks_credit:
        acts.append(
            Act(
                _("Record a credit check …"),
                "step",
                "credit",
                {"step": credit_step(unit, workspace.clock.today())},
            )
        )
    today = workspace.clock.today()
    acts.append(
        Act(
            _("Ban …"),
            "step",
            "ban",
            {"step": ban_step(unit, today)},
            "danger",
        )
    )
    if operator is not None and workspace.records().bans.in_force(unit.id, today):
        reasons = reasons_against(check_unban(workspace.records(), unit, operator=operator))
        acts.append(Act(_("Lift the ban …"), "step", "unlock", {"step": unban_step(unit)}, "", reasons))
    return acts


def credit_step(unit: Organisation, today: date) -> Step:
    """Return what records a credit check."""
    return Step(
        use_case="recipient.credit",
        title=_("Record a credit check"),
        purpose=_("What was found, where and when. Another check is another record; none is changed."),
        act=lambda workspace, operator, request_id, answers: recipient.record_credit(
            workspace,
            uscc=unit.uscc,
            result=answers["result"],
            source=answers["source"],
            checked_on=answers["checked_on"],
            operator=operator,
            request_id=request_id,
        ),
        told=lambda found: _("Credit check recorded: {result}").format(result=credit_name(found.result)),
        questions=(
            Question(
                "result", _("Result"), Kind.CHOICE, choices=tuple((one.value, credit_name(one)) for one in CreditResult)
            ),
            Question("checked_on", _("Checked on"), Kind.DAY, initial=today, is_beside=True),
            Question("source", _("Looked up in"), initial=_("Credit China")),
        ),
        facts=_unit_facts(unit),
        rules=("R22", "ROLE"),
    )


def ban_step(unit: Organisation, today: date) -> Step:
    """Return what bans a unit."""
    return Step(
        use_case="recipient.ban",
        title=_("Ban a unit"),
        purpose=_("Up to the last day it neither applies nor is admitted. What was issued to it stays as it is."),
        act=lambda workspace, operator, request_id, answers: recipient.ban(
            workspace,
            uscc=unit.uscc,
            until=answers["until"],
            reason=answers["reason"],
            operator=operator,
            request_id=request_id,
        ),
        told=lambda done: _("Banned: {name}").format(name=done.name),
        questions=(
            Question("until", _("Last day of the ban"), Kind.DAY, initial=ban_ends(today, _BAN_YEARS)),
            Question("reason", _("Reason"), Kind.REASON),
        ),
        kind="danger",
        facts=_unit_facts(unit),
        rules=("R28", "ROLE"),
    )


def unban_step(unit: Organisation) -> Step:
    """Return what lifts the bans of a unit."""
    return Step(
        use_case="recipient.unban",
        title=_("Lift the ban"),
        purpose=_("Every ban of the unit that is in force ends today; by another person than who banned it."),
        act=lambda workspace, operator, request_id, answers: recipient.unban(
            workspace, uscc=unit.uscc, reason=answers["reason"], operator=operator, request_id=request_id
        ),
        told=lambda done: _("No longer banned: {name}").format(name=done.name),
        questions=(Question("reason", _("Reason"), Kind.REASON),),
        facts=_unit_facts(unit),
        rules=("R23", "R28", "ROLE"),
    )


def _unit_facts(unit: Organisation) -> list[tuple[str, str]]:
    return [(_("Unit"), unit.name), (_("Credit code"), unit.uscc)]
