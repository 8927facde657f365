"""Settlements (结算): drafting one for a period, and comparing its payments with the bank's file."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QVBoxLayout

from voucher_app.domain.errors import InvalidInput, Weight
from voucher_app.domain.money import ZERO, Money
from voucher_app.domain.settlement import LineStatus, Settlement
from voucher_app.i18n import _, ngettext
from voucher_app.services import settlement as use_case
from voucher_app.services.imports.payments import PAYMENTS, bank_lines, read_bank_lines
from voucher_app.services.queries.lists import ListFilter
from voucher_app.services.queries.settlement import SettlementDetails
from voucher_app.services.wording.errors import describe
from voucher_app.services.wording.names import status_name
from voucher_app.ui import theme
from voucher_app.ui.called_by_qt import called_by_qt
from voucher_app.ui.dialogs import open_dialog
from voucher_app.ui.dialogs.decision import DecisionDialog
from voucher_app.ui.dialogs.settlement_steps import settlement_facts
from voucher_app.ui.widgets.charts import Table
from voucher_app.ui.widgets.date_field import DateField
from voucher_app.ui.widgets.effect_panel import Effect
from voucher_app.ui.widgets.facts import FactsList
from voucher_app.ui.widgets.field import ReasonField, TextField
from voucher_app.ui.widgets.figures_table import FiguresTable

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from PySide6.QtGui import QDragEnterEvent, QDropEvent
    from PySide6.QtWidgets import QWidget

    from voucher_app.domain.errors import Violation
    from voucher_app.domain.settlement import BankLine
    from voucher_app.services.imports.preview import ImportPreview
    from voucher_app.services.queries.settlement import SettlementLineRow
    from voucher_app.services.settlement import DraftPreview
    from voucher_app.services.workspace import Workspace
    from voucher_app.ui.desk import Desk

_TABLE_ROWS = 7


class SettlementDraft(DecisionDialog):
    """Group what was verified up to a day into settlements, one for each budget year."""

    def __init__(self, desk: Desk, parent: QWidget | None) -> None:
        super().__init__(
            desk,
            parent,
            title=_("New settlement"),
            purpose=_("Groups what was verified up to a day. Another person confirms it; then it is paid."),
            action=_("Draft the settlement"),
        )
        self.until = DateField(_("Verified up to"))
        self.until.set_day(desk.today)
        self.since = DateField(_("Verified since"), required=False)
        self.since.set_hint(_("Left empty: also what was left over from earlier periods."))
        self.document = TextField(_("Document number"), name="document", required=False)
        self.document.set_hint(_("Of the allocation plan, where there is one already."))
        self.add(self.until, self.since)
        self.add(self.document)
        self.look_again()

    def look(self) -> Callable[[], Effect] | None:
        """Show what would be grouped."""
        if self.until.problem() or self.since.problem():
            return None
        until, since = self.until.value(), self.since.value_or_none()
        workspace = self.workspace

        def foresee() -> Effect:
            found, against = use_case.preview_draft(workspace, until=until, since=since)
            return draft_effect(found, against)

        return foresee

    def act(self) -> Callable[[], list[Settlement]]:
        """Draft."""
        until, since, document = self.until.value(), self.since.value_or_none(), self.document.value()
        workspace, operator, request_id = self.workspace, self.operator, self.request_id
        return lambda: use_case.draft(
            workspace, until=until, since=since, document=document, operator=operator, request_id=request_id
        )

    def told(self, result: object) -> str:
        """Say what was drafted."""
        assert isinstance(result, list)
        numbers = _(", ").join(str(one.id) for one in result)
        return ngettext("Settlement {numbers} drafted", "Settlements {numbers} drafted", len(result)).format(
            numbers=numbers
        )


def draft_effect(found: Sequence[DraftPreview], against: Sequence[Violation]) -> Effect:
    """Return what a draft would group, by budget year; no money moves by it."""
    facts: list[tuple[str, str]] = []
    for one in found:
        if len(found) > 1:
            facts.append((_("Budget year {year}").format(year=one.year), ""))
        facts += [
            (_("Period from"), one.period_from.isoformat()),
            (_("Lines"), f"{one.count:,}"),
            (_("Amount (yuan)"), one.amount.in_yuan()),
            (_("Province share (yuan)"), one.province.in_yuan()),
            (_("City share (yuan)"), (one.amount - one.province).in_yuan()),
        ]
    count = sum(one.count for one in found)
    amount = sum((one.amount for one in found), ZERO)
    told = ngettext(
        "{count} verified redemption, {amount} yuan. No money moves before it is paid.",
        "{count} verified redemptions, {amount} yuan. No money moves before they are paid.",
        count,
    )
    return Effect(
        sentence=told.format(count=f"{count:,}", amount=amount.in_yuan()) if found else "",
        rules=("R25", "ROLE"),
        violations=against,
        facts=facts,
    )


# ------------------------------------------------------------------------------------------------ the bank's file


@dataclass(frozen=True, slots=True)
class Comparison:
    """A bank's file beside the payments."""

    table: Table
    violations: list[Violation]


