"""The sentences of an expected error, whatever its kind."""

from __future__ import annotations

from voucher_app.domain.errors import InvalidFile, InvalidInput, NotFound, RulesViolated, Stopped
from voucher_app.i18n import _
from voucher_app.services.documents.facts import BadTemplate
from voucher_app.services.papers import BrokenToken, MissingGlyph
from voucher_app.services.ports.errors import StorageError
from voucher_app.services.wording.environment import STORAGE_SENTENCES
from voucher_app.services.wording.inputs import input_sentence
from voucher_app.services.wording.names import field_name, noun_name
from voucher_app.services.wording.papers import template_sentence, token_sentence
from voucher_app.services.wording.rules import sentence


def _rare(error: BadTemplate | BrokenToken | Stopped) -> str:
    if isinstance(error, Stopped):
        return _("Stopped. Nothing was recorded.")
    return template_sentence(error) if isinstance(error, BadTemplate) else token_sentence(error.code)


def describe(error: Exception) -> list[str]:
    """Return the sentences of an expected error, one for each thing that is wrong.

    Raises:
        TypeError: for an error that nobody expected; that is our bug, and the adapter says so.
    """
    if isinstance(error, RulesViolated):
        return [sentence(violation) for violation in error.violations]
    if isinstance(error, InvalidInput):
        return [input_sentence(fault) for fault in (error.faults if isinstance(error, InvalidFile) else [error])]
    if isinstance(error, NotFound):
        return [
            _("There is no {noun} “{key}”. Check the number, or register it first.").format(
                noun=noun_name(error.noun), key=error.key
            )
        ]
    if isinstance(error, StorageError):
        return [_(STORAGE_SENTENCES[error.code]).format(path=error.path, detail=error.detail)]
    if isinstance(error, MissingGlyph):
        return [
            _(
                "The character “{character}” (U+{code}) in {field} of {subject} is in no font of this program, so it "
                "cannot be printed. Nothing was printed. Name a font that has it, or write the name another way."
            ).format(
                character=error.character,
                code=f"{ord(error.character):04X}",
                field=field_name(error.field),
                subject=error.subject,
            )
        ]
    if isinstance(error, BadTemplate | BrokenToken | Stopped):
        return [_rare(error)]
    raise TypeError(f"no words for {type(error).__name__}") from error
