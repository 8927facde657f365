"""What is in a backup, in words."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from voucher_app.i18n import _, ngettext
from voucher_app.services.wording.names import action_name
from voucher_app.services.workspace import OFFICE_ZONE

if TYPE_CHECKING:
    from voucher_app.services.ports.backup import BackupFacts


def moment(instant: str) -> str:
    """Return an instant as one reads it in the office."""
    return datetime.fromisoformat(instant).astimezone(OFFICE_ZONE).strftime("%Y-%m-%d %H:%M") if instant else ""


def size_words(size_bytes: int) -> str:
    """Return a size in megabytes."""
    return f"{size_bytes / 1_000_000:,.1f} MB"


def facts_words(facts: BackupFacts) -> str:
    """Return what is in a backup, in one line."""
    if facts.problem:
        return _("cannot be read ({problem})").format(problem=facts.problem)
    if facts.is_sealed:
        return _("made {moment}, {size}, under a password").format(
            moment=moment(facts.made_at), size=size_words(facts.size_bytes)
        )
    acts = ngettext("{count} act", "{count} acts", facts.records).format(count=f"{facts.records:,}")
    words = _("made {moment}, {size}, {acts}, the last one {last} at {last_at}").format(
        moment=moment(facts.made_at),
        size=size_words(facts.size_bytes),
        acts=acts,
        last=action_name(facts.last_act),
        last_at=moment(facts.last_at),
    )
    if facts.issued is None or facts.left is None:
        return words
    return _("{words}; {year}: issued {issued} yuan, left {left} yuan").format(
        words=words, year=facts.year, issued=facts.issued.in_yuan(), left=facts.left.in_yuan()
    )
