"""The first start: no data file yet, and nothing has to be known to get one."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QEvent, QSettings, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QComboBox

from voucher_app import i18n
from voucher_app.domain.money import Money
from voucher_app.domain.operators import Role
from voucher_app.domain.policy import parse_policy
from voucher_app.services.ports.errors import StorageError
from voucher_app.settings import resources_folder
from voucher_app.ui.first_look import FirstLook
from voucher_app.ui.main_window import MainWindow
from voucher_app.ui.operations import OperationRunner
from voucher_app.ui.starter import NewOffice, Starter
from voucher_app.ui.startup import Opening
from voucher_app.ui.welcome import Welcome

POLICIES = resources_folder() / "policies"
PASSWORDS = ("春风又绿江南岸啊啊啊", "a password of one's own")
LEFT = Qt.MouseButton.LeftButton


class Files:
    """Makes nothing, remembers what it was asked to make."""

    def __init__(self, folder):
        self.made = []
        self.error = None
        names = ("henan-style.toml", "qingyang-style.toml")
        presets = [(name, parse_policy((POLICIES / name).read_text(encoding="utf-8"))) for name in names]
        self.starter = Starter(
            folder / "office.db",
            self.open,
            self.office,
            self.demonstration,
            lambda _path: False,
            refuse_place=self.refuse,
            presets=lambda: presets,
        )

    def open(self, path):
        raise StorageError("missing", path)

    def office(self, facts):
        if self.error:
            raise self.error
        self.made.append(facts)

    def demonstration(self, path):
        self.made.append(path)

    def refuse(self, path):
        if "坚果云" in str(path):
            raise StorageError("sync_folder", path, "坚果云")


@pytest.fixture
def files(tmp_path):
    return Files(tmp_path)


@pytest.fixture
def welcome(qtbot, files):
    runner = OperationRunner()
    page = Welcome(files.starter, runner)
    qtbot.addWidget(page)
    page.show()
    page.activateWindow()
    yield page
    runner.close()


@pytest.fixture
def steps(welcome):
    click(welcome.set_up)
    return welcome.steps


def click(button):
    from PySide6.QtTest import QTest

    QTest.mouseClick(button, LEFT)


def press_enter(page):
    """Send the key itself: QTest warns that a line passes Enter on, which is what makes it useful."""
    event = QKeyEvent(QEvent.Type.KeyPress, Qt.Key.Key_Return, Qt.KeyboardModifier.NoModifier)
    QApplication.sendEvent(page.focusWidget(), event)


ANSWERS = (
    ("某某厅",),
    ("2026", "50000000", "某财〔2026〕1号", None, "某某办法", "某算券〔2026〕1号"),
    (None,),
    ("甲", PASSWORDS[0], PASSWORDS[0], "乙", PASSWORDS[1], PASSWORDS[1]),
)


def fill(steps, place):
    """Fill a step; None leaves what stands there."""
    for field, words in zip(steps.steps[place].fields(), ANSWERS[place], strict=False):
        if words is not None:
            field.set_text(words)


def fill_all(steps):
    """Fill every step, and stop before the last button."""
    for place in range(len(ANSWERS)):
        fill(steps, place)
        if place + 1 < len(ANSWERS):
            click(steps.next_button)
    assert steps.stack.currentWidget() is steps.people


def test_an_office_is_made_in_one_go_at_the_end_of_four_steps(qtbot, files, welcome, steps):
    assert len(steps.steps) == 4
    fill_all(steps)
    assert not files.made
    assert "某某厅" in steps.people.summary.text()
    assert "50,000,000.00" in steps.people.summary.text()
    with qtbot.waitSignal(welcome.chosen) as chosen:
        click(steps.next_button)
    assert chosen.args == [files.starter.database]
    assert files.made == [
        NewOffice(
            database=files.starter.database,
            name="某某厅",
            preset="henan-style.toml",
            policy_title="某某办法",
            policy_document="某算券〔2026〕1号",
            year=2026,
            appropriation=Money.yuan(50_000_000),
            year_document="某财〔2026〕1号",
            people=(("甲", Role.PREPARER), ("乙", Role.REVIEWER)),
            passwords=PASSWORDS,
        )
    ]


def test_going_back_and_forth_loses_nothing(welcome, steps):
    fill_all(steps)
    typed = [[field.text() for field in step.fields()] for step in steps.steps]
    for _step in range(4):
        click(steps.back_button)
    assert welcome.stack.currentWidget() is welcome.front
    click(welcome.set_up)
    for _step in range(3):
        click(steps.next_button)
    assert [[field.text() for field in step.fields()] for step in steps.steps] == typed


def test_enter_goes_from_field_to_field_and_from_step_to_step(qtbot, files, welcome, steps):
    fill_all(steps)
    for _step in range(3):
        qtbot.keyClick(steps, Qt.Key.Key_Left, Qt.KeyboardModifier.AltModifier)
    seen, passed = [], []
    with qtbot.waitSignal(welcome.chosen):
        for _press in range(30):
            seen.append(steps.stack.currentIndex())
            passed.append(type(welcome.focusWidget()))
            press_enter(welcome)
            if steps._busy:
                break
    assert any(issubclass(one, QComboBox) for one in passed), "the policy is a choice, and Enter goes on from it too"
    assert sorted(set(seen)) == [0, 1, 2, 3]
    assert seen == sorted(seen)
    assert len(files.made) == 1


def test_somebody_for_the_payments_is_named_or_not(qtbot, files, welcome, steps):
    fill_all(steps)
    row = steps.people.finance
    assert not row.password.isEnabled()
    row.name.set_text("乙")
    assert row.password.isEnabled()
    for field in (row.password, row.again):
        field.set_text(PASSWORDS[0])
    click(steps.next_button)
    assert "不同" in row.name.message.text()
    row.name.set_text("丙")
    with qtbot.waitSignal(welcome.chosen):
        click(steps.next_button)
    assert files.made[0].people[2] == ("丙", Role.FINANCE)
    assert len(files.made[0].passwords) == 3


def test_a_trial_office_is_set_up_without_passwords(qtbot, files, welcome, steps):
    fill_all(steps)
    steps.people.trial.setChecked(True)
    assert not any(row.password.isVisible() or row.again.isVisible() for row in steps.people.rows)
    with qtbot.waitSignal(welcome.chosen):
        click(steps.next_button)
    assert files.made[0].passwords == ()


def test_passwords_that_differ_or_are_short_are_told_beside_the_field(files, steps):
    fill_all(steps)
    first, second = steps.people.preparer, steps.people.reviewer
    second.again.set_text("something else")
    click(steps.next_button)
    assert "不一致" in second.again.message.text()
    assert steps.focusWidget() is second.again.control
    fill(steps, 3)
    for field in (first.password, first.again):
        field.set_text("short")
    click(steps.next_button)
    assert "10" in first.password.message.text()
    fill(steps, 3)
    first.name.set_text("春风又绿江南岸")
    click(steps.next_button)
    assert "姓名" in first.password.message.text()
    assert files.made == []


def test_what_is_missing_or_beyond_the_rules_keeps_the_step(files, steps):
    click(steps.next_button)
    assert steps.office.office.message.is_error
    fill(steps, 0)
    click(steps.next_button)
    fill(steps, 1)
    steps.year.amount.set_text("50000000.01")
    click(steps.next_button)
    assert steps.stack.currentWidget() is steps.year
    assert "50,000,000.00" in steps.year.amount.message.text()
    steps.year.amount.set_text("0")
    click(steps.next_button)
    assert steps.stack.currentWidget() is steps.year
    fill(steps, 1)
    click(steps.next_button)
    click(steps.next_button)
    fill(steps, 3)
    steps.people.reviewer.name.set_text("甲")
    click(steps.next_button)
    assert "两人" in steps.people.reviewer.name.message.text()
    assert files.made == []


def test_a_demonstration_gets_a_file_of_its_own(qtbot, files, welcome):
    with qtbot.waitSignal(welcome.chosen) as chosen:
        click(welcome.demonstrate)
    assert files.made == chosen.args == [files.starter.database.with_name("demo-office.db")]


def test_a_disk_that_says_no_is_told_and_loses_nothing(qtbot, files, welcome, steps):
    files.error = StorageError("disk_full", files.starter.database)
    fill_all(steps)
    click(steps.next_button)
    qtbot.waitUntil(steps.problem.isVisible)
    assert "已满" in steps.problem.text()
    assert steps.next_button.isEnabled()
    assert steps.people.preparer.password.text() == PASSWORDS[0]
    files.error = None
    with qtbot.waitSignal(welcome.chosen):
        click(steps.next_button)


def test_a_place_where_the_file_could_be_damaged_or_that_is_taken_is_refused_beside_the_field(steps, tmp_path):
    for place in (0, 1):
        fill(steps, place)
        click(steps.next_button)
    field = steps.place.place
    (tmp_path / "taken.db.signing-key.pem").touch()
    for path, words in ((tmp_path / "坚果云" / "office.db", "同步"), (tmp_path / "taken", "taken.db.signing-key.pem")):
        field.set_text(str(path))
        click(steps.next_button)
        assert steps.stack.currentWidget() is steps.place
        assert field.message.is_error
        assert words in field.message.text()
    for typed in ("~nobody-of-this-name", "/" + "长" * 300):
        field.set_text(typed)
        assert field.problem()
    for typed in ("/", ".."):
        field.set_text(typed)  # each as one types on towards a whole path: a folder, which gets the usual name
        assert isinstance(field.problem(), str)
    field.set_text(str(tmp_path / "elsewhere"))
    click(steps.next_button)
    assert steps.stack.currentWidget() is steps.people
    assert str(tmp_path / "elsewhere.db") in steps.people.summary.text()


def test_whatever_is_typed_as_a_place_is_read_key_by_key_and_told_whole(qtbot, steps, tmp_path):
    for place in (0, 1):
        fill(steps, place)
        click(steps.next_button)
    field = steps.place.place
    for text in ("/", "~nobody-here/office", "/" + "x" * 300):
        field.control.clear()
        for key in text:
            qtbot.keyClick(field.control, key)
        click(steps.next_button)
    assert field.message.is_error, "the last one is too long for any disk"
    (tmp_path / "records").mkdir()
    for text, path in (("records", tmp_path / "records" / "office.db"), ("算力券", tmp_path / "算力券.db")):
        field.set_text(text)
        assert field.value() == path
        assert str(path) in field.message.text()


def test_what_a_policy_grants_is_told_beside_the_choice(steps):
    fill(steps, 0)
    click(steps.next_button)
    told = steps.year.preset.message.text()
    assert "20%" in told.replace(" ", "")
    assert "1,000,000.00" in told
    steps.year.preset.choose("qingyang-style.toml")
    assert steps.year.preset.message.text() != told


def test_an_example_does_not_look_like_a_value(steps):
    assert steps.office.office.control.placeholderText() == "例如：山西省工业和信息化厅"


@pytest.fixture
def at_the_window(qtbot, files, tmp_path):
    """Return the whole window at its first page, as it is without a data file."""
    settings = QSettings(str(tmp_path / "window.ini"), QSettings.Format.IniFormat)
    window = MainWindow(resources_folder(), settings, dark=False)
    qtbot.addWidget(window)
    opening = Opening(
        window, FirstLook(lambda: files.open(files.starter.database)), settings, make_starter=lambda: files.starter
    )
    opening.begin()
    window.show()
    window.activateWindow()
    qtbot.waitUntil(lambda: window.findChild(Welcome) is not None)
    yield window
    opening.close()
    i18n.set_language(i18n.CHINESE)


def test_a_missing_file_leads_to_the_first_page_of_all(qtbot, at_the_window):
    welcome = at_the_window.findChild(Welcome)
    click(welcome.set_up)
    fill(welcome.steps, 0)
    click(welcome.steps.next_button)
    qtbot.waitUntil(welcome.steps.year.year.control.hasFocus)
    # The window has this key for the page before.
    qtbot.keyClick(welcome.steps.year.year.control, Qt.Key.Key_Left, Qt.KeyboardModifier.AltModifier)
    assert welcome.steps.stack.currentWidget() is welcome.steps.office


def test_the_first_page_speaks_the_other_language_and_keeps_what_was_typed(qtbot, at_the_window):
    former = at_the_window.findChild(Welcome)
    fill_all(former.steps)
    for _step in range(4):
        click(former.steps.back_button)
    click(former.language)
    qtbot.waitUntil(lambda: at_the_window.findChild(Welcome) is not former)
    welcome = at_the_window.findChild(Welcome)
    assert welcome.set_up.text().startswith("Set up")
    assert at_the_window.windowTitle() == "Compute Voucher Desk"
    assert welcome.steps.office.office.text() == "某某厅"
    assert welcome.steps.people.reviewer.again.text() == PASSWORDS[1]
