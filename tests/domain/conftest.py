"""A case that breaks no rule, from which each test changes one thing."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from voucher_app.domain.application import ApplicationCase
from voucher_app.domain.claim import RedemptionCase
from voucher_app.domain.contract import Contract
from voucher_app.domain.invoice import Invoice
from voucher_app.domain.money import Money
from voucher_app.domain.numbering import VoucherNumber
from voucher_app.domain.parties import Organisation, Provider, ProviderStatus, Recipient, RecipientKind
from voucher_app.domain.policy import parse_policy
from voucher_app.domain.voucher import Voucher, VoucherStatus
from voucher_app.settings import resources_folder

TODAY = date(2026, 3, 2)


@pytest.fixture(scope="session")
def presets():
    """The texts of the shipped policy files, by code."""
    folder = resources_folder() / "policies"
    return {file.stem: file.read_text(encoding="utf-8") for file in sorted(folder.glob("*.toml"))}


@pytest.fixture
def policy(presets):
    return parse_policy(presets["henan-style"])


@pytest.fixture
def recipient():
    unit = Organisation(1, "晋阳大模型有限公司", "91140100MA0CMJRAM0", "140100")
    return Recipient(unit, RecipientKind.ENTERPRISE)


@pytest.fixture
def provider():
    unit = Organisation(2, "太原智算中心", "91350100M000100Y43", "140100")
    return Provider(
        unit,
        ProviderStatus.ADMITTED,
        prepared_by=1,
        admitted_from=date(2026, 1, 1),
        admitted_until=date(2027, 12, 31),
    )


@pytest.fixture
def application_case(policy, recipient, provider):
    """An application at its limit: 20 % of 500,000元 is 100,000元."""
    return ApplicationCase(
        policy=policy,
        recipient=recipient,
        provider=provider,
        contract=Contract("HT-1", Money.yuan(500_000), TODAY),
        requested=Money.yuan(100_000),
        counted=Money.yuan(900_000),
        contract_holder=None,
        on=TODAY,
    )


@pytest.fixture
def voucher():
    return Voucher(
        id=1,
        number=VoucherNumber(2026, 1),
        application_id=1,
        policy_id=1,
        recipient_id=1,
        provider_id=2,
        face=Money.yuan(100_000),
        remaining=Money.yuan(100_000),
        recycled=Money(0),
        status=VoucherStatus.USABLE,
        issued_on=TODAY,
        use_by=date(2027, 3, 2),
        redeem_by=date(2027, 5, 31),
        prepared_by=1,
        reviewed_by=2,
        issued_seq=9,
    )


@pytest.fixture
def redemption_case(policy, recipient, provider, voucher):
    """A claim at every limit: ratio, remaining value and yearly cap all allow just this much."""
    return RedemptionCase(
        policy=policy,
        voucher=voucher,
        recipient=recipient,
        provider=provider,
        invoice=Invoice("26142000000000000001", Money.yuan(500_000), TODAY),
        amount=Money.yuan(100_000),
        open_claims=Money(0),
        redeemed_in_year=Money.yuan(900_000),
        invoice_holder=None,
        on=TODAY,
    )


@pytest.fixture
def with_unit():
    """Return a party whose unit has other facts."""

    def change(party, **facts):
        return replace(party, organisation=replace(party.organisation, **facts))

    return change
