"""Lists by stretches equal the naive query, and details tell what was recorded."""

from __future__ import annotations

import threading
from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from voucher_app.domain.errors import NotFound
from voucher_app.domain.money import Money
from voucher_app.domain.numbering import VoucherNumber
from voucher_app.domain.voucher import VoucherStatus
from voucher_app.services import recipient
from voucher_app.services.demonstration import demonstration_code
from voucher_app.services.queries.lists import ListFilter
from voucher_app.services.recipient import UnitFacts
from voucher_app.services.workspace import new_request_id

# The orders that each list offers, with the columns that the rows show of them.
SORTS = {
    "vouchers": {"number": lambda r: r.number, "face": lambda r: (r.face, r.id), "use_by": lambda r: (r.use_by, r.id)},
    "applications": {"id": lambda r: r.id, "requested": lambda r: (r.requested, r.id)},
    "redemptions": {"id": lambda r: r.id, "claimed": lambda r: (r.claimed, r.id)},
    "recipients": {"id": lambda r: r.id, "name": lambda r: (r.name, r.id), "uscc": lambda r: r.uscc},
    "providers": {
        "id": lambda r: r.id or -r.facility_id,
        "name": lambda r: (r.name, r.id or -r.facility_id),
        "uscc": lambda r: (r.uscc, r.id or -r.facility_id),
    },
    "journal": {"seq": lambda r: r.seq},
    "transfers": {"id": lambda r: r.id},
}
ORDERS = [(name, sort, descending) for name, sorts in SORTS.items() for sort in sorts for descending in (True, False)]


@pytest.fixture
def busy(quiet):
    """What is counted by hand here is the office before anything was settled."""
    return quiet


def listed(desk, name, **chosen):
    return getattr(desk.queries, name)(ListFilter(**chosen))


def everything(source):
    return list(source.rows(0, source.count() + 10))


@pytest.fixture(scope="module")
def crowded(make_desk, tmp_path_factory):
    """An office with lists long enough to be read in stretches, with equal amounts and equal dates among them."""
    desk = make_desk(tmp_path_factory.mktemp("crowded"))
    for day in range(3):
        desk.on(desk.today + timedelta(days=day))
        waiting = [desk.submit(Money.yuan(1 + serial % 5), holder=serial % 4) for serial in range(25)]
        desk.approve(*waiting[:22])
        for one in desk.issue(*waiting[:20]):
            desk.redeemed(one.number, Money(50))
    yield desk
    desk.close()


@pytest.mark.parametrize(("name", "sort", "descending"), ORDERS)
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(jumps=st.lists(st.tuples(st.integers(0, 130), st.integers(1, 40)), min_size=1, max_size=12))
def test_stretches_at_any_positions_are_the_list(crowded, name, sort, descending, jumps):
    source = listed(crowded, name, sort=sort, descending=descending)
    whole = everything(listed(crowded, name, sort=sort, descending=descending))
    assert source.count() == len(whole)
    assert whole == sorted(whole, key=SORTS[name][sort], reverse=descending)
    for first, count in jumps:
        assert list(source.rows(first, count)) == whole[first : first + count]


def test_an_unknown_order_is_a_bug(crowded):
    with pytest.raises(KeyError):
        listed(crowded, "vouchers", sort="holder")


def test_an_empty_list_is_empty(crowded):
    source = listed(crowded, "vouchers", text="不存在的单位")
    assert (source.count(), list(source.rows(0, 10))) == (0, [])


@pytest.mark.parametrize(
    ("name", "column", "statuses"),
    [
        ("vouchers", "status", ("usable", "frozen")),
        ("vouchers", "status", ("voided",)),
        ("applications", "status", ("submitted",)),
        ("redemptions", "status", ("claimed", "reversed")),
        ("recipients", "kind", ("university",)),
        ("providers", "status", ("admitted",)),
        ("providers", "status", ("candidate",)),
        ("transfers", "kind", ("void", "return")),
    ],
)
def test_a_list_shows_only_the_chosen_statuses(busy, name, column, statuses):
    whole = everything(listed(busy, name))
    chosen = everything(listed(busy, name, statuses=statuses))
    assert chosen == [row for row in whole if getattr(row, column) in statuses]
    assert 0 < len(chosen) < len(whole)


@pytest.mark.parametrize("name", ["vouchers", "applications", "redemptions", "transfers"])
def test_a_list_shows_only_the_chosen_year(busy, name):
    assert everything(listed(busy, name, year=2026)) == everything(listed(busy, name))
    assert everything(listed(busy, name, year=2027)) == []


def test_a_unit_without_vouchers_of_a_year_holds_nothing(busy):
    for name in ("recipients", "providers"):
        assert sum(row.issued.fen for row in everything(listed(busy, name))) > 0
        assert {row.issued.fen for row in everything(listed(busy, name, year=2027))} == {0}


