"""Cut the power in simulation: what was synced is there, of the rest a random, torn part (trust.md T2).

Sessions of the program (applications, approvals, vouchers, claims, verifications) run on a disk that records writes and
syncs; so does what was acknowledged, and when. An image is what a disk may hold at one moment: everything up to each
file's last sync, and of what came after any subset, writes cut at any sector. Then the program opens the image: every
acknowledged record has to be there with its hash, and `ledger verify` has to be clean.

The sessions take turns between the two settings that the program uses (WAL with FULL; DELETE with EXTRA on an older
SQLite), and write their log back every few pages, so that cuts fall into that too.
"""

from __future__ import annotations

import random
import shutil
import sys
from contextlib import closing, suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from unittest.mock import patch

from disk import RecordingDisk, Step, on_disk
from kill_nine import issue_one, make_office, opened, redeem_one
from trial import run_alone

from voucher_app.domain.money import Money
from voucher_app.services.ports.errors import StorageError
from voucher_app.storage.sqlite import connection as opening
from voucher_app.storage.sqlite.backup import verify_file
from voucher_app.storage.sqlite.connection import LIBRARY_ERRORS, open_for_reading, open_for_writing

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from trial import Seen

SECTOR = 512
IMAGES_OF_A_SESSION = 250
ACTS = 3
"""Vouchers issued and redeemed in a session, five acknowledged records each."""
LOG_PAGES = 40
NAME = "office.db"


@dataclass(slots=True)
class HeldFile:
    """A file as the disk may hold it: what is sure, and what waits."""

    sure: bytearray
    waits: list[Step] = field(default_factory=list)

    def settle(self) -> None:
        """Make sure of all that waits."""
        for step in self.waits:
            _apply(self.sure, step)
        self.waits.clear()


def _apply(content: bytearray, step: Step) -> None:
    if step.kind == "truncate":
        del content[step.place :]
        return
    if len(content) < step.place:
        content.extend(bytes(step.place - len(content)))
    content[step.place : step.place + len(step.data)] = step.data


def _torn(content: bytearray, step: Step, chance: random.Random) -> None:
    """Apply any part of one write, sector by sector."""
    for start in range(0, len(step.data), SECTOR):
        if chance.random() < 0.5:  # noqa: PLR2004 - either way
            _apply(content, Step("write", step.file, step.place + start, step.data[start : start + SECTOR]))


@dataclass(slots=True)
class HeldFolder:
    """Which names the disk has, each with the files that it may turn out to be: the program sees the last."""

    names: dict[str, list[HeldFile | None]]

    def take(self, step: Step) -> None:
        """Let a step happen; `None` stands for a name that is gone."""
        history = self.names.setdefault(step.file, [None])
        last = history[-1]
        if step.kind == "create":
            history.append(HeldFile(bytearray()))
        elif step.kind == "delete":
            history.append(None)
            if step.place:  # the folder was synced
                self._sync()
        elif last is None:
            return  # a file that is deleted while it is open is nobody's any more
        elif step.kind == "sync":
            last.settle()
            if len(history) > 1:
                self._sync()  # SQLite syncs the folder with the first sync of a file that it made
        else:
            last.waits.append(step)

    def _sync(self) -> None:
        for history in self.names.values():
            del history[:-1]

    def image(self, chance: random.Random) -> dict[str, bytes]:
        """Return what may be found after a cut just now."""
        found = {}
        how = chance.choice(("nothing", "everything", "some", "some", "some", "torn", "torn"))
        for name, history in self.names.items():
            chosen = history[-1] if how == "everything" else chance.choice(history)
            if chosen is None:
                continue
            content = bytearray(chosen.sure)
            for step in chosen.waits:
                if how == "torn" and step.kind == "write":
                    _torn(content, step, chance)
                elif how == "everything" or (how in {"some", "torn"} and chance.random() < 0.5):  # noqa: PLR2004
                    _apply(content, step)
            found[name] = bytes(content)
        return found


def record_session(
    office: Path,
    folder: Path,
    *,
    wal: bool,
    changed: Callable[[str], str] = lambda sql: sql,
    loses: Callable[[Step], bool] = lambda _step: False,
) -> list[Step]:
    """Work on a copy of an office; return what happened on its disk."""
    folder.mkdir(exist_ok=True)
    database = folder / NAME
    for old in folder.iterdir():
        old.unlink()
    shutil.copyfile(office, database)
    disk = RecordingDisk(loses)
    settings = patch.multiple(opening, _LOG_PAGES=LOG_PAGES, wal_is_safe=lambda _version: wal)
    with on_disk(disk, changed=changed), settings, opened(database) as workspace:
        for place in range(ACTS):
            number = issue_one(workspace, Money.yuan(10 + place))
            disk.acknowledge(*workspace.queries.journal_head())
            redeem_one(workspace, number, Money.yuan(1))
            disk.acknowledge(*workspace.queries.journal_head())
    return disk.steps


