"""文书: the papers of a record in its panel: each leads to its preview, or says why it cannot be printed yet.

Panels name their record's subjects; what papers it has is asked of `services.document`, on the reading thread.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final, NamedTuple

from voucher_app.i18n import _, ngettext
from voucher_app.services.wording.documents import document_name, quarter_words
from voucher_app.services.wording.rules import sentence
from voucher_app.ui.pages.details import Fact
from voucher_app.ui.pages.possibilities import reasons_against

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from voucher_app.services.document import Possible
    from voucher_app.services.documents.facts import DocumentKind
    from voucher_app.services.documents.subjects import Subject
    from voucher_app.services.workspace import Workspace
    from voucher_app.ui.pages.details import Details

DOCUMENT: Final = "document"
"""Where the link of a paper leads, instead of a page; its key is kind and subject."""


class RecordPaper(NamedTuple):
    """The papers of one kind about one record.

    Attributes:
        kind: of the documents, or `certificate`.
        subject: as `document.orders` takes it, or the voucher's number of a certificate.
        words: the kind's name, with what tells it from its neighbours.
        count: how many papers it is, such as a statement for each payee; `copies`: how often each was printed.
        reasons: why it cannot be printed now; empty when it can.
        number: the document number that it has, or empty.
    """

    kind: str
    subject: str
    words: str
    copies: tuple[int, ...]
    reasons: tuple[str, ...] = ()
    number: str = ""

    @property
    def key(self) -> str:
        """What its link carries."""
        return f"{self.kind} {self.subject}"


def papers_of(workspace: Workspace, subjects: Iterable[str]) -> list[RecordPaper]:
    """Return the papers of some records, in the order of the catalogue.

    Raises:
        InvalidInput, NotFound: as `document.possible`.
    """
    return [paper for subject in subjects for paper in _papers(workspace, subject)]


def preview_context(key: str) -> dict[str, object]:
    """Return what the preview of a link's papers is opened with."""
    kind, _space, subject = key.partition(" ")
    return {"kind": kind, "subject": subject}


def with_documents(workspace: Workspace, details: Details) -> Details:
    """Return details with what papers their records have.

    Raises:
        InvalidInput, NotFound: as `document.possible`.
    """
    papers = papers_of(workspace, details.subjects)
    return replace(details, documents=[_fact(paper) for paper in papers]) if papers else details


def copies_words(copies: Sequence[int]) -> str:
    """Return how often papers were printed."""
    printed = sum(1 for one in copies if one)
    if not printed:
        return _("not printed")
    if printed < len(copies):
        return _("printed {printed} of {count}").format(printed=printed, count=len(copies))
    return ngettext("printed once", "printed {count} times", max(copies)).format(count=max(copies))


def paper_words(paper: RecordPaper) -> str:
    """Return what papers are called, and how many they are."""
    count = len(paper.copies)
    return paper.words if count == 1 else _("{name} ({count} papers)").format(name=paper.words, count=count)


def _papers(workspace: Workspace, subject: str) -> list[RecordPaper]:
    # What gathers documents is loaded by the thread that reads them: no page waits for it.
    from voucher_app.services import document  # noqa: PLC0415
    from voucher_app.services.documents.subjects import parse_subject  # noqa: PLC0415

    about = parse_subject(workspace, subject)
    by_kind: dict[DocumentKind, list[Possible]] = {}
    for one in document.possible(workspace, subject):
        by_kind.setdefault(one.kind, []).append(one)
    found = [_paper(kind, some, about) for kind, some in by_kind.items()]
    return [_certificate(workspace, about), *found] if about.noun == "voucher" else found


def _paper(kind: DocumentKind, some: Sequence[Possible], about: Subject) -> RecordPaper:
    """Return the papers of a kind as one: a settlement of a hundred payees has a hundred statements."""
    refused = [one for one in some if one.against]
    return RecordPaper(
        kind=kind.value,
        subject=some[0].subject if len(some) == 1 else about.whole,
        words=document_name(kind) if about.noun != "quarter" else f"{document_name(kind)} · {_quarter(about)}",
        copies=tuple(one.copies for one in some),
        reasons=reasons_against(refused[0].against) if refused else (),
        number=some[0].document_number if len(some) == 1 else "",
    )


def _quarter(about: Subject) -> str:
    year, _dash, quarter = about.key.partition("-")
    return quarter_words(int(year), int(quarter))


def _certificate(workspace: Workspace, about: Subject) -> RecordPaper:
    from voucher_app.services import certificate  # noqa: PLC0415 - as above

    records = workspace.records()
    voucher = records.vouchers.get_by_id(about.number)
    printed = records.prints.copies(certificate.KIND, [about.whole])[about.whole]
    # The life cycle's step stands for the rule here; its sentence is the one that printing refuses with.
    reasons = tuple(map(sentence, certificate.check_live([voucher])))
    return RecordPaper(certificate.KIND, str(voucher.number), _("Certificate"), (printed,), reasons)


def _fact(paper: RecordPaper) -> Fact:
    if paper.reasons:
        return Fact(_("not yet"), paper_words(paper), note="\n".join(paper.reasons))
    return Fact(copies_words(paper.copies), paper_words(paper), DOCUMENT, paper.key, note=paper.number)
