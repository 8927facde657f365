"""What taking a table in would do, row by row, with everything that is wrong at once; and the rows that cannot go in.

Nothing is written: rules that rows of one table change for one another are asked by a rehearsal of the use case itself.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final

from voucher_app.domain.errors import InvalidFile, InvalidInput, NotFound, RulesViolated, Violation, Weight
from voucher_app.domain.operators import role_may_act
from voucher_app.i18n import _
from voucher_app.services.imports.reading import guess, missing_columns, read_row, text_of
from voucher_app.services.imports.source import second_time
from voucher_app.services.ports.tables import QUIETLY, ImportedFile, OutColumn, OutKind, OutTable
from voucher_app.services.printable import refuse_unprintable
from voucher_app.services.wording.errors import describe
from voucher_app.services.wording.rules import sentence

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from voucher_app.services.imports.kind import Entry, Fault, ImportColumn, ImportKind, Order, Values
    from voucher_app.services.imports.reading import Columns
    from voucher_app.services.papers import Glyphs
    from voucher_app.services.ports.tables import Cell, Grid, Line, Tell
    from voucher_app.services.workspace import Workspace

_TOLD_EVERY: Final = 100


class RowStatus(StrEnum):
    """What would become of a row."""

    GOOD = "good"
    REASON = "reason"
    """It goes in once a reason is written."""
    BAD = "bad"


@dataclass(frozen=True, slots=True)
class PreviewRow:
    """One row of a table that is to be taken in.

    Attributes:
        number: its number in the file.
        cells: as they stand there, by the kind's columns.
        faults: everything that is wrong with it, each with the column that it is about, or an empty text.
    """

    number: int
    cells: tuple[str, ...]
    faults: tuple[tuple[str, Fault], ...] = ()

    @property
    def status(self) -> RowStatus:
        """What would become of it."""
        weights = {fault.weight if isinstance(fault, Violation) else Weight.BLOCK for _column, fault in self.faults}
        if Weight.BLOCK in weights:
            return RowStatus.BAD
        return RowStatus.REASON if Weight.REASON in weights else RowStatus.GOOD

    def sentences(self) -> list[str]:
        """Return everything that is wrong with it, in words."""
        return [fault_words(fault) for _column, fault in self.faults]


@dataclass(frozen=True, slots=True)
class ImportPreview:
    """What taking a table in would do.

    Attributes:
        whole: what stands against the table as a whole: the role, the same file before.
        missing: keys of needed columns that it lacks; then no row was looked at.
        entries: what would be recorded, where every row is good.
    """

    kind: ImportKind
    grid: Grid
    columns: Columns
    rows: tuple[PreviewRow, ...] = ()
    entries: tuple[Entry, ...] = ()
    whole: tuple[Fault, ...] = ()
    missing: tuple[str, ...] = ()

    def count(self, status: RowStatus) -> int:
        """Return how many rows have a status."""
        return sum(row.status is status for row in self.rows)

    @property
    def is_good(self) -> bool:
        """Whether all of it can be taken in, a reason given where one is asked for."""
        return bool(self.rows) and not self.whole and not self.missing and not self.count(RowStatus.BAD)


def fault_words(fault: Fault) -> str:
    """Return what is wrong, in words."""
    if isinstance(fault, Violation):
        return sentence(fault)
    return describe(fault)[0]


def preview(
    workspace: Workspace, kind: ImportKind, grid: Grid, order: Order, *, columns: Columns | None = None
) -> ImportPreview:
    """Look at every row of a table.

    Args:
        workspace: the open workspace; nothing is written.
        kind: what is imported.
        grid: the table.
        order: who would take it in; `order.tell` is told how many rows were looked at.
        columns: which column is which; guessed by the head when not told.

    Raises:
        Stopped: when the person does not want it to go on.
    """
    mapped = columns or guess(kind, grid)
    missing = missing_columns(kind, mapped)
    if missing:
        return ImportPreview(kind, grid, mapped, missing=tuple(column.key for column in missing))
    lines = grid.lines[1:] if mapped.has_head else grid.lines
    faults: list[list[tuple[str, Fault]]] = [[] for _line in lines]
    entries = _entries(workspace.glyphs, kind, mapped, grid, faults, order.tell)
    whole = _whole(workspace, kind, order)
    if not lines:
        whole.append(InvalidInput("table_empty", found=grid.name))
    if entries and not whole:
        try:
            answers = kind.check(workspace, entries, order)
        except RulesViolated as refusal:
            whole += refusal.violations
        except InvalidInput as error:
            whole.append(error)
        else:
            for entry, found in zip(entries, answers, strict=True):
                faults[entry.rows[0]] += [("", one) for one in found]
    rows = tuple(
        PreviewRow(line.number, _shown(kind, mapped, line.cells), tuple(found))
        for line, found in zip(lines, faults, strict=True)
    )
    return ImportPreview(kind, grid, mapped, rows, tuple(entries), tuple(whole))


def read_facts(kind: ImportKind, grid: Grid) -> list[tuple[int, Any]]:
    """Return the facts of every row, with its number, of a table that needs no records to be read.

    Raises:
        InvalidInput: everything that cannot be read; several faults as an `InvalidFile`.
    """
    mapped = guess(kind, grid)
    missing = missing_columns(kind, mapped)
    lines = grid.lines[1:] if mapped.has_head else grid.lines
    faults: list[list[tuple[str, Fault]]] = [[] for _line in lines]
    entries: list[Entry] = []
    if not missing:
        entries = _entries(no_glyphs, kind, mapped, grid, faults, QUIETLY)
    rows = tuple(PreviewRow(line.number, (), tuple(found)) for line, found in zip(lines, faults, strict=True))
    empty = () if lines or missing else (InvalidInput("table_empty", found=grid.name),)
    refuse(ImportPreview(kind, grid, mapped, rows, whole=empty, missing=tuple(column.key for column in missing)))
    return [(entry.number, entry.facts) for entry in entries]


def no_glyphs() -> Glyphs:
    """Answer whoever asks for fonts where nothing that is read is recorded."""
    raise AssertionError("a table that is read without records tells no texts")


def _entries(
    glyphs: Callable[[], Glyphs],
    kind: ImportKind,
    columns: Columns,
    grid: Grid,
    faults: list[list[tuple[str, Fault]]],
    tell: Tell,
) -> list[Entry]:
    """Read every row, note what cannot be read, and return what could be."""
    lines = grid.lines[1:] if columns.has_head else grid.lines
    width = max(len(grid.lines[0].cells), *columns.places.values()) if columns.has_head else 0
    rows: list[Values | None] = []
    seen: dict[tuple[Any, ...], int] = {}
    for place, line in enumerate(lines):
        if place % _TOLD_EVERY == 0:
            tell(place)
        values, found = read_row(kind, columns, line.cells)
        faults[place] += found
        wrong_width = _wrong_width(line, width, is_text=grid.is_text)
        if wrong_width is not None:
            faults[place].append(("", wrong_width))
            values = None
        if values is not None:
            twice = _twice(kind, values, line.number, seen)
            if twice is not None:
                faults[place].append((kind.unique[-1], twice))
                values = None
        rows.append(values)
    entries, refused = kind.entries(rows)
    for place, error in refused.items():
        faults[place].append(("", error))
    printable = []
    for entry in entries:
        try:
            refuse_unprintable(entry.texts, glyphs)
        except InvalidInput as error:
            several = error.faults if isinstance(error, InvalidFile) else [error]
            faults[entry.rows[0]] += [(str(one.facts.get("field", "")), one) for one in several]
        else:
            printable.append(replace(entry, number=lines[entry.rows[0]].number))
    return printable


def _wrong_width(line: Line, width: int, *, is_text: bool) -> InvalidInput | None:
    """Return the refusal of a row that does not fit under its head: a stray comma has moved its cells."""
    if not width:
        return None
    cells = len(line.cells)
    is_wrong = cells != width if is_text else any(text_of(cell) for cell in line.cells[width:])
    return InvalidInput("table_width", found=cells, line=line.number, expected=width) if is_wrong else None


def _twice(kind: ImportKind, values: Values, number: int, seen: dict[tuple[Any, ...], int]) -> InvalidInput | None:
    if not kind.unique:
        return None
    key = tuple(values[column] for column in kind.unique)
    earlier = seen.setdefault(key, number)
    if earlier == number:
        return None
    return InvalidInput("table_duplicate", found=" ".join(map(str, key)), line=number, earlier=earlier)


def _whole(workspace: Workspace, kind: ImportKind, order: Order) -> list[Fault]:
    """Return what stands against taking in anything at all."""
    small = workspace.queries.office().small_office
    refusal = role_may_act(order.operator, kind.use_case, small_office=small)
    found: list[Fault] = [refusal] if refusal else []
    if order.source is not None and kind.is_registered:
        before = second_time(workspace.records(), order.source)
        found += [before] if before else []
    return found


def _shown(kind: ImportKind, columns: Columns, cells: Sequence[Cell]) -> tuple[str, ...]:
    places = [columns.places.get(column.key) for column in kind.columns]
    return tuple(text_of(cells[place]) if place is not None and place < len(cells) else "" for place in places)


# ------------------------------------------------------------------------------------------- refusing, in one


def refuse(found: ImportPreview, *, reason: str = "") -> None:
    """Raise everything that stands against a table, for whoever has no list to show it in.

    Raises:
        InvalidInput: a missing column; a cell that cannot be read, several as an `InvalidFile`.
        RulesViolated: every rule that it breaks, each with its row.
        NotFound: a unit that is not registered.
    """
    kind = found.kind
    if found.missing:
        lacking = [_named(column) for column in kind.columns if column.key in found.missing]
        needed = [_named(column) for column in kind.columns if column.is_needed]
        raise InvalidInput("table_columns", found=_(", ").join(lacking), needed=_(", ").join(needed))
    unread = [
        _in_line(kind, row, column, fault)
        for row in found.rows
        for column, fault in row.faults
        if isinstance(fault, InvalidInput)
    ]
    unread += [fault for fault in found.whole if isinstance(fault, InvalidInput)]
    if unread:
        raise unread[0] if len(unread) == 1 else InvalidFile(unread)
    ruled = [fault for fault in found.whole if isinstance(fault, Violation)]
    for row in found.rows:
        ruled += [_of_row(row, fault) for _column, fault in row.faults if not isinstance(fault, InvalidInput)]
    standing = [one for one in ruled if one.weight is Weight.BLOCK or (one.weight is Weight.REASON and not reason)]
    if standing:
        raise RulesViolated(ruled)


def _named(column: ImportColumn) -> str:
    return f"{_(column.words)} ({column.key})"


def _in_line(kind: ImportKind, row: PreviewRow, key: str, fault: InvalidInput) -> InvalidInput:
    if fault.code in {"table_width", "table_duplicate"}:
        return fault  # these name their line
    words = next((_(column.words) for column in kind.columns if column.key == key), "")
    if not words:
        return InvalidInput("table_line", found=fault.found, line=row.number, cause=fault)
    return InvalidInput("table_cell", found=fault.found, line=row.number, column=words, cause=fault)


def _of_row(row: PreviewRow, fault: Fault) -> Violation:
    if isinstance(fault, NotFound):
        fault = unknown(fault)
    assert isinstance(fault, Violation), "everything else is input"
    return replace(fault, facts=fault.facts | {"row": row.number})


def unknown(fault: NotFound) -> Violation:
    """Return as a rule's refusal that a record does not exist."""
    return Violation(
        "NOT_FOUND", "not_recorded", found=str(fault.key), allowed="a registered one", facts={"noun": fault.noun}
    )


