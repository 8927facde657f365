"""The year to the last fen."""

from __future__ import annotations

from datetime import timedelta

import pytest

from voucher_app.domain.errors import InvalidInput, NotFound, RulesViolated
from voucher_app.domain.money import Money
from voucher_app.services import intake, voucher, year
from voucher_app.services.workspace import new_request_id

CAP = Money.parse("50000000.00")


def open_year(desk, of_year=2027, amount=CAP, operator=None, **changes):
    told = {"document": "晋财〔2027〕1号", "request_id": new_request_id()} | changes
    return year.open_year(desk.workspace, year=of_year, amount=amount, operator=operator or desk.preparer, **told)


def close_year(desk, of_year=2026, request_id=None):
    return year.close_year(
        desk.workspace, year=of_year, operator=desk.preparer, request_id=request_id or new_request_id()
    )


def refusal(call, *arguments, **options):
    with pytest.raises(RulesViolated) as refused:
        call(*arguments, **options)
    return refused.value.violations


def test_a_year_opens_with_all_of_its_money_unissued(desk):
    money = open_year(desk)
    assert (money.appropriation, money.unissued, money.status) == (CAP, CAP, "open")
    assert desk.queries.years() == [2027, 2026]


@pytest.mark.parametrize("amount", ["50000000.01", "99999999999.99"])
def test_a_year_never_opens_above_the_ceiling(desk, amount):
    (violation,) = refusal(open_year, desk, amount=Money.parse(amount))
    assert (violation.rule, violation.code) == ("R1", "ceiling_exceeded")
    assert (violation.found, violation.allowed) == (Money.parse(amount).fen, CAP.fen)
    assert desk.queries.years() == [2026]


def test_a_year_opens_once_and_all_that_is_wrong_is_told(desk):
    found = refusal(open_year, desk, of_year=2026, amount=CAP + Money(1))
    assert [violation.code for violation in found] == ["ceiling_exceeded", "year_exists"]
    assert found[1].found == CAP.fen


@pytest.mark.parametrize("of_year", [2023, 2100, -1])
def test_only_years_this_program_knows_are_opened(desk, of_year):
    with pytest.raises(InvalidInput):
        open_year(desk, of_year=of_year)


def test_a_year_is_opened_by_a_document(desk):
    with pytest.raises(InvalidInput):
        open_year(desk, document=" ")


def test_the_year_is_issued_to_its_last_fen_and_not_one_more(desk):
    """Open 50,000,000.00; issue until nothing is left; 0.01 more is refused; voiding frees exactly its value."""
    parts = [Money.parse(text) for text in ("49999000.00", "999.98", "0.01")]
    numbers = [desk.issued(part).number for part in parts]
    assert desk.money().unissued == Money(1)
    last = desk.issued(Money(1))
    money = desk.money()
    assert (money.unissued, money.outstanding, money.appropriation) == (Money(0), CAP, CAP)

    one_more = desk.approved(Money(1))
    (violation,) = refusal(desk.issue, one_more)
    assert (violation.rule, violation.code, violation.subject) == ("R1", "cap_exceeded", "2026")
    assert (violation.found, violation.allowed, violation.facts) == (1, 0, {"short_fen": 1})
    assert desk.money() == money

    desk.end("void", numbers[1])
    assert desk.money().unissued == Money.parse("999.98")
    too_much = desk.approved(Money.parse("999.98"))
    (violation,) = refusal(desk.issue, one_more, too_much)
    assert (violation.found, violation.allowed) == (99_999, 99_998)
    desk.issue(too_much)
    assert desk.money() == money

    desk.end("return", last.number)
    desk.issue(one_more)
    assert desk.money() == money
    assert [row.sequence for row in map(lambda n: desk.voucher(n).number, numbers)] == [1, 2, 3]  # noqa: C417
    assert desk.verified() == []


def test_a_batch_above_the_cap_issues_nothing_at_all(desk):
    desk.issued(CAP - Money.yuan(10))
    batch = [desk.approved(Money.yuan(4)) for _ in range(3)]
    before = desk.money()
    (violation,) = refusal(desk.issue)
    assert (violation.code, violation.found, violation.allowed) == ("cap_exceeded", 1_200, 1_000)
    assert desk.money() == before
    assert desk.queries.voucher_counts(2026)["usable"] == 1
    issued = desk.issue(*batch[:2])
    assert [one.number.sequence for one in issued] == [2, 3]


