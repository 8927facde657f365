"""What a person with a plain SQL shell cannot do: foreign keys off, recursive triggers off, no pragma of ours."""

from __future__ import annotations

import pytest

from voucher_app.domain.ledger import Account, AccountKind
from voucher_app.domain.money import Money
from voucher_app.domain.numbering import VoucherNumber
from voucher_app.storage.sqlite.connection import sqlite3
from voucher_app.storage.sqlite.schema import KEY_OF, RECORDED_TABLES, triggers

OR = ("", " OR REPLACE", " OR IGNORE", " OR FAIL", " OR ROLLBACK")
GUARDED = [*RECORDED_TABLES, "journal"]
ZEROS = "0" * 64
_VOUCHER_FACTS = """id, year, sequence, number, application_id, policy_id, recipient_id, provider_id, face_fen, status,
    issued_on, use_by, redeem_by, prepared_by, reviewed_by, issued_seq"""


def snapshot(connection):
    return {
        table: connection.execute(f"SELECT * FROM {table}").fetchall()  # noqa: S608 - our own names
        for table in (*RECORDED_TABLES, "journal")
    }


def refused(desk, sql, values=()):
    """Demand that a statement is refused by the database and that nothing is changed, then or afterwards."""
    with desk.shell() as connection:
        before = snapshot(connection)
        with pytest.raises(sqlite3.IntegrityError):
            connection.execute(sql, values)
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        assert snapshot(connection) == before


def account(kind, subject):
    return Account(kind, subject).id


def year_account(kind):
    return account(kind, 2026)


def transfer(desk, kind, debit, credit, fen, *, reverses=None, how="INSERT", year=2026):
    with desk.shell() as connection:
        (last,) = connection.execute("SELECT max(id) FROM transfer").fetchone()
    values = (last + 1, year, kind, debit, credit, fen, reverses, 1)
    return f"{how} INTO transfer VALUES (?, ?, ?, ?, ?, ?, ?, ?)", values


@pytest.fixture
def first(busy):
    """Row of the voucher of 100元 with 60元 left and an open claim of 7元."""
    return busy.voucher(busy.numbers[0]).id


def test_the_shell_is_a_plain_one(busy):
    with busy.shell() as connection:
        assert connection.execute("PRAGMA foreign_keys").fetchone() == (0,)
        assert connection.execute("PRAGMA recursive_triggers").fetchone() == (0,)


# ------------------------------------------------------------------------------------------- overspending


@pytest.mark.parametrize("how", [f"INSERT{conflict}" for conflict in OR] + ["REPLACE"])
def test_no_transfer_overspends_a_year(busy, how):
    unissued = busy.money().unissued.fen
    sql, values = transfer(
        busy, "lapse", year_account(AccountKind.APPROPRIATION), year_account(AccountKind.LAPSED), unissued + 1, how=how
    )
    refused(busy, sql, values)


@pytest.mark.parametrize("how", [f"INSERT{conflict}" for conflict in OR] + ["REPLACE"])
def test_no_transfer_overspends_a_voucher(busy, first, how):
    sql, values = transfer(
        busy,
        "void",
        account(AccountKind.OUTSTANDING, first),
        year_account(AccountKind.APPROPRIATION),
        6_001,
        how=how,
    )
    refused(busy, sql, values)


def test_no_transfer_issues_a_voucher_twice_or_for_another_value(busy, first):
    for fen in (1, 10_000):
        sql, values = transfer(
            busy, "issuance", year_account(AccountKind.APPROPRIATION), account(AccountKind.OUTSTANDING, first), fen
        )
        refused(busy, sql, values)


