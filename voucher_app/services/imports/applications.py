"""Tables of applications (申领): one row, one application for one voucher."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final

from voucher_app.domain.budget import parse_year
from voucher_app.domain.credit_code import parse_credit_code
from voucher_app.domain.money import ZERO, Money
from voucher_app.domain.text import parse_date, parse_line
from voucher_app.i18n import marked
from voucher_app.services import application
from voucher_app.services.imports.kind import ImportColumn, ImportKind, all_at_once, one_each
from voucher_app.services.imports.reading import whole
from voucher_app.services.imports.rows import rehearsed_rows
from voucher_app.services.ports.tables import OutKind

if TYPE_CHECKING:
    from collections.abc import Sequence

    from voucher_app.services.application import ApplicationFacts
    from voucher_app.services.imports.kind import Entry, Fault, Order, Values
    from voucher_app.services.workspace import Workspace


def _facts(values: Values) -> ApplicationFacts:
    return application.ApplicationFacts(
        recipient_uscc=values["recipient"],
        provider_uscc=values["provider"],
        contract_number=values["contract"],
        contract_amount=values["contract_amount"],
        signed_on=values["signed_on"],
        requested=values["amount"],
        year=values["year"],
        batch_id=values["batch"],
        contract_from=values["contract_from"],
        contract_until=values["contract_until"],
        other_support=values["other_support"] or ZERO,
        supporting_services=values["supporting_services"] or ZERO,
    )


def _texts(facts: ApplicationFacts) -> dict[str, object]:
    return {"contract": facts.contract_number}


_submit: Final = all_at_once(application.submit_all, "applications", takes_reason=True)


def _check(workspace: Workspace, entries: Sequence[Entry], order: Order) -> list[list[Fault]]:
    records = workspace.records()

    def known(entry: Entry) -> None:
        application.request_of(records, entry.facts)

    return rehearsed_rows(workspace, entries, order, known=known, act=_submit)


APPLICATIONS: Final = ImportKind(
    name="applications",
    words=marked("Applications"),
    use_case="application.submit",
    columns=(
        ImportColumn("recipient", marked("Credit code of the recipient"),
                     ("领用单位信用代码", "领用单位统一社会信用代码", "申领单位信用代码", "recipient"),
                     parse_credit_code, is_needed=True, example="91140100MA0000018J",
                     remark=marked("The unit has to be registered.")),
        ImportColumn("provider", marked("Credit code of the provider"),
                     ("服务商信用代码", "服务商统一社会信用代码", "provider"), parse_credit_code, is_needed=True,
                     example="12140100MA0000026B", remark=marked("The unit has to be registered.")),
        ImportColumn("contract", marked("Contract number"), ("合同编号", "合同号", "contract"),
                     partial(parse_line, field="contract"), is_needed=True, example="HT-2026-001"),
        ImportColumn("contract_amount", marked("Contract amount"), ("合同金额", "合同总额", "contract amount"),
                     Money.parse, OutKind.MONEY, is_needed=True, example="500000.00"),
        ImportColumn("signed_on", marked("Signed on"), ("签订日期", "合同签订日期", "签约日期", "signed on"),
                     parse_date, OutKind.DATE, is_needed=True, example="2026-03-05"),
        ImportColumn("amount", marked("Amount asked for"), ("申领金额", "申请金额", "申领额", "amount"), Money.parse,
                     OutKind.MONEY, is_needed=True, example="100000.00"),
        ImportColumn("contract_from", marked("Contract from"), ("合同起始日期", "合同开始日期", "合同起始日"),
                     parse_date, OutKind.DATE),
        ImportColumn("contract_until", marked("Contract until"), ("合同截止日", "合同终止日期", "合同结束日期"),
                     parse_date, OutKind.DATE),
        ImportColumn("other_support", marked("Other public money"), ("其他财政支持", "其他财政资金", "其他补贴"),
                     Money.parse, OutKind.MONEY),
        ImportColumn("supporting_services", marked("Supporting services"), ("配套服务费", "配套服务", "配套服务金额"),
                     Money.parse, OutKind.MONEY),
        ImportColumn("year", marked("Budget year"), ("预算年度", "年度", "year"), parse_year),
        ImportColumn("batch", marked("Batch"), ("批次", "批次号", "batch"), whole),
    ),
    entries=one_each(_facts, _texts),
    check=_check,
    carry_out=_submit,
    unique=("provider", "contract"),
    takes_reason=True,
)  # fmt: skip
