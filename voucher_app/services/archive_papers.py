"""What lies in a volume of the archive: policies, certificates, derivations, attached files; each is a source."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Final

from voucher_app.domain.attachment import AttachmentKind
from voucher_app.i18n import CHINESE, _, speaking
from voucher_app.services.archive_catalogue import FOR_EVER, THIRTY_YEARS
from voucher_app.services.certificate import archive_facts_of
from voucher_app.services.queries.archive import ArchiveContents
from voucher_app.services.wording.derivation import derivation_lines
from voucher_app.services.wording.names import paper_name, status_name
from voucher_app.services.workspace import Workspace

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from voucher_app.services.queries.attachment import AttachmentRow

PAPERS: Final = "文件"
ATTACHMENTS: Final = "附件"
CERTIFICATES_A_FILE: Final = 500
_PUBLIC_PAPERS: Final = frozenset({AttachmentKind.NOTICE})
"""Kinds of attachments that say who received what, or tell it to others."""


@dataclass(frozen=True, slots=True)
class ArchivePaper:
    """A paper of a volume; its content is asked for once, in the order of the papers, and only then made.

    Attributes:
        folder, file_name: where it lies in the pack; the name may be anybody's.
        responsible, dated, retention: as in `CatalogueItem`; `pages` likewise, asked once the content was made.
        prints: of the register that its file shows: job and place of each.
    """

    title: str
    folder: str
    file_name: str
    content: Callable[[], Iterable[bytes]]
    responsible: str
    dated: str = ""
    pages: Callable[[], int | None] = lambda: None
    retention: str = THIRTY_YEARS
    prints: tuple[tuple[int, int], ...] = ()


Source = Callable[[Workspace, ArchiveContents], Sequence[ArchivePaper]]


def policies(workspace: Workspace, contents: ArchiveContents) -> list[ArchivePaper]:
    """Return the policy versions that its applications stand under, as they were published."""
    office = workspace.queries.office().name

    def content(text: str) -> Callable[[], list[bytes]]:
        return lambda: [text.encode()]

    return [
        ArchivePaper(
            title=_("policy version: {title} ({label})").format(title=one.policy.title, label=one.label),
            folder=PAPERS,
            file_name=f"{one.label.replace(' ', '-')}.toml",
            content=content(one.content),
            responsible=office,
            dated=one.published_on.isoformat(),
            retention=FOR_EVER,
        )
        for one in contents.policies
    ]


def certificates(workspace: Workspace, contents: ArchiveContents) -> list[ArchivePaper]:
    """Return the archive copies of certificates, some hundred in a file, which is drawn when it is asked for.

    What is the same on every sheet is then in the pack once for them all: a page takes 1.5 KB instead of 85.
    """
    office = workspace.queries.office().name

    def content(some: Sequence[str]) -> Callable[[], list[bytes]]:
        return lambda: [workspace.printer().draw_together(archive_facts_of(workspace, some), lambda _pages: None)]

    papers = []
    for start in range(0, len(contents.numbers), CERTIFICATES_A_FILE):
        some = contents.numbers[start : start + CERTIFICATES_A_FILE]
        first, last = some[0], some[-1]
        title = _("certificate {number} (archive copy)").format(number=first)
        if len(some) > 1:
            title = _("certificates {first} to {last} (archive copies)").format(first=first, last=last)
        issued_on = workspace.queries.certificates([last])[0].issued_on.isoformat()
        name = f"{first}.pdf" if len(some) == 1 else f"{first}_{last}.pdf"
        papers.append(
            ArchivePaper(
                title=title,
                folder=PAPERS,
                file_name=name,
                content=content(some),
                responsible=office,
                dated=issued_on,
                pages=partial(len, some),
                retention=FOR_EVER,
            )
        )
    return papers


def derivations(workspace: Workspace, contents: ArchiveContents) -> list[ArchivePaper]:
    """Return how the payable amount of each claim comes about, line by line."""

    def content(redemption_id: int) -> Callable[[], list[bytes]]:
        return lambda: [_derivation(workspace, redemption_id).encode()]

    claims = {one: workspace.records().redemptions.get(one) for one in contents.redemptions}
    office = workspace.queries.office().name
    return [
        ArchivePaper(
            title=_("derivation of the payable amount, claim {id}").format(id=one.id),
            folder=PAPERS,
            file_name=_("derivation-{id}.txt").format(id=one.id),
            content=content(one.id),
            responsible=office,
            dated=one.claimed_on.isoformat(),
        )
        for one in claims.values()
    ]


def _derivation(workspace: Workspace, redemption_id: int) -> str:
    details = workspace.queries.redemption(redemption_id)
    one = details.redemption
    with speaking(CHINESE):
        decided = (
            _("derivation as it was decided (10,000 yuan):")
            if details.is_decided
            else _("derivation as of now (10,000 yuan):")
        )
        lines = [
            f"{details.voucher.number} · {details.recipient.organisation.name} · {details.provider.organisation.name}",
            f"{one.invoice.key} · {one.claimed.in_yuan()} · {status_name('redemption', one.status)}",
            decided,
            *(f"{line.name}: {line.expression}" for line in derivation_lines(details.derivation)),
        ]
    return "\n".join(lines) + "\n"


def attachments(workspace: Workspace, contents: ArchiveContents) -> list[ArchivePaper]:
    """Return every attached file, which proves to be what was recorded while it is copied."""
    store = workspace.data_file.attachments

    def content(row: AttachmentRow) -> Callable[[], Iterator[bytes]]:
        return lambda: store.read(sha256=row.sha256, size_bytes=row.size_bytes)

    return [
        ArchivePaper(
            title=f"{paper_name(one.kind)}：{one.file_name}（{one.subject}）",
            folder=ATTACHMENTS,
            file_name=one.file_name,
            content=content(one),
            responsible=one.prepared_by,
            dated=one.added_on,
            retention=FOR_EVER if one.kind in _PUBLIC_PAPERS else THIRTY_YEARS,
        )
        for one in contents.attachments
    ]
