"""The statement of one payee of a settlement (结算单): shown, copied as text for a letter or a sheet, or printed."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QDialog,
    QFrame,
    QHBoxLayout,
    QLabel,
    QListView,
    QPushButton,
    QTextBrowser,
    QVBoxLayout,
)

from voucher_app.i18n import _
from voucher_app.services.wording.names import status_name
from voucher_app.ui import theme
from voucher_app.ui.choice_box import ChoiceBox
from voucher_app.ui.clipboard import grid_text
from voucher_app.ui.dialogs.settlement_steps import period
from voucher_app.ui.tab_order import ReadingOrder

if TYPE_CHECKING:
    from PySide6.QtWidgets import (
        QWidget,
    )

    from voucher_app.services.queries.settlement import PayeeShare, PayeeStatement, SettlementDetails, SettlementLineRow
    from voucher_app.ui.desk import Desk


def statement_head(told: PayeeStatement) -> list[tuple[str, str]]:
    """Return the head of a statement, label and value."""
    settlement, payee = told.settlement, told.payee
    found = [
        (
            _("Settlement record"),
            _("No. {number}, budget year {year}").format(number=settlement.id, year=settlement.year),
        ),
        (_("Period"), period(settlement.period_from, settlement.period_until)),
        (_("Document"), settlement.document),
        (_("Payee"), payee.name),
        (_("Credit code"), payee.uscc),
        (_("Account name"), payee.account_name),
        (_("Bank"), payee.bank_name),
        (_("Bank account"), payee.bank_account),
        (_("Amount (yuan)"), payee.amount.in_yuan()),
        (_("In capitals"), payee.amount.in_capitals()),
        (
            _("Province / city (yuan)"),
            _("{province} / {city}").format(province=payee.province.in_yuan(), city=payee.city.in_yuan()),
        ),
        (_("Disbursed (yuan)"), payee.paid.in_yuan()),
    ]
    return [fact for fact in found if fact[1]]


def statement_columns() -> list[str]:
    """Return the headings of a statement's lines."""
    return [
        _("No."),
        _("Voucher number"),
        _("Invoice"),
        _("Amount (yuan)"),
        _("Province share"),
        _("City share"),
        _("Receipt number"),
        _("Paid on"),
    ]


def _cells(number: int, line: SettlementLineRow) -> list[str]:
    return [
        f"{number}",
        line.voucher_number,
        line.invoice_key,
        line.amount.in_yuan(),
        line.province.in_yuan(),
        line.city.in_yuan(),
        line.receipt_number,
        line.paid_on or status_name("settlement-line", line.status),
    ]


def statement_text(told: PayeeStatement, office: str) -> str:
    """Return a statement as text: the head line by line, then a grid that a spreadsheet takes."""
    lines = [_("Settlement statement of {office}").format(office=office), ""]
    lines += [_("{label}: {value}").format(label=label, value=value) for label, value in statement_head(told)]
    rows = [_cells(number, line) for number, line in enumerate(told.lines, start=1)]
    return "\n".join([*lines, "", grid_text([statement_columns(), *rows])])


_NUMERIC = frozenset({3, 4, 5})


def _document(told: PayeeStatement, office: str) -> str:
    tokens = theme.current()
    title = escape(_("Settlement statement of {office}").format(office=office))
    head = "".join(
        f'<tr><td style="color: {tokens.ink_soft}; padding: 2px 16px 2px 0">{escape(label)}</td>'
        f'<td style="padding: 2px 0">{escape(value)}</td></tr>'
        for label, value in statement_head(told)
    )

    def cell(place: int, words: str, tag: str) -> str:
        side = "right" if place in _NUMERIC else "left"
        colour = f"color: {tokens.ink_soft};" if tag == "th" else ""
        return (
            f'<td align="{side}" style="{colour} padding: 5px 6px; border-bottom: 1px solid {tokens.line}; '
            f'white-space: nowrap">{escape(words)}</td>'
        )

    columns = "".join(cell(place, words, "th") for place, words in enumerate(statement_columns()))
    rows = "".join(
        "<tr>" + "".join(cell(place, words, "td") for place, words in enumerate(_cells(number, line))) + "</tr>"
        for number, line in enumerate(told.lines, start=1)
    )
    return (
        f'<p style="font-size: {theme.SECTION_PX}px; font-weight: bold; margin: 0 0 10px 0">{title}</p>'
        f'<table cellspacing="0">{head}</table>'
        f'<table width="100%" cellspacing="0" style="margin-top: 14px"><tr>{columns}</tr>{rows}</table>'
    )


