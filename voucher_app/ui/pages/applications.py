"""申领: the applications, and deciding on them."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar

from voucher_app.domain.application import Application, ApplicationStatus, steps_of
from voucher_app.domain.errors import Weight
from voucher_app.domain.money import ZERO
from voucher_app.i18n import _, ngettext
from voucher_app.services import intake, possibilities
from voucher_app.services.application import check_approval
from voucher_app.services.voucher import check_issuance
from voucher_app.services.wording.names import status_name
from voucher_app.services.wording.rules import sentence
from voucher_app.ui.dialogs.redemption import invoice_words, price_words
from voucher_app.ui.models.columns import CellKind, Column
from voucher_app.ui.pages import application_steps as steps
from voucher_app.ui.pages.batch_steps import object_step
from voucher_app.ui.pages.batches import BatchList, objection_facts, resolving_acts
from voucher_app.ui.pages.details import Act, Details, Fact
from voucher_app.ui.pages.list_page import NewAction
from voucher_app.ui.pages.papers import PapersPage
from voucher_app.ui.pages.possibilities import (
    person_reasons,
    reasons_against,
    role_reasons,
    rule_reasons,
    status_reason,
    step_reasons,
)
from voucher_app.ui.pages.tabbed_page import TabbedPage

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import date

    from voucher_app.domain.errors import Violation
    from voucher_app.domain.money import Money
    from voucher_app.domain.operators import Operator
    from voucher_app.services.queries.application import ApplicationDetails, ApplicationRow
    from voucher_app.services.queries.lists import ListFilter, ListSource
    from voucher_app.services.workspace import Workspace
    from voucher_app.ui.pages.list_page import ListPage


class ApplicationList(PapersPage):
    """The applications of the year."""

    name: ClassVar[str] = "applications"
    import_kind: ClassVar[str] = "applications"
    is_embedded: ClassVar[bool] = True
    statuses: ClassVar[tuple[str, ...]] = (
        "submitted-alone",
        "submitted-in-batch",
        ApplicationStatus.ACCEPTED,
        ApplicationStatus.FIRST_REVIEWED,
        "approved-alone",
        "approved-in-batch",
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
        """Return the list's name."""
        return _("Applications")

    def search_hint(self) -> str:
        """Return what can be searched for."""
        return _("Search unit, credit code, contract, batch …")

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
            Column("batch", _("Batch"), lambda row: row.batch_name or "–", width=96, gives_way=True),
            Column("submitted", _("Submitted on"), lambda row: row.submitted_on, CellKind.DATE, 108, gives_way=True),
            Column(
                "status",
                _("Status"),
                lambda row: status_name("application", row.state),
                CellKind.STATUS,
                136,
                state=lambda row: ("application", row.state),
            ),
        )

    def key(self, row: Any) -> int:  # noqa: ANN401 - as declared above
        """Return the row's number."""
        return int(row.id)

    def key_text(self, key: object) -> str:
        """Return what is searched for so that a row is found: its number, or the contract that a link names."""
        return f"#{key}" if isinstance(key, int) else str(key)

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
        in_batches = [row for row in rows if row.batch_name]
        acts = _acts_in_batches(rows, in_batches, self.desk.operator) if in_batches else []
        if len(in_batches) < count:
            acts += _direct_acts_together(rows, in_batches, self.desk.operator)
        return Details(
            ngettext("{count} application selected", "{count} applications selected", count).format(count=count),
            figure=f"¥{total.in_yuan()}",
            note=_("requested together"),
            acts=acts,
        )


def _statuses_in_the_way(rows: Sequence[ApplicationRow], wanted: str) -> tuple[str, ...]:
    others = sorted({row.state for row in rows if row.status != wanted})
    return tuple(_("some are “{status}”.").format(status=status_name("application", status)) for status in others)


def _acts_in_batches(
    rows: Sequence[ApplicationRow], in_batches: Sequence[ApplicationRow], operator: Operator | None
) -> list[Act]:
    """Return what applications of batches can do together."""
    ids = [row.id for row in rows]
    facts = [
        (_("Applications"), f"{len(rows):,}"),
        (_("Together (yuan)"), sum((row.requested for row in rows), ZERO).in_yuan()),
    ]
    mixed = (_("some are in no batch."),) if len(in_batches) < len(rows) else ()
    acts = []
    for act, icon, words, wanted in (
        ("accept", "check", _("Accept {count} …"), ApplicationStatus.SUBMITTED),
        ("review", "inspect", _("First review of {count} …"), ApplicationStatus.ACCEPTED),
        ("approve", "approve", _("Second review of {count} …"), ApplicationStatus.FIRST_REVIEWED),
    ):
        reasons = role_reasons(operator) or mixed or _statuses_in_the_way(rows, wanted.value)
        context: dict[str, object] = {"step": steps.together_step(act, ids, facts)}
        acts.append(Act(words.format(count=len(rows)), "step", icon, context, "accent", reasons))
    return acts


