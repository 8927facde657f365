"""A policy as a form: what kind of answer each parameter takes, the text of the file it makes, and where faults are.

The file stays the truth: a form only writes it. What a person types in a form is turned into what stands in the file
(`20%` into `"0.20"`), and the readers of the file judge it.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from functools import cache
from types import NoneType, UnionType
from typing import TYPE_CHECKING, Any, Final, cast, get_args, get_origin, get_type_hints

from voucher_app.domain.attachment import AttachmentKind
from voucher_app.domain.errors import InvalidFile, InvalidInput
from voucher_app.domain.money import Money
from voucher_app.domain.policy import PARAMETERS, Policy, YearEnd, parse_policy, read_parameter
from voucher_app.services.wording.inputs import input_sentence
from voucher_app.services.wording.names import paper_name
from voucher_app.services.wording.policy import group_name, parameter_name

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

CLASSES: Final = ("enterprise", "university", "institute")
_HUNDRED: Final = 100
_LINE: Final = re.compile(r"\(at line (\d+), column \d+\)")
_PERCENT: Final = re.compile(r"([0-9]{1,3}(?:\.[0-9]{1,4})?)\s*[%％]", re.ASCII)
_BETWEEN: Final = re.compile(r"[;；、\s]+")
_DAY: Final = re.compile(r"([0-9]{1,2})[-/.月]([0-9]{1,2})日?", re.ASCII)


class Kind(StrEnum):
    """What kind of answer a parameter takes."""

    TEXT = "text"
    RATIO = "ratio"
    AMOUNT = "amount"
    AMOUNTS = "amounts"
    RATIO_BY_CLASS = "ratio-by-class"
    DAY = "day"
    LAST_DAY = "last-day"
    COUNT = "count"
    FLAG = "flag"
    CHOICE = "choice"
    PAPERS = "papers"


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter of a policy file.

    Attributes:
        choices: what a `CHOICE` may be, or what may be among `PAPERS`.
        may_be_empty: a policy says nothing about it when it is left out.
    """

    key: str
    attribute: str
    kind: Kind
    choices: tuple[str, ...] = ()
    may_be_empty: bool = False


@dataclass(frozen=True, slots=True)
class Fault:
    """Something in the text of a policy file that cannot be read; `line` is 0 where no line can be named."""

    line: int
    sentence: str


_KINDS: Final[dict[object, Kind]] = {
    str: Kind.TEXT,
    Fraction: Kind.RATIO,
    Money: Kind.AMOUNT,
    tuple: Kind.AMOUNTS,
    dict: Kind.RATIO_BY_CLASS,
    date: Kind.DAY,
    YearEnd: Kind.LAST_DAY,
    int: Kind.COUNT,
    bool: Kind.FLAG,
}


@cache
def parameters() -> tuple[Parameter, ...]:
    """Return every parameter in the order of the file; what each takes is the type of its attribute."""
    types = get_type_hints(Policy)
    return tuple(_parameter(key, attribute, types[attribute]) for key, attribute in PARAMETERS.items())


def _parameter(key: str, attribute: str, kind: object) -> Parameter:
    may_be_empty = False
    if get_origin(kind) is UnionType:
        (kind,) = (one for one in get_args(kind) if one is not NoneType)
        may_be_empty = True
    origin = get_origin(kind) or kind
    if origin is tuple and issubclass(get_args(kind)[0], StrEnum):
        return Parameter(key, attribute, Kind.PAPERS, tuple(get_args(kind)[0]), may_be_empty=True)
    if isinstance(kind, type) and issubclass(kind, StrEnum):
        return Parameter(key, attribute, Kind.CHOICE, tuple(kind))
    return Parameter(key, attribute, _KINDS[origin], (), may_be_empty or origin in {tuple, dict})


# ------------------------------------------------------------------------------------------- from what is typed


def file_value(parameter: Parameter, text: str) -> object:
    """Return what stands in the file for what was typed; None for an optional one left empty.

    Raises:
        InvalidInput: when the parameter cannot be that.
    """
    typed = text.strip()
    if not typed and parameter.may_be_empty:
        return None
    value = _READERS.get(parameter.kind, _as_typed)(typed)
    read_parameter(parameter.key, value)
    return value


def _as_typed(text: str) -> object:
    return text


def _share(text: str) -> str:
    """Return a share as the file has it: `20%` and `0.20` are the same."""
    match = _PERCENT.fullmatch(text)
    if match is not None:
        return _decimal(Fraction(match.group(1)) / _HUNDRED)
    if not re.fullmatch(r"[01](\.[0-9]{1,6})?", text, re.ASCII) or Fraction(text) > 1:
        raise InvalidInput("percent", found=text)
    return text


def _amount(text: str) -> str:
    return Money.parse(text).in_yuan().replace(",", "")


def _amounts(text: str) -> list[str]:
    return [_amount(one) for one in _BETWEEN.split(text) if one]


def _papers(text: str) -> list[str]:
    """Return kinds of papers, typed as they are called or as the file has them."""
    known = {name: kind.value for kind in AttachmentKind for name in (paper_name(kind), kind.value)}
    found = []
    for one in re.split(r"[;；、，,]+", text):
        if one.strip() and one.strip() not in known:
            raise InvalidInput("choice", found=one.strip(), choices="、".join(map(paper_name, AttachmentKind)))
        found += [known[one.strip()]] if one.strip() else []
    return found


