"""A scanner is heard wherever the focus is: tried in a process of its own (`scanner_in_its_own_process.py`).

Keys reach the window that is active, and offscreen a window that an earlier test left can take that from this one.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

STORY = Path(__file__).with_name("scanner_in_its_own_process.py")


@pytest.mark.long
def test_a_scanner_is_heard_wherever_the_focus_is():
    told = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}
    words = [sys.executable, "-m", "pytest", "-q", "-p", "no:randomly", "-p", "no:cacheprovider", str(STORY)]
    done = subprocess.run(
        words, env=told, cwd=STORY.parents[2], capture_output=True, text=True, timeout=240, check=False
    )
    assert done.returncode == 0, done.stdout[-3_000:]
    assert " passed" in done.stdout
