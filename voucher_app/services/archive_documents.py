"""The office's documents in a volume of the archive: as they were first printed, or drawn for the volume.

A document that was printed is drawn again under its copy and number, in the same file as then, so that its bytes can be
held against the digest in the register of prints: where nothing changed since, they are the very file that left the
office. A document that could have been printed and never was lies in the volume too, marked as what it is, so that
whoever reads the volume without the program misses nothing.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final

from voucher_app.domain.errors import NotFound
from voucher_app.domain.printing import PrintForm
from voucher_app.i18n import _
from voucher_app.services.archive_catalogue import FOR_EVER, THIRTY_YEARS
from voucher_app.services.archive_papers import PAPERS, ArchivePaper
from voucher_app.services.document import Order, against, content_of, facts_of, orders_of, title_of
from voucher_app.services.documents.facts import DocumentKind
from voucher_app.services.documents.subjects import Subject
from voucher_app.services.print_request import Stamp
from voucher_app.services.wording.documents import document_name

if TYPE_CHECKING:
    from collections.abc import Sequence

    from voucher_app.services.queries.archive import ArchiveContents, ArchivedPrint
    from voucher_app.services.workspace import Workspace

DOCUMENTS_A_FILE: Final = 100
"""Of papers that were never printed: a year has thousands, and fonts weigh more than words."""
_FOR_EVER: Final = frozenset({
    DocumentKind.PUBLICITY_LIST, DocumentKind.ISSUE_NOTICE, DocumentKind.VOUCHER_LEDGER, DocumentKind.QUOTA_LEDGER,
    DocumentKind.YEARLY_REPORT, DocumentKind.YEAR_CLOSING,
})  # fmt: skip
"""Lists of who received what, and what sums up a year (domain.md §6.6)."""


@dataclass
class _File:
    """Papers that lie in one file of the volume; its pages are counted while it is drawn."""

    workspace: Workspace
    orders: Sequence[Order]
    prints: Sequence[ArchivedPrint] = ()
    pages: int | None = field(default=None, init=False)

    def content(self) -> list[bytes]:
        """Draw the file: with copies and numbers as they were printed, else marked as never printed."""
        if self.prints:
            stamps = [Stamp(one.copy, one.document_number) for one in self.prints]
            facts = [facts_of(self.workspace, one, stamp) for one, stamp in zip(self.orders, stamps, strict=True)]
        else:
            facts = [replace(facts_of(self.workspace, one), is_archive_copy=True) for one in self.orders]
        drawn, pages = self.workspace.documents().drawn(facts)
        self.pages = sum(pages)
        return [drawn]

    def paper(self) -> ArchivePaper:
        """Return the file as a paper of the volume."""
        workspace, kind = self.workspace, self.orders[0].kind
        stem = "-".join(dict.fromkeys(f"{one.subject}" for one in (self.orders[0], self.orders[-1])))
        return ArchivePaper(
            title=self._printed_title() if self.prints else self._unprinted_title(),
            folder=PAPERS,
            file_name=f"{kind.value}-{stem}.pdf".replace(":", "-").replace("/", "-"),
            content=self.content,
            responsible=workspace.queries.office().name,
            dated=self.prints[0].printed_on.isoformat() if self.prints else "",
            pages=lambda: self.pages,
            retention=FOR_EVER if any(one.kind in _FOR_EVER for one in self.orders) else THIRTY_YEARS,
            prints=tuple((one.job_id, one.place) for one in self.prints),
        )

    def _printed_title(self) -> str:
        first = self.prints[0]
        if len(self.prints) > 1:
            return _("{title} and others, {count} papers printed together").format(
                title=first.title, count=len(self.prints)
            )
        return f"{first.title}（{first.document_number}）" if first.document_number else first.title

    def _unprinted_title(self) -> str:
        first, count = self.orders[0], len(self.orders)
        if count > 1:
            return _("{document}, {count} papers, never printed").format(
                document=document_name(first.kind), count=count
            )
        title = title_of(first, content_of(self.workspace, first))
        return _("{title} (never printed)").format(title=title)


def documents(workspace: Workspace, contents: ArchiveContents) -> list[ArchivePaper]:
    """Return every document about the volume's records that can be drawn, kind by kind; certificates are apart."""
    first = _first_prints(contents)
    files = [*_printed(workspace, first), *_unprinted(workspace, contents, first)]
    kinds = list(DocumentKind)
    return [file.paper() for file in sorted(files, key=lambda file: kinds.index(file.orders[0].kind))]


def _first_prints(contents: ArchiveContents) -> dict[Order, ArchivedPrint]:
    """Return of each document its first print that is out; further ones differ only in the mark that says so."""
    found: dict[Order, ArchivedPrint] = {}
    kinds = set(DocumentKind)
    for one in contents.prints:
        if one.kind in kinds and one.state == "done":
            found.setdefault(Order(DocumentKind(one.kind), Subject.of_register(one.subject)), one)
    return found


def _printed(workspace: Workspace, first: dict[Order, ArchivedPrint]) -> list[_File]:
    """Return the files as they were printed, less papers that nothing can draw any more."""
    files: dict[tuple[int, int], list[Order]] = {}
    for one, row in first.items():
        if _can_be_drawn(workspace, one):
            files.setdefault((row.job_id, row.place if row.form == PrintForm.FOLDER else 0), []).append(one)
    return [_File(workspace, some, [first[one] for one in some]) for some in files.values()]


def _can_be_drawn(workspace: Workspace, one: Order) -> bool:
    """Tell whether a paper that was printed can be drawn; a part of a record may be gone, as a settlement's payee."""
    if against(workspace, one):
        return False
    if not one.subject.part:
        return True
    try:
        content_of(workspace, one)
    except NotFound:
        return False
    return True


def _unprinted(workspace: Workspace, contents: ArchiveContents, first: dict[Order, ArchivedPrint]) -> list[_File]:
    by_kind: dict[DocumentKind, dict[Order, None]] = {}
    for subject in map(Subject.of_register, contents.documented):
        for one in orders_of(workspace, subject):
            if one not in first and _belongs(contents, one) and not against(workspace, one):
                by_kind.setdefault(one.kind, {})[one] = None
    return [
        _File(workspace, orders[start : start + DOCUMENTS_A_FILE])
        for orders in map(list, by_kind.values())
        for start in range(0, len(orders), DOCUMENTS_A_FILE)
    ]


def _belongs(contents: ArchiveContents, one: Order) -> bool:
    """Leave out lists of volumes, which the pack has its own of, and of one voucher what tells other payees' money."""
    if one.kind is DocumentKind.PAYEE_STATEMENT and contents.payees is not None:
        return one.subject.part in contents.payees
    return one.kind is not DocumentKind.ARCHIVE_LIST
