"""The steps of an application in its batch, as data."""

from __future__ import annotations

from typing import TYPE_CHECKING

from voucher_app.domain.application import Application, ApplicationStatus
from voucher_app.i18n import _, ngettext
from voucher_app.services import application as use_case
from voucher_app.services import intake
from voucher_app.services.intake import Corrections
from voucher_app.services.queries.application import application_state
from voucher_app.services.wording.names import status_name
from voucher_app.ui.dialogs.step import Kind, Question, Step

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from voucher_app.domain.operators import Operator
    from voucher_app.services.queries.application import ApplicationDetails
    from voucher_app.services.workspace import Workspace
    from voucher_app.ui.dialogs.step import Answers

_ACT = ("TRANSITION", "ROLE")
_CASE = ("R2", "R3", "R4", "R5", "R6", "R8", "R10", "R11", "R12", "R17")
_TOGETHER: dict[str, Callable[..., list[Application]]] = {
    "accept": intake.accept,
    "review": intake.review,
    "approve": use_case.approve,
}
_ONE: dict[str, Callable[..., Application]] = {
    "return": intake.return_for_correction,
    "decline": intake.decline,
    "refuse": use_case.refuse,
    "withdraw": intake.withdraw,
}


def application_facts(found: ApplicationDetails) -> list[tuple[str, str]]:
    """Return what a person looks at before deciding on an application."""
    application = found.application
    facts = [
        (_("Recipient"), found.recipient.organisation.name),
        (_("Provider"), found.provider.organisation.name),
        (_("Contract number"), application.contract.number),
        (_("Contract amount (yuan)"), application.contract.amount.in_yuan()),
        (_("Applied for (yuan)"), application.requested.in_yuan()),
        (_("Granted (yuan)"), application.granted.in_yuan() if application.granted else ""),
        (_("Batch"), found.batch_name),
        (_("Prepared by"), found.prepared_by),
        (_("First review by"), found.first_reviewed_by),
    ]
    return [fact for fact in facts if fact[1]]


def _stands(done: Application | list[Application]) -> str:
    if isinstance(done, Application):
        done = [done]
    in_batch = done[0].batch_id is not None
    status = status_name("application", application_state(done[0].status, in_batch=in_batch))
    if len(done) == 1:
        return _("Application {id}: {status}").format(id=done[0].id, status=status)
    return ngettext("{count} application: {status}", "{count} applications: {status}", len(done)).format(
        count=f"{len(done):,}", status=status
    )


def together_step(act: str, ids: Sequence[int], facts: Sequence[tuple[str, str]]) -> Step:
    """Return a step that applications of batches take together, all or none: `accept`, `review` or `approve`."""
    call, wanted = _TOGETHER[act], list(ids)
    titles = {
        "accept": _("Accept applications") if len(wanted) > 1 else _("Accept an application"),
        "review": _("First review of applications") if len(wanted) > 1 else _("First review"),
        "approve": _("Second review of applications") if len(wanted) > 1 else _("Second review"),
    }
    purposes = {
        "accept": _("Complete and with a credit check on record; the order of acceptance counts for the allocation."),
        "review": _("By another person than prepared it; the second review is made by a third."),
        "approve": _(
            "By a third person, who neither prepared it nor made the first review; then it waits for the allocation."
        ),
    }
    rules = {
        "accept": (*_CASE, "R22", *_ACT),
        "review": (*_CASE, "R23", *_ACT),
        "approve": (*_CASE, "R23", *_ACT),
    }
    return Step(
        use_case=f"application.{act}",
        title=titles[act],
        purpose=purposes[act],
        act=lambda workspace, operator, request_id, answers: call(
            workspace,
            application_ids=wanted,
            operator=operator,
            request_id=request_id,
            reason=answers["reason"] or "",
        ),
        told=_stands,
        questions=(Question("reason", _("Opinion"), Kind.REASON, required=False),),
        facts=facts,
        rules=rules[act],
    )


def one_step(act: str, found: ApplicationDetails) -> Step:
    """Return a step with a written reason: `return`, `decline`, `refuse` or `withdraw`."""
    call, key = _ONE[act], found.application.id
    titles = {
        "return": _("Return for correction"),
        "decline": _("Decline an application"),
        "refuse": _("Refuse an application"),
        "withdraw": _("Withdraw an application"),
    }
    purposes = {
        "return": _("The unit corrects it within the policy's working days, counted from tomorrow."),
        "decline": _("It is not taken in; its contract may support another application afterwards."),
        "refuse": _("The contract may support another application afterwards."),
        "withdraw": _("At the wish of the unit, before publicity; its contract is free again."),
    }
    return Step(
        use_case=f"application.{act}",
        title=titles[act],
        purpose=purposes[act],
        act=lambda workspace, operator, request_id, answers: call(
            workspace, application_id=key, reason=answers["reason"], operator=operator, request_id=request_id
        ),
        told=_stands,
        questions=(Question("reason", _("Reason"), Kind.REASON),),
        kind="accent" if act == "return" else "danger",
        facts=application_facts(found),
        rules=("R23", *_ACT) if act in {"decline", "refuse"} else _ACT,
    )


def submit_step(found: ApplicationDetails) -> Step:
    """Return what submits a draft, or a returned application again, corrected."""
    application = found.application
    is_draft = application.status is ApplicationStatus.DRAFT
    call = intake.submit_draft if is_draft else intake.resubmit

    def act(workspace: Workspace, operator: Operator, request_id: str, answers: Answers) -> Application:
        return call(
            workspace,
            application_id=application.id,
            corrections=Corrections(
                contract_number=answers["contract"],
                contract_amount=answers["contract_amount"],
                signed_on=answers["signed_on"],
                requested=answers["requested"],
                contract_from=answers["contract_from"],
                contract_until=answers["contract_until"],
                other_support=answers["other_support"],
                supporting_services=answers["supporting_services"],
            ),
            operator=operator,
            request_id=request_id,
            reason=answers["reason"] or "",
        )

    contract = application.contract
    return Step(
        use_case="application.submit" if is_draft else "application.resubmit",
        title=_("Submit a draft") if is_draft else _("Submit again"),
        purpose=_("From now on it holds its contract and every rule is asked.")
        if is_draft
        else _("Corrected by the unit, within its working days. It is looked at from the beginning."),
        act=act,
        told=_stands,
        questions=(
            Question("contract", _("Contract number"), initial=contract.number),
            Question("signed_on", _("Signed on"), Kind.DAY, initial=contract.signed_on, is_beside=True),
            Question("contract_amount", _("Contract amount"), Kind.AMOUNT, initial=contract.amount),
            Question("requested", _("Amount applied for"), Kind.AMOUNT, initial=application.requested, is_beside=True),
            Question("contract_from", _("Term from"), Kind.DAY, required=False, initial=contract.begins_on),
            Question(
                "contract_until", _("Term until"), Kind.DAY, required=False, initial=contract.ends_on, is_beside=True
            ),
            Question(
                "other_support",
                _("Other public money"),
                Kind.AMOUNT,
                required=False,
                initial=application.other_support or None,
            ),
            Question(
                "supporting_services",
                _("Supporting services"),
                Kind.AMOUNT,
                required=False,
                initial=application.supporting_services or None,
                is_beside=True,
            ),
            Question("reason", _("Remark"), Kind.REASON, required=False),
        ),
        facts=[
            (_("Recipient"), found.recipient.organisation.name),
            (_("Provider"), found.provider.organisation.name),
            (_("Returned because"), application.reason if not is_draft else ""),
        ][: 2 if is_draft or not application.reason else 3],
        rules=(*_CASE, *_ACT),
    )
