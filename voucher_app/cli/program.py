"""The program: parses a call, runs it, prints one result, and answers with an exit code.

0 done · 1 a rule said no, or the records have no such thing · 2 what was typed cannot be used · 3 storage or
integrity. What could be told without looking at the records is 2; what only the records can tell is 1.
"""

from __future__ import annotations

import argparse
import io
import json
import os
import sys
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NoReturn

from voucher_app.cli import (
    application,
    archive,
    attachment,
    backup,
    batch,
    calendar,
    certificate,
    document,
    ledger,
    number,
    office,
    overview,
    policy,
    printing,
    provider,
    recipient,
    recovery,
    redemption,
    search,
    settlement,
    voucher,
)
from voucher_app.cli import operator as operators
from voucher_app.cli import year as budget_year
from voucher_app.cli.command import Call
from voucher_app.cli.tables import FOR_PUBLICITY, LISTING_VERBS, OUT, written
from voucher_app.domain.errors import InvalidFile, InvalidInput, NotFound, RulesViolated
from voucher_app.domain.text import parse_date
from voucher_app.i18n import _
from voucher_app.services.documents.facts import BadTemplate
from voucher_app.services.papers import MissingGlyph
from voucher_app.services.ports.errors import StorageError
from voucher_app.services.wording.errors import describe

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import TextIO

    from voucher_app.cli.command import Command, Result, Tools

DONE: Final = 0
RULE: Final = 1
USAGE: Final = 2
STORAGE: Final = 3

COMMANDS: Final[tuple[Command, ...]] = (
    *office.COMMANDS,
    *search.COMMANDS,
    *operators.COMMANDS,
    *policy.COMMANDS,
    *budget_year.COMMANDS,
    *overview.COMMANDS,
    *recipient.COMMANDS,
    *provider.COMMANDS,
    *batch.COMMANDS,
    *application.COMMANDS,
    *attachment.COMMANDS,
    *calendar.COMMANDS,
    *voucher.COMMANDS,
    *redemption.COMMANDS,
    *settlement.COMMANDS,
    *recovery.COMMANDS,
    *certificate.COMMANDS,
    *document.COMMANDS,
    *printing.COMMANDS,
    *number.COMMANDS,
    *ledger.COMMANDS,
    *backup.COMMANDS,
    *archive.COMMANDS,
)

_ASKS_THE_RECORDS = frozenset({"date_before_last_act", "date_far_ahead", "request_reused", "calendar_year_unknown"})
"""Codes of unreadable input that only the records can tell."""


class _WrongUsage(Exception):  # noqa: N818 - what happened, as a person would say it
    """The command line cannot be understood."""


class _Parser(argparse.ArgumentParser):
    def __init__(self, **settings: Any) -> None:  # noqa: ANN401 - passed on as they are
        super().__init__(**{"allow_abbrev": False, **settings})

    def error(self, message: str) -> NoReturn:
        raise _WrongUsage(f"{message}\n{self.format_usage().strip()}")


def make_parser(given: Sequence[str]) -> argparse.ArgumentParser:
    """Build the parser of a call from the table of commands.

    Only the verbs of a noun that is named get a parser, and of these only the one that is named gets its arguments:
    the whole table takes ten times as long as most commands take to act.
    """
    parser = _Parser(prog="voucher-app", description="Issue, cap, redeem and print Shanxi compute vouchers (算力券).")
    _add_global(parser, default=None)
    nouns = parser.add_subparsers(dest="noun", metavar="NOUN", parser_class=_Parser)
    verbs: dict[str, Any] = {}
    named = set(given)
    for command in COMMANDS:
        if not command.verb:  # `search TEXT` is a verb by itself
            verb = nouns.add_parser(command.noun, help=command.summary, description=command.summary)
            if command.noun in named:
                _add_arguments(verb, command)
            continue
        if command.noun not in verbs:
            noun = nouns.add_parser(command.noun)
            verbs[command.noun] = noun.add_subparsers(dest="verb", metavar="VERB", required=True, parser_class=_Parser)
        if command.noun in named:
            verb = verbs[command.noun].add_parser(command.verb, help=command.summary, description=command.summary)
            if command.verb in named:
                _add_arguments(verb, command)
    return parser


def _add_arguments(verb: argparse.ArgumentParser, command: Command) -> None:
    arguments = (*command.arguments, OUT, FOR_PUBLICITY) if command.verb in LISTING_VERBS else command.arguments
    taken = {name for item in arguments for name in item.names}
    _add_global(verb, default=argparse.SUPPRESS, besides=taken)
    for item in arguments:
        verb.add_argument(*item.names, **item.options)
    verb.set_defaults(command=command)


def _add_global(parser: argparse.ArgumentParser, *, default: object, besides: set[str] | None = None) -> None:
    """Add the options that stand before the noun, and may stand after the verb as well."""
    options: list[tuple[str, dict[str, Any]]] = [
        ("--database", {"type": Path, "metavar": "FILE"}),
        ("--operator", {"metavar": "NAME"}),
        ("--password-file", {"type": Path, "metavar": "FILE"}),
        ("--passphrase-file", {"type": Path, "metavar": "FILE"}),
        ("--on", {"metavar": "DATE"}),
        ("--request-id", {"metavar": "ID"}),
        ("--json", {"action": "store_true"}),
    ]
    for name, settings in options:
        if name not in (besides or set()):
            parser.add_argument(name, default=False if name == "--json" and default is None else default, **settings)


