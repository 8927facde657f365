"""Checkpoints (封账凭证): origin, number of records and hash in three lines, signed by the office key (trust.md).

The file has the form of a signed note (C2SP signed-note, as transparency logs use it): the three lines, an empty line,
and a line with the signature. An auditor keeps it elsewhere; a history that does not extend it was rolled back or cut.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from voucher_app.domain.errors import InvalidInput
from voucher_app.services.history import origin_of, remember
from voucher_app.services.office_key import current_key
from voucher_app.services.ports.errors import StorageError
from voucher_app.services.written_file import write_file

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from voucher_app.services.papers import PublicKey, Signer
    from voucher_app.services.workspace import Workspace

_LARGEST_BYTES: Final = 4096


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """What a checkpoint says.

    Attributes:
        origin: which data file it is of.
        record_count: how many journal records there are; they are numbered from 1 without a gap.
        hash: of the last of them, 64 hexadecimal digits.
        signature: over exactly the bytes of `text`, in Base64; `key_id`: of the office key that made it.
    """

    origin: str
    record_count: int
    hash: str
    signature: str
    key_id: str

    @property
    def lines(self) -> tuple[str, str, str]:
        """The three lines, as they are signed."""
        return lines_of(self.origin, self.record_count, self.hash)

    @property
    def text(self) -> str:
        """The three lines with their line ends."""
        return _text(self.lines)


def lines_of(origin: str, record_count: int, digest: str) -> tuple[str, str, str]:
    """Return the three lines of a checkpoint."""
    return origin, str(record_count), base64.b64encode(bytes.fromhex(digest)).decode("ascii")


def _text(lines: Sequence[str]) -> str:
    return "".join(f"{line}\n" for line in lines)


def make(workspace: Workspace, seq: int | None = None) -> Checkpoint:
    """Return the signed checkpoint of the journal as it is, or as it was when it ended with some record.

    Raises:
        NotFound: when there is no such record.
        StorageError: as `current_key`, or `key_locked`.
    """
    key = current_key(workspace)
    mark = workspace.queries.journal_mark(workspace.queries.journal_head()[0] if seq is None else seq)
    origin = origin_of(workspace.queries.office().file_id)
    signature = workspace.signer().sign_message(_text(lines_of(origin, mark.seq, mark.hash)).encode())
    return Checkpoint(origin, mark.seq, mark.hash, base64.b64encode(signature).decode("ascii"), key.key_id)


def write(workspace: Workspace, *, file: Path, seq: int | None = None) -> Checkpoint:
    """Write the checkpoint of the journal, as it is or as it was when it ended with some record, to a new file.

    Raises:
        StorageError: `exists`, `output`, or as `make`.
    """
    made = make(workspace, seq)
    note = _note_key(made.origin, current_key(workspace))
    signed = base64.b64encode(note + base64.b64decode(made.signature)).decode("ascii")
    write_file(workspace, file, f"{made.text}\n— {made.origin} {signed}\n".encode())
    keep(workspace, made)
    return made


def _note_key(name: str, key: PublicKey) -> bytes:
    """Return the four bytes by which a signed note names a key."""
    return hashlib.sha256(f"{name}\n".encode() + bytes([key.algorithm]) + key.raw).digest()[:4]


def read(file: Path, *, signer: Signer, keys: Sequence[PublicKey]) -> Checkpoint:
    """Read a checkpoint and check its signature against the keys that are trusted.

    Raises:
        InvalidInput: `checkpoint`, when it is none; `checkpoint_signature`, when none of the keys signed it.
        StorageError: `missing_file`.
    """
    try:
        content = file.read_bytes()[:_LARGEST_BYTES]
    except OSError as error:
        raise StorageError("missing_file", file, str(error)) from error
    try:
        lines = content.decode("utf-8").split("\n")
        origin, count, digest, empty, signed, end = lines
        dash, name, encoded = signed.split(" ")
        blob = base64.b64decode(encoded, validate=True)
        found = Checkpoint(origin, int(count), base64.b64decode(digest, validate=True).hex(), "", "")
        # One spelling only: every changed byte is an error, also one that Base64 would not look at.
        is_form = (
            (dash, name, empty, end) == ("—", origin, "", "")
            and found.lines == (origin, count, digest)
            and base64.b64encode(blob).decode("ascii") == encoded
        )
    except (ValueError, binascii.Error) as error:
        raise InvalidInput("checkpoint", found=file.name) from error
    if not is_form:
        raise InvalidInput("checkpoint", found=file.name)
    for key in keys:
        is_named = blob[:4] == _note_key(origin, key)
        if is_named and signer.is_signed(key, found.text.encode(), blob[4:]):
            signature = base64.b64encode(blob[4:]).decode("ascii")
            return Checkpoint(origin, found.record_count, found.hash, signature, key.key_id)
    raise InvalidInput("checkpoint_signature", found=file.name)


def is_extended(workspace: Workspace, checkpoint: Checkpoint) -> bool:
    """Return whether this data file's history extends a checkpoint: same office, and the record is there unchanged."""
    is_same = checkpoint.origin == origin_of(workspace.queries.office().file_id)
    return is_same and workspace.queries.journal_hash(checkpoint.record_count) == checkpoint.hash


def keep(workspace: Workspace, checkpoint: Checkpoint) -> None:
    """Remember a checkpoint that was made here, or shown and found to be extended.

    From then on this computer refuses a file of this office that does not extend it.

    Raises:
        StorageError: `output`.
    """
    remember(workspace, origin=checkpoint.origin, record_count=checkpoint.record_count, digest=checkpoint.hash)
