"""Search in an office of a million vouchers and fifty thousand units: our lists, and LIKE in the same file and run.

The office is written by SQL, without triggers: nothing here measures acts, and the use cases would take an hour.
"""

from __future__ import annotations

import json
import os
import random
import statistics
import subprocess
import sys
import time
from collections import Counter
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Final

from figures import Figure

from voucher_app.app import make_workspace
from voucher_app.domain.budget import CEILING
from voucher_app.domain.ledger import Account, AccountKind
from voucher_app.domain.numbering import VoucherNumber
from voucher_app.services.queries.lists import ListFilter
from voucher_app.services.searching import initials_of
from voucher_app.settings import Settings
from voucher_app.storage.sqlite import search_index
from voucher_app.storage.sqlite.connection import sqlite3
from voucher_app.storage.sqlite.schema import triggers

if TYPE_CHECKING:
    from typing import Any

    from voucher_app.services.workspace import Workspace

UNITS: Final = 50_000
PROVIDERS: Final = 60
SHOWN: Final = 256
"""Rows of a page of the list."""
MOST: Final = 1_000
ASKED: Final = 240
LIKE_ASKED: Final = 8
_CITIES: Final = ["太原", "大同", "阳泉", "长治", "晋城", "朔州", "晋中", "运城", "忻州", "临汾", "吕梁"]
_FIRST: Final = (
    "华云星海智远晨光博瑞恒信天泽中晟鼎科蓝鲸金石百川长风龙城同创汇通乐安重光行知朝阳单元曾氏解析厦新调和省心会友"
)
_TRADES: Final = (
    "人工智能", "大数据", "云计算", "信息技术", "软件", "生物医药", "新材料", "智能装备", "煤化工", "物流", "文化传媒",
    "数字能源", "农业科技", "遥感测绘",
)  # fmt: skip
_ENDS: Final = ["有限公司", "股份有限公司", "科技有限公司", "研究院", "技术服务有限公司"]
_MOST_FEN: Final = 9_000
"""Of a voucher, so that a million of them stay below the ceiling of a year."""
_CODE: Final = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_UNSHOWN: Final = "the same rows read without a window, their "
_LIKE: Final = """
    SELECT voucher.id FROM voucher WHERE year = 2026 AND (number LIKE :part ESCAPE '\\'
      OR recipient_id IN (SELECT id FROM organisation WHERE name LIKE :part ESCAPE '\\' OR uscc LIKE :part ESCAPE '\\')
      OR provider_id IN (SELECT id FROM organisation WHERE name LIKE :part ESCAPE '\\' OR uscc LIKE :part ESCAPE '\\')
      OR application_id IN (SELECT id FROM application WHERE contract_number LIKE :part ESCAPE '\\'))
    ORDER BY sequence DESC LIMIT 256"""


def office(file: Path, vouchers: int, units: int = UNITS) -> None:
    """Write an office with so many vouchers and units, and its index, unless it is there already."""
    if file.exists():
        return
    making = file.with_suffix(".partial.db")
    making.unlink(missing_ok=True)
    print(f"writing an office of {vouchers:,} vouchers and {units:,} units to search in …", flush=True)
    make_workspace(making, create=True).data_file.close()
    choose = random.Random(5)
    with closing(sqlite3.connect(str(making), isolation_level=None)) as connection:
        connection.execute("PRAGMA synchronous=OFF")
        connection.execute("PRAGMA cache_size=-200000")
        connection.execute("BEGIN")
        for name in triggers():
            connection.execute(f'DROP TRIGGER "{name}"')
        _write_units(connection, choose, units)
        _write_vouchers(connection, choose, vouchers, units)
        _write_balances(connection)
        search_index.rebuild(connection)
        for statement in triggers().values():
            connection.execute(statement)
        connection.execute("COMMIT")
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    making.rename(file)


