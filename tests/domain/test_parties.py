from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from voucher_app.domain.errors import Violation, Weight
from voucher_app.domain.money import Money
from voucher_app.domain.objection import Objection, ObjectionStatus
from voucher_app.domain.parties import (
    ListedPrice,
    Organisation,
    ProviderStatus,
    RecipientKind,
    Suspension,
    SuspensionKind,
    are_affiliated,
    class_matches_code,
    compute_is_in_province,
    gap_before_renewal,
    objection_is_in_time,
    price_is_positive,
    provider_was_admitted,
    publicity_is_long_enough,
    publicity_is_over,
    term_is_ahead,
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


# ------------------------------------------------------------------------------------------- terms and publicity

TODAY = date(2026, 3, 10)


@pytest.mark.parametrize(
    ("day", "counts", "status"),
    [(1, True, ""), (2, False, "suspended"), (5, False, "suspended"), (6, True, ""), (8, False, "expired")],
)
def test_days_that_did_not_count_never_do(provider, day, counts, status):
    """The first day, the last day, and the day after each."""
    absences = (
        Suspension(SuspensionKind.SUSPENDED, date(2026, 3, 2), date(2026, 3, 5)),
        Suspension(SuspensionKind.EXPIRED, date(2026, 3, 8), date(2026, 3, 8)),
        Suspension(SuspensionKind.SUSPENDED, date(2026, 3, 6), date(2026, 3, 5)),  # lifted on the same day
    )
    violation = provider_was_admitted(replace(provider, suspensions=absences), on=date(2026, 3, day), what="service")
    assert (violation is None) is counts
    assert violation is None or violation.facts == {"status": status}


def test_what_is_not_told_of_a_unit_or_of_an_absence_is_empty():
    bare = Organisation(1, "甲", "91149999DM00000018", "140100")
    assert (bare.controlled_by, bare.group_code, bare.bank_name, bare.account_name) == ("", "", "", "")
    absence = Suspension(SuspensionKind.SUSPENDED, TODAY, None)
    assert (absence.reason, absence.end_reason) == ("", "")


def test_a_suspension_without_an_end_lasts():
    lasting = Suspension(SuspensionKind.SUSPENDED, TODAY, None)
    assert (lasting.covers(TODAY), lasting.covers(date(2030, 1, 1))) == (True, True)
    assert not lasting.covers(TODAY - timedelta(days=1))


@pytest.mark.parametrize(("since", "until", "refused"), [(10, 10, False), (10, 9, True), (12, 11, True), (1, 9, True)])
def test_a_term_ends_neither_before_it_begins_nor_before_today(provider, since, until, refused):
    violation = term_is_ahead(provider, since=date(2026, 3, since), until=date(2026, 3, until), on=TODAY)
    assert (violation is not None) is refused
    allowed = date(2026, 3, max(since, 10)).isoformat()
    assert violation is None or (violation.rule, violation.code, violation.allowed) == ("R12", "term_reversed", allowed)


@pytest.mark.parametrize(("day", "gap"), [(0, None), (1, None), (2, 1), (30, 29)])
def test_days_between_two_terms_are_a_gap(provider, day, gap):
    last = provider.admitted_until
    found = gap_before_renewal(provider, since=last + timedelta(days=day))
    if gap is None:
        assert found is None
    else:
        assert (found.kind, found.suspended_from) == ("expired", last + timedelta(days=1))
        assert (found.suspended_until - found.suspended_from).days == gap - 1
    assert gap_before_renewal(replace(provider, admitted_until=None), since=last) is None


@pytest.fixture
def publicized(provider):
    return replace(
        provider,
        status=ProviderStatus.PUBLICIZED,
        publicity_from=TODAY - timedelta(days=5),
        publicity_until=TODAY - timedelta(days=1),
    )


def objection(status, *, days_ago=3):
    return Objection(7, "provider:2", None, TODAY - timedelta(days=days_ago), "某", "某", status, prepared_by=3)


def test_publicity_concerns_only_who_is_in_it(provider, publicized):
    standing = [objection(ObjectionStatus.OPEN)]
    assert publicity_is_over(provider, since=TODAY, on=TODAY, objections=standing) == []
    assert publicity_is_over(publicized, since=TODAY, on=TODAY, objections=[]) == []


@pytest.mark.parametrize(
    ("status", "days_ago", "code"),
    [
        (ObjectionStatus.OPEN, 3, ("provider_objection_open", "a decision")),
        (ObjectionStatus.UPHELD, 5, ("provider_objection_upheld", "a refusal")),
        (ObjectionStatus.DISMISSED, 3, None),
        (ObjectionStatus.UPHELD, 6, None),  # of an earlier publicity
    ],
)
def test_an_objection_of_this_publicity_that_stands_is_in_the_way(publicized, status, days_ago, code):
    raised = [objection(ObjectionStatus.UPHELD, days_ago=9), objection(status, days_ago=days_ago)]
    found = publicity_is_over(publicized, since=TODAY, on=TODAY, objections=raised)
    assert [(one.rule, one.found, (one.code, one.allowed)) for one in found] == ([("R24", 7, code)] if code else [])


def test_publicity_ends_with_its_last_day(publicized):
    last = publicized.publicity_until
    (violation,) = publicity_is_over(publicized, since=last, on=last, objections=[])
    assert (violation.rule, violation.code) == ("R24", "publicity_not_over")
    assert (violation.found, violation.allowed) == (last.isoformat(), last.isoformat())
    (violation,) = publicity_is_over(publicized, since=last, on=TODAY, objections=[])
    assert (violation.rule, violation.code, violation.found) == ("R24", "term_in_publicity", last.isoformat())
    assert publicity_is_long_enough(publicized, until=last, earliest=last) is None
    short = publicity_is_long_enough(publicized, until=last, earliest=TODAY)
    assert (short.rule, short.code) == ("R24", "provider_publicity_short")


def test_an_objection_is_in_time_from_the_first_to_the_last_day(provider, publicized):
    first, last = publicized.publicity_from, publicized.publicity_until
    one = timedelta(days=1)
    for day, in_time in ((first, True), (last, True), (first - one, False), (last + one, False)):
        found = objection_is_in_time(publicized, raised_on=day, on=TODAY)
        assert [violation.code for violation in found] == ([] if in_time else ["objection_out_of_time"])
    (early,) = objection_is_in_time(publicized, raised_on=last, on=last - one)
    assert (early.rule, early.code) == ("R24", "objection_out_of_time")
    (refused,) = objection_is_in_time(provider, raised_on=TODAY, on=TODAY)
    assert (refused.rule, refused.code, refused.found, refused.facts) == (
        "TRANSITION",
        "step_not_open",
        "admitted",
        {"noun": "provider", "act": "object"},
    )


@pytest.mark.parametrize(("fen", "refused"), [(0, True), (1, False)])
def test_a_filed_price_is_something(fen, refused):
    price = ListedPrice("A800 卡时", "卡时", Money(fen), TODAY)
    violation = price_is_positive(price, name="某")
    told = Violation("R30", "price_empty", found=0, allowed=1, subject="某", facts={"item": "A800 卡时"})
    assert violation == (told if refused else None)
