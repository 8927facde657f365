"""What the page for checking elsewhere is told: every key, and every voucher that nothing can be redeemed on."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from voucher_app.domain.money import Money
from voucher_app.domain.voucher import VoucherStatus
from voucher_app.services import office_key, verifier, voucher
from voucher_app.services.ports.errors import StorageError
from voucher_app.services.workspace import new_request_id

FIRST = date(2026, 3, 2)


@pytest.fixture
def ended(desk):
    """One voucher in each state, each of them got there on a day of its own; returns their numbers by state."""
    names = ("usable", "partly-used", "used-up", "voided", "returned", "frozen", "thawed", "frozen-then-voided")
    numbers = {name: desk.issued(Money.yuan(100)).number for name in names}
    desk.on(FIRST + timedelta(days=1)).redeemed(numbers["partly-used"], Money.yuan(40))
    desk.redeemed(numbers["used-up"], Money.yuan(60))
    desk.end("freeze", numbers["frozen"])
    desk.end("freeze", numbers["thawed"])
    desk.end("freeze", numbers["frozen-then-voided"])
    desk.on(FIRST + timedelta(days=2)).end("void", numbers["voided"])
    desk.end("unfreeze", numbers["thawed"])
    desk.end("unfreeze", numbers["frozen"])
    desk.on(FIRST + timedelta(days=3)).end("return", numbers["returned"])
    desk.redeemed(numbers["used-up"], Money.yuan(40))
    desk.on(FIRST + timedelta(days=4)).end("freeze", numbers["frozen"])
    desk.end("void", numbers["frozen-then-voided"])
    return numbers


def told(desk):
    return [(one.number, one.status, (one.ended_on - FIRST).days) for one in desk.queries.ended_vouchers()]


def test_each_voucher_that_came_to_an_end_is_listed_with_its_day(desk, ended):
    assert told(desk) == [
        (str(ended["used-up"]), "used-up", 3),
        (str(ended["voided"]), "voided", 2),
        (str(ended["returned"]), "returned", 3),
        (str(ended["frozen"]), "frozen", 4),
        (str(ended["frozen-then-voided"]), "voided", 4),
    ]


def test_expired_vouchers_are_listed_with_the_day_they_were_expired(desk, ended):
    one = desk.voucher(ended["usable"])
    desk.on(one.redeem_by + timedelta(days=5))
    voucher.expire(desk.workspace, operator=desk.preparer, request_id=new_request_id())
    listed = {number: (status, day) for number, status, day in told(desk)}
    for name in ("usable", "partly-used", "thawed"):
        assert listed[str(ended[name])] == ("expired", (one.redeem_by - FIRST).days + 5)
    assert listed[str(ended["used-up"])] == ("used-up", 3)


def test_a_voucher_whose_use_was_reversed_is_no_longer_listed(desk):
    number = desk.issued(Money.yuan(100)).number
    claim = desk.redeemed(number, Money.yuan(100))
    assert told(desk) == [(str(number), "used-up", 0)]
    desk.reverse(claim)
    assert told(desk) == []


def test_the_list_holds_exactly_the_vouchers_in_such_a_state(desk, ended):
    none_left = {status.value for status in VoucherStatus} - {"usable", "partly-used"}
    rows = [desk.voucher(number) for number in ended.values()]
    assert {one[0] for one in told(desk)} == {str(one.number) for one in rows if one.status.value in none_left}


def test_a_thousand_of_them_are_found_by_indexes(desk, ended):
    """No table is gone through once for each voucher."""
    from voucher_app.storage.sqlite.queries.voucher import _ENDED_VOUCHERS

    with desk.shell() as connection:
        plan = [row[3] for row in connection.execute(f"EXPLAIN QUERY PLAN {_ENDED_VOUCHERS}")]
    assert [line for line in plan if line.startswith("SCAN")] == ["SCAN voucher USING INDEX sqlite_autoindex_voucher_2"]
    assert any("transfer_by_debit" in line for line in plan)
    assert any("journal_by_subject" in line for line in plan)


def test_what_is_published_is_the_office_s_newest_record_and_every_key(desk, ended):
    first = office_key.current_key(desk.workspace)
    second = office_key.new_key(desk.workspace, reason="换岗", operator=desk.preparer, request_id="key")
    published = verifier.published(desk.workspace)
    assert [one.key for one in published.keys] == [second, first]
    assert published.journal_hash == desk.queries.journal_hash(published.journal_seq)
    assert desk.queries.journal_hash(published.journal_seq + 1) is None
    assert (published.as_of, published.trial, published.office_name) == (desk.today, True, "山西省算力券管理办公室")
    assert published.ended == desk.queries.ended_vouchers()


def test_the_page_replaces_only_such_a_page(desk, tmp_path):
    file = tmp_path / "verify.html"
    verifier.export_verifier(desk.workspace, file=file)
    first = file.read_bytes()
    verifier.export_verifier(desk.workspace, file=file)
    assert file.read_bytes() == first
    file.write_text("my own notes", encoding="utf-8")
    with pytest.raises(StorageError) as caught:
        verifier.export_verifier(desk.workspace, file=file)
    assert caught.value.code == "exists"
    assert file.read_text(encoding="utf-8") == "my own notes"
    for impossible in (tmp_path / "nowhere" / "verify.html", tmp_path):
        with pytest.raises(StorageError) as caught:
            verifier.export_verifier(desk.workspace, file=impossible)
        assert caught.value.code == "output"
    assert [one.name for one in tmp_path.iterdir() if one.suffix in {".html", ".part"}] == ["verify.html"]
