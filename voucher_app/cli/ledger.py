"""`ledger` and `backup`: proving the data file, and keeping copies of it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from voucher_app.cli.command import Command, Result, argument
from voucher_app.cli.document import print_orders
from voucher_app.cli.documents import document_of
from voucher_app.cli.year import statement
from voucher_app.domain.budget import parse_year
from voucher_app.domain.text import parse_date
from voucher_app.i18n import _
from voucher_app.services import checkpoint
from voucher_app.services import document as documents
from voucher_app.services.documents.facts import DocumentKind
from voucher_app.services.wording.findings import finding_sentence

if TYPE_CHECKING:
    from voucher_app.cli.command import Call
    from voucher_app.services.data_file import Verification

INTEGRITY = 3


def _told(verification: Verification, path: Path) -> Result:
    document = {"path": str(path), **document_of(verification), "clean": not verification.findings}
    for finding, told in zip(document["findings"], verification.findings, strict=True):
        finding["message"] = finding_sentence(told)
    if not verification.findings:
        said = _("{path}: {records} journal records and {images} after-images checked, nothing found. Head {head}")
        lines = [
            said.format(path=path, records=verification.records, images=verification.images, head=verification.head)
        ]
        if verification.is_of_older_version:
            lines.append(_("It was made by an older version of the program and is upgraded when it is opened."))
        if verification.index_is_stale:
            lines.append(_("The search index is out of date, and the records are not: run `ledger reindex`."))
        return Result(document, lines)
    sentences = [finding_sentence(finding) for finding in verification.findings]
    document["error"] = {
        "kind": "integrity",
        "violations": [
            {"rule": "INTEGRITY", "message": one["message"], "found": one["found"], "allowed": one["expected"]}
            for one in document["findings"]
        ],
    }
    return Result(document, sentences, code=INTEGRITY)


def _verify(call: Call) -> Result:
    told = _told(call.tools.verify_data_file(call.database), call.database)
    if told.code or call.arguments.checkpoint is None:
        return told
    return _held_against(call, told, call.arguments.checkpoint)


def _held_against(call: Call, told: Result, file: Path) -> Result:
    """Hold a history that follows from itself against a checkpoint that somebody kept elsewhere (trust.md)."""
    key_file: Path | None = call.arguments.key
    if key_file is None:
        signer, keys = call.workspace.signer(), call.workspace.queries.public_keys()
    else:
        signer = call.tools.make_signer(key_file)
        keys = [signer.load_public_key(key_file)]
    shown = checkpoint.read(file, signer=signer, keys=keys)
    document = {**told.document, "checkpoint": document_of(shown)}
    if checkpoint.is_extended(call.workspace, shown):
        said = _("It extends the checkpoint of {count} records.").format(count=shown.record_count)
        return Result(document, [*told.lines, said])
    said = _(
        "The history of {path} does not extend the checkpoint of {count} records: it was rolled back, cut, rewritten, "
        "or is another office's. Restore the last good backup."
    ).format(path=call.database, count=shown.record_count)
    violation = {"rule": "INTEGRITY", "message": said, "found": None, "allowed": shown.hash}
    document |= {"clean": False, "error": {"kind": "integrity", "violations": [violation]}}
    return Result(document, [said], code=INTEGRITY)


def _reindex(call: Call) -> Result:
    count = call.workspace.data_file.reindex()
    said = _("The search index is made anew: {count} records.").format(count=f"{count:,}")
    return Result({"records": count}, [said])


def _create(call: Call) -> Result:
    verification = call.workspace.data_file.back_up(call.arguments.file)
    return _told(verification, call.arguments.file)


def _verify_backup(call: Call) -> Result:
    return _told(call.tools.verify_data_file(call.arguments.file), call.arguments.file)


def _restore(call: Call) -> Result:
    verification, replaced = call.tools.restore_data_file(call.arguments.file, call.database)
    told = _told(verification, call.database)
    told.document["replaced"] = str(replaced) if replaced else None
    if replaced:
        told.lines.append(_("The file that was there is kept as {path}.").format(path=replaced))
    return told


def _as_of(call: Call) -> Result:
    day = parse_date(call.arguments.date)
    year = parse_year(call.arguments.year) if call.arguments.year else day.year
    return statement(call.workspace.queries.year_statement(year, day))


def _checkpoint(call: Call) -> Result:
    """Write the signed checkpoint, and print it where a paper is asked for, under the register."""
    given = call.arguments
    call.unlock()
    made = checkpoint.write(call.workspace, file=given.out)
    document: dict[str, object] = {"file": str(given.out), **document_of(made), "lines": list(made.lines)}
    lines = [*made.lines, _("signed with key {key_id}: {file}").format(key_id=made.key_id, file=given.out)]
    if given.paper is not None:
        order = documents.order(call.workspace, DocumentKind.CHECKPOINT, f"journal:{made.record_count}")
        printed = print_orders(call, [order], given.paper)
        document["paper"] = printed.document
        lines += printed.lines
    return Result(document, lines)


_FILE = argument("file", type=Path, metavar="FILE")
COMMANDS = (
    Command("ledger", "verify", "check hashes, after-images, balances and numbering", _verify,
            (argument("--checkpoint", type=Path, metavar="FILE", help="one that was kept elsewhere; to be extended"),
             argument("--key", type=Path, metavar="FILE", help="the office's public key, kept elsewhere too"))),
    Command("ledger", "as-of", "show a year as it was at the end of a past day, by replay", _as_of,
            (argument("date", metavar="DATE"), argument("--year", default="", metavar="YEAR"))),
    Command("ledger", "checkpoint", "write a signed checkpoint: origin, number of records, hash", _checkpoint,
            (argument("--out", required=True, type=Path, metavar="FILE"),
             argument("--paper", type=Path, metavar="FILE.pdf|DIR", help="also print it, under the register"),
             argument("--reason", default="", metavar="TEXT", help="why it is printed again"))),
    Command("ledger", "reindex", "make the search index anew from the records, which stay as they are", _reindex),
    Command("backup", "create", "write a verified copy", _create, (_FILE,)),
    Command("backup", "verify", "check a copy", _verify_backup, (_FILE,)),
    Command("backup", "restore", "put a verified copy in the data file's place", _restore, (_FILE,)),
)  # fmt: skip
