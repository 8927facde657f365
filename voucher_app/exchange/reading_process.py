"""Files from strangers: their bytes go to a process of their own (`reading_child.py`), plain values come back.

This process reads the bytes and takes the answer; it unpacks and parses nothing itself. The child may use so much
memory and time, and is ended when it takes longer, whatever it is doing. Whose file it is tells the first part of a
refusal's code: `table_dtd`, `invoice_file_dtd`.
"""

from __future__ import annotations

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

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from voucher_app.services.ports.tables import Limits

_CHILD: Final = Path(__file__).with_name("reading_child.py")
_PATIENCE_SECONDS: Final = 0.05
_LONGEST_ANSWER: Final = 64 * 1024 * 1024
"""Characters of one line of the child's answer."""


def refusal(what: str, why: str, *, found: object, **facts: object) -> InvalidInput:
    """Return why a file is not read, in the words for what it should have been."""
    code = f"{what}_{why}"
    return InvalidInput(code, found=found, **facts)


def bytes_of(file: Path, *, what: str, limits: Limits) -> bytes:
    """Return a file's bytes: an ordinary file, no link, device or folder, and no larger than the limit.

    Args:
        file: as it was handed over.
        what: begins the codes of refusals.
        limits: `file_bytes` of them.

    Raises:
        StorageError: `missing_file`.
        InvalidInput: `<what>_link`, `<what>_empty`, `limit`.
    """
    try:
        if file.is_symlink():
            raise refusal(what, "link", found=file.name)
        if not file.is_file():
            raise StorageError("missing_file", file)
        with file.open("rb") as stream:
            content = stream.read(limits.file_bytes + 1)
    except OSError as error:
        raise StorageError("missing_file", file, str(error)) from error
    if len(content) > limits.file_bytes:
        raise InvalidInput("limit", found=file.stat().st_size, allowed=limits.file_bytes)
    if not content.strip():
        raise refusal(what, "empty", found=file.name)
    return content


def answers_of(
    content: bytes,
    *,
    what: str,
    name: str,
    limits: Limits,
    given: Mapping[str, object],
    waiting: Callable[[], None] = lambda: None,
) -> Iterator[dict[str, Any]]:
    """Yield what the child tells of some bytes, document by document.

    Args:
        content: the bytes.
        what: `table` or `invoice_file`: which reader, and what the codes of refusals begin with.
        name: what a refusal calls the file.
        limits: what the child is held to.
        given: what the reader needs beside them.
        waiting: called again and again; may raise to stop.

    Raises:
        InvalidInput: what the child found, or `<what>_time`, or `<what>_died`.
    """
    told = json.dumps({"what": what, "limits": asdict(limits), **given})
    # Isolated and without site packages: nothing that lies beside a file or in a person's folders is imported.
    command = [sys.executable, "-I", "-S", "-B", str(_CHILD), told]
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
            yield from _take(child, content, limits, what=what, name=name, waiting=waiting)
        finally:
            child.kill()


def _environment() -> dict[str, str]:
    """Return what a child needs to start at all; nothing of what this process was started with goes on."""
    return {name: os.environ[name] for name in ("SYSTEMROOT", "LD_LIBRARY_PATH") if name in os.environ}


def _take(
    child: subprocess.Popen[bytes],
    content: bytes,
    limits: Limits,
    *,
    what: str,
    name: str,
    waiting: Callable[[], None],
) -> Iterator[dict[str, Any]]:
    """Feed the child and take its answer, within the time it has."""
    answers: queue.Queue[bytes] = queue.Queue()
    deadline = time.monotonic() + limits.seconds
    threading.Thread(target=_feed, args=(child, content), daemon=True).start()
    threading.Thread(target=_listen, args=(child, answers, limits.unpacked_bytes, what), daemon=True).start()
    while True:
        waiting()
        try:
            answer = answers.get(timeout=_PATIENCE_SECONDS)
        except queue.Empty:
            answer = None
        if time.monotonic() > deadline:
            raise refusal(what, "time", found=name, allowed=limits.seconds)
        if answer is None:
            continue
        if not answer.endswith(b"\n"):
            # It ended without a last word: the system took it away, for memory or time.
            raise refusal(what, "died", found=name)
        told = json.loads(answer)
        if "error" in told:
            facts = {str(key): value for key, value in told["facts"].items()}
            raise InvalidInput(str(told["error"]), found=facts.pop("found", name), **facts)
        if "done" in told:
            return
        yield told


def _feed(child: subprocess.Popen[bytes], content: bytes) -> None:
    assert child.stdin is not None
    try:
        with child.stdin as stream:
            stream.write(content)
    except (OSError, ValueError):
        return  # it ended early, and says why or does not


def _listen(child: subprocess.Popen[bytes], answers: queue.Queue[bytes], most: int, what: str) -> None:
    """Take the child's answer, and no more of it than a file may unpack to: one cell may stand for a million."""
    assert child.stdout is not None
    taken = 0
    try:
        while line := child.stdout.readline(_LONGEST_ANSWER):
            taken += len(line)
            if taken > most:
                told = {"error": f"{what}_unpacked", "facts": {"found": taken, "allowed": most}}
                answers.put(json.dumps(told).encode() + b"\n")
                return
            answers.put(line)
    except (OSError, ValueError):
        pass
    answers.put(b"")