def test_no_voucher_is_issued_above_the_year(busy):
    """The whole way by hand: an approved application larger than what is left, its voucher, its account, its money."""
    fen = busy.money().unissued.fen + 1
    with busy.shell() as connection:
        connection.execute("BEGIN")
        key, voucher, sequence, last = (
            connection.execute(f"SELECT max({column}) + 1 FROM {table}").fetchone()[0]  # noqa: S608 - our own names
            for table, column in (
                ("application", "id"),
                ("voucher", "id"),
                ("voucher", "sequence"),
                ("transfer", "id"),
            )
        )
        connection.execute(
            """INSERT INTO application (id, year, policy_id, recipient_id, provider_id, contract_number, contract_key,
                 contract_amount_fen, contract_signed_on, requested_fen, status, submitted_on, submission_reason,
                 prepared_by, submitted_seq, reviewed_by)
               VALUES (?, 2026, 1, 3, 1, 'X', 'X', ?, '2026-03-02', ?, 'approved', '2026-03-02', '', 1, 1, 2)""",
            (key, fen, fen),
        )
        connection.execute(
            f"""INSERT INTO voucher ({_VOUCHER_FACTS}) VALUES (?, 2026, ?, ?, ?, 1, 3, 1, ?, 'usable', '2026-03-02',
               '2027-03-02', '2027-03-02', 1, 2, 1)""",  # noqa: S608 - our own names
            (voucher, sequence, str(VoucherNumber(2026, sequence)), key, fen),
        )
        outstanding = account(AccountKind.OUTSTANDING, voucher)
        connection.execute("INSERT INTO account (id, kind, subject) VALUES (?, 2, ?)", (outstanding, voucher))
        with pytest.raises(sqlite3.IntegrityError, match="R1: the account"):
            connection.execute(
                "INSERT INTO transfer VALUES (?, 2026, 'issuance', ?, ?, ?, NULL, 1)",
                (last, year_account(AccountKind.APPROPRIATION), outstanding, fen),
            )
        connection.execute("ROLLBACK")


def test_no_appropriation_goes_above_fifty_million_yuan(busy):
    sql, values = transfer(
        busy, "appropriation", year_account(AccountKind.FUNDING), year_account(AccountKind.APPROPRIATION), 1
    )
    refused(busy, sql, values)


def test_no_year_begins_above_fifty_million_yuan(busy):
    with busy.shell() as connection:
        connection.execute("BEGIN")
        connection.execute("INSERT INTO budget_year (id, status, document) VALUES (2027, 'open', 'x')")
        for kind in (AccountKind.FUNDING, AccountKind.APPROPRIATION):
            connection.execute(
                "INSERT INTO account (id, kind, subject) VALUES (?, ?, 2027)", (account(kind, 2027), kind.value)
            )
        sql, values = transfer(
            busy,
            "appropriation",
            account(AccountKind.FUNDING, 2027),
            account(AccountKind.APPROPRIATION, 2027),
            5_000_000_001,
            year=2027,
        )
        with pytest.raises(sqlite3.IntegrityError, match="R1: the account"):
            connection.execute(sql, values)
        connection.execute(sql, (*values[:5], 5_000_000_000, *values[6:]))
        connection.execute("ROLLBACK")


def test_no_account_begins_with_money(busy):
    refused(busy, "INSERT INTO account VALUES (?, 1, 2030, 5000000000, 0)", (account(AccountKind.APPROPRIATION, 2030),))


@pytest.mark.parametrize("fen", [0, -5, -(10**12)])
def test_no_transfer_moves_nothing_or_less(busy, fen):
    sql, values = transfer(
        busy, "lapse", year_account(AccountKind.APPROPRIATION), year_account(AccountKind.LAPSED), fen
    )
    refused(busy, sql, values)


def test_no_transfer_takes_a_road_that_no_act_has(busy, first):
    roads = [
        ("issuance", year_account(AccountKind.LAPSED), account(AccountKind.OUTSTANDING, first)),
        ("disbursement", account(AccountKind.OUTSTANDING, first), year_account(AccountKind.DISBURSED)),
        ("recovery", year_account(AccountKind.LAPSED), year_account(AccountKind.APPROPRIATION)),
        ("void", account(AccountKind.OUTSTANDING, first), account(AccountKind.OUTSTANDING, first)),
        ("gift", account(AccountKind.OUTSTANDING, first), year_account(AccountKind.DISBURSED)),
        ("void", account(AccountKind.OUTSTANDING, 999), year_account(AccountKind.APPROPRIATION)),
    ]
    for kind, debit, credit in roads:
        sql, values = transfer(busy, kind, debit, credit, 1)
        refused(busy, sql, values)


