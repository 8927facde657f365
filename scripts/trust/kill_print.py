"""Print by force: `kill -9` at random moments of a batch print; register and paper have to agree after each (issue 4).

`--kills 200`: so many children print a batch, into a file each or into one file, and are killed. Two thirds of the
batches are certificates, one third verification sheets that get their document numbers in the same act. One half is
killed at a random instant, the other half before one of the steps that matter, a file's renaming or a commit. Then what
was cut short is resumed, or now and then given up, and everything is held against everything: each file that is there
stands in the register as printed, with its digest, and bears the number it has there; nothing is printed in the
register without its file; copies and document numbers leave no gap; and no file waits for a job that has ended.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import random
import signal
import sys
import tempfile
import time
from collections import Counter
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any
from unittest.mock import patch

import pypdfium2
from kill_nine import forked, issue_one, make_office, opened, redeem_one

from voucher_app import i18n
from voucher_app.domain.money import Money
from voucher_app.services import certificate, document, print_ending, reprinting
from voucher_app.services.print_request import Request
from voucher_app.services.queries.lists import ListFilter
from voucher_app.services.workspace import new_request_id
from voucher_app.settings import resources_folder
from voucher_app.storage.sqlite.unit_of_work import SqliteUnitOfWork

if TYPE_CHECKING:
    from collections.abc import Callable

    from voucher_app.domain.printing import PrintJob
    from voucher_app.services.workspace import Workspace

BATCH = 8
SHEET = "redemption-sheet"
GIVEN_UP_SHARE = 0.25
"""How often a job that was cut short is given up instead of resumed."""
STEPS = {False: BATCH + 2, True: 3}
"""The renamings of a batch, into files of their own or into one, and its two commits."""


def print_batch(workspace: Workspace, numbers: list[str], folder: Path, *, together: bool) -> PrintJob:
    """Print a batch of vouchers, or of redemptions (`redemption:7`); with a reason, for those printed before."""
    request = Request(workspace.queries.operators()[0], new_request_id(), "强制中断演练")
    if numbers[0].startswith("redemption:"):
        orders = [document.order(workspace, SHEET, one) for one in numbers]
        if together:
            job = document.print_together(workspace, orders=orders, file=folder / "all.pdf", request=request)
        else:
            job = document.print_separately(workspace, orders=orders, folder=folder, request=request)
    elif together:
        job = certificate.print_together(workspace, numbers=numbers, file=folder / "all.pdf", request=request)
    else:
        job = certificate.print_separately(workspace, numbers=numbers, folder=folder, request=request)
    assert job is not None, "nobody cancels"
    return job


def _before_step(step: int | None) -> list[Any]:
    """Return patches that kill this process before the renaming or commit with this number."""
    seen = count()

    def before(call: Callable[..., Any]) -> Callable[..., Any]:
        def counted(*given: Any, **named: Any) -> Any:  # noqa: ANN401 - passed on as they are
            if next(seen) == step:
                os.kill(os.getpid(), signal.SIGKILL)
            return call(*given, **named)

        return counted

    return [
        patch.object(Path, "replace", before(Path.replace)),
        patch.object(SqliteUnitOfWork, "commit", before(SqliteUnitOfWork.commit)),
    ]


def die_printing(
    database: Path, numbers: list[str], folder: Path, *, together: bool, step: int | None, latest_seconds: float
) -> bool:
    """Print in a child that is killed before a step, or at a random instant; return whether it was killed in time."""

    def work(say: Callable[[str], None]) -> None:
        for one in _before_step(step):
            one.start()
        with opened(database) as workspace:
            print_batch(workspace, numbers, folder, together=together)
        say("done")

    child = forked(work)
    if step is None:
        time.sleep(random.uniform(0, latest_seconds))  # noqa: S311 - an instant, no secret
        os.kill(child.process, signal.SIGKILL)
    return not child.heard()


def settle(workspace: Workspace) -> str:
    """Resume or give up what was cut short; return which."""
    jobs = workspace.records().prints.open_jobs()
    operator = workspace.queries.operators()[0]
    for job in jobs:
        told: dict[str, Any] = {"job_id": job.id, "operator": operator, "request_id": new_request_id()}
        if random.random() < GIVEN_UP_SHARE:  # noqa: S311 - how often, no secret
            print_ending.cancel(workspace, reason="不再需要", **told)
            return "given up"
        reprinting.resume_job(workspace, **told)
        return "resumed"
    return "nothing open"


def faults(workspace: Workspace, folder: Path) -> list[str]:
    """Return where register and paper do not agree, for what is printed into one folder."""
    found = [f"{job.id} is still open" for job in workspace.records().prints.open_jobs()]
    there = {
        file.name: hashlib.sha256(file.read_bytes()).hexdigest()
        for file in (folder.iterdir() if folder.is_dir() else ())
        if file.suffix == ".pdf"
    }
    registered: dict[str, str] = {}
    ended: set[str] = set()
    for row in workspace.queries.prints(ListFilter(sort="id", text=str(folder))).rows(0, 1_000):
        details = workspace.queries.print_job(row.id)
        ended.add(details.job.staging)
        registered |= {one.file_name: one.sha256 for one in details.papers if one.state == "done"}
    found += [f"{name}: on paper, not in the register" for name in sorted(there.keys() - registered.keys())]
    found += [f"{name}: in the register, not on paper" for name in sorted(registered.keys() - there.keys())]
    found += [
        f"{name}: another digest"
        for name in sorted(there.keys() & registered.keys())
        if there[name] != registered[name]
    ]
    found += _misnumbered(workspace, folder)
    waiting = {file.name[1:].partition("-")[0] for file in folder.glob(".*.part")} if folder.is_dir() else set()
    return found + [f"{staging}: files wait for a job that has ended" for staging in waiting & ended]


def _misnumbered(workspace: Workspace, folder: Path) -> list[str]:
    """Return which sheets do not bear the number that the register gave their document."""
    found = []
    for row in workspace.queries.prints(ListFilter(sort="id", text=str(folder))).rows(0, 1_000):
        details = workspace.queries.print_job(row.id)
        for one in details.papers:
            file = folder / one.file_name
            if (one.kind, one.state) != (SHEET, "done") or not file.is_file():
                continue
            number = str(workspace.records().document_numbers.at(SHEET, one.subject, seq=details.job.begun_seq))
            with pypdfium2.PdfDocument(file) as pages:
                if not any(number in page.get_textpage().get_text_bounded() for page in pages):
                    found.append(f"{one.file_name}: does not bear {number}")
    return found


def kill_many(folder: Path, kills: int) -> dict[str, object]:
    """Kill so many batch prints; return what was seen."""
    database = folder / "office.db"
    make_office(database)
    with opened(database) as workspace:
        numbers = [issue_one(workspace, Money.yuan(100 + place)) for place in range(BATCH)]
        redeemed = issue_one(workspace, Money.yuan(100))
        sheets = [f"redemption:{redeem_one(workspace, redeemed, Money(1))}" for _ in range(BATCH)]
        print_batch(workspace, sheets, folder / "sheets", together=False)
        print_batch(workspace, numbers, folder / "warm", together=False)  # fonts and libraries, once for all children
        begun = time.monotonic()
        print_batch(workspace, numbers, folder / "measured", together=False)
        duration = time.monotonic() - begun
    seen: Counter[str] = Counter()
    wrong: list[str] = []
    for place in range(kills):
        out, together = folder / f"out-{place:05d}", place % 4 in {2, 3}
        step = random.randrange(STEPS[together]) if place % 2 else None  # noqa: S311 - a moment, no secret
        batch = numbers
        if place % 3 == 1:
            with opened(database) as workspace:
                batch = [f"redemption:{redeem_one(workspace, redeemed, Money(1))}" for _ in range(BATCH)]
        killed = die_printing(database, batch, out, together=together, step=step, latest_seconds=duration * 1.5 + 0.02)
        seen["killed"] += killed
        with opened(database) as workspace:
            seen[settle(workspace)] += 1
            wrong += [f"kill {place} ({step}): {one}" for one in faults(workspace, out)]
            if place % 25 == 0 or place == kills - 1:
                wrong += [f"kill {place}: {finding}" for finding in workspace.data_file.verify().findings]
    with opened(database) as workspace:
        given = [one.sequence for one in workspace.records().document_numbers.all(SHEET)]
        copies = [workspace.queries.copies("certificate", f"voucher:{key}") for key in range(1, BATCH + 1)]
    wrong += [
        f"voucher {key}: copies leave a gap"
        for key, prints in enumerate(copies, start=1)
        if [one.copy for one in reversed(prints)] != list(range(1, len(prints) + 1))
    ]
    if given != list(range(1, len(given) + 1)):
        wrong.append(f"document numbers leave a gap: {given}")
    return {"kills": kills, "numbers": len(given), "copies": sum(map(len, copies)), **seen, "faults": wrong}


def judged(seen: dict[str, Any]) -> list[str]:
    """Return why a run failed or proves nothing."""
    reasons = [f"faults: {seen['faults']}"] if seen["faults"] else []
    if seen.get("killed", 0) < seen["kills"] // 2:
        reasons.append(f"void: only {seen.get('killed', 0)} children were killed before their end")
    if not seen.get("resumed", 0):
        reasons.append("void: nothing was ever cut short between its two acts")
    return reasons


def main() -> int:
    """Run the trial in a folder of its own and print what was seen as JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=200, help="kill so many batch prints")
    parser.add_argument("--seed", type=int, default=20261121, help="of the moments; what a killed child did is chance")
    arguments = parser.parse_args()
    random.seed(arguments.seed)
    i18n.use_folder(resources_folder() / "locale")
    with tempfile.TemporaryDirectory(prefix="kill-print-") as folder:
        begun = time.monotonic()
        seen = kill_many(Path(folder), arguments.kills)
    reasons = judged(seen)
    print(json.dumps({**seen, "seconds": round(time.monotonic() - begun, 1), "failed": reasons}, ensure_ascii=False))
    return 1 if reasons else 0


if __name__ == "__main__":
    sys.exit(main())
