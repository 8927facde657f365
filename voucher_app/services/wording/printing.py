"""What prints are called: copies and what became of them."""

from __future__ import annotations

from typing import Final

from voucher_app.i18n import _, marked

_FORMS: Final = {
    "folder": marked("One file each"),
    "file": marked("One file"),
    "printer": marked("On a printer"),
}
_STATES: Final = {"begun": marked("Cut short"), "done": marked("Printed"), "spoilt": marked("Spoilt")}


def form_name(form: str) -> str:
    """Return where papers went, in words."""
    return _(_FORMS[str(form)])


def state_name(state: str) -> str:
    """Return what became of a paper."""
    return _(_STATES[state])


def copy_words(copy: int) -> str:
    """Return which copy a paper is, as it stands on it."""
    return _("print no. {copy}").format(copy=copy)
