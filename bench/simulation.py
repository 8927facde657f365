"""A simulation: a policy run over a year of 10,000 applications and their redemptions."""

from __future__ import annotations

import time
from contextlib import closing
from typing import TYPE_CHECKING

from desk import TODAY, measuring_office
from figures import interleaved
from sqlite_utils.db import sqlite3  # type: ignore[attr-defined]

from voucher_app.app import make_workspace
from voucher_app.domain.money import Money
from voucher_app.domain.policy import parse_policy
from voucher_app.services import policy, redemption
from voucher_app.services.claim import ClaimFacts
from voucher_app.services.queries.lists import ListFilter
from voucher_app.services.workspace import new_request_id
from voucher_app.settings import resources_folder

if TYPE_CHECKING:
    from pathlib import Path

    from figures import Figure

APPLICATIONS = 10_000
REDEEMED = 2_500
YEAR = 2026
_ROWS = (
    """SELECT * FROM application LEFT JOIN voucher ON voucher.application_id = application.id
       WHERE application.year = 2026""",
    "SELECT * FROM redemption",
    "SELECT * FROM transfer WHERE kind <> 'issuance'",
    "SELECT * FROM recipient JOIN organisation USING (id)",
)
"""The same rows as the simulation reads, by the plainest statements there are."""


def redeemed_office(folder: Path) -> Path:
    """Make the office of 10,000 vouchers of which a quarter is redeemed, unless it is there already."""
    file = folder / f"office-{APPLICATIONS}-redeemed.db"
    if file.exists():
        return file
    source = folder / f"office-{APPLICATIONS}.db"
    measuring_office(source, APPLICATIONS)
    partial = folder / f"{file.name}.partial"
    partial.unlink(missing_ok=True)
    opened = make_workspace(source)
    opened.data_file.back_up(partial)
    opened.data_file.close()
    workspace = make_workspace(partial).on(TODAY)
    preparer, reviewer = workspace.queries.operators()[:2]
    print(f"redeeming {REDEEMED:,} of {APPLICATIONS:,} vouchers …", flush=True)
    for row in workspace.queries.vouchers(ListFilter(sort="number", descending=False)).rows(0, REDEEMED):
        facts = ClaimFacts(
            voucher_number=row.number,
            amount=Money(max(row.face.fen // 200 * 100, 100)),
            invoice_number=f"26{row.id:018d}",
            invoice_amount=Money(row.face.fen * 9),
            invoiced_on=TODAY,
        )
        claimed = redemption.claim(workspace, facts=facts, operator=preparer, request_id=new_request_id())
        redemption.verify(
            workspace, redemption_id=claimed.id, approved=None, operator=reviewer, request_id=new_request_id()
        )
    workspace.data_file.back_up(file)
    workspace.data_file.close()
    for leftover in folder.glob(f"{partial.name}*"):
        leftover.unlink()
    return file


def measure(folder: Path) -> list[Figure]:
    """Measure a simulation of another policy over the year."""
    file = redeemed_office(folder)
    workspace = make_workspace(file)
    text = (resources_folder() / "policies" / "shenzhen-style.toml").read_text(encoding="utf-8")
    # The measuring vouchers are small; with the preset's smallest one, nothing would be computed.
    other = parse_policy(text.replace('smallest_voucher = "5000.00"', 'smallest_voucher = "0.01"'))

    def simulate() -> float:
        begun = time.perf_counter()
        report = policy.simulate(workspace, policy=other, year=YEAR)
        seconds = time.perf_counter() - begun
        assert report.all.vouchers == APPLICATIONS, report.all
        assert report.all.simulated_paid, report.all
        return seconds

    def read() -> float:
        begun = time.perf_counter()
        with closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as connection:
            rows = [connection.execute(sql).fetchall() for sql in _ROWS]
        assert len(rows[0]) == APPLICATIONS, len(rows[0])
        return time.perf_counter() - begun

    figure = interleaved("simulation_10000", "s", "reading the same rows plainly", simulate, read)
    workspace.data_file.close()
    return [figure]
