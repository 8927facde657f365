"""批次: the batches of the year, their money, their objections, and every step of their life."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar

from voucher_app.domain.application import ApplicationStatus
from voucher_app.domain.batch import Batch, BatchStatus, batch_takes_in
from voucher_app.domain.objection import ObjectionStatus
from voucher_app.domain.policy import OperatingModel
from voucher_app.i18n import _, ngettext
from voucher_app.services import batch as use_case
from voucher_app.services import possibilities
from voucher_app.services.queries.application import application_state
from voucher_app.services.queries.lists import ListFilter
from voucher_app.services.wording.names import allocation_name, model_name, status_name
from voucher_app.ui.models.columns import CellKind, Column
from voucher_app.ui.pages import batch_steps as steps
from voucher_app.ui.pages.details import Act, Details, Fact
from voucher_app.ui.pages.list_page import NewAction
from voucher_app.ui.pages.papers import PapersPage
from voucher_app.ui.pages.possibilities import reasons_against, role_reasons, status_reason

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import date

    from voucher_app.domain.operators import Operator
    from voucher_app.services.ports.unit_of_work import Records
    from voucher_app.services.queries.batch import BatchDetails, BatchRow, ObjectionRow
    from voucher_app.services.queries.lists import ListSource
    from voucher_app.services.workspace import Workspace

_OBJECTABLE = (ApplicationStatus.PUBLICIZED, ApplicationStatus.OBJECTED, ApplicationStatus.CLEARED)


class BatchList(PapersPage):
    """The batches of the year."""

    name: ClassVar[str] = "batches"
    is_embedded: ClassVar[bool] = True
    statuses: ClassVar[tuple[str, ...]] = (
        BatchStatus.OPEN,
        BatchStatus.CLOSED,
        BatchStatus.REVIEWING,
        BatchStatus.PUBLICIZED,
        BatchStatus.ISSUED,
        BatchStatus.FINISHED,
    )
    most_chips: ClassVar[int] = 4

    @classmethod
    def title(cls) -> str:
        """Return the list's name."""
        return _("Batches")

    def search_hint(self) -> str:
        """Return what can be searched for."""
        return _("Search batch, document number …")

    def status_words(self, status: str) -> str:
        """Return a status in words."""
        return status_name("batch", status)

    def empty_words(self) -> str:
        """Return the sentence of an empty list."""
        return _("No batch of {year} is open yet. A batch takes in, reviews and issues applications together.").format(
            year=self.desk.year
        )

    def counted(self, count: int) -> str:
        """Return how many there are."""
        return ngettext("{count} batch", "{count} batches", count).format(count=f"{count:,}")

    def new_action(self) -> NewAction:
        """Return the main action; its questions are read first, see `begin_new`."""
        return NewAction(_("New batch …"), "step")

    def begin_new(self) -> None:
        """Ask for a new batch, with what the policy in force proposes."""
        self.desk.runner.run(
            partial(steps.open_step, self.desk.workspace, self.desk.year),
            success=lambda step: self.open("step", step=step),
            owner=self,
        )

    def columns(self) -> Sequence[Column]:
        """Return the columns."""
        return (
            Column("id", _("No."), lambda row: f"{row.id}", CellKind.COUNT, 60, sort="id"),
            Column("name", _("Batch"), lambda row: row.name, width=128, stretches=True),
            Column("model", _("Model"), lambda row: model_name(row.model), width=84, gives_way=True),
            Column(
                "intake",
                _("Intake"),
                _window,
                CellKind.DATE,
                112,
                gives_way=True,
                sort="intake_until",
            ),
            Column(
                "count", _("Applications"), lambda row: f"{row.application_count:,}", CellKind.COUNT, 84, gives_way=True
            ),
            Column("asked", _("Asked (yuan)"), lambda row: row.asked.in_yuan(), CellKind.MONEY, 100),
            Column("granted", _("Granted (yuan)"), lambda row: row.granted.in_yuan(), CellKind.MONEY, 100),
            Column(
                "status",
                _("Status"),
                lambda row: status_name("batch", row.status),
                CellKind.STATUS,
                100,
                state=lambda row: ("batch", row.status),
            ),
        )

    def key(self, row: Any) -> int:  # noqa: ANN401 - as declared above
        """Return the row's number."""
        return int(row.id)

    def key_text(self, key: object) -> str:
        """Return the search for one number."""
        return f"#{key}"

    def key_of_result(self, result: object) -> int | None:
        """Return the key of what was decided here."""
        return result.id if isinstance(result, Batch) else None

    def source(self, chosen: ListFilter) -> ListSource[BatchRow]:
        """Return the list."""
        return self.desk.workspace.queries.batches(chosen)

    def describe(self, row: Any) -> Callable[[], Details]:  # noqa: ANN401
        """Return what reads the details."""
        return partial(describe_batch, self.desk.workspace, row.id, self.desk.operator)


def _window(row: BatchRow) -> str:
    """Return when a batch takes in, in short; days of another year than its own are told whole."""
    days = [day.removeprefix(f"{row.year}-") for day in (row.intake_from, row.intake_until)]
    return _("{first} to {last}").format(first=days[0], last=days[1])


