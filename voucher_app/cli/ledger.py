"""`ledger` and `backup`: proving the data file, and keeping copies of it."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import TYPE_CHECKING

from voucher_app.cli.command import REASON, Command, Result, argument
from voucher_app.cli.document import print_orders
from voucher_app.cli.documents import document_of
from voucher_app.cli.year import statement
from voucher_app.domain.budget import parse_year
from voucher_app.domain.errors import InvalidInput
from voucher_app.domain.text import parse_date
from voucher_app.i18n import _
from voucher_app.services import checkpoint
from voucher_app.services import document as documents
from voucher_app.services.documents.facts import DocumentKind
from voucher_app.services.history import accept_history
from voucher_app.services.ports.errors import StorageError
from voucher_app.services.wording.findings import finding_sentence

if TYPE_CHECKING:
    from voucher_app.cli.command import Call
    from voucher_app.services.data_file import Verification

INTEGRITY = 3


def verification_result(verification: Verification, path: Path) -> Result:
    """Return what a verification found, for a person and for a program."""
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
    if call.arguments.checkpoint is None and call.arguments.key is not None:
        raise InvalidInput("needs_argument", found="--key", needed="--checkpoint")
    told = verification_result(call.tools.verify_data_file(call.database), call.database)
    if told.code or call.arguments.checkpoint is None:
        return told
    return _held_against(call, told, call.arguments.checkpoint)


def _held_against(call: Call, told: Result, file: Path) -> Result:
    """Hold a history that follows from itself against a checkpoint that somebody kept elsewhere (trust.md)."""
    call.any_history = True
    key_file: Path | None = call.arguments.key
    if key_file is None:
        signer, keys = call.workspace.signer(), call.workspace.queries.public_keys()
    else:
        signer, keys = call.published_key(key_file)
    shown = checkpoint.read(file, signer=signer, keys=keys)
    document = {**told.document, "checkpoint": document_of(shown)}
    if checkpoint.is_extended(call.workspace, shown):
        checkpoint.keep(call.workspace, shown)
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


def _export(call: Call) -> Result:
    file: Path = call.arguments.out
    records = call.workspace.data_file.export(file)
    said = _("{file}: the whole ledger with {count} journal records, as text. Check it with verify_ledger.py.")
    return Result({"file": str(file), "records": records}, [said.format(file=file, count=records)])


def _verifier(call: Call) -> Result:
    """Write the script that checks a data file or an export without this program; it needs no data file."""
    file: Path = call.arguments.out
    content = (call.tools.settings.resources / "ledger-verifier" / "verify_ledger.py").read_bytes()
    try:
        with file.open("xb") as stream:
            stream.write(content)
    except FileExistsError as error:
        if not file.is_file() or file.read_bytes() != content:
            raise StorageError("exists", file) from error
    except OSError as error:
        raise StorageError("output", file, str(error)) from error
    said = _("{file}: checks a ledger where only Python is: python {name} FILE --checkpoint FILE --key FILE")
    digest = hashlib.sha256(content).hexdigest()
    return Result({"file": str(file), "sha256": digest}, [said.format(file=file, name=file.name), f"SHA-256 {digest}"])


def _accept_history(call: Call) -> Result:
    call.any_history = True
    known = accept_history(call.workspace, reason=call.arguments.reason)
    if known is None:
        return Result(
            {"forgotten": None}, [_("This computer knows no checkpoint of {path}.").format(path=call.database)]
        )
    said = _("The checkpoint of {count} records is given up; {path} can be opened again. Make a new checkpoint now.")
    document = {"forgotten": document_of(known)}
    return Result(document, [said.format(count=known.record_count, path=call.database)])


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
    Command("ledger", "export", "write the whole ledger as text, for whoever checks it elsewhere", _export,
            (argument("--out", required=True, type=Path, metavar="FILE"),)),
    Command("ledger", "verifier", "write the script that checks a ledger where only Python is installed", _verifier,
            (argument("--out", required=True, type=Path, metavar="FILE"),)),
    Command("ledger", "accept-history", "open a file again that does not extend the last checkpoint known here",
            _accept_history, (REASON,)),
    Command("ledger", "reindex", "make the search index anew from the records, which stay as they are", _reindex),
)  # fmt: skip
