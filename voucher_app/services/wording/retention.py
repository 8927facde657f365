"""Which personal data is kept, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from voucher_app.i18n import _, marked
from voucher_app.services.retention import Kind, Rule

if TYPE_CHECKING:
    from voucher_app.services.retention import Held

_NAMES: Final = {
    Kind.CONTACTS: marked("Representatives, phones and addresses of units"),
    Kind.ACCOUNTS: marked("Bank accounts of units"),
    Kind.PEOPLE: marked("People at the desk, with their password hashes"),
    Kind.OBJECTIONS: marked("Who raised objections"),
    Kind.JOURNAL: marked("Journal records, with every earlier state of all this"),
    Kind.ATTACHMENTS: marked("Attached files"),
    Kind.IMPORTS: marked("Names of imported files"),
    Kind.PRINTS: marked("Papers saved as files"),
    Kind.BACKUPS: marked("Automatic backups"),
    Kind.COPIES: marked("Other copies of the office: sealed, replaced, before upgrades"),
    Kind.DRAFTS: marked("Half-filled forms of this person"),
    Kind.LOG: marked("The program's log"),
    Kind.CRASHES: marked("Reports of our mistakes"),
}
_RECORDS: Final = marked(
    "Not deleted one by one, because the journal proves itself: once its term is over, "
    "the file goes to the archive whole."
)
_ENDS: Final = {
    Kind.ATTACHMENTS: marked("Like the records, which name each file by its digest."),
    Kind.PRINTS: marked("They lie where they were saved; whether still, the program cannot know."),
    Kind.BACKUPS: marked("The last of 7 days, 5 weeks, 12 months; the last of every year until somebody removes it."),
    Kind.COPIES: marked("Until somebody removes them. What was carried elsewhere the program cannot know."),
    Kind.DRAFTS: marked("Gone as soon as the form is recorded or thrown away."),
    Kind.LOG: marked("Names nobody. The newest 1 MB is kept."),
    Kind.CRASHES: marked("Name nobody. The newest 20 are kept."),
}
_RULES: Final = {
    Rule.TEN_YEARS: marked("10 years"),
    Rule.THIRTY_YEARS: marked("30 years"),
    Rule.FOR_EVER: marked("for ever"),
}


def kept_name(kind: Kind) -> str:
    """Return what is kept."""
    return _(_NAMES[kind])


def how_it_ends(kind: Kind) -> str:
    """Return how it ends, or that it does not by itself."""
    return _(_ENDS.get(kind, _RECORDS))


def rule_name(rule: Rule) -> str:
    """Return a term in words."""
    return _(_RULES[rule])


def until_words(held: Held, rule: Rule) -> str:
    """Return until when the oldest is kept; that it is over is said in words."""
    if held.until is not None:
        day = held.until.isoformat()
        return _("{day}, over").format(day=day) if held.is_over else day
    return rule_name(Rule.FOR_EVER) if held.since is not None and rule is Rule.FOR_EVER else ""


def rule_sentence(rule: Rule) -> str:
    """Return how the days are reckoned."""
    if rule is Rule.FOR_EVER:
        return _("By the rule chosen, records are kept for ever.")
    return _("By the rule chosen, records are kept {term}, counted from the year after they arose.").format(
        term=rule_name(rule)
    )
