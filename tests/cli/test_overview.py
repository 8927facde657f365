"""`overview show`: what the window's first page tells, on the command line."""

from __future__ import annotations

from .conftest import FINANCE, REVIEWER, issue


def test_a_year_at_a_glance_tells_what_is_left_what_waits_what_expires_and_where_it_went(office):
    issue(office, "100000", contract="HT-1")
    told = office.done("overview", "show", "2026")
    year = office.done("year", "show", "2026")
    assert {key: told[key] for key in year if key != "changes"} == {
        key: value for key, value in year.items() if key != "changes"
    }
    for part in ("by_city", "by_provider", "by_kind", "by_month"):
        assert sum(one["amount_fen"] for one in told[part]) == 10_000_000, part
        assert sum(one["count"] for one in told[part]) == 1, part
    assert told["rate"]["per_month_fen"] == 10_000_000 * 30 // 2
    assert [one["key"] for one in told["by_month"]] == ["2026-03"]
    assert told["waiting"] == []
    soon = office.done("overview", "show", "2026", on="2027-02-01")
    assert soon["expiring_counts"] == {"30": 1, "60": 1, "90": 1}
    assert soon["rate"] is None, "the year is over"
    said = office("overview", "show", "2026", as_json=False)
    assert said.code == 0
    for words in ("剩余", "张经办（经办）的待办：无", "30 天内到期：0 张", "按市和功能区", "太原市", "按月"):
        assert words in said.out, said.out
    assert office("overview", "show", "2031").code == office("year", "show", "2031").code


def test_the_work_is_that_of_whoever_asks(office):
    claimed = issue(office, "100000", contract="HT-1")
    office.done(
        "redemption", "claim", "--voucher", claimed, "--amount", "10000", "--invoice", "26142000000000000001",
        "--invoice-amount", "100000", "--invoiced-on", "2026-03-02",
    )  # fmt: skip
    told = office.done("overview", "show", "2026", by=REVIEWER)
    assert [(one["noun"], one["count"], one["message"]) for one in told["waiting"]] == [("redemption", 1, "待核销 1")]
    assert office.done("overview", "show", "2026", by=FINANCE)["waiting"] == []
