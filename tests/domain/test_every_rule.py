"""Every rule of domain.md §3, R1 to R32: obeyed by a fen or a day, broken by one, and what the officer reads.

A rule without a line in `CASES`, or without its sentence in `every_rule.toml`, fails here. More cases of each stand
beside the code they are about; `tests/storage/test_every_rule_in_sql.py` tries to break each of them with a SQL shell.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from voucher_app import i18n
from voucher_app.domain.application import Standing, check_application
from voucher_app.domain.batch import (
    Batch,
    BatchStatus,
    Request,
    allocate,
    publicity_is_over,
    something_is_granted,
)
from voucher_app.domain.budget import CEILING, appropriation_is_in_ceiling, issuance_is_in_appropriation
from voucher_app.domain.claim import RedemptionCase
from voucher_app.domain.credit import CreditCheck, CreditResult
from voucher_app.domain.money import Money
from voucher_app.domain.operators import Operator, Role, two_persons
from voucher_app.domain.parties import RecipientKind
from voucher_app.domain.policy import Allocation, DayCount, OperatingModel, check_publication
from voucher_app.domain.recovery import ban_is_in_order, check_recovery
from voucher_app.domain.redemption import Redemption, RedemptionStatus, check_redemption
from voucher_app.domain.settlement import drawn, payment_notes, period_is_in_order
from voucher_app.domain.voucher import VOUCHER_STEPS, no_claim_is_open
from voucher_app.services.wording.rules import sentence
from voucher_app.settings import resources_folder

if TYPE_CHECKING:
    from collections.abc import Callable

    from voucher_app.domain.application import ApplicationCase
    from voucher_app.domain.policy import Policy

SENTENCES = tomllib.loads((Path(__file__).parent / "every_rule.toml").read_text(encoding="utf-8"))
FEN, DAY, TODAY = Money(1), timedelta(days=1), date(2026, 3, 2)
YUAN = Money.yuan


@dataclass(frozen=True)
class World:
    """An application and a claim at their limits, and the policy that says so."""

    asked: ApplicationCase
    claimed: RedemptionCase
    policy: Policy

    def under(self, **parameters):
        """The same application under a policy with other parameters."""
        return replace(self.asked, policy=replace(self.policy, **parameters))

    def seller(self, **facts):
        """The same application with a provider whose unit has other facts."""
        provider = self.asked.provider
        return replace(self.asked, provider=replace(provider, organisation=replace(provider.organisation, **facts)))

    def standing(self, **facts):
        return replace(self.asked, standing=Standing(**facts))

    def invoice(self, *, model=None, **facts):
        """The same claim on an invoice with other facts."""
        return replace(self.claimed, invoice=replace(self.claimed.invoice, **facts), model=model)

    def bill(self, **parameters):
        """A claim that bills one day of service, the last of it on the first day of the base period."""
        case = self.invoice(service_from=TODAY - DAY, service_until=TODAY)
        return replace(case, policy=replace(self.policy, **parameters))


@pytest.fixture
def world(application_case, redemption_case, policy):
    return World(application_case, redemption_case, policy)


@pytest.fixture
def _in_chinese():
    before = i18n.language()
    i18n.use_folder(resources_folder() / "locale")
    i18n.set_language(i18n.CHINESE)
    yield
    i18n.set_language(before)


def found(result):
    """Return violations as a list, whatever a rule returns; a case is looked at as its act looks at it."""
    if result is None:
        return []
    if isinstance(result, list):
        return result
    if isinstance(result, RedemptionCase):
        return check_redemption(result)
    return check_application(result) if hasattr(result, "requested") else [result]


def grouped(world, held):
    unit = replace(world.asked.recipient.organisation, group_code="G1")
    recipient = replace(world.asked.recipient, organisation=unit)
    counted = YUAN(900_000) - YUAN(1)
    return replace(world.asked, recipient=recipient, counted=counted, standing=Standing(group_counted=held))


def cut(smallest):
    """What is left, 5,000 yuan, divided under a policy with a smallest voucher (R32)."""
    left = YUAN(5_000)
    given = allocate([Request(1, 1, YUAN(9_000))], available=left, method=Allocation.FIRST_COME, smallest=smallest)
    assert given == {1: left if smallest <= left else Money(0)}
    return something_is_granted(given, available=left, smallest=smallest, batch_id=3)


def publicized(until):
    return Batch(
        id=3, year=2026, policy_id=1, name="第一批", model=OperatingModel.DEDUCT, allocation=Allocation.FIRST_COME,
        envelope=None, intake_from=TODAY, intake_until=TODAY, document="", status=BatchStatus.PUBLICIZED,
        prepared_by=1, publicity_from=TODAY, publicity_until=until,
    )  # fmt: skip


def paid_back(world, amount):
    paid = Redemption(
        id=7, voucher_id=1, claimed=YUAN(60), approved=YUAN(60), status=RedemptionStatus.DISBURSED,
        invoice=world.claimed.invoice, claimed_on=TODAY, prepared_by=1,
    )  # fmt: skip
    return check_recovery(paid, amount=amount, recovered=Money(0), due_on=TODAY, on=TODAY,
                          decided_by=Operator(2, "李复核", Role.REVIEWER))  # fmt: skip


def sampled(world, amount):
    """Everything above the policy's limit is drawn (R29), and told as long as its result is missing."""
    from voucher_app.domain.settlement import LineCounts, Settlement, SettlementStatus

    picked = drawn([(7, amount)], share=world.policy.sample_share * 0, above=world.policy.sample_above, seed="x")
    settlement = Settlement(
        id=1, year=2026, period_from=TODAY, period_until=TODAY, document="", status=SettlementStatus.DRAFT,
        drafted_on=TODAY, prepared_by=1,
    )  # fmt: skip
    return payment_notes(settlement, counts=LineCounts(pending=1, samples_open=len(picked)))


