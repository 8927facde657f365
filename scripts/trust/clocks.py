"""Set the clock back and forth, and cross the year's edge in many time zones (trust.md T8).

Whatever the machine's zone, the office's day is that of Asia/Shanghai: 15:59:59Z on 31 December is the old year,
16:00:00Z the new one, and an application belongs to the year of its day. Records keep their order by number, whatever
the clock says. A business date before the last act is refused (nobody can go back, alone or together), one more than
seven days ahead too where the office is no trial, and a clock that went back is told when the file is opened.
`--size N` makes N random jumps beside the fixed ones.
"""

from __future__ import annotations

import os
import random
import sys
import time
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING
from unittest.mock import patch

from disk_faults import fresh
from kill_nine import facts_of
from power_cuts import settled_office
from trial import run_alone

from voucher_app.app import make_workspace
from voucher_app.domain.errors import InvalidInput, RulesViolated
from voucher_app.domain.money import Money
from voucher_app.services import application, year
from voucher_app.services import workspace as workspaces
from voucher_app.services.history import CLOCKS_DIFFER, clock_behind
from voucher_app.services.workspace import SystemClock, new_request_id
from voucher_app.storage.sqlite.backup import verify_file

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from trial import Seen

    from voucher_app.services.queries.ledger import JournalRow
    from voucher_app.services.workspace import Workspace

ZONES = ("Asia/Shanghai", "UTC", "America/Los_Angeles", "Pacific/Kiritimati", "Asia/Kathmandu")
EDGE = datetime(2026, 12, 31, 16, tzinfo=UTC)
EDGES = (
    (EDGE - timedelta(seconds=1), date(2026, 12, 31)),
    (EDGE, date(2027, 1, 1)),
    (EDGE + timedelta(hours=8), date(2027, 1, 1)),
    (EDGE - timedelta(hours=16), date(2026, 12, 31)),
)


@contextmanager
def machine(zone: str, now: datetime) -> Iterator[None]:
    """Let the machine stand in a zone, its clock at an instant."""

    class Clock(datetime):
        @classmethod
        def now(cls, tz: object = None) -> datetime:  # type: ignore[override]
            return now.astimezone(tz)  # type: ignore[arg-type]

    with patch.dict(os.environ, TZ=zone), patch.object(workspaces, "datetime", Clock):
        time.tzset()
        try:
            yield
        finally:
            pass
    time.tzset()


@dataclass
class Story:
    """An office as time goes by, and what went wrong."""

    workspace: Workspace
    wrong: list[str]
    jumps: int = 0

    def act(self) -> str:
        """Submit an application now; return the code of the refusal, or nothing."""
        self.jumps += 1
        try:
            application.submit(
                self.workspace,
                facts=replace(facts_of(new_request_id(), Money(1)), signed_on=self.workspace.clock.today()),
                operator=self.workspace.queries.operators()[0],
                request_id=new_request_id(),
            )
        except InvalidInput as refused:
            return refused.code
        except RulesViolated as refused:
            return refused.violations[0].rule
        return ""

    def expect(self, what: str, *, found: object, wanted: object) -> None:
        """Note what is not as it should be."""
        if found != wanted:
            self.wrong.append(f"{what}: {found}, not {wanted}")


def cross_the_year(story: Story) -> None:
    """Act at the edge of the year, in every zone."""
    for zone in ZONES:
        for now, day in EDGES:
            with machine(zone, now):
                story.expect(f"day in {zone} at {now}", found=SystemClock().today(), wanted=day)
    for now, day in EDGES[:2]:
        with machine("America/Los_Angeles", now):
            story.expect(f"an act at {now}", found=story.act(), wanted="")
            years = story.workspace.records().applications.get(story.jumps).year
            story.expect(f"year of an act at {now}", found=years, wanted=day.year)


def jump(story: Story, now: datetime, last: datetime) -> datetime:
    """Set the clock to an instant, and act; return when the last act was."""
    office_zone = workspaces.OFFICE_ZONE
    is_before = now.astimezone(office_zone).date() < last.astimezone(office_zone).date()
    with machine("UTC", now):
        told = clock_behind(story.workspace) is not None
        story.expect(f"told at {now}, after {last}", found=told, wanted=last > now + CLOCKS_DIFFER)
        seq = story.workspace.queries.journal_head()[0]
        refused = story.act()
        story.expect(f"refused at {now}", found=refused, wanted="date_before_last_act" if is_before else "")
        done = story.workspace.queries.journal_head()[0] - seq
        story.expect(f"records made at {now}", found=done, wanted=0 if is_before else 1)
    return last if is_before else now


def run(folder: Path, size: int, seed: int) -> Seen:
    """Cross the year, jump, and try to date acts by hand."""
    chance = random.Random(seed)  # noqa: S311 - to be repeated
    database = fresh(settled_office(folder), folder / "work")
    with machine("UTC", EDGE - timedelta(days=1)):
        story = Story(make_workspace(database), [])
        year.open_year(
            story.workspace,
            year=2027,
            amount=Money.yuan(1_000),
            document="试验",
            operator=story.workspace.queries.operators()[0],
            request_id=new_request_id(),
        )
    cross_the_year(story)
    last = EDGE
    for _ in range(size):
        seconds = chance.choice((1, 60, 3_600, 86_400, 864_000)) * chance.choice((-3, -1, 1, 2))
        last = jump(story, min(last + timedelta(seconds=seconds), EDGE + timedelta(days=300)), last)
    with machine("UTC", last):
        today = story.workspace.clock.today()
        story.workspace = story.workspace.on(today - timedelta(days=1))
        story.expect("--on before the last act", found=story.act(), wanted="date_before_last_act")
    order = [row.seq for row in _journal(story.workspace)]
    story.expect("records in their order", found=order, wanted=list(range(1, len(order) + 1)))
    story.workspace.data_file.close()
    story.wrong += [str(finding) for finding in verify_file(database).findings]
    seen: Seen = {"zones": len(ZONES), "edges": len(EDGES), "jumps": size, "records": len(order), "wrong": story.wrong}
    return {**seen, "failed": judged(story.wrong)}


def _journal(workspace: Workspace) -> list[JournalRow]:
    from voucher_app.services.queries.lists import ListFilter  # noqa: PLC0415

    return list(workspace.queries.journal(ListFilter(sort="seq", descending=False)).rows(0, 100_000))


def judged(wrong: list[str]) -> list[str]:
    """Return why a run failed."""
    return [f"wrong: {wrong}"] if wrong else []


if __name__ == "__main__":
    sys.exit(run_alone(__doc__, run, full=2_000))
