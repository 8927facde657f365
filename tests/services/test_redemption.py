"""Claiming, verifying, refusing, reversing: each act, each refusal, each preview."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from voucher_app.domain.errors import InvalidInput, NotFound
from voucher_app.domain.money import Money
from voucher_app.services import redemption, voucher
from voucher_app.services.workspace import new_request_id

from .refusals import refusal, violations


def refuse(desk, claim, operator=None, reason="发票不符"):
    return redemption.refuse(
        desk.workspace,
        redemption_id=claim.id,
        reason=reason,
        operator=operator or desk.reviewer,
        request_id=new_request_id(),
    )


def reverse(desk, claim, reason):
    return redemption.reverse(
        desk.workspace, redemption_id=claim.id, reason=reason, operator=desk.reviewer, request_id=new_request_id()
    )


@pytest.fixture
def number(desk):
    return desk.issued(Money.yuan(100)).number


def test_a_claim_owes_nothing_until_another_person_verifies_it(desk, number):
    before = desk.money()
    claim = desk.claim(number, Money.yuan(40))
    assert (claim.status, claim.claimed, claim.approved) == ("claimed", Money.yuan(40), None)
    assert desk.money() == before
    verified = desk.verify(claim)
    assert (verified.status, verified.approved, verified.reviewed_by) == (
        "verified",
        Money.yuan(40),
        desk.reviewer.id,
    )
    money = desk.money()
    assert (money.outstanding, money.payable) == (Money.yuan(60), Money.yuan(40))
    assert (desk.voucher(number).status, desk.voucher(number).remaining) == ("partly-used", Money.yuan(60))
    assert desk.verified() == []


def test_each_of_several_claims_is_answered_by_its_own_reason_or_else_by_theirs_together(desk, number):
    asks = desk.claim_facts(number, Money.yuan(10), payer="别家公司", paid_on=desk.today)
    answered = replace(desk.claim_facts(number, Money.yuan(20), payer="别家公司", paid_on=desk.today), reason="已核实")

    def claim_all(*claims, **more):
        return redemption.claim_all(
            desk.workspace, claims=list(claims), operator=desk.preparer, request_id=new_request_id(), **more
        )

    assert refusal(claim_all, answered, asks) == [("R21", "receipt_names_other_payer")] * 2
    (alone,) = claim_all(answered)
    assert alone.evidence.reason == "已核实"
    again = replace(desk.claim_facts(number, Money.yuan(20), payer="别家公司", paid_on=desk.today), reason="已核实")
    assert [one.evidence.reason for one in claim_all(again, asks, reason="集团代付")] == ["已核实", "集团代付"]


def test_nobody_verifies_a_claim_they_prepared(desk, number):
    claim = desk.claim(number, Money.yuan(40))
    assert refusal(desk.verify, claim, operator=desk.preparer) == [("R23", "same_person")]
    assert refusal(refuse, desk, claim, operator=desk.preparer) == [("R23", "same_person")]
    desk.verify(claim)
    assert refusal(desk.reverse, claim, operator=desk.preparer) == [("R23", "same_person")]


def test_the_reviewer_may_approve_less_and_never_more(desk, number):
    claim = desk.claim(number, Money.yuan(40))
    (violation,) = violations(desk.verify, claim, Money.yuan(40) + Money(1))
    assert (violation.rule, violation.code, violation.found, violation.allowed) == (
        "R4",
        "approved_above_claim",
        4_001,
        4_000,
    )
    assert refusal(desk.verify, claim, Money(0)) == [("R5", "claim_empty")]
    assert desk.verify(claim, Money.yuan(39)).approved == Money.yuan(39)
    assert desk.voucher(number).remaining == Money.yuan(61)


def test_undecided_claims_count_against_what_is_left(desk, number):
    desk.claim(number, Money.yuan(60))
    (violation,) = violations(desk.claim, number, Money.yuan(41))
    assert (violation.rule, violation.found, violation.allowed) == ("R1", 4_100, 4_000)
    preview = redemption.preview_claim(desk.workspace, desk.claim_facts(number, Money.yuan(40)))
    assert (preview.free, preview.remaining_after) == (Money.yuan(40), Money.yuan(60))
    desk.claim(number, Money.yuan(40))


def test_a_refused_claim_frees_its_value_and_its_invoice(desk, number):
    facts = desk.claim_facts(number, Money.yuan(100))
    told = {"operator": desk.preparer}
    claim = redemption.claim(desk.workspace, facts=facts, request_id="1", **told)
    assert refusal(redemption.claim, desk.workspace, facts=facts, request_id="2", **told) == [
        ("R1", "remaining_exceeded"),
        ("R9", "invoice_used"),
    ]
    refused = refuse(desk, claim)
    assert (refused.status, refused.reason, refused.approved) == ("refused", "发票不符", None)
    again = redemption.claim(desk.workspace, facts=facts, request_id="3", **told)
    desk.verify(again)
    assert desk.voucher(number).status == "used-up"
    assert desk.verified() == []


@pytest.mark.parametrize("reason", ["", " ", "x" * 2_001])
def test_a_refusal_without_a_reason_that_can_be_read_is_none(desk, number, reason):
    claim = desk.claim(number, Money.yuan(10))
    for decide in (refuse, reverse):
        with pytest.raises(InvalidInput) as refused:
            decide(desk, claim, reason=reason)
        assert refused.value.facts["field"] == "reason", "the field that the sentence names"
    assert desk.queries.redemption(claim.id).redemption.status == "claimed"


def test_claims_of_one_file_are_recorded_without_a_reason_where_none_is_told(desk, number):
    facts = [desk.claim_facts(number, Money.yuan(10)), desk.claim_facts(number, Money.yuan(20))]
    made = redemption.claim_all(desk.workspace, claims=facts, operator=desk.preparer, request_id=new_request_id())
    assert [one.claimed for one in made] == [Money.yuan(10), Money.yuan(20)]
    assert desk.queries.redemption(made[0].id).history[0].note == ""


def test_an_invoice_is_redeemed_once_on_whatever_voucher(desk, number):
    other = desk.issued(Money.yuan(100), holder=1).number
    desk.verify(desk.claim(number, Money.yuan(1), invoice_number="1400123456-12345678"))
    (violation,) = violations(desk.claim, other, Money.yuan(1), invoice_number="140012345612345678")
    assert (violation.rule, violation.found) == ("R9", "1400123456-12345678")


def test_a_decision_is_made_once(desk, number):
    claim = desk.redeemed(number, Money.yuan(1))
    assert refusal(desk.verify, claim) == [("TRANSITION", "step_not_open")]
    assert refusal(refuse, desk, claim) == [("TRANSITION", "step_not_open")]
    desk.reverse(claim)
    assert refusal(desk.reverse, claim) == [("TRANSITION", "step_not_open")]


def test_a_claim_that_waits_is_not_reversed(desk, number):
    assert refusal(desk.reverse, desk.claim(number, Money.yuan(1))) == [("TRANSITION", "step_not_open")]


def test_a_reversal_brings_the_value_back_to_the_voucher(desk, number):
    before = desk.money()
    claim = desk.redeemed(number, Money.yuan(100))
    assert desk.voucher(number).status == "used-up"
    reversed_claim = desk.reverse(claim)
    assert (reversed_claim.status, reversed_claim.reason) == ("reversed", "发票红冲")
    assert (desk.voucher(number).status, desk.voucher(number).remaining) == ("usable", Money.yuan(100))
    assert desk.money() == before
    desk.redeemed(number, Money.yuan(100))
    assert desk.verified() == []


def test_a_reversal_in_part_leaves_a_voucher_partly_used(desk, number):
    first = desk.redeemed(number, Money.yuan(30))
    desk.redeemed(number, Money.yuan(70))
    desk.reverse(first)
    assert (desk.voucher(number).status, desk.voucher(number).remaining) == ("partly-used", Money.yuan(30))


@pytest.mark.parametrize("closed", [False, True])
def test_a_reversal_after_the_voucher_was_voided_sends_the_money_on_to_its_year(desk, number, closed):
    from voucher_app.services import year

    claim = desk.redeemed(number, Money.yuan(30))
    desk.end("void", number)
    if closed:
        year.close_year(desk.workspace, year=2026, operator=desk.preparer, request_id="close")
    before = desk.money()
    desk.reverse(claim)
    money = desk.money()
    assert (money.payable, money.outstanding) == (Money(0), Money(0))
    back = Money.yuan(30)
    if closed:
        assert (money.lapsed, money.unissued) == (before.lapsed + back, before.unissued)
    else:
        assert (money.lapsed, money.unissued) == (before.lapsed, before.unissued + back)
    assert (desk.voucher(number).status, desk.voucher(number).recycled) == ("voided", Money.yuan(100))
    assert desk.verified() == []


def test_a_reversal_after_the_voucher_expired_sends_the_money_on_too(desk, number):
    claim = desk.redeemed(number, Money.yuan(30))
    desk.on(desk.voucher(number).redeem_by + timedelta(days=1))
    voucher.expire(desk.workspace, operator=desk.preparer, request_id="expire")
    desk.reverse(claim)
    assert desk.money().unissued == desk.money().appropriation
    assert desk.verified() == []


def test_a_reversal_leaves_a_frozen_voucher_frozen(desk, number):
    claim = desk.redeemed(number, Money.yuan(30))
    desk.end("freeze", number)
    desk.reverse(claim)
    assert (desk.voucher(number).status, desk.voucher(number).remaining) == ("frozen", Money.yuan(100))
    assert desk.end("unfreeze", number).status == "usable"
    assert desk.verified() == []


def test_a_preview_of_a_claim_is_what_the_claim_meets(strict_desk):
    number = strict_desk.issued(Money.yuan(10_000)).number
    facts = strict_desk.claim_facts(number, Money.yuan(10_001), invoice_amount=Money.yuan(40_000))
    preview = redemption.preview_claim(strict_desk.workspace, facts)
    assert (preview.limit, preview.free, preview.remaining_after) == (
        Money.yuan(8_000),
        Money.yuan(10_000),
        Money.yuan(-1),
    )
    found = violations(
        redemption.claim, strict_desk.workspace, facts=facts, operator=strict_desk.preparer, request_id="x"
    )
    assert preview.violations == found
    assert [one.rule for one in found] == ["R1", "R4"]


def test_a_preview_of_a_verification_is_what_the_decision_meets(desk, number):
    claim = desk.claim(number, Money.yuan(40))
    for approved, reviewer in ((Money.yuan(41), desk.preparer), (Money(0), desk.reviewer)):
        preview = redemption.preview_verification(
            desk.workspace, redemption_id=claim.id, approved=approved, reviewer=reviewer
        )
        assert preview.violations == violations(desk.verify, claim, approved, operator=reviewer)
    preview = redemption.preview_verification(
        desk.workspace, redemption_id=claim.id, approved=Money.yuan(40), reviewer=desk.reviewer
    )
    assert preview.violations == []
    desk.verify(claim)
    assert desk.voucher(number).remaining == preview.remaining_after


def test_the_deadline_looks_at_the_claim_and_not_at_the_decision(desk, number):
    desk.on(desk.voucher(number).redeem_by)
    claim = desk.claim(number, Money.yuan(1), invoiced_on=desk.voucher(number).use_by)
    desk.on(desk.today + timedelta(days=30))
    assert desk.verify(claim).status == "verified"
    assert ("R7", "redeemed_too_late") in refusal(
        desk.claim, number, Money.yuan(1), invoiced_on=desk.voucher(number).use_by
    )


def test_the_cap_of_a_unit_counts_what_was_redeemed(strict_desk):
    """R3 at redemption; a second year's policy cannot be evaded by what was issued earlier."""
    number = strict_desk.issued(Money.yuan(1_000_000)).number
    strict_desk.redeemed(number, Money.yuan(999_999))
    assert strict_desk.redeemed(number, Money.yuan(1)).status == "verified"
    assert strict_desk.voucher(number).status == "used-up"


