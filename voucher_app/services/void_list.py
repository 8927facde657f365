"""The list of void numbers (作废名单): what ended up to a day and which keys are revoked, signed by the office key.

Who checks a paper without the office needs it: a signature alone never tells that a voucher was voided since. The file
is one JSON object whose `list` is a text, and the signature covers exactly the bytes of that text, after the word
`SLV1`; so nobody has to write JSON the same way twice to check it.
"""

from __future__ import annotations

import base64
import binascii
import json
from dataclasses import dataclass
from datetime import UTC, date
from typing import TYPE_CHECKING, Any, Final

from voucher_app.domain.errors import InvalidInput
from voucher_app.services.office_key import current_key
from voucher_app.services.ports.errors import StorageError
from voucher_app.services.verifier import FORMAT, document_of, published
from voucher_app.services.written_file import write_file

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from voucher_app.services.papers import PublicKey, Signer
    from voucher_app.services.workspace import Workspace

LARGEST_BYTES: Final = 64 * 1024 * 1024
_PARTS: Final = {"format", "algorithm", "key", "signature", "list"}


@dataclass(frozen=True, slots=True)
class VoidList:
    """A list that was read and whose signature is right.

    Attributes:
        signed_with: the key's identifier.
        ended: by voucher number, status and day.
        revoked: by key identifier, the day and the reason.
    """

    office: str
    as_of: date
    journal_seq: int
    signed_with: str
    ended: dict[str, tuple[str, date]]
    revoked: dict[str, tuple[date, str]]


def content_of(workspace: Workspace) -> tuple[bytes, int]:
    """Return the signed list as of today as the bytes of its file, and how many numbers are in it.

    Raises:
        StorageError: as `current_key`, or `key_locked`.
    """
    key = current_key(workspace)
    told = published(workspace)
    made_at = workspace.clock.now().astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    inner = canonical(document_of(told) | {"made_at": made_at})
    signature = workspace.signer().sign_message(_message(inner))
    outer = canonical(
        {
            "format": FORMAT,
            "algorithm": key.algorithm,
            "key": key.key_id,
            "signature": base64.b64encode(signature).decode("ascii"),
            "list": inner,
        }
    )
    return f"{outer}\n".encode(), len(told.ended)


def write(workspace: Workspace, *, file: Path) -> int:
    """Write the signed list as of today; return how many numbers are in it. An earlier list may be replaced.

    Raises:
        StorageError: `exists`, when the file is no such list; `output`; or as `content_of`.
    """
    content, count = content_of(workspace)
    try:
        is_one = _looks_like_one(file)
    except FileNotFoundError:
        is_one = False
    except OSError as error:
        raise StorageError("output", file, str(error)) from error
    write_file(workspace, file, content, replaces=is_one)
    return count


def canonical(document: dict[str, Any]) -> str:
    """Return a document as JSON without white space, its keys in order."""
    return json.dumps(document, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def _message(inner: str) -> bytes:
    return FORMAT.encode("ascii") + inner.encode()


def _looks_like_one(file: Path) -> bool:
    with file.open("rb") as stream:
        return stream.read(64).startswith(b'{"algorithm":') and file.stat().st_size <= LARGEST_BYTES


def read(file: Path, *, signer: Signer, keys: Sequence[PublicKey]) -> VoidList:
    """Read a list and check its signature against the keys that are trusted.

    Raises:
        InvalidInput: `void_list`, when it is no list; `void_list_signature`, when none of the keys signed it, or the
            one that did is revoked in it.
        StorageError: `missing_file`.
    """
    try:
        if file.stat().st_size > LARGEST_BYTES:
            raise InvalidInput("void_list", found=file.name)
        content = file.read_bytes()
    except OSError as error:
        raise StorageError("missing_file", file, str(error)) from error
    try:
        outer = json.loads(content)
        inner, key_id, algorithm = str(outer["list"]), str(outer["key"]), int(outer["algorithm"])
        signature = base64.b64decode(outer["signature"], validate=True)
        said = json.loads(inner)
        found = _read(said, key_id)
        # One spelling of a signature only, and no part that is not looked at: every changed byte is an error.
        good = (
            outer["format"] == said["format"] == FORMAT
            and set(outer) == _PARTS
            and base64.b64encode(signature).decode("ascii") == outer["signature"]
        )
    except (ValueError, KeyError, TypeError, binascii.Error, RecursionError) as error:
        raise InvalidInput("void_list", found=file.name) from error
    signed = any(
        (key.key_id, key.algorithm) == (key_id, algorithm) and signer.is_signed(key, _message(inner), signature)
        for key in keys
    )
    if not good:
        raise InvalidInput("void_list", found=file.name)
    if not signed or key_id in found.revoked:
        raise InvalidInput("void_list_signature", found=file.name)
    return found


def _read(said: dict[str, Any], key_id: str) -> VoidList:
    return VoidList(
        office=str(said["office"]),
        as_of=date.fromisoformat(said["as_of"]),
        journal_seq=int(said["journal_seq"]),
        signed_with=key_id,
        ended={str(number): (str(status), date.fromisoformat(day)) for number, status, day in said["ended"]},
        revoked={
            str(key["id"]): (date.fromisoformat(key["revoked_on"]), str(key["reason"]))
            for key in said["keys"]
            if key["revoked_on"] is not None
        },
    )
