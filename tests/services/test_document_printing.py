"""Documents printed under the register: numbers drawn with the first print, copies counted, nothing stale on paper."""

from __future__ import annotations

from datetime import timedelta

import pypdfium2
import pytest

from voucher_app.domain.errors import RulesViolated
from voucher_app.domain.money import Money
from voucher_app.printing.tray import FolderTray
from voucher_app.services import document, document_number, reprinting
from voucher_app.services.document import order
from voucher_app.services.print_request import Stamp
from voucher_app.services.workspace import new_request_id

from .busy_office import ask, gathered, print_one


@pytest.fixture
def accepted(desk, in_english):
    desk.check_credit()
    one = desk.open_batch()
    made = [desk.submit(Money(100_000 + place), batch_id=one.id, holder=place) for place in range(3)]
    desk.step("accept", *made)
    return [f"application:{application.id}" for application in made]


def numbers(desk, kind):
    return [(str(one), one.subject) for one in desk.workspace.records().document_numbers.all(kind)]


def test_the_first_print_draws_the_number_and_every_further_one_keeps_it(desk, accepted, tmp_path):
    print_one(desk, "acceptance-notice", accepted[1], tmp_path)
    print_one(desk, "acceptance-notice", accepted[0], tmp_path)
    with pytest.raises(RulesViolated, match="printed_already"):
        print_one(desk, "acceptance-notice", accepted[1], tmp_path)
    print_one(desk, "acceptance-notice", accepted[1], tmp_path, reason="原件遗失")
    assert numbers(desk, "acceptance-notice") == [
        ("晋算券受〔2026〕1号", accepted[1]),
        ("晋算券受〔2026〕2号", accepted[0]),
    ]
    rows = desk.queries.copies("acceptance-notice", accepted[1])
    assert [(one.copy, one.reason) for one in rows] == [(2, "原件遗失"), (1, "")]
    assert desk.verified() == []


def test_a_batch_of_papers_is_numbered_in_its_order(desk, accepted, tmp_path):
    orders = [order(desk.workspace, "acceptance-notice", subject) for subject in reversed(accepted)]
    job = document.print_together(desk.workspace, orders=orders, file=tmp_path / "all.pdf", request=ask(desk))
    assert [subject for _number, subject in numbers(desk, "acceptance-notice")] == list(reversed(accepted))
    assert [one.place for one in desk.queries.print_job(job.id).papers] == [1, 2, 3]


def test_a_paper_that_cannot_be_drawn_takes_no_number(desk, accepted, tmp_path, monkeypatch):
    monkeypatch.setattr(FolderTray, "put_all", lambda *_a, **_k: (_ for _ in ()).throw(OSError("disk full")))
    with pytest.raises(Exception, match="output"):
        print_one(desk, "acceptance-notice", accepted[0], tmp_path)
    assert numbers(desk, "acceptance-notice") == []


def test_lists_have_no_number(desk, in_english, tmp_path):
    print_one(desk, "voucher-ledger", "year:2026", tmp_path)
    assert desk.workspace.records().document_numbers.all() == []


def test_a_number_made_void_is_followed_by_another_one(desk, accepted, tmp_path):
    print_one(desk, "acceptance-notice", accepted[0], tmp_path)
    (one,) = desk.workspace.records().document_numbers.all("acceptance-notice")
    document_number.void(
        desk.workspace, number_id=one.id, reason="写错", operator=desk.preparer, request_id=new_request_id()
    )
    print_one(desk, "acceptance-notice", accepted[0], tmp_path, reason="文号作废重印")
    assert [number for number, _ in numbers(desk, "acceptance-notice")] == [
        "晋算券受〔2026〕1号",
        "晋算券受〔2026〕2号",
    ]


