"""Documents of the office: which papers a record has, what they say, and printing them under the register."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from voucher_app.domain.errors import InvalidInput, Violation, refuse_if_violated
from voucher_app.domain.printing import PrintForm
from voucher_app.i18n import CHINESE, speaking
from voucher_app.services.certificate import office_mode
from voucher_app.services.documents.catalogue import CATALOGUE
from voucher_app.services.documents.facts import DocumentFacts, DocumentKind
from voucher_app.services.documents.gathering import applications, archive, payments, registers, reports
from voucher_app.services.documents.gathering.content import ANYBODY, Asked, day_of
from voucher_app.services.documents.publicity import public_fields, public_tables
from voucher_app.services.documents.subjects import parse_subject
from voucher_app.services.print_request import Destination, Draw, Paper, Stamp
from voucher_app.services.printing import print_papers
from voucher_app.services.wording.documents import document_name

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from voucher_app.domain.printing import PrintItem, PrintJob
    from voucher_app.services.documents.gathering.content import Content, Gatherer
    from voucher_app.services.documents.subjects import Subject
    from voucher_app.services.print_request import Request
    from voucher_app.services.workspace import Workspace

GATHERERS: Final[dict[DocumentKind, Gatherer]] = {
    kind: gatherer
    for part in (applications, payments, registers, reports, archive)
    for kind, gatherer in part.GATHERERS.items()
}


@dataclass(frozen=True, slots=True)
class Order:
    """A document that is asked for: its kind, and its subject with its part."""

    kind: DocumentKind
    subject: Subject


@dataclass(frozen=True, slots=True)
class Possible:
    """A document of a record, printed or not.

    Attributes:
        against: why it may not be printed now; empty when it may.
        document_number: that it has, or empty; `copies`: how often it was printed.
    """

    kind: DocumentKind
    subject: str
    against: tuple[Violation, ...]
    document_number: str
    copies: int


def parse_kind(text: str) -> DocumentKind:
    """Read a kind of document.

    Raises:
        InvalidInput: `document_kind_unknown`.
    """
    if text not in set(DocumentKind):
        raise InvalidInput("document_kind_unknown", found=text, choices=" ".join(DocumentKind))
    return DocumentKind(text)


def prefix_of(kind: DocumentKind) -> str:
    """Return what stands before the year in the numbers of a kind; empty for kinds that have none, such as ledgers."""
    return CATALOGUE[kind].document_number.partition("〔")[0]


# ------------------------------------------------------------------------------------------- orders


def orders(workspace: Workspace, kind: str, subject: str) -> list[Order]:
    """Read which documents are asked for: one, but for statements of every payee of a settlement.

    Raises:
        InvalidInput: `document_kind_unknown`, `document_subject`, `document_noun` for a record of another noun, or
            `document_part` where papers of the kind are about whole records.
        NotFound: when there is no such record.
    """
    wanted, about = parse_kind(kind), parse_subject(workspace, subject)
    gatherer = GATHERERS[wanted]
    if about.noun not in gatherer.nouns:
        raise InvalidInput("document_noun", found=subject, noun=gatherer.noun)
    if about.part and gatherer.parts is None:
        # The same paper under two subjects would be counted, and numbered, twice.
        raise InvalidInput("document_part", found=subject, whole=about.whole)
    return [Order(wanted, one) for one in _parts(workspace, gatherer, about)]


def order(workspace: Workspace, kind: str, subject: str) -> Order:
    """Read which one document is asked for.

    Raises:
        InvalidInput, NotFound: as `orders`; `document_part_missing` where there are several.
    """
    found = orders(workspace, kind, subject)
    if len(found) > 1:
        raise InvalidInput("document_part_missing", found=subject, choices=" ".join(str(one.subject) for one in found))
    return found[0]


def _parts(workspace: Workspace, gatherer: Gatherer, about: Subject) -> list[Subject]:
    return [about] if about.part or gatherer.parts is None else gatherer.parts(workspace, about)


def _asked(workspace: Workspace, one: Order, made_by: str) -> Asked:
    """Return what is asked, dated as its first print: a copy says what the original said."""
    printed = [row for row in workspace.queries.copies(one.kind, str(one.subject)) if row.state != "spoilt"]
    if not printed:
        return Asked(workspace, one.subject, workspace.clock.today(), made_by or ANYBODY)
    first = printed[-1]
    return Asked(workspace, one.subject, day_of(first.printed_on), first.printed_by)


def against(workspace: Workspace, one: Order) -> list[Violation]:
    """Return what stands against printing a document, by the state of its record.

    Raises:
        NotFound: when there is no such record.
    """
    return GATHERERS[one.kind].check(_asked(workspace, one, ""))


def content_of(workspace: Workspace, one: Order, *, made_by: str = "") -> Content:
    """Gather what a document says; paper is Chinese whatever the window speaks.

    Raises:
        NotFound: when there is no such record.
        RulesViolated: `DOCUMENT`, when its state does not allow the document.
        StorageError: for papers that are signed, as `office_key.current_key`.
    """
    asked = _asked(workspace, one, made_by)
    gatherer = GATHERERS[one.kind]
    refuse_if_violated(gatherer.check(asked))
    with speaking(CHINESE):
        return gatherer.content(asked)


def facts_of(workspace: Workspace, one: Order, stamp: Stamp | None = None, *, made_by: str = "") -> DocumentFacts:
    """Return the facts of a document; without a stamp, as a first print without a number would have them.

    Raises:
        NotFound, RulesViolated, StorageError: as `content_of`.
    """
    return _facts(workspace, one, content_of(workspace, one, made_by=made_by), stamp or Stamp(1))


def _facts(workspace: Workspace, one: Order, content: Content, stamp: Stamp) -> DocumentFacts:
    office = workspace.queries.office()
    with speaking(CHINESE):
        mode = office_mode(office)
    return DocumentFacts(
        kind=one.kind,
        subject=content.words,
        office_name=office.name,
        is_trial=office.trial,
        fields=public_fields(one.kind, content.fields),
        tables=public_tables(one.kind, content.tables),
        charts=content.charts,
        document_number=stamp.document_number,
        office_mode=mode,
        copy=stamp.copy,
        qr_text=content.qr_text,
    )


def orders_of(workspace: Workspace, about: Subject) -> list[Order]:
    """Return every document that a record has or may have."""
    return [
        Order(kind, part)
        for kind, gatherer in GATHERERS.items()
        if about.noun in gatherer.nouns and not (about.part and gatherer.parts is None)
        for part in _parts(workspace, gatherer, about)
    ]


def possible(workspace: Workspace, subject: str) -> list[Possible]:
    """Return every document that a record has or may have, with what stands against those that may not be printed.

    Raises:
        InvalidInput, NotFound: as `order`.
    """
    wanted = orders_of(workspace, parse_subject(workspace, subject))
    records = workspace.records()
    found = []
    for one in wanted:
        number = records.document_numbers.find(one.kind, str(one.subject)) if prefix_of(one.kind) else None
        found.append(
            Possible(
                kind=one.kind,
                subject=str(one.subject),
                against=tuple(against(workspace, one)),
                document_number=str(number) if number else "",
                copies=records.prints.copies(one.kind, [str(one.subject)])[str(one.subject)],
            )
        )
    if not found:
        raise InvalidInput("document_noun_none", found=subject)
    return found


# ------------------------------------------------------------------------------------------- printing


def draw_of(workspace: Workspace, orders: Sequence[Order], *, made_by: str = "") -> Draw:
    """Return how some documents are drawn.

    Raises:
        NotFound, RulesViolated, StorageError: as `content_of`.
    """
    orders = list(dict.fromkeys(orders))
    seq = workspace.queries.journal_head()[0]
    contents = [content_of(workspace, one, made_by=made_by) for one in orders]

    def files(stamps: Sequence[Stamp], in_one_file: bool, told: Callable[[int], None]) -> Iterator[bytes]:  # noqa: FBT001
        facts = [
            _facts(workspace, one, content, stamp) for one, content, stamp in zip(orders, contents, stamps, strict=True)
        ]
        printer = workspace.documents()
        if in_one_file:
            yield printer.pdf(facts)
            told(len(facts))
            return
        for count, one in enumerate(facts, start=1):
            yield printer.pdf([one])
            told(count)

    def check() -> list[Violation]:
        """Refuse papers whose records changed while they were drawn; asked where nobody else can write."""
        if workspace.queries.journal_head()[0] == seq:
            return []
        found = [violation for one in orders for violation in against(workspace, one)]
        return found or [
            Violation("DOCUMENT", "document_changed", found=content.words, allowed="as drawn", subject=title)
            for one, content in zip(orders, contents, strict=True)
            if content_of(workspace, one, made_by=made_by) != content
            for title in [title_of(one, content)]
        ]

    return Draw(
        papers=[_paper(one, content) for one, content in zip(orders, contents, strict=True)],
        files=files,
        check=lambda _work: check(),
        again=lambda items: draw_again(workspace, items),
    )


def draw_of_sample(workspace: Workspace, kind: str) -> Draw:
    """Return how a template's sample is drawn, to be looked at: no paper of a record, so it is never printed.

    The templates are read anew, so that what somebody changes in their folder meanwhile is seen.

    Raises:
        InvalidInput: `document_kind_unknown`.
        BadTemplate: for any template of the office that cannot be used: file, line, reason.
    """
    wanted = parse_kind(kind)
    workspace.documents().check()

    def files(_stamps: Sequence[Stamp], _in_one_file: bool, told: Callable[[int], None]) -> Iterator[bytes]:  # noqa: FBT001
        yield workspace.documents().preview(wanted)
        told(1)

    paper = Paper(wanted.value, f"sample:{wanted}", document_name(wanted), wanted.value)
    return Draw(
        papers=[paper], files=files, check=lambda _records: [], again=lambda _items: draw_of_sample(workspace, kind)
    )


def title_of(one: Order, content: Content) -> str:
    """Return what a person calls a document, in Chinese as it stands on paper."""
    with speaking(CHINESE):
        name = document_name(one.kind)
    return content.words if name in content.words else f"{name}：{content.words}"


def _paper(one: Order, content: Content) -> Paper:
    stem = f"{one.kind}-{one.subject}".replace(":", "-").replace("/", "-")
    return Paper(one.kind.value, str(one.subject), title_of(one, content), stem, prefix_of(one.kind))


def draw_again(workspace: Workspace, items: Sequence[PrintItem]) -> Draw:
    """Return how papers of a job are drawn once more, from what the register says of them."""
    return draw_of(workspace, [order(workspace, one.kind, one.subject) for one in items])


def print_separately(
    workspace: Workspace,
    *,
    orders: Sequence[Order],
    folder: Path,
    request: Request,
    progress: Callable[[int, int], bool] | None = None,
) -> PrintJob | None:
    """Print one PDF for each document into a folder; return the job, or None when the person cancelled.

    Raises:
        NotFound: when there is no such record.
        RulesViolated: `DOCUMENT`, when a record's state does not allow it; `PRINT`, for another copy without a reason.
        MissingGlyph, InvalidInput, BadTemplate: for what cannot be drawn; nothing is registered then.
        StorageError: `output`, `exists`; or as `office_key.current_key` for papers that are signed.
    """
    to = Destination(PrintForm.FOLDER, str(folder.absolute()))
    return _print(workspace, orders, to=to, request=request, progress=progress)


def print_together(
    workspace: Workspace,
    *,
    orders: Sequence[Order],
    file: Path,
    request: Request,
    replaces: bool = False,
    progress: Callable[[int, int], bool] | None = None,
) -> PrintJob | None:
    """Print all documents into one PDF, each with its own page numbers; `replaces`: such a file may be replaced.

    Raises:
        NotFound, RulesViolated, MissingGlyph, InvalidInput, BadTemplate, StorageError: as `print_separately`.
    """
    to = Destination(PrintForm.FILE, str(file.absolute()), replaces=replaces)
    return _print(workspace, orders, to=to, request=request, progress=progress)


def _print(
    workspace: Workspace,
    orders: Sequence[Order],
    *,
    to: Destination,
    request: Request,
    progress: Callable[[int, int], bool] | None,
) -> PrintJob | None:
    draw = draw_of(workspace, orders, made_by=request.operator.name)
    return print_papers(workspace, draw, to=to, request=request, progress=progress)
