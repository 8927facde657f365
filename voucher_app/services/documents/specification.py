"""How the catalogue tells what a document is made of: names, types, and a sample of each."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction
from typing import TYPE_CHECKING, Final

from voucher_app.domain.money import Money
from voucher_app.services.documents.facts import ValueType

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from voucher_app.services.documents.facts import Chart, DocumentKind, Row, Value

TEXT, PROSE, COUNT, MONEY = ValueType.TEXT, ValueType.PROSE, ValueType.COUNT, ValueType.MONEY
DAY, INSTANT, RATIO = ValueType.DAY, ValueType.INSTANT, ValueType.RATIO

_PYTHON: Final[dict[ValueType, type]] = {
    ValueType.TEXT: str,
    ValueType.PROSE: str,
    ValueType.COUNT: int,
    ValueType.MONEY: Money,
    ValueType.DAY: date,
    ValueType.INSTANT: datetime,
    ValueType.RATIO: Fraction,
}


@dataclass(frozen=True, slots=True)
class Field:
    """One value of a document, or of each row of a table.

    Attributes:
        sample: what a preview prints for a field; a column's samples stand in the rows.
        optional: whether the records may have none, so that `None` is right.
    """

    name: str
    type: ValueType
    sample: Value = None
    optional: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """A list in a document; each sample row is a tuple in the order of the columns."""

    name: str
    columns: tuple[Field, ...]
    samples: tuple[tuple[Value, ...], ...]

    def rows(self) -> list[Row]:
        """Return the sample rows as facts."""
        names = [column.name for column in self.columns]
        return [dict(zip(names, row, strict=True)) for row in self.samples]


@dataclass(frozen=True, slots=True)
class ChartPlace:
    """A chart of a document; its values are all of one type, `MONEY` or `COUNT`."""

    name: str
    type: ValueType
    sample: Chart


@dataclass(frozen=True, slots=True)
class Document:
    """Everything that facts of one kind hold: no name more, none less."""

    kind: DocumentKind
    subject: str
    fields: tuple[Field, ...]
    tables: tuple[Table, ...] = ()
    charts: tuple[ChartPlace, ...] = ()
    document_number: str = ""
    qr_text: str = ""


def problems_of_values(where: str, wanted: Sequence[Field], given: Mapping[str, Value]) -> list[str]:
    """Return what is wrong with some values, as sentences for whoever fills them; empty when they are right."""
    names = {one.name for one in wanted}
    found = [f"{where} lacks {name}" for name in sorted(names - given.keys())]
    found += [f"{where} has no {name}" for name in sorted(given.keys() - names)]
    for one in wanted:
        if one.name in given and not _fits(one, given[one.name]):
            found.append(f"{where}.{one.name} is to be {one.type.value}, not {given[one.name]!r}")
    return found


def _fits(one: Field, value: Value) -> bool:
    if value is None:
        return one.optional
    if type(value) is not _PYTHON[one.type]:
        return False
    return not isinstance(value, datetime) or value.tzinfo is not None
