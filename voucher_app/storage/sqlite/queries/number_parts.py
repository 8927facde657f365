"""Which vouchers a part of a number names: answered by arithmetic, because numbers are computed and stand in no index.

A number is `SX-2026-000123-4`. What is typed covers some of its prefix and year, some digits of its sequence, and
perhaps the check character. Digits that stand free are tried at every place of the sequence; each place gives the
sequences as ranges. A part that fits nearly everything gives so many that walking the list is the shorter way.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from voucher_app.domain.numbering import PREFIX

if TYPE_CHECKING:
    from collections.abc import Iterator

MOST_RANGES: Final = 3_000
_SEQUENCE_DIGITS: Final = 6
Range = tuple[int, int]


def may_be_a_number(part: str) -> bool:
    """Return whether a folded part can stand in a voucher number at all."""
    return not part.strip("sx-0123456789")


def sequence_ranges(part: str, *, year: int, last: int) -> list[Range] | None:
    """Return the sequences of a year whose numbers may hold a part, as ranges; None for more than are worth listing.

    Args:
        part: folded; what its check character says is left to be looked at in the numbers themselves.
        year: the budget year.
        last: the greatest sequence of the year.
    """
    head = f"{PREFIX.lower()}-{year}-"
    if last < 1:
        return []
    if part in head or len(part) == 1:
        return [(1, last)]  # one character may be the check character of any
    found: set[Range] = set()
    for digits, at_begin, at_end in _readings(part, head):
        for width in range(_SEQUENCE_DIGITS, max(_SEQUENCE_DIGITS, len(str(last))) + 1):
            for one in _of_width(digits, width, last, at_begin=at_begin, at_end=at_end):
                found.add(one)
                if len(found) > MOST_RANGES:
                    return None
    return sorted(found)


def _readings(part: str, head: str) -> Iterator[tuple[str, bool, bool]]:
    """Yield how a part may lie over a number: its digits of the sequence, and whether they begin or end it."""
    for tail in range(3):  # nothing after the sequence, the hyphen, the hyphen and the check character
        rest, after = (part[:-tail], part[-tail:]) if tail else (part, "")
        if after and (after[0] != "-" or len(after) != tail):
            continue
        for place in range(len(rest) + 1):
            before, digits = rest[:place], rest[place:]
            if head.endswith(before) and (not digits or digits.isdigit()):
                yield digits, bool(before), bool(after)


def _of_width(digits: str, width: int, last: int, *, at_begin: bool, at_end: bool) -> Iterator[Range]:
    """Yield the sequences that are written with so many digits and hold these."""
    least = 1 if width == _SEQUENCE_DIGITS else 10 ** (width - 1)
    most = min(last, 10**width - 1)
    free = width - len(digits)
    if free < 0 or least > most:
        return
    if not digits:
        yield least, most
        return
    value = int(digits)
    first_place = free if at_begin else 0
    for behind in range(first_place, 1 if at_end else free + 1):
        step, span = 10 ** (behind + len(digits)), 10**behind
        begin = value * span
        if begin < least:
            begin += (least - begin) // step * step
        while begin <= most:
            low, high = max(begin, least), min(begin + span - 1, most)
            if low <= high:
                yield low, high
            begin += step
