"""The program as a shell sees it: `voucher-app … NOUN VERB …`, in this process, with its real data files."""

from __future__ import annotations

import io
import json
import shutil
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest

from voucher_app import i18n
from voucher_app.app import main
from voucher_app.domain.credit_code import check_character

if TYPE_CHECKING:
    from pathlib import Path

REVIEWER = "李复核"
PREPARER = "张经办"
FINANCE = "王财务"
SECOND_REVIEWER = "周复核"


def credit_code(serial: int, prefix: str = "91") -> str:
    first_17 = f"{prefix}140100MA{serial:07d}"
    return first_17 + check_character(first_17)


@dataclass(frozen=True)
class Answer:
    code: int
    out: str
    err: str

    @property
    def json(self) -> dict[str, Any]:
        return json.loads(self.out)

    @property
    def rules(self) -> list[str]:
        return [violation["rule"] for violation in self.json["error"]["violations"]]


@dataclass
class Shell:
    database: Path
    day: str = "2026-03-02"

    def __call__(self, *words: str, by: str | None = PREPARER, on: str | None = None, as_json: bool = True) -> Answer:
        given = ["--database", str(self.database)]
        given += ["--operator", by] if by and words[:2] != ("office", "init") else []
        given += ["--on", on or self.day]
        given += ["--json"] if as_json else []
        out, err = io.StringIO(), io.StringIO()
        with redirect_stdout(out), redirect_stderr(err):
            code = main([*given, *words])
        return Answer(code, out.getvalue(), err.getvalue())

    def done(self, *words: str, **how: Any) -> dict[str, Any]:
        answer = self(*words, **how)
        assert answer.code == 0, (answer.code, answer.out, answer.err)
        return answer.json

    def unissued_fen(self) -> int:
        return self.done("year", "show", "2026")["unissued_fen"]


@pytest.fixture(autouse=True)
def _chinese(monkeypatch):
    before = i18n.language()
    monkeypatch.delenv("VOUCHER_APP_LANGUAGE", raising=False)
    yield
    i18n.set_language(before)


@pytest.fixture
def empty_shell(tmp_path):
    return Shell(tmp_path / "office.db")


@pytest.fixture(scope="session")
def made_offices(tmp_path_factory):
    """By name, the folder of an office that was made by commands once: `trial`; `open` has a year and units as well."""
    before = i18n.language()
    folders = {name: tmp_path_factory.mktemp(name) for name in ("trial", "open")}
    _found(Shell(folders["trial"] / "office.db"))
    shutil.copytree(folders["trial"], folders["open"], dirs_exist_ok=True)
    _open_the_year(Shell(folders["open"] / "office.db"))
    i18n.set_language(before)
    return folders


@pytest.fixture
def shell(empty_shell, made_offices):
    """A copy of an office in which nothing happened yet."""
    shutil.copytree(made_offices["trial"], empty_shell.database.parent, dirs_exist_ok=True)
    return empty_shell


@pytest.fixture
def office(empty_shell, made_offices):
    """A copy of an office with an open year, an admitted provider and a recipient."""
    shutil.copytree(made_offices["open"], empty_shell.database.parent, dirs_exist_ok=True)
    return empty_shell


def _found(shell):
    shell.done(
        "office", "init", "--trial", "--name", "山西省工业和信息化厅",
        "--operator", f"{PREPARER}:preparer", "--operator", f"{REVIEWER}:reviewer", "--operator", "赵审计:auditor",
        "--operator", f"{FINANCE}:finance", "--operator", f"{SECOND_REVIEWER}:reviewer",
        "--operator", "孙安全:security-admin",
    )  # fmt: skip


def _open_the_year(shell):
    shell.done("year", "open", "2026", "--amount", "50000000.00", "--document", "晋财建〔2026〕1号")
    shell.done("provider", "add", "--name", "国家超级计算太原中心", "--uscc", PROVIDER, "--region", "140100")
    shell.done("provider", "admit", PROVIDER, "--until", "2028-12-31", "--since", "2026-01-01", by=REVIEWER)
    shell.done("recipient", "add", "--name", "太原𬭎䶮人工智能有限公司", "--uscc", RECIPIENT, "--kind", "enterprise",
               "--region", "140100")  # fmt: skip


@pytest.fixture
def real_shell(empty_shell, tmp_path):
    """An office that is no trial; each command gives the password that everybody here has."""
    first, own = tmp_path / "first.txt", tmp_path / "own.txt"
    for file, text in ((first, "das erste Kennwort"), (own, "ein eigenes Kennwort")):
        file.write_text(text, encoding="utf-8")
        file.chmod(0o600)
    people = (f"{PREPARER}:preparer", f"{REVIEWER}:reviewer", "赵审计:auditor")
    words = [word for person in people for word in ("--operator", person)]
    empty_shell.done("office", "init", "--name", "某厅", *words, "--password-file", str(first))
    for name in (PREPARER, REVIEWER):
        empty_shell.done(
            "operator", "password", "--password-file", str(first), "--new-password-file", str(own), by=name
        )

    def run(*words, **how):
        return empty_shell(*words, "--password-file", str(own), **how)

    def done(*words, **how):
        return empty_shell.done(*words, "--password-file", str(own), **how)

    run.done = done
    return run


PROVIDER = credit_code(1, "12")
RECIPIENT = credit_code(2)


def submit(shell, amount: str, *, contract: str, recipient: str = RECIPIENT, contract_amount: str = "5000000.00"):
    return shell(
        "application", "submit", "--recipient", recipient, "--provider", PROVIDER, "--contract", contract,
        "--contract-amount", contract_amount, "--signed-on", "2026-02-01", "--amount", amount,
    )  # fmt: skip


def issue(shell, amount: str, *, contract: str, recipient: str = RECIPIENT) -> str:
    answer = submit(shell, amount, contract=contract, recipient=recipient)
    assert answer.code == 0, answer.out
    shell.done("application", "approve", str(answer.json["id"]), by=REVIEWER)
    return shell.done("voucher", "issue", str(answer.json["id"]))["numbers"][0]
