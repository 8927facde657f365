"""Tables of invoices (发票) behind redemption claims.

A row with a claimed amount begins a claim on its voucher; rows below it without one add their invoices to it.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, Final

from voucher_app.domain.errors import InvalidInput
from voucher_app.domain.invoice import parse_invoice_number
from voucher_app.domain.money import ZERO, Money
from voucher_app.domain.numbering import VoucherNumber
from voucher_app.domain.text import parse_date, parse_line
from voucher_app.i18n import marked
from voucher_app.services import redemption
from voucher_app.services.claim import ClaimFacts, InvoiceFacts
from voucher_app.services.imports.kind import Entry, ImportColumn, ImportKind, all_at_once
from voucher_app.services.imports.rows import rehearsed_rows
from voucher_app.services.ports.tables import OutKind

if TYPE_CHECKING:
    from collections.abc import Sequence

    from voucher_app.services.imports.kind import Fault, Order, Values
    from voucher_app.services.workspace import Workspace


def _number(text: str) -> str:
    return str(VoucherNumber.parse(text))


def _invoice(values: Values) -> InvoiceFacts:
    return InvoiceFacts(
        number=values["invoice"],
        amount=values["invoice_amount"],
        invoiced_on=values["invoiced_on"],
        service_from=values["service_from"],
        service_until=values["service_until"],
        paid_on=values["paid_on"],
        paid=values["paid"],
        payer=values["payer"] or "",
        payee=values["payee"] or "",
        supporting_services=values["supporting_services"] or ZERO,
    )


def _entries(rows: Sequence[Values | None]) -> tuple[list[Entry], dict[int, InvalidInput]]:
    """Make claims of rows.

    After a row that cannot be read, nobody knows whose the rows below it are: up to the next claimed amount they are
    refused with it.
    """
    claims: list[tuple[list[int], list[Values]]] = []
    faults: dict[int, InvalidInput] = {}
    is_whole = False
    for place, values in enumerate(rows):
        if values is None:
            # Whether it begins a claim cannot be told: what follows without an amount belongs to nothing known.
            is_whole = False
            continue
        if values["amount"] is not None:
            claims.append(([place], [values]))
            is_whole = True
        elif not is_whole or claims[-1][1][0]["voucher"] != values["voucher"]:
            faults[place] = InvalidInput("claim_without_amount", found=values["voucher"])
            is_whole = False
        else:
            claims[-1][0].append(place)
            claims[-1][1].append(values)
    return [_claim(places, told) for places, told in claims], faults


def _claim(places: list[int], told: list[Values]) -> Entry:
    first, *further = map(_invoice, told)
    more: dict[str, Any] = {
        name: getattr(first, name)
        for name in ("service_from", "service_until", "paid_on", "paid", "payer", "payee", "supporting_services")
    }
    facts = ClaimFacts(
        voucher_number=told[0]["voucher"],
        amount=told[0]["amount"],
        invoice_number=first.number,
        invoice_amount=first.amount,
        invoiced_on=first.invoiced_on,
        further=tuple(further),
        **more,
    )
    texts: dict[str, object] = {name: [one[name] or "" for one in told] for name in ("payer", "payee")}
    return Entry(facts, tuple(places), texts)


_claim_all: Final = all_at_once(redemption.claim_all, "claims", takes_reason=True)


def _check(workspace: Workspace, entries: Sequence[Entry], order: Order) -> list[list[Fault]]:
    records = workspace.records()

    def known(entry: Entry) -> None:
        records.vouchers.get(VoucherNumber.parse(entry.facts.voucher_number))

    return rehearsed_rows(workspace, entries, order, known=known, act=_claim_all)


CLAIMS: Final = ImportKind(
    name="claims",
    words=marked("Redemption claims with their invoices"),
    use_case="redemption.claim",
    columns=(
        ImportColumn("voucher", marked("Voucher number"), ("券编号", "券号", "算力券编号", "算力券号", "voucher"),
                     _number, is_needed=True, example="SX-2026-000123-6"),
        ImportColumn("amount", marked("Amount claimed"), ("兑付金额", "申请兑付金额", "本次兑付金额", "amount"),
                     Money.parse, OutKind.MONEY, is_needed=True, may_be_empty=True, example="20000.00",
                     remark=marked("Empty in the rows of further invoices of the claim above.")),
        ImportColumn("invoice", marked("Invoice number"), ("发票号码", "发票号", "数电票号码", "invoice"),
                     parse_invoice_number, is_needed=True, example="25142000000012345678",
                     remark=marked("20 digits as text; code and number with a hyphen for older invoices.")),
        ImportColumn("invoice_amount", marked("Invoice amount"), ("发票金额", "价税合计", "invoice amount"),
                     Money.parse, OutKind.MONEY, is_needed=True, example="100000.00"),
        ImportColumn("invoiced_on", marked("Invoice date"), ("开票日期", "发票日期", "invoiced on"), parse_date,
                     OutKind.DATE, is_needed=True, example="2026-06-05"),
        ImportColumn("service_from", marked("Service from"), ("服务开始", "服务开始日期", "服务起始日期", "服务起"),
                     parse_date, OutKind.DATE),
        ImportColumn("service_until", marked("Service until"), ("服务结束", "服务结束日期", "服务终止日期", "服务止"),
                     parse_date, OutKind.DATE),
        ImportColumn("paid_on", marked("Payment date"), ("付款日期", "支付日期"), parse_date, OutKind.DATE),
        ImportColumn("paid", marked("Amount paid"), ("付款金额", "实付金额", "支付金额"), Money.parse, OutKind.MONEY),
        ImportColumn("payer", marked("Payer"), ("付款方", "付款单位"),
                     partial(parse_line, field="payer", required=False)),
        ImportColumn("payee", marked("Payee"), ("收款方", "收款单位"),
                     partial(parse_line, field="payee", required=False)),
        ImportColumn("supporting_services", marked("Supporting services"), ("配套服务费", "配套服务", "配套服务金额"),
                     Money.parse, OutKind.MONEY),
    ),
    entries=_entries,
    check=_check,
    carry_out=_claim_all,
    unique=("invoice",),
    takes_reason=True,
    hint=marked("One row for each invoice. Rows without a claimed amount add their invoice to the claim above them."),
    continued_without="amount",
)  # fmt: skip
