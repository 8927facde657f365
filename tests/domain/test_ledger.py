from __future__ import annotations

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voucher_app.domain.ledger import (
    ROADS,
    Account,
    AccountKind,
    Transfer,
    TransferKind,
    accounts_of_a_year,
    pool_of,
)
from voucher_app.domain.money import Money

kinds = st.sampled_from(AccountKind)


@given(st.tuples(kinds, st.integers(1, 10**9)), st.tuples(kinds, st.integers(1, 10**9)))
def test_two_accounts_never_share_a_number(one, other):
    assert (Account(*one).id == Account(*other).id) is (one == other)


def test_the_numbers_and_words_that_stand_in_every_data_file_never_change():
    """Account numbers and kinds stand in files and in the triggers of the schema: another number is another file."""
    assert [(kind.name, Account(kind, 9).id) for kind in AccountKind] == [
        ("FUNDING", 72), ("APPROPRIATION", 73), ("OUTSTANDING", 74), ("PAYABLE", 75), ("DISBURSED", 76), ("LAPSED", 77),
    ]  # fmt: skip
    assert [kind.value for kind in TransferKind] == [
        "appropriation", "issuance", "redemption", "disbursement", "return", "void", "expiry", "lapse", "recovery",
        "reversal",
    ]  # fmt: skip
    assert accounts_of_a_year(2026) == {
        AccountKind.FUNDING: 16208, AccountKind.APPROPRIATION: 16209, AccountKind.DISBURSED: 16212,
        AccountKind.LAPSED: 16213,
    }  # fmt: skip


def test_an_account_is_named_by_kind_and_subject():
    assert str(Account(AccountKind.APPROPRIATION, 2026)) == "appropriation:2026"


@pytest.mark.parametrize(
    ("kind", "gives", "takes"),
    [(kind, *ends) for kind in TransferKind for ends in product(AccountKind, repeat=2)],
)
def test_money_takes_only_the_roads_of_its_act(kind, gives, takes):
    """Every kind of transfer between every two kinds of accounts: the design's table and nothing else."""
    roads = {
        "appropriation": [("funding", "appropriation")],
        "issuance": [("appropriation", "outstanding")],
        "redemption": [("outstanding", "payable")],
        "disbursement": [("payable", "disbursed")],
        "return": [("outstanding", "appropriation"), ("outstanding", "lapsed")],
        "void": [("outstanding", "appropriation"), ("outstanding", "lapsed")],
        "expiry": [("outstanding", "appropriation"), ("outstanding", "lapsed")],
        "lapse": [("appropriation", "lapsed")],
        "recovery": [("disbursed", "appropriation"), ("disbursed", "lapsed")],
    }
    debit, credit = Account(gives, 7), Account(takes, 8)
    if kind is TransferKind.REVERSAL or (gives.name.lower(), takes.name.lower()) in roads[kind]:
        assert Transfer(kind, 2026, debit, credit, Money(1)).amount == Money(1)
    else:
        with pytest.raises(AssertionError):
            Transfer(kind, 2026, debit, credit, Money(1))


def test_every_act_but_the_reversal_has_a_road():
    assert set(ROADS) == set(TransferKind) - {TransferKind.REVERSAL}


@pytest.mark.parametrize("fen", [0, -1])
def test_a_transfer_moves_money(fen):
    with pytest.raises(AssertionError):
        Transfer(
            TransferKind.LAPSE,
            2026,
            Account(AccountKind.APPROPRIATION, 2026),
            Account(AccountKind.LAPSED, 2026),
            Money(fen),
        )


def test_a_transfer_has_two_ends():
    account = Account(AccountKind.APPROPRIATION, 2026)
    with pytest.raises(AssertionError):
        Transfer(TransferKind.REVERSAL, 2026, account, account, Money(1), 3)


def test_a_reversal_goes_the_way_back_and_names_what_it_undoes():
    debit, credit = Account(AccountKind.OUTSTANDING, 5), Account(AccountKind.PAYABLE, 9)
    original = Transfer(TransferKind.REDEMPTION, 2026, debit, credit, Money(77))
    assert original.reversed_by(41) == Transfer(TransferKind.REVERSAL, 2026, credit, debit, Money(77), 41)


@pytest.mark.parametrize(
    ("recycles", "year_open", "kind"),
    [
        (True, True, AccountKind.APPROPRIATION),
        (True, False, AccountKind.LAPSED),
        (False, True, AccountKind.LAPSED),
        (False, False, AccountKind.LAPSED),
    ],
)
def test_value_goes_back_to_an_open_year_of_a_recycling_policy_or_lapses(recycles, year_open, kind):
    assert pool_of(2026, recycles=recycles, year_open=year_open) == Account(kind, 2026)
