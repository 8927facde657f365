"""A provider's whole road through the real window, and what is recorded of units; nothing is cut in a small window."""

from __future__ import annotations

from datetime import timedelta

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QDialog, QLabel

from voucher_app.domain.money import Money
from voucher_app.services import provider
from voucher_app.services.demonstration import demonstration_code
from voucher_app.services.recipient import UnitFacts
from voucher_app.services.workspace import new_request_id
from voucher_app.ui import theme
from voucher_app.ui.desk import Desk
from voucher_app.ui.dialogs import open_dialog
from voucher_app.ui.first_look import read_facts
from voucher_app.ui.pages.providers import ProvidersPage

NAME = "长治市太行山区绿色智能算力与大数据融合应用示范中心有限责任公司"
CODE = demonstration_code("provider", 777)


@pytest.fixture
def registered(desk):
    """A provider that somebody registered, with a bank account."""
    unit = UnitFacts(NAME, CODE, "140400", bank_account="14050181080000001234", bank_name="建设银行长治分行")
    return provider.add(desk.workspace, unit=unit, operator=desk.preparer, request_id=new_request_id())


class Page:
    """A page of the window, and the person who uses it."""

    def __init__(self, name, window, qtbot, settled):
        self.window, self.qtbot, self.settled = window, qtbot, settled
        window.show_page(name)
        settled()
        self.page = window.pages[name]

    def choose(self, key):
        self.page.mark_stale()
        self.settled()
        self.page.view.select_position(self.page.model.position_of(key))
        self.settled()
        return self.page.panel.details

    def work_as(self, person):
        self.window.desk.set_operator(person)
        self.settled()

    def text(self):
        return self.page.panel.body.toPlainText()

    def reasons(self):
        return {act.words: " ".join(act.reasons) for act in self.page.panel.details.acts}

    def take(self, words, **answers):
        """Press a button, answer its questions, save; return what refuses it, empty when it was taken."""
        button = next(button for button in self.page.panel.buttons() if button.text().startswith(words))
        self.qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
        self.rest()
        (dialog,) = [child for child in self.window.findChildren(QDialog) if child.isVisible()]
        for key, answer in answers.items():
            field = dialog.answers[key]
            field.choose(answer) if hasattr(field, "choose") else field.set_text(answer)
        self.rest()
        effect = dialog.effect.effect
        assert effect is not None, "the form is complete"
        if effect.is_refused:
            dialog.reject()
            return [violation.rule for violation in effect.violations]
        self.qtbot.mouseClick(dialog.act_button, Qt.MouseButton.LeftButton)
        self.rest()
        return []

    def rest(self):
        self.qtbot.wait(theme.QUIET_MS + 50)
        self.settled()


@pytest.fixture
def providers(window, registered, qtbot, settled):
    return Page("providers", window, qtbot, settled)


@pytest.fixture
def recipients(window, qtbot, settled):
    return Page("recipients", window, qtbot, settled)


def go_on(ui_desk, desk, days):
    """Let days pass."""
    desk.on(desk.today + timedelta(days=days))
    ui_desk.workspace = desk.workspace


def test_a_provider_walks_its_whole_road(providers, desk, ui_desk):
    at = providers
    at.choose(CODE)
    assert "张经办" in at.reasons()["形式审查…"], "who registered it decides nothing"
    at.work_as(desk.reviewer)
    assert at.reasons()["核验…"] == "状态为“已登记，待入库”。"
    assert at.take("形式审查") == []
    assert at.take("核验") == []
    assert at.take("公示") == []
    status = desk.queries.provider(CODE).provider
    assert at.page.panel.details.status == ("provider", "publicized")
    assert f"{desk.today} 至 {status.publicity_until}" in at.text()
    assert "公示" in at.reasons()["入库…"]

    at.work_as(desk.preparer)
    assert at.take("受理异议", objector="某数据公司", content="能耗指标有异议") == []
    assert "能耗指标有异议" in at.text()
    assert "张经办" in at.reasons()["处理第 1 号异议…"], "who took it down does not decide on it"
    at.work_as(desk.reviewer)
    go_on(ui_desk, desk, 30)
    at.choose(CODE)
    assert "异议" in at.reasons()["入库…"]
    assert at.take("处理第 1 号异议", decision="dismissed", reason="经核实不属实") == []
    assert "不成立" in at.text()
    assert at.take("入库", until="2027-12-31") == []
    assert at.page.panel.details.status == ("provider", "admitted")

    assert at.take("备案价格", price_item="A100 80G", price_unit="卡时", amount="12.50") == []
    assert "12.50 元/卡时" in at.text()
    assert at.take("暂停", reason="机房检修") == []
    assert at.page.panel.details.status == ("provider", "suspended")
    go_on(ui_desk, desk, 3)
    at.choose(CODE)
    assert at.take("恢复", reason="检修结束") == []
    assert "机房检修" in at.text(), "the days that do not count stay on record"
    assert at.take("续期", until="2029-12-31") == []
    assert desk.queries.provider(CODE).provider.admitted_until.isoformat() == "2029-12-31"
    assert at.take("移出", reason="自愿退出") == []
    assert at.page.panel.details.status == ("provider", "removed")
    assert [act.words for act in at.page.panel.details.acts if not act.reasons and act.icon in {"admit", "renew"}] == []


