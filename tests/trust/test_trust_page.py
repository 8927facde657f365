"""One entry point: it goes on at a failure, keeps what was seen before, and says honestly what was run."""

from __future__ import annotations

import json

import pytest
import trust

GOOD = 'import json; print(json.dumps({"kills": 7, "lost": [], "failed": [], "seconds": 1.2}))'
BAD = 'import json; print(json.dumps({"lost": ["x"], "failed": ["lost: x"], "seconds": 2.0})); raise SystemExit(1)'
DEAD = "raise SystemExit('no disk')"


@pytest.fixture
def harnesses(tmp_path):
    made = []
    for place, source in enumerate((BAD, DEAD, GOOD), start=1):
        script = tmp_path / f"h{place}.py"
        script.write_text(source, encoding="utf-8")
        made.append(trust.Harness(f"T{place}", "a promise", str(script), "--size", 1, 9))
    return made


def test_a_failure_stops_no_other_harness_and_is_told(harnesses, tmp_path, capsys):
    assert trust.main([], harnesses=harnesses, docs=tmp_path) == 1
    kept = json.loads((tmp_path / "trust.json").read_text(encoding="utf-8"))
    assert [kept[name]["failed"] for name in ("T1", "T3")] == [["lost: x"], []]
    assert "no disk" in kept["T2"]["failed"][0]
    assert "kills 7; lost 0" in capsys.readouterr().out
    assert (tmp_path / "trust.md").read_text(encoding="utf-8").count("| yes |") == 1


def test_two_at_a_time_are_both_written_down(harnesses, tmp_path):
    assert trust.main(["--at-once", "3"], harnesses=harnesses, docs=tmp_path) == 1
    assert sorted(trust.read(tmp_path)) == ["T1", "T2", "T3"]


def test_what_was_not_run_now_stays_as_it_was(harnesses, tmp_path):
    trust.main([], harnesses=harnesses, docs=tmp_path)
    before = trust.read(tmp_path)
    assert trust.main(["T3", "--seed", "5"], harnesses=harnesses, docs=tmp_path) == 0
    after = trust.read(tmp_path)
    assert (after["T1"], after["T3"]["seed"]) == (before["T1"], 5)


def test_a_small_run_is_written_nowhere_and_a_test_that_is_not_there_is_refused(harnesses, tmp_path):
    assert trust.main(["T3", "--small"], harnesses=harnesses, docs=tmp_path) == 0
    assert not (tmp_path / "trust.md").exists()
    with pytest.raises(SystemExit):
        trust.main(["T99"], harnesses=harnesses, docs=tmp_path)


def test_the_page_is_what_the_figures_say():
    assert trust.page(trust.read(trust.DOCS), trust.HARNESSES) == (trust.DOCS / "trust.md").read_text(encoding="utf-8")


def test_every_harness_is_there_and_runs_alone():
    for harness in trust.HARNESSES:
        assert (trust.HERE / harness.script).is_file()
        assert harness.small <= harness.full or harness.full == 0
