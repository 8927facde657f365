"""Check a ledger of compute vouchers (算力券台账) where only Python 3.9 or newer is installed.

    python verify_ledger.py FILE [--checkpoint 封账凭证]... [--key 公钥.pem]... [--compare 旧副本] [--lang en]

FILE is a data file of the voucher desk, or what `ledger export` wrote. It is read and never written. This one file of
the standard library shares nothing with the program: it was written from the description of the journal, so that a
mistake of the one is seen by the other. Take it from a place that you trust.

What it looks at: every journal record's hash and its link to the one before; the last after-image of every row of
every table against the row as it is, column by column; tables, indexes and triggers against those of a released
version; every balance against the sum of its transfers; the money of each year; gaps in numbers. That finds whatever
was edited. Whoever rewrites the whole journal with all its hashes, cuts its end, puts an old copy back or goes on
from a fork leaves a file that fits itself: only a checkpoint that you kept elsewhere tells, so give one.

It names the first record that differs. Exit 0: nothing differs; 1: something differs; 2: it could not be looked at.
"""

from __future__ import annotations

import argparse
import base64
import binascii
import hashlib
import json
import os
import re
import sqlite3
import sys
import zlib
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    _Point = tuple[int, int, int, int]

RELEASED = {
    1: "41aafb408c72f440ef01777a37b585a349558bec76c25d1ebee1dea214718f31",
    2: "689b7b266e0295275035a2c2290cdbb71f74849707c187fd1eb05e41f83e961f",
    3: "1abbacfc26658a28fc6e8eb37b31ad43b84d8e84b6b9aec089177f300ef492a5",
    4: "75a4ffb8a0bbe2feaed2287e95a8a12821aaf13e450c14fa1c85b42926107da7",
}
"""SHA-256 of all statements of the schema of each released version: sorted, white space made one space."""
SEARCH_TABLES = frozenset({"search_form", "search_entry"})
"""What is searched of each record, made from the records; the journal does not answer for it, nor for its indexes."""
KEPT_BY_SQLITE = frozenset(
    f"search_{index}_{part}" for index in ("text", "initials") for part in ("data", "idx", "config")
)
"""In what SQLite keeps those indexes; it makes and states these tables itself."""
EXPORT = "SLE1"
_CONTENT = (
    "seq", "recorded_at", "business_date", "operator_id", "operator_name", "action", "request_id", "facts_digest",
    "subject", "reason", "result", "changes", "hash_version", "previous_hash",
)  # fmt: skip
_JOURNAL = (*_CONTENT, "column_digests", "hash")
_BEFORE_ALL = "0" * 64
_MOST_FINDINGS, _AT_ONCE, _LONGEST_NOTE, _READABLE = 1000, 500, 4096, 100
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*", re.ASCII)

