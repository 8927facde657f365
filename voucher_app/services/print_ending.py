"""How a print job ends: finished, resumed after a crash, or given up; what its files show decides, never a guess."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from voucher_app.domain.errors import RulesViolated, Violation, refuse_if_violated
from voucher_app.domain.lifecycle import next_status
from voucher_app.domain.printing import PRINT_STEPS, PrintForm, PrintStatus
from voucher_app.domain.text import LONGEST_REASON, parse_line
from voucher_app.services.ports.errors import StorageError
from voucher_app.services.print_request import folder_named, spool_of
from voucher_app.services.print_stamps import stamps_of
from voucher_app.services.workspace import new_request_id

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from voucher_app.domain.operators import Operator
    from voucher_app.domain.printing import PrintItem, PrintJob
    from voucher_app.services.ports.printing import Waiting
    from voucher_app.services.print_request import Draw
    from voucher_app.services.workspace import Workspace


@dataclass(frozen=True, slots=True)
class CutShort:
    """A job without an end, as its folder shows it; of a printer nothing is known, and all its papers are missing.

    Attributes:
        there: papers whose file has its name; `waiting`: whose file is drawn and waits for it; `missing`: the others,
            which `resume` draws again under the same copy numbers.
    """

    job: PrintJob
    there: int
    waiting: int
    missing: int


def finish(
    workspace: Workspace,
    *,
    job_id: int,
    operator: Operator,
    request_id: str,
    printed: int | None = None,
) -> PrintJob:
    """End a job whose papers are out; one that is done already stays as it is.

    Args:
        workspace: the open workspace.
        job_id: the job.
        operator: who says so.
        request_id: unique per request.
        printed: on a printer, how many papers came out, from the first on; the rest is spoilt. All, when not told.

    Raises:
        NotFound: when there is no such job.
        RulesViolated: `TRANSITION`, for a job that was cancelled; `PRINT`, when files of it are not there.
    """
    facts: dict[str, object] = {"job": job_id, "printed": printed}
    with workspace.unit_of_work("print.finish", operator=operator, request_id=request_id, facts=facts) as work:
        if work.repeats:
            return work.prints.get(work.result[0])
        job = work.prints.get(job_id)
        if job.status is PrintStatus.DONE and printed is None:
            return job
        _step(job, "finish")
        items = work.prints.items_of(job_id)
        if job.form is PrintForm.PRINTER:
            work.prints.spoil([one.id for one in items if printed is not None and one.place > printed])
        else:
            _refuse_unless_there(workspace, job, items)
        work.prints.end(job_id, status=PrintStatus.DONE, ended_by=operator.id)
        work.commit([job_id])
        done = work.prints.get(job_id)
    if job.form is PrintForm.PRINTER:
        _sweep(workspace, job)
    return done


def cancel(
    workspace: Workspace,
    *,
    job_id: int,
    reason: str,
    operator: Operator,
    request_id: str,
    printed: int = 0,
) -> PrintJob:
    """Give a job up that was cut short: papers that are there are printed, the others spoilt.

    Args:
        workspace: the open workspace.
        job_id: the job.
        reason: why.
        operator: who gives it up.
        request_id: unique per request.
        printed: on a printer, how many papers came out, from the first on.

    Raises:
        NotFound: when there is no such job.
        RulesViolated: `TRANSITION`, when it has ended.
        InvalidInput: without a reason.
    """
    reason = parse_line(reason, field="reason", longest=LONGEST_REASON)
    facts: dict[str, object] = {"job": job_id, "reason": reason, "printed": printed}
    with workspace.unit_of_work(
        "print.cancel", operator=operator, request_id=request_id, facts=facts, reason=reason
    ) as work:
        if not work.repeats:
            job = work.prints.get(job_id)
            _step(job, "cancel")
            # What waits is taken away first: a program that is still at it cannot give it a name any more.
            _sweep(workspace, job)
            there = {one.id for one in _there(workspace, job, work.prints.items_of(job_id), printed=printed)}
            work.prints.spoil([one.id for one in work.prints.items_of(job_id) if one.id not in there])
            work.prints.end(job_id, status=PrintStatus.CANCELLED, ended_by=operator.id, note=reason)
            work.commit([job_id])
        return work.prints.get(work.result[0])


def foresee(workspace: Workspace, *, job_id: int, act: str) -> PrintJob:
    """Return a job, or tell why it cannot be finished, resumed or given up; no file is touched, nothing is recorded.

    Raises:
        NotFound: when there is no such job.
        RulesViolated: `TRANSITION`, when it has ended.
    """
    job = workspace.records().prints.get(job_id)
    _step(job, act)
    return job


def cut_short(workspace: Workspace) -> list[CutShort]:
    """Return the jobs that have no end, oldest first, with what became of their papers: what to tell when it opens.

    Nothing is finished by itself: another program may be at it just now, a print is told under somebody's name, and of
    a printer only a person knows.
    """
    records = workspace.records()
    return [_look(workspace, job, records.prints.items_of(job.id)) for job in records.prints.open_jobs()]


def _look(workspace: Workspace, job: PrintJob, items: Sequence[PrintItem]) -> CutShort:
    there, waiting, tray = 0, 0, workspace.tray()
    if job.form is not PrintForm.PRINTER:
        for target, group in _files(workspace, job, items):
            sha256, place = group[0].sha256, group[0].place
            if tray.digest(target) == sha256:
                there += len(group)
            elif tray.find(target=target, staging=job.staging, place=place, sha256=sha256) is not None:
                waiting += len(group)
    return CutShort(job, there=there, waiting=waiting, missing=len(items) - there - waiting)


def resume(
    workspace: Workspace,
    *,
    job_id: int,
    again: Callable[[Sequence[PrintItem]], Draw],
    operator: Operator,
    request_id: str,
) -> PrintJob:
    """Finish a job that was cut short: files that are there stay, what waits gets its name, the rest is drawn anew.

    Args:
        workspace: the open workspace.
        job_id: the job.
        again: draws some items of it once more, under the same copy numbers.
        operator: who resumes.
        request_id: unique per request.

    Raises:
        NotFound: when there is no such job.
        RulesViolated: `TRANSITION`, when it has ended; `PRINT`, for a job on a printer: only a person who looks at the
            paper knows what came out.
        StorageError: `exists`, when something else has the name of a paper.
    """
    records, tray = workspace.records(), workspace.tray()
    job = records.prints.get(job_id)
    _step(job, "resume")
    _refuse_on_a_printer(job)
    waiting: list[Waiting] = []
    missing: list[tuple[Path, list[PrintItem]]] = []
    for target, items in _files(workspace, job, records.prints.items_of(job_id)):
        digest = tray.digest(target)
        if digest == items[0].sha256:
            continue
        found = tray.find(target=target, staging=job.staging, place=items[0].place, sha256=items[0].sha256)
        if found is None and digest is not None:
            raise StorageError("exists", target)
        if found is None:
            missing.append((target, items))
        else:
            waiting.append(found)
    if missing:
        waiting += _drawn_again(workspace, job, missing, again, operator=operator, request_id=request_id)
    publish(workspace, waiting)
    done = finish(workspace, job_id=job_id, operator=operator, request_id=new_request_id())
    _sweep(workspace, job)
    return done


def _drawn_again(
    workspace: Workspace,
    job: PrintJob,
    missing: Sequence[tuple[Path, list[PrintItem]]],
    again: Callable[[Sequence[PrintItem]], Draw],
    *,
    operator: Operator,
    request_id: str,
) -> list[Waiting]:
    """Draw what is missing under the same copy numbers, and record what it looks like now before it gets its names."""
    tray = workspace.tray()
    items = [item for _target, group in missing for item in group]
    draw = again(items)
    contents = draw.files(
        stamps_of(workspace.records(), job, items), job.form is not PrintForm.FOLDER, lambda _done: None
    )
    with folder_named(missing[0][0]):
        targets = [(target, group[0].place) for target, group in missing]
        waiting = tray.put_all(contents, targets=targets, staging=job.staging)
    digests = {one.id: drawn.sha256 for drawn, (_target, group) in zip(waiting, missing, strict=True) for one in group}
    facts: dict[str, object] = {"job": job.id}
    with workspace.unit_of_work("print.resume", operator=operator, request_id=request_id, facts=facts) as work:
        if not work.repeats:
            _step(work.prints.get(job.id), "resume")
            refuse_if_violated(draw.check(work))
            work.prints.redraw(digests)
            work.commit([job.id])
    return waiting


def pages_of(workspace: Workspace, *, job_id: int, again: Callable[[Sequence[PrintItem]], Draw]) -> Path:
    """Return the file with the pages of a job on a printer, as it was registered, to be spooled from some page on.

    Raises:
        RulesViolated: `TRANSITION`, when the job has ended.
        StorageError: `print_changed`, when its papers would look different now; cancel it, and print them again.
    """
    records, tray = workspace.records(), workspace.tray()
    job = records.prints.get(job_id)
    _step(job, "resume")
    assert job.form is PrintForm.PRINTER, "files are resumed, not spooled"
    items, target = records.prints.items_of(job_id), spool_of(workspace, job.staging)
    found = tray.find(target=target, staging=job.staging, place=1, sha256=items[0].sha256)
    if found is None:
        contents = again(items).files(stamps_of(records, job, items), True, lambda _done: None)  # noqa: FBT003 - one file
        (found,) = tray.put_all(contents, targets=[(target, 1)], staging=job.staging)
        if found.sha256 != items[0].sha256:
            tray.discard([found])
            raise StorageError("print_changed", target)
    return found.part


# ------------------------------------------------------------------------------------------- files


def _step(job: PrintJob, act: str) -> None:
    next_status(PRINT_STEPS, noun="print", status=job.status, act=act, subject=str(job.id))


def _refuse_on_a_printer(job: PrintJob) -> None:
    if job.form is PrintForm.PRINTER:
        raise RulesViolated(
            [Violation("PRINT", "paper_decides", found=job.form.value, allowed="a file", subject=str(job.id))]
        )


def files_of(workspace: Workspace, job: PrintJob) -> list[Path]:
    """Return the files of a job, in order."""
    return [file for file, _papers in _files(workspace, job, workspace.records().prints.items_of(job.id))]


def _files(workspace: Workspace, job: PrintJob, items: Sequence[PrintItem]) -> list[tuple[Path, list[PrintItem]]]:
    """Return each file of a job with the papers in it."""
    if job.form is PrintForm.FOLDER:
        return [(Path(job.target) / one.file_name, [one]) for one in items]
    return [(Path(job.target) if job.form is PrintForm.FILE else spool_of(workspace, job.staging), list(items))]


def _there(workspace: Workspace, job: PrintJob, items: Sequence[PrintItem], *, printed: int) -> list[PrintItem]:
    """Return the papers that are out: by what a person saw, or by the digests of the files."""
    if job.form is PrintForm.PRINTER:
        return [one for one in items if one.place <= printed]
    tray = workspace.tray()
    return [
        item
        for target, group in _files(workspace, job, items)
        if tray.digest(target) == group[0].sha256
        for item in group
    ]


def _refuse_unless_there(workspace: Workspace, job: PrintJob, items: Sequence[PrintItem]) -> None:
    """Refuse to call a job done while one of its files is not there under its name."""
    for target, _group in _files(workspace, job, items):
        if not target.exists():
            raise RulesViolated(
                [Violation("PRINT", "paper_missing", found=target.name, allowed="the file", subject=str(job.id))]
            )


def publish(workspace: Workspace, waiting: Sequence[Waiting]) -> None:
    """Give the files of a registered job their names.

    Raises:
        StorageError: `output`; the job then waits to be resumed.
    """
    if waiting:
        with folder_named(waiting[0].target):
            workspace.tray().publish(waiting)


def _sweep(workspace: Workspace, job: PrintJob) -> None:
    """Take away what still waits for a job."""
    if job.form is PrintForm.FOLDER:
        folder = Path(job.target)
    else:
        folder = Path(job.target).parent if job.form is PrintForm.FILE else workspace.data_file.path.parent
    workspace.tray().sweep(folder, job.staging)
