"""A policy as a form: what is typed becomes what stands in the file, and every fault is told with its line."""

from __future__ import annotations

import pytest

from voucher_app.domain.errors import InvalidInput
from voucher_app.domain.policy import PARAMETERS, parse_policy
from voucher_app.services.policy_form import (
    Kind,
    faults_in,
    file_value,
    file_values,
    line_of,
    parameters,
    shown,
    written,
    year_end,
)
from voucher_app.settings import resources_folder

PRESETS = sorted((resources_folder() / "policies").glob("*.toml"))
PARAMETER = {parameter.key: parameter for parameter in parameters()}


@pytest.mark.parametrize("file", PRESETS, ids=lambda file: file.stem)
def test_what_a_form_writes_is_the_policy_it_was_filled_from(file):
    policy = parse_policy(file.read_text(encoding="utf-8"))
    assert parse_policy(written(file_values(policy))) == policy


@pytest.mark.parametrize("file", PRESETS, ids=lambda file: file.stem)
def test_what_a_field_shows_is_read_as_what_it_shows(file):
    policy = parse_policy(file.read_text(encoding="utf-8"))
    own_fields = {Kind.LAST_DAY, Kind.RATIO_BY_CLASS, Kind.FLAG}
    values = file_values(policy)
    for key, parameter in PARAMETER.items():
        if parameter.kind not in own_fields:
            text = shown(parameter, getattr(policy, parameter.attribute))
            assert file_value(parameter, text) == values.get(key), key


def test_every_parameter_of_the_file_has_a_place_in_the_form():
    assert set(PARAMETER) == set(PARAMETERS)
    assert {parameter.key for parameter in parameters() if parameter.may_be_empty} == {
        "support.class_ratios",
        "support.young_ratio",
        "support.tiers",
        "base_period.starts_on",
        "base_period.ends_on",
        "applications.required_papers",
        "evidence.required_papers",
    }


@pytest.mark.parametrize(
    ("key", "typed", "stands"),
    [
        ("support.ratio", "20%", "0.2"),
        ("support.ratio", "20 ％", "0.2"),
        ("support.ratio", "12.5%", "0.125"),
        ("support.ratio", "0.20", "0.20"),
        ("support.young_ratio", "", None),
        ("support.recipient_year_cap", "1,000,000", "1000000.00"),
        ("support.tiers", "5,000；10,000.50", ["5000.00", "10000.50"]),
        ("validity.use_days", "365", 365),
        ("base_period.starts_on", "", None),
    ],
)
def test_what_is_typed_becomes_what_stands_in_the_file(key, typed, stands):
    assert file_value(PARAMETER[key], typed) == stands


@pytest.mark.parametrize(
    ("key", "typed", "code"),
    [
        ("support.ratio", "20", "percent"),
        ("support.ratio", "0%", "ratio"),
        ("support.ratio", "120%", "ratio"),
        ("support.recipient_year_cap", "much", "amount"),
        ("support.tiers", "5,000；x", "amount"),
        ("validity.use_days", "a year", "count"),
        ("validity.use_days", "99999", "count"),
        ("code", "Henan Style", "policy_code"),
        ("operating_model", "gift", "choice"),
    ],
)
def test_what_cannot_be_read_is_named(key, typed, code):
    with pytest.raises(InvalidInput) as refused:
        file_value(PARAMETER[key], typed)
    assert refused.value.code == code


def test_a_last_day_is_a_day_of_every_year():
    assert year_end("1", "12-31") == {"years_after": 1, "month": 12, "day": 31}
    assert year_end("2", "3月31日") == {"years_after": 2, "month": 3, "day": 31}
    for text in ("02-29", "13-01", "12", ""):
        with pytest.raises(InvalidInput) as refused:
            year_end("1", text)
        assert refused.value.code == "month_and_day"


def test_every_fault_of_a_text_is_told_with_its_line():
    text = written(file_values(parse_policy(PRESETS[0].read_text(encoding="utf-8"))))
    lines = text.splitlines()
    broken = text.replace(lines[line_of(text, "support.ratio") - 1], 'ratio = "x"').replace("use_days", "used_days", 1)
    found = faults_in(broken)
    assert [fault.line for fault in found] == [
        line_of(text, "support.ratio"),
        line_of(text, "validity.use_days"),
        0,
    ]
    assert "used_days" in found[1].sentence
    assert "validity.use_days" in found[2].sentence, "what is missing stands on no line"


def test_a_text_that_is_no_toml_names_the_line_where_reading_ended():
    assert [fault.line for fault in faults_in('code = "a"\ntitle = \n')] == [2]
    assert faults_in(PRESETS[0].read_text(encoding="utf-8")) == []