@pytest.mark.parametrize(
    ("name", "text", "count"),
    [
        ("vouchers", "SX-2026-00000", 6),
        ("vouchers", "000003", 1),
        ("vouchers", "晋阳", 2),
        ("vouchers", "智算中心1", 3),
        ("applications", " 晋阳 ", 3),
        ("recipients", "大学", 1),
        ("recipients", "91", 2),
        ("providers", "数据", 2),
        ("providers", "智算", 2),
        ("journal", "李复核", 16),
        ("journal", "voucher.", 4),
        ("transfers", "", 13),
    ],
)
def test_a_list_is_searched_by_what_people_know(busy, name, text, count):
    assert listed(busy, name, text=text).count() == count
    assert len(everything(listed(busy, name, text=text))) == count


def test_claims_are_searched_by_invoice_voucher_and_unit(busy):
    row = everything(listed(busy, "redemptions"))[0]
    for text in (row.invoice_key, row.voucher_number, row.recipient_name):
        assert row in everything(listed(busy, "redemptions", text=text))


@pytest.mark.parametrize("name", [name for name in SORTS if name != "transfers"])
@pytest.mark.parametrize("text", ["%", "_", "\\", "%%", "a_b", "'", '"', "'; DROP TABLE voucher; --"])
def test_signs_that_mean_something_to_sql_are_searched_as_they_are(busy, name, text):
    assert everything(listed(busy, name, text=text)) == []


@pytest.mark.parametrize(
    ("typed", "found"),
    [("50%", "折扣50%公司"), ("a_b", "a_b公司"), ("\\", "反\\斜公司"), ("'", "引'号公司"), ("𬭎䶮", "𬭎䶮公司")],
)
def test_a_name_with_such_a_sign_is_found_by_it_alone(busy, typed, found):
    names = ["折扣50%公司", "折扣500公司", "a_b公司", "axb公司", "反\\斜公司", "引'号公司", "𬭎䶮公司"]
    units = [
        (UnitFacts(name, demonstration_code("enterprise", 9_000 + place), "140100"), "enterprise")
        for place, name in enumerate(names)
    ]
    recipient.add_all(busy.workspace, units=units, operator=busy.preparer, request_id=new_request_id())
    assert [row.name for row in everything(listed(busy, "recipients", text=typed))] == [found]


# ------------------------------------------------------------------------------------------- details


def test_the_details_of_a_voucher_tell_its_whole_history(busy):
    details = busy.queries.voucher(busy.numbers[0])
    assert (details.voucher.remaining, details.open_claims) == (Money.yuan(60), Money.yuan(7))
    assert (details.prepared_by, details.reviewed_by) == ("张经办", "李复核")
    assert [redemption.status for redemption in details.redemptions] == ["verified", "claimed"]
    assert [(entry.action, entry.amount and entry.amount.fen) for entry in reversed(details.history)] == [
        ("application.submit", None),
        ("application.approve", None),
        ("voucher.issue", 10_000),
        ("redemption.claim", 4_000),
        ("redemption.verify", 4_000),
        ("redemption.claim", 700),
        ("print.begin", None),
        ("print.begin", None),
    ]
    assert len(details.journal_hash) == 64


def test_the_details_of_a_reversed_redemption_tell_claim_verification_and_reversal(busy):
    (row,) = everything(listed(busy, "redemptions", statuses=("reversed",)))
    details = busy.queries.redemption(row.id)
    assert [entry.action for entry in reversed(details.history)] == [
        "redemption.claim",
        "redemption.verify",
        "redemption.reverse",
    ]
    assert details.voucher.status is VoucherStatus.USABLE


def test_an_entry_and_its_reversal_name_each_other(busy):
    (row,) = everything(listed(busy, "redemptions", statuses=("reversed",)))
    posted, undone = busy.queries.redemption(row.id).entries
    assert (posted.kind, undone.kind) == ("redemption", "reversal")
    assert (posted.reverses, posted.reversed_by) == (None, undone.id)
    assert (undone.reverses, undone.reversed_by) == (posted.id, None)
    for entry in (posted, undone):
        assert everything(busy.queries.transfers(ListFilter(text=f"#{entry.id}"))) == [entry]
    assert everything(busy.queries.transfers(ListFilter(text="没有"))) == []
    with busy.shell() as connection:
        pairs = connection.execute("SELECT reverses, id FROM transfer WHERE reverses IS NOT NULL").fetchall()
    found = everything(busy.queries.transfers(ListFilter()))
    assert sorted((one.reverses, one.id) for one in found if one.reverses) == sorted(pairs)
    assert sorted((one.id, one.reversed_by) for one in found if one.reversed_by) == sorted(pairs)


def test_the_details_of_an_application_tell_its_voucher(busy):
    issued, waiting = busy.queries.application(1), busy.queries.application(7)
    assert (issued.voucher_number, waiting.voucher_number) == (busy.numbers[0], "")
    assert [entry.action for entry in reversed(waiting.history)] == ["application.submit", "application.approve"]


