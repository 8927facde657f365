"""What a hostile reading found, each as a test."""

from __future__ import annotations

import sqlite3

import pytest

from .conftest import PREPARER, REVIEWER, issue, submit


def test_a_key_is_never_written_over_anything_but_a_key(office, tmp_path):
    before = office.database.read_bytes()
    for target in (office.database, office.database.with_name("office.db.signing-key.pem"), tmp_path, tmp_path / "a/b"):
        assert office("certificate", "key", "--out", str(target)).code in {2, 3}
    assert office.database.read_bytes() == before
    key = tmp_path / "key.pem"
    office.done("certificate", "key", "--out", str(key))
    office.done("certificate", "key", "--out", str(key))


def test_an_act_never_builds_on_a_balance_that_was_edited_by_hand(office):
    waiting = submit(office, "10000", contract="HT-1").json["id"]
    office.done("application", "approve", str(waiting), by=REVIEWER)
    with sqlite3.connect(office.database) as connection:
        with pytest.raises(sqlite3.IntegrityError, match="transfers only"):
            connection.execute("UPDATE account SET balance_fen = balance_fen + 500 WHERE kind = 1")
        connection.execute("DROP TRIGGER account_changes_by_transfers")
        connection.execute("UPDATE account SET balance_fen = balance_fen + 500 WHERE kind = 1")
    connection.close()
    refused = office("voucher", "issue", str(waiting))
    assert refused.code == 3
    assert "资金不平" in refused.json["error"]["violations"][0]["message"]
    assert office("ledger", "verify").code == 3


def test_a_connection_that_switches_checks_off_still_meets_two_persons_and_positive_amounts(office):
    number = issue(office, "100000", contract="HT-1")
    office.done("redemption", "claim", "--voucher", number, "--amount", "100", "--invoice", "26142000000012345678",
                "--invoice-amount", "1000", "--invoiced-on", "2026-03-01")  # fmt: skip
    connection = sqlite3.connect(office.database, isolation_level=None)
    connection.execute("PRAGMA ignore_check_constraints=ON")
    with pytest.raises(sqlite3.IntegrityError, match="R23"):
        connection.execute("UPDATE redemption SET status = 'verified', approved_fen = 1, reviewed_by = prepared_by")
    with pytest.raises(sqlite3.IntegrityError, match="positive"):
        connection.execute(
            "INSERT INTO transfer (year, kind, debit_id, credit_id, amount_fen, journal_seq)"
            " VALUES (2026, 'issuance', 16209, 10, -5, 1)"
        )
    connection.close()


def test_a_folder_is_never_taken_for_a_data_file(office, tmp_path):
    copy = tmp_path / "copy.db"
    office.done("backup", "create", str(copy))
    folder = tmp_path / "folder"
    folder.mkdir()
    office.database = folder
    assert office("backup", "restore", str(copy)).code == 3
    assert folder.is_dir()
    assert office("year", "show", "2026").code == 3


@pytest.mark.parametrize("number", [str(2**63), "9" * 5000, "-1", "1_0", "１", "x"])
def test_a_number_that_no_row_can_have_is_wrong_usage(office, number):
    for words in (("application", "show"), ("application", "approve"), ("redemption", "verify"), ("voucher", "issue")):
        assert office(*words, number).code == 2


def test_a_paper_or_key_that_is_not_there_is_told_as_such(office, tmp_path):
    assert office("certificate", "verify", str(tmp_path / "none.pdf")).code == 2
    assert office("certificate", "verify", "SLQ1:X", "--key", str(tmp_path / "none.pem")).code == 2
    assert office("backup", "create", "x" * 300).code in {2, 3}


def test_a_voided_voucher_is_printed_no_more(office, tmp_path):
    number = issue(office, "10000", contract="HT-1")
    office.done("voucher", "void", number, "--reason", "x", by=REVIEWER)
    refused = office("certificate", "print", number, "--out", str(tmp_path / "p"), by=PREPARER)
    assert refused.code == 1
    assert "已作废" in refused.json["error"]["violations"][0]["message"]
    assert not list((tmp_path / "p").glob("*.pdf"))


@pytest.mark.long
def test_a_damaged_page_is_told_and_never_a_traceback(office):
    issue(office, "10000", contract="HT-1")
    office.done("year", "show", "2026")
    content = bytearray(office.database.read_bytes())
    for offset in range(200, len(content), len(content) // 60):
        damaged = bytearray(content)
        damaged[offset] ^= 0x80
        office.database.write_bytes(damaged)
        assert office("ledger", "verify").code in {0, 3}
        assert office("year", "show", "2026").code in {0, 1, 3}
