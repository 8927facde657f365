"""Fields that explain themselves, the look-up, the money bar, the charts' figures."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
import shiboken6
from PySide6.QtCore import QDate, QPoint, QPointF, Qt
from PySide6.QtGui import QAccessible, QImage, QInputMethodEvent, QWheelEvent
from PySide6.QtWidgets import QApplication, QCalendarWidget, QLabel, QListWidget, QVBoxLayout, QWidget

from voucher_app.domain.budget import YearMoney, YearStatus
from voucher_app.domain.credit_code import LENGTH, parse_credit_code
from voucher_app.domain.money import FEN_PER_WAN_YUAN, ZERO, Money
from voucher_app.services.queries.overview import Share
from voucher_app.services.run_rate import cumulated, run_rate
from voucher_app.ui.desk import Desk
from voucher_app.ui.dialogs.file_dialog import open_file, save_file
from voucher_app.ui.first_look import read_facts
from voucher_app.ui.widgets.amount_field import AmountField
from voucher_app.ui.widgets.charts import Bar, CapChart, ShareChart, aligned, grid_step, months_into
from voucher_app.ui.widgets.date_field import DateField, tidied
from voucher_app.ui.widgets.facts import FactsList, named_amounts
from voucher_app.ui.widgets.field import ChoiceField, CodeField, ReasonField, TextField
from voucher_app.ui.widgets.figure_card import FigureCard
from voucher_app.ui.widgets.look_up_field import Hit, LookUpField, recipient_search
from voucher_app.ui.widgets.money_bar import OUTSTANDING, OVER, MoneyBar, issuing_parts, share_in_percent
from voucher_app.ui.widgets.progress import ProgressRow

NOT_AN_AMOUNT = "不是金额"


@pytest.fixture
def shown(qtbot):
    """Return what shows fields in a window, the first of them with the focus."""

    kept = []

    def show(*fields):
        window = QWidget()
        kept.append(window)
        column = QVBoxLayout(window)
        for field in fields:
            column.addWidget(field)
        window.show()
        window.activateWindow()
        qtbot.waitUntil(window.isActiveWindow)
        fields[0].control.setFocus()
        return fields[0]

    yield show
    for window in kept:
        shiboken6.delete(window)


@pytest.fixture
def ui_desk(strict_desk, qtbot):
    made = Desk(strict_desk.workspace, read_facts(strict_desk.workspace), operator=strict_desk.preparer, year=2026)
    yield made
    made.runner.close()
    shiboken6.delete(made)


def typed(edit, text):
    """Type as a Chinese input method does."""
    event = QInputMethodEvent()
    event.setCommitString(text)
    QApplication.sendEvent(edit, event)


def test_an_amount_with_three_decimals_shows_the_sentence_beside_the_field_and_keeps_the_text(qtbot, shown):
    field = shown(AmountField("金额"))
    qtbot.keyClicks(field.edit, "1234.567")
    assert "小数超过两位" in field.message.text()
    assert field.message.is_error
    assert field.edit.text() == "1234.567"
    assert field.control.accessibleDescription() == field.message.text()


def test_a_file_is_saved_where_somebody_last_was_and_never_where_the_program_was_started(shown, tmp_path, monkeypatch):
    (tmp_path / "started").mkdir()
    (tmp_path / "papers").mkdir()
    monkeypatch.chdir(tmp_path / "started")
    parent = shown(AmountField("金额")).window()
    asking = save_file(parent, "存", "券.pdf", "PDF (*.pdf)", "pdf")
    assert Path(asking.directory().absolutePath()) != Path.cwd()
    asking.fileSelected.emit(str(tmp_path / "papers" / "券.pdf"))
    for again in (save_file(parent, "存", "另.pdf", "PDF (*.pdf)", "pdf"), open_file(parent, "开", "PDF (*.pdf)")):
        assert Path(again.directory().absolutePath()) == tmp_path / "papers"
    QApplication.instance().setProperty("last_folder", "")


def test_capital_numerals_are_shown_while_typing(qtbot, shown):
    field = shown(AmountField("金额"))
    qtbot.keyClicks(field.edit, "1409.5")
    assert field.message.text() == "人民币壹仟肆佰零玖元伍角"
    assert not field.message.is_error


@pytest.mark.parametrize("begun", ["12.", "1,2", "1"])
def test_an_amount_that_is_only_begun_is_not_complained_about(qtbot, shown, begun):
    field = shown(AmountField("金额"))
    qtbot.keyClicks(field.edit, begun)
    assert not field.message.is_error


@pytest.mark.parametrize("wrong", ["-5", "1e3", "12,34.00", "壹佰", "1 000"])
def test_what_is_no_amount_is_told_and_never_rounded(shown, wrong):
    field = shown(AmountField("金额"), TextField("别处", name="name"))
    field.set_text(wrong)
    field.judge()
    assert NOT_AN_AMOUNT in field.message.text()
    assert field.text() == wrong


def test_digits_of_a_chinese_input_method_are_taken(shown):
    field = shown(AmountField("金额"))
    typed(field.edit, "１，２３４。５")
    assert field.edit.text() == "1,234.5"
    assert field.value() == Money(123450)


def test_an_amount_is_grouped_when_it_is_left(qtbot, shown):
    field, other = AmountField("金额"), TextField("别处", name="name")
    shown(field, other)
    qtbot.keyClicks(field.edit, "1234567.8")
    other.control.setFocus()
    assert field.edit.text() == "1,234,567.80"


@pytest.mark.parametrize("form", ["2026-03-05", "20260305", "2026/3/5", "2026.03.5", "2026年3月5日"])
def test_a_day_is_taken_in_any_plain_form(shown, form):
    field = shown(DateField("日期"))
    field.set_text(form)
    assert field.value() == date(2026, 3, 5)
    assert field.message.text() == "2026年3月5日 星期四"


@pytest.mark.parametrize("form", ["5.3.26", "2026", "明天", "2026-02-30"])
def test_a_day_that_is_not_plain_is_told(shown, form):
    field = shown(DateField("日期"), TextField("别处", name="name"))
    field.set_text(form)
    field.judge()
    assert "不是日期" in field.message.text()


def test_a_tidied_day_keeps_what_it_does_not_understand():
    assert tidied("三月五日") == "三月五日"


def test_the_calendar_takes_a_day(qtbot, shown):
    field = shown(DateField("日期"))
    field.set_text("2026-03-05")
    qtbot.keyClick(field.edit, Qt.Key.Key_F2)
    calendar = field.window().findChildren(QCalendarWidget)[0]
    assert calendar.selectedDate() == QDate(2026, 3, 5)
    calendar.clicked.emit(QDate(2026, 4, 1))
    assert field.value() == date(2026, 4, 1)


def test_a_code_is_not_complained_about_before_it_is_complete(qtbot, shown):
    field = shown(CodeField("信用代码", parse_credit_code, length=LENGTH))
    qtbot.keyClicks(field.edit, "91350100M000100Y4")
    assert not field.message.is_error
    qtbot.keyClicks(field.edit, "4")
    assert "校验" in field.message.text()


def test_a_field_that_must_be_filled_says_its_own_name(shown):
    field = shown(TextField("法定代表人", name="legal_representative"))
    assert not field.message.is_error
    assert not field.judge()
    assert "法定代表人" in field.message.text()


def test_an_optional_field_may_stay_empty_and_says_so(shown):
    field = shown(DateField("起始日", required=False))
    assert "选填" in field.label.text()
    assert field.judge()
    assert field.value_or_none() is None


def test_a_reason_is_one_line_whatever_was_pasted(shown):
    field = shown(ReasonField("理由"))
    field.set_text("  两家单位\n 相互独立 ")
    assert field.value() == "两家单位 相互独立"


# ---------------------------------------------------------------------------------------------------- look-up


def look_up(ui_desk, shown, *, created=None):
    return shown(
        LookUpField(
            "领用单位",
            ui_desk,
            recipient_search(ui_desk),
            placeholder="名称",
            create_words="新建 {name}",
            create=lambda text, hit: created.append((text, hit)),
        ),
        TextField("别处", name="name"),
    )


def hits(field):
    return field.window().findChildren(QListWidget)


def test_a_unit_is_found_by_a_part_of_its_name_and_taken_with_enter(qtbot, shown, ui_desk):
    field = look_up(ui_desk, shown)
    typed(field.edit, "汾河")
    qtbot.waitUntil(lambda: bool(hits(field)))
    assert hits(field)[0].item(0).text() == "汾河大学"
    qtbot.keyClick(field.edit, Qt.Key.Key_Return)
    assert field.text() == "汾河大学"
    assert field.value() in field.message.text()
    assert "高校" in field.message.text()


def test_an_answer_that_comes_after_its_field_has_gone_is_dropped(shown, ui_desk):
    field = look_up(ui_desk, shown)
    field.edit.setText("汾河")
    field.look_up()
    shiboken6.delete(field)
    assert ui_desk.runner.wait_idle(10_000)


def test_a_unit_is_created_from_inside_the_look_up(qtbot, shown, ui_desk):
    created = []
    field = look_up(ui_desk, shown, created=created)
    typed(field.edit, "没有的单位")
    qtbot.waitUntil(lambda: bool(hits(field)))
    assert hits(field)[0].item(0).text() == "新建 没有的单位"
    qtbot.keyClick(field.edit, Qt.Key.Key_Return)
    assert created == [("没有的单位", None)]


def test_a_text_that_was_not_taken_from_the_list_is_no_unit(qtbot, shown, ui_desk):
    field = look_up(ui_desk, shown)
    typed(field.edit, "有限公司")
    assert not field.judge()
    assert "列表" in field.message.text()


def test_who_types_a_whole_code_and_goes_on_is_understood(qtbot, shown, ui_desk, strict_desk):
    field = look_up(ui_desk, shown)
    typed(field.edit, strict_desk.recipients[0])
    field.window().findChildren(TextField)[0].control.setFocus()
    qtbot.waitUntil(lambda: field.chosen is not None)
    assert field.value() == strict_desk.recipients[0]


def test_an_answer_to_an_older_question_is_dropped(qtbot, shown, ui_desk):
    answers = {"晋": [Hit("晋阳", "1", "")], "晋阳大": [Hit("晋阳大模型有限公司", "2", "")]}
    field = shown(LookUpField("单位", ui_desk, lambda text, most: answers[text][:most], placeholder=""))
    typed(field.edit, "晋")
    field.look_up()
    typed(field.edit, "阳大")
    field.look_up()
    ui_desk.runner.wait_idle(2000)
    assert [each.item(0).text() for each in hits(field) if each.isVisible()] == ["晋阳大模型有限公司"]


def test_escape_closes_the_list_and_nothing_else(qtbot, shown, ui_desk):
    field = look_up(ui_desk, shown)
    typed(field.edit, "汾河")
    qtbot.waitUntil(lambda: bool(hits(field)))
    qtbot.keyClick(field.edit, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: not hits(field))
    assert field.window().isVisible()
    assert field.text() == "汾河"


# ---------------------------------------------------------------------------------------------------- money


def year(**amounts):
    told = {"unissued": 100, "outstanding": 0, "payable": 0, "disbursed": 0, "lapsed": 0} | amounts
    return YearMoney(2026, YearStatus.OPEN, "文号", **{name: Money.yuan(yuan) for name, yuan in told.items()})


def test_the_bar_says_in_words_what_it_shows(qtbot):
    bar = MoneyBar()
    qtbot.addWidget(bar)
    bar.set_parts(issuing_parts(year(unissued=1_000_000, disbursed=500_000), Money.yuan(200_000)))
    assert bar.accessibleName() == "资金（万元）：已拨付 50.00、未兑付 20.00、未发放 80.00"


def test_what_is_beyond_the_cap_is_a_part_of_its_own():
    parts = {(part.kind, part.is_moved): part.amount for part in issuing_parts(year(), Money.yuan(120))}
    assert parts == {(OUTSTANDING, True): Money.yuan(100), (OVER, True): Money.yuan(20)}


def test_a_share_is_cut_so_that_the_whole_alone_is_all_of_it():
    assert share_in_percent(Money(9999), Money(10000)) == "99.9%"
    assert share_in_percent(ZERO, ZERO) == "0.0%"


def test_points_stand_in_one_line():
    assert aligned([Money(0), Money(1), Money(-FEN_PER_WAN_YUAN)]) == ["0.000000", "0.000001", "−1.000000"]


@pytest.mark.parametrize("most", [1, 99, 10**6, 12 * 10**8, 5 * 10**9, 10**15])
def test_about_five_grid_lines_hold_any_amount(most):
    assert 1 <= most / grid_step(most) <= 5 or grid_step(most) == FEN_PER_WAN_YUAN // 100


def shares(**months):
    return tuple(Share(f"2026-{month[1:]}", month, 1, Money.yuan(yuan)) for month, yuan in months.items())


def test_the_rate_tells_when_the_year_would_run_out():
    rate = run_rate(year(unissued=100), shares(m01=100), date(2026, 1, 31))
    assert rate.exhausted_on == date(2026, 3, 3)
    assert rate.year_end_left == ZERO


def test_the_rate_tells_what_would_be_left():
    rate = run_rate(year(unissued=100_000), shares(m01=31), date(2026, 1, 31))
    assert rate.exhausted_on is None
    assert rate.year_end_left == Money.yuan(100_000 - 334)


def test_there_is_no_rate_before_the_first_voucher_or_in_another_year():
    assert run_rate(year(), (), date(2026, 5, 1)) is None
    assert run_rate(year(), shares(m01=1), date(2027, 5, 1)) is None


def test_months_add_up_and_a_month_without_issuance_keeps_the_sum():
    line = cumulated(shares(m01=5, m03=7), year=2026, until=date(2026, 4, 2))
    assert line == [Money.yuan(5), Money.yuan(5), Money.yuan(12), Money.yuan(12)]


def test_a_day_has_its_place_in_the_year():
    assert months_into(2026, date(2026, 12, 31)) == 12
    assert months_into(2026, date(2027, 1, 1)) == 12
    assert months_into(2026, date(2025, 1, 1)) == 0


def test_every_chart_has_its_figures_as_a_grid(qtbot):
    chart = ShareChart("属地", most=2)
    qtbot.addWidget(chart)
    chart.set_bars([Bar("太原市", Money.yuan(30_000), 2), Bar("大同市", Money.yuan(10_001), 1), Bar("阳泉市", ZERO, 0)])
    assert chart.table().as_text().splitlines()[1:] == ["太原市\t2\t3.0000", "大同市\t1\t1.0001", "阳泉市\t0\t0.0000"]
    assert chart.accessibleDescription() == chart.table().as_text()


@pytest.mark.parametrize("cap", [0, 1, 50_000_000])
def test_a_chart_of_any_year_can_be_painted(qtbot, cap):
    chart = CapChart()
    qtbot.addWidget(chart)
    chart.set_figures([Money.yuan(cap // 2)], cap=Money.yuan(cap), until=0.3, projection=None)
    chart.resize(600, 300)
    assert not chart.grab().isNull()


def test_what_somebody_typed_opens_no_picture_wherever_it_is_shown(qtbot, tmp_path):
    """A document's number, a unit's or a batch's name that looks like HTML: Qt would open the picture it names."""
    picture = QImage(300, 300, QImage.Format.Format_RGB32)
    picture.save(str(tmp_path / "x.png"))
    typed = f'<img src="{tmp_path / "x.png"}">'
    card, facts = FigureCard("发放总额"), FactsList()
    card.show_figure("1", "万元", typed)
    facts.set_facts(named_amounts([(typed, Money(1))]))
    field = ChoiceField("批次", [("1", typed)])
    for one in (card, facts, field):
        qtbot.addWidget(one)
    labels = [label for one in (card, facts) for label in one.findChildren(QLabel) if label.text() == typed]
    assert len(labels) == 2
    for label in labels:
        assert label.sizeHint().height() < 300
    assert not field.box.toolTip().startswith("<img")


