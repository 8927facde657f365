"""A page of several lists: one is shown, the others wait unmade, and the main action follows."""

from __future__ import annotations

import pytest

from voucher_app.ui.desk import Destination
from voucher_app.ui.pages.applications import ApplicationList
from voucher_app.ui.pages.ledger import JournalList
from voucher_app.ui.pages.tabbed_page import TabbedPage


class Two(TabbedPage):
    name = "two"
    lists = (ApplicationList, JournalList)

    @classmethod
    def title(cls):
        return "两张表"


@pytest.fixture
def page(ui_desk, busy_office, qtbot, settled):
    made = Two(ui_desk)
    qtbot.addWidget(made)
    made.resize(1200, 700)
    made.show()
    settled()
    return made


def test_a_list_is_made_when_it_is_first_looked_at(page, settled):
    assert list(page._made) == [0]
    assert page.main_button.isVisible()
    page.tabs.setCurrentIndex(1)
    settled()
    assert list(page._made) == [0, 1]
    assert page.current().model.rowCount() > 10
    assert not page.main_button.isVisible()


def test_one_is_sent_to_a_row_of_a_list(page, busy_office, settled):
    page.tabs.setCurrentIndex(1)
    wanted = busy_office["waiting"][1].id
    page.go_to(Destination("two", key=wanted, tab="applications"))
    settled()
    assert page.tabs.currentIndex() == 0
    assert page.current().view.selected_count() == 1


def test_the_list_that_was_shown_comes_back(page, ui_desk, qtbot, settled):
    page.tabs.setCurrentIndex(1)
    page.save_state()
    again = Two(ui_desk)
    qtbot.addWidget(again)
    assert again.tabs.currentIndex() == 1
    assert list(again._made) == [1]
