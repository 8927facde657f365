"""T16: a weakened rule is noticed by a test that bites; one that does not bite is told by the fault it lets pass."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import mutants
import mutate
import mutation_page
import mutation_trial
import pytest

RULE = '''
"""A rule with a cap."""

from threading import Lock

CAP = 100
TURN = Lock()
WORDS = {"over": "too much"}


def fits(total, *, cap=CAP):
    """Return nothing, or what is said."""
    assert total >= 0, "nobody asks for less than nothing"
    if total <= cap:
        return None
    return WORDS["over"]


def tries(limit):
    """Count to a limit."""
    count = 0
    while count < limit:
        count += 1
    return count


def takes_turns(count):
    """Take the turn and give it back, so often."""
    for _ in range(count):
        TURN.acquire()
        TURN.release()
'''
TABLES = '''
def largest(*few, least):
    """Return the largest of a few that are large enough."""
    enough = [one for one in few if one >= least]
    return max(enough, {"none": -1, "any": 0}[WORDS.get("none", "any")], key=int), {1, 2}, [few, least]
'''
"""What the second family of faults looks for."""
BITES = """
import rule

def test_the_edge():
    assert (rule.fits(100), rule.fits(101), rule.CAP) == (None, "too much", 100)
    assert rule.fits(7, cap=6) == "too much"

def test_counting():
    assert (rule.tries(0), rule.tries(3)) == (0, 3)

def test_turns():
    assert rule.takes_turns(2) is None
    assert not rule.TURN.locked()
    rule.TURN.acquire()
    rule.TURN.release()
"""
WEAK = """
import rule

def test_far_from_the_edge():
    assert (rule.fits(1), rule.fits(1000)) == (None, "too much")
