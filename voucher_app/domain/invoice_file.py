"""What an invoice's own file says (数电票 XML, OFD, PDF, QR code), and what stands against a claim beside it.

A file says what it says: whether the tax authority knows the invoice is asked nowhere here (未联网查验).
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from voucher_app.domain.credit_code import parse_credit_code
from voucher_app.domain.errors import InvalidInput, Violation, Weight
from voucher_app.domain.invoice import parse_invoice_number
from voucher_app.domain.money import Money

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from voucher_app.domain.invoice import Invoice
    from voucher_app.domain.parties import Organisation

_AMOUNT = re.compile(r"(-?)([0-9]{1,3}(?:,[0-9]{3})+|[0-9]{1,13})(?:\.([0-9]{1,2})0*)?", re.ASCII)
_DAY = re.compile(
    r"([0-9]{4})(?:-([0-9]{1,2})-|/([0-9]{1,2})/|年([0-9]{1,2})月|([0-9]{2})(?=[0-9]{2}))([0-9]{1,2})日?(?:[ T].*)?",
    re.ASCII,
)
_FULL_WIDTH: Final = str.maketrans("，－．／：；　￥¥", ",-./:; ¥¥")
_LEAST_PARTS_OF_QR: Final = 6
_LENGTH_OF_DIGITAL: Final = 20


class InvoiceSource(StrEnum):
    """Where the values come from."""

    XML = "xml"
    OFD = "ofd"
    PDF = "pdf"
    QR = "qr"


@dataclass(frozen=True, slots=True)
class InvoiceItem:
    """One line of an invoice; what is not told is None or empty."""

    name: str
    amount: Money | None = None
    tax: Money | None = None
    rate: str = ""


@dataclass(frozen=True, slots=True)
class ReadInvoice:
    """An invoice as its file says it; what the file does not say is None or empty.

    Attributes:
        key: what makes it unique (R9), as `Invoice.key`.
        total: tax included; `without_tax` and `tax` add up to it.
        buyer_code, seller_code: taxpayers' numbers, for units the credit code.
        kind: what it calls itself, such as 电子发票（增值税专用发票）.
        codes: credit codes that stand somewhere in a PDF's text, whoever's they are.
    """

    source: InvoiceSource
    key: str
    invoiced_on: date | None = None
    total: Money | None = None
    without_tax: Money | None = None
    tax: Money | None = None
    buyer_name: str = ""
    buyer_code: str = ""
    seller_name: str = ""
    seller_code: str = ""
    kind: str = ""
    items: tuple[InvoiceItem, ...] = ()
    codes: tuple[str, ...] = ()


def amount_in_file(text: str) -> Money | None:
    """Read an amount as files write it: `¥1,234.50`, `-100.00`, `1060.0000`; None for nothing.

    Raises:
        InvalidInput: `invoice_file_amount`, for what is no amount of whole fen.
    """
    plain = "".join(text.translate(_FULL_WIDTH).replace("¥", "").replace("元", "").split())
    if not plain:
        return None
    match = _AMOUNT.fullmatch(plain)
    if match is None:
        raise InvalidInput("invoice_file_amount", found=text)
    sign, whole, decimals = match.groups()
    amount = Money(int(whole.replace(",", "")) * 100 + int(((decimals or "") + "00")[:2]))
    return -amount if sign else amount


def day_in_file(text: str) -> date | None:
    """Read a day as files write it: `2026-03-05 10:20:30`, `20260305`, `2026年03月05日`; None for nothing.

    Raises:
        InvalidInput: `invoice_file_day`.
    """
    plain = text.translate(_FULL_WIDTH).strip()
    if not plain:
        return None
    match = _DAY.fullmatch(plain)
    if match is None:
        raise InvalidInput("invoice_file_day", found=text)
    year, *months, day = match.groups()
    try:
        return date(int(year), int(next(one for one in months if one)), int(day))
    except ValueError:
        raise InvalidInput("invoice_file_day", found=text) from None


def looks_like_qr(text: str) -> bool:
    """Return whether a text is what a scanner types of an invoice's QR code, rather than a number."""
    parts = text.translate(_FULL_WIDTH).strip().split(",")
    return len(parts) >= _LEAST_PARTS_OF_QR and parts[0].strip() in {"01", "1"}


