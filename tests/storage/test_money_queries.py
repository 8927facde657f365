"""Settlements, their lines, recoveries and redemptions as the window looks for them."""

from __future__ import annotations

import pytest

from voucher_app.services.queries.lists import ListFilter


@pytest.mark.parametrize("noun", ["redemptions", "settlements", "recoveries"])
def test_a_number_with_its_sign_finds_that_row_and_no_other(busy, noun):
    rows = getattr(busy.queries, noun)(ListFilter()).rows(0, 99)
    for row in rows:
        found = getattr(busy.queries, noun)(ListFilter(text=f" #{row.id} "))
        assert [one.id for one in found.rows(0, 9)] == [row.id]
    assert getattr(busy.queries, noun)(ListFilter(text="#987654")).count() == 0


def test_a_line_is_found_by_payee_voucher_and_number(busy):
    lines = busy.queries.settlement_lines(1, ListFilter()).rows(0, 99)
    one = lines[0]
    for text in (one.payee_uscc, one.payee_name[:3], one.voucher_number):
        assert one.id in [found.id for found in busy.queries.settlement_lines(1, ListFilter(text=text)).rows(0, 99)]
    assert [found.id for found in busy.queries.settlement_lines(1, ListFilter(text=f"#{one.id}")).rows(0, 9)] == [
        one.id
    ]


def test_a_redemption_tells_its_settlements_and_recoveries(busy):
    recovered = busy.queries.recoveries(ListFilter(sort="id")).rows(0, 1)[0]
    found = busy.queries.redemption(recovered.redemption_id)
    assert [one.id for one in found.recoveries] == [recovered.id]
    assert {one.settlement_id for one in found.settled}
    assert "recovery.decide" in {entry.action for entry in found.history}
