"""T16, mutation testing: plant small faults in the core, one at a time, and see whether a test notices.

`mutate.py` runs every group of `GROUPS` and prints a line of JSON; `mutate.py money redemption` some of them;
`--size N` plants at most N faults for each module, chosen by `--seed`, those in comparisons with a cap always among
them; 0 is all. `--again` plants only what survived the last kept run. `--second` plants faults of the second family
(`mutants.py`), of which only the number that was noticed is told. `--write` keeps what was seen in
`docs/mutation.json`, and makes `docs/mutation.md` of it. `--root FOLDER --module FILE --test FILE` tries another
project (`tests/trust/test_mutation.py` does).

How: one process loads the tests of a group and runs them once, noting which lines each test runs. For each fault it
forks; the child gives the function its faulty code and runs the tests that ran the line, nearest first, until one
fails. A fault in what happens on import (a table, a default) is planted by a loader in a child that has not imported
the program yet, and runs all tests named for its module. A child has a share of processor time, so that an endless
loop is a fault noticed; so is one that makes the program wait for ever, since a child that does nothing for long is
ended. Time on the clock alone does not count, the machine may be busy. What is forked has its fixtures of the session
from before the fault: that can only hide a fault, never invent a noticed one.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import sys
import time
import tomllib
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from mutants import MODULE, Mutant, mutants
from mutation_page import SECOND_FAMILY, page
from mutation_trial import load_what_others_wrote, try_group

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from mutation_trial import Outcome

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
SEED = 20261121
WANTED_PER_CENT = 90
IMPORT_SHARE = 4
"""A fault on import costs as much as ten others: of a sample's size, one in four where the rest is tried whole."""


@dataclass(frozen=True, slots=True)
class Group:
    """Modules that are tried together, against the same tests.

    Attributes:
        modules: below `voucher_app`, without `.py`.
        tests: files, folders or single tests below `tests`; those named like a module come first for it.
    """

    name: str
    modules: tuple[str, ...]
    tests: tuple[str, ...]


GROUPS: Final = (
    Group("money", ("domain/money",), ("domain/test_money.py", "domain/test_policy.py")),
    Group("caps", ("domain/budget", "domain/application", "domain/redemption", "domain/recovery", "domain/evidence",
                   "domain/claim", "domain/reimbursement", "domain/ledger"),
          ("domain/test_budget.py", "domain/test_application.py", "domain/test_redemption.py",
           "domain/test_recovery.py", "domain/test_evidence.py", "domain/test_reimbursement.py",
           "domain/test_ledger.py", "domain/test_claim.py", "domain/test_payable.py", "domain/test_every_rule.py",
           "domain/test_lifecycle.py")),
    Group("arithmetic", ("domain/payable",), ("domain/test_payable.py", "domain/test_redemption.py",
                                              "domain/test_evidence.py")),
    Group("rules", ("domain/batch", "domain/settlement", "domain/voucher", "domain/parties", "domain/credit",
                    "domain/contract", "domain/lifecycle", "domain/errors", "domain/invoice"),
          ("domain/test_batch.py", "domain/test_settlement.py", "domain/test_voucher.py", "domain/test_parties.py",
           "domain/test_credit.py", "domain/test_contract.py", "domain/test_lifecycle.py", "domain/test_errors.py",
           "domain/test_invoice.py", "domain/test_every_rule.py")),
    Group("ledger", ("storage/sqlite/repositories/ledger", "storage/sqlite/unit_of_work"),
          ("storage/test_ledger_table.py", "storage/test_unit_of_work.py", "storage/test_money_queries.py",
           "storage/test_search_index.py", "services/test_rehearsal.py", "services/test_voucher.py",
           "services/test_recovery.py")),
    Group("redemption", ("services/redemption", "services/claim"),
          ("services/test_redemption.py", "services/test_claim.py", "services/test_evidence.py",
           "services/test_reimbursement.py", "services/test_required_papers.py",
           "cli/test_invoice_files.py::test_a_claim_is_filled_by_the_invoices_files_and_keeps_them_with_their_hash")),
    Group("pdf-signatures", ("services/signature",), ("printing/test_pades.py",)),
    Group("signing", ("printing/signing", "services/checkpoint"),
          ("printing/test_signing.py", "services/test_checkpoint.py", "services/test_office_key.py")),
    Group("roles", ("domain/operators", "services/session"),
          ("domain/test_operators.py", "services/test_session.py", "services/test_operator.py")),
)  # fmt: skip

CAPS: Final[dict[str, frozenset[str]]] = {
    "domain/money": frozenset({"Money.parse"}),
    "domain/budget": frozenset(
        {"appropriation_is_in_ceiling", "issuance_is_in_appropriation", "raise_is_in_ceiling"}
    ),
    "domain/application": frozenset(
        {"recipient_stays_in_year_cap", "request_stays_in_ratio", "request_is_large_enough",
         "request_is_a_tier", "group_stays_in_year_cap", "other_support_is_in_bounds",
         "supporting_services_are_in_bounds"}
    ),
    "domain/redemption": frozenset(
        {"claim_is_positive", "claim_is_covered", "recipient_redeems_within_cap", "group_redeems_within_cap",
         "claim_stays_in_ratio", "deadlines_are_kept"}
    ),
    "domain/evidence": frozenset({"support_stays_in_share", "supporting_services_stay_in_share"}),
    "domain/payable": frozenset({"derive_payable", "Limit.left", "_cost"}),
    "domain/recovery": frozenset({"check_recovery", "check_receipt"}),
}  # fmt: skip
"""The functions whose comparisons hold an amount or a day against what is allowed; each of those faults is planted."""


