from __future__ import annotations

from dataclasses import replace
from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voucher_app.domain.attachment import AttachmentKind, papers_are_there
from voucher_app.domain.errors import InvalidFile, InvalidInput, Weight
from voucher_app.domain.money import Money, Rounding
from voucher_app.domain.policy import (
    Base,
    DayCount,
    OperatingModel,
    YearEnd,
    check_publication,
    contradictions,
    named,
    parse_policy,
    read_parameter,
    review_is_in_force,
)

REQUIRED = [
    "code",
    "title",
    "document_number",
    "clause",
    "scope",
    "operating_model",
    "fair_competition.conclusion",
    "fair_competition.ends_on",
    "support.ratio",
    "support.base",
    "support.recipient_year_cap",
    "support.smallest_voucher",
    "support.smallest_spend",
    "validity.use_days",
    "validity.redeem_days",
    "validity.last_use",
    "validity.last_redeem",
    "scope_rules.excludes_own_compute",
    "scope_rules.recycles",
    "base_period.cuts",
    "base_period.longest_months",
    "arithmetic.rounding",
    "arithmetic.day_count",
]


def replaced(text, key, line):
    """Return a policy text with the line of a key replaced; a dotted key lies in its table."""
    table, _, name = key.rpartition(".")
    lines, at = [], ""
    for one in text.splitlines():
        if one.startswith("["):
            at = one.strip("[]")
        lines.append(line if at == table and one.startswith(f"{name} =") else one)
    return "\n".join(lines)


def added(text, table, line):
    return text.replace(f"[{table}]\n", f"[{table}]\n{line}\n")


def refusal(text):
    with pytest.raises(InvalidInput) as refused:
        parse_policy(text)
    return refused.value


def test_the_default_preset_is_what_the_field_says(presets):
    policy = parse_policy(presets["henan-style"])
    assert policy.ratio == Fraction(1, 5)
    assert policy.base is Base.SETTLED
    assert policy.recipient_year_cap == Money.yuan(1_000_000)
    assert (policy.smallest_voucher, policy.smallest_spend) == (Money.yuan(5_000), Money(0))
    assert (policy.use_days, policy.redeem_days) == (365, 90)
    assert (policy.rounding, policy.day_count) == (Rounding.DOWN_WAN_4, DayCount.DIFF)
    assert policy.operating_model is OperatingModel.DEDUCT
    assert (policy.excludes_own_compute, policy.recycles, policy.cuts_to_base_period) == (True, True, True)
    assert (policy.tiers, policy.class_ratios, policy.young_ratio) == ((), {}, None)


def test_the_other_presets_differ_where_their_regions_do(presets):
    qingyang, shenzhen = parse_policy(presets["qingyang-style"]), parse_policy(presets["shenzhen-style"])
    assert (qingyang.ratio, qingyang.base, qingyang.recipient_year_cap) == (
        Fraction(3, 10),
        Base.CONTRACT,
        Money.yuan(2_000_000),
    )
    assert (shenzhen.ratio, shenzhen.young_ratio, shenzhen.recipient_year_cap) == (
        Fraction(1, 2),
        Fraction(3, 5),
        Money.yuan(10_000_000),
    )
    assert shenzhen.use_by(year=2026, issued_on=date(2026, 3, 2)) == date(2026, 12, 31)


def test_each_preset_names_itself(presets):
    assert set(presets) == {"henan-style", "qingyang-style", "shenzhen-style"}
    assert all(parse_policy(text).code == code for code, text in presets.items())


@pytest.mark.parametrize("key", REQUIRED)
def test_a_missing_key_is_named(presets, key):
    refused = refusal(replaced(presets["henan-style"], key, ""))
    assert (refused.code, refused.found) == ("policy_key_missing", key)


def test_all_missing_keys_are_named_at_once():
    assert refusal("").found == ", ".join(sorted(REQUIRED))


@pytest.mark.parametrize(
    ("table", "line", "named"),
    [
        ("support", 'recipient_year_capp = "1.00"', "support.recipient_year_capp"),
        ("validity", "days = 3", "validity.days"),
        ("support", 'young = { ratio = "0.5" }', "support.young"),
        ("arithmetic", "x = 1", "arithmetic.x"),
    ],
)
def test_an_unknown_key_is_named(presets, table, line, named):
    refused = refusal(added(presets["henan-style"], table, line))
    assert (refused.code, refused.found) == ("policy_key_unknown", named)


def test_an_unknown_table_or_a_table_that_is_none_is_named(presets):
    assert refusal(presets["henan-style"] + "\n[limits]\nx = 1\n").found == "limits"
    faults = refusal("support = 3\n" + presets["henan-style"].replace("[support]", "[other]")).faults
    assert [fault.code for fault in faults] == ["policy_key_unknown", "policy_key_missing"]
    assert faults[0].found == "other, support"


