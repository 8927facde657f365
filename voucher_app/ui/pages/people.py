"""操作员: who is at the desk, as what, and whether they may come in; two administrators share what is done about it."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar

from PySide6.QtWidgets import QPushButton

from voucher_app.domain.operators import Operator, OperatorStatus, Role, Standing
from voucher_app.i18n import _, ngettext
from voucher_app.services import office, operator
from voucher_app.services.queries.lists import listed
from voucher_app.services.wording.names import role_name, status_name
from voucher_app.ui import theme
from voucher_app.ui.dialogs.step import Kind, Question, Step
from voucher_app.ui.models.columns import CellKind, Column
from voucher_app.ui.pages.details import Act, Details, Fact
from voucher_app.ui.pages.list_page import ListPage, NewAction
from voucher_app.ui.pages.possibilities import reasons_against

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from voucher_app.services.queries.lists import ListFilter, ListSource
    from voucher_app.services.queries.operator import OperatorRow, PersonDetails
    from voucher_app.services.workspace import Workspace

_RULES = ("ACCOUNT", "TRANSITION", "ROLE")


class PeopleList(ListPage):
    """The people at the desk."""

    name: ClassVar[str] = "people"
    is_embedded: ClassVar[bool] = True
    is_by_year: ClassVar[bool] = False
    statuses: ClassVar[tuple[str, ...]] = tuple(OperatorStatus)

    @classmethod
    def title(cls) -> str:
        """Return the list's name."""
        return _("Operators")

    def search_hint(self) -> str:
        """Return what can be searched for."""
        return _("Search name, role …")

    def status_words(self, status: str) -> str:
        """Return a status in words."""
        return status_name("operator", status)

    def empty_words(self) -> str:
        """Return the sentence of an empty list; an office has people from its first record on."""
        return _("Nobody is recorded yet.")

    def counted(self, count: int) -> str:
        """Return how many there are."""
        return ngettext("{count} person", "{count} people", count).format(count=f"{count:,}")

    def new_action(self) -> NewAction:
        """Return the main action."""
        return NewAction(_("Add a person …"), "step")

    def more_buttons(self) -> list[QPushButton]:
        """Return the switch of small-office mode, and the way to the signing keys."""
        button = QPushButton(_("Small-office mode …"))
        button.setIcon(theme.icon("role", "ink_soft"))
        button.clicked.connect(self.switch_small_office)
        key = QPushButton(_("Signing keys …"))
        key.setIcon(theme.icon("password", "ink_soft"))
        key.setToolTip(_("Keys, their passphrase and revocation, and what others need to check certificates"))
        key.clicked.connect(lambda: self.desk.go("settings.keys"))
        return [button, key]

    def columns(self) -> Sequence[Column]:
        """Return the columns."""
        is_trial = self.desk.office.trial
        return (
            Column("name", _("Person"), lambda row: row.name, width=160, stretches=True, sort="name"),
            Column("role", _("Role"), lambda row: role_name(row.role), width=140, stretches=True),
            Column("password", _("Password"), lambda row: password_words(row, is_trial=is_trial), width=170),
            Column(
                "status",
                _("Status"),
                lambda row: status_name("operator", row.status),
                CellKind.STATUS,
                110,
                state=lambda row: ("operator", row.status),
            ),
        )

    def key(self, row: Any) -> str:  # noqa: ANN401 - as declared above
        """Return the name, which is unique."""
        return str(row.name)

    def key_of_result(self, result: object) -> str | None:
        """Return the key of what was decided here."""
        if isinstance(result, Standing):
            return result.operator.name
        return result.name if isinstance(result, Operator) else None

    def source(self, chosen: ListFilter) -> ListSource[OperatorRow]:
        """Return the list."""
        return listed(
            self.desk.workspace.queries.people(),
            chosen,
            texts=lambda row: (row.name, role_name(row.role)),
            status=lambda row: row.status,
            sorts={"name": lambda row: row.name},
        )

    def describe(self, row: Any) -> Callable[[], Details]:  # noqa: ANN401
        """Return what reads the details."""
        return partial(describe_person, self.desk.workspace, row.name, self.desk.operator)

    # ------------------------------------------------------------------------------------------ acting

    def begin_new(self) -> None:
        """Add a person."""
        is_first = all(one.role is not Role.SYSTEM_ADMIN for one in self.desk.facts.operators)
        self.open("step", step=add_step(is_trial=self.desk.office.trial, is_first=is_first))

    def switch_small_office(self) -> None:
        """Switch small-office mode on or off."""
        self.open("step", step=small_office_step(on=not self.desk.office.small_office))