def parse_qr(text: str) -> ReadInvoice:
    """Read the text of an invoice's QR code: `01,type,code,number,amount,YYYYMMDD,check,hex` (domain.md §6.3).

    A 数电票 (types 31, 32 and those of tickets) has no code, a number of 20 digits, and its whole amount there; an
    older invoice has code and number, and its amount without tax.

    Raises:
        InvalidInput: `invoice_file_code`, or for a number, an amount or a day that cannot be read.
    """
    if not looks_like_qr(text):
        raise InvalidInput("invoice_file_code", found=text)
    parts = [part.strip() for part in text.translate(_FULL_WIDTH).strip().split(",")]
    _version, _type, code, number, amount, day, *_rest = parts
    is_digital = not code and len(number) == _LENGTH_OF_DIGITAL
    read = ReadInvoice(
        InvoiceSource.QR,
        _key(code, number),
        invoiced_on=day_in_file(day),
        total=amount_in_file(amount) if is_digital else None,
        without_tax=None if is_digital else amount_in_file(amount),
    )
    return _blue(read)


def _key(code: str, number: str) -> str:
    # Code and number of an older invoice have 20 digits together as well: the hyphen keeps them apart.
    return parse_invoice_number(f"{code}-{number}" if code else number)


def read_told(told: Mapping[str, object]) -> ReadInvoice:
    """Return what a file says, from the texts in its places.

    Args:
        told: `source`, and as far as the file says them `number code day total without_tax tax buyer_name buyer_code
            seller_name seller_code kind`, all text; `items`, a list of `name amount tax rate`; `qr`, texts of QR
            codes; `codes`, credit codes in its text.

    Raises:
        InvalidInput: `invoice_file_several`, for several numbers; `invoice_file_contradicts`, when QR code and file say
            different things; `invoice_file_red`; and for what cannot be read.
    """
    codes = [parse_qr(one) for one in _texts(told, "qr") if looks_like_qr(one)]
    if len({one.key for one in codes}) > 1:
        raise InvalidInput("invoice_file_several", found="", count=len({one.key for one in codes}))
    by_code = codes[0] if codes else None
    number = _line(told, "number")
    if not number:
        if by_code is None:
            raise InvalidInput("invoice_file_not_invoice", found="")
        return replace(by_code, codes=_credit_codes(told))
    digits = "".join(number.split())
    read = ReadInvoice(
        InvoiceSource(str(told["source"])),
        _key("" if len(digits) == _LENGTH_OF_DIGITAL else _line(told, "code"), digits),
        invoiced_on=day_in_file(_line(told, "day")),
        total=amount_in_file(_line(told, "total")),
        without_tax=amount_in_file(_line(told, "without_tax")),
        tax=amount_in_file(_line(told, "tax")),
        buyer_name=_line(told, "buyer_name"),
        buyer_code=_line(told, "buyer_code").upper(),
        seller_name=_line(told, "seller_name"),
        seller_code=_line(told, "seller_code").upper(),
        kind=_line(told, "kind"),
        items=tuple(map(_item, _items(told))),
        codes=_credit_codes(told),
    )
    return _blue(_with_code(_summed(read), by_code))


def _summed(read: ReadInvoice) -> ReadInvoice:
    if read.total is None and read.without_tax is not None and read.tax is not None:
        return replace(read, total=read.without_tax + read.tax)
    return read


def _with_code(read: ReadInvoice, by_code: ReadInvoice | None) -> ReadInvoice:
    """Add what only the QR code says; where both say it they say the same."""
    if by_code is None:
        return read
    for name in ("key", "invoiced_on", "total", "without_tax"):
        one, other = getattr(read, name), getattr(by_code, name)
        if one is not None and other is not None and one != other:
            raise InvalidInput("invoice_file_contradicts", found="", first=str(one), second=str(other))
    return replace(read, invoiced_on=read.invoiced_on or by_code.invoiced_on, total=read.total or by_code.total)


def _blue(read: ReadInvoice) -> ReadInvoice:
    """Return an invoice that bills something; a red one (红字发票) takes back what another one billed."""
    for amount in (read.total, read.without_tax):
        if amount is not None and amount.fen < 0:
            raise InvalidInput("invoice_file_red", found=read.key, amount=amount.in_yuan())
    return read


def _line(told: Mapping[str, object], name: str) -> str:
    """Return a text as one line of characters that can be seen."""
    text = str(told.get(name) or "")
    return " ".join("".join(" " if unicodedata.category(one) in {"Cc", "Zl"} else one for one in text).split())


