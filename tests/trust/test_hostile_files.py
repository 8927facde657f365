"""T11: spoilt files are read or refused; a reader that breaks, hangs on a word or says nothing in Chinese is seen."""

from __future__ import annotations

import hostile_files
import pytest

from voucher_app.domain.errors import InvalidInput
from voucher_app.services.ports.errors import StorageError

pytestmark = pytest.mark.trust


def test_spoilt_files_are_read_or_refused_in_chinese(tmp_path, monkeypatch):
    monkeypatch.setattr(hostile_files.hostile_tables, "HOSTILE", {})  # the corpus has tests of its own
    monkeypatch.setattr(hostile_files, "HOSTILE_INVOICES", {})
    seen = hostile_files.run(tmp_path, 25, 7)
    assert seen["failed"] == []
    assert sum(seen["became"].values()) == 25


def raising(error):
    def read(_file):
        raise error

    return read


@pytest.mark.parametrize(
    ("read", "said"),
    [
        (raising(ValueError("of another library")), "ValueError"),
        (raising(InvalidInput("no_such_code", found="x")), "not told in Chinese"),
        (raising(StorageError("missing_file", "x")), "does not say"),
        (lambda _file: None, "it was read"),
    ],
)
def test_a_reader_that_breaks_or_says_something_else_is_seen(tmp_path, read, said):
    (wrong,) = hostile_files.look(tmp_path / "x", read, word="这个词")[1]
    assert said in wrong


def test_a_reader_that_takes_too_long_is_seen(tmp_path, monkeypatch):
    monkeypatch.setattr(hostile_files, "LONGEST_SECONDS", -1.0)
    assert "it took" in hostile_files.look(tmp_path / "x", lambda _file: None)[1][0]


def test_files_that_were_hardly_spoilt_prove_nothing():
    seen = {"wrong": [], "spoilt": 5, "became": {"read": 5}}
    assert "void" in hostile_files.judged(seen)[0]


def test_what_is_spoilt_is_spoilt_in_every_way(chance):
    sound = hostile_files.sound_files()
    for content in sound.values():
        made = [hostile_files.spoilt(content, chance) for _time in range(40)]
        assert all(one != content for one in made[:1] + made[-1:]) or len(set(made)) > 30
        assert len({len(one) for one in made}) > 5
