"""Let the Nth read, write, sync … fail, for every N, once or from then on (trust.md T6).

An officer works: an application, its approval, a voucher, a claim, its verification. At one step the disk reports an
error. Whatever the officer is then told has to be a Chinese sentence with advice; what was acknowledged has to be
there; the same request, repeated once the disk is well again, has to be carried out, and never twice; and the ledger
has to verify. `--size N` tries N of the moments, spread over all of them; 0 tries every one.
"""

from __future__ import annotations

import random
import shutil
import sys
from collections import Counter
from contextlib import closing
from typing import TYPE_CHECKING, Any, TypeVar
from unittest.mock import patch

import apsw
from disk import Disk, on_disk
from kill_nine import TODAY, YEAR, claim_facts, facts_of
from power_cuts import LOG_PAGES, settled_office
from trial import is_chinese_advice, run_alone

from voucher_app.app import make_workspace
from voucher_app.domain.money import Money
from voucher_app.domain.numbering import VoucherNumber
from voucher_app.services import application, redemption, voucher
from voucher_app.services.ports.errors import StorageError
from voucher_app.storage.sqlite import connection as opening
from voucher_app.storage.sqlite.backup import verify_file
from voucher_app.storage.sqlite.connection import open_for_writing

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from disk import Step
    from trial import Seen

    from voucher_app.services.workspace import Workspace

_Result = TypeVar("_Result")
KINDS = ("read", "write", "sync", "truncate", "create", "delete")
IO_CODES = {
    "read": apsw.SQLITE_IOERR_READ,
    "write": apsw.SQLITE_IOERR_WRITE,
    "sync": apsw.SQLITE_IOERR_FSYNC,
    "truncate": apsw.SQLITE_IOERR_TRUNCATE,
    "create": apsw.SQLITE_CANTOPEN,
    "delete": apsw.SQLITE_IOERR_DELETE,
}
ATTEMPTS = 4
"""A fault that happens once may be met by a commit whose outcome is then unknown; repeating tells."""


class FailingDisk(Disk):
    """Fails at the Nth step of a kind, once or from then on; counts all of them."""

    def __init__(self, kind: str = "", nth: int = -1, *, lasting: bool = False) -> None:
        self.counted: Counter[str] = Counter()
        self.hits = 0
        self._kind, self._nth, self._lasting = kind, nth, lasting

    def before(self, step: Step) -> None:
        """Count a step; fail when its turn has come.

        Raises:
            apsw.Error: as the file layer of SQLite reports an error of the disk.
        """
        self.counted[step.kind] += 1
        at = self.counted[step.kind] - 1
        if step.kind == self._kind and (at == self._nth or (self._lasting and at > self._nth)):
            self.hits += 1
            error: Any = (apsw.CantOpenError if step.kind == "create" else apsw.IOError)("planted")
            error.extendedresult = IO_CODES[step.kind]
            raise error


def acts(workspace: Workspace) -> list[tuple[str, Callable[[], object]]]:
    """Return what the officer does, each under a request id of its own."""
    preparer, reviewer = workspace.queries.operators()
    amount = Money.yuan(100)
    return [
        ("submit", lambda: application.submit(
            workspace, facts=facts_of("HT-trust", amount), operator=preparer, request_id="r-1")),
        ("approve", lambda: application.approve(
            workspace, application_ids=[1], operator=reviewer, request_id="r-2")),
        ("issue", lambda: voucher.issue(workspace, application_ids=[1], operator=preparer, request_id="r-3")),
        ("claim", lambda: redemption.claim(
            workspace, facts=claim_facts(_first_number(workspace), Money.yuan(7), "1" * 20), operator=preparer,
            request_id="r-4")),
        ("verify", lambda: redemption.verify(
            workspace, redemption_id=1, approved=None, operator=reviewer, request_id="r-5")),
    ]  # fmt: skip


def _first_number(workspace: Workspace) -> str:
    return str(workspace.records().vouchers.get(VoucherNumber(YEAR, 1)).number)


def work(database: Path, told: list[Exception], acknowledged: list[str], *, attempts: int = ATTEMPTS) -> None:
    """Open the office and do all acts in order, each as often as an officer would try; stop at one that never works."""
    workspace = tried(lambda: make_workspace(database, on=TODAY), told, attempts)
    if workspace is None:
        return
    todo = tried(lambda: acts(workspace), told, attempts) or []
    for name, act in todo:
        if tried(act, told, attempts) is None:
            break
        acknowledged.append(name)
    workspace.data_file.close()


def tried(call: Callable[[], _Result], told: list[Exception], attempts: int) -> _Result | None:
    """Call until it works, and return what it returned; keep what was raised."""
    for _ in range(attempts):
        try:
            return call()
        except Exception as error:  # noqa: BLE001 - whatever it is, it is judged
            told.append(error)
    return None


