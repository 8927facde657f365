"""T18: rare names there and back; a name that is lost on the way is seen, wherever it is lost."""

from __future__ import annotations

import names
import pytest

pytestmark = pytest.mark.trust


def test_every_name_is_refused_at_once_or_comes_back_from_everywhere(tmp_path):
    seen = names.run(tmp_path, 60, 3)
    assert seen["failed"] == []
    assert seen["let_in"] + seen["refused_at_entry"] == 60


def other(texts):
    return [text.replace("鑫", "金") for text in texts]


def test_a_name_that_is_lost_on_the_way_is_seen(tmp_path, monkeypatch):
    tabled, printed = names.tabled, names.printed
    monkeypatch.setattr(names.search, "search", lambda *_about, **_how: [])
    monkeypatch.setattr(names, "recorded", lambda _database: set())
    monkeypatch.setattr(names, "tabled", lambda file: [set(other(texts)) for texts in tabled(file)])
    monkeypatch.setattr(names, "printed", lambda file: other(printed(file)))
    wrong = "\n".join(names.run(tmp_path, 6, 3)["wrong"])
    for said in ("not found by", "not in the data file", "table (ours)", "table (openpyxl)", "not on its certificate"):
        assert said in wrong


def test_a_refusal_without_words_is_seen(tmp_path, monkeypatch):
    monkeypatch.setattr(names, "is_chinese_advice", lambda _error: False)
    assert any("without Chinese" in one for one in names.run(tmp_path, 6, 3)["wrong"])


def test_a_run_that_lets_nobody_in_is_void():
    (reason,) = names.judged({"wrong": [], "let_in": 1, "names": 60})
    assert "void" in reason
