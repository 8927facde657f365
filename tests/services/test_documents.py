"""The catalogue of documents: complete, and strict about what facts hold."""

from __future__ import annotations

import dataclasses
from datetime import datetime

import pytest

from voucher_app.domain.credit_code import parse_credit_code
from voucher_app.domain.money import Money
from voucher_app.services.documents.catalogue import CATALOGUE, problems_of, sample
from voucher_app.services.documents.facts import Chart, DocumentKind, Series

KINDS = list(DocumentKind)


def test_every_kind_is_in_the_catalogue():
    assert set(CATALOGUE) == set(KINDS)


@pytest.mark.parametrize("kind", KINDS)
def test_the_samples_of_a_kind_are_what_the_catalogue_asks_for(kind):
    facts = sample(kind)
    assert problems_of(facts) == []
    assert facts.is_trial


@pytest.mark.parametrize("kind", KINDS)
def test_no_name_stands_twice(kind):
    document = CATALOGUE[kind]
    for names in (document.fields, document.tables, document.charts, *(table.columns for table in document.tables)):
        listed = [one.name for one in names]
        assert len(set(listed)) == len(listed)


@pytest.mark.parametrize("kind", KINDS)
def test_every_credit_code_of_the_samples_checks(kind):
    facts = sample(kind)
    rows = [facts.fields, *(row for table in facts.tables.values() for row in table)]
    for row in rows:
        for name, value in row.items():
            if name.endswith("uscc"):
                assert parse_credit_code(value) == value


def changed(kind, **fields):
    facts = sample(kind)
    return dataclasses.replace(facts, fields={**facts.fields, **fields})


def test_a_name_too_many_or_too_few_is_told():
    facts = changed(DocumentKind.COMMITMENT, colour="red")
    assert problems_of(facts) == ["commitment has no colour"]
    fewer = dict(facts.fields)
    del fewer["colour"], fewer["requested"]
    assert problems_of(dataclasses.replace(facts, fields=fewer)) == ["commitment lacks requested"]


@pytest.mark.parametrize("wrong", [1000, "1000", None, 10.0, True])
def test_a_value_of_another_type_is_told(wrong):
    (problem,) = problems_of(changed(DocumentKind.COMMITMENT, requested=wrong))
    assert problem.startswith("commitment.requested is to be money")


def test_a_day_is_no_instant_and_an_instant_has_its_zone():
    naive = datetime(2026, 6, 30, 17, 45)  # noqa: DTZ001 - that is what is refused
    assert problems_of(changed(DocumentKind.COMMITMENT, submitted_on=naive))
    assert problems_of(changed(DocumentKind.CHECKPOINT, made_at=naive))


def test_what_the_records_may_lack_may_be_none():
    assert problems_of(changed(DocumentKind.COMMITMENT, legal_representative=None)) == []


def test_a_row_is_checked_as_the_fields_are():
    facts = sample(DocumentKind.PUBLICITY_LIST)
    rows = [*facts.tables["units"], {**facts.tables["units"][0], "amount": 5}]
    assert problems_of(dataclasses.replace(facts, tables={"units": rows})) == [
        "publicity-list.units[5].amount is to be money, not 5"
    ]
    assert problems_of(dataclasses.replace(facts, tables={})) == ["publicity-list, tables: lacks units"]


def test_a_chart_has_a_value_for_each_label_and_of_its_type():
    facts = sample(DocumentKind.YEARLY_REPORT)
    uneven = Chart(["1月", "2月"], [Series("发放", [Money(1)]), Series("核销", [1, 2])])
    assert problems_of(dataclasses.replace(facts, charts={**facts.charts, "months": uneven})) == [
        "yearly-report.months: 发放 has 1 values for 2 labels",
        "yearly-report.months: 核销 is to be money",
    ]


def test_copies_are_counted_from_one():
    assert problems_of(dataclasses.replace(sample(DocumentKind.COMMITMENT), copy=0))