def _direct_acts_together(
    rows: Sequence[ApplicationRow], in_batches: Sequence[ApplicationRow], operator: Operator | None
) -> list[Act]:
    """Return what applications outside of batches can do together."""
    ids = [row.id for row in rows]
    mixed = (_("some are in a batch."),) if in_batches else ()
    acts = []
    for act, dialog, icon, words, wanted in (
        ("approve", "application_decide", "approve", _("Approve {count} …"), ApplicationStatus.SUBMITTED),
        ("issue", "voucher_issue", "issue", _("Issue {count} …"), ApplicationStatus.APPROVED),
    ):
        reasons = role_reasons(operator) or mixed or _statuses_in_the_way(rows, wanted.value)
        context: dict[str, object] = {"application_ids": ids}
        if act == "approve":
            context["act"] = act
        acts.append(Act(words.format(count=len(rows)), dialog, icon, context, "accent", reasons))
    return acts


def describe_application(workspace: Workspace, application_id: int, operator: Operator | None) -> Details:
    """Read what the panel says about an application."""
    found = workspace.queries.application(application_id)
    application, policy = found.application, found.policy
    recipient, provider = found.recipient.organisation, found.provider.organisation
    violations: list[Violation] = []
    records = workspace.records()
    if application.status is ApplicationStatus.SUBMITTED:
        violations = check_approval(records, application)
    elif application.status is ApplicationStatus.APPROVED:
        violations = check_issuance(records, [application])
    if application.batch_id is None:
        acts = _direct_acts(workspace, found, operator, violations)
    else:
        acts = _batch_acts(workspace, found, operator)
    notes = [sentence(violation) for violation in violations if violation.weight is not Weight.BLOCK]
    return Details(
        title=_("Application {number}").format(number=application.id),
        status=("application", found.state),
        figure=f"¥{application.value.in_yuan()}",
        note=_("granted of {amount} yuan applied for").format(amount=application.requested.in_yuan())
        if application.granted is not None
        else application.requested.in_capitals(),
        warning="\n".join(notes),
        facts=(
            (
                Fact(_("Voucher"), found.voucher_number, "vouchers", found.voucher_number),
                Fact(_("Recipient"), recipient.name, "recipients", recipient.uscc),
                Fact(_("Credit code"), recipient.uscc),
                Fact(_("Held this year"), _("{amount} yuan").format(amount=found.counted.in_yuan())),
                Fact(_("Provider"), provider.name, "providers", provider.uscc),
            ),
            (
                Fact(_("Contract"), application.contract.number),
                Fact(_("Contract amount"), _("{amount} yuan").format(amount=application.contract.amount.in_yuan())),
                Fact(_("Signed on"), application.contract.signed_on.isoformat()),
                Fact(_("Contract term"), _term(application)),
                Fact(_("Other public money"), _yuan(application.other_support)),
                Fact(_("Supporting services"), _yuan(application.supporting_services)),
                Fact(_("Policy"), policy.name),
            ),
            (
                Fact(_("Batch"), found.batch_name, "applications.batches", str(application.batch_id)),
                Fact(_("Accepted by"), _on_day(found.accepted_by, application.accepted_on)),
                Fact(_("First review by"), found.first_reviewed_by),
                Fact(_("Corrections"), _times(application.corrections)),
                Fact(
                    _("Correct until"),
                    _correct_until(application),
                ),
            ),
            (
                Fact(_("Prepared by"), found.prepared_by),
                Fact(_("Second review by") if found.batch_name else _("Reviewed by"), found.reviewed_by),
                Fact(_("Reason"), application.reason),
            ),
        ),
        headed=(
            (_("Claimed with it"), _claimed(found)),
            (_("Objections"), objection_facts(found.objections, with_application=False)),
        ),
        history=found.history,
        acts=acts,
        subjects=[f"application:{application.id}"],
        files_of=f"application:{application.id}",
    )


def _term(application: Application) -> str:
    first, last = application.contract.begins_on, application.contract.ends_on
    if first is None and last is None:
        return ""
    return _("{first} to {last}").format(first=first or "–", last=last or "–")