def test_money_of_one_year_never_goes_to_another(busy, first):
    with busy.shell() as connection:
        connection.execute("INSERT INTO budget_year (id, status, document) VALUES (2027, 'open', 'x')")
        connection.execute(
            "INSERT INTO account (id, kind, subject) VALUES (?, 1, 2027)", (account(AccountKind.APPROPRIATION, 2027),)
        )
    for year in (2026, 2027):
        sql, values = transfer(
            busy,
            "void",
            account(AccountKind.OUTSTANDING, first),
            account(AccountKind.APPROPRIATION, 2027),
            1,
            year=year,
        )
        refused(busy, sql, values)


def test_a_closed_year_issues_nothing(busy):
    with busy.shell() as connection:
        connection.execute("UPDATE budget_year SET status = 'closed'")
        with pytest.raises(sqlite3.IntegrityError):
            connection.execute("UPDATE budget_year SET status = 'open'")
    sql, values = transfer(
        busy, "appropriation", year_account(AccountKind.FUNDING), year_account(AccountKind.APPROPRIATION), 1
    )
    refused(busy, sql, values)


# ------------------------------------------------------------------------------------------- reversals


def test_an_entry_is_reversed_once_and_only_as_it_was(busy):
    with busy.shell() as connection:
        original = connection.execute(
            """SELECT id, debit_id, credit_id, amount_fen FROM transfer WHERE kind = 'redemption'
               AND id NOT IN (SELECT reverses FROM transfer WHERE reverses IS NOT NULL) LIMIT 1"""
        ).fetchone()
        done = connection.execute(
            """SELECT reverses, credit_id, debit_id, amount_fen FROM transfer WHERE kind = 'reversal'"""
        ).fetchone()
        reversal = connection.execute("SELECT id FROM transfer WHERE kind = 'reversal'").fetchone()[0]
    key, debit, credit, fen = original
    wrong = [
        (done[2], done[1], done[3], done[0]),  # reversed already
        (credit, debit, fen - 1, key),
        (debit, credit, fen, key),
        (credit, debit, fen, None),
        (done[1], done[2], done[3], reversal),  # a reversal of a reversal
        (credit, debit, fen, 9_999),
    ]
    for gives, takes, amount, reverses in wrong:
        sql, values = transfer(busy, "reversal", gives, takes, amount, reverses=reverses)
        refused(busy, sql, values)
        refused(busy, sql.replace("INSERT", "REPLACE"), values)


# ------------------------------------------------------------------------------------------- balances

LAST_ACTS = {
    "redemption": lambda desk, number: desk.redeemed(number, Money.yuan(5)),
    "void": lambda desk, _number: desk.end("void", desk.issued(Money.yuan(3)).number),
    "reversal": lambda desk, number: desk.reverse(desk.redeemed(number, Money.yuan(5))),
    "issuance": lambda desk, _number: desk.issued(Money.yuan(3)),
}
BALANCES = {
    "account": ("balance_fen",),
    "budget_year": ("outstanding_fen", "payable_fen"),
    "voucher": ("redeemed_fen", "recycled_fen"),
}


@pytest.mark.parametrize("conflict", OR)
@pytest.mark.parametrize(("table", "column"), [(table, one) for table, names in BALANCES.items() for one in names])
@pytest.mark.parametrize("act", LAST_ACTS)
def test_no_balance_is_edited_not_even_by_what_the_last_transfer_moved(busy, act, table, column, conflict):
    """Neither by a fen, nor by counting the newest transfer again, whatever is said of when it was counted."""
    LAST_ACTS[act](busy, busy.numbers[0])
    with busy.shell() as connection:
        last, fen = connection.execute("SELECT id, amount_fen FROM transfer ORDER BY id DESC LIMIT 1").fetchone()
        keys = [row[0] for row in connection.execute(f"SELECT id FROM {table}")]  # noqa: S608 - our own names
        before = snapshot(connection)
        for change in (1, fen, -fen):
            for counted in ("last_transfer_id", str(last), str(last + 1), "0", "-1"):
                also = "" if table == "voucher" else f", last_transfer_id = {counted}"
                for key in keys:
                    with pytest.raises(sqlite3.IntegrityError):
                        connection.execute(
                            f"UPDATE{conflict} {table} SET {column} = {column} + ({change}){also} WHERE id = {key}"
                        )
        assert snapshot(connection) == before
    assert busy.verified() == []