WORDS = {
    "unreadable": ("无法读取 {name}：{detail}", "{name} cannot be read: {detail}"),
    "not_ours": (
        "{name} 既不是算力券台账的数据文件，也不是台账导出文件。",
        "{name} is neither a data file of the voucher desk nor an export of its ledger.",
    ),
    "too_old": (
        "本机 Python 自带的 SQLite（{detail}）太旧，打不开数据文件 {name}。请改用 ledger export 的导出文件。",
        "The SQLite of this Python ({detail}) is too old for {name}. Use what `ledger export` writes instead.",
    ),
    "no_note": ("{name} 不是封账凭证。", "{name} is no checkpoint."),
    "storage": ("文件结构已损坏：{found}", "The file's structure is damaged: {found}"),
    "newer": (
        "表结构版本 {found} 不是本核对程序所知的版本。请用随该版本发布的核对程序。",
        "This check does not know version {found} of the tables. Take the one that was released with it.",
    ),
    "schema_changed": (
        "文件的表、索引或触发器被改动、增加或删除。", "Tables, indexes or triggers were changed, added or dropped."
    ),
    "foreign_key": ("{table} {key} 指向不存在的行。", "{table} {key} points to a row that does not exist."),
    "journal_gap": ("操作日志断号：缺第 {expected} 条。", "The journal jumps: record {expected} is missing."),
    "record_changed": (
        "操作日志第 {key} 条被改动：{column} 栏与其哈希不符。",
        "Journal record {key} was changed: its column {column} does not fit its hash.",
    ),
    "chain_broken": (
        "操作日志第 {key} 条接不上前一条。", "Journal record {key} does not follow from the one before it."
    ),
    "row_changed": (
        "{table} {key} 的 {column} 栏被改动：现为 {found}，操作日志第 {seq} 条记载为 {expected}。",
        "{table} {key}, column {column}, was changed: it holds {found}, journal record {seq} says {expected}.",
    ),
    "row_missing": (
        "{table} {key} 被删除：操作日志第 {seq} 条写过它，文件里没有。",
        "{table} {key} was deleted: journal record {seq} wrote it, the file does not have it.",
    ),
    "row_unrecorded": (
        "{table} {key} 是绕过操作日志添加的。", "{table} {key} was added without a journal record."
    ),
    "unknown_table": (
        "操作日志第 {seq} 条写到不存在的表 {table}。", "Journal record {seq} names a table {table} that does not exist."
    ),
    "balance_wrong": (
        "{table} {key} 的 {column}：现为 {found}，按分录应为 {expected}（单位：分）。",
        "{table} {key}, {column}: it holds {found}, its transfers give {expected} (fen).",
    ),
    "identity_broken": (
        "{key} 年资金不平：各处合计 {found} 分，拨入 {expected} 分。",
        "Year {key} does not add up: {found} fen in all places, {expected} were appropriated.",
    ),
    "number_gap": (
        "{table} {key} 断号：{column} 为 {found}，应为 {expected}。",
        "{table} {key}: {column} is {found} where {expected} should follow.",
    ),
    "number_wrong": (
        "{table} {key} 的券号为 {found}，应为 {expected}。",
        "{table} {key}: its number is {found}, not {expected}.",
    ),
    "status_wrong": (
        "{table} {key} 的状态 {found} 与其金额不符（{expected}）。",
        "{table} {key}: the status {found} does not fit its money ({expected}).",
    ),
    "note_signature": (
        "封账凭证 {name} 的签名不成立：凭证被改动，或不是用所给公钥对应的密钥签署。",
        "The signature of the checkpoint {name} is wrong: it was changed, or signed with another key.",
    ),
    "note_origin": (
        "封账凭证 {name} 属于另一台账（{found}），本文件是 {expected}。",
        "The checkpoint {name} is of another ledger ({found}); this one is {expected}.",
    ),
    "cut": (
        "日志在第 {found} 条结束，封账凭证 {name} 证明曾有 {expected} 条：从第 {key} 条起被截去，或换回了旧副本。",
        "The journal ends with record {found}; the checkpoint {name} proves {expected}: it was cut from record {key} "
        "on, or an old copy was put back.",
    ),
    "rewritten": (
        "日志被改写或分叉：第一条不同的记录在第 {key} 条至第 {expected} 条之间（封账凭证 {name}）。",
        "The journal was rewritten or forked: the first record that differs is between {key} and {expected} "
        "(checkpoint {name}).",
    ),
    "other_history": (
        "与 {name} 相比，第一条不同的记录是第 {key} 条（{column}）。",
        "Compared with {name}, the first record that differs is {key} ({column}).",
    ),
    "first": ("发现问题，第一处：", "Something differs; the first of it:"),
    "further": ("另有 {count} 处：", "{count} more:"),
    "good": (
        "{name}：完好。{count} 条操作日志、{images} 份行映像、全部余额与编号均相符。末条哈希 {head}",
        "{name}: nothing differs. {count} journal records, {images} row images, all balances and numbers agree. "
        "Last hash {head}",
    ),
    "extends": (
        "历史延续了封账凭证 {name}（第 {count} 条）。", "Its history extends the checkpoint {name} (record {count})."
    ),
    "own_key": (
        "注意：未给出公钥，凭证签名是用文件自带的公钥核对的；改写文件的人可以换上自己的。请用 --key 给出公布的公钥。",
        "Note: no key was given, so signatures were checked with the keys inside the file, which whoever rewrote it "
        "may have put there. Give the published one with --key.",
    ),
    "no_checkpoint": (
        "注意：未给出封账凭证，因此查不出重写全部日志、截尾、换回旧副本或分叉。",
        "Note: without a checkpoint a journal rewritten as a whole, cut, rolled back or forked is not found.",
    ),
}  # fmt: skip


class Finding(NamedTuple):
    """One thing that differs; `seq`: the journal record that tells, or 0."""

    code: str
    table: str = ""
    key: Any = None
    column: str = ""
    found: Any = None
    expected: Any = None
    seq: int = 0
    name: str = ""


class Unusable(Exception):  # noqa: N818 - what happened, as a person would say it
    """It could not be looked at; `code` is a key of `WORDS`."""

    def __init__(self, code: str, name: str, detail: object = "") -> None:
        super().__init__(code)
        self.code, self.facts = code, {"name": name, "detail": detail}


class Ledger(NamedTuple):
    """A ledger open for reading: its rows as SQL, and the statements of its schema."""

    name: str
    rows: Any
    version: int
    schema: list[str]
    is_export: bool


class Report(NamedTuple):
    """What was looked at, and what differs, the first first."""

    records: int
    images: int
    head: str
    findings: list[Finding]
    extended: list[tuple[str, int]]
    used_own_keys: bool


def said(code: str, facts: dict[str, Any], *, english: bool) -> str:
    """Return a sentence; control characters of a forged text are not obeyed, and long values are cut."""
    shown = {}
    for key, value in facts.items():
        text = "".join(c if c.isprintable() else "�" for c in str(value))
        shown[key] = text if len(text) <= _READABLE or key in {"name", "detail"} else text[:_READABLE] + "…"
    return WORDS[code][1 if english else 0].format(**shown)


# ------------------------------------------------------------------------------------------- reading


def open_ledger(path: Path) -> Ledger:
    """Open a data file or an export without ever writing to it.

    Raises:
        Unusable: when it is neither, or cannot be read.
    """
    try:
        with path.open("rb") as stream:
            start = stream.read(100)
        if start.startswith(b"SQLite format 3\0"):
            return _data_file(path)
        if start.startswith(b'{"format":"%s"' % EXPORT.encode()):
            return _export(path)
    except (OSError, ValueError, KeyError, TypeError, RecursionError, sqlite3.Error) as error:
        # A statement of the schema that this SQLite does not know is told like damage; STRICT came with 3.37.
        is_old = "malformed database schema" in str(error) and sqlite3.sqlite_version_info < (3, 37)
        raise Unusable(
            "too_old" if is_old else "unreadable", path.name, sqlite3.sqlite_version if is_old else error
        ) from error
    raise Unusable("not_ours", path.name)


