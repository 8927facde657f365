"""`office`, `demo`: making data files, and what the office says of itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from voucher_app.cli import passwords
from voucher_app.cli.command import REASON, Command, Result, argument, positive_number
from voucher_app.cli.documents import document_of
from voucher_app.domain.operators import parse_operator
from voucher_app.domain.policy import parse_policy
from voucher_app.domain.text import parse_line
from voucher_app.i18n import _
from voucher_app.services import demonstration, office
from voucher_app.services.ports.errors import StorageError
from voucher_app.services.workspace import key_file_of, new_data_file

if TYPE_CHECKING:
    from pathlib import Path

    from voucher_app.cli.command import Call
    from voucher_app.services.queries.office import OfficeFacts

DEFAULT_PRESET = "henan-style.toml"


def _refuse_another_key(database: Path) -> None:
    """Refuse a place where a signing key lies: it is another office's, and both would sign as one.

    Raises:
        StorageError: `exists`.
    """
    if key_file_of(database).exists():
        raise StorageError("exists", key_file_of(database))


def _init(call: Call) -> Result:
    arguments = call.arguments
    _refuse_another_key(call.database)
    # Everything that can be wrong with the words is found before a file is made.
    operators = [parse_operator(text) for text in arguments.operators]
    content = (call.tools.settings.resources / "policies" / DEFAULT_PRESET).read_text(encoding="utf-8")
    parse_policy(content)
    parse_line(arguments.name, field="office")
    if call.arguments.database is None:
        call.database.parent.mkdir(parents=True, exist_ok=True)
    with new_data_file(lambda: call.tools.make_workspace(call.database, create=True, on=call.on)) as workspace:
        file = call.arguments.password_file
        made = office.init(
            workspace,
            name=arguments.name,
            operators=operators,
            trial=arguments.trial,
            policy_content=content,
            request_id=call.request_id,
            passwords=_first_passwords(call, [who for who, _role in operators]),
            # A password that several people were given is nobody's; one for each is their own, as on a terminal.
            must_change=file is not None and len(operators) > 1 and len(passwords.read_password_file(file)) == 1,
        )
    document = {
        "database": str(call.database),
        "name": made.name,
        "trial": made.trial,
        "file_id": made.file_id,
        "operators": [{"name": name, "role": role.value} for name, role in operators],
    }
    return Result(document, [_("The data file {path} was made for {name}.").format(path=call.database, name=made.name)])


def _first_passwords(call: Call, names: list[str]) -> list[str]:
    if call.arguments.trial:
        return []
    if call.arguments.password_file is not None:
        return passwords.several_from_file(call.arguments.password_file, len(names))
    return [passwords.ask_new(name) for name in names]


def _office(facts: OfficeFacts) -> Result:
    mode = _("small-office mode is on") if facts.small_office else _("small-office mode is off")
    lines = [facts.name, mode, *([_("trial office (演示)")] if facts.trial else [])]
    return Result(document_of(facts), lines)


def _show(call: Call) -> Result:
    return _office(call.workspace.queries.office())


def _small_office(call: Call) -> Result:
    return _office(
        office.declare_small_office(
            call.workspace,
            on=call.arguments.switch == "on",
            reason=call.arguments.reason,
            operator=call.operator,
            request_id=call.request_id,
        )
    )


def _demo(call: Call) -> Result:
    _refuse_another_key(call.database)
    if call.arguments.database is None:
        call.database.parent.mkdir(parents=True, exist_ok=True)
    resources = call.tools.settings.resources
    with new_data_file(lambda: call.tools.make_workspace(call.database, create=True)) as workspace:
        built = demonstration.build(
            workspace.on,
            scale=call.arguments.scale,
            policies=resources / "policies",
            facilities=call.tools.read_facilities(resources / "registry" / "facilities.csv"),
            count=call.arguments.count,
        )
    document = {
        "database": str(call.database),
        "scale": call.arguments.scale,
        "vouchers": len(built.numbers),
        "recipients": len(built.recipient_uscc),
        "operators": [name for name, _role in demonstration.OPERATORS],
    }
    return Result(
        document,
        [
            _("A demonstration office with {count} vouchers was made in {path}.").format(
                count=len(built.numbers), path=call.database
            )
        ],
    )


COMMANDS = (
    Command(
        "office",
        "init",
        "make a new data file",
        _init,
        (
            argument("--name", required=True, metavar="NAME"),
            argument("--operator", dest="operators", action="append", required=True, metavar="NAME:ROLE"),
            argument("--trial", action="store_true"),
        ),
        use_case="office.init",
    ),
    Command("office", "show", "show what the office says of itself", _show),
    Command(
        "office",
        "small-office",
        "let preparer, reviewer and finance stand in for one another; printed on every report",
        _small_office,
        (argument("switch", choices=("on", "off")), REASON),
        use_case="office.small-office",
    ),
    Command(
        "demo",
        "build",
        "make a demonstration office",
        _demo,
        (
            argument("--scale", choices=("small", "full", "large"), default="small"),
            argument("--count", type=positive_number, default=demonstration.MEASURING_COUNT, metavar="N"),
        ),
    ),
)