def try_fault(office: Path, folder: Path, kind: str, nth: int, *, lasting: bool) -> tuple[list[str], list[str], int]:
    """Let one step fail; return what is wrong, the codes that were told, and how often the fault was met."""
    database = fresh(office, folder)
    disk = FailingDisk(kind, nth, lasting=lasting)
    told: list[Exception] = []
    acknowledged: list[str] = []
    with on_disk(disk), patch.object(opening, "_LOG_PAGES", LOG_PAGES):
        work(database, told, acknowledged)
    wrong = [
        f"{type(error).__name__}: {error}"
        for error in told
        if not isinstance(error, StorageError) or not is_chinese_advice(error)
    ]
    codes = [error.code for error in told if isinstance(error, StorageError)]
    if not lasting and len(acknowledged) < len(_NAMES):
        wrong.append(f"the disk was well again, and still only {acknowledged} were done")
    return wrong + after(database, acknowledged), codes, disk.hits


_NAMES = ("submit", "approve", "issue", "claim", "verify")


def fresh(office: Path, folder: Path) -> Path:
    """Return a copy of the office, alone in a folder."""
    folder.mkdir(exist_ok=True)
    for old in folder.iterdir():
        old.unlink()
    return shutil.copyfile(office, folder / "office.db")


def after(database: Path, acknowledged: Sequence[str]) -> list[str]:
    """Hold a file, on a disk that is well, against what was acknowledged; then finish the work and verify."""
    there = requests_of(database)
    wrong = [
        f"{name} was acknowledged and is not there"
        for place, name in enumerate(acknowledged, start=1)
        if f"r-{place}" not in there
    ]
    wrong += [str(finding) for finding in verify_file(database).findings]
    workspace = make_workspace(database, on=TODAY)
    try:
        for _, act in acts(workspace):
            act()
    except Exception as error:  # noqa: BLE001 - whatever it is, it is wrong
        wrong.append(f"the work could not be finished: {type(error).__name__}: {error}")
    finally:
        workspace.data_file.close()
    done = requests_of(database)
    if len(done) != len(there | {f"r-{place}" for place in range(1, len(_NAMES) + 1)}):
        wrong.append(f"a repeated request was carried out twice, or not at all: {done}")
    return wrong + [str(finding) for finding in verify_file(database).findings]


def requests_of(database: Path) -> set[str]:
    """Return the requests that the journal knows, opened as the program opens a file after a crash."""
    with closing(open_for_writing(database)) as connection:
        return {row[0] for row in connection.execute("SELECT request_id FROM journal")}


def moments(office: Path, folder: Path) -> list[tuple[str, int, bool]]:
    """Return every step of the work at which the disk can fail."""
    disk = FailingDisk()
    told: list[Exception] = []
    with on_disk(disk), patch.object(opening, "_LOG_PAGES", LOG_PAGES):
        work(fresh(office, folder), told, [])
    assert not told, told
    return [(kind, nth, lasting) for kind in KINDS for nth in range(disk.counted[kind]) for lasting in (False, True)]


def run(folder: Path, size: int, seed: int) -> Seen:
    """Try moments; return what was seen."""
    chance = random.Random(seed)  # noqa: S311 - to be repeated
    office = settled_office(folder)
    every = moments(office, folder / "work")
    chosen = every if size <= 0 or size >= len(every) else spread(every, size, chance)
    codes: Counter[str] = Counter()
    kinds: Counter[str] = Counter()
    wrong: list[str] = []
    met = 0
    for kind, nth, lasting in chosen:
        found, told, hits = try_fault(office, folder / "work", kind, nth, lasting=lasting)
        wrong += [f"{kind} {nth}{' on' if lasting else ''}: {one}" for one in found]
        codes.update(told)
        met += bool(hits)
        kinds[kind] += 1
    seen: Seen = {"moments": len(every), "tried": len(chosen), "met": met, "kinds": dict(kinds), "told": dict(codes)}
    return {**seen, "wrong": wrong, "failed": judged({**seen, "wrong": wrong})}


def spread(every: list[tuple[str, int, bool]], size: int, chance: random.Random) -> list[tuple[str, int, bool]]:
    """Choose moments of every kind, rare kinds as well."""
    by_kind: dict[str, list[tuple[str, int, bool]]] = {}
    for one in every:
        by_kind.setdefault(one[0], []).append(one)
    for some in by_kind.values():
        chance.shuffle(some)
    chosen: list[tuple[str, int, bool]] = []
    while len(chosen) < size:
        for some in by_kind.values():
            chosen += [some.pop()] if some else []
    return chosen[:size]


def judged(seen: Seen) -> list[str]:
    """Return why a run failed or proves nothing."""
    reasons = [f"wrong: {seen['wrong']}"] if seen["wrong"] else []
    if seen["met"] < seen["tried"] * 0.9:
        reasons.append(f"void: only {seen['met']} of {seen['tried']} faults were ever met")
    if not seen["told"]:
        reasons.append("void: nobody was told anything")
    return reasons


if __name__ == "__main__":
    sys.exit(run_alone(__doc__, run, full=0))