def test_what_is_no_toml_is_told_with_its_line():
    refused = refusal("code = \n")
    assert refused.code == "policy_toml"
    assert "line 1" in refused.found


BAD = {
    "code": ['"Henan"', '"1x"', '""', "3", '"a b"'],
    "title": ["3", '""', '"a\\u200bb"'],
    "document_number": ["true"],
    "operating_model": ['"gift"', "1"],
    "fair_competition.ends_on": ['"2026-02-30"', "2026-02-03", '"soon"'],
    "support.ratio": ["0.20", '"0"', '"1.1"', '"-0.2"', '"20%"', '"1/5"', '".2"', '"0.1234567"', "1"],
    "support.base": ['"list price"'],
    "support.recipient_year_cap": ["1000000.00", '"1e6"', '"-1"', '"1.001"', "1000000"],
    "support.smallest_voucher": ["5000", '"五千"'],
    "validity.use_days": ['"365"', "-1", "3661", "1.5", "true"],
    "validity.last_use": [
        '"12-31"',
        "{ years_after = 1, month = 13, day = 1 }",
        "{ years_after = 1, month = 2, day = 30 }",
        "{ years_after = 1, month = 2, day = 29 }",
        "{ years_after = 2, month = 2, day = 29 }",
        "{ years_after = 0, month = 2, day = 29 }",
        "{ years_after = 1, month = 12 }",
        "{ years_after = 1, month = 12, day = 31, hour = 1 }",
        "{ years_after = -1, month = 12, day = 31 }",
    ],
    "scope_rules.recycles": ['"true"', "1"],
    "scope_rules.supporting_services_share": ["0.3", '"1.1"', '"-0.1"'],
    "arithmetic.rounding": ['"UP"', "true"],
    "arithmetic.day_count": ['"ACT/365"'],
}


@pytest.mark.parametrize(("key", "value"), [(key, value) for key, values in BAD.items() for value in values])
def test_an_unreadable_value_is_refused_with_its_key(presets, key, value):
    refused = refusal(replaced(presets["henan-style"], key, f"{key.rpartition('.')[2]} = {value}"))
    assert (refused.code, refused.facts["key"]) == ("policy_value", key)
    assert isinstance(refused.facts["cause"], InvalidInput)


@pytest.mark.parametrize(
    ("line", "key"),
    [
        ('tiers = "5000"', "support.tiers"),
        ("tiers = [5000]", "support.tiers"),
        ('class_ratios = "0.5"', "support.class_ratios"),
        ('class_ratios = { hospital = "0.5" }', "support.class_ratios"),
        ('class_ratios = { university = "2" }', "support.class_ratios"),
        ("young_ratio = 0.6", "support.young_ratio"),
        ('young_years = "1"', "support.young_years"),
    ],
)
def test_an_unreadable_option_is_refused_with_its_key(presets, line, key):
    refused = refusal(added(presets["henan-style"], "support", line))
    assert (refused.code, refused.facts["key"]) == ("policy_value", key)


def test_every_option_is_read(presets):
    text = added(
        presets["henan-style"],
        "support",
        'tiers = ["5000.00", "10000"]\nclass_ratios = { university = "0.4" }\nyoung_ratio = "0.6"\nyoung_years = 2',
    )
    text = added(text, "base_period", 'starts_on = "2026-01-01"\nends_on = "2026-12-31"')
    policy = parse_policy(text)
    assert policy.tiers == (Money.yuan(5_000), Money.yuan(10_000))
    assert policy.class_ratios == {"university": Fraction(2, 5)}
    assert (policy.young_ratio, policy.young_years) == (Fraction(3, 5), 2)
    assert (policy.base_from, policy.base_until) == (date(2026, 1, 1), date(2026, 12, 31))


def test_the_ratio_depends_on_age_then_on_class(presets):
    text = added(presets["shenzhen-style"], "support", 'class_ratios = { university = "0.4" }')
    policy, on = parse_policy(text), date(2026, 3, 1)
    assert policy.ratio_for(kind="enterprise", founded_on=None, on=on) == Fraction(1, 2)
    assert policy.ratio_for(kind="university", founded_on=None, on=on) == Fraction(2, 5)
    assert policy.ratio_for(kind="university", founded_on=date(2025, 3, 2), on=on) == Fraction(3, 5)
    # One year old on the day itself: no longer younger than one year.
    assert policy.ratio_for(kind="enterprise", founded_on=date(2025, 3, 1), on=on) == Fraction(1, 2)
    assert policy.ratio_for(kind="enterprise", founded_on=date(2024, 2, 29), on=date(2025, 2, 27)) == Fraction(3, 5)


