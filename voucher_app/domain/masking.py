"""Personal data shown only in part: account numbers, telephone numbers, identity numbers.

What is shown widely (panels, lists, papers for the public) shows as much as tells one number from another, and no more.
`for_the_public` finds such numbers inside any text: a mainland mobile number, an identity number with its true check
character (GB 11643-1999), and a bank card with its true check digit (ISO/IEC 7812, Luhn). Credit codes, invoice
and voucher numbers are public and stay as they are; a number that is written with blanks inside is found too, also
where another number stands beside it, as a serial number or a date does in a list.
"""

from __future__ import annotations

import re
from datetime import date
from typing import Final

_MASKED_FROM, _SHOWN = 9, 4
_HIDDEN: Final = "****"
_WEIGHTS: Final = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECKS: Final = "10X98765432"
_IDENTITY_LENGTH: Final = 18
_GROUPS: Final = re.compile(r"(?<![0-9A-Za-z])[0-9]+[Xx]?(?:[ -][0-9]+[Xx]?)*(?![0-9A-Za-z])", re.ASCII)
_LONGEST_NUMBER: Final = 19
_MOBILE: Final = re.compile(r"1[3-9][0-9]{9}")
_CARD: Final = re.compile(r"[3-6][0-9]{15,18}")


def masked(number: str) -> str:
    """Return a number with its middle hidden, `6222 **** 1234`; one too short to have a middle is shown whole."""
    if len(number) < _MASKED_FROM:
        return number
    return f"{number[:_SHOWN]} {_HIDDEN} {number[-_SHOWN:]}"


def for_the_public(text: str) -> str:
    """Return a text with every personal number in it masked; the rest of it stays word for word."""
    return _GROUPS.sub(_shown, text)


def _shown(found: re.Match[str]) -> str:
    """Return groups of digits with what is personal masked: of the groups from each on, the longest such number."""
    parts = re.split("([ -])", found[0])
    shown, at = [], 0
    while at < len(parts):
        end, words = _number_at(parts, at)
        shown += [words, *parts[end : end + 1]]
        at = end + 1
    return "".join(shown)


def _number_at(parts: list[str], at: int) -> tuple[int, str]:
    """Return where the number ends that begins with a group, and how it is shown; every second part is a separator."""
    found, number = (at + 1, parts[at]), ""
    for end in range(at + 1, len(parts) + 1, 2):
        number += parts[end - 1].upper()
        if len(number) > _LONGEST_NUMBER:
            break
        hidden = _hidden(number)
        if hidden:
            found = (end, hidden)
    return found


def _hidden(number: str) -> str:
    """Return a personal number as it is shown; nothing for any other number."""
    if _MOBILE.fullmatch(number):
        return f"{number[:3]}{_HIDDEN}{number[-4:]}"
    if is_identity(number):
        return f"{number[:6]}{'*' * 8}{number[14:]}"
    return masked(number) if _CARD.fullmatch(number) and _luhn(number) else ""


def is_identity(number: str) -> bool:
    """Return whether a text is an identity number: a day of birth that exists, and the right check character."""
    if len(number) != _IDENTITY_LENGTH or not number[:-1].isascii() or not number[:-1].isdigit():
        return False
    try:
        date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        return False
    return number[-1] == identity_check(number[:-1])


def identity_check(first_17: str) -> str:
    """Return the check character of an identity number (GB 11643-1999)."""
    return _CHECKS[sum(weight * int(digit) for weight, digit in zip(_WEIGHTS, first_17, strict=True)) % 11]


def _luhn(number: str) -> bool:
    doubled = [int(digit) * (1 + place % 2) for place, digit in enumerate(reversed(number))]
    return sum(digit - 9 if digit > 9 else digit for digit in doubled) % 10 == 0  # noqa: PLR2004 - two digits
