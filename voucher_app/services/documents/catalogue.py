"""The catalogue: for each kind of document the names and types of everything it holds, and sample values.

Facts are checked against it, templates are checked against it, and a preview is made from it: a template that places a
name which no document has is refused when it is loaded, and a use case that forgets one is told so.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from voucher_app.domain.money import Money
from voucher_app.services.documents import applications, archive, names_in_samples, payments, registers, reports
from voucher_app.services.documents.facts import DocumentFacts, ValueType
from voucher_app.services.documents.specification import problems_of_values

if TYPE_CHECKING:
    from collections.abc import Iterable

    from voucher_app.services.documents.facts import Chart, DocumentKind
    from voucher_app.services.documents.specification import ChartPlace, Document

CATALOGUE: Final[dict[DocumentKind, Document]] = {
    document.kind: document
    for part in (applications, payments, registers, reports, archive)
    for document in part.DOCUMENTS
}


def sample(kind: DocumentKind) -> DocumentFacts:
    """Return facts of sample values, marked as a trial: what a preview of the template prints."""
    document = CATALOGUE[kind]
    return DocumentFacts(
        kind=kind,
        subject=document.subject,
        office_name=names_in_samples.OFFICE,
        is_trial=True,
        document_number=document.document_number,
        fields={one.name: one.sample for one in document.fields},
        tables={table.name: table.rows() for table in document.tables},
        charts={place.name: place.sample for place in document.charts},
        qr_text=document.qr_text,
    )


def problems_of(facts: DocumentFacts) -> list[str]:
    """Return where facts are not what the catalogue says, in words for whoever fills them; empty when they fit."""
    document = CATALOGUE[facts.kind]
    kind = facts.kind.value
    found = problems_of_values(kind, document.fields, facts.fields)
    tables = {table.name: table for table in document.tables}
    found += _differing_names(f"{kind}, tables:", tables.keys(), facts.tables.keys())
    for name in tables.keys() & facts.tables.keys():
        for index, row in enumerate(facts.tables[name]):
            found += problems_of_values(f"{kind}.{name}[{index}]", tables[name].columns, row)
    charts = {place.name: place for place in document.charts}
    found += _differing_names(f"{kind}, charts:", charts.keys(), facts.charts.keys())
    for name in charts.keys() & facts.charts.keys():
        found += _problems_of_chart(f"{kind}.{name}", charts[name], facts.charts[name])
    if facts.copy < 1:
        found.append(f"{kind}: copies are counted from 1")
    return found


def _differing_names(where: str, wanted: Iterable[str], given: Iterable[str]) -> list[str]:
    lacking, unknown = set(wanted) - set(given), set(given) - set(wanted)
    return [f"{where} lacks {name}" for name in sorted(lacking)] + [
        f"{where} has no {name}" for name in sorted(unknown)
    ]


def _problems_of_chart(where: str, place: ChartPlace, chart: Chart) -> list[str]:
    wanted = Money if place.type is ValueType.MONEY else int
    found = []
    for series in chart.series:
        if len(series.values) != len(chart.labels):
            found.append(f"{where}: {series.name} has {len(series.values)} values for {len(chart.labels)} labels")
        if any(type(value) is not wanted for value in series.values):
            found.append(f"{where}: {series.name} is to be {place.type.value}")
    return found
