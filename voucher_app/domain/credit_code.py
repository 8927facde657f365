"""Unified social credit codes (统一社会信用代码), checked by GB 32100-2015."""

from __future__ import annotations

from typing import Final

from voucher_app.domain.errors import InvalidInput

ALPHABET: Final = "0123456789ABCDEFGHJKLMNPQRTUWXY"
LENGTH: Final = 18
_MODULUS = 31
_VALUE_OF = {character: value for value, character in enumerate(ALPHABET)}
_WEIGHTS = tuple(pow(3, place, _MODULUS) for place in range(LENGTH - 1))


def check_character(first_17: str) -> str:
    """Compute the 18th character: 31 − Σ value × 3^(i−1) mod 31, where 31 counts as 0 (domain.md §6.1)."""
    total = sum(_VALUE_OF[character] * weight for character, weight in zip(first_17, _WEIGHTS, strict=True))
    return ALPHABET[-total % _MODULUS]


def parse_credit_code(text: str) -> str:
    """Return the code in its standard form: upper case, without surrounding white space.

    Raises:
        InvalidInput: when length, alphabet or check character is wrong.
    """
    code = text.strip().upper()
    if len(code) != LENGTH or any(character not in _VALUE_OF for character in code):
        raise InvalidInput("uscc", found=text)
    if check_character(code[:-1]) != code[-1]:
        raise InvalidInput("uscc_check", found=text)
    return code
