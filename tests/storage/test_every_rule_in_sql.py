"""Every rule of domain.md §3 with a plain SQL shell: an attempt that is refused, or why the schema cannot say the rule.

The sentences and the cases a fen or a day apart stand in `tests/domain/test_every_rule.py`. What is obeyed is accepted
here, so that no attempt is refused for another reason than its rule.
"""
# ruff: noqa: S608 - the statements are put together from our own words

from __future__ import annotations

from dataclasses import dataclass

import pytest

from voucher_app.domain.ledger import Account, AccountKind
from voucher_app.storage.sqlite.connection import sqlite3

_CLAIM = """id, voucher_id, claimed_fen, status, invoice_key, invoice_amount_fen, invoiced_on, claimed_on, prepared_by,
    claimed_seq"""
_ASKED = """id, year, policy_id, recipient_id, provider_id, contract_number, contract_key, contract_amount_fen,
    contract_signed_on, requested_fen, status, submitted_on, submission_reason, prepared_by, submitted_seq"""
APPROPRIATION = Account(AccountKind.APPROPRIATION, 2026).id
LAPSED = Account(AccountKind.LAPSED, 2026).id
FUNDING = Account(AccountKind.FUNDING, 2026).id
UNISSUED = f"(SELECT balance_fen FROM account WHERE id = {APPROPRIATION})"


_VERIFIED = "FROM redemption WHERE status = 'verified' LIMIT 1"
_ISSUED = "FROM application WHERE status = 'issued' LIMIT 1"


def _taken(columns, told):
    return ", ".join(told.get(name.strip(), name.strip()) for name in columns.split(","))


def claim(more="", values="", **changes):
    """A new claim, like one that is there, but for what is told."""
    told = {
        "id": "4711",
        "claimed_fen": "1",
        "status": "'claimed'",
        "invoice_key": "'NEU'",
        "claimed_seq": "1",
    } | changes
    return f"INSERT INTO redemption ({_CLAIM}{more}) SELECT {_taken(_CLAIM, told)}{values} {_VERIFIED}"


def asked(more="", values="", **changes):
    """A new application of no batch, like one that is there, but for what is told."""
    told = {
        "id": "4711", "contract_number": "'NEU'", "contract_key": "'NEU'", "status": "'submitted'",
        "submitted_seq": "1",
    } | changes  # fmt: skip
    return f"INSERT INTO application ({_ASKED}{more}) SELECT {_taken(_ASKED, told)}{values} {_ISSUED}"


def moved(kind, debit, credit, fen):
    return f"INSERT INTO transfer SELECT max(id) + 1, 2026, '{kind}', {debit}, {credit}, {fen}, NULL, 1 FROM transfer"


@dataclass(frozen=True)
class Attempt:
    """A statement that breaks a rule, what the refusal says, and one that obeys it; `before` both."""

    breaks: str
    says: str
    obeys: str = ""
    before: tuple[str, ...] = ()


BANNED = """INSERT INTO ban (id, organisation_id, banned_from, banned_until, reason, prepared_by)
    SELECT 4711, recipient_id, '2026-03-01', '{until}', '骗取', 1 FROM application WHERE status = 'issued' LIMIT 1"""
HOLDS = f"(SELECT id FROM account WHERE kind = {AccountKind.OUTSTANDING.value} AND balance_fen > 1 LIMIT 1)"