def test_a_provider_is_refused_and_may_be_checked_again(providers, desk):
    providers.work_as(desk.reviewer)
    providers.choose(CODE)
    assert providers.take("不予入库", reason="材料不实") == []
    assert providers.page.panel.details.status == ("provider", "refused")
    assert providers.take("形式审查") == []
    assert providers.page.panel.details.status == ("provider", "checked")


def test_terms_that_ended_are_marked_together(providers, desk, ui_desk, window):
    providers.work_as(desk.reviewer)
    go_on(ui_desk, desk, 2000)
    providers.page.mark_ended()
    providers.rest()
    (dialog,) = [child for child in window.findChildren(QDialog) if child.isVisible()]
    providers.qtbot.mouseClick(dialog.act_button, Qt.MouseButton.LeftButton)
    providers.settled()
    assert window.status.words.text() == "2 家服务商的入库期已到。"
    assert {desk.queries.provider(code).provider.status for code in desk.providers} == {"expired"}


def test_details_mask_the_account_and_copy_it_whole(providers, window):
    providers.choose(CODE)
    assert "1405 **** 1234" in providers.text()
    assert "0000001234" not in providers.text()
    body = providers.page.panel.body
    cursor = body.document().find("复制")
    cursor.setPosition(cursor.selectionStart() + 1)
    body.ensureCursorVisible()
    body.setTextCursor(cursor)
    providers.qtbot.mouseClick(body.viewport(), Qt.MouseButton.LeftButton, pos=body.cursorRect(cursor).center())
    assert QApplication.clipboard().text() == "14050181080000001234"
    assert window.status.words.text() == "已复制。"


def test_who_has_no_business_with_an_account_does_not_copy_it(providers, desk):
    from voucher_app.ui.pages.unit_steps import account_facts

    unit = desk.queries.provider(CODE).provider.organisation
    copied = {one: account_facts(unit, one)[-1].copied for one in (desk.finance, desk.auditor, desk.security_admin)}
    assert copied == {desk.finance: unit.bank_account, desk.auditor: unit.bank_account, desk.security_admin: ""}
    assert account_facts(unit, None)[-1].copied == ""
    assert {one.value for one in account_facts(unit, None)[-1:]} == {"1405 **** 1234"}


def test_details_name_what_a_provider_sells_for_and_no_file(providers, desk, window):
    providers.choose(desk.providers[0])
    assert "承接的券" in providers.text()
    assert "持有的券" not in providers.text()
    for row in range(providers.page.model.rowCount()):
        providers.page.view.select_position(row)
        providers.settled()
        assert ".csv" not in providers.text()


def test_a_unit_is_banned_and_the_ban_lifted_by_another_person(recipients, desk, ui_desk):
    uscc = desk.recipients[0]
    recipients.work_as(desk.reviewer)
    recipients.choose(uscc)
    assert "解除禁入…" not in recipients.reasons(), "nothing is to be lifted"
    assert recipients.take("登记信用核查", result="clear", source="信用中国") == []
    assert "信用中国" in recipients.text()
    assert recipients.take("禁入", reason="虚假申报") == []
    assert "禁入至" in recipients.page.panel.body.toPlainText()
    assert "虚假申报" in recipients.text()
    assert "李复核" in recipients.reasons()["解除禁入…"]


def test_a_unit_is_registered_with_its_group_and_its_account(window, ui_desk, desk, qtbot, settled):
    dialog = open_dialog("recipient_add", ui_desk, window)
    unit = dialog.unit
    settled()
    unit.uscc.set_text(demonstration_code("enterprise", 950))
    unit.name.set_text("桑干河智能有限公司")
    unit.group_code.set_text("sgh")
    unit.account_name.set_text("桑干河智能有限公司基本户")
    unit.bank_name.set_text("工商银行大同分行")
    unit.bank_account.set_text("1402001")
    dialog.unit.want_region("140200")
    dialog.save()
    settled()
    made = desk.queries.recipient(demonstration_code("enterprise", 950), 2026).recipient.organisation
    assert (made.group_code, made.account_name, made.bank_name) == (
        "SGH",
        "桑干河智能有限公司基本户",
        "工商银行大同分行",
    )


# ------------------------------------------------------------------------------------------- nothing is cut


