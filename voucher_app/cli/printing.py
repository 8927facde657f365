"""`print`: the register of prints, and jobs that a crash cut short."""

from __future__ import annotations

from typing import TYPE_CHECKING

from voucher_app.cli.command import REASON, Command, Result, argument, positive_number, whole_number
from voucher_app.cli.documents import Day, document_of, table
from voucher_app.domain.printing import PrintStatus
from voucher_app.i18n import _
from voucher_app.services import print_ending, reprinting
from voucher_app.services.queries.lists import ListFilter
from voucher_app.services.wording.names import status_name
from voucher_app.services.wording.printing import copy_words, cut_short_words, state_name

if TYPE_CHECKING:
    from voucher_app.cli.command import Call
    from voucher_app.domain.printing import PrintJob


def _result(call: Call, job: PrintJob) -> Result:
    document = document_of(call.workspace.queries.print_job(job.id))
    line = f"{job.id} · {status_name('print', job.status)} · {job.target}"
    return Result({**document.pop("job"), **document}, [line])


def _list(call: Call) -> Result:
    given = call.arguments
    source = call.workspace.queries.prints(
        ListFilter(text=given.text, statuses=(given.status,) if given.status else (), sort="id", descending=False)
    )
    rows = source.rows(0, source.count())
    head = ["id", _("papers"), _("first paper"), _("where to"), Day(_("begun on")), _("by"), _("status")]
    lines = [
        [
            str(row.id),
            str(row.items),
            row.first,
            row.target,
            row.begun_on,
            row.prepared_by,
            status_name("print", row.status),
        ]
        for row in rows
    ]
    open_jobs = print_ending.cut_short(call.workspace)
    told = [
        {"job": one.job.id, "there": one.there, "waiting": one.waiting, "missing": one.missing} for one in open_jobs
    ]
    said = table(head, lines)
    said += map(cut_short_words, open_jobs)
    return Result({"prints": document_of(rows), "cut_short": told}, said)


def _show(call: Call) -> Result:
    details = call.workspace.queries.print_job(call.arguments.id)
    document = document_of(details)
    job = details.job
    head = [_("place"), _("paper"), _("copy"), _("state"), _("reason"), _("file"), "SHA-256"]
    lines = [
        [
            str(one.place),
            one.title,
            copy_words(one.copy),
            state_name(one.state),
            one.reason,
            one.file_name,
            one.sha256[:16],
        ]
        for one in details.papers
    ]
    said = [
        f"{job.id} · {status_name('print', job.status)} · {job.target} · {details.recorded_at} · {details.prepared_by}",
        *([job.note] if job.note else []),
    ]
    return Result({**document.pop("job"), **document}, [*said, *table(head, lines)])


def _resume(call: Call) -> Result:
    call.unlock()
    job = reprinting.resume_job(
        call.workspace, job_id=call.arguments.id, operator=call.operator, request_id=call.request_id
    )
    return _result(call, job)


def _finish(call: Call) -> Result:
    given = call.arguments
    job = print_ending.finish(
        call.workspace, job_id=given.id, printed=given.printed, operator=call.operator, request_id=call.request_id
    )
    return _result(call, job)


def _cancel(call: Call) -> Result:
    given = call.arguments
    job = print_ending.cancel(
        call.workspace,
        job_id=given.id,
        printed=given.printed,
        reason=given.reason,
        operator=call.operator,
        request_id=call.request_id,
    )
    return _result(call, job)


_ID = argument("id", type=whole_number, metavar="JOB")
COMMANDS = (
    Command("print", "list", "list print jobs", _list,
            (argument("--text", default="", metavar="PART"),
             argument("--status", default="", choices=["", *(status.value for status in PrintStatus)]))),
    Command("print", "show", "show a print job with its papers", _show, (_ID,)),
    Command("print", "resume", "finish a job into files that was cut short", _resume, (_ID,),
            use_case="print.resume"),
    Command("print", "finish", "tell how many pages of a job came out of the printer", _finish,
            (_ID, argument("--printed", type=positive_number, metavar="N")), use_case="print.finish"),
    Command("print", "cancel", "give a job up that was cut short; what came out stays printed", _cancel,
            (_ID, REASON, argument("--printed", type=whole_number, default=0, metavar="N")), use_case="print.cancel"),
)  # fmt: skip