def test_the_details_of_units_tell_their_vouchers(busy):
    holder = busy.queries.recipient(busy.recipients[0], 2026)
    assert {row.number for row in holder.vouchers} == {busy.numbers[0], busy.numbers[4]}
    assert holder.counted == Money.yuan(100)  # the other one was returned
    assert holder.redeemed == Money.yuan(40)
    assert busy.queries.recipient(busy.recipients[0], 2027).vouchers == ()
    seller = busy.queries.provider(busy.providers[1])
    assert {row.number for row in seller.vouchers} == {busy.numbers[place] for place in (1, 3, 5)}
    candidate = busy.queries.facility(1)
    assert (candidate.provider, candidate.facilities[0].name) == (None, "某数据中心")


@pytest.mark.parametrize(
    ("call", "noun"),
    [
        (lambda q: q.voucher(str(VoucherNumber(2026, 999))), "voucher"),
        (lambda q: q.application(999), "application"),
        (lambda q: q.redemption(999), "redemption"),
        (lambda q: q.recipient("91140100MA0CMJRAM0", 2026), "recipient"),
        (lambda q: q.provider("91140100MA0CMJRAM0"), "provider"),
        (lambda q: q.facility(999), "facility"),
        (lambda q: q.operator("无此人"), "operator"),
        (lambda q: q.year_money(2030), "year"),
    ],
)
def test_what_does_not_exist_is_named(busy, call, noun):
    with pytest.raises(NotFound) as refused:
        call(busy.queries)
    assert refused.value.noun == noun


def test_the_counts_name_every_status(busy):
    assert busy.queries.voucher_counts(2026) == {
        "usable": 1,
        "partly-used": 1,
        "used-up": 1,
        "expired": 0,
        "returned": 1,
        "voided": 1,
        "frozen": 1,
    }
    assert set(busy.queries.voucher_counts(2030).values()) == {0}


def test_the_overview_adds_up(busy):
    overview = busy.queries.overview(2026, busy.today)
    issued = sum(row.face.fen for row in everything(listed(busy, "vouchers")))
    recycled = sum(busy.voucher(number).recycled.fen for number in busy.numbers)
    for shares in (overview.by_city, overview.by_kind, overview.by_provider, overview.by_month):
        assert sum(share.amount.fen for share in shares) == issued - recycled
        assert sum(share.count for share in shares) == 6
    assert overview.by_city[0].name == "大同市"
    assert {f"14{city:02d}00" for city in range(1, 12)} <= {share.key for share in overview.by_city}
    assert (overview.applications_waiting, overview.applications_approved, overview.redemptions_waiting) == (2, 1, 1)
    assert overview.money == busy.money()


def test_the_overview_counts_what_expires_soon(busy):
    last = date.fromisoformat(everything(listed(busy, "vouchers"))[0].use_by)
    for days, counts in (
        (91, (0, 0, 0)),
        (90, (0, 0, 2)),
        (60, (0, 2, 2)),
        (30, (2, 2, 2)),
        (0, (2, 2, 2)),
        (-1, (0, 0, 0)),
    ):
        overview = busy.queries.overview(2026, last - timedelta(days=days))
        assert overview.expiring_counts == counts, days
        assert len(overview.expiring) == counts[-1], "all of them are listed, the soonest first"


def test_readers_of_several_threads_have_their_own_connections(busy):
    found = []
    threads = [threading.Thread(target=lambda: found.append(busy.queries.office().name)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == ["山西省算力券管理办公室"] * 4


def test_a_long_act_never_blocks_a_reader(busy):
    with busy.shell() as writer:
        writer.execute("BEGIN IMMEDIATE")
        writer.execute("INSERT INTO budget_year (id, status, document) VALUES (2027, 'open', 'x')")
        assert busy.queries.years() == [2026]
        writer.execute("ROLLBACK")


def test_certificates_of_many_vouchers_say_what_the_details_of_each_say(crowded):
    numbers = [row.number for row in everything(listed(crowded, "vouchers"))]
    numbers = numbers[::-1] + numbers[:1]
    records = crowded.queries.certificates(numbers)
    assert [str(record.number) for record in records] == numbers
    for record in records:
        details = crowded.queries.voucher(str(record.number))
        voucher = details.voucher
        assert (record.status, record.face, record.issued_seq) == (voucher.status, voucher.face, voucher.issued_seq)
        assert (record.issued_on, record.use_by, record.redeem_by) == (
            voucher.issued_on, voucher.use_by, voucher.redeem_by,
        )  # fmt: skip
        holder, seller = details.recipient.organisation, details.provider.organisation
        assert (record.recipient_name, record.recipient_uscc) == (holder.name, holder.uscc)
        assert (record.provider_name, record.contract_number) == (seller.name, details.application.contract.number)
        assert (record.prepared_by, record.reviewed_by) == (details.prepared_by, details.reviewed_by)
        assert (record.policy, record.journal_hash) == (details.policy, details.journal_hash)


def test_certificates_name_the_first_voucher_that_is_not_there(crowded):
    number = everything(listed(crowded, "vouchers"))[0].number
    missing = [str(VoucherNumber(2026, sequence)) for sequence in (99_998, 99_999)]
    with pytest.raises(NotFound) as caught:
        crowded.queries.certificates([number, *missing])
    assert caught.value.key == missing[0]
