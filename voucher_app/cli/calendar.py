"""`calendar`: working days, as published and as the office corrected or continued them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from voucher_app.cli.command import Command, Result, argument
from voucher_app.cli.documents import document_of
from voucher_app.cli.tables import import_command
from voucher_app.domain.errors import InvalidInput
from voucher_app.i18n import _
from voucher_app.services import calendar
from voucher_app.services.imports.registers import CALENDAR

if TYPE_CHECKING:
    from datetime import date

    from voucher_app.cli.command import Call
    from voucher_app.services.imports.preview import ImportPreview

_MONTH: Final = re.compile(r"(20[0-9]{2})-(0[1-9]|1[0-2])", re.ASCII)


def _imported(imported: list[date], _found: ImportPreview) -> Result:
    years = sorted({day.year for day in imported})
    said = _("{count} days recorded for {years}.")
    return Result(
        {"imported": len(imported), "years": years},
        [said.format(count=len(imported), years=", ".join(map(str, years)))],
    )


def _show(call: Call) -> Result:
    read = _MONTH.fullmatch(call.arguments.month.strip())
    if read is None:
        raise InvalidInput("calendar_month", found=call.arguments.month)
    days = calendar.month(call.workspace, year=int(read[1]), number=int(read[2]))
    count = sum(day.is_working for day in days)
    lines = [_("{month}: {count} working days").format(month=read[0], count=count)]
    lines += [
        f"  {one.day.isoformat()}  {_('working') if one.is_working else _('off')}  {one.note}".rstrip() for one in days
    ]
    return Result({"month": read[0], "working_days": count, "days": document_of(days)}, lines)


COMMANDS = (
    import_command("calendar", (CALENDAR,), "record days off and moved working days from a table", _imported),
    Command("calendar", "show", "show the working days of a month", _show,
            (argument("month", metavar="YEAR-MONTH"),)),
)  # fmt: skip
