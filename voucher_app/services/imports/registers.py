"""Tables that the office is given: the registry of facilities (算力设施), and the calendar's exceptions."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final

from voucher_app.domain.budget import FIRST_YEAR, LAST_YEAR
from voucher_app.domain.errors import InvalidInput
from voucher_app.domain.text import LONGEST_REASON, parse_date, parse_line
from voucher_app.i18n import marked
from voucher_app.services import calendar, provider
from voucher_app.services.calendar import CalendarDay
from voucher_app.services.imports.kind import ImportColumn, ImportKind, one_each
from voucher_app.services.imports.reading import whole
from voucher_app.services.ports.parties import Facility
from voucher_app.services.ports.tables import OutKind

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from voucher_app.services.imports.kind import Entry, Fault, Order, Values
    from voucher_app.services.workspace import Workspace

_YES: Final = frozenset({"1", "true", "yes", "是", "上班", "班"})
_NO: Final = frozenset({"0", "false", "no", "否", "休", "放假"})


def _line(field: str) -> partial[str]:
    return partial(parse_line, field=field, required=False, longest=LONGEST_REASON)


def _unasked(_workspace: Workspace, entries: Sequence[Entry], _order: Order) -> list[list[Fault]]:
    """Return nothing: what is known already is left as it is, or corrected."""
    return [[] for _entry in entries]


# ------------------------------------------------------------------------------------------- facilities


def _facility(values: Values) -> Facility:
    return Facility(
        name=values["name"],
        place=values["place"] or "",
        region_code=values["region_code"],
        operated_by=values["operator"] or "",
        racks=values["racks"],
        pflops_fp16=values["pflops_fp16"],
        investment_yi_yuan=values["investment_yi_yuan"] or "",
        state=values["state"] or "",
        note=values["note"] or "",
        source=values["source"] or "",
    )


def _import_facilities(workspace: Workspace, entries: Sequence[Entry], order: Order) -> list[int]:
    return provider.import_facilities(
        workspace,
        facilities=[entry.facts for entry in entries],
        operator=order.operator,
        request_id=order.request_id,
    )


def _column(key: str, words: str, *names: str, is_needed: bool = True) -> ImportColumn:
    return ImportColumn(key, words, names, _line(key), is_needed=is_needed, may_be_empty=True)


FACILITIES: Final = ImportKind(
    name="facilities",
    words=marked("Registry of facilities"),
    use_case="provider.import",
    columns=(
        ImportColumn("name", marked("Facility"), ("算力中心", "名称", "设施名称"), partial(parse_line, field="name"),
                     is_needed=True),
        _column("place", marked("Location"), "地点", "所在地"),
        ImportColumn("region_code", marked("Region code"), ("区划代码", "属地代码", "行政区划代码"),
                     partial(parse_line, field="region_code"), is_needed=True),
        _column("operator", marked("Run by"), "运营单位", "建设运营单位"),
        ImportColumn("racks", marked("Racks"), ("机架数",), whole, OutKind.COUNT, is_needed=True, may_be_empty=True),
        ImportColumn("pflops_fp16", marked("PFLOPS (FP16)"), ("算力规模", "算力", "pflops"), whole, OutKind.COUNT,
                     is_needed=True, may_be_empty=True),
        _column("investment_yi_yuan", marked("Investment (100 million yuan)"), "投资额"),
        _column("state", marked("State"), "状况", "状态", "建设状态"),
        _column("note", marked("Remark"), "备注"),
        _column("source", marked("Source"), "来源"),
    ),
    entries=one_each(_facility, lambda _facts: {}),
    check=_unasked,
    carry_out=_import_facilities,
    unique=("name",),
    is_registered=False,
)  # fmt: skip

# ------------------------------------------------------------------------------------------- calendar


def _day(text: str) -> date:
    day = parse_date(text)
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise InvalidInput("year", found=day.year, first=FIRST_YEAR, last=LAST_YEAR)
    return day


def _yes_or_no(text: str) -> bool:
    word = text.lower()
    if word not in _YES | _NO:
        raise InvalidInput("flag", found=text)
    return word in _YES


def _import_days(workspace: Workspace, entries: Sequence[Entry], order: Order) -> list[date]:
    return calendar.import_days(
        workspace, days=[entry.facts for entry in entries], operator=order.operator, request_id=order.request_id
    )


CALENDAR: Final = ImportKind(
    name="calendar",
    words=marked("Working days"),
    use_case="calendar.import",
    columns=(
        ImportColumn("date", marked("Day"), ("日期",), _day, OutKind.DATE, is_needed=True, example="2027-01-01"),
        ImportColumn("is_working", marked("Working day"), ("是否工作日", "工作日"), _yes_or_no, is_needed=True,
                     example="否", remark=marked("是 or 否.")),
        ImportColumn("note", marked("Remark"), ("备注", "说明"), _line("note"), is_needed=True, may_be_empty=True,
                     example="元旦"),
    ),
    entries=one_each(lambda values: CalendarDay(values["date"], values["is_working"], values["note"] or ""),
                     lambda _facts: {}),
    check=_unasked,
    carry_out=_import_days,
    unique=("date",),
    is_registered=False,
)  # fmt: skip