# ------------------------------------------------------------------------------------------- tables out


def template_of(kind: ImportKind) -> OutTable:
    """Return an empty table to fill in: typed columns, what each is for, one line as an example."""
    columns = [
        OutColumn(
            _(column.words) + _unit(column.kind),
            column.kind,
            remark=f"{_needed(column)}\n{_(column.remark) if column.remark else ''}".strip(),
            is_required=column.is_needed,
        )
        for column in kind.columns
    ]
    about = [(_("Head"), _("Leave the head as it is; write over the example in row 2."))]
    about += [
        (column.header, f"{column.remark}\n{_('Example: {text}').format(text=one.example)}".strip())
        for column, one in zip(columns, kind.columns, strict=True)
    ]
    about.append((_("Numbers of 16 digits and more"), _("are text: the columns here are set so; do not change that.")))
    example = [_typed_example(one.example, one.kind) for one in kind.columns]
    return OutTable(_(kind.words), columns, [example], about, about_title=_("How to fill this in"))


def _needed(column: ImportColumn) -> str:
    return _("Needed.") if column.is_needed and not column.may_be_empty else _("May be left empty.")


def _unit(kind: OutKind) -> str:
    return _(" (yuan)") if kind is OutKind.MONEY else ""


def _typed_example(text: str, kind: OutKind) -> str | int | None:
    if kind is OutKind.MONEY and text:
        whole, _point, decimals = text.replace(",", "").partition(".")
        return int(whole) * 100 + int((decimals + "00")[:2])
    return int(text) if kind is OutKind.COUNT and text else text or None