def password_words(row: OperatorRow, *, is_trial: bool) -> str:
    """Return how an account is proved."""
    if is_trial:
        return _("not asked in a demonstration")
    if not row.has_password:
        return _("none yet")
    if row.must_change:
        return _("a first one, to be changed")
    if row.failures:
        return ngettext("{count} wrong try", "{count} wrong tries", row.failures).format(count=row.failures)
    return _("own")


def describe_person(workspace: Workspace, name: str, worker: Operator | None) -> Details:
    """Read what the panel says of a person."""
    found = workspace.queries.person(name)
    facts = workspace.queries.office()
    return Details(
        title=found.row.name,
        status=("operator", found.row.status),
        note=_("Small-office mode is on: preparer, reviewer and finance stand in for one another.")
        if facts.small_office
        else "",
        facts=(
            (
                Fact(_("Role"), role_name(found.row.role)),
                Fact(_("Password"), password_words(found.row, is_trial=facts.trial)),
                Fact(_("Carries out"), role_words(found.row.role)),
            ),
        ),
        history=found.history,
        acts=[] if worker is None else _acts(workspace, found, worker),
    )


def role_words(role: Role) -> str:
    """Return what a role is there for."""
    return {
        Role.PREPARER: _("prepares: registers, applies, issues, claims, drafts"),
        Role.REVIEWER: _("decides on what others prepared, and reverses"),
        Role.FINANCE: _("settles, pays and receives money back"),
        Role.AUDITOR: _("reads everything and changes nothing"),
        Role.SYSTEM_ADMIN: _("adds people, gives roles and locks accounts"),
        Role.SECURITY_ADMIN: _("locks and unlocks accounts and resets passwords"),
    }[role]


def _acts(workspace: Workspace, found: PersonDetails, worker: Operator) -> list[Act]:
    name = found.row.name
    records = workspace.records()
    standing = records.office.standing(found.row.id)
    steps = {
        "role": (_("Change role …"), "role", role_step(name, found.row.role), ""),
        "lock": (_("Lock …"), "lock", lock_step(name), "danger"),
        "unlock": (_("Unlock …"), "unlock", unlock_step(name), "accent"),
        "password-reset": (_("Reset password …"), "password", reset_step(name), ""),
    }
    acts = []
    for possibility in operator.possible_acts(records, standing, worker):
        words, icon, step, kind = steps[possibility.act]
        reasons = reasons_against(possibility.violations)
        acts.append(Act(words, "step", icon, {"step": step}, kind, reasons))
    if found.row.id == worker.id and not standing.in_trial_office:
        acts.insert(0, Act(_("Change my password …"), "step", "password", {"step": password_step(name)}))
    return acts


# ------------------------------------------------------------------------------------------- steps


def _role_question(initial: Role | None = None) -> Question:
    roles = tuple((role.value, f"{role_name(role)} · {role_words(role)}") for role in Role)
    return Question("role", _("Role"), Kind.CHOICE, choices=roles, initial=initial.value if initial else None)


def add_step(*, is_trial: bool, is_first: bool = False) -> Step:
    """Return what adds a person; `is_first` when the office has no system administrator yet."""
    password = (Question("password", _("First password"), Kind.PASSWORD),)
    return Step(
        use_case="operator.first-admin" if is_first else "operator.add",
        title=_("Add a person"),
        purpose=_("In a demonstration nobody is asked for a password.")
        if is_trial
        else _("The first password is told to them in person; they change it before they do anything."),
        act=lambda workspace, worker, request_id, answers: operator.add(
            workspace,
            name=answers["operator"],
            role=Role(answers["role"]),
            password=answers.get("password"),
            operator=worker,
            request_id=request_id,
        ),
        told=lambda added: _("Added: {name} ({role})").format(name=added.name, role=role_name(added.role)),
        questions=(
            Question("operator", _("Person"), longest=operator.LONGEST_OPERATOR_NAME),
            _role_question(),
            *(() if is_trial else password),
        ),
        rules=("UNIQUE", "LOGIN", "ROLE"),
    )