@pytest.mark.parametrize("name", ["providers", "recipients", "vouchers", "applications", "redemptions"])
@pytest.mark.parametrize("language", ["zh_CN", "en"])
def test_a_list_needs_no_scrolling_sideways_in_the_smallest_window(window, registered, settled, name, language):
    from voucher_app import i18n

    if i18n.language() != language:
        window.switch_language()
    window.resize(1024, 640)
    window.show_page(name)
    settled()
    page = window.pages[name]
    page = getattr(page, "current", lambda: page)()
    settled()
    if not page.model.rowCount():
        return
    view = page.view
    sizes = [(column.key, view.header.sectionSize(at)) for at, column in enumerate(page.model.columns)]
    assert not view.horizontalScrollBar().isVisible(), (view.viewport().width(), sizes, view._needs)
    header = page.view.header
    for place, column in enumerate(page.model.columns):
        if not page.view.isColumnHidden(place):
            assert header.sectionSize(place) >= header.least_width_of(column), column.header
            if column.state is not None:
                metrics = page.view.fontMetrics()
                widest = max(metrics.horizontalAdvance(page.model.text_at(row, place)) for row in range(3))
                assert header.sectionSize(place) >= widest
    for chip in page.filters.chips.buttons():
        assert chip.isHidden() or chip.width() >= chip.sizeHint().width(), chip.text()


def test_a_name_is_whole_where_other_columns_have_room_to_spare(desk, registered, settings, qtbot):
    ui_desk = Desk(desk.workspace, read_facts(desk.workspace), operator=desk.preparer, settings=settings)
    page = ProvidersPage(ui_desk)
    qtbot.addWidget(page)
    page.resize(1800, 700)
    page.show()
    assert ui_desk.runner.wait_idle(5_000)
    QApplication.processEvents()
    metrics = page.view.fontMetrics()
    assert page.view.header.sectionSize(0) >= metrics.horizontalAdvance(NAME) + 2 * theme.CELL
    page.view.header.resizeSection(1, 300)
    page.resize(1300, 700)
    QApplication.processEvents()
    assert page.view.header.sectionSize(1) == 300, "what a person dragged keeps its width"
    page.save_state()
    assert settings.value("providers/widths") == "region=300"
    ui_desk.runner.close()


def test_an_empty_list_says_what_its_panel_is_for(window, qtbot, settled):
    window.show_page("settlements")
    settled()
    window.show_page("vouchers")
    page = window.pages["vouchers"]
    page.search.setText("没有这样的券")
    qtbot.wait(theme.QUIET_MS + 100)
    settled()
    assert page.empty.isVisible()
    hints = [label.text() for label in page.panel.findChildren(QLabel) if label.isVisible() and label.text()]
    assert hints == ["选中一行后，这里显示其内容、经过和可办事项。"]


def test_what_can_be_done_scrolls_in_a_low_window_and_nothing_is_squeezed(window, providers, desk, settled):
    window.resize(1024, 640)
    providers.work_as(desk.reviewer)
    providers.choose(desk.providers[0])
    settled()
    for button in providers.page.panel.buttons():
        assert button.height() >= theme.CONTROL
        assert button.width() >= button.sizeHint().width(), button.text()
    assert providers.page.panel.body.height() >= theme.ROW * 3


# ------------------------------------------------------------------------------------------- keys and warnings


def test_ctrl_f1_shows_the_keys_of_window_and_page(window, qtbot, settled):
    window.show_page("providers")
    settled()
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    qtbot.keyClick(window, Qt.Key.Key_F1, Qt.KeyboardModifier.ControlModifier)
    settled()
    (dialog,) = [child for child in window.findChildren(QDialog) if child.isVisible()]
    lines = dialog.text().splitlines()
    assert "F5 或 Ctrl+N\t登记服务商" in lines
    assert "Ctrl+F1\t显示快捷键" in lines
    assert any(line.endswith("\t设置") for line in lines)
    dialog.accept()


def test_f5_on_the_overview_does_what_its_button_does(window, qtbot, settled):
    window.show_page("overview")
    settled()
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    qtbot.keyClick(window, Qt.Key.Key_F5)
    settled()
    (dialog,) = [child for child in window.findChildren(QDialog) if child.isVisible()]
    assert dialog.windowTitle() == "查验"
    dialog.reject()


def test_leaving_with_something_typed_is_a_warning_and_no_refusal(window, ui_desk, qtbot, settled):
    dialog = open_dialog("recipient_add", ui_desk, window)
    dialog.activateWindow()
    qtbot.waitUntil(dialog.isActiveWindow)
    dialog.unit.name.control.setFocus()
    qtbot.keyClicks(dialog.unit.name.edit, "abc")
    qtbot.keyClick(dialog, Qt.Key.Key_Escape)
    said = dialog.banner.itemAt(0).widget().accessibleName()
    assert said.startswith("提醒")
    assert dialog.isVisible()
    qtbot.keyClick(dialog, Qt.Key.Key_Escape)
    settled()


def test_a_price_of_nothing_is_refused_before_the_click(providers, desk):
    providers.work_as(desk.reviewer)
    providers.choose(CODE)
    assert providers.take("备案价格", price_item="A100", price_unit="卡时", amount="0") == ["R30"]
    assert desk.queries.provider(CODE).prices == ()
    assert Money.yuan(0).fen == 0


def test_the_register_can_be_read_at_the_end_of_a_year_whose_next_has_no_calendar_yet(providers, desk, ui_desk):
    go_on(ui_desk, desk, 303)
    at = providers
    at.work_as(desk.reviewer)
    at.choose(CODE)
    assert "公示…" in at.reasons()
    assert f"{desk.today:%Y-%m-%d}" == "2026-12-30"
