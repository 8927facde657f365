"""What the papers for readers name is there: links lead to files, and tests and pictures that are cited exist."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PAPERS = [*sorted(ROOT.glob("*.md")), *sorted((ROOT / "docs").glob("*.md"))]
LINK = re.compile(r"\[[^\]]*\]\((?!https?:|#)([^)\s#]+)[^)]*\)")


@pytest.mark.parametrize("paper", PAPERS, ids=lambda paper: paper.name)
def test_every_link_leads_to_a_file(paper):
    links = LINK.findall(paper.read_text(encoding="utf-8"))
    assert [link for link in links if not (paper.parent / link).exists()] == []


def test_every_test_and_picture_that_the_account_of_experience_names_exists():
    text = (ROOT / "docs" / "experience.md").read_text(encoding="utf-8")
    tests = "\n".join(file.read_text(encoding="utf-8") for file in (ROOT / "tests").rglob("*.py"))
    files = set(re.findall(r"`(tests/[\w/]+\.py)", text))
    names = set(re.findall(r"\b(test_\w+)(?!\w*\.py)`", text))
    pictures = set(re.findall(r"`((?:page|dialog)-[\w-]+\.png)`", text))
    assert len(files) > 20
    assert len(names) > 30
    assert [file for file in files if not (ROOT / file).is_file()] == []
    assert [name for name in names if f"def {name}(" not in tests] == []
    assert [picture for picture in pictures if not (ROOT / "docs" / "pictures" / picture).is_file()] == []
