"""年度报表: where a year's money is and what became of it, now or at the end of any past day; raises, and the close."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, ClassVar

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QSplitter,
    QVBoxLayout,
    QWidget,
)

from voucher_app.domain.budget import (
    CEILING,
    CapChangeStatus,
    YearStatus,
    check_cap_change,
    raise_is_in_ceiling,
)
from voucher_app.domain.errors import DomainError, NotFound
from voucher_app.domain.money import Money
from voucher_app.i18n import _
from voucher_app.services import year as use_case
from voucher_app.services.ports.errors import StorageError
from voucher_app.services.wording.errors import describe
from voucher_app.services.wording.names import status_name
from voucher_app.services.wording.rules import sentence
from voucher_app.ui import theme
from voucher_app.ui.clipboard import grid_text
from voucher_app.ui.dialogs import open_dialog
from voucher_app.ui.figures_out import save_sheets
from voucher_app.ui.pages.details import Act, DetailPanel, Details, Fact
from voucher_app.ui.pages.page import Page
from voucher_app.ui.pages.possibilities import for_the_role, reasons_against
from voucher_app.ui.pages.record_documents import DOCUMENT, preview_context, with_documents
from voucher_app.ui.pages.year_steps import close_step, decide_step, raise_step, refuse_step
from voucher_app.ui.widgets.charts import Table
from voucher_app.ui.widgets.date_field import DateField
from voucher_app.ui.widgets.figures_table import FiguresTable

if TYPE_CHECKING:
    from collections.abc import Sequence

    from voucher_app.domain.budget import (
        YearMoney,
    )
    from voucher_app.domain.errors import Violation
    from voucher_app.domain.operators import Operator
    from voucher_app.services.queries.year import CapChangeRow, YearStatement
    from voucher_app.services.workspace import Workspace
    from voucher_app.ui.desk import Desk

_HEAD_SHOWN = 12
_QUARTERS = (1, 2, 3, 4)
_LIST_SHARE, _PANEL_SHARE = 752, 346
_LEAST = 560


# ------------------------------------------------------------------------------------------------ the statement


def where_table(told: YearStatement) -> Table:
    """Return where the year's money is; the last line is the sum of the others (domain.md §3)."""
    money = told.money
    rows = (
        (_("Unissued"), money.unissued),
        (_("Outstanding"), money.outstanding),
        (_("Payable"), money.payable),
        (_("Paid"), money.disbursed),
        (_("Lapsed"), money.lapsed),
        (_("Appropriation"), money.appropriation),
    )
    return _amounts(_("Where the money is"), rows)


def moved_table(told: YearStatement) -> Table:
    """Return what became of the year's money up to the day."""
    rows = (
        (_("Opened with"), told.opened),
        (_("Raised since"), told.money.appropriation - told.opened),
        (_("Issued"), told.issued),
        (_("Recycled from ended vouchers"), told.recycled),
        (_("Verified"), told.redeemed),
        (_("Disbursed"), told.paid),
        (_("Recovered"), told.recovered),
        (_("Of it to be issued anew"), told.recovered_to_pool),
        (_("Carried over to the next year"), Money(0)),
    )
    return _amounts(_("What became of it"), rows)


def counts_table(told: YearStatement) -> Table:
    """Return the vouchers by status."""
    rows = tuple((status_name("voucher", status), f"{count:,}") for status, count in told.counts.items())
    return Table((_("Vouchers"), _("Count")), rows, frozenset({1}))


def _amounts(head: str, rows: Sequence[tuple[str, Money]]) -> Table:
    return Table((head, _("Amount (yuan)")), tuple((name, amount.in_yuan()) for name, amount in rows), frozenset({1}))


def statement_words(told: YearStatement, *, is_past: bool) -> str:
    """Return what a statement says of itself: the day, the journal's record and its hash."""
    if not is_past:
        return _("Now. The last journal record is {seq} of {day}, hash {head}").format(
            day=told.as_of, seq=f"{told.seq:,}", head=told.head[:_HEAD_SHOWN]
        )
    return _("As of {day}, journal record {seq}, hash {head}").format(
        day=told.as_of, seq=f"{told.seq:,}", head=told.head[:_HEAD_SHOWN]
    )


def statement_title(told: YearStatement) -> str:
    """Return the name of a statement: of a year that was closed by then it is the closing statement."""
    if told.money.status is YearStatus.CLOSED:
        return _("Closing statement of {year}").format(year=told.money.year)
    return _("Statement of {year}").format(year=told.money.year)


