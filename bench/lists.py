"""A long publicity list, from its facts to the PDF: five thousand rows with carried sums and repeated heads."""

from __future__ import annotations

import dataclasses
import time
from typing import TYPE_CHECKING

from figures import interleaved
from reportlab.lib import colors
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.platypus import LongTable, Paragraph, SimpleDocTemplate, TableStyle

from voucher_app.domain.money import Money
from voucher_app.printing.documents import PdfDocumentPrinter
from voucher_app.services.documents.catalogue import sample
from voucher_app.services.documents.facts import DocumentKind
from voucher_app.settings import resources_folder

if TYPE_CHECKING:
    from pathlib import Path

    from figures import Figure

    from voucher_app.services.documents.facts import DocumentFacts, Row

ROWS = 5_000
ROUNDS = 3
FONT = "BenchList"


def long_list(rows: int) -> DocumentFacts:
    """Return a publicity list whose rows all differ."""
    facts = sample(DocumentKind.PUBLICITY_LIST)
    some = facts.tables["units"]
    listed: list[Row] = [
        {
            **some[place % len(some)],
            "unit": f"{some[place % len(some)]['unit']}第{place}部",
            "amount": Money(place * 7_919),
        }
        for place in range(1, rows + 1)
    ]
    return dataclasses.replace(facts, is_trial=False, tables={"units": listed})


def plain_list(facts: DocumentFacts, file: Path) -> None:
    """Print the same rows as the manual of reportlab shows it: a table of paragraphs, without sums."""
    style = ParagraphStyle("cell", fontName=FONT, fontSize=10.5, leading=14.5, wordWrap="CJK")
    columns = ("unit", "region", "provider", "amount")
    rows = [[Paragraph(str(row[name]), style) for name in columns] for row in facts.tables["units"]]
    table = LongTable([["单位名称", "属地", "服务商", "金额"], *rows], colWidths=[180, 80, 140, 80], repeatRows=1)
    table.setStyle(TableStyle([("GRID", (0, 0), (-1, -1), 0.6, colors.black), ("FONTNAME", (0, 0), (-1, 0), FONT)]))
    SimpleDocTemplate(str(file), pagesize=A4).build([table])


def measure(scratch: Path) -> list[Figure]:
    """Measure rows a second; the goal of three seconds for a list is 1,667 of them."""
    printer, facts = PdfDocumentPrinter(resources_folder()), long_list(ROWS)
    printer.preview(DocumentKind.PUBLICITY_LIST)
    pdfmetrics.registerFont(TTFont(FONT, str(resources_folder() / "fonts" / "NotoSerifSC-Regular.ttf")))

    def ours() -> float:
        begun = time.perf_counter()
        (scratch / "list.pdf").write_bytes(printer.pdf([facts]))
        return ROWS / (time.perf_counter() - begun)

    def theirs() -> float:
        begun = time.perf_counter()
        plain_list(facts, scratch / "plain.pdf")
        return ROWS / (time.perf_counter() - begun)

    return [
        interleaved(
            "publicity_list_5000", "rows/s", "a reportlab table of the same rows, without sums", ours, theirs, ROUNDS
        )
    ]
