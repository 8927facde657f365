"""T2: nothing acknowledged is lost by a power cut, and the harness would see it."""

from __future__ import annotations

import power_cuts
import pytest

pytestmark = pytest.mark.trust


def cut(small_office, tmp_path, chance, images, **how):
    steps = power_cuts.record_session(small_office, tmp_path / "session", **how)
    assert any(step.kind == "ack" for step in steps)
    return power_cuts.cut(small_office, tmp_path / "image", steps, images, chance)


@pytest.mark.parametrize("wal", [True, False])
def test_with_the_settings_of_the_program_nothing_is_lost_and_nothing_is_corrupt(small_office, tmp_path, chance, wal):
    assert cut(small_office, tmp_path, chance, 40, wal=wal) == {"lost": [], "corrupt": []}


def lowered(old, new):
    return lambda sql: sql.replace(f"synchronous={old}", f"synchronous={new}")


@pytest.mark.parametrize(("wal", "old", "new"), [(True, "FULL", "NORMAL"), (False, "EXTRA", "FULL")])
def test_loss_is_found_where_durability_is_lowered(small_office, tmp_path, chance, wal, old, new):
    assert cut(small_office, tmp_path, chance, 60, wal=wal, changed=lowered(old, new))["lost"]


def test_a_lost_sync_is_found(small_office, tmp_path, chance):
    """A disk that says it has synced the log and has not."""
    loses = lambda step: step.kind == "sync" and step.file.endswith("-wal")  # noqa: E731
    assert cut(small_office, tmp_path, chance, 40, wal=True, loses=loses)["lost"]


def test_a_torn_file_that_nothing_repairs_is_found_corrupt(small_office, tmp_path):
    content = bytearray(small_office.read_bytes())
    content[8192:12288] = bytes(4096)
    (tmp_path / "image").mkdir()
    lost, corrupt = power_cuts.faults_of({"office.db": bytes(content)}, tmp_path / "image", {})
    assert (lost, bool(corrupt)) == ([], True)


def test_a_run_that_would_find_nothing_is_void():
    sound = {"lost": [], "corrupt": [], "lost_with_synchronous_normal": 3}
    assert power_cuts.judged(sound) == []
    for changed, says in (({"lost": ["x"]}, "lost"), ({"corrupt": ["x"]}, "corrupt")):
        assert says in power_cuts.judged({**sound, **changed})[0]
    assert "void" in power_cuts.judged({**sound, "lost_with_synchronous_normal": 0})[0]
