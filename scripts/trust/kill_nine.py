"""Try the data file by force: `kill -9` at random instants, and processes racing for the cap (trust.md T1, T3).

`--kills 2000`: a child issues and redeems and says each number it was given; it is killed at a random instant; every
number it said has to be there, with its value; at the end `ledger verify` is clean and the cap was kept.
`--contend 8`: so many processes issue random amounts against the last 300,000元; exactly the cap is issued, and each
process issued at least once, or the run is void.

Children are forked from a parent that has loaded everything but holds no connection, so that a kill costs milliseconds.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import secrets
import shutil
import signal
import sys
import tempfile
import time
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from voucher_app.app import make_workspace
from voucher_app.domain.errors import NotFound, RulesViolated
from voucher_app.domain.money import Money
from voucher_app.domain.operators import Role
from voucher_app.services import application, office, provider, recipient, redemption, voucher, year
from voucher_app.services.claim import ClaimFacts
from voucher_app.services.demonstration import demonstration_code
from voucher_app.services.recipient import UnitFacts
from voucher_app.services.workspace import new_request_id
from voucher_app.settings import resources_folder

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from voucher_app.services.workspace import Workspace

TODAY = date(2026, 3, 2)
YEAR = 2026
CAP = Money.yuan(50_000_000)
LAST = Money.yuan(300_000)
WORDS_OF_A_LIFE = 4
"""A child is killed within the time that one takes to say so many: it opens the file, issues, redeems, and may be
anywhere in it. On a busy machine that is many times longer, so it is measured now and then."""
MEASURED_EVERY = 50
FEWEST_WORDS = 0.25
"""Acknowledged acts for each kill, below which a run proves nothing."""
SETTLED_SHARE = 0.1
"""How often the file is closed properly between kills; else its log would only grow, and every start read all of it."""
_GENEROUS = {
    'ratio = "0.20"': 'ratio = "1"',
    'recipient_year_cap = "1000000.00"': 'recipient_year_cap = "999999999.00"',
    'smallest_voucher = "5000.00"': 'smallest_voucher = "0.00"',
    'rounding = "DOWN"': 'rounding = "HALF_UP"',
}
_HOLDER = demonstration_code("enterprise", 1_000)
_SELLER = demonstration_code("provider", 1)


@contextmanager
def opened(database: Path, *, any_history: bool = False) -> Iterator[Workspace]:
    """Open the office for a while."""
    workspace = make_workspace(database, on=TODAY, any_history=any_history)
    try:
        yield workspace
    finally:
        workspace.data_file.close()


def generous_policy() -> str:
    """Return a policy under which any amount to the fen may be issued."""
    policy = (resources_folder() / "policies" / "henan-style.toml").read_text(encoding="utf-8")
    for old, new in _GENEROUS.items():
        policy = policy.replace(old, new)
    return policy


def make_office(database: Path) -> None:
    """Make an office that may issue any amount to the fen."""
    workspace = make_workspace(database, create=True, on=TODAY)
    people = [("张经办", Role.PREPARER), ("李复核", Role.REVIEWER)]
    office.init(
        workspace,
        name="试验",
        operators=people,
        trial=True,
        policy_content=generous_policy(),
        request_id=new_request_id(),
    )
    preparer, reviewer = workspace.queries.operators()
    year.open_year(workspace, year=YEAR, amount=CAP, document="试验", operator=preparer, request_id=new_request_id())
    provider.add(workspace, unit=UnitFacts("算力", _SELLER, "140100"), operator=preparer, request_id=new_request_id())
    provider.admit(workspace, uscc=_SELLER, until=date(2028, 1, 1), operator=reviewer, request_id=new_request_id())
    recipient.add(
        workspace,
        unit=UnitFacts("单位", _HOLDER, "140100"),
        kind="enterprise",
        operator=preparer,
        request_id=new_request_id(),
    )
    workspace.data_file.close()


def facts_of(contract: str, amount: Money, *, holder: str = _HOLDER) -> application.ApplicationFacts:
    """Return an application of the one unit, or another, for a contract."""
    return application.ApplicationFacts(
        recipient_uscc=holder,
        provider_uscc=_SELLER,
        contract_number=contract,
        contract_amount=amount,
        signed_on=TODAY,
        requested=amount,
    )


def claim_facts(number: str, amount: Money, invoice: str) -> ClaimFacts:
    """Return a claim on a voucher for one invoice."""
    return ClaimFacts(
        voucher_number=number,
        amount=amount,
        invoice_number=invoice,
        invoice_amount=amount,
        invoiced_on=TODAY,
    )


def issue_one(workspace: Workspace, amount: Money) -> str:
    """Submit, approve and issue one voucher; return its number."""
    preparer, reviewer = workspace.queries.operators()
    facts = facts_of(secrets.token_hex(12), amount)
    one = application.submit(workspace, facts=facts, operator=preparer, request_id=new_request_id())
    application.approve(workspace, application_ids=[one.id], operator=reviewer, request_id=new_request_id())
    issued = voucher.issue(workspace, application_ids=[one.id], operator=preparer, request_id=new_request_id())
    return str(issued[0].number)


def redeem_one(workspace: Workspace, number: str, amount: Money) -> int:
    """Claim and verify; return the redemption's row."""
    preparer, reviewer = workspace.queries.operators()
    facts = claim_facts(number, amount, f"{secrets.randbelow(10**20):020d}")
    claim = redemption.claim(workspace, facts=facts, operator=preparer, request_id=new_request_id())
    verified = redemption.verify(
        workspace, redemption_id=claim.id, approved=None, operator=reviewer, request_id=new_request_id()
    )
    return verified.id


