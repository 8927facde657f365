"""`search` and `ledger reindex` on the command line."""

from __future__ import annotations

from sqlite_utils.db import sqlite3

from .conftest import issue


def test_one_question_finds_units_vouchers_and_contracts_by_kind(office):
    number = issue(office, "100000", contract="HT/2026-甲")
    found = office.done("search", "ＨＴ/2026")
    assert [group["kind"] for group in found["groups"]] == ["voucher", "application"]
    assert found["groups"][0]["hits"][0]["title"] == number
    assert found["groups"][1]["hits"][0]["title"] == "HT/2026-甲"
    only = office.done("search", number, "--kind", "voucher", "--most", "1")
    assert [(group["kind"], group["count"], group["has_more"]) for group in only["groups"]] == [("voucher", 1, False)]
    assert office.done("search", "没有这个")["groups"] == []
    assert office("search", "x", "--kind", "spoon").code == 2
    assert office("search").code == 2


def test_a_stale_index_is_told_found_no_fault_and_made_anew(office):
    issue(office, "100000", contract="HT-1")
    assert office.done("ledger", "verify")["index_is_stale"] is False
    with sqlite3.connect(str(office.database)) as connection:
        connection.execute("DELETE FROM search_entry WHERE id = (SELECT max(id) FROM search_entry)")
    connection.close()
    told = office.done("ledger", "verify")
    assert (told["clean"], told["index_is_stale"]) == (True, True)
    assert "ledger reindex" in office("ledger", "verify", as_json=False).out
    assert office.done("ledger", "reindex")["records"] > 0
    assert office.done("ledger", "verify")["index_is_stale"] is False
