"""Accounts and passwords on the command line: prompts, files of one's own, and locks that hold in every program."""

from __future__ import annotations

import getpass
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest

from voucher_app import app
from voucher_app.authentication.argon2id import Argon2idHasher
from voucher_app.domain.credit_code import check_character

PEOPLE = (
    "张经办:preparer",
    "李复核:reviewer",
    "王财务:finance",
    "赵审计:auditor",
    "钱系统:system-admin",
    "孙安全:security-admin",
)
PROVIDER = "12140100MA0000001" + check_character("12140100MA0000001")
FIRST, OWN = "the first password", "a password of one's own"


@pytest.fixture(autouse=True)
def _cheap(monkeypatch):
    cheap = Argon2idHasher(time_cost=1, memory_cost_kib=8, parallelism=1)
    monkeypatch.setattr(app, "make_hasher", lambda: cheap)


@pytest.fixture
def secret(tmp_path):
    """Return what writes a password file that only its owner reads."""

    def write(text, name="password.txt", mode=0o600):
        file = tmp_path / name
        file.write_text(text, encoding="utf-8")
        file.chmod(mode)
        return str(file)

    return write


@pytest.fixture
def terminal(monkeypatch):
    """A terminal on which somebody types what the test says; the list tells what was asked."""
    asked, answers = [], []

    def typed(prompt):
        asked.append(prompt)
        return answers.pop(0)

    monkeypatch.setattr(getpass, "getpass", typed)
    monkeypatch.setattr(sys.stdin, "isatty", lambda: True, raising=False)
    return asked, answers


def words(*people):
    return [word for person in people or PEOPLE for word in ("--operator", person)]


@pytest.fixture
def guarded(empty_shell, terminal):
    """An office whose people typed their own passwords."""
    asked, answers = terminal
    answers += [OWN] * 2 * len(PEOPLE)
    empty_shell.done("office", "init", "--name", "某厅", *words())
    asked.clear()
    return empty_shell


def open_year(shell, *more, year="2026", **how):
    return shell("year", "open", year, "--amount", "1000", "--document", "x", *more, **how)


def test_each_person_types_a_password_twice_when_an_office_begins(guarded, terminal):
    listed = guarded.done("operator", "list")["operators"]
    assert [(one["name"], one["has_password"], one["must_change"]) for one in listed] == [
        (text.partition(":")[0], True, False) for text in PEOPLE
    ]
    assert terminal[0] == []


def test_two_passwords_that_differ_make_no_office(empty_shell, terminal):
    asked, answers = terminal
    answers += [OWN, OWN + "x"]
    answer = empty_shell("office", "init", "--name", "某厅", *words())
    assert (answer.code, answer.json["error"]["violations"][0]["allowed"]) == (2, "passwords_differ")
    assert len(asked) == 2
    assert not list(empty_shell.database.parent.glob("office*"))


def test_without_a_terminal_and_a_file_nobody_is_asked_in_the_open(empty_shell):
    answer = empty_shell("office", "init", "--name", "某厅", *words())
    assert (answer.code, answer.json["error"]["violations"][0]["allowed"]) == (2, "password_missing")
    assert not list(empty_shell.database.parent.glob("office*"))


@pytest.mark.parametrize("end", ["", "\n", "\r\n"])
def test_a_file_with_a_line_for_each_gives_everybody_a_password_of_their_own(empty_shell, secret, end):
    separator = "\r\n" if end == "\r\n" else "\n"
    file = secret(separator.join(f"{FIRST} {number}" for number in range(6)) + end)
    empty_shell.done("office", "init", "--name", "某厅", *words(), "--password-file", file)
    assert not any(one["must_change"] for one in empty_shell.done("operator", "list")["operators"])
    assert open_year(empty_shell, "--password-file", secret(f"{FIRST} 0", "own.txt")).code == 0


def test_one_password_for_all_is_changed_by_each_before_anything_else(empty_shell, secret):
    file = secret(FIRST)
    empty_shell.done("office", "init", "--name", "某厅", *words(), "--password-file", file)
    assert all(one["must_change"] for one in empty_shell.done("operator", "list")["operators"])
    first = secret(FIRST, "own.txt")
    answer = open_year(empty_shell, "--password-file", first)
    assert (answer.code, answer.json["error"]["violations"][0]["code"]) == (1, "password_to_change")
    new = secret(OWN, "new.txt")
    empty_shell.done("operator", "password", "--password-file", first, "--new-password-file", new)
    assert open_year(empty_shell, "--password-file", new).code == 0


