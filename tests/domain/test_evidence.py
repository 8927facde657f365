"""Each rule about evidence: obeyed by a fen or a day, broken by a fen or a day."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction

import pytest

from voucher_app.domain.claim import Evidence
from voucher_app.domain.invoice import Invoice
from voucher_app.domain.money import ZERO, Money
from voucher_app.domain.policy import OperatingModel
from voucher_app.domain.redemption import check_redemption, note_redemption

ONE_FEN = Money(1)
DAY = timedelta(days=1)
SECOND = Invoice("2" * 20, Money.yuan(1), date(2026, 3, 2))


def only(case):
    (violation,) = check_redemption(case)
    return violation


def billed(case, **facts):
    return replace(case, invoice=replace(case.invoice, **facts))


def further(case, *invoices):
    return replace(case, evidence=Evidence(further=invoices))


# ------------------------------------------------------------------------------------------- R9


def test_every_invoice_of_a_claim_is_redeemed_once(redemption_case):
    case = further(redemption_case, SECOND)
    assert check_redemption(case) == []
    used = replace(case, invoice_holder=17, further_holders={SECOND.key: 18})
    assert [(one.rule, one.code, one.found, one.facts) for one in check_redemption(used)] == [
        ("R9", "invoice_used", case.invoice.key, {"redemption": 17}),
        ("R9", "invoice_used", SECOND.key, {"redemption": 18}),
    ]


def test_an_invoice_stands_in_a_claim_once(redemption_case):
    first = redemption_case.invoice
    violation = only(further(redemption_case, replace(SECOND, key=first.key)))
    assert (violation.rule, violation.code, violation.subject) == ("R9", "invoice_twice", first.key)
    assert (violation.found, violation.allowed) == (2, 1)
    assert only(further(redemption_case, SECOND, SECOND)).subject == SECOND.key


def test_a_further_invoice_bills_something(redemption_case):
    assert check_redemption(further(redemption_case, replace(SECOND, amount=ONE_FEN))) == []
    violation = only(further(redemption_case, replace(SECOND, amount=ZERO)))
    assert (violation.rule, violation.code, violation.found, violation.allowed) == ("R5", "invoice_empty", 0, 1)


# ------------------------------------------------------------------------------------------- R15


def supported(case, *, contract, other):
    """A policy that allows other public money, all support together up to 50 % of the contract."""
    policy = replace(case.policy, forbids_other_support=False)
    return replace(case, policy=policy, contract_support=(contract, other))


def test_all_support_of_a_contract_stays_within_its_share(redemption_case):
    """100,000元 now, 40,000元 redeemed before, 110,000元 from others: half of 500,000元."""
    voucher = replace(redemption_case.voucher, face=Money.yuan(150_000), remaining=Money.yuan(110_000))
    case = replace(redemption_case, voucher=voucher)
    half = supported(case, contract=Money.yuan(500_000), other=Money.yuan(110_000))
    assert check_redemption(half) == []
    violation = only(supported(case, contract=Money.yuan(500_000), other=Money.yuan(110_000) + ONE_FEN))
    assert (violation.rule, violation.code, violation.weight) == ("R15", "support_exceeded", "block")
    assert (violation.found, violation.allowed) == (25_000_001, 25_000_000)
    assert violation.facts == {"other_fen": 11_000_001, "base_fen": 50_000_000, "ratio": "1/2"}


def test_what_was_recycled_is_no_support(redemption_case):
    voucher = replace(redemption_case.voucher, face=Money.yuan(300_000), recycled=Money.yuan(200_000))
    case = replace(redemption_case, voucher=voucher)
    assert check_redemption(supported(case, contract=Money.yuan(500_000), other=Money.yuan(150_000))) == []


# ------------------------------------------------------------------------------------------- R16


def test_supporting_services_are_a_part_of_their_invoice(redemption_case):
    amount = redemption_case.invoice.amount
    codes = [one.code for one in check_redemption(billed(redemption_case, supporting_services=amount))]
    assert "services_above_invoice" not in codes
    violation = next(
        one
        for one in check_redemption(billed(redemption_case, supporting_services=amount + ONE_FEN))
        if one.code == "services_above_invoice"
    )
    assert (violation.rule, violation.found, violation.allowed) == ("R16", 50_000_001, 50_000_000)


def test_supporting_services_above_their_share_are_told_and_do_not_count(redemption_case):
    """30 % of 500,000元; a fen above it leaves the claim a fen of cost, and under DOWN a yuan, short."""
    assert check_redemption(billed(redemption_case, supporting_services=Money.yuan(150_000))) == []
    above = billed(redemption_case, supporting_services=Money.yuan(150_000) + ONE_FEN)
    short, told = check_redemption(above)
    assert (short.rule, short.allowed) == ("R4", 9_999_900)
    assert (told.rule, told.code, told.weight) == ("R16", "services_above_share", "note")
    assert (told.found, told.allowed) == (15_000_001, 15_000_000)
    assert told.facts == {"base_fen": 50_000_000, "ratio": "3/10"}
    assert check_redemption(replace(above, amount=Money(9_999_900))) == [told]
    further = replace(above.invoice, key="3" * 20, amount=Money(3), supporting_services=Money(0))
    both = replace(above, amount=Money(9_999_900), evidence=Evidence(further=(further,)))
    (told,) = check_redemption(both)
    assert (told.rule, told.found, told.allowed) == ("R16", 15_000_001, 15_000_000), "one of two bills has them"


# ------------------------------------------------------------------------------------------- R19


def test_a_contract_told_with_one_end_is_refused(redemption_case):
    for told in ({"contract_from": date(2026, 3, 2)}, {"contract_until": date(2026, 3, 2)}):
        violation = only(replace(redemption_case, evidence=Evidence(**told)))
        assert (violation.rule, violation.code, violation.found) == ("R19", "contract_term_half", "2026-03-02")


def test_a_contract_begins_no_day_after_it_ends(redemption_case):
    first = date(2026, 3, 2)
    one_day = Evidence(contract_from=first, contract_until=first)
    assert check_redemption(replace(redemption_case, evidence=one_day)) == []
    reversed_term = replace(one_day, contract_from=first + DAY)
    violation = next(
        one for one in check_redemption(replace(redemption_case, evidence=reversed_term)) if one.rule == "R19"
    )
    assert (violation.code, violation.found, violation.allowed) == (
        "contract_term_reversed",
        "2026-03-03",
        "2026-03-02",
    )


# ------------------------------------------------------------------------------------------- R20


def test_the_invoice_is_over_the_full_price_where_the_voucher_was_deducted(redemption_case):
    """400,000元 paid and 100,000元 deducted make an invoice of 500,000元; a fen more paid, and it is not full."""
    assert check_redemption(billed(redemption_case, paid=Money.yuan(400_000))) == []
    violation = only(billed(redemption_case, paid=Money.yuan(400_000) + ONE_FEN))
    assert (violation.rule, violation.code, violation.weight) == ("R20", "invoice_not_full", "reason")
    assert (violation.found, violation.allowed) == (50_000_000, 50_000_001)
    assert violation.facts == {"deducted_fen": 10_000_000}


@pytest.mark.parametrize("model", [OperatingModel.PAY_FIRST, OperatingModel.AFTERWARDS])
def test_who_pays_first_pays_the_whole_invoice(redemption_case, model):
    assert check_redemption(replace(billed(redemption_case, paid=Money.yuan(500_000)), model=model)) == []


def test_a_policy_may_do_without_full_invoices(redemption_case):
    policy = replace(redemption_case.policy, requires_full_invoice=False)
    assert check_redemption(replace(billed(redemption_case, paid=Money.yuan(500_000)), policy=policy)) == []


def test_an_invoice_without_its_payment_has_room_for_what_was_deducted(redemption_case):
    case = further(billed(redemption_case, paid=Money.yuan(500_000)), replace(SECOND, amount=Money.yuan(100_000)))
    assert check_redemption(case) == []
    short = further(case, replace(SECOND, amount=Money.yuan(100_000) - ONE_FEN))
    assert only(short).code == "invoice_not_full"


# ------------------------------------------------------------------------------------------- R21


def test_no_more_is_paid_than_is_billed(redemption_case):
    case = replace(redemption_case, model=OperatingModel.PAY_FIRST)
    assert check_redemption(billed(case, paid=Money.yuan(500_000))) == []
    violation = only(billed(case, paid=Money.yuan(500_000) + ONE_FEN))
    assert (violation.rule, violation.code, violation.weight) == ("R21", "paid_above_invoice", "block")
    assert (violation.found, violation.allowed) == (50_000_001, 50_000_000)


def test_no_payment_is_later_than_the_claim(redemption_case):
    assert check_redemption(billed(redemption_case, paid_on=redemption_case.on)) == []
    violation = only(billed(redemption_case, paid_on=redemption_case.on + DAY))
    assert (violation.rule, violation.code) == ("R21", "paid_in_future")
    assert (violation.found, violation.allowed) == ("2026-03-03", "2026-03-02")


def test_the_recipient_pays_and_the_provider_is_paid(redemption_case):
    payer, payee = redemption_case.recipient.organisation.name, redemption_case.provider.organisation.name
    assert check_redemption(billed(redemption_case, payer=payer, payee=payee)) == []
    found = check_redemption(billed(redemption_case, payer=payee, payee=payer))
    assert [(one.rule, one.code, one.found, one.allowed, one.weight) for one in found] == [
        ("R21", "receipt_names_other_payer", payee, payer, "reason"),
        ("R21", "receipt_names_other_payee", payer, payee, "reason"),
        ("R18", "voucher_cashed", payer, payee, "block"),
    ]
    assert only(further(redemption_case, replace(SECOND, payer=payer + "一"))).subject == SECOND.key


def test_money_that_comes_back_to_the_holder_cashes_the_voucher_whatever_the_policy(redemption_case):
    policy = replace(redemption_case.policy, requires_bank_transfer=False)
    holder = redemption_case.recipient.organisation.name
    case = replace(further(redemption_case, replace(SECOND, payee=f" {holder}")), policy=policy)
    assert [(one.rule, one.subject) for one in check_redemption(case)] == [("R18", SECOND.key)]


def test_a_bank_writes_brackets_and_letters_its_own_way(redemption_case, with_unit):
    recipient = with_unit(redemption_case.recipient, name="晋阳AI（太原）有限公司")
    case = replace(redemption_case, recipient=recipient)
    assert check_redemption(billed(case, payer="晋阳ai(太原) 有限公司")) == []


def test_a_policy_may_do_without_bank_transfers(redemption_case):
    policy = replace(redemption_case.policy, requires_bank_transfer=False)
    case = replace(billed(redemption_case, payer="某人"), policy=policy)
    assert check_redemption(case) == []
    assert note_redemption(replace(redemption_case, policy=policy)) == []


def test_an_untold_payment_is_noted_and_stands_in_nobodys_way(redemption_case):
    assert check_redemption(redemption_case) == []
    (note,) = note_redemption(redemption_case)
    assert (note.rule, note.code, note.weight) == ("R21", "payment_not_told", "note")
    told = billed(redemption_case, paid_on=redemption_case.on)
    assert note_redemption(told) == []
    assert [one.subject for one in note_redemption(further(told, SECOND))] == [SECOND.key]


# ------------------------------------------------------------------------------------------- R30


def priced(case, price, usual, item="GPU 卡时"):
    return replace(case, evidence=Evidence(price_item=item, unit_price=price), reference_price=usual)


def test_a_unit_price_is_at_most_a_fifth_above_the_usual_one(redemption_case):
    assert check_redemption(priced(redemption_case, Money(1_200), Fraction(1_000))) == []
    violation = only(priced(redemption_case, Money(1_201), Fraction(1_000)))
    assert (violation.rule, violation.code, violation.weight) == ("R30", "price_too_high", "reason")
    assert (violation.found, violation.allowed, violation.subject) == (1_201, 1_200, "GPU 卡时")
    assert violation.facts == {"usual_fen": 1_000, "ratio": "1/5"}


def test_a_median_between_two_prices_is_compared_exactly(redemption_case):
    """A fifth above 2.5分 is 3分."""
    assert check_redemption(priced(redemption_case, Money(3), Fraction(5, 2))) == []
    assert only(priced(redemption_case, Money(4), Fraction(5, 2))).allowed == 3


def test_a_price_without_anything_to_compare_passes(redemption_case):
    assert check_redemption(priced(redemption_case, Money(10**9), None)) == []


@pytest.mark.parametrize(("item", "price"), [("", Money(1)), ("GPU", None), ("GPU", ZERO)])
def test_an_item_has_its_price_and_a_price_its_item(redemption_case, item, price):
    violation = only(priced(redemption_case, price, None, item))
    assert (violation.rule, violation.code, violation.subject) == ("R30", "price_incomplete", item)
    assert (violation.found, violation.allowed) == (price.fen if price else 0, item)