def _texts(told: Mapping[str, object], name: str) -> list[str]:
    found = told.get(name)
    return [str(one) for one in found] if isinstance(found, list) else []


def _items(told: Mapping[str, object]) -> list[Mapping[str, object]]:
    found = told.get("items")
    return [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []


def _item(told: Mapping[str, object]) -> InvoiceItem:
    return InvoiceItem(
        _line(told, "name"), amount_in_file(_line(told, "amount")), amount_in_file(_line(told, "tax")),
        _line(told, "rate"),
    )  # fmt: skip


def _credit_codes(told: Mapping[str, object]) -> tuple[str, ...]:
    found = []
    for one in _texts(told, "codes"):
        try:
            found.append(parse_credit_code(one))
        except InvalidInput:
            continue
    return tuple(found)


# ------------------------------------------------------------------------------- beside a claim


def check_parties(read: ReadInvoice, *, recipient: Organisation, provider: Organisation) -> list[Violation]:
    """INVOICE: the recipient bought and the provider sold, by credit code; by name where the file says no code."""
    found = []
    for side, unit, name, code in (
        ("buyer", recipient, read.buyer_name, read.buyer_code),
        ("seller", provider, read.seller_name, read.seller_code),
    ):
        if code:
            said = "" if code == unit.uscc else f"{name} {code}".strip()
        elif name:
            said = "" if _plain(name) == _plain(unit.name) else name
        else:
            said = "" if not read.codes or unit.uscc in read.codes else " ".join(read.codes)
        if said:
            found.append(
                Violation(
                    "INVOICE",
                    f"file_names_other_{side}",
                    found=said,
                    allowed=f"{unit.name} {unit.uscc}",
                    subject=read.key,
                    weight=Weight.REASON,
                )
            )
    return found


def check_sums(read: ReadInvoice) -> list[Violation]:
    """INVOICE: what the file says adds up: amount and tax to the total."""
    if read.total is None or read.without_tax is None or read.tax is None:
        return []
    summed = read.without_tax + read.tax
    if summed == read.total:
        return []
    return [
        Violation(
            "INVOICE",
            "file_sum_differs",
            found=read.total.fen,
            allowed=summed.fen,
            subject=read.key,
            weight=Weight.REASON,
        )
    ]


def check_against_file(invoice: Invoice, read: ReadInvoice) -> list[Violation]:
    """INVOICE: what is claimed on is what the file says: never more than its total, on its day.

    Less than the total is told only: a part of an invoice may be what the voucher was for.
    """
    found = []
    if read.invoiced_on is not None and read.invoiced_on != invoice.invoiced_on:
        found.append(
            Violation(
                "INVOICE",
                "file_day_differs",
                found=invoice.invoiced_on.isoformat(),
                allowed=read.invoiced_on.isoformat(),
                subject=read.key,
                weight=Weight.REASON,
            )
        )
    if read.total is not None and invoice.amount != read.total:
        is_more = invoice.amount > read.total
        found.append(
            Violation(
                "INVOICE",
                "file_amount_exceeded" if is_more else "file_amount_differs",
                found=invoice.amount.fen,
                allowed=read.total.fen,
                subject=read.key,
                weight=Weight.BLOCK if is_more else Weight.NOTE,
            )
        )
    return found


def check_files(
    invoices: Sequence[Invoice], files: Iterable[ReadInvoice], *, recipient: Organisation, provider: Organisation
) -> list[Violation]:
    """INVOICE: each file is of an invoice of the claim, once, and says what the claim says."""
    by_key = {invoice.key: invoice for invoice in invoices}
    found: list[Violation] = []
    seen: set[str] = set()
    for read in files:
        if read.key not in by_key or read.key in seen:
            found.append(
                Violation(
                    "INVOICE",
                    "file_twice" if read.key in seen else "file_of_other_invoice",
                    found=read.key,
                    allowed=", ".join(sorted(by_key)),
                    subject=read.key,
                )
            )
            continue
        seen.add(read.key)
        found += check_against_file(by_key[read.key], read)
        found += check_parties(read, recipient=recipient, provider=provider) + check_sums(read)
    return found


def _plain(name: str) -> str:
    return "".join(unicodedata.normalize("NFKC", name).split()).casefold()
