"""How lists are narrowed to what somebody typed: by the index where few records fit, by walking where many do.

What is rare is gathered: each *way* gives the keys of the rows that fit, from an index, however long the list is. What
is common is walked: row by row in the order of the list, each tested by its entry's text, until a page is full; with
that many rows that fit, a page is full soon. Either alone would be slow at the other's end.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from math import isqrt
from typing import TYPE_CHECKING, Final

from voucher_app.services.searching import initials_phrase, part_of, phrase
from voucher_app.storage.sqlite.connection import told
from voucher_app.storage.sqlite.queries.number_parts import may_be_a_number, sequence_ranges
from voucher_app.storage.sqlite.search_index import KEYS, SOURCES

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from voucher_app.storage.sqlite.connection import Connection

Condition = tuple[str, "Sequence[object]"]
OF_THE_YEAR: Final = "+voucher.year = ?"
"""With the plus SQLite does not begin with all vouchers of the year, which is nearly all there are."""
HELD_MOST: Final = 40_000
"""Keys that are gathered and held, so that the index is asked once and not again for the count and for each page; where
more fit, one row in so many does, and a walk fills its page sooner."""
UNITS_MOST: Final = 2_500
"""Units whose keys are held, so that the index is asked once for them."""
CONTRACTS_MOST: Final = 20_000
"""Contracts whose keys are held."""
_SAMPLE: Final = 4_000
WALKED_SQUARE: Final = 256
"""Gathering g of n rows costs g, walking to a full page n / g: both cost the same where g² is this × n. Measured."""


@dataclass(frozen=True, slots=True)
class Narrowing:
    """How a list is narrowed.

    Attributes:
        ways: each a statement that gives keys of the list's rows, none left out, some perhaps twice.
        test: what tells a row that fits while the list is walked.
        is_common: whether it is known beforehand that too many rows fit to gather them.
        signs: statements that show the same by themselves, each with how many rows it takes.
        samples: statements that give some of the rows, where that is cheaper than the ways.
        covers: conditions of the list that the ways hold already.
    """

    ways: tuple[Condition, ...]
    test: Condition
    is_common: bool = False
    signs: tuple[tuple[Condition, int], ...] = ()
    covers: tuple[str, ...] = ()
    samples: tuple[Condition, ...] = ()

    def gathered(self, connection: Connection, path: Path, *, may_walk: bool) -> list[int] | None:
        """Return the keys of the rows that fit, in their order; None for more than are worth gathering.

        Args:
            connection: a reading one.
            path: of the data file.
            may_walk: whether the list can be walked instead, so that signs of many are enough.
        """
        held: set[int] = set()
        with told(path):
            if may_walk and (self.is_common or any(_are_many(connection, sign, most) for sign, most in self.signs)):
                return None
            for sql, values in self.ways:
                held.update(
                    row[0] for row in connection.execute(f"SELECT * FROM ({sql}) LIMIT {HELD_MOST + 1}", values)
                )
                if len(held) > HELD_MOST:
                    return None
        return sorted(held)

    def fit_more_than(self, count: int, connection: Connection, path: Path) -> bool:
        """Return whether by one way alone more rows fit than a number; by several together they still may."""
        with told(path):
            return any(_are_many(connection, way, count + 1) for way in self.samples or self.ways)

    def whole(self, key: str) -> Condition:
        """Return the condition that keeps all rows that fit, however many."""
        union = " UNION ALL ".join(sql for sql, _ in self.ways)
        return f"{key} IN ({union})", tuple(value for _, values in self.ways for value in values)


def _are_many(connection: Connection, condition: Condition, count: int) -> bool:
    sql, values = condition
    limited = f"SELECT count(*) FROM (SELECT 1 FROM ({sql}) LIMIT {count})"
    return bool(connection.execute(limited, values).fetchone()[0] == count)


def _these(keys: Sequence[int]) -> Condition:
    return "SELECT value FROM json_each(?)", (json.dumps(keys),)


@dataclass(frozen=True, slots=True)
class Typed:
    """What somebody typed, as the index is asked for it."""

    part: str
    text: str
    initials: str

    @classmethod
    def of(cls, words: str) -> Typed | None:
        """Read what was typed; None when nothing is left to look for."""
        part = part_of(words)
        return cls(part, phrase(part), initials_phrase(part)) if part else None

    def keys(self, table: str) -> Condition:
        """Return the statement that gives the keys of a table's records that fit."""
        source = SOURCES[table]
        base = source.kind * KEYS
        asked = [("search_text", self.text)]
        if source.name >= 0 and self.initials:
            asked.append(("search_initials", self.initials))
        sql = " UNION ALL ".join(
            f"SELECT rowid - {base} FROM {index} WHERE {index} MATCH ? AND rowid BETWEEN {base} AND {base + KEYS - 1}"
            for index, _ in asked
        )
        return sql, tuple(expression for _, expression in asked)

    def held(self, table: str, most: int, connection: Connection, path: Path) -> tuple[list[int], bool]:
        """Return keys of a table's records that fit, and whether these are all; no more than `most` are read."""
        sql, values = self.keys(table)
        with told(path):
            rows = connection.execute(f"SELECT * FROM ({sql}) LIMIT {most + 1}", values).fetchall()
        return sorted({row[0] for row in rows[:most]}), len(rows) <= most

    def within(self, column: str, table: str) -> Condition:
        """Return the condition that a column names a record of a table that fits."""
        sql, values = self.keys(table)
        return f"{column} IN ({sql})", values

    def holds(self, column: str, table: str) -> Condition:
        """Return the same as a test of one row, which gathers nothing; by initials, names are gathered all the same."""
        source = SOURCES[table]
        base = source.kind * KEYS
        sql = f"EXISTS (SELECT 1 FROM search_entry WHERE id = {base} + {column} AND instr(text, ?))"
        values: tuple[object, ...] = (self.part,)
        if source.name >= 0 and self.initials:
            sql += f""" OR {column} IN (SELECT rowid - {base} FROM search_initials
                  WHERE search_initials MATCH ? AND rowid BETWEEN {base} AND {base + KEYS - 1})"""
            values += (self.initials,)
        return f"({sql})", values

    def any_of(self, *conditions: Condition) -> Condition:
        """Return the condition that one of several holds."""
        return f"({' OR '.join(sql for sql, _ in conditions)})", tuple(
            value for _, values in conditions for value in values
        )

    def narrowing(self, table: str, **columns: str) -> Narrowing:
        """Return how a table's rows are narrowed to those of which a column names a record that fits.

        Args:
            table: of the list; its key is `id`.
            columns: by column of the table, the table of the record that it names; `id` is the row's own entry.
        """
        ways = []
        for column, named in columns.items():
            sql, values = self.keys(named)
            ways.append((sql if named == table else f"SELECT id FROM {table} WHERE {column} IN ({sql})", values))
        tests = (self.holds(f"{table}.{column}", named) for column, named in columns.items())
        return Narrowing(tuple(ways), self.any_of(*tests), signs=self._signs(*sorted(set(columns.values()))))

    def _signs(self, *tables: str) -> tuple[tuple[Condition, int], ...]:
        return tuple((self.keys(table), UNITS_MOST if table == "organisation" else HELD_MOST) for table in tables)

    # ------------------------------------------------------------------------------------------ vouchers

    def numbered_vouchers(self, connection: Connection, path: Path) -> Condition | None:
        """Return the statement that gives the vouchers whose numbers hold the part; None for too many to gather."""
        if not may_be_a_number(self.part):
            return "SELECT 0 WHERE 0", ()
        ranges: list[tuple[int, int, int]] = []
        with told(path):
            years = connection.execute(
                """SELECT id, coalesce((SELECT max(sequence) FROM voucher WHERE year = budget_year.id), 0)
                   FROM budget_year"""
            ).fetchall()
        for year, last in years:
            found = sequence_ranges(self.part, year=year, last=last)
            if found is None or sum(high - low + 1 for low, high in found) > HELD_MOST:
                if sum(last for _, last in years) > HELD_MOST:
                    return None
                return "SELECT id FROM voucher WHERE instr(lower(number), ?)", (self.part,)
            ranges += [(year, low, high) for low, high in found]
        return (
            """SELECT voucher.id FROM json_each(?) AS part CROSS JOIN voucher
               WHERE voucher.year = part.value ->> 0 AND voucher.sequence BETWEEN part.value ->> 1 AND part.value ->> 2
               AND instr(lower(voucher.number), ?)""",
            (json.dumps(ranges), self.part),
        )

    def of_vouchers(self, connection: Connection, path: Path, *, year: int | None) -> Narrowing:
        """Return how vouchers are narrowed: by number, unit, provider and contract."""
        when = "" if year is None else f" AND year = {int(year)}"
        plain = when.replace("year", "+voucher.year")  # see OF_THE_YEAR; two indexes begin with a unit and its year
        held_units, are_all_units = self.held("organisation", UNITS_MOST, connection, path)
        held_contracts, are_all_contracts = self.held("application", CONTRACTS_MOST, connection, path)
        kept = held_units if are_all_units else None
        contracts = held_contracts if are_all_contracts else None

        def of(units: Condition, agreed: Condition) -> tuple[Condition, ...]:
            return (
                (f"SELECT id FROM voucher WHERE recipient_id IN ({units[0]}){when}", units[1]),
                (f"SELECT id FROM voucher WHERE provider_id IN ({units[0]}){when}", units[1]),
                (f"SELECT id FROM voucher WHERE application_id IN ({agreed[0]}){plain}", agreed[1]),
            )

        samples = of(_these(held_units), _these(held_contracts[:_SAMPLE]))
        ways = of(
            self.keys("organisation") if kept is None else _these(kept),
            self.keys("application") if contracts is None else _these(contracts),
        )
        with told(path):
            (last,) = connection.execute("SELECT coalesce(max(id), 0) FROM voucher").fetchone()
        signs = tuple((way, isqrt(WALKED_SQUARE * last)) for way in ways[:2])
        numbers = self.numbered_vouchers(connection, path)
        sql, values = numbers or ("SELECT id FROM voucher WHERE instr(lower(number), ?)", (self.part,))
        by_number = (f"{sql}{plain}", values)
        tests: list[Condition] = [("instr(lower(voucher.number), ?)", (self.part,))]
        if not may_be_a_number(self.part):
            tests.clear()
        tests += [self._test(f"voucher.{column}", "organisation", kept) for column in ("recipient_id", "provider_id")]
        tests.append(self._test("voucher.application_id", "application", contracts))
        return Narrowing(
            (*ways, by_number),
            self.any_of(*tests),
            is_common=numbers is None or kept is None or contracts is None,
            signs=signs,
            covers=(OF_THE_YEAR,),
            samples=(*samples, by_number),
        )

    def _test(self, column: str, table: str, held: list[int] | None) -> Condition:
        """Return the test of one row while a list is walked: by the keys that are held, or by its entry's text."""
        if held is None:
            return self.holds(column, table)
        sql, values = _these(held)
        # With the plus SQLite tests each row; it would gather by the indexes of the columns and sort otherwise.
        return (f"+{column} IN ({sql})", values) if held else ("0", ())

    def of_redemptions(self, connection: Connection, path: Path) -> Narrowing:
        """Return how redemptions are narrowed: by their invoices, and by number and unit of their voucher."""
        units, unit_values = self.keys("organisation")
        invoices, invoice_values = self.keys("redemption")
        further, further_values = self.keys("further_invoice")
        ways: list[Condition] = [
            (invoices, invoice_values),
            (f"SELECT redemption_id FROM further_invoice WHERE id IN ({further})", further_values),
            (
                f"""SELECT redemption.id FROM voucher JOIN redemption ON voucher_id = voucher.id
                    WHERE recipient_id IN ({units})""",
                unit_values,
            ),
        ]
        numbers = self.numbered_vouchers(connection, path)
        numbered, number_values = numbers or ("SELECT id FROM voucher WHERE instr(lower(number), ?)", (self.part,))
        ways.append((f"SELECT id FROM redemption WHERE voucher_id IN ({numbered})", number_values))
        of_voucher = "EXISTS (SELECT 1 FROM voucher WHERE voucher.id = redemption.voucher_id AND ({}))"
        unit_test, unit_test_values = self.holds("voucher.recipient_id", "organisation")
        test = self.any_of(
            self.holds("redemption.id", "redemption"),
            (f"redemption.id IN (SELECT redemption_id FROM further_invoice WHERE id IN ({further}))", further_values),
            (of_voucher.format("instr(lower(voucher.number), ?)"), (self.part,)),
            (of_voucher.format(unit_test), unit_test_values),
        )
        return Narrowing(tuple(ways), test, is_common=numbers is None, signs=self._signs("organisation", "redemption"))