def searched_office(folder: Path, vouchers: int) -> Path:
    """Return the office to search in, written now unless it is there already."""
    file = folder / f"office-to-search-{vouchers}.db"
    office(file, vouchers, max(UNITS * vouchers // 1_000_000, 100))
    return file


def _write_units(connection: Any, choose: random.Random, units: int) -> None:  # noqa: ANN401 - of either library
    connection.execute("INSERT INTO office VALUES (1, '量测办公室', 1, 'x', '2026-01-05', 0)")
    connection.executemany(
        "INSERT INTO operator (id, name, role) VALUES (?, ?, ?)", [(1, "张三", "preparer"), (2, "李四", "reviewer")]
    )
    connection.execute("INSERT INTO budget_year (id, status, document) VALUES (2026, 'open', '晋财〔2026〕1号')")
    connection.execute(
        "INSERT INTO policy (id, code, version, content, published_on) VALUES (1, 'generous', 1, ?, '2026-01-05')",
        ((Settings.from_environment().resources / "policies" / "henan-style.toml").read_text(encoding="utf-8"),),
    )
    connection.executemany(
        "INSERT INTO organisation (id, name, uscc, region_code) VALUES (?, ?, ?, '140100')",
        ((key, _name(choose), _code(choose, key)) for key in range(1, units + PROVIDERS + 1)),
    )
    connection.execute("INSERT INTO recipient SELECT id, 'enterprise', 1 FROM organisation WHERE id <= ?", (units,))
    connection.execute(
        """INSERT INTO provider (id, status, prepared_by, admitted_by, admitted_from, admitted_until)
           SELECT id, 'admitted', 1, 2, '2026-01-05', '2027-01-05' FROM organisation WHERE id > ?""",
        (units,),
    )


def _name(choose: random.Random) -> str:
    brand = "".join(choose.choice(_FIRST) for _place in range(choose.choice((2, 2, 3, 4))))
    rare = choose.choice(("", "", "", chr(choose.randrange(0x4E00, 0x9FA5))))
    return f"{choose.choice(_CITIES)}{brand}{rare}{choose.choice(_TRADES)}{choose.choice(_ENDS)}"


def _code(choose: random.Random, key: int) -> str:
    return f"9114{choose.randrange(10**4):04d}MA{key:05d}" + "".join(choose.choice(_CODE) for _place in range(3))


def _write_vouchers(connection: Any, choose: random.Random, vouchers: int, units: int) -> None:  # noqa: ANN401
    held = [(choose.randrange(1, units + 1), units + 1 + choose.randrange(PROVIDERS)) for _place in range(vouchers)]
    contracts = (f"HT-{choose.randrange(2024, 2027)}-{choose.randrange(10**7):07d}" for _place in range(vouchers))
    connection.executemany(
        """INSERT INTO application (id, year, policy_id, recipient_id, provider_id, contract_number, contract_key,
             contract_amount_fen, contract_signed_on, requested_fen, status, submitted_on, submission_reason,
             prepared_by, submitted_seq, reviewed_by)
           VALUES (?, 2026, 1, ?, ?, ?, ?, 100, '2026-01-05', 100, 'issued', '2026-01-06', '', 1, 1, 2)""",
        ((key, *held[key - 1], contract, key) for key, contract in enumerate(contracts, start=1)),
    )
    connection.executemany(
        """INSERT INTO voucher (id, year, sequence, number, application_id, policy_id, recipient_id, provider_id,
             face_fen, status, issued_on, use_by, redeem_by, prepared_by, reviewed_by, issued_seq)
           VALUES (?1, 2026, ?1, ?2, ?1, 1, ?3, ?4, ?5, 'usable', '2026-01-07', '2026-12-31', '2027-01-31', 1, 2, 1)""",
        (
            (key, str(VoucherNumber(2026, key)), *held[key - 1], choose.randrange(100, _MOST_FEN))
            for key in range(1, vouchers + 1)
        ),
    )


def _write_balances(connection: Any) -> None:  # noqa: ANN401 - of either library
    """Write what each account holds, so that the pages which tell of money work on this office too."""
    kind, year = AccountKind, 2026
    connection.execute(
        "INSERT INTO account (id, kind, subject, balance_fen) SELECT id * 8 + ?1, ?1, id, face_fen FROM voucher",
        (int(kind.OUTSTANDING),),
    )
    (issued,) = connection.execute("SELECT total(face_fen) FROM voucher").fetchone()
    held = {
        kind.FUNDING: -CEILING.fen,
        kind.APPROPRIATION: CEILING.fen - int(issued),
        kind.DISBURSED: 0,
        kind.LAPSED: 0,
    }
    connection.executemany(
        "INSERT INTO account (id, kind, subject, balance_fen) VALUES (?, ?, ?, ?)",
        ((Account(of, year).id, int(of), year, balance) for of, balance in held.items()),
    )


def parts_of(connection: Any, count: int) -> list[str]:  # noqa: ANN401 - of either library
    """Return what people type: parts of names, codes, numbers and contracts of this office, and first letters."""
    choose = random.Random(7)
    (last,) = connection.execute("SELECT max(id) FROM voucher").fetchone()
    made = []
    for place in range(count):
        name, uscc, number, contract = connection.execute(
            """SELECT name, uscc, number, contract_number FROM voucher
               JOIN organisation ON organisation.id = voucher.recipient_id
               JOIN application ON application.id = application_id WHERE voucher.id = ?""",
            (choose.randrange(1, last + 1),),
        ).fetchone()
        which = place % 6
        text = (name, name, name, uscc, number, contract)[which]
        length = min(len(text), (2, 3, 6, 7, 14, 9)[which])
        begin = choose.randrange(len(text) - length + 1)
        # A part of a code, a number or a contract is typed from its end: what is common to all stands before.
        typed = text[begin : begin + length] if text is name else text[-length:]
        made.append(_letters(name, choose) if place % 12 == 1 else typed)
    return made


def _letters(name: str, choose: random.Random) -> str:
    return "".join(choose.choice(one) for one in initials_of(name).split()[: choose.choice((3, 4, 5))])


def _rare(workspace: Workspace) -> str:
    """Return two characters that few units have in their names."""
    names = [row.name for row in workspace.queries.recipients(ListFilter(sort="id")).rows(0, 2_000)]
    pairs = Counter(name[place : place + 2] for name in names for place in range(len(name) - 1))
    once = sorted(pair for pair, count in pairs.items() if count == 1)[:20]
    return min(once, key=lambda pair: (workspace.queries.recipients(ListFilter(text=pair)).count(), pair))


def search_ms(workspace: Workspace, part: str) -> float:
    """Return how long the first page of the vouchers that fit and their capped count take."""
    begun = time.perf_counter()
    found = workspace.queries.vouchers(ListFilter(text=part, year=2026, most=MOST))
    found.rows(0, SHOWN)
    found.count()
    return (time.perf_counter() - begun) * 1000


def like_ms(connection: Any, part: str) -> float:  # noqa: ANN401 - of either library
    """Return how long LIKE takes for the first page of the same vouchers, without counting them."""
    begun = time.perf_counter()
    connection.execute(_LIKE, {"part": f"%{part}%"}).fetchall()
    return (time.perf_counter() - begun) * 1000


def forget(file: Path) -> None:
    """Let the system forget what it holds of a file in memory, where it can be told to."""
    if hasattr(os, "posix_fadvise"):
        with file.open("rb") as stream:
            os.posix_fadvise(stream.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)


def remember(file: Path) -> None:
    """Read a file through, as every verification and every backup of a day does, so that the system holds it."""
    with file.open("rb") as stream:
        while stream.read(1 << 24):
            pass


def rows_shown(file: Path) -> dict[str, list[float]]:
    """Measure from the key to the rows on the screen, in a window that is a process of its own."""
    done = subprocess.run(
        [sys.executable, str(Path(__file__).with_name("rows_shown.py")), str(file)],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    measured: dict[str, list[float]] = json.loads(done.stdout.splitlines()[-1])
    return measured


def _p99(measured: list[float]) -> float:
    return statistics.quantiles(measured, n=100)[-1]


def measure(folder: Path, *, most: int) -> list[Figure]:
    """Measure the search in an office of so many vouchers; ours and LIKE in turn.

    The figures are those of a file that the system holds in memory; `search_cold_p99` is that of the first questions
    after it was switched on, which wait for the disk. `search_rows_shown` is from the last key that is typed into the
    list's search to the paint with the first rows, `search_rows_answered` the same from where the question is read.
    """
    file = searched_office(folder, most)
    workspace = make_workspace(file)
    rare = _rare(workspace)
    ours: list[float] = []
    likes: list[float] = []
    ratios: list[float] = []
    with closing(sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro", uri=True)) as connection:
        connection.execute("PRAGMA cache_size=-16000")
        parts = parts_of(connection, ASKED)
        forget(file)
        cold = [search_ms(workspace, part) for part in parts]
        remember(file)
        search_ms(workspace, rare)  # the caches are as warm as after a first question
        for place, part in enumerate(parts):
            if place % (ASKED // LIKE_ASKED) == 0:
                likes.append(like_ms(connection, part))
                theirs = like_ms(connection, rare)
                ratios.append(theirs / search_ms(workspace, rare))
            ours.append(search_ms(workspace, part))
    workspace.data_file.close()
    likes.sort()
    reference = f"LIKE over {most:,} vouchers, its "
    shown = rows_shown(file)
    asked = shown["without_window"]
    figures = [
        Figure("search_p50", statistics.median(ours), "ms", statistics.median(ours) / statistics.median(likes),
               reference + "median"),
        Figure("search_p99", _p99(ours), "ms", _p99(ours) / likes[-1], reference + "slowest"),
        Figure("search_cold_p99", _p99(cold), "ms", _p99(cold) / likes[-1], reference + "slowest"),
        Figure("search_vs_like", statistics.median(ratios), "times", 1 / statistics.median(ratios),
               "LIKE for a rare part of two characters"),
        Figure("search_rows_shown", statistics.median(shown["from_key"]), "ms",
               statistics.median(shown["from_key"]) / statistics.median(asked), _UNSHOWN + "median"),
        Figure("search_rows_shown_p99", _p99(shown["from_key"]), "ms",
               _p99(shown["from_key"]) / _p99(asked), _UNSHOWN + "p99"),
        Figure("search_rows_answered_p99", _p99(shown["from_question"]), "ms",
               _p99(shown["from_question"]) / _p99(asked), _UNSHOWN + "p99"),
    ]  # fmt: skip
    for one in figures:
        print(f"{one.name:28}{one.value:>14,.3f} {one.unit:<14}{one.ratio:>8.5f} × {one.reference}", flush=True)
    worst = sorted(zip(ours, parts, strict=True), reverse=True)[:8]
    print("  slowest: " + ", ".join(f"{part} {taken:.0f} ms" for taken, part in worst), flush=True)
    return [Figure(one.name, round(one.value, 3), one.unit, round(one.ratio, 5), one.reference) for one in figures]
