"""The licence gate: every package that the program brings along is under a licence that may be shipped with it.

    python scripts/supply/licences.py

Prints each package with its licence as an SPDX expression. GPL and AGPL are refused; LGPL only where `EXPLAINED` says
why; what tells no licence is refused as well, until somebody has read its licence file and wrote it into `READ`.
What is only used to check the program (`[dev]`) is not shipped and not asked.
"""

from __future__ import annotations

import re
import sys
from typing import TYPE_CHECKING, Final, cast

from installed import closure, installed, roots

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from email.message import Message
    from importlib.metadata import Distribution

ALLOWED: Final = frozenset({
    "0BSD", "Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "BSL-1.0", "CC0-1.0", "FTL", "HPND", "IJG", "ISC", "MIT",
    "MIT-0", "MIT-CMU", "MPL-2.0", "PSF-2.0", "Unicode-3.0", "Unlicense", "Zlib", "libpng-2.0", "libtiff",
})  # fmt: skip
"""Licences that let anybody pass the program on; MPL-2.0 asks only that changed files of that package stay open."""

EXPLAINED: Final = {
    "pyside6-essentials": (
        "LGPL-3.0-only",
        "shared libraries, installed beside the program where they can be exchanged; neither changed nor linked in",
    ),
    "shiboken6": ("LGPL-3.0-only", "the binding that PySide6 is made with, under the same terms"),
}
"""LGPL, package by package, with the reason why it may be used."""

READ: Final = {
    "click-default-group": "BSD-3-Clause",
    # With the libraries inside; FreeType's may be used under its own licence instead of the GPL.
    "pypdfium2": "(Apache-2.0 OR BSD-3-Clause) AND BSL-1.0 AND (FTL OR GPL-2.0-only) AND IJG AND MIT AND Unicode-3.0"
    " AND Zlib AND libpng-2.0 AND libtiff",
    "pysqlite3": "Zlib",
}
"""What tells too little in its metadata: the licence that its own licence file has."""

WRITTEN: Final = {
    "apache 2": "Apache-2.0", "apache 2.0": "Apache-2.0", "apache license 2.0": "Apache-2.0",
    "apache license, version 2.0": "Apache-2.0", "apache software license": "Apache-2.0",
    "bsd 2-clause license": "BSD-2-Clause", "bsd 3-clause license": "BSD-3-Clause", "bsd license": "BSD-3-Clause",
    "isc license (iscl)": "ISC", "mit license": "MIT", "mozilla public license 2.0 (mpl 2.0)": "MPL-2.0",
    "public domain": "Unlicense", "python software foundation license": "PSF-2.0",
    "the unlicense (unlicense)": "Unlicense",
    "gnu general public license v2 (gplv2)": "GPL-2.0-only",
    "gnu general public license v2 or later (gplv2+)": "GPL-2.0-or-later",
    "gnu general public license v3 (gplv3)": "GPL-3.0-only",
    "gnu general public license v3 or later (gplv3+)": "GPL-3.0-or-later",
    "gnu affero general public license v3": "AGPL-3.0-only",
    "gnu affero general public license v3 or later (agplv3+)": "AGPL-3.0-or-later",
    "gnu lesser general public license v2 or later (lgplv2+)": "LGPL-2.0-or-later",
    "gnu lesser general public license v3 (lgplv3)": "LGPL-3.0-only",
}  # fmt: skip
"""How licences are written in metadata that is older than the field for SPDX expressions."""

_IDENTIFIER: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9.+-]*")
_LONGEST: Final = 100
_WORDS: Final = re.compile(r"\s*(\(|\)|[A-Za-z0-9][A-Za-z0-9.+-]*)")
_CLASSIFIER: Final = re.compile(r"License :: (?:OSI Approved :: )?(.+)")