def describe_batch(workspace: Workspace, batch_id: int, operator: Operator | None) -> Details:
    """Read what the panel says about a batch."""
    found = workspace.queries.batch(batch_id)
    batch = found.batch
    yuan = _("{amount} yuan")
    money = [
        Fact(_("Asked"), yuan.format(amount=found.asked.in_yuan())),
        Fact(_("Granted"), yuan.format(amount=found.granted.in_yuan())),
        Fact(_("Issued"), yuan.format(amount=found.issued.in_yuan()) if found.issued else ""),
        Fact(_("May still give"), yuan.format(amount=found.left.in_yuan())),
        Fact(_("At most"), yuan.format(amount=batch.envelope.in_yuan()) if batch.envelope else _("no limit")),
    ]
    how = [
        Fact(_("Model"), model_name(batch.model)),
        Fact(_("Allocation"), allocation_name(batch.allocation)),
        Fact(_("Intake"), _("{first} to {last}").format(first=batch.intake_from, last=batch.intake_until)),
        Fact(
            _("Publicity"),
            _("{first} to {last}").format(first=batch.publicity_from, last=batch.publicity_until)
            if batch.publicity_until
            else "",
        ),
        Fact(_("Document"), batch.document),
        Fact(_("Policy"), found.policy.name),
        Fact(_("Opened by"), found.prepared_by),
        Fact(_("Issued by"), found.issued_by),
    ]
    counted = [
        Fact(
            status_name("application", application_state(status, in_batch=True)),
            ngettext("{count} application", "{count} applications", count).format(count=f"{count:,}"),
            "applications",
            batch.name,
        )
        for status, count in found.counts.items()
        if count
    ]
    waiting = sum(1 for one in found.objections if one.status == ObjectionStatus.OPEN)
    return Details(
        title=batch.name,
        status=("batch", batch.status),
        figure=f"¥{(found.granted or found.asked).in_yuan()}",
        note=_("granted") if found.granted else _("asked for"),
        warning=ngettext(
            "{count} objection waits for a decision.", "{count} objections wait for a decision.", waiting
        ).format(count=waiting)
        if waiting
        else "",
        facts=(money, how),
        headed=(
            (_("Applications"), counted),
            (_("Objections"), objection_facts(found.objections, with_application=True)),
        ),
        history=found.history,
        acts=_acts(workspace, found, operator),
        subjects=[f"batch:{batch.id}"],
        files_of=f"batch:{batch.id}",
    )


def objection_facts(objections: Sequence[ObjectionRow], *, with_application: bool) -> list[Fact]:
    """Return every objection with its state, what was objected, and how it ended."""
    facts = []
    for one in objections:
        lines = [
            _("{status} · {name}").format(status=status_name("objection", one.status), name=one.raised_by),
            one.content,
        ]
        if with_application:
            lines.insert(0, _("Application {number}").format(number=one.application_id) + f" · {one.recipient_name}")
        if one.resolution:
            lines.append(
                _("{day}, {name}: {resolution}").format(
                    day=one.resolved_on, name=one.resolved_by, resolution=one.resolution
                )
            )
        facts.append(Fact(one.raised_on, "\n".join(lines)))
    return facts


def _acts(workspace: Workspace, found: BatchDetails, operator: Operator | None) -> list[Act]:
    if operator is None:
        return []
    records = workspace.records()
    known = steps.batch_steps(records, found)
    looks = {
        "close": (_("Close the intake …"), "lock", "accent"),
        "allocate": (_("Allocate …"), "plan", "accent"),
        "publicize": (_("Publicize …"), "publicize", "accent"),
        "issue": (_("Issue the batch …"), "issue", "accent"),
        "finish": (_("Finish …"), "archive", ""),
    }
    acts = []
    for possibility in possibilities.of_batch(workspace, found.batch.id, operator):
        words, icon, kind = looks[possibility.act]
        reasons = (possibility.fault,) if possibility.fault else reasons_against(possibility.violations)
        acts.append(Act(words, "step", icon, {"step": known[possibility.act]}, kind, reasons))
    if found.batch.model is OperatingModel.AFTERWARDS:
        acts.insert(0, _reimbursing(found, operator, on=workspace.clock.today()))
    return [*resolving_acts(records, found.objections, operator), *acts, _objecting(workspace, found, operator)]


def _reimbursing(found: BatchDetails, operator: Operator, *, on: date) -> Act:
    """Return what hands in an application with its claim, which batches of model C take in."""
    batch = found.batch
    against = batch_takes_in(batch, policy=found.policy.policy, year=batch.year, on=on)
    return Act(
        _("Apply and claim afterwards …"),
        "application_reimburse",
        "redemptions",
        {"batch_id": batch.id},
        "",
        role_reasons(operator) or reasons_against(against),
    )


def resolving_acts(records: Records, objections: Sequence[ObjectionRow], operator: Operator) -> list[Act]:
    """Return the decision on every open objection."""
    return [
        Act(
            _("Decide on objection {id} …").format(id=row.id),
            "step",
            "resolve",
            {"step": steps.resolve_step(row)},
            "accent",
            reasons_against(
                use_case.check_resolution(
                    records.objections.get(row.id),
                    records.applications.get(row.application_id),
                    act="dismiss",
                    operator=operator,
                )
            ),
        )
        for row in objections
        if row.status == ObjectionStatus.OPEN
    ]


def _objecting(workspace: Workspace, found: BatchDetails, operator: Operator) -> Act:
    batch = found.batch
    statuses = tuple(status.value for status in _OBJECTABLE)
    listed = workspace.queries.applications(ListFilter(batch=batch.id, statuses=statuses, descending=False))
    rows = listed.rows(0, listed.count())
    standing = tuple((f"{row.id}", f"{row.id} · {row.recipient_name}") for row in rows)
    reasons = role_reasons(operator) or (() if standing else (status_reason("batch", batch.status),))
    return Act(
        _("Take down an objection …"),
        "step",
        "object",
        {"step": steps.object_step(batch.id, standing, steps.batch_facts(found))},
        "",
        reasons,
    )
