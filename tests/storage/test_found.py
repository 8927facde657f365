"""What lists find for what is typed, held against plain Python over the same texts."""

from __future__ import annotations

import itertools
from contextlib import closing
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pypinyin import Style, pinyin

from voucher_app.domain.numbering import VoucherNumber
from voucher_app.services.queries.lists import ListFilter, listed
from voucher_app.services.searching import FORM, fold, initials_of, part_of
from voucher_app.storage.sqlite import search_index
from voucher_app.storage.sqlite.connection import sqlite3
from voucher_app.storage.sqlite.migrations import migrate
from voucher_app.storage.sqlite.queries import found
from voucher_app.storage.sqlite.queries.found import Typed
from voucher_app.storage.sqlite.queries.number_parts import MOST_RANGES, may_be_a_number, sequence_ranges

CHARACTERS = "山西重庆科技长治行乐太原大数据公司（演示）ＡＢab12-_. *\"'^:(){}[]〔〕　𬭎𠀀㐀é"
NAMES = st.text(alphabet=CHARACTERS, min_size=1, max_size=14).filter(fold)
HOSTILE = ('"', "'", "*", "AND", "a OR b", "NEAR(a b)", "text:a", "-a", "^a", "(", 'a" OR "b', "\x00", "%", "_", "\\")


@cache
def letters(character):
    """Return the letters that a character may be typed by, asked of the library once more and in another way."""
    if character.isascii():
        return character if character.isalnum() else ""
    found_ = {one for many in pinyin(character, style=Style.NORMAL, heteronym=True) for one in many}
    return "".join({one[0] for one in found_ if one[0].isascii()})


def runs_of_letters(name):
    """Return the names' readings, cut where a character has none; signs are passed over."""
    runs = [[]]
    for character in fold(name):
        if letters(character):
            runs[-1].append(letters(character))
        elif character.isalpha():
            runs.append([])
    return runs


def typed_by_letters(name, part):
    """Return whether each four letters of a part stand in a row in a name, every reading allowed."""
    pieces = [part[place : place + 4] for place in range(max(1, len(part) - 3))]
    return all(
        any(
            len(run) - place >= len(piece) and all(one in run[place + at] for at, one in enumerate(piece))
            for run in runs_of_letters(name)
            for place in range(len(run))
        )
        for piece in pieces
    )


def fits(name, typed):
    part = part_of(typed)
    if part in fold(name):
        return True
    is_letters = part.isascii() and part.isalnum() and not part.isdigit()
    return is_letters and typed_by_letters(name, part)


@pytest.fixture(scope="module")
def office():
    """An empty office in memory."""
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as connection:
        connection.execute("BEGIN")
        migrate(connection)
        connection.execute("COMMIT")
        yield connection


def found_units(connection, typed):
    sql, values = Typed.of(typed).keys("organisation")
    gathered = {row[0] for row in connection.execute(sql, values)}
    test, values = Typed.of(typed).holds("organisation.id", "organisation")
    walked = {row[0] for row in connection.execute(f"SELECT id FROM organisation WHERE {test}", values)}  # noqa: S608
    assert gathered == walked, "both ways of narrowing say the same"
    return gathered


def filled(connection, names):
    connection.execute("BEGIN")
    for key, name in enumerate(names, start=1):
        connection.execute(
            "INSERT INTO organisation (id, name, uscc, region_code) VALUES (?, ?, ?, '140100')",
            (key, name, f"{key:018d}".translate(str.maketrans("0123456789", "QRSTUVWXYZ"))),
        )
    search_index.rebuild(connection)


@settings(max_examples=60, deadline=None)
@given(st.lists(NAMES, min_size=1, max_size=5), st.data())
def test_every_part_of_every_name_is_found_and_nothing_else(office, names, data):
    filled(office, names)
    try:
        parts = {name[first:last] for name in names for first, last in itertools.combinations(range(len(name) + 1), 2)}
        parts |= {data.draw(NAMES), data.draw(st.text(alphabet="abcdgkqxsztylj1", min_size=1, max_size=6)), *HOSTILE}
        for part in parts:
            if Typed.of(part) is None:
                continue
            expected = {key for key, name in enumerate(names, start=1) if fits(name, part)}
            codes = {
                key
                for key in range(1, len(names) + 1)
                if part_of(part) in f"{key:018d}".translate(str.maketrans("0123456789", "qrstuvwxyz"))
            }
            assert found_units(office, part) == expected | codes, part
    finally:
        office.execute("ROLLBACK")


def test_what_looks_like_a_query_is_only_text(office):
    filled(office, ["甲 AND 乙", "甲乙", 'x" OR "y', "NEAR(甲 乙)", "a*b"])
    try:
        assert found_units(office, "甲 AND 乙") == {1}
        assert found_units(office, 'x" OR "y') == {3}
        assert found_units(office, "NEAR(") == {4}
        assert found_units(office, "a*") == {5}
        assert found_units(office, "*") == {5}
    finally:
        office.execute("ROLLBACK")


