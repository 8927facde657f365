from __future__ import annotations

import pytest

from voucher_app.domain.errors import (
    InvalidFile,
    InvalidInput,
    NotFound,
    RowsViolated,
    RulesViolated,
    Violation,
    Weight,
    blocks,
    refuse_if_violated,
)

BLOCK = Violation("R1", "cap_exceeded", found=2, allowed=1)
REASON = Violation("R10", "shared_phone", found="1", allowed="a written reason", weight=Weight.REASON)
NOTE = Violation("R2", "class_mismatch", found="a", allowed=["b"], weight=Weight.NOTE)


def test_a_log_says_all_that_was_refused_in_one_line():
    """`str` of a refusal goes to the log; what a person reads is made of its facts."""
    several = InvalidFile([InvalidInput("amount", found="x"), InvalidInput("date", found="y")])
    assert (several.code, several.found) == ("faults", "amount; date")
    assert str(several) == "invalid faults: 'amount; date'"
    assert str(RulesViolated([BLOCK, NOTE])) == (
        "R1 cap_exceeded (found 2, allowed 1), R2 class_mismatch (found 'a', allowed ['b'])"
    )


def test_what_is_not_told_is_empty_and_answers_nothing():
    assert (BLOCK.subject, BLOCK.weight, BLOCK.facts) == ("", Weight.BLOCK, {})
    assert [weight.value for weight in Weight] == ["block", "reason", "note"]
    assert blocks([]) is False
    with pytest.raises(RulesViolated):
        refuse_if_violated([REASON])


def test_a_block_refuses_whatever_is_written():
    assert blocks([BLOCK])
    assert blocks([NOTE, BLOCK], reason="写明")


def test_a_written_reason_answers_what_asks_for_one():
    assert blocks([REASON])
    assert blocks([REASON], reason="  ")
    assert not blocks([REASON], reason="写明")


def test_a_note_never_refuses():
    assert not blocks([NOTE])
    assert not blocks([])


def test_a_refusal_carries_every_violation_also_the_light_ones():
    with pytest.raises(RulesViolated) as refused:
        refuse_if_violated([NOTE, REASON, BLOCK], reason="写明")
    assert refused.value.violations == [NOTE, REASON, BLOCK]
    assert "R1 cap_exceeded (found 2, allowed 1)" in str(refused.value)


def test_what_does_not_refuse_is_handed_back():
    assert refuse_if_violated([NOTE, REASON], reason="写明") == [NOTE, REASON]


def test_a_refusal_names_at_least_one_rule():
    with pytest.raises(AssertionError):
        RulesViolated([])


def test_errors_say_what_they_are_about():
    assert str(NotFound("voucher", "SX-1")) == "no voucher 'SX-1'"
    assert str(InvalidInput("amount", found="x")) == "invalid amount: 'x'"


def test_several_things_are_refused_together_and_each_is_told_by_its_place():
    light = Violation("R10", "shared_phone", found="1", allowed="", weight=Weight.REASON)
    heavy = Violation("R1", "year_closed", found=2026, allowed="")
    refused = RowsViolated({1: [light], 2: [heavy]})
    assert refused.by_row == {1: [light], 2: [heavy]}
    assert refused.violations == [light, heavy]