def statement_text(told: YearStatement, office: str, *, is_past: bool) -> str:
    """Return a statement as text that a spreadsheet takes."""
    parts = [office, statement_title(told), statement_words(told, is_past=is_past), ""]
    for _name, table in statement_sheets(told)[:3]:
        parts += [table.as_text(), ""]
    raises = [(_("Raise"), one.amount.in_yuan(), one.document, _change_words(one)) for one in told.changes]
    parts += [grid_text(raises)] if raises else []
    return "\n".join(parts).rstrip() + "\n"


def statement_sheets(told: YearStatement) -> list[tuple[str, Table]]:
    """Return a statement's tables, each under its name; raises last."""
    head = (_("Raises"), _("Amount (yuan)"), _("Document"), _("What became of it"))
    raises = tuple((str(one.id), one.amount.in_yuan(), one.document, _change_words(one)) for one in told.changes)
    return [
        (_("Where the money is"), where_table(told)),
        (_("What became of it"), moved_table(told)),
        (_("Vouchers by status"), counts_table(told)),
        (_("Raises"), Table(head, raises, frozenset({1}))),
    ]


def _change_words(one: CapChangeRow) -> str:
    lines = [
        status_name("cap-change", one.status),
        _("proposed on {day} by {name}: {reason}").format(day=one.proposed_on, name=one.prepared_by, reason=one.reason),
    ]
    if one.decided_on:
        lines.append(_("decided on {day} by {name}").format(day=one.decided_on, name=one.reviewed_by))
    return _("; ").join(lines)


# ------------------------------------------------------------------------------------------------ the acts


def describe_year(workspace: Workspace, year: int, operator: Operator | None) -> Details:
    """Read what can be done with a budget year, and what was done.

    Raises:
        NotFound: when the year is not opened.
    """
    records = workspace.records()
    money = records.years.get(year)
    changes = workspace.queries.cap_changes(year)
    notes = use_case.preview_closing(workspace, year=year)
    return Details(
        title=_("Budget year {year}").format(year=year),
        status=("year", money.status),
        figure=f"¥{money.appropriation.in_yuan()}",
        note=_("appropriation, {document}").format(document=money.document),
        facts=(
            (
                Fact(_("Unissued"), _("{amount} yuan").format(amount=money.unissued.in_yuan())),
                Fact(_("Province's ceiling"), _("{amount} yuan").format(amount=CEILING.in_yuan())),
            ),
        ),
        headed=(
            (_("Raises"), [_change_fact(one) for one in changes]),
            (
                _("Before the close"),
                [Fact("", sentence(note)) for note in notes] if money.status is YearStatus.OPEN else [],
            ),
        ),
        acts=[
            *_acts(workspace, money, changes, notes, operator),
            Act(_("Archive …"), "archive_pack", "archive", {"year": year}),
        ],
        subjects=year_subjects(workspace, year),
    )


def year_subjects(workspace: Workspace, year: int) -> list[str]:
    """Return whose papers belong to a year: its own, those of its quarters that have begun, and the journal's head."""
    today = workspace.clock.today()
    begun = [quarter for quarter in _QUARTERS if date(year, 3 * quarter - 2, 1) <= today]
    return [f"year:{year}", *(f"quarter:{year}-{quarter}" for quarter in begun), "journal:head"]


def _change_fact(one: CapChangeRow) -> Fact:
    return Fact(
        _("No. {number}").format(number=one.id),
        _("{amount} yuan, {document}\n{words}").format(
            amount=one.amount.in_yuan(), document=one.document, words=_change_words(one)
        ),
    )


def _acts(
    workspace: Workspace,
    money: YearMoney,
    changes: Sequence[CapChangeRow],
    notes: Sequence[Violation],
    operator: Operator | None,
) -> list[Act]:
    acts = [
        Act(
            _("Raise the appropriation …"),
            "step",
            "raise",
            {"step": raise_step(money)},
            reasons=_against_a_raise(money),
        )
    ]
    records = workspace.records()
    for row in changes:
        if row.status != CapChangeStatus.PROPOSED:
            continue
        change = records.years.cap_change(row.id)
        for act, words, icon, kind, step in (
            ("decide", _("Decide raise {number} …"), "approve", "accent", decide_step(change, row)),
            ("refuse", _("Refuse raise {number} …"), "refuse", "danger", refuse_step(change, row)),
        ):
            against = check_cap_change(change, money, act=act, decided_by=operator) if operator is not None else []
            acts.append(
                Act(
                    words.format(number=row.id),
                    "step",
                    icon,
                    {"step": step},
                    kind,
                    reasons_against(against),
                )
            )
    acts.append(
        Act(
            _("Close the year …"),
            "step",
            "archive",
            {"step": close_step(money, notes)},
            "danger",
            reasons_against(notes),
        )
    )
    return acts


