"""打印登记: every print job, who made it and where it went, and how one that was cut short comes to its end."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from voucher_app.domain.printing import PRINT_STEPS, PrintForm, PrintJob, PrintStatus
from voucher_app.i18n import _, ngettext
from voucher_app.services import print_ending, reprinting
from voucher_app.services.wording.names import status_name
from voucher_app.services.wording.printing import copy_words, form_name, state_name
from voucher_app.ui.dialogs.step import Kind, Question, Step
from voucher_app.ui.models.columns import CellKind, Column
from voucher_app.ui.pages.details import Act, Details, Fact
from voucher_app.ui.pages.list_page import ListPage
from voucher_app.ui.pages.possibilities import step_reasons
from voucher_app.ui.pages.recorded import local_time

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from voucher_app.domain.operators import Operator
    from voucher_app.services.queries.lists import ListFilter, ListSource
    from voucher_app.services.queries.printing import PrintDetails, PrintRow
    from voucher_app.services.workspace import Workspace
    from voucher_app.ui.dialogs.step import Answers

_PAPERS_SHOWN = 200


class PrintList(ListPage):
    """The register of prints."""

    name: ClassVar[str] = "prints"
    is_embedded: ClassVar[bool] = True
    is_by_year: ClassVar[bool] = False
    statuses: ClassVar[tuple[str, ...]] = tuple(PrintStatus)

    @classmethod
    def title(cls) -> str:
        """Return the list's name."""
        return _("Prints")

    def search_hint(self) -> str:
        """Return what can be searched for."""
        return _("Search paper, folder, printer …")

    def status_words(self, status: str) -> str:
        """Return a status in words."""
        return status_name("print", status)

    def empty_words(self) -> str:
        """Return the sentence of an empty list."""
        return _("Nothing was printed yet. Certificates are printed from the page of vouchers.")

    def counted(self, count: int) -> str:
        """Return how many there are."""
        return ngettext("{count} print", "{count} prints", count).format(count=f"{count:,}")

    def columns(self) -> Sequence[Column]:
        """Return the columns."""
        return (
            Column("id", _("No."), lambda row: f"{row.id:,}", CellKind.COUNT, 60, sort="id"),
            Column("begun", _("Printed on"), lambda row: row.begun_on, CellKind.DATE, 104),
            Column("operator", _("By"), lambda row: row.prepared_by, width=88),
            Column("papers", _("Papers"), lambda row: f"{row.items:,}", CellKind.COUNT, 72),
            Column("first", _("First paper"), lambda row: row.first, width=148, stretches=True),
            Column("target", _("Where to"), lambda row: row.target, width=168, stretches=True, gives_way=True),
            Column(
                "status",
                _("Status"),
                lambda row: status_name("print", row.status),
                CellKind.STATUS,
                104,
                state=lambda row: ("print", row.status),
            ),
        )

    def key(self, row: Any) -> int:  # noqa: ANN401 - as declared above
        """Return the row's number."""
        return int(row.id)

    def key_text(self, key: object) -> str:
        """Return the search for one number."""
        return f"#{key}"

    def key_of_result(self, result: object) -> int | None:
        """Return the key of what was decided here."""
        return result.id if isinstance(result, PrintJob) else None

    def source(self, chosen: ListFilter) -> ListSource[PrintRow]:
        """Return the list."""
        return self.desk.workspace.queries.prints(chosen)

    def describe(self, row: Any) -> Callable[[], Details]:  # noqa: ANN401
        """Return what reads the details."""
        return partial(describe_print, self.desk.workspace, row.id, self.desk.operator)


def describe_print(workspace: Workspace, job_id: int, operator: Operator | None) -> Details:
    """Read what the panel says of a print job."""
    found = workspace.queries.print_job(job_id)
    job = found.job
    papers = [
        Fact(
            copy_words(one.copy),
            "\n".join(filter(None, (f"{one.title} · {state_name(one.state)}", one.reason, one.file_name))),
        )
        for one in found.papers[:_PAPERS_SHOWN]
    ]
    if job.items > _PAPERS_SHOWN:
        papers.append(Fact("…", _("and {count} more").format(count=f"{job.items - _PAPERS_SHOWN:,}")))
    return Details(
        title=_("Print {number}").format(number=job.id),
        status=("print", job.status),
        note=ngettext("{count} paper", "{count} papers", job.items).format(count=f"{job.items:,}"),
        warning=_warning(job),
        facts=(
            (
                Fact(_("Where to"), job.target),
                Fact(_("As"), form_name(job.form)),
                Fact(_("Printed by"), found.prepared_by),
                Fact(_("Recorded"), local_time(found.recorded_at)),
                Fact(_("Journal record"), f"{job.begun_seq:,}", "ledger", f"{job.begun_seq}"),
            ),
            (
                Fact(_("Ended on"), job.ended_on.isoformat() if job.ended_on else ""),
                Fact(_("Ended by"), found.ended_by),
                Fact(_("Given up because"), job.note),
            ),
        ),
        headed=((_("Papers"), papers),),
        acts=[] if operator is None else _acts(found),
    )


