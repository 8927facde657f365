"""Every decision that a panel offers, what lies over the window, and what comes before it.

A page's panel offers a record's acts by its state and by the role of whoever works, so each list is asked, row by row
and role by role, and each act that differs is opened once.
"""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QSettings
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel
from scenes import Scene, settle, walk_pages

from voucher_app.app import make_starter
from voucher_app.domain.errors import RulesViolated, Violation
from voucher_app.services.ports.errors import StorageError
from voucher_app.settings import Settings, resources_folder
from voucher_app.ui import notices, theme
from voucher_app.ui.closing import ClosingBackup
from voucher_app.ui.dialogs import DIALOGS, open_dialog, use_case_of
from voucher_app.ui.dialogs.keys import KeysDialog
from voucher_app.ui.login import ask_passphrase
from voucher_app.ui.main_window import MainWindow
from voucher_app.ui.operations import OperationRunner
from voucher_app.ui.pages.list_page import ListPage
from voucher_app.ui.pages.possibilities import for_the_role
from voucher_app.ui.welcome import Welcome

if TYPE_CHECKING:
    from collections.abc import Iterator

    from PySide6.QtWidgets import QDialog

    from voucher_app.ui.desk import Desk
    from voucher_app.ui.pages.details import Act

OFFICE, POLICY, PART, NOWHERE = "山西省工业和信息化厅", "山西省算力券管理办法", "ty", "没有这样的东西"
TYPED: Final = f"{OFFICE}\n{POLICY}\n{PART}\n{NOWHERE}"
"""What is typed here: data, in any language."""

_ROWS: Final = 40
"""Of a list, whose acts are looked at."""


def beside(window: MainWindow, desk: Desk) -> Iterator[Scene]:
    """Show everything that is no page and no dialog by name, one after the other."""
    yield from _over_the_window(window, desk)
    yield from _decisions(window, desk)
    yield from _before_the_window(theme.current().is_dark, window)


# ------------------------------------------------------------------------------------------------ decisions


def _acts(desk: Desk, page: ListPage) -> Iterator[Act]:
    for row in page.source(page.chosen_rows()).rows(0, _ROWS):
        yield from for_the_role(desk, page.describe(row)()).acts


def _decisions(window: MainWindow, desk: Desk) -> Iterator[Scene]:
    """Open what the panels offer, each kind of decision once."""
    seen: set[str] = set()
    worker = desk.operator
    for person in desk.facts.operators:
        desk.set_operator(person)
        settle(desk)
        for _name, _page, shown in list(walk_pages(window, desk)):
            if not isinstance(shown, ListPage):
                continue
            for act in _acts(desk, shown):
                case = use_case_of(act.dialog, act.context) or act.dialog
                # A file dialog shows this machine's files; what is no dialog is done by the page itself.
                if act.reasons or case in seen or act.dialog not in DIALOGS or act.dialog == "policy_export":
                    continue
                seen.add(case)
                dialog = open_dialog(act.dialog, desk, window, **act.context)
                settle(desk, typed=True)
                yield Scene(f"act-{case.replace('.', '-').replace('_', '-')}", dialog)
                _leave(dialog, desk)
    if worker is not None:
        desk.set_operator(worker)
    settle(desk)


def _leave(dialog: QDialog, desk: Desk) -> None:
    dialog.done(0)
    settle(desk)


# ------------------------------------------------------------------------------------------------ over the window


def _over_the_window(window: MainWindow, desk: Desk) -> Iterator[Scene]:
    window.search_everything()
    settle(desk, typed=True)
    yield Scene("over-search-everything", window)
    assert window.search_box is not None
    for text in (PART, NOWHERE):
        window.search_everything()  # it closed by itself, if the focus was given to all in turn
        window.search_box.edit.setText(text)
        window.search_box.ask()
        settle(desk, typed=True)
        assert window.search_box.isVisible(), "it is what is looked at"
        yield Scene(f"over-search-{'found' if text == PART else 'nothing'}", window)
    window.search_box.leave()
    window.show_keys()
    settle(desk)
    (keys,) = window.findChildren(KeysDialog)
    yield Scene("over-keys", keys)
    _leave(keys, desk)
    for name, error in _failures(desk):
        notice = notices.NoticeDialog(notices.notice_of(error), window)
        notice.show()
        settle(desk)
        yield Scene(f"over-notice-{name}", notice)
        _leave(notice, desk)
    prompt = ask_passphrase(desk.workspace, desk.runner, window)
    prompt.open()
    settle(desk)
    yield Scene("over-passphrase", prompt)
    _leave(prompt, desk)
    closing = ClosingBackup(desk, window)
    closing.open()
    settle(desk)
    yield Scene("over-closing", closing)
    _leave(closing, desk)
    empty = open_dialog("table_import", desk, window, kind="recipients", act="recipient.add")
    settle(desk)
    yield Scene("over-table-import-source", empty)
    _leave(empty, desk)
    window._ask_who(desk.operator, "", may_go_back=True)  # noqa: SLF001 - a demonstration office asks nobody
    settle(desk)
    yield Scene("over-log-in", window)
    assert window.login is not None
    window.login.went_back.emit()
    settle(desk)


def _failures(desk: Desk) -> Iterator[tuple[str, Exception]]:
    yield "environment", StorageError("disk_full", desk.workspace.data_file.path)
    found = Violation("R1", "ceiling_exceeded", found=5_100_000_000, allowed=5_000_000_000, subject="2026")
    yield "rule", RulesViolated([found])
    yield "bug", ZeroDivisionError("division by zero")


# ------------------------------------------------------------------------------------------------ before the window


def _before_the_window(dark: bool, like: MainWindow) -> Iterator[Scene]:  # noqa: FBT001 - as the window is
    with tempfile.TemporaryDirectory(prefix="walk-1-") as folder:  # with a digit: it is shown, and is no word
        settings = QSettings(str(Path(folder) / "window.ini"), QSettings.Format.IniFormat)
        window = MainWindow(resources_folder(), settings, dark=dark)
        window.resize(like.size())
        runner = OperationRunner(window)
        welcome = Welcome(make_starter(Settings.from_environment(), Path(folder) / "office.db"), runner)
        window.show_welcome(welcome)
        window.show()
        QTest.qWait(theme.QUIET_MS)
        yield Scene("before-welcome", window)
        welcome.set_up.click()
        steps = welcome.steps
        for place, step in enumerate(steps.steps):
            if step is steps.steps[-1]:  # it sums up what was typed
                steps.office.office.set_text(OFFICE)
                for field, text in (
                    (steps.year.year, "2026"),
                    (steps.year.amount, "50000000"),
                    (steps.year.policy, "办法"),
                ):
                    field.set_text(text)
            steps.go(place)
            for one in step.fields():
                one.judge()
            QTest.qWait(theme.QUIET_MS)
            yield Scene(f"before-step-{place + 1}", window)
        window.show_upgrading()
        QTest.qWait(1)
        yield Scene("before-upgrading", window)
        window.show_failure(StorageError("newer", Path("office.db")))
        QTest.qWait(1)
        assert window.findChildren(QLabel)
        yield Scene("before-failure", window)
        runner.close()
        window.close()
        window.deleteLater()
