"""What is kept of our own mistakes, in the person's state folder: a log that names nobody, and a report per crash.

The log holds the words of the program, not what was put into them: `WARNING voucher_app.ui.drafts a draft cannot be
read: %s`. A report holds the kind of the error and the places in the source. So neither can tell what somebody typed.
"""

from __future__ import annotations

import faulthandler
import logging
import sys
import traceback
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from voucher_app import __version__
from voucher_app.state import make_private, write_whole

if TYPE_CHECKING:
    from logging.handlers import RotatingFileHandler
    from pathlib import Path
    from types import TracebackType
    from typing import IO

_LOG_BYTES: Final = 256 * 1024
_LOG_FILES: Final = 3
_MOST_REPORTS: Final = 20
_FATAL: Final = "fatal.txt"
_SEEN: Final = ".seen"


class Nameless(logging.Formatter):
    """Writes a record's words without what was put into them, and of an error only its kind and places."""

    def format(self, record: logging.LogRecord) -> str:
        """Return one record."""
        moment = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="seconds")
        line = f"{moment} {record.levelname} {record.name} {record.msg}"
        if record.exc_info and record.exc_info[0] is not None:
            line += "\n" + places(record.exc_info[0], record.exc_info[2])
        return line


def places(kind: type[BaseException], trace: TracebackType | None) -> str:
    """Return the kind of an error and where it came through, without its message, which may quote somebody."""
    found = "".join(f"  {frame.filename}:{frame.lineno} {frame.name}\n" for frame in traceback.extract_tb(trace))
    return f"{kind.__name__}\n{found}".rstrip()


class Reports:
    """The log and the reports of one person.

    Args:
        state: the person's state folder.
    """

    def __init__(self, state: Path) -> None:
        self.log_folder = state / "log"
        self.crash_folder = state / "crashes"
        self._handler: RotatingFileHandler | None = None
        self._fatal: IO[str] | None = None

    def begin(self, *, notes_crashes: bool = True) -> list[Path]:
        """Start the log, and let a crash of Python itself be noted; return the reports that nobody has seen yet.

        Args:
            notes_crashes: whether a crash of Python itself is noted; there is one such place in a process.

        Raises:
            OSError: when the folder cannot be written.
        """
        from logging.handlers import RotatingFileHandler  # noqa: PLC0415 - loads sockets; the first paint comes before

        make_private(self.log_folder)
        make_private(self.crash_folder)
        waiting = self._unseen()
        handler = RotatingFileHandler(
            self.log_folder / "voucher-app.log",
            maxBytes=_LOG_BYTES,
            backupCount=_LOG_FILES,
            encoding="utf-8",
            delay=True,
        )
        handler.setLevel(logging.WARNING)
        handler.setFormatter(Nameless())
        logging.getLogger("voucher_app").addHandler(handler)
        self._handler = handler
        if notes_crashes:
            self._note_crashes()
        return waiting

    def _note_crashes(self) -> None:
        self._fatal = (self.crash_folder / _FATAL).open("a", encoding="utf-8")
        faulthandler.enable(self._fatal)

    def end(self) -> None:
        """Stop the log."""
        if self._handler is not None:
            logging.getLogger("voucher_app").removeHandler(self._handler)
            self._handler.close()
            self._handler = None
        if self._fatal is not None:
            faulthandler.disable()
            self._fatal.close()
            self._fatal = None

    def keep(self, error: BaseException) -> Path:
        """Write the report of a mistake of ours; return where.

        Raises:
            OSError: when it cannot be written.
        """
        make_private(self.crash_folder)
        moment = datetime.now(UTC)
        file = self.crash_folder / f"{moment:%Y%m%dT%H%M%S%f}.txt"
        head = f"{moment.isoformat(timespec='seconds')} voucher-app {__version__}, Python {sys.version.split()[0]}"
        write_whole(file, f"{head}\n{places(type(error), error.__traceback__)}\n".encode())
        for old in self.reports()[_MOST_REPORTS:]:
            old.unlink(missing_ok=True)
        return file

    def reports(self) -> list[Path]:
        """Return every report, the newest first."""
        found = [file for file in self.crash_folder.glob("*.txt") if file.stat().st_size]
        return sorted(found, key=lambda file: file.stat().st_mtime, reverse=True)

    def logs(self) -> list[Path]:
        """Return the files of the log, the newest first."""
        return sorted(self.log_folder.glob("voucher-app.log*"))

    def seen(self) -> None:
        """Take note that the reports were offered.

        Raises:
            OSError: when that cannot be written.
        """
        write_whole(self.crash_folder / _SEEN, "\n".join(_marks(self.reports())).encode())

    def _unseen(self) -> list[Path]:
        seen = self.crash_folder / _SEEN
        known = set(seen.read_text(encoding="utf-8").split("\n")) if seen.exists() else set()
        return [file for file in self.reports() if not set(_marks([file])) <= known]


def _marks(files: list[Path]) -> list[str]:
    """Return what tells a report from the same file once more was written to it."""
    return [f"{file.name} {file.stat().st_size}" for file in files]
