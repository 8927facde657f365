"""Issuing, voiding, returning, freezing, expiring: each act, each refusal, each preview."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from voucher_app.domain.errors import InvalidInput, NotFound, RulesViolated
from voucher_app.domain.money import Money
from voucher_app.domain.voucher import VoucherStatus
from voucher_app.services import voucher
from voucher_app.services.workspace import new_request_id

from .refusals import refusal


def expire(desk):
    return voucher.expire(desk.workspace, operator=desk.preparer, request_id=new_request_id())


@pytest.fixture
def one(desk):
    return desk.issued(Money.yuan(100))


def test_an_issued_voucher_carries_what_its_application_asked_for(desk):
    application = desk.approved(Money.yuan(100), holder=2, seller=1)
    (issued,) = desk.issue(application)
    assert (str(issued.number), issued.face, issued.remaining) == ("SX-2026-000001-4", Money.yuan(100), Money.yuan(100))
    assert (issued.recipient_id, issued.provider_id) == (application.recipient_id, application.provider_id)
    assert (issued.status, issued.issued_on, issued.use_by) == ("usable", desk.today, date(2027, 3, 2))
    assert (issued.prepared_by, issued.reviewed_by) == (desk.preparer.id, desk.reviewer.id)
    assert desk.queries.application(application.id).application.status == "issued"


def test_issuing_returns_what_the_file_says(desk):
    issued = desk.issue(desk.approved(Money.yuan(100)), desk.approved(Money.yuan(7)))
    assert [one.face for one in issued] == [Money.yuan(100), Money.yuan(7)]
    assert issued == [desk.voucher(one.number) for one in issued]


def test_a_batch_is_numbered_without_a_gap_in_the_order_of_its_applications(desk):
    batch = [desk.submit(Money.yuan(serial)) for serial in range(1, 31)]
    desk.approve(*batch)
    assert [(one.number.sequence, one.face) for one in desk.issue()] == [
        (serial, Money.yuan(serial)) for serial in range(1, 31)
    ]


def test_an_application_is_issued_once(desk):
    application = desk.approved(Money.yuan(1))
    desk.issue(application)
    assert refusal(desk.issue, application) == [("TRANSITION", "step_not_open")]


def test_an_application_that_is_not_approved_is_not_issued(desk):
    submitted, approved = desk.submit(Money.yuan(1)), desk.approved(Money.yuan(1))
    assert refusal(desk.issue, submitted, approved) == [("TRANSITION", "step_not_open")]
    assert desk.queries.voucher_counts(2026)["usable"] == 0


def test_an_application_that_does_not_exist_is_not_issued(desk):
    with pytest.raises(NotFound):
        voucher.issue(desk.workspace, application_ids=[99], operator=desk.preparer, request_id="x")


def test_two_vouchers_in_one_batch_count_together_against_the_cap_of_their_unit(strict_desk):
    """R3: each alone is within 1,000,000元, both together are not."""
    batch = [strict_desk.approved(Money.yuan(600_000)) for _ in range(2)]
    with pytest.raises(RulesViolated) as refused:
        strict_desk.issue(*batch)
    (violation,) = refused.value.violations
    assert (violation.rule, violation.found, violation.allowed) == ("R3", 120_000_000, 100_000_000)
    preview = voucher.preview_issuance(strict_desk.workspace, None)
    assert preview.violations == [violation]
    strict_desk.issue(batch[0])
    assert refusal(strict_desk.issue, batch[1]) == [("R3", "recipient_cap_exceeded")]
    other = strict_desk.approved(Money.yuan(400_000), holder=1)
    strict_desk.issue(other)


@pytest.mark.parametrize(("act", "status"), [("void", "voided"), ("return", "returned")])
def test_an_ended_voucher_gives_its_value_back(desk, one, act, status):
    before = desk.money()
    preview = voucher.preview_ending(desk.workspace, number=str(one.number), act=act, operator=desk.reviewer)
    ended = desk.end(act, one.number)
    assert (ended.status, ended.remaining, ended.recycled) == (status, Money(0), Money.yuan(100))
    assert desk.money().unissued == before.unissued + Money.yuan(100) == preview.unissued_after
    assert preview.violations == []
    assert desk.verified() == []


@pytest.mark.parametrize("act", ["void", "return"])
def test_nobody_ends_a_voucher_they_prepared(desk, one, act):
    assert refusal(desk.end, act, one.number, operator=desk.preparer) == [("R23", "same_person")]
    preview = voucher.preview_ending(desk.workspace, number=str(one.number), act=act, operator=desk.preparer)
    assert [violation.rule for violation in preview.violations] == ["R23"]


@pytest.mark.parametrize("act", ["void", "return"])
def test_a_voucher_with_an_open_claim_is_not_ended_and_all_reasons_are_told(desk, one, act):
    desk.claim(one.number, Money.yuan(1))
    assert refusal(desk.end, act, one.number) == [("R26", "claims_open")]
    assert refusal(desk.end, act, one.number, operator=desk.preparer) == [
        ("R26", "claims_open"),
        ("R23", "same_person"),
    ]


def test_only_what_is_left_of_a_used_voucher_goes_back(desk, one):
    desk.redeemed(one.number, Money.yuan(30))
    assert refusal(desk.end, "return", one.number) == [("TRANSITION", "step_not_open")]
    voided = desk.end("void", one.number)
    assert (voided.recycled, voided.remaining) == (Money.yuan(70), Money(0))
    money = desk.money()
    assert (money.payable, money.outstanding) == (Money.yuan(30), Money(0))


def test_a_used_up_or_ended_voucher_is_not_ended_again(desk, one):
    desk.end("void", one.number)
    for act in ("void", "return", "freeze", "unfreeze"):
        assert refusal(desk.end, act, one.number) == [("TRANSITION", "step_not_open")]


@pytest.mark.parametrize("act", ["void", "return", "freeze", "unfreeze"])
def test_a_decision_on_a_voucher_needs_a_reason(desk, one, act):
    name = "return_voucher" if act == "return" else act
    with pytest.raises(InvalidInput) as refused:
        getattr(voucher, name)(
            desk.workspace, number=str(one.number), reason="  ", operator=desk.reviewer, request_id="x"
        )
    assert refused.value.code == "text_missing"
    assert refused.value.facts == {"field": "reason"}


def test_a_number_that_cannot_be_read_or_does_not_exist_is_told(desk):
    with pytest.raises(InvalidInput):
        desk.end("void", "SX-2026-000001-5")
    with pytest.raises(NotFound):
        desk.end("void", "SX-2026-000001-4")
    with pytest.raises(NotFound):
        voucher.preview_ending(desk.workspace, number="SX-2026-000001-4", act="void", operator=desk.reviewer)


def test_a_frozen_voucher_redeems_nothing_until_it_is_unfrozen(desk, one):
    desk.redeemed(one.number, Money.yuan(30))
    assert desk.end("freeze", one.number).status is VoucherStatus.FROZEN
    assert refusal(desk.claim, one.number, Money.yuan(1)) == [("TRANSITION", "step_not_open")]
    assert desk.end("unfreeze", one.number).status is VoucherStatus.PARTLY_USED
    desk.redeemed(one.number, Money.yuan(70))
    assert desk.voucher(one.number).status is VoucherStatus.USED_UP


def test_a_claim_made_before_the_freeze_is_not_verified_during_it(desk, one):
    claim = desk.claim(one.number, Money.yuan(30))
    desk.end("freeze", one.number)
    assert refusal(desk.verify, claim) == [("TRANSITION", "step_not_open")]
    desk.end("unfreeze", one.number)
    desk.verify(claim)


def test_a_frozen_voucher_can_be_voided(desk, one):
    desk.end("freeze", one.number)
    assert desk.end("void", one.number).recycled == Money.yuan(100)
    assert desk.verified() == []


def test_vouchers_expire_after_their_last_day_to_redeem(desk, one):
    used = desk.issued(Money.yuan(10))
    desk.redeemed(used.number, Money.yuan(10))
    desk.on(one.redeem_by)
    assert expire(desk) == []
    desk.on(one.redeem_by + timedelta(days=1))
    (expired,) = expire(desk)
    assert (expired.number, expired.status, expired.recycled) == (one.number, "expired", Money.yuan(100))
    assert desk.voucher(used.number).status is VoucherStatus.USED_UP
    assert desk.verified() == []


def test_a_frozen_voucher_and_one_with_an_open_claim_wait_for_their_decision(desk, one):
    frozen, claimed = desk.issued(Money.yuan(1)), desk.issued(Money.yuan(2))
    desk.end("freeze", frozen.number)
    claim = desk.claim(claimed.number, Money.yuan(1))
    desk.on(one.redeem_by + timedelta(days=1))
    assert [voucher.number for voucher in expire(desk)] == [one.number]
    # The claim was made in time, so it is verified now; what is left expires.
    desk.verify(claim)
    (late,) = expire(desk)
    assert (late.number, late.recycled) == (claimed.number, Money.yuan(1))
    assert desk.verified() == []


def test_a_repeated_act_on_a_voucher_is_done_once(desk, one):
    told = {"number": str(one.number), "reason": "书面", "operator": desk.reviewer, "request_id": "same"}
    assert voucher.void(desk.workspace, **told) == voucher.void(desk.workspace, **told)
    with pytest.raises(InvalidInput) as refused:
        voucher.void(desk.workspace, **{**told, "reason": "另一"})
    assert refused.value.code == "request_reused"