def licence_of(name: str, package: Distribution) -> str:
    """Return a package's licence as an SPDX expression, or what it says that is none; empty where it says nothing.

    Args:
        name: its normal name.
        package: installed.
    """
    told = cast("Message", package.metadata)
    if name in READ:
        return READ[name]
    if told.get("License-Expression"):
        return str(told["License-Expression"])
    classified = [match[1] for one in told.get_all("Classifier") or () if (match := _CLASSIFIER.fullmatch(one))]
    written = " ".join(str(told.get("License") or "").split())
    if written and len(written) <= _LONGEST and (known := _spdx(written)):
        return known
    # Several classifiers do not say whether one may choose; so all of them have to be allowed.
    return " AND ".join(WRITTEN.get(one.lower(), one) for one in classified) or written[:_LONGEST]


def _spdx(written: str) -> str:
    if written.lower() in WRITTEN:
        return WRITTEN[written.lower()]
    words = [one for one in _IDENTIFIER.findall(written) if one not in {"AND", "OR", "WITH"}]
    is_expression = all("-" in one or one in ALLOWED for one in words) and bool(words)
    return written if is_expression else ""


def alternatives(expression: str) -> list[frozenset[str]]:
    """Return what an SPDX expression lets one choose from: sets of licences that hold together.

    Raises:
        ValueError: for what is no such expression.
    """
    words = _WORDS.findall(expression)
    if not words or "".join(words) != re.sub(r"\s+", "", expression):
        raise ValueError(expression)
    chosen, rest = _any_of(words)
    if rest:
        raise ValueError(expression)
    return chosen


def _any_of(words: list[str]) -> tuple[list[frozenset[str]], list[str]]:
    found, words = _all_of(words)
    while words and words[0] == "OR":
        more, words = _all_of(words[1:])
        found = found + more
    return found, words


def _all_of(words: list[str]) -> tuple[list[frozenset[str]], list[str]]:
    found, words = _one(words)
    while words and words[0] == "AND":
        more, words = _one(words[1:])
        found = [left | right for left in found for right in more]
    return found, words


def _one(words: list[str]) -> tuple[list[frozenset[str]], list[str]]:
    if not words or words[0] in {"AND", "OR", ")"}:
        raise ValueError(words)
    if words[0] != "(":
        return [frozenset({words[0]})], words[1:]
    found, words = _any_of(words[1:])
    if not words or words[0] != ")":
        raise ValueError(words)
    return found, words[1:]


def objection(name: str, expression: str) -> str:
    """Return why a package may not be shipped, or nothing."""
    if not expression:
        return f"{name}: tells no licence; read its licence file and write it into READ"
    try:
        chosen = alternatives(expression)
    except ValueError:
        return f"{name}: {expression!r} is no licence that is known here; read it and write it into READ"
    explained = {EXPLAINED[name][0]} if name in EXPLAINED else set()
    if any(one <= ALLOWED | explained for one in chosen):
        return ""
    if all(any(part.startswith(("GPL", "AGPL")) for part in one) for one in chosen):
        return f"{name}: {expression} asks that the whole program be under it; take another package"
    if all(any(part.startswith("LGPL") for part in one - ALLOWED) for one in chosen):
        return f"{name}: {expression} needs a reason in EXPLAINED"
    return f"{name}: {expression} is not among the licences that are allowed"


def objections(wanted: Iterable[str], found: Mapping[str, Distribution]) -> list[str]:
    """Return everything that stands against shipping what is required."""
    all_of_it = closure(wanted, found)
    wrong = [f"{name}: required and not installed" for name in all_of_it.missing]
    wrong += [objection(name, licence_of(name, package)) for name, package in all_of_it.packages.items()]
    return [one for one in wrong if one]


def main() -> int:
    """Show every licence, and refuse what may not be."""
    for name, package in closure(roots(), installed()).packages.items():
        reason = f"  ({EXPLAINED[name][0]}: {EXPLAINED[name][1]})" if name in EXPLAINED else ""
        print(f"{name} {package.version}: {licence_of(name, package)}{reason}")
    wrong = objections(roots(), installed())
    for one in wrong:
        print(f"REFUSED {one}", file=sys.stderr)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
