"""`docs/mutation.md`: what mutation testing saw."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

_HEAD = """# Mutation testing: do the tests bite?

Made by `make mutation` (`scripts/trust/mutate.py`) from `docs/mutation.json`; reasons are from
`scripts/trust/survivors.toml`. Small faults are planted one at a time: a comparison moved by its edge or turned round,
an operator, a whole number, a text, `and` and `or`, `not`, a condition, a `return`, a statement left out. A fault is
noticed when a test fails, breaks down, exceeds its share of processor time, or waits for ever. Each is tried against
the tests of its group that run its line, at most 80: those of the module's own file first, then of every other file in
turn; assertions and annotations are left alone. *Caps* are the comparisons that hold an amount or a day against what is
allowed; all of them are tried in every run, and none may go unnoticed.

Scores count every fault that was planted, those that no test can notice too. Where a run tried a sample, both numbers
are told; the sample is the same for the same seed. The first run of whole groups, on 2026-11-22 and before any test
was written for what it showed, gave `ledger` 146 of 175 (83.4 %), `redemption` 196 of 240 (81.7 %), `money` 240 of 250
(96.0 %), `signing` 188 of 203 (92.6 %), `roles` 339 of 363 (93.4 %), `rules` 684 of 740 (92.4 %).

A score after tests were written for survivors flatters. So `ledger` and `redemption` were looked at in parts, chosen
by the seeds 71 and 72: after tests for the first half, the other half, which nobody had looked at, gave 78 of 88
(88.6 %) and 106 of 120 (88.3 %); after tests for half of that, the last quarter, not looked at either, gave 40 of 44
(90.9 %) and 54 of 60 (90.0 %). Only then it was looked at too.

`ledger`, `redemption` and `roles` below are whole runs after that; `rules` and `signing` are the first whole runs with
their survivors tried again; the others are samples with their survivors tried again.

"""


SECOND_FAMILY: Final = ", second family"
"""What a group's name ends with where faults of that family were planted."""
_UNSEEN = """## Where nobody looked

The scores above flatter: for what survived, tests were written. So faults of a second family were planted afterwards:
an argument that is nothing, two arguments changed for each other, a value that is not kept, a list without its last
element, a choice without its condition. Which of them survived is neither shown nor kept, so that nobody writes a test
for it; a run with another seed is another fresh sample.

"""


def _per_cent(killed: int, planted: int) -> str:
    return f"{100 * killed / planted:.1f} %" if planted else "–"


def _row(name: str, modules: list[dict[str, Any]]) -> str:
    of, planted, killed, caps, caps_killed = (
        sum(one[key] for one in modules) for key in ("of", "planted", "killed", "caps", "caps_killed")
    )
    held = f"{caps_killed} of {caps}" if caps else "–"
    return f"| {name} | {planted} of {of} | {killed} | {_per_cent(killed, planted)} | {held} |"


def _table(seen: Mapping[str, Any]) -> list[str]:
    """Return what was seen of some groups, each followed by its modules, and how each was run."""
    lines = ["| what | faults planted | noticed | score | caps noticed |", "|---|---|---|---|---|"]
    for name, group in sorted(seen.items()):
        lines.append(_row(f"**{name}**", list(group["modules"].values())))
        lines += [_row(f"`{module}`", [one]) for module, one in sorted(group["modules"].items())]
    lines += [_row("**all**", [one for group in seen.values() for one in group["modules"].values()]), ""]
    for name, group in sorted(seen.items()):
        size = "all of each module" if not group["size"] else f"at most {group['size']} of each module"
        lines.append(f"*{name}*: {group['date']}, {size}, seed {group['seed']}, {group['machine']}.  ")
    return lines


def page(seen: Mapping[str, Any], reasons: Mapping[str, str]) -> str:
    """Return the page.

    Args:
        seen: by group: `date`, `size`, `seed`, `machine`, `modules`; a module's counts and `survivors`.
        reasons: why a survivor stays, by its name.
    """
    first = {name: group for name, group in seen.items() if not name.endswith(SECOND_FAMILY)}
    second = {name.removesuffix(SECOND_FAMILY): seen[name] for name in seen if name not in first}
    lines = _table(first)
    if second:
        lines += ["", _UNSEEN.rstrip(), "", *_table(second)]
    lines += ["", "## Survivors", ""]
    modules = {module: one for group in first.values() for module, one in group["modules"].items()}
    for module, one in sorted(modules.items()):
        if not one["survivors"]:
            continue
        lines += [f"### `{module}`", "", "| line | fault | why it stays |", "|---|---|---|"]
        for left in one["survivors"]:
            fault = left["name"].removeprefix(f"{module} ").replace("|", "\\|").replace("`", "'")
            why = reasons.get(left["name"], "no test notices it yet").replace("|", "\\|")
            lines.append(f"| {left['line']} | `{fault}` | {why} |")
        lines.append("")
    return _HEAD + "\n".join(lines).rstrip() + "\n"
