"""`ledger verify`: proof that the file is what its journal says, and nothing else.

The journal is read once, newest record first for the after-images: the first image met of a row is its last one, so
rows are compared as they are met, and a bit per key remembers which are done. Memory does not grow with the file.

A file of an older version is held against the schema of that version. After an upgrade most rows were last written
before it, so that their images do not name the columns that came since: such a column has to hold the constant DEFAULT
of its table, which is what the upgrade gave it.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from voucher_app.domain.journal import CONTENT_COLUMNS, GENESIS, changed_columns, column_digests, record_hash
from voucher_app.domain.ledger import KINDS_PER_SUBJECT, AccountKind
from voucher_app.domain.numbering import VoucherNumber
from voucher_app.services.data_file import Finding, Verification
from voucher_app.storage.sqlite import search_index
from voucher_app.storage.sqlite.connection import LIBRARY_ERRORS
from voucher_app.storage.sqlite.header import SCHEMA_VERSION
from voucher_app.storage.sqlite.images import NO_CONSTANT, after_images, defaults_of
from voucher_app.storage.sqlite.schema import RECORDED_TABLES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from voucher_app.storage.sqlite.connection import Connection

MOST_FINDINGS = 1000
"""A file of which nothing fits is told apart by its first thousand findings as well as by a million."""

_WITH_SETTLEMENTS = 2
"""The schema version from which on redemptions are settled, paid and recovered."""
_WITH_REGISTERS = 3
"""The schema version from which on document numbers and prints are registered."""
_WITH_INDEX = 4
"""The schema version from which on there is a search index."""
_JOURNAL = f"SELECT {', '.join(CONTENT_COLUMNS)}, column_digests, hash FROM journal"


class Findings:
    """A list of findings that stops growing when there is nothing left to learn."""

    def __init__(self) -> None:
        self.listed: list[Finding] = []

    def add(  # noqa: D102 - the fields of `Finding`
        self, code: str, table: str, key: int | None, column: str = "", found: object = None, expected: object = None
    ) -> None:
        if len(self.listed) < MOST_FINDINGS:
            self.listed.append(Finding(code, table, key, column, found, expected))

    def has(self, code: str, table: str) -> bool:
        """Return whether a table has a finding of this code."""
        return any(finding.code == code and finding.table == table for finding in self.listed)


class DoneKeys:
    """Which keys were met, one bit each, in pages, so that one absurd key costs no more than any other."""

    def __init__(self) -> None:
        self._pages: dict[int, bytearray] = {}
        self.count = 0

    def meet(self, key: int) -> bool:
        """Note a key; return whether it is met for the first time."""
        page = self._pages.get(key >> 15)
        if page is None:
            page = self._pages[key >> 15] = bytearray(4096)
        place, bit = key >> 3 & 4095, 1 << (key & 7)
        if page[place] & bit:
            return False
        page[place] |= bit
        self.count += 1
        return True

    def __contains__(self, key: int) -> bool:
        page = self._pages.get(key >> 15)
        return page is not None and bool(page[key >> 3 & 4095] & 1 << (key & 7))


def verify(connection: Connection, *, expected_schema: str, schema: str) -> Verification:
    """Check a file through one reading connection, on one snapshot.

    Args:
        connection: a connection of its own.
        expected_schema: digest of the schema that a file of this version has.
        schema: digest of the schema that the file has.
    """
    connection.execute("BEGIN")
    try:
        return verify_now(connection, expected_schema=expected_schema, schema=schema)
    finally:
        connection.execute("ROLLBACK")


def verify_now(connection: Connection, *, expected_schema: str, schema: str) -> Verification:
    """Check a file as it is inside the transaction that is open, its own uncommitted changes included."""
    assert connection.in_transaction, "every check looks at the same state"
    findings = Findings()
    version, index_is_stale = 0, False
    try:
        (version,) = connection.execute("PRAGMA user_version").fetchone()
        index_is_damaged = _check_storage(connection, findings)
        if schema != expected_schema:
            findings.add("schema_changed", "sqlite_schema", None, "sql", schema[:16], expected_schema[:16])
        records, head = _check_chain(connection, findings)
        images = _check_images(connection, findings)
        _check_balances(connection, findings)
        _check_years(connection, findings)
        _check_vouchers(connection, findings)
        if version >= _WITH_SETTLEMENTS:
            _check_redemptions(connection, findings)
            _check_settlements(connection, findings)
            _check_recoveries(connection, findings)
            _check_raises(connection, findings)
        if version >= _WITH_REGISTERS:
            _check_registers(connection, findings)
        if version >= _WITH_INDEX:
            index_is_stale = index_is_damaged or _index_is_stale(connection)
    except LIBRARY_ERRORS as error:
        findings.add("unreadable", "file", None, "", str(error))
        records, images, head = 0, 0, ""
    except (AttributeError, LookupError, TypeError, ValueError, OverflowError) as error:
        # A value of a type that its column cannot hold, or a column by another name: in a file of which something wrong
        # is told already, only.
        if not findings.listed:
            raise
        findings.add("unreadable", "file", None, "", str(error))
        records, images, head = 0, 0, ""
    return Verification(records, images, head, findings.listed, version, 0 < version < SCHEMA_VERSION, index_is_stale)


def _index_is_stale(connection: Connection) -> bool:
    """Return whether the search index differs from the records; it is derived, and no finding that stops a backup."""
    try:
        return search_index.is_stale(connection)
    except (*LIBRARY_ERRORS, AttributeError, TypeError, ValueError, OverflowError):
        return True  # a record that no text can be made of, as no column of ours can hold one: told by other checks


def _check_storage(connection: Connection, findings: Findings) -> bool:
    """Have SQLite look at its own structure; return whether it finds the search index damaged, which is no finding."""
    index_is_damaged = False
    for (message,) in connection.execute("PRAGMA integrity_check(100)"):
        if search_index.tells_of_index(message):
            index_is_damaged = True
        elif message != "ok":
            findings.add("storage", "file", None, "", message)
    # SQLite takes a name of the schema as bytes, too, and the schema's digest covers the statements only.
    for (name,) in connection.execute(
        """SELECT CAST(name AS TEXT) FROM sqlite_schema WHERE typeof(type) <> 'text' OR typeof(name) <> 'text'
           OR typeof(tbl_name) <> 'text' OR typeof(sql) NOT IN ('text', 'null')"""
    ):
        findings.add("schema_changed", "sqlite_schema", None, "type", name)
    # What SQLite made itself has no statement in the schema's digest, and it does not look at what stands beside it.
    for kind, name, table in connection.execute("SELECT type, name, tbl_name FROM sqlite_schema WHERE sql IS NULL"):
        if kind != "index" or not str(name).startswith(f"sqlite_autoindex_{table}_"):
            findings.add("schema_changed", "sqlite_schema", None, "tbl_name", table)
    for table, row_id, parent, _ in connection.execute("PRAGMA foreign_key_check"):
        findings.add("foreign_key", table, row_id, "", None, parent)
    return index_is_damaged


def _check_chain(connection: Connection, findings: Findings) -> tuple[int, str]:
    previous, expected_seq = GENESIS, 1
    for row in connection.execute(f"{_JOURNAL} ORDER BY seq"):
        content, digests, stored = row[:-2], row[-2], row[-1]
        seq = content[0]
        if seq != expected_seq:
            findings.add("journal_gap", "journal", expected_seq, "seq", seq, expected_seq)
        computed = record_hash(content, digests)
        if computed != stored:
            _name_changed_columns(connection, findings, content, digests, stored)
        if content[-1] != previous:
            findings.add("chain_broken", "journal", seq, "previous_hash", content[-1], previous)
        previous, expected_seq = stored, seq + 1
    return expected_seq - 1, previous


def _name_changed_columns(
    connection: Connection, findings: Findings, content: tuple[Any, ...], digests: str, stored: str
) -> None:
    seq = content[0]
    if record_hash(content, column_digests(content)) == stored:
        # With the digests it should have, the record is right: it is they that were changed.
        findings.add("row_changed", "journal", seq, "column_digests", digests, column_digests(content))
        return
    columns = changed_columns(content, digests)
    if columns and columns != list(CONTENT_COLUMNS):
        for column in columns:
            value = content[CONTENT_COLUMNS.index(column)]
            findings.add("row_changed", "journal", seq, column, value if len(str(value)) <= 100 else "…", None)  # noqa: PLR2004 - a readable length
        return
    following = connection.execute("SELECT previous_hash FROM journal WHERE seq = ?", (seq + 1,)).fetchone()
    computed = record_hash(content, digests)
    if columns or (following is not None and following[0] == stored):
        findings.add("row_changed", "journal", seq, "column_digests", digests, None)
    else:
        findings.add("row_changed", "journal", seq, "hash", stored, computed)


def _images(connection: Connection) -> Iterator[tuple[int, str, list[str], list[list[Any]]]]:
    for seq, changes in connection.execute("SELECT seq, changes FROM journal ORDER BY seq DESC"):
        try:
            tables = json.loads(changes)
            items = [_image(table, part) for table, part in tables.items()]
        except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
            continue  # the chain has named this record already
        for table, columns, rows in items:
            yield seq, table, columns, rows


def _image(table: str, part: dict[str, Any]) -> tuple[str, list[str], list[list[Any]]]:
    """Return a table's part of a journal record.

    Raises:
        ValueError, TypeError, KeyError: when it is no image of rows; then somebody edited the journal.
    """
    columns, rows = list(part["columns"]), list(part["rows"])
    width = len(columns)
    if not all(type(row) is list and len(row) == width > 0 and type(row[0]) is int and 0 < row[0] < 2**63
               for row in rows):  # fmt: skip
        raise ValueError(table)
    return table, columns, rows


def _check_images(connection: Connection, findings: Findings) -> int:
    # A file of an older version has fewer tables; that it has all of its own is told by the schema's digest.
    tables = {row[0] for row in connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")}
    done = {table: DoneKeys() for table in RECORDED_TABLES if table in tables}
    defaults = {table: defaults_of(connection, table) for table in done}
    compared = 0
    for seq, table, columns, rows in _images(connection):
        if table not in done:
            findings.add("unknown_table", table, seq)
            continue
        meet = done[table].meet
        last = [row for row in rows if meet(row[0])]
        compared += len(rows)
        if last:
            _compare(connection, findings, table, columns, last, defaults[table])
    for table, keys in done.items():
        (count,) = connection.execute(f"SELECT count(*) FROM {table}").fetchone()
        if count != keys.count or findings.has("row_missing", table):
            for (key,) in connection.execute(f"SELECT id FROM {table}"):
                if key not in keys:
                    findings.add("row_unrecorded", table, key, "id")
    return compared


def _compare(
    connection: Connection,
    findings: Findings,
    table: str,
    columns: list[str],
    images: list[list[Any]],
    defaults: dict[str, object],
) -> None:
    present_columns, present = after_images(connection, table, [image[0] for image in images])
    width = len(columns)
    # An image tells the first columns; those at the end that it leaves out hold their defaults (see `images`).
    if present_columns[:width] == columns and len(present) == len(images):
        added = tuple(defaults[column] for column in present_columns[width:])
        if all((*image, *added) == row for image, row in zip(images, present, strict=True)):
            return
    rows: dict[Any, dict[str, Any]] = {row[0]: dict(zip(present_columns, row, strict=True)) for row in present}
    for image in images:
        told = dict(zip(columns, image, strict=True))
        row = rows.get(image[0])
        if row is None:
            findings.add("row_missing", table, image[0], "id")
            continue
        for column, value in row.items():
            expected = told.get(column, defaults.get(column, NO_CONSTANT))
            if expected != value:
                findings.add(
                    "row_changed", table, row["id"], column, value, None if expected is NO_CONSTANT else expected
                )
        for column in told.keys() - row.keys():
            findings.add("column_missing", table, row["id"], column, None, told[column])


def _check_balances(connection: Connection, findings: Findings) -> None:
    rows = connection.execute("""
        SELECT account.id, balance_fen, coalesce(sum(moved.fen), 0) AS total FROM account LEFT JOIN (
          SELECT debit_id AS account_id, -amount_fen AS fen FROM transfer
          UNION ALL SELECT credit_id, amount_fen FROM transfer) AS moved ON moved.account_id = account.id
        GROUP BY account.id HAVING balance_fen <> total""")
    for key, found, expected in rows:
        findings.add("balance_wrong", "account", key, "balance_fen", found, expected)
    for key in connection.execute("""
        SELECT transfer.id FROM transfer LEFT JOIN account AS debit ON debit.id = debit_id
        LEFT JOIN account AS credit ON credit.id = credit_id WHERE debit.id IS NULL OR credit.id IS NULL"""):
        findings.add("account_missing", "transfer", key[0])
    previous = 0
    for (key,) in connection.execute("SELECT id FROM transfer ORDER BY id"):
        if key != previous + 1:
            findings.add("number_gap", "transfer", key, "id", key, previous + 1)
        previous = key


def _check_years(connection: Connection, findings: Findings) -> None:
    for year, outstanding, payable in connection.execute(
        "SELECT id, outstanding_fen, payable_fen FROM budget_year"
    ).fetchall():
        sums = dict(
            connection.execute(
                """SELECT account.kind, sum(balance_fen) FROM voucher JOIN account ON account.id = voucher.id * ? + ?
                   WHERE year = ? GROUP BY account.kind""",
                (KINDS_PER_SUBJECT, AccountKind.OUTSTANDING.value, year),
            ).fetchall()
        )
        owed = connection.execute(
            """SELECT coalesce(sum(balance_fen), 0) FROM redemption JOIN voucher ON voucher.id = voucher_id
               JOIN account ON account.id = redemption.id * ? + ? WHERE year = ?""",
            (KINDS_PER_SUBJECT, AccountKind.PAYABLE.value, year),
        ).fetchone()[0]
        held = sums.get(AccountKind.OUTSTANDING.value, 0)
        for column, found, expected in (("outstanding_fen", outstanding, held), ("payable_fen", payable, owed)):
            if found != expected:
                findings.add("balance_wrong", "budget_year", year, column, found, expected)
        balance = dict(
            connection.execute(
                "SELECT kind, balance_fen FROM account WHERE subject = ? AND kind IN (0, 1, 4, 5)", (year,)
            ).fetchall()
        )
        pools = sum(
            balance.get(kind.value, 0)
            for kind in (AccountKind.APPROPRIATION, AccountKind.DISBURSED, AccountKind.LAPSED)
        )
        appropriated = -balance.get(AccountKind.FUNDING.value, 0)
        if pools + held + owed != appropriated:
            findings.add("identity_broken", "budget_year", year, "", pools + held + owed, appropriated)


def _check_vouchers(connection: Connection, findings: Findings) -> None:
    place: dict[int, int] = {}
    for key, year, sequence, number in connection.execute(
        "SELECT id, year, sequence, number FROM voucher ORDER BY year, sequence"
    ):
        expected = place.get(year, 0) + 1
        if sequence != expected:
            findings.add("number_gap", "voucher", key, "sequence", sequence, expected)
        if year > 0 and sequence > 0 and number != str(VoucherNumber(year, sequence)):
            findings.add("number_wrong", "voucher", key, "number", number, str(VoucherNumber(year, sequence)))
        place[year] = sequence
    remaining = "voucher.face_fen - voucher.recycled_fen - voucher.redeemed_fen"
    for key, found, expected in connection.execute(
        f"""SELECT voucher.id, {remaining}, balance_fen FROM voucher
            LEFT JOIN account ON account.id = voucher.id * ? + ? WHERE balance_fen IS NOT {remaining}""",
        (KINDS_PER_SUBJECT, AccountKind.OUTSTANDING.value),
    ):
        findings.add("balance_wrong", "voucher", key, "redeemed_fen", found, expected)
    for key, status, left, face in connection.execute(
        f"""SELECT id, status, {remaining}, face_fen FROM voucher WHERE NOT CASE status
              WHEN 'usable' THEN {remaining} = face_fen
              WHEN 'partly-used' THEN {remaining} > 0 AND {remaining} < face_fen
              WHEN 'frozen' THEN {remaining} > 0
              ELSE {remaining} = 0 END"""
    ):
        findings.add("status_wrong", "voucher", key, "status", status, f"{left} of {face}")


def _check_redemptions(connection: Connection, findings: Findings) -> None:
    """Hold what a redemption is owed, its lines and its recoveries against its status."""
    for key, status, found, expected in connection.execute(
        """SELECT redemption.id, status, balance_fen,
             CASE WHEN status IN ('verified', 'settled') THEN approved_fen ELSE 0 END AS owed
           FROM redemption LEFT JOIN account ON account.id = redemption.id * ? + ?
           WHERE coalesce(balance_fen, 0) <> owed""",
        (KINDS_PER_SUBJECT, AccountKind.PAYABLE.value),
    ):
        findings.add("status_wrong", "redemption", key, "status", status, f"{found}, {expected}")
    for key, status, pending, paid, decided, received in connection.execute(
        """SELECT redemption.id, redemption.status, coalesce(pending, 0), coalesce(paid, 0), coalesce(decided, 0),
             coalesce(received, 0)
           FROM redemption
           LEFT JOIN (SELECT redemption_id, sum(status = 'pending') AS pending, sum(status = 'paid') AS paid
                      FROM settlement_line WHERE status IN ('pending', 'paid') GROUP BY redemption_id) AS line
             ON line.redemption_id = redemption.id
           LEFT JOIN (SELECT redemption_id, sum(status = 'decided') AS decided, sum(status = 'received') AS received
                      FROM recovery GROUP BY redemption_id) AS recovery ON recovery.redemption_id = redemption.id
           WHERE NOT CASE redemption.status
             WHEN 'settled' THEN pending IS 1 AND paid IS 0 AND decided IS NULL
             WHEN 'disbursed' THEN pending IS 0 AND paid IS 1 AND decided IS NULL
             WHEN 'recovering' THEN pending IS 0 AND paid IS 1 AND decided IS 1
             WHEN 'recovered' THEN pending IS 0 AND paid IS 1 AND decided IS 0
             ELSE pending IS NULL AND decided IS NULL END"""
    ):
        findings.add(
            "status_wrong",
            "redemption",
            key,
            "status",
            status,
            f"{pending} pending, {paid} paid, {decided} recovering, {received} recovered",
        )


def _check_settlements(connection: Connection, findings: Findings) -> None:
    """Hold lines against what was approved, shared and paid, and settlements against their lines."""
    for key, found, expected in connection.execute(
        """SELECT settlement_line.id, amount_fen, approved_fen FROM settlement_line
           JOIN redemption ON redemption.id = redemption_id WHERE amount_fen IS NOT approved_fen"""
    ):
        findings.add("balance_wrong", "settlement_line", key, "amount_fen", found, expected)
    for key, found, expected in connection.execute(
        """SELECT id, province_fen, amount_fen * province_millionths / 1000000 AS share FROM settlement_line
           WHERE province_fen <> share"""
    ):
        findings.add("balance_wrong", "settlement_line", key, "province_fen", found, expected)
    for key, found, expected in connection.execute(
        """SELECT line.redemption_id, line.paid, coalesce(moved.fen, 0) FROM (
             SELECT redemption_id, sum((status = 'paid') * amount_fen) AS paid FROM settlement_line
             GROUP BY redemption_id) AS line
           LEFT JOIN (
             SELECT payment.debit_id, sum(payment.amount_fen - coalesce(undone.amount_fen, 0)) AS fen
             FROM transfer AS payment LEFT JOIN transfer AS undone ON undone.reverses = payment.id
             WHERE payment.kind = 'disbursement' GROUP BY payment.debit_id) AS moved
             ON moved.debit_id = line.redemption_id * ? + ?
           WHERE line.paid <> coalesce(moved.fen, 0)""",
        (KINDS_PER_SUBJECT, AccountKind.PAYABLE.value),
    ):
        findings.add("balance_wrong", "redemption", key, "paid", found, expected)
    for key, status, pending, paid, unreconciled in connection.execute(
        """SELECT settlement.id, settlement.status, sum(settlement_line.status = 'pending') AS pending,
             sum(settlement_line.status = 'paid') AS paid,
             sum(settlement_line.status = 'paid' AND is_reconciled = 0) AS unreconciled
           FROM settlement JOIN settlement_line ON settlement_id = settlement.id GROUP BY settlement.id
           HAVING NOT CASE settlement.status
             WHEN 'draft' THEN paid = 0
             WHEN 'disbursed' THEN pending = 0
             WHEN 'reconciled' THEN pending = 0 AND unreconciled = 0
             WHEN 'closed' THEN pending = 0 AND unreconciled = 0
             WHEN 'cancelled' THEN pending = 0 AND paid = 0
             ELSE 1 END"""
    ):
        findings.add(
            "status_wrong", "settlement", key, "status", status, f"{pending} pending, {paid} paid, {unreconciled} open"
        )


def _check_recoveries(connection: Connection, findings: Findings) -> None:
    """Hold recoveries against their receipts, and receipts against the ledger."""
    for key, found, expected in connection.execute(
        """SELECT recovery.id, received_fen, coalesce(sum(recovery_receipt.amount_fen), 0) AS total FROM recovery
           LEFT JOIN recovery_receipt ON recovery_id = recovery.id GROUP BY recovery.id HAVING received_fen <> total"""
    ):
        findings.add("balance_wrong", "recovery", key, "received_fen", found, expected)
    for key, status, found, expected in connection.execute(
        """SELECT id, status, received_fen, amount_fen FROM recovery
           WHERE (status = 'received') <> (received_fen = amount_fen)"""
    ):
        findings.add("status_wrong", "recovery", key, "status", status, f"{found} of {expected}")
    for key, found, expected in connection.execute(
        """SELECT recovery_receipt.id, recovery_receipt.amount_fen, transfer.amount_fen FROM recovery_receipt
           LEFT JOIN transfer ON transfer.id = transfer_id AND kind = 'recovery'
           WHERE recovery_receipt.amount_fen IS NOT transfer.amount_fen"""
    ):
        findings.add("balance_wrong", "recovery_receipt", key, "amount_fen", found, expected)
    for key, found in connection.execute(
        """SELECT id, amount_fen FROM transfer WHERE kind = 'recovery'
           AND NOT EXISTS (SELECT 1 FROM recovery_receipt WHERE transfer_id = transfer.id)"""
    ):
        findings.add("balance_wrong", "transfer", key, "amount_fen", found, 0)


def _check_raises(connection: Connection, findings: Findings) -> None:
    """Hold what a year was raised by against what two people decided."""
    for key, found, expected in connection.execute(
        """SELECT budget_year.id, (
             SELECT coalesce(sum(amount_fen), 0) FROM transfer WHERE kind = 'appropriation' AND year = budget_year.id
             AND id > (SELECT min(id) FROM transfer WHERE kind = 'appropriation' AND year = budget_year.id)) AS raised,
             (SELECT coalesce(sum(amount_fen), 0) FROM cap_change WHERE year = budget_year.id AND status = 'decided')
             AS decided FROM budget_year WHERE raised <> decided"""
    ):
        findings.add("balance_wrong", "cap_change", key, "amount_fen", found, expected)


def _check_registers(connection: Connection, findings: Findings) -> None:
    """Demand that document numbers, copies and the items of a job leave no gap."""
    counted = (
        ("document_number", "sequence", "kind, year"),
        ("print_item", "copy", "kind, subject"),
        ("print_item", "place", "job_id"),
    )
    for table, column, group in counted:
        for key, found, expected in connection.execute(
            f"""SELECT id, found, expected FROM (
                  SELECT id, {column} AS found, row_number() OVER (PARTITION BY {group} ORDER BY {column}) AS expected
                  FROM {table}) WHERE found <> expected"""
        ):
            findings.add("number_gap", table, key, column, found, expected)
    for key, status, found, expected in connection.execute(
        """SELECT print_job.id, status, items, count(print_item.id) AS drawn FROM print_job
           LEFT JOIN print_item ON job_id = print_job.id GROUP BY print_job.id HAVING items <> drawn"""
    ):
        findings.add("status_wrong", "print_job", key, "status", status, f"{found} of {expected}")
