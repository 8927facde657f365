"""Claims with evidence: what is recorded, what is asked for a reason, what is kept of the arithmetic."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction

import pytest

from voucher_app.domain.money import Money
from voucher_app.domain.policy import OperatingModel
from voucher_app.domain.redemption import REDEMPTION_STEPS, RedemptionStatus
from voucher_app.services import redemption, voucher, year
from voucher_app.services.wording.derivation import derivation_lines
from voucher_app.services.wording.rules import sentence
from voucher_app.services.workspace import new_request_id

from .refusals import refusal, violations

REASON = "付款由母公司代付，附说明"


def refuse(desk, claim, operator=None):
    return redemption.refuse(
        desk.workspace,
        redemption_id=claim.id,
        reason="发票不符",
        operator=operator or desk.reviewer,
        request_id=new_request_id(),
    )


@pytest.fixture
def number(desk):
    return desk.issued(Money.yuan(100)).number


# ------------------------------------------------------------------------------------------- what is recorded


def test_everything_that_is_told_is_kept(desk, number):
    day = desk.today
    claim = desk.claim(
        number,
        Money.yuan(40),
        service_from=day,
        service_until=day + timedelta(days=30),
        contract_from=day - timedelta(days=1),
        contract_until=day + timedelta(days=60),
        paid=Money.yuan(160),
        paid_on=day,
        payer="晋阳大模型有限公司",
        payee="智算中心1",
        supporting_services=Money.yuan(3),
        price_item=" GPU  卡时 ",
        unit_price=Money(999),
        reason=REASON,
        further=(
            desk.invoice_facts(
                Money.yuan(7), paid=Money.yuan(6), supporting_services=Money(2), payer="晋阳大模型有限公司"
            ),
            desk.invoice_facts(
                Money.yuan(8), service_from=day, service_until=day + timedelta(days=1), paid_on=day, payee="智算中心1"
            ),
        ),
    )
    kept = desk.queries.redemption(claim.id)
    assert kept.redemption == claim
    assert (claim.invoice.paid, claim.invoice.paid_on, claim.invoice.payer, claim.invoice.payee) == (
        Money.yuan(160),
        day,
        "晋阳大模型有限公司",
        "智算中心1",
    )
    assert (claim.evidence.price_item, claim.evidence.unit_price) == ("GPU 卡时", Money(999))
    assert claim.evidence.contract == (day - timedelta(days=1), day + timedelta(days=60))
    assert claim.evidence.reason == REASON
    first, second = claim.evidence.further
    assert (first.amount, first.paid, first.supporting_services) == (Money.yuan(7), Money.yuan(6), Money(2))
    assert (second.service, second.paid_on, second.payee) == ((day, day + timedelta(days=1)), day, "智算中心1")
    assert kept.history[0].note == REASON
    assert desk.verify(claim).evidence == claim.evidence
    assert desk.verified() == []


def test_a_repeated_claim_with_evidence_is_made_once_and_another_one_is_no_repetition(desk, number):
    from voucher_app.domain.errors import InvalidInput

    facts = desk.claim_facts(number, Money.yuan(1), paid_on=desk.today, further=(desk.invoice_facts(Money.yuan(7)),))
    told = {"operator": desk.preparer, "request_id": "c"}
    claim = redemption.claim(desk.workspace, facts=facts, **told)
    assert redemption.claim(desk.workspace, facts=facts, **told) == claim
    for changed in (
        replace(facts, paid_on=desk.today - timedelta(days=1)),
        replace(facts, reason="x"),
        replace(facts, further=(replace(facts.further[0], amount=Money.yuan(8)),)),
        replace(facts, further=()),
    ):
        with pytest.raises(InvalidInput):
            redemption.claim(desk.workspace, facts=changed, **told)


# ------------------------------------------------------------------------------------------- R9: once


def test_an_invoice_is_redeemed_once_as_the_first_or_as_a_further_one(desk, number):
    other = desk.issued(Money.yuan(100), holder=1).number
    used = desk.invoice_facts(Money.yuan(7))
    claim = desk.claim(number, Money.yuan(1), further=(used,))
    taken = ("R9", "invoice_used")
    assert refusal(desk.claim, other, Money.yuan(1), invoice_number=used.number) == [taken]
    assert refusal(desk.claim, other, Money.yuan(1), further=(used,)) == [taken]
    first = desk.invoice_facts(Money.yuan(7), number=claim.invoice.key)
    (violation,) = violations(desk.claim, other, Money.yuan(1), further=(first,))
    assert (violation.subject, violation.facts) == (claim.invoice.key, {"redemption": claim.id})
    assert refusal(desk.claim, other, Money.yuan(1), further=(used, used)) == [taken, taken, ("R9", "invoice_twice")]


def test_an_invoice_of_last_year_is_not_redeemed_again_this_year(desk, number):
    used = desk.invoice_facts(Money.yuan(7))
    desk.verify(desk.claim(number, Money.yuan(1), further=(used,)))
    desk.on(date(2027, 1, 5))
    year.open_year(
        desk.workspace,
        year=2027,
        amount=Money.yuan(1000),
        document="晋财〔2027〕1号",
        operator=desk.preparer,
        request_id="y",
    )
    later = desk.issued(Money.yuan(100), year=2027).number
    assert refusal(desk.claim, later, Money.yuan(1), invoice_number=used.number) == [("R9", "invoice_used")]


@pytest.mark.parametrize("ending", ["refuse", "reverse"])
def test_a_claim_that_ends_frees_all_its_invoices(desk, number, ending):
    used = desk.invoice_facts(Money.yuan(7))
    claim = desk.claim(number, Money.yuan(1), further=(used,))
    if ending == "refuse":
        refuse(desk, claim)
    else:
        desk.reverse(desk.verify(claim))
    again = desk.claim(number, Money.yuan(1), invoice_number=used.number, further=(
        desk.invoice_facts(Money.yuan(7), number=claim.invoice.key),
    ))  # fmt: skip
    assert desk.verify(again).status == "verified"
    assert desk.queries.redemption(claim.id).redemption.evidence.further[0].key == used.number
    assert desk.verified() == []


# ------------------------------------------------------------------------------------------- reasons


def test_a_warning_needs_a_written_reason_which_answers_the_reviewer_too(desk, number):
    told = {"payer": "某控股集团"}
    assert refusal(desk.claim, number, Money.yuan(1), **told) == [("R21", "receipt_names_other_payer")]
    assert refusal(desk.claim, number, Money.yuan(1), **told, reason="  ") == [("R21", "receipt_names_other_payer")]
    claim = desk.claim(number, Money.yuan(1), **told, reason=REASON)
    preview = redemption.preview_verification(
        desk.workspace, redemption_id=claim.id, approved=claim.claimed, reviewer=desk.reviewer
    )
    assert [(one.rule, one.weight) for one in preview.violations] == [("R21", "note")]
    details = desk.queries.redemption(desk.verify(claim).id)
    assert [(one.rule, one.code) for one in details.warnings] == [("R21", "receipt_names_other_payer")]
    assert details.redemption.evidence.reason == REASON
    assert details.redemption.reason == ""


def test_a_reason_answers_no_rule_that_forbids(desk, number):
    found = refusal(desk.claim, number, Money.yuan(101), payer="某控股集团", reason=REASON)
    assert found == [("R1", "remaining_exceeded"), ("R21", "receipt_names_other_payer")]


def test_a_reviewer_may_answer_what_came_up_after_the_claim(desk):
    """R14: another unit of the group redeems between claim and verification."""
    desk.close()
    cap(desk)
    numbers = [desk.issued(Money.yuan(60), holder=holder).number for holder in (0, 1)]
    grouped(desk, 0, 1)
    claims = [desk.claim(one, Money.yuan(60)) for one in numbers]
    desk.verify(claims[0])
    assert refusal(desk.verify, claims[1]) == [("R14", "group_redeems_too_much")]
    verified = redemption.verify(
        desk.workspace,
        redemption_id=claims[1].id,
        approved=None,
        operator=desk.reviewer,
        request_id="v",
        reason="两单位已于三月分立",
    )
    assert verified.reason == "两单位已于三月分立"
    assert desk.queries.redemption(verified.id).history[0].note == "两单位已于三月分立"


# ------------------------------------------------------------------------------------------- R14


def grouped(desk, *holders):
    """Give units a common group code behind the program's back; registering it is another use case."""
    codes = ", ".join(f"'{desk.recipients[holder]}'" for holder in holders)
    desk.tamper(f"UPDATE organisation SET group_code = 'G7' WHERE uscc IN ({codes})")  # noqa: S608 - our own codes
    reopened(desk)


