"""SIM: years of two offices on one file with everything going wrong; each planted fault is found, and told."""

from __future__ import annotations

import shutil
from contextlib import closing

import disk
import insider
import pytest
import simulate
import simulated_office

from voucher_app.domain import journal
from voucher_app.services import voucher
from voucher_app.storage.sqlite import connection as opening
from voucher_app.storage.sqlite.connection import LIBRARY_ERRORS

pytestmark = pytest.mark.trust

FAILED_ONCE: tuple[int, ...] = ()
"""Seeds of years in which something was wrong once: each is played again in every run of the tests."""


@pytest.fixture(scope="module")
def script():
    return insider.load_script()


@pytest.fixture(scope="module")
def template(tmp_path_factory):
    return simulate.template_in(tmp_path_factory.mktemp("simulated"))


@pytest.fixture
def play(template, script, tmp_path):
    def played(seed, *, begin=template, **how):
        return simulate.play(begin, tmp_path / "year", seed, script, **how)

    return played


@pytest.mark.parametrize("seed", [5, *FAILED_ONCE])
def test_a_year_of_everything_going_wrong_ends_with_nothing_wrong(play, seed):
    year, _ = play(seed)
    assert year.wrong == []
    for met in ("cut met", "kill met", "full met", "io met", "unheard", "lock", "other", "clock jumps"):
        assert year.counted[met], met


def test_the_same_seed_gives_the_same_journal_hash_by_hash(play, monkeypatch):
    monkeypatch.setattr(simulate, "END", simulate.BEGIN + simulate.timedelta(days=40))
    monkeypatch.setattr(simulate, "FEWEST_RECORDS", 10)
    once, again, other = play(3), play(3), play(4)
    assert once[1] == again[1] != other[1]
    assert list(once[0].story) == list(again[0].story)
    assert once[0].wrong == again[0].wrong == other[0].wrong == []


def found(play, *says, seeds=range(1, 6), **how):
    """Play years until what was planted is found."""
    for seed in seeds:
        year, _ = play(seed, **how)
        if year.wrong:
            assert any(word in one for word in says for one in year.wrong), year.wrong
            return year, seed
    pytest.fail("nothing was found")


def test_a_lost_sync_is_found_and_the_story_tells_how_to_play_it_again(play):
    year, seed = found(play, "was acknowledged and is not there", loses=lambda step: step.kind == "sync")
    story = simulate.told(seed, year)
    assert "the power is cut" in story
    assert f"simulate.py --seed {seed}" in story


def test_a_rule_of_the_cap_that_is_skipped_is_found_though_the_schema_holds(play, monkeypatch):
    """The person is told something that nobody meant to tell."""
    monkeypatch.setattr(voucher, "issuance_is_in_appropriation", lambda **_facts: None)
    found(play, "refused_by_schema is told")


def test_a_cap_that_nobody_checks_is_found(play, template, tmp_path, monkeypatch):
    """Neither the rule, nor the trigger, nor the constraint, each of which is enough."""
    configured = opening._configure

    def without_checks(connection):
        configured(connection)
        connection.execute("PRAGMA ignore_check_constraints=ON")

    monkeypatch.setattr(voucher, "issuance_is_in_appropriation", lambda **_facts: None)
    monkeypatch.setattr(opening, "_configure", without_checks)
    begin = shutil.copyfile(template, tmp_path / "template.db")
    shutil.copyfile(f"{template}.signing-key.pem", f"{begin}.signing-key.pem")
    with closing(opening.sqlite3.connect(str(begin), isolation_level=None)) as connection:
        connection.execute("DROP TRIGGER transfer_takes_its_road")
    found(play, "is over its cap", begin=begin)


def test_a_column_that_is_not_hashed_is_found(play, tmp_path, monkeypatch):
    """Left out by the program everywhere, so that its own verification agrees with itself."""
    hashed = journal._hash
    monkeypatch.setattr(journal, "_hash", lambda encoded: hashed([*encoded[:9], *encoded[10:]]))
    monkeypatch.setattr(simulate, "END", simulate.BEGIN + simulate.timedelta(days=20))
    monkeypatch.setattr(simulate, "FEWEST_RECORDS", 5)
    found(play, "verify_ledger.py: ", begin=simulate.template_in(tmp_path))


def test_a_swallowed_error_is_found(play, monkeypatch):
    execute = disk._Connection.execute

    def swallowing(self, sql, values=()):
        try:
            return execute(self, sql, values)
        except LIBRARY_ERRORS:
            if sql == "COMMIT":
                return disk._Rows([], ())
            raise

    monkeypatch.setattr(disk._Connection, "execute", swallowing)
    found(play, "was acknowledged and is not there", "NotFound")


def test_a_retry_with_a_new_request_id_is_found(play, monkeypatch):
    def anew(self):
        return simulated_office.Intent(self.name, f"{self.request_id}-again", self.call)

    monkeypatch.setattr(simulated_office.Intent, "again", anew)
    found(play, "was never asked for")


def test_half_an_act_is_found(play, monkeypatch):
    """An act whose record does not tell all that it wrote."""
    from voucher_app.storage.sqlite.unit_of_work import SqliteUnitOfWork

    images = SqliteUnitOfWork._after_images

    def without_vouchers(self):
        self._notebook.touched.pop("voucher", None)
        return images(self)

    monkeypatch.setattr(SqliteUnitOfWork, "_after_images", without_vouchers)
    found(play, "is not as its last record says")


def test_a_run_tells_its_figures_and_a_year_without_acts_proves_nothing(tmp_path, monkeypatch):
    monkeypatch.setattr(simulate, "END", simulate.BEGIN + simulate.timedelta(days=5))
    seen = simulate.run(tmp_path, 1, 1)
    assert "void" in seen["failed"][0]
    assert seen["years"] == 1
