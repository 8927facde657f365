"""`document` and `report`: which papers a record has, printing them under the register, and their templates."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from voucher_app.cli.command import Command, Result, argument, positive_number
from voucher_app.cli.documents import Count, Day, document_of, table
from voucher_app.domain.budget import parse_year
from voucher_app.domain.errors import RulesViolated
from voucher_app.i18n import _, ngettext
from voucher_app.services import document, document_table, print_ending, retention
from voucher_app.services.documents.facts import DocumentKind
from voucher_app.services.ports.errors import StorageError
from voucher_app.services.print_request import Request
from voucher_app.services.wording.documents import document_name
from voucher_app.services.wording.retention import how_it_ends, kept_name, rule_sentence, until_words
from voucher_app.services.wording.rules import sentence
from voucher_app.services.written_file import write_file

if TYPE_CHECKING:
    from collections.abc import Sequence

    from voucher_app.cli.command import Call
    from voucher_app.services.document import Order, Possible

_PDF = ".pdf"
_QUARTERS = (1, 2, 3, 4)


def _list(call: Call) -> Result:
    subject: str = call.arguments.of
    return _of_record(document.possible(call.workspace, subject)) if subject else _catalogue()


def _catalogue() -> Result:
    rows = [
        {
            "kind": kind.value,
            "title": document_name(kind),
            "of": gatherer.noun,
            "number_prefix": document.prefix_of(kind),
        }
        for kind, gatherer in document.GATHERERS.items()
    ]
    head = [_("kind"), _("title"), _("of"), _("number")]
    lines = [[one["kind"], one["title"], one["of"], one["number_prefix"]] for one in rows]
    return Result({"documents": rows}, table(head, lines))


def _of_record(found: Sequence[Possible]) -> Result:
    head = [_("kind"), _("title"), _("subject"), _("number"), _("prints"), _("why not")]
    lines = [
        [
            one.kind.value,
            document_name(one.kind),
            one.subject,
            one.document_number,
            str(one.copies),
            " ".join(map(sentence, one.against)),
        ]
        for one in found
    ]
    return Result({"documents": [_possible_document(one) for one in found]}, table(head, lines))


def _possible_document(one: Possible) -> dict[str, Any]:
    return {
        "kind": one.kind.value,
        "title": document_name(one.kind),
        "subject": one.subject,
        "may_print": not one.against,
        "reasons": [
            {"rule": against.rule, "code": against.code, "message": sentence(against)} for against in one.against
        ],
        "document_number": one.document_number,
        "copies": one.copies,
    }


# ------------------------------------------------------------------------------------------- printing


def _print(call: Call) -> Result:
    orders = [
        one
        for subject in call.arguments.subjects
        for one in document.orders(call.workspace, call.arguments.kind, subject)
    ]
    return print_orders(call, orders, call.arguments.out)


def print_orders(call: Call, orders: Sequence[Order], out: Path) -> Result:
    """Print documents into one PDF where `out` is named as one, else into a folder, a file for each."""
    folder = out.parent if out.suffix.casefold() == _PDF else out
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StorageError("output", folder, str(error)) from error
    request = Request(call.operator, call.request_id, call.arguments.reason)
    if any(one.kind is DocumentKind.CHECKPOINT for one in orders):
        call.unlock()
    workspace = call.workspace
    if folder == out:
        job = document.print_separately(workspace, orders=orders, folder=out, request=request)
    else:
        job = document.print_together(workspace, orders=orders, file=out, request=request)
    assert job is not None, "nobody cancels a command but by a signal"
    files = [str(file) for file in print_ending.files_of(workspace, job)]
    numbers = workspace.records().document_numbers
    papers = [
        {
            "kind": one.kind,
            "subject": one.subject,
            "title": one.title,
            "copy": one.copy,
            "document_number": str(numbers.at(one.kind, one.subject, seq=job.begun_seq) or ""),
            "file": one.file_name,
            "sha256": one.sha256,
        }
        for one in workspace.queries.print_job(job.id).papers
    ]
    lines = [f"{one['title']}  {one['document_number']}".rstrip() for one in papers]
    return Result({"job": job.id, "files": files, "documents": papers}, [*lines, *files])


def _table(call: Call) -> Result:
    """Write one document as a workbook; it is no paper, so nobody's name is asked for."""
    given = call.arguments
    order = document.order(call.workspace, given.kind, given.subject)
    rows = document_table.write_table(call.workspace, order, given.out)
    said = ngettext("{count} row written to {file}.", "{count} rows written to {file}.", rows)
    return Result({"file": str(given.out), "rows": rows}, [said.format(count=f"{rows:,}", file=given.out)])