@pytest.mark.parametrize("conflict", OR)
def test_value_does_not_move_between_what_was_redeemed_and_what_was_recycled(busy, first, conflict):
    """The sum stays what the account holds, but no transfer says so."""
    for change in ("redeemed_fen = redeemed_fen - 100, recycled_fen = recycled_fen + 100", "redeemed_fen = NULL"):
        refused(busy, f"UPDATE{conflict} voucher SET {change} WHERE id = {first}")
    for change in ("outstanding_fen = outstanding_fen - 5, payable_fen = payable_fen + 5", "payable_fen = NULL"):
        refused(busy, f"UPDATE{conflict} budget_year SET {change}")
    refused(busy, f"UPDATE{conflict} account SET balance_fen = NULL")


def test_two_balances_that_fit_each_other_are_not_edited_either(busy):
    """What the year's sum cannot tell: a little less unissued, a little more lapsed."""
    year = f"id IN ({year_account(AccountKind.APPROPRIATION)}, {year_account(AccountKind.LAPSED)})"
    refused(busy, f"UPDATE account SET balance_fen = balance_fen + CASE kind WHEN 1 THEN -5 ELSE 5 END WHERE {year}")  # noqa: S608 - our own names


@pytest.mark.parametrize(
    "sql",
    [
        "INSERT INTO account (id, kind, subject, balance_fen) VALUES (16217, 1, 2027, 5)",
        "INSERT INTO account (id, kind, subject, last_transfer_id) VALUES (16217, 1, 2027, 5)",
        "INSERT INTO budget_year (id, status, document, payable_fen) VALUES (2027, 'open', 'x', 5)",
        "INSERT INTO budget_year (id, status, document, last_transfer_id) VALUES (2027, 'open', 'x', 5)",
    ],
)
def test_what_holds_money_begins_empty(busy, sql):
    refused(busy, sql)


# ------------------------------------------------------------------------------------------- append-only


@pytest.mark.parametrize("table", GUARDED)
@pytest.mark.parametrize(
    "how", ["DELETE FROM {table}", "DELETE FROM {table} WHERE rowid = (SELECT max(rowid) FROM {table})"]
)
def test_no_row_is_ever_deleted(busy, table, how):
    refused(busy, how.format(table=table))


@pytest.mark.parametrize("table", GUARDED)
@pytest.mark.parametrize("how", ["INSERT OR REPLACE", "REPLACE"])
def test_no_row_is_ever_replaced(busy, table, how):
    refused(busy, f"{how} INTO {table} SELECT * FROM {table} LIMIT 1")  # noqa: S608 - our own names


@pytest.mark.parametrize("how", ["INSERT OR REPLACE", "REPLACE"])
@pytest.mark.parametrize(
    ("table", "columns", "values"),
    [
        ("operator", "name, role", "name, 'reviewer'"),
        ("signing_key", "key_id, algorithm, public_key", "key_id, algorithm, 'ff'"),
        ("policy", "code, version, content, published_on", "code, version, 'x', published_on"),
        ("organisation", "name, uscc, region_code", "'x', uscc, region_code"),
        (
            "facility",
            "name, place, region_code, operated_by, investment_yi_yuan, state, note, source",
            "name, 'x', region_code, '', '', '', '', ''",
        ),
    ],
)
def test_no_row_is_replaced_by_another_with_the_same_name(busy, how, table, columns, values):
    """OR REPLACE deletes the row that stands in the way, without asking any trigger on DELETE."""
    refused(busy, f"{how} INTO {table} ({columns}) SELECT {values} FROM {table} LIMIT 1")  # noqa: S608 - our own names


@pytest.mark.parametrize("conflict", OR)
@pytest.mark.parametrize("table", ["signing_key", "policy", "transfer", "journal"])
def test_no_column_of_a_frozen_table_is_edited(busy, table, conflict):
    with busy.shell() as connection:
        columns = [row[1] for row in connection.execute(f"PRAGMA table_info({table})")]
    for column in (*columns, "rowid"):
        refused(busy, f"UPDATE{conflict} {table} SET {column} = {column}")


