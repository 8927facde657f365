"""The ledger: issuing one by one and in a batch, growth, redeeming, verifying."""

from __future__ import annotations

import hashlib
import shutil
import time
from contextlib import closing
from typing import TYPE_CHECKING, Any

from desk import Desk, measuring_office
from figures import interleaved
from sqlite_utils.db import sqlite3  # type: ignore[attr-defined]

from voucher_app.app import make_workspace
from voucher_app.domain.money import Money
from voucher_app.services import redemption, voucher
from voucher_app.services.claim import ClaimFacts
from voucher_app.services.workspace import new_request_id

if TYPE_CHECKING:
    from pathlib import Path

    from figures import Figure

ONE_BY_ONE = 400
BATCH = 10_000
REDEEMED = 200


class MinimalLedger:
    """What a careful person writes by hand with nothing but SQLite: guarded total, insert, chain hash, commit."""

    def __init__(self, file: Path) -> None:
        self.file = file
        self.connection: Any = sqlite3.connect(str(file))
        self.open()
        for statement in (
            "CREATE TABLE year (id INTEGER PRIMARY KEY, unissued_fen INTEGER NOT NULL CHECK (unissued_fen >= 0))",
            """CREATE TABLE voucher (id INTEGER PRIMARY KEY, number TEXT NOT NULL UNIQUE, recipient TEXT NOT NULL,
               face_fen INTEGER NOT NULL CHECK (face_fen > 0), previous_hash TEXT NOT NULL, hash TEXT NOT NULL)""",
            "INSERT INTO year VALUES (2026, 5000000000)",
        ):
            self.connection.execute(statement)
        self.serial = 0
        self.head = "0" * 64

    def open(self) -> None:
        """Open the file as a day at the desk begins: with a new log."""
        self.connection.close()
        self.connection = sqlite3.connect(str(self.file), isolation_level=None)
        self.connection.execute("PRAGMA journal_mode=WAL")
        self.connection.execute("PRAGMA synchronous=FULL")

    def issue(self) -> None:
        """Issue one voucher inside the transaction that is open."""
        self.serial += 1
        fen = 100 + self.serial % 900
        number = f"SX-2026-{self.serial:06d}-0"
        done = self.connection.execute(
            "UPDATE year SET unissued_fen = unissued_fen - ? WHERE id = 2026 AND unissued_fen >= ?", (fen, fen)
        )
        assert done.rowcount == 1
        fresh = hashlib.sha256(f"{self.head}|{number}|91140100MA0CMJRAM0|{fen}".encode()).hexdigest()
        self.connection.execute(
            "INSERT INTO voucher VALUES (?, ?, '91140100MA0CMJRAM0', ?, ?, ?)",
            (self.serial, number, fen, self.head, fresh),
        )
        self.head = fresh

    def issue_one_by_one(self, count: int) -> float:
        """Issue durably, one transaction each; return vouchers a second."""
        self.open()
        begun = time.perf_counter()
        for _place in range(count):
            self.connection.execute("BEGIN IMMEDIATE")
            self.issue()
            self.connection.execute("COMMIT")
        return count / (time.perf_counter() - begun)

    def issue_batch(self, count: int) -> float:
        """Issue in one transaction; return vouchers a second."""
        begun = time.perf_counter()
        self.connection.execute("BEGIN IMMEDIATE")
        for _place in range(count):
            self.issue()
        self.connection.execute("COMMIT")
        return count / (time.perf_counter() - begun)


def issue_one_by_one(desk: Desk, count: int) -> float:
    """Issue with every rule and the journal, one durable act each; return vouchers a second."""
    desk.reopen()
    ids = desk.approved(count)
    begun = time.perf_counter()
    for application_id in ids:
        voucher.issue(
            desk.workspace, application_ids=[application_id], operator=desk.preparer, request_id=new_request_id()
        )
    return count / (time.perf_counter() - begun)


def issue_batch(desk: Desk, count: int) -> float:
    """Issue in one act; return vouchers a second."""
    ids = desk.approved(count)
    begun = time.perf_counter()
    voucher.issue(desk.workspace, application_ids=ids, operator=desk.preparer, request_id=new_request_id())
    return count / (time.perf_counter() - begun)


