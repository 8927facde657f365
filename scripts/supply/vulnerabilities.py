"""Ask an advisory database about every package that the program brings along, and write the answer down.

    python scripts/supply/vulnerabilities.py                     asks; writes docs/known-vulnerabilities.md
    python scripts/supply/vulnerabilities.py --save FOLDER       on a machine with a network: keeps the answers
    python scripts/supply/vulnerabilities.py --answers FOLDER    on one without: reads them

The database is the one that the index of pip serves with each release (`vulnerabilities` in its JSON: the Python
Packaging Advisory Database and those it takes in). An answer is only worth something from a database that knows
faults: so it is first asked about `CONTROL`, a package that is known to be faulty, and if it finds nothing there, no
answer of it counts. What it cannot answer is told, never taken for clean.
"""

from __future__ import annotations

import argparse
import json
import sys
import urllib.error
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from installed import BUILD, ROOT, closure, installed, pins, roots

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

CONTROL: Final = ("pycrypto", "2.6.1")
"""Abandoned, with CVE-2013-7459 and CVE-2018-6594 in its last release."""

PAGE: Final = ROOT / "docs" / "known-vulnerabilities.md"


@dataclass(frozen=True, slots=True)
class Answer:
    """What the database says of one release.

    Attributes:
        is_known: whether it spoke of this very version.
        found: identifiers, each with the versions that mend it.
    """

    name: str
    version: str
    is_known: bool
    found: tuple[str, ...] = ()


def over_network(source: str) -> Callable[[str, str], dict[str, Any] | None]:
    """Return a function that asks an index; it returns nothing where the index does not know a release.

    Args:
        source: address of the JSON interface of an index, below which names stand.
    """

    def ask(name: str, version: str) -> dict[str, Any] | None:
        for path in (f"{name}/{version}", name):  # an index may tell only of the newest release
            try:
                with urllib.request.urlopen(f"{source}/{path}/json", timeout=60) as answer:  # noqa: S310 - pip's own
                    told: dict[str, Any] = json.load(answer)
            except urllib.error.HTTPError:
                continue
            if told.get("info", {}).get("version") == version:
                return {"info": {"version": version}, "vulnerabilities": told.get("vulnerabilities", [])}
        return None

    return ask


def from_folder(folder: Path) -> Callable[[str, str], dict[str, Any] | None]:
    """Return a function that reads answers that were kept."""

    def ask(name: str, version: str) -> dict[str, Any] | None:
        file = folder / f"{name}-{version}.json"
        return dict(json.loads(file.read_text(encoding="utf-8"))) if file.is_file() else None

    return ask


def keeping(ask: Callable[[str, str], dict[str, Any] | None], folder: Path) -> Callable[..., dict[str, Any] | None]:
    """Return a function that asks and keeps what was answered."""
    folder.mkdir(parents=True, exist_ok=True)

    def asked(name: str, version: str) -> dict[str, Any] | None:
        told = ask(name, version)
        if told is not None:
            text = json.dumps(told, ensure_ascii=False, indent=1, sort_keys=True)
            (folder / f"{name}-{version}.json").write_text(f"{text}\n", encoding="utf-8")
        return told

    return asked


def judge(name: str, version: str, told: Mapping[str, Any] | None) -> Answer:
    """Return what an answer says of a release; what was withdrawn is none."""
    if told is None or told.get("info", {}).get("version") != version or "vulnerabilities" not in told:
        return Answer(name, version, is_known=False)
    found = tuple(
        f"{one['id']} ({', '.join(one.get('aliases') or ()) or 'no other name'}; "
        f"mended in {', '.join(one.get('fixed_in') or ()) or 'no release'})"
        for one in told["vulnerabilities"]
        if not one.get("withdrawn")
    )
    return Answer(name, version, is_known=True, found=found)


def page(answers: Sequence[Answer], *, asked_on: str) -> str:
    """Return `docs/known-vulnerabilities.md`."""
    known = [one for one in answers if one.is_known]
    bad = [one for one in answers if one.found]
    silent = [f"{one.name} {one.version}" for one in answers if not one.is_known]
    parts = [
        "# Known vulnerabilities: what was asked, and what was answered",
        "",
        "Made by `make vulnerabilities` (`scripts/supply/vulnerabilities.py`; its first lines tell how to ask on a",
        "machine without a network). An answer is of its day: ask again before each release. It covers the Python",
        "packages that are installed with the program and what builds it; not the interpreter, the system's libraries,",
        "nor the libraries inside `verify.html`. Native libraries inside packages are covered as far as advisories",
        "name the package.",
        "",
        f"- asked on {asked_on}, about {len(answers)} packages; the database found the faults of the control",
        f"  ({CONTROL[0]} {CONTROL[1]})",
        f"- answered for this very version: {len(known)}",
        f"- not answered, so not known to be clean: {', '.join(silent) or 'none'}",
        f"- known vulnerabilities: {len(bad) or 'none'}",
        "",
    ]
    parts += [f"- **{one.name} {one.version}**: {'; '.join(one.found)}" for one in bad]
    parts += [*([""] if bad else []), "Asked: " + ", ".join(f"{one.name} {one.version}" for one in answers) + ".", ""]
    return "\n".join(parts)


def check(ask: Callable[[str, str], dict[str, Any] | None], releases: Mapping[str, str]) -> list[Answer]:
    """Ask about each release.

    Raises:
        LookupError: when the database does not know the faults of the control.
    """
    if not judge(*CONTROL, ask(*CONTROL)).found:
        raise LookupError(f"This database knows no fault of {CONTROL[0]} {CONTROL[1]}, so its silence proves nothing.")
    with ThreadPoolExecutor(8) as asking:
        return list(asking.map(lambda one: judge(one[0], one[1], ask(*one)), releases.items()))


def main() -> int:
    """Ask, write down, and fail where something is known."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--source", help="address of an index's JSON interface; without it that of pip's index")
    parser.add_argument("--save", type=Path, metavar="FOLDER")
    parser.add_argument("--answers", type=Path, metavar="FOLDER")
    given = parser.parse_args()
    found, pinned = closure([*roots(), *BUILD], installed()), pins()
    releases = {name: package.version for name, package in found.packages.items()}
    releases |= {name: pinned[name][1] for name in found.missing if name in pinned}
    if given.answers:
        ask = from_folder(given.answers)
    else:
        from pip._internal.models.index import PyPI  # noqa: PLC0415 - the one place that knows it

        ask = over_network(given.source or str(PyPI.pypi_url))
    if given.save:
        ask = keeping(ask, given.save)
    try:
        answers = check(ask, releases)
    except (LookupError, OSError) as error:
        print(f"Nothing was proved and nothing written: {error}", file=sys.stderr)
        return 2
    PAGE.write_text(page(answers, asked_on=f"{datetime.now(UTC):%Y-%m-%d}"), encoding="utf-8")
    bad = [one for one in answers if one.found]
    silent = [one for one in answers if not one.is_known]
    print(f"{len(answers)} asked, {len(silent)} not answered, {len(bad)} with known vulnerabilities: {PAGE.name}")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
