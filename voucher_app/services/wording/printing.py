"""What prints are called: copies and what became of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from voucher_app.domain.printing import PrintForm
from voucher_app.i18n import _, marked

if TYPE_CHECKING:
    from voucher_app.services.print_ending import CutShort

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


def cut_short_words(one: CutShort) -> str:
    """Return what is known of a job without an end, and how it comes to one."""
    job = one.job
    if job.form is PrintForm.PRINTER:
        return _(
            "Print {id} to {target} was cut short, or is under way: look how many of its {items} papers came out, then "
            "print finish {id} --printed N."
        ).format(id=job.id, target=job.target, items=job.items)
    return _(
        "Print {id} was cut short, or is under way: of {items} papers {there} are in {target}, {waiting} are drawn, "
        "{missing} will be drawn again. print resume {id} finishes it, print cancel {id} gives it up."
    ).format(id=job.id, target=job.target, items=job.items, there=one.there, waiting=one.waiting, missing=one.missing)


def copy_words(copy: int) -> str:
    """Return which copy a paper is, as it stands on it."""
    return _("print no. {copy}").format(copy=copy)
