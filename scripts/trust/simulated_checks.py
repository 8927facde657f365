"""What has to be so after each step of a simulated year, whatever went wrong: asked of the file in plain SQL.

Nothing of the program's own checks is used: what a balance, a status or an after-image has to be is computed here from
the transfers and from the journal.
"""

from __future__ import annotations

import json
from collections import Counter
from typing import TYPE_CHECKING, Any

from voucher_app.storage.sqlite.images import defaults_of
from voucher_app.storage.sqlite.schema import RECORDED_TABLES

if TYPE_CHECKING:
    from collections.abc import Callable

    Rows = Callable[[str], list[tuple[Any, ...]]]

FUNDING, APPROPRIATION, OUTSTANDING, PAYABLE = range(4)


def check_money(rows: Rows) -> list[str]:
    """Return what is wrong with the money: balances, the identity, the caps, the statuses."""
    balance: Counter[int] = Counter()
    given: Counter[int] = Counter()
    issued: Counter[int] = Counter()
    for year, kind, debit, credit, fen in rows("SELECT year, kind, debit_id, credit_id, amount_fen FROM transfer"):
        balance[debit] -= fen
        balance[credit] += fen
        given[year] += fen if kind == "appropriation" else 0
        issued[year] += fen if kind == "issuance" else 0
        if kind in {"return", "void", "expiry", "recovery"} and credit % 8 == APPROPRIATION:
            issued[year] -= fen
    told: dict[int, int] = dict(rows("SELECT id, balance_fen FROM account"))
    wrong = [f"account {key}: {told.get(key)}, not {fen}" for key, fen in balance.items() if told.get(key) != fen]
    wrong += [f"account {key} is negative: {fen}" for key, fen in told.items() if fen < 0 and key % 8 != FUNDING]
    wrong += [
        f"{year} is over its cap: {issued[year]} of {given[year]}" for year in given if issued[year] > given[year]
    ]
    if sum(told.values()):
        wrong.append(f"the money does not add up: {sum(told.values())}")
    return wrong + _statuses(rows, balance)


def _statuses(rows: Rows, balance: Counter[int]) -> list[str]:
    wrong = []
    for key, status, face, redeemed, recycled in rows(
        "SELECT id, status, face_fen, redeemed_fen, recycled_fen FROM voucher"
    ):
        left = balance[key * 8 + OUTSTANDING]
        wanted = {"usable": left == face, "partly-used": 0 < left < face, "used-up": left == 0, "frozen": left > 0}
        if not wanted.get(status, left == 0) or left != face - redeemed - recycled:
            wrong.append(f"voucher {key} is {status} with {left} of {face}")
    for key, status, approved in rows("SELECT id, status, approved_fen FROM redemption"):
        owed = approved if status in {"verified", "settled"} else 0
        if balance[key * 8 + PAYABLE] != owed:
            wrong.append(f"redemption {key} is {status} and owed {balance[key * 8 + PAYABLE]}, not {owed}")
    return wrong


class Images:
    """The last after-image of every row, as the journal tells it; every row has to be so, and no other may be there."""

    def __init__(self) -> None:
        self._seq = 0
        self._date = ""
        self._images: dict[tuple[str, Any], dict[str, Any]] = {}
        self.hashes: dict[str, str] = {}

    def read(self, rows: Rows) -> list[str]:
        """Read the records that came since; return what is wrong with their order or their year."""
        wrong = []
        columns = "seq, request_id, hash, action, business_date, changes"
        sql = f"SELECT {columns} FROM journal WHERE seq > {self._seq} ORDER BY seq"  # noqa: S608 - a number of our own
        for seq, request_id, digest, action, day, changes in rows(sql):
            if seq != self._seq + 1 or day < self._date:
                wrong.append(f"record {seq} of {day} follows {self._seq} of {self._date}")
            self._seq, self._date = seq, day
            self.hashes[request_id] = digest
            for table, images in json.loads(changes).items():
                for row in images["rows"]:
                    self._images[table, row[0]] = dict(zip(images["columns"], row, strict=True))
                    if (table, action) == ("application", "application.submit"):
                        wrong += _year(self._images[table, row[0]], day)
        return wrong

    def compare(self, rows: Rows, connection: Any) -> list[str]:  # noqa: ANN401 - of any library
        """Return every row that is not as its last record says: an act that is there in part."""
        wrong = []
        unseen = set(self._images)
        for table in RECORDED_TABLES:
            defaults = defaults_of(connection, table)
            for row in rows(f"SELECT * FROM {table}"):  # noqa: S608 - names of our own schema
                image = self._images.get((table, row[0]))
                if image is None or tuple((defaults | image).values()) != row:
                    wrong.append(f"{table} {row[0]} is not as its last record says")
                unseen.discard((table, row[0]))
        return wrong + [f"{table} {key} is recorded and not there" for table, key in sorted(unseen)]


def _year(row: dict[str, Any], day: str) -> list[str]:
    return [] if day.startswith(str(row["year"])) else [f"an application of {day} counts for {row['year']}"]
