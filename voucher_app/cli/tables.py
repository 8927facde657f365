"""Tables in and out by command: `… import FILE`, its template, the rows that cannot go in; and `… list --out FILE`."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from voucher_app.cli.command import Command, Result, argument
from voucher_app.cli.documents import Amount, Count, Day, Listing, Sum
from voucher_app.domain.errors import InvalidInput
from voucher_app.domain.masking import for_the_public
from voucher_app.i18n import _, ngettext
from voucher_app.services.exports import typed
from voucher_app.services.imports.kind import Order
from voucher_app.services.imports.preview import (
    RowStatus,
    imported_file,
    preview,
    refuse,
    rejected,
    template_of,
)
from voucher_app.services.imports.reading import guess, with_chosen
from voucher_app.services.ports.tables import OutColumn, OutKind, OutTable

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from voucher_app.cli.command import Call
    from voucher_app.services.imports.kind import ImportKind
    from voucher_app.services.imports.preview import ImportPreview
    from voucher_app.services.ports.tables import Grid

FILE = argument("file", type=Path, nargs="?", default=None, metavar="FILE")
TABLE_ARGUMENTS: Final = (
    argument("--sheet", default="", metavar="NAME"),
    argument("--column", action="append", default=[], metavar="KEY=HEAD"),
    argument("--rejects", type=Path, default=None, metavar="FILE.xlsx"),
    argument("--template", type=Path, default=None, metavar="FILE.xlsx"),
    argument("--check", action="store_true"),
)
REASON_MAYBE = argument("--reason", default="", metavar="TEXT")
OUT = argument("--out", type=Path, default=None, metavar="FILE.xlsx")
FOR_PUBLICITY = argument("--for-publicity", action="store_true", help="personal numbers are masked in the table")
LISTING_VERBS: Final = frozenset({"list", "prices", "drafts", "compare", "as-of", "simulate", "retention"})
"""Verbs whose answer is a table or several, which `--out` writes into a file as well."""


def import_command(
    noun: str,
    kinds: Sequence[ImportKind],
    summary: str,
    result: Callable[[list[Any], ImportPreview], Result],
    *,
    use_case: str = "",
    takes_reason: bool = False,
) -> Command:
    """Return a command that takes a table in.

    Args:
        noun: whose command it is.
        kinds: what the table may be: the one of which most columns are there. The template is of the first.
        summary: told by `--help`.
        result: tells what was made.
        use_case: the one that the command stands for, where there are several.
        takes_reason: whether a written reason answers some of the rules.
    """

    def run(call: Call) -> Result:
        given = call.arguments
        if given.template is not None:
            return write_template(call, kinds[0])
        found, order = look(call, kinds)
        if given.check:
            return _checked(found)
        refuse(found, reason=order.reason)
        call.back_up_before_import()
        return result(found.kind.carry_out(call.workspace, found.entries, order), found)

    arguments = (FILE, *TABLE_ARGUMENTS, *((REASON_MAYBE,) if takes_reason else ()))
    return Command(noun, "import", summary, run, arguments, use_case=use_case or kinds[0].use_case)


def look(call: Call, kinds: Sequence[ImportKind]) -> tuple[ImportPreview, Order]:
    """Read the table that is named and look at every row; write the rows that cannot go in where that is wanted.

    Raises:
        InvalidInput: without a file; for a file that is none of a table.
        StorageError: when a file cannot be read or written.
    """
    given = call.arguments
    if given.file is None:
        raise InvalidInput("import_file_missing", found="")
    grid: Grid = call.tools.tables.read(given.file, sheet=given.sheet)
    guessed = [(kind, with_chosen(kind, guess(kind, grid), grid, _pairs(given.column))) for kind in kinds]
    kind, columns = max(guessed, key=lambda one: len(one[1].places))
    order = Order(
        operator=call.operator,
        request_id=call.request_id,
        reason=getattr(given, "reason", ""),
        source=imported_file(kind, grid) if kind.is_registered else None,
    )
    found = preview(call.workspace, kind, grid, order, columns=columns)
    if given.rejects is not None and any(row.status is not RowStatus.GOOD for row in found.rows):
        call.tools.tables.write(given.rejects, rejected(found))
    return found, order


def _pairs(given: Sequence[str]) -> dict[str, str]:
    pairs = {}
    for text in given:
        key, equals, head = text.partition("=")
        if not equals:
            raise InvalidInput("column_pair", found=text)
        pairs[key.strip()] = head.strip()
    return pairs


def write_template(call: Call, kind: ImportKind) -> Result:
    """Write the table that a person fills in."""
    file: Path = call.arguments.template
    call.tools.tables.write(file, template_of(kind))
    said = _("Template: {file}").format(file=file)
    return Result({"template": str(file), "columns": [column.key for column in kind.columns]}, [said])


def _checked(found: ImportPreview) -> Result:
    """Tell what would become of every row; nothing was recorded."""
    counts = {status: found.count(status) for status in RowStatus}
    rows: list[dict[str, Any]] = [
        {"row": row.number, "status": row.status.value, "messages": row.sentences()}
        for row in found.rows
        if row.status is not RowStatus.GOOD
    ]
    said = ngettext(
        "{count} row: {good} good, {bad} to correct, {reason} in need of a reason.",
        "{count} rows: {good} good, {bad} to correct, {reason} in need of a reason.",
        len(found.rows),
    )
    lines = [
        said.format(
            count=len(found.rows),
            good=counts[RowStatus.GOOD],
            bad=counts[RowStatus.BAD],
            reason=counts[RowStatus.REASON],
        )
    ]
    lines += [_("Row {row}: {said}").format(row=row["row"], said=" ".join(row["messages"])) for row in rows]
    if found.missing or found.whole:
        refuse(found)
    document = {"rows": len(found.rows), **{status.value: count for status, count in counts.items()}, "problems": rows}
    return Result(document, lines, 0 if found.is_good else 1)


# ------------------------------------------------------------------------------------------- out


_KINDS: Final[dict[type, OutKind]] = {
    Amount: OutKind.MONEY,
    Sum: OutKind.MONEY,
    Day: OutKind.DATE,
    Count: OutKind.COUNT,
}


def written(call: Call, result: Result) -> Result:
    """Write the list, or the lists, that a command answers with where its `--out` says; tell that the file is there."""
    listing = result.lines
    found = result.tables
    if not found:
        assert isinstance(listing, Listing), "the verbs whose answer is one table"
        found = [(f"{call.arguments.noun} {call.arguments.verb}", listing)]
    shown = for_the_public if call.arguments.for_publicity else str
    first, *further = [_out_table(title, one, shown) for title, one in found]
    file: Path = call.arguments.out
    count = call.tools.tables.write(file, replace(first, further=further))
    said = ngettext("{count} row written to {file}.", "{count} rows written to {file}.", count)
    return Result({**result.document, "file": str(file)}, [said.format(count=f"{count:,}", file=file)], result.code)


def _out_table(title: str, listing: Listing, shown: Callable[[str], str]) -> OutTable:
    columns = [_column(head) for head in listing.head]
    rows = (
        [typed(column.kind, shown(cell)) for column, cell in zip(columns, row, strict=True)] for row in listing.rows
    )
    return OutTable(title, columns, rows, sum_words=_("Sum"))


def _column(head: str) -> OutColumn:
    kind = _KINDS.get(type(head), OutKind.TEXT)
    return OutColumn(str(head), kind, is_summed=isinstance(head, Amount))
