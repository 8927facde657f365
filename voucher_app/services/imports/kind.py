"""What can be imported: columns with their parsers, and how rows become the facts of one use case."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from voucher_app.domain.errors import InvalidInput, NotFound, Violation
from voucher_app.services.ports.tables import QUIETLY, OutKind

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from voucher_app.domain.operators import Operator
    from voucher_app.services.ports.tables import ImportedFile, Tell
    from voucher_app.services.workspace import Workspace

Values = Mapping[str, Any]
"""What was read of a row, by column; a column that is empty, or not in the file, is None."""
Fault = InvalidInput | NotFound | Violation


@dataclass(frozen=True, slots=True)
class ImportColumn:
    """A column of a kind of table.

    Attributes:
        key: names it in commands and in what is remembered.
        words: its head in the template, marked for translation.
        names: what else it is called in files, in Chinese or English.
        read: reads a text, as the entry dialog does; raises `InvalidInput`.
        kind: how a cell is read that is no text, and how the template sets it.
        is_needed: whether a file without it cannot be taken in.
        may_be_empty: of a needed column: whether a row may leave it out.
        example: what the template shows.
        remark: what the template tells about it, marked for translation; may be empty.
    """

    key: str
    words: str
    names: tuple[str, ...]
    read: Callable[[str], object]
    kind: OutKind = OutKind.TEXT
    is_needed: bool = False
    may_be_empty: bool = False
    example: str = ""
    remark: str = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """What becomes one record: its facts, and the rows of the table that tell them.

    Attributes:
        rows: places in the table.
        texts: of the facts, what may stand on paper, for the question whether it can be printed.
        number: of its first row in the file.
    """

    facts: Any
    rows: tuple[int, ...]
    texts: dict[str, object] = field(default_factory=dict)
    number: int = 0


@dataclass(frozen=True, slots=True)
class Order:
    """Who takes a table in, under which request, and what answers rules that ask for a reason.

    Attributes:
        subject: the record that the rows belong to, such as a settlement; None where they stand for themselves.
        source: the file, where there was one.
    """

    operator: Operator
    request_id: str
    reason: str = ""
    subject: int | None = None
    source: ImportedFile | None = None
    tell: Tell = QUIETLY


@dataclass(frozen=True, slots=True)
class ImportKind:
    """A kind of table that can be taken in.

    Attributes:
        name: `recipients`, as in commands, settings and the register of files.
        words: what it is called, marked for translation.
        use_case: the act that takes it in, whose roles hold.
        entries: makes entries of the rows that could be read; gives back each row that it cannot use with its fault.
        check: returns what the rules and the records say to each entry, in their order.
        carry_out: takes all entries in by one act; returns what it made.
        unique: columns that no two rows may share the value of; together they make what is unique.
        is_registered: whether a file of it is taken in once only.
        takes_reason: whether a written reason answers some of the rules.
        hint: what a person should know before, marked for translation.
        continued_without: column that is empty in a row that adds to the record above it; none where each row is one.
    """

    name: str
    words: str
    use_case: str
    columns: tuple[ImportColumn, ...]
    entries: Callable[[Sequence[Values | None]], tuple[list[Entry], dict[int, InvalidInput]]]
    check: Callable[[Workspace, Sequence[Entry], Order], list[list[Fault]]]
    carry_out: Callable[[Workspace, Sequence[Entry], Order], list[Any]]
    unique: tuple[str, ...] = ()
    is_registered: bool = True
    takes_reason: bool = False
    hint: str = ""
    continued_without: str = ""

    def column(self, key: str) -> ImportColumn:
        """Return a column by its key."""
        return next(column for column in self.columns if column.key == key)


def all_at_once(
    act: Callable[..., list[Any]], name: str, *, takes_reason: bool = False
) -> Callable[[Workspace, Sequence[Entry], Order], list[Any]]:
    """Return what takes entries in by a use case that records all of them or none.

    Args:
        act: the use case.
        name: of its argument that takes the facts.
        takes_reason: whether it takes the person's reason.
    """

    def carry_out(workspace: Workspace, entries: Sequence[Entry], order: Order) -> list[Any]:
        told: dict[str, Any] = {name: [entry.facts for entry in entries]}
        if takes_reason:
            told["reason"] = order.reason
        return act(
            workspace,
            operator=order.operator,
            request_id=order.request_id,
            source=order.source,
            tell=order.tell,
            **told,
        )

    return carry_out


def one_each(
    make: Callable[[Values], Any], texts: Callable[[Any], dict[str, object]]
) -> Callable[[Sequence[Values | None]], tuple[list[Entry], dict[int, InvalidInput]]]:
    """Return what makes one entry of each row.

    Args:
        make: makes facts of a row; raises `InvalidInput` for what only several columns together can tell.
        texts: what of the facts may stand on paper.
    """

    def entries(rows: Sequence[Values | None]) -> tuple[list[Entry], dict[int, InvalidInput]]:
        made: list[Entry] = []
        faults: dict[int, InvalidInput] = {}
        for place, values in enumerate(rows):
            if values is not None:
                try:
                    facts = make(values)
                except InvalidInput as error:
                    faults[place] = error
                else:
                    made.append(Entry(facts, (place,), texts(facts)))
        return made, faults

    return entries
