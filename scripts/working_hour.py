"""An hour of work in the real window, by mouse and keys, for whoever watches it: `watchdog.py`.

The hands are those of the tests (`tests/ui/officer.py`): they find fields by the words beside them and buttons by the
words on them. What a person does without an event of the window's own, such as dropping a file, is done inside of one
here, so that it is watched too.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import shiboken6
from PySide6.QtCore import QEvent, QMimeData, QObject, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QFileDialog, QPushButton
from scenes import contexts

from voucher_app.domain.credit_code import check_character
from voucher_app.domain.operators import Role
from voucher_app.services.queries.lists import ListFilter
from voucher_app.ui.ahead import AFTER_MS
from voucher_app.ui.called_by_qt import called_by_qt
from voucher_app.ui.dialogs import open_dialog
from voucher_app.ui.main_window import PAGES
from voucher_app.ui.pages.ledger import LedgerPage
from voucher_app.ui.pages.list_page import ListPage
from voucher_app.ui.pages.tabbed_page import TabbedPage

sys.path.append(str(Path(__file__).resolve().parents[1] / "tests" / "ui"))
from officer import Officer  # type: ignore[import-not-found]  # of the tests, which mypy does not check

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtWidgets import QWidget
    from watchdog import WatchedApplication

    from voucher_app.ui.main_window import MainWindow

_PATIENCE_MS: Final = 300_000
_HEAD: Final = "名称,统一社会信用代码,单位类型,行政区划代码,地址,联系人,电话,邮箱\n"
_CTRL: Final = Qt.KeyboardModifier.ControlModifier


def credit_code(serial: int, prefix: str = "91") -> str:
    """Return a well-formed credit code that no demonstration office has."""
    first_17 = f"{prefix}140100MW{serial:07d}"
    return first_17 + check_character(first_17)


class Deed(QObject):
    """Carries a call out inside an event of its own."""

    def __init__(self, act: Callable[[], object], parent: QObject) -> None:
        super().__init__(parent)
        self._act = act

    def post(self) -> None:
        """Put the event into the queue."""
        QApplication.postEvent(self, QEvent(QEvent.Type.User))

    @called_by_qt
    def customEvent(self, _event: QEvent) -> None:  # noqa: N802 - Qt's name
        """Do it."""
        self._act()


class _Fingers:
    """What the hands press keys with; the tests have pytest-qt for it."""

    keyClick = staticmethod(QTest.keyClick)  # noqa: N815 - as pytest-qt calls it
    keyClicks = staticmethod(QTest.keyClicks)  # noqa: N815
    mouseClick = staticmethod(QTest.mouseClick)  # noqa: N815
    wait = staticmethod(QTest.qWait)

    @staticmethod
    def waitUntil(is_so: Callable[[], bool], *, timeout: int = _PATIENCE_MS) -> None:  # noqa: N802 - as pytest-qt
        """Let the window work until something is so."""
        begun = time.monotonic()
        while not is_so():
            QTest.qWait(5)
            assert time.monotonic() - begun < timeout / 1000, "it never became so"


class Hand(Officer):  # type: ignore[misc]  # of the tests, which mypy does not check
    """The hands of the tests, with what they do by a call done inside an event."""

    def __init__(self, app: WatchedApplication, window: MainWindow) -> None:
        assert window.desk is not None
        super().__init__(window, _Fingers(), self._settle, year=window.desk.year)
        self.app, self.desk = app, window.desk

    def _settle(self) -> None:
        for _turn in range(5):
            assert self.desk.runner.wait_idle(_PATIENCE_MS), f"{self.app.part}: the work does not end"
            QApplication.processEvents()

    def under_watch(self, act: Callable[[], object]) -> None:
        """Do something as an event does it."""
        Deed(act, self.app).post()
        QApplication.processEvents()

    def drop(self, place: QWidget, file: Path) -> None:
        """Drop a file."""
        carried = QMimeData()
        carried.setUrls([QUrl.fromLocalFile(str(file))])
        event = QDropEvent(
            QPointF(place.rect().center()), Qt.DropAction.CopyAction, carried, Qt.MouseButton.LeftButton,
            Qt.KeyboardModifier.NoModifier,
        )  # fmt: skip
        self.under_watch(lambda: place.dropEvent(event))
        self.rest()

    def choose_file(self, file: Path) -> None:
        """Choose a file in the file dialog that is open."""
        (asking,) = [one for one in self.window.findChildren(QFileDialog) if one.isVisible()]
        self.under_watch(lambda: (asking.fileSelected.emit(str(file)), asking.close()))
        self.rest()

    def any_dialog(self) -> QDialog:
        """Return the dialog that opened, of whatever kind."""
        self.rest()
        (dialog,) = self.open_dialogs()
        dialog.activateWindow()
        assert isinstance(dialog, QDialog)
        return dialog


class Hour:
    """Somebody who works for an hour, without a pause."""

    def __init__(self, app: WatchedApplication, window: MainWindow, folder: Path) -> None:
        self.app, self.window, self.folder = app, window, folder
        self.hand = Hand(app, window)
        self.desk = self.hand.desk
        self.people = {person.role: person.name for person in self.desk.facts.operators}
        self.serial = 0

    @property
    def queries(self) -> Any:  # noqa: ANN401 - the read models of the open file
        """The read models of the open file."""
        return self.desk.workspace.queries

    def settle(self) -> None:
        """Let all work come home."""
        self.hand.settled()

    # ------------------------------------------------------------------------------------------ looking

    def look_around(self) -> None:
        """Go to every page and every list; scroll, search, look at rows."""
        for name, _words in PAGES:
            self.app.part = f"page {name}"
            self.hand.go(name)
            page = self.window.page(name)
            for place in range(page.tabs.count() if isinstance(page, TabbedPage | LedgerPage) else 1):
                shown: QWidget | None = page
                if isinstance(page, TabbedPage | LedgerPage):
                    self.app.part = f"page {name}, tab {place}"
                    QTest.mouseClick(page.tabs, Qt.MouseButton.LeftButton, pos=page.tabs.tabRect(place).center())
                    self.settle()
                    shown = page.current() if isinstance(page, TabbedPage) else page.stack.currentWidget()
                if isinstance(shown, ListPage) and shown.model.rowCount():
                    self._through(shown)

    def _through(self, page: ListPage) -> None:
        bar = page.view.verticalScrollBar()
        for part in (1.0, 0.5, 0.0):
            bar.setValue(round(bar.maximum() * part))
            self.settle()
        for place in range(min(4, page.model.rowCount())):
            page.view.select_position(place)
            self.settle()
        if not page.is_searched:
            return
        self.app.part += ", search"
        for text in ("taiyuan", "太原", "000012"):
            self.hand.type(page.search, text)
            self.hand.rest()
        QTest.keyClick(page.search, Qt.Key.Key_Escape)
        self.hand.rest()

    def search_everything(self) -> None:
        """Type into the box of everything."""
        for text in ("t", "taiyuan", "太原", "SX-2026-000012"):
            self.app.part = f"search everything: {text}"
            self.window.activateWindow()
            QTest.keyClick(self.window, Qt.Key.Key_K, _CTRL)
            self.settle()
            assert self.window.search_box is not None
            self.hand.type(self.window.search_box.edit, text)
            self.hand.rest()
            QTest.keyClick(self.window.search_box.edit, Qt.Key.Key_Escape)
            self.settle()

    def every_dialog(self) -> None:
        """Open each dialog that this office has something for, and leave it."""
        for name, about in sorted(contexts(self.desk.workspace, self.folder).items()):
            self.app.part = f"dialog {name}"
            self._leave(self._open(name, **about))

    def _open(self, name: str, **about: object) -> QDialog:
        opened: list[QDialog] = []
        self.hand.under_watch(lambda: opened.append(open_dialog(name, self.desk, self.window, **about)))
        self.hand.rest()
        return opened[0]

    def _leave(self, dialog: QDialog) -> None:
        if shiboken6.isValid(dialog):  # unless what it was for is done
            self.hand.under_watch(lambda: dialog.done(0))
        self.settle()

    # ------------------------------------------------------------------------------------------ recording

    def _begin(self, role: Role, page: str, tab: str = "", **answers: str) -> None:
        self.hand.choose_person(self.people[role])
        self.hand.go(page, tab)
        dialog = self.hand.begin()
        self.hand.fill(dialog, **answers)
        self.hand.save(dialog)

    def _do(self, role: Role, place: tuple[str, str], key: object, words: str, **answers: str) -> None:
        """Find a record by the search, press a button of its details, answer, and act."""
        self.hand.choose_person(self.people[role])
        page = self.hand.go(*place)
        if page.model.position_of(key) is None:
            self.hand.type(page.search, str(key))
            self.hand.rest()
        self.hand.look(page, key)
        dialog = self.hand.press(page.panel, words)
        self.hand.fill(dialog, **answers)
        self.hand.save(dialog)
        if page.search.text():
            self.hand.type(page.search, "")
            self.hand.rest()

    def a_case(self) -> None:
        """One unit from its registration to the verification of its claim."""
        self.serial += 1
        code, contract = credit_code(self.serial), f"HOUR-{self.serial:04d}"
        unit = f"一小时应用有限公司第{self.serial}部"
        today, queries = self.desk.today.isoformat(), self.queries
        provider = queries.providers(ListFilter(statuses=("admitted",))).rows(0, 1)[0].uscc
        self.app.part = "register a unit"
        self._begin(Role.PREPARER, "recipients", 名称=unit, 统一社会信用代码=code, 单位类别="企业", 属地="大同")
        self.app.part = "look up its credit"
        self._do(Role.PREPARER, ("recipients", ""), code, "登记信用核查", 查询来源="信用中国")
        self.app.part = "apply"
        self._begin(
            Role.PREPARER, "applications", "applications", 领用单位=code, 服务商=provider, 合同编号=contract,
            签订日期=today, 合同金额="1000000", 申领金额="100000",
        )  # fmt: skip
        application = queries.applications(ListFilter(text=contract)).rows(0, 1)[0].id
        self.app.part = "review"
        self._do(Role.REVIEWER, ("applications", "applications"), application, "复核通过")
        self.app.part = "issue"
        self._do(Role.PREPARER, ("applications", "applications"), application, "发放")
        number = queries.application(application).voucher_number
        self.app.part = "claim"
        self._do(
            Role.PREPARER, ("vouchers", ""), number, "申请兑付", 发票号码=f"2614{self.serial:016d}", 开票日期=today,
            发票金额="500000", 申请兑付金额="60000",
        )  # fmt: skip
        claimed = queries.redemptions(ListFilter(statuses=("claimed",), text=str(number))).rows(0, 1)[0].id
        self.app.part = "verify"
        self._do(Role.REVIEWER, ("redemptions", ""), claimed, "核销")
        self.app.part = "freeze"
        self._do(Role.PREPARER, ("vouchers", ""), number, "冻结", 理由="核查用量证明")
        self._do(Role.REVIEWER, ("vouchers", ""), number, "恢复", 理由="核查完毕")

    def settlement(self) -> None:
        """Group what was verified, confirm it, and pay it."""
        place = ("settlements", "settlements-list")
        self.app.part = "draft a settlement"
        self._begin(Role.PREPARER, *place, 核销截止日=self.desk.today.isoformat())
        key = self.queries.settlements(ListFilter(statuses=("draft",))).rows(0, 1)[0].id
        self.app.part = "confirm a settlement"
        self._do(Role.REVIEWER, place, key, "复核")
        self.app.part = "pay a settlement"
        self._do(Role.FINANCE, place, key, "拨付", 银行回单号="HD-HOUR-1")
        assert self.queries.settlement(key).settlement.status.value == "disbursed"

    def import_units(self, rows: int) -> None:
        """Take a table of units in."""
        self.app.part = f"import {rows} units"
        table, serials = self.folder / "units.csv", range(500_000, 500_000 + rows)
        lines = (f"导入应用单位{serial}有限公司,{credit_code(serial)},企业,140100,太原市,,,\n" for serial in serials)
        table.write_text(_HEAD + "".join(lines), encoding="utf-8")
        self.hand.choose_person(self.people[Role.PREPARER])
        page = self.hand.go("recipients")
        before = page.model.rowCount()
        self.hand.drop(page, table)
        dialog: Any = self.hand.any_dialog()
        self.hand.press_on(dialog.import_button)
        self.hand.rest()
        assert page.model.rowCount() == before + rows, (before, page.model.rowCount())

    def export_list(self) -> None:
        """Write the list of vouchers into a file for Excel."""
        self.app.part = "export vouchers"
        page = self.hand.go("vouchers")
        file = self.folder / "vouchers.xlsx"
        self.hand.under_watch(lambda: page.tables.export(file))
        self.hand.rest()
        assert file.exists()

    def prints(self, count: int) -> None:
        """Preview some certificates, and draw all of them into one file."""
        self.app.part = f"print {count} certificates"
        rows = self.queries.vouchers(ListFilter(sort="number")).rows(0, count)
        dialog: Any = self._open("certificate_preview", numbers=[str(row.number) for row in rows])
        if dialog.reason.isVisible():
            self.hand.type(dialog.reason, "存档")
        self.hand.under_watch(lambda: dialog.save_to_file(self.folder / "all.pdf"))
        self.settle()
        assert (self.folder / "all.pdf").exists()
        self._leave(dialog)

    def verify_ledger(self) -> None:
        """Verify the ledger by the button of its page."""
        self.app.part = "verify the ledger"
        page = self.window.page("ledger")
        assert isinstance(page, LedgerPage)
        self.hand.go("ledger", "操作日志")
        (button,) = [one for one in page.findChildren(QPushButton) if one.isVisible() and one.text() == "核对台账"]
        QTest.mouseClick(button, Qt.MouseButton.LeftButton)
        self.settle()
        assert page.banner.headline.text().startswith("未发现问题"), page.banner.headline.text()

    def looks(self) -> None:
        """Change the language and the look, and back."""
        for words, change in (("language", self.window.switch_language), ("look", self.window.switch_dark)):
            for _back in range(2):
                self.app.part = words
                self.hand.under_watch(change)
                self.settle()


def work(hour: Hour, *, cases: int, units: int, certificates: int) -> None:
    """Work for an hour; nobody's hands are there in the first two seconds."""
    QTest.qWait(AFTER_MS + 500)
    hour.settle()
    hour.look_around()
    hour.search_everything()
    for _case in range(cases):
        hour.a_case()
    hour.settlement()
    hour.import_units(units)
    hour.export_list()
    hour.every_dialog()
    hour.prints(certificates)
    hour.verify_ledger()
    hour.looks()