def _text(raw: bytes) -> str:
    return raw.decode("utf-8", "surrogateescape")


def _connected(address: str) -> Any:  # noqa: ANN401 - a connection, closed by whoever asked
    rows = sqlite3.connect(address, uri=True)
    rows.text_factory = _text
    rows.create_function("number_of", 2, _voucher_number)
    return rows


def _data_file(path: Path) -> Ledger:
    # A log beside the file holds its newest pages and has to be read; without one nothing needs to be locked or made.
    has_log = any(os.path.exists(f"{path}{suffix}") for suffix in ("-wal", "-shm", "-journal"))  # noqa: PTH110
    rows = _connected(f"{path.absolute().as_uri()}?{'mode=ro' if has_log else 'immutable=1'}")
    try:
        rows.execute("PRAGMA query_only=ON")
        rows.execute("PRAGMA trusted_schema=OFF")
        rows.execute("BEGIN")
        (version,) = rows.execute("PRAGMA user_version").fetchone()
        stated = rows.execute("SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL")
        schema = [str(sql) for name, sql in stated if name not in KEPT_BY_SQLITE]
        if not any(row[0] == "journal" for row in rows.execute("SELECT name FROM sqlite_master")):
            raise Unusable("not_ours", path.name)
    except BaseException:
        rows.close()
        raise
    return Ledger(path.name, rows, version, schema, is_export=False)


def _export(path: Path) -> Ledger:
    """Read an export into a temporary database, so that both forms are checked by the same statements."""
    rows = _connected("")
    rows.isolation_level = None
    try:
        with path.open("rb") as stream:
            lines = (json.loads(line) for line in stream)
            head = next(lines)
            table, width = "", 0
            for count, line in enumerate(lines, start=1):
                if isinstance(line, list):
                    if len(line) != width:
                        raise ValueError(f"line {count + 1}")
                    rows.execute(f"INSERT INTO {table} VALUES ({','.join('?' * width)})", line)
                elif "end" in line:
                    if line["end"] != count or stream.read(1):
                        raise ValueError("end")
                    break
                else:
                    table, width = _make_table(rows, line), len(line["columns"])
            else:
                raise ValueError("end")
    except BaseException:
        rows.close()
        raise
    return Ledger(path.name, rows, int(head["schema_version"]), [str(sql) for sql in head["schema"]], is_export=True)


def _make_table(rows: Any, line: dict[str, Any]) -> str:  # noqa: ANN401 - a connection
    """Make a table without types, which keeps every value as it is; only a constant is taken over as a default."""
    parts = []
    for name, default in line["columns"]:
        constant = default is not None and re.fullmatch(r"-?[0-9]+|'[^']*'", default)
        parts.append(f"{name} DEFAULT {default}" if constant else name)
    if not all(_NAME.fullmatch(name) for name in (line["table"], *(name for name, _ in line["columns"]))):
        raise ValueError(line["table"])
    rows.execute(f"CREATE TABLE {line['table']} ({', '.join(parts)})")
    rows.execute(f"CREATE INDEX {line['table']}_by_key ON {line['table']} ({line['columns'][0][0]})")
    return str(line["table"])


def _tables(ledger: Ledger) -> list[str]:
    """Return the tables that the journal answers for; a search index is made from them and holds nothing of its own."""
    known = ledger.rows.execute("SELECT name, sql FROM sqlite_master WHERE type = 'table'").fetchall()
    virtual = [name for name, sql in known if str(sql).upper().startswith("CREATE VIRTUAL")]
    derived = ("sqlite_", *(f"{name}_" for name in virtual))
    left_out = {"journal", *virtual, *SEARCH_TABLES}
    return [name for name, _ in known if name not in left_out and not name.startswith(derived)]


# ------------------------------------------------------------------------------------------- the journal


def _encoded(values: Sequence[Any]) -> list[bytes]:
    return [str(value).encode("utf-8", "surrogateescape") for value in values]


def _hash_of(encoded: Sequence[bytes]) -> str:
    """Each value counts with its length before it, so that no two records share a form."""
    return hashlib.sha256(b"".join(b"%d:%s" % (len(value), value) for value in encoded)).hexdigest()


def _changed_column(record: tuple[Any, ...]) -> str:
    """Return which column of a record does not fit its hash, by the short digests of its columns."""
    digests, stored = record[-2], record[-1]
    encoded = _encoded(record[:-2])
    fresh = "".join(f"{zlib.crc32(value):08x}" for value in encoded)
    if _hash_of([*encoded, fresh.encode()]) == stored:
        return "column_digests"
    for place, name in enumerate(_CONTENT):
        if str(digests)[place * 8 : place * 8 + 8] != fresh[place * 8 : place * 8 + 8]:
            return name
    return "hash"


def check_chain(ledger: Ledger) -> tuple[int, str, list[Finding]]:
    """Recompute every record; return how many there are, the last hash, and what differs."""
    findings: list[Finding] = []
    previous, count = _BEFORE_ALL, 0
    for record in ledger.rows.execute(f"SELECT {', '.join(_JOURNAL)} FROM journal ORDER BY seq"):
        seq = record[0]
        if seq != count + 1:
            findings.append(Finding("journal_gap", "journal", seq, "seq", seq, count + 1, count + 1))
        if _hash_of(_encoded(record[:-1])) != record[-1]:
            findings.append(Finding("record_changed", "journal", seq, _changed_column(record), seq=seq))
        elif record[13] != previous:
            findings.append(Finding("chain_broken", "journal", seq, "previous_hash", record[13], previous, seq))
        previous, count = record[-1], seq
        if len(findings) >= _MOST_FINDINGS:
            break
    return count, str(previous), findings


