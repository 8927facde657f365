"""`attachment`: files that belong to records."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from voucher_app.cli.command import Command, Result, argument, whole_number
from voucher_app.cli.documents import Day, document_of, table
from voucher_app.domain.attachment import AttachmentKind
from voucher_app.i18n import _
from voucher_app.services import attachment
from voucher_app.services.wording.attachments import attachment_sentence
from voucher_app.services.wording.names import paper_name

if TYPE_CHECKING:
    from voucher_app.cli.command import Call

INTEGRITY = 3


def _add(call: Call) -> Result:
    given = call.arguments
    made = attachment.add(
        call.workspace,
        subject=given.subject,
        file=given.file,
        kind=given.kind,
        operator=call.operator,
        request_id=call.request_id,
    )
    return Result(document_of(made), [f"{made.id} · {made.subject} · {made.file_name} · {made.sha256}"])


def _list(call: Call) -> Result:
    noun, key = attachment.parse_subject(call.arguments.subject)
    attachment.check_subject(call.workspace.records(), noun, key)
    rows = call.workspace.queries.attachments(f"{noun}:{key}")
    head = ["id", _("paper"), _("file name"), _("bytes"), Day(_("added on")), "SHA-256"]
    lines = [
        [str(row.id), paper_name(row.kind), row.file_name, str(row.size_bytes), row.added_on, row.sha256[:16]]
        for row in rows
    ]
    return Result({"attachments": document_of(rows)}, table(head, lines))


def _verify(call: Call) -> Result:
    count, findings = attachment.verify(call.workspace)
    told = [attachment_sentence(finding) for finding in findings]
    document = {
        "attachments": count,
        "clean": not findings,
        "findings": [
            {"id": one.attachment.id, "subject": one.attachment.subject, "fault": one.fault, "message": message}
            for one, message in zip(findings, told, strict=True)
        ],
    }
    if findings:
        return Result(document, told, code=INTEGRITY)
    return Result(document, [_("{count} attachments checked, nothing found.").format(count=count)])


def _export(call: Call) -> Result:
    written = attachment.export(call.workspace, attachment_id=call.arguments.id, folder=call.arguments.out)
    return Result({"path": str(written)}, [str(written)])


_SUBJECT = argument("subject", metavar="SUBJECT", help="such as application:7")
COMMANDS = (
    Command("attachment", "add", "keep a file with a record", _add,
            (_SUBJECT, argument("file", type=Path, metavar="FILE"),
             argument("--kind", default="other", choices=[kind.value for kind in AttachmentKind])),
            use_case="attachment.add"),
    Command("attachment", "list", "list the files of a record", _list, (_SUBJECT,)),
    Command("attachment", "verify", "check that every attached file is there and unchanged", _verify),
    Command("attachment", "export", "copy an attached file out", _export,
            (argument("id", type=whole_number, metavar="ID"),
             argument("--out", type=Path, required=True, metavar="DIR"))),
)  # fmt: skip
