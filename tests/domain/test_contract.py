from __future__ import annotations

from datetime import date

import pytest

from voucher_app.domain.contract import Contract, contract_key, term_is_in_order
from voucher_app.domain.money import Money


@pytest.mark.parametrize("number", ["ht-01", "HT-01", " HT - 01 ", "ＨＴ－０１", "ht-\u3000０1"])
def test_two_writings_of_one_contract_number_have_one_key(number):
    assert contract_key(number) == "HT-01"


def test_other_contract_numbers_have_other_keys():
    assert len({contract_key(number) for number in ("HT-01", "HT-1", "HT01", "合同01")}) == 4


@pytest.mark.parametrize(
    ("begins_on", "ends_on", "refused"),
    [
        (None, None, False),
        (date(2026, 3, 2), None, False),
        (None, date(2026, 3, 2), False),
        (date(2026, 3, 2), date(2026, 3, 2), False),
        (date(2026, 3, 3), date(2026, 3, 2), True),
    ],
)
def test_a_contract_does_not_end_before_it_begins(begins_on, ends_on, refused):
    contract = Contract("HT-1", Money(1), date(2026, 3, 1), begins_on, ends_on)
    violation = term_is_in_order(contract)
    assert bool(violation) is refused
    assert violation is None or (violation.rule, violation.code) == ("R8", "contract_ends_first")
