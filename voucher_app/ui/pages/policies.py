"""政策版本: what is published, what is drafted, and the steps from the one to the other by two people."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar

from voucher_app.domain.policy import PARAMETERS, DraftStatus
from voucher_app.i18n import _, ngettext
from voucher_app.services import policy as use_case
from voucher_app.services.policy import notes_of, possible_acts
from voucher_app.services.ports.policy import PolicyDraft, PublishedPolicy
from voucher_app.services.queries.policy import policy_list
from voucher_app.services.wording.names import status_name
from voucher_app.services.wording.policy import group_name, parameter_name, parameter_value
from voucher_app.services.wording.rules import sentence
from voucher_app.ui.dialogs.policy_draft import version_label
from voucher_app.ui.dialogs.step import Kind, Question, Step
from voucher_app.ui.models.columns import CellKind, Column
from voucher_app.ui.pages.details import Act, Details, Fact
from voucher_app.ui.pages.list_page import NewAction
from voucher_app.ui.pages.papers import PapersPage
from voucher_app.ui.pages.possibilities import reasons_against

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from voucher_app.domain.errors import Violation
    from voucher_app.domain.operators import Operator
    from voucher_app.domain.policy import Policy
    from voucher_app.services.queries.lists import ListFilter, ListSource
    from voucher_app.services.queries.policy import DraftDetails, PolicyRow
    from voucher_app.services.workspace import Workspace


class PolicyList(PapersPage):
    """Versions and drafts."""

    name: ClassVar[str] = "policies"
    is_embedded: ClassVar[bool] = True
    is_by_year: ClassVar[bool] = False
    statuses: ClassVar[tuple[str, ...]] = (
        DraftStatus.PUBLISHED,
        DraftStatus.DRAFT,
        DraftStatus.REVIEWED,
        DraftStatus.WITHDRAWN,
    )

    @classmethod
    def title(cls) -> str:
        """Return the list's name."""
        return _("Policy versions")

    def search_hint(self) -> str:
        """Return what can be searched for."""
        return _("Search title, document number, code …")

    def status_words(self, status: str) -> str:
        """Return a status in words."""
        return status_name("policy-draft", status)

    def empty_words(self) -> str:
        """Return the sentence of an empty list."""
        return _("No policy is published yet; draft one from a preset, and another person publishes it.")

    def counted(self, count: int) -> str:
        """Return how many there are."""
        return ngettext("{count} version", "{count} versions", count).format(count=f"{count:,}")

    def new_action(self) -> NewAction:
        """Return the main action."""
        return NewAction(_("Draft a policy …"), "policy_draft")

    def columns(self) -> Sequence[Column]:
        """Return the columns."""
        return (
            Column("label", _("Version"), version_label, width=168, sort="code"),
            Column("title", _("Title"), lambda row: row.policy.title, width=200, stretches=True, sort="title"),
            Column("number", _("Document number"), lambda row: row.policy.document_number, width=148, gives_way=True),
            Column(
                "status",
                _("Status"),
                lambda row: status_name("policy-draft", row.status),
                CellKind.STATUS,
                96,
                state=lambda row: ("policy-draft", row.status),
            ),
            Column("drafted", _("Drafted by"), lambda row: row.drafted_by or "–", width=92, gives_way=True),
            Column("publisher", _("Published by"), lambda row: row.published_by or "–", width=92, gives_way=True),
            Column(
                "published",
                _("Published on"),
                lambda row: row.published_on or "–",
                CellKind.DATE,
                108,
                sort="published",
            ),
        )

    def key(self, row: Any) -> str:  # noqa: ANN401 - as declared above
        """Return the row's key."""
        return str(row.key)

    def key_text(self, key: object) -> str:
        """Search for nothing: there are few enough versions to see the one that is meant among them."""
        del key
        return ""

    def key_of_result(self, result: object) -> str | None:
        """Return the key of what was decided here."""
        if isinstance(result, PublishedPolicy):
            return f"policy:{result.id}"
        return f"policy-draft:{result.id}" if isinstance(result, PolicyDraft) else None

    def source(self, chosen: ListFilter) -> ListSource[PolicyRow]:
        """Return the list."""
        return policy_list(self.desk.workspace.queries, chosen)

    def describe(self, row: Any) -> Callable[[], Details]:  # noqa: ANN401
        """Return what reads the details."""
        if row.version is not None:
            return partial(describe_version, self.desk.workspace, row.id)
        return partial(describe_draft, self.desk.workspace, row.id, self.desk.operator)


def describe_version(workspace: Workspace, policy_id: int) -> Details:
    """Read what the panel says of a published version."""
    queries = workspace.queries
    found = queries.policy(policy_id)
    one = found.published
    is_current = queries.policies()[0].id == one.id
    used = ngettext("{count} voucher, {amount} yuan", "{count} vouchers, {amount} yuan", found.voucher_count)
    return Details(
        title=one.policy.title,
        status=("policy-draft", DraftStatus.PUBLISHED),
        note=_("{label} · in force: new applications are made under it").format(label=one.label)
        if is_current
        else _("{label} · followed by a later version; its vouchers keep it").format(label=one.label),
        warning=_risks(notes_of(workspace, one.policy)),
        facts=(
            (
                Fact(_("Drafted by"), found.drafted_by),
                Fact(_("Published by"), found.published_by),
                Fact(_("Published on"), one.published_on.isoformat()),
                Fact(
                    _("Issued under it"),
                    used.format(count=f"{found.voucher_count:,}", amount=found.issued.in_yuan())
                    if found.voucher_count
                    else _("nothing yet"),
                ),
            ),
        ),
        headed=parameter_facts(one.policy),
        history=found.history,
        files_of=f"policy:{one.id}",
        acts=_reading_acts(f"policy:{one.id}"),
    )


