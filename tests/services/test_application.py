"""Submitting, approving, refusing."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from voucher_app.domain.errors import InvalidInput, NotFound
from voucher_app.domain.money import Money
from voucher_app.services import application, policy, recipient
from voucher_app.services.demonstration import demonstration_code
from voucher_app.services.recipient import UnitFacts
from voucher_app.services.workspace import new_request_id

from .refusals import refusal, violations


def refuse(desk, one, operator=None, request_id=None):
    return application.refuse(
        desk.workspace,
        application_id=one.id,
        reason="材料不全",
        operator=operator or desk.reviewer,
        request_id=request_id or new_request_id(),
    )


def submit_all(desk, facts, reason=""):
    return application.submit_all(
        desk.workspace, applications=facts, operator=desk.preparer, request_id=new_request_id(), reason=reason
    )


def test_an_application_is_submitted_then_approved_by_another_person(strict_desk):
    submitted = strict_desk.submit(Money.yuan(5_000))
    assert (submitted.status, submitted.prepared_by, submitted.reviewed_by) == (
        "submitted",
        strict_desk.preparer.id,
        None,
    )
    (approved,) = strict_desk.approve(submitted)
    assert (approved.status, approved.reviewed_by) == ("approved", strict_desk.reviewer.id)


def test_nobody_decides_on_an_application_they_prepared(strict_desk):
    submitted = strict_desk.submit(Money.yuan(5_000))
    assert refusal(strict_desk.approve, submitted, operator=strict_desk.preparer) == [("R23", "same_person")]
    assert refusal(refuse, strict_desk, submitted, operator=strict_desk.preparer) == [("R23", "same_person")]


def test_every_broken_rule_is_told_at_once_and_the_preview_says_the_same(strict_desk):
    facts = strict_desk.facts(
        Money.yuan(1_000_001),
        contract_amount=Money.yuan(10),
        signed_on=strict_desk.today + timedelta(days=2_000),
    )
    found = violations(
        application.submit,
        strict_desk.workspace,
        facts=facts,
        operator=strict_desk.preparer,
        request_id="x",
    )
    assert [one.rule for one in found] == ["R3", "R4", "R8", "R12"]
    preview = application.preview(strict_desk.workspace, facts)
    assert preview.violations == found
    assert preview.unissued_after == preview.before.unissued - facts.requested


def test_a_preview_also_tells_what_counts_at_issuance_only(desk):
    facts = desk.facts(Money.yuan(50_000_001))
    preview = application.preview(desk.workspace, facts)
    assert [(one.rule, one.code) for one in preview.violations] == [("R1", "cap_exceeded")]
    unopened = application.preview(desk.workspace, replace(facts, year=2030))
    assert [(one.rule, one.code) for one in unopened.violations] == [("R1", "year_not_opened")]
    assert (unopened.before, unopened.unissued_after) == (None, -facts.requested)


def test_a_contract_supports_one_application_in_whatever_writing(desk):
    desk.submit(Money.yuan(1), contract_number="HT-01")
    (violation,) = violations(desk.submit, Money.yuan(1), contract_number="ｈｔ - 01")
    assert (violation.rule, violation.facts) == ("R8", {"application": 1})
    desk.submit(Money.yuan(1), contract_number="HT-01", seller=1)


def test_a_refused_application_frees_its_contract(desk):
    first = desk.submit(Money.yuan(1), contract_number="HT-01")
    assert refuse(desk, first).status == "refused"
    second = desk.submit(Money.yuan(1), contract_number="HT-01")
    assert ("TRANSITION", "step_not_open") in refusal(desk.approve, first)
    desk.approve(second)
    assert refuse(desk, second).reason == "材料不全"


def test_a_batch_of_applications_is_submitted_all_or_none(desk):
    good, other = desk.facts(Money.yuan(1)), desk.facts(Money.yuan(2))
    twice = replace(other, contract_number=good.contract_number)
    assert [(one.rule, one.code) for one in violations(submit_all, desk, [good, other, twice])] == [
        ("R8", "contract_used")
    ]
    assert [one.requested for one in submit_all(desk, [good, other])] == [Money.yuan(1), Money.yuan(2)]


def test_a_batch_is_approved_all_or_none_and_all_that_is_wrong_is_told(desk):
    desk.declare_small_office()  # so that the reviewer prepares, too
    mine = desk.submit(Money.yuan(1), operator=desk.reviewer)
    theirs = desk.submit(Money.yuan(1))
    assert refusal(desk.approve, mine, theirs) == [("R23", "same_person")]
    assert desk.queries.application(theirs.id).application.status == "submitted"
    assert len(desk.approve(theirs, theirs)) == 1


def test_rules_are_looked_at_again_when_an_application_is_approved(strict_desk):
    one, other = (strict_desk.submit(Money.yuan(600_000)) for _ in range(2))
    strict_desk.issue(*strict_desk.approve(one))
    assert refusal(strict_desk.approve, other) == [("R3", "recipient_cap_exceeded")]


def test_shared_particulars_need_a_written_reason_which_is_recorded(desk):
    unit = UnitFacts("同一电话公司", demonstration_code("enterprise", 777), "140100", phone="0351-0000001")
    shared = recipient.add(
        desk.workspace, unit=unit, kind="enterprise", operator=desk.preparer, request_id=new_request_id()
    ).organisation.uscc
    facts = {"recipient_uscc": shared}
    assert refusal(desk.submit, Money.yuan(1), **facts) == [("R10", "shared_phone")]
    assert refusal(desk.submit, Money.yuan(1), reason="  ", **facts) == [("R10", "shared_phone")]
    submitted = desk.submit(Money.yuan(1), reason="同一园区总机", **facts)
    assert submitted.reason == "同一园区总机"
    desk.issue(*desk.approve(submitted))


def test_an_application_keeps_the_policy_it_was_made_under(strict_desk, desk):
    submitted = strict_desk.submit(Money.yuan(5_000))
    content = desk.queries.policies()[0].content
    second = policy.publish(
        strict_desk.workspace, content=content, operator=strict_desk.preparer, request_id=new_request_id()
    )
    assert second.label == "generous v1"
    assert strict_desk.queries.application(submitted.id).policy.label == "henan-style v1"
    later = strict_desk.submit(Money(1))
    assert strict_desk.queries.application(later.id).policy.label == "generous v1"
    again = policy.publish(
        strict_desk.workspace, content=content, operator=strict_desk.preparer, request_id=new_request_id()
    )
    assert (again.label, again.content) == ("generous v2", content)
    assert strict_desk.verified() == []


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"recipient_uscc": "91140100MA0CMJRAM1"}, InvalidInput),
        ({"recipient_uscc": "91140100MA0CMJRAM0"}, NotFound),
        ({"provider_uscc": "91140100MA0CMJRAM0"}, NotFound),
        ({"contract_number": "  "}, InvalidInput),
        ({"contract_number": "a\x00b"}, InvalidInput),
    ],
)
def test_what_cannot_be_read_or_found_is_refused_alike_in_preview_and_act(desk, change, error):
    facts = replace(desk.facts(Money.yuan(1)), **change)
    with pytest.raises(error):
        application.preview(desk.workspace, facts)
    with pytest.raises(error):
        application.submit(desk.workspace, facts=facts, operator=desk.preparer, request_id="x")
    assert desk.submit(Money.yuan(1)).id == 1


def test_an_application_that_does_not_exist_is_told(desk):
    with pytest.raises(NotFound):
        application.refuse(desk.workspace, application_id=3, reason="x", operator=desk.reviewer, request_id="x")


def test_a_repeated_decision_is_made_once(desk):
    one = desk.submit(Money.yuan(1))
    assert refuse(desk, one, request_id="r") == refuse(desk, one, request_id="r")
    other = desk.submit(Money.yuan(1), request_id="s", contract_number="H")
    assert desk.approve(other, request_id="a") == desk.approve(other, request_id="a")
