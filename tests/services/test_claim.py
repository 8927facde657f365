"""What is claimed, as it was typed: which field is named where it cannot be read, and what tells two requests apart."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from voucher_app.domain.errors import InvalidInput
from voucher_app.domain.journal import facts_digest
from voucher_app.domain.money import Money
from voucher_app.services import redemption, reimbursement
from voucher_app.services.wording.rules import sentence
from voucher_app.services.workspace import new_request_id

from .refusals import refusal, violations


@pytest.fixture
def number(desk):
    return desk.issued(Money.yuan(100)).number


def refuse(desk, claim):
    return redemption.refuse(
        desk.workspace, redemption_id=claim.id, reason="发票不符", operator=desk.reviewer, request_id=new_request_id()
    )


def test_a_line_that_cannot_be_read_is_told_with_its_field(desk, number):
    facts = desk.claim_facts(number, Money.yuan(1))
    for field in ("payer", "payee", "price_item", "reason"):
        with pytest.raises(InvalidInput) as refused:
            redemption.preview_claim(desk.workspace, replace(facts, **{field: "甲\0乙"}))
        assert refused.value.facts["field"] == field
    with pytest.raises(InvalidInput) as refused:
        reimbursement.preview(desk.workspace, desk.reimbursement_facts(Money.yuan(1), price_item="甲\0乙"))
    assert refused.value.facts["field"] == "price_item"
    claim = desk.claim(number, Money.yuan(1))
    with pytest.raises(InvalidInput) as refused:
        redemption.verify(
            desk.workspace,
            redemption_id=claim.id,
            approved=None,
            reason="甲\0乙",
            operator=desk.reviewer,
            request_id=new_request_id(),
        )
    assert refused.value.facts["field"] == "reason"


def test_a_decision_by_the_preparer_is_refused_with_the_number_and_what_it_is_the_number_of(desk, number, in_english):
    claim = desk.claim(number, Money.yuan(1))
    (violation,) = violations(desk.verify, claim, operator=desk.preparer)
    assert f"prepared redemption {claim.id} " in sentence(violation)


def test_of_a_refused_claim_is_told_that_its_invoice_is_used_elsewhere_meanwhile(desk, number):
    first = desk.claim(number, Money.yuan(1))
    refuse(desk, first)
    assert refusal(desk.verify, first) == [("TRANSITION", "step_not_open")]
    desk.claim(number, Money.yuan(2), invoice_number=first.invoice.key)
    assert refusal(desk.verify, first) == [("R9", "invoice_used"), ("TRANSITION", "step_not_open")]


def test_all_that_befalls_a_claim_stands_in_its_voucher_s_history(desk, number):
    refuse(desk, desk.claim(number, Money.yuan(1)))
    desk.reverse(desk.redeemed(number, Money.yuan(2)))
    acts = [entry.action for entry in desk.queries.voucher(str(number)).history]
    assert acts[:5] == [f"redemption.{act}" for act in ("reverse", "verify", "claim", "refuse", "claim")]


# ------------------------------------------------------------------------------------------- the same request


NOTHING = {
    "service_from": "None", "service_until": "None", "paid": "None", "paid_on": "None", "payer": "", "payee": "",
    "supporting_services": "0.00",
}  # fmt: skip


def digest(desk):
    """Return the digest of the last request as it is recorded."""
    with desk.shell() as connection:
        return connection.execute("SELECT facts_digest FROM journal ORDER BY seq DESC LIMIT 1").fetchone()[0]


def test_a_request_is_known_again_in_every_release(desk, number):
    """A request whose answer was lost is repeated after the upgrade: by these words it is the same one."""
    day, later = desk.today.isoformat(), (desk.today + timedelta(days=1)).isoformat()
    plain = {"voucher": str(number), "amount_fen": 100, "service": ["", ""]}
    claim = desk.claim(number, Money.yuan(1))
    first = plain | {"invoice": [claim.invoice.key, 500, day]}
    assert digest(desk) == facts_digest("redemption.claim", first)

    desk.verify(claim)
    assert digest(desk) == facts_digest("redemption.verify", {"id": claim.id, "approved_fen": None})

    further = desk.invoice_facts(Money.yuan(7), payee="智算中心1")
    told = desk.claim(number, Money.yuan(1), service_from=desk.today, service_until=desk.today + timedelta(days=1),
                      reason="已核实", further=(further,))  # fmt: skip
    evidence = {
        "contract_from": "None", "contract_until": "None", "price_item": "", "unit_price": "None", "reason": "已核实",
    }  # fmt: skip
    service = {"service_from": day, "service_until": later}
    rich = plain | {
        "service": [day, later],
        "invoice": [told.invoice.key, 500, day],
        "evidence": evidence,
        "invoices": [
            NOTHING | service | {"key": told.invoice.key, "amount": "5.00", "invoiced_on": day},
            NOTHING | {"key": further.number, "amount": "7.00", "invoiced_on": day, "payee": "智算中心1"},
        ],
    }
    assert digest(desk) == facts_digest("redemption.claim", rich)

    redemption.verify(desk.workspace, redemption_id=told.id, approved=Money(1), reason=" 属实 ", operator=desk.reviewer,
                      request_id=new_request_id())  # fmt: skip
    answered = {"id": told.id, "approved_fen": 1, "reason": "属实"}
    assert digest(desk) == facts_digest("redemption.verify", answered)
    desk.reverse(told)
    assert digest(desk) == facts_digest("redemption.reverse", {"id": told.id, "reason": "发票红冲"})

    several = [desk.claim_facts(number, Money.yuan(1)), desk.claim_facts(number, Money.yuan(1))]
    redemption.claim_all(desk.workspace, claims=several, operator=desk.preparer, request_id=new_request_id())
    claims = [plain | {"invoice": [one.invoice_number, 500, day]} for one in several]
    assert digest(desk) == facts_digest("redemption.claim", {"claims": claims})


def test_a_request_for_support_afterwards_is_known_again_in_every_release(desk):
    desk.check_credit()
    batch_id = desk.open_batch(model="C").id
    facts = desk.reimbursement_facts(Money.yuan(100), batch_id=batch_id, price_item="GPU 卡时", unit_price=Money(999))
    desk.reimburse(Money.yuan(100), facts=facts)
    used = {"service_from": "2026-01-10", "service_until": "2026-02-28", "paid_on": "2026-03-01"}
    invoice = {"key": facts.claimed.invoices[0].number, "amount": "500.00", "invoiced_on": desk.today.isoformat()}
    asked = {
        "application": {
            "recipient": desk.recipients[0], "provider": desk.providers[0], "contract_amount_fen": 50_000,
            "contract": facts.application.contract_number, "signed_on": "2026-01-05", "requested_fen": 10_000,
            "year": None, "batch": batch_id,
        },
        "invoices": [NOTHING | used | invoice],
        "evidence": {
            "contract_from": "None", "contract_until": "None", "price_item": "GPU 卡时", "unit_price": "9.99",
            "reason": "",
        },
        "reason": "",
    }  # fmt: skip
    assert digest(desk) == facts_digest("application.reimburse", asked)
