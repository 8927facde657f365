"""What a person with a plain SQL shell cannot do to settlements, recoveries, bans and raises."""
# ruff: noqa: S608 - the SQL is put together from our own names

from __future__ import annotations

import itertools

import pytest

from voucher_app.domain.ledger import Account, AccountKind
from voucher_app.domain.money import Money
from voucher_app.domain.recovery import RecoveryStatus
from voucher_app.domain.redemption import REDEMPTION_STEPS, RedemptionStatus
from voucher_app.domain.settlement import LINE_STEPS, SETTLEMENT_STEPS, LineStatus, SettlementStatus
from voucher_app.storage.sqlite.connection import sqlite3
from voucher_app.storage.sqlite.schema import RECORDED_TABLES

HOW = [f"INSERT{conflict}" for conflict in ("", " OR REPLACE", " OR IGNORE", " OR FAIL", " OR ROLLBACK")] + ["REPLACE"]
UPDATE = ["UPDATE", "UPDATE OR REPLACE", "UPDATE OR IGNORE"]
_LINE = """INTO settlement_line (id, settlement_id, redemption_id, payee_id, amount_fen, province_millionths,
      province_fen, account_name, bank_name, bank_account, status, receipt_number, paid_on)
    SELECT (SELECT max(id) + 1 FROM settlement_line), {settlement}, redemption.id, 1, {fen}, 500000, ({fen}) / 2, '',
      '', '', '{status}', 'X', '2026-03-03' FROM redemption WHERE redemption.id = {redemption}"""


def snapshot(connection):
    return {table: connection.execute(f"SELECT * FROM {table}").fetchall() for table in (*RECORDED_TABLES, "journal")}


def refused(desk, sql, values=()):
    """Demand that nothing is changed: by a refusal, or, with OR IGNORE, by a row that is skipped."""
    with desk.shell() as connection:
        before = snapshot(connection)
        try:
            connection.execute(sql, values)
        except sqlite3.IntegrityError:
            pass
        else:
            assert " OR IGNORE" in sql, sql
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        assert snapshot(connection) == before


def one(desk, sql):
    with desk.shell() as connection:
        return connection.execute(sql).fetchone()[0]


@pytest.fixture
def keys(busy):
    """Rows of the busy office: a draft with the failed redemption, a paid settlement, something verified."""
    return {
        "draft": one(busy, "SELECT id FROM settlement WHERE status = 'draft'"),
        "paid": one(busy, "SELECT id FROM settlement WHERE status = 'disbursed'"),
        "settled": one(busy, "SELECT id FROM redemption WHERE status = 'settled'"),
        "disbursed": one(busy, "SELECT id FROM redemption WHERE status = 'disbursed'"),
        "verified": one(busy, "SELECT id FROM redemption WHERE status = 'verified'"),
        "recovering": one(busy, "SELECT id FROM redemption WHERE status = 'recovering'"),
    }


# ------------------------------------------------------------------------------------------------ lines


@pytest.mark.parametrize("how", HOW)
@pytest.mark.parametrize("which", ["settled", "disbursed", "recovering"])
def test_a_redemption_is_in_no_second_live_settlement(busy, keys, how, which):
    sql = _LINE.format(settlement=keys["draft"], redemption=keys[which], fen="approved_fen", status="pending")
    refused(busy, f"{how} {sql}")


@pytest.mark.parametrize("how", HOW)
@pytest.mark.parametrize(("fen", "status", "where"), [
    ("approved_fen + 2", "pending", "draft"), ("approved_fen - 2", "pending", "draft"),
    ("approved_fen", "paid", "draft"), ("approved_fen", "pending", "paid"),
])  # fmt: skip
def test_a_line_begins_pending_in_a_draft_for_what_was_approved(busy, keys, how, fen, status, where):
    sql = _LINE.format(settlement=keys[where], redemption=keys["verified"], fen=fen, status=status)
    refused(busy, f"{how} {sql}")