ATTEMPTS = {
    "R1": [
        Attempt(moved("lapse", APPROPRIATION, LAPSED, f"{UNISSUED} + 1"), "R1: the account does not hold as much"),
        Attempt(moved("appropriation", FUNDING, APPROPRIATION, 1), "R1: the account does not hold as much"),
    ],
    "R2": [Attempt("INSERT INTO recipient SELECT 4711, 'bank', prepared_by FROM recipient LIMIT 1", "kind IN")],
    "R5": [Attempt(claim(claimed_fen="0"), "claimed_fen > 0", claim(claimed_fen="1"))],
    "R7": [Attempt("UPDATE voucher SET redeem_by = date(redeem_by, '+1 day')", "voucher: facts are never edited")],
    "R8": [
        Attempt(
            asked(contract_key="contract_key"), "R8: this contract supports another application", asked()
        ),
    ],
    "R9": [Attempt(claim(invoice_key="invoice_key"), "R9: this invoice is redeemed or claimed already", claim())],
    "R10": [Attempt(asked(provider_id="recipient_id"), "r10_holder_is_not_provider", asked())],
    "R11": [Attempt(asked(recipient_id="provider_id"), "r10_holder_is_not_provider", asked())],
    "R12": [Attempt("UPDATE provider SET admitted_until = NULL WHERE status = 'admitted'", "CHECK constraint",
                    "UPDATE provider SET admitted_until = '2028-12-31' WHERE status = 'admitted'")],
    "R15": [Attempt(asked(", other_support_fen", ", -1"), "other_support_fen >= 0",
                    asked(", other_support_fen", ", 0"))],
    "R16": [
        Attempt(
            claim(", supporting_services_fen", ", invoice_amount_fen + 1"), "supporting_services_fen BETWEEN",
            claim(", supporting_services_fen", ", invoice_amount_fen"),
        ),
    ],
    "R18": [Attempt("UPDATE voucher SET recipient_id = recipient_id + 1", "voucher: facts are never edited")],
    "R19": [
        Attempt(
            claim(", contract_from, contract_until", ", '2026-03-02', '2026-03-01'"), "r19_contract_term_is_whole",
            claim(", contract_from, contract_until", ", '2026-03-02', '2026-03-02'"),
        ),
    ],
    "R21": [
        Attempt(
            claim(", paid_fen", ", invoice_amount_fen + 1"), "paid_fen BETWEEN",
            claim(", paid_fen", ", invoice_amount_fen"),
        ),
    ],
    "R22": [Attempt("UPDATE credit_check SET result = 'clear'", "credit_check: rows are never edited")],
    "R23": [
        Attempt(
            "UPDATE application SET status = 'approved', reviewed_by = prepared_by WHERE status = 'submitted' "
            "AND batch_id IS NULL", "R23: another person than the preparer decides",
            "UPDATE application SET status = 'approved', reviewed_by = 2 WHERE status = 'submitted' "
            "AND batch_id IS NULL",
        ),
    ],
    "R24": [
        Attempt(
            "UPDATE batch SET publicity_until = date(publicity_until, '-1 day') WHERE status = 'publicized'",
            "R24: publicity begins on the day of the act and is never shortened",
            "UPDATE batch SET publicity_until = date(publicity_until, '+1 day') WHERE status = 'publicized'",
        ),
    ],
    "R25": [Attempt("UPDATE settlement SET period_from = date(period_until, '+1 day')", "settlement: facts are never")],
    "R26": [
        Attempt(
            moved("void", HOLDS, APPROPRIATION, 1), "nothing goes back into a closed year",
            moved("void", HOLDS, LAPSED, 1),
            before=("UPDATE budget_year SET status = 'closed' WHERE id = 2026",),
        ),
    ],
    "R27": [Attempt("UPDATE policy SET content = ''", "policy: rows are never edited")],
    "R28": [
        Attempt(asked(submitted_on="'2026-03-09'"), "R28: this unit is banned",
                asked(submitted_on="'2026-03-10'"), before=(BANNED.format(until="2026-03-09"),)),
        Attempt("UPDATE recovery SET received_fen = received_fen + 1", "R28: what a recovery received is the sum"),
    ],
    "R29": [Attempt("UPDATE settlement_line SET is_sampled = 0, sample_result = '相符'", "settlement_line")],
    "R30": [
        Attempt(claim(", price_item", ", 'GPU 卡时'"), "r30_price_has_its_item",
                claim(", price_item, unit_price_fen", ", 'GPU 卡时', 1")),
    ],
    "R31": [Attempt("UPDATE redemption SET derivation = '[]' WHERE status = 'verified'",
                    "the arithmetic stays as it was decided")],
    "R32": [
        Attempt(
            "UPDATE application SET granted_fen = requested_fen + 1 WHERE status = 'approved' AND batch_id IS NOT NULL",
            "R32: the allocation grants at most what was asked",
        ),
    ],
}  # fmt: skip
_OF_THE_VERSION = "a parameter of the policy version: text that the schema keeps unread, and lets nobody edit (R27)"
NOT_SAID = {
    "R3": f"the cap is {_OF_THE_VERSION}",
    "R4": f"the ratio is {_OF_THE_VERSION}",
    "R6": f"the tiers are {_OF_THE_VERSION}",
    "R13": f"whether a provider may receive is {_OF_THE_VERSION}",
    "R14": f"the cap that a group shares is {_OF_THE_VERSION}",
    "R17": "where the compute is stands in the register as a region; which one was meant on a day, no row of it keeps",
    "R20": f"whether invoices have to be full is {_OF_THE_VERSION}",
}
"""Rules that no CHECK and no trigger says, and why."""


def test_every_rule_is_tried_or_told_why_it_cannot_be():
    assert ATTEMPTS.keys() | NOT_SAID.keys() == {f"R{number}" for number in range(1, 33)}
    assert not ATTEMPTS.keys() & NOT_SAID.keys()


@pytest.mark.parametrize(
    ("rule", "place"), [(rule, place) for rule, tried in ATTEMPTS.items() for place in range(len(tried))]
)
def test_a_shell_does_not_break_a_rule(busy, rule, place):
    attempt = ATTEMPTS[rule][place]
    with busy.shell() as connection:
        for statement in (attempt.obeys, attempt.breaks):
            if not statement:
                continue
            connection.execute("BEGIN")
            for first in attempt.before:
                assert connection.execute(first).rowcount == 1, "the test's own story"
            if statement == attempt.obeys:
                assert connection.execute(statement).rowcount >= 1, "nothing to try it on"
            else:
                with pytest.raises(sqlite3.IntegrityError) as refused:
                    connection.execute(statement)
                assert attempt.says in str(refused.value)
            if connection.in_transaction:
                connection.execute("ROLLBACK")
    assert busy.verified() == []