def test_work_is_told_to_stop_by_a_row_that_went_with_its_dialog(qtbot):
    """As a random hand found it: a print whose dialog was closed ended as an error of ours instead of being stopped."""
    row = ProgressRow()
    row.begin(10)
    assert row.tell(1, 10)
    shiboken6.delete(row)
    assert row.tell(2, 10), "that nobody looks stops nothing by itself"
    stopped = ProgressRow()
    stopped.begin(10)
    stopped.stop()
    shiboken6.delete(stopped)
    assert not stopped.tell(1, 10)


@pytest.mark.qt_log_ignore(r"does not support (raise\(\)|grabbing the keyboard)", extend=True)
def test_a_choice_opens_at_what_is_chosen_named_and_as_wide_as_its_words(shown, qtbot):
    field = shown(ChoiceField("批次", [("1", "第一批"), ("2", "第二批，" + "名称很长" * 12)]))
    field.choose("2")
    field.box.insertSeparator(1)
    field.box.showPopup()
    rows = field.box.view()
    qtbot.waitExposed(rows.window())
    assert rows.currentIndex().data() == field.text()
    assert QAccessible.queryAccessibleInterface(rows).text(QAccessible.Text.Name) == "批次"
    assert rows.visualRect(rows.currentIndex()).width() <= rows.viewport().width()
    assert rows.visualRect(rows.model().index(1, 0)).height() < rows.visualRect(rows.currentIndex()).height()
    field.box.hidePopup()


def test_no_wheel_changes_a_choice_that_passes_under_it(shown):
    field = shown(ChoiceField("单位类别", [("1", "企业"), ("2", "高校")]))
    at = QPointF(5, 5)
    turned = QWheelEvent(
        at, at, QPoint(), QPoint(0, -120), Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase, False,  # noqa: FBT003 - Qt's: not inverted
    )  # fmt: skip
    QApplication.sendEvent(field.box, turned)
    assert field.value() == "1"
    assert not turned.isAccepted(), "the form scrolls instead"
