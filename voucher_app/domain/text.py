"""What a person may type into a text field: one line, no invisible characters, of bounded length."""

from __future__ import annotations

import re
import unicodedata
from datetime import date

from voucher_app.domain.errors import InvalidInput

_INVISIBLE_CATEGORIES = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_REGION = re.compile(r"[1-8][0-9]{5}", re.ASCII)

LONGEST_NAME = 120
LONGEST_REASON = 500


def parse_line(text: str, *, field: str, longest: int = LONGEST_NAME, required: bool = True) -> str:
    """Return a line of text with its surrounding white space dropped and inner runs of it made single.

    Raises:
        InvalidInput: when it is empty but required, too long, or holds a control or unassigned character.
    """
    line = " ".join(text.split())
    if not line and required:
        raise InvalidInput("text_missing", found=text, field=field)
    if len(line) > longest:
        raise InvalidInput("text_long", found=len(line), field=field, longest=longest)
    for character in line:
        if unicodedata.category(character) in _INVISIBLE_CATEGORIES:
            raise InvalidInput("text_character", found=f"U+{ord(character):04X}", field=field)
    return line


def parse_date(text: str) -> date:
    """Read an ISO date, `2026-03-05`.

    Raises:
        InvalidInput: for any other form or a day the calendar does not have.
    """
    stripped = text.strip()
    if not _DATE.fullmatch(stripped):
        raise InvalidInput("date", found=text)
    try:
        return date.fromisoformat(stripped)
    except ValueError:
        raise InvalidInput("date", found=text) from None


def parse_region(text: str) -> str:
    """Read a GB/T 2260 region code of six digits.

    Raises:
        InvalidInput: for any other form.
    """
    code = text.strip()
    if not _REGION.fullmatch(code):
        raise InvalidInput("region", found=text)
    return code
