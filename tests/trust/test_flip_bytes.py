"""T4: no flipped byte changes what the file says unnoticed, and the harness would see one."""

from __future__ import annotations

import flip_bytes
import pytest

pytestmark = pytest.mark.trust


@pytest.fixture(scope="module")
def database(tmp_path_factory):
    return flip_bytes.make_file(tmp_path_factory.mktemp("flips"))


def row_of(database):
    """Return where in the file the name of an operator stands."""
    return database.read_bytes().rindex("张经办".encode())


def test_flips_all_over_the_file_are_refused_found_or_without_effect(database, chance):
    places = flip_bytes.places_of(database.stat().st_size, 100, chance)
    seen = flip_bytes.flip(database, [*places, row_of(database)], chance, flip_bytes.has_findings)
    assert flip_bytes.judged(seen) == []
    assert sum(seen["became"].values()) == 101


def test_a_verification_that_skips_its_checks_is_seen(database, chance):
    place = row_of(database)
    seen = flip_bytes.flip(database, range(place, place + 9), chance, lambda _database: False)
    assert seen["unnoticed"]
    assert "unnoticed" in flip_bytes.judged(seen)[0]


def test_what_an_index_says_is_looked_at_too(database):
    statements = flip_bytes.statements_of(database)
    indexed = [one for one in statements if "INDEXED BY" in one]
    assert len(indexed) > 20
    assert any("WHERE" in one for one in indexed)


def test_every_byte_is_one_of_the_places(chance):
    assert flip_bytes.places_of(10, 0, chance) == list(range(10))
    some = flip_bytes.places_of(1000, 10, chance)
    assert [place // 100 for place in some] == list(range(10))


def test_flips_that_reach_nothing_prove_nothing():
    assert "void" in flip_bytes.judged({"unnoticed": [], "became": {"says the same": 5}})[0]
