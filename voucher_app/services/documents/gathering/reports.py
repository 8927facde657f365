"""Reports of a quarter and of a year, the performance sheet, and a year's closing statement (domain.md §5.14, 5.15).

What happened is by business date within the period; where the money is, as it was at the period's end, by replay. So a
report of a past period says the same whenever it is printed. One of a period that still runs is of its day.
"""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction
from typing import TYPE_CHECKING, Final, cast

from voucher_app.domain.errors import InvalidInput, NotFound
from voucher_app.domain.ledger import TransferKind
from voucher_app.domain.money import ZERO
from voucher_app.domain.text import parse_date
from voucher_app.domain.voucher import VoucherStatus
from voucher_app.i18n import _
from voucher_app.services.documents.facts import Chart, DocumentKind, Series
from voucher_app.services.documents.gathering.compute import compute_cost, compute_words
from voucher_app.services.documents.gathering.content import Content, Gatherer, day_of, refused
from voucher_app.services.wording.documents import quarter_words
from voucher_app.services.wording.names import kind_name, status_name
from voucher_app.services.wording.rules import percent

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from voucher_app.domain.errors import Violation
    from voucher_app.domain.money import Money
    from voucher_app.services.documents.facts import Row, Value
    from voucher_app.services.documents.gathering.content import Asked
    from voucher_app.services.documents.subjects import Subject
    from voucher_app.services.queries.documents import ComputeUsed, IssuedPart, IssuedPeriod, Moved
    from voucher_app.services.queries.year import CapChangeRow, YearStatement
    from voucher_app.services.workspace import Workspace

_CHARTED: Final = 10
"""So many bars at most, the last of them for all others; the table beside the chart lists each."""
_FULL_SCORE: Final = 100
_MONTHS_OF_A_QUARTER: Final = 3


# ------------------------------------------------------------------------------------------- periods


def _year_of(subject: Subject) -> int:
    return int(subject.key.partition("-")[0])