def _yuan(amount: Money) -> str:
    return _("{amount} yuan").format(amount=amount.in_yuan()) if amount else ""


def _on_day(name: str, day: date | None) -> str:
    return _("{name}, {day}").format(name=name, day=day) if day else name


def _times(corrections: int) -> str:
    return ngettext("{count} time", "{count} times", corrections).format(count=corrections) if corrections else ""


def _correct_until(application: Application) -> str:
    is_open = application.status is ApplicationStatus.RETURNED and application.correct_by is not None
    return str(application.correct_by) if is_open else ""


def _claimed(found: ApplicationDetails) -> list[Fact]:
    """Return the invoices that an application of model C comes with; they are claimed when it is issued."""
    if found.claim is None:
        return []
    evidence = found.claim.evidence
    facts = [Fact(_("Invoice"), invoice_words(invoice)) for invoice in found.claim.invoices]
    if price_words(evidence):
        facts.append(Fact(_("What was bought"), price_words(evidence)))
    return facts


def _direct_acts(
    workspace: Workspace, found: ApplicationDetails, operator: Operator | None, violations: Sequence[Violation]
) -> list[Act]:
    """Return what an application outside of a batch can do: one review, then issuance."""
    application = found.application
    decides = person_reasons(operator, prepared_by=application.prepared_by, subject=_("this application"))
    open_now = application.status in {ApplicationStatus.SUBMITTED, ApplicationStatus.APPROVED}

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
    if open_now:
        acts.append(
            Act(
                _("Withdraw …"),
                "step",
                "withdraw",
                {"step": steps.one_step("withdraw", found)},
                "danger",
                role_reasons(operator),
            )
        )
    if application.status is ApplicationStatus.DRAFT and operator is not None:
        against = intake.check_submission(workspace.records(), application)
        step_of_draft: dict[str, object] = {"step": steps.submit_step(found)}
        acts.insert(0, Act(_("Submit …"), "step", "publish", step_of_draft, "accent", reasons_against(against)))
    return acts


def _batch_acts(workspace: Workspace, found: ApplicationDetails, operator: Operator | None) -> list[Act]:
    """Return what an application in a batch can do, from its acceptance to the objections against it."""
    if operator is None:
        return []
    application = found.application
    records = workspace.records()
    key, facts = application.id, steps.application_facts(found)
    assert application.batch_id is not None, "asked of applications of a batch"
    standing = ((f"{key}", f"{key} · {found.recipient.organisation.name}"),)
    again = _("Submit again …") if application.status is not ApplicationStatus.DRAFT else _("Submit …")
    looks: dict[str, tuple[str, str, str, Callable[[], Any]]] = {
        "submit": (again, "publish", "accent", lambda: steps.submit_step(found)),
        "accept": (_("Accept …"), "check", "accent", lambda: steps.together_step("accept", [key], facts)),
        "return": (_("Return for correction …"), "return", "", lambda: steps.one_step("return", found)),
        "decline": (_("Decline …"), "ban", "danger", lambda: steps.one_step("decline", found)),
        "review": (_("First review …"), "inspect", "accent", lambda: steps.together_step("review", [key], facts)),
        "approve": (_("Second review …"), "approve", "accent", lambda: steps.together_step("approve", [key], facts)),
        "refuse": (_("Refuse …"), "refuse", "danger", lambda: steps.one_step("refuse", found)),
        "withdraw": (_("Withdraw …"), "withdraw", "danger", lambda: steps.one_step("withdraw", found)),
        "object": (
            _("Take down an objection …"),
            "object",
            "",
            lambda: object_step(application.batch_id or 0, standing, facts),
        ),
    }
    acts = resolving_acts(records, found.objections, operator)
    for possibility in possibilities.of_application(workspace, key, operator):
        if possibility.act not in looks:
            continue  # issued with its batch
        words, icon, kind, make = looks[possibility.act]
        reasons = (possibility.fault,) if possibility.fault else reasons_against(possibility.violations)
        if possibility.act == "submit" and found.claim is not None:
            acts.append(Act(words, "application_correct", icon, {"application_id": key}, kind, reasons))
            continue
        acts.append(Act(words, "step", icon, {"step": make()}, kind, reasons))
    return acts


class ApplicationsPage(TabbedPage):
    """The page 申领: applications, and the batches that take them in."""

    name: ClassVar[str] = "applications"
    lists: ClassVar[Sequence[type[ListPage]]] = (ApplicationList, BatchList)

    @classmethod
    def title(cls) -> str:
        """Return the page's name."""
        return _("Applications")