@pytest.mark.parametrize("text", [f"{FIRST}\n{FIRST}", "short", "张经办张经办张经办1"])
def test_a_file_that_does_not_fit_makes_no_office(empty_shell, secret, text):
    answer = empty_shell("office", "init", "--name", "某厅", *words(), "--password-file", secret(text))
    assert answer.code == 2
    assert FIRST not in answer.out
    assert not list(empty_shell.database.parent.glob("office*"))


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620, 0o602, 0o601, 0o666])
def test_a_file_that_others_could_read_is_no_secret(guarded, secret, mode):
    file = secret(OWN, mode=mode)
    answer = open_year(guarded, "--password-file", file)
    assert answer.code == 2
    assert f"chmod 600 {file}" in answer.json["error"]["violations"][0]["message"]


@pytest.mark.parametrize("mode", [0o600, 0o400])
def test_a_file_of_one_s_own_is_read(guarded, secret, terminal, mode):
    assert open_year(guarded, "--password-file", secret(OWN, mode=mode)).code == 0
    assert terminal[0] == []


@pytest.mark.parametrize("content", [b"\xff\xfe", None, b"one\ntwo\n"])
def test_a_file_that_cannot_be_used_is_told(guarded, tmp_path, content):
    file = tmp_path / "password.txt"
    if content is not None:
        file.touch(0o600)
        file.write_bytes(content)
    assert open_year(guarded, "--password-file", str(file)).code == 2


def test_the_password_is_asked_for_by_each_act_and_by_no_reading(guarded, terminal):
    asked, answers = terminal
    answers += [OWN, OWN]
    assert open_year(guarded).code == 0
    assert [prompt for prompt in asked if "张经办" in prompt] == asked
    assert len(asked) == 1
    for reading in (("year", "show", "2026"), ("voucher", "list"), ("operator", "list"), ("office", "show"),
                    ("policy", "list"), ("ledger", "verify"), ("application", "list")):  # fmt: skip
        guarded.done(*reading)
        guarded.done(*reading, by=None)
    assert len(asked) == 1
    assert guarded("year", "close", "2026").code == 0
    assert len(asked) == 2


def test_a_wrong_password_is_a_refusal_that_counts(guarded, secret):
    wrong = secret("quite another one")
    for left in (4, 3, 2, 1):
        answer = open_year(guarded, "--password-file", wrong)
        (violation,) = answer.json["error"]["violations"]
        assert (answer.code, violation["rule"], violation["code"]) == (1, "LOGIN", "wrong_password")
        assert f"{left} 次" in violation["message"]
        assert "quite another" not in answer.out
    for _ in range(2):
        answer = open_year(guarded, "--password-file", wrong)
        assert (answer.code, answer.json["error"]["violations"][0]["code"]) == (1, "account_locked")
    assert open_year(guarded, "--password-file", secret(OWN)).code == 1
    guarded.done("operator", "unlock", "张经办", "--password-file", secret(OWN), by="孙安全")
    assert open_year(guarded, "--password-file", secret(OWN)).code == 0
    assert guarded.done("ledger", "verify")["findings"] == []


def test_programs_side_by_side_get_no_more_than_five_tries(guarded, secret):
    wrong = secret("quite another one")
    script = "import sys; from voucher_app.app import main; sys.exit(main(sys.argv[1:]))"
    call = [
        sys.executable, "-c", script, "--database", str(guarded.database), "--operator", "张经办", "--on", "2026-03-02",
        "--password-file", wrong, "year", "open", "2026", "--amount", "1", "--document", "x",
    ]  # fmt: skip
    with ThreadPoolExecutor(8) as pool:
        ends = list(pool.map(lambda _: subprocess.run(call, check=False, capture_output=True).returncode, range(8)))
    assert ends == [1] * 8
    (row,) = [one for one in guarded.done("operator", "list")["operators"] if one["name"] == "张经办"]
    assert (row["status"], row["failures"]) == ("locked", 5)


def test_a_trial_office_never_asks(shell, terminal):
    asked, _answers = terminal
    assert open_year(shell).code == 0
    assert asked == []
    assert shell.done("office", "show")["trial"]
    refused = shell("operator", "password")
    assert asked == []
    assert (refused.code, refused.json["error"]["violations"][0]["code"]) == (1, "trial_asks_no_password")


@pytest.fixture
def trial(empty_shell):
    empty_shell.done("office", "init", "--trial", "--name", "某厅", *words())
    return empty_shell


