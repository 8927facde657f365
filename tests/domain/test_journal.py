from __future__ import annotations

import dataclasses
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voucher_app.domain.journal import (
    CONTENT_COLUMNS,
    GENESIS,
    HASH_VERSION,
    JournalRecord,
    canonical,
    changed_columns,
    column_digests,
    facts_digest,
    kept_of,
    keys_of,
    record_hash,
    result_of,
    sealed,
)

RECORD = JournalRecord(
    seq=7,
    recorded_at="2026-03-02T01:02:03.000004+00:00",
    business_date="2026-03-02",
    operator_id=2,
    operator_name="李复核",
    action="voucher.issue",
    request_id="r-7",
    facts_digest="f" * 64,
    subject="voucher:7",
    reason="",
    result="[7]",
    changes='{"voucher":{"columns":["id"],"rows":[[7]]}}',
    hash_version=HASH_VERSION,
    previous_hash=GENESIS,
)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


def test_the_content_is_every_field_in_the_order_of_its_columns():
    assert tuple(field.name for field in dataclasses.fields(JournalRecord)) == CONTENT_COLUMNS
    assert RECORD.content() == dataclasses.astuple(RECORD)


@pytest.mark.parametrize("column", CONTENT_COLUMNS)
def test_changing_any_column_changes_the_hash_and_is_told_by_name(column):
    digests = column_digests(RECORD.content())
    value = getattr(RECORD, column)
    edited = dataclasses.replace(RECORD, **{column: value + 1 if isinstance(value, int) else value + " "}).content()
    assert record_hash(edited, digests) != record_hash(RECORD.content(), digests)
    assert changed_columns(edited, digests) == [column]


def test_changing_a_digest_changes_the_hash():
    digests = column_digests(RECORD.content())
    other = ("0" if digests[0] != "0" else "1") + digests[1:]
    assert record_hash(RECORD.content(), other) != record_hash(RECORD.content(), digests)


def test_a_record_is_sealed_with_its_digests_and_the_hash_over_them():
    digests = column_digests(RECORD.content())
    assert sealed(RECORD.content()) == (digests, record_hash(RECORD.content(), digests))


def test_an_untouched_record_has_no_changed_columns():
    assert changed_columns(RECORD.content(), column_digests(RECORD.content())) == []


def test_text_cannot_move_from_one_column_into_the_next():
    one = dataclasses.replace(RECORD, subject="ab", reason="c").content()
    other = dataclasses.replace(RECORD, subject="a", reason="bc").content()
    assert record_hash(one, "") != record_hash(other, "")


def test_the_hash_of_a_record_never_changes_between_releases():
    """A released form is kept for ever: old journals have to verify."""
    content = RECORD.content()
    assert HASH_VERSION == 1
    assert column_digests(content).startswith("6abf4a82d12a1dd1")
    assert (
        record_hash(content, column_digests(content))
        == "8dee0e1ebc0f8b99a0bab7ccfbe7b471f5ec65eae458c13fc8455a0cdad62c50"
    )


@given(JSON)
def test_the_canonical_form_is_one_text_that_says_the_value(value):
    text = canonical(value)
    assert json.loads(text) == value
    assert canonical(json.loads(text)) == text


def test_the_canonical_form_has_sorted_keys_no_space_and_characters_as_they_are():
    assert canonical({"省": [1, None, True], "a": "券\n"}) == '{"a":"券\\n","省":[1,null,true]}'


@given(st.dictionaries(st.text(max_size=5), st.integers() | st.text(max_size=5), max_size=5))
def test_the_order_of_facts_does_not_matter_and_their_values_do(facts):
    shuffled = dict(reversed(facts.items()))
    assert facts_digest("a", facts) == facts_digest("a", shuffled)
    assert facts_digest("a", facts) != facts_digest("b", facts)
    assert facts_digest("a", facts) != facts_digest("a", {**facts, "another one": 1})


@pytest.mark.parametrize("kept", ["", '{"invoice":{"key":"1"}}'])
@pytest.mark.parametrize("keys", [[], [7], [7, 8]])
def test_a_result_gives_back_its_keys_and_what_was_kept_beside_them(keys, kept):
    result = result_of(keys, kept)
    assert (keys_of(result), kept_of(result)) == (keys, kept)


def test_a_result_without_anything_kept_reads_as_it_always_did():
    assert result_of([7, 8], "") == "[7,8]"
