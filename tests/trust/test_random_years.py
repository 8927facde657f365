"""T9: the machine of the suite, in a process of its own; a machine that fails or does not play is seen."""

from __future__ import annotations

import pytest
import random_years

pytestmark = pytest.mark.trust
FAILING = "def test_a_year():\n    print('5 years were played')\n    assert False, 'a fen is gone'\n"
IDLE = "def test_a_year():\n    print('2 years were played')\n"


@pytest.mark.parametrize(("machine", "said"), [(FAILING, "a fen is gone"), (IDLE, "only 2 years")])
def test_a_machine_that_fails_or_does_not_play_is_seen(tmp_path, machine, said):
    file = tmp_path / "test_machine.py"
    file.write_text(machine, encoding="utf-8")
    (reason,) = random_years.run(tmp_path, 5, 1, machine=file)["failed"]
    assert said in reason


def test_years_are_counted(tmp_path):
    seen = random_years.run(tmp_path, 1, 1)
    assert (seen["played"], seen["failed"]) == (1, [])
