"""Drafts: what is typed in a dialog, kept in the person's own state folder until it is recorded or thrown away.

One file for each half-filled form, written whole and synced, so a kill or a power cut loses no more than what was typed
since the last writing. A draft is no record: it holds no money and is asked no rules. It belongs to one data file, told
by the identity written inside it (a copy at another place is offered the same), and to the person who typed it.
"""

from __future__ import annotations

import hashlib
import json
import logging
import re
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any, Final

from voucher_app.durable import make_durable
from voucher_app.state import write_whole

if TYPE_CHECKING:
    from pathlib import Path

_LOG = logging.getLogger(__name__)
_FORM: Final = 1
"""Which form the files have; one of another form is left alone."""
_IDENTIFIER: Final = re.compile(r"[0-9a-f]{32}")


@dataclass(frozen=True, slots=True)
class Draft:
    """A form as somebody left it.

    Attributes:
        id: of 32 hexadecimal digits.
        dialog: its name in `dialogs.DIALOGS`; `context`: its keyword arguments, or None where they cannot be written.
        subject: what the dialog is about; a draft is offered where the subject is the same.
        title: the dialog's; `summary`: the first texts in it, to tell drafts apart.
        saved_at: the instant, UTC, ISO 8601.
        texts: what stood in the fields, by their names in the program.
        is_discarded: thrown away just now, and kept only so that this can be undone while the program runs.
    """

    id: str
    dialog: str
    subject: str
    title: str
    summary: str
    saved_at: str
    texts: dict[str, str]
    context: dict[str, Any] | None = None
    is_discarded: bool = field(default=False, compare=False)


class DraftStore:
    """The drafts of one person at one data file.

    Args:
        state: the person's state folder.
        file_id: the identity of the data file.
        person: who types.
    """

    def __init__(self, state: Path, *, file_id: str, person: str) -> None:
        self.folder = state / "drafts" / _short(file_id) / _short(person)

    def keep(self, draft: Draft) -> None:
        """Write a draft over what it was before.

        Raises:
            OSError: when it cannot be written.
        """
        content = {"form": _FORM, **asdict(draft)}
        del content["is_discarded"]
        write_whole(self._place(draft.id), json.dumps(content, ensure_ascii=False, indent=1).encode("utf-8"))

    def discard(self, identifier: str) -> None:
        """Forget a draft; one that is not there is forgotten already.

        Raises:
            OSError: when it cannot be removed.
        """
        place = self._place(identifier)
        if place.exists():
            place.unlink()
            make_durable(place.parent)

    def all(self) -> list[Draft]:
        """Return every draft that can be read, the newest first."""
        found = [draft for place in self.folder.glob("*.json") if (draft := _read(place)) is not None]
        return sorted(found, key=lambda draft: draft.saved_at, reverse=True)

    def _place(self, identifier: str) -> Path:
        assert _IDENTIFIER.fullmatch(identifier), "made by new_draft_id"
        return self.folder / f"{identifier}.json"


def _short(text: str) -> str:
    """Return a name for a folder that tells nothing of whose it is."""
    return hashlib.sha256(text.encode("utf-8")).hexdigest()[:24]


def _read(place: Path) -> Draft | None:
    """Read a draft; one that was damaged is left where it is, and nothing of it is believed."""
    try:
        content = json.loads(place.read_text(encoding="utf-8"))
        if content.pop("form") != _FORM or content["id"] != place.stem:
            return None
        draft = Draft(**content)
        said = (draft.dialog, draft.subject, draft.title, draft.summary, draft.saved_at)
        is_sound = all(isinstance(text, str) for text in (*said, *draft.texts, *draft.texts.values()))
        is_sound = is_sound and (draft.context is None or isinstance(draft.context, dict))
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        _LOG.warning("a draft cannot be read: %s", place.name)
        return None
    return draft if is_sound else None
