"""The retention report: what is there is counted, since its oldest day, until the rule ends it; nothing is touched."""

from __future__ import annotations

import os
from datetime import UTC, date, datetime, timedelta

import pytest

from voucher_app import i18n
from voucher_app.app import make_backups
from voucher_app.domain.money import Money
from voucher_app.services import attachment
from voucher_app.services.backup import back_up_now, backup_folder_of
from voucher_app.services.retention import BY_RULE, Kind, Rule, last_day, report
from voucher_app.services.wording.retention import how_it_ends, kept_name, until_words
from voucher_app.services.workspace import new_request_id


def by_kind(desk, state, *, rule=Rule.THIRTY_YEARS):
    return {one.kind: one for one in report(desk.workspace, rule=rule, state=state)}


@pytest.mark.parametrize(
    ("since", "rule", "until"),
    [
        (date(2026, 1, 1), Rule.TEN_YEARS, date(2036, 12, 31)),
        (date(2026, 12, 31), Rule.THIRTY_YEARS, date(2056, 12, 31)),
        (date(2026, 12, 31), Rule.FOR_EVER, None),
    ],
)
def test_a_term_is_counted_from_the_year_after(since, rule, until):
    assert last_day(since, rule) == until


def test_what_is_kept_is_told_with_its_place_its_oldest_day_and_its_end(desk, tmp_path):
    state, path = tmp_path / "state", desk.workspace.data_file.path
    before = by_kind(desk, state)
    assert (before[Kind.ATTACHMENTS].count, before[Kind.ATTACHMENTS].since, before[Kind.ATTACHMENTS].until) == (
        0, None, None,
    )  # fmt: skip
    assert before[Kind.PEOPLE].count == len(desk.queries.operators())
    application = desk.submit(Money.yuan(1_000))
    paper = tmp_path / "合同.pdf"
    paper.write_bytes(b"%PDF" * 300)
    attachment.add(
        desk.workspace, subject=f"application:{application.id}", kind="contract", file=paper,
        operator=desk.preparer, request_id=new_request_id(),
    )  # fmt: skip
    back_up_now(make_backups(), path, backup_folder_of(path), now=datetime(2026, 3, 4, 1, tzinfo=UTC))
    (path.parent / "带走的.slqbak").write_bytes(b"sealed")
    draft = state / "drafts" / "a" / "b" / "c.json"
    draft.parent.mkdir(parents=True)
    draft.write_text("{}", encoding="utf-8")
    old = datetime(2020, 5, 1, 20, tzinfo=UTC).timestamp()
    os.utime(draft, (old, old))
    held = by_kind(desk, state)
    assert (held[Kind.ATTACHMENTS].count, held[Kind.ATTACHMENTS].size_bytes) == (1, 1_200)
    assert held[Kind.ATTACHMENTS].since == desk.today
    assert held[Kind.ATTACHMENTS].until == date(desk.today.year + 30, 12, 31)
    assert (held[Kind.BACKUPS].count, held[Kind.BACKUPS].since) == (1, date(2026, 3, 4))
    assert held[Kind.BACKUPS].size_bytes > 10_000
    assert held[Kind.COPIES].count == 1
    assert (held[Kind.DRAFTS].since, held[Kind.DRAFTS].until) == (date(2020, 5, 2), None), "a day of the office's zone"
    assert held[Kind.JOURNAL].count == desk.queries.journal_head()[0]
    assert draft.exists()
    assert set(held) == set(Kind), "nothing is left out"


def test_what_is_over_its_term_is_said_and_stays(desk, tmp_path):
    founded = by_kind(desk, None)[Kind.PEOPLE].since
    later = type("Later", (), {})
    later.workspace = desk.workspace.on(date(founded.year + 10, 12, 31))
    assert not by_kind(later, None, rule=Rule.TEN_YEARS)[Kind.PEOPLE].is_over, "the last day is a day of it"
    later.workspace = desk.workspace.on(date(founded.year + 10, 12, 31) + timedelta(days=1))
    people = by_kind(later, None, rule=Rule.TEN_YEARS)[Kind.PEOPLE]
    assert people.is_over
    with i18n.speaking(i18n.CHINESE):
        assert until_words(people, Rule.TEN_YEARS) == f"{founded.year + 10}-12-31，已期满"
        assert until_words(by_kind(later, None, rule=Rule.FOR_EVER)[Kind.PEOPLE], Rule.FOR_EVER) == "永久"
    assert desk.queries.operators()


def test_each_kind_has_its_words_and_either_a_rule_or_an_end_of_its_own():
    assert len({kept_name(kind) for kind in Kind}) == len(Kind)
    assert all(how_it_ends(kind) for kind in Kind)
    assert set(Kind) - BY_RULE == {Kind.DRAFTS, Kind.LOG, Kind.CRASHES}
