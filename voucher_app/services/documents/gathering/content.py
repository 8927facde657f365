"""What gathering a document takes and gives, whatever its kind."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Final

from voucher_app.domain.errors import Violation
from voucher_app.i18n import _

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from voucher_app.services.documents.facts import Chart, Row, Value
    from voucher_app.services.documents.subjects import Subject
    from voucher_app.services.ports.policy import PublishedPolicy
    from voucher_app.services.queries.ledger import HistoryEntry
    from voucher_app.services.workspace import Workspace

ANYBODY: Final = "—"
"""Who made a paper that is only looked at."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A document that is asked for.

    Attributes:
        subject: with its part, where papers of the kind are about parts.
        dated: the day of its first print; today while there is none. A copy is dated as the original.
        made_by: who printed it first.
    """

    workspace: Workspace
    subject: Subject
    dated: date
    made_by: str


@dataclass(frozen=True, slots=True)
class Content:
    """What one document says; `words` is how a person writes the record. Names are those of the catalogue."""

    words: str
    fields: Mapping[str, Value]
    tables: Mapping[str, Sequence[Row]] = field(default_factory=dict)
    charts: Mapping[str, Chart] = field(default_factory=dict)
    qr_text: str = ""


@dataclass(frozen=True, slots=True)
class Gatherer:
    """How a kind of document is gathered.

    Attributes:
        noun: of the records it is about; `also`: further nouns, of records that lead to them.
        check: what stands against it, by the state of its record; empty when it may be printed.
        content: what it says; called when nothing stands against it.
        parts: the papers of this kind about one record, when nobody told which; None where there is one only. They may
            be of another noun: the notice of issuance of a voucher is that of its batch.
    """

    noun: str
    check: Callable[[Asked], list[Violation]]
    content: Callable[[Asked], Content]
    parts: Callable[[Workspace, Subject], list[Subject]] | None = None
    also: tuple[str, ...] = ()

    @property
    def nouns(self) -> tuple[str, ...]:
        """Return every noun under which it may be asked for."""
        return (self.noun, *self.also)


def refused(code: str, *, found: object, allowed: object, subject: str) -> list[Violation]:
    """Return that the record's state does not allow a document."""
    return [Violation("DOCUMENT", code, found=found, allowed=allowed, subject=subject)]


def needs_status(noun: str, status: str, allowed: Sequence[str], subject: str) -> list[Violation]:
    """Refuse a document of a record that is not in one of some statuses."""
    if status in allowed:
        return []
    return [
        Violation(
            "DOCUMENT", "document_status", found=status, allowed=list(allowed), subject=subject, facts={"noun": noun}
        )
    ]


def day_of(text: str) -> date:
    """Return a day of a read model."""
    return date.fromisoformat(text)


def policy_words(published: PublishedPolicy) -> str:
    """Return title and version of a policy, as the certificate has them."""
    return _("{title}, version {version}").format(title=published.policy.title, version=published.version)


def region_words(workspace: Workspace, code: str) -> str:
    """Return the name of a region, or of the city that it lies in."""
    regions = workspace.queries.regions()
    return regions.get(code) or regions.get(f"{code[:4]}00", code)


def newest(history: Sequence[HistoryEntry], *actions: str) -> HistoryEntry | None:
    """Return the newest entry of some acts; histories begin with the newest."""
    return next((one for one in history if one.action in actions), None)
