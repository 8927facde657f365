"""What the hands find after a decision: the focus in the list, and the record that was made or changed selected."""

from __future__ import annotations

import pytest

from voucher_app.services.demonstration import demonstration_code

from .officer import Officer


@pytest.fixture
def officer(window, desk, qtbot, settled):
    return Officer(window, qtbot, settled, year=2026)


def chosen(page):
    (place,) = [first for first, _last in page.view.selected_ranges()]
    return page.model.key(page.model.row_at(place))


def approve(officer, page):
    dialog = officer.press(page.panel, "复核通过")
    officer.save(dialog)
    officer.rest()


def test_the_focus_is_in_the_list_and_the_changed_record_selected(officer, busy_office, ui_desk, desk):
    ui_desk.set_operator(desk.reviewer)
    page = officer.go("applications")
    keys = [one.id for one in busy_office["waiting"]]
    officer.look(page, keys[1])
    approve(officer, page)
    assert officer.window.focusWidget() is page.view
    assert chosen(page) == keys[1]
    assert page.panel.details.status == ("application", "approved-alone")


def test_in_a_list_of_what_waits_the_next_one_is_selected(officer, busy_office, ui_desk, desk):
    ui_desk.set_operator(desk.reviewer)
    ui_desk.go("applications", statuses=("submitted-alone",), for_me=True)
    officer.settled()
    page = officer.window.page("applications").current()
    keys = sorted((one.id for one in busy_office["waiting"]), reverse=True)
    for place, key in enumerate(keys):
        if place == 0:
            officer.look(page, key)
        assert chosen(page) == key, "the next one is at hand"
        approve(officer, page)
    assert page.model.rowCount() == 0
    assert not officer.window.sidebar.isAncestorOf(officer.window.focusWidget())


def test_a_record_that_was_just_made_is_selected_whatever_the_list_was_narrowed_to(officer, busy_office, ui_desk, desk):
    ui_desk.set_operator(desk.preparer)
    page = officer.go("recipients")
    page.search.setText("没有这样的单位")
    officer.rest()
    assert page.model.rowCount() == 0
    dialog = officer.begin()
    code = demonstration_code("91", 4711)
    officer.fill(dialog, 名称="晋阳新单位", 统一社会信用代码=code, 单位类别="企业", 属地="大同")
    officer.save(dialog)
    officer.rest()
    assert chosen(page) == code
    assert page.panel.details.title == "晋阳新单位"
    assert page.search.text() == ""


def test_a_record_that_was_just_made_is_found_in_a_list_longer_than_what_is_held(
    officer, busy_office, ui_desk, desk, monkeypatch
):
    page = officer.go("recipients")
    monkeypatch.setattr(
        page.model,
        "position_of",
        lambda key, real=page.model.position_of: None if not page.search.text() else real(key),
    )
    dialog = officer.begin()
    code = demonstration_code("91", 4712)
    officer.fill(dialog, 名称="晋阳另一单位", 统一社会信用代码=code, 单位类别="企业", 属地="大同")
    officer.save(dialog)
    officer.rest()
    assert (page.search.text(), chosen(page)) == (code, code)
