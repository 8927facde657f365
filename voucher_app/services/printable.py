"""What is recorded can be printed: a name that no font has is refused when it is typed, not when its paper is due."""

from __future__ import annotations

from typing import TYPE_CHECKING

from voucher_app.domain.errors import InvalidFile, InvalidInput

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from voucher_app.services.papers import Glyphs

_LONGEST_SHOWN = 60


def refuse_unprintable(facts: dict[str, object], glyphs: Callable[[], Glyphs]) -> None:
    """Make sure that every text among the facts of an act can be printed.

    Args:
        facts: what is about to be recorded, as an act tells it to the journal; lists and tables inside are searched.
        glyphs: made only when there is a text that is not plain ASCII.

    Raises:
        InvalidInput: `text_unprintable`, naming the character and the field; an `InvalidFile` where several texts have
            such a character, as in a list that was imported.
    """
    faults = [fault for field, text in _texts(facts, "") if (fault := _fault(field, text, glyphs)) is not None]
    if faults:
        raise faults[0] if len(faults) == 1 else InvalidFile(faults)


def _texts(value: object, field: str) -> Iterator[tuple[str, str]]:
    """Find the texts that are not plain ASCII, each with the name of its field."""
    if isinstance(value, str):
        if not value.isascii():
            yield field, value
    elif isinstance(value, dict):
        for name, inner in value.items():
            yield from _texts(inner, str(name))
    elif isinstance(value, list | tuple):
        for inner in value:
            if not isinstance(inner, int):  # a batch names thousands of records
                yield from _texts(inner, field)


def _fault(field: str, text: str, glyphs: Callable[[], Glyphs]) -> InvalidInput | None:
    character = glyphs().unprintable("".join(text.split()))
    if character is None:
        return None
    point = f"U+{ord(character):04X}"
    if not character.isprintable():
        return InvalidInput("text_character", found=point, field=field)
    return InvalidInput("text_unprintable", found=text[:_LONGEST_SHOWN], field=field, character=character, point=point)
