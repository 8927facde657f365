"""Small runs of the harnesses that try the data file by force; each harness also has to see a planted fault."""

from __future__ import annotations

import importlib.util
import json
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from voucher_app.domain.money import Money
from voucher_app.storage.sqlite.header import SCHEMA_VERSION

SCRIPTS = Path(__file__).resolve().parent.parent / "scripts" / "trust"
SCRIPT = SCRIPTS / "kill_nine.py"
pytestmark = pytest.mark.trust


def run_all(*arguments, script=SCRIPT):
    """Run a harness in a process of its own, because it forks; return what each of its trials saw."""
    done = subprocess.run([sys.executable, script, *arguments], capture_output=True, text=True, check=False)
    assert done.stderr == ""
    trials = [json.loads(line) for line in done.stdout.splitlines()]
    assert (done.returncode, [seen["failed"] for seen in trials]) == (0, [[]] * len(trials))
    return trials


def run(*arguments, script=SCRIPT):
    """Run a harness of one trial."""
    (seen,) = run_all(*arguments, script=script)
    return seen


def loaded(script):
    spec = importlib.util.spec_from_file_location(script.stem, script)
    module = importlib.util.module_from_spec(spec)
    sys.modules[script.stem] = module
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def harness():
    yield loaded(SCRIPT)
    del sys.modules["kill_nine"]


@pytest.fixture(scope="module")
def upgrades():
    yield loaded(SCRIPTS / "kill_upgrade.py")
    del sys.modules["kill_upgrade"]


@pytest.fixture(scope="module")
def prints(harness):
    """The harness of prints, which forks its children as the first one does."""
    yield loaded(SCRIPTS / "kill_print.py")
    del sys.modules["kill_print"]


@pytest.fixture
def office(harness, tmp_path):
    database = tmp_path / "office.db"
    harness.make_office(database)
    return database


def test_nothing_acknowledged_is_lost_by_kill_nine():
    seen = run("--kills", "25")
    assert seen["kills"] == 25
    assert seen["acknowledged"] > 0
    assert (seen["lost"], seen["faults"]) == ([], [])


def test_eight_processes_issue_exactly_the_cap_and_each_wins():
    seen = run("--contend", "8")
    assert seen["issued_fen"] == seen["allowed_fen"] == Money.yuan(300_000).fen
    assert len(seen["times"]) == 8
    assert min(seen["times"]) >= 1


def test_the_harness_sees_a_voucher_that_is_not_there(harness, office):
    with harness.opened(office) as workspace:
        number = harness.issue_one(workspace, Money(500))
        key = harness.redeem_one(workspace, number, Money(7))
    said = [f"issued {number} 500", f"redeemed {key} 7"]
    assert harness.lost(office, said) == []
    planted = ["issued SX-2026-000002-2 1", f"issued {number} 501", "redeemed 9 7", f"redeemed {key} 8"]
    assert harness.lost(office, said + planted) == planted


def test_the_harness_sees_money_that_went_astray(harness, office):
    assert harness.faults(office) == []
    from voucher_app.storage.sqlite.connection import sqlite3

    connection = sqlite3.connect(str(office), isolation_level=None)
    connection.execute("DROP TRIGGER account_changes_by_transfers")
    connection.execute("UPDATE account SET balance_fen = balance_fen - 1 WHERE id = 16209")
    connection.close()
    found = harness.faults(office)
    assert any("balance_wrong" in one for one in found)
    assert any("does not add up" in one for one in found)


SOUND = {"lost": [], "faults": []}


@pytest.mark.parametrize(
    ("seen", "says"),
    [
        ({**SOUND, "kills": 1, "acknowledged": 0}, "void"),
        ({**SOUND, "kills": 1, "acknowledged": 1, "lost": ["x"]}, "lost"),
        ({**SOUND, "kills": 1, "acknowledged": 1, "faults": ["x"]}, "faults"),
        ({**SOUND, "processes": 2, "issued_fen": 3, "allowed_fen": 2, "unissued_fen": 0, "times": [1, 1]}, "cap"),
        ({**SOUND, "processes": 2, "issued_fen": 1, "allowed_fen": 2, "unissued_fen": 1, "times": [1, 1]}, "cap"),
        ({**SOUND, "processes": 2, "issued_fen": 2, "allowed_fen": 2, "unissued_fen": 0, "times": [2, 0]}, "void"),
    ],
)
def test_a_run_that_failed_or_proves_nothing_is_no_success(harness, seen, says):
    (reason,) = harness.judged(seen)
    assert says in reason


def test_a_sound_run_is_a_success(harness):
    assert harness.judged({**SOUND, "kills": 3, "acknowledged": 5}) == []


