"""Papers of the archive: list of a volume, checkpoint, public keys (domain.md §5.16, trust.md)."""

from __future__ import annotations

import base64
import hashlib
from typing import TYPE_CHECKING, Final

from voucher_app.domain.errors import NotFound
from voucher_app.domain.office_key import RevocationStatus
from voucher_app.domain.sm3 import sm3
from voucher_app.i18n import _
from voucher_app.services import checkpoint
from voucher_app.services.documents.facts import DocumentKind
from voucher_app.services.documents.gathering.content import Content, Gatherer, refused
from voucher_app.services.office_key import key_states
from voucher_app.services.wording.names import paper_name

if TYPE_CHECKING:
    from datetime import date

    from voucher_app.domain.errors import Violation
    from voucher_app.services.documents.facts import Row, Value
    from voucher_app.services.documents.gathering.content import Asked
    from voucher_app.services.office_key import KeyState
    from voucher_app.services.papers import PublicKey
    from voucher_app.services.queries.documents import VolumeItem

_ALGORITHMS: Final = {1: "Ed25519"}
_NO_FILE: Final = "—"
"""A paper that came out of a printer left no file."""


# ------------------------------------------------------------------------------------------- volumes


def _is_there(asked: Asked) -> list[Violation]:
    if asked.subject.noun == "year":
        asked.workspace.queries.year_money(asked.subject.number)
    return []


def _volume(asked: Asked) -> Content:
    noun, key = asked.subject.noun, asked.subject.number
    items = asked.workspace.queries.volume(noun, key)
    office = asked.workspace.queries.office().name
    if noun == "year":
        year, words, kept = key, _("year {year}").format(year=key), _("permanently")
    else:
        voucher = asked.workspace.records().vouchers.get_by_id(key)
        year, words, kept = voucher.year, str(voucher.number), _("30 years")
    manifest = "".join(f"{one.sha256}  {_file_name(one)}\n" for one in items).encode()
    return Content(
        words,
        {
            "volume": _("volume of {record}").format(record=words),
            "year": year,
            "retention": kept,
            "item_count": len(items),
            "page_count": None,
            "manifest_sha256": hashlib.sha256(manifest).hexdigest(),
            "manifest_sm3": sm3(manifest),
            "made_on": asked.dated,
            "made_by": asked.made_by,
            "checked_by": None,
        },
        {"items": [_item(one, office) for one in items]},
    )


def _file_name(one: VolumeItem) -> str:
    return one.file_name or _NO_FILE


def _item(one: VolumeItem, office: str) -> Row:
    return {
        "title": f"{paper_name(one.kind)}：{one.title}" if one.is_attachment else one.title,
        "document_number": one.document_number or None,
        "responsible": one.responsible or office,
        "dated": one.dated,
        "pages": None,
        "file_name": _file_name(one),
        "sha256": one.sha256,
    }


# ------------------------------------------------------------------------------------------- checkpoints and keys


def _is_recorded(asked: Asked) -> list[Violation]:
    asked.workspace.queries.journal_mark(asked.subject.number)
    return []


def _checkpoint(asked: Asked) -> Content:
    queries, seq = asked.workspace.queries, asked.subject.number
    made, mark = checkpoint.make(asked.workspace, seq), queries.journal_mark(seq)
    before = queries.checkpoint_before(seq)
    return Content(
        _("checkpoint of record {seq}").format(seq=seq),
        {
            "origin": made.origin,
            "record_count": made.record_count,
            "hash": made.hash,
            "business_date": mark.business_date,
            "made_at": mark.recorded_at,
            "made_by": asked.made_by,
            "key_id": made.key_id,
            "signature": made.signature,
            "previous_record_count": before.seq if before else None,
            "previous_hash": before.hash if before else None,
        },
        {"lines": [{"line": line} for line in made.lines]},
        qr_text="\n".join(made.lines),
    )


def _states(asked: Asked) -> list[KeyState]:
    """Return every key, the one that the page is about first."""
    states = key_states(asked.workspace)
    if not any(one.key.key_id == asked.subject.key for one in states):
        raise NotFound("key", asked.subject.key)
    return sorted(states, key=lambda one: one.key.key_id != asked.subject.key)


def _is_trusted(asked: Asked) -> list[Violation]:
    state = _states(asked)[0]
    if state.revocation != RevocationStatus.REVOKED:
        return []
    return refused("key_is_revoked", found=str(state.revoked_on), allowed="a trusted key", subject=asked.subject.key)


def _status(state: KeyState) -> str:
    if state.revocation == RevocationStatus.REVOKED:
        return _("Revoked")
    return _("In use") if state.is_current else _("Signs no more")


def _fingerprint(key: PublicKey) -> str:
    return hashlib.sha256(key.raw).hexdigest()


def _key_page(asked: Asked) -> Content:
    states, days = _states(asked), asked.workspace.queries.key_days()
    key = states[0].key
    fields: dict[str, Value] = {
        "key_id": key.key_id,
        "algorithm": _ALGORITHMS[key.algorithm],
        "public_key": key.raw.hex(),
        "sha256": _fingerprint(key),
        "valid_from": days[key.key_id],
        "published_on": asked.dated,
    }
    return Content(
        _("public key {key_id}").format(key_id=key.key_id),
        fields,
        {"keys": [_key_row(one, states, days) for one in states]},
        qr_text=f"SLQK1:{key.key_id}:{base64.b64encode(key.raw).decode('ascii')}",
    )


def _key_row(state: KeyState, states: list[KeyState], days: dict[str, date]) -> Row:
    """Return a key with its last day: of its revocation, or the day on which another one took its place."""
    since = days[state.key.key_id]
    until = state.revoked_on if state.revocation == RevocationStatus.REVOKED else None
    if until is None and not state.is_current:
        later = [days[one.key.key_id] for one in states if days[one.key.key_id] >= since and one is not state]
        until = min(later, default=None)
    return {
        "key_id": state.key.key_id,
        "algorithm": _ALGORITHMS[state.key.algorithm],
        "valid_from": since,
        "valid_until": until,
        "status": _status(state),
        "reason": state.reason or None,
        "public_key": state.key.raw.hex(),
    }


GATHERERS: Final = {
    DocumentKind.ARCHIVE_LIST: Gatherer("voucher", _is_there, _volume, also=("year",)),
    DocumentKind.CHECKPOINT: Gatherer("journal", _is_recorded, _checkpoint),
    DocumentKind.PUBLIC_KEY_PAGE: Gatherer("key", _is_trusted, _key_page),
}