def test_administrators_manage_accounts_in_a_trial_office_too(trial):
    added = trial.done("operator", "add", "周财务:finance", by="钱系统")
    assert (added["name"], added["role"], added["status"]) == ("周财务", "finance", "active")
    assert trial.done("operator", "role", "周财务", "reviewer", by="钱系统")["role"] == "reviewer"
    assert trial.done("operator", "lock", "周财务", "--reason", "离岗", by="孙安全")["status"] == "locked"
    assert open_year(trial, by="周财务").json["error"]["violations"][0]["code"] == "account_locked"
    assert trial.done("operator", "unlock", "周财务", by="孙安全")["status"] == "active"
    assert trial("operator", "role", "周财务", "king", by="钱系统").code == 2
    assert trial("operator", "add", "周财务:king", by="钱系统").code == 2
    assert trial("operator", "add", "张经办:auditor", by="钱系统").rules == ["UNIQUE"]


def test_small_office_mode_is_switched_with_a_reason(trial):
    assert trial.done("office", "show")["small_office"] is False
    assert trial("office", "small-office", "on", by="孙安全").code == 2
    assert trial.done("office", "small-office", "on", "--reason", "编制三人", by="孙安全")["small_office"] is True
    assert "小型机构模式：启用" in trial("office", "show", as_json=False).out
    assert trial.done("office", "small-office", "off", "--reason", "增编", by="孙安全")["small_office"] is False


def test_a_first_password_is_asked_for_and_reset(guarded, secret, terminal):
    asked, answers = terminal
    answers += [OWN, FIRST, FIRST]
    assert guarded.done("operator", "add", "周财务:finance", by="钱系统")["must_change"]
    assert len(asked) == 3
    first, own = secret(FIRST, "first.txt"), secret(OWN, "own.txt")
    assert open_year(guarded, "--password-file", first, by="周财务").code == 1
    guarded.done("operator", "password", "--password-file", first, "--new-password-file", own, by="周财务")
    assert open_year(guarded, "--password-file", own, by="周财务").code == 0
    guarded.done(
        "operator", "password-reset", "周财务", "--password-file", own, "--new-password-file", first, by="孙安全"
    )
    assert open_year(guarded, "--password-file", own, year="2027", by="周财务").code == 1


BUSINESS = (
    ("year", "close", "2026"), ("voucher", "expire"), ("voucher", "issue", "--all-approved"),
    ("application", "approve", "1"), ("redemption", "verify", "1"), ("provider", "remove", PROVIDER, "--reason", "x"),
)  # fmt: skip
ACCOUNTS = (
    ("operator", "add", "某:finance"), ("operator", "lock", "王财务", "--reason", "x"),
    ("operator", "unlock", "王财务"), ("operator", "role", "王财务", "preparer"),
    ("office", "small-office", "on", "--reason", "x"),
)  # fmt: skip


@pytest.mark.parametrize("by", ["赵审计", "钱系统", "孙安全"])
@pytest.mark.parametrize("command", BUSINESS, ids=" ".join)
def test_auditor_and_administrators_are_refused_for_business_by_rule(trial, by, command):
    answer = trial(*command, by=by)
    assert (answer.code, answer.rules) == (1, ["ROLE"])


@pytest.mark.parametrize("by", ["张经办", "李复核", "王财务", "赵审计"])
@pytest.mark.parametrize("command", ACCOUNTS, ids=" ".join)
def test_accounts_are_for_administrators(trial, by, command):
    answer = trial(*command, by=by)
    assert answer.code == 1
    assert "ROLE" in answer.rules


@pytest.mark.parametrize(
    ("by", "command"),
    [("王财务", ("voucher", "issue", "--all-approved")), ("王财务", ("application", "approve", "1")),
     ("李复核", ("redemption", "claim", "--voucher", "SX-2026-000001-4", "--amount", "1", "--invoice",
                 "26142000000012345678", "--invoice-amount", "1", "--invoiced-on", "2026-03-01"))],
)  # fmt: skip
def test_business_roles_do_their_own_acts_only(trial, by, command):
    answer = trial(*command, by=by)
    assert answer.code == 1
    assert "ROLE" in answer.rules


def test_the_sentence_names_act_role_and_who_may(trial):
    said = trial("year", "close", "2026", by="赵审计").json["error"]["violations"][0]["message"]
    assert all(word in said for word in ("赵审计", "审计", "关闭年度", "经办", "复核", "财务")), said
