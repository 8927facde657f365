"""Tables of units: recipients (领用单位) and providers (服务商)."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final

from voucher_app.domain.credit_code import parse_credit_code
from voucher_app.domain.errors import InvalidInput
from voucher_app.domain.parties import RecipientKind
from voucher_app.domain.text import parse_date, parse_line, parse_region
from voucher_app.i18n import _, marked
from voucher_app.services import provider, recipient
from voucher_app.services.imports.kind import ImportColumn, ImportKind, all_at_once, one_each
from voucher_app.services.imports.rows import each_checked
from voucher_app.services.ports.tables import OutKind
from voucher_app.services.recipient import UnitFacts, check_unit, parse_kind, unit_facts_of
from voucher_app.services.wording.names import kind_name

if TYPE_CHECKING:
    from collections.abc import Sequence

    from voucher_app.services.imports.kind import Entry, Fault, Order, Values
    from voucher_app.services.workspace import Workspace

_KINDS: Final = {
    "企业": "enterprise", "公司": "enterprise", "高校": "university", "大学": "university", "高等院校": "university",
    "科研机构": "institute", "科研院所": "institute", "研究机构": "institute",
}  # fmt: skip


def _kind(text: str) -> str:
    try:
        return parse_kind(_KINDS.get(text, text)).value
    except InvalidInput:
        choices = _(", ").join(kind_name(kind) for kind in RecipientKind)
        raise InvalidInput("recipient_kind", found=text, choices=choices) from None


def _line(field: str) -> partial[str]:
    return partial(parse_line, field=field, required=False)


NAME: Final = ImportColumn(
    "name", marked("Unit name"), ("单位名称", "名称", "企业名称", "领用单位", "服务商", "服务商名称", "company"),
    partial(parse_line, field="name"), is_needed=True, example="太原某某科技有限公司",
)  # fmt: skip
USCC: Final = ImportColumn(
    "uscc", marked("Unified social credit code"),
    ("统一社会信用代码", "信用代码", "社会信用代码", "统一信用代码", "credit code", "code"),
    parse_credit_code, is_needed=True, example="91140100MA0000018J",
    remark=marked("18 digits and capital letters, as on the business licence."),
)  # fmt: skip
REGION: Final = ImportColumn(
    "region_code", marked("Region code"), ("区划代码", "属地代码", "行政区划代码", "属地", "region"),
    parse_region, is_needed=True, example="140100",
    remark=marked("Six digits of GB/T 2260, such as 140100 for Taiyuan."),
)  # fmt: skip
_MORE: Final = (
    ImportColumn("legal_representative", marked("Legal representative"), ("法定代表人", "法人代表", "法人"),
                 _line("legal_representative"), example="张三"),
    ImportColumn("phone", marked("Phone"), ("电话", "联系电话", "手机", "联系方式"), _line("phone"),
                 example="0351-1234567"),
    ImportColumn("address", marked("Address"), ("地址", "注册地址", "住所", "联系地址"), _line("address")),
    ImportColumn("bank_account", marked("Bank account"), ("银行账号", "账号", "开户账号", "收款账号"),
                 _line("bank_account"), remark=marked("As text, so that no digit is lost.")),
    ImportColumn("bank_name", marked("Bank"), ("开户银行", "开户行", "银行"), _line("bank_name")),
    ImportColumn("account_name", marked("Account name"), ("账户名称", "户名", "开户名称"), _line("account_name")),
    ImportColumn("group_code", marked("Group code"), ("集团代码", "集团"), _line("group_code"),
                 remark=marked("Units of one group have the same code.")),
    ImportColumn("controlled_by", marked("Controlled by"), ("实际控制单位", "控股单位", "控制单位"), parse_credit_code,
                 remark=marked("Credit code of the unit that controls this one.")),
    ImportColumn("founded_on", marked("Founded on"), ("成立日期", "注册日期", "成立时间"), parse_date, OutKind.DATE,
                 example="2020-03-05"),
)  # fmt: skip


def _unit(values: Values) -> UnitFacts:
    told = {column.key: values[column.key] or "" for column in _MORE if column.key != "founded_on"}
    return UnitFacts(
        name=values["name"],
        uscc=values["uscc"],
        region_code=values["region_code"],
        founded_on=values["founded_on"],
        **told,
    )


def _texts(facts: tuple[UnitFacts, str]) -> dict[str, object]:
    return unit_facts_of(check_unit(facts[0]))


# ------------------------------------------------------------------------------------------- recipients


def _recipient(values: Values) -> tuple[UnitFacts, str]:
    return _unit(values), values["kind"]


def _check_recipients(workspace: Workspace, entries: Sequence[Entry], order: Order) -> list[list[Fault]]:
    records = workspace.records()

    def check(entry: Entry) -> list[Fault]:
        unit, kind = entry.facts
        return [*recipient.check_recipient(records, check_unit(unit), parse_kind(kind))]

    return each_checked(entries, order, check)


RECIPIENTS: Final = ImportKind(
    name="recipients",
    words=marked("Recipients"),
    use_case="recipient.add",
    columns=(
        NAME,
        USCC,
        ImportColumn(
            "kind", marked("Class of the unit"), ("单位类别", "类别", "类型", "单位类型", "kind", "class"), _kind,
            is_needed=True, example="企业", remark=marked("One of: 企业, 高校, 科研机构."),
        ),
        REGION,
        *_MORE,
    ),
    entries=one_each(_recipient, _texts),
    check=_check_recipients,
    carry_out=all_at_once(recipient.add_all, "units"),
    unique=("uscc",),
)  # fmt: skip

# ------------------------------------------------------------------------------------------- providers


def _provider(values: Values) -> tuple[UnitFacts, str]:
    return _unit(values), values["facility"] or ""


def _check_providers(workspace: Workspace, entries: Sequence[Entry], order: Order) -> list[list[Fault]]:
    records = workspace.records()

    def check(entry: Entry) -> list[Fault]:
        unit, facility = entry.facts
        found: list[Fault] = [*provider.check_provider(records, check_unit(unit))]
        if facility and not records.parties.has_facility(facility):
            found.append(InvalidInput("facility_unknown", found=facility))
        return found

    return each_checked(entries, order, check)


PROVIDERS: Final[ImportKind] = ImportKind(
    name="providers",
    words=marked("Providers"),
    use_case="provider.add",
    columns=(
        NAME,
        USCC,
        REGION,
        ImportColumn("facility", marked("Facility"), ("算力中心", "算力设施", "候选设施"), _line("facility"),
                     remark=marked("Name of the candidate in the registry; if empty, the unit's own name.")),
        *_MORE,
    ),
    entries=one_each(_provider, _texts),
    check=_check_providers,
    carry_out=all_at_once(provider.add_all, "units"),
    unique=("uscc",),
)  # fmt: skip
