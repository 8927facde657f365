"""Policy versions and drafts, in a list and in detail."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from voucher_app.domain.policy import DraftStatus
from voucher_app.services.queries.lists import listed

if TYPE_CHECKING:
    from voucher_app.domain.money import Money
    from voucher_app.domain.policy import Policy
    from voucher_app.services.ports.policy import PolicyDraft, PublishedPolicy
    from voucher_app.services.queries.ledger import HistoryEntry
    from voucher_app.services.queries.lists import Listed, ListFilter
    from voucher_app.services.queries.reader import Queries


@dataclass(frozen=True, slots=True)
class PolicyDetails:
    """Everything there is to say about a published version.

    Attributes:
        drafted_by, published_by: names, empty where one person published it at once, or who is not known.
        draft_id: the draft it was published from, or None.
        application_count: applications made under it; `voucher_count`, `issued`: vouchers issued under it.
    """

    published: PublishedPolicy
    drafted_by: str
    published_by: str
    draft_id: int | None
    application_count: int
    voucher_count: int
    issued: Money
    history: tuple[HistoryEntry, ...]


@dataclass(frozen=True, slots=True)
class DraftDetails:
    """Everything there is to say about a draft; `published` is the version that it became, or None."""

    draft: PolicyDraft
    prepared_by: str
    reviewed_by: str
    published: PublishedPolicy | None
    history: tuple[HistoryEntry, ...]


@dataclass(frozen=True, slots=True)
class PolicyRow:
    """A published version, or a draft that is none yet, in one list.

    Attributes:
        key: `policy:ID` or `policy-draft:ID`.
        version: its number, or None for a draft.
        drafted_on, published_on: days as text; empty where nobody drafted it, or it is not published.
        is_current: the version published last, which new applications are made under.
    """

    key: str
    policy: Policy
    content: str
    version: int | None
    status: DraftStatus
    drafted_by: str = ""
    drafted_on: str = ""
    published_by: str = ""
    published_on: str = ""
    is_current: bool = False

    @property
    def id(self) -> int:
        """The row of the version or the draft."""
        return int(self.key.partition(":")[2])

    @property
    def label(self) -> str:
        """Code and version, or the code alone."""
        return self.policy.code if self.version is None else f"{self.policy.code} v{self.version}"


def policy_rows(queries: Queries) -> list[PolicyRow]:
    """Return drafts that became no version, newest first, and then all versions, newest first."""
    names = {person.id: person.name for person in queries.operators()}
    drafts = queries.policy_drafts()
    drafted_on = {draft.policy_id: draft.drafted_on.isoformat() for draft in drafts}
    rows = [
        PolicyRow(
            key=f"policy-draft:{draft.id}",
            policy=draft.policy,
            content=draft.content,
            version=None,
            status=draft.status,
            drafted_by=names[draft.prepared_by],
            drafted_on=draft.drafted_on.isoformat(),
        )
        for draft in drafts
        if draft.status is not DraftStatus.PUBLISHED
    ]
    return rows + [
        PolicyRow(
            key=f"policy:{one.id}",
            policy=one.policy,
            content=one.content,
            version=one.version,
            status=DraftStatus.PUBLISHED,
            drafted_by="" if one.drafted_by is None else names[one.drafted_by],
            drafted_on=drafted_on.get(one.id, ""),
            published_by="" if one.published_by is None else names[one.published_by],
            published_on=one.published_on.isoformat(),
            is_current=place == 0,
        )
        for place, one in enumerate(queries.policies())
    ]


def policy_list(queries: Queries, chosen: ListFilter) -> Listed[PolicyRow]:
    """List versions and drafts; sorts: code, title, published."""
    rows = policy_rows(queries)
    if chosen.decidable_by is not None:
        mine = {person.name for person in queries.operators() if person.id == chosen.decidable_by}
        rows = [row for row in rows if row.drafted_by not in mine]
    return listed(
        rows,
        chosen,
        texts=lambda row: (row.label, row.policy.title, row.policy.document_number, row.drafted_by, row.published_by),
        status=lambda row: row.status,
        sorts={
            "code": lambda row: (row.policy.code, row.version or 0),
            "title": lambda row: row.policy.title,
            "published": lambda row: row.published_on,
        },
    )
