"""Settlements: 10,000 redemptions drafted, confirmed and paid, each act one transaction with all its after-images."""

from __future__ import annotations

import shutil
import time
from contextlib import closing
from datetime import date
from typing import TYPE_CHECKING

from desk import TODAY, Desk, measuring_office
from figures import interleaved
from sqlite_utils.db import sqlite3  # type: ignore[attr-defined]

from voucher_app.app import make_workspace
from voucher_app.domain.money import Money
from voucher_app.services import redemption, settlement, voucher
from voucher_app.services.claim import ClaimFacts
from voucher_app.services.workspace import new_request_id

if TYPE_CHECKING:
    from pathlib import Path

    from figures import Figure

SETTLED = 10_000
_CHUNK = 2_000
_DEADLINE = date(2026, 12, 31)


def office_to_settle(database: Path) -> None:
    """Make an office in which 10,000 verified redemptions wait, unless it is there already."""
    if database.exists():
        return
    partial = database.with_suffix(".partial.db")
    measuring_office(partial, 1_000)
    print(f"verifying {SETTLED:,} redemptions …", flush=True)
    desk = Desk(make_workspace(partial))
    for _chunk in range(SETTLED // _CHUNK):
        issued = voucher.issue(
            desk.workspace, application_ids=desk.approved(_CHUNK), operator=desk.preparer, request_id=new_request_id()
        )
        for one in issued:
            facts = ClaimFacts(
                voucher_number=str(one.number),
                amount=Money(100),
                invoice_number=f"26{one.id:018d}",
                invoice_amount=Money.yuan(100),
                invoiced_on=TODAY,
            )
            claimed = redemption.claim(desk.workspace, facts=facts, operator=desk.preparer, request_id=new_request_id())
            redemption.verify(
                desk.workspace,
                redemption_id=claimed.id,
                approved=None,
                operator=desk.reviewer,
                request_id=new_request_id(),
            )
    desk.workspace.data_file.back_up(database)
    desk.workspace.data_file.close()
    for leftover in partial.parent.glob(partial.name + "*"):
        leftover.unlink()


def settle(source: Path, scratch: Path) -> float:
    """Draft, confirm and pay all that waits; return the seconds of the three acts."""
    copied = scratch / "settle.db"
    for leftover in scratch.glob("settle.db*"):
        leftover.unlink()
    shutil.copy(source, copied)
    desk = Desk(make_workspace(copied))
    begun = time.perf_counter()
    (one,) = settlement.draft(desk.workspace, until=_DEADLINE, operator=desk.preparer, request_id=new_request_id())
    settlement.confirm(desk.workspace, settlement_id=one.id, operator=desk.reviewer, request_id=new_request_id())
    paid = settlement.disburse(
        desk.workspace, settlement_id=one.id, receipt="HD-1", operator=desk.finance, request_id=new_request_id()
    )
    seconds = time.perf_counter() - begun
    assert paid.status == "disbursed"
    assert desk.workspace.queries.settlement(one.id).line_counts["paid"] == SETTLED
    desk.workspace.data_file.close()
    return seconds


def settle_by_hand(scratch: Path) -> float:
    """Insert 10,000 lines, mark their claims, and move their money, in one durable transaction; return its seconds."""
    file = scratch / "settle-by-hand.db"
    file.unlink(missing_ok=True)
    with closing(sqlite3.connect(str(file), isolation_level=None)) as connection:
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=FULL")
        for statement in (
            "CREATE TABLE claim (id INTEGER PRIMARY KEY, fen INTEGER NOT NULL, status TEXT NOT NULL)",
            "CREATE TABLE line (id INTEGER PRIMARY KEY, claim_id INTEGER NOT NULL UNIQUE, fen INTEGER NOT NULL)",
            "CREATE TABLE year (id INTEGER PRIMARY KEY, owed_fen INTEGER NOT NULL CHECK (owed_fen >= 0))",
        ):
            connection.execute(statement)
        connection.execute("BEGIN")
        connection.execute("INSERT INTO year VALUES (2026, ?)", (SETTLED * 100,))
        connection.executemany(
            "INSERT INTO claim VALUES (?, 100, 'verified')", ((key,) for key in range(1, SETTLED + 1))
        )
        connection.execute("COMMIT")
        begun = time.perf_counter()
        connection.execute("BEGIN IMMEDIATE")
        for key in range(1, SETTLED + 1):
            connection.execute("INSERT INTO line VALUES (?, ?, 100)", (key, key))
            connection.execute("UPDATE claim SET status = 'disbursed' WHERE id = ?", (key,))
            connection.execute("UPDATE year SET owed_fen = owed_fen - 100 WHERE id = 2026")
        connection.execute("COMMIT")
        seconds = time.perf_counter() - begun
    file.unlink()
    return seconds


def measure(folder: Path, scratch: Path) -> list[Figure]:
    """Measure a settlement of 10,000 redemptions, from draft to payment."""
    source = folder / f"office-settles-{SETTLED}.db"
    office_to_settle(source)
    return [
        interleaved(
            "settlement_10000",
            "s",
            "10,000 hand-written lines, claims and payments in one durable transaction",
            lambda: settle(source, scratch),
            lambda: settle_by_hand(scratch),
        )
    ]
