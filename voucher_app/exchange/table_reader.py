"""Tables from strangers: their bytes go to a process of their own (`table_child.py`), rows come back.

This process reads the bytes, hashes them and takes plain text back; it unpacks and parses nothing itself. The child may
use so much memory and time, and is ended when it takes longer, whatever it is doing.
"""

from __future__ import annotations

import hashlib
import json
import os
import queue
import subprocess
import sys
import threading
import time
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from voucher_app.domain.errors import InvalidInput
from voucher_app.services.ports.errors import StorageError
from voucher_app.services.ports.tables import LIMITS, QUIETLY, Grid, Line, Typed

if TYPE_CHECKING:
    from voucher_app.services.ports.tables import Cell, Limits, Tell

_CHILD: Final = Path(__file__).with_name("table_child.py")
_KINDS: Final = frozenset("ndbe")
_PATIENCE_SECONDS: Final = 0.05
_LONGEST_ANSWER: Final = 64 * 1024 * 1024
"""Characters of one line of the child's answer."""


def read_file(file: Path, *, sheet: str, limits: Limits = LIMITS, tell: Tell = QUIETLY) -> Grid:
    """Read a table of a file; see `services.ports.tables.TableFiles.read`."""
    content = _bytes_of(file, limits)
    return _read(content, file.name, sheet=sheet, pasted=False, limits=limits, tell=tell)


def read_pasted(text: str, *, limits: Limits = LIMITS, tell: Tell = QUIETLY) -> Grid:
    """Read a block that was copied in a spreadsheet program: cells between tabs, quoted where they need it."""
    content = text.encode("utf-8", errors="replace")
    if len(content) > limits.file_bytes:
        raise InvalidInput("limit", found=len(content), allowed=limits.file_bytes)
    return _read(content, "", sheet="", pasted=True, limits=limits, tell=tell)


def _bytes_of(file: Path, limits: Limits) -> bytes:
    """Return a file's bytes: an ordinary file, no link, device or folder, and no larger than the limit."""
    try:
        if file.is_symlink():
            raise InvalidInput("table_link", found=file.name)
        if not file.is_file():
            raise StorageError("missing_file", file)
        with file.open("rb") as stream:
            content = stream.read(limits.file_bytes + 1)
    except OSError as error:
        raise StorageError("missing_file", file, str(error)) from error
    if len(content) > limits.file_bytes:
        raise InvalidInput("limit", found=file.stat().st_size, allowed=limits.file_bytes)
    if not content.strip():
        raise InvalidInput("table_empty", found=file.name)
    return content


def _read(content: bytes, name: str, *, sheet: str, pasted: bool, limits: Limits, tell: Tell) -> Grid:
    given = json.dumps({"limits": asdict(limits), "sheet": sheet, "pasted": pasted})
    # Isolated and without site packages: the child imports nothing but the standard library.
    command = [sys.executable, "-I", "-S", str(_CHILD), given]
    hidden = getattr(subprocess, "CREATE_NO_WINDOW", 0)
    with subprocess.Popen(  # noqa: S603 - our own script, by Python's own path
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        cwd=os.sep,
        env=_environment(),
        creationflags=hidden,
    ) as child:
        try:
            heads, lines = _take(child, content, limits, tell, name)
        finally:
            child.kill()
    if not lines:
        raise InvalidInput("table_empty", found=name)
    head = heads[-1] if heads else {}
    return Grid(
        name=name,
        sha256=hashlib.sha256(content).hexdigest() if name else "",
        lines=lines,
        sheets=tuple(map(str, head.get("sheets", ()))),
        sheet=str(head.get("sheet", "")),
        is_text=head.get("kind") == "text",
    )


def _environment() -> dict[str, str]:
    """Return what a child needs to start at all; nothing of what this process was started with goes on."""
    return {name: os.environ[name] for name in ("SYSTEMROOT", "LD_LIBRARY_PATH") if name in os.environ}


def _take(
    child: subprocess.Popen[bytes], content: bytes, limits: Limits, tell: Tell, name: str
) -> tuple[list[dict[str, Any]], list[Line]]:
    """Feed the child and take its answer, within the time it has.

    Raises:
        InvalidInput: what the child found, or `table_time`, or `table_died`.
    """
    answers: queue.Queue[bytes] = queue.Queue()
    deadline = time.monotonic() + limits.seconds
    threading.Thread(target=_feed, args=(child, content), daemon=True).start()
    threading.Thread(target=_listen, args=(child, answers, limits.unpacked_bytes), daemon=True).start()
    heads: list[dict[str, Any]] = []
    lines: list[Line] = []
    while True:
        tell(len(lines))
        try:
            answer = answers.get(timeout=_PATIENCE_SECONDS)
        except queue.Empty:
            answer = None
        if time.monotonic() > deadline:
            raise InvalidInput("table_time", found=name, allowed=limits.seconds)
        if answer is None:
            continue
        if not answer.endswith(b"\n"):
            # It ended without a last word: the system took it away, for memory or time.
            raise InvalidInput("table_died", found=name)
        told = json.loads(answer)
        if "rows" in told:
            lines += [Line(int(number), [_cell(one) for one in cells]) for number, cells in told["rows"]]
        elif "error" in told:
            facts = {str(key): value for key, value in told["facts"].items()}
            raise InvalidInput(str(told["error"]), found=facts.pop("found", name), **facts)
        elif "done" in told:
            return heads, lines
        else:
            heads.append(told)


def _cell(given: object) -> Cell:
    if isinstance(given, str):
        return given
    assert isinstance(given, list), "the child says text, or kind and text"
    kind, text = given
    assert kind in _KINDS, kind
    return Typed(kind, str(text))


def _feed(child: subprocess.Popen[bytes], content: bytes) -> None:
    assert child.stdin is not None
    try:
        with child.stdin as stream:
            stream.write(content)
    except (OSError, ValueError):
        return  # it ended early, and says why or does not


def _listen(child: subprocess.Popen[bytes], answers: queue.Queue[bytes], most: int) -> None:
    """Take the child's answer, and no more of it than a file may unpack to: one cell may stand for a million."""
    assert child.stdout is not None
    taken = 0
    try:
        while line := child.stdout.readline(_LONGEST_ANSWER):
            taken += len(line)
            if taken > most:
                told = {"error": "table_unpacked", "facts": {"found": taken, "allowed": most}}
                answers.put(json.dumps(told).encode() + b"\n")
                return
            answers.put(line)
    except (OSError, ValueError):
        pass
    answers.put(b"")
