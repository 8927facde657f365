"""The program itself: its table of commands, and what it must not load."""

from __future__ import annotations

import subprocess
import sys

import pytest

from voucher_app.app import main
from voucher_app.cli.program import COMMANDS, make_parser
from voucher_app.domain.operators import LOGIN_ACTS
from voucher_app.services.wording.names import ACTION_NAMES

DOCUMENTED = {
    "office": {"init", "show", "small-office"},
    "operator": {"add", "list", "lock", "unlock", "role", "password", "password-reset"},
    "demo": {"build"},
    "policy": {"list", "show", "export", "compare", "simulate", "draft", "drafts", "review", "withdraw", "publish"},
    "year": {"open", "show", "raise", "decide-raise", "refuse-raise", "close"},
    "overview": {"show"},
    "recipient": {"add", "list", "show", "import", "credit", "ban", "unban"},
    "provider": {
        "add",
        "check",
        "inspect",
        "publicize",
        "object",
        "resolve",
        "admit",
        "refuse",
        "list",
        "show",
        "import",
        "suspend",
        "resume",
        "remove",
        "expire",
        "price",
        "prices",
        "link",
    },
    "facility": {"list"},
    "batch": {"open", "close", "allocate", "publicize", "object", "resolve", "issue", "finish", "list", "show"},
    "application": {
        "import",
        "draft",
        "submit",
        "accept",
        "return",
        "resubmit",
        "decline",
        "review",
        "approve",
        "refuse",
        "reimburse",
        "withdraw",
        "list",
        "show",
    },
    "attachment": {"add", "list", "verify", "export"},
    "calendar": {"import", "show"},
    "voucher": {"issue", "list", "show", "void", "return", "freeze", "unfreeze", "expire"},
    "redemption": {"import", "read-invoice", "claim", "verify", "refuse", "reverse", "list", "show"},
    "settlement": {
        "draft", "confirm", "plan", "check", "disburse", "fail-line", "remove-line", "cancel", "sample", "reconcile",
        "close", "list", "show", "statement",
    },
    "recovery": {"decide", "receive", "list", "show"},
    "certificate": {
        "print", "verify", "sign", "make-identity", "key", "new-key", "verifier", "keys", "passphrase", "revoke-key",
        "keep-key", "void-list",
    },
    "print": {"list", "show", "resume", "finish", "cancel"},
    "number": {"draw", "void", "list"},
    "document": {"list", "print", "table", "preview", "check"},
    "report": {"year", "quarter", "retention"},
    "search": {""},
    "ledger": {"verify", "as-of", "checkpoint", "export", "verifier", "accept-history", "reindex"},
    "archive": {"pack", "verify"},
    "backup": {"create", "verify", "restore", "list", "drill"},
}  # fmt: skip


def test_every_documented_command_is_there_and_no_other():
    found = {}
    for command in COMMANDS:
        found.setdefault(command.noun, set()).add(command.verb)
    assert found == DOCUMENTED


def test_every_use_case_has_a_command():
    # Opening records an upgrade; the first administrator is added as others are.
    acts = set(ACTION_NAMES) - {"file.upgrade", "operator.first-admin"} - LOGIN_ACTS
    assert {command.use_case for command in COMMANDS if command.use_case} == acts


def test_a_command_never_loads_qt_or_reportlab(tmp_path):
    script = (
        "import sys; from voucher_app.app import main; "
        f"code = main(['--database', {str(tmp_path / 'o.db')!r}, 'office', 'init', '--trial', '--name', '厅', "
        "'--operator', '甲:preparer']); "
        "assert code == 0; "
        "loaded = {name.partition('.')[0] for name in sys.modules}; "
        "assert not loaded & {'PySide6', 'reportlab', 'pypdfium2', 'qtawesome', 'argon2'}, loaded"
    )
    subprocess.run([sys.executable, "-c", script], check=True, capture_output=True)


def test_help_is_made_from_the_same_table(capsys):
    with pytest.raises(SystemExit, match="0"):
        main(["voucher", "issue", "--help"])
    assert "--all-approved" in capsys.readouterr().out
    assert make_parser([]).prog == "voucher-app"


def test_every_command_is_understood_with_all_its_arguments(capsys):
    """The parser of a call holds only what the call names; named, nothing of a command is left out."""
    for command in COMMANDS:
        with pytest.raises(SystemExit, match="0"):
            make_parser([command.noun, command.verb]).parse_args([command.noun, command.verb, "--help"])
        said = capsys.readouterr().out
        for item in command.arguments:
            assert item.names[-1] in said or item.options.get("metavar", "") in said, (command, item)
        with pytest.raises(SystemExit, match="0"):
            make_parser([command.noun]).parse_args([command.noun, "--help"])
        assert command.verb in capsys.readouterr().out


def test_the_demonstration_office_has_something_in_every_state(tmp_path, capsys):
    database = str(tmp_path / "demo.db")
    assert main(["--database", database, "--json", "demo", "build"]) == 0
    assert main(["--database", database, "ledger", "verify"]) == 0
    assert main(["--database", database, "--json", "year", "show", "2026"]) == 0
    out = capsys.readouterr().out
    for status in ("usable", "partly-used", "used-up", "returned", "voided", "frozen"):
        assert f'"{status}": 0' not in out
