"""`overview`: a year at a glance, as the window's first page has it: what is left, what waits, what expires, where."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from voucher_app.cli.command import Command, Result, argument
from voucher_app.cli.documents import Count, Sum, document_of, table
from voucher_app.cli.year import money_document
from voucher_app.domain.budget import parse_year
from voucher_app.i18n import _
from voucher_app.services.queries.overview import SOON_DAYS
from voucher_app.services.run_rate import run_rate
from voucher_app.services.tasks import counted, tasks_of
from voucher_app.services.wording.names import kind_name, role_name, status_name

if TYPE_CHECKING:
    from collections.abc import Sequence

    from voucher_app.cli.command import Call
    from voucher_app.cli.documents import Listing
    from voucher_app.domain.budget import YearMoney
    from voucher_app.services.queries.overview import Overview, Share
    from voucher_app.services.run_rate import RunRate
    from voucher_app.services.tasks import Task


def _show(call: Call) -> Result:
    queries, on, person = call.workspace.queries, call.workspace.clock.today(), call.anyone
    year = parse_year(call.arguments.year)
    found = queries.overview(year, on)
    tasks = tasks_of(person.role, small_office=queries.office().small_office)
    waiting = counted(queries.waiting(year, person.id), tasks)
    rate = run_rate(found.money, found.by_month, on)
    document = {
        **money_document(found.money, found.counts),
        **{part: document_of(getattr(found, part)) for part in ("by_city", "by_provider", "by_kind", "by_month")},
        "on": on.isoformat(),
        "rate": document_of(rate),
        "operator": person.name,
        "waiting": [
            {"noun": task.noun, "statuses": list(task.statuses), "count": count, "message": _words(task, count)}
            for task, count in waiting
        ],
        "expiring": document_of(found.expiring),
        "expiring_counts": {str(days): count for days, count in zip(SOON_DAYS, found.expiring_counts, strict=True)},
    }
    work = _(", ").join(_words(task, count) for task, count in waiting) or _("nothing")
    lines = [
        *_money_lines(found.money, rate),
        _("To do of {name} ({role}): {work}").format(name=person.name, role=role_name(person.role), work=work),
    ]
    lines += [
        _("expire within {days} days: {count}").format(days=days, count=f"{count:,}")
        for days, count in zip(SOON_DAYS, found.expiring_counts, strict=True)
    ]
    tables = _tables(found)
    for title, listing in tables:
        lines += ["", title, *listing]
    return Result(document, lines, tables=tables)


def _words(task: Task, count: int) -> str:
    return _(task.words).format(count=f"{count:,}")


def _money_lines(money: YearMoney, rate: RunRate | None) -> list[str]:
    issued = money.outstanding + money.payable + money.disbursed
    lines = [
        f"{money.year} · {status_name('year', money.status)} · {money.document}",
        _("appropriation {whole}, issued {issued}, left {left} yuan").format(
            whole=money.appropriation.in_yuan(), issued=issued.in_yuan(), left=money.unissued.in_yuan()
        ),
    ]
    if rate is not None:
        told = _("{rate} yuan a month").format(rate=rate.per_month.in_yuan())
        ends = (
            _("used up on {day}").format(day=rate.exhausted_on.isoformat())
            if rate.exhausted_on is not None
            else _("{amount} yuan left at the year's end").format(amount=rate.year_end_left.in_yuan())
        )
        lines.append(f"{told} · {ends}")
    return lines


def _tables(found: Overview) -> list[tuple[str, Listing]]:
    kinds: list[tuple[str, Share]] = [(kind_name(one.key), one) for one in found.by_kind]
    return [
        (_("By city and zone"), _shares(_("city or zone"), [(one.name, one) for one in found.by_city])),
        (_("By provider"), _shares(_("provider"), [(one.name, one) for one in found.by_provider])),
        (_("By class"), _shares(_("class"), kinds)),
        (_("By month"), _shares(_("month"), [(one.key, one) for one in found.by_month])),
    ]


def _shares(head: str, shares: Sequence[tuple[str, Any]]) -> Listing:
    rows = [[name, f"{one.count:,}", one.amount.in_yuan()] for name, one in shares]
    return table([head, Count(_("vouchers")), Sum(_("amount (yuan)"))], rows)


COMMANDS = (
    Command(
        "overview", "show", "show a year at a glance: what is left, what waits, what expires, where it went", _show,
        (argument("year", metavar="YEAR"),),
    ),
)  # fmt: skip