def describe_draft(workspace: Workspace, draft_id: int, operator: Operator | None) -> Details:
    """Read what the panel says of a draft."""
    queries = workspace.queries
    found = queries.policy_draft(draft_id)
    draft = found.draft
    return Details(
        title=draft.policy.title,
        status=("policy-draft", draft.status),
        note=_("{code} · draft {id}; nothing is issued under it before it is published").format(
            code=draft.policy.code, id=draft.id
        ),
        warning=_risks(notes_of(workspace, draft.policy)),
        facts=(
            (
                Fact(_("Drafted by"), found.prepared_by),
                Fact(_("Drafted on"), draft.drafted_on.isoformat()),
                Fact(_("Reviewed by"), found.reviewed_by),
                Fact(_("Reason"), draft.reason),
            ),
        ),
        headed=parameter_facts(draft.policy),
        history=found.history,
        acts=[
            *_step_acts(workspace, found, operator),
            *_reading_acts(f"policy-draft:{draft.id}"),
        ],
    )


def parameter_facts(policy: Policy) -> list[tuple[str, list[Fact]]]:
    """Return every parameter in words, by what they are about."""
    groups: dict[str, list[Fact]] = {}
    for key, attribute in PARAMETERS.items():
        value = getattr(policy, attribute)
        if key != "title":
            facts = groups.setdefault(group_name(key), [])
            facts.append(Fact(parameter_name(key), parameter_value(key, value)))
    return list(groups.items())


def _risks(notes: Sequence[Violation]) -> str:
    return "\n".join(sentence(note) for note in notes)


def _reading_acts(key: str) -> list[Act]:
    return [
        Act(_("Compare …"), "policy_compare", "compare", {"first": key}),
        Act(_("Simulate …"), "policy_simulate", "simulate", {"key": key}),
        Act(
            _("Draft from it …"),
            "policy_draft",
            "edit",
            {"source": key},
        ),
        Act(_("Export …"), "policy_export", "export", {"key": key}),
    ]


def _step_acts(workspace: Workspace, found: DraftDetails, operator: Operator | None) -> list[Act]:
    draft = found.draft
    if operator is None:
        return []
    notes = tuple(notes_of(workspace, draft.policy))
    steps = {
        "review": (_("Review …"), review_step(found, notes), ""),
        "publish": (_("Publish …"), publish_step(found, notes), "accent"),
        "withdraw": (_("Withdraw …"), withdraw_step(found), "danger"),
    }
    acts = []
    for possibility in possible_acts(workspace.records(), draft, operator):
        words, step, kind = steps[possibility.act]
        reasons = reasons_against(possibility.violations)
        icon = {"review": "check"}.get(possibility.act, possibility.act)
        acts.append(Act(words, "step", icon, {"step": step}, kind, reasons))
    return acts


# ------------------------------------------------------------------------------------------- steps


def _draft_facts(found: DraftDetails) -> list[tuple[str, str]]:
    policy = found.draft.policy
    return [
        (_("Title"), policy.title),
        (_("Document number"), policy.document_number),
        (_("Code"), policy.code),
        (_("Drafted by"), _("{name} on {day}").format(name=found.prepared_by, day=found.draft.drafted_on.isoformat())),
        *(
            (parameter_name(key), parameter_value(key, getattr(policy, PARAMETERS[key])))
            for key in ("fair_competition.conclusion", "fair_competition.ends_on", "support.ratio")
        ),
    ]


def review_step(found: DraftDetails, notes: tuple[Violation, ...]) -> Step:
    """Return the review of a draft."""
    draft = found.draft
    return Step(
        use_case="policy.review",
        title=_("Review a draft"),
        purpose=_("Say that it was read and agreed to; it is published in a step of its own."),
        act=lambda workspace, operator, request_id, answers: use_case.review(
            workspace, draft_id=draft.id, reason=answers["reason"], operator=operator, request_id=request_id
        ),
        told=lambda done: _("Reviewed: {title}").format(title=done.policy.title),
        questions=(Question("reason", _("Reviewer’s opinion"), Kind.REASON, required=False),),
        facts=_draft_facts(found),
        rules=("R23", "R27", "TRANSITION", "ROLE"),
        notes=notes,
    )


def publish_step(found: DraftDetails, notes: tuple[Violation, ...]) -> Step:
    """Return the publication of a draft."""
    draft = found.draft
    return Step(
        use_case="policy.publish",
        title=_("Publish a policy"),
        purpose=_("It becomes the version in force and is frozen for ever. Vouchers issued before keep theirs."),
        act=lambda workspace, operator, request_id, _answers: use_case.publish_draft(
            workspace, draft_id=draft.id, operator=operator, request_id=request_id
        ),
        told=lambda done: _("Published: {label}").format(label=done.label),
        facts=_draft_facts(found),
        rules=("R23", "R27", "TRANSITION", "ROLE"),
        notes=notes,
    )


def withdraw_step(found: DraftDetails) -> Step:
    """Return the withdrawal of a draft."""
    draft = found.draft
    return Step(
        use_case="policy.withdraw",
        title=_("Withdraw a draft"),
        purpose=_("It stays on record and is never published; a corrected one is drafted from it."),
        act=lambda workspace, operator, request_id, answers: use_case.withdraw(
            workspace, draft_id=draft.id, reason=answers["reason"], operator=operator, request_id=request_id
        ),
        told=lambda done: _("Withdrawn: {title}").format(title=done.policy.title),
        questions=(Question("reason", _("Reason"), Kind.REASON),),
        kind="danger",
        facts=_draft_facts(found)[:4],
        rules=("TRANSITION", "ROLE"),
    )