def reopened(desk):
    from voucher_app.app import make_workspace

    desk.workspace = make_workspace(desk.path, on=desk.today)


def cap(desk, yuan=100):
    """Publish a policy with a small cap for a unit."""
    from voucher_app.services import policy

    content = desk.queries.policies()[0].content
    content = content.replace('recipient_year_cap = "999999999.00"', f'recipient_year_cap = "{yuan}.00"')
    policy.publish(desk.workspace, content=content, operator=desk.reviewer, request_id=new_request_id())


def test_the_units_of_a_group_share_the_cap_to_the_fen(desk):
    desk.close()
    cap(desk)
    first, second, third = (desk.issued(Money.yuan(60), holder=holder).number for holder in (0, 1, 2))
    grouped(desk, 0, 1)
    desk.redeemed(first, Money.yuan(60))
    at_the_cap = desk.claim(second, Money.yuan(40))
    refuse(desk, at_the_cap)
    (violation,) = violations(desk.claim, second, Money.yuan(40) + Money(1))
    assert (violation.rule, violation.found, violation.allowed) == ("R14", 10_001, 10_000)
    assert desk.claim(second, Money.yuan(41), reason=REASON).status == "claimed"
    assert desk.claim(third, Money.yuan(60)).status == "claimed"  # of no group


