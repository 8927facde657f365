"""The search over everything: one box finds units, vouchers, contracts, invoices, papers, policies and acts.

Each kind is asked for by the list that shows it, so the box finds what the list would find, and in its order. Kinds are
told one after the other, so that the first rows are there before the last question was asked.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from voucher_app.i18n import _
from voucher_app.services.queries.lists import Listed, ListFilter, listed
from voucher_app.services.queries.search import SearchGroup, SearchHit
from voucher_app.services.searching import fold, part_of
from voucher_app.services.wording.names import action_name, kind_name

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from voucher_app.services.queries.lists import ListSource
    from voucher_app.services.queries.reader import Queries

MOST_COUNTED: Final = 1_000
"""Where more fit, the count says so and stops."""
_RANKED: Final = 40
"""Units among which the one that is called just so comes first."""


def search(queries: Queries, text: str, *, kinds: Sequence[str] = (), most: int = 5) -> Iterator[SearchGroup]:
    """Yield what was found of each kind, in the order of `KINDS`; kinds of which nothing was found are left out.

    Args:
        queries: the read models, of the thread that calls.
        text: any part of a name, code or number, or the first letters of a name; nothing finds nothing.
        kinds: only these; empty for all.
        most: so many records of each kind.
    """
    part = part_of(text)
    if not part:
        return
    for kind, (find, make) in _FINDERS.items():
        if kinds and kind not in kinds:
            continue
        source = find(queries, ListFilter(text=text, most=MOST_COUNTED))
        rows = source.rows(0, max(_RANKED, most) if kind in _RANKED_KINDS else most)
        hits = [make(row) for row in rows]
        if kind in _RANKED_KINDS:
            hits.sort(key=lambda hit: _rank(hit, part))
        if hits:
            yield SearchGroup(kind, tuple(hits[:most]), source.count(), source.has_more)


def _rank(hit: SearchHit, part: str) -> int:
    name = fold(hit.title)
    return 0 if part in {name, hit.key.lower()} else 1 if name.startswith(part) else 2


def _told(*parts: str) -> str:
    return " · ".join(part for part in parts if part)


def _recipient(row: Any) -> SearchHit:  # noqa: ANN401 - a row of its list, as below
    detail = _told(row.uscc, row.region_name, kind_name(row.kind))
    return SearchHit("recipient", row.uscc, row.name, detail, id=row.id)


def _provider(row: Any) -> SearchHit:  # noqa: ANN401
    detail = _told(row.uscc, row.region_name)
    return SearchHit("provider", row.uscc or row.name, row.name, detail, "provider", row.status, row.id)


def _voucher(row: Any) -> SearchHit:  # noqa: ANN401
    detail = _told(row.recipient_name, row.provider_name, _("{amount} yuan").format(amount=row.face.in_yuan()))
    return SearchHit("voucher", row.number, row.number, detail, "voucher", row.status, row.id)


def _application(row: Any) -> SearchHit:  # noqa: ANN401
    detail = _told(row.recipient_name, row.provider_name, _("{amount} yuan").format(amount=row.requested.in_yuan()))
    return SearchHit("application", str(row.id), row.contract_number, detail, "application", row.status, row.id)


def _redemption(row: Any) -> SearchHit:  # noqa: ANN401
    detail = _told(row.voucher_number, row.recipient_name, _("{amount} yuan").format(amount=row.claimed.in_yuan()))
    return SearchHit("redemption", str(row.id), row.invoice_key, detail, "redemption", row.status, row.id)


def _batch(row: Any) -> SearchHit:  # noqa: ANN401
    return SearchHit(
        "batch", str(row.id), row.name, _told(row.intake_from, row.intake_until), "batch", row.status, row.id
    )


def _settlement(row: Any) -> SearchHit:  # noqa: ANN401
    title = f"{row.period_from} – {row.period_until}"
    detail = _told(f"#{row.id}", _("{amount} yuan").format(amount=row.amount.in_yuan()))
    return SearchHit("settlement", str(row.id), title, detail, "settlement", row.status, row.id)


def _recovery(row: Any) -> SearchHit:  # noqa: ANN401
    detail = _told(row.decided_on, _("{amount} yuan").format(amount=row.amount.in_yuan()))
    title = _told(row.voucher_number, row.recipient_name)
    return SearchHit("recovery", str(row.id), title, detail, "recovery", row.status, row.id)


def _paper(row: Any) -> SearchHit:  # noqa: ANN401
    # Where a paper is seen: among the prints once it was printed, else with the record that it is about.
    return SearchHit("paper", f"print:{row.job}" if row.job else row.subject, row.title, row.detail, id=row.id)


def _policy(row: Any) -> SearchHit:  # noqa: ANN401
    detail = _told(row.policy.document_number, row.label, row.published_on.isoformat())
    return SearchHit("policy", f"policy:{row.id}", row.policy.title, detail, id=row.id)


def _act(row: Any) -> SearchHit:  # noqa: ANN401
    title = _told(action_name(row.action), row.reason)
    return SearchHit("act", str(row.seq), title, _told(row.business_date, row.operator_name, f"#{row.seq}"), id=row.seq)


def _policies(queries: Queries, chosen: ListFilter) -> Listed[Any]:
    return listed(
        queries.policies(),
        chosen,
        texts=lambda one: (one.policy.title, one.policy.document_number, one.label),
        status=lambda _one: "",
        sorts={},
    )


_FINDERS: Final[dict[str, tuple[Callable[[Queries, ListFilter], ListSource[Any]], Callable[[Any], SearchHit]]]] = {
    "recipient": (lambda queries, chosen: queries.recipients(chosen), _recipient),
    "provider": (lambda queries, chosen: queries.providers(chosen), _provider),
    "voucher": (lambda queries, chosen: queries.vouchers(chosen), _voucher),
    "application": (lambda queries, chosen: queries.applications(chosen), _application),
    "redemption": (lambda queries, chosen: queries.redemptions(chosen), _redemption),
    "batch": (lambda queries, chosen: queries.batches(chosen), _batch),
    "settlement": (lambda queries, chosen: queries.settlements(chosen), _settlement),
    "recovery": (lambda queries, chosen: queries.recoveries(chosen), _recovery),
    "paper": (lambda queries, chosen: Listed(queries.papers(chosen.text)), _paper),
    "policy": (_policies, _policy),
    "act": (lambda queries, chosen: queries.journal(chosen), _act),
}
_RANKED_KINDS: Final = frozenset({"recipient", "provider"})
KINDS: Final = tuple(_FINDERS)
"""What is searched, in the order in which it is told."""
