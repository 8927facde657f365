"""Policy versions and drafts in detail."""

from dataclasses import dataclass

from voucher_app.domain.money import Money
from voucher_app.services.ports.policy import PolicyDraft, PublishedPolicy
from voucher_app.services.queries.ledger import HistoryEntry


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