FACTS = {
    "office": "id name trial file_id created_on",
    "operator": "id name",
    "credential": "id",
    "budget_year": "id document",
    "organisation": "id uscc",
    "recipient": "id kind prepared_by",
    "provider": "id prepared_by",
    "facility": "id name source",
    "application": """id year policy_id recipient_id provider_id contract_number contract_key contract_amount_fen
        contract_signed_on requested_fen submitted_on submission_reason prepared_by submitted_seq""",
    "voucher": """id year sequence number application_id policy_id recipient_id provider_id face_fen issued_on use_by
        redeem_by prepared_by reviewed_by issued_seq""",
    "redemption": """id voucher_id claimed_fen invoice_key invoice_amount_fen invoiced_on service_from service_until
        claimed_on prepared_by claimed_seq supporting_services_fen paid_fen paid_on payer_name payee_name contract_from
        contract_until price_item unit_price_fen claim_reason further_invoices""",
    "further_invoice": """id redemption_id invoice_key invoice_amount_fen invoiced_on service_from service_until
        supporting_services_fen paid_fen paid_on payer_name payee_name""",
    "account": "id kind subject",
}


MAY_BE_UNTOLD = {"paid_fen", "paid_on", "unit_price_fen"}


@pytest.mark.parametrize("conflict", ["", " OR REPLACE"])
@pytest.mark.parametrize(("table", "column"), [(table, one) for table, names in FACTS.items() for one in names.split()])
def test_no_fact_is_edited(busy, table, column, conflict):
    with busy.shell() as connection:
        kind, required, key = next(
            (row[2], row[3], row[5]) for row in connection.execute(f"PRAGMA table_info({table})") if row[1] == column
        )
        value = 77 if kind == "INTEGER" else "另"
    assert required or key or column.startswith(("service_", "contract_")) or column in MAY_BE_UNTOLD
    refused(
        busy,
        f"UPDATE{conflict} {table} SET {column} = ? WHERE rowid = (SELECT max(rowid) FROM {table})",  # noqa: S608
        (value,),
    )


@pytest.mark.parametrize("table", [table for table in GUARDED if KEY_OF.get(table, "id") == "id"])
@pytest.mark.parametrize("name", ["rowid", "_rowid_", "oid"])
@pytest.mark.parametrize("conflict", ["", " OR REPLACE"])
def test_no_key_is_changed_by_another_name(busy, table, name, conflict):
    """`rowid` is another name of the key, which a trigger on the key's column does not see."""
    refused(
        busy,
        f"UPDATE{conflict} {table} SET {name} = 4711 WHERE id = (SELECT max(id) FROM {table})",  # noqa: S608
    )


def test_the_holder_of_a_voucher_never_changes(busy):
    """R18, in the schema."""
    refused(busy, "UPDATE voucher SET recipient_id = recipient_id + 1")


STEPS = {
    "application": ("issued", ["submitted", "approved", "refused"]),
    "voucher": ("voided", ["usable", "partly-used", "used-up", "frozen", "returned", "expired"]),
    "redemption": ("reversed", ["claimed", "verified", "refused"]),
}


@pytest.mark.parametrize("table", STEPS)
def test_what_ended_never_comes_back(busy, table):
    ended, others = STEPS[table]
    for status in others:
        refused(busy, f"UPDATE {table} SET status = ? WHERE status = ?", (status, ended))  # noqa: S608
        refused(busy, f"UPDATE OR REPLACE {table} SET status = ? WHERE status = ?", (status, ended))  # noqa: S608


# ------------------------------------------------------------------------------------------- two persons


def test_the_preparer_verifies_nothing(busy):
    refused(
        busy,
        """UPDATE redemption SET status = 'verified', approved_fen = claimed_fen, reviewed_by = prepared_by
           WHERE status = 'claimed'""",
    )


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE application SET status = 'approved', reviewed_by = prepared_by WHERE status = 'submitted'",
        "UPDATE voucher SET status = 'voided', ended_by = prepared_by WHERE status = 'partly-used'",
        "UPDATE redemption SET status = 'refused', reviewed_by = prepared_by WHERE status = 'claimed'",
        "UPDATE redemption SET status = 'reversed', reversed_by = prepared_by WHERE status = 'verified'",
        "UPDATE provider SET admitted_by = prepared_by",
    ],
)
def test_nobody_decides_what_they_prepared(busy, sql):
    refused(busy, sql)
    refused(busy, sql.replace("UPDATE", "UPDATE OR REPLACE"))


