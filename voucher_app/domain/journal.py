"""The journal (操作日志): one record per act, chained by hashes, replayable and provable.

The hash covers every column of the record and the hash before it. Beside it each record keeps a short digest of each
of its columns: the chain proves *that* a record was changed, the digests tell *which column*.
"""

from __future__ import annotations

import hashlib
import json
import struct
import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Sequence

HASH_VERSION: Final = 1
GENESIS: Final = "0" * 64
_DIGEST_CHARACTERS = 8

CONTENT_COLUMNS: Final = (
    "seq",
    "recorded_at",
    "business_date",
    "operator_id",
    "operator_name",
    "action",
    "request_id",
    "facts_digest",
    "subject",
    "reason",
    "result",
    "changes",
    "hash_version",
    "previous_hash",
)


@dataclass(frozen=True, slots=True)
class JournalRecord:
    """One act as it was recorded.

    Attributes:
        seq: 1, 2, 3 … without a gap.
        recorded_at: UTC instant, ISO with microseconds; `business_date`: the office's day (Asia/Shanghai).
        action: the use case's name, such as `voucher.issue`.
        request_id: unique; the same request never acts twice.
        facts_digest: SHA-256 of what was asked, to tell a repetition from another request under the same id.
        subject: what the act was about, such as `voucher:17`, or empty for a batch.
        result: JSON, what the use case returned, as row keys; after them what it kept beside its rows, if anything.
        changes: JSON, for every row written its full after-image:
            `{table: {"columns": [...], "rows": [[...], ...]}}`, the first column being the key.
    """

    seq: int
    recorded_at: str
    business_date: str
    operator_id: int
    operator_name: str
    action: str
    request_id: str
    facts_digest: str
    subject: str
    reason: str
    result: str
    changes: str
    hash_version: int
    previous_hash: str

    def content(self) -> tuple[int | str, ...]:
        """Return the values of `CONTENT_COLUMNS`, in that order."""
        return (
            self.seq,
            self.recorded_at,
            self.business_date,
            self.operator_id,
            self.operator_name,
            self.action,
            self.request_id,
            self.facts_digest,
            self.subject,
            self.reason,
            self.result,
            self.changes,
            self.hash_version,
            self.previous_hash,
        )


_ENCODER: Final = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), sort_keys=True)


def canonical(value: object) -> str:
    """Return the one JSON text of a value: no white space, keys in order, characters as they are."""
    return _ENCODER.encode(value)


def result_of(keys: Sequence[int], kept: str) -> str:
    """Return the result of an act as it is recorded: row keys, and after them a JSON object that it kept, if any."""
    return f"[{','.join([*map(str, keys), *([kept] if kept else [])])}]"


def keys_of(result: str) -> list[int]:
    """Return the row keys of a recorded result."""
    return [one for one in json.loads(result) if isinstance(one, int)]


def kept_of(result: str) -> str:
    """Return the JSON object that an act kept beside its rows, or nothing."""
    kept = [one for one in json.loads(result) if isinstance(one, dict)]
    return canonical(kept[0]) if kept else ""


def _encoded(content: Sequence[int | str]) -> list[bytes]:
    return [str(value).encode() for value in content]


def _digests(encoded: Sequence[bytes]) -> str:
    return struct.pack(f">{len(encoded)}I", *map(zlib.crc32, encoded)).hex()


def _hash(encoded: Sequence[bytes]) -> str:
    return hashlib.sha256(b"".join([b"%d:%s" % (len(value), value) for value in encoded])).hexdigest()


def column_digests(content: Sequence[int | str]) -> str:
    """Return eight hexadecimal characters per column: a CRC-32 that names the changed column.

    It proves nothing; the hash does. So it need not be a cryptographic one, and a cheap one keeps an act fast.
    """
    return _digests(_encoded(content))


def changed_columns(content: Sequence[int | str], digests: str) -> list[str]:
    """Return the names of the columns that no longer fit their digests."""
    fresh = column_digests(content)
    return [
        name
        for index, name in enumerate(CONTENT_COLUMNS)
        if fresh[index * _DIGEST_CHARACTERS : (index + 1) * _DIGEST_CHARACTERS]
        != digests[index * _DIGEST_CHARACTERS : (index + 1) * _DIGEST_CHARACTERS]
    ]


def record_hash(content: Sequence[int | str], digests: str) -> str:
    """Return the SHA-256 of a record: each value preceded by its length, so that no two records share a form."""
    return _hash(_encoded((*content, digests)))


def sealed(content: Sequence[int | str]) -> tuple[str, str]:
    """Return the column digests and the hash of a new record; every value is encoded once for both."""
    encoded = _encoded(content)
    digests = _digests(encoded)
    return digests, _hash([*encoded, digests.encode()])


def facts_digest(action: str, facts: dict[str, object]) -> str:
    """Return the digest of what was asked: the use case and its facts, operator and time left out."""
    return hashlib.sha256(canonical([action, facts]).encode()).hexdigest()
