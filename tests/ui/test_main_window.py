from __future__ import annotations

import re

import pytest
from PySide6.QtCore import QCoreApplication, QSettings, Qt
from PySide6.QtWidgets import QAbstractButton, QComboBox, QLabel, QLineEdit, QTextBrowser

from voucher_app import i18n
from voucher_app.domain.money import Money
from voucher_app.services.workspace import new_request_id
from voucher_app.ui import theme
from voucher_app.ui.main_window import PAGES, MainWindow
from voucher_app.ui.models.table_model import TableModel
from voucher_app.ui.pages.list_view import ListView

CONTROL = Qt.KeyboardModifier.ControlModifier
ALT = Qt.KeyboardModifier.AltModifier
NAMES = [name for name, _words in PAGES]


def test_every_page_opens_by_its_key(window, qtbot, settled):
    assert window.isActiveWindow(), "a shortcut test passes vacuously in a window that is not active"
    for number, name in enumerate(NAMES, start=1):
        qtbot.keyClick(window, Qt.Key(Qt.Key.Key_0 + number), CONTROL)
        assert window.current_page() == name
        assert window.stack.currentWidget() is window.page(name)
        assert window.sidebar.buttons[name].isChecked()
        settled()


def test_every_page_opens_by_a_click(window, qtbot, settled):
    for name in reversed(NAMES):
        qtbot.mouseClick(window.sidebar.buttons[name], Qt.MouseButton.LeftButton)
        assert window.current_page() == name
        settled()


def test_one_goes_back_and_forward(window, qtbot, settled):
    for name in ("vouchers", "ledger", "providers"):
        window.show_page(name)
    qtbot.keyClick(window, Qt.Key.Key_Left, ALT)
    qtbot.keyClick(window, Qt.Key.Key_Left, ALT)
    assert window.current_page() == "vouchers"
    qtbot.keyClick(window, Qt.Key.Key_Right, ALT)
    assert window.current_page() == "ledger"
    window.show_page("recipients")
    qtbot.keyClick(window, Qt.Key.Key_Right, ALT)
    assert window.current_page() == "recipients", "a new way forgets the old one"
    settled()


def test_a_page_that_is_gone_to_by_its_key_has_the_focus_and_not_the_navigation(window, qtbot, settled):
    for place, at in ((3, "vouchers"), (2, "applications"), (8, "ledger"), (1, "overview")):
        qtbot.keyClick(window, Qt.Key(Qt.Key.Key_0 + place), Qt.KeyboardModifier.ControlModifier)
        settled()
        assert window.current_page() == at
        focused = window.focusWidget()
        assert window.page(at) is focused or window.page(at).isAncestorOf(focused)
    window.sidebar.buttons["vouchers"].setFocus()
    qtbot.keyClick(window.sidebar.buttons["vouchers"], Qt.Key.Key_Space)
    settled()
    assert window.sidebar.buttons["vouchers"].hasFocus(), "who goes through the navigation by keys stays there"


def test_badges_count_what_waits(window):
    assert window.sidebar.buttons["applications"].waiting == 3
    assert window.sidebar.buttons["redemptions"].waiting == 1
    assert window.sidebar.buttons["vouchers"].waiting == 0
    assert "3" in window.sidebar.buttons["applications"].accessibleName()


def test_what_is_recorded_shows_at_once_on_the_page_and_on_the_badge(window, desk, qtbot, settled):
    for name in ("vouchers", "applications"):
        window.show_page(name)
        settled()
    page = window.pages["applications"].current()
    assert page.model.rowCount() == 7
    submit = desk.facts(Money.yuan(30_000))
    from voucher_app.services import application

    window.desk.runner.run(
        lambda: application.submit(desk.workspace, facts=submit, operator=desk.preparer, request_id=new_request_id()),
        success=id,
        writes=True,
    )
    settled()
    assert page.model.rowCount() == 8
    assert window.sidebar.buttons["applications"].waiting == 4
    assert window.pages["vouchers"].is_stale
    window.show_page("vouchers")
    settled()
    assert not window.pages["vouchers"].is_stale


