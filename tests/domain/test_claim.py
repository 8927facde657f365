"""What a claim tells: whether any of it is a period of which a part may not count."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from fractions import Fraction

import pytest

from voucher_app.domain.claim import NO_EVIDENCE, Evidence, payable_of, terms_under
from voucher_app.domain.policy import OperatingModel

DAYS = {"service_from": date(2026, 3, 2), "service_until": date(2026, 3, 31)}


def test_no_evidence_is_empty_in_every_part():
    assert Evidence((), None, None, "", None, "") == NO_EVIDENCE
    assert NO_EVIDENCE.contract is None


@pytest.mark.parametrize(
    ("own", "further", "contract", "tells"),
    [
        (False, (), (), False),
        (True, (), (), True),
        (False, (), DAYS.values(), True),
        (False, (), (date(2026, 3, 2), None), False),
        (False, (False, False), (), False),
        (False, (False, True), (), True),
        (False, (True, False), (), True),
    ],
)
def test_a_claim_tells_a_period_by_any_invoice_or_by_the_contracts_whole_term(
    redemption_case, own, further, contract, tells
):
    plain = redemption_case.invoice
    billed = [replace(plain, **(DAYS if has_days else {})) for has_days in (own, *further)]
    evidence = replace(NO_EVIDENCE, further=tuple(billed[1:]))
    if contract:
        evidence = replace(evidence, **dict(zip(("contract_from", "contract_until"), contract, strict=True)))
    case = replace(redemption_case, invoice=billed[0], evidence=NO_EVIDENCE if evidence == NO_EVIDENCE else evidence)
    assert case.tells_a_period is tells
    assert (case.terms.base_period is not None) is tells, "without a period there is nothing to cut"
    assert payable_of(case).amount.fen > 0


def test_terms_cut_to_the_base_period_unless_it_is_told_that_there_is_no_period(policy):
    told = {"ratio": Fraction(1, 5), "model": OperatingModel.DEDUCT, "year": 2026}
    days = {"issued_on": date(2026, 3, 2), "use_by": date(2027, 3, 2)}
    assert terms_under(policy, **told, **days).base_period == (date(2026, 3, 2), date(2027, 3, 2))
    assert terms_under(policy, **told, **days, tells_a_period=False).base_period is None
    afterwards = terms_under(policy, **(told | {"model": OperatingModel.AFTERWARDS}), **days).base_period
    assert afterwards == policy.base_period_of_year(2026)
