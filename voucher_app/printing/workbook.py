"""A document as a workbook: the lists and forms of its template as typed cells, its sentences on a sheet of their own.

What the paper tells in 万元 stands here in yuan and fen; what it masks stays masked. Nothing is measured, so no font is
asked for a glyph: a spreadsheet has fonts of its own.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final, cast

from voucher_app.printing import blocks
from voucher_app.printing.phrases import write_value
from voucher_app.services.documents.facts import ValueType
from voucher_app.services.ports.tables import MILLIONTHS, OutColumn, OutKind, OutTable

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import date
    from fractions import Fraction

    from voucher_app.domain.money import Money
    from voucher_app.printing.composition import Composition
    from voucher_app.printing.phrases import Phrase
    from voucher_app.services.documents.facts import Row, Value
    from voucher_app.services.ports.tables import OutCell

_FORMS, _SENTENCES = "要点", "正文"
_LABEL, _AMOUNT, _CONTENT, _SENTENCE = "项目", "金额（元）", "内容", "正文"
_YUAN: Final = "元"
_KINDS: Final = {
    ValueType.MONEY: OutKind.MONEY,
    ValueType.COUNT: OutKind.COUNT,
    ValueType.DAY: OutKind.DATE,
    ValueType.RATIO: OutKind.SHARE,
}


def workbook_of(composition: Composition, template: blocks.Template) -> OutTable:
    """Return a document as sheets: each list, then what stands in forms, then its sentences.

    Args:
        composition: the document's facts and the office's words.
        template: says which lists it has, under which heads.
    """
    title = _words(template.title, composition.values)
    before, sheets, forms, sentences = title, [], [], []
    for block in _placed(composition, template):
        match block:
            case blocks.TableBlock():
                sheets.append(_list(composition, block, before))
            case blocks.Grid():
                forms += [_form(composition.values, cell) for row in block.rows for cell in row.cells]
            case blocks.Text():
                sentences += _words(block.phrase, composition.values).split("\n")
                before = _heading(block.phrase) or before
            case blocks.SplitLine():
                before = _heading(block.left) or before
            case _:
                pass  # what is signed, sealed or drawn says nothing that is not told elsewhere
    if forms:
        columns = (OutColumn(_LABEL), OutColumn(_AMOUNT, OutKind.MONEY), OutColumn(_CONTENT))
        sheets.append(OutTable(_FORMS, columns, forms))
    if sentences:
        sheets.append(OutTable(_SENTENCES, (OutColumn(_SENTENCE),), [[one] for one in sentences if one.strip()]))
    first, *further = sheets
    return replace(first, further=further)


def _placed(composition: Composition, template: blocks.Template) -> Iterator[blocks.Block]:
    for placed in template.placed:
        is_wanted = not placed.when or composition.is_there(placed.when)
        if is_wanted and not (placed.unless and composition.is_there(placed.unless)):
            yield placed.block


def _heading(phrase: Phrase) -> str:
    """Return the fixed words of a line as a list's name; words that are filled in, or several lines, name none."""
    words = "".join(part for part in phrase if isinstance(part, str))
    return "" if "\n" in words.strip() or len(phrase) != 1 or not isinstance(phrase[0], str) else words.strip()


def _list(composition: Composition, block: blocks.TableBlock, title: str) -> OutTable:
    columns = [_column(composition, column) for column in block.columns]
    rows = [
        [_cell(column, number, row) for column in block.columns]
        for number, row in enumerate(composition.facts.tables[block.of], 1)
    ]
    return OutTable(title, columns, rows, sum_words=composition.office.words["total"])


def _column(composition: Composition, column: blocks.Column) -> OutColumn:
    head = _words(column.head, composition.values).replace("\n", "")
    if not column.phrase:
        return OutColumn(head, OutKind.COUNT)
    kind = _KINDS.get(column.type, OutKind.TEXT) if column.value and column.type is not None else OutKind.TEXT
    if kind is OutKind.MONEY and _YUAN not in head:
        head = f"{head}（{_YUAN}）"
    return OutColumn(head, kind, is_summed=column.is_summed)


def _cell(column: blocks.Column, number: int, row: Row) -> OutCell:
    if not column.phrase:
        return number
    if column.value and column.type in _KINDS:
        return _typed(row[column.value], column.type)
    return _words(column.phrase, row)


def _typed(value: Value, value_type: ValueType) -> OutCell:
    if value is None:
        return None
    if value_type is ValueType.MONEY:
        return cast("Money", value).fen
    if value_type is ValueType.RATIO:
        return round(cast("Fraction", value) * MILLIONTHS)
    return cast("date", value).isoformat() if value_type is ValueType.DAY else cast("int", value)


def _form(values: Mapping[str, Value], cell: blocks.Cell) -> list[OutCell]:
    """Return a labelled value: an amount as a number, everything else in the words of the paper."""
    label = "".join(_words(cell.label, values).split())
    places = [part for part in cell.phrase if not isinstance(part, str)]
    others = "".join(part for part in cell.phrase if isinstance(part, str))
    if len(places) == 1 and places[0].type is ValueType.MONEY and others in {"", _YUAN}:
        return [label, _typed(values[places[0].name], ValueType.MONEY), None]
    return [label, None, _words(cell.phrase, values).strip()]


def _words(phrase: Phrase, values: Mapping[str, Value]) -> str:
    """Return words with their places filled; what is not there leaves nothing."""
    parts = []
    for part in phrase:
        if isinstance(part, str):
            parts.append(part)
            continue
        value = values[part.name]
        parts.append("" if value is None or value == "" else write_value(value, part.type, part.format))
    return "".join(parts)