def role_step(name: str, role: Role) -> Step:
    """Return what gives a person another role."""
    return Step(
        use_case="operator.role",
        title=_("Change role"),
        purpose=_("It takes the place of the role before; what the person prepared stays theirs (R23)."),
        act=lambda workspace, worker, request_id, answers: operator.change_role(
            workspace, name=name, role=Role(answers["role"]), operator=worker, request_id=request_id
        ),
        told=lambda done: _("{name} is {role} now.").format(
            name=done.operator.name, role=role_name(done.operator.role)
        ),
        questions=(_role_question(role),),
        facts=((_("Person"), name), (_("Role now"), role_name(role))),
        rules=_RULES,
    )


def lock_step(name: str) -> Step:
    """Return what locks an account."""
    return Step(
        use_case="operator.lock",
        title=_("Lock an account"),
        purpose=_("The person does nothing any more, in any program, until the account is unlocked."),
        act=lambda workspace, worker, request_id, answers: operator.lock(
            workspace, name=name, reason=answers["reason"], operator=worker, request_id=request_id
        ),
        told=_account_told,
        questions=(Question("reason", _("Reason"), Kind.REASON),),
        kind="danger",
        facts=((_("Person"), name),),
        rules=_RULES,
    )


def unlock_step(name: str) -> Step:
    """Return what unlocks an account."""
    return Step(
        use_case="operator.unlock",
        title=_("Unlock an account"),
        purpose=_("Wrong passwords are forgotten; the password stays as it was."),
        act=lambda workspace, worker, request_id, _answers: operator.unlock(
            workspace, name=name, operator=worker, request_id=request_id
        ),
        told=_account_told,
        facts=((_("Person"), name),),
        rules=_RULES,
    )


def reset_step(name: str) -> Step:
    """Return what gives a first password anew."""
    return Step(
        use_case="operator.password-reset",
        title=_("Reset the password"),
        purpose=_("The new one is told to the person, who changes it before doing anything. Open sessions end."),
        act=lambda workspace, worker, request_id, answers: operator.reset_password(
            workspace, name=name, password=answers["password"], operator=worker, request_id=request_id
        ),
        told=lambda done: _("{name} has a first password again.").format(name=done.operator.name),
        questions=(Question("password", _("First password"), Kind.PASSWORD),),
        facts=((_("Person"), name),),
        rules=("ACCOUNT", "LOGIN", "ROLE"),
    )


def password_step(name: str) -> Step:
    """Return what lets a person choose another password of their own; the old one is asked before it is taken."""
    return Step(
        use_case="operator.password",
        title=_("Change my password"),
        purpose=_("The present one is asked first. Sessions of yours in other programs end; this one goes on."),
        act=lambda workspace, worker, request_id, answers: operator.change_password(
            workspace, password=answers["password"], operator=worker, request_id=request_id
        ),
        told=lambda done: _("{name} has a new password.").format(name=done.operator.name),
        questions=(Question("password", _("Your own password"), Kind.PASSWORD),),
        facts=((_("Person"), name),),
        rules=("LOGIN",),
    )


def small_office_step(*, on: bool) -> Step:
    """Return what switches small-office mode."""
    return Step(
        use_case="office.small-office",
        title=_("Switch small-office mode on") if on else _("Switch small-office mode off"),
        purpose=_("Preparer, reviewer and finance stand in for one another; two people decide all the same (R23). "
                  "It stands on every report.")
        if on
        else _("Each role does its own acts again."),
        act=lambda workspace, worker, request_id, answers: office.declare_small_office(
            workspace, on=on, reason=answers["reason"], operator=worker, request_id=request_id
        ),
        told=lambda facts: _("Small-office mode is on.") if facts.small_office else _("Small-office mode is off."),
        questions=(Question("reason", _("Reason"), Kind.REASON),),
        rules=("ACCOUNT", "ROLE"),
    )  # fmt: skip


def _account_told(standing: Standing) -> str:
    return _("{name}: {status}").format(name=standing.operator.name, status=status_name("operator", standing.status))
