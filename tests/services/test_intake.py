"""The intake of a batch: drafts, acceptance, corrections, the first review, withdrawal; and the rules on the way."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from voucher_app.domain.application import BATCH_STEPS, DIRECT_STEPS, ApplicationStatus
from voucher_app.domain.errors import InvalidInput, NotFound, RulesViolated
from voucher_app.domain.money import Money
from voucher_app.services import application, intake, possibilities, recipient
from voucher_app.services.demonstration import demonstration_code
from voucher_app.services.recipient import UnitFacts
from voucher_app.services.wording.rules import sentence
from voucher_app.services.workspace import new_request_id

from .refusals import refusal, violations

DAY = timedelta(days=1)
OVER = date(2026, 3, 10)


@pytest.fixture
def batch(desk):
    return desk.open_batch(intake_until=desk.today + 9 * DAY)


# ------------------------------------------------------------------------------------------- the window


def test_an_application_in_a_batch_keeps_the_batchs_year_and_policy(desk, batch):
    submitted = desk.submit(
        Money.yuan(5),
        batch_id=batch.id,
        contract_from=desk.today,
        contract_until=desk.today + 365 * DAY,
        supporting_services=Money.yuan(1),
    )
    assert (submitted.batch_id, submitted.year, submitted.policy_id) == (batch.id, 2026, batch.policy_id)
    assert (submitted.contract.begins_on, submitted.contract.ends_on) == (desk.today, desk.today + 365 * DAY)
    assert submitted.supporting_services == Money.yuan(1)


def test_nothing_is_submitted_a_day_after_the_window_or_to_a_closed_batch(desk, batch):
    desk.on(batch.intake_until)
    desk.submit(Money(1), batch_id=batch.id)
    desk.on(batch.intake_until + DAY)
    assert refusal(desk.submit, Money(1), batch_id=batch.id) == [("BATCH", "outside_intake")]
    desk.close_batch(batch)
    assert refusal(desk.submit, Money(1), batch_id=batch.id) == [("BATCH", "intake_closed")]
    facts = desk.facts(Money(1), batch_id=batch.id)
    assert [one.code for one in application.preview(desk.workspace, facts).violations] == ["intake_closed"]


def test_a_policy_may_issue_in_batches_only(make_desk, tmp_path):
    desk = make_desk(tmp_path, changes={"only_in_batches = false": "only_in_batches = true"})
    assert refusal(desk.submit, Money.yuan(5_000)) == [("BATCH", "batch_required")]
    desk.submit(Money.yuan(5_000), batch_id=desk.open_batch().id)
    desk.close()


def test_a_batch_of_another_year_takes_nothing(desk, batch):
    assert ("BATCH", "batch_of_another_year") in refusal(desk.submit, Money(1), batch_id=batch.id, year=2027)


# ------------------------------------------------------------------------------------------- drafts


def draft(desk, requested=None, **changes):
    facts = desk.facts(requested or Money(1), **changes)
    return intake.draft(desk.workspace, facts=facts, operator=desk.preparer, request_id=new_request_id())


def test_a_draft_counts_nowhere_and_is_asked_no_rules(desk):
    kept = draft(desk, Money.yuan(60_000_000), contract_number="HT-1", contract_amount=Money(1))
    assert kept.status == "draft"
    other = desk.submit(Money(1), contract_number="HT-1")
    assert refusal(desk.step, "submit", kept) == [("R4", "ratio_exceeded"), ("R8", "contract_used")]
    desk.step("withdraw", other)
    corrections = intake.Corrections(requested=Money.yuan(2), contract_amount=Money.yuan(10))
    submitted = intake.submit_draft(
        desk.workspace, application_id=kept.id, corrections=corrections, operator=desk.preparer, request_id="s"
    )
    assert (submitted.status, submitted.requested, submitted.contract.amount) == (
        "submitted",
        Money.yuan(2),
        Money.yuan(10),
    )
    assert refusal(desk.submit, Money(1), contract_number="HT-1") == [("R8", "contract_used")]
    assert refusal(desk.step, "submit", kept) == [("TRANSITION", "step_not_open")]
    assert [entry.action for entry in desk.queries.application(kept.id).history] == [
        "application.submit",
        "application.draft",
    ]
    assert desk.verified() == []


def test_a_draft_waits_for_the_window_of_its_batch(desk, batch):
    kept = draft(desk, batch_id=batch.id)
    desk.on(batch.intake_until + DAY)
    assert refusal(desk.step, "submit", kept) == [("BATCH", "outside_intake")]
    assert desk.step("withdraw", kept).status == "withdrawn"


def test_a_draft_needs_an_opened_year_and_known_units(desk):
    assert refusal(draft, desk, year=2030) == [("R1", "year_not_opened")]
    with pytest.raises(NotFound):
        draft(desk, recipient_uscc=demonstration_code("enterprise", 999))


def test_a_draft_is_submitted_and_not_resubmitted(desk):
    kept = draft(desk)
    (violation,) = violations(desk.step, "resubmit", kept)
    assert (violation.code, violation.facts) == ("step_not_open", {"noun": "application", "act": "resubmit"})
    assert sentence(violation)


# ------------------------------------------------------------------------------------------- acceptance


def test_an_application_is_accepted_with_a_clear_check_or_a_reason(desk, batch):
    one = desk.submit(Money(1), batch_id=batch.id)
    assert refusal(desk.step, "accept", one) == [("R22", "credit_unchecked")]
    (accepted,) = desk.step("accept", one, reason="平台停机，次日补查")
    assert (accepted.status, accepted.accepted_by, accepted.accepted_on) == (
        "accepted",
        desk.preparer.id,
        desk.today,
    )
    desk.check_credit()
    other = desk.submit(Money(1), batch_id=batch.id)
    assert desk.step("accept", other)[0].status == "accepted"


@pytest.mark.parametrize(("result", "code"), [("dishonest", "credit_dishonest"), ("penalised", "credit_penalised")])
def test_bad_credit_is_accepted_for_no_reason(desk, batch, result, code):
    one = desk.submit(Money(1), batch_id=batch.id)
    desk.check_credit(result=result)
    assert refusal(desk.step, "accept", one, reason="情况特殊") == [("R22", code)]
    assert refusal(desk.submit, Money(1)) == [("R22", code)]
    desk.check_credit(result="clear")
    assert desk.step("accept", one)[0].status == "accepted"


@pytest.mark.parametrize(("days", "refused"), [(365, False), (366, True)])
def test_a_check_is_relied_on_for_a_year_to_the_day(desk, batch, days, refused):
    one = desk.submit(Money(1), batch_id=batch.id)
    desk.check_credit(checked_on=desk.today - days * DAY)
    if refused:
        assert refusal(desk.step, "accept", one) == [("R22", "credit_check_old")]
    else:
        desk.step("accept", one)


def test_a_check_is_recorded_of_a_past_day_with_a_known_result(desk):
    assert refusal(desk.check_credit, checked_on=desk.today + DAY) == [("R22", "credit_check_in_future")]
    for change in ({"result": "fine"}, {"source": " "}, {"uscc": "x"}):
        with pytest.raises(InvalidInput):
            desk.check_credit(**change)
    with pytest.raises(NotFound):
        desk.check_credit(uscc=desk.providers[0])
    desk.check_credit(checked_on=desk.today)
    assert desk.queries.application(desk.submit(Money(1)).id).credit.checked_on == desk.today


def test_the_last_check_counts_whichever_was_recorded_last(desk):
    desk.check_credit(result="dishonest", checked_on=desk.today)
    desk.check_credit(result="clear", checked_on=desk.today - DAY)
    assert refusal(desk.submit, Money(1)) == [("R22", "credit_dishonest")]


def test_applications_are_accepted_all_or_none(desk, batch):
    desk.check_credit(holders=(0,))
    one, other = (desk.submit(Money(1), batch_id=batch.id, holder=holder) for holder in (0, 1))
    assert refusal(desk.step, "accept", one, other) == [("R22", "credit_unchecked")]
    assert desk.application(one).status == "submitted"
    desk.check_credit(holders=(1,))
    assert len(desk.step("accept", one, other, one)) == 2
    actions = [entry.action for entry in desk.queries.application(other.id).history]
    assert actions == ["application.accept", "application.submit"]


# ------------------------------------------------------------------------------------------- corrections


def test_an_application_comes_back_corrected_within_its_working_days(desk, batch):
    one = desk.submit(Money.yuan(5), batch_id=batch.id)
    returned = desk.step("return", one)
    assert (returned.status, returned.corrections, returned.correct_by) == ("returned", 1, OVER - DAY)
    desk.on(OVER - DAY)
    corrections = intake.Corrections(requested=Money.yuan(4), contract_number="HT-新", other_support=Money(0))
    back = intake.resubmit(
        desk.workspace, application_id=one.id, corrections=corrections, operator=desk.preparer, request_id="b"
    )
    assert (back.status, back.requested, back.contract.number) == ("submitted", Money.yuan(4), "HT-新")
    assert back == intake.resubmit(
        desk.workspace, application_id=one.id, corrections=corrections, operator=desk.preparer, request_id="b"
    )
    assert [entry.action for entry in desk.queries.application(one.id).history] == [
        "application.resubmit",
        "application.return",
        "application.submit",
    ]


def test_a_correction_a_day_late_is_refused_and_the_application_declined_or_withdrawn(desk, batch):
    one = desk.step("return", desk.submit(Money(1), batch_id=batch.id))
    desk.on(OVER)
    (late,) = violations(desk.step, "resubmit", one)
    assert (late.code, late.found, late.allowed) == ("correction_too_late", "2026-03-10", "2026-03-09")
    assert desk.step("decline", one).status == "declined"


def test_an_application_is_returned_twice_and_not_a_third_time(desk, batch):
    one = desk.submit(Money(1), batch_id=batch.id)
    for _ in range(2):
        desk.step("return", one)
        desk.step("resubmit", one)
    (often,) = violations(desk.step, "return", one)
    assert (often.code, often.found, often.allowed) == ("corrections_used_up", 2, 2)


def test_nothing_is_returned_into_a_year_whose_working_days_nobody_told(desk):
    one = desk.submit(Money(1), batch_id=desk.open_batch().id)
    desk.on(date(2026, 12, 28))
    with pytest.raises(InvalidInput, match="calendar_year_unknown"):
        desk.step("return", one)
    assert desk.application(one).status == "submitted"


def test_a_correction_cannot_take_another_applications_contract(desk, batch):
    taken = desk.submit(Money(1), batch_id=batch.id, contract_number="HT-1")
    one = desk.step("return", desk.submit(Money(1), batch_id=batch.id))
    corrections = intake.Corrections(contract_number="ht-1")
    with pytest.raises(RulesViolated) as refused:
        intake.resubmit(
            desk.workspace, application_id=one.id, corrections=corrections, operator=desk.preparer, request_id="b"
        )
    assert [each.code for each in refused.value.violations] == ["contract_used"]
    assert refused.value.violations[0].facts == {"application": taken.id}


def test_a_correction_after_the_window_is_still_in_time(desk, batch):
    one = desk.submit(Money(1), batch_id=batch.id)
    desk.on(batch.intake_until)
    desk.step("return", one)
    desk.on(batch.intake_until + DAY)
    desk.close_batch(batch)
    assert desk.step("resubmit", one).status == "submitted"


def test_what_was_shared_is_answered_by_the_first_reason_when_it_comes_back(desk, batch):
    unit = UnitFacts("同一电话公司", demonstration_code("enterprise", 777), "140100", phone="0351-0000001")
    shared = recipient.add(
        desk.workspace, unit=unit, kind="enterprise", operator=desk.preparer, request_id="u"
    ).organisation.uscc
    desk.check_credit(uscc=shared, holders=(0,))
    one = desk.submit(Money(1), batch_id=batch.id, recipient_uscc=shared, reason="同一园区总机")
    desk.step("return", one)
    desk.step("resubmit", one)
    for act in ("accept", "review", "approve"):
        desk.step(act, one)
    assert desk.application(one).status == "approved"


# ------------------------------------------------------------------------------------------- two reviews


def test_two_reviews_are_made_by_two_people_neither_of_whom_prepared_it(desk, batch):
    desk.declare_small_office()
    desk.check_credit()
    one = desk.submit(Money(1), batch_id=batch.id)
    desk.step("accept", one)
    assert refusal(desk.step, "review", one, operator=desk.preparer) == [("R23", "same_person")]
    desk.step("review", one, operator=desk.reviewer)
    assert refusal(desk.step, "approve", one, operator=desk.preparer) == [("R23", "same_person")]
    (same,) = violations(desk.step, "approve", one, operator=desk.reviewer)
    assert (same.rule, same.code, same.found) == ("R23", "same_reviewer", "李复核")
    assert refusal(desk.step, "refuse", one, operator=desk.reviewer) == [("R23", "same_reviewer")]
    (approved,) = desk.step("approve", one, operator=desk.second_reviewer)
    assert (approved.first_reviewed_by, approved.reviewed_by) == (desk.reviewer.id, desk.second_reviewer.id)


def test_an_application_is_declined_by_another_person(desk, batch):
    one = desk.submit(Money(1), batch_id=batch.id)
    assert refusal(desk.step, "decline", one, operator=desk.preparer) == [("R23", "same_person")]
    declined = desk.step("decline", one, reason="不属于支持范围")
    assert (declined.status, declined.reason) == ("declined", "不属于支持范围")


def test_rules_are_asked_again_at_every_step(desk, batch):
    desk.check_credit()
    one = desk.submit(Money(1), batch_id=batch.id)
    desk.step("accept", one)
    desk.check_credit(result="dishonest")
    assert refusal(desk.step, "review", one) == [("R22", "credit_dishonest")]


@pytest.mark.parametrize("end", ["refuse", "decline", "withdraw"])
def test_a_contract_is_applied_for_again_only_after_an_end(desk, batch, end):
    desk.check_credit()
    one = desk.submit(Money(1), batch_id=batch.id, contract_number="HT-1")
    assert refusal(desk.submit, Money(1), batch_id=batch.id, contract_number="HT-1") == [("R8", "contract_used")]
    if end == "refuse":
        desk.step("accept", one)
    desk.step(end, one)
    again = desk.submit(Money(1), batch_id=batch.id, contract_number="HT-1")
    assert again.status == "submitted"
    assert refusal(desk.step, "withdraw", one) == [("TRANSITION", "step_not_open")]


def test_an_application_is_withdrawn_before_publicity_and_not_after(desk, batch):
    desk.check_credit()
    one, other = (desk.approved_in(batch, Money.yuan(5), holder=holder) for holder in (0, 1))
    desk.close_batch(batch)
    desk.allocate(batch)
    assert desk.step("withdraw", other).status == "withdrawn"
    desk.publicize(batch)
    assert refusal(desk.step, "withdraw", one) == [("TRANSITION", "step_not_open")]


def test_an_end_needs_a_written_reason(desk, batch):
    one = desk.submit(Money(1), batch_id=batch.id)
    for act in ("return", "decline", "withdraw"):
        with pytest.raises(InvalidInput):
            desk.step(act, one, reason="  ")


# ------------------------------------------------------------------------------------------- R13, R14, R15, R16, R28


def test_a_group_shares_one_cap_and_going_beyond_it_is_answered_by_a_reason(strict_desk):
    desk = strict_desk
    codes = [demonstration_code("enterprise", 800 + place) for place in (1, 2)]
    for place, code in enumerate(codes):
        unit = UnitFacts(f"集团{place}", code, "140100", group_code=" jt-1 ")
        recipient.add(desk.workspace, unit=unit, kind="enterprise", operator=desk.preparer, request_id=f"g{place}")
    assert desk.queries.recipient(codes[0], 2026).recipient.organisation.group_code == "JT-1"
    desk.issued(Money.yuan(600_000), recipient_uscc=codes[0])
    desk.submit(Money.yuan(400_000), recipient_uscc=codes[1])
    beyond = Money.yuan(400_000) + Money(1)
    facts = {"recipient_uscc": codes[1], "contract_amount": Money.yuan(9_000_000)}
    (asked,) = violations(desk.submit, beyond, **facts)
    assert (asked.rule, asked.weight, asked.found, asked.allowed) == ("R14", "reason", 100_000_001, 100_000_000)
    assert desk.submit(beyond, reason="各自独立核算", **facts).status == "submitted"


@pytest.mark.parametrize(
    ("changes", "rule"),
    [
        ({"other_support": Money(1)}, ("R15", "other_support_forbidden")),
        ({"supporting_services": Money(151)}, ("R16", "supporting_services_exceeded")),
        ({"contract_from": date(2026, 3, 3), "contract_until": date(2026, 3, 2)}, ("R8", "contract_ends_first")),
    ],
)
def test_what_is_told_of_the_contract_is_looked_at(desk, changes, rule):
    assert refusal(desk.submit, Money(100), **changes) == [rule]


def test_supporting_services_at_their_share_pass(desk):
    assert desk.submit(Money(100), supporting_services=Money(150)).supporting_services == Money(150)


def test_a_banned_unit_applies_the_day_after_its_ban(desk):
    last = desk.today + 3 * DAY
    recipient.ban(
        desk.workspace,
        uscc=desk.recipients[0],
        until=last,
        reason="骗取",
        operator=desk.reviewer,
        request_id=new_request_id(),
    )
    for day in (desk.today, last):
        desk.on(day)
        assert refusal(desk.submit, Money(1)) == [("R28", "unit_banned")]
        desk.submit(Money(1), holder=1)
    desk.on(last + DAY)
    desk.submit(Money(1))


# ------------------------------------------------------------------------------------------- every step


BATCH_ACTS = {
    "submit": None, "accept": None, "return": None, "decline": None, "review": None, "approve": None, "refuse": None,
    "withdraw": None, "resubmit": "submit", "object": None, "issue": None,
}  # fmt: skip


def in_status(desk, status, *, in_batch):
    """Bring an application to a status on the road that an office takes."""
    one = desk.open_batch() if in_batch else None
    facts = {"batch_id": one.id} if one else {}
    if status == "draft":
        return draft(desk, **facts)
    made = desk.submit(Money.yuan(5), **facts)
    if not in_batch:
        direct = {"approved": desk.approve, "issued": lambda each: desk.issue(*desk.approve(each))}
        ends = {"refused": "refuse", "withdrawn": "withdraw"}
        if status in ends:
            desk.step(ends[status], made)
        elif status in direct:
            direct[status](made)
        return made
    ends = {"returned": "return", "declined": "decline", "withdrawn": "withdraw"}
    if status in ends:
        desk.step(ends[status], made)
        return made
    road = [
        ("accepted", lambda: desk.step("accept", made)),
        ("first-reviewed", lambda: desk.step("review", made)),
        ("approved", lambda: desk.step("approve", made)),
        ("allocated", lambda: (desk.close_batch(one), desk.allocate(one))),
        ("publicized", lambda: desk.publicize(one)),
        ("objected", lambda: desk.object_to(made)),
        ("cleared", lambda: (desk.on(OVER), desk.resolve(desk.queries.batch(one.id).objections[0]))),
        ("issued", lambda: desk.issue_batch(one)),
    ]
    if status == "refused":
        desk.step("accept", made)
        desk.step("refuse", made)
        return made
    for name, act in road:
        if status == "submitted":
            break
        act()
        if name == status:
            break
    return made


def attempt(desk, act, one):
    one = desk.application(one)
    if act == "object":
        desk.object_to(one if one.batch_id else replace(one, batch_id=desk.open_batch().id))
    elif act == "issue" and one.batch_id:
        desk.issue_batch(desk.queries.batch(one.batch_id).batch)
    elif act == "issue":
        desk.issue(one)
    else:
        desk.step(act, one)


@pytest.mark.parametrize("act", BATCH_ACTS)
@pytest.mark.parametrize("status", ApplicationStatus)
def test_an_application_of_a_batch_takes_exactly_the_steps_of_its_road(desk, status, act):
    desk.check_credit()
    one = in_status(desk, status, in_batch=True)
    assert desk.application(one).status == status
    step = BATCH_ACTS[act] or act
    is_open = step in BATCH_STEPS[status] and (act, status) not in {("submit", "returned"), ("resubmit", "draft")}
    # The whole batch is issued, and finds its publicized applications cleared once publicity is over.
    is_open |= (act, status) == ("issue", "publicized")
    desk.on(max(desk.today, OVER - DAY if act == "resubmit" else OVER))
    before = desk.workspace.data_file.verify().records
    if is_open:
        attempt(desk, act, one)
        assert desk.workspace.data_file.verify().records == before + 1
    else:
        with pytest.raises(RulesViolated) as refused:
            attempt(desk, act, one)
        found = {each.rule for each in refused.value.violations}
        assert found & {"TRANSITION", "R24"} if act == "issue" else "TRANSITION" in found
        assert desk.application(one).status == status
        assert desk.workspace.data_file.verify().records == before
    assert desk.verified() == []


DIRECT_STATUSES = [status for status, steps in DIRECT_STEPS.items() if steps] + ["refused", "withdrawn", "issued"]


@pytest.mark.parametrize("act", [act for act in BATCH_ACTS if act != "object"])
@pytest.mark.parametrize("status", DIRECT_STATUSES)
def test_an_application_outside_a_batch_takes_exactly_the_steps_of_its_road(desk, status, act):
    one = in_status(desk, status, in_batch=False)
    assert desk.application(one).status == status
    is_open = (BATCH_ACTS[act] or act) in DIRECT_STEPS[status] and (act, status) != ("resubmit", "draft")
    before = desk.workspace.data_file.verify().records
    if is_open:
        attempt(desk, act, one)
        assert desk.workspace.data_file.verify().records == before + 1
    else:
        with pytest.raises(RulesViolated) as refused:
            attempt(desk, act, one)
        assert "TRANSITION" in {each.rule for each in refused.value.violations}
        assert desk.workspace.data_file.verify().records == before


# ------------------------------------------------------------------------------------------- what can be done


def possible(desk, one, operator=None):
    found = possibilities.of_application(desk.workspace, one.id, operator or desk.reviewer)
    return [each.act for each in found if each.is_possible]


@pytest.mark.parametrize("status", ApplicationStatus)
def test_what_is_said_to_be_possible_is_what_the_acts_do(desk, status):
    desk.declare_small_office()  # where every role may do every act, the rules alone decide
    desk.check_credit()
    one = in_status(desk, status, in_batch=True)
    found = possibilities.of_application(desk.workspace, one.id, desk.second_reviewer)
    assert {each.act for each in found} == set(BATCH_ACTS) - {"resubmit"}
    said = {each.act for each in found if each.is_possible}
    assert said == set(BATCH_STEPS[status]) & {each.act for each in found} - {"issue"}
    assert all(each.reasons for each in found if not each.is_possible)


def test_what_is_not_possible_is_said_with_its_reason(desk, batch):
    one = desk.submit(Money(1), batch_id=batch.id)
    found = {each.act: each for each in possibilities.of_application(desk.workspace, one.id, desk.preparer)}
    assert [each.code for each in found["decline"].violations] == ["same_person"]
    assert [each.code for each in found["refuse"].violations] == ["step_not_open", "role_may_not_act"]
    assert [each.code for each in found["accept"].violations] == ["credit_unchecked", "incomplete"]
    assert found["accept"].is_possible
    assert found["submit"].use_case == "application.submit"
    assert not possible(desk, one, desk.auditor)
    desk.step("return", one)
    (told,) = [each for each in possibilities.of_application(desk.workspace, one.id, desk.preparer)
               if each.act == "submit"]  # fmt: skip
    assert told.use_case == "application.resubmit"


def test_outside_a_batch_there_is_one_review_and_nothing_to_accept(desk):
    desk.declare_small_office()
    one = desk.submit(Money(1))
    assert possible(desk, one) == ["approve", "refuse", "withdraw"]
    (approved,) = desk.approve(one)
    assert possible(desk, approved) == ["refuse", "withdraw", "issue"]


def test_what_a_batch_can_do_next_is_told(desk):
    desk.declare_small_office()
    desk.check_credit()
    one = desk.open_batch()
    desk.approved_in(one, Money.yuan(5))

    def told():
        return [each.act for each in possibilities.of_batch(desk.workspace, one.id, desk.preparer) if each.is_possible]

    assert told() == ["close"]
    desk.close_batch(one)
    assert told() == ["allocate", "publicize"]
    desk.on(date(2026, 12, 31))
    (fault,) = [each for each in possibilities.of_batch(desk.workspace, one.id, desk.preparer) if each.fault]
    assert (fault.act, fault.is_possible, len(fault.reasons)) == ("publicize", False, 1)