"""


@pytest.fixture(scope="module")
def seen(tmp_path_factory):
    """Return what a run sees of the same rule under a test that bites, and under a weakened one."""

    def trial(name, test):
        folder = tmp_path_factory.mktemp(name)
        (folder / "conftest.py").write_text(
            f"import sys\nsys.path.insert(0, {str(folder)!r})\nsys.dont_write_bytecode = True\n", encoding="utf-8"
        )
        (folder / "rule.py").write_text(RULE, encoding="utf-8")
        (folder / "test_rule.py").write_text(test, encoding="utf-8")
        command = [sys.executable, str(Path(mutate.__file__)), "--root", str(folder), "--module", "rule",
                   "--test", "test_rule.py"]  # fmt: skip
        environment = {**os.environ, mutation_trial.PROCESSOR_SECONDS: "1", mutation_trial.IDLE_SECONDS: "2"}
        return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment)

    def told(process):
        output, error = process.communicate(timeout=120)
        assert process.returncode == 0, error
        return json.loads(output)["modules"]["rule"]

    running = [trial("bites", BITES), trial("weak", WEAK)]
    return [told(process) for process in running]


def test_under_a_test_that_bites_no_fault_survives(seen):
    bites, _ = seen
    assert bites["survivors"] == []
    assert bites["killed"] == bites["planted"] == bites["of"] > 15


def test_an_endless_loop_and_a_wait_without_end_are_faults_that_are_noticed(seen):
    """Of the loop four: turned round twice, the count not raised, or lowered; of the wait one: no turn given back."""
    bites, _ = seen
    assert bites["by_timeout"] == 4 + 1


def test_a_weakened_test_is_told_by_the_faults_that_it_lets_pass(seen):
    _, weak = seen
    survived = {one["name"]: one["became"] for one in weak["survivors"]}
    assert survived["rule fits: total <= cap → total < cap"] == "survived"
    assert survived["rule <module>: 100 → 101"] == "survived"
    assert survived["rule tries: count < limit → count <= limit"] == "uncovered"
    assert "rule fits: total <= cap → total > cap" not in survived


def test_a_test_that_fails_without_any_fault_is_no_measurement(tmp_path):
    (tmp_path / "rule.py").write_text(RULE, encoding="utf-8")
    (tmp_path / "test_rule.py").write_text("def test_wrong():\n    assert False\n", encoding="utf-8")
    command = [sys.executable, str(Path(mutate.__file__)), "--root", str(tmp_path), "--module", "rule"]
    done = subprocess.run([*command, "--test", "test_rule.py"], capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert json.loads(done.stdout)["failed"]


@pytest.mark.parametrize("second", [False, True])
def test_every_fault_compiles_and_is_another_program(second):
    names = mutate.keys("rule", mutants.mutants(RULE + TABLES, second=second))
    codes = {number: mutants.planted(RULE + TABLES, number, "rule.py") for number in names}
    assert len(set(names.values())) == len(names) == len(codes) > 10
    before = compile(RULE + TABLES, "rule.py", "exec")
    assert all(code != before for code in codes.values())
    assert not any("nobody asks" in name for name in names.values())


def test_a_low_score_and_a_cap_that_may_move_are_no_success():
    left = {"name": "m f: a <= b → a < b", "line": 1, "cap": True, "became": "survived"}
    module = {"killed": 95, "planted": 100, "survivors": [left]}
    assert "cap" in mutate.faults({"g": {"m": module}}, [], {})[0]
    assert mutate.faults({"g": {"m": module}}, [], {left["name"]: "the same"}) == []
    assert "89 of 100" in mutate.faults({"g": {"m": {**module, "killed": 89, "survivors": []}}}, [], {})[0]
    assert mutate.faults({"g": {}}, ["broken"], {}) == ["broken"]


def test_survivors_tried_again_count_as_they_end_and_those_whose_line_is_gone_count_no_more():
    names = ("m f: a < b → a <= b", "m f: 1 → 2", "m f: 'x' → 'x~'")
    left = [{"name": name, "line": 1, "cap": name == names[0], "became": "survived"} for name in names]
    before = {
        "of": 50, "planted": 10, "killed": 7, "by_timeout": 1, "caps": 4, "caps_killed": 3, "survivors": left,
    }  # fmt: skip
    again = {
        "of": 48, "planted": 2, "killed": 1, "by_timeout": 0, "caps": 0, "caps_killed": 0, "survivors": left[1:2],
    }  # fmt: skip
    assert mutate.merged(before, again) == {
        "of": 48, "planted": 9, "killed": 8, "by_timeout": 1, "caps": 3, "caps_killed": 3, "survivors": left[1:2],
    }  # fmt: skip
    few = mutate.merged(before, again | {"of": 7})
    assert (few["of"], few["planted"], few["killed"]) == (7, 7, 6), "those noticed whose line is gone count no more"


def test_a_sample_is_the_same_for_a_seed_and_has_every_cap():
    module = "domain/budget"
    found = mutants.mutants((mutate.ROOT / "voucher_app" / f"{module}.py").read_text(encoding="utf-8"))
    picked = mutate.chosen(module, found, size=30, seed=1, whole_caps=False)
    assert picked == mutate.chosen(module, found, size=30, seed=1, whole_caps=False) != found
    assert {one for one in found if mutate.is_of_a_cap(module, one)} <= set(picked)
    whole = mutate.chosen(module, found, size=30, seed=1, whole_caps=True)
    assert {one for one in found if one.place != mutants.MODULE} < set(whole) < set(found)
    assert mutate.chosen(module, found, size=0, seed=1, whole_caps=False) == found


def test_every_function_with_a_cap_is_there_and_compares():
    """A function that was renamed would lose its promise in silence."""
    for module, places in mutate.CAPS.items():
        found = mutants.mutants((mutate.ROOT / "voucher_app" / f"{module}.py").read_text(encoding="utf-8"))
        for place in places:
            assert any(one.place == place for one in found), (module, place)
    for group in mutate.GROUPS:
        assert all((mutate.ROOT / "voucher_app" / f"{one}.py").is_file() for one in group.modules)
        assert all((mutate.ROOT / "tests" / one.partition("::")[0]).exists() for one in group.tests)


def test_of_the_second_family_the_page_tells_numbers_only():
    counts = {"of": 9, "planted": 4, "killed": 3, "by_timeout": 0, "caps": 0, "caps_killed": 0}
    left = {"name": "m f: 1 → 2", "line": 1, "cap": False, "became": "survived"}
    about = {"date": "2026-11-22", "size": 4, "seed": 7, "machine": "x"}
    seen = {
        "g": about | {"modules": {"m": counts | {"survivors": [left]}}},
        f"g{mutation_page.SECOND_FAMILY}": about | {"modules": {"m": counts | {"survivors": []}}},
    }
    first, unseen = mutation_page.page(seen, {}).split("## Where nobody looked")
    assert first.count("| `m` | 4 of 9 | 3 | 75.0 % | – |") == unseen.count("| `m` | 4 of 9 | 3 | 75.0 % | – |") == 1
    assert unseen.index("| **g** |") < unseen.index("## Survivors") < unseen.index("f: 1 → 2")


def test_the_page_and_its_reasons_are_of_what_was_seen():
    docs = mutate.ROOT / "docs"
    seen = json.loads((docs / "mutation.json").read_text(encoding="utf-8"))
    assert mutation_page.page(seen, mutate.reasons()) == (docs / "mutation.md").read_text(encoding="utf-8")
    known = {
        name
        for group in mutate.GROUPS
        for module in group.modules
        for name in mutate.keys(
            module, mutants.mutants((mutate.ROOT / "voucher_app" / f"{module}.py").read_text(encoding="utf-8"))
        ).values()
    }
    assert set(mutate.reasons()) <= known, "a reason of a fault that is no more"