def run(given: Sequence[str], *, tools: Tools) -> int:
    """Run a call; without a command, open the window."""
    as_json = "--json" in given
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            # A terminal that cannot show a rare character gets its number; the act is done and must not look failed.
            stream.reconfigure(errors="backslashreplace")
    try:
        arguments = make_parser(given).parse_args(given)
        arguments.on = parse_date(arguments.on) if arguments.on else None
    except _WrongUsage as error:
        said = _("The command line cannot be understood: {detail}").format(detail=error)
        return _refuse("usage", [_violation("USAGE", said)], USAGE, as_json=as_json)
    except InvalidInput as error:
        return _refuse_error(error, as_json=as_json)
    if getattr(arguments, "command", None) is None:
        return tools.open_window(tools.settings, arguments.database or tools.settings.database, [])
    call = Call(arguments, tools)
    try:
        result = arguments.command.run(call)
        if arguments.command.verb in LISTING_VERBS and arguments.out is not None:
            result = written(call, result)
    except (RulesViolated, InvalidInput, NotFound, StorageError, MissingGlyph, BadTemplate) as error:
        return _refuse_error(error, as_json=arguments.json)
    except OSError as error:
        return _refuse_error(StorageError("output", error.filename or "", str(error)), as_json=arguments.json)
    finally:
        call.close()
    return _print(result, as_json=arguments.json)


def _print(result: Result, *, as_json: bool) -> int:
    if as_json:
        return _say(json.dumps(result.document, ensure_ascii=False, indent=2), sys.stdout, result.code)
    return _say("\n".join(result.lines), sys.stdout if result.code == DONE else sys.stderr, result.code)


def _say(text: str, stream: TextIO, code: int) -> int:
    """Print an answer and return its exit code; what was recorded must not look refused because nobody could hear."""
    try:
        print(text, file=stream, flush=True)
    except OSError as error:
        with suppress(OSError):  # what is still waiting to be written would raise again when Python ends
            os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
        if isinstance(error, BrokenPipeError):
            return code  # whoever reads has read enough, as `head` does
        said = _(
            "This is done, but the answer could not be written: {detail} Look at the records before you repeat it."
        )
        if code == DONE and stream is sys.stdout:
            with suppress(OSError):
                print(f"[STORAGE] {said.format(detail=error)}", file=sys.stderr)
        return code or STORAGE
    return code


def _violation(rule: str, message: str, *, found: object = None, allowed: object = None) -> dict[str, object]:
    return {"rule": rule, "message": message, "found": found, "allowed": allowed}


def _refuse_error(error: Exception, *, as_json: bool) -> int:
    sentences = describe(error)
    if isinstance(error, RulesViolated):
        violations = [
            {
                **_violation(one.rule, said, found=one.found, allowed=one.allowed),
                "code": one.code,
                "subject": one.subject,
                "weight": one.weight.value,
            }
            for one, said in zip(error.violations, sentences, strict=True)
        ]
        return _refuse("rule", violations, RULE, as_json=as_json)
    if isinstance(error, NotFound):
        one = _violation("NOT_FOUND", sentences[0], found=str(error.key), allowed=error.noun)
        return _refuse("not_found", [one], RULE, as_json=as_json)
    if isinstance(error, MissingGlyph | BadTemplate):
        return _refuse_paper(error, sentences[0], as_json=as_json)
    if isinstance(error, InvalidInput):
        faults = error.faults if isinstance(error, InvalidFile) else [error]
        several = [
            {**_violation("INPUT", said, found=str(fault.found), allowed=fault.code), "key": fault.facts.get("key", "")}
            for fault, said in zip(faults, sentences, strict=True)
        ]
        if error.code in _ASKS_THE_RECORDS:
            several[0] |= {"rule": "RECORDS", "allowed": error.facts.get("last")}
            return _refuse("rule", several, RULE, as_json=as_json)
        return _refuse("usage", several, USAGE, as_json=as_json)
    assert isinstance(error, StorageError)
    one = _violation("STORAGE", sentences[0], found=error.path, allowed=error.code)
    code = USAGE if error.code in {"missing_file", "exists", "folder_missing", "output"} else STORAGE
    return _refuse("usage" if code == USAGE else "storage", [one], code, as_json=as_json)


def _refuse_paper(error: MissingGlyph | BadTemplate, said: str, *, as_json: bool) -> int:
    """Refuse what cannot be drawn: a character that no font has, or a template that cannot be used."""
    if isinstance(error, MissingGlyph):
        return _refuse("rule", [_violation("GLYPH", said, found=error.character, allowed="")], RULE, as_json=as_json)
    place = f"{error.file}:{error.line}"
    return _refuse("usage", [_violation("TEMPLATE", said, found=place, allowed=error.key)], USAGE, as_json=as_json)


def _refuse(kind: str, violations: Sequence[dict[str, object]], code: int, *, as_json: bool) -> int:
    if as_json:
        document = {"error": {"kind": kind, "violations": list(violations)}}
        return _say(json.dumps(document, ensure_ascii=False, indent=2), sys.stdout, code)
    return _say("\n".join(f"[{one['rule']}] {one['message']}" for one in violations), sys.stderr, code)
