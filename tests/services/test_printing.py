"""Printing as a recorded act: copies are counted, a crash is made good, nothing is printed unregistered."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pypdfium2
import pytest

from voucher_app.domain.errors import InvalidInput, NotFound, RulesViolated
from voucher_app.domain.money import Money
from voucher_app.i18n import CHINESE, ENGLISH, speaking
from voucher_app.printing.tray import FolderTray
from voucher_app.services import certificate, office_key, print_ending, printing, reprinting
from voucher_app.services.papers import MissingGlyph
from voucher_app.services.ports.errors import StorageError
from voucher_app.services.print_request import Request
from voucher_app.services.queries.lists import ListFilter
from voucher_app.services.wording.printing import cut_short_words
from voucher_app.services.workspace import new_request_id


@pytest.fixture
def numbers(desk, in_english):
    return [str(desk.issued(Money.yuan(100 + place), holder=place).number) for place in range(3)]


@pytest.fixture
def out(tmp_path):
    return tmp_path / "out"


def request(desk, reason="", request_id=""):
    return Request(desk.preparer, request_id or new_request_id(), reason)


def print_each(desk, numbers, folder, reason="", **how):
    asked = request(desk, reason, how.pop("request_id", ""))
    return certificate.print_separately(desk.workspace, numbers=numbers, folder=folder, request=asked, **how)


def print_one(desk, numbers, file, reason="", **how):
    return certificate.print_together(desk.workspace, numbers=numbers, file=file, request=request(desk, reason), **how)


def papers(desk, job):
    return desk.queries.print_job(job.id).papers


def text_of(file):
    with pypdfium2.PdfDocument(file) as document:
        return "".join(page.get_textpage().get_text_bounded() for page in document)


def listing(folder):
    return sorted(file.name for file in folder.iterdir()) if folder.exists() else []


def agrees(desk, folder):
    """Demand that register and folder say the same: every file is done with its digest, and nothing else is."""
    found = {}
    for row in desk.queries.prints(ListFilter(sort="id")).rows(0, 1000):
        for one in desk.queries.print_job(row.id).papers:
            assert one.state in {"done", "spoilt"}
            if one.state == "done":
                found[one.file_name] = one.sha256
    assert found == {file.name: hashlib.sha256(file.read_bytes()).hexdigest() for file in folder.iterdir()}
    assert desk.verified() == []


def refused(*codes):
    return pytest.raises(RulesViolated, match=" ".join(codes))


# ------------------------------------------------------------------------------------------- copies


def test_a_first_print_needs_no_reason_and_stands_in_the_register(desk, numbers, out):
    job = print_each(desk, numbers, out)
    assert (job.status, job.form, job.target, job.items) == ("done", "folder", str(out), 3)
    rows = papers(desk, job)
    assert [(one.title, one.copy, one.reason, one.state) for one in rows] == [(one, 1, "", "done") for one in numbers]
    assert [one.file_name for one in rows] == [f"{number}.pdf" for number in numbers]
    agrees(desk, out)
    assert "次打印" not in text_of(out / f"{numbers[0]}.pdf")


def test_another_print_needs_a_reason_and_says_which_it_is(desk, numbers, out):
    print_each(desk, numbers[:1], out)
    with refused("PRINT printed_already"):
        print_each(desk, numbers[:1], out)
    with refused("PRINT printed_already"):
        print_one(desk, numbers, out / "all.pdf", "  ")
    again = print_each(desk, numbers[:1], out, "原件遗失")
    third = print_one(desk, numbers[:2], out / "all.pdf", "盖章不清")
    assert [(one.copy, one.reason) for one in papers(desk, again)] == [(2, "原件遗失")]
    assert [(one.copy, one.reason) for one in papers(desk, third)] == [(3, "盖章不清"), (1, "")]
    assert listing(out) == sorted([
        f"{numbers[0]}.pdf", f"{numbers[0]}.第2次打印.pdf", "all.第3次打印.pdf",
    ])  # fmt: skip
    assert text_of(out / f"{numbers[0]}.第2次打印.pdf").count("第2次打印") == 2, "on the certificate and on its stub"
    assert text_of(out / "all.第3次打印.pdf").count("第3次打印") == 2, "the other one is a first print"
    agrees(desk, out)
    prints = desk.queries.copies("certificate", papers(desk, again)[0].subject)
    assert [(one.copy, one.state) for one in prints] == [(3, "done"), (2, "done"), (1, "done")]


def test_a_file_that_is_there_is_never_replaced_unless_the_person_agreed(desk, numbers, out):
    out.mkdir()
    (out / f"{numbers[1]}.pdf").write_text("mine", encoding="utf-8")
    with pytest.raises(StorageError) as taken:
        print_each(desk, numbers, out)
    assert taken.value.code == "exists"
    assert listing(out) == [f"{numbers[1]}.pdf"]
    print_one(desk, numbers[:1], out / f"{numbers[1]}.pdf", replaces=True)
    assert (out / f"{numbers[1]}.pdf").read_bytes().startswith(b"%PDF")
    agrees(desk, out)


def test_a_repeated_request_prints_nothing_more(desk, numbers, out):
    first = print_each(desk, numbers, out, request_id="once")
    before = {file.name: file.stat().st_mtime_ns for file in out.iterdir()}
    assert print_each(desk, numbers, out, request_id="once") == first
    assert {file.name: file.stat().st_mtime_ns for file in out.iterdir()} == before
    with pytest.raises(InvalidInput, match="request_reused"):
        print_each(desk, numbers[:1], out, request_id="once")


def test_a_paper_that_cannot_be_drawn_is_registered_by_nobody(desk, numbers, out, monkeypatch):
    facts_of = certificate.facts_of

    def with_a_rare_name(workspace, titles, copies=()):
        import dataclasses

        return [dataclasses.replace(one, recipient_name="\U00030ede") for one in facts_of(workspace, titles, copies)]

    monkeypatch.setattr(certificate, "facts_of", with_a_rare_name)
    with pytest.raises(MissingGlyph):
        print_each(desk, numbers, out)
    assert listing(out) == []
    assert desk.queries.prints(ListFilter(sort="id")).count() == 0


def test_a_voucher_that_ended_while_its_paper_was_drawn_is_not_printed(desk, numbers, out):
    def ends_meanwhile(done, _total):
        if done == 3:
            desk.end("void", numbers[2])
        return True

    with refused("TRANSITION certificate_ended"):
        print_each(desk, numbers, out, progress=ends_meanwhile)
    assert listing(out) == []


def test_the_auditor_prints_nothing(desk, numbers, out):
    with refused("ROLE role_may_not_act"):
        certificate.print_separately(
            desk.workspace, numbers=numbers, folder=out, request=Request(desk.auditor, new_request_id())
        )
    assert listing(out) == []


# ------------------------------------------------------------------------------------------- progress and cancel


@pytest.mark.parametrize("together", [False, True])
def test_progress_is_told_and_a_cancelled_batch_leaves_nothing(desk, numbers, out, together):
    seen = []

    def until(last):
        def told(done, total):
            seen.append((done, total))
            return done < last

        return told

    def run(progress):
        if together:
            return print_one(desk, numbers, out / "all.pdf", progress=progress)
        return print_each(desk, numbers, out, progress=progress)

    assert run(until(2)) is None
    assert seen == [(1, 3), (2, 3)]
    assert listing(out) == []
    assert desk.queries.prints(ListFilter(sort="id")).count() == 0
    assert run(until(99)).status == "done"
    assert [one.copy for one in papers(desk, desk.workspace.records().prints.get(1))] == [1, 1, 1]


# ------------------------------------------------------------------------------------------- two programs


def test_two_programs_never_give_the_same_copy_number(desk, numbers, out, tmp_path):
    """Another program prints the same voucher while this one draws: the paper is drawn anew, as the second copy."""
    other = []

    def meanwhile(_done, _total):
        if not other:
            other.append(print_each(desk, numbers[:1], tmp_path / "other", "另一处同时打印"))
        return True

    job = print_each(desk, numbers[:1], out, "补发", progress=meanwhile)
    assert [one.copy for one in papers(desk, other[0])] == [1]
    assert [(one.copy, one.reason) for one in papers(desk, job)] == [(2, "补发")]
    assert listing(out) == [f"{numbers[0]}.第2次打印.pdf"]
    assert text_of(next(out.iterdir())).count("第2次打印") == 2


def test_who_comes_second_without_a_reason_is_asked_for_one(desk, numbers, out, tmp_path):
    other = []

    def meanwhile(_done, _total):
        if not other:
            other.append(print_each(desk, numbers[:1], tmp_path / "other"))
        return True

    with refused("PRINT printed_already"):
        print_each(desk, numbers[:1], out, progress=meanwhile)
    assert listing(out) == []


# ------------------------------------------------------------------------------------------- cut short


class CutError(BaseException):
    """Stands for the power going off: nothing is handled any more."""


def cut_short(desk, numbers, out, monkeypatch, *, published):
    """Print, and die after so many files got their names; return the job."""
    publish = FolderTray.publish

    def dies(self, waiting):
        publish(self, waiting[:published])
        raise CutError

    with monkeypatch.context() as patch:
        patch.setattr(FolderTray, "publish", dies)
        with pytest.raises(CutError):
            print_each(desk, numbers, out, request_id="cut")
    (job,) = desk.workspace.records().prints.open_jobs()
    assert (job.status, len([name for name in listing(out) if name.endswith(".pdf")])) == ("begun", published)
    return job


def resume(desk, job):
    return reprinting.resume_job(desk.workspace, job_id=job.id, operator=desk.preparer, request_id=new_request_id())


@pytest.mark.parametrize("published", [0, 1, 3])
def test_a_job_that_was_cut_short_is_finished_as_it_was_meant(desk, numbers, out, monkeypatch, published):
    job = cut_short(desk, numbers, out, monkeypatch, published=published)
    assert [one.state for one in papers(desk, job)] == ["begun"] * 3
    assert resume(desk, job).status == "done"
    agrees(desk, out)
    with refused("TRANSITION step_not_open"):
        resume(desk, job)


def test_jobs_without_an_end_are_told_with_what_became_of_their_papers(desk, numbers, out, monkeypatch):
    """Whoever opens the office next hears of them; telling changes nothing."""
    assert print_ending.cut_short(desk.workspace) == []
    job = cut_short(desk, numbers, out, monkeypatch, published=1)
    for part in sorted(out.glob(".*.part"))[:1]:
        part.unlink()
    printer, _pages = printing.begin_on_printer(
        desk.workspace, certificate.draw_of(desk.workspace, numbers[:1]), printer="HP", request=request(desk, "x")
    )
    before = desk.queries.journal_head()
    told = print_ending.cut_short(desk.workspace)
    assert [(one.job.id, one.there, one.waiting, one.missing) for one in told] == [
        (job.id, 1, 1, 1), (printer.id, 0, 0, 1),
    ]  # fmt: skip
    for language in (CHINESE, ENGLISH):
        with speaking(language):
            first, second = map(cut_short_words, told)
        assert str(out) in first
        assert "--printed" in second
    assert desk.queries.journal_head() == before
    (waiting,) = [one for one in desk.queries.waiting(2026, desk.preparer.id) if one.noun == "print"]
    assert (waiting.status, waiting.count, waiting.decidable) == ("begun", 2, 2)
    resume(desk, job)
    assert [one.job.id for one in print_ending.cut_short(desk.workspace)] == [printer.id]


def test_the_same_request_again_finishes_it_too(desk, numbers, out, monkeypatch):
    job = cut_short(desk, numbers, out, monkeypatch, published=1)
    done = print_each(desk, numbers, out, request_id="cut")
    assert (done.id, done.status) == (job.id, "done")
    agrees(desk, out)


def test_what_is_lost_is_drawn_again_under_the_same_copy_number(desk, numbers, out, monkeypatch):
    print_each(desk, numbers[:1], out.with_name("first"))
    with pytest.raises(RulesViolated):
        cut_short(desk, numbers, out, monkeypatch, published=0)
    job = cut_short(desk, numbers[1:], out, monkeypatch, published=1)
    for part in out.glob(".*.part"):
        part.unlink()
    assert resume(desk, job).status == "done"
    assert [(one.title, one.copy) for one in papers(desk, job)] == [(numbers[1], 1), (numbers[2], 1)]
    agrees_with = {one.file_name: one.sha256 for one in papers(desk, job)}
    assert {file.name: FolderTray().digest(file) for file in out.iterdir()} == agrees_with
    assert desk.verified() == []


def test_a_paper_that_looks_different_now_is_registered_as_it_is_drawn(desk, numbers, out, monkeypatch):
    """The key was changed in between, and the waiting files are gone: the register takes the new digests first."""
    job = cut_short(desk, numbers, out, monkeypatch, published=1)
    before = [one.sha256 for one in papers(desk, job)]
    for part in out.glob(".*.part"):
        part.unlink()
    office_key.new_key(desk.workspace, reason="更换", operator=desk.preparer, request_id=new_request_id())
    resume(desk, job)
    after = [one.sha256 for one in papers(desk, job)]
    assert after[0] == before[0]
    assert set(after[1:]).isdisjoint(before)
    agrees(desk, out)


def test_something_else_under_a_papers_name_is_told_and_left_alone(desk, numbers, out, monkeypatch):
    job = cut_short(desk, numbers, out, monkeypatch, published=1)
    for part in out.glob(".*.part"):
        part.unlink()
    (out / f"{numbers[1]}.pdf").write_text("mine", encoding="utf-8")
    with pytest.raises(StorageError) as taken:
        resume(desk, job)
    assert taken.value.code == "exists"
    assert (out / f"{numbers[1]}.pdf").read_text(encoding="utf-8") == "mine"


@pytest.mark.parametrize("published", [0, 2, 3])
def test_a_job_that_is_given_up_keeps_what_came_out(desk, numbers, out, monkeypatch, published):
    job = cut_short(desk, numbers, out, monkeypatch, published=published)
    ended = print_ending.cancel(
        desk.workspace, job_id=job.id, reason="不再需要", operator=desk.preparer, request_id="give-up"
    )
    assert (ended.status, ended.note) == ("cancelled", "不再需要")
    assert [one.state for one in papers(desk, job)] == ["done"] * published + ["spoilt"] * (3 - published)
    if out.exists():
        agrees(desk, out)
    again = print_ending.cancel(
        desk.workspace, job_id=job.id, reason="不再需要", operator=desk.preparer, request_id="give-up"
    )
    assert again == ended
    with refused("TRANSITION step_not_open"):
        resume(desk, job)
    job = print_each(desk, numbers, out.with_name("again"), "重新打印")
    assert [one.copy for one in papers(desk, job)] == [2, 2, 2], "a spoilt copy has used its number up"


def test_a_program_that_is_still_at_it_prints_nothing_of_a_job_that_was_given_up(desk, numbers, out, monkeypatch):
    publish = FolderTray.publish

    def given_up_meanwhile(self, waiting):
        publish(self, waiting[:1])
        (job,) = desk.workspace.records().prints.open_jobs()
        print_ending.cancel(desk.workspace, job_id=job.id, reason="停", operator=desk.reviewer, request_id="stop")
        publish(self, waiting)

    monkeypatch.setattr(FolderTray, "publish", given_up_meanwhile)
    with pytest.raises(StorageError) as failed:
        print_each(desk, numbers, out)
    assert failed.value.code == "output"
    assert [one.state for one in papers(desk, desk.workspace.records().prints.get(1))] == ["done", "spoilt", "spoilt"]
    agrees(desk, out)


def test_a_disk_that_is_full_registers_nothing(desk, numbers, out, monkeypatch):
    from voucher_app.printing import atomic

    monkeypatch.setattr(atomic.os, "fsync", lambda _handle: (_ for _ in ()).throw(OSError(28, "No space left")))
    with pytest.raises(StorageError) as full:
        print_each(desk, numbers, out)
    assert full.value.code == "output"
    assert listing(out) == []
    assert desk.queries.prints(ListFilter(sort="id")).count() == 0


def test_a_job_is_not_called_done_while_a_file_of_it_is_missing(desk, numbers, out, monkeypatch):
    job = cut_short(desk, numbers, out, monkeypatch, published=1)
    with refused("PRINT paper_missing"):
        print_ending.finish(desk.workspace, job_id=job.id, operator=desk.preparer, request_id=new_request_id())
    with pytest.raises(NotFound):
        print_ending.finish(desk.workspace, job_id=99, operator=desk.preparer, request_id=new_request_id())


# ------------------------------------------------------------------------------------------- printers


def on_printer(desk, numbers, request_id="printer"):
    draw = certificate.draw_of(desk.workspace, numbers)
    asked = request(desk, request_id=request_id)
    return printing.begin_on_printer(desk.workspace, draw, printer="柜台打印机", request=asked)


def test_a_printer_gets_the_registered_pages_and_a_person_tells_how_many_came_out(desk, numbers):
    job, pages = on_printer(desk, numbers)
    assert (job.form, job.target, job.status) == ("printer", "柜台打印机", "begun")
    assert {one.sha256 for one in papers(desk, job)} == {FolderTray().digest(pages)}
    with pypdfium2.PdfDocument(pages) as document:
        assert len(document) == 3
    with refused("PRINT paper_decides"):
        resume(desk, job)
    done = print_ending.finish(
        desk.workspace, job_id=job.id, printed=2, operator=desk.preparer, request_id=new_request_id()
    )
    assert done.status == "done"
    assert [one.state for one in papers(desk, job)] == ["done", "done", "spoilt"]
    assert not pages.exists(), "what was spooled is not left beside the data file"
    assert desk.verified() == []


def test_a_printer_job_goes_on_at_page_n_under_the_same_copy_numbers(desk, numbers):
    job, pages = on_printer(desk, numbers)
    content = pages.read_bytes()
    assert on_printer(desk, numbers) == (job, pages), "asked again under the same request"
    pages.unlink()
    again = reprinting.pages_of_job(desk.workspace, job_id=job.id)
    assert again.read_bytes() == content
    again.unlink()
    office_key.new_key(desk.workspace, reason="更换", operator=desk.preparer, request_id=new_request_id())
    with pytest.raises(StorageError) as changed:
        reprinting.pages_of_job(desk.workspace, job_id=job.id)
    assert changed.value.code == "print_changed"
    ended = print_ending.cancel(
        desk.workspace, job_id=job.id, printed=1, reason="卡纸", operator=desk.preparer, request_id=new_request_id()
    )
    assert [one.state for one in papers(desk, ended)] == ["done", "spoilt", "spoilt"]
    assert not list(Path(desk.path.parent).glob(".*.part"))


# ------------------------------------------------------------------------------------------- lists


def test_jobs_are_found_by_state_number_title_and_place(desk, numbers, out, monkeypatch):
    print_each(desk, numbers[:1], out.with_name("first"))
    cut_short(desk, numbers[1:], out, monkeypatch, published=0)

    def found(**chosen):
        source = desk.queries.prints(ListFilter(sort="id", descending=False, **chosen))
        return [row.id for row in source.rows(0, source.count())]

    assert found() == [1, 2]
    assert found(statuses=("begun",)) == [2]
    assert found(text="#1") == [1]
    assert found(text=numbers[2]) == [2]
    assert found(text="first") == [1]
    assert found(text="nowhere") == []
    row = desk.queries.prints(ListFilter(sort="id", text="#2")).rows(0, 1)[0]
    assert (row.first, row.items, row.prepared_by) == (numbers[1], 2, "张经办")