def test_no_decision_is_recorded_without_who_made_it(busy):
    refused(busy, "UPDATE application SET status = 'approved' WHERE status = 'submitted'")
    refused(busy, "UPDATE redemption SET status = 'verified', approved_fen = 1 WHERE status = 'claimed'")
    refused(busy, "UPDATE redemption SET status = 'verified', reviewed_by = 2 WHERE status = 'claimed'")


def test_no_more_is_approved_than_was_claimed(busy):
    refused(
        busy,
        """UPDATE redemption SET status = 'verified', approved_fen = claimed_fen + 1, reviewed_by = 2
           WHERE status = 'claimed'""",
    )


def test_no_claim_is_owed_before_it_is_verified(busy, first):
    with busy.shell() as connection:
        (claim,) = connection.execute("SELECT id FROM redemption WHERE status = 'claimed'").fetchone()
        payable = account(AccountKind.PAYABLE, claim)
        connection.execute("INSERT INTO account (id, kind, subject) VALUES (?, 3, ?)", (payable, claim))
    sql, values = transfer(busy, "redemption", account(AccountKind.OUTSTANDING, first), payable, 700)
    refused(busy, sql, values)


# ------------------------------------------------------------------------------------------- once and without gap

_SAME_CONTRACT = """INTO application (id, year, policy_id, recipient_id, provider_id, contract_number, contract_key,
      contract_amount_fen, contract_signed_on, requested_fen, status, submitted_on, submission_reason, prepared_by,
      submitted_seq)
    SELECT {key}, year, policy_id, recipient_id, provider_id, contract_number, contract_key, 1, contract_signed_on, 1,
      'submitted', submitted_on, '', 1, 1 FROM application WHERE status = '{status}'"""
_SAME_INVOICE = """INTO redemption (id, voucher_id, claimed_fen, status, invoice_key, invoice_amount_fen, invoiced_on,
      claimed_on, prepared_by, claimed_seq)
    SELECT {key}, voucher_id, 1, 'claimed', invoice_key, 1, invoiced_on, claimed_on, 1, 1 FROM redemption
      WHERE status = '{status}'"""
INSERTS = [f"INSERT{conflict}" for conflict in OR] + ["REPLACE"]


@pytest.mark.parametrize("how", INSERTS)
@pytest.mark.parametrize("key", ["(SELECT max(id) + 1 FROM application)", "NULL"])
def test_a_contract_supports_no_second_application(busy, how, key):
    refused(busy, f"{how} {_SAME_CONTRACT.format(key=key, status='issued')} LIMIT 1")


@pytest.mark.parametrize("how", INSERTS)
@pytest.mark.parametrize("key", ["(SELECT max(id) + 1 FROM redemption)", "NULL"])
def test_an_invoice_is_used_no_second_time(busy, how, key):
    refused(busy, f"{how} {_SAME_INVOICE.format(key=key, status='verified')} LIMIT 1")


_FURTHER = """INTO further_invoice (id, redemption_id, invoice_key, invoice_amount_fen, invoiced_on)"""
_CLAIM_WITH_ROOM = """INSERT INTO redemption (id, voucher_id, claimed_fen, status, invoice_key, invoice_amount_fen,
      invoiced_on, claimed_on, prepared_by, claimed_seq, further_invoices)
    SELECT 4711, voucher_id, 1, 'claimed', 'new', 1, invoiced_on, claimed_on, 1, 1, 1 FROM redemption LIMIT 1"""


@pytest.mark.parametrize("how", INSERTS)
@pytest.mark.parametrize("key", ["(SELECT max(id) + 1 FROM redemption)", "NULL"])
def test_a_further_invoice_is_the_first_of_no_other_claim(busy, how, key):
    refused(
        busy,
        f"""{how} INTO redemption (id, voucher_id, claimed_fen, status, invoice_key, invoice_amount_fen, invoiced_on,
              claimed_on, prepared_by, claimed_seq)
            SELECT {key}, voucher_id, 1, 'claimed', further_invoice.invoice_key, 1, further_invoice.invoiced_on,
              claimed_on, 1, 1 FROM further_invoice JOIN redemption ON redemption.id = redemption_id
              WHERE released = 0""",  # noqa: S608 - our own names
    )


