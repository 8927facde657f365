"""Draw every paper of the demonstration office, and lay the pages out as contact sheets to look at.

`make papers` writes `out/papers/VARIANT-KIND.pdf` and `out/papers/VARIANT-N.png`. The facts are gathered from the
records of the full demonstration office, of each kind those with the longest lists; the variants change only what makes
a paper hard to set: lists that are empty, of one row, of a thousand (the first, the middle and the last pages are
pictured), the longest names with rare characters beside the largest amounts. What looks suspicious is opened as PDF.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pypdfium2
from PIL import Image

from voucher_app.app import make_workspace, read_facilities, speak
from voucher_app.domain.money import Money
from voucher_app.services import demonstration, document
from voucher_app.services.documents.catalogue import CATALOGUE, sample
from voucher_app.services.documents.facts import DocumentKind, ValueType
from voucher_app.services.documents.subjects import parse_subject
from voucher_app.services.queries.lists import ListFilter
from voucher_app.settings import Settings, resources_folder

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from voucher_app.services.documents.facts import DocumentFacts, Value
    from voucher_app.services.documents.specification import Field
    from voucher_app.services.documents.subjects import Subject
    from voucher_app.services.workspace import Workspace

TODAY: Final = date(2026, 11, 20)
ROWS: Final = {"empty": 0, "one": 1, "thousand": 1_000, "longest": 40}
LONGEST: Final = (
    "临汾𬭎䶮犇山西转型综合改革示范区太原学府产业园区新一代人工智能与先进计算基础设施（含超算）联合创新研究院有限公司"
)
LARGEST: Final = Money.yuan(50_000_000)
_NAMED: Final = ("unit", "recipient_name", "provider_name", "payee", "payer", "bank")
_MOST_ROWS: Final = 100
_COLUMNS, _LINES, _WIDTH = 6, 3, 420


def build(folder: Path) -> Workspace:
    """Make the full demonstration office and return it, on a day after its last act."""
    resources = resources_folder()
    workspace = make_workspace(folder / "demo.db", create=True)
    facilities = read_facilities(resources / "registry" / "facilities.csv")
    demonstration.build(workspace.on, scale="full", policies=resources / "policies", facilities=facilities)
    return workspace.on(TODAY)


def subjects(workspace: Workspace) -> list[Subject]:
    """Return every record that a paper may be about."""
    queries, every = workspace.queries, ListFilter()
    rows: dict[str, list[int] | list[str]] = {
        "application": [one.id for one in queries.applications(every).rows(0, _MOST_ROWS)],
        "batch": [one.id for one in queries.batches(every).rows(0, _MOST_ROWS)],
        "redemption": [one.id for one in queries.redemptions(every).rows(0, _MOST_ROWS)],
        "settlement": [one.id for one in queries.settlements(every).rows(0, _MOST_ROWS)],
        "recovery": [one.id for one in queries.recoveries(every).rows(0, _MOST_ROWS)],
        "provider": [one.uscc for one in queries.providers(every).rows(0, _MOST_ROWS) if one.uscc],
        "voucher": [one.number for one in queries.vouchers(every).rows(0, _MOST_ROWS)],
        "quarter": [f"2026-{quarter}" for quarter in (1, 2, 3, 4)],
        "year": ["2026"], "register": ["today"], "journal": ["head"], "key": ["current"],
    }  # fmt: skip
    return [parse_subject(workspace, f"{noun}:{key}") for noun, keys in rows.items() for key in keys]


def gathered(workspace: Workspace) -> dict[DocumentKind, DocumentFacts]:
    """Return the facts of a paper of each kind that the office may print, of each those with the longest lists."""
    found: dict[DocumentKind, DocumentFacts] = {}
    preparer = workspace.queries.operators()[0].name
    for subject in subjects(workspace):
        for one in document.orders_of(workspace, subject):
            if not document.against(workspace, one):
                facts = document.facts_of(workspace, one, made_by=preparer)
                if one.kind not in found or _rows_in(facts) > _rows_in(found[one.kind]):
                    found[one.kind] = facts
    return found


def _rows_in(facts: DocumentFacts) -> int:
    return sum(map(len, facts.tables.values()))


def varied(facts: DocumentFacts, variant: str) -> DocumentFacts | None:
    """Return facts as a variant has them; None where it would change nothing."""
    if variant == "demo":
        return facts
    specification = CATALOGUE[facts.kind]
    if not specification.tables and variant != "longest":
        return None
    spare = sample(facts.kind).tables
    rows = {name: list(some) or list(spare[name]) for name, some in facts.tables.items()}
    tables = {name: [some[place % len(some)] for place in range(ROWS[variant])] for name, some in rows.items()}
    if variant != "longest":
        return replace(facts, tables=tables)
    columns = {table.name: table.columns for table in specification.tables}
    return replace(
        facts,
        fields=_strained(facts.fields, specification.fields),
        tables={name: [_strained(row, columns[name]) for row in some] for name, some in tables.items()},
    )


def _strained(values: Mapping[str, Value], types: tuple[Field, ...]) -> dict[str, Value]:
    """Put the largest amount and the longest name wherever one may stand."""
    told = {one.name: one.type for one in types}

    def one(name: str, value: Value) -> Value:
        if value is not None and told[name] is ValueType.MONEY:
            return LARGEST
        return LONGEST if value is not None and name in _NAMED else value

    return {name: one(name, value) for name, value in values.items()}


def pictured(pdf: bytes) -> Iterator[Image.Image]:
    """Return the pages worth looking at: all of a few, else the first, the middle and the last ones."""
    with pypdfium2.PdfDocument(pdf) as pages:
        count = len(pages)
        wanted = range(count) if count <= _COLUMNS else (0, 1, count // 2, count - 2, count - 1)
        for place in wanted:
            page = pages[place]
            yield page.render(scale=_WIDTH / page.get_width()).to_pil()
            page.close()


def contact_sheets(pages: list[Image.Image]) -> Iterator[Image.Image]:
    """Lay pages side by side."""
    height = max(page.height for page in pages) + 8
    for start in range(0, len(pages), _COLUMNS * _LINES):
        sheet = Image.new("RGB", (_COLUMNS * (_WIDTH + 8), _LINES * height), "#888888")
        for place, page in enumerate(pages[start : start + _COLUMNS * _LINES]):
            sheet.paste(page, (place % _COLUMNS * (_WIDTH + 8) + 4, place // _COLUMNS * height + 4))
        yield sheet


def main() -> int:
    """Draw the papers and tell which kinds no record is there for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("variants", nargs="*", metavar="VARIANT", help="demo, empty, one, thousand, longest")
    parser.add_argument("--out", type=Path, default=Path("out/papers"))
    given = parser.parse_args()
    speak(Settings.from_environment())
    given.out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        workspace = build(Path(folder))
        try:
            found, printer = gathered(workspace), workspace.documents()
        finally:
            workspace.data_file.close()
    for variant in given.variants or ["demo", *ROWS]:
        pages: list[Image.Image] = []
        for facts in (found[kind] for kind in DocumentKind if kind in found):
            changed = varied(facts, variant)
            if changed is not None:
                pdf = printer.pdf([changed])
                (given.out / f"{variant}-{facts.kind}.pdf").write_bytes(pdf)
                pages += pictured(pdf)
        for number, sheet in enumerate(contact_sheets(pages), start=1):
            sheet.save(given.out / f"{variant}-{number}.png")
        print(f"{variant}: {len(pages)} pages pictured")
    lacking = [kind.value for kind in DocumentKind if kind not in found]
    print(f"{len(found)} kinds in {given.out}; no record for: {' '.join(lacking) or '-'}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