def test_rare_ideographs_and_polyphones_are_found(office):
    filled(office, ["𬭎𠀀科技", "重庆科技", "㐀原", "长治市朝阳单氏"])
    try:
        assert found_units(office, "𬭎") == {1}
        assert found_units(office, "𠀀科") == {1}
        assert found_units(office, "𠀁") == set()
        assert found_units(office, "cqkj") == found_units(office, "zqk") == found_units(office, "CQ KJ") == {2}
        assert found_units(office, "zzscys") == found_units(office, "czszyd") == {4}
        assert found_units(office, "㐀") == {3}
    finally:
        office.execute("ROLLBACK")


def test_the_readings_are_those_of_the_library_that_the_index_was_made_by():
    """Another version may read characters differently: then `FORM` has to change, so that old indexes are stale."""
    import pypinyin

    assert FORM.endswith(pypinyin.__version__)
    assert initials_of("山西（A1）重庆") == "s x a 1 " + initials_of("重庆")
    assert set(initials_of("重").split()[0]) >= {"c", "z"}


# ------------------------------------------------------------------------------------------ numbers


@settings(max_examples=150, deadline=None)
@given(st.integers(1, 2_000), st.sampled_from([1, 7, 345, 2_000]), st.integers(0, 15), st.integers(1, 16))
def test_a_part_of_a_number_names_every_voucher_that_has_it(sequence, last, first, length):
    part = str(VoucherNumber(2026, sequence)).lower()[first : first + length]
    if not part:
        return
    assert may_be_a_number(part)
    ranges = sequence_ranges(part, year=2026, last=last)
    numbered = {one for one in range(1, last + 1) if part in str(VoucherNumber(2026, one)).lower()}
    if ranges is None:
        assert len(numbered) > MOST_RANGES // 10
        return
    named = {one for low, high in ranges for one in range(low, high + 1)}
    assert numbered <= named <= set(range(1, last + 1))
    if "-" not in part and len(part) > 1:  # without a check character nothing is left to be looked at
        assert named == numbered


def test_numbers_of_seven_digits_are_named_too():
    ranges = sequence_ranges("9999", year=2026, last=1_200_000)
    named = {one for low, high in ranges for one in range(low, high + 1)}
    assert named == {one for one in range(1, 1_200_001) if "9999" in f"{one:06d}"}
    assert sequence_ranges("77", year=2026, last=1_200_000) is None
    assert not may_be_a_number("券1")


# ------------------------------------------------------------------------------------------ lists


LIMITS = {
    "gathered": {},
    "walked by the entries' texts": {"HELD_MOST": 0, "UNITS_MOST": 1},
    "walked by the keys of units": {"HELD_MOST": 99, "WALKED_SQUARE": 0},
    "walked by the texts of contracts": {"HELD_MOST": 0, "CONTRACTS_MOST": 1},
}


@pytest.mark.parametrize("limits", LIMITS.values(), ids=LIMITS)
def test_lists_find_the_same_whether_they_gather_or_walk(busy, monkeypatch, limits):
    is_walked = bool(limits)
    for name, value in limits.items():
        monkeypatch.setattr(found, name, value)
    queries = busy.queries
    for kind, texts in (
        ("vouchers", lambda row: (row.number, row.recipient_name, row.provider_name)),
        ("applications", lambda row: (row.recipient_name, row.provider_name, row.contract_number, row.batch_name)),
        ("redemptions", lambda row: (row.voucher_number, row.recipient_name)),
        ("recipients", lambda row: (row.name, row.uscc)),
    ):
        whole = getattr(queries, kind)(ListFilter(descending=False))
        rows = whole.rows(0, 99)
        for text in ("SX-2026", "000002", "公司", "7", "HT-00000", "ht", "单位", "00-", "dw"):
            listed_ = getattr(queries, kind)(ListFilter(text=text, descending=False, most=3))
            listed_.count()  # whether there are more is told by it
            first = listed_.rows(0, 99)
            expected = [row for row in rows if any(fits(one, text) for one in texts(row))]
            if listed_.has_more:
                assert (len(first), listed_.count()) == (3, 3)
            else:
                assert {row.id for row in expected} <= {row.id for row in first}
                assert listed_.count() == len(first)
            assert not listed_.has_more or is_walked


def test_a_list_that_is_held_whole_finds_by_the_same_rules():
    rows = ["重庆科技", "Ａ１ 办法〔2026〕3号"]

    def seen(text):
        return listed(rows, ListFilter(text=text), texts=lambda row: (row,), status=lambda _row: "", sorts={}).held

    assert seen("cqkj") == seen("庆科") == rows[:1]
    assert seen("a1办法[2026]") == seen("ＢＦ") == rows[1:]
    assert seen("  ") == rows
