"""The first ten minutes, as somebody has them who read nothing: from an empty folder to a certificate that verifies.

Only the mouse and keys are used, on the window as `make run` opens it: the four steps, two people who log in, a
provider, a unit, an application, its approval, the issue, the paper, and the check of the paper. At every stage the
overview says what comes next, and whose it is.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest
import shiboken6
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog, QPushButton

from voucher_app import app
from voucher_app.authentication.argon2id import Argon2idHasher
from voucher_app.domain.credit_code import check_character
from voucher_app.domain.ledger import TransferKind
from voucher_app.domain.money import Money
from voucher_app.services.queries.lists import ListFilter
from voucher_app.services.wording.names import role_name
from voucher_app.settings import Settings
from voucher_app.ui import startup, theme
from voucher_app.ui.dialogs.certificate_check import BigVerdict, CertificateCheck
from voucher_app.ui.first_look import FirstLook
from voucher_app.ui.main_window import MainWindow
from voucher_app.ui.welcome import Welcome

from .conftest import PATIENCE_MS, RESOURCES
from .officer import Officer

LEFT = Qt.MouseButton.LeftButton
CHEAP = Argon2idHasher(time_cost=1, memory_cost_kib=8, parallelism=1)
PREPARER, REVIEWER, OWN = "张经办", "李复核", "a password of one's own"
PICTURES = os.environ.get("FIRST_TEN_MINUTES")
"""A folder for a picture of each moment."""


def credit_code(serial, prefix="91"):
    first_17 = f"{prefix}140100MA{serial:07d}"
    return first_17 + check_character(first_17)


PROVIDER, UNIT = credit_code(1, "12"), credit_code(11)


class Beginner:
    """The window from its very beginning, and the hands at it."""

    def __init__(self, qtbot, settings, folder):
        self.qtbot, self.folder, self.seen = qtbot, folder, 0
        self.window = MainWindow(RESOURCES, settings, dark=False)
        starter = app.make_starter(Settings.from_environment(), folder / "office.db")
        self.opening = startup.Opening(
            self.window,
            FirstLook(lambda: starter.open_file(starter.database)),
            settings,
            make_starter=lambda: starter,
            state=folder / "state",
            make_backups=app.make_backups,
        )
        self.window.resize(1280, 800)
        self.opening.begin()
        self.window.show()
        qtbot.waitUntil(lambda: self.window.findChild(Welcome) is not None)
        self.window.activateWindow()
        qtbot.waitUntil(self.window.isActiveWindow)
        self.hands = Officer(self.window, qtbot, self.settled, year=starter.this_year())

    @property
    def queries(self):
        return self.window.desk.workspace.queries

    def settled(self):
        for _turn in range(5):
            assert self.opening.runner.wait_idle(PATIENCE_MS)
            QApplication.processEvents()

    def look(self, name):
        """Keep a picture of the moment, where somebody wants to see it."""
        self.settled()
        if PICTURES:
            self.seen += 1
            QTest.qWait(200)
            shown = QApplication.activeModalWidget() or self.window
            shown.grab().save(str(Path(PICTURES) / f"{self.seen:02d}-{name}.png"))

    def fill(self, *texts):
        """Type into what has the focus, and go on by Enter."""
        for text in texts:
            line = self.window.focusWidget()
            if text is not None:
                self.hands.type(line, text)
            self.qtbot.keyClick(line, Qt.Key.Key_Return if text is not None else Qt.Key.Key_Tab)

    def become(self, name):
        if self.hands.choose_person(name):
            self.hands.log_in(OWN)
        assert self.window.desk.operator.name == name

    def follow(self, words):
        """Go where the overview says that the next step is."""
        self.hands.go("overview")
        self.hands.rest()
        road = self.window.page("overview").road
        (link,) = [one for one in road.links if one.property("kind") == "accent"]
        self.look(f"next-{words}")
        assert words in link.text(), link.text()
        role = role_name(self.window.desk.operator.role)
        assert road.hint.isHidden() == link.text().endswith(role), "whose turn it is stands below"
        self.qtbot.mouseClick(link, LEFT)
        self.settled()
        self.window.activateWindow()
        self.qtbot.waitUntil(self.window.isActiveWindow)
        return self.window.page(self.window.current_page())

    def end(self):
        if self.window.closing is not None:
            self.window.closing.is_done = True
        self.window.close()
        self.opening.close()
        shiboken6.delete(self.window)


@pytest.fixture
def beginner(qtbot, settings, tmp_path, monkeypatch):
    monkeypatch.setattr(theme, "QUIET_MS", 20)  # these fingers are quick
    monkeypatch.setattr(app, "make_hasher", lambda: CHEAP)
    made = Beginner(qtbot, settings, tmp_path)
    yield made
    made.end()


def set_up(beginner):
    """The four steps, by keys alone."""
    qtbot, hands = beginner.qtbot, beginner.hands
    welcome = beginner.window.findChild(Welcome)
    beginner.look("welcome")
    qtbot.mouseClick(welcome.set_up, LEFT)
    beginner.fill("山西省工业和信息化厅")
    beginner.look("year")
    beginner.fill("2026", "50000000", "晋财建〔2026〕1号", None, "山西省算力券管理办法", "晋算券〔2026〕1号")
    beginner.look("place")
    beginner.fill(str(beginner.folder / "本单位" / "office.db"))
    beginner.fill(PREPARER, OWN, OWN, REVIEWER, OWN, OWN)
    beginner.look("people")
    assert not (beginner.folder / "本单位").exists(), "nothing is made before the end"
    qtbot.keyClick(beginner.window.focusWidget(), Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: beginner.window.desk is not None and beginner.window.login is not None, timeout=PATIENCE_MS)
    beginner.look("log-in")
    hands.log_in(OWN)
    assert beginner.window.desk.operator.name == PREPARER
    made = {one.name for one in (beginner.folder / "本单位").iterdir()}
    assert {"office.db", "office.db.signing-key.pem"} <= made
    assert not [name for name in made if "making" in name]


def register(beginner):
    """A provider, admitted by another person, and a unit whose credit was looked up."""
    hands = beginner.hands
    beginner.follow("登记服务商")
    dialog = hands.begin()
    hands.fill(dialog, 名称="太原智算中心", 统一社会信用代码=PROVIDER, 属地="太原")
    beginner.look("provider")
    hands.save(dialog)

    page = beginner.follow("服务商入库")
    beginner.become(REVIEWER)
    hands.look(page, PROVIDER)
    dialog = hands.press(page.panel, "入库")
    hands.fill(dialog, 截止日=f"{hands.year + 1}-12-31")
    beginner.look("admit")
    hands.save(dialog, password=OWN)

    beginner.become(PREPARER)
    page = beginner.follow("登记领用单位")
    dialog = hands.begin()
    hands.fill(dialog, 名称="晋阳大模型公司", 统一社会信用代码=UNIT, 单位类别="企业", 属地="大同")
    beginner.look("unit")
    hands.save(dialog)
    hands.look(page, UNIT)
    dialog = hands.press(page.panel, "登记信用核查")
    hands.fill(dialog, 查询来源="信用中国")
    hands.save(dialog)


def apply_and_approve(beginner):
    """An application, approved by another person."""
    hands = beginner.hands
    beginner.follow("提交申领")
    dialog = hands.begin()
    today = beginner.window.desk.today.isoformat()
    hands.fill(
        dialog, 领用单位="晋阳大模型公司", 服务商=PROVIDER, 合同编号="HT-1", 签订日期=today, 合同金额="1000000",
        申领金额="100000",
    )  # fmt: skip
    beginner.look("application")
    hands.save(dialog)
    (application,) = beginner.queries.applications(ListFilter()).rows(0, 1)

    page = beginner.follow("复核申领").current()
    beginner.become(REVIEWER)
    hands.look(page, application.id)
    dialog = hands.press(page.panel, "复核通过")
    beginner.look("approve")
    hands.save(dialog)


@pytest.mark.long
@pytest.mark.qt_log_ignore(r"does not support (raise|grabbing the keyboard)", extend=True)
def test_somebody_who_read_nothing_prints_a_voucher_that_verifies(beginner, tmp_path):
    set_up(beginner)
    register(beginner)
    apply_and_approve(beginner)
    hands, window = beginner.hands, beginner.window
    beginner.become(PREPARER)
    page = beginner.follow("发放并打印")
    dialog = hands.begin()
    beginner.look("issue")
    hands.save(dialog)
    (voucher,) = beginner.queries.vouchers(ListFilter()).rows(0, 1)
    assert voucher.face == Money.yuan(100_000)
    hands.look(page, voucher.number)
    beginner.look("voucher")
    paper = tmp_path / "券.pdf"
    print_to(beginner, page, paper)
    check_paper(beginner, paper)
    hands.go("overview")
    hands.rest()
    assert not window.page("overview").road.isVisible()
    beginner.look("overview")
    assert not window.desk.workspace.data_file.verify().findings
    first = beginner.queries.transfers(ListFilter(sort="id", descending=False)).rows(0, 1)[0]
    assert (first.kind, first.operator_name) == (TransferKind.APPROPRIATION, PREPARER)


def print_to(beginner, page, paper):
    """Put the certificate into a file, by the buttons that are seen."""
    offered = {one.text(): one for one in page.panel.buttons()}
    (button,) = [one for words, one in offered.items() if words.startswith("打印券面")]
    beginner.qtbot.mouseClick(button, LEFT)
    beginner.hands.rest()
    preview = QApplication.activeModalWidget() or beginner.hands.open_dialogs()[0]
    beginner.look("paper")
    (save,) = [one for one in preview.findChildren(QPushButton) if one.text().startswith("存为 PDF")]
    beginner.qtbot.mouseClick(save, LEFT)
    (asking,) = [one for one in preview.findChildren(QFileDialog) if one.isVisible()]
    asking.fileSelected.emit(str(paper))
    asking.close()
    beginner.qtbot.waitUntil(paper.exists, timeout=PATIENCE_MS)
    beginner.hands.rest()
    for dialog in beginner.hands.open_dialogs():
        dialog.reject()
    beginner.settled()


def check_paper(beginner, paper):
    """Hold the file against the records: 查验 by its key, and the file chosen."""
    window = beginner.window
    window.activateWindow()
    beginner.qtbot.waitUntil(window.isActiveWindow)
    beginner.qtbot.keyClick(window, Qt.Key.Key_F8)
    beginner.hands.rest()
    check = window.findChild(CertificateCheck)
    (choose,) = [one for one in check.findChildren(QPushButton) if one.isVisible() and "文件" in one.text()]
    beginner.qtbot.mouseClick(choose, LEFT)
    (asking,) = [one for one in check.findChildren(QFileDialog) if one.isVisible()]
    asking.fileSelected.emit(str(paper))
    asking.close()
    beginner.hands.rest()
    beginner.look("verified")
    (verdict,) = [one for one in check.findChildren(BigVerdict) if one.isVisible()]
    assert verdict.word.text() == "有效"
    check.done(0)