def test_a_suspended_provider_is_not_redeemed_for_later_service(desk, number):
    from voucher_app.services import provider

    provider.suspend(desk.workspace, uscc=desk.providers[0], reason="核查", operator=desk.reviewer, request_id="s")
    yesterday = desk.today - timedelta(days=1)
    assert refusal(desk.claim, number, Money.yuan(1)) == [("R12", "provider_not_admitted_service")]
    desk.claim(number, Money.yuan(1), invoiced_on=yesterday)


@pytest.mark.parametrize("invoice", ["", "2.6E+19", "123"])
def test_an_invoice_that_cannot_be_read_is_refused_before_anything(desk, number, invoice):
    facts = desk.claim_facts(number, Money.yuan(1), invoice_number=invoice)
    with pytest.raises(InvalidInput):
        redemption.preview_claim(desk.workspace, facts)
    with pytest.raises(InvalidInput):
        redemption.claim(desk.workspace, facts=facts, operator=desk.preparer, request_id="x")


def test_what_does_not_exist_is_told(desk):
    with pytest.raises(NotFound):
        redemption.verify(desk.workspace, redemption_id=9, approved=None, operator=desk.reviewer, request_id="x")
    with pytest.raises(NotFound):
        desk.claim("SX-2026-000001-4", Money.yuan(1))


def test_a_repeated_claim_and_verification_are_done_once(desk, number):
    facts = desk.claim_facts(number, Money.yuan(1))
    told = {"facts": facts, "operator": desk.preparer, "request_id": "c"}
    claim = redemption.claim(desk.workspace, **told)
    assert redemption.claim(desk.workspace, **told) == claim
    verified = desk.verify(claim, request_id="v")
    assert desk.verify(claim, request_id="v") == verified
    assert desk.voucher(number).remaining == Money.yuan(99)
    with pytest.raises(InvalidInput):
        desk.verify(claim, Money(0), request_id="v")
