"""Certificates: many in one file, and one file each; from the records to the disk, signing included."""

from __future__ import annotations

import itertools
import time
from functools import partial
from typing import TYPE_CHECKING

from desk import Desk, measuring_office
from figures import interleaved
from paper_references import installed, use_our_fonts
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

from voucher_app.app import make_workspace
from voucher_app.services import certificate
from voucher_app.services.print_request import Request
from voucher_app.services.queries.lists import ListFilter
from voucher_app.services.workspace import new_request_id
from voucher_app.settings import resources_folder

if TYPE_CHECKING:
    from pathlib import Path

    from figures import Figure

    from voucher_app.services.papers import CertificateFacts

TOGETHER = 1_000
SEPARATELY = 100


def bare_page(canvas: Canvas, facts: CertificateFacts) -> None:
    """Set the fields of a certificate in plain lines: no border, no code, no shrinking."""
    canvas.setFont("Bench", 12)
    fields = (
        facts.number, facts.recipient_name, facts.recipient_uscc, facts.face.in_yuan(), facts.face.in_capitals(),
        facts.provider_name, facts.contract_number, facts.document_number, facts.policy_title, facts.scope,
        facts.support, facts.issued_on.isoformat(), facts.use_by.isoformat(), facts.prepared_by, facts.reviewed_by,
    )  # fmt: skip
    for line, field in enumerate(fields):
        canvas.drawString(60, 500 - 24 * line, field)
    canvas.showPage()


def measure(folder: Path, scratch: Path) -> list[Figure]:
    """Measure printing from the records to the files, queries, signatures and the register of prints included."""
    measuring_office(folder / "office-1000.db", TOGETHER)
    desk = Desk(make_workspace(folder / "office-1000.db"))
    rows = desk.workspace.queries.vouchers(ListFilter(sort="number")).rows(0, TOGETHER)
    numbers = [row.number for row in rows]
    facts = certificate.facts_of(desk.workspace, numbers)
    pdfmetrics.registerFont(TTFont("Bench", str(resources_folder() / "fonts" / "NotoSerifSC-Regular.ttf")))
    places = itertools.count()

    def request() -> Request:
        return Request(desk.preparer, new_request_id(), "重测")

    certificate.print_separately(desk.workspace, numbers=numbers[:1], folder=scratch, request=request())
    size = 0

    def together() -> float:
        nonlocal size
        file = scratch / f"all-{next(places)}.pdf"
        begun = time.perf_counter()
        certificate.print_together(desk.workspace, numbers=numbers, file=file, request=request(), replaces=True)
        taken = time.perf_counter() - begun
        size = file.stat().st_size
        return len(numbers) / taken

    def bare_together() -> float:
        begun = time.perf_counter()
        canvas = Canvas(str(scratch / "bare.pdf"), initialFontName="Bench")  # type: ignore[arg-type]  # the stubs say float
        for one in facts:
            bare_page(canvas, one)
        canvas.save()
        return len(facts) / (time.perf_counter() - begun)

    def separately() -> float:
        out = scratch / f"separately-{next(places)}"
        out.mkdir()
        begun = time.perf_counter()
        certificate.print_separately(desk.workspace, numbers=numbers[:SEPARATELY], folder=out, request=request())
        return SEPARATELY / (time.perf_counter() - begun)

    def bare_separately() -> float:
        begun = time.perf_counter()
        for place, one in enumerate(facts[:SEPARATELY]):
            canvas = Canvas(str(scratch / f"bare-{place}.pdf"), initialFontName="Bench")  # type: ignore[arg-type]  # the stubs say float
            bare_page(canvas, one)
            canvas.save()
        return SEPARATELY / (time.perf_counter() - begun)

    figures = [
        interleaved(
            "certificates_one_file", "pages/s", "bare reportlab pages with the same fields", together, bare_together
        ),
        interleaved(
            "certificates_single", "files/s", "bare reportlab files with the same fields", separately, bare_separately
        ),
    ]
    print(f"{'':28}{size / len(numbers):>14,.0f} bytes a page")
    use_our_fonts(scratch)
    for name, what, theirs, pages, rounds in installed():
        file = scratch / f"{name}.pdf"
        figures.append(
            interleaved(name, "pages/s", what, together, partial(theirs, facts[:pages], file), rounds=rounds)
        )
    desk.workspace.data_file.close()
    return figures