def test_the_right_line_is_let_in(busy, keys):
    sql = _LINE.format(settlement=keys["draft"], redemption=keys["verified"], fen="approved_fen", status="pending")
    with busy.shell() as connection:
        connection.execute("BEGIN")
        connection.execute(f"INSERT {sql}")
        connection.execute("ROLLBACK")


@pytest.mark.parametrize("how", UPDATE)
def test_no_line_of_a_draft_is_paid_or_failed(busy, keys, how):
    for change in ("'paid', receipt_number = 'X', paid_on = '2026-03-03'", "'failed', failure_reason = 'x'"):
        refused(busy, f"{how} settlement_line SET status = {change} WHERE settlement_id = {keys['draft']}")


@pytest.mark.parametrize("how", UPDATE)
@pytest.mark.parametrize("column", [
    "amount_fen = amount_fen + 1", "payee_id = 2", "bank_account = '1'", "is_sampled = 1", "province_fen = 0",
    "redemption_id = redemption_id + 1",
])  # fmt: skip
def test_no_line_changes_what_it_pays_to_whom(busy, how, column):
    refused(busy, f"{how} settlement_line SET {column}")


@pytest.mark.parametrize("how", UPDATE)
@pytest.mark.parametrize("column", ["receipt_number = 'HD-9'", "paid_on = '2026-01-01'"])
def test_the_receipt_of_a_payment_stays(busy, how, column):
    refused(busy, f"{how} settlement_line SET {column} WHERE status = 'paid'")


def test_province_and_city_make_the_whole_in_the_schema_too(busy, keys):
    sql = _LINE.format(settlement=keys["draft"], redemption=keys["verified"], fen="approved_fen", status="pending")
    refused(busy, "INSERT " + sql.replace("(approved_fen) / 2", "(approved_fen) / 2 + 1"))


@pytest.mark.parametrize("how", UPDATE)
def test_every_step_that_the_tables_lack_is_refused(busy, how):
    tables = [
        ("settlement", SettlementStatus, SETTLEMENT_STEPS), ("settlement_line", LineStatus, LINE_STEPS),
        ("redemption", RedemptionStatus, REDEMPTION_STEPS),
    ]  # fmt: skip
    tried = 0
    for table, statuses, steps in tables:
        with busy.shell() as connection:
            there = {row[0] for row in connection.execute(f"SELECT DISTINCT status FROM {table}")}
        for old, new in itertools.product(there, statuses):
            if old != new and new not in steps[old].values():
                tried += 1
                refused(busy, f"{how} {table} SET status = ? WHERE status = ?", (new.value, old))
    assert tried > 50


# ------------------------------------------------------------------------------------------------ money


def transfer(desk, kind, debit, credit, fen, reverses="NULL"):
    last = one(desk, "SELECT max(id) FROM transfer")
    return f"INTO transfer VALUES ({last + 1}, 2026, '{kind}', {debit.id}, {credit.id}, {fen}, {reverses}, 1)"


def payable(key):
    return Account(AccountKind.PAYABLE, key)


DISBURSED, APPROPRIATION, LAPSED, FUNDING = (
    Account(kind, 2026)
    for kind in (AccountKind.DISBURSED, AccountKind.APPROPRIATION, AccountKind.LAPSED, AccountKind.FUNDING)
)


@pytest.mark.parametrize("how", HOW)
@pytest.mark.parametrize("which", ["verified", "settled", "disbursed", "recovering"])
def test_money_leaves_for_a_paid_line_only_and_once(busy, keys, how, which):
    fen = one(busy, f"SELECT approved_fen FROM redemption WHERE id = {keys[which]}")
    refused(busy, f"{how} {transfer(busy, 'disbursement', payable(keys[which]), DISBURSED, fen)}")


@pytest.mark.parametrize("how", HOW)
def test_a_payment_comes_back_from_a_failed_line_only(busy, keys, how):
    key = keys["disbursed"]
    original = one(busy, f"SELECT id FROM transfer WHERE kind = 'disbursement' AND debit_id = {payable(key).id}")
    fen = one(busy, f"SELECT approved_fen FROM redemption WHERE id = {key}")
    refused(busy, f"{how} {transfer(busy, 'reversal', DISBURSED, payable(key), fen, original)}")


