"""The ledger's own table of transfers: what it says of a redemption, and of what does not exist."""

from __future__ import annotations

import pytest

from voucher_app.domain.errors import NotFound
from voucher_app.domain.ledger import Account, AccountKind, Transfer, TransferKind
from voucher_app.domain.money import Money


def test_a_redemption_s_transfer_is_found_with_its_row_and_its_two_accounts(desk):
    first = desk.issued(Money.yuan(1_000))
    voucher = desk.issued(Money.yuan(2_000), holder=1)
    desk.redeemed(first.number, Money(7))
    claim = desk.redeemed(voucher.number, Money(501))
    outstanding, payable = Account(AccountKind.OUTSTANDING, voucher.id), Account(AccountKind.PAYABLE, claim.id)
    ledger = desk.workspace.records().ledger
    key, transfer = ledger.redemption_transfer(claim.id)
    assert transfer == Transfer(TransferKind.REDEMPTION, 2026, outstanding, payable, Money(501))
    with desk.shell() as connection:
        found = connection.execute("SELECT debit_id, credit_id, amount_fen FROM transfer WHERE id = ?", (key,))
        assert found.fetchone() == (outstanding.id, payable.id, 501)
    assert ledger.balance(payable) == Money(501)
    assert ledger.balance(outstanding) == Money.yuan(2_000) - Money(501)


@pytest.mark.parametrize("asked", ["redemption_transfer", "disbursement"])
def test_a_transfer_that_was_never_made_is_not_found(desk, asked):
    with pytest.raises(NotFound) as refused:
        getattr(desk.workspace.records().ledger, asked)(99)
    assert (refused.value.noun, refused.value.key) == ("transfer", 99)


def test_an_account_that_was_never_opened_is_not_found(desk):
    account = Account(AccountKind.PAYABLE, 99)
    with pytest.raises(NotFound) as refused:
        desk.workspace.records().ledger.balance(account)
    assert (refused.value.noun, refused.value.key) == ("account", str(account))
