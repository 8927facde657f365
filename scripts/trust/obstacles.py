"""Put something in the way of the data file, and take it away again (trust.md T7).

A full disk, a read-only file, a lock that another program holds, a missing right, a folder that is gone, a file that is
damaged, cut short, newer or something else: each time the officer's act has to be refused by a Chinese sentence with
advice and leave no part of itself; and once the obstacle is gone, the same request has to be carried out.
`--size N` repeats all of it N times, the full disk at other moments each time.
"""

from __future__ import annotations

import random
import shutil
import sys
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING, Any
from unittest.mock import patch

import apsw
from disk import Disk, on_disk
from disk_faults import fresh, requests_of
from kill_nine import TODAY, facts_of
from power_cuts import settled_office
from trial import is_chinese_advice, run_alone

from voucher_app.app import make_workspace
from voucher_app.domain.money import Money
from voucher_app.services import application
from voucher_app.services.ports.errors import StorageError
from voucher_app.services.workspace import new_request_id
from voucher_app.storage.sqlite.backup import verify_file
from voucher_app.storage.sqlite.connection import sqlite3
from voucher_app.storage.sqlite.data_file import SqliteDataFile

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager
    from pathlib import Path

    from disk import Step
    from trial import Seen

    from voucher_app.services.workspace import Workspace

PATIENCE_SECONDS = 0.05


class FullDisk(Disk):
    """Takes so many bytes more, and no byte beyond."""

    def __init__(self, left: int) -> None:
        self._left = left

    def before(self, step: Step) -> None:
        """Count what is written.

        Raises:
            apsw.FullError: when there is no room for it.
        """
        self._left -= len(step.data) if step.kind == "write" else 0
        if step.kind == "write" and self._left < 0:
            error: Any = apsw.FullError("planted")
            error.extendedresult = apsw.SQLITE_FULL
            raise error


@contextmanager
def full(_database: Path, chance: random.Random) -> Iterator[None]:
    """Fill the disk; somewhere in the act its room ends."""
    with on_disk(FullDisk(chance.choice((0, 100, 4_096, 8_192, 20_000)))):
        yield


@contextmanager
def read_only(database: Path, _chance: random.Random) -> Iterator[None]:
    """Take the right to write the file away."""
    database.chmod(0o444)
    yield
    database.chmod(0o644)


