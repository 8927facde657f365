import pytest

from voucher_app.domain.contract import contract_key


@pytest.mark.parametrize("number", ["ht-01", "HT-01", " HT - 01 ", "ＨＴ－０１", "ht-\u3000０1"])
def test_two_writings_of_one_contract_number_have_one_key(number):
    assert contract_key(number) == "HT-01"


def test_other_contract_numbers_have_other_keys():
    assert len({contract_key(number) for number in ("HT-01", "HT-1", "HT01", "合同01")}) == 4
