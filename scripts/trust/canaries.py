"""Put secrets and personal data into an office, and look for them where they must not be (trust.md T13).

An office with passwords is made by commands in processes of their own, with a home, a temporary folder and a state
folder of their own: a table of units with telephone, account and identity numbers, refused under a wrong password and
taken in, and a signing key under a passphrase. While each command runs, its entry in the list
of processes is read. Then a window is opened on it: somebody types a password at the log-in and the same data into a
form that is left half filled, the log is told of it, a mistake of ours that quotes it is reported, and the diagnostics
are put together.

Nowhere outside of the data file and the draft of the form may any of it be found: not in log, reports, diagnostics,
temporary files, memory of checkpoints or the list of processes. Password, passphrase and private key may be in none of
those either, nor in what a command says: the draft holds what was typed except secrets, the data file a hash.
"""

from __future__ import annotations

import contextlib
import logging
import os
import random
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Final, cast

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QSettings
from PySide6.QtWidgets import QApplication
from trial import run_alone

from voucher_app.app import make_workspace
from voucher_app.domain.masking import identity_check
from voucher_app.services import diagnostics
from voucher_app.services.demonstration import demonstration_code
from voucher_app.settings import resources_folder
from voucher_app.ui import startup, theme
from voucher_app.ui.desk import Desk
from voucher_app.ui.dialogs import open_dialog
from voucher_app.ui.first_look import read_facts
from voucher_app.ui.main_window import MainWindow
from voucher_app.ui.reports import Reports

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from trial import Seen

    from voucher_app.ui.dialogs.recipient import RecipientAdd

ROOT: Final = Path(__file__).resolve().parents[2]
SECRETS: Final = ("password", "wrong password", "passphrase", "key")
"""What may be nowhere at all; the rest may be in the data file, the papers and a draft."""
PATIENCE_MS: Final = 20_000
_LOOKED_EVERY_SECONDS: Final = 0.02


def canaries(chance: random.Random) -> dict[str, str]:
    """Return texts that occur nowhere by chance."""
    first_17 = f"140105{chance.randint(1950, 1999)}0307{chance.randint(100, 999)}"
    return {
        "identity": first_17 + identity_check(first_17),
        "phone": f"139{chance.randint(10**7, 10**8 - 1)}",
        "account": f"6222{chance.randint(10**14, 10**15 - 1)}",
        "password": f"Canary-Kou-{chance.randint(10**8, 10**9)}",
        "wrong password": f"Canary-Falsch-{chance.randint(10**8, 10**9)}",
        "passphrase": f"Canary-Phrase-{chance.randint(10**8, 10**9)}",
    }