# ------------------------------------------------------------------------------------------- R15


def test_all_support_of_a_contract_stays_in_its_share(make_desk, tmp_path):
    from tests.conftest import GENEROUS

    changes = {**GENEROUS, "forbidden = true": "forbidden = false", 'largest_share = "0.50"': 'largest_share = "0.25"'}
    desk = make_desk(tmp_path, changes=changes)
    number = desk.issued(Money.yuan(100), contract_amount=Money.yuan(400)).number
    desk.close()
    desk.tamper("UPDATE application SET other_support_fen = 2000")
    reopened(desk)
    desk.redeemed(number, Money.yuan(30))
    (violation,) = violations(desk.claim, number, Money.yuan(50) + Money(1))
    assert (violation.rule, violation.found, violation.allowed) == ("R15", 10_001, 10_000)
    assert desk.claim(number, Money.yuan(50)).status == "claimed"
    desk.close()


# ------------------------------------------------------------------------------------------- R30


def listed(desk, *prices):
    """File prices of the first provider behind the program's back; filing them is another use case."""
    provider_id = desk.queries.provider(desk.providers[0]).provider.id
    desk.close()
    desk.tamper(
        *(
            ("INSERT INTO listed_price VALUES (?, ?, 'GPU', '卡时', ?, ?, 1)", place, provider_id, fen, day)
            for place, (fen, day) in enumerate(prices, start=1)
        )
    )
    reopened(desk)


def test_the_price_is_held_against_the_one_filed_as_of_the_invoice(desk, number):
    listed(desk, (1000, "2026-01-01"), (500, "2026-03-02"), (9000, "2026-03-03"))
    told = {"price_item": "GPU"}
    assert desk.claim(number, Money(1), **told, unit_price=Money(600)).evidence.unit_price == Money(600)
    (violation,) = violations(desk.claim, number, Money(1), **told, unit_price=Money(601))
    assert (violation.rule, violation.found, violation.allowed) == ("R30", 601, 600)
    before = desk.today - timedelta(days=1)
    assert desk.claim(number, Money(1), **told, unit_price=Money(1200), invoiced_on=before)
    assert desk.claim(number, Money(1), **told, unit_price=Money(601), reason=REASON)


