"""The search over everything (Ctrl+K) and saved filters, driven by keys as an officer drives them."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from voucher_app.services import search
from voucher_app.services.queries.lists import ListFilter
from voucher_app.services.queries.search import SearchHit
from voucher_app.ui.pages.saved_filters import SavedFilter, read_filters
from voucher_app.ui.widgets import search_box
from voucher_app.ui.widgets.search_box import place_of


@pytest.fixture
def typed(window, settled):
    """Return what opens the box, types something and waits for the answer."""

    def type_(text):
        QTest.keyClick(window, Qt.Key.Key_K, Qt.KeyboardModifier.ControlModifier)
        box = window.search_box
        box.edit.setText(text)
        box.ask()
        settled()
        return box

    return type_


def rows(box):
    return [
        (item.text(), item.data(search_box._SIDE), item.data(search_box._HIT))
        for item in map(box.listing.item, range(box.listing.count()))
    ]


def test_one_box_finds_units_vouchers_contracts_invoices_and_acts_by_kind(typed, busy_office, desk):
    number = str(busy_office["whole"].number)
    box = typed(number)
    kinds = [title for title, _side, hit in rows(box) if hit is None]
    assert kinds == ["算力券", "兑付与发票"]
    assert [hit.key for _title, _side, hit in rows(box) if hit is not None and hit.kind == "voucher"] == [number]
    box = typed(desk.queries.vouchers(ListFilter()).rows(0, 1)[0].recipient_name)
    assert rows(box)[0][0] == "领用单位"
    assert {hit.kind for _title, _side, hit in rows(box) if hit} >= {"recipient", "voucher", "application"}
    assert len([hit for _title, _side, hit in rows(box) if hit and hit.kind == "recipient"]) <= 5
    box = typed("没有这个词")
    assert rows(box) == []
    assert box.told.text() == "没有找到“没有这个词”。"
    assert not box.listing.isVisible()


def test_enter_opens_the_record_on_its_page_and_esc_leaves_the_box(typed, window, settled, busy_office):
    number = str(busy_office["part"].number)
    box = typed(number)
    QTest.keyClick(box.edit, Qt.Key.Key_Return)
    settled()
    assert not box.isVisible()
    assert window.current_page() == "vouchers"
    assert window.page("vouchers").panel.details.title == number
    box = typed("算力")
    QTest.keyClick(box.edit, Qt.Key.Key_Escape)
    assert not box.isVisible()
    assert window.current_page() == "vouchers"


def test_arrows_pass_over_the_names_of_kinds(typed, window, settled, busy_office):
    box = typed(str(busy_office["whole"].number))
    assert box.listing.currentRow() == 1
    QTest.keyClick(box.edit, Qt.Key.Key_Down)
    hit = box.listing.currentItem().data(search_box._HIT)
    assert hit.kind == "redemption"
    QTest.keyClick(box.edit, Qt.Key.Key_Down)
    assert box.listing.currentRow() == 1
    QTest.keyClick(box.edit, Qt.Key.Key_Up)
    QTest.keyClick(box.edit, Qt.Key.Key_Return)
    settled()
    assert window.current_page() == "redemptions"
    assert window.page("redemptions").view.selected_count() == 1


def test_enter_right_after_typing_opens_the_first_hit_as_a_scanner_needs_it(window, settled, busy_office, qtbot):
    number = str(busy_office["frozen"].number)
    QTest.keyClick(window, Qt.Key.Key_K, Qt.KeyboardModifier.ControlModifier)
    QTest.keyClicks(window.search_box.edit, number)
    QTest.keyClick(window.search_box.edit, Qt.Key.Key_Return)
    settled()
    assert window.current_page() == "vouchers"
    assert window.page("vouchers").panel.details.title == number


def test_an_answer_to_an_older_question_is_dropped(typed, window, settled, busy_office):
    box = typed("0")
    box.edit.setText("没有这个词")
    box.ask()
    box.edit.setText(str(busy_office["whole"].number))
    box.ask()
    settled()
    assert {hit.kind for _title, _side, hit in rows(box) if hit} == {"voucher", "redemption"}


def test_the_record_is_opened_in_the_year_in_whose_lists_it_stands(typed, window, settled, busy_office):
    window.desk.set_year(2025)
    settled()
    box = typed(str(busy_office["whole"].number))
    QTest.keyClick(box.edit, Qt.Key.Key_Return)
    settled()
    assert window.desk.year == 2026
    assert window.page("vouchers").view.selected_count() == 1


def test_every_kind_that_is_searched_has_a_place_to_open_it():
    for kind in search.KINDS:
        key = "batch:3/91" if kind == "paper" else "policy:3" if kind == "policy" else "3"
        _kind, page, found = place_of(SearchHit(kind, key, "", ""))
        assert page
        assert found in {3, "3", "policy:3"}
    assert place_of(SearchHit("paper", "journal:3", "", ""))[1:] == ("ledger.prints", None)
    assert place_of(SearchHit("paper", "print:3", "", "")) == ("print", "ledger.prints", 3)
    assert place_of(SearchHit("paper", "year:2026", "", "")) == ("year", "ledger.statement", "2026")
    assert place_of(SearchHit("paper", "policy:2", "", ""))[2] == "policy:2"


# ------------------------------------------------------------------------------------------ lists


def test_a_list_tells_how_many_it_found_and_finds_by_first_letters(window, settled, busy_office):
    window.show_page("recipients")
    settled()
    page = window.page("recipients")
    name = page.model.row_at(0).name
    page.search.setText(name[:2])
    page._filter_changed()
    settled()
    assert page.filters.count.text().startswith("找到")
    assert page.model.rowCount() >= 1


def test_a_filter_is_kept_by_name_recalled_and_deleted_and_survives_a_restart(window, settled, busy_office, settings):
    window.show_page("vouchers")
    settled()
    page = window.page("vouchers")
    page.filters.set_statuses(("frozen",))
    page.search.setText("SX")
    page._filter_changed()
    page.saved.fill()
    page.saved.name_field.setText("冻结 & 停")
    QTest.keyClick(page.saved.name_field, Qt.Key.Key_Return)
    page.search.clear()
    page.filters.set_statuses(())
    page._filter_changed()
    settled()
    settings.sync()
    assert [one.name for one in page.saved.kept()] == ["冻结 & 停"]
    page.saved.fill()
    assert page.saved._menu.actions()[0].text() == "冻结 && 停", "a menu leaves a lone ampersand out"
    page.saved._menu.actions()[0].trigger()
    settled()
    assert (page.search.text(), page.filters.statuses) == ("SX", ("frozen",))
    assert page.model.rowCount() == 1
    page.save_state()
    window.desk.set_operator(next(one for one in window.desk.facts.operators if one != window.desk.operator))
    assert page.saved.kept() == [], "each person keeps their own"
    window.desk.set_operator(busy_office["whole"] and window.desk.facts.operators[0])
    page.saved.forget("冻结 & 停")
    assert page.saved.kept() == []
    QApplication.processEvents()


def test_what_cannot_be_read_of_kept_filters_is_left_out():
    assert read_filters("no json") == read_filters("{}") == read_filters('[1, {"name": ""}]') == []
    assert read_filters('[{"name": "a", "statuses": 3, "descending": false}]') == [SavedFilter("a", descending=False)]
