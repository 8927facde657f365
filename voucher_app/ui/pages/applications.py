"""申领: the applications, and deciding on them."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, ClassVar

from voucher_app.domain.application import Application, ApplicationStatus, check_application, steps_of
from voucher_app.domain.errors import Violation, Weight
from voucher_app.domain.money import ZERO
from voucher_app.domain.operators import Operator
from voucher_app.i18n import _, ngettext
from voucher_app.services.application import case_of
from voucher_app.services.queries.application import ApplicationRow
from voucher_app.services.queries.lists import ListFilter, ListSource
from voucher_app.services.voucher import check_issuance
from voucher_app.services.wording.names import status_name
from voucher_app.services.wording.rules import sentence
from voucher_app.services.workspace import Workspace
from voucher_app.ui.models.columns import CellKind, Column
from voucher_app.ui.pages.details import Act, Details, Fact
from voucher_app.ui.pages.list_page import ListPage, NewAction
from voucher_app.ui.pages.possibilities import person_reasons, role_reasons, rule_reasons, status_reason, step_reasons


class ApplicationsPage(ListPage):
    """The page 申领."""

    name: ClassVar[str] = "applications"
    statuses: ClassVar[tuple[str, ...]] = (
        ApplicationStatus.SUBMITTED,
        ApplicationStatus.ACCEPTED,
        ApplicationStatus.FIRST_REVIEWED,
        ApplicationStatus.APPROVED,
        ApplicationStatus.CLEARED,
        ApplicationStatus.ISSUED,
        ApplicationStatus.RETURNED,
        ApplicationStatus.ALLOCATED,
        ApplicationStatus.PUBLICIZED,
        ApplicationStatus.OBJECTED,
        ApplicationStatus.DRAFT,
        ApplicationStatus.REFUSED,
        ApplicationStatus.DECLINED,
        ApplicationStatus.WITHDRAWN,
    )

    @classmethod
    def title(cls) -> str:
        """Return the page's name."""
        return _("Applications")

    def search_hint(self) -> str:
        """Return what can be searched for."""
        return _("Search unit, credit code, contract …")

    def status_words(self, status: str) -> str:
        """Return a status in words."""
        return status_name("application", status)

    def empty_words(self) -> str:
        """Return the sentence of an empty list."""
        return _("No unit has applied for a voucher in {year} yet.").format(year=self.desk.year)

    def counted(self, count: int) -> str:
        """Return how many there are."""
        return ngettext("{count} application", "{count} applications", count).format(count=f"{count:,}")

    def new_action(self) -> NewAction:
        """Return the main action."""
        return NewAction(_("New application …"), "application_submit")

    def columns(self) -> Sequence[Column]:
        """Return the columns."""
        return (
            Column("id", _("No."), lambda row: str(row.id), CellKind.COUNT, 60, sort="id"),
            Column("recipient", _("Recipient"), lambda row: row.recipient_name, width=170, stretches=True),
            Column("provider", _("Provider"), lambda row: row.provider_name, width=140, stretches=True, gives_way=True),
            Column("contract", _("Contract"), lambda row: row.contract_number, width=130, gives_way=True),
            Column(
                "amount",
                _("Contract amount (yuan)"),
                lambda row: row.contract_amount.in_yuan(),
                CellKind.MONEY,
                140,
                gives_way=True,
            ),
            Column(
                "requested",
                _("Requested (yuan)"),
                lambda row: row.requested.in_yuan(),
                CellKind.MONEY,
                120,
                sort="requested",
            ),
            Column("submitted", _("Submitted on"), lambda row: row.submitted_on, CellKind.DATE, 108, gives_way=True),
            Column(
                "status",
                _("Status"),
                lambda row: status_name("application", row.status),
                CellKind.STATUS,
                136,
                state=lambda row: ("application", row.status),
            ),
        )

    def key(self, row: Any) -> int:  # noqa: ANN401 - as declared above
        """Return the row's number."""
        return int(row.id)

    def key_of_result(self, result: object) -> int | None:
        """Return the key of what was decided here."""
        return result.id if isinstance(result, Application) else None

    def source(self, chosen: ListFilter) -> ListSource[ApplicationRow]:
        """Return the list."""
        return self.desk.workspace.queries.applications(chosen)

    def describe(self, row: Any) -> Callable[[], Details]:  # noqa: ANN401
        """Return what reads the details."""
        return partial(describe_application, self.desk.workspace, row.id, self.desk.operator)

    def describe_many(self, rows: Sequence[Any]) -> Details:
        """Return what can be done with several applications."""
        total = sum((row.requested for row in rows), ZERO)
        count = len(rows)
        ids = [row.id for row in rows]
        refused = role_reasons(self.desk.operator)
        acts = []
        for act, dialog, icon, words, wanted in (
            ("approve", "application_decide", "approve", _("Approve {count} …"), ApplicationStatus.SUBMITTED),
            ("issue", "voucher_issue", "issue", _("Issue {count} …"), ApplicationStatus.APPROVED),
        ):
            others = sorted({row.status for row in rows} - {wanted.value})
            reasons = refused or tuple(
                _("some are “{status}”.").format(status=status_name("application", status)) for status in others
            )
            context: dict[str, object] = {"application_ids": ids}
            if act == "approve":
                context["act"] = act
            acts.append(Act(words.format(count=count), dialog, icon, context, "accent", reasons))
        return Details(
            ngettext("{count} application selected", "{count} applications selected", count).format(count=count),
            figure=f"¥{total.in_yuan()}",
            note=_("requested together"),
            acts=acts,
        )