PENALISED = CreditCheck(date(2023, 3, 2), CreditResult.PENALISED)
SERVICE = {"service_from": date(2026, 2, 1)}

CASES: dict[str, tuple[Callable[[World], object], Callable[[World], object], str]] = {
    # rule: what obeys it, what breaks it by a fen or a day, and the code of the refusal
    "R1": (
        lambda _: issuance_is_in_appropriation(issuing=YUAN(5), unissued=YUAN(5), year=2026),
        lambda _: issuance_is_in_appropriation(issuing=YUAN(5) + FEN, unissued=YUAN(5), year=2026),
        "cap_exceeded",
    ),
    "R1 ceiling": (
        lambda _: appropriation_is_in_ceiling(CEILING, year=2026),
        lambda _: appropriation_is_in_ceiling(CEILING + FEN, year=2026),
        "ceiling_exceeded",
    ),
    "R2": (
        lambda w: w.asked,
        lambda w: replace(w.asked, recipient=replace(w.asked.recipient, kind=RecipientKind.UNIVERSITY)),
        "class_mismatch",
    ),
    "R3": (
        lambda w: w.asked,
        lambda w: replace(w.asked, counted=w.asked.counted + FEN),
        "recipient_cap_exceeded",
    ),
    "R3 redeemed": (
        lambda w: w.claimed,
        lambda w: replace(w.claimed, redeemed_in_year=w.claimed.redeemed_in_year + FEN),
        "recipient_redeems_too_much",
    ),
    "R4": (
        lambda w: w.asked,
        lambda w: replace(w.asked, requested=w.asked.requested + FEN),
        "ratio_exceeded",
    ),
    "R4 settled": (
        lambda w: w.claimed,
        lambda w: w.invoice(amount=w.claimed.invoice.amount - FEN),
        "cost_ratio_exceeded",
    ),
    "R5": (
        lambda w: w.under(smallest_voucher=w.asked.requested),
        lambda w: w.under(smallest_voucher=w.asked.requested + FEN),
        "voucher_too_small",
    ),
    "R6": (
        lambda w: w.under(tiers=(w.asked.requested,)),
        lambda w: w.under(tiers=(w.asked.requested - FEN,)),
        "not_a_tier",
    ),
    "R7": (
        lambda w: replace(w.claimed, on=w.claimed.voucher.redeem_by),
        lambda w: replace(w.claimed, on=w.claimed.voucher.redeem_by + DAY),
        "redeemed_too_late",
    ),
    "R7 used": (
        lambda w: replace(w.invoice(invoiced_on=w.claimed.voucher.use_by), on=w.claimed.voucher.redeem_by),
        lambda w: replace(w.invoice(invoiced_on=w.claimed.voucher.use_by + DAY), on=w.claimed.voucher.redeem_by),
        "used_too_late",
    ),
    "R8": (
        lambda w: w.asked,
        lambda w: replace(w.asked, contract_holder=7),
        "contract_used",
    ),
    "R8 signed": (
        lambda w: w.asked,
        lambda w: replace(w.asked, contract=replace(w.asked.contract, signed_on=TODAY + DAY)),
        "contract_in_future",
    ),
    "R9": (
        lambda w: w.claimed,
        lambda w: replace(w.claimed, invoice_holder=17),
        "invoice_used",
    ),
    "R10": (
        lambda w: w.seller(controlled_by="91140100MA0CMJRAM1"),
        lambda w: w.seller(controlled_by=w.asked.recipient.organisation.uscc),
        "declared_control",
    ),
    "R11": (
        lambda w: w.asked,
        lambda w: w.seller(uscc=w.asked.recipient.organisation.uscc),
        "own_compute",
    ),
    "R12": (
        lambda w: replace(w.asked, contract=replace(w.asked.contract, signed_on=date(2026, 1, 1))),
        lambda w: replace(w.asked, contract=replace(w.asked.contract, signed_on=date(2025, 12, 31))),
        "provider_not_admitted_contract",
    ),
    "R13": (
        lambda w: w.standing(),
        lambda w: w.standing(is_provider=True),
        "provider_receives",
    ),
    "R14": (
        lambda w: grouped(w, YUAN(1)),
        lambda w: grouped(w, YUAN(1) + FEN),
        "group_cap_exceeded",
    ),
    "R15": (
        lambda w: replace(w.under(forbids_other_support=False), other_support=YUAN(150_000)),
        lambda w: replace(w.under(forbids_other_support=False), other_support=YUAN(150_000) + FEN),
        "support_share_exceeded",
    ),
    "R15 forbidden": (
        lambda w: w.asked,
        lambda w: replace(w.asked, other_support=FEN),
        "other_support_forbidden",
    ),
    "R16": (
        lambda w: replace(w.asked, supporting_services=YUAN(150_000)),
        lambda w: replace(w.asked, supporting_services=YUAN(150_000) + FEN),
        "supporting_services_exceeded",
    ),
    "R17": (
        lambda w: w.seller(region_code="140100"),
        lambda w: w.seller(region_code="130100"),
        "outside_province",
    ),
    "R18": (
        lambda w: w.invoice(paid_on=TODAY, payee=w.claimed.provider.organisation.name),
        lambda w: w.invoice(paid_on=TODAY, payee=w.claimed.recipient.organisation.name),
        "voucher_cashed",
    ),
    "R19": (
        lambda w: w.invoice(**SERVICE, service_until=TODAY + DAY),
        lambda w: w.invoice(**SERVICE, service_until=TODAY - DAY),
        "outside_base_period",
    ),
    "R20": (
        lambda w: w.invoice(paid=YUAN(400_000), paid_on=TODAY),
        lambda w: w.invoice(paid=YUAN(400_000) + FEN, paid_on=TODAY),
        "invoice_not_full",
    ),
    "R21": (
        lambda w: w.invoice(paid=YUAN(500_000), model=OperatingModel.PAY_FIRST),
        lambda w: w.invoice(paid=YUAN(500_000) + FEN, model=OperatingModel.PAY_FIRST),
        "paid_above_invoice",
    ),
    "R21 day": (
        lambda w: w.invoice(paid_on=TODAY),
        lambda w: w.invoice(paid_on=TODAY + DAY),
        "paid_in_future",
    ),
    "R22": (
        lambda w: w.standing(credit=PENALISED),
        lambda w: replace(w.standing(credit=PENALISED), on=TODAY - DAY),
        "credit_penalised",
    ),
    "R23": (
        lambda _: two_persons(prepared_by=1, decided_by=Operator(2, "李复核", Role.REVIEWER), subject="7"),
        lambda _: two_persons(prepared_by=1, decided_by=Operator(1, "张经办", Role.REVIEWER), subject="7"),
        "same_person",
    ),
    "R24": (
        lambda _: publicity_is_over(publicized(TODAY - DAY), on=TODAY),
        lambda _: publicity_is_over(publicized(TODAY), on=TODAY),
        "publicity_running",
    ),
    "R25": (
        lambda _: period_is_in_order(TODAY, TODAY),
        lambda _: period_is_in_order(TODAY + DAY, TODAY),
        "period_reversed",
    ),
    "R26": (
        lambda w: no_claim_is_open(w.claimed.voucher, open_claims=0),
        lambda w: no_claim_is_open(w.claimed.voucher, open_claims=1),
        "claims_open",
    ),
    "R27": (
        lambda w: [one for one in check_publication(w.policy, on=w.policy.fair_competition_ends_on)
                   if one.code == "review_ended"],
        lambda w: check_publication(w.policy, on=w.policy.fair_competition_ends_on + DAY),
        "review_ended",
    ),
    "R28": (
        lambda w: paid_back(w, YUAN(60)),
        lambda w: paid_back(w, YUAN(60) + FEN),
        "recovery_exceeds_paid",
    ),
    "R28 ban": (
        lambda _: ban_is_in_order(until=TODAY, on=TODAY, name="某公司"),
        lambda _: ban_is_in_order(until=TODAY - DAY, on=TODAY, name="某公司"),
        "ban_reversed",
    ),
    "R29": (
        lambda w: sampled(w, YUAN(500_000)),
        lambda w: sampled(w, YUAN(500_000) + FEN),
        "samples_open",
    ),
    "R30": (
        lambda w: priced(w, YUAN(12)),
        lambda w: priced(w, YUAN(12) + FEN),
        "price_too_high",
    ),
    "R31": (
        lambda w: w.bill(day_count=DayCount.INCLUSIVE),
        lambda w: w.bill(day_count=DayCount.DIFF),
        "no_day_counts",
    ),
    "R32": (
        lambda _: cut(YUAN(5_000)),
        lambda _: cut(YUAN(5_000) + FEN),
        "nothing_to_grant",
    ),
}  # fmt: skip


