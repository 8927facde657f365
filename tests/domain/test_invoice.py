from __future__ import annotations

from datetime import date

import pytest

from voucher_app.domain.errors import InvalidInput
from voucher_app.domain.invoice import Invoice, parse_invoice_number
from voucher_app.domain.money import Money


@pytest.mark.parametrize(
    ("typed", "key"),
    [
        ("26142000000000000001", "26142000000000000001"),
        (" 26142000000000000001 ", "26142000000000000001"),
        ("1400123456 12345678", "1400123456-12345678"),
        ("1400123456-12345678", "1400123456-12345678"),
        ("140012345612345678", "1400123456-12345678"),
        ("140012345678-12345678", "140012345678-12345678"),
    ],
)
def test_an_invoice_is_known_by_its_number_or_by_code_and_number(typed, key):
    assert parse_invoice_number(typed) == key


def test_a_code_of_twelve_digits_run_together_with_its_number_is_one_invoice_number():
    assert parse_invoice_number("14001234567812345678") == "14001234567812345678"


@pytest.mark.parametrize(
    "typed",
    ["", "2.6142E+19", "2614200000000000000", "261420000000000000011", "2614200000000000000a", "1400123456--12345678",
     "12345678", "140012345-12345678", "1400123456-1234567",
     "２６１４２０００００００００００００００1", "1400123456 - 12345678"],
)  # fmt: skip
def test_what_is_no_invoice_number_is_refused_and_never_repaired(typed):
    with pytest.raises(InvalidInput) as refused:
        parse_invoice_number(typed)
    assert (refused.value.code, refused.value.found) == ("invoice", typed)


@pytest.mark.parametrize(
    ("told", "is_told"),
    [({}, False), ({"paid": Money(0)}, True), ({"paid_on": date(2026, 3, 2)}, True), ({"payer": "甲"}, True),
     ({"payee": "乙"}, True)],
)  # fmt: skip
def test_anything_about_its_payment_counts_as_told(told, is_told):
    assert Invoice("1" * 20, Money(1), date(2026, 3, 2), **told).payment_is_told is is_told


def test_a_service_period_has_both_its_ends():
    first, last = date(2026, 3, 2), date(2026, 3, 31)
    billed = [Invoice("1", Money(1), last, service_from=one, service_until=other)
              for one in (None, first) for other in (None, last)]  # fmt: skip
    assert [invoice.service for invoice in billed] == [None, None, None, (first, last)]