def redeem_one_by_one(desk: Desk, count: int) -> float:
    """Claim and verify, two durable acts each; return redemptions a second."""
    desk.reopen()
    issued = voucher.issue(
        desk.workspace, application_ids=desk.approved(count), operator=desk.preparer, request_id=new_request_id()
    )
    begun = time.perf_counter()
    for one in issued:
        facts = ClaimFacts(
            voucher_number=str(one.number),
            amount=Money.yuan(1),
            invoice_number=f"26{one.id:018d}",
            invoice_amount=Money.yuan(100),
            invoiced_on=desk.workspace.clock.today(),
        )
        claimed = redemption.claim(desk.workspace, facts=facts, operator=desk.preparer, request_id=new_request_id())
        redemption.verify(
            desk.workspace,
            redemption_id=claimed.id,
            approved=None,
            operator=desk.reviewer,
            request_id=new_request_id(),
        )
    return count / (time.perf_counter() - begun)


def hash_journal(database: Path) -> float:
    """Hash every journal record of a file and do nothing else; return after-images' worth of records a second."""
    with closing(sqlite3.connect(str(database))) as connection:
        begun = time.perf_counter()
        head = ""
        count = 0
        for seq, changes in connection.execute("SELECT seq, changes FROM journal ORDER BY seq"):
            head = hashlib.sha256(f"{head}{seq}{changes}".encode()).hexdigest()
            count += changes.count("],[") + 1
        return count / (time.perf_counter() - begun)


def measure(folder: Path, scratch: Path, *, most: int) -> list[Figure]:
    """Measure the ledger on offices of 1,000 and of many vouchers."""
    small_file, large_file = folder / "office-1000.db", folder / f"office-{most}.db"
    measuring_office(small_file, 1_000)
    measuring_office(large_file, most)
    copies = [scratch / "small.db", scratch / "large.db"]
    for source, copied in zip((small_file, large_file), copies, strict=True):
        shutil.copy(source, copied)
    small, large = (Desk(make_workspace(copied)) for copied in copies)
    by_hand = MinimalLedger(scratch / "minimal.db")
    figures = [
        interleaved(
            "issue_one",
            "vouchers/s",
            "minimal hand-written durable transaction",
            lambda: issue_one_by_one(small, ONE_BY_ONE),
            lambda: by_hand.issue_one_by_one(ONE_BY_ONE),
        ),
        interleaved(
            "issue_batch",
            "vouchers/s",
            "minimal hand-written batch in one transaction",
            lambda: issue_batch(small, BATCH),
            lambda: by_hand.issue_batch(BATCH),
        ),
        interleaved(
            "redeem_one",
            "redemptions/s",
            "minimal hand-written durable transaction",
            lambda: redeem_one_by_one(small, REDEEMED),
            lambda: by_hand.issue_one_by_one(REDEEMED),
        ),
    ]
    small.workspace.data_file.close()
    shutil.copy(small_file, copies[0])
    for suffix in ("-wal", "-shm"):
        copies[0].with_name(copies[0].name + suffix).unlink(missing_ok=True)
    fresh = Desk(make_workspace(copies[0]))
    figures.append(
        interleaved(
            "issue_growth",
            "vouchers/s",
            f"the same with 1,000 vouchers in the year instead of {most:,}",
            lambda: issue_one_by_one(large, ONE_BY_ONE),
            lambda: issue_one_by_one(fresh, ONE_BY_ONE),
        )
    )
    fresh.workspace.data_file.close()
    large.workspace.data_file.close()
    verified = folder / "office-100000.db"
    measuring_office(verified, min(100_000, most))
    verifying = make_workspace(verified)

    def verify() -> float:
        begun = time.perf_counter()
        found = verifying.data_file.verify()
        assert not found.findings, found.findings[:3]
        return found.images / (time.perf_counter() - begun)

    figures.append(
        interleaved(
            "ledger_verify",
            "records/s",
            "hashing the same journal and nothing else",
            verify,
            lambda: hash_journal(verified),
        )
    )
    verifying.data_file.close()
    return figures