def compare(workspace: Workspace, settlement_id: int, bank: list[BankLine]) -> Comparison:
    """Hold a bank's file against a settlement's payments, line by line; what lacks in the file stands at the end."""
    violations = use_case.preview_reconciliation(workspace, settlement_id=settlement_id, bank=bank)
    by_number = {int(str(one.facts["line"])): one for one in violations if "line" in one.facts}
    others = {one.subject for one in violations if one.code == "bank_line_of_others"}
    rows = [
        (
            f"{line.number}",
            line.receipt_number,
            line.amount.in_yuan(),
            _difference(by_number.get(line.number), is_of_others=line.receipt_number in others),
        )
        for line in bank
    ]
    missing = {int(one.subject) for one in violations if one.code == "payment_not_in_file"}
    if missing:
        source = workspace.queries.settlement_lines(
            settlement_id, ListFilter(statuses=(LineStatus.PAID,), sort="id", descending=False)
        )
        rows += [_missing(line) for line in source.rows(0, source.count()) if line.id in missing]
    header = (_("Row"), _("Receipt number"), _("Amount (yuan)"), _("Result"))
    # What differs is looked at first.
    rows.sort(key=lambda row: row[-1] in {_agrees(), _of_others()})
    return Comparison(Table(header, tuple(rows), frozenset({0, 2})), violations)


def _agrees() -> str:
    return _("agrees")


def _of_others() -> str:
    return _("not of this settlement")


def _difference(violation: Violation | None, *, is_of_others: bool) -> str:
    if is_of_others:
        return _of_others()
    if violation is None:
        return _agrees()
    if violation.code == "bank_amount_differs":
        return _("other amount: {amount} yuan were paid").format(amount=Money(int(str(violation.allowed))).in_yuan())
    if violation.code == "bank_account_differs":
        return _("other account: {account}").format(account=violation.allowed)
    if violation.code == "bank_date_differs":
        return _("other day: {day}").format(day=violation.allowed)
    return _("not recorded as paid")


def _missing(line: SettlementLineRow) -> tuple[str, str, str, str]:
    return (
        "–",
        line.receipt_number,
        line.amount.in_yuan(),
        _("lacks in the file: line {number}, {payee}").format(number=line.id, payee=line.payee_name),
    )


