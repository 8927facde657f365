"""Voucher numbers: `SX-2026-000123-K`, gap-free per budget year, with a check character.

The check character is ISO 7064 MOD 11-2 over year and sequence, the system that Chinese identity numbers use
(GB 11643): neighbouring weights differ by a factor of two modulo the prime 11, so it catches every single wrong
character and every swap of two neighbours, the check character itself included. The prefix and the hyphens are fixed
and are compared as they stand; nothing is repaired silently.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final, Self

from voucher_app.domain.errors import InvalidInput

PREFIX: Final = "SX"
_CHECK_ALPHABET = "0123456789X"
_MODULUS = 11
_RADIX = 2
_SEQUENCE_DIGITS = 6
_PATTERN = re.compile(rf"{PREFIX}-(20[0-9]{{2}})-([0-9]{{{_SEQUENCE_DIGITS}}}|[1-9][0-9]{{6,8}})-([0-9X])", re.ASCII)


def check_character(digits: str) -> str:
    """Compute the ISO 7064 MOD 11-2 check character of a string of decimal digits."""
    value = 0
    for digit in digits:
        value = (value + int(digit)) * _RADIX % _MODULUS
    return _CHECK_ALPHABET[(1 - value) % _MODULUS]


@dataclass(frozen=True, slots=True, order=True)
class VoucherNumber:
    """The number printed on a voucher: its budget year and its place in that year, counted from 1."""

    year: int
    sequence: int

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read a number as printed, strictly; surrounding white space is dropped.

        Raises:
            InvalidInput: when the form or the check character is wrong.
        """
        match = _PATTERN.fullmatch(text.strip())
        if match is None:
            raise InvalidInput("voucher_number", found=text)
        year, sequence, check = match.groups()
        if int(sequence) == 0 or check_character(year + sequence) != check:
            raise InvalidInput("voucher_number", found=text)
        return cls(int(year), int(sequence))

    def __str__(self) -> str:
        sequence = f"{self.sequence:0{_SEQUENCE_DIGITS}d}"
        return f"{PREFIX}-{self.year}-{sequence}-{check_character(f'{self.year}{sequence}')}"