# ------------------------------------------------------------------------------------------------- processes


@dataclass(frozen=True, slots=True)
class Child:
    """A forked process and the end of the pipe on which it speaks."""

    process: int
    pipe: int

    def heard(self) -> list[str]:
        """Wait for the child's end and return the whole lines it said; a line cut short was never said."""
        with os.fdopen(self.pipe, "rb") as stream:
            said = stream.read()
        os.waitpid(self.process, 0)
        return said.decode().split("\n")[:-1]


def forked(work: Callable[[Callable[[str], None]], None]) -> Child:
    """Run some work in a child, which is given a way to speak; the parent holds no connection meanwhile."""
    reading, writing = os.pipe()
    process = os.fork()
    if process:
        os.close(writing)
        return Child(process, reading)
    status = 1
    try:
        os.close(reading)
        work(lambda line: (os.write(writing, f"{line}\n".encode()), None)[1])
        status = 0
    finally:
        os._exit(status)  # never the parent's exit handlers


# ------------------------------------------------------------------------------------------------- kill -9


def _issue_and_redeem(database: Path, say: Callable[[str], None]) -> None:
    with opened(database) as workspace:
        while True:
            amount = Money(2 + secrets.randbelow(10_000))
            number = issue_one(workspace, amount)
            say(f"issued {number} {amount.fen}")
            part = Money(1 + secrets.randbelow(amount.fen - 1))
            say(f"redeemed {redeem_one(workspace, number, part)} {part.fen}")


def lost(database: Path, said: list[str]) -> list[str]:
    """Return what was acknowledged and is not there, or not with that value."""
    missing = []
    with opened(database) as workspace:
        records = workspace.records()
        for line in said:
            what, key, fen = line.split()
            try:
                if what == "issued":
                    kept = workspace.queries.certificates([key])[0].face.fen
                else:
                    approved = records.redemptions.get(int(key)).approved
                    kept = approved.fen if approved else 0
            except NotFound:
                kept = 0
            if kept != int(fen):
                missing.append(line)
    return missing


def faults(database: Path) -> list[str]:
    """Return what is wrong with the file as a whole: findings of `ledger verify`, and the cap."""
    with opened(database) as workspace:
        found = [str(finding) for finding in workspace.data_file.verify().findings]
        money = workspace.queries.year_money(YEAR)
    if money.appropriation != CAP or money.unissued.fen < 0:
        found.append(f"the money does not add up: {money}")
    return found


def life_seconds(database: Path) -> float:
    """Return how long a child takes to say a few words."""
    begun = time.monotonic()
    child = forked(lambda say: _issue_and_redeem(database, say))
    said = b""
    while said.count(b"\n") < WORDS_OF_A_LIFE and (more := os.read(child.pipe, 4096)):
        said += more
    os.kill(child.process, signal.SIGKILL)
    child.heard()
    return time.monotonic() - begun