def test_without_a_filed_price_the_median_of_earlier_claims_counts(desk, number):
    told = {"price_item": "存储"}
    prices = [desk.claim(number, Money(1), **told, unit_price=Money(fen)) for fen in (100, 110)]
    records = desk.workspace.records().redemptions
    known = {"provider_id": 1, "item": "存储", "on": desk.today}
    assert records.reference_price(**known) == 105
    assert records.reference_price(**known, besides=prices[1].id) == 100
    assert refusal(desk.claim, number, Money(1), **told, unit_price=Money(127)) == [("R30", "price_too_high")]
    desk.claim(number, Money(1), **told, unit_price=Money(126))
    assert records.reference_price(**known) == 110
    refuse(desk, prices[0])
    assert records.reference_price(**known) == Fraction(110 + 126, 2)
    assert records.reference_price(provider_id=1, item="", on=desk.today) is None


# ------------------------------------------------------------------------------------------- the arithmetic as decided


def test_a_preview_tells_the_arithmetic_and_the_decision_keeps_it(strict_desk):
    desk = strict_desk
    number = desk.issued(Money.yuan(10_000)).number
    day = desk.today
    facts = desk.claim_facts(
        number,
        Money.yuan(3_000),
        invoice_amount=Money.yuan(30_000),
        service_from=day - timedelta(days=30),
        service_until=day + timedelta(days=30),
    )
    preview = redemption.preview_claim(desk.workspace, facts)
    assert (preview.payable, preview.limit) == (Money.yuan(3_000), Money.yuan(3_000))
    assert [one.code for one in preview.notes] == ["payment_not_told"]
    claim = redemption.claim(desk.workspace, facts=facts, operator=desk.preparer, request_id="c")
    before = desk.queries.redemption(claim.id)
    assert (before.derivation, before.payable, before.is_decided) == (preview.derivation, preview.payable, False)
    desk.verify(claim)
    desk.redeemed(number, Money.yuan(5_000))
    after = desk.queries.redemption(claim.id)
    assert (after.derivation, after.payable, after.is_decided) == (preview.derivation, preview.payable, True)
    desk.reverse(claim)
    assert desk.queries.redemption(claim.id).derivation == preview.derivation


def test_a_refused_claim_keeps_no_arithmetic(desk, number):
    claim = refuse(desk, desk.claim(number, Money.yuan(1)))
    assert not desk.queries.redemption(claim.id).is_decided


def test_what_was_verified_before_arithmetic_was_kept_is_reckoned_without_itself(desk, number):
    """A file of the first release: the voucher's value and the unit's cap are looked at as they were."""
    claim = desk.redeemed(number, Money.yuan(100))
    kept = desk.queries.redemption(claim.id)
    desk.close()
    desk.tamper("UPDATE redemption SET derivation = ''")
    reopened(desk)
    found = desk.queries.redemption(claim.id)
    assert not found.is_decided
    assert (found.derivation, found.payable) == (kept.derivation, kept.payable)


def test_the_unit_is_reckoned_without_itself_in_its_group_too(desk):
    desk.close()
    grouped(desk, 0)
    cap(desk)
    claim = desk.redeemed(desk.issued(Money.yuan(100)).number, Money.yuan(100))
    assert [one.rule for one in desk.queries.redemption(claim.id).warnings] == ["R21"]