@pytest.mark.parametrize("how", INSERTS)
@pytest.mark.parametrize(
    "taken",
    [
        "SELECT invoice_key FROM redemption WHERE status = 'verified' LIMIT 1",
        "SELECT invoice_key FROM further_invoice WHERE released = 0",
        "SELECT 'new'",
    ],
    ids=["first of another claim", "further of another claim", "first of this claim"],
)
def test_no_invoice_is_used_a_second_time_as_a_further_one(busy, how, taken):
    with busy.shell() as connection:
        connection.execute("BEGIN")
        connection.execute(_CLAIM_WITH_ROOM)
        with pytest.raises(sqlite3.IntegrityError, match="R9"):
            connection.execute(f"{how} {_FURTHER} VALUES (4711, 4711, ({taken}), 1, '2026-03-02')")
        if connection.in_transaction:
            connection.execute("ROLLBACK")


@pytest.mark.parametrize("how", INSERTS)
def test_a_claim_gets_no_invoice_it_was_not_made_with(busy, how):
    """Neither one more than it tells, nor any at all once it is decided, nor one that is free from the start."""
    more = f"{how} {_FURTHER} SELECT 4711, id, 'new', 1, '2026-03-02' FROM redemption WHERE status ="  # noqa: S608
    refused(busy, f"{more} 'claimed'")
    refused(busy, f"{more} 'verified'")
    with busy.shell() as connection:
        connection.execute("BEGIN")
        connection.execute(_CLAIM_WITH_ROOM)
        with pytest.raises(sqlite3.IntegrityError, match="R9"):
            connection.execute(
                f"""{how} INTO further_invoice (id, redemption_id, invoice_key, invoice_amount_fen, invoiced_on,
                    released) VALUES (4711, 4711, 'newer', 1, '2026-03-02', 1)"""
            )
        if connection.in_transaction:
            connection.execute("ROLLBACK")


@pytest.mark.parametrize("conflict", OR)
def test_an_invoice_is_freed_with_its_claim_and_never_bound_again(busy, conflict):
    refused(busy, f"UPDATE{conflict} further_invoice SET released = 1 WHERE released = 0")
    refused(busy, f"UPDATE{conflict} further_invoice SET released = 0 WHERE released = 1")


@pytest.mark.parametrize("conflict", OR)
def test_the_arithmetic_of_a_decision_stays_as_it_was(busy, conflict):
    refused(busy, f"UPDATE{conflict} redemption SET derivation = '[]' WHERE status = 'verified'")
    refused(busy, f"UPDATE{conflict} redemption SET derivation = '' WHERE status = 'verified'")


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("supporting_services_fen", "2"),
        ("paid_fen", "2"),
        ("contract_from", "'2026-03-02'"),
        ("contract_until", "'2026-03-02'"),
        ("contract_from, contract_until", "'2026-03-02', '2026-03-01'"),
        ("unit_price_fen, price_item", "0, 'GPU'"),
        ("unit_price_fen", "1"),
        ("price_item", "'GPU'"),
    ],
)
def test_no_claim_is_recorded_with_evidence_that_cannot_be(busy, column, value):
    refused(
        busy,
        f"""INSERT INTO redemption (id, voucher_id, claimed_fen, status, invoice_key, invoice_amount_fen, invoiced_on,
              claimed_on, prepared_by, claimed_seq, {column})
            SELECT 4711, voucher_id, 1, 'claimed', 'new', 1, invoiced_on, claimed_on, 1, 1, {value}
            FROM redemption LIMIT 1""",  # noqa: S608 - our own names
    )


def test_a_refused_contract_and_a_reversed_invoice_are_free_again(busy):
    with busy.shell() as connection:
        connection.execute("BEGIN")
        connection.execute(f"INSERT {_SAME_CONTRACT.format(key='NULL', status='refused')}")
        connection.execute(f"INSERT {_SAME_INVOICE.format(key='NULL', status='reversed')}")
        connection.execute("ROLLBACK")