def test_a_preview_of_the_issuance_is_what_the_decision_does(desk):
    approved = [desk.approved(Money.yuan(serial)) for serial in (1, 2, 3)]
    preview = voucher.preview_issuance(desk.workspace, None)
    assert preview == voucher.preview_issuance(desk.workspace, [one.id for one in approved] * 2)
    assert (preview.violations, preview.before, preview.moving) == ([], desk.money(), Money.yuan(6))
    desk.issue()
    assert desk.money().unissued == preview.unissued_after


def test_a_preview_of_a_refused_issuance_names_the_same_rules(desk):
    desk.issued(CAP - Money.yuan(1))
    one = desk.approved(Money.yuan(2))
    preview = voucher.preview_issuance(desk.workspace, [one.id])
    assert preview.violations == refusal(desk.issue, one)
    assert preview.unissued_after == Money.yuan(-1)


def test_nothing_approved_is_nothing_to_issue(desk):
    (violation,) = refusal(desk.issue)
    assert (violation.rule, violation.code) == ("TRANSITION", "nothing_to_issue")


# ------------------------------------------------------------------------------------------- closing


def test_what_is_unissued_lapses_when_the_year_closes(desk):
    desk.issued(Money.yuan(100))
    money = close_year(desk)
    assert (money.status, money.unissued, money.lapsed) == ("closed", Money(0), CAP - Money.yuan(100))
    assert (money.outstanding, money.appropriation) == (Money.yuan(100), CAP)
    assert desk.verified() == []


def test_a_year_with_nothing_left_closes_too(desk):
    desk.issued(CAP)
    money = close_year(desk)
    assert (money.lapsed, money.outstanding) == (Money(0), CAP)


def test_a_year_closes_once(desk):
    close_year(desk)
    (violation,) = refusal(close_year, desk)
    assert (violation.rule, violation.code) == ("R26", "year_closed")


def test_a_repeated_closing_returns_the_first_result(desk):
    assert close_year(desk, request_id="x") == close_year(desk, request_id="x")


def test_a_closed_year_takes_nothing_in(desk):
    draft = intake.draft(
        desk.workspace, facts=desk.facts(Money(100)), operator=desk.preparer, request_id=new_request_id()
    )
    close_year(desk)
    for call in (
        lambda: desk.submit(Money(100)),
        lambda: desk.step("submit", draft),
        lambda: intake.draft(
            desk.workspace, facts=desk.facts(Money(1)), operator=desk.preparer, request_id=new_request_id()
        ),
    ):
        assert [(one.rule, one.code) for one in refusal(call)] == [("R26", "year_closed")]


def test_a_year_that_was_never_opened_is_not_closed(desk):
    with pytest.raises(NotFound):
        close_year(desk, 2030)


def test_a_closed_year_issues_nothing_and_vouchers_stay_redeemable(desk):
    number = desk.issued(Money.yuan(100)).number
    approved = desk.approved(Money.yuan(1))
    close_year(desk)
    assert [(one.rule, one.code) for one in refusal(desk.issue, approved)] == [
        ("R26", "year_closed"),
        ("R1", "cap_exceeded"),
    ]
    desk.redeemed(number, Money.yuan(30))
    assert desk.money().payable == Money.yuan(30)


@pytest.mark.parametrize("act", ["void", "return"])
def test_what_goes_back_to_a_closed_year_lapses(desk, act):
    number = desk.issued(Money.yuan(100)).number
    close_year(desk)
    desk.end(act, number)
    money = desk.money()
    assert (money.unissued, money.outstanding, money.lapsed, money.appropriation) == (Money(0), Money(0), CAP, CAP)
    assert desk.verified() == []


def test_a_policy_that_does_not_recycle_lets_value_lapse(make_desk, tmp_path):
    desk = make_desk(tmp_path, changes={"recycles = true": "recycles = false", 'ratio = "0.20"': 'ratio = "1"'})
    number = desk.issued(Money.yuan(5_000)).number
    desk.end("void", number)
    money = desk.money()
    assert (money.unissued, money.lapsed) == (CAP - Money.yuan(5_000), Money.yuan(5_000))
    desk.close()


def test_money_of_one_year_never_serves_another(desk):
    open_year(desk, amount=Money.yuan(10))
    desk.on(desk.today + timedelta(days=1))
    in_2027 = desk.approved(Money.yuan(11), year=2027)
    (violation,) = refusal(desk.issue, in_2027)
    assert (violation.subject, violation.found, violation.allowed) == ("2027", 1_100, 1_000)
    issued = desk.issue(desk.approved(Money.yuan(10), year=2027))[0]
    assert (issued.number.year, issued.number.sequence) == (2027, 1)
    assert (desk.money(2027).unissued, desk.money(2026).unissued) == (Money(0), CAP)
    desk.end("void", issued.number)
    assert desk.money(2027).unissued == Money.yuan(10)
    assert desk.verified() == []