def test_the_chosen_payee_follows_the_model_of_the_batch_or_else_the_policy(desk, number):
    claim = desk.claim(number, Money.yuan(1))
    found = desk.queries.redemption(claim.id)
    assert (found.model, found.payee) == (OperatingModel.DEDUCT, found.provider.organisation)
    desk.close()
    desk.tamper(
        """INSERT INTO batch (id, year, policy_id, name, model, allocation, intake_from, intake_until, status,
             prepared_by)
           VALUES (1, 2026, 1, '第一批', 'pay-first', 'first-come', '2026-03-02', '2026-03-31', 'issued', 1)""",
        "UPDATE application SET batch_id = 1",
    )
    reopened(desk)
    found = desk.queries.redemption(claim.id)
    assert (found.model, found.payee) == (OperatingModel.PAY_FIRST, found.recipient.organisation)
    paid = desk.claim(number, Money.yuan(1), paid=Money.yuan(5))  # in model A the invoice would not be full
    assert paid.status == "claimed"


# ------------------------------------------------------------------------------------------- every state, every act

ACTS = ("verify", "refuse", "reverse")


def act_on(desk, claim, act, operator=None):
    return {"verify": desk.verify, "reverse": desk.reverse}.get(act, lambda *one, **told: refuse(desk, *one, **told))(
        claim, **({"operator": operator} if operator else {})
    )


def brought_to(desk, number, status):
    claim = desk.claim(number, Money.yuan(10), further=(desk.invoice_facts(Money.yuan(7)),))
    if status == RedemptionStatus.REFUSED:
        return refuse(desk, claim)
    if status == RedemptionStatus.CLAIMED:
        return claim
    desk.verify(claim)
    if status == RedemptionStatus.REVERSED:
        return desk.reverse(claim)
    if status != RedemptionStatus.VERIFIED:
        # Settling and what follows are other use cases; here only their state matters.
        desk.close()
        desk.tamper(("UPDATE redemption SET status = ? WHERE id = ?", status.value, claim.id))
        reopened(desk)
    return desk.queries.redemption(claim.id).redemption


@pytest.mark.parametrize("act", ACTS)
@pytest.mark.parametrize("status", RedemptionStatus)
def test_every_act_in_every_state_is_done_or_refused_as_the_life_cycle_says(desk, number, status, act):
    claim = brought_to(desk, number, status)
    before, last = desk.money(), desk.queries.journal_hash
    records = max(seq for seq in range(1, 100) if last(seq))
    assert [one.act for one in desk.queries.redemption(claim.id).acts(desk.reviewer) if not one.against] == [
        name for name in ACTS if name in REDEMPTION_STEPS[status]
    ]
    if act in REDEMPTION_STEPS[status]:
        assert act_on(desk, claim, act).status == REDEMPTION_STEPS[status][act]
        return
    found = refusal(act_on, desk, claim, act)
    assert ("TRANSITION", "step_not_open") in found
    assert desk.money() == before
    assert last(records + 1) is None
    assert desk.queries.redemption(claim.id).redemption == claim


def test_why_an_act_is_not_possible_is_told_for_the_person_who_asks(desk, number):
    details = desk.queries.redemption(desk.claim(number, Money.yuan(1)).id)
    against = {one.act: [violation.rule for violation in one.against] for one in details.acts(desk.preparer)}
    assert against == {"verify": ["R23"], "refuse": ["R23"], "reverse": ["TRANSITION", "R23"]}
    against = {one.act: [violation.rule for violation in one.against] for one in details.acts(desk.auditor)}
    assert against == {"verify": ["ROLE"], "refuse": ["ROLE"], "reverse": ["TRANSITION", "ROLE"]}
    assert [one.act for one in details.acts(None) if not one.against] == ["verify", "refuse"]


# ------------------------------------------------------------------------------------------- deadlines of a voucher