def _warning(job: PrintJob) -> str:
    if job.status is not PrintStatus.BEGUN:
        return ""
    if job.form is PrintForm.PRINTER:
        return _("Nobody has said yet what came out of the printer. Look at the papers, then go on here.")
    return _("This print was cut short, or is under way in another program right now.")


def _acts(found: PrintDetails) -> list[Act]:
    job = found.job
    if job.form is PrintForm.PRINTER:
        going_on = Act(
            _("Say what came out …"),
            "print_out",
            "print",
            {"job_id": job.id, "title": _("Print {number}").format(number=job.id)},
            "accent",
            _against(job, "finish"),
        )
    else:
        going_on = Act(
            _("Resume the print …"), "step", "resume", {"step": resume_step(job)}, "accent", _against(job, "resume")
        )
    acts = [
        going_on,
        Act(_("Give up …"), "step", "void", {"step": cancel_step(job)}, "danger", _against(job, "cancel")),
    ]
    if job.form is PrintForm.FILE and job.status is PrintStatus.DONE:
        file = Path(job.target)
        missing = () if file.is_file() else (_("the file is not there any more."),)
        acts.append(Act(_("Sign the PDF …"), "pdf_signature", "verify", {"file": file}, "", missing))
    return acts


def _against(job: PrintJob, act: str) -> tuple[str, ...]:
    return step_reasons(PRINT_STEPS, noun="print", status=job.status, act=act)


# ------------------------------------------------------------------------------------------- steps


def resume_step(job: PrintJob) -> Step:
    """Return what brings a print into files to its end; files are touched by the click only."""

    def act(workspace: Workspace, operator: Operator, request_id: str, _answers: Answers) -> PrintJob:
        if workspace.rehearsed is not None:
            return print_ending.foresee(workspace, job_id=job.id, act="resume")
        return reprinting.resume_job(workspace, job_id=job.id, operator=operator, request_id=request_id)

    return Step(
        use_case="print.resume",
        title=_("Resume the print"),
        purpose=_("Files that are there stay, those that wait get their names, missing ones are drawn again under the "
                  "same copy number. Only when no other program is at it."),
        act=act,
        told=lambda done: _("Print {number} is finished.").format(number=done.id),
        facts=_facts(job),
        rules=("TRANSITION", "ROLE"),
    )  # fmt: skip


def cancel_step(job: PrintJob) -> Step:
    """Return what gives a print up."""
    on_printer = job.form is PrintForm.PRINTER
    printed = Question("printed", _("Papers that came out"), Kind.COUNT, initial="0", most=job.items)

    def act(workspace: Workspace, operator: Operator, request_id: str, answers: Answers) -> PrintJob:
        if workspace.rehearsed is not None:
            return print_ending.foresee(workspace, job_id=job.id, act="cancel")
        return print_ending.cancel(
            workspace,
            job_id=job.id,
            reason=answers["reason"],
            printed=answers.get("printed", 0),
            operator=operator,
            request_id=request_id,
        )

    return Step(
        use_case="print.cancel",
        title=_("Give the print up"),
        purpose=_("What is there stays printed; the rest is spoilt, and its copy numbers are used up."),
        act=act,
        told=lambda done: _("Print {number} was given up.").format(number=done.id),
        questions=(*((printed,) if on_printer else ()), Question("reason", _("Reason"), Kind.REASON)),
        kind="danger",
        facts=_facts(job),
        rules=("TRANSITION", "ROLE"),
    )


def _facts(job: PrintJob) -> Sequence[tuple[str, str]]:
    return ((_("Print"), str(job.id)), (_("Papers"), f"{job.items:,}"), (_("Where to"), job.target))
