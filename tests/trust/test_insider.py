"""T5: every column of every table, and the insider's ways; a check that leaves something out is seen."""

from __future__ import annotations

import insider
import pytest

from voucher_app.storage.sqlite import verification

pytestmark = pytest.mark.trust


@pytest.fixture(scope="module")
def script():
    return insider.load_script()


@pytest.fixture(scope="module")
def full(tmp_path_factory):
    return insider.full_office(tmp_path_factory.mktemp("full"))


def missed(full, tmp_path, check, one):
    return insider.change_column(full.read_bytes(), tmp_path / "changed.db", one, {"check": check})


def test_columns_and_ways_are_found_by_both_checks(tmp_path):
    seen = insider.run(tmp_path, 10, 3)
    assert (seen["failed"], seen["changed"]) == ([], 10)
    assert seen["columns_and_rows"] > 800


COLUMN = ("organisation", "address", "TEXT", 3)


def test_a_check_that_is_skipped_is_seen(full, tmp_path, monkeypatch):
    assert missed(full, tmp_path, insider.program_names, COLUMN) == []
    monkeypatch.setattr(verification, "_check_images", lambda _connection, _findings: 0)
    assert missed(full, tmp_path, insider.program_names, COLUMN)


def test_a_column_that_is_not_hashed_is_seen(full, tmp_path, script, monkeypatch):
    record = ("journal", "reason", "TEXT", 9)
    names = lambda path: insider.script_names(script, path)  # noqa: E731
    assert missed(full, tmp_path, names, record) == []
    hashed = script._hash_of
    before = {}

    def without_reasons(encoded):
        """Hash as if every reason were what it was, as a hash does that leaves the column out."""
        known = before.setdefault(encoded[0], encoded)
        return hashed([*encoded[:9], known[9], *encoded[10:]])

    monkeypatch.setattr(script, "_hash_of", without_reasons)
    insider.report_of(script, full)
    assert missed(full, tmp_path, names, record)


def test_a_table_without_rows_makes_the_run_void():
    assert "void" in insider.judged({"missed": [], "empty_tables": ["ban"]})[0]
    assert "missed" in insider.judged({"missed": ["x"], "empty_tables": []})[0]
