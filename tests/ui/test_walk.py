"""Every page and dialog is measured: nothing clipped, legible, named, in reading order, with its ring, in one language.

Here each is seen once; `make walk` sees all of them in light and dark, at three scales, in both languages, empty, full
and with long names. What measures has to see planted faults first.
"""

from __future__ import annotations

import sys
from collections import Counter
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QLineEdit, QMainWindow, QMenu, QPushButton, QVBoxLayout, QWidget

from voucher_app import i18n
from voucher_app.app import make_workspace
from voucher_app.settings import resources_folder
from voucher_app.ui import theme
from voucher_app.ui.tab_order import ReadingOrder
from voucher_app.ui.top_bar import TopBar

sys.path.append(str(Path(__file__).resolve().parents[2] / "scripts"))

import measure
import scenes
import scenes_opened
import words


class Window(ReadingOrder, QMainWindow):
    """A window to plant faults in."""


@pytest.fixture
def planted(qtbot):
    """A window with a sound label, field and two buttons; returns its row, its field and its buttons."""
    window = Window()
    window.setWindowTitle("算力券")
    inside = QWidget()
    column = QVBoxLayout(inside)
    label, field = QLabel("券号"), QLineEdit()
    label.setBuddy(field)
    buttons = [QPushButton("保存"), QPushButton("取消")]
    row = QHBoxLayout()
    for widget in buttons:
        row.addWidget(widget)
    for widget in (label, field):
        column.addWidget(widget)
    column.addLayout(row)
    window.setCentralWidget(inside)
    qtbot.addWidget(window)
    window.resize(400, 200)
    window.show()
    qtbot.waitExposed(window)
    window.activateWindow()
    return window, label, field, buttons


def kinds(window, language=i18n.CHINESE):
    found = [*measure.measure(window), *words.foreign(window, language, data="")]
    return [one.kind for one in found]


def test_a_sound_window_has_nothing_to_mend(planted):
    assert kinds(planted[0]) == []


def test_a_clipped_label_is_seen(planted):
    window, label, _field, _buttons = planted
    label.setText("一行比它的位置长得多的文字")
    label.setFixedWidth(60)
    assert set(kinds(window)) == {"clipped"}


def test_a_clipped_button_is_seen(planted):
    window, _label, _field, buttons = planted
    buttons[0].setText("一个很长的按钮")
    buttons[0].setFixedWidth(70)
    assert set(kinds(window)) == {"clipped"}


def test_a_faint_text_is_seen_on_its_real_ground(planted):
    window, label, _field, _buttons = planted
    label.setStyleSheet("color: #9aa4b0; background: #ffffff;")
    assert kinds(window) == ["contrast"]
    label.setStyleSheet("color: #9aa4b0; background: #101820;")
    assert kinds(window) == []


def test_a_hint_of_a_field_is_as_legible_as_other_words(planted):
    window, _label, field, _buttons = planted
    field.setPlaceholderText("查找券号")
    assert kinds(window) == []


def test_a_control_without_a_name_is_seen(planted):
    window, label, _field, buttons = planted
    label.setBuddy(buttons[0])
    buttons[1].setText("")
    assert kinds(window) == ["unnamed", "unnamed"]


def test_a_control_that_does_not_show_its_focus_is_seen(planted):
    window, _label, _field, buttons = planted
    buttons[0].setStyleSheet("border: none; outline: none;")
    assert "ring" in kinds(window)


def test_a_tab_key_that_goes_astray_is_seen(planted, monkeypatch):
    window, _label, field, buttons = planted
    monkeypatch.setattr(Window, "order_stops", lambda _window: None)
    assert kinds(window) == []
    QWidget.setTabOrder(buttons[0], field)
    QWidget.setTabOrder(field, buttons[1])
    assert kinds(window) == ["order"]


def test_measuring_leaves_every_object_to_its_own_parent(planted, qtbot):
    window, _label, field, buttons = planted
    menu = QMenu(buttons[0])
    act = menu.addAction("冻结")
    buttons[0].setMenu(menu)
    measure.stops(window)
    field.deleteLater()
    with qtbot.waitSignal(field.destroyed):
        pass
    assert act.text() == "冻结"


