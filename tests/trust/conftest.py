"""The harnesses of `scripts/trust`, small, and each with a planted fault that it has to see."""

from __future__ import annotations

import random
import sys
from pathlib import Path

import pytest

SCRIPTS = Path(__file__).resolve().parents[2] / "scripts" / "trust"
sys.path.insert(0, str(SCRIPTS))

from power_cuts import settled_office  # noqa: E402 - found by the line above


@pytest.fixture
def chance():
    return random.Random(7)


@pytest.fixture(scope="session")
def small_office(tmp_path_factory):
    """An office that may issue any amount, in one file; copied, never changed."""
    return settled_office(tmp_path_factory.mktemp("small"))


@pytest.fixture(autouse=True)
def chinese():
    from voucher_app import i18n

    before = i18n.language()
    i18n.set_language(i18n.CHINESE)
    yield
    i18n.set_language(before)
