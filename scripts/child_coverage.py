"""Counts the branches that the reading child takes, while `make coverage` runs.

As a plugin of pytest (`-p child_coverage`, with this folder on the path) it lets the program start this file instead of
`reading_child.py`. Run so, it is that child, with the same limits of memory and time, and with its branches counted:
coverage's own way into child processes goes through the environment and site packages, and the child has neither. What
is counted is written before the last word of the answer is said, for the child is ended once that is heard; so one
limit is lifted here, that the child may write no file, and the limit of memory does not count what coverage takes.
"""

from __future__ import annotations

import resource
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]


def pytest_configure() -> None:
    """Let the program start this file."""
    from voucher_app.exchange import reading_process  # noqa: PLC0415 - coverage has to begin first

    reading_process._CHILD = Path(__file__).resolve()  # type: ignore[misc]  # noqa: SLF001 - only while it is measured


def packages() -> Path:
    """Return where coverage itself lies: beside this Python, which was started without it."""
    found = sorted(Path(sys.executable).parents[1].glob("lib/python3*/site-packages"))
    return found[0]


def held_bytes() -> int:
    """Return how much address space this process has taken."""
    return int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0]) * resource.getpagesize()


def main() -> int:
    """Be the child, and count."""
    sys.path[:0] = [str(ROOT), str(packages())]
    before = held_bytes()
    from coverage import Coverage  # noqa: PLC0415 - only from where it was just told

    counter = Coverage(
        data_file=str(ROOT / ".coverage"), data_suffix=True, config_file=str(ROOT / "pyproject.toml"),
        source_pkgs=["voucher_app"],
    )  # fmt: skip
    sys.path.remove(str(packages()))
    counter.start()
    from voucher_app.exchange import child_parts, reading_child  # noqa: PLC0415 - counted from their first line

    limit, say, more = resource.setrlimit, child_parts.say, held_bytes() - before

    def limited(which: int, most: tuple[int, int]) -> None:
        if which != resource.RLIMIT_FSIZE:
            limit(which, (most[0] + more, most[1] + more) if which == resource.RLIMIT_AS else most)

    def said(document: dict[str, Any]) -> None:
        if "done" in document or "error" in document:
            counter.stop()
            counter.save()
        say(document)

    resource.setrlimit = limited
    reading_child.say = said  # type: ignore[attr-defined]  # the name it says its last word by
    return reading_child.main()


if __name__ == "__main__":
    sys.exit(main())