def _against_a_raise(money: YearMoney) -> tuple[str, ...]:
    """Return why a year cannot be raised at all; R1's own sentence would tell of the one fen that nobody typed."""
    found = raise_is_in_ceiling(money, Money(1))
    ceiling = (_("the province's ceiling is reached."),) if any(one.rule == "R1" for one in found) else ()
    return reasons_against([one for one in found if one.rule != "R1"]) + ceiling


# ------------------------------------------------------------------------------------------------ the view


class YearStatementView(Page):
    """A year's statement at the left, what can be done with the year at the right; held by the page 台账."""

    name: ClassVar[str] = "statement"

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(desk, parent)
        self._asked = 0
        self._wants_raises = False
        self.statement: YearStatement | None = None
        self.is_past = False
        self.day = DateField(_("As of the end of"))
        self.day.set_day(desk.today)
        self.day.setFixedWidth(theme.CONTROL * 5)
        self.day.changed.connect(self._day_changed)
        self.today_button = QPushButton(_("Today"))
        self.today_button.clicked.connect(lambda: self.day.set_day(self.desk.today))
        self.copy_button = QPushButton(theme.icon("copy", "ink_soft"), _("Copy as text"))
        self.copy_button.clicked.connect(self.copy)
        self.save_button = QPushButton(theme.icon("export", "ink_soft"), _("Save as a table …"))
        self.save_button.clicked.connect(self.save)
        self.heading = QLabel()
        theme.set_role(self.heading, "section")
        self.words = QLabel()
        self.words.setWordWrap(True)
        self.words.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.where = FiguresTable(_("Where the money is"))
        self.moved = FiguresTable(_("What became of it"))
        self.counts = FiguresTable(_("Vouchers by status"))
        self.panel = DetailPanel()
        self.panel.act_wanted.connect(self._do)
        self.panel.link_wanted.connect(self._follow)
        desk.operator_changed.connect(self.mark_stale)
        self._build()

    @classmethod
    def title(cls) -> str:
        """Return the list's name."""
        return _("Year's statement")

    def reload(self) -> None:
        """Read the statement, and what can be done with the year."""
        workspace, year, operator = self.desk.workspace, self.desk.year, self.desk.operator

        def read() -> Details | None:
            try:
                return with_documents(workspace, describe_year(workspace, year, operator))
            except NotFound:
                return None

        self.desk.runner.run(read, success=self._described)
        self._read_statement()

    def show_raises(self) -> None:
        """Put the focus on the first raise that can be decided, as soon as the year is described."""
        self._wants_raises = True
        self.mark_stale()

    def copy(self) -> None:
        """Copy the statement that is shown."""
        if self.statement is not None:
            told = statement_text(self.statement, self.desk.office.name, is_past=self.is_past)
            QGuiApplication.clipboard().setText(told)
            self.desk.notify(_("The statement is copied."))

    def save(self) -> None:
        """Save the statement that is shown as a workbook."""
        told = self.statement
        if told is not None:
            title = _("{statement}, {day}").format(statement=statement_title(told), day=told.as_of)
            save_sheets(self, title, statement_sheets(told))

    def _day_changed(self) -> None:
        if not self.day.problem():
            self._read_statement()

    def _read_statement(self) -> None:
        if self.day.problem():
            return
        day = self.day.value()
        self._asked += 1
        asked, queries, year = self._asked, self.desk.workspace.queries, self.desk.year
        until = day if day < self.desk.today else None

        def told(statement: YearStatement) -> None:
            if asked == self._asked:
                self._show(statement, is_past=until is not None)

        def refused(error: Exception) -> None:
            if asked != self._asked:
                return
            if isinstance(error, NotFound):
                self._show_none(_("The budget year {year} was not open on {day}.").format(year=year, day=day))
            elif isinstance(error, DomainError | StorageError):
                self._show_none("\n".join(describe(error)))
            else:
                self.desk.runner.failed.emit(error)

        # A past day is told by replay of the journal, which may take seconds.
        self.desk.runner.run(
            lambda: queries.year_statement(year, until), success=told, failure=refused, long=True, owner=self
        )

    def _show(self, told: YearStatement, *, is_past: bool) -> None:
        self.statement = told
        self.heading.setText(statement_title(told))
        self.is_past = is_past
        words = statement_words(told, is_past=is_past)
        self.words.setText(_("{words}. A past day, told by the journal.").format(words=words) if is_past else words)
        theme.set_role(self.words, "warn" if is_past else "soft")
        for table, figures in (
            (self.where, where_table(told)),
            (self.moved, moved_table(told)),
            (self.counts, counts_table(told)),
        ):
            table.set_table(figures)
            table.setFixedHeight(theme.ROW_COMPACT * (len(figures.rows) + 1) + 4)
        self._tables.show()
        self.copy_button.setEnabled(True)
        self.save_button.setEnabled(True)

    def _show_none(self, words: str) -> None:
        self.statement = None
        self.heading.setText("")
        self.words.setText(words)
        theme.set_role(self.words, "warn")
        self._tables.hide()
        self.copy_button.setEnabled(False)
        self.save_button.setEnabled(False)

    def _described(self, details: Details | None) -> None:
        if details is None:
            self.panel.show_hint(_("The budget year {year} is not open.").format(year=self.desk.year))
        else:
            self.panel.show_details(for_the_role(self.desk, details))
        if self._wants_raises:
            self._wants_raises = False
            words = _("Decide raise {number} …").partition("{")[0]
            for button in self.panel.buttons():
                if button.text().startswith(words):
                    button.setFocus(Qt.FocusReason.OtherFocusReason)
                    return

    def _follow(self, page: str, key: str) -> None:
        if page == DOCUMENT:
            open_dialog("document_preview", self.desk, self.window(), **preview_context(key))
        else:
            self.desk.go(page, key=key)

    def _do(self, act: Act) -> None:
        open_dialog(act.dialog, self.desk, self.window(), **act.context)

    def _build(self) -> None:
        card = QFrame()
        card.setProperty("card", "true")
        card.setMinimumWidth(_LEAST)
        around = QVBoxLayout(card)
        around.setContentsMargins(1, 1, 1, 1)
        around.addWidget(self._scrolled())
        splitter = QSplitter(Qt.Orientation.Horizontal)
        splitter.setHandleWidth(theme.GAP)
        splitter.setChildrenCollapsible(False)
        splitter.addWidget(card)
        splitter.addWidget(self.panel)
        splitter.setStretchFactor(0, 1)
        splitter.setStretchFactor(1, 0)
        splitter.setSizes([_LIST_SHARE, _PANEL_SHARE])
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(splitter)
        self._show_none("")

    def _scrolled(self) -> QScrollArea:
        choice = QHBoxLayout()
        choice.setSpacing(theme.SPACE * 2)
        choice.addWidget(self.day)
        choice.addWidget(self.today_button)
        choice.addStretch(1)
        choice.addWidget(self.copy_button)
        choice.addWidget(self.save_button)
        self._tables = self._side_by_side()
        inner = QWidget()
        inner.setProperty("flat", "true")
        inside = QVBoxLayout(inner)
        inside.setContentsMargins(theme.PADDING, theme.SPACE * 3, theme.PADDING, theme.SPACE * 3)
        inside.setSpacing(theme.SPACE * 2)
        inside.addLayout(choice)
        for part in (self.heading, self.words, self._tables):
            inside.addWidget(part)
        inside.addStretch(1)
        scroll = QScrollArea()
        scroll.setProperty("ring", "true")
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setWidget(inner)
        return scroll

    def _side_by_side(self) -> QWidget:
        tables = QWidget()
        tables.setProperty("flat", "true")
        left, right = QVBoxLayout(), QVBoxLayout()
        left.setSpacing(theme.GAP)
        left.addWidget(self.where)
        left.addWidget(self.counts)
        left.addStretch(1)
        right.addWidget(self.moved)
        right.addStretch(1)
        row = QHBoxLayout(tables)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(theme.GAP)
        row.addLayout(left, 1)
        row.addLayout(right, 1)
        return tables
