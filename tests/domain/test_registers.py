"""Document numbers, prints and office keys as values: what they are called, and what is refused."""

from __future__ import annotations

import dataclasses
from datetime import date

import pytest

from voucher_app.domain.document_number import DocumentNumber, number_is_live, parse_kind
from voucher_app.domain.errors import InvalidInput
from voucher_app.domain.office_key import LONGEST_PASSPHRASE, parse_passphrase
from voucher_app.domain.printing import (
    PrintForm,
    PrintItem,
    PrintJob,
    PrintStatus,
    copy_has_its_reason,
    state_of,
)

NUMBER = DocumentNumber(1, "publicity-list", 2026, 7, "晋算券", "batch:3", "公示名单", date(2026, 3, 2), 5, 1)
JOB = PrintJob(1, PrintStatus.BEGUN, PrintForm.FOLDER, "/out", "ab", 1, date(2026, 3, 2), 5, 1)
ITEM = PrintItem(1, 1, 1, "certificate", "voucher:1", "SX-2026-000001-4", 1, "", "0" * 64, "a.pdf", is_spoilt=False)


def test_a_number_reads_as_it_is_written_on_paper():
    assert str(NUMBER) == "晋算券〔2026〕7号"


def test_a_number_is_made_void_once():
    assert number_is_live(NUMBER) is None
    void = dataclasses.replace(NUMBER, voided_on=date(2026, 3, 4), voided_by=2, void_reason="重号")
    violation = number_is_live(void)
    assert (violation.rule, violation.code, violation.found, violation.subject) == (
        "NUMBER", "number_void", "2026-03-04", "晋算券〔2026〕7号",
    )  # fmt: skip


@pytest.mark.parametrize("text", ["publicity-list", " notice ", "a1"])
def test_a_kind_of_document_is_a_short_word(text):
    assert parse_kind(text) == text.strip()


@pytest.mark.parametrize("text", ["", "公示", "Notice", "-x", "a" * 41, "a b", "1a"])
def test_anything_else_is_no_kind_of_document(text):
    with pytest.raises(InvalidInput, match="document_kind"):
        parse_kind(text)


@pytest.mark.parametrize(
    ("copy", "reason", "is_refused"), [(1, "", False), (2, "", True), (2, "遗失", False), (9, "", True)]
)
def test_a_further_copy_needs_its_reason(copy, reason, is_refused):
    violation = copy_has_its_reason(title="SX-1", copy=copy, reason=reason)
    assert (violation is not None) == is_refused
    if violation is not None:
        assert (violation.rule, violation.code, violation.found, violation.subject) == (
            "PRINT", "printed_already", copy - 1, "SX-1",
        )  # fmt: skip


@pytest.mark.parametrize(
    ("status", "is_spoilt", "state"),
    [
        (PrintStatus.BEGUN, False, "begun"),
        (PrintStatus.DONE, False, "done"),
        (PrintStatus.CANCELLED, False, "done"),
        (PrintStatus.DONE, True, "spoilt"),
        (PrintStatus.CANCELLED, True, "spoilt"),
    ],
)
def test_a_paper_is_printed_once_its_job_has_ended_unless_it_is_spoilt(status, is_spoilt, state):
    item = dataclasses.replace(ITEM, is_spoilt=is_spoilt)
    assert state_of(dataclasses.replace(JOB, status=status), item) == state


def test_a_passphrase_is_the_same_from_every_keyboard():
    assert parse_passphrase("ｐａｓｓ　ｐｈｒａｓｅ１２") == "pass phrase12"
    assert parse_passphrase("short", new=False) == "short"
    assert len(parse_passphrase("x" * 999, new=False)) == LONGEST_PASSPHRASE + 1


@pytest.mark.parametrize("text", ["", "x" * 11, "x" * 201])
def test_a_new_passphrase_has_a_length(text):
    with pytest.raises(InvalidInput, match="passphrase_length") as refused:
        parse_passphrase(text)
    assert refused.value.found == len(text), "what was typed is never told"
