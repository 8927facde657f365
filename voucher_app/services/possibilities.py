"""What can be done with a record now, and why everything else cannot: the same checks that the acts themselves make."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from voucher_app.domain.application import note_what_is_missing, steps_of
from voucher_app.domain.batch import BATCH_LIFE
from voucher_app.domain.errors import InvalidInput, Weight
from voucher_app.domain.operators import role_may_act, with_role
from voucher_app.services import batch as batches
from voucher_app.services.application import check_approval, check_recorded, check_review
from voucher_app.services.intake import check_accept, check_return, check_submission, missing_papers, step_violation
from voucher_app.services.voucher import check_issuance
from voucher_app.services.wording.inputs import input_sentence
from voucher_app.services.wording.rules import sentence

if TYPE_CHECKING:
    from collections.abc import Callable

    from voucher_app.domain.application import Application
    from voucher_app.domain.batch import Batch
    from voucher_app.domain.errors import Violation
    from voucher_app.domain.operators import Operator
    from voucher_app.services.ports.unit_of_work import Records
    from voucher_app.services.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Possibility:
    """One act on a record.

    Attributes:
        act: the step of the life cycle; `use_case`: the name under which it is recorded.
        violations: what the rules say to it now.
        fault: why it cannot be told, such as a year that the calendar does not know; empty otherwise.
    """

    act: str
    use_case: str
    violations: tuple[Violation, ...]
    fault: str = ""

    @property
    def is_possible(self) -> bool:
        """Whether a person may do it now, with a written reason where one is asked."""
        return not self.fault and all(one.weight is not Weight.BLOCK for one in self.violations)

    @property
    def reasons(self) -> list[str]:
        """Why it is not possible, or what is to be thought of, in sentences."""
        return [self.fault] if self.fault else [sentence(one) for one in self.violations]


_APPLICATION_ACTS = {
    "submit": "application.submit",
    "accept": "application.accept",
    "return": "application.return",
    "decline": "application.decline",
    "review": "application.review",
    "approve": "application.approve",
    "refuse": "application.refuse",
    "withdraw": "application.withdraw",
    "object": "batch.object",
    "issue": "voucher.issue",
}
_BATCH_ACTS = {
    "close": "batch.close",
    "allocate": "batch.allocate",
    "publicize": "batch.publicize",
    "issue": "batch.issue",
    "finish": "batch.finish",
}


def of_application(workspace: Workspace, application_id: int, operator: Operator) -> list[Possibility]:
    """Return every act on an application, in the order of its life, and what a person would be told.

    Raises:
        NotFound: when there is no such application.
    """
    records = workspace.records()
    application = records.applications.get(application_id)
    acts = {act for steps in steps_of(batch_id=application.batch_id).values() for act in steps}
    found = []
    for act, use_case in _APPLICATION_ACTS.items():
        if act not in acts:
            continue
        # A draft is submitted, a returned application resubmitted.
        name = "application.resubmit" if act == "submit" and application.corrections else use_case
        if act == "issue" and application.batch_id is not None:
            name = "batch.issue"
        found.append(_possibility(records, act, name, operator, _check_of(records, application, act, operator)))
    return found


def _check_of(
    records: Records, application: Application, act: str, operator: Operator
) -> Callable[[], list[Violation]]:
    step = step_violation(application, act)
    if step is not None:
        return lambda: [step]  # the first thing to know; its rules are not asked yet
    checks: dict[str, Callable[[], list[Violation]]] = {
        "submit": lambda: check_submission(records, application),
        "accept": lambda: (
            check_accept(records, application)
            + note_what_is_missing(missing_papers(records, application), application_id=application.id)
        ),
        "return": lambda: check_return(records, application),
        "issue": lambda: check_issuance(records, [application]),
        "withdraw": list,
        "object": list,
    }
    if act in checks:
        return checks[act]
    decision = check_review(application, act=act, reviewer=operator)
    if act in {"review", "approve"}:
        check = check_approval if act == "approve" else check_recorded
        return lambda: decision + check(records, application)
    return lambda: decision


def of_batch(workspace: Workspace, batch_id: int, operator: Operator) -> list[Possibility]:
    """Return every act on a batch, in the order of its life, and what a person would be told.

    Raises:
        NotFound: when there is no such batch.
    """
    records = workspace.records()
    batch = records.batches.get(batch_id)
    return [
        _possibility(records, act, use_case, operator, _check_of_batch(records, batch, act))
        for act, use_case in _BATCH_ACTS.items()
    ]


def _check_of_batch(records: Records, batch: Batch, act: str) -> Callable[[], list[Violation]]:
    may_allocate_first = act == "publicize" and "allocate" in BATCH_LIFE[batch.status]
    step = batches.check_step(batch, act)
    if step and not may_allocate_first:
        return lambda: step
    checks: dict[str, Callable[[], list[Violation]]] = {
        "close": list,
        "allocate": lambda: batches.allotment(records, batch).violations,
        "publicize": lambda: batches.check_publicize(records, batch, until=None),
        "issue": lambda: batches.check_issue(records, batch),
        "finish": lambda: batches.check_finish(records, batch),
    }
    return checks[act]


def _possibility(
    records: Records, act: str, use_case: str, operator: Operator, check: Callable[[], list[Violation]]
) -> Possibility:
    small_office = records.office.standing(operator.id).in_small_office
    role = role_may_act(operator, use_case, small_office=small_office)
    try:
        return Possibility(act, use_case, tuple(with_role(check(), [role] if role else [])))
    except InvalidInput as error:
        return Possibility(act, use_case, (), input_sentence(error))
