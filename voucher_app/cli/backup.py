"""Backups (备份): made, checked, listed, restored, and tried out; plain, or under a password."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from voucher_app.cli import passwords
from voucher_app.cli.command import Command, Result, argument
from voucher_app.cli.documents import Listing, document_of
from voucher_app.cli.ledger import verification_result
from voucher_app.domain.errors import InvalidInput
from voucher_app.domain.office_key import parse_passphrase
from voucher_app.i18n import _
from voucher_app.services.backup import SEALED_SUFFIX, backup_folder_of, list_backups
from voucher_app.services.wording.backups import facts_words

if TYPE_CHECKING:
    from voucher_app.cli.command import Call


def _password(call: Call, backup: Path, *, new: bool) -> str | None:
    """Return the password of a backup: from the file, at the prompt for a sealed one, none for a plain one.

    Raises:
        InvalidInput: when a sealed one is meant and there is neither a file nor a terminal, or a new one is too short.
    """
    file: Path | None = call.arguments.password_file
    is_sealed = backup.suffix == SEALED_SUFFIX if new else call.tools.make_backups().is_sealed(backup)
    if file is None and not is_sealed:
        return None
    if file is not None:
        typed = passwords.one_from_file(file)
    else:
        typed = passwords.ask_new(backup.name) if new else passwords.ask(backup.name)
    return parse_passphrase(typed, new=new)


def _create(call: Call) -> Result:
    target: Path = call.arguments.file
    password = _password(call, target, new=True)
    if password is not None and target.suffix != SEALED_SUFFIX:
        raise InvalidInput("backup_suffix", found=target.name, suffix=SEALED_SUFFIX)
    # Opened first: a file of an older version is brought to this one, as by every other command.
    data_file = call.workspace.data_file.path
    result = verification_result(call.tools.make_backups().create(data_file, target, password=password), target)
    result.document["sealed"] = password is not None
    return result


def _verify(call: Call) -> Result:
    backup: Path = call.arguments.file
    password = _password(call, backup, new=False)
    found = call.tools.make_backups().verify(backup, password=password, workroom=_workroom(call))
    return verification_result(found, backup)


def _restore(call: Call) -> Result:
    backup: Path = call.arguments.file
    password = _password(call, backup, new=False)
    done = call.tools.make_backups().restore(backup, call.database, password=password)
    result = verification_result(done.verification, call.database)
    result.document["replaced"] = str(done.replaced) if done.replaced else None
    if done.replaced:
        result.lines.append(_("The file that was there is kept as {path}.").format(path=done.replaced))
    if done.key:
        result.lines.append(_("The signing key came back with it: {path}").format(path=done.key))
    return result


def _drill(call: Call) -> Result:
    backup: Path = call.arguments.file
    password = _password(call, backup, new=False)
    drill = call.tools.make_backups().drill(backup, password=password, workroom=_workroom(call))
    result = verification_result(drill.verification, backup)
    result.document.update(
        {
            "attachments": drill.attachments,
            "attachments_missing": drill.missing,
            "has_key": drill.has_key,
            "seconds": drill.seconds,
        }
    )
    result.lines.append(
        _("Restored to a folder of its own in {seconds} s, checked, and removed again.").format(seconds=drill.seconds)
    )
    result.lines.append(
        _("Attached files: {sound} came back whole, {missing} are missing.").format(
            sound=drill.attachments, missing=drill.missing
        )
    )
    return result


def _list(call: Call) -> Result:
    chosen: Path | None = call.arguments.dir
    folders = [chosen] if chosen else [backup_folder_of(call.database), call.database.parent]
    found = list_backups(call.tools.make_backups(), call.database, folders)
    document = {"backups": [document_of(facts) for facts in found]}
    rows = [[str(facts.path), facts_words(facts)] for facts in found]
    lines = [f"{file}: {words}" for file, words in rows]
    lines = lines or [_("There is no backup in {folder}.").format(folder=folders[0])]
    return Result(document, Listing(lines, [_("file"), _("what is in it")], rows))


def _workroom(call: Call) -> Path | None:
    """Return where a sealed backup is opened for a check: where the records lie in plain anyway."""
    folder = call.database.parent
    return folder if folder.is_dir() else None


_FILE = argument("file", type=Path, metavar="FILE")
COMMANDS = (
    Command("backup", "create", "write a verified copy; FILE.slqbak is under a password and holds the signing key too",
            _create, (_FILE,)),
    Command("backup", "verify", "check a copy", _verify, (_FILE,)),
    Command("backup", "restore", "put a verified copy in the data file's place", _restore, (_FILE,)),
    Command("backup", "list", "what is in each backup beside the data file", _list,
            (argument("--dir", type=Path, metavar="DIR", help="another folder"),)),
    Command("backup", "drill", "restore to a folder of its own, check everything there, remove it", _drill, (_FILE,)),
)  # fmt: skip
