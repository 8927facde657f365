"""From the records to the provider's screen: an office issues, prints, publishes; the page judges the paper."""

from __future__ import annotations

import pypdfium2

from voucher_app.domain.money import Money
from voucher_app.services import certificate, verifier
from voucher_app.services.print_request import Request
from voucher_app.services.workspace import new_request_id


def test_a_paper_of_the_office_is_judged_by_the_page_it_publishes(desk, open_page, tmp_path):
    number = str(desk.issued(Money.yuan(12_345)).number)
    paper = tmp_path / f"{number}.pdf"
    request = Request(desk.preparer, new_request_id())
    certificate.print_together(desk.workspace, numbers=[number], file=paper, request=request)
    with pypdfium2.PdfDocument(paper) as document:
        document[0].render(scale=150 / 72).to_pil().save(tmp_path / "scan.png")

    def judged():
        verifier.export_verifier(desk.workspace, file=tmp_path / "verify.html")
        page = open_page(tmp_path / "verify.html", on=desk.today)
        page.page.set_input_files("#photo", tmp_path / "scan.png")
        page.page.wait_for_selector("#verdict:not([data-verdict='none'])")
        assert page.field("number") == number
        assert page.field("face") == "12,345.00 元"
        return page.verdict

    assert judged() == "valid"
    desk.end("freeze", number)
    assert judged() == "frozen"
    desk.end("unfreeze", number)
    assert judged() == "valid"
    desk.end("void", number)
    assert judged() == "voided"