def test_a_number_drawn_by_another_program_meanwhile_is_found_out(desk, accepted, tmp_path, monkeypatch):
    """Both papers come out, with numbers of their own; the slower one is drawn anew."""
    put, raced = FolderTray.put_all, []

    def slow(self, *words, **how):
        if not raced:
            raced.append(True)
            print_one(desk, "acceptance-notice", accepted[1], tmp_path / "other")
        return put(self, *words, **how)

    monkeypatch.setattr(FolderTray, "put_all", slow)
    print_one(desk, "acceptance-notice", accepted[0], tmp_path)
    assert numbers(desk, "acceptance-notice") == [
        ("晋算券受〔2026〕1号", accepted[1]),
        ("晋算券受〔2026〕2号", accepted[0]),
    ]
    assert "晋算券受〔2026〕2号" in text_of(tmp_path / f"acceptance-notice-{accepted[0].replace(':', '-')}.pdf")


def text_of(file):
    with pypdfium2.PdfDocument(file) as document_:
        return "".join(page.get_textpage().get_text_bounded() for page in document_)


def test_a_record_that_changed_while_it_was_drawn_is_not_printed(desk, in_english, tmp_path, monkeypatch):
    number = desk.issued(Money(500_000)).number
    claim = desk.redeemed(number, Money(1_000))
    put = FolderTray.put_all

    def meanwhile(self, *words, **how):
        desk.reverse(claim)
        return put(self, *words, **how)

    monkeypatch.setattr(FolderTray, "put_all", meanwhile)
    with pytest.raises(RulesViolated, match="document_status"):
        print_one(desk, "redemption-sheet", f"redemption:{claim.id}", tmp_path)
    assert list(tmp_path.glob("*.pdf*")) == []
    monkeypatch.setattr(
        FolderTray, "put_all", lambda self, *words, **how: (desk.issued(Money(7)), put(self, *words, **how))[1]
    )
    with pytest.raises(RulesViolated, match="document_changed"):
        print_one(desk, "voucher-ledger", "year:2026", tmp_path)
    assert numbers(desk, "redemption-sheet") == []


def test_a_job_of_documents_that_was_cut_short_is_resumed_with_its_number(desk, accepted, tmp_path, monkeypatch):
    out = tmp_path / "out"
    with monkeypatch.context() as patch:
        patch.setattr(FolderTray, "publish", lambda _self, _waiting: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            print_one(desk, "acceptance-notice", accepted[0], out)
    for waiting in out.iterdir():
        waiting.unlink()
    print_one(desk, "acceptance-notice", accepted[1], out)
    job = reprinting.resume_job(desk.workspace, job_id=1, operator=desk.preparer, request_id=new_request_id())
    assert job.status == "done"
    assert "晋算券受〔2026〕1号" in text_of(out / f"acceptance-notice-{accepted[0].replace(':', '-')}.pdf")
    assert desk.verified() == []


def test_a_job_whose_number_became_void_is_not_resumed(desk, accepted, tmp_path, monkeypatch):
    out = tmp_path / "out"
    with monkeypatch.context() as patch:
        patch.setattr(FolderTray, "publish", lambda _self, _waiting: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            print_one(desk, "acceptance-notice", accepted[0], out)
    for waiting in out.iterdir():
        waiting.unlink()
    document_number.void(
        desk.workspace, number_id=1, reason="写错", operator=desk.preparer, request_id=new_request_id()
    )
    with pytest.raises(RulesViolated, match="number_void"):
        reprinting.resume_job(desk.workspace, job_id=1, operator=desk.preparer, request_id=new_request_id())


def test_a_copy_is_dated_and_signed_as_its_original(desk, in_english, tmp_path):
    print_one(desk, "public-key-page", "key:current", tmp_path)
    desk.on(desk.today + timedelta(days=3))
    facts = gathered(desk, "public-key-page", "key:current", Stamp(2))
    assert facts.fields["published_on"] == desk.today - timedelta(days=3)
    report = gathered(desk, "performance-sheet", "year:2026")
    assert (report.fields["made_on"], report.fields["made_by"]) == (desk.today, "张经办")