def test_the_trial_mark_is_always_there(window):
    marks = [label for label in window.sidebar.findChildren(QLabel) if label.property("role") == "trial"]
    assert len(marks) == 1
    assert marks[0].isVisible()
    assert "演示" in marks[0].text()


def test_another_person_takes_over(window, desk, qtbot, settled):
    place = [person.name for person in window.desk.facts.operators].index("李复核")
    window.operators.setCurrentIndex(place)
    window.operators.activated.emit(place)
    assert window.desk.operator == desk.reviewer
    assert "李复核" in window.status.words.text()
    settled()


def words_of(widget):
    """Return every text that a person can see in a widget or be told about it."""
    said = []
    for child in [widget, *widget.findChildren(object)]:
        if isinstance(child, QLabel | QAbstractButton | QLineEdit):
            said.append(child.text())
        if isinstance(child, QLineEdit):
            said.append(child.placeholderText())
        if isinstance(child, QTextBrowser):
            said.append(child.toPlainText())
        if isinstance(child, QComboBox):
            said += [child.itemText(place) for place in range(child.count())]
        if isinstance(child, ListView):
            model = child.model()
            said += [str(model.headerData(place, Qt.Orientation.Horizontal)) for place in range(model.columnCount())]
            said += [
                model.text_at(row, column)
                for row in range(min(model.rowCount(), 20))
                for column in range(model.columnCount())
            ]
        for name in ("toolTip", "accessibleName", "windowTitle"):
            if hasattr(child, name):
                said.append(getattr(child, name)())
    return said


ENGLISH = re.compile(r"[A-Za-z]{3,}")
NOT_ENGLISH = re.compile(
    r"SX-\d|HT-\d|Ctrl|Alt|Esc|English|PFLOPS|FP16|office\.db|"
    r"[0-9A-Z]{12,}|[0-9a-f]{6,}|generous|henan-style|/\S+|qt_\w+"
)


@pytest.mark.parametrize("name", NAMES)
def test_no_english_is_left_in_the_chinese_window(name, window, settled):
    window.show_page(name)
    settled()
    page = window.pages[name]
    for view in page.findChildren(ListView):
        if isinstance(view.model(), TableModel) and view.model().rowCount():
            view.select_position(0)
            settled()
    left = {said for said in words_of(window) if ENGLISH.search(NOT_ENGLISH.sub("", said))}
    assert left == set()


def test_everything_is_said_in_the_other_language_after_one_click(window, qtbot, settled):
    window.show_page("vouchers")
    settled()
    window.switch_language()
    settled()
    assert i18n.language() == i18n.ENGLISH
    assert window.current_page() == "vouchers"
    assert window.pages["vouchers"].title() == "Compute vouchers"
    assert window.pages["vouchers"].model.rowCount() == 3
    window.switch_language()
    settled()
    assert window.pages["vouchers"].title() == "算力券"


def test_pages_that_were_made_anew_hear_everything_once(window, desk, settled):
    for name in NAMES:
        window.show_page(name)
    settled()
    window.switch_language()
    window.switch_language()
    settled()
    window.desk.set_operator(desk.reviewer)
    window.desk.set_year(2025)
    window.desk.set_year(2026)
    settled()
    window.show_page("applications")
    settled()
    assert window.pages["applications"].current().model.rowCount() == 7


def test_dark_is_dark_and_light_is_light_again(window, settled, qapp):
    window.show_page("recipients")
    settled()
    window.switch_dark()
    settled()
    assert theme.current() is theme.DARK
    assert window.grab().toImage().pixelColor(window.width() - 4, 200).lightness() < 60
    window.switch_dark()
    settled()
    assert theme.current() is theme.LIGHT
    assert window.grab().toImage().pixelColor(window.width() - 4, 200).lightness() > 200


