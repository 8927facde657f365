from dataclasses import replace
from datetime import date

import pytest

from voucher_app.domain.errors import Weight
from voucher_app.domain.parties import (
    ProviderStatus,
    RecipientKind,
    are_affiliated,
    class_matches_code,
    compute_is_in_province,
    provider_was_admitted,
)


@pytest.mark.parametrize(
    ("prefix", "kinds"),
    [
        ("91", {"enterprise"}),
        ("93", {"enterprise"}),
        ("12", {"university", "institute"}),
        ("52", {"university", "institute"}),
        ("11", {"enterprise", "university", "institute"}),  # a prefix that tells nothing
    ],
)
@pytest.mark.parametrize("kind", RecipientKind)
def test_a_class_that_does_not_go_with_the_credit_code_is_noted(prefix, kinds, kind):
    violation = class_matches_code(kind=kind, uscc=f"{prefix}140100MA0CMJRAM0", name="某")
    if kind in kinds:
        assert violation is None
    else:
        assert (violation.rule, violation.code, violation.weight) == ("R2", "class_mismatch", Weight.NOTE)
        assert (violation.found, violation.allowed, violation.facts) == (
            kind.value,
            sorted(kinds),
            {"prefix": prefix},
        )


def test_compute_outside_shanxi_is_refused():
    assert compute_is_in_province(region_code="140171", name="某") is None
    violation = compute_is_in_province(region_code="110100", name="某")
    assert (violation.rule, violation.code, violation.found, violation.allowed, violation.subject) == (
        "R17",
        "outside_province",
        "110100",
        "14xxxx",
        "某",
    )


@pytest.mark.parametrize("what", ["contract", "service"])
@pytest.mark.parametrize(
    ("on", "passes"),
    [
        (date(2025, 12, 31), False),
        (date(2026, 1, 1), True),
        (date(2027, 12, 31), True),
        (date(2028, 1, 1), False),
    ],
)
def test_a_provider_counts_from_the_first_to_the_last_day_of_its_term(provider, what, on, passes):
    violation = provider_was_admitted(provider, on=on, what=what)
    if passes:
        assert violation is None
    else:
        assert (violation.rule, violation.code) == ("R12", f"provider_not_admitted_{what}")
        assert (violation.found, violation.allowed) == (on.isoformat(), ["2026-01-01", "2027-12-31"])
        assert violation.facts == {"status": "admitted"}


def test_a_provider_never_admitted_is_refused(provider):
    candidate = replace(provider, status=ProviderStatus.REGISTERED, admitted_from=None, admitted_until=None)
    violation = provider_was_admitted(candidate, on=date(2026, 3, 2), what="contract")
    assert (violation.allowed, violation.facts) == (["", ""], {"status": "registered"})


def test_a_suspension_counts_from_the_day_it_began(provider):
    suspended = replace(provider, status=ProviderStatus.SUSPENDED, suspended_on=date(2026, 3, 2))
    assert provider_was_admitted(suspended, on=date(2026, 3, 1), what="service") is None
    violation = provider_was_admitted(suspended, on=date(2026, 3, 2), what="service")
    assert (violation.rule, violation.facts) == ("R12", {"status": "suspended"})


def test_strangers_are_not_affiliated(recipient, provider):
    assert are_affiliated(recipient.organisation, provider.organisation) == []


def test_two_units_that_tell_nothing_share_nothing(recipient, provider):
    assert recipient.organisation.phone == provider.organisation.phone == ""
    assert are_affiliated(recipient.organisation, provider.organisation) == []


def test_a_unit_is_affiliated_with_itself(recipient):
    (violation,) = are_affiliated(recipient.organisation, recipient.organisation)
    assert (violation.rule, violation.code, violation.weight) == ("R10", "same_unit", Weight.BLOCK)
    assert violation.found == recipient.organisation.uscc


@pytest.mark.parametrize("controlled", ["recipient", "provider"])
def test_declared_control_forbids_in_both_directions(recipient, provider, controlled):
    holder, seller = recipient.organisation, provider.organisation
    if controlled == "recipient":
        holder = replace(holder, controlled_by=seller.uscc)
    else:
        seller = replace(seller, controlled_by=holder.uscc)
    (violation,) = are_affiliated(holder, seller)
    assert (violation.rule, violation.code, violation.weight) == ("R10", "declared_control", Weight.BLOCK)
    assert (violation.found, violation.allowed) == (seller.name, "no declared control")


def test_common_control_alone_is_no_affiliation(recipient, provider):
    state = "11100000MB1943362X"
    holder = replace(recipient.organisation, controlled_by=state)
    seller = replace(provider.organisation, controlled_by=state)
    assert are_affiliated(holder, seller) == []


def test_shared_particulars_each_ask_for_a_written_reason(recipient, provider):
    shared = {"legal_representative": "王某", "phone": "0351-1", "address": "太原市", "bank_account": "6222"}
    found = are_affiliated(replace(recipient.organisation, **shared), replace(provider.organisation, **shared))
    assert [violation.code for violation in found] == [f"shared_{particular}" for particular in shared]
    assert [violation.found for violation in found] == list(shared.values())
    assert {(violation.rule, violation.weight, violation.allowed) for violation in found} == {
        ("R10", Weight.REASON, "a written reason")
    }


def test_the_row_of_a_party_is_the_row_of_its_unit(recipient, provider):
    assert (recipient.id, provider.id) == (1, 2)
