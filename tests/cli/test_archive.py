"""`archive` on the command line: packed by whoever reads, checked with the records or with the published key."""

from __future__ import annotations

import pytest

from voucher_app.app import main

from .conftest import Shell, issue


@pytest.fixture
def packed(office, tmp_path):
    number = issue(office, "123456.78", contract="HT-1")
    file, key = tmp_path / "卷.zip", tmp_path / "key.pem"
    office.done("certificate", "key", "--out", str(key))
    document = office.done("archive", "pack", "--voucher", number, "--out", str(file), by="赵审计")
    assert (document["file"], document["papers"], document["records"]) == (str(file), 6, 3)
    return office, number, file, key


def test_an_auditor_packs_a_year_and_nothing_is_recorded(packed, tmp_path):
    office, _number, _file, _key = packed
    before = office.done("ledger", "verify")["head"]
    document = office.done("archive", "pack", "--year", "2026", "--out", str(tmp_path / "y.zip"), by="赵审计")
    assert document["title"] == "2026年度算力券卷"
    assert office.done("ledger", "verify")["head"] == before
    assert (
        office("archive", "pack", "--year", "2026", "--out", str(tmp_path / "z.zip"), as_json=False).out.count("\n")
        == 1
    )


def test_a_pack_is_checked_with_the_records_and_without_them(packed, tmp_path):
    office, number, file, key = packed
    assert office.done("archive", "verify", str(file))["volume"] == f"算力券 {number} 卷"
    elsewhere = Shell(tmp_path / "nowhere" / "none.db")
    answer = elsewhere.done("archive", "verify", str(file), "--key", str(key))
    assert (answer["code"], answer["clean"]) == ("good", True)
    other = Shell(tmp_path / "other.db")
    other.done("office", "init", "--trial", "--name", "别的厅", "--operator", "甲:preparer")
    assert other("archive", "verify", str(file), by="甲").json["code"] == "key"


def test_a_computer_without_an_office_checks_a_pack_by_the_key_inside_and_says_so(
    packed, tmp_path, monkeypatch, capsys
):
    _office, _number, file, _key = packed
    monkeypatch.setenv("VOUCHER_APP_DATABASE", str(tmp_path / "nobody" / "office.db"))
    assert main(["archive", "verify", str(file)]) == 0
    assert "取自卷内" in capsys.readouterr().out
    assert not (tmp_path / "nobody").exists(), "checking makes no office"
    assert main(["--database", str(tmp_path / "mistyped.db"), "archive", "verify", str(file)]) == 3
    content = bytearray(file.read_bytes())
    content[200] ^= 1
    file.write_bytes(content)
    assert main(["archive", "verify", str(file)]) == 3


def test_a_pack_that_differs_is_an_integrity_fault(packed):
    office, _number, file, _key = packed
    content = bytearray(file.read_bytes())
    content[200] ^= 1
    file.write_bytes(content)
    answer = office("archive", "verify", str(file))
    assert (answer.code, answer.json["error"]["kind"], answer.rules) == (3, "archive", ["ARCHIVE"])
    told = office("archive", "verify", str(file), as_json=False)
    assert (told.code, told.out) == (3, "")
    assert told.err.startswith(("文件/", str(file)))


def test_wrong_calls_are_told_and_write_nothing(packed, tmp_path):
    office, number, file, key = packed
    out = ("--out", str(tmp_path / "x.zip"))
    assert office("archive", "pack", *out).code == 2
    assert office("archive", "pack", "--voucher", number, "--year", "2026", *out).code == 2
    assert office("archive", "pack", "--year", "26", *out).code == 2
    assert office("archive", "pack", "--year", "2031", *out).code == 1
    assert office("archive", "pack", "--voucher", "SX-2026-000099-0", *out).code in {1, 2}
    assert office("archive", "pack", "--voucher", number, "--out", str(file)).code == 2
    assert office("archive", "verify", str(tmp_path / "none.zip")).code == 2
    assert office("archive", "verify", str(file), "--key", str(tmp_path / "none.pem")).code == 2
    around = tmp_path / "letter.txt"
    around.write_bytes(b"Dear auditor, our key:\n" + key.read_bytes())
    for other in (__file__, str(around), str(file)):
        answer = office("archive", "verify", str(file), "--key", other)
        assert (answer.code, answer.json["error"]["violations"][0]["rule"]) == (2, "INPUT"), answer.out
    assert not (tmp_path / "x.zip").exists()
    assert key.exists()
