"""The ledger's own table of transfers: what it says of a redemption, and of what does not exist."""

from __future__ import annotations

import json

import pytest

from voucher_app.domain.errors import NotFound
from voucher_app.domain.ledger import Account, AccountKind, Transfer, TransferKind
from voucher_app.domain.money import Money
from voucher_app.services import settlement
from voucher_app.services.queries.lists import ListFilter
from voucher_app.services.workspace import new_request_id


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


def test_a_record_holds_every_row_that_its_transfer_moved(desk):
    """The voucher's own row too, where a trigger counts what was redeemed: a frozen one is not written otherwise."""
    voucher = desk.issued(Money.yuan(1_000))
    claim = desk.redeemed(voucher.number, Money(501))
    desk.end("freeze", voucher.number)
    desk.reverse(claim)
    with desk.shell() as connection:
        (changes,) = connection.execute("SELECT changes FROM journal ORDER BY seq DESC LIMIT 1").fetchone()
    written = {table: [row[0] for row in part["rows"]] for table, part in json.loads(changes).items()}
    assert len(written.pop("transfer")) == 1
    accounts = [Account(AccountKind.OUTSTANDING, voucher.id).id, Account(AccountKind.PAYABLE, claim.id).id]
    assert written == {
        "redemption": [claim.id], "budget_year": [2026], "account": sorted(accounts), "voucher": [voucher.id],
    }  # fmt: skip


def paid(desk, *, until):
    """Settle and pay what was redeemed up to a day."""

    def by(operator):
        return {"operator": operator, "request_id": new_request_id()}

    (one,) = settlement.draft(desk.workspace, until=until, **by(desk.preparer))
    settlement.confirm(desk.workspace, settlement_id=one.id, **by(desk.reviewer))
    return settlement.disburse(desk.workspace, settlement_id=one.id, receipt="HD-1", **by(desk.finance))


def test_a_payment_is_found_until_it_came_back(desk):
    """The bank sends one of two payments back: what paid that one is no payment any more."""
    desk.declare_small_office()
    number = desk.issued(Money.yuan(1_000)).number
    first, other = (desk.redeemed(number, Money(fen)) for fen in (700, 501))
    ledger = desk.workspace.records().ledger
    with pytest.raises(NotFound):
        ledger.disbursement(other.id)
    made = paid(desk, until=desk.today)
    payable, disbursed = Account(AccountKind.PAYABLE, other.id), Account(AccountKind.DISBURSED, 2026)
    key, transfer = desk.workspace.records().ledger.disbursement(other.id)
    assert transfer == Transfer(TransferKind.DISBURSEMENT, 2026, payable, disbursed, Money(501))
    with desk.shell() as connection:
        row = connection.execute("SELECT debit_id, credit_id, amount_fen FROM transfer WHERE id = ?", (key,)).fetchone()
        assert row == (payable.id, disbursed.id, 501)
    lines = desk.queries.settlement_lines(made.id, ListFilter(sort="id", descending=False)).rows(0, 9)
    (line,) = [one for one in lines if one.redemption_id == other.id]
    settlement.fail_line(
        desk.workspace, settlement_id=made.id, line_id=line.id, reason="账号有误", operator=desk.finance,
        request_id=new_request_id(),
    )  # fmt: skip
    ledger = desk.workspace.records().ledger
    with pytest.raises(NotFound):
        ledger.disbursement(other.id)
    assert ledger.disbursement(first.id)[1].amount == Money(700)


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
