"""What a panel asks of the file is found by an index: a register is never read whole for one record of it.

A kill test found a redemption's panel that took 1.6 seconds in an office of 28,000 vouchers: the journal was read
whole, twice: a statement did not repeat the words of a partial index, another had an empty list beside an OR.
"""

from __future__ import annotations

import re

import pytest

REGISTERS = {"journal", "transfer", "voucher", "application", "redemption", "account", "attachment", "print_item",
             "settlement_line", "search_entry"}  # fmt: skip
"""What grows for years."""
SUMS = {"policy"}
"""Panels that tell a sum over all that a policy was applied to, which is nearly everything."""


@pytest.fixture
def asked(busy):
    """Every statement that this thread's reading connection runs from now on."""
    connection = busy.queries._reader()
    said = []
    connection.set_trace_callback(said.append)
    yield said
    connection.set_trace_callback(None)


def scans(desk, statements):
    """Return which registers are read whole, by statement."""
    connection = desk.queries._reader()
    connection.set_trace_callback(None)
    found = []
    for statement in dict.fromkeys(statements):
        if not statement.lstrip().upper().startswith(("SELECT", "WITH")):
            continue
        names = dict(re.findall(r"\b(\w+) AS (\w+)", statement))
        aliases = {alias: table for table, alias in names.items()}
        for *_, detail in connection.execute(f"EXPLAIN QUERY PLAN {statement}"):
            scanned = re.match(r"SCAN (\w+)", detail)
            if scanned and aliases.get(scanned[1], scanned[1]) in REGISTERS:
                found.append((detail, " ".join(statement.split())))
    return found


def keys(desk, table):
    return [row[0] for row in desk.queries._reader().execute(f"SELECT id FROM {table} ORDER BY id")]  # noqa: S608 - ours


def panels(desk):
    """Yield what opens a panel for every record of the busy office, by name."""
    queries = desk.queries
    for table, ask in (
        ("application", queries.application), ("batch", queries.batch), ("redemption", queries.redemption),
        ("settlement", queries.settlement), ("recovery", queries.recovery), ("print_job", queries.print_job),
        ("policy", queries.policy), ("policy_draft", queries.policy_draft), ("facility", queries.facility),
    ):  # fmt: skip
        for key in keys(desk, table):
            yield table, lambda ask=ask, key=key: ask(key)
            yield table, lambda table=table, key=key: queries.attachments(f"{table}:{key}")
    connection = queries._reader()
    for (number,) in connection.execute("SELECT number FROM voucher").fetchall():
        yield "voucher", lambda number=number: queries.voucher(number)
        yield "certificate", lambda number=number: queries.certificates([number])
        yield "copies", lambda number=number: queries.copies("certificate", number)
    for table in ("recipient", "provider"):
        told = f"SELECT uscc FROM organisation JOIN {table} USING (id)"  # noqa: S608 - ours
        for (uscc,) in connection.execute(told).fetchall():
            if table == "recipient":
                yield table, lambda uscc=uscc: queries.recipient(uscc, desk.today.year)
            else:
                yield table, lambda uscc=uscc: queries.provider(uscc)
            yield "bans", lambda uscc=uscc: queries.bans(uscc)
    for one in queries.operators():
        yield "person", lambda one=one: queries.person(one.name)


def test_no_register_is_read_whole_for_one_record(busy, asked):
    wrong = {}
    opened = set()
    for name, ask in panels(busy):
        asked.clear()
        busy.queries._reader().set_trace_callback(asked.append)
        ask()
        opened.add(name)
        for detail, statement in scans(busy, list(asked)):
            if name not in SUMS:
                wrong.setdefault((name, detail), statement)
    assert not wrong, "\n".join(f"{name}: {detail}: {statement}" for (name, detail), statement in wrong.items())
    assert len(opened) >= 14, "the busy office has one of each"


def test_a_statement_without_the_words_of_the_index_is_seen(busy):
    subject = "SELECT seq FROM journal WHERE subject = 'voucher:1'"
    covered = (
        f"{subject} AND subject <> '' AND action NOT IN ('application.submit', 'application.approve', 'voucher.issue')"
    )
    assert scans(busy, [subject])
    assert not scans(busy, [covered])
    assert scans(busy, ["SELECT act.seq FROM journal AS act WHERE act.reason = 'x'"])
