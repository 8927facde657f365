"""`docs/mutation.md`: what mutation testing saw."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

_HEAD = """# Mutation testing: do the tests bite?

Made by `make mutation` (`scripts/trust/mutate.py`) from `docs/mutation.json`; reasons are from
`scripts/trust/survivors.toml`. Small faults are planted one at a time: a comparison moved by its edge or turned round,
an operator, a whole number, a text, `and` and `or`, `not`, a condition, a `return`, a statement left out. A fault is
noticed when a test fails, breaks down, or exceeds its share of processor time. Each is tried against the tests of its
group that run its line, at most the 80 nearest; assertions and annotations are left alone. *Caps* are the comparisons
that hold an amount or a day against what is allowed; all of them are tried in every run, and none may go unnoticed.

Scores count every fault that was planted, those that no test can notice too. Where a run tried a sample, both numbers
are told; the sample is the same for the same seed. A score after `--again` flatters: survivors that somebody had looked
at were tried again with the tests written for them. A fresh sample of 24 each (seed 7, 2026-11-21) gave `ledger` and
`redemption` 21 of 24, 87.5 %.

"""


def _per_cent(killed: int, planted: int) -> str:
    return f"{100 * killed / planted:.1f} %" if planted else "–"


def _row(name: str, modules: list[dict[str, Any]]) -> str:
    of, planted, killed, caps, caps_killed = (
        sum(one[key] for one in modules) for key in ("of", "planted", "killed", "caps", "caps_killed")
    )
    held = f"{caps_killed} of {caps}" if caps else "–"
    return f"| {name} | {planted} of {of} | {killed} | {_per_cent(killed, planted)} | {held} |"


def page(seen: Mapping[str, Any], reasons: Mapping[str, str]) -> str:
    """Return the page.

    Args:
        seen: by group: `date`, `size`, `seed`, `machine`, `modules`; a module's counts and `survivors`.
        reasons: why a survivor stays, by its name.
    """
    everything = [one for group in seen.values() for one in group["modules"].values()]
    lines = ["| what | faults planted | noticed | score | caps noticed |", "|---|---|---|---|---|"]
    for name, group in sorted(seen.items()):
        lines.append(_row(f"**{name}**", list(group["modules"].values())))
        lines += [_row(f"`{module}`", [one]) for module, one in sorted(group["modules"].items())]
    lines += [_row("**all**", everything), ""]
    for name, group in sorted(seen.items()):
        size = "all of each module" if not group["size"] else f"at most {group['size']} of each module"
        lines.append(f"*{name}*: {group['date']}, {size}, seed {group['seed']}, {group['machine']}.  ")
    lines += ["", "## Survivors", ""]
    modules = {module: one for group in seen.values() for module, one in group["modules"].items()}
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
