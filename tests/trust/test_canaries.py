"""T13: secrets and personal data where they are meant to be, and nowhere else; a place that keeps one is seen."""

from __future__ import annotations

import random
from types import SimpleNamespace

import canaries
import pytest

pytestmark = pytest.mark.trust


@pytest.mark.long
def test_nothing_is_found_where_it_is_not_meant(tmp_path):
    seen = canaries.run(tmp_path, 1, 3)
    assert seen["failed"] == []


@pytest.fixture
def shell(tmp_path):
    made = SimpleNamespace(folder=tmp_path, said="", database=tmp_path / "data" / "office.db")
    for name in ("home", "temporary", "state"):
        setattr(made, name, tmp_path / name)
    for folder in ("home", "temporary", "state/drafts", "data"):
        (tmp_path / folder).mkdir(parents=True)
    return made


@pytest.fixture
def told():
    return {**canaries.canaries(random.Random(5)), "key": "MC4CAQAwBQYDK2VwBCIEIcanarykey"}


def test_a_canary_is_seen_wherever_it_must_not_be(shell, told):
    for place in ("home/x.log", "temporary/y", "state/log.txt"):
        file = shell.folder / place
        for name, text in told.items():
            file.write_bytes(f"before {text} after".encode("utf-16-le" if place == "temporary/y" else "utf-8"))
            assert canaries.found_in(shell, told) == [f"{name} in {place}"]
        file.unlink()
    assert canaries.found_in(shell, told, processes=told["password"]) == ["password in the processes"]
    shell.said = told["passphrase"]
    assert canaries.found_in(shell, told) == ["passphrase in what was said"]


def test_a_draft_and_the_data_file_hold_what_was_typed_but_no_secret(shell, told):
    for file in (shell.state / "drafts" / "a.json", shell.database):
        file.write_text(told["phone"], encoding="utf-8")
        assert canaries.found_in(shell, told) == []
        file.write_text(told["password"], encoding="utf-8")
        assert len(canaries.found_in(shell, told)) == 1
        file.unlink()
    shell.database.with_name("office.db.signing-key.pem").write_text(told["key"], encoding="utf-8")
    assert canaries.found_in(shell, told) == []


def test_a_run_in_which_nothing_was_typed_is_void():
    (reason,) = canaries.judged({"found": [], "drafts_that_hold_what_was_typed": 0})
    assert "void" in reason
