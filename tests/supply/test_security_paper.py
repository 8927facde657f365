"""SECURITY.md says what is so: its commands, files and tests exist, and the READMEs lead to it."""

from __future__ import annotations

import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PAPER = (ROOT / "SECURITY.md").read_text(encoding="utf-8")


def test_every_test_that_it_names_is_a_harness():
    sys.path.insert(0, str(ROOT / "scripts" / "trust"))
    import trust

    named = set(re.findall(r"\bT\d+\b", PAPER.split("## What it cannot do")[0].split("## What it defends")[1]))
    assert named
    assert named <= {one.test for one in trust.HARNESSES}


def test_every_target_command_and_file_that_it_names_is_there():
    from voucher_app.cli.program import COMMANDS

    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    assert set(re.findall(r"`make ([a-z-]+)`", PAPER)) <= targets
    assert {("recipient", "import"), ("office", "show")} <= {(one.noun, one.verb) for one in COMMANDS}
    for file in re.findall(r"\]\(([^)]+)\)", PAPER):
        assert (ROOT / file).is_file(), file


def test_the_readmes_lead_to_it():
    for name in ("README.md", "README.zh-CN.md"):
        assert "(SECURITY.md)" in (ROOT / name).read_text(encoding="utf-8")