def _count(text: str) -> object:
    return int(text) if text.isascii() and text.isdigit() else text


def _decimal(ratio: Fraction) -> str:
    return f"{(Decimal(ratio.numerator) / Decimal(ratio.denominator)).normalize():f}"


_READERS: Final = {
    Kind.RATIO: _share,
    Kind.AMOUNT: _amount,
    Kind.AMOUNTS: _amounts,
    Kind.COUNT: _count,
    Kind.PAPERS: _papers,
}


def year_end(years_after: str, day: str) -> dict[str, int]:
    """Return a last day as the file has it, from so many years after the budget year and `12-31`.

    Raises:
        InvalidInput: when there is no such day in every year.
    """
    match = _DAY.fullmatch(day.strip())
    if match is None:
        raise InvalidInput("month_and_day", found=day)
    value = {"years_after": int(years_after), "month": int(match.group(1)), "day": int(match.group(2))}
    try:
        read_parameter("validity.last_use", value)
    except InvalidInput:
        raise InvalidInput("month_and_day", found=day) from None
    return value


# ------------------------------------------------------------------------------------------- to what is shown


def shown(parameter: Parameter, value: object) -> str:
    """Return a value as a person would type it in a form; a last day and ratios by class have fields of their own."""
    if value is None or value == ():
        return ""
    if isinstance(value, Fraction):
        return percentage(value)
    if isinstance(value, Money):
        return value.in_yuan()
    if parameter.kind is Kind.PAPERS:
        return "、".join(map(paper_name, cast("tuple[str, ...]", value)))
    if isinstance(value, tuple):
        return "; ".join(cast("Money", one).in_yuan() for one in value)
    assert parameter.kind not in {Kind.LAST_DAY, Kind.RATIO_BY_CLASS}, parameter.key
    return value.isoformat() if isinstance(value, date) else str(value)


def percentage(ratio: Fraction) -> str:
    """Return a ratio in per cent, exactly."""
    return f"{_decimal(ratio * _HUNDRED)}%"


# ------------------------------------------------------------------------------------------- the text of the file


def file_values(policy: Policy) -> dict[str, object]:
    """Return every parameter as it stands in a file; what the policy says nothing about is left out."""
    found = {parameter.key: _raw(getattr(policy, parameter.attribute)) for parameter in parameters()}
    return {key: value for key, value in found.items() if value not in (None, [], {})}


_WRITERS: Final[tuple[tuple[type, Callable[[Any], object]], ...]] = (
    (Fraction, _decimal),
    (Money, lambda amount: amount.in_yuan().replace(",", "")),
    (YearEnd, lambda end: {"years_after": end.years_after, "month": end.month, "day": end.day}),
    (tuple, lambda amounts: [_raw(one) for one in amounts]),
    (dict, lambda ratios: {kind: _raw(ratio) for kind, ratio in ratios.items()}),
    (date, date.isoformat),
    (str, str),
)


def _raw(value: object) -> object:
    return next((write(value) for kind, write in _WRITERS if isinstance(value, kind)), value)


def written(values: Mapping[str, object]) -> str:
    """Return the text of a policy file with these values, each line with the name of its parameter."""
    lines: list[str] = []
    table = ""
    # A key without a table stands before the first table; the parameters of a table stand together.
    for key in sorted(PARAMETERS, key=lambda one: _order_of_tables().index(one.rpartition(".")[0])):
        if values.get(key) is None or values[key] in ([], {}):
            continue
        own, _point, name = key.rpartition(".")
        if own != table:
            lines += ["", f"# {group_name(key)}", f"[{own}]"]
            table = own
        lines.append(f"{name} = {_toml(values[key])}  # {parameter_name(key)}")
    return "\n".join(lines) + "\n"


@cache
def _order_of_tables() -> list[str]:
    return list(dict.fromkeys(key.rpartition(".")[0] for key in PARAMETERS))


def _toml(value: object) -> str:
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{key} = {_toml(one)}" for key, one in value.items()) + " }"
    if isinstance(value, list):
        return "[" + ", ".join(_toml(one) for one in value) + "]"
    # What JSON escapes, TOML escapes alike; booleans and whole numbers are the same in both.
    return json.dumps(value, ensure_ascii=False)


def faults_in(content: str) -> list[Fault]:
    """Return everything in the text of a policy file that cannot be read, with its line, all at once."""
    try:
        parse_policy(content)
    except InvalidInput as error:
        faults = error.faults if isinstance(error, InvalidFile) else [error]
        return sorted(
            (Fault(_line_of_fault(content, fault), input_sentence(fault)) for fault in faults),
            key=lambda fault: (fault.line == 0, fault.line),
        )
    return []


def _line_of_fault(content: str, fault: InvalidInput) -> int:
    if fault.code == "policy_toml":
        match = _LINE.search(str(fault.found))
        return int(match.group(1)) if match else 0
    if fault.code == "policy_key_unknown":
        return min((line_of(content, key) for key in str(fault.found).split(", ")), default=0)
    return line_of(content, str(fault.facts.get("key", "")))


def line_of(content: str, key: str) -> int:
    """Return the line on which a parameter stands, or 0."""
    table = ""
    for number, line in enumerate(content.splitlines(), start=1):
        text = line.strip()
        if text.startswith("["):
            table = text.strip("[] ").partition("]")[0]
        elif key and f"{table}.{text.partition('=')[0].strip()}".lstrip(".") == key:
            return number
    return 0