@pytest.mark.parametrize("step", [0, 2, 100])
@pytest.mark.parametrize("how", INSERTS)
def test_voucher_numbers_leave_no_gap(busy, step, how):
    refused(
        busy,
        f"""{how} INTO voucher ({_VOUCHER_FACTS}) SELECT (SELECT max(id) + 1 FROM voucher), 2026,
            (SELECT max(sequence) + {step} FROM voucher), 'SX-2026-{step:06d}-0', application.id, policy_id,
            recipient_id, provider_id, requested_fen, 'usable', '2026-03-02', '2027-03-02', '2027-03-02',
            prepared_by, reviewed_by, 1 FROM application WHERE status = 'approved'""",  # noqa: S608
    )


def test_a_voucher_is_what_its_approved_application_says(busy):
    right = """(SELECT max(id) + 1 FROM voucher), 2026, (SELECT max(sequence) + 1 FROM voucher), 'n', application.id,
        policy_id, recipient_id, provider_id, requested_fen, 'usable', '2026-03-02', '2027-03-02', '2027-03-02',
        prepared_by, reviewed_by, 1 FROM application"""
    wrong = [
        right.replace("recipient_id", "recipient_id + 1") + " WHERE status = 'approved'",
        right.replace("requested_fen", "requested_fen + 1") + " WHERE status = 'approved'",
        right.replace("reviewed_by", "3") + " WHERE status = 'approved'",
        right + " WHERE status = 'issued' LIMIT 1",
        right + " WHERE status = 'submitted' LIMIT 1",
        right + " WHERE status = 'refused' LIMIT 1",
    ]
    for select in wrong:
        refused(busy, f"INSERT INTO voucher ({_VOUCHER_FACTS}) SELECT {select}")


@pytest.mark.parametrize("how", INSERTS)
@pytest.mark.parametrize("key", ["-1", "0", "(SELECT max(id) + 2 FROM transfer)", "(SELECT max(id) FROM transfer)"])
def test_entries_of_the_ledger_leave_no_gap(busy, how, key):
    refused(
        busy,
        f"""{how} INTO transfer SELECT {key}, 2026, 'lapse', ?, ?, 1, NULL, 1""",
        (year_account(AccountKind.APPROPRIATION), year_account(AccountKind.LAPSED)),
    )


@pytest.mark.parametrize("how", INSERTS)
@pytest.mark.parametrize(
    ("seq", "request_id", "previous"),
    [
        ("max(seq) + 2", "'new'", "(SELECT hash FROM journal ORDER BY seq DESC LIMIT 1)"),
        ("NULL", "'new'", "(SELECT hash FROM journal ORDER BY seq DESC LIMIT 1)"),
        ("max(seq) + 1", "'new'", f"'{ZEROS}'"),
        ("max(seq) + 1", "request_id", "(SELECT hash FROM journal ORDER BY seq DESC LIMIT 1)"),
    ],
)
def test_the_journal_grows_by_one_chained_record_for_one_request(busy, how, seq, request_id, previous):
    refused(
        busy,
        f"""{how} INTO journal SELECT {seq}, recorded_at, business_date, operator_id, operator_name, action,
            {request_id}, facts_digest, subject, reason, result, changes, hash_version, {previous}, column_digests, hash
            FROM journal""",  # noqa: S608 - our own names
    )


def test_the_file_has_exactly_the_triggers_of_the_list(busy):
    with busy.shell() as connection:
        found = {
            name: " ".join(sql.split())
            for name, sql in connection.execute("SELECT name, sql FROM sqlite_schema WHERE type = 'trigger'")
        }
    assert found == {name: " ".join(sql.split()) for name, sql in triggers().items()}


def test_nothing_of_all_this_harmed_the_file(busy):
    busy.redeemed(busy.numbers[0], Money(1))
    assert busy.verified() == []


@pytest.mark.parametrize("role", ["system-admin", "security-admin"])
@pytest.mark.parametrize("change", ["status = 'locked'", "role = 'auditor'"])
@pytest.mark.parametrize("how", ["UPDATE", "UPDATE OR IGNORE", "UPDATE OR REPLACE"])
def test_the_last_administrator_of_a_kind_stays(busy, role, change, how):
    refused(busy, f"{how} operator SET {change} WHERE role = ?", (role,))
    with busy.shell() as connection:
        connection.execute("INSERT INTO operator (name, role) VALUES ('又一位', ?)", (role,))
        connection.execute(f"{how} operator SET {change} WHERE name = '又一位'")
        connection.execute("UPDATE operator SET status = 'locked' WHERE role = 'preparer'")
