"""批次 through the real window: from an empty list to issued vouchers, by three people, with an objection."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel

from voucher_app.domain.application import ApplicationStatus
from voucher_app.domain.money import Money
from voucher_app.services.queries.lists import ListFilter
from voucher_app.services.workspace import new_request_id
from voucher_app.ui import theme
from voucher_app.ui.desk import Destination
from voucher_app.ui.dialogs.decision import DecisionDialog
from voucher_app.ui.dialogs.file_dialog import QFileDialog
from voucher_app.ui.pages import papers
from voucher_app.ui.widgets.look_up_field import Hit


class Hand:
    """Somebody who works in the window: looks at a list, chooses rows, presses buttons, answers."""

    def __init__(self, window, desk, qtbot, settled):
        self.window, self.desk, self.qtbot, self.settled = window, desk, qtbot, settled

    def as_(self, operator):
        self.window.desk.set_operator(operator)
        self.settled()

    def on(self, day):
        self.window.desk.workspace = self.desk.on(day).workspace
        self.window.desk.reread()
        self.settled()

    def look(self, tab, *keys):
        """Go to a list and choose rows; return the list."""
        self.window.desk.wanted.emit(Destination("applications", tab=tab))
        self.settled()
        page = self.window.page("applications").current()
        for place, key in enumerate(keys):
            position = page.model.position_of(key)
            if place == 0:
                page.view.select_position(position)
            else:
                model = page.view.selectionModel()
                model.select(page.model.index(position, 0), model.SelectionFlag.Select | model.SelectionFlag.Rows)
        self.settled()
        return page

    def press(self, words):
        page = self.window.page("applications").current()
        buttons = {button.text(): button for button in page.panel.buttons()}
        assert words in buttons, (list(buttons), self.reasons())
        self.qtbot.mouseClick(buttons[words], Qt.MouseButton.LeftButton)
        return self.dialog()

    def dialog(self):
        self.rest()
        (dialog,) = [one for one in self.window.findChildren(DecisionDialog) if one.isVisible()]
        return dialog

    def rest(self):
        self.qtbot.wait(theme.QUIET_MS + 50)
        self.settled()

    def decide(self, dialog, **answers):
        for key, text in answers.items():
            field = dialog.answers[key]
            (field.choose if hasattr(field, "choose") else field.set_text)(text)
        self.rest()
        self.qtbot.mouseClick(dialog.act_button, Qt.MouseButton.LeftButton)
        self.settled()
        left = [one for one in self.window.findChildren(DecisionDialog) if one.isVisible()]
        assert left == [], [label.text() for label in left[0].findChildren(QLabel)]
        self.settled()

    def fill(self, dialog, amount, batch):
        """Fill the form of an application to a batch, its term included."""
        assert not dialog.further.is_open
        box = dialog.asked.batch.box
        assert [box.itemData(place) for place in range(box.count())] == ["", str(batch.id)]
        assert dialog.asked.batch.value() == ""
        asked = dialog.asked
        for field, uscc in ((asked.recipient, self.desk.recipients[3]), (asked.provider, self.desk.providers[0])):
            field.take(Hit(uscc, uscc, uscc))
        dialog.asked.contract.set_text("HT-2026-0001")
        dialog.asked.signed_on.set_day(date(2026, 3, 1))
        dialog.asked.contract_amount.set_amount(Money(amount.fen * 5))
        dialog.asked.requested.set_amount(amount)
        dialog.asked.batch.choose(str(batch.id))
        dialog.further.open()
        dialog.asked.contract_from.set_day(date(2026, 3, 2))
        dialog.asked.contract_until.set_day(date(2027, 3, 1))

    def take_to_approval(self, ids):
        """Accept, review and approve applications together, by three people."""
        desk = self.desk
        for operator, words in (
            (desk.preparer, "受理 2 件…"),
            (desk.reviewer, "初审 2 件…"),
            (desk.second_reviewer, "复核 2 件…"),
        ):
            self.as_(operator)
            self.look("applications", *ids)
            self.decide(self.press(words))

    def reasons(self):
        label = self.window.page("applications").current().panel.findChild(QLabel, "reasons")
        return label.text() if label else ""

    def statuses(self, batch):
        rows = self.desk.queries.applications(ListFilter(batch=batch.id, descending=False))
        return [row.status for row in rows.rows(0, rows.count())]


@pytest.fixture
def hand(window, desk, qtbot, settled):
    desk.check_credit()
    return Hand(window, desk, qtbot, settled)


def test_a_batch_goes_from_its_opening_to_its_vouchers_through_the_window(hand, window, desk, settled):
    page = hand.look("batches")
    assert page.model.rowCount() == 0
    window.page("applications").begin_new()
    hand.rest()
    hand.decide(hand.dialog(), name="第一批", intake_until="2026-03-31", envelope="500000")
    (batch,) = desk.queries.batches(ListFilter()).rows(0, 9)
    assert (batch.name, batch.status) == ("第一批", "open")

    hand.look("applications")
    window.page("applications").begin_new()
    dialog = hand.dialog()
    hand.fill(dialog, Money.yuan(20_000), batch)
    hand.decide(dialog)
    desk.submit(Money.yuan(30_000), batch_id=batch.id, holder=2)
    window.page("applications").current().mark_stale()
    made = desk.queries.applications(ListFilter(batch=batch.id, descending=False)).rows(0, 9)
    assert desk.queries.application(made[0].id).application.contract.ends_on == date(2027, 3, 1)
    ids = [one.id for one in made]

    hand.take_to_approval(ids)
    assert hand.statuses(batch) == ["approved", "approved"]

    hand.as_(desk.preparer)
    hand.look("batches", batch.id)
    assert "公示" in hand.reasons()
    hand.decide(hand.press("受理截止…"))
    hand.look("batches", batch.id)
    hand.decide(hand.press("公示…"))
    assert hand.statuses(batch) == ["publicized", "publicized"]

    hand.look("batches", batch.id)
    hand.decide(hand.press("受理异议…"), application=str(ids[0]), raised_by="某公司", content="合同金额不实")
    assert hand.statuses(batch) == ["objected", "publicized"]
    page = hand.look("batches", batch.id)
    assert page.panel.details.warning == "有 1 件异议待处理。"
    hand.as_(desk.reviewer)
    hand.look("batches", batch.id)
    hand.decide(hand.press("处理第 1 号异议…"), decision="dismissed", reason="已核实，不成立")
    assert hand.statuses(batch) == ["publicized", "publicized"]

    hand.as_(desk.preparer)
    until = desk.queries.batch(batch.id).batch.publicity_until
    hand.on(until + timedelta(days=1))
    before = desk.money()
    hand.look("batches", batch.id)
    hand.decide(hand.press("发放批次…"))
    assert hand.statuses(batch) == ["issued", "issued"]
    assert before.unissued - desk.money().unissued == Money.yuan(50_000)
    hand.look("batches", batch.id)
    hand.decide(hand.press("关闭批次…"))
    assert desk.queries.batch(batch.id).batch.status == "finished"
    assert not desk.verified()


def test_an_application_is_returned_corrected_and_withdrawn(hand, desk):
    batch = desk.open_batch()
    made = desk.submit(Money.yuan(20_000), batch_id=batch.id, holder=3)
    hand.as_(desk.preparer)
    hand.window.page("applications").list_at(0).mark_stale()
    hand.look("applications", made.id)
    hand.decide(hand.press("退回补正…"), reason="缺合同附页")
    page = hand.look("applications", made.id)
    facts = {fact.label: fact.value for group in page.panel.details.facts for fact in group}
    assert facts["补正次数"] == "1 次"
    assert facts["补正截止"]
    hand.decide(hand.press("重新提交…"), requested="15000")
    assert desk.application(made).requested == Money.yuan(15_000)
    hand.look("applications", made.id)
    hand.decide(hand.press("撤回…"), reason="单位撤回")
    assert desk.application(made).status is ApplicationStatus.WITHDRAWN


def test_who_prepared_an_application_is_told_why_it_is_for_another_to_decide(hand, desk):
    batch = desk.open_batch()
    made = desk.submit(Money.yuan(20_000), batch_id=batch.id, holder=3)
    desk.step("accept", made)
    hand.as_(desk.preparer)
    hand.look("applications", made.id)
    assert "初审" in hand.reasons()
    desk.step("review", made)
    hand.window.page("applications").current().mark_stale()
    hand.as_(desk.reviewer)
    hand.look("applications", made.id)
    assert "复核通过" in hand.reasons(), "who reviewed first is not the second reviewer"


def test_links_lead_from_an_application_to_its_batch_and_back(hand, window, desk, settled):
    desk.open_batch()
    batch = desk.open_batch(name="第二批")
    made = desk.submit(Money.yuan(20_000), batch_id=batch.id, holder=3)
    window.page("applications").list_at(0).mark_stale()
    page = hand.look("applications", made.id)
    links = {fact.label: (fact.page, fact.key) for group in page.panel.details.facts for fact in group if fact.page}
    page.panel.link_wanted.emit(*links["批次"])
    settled()
    shown = window.page("applications").current()
    assert shown.name == "batches"
    assert shown.panel.details.title == "第二批"
    (fact,) = dict(shown.panel.details.headed)["申领"]
    shown.panel.link_wanted.emit(fact.page, fact.key)
    settled()
    back = window.page("applications").current()
    assert back.name == "applications"
    assert back.model.rowCount() == 1
    assert back.panel.details.title == f"申领 {made.id}"


def test_a_file_is_added_and_saved_again(hand, window, desk, tmp_path, settled, qtbot):
    batch = desk.open_batch()
    made = desk.submit(Money.yuan(20_000), batch_id=batch.id, holder=3)
    window.page("applications").list_at(0).mark_stale()
    file = tmp_path / "申请表.pdf"
    file.write_bytes(b"%PDF-1.7 paper")
    page = hand.look("applications", made.id)
    page.open("step", step=papers.attach_step("application", made.id, file))
    hand.decide(hand.dialog(), kind="application-form")
    (kept,) = desk.queries.attachments(f"application:{made.id}")
    assert (kept.kind, kept.file_name) == ("application-form", "申请表.pdf")
    page = hand.look("applications", made.id)
    (fact,) = dict(page.panel.details.headed)["附件"]
    page.panel.link_wanted.emit(fact.page, fact.key)
    (asking,) = [one for one in window.findChildren(QFileDialog) if one.isVisible()]
    out = tmp_path / "out"
    out.mkdir()
    asking.fileSelected.emit(str(out))
    asking.close()
    settled()
    assert (out / "申请表.pdf").read_bytes() == file.read_bytes()


def test_looking_at_a_file_does_not_keep_it(desk, tmp_path):
    from voucher_app.services.rehearsal import rehearse

    file = tmp_path / "合同.pdf"
    file.write_bytes(b"%PDF-1.7 contract")
    step = papers.attach_step("application", 1, file)
    workspace, folder = replace(desk.workspace), desk.path.parent
    before = sorted(folder.rglob("*"))
    rehearse(
        workspace,
        lambda workspace: step.act(workspace, desk.preparer, new_request_id(), {"kind": "contract"}),
    )
    assert sorted(folder.rglob("*")) == before