def test_one_batch_may_serve_two_years_each_within_its_own_money(desk):
    open_year(desk, amount=Money.yuan(10))
    one, other = desk.approved(Money.yuan(5)), desk.approved(Money.yuan(6), year=2027)
    issued = desk.issue(one, other)
    assert [one.number.year for one in issued] == [2026, 2027]


def test_a_year_that_was_not_opened_takes_no_application(desk):
    found = refusal(desk.submit, Money.yuan(5), year=2031)
    assert [(one.rule, one.code) for one in found] == [("R1", "year_not_opened")]


# ------------------------------------------------------------------------------------------- raising


def propose(desk, amount, operator=None, request_id=None, **changes):
    told = {"document": "晋财〔2026〕9号", "reason": "省级追加", "year": 2026} | changes
    return year.propose_raise(
        desk.workspace,
        amount=amount,
        operator=operator or desk.preparer,
        request_id=request_id or new_request_id(),
        **told,
    )


def decide(desk, change, operator=None, request_id=None):
    return year.decide_raise(
        desk.workspace,
        change_id=change.id,
        operator=operator or desk.reviewer,
        request_id=request_id or new_request_id(),
    )


def refuse(desk, change, operator=None):
    return year.refuse_raise(
        desk.workspace,
        change_id=change.id,
        reason="资金未落实",
        operator=operator or desk.reviewer,
        request_id=new_request_id(),
    )


@pytest.fixture
def roomy(make_desk, tmp_path):
    """An office whose year is a hundred yuan below the ceiling."""
    folder = tmp_path / "roomy"
    folder.mkdir()
    made = make_desk(folder, amount=CAP - Money.yuan(100))
    yield made
    made.close()


def test_a_raise_is_proposed_by_one_and_decided_by_another_and_then_issued(roomy):
    change = propose(roomy, Money.yuan(100))
    assert (change.status, roomy.money().appropriation) == ("proposed", CAP - Money.yuan(100))
    assert [(one.rule, one.code) for one in refusal(decide, roomy, change, roomy.preparer)] == [("R23", "same_person")]
    assert decide(roomy, change).reviewed_by == roomy.reviewer.id
    assert roomy.money().appropriation == roomy.money().unissued == CAP
    roomy.issued(CAP)
    (shown,) = roomy.queries.cap_changes(2026)
    assert (shown.amount, shown.document, shown.reason, shown.prepared_by, shown.reviewed_by) == (
        Money.yuan(100), "晋财〔2026〕9号", "省级追加", "张经办", "李复核",
    )  # fmt: skip
    assert roomy.verified() == []


def test_a_raise_stays_under_the_ceiling_when_proposed_and_when_decided(roomy):
    (over,) = refusal(propose, roomy, Money.yuan(100) + Money(1))
    assert (over.rule, over.found, over.allowed) == ("R1", CAP.fen + 1, CAP.fen)
    assert year.preview_raise(roomy.workspace, year=2026, amount=Money.yuan(101))[0].code == "ceiling_exceeded"
    first, second = propose(roomy, Money.yuan(60)), propose(roomy, Money.yuan(60))
    decide(roomy, first)
    (over,) = refusal(decide, roomy, second)
    assert (over.code, over.found) == ("ceiling_exceeded", CAP.fen + 2_000)
    assert roomy.money().appropriation == CAP - Money.yuan(40)
    assert refuse(roomy, second).status == "refused"


@pytest.mark.parametrize("act", [decide, refuse])
@pytest.mark.parametrize("end", [None, decide, refuse])
def test_a_raise_is_decided_once(roomy, act, end):
    change = propose(roomy, Money(1))
    if end is None:
        act(roomy, change)
        return
    end(roomy, change)
    before = roomy.money()
    assert [one.code for one in refusal(act, roomy, change)] == ["step_not_open"]
    assert roomy.money() == before


def test_a_raise_needs_document_and_reason_and_a_year_that_is_open(roomy):
    for changes in ({"document": " "}, {"reason": ""}):
        with pytest.raises(InvalidInput):
            propose(roomy, Money(1), **changes)
    with pytest.raises(NotFound):
        propose(roomy, Money(1), year=2030)
    assert [one.code for one in refusal(propose, roomy, Money(0))] == ["appropriation_empty"]
    change = propose(roomy, Money(1))
    assert [(one.rule, one.code, one.found) for one in refusal(close_year, roomy)] == [("R26", "raises_open", 1)]
    refuse(roomy, change)
    close_year(roomy)
    assert [one.code for one in refusal(propose, roomy, Money(1))] == ["year_closed"]


