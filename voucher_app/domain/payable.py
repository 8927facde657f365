"""What may be paid on invoices: the redemption arithmetic, exact to its one rounding, with each of its steps.

Source: domain.md §3, "Redemption arithmetic" (R4, R16, R19, R31). Eligible cost = Σ over invoices of the part in scope,
in the base period and paid, apportioned by day. Payable = the smallest of ratio × eligible cost, rounded as the policy
says, and the limits, which are whole fen already: what remains of the voucher, of the unit's yearly cap, of the year.

The steps are facts and no words, so that a decision keeps them as they were in either language.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from fractions import Fraction
from typing import TYPE_CHECKING, Final

from voucher_app.domain.money import ZERO, Money, round_fen
from voucher_app.domain.policy import DayCount

if TYPE_CHECKING:
    from collections.abc import Sequence

    from voucher_app.domain.invoice import Invoice
    from voucher_app.domain.money import Rounding

Period = tuple[date, date]
"""First and last day."""


class StepKind(StrEnum):
    """What a line of the derivation tells."""

    BASE_PERIOD = "base-period"
    DAYS = "days"
    """The days of one invoice that count, and all it covers."""
    SETTLED = "settled"
    """What of one invoice was paid, or deducted as the voucher's part of the bill."""
    COST = "cost"
    """One invoice's cost in the base period."""
    BASE = "base"
    """The cost in the base period of all invoices together."""
    SUPPORTING = "supporting"
    """What of it is supporting services."""
    SCOPE = "scope"
    """How much of the supporting services counts (R16)."""
    ELIGIBLE = "eligible"
    SUPPORT = "support"
    """Ratio × eligible cost, exact."""
    ROUNDED = "rounded"
    """The same as the policy rounds it: the first limit."""
    VOUCHER = "voucher"
    """The limit by what the voucher still holds."""
    RECIPIENT = "recipient"
    """The limit by what is left of the unit's yearly cap."""
    YEAR = "year"
    """The limit by what is left of the year's money, where a payment is not set aside before."""
    PAYABLE = "payable"


LIMITS: Final = frozenset({StepKind.ROUNDED, StepKind.VOUCHER, StepKind.RECIPIENT, StepKind.YEAR})
"""Steps that the payable amount may not exceed."""


@dataclass(frozen=True, slots=True)
class Step:
    """One line of a derivation.

    Attributes:
        value: its result in exact fen.
        facts: what it was made of, JSON-able: fen and days are whole numbers, fractions of a fen text such as `305/7`.
        binds: for a limit, whether it is the one that decides.
    """

    kind: StepKind
    value: Fraction | int
    facts: dict[str, object] = field(default_factory=dict)
    binds: bool = False


@dataclass(frozen=True, slots=True)
class Terms:
    """What a policy version says about the arithmetic.

    Attributes:
        ratio: the support ratio of this unit (R4).
        supporting_share: largest share of the base that supporting services may have (R16).
        base_period: first and last day that count (R19), or None where the policy does not cut.
    """

    ratio: Fraction
    supporting_share: Fraction
    rounding: Rounding
    day_count: DayCount
    base_period: Period | None


@dataclass(frozen=True, slots=True)
class Limit:
    """One more limit of what is payable: `whole` less what is `taken` of it."""

    kind: StepKind
    whole: Money
    taken: Money = ZERO

    @property
    def left(self) -> Money:
        """What is left, never less than nothing."""
        return max(self.whole - self.taken, ZERO)


@dataclass(frozen=True, slots=True)
class Payable:
    """The result of the arithmetic.

    Attributes:
        eligible: the eligible cost in exact fen.
        rounded: ratio × eligible cost, rounded (R31).
        amount: what is payable: the smallest of `rounded` and the limits.
        steps: how it came about, in order.
    """

    eligible: Fraction
    rounded: Money
    amount: Money
    steps: tuple[Step, ...]


def days_between(first: date, last: date, day_count: DayCount) -> int:
    """Count days by the named rule (R31)."""
    return (last - first).days + (1 if day_count is DayCount.INCLUSIVE else 0)


@dataclass(frozen=True, slots=True)
class CountedDays:
    """The days of a period that count: `counted` of `whole`; `first` and `last` bound what counts."""

    counted: int
    whole: int
    first: date
    last: date

    @property
    def share(self) -> Fraction:
        """The part of the period that counts, from nothing to all of it."""
        return Fraction(self.counted, self.whole)


