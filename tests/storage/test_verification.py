"""`ledger verify` finds whatever was changed behind the program's back, and says where."""

from __future__ import annotations

import json
import sqlite3 as standard_sqlite3

import pytest

from voucher_app.domain.journal import GENESIS, column_digests, record_hash
from voucher_app.domain.money import Money
from voucher_app.services.ports.errors import StorageError
from voucher_app.services.wording.findings import finding_sentence
from voucher_app.storage.sqlite import verification
from voucher_app.storage.sqlite.connection import sqlite3
from voucher_app.storage.sqlite.migrations import migrate
from voucher_app.storage.sqlite.schema import KEY_OF, RECORDED_TABLES

TABLES = (*RECORDED_TABLES, "journal")
CONTENT = """seq, recorded_at, business_date, operator_id, operator_name, action, request_id, facts_digest, subject,
    reason, result, changes, hash_version, previous_hash"""


def _columns():
    """Return every column of every table that today's schema has, with its type."""
    connection = sqlite3.connect(":memory:", isolation_level=None)
    try:
        connection.execute("BEGIN")
        migrate(connection)
        tables = [
            row[0]
            for row in connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")
            if row[0] != "sqlite_sequence" and not row[0].startswith("search_")  # derived: see test_search_index
        ]
        assert set(tables) == set(TABLES)
        return [
            (table, row[1], row[2]) for table in tables for row in connection.execute(f"PRAGMA table_info({table})")
        ]
    finally:
        connection.close()


COLUMNS = _columns()


@pytest.fixture(autouse=True)
def _english(in_english):
    """Every finding is also put into words."""


def found(desk):
    findings = desk.verified()
    assert all(finding_sentence(finding) for finding in findings)
    return findings


def keys_of(desk, table):
    with desk.shell() as connection:
        key = KEY_OF.get(table, "id")
        return [row[0] for row in connection.execute(f"SELECT {key} FROM {table} ORDER BY {key}")]  # noqa: S608


