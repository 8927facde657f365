"""A small run of `make scans`; the harness also has to see what cannot be read."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path

import pytest

SCRIPT = Path(__file__).resolve().parents[2] / "scripts" / "trust" / "scan_papers.py"
pytestmark = pytest.mark.trust


@pytest.fixture
def harness():
    spec = importlib.util.spec_from_file_location("scan_papers", SCRIPT)
    module = importlib.util.module_from_spec(spec)
    sys.modules["scan_papers"] = module
    spec.loader.exec_module(module)
    return module


def test_scans_a_little_askew_and_out_of_focus_are_read(harness, tmp_path):
    assert harness.unread(tmp_path, 9, seed=7) == []


def test_a_scan_far_out_of_focus_counts_as_unread(harness, tmp_path, monkeypatch):
    monkeypatch.setattr(harness, "BLUR_PIXELS", (8.0, 8.0))
    assert len(harness.unread(tmp_path, 3, seed=7)) == 3


def test_a_code_of_another_certificate_counts_as_unread(harness, tmp_path, monkeypatch):
    monkeypatch.setattr(harness.QrReader, "qr_text", lambda _self, _file: ["SLQ1:OTHER"])
    assert len(harness.unread(tmp_path, 2, seed=7)) == 2
