"""Attachments (附件): files kept in the side folder, recorded only after they are durable, verified, exported."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from voucher_app.domain.attachment import LARGEST_BYTES, AttachmentKind
from voucher_app.domain.errors import InvalidInput, NotFound
from voucher_app.domain.text import parse_line

if TYPE_CHECKING:
    from voucher_app.domain.attachment import Attachment
    from voucher_app.domain.operators import Operator
    from voucher_app.services.ports.attachment import AttachmentStore, StoredFile
    from voucher_app.services.ports.unit_of_work import Records, UnitOfWork
    from voucher_app.services.workspace import Workspace


@dataclass(frozen=True, slots=True)
class AttachmentFinding:
    """A recorded file that is not what was recorded; `fault` is `missing` or `changed`."""

    attachment: Attachment
    fault: str


def parse_subject(text: str) -> tuple[str, int]:
    """Read what a file belongs to, such as `application:7`.

    Raises:
        InvalidInput: for any other form.
    """
    noun, colon, key = text.strip().partition(":")
    if not colon or not (key.isascii() and key.isdigit()) or len(key) > len(str(2**63)) or int(key) >= 2**63:
        raise InvalidInput("attachment_subject", found=text, choices="application, redemption, batch …")
    return noun, int(key)


def check_subject(records: Records, noun: str, key: int) -> None:
    """Refuse a record that is not there.

    Raises:
        NotFound: when it is not.
    """
    if not records.attachments.has_subject(noun, key):
        raise NotFound(noun, key)


@dataclass(frozen=True, slots=True)
class Kept:
    """A file that is to be kept: where it is, what it is called, what it is for, digest and size as measured."""

    file: Path
    name: str
    kind: str
    stored: StoredFile


def measured(store: AttachmentStore, file: Path, *, kind: str) -> Kept:
    """Return a file that is to be kept, measured.

    Raises:
        InvalidInput: for a name that cannot be kept, an empty file or one that is too large.
        StorageError: when the file cannot be read.
    """
    name = parse_line(file.name, field="file_name")
    return Kept(file, name, kind, store.measure(file, largest_bytes=LARGEST_BYTES))


def keep(work: UnitOfWork, store: AttachmentStore, kept: Kept, *, subject: str, operator: Operator) -> int:
    """Keep a file with a record inside an act; return the attachment's row.

    Raises:
        StorageError: when the file cannot be kept, or is no longer what was measured.
    """
    # Durable before it is recorded: a crash may leave a file that nothing names, never a name without a file.
    store.put(kept.file, expected=kept.stored)
    return work.attachments.add(
        subject=subject, kind=kept.kind, file_name=kept.name, stored=kept.stored, prepared_by=operator.id
    )


def add(
    workspace: Workspace, *, subject: str, file: Path, kind: str, operator: Operator, request_id: str
) -> Attachment:
    """Keep a file with a record; the same content is stored once, however often it is attached.

    Args:
        workspace: the open workspace.
        subject: what it belongs to, such as `application:7`.
        file: the file; at most 50 MiB.
        kind: what it is for, one of `AttachmentKind`.
        operator: who adds it.
        request_id: unique per request.

    Raises:
        InvalidInput: for an unknown kind or subject, an empty file or one that is too large.
        NotFound: when there is no such record.
        StorageError: when the file cannot be read or kept.
    """
    if kind not in set(AttachmentKind):
        raise InvalidInput("choice", found=kind, choices=" ".join(AttachmentKind))
    noun, key = parse_subject(subject)
    store = workspace.data_file.attachments
    kept = measured(store, file, kind=kind)
    facts: dict[str, object] = {
        "subject": f"{noun}:{key}",
        "kind": kind,
        "file_name": kept.name,
        "sha256": kept.stored.sha256,
        "size_bytes": kept.stored.size_bytes,
    }
    with workspace.unit_of_work("attachment.add", operator=operator, request_id=request_id, facts=facts) as work:
        if not work.repeats:
            check_subject(work, noun, key)
            attachment_id = keep(work, store, kept, subject=f"{noun}:{key}", operator=operator)
            work.about(f"{noun}:{key}")
            work.commit([attachment_id])
        return work.attachments.get(work.result[0])


def verify(workspace: Workspace) -> tuple[int, list[AttachmentFinding]]:
    """Read every recorded file and compare it with its record; return how many there are, and what is wrong."""
    recorded = workspace.records().attachments.all()
    store = workspace.data_file.attachments
    faults: dict[tuple[str, int], str] = {}
    findings = []
    for one in recorded:
        key = (one.sha256, one.size_bytes)
        if key not in faults:
            faults[key] = store.fault(sha256=one.sha256, size_bytes=one.size_bytes)
        if faults[key]:
            findings.append(AttachmentFinding(one, faults[key]))
    return len(recorded), findings


def export(workspace: Workspace, *, attachment_id: int, folder: Path) -> Path:
    """Copy an attached file out under the name it came with; return where it is.

    Raises:
        NotFound: when there is no such attachment.
        StorageError: when the folder is missing, the name is taken, or the stored file is missing or changed.
    """
    one = workspace.records().attachments.get(attachment_id)
    target = folder / Path(one.file_name).name
    workspace.data_file.attachments.export(sha256=one.sha256, size_bytes=one.size_bytes, target=target)
    return target