def chosen(desk, table, which):
    keys = keys_of(desk, table)
    return keys[{"first": 0, "middle": len(keys) // 2, "last": -1}[which]]


def test_an_untouched_file_has_no_findings_and_every_record_is_counted(busy):
    verified = busy.workspace.data_file.verify()
    assert verified.findings == []
    assert verified.records == len(keys_of(busy, "journal"))
    assert verified.images > verified.records
    assert verified.head == busy.queries.journal_hash(verified.records)


@pytest.mark.parametrize("which", ["first", "middle", "last"])
@pytest.mark.parametrize(("table", "column", "kind"), COLUMNS)
def test_a_changed_column_is_named_with_its_table_and_key(busy, table, column, kind, which):
    key = chosen(busy, table, which)
    changed = f"coalesce({column}, 0) + 1000003" if kind == "INTEGER" else f"coalesce({column}, '') || 'x'"
    key_column = KEY_OF.get(table, "id")
    busy.tamper((f"UPDATE {table} SET {column} = {changed} WHERE {key_column} = ?", key))  # noqa: S608
    findings = found(busy)
    if column == key_column:
        new = key + 1_000_003
        if table == "journal":
            assert ("row_changed", "journal", new, "seq") in {(f.code, f.table, f.key, f.column) for f in findings}
            assert ("journal_gap", "journal", key) in {(f.code, f.table, f.key) for f in findings}
        else:
            named = {(f.code, f.table, f.key, f.column) for f in findings}
            assert ("row_missing", table, key, column) in named
            assert ("row_unrecorded", table, new, column) in named
        return
    exact = [f for f in findings if (f.code, f.table, f.key, f.column) == ("row_changed", table, key, column)]
    assert len(exact) == 1, findings
    # And nothing else is accused of having been edited, unless the journal no longer tells what was last written.
    assert [f for f in findings if f.code == "row_changed"] == exact or (table, column) == ("journal", "changes")


@pytest.mark.parametrize("which", ["first", "middle", "last"])
@pytest.mark.parametrize("column", ["column_digests", "hash"])
def test_one_changed_character_of_a_journal_digest_is_named_rightly(busy, column, which):
    key = chosen(busy, "journal", which)
    busy.tamper(
        (
            f"""UPDATE journal SET {column} = CASE substr({column}, 1, 1) WHEN 'a' THEN 'b' ELSE 'a' END
                || substr({column}, 2) WHERE seq = ?""",  # noqa: S608
            key,
        )
    )
    changed = [(f.key, f.column) for f in found(busy) if f.code == "row_changed"]
    assert changed == [(key, column)]


@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize("which", ["first", "middle", "last"])
def test_a_deleted_row_is_found(busy, table, which):
    key, key_column = chosen(busy, table, which), KEY_OF.get(table, "id")
    busy.tamper((f"DELETE FROM {table} WHERE {key_column} = ?", key))  # noqa: S608
    findings = found(busy)
    if table != "journal":
        assert ("row_missing", table, key) in {(f.code, f.table, f.key) for f in findings}
    elif which != "last":
        assert ("journal_gap", "journal", key) in {(f.code, f.table, f.key) for f in findings}
        assert "chain_broken" in {f.code for f in findings}
    else:
        assert findings, "what the last record wrote is unrecorded now"


@pytest.mark.parametrize("table", [table for table in RECORDED_TABLES if table not in {"office", "budget_year"}])
def test_an_inserted_row_is_found(busy, table):
    with busy.shell() as connection:
        columns = [row[1] for row in connection.execute(f"PRAGMA table_info({table})")]
    unique = {"uscc": "substr(uscc, 1, 17) || 'x'", "name": "name || 'x'", "key_id": "'ffffffff'", "version": "9"}
    unique |= {"contract_key": "'y'", "invoice_key": "'y'", "sequence": "sequence + 70", "number": "'n'"}
    unique |= {"application_id": "application_id + 70", "reverses": "NULL", "credit_id": "credit_id + 70"}
    unique |= {
        "transfer_id": "transfer_id + 700",
        "debit_id": "debit_id",
        "kind": "kind",
        "id": "1000",
        "migration_set": "'other'",
        "copy": "copy + 70",
        "place": "place + 70",
    }
    if table == "key_revocation":
        del unique["key_id"]  # a reference here, and the first proposal is withdrawn
    if table == "document_number":
        unique["subject"] = "subject || 'x'"
    if table == "import_file":
        unique["sha256"] = "replace(sha256, '0', '1')"
    values = ", ".join(unique.get(column, column) for column in columns)
    busy.tamper(f"INSERT INTO {table} SELECT {values} FROM {table} ORDER BY id LIMIT 1")  # noqa: S608
    assert ("row_unrecorded", table, 1000) in {(f.code, f.table, f.key) for f in found(busy)}


def test_a_transfer_inserted_with_its_balances_is_found(busy):
    """A clever insider also mends the balances; the journal still does not know the entry."""
    with busy.shell() as connection:
        (last,) = connection.execute("SELECT max(id) FROM transfer").fetchone()
    busy.tamper(
        ("INSERT INTO transfer VALUES (?, 2026, 'lapse', 16209, 16213, 5, NULL, 1)", last + 1),
        "UPDATE account SET balance_fen = balance_fen - 5 WHERE id = 16209",
        "UPDATE account SET balance_fen = balance_fen + 5 WHERE id = 16213",
    )
    named = {(f.code, f.table, f.key, f.column) for f in found(busy)}
    assert ("row_unrecorded", "transfer", last + 1, "id") in named
    assert ("row_changed", "account", 16209, "balance_fen") in named


@pytest.mark.parametrize("count", [1, 2, 5])
def test_a_journal_whose_tail_was_cut_is_found(busy, count):
    busy.tamper(f"DELETE FROM journal WHERE seq > (SELECT max(seq) - {count} FROM journal)")  # noqa: S608
    assert found(busy)


def _recompute(desk, edit):
    """Rewrite the journal from a record on, every hash right again, as an insider with the program's source would."""
    with desk.shell() as connection:
        rows = connection.execute(f"SELECT {CONTENT} FROM journal ORDER BY seq").fetchall()  # noqa: S608
    statements, previous = [], GENESIS
    for row in rows:
        content = (*edit(row)[:-1], previous)
        digests = column_digests(content)
        previous = record_hash(content, digests)
        statements.append(
            (
                """UPDATE journal SET reason = ?, changes = ?, previous_hash = ?, column_digests = ?, hash = ?
                   WHERE seq = ?""",
                content[9],
                content[11],
                content[13],
                digests,
                previous,
                content[0],
            )
        )
    desk.tamper(*statements)
    return previous


def test_recomputing_an_untouched_journal_gives_the_same_head(busy):
    head = busy.workspace.data_file.verify().head
    assert _recompute(busy, lambda row: row) == head
    assert found(busy) == []


def test_a_recomputed_chain_has_another_head_than_the_one_on_paper(busy):
    """A changed reason with every hash mended is consistent in itself: only the head in other hands tells."""
    before = busy.workspace.data_file.verify()
    _recompute(busy, lambda row: (*row[:9], "另一理由", *row[10:]) if row[0] == 7 else row)
    after = busy.workspace.data_file.verify()
    assert after.findings == []
    assert after.head != before.head


def test_an_amount_changed_in_row_and_journal_alike_contradicts_the_ledger(busy):
    """The transfer, its image and the chain are mended, but balances are sums of transfers."""
    with busy.shell() as connection:
        key, fen = connection.execute(
            "SELECT id, amount_fen FROM transfer WHERE kind = 'issuance' ORDER BY id LIMIT 1"
        ).fetchone()

    def edit(row):
        changes = json.loads(row[11])
        for image in changes.get("transfer", {"rows": []})["rows"]:
            if image[0] == key:
                image[5] = fen + 1
        text = json.dumps(changes, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
        return (*row[:11], text, *row[12:])

    busy.tamper(("UPDATE transfer SET amount_fen = ? WHERE id = ?", fen + 1, key))
    _recompute(busy, edit)
    assert {(f.code, f.table) for f in found(busy)} >= {("balance_wrong", "account")}


@pytest.mark.parametrize(
    "changes",
    [
        "",
        "null",
        "[]",
        '{"voucher":3}',
        '{"voucher":{"columns":[],"rows":[["x"]]}}',
        '{"voucher":{"columns":["id"],"rows":[[null]]}}',
        '{"voucher":{"columns":["id"],"rows":[[-5]]}}',
        '{"voucher":{"columns":["id"],"rows":[[123456789012345678]]}}',
        '{"voucher":{"columns":["id"],"rows":[[123456789012345678901234567890]]}}',
        '{"voucher":{"columns":["id"],"rows":[[true]]}}',
        '{"voucher":{"columns":["id","year"],"rows":[[1]]}}',
        '{"voucher":{"columns":["id"],"rows":[[]]}}',
        '{"voucher":{"columns":["id"],"rows":3}}',
        '{"sqlite_schema":{"columns":["id"],"rows":[[1]]}}',
        '{"voucher; DROP TABLE voucher":{"columns":["id"],"rows":[[1]]}}',
    ],
)
def test_a_journal_record_of_nonsense_is_named_and_stops_nothing(busy, changes):
    key = chosen(busy, "journal", "middle")
    busy.tamper(("UPDATE journal SET changes = ? WHERE seq = ?", changes, key))
    assert ("row_changed", "journal", key, "changes") in {(f.code, f.table, f.key, f.column) for f in found(busy)}


@pytest.mark.parametrize("column", ["year", "sequence", "face_fen", "policy_id"])
@pytest.mark.parametrize("value", [-5, 0, 2**62, -(2**62)])
def test_absurd_numbers_in_a_row_are_named_and_stop_nothing(busy, column, value):
    busy.tamper((f"UPDATE voucher SET {column} = ? WHERE id = 2", value))  # noqa: S608
    assert ("row_changed", "voucher", 2, column) in {(f.code, f.table, f.key, f.column) for f in found(busy)}


def test_a_journal_record_nested_without_end_is_named_and_stops_nothing(busy):
    busy.tamper(("UPDATE journal SET changes = ? WHERE seq = 3", "[" * 200_000))
    assert ("row_changed", 3, "changes") in {(f.code, f.key, f.column) for f in found(busy)}


def test_a_dropped_trigger_is_found(busy):
    with busy.shell() as connection:
        connection.execute("DROP TRIGGER transfer_is_never_edited")
    assert [f.code for f in found(busy)] == ["schema_changed"]


def test_an_added_table_is_found(busy):
    with busy.shell() as connection:
        connection.execute("CREATE TABLE notes (id INTEGER PRIMARY KEY)")
    assert [f.code for f in found(busy)] == ["schema_changed"]


def test_a_voucher_number_that_is_not_its_own_is_found(busy):
    busy.tamper("UPDATE voucher SET number = 'SX-2026-000009-0' WHERE sequence = 2")
    assert ("number_wrong", "number") in {(f.code, f.column) for f in found(busy)}


def test_a_status_that_does_not_fit_the_balance_is_found(busy):
    busy.tamper("UPDATE voucher SET status = 'used-up' WHERE sequence = 1")
    assert ("status_wrong", "status") in {(f.code, f.column) for f in found(busy)}


def test_a_million_wrong_rows_are_told_by_the_first_thousand(busy, monkeypatch):
    monkeypatch.setattr(verification, "MOST_FINDINGS", 3)
    busy.tamper("UPDATE voucher SET use_by = 'x'")
    assert len(found(busy)) == 3


@pytest.mark.parametrize("where", [0.3, 0.5, 0.7, 0.9])
def test_a_page_of_noise_is_told_and_never_a_crash(busy, where):
    busy.close()
    data = bytearray(busy.path.read_bytes())
    start = int(len(data) * where) // 4096 * 4096
    data[start : start + 4096] = bytes(255 - byte for byte in data[start : start + 4096])
    busy.path.write_bytes(data)
    try:
        codes = {finding.code for finding in found(busy)}
    except StorageError as refused:
        codes = {refused.code} & {"damaged"}
    assert codes


def test_verification_changes_nothing(busy):
    busy.close()
    before = busy.path.read_bytes()
    assert found(busy) == []
    assert busy.path.read_bytes() == before


def test_the_standard_library_reads_the_same_file(busy):
    """No private feature of the newer SQLite is in the schema."""
    busy.close()
    with standard_sqlite3.connect(busy.path) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    connection.close()


def test_a_year_in_use_stays_verifiable_after_more_acts(busy):
    busy.issue()
    busy.redeemed(busy.numbers[0], Money.yuan(1))
    assert found(busy) == []


# ------------------------------------------------------------------------------------------- payments and recoveries

LIES = {
    "a settled redemption is called paid": (
        "UPDATE redemption SET status = 'disbursed' WHERE status = 'settled'", {("status_wrong", "redemption")},
    ),
    "a paid redemption is called owed": (
        "UPDATE redemption SET status = 'verified' WHERE status = 'disbursed'", {("status_wrong", "redemption")},
    ),
    "a recovery is forgotten": (
        "UPDATE redemption SET status = 'disbursed' WHERE status = 'recovering'", {("status_wrong", "redemption")},
    ),
    "a line pays a fen more": (
        "UPDATE settlement_line SET amount_fen = amount_fen + 2, province_fen = province_fen + 1 WHERE status = 'paid'",
        {("balance_wrong", "settlement_line"), ("balance_wrong", "redemption")},
    ),
    "the province bears a fen more": (
        "UPDATE settlement_line SET province_fen = province_fen + 1", {("balance_wrong", "settlement_line")},
    ),
    "a line is called paid": (
        "UPDATE settlement_line SET status = 'paid', receipt_number = 'X', paid_on = 'x' WHERE status = 'pending'",
        {("balance_wrong", "redemption"), ("status_wrong", "settlement"), ("status_wrong", "redemption")},
    ),
    "a paid line is called failed": (
        "UPDATE settlement_line SET status = 'failed' WHERE status = 'paid'", {("balance_wrong", "redemption")},
    ),
    "a settlement is called reconciled": (
        "UPDATE settlement SET status = 'reconciled' WHERE status = 'disbursed'", {("status_wrong", "settlement")},
    ),
    "a settlement is called cancelled": (
        "UPDATE settlement SET status = 'cancelled' WHERE status = 'draft'", {("status_wrong", "settlement")},
    ),
    "a fen came back that did not": (
        "UPDATE recovery SET received_fen = received_fen + 1 WHERE status = 'decided'", {("balance_wrong", "recovery")},
    ),
    "a recovery is called done": (
        "UPDATE recovery SET status = 'received' WHERE status = 'decided'", {("status_wrong", "recovery")},
    ),
    "a receipt is a fen larger": (
        "UPDATE recovery_receipt SET amount_fen = amount_fen + 1",
        {("balance_wrong", "recovery_receipt"), ("balance_wrong", "recovery")},
    ),
    "a receipt names another entry": (
        "UPDATE recovery_receipt SET transfer_id = transfer_id + 700",
        {("balance_wrong", "recovery_receipt"), ("balance_wrong", "transfer")},
    ),
    "a raise was a fen smaller": (
        "UPDATE cap_change SET amount_fen = amount_fen - 1 WHERE status = 'decided'", {("balance_wrong", "cap_change")},
    ),
    "a refused raise was decided": (
        "UPDATE cap_change SET status = 'decided' WHERE status = 'refused'", {("balance_wrong", "cap_change")},
    ),
}  # fmt: skip


@pytest.mark.parametrize("lie", LIES)
def test_a_lie_told_in_rows_and_journal_alike_contradicts_the_ledger(busy, lie):
    """Rows, images and chain are all mended: only what the tables say of each other is left to tell."""
    statement, expected = LIES[lie]
    busy.tamper(statement)
    with busy.shell() as connection:
        present = {
            table: {row[0]: list(row) for row in connection.execute(f"SELECT * FROM {table}")}  # noqa: S608
            for table in RECORDED_TABLES
        }

    def edit(row):
        changes = json.loads(row[11])
        for table, part in changes.items():
            part["rows"] = [present[table][image[0]] for image in part["rows"]]
        text = json.dumps(changes, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
        return (*row[:11], text, *row[12:])

    _recompute(busy, edit)
    findings = {(f.code, f.table) for f in found(busy)}
    assert expected <= findings
    assert not {code for code, _ in findings} & {"row_changed", "chain_broken"}


def test_a_policy_that_nests_without_end_hides_nothing(busy):
    """As the hostile reading found it: the verification ended with an error of ours, and named nothing."""
    busy.tamper(("UPDATE policy SET content = ?", "a=" + "[" * 9_000))
    assert ("row_changed", "policy") in {(finding.code, finding.table) for finding in busy.verified()}