def _whole_period(subject: Subject) -> tuple[date, date]:
    """Return first and last day of the year or quarter."""
    year, _dash, quarter = subject.key.partition("-")
    if not quarter:
        return date(int(year), 1, 1), date(int(year), 12, 31)
    first_month = _MONTHS_OF_A_QUARTER * int(quarter) - 2
    after = date(int(year) + first_month // 10, (first_month + 2) % 12 + 1, 1)
    return date(int(year), first_month, 1), after - timedelta(days=1)


def _until(subject: Subject) -> date:
    return day_of(subject.part) if subject.part else _whole_period(subject)[1]


def _as_far_as_today(workspace: Workspace, subject: Subject) -> list[Subject]:
    """Return the report of a period that is over, or else the one up to today, which is another paper."""
    today = workspace.clock.today()
    return [subject if today > _whole_period(subject)[1] else subject.of(today.isoformat())]


def _has_begun(asked: Asked) -> list[Violation]:
    asked.workspace.queries.year_money(_year_of(asked.subject))
    first, last = _whole_period(asked.subject)
    today = asked.workspace.clock.today()
    part, key = asked.subject.part, asked.subject.key
    try:
        until = parse_date(part) if part else last
    except InvalidInput:
        return refused("report_day", found=part, allowed=f"{first} – {last}", subject=key)
    if part and until == last < today:
        return refused("report_is_whole", found=part, allowed=asked.subject.whole, subject=key)
    if first <= until <= last and (until < today or (until == today and bool(part))):
        return _was_open(asked, until)
    return refused("report_day", found=until.isoformat(), allowed=f"{first} – {last}", subject=key)


def _was_open(asked: Asked, until: date) -> list[Violation]:
    """Refuse a report of a period that was over before its year was opened: there is no state to tell."""
    try:
        asked.workspace.queries.year_statement(_year_of(asked.subject), until)
    except NotFound:
        return refused("report_before_year", found=until.isoformat(), allowed="", subject=asked.subject.key)
    return []


# ------------------------------------------------------------------------------------------- figures


class _Figures:
    """What happened in a period, and where the money was at its end."""

    def __init__(self, asked: Asked) -> None:
        queries, self.year = asked.workspace.queries, _year_of(asked.subject)
        self.first, self.until = _whole_period(asked.subject)[0], _until(asked.subject)
        self.moved: tuple[Moved, ...] = queries.moved(self.year, self.first, self.until)
        self.issued: IssuedPeriod = queries.issued_period(self.year, self.first, self.until)
        self.compute: tuple[ComputeUsed, ...] = queries.compute_used(self.year, self.first, self.until)
        self.statement: YearStatement = queries.year_statement(self.year, self.until)

    def amount(self, kind: TransferKind, month: int | None = None) -> Money:
        """Return what some kind of transfer moved, in the period or in a month of it."""
        return _sum(one.amount for one in self.moved if one.kind == kind and month in {None, one.month})

    def count(self, kind: TransferKind) -> int:
        """Return how many there were, reversed ones taken off."""
        return sum(one.count for one in self.moved if one.kind == kind)

    @property
    def months(self) -> range:
        """The months of the period."""
        return range(self.first.month, self.until.month + 1)


def _fields(asked: Asked, figures: _Figures) -> dict[str, Value]:
    money, issued = figures.statement.money, figures.issued
    return {
        "year": figures.year,
        "from_day": figures.first,
        "until_day": figures.until,
        "made_on": asked.dated,
        "appropriation": money.appropriation,
        "appropriation_document": money.document,
        "issued": figures.amount(TransferKind.ISSUANCE),
        "issued_count": figures.count(TransferKind.ISSUANCE),
        "verified": figures.amount(TransferKind.REDEMPTION),
        "verified_count": figures.count(TransferKind.REDEMPTION),
        "disbursed": figures.amount(TransferKind.DISBURSEMENT),
        "disbursed_count": figures.count(TransferKind.DISBURSEMENT),
        "expired": figures.amount(TransferKind.EXPIRY),
        "returned": figures.amount(TransferKind.RETURN),
        "voided": figures.amount(TransferKind.VOID),
        "recovered": figures.amount(TransferKind.RECOVERY),
        "unissued": money.unissued,
        "outstanding": money.outstanding,
        "payable": money.payable,
        "paid": money.disbursed,
        "lapsed": money.lapsed,
        "recipient_count": issued.recipient_count,
        "provider_count": issued.provider_count,
        "contract_amount": issued.contract_amount,
        "compute_used": compute_words(figures.compute),
    }


def _shares(parts: Sequence[IssuedPart], name: Callable[[IssuedPart], str]) -> list[Row]:
    """Return what was issued by some part, the largest first."""
    total = _sum(one.face for one in parts)
    counts: dict[str, int] = {}
    amounts: dict[str, Money] = {}
    for one in parts:
        counts[name(one)] = counts.get(name(one), 0) + one.count
        amounts[name(one)] = amounts.get(name(one), ZERO) + one.face
    return [
        {
            "name": key,
            "voucher_count": counts[key],
            "issued": amounts[key],
            "share": Fraction(amounts[key].fen, total.fen),
        }
        for key in sorted(amounts, key=lambda key: (-amounts[key].fen, key))
    ]


def _chart(parts: Sequence[IssuedPart], name: Callable[[IssuedPart], str]) -> Chart:
    """Return the bars of the largest parts; a chart writes shares of all its bars, so they have to be the whole."""
    rows = _shares(parts, name)
    bars = [(cast("str", row["name"]), cast("Money", row["issued"])) for row in rows]
    if len(bars) > _CHARTED:
        kept, others = bars[: _CHARTED - 1], bars[_CHARTED - 1 :]
        words = _("{count} others together").format(count=len(others))
        bars = [*kept, (words, _sum(amount for _name, amount in others))]
    return Chart([label for label, _amount in bars], [Series(_("issued value"), [amount for _name, amount in bars])])


def _raises(changes: Iterable[CapChangeRow]) -> list[Row]:
    return [
        {
            "decided_on": day_of(one.decided_on),
            "document": one.document,
            "amount": one.amount,
            "reason": one.reason,
        }
        for one in changes
        if one.status == "decided"
    ]


def _month_words(month: int) -> str:
    return _("month {month}").format(month=month)


def _tables(figures: _Figures) -> dict[str, list[Row]]:
    parts = figures.issued.parts
    return {
        "months": [
            {
                "month": _month_words(month),
                "issued": figures.amount(TransferKind.ISSUANCE, month),
                "verified": figures.amount(TransferKind.REDEMPTION, month),
                "disbursed": figures.amount(TransferKind.DISBURSEMENT, month),
            }
            for month in figures.months
        ],
        "regions": _shares(parts, lambda one: one.region_name),
        "providers": _shares(parts, lambda one: one.provider_name),
        "classes": _shares(parts, lambda one: kind_name(one.kind)),
        "raises": _raises(figures.statement.changes),
    }


def _charts(figures: _Figures) -> dict[str, Chart]:
    parts = figures.issued.parts
    return {
        "months": Chart(
            [_month_words(month) for month in figures.months],
            [
                Series(_("issued value"), [figures.amount(TransferKind.ISSUANCE, one) for one in figures.months]),
                Series(_("verified value"), [figures.amount(TransferKind.REDEMPTION, one) for one in figures.months]),
            ],
        ),
        "regions": _chart(parts, lambda one: one.region_name),
        "providers": _chart(parts, lambda one: one.provider_name),
    }


def _quarter_report(asked: Asked) -> Content:
    figures = _Figures(asked)
    quarter = int(asked.subject.key.partition("-")[2])
    return Content(
        _up_to(asked, quarter_words(figures.year, quarter)),
        {**_fields(asked, figures), "quarter": quarter},
        _tables(figures),
        _charts(figures),
    )


def _year_report(asked: Asked) -> Content:
    figures = _Figures(asked)
    return Content(
        _up_to(asked, _year_words(figures.year)), _fields(asked, figures), _tables(figures), _charts(figures)
    )


def _year_words(year: int) -> str:
    return _("year {year}").format(year=year)


def _up_to(asked: Asked, words: str) -> str:
    if not asked.subject.part:
        return words
    return _("{period} up to {day}").format(period=words, day=asked.subject.part)


# ------------------------------------------------------------------------------------------- performance


def _performance(asked: Asked) -> Content:
    figures = _Figures(asked)
    money, issued = figures.statement.money, figures.amount(TransferKind.ISSUANCE)
    disbursed = figures.amount(TransferKind.DISBURSEMENT)
    outcome = _(
        "In the year {vouchers} vouchers of {issued} ten-thousand yuan were issued to {units} units, for contracts of "
        "{contracts} ten-thousand yuan; {verified} ten-thousand yuan were verified and {paid} ten-thousand yuan paid."
    ).format(
        vouchers=figures.count(TransferKind.ISSUANCE),
        issued=issued.in_wan_yuan(),
        units=figures.issued.recipient_count,
        contracts=figures.issued.contract_amount.in_wan_yuan(),
        verified=figures.amount(TransferKind.REDEMPTION).in_wan_yuan(),
        paid=disbursed.in_wan_yuan(),
    )
    return Content(
        _up_to(asked, _year_words(figures.year)),
        {
            "year": figures.year,
            "made_on": asked.dated,
            "appropriation": money.appropriation,
            "disbursed": disbursed,
            "execution": _ratio(disbursed, money.appropriation),
            "goal": None,
            "outcome": outcome,
            "score": None,
            "full_score": _FULL_SCORE,
            "problems": None,
            "measures": None,
            "made_by": asked.made_by,
        },
        {"indicators": _indicators(figures, issued, disbursed)},
    )


def _indicators(figures: _Figures, issued: Money, disbursed: Money) -> list[Row]:
    """Return what the records know of a year's performance; targets, scores and what people say are the office's.

    Weights are those of the finance ministry's form: execution 10, output 50, benefit 30, satisfaction 10.
    """
    verified, appropriation = figures.amount(TransferKind.REDEMPTION), figures.statement.money.appropriation
    output, benefit, none = _("Output"), _("Benefit"), _("not set")
    known = (
        (_("Execution"), _("disbursed of the appropriation"), "100%", _share(disbursed, appropriation), 10),
        (output, _("issued value"), _wan(appropriation), _wan(issued), 20),
        (output, _("units supported"), none, str(figures.issued.recipient_count), 10),
        (output, _("verified of what was issued"), none, _share(verified, issued), 10),
        (output, _("paid of what was verified"), "100%", _share(disbursed, verified), 10),
        (benefit, _("contracts supported"), none, _wan(figures.issued.contract_amount), 10),
        (benefit, _("compute used, as billed in verified claims"), none, _wan(compute_cost(figures.compute)), 10),
        (benefit, _("providers with vouchers"), none, str(figures.issued.provider_count), 10),
        (_("Satisfaction"), _("satisfaction of the units"), none, _("not surveyed"), 10),
    )
    return [
        {"group": group, "name": name, "target": target, "actual": actual, "weight": weight, "score": None,
         "note": None}
        for group, name, target, actual, weight in known
    ]  # fmt: skip


def _wan(amount: Money) -> str:
    return _("{amount} ten-thousand yuan").format(amount=amount.in_wan_yuan())


def _ratio(part: Money, whole: Money) -> Fraction:
    return Fraction(part.fen, whole.fen) if whole else Fraction(0)


def _share(part: Money, whole: Money) -> str:
    return percent(str(_ratio(part, whole))) if whole else "—"


# ------------------------------------------------------------------------------------------- closing


def _is_closed(asked: Asked) -> list[Violation]:
    money = asked.workspace.queries.year_money(asked.subject.number)
    if money.status.value == "closed":
        return []
    return refused("year_not_closed", found=money.status.value, allowed="closed", subject=asked.subject.key)


def _closing(asked: Asked) -> Content:
    queries, year = asked.workspace.queries, asked.subject.number
    closed = queries.closed_year(year)
    statement = queries.year_statement(year, until_record=closed.seq)
    money = statement.money
    return Content(
        _year_words(year),
        {
            "year": year,
            "closed_on": closed.closed_on,
            "appropriation": money.appropriation,
            "unissued": money.unissued,
            "outstanding": money.outstanding,
            "payable": money.payable,
            "disbursed": money.disbursed,
            "lapsed": money.lapsed,
            "open_applications": closed.open_applications,
            "open_claims": closed.open_claims,
            "journal_seq": closed.seq,
            "journal_hash": closed.head,
            "prepared_by": closed.recorded_by,
            "reviewed_by": None,
        },
        {
            "vouchers": [
                {
                    "status": status_name("voucher", status),
                    "voucher_count": closed.holdings[status].count,
                    "face": closed.holdings[status].face,
                    "remaining": closed.holdings[status].remaining,
                }
                for status in (one.value for one in VoucherStatus)
                if status in closed.holdings
            ],
            "raises": _raises(statement.changes),
        },
    )


def _sum(amounts: Iterable[Money]) -> Money:
    return sum(amounts, ZERO)


GATHERERS: Final = {
    DocumentKind.QUARTERLY_REPORT: Gatherer("quarter", _has_begun, _quarter_report, _as_far_as_today),
    DocumentKind.YEARLY_REPORT: Gatherer("year", _has_begun, _year_report, _as_far_as_today),
    DocumentKind.PERFORMANCE_SHEET: Gatherer("year", _has_begun, _performance, _as_far_as_today),
    DocumentKind.YEAR_CLOSING: Gatherer("year", _is_closed, _closing),
}