def test_the_last_days_are_limited_by_days_and_by_the_year(policy):
    assert policy.use_by(year=2026, issued_on=date(2026, 3, 2)) == date(2027, 3, 2)
    assert policy.redeem_by(year=2026, issued_on=date(2026, 3, 2)) == date(2027, 5, 31)
    # A voucher of 2026 issued late: the year's own last days come first.
    assert policy.use_by(year=2026, issued_on=date(2027, 6, 1)) == date(2027, 12, 31)
    assert policy.redeem_by(year=2026, issued_on=date(2027, 6, 1)) == date(2028, 3, 30)
    assert policy.redeem_by(year=2026, issued_on=date(2027, 12, 31)) == date(2028, 3, 30)


def test_the_last_day_to_redeem_is_cut_by_the_year(presets):
    policy = parse_policy(presets["henan-style"].replace("redeem_days = 90", "redeem_days = 200"))
    assert policy.redeem_by(year=2026, issued_on=date(2027, 6, 1)) == date(2028, 3, 31)


@given(st.dates(date(2024, 1, 1), date(2098, 12, 31)))
def test_a_last_day_exists_for_every_day_of_every_year(day):
    end = YearEnd(1, 12, 31)
    assert end.of(day.year) == date(day.year + 1, 12, 31)


def test_the_base_period_runs_from_issue_to_the_last_day_of_use_at_most_twelve_months(policy):
    assert policy.base_period(issued_on=date(2026, 3, 2), use_by=date(2026, 9, 1)) == (
        date(2026, 3, 2),
        date(2026, 9, 1),
    )
    assert policy.base_period(issued_on=date(2026, 3, 2), use_by=date(2030, 1, 1))[1] == date(2027, 3, 2)


def test_a_named_base_period_is_cut_to_its_longest_months(presets):
    text = added(presets["henan-style"], "base_period", 'starts_on = "2026-01-31"\nends_on = "2028-01-31"')
    policy = parse_policy(text.replace("longest_months = 12", "longest_months = 13"))
    first, last = policy.base_period(issued_on=date(2026, 3, 2), use_by=date(2027, 3, 2))
    # The 31st of a February is its last day.
    assert (first, last) == (date(2026, 1, 31), date(2027, 2, 28))


def test_a_preset_takes_the_office_s_own_names_whatever_they_hold(presets):
    content = presets["henan-style"]
    policy = parse_policy(named(content, title='甲"办法\\', document_number="晋〔2026〕9号"))
    assert (policy.title, policy.document_number) == ('甲"办法\\', "晋〔2026〕9号")
    assert policy.ratio == parse_policy(content).ratio


# ------------------------------------------------------------------------------------------- before it is published


def codes(policy):
    return [(one.rule, one.code, one.found, one.allowed) for one in contradictions(policy)]


CONTRADICTIONS = [
    # what obeys by a fen, a day, a month or a year; what breaks; what is found and allowed
    (
        {"recipient_year_cap": Money(500_000)},
        {"recipient_year_cap": Money(499_999)},
        ("R3", "cap_below_smallest", 499_999, 500_000),
    ),
    (
        {"smallest_voucher": Money(0), "recipient_year_cap": Money(1)},
        {"smallest_voucher": Money(0), "recipient_year_cap": Money(0)},
        ("R3", "cap_below_smallest", 0, 1),
    ),
    ({"tiers": (Money(500_000),)}, {"tiers": (Money(499_999),)}, ("R6", "tier_below_smallest", 499_999, 500_000)),
    (
        {"tiers": (Money(100_000_000),)},
        {"tiers": (Money(100_000_001),)},
        ("R6", "tier_above_cap", 100_000_001, 100_000_000),
    ),
    (
        {"young_ratio": Fraction(1, 2), "young_years": 1},
        {"young_ratio": Fraction(1, 2), "young_years": 0},
        ("R4", "young_years_empty", 0, 1),
    ),
    (
        {"last_redeem": YearEnd(1, 12, 31)},
        {"last_redeem": YearEnd(1, 12, 30)},
        ("R7", "redeem_before_use", "2027-12-30", "2027-12-31"),
    ),
    (
        {"forbids_other_support": False, "largest_support_share": Fraction(1, 5)},
        {"forbids_other_support": False, "largest_support_share": Fraction(19, 100)},
        ("R15", "ratio_above_share", "1/5", "19/100"),
    ),
    (
        {"forbids_other_support": False, "young_ratio": Fraction(1, 2)},
        {"forbids_other_support": False, "young_ratio": Fraction(51, 100)},
        ("R15", "ratio_above_share", "51/100", "1/2"),
    ),
    (
        {"base_from": date(2026, 1, 1), "base_until": date(2026, 1, 1)},
        {"base_from": date(2026, 1, 2), "base_until": date(2026, 1, 1)},
        ("R19", "base_period_reversed", "2026-01-02", "2026-01-01"),
    ),
    ({"base_longest_months": 1}, {"base_longest_months": 0}, ("R19", "base_period_empty", 0, 1)),
]


