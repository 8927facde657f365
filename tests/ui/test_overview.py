"""The overview: the figures of a year, what waits for whom, and every chart's table."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import openpyxl
import pytest
import shiboken6
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QFileDialog, QLabel, QPushButton, QToolButton

from voucher_app import i18n
from voucher_app.domain.money import Money
from voucher_app.domain.operators import Role
from voucher_app.services import policy, year
from voucher_app.services.tasks import tasks_of
from voucher_app.services.workspace import new_request_id
from voucher_app.settings import resources_folder
from voucher_app.ui import theme
from voucher_app.ui.desk import Desk, Destination
from voucher_app.ui.dialogs.year import YearOpen
from voucher_app.ui.first_look import read_facts
from voucher_app.ui.pages.overview import OverviewPage
from voucher_app.ui.widgets.chart_card import ChartCard
from voucher_app.ui.widgets.figures_card import FiguresCard

PATIENCE_MS = 5000


@pytest.fixture
def show(qtbot):
    """Return what shows the overview of an office to a person."""
    kept = []

    def make(office, operator, *, year=2026):
        front = Desk(office.workspace, read_facts(office.workspace), operator=operator, year=year)
        page = OverviewPage(front)
        kept.append((front, page))
        page.resize(1164, 850)
        page.show()
        settle(page)
        return page

    yield make
    for front, page in kept:
        page.close()
        front.runner.close()
        shiboken6.delete(page)
        shiboken6.delete(front)


def settle(page):
    for _ in range(3):
        assert page.desk.runner.wait_idle(PATIENCE_MS)
        QApplication.processEvents()


def words_in(widget):
    """Return every word that is seen."""
    kinds = (*widget.findChildren(QLabel), *widget.findChildren(QPushButton))
    return "\n".join(each.text() for each in kinds if each.isVisible())


def test_the_key_figures_say_how_much_of_the_year_is_left(show, desk):
    desk.issued(Money.yuan(1_000_000))
    page = show(desk, desk.preparer)
    assert page.appropriation.figure.text() == "5,000.00"
    assert page.issued.figure.text() == "100.00"
    assert page.left.figure.text() == "4,900.00"
    assert page.issued.note.text() == "1 张 · 占 2.0%"
    assert page.appropriation.note.text() == "晋财〔2026〕7号"


def test_the_rate_tells_on_which_day_nothing_would_be_left(show, desk):
    desk.issued(Money.yuan(20_000_000))
    page = show(desk, desk.preparer)
    assert "2026-03-05" in page.left.note.text()
    assert page.left.note.property("role") == "warn"


def test_what_waits_is_counted_for_the_person_at_the_desk(show, desk):
    desk.submit(Money.yuan(1_000))
    desk.approved(Money.yuan(1_000), holder=1)
    desk.claim(desk.issued(Money.yuan(1_000), holder=2).number, Money.yuan(100))
    page = show(desk, desk.reviewer)
    assert page.waiting.figure.text() == "2"
    page.desk.set_operator(desk.preparer)
    assert page.desk.runner.wait_idle(10_000)
    assert page.waiting.figure.text() == "1"
    page.desk.set_operator(desk.auditor)
    assert page.desk.runner.wait_idle(10_000)
    assert page.waiting.figure.text() == "0"


def test_a_click_goes_to_what_waits(show, desk, qtbot):
    desk.submit(Money.yuan(1_000))
    page = show(desk, desk.reviewer)
    wanted = []
    page.desk.wanted.connect(wanted.append)
    link = next(each for each in page.to_do.links if each.text() == "待复核 1")
    qtbot.mouseClick(link, Qt.MouseButton.LeftButton)
    assert wanted == [Destination("applications", "", ("submitted-alone",), for_me=True)]


def test_nothing_to_do_is_said_in_words(show, desk):
    desk.submit(Money.yuan(1_000))
    page = show(desk, desk.auditor)
    assert page.to_do.links == []
    assert "没有等您办理的事项" in words_in(page.to_do)


def test_each_kind_of_work_is_told_with_its_count_to_the_role_that_does_it(show, desk):
    desk.submit(Money.yuan(1_000))
    desk.submit(Money.yuan(2_000), holder=1)
    desk.claim(desk.issued(Money.yuan(1_000), holder=2).number, Money.yuan(100))
    page = show(desk, desk.reviewer)
    assert [each.text() for each in page.to_do.links] == ["待复核 2", "待核销 1"]


def test_a_year_that_is_not_opened_shows_the_button_that_opens_it(show, desk, qtbot):
    page = show(desk, desk.finance, year=2028)
    assert "2028 预算年度尚未开设" in words_in(page)
    qtbot.mouseClick(page.open_year_button, Qt.MouseButton.LeftButton)
    dialog = next(each for each in page.findChildren(YearOpen) if shiboken6.isValid(each))
    assert dialog.year.text() == "2028"
    dialog.amount.set_text("12000000")
    dialog.document.set_text("晋财建〔2028〕1号")
    qtbot.mouseClick(dialog.act_button, Qt.MouseButton.LeftButton)
    settle(page)
    assert page.appropriation.figure.text() == "1,200.00"


def test_another_year_is_read_as_soon_as_it_is_chosen(show, desk):
    desk.issued(Money.yuan(1_000_000))
    page = show(desk, desk.preparer)
    page.desk.set_year(2027)
    settle(page)
    assert "2027 年度概览" in words_in(page)
    assert "尚未开设" in words_in(page)


def test_the_page_reads_anew_when_something_was_recorded(show, desk):
    page = show(desk, desk.preparer)
    page.desk.runner.run(lambda: desk.issued(Money.yuan(500_000)), success=lambda _voucher: None, writes=True)
    settle(page)
    assert page.issued.figure.text() == "50.00"


def colours_of(picture):
    """Return how many colours a picture has: what was not painted has one."""
    image = picture.toImage()
    points = ((x, y) for x in range(0, image.width(), 7) for y in range(0, image.height(), 7))
    return len({image.pixel(x, y) for x, y in points})


def test_every_card_of_figures_is_copied_as_data_and_as_a_picture(show, desk, qtbot):
    """The clipboard is looked at: text, cells that a spreadsheet computes with, and what the picture shows."""
    one = desk.issued(Money.yuan(1_000_000))
    desk.on(one.use_by - timedelta(days=29))
    page = show(desk, desk.preparer)
    cards = page.findChildren(FiguresCard)
    assert len(cards) == 5
    for card in cards:
        figures = card.figures()
        assert len(figures.rows) > 0
        qtbot.mouseClick(card.copy_button, Qt.MouseButton.LeftButton)
        data = QGuiApplication.clipboard().mimeData()
        assert data.text() == figures.as_text()
        assert data.html().count("<tr>") == len(figures.rows) + 1
        assert any("1,000,000.00" in line or "100.00" in line for line in data.text().splitlines())
        card.more_button.menu().actions()[1].trigger()
        assert_is_picture_of(card)
        assert card.more_button.isVisible(), "the small tools come back"
    page.money_card.copy_picture()
    assert_is_picture_of(page.money_card)
    copy = next(tool for tool in page.money_card.findChildren(QToolButton) if "复制数据" in tool.toolTip())
    qtbot.mouseClick(copy, Qt.MouseButton.LeftButton)
    lines = QGuiApplication.clipboard().text().splitlines()
    assert lines[0].split("\t")[1:] == ["万元", "占比"]
    assert "未发放\t4,900.00\t98.0%" in lines


def assert_is_picture_of(card):
    clipboard = QGuiApplication.clipboard()
    assert clipboard.mimeData().hasImage()
    picture = clipboard.pixmap()
    assert picture.size() == card.size() * 2, "twice the detail of the screen"
    assert colours_of(picture) > 5, f"{card.full_title} is blank"


def test_every_chart_can_be_read_as_a_table_and_saved_as_one(show, desk, qtbot, tmp_path):
    desk.issued(Money.yuan(1_000_000))
    desk.issued(Money(12_345_67), holder=1)
    page = show(desk, desk.preparer)
    cards = page.findChildren(ChartCard)
    assert len(cards) == 4
    for card in cards:
        qtbot.mouseClick(card.as_table, Qt.MouseButton.LeftButton)
        assert card.table.isVisible()
        assert card.table.rowCount() == len(card.chart.table().rows) > 0
        assert card.chart.accessibleName()
        qtbot.mouseClick(card.as_table, Qt.MouseButton.LeftButton)
        assert card.chart.isVisible()
    page.window().desk = page.desk  # the page is a window of its own here
    card = page.findChildren(ChartCard)[1]
    card.more_button.menu().actions()[0].trigger()
    (asking,) = page.findChildren(QFileDialog)
    asking.fileSelected.emit(str(tmp_path / "t.xlsx"))
    asking.close()
    settle(page)
    sheet = openpyxl.load_workbook(tmp_path / "t.xlsx").active
    amounts = {cell.value for row in sheet.iter_rows(min_row=2) for cell in row}
    assert amounts & {101.234567, 1.234567}, ("万元 to the fen, as numbers", amounts)


def test_every_city_and_zone_is_seen_those_without_a_voucher_too(show, desk):
    desk.issued(Money.yuan(1_000_000))
    page = show(desk, desk.preparer)
    names = [row[0] for row in page.charts.city.table().rows]
    assert {"大同市", "太原市", "吕梁市", "山西转型综合改革示范区"} <= set(names)
    assert len(names) == len(page.charts.city._shown())


def test_the_table_copies_the_rows_that_are_selected(show, desk, qtbot):
    desk.issued(Money.yuan(1_000_000), holder=0)
    page = show(desk, desk.preparer)
    card = page.findChildren(ChartCard)[0]
    qtbot.mouseClick(card.as_table, Qt.MouseButton.LeftButton)
    card.table.selectRow(2)
    qtbot.keyClick(card.table, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert QGuiApplication.clipboard().text().splitlines()[1:] == ["3 月\t100.00\t100.00\t4,900.00"]


def test_what_expires_soon_is_listed_with_the_days_that_are_left(show, desk):
    one = desk.issued(Money.yuan(1_000_000))
    desk.on(one.use_by - timedelta(days=29))
    page = show(desk, desk.preparer)
    card = page.charts.expiring
    assert card.table.figures.rows[0][0] == str(one.number)
    assert card.table.figures.rows[0][-1] == "29"
    assert [span.text() for span in card.spans] == ["30 天内 1 张", "60 天内 1 张", "90 天内 1 张"]
    wanted = []
    page.desk.wanted.connect(wanted.append)
    card.table.cellDoubleClicked.emit(0, 0)
    assert wanted[0].key == str(one.number)
    assert not card.rest.isVisible(), "all of them are listed"


@pytest.mark.parametrize(("days_left", "listed"), [(30, (1, 1, 1)), (31, (0, 1, 1)), (61, (0, 0, 1)), (91, (0, 0, 0))])
def test_each_span_lists_what_it_counts(show, desk, qtbot, days_left, listed):
    one = desk.issued(Money.yuan(1_000))
    desk.on(one.use_by - timedelta(days=days_left))
    card = show(desk, desk.preparer).charts.expiring
    for span, count in zip(card.spans, listed, strict=True):
        qtbot.mouseClick(span, Qt.MouseButton.LeftButton)
        assert f"{count} 张" in span.text()
        assert len(card.table.figures.rows) == count
        assert card.table.isVisible() == bool(count)


def test_what_is_not_listed_is_told_and_led_to(show, desk, qtbot):
    one = desk.issued(Money.yuan(1_000))
    desk.on(one.use_by)
    page = show(desk, desk.preparer)
    overview = desk.workspace.queries.overview(2026, desk.today)
    card = page.charts.expiring
    card.show_expiring(replace(overview, expiring_counts=(1_234, 1_300, 1_400)), desk.today)
    assert card.rest.isVisible()
    assert "最早到期的 1 张，共 1,234 张" in card.rest.text()
    wanted = []
    page.desk.wanted.connect(wanted.append)
    qtbot.mouseClick(card.rest, Qt.MouseButton.LeftButton)
    assert wanted == [Destination("vouchers")]


def test_an_empty_list_says_so_in_a_sentence(show, desk):
    page = show(desk, desk.preparer)
    assert "30 天内没有到期的算力券" in words_in(page)


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("language", i18n.LANGUAGES)
def test_the_page_can_be_drawn_in_both_languages_and_themes(show, desk, qapp, dark, language):
    desk.issued(Money.yuan(1_000_000))
    desk.on(date(2026, 12, 30))
    i18n.set_language(language)
    theme.apply(qapp, dark=dark, resources=resources_folder())
    page = show(desk, desk.preparer)
    assert not page.grab().isNull()


@pytest.mark.parametrize("language", i18n.LANGUAGES)
def test_no_title_of_a_card_is_cut_or_broken_in_the_smallest_window(show, desk, language):
    """In the smallest window, 1024 × 640, the page is this wide beside the folded sidebar."""
    i18n.set_language(language)
    desk.issued(Money.yuan(10_000))
    page = show(desk, desk.preparer)
    page.resize(960, 520)
    settle(page)
    cards = [card for card in page.findChildren(ChartCard) if card.isVisibleTo(page)]
    assert len(cards) == 4
    for card in cards:
        (heading,) = [label for label in card.findChildren(QLabel) if label.property("role") == "section"]
        assert heading.fontMetrics().horizontalAdvance(heading.text()) <= heading.width(), heading.text()
        assert heading.height() < 2 * heading.fontMetrics().height(), heading.text()
        assert card.accessibleName().startswith(heading.text())


@pytest.fixture
def unopened(make_desk, tmp_path):
    """An office whose first year nobody has opened, with a draft of a policy that somebody else prepared."""
    made = make_desk(tmp_path, amount=None)
    content = made.workspace.records().policies.current().content
    policy.draft(
        made.workspace,
        content=content.replace("（河南式预设）", "（修订）"),
        operator=made.preparer,
        request_id=new_request_id(),
    )
    yield made
    made.close()


@pytest.mark.parametrize(
    ("who", "waits"),
    [
        ("preparer", ["待开设年度 1"]),
        ("reviewer", ["待开设年度 1", "政策草案待审核 1"]),
        ("finance", ["待开设年度 1"]),
        ("auditor", []),
    ],
)
def test_what_waits_is_told_before_any_year_is_opened(show, unopened, who, waits):
    page = show(unopened, getattr(unopened, who))
    assert page.open_year_button.isVisible()
    assert [link.text() for link in page.first_to_do.links if link.isVisible()] == waits
    assert page.first_to_do.nothing.isVisible() == (not waits)


def test_a_year_that_is_opened_waits_no_more(show, unopened):
    page = show(unopened, unopened.preparer)
    year.open_year(
        unopened.workspace, year=2026, amount=Money.yuan(1), document="文号", operator=unopened.preparer, request_id="y"
    )
    page.reload()
    settle(page)
    assert page.to_do.count == 0


def test_in_a_small_office_a_kind_of_work_is_told_once():
    tasks = tasks_of(Role.PREPARER, small_office=True)
    assert len(tasks) == len(set(tasks))
