"""T10: forged codes are refused and what has ended is told; a checker that lets one through is seen."""

from __future__ import annotations

import random

import forged_codes
import pytest

pytestmark = pytest.mark.trust


def test_forgeries_are_refused_and_what_ended_is_told(tmp_path):
    seen = forged_codes.run(tmp_path, 2, 7)
    assert seen["failed"] == []
    assert seen["forged"] > 1_000


def test_a_checker_that_believes_everybody_is_seen(tmp_path, monkeypatch):
    signer = forged_codes.OfficeSigner(tmp_path / "key.pem")
    signer.make_key()
    monkeypatch.setattr(forged_codes.OfficeSigner, "read", lambda _self, text, _keys: text)
    forged, wrong = forged_codes.forge(tmp_path, 1, random.Random(7), signer)
    assert len(wrong) == forged + 1, "every forgery, and the other office's key"


def test_a_check_that_forgets_what_became_of_a_voucher_is_seen(tmp_path, monkeypatch):
    monkeypatch.setattr(forged_codes.certificate, "_WORTH_NOTHING", frozenset())
    wrong = forged_codes.show_again(tmp_path)[1]
    assert sorted(one.split(":")[0] for one in wrong) == ["frozen", "returned", "used up", "voided"]


def test_pages_that_nobody_can_read_and_a_run_without_forgeries_count():
    seen = {"wrong": [], "scanned": 1_000, "unread": ["a", "b"], "forged": 0}
    assert [one.split(":")[0] for one in forged_codes.judged(seen)] == ["not read", "void"]
