from __future__ import annotations

from datetime import timedelta

import pytest
from PySide6.QtCore import QItemSelectionModel, QPoint, Qt
from PySide6.QtWidgets import QApplication, QDialog, QLabel, QPushButton

from voucher_app.domain.application import ApplicationStatus
from voucher_app.domain.money import Money
from voucher_app.domain.redemption import RedemptionStatus
from voucher_app.ui import theme
from voucher_app.ui.delegates.status import known_states, sign_of
from voucher_app.ui.desk import Destination
from voucher_app.ui.dialogs.decision import DecisionDialog

BOTH = QItemSelectionModel.SelectionFlag.Select | QItemSelectionModel.SelectionFlag.Rows


@pytest.fixture
def vouchers(window, settled):
    window.show_page("vouchers")
    settled()
    return window.pages["vouchers"]


@pytest.fixture
def applications(window, settled):
    window.show_page("applications")
    settled()
    return window.pages["applications"].current()


def choose(page, key, settled):
    page.view.select_position(page.model.position_of(key))
    settled()
    return page.panel.details


def open_dialogs(window):
    return [dialog for dialog in window.findChildren(QDialog) if dialog.isVisible()]


def reasons(page):
    label = page.panel.findChild(QLabel, "reasons")
    return label.text() if label else ""


def test_what_is_past_its_deadline_expires_by_a_button_and_what_is_held_is_told(vouchers, desk, busy_office, settled):
    told = []
    vouchers.desk.notified.connect(told.append)
    (button,) = [one for one in vouchers.findChildren(QPushButton) if one.text() == "过期处理…"]
    button.click()
    settled()
    assert told == ["没有超过兑付截止日的券。"]
    vouchers.desk.workspace = desk.on(desk.today + timedelta(days=500)).workspace
    button.click()
    settled()
    (dialog,) = open_dialogs(vouchers.window())
    assert dict(dialog.step.facts)["暂缓：已冻结或有待核销的申请"] == "2"
    dialog.save()
    settled()
    assert desk.voucher(busy_office["part"].number).status == "expired"
    assert desk.voucher(busy_office["frozen"].number).status == "frozen"
    assert told[-1] == "1 张券已过期"
    button.click()
    settled()
    assert told[-1] == "2 张券已过兑付截止日，但已冻结或有待核销的申请。"


def test_typing_narrows_the_list_and_says_how_many_there_are(vouchers, qtbot, settled):
    assert vouchers.filters.count.text() == "3 张"
    vouchers.search.setFocus()
    qtbot.keyClicks(vouchers.search, "000002")
    qtbot.wait(theme.QUIET_MS + 100)
    settled()
    assert vouchers.model.rowCount() == 1
    assert vouchers.filters.count.text() == "找到 1 张"
    qtbot.keyClick(vouchers.search, Qt.Key.Key_Escape)
    qtbot.wait(theme.QUIET_MS + 100)
    settled()
    assert vouchers.model.rowCount() == 3


def test_a_column_that_gives_way_and_comes_back_is_not_taken_for_dragged(vouchers, window, settled):
    window.resize(1150, 800)
    settled()
    hidden = [place for place in range(vouchers.model.columnCount()) if vouchers.view.isColumnHidden(place)]
    assert hidden
    window.resize(2400, 900)
    settled()
    assert not any(vouchers.view.isColumnHidden(place) for place in hidden)
    assert vouchers.view.dragged == {}


def test_no_cell_is_cut_beside_a_column_with_room_to_spare(window, ui_desk, settled):
    window.show_page("ledger")
    window.resize(1700, 900)
    settled()
    view = window.page("ledger").transfers.view
    columns = range(view.rows_model.columnCount())
    needs = {place: view._needs[place] for place in columns if not view.isColumnHidden(place)}
    assert sum(needs.values()) < view.viewport().width()
    assert {place: view.columnWidth(place) for place in needs if view.columnWidth(place) < needs[place]} == {}


def test_nothing_found_says_so_and_offers_the_way_back(vouchers, qtbot, settled):
    vouchers.search.insert("没有这个单位")  # as an input method does; QTest knows keys of ASCII only
    qtbot.wait(theme.QUIET_MS + 100)
    settled()
    assert vouchers.empty.isVisible()
    assert vouchers.filters.count.text() == "找到 0 张"
    qtbot.mouseClick(vouchers.empty.button, Qt.MouseButton.LeftButton)
    settled()
    assert vouchers.model.rowCount() == 3
    assert not vouchers.empty.isVisible()


