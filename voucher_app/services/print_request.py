"""What a print is asked for with: which papers, how they are drawn, where they go, and who wants them."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from voucher_app.services.ports.errors import StorageError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from voucher_app.domain.errors import Violation
    from voucher_app.domain.operators import Operator
    from voucher_app.domain.printing import PrintForm, PrintItem
    from voucher_app.services.ports.unit_of_work import Records
    from voucher_app.services.workspace import Workspace


class Stopped(Exception):  # noqa: N818 - what happened, as a person would say it
    """The person cancelled while papers were drawn; nothing has been registered."""


@dataclass(frozen=True, slots=True)
class Paper:
    """A document that is to be printed.

    Attributes:
        kind: which document, such as `certificate`; `subject`: of which record, such as `voucher:17`.
        title: what a person calls it, such as the voucher's number.
        stem: its file's name without the suffix, in a folder.
        prefix: what stands before the year in its document number (机关代字); empty for a paper that has no number.
    """

    kind: str
    subject: str
    title: str
    stem: str
    prefix: str = ""


@dataclass(frozen=True, slots=True)
class Stamp:
    """What the registers say of one print: which copy it is, and the number of its document, or empty."""

    copy: int
    document_number: str = ""


@dataclass(frozen=True, slots=True)
class Destination:
    """Where papers go.

    Attributes:
        form: a file each, one file, or a printer.
        target: the folder, the file, or the printer's name.
        replaces: the person has agreed that a file of that name is replaced.
    """

    form: PrintForm
    target: str
    replaces: bool = False


@dataclass(frozen=True, slots=True)
class Draw:
    """How papers are drawn.

    Attributes:
        papers: what is drawn.
        files: takes the stamp of each paper, whether all go into one file, and whom to tell how many are drawn; yields
            the content of each file, in order.
        check: what stands against printing them now, asked under the write lock.
        again: makes the same for some items of a job that was cut short.
    """

    papers: Sequence[Paper]
    files: Callable[[Sequence[Stamp], bool, Callable[[int], None]], Iterator[bytes]]
    check: Callable[[Records], list[Violation]]
    again: Callable[[Sequence[PrintItem]], Draw]


@dataclass(frozen=True, slots=True)
class Request:
    """Who asks for a print, why, and under which number."""

    operator: Operator
    request_id: str
    reason: str = ""


def spool_of(workspace: Workspace, staging: str) -> Path:
    """Return beside which file the pages of a job on a printer wait: in the data file's own folder."""
    return workspace.data_file.path.with_name(f"print-{staging}.pdf")


@contextmanager
def folder_named(target: Path) -> Iterator[None]:
    """Name the folder when the system does not let the papers be written."""
    try:
        yield
    except OSError as error:
        raise StorageError("output", target.parent, str(error)) from error