def test_a_child_that_dies_in_the_middle_of_a_line_said_nothing(harness):
    child = harness.forked(lambda say: (say("whole"), say("cut short")))
    assert child.heard() == ["whole", "cut short"]


@pytest.mark.long
def test_an_upgrade_that_is_killed_leaves_the_old_file_or_the_new_one():
    trials = run_all("--kills", "16", script=SCRIPTS / "kill_upgrade.py")
    assert [seen["version"] for seen in trials] == list(range(1, SCHEMA_VERSION))
    for seen in trials:
        assert seen["statements"] > 500, "the proofs and the migration itself were watched"
        assert seen["faults"] == []
        assert seen["killed"] >= 8


def test_the_harness_sees_an_upgrade_that_was_cut_in_two(upgrades, tmp_path):
    """A migration committed halfway: the version is told already, some tables are still the old ones."""
    database = tmp_path / "office.db"
    database.write_bytes(upgrades.kept_file(1))
    columns = upgrades.columns_of(database)
    facts = upgrades.facts_of(database, columns, 1)
    assert upgrades.faults(database, columns, facts, 1) == []
    database.write_bytes(upgrades.kept_file(1))
    with closing(upgrades.sqlite3.connect(str(database), isolation_level=None)) as connection:
        connection.execute("PRAGMA user_version=2")
        connection.execute("UPDATE organisation SET phone = 'x' WHERE id = 3")
    found = "\n".join(upgrades.faults(database, columns, facts, 1))
    assert "schema_changed" in found
    assert "organisation changed" in found


@pytest.mark.parametrize(
    ("seen", "says"),
    [
        ({"kills": 4, "killed": 4, "as it was": 4, "faults": ["x"]}, "faults"),
        ({"kills": 4, "killed": 1, "as it was": 4, "faults": []}, "void"),
        ({"kills": 4, "killed": 4, "upgraded": 4, "faults": []}, "void"),
    ],
)
def test_killed_upgrades_that_prove_nothing_are_no_success(upgrades, seen, says):
    (reason,) = upgrades.judged(seen)
    assert says in reason


def test_register_and_paper_agree_after_every_killed_print():
    seen = run("--kills", "16", script=SCRIPTS / "kill_print.py")
    assert seen["kills"] == 16
    assert seen["killed"] >= 8
    assert seen["faults"] == []


def test_the_harness_sees_a_sheet_that_bears_another_number(prints, harness, office, tmp_path, in_english):
    folder = tmp_path / "papers"
    with harness.opened(office) as workspace:
        number = harness.issue_one(workspace, Money(500))
        sheets = [f"redemption:{harness.redeem_one(workspace, number, Money(1))}" for _ in range(2)]
        prints.print_batch(workspace, sheets, folder, together=False)
        assert prints.faults(workspace, folder) == []
        first, second = (folder / f"redemption-sheet-redemption-{key}.pdf" for key in (1, 2))
        swapped = first.read_bytes()
        first.write_bytes(second.read_bytes())
        second.write_bytes(swapped)
        found = prints.faults(workspace, folder)
    assert f"{first.name}: does not bear 晋算券核〔2026〕1号" in found
    assert f"{second.name}: does not bear 晋算券核〔2026〕2号" in found


def test_the_harness_sees_a_print_that_register_and_paper_tell_differently(
    prints, harness, office, tmp_path, in_english
):
    folder = tmp_path / "papers"
    with harness.opened(office) as workspace:
        numbers = [harness.issue_one(workspace, Money(500)) for _ in range(4)]
        prints.print_batch(workspace, numbers, folder, together=False)
        assert prints.faults(workspace, folder) == []
        lost, changed, invented = (folder / f"{number}.pdf" for number in numbers[:3])
        lost.unlink()
        changed.write_bytes(b"%PDF")
        invented.rename(folder / "invented.pdf")
        job = workspace.records().prints.get(1)
        (folder / f".{job.staging}-1.part").write_bytes(b"")
        found = prints.faults(workspace, folder)
    assert found == [
        "invented.pdf: on paper, not in the register",
        *sorted(f"{file.name}: in the register, not on paper" for file in (lost, invented)),
        f"{changed.name}: another digest",
        f"{job.staging}: files wait for a job that has ended",
    ]


@pytest.mark.parametrize(
    ("seen", "says"),
    [
        ({"kills": 4, "killed": 4, "resumed": 1, "faults": ["x"]}, "faults"),
        ({"kills": 4, "killed": 1, "resumed": 1, "faults": []}, "void"),
        ({"kills": 4, "killed": 4, "faults": []}, "void"),
    ],
)
def test_killed_prints_that_prove_nothing_are_no_success(prints, seen, says):
    (reason,) = prints.judged(seen)
    assert says in reason