@contextmanager
def locked(database: Path, _chance: random.Random) -> Iterator[None]:
    """Let another program write and not come to an end."""
    with closing(sqlite3.connect(str(database), isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield
        other.execute("ROLLBACK")


@contextmanager
def moved(database: Path, _chance: random.Random) -> Iterator[None]:
    """Take the folder away."""
    folder = database.parent
    away = folder.with_name("away")
    folder.rename(away)
    yield
    away.rename(folder)


@contextmanager
def _content(database: Path, content: bytes | None) -> Iterator[None]:
    kept = database.with_name("kept")
    database.rename(kept)
    if content is not None:
        database.write_bytes(content)
    yield
    database.unlink(missing_ok=True)
    kept.rename(database)


def _instead(change: Callable[[bytes], bytes | None]) -> Callable[[Path, random.Random], AbstractContextManager[None]]:
    return lambda database, _chance: _content(database, change(database.read_bytes()))


def _byte(content: bytes, place: int, value: int) -> bytes:
    return content[:place] + bytes([value]) + content[place + 1 :]


OBSTACLES: dict[str, tuple[Callable[[Path, random.Random], AbstractContextManager[None]], set[str]]] = {
    "disk full": (full, {"disk_full"}),
    "read-only": (read_only, {"read_only"}),
    "locked": (locked, {"locked"}),
    "folder gone": (moved, {"missing"}),
    "file gone": (_instead(lambda _content: None), {"missing"}),
    "cut short": (_instead(lambda content: content[: len(content) // 2]), {"damaged"}),
    "cut to nothing": (_instead(lambda _content: b""), {"damaged", "not_ours"}),
    "something else": (_instead(lambda _content: b"a letter\n" * 99), {"not_ours"}),
    "another program's": (_instead(lambda content: _byte(content, 68, 0)), {"not_ours"}),
    "newer": (_instead(lambda content: _byte(content, 63, 99)), {"newer"}),
    "page of noise": (_instead(lambda content: content[:100] + bytes(3_996) + content[4_096:]), {"damaged"}),
}
"""What stands in the way, and the codes by which it may be told."""


TAKEN = ("folder gone", "file gone", "something else")
"""What may also happen while the program has the file open: SQLite would go on writing a file that nobody finds."""


def act(database: Path, request_id: str) -> None:
    """Submit an application, in a program of its own as far as the file can tell."""
    workspace = make_workspace(database, on=TODAY)
    try:
        _submit(workspace, request_id)
    finally:
        workspace.data_file.close()


def _submit(workspace: Workspace, request_id: str) -> None:
    application.submit(
        workspace,
        facts=facts_of(f"HT-{request_id}", Money.yuan(5)),
        operator=workspace.queries.operators()[0],
        request_id=request_id,
    )


def taken(name: str, database: Path, chance: random.Random) -> list[str]:
    """Take the file away from a program that has it open; return what is wrong."""
    request_id, wrong = new_request_id(), []
    workspace = make_workspace(database, on=TODAY)
    try:
        _submit(workspace, new_request_id())
        with OBSTACLES[name][0](database, chance):
            try:
                _submit(workspace, request_id)
            except StorageError as error:
                if error.code != "moved" or not is_chinese_advice(error):
                    wrong.append(f"while open: told as {error.code}")
            else:
                wrong.append("while open: nobody was told anything")
        _submit(workspace, request_id)
    finally:
        workspace.data_file.close()
    return wrong if request_id in requests_of(database) else [*wrong, "while open: the repeated request is not there"]


def met(name: str, database: Path, chance: random.Random) -> list[str]:
    """Meet one obstacle; return what is wrong."""
    put, codes = OBSTACLES[name]
    request_id = new_request_id()
    wrong = []
    opens: Any = SqliteDataFile.open
    with patch.dict(opens.__func__.__kwdefaults__, patience_seconds=PATIENCE_SECONDS):
        with put(database, chance):
            try:
                act(database, request_id)
            except StorageError as error:
                if error.code not in codes or not is_chinese_advice(error):
                    wrong.append(f"told as {error.code}, not as one of {sorted(codes)}")
            except Exception as error:  # noqa: BLE001 - whatever it is, it is wrong
                wrong.append(f"{type(error).__name__}: {error}")
            else:
                wrong.append("nobody was told anything")
        if request_id in requests_of(database):
            wrong.append("a part of it was recorded")
        try:
            act(database, request_id)
        except StorageError as error:
            wrong.append(f"it does not work again: {error}")
    if request_id not in requests_of(database):
        wrong.append("the repeated request was not carried out")
    return wrong


def run(folder: Path, size: int, seed: int) -> Seen:
    """Meet every obstacle so many times."""
    chance = random.Random(seed)  # noqa: S311 - to be repeated
    office = settled_office(folder)
    wrong: list[str] = []
    for _ in range(size):
        for name in OBSTACLES:
            database = fresh(office, folder / "work")
            wrong += [f"{name}: {one}" for one in met(name, database, chance)]
            wrong += [f"{name}: {one}" for one in (taken(name, database, chance) if name in TAKEN else [])]
            wrong += [f"{name}: {finding}" for finding in verify_file(database).findings]
    shutil.rmtree(folder / "work")
    count = len(OBSTACLES) + len(TAKEN)
    return {"obstacles": count, "met": count * size, "wrong": wrong, "failed": judged(wrong)}


def judged(wrong: list[str]) -> list[str]:
    """Return why a run failed."""
    return [f"wrong: {wrong}"] if wrong else []


if __name__ == "__main__":
    sys.exit(run_alone(__doc__, run, full=50))
