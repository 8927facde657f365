"""F1 opens the manual at the page that tells of where one is, beside the work; read offline, links and search in it."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt, QUrl
from PySide6.QtWidgets import QDialog

from voucher_app import i18n
from voucher_app.settings import manual_folder, resources_folder
from voucher_app.ui.dialogs import DIALOGS, open_dialog
from voucher_app.ui.dialogs.manual import Manual, open_manual, read_page
from voucher_app.ui.main_window import PAGES as WINDOW_PAGES
from voucher_app.ui.main_window import MainWindow
from voucher_app.ui.manual_pages import OF_DIALOG, OF_NOUN, OF_PLACE, PAGES
from voucher_app.ui.pages.ledger import LedgerPage
from voucher_app.ui.pages.tabbed_page import TabbedPage


def manuals(parent):
    return [one for one in parent.findChildren(Manual) if one.is_open]


def press_f1(qtbot, widget):
    widget.activateWindow()
    qtbot.waitUntil(widget.isActiveWindow)
    qtbot.keyClick(widget, Qt.Key.Key_F1)


@pytest.fixture
def manual(window, ui_desk, settled):
    made = open_manual(ui_desk, window, "applications")
    settled()
    return made


def test_f1_opens_the_page_of_every_page_and_list_of_the_window(window, qtbot, settled):
    seen = set()
    for name, _words in WINDOW_PAGES:
        window.show_page(name)
        page = window.page(name)
        for place in range(page.tabs.count() if isinstance(page, TabbedPage | LedgerPage) else 1):
            if isinstance(page, TabbedPage | LedgerPage):
                page.tabs.setCurrentIndex(place)
            press_f1(qtbot, window)
            (shown,) = manuals(window)  # the one that is open turns to the page
            assert shown.page == OF_PLACE[page.shown_name()], page.shown_name()
            seen.add(page.shown_name())
    settled()
    assert seen == OF_PLACE.keys() - {"ledger", "settings", "settlements"}  # pages that are shown by their lists
    assert shown.windowModality() == Qt.WindowModality.NonModal
    assert "单位与本机" in shown.text()


def test_every_dialog_has_its_page_and_f1_opens_it(window, ui_desk, qtbot, settled):
    assert DIALOGS.keys() - {"step", "manual"} == OF_DIALOG.keys()
    assert {"provider", "batch", "policy"} <= OF_NOUN.keys()
    dialog = open_dialog("table_import", ui_desk, window, kind="recipients", act="recipient.add")
    settled()
    press_f1(qtbot, dialog)
    (shown,) = manuals(dialog)
    settled()
    assert shown.page == "tables"
    assert "导入导出" in shown.text()
    assert not shown.keys_button.isVisible()
    dialog.done(0)


def test_every_page_is_shown_in_both_languages_with_all_its_pictures(manual):
    for language in i18n.LANGUAGES:
        i18n.set_language(language)
        for key in PAGES:
            text, pictures = read_page(manual_folder(), key, 1.0)
            assert text.count("![") == len(pictures), key
            manual.sheet.show_page(text, pictures)
            heading = manual.sheet.document().begin()
            assert f"# {heading.text()}" == text.splitlines()[0]
            assert heading.blockFormat().headingLevel() == 1
            assert "**" not in manual.text()
            assert "](" not in manual.text()
            for address, picture in pictures.items():
                assert manual.sheet.document().resource(2, QUrl(address)) == picture


def test_a_link_goes_to_its_page_and_back_comes_back(manual, settled):
    manual.sheet.anchorClicked.emit(QUrl("算力券.md"))
    settled()
    assert manual.page == "vouchers"
    assert manual.text().startswith("算力券")
    assert manual.contents.currentItem().text() == "算力券"
    manual.sheet.anchorClicked.emit(QUrl("https://example.com/"))
    assert manual.page == "vouchers"
    manual.back_button.click()
    settled()
    assert manual.page == "applications"
    assert not manual.back_button.isEnabled()


def test_nothing_but_the_pictures_of_the_page_is_loaded(manual):
    for address in ("https://example.com/a.png", "file:///etc/hostname", "../pictures/page-ledger-light.png"):
        assert manual.sheet.loadResource(2, QUrl(address)) is None


def test_what_is_searched_for_is_marked_counted_and_gone_through(manual, qtbot):
    qtbot.keyClick(manual, Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier)
    assert manual.search.hasFocus()
    manual.search.setText("合同")
    count = manual.text().count("合同")
    assert count > 2
    assert manual.status.text() == f"找到 {count}"
    assert len(manual.sheet.extraSelections()) == count
    places = []
    for _ in range(count + 1):
        qtbot.keyClick(manual.search, Qt.Key.Key_Return)
        assert manual.sheet.textCursor().selectedText() == "合同"
        places.append(manual.sheet.textCursor().position())
    assert places[0] == places[-1]  # from the last one on to the first
    assert places[:-1] == sorted(places[:-1])
    manual.find_before()
    assert manual.sheet.textCursor().position() == places[-2]
    manual.search.setText("没有这样的字{0}")
    assert "没有找到" in manual.status.text()


def test_the_keys_are_one_click_away(window, manual, settled):
    manual.keys_button.click()
    settled()
    assert any(one.windowTitle() == "快捷键" for one in window.findChildren(QDialog) if one.isVisible())


def test_a_button_above_every_page_opens_it_too(window, settled):
    window.show_page("recipients")
    window.top.manual.click()
    settled()
    (shown,) = manuals(window)
    assert shown.page == "recipients"


def test_a_window_without_a_data_file_opens_no_manual(qtbot, settings):
    empty = MainWindow(resources_folder(), settings, dark=False)
    qtbot.addWidget(empty)
    empty.show_manual()
    assert manuals(empty) == []