def test_a_repeated_raise_is_one(roomy):
    change = propose(roomy, Money.yuan(1), request_id="p")
    assert propose(roomy, Money.yuan(1), request_id="p") == change
    assert decide(roomy, change, request_id="d") == decide(roomy, change, request_id="d")
    assert roomy.money().appropriation == CAP - Money.yuan(99)


# ------------------------------------------------------------------------------------------- looking back


def test_what_waits_is_told_before_closing_and_a_batch_in_hand_stands_in_the_way(desk):
    number = desk.issued(Money.yuan(100)).number
    desk.redeemed(number, Money.yuan(5))
    desk.claim(number, Money.yuan(5))
    desk.submit(Money.yuan(1))
    seen = year.preview_closing(desk.workspace, year=2026)
    assert [(one.code, one.found, one.weight) for one in seen] == [
        ("year_not_over", "2026-03-02", "note"),
        ("applications_wait", 1, "note"), ("claims_wait", 1, "note"), ("payments_wait", 1, "note"),
    ]  # fmt: skip
    with desk.shell() as connection:
        connection.execute(
            """INSERT INTO batch (id, year, policy_id, name, model, allocation, intake_from, intake_until, status,
                 prepared_by)
               VALUES (1, 2026, 1, '第一批', 'deduct', 'first-come', '2026-03-02', '2026-04-02', 'open', 1)"""
        )
    assert [(one.rule, one.code, one.found) for one in refusal(close_year, desk)] == [("R26", "batches_open", 1)]


def test_a_statement_tells_what_became_of_the_year(roomy):
    decide(roomy, propose(roomy, Money.yuan(100)))
    propose_later = roomy.today
    number, other = roomy.issued(Money.yuan(100)).number, roomy.issued(Money.yuan(40)).number
    roomy.redeemed(number, Money.yuan(30))
    roomy.reverse(roomy.redeemed(number, Money.yuan(20)))
    roomy.end("void", other)
    told = roomy.queries.year_statement(2026)
    assert (told.opened, told.issued, told.redeemed, told.recycled, told.paid, told.recovered) == (
        CAP - Money.yuan(100), Money.yuan(140), Money.yuan(30), Money.yuan(40), Money(0), Money(0),
    )  # fmt: skip
    assert (told.money, told.counts) == (roomy.money(), roomy.queries.voucher_counts(2026))
    assert (told.as_of, told.head) == (propose_later.isoformat(), roomy.workspace.data_file.verify().head)


def test_each_evening_is_told_again_by_replay(desk):
    evenings = {}
    number = desk.issued(Money.yuan(100)).number
    acts = [
        lambda: desk.redeemed(number, Money.yuan(10)),
        lambda: desk.end("freeze", number),
        lambda: desk.end("unfreeze", number),
        lambda: desk.end("void", number),
        lambda: close_year(desk),
    ]
    for act in acts:
        evenings[desk.today] = desk.money(), desk.queries.voucher_counts(2026)
        desk.on(desk.today + timedelta(days=2))
        act()
    for day, (money, counts) in evenings.items():
        for later in (0, 1):  # nothing happened on the day between
            then = desk.queries.year_statement(2026, day + timedelta(days=later))
            assert (then.money, then.counts) == (money, counts)
    for day in (desk.today - timedelta(days=100),):
        with pytest.raises(NotFound):
            desk.queries.year_statement(2026, day)
    with pytest.raises(NotFound):
        desk.queries.year_statement(2027, desk.today)


def test_a_raise_is_shown_as_it_stood_on_the_day(roomy):
    first_day = roomy.today
    change = propose(roomy, Money.yuan(1))
    roomy.on(first_day + timedelta(days=1))
    decide(roomy, change)
    assert roomy.queries.cap_changes(2026, first_day - timedelta(days=1)) == ()
    (then,) = roomy.queries.year_statement(2026, first_day).changes
    assert (then.status, then.decided_on, then.reviewed_by) == ("proposed", "", "")
    (now,) = roomy.queries.year_statement(2026, roomy.today).changes
    assert (now.status, now.decided_on, now.reviewed_by) == ("decided", roomy.today.isoformat(), "李复核")