class PayeeStatements(ReadingOrder, QDialog):
    """The statements of a settlement's payees, one at a time."""

    def __init__(self, desk: Desk, parent: QWidget | None, *, settlement_id: int, uscc: str = "") -> None:
        super().__init__(parent)
        self._desk = desk
        self._id = settlement_id
        self._wanted = uscc
        self._asked = 0
        self._text = ""
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setModal(True)
        self.setWindowTitle(_("Statements of payees"))
        self.payees = ChoiceBox()
        self.payees.setAccessibleName(_("Payee"))
        self.payees.setView(QListView(self))
        self.payees.currentIndexChanged.connect(self._show_payee)
        self.text = QTextBrowser()
        self.text.setAccessibleName(_("Statement"))
        self.text.setFrameShape(QFrame.Shape.NoFrame)
        self.text.setObjectName("facts")
        self.copy_button = QPushButton(theme.icon("copy", "accent_ink"), _("Copy as text"))
        self.copy_button.setProperty("kind", "accent")
        self.copy_button.setAutoDefault(False)
        self.copy_button.clicked.connect(self.copy)
        self.print_button = QPushButton(theme.icon("print", "ink_soft"), _("On paper …"))
        self.print_button.setToolTip(_("The payee's statement, looked at first, then printed or saved"))
        self.print_button.setAutoDefault(False)
        self.print_button.clicked.connect(self.look_at_the_paper)
        self._build()
        queries = desk.workspace.queries
        desk.runner.run(lambda: queries.settlement(settlement_id), success=self._loaded)

    def copy(self) -> None:
        """Copy the statement that is shown."""
        if self._text:
            QGuiApplication.clipboard().setText(self._text)
            self._desk.notify(_("The statement of {name} is copied.").format(name=self.payees.currentText()))

    def look_at_the_paper(self) -> None:
        """Preview the statement of the payee that is shown."""
        from voucher_app.ui.dialogs import open_dialog  # noqa: PLC0415 - it loads this module

        subject = f"settlement:{self._id}/{self.payees.currentData()}"
        open_dialog("document_preview", self._desk, self, kind="payee-statement", subject=subject)

    def _loaded(self, found: SettlementDetails) -> None:
        self.payees.blockSignals(True)  # noqa: FBT003 - Qt's way
        for payee in found.payees:
            self.payees.addItem(self._line(payee), payee.uscc)
        self.payees.setCurrentIndex(max(self.payees.findData(self._wanted), 0))
        self.payees.blockSignals(False)  # noqa: FBT003
        self.copy_button.setEnabled(bool(found.payees))
        self.print_button.setEnabled(bool(found.payees))
        if found.payees:
            self._show_payee()
        else:
            self.text.setPlainText(_("Nobody is paid by this settlement."))

    def _line(self, payee: PayeeShare) -> str:
        return _("{name} · {amount} yuan").format(name=payee.name, amount=payee.amount.in_yuan())

    def _show_payee(self) -> None:
        self._asked += 1
        asked, uscc, settlement_id = self._asked, str(self.payees.currentData()), self._id
        queries, office = self._desk.workspace.queries, self._desk.office.name

        def told(statement: PayeeStatement) -> None:
            if asked == self._asked:
                self._text = statement_text(statement, office)
                self.text.setHtml(_document(statement, office))

        self._desk.runner.run(lambda: queries.payee_statement(settlement_id, uscc), success=told, owner=self)

    def _build(self) -> None:
        heading = QLabel(_("Statements of payees"))
        theme.set_role(heading, "title")
        card = QFrame()
        card.setProperty("card", "true")
        inside = QVBoxLayout(card)
        inside.setContentsMargins(theme.PADDING, theme.PADDING, theme.PADDING, theme.PADDING)
        inside.addWidget(self.text)
        close = QPushButton(_("Close"))
        close.setAutoDefault(False)
        close.clicked.connect(self.reject)
        row = QHBoxLayout()
        row.setSpacing(theme.SPACE * 2)
        row.addStretch(1)
        row.addWidget(close)
        row.addWidget(self.print_button)
        row.addWidget(self.copy_button)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(theme.MARGIN, theme.MARGIN, theme.MARGIN, theme.PADDING)
        whole.setSpacing(theme.SPACE * 3)
        whole.addWidget(heading)
        whole.addWidget(self.payees)
        whole.addWidget(card, 1)
        whole.addLayout(row)
        self.resize(theme.CONTROL * 27, theme.CONTROL * 17)