def is_of_a_cap(module: str, mutant: Mutant) -> bool:
    """Return whether a fault lies in a comparison with a cap."""
    return mutant.kind == "comparison" and mutant.place in CAPS.get(module, ())


def chosen(module: str, found: list[Mutant], *, size: int, seed: int, whole_caps: bool) -> list[Mutant]:
    """Return the faults to plant: all of them, or a sample that is the same for the same seed.

    Args:
        module: its name.
        found: all its faults.
        size: the most of one module, 0 for all.
        seed: of the sample.
        whole_caps: plant every fault in a function of a module with caps; what lies outside is a sample as elsewhere.
    """
    if not size or len(found) <= size:
        return found
    is_whole = whole_caps and module in CAPS
    always = [one for one in found if is_of_a_cap(module, one) or (is_whole and one.place != MODULE)]
    rest = [one for one in found if one not in always]
    if is_whole:
        size = len(always) + min(len(rest), size // IMPORT_SHARE)
    picked = random.Random(f"{seed} {module}").sample(rest, max(size - len(always), 0))  # noqa: S311 - a sample
    return sorted([*always, *picked], key=lambda one: one.number)


# ------------------------------------------------------------------------------------------- what was seen


def keys(module: str, found: Iterable[Mutant]) -> dict[int, str]:
    """Return the name of each fault, which stays when lines move: module, function, what became what, which one."""
    count: Counter[str] = Counter()
    named = {}
    for one in found:
        base = f"{module} {one.place}: {one.before} → {one.after}"
        count[base] += 1
        named[one.number] = base if count[base] == 1 else f"{base} ({count[base]})"
    return named


def told(module: str, found: list[Mutant], outcomes: list[Outcome]) -> dict[str, Any]:
    """Return what was seen of a module."""
    became, named = dict(outcomes), keys(module, found)
    by_number = {one.number: one for one in found}
    counts = Counter(became.values())
    left = [number for number in sorted(became) if became[number] in {"survived", "uncovered"}]
    caps = [number for number in became if is_of_a_cap(module, by_number[number])]
    return {
        "of": len(found),
        "planted": len(became),
        "killed": counts["killed"] + counts["timeout"],
        "by_timeout": counts["timeout"],
        "caps": len(caps),
        "caps_killed": sum(became[number] in {"killed", "timeout"} for number in caps),
        "survivors": [
            {"name": named[number], "line": by_number[number].line, "cap": number in caps, "became": became[number]}
            for number in left
        ],
    }


def survived_before(module: str, kept: dict[str, Any]) -> set[str]:
    """Return the names of the faults of a module that nobody noticed in the last kept run."""
    return {
        left["name"] for group in kept.values() for left in group["modules"].get(module, {"survivors": []})["survivors"]
    }


def merged(before: dict[str, Any], again: dict[str, Any]) -> dict[str, Any]:
    """Return what is known of a module after those that had survived were tried again.

    A survivor that the module has no more, since its line was written otherwise, counts for nothing any longer; of what
    was noticed no more counts than the module has faults.
    """
    noticed = {key: before[key] + again[key] for key in ("killed", "by_timeout", "caps_killed")}
    gone = len(before["survivors"]) - again["planted"]
    gone_of_caps = sum(left["cap"] for left in before["survivors"]) - again["caps"]
    left = {"planted": before["planted"] - gone, "caps": before["caps"] - gone_of_caps, "of": again["of"]}
    too_many = max(left["planted"] - again["of"], 0)
    left["planted"] -= too_many
    noticed["killed"] -= too_many
    return {**before, **noticed, **left, "survivors": again["survivors"]}


def reasons() -> dict[str, str]:
    """Return why a survivor is none to be killed, by its name."""
    text = (HERE / "survivors.toml").read_text(encoding="utf-8")
    return {name: one["reason"] for one in tomllib.loads(text)["survivor"] for name in one["names"]}


def faults(groups: dict[str, dict[str, Any]], broken: list[str], explained: dict[str, str]) -> list[str]:
    """Return why this is no success: tests that fail by themselves, a low score, an unnoticed fault at a cap."""
    found = list(broken)
    for name, modules in groups.items():
        killed, planted_here = (sum(one[key] for one in modules.values()) for key in ("killed", "planted"))
        if killed * 100 < WANTED_PER_CENT * planted_here:
            found.append(f"{name}: {killed} of {planted_here} noticed")
        found += [
            f"a comparison with a cap may change unnoticed: {left['name']}"
            for one in modules.values()
            for left in one["survivors"]
            if left["cap"] and left["name"] not in explained
        ]
    return found


Choice = Callable[[str, list[Mutant]], list[Mutant]]
"""Which of a module's faults are planted."""


def run(
    groups: Sequence[Group], choose: Choice, *, workers: int, second: bool
) -> tuple[dict[str, dict[str, Any]], list[str]]:
    """Try some groups and return what was seen of each module, and what went wrong."""
    package, seen, broken = ROOT / "voucher_app", {}, []
    load_what_others_wrote()
    for group in groups:
        begun = time.monotonic()
        sources = {one: (package / f"{one}.py").read_text(encoding="utf-8") for one in group.modules}
        found = {one: mutants(source, second=second) for one, source in sources.items()}
        picked = {one: choose(one, found[one]) for one in group.modules}
        if not any(picked.values()):
            continue
        tests = [ROOT / "tests" / test for test in group.tests]
        outcomes, wrong = try_group(package, picked, tests, workers=workers)
        broken += wrong
        seen[group.name] = {one: told(one, found[one], outcomes.get(one, [])) for one in group.modules}
        if second:
            seen[group.name] = {one: {**counts, "survivors": []} for one, counts in seen[group.name].items()}
        left = [one["name"] for module in seen[group.name].values() for one in module["survivors"]]
        print(f"{group.name}: {time.monotonic() - begun:.0f} s", *wrong, *left, sep="\n", file=sys.stderr, flush=True)
    return seen, broken


def kept() -> dict[str, Any]:
    """Return what was seen before."""
    file = ROOT / "docs" / "mutation.json"
    return dict(json.loads(file.read_text(encoding="utf-8"))) if file.exists() else {}


def write(seen: dict[str, dict[str, Any]], *, size: int, seed: int, again: bool, second: bool) -> None:
    """Keep what was seen; groups that were not run stay as they were, and the second family has a name of its own."""
    from trust import machine  # noqa: PLC0415 - it loads the program, which a faulty child has to load itself

    after = kept()
    for name, modules in seen.items():
        if again:
            before = after[name]["modules"]
            after[name]["modules"] = {one: merged(before[one], modules[one]) for one in before}
            continue
        about = {"date": f"{datetime.now(UTC):%Y-%m-%d}", "size": size, "seed": seed, "machine": machine()}
        after[f"{name}{SECOND_FAMILY}" if second else name] = {**about, "modules": modules}
    text = json.dumps(after, ensure_ascii=False, indent=1, sort_keys=True)
    (ROOT / "docs" / "mutation.json").write_text(f"{text}\n", encoding="utf-8")
    (ROOT / "docs" / "mutation.md").write_text(page(after, reasons()), encoding="utf-8")


def elsewhere(root: Path, modules: list[str], tests: list[str]) -> int:
    """Try modules of another project; print each with its survivors."""
    found = {one: mutants((root / f"{one}.py").read_text(encoding="utf-8")) for one in modules}
    outcomes, broken = try_group(root, found, [root / test for test in tests], workers=1)
    seen = {one: told(one, found[one], outcomes.get(one, [])) for one in modules}
    print(json.dumps({"modules": seen, "failed": broken}, ensure_ascii=False))
    return 1 if broken else 0


def main() -> int:
    """Run what is named, or all."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("groups", nargs="*", metavar="GROUP", help=", ".join(one.name for one in GROUPS))
    parser.add_argument("--size", type=int, default=0)
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--whole-caps", action="store_true", help="never a sample of a module with caps")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--again", action="store_true", help="only what survived the last kept run")
    parser.add_argument("--second", action="store_true", help="faults whose survivors nobody looks at")
    parser.add_argument("--write", action="store_true")
    parser.add_argument("--root", type=Path)
    parser.add_argument("--module", action="append", default=[])
    parser.add_argument("--test", action="append", default=[])
    given = parser.parse_args()
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    if given.root:
        return elsewhere(given.root.resolve(), given.module, given.test)
    unknown = set(given.groups) - {one.name for one in GROUPS}
    if unknown:
        parser.error(f"no such group: {', '.join(sorted(unknown))}")
    if given.again and given.second:
        parser.error("of the second family nobody knows what survived")
    begun = time.monotonic()
    before = kept()

    def choose(module: str, found: list[Mutant]) -> list[Mutant]:
        if not given.again:
            return chosen(module, found, size=given.size, seed=given.seed, whole_caps=given.whole_caps)
        left, named = survived_before(module, before), keys(module, found)
        return [one for one in found if named[one.number] in left]

    groups = [one for one in GROUPS if not given.groups or one.name in given.groups]
    seen, broken = run(groups, choose, workers=given.workers, second=given.second)
    failed = faults({} if given.again else seen, broken, reasons())
    if given.write and not broken:
        write(seen, size=given.size, seed=given.seed, again=given.again, second=given.second)
    modules = [one for group in seen.values() for one in group.values()]
    line = {key: sum(one[key] for one in modules) for key in ("of", "planted", "killed", "caps", "caps_killed")}
    seconds = round(time.monotonic() - begun, 1)
    print(json.dumps({"modules": len(modules), **line, "seed": given.seed, "failed": failed, "seconds": seconds}))
    return 1 if failed else 0


if __name__ == "__main__":
    raise SystemExit(main())
