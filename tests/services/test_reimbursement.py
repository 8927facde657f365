"""后补助 through the services: applied and claimed in one act, issued and claimed in one, verified by another."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from voucher_app.domain.errors import InvalidInput, RulesViolated
from voucher_app.domain.money import Money
from voucher_app.services import intake, possibilities, reimbursement, settlement, year
from voucher_app.services.claim import ClaimedFacts, filed_claim
from voucher_app.services.wording.rules import sentence
from voucher_app.services.workspace import new_request_id

from .refusals import refusal

JANUARY = {"service_from": date(2026, 1, 10), "service_until": date(2026, 2, 28), "paid_on": date(2026, 3, 1)}
YUAN = Money.yuan(100)
GENEROUS_AFTERWARDS = {
    'ratio = "0.20"': 'ratio = "1"',
    'smallest_voucher = "5000.00"': 'smallest_voucher = "0.00"',
    'operating_model = "deduct"': 'operating_model = "afterwards"',
}


@pytest.fixture
def later(desk):
    """A batch of model C that takes in."""
    desk.check_credit()
    return desk.open_batch(model="C")


def facts_of(desk, amount=YUAN, **changes):
    return desk.reimbursement_facts(amount, **changes)


def reimburse(desk, amount=YUAN, **how):
    return desk.reimburse(amount, **how)


def issued_after_publicity(desk, one, *applications):
    for each in applications:
        for act in ("accept", "review", "approve"):
            desk.step(act, each)
    desk.close_batch(one)
    desk.publicize(one)
    desk.on(desk.queries.batch(one.id).batch.publicity_until + timedelta(days=1))
    return desk.issue_batch(desk.queries.batch(one.id).batch)


def claims_of(desk, issued):
    return desk.workspace.records().redemptions.of_voucher(issued.id)


# ------------------------------------------------------------------------------------------- the whole road


def test_one_act_applies_and_claims_and_another_issues_both(desk, later):
    made = reimburse(desk, batch_id=later.id, price_item="GPU 卡时", unit_price=Money(999))
    assert (made.status, made.requested, made.prepared_by) == ("submitted", YUAN, desk.preparer.id)
    (issued,) = issued_after_publicity(desk, later, made)
    (claim,) = claims_of(desk, issued)
    assert (claim.status, claim.claimed, claim.prepared_by) == ("claimed", YUAN, desk.preparer.id)
    assert (claim.invoice.amount, claim.invoice.paid_on) == (Money.yuan(500), date(2026, 3, 1))
    assert (claim.evidence.price_item, claim.evidence.unit_price) == ("GPU 卡时", Money(999))
    assert claim.claimed_on == issued.issued_on == desk.today
    assert desk.queries.redemption(claim.id).payable == YUAN
    assert desk.money().payable == Money(0)  # nothing is owed before it is verified
    desk.verify(claim)
    details = desk.queries.redemption(claim.id)
    assert (details.is_decided, details.redemption.approved, details.payee.uscc) == (True, YUAN, desk.recipients[0])
    assert desk.voucher(issued.number).status == "used-up"
    drafted = settlement.draft(desk.workspace, until=desk.today, operator=desk.finance, request_id=new_request_id())
    assert [(one.year, one.status) for one in drafted] == [(2026, "draft")]
    assert desk.verified() == []


def test_issuance_and_claim_are_one_record(desk, later):
    (issued,) = issued_after_publicity(desk, later, reimburse(desk, batch_id=later.id))
    (claim,) = claims_of(desk, issued)
    assert [entry.action for entry in desk.queries.redemption(claim.id).history] == ["batch.issue"]
    assert desk.queries.voucher(str(issued.number)).history[0].action == "batch.issue"


def test_whoever_applied_never_verifies_their_own_claim(desk, later):
    (issued,) = issued_after_publicity(desk, later, reimburse(desk, batch_id=later.id))
    (claim,) = claims_of(desk, issued)
    desk.declare_small_office()
    assert refusal(desk.verify, claim, operator=desk.preparer) == [("R23", "same_person")]


def test_where_less_is_granted_less_is_claimed(make_desk, tmp_path):
    desk = make_desk(tmp_path, amount=Money.yuan(150))
    desk.check_credit()
    one = desk.open_batch(model="C", allocation="pro-rata")
    both = [reimburse(desk, batch_id=one.id, holder=holder) for holder in (0, 1)]
    issued = issued_after_publicity(desk, one, *both)
    claims = [claim.claimed for each in issued for claim in claims_of(desk, each)]
    assert claims == [each.face for each in issued] == [Money.yuan(75)] * 2
    desk.close()


def test_outside_of_a_batch_the_policy_chooses_the_model(make_desk, tmp_path):
    desk = make_desk(tmp_path, changes=GENEROUS_AFTERWARDS)
    made = reimburse(desk)
    desk.approve(made)
    (issued,) = desk.issue()
    assert [one.claimed for one in claims_of(desk, issued)] == [YUAN]
    assert desk.verified() == []
    desk.close()


def test_a_batch_of_this_model_issues_other_vouchers_without_a_claim(desk, later):
    plain = desk.submit(YUAN, batch_id=later.id)
    (issued,) = issued_after_publicity(desk, later, plain)
    assert claims_of(desk, issued) == []


def test_the_same_request_acts_once(desk, later):
    facts = facts_of(desk, batch_id=later.id)
    first = reimburse(desk, facts=facts, request_id="once")
    assert reimburse(desk, facts=facts, request_id="once") == first
    other = replace(facts, claimed=replace(facts.claimed, price_item="别的", unit_price=Money(1)))
    with pytest.raises(InvalidInput):
        reimburse(desk, facts=other, request_id="once")


# ------------------------------------------------------------------------------------------- what refuses it


def test_other_models_take_no_claim_with_an_application(desk):
    assert refusal(reimburse, desk) == [("BATCH", "model_is_other")]
    assert refusal(reimburse, desk, batch_id=desk.open_batch(model="B").id) == [("BATCH", "model_is_other")]


def test_a_fen_above_the_ratio_of_the_cost_is_refused_at_once(strict_desk):
    desk = strict_desk
    desk.check_credit()
    one = desk.open_batch(model="C")
    amount = Money.yuan(5_000)
    exact = desk.invoice_facts(Money.yuan(25_000), **JANUARY)
    less = desk.invoice_facts(Money.yuan(25_000) - Money(1), **JANUARY)
    assert refusal(reimburse, desk, amount, batch_id=one.id, invoices=[less]) == [("R4", "cost_ratio_exceeded")]
    assert reimburse(desk, amount, batch_id=one.id, invoices=[exact]).requested == amount


def test_without_an_invoice_nothing_is_claimed(desk, later):
    facts = facts_of(desk, batch_id=later.id)
    with pytest.raises(InvalidInput) as refused:
        reimburse(desk, facts=replace(facts, claimed=ClaimedFacts(())))
    assert (refused.value.code, refused.value.found) == ("arguments_missing", "--invoice")


def test_the_units_of_a_group_share_the_cap_here_as_well_and_other_units_do_not(make_desk, tmp_path):
    """R14: what one unit of the group redeemed counts for the next one; units without a group stand for themselves."""
    desk = make_desk(tmp_path, changes={**GENEROUS_AFTERWARDS, 'year_cap = "1000000.00"': 'year_cap = "100.00"'})
    codes = ", ".join(f"'{desk.recipients[holder]}'" for holder in (0, 1))
    desk.tamper(f"UPDATE organisation SET group_code = 'G7' WHERE uscc IN ({codes})")  # noqa: S608 - our own codes
    for holder in (0, 2):
        desk.approve(reimburse(desk, Money.yuan(60), holder=holder))
    for issued in desk.issue():
        desk.verify(*claims_of(desk, issued))
    above = refusal(reimburse, desk, Money.yuan(40) + Money(1), holder=1)
    assert above == [("R14", "group_cap_exceeded"), ("R14", "group_redeems_too_much")]
    assert reimburse(desk, Money.yuan(40), holder=1).status == "submitted"
    assert reimburse(desk, Money.yuan(60), holder=3).status == "submitted", "another unit without a group redeemed 60"
    desk.close()


def test_what_is_not_paid_or_not_used_up_is_refused(desk, later):
    unpaid = desk.invoice_facts(Money.yuan(500), **(JANUARY | {"paid_on": None}))
    assert refusal(reimburse, desk, batch_id=later.id, invoices=[unpaid]) == [("R21", "payment_not_proved")]
    running = desk.invoice_facts(Money.yuan(500), **(JANUARY | {"service_until": desk.today + timedelta(days=1)}))
    assert refusal(reimburse, desk, batch_id=later.id, invoices=[running]) == [("R19", "service_not_over")]


def test_a_closed_year_takes_no_reimbursement(make_desk, tmp_path):
    desk = make_desk(tmp_path, changes=GENEROUS_AFTERWARDS)
    year.close_year(desk.workspace, year=2026, operator=desk.preparer, request_id="close")
    assert refusal(reimburse, desk) == [("R26", "year_closed")]
    found = reimbursement.preview(desk.workspace, facts_of(desk)).violations
    assert [one.code for one in found] == ["year_closed"]
    desk.close()


def test_an_invoice_waits_in_one_application_only(desk, later):
    invoice = desk.invoice_facts(Money.yuan(500), **JANUARY)
    first = reimburse(desk, batch_id=later.id, invoices=[invoice])
    again = facts_of(desk, batch_id=later.id, invoices=[invoice], holder=1)
    assert refusal(reimburse, desk, facts=again) == [("R9", "invoice_waits")]
    desk.step("withdraw", first)
    assert reimburse(desk, facts=again).status == "submitted"


def test_an_invoice_that_was_redeemed_meanwhile_stops_the_issuance_of_all(desk, later):
    """The claim waits with its application; whoever claims the invoice first has it (R9), and a batch is one whole."""
    invoice = desk.invoice_facts(Money.yuan(500), **JANUARY)
    waiting, other = reimburse(desk, batch_id=later.id, invoices=[invoice]), reimburse(desk, batch_id=later.id)
    number = desk.issued(YUAN, holder=1).number
    desk.claim(number, YUAN, invoice_number=invoice.number, invoice_amount=Money.yuan(500))
    assert refusal(desk.step, "accept", waiting) == [("R9", "invoice_used")]
    before = desk.money()
    for act in ("accept", "review", "approve"):
        desk.step(act, other)
    assert desk.money() == before
    assert desk.verified() == []


def test_the_cap_of_the_year_stands_before_a_claim_as_before_any_voucher(make_desk, tmp_path):
    desk = make_desk(tmp_path, changes=GENEROUS_AFTERWARDS, amount=YUAN)
    desk.approve(reimburse(desk, YUAN), reimburse(desk, Money.yuan(1)))
    assert refusal(desk.issue) == [("R1", "cap_exceeded")]
    assert (desk.money().unissued, desk.queries.years()) == (YUAN, [2026])
    desk.close()


def test_a_reason_answers_what_asks_for_one_and_is_kept_with_the_claim(desk, later):
    strange = desk.invoice_facts(Money.yuan(500), payer="别家公司", **JANUARY)
    facts = facts_of(desk, batch_id=later.id, invoices=[strange])
    assert refusal(reimburse, desk, facts=facts) == [("R21", "receipt_names_other_payer")]
    (issued,) = issued_after_publicity(desk, later, reimburse(desk, facts=facts, reason="母公司代付，附说明"))
    (claim,) = claims_of(desk, issued)
    assert claim.evidence.reason == "母公司代付，附说明"
    desk.verify(claim)


def test_only_a_preparer_hands_it_in(desk, later):
    assert refusal(reimburse, desk, batch_id=later.id, operator=desk.reviewer) == [("ROLE", "role_may_not_act")]


# ------------------------------------------------------------------------------------------- returned for correction


def resubmit(desk, one, *, request_id=None, reason="", **corrections):
    return intake.resubmit(
        desk.workspace,
        application_id=one.id,
        corrections=intake.Corrections(**corrections),
        operator=desk.preparer,
        request_id=request_id or new_request_id(),
        reason=reason,
    )


def test_a_returned_claim_comes_back_corrected_and_that_one_is_issued_and_paid(desk, later):
    wrong = desk.invoice_facts(Money.yuan(500), **JANUARY)
    made = reimburse(desk, batch_id=later.id, invoices=[wrong], price_item="GPU 卡时", unit_price=Money(999))
    desk.step("return", made, reason="发票号填错")
    right, more = (desk.invoice_facts(Money.yuan(yuan), **JANUARY) for yuan in (300, 200))
    back = resubmit(desk, made, requested=Money.yuan(90), claimed=ClaimedFacts((right, more)), request_id="again")
    assert (back.status, back.requested) == ("submitted", Money.yuan(90))
    assert resubmit(
        desk, made, requested=Money.yuan(90), claimed=ClaimedFacts((right, more)), request_id="again"
    ) == back  # fmt: skip
    claim = filed_claim(desk.workspace.records(), back)
    assert [one.key for one in claim.invoices] == [right.number, more.number]
    assert (claim.evidence.price_item, claim.evidence.unit_price) == ("", None)
    (issued,) = issued_after_publicity(desk, later, back)
    (claimed,) = claims_of(desk, issued)
    assert (claimed.claimed, claimed.invoice.key) == (Money.yuan(90), right.number)
    assert [one.key for one in claimed.evidence.further] == [more.number]
    desk.verify(claimed)
    assert desk.verified() == []


def test_what_is_not_corrected_of_a_claim_stays_and_covers_the_corrected_term(desk, later):
    paid = desk.invoice_facts(Money.yuan(150), paid_on=date(2026, 3, 1))
    term = {"contract_from": date(2026, 1, 1), "contract_until": date(2026, 2, 28)}
    made = reimburse(desk, Money.yuan(10), batch_id=later.id, invoices=[paid], reason="附说明", **term)
    desk.step("return", made)
    longer = resubmit(desk, made, contract_until=date(2026, 3, 1))
    evidence = filed_claim(desk.workspace.records(), longer).evidence
    assert evidence.contract == (date(2026, 1, 1), date(2026, 3, 1))
    assert evidence.reason == "附说明"
    desk.step("return", longer)
    resubmit(desk, longer, reason="又附说明")
    assert filed_claim(desk.workspace.records(), longer).evidence.reason == "又附说明"


def test_an_invoice_left_out_by_a_correction_is_free_and_the_new_one_waits(desk, later):
    first, second = (desk.invoice_facts(Money.yuan(500), **JANUARY) for _ in range(2))
    made = reimburse(desk, batch_id=later.id, invoices=[first])
    desk.step("return", made)
    assert refusal(reimburse, desk, batch_id=later.id, invoices=[first], holder=1) == [("R9", "invoice_waits")]
    resubmit(desk, made, claimed=ClaimedFacts((second,)))
    assert refusal(reimburse, desk, batch_id=later.id, invoices=[second], holder=1) == [("R9", "invoice_waits")]
    assert reimburse(desk, batch_id=later.id, invoices=[first], holder=1).status == "submitted"


def test_a_correction_is_held_to_the_rules_of_the_claim_it_brings(desk, later):
    made = reimburse(desk, batch_id=later.id)
    desk.step("return", made)
    unpaid = desk.invoice_facts(Money.yuan(500), **(JANUARY | {"paid_on": None}))
    before = desk.workspace.data_file.verify()
    assert refusal(resubmit, desk, made, claimed=ClaimedFacts((unpaid,))) == [("R21", "payment_not_proved")]
    less = desk.invoice_facts(YUAN - Money(1), **JANUARY)
    assert refusal(resubmit, desk, made, claimed=ClaimedFacts((less,))) == [("R4", "cost_ratio_exceeded")]
    assert desk.workspace.data_file.verify() == before
    told = reimbursement.preview_correction(desk.workspace, made.id, intake.Corrections(claimed=ClaimedFacts((less,))))
    assert ([one.code for one in told.violations], told.payable) == (["cost_ratio_exceeded"], YUAN - Money(1))
    assert resubmit(desk, made, claimed=ClaimedFacts((replace(less, amount=YUAN),))).status == "submitted"


def test_an_application_without_a_claim_is_given_none_by_a_correction(desk, later):
    made = desk.submit(YUAN, batch_id=later.id)
    desk.step("return", made)
    claimed = ClaimedFacts((desk.invoice_facts(Money.yuan(500), **JANUARY),))
    assert refusal(resubmit, desk, made, claimed=claimed) == [("BATCH", "claim_not_filed")]
    with pytest.raises(InvalidInput):
        resubmit(desk, reimbursed_and_returned(desk, later), claimed=ClaimedFacts(()))


def reimbursed_and_returned(desk, later):
    made = reimburse(desk, batch_id=later.id, holder=1)
    return desk.step("return", made)


# ------------------------------------------------------------------------------------------- what is told


def test_the_preview_says_what_the_act_says_and_how_the_amount_comes_about(desk, later):
    facts = facts_of(desk, batch_id=later.id)
    before = desk.workspace.data_file.verify()
    told = reimbursement.preview(desk.workspace, facts)
    assert (told.violations, told.payable) == ([], YUAN)
    assert [step.kind.value for step in told.derivation][-1] == "payable"
    more = replace(facts, application=replace(facts.application, requested=Money.yuan(501)))
    assert [one.code for one in reimbursement.preview(desk.workspace, more).violations] == [
        "ratio_exceeded", "cost_ratio_exceeded",
    ]  # fmt: skip
    assert desk.workspace.data_file.verify() == before


def test_amounts_cover_the_contract_where_no_invoice_tells_its_service(desk, later):
    term = {"contract_from": date(2025, 7, 2), "contract_until": date(2026, 7, 1)}
    paid = desk.invoice_facts(Money.yuan(150), paid_on=date(2026, 3, 1))
    told = reimbursement.preview(desk.workspace, facts_of(desk, batch_id=later.id, invoices=[paid], **term))
    assert told.payable == Money(7459)  # 181/364 × 150 yuan, the days of 2026 in the term, rounded half up

    assert "days" in [step.kind.value for step in told.derivation]
    covered = facts_of(desk, batch_id=later.id, **term)
    assert reimbursement.preview(desk.workspace, covered).payable == YUAN


def test_an_application_tells_of_the_claim_that_waits_with_it(desk, later):
    made = reimburse(desk, batch_id=later.id)
    claim = filed_claim(desk.workspace.records(), made)
    assert claim is not None
    assert claim.invoice.amount == Money.yuan(500)
    acts = {one.act: one for one in possibilities.of_application(desk.workspace, made.id, desk.reviewer)}
    assert acts["accept"].is_possible
    assert filed_claim(desk.workspace.records(), desk.submit(YUAN, batch_id=later.id)) is None


def test_a_claim_without_an_invoice_is_none(desk, later):
    facts = replace(facts_of(desk, batch_id=later.id), claimed=ClaimedFacts(()))
    with pytest.raises(InvalidInput):
        reimburse(desk, facts=facts)


@pytest.mark.usefixtures("in_english")
def test_every_refusal_of_its_own_is_said_in_a_sentence(desk):
    facts = facts_of(desk, invoices=[desk.invoice_facts(Money.yuan(500), service_until=date(2027, 1, 1),
                                                        service_from=date(2026, 1, 10))])  # fmt: skip
    with pytest.raises(RulesViolated) as refused:
        reimburse(desk, facts=facts)
    said = " ".join(map(sentence, refused.value.violations))
    assert "Only “Claimed afterwards” applies and redeems in one act" in said
    assert "lasts until 2027-01-01; today is 2026-03-02" in said
    assert "the day on which invoice" in said
