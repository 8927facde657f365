"""Printing (打印) as a recorded act: a crash at any moment neither loses a print nor invents one.

The files of a job are drawn first, whole and on the disk, under names that nobody looks at. Then one act draws the copy
numbers under the write lock, and the document numbers of papers that have none yet, and records each file's digest;
only then the files get their names, and a second act ends the job. So whatever a crash leaves, the register tells what
was meant: before the first act nothing was printed, and after it each file is either there, with its digest, or waits
to be given its name, or is drawn again under the same copy number. A number that another program drew meanwhile is
found out under the lock, and the papers are drawn anew.
"""

from __future__ import annotations

import secrets
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

from voucher_app.domain.errors import refuse_if_violated
from voucher_app.domain.printing import PrintForm, PrintStatus, copy_has_its_reason
from voucher_app.domain.text import LONGEST_REASON, parse_line
from voucher_app.services.ports.errors import StorageError
from voucher_app.services.ports.printing import NewItem
from voucher_app.services.print_ending import finish, pages_of, publish, resume
from voucher_app.services.print_request import Destination, Stopped, folder_named, spool_of
from voucher_app.services.print_stamps import draw_numbers, next_stamps
from voucher_app.services.workspace import new_request_id

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from voucher_app.domain.printing import PrintJob
    from voucher_app.services.ports.printing import Waiting
    from voucher_app.services.ports.unit_of_work import UnitOfWork
    from voucher_app.services.print_request import Draw, Paper, Request, Stamp
    from voucher_app.services.workspace import Workspace

_STAGING_BYTES: Final = 8


def print_papers(
    workspace: Workspace,
    draw: Draw,
    *,
    to: Destination,
    request: Request,
    progress: Callable[[int, int], bool] | None = None,
) -> PrintJob | None:
    """Print papers into files; return the job, or None when the person cancelled and nothing was printed.

    Args:
        workspace: the open workspace.
        draw: what is printed, and how.
        to: where to.
        request: who prints; repeated, it prints nothing more, but finishes what a crash cut short. Its reason is needed
            from the second copy on.
        progress: called with how many of how many papers are drawn; returns whether to go on.

    Raises:
        RulesViolated: `PRINT`, for each paper that was printed before and has no reason; what `check` says.
        MissingGlyph, InvalidInput: for what cannot be drawn; nothing is registered then.
        StorageError: `exists`, `output`, or what the system says.
    """
    assert to.form is not PrintForm.PRINTER, "a printer gets its pages by `begin_on_printer`"
    begun = _begun(workspace, draw, to, request, progress)
    if begun is None:
        return None
    job, waiting = begun
    if job.status is not PrintStatus.BEGUN:
        return job
    if not waiting:
        return resume(
            workspace, job_id=job.id, again=draw.again, operator=request.operator, request_id=new_request_id()
        )
    publish(workspace, waiting)
    return finish(workspace, job_id=job.id, operator=request.operator, request_id=new_request_id())


def begin_on_printer(workspace: Workspace, draw: Draw, *, printer: str, request: Request) -> tuple[PrintJob, Path]:
    """Register papers that go to a printer; return the job and the file of their pages, which the caller spools.

    Afterwards `finish` tells how many came out. After a crash a person looks at the paper and says it.

    Raises:
        RulesViolated, MissingGlyph, InvalidInput, StorageError: as `print_papers`.
    """
    to = Destination(PrintForm.PRINTER, parse_line(printer, field="printer"))
    begun = _begun(workspace, draw, to, request, None)
    assert begun is not None, "only a person who is told of the progress cancels"
    job, waiting = begun
    return job, waiting[0].part if waiting else pages_of(workspace, job_id=job.id, again=draw.again)


def preview(workspace: Workspace, draw: Draw, *, file: Path) -> list[int]:
    """Draw papers as they would be printed next, into a file nobody keeps; return which copy each would be.

    Raises:
        RulesViolated: what stands against printing them.
        MissingGlyph, InvalidInput, StorageError: as `print_papers`.
    """
    records = workspace.records()
    refuse_if_violated(draw.check(records))
    stamps = next_stamps(records, draw.papers)
    (content,) = draw.files(stamps, True, lambda _done: None)  # noqa: FBT003 - one file
    with folder_named(file):
        file.write_bytes(content)
    return [one.copy for one in stamps]


def _begun(
    workspace: Workspace,
    draw: Draw,
    to: Destination,
    request: Request,
    progress: Callable[[int, int], bool] | None,
) -> tuple[PrintJob, list[Waiting]] | None:
    """Draw papers and register them; return the job and the files that wait for their names.

    A job of an earlier call under the same request comes without files; None: the person cancelled.
    """
    assert workspace.rehearsed is None, "paper is printed or not, there is no rehearsal of it"
    papers = draw.papers
    assert papers, "a job has a paper at least"
    assert len({(one.kind, one.subject) for one in papers}) == len(papers), "a job has each paper once"
    reason = parse_line(request.reason, field="reason", longest=LONGEST_REASON, required=False)
    request = replace(request, reason=reason)
    with _act(workspace, draw, to, request) as work:
        if work.repeats:
            return work.prints.get(work.result[0]), []
    while True:
        stamps = next_stamps(workspace.records(), papers)
        _refuse_without_reason(papers, stamps, request.reason)
        staging = secrets.token_hex(_STAGING_BYTES)
        try:
            waiting = _staged(workspace, draw, to, stamps, staging, progress)
        except Stopped:
            return None
        job = _registered(workspace, draw, to, request, stamps=stamps, staging=staging, waiting=waiting)
        if job is not None:
            return job, waiting if job.staging == staging else []