def priced(world, price):
    from fractions import Fraction

    evidence = replace(world.claimed.evidence, price_item="GPU 卡时", unit_price=price)
    return replace(world.claimed, evidence=evidence, reference_price=Fraction(1_000))


@pytest.mark.parametrize("case", CASES)
def test_a_rule_is_obeyed_by_a_fen_or_a_day(world, case):
    obeys, _, code = CASES[case]
    assert code not in {one.code for one in found(obeys(world))}


@pytest.mark.usefixtures("_in_chinese")
@pytest.mark.parametrize("case", CASES)
def test_a_rule_is_broken_by_a_fen_or_a_day_and_says_so(world, case):
    _, breaks, code = CASES[case]
    (violation,) = [one for one in found(breaks(world)) if one.code == code]
    assert violation.rule == case.split()[0]
    assert sentence(violation) == SENTENCES[case]


def test_every_rule_of_the_domain_has_its_case():
    assert {case.split()[0] for case in CASES} == {f"R{number}" for number in range(1, 33)}
    assert SENTENCES.keys() == CASES.keys()


def test_a_voucher_is_given_to_nobody_else():
    """R18 has no function that transfers: no step of a voucher's life gives it to somebody else."""
    acts = {act for steps in VOUCHER_STEPS.values() for act in steps}
    assert acts == {"redeem", "void", "freeze", "unfreeze", "expire", "return"}