def test_somebody_else_takes_over_while_the_look_changes(window, settled, desk):
    window.show_page("providers")
    settled()
    window.switch_dark()
    while window.pages:
        QCoreApplication.processEvents()
    window._operator_chosen(1)
    window._year_chosen(0)
    settled()
    assert window.desk.operator == window.desk.facts.operators[1]
    assert window.current_page() in window.pages
    window.switch_dark()
    settled()


def test_the_window_comes_back_as_it_was(window, settings, settled, qtbot, ui_desk):
    window.show_page("providers")
    window.resize(1200, 760)
    settled()
    window.close()
    again = MainWindow(window._resources, QSettings(settings.fileName(), QSettings.Format.IniFormat), dark=False)
    qtbot.addWidget(again)
    assert again.height() == 760  # the width is cut to the offscreen platform's small screen
    assert again._settings.value("window/page") == "providers"
    assert again._settings.value("window/operator") == "张经办"


def test_closing_waits_for_what_is_being_recorded(window, desk, qtbot):
    import threading
    import time

    begun, done = threading.Event(), []

    def slow():
        begun.set()
        time.sleep(0.2)
        done.append(1)

    window.desk.runner.run(slow, success=id, writes=True)
    begun.wait(5)
    window.close()
    assert done == [1]


def test_a_year_that_was_opened_can_be_chosen(window, desk, settled):
    from voucher_app.services import year

    year.open_year(
        desk.workspace,
        year=2027,
        amount=Money.yuan(10_000_000),
        document="晋财〔2027〕1号",
        operator=desk.preparer,
        request_id=new_request_id(),
    )
    window.desk.runner.changed.emit()
    settled()
    assert [window.years.itemData(place) for place in range(2)] == [2027, 2026]
    window.years.activated.emit(0)
    assert window.desk.year == 2027
    window.show_page("vouchers")
    settled()
    page = window.pages["vouchers"]
    assert page.model.rowCount() == 0
    assert page.empty.isVisible()
    assert "2027" in page.empty.sentence.text()


def test_work_that_takes_long_shows_progress(window, qtbot, settled):
    import threading

    gate = threading.Event()
    window.desk.runner.run(gate.wait, success=id)
    assert not window.status.progress.isVisible()
    qtbot.waitUntil(window.status.progress.isVisible, timeout=2_000)
    gate.set()
    settled()
    assert not window.status.progress.isVisible()


def test_a_small_window_keeps_the_trial_mark_and_shows_icons_only(window, settled):
    window.resize(1024, 640)
    settled()
    assert window.sidebar.width() == theme.SIDEBAR_NARROW
    marks = [label for label in window.sidebar.findChildren(QLabel) if label.property("role") == "trial"]
    assert marks[0].isVisible()
    assert marks[0].text() == "演示"
    assert window.sidebar.buttons["ledger"].toolTip().startswith("台账")
    window.show_page("vouchers")
    settled()
    page = window.pages["vouchers"]
    for chip in page.filters.chips.buttons():
        assert chip.width() >= chip.sizeHint().width(), chip.text()


def test_whoever_takes_over_elsewhere_is_shown_above_too(window, desk):
    window.desk.set_operator(desk.finance)
    assert window.operators.currentText().startswith("王财务")


def test_enter_presses_the_button_in_focus_as_the_space_bar_does(window, qtbot, settled):
    window.show_page("vouchers")
    settled()
    button = window.top.look
    was = window._dark
    button.setFocus(Qt.FocusReason.TabFocusReason)
    with qtbot.waitSignal(button.clicked):
        qtbot.keyClick(button, Qt.Key.Key_Return)
    settled()
    assert window._dark is not was


@pytest.mark.qt_log_ignore("This plugin does not support")
def test_the_list_of_people_shows_every_row_whole(window, qtbot, settled):
    settled()
    box = window.operators
    qtbot.mousePress(box, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(box.view().isVisible)
    assert box.view().verticalScrollBar().maximum() == 0
    last = box.model().index(box.count() - 1, 0)
    assert box.view().viewport().rect().contains(box.view().visualRect(last))
    box.hidePopup()
