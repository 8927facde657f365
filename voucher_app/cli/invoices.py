"""Invoices on the command line: told by arguments, read of their files, or both; what was told wins."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from voucher_app.cli.command import Result, argument
from voucher_app.cli.documents import document_of
from voucher_app.domain.errors import InvalidInput
from voucher_app.domain.invoice import parse_invoice_number
from voucher_app.domain.money import ZERO, Money
from voucher_app.domain.numbering import VoucherNumber
from voucher_app.domain.text import parse_date
from voucher_app.services import invoice_file
from voucher_app.services.claim import InvoiceFacts
from voucher_app.services.wording.invoices import said_lines, source_name, unchecked
from voucher_app.services.wording.rules import sentence

if TYPE_CHECKING:
    from argparse import Namespace
    from datetime import date

    from voucher_app.cli.command import Argument, Call
    from voucher_app.services.invoice_file import Original


def day_or_none(text: str) -> date | None:
    """Read a day; None where none was given."""
    return parse_date(text) if text else None


def money_or_none(text: str) -> Money | None:
    """Read an amount; None where none was given."""
    return Money.parse(text) if text else None


_FEWEST_PARTS, _MOST_PARTS = 3, 10


def parse_further_invoice(text: str) -> InvoiceFacts:
    """Read one more invoice: `NUMBER;AMOUNT;DATE`, and as far as told `;FROM;UNTIL;PAID_ON;PAID;SERVICES;PAYER;PAYEE`.

    Raises:
        InvalidInput: `further_invoice` when there are too few parts or too many; as usual when one cannot be read.
    """
    parts = [part.strip() for part in text.replace("；", ";").split(";")]
    if not _FEWEST_PARTS <= len(parts) <= _MOST_PARTS:
        raise InvalidInput("further_invoice", found=text)
    number, amount, invoiced_on, *rest = parts
    first, last, paid_on, paid, services, payer, payee = rest + [""] * (_MOST_PARTS - len(parts))
    return InvoiceFacts(
        number=number,
        amount=Money.parse(amount),
        invoiced_on=parse_date(invoiced_on),
        service_from=day_or_none(first),
        service_until=day_or_none(last),
        paid_on=day_or_none(paid_on),
        paid=money_or_none(paid),
        payer=payer,
        payee=payee,
        supporting_services=money_or_none(services) or ZERO,
    )


@dataclass(frozen=True, slots=True)
class Given:
    """The invoices of a claim as the command tells them, and the files that they were read of."""

    first: InvoiceFacts
    further: tuple[InvoiceFacts, ...]
    originals: tuple[Original, ...]

    @property
    def invoices(self) -> tuple[InvoiceFacts, ...]:
        """All of them."""
        return (self.first, *self.further)


def invoices_given(call: Call, *, services: str) -> Given:
    """Return the invoices of a claim: `--invoice` and `--further-invoice`, and those of `--invoice-file`.

    A file whose invoice is named fills in what of it was not told; one that is not named stands for an invoice of its
    own, the first one where `--invoice` names none.

    Args:
        call: with the arguments of `invoice_arguments`.
        services: what of the first invoice is supporting services, as given.

    Raises:
        InvalidInput: when something cannot be read, or neither arguments nor a file tell it.
    """
    given = call.arguments
    originals = tuple(invoice_file.read_file(call.workspace, file) for file in given.invoice_file)
    further = [parse_further_invoice(text) for text in given.further_invoice]
    told = {parse_invoice_number(one.number) for one in further}
    waiting = [one for one in originals if one.read.key not in told]
    number = parse_invoice_number(given.invoice) if given.invoice else ""
    own = next((one for one in waiting if not number or one.read.key == number), None)
    first = _first(given, own, services=services)
    rest = [one for one in waiting if one is not own and one.read.key != parse_invoice_number(first.number)]
    return Given(first, (*further, *map(_of_file, rest)), originals)


def _first(given: Namespace, own: Original | None, *, services: str) -> InvoiceFacts:
    read = own.read if own is not None else None
    number = given.invoice or (read.key if read else "")
    amount = money_or_none(given.invoice_amount) or (read.total if read else None)
    day = day_or_none(given.invoiced_on) or (read.invoiced_on if read else None)
    missing = [
        name
        for name, value in (("--invoice", number), ("--invoice-amount", amount), ("--invoiced-on", day))
        if not value and value != ZERO
    ]
    if missing or amount is None or day is None:
        raise InvalidInput("invoice_not_told", found=" ".join(missing))
    return InvoiceFacts(
        number=number,
        amount=amount,
        invoiced_on=day,
        service_from=day_or_none(given.service_from),
        service_until=day_or_none(given.service_until),
        paid_on=day_or_none(given.paid_on),
        paid=money_or_none(given.paid),
        payer=given.payer,
        payee=given.payee,
        supporting_services=money_or_none(services) or ZERO,
    )


def _of_file(one: Original) -> InvoiceFacts:
    read = one.read
    if read.total is None or read.invoiced_on is None:
        raise InvalidInput("invoice_not_told", found=f"--further-invoice {read.key};…")
    return InvoiceFacts(number=read.key, amount=read.total, invoiced_on=read.invoiced_on)


def read_invoice(call: Call) -> Result:
    """Tell what an invoice's file says and what stands against it; nothing is recorded."""
    given = call.arguments
    if (given.file is None) == (not given.qr):
        raise InvalidInput("invoice_file_missing", found="")
    original = invoice_file.read_qr(given.qr) if given.qr else invoice_file.read_file(call.workspace, given.file)
    records = call.workspace.records()
    voucher = records.vouchers.get(VoucherNumber.parse(given.voucher)) if given.voucher else None
    against = invoice_file.examine(records, original, voucher=voucher)
    document = {
        **document_of(original.read),
        "file": original.name,
        "sha256": original.sha256,
        "checked_online": False,
        "against": [
            {"rule": one.rule, "message": sentence(one), "found": one.found, "allowed": one.allowed,
             "weight": one.weight.value}
            for one in against
        ],
    }  # fmt: skip
    head = f"{original.name or given.qr} · {source_name(original.read.source)} · {unchecked()}"
    lines = [head, *(f"  {name}: {value}" for name, value in said_lines(original.read) if value)]
    lines += [f"[{one.rule}] {sentence(one)}" for one in against]
    return Result(document, lines)


def invoice_arguments(*, services: str) -> tuple[Argument, ...]:
    """Return the arguments that tell the invoices of a claim and their payment; `services` names R16's."""
    return (
        argument("--invoice", default="", metavar="NO"),
        argument("--invoice-amount", default="", metavar="YUAN"),
        argument("--invoiced-on", default="", metavar="DATE"),
        argument("--service-from", default="", metavar="DATE"),
        argument("--service-until", default="", metavar="DATE"),
        argument("--paid-on", default="", metavar="DATE"),
        argument("--paid", default="", metavar="YUAN"),
        argument("--payer", default="", metavar="NAME"),
        argument("--payee", default="", metavar="NAME"),
        argument(services, default="", metavar="YUAN"),
        argument("--price-item", default="", metavar="TEXT"),
        argument("--unit-price", default="", metavar="YUAN"),
        argument("--further-invoice", action="append", default=[],
                 metavar="NO;YUAN;DATE[;FROM;UNTIL;PAID_ON;PAID;SERVICES;PAYER;PAYEE]"),
        argument("--invoice-file", action="append", default=[], type=Path, metavar="FILE"),
    )  # fmt: skip