def faults_of(image: dict[str, bytes], folder: Path, told: dict[int, str]) -> tuple[list[str], list[str]]:
    """Open what a cut left, as the program does; return what is lost of what was told, and what is corrupt."""
    for old in folder.iterdir():
        old.unlink()
    for name, content in image.items():
        (folder / name).write_bytes(content)
    database = folder / NAME
    try:
        with closing(open_for_writing(database)) as writer:  # plays the log or the rollback journal back
            writer.execute("SELECT count(*) FROM journal").fetchone()
        corrupt = [str(finding) for finding in verify_file(database).findings]
        with closing(open_for_reading(database)) as reader:
            there = dict(reader.execute("SELECT seq, hash FROM journal").fetchall())
    except (StorageError, *LIBRARY_ERRORS) as error:
        return [], [f"not to be opened: {error}"]
    return [f"record {seq}" for seq, digest in told.items() if there.get(seq) != digest], corrupt


def cut(office: Path, folder: Path, steps: list[Step], images: int, chance: random.Random) -> dict[str, list[str]]:
    """Cut the power at moments of a session, spread over all of it; return what was lost and what was corrupt."""
    moments = sorted(chance.randrange(1, len(steps) + 1) for _ in range(images))
    disk = HeldFolder({NAME: [HeldFile(bytearray(office.read_bytes()))]})
    folder.mkdir(exist_ok=True)
    told: dict[int, str] = {}
    found: dict[str, list[str]] = {"lost": [], "corrupt": []}
    done = 0
    for moment in moments:
        for step in steps[done:moment]:
            if step.kind == "ack":
                told[step.place] = step.data.decode()
            else:
                disk.take(step)
        done = moment
        lost, corrupt = faults_of(disk.image(chance), folder, told)
        found["lost"] += [f"moment {moment}: {', '.join(lost)}"] if lost else []
        found["corrupt"] += [f"moment {moment}: {corrupt[0]}"] if corrupt else []
    return found


def settled_office(folder: Path) -> Path:
    """Make an office in one file, without a log beside it."""
    office = folder / "template.db"
    make_office(office)
    with closing(open_for_writing(office)) as connection, suppress(*LIBRARY_ERRORS):
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return office


def run(folder: Path, size: int, seed: int) -> Seen:
    """Try so many images; return what was seen, and that loss is found where durability is lowered."""
    chance = random.Random(seed)  # noqa: S311 - to be repeated
    office = settled_office(folder)
    seen: Seen = {"images": 0, "sessions": 0, "steps": 0, "syncs": 0, "lost": [], "corrupt": []}
    while seen["images"] < size:
        images = min(IMAGES_OF_A_SESSION, size - seen["images"], max(1, size // 2))
        steps = record_session(office, folder / "session", wal=seen["sessions"] % 2 == 0)
        found = cut(office, folder / "image", steps, images, chance)
        seen["images"] += images
        seen["sessions"] += 1
        seen["steps"] += len(steps)
        seen["syncs"] += sum(step.kind == "sync" for step in steps)
        seen["lost"] += found["lost"]
        seen["corrupt"] += found["corrupt"]
    lowered = record_session(
        office, folder / "session", wal=True, changed=lambda sql: sql.replace("synchronous=FULL", "synchronous=NORMAL")
    )
    control = min(size, 500)
    seen["lost_with_synchronous_normal"] = len(cut(office, folder / "image", lowered, control, chance)["lost"])
    seen["images_with_synchronous_normal"] = control
    return {**seen, "failed": judged(seen)}


def judged(seen: Seen) -> list[str]:
    """Return why a run failed or proves nothing."""
    reasons = [f"{what}: {seen[what]}" for what in ("lost", "corrupt") if seen[what]]
    if not seen["lost_with_synchronous_normal"]:
        reasons.append("void: with synchronous=NORMAL nothing was lost, so nothing would be found")
    return reasons


if __name__ == "__main__":
    sys.exit(run_alone(__doc__, run, full=10_000))