def _act(workspace: Workspace, draw: Draw, to: Destination, request: Request) -> UnitOfWork:
    facts: dict[str, object] = {
        "papers": [[one.kind, one.subject] for one in draw.papers],
        "form": to.form.value,
        "target": to.target,
        "reason": request.reason,
    }
    return workspace.unit_of_work(
        "print.begin", operator=request.operator, request_id=request.request_id, facts=facts, reason=request.reason
    )


def _refuse_without_reason(papers: Sequence[Paper], stamps: Sequence[Stamp], reason: str) -> None:
    found = [
        copy_has_its_reason(title=paper.title, copy=stamp.copy, reason=reason)
        for paper, stamp in zip(papers, stamps, strict=True)
    ]
    refuse_if_violated([violation for violation in found if violation])


def _file_name(stem: str, copy: int) -> str:
    """Return the name of a file; each copy has its own, so that none takes another's place."""
    return f"{stem}.pdf" if copy == 1 else f"{stem}.第{copy}次打印.pdf"


def _targets(workspace: Workspace, draw: Draw, to: Destination, stamps: Sequence[Stamp], staging: str) -> list[Path]:
    """Return where each file will be; on a printer, beside what its pages wait in the data file's folder."""
    if to.form is PrintForm.FOLDER:
        return [
            Path(to.target) / _file_name(one.stem, stamp.copy) for one, stamp in zip(draw.papers, stamps, strict=True)
        ]
    if to.form is PrintForm.PRINTER:
        return [spool_of(workspace, staging)]
    file = Path(to.target)
    return [file if to.replaces else file.with_name(_file_name(file.stem, max(stamp.copy for stamp in stamps)))]


def _staged(
    workspace: Workspace,
    draw: Draw,
    to: Destination,
    stamps: Sequence[Stamp],
    staging: str,
    progress: Callable[[int, int], bool] | None,
) -> list[Waiting]:
    """Draw every file and leave it beside its target.

    Raises:
        Stopped: when the person cancelled; then, and after any other failure, nothing is left there.
    """
    tray, total = workspace.tray(), len(draw.papers)
    targets = _targets(workspace, draw, to, stamps, staging)
    _refuse_taken(to, targets)

    def told(done: int) -> None:
        if progress is not None and not progress(done, total):
            raise Stopped

    files = draw.files(stamps, to.form is not PrintForm.FOLDER, told)
    numbered = [(target, place) for place, target in enumerate(targets, start=1)]
    with folder_named(targets[0]):
        return tray.put_all(files, targets=numbered, staging=staging)


def _refuse_taken(to: Destination, targets: Sequence[Path]) -> None:
    if to.replaces or to.form is PrintForm.PRINTER:
        return
    for target in targets:
        if target.exists():
            raise StorageError("exists", target)


def _registered(
    workspace: Workspace,
    draw: Draw,
    to: Destination,
    request: Request,
    *,
    stamps: Sequence[Stamp],
    staging: str,
    waiting: Sequence[Waiting],
) -> PrintJob | None:
    """Draw copy and document numbers and record the job; None when another program drew one of them meanwhile.

    The files are taken away again unless they were registered, or nobody knows whether they were.
    """
    keep = False
    try:
        with _act(workspace, draw, to, request) as work:
            if work.repeats:
                return work.prints.get(work.result[0])  # another program was asked the same, and was faster
            if next_stamps(work, draw.papers) != stamps:
                return None
            refuse_if_violated(draw.check(work))
            _refuse_taken(to, [one.target for one in waiting])
            draw_numbers(work, draw.papers, stamps, operator=request.operator)
            key = work.prints.begin(
                form=to.form,
                target=str(waiting[0].target) if to.form is PrintForm.FILE else to.target,
                staging=staging,
                items=_items(draw, to, stamps, request.reason, waiting),
                begun_seq=work.seq,
                prepared_by=request.operator.id,
            )
            if len(draw.papers) == 1:
                work.about(draw.papers[0].subject)
            work.commit([key])
            keep = True
            return work.prints.get(key)
    except StorageError as error:
        keep = error.code == "commit_unknown"
        raise
    finally:
        if not keep:
            workspace.tray().discard(waiting)


def _items(
    draw: Draw, to: Destination, stamps: Sequence[Stamp], reason: str, waiting: Sequence[Waiting]
) -> list[NewItem]:
    several = to.form is PrintForm.FOLDER
    return [
        NewItem(
            kind=paper.kind,
            subject=paper.subject,
            title=paper.title,
            copy=stamp.copy,
            reason=reason if stamp.copy > 1 else "",
            sha256=waiting[place if several else 0].sha256,
            file_name="" if to.form is PrintForm.PRINTER else waiting[place if several else 0].target.name,
        )
        for place, (paper, stamp) in enumerate(zip(draw.papers, stamps, strict=True))
    ]