# ------------------------------------------------------------------------------------------- after-images


class _Met:
    """Which keys were met: one bit each, and a set for absurd ones."""

    def __init__(self) -> None:
        self._bits = bytearray()
        self._far: set[int] = set()

    def first(self, key: int) -> bool:
        """Note a key; return whether it is met for the first time."""
        if key >= 1 << 28:
            is_new = key not in self._far
            self._far.add(key)
            return is_new
        place, bit = key >> 3, 1 << (key & 7)
        if place >= len(self._bits):
            self._bits.extend(bytes(place + 4096 - len(self._bits)))
        is_new = not self._bits[place] & bit
        self._bits[place] |= bit
        return is_new

    def __contains__(self, key: Any) -> bool:  # noqa: ANN401 - whatever a forged file holds
        if not isinstance(key, int) or key < 0 or key >= 1 << 28:
            return key in self._far
        return key >> 3 < len(self._bits) and bool(self._bits[key >> 3] & 1 << (key & 7))


def _images(changes: str) -> Iterator[tuple[str, list[str], list[list[Any]]]]:
    tables = json.loads(changes)
    for table in sorted(tables):
        columns, rows = tables[table]["columns"], tables[table]["rows"]
        if not all(isinstance(row, list) and len(row) == len(columns) and type(row[0]) is int and 0 < row[0] < 1 << 63
                   for row in rows):  # fmt: skip
            raise ValueError(table)
        yield table, columns, rows


def _default(sql: str | None) -> Any:  # noqa: ANN401 - a value of a row
    if sql is None or sql.upper() == "NULL":
        return None
    if re.fullmatch(r"-?[0-9]+", sql):
        return int(sql)
    # Nothing equals what is no constant.
    return sql[1:-1].replace("''", "'") if len(sql) > 1 and sql[0] == sql[-1] == "'" else _default


def check_images(ledger: Ledger) -> tuple[int, list[Finding]]:
    """Hold every row of every table against its last after-image, column by column.

    The journal is read from its end, so the first image met of a row is its last one.
    """
    findings: list[Finding] = []
    tables = _tables(ledger)
    shape = {
        table: {row[1]: _default(row[4]) for row in ledger.rows.execute(f"PRAGMA table_info({table})")}
        for table in tables
    }
    met = {table: _Met() for table in tables}
    compared = 0
    for seq, changes in ledger.rows.execute("SELECT seq, changes FROM journal ORDER BY seq DESC"):
        try:
            images = list(_images(changes))
        except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
            continue  # the chain has named this record already
        for table, columns, rows in images:
            if table not in met:
                findings.append(Finding("unknown_table", table, seq=seq))
                continue
            last = [row for row in rows if met[table].first(row[0])]
            compared += len(rows)
            for start in range(0, len(last), _AT_ONCE):
                findings += _compared(ledger, table, columns, last[start : start + _AT_ONCE], shape[table], seq)
    findings.reverse()
    for table in tables:
        key = next(iter(shape[table]))
        findings += [
            Finding("row_unrecorded", table, row[0], key)
            for row in ledger.rows.execute(f"SELECT {key} FROM {table}")
            if row[0] not in met[table]
        ][:_MOST_FINDINGS]
    return compared, findings


def _compared(
    ledger: Ledger, table: str, columns: list[str], images: list[list[Any]], shape: dict[str, Any], seq: int
) -> list[Finding]:
    key = next(iter(shape))
    statement = f"SELECT * FROM {table} WHERE {key} IN ({','.join('?' * len(images))})"
    present = {row[0]: row for row in ledger.rows.execute(statement, [image[0] for image in images])}
    findings = []
    for image in images:
        row = present.get(image[0])
        if row is None:
            findings.append(Finding("row_missing", table, image[0], key, seq=seq))
            continue
        told = dict(zip(columns, image))  # noqa: B905 - Python 3.9 has no strict; lengths were compared
        for column, value in zip(shape, row):  # noqa: B905
            expected = told.get(column, shape[column])
            if type(value) is not type(expected) or value != expected:
                shown = None if expected is _default else expected
                findings.append(Finding("row_changed", table, image[0], column, value, shown, seq))
    return findings


# ------------------------------------------------------------------------------------------- money and numbers


def _voucher_number(year: Any, sequence: Any) -> str:  # noqa: ANN401 - whatever a forged file holds
    """Return the number of a voucher, its check character by ISO 7064 MOD 11-2."""
    if not isinstance(year, int) or not isinstance(sequence, int) or year < 0 or sequence < 0:
        return ""
    rest = 0
    for digit in f"{year}{sequence:06d}":
        rest = (rest + int(digit)) * 2 % 11
    return f"SX-{year}-{sequence:06d}-{'0123456789X'[(12 - rest) % 11]}"


