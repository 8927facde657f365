"""The derivation of a payable amount, line by line, as an officer reads and prints it.

Amounts are 万元, as in the official example: four decimals, “…” when more follow; what is whole fen is written out, to
six decimals at most. The expressions are numbers and signs, the same in every language; only the names of the steps
are words. `step` is the name in the language of the source, which scripts may rely on.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Final, cast

from voucher_app.domain.money import FEN_PER_WAN_YUAN
from voucher_app.domain.payable import StepKind
from voucher_app.i18n import _, marked

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from voucher_app.domain.payable import Step

_DECIMALS = 4
_DECIMALS_OF_A_FEN = 6
BINDS: Final = "←"
"""Marks the limit that decides."""

_NAMES: Final = {
    StepKind.BASE_PERIOD: marked("base period"),
    StepKind.DAYS: marked("days of invoice {key}"),
    StepKind.SETTLED: marked("settled of invoice {key}"),
    StepKind.COST: marked("cost of invoice {key}"),
    StepKind.BASE: marked("cost in the base period"),
    StepKind.SUPPORTING: marked("supporting services in it"),
    StepKind.SCOPE: marked("supporting services counted"),
    StepKind.ELIGIBLE: marked("eligible cost"),
    StepKind.SUPPORT: marked("support amount"),
    StepKind.ROUNDED: marked("limit: support, rounded"),
    StepKind.VOUCHER: marked("limit: remaining value of the voucher"),
    StepKind.RECIPIENT: marked("limit: rest of the unit's yearly cap"),
    StepKind.YEAR: marked("limit: rest of the year's money"),
    StepKind.PAYABLE: marked("payable amount"),
}


@dataclass(frozen=True, slots=True)
class DerivationLine:
    """One line of a derivation.

    Attributes:
        step: its name in the language of the source.
        name: its name in the language of the reader.
        expression: how the value comes about, such as `305/729 × 20.0000 = 8.3676…`.
        value: the value alone.
    """

    step: str
    name: str
    expression: str
    value: str


def wan_yuan(fen: Fraction | int) -> str:
    """Return an exact amount as 万元: four decimals with “…” when more follow, whole fen to their last digit."""
    assert fen >= 0, "a derivation has no negative amounts"
    whole, rest = divmod(fen, FEN_PER_WAN_YUAN)
    if rest.denominator == 1:
        decimals = f"{rest.numerator:0{_DECIMALS_OF_A_FEN}d}"
        return f"{whole}.{decimals[:_DECIMALS]}{decimals[_DECIMALS:].rstrip('0')}"
    return f"{whole}.{int(rest * 10**_DECIMALS / FEN_PER_WAN_YUAN):0{_DECIMALS}d}…"


def exact_percent(ratio: Fraction) -> str:
    """Return a ratio of at most six decimals as a percentage, to its last digit."""
    tenths_of_thousandths = ratio * 100 * 10**_DECIMALS
    assert tenths_of_thousandths.denominator == 1, "a policy's ratios have at most six decimals"
    whole, rest = divmod(tenths_of_thousandths.numerator, 10**_DECIMALS)
    return f"{whole}.{rest:0{_DECIMALS}d}".rstrip("0").rstrip(".") + "%"


def _number(value: object) -> str:
    return wan_yuan(Fraction(cast("str | int", value)))


def _period(value: object) -> str:
    first, last = cast("list[str]", value)
    return f"{first} – {last}"


def _base_period(step: Step) -> str:
    return f"{_period(step.facts['period'])} ({step.facts['day_count']})"


def _days(step: Step) -> str:
    facts = step.facts
    if not facts["counted"]:
        return f"0 / ({_period(facts['covered'])} = {facts['whole']}) = 0/{facts['whole']}"
    return (
        f"({_period(facts['within'])} = {facts['counted']}) / ({_period(facts['covered'])} = {facts['whole']}) "
        f"= {facts['counted']}/{facts['whole']}"
    )


def _settled(step: Step) -> str:
    deducted = Fraction(cast("str | int", step.facts["deducted"]))
    paid = _number(step.facts["paid"])
    return f"{paid} + {wan_yuan(deducted)} = {wan_yuan(step.value)}" if deducted else paid


def _cost(step: Step) -> str:
    of = _number(step.facts["of"])
    if "whole" not in step.facts:
        return of
    return f"{step.facts['counted']}/{step.facts['whole']} × {of} = {wan_yuan(step.value)}"


def _sum(step: Step) -> str:
    parts = [_number(part) for part in cast("list[str]", step.facts["sum"])]
    return f"{' + '.join(parts)} = {wan_yuan(step.value)}" if len(parts) > 1 else wan_yuan(step.value)


def _scope(step: Step) -> str:
    facts = step.facts
    share = exact_percent(Fraction(cast("str", facts["share"])))
    return f"min({_number(facts['supporting'])}, {share} × {_number(facts['of'])}) = {wan_yuan(step.value)}"


def _eligible(step: Step) -> str:
    facts = step.facts
    if "sum" in facts:
        return _sum(step)
    if "base" not in facts:
        return _cost(step)
    return (
        f"{_number(facts['base'])} − {_number(facts['supporting'])} + {_number(facts['scope'])} "
        f"= {wan_yuan(step.value)}"
    )


def _support(step: Step) -> str:
    ratio = exact_percent(Fraction(cast("str", step.facts["ratio"])))
    return f"{ratio} × {_number(step.facts['of'])} = {wan_yuan(step.value)}"


def _rounded(step: Step) -> str:
    return f"{_number(step.facts['of'])} → {wan_yuan(step.value)} ({step.facts['rounding']})"


def _limit(step: Step) -> str:
    if not step.facts["taken"]:
        return _number(step.facts["whole"])
    return f"{_number(step.facts['whole'])} − {_number(step.facts['taken'])} = {wan_yuan(step.value)}"


def _payable(step: Step) -> str:
    limits = ", ".join(_number(limit) for limit in cast("list[int]", step.facts["of"]))
    return f"min({limits}) = {wan_yuan(step.value)}"


_EXPRESSIONS: Final[dict[StepKind, Callable[[Step], str]]] = {
    StepKind.BASE_PERIOD: _base_period,
    StepKind.DAYS: _days,
    StepKind.SETTLED: _settled,
    StepKind.COST: _cost,
    StepKind.BASE: _sum,
    StepKind.SUPPORTING: _sum,
    StepKind.SCOPE: _scope,
    StepKind.ELIGIBLE: _eligible,
    StepKind.SUPPORT: _support,
    StepKind.ROUNDED: _rounded,
    StepKind.VOUCHER: _limit,
    StepKind.RECIPIENT: _limit,
    StepKind.YEAR: _limit,
    StepKind.PAYABLE: _payable,
}


def _value(step: Step) -> str:
    if step.kind is StepKind.BASE_PERIOD:
        return _period(step.facts["period"])
    if step.kind is StepKind.DAYS:
        return f"{step.facts['counted']}/{step.facts['whole']}"
    return wan_yuan(step.value)


def derivation_lines(steps: Sequence[Step]) -> list[DerivationLine]:
    """Return the lines of a derivation; the limit that decides is marked at its end."""
    lines = []
    for step in steps:
        key = str(step.facts.get("key", ""))
        expression = _EXPRESSIONS[step.kind](step)
        lines.append(
            DerivationLine(
                step=_NAMES[step.kind].format(key=key),
                name=_(_NAMES[step.kind]).format(key=key),
                expression=f"{expression} {BINDS}" if step.binds else expression,
                value=_value(step),
            )
        )
    return lines