def counted_days(
    covered: Period, *, base_period: Period, day_count: DayCount, service: Period | None = None
) -> CountedDays:
    """Count which days of the period that an amount covers lie in the base period, and in the service (R19).

    The official example: 2025-01-01 to 2026-12-31 within 2025-03-01 to 2025-12-31 gives 305/729 (domain.md §3).
    """
    within = service or covered
    first = max(covered[0], base_period[0], within[0])
    last = min(covered[1], base_period[1], within[1])
    whole = days_between(*covered, day_count)
    if first > last:
        return CountedDays(0, max(whole, 1), first, last)
    if whole <= 0:
        # One day under DIFF: the day lies in the base period or, above, it does not.
        return CountedDays(1, 1, first, last)
    return CountedDays(days_between(first, last, day_count), whole, first, last)


def days_of_invoice(invoice: Invoice, *, contract: Period | None, terms: Terms) -> CountedDays | None:
    """Return the days of an invoice that count, or None where all of it does: no period is told, or none is cut.

    The amount covers the contract's term when it is told, else the invoice's service period.
    """
    covered = contract or invoice.service
    if terms.base_period is None or covered is None:
        return None
    return counted_days(covered, base_period=terms.base_period, day_count=terms.day_count, service=invoice.service)


_NOTHING: Final = Fraction(0)


@dataclass(frozen=True, slots=True)
class _Part:
    """One invoice in the arithmetic, in exact fen."""

    invoice: Invoice
    days: CountedDays | None
    settled: Fraction
    cost: Fraction
    supporting: Fraction = _NOTHING


def _parts(invoices: Sequence[Invoice], *, contract: Period | None, terms: Terms, deducted: Money) -> tuple[_Part, ...]:
    # What was deducted from the bills with the voucher counts as paid, spread over what their payments lack.
    lacking = sum(invoice.amount.fen - invoice.paid.fen for invoice in invoices if invoice.paid is not None)
    filled = Fraction(min(deducted.fen, lacking), lacking) if lacking else _NOTHING
    parts = []
    for invoice in invoices:
        amount = invoice.amount.fen
        settled = Fraction(amount)
        if invoice.paid is not None:
            settled = invoice.paid.fen + filled * (amount - invoice.paid.fen)
        days = days_of_invoice(invoice, contract=contract, terms=terms)
        cost = settled if days is None else days.share * settled
        services = invoice.supporting_services.fen
        supporting = cost * Fraction(services, amount) if services and amount else _NOTHING
        parts.append(_Part(invoice, days, settled, cost, supporting))
    return tuple(parts)


@dataclass(frozen=True, slots=True)
class Cost:
    """The cost of a claim in exact fen: all in the base period, what of it is supporting services, what counts."""

    base: Fraction
    supporting: Fraction
    supporting_counted: Fraction

    @property
    def eligible(self) -> Fraction:
        """The eligible cost."""
        return self.base - self.supporting + self.supporting_counted if self.supporting else self.base


def _cost(parts: Sequence[_Part], terms: Terms) -> Cost:
    base = parts[0].cost if len(parts) == 1 else sum((part.cost for part in parts), _NOTHING)
    supporting = sum((part.supporting for part in parts if part.supporting), _NOTHING)
    return Cost(base, supporting, min(supporting, terms.supporting_share * base) if supporting else _NOTHING)


def cost_of(invoices: Sequence[Invoice], *, contract: Period | None, terms: Terms, deducted: Money = ZERO) -> Cost:
    """Return the cost that invoices carry: paid, in the base period by day (R19), in scope (R16)."""
    first = invoices[0]
    is_plain = first.service is None and first.paid is None and not first.supporting_services
    if is_plain and contract is None and len(invoices) == 1:
        return Cost(Fraction(first.amount.fen), _NOTHING, _NOTHING)  # most claims: nothing to apportion
    return _cost(_parts(invoices, contract=contract, terms=terms, deducted=deducted), terms)


def derive_payable(
    invoices: Sequence[Invoice],
    *,
    contract: Period | None,
    terms: Terms,
    limits: Sequence[Limit],
    deducted: Money = ZERO,
) -> Payable:
    """Return what is payable on invoices, with every step of the arithmetic (R4, R16, R19, R31).

    Args:
        invoices: all of a claim's, in any order.
        contract: the term that their amounts cover, or None where each covers its own service period.
        terms: what the policy version says.
        limits: what else bounds the payment.
        deducted: what the provider took off the bills with the voucher (model A); it counts as paid.
    """
    parts = _parts(invoices, contract=contract, terms=terms, deducted=deducted)
    cost = _cost(parts, terms)
    support = terms.ratio * cost.eligible
    rounded = round_fen(support, terms.rounding)
    lefts = [rounded.fen, *(limit.left.fen for limit in limits)]
    least = min(lefts)
    steps = [
        *_period_steps(parts, contract=contract, terms=terms),
        *_cost_steps(parts, cost, terms),
        Step(StepKind.SUPPORT, support, {"ratio": str(terms.ratio), "of": _plain(cost.eligible)}),
        Step(
            StepKind.ROUNDED,
            rounded.fen,
            {"of": _plain(support), "rounding": terms.rounding.value},
            binds=rounded.fen == least,
        ),
    ]
    binding = lefts.index(least)
    for place, limit in enumerate(limits, start=1):
        facts: dict[str, object] = {"whole": limit.whole.fen, "taken": limit.taken.fen}
        steps.append(Step(limit.kind, lefts[place], facts, binds=place == binding))
    steps.append(Step(StepKind.PAYABLE, least, {"of": lefts}))
    return Payable(cost.eligible, rounded, Money(least), tuple(steps))