def describe_application(workspace: Workspace, application_id: int, operator: Operator | None) -> Details:
    """Read what the panel says about an application."""
    found = workspace.queries.application(application_id)
    application, policy = found.application, found.policy
    recipient, provider = found.recipient.organisation, found.provider.organisation
    violations: list[Violation] = []
    records = workspace.records()
    if application.status is ApplicationStatus.SUBMITTED:
        violations = check_application(case_of(records, application))
    elif application.status is ApplicationStatus.APPROVED:
        violations = check_issuance(records, [application])
    open_now = application.status in {ApplicationStatus.SUBMITTED, ApplicationStatus.APPROVED}
    decides = person_reasons(operator, prepared_by=application.prepared_by, subject=_("this application"))

    def step(act: str) -> tuple[str, ...]:
        return step_reasons(
            steps_of(batch_id=application.batch_id), noun="application", status=application.status, act=act
        )

    rules = rule_reasons(violations)
    acts = [
        Act(
            _("Approve …"),
            "application_decide",
            "approve",
            {"application_ids": [application.id], "act": "approve"},
            "accent",
            step("approve") or decides or rules,
        ),
        Act(
            _("Issue …"),
            "voucher_issue",
            "issue",
            {"application_ids": [application.id]},
            "accent",
            step("issue") or role_reasons(operator) or rules,
        ),
        Act(
            _("Refuse …"),
            "application_decide",
            "refuse",
            {"application_ids": [application.id], "act": "refuse"},
            "danger",
            step("refuse") or decides,
        ),
    ]
    if not open_now:
        reasons = (status_reason("application", application.status),)
        acts = [Act(act.words, act.dialog, act.icon, act.context, act.kind, reasons) for act in acts]
    elif application.status is ApplicationStatus.SUBMITTED:
        acts = [act for act in acts if act.dialog != "voucher_issue"]
    else:
        acts = [act for act in acts if act.context.get("act") != "approve"]
    notes = [sentence(violation) for violation in violations if violation.weight is not Weight.BLOCK]
    return Details(
        title=_("Application {number}").format(number=application.id),
        status=("application", application.status),
        figure=f"¥{application.requested.in_yuan()}",
        note=application.requested.in_capitals(),
        warning="\n".join(notes),
        facts=(
            (
                Fact(_("Recipient"), recipient.name, "recipients", recipient.uscc),
                Fact(_("Code"), recipient.uscc),
                Fact(_("Held this year"), _("{amount} yuan").format(amount=found.counted.in_yuan())),
                Fact(_("Provider"), provider.name, "providers", provider.uscc),
            ),
            (
                Fact(_("Contract"), application.contract.number),
                Fact(_("Contract amount"), _("{amount} yuan").format(amount=application.contract.amount.in_yuan())),
                Fact(_("Signed on"), application.contract.signed_on.isoformat()),
                Fact(_("Policy"), policy.label),
            ),
            (
                Fact(_("Prepared by"), found.prepared_by),
                Fact(_("Reviewed by"), found.reviewed_by),
                Fact(_("Reason"), application.reason),
                Fact(_("Voucher"), found.voucher_number, "vouchers", found.voucher_number),
            ),
        ),
        history=found.history,
        acts=acts,
    )
