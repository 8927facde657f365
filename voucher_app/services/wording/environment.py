"""What is said when the disk, the file or another program stands in the way."""

from __future__ import annotations

from typing import TYPE_CHECKING

from voucher_app.i18n import _, marked

if TYPE_CHECKING:
    from datetime import datetime

    from voucher_app.services.data_file import Upgrade

STORAGE_SENTENCES = {
    "missing": marked(
        "There is no data file at {path}. Nothing was changed. See whether its disk is connected and whether the file "
        "was moved; take it from a backup, or make a new one: office init."
    ),
    "missing_file": marked("The file {path} cannot be read. Check the path and the right to read it. {detail}"),
    "exists": marked("{path} exists already and is not overwritten. Choose another name."),
    "attachment_missing": marked("The attached file {path} is missing. Put it back from a backup of the side folder."),
    "attachment_changed": marked(
        "The file {path} is not what was recorded. Put it back from a backup, or add it anew."
    ),
    "printer": marked(
        "The printer {path} takes no pages. See whether it is switched on and has paper, then try again."
    ),
    "folder_missing": marked(
        "The folder {path} does not exist. Nothing was changed. Make it, or choose another place."
    ),
    "not_ours": marked("{path} is not a data file of this program. Nothing was changed; choose the right file."),
    "damaged": marked(
        "{path} is damaged or cut short ({detail}). Nothing was changed. Keep the file, and restore the last backup."
    ),
    "moved": marked(
        "The data file {path} was moved, deleted or replaced while the program had it open. Nothing was recorded. Put "
        "the file back in its place, or close the program and open the right file."
    ),
    "newer": marked(
        "{path} was made by a newer version of the program. Nothing was changed; open it with that version."
    ),
    "read_only": marked(
        "{path} cannot be written: the file or its folder is read-only. Nothing was changed. Give yourself "
        "the right to "
        "write, or move the file."
    ),
    "cannot_open": marked("{path} cannot be opened. Check that the folder exists and that you may read and write it."),
    "locked": marked(
        "{path} is in use by another program. Nothing was changed. Close the other program, then try again."
    ),
    "disk_full": marked("The disk that holds {path} is full. Nothing was changed. Free some space, then try again."),
    "disk_error": marked(
        "The disk that holds {path} reported an error ({detail}). Nothing was recorded. Check the disk and "
        "make a backup."
    ),
    "network": marked(
        "{path} lies on a network drive ({detail}), where two programs can damage a data file. Nothing was changed. "
        "Use a folder on this computer's own disk."
    ),
    "sync_folder": marked(
        "{path} lies in a folder that a synchronising program copies ({detail}), which can damage a data file. "
        "Nothing was changed. Use another folder, and put only backups there."
    ),
    "identity": marked(
        "The money of year {detail} in {path} does not add up: somebody edited balances by hand. Nothing was recorded. "
        "Run the ledger's verification and restore the last good backup."
    ),
    "commit_unknown": marked(
        "It is not known whether the act was recorded ({detail}). Repeat the same request: it is never carried out "
        "twice."
    ),
    "refused_by_schema": marked(
        "The data file itself refused this ({detail}). Nothing was changed. Please report it: a rule should "
        "have said so."
    ),
    "backup_broken": marked("{path} does not verify: {detail} It was not used. Make or choose another backup."),
    "backup_password": marked(
        "{path} does not open: the password is not the right one, or the file was changed or cut short ({detail}). "
        "Nothing was changed. Type the password again, or take another backup."
    ),
    "backup_sealed": marked(
        "{path} is a backup under a password. Nothing was changed. Give its password; on the command line with "
        "--password-file FILE."
    ),
    "unexpected": marked("The data file {path} reported: {detail}. Nothing was recorded."),
    "older": marked(
        "{path} was made by an older version that this one cannot upgrade. Nothing was changed; open it with the "
        "version that made it."
    ),
    "key_missing": marked(
        "The signing key {path} is missing, so nothing can be signed. Put the key file back from where it is kept; if "
        "it is lost for good, make and publish a new one: certificate new-key --reason TEXT"
    ),
    "key_unknown": marked(
        "The records do not know the signing key {path} ({detail}); papers signed with it would be worth nothing. Put "
        "the office's own key file back, or make and publish a new one: certificate new-key --reason TEXT"
    ),
    "key_revoked": marked(
        "The signing key {detail} is revoked, so nothing more is signed with it ({path}). Make and publish another "
        "one: certificate new-key --reason TEXT"
    ),
    "key_locked": marked(
        "The signing key {path} is under a passphrase, and nothing can be signed before it is given. On the command "
        "line, type it at the prompt or use --passphrase-file FILE."
    ),
    "upgrade_refused": marked(
        "{path} was made by an older version and does not verify as it is, so it was not brought to this version: "
        "{detail} Nothing was changed. Restore the last good backup and open that."
    ),
    "upgrade_failed": marked(
        "{path} could not be brought to this version: {detail} It is as it was before. Keep it, go on with the version "
        "that made it, and report this."
    ),
    "print_changed": marked(
        "The papers of this job would look different now, so their pages are not printed under the old numbers "
        "({path}). Give the job up, and print them again."
    ),
    "other_history": marked(
        "The history of {path} is not the one that this computer knows: it does not extend the checkpoint of {detail} "
        "records. An old copy was put back, or its journal was cut or rewritten. It was not opened, and nothing was "
        "changed. Put the newest backup in its place. If the newer state is lost for good, accept this one: "
        "ledger accept-history --reason TEXT"
    ),
    "output": marked("{path} cannot be written: {detail}. Choose another folder."),
}


def storage_codes() -> frozenset[str]:
    """Return every code of a storage error that has a sentence."""
    return frozenset(STORAGE_SENTENCES)


def clock_sentence(last: datetime, now: datetime) -> str:
    """Return what is told when the computer's clock is behind the last record."""
    return _(
        "This computer's clock says {now}, but the last act was recorded at {last}: the clock was set back, or it was "
        "ahead then. Nothing is lost, and acts keep their order; check the clock before you go on."
    ).format(now=f"{now.astimezone():%Y-%m-%d %H:%M}", last=f"{last.astimezone():%Y-%m-%d %H:%M}")


def upgrade_sentence(upgrade: Upgrade) -> str:
    """Return what was done to a data file of an older version when it was opened."""
    return _(
        "The data file was brought from version {old} to version {new}. As it was before, it is kept as {backup}."
    ).format(old=upgrade.from_version, new=upgrade.to_version, backup=upgrade.backup)