def kill_many(database: Path, kills: int) -> dict[str, object]:
    """Kill so many children at random instants; return what was seen."""
    said: list[str] = []
    missing: list[str] = []
    silent = acknowledged = 0
    longest = 0.0
    for place in range(kills):
        longest = longest if place % MEASURED_EVERY else life_seconds(database)
        child = forked(lambda say: _issue_and_redeem(database, say))
        time.sleep(random.uniform(0, 1.5 * longest))  # noqa: S311 - an instant, no secret
        os.kill(child.process, signal.SIGKILL)
        heard = child.heard()
        silent += not heard
        missing += lost(database, heard)
        said += heard
        acknowledged += len(heard)
        if random.random() < SETTLED_SHARE:  # noqa: S311 - how often, no secret
            with opened(database) as workspace:
                said.append(f"issued {issue_one(workspace, Money(1))} 1")
    missing += [line for line in lost(database, said) if line not in missing]
    return {
        "kills": kills,
        "acknowledged": acknowledged,
        "killed_before_a_word": silent,
        "lost": missing,
        "faults": faults(database),
    }


# ------------------------------------------------------------------------------------------------- contention


def _issue_until_nothing_is_left(database: Path, gate: int, say: Callable[[str], None]) -> None:
    with opened(database) as workspace:
        os.read(gate, 1)  # all begin together, when the parent closes the other end
        left = LAST.fen
        while left:
            amount = Money(1 + secrets.randbelow(min(left, 200_000)))
            try:
                say(f"issued {issue_one(workspace, amount)} {amount.fen}")
            except RulesViolated as refused:
                (violation,) = refused.violations
                assert violation.rule == "R1", violation
                assert isinstance(violation.allowed, int), violation
                left = violation.allowed


def contend(database: Path, processes: int) -> dict[str, object]:
    """Let processes issue against the last 300,000元; return what was seen."""
    with opened(database) as workspace:
        issue_one(workspace, CAP - LAST)
    gate, opens = os.pipe()

    def work(say: Callable[[str], None]) -> None:
        os.close(opens)
        _issue_until_nothing_is_left(database, gate, say)

    children = [forked(work) for _ in range(processes)]
    os.close(opens)
    os.close(gate)
    heard = [child.heard() for child in children]
    said = [line for lines in heard for line in lines]
    with opened(database) as workspace:
        unissued = workspace.queries.year_money(YEAR).unissued.fen
    return {
        "processes": processes,
        "issued_fen": sum(int(line.split()[2]) for line in said),
        "allowed_fen": LAST.fen,
        "unissued_fen": unissued,
        "times": [len(lines) for lines in heard],
        "lost": lost(database, said),
        "faults": faults(database),
    }


def judged(seen: dict[str, object]) -> list[str]:
    """Return why a run failed or proves nothing."""
    reasons = [f"{name}: {seen[name]}" for name in ("lost", "faults") if seen[name]]
    if "kills" in seen:
        kills, acknowledged = seen["kills"], seen["acknowledged"]
        assert isinstance(kills, int)
        assert isinstance(acknowledged, int)
        if acknowledged < kills * FEWEST_WORDS:
            reasons.append(f"void: only {acknowledged} acts were finished in {kills} kills")
    if "processes" in seen:
        times = seen["times"]
        assert isinstance(times, list)
        if seen["issued_fen"] != seen["allowed_fen"] or seen["unissued_fen"] != 0:
            reasons.append(f"not exactly the cap: {seen['issued_fen']} of {seen['allowed_fen']}")
        if not all(times):
            reasons.append(f"void: a process never issued: {times}")
    return reasons


def main() -> int:
    """Run a trial on a file of its own and print what was seen as JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=0, help="kill so many children while they issue and redeem")
    parser.add_argument("--contend", type=int, default=0, help="let so many processes issue against the cap")
    parser.add_argument("--seed", type=int, default=20261121, help="of the moments; what a killed child did is chance")
    arguments = parser.parse_args()
    random.seed(arguments.seed)
    if not (arguments.kills or arguments.contend):
        parser.error("name --kills N or --contend N")
    folder = Path(tempfile.mkdtemp(prefix="kill-nine-"))
    trials: list[tuple[Callable[[Path, int], dict[str, object]], int]] = [
        (kill_many, arguments.kills),
        (contend, arguments.contend),
    ]
    failed = False
    for place, (trial, count) in enumerate(trials):
        if count:
            database = folder / f"office-{place}.db"
            make_office(database)
            begun = time.monotonic()
            seen = trial(database, count)
            reasons = judged(seen)
            print(json.dumps({**seen, "seconds": round(time.monotonic() - begun, 1), "failed": reasons}))
            failed = failed or bool(reasons)
    if failed:
        print(f"the data file is kept in {folder}", file=sys.stderr)
        return 1
    shutil.rmtree(folder)
    return 0


if __name__ == "__main__":
    sys.exit(main())