def test_a_status_narrows_the_list(vouchers, qtbot, settled):
    chip = next(button for button in vouchers.filters.chips.buttons() if button.property("status") == "frozen")
    qtbot.mouseClick(chip, Qt.MouseButton.LeftButton)
    settled()
    assert [vouchers.model.row_at(row).status for row in range(vouchers.model.rowCount())] == ["frozen"]


def test_a_click_on_a_header_sorts_and_a_second_one_turns_round(vouchers, qtbot, settled):
    place = [column.key for column in vouchers.model.columns].index("face")
    header = vouchers.view.header
    middle = QPoint(header.sectionViewportPosition(place) + header.sectionSize(place) // 2, header.height() // 2)
    qtbot.mouseClick(header.viewport(), Qt.MouseButton.LeftButton, pos=middle)
    settled()
    faces = [vouchers.model.row_at(row).face for row in range(3)]
    assert faces == sorted(faces, reverse=True)
    qtbot.mouseClick(header.viewport(), Qt.MouseButton.LeftButton, pos=middle)
    settled()
    assert [vouchers.model.row_at(row).face for row in range(3)] == faces[::-1]


def test_the_details_follow_the_arrow_keys(vouchers, qtbot, settled):
    choose(vouchers, vouchers.model.row_at(0).number, settled)
    vouchers.view.setFocus()
    qtbot.keyClick(vouchers.view, Qt.Key.Key_Down)
    settled()
    assert vouchers.panel.details.title == vouchers.model.row_at(1).number
    assert vouchers.panel.title.text() == vouchers.model.row_at(1).number


def test_details_tell_facts_history_and_what_cannot_be_done_with_its_reason(vouchers, busy_office, settled):
    number = str(busy_office["part"].number)
    details = choose(vouchers, number, settled)
    text = vouchers.panel.body.toPlainText()
    assert "汾河大学" in text
    assert "经过" in text
    assert details.figure == "¥50,000.00"
    assert [act.dialog for act in details.acts if not act.reasons] == [
        "redemption_claim",
        "certificate_preview",
        "voucher_switch",
        "archive_pack",
        "attach",
    ]
    assert "退券" in reasons(vouchers)
    assert "部分使用" in reasons(vouchers)
    assert "张经办" in reasons(vouchers), "who prepared it may not void it"


def test_what_happened_stands_above_the_papers_that_are_not_there_and_the_voucher_on_top(
    applications, busy_office, settled
):
    choose(applications, busy_office["whole"].application_id, settled)
    text = applications.panel.body.toPlainText()
    assert text.index("文书") < text.index("经过") < text.index("暂不可印的文书")
    assert text.strip().startswith("算力券")
    assert "henan-style" not in text, "people read a policy's title, not its code"


def test_an_application_begun_at_a_unit_has_the_unit(window, settled, qtbot):
    window.show_page("recipients")
    settled()
    page = window.pages["recipients"]
    page.view.select_position(0)
    settled()
    button = next(button for button in page.panel.buttons() if button.text().startswith("新申领"))
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    settled()
    (dialog,) = open_dialogs(window)
    assert dialog.asked.recipient.chosen.name == page.panel.details.title
    dialog.reject()
    dialog.reject()
    settled()


def test_another_person_may_do_other_things(vouchers, busy_office, desk, window, settled):
    number = str(busy_office["part"].number)
    choose(vouchers, number, settled)
    assert not [act for act in vouchers.panel.details.acts if act.context.get("act") == "void" and not act.reasons]
    window.desk.set_operator(desk.reviewer)
    settled()
    assert [act for act in vouchers.panel.details.acts if act.context.get("act") == "void" and not act.reasons]


def test_the_auditor_reads_everything_and_is_told_why_nothing_can_be_done(vouchers, desk, window, settled, busy_office):
    window.desk.set_operator(desk.auditor)
    choose(vouchers, str(busy_office["whole"].number), settled)
    assert "审计" in reasons(vouchers)
    vouchers.begin_new()
    assert open_dialogs(window) == []
    assert "审计" in window.status.words.text()


def test_a_button_of_the_panel_opens_its_dialog_without_blocking(vouchers, window, busy_office, qtbot, settled):
    choose(vouchers, str(busy_office["whole"].number), settled)
    button = next(button for button in vouchers.panel.buttons() if button.text().startswith("冻结"))
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    settled()
    assert len(open_dialogs(window)) == 1
    open_dialogs(window)[0].reject()
    settled()


def test_several_applications_are_approved_together(applications, desk, window, busy_office, settled):
    window.desk.set_operator(desk.reviewer)
    for one in busy_office["waiting"][:2]:
        index = applications.model.index(applications.model.position_of(one.id), 0)
        applications.view.selectionModel().select(index, BOTH)
    settled()
    details = applications.panel.details
    assert details.title == "已选 2 件申领"
    assert details.figure == "¥90,000.00"
    approve, issue = details.acts
    assert approve.reasons == ()
    assert sorted(approve.context["application_ids"]) == sorted(one.id for one in busy_office["waiting"][:2])
    assert "待复核" in issue.reasons[0]


def test_several_certificates_are_printed_together(vouchers, settled):
    vouchers.view.selectAll()
    settled()
    (act,) = vouchers.panel.details.acts
    assert act.dialog == "certificate_preview"
    assert len(act.context["numbers"]) == 3


def test_what_was_selected_stays_selected_over_a_reload(vouchers, busy_office, desk, settled):
    number = str(busy_office["whole"].number)
    choose(vouchers, number, settled)
    desk.end("freeze", number, operator=desk.preparer)
    vouchers.desk.runner.changed.emit()
    settled()
    assert vouchers.panel.details.title == number
    assert vouchers.panel.details.status == ("voucher", "frozen")
    assert vouchers.view.selected_count() == 1


def test_one_can_be_sent_to_a_row(window, busy_office, settled):
    number = str(busy_office["part"].number)
    window.desk.go("vouchers", key=number)
    settled()
    page = window.pages["vouchers"]
    assert window.current_page() == "vouchers"
    assert page.search.text() == number
    assert page.panel.details.title == number


def test_one_can_be_sent_to_what_waits(window, settled):
    window.desk.wanted.emit(Destination("applications", statuses=("submitted-alone",)))
    settled()
    page = window.pages["applications"].current()
    assert page.model.rowCount() == 3
    assert page.search.text() == ""


def test_an_empty_list_is_one_sentence_and_the_button_that_fills_it(window, desk, settled):
    window.desk.set_year(2025)
    window.show_page("redemptions")
    settled()
    page = window.pages["redemptions"]
    assert page.empty.isVisible()
    assert page.empty.sentence.text() == "2025 预算年度的算力券还没有兑付申请。"
    assert page.empty.button.text() == page.new_action().words
    assert page.main_button.isEnabled()


def test_sort_filter_and_widths_survive_a_restart(vouchers, window, settled):
    from voucher_app.ui.pages.vouchers import VouchersPage

    place = [column.key for column in vouchers.model.columns].index("face")
    vouchers._sort_by(place)
    vouchers.view.header.resizeSection(0, 177)
    vouchers.save_state()
    settled()
    again = VouchersPage(window.desk)
    try:
        assert again._sort == "face"
        assert again.view.header.sectionSize(0) == 177
    finally:
        again.deleteLater()


def test_every_control_of_a_page_has_a_name_for_a_screen_reader(vouchers):
    assert vouchers.view.accessibleName() == "算力券"
    assert vouchers.search.accessibleName()
    for button in vouchers.findChildren(QPushButton):
        assert button.text() or button.accessibleName()


def test_the_selected_row_keeps_the_colour_of_its_status(vouchers, busy_office, settled, qapp):
    place = [column.key for column in vouchers.model.columns].index("status")
    position = vouchers.model.position_of(str(busy_office["frozen"].number))
    wanted = theme.color(theme.current().warn).rgb()

    def has_colour():
        rect = vouchers.view.visualRect(vouchers.model.index(position, place))
        image = vouchers.view.viewport().grab(rect).toImage()
        return any(
            image.pixel(x, y) & 0xFFFFFF == wanted & 0xFFFFFF
            for x in range(image.width())
            for y in range(image.height())
        )

    assert has_colour()
    vouchers.view.select_position(position)
    settled()
    QApplication.processEvents()
    assert has_colour()


def plain(state):
    return state.removesuffix("-alone").removesuffix("-in-batch")


def test_no_two_statuses_of_a_noun_differ_by_colour_alone():
    for noun in {noun for noun, _ in known_states()}:
        # In a batch and alone a status keeps its sign and has other words.
        states = {(noun, plain(status)) for of, status in known_states() if of == noun}
        shapes = [sign_of(*state).shape for state in states]
        assert len(shapes) == len(set(shapes)), noun


def test_every_status_has_a_sign():
    from voucher_app.services.wording import names

    assert known_states() == set(names._STATUS_NAMES)


def test_money_ends_where_its_header_ends(vouchers, settled):
    place = [column.key for column in vouchers.model.columns].index("face")
    view = vouchers.view

    def right_edge(image):
        ground = image.pixel(1, image.height() // 3)
        return max(x for x in range(image.width()) for y in range(2, image.height() - 3) if image.pixel(x, y) != ground)

    header = view.header.viewport().grab().toImage()
    left, width = view.header.sectionViewportPosition(place), view.header.sectionSize(place)
    head = header.copy(left, 0, width, header.height())
    cell = view.viewport().grab(view.visualRect(vouchers.model.index(0, place))).toImage()
    # The header ends with a full-width bracket, whose ink ends before its box does.
    assert abs(right_edge(cell) - (width - theme.CELL)) <= 2
    assert right_edge(head) <= width - theme.CELL


def test_a_link_in_the_details_leads_to_the_unit(vouchers, window, busy_office, qtbot, settled):
    choose(vouchers, str(busy_office["part"].number), settled)
    body = vouchers.panel.body
    cursor = body.document().find("汾河大学")
    cursor.setPosition(cursor.selectionStart() + 1)
    qtbot.mouseClick(body.viewport(), Qt.MouseButton.LeftButton, pos=body.cursorRect(cursor).center())
    settled()
    assert window.current_page() == "recipients"
    page = window.pages["recipients"]
    assert page.model.rowCount() == 1
    assert page.panel.details.title == "汾河大学"


def test_what_was_just_recorded_is_selected_and_the_list_keeps_the_keys(window, ui_desk, desk, settled, qtbot):
    window.show_page("applications")
    settled()
    page = window.page("applications").current()
    page.open("application_submit")
    dialog = ui_desk_dialog(window)
    made = desk.submit(Money.yuan(12_345), holder=3)
    dialog.decided.emit(made)
    dialog.reject()
    ui_desk.runner.run(lambda: None, success=lambda _done: None, writes=True)
    settled()
    QApplication.processEvents()
    assert [page.model.row_at(first).id for first, _last in page.view.selected_ranges()] == [made.id]
    assert window.focusWidget() is page.view


def ui_desk_dialog(window):
    """Return the dialog that is open on the window."""
    (dialog,) = [child for child in window.findChildren(DecisionDialog) if child.isVisible()]
    return dialog


def test_a_state_beyond_the_chips_is_chosen_from_the_menu_and_shown_on_its_button(applications, settled):
    further = applications.filters.further
    (action,) = [action for action in further.menu().actions() if action.text() == "不予受理"]
    action.trigger()
    settled()
    assert further.text() == "不予受理"
    assert further.isChecked()
    assert applications.model.rowCount() == 0
    applications.filters.set_statuses(("submitted",))
    assert not further.isChecked()


def test_every_state_can_be_filtered_by(window, settled):
    for name, states in (("applications", ApplicationStatus), ("redemptions", RedemptionStatus)):
        page = window.page(name)
        shown = page.current().statuses if name == "applications" else page.statuses
        assert {plain(state) for state in shown} - {"payment-failed"} == set(states)


def test_the_only_row_of_a_list_is_selected_and_its_panel_filled(vouchers, qtbot, rest):
    number = str(vouchers.model.row_at(2).number)
    assert vouchers.view.selected_count() == 0, "of several none is chosen for anybody"
    vouchers.search.setFocus()
    qtbot.keyClicks(vouchers.search, number)
    rest()
    assert vouchers.view.selected_ranges() == [(0, 0)]
    assert vouchers.panel.details.title == number
    assert vouchers.search.hasFocus(), "one goes on typing"
