"""Papers that everybody may see say no personal number, whatever somebody typed into a name, a remark or a reason."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from voucher_app.domain.masking import for_the_public
from voucher_app.services.documents.facts import DocumentKind

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from voucher_app.services.documents.facts import Row, Value

PUBLIC: Final = frozenset(
    {
        DocumentKind.PUBLICITY_LIST,
        DocumentKind.ISSUE_NOTICE,
        DocumentKind.PROVIDER_LIST,
        DocumentKind.PROVIDER_SUSPENSION,
        DocumentKind.PROVIDER_REMOVAL,
        DocumentKind.QUARTERLY_REPORT,
        DocumentKind.YEARLY_REPORT,
    }
)
"""Kinds that are hung out, published or sent to many."""


def public_fields(kind: DocumentKind, fields: Mapping[str, Value]) -> Mapping[str, Value]:
    """Return a paper's fields as everybody may read them; those of a paper for few stay whole."""
    if kind not in PUBLIC:
        return fields
    return {name: for_the_public(value) if isinstance(value, str) else value for name, value in fields.items()}


def public_tables(kind: DocumentKind, tables: Mapping[str, Sequence[Row]]) -> Mapping[str, Sequence[Row]]:
    """Return a paper's lists as everybody may read them."""
    if kind not in PUBLIC:
        return tables
    return {name: [public_fields(kind, row) for row in rows] for name, rows in tables.items()}
