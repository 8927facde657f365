"""The page that checks certificates without a network (查验页): its keys and its list come from the records."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING, Any, Final

from voucher_app.services.office_key import key_states
from voucher_app.services.ports.errors import StorageError
from voucher_app.services.ports.verifier import Published, PublishedKey

if TYPE_CHECKING:
    from pathlib import Path

    from voucher_app.services.workspace import Workspace


FORMAT: Final = "SLV1"


def published(workspace: Workspace) -> Published:
    """Gather what the office publishes today: every key it signed with, every voucher that is no longer good."""
    queries = workspace.queries
    office = queries.office()
    # The head comes first: an act of another program meanwhile makes the list newer than it says, never older.
    journal_seq, journal_hash = queries.journal_head()
    return Published(
        office_name=office.name,
        file_id=office.file_id,
        trial=office.trial,
        as_of=workspace.clock.today(),
        journal_seq=journal_seq,
        journal_hash=journal_hash,
        keys=tuple(
            PublishedKey(one.key, one.revoked_on, one.reason if one.revoked_on else "") for one in key_states(workspace)
        ),
        ended=queries.ended_vouchers(),
    )


def document_of(published: Published) -> dict[str, Any]:
    """Return what an office publishes as it stands in the page and, with when it was made, in a signed list (SLV1)."""
    return {
        "format": FORMAT,
        "office": published.office_name,
        "file_id": published.file_id,
        "trial": published.trial,
        "as_of": published.as_of.isoformat(),
        "journal_seq": published.journal_seq,
        "journal_hash": published.journal_hash,
        "keys": [
            {
                "id": one.key.key_id,
                "algorithm": one.key.algorithm,
                "raw_base64": base64.b64encode(one.key.raw).decode("ascii"),
                "revoked_on": one.revoked_on.isoformat() if one.revoked_on else None,
                "reason": one.reason,
            }
            for one in published.keys
        ],
        "ended": [[one.number, one.status, one.ended_on.isoformat()] for one in published.ended],
    }


def export_verifier(workspace: Workspace, *, file: Path) -> Published:
    """Write `verify.html`; only another such page is ever overwritten.

    Raises:
        StorageError: `exists`, when the file is something else; `output`, when it cannot be written.
    """
    builder = workspace.verifier()
    content = published(workspace)
    try:
        if file.exists() and not builder.is_a_verifier(file):
            raise StorageError("exists", file)
        builder.build(content, file)
    except OSError as error:
        raise StorageError("output", file, str(error)) from error
    return content