def test_after_the_last_day_of_use_invoices_until_then_are_redeemed_until_the_last_day_to_redeem(desk, number):
    one = desk.voucher(number)
    desk.on(one.use_by + timedelta(days=1))
    assert refusal(desk.claim, number, Money(1)) == [("R7", "used_too_late")]
    desk.on(one.redeem_by)
    assert voucher.expire(desk.workspace, operator=desk.preparer, request_id="on the day") == []
    claim = desk.claim(number, Money(1), invoiced_on=one.use_by)
    desk.on(one.redeem_by + timedelta(days=1))
    assert refusal(desk.claim, number, Money(1), invoiced_on=one.use_by) == [("R7", "redeemed_too_late")]
    desk.verify(claim)
    (expired,) = voucher.expire(desk.workspace, operator=desk.preparer, request_id="a day later")
    assert (expired.status, expired.recycled) == ("expired", Money.yuan(100) - Money(1))
    assert desk.verified() == []


@pytest.mark.parametrize("closed", [False, True])
def test_what_expires_goes_back_to_its_year_and_lapses_once_that_is_closed(desk, number, closed):
    desk.on(desk.voucher(number).redeem_by + timedelta(days=1))
    if closed:
        year.close_year(desk.workspace, year=2026, operator=desk.preparer, request_id="close")
    before = desk.money()
    foreseen = voucher.preview_expiry(desk.workspace)
    assert ([one.number for one in foreseen.due], foreseen.held, foreseen.back) == ([number], [], Money.yuan(100))
    voucher.expire(desk.workspace, operator=desk.preparer, request_id="expire")
    moved = desk.money()
    back = Money.yuan(100)
    if closed:
        assert (moved.lapsed, moved.unissued) == (before.lapsed + back, before.unissued)
    else:
        assert (moved.unissued, moved.lapsed) == (before.unissued + back, before.lapsed)
    assert voucher.preview_expiry(desk.workspace).due == []


def test_what_is_past_its_day_but_held_back_is_named(desk):
    claimed, frozen, free = (desk.issued(Money.yuan(10), holder=holder).number for holder in (0, 1, 2))
    one = desk.voucher(claimed)
    waiting = desk.claim(claimed, Money(1))
    desk.end("freeze", frozen)
    desk.on(one.redeem_by)
    assert voucher.preview_expiry(desk.workspace) == voucher.Expiry([], [], Money(0))
    desk.on(one.redeem_by + timedelta(days=1))
    foreseen = voucher.preview_expiry(desk.workspace)
    assert [one.number for one in foreseen.due] == [free]
    assert [one.number for one in foreseen.held] == [claimed, frozen]
    refuse(desk, waiting)
    desk.end("unfreeze", frozen)
    assert len(voucher.preview_expiry(desk.workspace).due) == 3


def test_a_voucher_with_an_open_claim_is_frozen_and_its_claim_may_still_be_refused(desk, number):
    claim = desk.claim(number, Money.yuan(1))
    assert desk.end("freeze", number).status == "frozen"
    assert refusal(desk.verify, claim) == [("TRANSITION", "step_not_open")]
    assert refuse(desk, claim).status == "refused"
    assert desk.end("unfreeze", number).status == "usable"


def test_only_an_unused_voucher_is_returned(desk, number):
    claim = desk.redeemed(number, Money(1))
    assert refusal(desk.end, "return", number) == [("TRANSITION", "step_not_open")]
    desk.reverse(claim)
    assert desk.end("return", number).status == "returned"


# ------------------------------------------------------------------------------------------- what the officer reads


def test_the_lines_are_the_same_numbers_in_both_languages(desk, number, in_english):
    from voucher_app import i18n

    details = desk.queries.redemption(desk.claim(number, Money.yuan(10)).id)
    english = derivation_lines(details.derivation)
    said = [sentence(one) for one in details.warnings]
    i18n.set_language(i18n.CHINESE)
    chinese = derivation_lines(details.derivation)
    assert [(one.step, one.expression, one.value) for one in english] == [
        (one.step, one.expression, one.value) for one in chinese
    ]
    assert [one.name for one in english] == [one.step for one in english]
    assert chinese[-1].name == "可兑付金额"
    assert said == ["Nothing is told of the payment of invoice " + details.redemption.invoice.key
                    + "; it counts as paid in full. Look at the receipt."]  # fmt: skip
