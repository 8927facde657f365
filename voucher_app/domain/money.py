"""Money as whole fen, the way it is typed, rounded, shown and written out in capital numerals (大写).

There is no float and no `Decimal` on any road that money travels: an amount is an `int` of fen from the first parse
to the last print. What cannot be read strictly is refused, never rounded.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final, Self

from voucher_app.domain.errors import InvalidInput

if TYPE_CHECKING:
    from fractions import Fraction

FEN_PER_YUAN: Final = 100
FEN_PER_WAN_YUAN: Final = 1_000_000
"""One 万元 is 10,000 yuan."""

LARGEST_FEN: Final = 10**15
"""Ten trillion yuan: beyond any public budget, well inside SQLite's and Qt's 64 bits."""

_PLAIN = re.compile(r"(?:0|[1-9][0-9]*)(?:\.[0-9]{1,2})?", re.ASCII)
_BELOW_FEN = re.compile(r"[0-9][0-9,]*\.[0-9]{3,}", re.ASCII)
_GROUPED = re.compile(r"[1-9][0-9]{0,2}(?:,[0-9]{3})+(?:\.[0-9]{1,2})?", re.ASCII)


@dataclass(frozen=True, slots=True, order=True)
class Money:
    """An amount of Renminbi, held as a whole number of fen; may be negative only as a difference."""

    fen: int

    @classmethod
    def yuan(cls, yuan: int) -> Self:
        """Make an amount from whole yuan."""
        return cls(yuan * FEN_PER_YUAN)

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read an amount in yuan as a person types it: `1234.5`, `1,234.50`.

        Raises:
            InvalidInput: `amount_decimals` for a third decimal, which is never rounded; `amount` for a sign, an
                exponent, a wrongly grouped comma, Chinese numerals or anything else that is not plainly an amount.
        """
        stripped = text.strip()
        if _BELOW_FEN.fullmatch(stripped):
            raise InvalidInput("amount_decimals", found=text)
        if not (_PLAIN.fullmatch(stripped) or _GROUPED.fullmatch(stripped)):
            raise InvalidInput("amount", found=text)
        whole, _, decimals = stripped.replace(",", "").partition(".")
        if len(whole) > len(str(LARGEST_FEN // FEN_PER_YUAN)):
            # Python refuses to convert thousands of digits with an error of its own.
            raise InvalidInput("amount", found=text)
        fen = int(whole) * FEN_PER_YUAN + int((decimals + "00")[:2])
        if fen > LARGEST_FEN:
            raise InvalidInput("amount", found=text)
        return cls(fen)

    def __add__(self, other: Money) -> Money:
        return Money(self.fen + other.fen)

    def __sub__(self, other: Money) -> Money:
        return Money(self.fen - other.fen)

    def __neg__(self) -> Money:
        return Money(-self.fen)

    def __bool__(self) -> bool:
        return self.fen != 0

    def __str__(self) -> str:
        return self.in_yuan()

    def in_yuan(self) -> str:
        """Format as yuan with two decimals and grouped thousands: `1,234.50`."""
        sign = "-" if self.fen < 0 else ""
        yuan, fen = divmod(abs(self.fen), FEN_PER_YUAN)
        return f"{sign}{yuan:,}.{fen:02d}"

    def in_wan_yuan(self) -> str:
        """Format as 万元, exact to the fen: two decimals at least, six at most, as many as the amount needs."""
        sign = "-" if self.fen < 0 else ""
        wan, fen = divmod(abs(self.fen), FEN_PER_WAN_YUAN)
        decimals = f"{fen:06d}".rstrip("0").ljust(2, "0")
        return f"{sign}{wan:,}.{decimals}"

    def in_capitals(self) -> str:
        """Write the amount in capital numerals for paper: `人民币壹仟肆佰零玖元伍角` (domain.md §6.2).

        Raises:
            InvalidInput: for a negative amount; a paper never carries one.
        """
        if self.fen < 0:
            raise InvalidInput("amount", found=self.in_yuan())
        return "人民币" + _capitals(self.fen)


ZERO: Final = Money(0)


class Rounding(StrEnum):
    """How a computed amount becomes payable (R31); the policy version names one."""

    DOWN_WAN_4 = "DOWN"
    """Truncate at 万元 with four decimals, that is, to whole yuan (the official example: 2.5102万元)."""
    HALF_UP_FEN = "HALF_UP"
    """Round half up at the fen."""


def round_fen(exact_fen: Fraction, rounding: Rounding) -> Money:
    """Turn an exact, non-negative number of fen into money, by the named rule (R31)."""
    assert exact_fen >= 0, "amounts are rounded before any subtraction"
    numerator, denominator = exact_fen.as_integer_ratio()
    if rounding is Rounding.DOWN_WAN_4:
        return Money(numerator // (denominator * FEN_PER_YUAN) * FEN_PER_YUAN)
    return Money((2 * numerator + denominator) // (2 * denominator))


# ------------------------------------------------------------------------------------------- capital numerals

_DIGITS = "零壹贰叁肆伍陆柒捌玖"
_PLACES = ("", "拾", "佰", "仟")
_GROUPS = ("", "万", "亿", "万亿")
_DIGITS_PER_GROUP = 4


def _group_in_capitals(group: int) -> str:
    """Write 0 < group < 10,000 without a leading 零; inner zeros become one 零."""
    words = ""
    pending_zero = False
    for place in reversed(range(_DIGITS_PER_GROUP)):
        digit = group // 10**place % 10
        if digit == 0:
            pending_zero = bool(words)
            continue
        words += ("零" if pending_zero else "") + _DIGITS[digit] + _PLACES[place]
        pending_zero = False
    return words


def _yuan_in_capitals(yuan: int) -> str:
    groups = []
    while yuan:
        yuan, group = divmod(yuan, 10**_DIGITS_PER_GROUP)
        groups.append(group)
    words = ""
    pending_zero = False
    for index in reversed(range(len(groups))):
        group = groups[index]
        if group == 0:
            pending_zero = bool(words)
            continue
        gap = bool(words) and (pending_zero or group < 10 ** (_DIGITS_PER_GROUP - 1))
        unit = _GROUPS[index]
        if unit == "万亿" and groups[index - 1]:
            # 12,3456,0000,0000 reads 壹拾贰万叁仟肆佰伍拾陆亿: the 亿 is said once, by the group below.
            unit = "万"
        words += ("零" if gap else "") + _group_in_capitals(group) + unit
        pending_zero = False
    return words


def _capitals(fen_total: int) -> str:
    yuan, rest = divmod(fen_total, FEN_PER_YUAN)
    jiao, fen = divmod(rest, 10)
    words = f"{_yuan_in_capitals(yuan)}元" if yuan else ""
    if not rest:
        return (words or "零元") + "整"
    if jiao:
        # A 元 place of 0 before 角 is spoken: 107000.53 → 壹拾万柒仟元零伍角叁分.
        words += ("零" if yuan and yuan % 10 == 0 else "") + _DIGITS[jiao] + "角"
    elif yuan:
        words += "零"
    if fen:
        words += _DIGITS[fen] + "分"
    return words


def read_capitals(words: str) -> Money:
    """Read an amount back from capital numerals, with or without the leading 人民币.

    Raises:
        InvalidInput: when the words are not exactly what `Money.in_capitals` writes for some amount.
    """
    text = words.removeprefix("人民币")
    total, group, digit = 0, 0, 0
    for sign in text:
        if sign in _DIGITS:
            digit = _DIGITS.index(sign)
        elif sign in _PLACES:
            group += digit * 10 ** _PLACES.index(sign)
            digit = 0
        elif sign == "万":
            total += (group + digit) * 10**4
            group = digit = 0
        elif sign == "亿":
            total = (total + group + digit) * 10**8
            group = digit = 0
        elif sign == "元":
            total = (total + group + digit) * FEN_PER_YUAN
            group = digit = 0
        elif sign in {"角", "分"}:
            total += digit * (10 if sign == "角" else 1)
            digit = 0
    read = Money(total)
    if read.in_capitals() != "人民币" + text:
        raise InvalidInput("amount", found=words)
    return read