def rejected(found: ImportPreview) -> OutTable:
    """Return the rows that cannot be taken in, as they stand in the file, each with every reason in a column.

    A record goes in whole: with one of its rows come the others, or what stays in the file would pass for all of it.
    """
    head = found.grid.lines[0].cells if found.columns.has_head else ()
    lines = found.grid.lines[1:] if found.columns.has_head else found.grid.lines
    width = max([len(head), *(len(line.cells) for line in lines)])
    headers = [text_of(head[place]) if place < len(head) else "" for place in range(width)]
    columns = [OutColumn(_("Row in the file"), OutKind.COUNT), OutColumn(_("What is wrong"))]
    columns += [OutColumn(header or str(place + 1)) for place, header in enumerate(headers)]

    def rows() -> Iterator[list[str | int | None]]:
        for places in _records(found):
            wrong = next(
                (found.rows[place] for place in places if found.rows[place].status is not RowStatus.GOOD), None
            )
            if wrong is None:
                continue
            together = _("It belongs to the same record as row {row} and goes in together with it.")
            for place in places:
                row, cells = found.rows[place], [text_of(cell) for cell in lines[place].cells]
                said = row.sentences() or [together.format(row=wrong.number)]
                yield [row.number, "\n".join(said), *cells, *[""] * (width - len(cells))]

    return OutTable(_("Rows to correct"), columns, rows())


def _records(found: ImportPreview) -> list[list[int]]:
    """Return the places of the rows of each record, as the file tells them, whether they can be read or not."""
    key, records = found.kind.continued_without, list[list[int]]()
    place_of_key = next((place for place, column in enumerate(found.kind.columns) if column.key == key), None)
    for place, row in enumerate(found.rows):
        continues = place_of_key is not None and not row.cells[place_of_key]
        if records and (continues or (key and _is_out_of_step(row))):
            records[-1].append(place)
        else:
            records.append([place])
    return records


def _is_out_of_step(row: PreviewRow) -> bool:
    """Whether a row's cells stand under other heads than their own, so that nobody knows what it adds to."""
    return any(isinstance(fault, InvalidInput) and fault.code == "table_width" for _column, fault in row.faults)


def imported_file(kind: ImportKind, grid: Grid) -> ImportedFile | None:
    """Return the file that a table came from; None for one that was pasted or typed."""
    if not grid.sha256:
        return None
    return ImportedFile(name=grid.name, sha256=grid.sha256, kind=kind.name)
