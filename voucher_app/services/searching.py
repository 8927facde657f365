"""How texts are searched: what counts as the same, which tokens a text has, and what an initial of a name may be.

Pure functions, without files or SQL. A text is *folded* first: width and case aside, without white space, brackets and
dashes of one kind each, because whoever types 〔2026〕 as [2026] or (2026) means the same. Its tokens are its pairs of
neighbouring characters and its last character, so that a part of two or more characters is a phrase of pairs, and one
character is the beginning of a token. Codes and numbers share nearly all pairs with each other, so their runs of four
characters are tokens too, and a part of four or more such characters is a phrase of those.

A name may also be typed by the first letters of its Pinyin. A character that is read in several ways has several, so
the tokens are all ways through up to four neighbouring characters. A part of more than four letters is found where each
four of them in a row are.
"""

from __future__ import annotations

import functools
import itertools
import os
import re
import unicodedata
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

FORM: Final = "2 / pypinyin 0.55.0"
"""What an index was made by. Whoever changes a rule here, or the library of readings, changes this too; an index of
another form is told to be stale, and is made anew by `ledger reindex`."""

LONGEST_PART: Final = 200
"""Characters of what is typed that are looked at."""
FIELD_END: Final = "\n"
"""Stands between the fields of a record; no folded text holds it, so no part reaches over it."""
_LETTERS_AT_ONCE: Final = 4
_GRAM: Final = 4
_CODES: Final = re.compile(rf"[!-~]{{{_GRAM},}}", re.ASCII)
_RUN_END: Final = "\uffff"
_LETTERS: Final = re.compile(r"[a-z0-9]+", re.ASCII)
_PUNCTUATION: Final = {code: code + 0xFEE0 for code in range(0x21, 0x7F) if not chr(code).isalnum()}
"""Within a token, signs of ASCII become their wide twins: SQLite's tokenizer ends a token at the narrow ones."""
_SAME: Final = str.maketrans({
    **dict.fromkeys("[{〔【〖〈《｢「『", "("),
    **dict.fromkeys("]}〕】〗〉》｣」』", ")"),
    **dict.fromkeys("‐‑‒–—―−﹣", "-"),
})  # fmt: skip
_DROPPED: Final = frozenset({"Cc", "Cf", "Cs", "Zs", "Zl", "Zp"})
"""Categories of characters that nobody sees: controls, marks of direction, halves of a pair, and all spaces."""


def fold(text: str) -> str:
    """Return a text as it is compared: NFKC, case folded, without what nobody sees, brackets and dashes alike."""
    if text.isascii() and text.isprintable():
        return text.lower().replace(" ", "").translate(_SAME)
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold()).translate(_SAME)
    return "".join(one for one in folded if unicodedata.category(one) not in _DROPPED and not _is_variation(one))


def _is_variation(character: str) -> bool:
    return "\ufe00" <= character <= "\ufe0f" or "\U000e0100" <= character <= "\U000e01ef"


def folded_fields(fields: Iterable[str]) -> str:
    """Return the fields of a record as one text; empty ones are left out."""
    return FIELD_END.join(folded for folded in map(fold, fields) if folded)


def part_of(text: str) -> str:
    """Return what somebody typed as it is looked for; empty when nothing is left to look for."""
    return fold(text[:LONGEST_PART])


def tokens(folded: str) -> str:
    """Return the tokens of folded fields, with spaces between."""
    found = []
    for field in folded.split(FIELD_END):
        told = field.translate(_PUNCTUATION)
        found += [told[place : place + 2] for place in range(len(told))]  # the last one is a single character
        for run in _CODES.finditer(field):
            found += [_RUN_END, *_grams(told[run.start() : run.end()])]
    return " ".join(found)


def phrase(part: str) -> str:
    """Return the FTS5 expression that finds a part, which is not empty; nothing in it is read as an operator."""
    told = part.translate(_PUNCTUATION)
    if len(told) == 1:
        return f'"{told}"*'
    if len(told) >= _GRAM and part.isascii():
        return '"' + " ".join(_grams(told)) + '"'
    return '"' + " ".join(told[place : place + 2] for place in range(len(told) - 1)) + '"'


def _grams(told: str) -> list[str]:
    return [told[place : place + _GRAM] for place in range(len(told) - _GRAM + 1)]


def holds(folded: str, initials: str, part: str) -> bool:
    """Return whether a part stands in folded fields, or in the initials of a name; as the index says it."""
    return part in folded or _initials_hold(initials, part)


# ------------------------------------------------------------------------------------------------ initials


def initials_of(name: str) -> str:
    """Return the first letters that each character of a name may be read with: `cz q k jq` for 重庆科技.

    Letters and digits stand for themselves, signs are passed over, and a character that nobody can read is `-`.
    """
    reading = _readings()
    found = []
    for character in fold(name):
        if character.isascii():
            if character.isalnum():
                found.append(character)
        elif unicodedata.category(character).startswith("L"):
            found.append(reading(character) or "-")
    return " ".join(found)


def initials_tokens(initials: str) -> str:
    """Return the tokens of a name's initials: every way through up to four characters in a row."""
    return " ".join(sorted(_ways(initials)))


def initials_phrase(part: str) -> str:
    """Return the FTS5 expression that finds a part among initials, or nothing when it cannot be initials."""
    if not _LETTERS.fullmatch(part) or part.isdigit():
        return ""
    return " AND ".join(
        f'"{some}"*' if len(some) < _LETTERS_AT_ONCE or len(part) == _LETTERS_AT_ONCE else f'"{some}"'
        for some in _pieces(part)
    )


def _initials_hold(initials: str, part: str) -> bool:
    if not initials or not initials_phrase(part):
        return False
    ways = _ways(initials)
    return all(any(way.startswith(some) for way in ways) for some in _pieces(part))


def _pieces(part: str) -> list[str]:
    """Return the runs of four letters of a part, or a shorter part itself."""
    return [part[place : place + _LETTERS_AT_ONCE] for place in range(max(1, len(part) - _LETTERS_AT_ONCE + 1))]


@functools.lru_cache(maxsize=1024)
def _ways(initials: str) -> frozenset[str]:
    found: set[str] = set()
    for run in initials.split("-"):
        letters = run.split()
        for place in range(len(letters)):
            found.update(map("".join, itertools.product(*letters[place : place + _LETTERS_AT_ONCE])))
    return frozenset(found)


@functools.cache
def _readings() -> Callable[[str], str]:
    """Load the library of readings, for names that are written; whoever only searches does without.

    Its dictionary of phrases is left out: it tells which reading is right, and here every reading counts. That spares
    most of the memory and of the time.
    """
    os.environ.setdefault("PYPINYIN_NO_PHRASES", "true")
    from pypinyin import Style, pinyin  # noqa: PLC0415 - see above

    @functools.lru_cache(maxsize=8192)
    def reading(character: str) -> str:
        found = pinyin(character, style=Style.FIRST_LETTER, heteronym=True, errors="ignore")
        letters = {unicodedata.normalize("NFD", one)[:1] for many in found for one in many}
        return "".join(sorted(letter for letter in letters if "a" <= letter <= "z"))

    return reading
