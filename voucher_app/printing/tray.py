"""Where papers wait until they are registered: whole, on the disk, beside their targets, under hidden names."""

from __future__ import annotations

import contextlib
import hashlib
from collections import deque
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Final

from voucher_app.durable import give_name, make_durable
from voucher_app.printing.atomic import ORDINARY, discard, write_atomically, write_beside
from voucher_app.services.ports.printing import Waiting

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from concurrent.futures import Future
    from pathlib import Path


WRITERS: Final = 8
"""Files that are brought down to the disk at once: it takes them together nearly as fast as one."""

HELD_AT_ONCE: Final = 64
"""Files held in memory until the disk has them."""


class FolderTray:
    """Keeps waiting papers in the folder of their target, so that renaming is all that is left to do."""

    def put_all(self, contents: Iterator[bytes], *, targets: Sequence[tuple[Path, int]], staging: str) -> list[Waiting]:
        """Write files beside their targets, down to the disk, some of them at once while the next ones are drawn.

        Args:
            contents: of each file, in order.
            targets: where each will be, and its place in the job, which makes its name here.
            staging: of the job, likewise.

        Raises:
            OSError: from the disk. Then, and whatever else ends `contents`, nothing new is left there.
        """
        for folder in {target.parent for target, _place in targets}:
            folder.mkdir(parents=True, exist_ok=True)
        begun: deque[Future[Waiting]] = deque()
        parts: list[Path] = []
        done: list[Waiting] = []
        try:
            with ThreadPoolExecutor(WRITERS) as writers:
                for content, (target, place) in zip(contents, targets, strict=True):
                    parts.append(target.with_name(_name(staging, place)))
                    begun.append(writers.submit(_put, content, target, parts[-1]))
                    if len(begun) >= HELD_AT_ONCE:
                        done.append(begun.popleft().result())
                done += [one.result() for one in begun]
        except BaseException:
            for part in parts:
                discard(part)
            raise
        return done

    def find(self, *, target: Path, staging: str, place: int, sha256: str) -> Waiting | None:
        """Return a file that waits under such a name with this content, or None."""
        part = target.with_name(_name(staging, place))
        return Waiting(part, target, sha256) if self.digest(part) == sha256 else None

    def publish(self, waiting: Sequence[Waiting]) -> None:
        """Give files their names, and make that durable; one that another program published is left as it is.

        Raises:
            OSError: from the disk, or when a file is gone.
        """
        for one in waiting:
            try:
                one.part.replace(one.target)
            except FileNotFoundError:
                if self.digest(one.target) != one.sha256:
                    raise
        # The names too, so that the register never says more than the disk holds.
        make_durable(*{one.target.parent for one in waiting})

    def discard(self, waiting: Sequence[Waiting]) -> None:
        """Take files away that nobody registered."""
        for one in waiting:
            discard(one.part)

    def sweep(self, folder: Path, staging: str) -> None:
        """Take away whatever still waits in a folder for a job that has ended."""
        with contextlib.suppress(OSError):  # the folder may be gone, and then nothing waits in it
            for part in list(folder.glob(f".{staging}-*.part")):
                discard(part)

    def write(self, file: Path, content: bytes, *, replaces: bool) -> None:
        """Write a file that no register knows, whole or not at all.

        Raises:
            FileExistsError: when another file has the name and is not to be replaced.
            OSError: from the disk; what was there before is untouched then.
        """
        if replaces:
            write_atomically(file, content)
            return
        beside = write_beside(file, content, mode=ORDINARY)
        try:
            give_name(beside, file)
        finally:
            discard(beside)
        make_durable(file.parent)

    def digest(self, file: Path) -> str | None:
        """Return the SHA-256 of a file, or None when there is none.

        Raises:
            OSError: when it is there and cannot be read.
        """
        try:
            with file.open("rb") as stream:
                return hashlib.file_digest(stream, "sha256").hexdigest()
        except FileNotFoundError:
            return None


def _put(content: bytes, target: Path, part: Path) -> Waiting:
    discard(part)  # of an earlier try that was cut short
    write_beside(target, content, mode=ORDINARY, name=part.name)
    return Waiting(part, target, hashlib.sha256(content).hexdigest())


def _name(staging: str, place: int) -> str:
    return f".{staging}-{place}.part"