class SettlementReconcile(DecisionDialog):
    """Compare a settlement's payments with the bank's file: choose it or drop it; every difference stands in a line."""

    def __init__(self, desk: Desk, parent: QWidget | None, *, settlement_id: int) -> None:
        super().__init__(
            desk,
            parent,
            title=_("Reconcile with the bank"),
            purpose=_("Every payment has to stand in the bank's file with its receipt, amount and account."),
            action=_("Reconcile"),
        )
        self._id = settlement_id
        self._bank: list[BankLine] | None = None
        self._reading = 0
        self.setAcceptDrops(True)
        self.facts = FactsList()
        self.add_widget(self.facts)
        self.file_words = QLabel()
        self.open_button = QPushButton(theme.icon("folder"), _("Choose the bank's file …"))
        self.open_button.setAutoDefault(False)
        self.open_button.clicked.connect(self.open_file)
        self.add_widget(self._drop_place())
        self.table = FiguresTable(_("The bank's file beside the payments"))
        self.table.setMinimumHeight(theme.ROW_COMPACT * _TABLE_ROWS)
        self.table.hide()
        self.add_widget(self.table)
        self.reason = ReasonField(_("Reason"), required=False)
        self.reason.hide()
        self.add(self.reason)
        queries = desk.workspace.queries
        desk.runner.run(lambda: queries.settlement(settlement_id), success=self._loaded)
        self._say_file(_("xlsx, ods or CSV with the columns 回单号, 金额, 账号, 日期; others are left alone."), "soft")
        self.look_again()

    # ------------------------------------------------------------------------------------------ the file

    def open_file(self) -> None:
        """Open the page that takes tables in: a file or a paste, its columns, its rows, a template."""
        self._take_in(None)

    def _take_in(self, file: Path | None) -> None:
        kind = PAYMENTS
        open_dialog(
            "table_import",
            self.desk,
            self,
            kind=kind.name,
            act=kind.use_case,
            file=file,
            takes=self._take_rows,
        )

    def _take_rows(self, found: ImportPreview) -> None:
        """Compare what the page read; nothing of it is recorded before this dialog's own decision."""
        bank = bank_lines(found.entries)
        self._compare(lambda: bank, found.grid.name)

    def take_file(self, file: Path) -> None:
        """Read a bank's file and compare; one whose columns or rows are not understood is looked at row by row."""
        tables = self.workspace.tables()
        self._compare(lambda: read_bank_lines(tables, file), file.name, file)

    def _compare(self, get: Callable[[], list[BankLine]], name: str, file: Path | None = None) -> None:
        """Get a bank's lines on the reading thread, and hold them against the payments."""
        self._reading += 1
        asked, workspace, settlement_id = self._reading, self.workspace, self._id

        def read() -> tuple[list[BankLine], Comparison]:
            bank = get()
            return bank, compare(workspace, settlement_id, bank)

        def done(found: tuple[list[BankLine], Comparison]) -> None:
            if not self.is_open or asked != self._reading:
                return
            self._bank, compared = found
            count = len(self._bank)
            told = ngettext("{name}: {count} payment", "{name}: {count} payments", count)
            self._say_file(told.format(name=name, count=f"{count:,}"), "")
            self.table.set_table(compared.table, stretch=len(compared.table.header) - 1)
            self.table.show()
            self.look_again()
            self._look_now()  # nobody types, so nothing has to come to rest

        def failed(error: Exception) -> None:
            if not self.is_open or asked != self._reading:
                return
            try:
                self._say_file("\n".join(describe(error)), "bad")
            except TypeError:
                self.desk.runner.failed.emit(error)
            self._bank = None
            self.table.hide()
            self.look_again()
            if file is not None and isinstance(error, InvalidInput):
                self._take_in(file)

        self.desk.runner.run(read, success=done, failure=failed, owner=self)

    @called_by_qt
    def dragEnterEvent(self, event: QDragEnterEvent) -> None:  # noqa: N802 - Qt's name
        """Accept one local file."""
        urls = event.mimeData().urls()
        if len(urls) == 1 and urls[0].isLocalFile():
            event.acceptProposedAction()

    @called_by_qt
    def dropEvent(self, event: QDropEvent) -> None:  # noqa: N802 - Qt's name
        """Read the file that was dropped."""
        self.take_file(Path(event.mimeData().urls()[0].toLocalFile()))
        event.acceptProposedAction()

    def _say_file(self, words: str, role: str) -> None:
        self.file_words.setText(words)
        theme.set_role(self.file_words, role)

    def _drop_place(self) -> QWidget:
        place = QFrame()
        place.setProperty("card", "true")
        self.file_words.setWordWrap(True)
        self.file_words.setTextFormat(Qt.TextFormat.PlainText)
        words = QVBoxLayout()
        head = QLabel(_("Drop the bank's file here, or choose it"))
        theme.set_role(head, "strong")
        words.addWidget(head)
        words.addWidget(self.file_words)
        row = QHBoxLayout(place)
        row.setContentsMargins(theme.PADDING, theme.SPACE * 3, theme.PADDING, theme.SPACE * 3)
        row.setSpacing(theme.SPACE * 3)
        row.addLayout(words, 1)
        row.addWidget(self.open_button)
        return place

    # ------------------------------------------------------------------------------------------ deciding

    def _loaded(self, found: object) -> None:
        if self.is_open and isinstance(found, SettlementDetails):
            told = [
                *settlement_facts(found)[:2],
                (_("Disbursed (yuan)"), found.paid.in_yuan()),
                (status_name("settlement-line", "paid"), f"{found.line_counts['paid']:,}"),
            ]
            self.facts.set_facts(told)

    def look(self) -> Callable[[], Effect] | None:
        """Tell every difference."""
        bank = self._bank
        if bank is None:
            return None
        workspace, settlement_id = self.workspace, self._id

        def foresee() -> Effect:
            found = use_case.preview_reconciliation(workspace, settlement_id=settlement_id, bank=bank)
            hard = sum(one.weight is Weight.BLOCK for one in found)
            told = (
                ngettext("{count} difference.", "{count} differences.", hard).format(count=hard)
                if hard
                else _("Every payment stands in the bank's file. No money moves.")
            )
            return Effect(sentence=told, rules=("R25", "TRANSITION", "ROLE"), violations=found)

        return foresee

    def noticed(self, effect: Effect) -> None:
        """Ask for a reason where a day differs."""
        self.reason.setVisible(effect.needs_reason)
        self.reason.require(effect.needs_reason)

    def save(self) -> None:
        """Reconcile, or ask for the file first."""
        if self._bank is None:
            self._say_file(_("Choose the bank's file first."), "bad")
            self.open_button.setFocus(Qt.FocusReason.OtherFocusReason)
            return
        super().save()

    def act(self) -> Callable[[], Settlement]:
        """Reconcile."""
        bank = self._bank
        assert bank is not None, "`save` looked"
        workspace, operator, request_id, reason = self.workspace, self.operator, self.request_id, self.reason.value()
        settlement_id = self._id
        return lambda: use_case.reconcile(
            workspace,
            settlement_id=settlement_id,
            bank=bank,
            reason=reason,
            operator=operator,
            request_id=request_id,
        )

    def told(self, result: object) -> str:
        """Say that it agrees."""
        assert isinstance(result, Settlement)
        return _("Settlement {id}: {status}").format(id=result.id, status=status_name("settlement", result.status))
