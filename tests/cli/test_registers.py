"""Prints, document numbers and office keys on the command line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from voucher_app.printing.tray import FolderTray

from .conftest import REVIEWER, Shell, issue

PASSPHRASE = "一个够长的口令 2026"  # noqa: S105 - a test's own


@pytest.fixture
def number(office):
    return issue(office, "10000", contract="HT-1")


@pytest.fixture
def secret(tmp_path):
    file = tmp_path / "passphrase.txt"
    file.write_text(PASSPHRASE, encoding="utf-8")
    file.chmod(0o600)
    return file


def printed(office, *numbers, out, reason="", **how):
    words = ("certificate", "print", *numbers, "--out", str(out))
    return office.done(*words, *(("--reason", reason) if reason else ()), **how)


def test_the_register_lists_and_shows_what_was_printed(office, number, tmp_path):
    first = printed(office, number, out=tmp_path / "one")
    printed(office, number, out=tmp_path / "two", reason="原件遗失", by=REVIEWER)
    rows = office.done("print", "list")["prints"]
    assert [(row["id"], row["status"], row["items"], row["first"], row["prepared_by"]) for row in rows] == [
        (first["job"], "done", 1, number, "张经办"),
        (2, "done", 1, number, "李复核"),
    ]
    shown = office.done("print", "show", "2")
    assert [(one["copy"], one["reason"], one["state"]) for one in shown["papers"]] == [(2, "原件遗失", "done")]
    assert "第2次打印" in office("print", "show", "2", as_json=False).out
    assert office.done("print", "list", "--status", "begun") == {"prints": [], "cut_short": []}
    assert office("print", "show", "9").code == 1
    assert office("print", "resume", "1").rules == ["TRANSITION"]
    assert office("print", "cancel", "1", "--reason", "x").rules == ["TRANSITION"]


@pytest.mark.parametrize("how", ["resume", "cancel"])
def test_a_job_that_was_cut_short_is_resumed_or_given_up(office, number, tmp_path, monkeypatch, how):
    with monkeypatch.context() as patch:
        patch.setattr(FolderTray, "publish", lambda _self, _waiting: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            office("certificate", "print", number, "--out", str(tmp_path / "out"))
    found = office.done("print", "list", "--status", "begun")
    assert found["prints"][0]["status"] == "begun"
    (told,) = found["cut_short"]
    assert told["there"] + told["waiting"] + told["missing"] == found["prints"][0]["items"]
    assert f"print resume {told['job']}" in office("print", "list", as_json=False).out
    if how == "resume":
        done = office.done("print", "resume", "1")
        assert (done["status"], done["papers"][0]["state"]) == ("done", "done")
        assert (tmp_path / "out" / f"{number}.pdf").exists()
    else:
        assert office("print", "cancel", "1").code == 2
        done = office.done("print", "cancel", "1", "--reason", "不再需要")
        assert (done["status"], done["papers"][0]["state"]) == ("cancelled", "spoilt")
        assert not list((tmp_path / "out").iterdir())
    assert office.done("ledger", "verify")["clean"]


def test_printing_is_done_under_a_name(office, number, tmp_path):
    answer = office("certificate", "print", number, "--out", str(tmp_path / "out"), by=None)
    assert (answer.code, answer.json["error"]["violations"][0]["allowed"]) == (2, "operator_missing")
    assert office("certificate", "print", number, "--out", str(tmp_path / "out"), by="赵审计").rules == ["ROLE"]


def test_document_numbers_are_drawn_listed_and_made_void(office):
    words = ("number", "draw", "batch:1", "--kind", "publicity-list", "--title", "公示名单")
    drawn = office.done(*words)
    assert (drawn["number"], drawn["sequence"]) == ("晋算券〔2026〕1号", 1)
    assert office.done(*words) == drawn
    assert office.done("number", "void", str(drawn["id"]), "--reason", "重号")["void_reason"] == "重号"
    assert office.done(*words)["number"] == "晋算券〔2026〕2号"
    assert office("number", "void", str(drawn["id"]), "--reason", "重号").rules == ["NUMBER"]
    assert office("number", "draw", "batch:1", "--kind", "公示", "--title", "x").code == 2
    listed = office.done("number", "list", "--kind", "publicity-list", "--year", "2026")["numbers"]
    assert [(one["sequence"], one["void_reason"]) for one in listed] == [(1, "重号"), (2, "")]
    assert "晋算券〔2026〕2号" in office("number", "list", as_json=False).out


def test_a_key_under_a_passphrase_signs_when_it_is_given(office, number, tmp_path, secret):
    assert office.done("certificate", "passphrase", "--new-passphrase-file", str(secret)) == {"is_protected": True}
    words = ("certificate", "print", number, "--out", str(tmp_path / "out"))
    refused = office(*words)
    assert (refused.code, refused.json["error"]["violations"][0]["allowed"]) == (2, "passphrase_missing")
    wrong = tmp_path / "wrong.txt"
    wrong.write_text("ein falsches Kennwort", encoding="utf-8")
    wrong.chmod(0o600)
    refused = office(*words, "--passphrase-file", str(wrong))
    assert (refused.code, refused.json["error"]["violations"][0]["allowed"]) == (2, "passphrase_wrong")
    secret.chmod(0o644)
    refused = office(*words, "--passphrase-file", str(secret))
    assert (refused.code, refused.json["error"]["violations"][0]["allowed"]) == (2, "password_file_open")
    secret.chmod(0o600)
    assert not (tmp_path / "out" / f"{number}.pdf").exists()
    office.done(*words, "--passphrase-file", str(secret))
    assert office.done("certificate", "keys")["keys"][0]["is_protected"]
    assert office.done("certificate", "key", "--out", str(tmp_path / "key.pem"))["key_id"], "no passphrase for that"
    both = office("certificate", "passphrase", "--remove", "--new-passphrase-file", str(secret))
    assert (both.code, both.json["error"]["violations"][0]["allowed"]) == (2, "passphrase_choice")
    assert office("certificate", "new-key", "--reason", "更换").code == 2, "the next key comes under one, too"
    assert office.done("certificate", "passphrase", "--remove", "--passphrase-file", str(secret)) == {
        "is_protected": False
    }


def test_a_key_is_revoked_by_two_people_and_its_papers_say_so(office, number, tmp_path):
    paper = printed(office, number, out=tmp_path / "out")
    key_id, file = paper["key_id"], paper["files"][0]
    words = ("certificate", "revoke-key", key_id, "--reason", "私钥文件外泄")
    assert office.done(*words)["status"] == "proposed"
    assert office(*words).rules == ["R23"]
    assert office.done("certificate", "keep-key", key_id, "--reason", "查无此事")["status"] == "withdrawn"
    office.done(*words)
    assert office.done(*words, by=REVIEWER)["status"] == "revoked"
    answer = office("certificate", "verify", file)
    assert (answer.code, answer.json["verdict"]) == (1, "revoked-key")
    assert "2026-03-02" in answer.json["message"]
    assert office("certificate", "print", number, "--out", str(tmp_path / "again"), "--reason", "换钥").code == 3
    office.done("certificate", "new-key", "--reason", "旧密钥已吊销")
    states = office.done("certificate", "keys")["keys"]
    assert [(one["key"] == key_id, one["is_current"], one["revocation"]) for one in states] == [
        (False, True, ""),
        (True, False, "revoked"),
    ]
    assert "已吊销" in office("certificate", "keys", as_json=False).out


def test_the_list_of_void_numbers_is_published_and_checked_without_the_office(office, number, tmp_path):
    paper = printed(office, number, out=tmp_path / "out")
    voids = tmp_path / "void.slv.json"
    assert office.done("certificate", "void-list", "--out", str(voids))["numbers"] == 0
    elsewhere = Shell(tmp_path / "nowhere" / "none.db")
    words = ("certificate", "verify", paper["files"][0], "--key", paper["key"], "--list", str(voids))
    assert elsewhere.done(*words)["verdict"] == "valid"
    office.done("voucher", "void", number, "--reason", "合同解除", by=REVIEWER)
    assert elsewhere.done(*words)["verdict"] == "valid", "the list is of before"
    office.done("certificate", "void-list", "--out", str(voids))
    answer = elsewhere(*words)
    assert (answer.code, answer.json["verdict"], answer.json["reason"]) == (1, "voided", "ended_on_list")
    inner = json.loads(json.loads(Path(voids).read_text(encoding="utf-8"))["list"])
    assert inner["ended"] == [[number, "voided", "2026-03-02"]]
    voids.write_text(voids.read_text(encoding="utf-8").replace("voided", "frozen"), encoding="utf-8")
    assert elsewhere(*words).code == 2
