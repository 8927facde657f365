"""Which automatic backups are kept: 7 days, 5 weeks, 12 months, every year's end."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from voucher_app.app import make_backups
from voucher_app.services.backup import Kept, back_up_now, backups_in, let_go
from voucher_app.services.checkup import check
from voucher_app.services.ports.errors import StorageError

NOW = datetime(2026, 11, 21, 10, 0, tzinfo=UTC)


def kept_at(moment, *, before_import=False):
    return Kept(Path(f"{moment:%Y%m%dT%H%M%S}{before_import}"), moment, before_import)


def test_three_years_of_daily_backups_leave_the_last_of_days_weeks_months_and_years():
    backups = [kept_at(NOW - timedelta(days=days, hours=hour)) for days in range(1100) for hour in (0, 3)]
    gone = let_go(backups, now=NOW)
    left = sorted({kept.path for kept in backups} - {kept.path for kept in gone})
    days = sorted((kept.made_at.date().isoformat() for kept in backups if kept.path in left), reverse=True)
    assert days[:7] == [(NOW - timedelta(days=one)).date().isoformat() for one in range(7)]
    assert "2025-12-31" in days
    assert "2024-12-31" in days
    months = {day[:7] for day in days}
    assert len([month for month in months if month > "2025-11"]) == 12
    # 7 days, 5 weeks and 12 months overlap; with two year ends that are no longer among the months.
    assert len(left) <= 7 + 5 + 12 + 4
    assert all(kept.made_at.hour == 10 for kept in backups if kept.path in left), "the last of its day"


def test_days_without_work_do_not_use_up_the_seven():
    backups = [kept_at(NOW - timedelta(days=days)) for days in range(0, 70, 10)]
    assert let_go(backups, now=NOW) == []


def test_a_day_is_the_offices_day_not_greenwichs():
    evening, morning = datetime(2026, 11, 20, 16, 30, tzinfo=UTC), datetime(2026, 11, 21, 1, 0, tzinfo=UTC)
    assert let_go([kept_at(evening), kept_at(morning)], now=NOW) == [kept_at(evening)]


def test_a_copy_made_before_an_import_is_kept_for_a_week_beside_a_later_one():
    early, late = kept_at(NOW - timedelta(hours=5), before_import=True), kept_at(NOW)
    assert let_go([early, late], now=NOW) == []
    assert let_go([early, late], now=NOW + timedelta(days=8)) == [early]


def test_two_files_that_cannot_be_read_are_not_taken_for_the_same(tmp_path):
    office = tmp_path / "office.db"
    for file in (office, tmp_path / "office-20260101T000000.db"):
        file.write_bytes(b"nothing of ours")
    with pytest.raises(StorageError, match="not_ours"):
        back_up_now(make_backups(), office, tmp_path, now=NOW)


def test_the_check_tells_of_a_newest_backup_that_cannot_be_read_beside_everything_else(desk, tmp_path):
    files, newest = make_backups(), tmp_path / "kept.db"
    files.create(desk.workspace.data_file.path, newest)
    sound = check(desk.workspace, files=files, newest=newest, tell=lambda _done, _of: True)
    newest.write_bytes(newest.read_bytes()[:5000])
    found = check(desk.workspace, files=files, newest=newest, tell=lambda _done, _of: True)
    assert (sound.is_sound, sound.backup_faults) == (True, 0)
    assert (found.is_sound, found.backup_faults, found.verification.findings) == (False, -1, [])


def test_only_our_own_names_are_ever_let_go(tmp_path):
    for name in ("office-20260101T000000.db", "office-20260101T000000-before-import.db", "office-my-own.db",
                 "other-20260101T000000.db", "office-20260101T000000.db.bak"):  # fmt: skip
        (tmp_path / name).touch()
    assert sorted(kept.path.name for kept in backups_in(tmp_path, Path("/somewhere/office.db"))) == [
        "office-20260101T000000-before-import.db",
        "office-20260101T000000.db",
    ]


def test_what_a_clock_that_was_ahead_has_dated_takes_no_place_and_is_kept():
    ahead = [kept_at(NOW + timedelta(days=300 + days)) for days in range(20)]
    real = [kept_at(NOW - timedelta(days=days)) for days in range(7)]
    assert let_go([*ahead, *real], now=NOW) == []