def _year_report(call: Call) -> Result:
    """Print a year's report and performance sheet, and once it is closed its closing statement."""
    year = parse_year(call.arguments.year)
    wanted = [DocumentKind.YEARLY_REPORT, DocumentKind.PERFORMANCE_SHEET]
    if call.workspace.queries.year_money(year).status.value == "closed":
        wanted.append(DocumentKind.YEAR_CLOSING)
    return print_orders(
        call, [document.order(call.workspace, kind, f"year:{year}") for kind in wanted], call.arguments.out
    )


def _quarter_report(call: Call) -> Result:
    """Print the report of one quarter, or of each that has begun."""
    year = parse_year(call.arguments.year)
    call.workspace.queries.year_money(year)
    chosen: int | None = call.arguments.quarter
    asked = [chosen] if chosen else _QUARTERS
    orders = [
        document.order(call.workspace, DocumentKind.QUARTERLY_REPORT, f"quarter:{year}-{quarter}") for quarter in asked
    ]
    possible = [one for one in orders if not document.against(call.workspace, one)]
    if not possible:
        raise RulesViolated(document.against(call.workspace, orders[0]))
    return print_orders(call, possible, call.arguments.out)


def _retention_report(call: Call) -> Result:
    """Tell which personal data is kept where, since when, and until when by the rule that is named."""
    rule = retention.Rule(call.arguments.rule)
    found = retention.report(
        call.workspace, rule=rule, state=call.tools.settings.state, backup_folder=call.arguments.backups
    )
    head = [
        _("what"), Count(_("count")), Count(_("bytes")), Day(_("since")), _("until"), _("how it ends"), _("place"),
    ]  # fmt: skip
    rows = [
        [kept_name(one.kind), f"{one.count:,}", f"{one.size_bytes:,}", one.since.isoformat() if one.since else "",
         until_words(one, rule), how_it_ends(one.kind), str(one.place)]
        for one in found
    ]  # fmt: skip
    listing = table(head, rows)
    document = {"rule": rule.value, "held": [{**document_of(one), "name": kept_name(one.kind)} for one in found]}
    return Result(document, [rule_sentence(rule), *listing], tables=[(_("Retention report"), listing)])


# ------------------------------------------------------------------------------------------- templates


def _preview(call: Call) -> Result:
    """Write documents of sample values, drawn by the code that prints."""
    kinds = [document.parse_kind(one) for one in call.arguments.kinds] or list(DocumentKind)
    out: Path = call.arguments.out
    workspace, files = call.workspace, []
    try:
        out.mkdir(parents=True, exist_ok=True)
        for kind in kinds:
            file = out / f"{kind.value}{_PDF}"
            write_file(workspace, file, workspace.documents().preview(kind))
            files.append(str(file))
    except OSError as error:
        raise StorageError("output", out, str(error)) from error
    return Result({"files": files}, files)


def _check(call: Call) -> Result:
    call.workspace.documents().check()
    return Result({"clean": True}, [_("Every template of this office can be used.")])


_REASON = argument("--reason", default="", metavar="TEXT", help="why papers are printed again")
_OUT = argument("--out", required=True, type=Path, metavar="DIR")
_YEAR = argument("year", metavar="YEAR")
COMMANDS = (
    Command("document", "list", "list kinds of documents, or those of a record and why some may not be printed", _list,
            (argument("--of", default="", metavar="SUBJECT", help="such as application:7 or year:2026"),)),
    Command("document", "print", "print documents; the first print of a notice or decision draws its number", _print,
            (argument("kind", metavar="KIND"), argument("subjects", nargs="+", metavar="SUBJECT"),
             argument("--out", required=True, type=Path, metavar="FILE.pdf|DIR"), _REASON),
            use_case="print.begin"),
    Command("document", "table", "write what a document says as a workbook: lists, forms, sentences; no print", _table,
            (argument("kind", metavar="KIND"), argument("subject", metavar="SUBJECT"),
             argument("--out", required=True, type=Path, metavar="FILE.xlsx"))),
    Command("document", "preview", "write documents of sample values, to look at templates", _preview,
            (argument("kinds", nargs="*", metavar="KIND"), _OUT)),
    Command("document", "check", "read every template of the office", _check),
    Command("report", "year", "print a year's report and performance sheet", _year_report, (_YEAR, _OUT, _REASON),
            use_case="print.begin"),
    Command("report", "quarter", "print the report of a quarter, or of each that has begun", _quarter_report,
            (_YEAR, argument("--quarter", type=positive_number, choices=_QUARTERS, metavar="N"), _OUT, _REASON),
            use_case="print.begin"),
    Command("report", "retention", "tell which personal data is kept where, since when, and until when by a rule",
            _retention_report,
            (argument("--rule", choices=[one.value for one in retention.Rule],
                      default=retention.Rule.THIRTY_YEARS.value,
                      help="years, counted from the year after it arose; 30 when not told"),
             argument("--backups", type=Path, metavar="FOLDER", help="where automatic backups lie, if not beside"))),
)  # fmt: skip
