"""待办: every kind of work of every role leads to a list that knows the states it is narrowed to."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt

from voucher_app.domain.money import Money
from voucher_app.domain.operators import Role
from voucher_app.services import policy, settlement, year
from voucher_app.services.queries.lists import ListFilter
from voucher_app.services.tasks import tasks_of
from voucher_app.services.workspace import new_request_id
from voucher_app.ui.pages.list_page import ListPage
from voucher_app.ui.pages.tabbed_page import TabbedPage

EVERY = tuple(
    dict.fromkeys(
        task
        for role in (Role.PREPARER, Role.REVIEWER, Role.FINANCE, Role.SYSTEM_ADMIN)
        for task in tasks_of(role, small_office=False)
    )
)


@pytest.mark.parametrize("task", EVERY, ids=lambda task: f"{task.noun}-{task.statuses[0]}")
def test_every_kind_of_work_leads_to_a_list_that_knows_its_states(window, ui_desk, settled, task):
    ui_desk.go(task.page, statuses=task.statuses, for_me=task.decides)
    settled()
    place, _point, tab = task.page.partition(".")
    assert window.current_page() == place
    page = window.page(place)
    if isinstance(page, TabbedPage):
        page = page.current()
    elif tab:
        page = page.stack.currentWidget()
    if tab:
        assert page.name == tab
    if task.noun not in {"cap_change", "budget_year"}:
        assert set(task.statuses) <= set(page.statuses)


@pytest.fixture
def desk(make_desk, tmp_path):
    """An office whose year can still be raised."""
    made = make_desk(tmp_path, amount=Money.yuan(1_000_000))
    yield made
    made.close()


@pytest.fixture
def full_office(desk, busy_office):
    """Something of everything that can wait, prepared and reviewed by several people."""
    desk.declare_small_office()
    desk.check_credit()
    one = desk.open_batch()
    for stage, acts in enumerate(([], ["accept"], ["accept", "review"], ["accept", "review", "approve"])):
        for holder in range(stage + 1):
            made = desk.submit(Money.yuan(100), batch_id=one.id, holder=holder)
            for act in acts:
                (made,) = desk.step(act, made)
    desk.submit(Money.yuan(100), operator=desk.reviewer)
    desk.submit(Money.yuan(100), operator=desk.reviewer, batch_id=one.id)
    reviewed_by_finance = desk.submit(Money.yuan(100), batch_id=one.id)
    desk.step("accept", reviewed_by_finance)
    desk.step("review", reviewed_by_finance, operator=desk.finance)
    other = desk.open_batch()
    objected = [desk.approved_in(other, Money.yuan(100), holder=holder) for holder in (0, 1)]
    desk.close_batch(other)
    desk.publicize(other)
    for place, application in enumerate(objected):
        desk.object_to(desk.application(application), operator=(desk.preparer, desk.reviewer)[place])
    desk.claim(busy_office["whole"].number, Money.yuan(5), operator=desk.reviewer)

    def by(operator):
        return {"operator": operator, "request_id": new_request_id()}

    for operator in (desk.preparer, desk.reviewer):
        desk.redeemed(busy_office["whole"].number, Money.yuan(7))
        (drafted,) = settlement.draft(desk.workspace, until=desk.today, **by(operator))
        if operator == desk.preparer:
            settlement.confirm(desk.workspace, settlement_id=drafted.id, **by(desk.reviewer))
            first = drafted
        year.propose_raise(desk.workspace, year=2026, amount=Money(1), document="x", reason="x", **by(operator))
    rows = desk.queries.settlement_lines(first.id, ListFilter(sort="id")).rows(0, 9)
    settlement.fail_line(desk.workspace, settlement_id=first.id, line_id=rows[0].id, reason="退回", **by(desk.finance))
    content = desk.workspace.records().policies.current().content
    for place, operator in enumerate((desk.preparer, desk.reviewer)):
        policy.draft(desk.workspace, content=content.replace("（河南式预设）", f"（{place}）"), **by(operator))
    return desk


@pytest.mark.parametrize("who", ["preparer", "reviewer", "second_reviewer", "finance"])
def test_every_link_shows_as_many_rows_as_it_counts(window, ui_desk, full_office, qtbot, settled, who):
    """In a small office everybody sees all work; what one prepared or reviewed oneself is none to decide on."""
    ui_desk.reread()
    settled()
    ui_desk.set_operator(getattr(full_office, who))
    card = window.page("overview").to_do
    window.page("overview").mark_stale()
    settled()
    seen = {}
    for place in range(len(card.links)):
        window.show_page("overview")
        settled()
        link = card.links[place]
        words, _space, count = link.text().rpartition(" ")
        qtbot.mouseClick(link, Qt.MouseButton.LeftButton)
        settled()
        page = window.page(window.current_page())
        page = page.current() if isinstance(page, TabbedPage) else page
        if words == "追加额度待审定":
            assert page.statement.panel.focusWidget().text().startswith("批准追加")
        if isinstance(page, ListPage):
            assert page.model.rowCount() == int(count), link.text()
        seen[words] = int(count)
    assert seen == EXPECTED[who] | {"待受理": 2, "待发放": 1, "拨付失败待重新结算": 1}


EXPECTED = {
    "preparer": {"待复核": 1, "待核销": 1, "结算待确认": 1, "追加额度待审定": 1, "政策草案待审核": 1},
    "reviewer": {
        "待复核": 3, "待初审": 2, "待复审": 1, "异议待处理": 1, "待核销": 1, "追加额度待审定": 1, "政策草案待审核": 1,
    },
    "second_reviewer": {
        "待复核": 4, "待初审": 2, "待复审": 4, "异议待处理": 2, "待核销": 2, "结算待确认": 1, "追加额度待审定": 2,
        "政策草案待审核": 2, "结算待审核": 1,
    },
    "finance": {
        "待复核": 4, "待初审": 2, "待复审": 3, "异议待处理": 2, "待核销": 2, "结算待确认": 1, "追加额度待审定": 2,
        "政策草案待审核": 2, "结算待审核": 1,
    },
}  # fmt: skip
"""What each may decide on; what needs no other person, such as issuing, is the same for all."""


def test_a_link_shows_as_many_rows_as_it_counts(window, ui_desk, desk, qtbot, settled):
    ui_desk.set_operator(desk.reviewer)
    settled()
    card = window.page("overview").to_do
    link = next(each for each in card.links if each.text() == "待复核 3")
    qtbot.mouseClick(link, Qt.MouseButton.LeftButton)
    settled()
    page = window.page("applications").current()
    assert page.model.rowCount() == 3
    assert page.filters.mine.isVisible()
    desk.declare_small_office()
    desk.submit(Money.yuan(10), operator=desk.reviewer, holder=3)
    page.mark_stale()
    settled()
    assert page.model.rowCount() == 3, "what one prepared oneself does not wait for one"
    qtbot.mouseClick(page.filters.mine, Qt.MouseButton.LeftButton)
    settled()
    assert not page.filters.mine.isVisible()
    assert page.model.rowCount() == 4


def test_in_a_small_office_everybody_of_the_business_sees_all_work():
    assert set(tasks_of(Role.FINANCE, small_office=True)) > set(tasks_of(Role.REVIEWER, small_office=False))
    assert tasks_of(Role.AUDITOR, small_office=True) == ()