def test_the_tab_key_follows_the_eye_however_a_window_was_made(planted, qtbot):
    _window, _label, field, buttons = planted
    QWidget.setTabOrder(buttons[1], field)
    QWidget.setTabOrder(field, buttons[0])
    field.setFocus()
    qtbot.keyClick(field, Qt.Key.Key_Tab)
    assert buttons[0].hasFocus()
    qtbot.keyClick(buttons[0], Qt.Key.Key_Tab)
    assert buttons[1].hasFocus()
    qtbot.keyClick(buttons[1], Qt.Key.Key_Backtab)
    assert buttons[0].hasFocus()


def test_at_the_foot_of_a_dialog_what_acts_comes_before_what_gives_up(planted, qtbot):
    _window, _label, field, buttons = planted
    buttons[1].setDefault(True)
    field.setFocus()
    qtbot.keyClick(field, Qt.Key.Key_Tab)
    assert buttons[1].hasFocus()


def test_an_english_word_in_a_chinese_window_is_seen(planted):
    window, _label, _field, buttons = planted
    buttons[0].setToolTip("Save the PDF")
    assert kinds(window) == ["foreign", "foreign"]
    assert [one.what for one in words.foreign(window, i18n.CHINESE, data="the Save")] == []


def test_a_chinese_word_in_an_english_window_is_seen_but_data_is_not(planted):
    window, label, _field, buttons = planted
    for widget, told in ((label, "Number"), (buttons[0], "Save"), (buttons[1], "Cancel")):
        widget.setText(told)
    window.setWindowTitle("Desk of 山西省算力券管理办公室")
    assert {one.what for one in words.foreign(window, i18n.ENGLISH, data="")} == {
        "'山西省算力券管理办公室' in 'Desk of 山西省算力券管理办公室'"
    }
    assert words.foreign(window, i18n.ENGLISH, data="山西省算力券管理办公室") == []


@pytest.mark.parametrize("width", [960, 736])
def test_the_bar_above_gives_up_words_before_it_cuts_any(qtbot, width):
    bar = TopBar(dark=False)
    bar.years.addItem("2026 预算年度")
    bar.operators.addItem("欧阳夏侯诸葛 · 安全管理员（兼经办）")
    window = Window()
    window.setWindowTitle("算力券")
    window.setCentralWidget(bar)
    qtbot.addWidget(window)
    window.resize(width, 60)
    window.show()
    qtbot.waitExposed(window)
    assert [one.what for one in measure.measure(window, rings=False)] == []
    assert measure.name_of(bar.everything).startswith("全局查找")


@pytest.fixture(scope="module")
def full_office(tmp_path_factory):
    """The demonstration office, settled and paid."""
    i18n.use_folder(resources_folder() / "locale")
    before = i18n.language()
    i18n.set_language(i18n.CHINESE)
    file = tmp_path_factory.mktemp("full") / "full.db"
    scenes.build_office(file)
    i18n.set_language(before)
    return file


def seen(found, scene):
    return [f"{scene.name}: {one.kind}: {one.where}: {one.what}" for one in found]


@pytest.mark.qt_log_ignore("This plugin does not support (raise|grabbing)", extend=True)
@pytest.mark.parametrize(("language", "dark"), [(i18n.CHINESE, False), (i18n.ENGLISH, True)])
def test_every_page_and_dialog_can_be_read_named_and_walked(full_office, qapp, looks, language, dark):
    looks.use(language)
    i18n.set_language(language)
    data, wrong, names = words.told_by(full_office) + scenes.TABLE + scenes_opened.NOWHERE, [], set()
    workspace = make_workspace(full_office, on=scenes.ON)
    with scenes.a_window(workspace, dark=dark) as (window, desk):
        shown = scenes.dialogs(window, desk) if dark else scenes.pages(window, desk)
        for scene in scenes_opened.Opened(desk, window).after_each(shown):
            names.add(scene.name)
            wrong += seen(measure.measure(scene.widget), scene)
            wrong += seen(words.foreign(scene.widget, language, data), scene)
    workspace.data_file.close()
    looks.use(i18n.CHINESE)
    theme.apply(qapp, dark=False, resources=resources_folder())
    assert wrong == []
    kinds = Counter(name.split("-")[0] for name in names)
    assert kinds["dialog" if dark else "page"] == (len(scenes.DIALOGS) if dark else 21)
    assert all(kinds[one] for one in (("choice", "look", "calendar") if dark else ("choice", "menu")))


def test_every_dialog_is_among_the_scenes(full_office, tmp_path):
    workspace = make_workspace(full_office, on=scenes.ON)
    assert set(scenes.contexts(workspace, tmp_path)) == set(scenes.DIALOGS)
    workspace.data_file.close()
