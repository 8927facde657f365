"""The part of a form that claims on invoices: the first one, its payment, the price, further invoices."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QToolButton, QVBoxLayout

from voucher_app.domain.invoice import parse_invoice_number
from voucher_app.domain.money import ZERO
from voucher_app.i18n import _, ngettext
from voucher_app.services.claim import ClaimedFacts, InvoiceFacts
from voucher_app.ui import theme
from voucher_app.ui.called_by_qt import called_by_qt
from voucher_app.ui.dialogs.decision import DecisionDialog
from voucher_app.ui.dialogs.invoice_reading import (
    InvoiceNumberField,
    InvoiceReading,
    Slot,
    accept_no_drops,
    dropped_files,
)
from voucher_app.ui.scanner import Kind
from voucher_app.ui.widgets.amount_field import AmountField
from voucher_app.ui.widgets.date_field import DateField
from voucher_app.ui.widgets.disclosure import Disclosure, open_around
from voucher_app.ui.widgets.field import ReasonField, TextField

if TYPE_CHECKING:
    from collections.abc import Mapping

    from PySide6.QtGui import QDragEnterEvent, QDropEvent
    from PySide6.QtWidgets import QWidget

    from voucher_app.domain.invoice import Invoice
    from voucher_app.domain.money import Money
    from voucher_app.domain.reimbursement import Reimbursement
    from voucher_app.ui.desk import Desk
    from voucher_app.ui.scanner import Scan
    from voucher_app.ui.widgets.effect_panel import Effect
    from voucher_app.ui.widgets.field import CodeField, Field
    from voucher_app.ui.widgets.from_file import FromFile

_DIGITS_OF_INVOICE = 20
_MOST_INVOICES = 20


class FurtherInvoice(QFrame):
    """One more invoice of a claim: its number, day and amount; the rest in a part that opens."""

    def __init__(self, place: int) -> None:
        super().__init__()
        self.setProperty("card", "true")
        self.place = QLabel()
        theme.set_role(self.place, "strong")
        self.remove_button = QToolButton()
        self.remove_button.setIcon(theme.icon("close"))
        self.number = InvoiceNumberField(_("Invoice number"), parse_invoice_number, length=_DIGITS_OF_INVOICE)
        self.invoiced_on = DateField(_("Invoiced on"))
        self.amount = AmountField(_("Invoice amount"))
        self.evidence = InvoiceEvidence()
        self.part = Disclosure(_("Service period and payment"), _("days, payer, payee, supporting services"))
        self.part.watch(*self.evidence.fields, *self.evidence.service)
        head = QHBoxLayout()
        head.addWidget(self.place, 1)
        head.addWidget(self.remove_button)
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(theme.PADDING, theme.SPACE * 2, theme.PADDING, theme.SPACE * 2)
        self.column.setSpacing(theme.SPACE)
        self.column.addLayout(head)
        self.tell_place(place)

    @property
    def slot(self) -> Slot:
        """What a file fills of it."""
        return Slot(self.number, self.invoiced_on, self.amount)

    @property
    def fields(self) -> tuple[Field, ...]:
        """All its fields."""
        return (self.number, self.invoiced_on, self.amount, *self.evidence.service, *self.evidence.fields)

    def tell_place(self, place: int) -> None:
        """Say which invoice of the claim it is."""
        words = _("Invoice {place}").format(place=place)
        self.place.setText(words)
        remove = _("Leave out invoice {place}").format(place=place)
        self.remove_button.setToolTip(remove)
        self.remove_button.setAccessibleName(remove)

    def facts(self) -> InvoiceFacts:
        """Return what was typed."""
        return self.evidence.facts(self.number, self.invoiced_on, self.amount)

    def tell(self, invoice: Invoice) -> None:
        """Put in what an invoice told."""
        self.evidence.tell(invoice, self.number, self.invoiced_on, self.amount)


class InvoiceEvidence:
    """The fields of an invoice that may stay empty: its service period, its payment, its supporting services."""

    def __init__(self) -> None:
        self.service_from = DateField(_("Service from"), required=False)
        self.service_until = DateField(_("Service until"), required=False)
        self.paid_on = DateField(_("Day of payment"), required=False)
        self.paid = AmountField(_("Amount paid"), required=False)
        self.paid.set_hint(_("Left empty: all of the invoice."))
        self.payer = TextField(_("Payer"), name="payer", required=False)
        self.payee = TextField(_("Paid to"), name="payee", required=False)
        self.supporting = AmountField(_("Of it supporting services"), required=False)
        self.supporting.set_hint(_("Storage, network, security, platform."))

    @property
    def service(self) -> tuple[Field, Field]:
        """The service period."""
        return self.service_from, self.service_until

    @property
    def fields(self) -> tuple[Field, ...]:
        """Payment and supporting services."""
        return self.paid_on, self.paid, self.payer, self.payee, self.supporting

    def facts(self, number: CodeField, invoiced_on: DateField, amount: AmountField) -> InvoiceFacts:
        """Return what was typed of an invoice, its number, day and amount included."""
        return InvoiceFacts(
            number=number.value(),
            amount=amount.value(),
            invoiced_on=invoiced_on.value(),
            service_from=self.service_from.value_or_none(),
            service_until=self.service_until.value_or_none(),
            paid_on=self.paid_on.value_or_none(),
            paid=self.paid_or_none(),
            payer=self.payer.value(),
            payee=self.payee.value(),
            supporting_services=self.supporting_or_zero(),
        )

    def tell(self, invoice: Invoice, number: CodeField, invoiced_on: DateField, amount: AmountField) -> None:
        """Put in what an invoice told, its number, day and amount included."""
        number.set_text(invoice.key)
        invoiced_on.set_day(invoice.invoiced_on)
        amount.set_amount(invoice.amount)
        for field, day in (
            (self.service_from, invoice.service_from),
            (self.service_until, invoice.service_until),
            (self.paid_on, invoice.paid_on),
        ):
            if day is not None:
                field.set_day(day)
        for place, part in ((self.paid, invoice.paid), (self.supporting, invoice.supporting_services)):
            if part:
                place.set_amount(part)
        self.payer.set_text(invoice.payer)
        self.payee.set_text(invoice.payee)

    def paid_or_none(self) -> Money | None:
        """Return what was paid, or None for all of it."""
        return self.paid.value() if self.paid.text().strip() else None

    def supporting_or_zero(self) -> Money:
        """Return what of the invoice is supporting services."""
        return self.supporting.value() if self.supporting.text().strip() else ZERO


class ClaimForm(DecisionDialog):
    """A dialog that claims on invoices; a subclass adds the fields to its form in the order that it needs."""

    def __init__(self, desk: Desk, parent: QWidget | None, *, title: str, purpose: str, action: str) -> None:
        super().__init__(desk, parent, title=title, purpose=purpose, action=action)
        self.invoice_number = InvoiceNumberField(_("Invoice number"), parse_invoice_number, length=_DIGITS_OF_INVOICE)
        self.invoice_number.set_hint(_("20 digits, or code and number of an older invoice"))
        self.invoiced_on = DateField(_("Invoiced on"))
        self.invoice_amount = AmountField(_("Invoice amount"))
        self.evidence = InvoiceEvidence()
        self.service_from, self.service_until = self.evidence.service_from, self.evidence.service_until
        self.price_item = TextField(_("What was bought"), name="price_item", required=False)
        self.price_item.set_hint(_("As the provider's price list calls it."))
        self.unit_price = AmountField(_("Unit price"), required=False)
        self.reason = ReasonField(_("Reason"), required=False)
        self.reason.set_hint(_("A rule asks for a reason; it is recorded."))
        self.further: list[FurtherInvoice] = []
        first = Slot(self.invoice_number, self.invoiced_on, self.invoice_amount)
        self.reading = InvoiceReading(
            desk,
            slots=lambda: [first, *(invoice.slot for invoice in self.further)],
            add_slot=self._one_more,
            voucher=self.voucher_number,
        )
        self.reading.changed.connect(self._files_changed)
        self.reading.marked.connect(self._stop_beside)
        self.reading.unmarked.connect(lambda mark: self._stops.remove(mark.tick))
        self.reading.finished.connect(self._go_to_compare)
        self.invoice_number.scanned.connect(lambda text: self.reading.read_qr(text, first))
        self.setAcceptDrops(True)

    def voucher_number(self) -> str:
        """Return the voucher that is claimed on, where there is one."""
        return ""

    def add(self, *fields: Field, stretches: tuple[int, ...] = (), into: QVBoxLayout | None = None) -> None:
        """Add fields; what is dropped on them is for the dialog."""
        super().add(*fields, stretches=stretches, into=into)
        for one in fields:
            accept_no_drops(one.control)

    def add_reading(self) -> None:
        """Let invoices be dropped, chosen or scanned; Enter goes from field to field and does not stop here."""
        self.add_widget(self.reading)

    def add_reason(self) -> None:
        """Ask for a reason where a rule wants one, at the end; the button that reads invoices is the last stop."""
        self.add(self.reason)
        self.reason.hide()
        self.stop_at(self.reading.button)

    def _stop_beside(self, mark: FromFile) -> None:
        self._stops.insert(self._stops.index(mark.field.control) + 1, mark.tick)
        self.order_tabs()

    def _files_changed(self) -> None:
        self.look_again()

    def _go_to_compare(self) -> None:
        """Begin to compare with what was read first."""
        waiting = self.reading.first_to_compare()
        if waiting is not None and self.is_open:
            waiting.tick.setFocus(Qt.FocusReason.OtherFocusReason)
            QTimer.singleShot(0, waiting, lambda: self._scroll.ensureWidgetVisible(waiting.field))

    @called_by_qt
    def dragEnterEvent(self, event: QDragEnterEvent) -> None:  # noqa: N802 - Qt's name
        """Accept local files."""
        if dropped_files(event.mimeData()):
            event.acceptProposedAction()

    @called_by_qt
    def dropEvent(self, event: QDropEvent) -> None:  # noqa: N802 - Qt's name
        """Read the files that were dropped."""
        files = dropped_files(event.mimeData())
        if files:
            event.acceptProposedAction()
            self.reading.read(files)

    def save(self) -> None:
        """Act once every field that a file filled was compared, or go to the first one that was not."""
        waiting = self.reading.first_to_compare()
        if waiting is None or any(field.problem() for field in self.fields):
            super().save()
            return
        open_around(waiting.field)
        self._scroll.ensureWidgetVisible(waiting)
        waiting.tick.setFocus(Qt.FocusReason.OtherFocusReason)
        self.warn(_("Compare what the file says of “{field}” with the invoice, and tick it.").format(
            field=waiting.field.plain_label))  # fmt: skip

    def add_payment(self) -> None:
        """Ask for the payment of the first invoice, in a part that opens."""
        told = self.evidence
        self.payment = Disclosure(_("Payment receipt"), _("day, amount, payer and payee; supporting services"))
        self.add_part(self.payment)
        self.payment.watch(*told.fields)
        self._add_evidence(told, self.payment.content)

    def _add_evidence(self, told: InvoiceEvidence, into: QVBoxLayout) -> None:
        self.add(told.paid_on, told.paid, into=into)
        self.add(told.payer, told.payee, into=into)
        self.add(told.supporting, into=into)

    def add_further(self) -> None:
        """Let further invoices be added, in a part that opens."""
        self.more = Disclosure(_("Further invoices"), _("none"))
        self.add_part(self.more)
        self.add_button = QPushButton(theme.icon("add", "ink_soft"), _("Add an invoice"))
        self.add_button.setAutoDefault(False)
        self.add_button.clicked.connect(self.add_invoice)
        self.more.content.addWidget(self.add_button, 0, Qt.AlignmentFlag.AlignLeft)
        self.stop_at(self.add_button)

    def add_invoice(self) -> None:
        """Ask for one more invoice."""
        invoice = FurtherInvoice(len(self.further) + 2)
        invoice.remove_button.clicked.connect(lambda: self._leave_out(invoice))
        invoice.number.scanned.connect(lambda text: self.reading.read_qr(text, invoice.slot))
        self.further.append(invoice)
        before = len(self._stops)
        self.add(invoice.number, invoice.invoiced_on, stretches=(3, 2), into=invoice.column)
        self.add(invoice.amount, into=invoice.column)
        invoice.column.addWidget(invoice.part)
        self._stops.append(invoice.part.header)
        self.add(*invoice.evidence.service, into=invoice.part.content)
        self._add_evidence(invoice.evidence, invoice.part.content)
        # The keyboard comes by it before the button that adds the next one.
        fresh = self._stops[before:]
        del self._stops[before:]
        self.more.content.insertWidget(self.more.content.count() - 1, invoice)
        self.stop_at(*fresh, before=self.add_button)
        self.add_button.setEnabled(len(self.further) < _MOST_INVOICES - 1)
        self._tell_further()
        invoice.number.control.setFocus(Qt.FocusReason.OtherFocusReason)
        QTimer.singleShot(0, invoice, lambda: self._scroll.ensureWidgetVisible(invoice))
        self.look_again()

    def _one_more(self) -> Slot | None:
        """Make room for an invoice that was read."""
        if len(self.further) >= _MOST_INVOICES - 1:
            return None
        self.more.open()
        self.add_invoice()
        return self.further[-1].slot

    def _leave_out(self, invoice: FurtherInvoice) -> None:
        if invoice not in self.further:
            return  # the second click of a double one, on its way when the first took it out
        self.reading.forget(invoice.number)
        self.further.remove(invoice)
        self.remove(*invoice.fields)
        self._stops.remove(invoice.part.header)
        invoice.hide()
        invoice.deleteLater()
        for place, left in enumerate(self.further, start=2):
            left.tell_place(place)
        self.add_button.setEnabled(True)
        self.order_tabs()
        self._tell_further()
        self.add_button.setFocus(Qt.FocusReason.OtherFocusReason)
        self.look_again()

    def _tell_further(self) -> None:
        count = len(self.further)
        told = ngettext("{count} further invoice", "{count} further invoices", count).format(count=count)
        self.more.summary.setText(told if count else _("none"))

    def make_room(self, texts: Mapping[str, str]) -> None:
        """Ask for as many invoices as a draft has."""
        places = {name.split(".")[1] for name in texts if name.startswith("further.")}
        while len(self.further) < len(places):
            self.add_invoice()

    def first_invoice(self) -> InvoiceFacts:
        """Return what was typed about the first invoice."""
        return self.evidence.facts(self.invoice_number, self.invoiced_on, self.invoice_amount)

    def take_scan(self, scan: Scan) -> bool:
        """Put a scanned invoice into the first place that has none; return whether the scan is wanted here."""
        if scan.kind is not Kind.INVOICE:
            return False
        places = [(self.invoice_number, self.invoiced_on, self.invoice_amount)]
        places += [(one.number, one.invoiced_on, one.amount) for one in self.further]
        if any(number.text().strip() == scan.text for number, _day, _amount in places):
            self.warn(_("Invoice {number} stands here already.").format(number=scan.text))
            return True
        free = next((place for place in places if not place[0].text().strip()), None)
        if free is None:
            self.warn(_("Every place for an invoice is taken; add one, then scan again."))
            return True
        for field, told in zip(free, (scan.text, scan.day, scan.amount), strict=True):
            if told:
                field.set_text(told)
                field.is_typed = True
        self.look_again()
        return True

    def tell_claim(self, claim: Reimbursement, *, further: bool = True) -> None:
        """Put in what a claim told; its further invoices too, unless told otherwise."""
        self.evidence.tell(claim.invoice, self.invoice_number, self.invoiced_on, self.invoice_amount)
        for invoice in claim.evidence.further if further else ():
            self.add_invoice()
            self.further[-1].tell(invoice)
        self.price_item.set_text(claim.evidence.price_item)
        if claim.evidence.unit_price is not None:
            self.unit_price.set_amount(claim.evidence.unit_price)
        self.reason.set_text(claim.evidence.reason)

    def claimed(self) -> ClaimedFacts:
        """Return what was typed of all invoices and the price."""
        return ClaimedFacts(
            invoices=(self.first_invoice(), *(invoice.facts() for invoice in self.further)),
            price_item=self.price_item.value(),
            unit_price=self.unit_price_or_none(),
        )

    def unit_price_or_none(self) -> Money | None:
        """Return the unit price, or None where none was typed."""
        return self.unit_price.value() if self.unit_price.text().strip() else None

    def noticed(self, effect: Effect) -> None:
        """Ask for a reason where a rule wants one."""
        self.reason.setVisible(effect.needs_reason or bool(self.reason.text().strip()))
        self.reason.require(effect.needs_reason)
