"""文号登记: every number that a document was given, by printing or here for a paper made elsewhere, void ones too."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar

from voucher_app.domain.document_number import PREFIX, DocumentNumber, number_is_live
from voucher_app.i18n import _, ngettext
from voucher_app.services import document_number
from voucher_app.services.documents.facts import DocumentKind
from voucher_app.services.queries.lists import listed
from voucher_app.services.wording.documents import document_name
from voucher_app.services.wording.names import status_name
from voucher_app.services.wording.rules import sentence
from voucher_app.ui.dialogs.step import Kind, Question, Step
from voucher_app.ui.models.columns import CellKind, Column
from voucher_app.ui.pages.details import Act, Details, Fact
from voucher_app.ui.pages.list_page import ListPage, NewAction

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from voucher_app.domain.operators import Operator
    from voucher_app.services.queries.lists import ListFilter, ListSource
    from voucher_app.services.workspace import Workspace
    from voucher_app.ui.dialogs.step import Answers


class NumberList(ListPage):
    """The registers of document numbers of a year."""

    name: ClassVar[str] = "numbers"
    is_embedded: ClassVar[bool] = True
    statuses: ClassVar[tuple[str, ...]] = ("live", "void")

    @classmethod
    def title(cls) -> str:
        """Return the list's name."""
        return _("Document numbers")

    def search_hint(self) -> str:
        """Return what can be searched for."""
        return _("Search number, title …")

    def status_words(self, status: str) -> str:
        """Return a status in words."""
        return status_name("document-number", status)

    def empty_words(self) -> str:
        """Return the sentence of an empty list."""
        return _("No number of {year} was drawn yet. Printing a notice draws its number.").format(year=self.desk.year)

    def counted(self, count: int) -> str:
        """Return how many there are."""
        return ngettext("{count} number", "{count} numbers", count).format(count=f"{count:,}")

    def new_action(self) -> NewAction:
        """Return the main action."""
        return NewAction(_("Draw a number …"), "step")

    def begin_new(self) -> None:
        """Draw a number for a paper that was made elsewhere."""
        self.open("step", step=draw_step())

    def columns(self) -> Sequence[Column]:
        """Return the columns."""
        return (
            Column("number", _("Document number"), str, width=168, sort="number"),
            Column("kind", _("Kind"), lambda row: kind_words(row.kind), width=132),
            Column("title", _("Title of the paper"), lambda row: row.title, width=200, stretches=True),
            Column("drawn", _("Drawn on"), lambda row: row.drawn_on.isoformat(), CellKind.DATE, 104, sort="drawn"),
            Column(
                "status",
                _("Status"),
                lambda row: self.status_words(status_of(row)),
                CellKind.STATUS,
                88,
                state=lambda row: ("document-number", status_of(row)),
            ),
        )

    def key(self, row: Any) -> int:  # noqa: ANN401 - as declared above
        """Return the row's number in the data file."""
        return int(row.id)

    def key_of_result(self, result: object) -> int | None:
        """Return the key of what was drawn or made void here."""
        return result.id if isinstance(result, DocumentNumber) else None

    def source(self, chosen: ListFilter) -> ListSource[DocumentNumber]:
        """Return the list; a year's registers have some hundred numbers."""
        return listed(
            self.desk.workspace.records().document_numbers.all(year=chosen.year),
            chosen,
            texts=lambda row: (str(row), row.title, row.subject),
            status=status_of,
            sorts={"number": lambda row: (row.kind, row.sequence), "drawn": lambda row: (row.drawn_on, row.id)},
        )

    def describe(self, row: Any) -> Callable[[], Details]:  # noqa: ANN401
        """Return what reads the details."""
        return partial(describe_number, self.desk.workspace, row.id)


def status_of(number: DocumentNumber) -> str:
    """Return whether a number is live or void."""
    return "live" if number.voided_on is None else "void"


def kind_words(kind: str) -> str:
    """Return what a kind of document is called; one that only a command knows keeps its name."""
    return document_name(kind) if kind in set(DocumentKind) else kind


def describe_number(workspace: Workspace, number_id: int) -> Details:
    """Read what the panel says of a number."""
    number = workspace.records().document_numbers.get(number_id)
    people = {person.id: person.name for person in workspace.queries.operators()}
    violation = number_is_live(number)
    return Details(
        title=str(number),
        status=("document-number", status_of(number)),
        note=number.title,
        facts=(
            (
                Fact(_("Kind"), kind_words(number.kind)),
                Fact(_("Record"), number.subject),
                Fact(_("Drawn on"), number.drawn_on.isoformat()),
                Fact(_("Drawn by"), people.get(number.prepared_by, "")),
                Fact(_("Journal record"), f"{number.drawn_seq:,}", "ledger", f"{number.drawn_seq}"),
            ),
            (
                Fact(_("Void since"), number.voided_on.isoformat() if number.voided_on else ""),
                Fact(_("Made void by"), people.get(number.voided_by or 0, "")),
                Fact(_("Reason"), number.void_reason),
            ),
        ),
        acts=(
            Act(
                _("Make void …"),
                "step",
                "void",
                {"step": void_step(number)},
                "danger",
                (sentence(violation),) if violation else (),
            ),
        ),
    )


# ------------------------------------------------------------------------------------------- steps


def draw_step() -> Step:
    """Return what draws a number for a paper that this program does not print."""
    kinds = tuple((kind.value, document_name(kind)) for kind in DocumentKind)

    def act(workspace: Workspace, operator: Operator, request_id: str, answers: Answers) -> DocumentNumber:
        return document_number.draw(
            workspace,
            kind=answers["kind"],
            subject=answers["subject"],
            title=answers["title"],
            prefix=answers["prefix"],
            operator=operator,
            request_id=request_id,
        )

    return Step(
        use_case="number.draw",
        title=_("Draw a number"),
        purpose=_("For a paper made outside of this program. A document that has a number keeps it; numbers leave "
                  "no gap."),
        act=act,
        told=lambda drawn: _("{number} was drawn.").format(number=drawn),
        questions=(
            Question("kind", _("Kind"), Kind.CHOICE, choices=kinds),
            Question("prefix", _("What stands before the year"), initial=PREFIX, is_beside=True),
            Question("title", _("Title of the paper")),
            Question(
                "subject", _("What it is about"), hint=_("Its file or record, such as batch:3; one number for each.")
            ),
        ),
        rules=("ROLE",),
    )  # fmt: skip


def void_step(number: DocumentNumber) -> Step:
    """Return what makes a number void."""

    def act(workspace: Workspace, operator: Operator, request_id: str, answers: Answers) -> DocumentNumber:
        return document_number.void(
            workspace, number_id=number.id, reason=answers["reason"], operator=operator, request_id=request_id
        )

    return Step(
        use_case="number.void",
        title=_("Make the number void"),
        purpose=_(
            "It stays in the register and is never given again; the document gets another one when printed next."
        ),
        act=act,
        told=lambda voided: _("{number} is void.").format(number=voided),
        questions=(Question("reason", _("Reason"), Kind.REASON),),
        kind="danger",
        facts=((_("Document number"), str(number)), (_("Title of the paper"), number.title)),
        rules=("NUMBER", "ROLE"),
    )