def _plain(exact: Fraction | int) -> int | str:
    """Return an exact number as JSON takes it: a whole one as it is, another as `305/7`."""
    return exact.numerator if exact.denominator == 1 else str(exact)


def _dates(period: Period) -> list[str]:
    return [day.isoformat() for day in period]


def _period_steps(parts: Sequence[_Part], *, contract: Period | None, terms: Terms) -> list[Step]:
    if terms.base_period is None or all(part.days is None for part in parts):
        return []
    period: dict[str, object] = {"period": _dates(terms.base_period), "day_count": terms.day_count.value}
    steps = [Step(StepKind.BASE_PERIOD, 0, period)]
    for part in parts:
        covered = contract or part.invoice.service
        if part.days is None or covered is None:
            continue
        facts: dict[str, object] = {
            "key": part.invoice.key,
            "counted": part.days.counted,
            "whole": part.days.whole,
            "within": _dates((part.days.first, part.days.last)),
            "covered": _dates(covered),
        }
        steps.append(Step(StepKind.DAYS, 0, facts))
    return steps


def _cost_steps(parts: Sequence[_Part], cost: Cost, terms: Terms) -> list[Step]:
    steps = []
    for part in parts:
        paid = part.invoice.paid
        if paid is not None and paid != part.invoice.amount:
            settled = {"key": part.invoice.key, "paid": paid.fen, "deducted": _plain(part.settled - paid.fen)}
            steps.append(Step(StepKind.SETTLED, part.settled, settled))
    costs = [Step(StepKind.COST, part.cost, _cost_facts(part)) for part in parts]
    if len(parts) == 1 and not cost.supporting:
        # One invoice, all of it in scope: its cost is the eligible cost, told once.
        return [*steps, Step(StepKind.ELIGIBLE, cost.eligible, costs[0].facts)]
    steps += costs
    if not cost.supporting:
        return [*steps, Step(StepKind.ELIGIBLE, cost.eligible, {"sum": [_plain(part.cost) for part in parts]})]
    if len(parts) > 1:
        steps.append(Step(StepKind.BASE, cost.base, {"sum": [_plain(part.cost) for part in parts]}))
    billed = [part for part in parts if part.supporting]
    steps += [
        Step(StepKind.SUPPORTING, cost.supporting, {"sum": [_plain(part.supporting) for part in billed]}),
        Step(
            StepKind.SCOPE,
            cost.supporting_counted,
            {"supporting": _plain(cost.supporting), "share": str(terms.supporting_share), "of": _plain(cost.base)},
        ),
        Step(
            StepKind.ELIGIBLE,
            cost.eligible,
            {
                "base": _plain(cost.base),
                "supporting": _plain(cost.supporting),
                "scope": _plain(cost.supporting_counted),
            },
        ),
    ]
    return steps


def _cost_facts(part: _Part) -> dict[str, object]:
    facts: dict[str, object] = {"key": part.invoice.key, "of": _plain(part.settled)}
    if part.days is not None:
        facts |= {"counted": part.days.counted, "whole": part.days.whole}
    return facts


# ------------------------------------------------------------------------------------------- keeping a derivation


_ENCODER: Final = json.JSONEncoder(separators=(",", ":"), check_circular=False)


def written(steps: Sequence[Step]) -> str:
    """Return steps as the text that a decision keeps: JSON, exact, without words; each `[kind, value, facts, binds]`.

    Short, because it is kept with every redemption and once more in the journal.
    """
    plain = [[step.kind.value, _plain(step.value), step.facts, int(step.binds)] for step in steps]
    return _ENCODER.encode(plain)


def read(text: str) -> tuple[Step, ...]:
    """Return the steps that `written` wrote."""
    return tuple(
        Step(StepKind(kind), Fraction(value), facts, binds=bool(binds))
        for kind, value, facts, binds in json.loads(text)
    )
