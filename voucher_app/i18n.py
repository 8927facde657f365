"""The two languages of the program: `_()` around an English literal, Chinese from the catalogues, Chinese first.

English is the language of the source, so it needs no catalogue. Chinese comes from two: `window` for what `ui` says,
`words` for everything else. `scripts/messages.py` keeps them complete, and a test fails when one is not.
"""

from __future__ import annotations

import gettext as _gettext
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

CHINESE: Final = "zh_CN"
ENGLISH: Final = "en"
LANGUAGES: Final = (CHINESE, ENGLISH)
CATALOGUES: Final = ("window", "words")

_folder: Path | None = None
_language = ENGLISH
_translations: _gettext.NullTranslations = _gettext.NullTranslations()


def use_folder(locale: Path) -> None:
    """Say where the catalogues are; `app.py` does it once."""
    global _folder  # noqa: PLW0603 - the language is the one thing that is the same for the whole process
    _folder = locale


def set_language(language: str) -> None:
    """Switch the language of every sentence made from now on."""
    global _language, _translations
    assert language in LANGUAGES, language
    chosen = _gettext.NullTranslations()
    if language != ENGLISH:
        assert _folder is not None, "use_folder() comes first"
        for catalogue in CATALOGUES:
            chosen_next = _gettext.translation(catalogue, _folder, [language])
            chosen_next.add_fallback(chosen)
            chosen = chosen_next
    _language, _translations = language, chosen


def language() -> str:
    """Return the language in use."""
    return _language


@contextmanager
def speaking(wanted: str) -> Iterator[None]:
    """Use a language for a while, for instance for a paper."""
    before = _language
    set_language(wanted)
    try:
        yield
    finally:
        set_language(before)


def _(message: str) -> str:
    """Return a sentence in the language in use; the argument is a literal, formatting comes after."""
    return _translations.gettext(message)


def ngettext(singular: str, plural: str, count: int) -> str:
    """Return the sentence for a number of things in the language in use."""
    return _translations.ngettext(singular, plural, count)


def marked(message: str) -> str:
    """Mark a literal for translation without translating it yet."""
    return message
