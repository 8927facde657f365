"""T8: the clock back and forth, the year's edge, other zones; a clock that is read wrongly is seen."""

from __future__ import annotations

import clocks
import pytest

pytestmark = pytest.mark.trust


def test_order_and_year_hold_whatever_the_clock_does(tmp_path):
    seen = clocks.run(tmp_path, 40, 3)
    assert seen["failed"] == []
    assert 10 < seen["records"] < 60, "some jumps were refused, and some not"


def test_a_day_of_the_wrong_zone_is_seen(tmp_path, monkeypatch):
    monkeypatch.setattr(clocks.SystemClock, "today", lambda self: self.on or self.now().date())
    assert any("day in" in one for one in clocks.run(tmp_path, 0, 3)["wrong"])


def test_a_clock_that_went_back_and_is_not_told_is_seen(tmp_path, monkeypatch):
    monkeypatch.setattr(clocks, "clock_behind", lambda _workspace: None)
    assert any("told at" in one for one in clocks.run(tmp_path, 20, 3)["wrong"])


def test_a_date_that_may_go_back_is_seen(tmp_path, monkeypatch):
    from voucher_app.storage.sqlite.unit_of_work import SqliteUnitOfWork

    monkeypatch.setattr(SqliteUnitOfWork, "_check_date", lambda _self, _last: None)
    assert any("--on before the last act" in one for one in clocks.run(tmp_path, 0, 3)["wrong"])