@pytest.mark.parametrize("how", HOW)
def test_a_settled_redemption_is_not_reversed(busy, keys, how):
    key = keys["settled"]
    with busy.shell() as connection:
        original, voucher, fen = connection.execute(
            "SELECT id, debit_id, amount_fen FROM transfer WHERE kind = 'redemption' AND credit_id = ?",
            (payable(key).id,),
        ).fetchone()
    outstanding = Account(AccountKind.OUTSTANDING, voucher // 8)
    refused(busy, f"{how} {transfer(busy, 'reversal', payable(key), outstanding, fen, original)}")


@pytest.mark.parametrize("how", HOW)
@pytest.mark.parametrize("pool", [APPROPRIATION, LAPSED])
def test_nothing_is_recovered_without_a_receipt(busy, how, pool):
    refused(busy, f"{how} {transfer(busy, 'recovery', DISBURSED, pool, 100)}")


def test_a_recovery_is_not_reversed(busy):
    with busy.shell() as connection:
        key, credit, fen = connection.execute(
            "SELECT id, credit_id, amount_fen FROM transfer WHERE kind = 'recovery'"
        ).fetchone()
    assert credit == APPROPRIATION.id
    refused(busy, f"INSERT {transfer(busy, 'reversal', APPROPRIATION, DISBURSED, fen, key)}")


def test_nothing_goes_back_into_a_closed_year(busy, keys):
    with busy.shell() as connection:
        connection.execute("UPDATE budget_year SET status = 'closed' WHERE id = 2026")
        voucher = connection.execute("SELECT id FROM voucher WHERE status = 'partly-used'").fetchone()[0]
    refused(busy, f"INSERT {transfer(busy, 'void', Account(AccountKind.OUTSTANDING, voucher), APPROPRIATION, 1)}")


@pytest.mark.parametrize("how", UPDATE)
def test_a_redemption_is_where_its_line_and_its_recovery_say(busy, keys, how):
    wrong = [
        (keys["verified"], "settled"), (keys["settled"], "disbursed"), (keys["settled"], "verified"),
        (keys["disbursed"], "verified"), (keys["disbursed"], "recovering"), (keys["recovering"], "recovered"),
    ]  # fmt: skip
    for key, status in wrong:
        refused(busy, f"{how} redemption SET status = '{status}' WHERE id = {key}")


@pytest.mark.parametrize("how", UPDATE)
def test_a_settlement_is_where_its_lines_say(busy, keys, how):
    with busy.shell() as connection:
        connection.execute(f"UPDATE settlement SET status = 'confirmed', reviewed_by = 2 WHERE id = {keys['draft']}")
    for change in ("'disbursed', disbursed_by = 3", "'cancelled'"):
        refused(busy, f"{how} settlement SET status = {change} WHERE id = {keys['draft']}")
    refused(busy, f"{how} settlement SET status = 'reconciled' WHERE id = {keys['paid']}")


# ------------------------------------------------------------------------------------------------ two persons


@pytest.mark.parametrize("how", UPDATE)
@pytest.mark.parametrize("change", [
    "status = 'confirmed', reviewed_by = prepared_by", "disbursed_by = prepared_by", "checked_by = prepared_by",
    "reviewed_by = 2, checked_by = 2",
])  # fmt: skip
def test_nobody_decides_on_a_settlement_they_drafted_and_finance_is_a_third(busy, how, change):
    refused(busy, f"{how} settlement SET {change} WHERE status = 'draft'")


@pytest.mark.parametrize("how", HOW)
def test_nobody_recovers_what_they_prepared_nor_more_than_was_paid(busy, keys, how):
    for fen, prepared, reviewed in ((1, 1, 1), (10**9, 1, 2), (0, 1, 2), (-1, 1, 2)):
        refused(
            busy,
            f"""{how} INTO recovery VALUES ((SELECT max(id) + 1 FROM recovery), {keys["disbursed"]}, {fen}, 0,
                '2026-03-03', '2026-04-03', '', 'x', 'decided', {prepared}, {reviewed})""",
        )


@pytest.mark.parametrize("how", UPDATE)
def test_a_ban_is_lifted_by_another_person_and_once(busy, how):
    refused(busy, f"{how} ban SET lifted_on = '2026-03-03', lifted_by = prepared_by")
    with busy.shell() as connection:
        connection.execute("UPDATE ban SET lifted_on = '2026-03-03', lifted_by = 1")
    refused(busy, f"{how} ban SET lifted_on = NULL, lifted_by = NULL")
    refused(busy, f"{how} ban SET banned_until = '2026-03-03'")


@pytest.mark.parametrize("how", HOW)
def test_a_raise_is_a_proposal_first_and_money_comes_after_the_decision(busy, how):
    raised = transfer(busy, "appropriation", FUNDING, APPROPRIATION, 1)
    refused(busy, f"{how} {raised}")
    refused(
        busy,
        f"""{how} INTO cap_change VALUES ((SELECT max(id) + 1 FROM cap_change), 2026, 1, '文号', '追加', 'decided',
            '2026-03-03', '2026-03-03', 1, 2)""",
    )


def test_a_raise_brings_in_what_was_decided_and_no_fen_more(make_desk, tmp_path):
    desk = make_desk(tmp_path, amount=Money.yuan(10))
    with desk.shell() as connection:
        connection.execute(
            """INSERT INTO cap_change (id, year, amount_fen, document, reason, status, proposed_on, prepared_by)
               VALUES (1, 2026, 5, '文号', '追加', 'proposed', '2026-03-03', 1)"""
        )
        connection.execute(
            "UPDATE cap_change SET status = 'decided', reviewed_by = 2, decided_on = '2026-03-03' WHERE id = 1"
        )
    refused(desk, f"INSERT {transfer(desk, 'appropriation', FUNDING, APPROPRIATION, 6)}")
    with desk.shell() as connection:
        connection.execute(f"INSERT {transfer(desk, 'appropriation', FUNDING, APPROPRIATION, 5)}")
    refused(desk, f"INSERT {transfer(desk, 'appropriation', FUNDING, APPROPRIATION, 1)}")
    desk.close()


# ------------------------------------------------------------------------------------------------ recoveries


@pytest.mark.parametrize("how", UPDATE)
def test_what_came_back_is_the_sum_of_the_receipts(busy, how):
    refused(busy, f"{how} recovery SET received_fen = received_fen + 1 WHERE status = 'decided'")
    refused(busy, f"{how} recovery SET received_fen = amount_fen, status = 'received' WHERE status = 'decided'")


@pytest.mark.parametrize("how", HOW)
@pytest.mark.parametrize(
    ("fen", "entry"), [(101, "max(id) + 1"), (1, "max(id) + 2"), (1, "max(id)"), (0, "max(id) + 1")]
)
def test_no_more_comes_back_than_was_decided_and_each_receipt_has_its_entry(busy, how, fen, entry):
    key = one(busy, "SELECT id FROM recovery WHERE status = 'decided'")
    refused(
        busy,
        f"""{how} INTO recovery_receipt VALUES ((SELECT max(id) + 1 FROM recovery_receipt), {key}, {fen},
            '2026-03-03', 'X', (SELECT {entry} FROM transfer))""",
    )


def test_a_recovery_begins_with_nothing_received(busy, keys):
    for received, status in ((1, RecoveryStatus.RECEIVED), (1, RecoveryStatus.DECIDED), (0, RecoveryStatus.RECEIVED)):
        refused(
            busy,
            f"""INSERT INTO recovery VALUES ((SELECT max(id) + 1 FROM recovery), {keys["disbursed"]}, 1, {received},
                '2026-03-03', '2026-04-03', '', 'x', '{status}', 1, 2)""",
        )
