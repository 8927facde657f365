"""`archive`: packing a voucher or a year into one signed file, and checking such files."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from voucher_app.cli.command import Command, Result, argument
from voucher_app.cli.documents import document_of
from voucher_app.domain.budget import parse_year
from voucher_app.domain.errors import InvalidInput
from voucher_app.i18n import _
from voucher_app.services import archive

if TYPE_CHECKING:
    from voucher_app.cli.command import Call
    from voucher_app.services.ports.archive import PackVerdict

INTEGRITY = 3
_TOLD_EVERY = 100


def _pack(call: Call) -> Result:
    number, year, file = call.arguments.voucher, call.arguments.year, call.arguments.out
    if bool(number) == bool(year):
        raise InvalidInput("archive_choice", found=f"{number} {year}".strip())
    workspace = call.workspace
    volume = (
        archive.volume_of_voucher(workspace, number) if number else archive.volume_of_year(workspace, parse_year(year))
    )
    call.unlock()
    packed = archive.pack(workspace, volume=volume, file=file, progress=None if call.arguments.json else _told)
    assert packed is not None, "nobody cancels a command but by a signal"
    said = _(
        "{file}: {title}; {papers} papers, {attachments} of them attached files, {records} journal records"
    ).format(
        file=file, title=packed.title, papers=packed.papers, attachments=packed.attachments, records=packed.records
    )
    return Result({"file": str(file), **document_of(packed)}, [said])


def _told(done: int, of: int) -> bool:
    """Say how far a long one is, on a terminal only."""
    if sys.stderr.isatty() and (done % _TOLD_EVERY == 0 or done == of):
        print(f"\r{done}/{of}", end="" if done < of else "\n", file=sys.stderr, flush=True)
    return True


def _verify(call: Call) -> Result:
    file, key_file = call.arguments.file, call.arguments.key
    if key_file is None and call.arguments.database is None and not call.database.exists():
        # On a computer without an office, as the pack's own script: the key inside is taken, and that is said.
        return _verdict(call.tools.make_archives().check(file, keys=(), signer=call.tools.make_signer(file)), file)
    if key_file is None:
        return _verdict(archive.verify(call.workspace, file=file), file)
    signer, keys = call.published_key(key_file)
    return _verdict(call.tools.make_archives().check(file, keys=keys, signer=signer), file)


def _verdict(verdict: PackVerdict, file: Path) -> Result:
    document = {"path": str(file), **document_of(verdict), "clean": verdict.code == "good"}
    lines = list(verdict.sentences)
    if verdict.code == "good":
        return Result(document, lines)
    document["error"] = {
        "kind": "archive",
        "violations": [
            {"rule": "ARCHIVE", "message": lines[0], "found": verdict.code, "allowed": "good", "subject": verdict.name}
        ],
    }
    return Result(document, lines, code=INTEGRITY)


COMMANDS = (
    Command("archive", "pack", "pack a voucher or a year into one signed file", _pack,
            (argument("--voucher", default="", metavar="NO"), argument("--year", default="", metavar="YEAR"),
             argument("--out", required=True, type=Path, metavar="FILE.zip"))),
    Command("archive", "verify", "check every byte of an archive pack, with the records or with a public key", _verify,
            (argument("file", type=Path, metavar="FILE.zip"), argument("--key", type=Path, metavar="FILE"))),
)  # fmt: skip
