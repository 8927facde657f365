"""The steps of a batch's life: from its intake to its issuance, with the objections of its publicity."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from voucher_app.domain.batch import BATCH_LIFE
from voucher_app.domain.calendar import last_working_day
from voucher_app.domain.errors import InvalidInput
from voucher_app.domain.money import ZERO
from voucher_app.domain.policy import Allocation, OperatingModel
from voucher_app.i18n import _, ngettext
from voucher_app.services import batch as use_case
from voucher_app.services.calendar import working_days
from voucher_app.services.wording.names import allocation_name, model_name, status_name
from voucher_app.ui.dialogs.step import Kind, Question, Step
from voucher_app.ui.pages.objection_step import objection_step

if TYPE_CHECKING:
    from datetime import date

    from voucher_app.domain.batch import Batch
    from voucher_app.domain.objection import Objection
    from voucher_app.domain.operators import Operator
    from voucher_app.domain.voucher import Voucher
    from voucher_app.services.ports.unit_of_work import Records
    from voucher_app.services.queries.batch import BatchDetails, ObjectionRow
    from voucher_app.services.workspace import Workspace
    from voucher_app.ui.dialogs.step import Answers

_ACT = ("TRANSITION", "ROLE")


def open_step(workspace: Workspace, year: int) -> Step:
    """Return what opens a batch; reads what the policy in force proposes."""
    policy = workspace.records().policies.current().policy
    today = workspace.clock.today()
    years = workspace.queries.years()
    return Step(
        use_case="batch.open",
        title=_("Open a batch"),
        purpose=_("Applications are taken in within its window, reviewed twice, publicized and issued together."),
        act=_open,
        told=lambda made: _("Batch opened: {name}").format(name=made.name),
        questions=(
            Question("name", _("Name of the batch")),
            Question(
                "year",
                _("Budget year"),
                Kind.CHOICE,
                initial=str(year),
                choices=tuple((str(one), str(one)) for one in years),
                is_beside=True,
            ),
            Question(
                "model",
                _("How its vouchers reach the bill"),
                Kind.CHOICE,
                initial=policy.operating_model.value,
                choices=tuple((one.value, model_name(one)) for one in OperatingModel),
            ),
            Question(
                "allocation",
                _("When more is asked than is left"),
                Kind.CHOICE,
                initial=policy.allocation.value,
                choices=tuple((one.value, allocation_name(one)) for one in Allocation),
                is_beside=True,
            ),
            Question("intake_from", _("Intake from"), Kind.DAY, initial=today),
            Question("intake_until", _("Intake until"), Kind.DAY, is_beside=True),
            Question(
                "envelope",
                _("At most"),
                Kind.AMOUNT,
                required=False,
                hint=_("Empty: all that the year has left"),
            ),
            Question("document", _("Document number"), required=False, is_beside=True),
        ),
        rules=("R1", "ROLE"),
    )


def _open(workspace: Workspace, operator: Operator, request_id: str, answers: Answers) -> Batch:
    facts = use_case.BatchFacts(
        year=int(answers["year"]),
        name=answers["name"],
        model=answers["model"],
        allocation=answers["allocation"],
        intake_from=answers["intake_from"],
        intake_until=answers["intake_until"],
        envelope=answers["envelope"],
        document=answers["document"] or "",
    )
    return use_case.open_batch(workspace, facts=facts, operator=operator, request_id=request_id)


def batch_facts(found: BatchDetails) -> list[tuple[str, str]]:
    """Return what a person looks at before deciding on a batch."""
    batch = found.batch
    facts = [
        (_("Batch"), batch.name),
        (_("Budget year"), str(batch.year)),
        (_("Asked (yuan)"), found.asked.in_yuan()),
        (_("Granted (yuan)"), found.granted.in_yuan() if found.granted else ""),
        (_("May still give (yuan)"), found.left.in_yuan()),
        (_("Allocation"), allocation_name(batch.allocation)),
        (_("Opened by"), found.prepared_by),
    ]
    return [fact for fact in facts if fact[1]]


def _stands(done: Batch) -> str:
    return _("Batch {name}: {status}").format(name=done.name, status=status_name("batch", done.status))


def batch_steps(records: Records, found: BatchDetails) -> dict[str, Step]:
    """Return every step of a batch by its act."""
    key = found.batch.id
    grants = _grants(records, found)
    steps = {
        "close": Step(
            _("Close the intake"),
            _("Nothing more is submitted to this batch; what is in is reviewed to its end."),
            lambda workspace, operator, request_id, _answers: use_case.close(
                workspace, batch_id=key, operator=operator, request_id=request_id
            ),
            _stands,
            rules=_ACT,
        ),
        "allocate": Step(
            _("Allocate the amounts"),
            _("What is left goes to the approved applications; one that would get too little is refused."),
            lambda workspace, operator, request_id, _answers: use_case.allocate(
                workspace, batch_id=key, operator=operator, request_id=request_id
            ),
            _stands,
            rules=("R1", "R3", "R5", "R32", *_ACT),
        ),
        "publicize": Step(
            _("Publicize the batch"),
            _("Names and amounts are publicized from today; objections are taken down until the last day."),
            lambda workspace, operator, request_id, answers: use_case.publicize(
                workspace, batch_id=key, until=answers["until"], operator=operator, request_id=request_id
            ),
            _stands,
            (
                Question(
                    "until",
                    _("Last day of publicity"),
                    Kind.DAY,
                    initial=_earliest(records, found),
                    hint=_("Not before this day (R24)"),
                ),
            ),
            rules=("R24", "R32", *_ACT),
        ),
        "issue": Step(
            _("Issue the batch"),
            _("A voucher for each application that publicity left standing: all or none, within the year's cap."),
            lambda workspace, operator, request_id, _answers: use_case.issue(
                workspace, batch_id=key, operator=operator, request_id=request_id
            ),
            _issued,
            rules=("R1", "R3", "R24", *_ACT),
        ),
        "finish": Step(
            _("Finish the batch"),
            _("Nothing in it waits any more. It stays on record and takes no further step."),
            lambda workspace, operator, request_id, _answers: use_case.finish(
                workspace, batch_id=key, operator=operator, request_id=request_id
            ),
            _stands,
            rules=_ACT,
        ),
    }
    facts = batch_facts(found)
    return {
        act: replace(
            step,
            facts=[*facts, *grants] if act in {"allocate", "publicize"} else facts,
            use_case=f"batch.{act}",
        )
        for act, step in steps.items()
    }


def _issued(done: list[Voucher]) -> str:
    return ngettext("{count} voucher issued", "{count} vouchers issued", len(done)).format(count=f"{len(done):,}")


def _grants(records: Records, found: BatchDetails) -> list[tuple[str, str]]:
    """Return what the allocation would give in all, while it can still be made."""
    if "allocate" not in BATCH_LIFE[found.batch.status]:
        return []
    allotment = use_case.allotment(records, found.batch)
    given = [grant for grant in allotment.grants.values() if grant]
    left_out = len(allotment.grants) - len(given)
    total = sum(given, ZERO)
    facts = [(_("Would be granted (yuan)"), total.in_yuan())]
    if left_out:
        facts.append((_("Left out"), f"{left_out:,}"))
    return facts


def _earliest(records: Records, found: BatchDetails) -> date | None:
    try:
        return last_working_day(
            records.today, days=found.policy.policy.publicity_days, is_working=working_days(records)
        )
    except InvalidInput:
        return None  # a year that the calendar does not know; the act says so


def object_step(batch_id: int, standing: tuple[tuple[str, str], ...], facts: list[tuple[str, str]]) -> Step:
    """Return what takes down an objection.

    Args:
        batch_id: the batch in publicity.
        standing: the applications that may be objected to, by number and in words.
        facts: what is told of the batch or of the one application.
    """
    return Step(
        use_case="batch.object",
        title=_("Take down an objection"),
        purpose=_("Until another person decides on it, the batch is not issued."),
        act=lambda workspace, operator, request_id, answers: use_case.object_to(
            workspace,
            batch_id=batch_id,
            application_id=int(answers["application"]),
            raised_by=answers["raised_by"],
            content=answers["content"],
            operator=operator,
            request_id=request_id,
        ),
        told=lambda made: _("Objection {id} is taken down.").format(id=made.id),
        questions=(
            Question("application", _("Against"), Kind.CHOICE, choices=standing),
            Question("raised_by", _("Raised by")),
            Question("content", _("What is objected to"), Kind.REASON),
        ),
        facts=facts,
        rules=("R24", *_ACT),
    )


def resolve_step(objection: ObjectionRow) -> Step:
    """Return the decision on an objection."""
    key = objection.id

    def act(workspace: Workspace, operator: Operator, request_id: str, answers: Answers) -> Objection:
        return use_case.resolve(
            workspace,
            objection_id=key,
            result=answers["decision"],
            reason=answers["reason"],
            operator=operator,
            request_id=request_id,
        )

    return objection_step(
        act,
        use_case="batch.resolve",
        purpose=_("Upheld, the application is refused; dismissed, it goes on with its batch."),
        facts=(
            (_("Application"), f"{objection.application_id} · {objection.recipient_name}"),
            (_("Raised by"), objection.raised_by),
            (_("Raised on"), objection.raised_on),
            (_("What is objected to"), objection.content),
            (_("Taken down by"), objection.prepared_by),
        ),
        rules=("R23", *_ACT),
    )