@pytest.mark.parametrize(("obeys", "breaks", "told"), CONTRADICTIONS)
def test_what_contradicts_itself_by_a_fen_or_a_day_is_told(policy, obeys, breaks, told):
    assert codes(replace(policy, **obeys)) == []
    assert codes(replace(policy, **breaks)) == [told]


def test_one_sided_base_periods_and_costs_that_are_not_cut_contradict_nothing(policy):
    assert codes(replace(policy, base_from=date(2026, 1, 2))) == []
    assert codes(replace(policy, base_until=date(2026, 1, 2))) == []
    assert codes(replace(policy, cuts_to_base_period=False, base_longest_months=0)) == []
    assert codes(replace(policy, young_ratio=None, young_years=0)) == []


def test_all_contradictions_are_told_at_once(policy):
    breaks = {}
    for _, changes, _ in CONTRADICTIONS[3:]:
        breaks |= changes
    found = [one.code for one in contradictions(replace(policy, **breaks))]
    assert found == [
        "young_years_empty",
        "tier_above_cap",
        "redeem_before_use",
        "ratio_above_share",
        "ratio_above_share",  # of every unit, and of young ones
        "base_period_reversed",
        "base_period_empty",
    ]


def test_no_preset_contradicts_itself(presets):
    assert all(contradictions(parse_policy(text)) == [] for text in presets.values())


@pytest.mark.parametrize(("day", "refused"), [(date(2027, 12, 31), False), (date(2028, 1, 1), True)])
def test_the_review_has_to_be_in_force_on_the_day_of_publication(policy, day, refused):
    found = check_publication(policy, on=day)
    assert [(one.code, one.weight) for one in found] == [
        *([("review_ended", Weight.BLOCK)] if refused else []),
        ("province_only", Weight.NOTE),
    ]
    assert {one.rule for one in found} == {"R27"}
    assert (review_is_in_force(policy, on=day) is None) is not refused


def test_faults_of_a_file_are_told_in_the_order_of_the_keys(presets):
    text = replaced(replaced(presets["henan-style"], "support.ratio", "ratio = 1"), "code", 'code = "X"')
    with pytest.raises(InvalidFile) as refused:
        parse_policy(text)
    assert [fault.facts["key"] for fault in refused.value.faults] == ["code", "support.ratio"]
    assert (refused.value.code, refused.value.found) == ("faults", "policy_value; policy_value")


# ------------------------------------------------------------------------------------------- required papers


def test_a_policy_names_the_papers_that_it_asks_for(presets):
    text = added(presets["henan-style"], "applications", 'required_papers = ["contract", "commitment", "contract"]')
    text = added(text, "evidence", 'required_papers = ["invoice"]')
    policy = parse_policy(text)
    assert policy.application_papers == (AttachmentKind.CONTRACT, AttachmentKind.COMMITMENT)
    assert policy.redemption_papers == (AttachmentKind.INVOICE,)


def test_a_file_that_names_no_papers_reads_as_it_always_did(presets):
    policy = parse_policy(presets["henan-style"])
    assert (policy.application_papers, policy.redemption_papers) == ((), ())


@pytest.mark.parametrize("value", ['["contrakt"]', '"contract"', "[3]", "true"])
def test_a_paper_that_nobody_knows_is_refused(presets, value):
    refused = refusal(added(presets["henan-style"], "evidence", f"required_papers = {value}"))
    assert (refused.code, refused.facts["key"]) == ("policy_value", "evidence.required_papers")
    assert refused.facts["cause"].code == "choice"


@pytest.mark.parametrize(
    ("there", "missing"),
    [
        ([AttachmentKind.CONTRACT, AttachmentKind.INVOICE], None),
        ([AttachmentKind.CONTRACT], ["invoice"]),
        ([], ["contract", "invoice"]),
    ],
)
def test_each_paper_that_is_not_there_is_named(there, missing):
    found = papers_are_there((AttachmentKind.CONTRACT, AttachmentKind.INVOICE), there=there, noun="redemption", key=7)
    assert [(one.rule, one.found, one.subject) for one in found] == ([("PAPERS", missing, "7")] if missing else [])


def test_one_parameter_is_read_as_it_is_in_a_file():
    assert read_parameter("validity.use_days", 210) == 210
    with pytest.raises(InvalidInput):
        read_parameter("validity.use_days", "soon")


def test_a_text_that_nests_without_end_is_no_policy():
    with pytest.raises(InvalidInput) as refused:
        parse_policy("a = " + "[" * 9_000)
    assert refused.value.code == "policy_toml"
