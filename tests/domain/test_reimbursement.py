"""后补助: what a claim has to be that comes with its application, and the text that is kept of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from voucher_app.domain.claim import NO_EVIDENCE, Evidence
from voucher_app.domain.invoice import Invoice
from voucher_app.domain.money import ZERO, Money
from voucher_app.domain.policy import OperatingModel
from voucher_app.domain.redemption import check_redemption
from voucher_app.domain.reimbursement import Reimbursement, check_reimbursement, covering_term, read, written

TODAY = date(2026, 3, 2)
DAY = timedelta(days=1)
PAID = Invoice("1" * 20, Money.yuan(500_000), TODAY, date(2026, 1, 1), TODAY, paid_on=TODAY)


def found(claim, *, model=OperatingModel.AFTERWARDS, waiting=None):
    violations = check_reimbursement(claim, model=model, on=TODAY, waiting=waiting or {}, contract="HT-1")
    return [(one.rule, one.code, one.subject, one.found) for one in violations]


def test_what_was_used_and_paid_by_today_is_claimed_today():
    assert found(Reimbursement(PAID, NO_EVIDENCE)) == []


@pytest.mark.parametrize("model", [OperatingModel.DEDUCT, OperatingModel.PAY_FIRST])
def test_only_one_of_the_models_applies_and_claims_at_once(model):
    assert found(Reimbursement(PAID, NO_EVIDENCE), model=model) == [("BATCH", "model_is_other", "HT-1", model.value)]


def test_amounts_cover_the_term_only_where_no_invoice_tells_its_service():
    term = {"first": date(2026, 1, 1), "last": TODAY}
    untold = replace(PAID, service_from=None, service_until=None)
    covering = covering_term(Reimbursement(untold, NO_EVIDENCE), **term)
    assert covering.evidence.contract == (date(2026, 1, 1), TODAY)
    assert covering_term(replace(covering, invoice=PAID), **term).evidence == NO_EVIDENCE


def test_every_invoice_is_proved_to_be_paid():
    unpaid = replace(PAID, key="2" * 20, paid_on=None)
    claim = Reimbursement(PAID, Evidence(further=(unpaid,)))
    assert found(claim) == [("R21", "payment_not_proved", "2" * 20, "2" * 20)]


def test_service_that_lasts_a_day_longer_is_not_claimed_yet():
    longer = replace(PAID, service_until=TODAY + DAY)
    assert found(Reimbursement(longer, NO_EVIDENCE)) == [("R19", "service_not_over", PAID.key, "2026-03-03")]


def test_an_invoice_that_another_application_waits_with_is_not_claimed_again():
    claim = Reimbursement(PAID, NO_EVIDENCE)
    assert found(claim, waiting={PAID.key: 7}) == [("R9", "invoice_waits", PAID.key, PAID.key)]
    (waits,) = check_reimbursement(
        claim, model=OperatingModel.AFTERWARDS, on=TODAY, waiting={PAID.key: 7}, contract="HT-1"
    )
    assert waits.facts == {"application": 7}, "which one it waits with"
    assert found(claim, waiting={"2" * 20: 7}) == []


def test_all_that_is_told_reads_back_as_it_was_written():
    invoice = replace(PAID, supporting_services=Money(3), paid=ZERO, payer="晋阳大模型有限公司", payee="智算中心1")
    evidence = Evidence(
        further=(Invoice("2" * 20, Money(7), TODAY),),
        contract_from=TODAY - DAY,
        contract_until=TODAY,
        price_item="GPU 卡时",
        unit_price=Money(999),
        reason="附说明",
    )
    for claim in (Reimbursement(invoice, evidence), Reimbursement(PAID, NO_EVIDENCE)):
        assert read(written(claim)) == claim
    short = written(Reimbursement(PAID, Evidence(reason="附说明")))
    facts = '"amount":50000000,"invoiced_on":"2026-03-02","key":"11111111111111111111","paid_on":"2026-03-02"'
    service = '"service_from":"2026-01-01","service_until":"2026-03-02"'
    assert short == f'{{"invoice":{{{facts},{service}}},"reason":"附说明"}}', "as in every data file"


# ------------------------------------------------------------------------------------------- R19, by the year


def test_the_base_period_of_a_yearly_claim_is_its_budget_year(policy):
    assert policy.base_period_of_year(2026) == (date(2026, 1, 1), date(2026, 12, 31))
    named = replace(policy, base_from=date(2025, 3, 1), base_until=date(2025, 12, 31))
    assert named.base_period_of_year(2026) == (date(2025, 3, 1), date(2025, 12, 31))
    assert replace(policy, base_longest_months=6).base_period_of_year(2026)[1] == date(2026, 7, 1)


def test_service_before_the_issuance_counts_where_the_claim_comes_afterwards(redemption_case):
    before = replace(redemption_case.invoice, service_from=date(2026, 1, 1), service_until=date(2026, 2, 28))
    case = replace(redemption_case, invoice=before, model=OperatingModel.AFTERWARDS)
    assert check_redemption(case) == []
    codes = [one.code for one in check_redemption(replace(case, model=OperatingModel.PAY_FIRST))]
    assert codes == ["cost_ratio_exceeded", "outside_base_period"]


def test_service_of_the_year_before_counts_by_no_day(redemption_case):
    provider = replace(redemption_case.provider, admitted_from=date(2025, 1, 1))
    before = replace(redemption_case.invoice, service_from=date(2025, 12, 1), service_until=date(2025, 12, 31))
    case = replace(redemption_case, provider=provider, invoice=before, model=OperatingModel.AFTERWARDS)
    assert [one.code for one in check_redemption(case)] == ["cost_ratio_exceeded", "outside_base_period"]
