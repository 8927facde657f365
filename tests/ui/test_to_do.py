"""待办: every kind of work of every role leads to a list that knows the states it is narrowed to."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt

from voucher_app.domain.operators import Role
from voucher_app.ui.pages.tabbed_page import TabbedPage
from voucher_app.ui.widgets.waiting_card import tasks_of

EVERY = [
    task
    for roles in ((Role.PREPARER, Role.REVIEWER, Role.FINANCE, Role.SYSTEM_ADMIN),)
    for role in roles
    for task in tasks_of(role, small_office=False)
]


@pytest.mark.parametrize("task", EVERY, ids=lambda task: f"{task.noun}-{task.statuses[0]}")
def test_every_kind_of_work_leads_to_a_list_that_knows_its_states(window, ui_desk, settled, task):
    statuses = () if task.noun == "cap_change" else task.statuses
    ui_desk.go(task.page, statuses=statuses)
    settled()
    place, _point, tab = task.page.partition(".")
    assert window.current_page() == place
    page = window.page(place)
    if isinstance(page, TabbedPage):
        page = page.current()
        if tab:
            assert page.name == tab
    if statuses:
        assert set(statuses) <= set(page.statuses)


def test_a_link_shows_as_many_rows_as_it_counts(window, ui_desk, desk, qtbot, settled):
    ui_desk.set_operator(desk.reviewer)
    settled()
    card = window.page("overview").to_do
    link = next(each for each in card.links if each.text() == "待复核 3")
    qtbot.mouseClick(link, Qt.MouseButton.LeftButton)
    settled()
    assert window.page("applications").current().model.rowCount() == 3


def test_in_a_small_office_everybody_of_the_business_sees_all_work():
    assert set(tasks_of(Role.FINANCE, small_office=True)) > set(tasks_of(Role.REVIEWER, small_office=False))
    assert tasks_of(Role.AUDITOR, small_office=True) == ()
