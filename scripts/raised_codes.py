"""Which sentences of an error no test ever reached by the program's own acts.

As a plugin of pytest (`-p raised_codes`, with this folder on the path and `RAISED_CODES` naming a file) it writes down
the code of every violation, unreadable input, failure of the environment, finding and broken token that the program
itself makes while the tests run; what a test makes by hand, only to see the sentence, does not count. Run alone with
that file (`make coverage` does), it lists what has words and was never reached; the exit code is then 1.
"""

from __future__ import annotations

import os
import sys
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

PACKAGE = str(Path(__file__).resolve().parents[1] / "voucher_app") + os.sep
FILE = "RAISED_CODES"

UNREACHABLE: dict[str, str] = {}
"""What no act of the program can reach, by `kind code`, each with its reason."""

_seen: set[str] = set()


def _watch(made: type, kind: str) -> None:
    """Note the code of everything that the program makes of a class."""
    begin: Any = made.__init__  # type: ignore[misc]  # a class that is made anew by nobody

    @wraps(begin)
    def noted(self: object, *args: object, **facts: object) -> None:
        begin(self, *args, **facts)
        if sys._getframe(1).f_code.co_filename.startswith(PACKAGE):  # noqa: SLF001 - who makes it is the question
            _seen.add(f"{kind} {self.code}")  # type: ignore[attr-defined]  # each of them has one

    made.__init__ = noted  # type: ignore[misc]  # as above


def pytest_configure() -> None:
    """Begin to listen, before any test is loaded."""
    from voucher_app.domain.errors import InvalidInput, Violation  # noqa: PLC0415 - coverage has to begin first
    from voucher_app.services.data_file import Finding  # noqa: PLC0415
    from voucher_app.services.papers import BrokenToken  # noqa: PLC0415
    from voucher_app.services.ports.errors import StorageError  # noqa: PLC0415

    for made, kind in (
        (Violation, "rule"), (InvalidInput, "input"), (StorageError, "environment"), (Finding, "finding"),
        (BrokenToken, "token"),
    ):  # fmt: skip
        _watch(made, kind)


def pytest_sessionfinish() -> None:
    """Add what was seen to the file; each process of the tests adds its own."""
    if FILE in os.environ:
        with Path(os.environ[FILE]).open("a", encoding="utf-8") as file:
            file.write("".join(f"{code}\n" for code in sorted(_seen)))


def spoken() -> set[str]:
    """Return everything that has words, as `kind code`."""
    from voucher_app.services.wording import environment, findings, inputs, papers, rules  # noqa: PLC0415 - as above

    return {
        f"{kind} {code}"
        for kind, codes in (
            ("rule", rules.violation_codes()), ("input", inputs.input_codes()),
            ("environment", environment.storage_codes()), ("finding", findings.finding_codes()),
            ("token", papers.token_codes()),
        )
        for code in codes
    }  # fmt: skip


def unreached(seen: set[str], known: set[str], excused: Mapping[str, str]) -> list[str]:
    """Return a line for every code that was never reached, and for every excuse that is none any more."""
    missing = [f"never reached: {code}" for code in sorted(known - seen - excused.keys())]
    return missing + [f"reached, or gone, so no longer to be excused: {code}" for code in sorted(excused)
                      if code in seen or code not in known]  # fmt: skip


def main() -> int:
    """List them."""
    seen = set(Path(sys.argv[1]).read_text(encoding="utf-8").splitlines())
    known = spoken()
    lines = unreached(seen, known, UNREACHABLE)
    print(*lines, f"{len(known & seen)} of {len(known)} sentences reached by the tests", sep="\n")
    return 1 if lines else 0


if __name__ == "__main__":
    raise SystemExit(main())