_LEFT = "(v.face_fen - v.recycled_fen - v.redeemed_fen)"
CHECKS = (
    (1, "balance_wrong", "account", "balance_fen", """
        SELECT a.id, a.balance_fen, coalesce(m.fen, 0) FROM account a LEFT JOIN (SELECT account, sum(fen) AS
          fen FROM (
            SELECT credit_id AS account, amount_fen AS fen FROM transfer UNION ALL SELECT debit_id, -amount_fen
              FROM transfer
          ) GROUP BY account) m ON m.account = a.id WHERE a.balance_fen IS NOT coalesce(m.fen, 0)"""),
    (1, "balance_wrong", "transfer", "debit_id, credit_id", """
        SELECT id, debit_id, credit_id FROM transfer WHERE debit_id NOT IN (SELECT id FROM account)
          OR credit_id NOT IN (SELECT id FROM account)"""),
    (1, "identity_broken", "budget_year", "", """
        SELECT y.id, (SELECT coalesce(sum(balance_fen), 0) FROM account WHERE id IN (y.id * 8 + 1, y.id * 8 +
          4, y.id * 8 + 5))
          + (SELECT coalesce(sum(a.balance_fen), 0) FROM voucher v JOIN account a ON a.id = v.id * 8 + 2 WHERE
            v.year = y.id)
          + (SELECT coalesce(sum(a.balance_fen), 0) FROM voucher v JOIN redemption r ON r.voucher_id = v.id
             JOIN account a ON a.id = r.id * 8 + 3 WHERE v.year = y.id) AS found,
          -(SELECT coalesce(sum(balance_fen), 0) FROM account WHERE id = y.id * 8) AS expected
        FROM budget_year y WHERE found <> expected"""),
    (1, "balance_wrong", "budget_year", "outstanding_fen", """
        SELECT y.id, y.outstanding_fen, (SELECT coalesce(sum(a.balance_fen), 0) FROM voucher v
          JOIN account a ON a.id = v.id * 8 + 2 WHERE v.year = y.id) AS expected
        FROM budget_year y WHERE y.outstanding_fen IS NOT expected"""),
    (1, "balance_wrong", "budget_year", "payable_fen", """
        SELECT y.id, y.payable_fen, (SELECT coalesce(sum(a.balance_fen), 0) FROM voucher v JOIN redemption r
          ON r.voucher_id = v.id JOIN account a ON a.id = r.id * 8 + 3 WHERE v.year = y.id) AS expected
        FROM budget_year y WHERE y.payable_fen IS NOT expected"""),
    (1, "balance_wrong", "voucher", "redeemed_fen", f"""
        SELECT v.id, {_LEFT}, a.balance_fen FROM voucher v LEFT JOIN account a ON a.id = v.id * 8 + 2
        WHERE a.balance_fen IS NOT {_LEFT}"""),
    (1, "status_wrong", "voucher", "status", f"""
        SELECT v.id, v.status, {_LEFT} FROM voucher v WHERE NOT CASE v.status WHEN 'usable' THEN {_LEFT} = v.face_fen
          WHEN 'partly-used' THEN {_LEFT} > 0 AND {_LEFT} < v.face_fen WHEN 'frozen' THEN {_LEFT} > 0 ELSE
            {_LEFT} = 0 END"""),
    (1, "status_wrong", "redemption", "status", """
        SELECT r.id, r.status, coalesce(a.balance_fen, 0) FROM redemption r LEFT JOIN account a ON a.id = r.id * 8 + 3
        WHERE coalesce(a.balance_fen, 0) <> CASE WHEN r.status IN ('verified', 'settled') THEN r.approved_fen
          ELSE 0 END"""),
    (1, "number_wrong", "voucher", "number", """
        SELECT id, number, number_of(year, sequence) FROM voucher WHERE number IS NOT number_of(year, sequence)"""),
    (1, "number_gap", "transfer", "id", """
        SELECT id, id, n FROM (SELECT id, row_number() OVER (ORDER BY id) AS n FROM transfer) WHERE id <> n"""),
    (1, "number_gap", "voucher", "sequence", """
        SELECT id, sequence, n FROM (SELECT id, sequence, row_number() OVER (PARTITION BY year ORDER BY sequence) AS n
          FROM voucher) WHERE sequence <> n"""),
    (2, "balance_wrong", "settlement_line", "amount_fen", """
        SELECT l.id, l.amount_fen, r.approved_fen FROM settlement_line l LEFT JOIN redemption r ON r.id =
          l.redemption_id
        WHERE l.amount_fen IS NOT r.approved_fen"""),
    (2, "balance_wrong", "settlement_line", "province_fen", """
        SELECT id, province_fen, amount_fen * province_millionths / 1000000 FROM settlement_line
        WHERE province_fen <> amount_fen * province_millionths / 1000000"""),
    (2, "balance_wrong", "redemption", "paid", """
        SELECT r.id, (SELECT coalesce(sum(amount_fen), 0) FROM settlement_line WHERE redemption_id = r.id AND
          status = 'paid')
            AS lines, (SELECT coalesce(sum(t.amount_fen - coalesce(u.amount_fen, 0)), 0) FROM transfer t
             LEFT JOIN transfer u ON u.reverses = t.id WHERE t.debit_id = r.id * 8 + 3 AND t.kind =
               'disbursement') AS moved
        FROM redemption r WHERE lines <> moved"""),
    (2, "status_wrong", "redemption", "status", """
        SELECT r.id, r.status, pending || ', ' || paid || ', ' || coalesce(open, '-') FROM (
          SELECT redemption.*, (SELECT count(*) FROM settlement_line WHERE redemption_id = redemption.id AND
            status = 'pending')
              AS pending, (SELECT count(*) FROM settlement_line WHERE redemption_id = redemption.id AND status
                = 'paid') AS paid,
            (SELECT sum(status = 'decided') FROM recovery WHERE redemption_id = redemption.id) AS open FROM
              redemption) r
        WHERE NOT CASE r.status WHEN 'settled' THEN pending = 1 AND paid = 0 AND open IS NULL
          WHEN 'disbursed' THEN pending = 0 AND paid = 1 AND open IS NULL
          WHEN 'recovering' THEN pending = 0 AND paid = 1 AND open IS 1
          WHEN 'recovered' THEN pending = 0 AND paid = 1 AND open IS 0
          ELSE pending = 0 AND paid = 0 AND open IS NULL END"""),
    (2, "status_wrong", "settlement", "status", """
        SELECT s.id, s.status, pending || ', ' || paid || ', ' || waiting FROM (SELECT settlement.id,
          settlement.status,
            sum(l.status = 'pending') AS pending, sum(l.status = 'paid') AS paid,
            sum(l.status = 'paid' AND l.is_reconciled = 0) AS waiting
          FROM settlement JOIN settlement_line l ON l.settlement_id = settlement.id GROUP BY settlement.id) s
        WHERE NOT CASE s.status WHEN 'draft' THEN paid = 0 WHEN 'disbursed' THEN pending = 0
          WHEN 'reconciled' THEN pending = 0 AND waiting = 0 WHEN 'closed' THEN pending = 0 AND waiting = 0
          WHEN 'cancelled' THEN pending = 0 AND paid = 0 ELSE 1 END"""),
    (2, "balance_wrong", "recovery", "received_fen", """
        SELECT r.id, r.received_fen, (SELECT coalesce(sum(amount_fen), 0) FROM recovery_receipt WHERE
          recovery_id = r.id) AS got
        FROM recovery r WHERE r.received_fen <> got OR (r.status = 'received') <> (r.received_fen = r.amount_fen)"""),
    (2, "balance_wrong", "recovery_receipt", "amount_fen", """
        SELECT c.id, c.amount_fen, t.amount_fen FROM recovery_receipt c LEFT JOIN transfer t
          ON t.id = c.transfer_id AND t.kind = 'recovery' WHERE t.amount_fen IS NOT c.amount_fen"""),
    (2, "balance_wrong", "transfer", "amount_fen", """
        SELECT id, amount_fen, 0 FROM transfer WHERE kind = 'recovery'
          AND id NOT IN (SELECT transfer_id FROM recovery_receipt)"""),
    (2, "balance_wrong", "cap_change", "amount_fen", """
        SELECT y.id, (SELECT coalesce(sum(amount_fen), 0) FROM transfer WHERE kind = 'appropriation' AND year = y.id
            AND id > (SELECT min(id) FROM transfer WHERE kind = 'appropriation' AND year = y.id)) AS raised,
          (SELECT coalesce(sum(amount_fen), 0) FROM cap_change WHERE year = y.id AND status = 'decided') AS decided
        FROM budget_year y WHERE raised <> decided"""),
    (3, "number_gap", "document_number", "sequence", """
        SELECT id, sequence, n FROM (SELECT id, sequence, row_number() OVER (PARTITION BY kind, year ORDER BY
          sequence) AS n
          FROM document_number) WHERE sequence <> n"""),
    (3, "number_gap", "print_item", "copy", """
        SELECT id, copy, n FROM (SELECT id, copy, row_number() OVER (PARTITION BY kind, subject ORDER BY copy) AS n
          FROM print_item) WHERE copy <> n"""),
    (3, "number_gap", "print_item", "place", """
        SELECT id, place, n FROM (SELECT id, place, row_number() OVER (PARTITION BY job_id ORDER BY place) AS n
          FROM print_item) WHERE place <> n"""),
    (3, "status_wrong", "print_job", "items", """
        SELECT j.id, j.items, (SELECT count(*) FROM print_item WHERE job_id = j.id) AS there FROM print_job j
        WHERE j.items <> there"""),
)  # fmt: skip
"""Since which version of the tables, its code, of which table and column, and what finds (key, found, expected)."""


