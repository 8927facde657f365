"""Batches: opened, allocated, publicized, objected to, issued all or none, finished."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from voucher_app.domain.errors import InvalidInput, NotFound
from voucher_app.domain.money import Money
from voucher_app.domain.policy import OperatingModel
from voucher_app.services import batch, claim, voucher
from voucher_app.services.workspace import new_request_id

from .refusals import refusal, violations

DAY = timedelta(days=1)
OVER = date(2026, 3, 10)
"""Publicity of five working days from Monday 2 March 2026 lasts to Monday 9 March."""


@pytest.fixture(autouse=True)
def _checked(desk):
    desk.check_credit()


@pytest.fixture
def make_other(make_desk, tmp_path):
    """Return what makes a desk with another policy or another appropriation, its units checked."""
    made = []

    def make(**facts):
        folder = tmp_path / "other"
        folder.mkdir()
        made.append(make_desk(folder, **facts))
        made[-1].check_credit()
        return made[-1]

    yield make
    for one in made:
        one.close()


def publicized(desk, *amounts, **facts):
    """Take applications of these amounts to publicity; return the batch and them."""
    one = desk.open_batch(**facts)
    applications = [desk.approved_in(one, Money.yuan(yuan), holder=place) for place, yuan in enumerate(amounts)]
    desk.close_batch(one)
    return desk.publicize(one), applications


# ------------------------------------------------------------------------------------------- opening


def test_a_batch_takes_what_is_not_told_from_the_policy_and_the_year(desk):
    one = desk.open_batch(name=" 第一 批 ")
    assert (one.name, one.model, one.allocation, one.envelope) == ("第一 批", "deduct", "first-come", None)
    assert (one.intake_from, one.intake_until, one.status) == (desk.today, date(2026, 12, 31), "open")


@pytest.mark.parametrize(("letter", "model"), [("A", "deduct"), ("b", "pay-first"), ("afterwards", "afterwards")])
def test_a_batch_chooses_its_operating_model(desk, letter, model):
    one = desk.open_batch(model=letter)
    application = desk.submit(Money(1), batch_id=one.id)
    records = desk.workspace.records()
    assert one.model == claim.model_of(records, application) == model
    assert claim.model_of(records, desk.submit(Money(1))) is OperatingModel.DEDUCT


@pytest.mark.parametrize(
    "change", [{"model": "D"}, {"allocation": "lottery"}, {"name": " "}, {"envelope": Money(0)}, {"document": "a\x00"}]
)
def test_what_cannot_be_read_of_a_batch_is_refused(desk, change):
    with pytest.raises(InvalidInput):
        desk.open_batch(**change)


def test_a_batch_opens_in_an_opened_year_with_a_window_that_is_not_over(desk):
    assert refusal(desk.open_batch, year=2027) == [("R1", "year_not_opened")]
    late = {"intake_from": desk.today - 2 * DAY, "intake_until": desk.today - DAY}
    assert refusal(desk.open_batch, **late) == [("BATCH", "intake_past")]
    assert refusal(desk.open_batch, intake_from=desk.today + DAY, intake_until=desk.today) == [
        ("BATCH", "intake_reversed")
    ]


def test_a_repeated_request_opens_one_batch(desk):
    told = {"name": "第一批", "request_id": "r"}
    assert desk.open_batch(**told) == desk.open_batch(**told)
    with pytest.raises(InvalidInput):
        desk.open_batch(name="另一批", request_id="r")


def test_a_batch_that_does_not_exist_is_told(desk):
    with pytest.raises(NotFound):
        batch.close(desk.workspace, batch_id=9, operator=desk.preparer, request_id="x")
    with pytest.raises(NotFound):
        desk.submit(Money(1), batch_id=9)


# ------------------------------------------------------------------------------------------- allocation


def test_nothing_is_allocated_while_an_application_waits(desk):
    one = desk.open_batch()
    desk.approved_in(one, Money.yuan(5))
    waiting = desk.submit(Money.yuan(6), batch_id=one.id)
    desk.close_batch(one)
    assert refusal(desk.allocate, one) == [("BATCH", "batch_undecided")]
    desk.step("withdraw", waiting)
    assert desk.allocate(one).status == "reviewing"


def test_a_batch_without_an_approved_application_has_nothing_to_allocate(desk):
    one = desk.close_batch(desk.open_batch())
    assert refusal(desk.allocate, one) == [("BATCH", "nothing_to_allocate")]
    assert refusal(desk.publicize, one) == [("BATCH", "nothing_to_allocate")]
    assert desk.finish_batch(one).status == "finished"


@pytest.mark.parametrize(("method", "granted"), [("first-come", [60, 30]), ("pro-rata", [45, 45])])
def test_more_is_asked_than_the_envelope_holds(desk, method, granted):
    one = desk.open_batch(envelope=Money.yuan(90), allocation=method)
    applications = [desk.approved_in(one, Money.yuan(60), holder=holder) for holder in (0, 1)]
    desk.close_batch(one)
    preview = batch.preview_allocation(desk.workspace, one.id)
    assert (preview.available, preview.asked, preview.violations) == (Money.yuan(90), Money.yuan(120), [])
    desk.allocate(one)
    found = [desk.application(each) for each in applications]
    assert [each.granted for each in found] == [Money.yuan(yuan) for yuan in granted]
    assert {key: money.fen for key, money in preview.grants.items()} == {each.id: each.granted.fen for each in found}


def test_who_was_accepted_first_is_served_first(desk):
    one = desk.open_batch(envelope=Money.yuan(60))
    early, late = (desk.submit(Money.yuan(60), batch_id=one.id, holder=holder) for holder in (0, 1))
    for act in ("accept", "review", "approve"):
        for each in (late, early):
            desk.step(act, each)
    desk.close_batch(one)
    desk.allocate(one)
    assert (desk.application(late).granted, desk.application(early).status) == (Money.yuan(60), "refused")


def test_who_would_get_less_than_the_smallest_voucher_is_refused_with_that_reason(make_other):
    desk = make_other(changes={})
    one = desk.open_batch(envelope=Money(1_499_999))
    first, second = (desk.approved_in(one, Money.yuan(10_000), holder=holder) for holder in (0, 1))
    desk.close_batch(one)
    desk.publicize(one)
    assert desk.application(first).granted == Money.yuan(10_000)
    left_out = desk.application(second)
    assert left_out.status == "refused"
    assert "5,000.00" in left_out.reason
    again = desk.submit(Money.yuan(10_000), holder=1, contract_number=second.contract.number)
    assert again.status == "submitted"
    assert desk.verified() == []


def test_what_another_batch_has_allocated_is_not_left(make_other):
    desk = make_other(amount=Money.yuan(100))
    first, second = desk.open_batch(), desk.open_batch()
    for one in (first, second):
        desk.approved_in(one, Money.yuan(70), holder=one.id)
        desk.close_batch(one)
    desk.publicize(first)
    assert desk.queries.batch(second.id).left == Money.yuan(30)
    assert batch.preview_allocation(desk.workspace, second.id).available == Money.yuan(30)
    desk.publicize(second)
    third = desk.open_batch()
    desk.approved_in(third, Money.yuan(1))
    desk.close_batch(third)
    (nothing,) = violations(desk.allocate, third)
    assert (nothing.rule, nothing.code, nothing.found, nothing.allowed) == ("R32", "nothing_to_grant", 0, 1)
    desk.on(OVER)
    desk.issue_batch(first)
    desk.issue_batch(second)
    assert desk.money().unissued == Money(0)


def test_an_allocation_is_made_anew_after_a_refusal(desk):
    one = desk.open_batch(envelope=Money.yuan(60))
    first, second = (desk.approved_in(one, Money.yuan(50), holder=holder) for holder in (0, 1))
    desk.close_batch(one)
    desk.allocate(one)
    assert desk.application(second).granted == Money.yuan(10)
    desk.step("refuse", first)
    desk.allocate(one)
    assert desk.application(second).granted == Money.yuan(50)


def test_two_applications_of_one_unit_stay_in_its_cap_before_the_list_is_published(make_other):
    desk = make_other(changes={})
    one = desk.open_batch()
    both = [desk.approved_in(one, Money.yuan(600_000)) for _ in range(2)]
    desk.close_batch(one)
    assert refusal(desk.allocate, one) == [("R3", "recipient_cap_exceeded")]
    desk.step("refuse", both[1])
    desk.publicize(one)


# ------------------------------------------------------------------------------------------- publicity


def test_publicity_lasts_the_policys_working_days(desk):
    one, (first, _) = publicized(desk, 5, 6)
    assert (one.status, one.publicity_from, one.publicity_until) == ("publicized", desk.today, OVER - DAY)
    assert desk.application(first).status == "publicized"


def test_publicity_is_not_a_day_shorter(desk):
    one = desk.open_batch()
    desk.approved_in(one, Money.yuan(5))
    desk.close_batch(one)
    (short,) = violations(desk.publicize, one, until=OVER - 2 * DAY)
    assert (short.code, short.found, short.allowed) == ("publicity_too_short", "2026-03-08", "2026-03-09")
    assert desk.publicize(one, until=OVER - DAY).publicity_until == OVER - DAY


def test_publicity_over_a_year_that_nobody_told_about_is_refused(desk):
    one = desk.open_batch()
    desk.approved_in(one, Money.yuan(5))
    desk.close_batch(one)
    desk.on(date(2026, 12, 30))
    with pytest.raises(InvalidInput) as refused:
        desk.publicize(one)
    assert (refused.value.code, refused.value.found) == ("calendar_year_unknown", 2027)


def test_a_batch_is_issued_the_day_after_its_publicity_and_not_a_day_before(desk):
    one, applications = publicized(desk, 5, 6)
    desk.on(OVER - DAY)
    assert refusal(desk.issue_batch, one) == [("R24", "publicity_running")]
    desk.on(OVER)
    issued = desk.issue_batch(one)
    assert [each.face for each in issued] == [Money.yuan(5), Money.yuan(6)]
    assert [each.prepared_by for each in issued] == [desk.preparer.id] * 2
    assert {desk.application(each).status for each in applications} == {"issued"}
    assert desk.queries.batch(one.id).issued == Money.yuan(11)
    assert desk.verified() == []


def test_a_batch_is_issued_once(desk):
    one, _ = publicized(desk, 5)
    desk.on(OVER)
    issue = {"batch_id": one.id, "operator": desk.preparer, "request_id": "r"}
    assert batch.issue(desk.workspace, **issue) == batch.issue(desk.workspace, **issue)
    assert refusal(desk.issue_batch, one) == [("TRANSITION", "step_not_open")]


def test_a_batch_is_issued_all_or_none(desk):
    """A unit was banned meanwhile: nothing of the batch is issued until its application is out."""
    one, (first, second) = publicized(desk, 5, 6)
    desk.on(OVER)
    desk.check_credit(result="dishonest", holders=(1,))
    assert refusal(desk.issue_batch, one) == [("R22", "credit_dishonest")]
    assert desk.money().outstanding == Money(0)
    desk.resolve(desk.object_to(second), "upheld")
    assert [each.application_id for each in desk.issue_batch(one)] == [first.id]
    assert desk.application(second).status == "refused"


def test_a_batch_stays_in_the_cap(make_other):
    """R1: what was issued one by one while the batch was publicized is gone."""
    desk = make_other(amount=Money.yuan(100))
    desk.check_credit()
    one, _ = publicized(desk, 60)
    other = desk.issued(Money.yuan(40) + Money(1), holder=1)
    desk.on(OVER)
    (short,) = violations(desk.issue_batch, one)
    assert (short.rule, short.code, short.found, short.allowed) == ("R1", "cap_exceeded", 6_000, 5_999)
    preview = batch.preview_issue(desk.workspace, one.id)
    assert (preview.violations, preview.moving) == ([short], Money.yuan(60))
    desk.end("void", other.number)
    desk.issue_batch(one)


def test_an_application_of_a_batch_is_issued_by_its_batch_only(desk):
    one = desk.open_batch()
    approved = desk.approved_in(one, Money.yuan(5))
    assert refusal(desk.issue, approved) == [("BATCH", "issued_by_its_batch")]
    assert refusal(desk.issue) == [("TRANSITION", "nothing_to_issue")]


def test_single_vouchers_are_issued_with_a_note_that_nothing_was_publicized(desk):
    approved = desk.approved(Money.yuan(5))
    (note,) = voucher.preview_issuance(desk.workspace, [approved.id]).notes
    assert (note.rule, note.code, note.weight, note.allowed) == ("R24", "not_publicized", "note", 5)
    desk.issue(approved)
    assert voucher.preview_issuance(desk.workspace, None).notes == ()


# ------------------------------------------------------------------------------------------- objections


def test_nothing_is_issued_while_an_objection_is_open(desk):
    one, (first, _) = publicized(desk, 5, 6)
    objection = desk.object_to(first)
    desk.on(OVER)
    (found,) = violations(desk.issue_batch, one)
    assert (found.rule, found.code, found.found, found.subject) == ("R24", "objection_open", 1, str(first.id))
    desk.resolve(objection)
    assert desk.application(first).status == "cleared"
    assert len(desk.issue_batch(one)) == 2


def test_an_objection_dismissed_in_time_lets_publicity_go_on(desk):
    _, (first,) = publicized(desk, 5)
    objection = desk.resolve(desk.object_to(first))
    assert (objection.status, objection.resolved_by, objection.resolution) == ("dismissed", desk.reviewer.id, "已核实")
    assert desk.application(first).status == "publicized"


def test_several_objections_are_each_resolved(desk):
    one, (first, second) = publicized(desk, 5, 6)
    objections = [desk.object_to(first, raised_by=name) for name in ("甲", "乙")]
    desk.resolve(objections[0])
    assert desk.application(first).status == "objected"
    desk.resolve(objections[1], "upheld")
    assert desk.application(first).status == "refused"
    desk.on(OVER)
    assert [each.application_id for each in desk.issue_batch(one)] == [second.id]


def test_an_objection_that_outlived_its_application_holds_nothing_up(desk):
    one, (first, _) = publicized(desk, 5, 6)
    objections = [desk.object_to(first, raised_by=name) for name in ("甲", "乙")]
    desk.resolve(objections[0], "upheld")
    desk.on(OVER)
    assert len(desk.issue_batch(one)) == 1
    desk.resolve(objections[1])
    assert desk.application(first).status == "refused"
    assert [each.status for each in desk.queries.batch(one.id).objections] == ["upheld", "dismissed"]


def test_an_objection_is_resolved_by_somebody_who_neither_recorded_it_nor_prepared_the_application(desk):
    _, (first,) = publicized(desk, 5)
    objection = desk.object_to(first, operator=desk.reviewer)
    assert refusal(desk.resolve, objection) == [("R23", "same_person")]
    assert refusal(desk.resolve, objection, operator=desk.preparer) == [("R23", "same_person")]
    desk.resolve(objection, operator=desk.second_reviewer)
    assert refusal(desk.resolve, objection, operator=desk.second_reviewer) == [("TRANSITION", "step_not_open")]


def test_only_what_is_publicized_in_this_batch_is_objected_to(desk):
    one = desk.open_batch()
    approved = desk.approved_in(one, Money.yuan(5))
    assert refusal(desk.object_to, approved) == [("TRANSITION", "step_not_open")]
    _, (other,) = publicized(desk, 6)
    assert refusal(desk.object_to, replace(other, batch_id=one.id)) == [("BATCH", "not_in_batch")]


def test_another_result_or_an_objection_that_is_not_there_is_told(desk):
    _, (first,) = publicized(desk, 5)
    objection = desk.object_to(first)
    with pytest.raises(InvalidInput):
        desk.resolve(objection, "perhaps")
    with pytest.raises(NotFound):
        desk.resolve(replace(objection, id=9))


def test_a_batch_that_objections_emptied_is_finished_without_an_issuance(desk):
    one, (first,) = publicized(desk, 5)
    assert refusal(desk.finish_batch, one) == [("BATCH", "batch_undecided")]
    desk.resolve(desk.object_to(first), "upheld")
    desk.on(OVER)
    assert refusal(desk.issue_batch, one) == [("TRANSITION", "nothing_to_issue")]
    assert desk.finish_batch(one).status == "finished"


# ------------------------------------------------------------------------------------------- every step


ACTS = ("close", "allocate", "publicize", "issue", "finish")
OPEN = {
    "open": {"close"},
    "closed": {"allocate", "publicize", "finish"},
    "reviewing": {"allocate", "publicize", "finish"},
    "publicized": {"issue", "finish"},
    "issued": {"finish"},
    "finished": set(),
}


def brought_to(desk, status):
    one = desk.open_batch()
    desk.approved_in(one, Money.yuan(5))
    road = {"closed": desk.close_batch, "reviewing": desk.allocate, "publicized": desk.publicize,
            "issued": desk.issue_batch, "finished": desk.finish_batch}  # fmt: skip
    if status != "open":
        for step, act in road.items():
            if step == "issued":
                desk.on(OVER)
            act(one)
            if step == status:
                break
    return one


@pytest.mark.parametrize("act", ACTS)
@pytest.mark.parametrize("status", OPEN)
def test_a_batch_takes_no_step_that_its_life_does_not_have(desk, status, act):
    one = brought_to(desk, status)
    assert desk.queries.batch(one.id).batch.status == status
    head = desk.workspace.data_file.verify().head
    call = getattr(batch, act)
    facts = {"batch_id": one.id, "operator": desk.reviewer, "request_id": new_request_id()}
    if act not in OPEN[status]:
        assert refusal(call, desk.workspace, **facts) == [("TRANSITION", "step_not_open")]
        assert desk.workspace.data_file.verify().head == head
        return
    if act == "finish" and status != "issued":
        assert refusal(call, desk.workspace, **facts) == [("BATCH", "batch_undecided")]
        return
    desk.on(max(desk.today, OVER))
    call(desk.workspace, **facts)
    assert desk.workspace.data_file.verify().head != head
