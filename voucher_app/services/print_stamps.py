"""What the registers stamp on papers: copy and document number, foretold while they are drawn, kept once registered."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from voucher_app.domain.document_number import DocumentNumber, number_is_live
from voucher_app.domain.errors import refuse_if_violated
from voucher_app.services.print_request import Stamp

if TYPE_CHECKING:
    from collections.abc import Sequence

    from voucher_app.domain.operators import Operator
    from voucher_app.domain.printing import PrintItem, PrintJob
    from voucher_app.services.ports.unit_of_work import Records, UnitOfWork
    from voucher_app.services.print_request import Paper


def next_stamps(records: Records, papers: Sequence[Paper]) -> list[Stamp]:
    """Return what would stand on each paper, were it printed now: its copy, and the number it has or would be given."""
    printed = {
        kind: records.prints.copies(kind, [one.subject for one in papers if one.kind == kind])
        for kind in {one.kind for one in papers}
    }
    numbered = [one for one in papers if one.prefix]
    live = {
        kind: records.document_numbers.live(kind, [one.subject for one in numbered if one.kind == kind])
        for kind in {one.kind for one in numbered}
    }
    given: Counter[str] = Counter()
    stamps = []
    for one in papers:
        number = ""
        if one.prefix and one.subject in live[one.kind]:
            number = str(live[one.kind][one.subject])
        elif one.prefix:
            year = records.today.year
            sequence = records.document_numbers.next_sequence(one.kind, year) + given[one.kind]
            given[one.kind] += 1
            number = DocumentNumber.written(one.prefix, year, sequence)
        stamps.append(Stamp(printed[one.kind][one.subject] + 1, number))
    return stamps


def draw_numbers(work: UnitOfWork, papers: Sequence[Paper], stamps: Sequence[Stamp], *, operator: Operator) -> None:
    """Give each paper that needs one its number, in order, in the act that registers its print."""
    for paper, stamp in zip(papers, stamps, strict=True):
        if not paper.prefix or work.document_numbers.find(paper.kind, paper.subject) is not None:
            continue
        key = work.document_numbers.draw(
            kind=paper.kind,
            prefix=paper.prefix,
            subject=paper.subject,
            title=paper.title,
            drawn_seq=work.seq,
            prepared_by=operator.id,
        )
        assert str(work.document_numbers.get(key)) == stamp.document_number, "what was drawn is what was foretold"


def stamps_of(records: Records, job: PrintJob, items: Sequence[PrintItem]) -> list[Stamp]:
    """Return what stands on papers of a job, for drawing them again: the numbers that their documents had then.

    Raises:
        RulesViolated: `NUMBER`, when a number was made void since; cancel the job, and print its papers anew.
    """
    stamps = []
    for item in items:
        number = records.document_numbers.at(item.kind, item.subject, seq=job.begun_seq)
        refusal = number_is_live(number) if number is not None else None
        refuse_if_violated([refusal] if refusal else [])
        stamps.append(Stamp(item.copy, str(number) if number is not None else ""))
    return stamps
