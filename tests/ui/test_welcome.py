"""The first start: no data file yet, and nothing has to be known to get one."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QEvent, QSettings, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication

from voucher_app.domain.operators import Role
from voucher_app.services.ports.errors import StorageError
from voucher_app.settings import resources_folder
from voucher_app.ui.first_look import FirstLook
from voucher_app.ui.main_window import MainWindow
from voucher_app.ui.operations import OperationRunner
from voucher_app.ui.starter import PolicyNames, Starter
from voucher_app.ui.startup import Opening
from voucher_app.ui.welcome import Welcome

PASSWORDS = ["春风又绿江南岸啊啊啊", "a password of one's own"]


class Files:
    """Makes nothing, remembers what it was asked to make."""

    def __init__(self, folder):
        self.made = []
        self.error = None
        self.starter = Starter(folder / "office.db", self.open, self.office, self.demonstration, lambda _path: False)

    def open(self, path):
        raise StorageError("missing", path)

    def office(self, path, name, operators, policy, passwords):
        if self.error:
            raise self.error
        self.made.append((path, name, operators, policy, passwords))

    def demonstration(self, path):
        self.made.append(path)


@pytest.fixture
def files(tmp_path):
    return Files(tmp_path)


@pytest.fixture
def welcome(qtbot, files):
    runner = OperationRunner()
    page = Welcome(files.starter, runner)
    qtbot.addWidget(page)
    page.show()
    yield page
    runner.close()


def fill(welcome):
    fields = (welcome.office, welcome.policy, welcome.document, welcome.preparer, welcome.reviewer)
    for field, words in zip(fields, ("某某厅", "某某办法", "某算券〔2026〕1号", "甲", "乙"), strict=True):
        field.set_text(words)
    for number, (password, again) in enumerate(zip(welcome.passwords, welcome.repeated, strict=True)):
        password.set_text(PASSWORDS[number])
        again.set_text(PASSWORDS[number])


def press_enter(welcome):
    """Send the key itself: QTest warns that a line passes Enter on, which is what makes it useful."""
    event = QKeyEvent(QEvent.Type.KeyPress, Qt.Key.Key_Return, Qt.KeyboardModifier.NoModifier)
    QApplication.sendEvent(welcome.focusWidget(), event)


def click(qtbot, button):
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)


def test_an_office_is_set_up_with_two_people(qtbot, files, welcome):
    fill(welcome)
    with qtbot.waitSignal(welcome.chosen) as chosen:
        click(qtbot, welcome.set_up)
    assert chosen.args == [files.starter.database]
    people = [("甲", Role.PREPARER), ("乙", Role.REVIEWER)]
    policy = PolicyNames("某某办法", "某算券〔2026〕1号")
    assert files.made == [(files.starter.database, "某某厅", people, policy, PASSWORDS)]


def test_a_trial_office_is_set_up_without_passwords(qtbot, files, welcome):
    fill(welcome)
    welcome.trial.setChecked(True)
    assert not any(field.isVisible() for field in (*welcome.passwords, *welcome.repeated))
    with qtbot.waitSignal(welcome.chosen):
        click(qtbot, welcome.set_up)
    assert files.made[0][-1] == []


def test_passwords_that_differ_or_are_short_are_told_beside_the_field(qtbot, files, welcome):
    fill(welcome)
    welcome.repeated[1].set_text("something else")
    click(qtbot, welcome.set_up)
    assert "不一致" in welcome.repeated[1].message.text()
    assert welcome.focusWidget() is welcome.repeated[1].control
    fill(welcome)
    welcome.passwords[0].set_text("short")
    welcome.repeated[0].set_text("short")
    click(qtbot, welcome.set_up)
    assert "10" in welcome.passwords[0].message.text()
    fill(welcome)
    welcome.preparer.set_text("春风又绿江南岸")
    click(qtbot, welcome.set_up)
    assert "姓名" in welcome.passwords[0].message.text()
    assert files.made == []


def test_what_is_missing_is_told_beside_the_field_and_nothing_is_made(qtbot, files, welcome):
    click(qtbot, welcome.set_up)
    assert welcome.office.message.text()
    fill(welcome)
    welcome.reviewer.set_text("甲")
    click(qtbot, welcome.set_up)
    assert "另一人" in welcome.reviewer.message.text()
    assert files.made == []


def test_a_demonstration_gets_a_file_of_its_own(qtbot, files, welcome):
    with qtbot.waitSignal(welcome.chosen) as chosen:
        click(qtbot, welcome.demonstrate)
    assert files.made == chosen.args == [files.starter.database.with_name("demo-office.db")]


def test_a_disk_that_says_no_is_told_and_loses_nothing(qtbot, files, welcome):
    files.error = StorageError("disk_full", files.starter.database)
    fill(welcome)
    click(qtbot, welcome.set_up)
    qtbot.waitUntil(welcome.problem.isVisible)
    assert "已满" in welcome.problem.text()
    assert welcome.isEnabled()
    assert welcome.office.text() == "某某厅"


def test_a_missing_file_leads_to_the_first_page_of_all(qtbot, files, tmp_path):
    settings = QSettings(str(tmp_path / "window.ini"), QSettings.Format.IniFormat)
    window = MainWindow(resources_folder(), settings, dark=False)
    qtbot.addWidget(window)
    opening = Opening(window, FirstLook(lambda: files.open(files.starter.database)), settings, starter=files.starter)
    opening.begin()
    qtbot.waitUntil(lambda: window.findChild(Welcome) is not None)
    opening.close()


def test_enter_goes_from_field_to_field_and_sets_up_at_last(qtbot, files, welcome):
    fill(welcome)
    welcome.office.control.setFocus()
    for _field in range(9):
        press_enter(welcome)
    assert welcome.focusWidget() is welcome.place.control
    with qtbot.waitSignal(welcome.chosen):
        press_enter(welcome)
    assert len(files.made) == 1


def test_a_place_where_the_file_could_be_damaged_is_refused_beside_the_field(qtbot, files, welcome, tmp_path):
    def refuse(path):
        if "坚果云" in str(path):
            raise StorageError("sync_folder", path, "坚果云")

    object.__setattr__(files.starter, "refuse_place", refuse)
    fill(welcome)
    welcome.place.set_text(str(tmp_path / "坚果云" / "office.db"))
    qtbot.mouseClick(welcome.set_up, Qt.MouseButton.LeftButton)
    assert welcome.place.message.is_error
    assert "同步" in welcome.place.message.text()
    assert not files.made
    welcome.place.set_text(str(tmp_path / "elsewhere"))
    with qtbot.waitSignal(welcome.chosen) as told:
        qtbot.mouseClick(welcome.set_up, Qt.MouseButton.LeftButton)
    assert told.args == [tmp_path / "elsewhere.db"]