def check_storage(ledger: Ledger) -> list[Finding]:
    """Check the form of the file, and its schema against that of its version."""
    findings = []
    if not ledger.is_export:
        findings += [Finding("storage", found=row[0]) for row in ledger.rows.execute("PRAGMA integrity_check(10)")
                     if row[0] != "ok"]  # fmt: skip
        # What SQLite made itself has no statement, so the digest below does not cover it.
        # SQLite also takes bytes where a name should be.
        made = ledger.rows.execute("SELECT type, name, tbl_name, sql FROM sqlite_master").fetchall()
        findings += [
            Finding("schema_changed", "sqlite_schema", column="tbl_name")
            for kind, name, table, sql in made
            if not all(isinstance(one, str) for one in (kind, name, table, sql or ""))
            or (sql is None and (kind != "index" or not name.startswith(f"sqlite_autoindex_{table}_")))
        ]
        findings += [Finding("foreign_key", row[0], row[1]) for row in ledger.rows.execute("PRAGMA foreign_key_check")]
    if ledger.version not in RELEASED:
        return [*findings, Finding("newer", found=ledger.version)]
    normal = sorted(" ".join(sql.split()) for sql in ledger.schema)
    if hashlib.sha256("\n".join(normal).encode("utf-8", "surrogateescape")).hexdigest() != RELEASED[ledger.version]:
        findings.append(Finding("schema_changed", "sqlite_schema"))
    return findings


def check_money(ledger: Ledger) -> list[Finding]:
    """Check balances, the money of each year, states and numbers."""
    findings = []
    for since, code, table, column, statement in CHECKS:
        if ledger.version >= since:
            found = ledger.rows.execute(statement).fetchmany(_MOST_FINDINGS)
            findings += [Finding(code, table, row[0], column, row[1], row[2]) for row in found]
    return findings


