"""Sentences for files of invoices: why one is not read, where its values come from, what it says."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from voucher_app.domain.invoice_file import InvoiceSource
from voucher_app.i18n import _, marked

if TYPE_CHECKING:
    from voucher_app.domain.invoice_file import ReadInvoice

INVOICE_INPUTS: Final[dict[str, str]] = {
    "invoice_file_not_invoice": marked(
        "{found} is no invoice that can be read: neither the XML or OFD of an electronic invoice, nor a PDF or a "
        "picture with its QR code. Choose the invoice’s own file, or type what it says."
    ),
    "invoice_file_no_code": marked(
        "No invoice’s QR code can be read in the picture {found}. Use a sharper picture of the whole invoice, or its "
        "XML, OFD or PDF."
    ),
    "invoice_file_code": marked("“{found}” is not the text of an invoice’s QR code. Scan the one at its top."),
    "invoice_file_several": marked(
        "{found} holds {count} invoices. Hand over one file for each invoice, and choose them all at once."
    ),
    "invoice_file_contradicts": marked(
        "{found} says one thing in its data and another in its QR code or elsewhere. Nothing was taken from it. Check "
        "the invoice with the tax authority, and ask who sent it."
    ),
    "invoice_file_red": marked(
        "{found} is a red invoice ({amount} yuan), which takes another one back. Nothing can be claimed on it; check "
        "whether the invoice that it takes back was claimed on."
    ),
    "invoice_file_amount": marked("“{found}” in the file is no amount in whole fen. Type what the invoice says."),
    "invoice_file_day": marked("“{found}” in the file is no day. Type what the invoice says."),
    "invoice_file_damaged": marked(
        "The file {found} is damaged and cannot be read. Download the invoice once more from the tax service."
    ),
    "invoice_file_locked": marked(
        "The file {found} is locked by a password. Save it without one, or use the invoice’s XML."
    ),
    "invoice_file_dtd": marked(
        "The file {found} declares a document type, which no invoice has and which can do harm. It was not read. Ask "
        "who sent it."
    ),
    "invoice_file_path": marked(
        "The file {found} names a place outside of itself, which no invoice does. It was not opened. Ask who sent it."
    ),
    "invoice_file_link": marked("The file {found} is or holds a link to another file. Choose the file itself."),
    "invoice_file_empty": marked("The file {found} is empty. Choose the right one."),
    "invoice_file_entries": marked(
        "The file has {found} parts; at most {allowed} are read. An invoice has far fewer: ask who sent it."
    ),
    "invoice_file_items": marked("The invoice has {found} lines; at most {allowed} are read. Type what it says."),
    "invoice_file_long": marked("A value in the file has {found} characters; at most {allowed} are read."),
    "invoice_file_ratio": marked(
        "The file {found} unpacks to more than {allowed} times its size, as files do that are made to fill the memory. "
        "It was not opened."
    ),
    "invoice_file_unpacked": marked(
        "The file is {found} bytes unpacked; at most {allowed} are read. It was not opened."
    ),
    "invoice_file_pixels": marked(
        "The picture has {found} pixels; at most {allowed} are read. Make it smaller: 300 dpi are enough."
    ),
    "invoice_file_time": marked(
        "Reading {found} took longer than {allowed} seconds and was ended. Use the invoice’s XML, or type what it says."
    ),
    "invoice_file_memory": marked(
        "Reading {found} takes more memory than is given to it. Use the invoice’s XML, or type what it says."
    ),
    "invoice_file_died": marked(
        "Reading {found} was ended because it took too much memory or time. Use the invoice’s XML, or type what it "
        "says."
    ),
    "invoice_file_many": marked("{found} files of invoices are too many; at most {allowed} go with one claim."),
    "invoice_not_told": marked(
        "The claim needs {found}. Tell it, or hand over the invoice’s file: --invoice-file FILE."
    ),
    "invoice_file_missing": marked("Name the invoice’s file, or the text of its QR code with --qr TEXT."),
}
"""By code of the input."""

_SOURCES: Final = {
    InvoiceSource.XML: marked("XML of the electronic invoice"),
    InvoiceSource.OFD: marked("OFD"),
    InvoiceSource.PDF: marked("PDF"),
    InvoiceSource.QR: marked("QR code"),
}


def source_name(source: InvoiceSource) -> str:
    """Return where an invoice's values come from."""
    return _(_SOURCES[source])


def unchecked() -> str:
    """Return the mark of an invoice that nobody asked the tax authority about."""
    return _("not checked online")


def party_words(name: str, code: str) -> str:
    """Return a buyer or seller, or that the file does not say."""
    return f"{name} {code}".strip() or _("not told by the file")


def said_lines(read: ReadInvoice) -> list[tuple[str, str]]:
    """Return what a file says, as names and values."""
    return [
        (_("Invoice number"), read.key),
        (_("Kind of invoice"), read.kind),
        (_("Invoiced on"), read.invoiced_on.isoformat() if read.invoiced_on else ""),
        (_("Total with tax (yuan)"), read.total.in_yuan() if read.total is not None else ""),
        (_("Without tax (yuan)"), read.without_tax.in_yuan() if read.without_tax is not None else ""),
        (_("Tax (yuan)"), read.tax.in_yuan() if read.tax is not None else ""),
        (_("Buyer"), party_words(read.buyer_name, read.buyer_code)),
        (_("Seller"), party_words(read.seller_name, read.seller_code)),
        (_("Goods and services"), _("; ").join(
            f"{one.name} {one.amount.in_yuan()}" if one.amount is not None else one.name for one in read.items
        )),
    ]  # fmt: skip


def card_lines(read: ReadInvoice) -> list[tuple[str, str]]:
    """Return the same in few lines, for a card beside a form."""
    said = dict(said_lines(read))
    total, without, tax = (
        said[name] for name in (_("Total with tax (yuan)"), _("Without tax (yuan)"), _("Tax (yuan)"))
    )
    parts = [
        _("with tax {amount}").format(amount=total) if total else "",
        _("without tax {amount}").format(amount=without) if without else "",
        _("tax {amount}").format(amount=tax) if tax else "",
    ]
    lines = [
        (_("Invoice"), _(", ").join(one for one in (read.key, read.kind) if one)),
        (_("Amount (yuan)"), _(", ").join(one for one in parts if one)),
        (_("Buyer"), said[_("Buyer")]),
        (_("Seller"), said[_("Seller")]),
        (_("Goods and services"), said[_("Goods and services")]),
    ]
    return [line for line in lines if line[1]]
