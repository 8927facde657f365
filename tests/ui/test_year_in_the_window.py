"""Part of an officer's year through the real window: rows chosen, buttons pressed, by different people."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog

from voucher_app.domain.money import ZERO
from voucher_app.ui import theme
from voucher_app.ui.pages.tabbed_page import TabbedPage
from voucher_app.ui.widgets.field import ReasonField


@pytest.fixture
def officer(window, ui_desk, desk, qtbot, settled):
    """Return what does one act as a mouse would, and then asks where the year's money is."""
    appropriation = desk.money().appropriation

    def act(person, place, key, button, *, reason=""):
        ui_desk.set_operator(person)
        ui_desk.go(place, key=key)
        settled()
        page = window.page(place.partition(".")[0])
        page = page.current() if isinstance(page, TabbedPage) else page
        page.view.select_position(page.model.position_of(key))
        settled()
        offered = {one.text(): one for one in page.panel.buttons()}
        pressed = next((offered[words] for words in offered if words.startswith(button)), None)
        assert pressed is not None, list(offered)
        qtbot.mouseClick(pressed, Qt.MouseButton.LeftButton)
        settled()
        (dialog,) = [one for one in window.findChildren(QDialog) if one.isVisible()]
        qtbot.wait(theme.QUIET_MS + 50)
        settled()
        for field in dialog.findChildren(ReasonField):
            if reason:
                field.set_text(reason)
        qtbot.wait(theme.QUIET_MS + 50)
        settled()
        qtbot.mouseClick(dialog.act_button, Qt.MouseButton.LeftButton)
        settled()
        assert not [one for one in window.findChildren(QDialog) if one.isVisible()], f"{button} was not done"
        money = desk.money()
        parts = (money.unissued, money.outstanding, money.payable, money.disbursed, money.lapsed)
        assert sum(parts, ZERO) == appropriation

    return act


def test_approve_issue_verify_and_reverse_by_the_buttons_of_the_details(officer, desk, busy_office):
    waiting, claim = busy_office["waiting"][0], busy_office["claim"]
    before = desk.money()
    officer(desk.reviewer, "applications", waiting.id, "复核通过")
    assert desk.application(waiting).status == "approved"
    officer(desk.preparer, "applications", waiting.id, "发放")
    assert desk.money().outstanding == before.outstanding + waiting.requested
    before = desk.money()
    officer(desk.reviewer, "redemptions", claim.id, "核销")
    assert desk.money().payable > before.payable
    officer(desk.reviewer, "redemptions", claim.id, "冲正", reason="发票作废")
    assert desk.money() == before
    assert desk.verified() == []


def test_an_account_is_locked_and_unlocked_by_the_buttons_of_its_details(officer, desk, window, ui_desk, settled):
    name = desk.finance.name

    def status():
        return desk.queries.person(name).row.status

    officer(desk.security_admin, "settings.people", name, "锁定", reason="休假")
    assert status() == "locked"
    ui_desk.set_operator(desk.system_admin)
    window.show_page("overview")
    settled()
    assert [link.text() for link in window.page("overview").to_do.links] == ["已锁定账户 1"]
    officer(desk.security_admin, "settings.people", name, "解锁")
    assert status() == "active"
