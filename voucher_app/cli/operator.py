"""`operator`: who is at the desk, as what, and their passwords."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from voucher_app.cli import passwords
from voucher_app.cli.command import REASON, Command, Result, argument
from voucher_app.cli.documents import document_of, table
from voucher_app.domain.errors import InvalidInput
from voucher_app.domain.operators import Role, parse_operator
from voucher_app.i18n import _
from voucher_app.services import operator
from voucher_app.services.wording.names import role_name, status_name

if TYPE_CHECKING:
    from voucher_app.cli.command import Call
    from voucher_app.domain.operators import Standing
    from voucher_app.services.queries.operator import OperatorRow


def _row(call: Call, name: str) -> OperatorRow:
    return next(row for row in call.workspace.queries.people() if row.name == name)


def _line(row: OperatorRow) -> str:
    return _("{name} · {role} · {status}").format(
        name=row.name, role=role_name(row.role), status=status_name("operator", row.status)
    )


def _told(call: Call, standing: Standing) -> Result:
    row = _row(call, standing.operator.name)
    return Result(document_of(row), [_line(row)])


def _new_password(call: Call, name: str) -> str:
    operator.refuse_in_trial(call.workspace, name=name)
    file: Path | None = call.arguments.new_password_file
    return passwords.ask_new(name) if file is None else passwords.one_from_file(file)


def _add(call: Call) -> Result:
    name, role = parse_operator(call.arguments.who)
    actor = call.operator
    asks = operator.asks_for_passwords(call.workspace) or call.arguments.new_password_file is not None
    added = operator.add(
        call.workspace,
        name=name,
        role=role,
        password=_new_password(call, name) if asks else None,
        operator=actor,
        request_id=call.request_id,
    )
    row = _row(call, added.name)
    return Result(document_of(row), [_line(row)])


def _lock(call: Call) -> Result:
    given = call.arguments
    return _told(
        call,
        operator.lock(
            call.workspace, name=given.name, reason=given.reason, operator=call.operator, request_id=call.request_id
        ),
    )


def _unlock(call: Call) -> Result:
    return _told(
        call,
        operator.unlock(call.workspace, name=call.arguments.name, operator=call.operator, request_id=call.request_id),
    )


def _role(call: Call) -> Result:
    given = call.arguments
    if given.role not in set(Role):
        raise InvalidInput("role", found=given.role, choices=" ".join(Role))
    return _told(
        call,
        operator.change_role(
            call.workspace, name=given.name, role=Role(given.role), operator=call.operator, request_id=call.request_id
        ),
    )


def _reset(call: Call) -> Result:
    name, actor = call.arguments.name, call.operator
    return _told(
        call,
        operator.reset_password(
            call.workspace,
            name=name,
            password=_new_password(call, name),
            operator=actor,
            request_id=call.request_id,
        ),
    )


def _password(call: Call) -> Result:
    person = call.person
    if _row(call, person.name).has_password:
        person = call.operator
    standing = operator.change_password(
        call.workspace, password=_new_password(call, person.name), operator=person, request_id=call.request_id
    )
    return _told(call, standing)


def _list(call: Call) -> Result:
    rows = call.workspace.queries.people()
    head = [_("name"), _("role"), _("status"), _("password")]
    asks = operator.asks_for_passwords(call.workspace)
    lines = [
        [row.name, role_name(row.role), status_name("operator", row.status), _password_state(row, asks=asks)]
        for row in rows
    ]
    return Result({"operators": document_of(rows)}, table(head, lines))


def _password_state(row: OperatorRow, *, asks: bool) -> str:
    if not asks:
        return _("none is asked (trial office)")
    if not row.has_password:
        return _("not set")
    return _("to be changed") if row.must_change else _("set")


_NAME = argument("name", metavar="NAME")
_NEW_PASSWORD_FILE = argument("--new-password-file", type=Path, metavar="FILE")
COMMANDS = (
    Command(
        "operator",
        "add",
        "add a person with one role",
        _add,
        (argument("who", metavar="NAME:ROLE"), _NEW_PASSWORD_FILE),
        use_case="operator.add",
    ),
    Command("operator", "list", "list the people at the desk", _list),
    Command("operator", "lock", "lock an account", _lock, (_NAME, REASON), use_case="operator.lock"),
    Command("operator", "unlock", "unlock an account", _unlock, (_NAME,), use_case="operator.unlock"),
    Command(
        "operator",
        "role",
        "give a person another role",
        _role,
        (_NAME, argument("role", metavar="ROLE")),
        use_case="operator.role",
    ),
    Command(
        "operator", "password", "change one's own password", _password, (_NEW_PASSWORD_FILE,),
        use_case="operator.password",
    ),
    Command(
        "operator", "password-reset", "give somebody a first password anew", _reset, (_NAME, _NEW_PASSWORD_FILE),
        use_case="operator.password-reset",
    ),
)  # fmt: skip