# ------------------------------------------------------------------------------------------- checkpoints

_P = 2**255 - 19
_L = 2**252 + 27742317777372353535851937790883648493
_D = -121665 * pow(121666, _P - 2, _P) % _P
_PEM_BEFORE = bytes.fromhex("302a300506032b6570032100")
_KEY_BYTES, _SIGNATURE_BYTES, _ED25519 = 32, 64, b"\x01"


def _added(one: _Point, other: _Point) -> _Point:
    a = (one[1] - one[0]) * (other[1] - other[0]) % _P
    b = (one[1] + one[0]) * (other[1] + other[0]) % _P
    c, d = 2 * one[3] * other[3] * _D % _P, 2 * one[2] * other[2] % _P
    return (b - a) * (d - c) % _P, (d + c) * (b + a) % _P, (d - c) * (d + c) % _P, (b - a) * (b + a) % _P


def _multiplied(factor: int, point: _Point) -> _Point:
    found = (0, 1, 1, 0)
    for bit in f"{factor:b}":
        found = _added(found, found)
        found = _added(found, point) if bit == "1" else found
    return found


def _point(raw: bytes) -> _Point | None:
    y = int.from_bytes(raw, "little")
    sign, y = y >> 255, y & (2**255 - 1)
    square = (y * y - 1) * pow(_D * y * y + 1, _P - 2, _P) % _P
    x = pow(square, (_P + 3) // 8, _P)
    if x * x % _P != square:
        x = x * pow(2, (_P - 1) // 4, _P) % _P
    if y >= _P or x * x % _P != square or (not x and sign):
        return None
    x = x if x & 1 == sign else _P - x
    return x, y, 1, x * y % _P


def is_signed(public: bytes, message: bytes, signature: bytes) -> bool:
    """Return whether an Ed25519 key made this signature (RFC 8032, 5.1.7)."""
    if len(public) != _KEY_BYTES or len(signature) != _SIGNATURE_BYTES:
        return False
    key, commitment = _point(public), _point(signature[:32])
    base = _point((4 * pow(5, _P - 2, _P) % _P).to_bytes(32, "little"))
    scalar = int.from_bytes(signature[32:], "little")
    if key is None or commitment is None or base is None or scalar >= _L:
        return False
    challenge = int.from_bytes(hashlib.sha512(signature[:32] + public + message).digest(), "little") % _L
    one, other = _multiplied(scalar, base), _added(commitment, _multiplied(challenge, key))
    return (one[0] * other[2] - other[0] * one[2]) % _P == 0 and (one[1] * other[2] - other[1] * one[2]) % _P == 0


class Note(NamedTuple):
    """A checkpoint as it was read: which ledger, how many records, the hash of the last, and the signature over it."""

    name: str
    origin: str
    records: int
    hash: str
    text: bytes
    mark: bytes
    signature: bytes


def read_note(path: Path) -> Note:
    """Read a checkpoint: three lines, an empty one, and a signature line (C2SP signed-note).

    Raises:
        Unusable: for anything else.
    """
    try:
        content = path.read_bytes()[:_LONGEST_NOTE].decode("utf-8")
        origin, count, digest, empty, signed, end = content.split("\n")
        dash, name, encoded = signed.split(" ")
        blob, raw = base64.b64decode(encoded, validate=True), base64.b64decode(digest, validate=True)
        said_again = base64.b64encode(raw).decode(), base64.b64encode(blob).decode()
        again = f"{origin}\n{int(count)}\n{said_again[0]}\n\n— {origin} {said_again[1]}\n"
        if (dash, name, empty, end) != ("—", origin, "", "") or again != content or int(count) < 1:
            raise ValueError("form")
    except OSError as error:
        raise Unusable("unreadable", path.name, error) from error
    except (ValueError, binascii.Error) as error:
        raise Unusable("no_note", path.name) from error
    text = f"{origin}\n{count}\n{digest}\n".encode()
    return Note(path.name, origin, int(count), raw.hex(), text, blob[:4], blob[4:])


def read_key(path: Path) -> bytes:
    """Read a published Ed25519 key in PEM form.

    Raises:
        Unusable: for anything else.
    """
    try:
        lines = path.read_text(encoding="ascii").strip().splitlines()
        content = base64.b64decode("".join(line for line in lines if not line.startswith("-----")), validate=True)
        if not content.startswith(_PEM_BEFORE) or len(content) != len(_PEM_BEFORE) + _KEY_BYTES:
            raise ValueError("no Ed25519 public key")
    except (OSError, ValueError) as error:
        raise Unusable("unreadable", path.name, error) from error
    return content[len(_PEM_BEFORE) :]


def _own_keys(ledger: Ledger) -> list[bytes]:
    keys = []
    for (text,) in ledger.rows.execute("SELECT public_key FROM signing_key"):
        try:
            keys.append(bytes.fromhex(str(text)))
        except (ValueError, binascii.Error):
            continue  # the after-images tell it
    return keys


def check_notes(
    ledger: Ledger, notes: Sequence[Note], keys: Sequence[bytes], count: int
) -> tuple[list[Finding], list[Note]]:
    """Hold the history against checkpoints; return what differs, and those that it extends.

    The first record that differs lies after the last checkpoint that still fits.
    """
    findings: list[Finding] = []
    extended: list[Note] = []
    row = ledger.rows.execute("SELECT file_id FROM office").fetchone()
    origin = f"voucher-office/{row[0] if row else ''}"
    last_good = 0
    for note in sorted(notes, key=lambda one: one.records):
        named = [
            key
            for key in keys
            if hashlib.sha256(f"{note.origin}\n".encode() + _ED25519 + key).digest()[:4] == note.mark
        ]
        if not any(is_signed(key, note.text, note.signature) for key in named):
            findings.append(Finding("note_signature", name=note.name))
        elif note.origin != origin:
            findings.append(Finding("note_origin", found=note.origin, expected=origin, name=note.name))
        elif note.records > count:
            findings.append(Finding("cut", "journal", count + 1, "seq", count, note.records, count + 1, note.name))
        elif ledger.rows.execute("SELECT hash FROM journal WHERE seq = ?", (note.records,)).fetchone() != (note.hash,):
            findings.append(
                Finding("rewritten", "journal", last_good + 1, "hash", None, note.records, last_good + 1, note.name)
            )
        else:
            last_good = note.records
            extended.append(note)
    return findings, extended


def check_against(ledger: Ledger, other: Ledger) -> list[Finding]:
    """Return the first record that is not as in another copy of the same ledger; one may go on after the other ends."""
    statement = f"SELECT {', '.join(_JOURNAL)} FROM journal ORDER BY seq"
    for here, there in zip(ledger.rows.execute(statement), other.rows.execute(statement)):  # noqa: B905 - one may go on
        for column, mine, theirs in zip(_JOURNAL, here, there):  # noqa: B905 - the same columns
            if mine != theirs:
                return [Finding("other_history", "journal", here[0], column, mine, theirs, here[0], other.name)]
    return []


# ------------------------------------------------------------------------------------------- all of it


def check(
    ledger: Ledger, *, notes: Sequence[Note] = (), keys: Sequence[bytes] = (), other: Ledger | None = None
) -> Report:
    """Check everything; what cannot be read to its end is told as damage of the file."""
    count, head, images = 0, "", 0
    extended: list[Note] = []
    findings: list[Finding] = []
    try:
        count, head, findings = check_chain(ledger)
        told, extended = check_notes(ledger, notes, keys or _own_keys(ledger), count) if notes else ([], [])
        findings += told
        findings += check_against(ledger, other) if other is not None else []
        images, changed = check_images(ledger)
        findings += changed
        findings += check_money(ledger)
        findings += check_storage(ledger)
    except (sqlite3.Error, OverflowError, ValueError, TypeError) as error:
        findings.append(Finding("storage", found=error))
    # The first record that differs comes first, then rows by the record that wrote them, then what no record tells.
    findings.sort(key=lambda one: (one.table != "journal", one.seq or 1 << 62))
    return Report(
        count, images, head, findings, [(note.name, note.records) for note in extended], bool(notes and not keys)
    )


def lines_of(report: Report, name: str, *, with_notes: bool, english: bool) -> list[str]:
    """Return what is said of a ledger."""
    sentences = [said(one.code, one._asdict(), english=english) for one in report.findings]
    if sentences:
        lines = [f"{name}: {said('first', {}, english=english)}", f"  {sentences[0]}"]
        if sentences[1:]:
            shown = sentences[1:20]
            lines += [said("further", {"count": len(sentences) - 1}, english=english), *(f"  {one}" for one in shown)]
    else:
        facts = {"name": name, "count": report.records, "images": report.images, "head": report.head}
        lines = [said("good", facts, english=english)]
    lines += [said("extends", {"name": note, "count": count}, english=english) for note, count in report.extended]
    if report.used_own_keys:
        lines.append(said("own_key", {}, english=english))
    return lines if with_notes else [*lines, said("no_checkpoint", {}, english=english)]


def main(arguments: Sequence[str] | None = None) -> int:
    """Check the ledger that is named; print what was found and return the exit code."""
    parser = argparse.ArgumentParser(description="核对算力券台账 / check a ledger of compute vouchers")
    parser.add_argument("file", type=Path, metavar="FILE", help="数据文件或台账导出文件 / a data file or an export")
    parser.add_argument(
        "--checkpoint", type=Path, action="append", default=[], help="封账凭证，可多份 / a checkpoint, or several"
    )
    parser.add_argument(
        "--key", type=Path, action="append", default=[], help="公布的公钥，可多个 / a published key, or several"
    )
    parser.add_argument("--compare", type=Path, help="另存的旧副本或导出 / an earlier copy or export")
    parser.add_argument("--lang", choices=("zh", "en"), default="zh", help="语言 / language")
    given = parser.parse_args(arguments)
    english = given.lang == "en"
    for stream in (sys.stdout, sys.stderr):
        getattr(stream, "reconfigure", lambda **_: None)(errors="backslashreplace")
    try:
        notes, keys = [read_note(path) for path in given.checkpoint], [read_key(path) for path in given.key]
        ledger = open_ledger(given.file)
        with closing(ledger.rows):
            other = open_ledger(given.compare) if given.compare else None
            report = check(ledger, notes=notes, keys=keys, other=other)
            if other is not None:
                other.rows.close()
    except Unusable as error:
        sys.stderr.write(said(error.code, error.facts, english=english) + "\n")
        return 2
    lines = lines_of(report, given.file.name, with_notes=bool(notes), english=english)
    (sys.stderr if report.findings else sys.stdout).write("\n".join(lines) + "\n")
    return 1 if report.findings else 0


if __name__ == "__main__":
    sys.exit(main())
