"""T14: backups and restores killed or failing at any step; a restore that leaves nothing for a moment is found."""

from __future__ import annotations

import kill_restore
import pytest

pytestmark = pytest.mark.trust


def test_a_kill_or_failure_at_any_step_leaves_a_sound_file(tmp_path):
    seen = kill_restore.run(tmp_path, 16, 3)
    assert (seen["failed"], seen["tried"]) == ([], 16)
    assert seen["steps"] > 100


def test_a_restore_that_moves_the_live_file_away_first_is_found(tmp_path):
    seen = kill_restore.run(tmp_path, 12, 3, works=("restore",), ways=("plant",))
    assert seen["wrong"]
    assert "wrong" in seen["failed"][0]


def test_a_run_that_tried_nothing_proves_nothing():
    assert "void" in kill_restore.judged(0, [])[0]