class Shell:
    """Commands in processes of their own; what they say, and how they stand in the list of processes, is kept."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.said, self.listed = folder, "", ""
        self.home, self.temporary, self.state = folder / "home", folder / "tmp", folder / "state"
        for one in (self.home, self.temporary):
            one.mkdir()
        self.database = folder / "data" / "office.db"
        self.database.parent.mkdir()
        self._environment = {
            **os.environ, "HOME": str(self.home), "TMPDIR": str(self.temporary), "VOUCHER_APP_STATE": str(self.state),
            "VOUCHER_APP_MEMORY": str(self.state / "memory"), "PYTHONPATH": str(ROOT),
        }  # fmt: skip

    def __call__(self, *words: str, code: int = 0) -> None:
        """Run a command; whoever looks at the list of processes meanwhile sees its words and what it was given."""
        given = [sys.executable, "main.py", "--database", str(self.database), "--on", "2026-03-02", "--json", *words]
        run = subprocess.Popen(
            given, cwd=ROOT, env=self._environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )
        while run.poll() is None:
            for name in ("cmdline", "environ"):
                with contextlib.suppress(OSError):
                    self.listed += Path(f"/proc/{run.pid}/{name}").read_bytes().decode(errors="replace")
            time.sleep(_LOOKED_EVERY_SECONDS)
        assert run.stdout is not None
        self.said += run.stdout.read()
        run.stdout.close()
        if run.returncode != code:
            raise RuntimeError(f"{words[:4]}: {run.returncode}, not {code}: {self.said[-500:]}")


def secret_file(folder: Path, text: str) -> str:
    """Write a file that only its owner may read, as the program asks for it."""
    folder.mkdir(exist_ok=True)
    file = folder / f"{len(list(folder.iterdir()))}.txt"
    file.write_text(f"{text}\n", encoding="utf-8")
    file.chmod(0o600)
    return str(file)


def play(shell: Shell, told: Mapping[str, str]) -> None:
    """Make the office and work in it."""
    secrets = shell.folder / "secrets"
    right, wrong = secret_file(secrets, told["password"]), secret_file(secrets, told["wrong password"])
    first = secret_file(secrets, "First-Password-1")
    names = ("张经办:preparer", "李复核:reviewer", "钱系统:system-admin", "孙安全:security-admin")
    people = [one for name in names for one in ("--operator", name)]
    shell("office", "init", "--name", "某厅", *people, "--password-file", first)
    by = ("--operator", "张经办", "--password-file")
    shell("operator", "password", *by, first, "--new-password-file", right)
    # A number given as an argument stands in the list of processes, as all arguments do; so it comes by a table.
    table = secrets / "units.csv"
    table.write_text(
        "名称,统一社会信用代码,类别,区划代码,法定代表人,电话,银行账号\n"
        f"某公司,{demonstration_code('enterprise', 1)},enterprise,140100,王小明{told['identity']},{told['phone']},"
        f"{told['account']}\n",
        encoding="utf-8",
    )
    shell("recipient", "import", str(table), *by, wrong, code=1)
    shell("recipient", "import", str(table), *by, right)
    phrase = secret_file(secrets, told["passphrase"])
    shell("certificate", "key", "--out", str(shell.folder / "data" / "public.pem"), *by, right)
    shell("certificate", "passphrase", "--new-passphrase-file", phrase, *by, right)


@contextlib.contextmanager
def at_the_desk(shell: Shell) -> Iterator[tuple[MainWindow, Desk, Reports]]:
    """Open the window on the office, with the log and the drafts of that person."""
    app = QApplication.instance() or QApplication(sys.argv[:1])
    assert isinstance(app, QApplication)
    startup.register_fonts(resources_folder(), (*startup.FIRST_FONTS, *startup.LATER_FONTS))
    theme.apply(app, dark=False, resources=resources_folder())
    workspace = make_workspace(shell.database)
    reports = Reports(shell.state)
    reports.begin(notes_crashes=False)
    settings = QSettings(str(shell.state / "window.ini"), QSettings.Format.IniFormat)
    facts = read_facts(workspace)
    desk = Desk(workspace, facts, operator=facts.operators[0], settings=settings, state=shell.state)
    window = MainWindow(resources_folder(), settings, dark=False)
    window.begin(desk)
    window.show()
    try:
        yield window, desk, reports
    finally:
        window.close()
        reports.end()
        workspace.data_file.close()


def type_all(shell: Shell, told: Mapping[str, str]) -> str:
    """Type everything in the window, make a mistake that quotes it, and return the diagnostics."""
    before = logging.root.manager.disable
    logging.disable(logging.NOTSET)
    with at_the_desk(shell) as (window, desk, reports):
        assert window.login is not None
        window.login.password.edit.setText(told["wrong password"])
        dialog = cast("RecipientAdd", open_dialog("recipient_add", desk, window))
        dialog.unit.legal_representative.set_text(f"王小明{told['identity']}")
        dialog.unit.phone.set_text(told["phone"])
        dialog.unit.bank_account.set_text(told["account"])
        dialog.keeper.keep()
        assert desk.runner.wait_idle(PATIENCE_MS)
        QApplication.processEvents()
        log = logging.getLogger("voucher_app.canary")
        for name, text in told.items():
            log.warning("something about %s", f"{name}: {text}")
        try:
            int(" ".join(told.values()))
        except ValueError as error:
            log.exception("a mistake of ours")
            reports.keep(error)
        dialog.reject()
    logging.disable(before)
    return diagnostics.compose(
        versions={}, counts={}, findings=[], sizes={},
        log=[one for one in reports.log_folder.rglob("*") if one.is_file()],
        crashes=[one for one in reports.crash_folder.rglob("*") if one.is_file()],
    )  # fmt: skip


def holds(content: bytes, text: str) -> bool:
    """Return whether a text is in some bytes, as UTF-8 or as UTF-16."""
    return any(text.encode(form) in content for form in ("utf-8", "utf-16-le", "utf-16-be"))


def found_in(shell: Shell, told: Mapping[str, str], **texts: str) -> list[str]:
    """Return where a canary is that must not be there.

    Args:
        shell: after the work.
        told: canaries by name.
        texts: what was said, by name.
    """
    found = [f"{name} in the {place}" for place, said in texts.items() for name, text in told.items() if text in said]
    found += [f"{name} in what was said" for name in SECRETS if told[name] in shell.said]
    for folder in (shell.home, shell.temporary, shell.state, shell.database.parent):
        for file in (one for one in folder.rglob("*") if one.is_file()):
            is_meant = folder == shell.database.parent or "drafts" in file.parts
            content, place = file.read_bytes(), file.relative_to(shell.folder)
            own_key = file.name.endswith(".signing-key.pem")
            for name, text in told.items():
                if (name in SECRETS or not is_meant) and not (own_key and name == "key") and holds(content, text):
                    found.append(f"{name} in {place}")
    return found


def run(folder: Path, size: int, seed: int) -> Seen:
    """Do it so many times, with other canaries each time."""
    chance = random.Random(seed)  # noqa: S311 - to be repeated
    found: list[str] = []
    looked = drafts = 0
    for place in range(size):
        told = canaries(chance)
        (folder / str(place)).mkdir()
        shell = Shell(folder / str(place))
        play(shell, told)
        key = shell.database.with_name(f"{shell.database.name}.signing-key.pem").read_text(encoding="utf-8")
        told["key"] = max(key.split("-----BEGIN ")[-1].splitlines(), key=len)
        said = type_all(shell, told)
        found += found_in(shell, told, diagnostics=said, processes=shell.listed)
        looked += sum(1 for one in shell.folder.rglob("*") if one.is_file())
        drafts += sum(1 for one in shell.state.rglob("*.json") if told["phone"] in one.read_text(encoding="utf-8"))
    seen = {"offices": size, "canaries": size * 7, "files": looked, "drafts_that_hold_what_was_typed": drafts}
    return {**seen, "found": found, "failed": judged({**seen, "found": found})}


def judged(seen: Seen) -> list[str]:
    """Return why a run failed, or proves nothing."""
    failed = [f"found: {seen['found'][:5]}"] if seen["found"] else []
    if not seen["drafts_that_hold_what_was_typed"]:
        failed.append("void: what was typed reached no draft, so nothing was typed")
    return failed


if __name__ == "__main__":
    sys.exit(run_alone(__doc__, run, full=10))
