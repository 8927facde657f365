"""Certificates on the command line: printed, checked with the records, checked with the key alone."""

from __future__ import annotations

from pathlib import Path

import pypdfium2
import pytest

from voucher_app.printing.coverage import Coverage
from voucher_app.printing.signing import OfficeSigner

from .conftest import PROVIDER, REVIEWER, Shell, credit_code, issue


@pytest.fixture
def printed(office, tmp_path):
    number = issue(office, "123456.78", contract="HT-1")
    document = office.done("certificate", "print", number, "--out", str(tmp_path / "papers"))
    return office, number, Path(document["files"][0]), Path(document["key"])


def test_a_certificate_gives_every_field_back(printed):
    _office, number, file, _key = printed
    document = pypdfium2.PdfDocument(file)
    text = document[0].get_textpage().get_text_bounded()
    document.close()
    for field in (
        number,
        "太原𬭎䶮人工智能有限公司",
        "123,456.78",
        "人民币壹拾贰万叁仟肆佰伍拾陆元柒角捌分",
        "国家超级计算太原中心",
        "HT-1",
        "山西省工业和信息化厅",
        "张经办",
        "李复核",
    ):
        assert field in text, field


def test_a_paper_is_checked_with_the_records_and_with_the_key_alone(printed, tmp_path):
    office, number, file, key = printed
    assert office.done("certificate", "verify", str(file))["verdict"] == "valid"
    elsewhere = Shell(tmp_path / "nowhere" / "none.db")
    offline = elsewhere.done("certificate", "verify", str(file), "--key", str(key))
    assert (offline["verdict"], offline["online"]) == ("valid", False)
    assert offline["certificate"]["number"] == number
    late = elsewhere("certificate", "verify", str(file), "--key", str(key), on="2030-01-01")
    assert (late.code, late.json["verdict"]) == (1, "expired")


def test_a_picture_of_the_page_is_read(printed, tmp_path):
    office, _number, file, key = printed
    picture = tmp_path / "page.png"
    document = pypdfium2.PdfDocument(file)
    document[0].render(scale=150 / 72).to_pil().save(picture)
    document.close()
    assert office.done("certificate", "verify", str(picture))["verdict"] == "valid"
    assert office.done("certificate", "verify", str(picture), "--key", str(key))["verdict"] == "valid"


def test_a_voided_voucher_is_told(printed):
    office, number, file, _key = printed
    office.done("voucher", "void", number, "--reason", "x", by=REVIEWER)
    answer = office("certificate", "verify", str(file))
    assert (answer.code, answer.json["verdict"]) == (1, "voided")


def test_a_changed_text_and_another_office_s_paper_are_no_certificates(printed, tmp_path):
    office, _number, file, key = printed
    text = office.done("certificate", "verify", str(file))
    assert text["verdict"] == "valid"
    for wrong in ("SLQ1:ABC", "hello", "SLQ1:"):
        answer = office("certificate", "verify", wrong)
        assert (answer.code, answer.json["verdict"]) == (1, "invalid")
    other = Shell(tmp_path / "other.db")
    other.done("office", "init", "--trial", "--name", "别的厅", "--operator", "甲:preparer")
    answer = other("certificate", "verify", str(file), by="甲")
    assert (answer.code, answer.json["reason"]) == (1, "key")
    other_key = tmp_path / "other.pem"
    other.done("certificate", "key", "--out", str(other_key), by="甲")
    assert office("certificate", "verify", str(file), "--key", str(other_key)).json["verdict"] == "invalid"
    assert key.read_text(encoding="utf-8") != other_key.read_text(encoding="utf-8")


def add_rare(office, uscc):
    rare = "\U00030ede"  # Ext G: in no font we found
    return office("recipient", "add", "--name", f"{rare}科技", "--uscc", uscc, "--kind", "enterprise", "--region",
                  "140100")  # fmt: skip


def test_a_name_that_no_font_has_is_refused_when_it_is_typed(office):
    before = office.done("ledger", "verify")["head"]
    answer = add_rare(office, credit_code(50))
    assert (answer.code, answer.rules) == (2, ["INPUT"])
    message = answer.json["error"]["violations"][0]["message"]
    assert "U+30EDE" in message
    assert "名称" in message
    assert office.done("ledger", "verify")["head"] == before


def test_a_list_with_such_names_is_refused_row_by_row(office, tmp_path):
    lines = ["name,uscc,kind,region_code"]
    lines += [f"{name},{credit_code(60 + place)},enterprise,140100"
              for place, name in enumerate(["甲", "乙\U00030ede", "丙", "丁\U00030edf"])]  # fmt: skip
    (tmp_path / "units.csv").write_text("\n".join(lines), encoding="utf-8")
    answer = office("recipient", "import", str(tmp_path / "units.csv"))
    assert (answer.code, answer.rules) == (2, ["INPUT", "INPUT"])
    messages = [one["message"] for one in answer.json["error"]["violations"]]
    assert "乙\U00030ede" in messages[0]
    assert "丁\U00030edf" in messages[1]


def test_a_character_that_this_machine_has_no_font_for_is_refused_before_a_file_exists(office, tmp_path, monkeypatch):
    uscc = credit_code(50)
    with monkeypatch.context() as elsewhere:  # registered on a machine with a font for it
        elsewhere.setattr(Coverage, "unprintable", lambda _self, _text: None)
        assert add_rare(office, uscc).code == 0
    number = issue(office, "10000", contract="HT-2", recipient=uscc)
    answer = office("certificate", "print", number, "--out", str(tmp_path / "papers"))
    assert (answer.code, answer.rules) == (1, ["GLYPH"])
    message = answer.json["error"]["violations"][0]["message"]
    assert "U+30EDE" in message
    assert "领用单位" in message
    assert not list((tmp_path / "papers").glob("*.pdf"))


def test_one_file_holds_them_all(office, tmp_path):
    numbers = [issue(office, "10000", contract=f"HT-{place}") for place in range(3)]
    words = ("certificate", "print", *numbers, "--out", str(tmp_path), "--one-file")
    files = office.done("--request-id", "once", *words)["files"]
    assert len(files) == 1
    first = Path(files[0]).read_bytes()
    assert office.done("--request-id", "once", *words)["files"] == files, "asked again under the same request"
    refused = office(*words)
    assert (refused.code, refused.rules) == (1, ["PRINT"] * 3)
    assert "再次打印须说明原因" in refused.json["error"]["violations"][0]["message"]
    again = office.done(*words, "--reason", "原件受潮")["files"]
    assert Path(again[0]).name.endswith(".第2次打印.pdf")
    assert Path(files[0]).read_bytes() == first
    for file in (*files, *again):
        assert office.done("certificate", "verify", file)["verdict"] == "valid"


def test_a_key_file_that_cannot_be_written_is_told_before_anything_is_printed(office, tmp_path):
    number, papers = issue(office, "10000", contract="HT-1"), tmp_path / "papers"
    key_id = office.done("certificate", "keys")["keys"][0]["key"]
    papers.mkdir()
    (papers / f"office-key-{key_id}.pem").write_text("somebody's", encoding="utf-8")
    assert office("certificate", "print", number, "--out", str(papers)).code == 2
    assert office.done("print", "list")["prints"] == []
    assert [one.name for one in papers.iterdir()] == [f"office-key-{key_id}.pem"]


def test_a_print_does_not_look_refused_when_only_the_key_file_cannot_be_written(office, tmp_path, monkeypatch):
    number = issue(office, "10000", contract="HT-1")

    def full(_signer, _key, _file):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(OfficeSigner, "export_public_key", full)
    answer = office("certificate", "print", number, "--out", str(tmp_path / "papers"), as_json=False)
    assert answer.code == 0
    assert f"{number}.pdf" in answer.out
    assert "No space left" in answer.out


def test_a_number_that_does_not_exist_prints_nothing(office, tmp_path):
    assert office("certificate", "print", "SX-2026-000009-8", "--out", str(tmp_path / "p")).code in {1, 2}
    assert office("certificate", "print", "nonsense", "--out", str(tmp_path / "p")).code == 2
    assert PROVIDER


def test_a_file_without_a_code_is_told(office, tmp_path):
    (tmp_path / "empty.pdf").write_bytes(b"%PDF-1.4 nothing")
    assert office("certificate", "verify", str(tmp_path / "empty.pdf")).code == 2


def key_file(shell):
    return shell.database.with_name("office.db.signing-key.pem")


def test_a_lost_signing_key_is_told_and_a_new_one_is_made_by_name_and_reason(printed, tmp_path):
    office, number, file, _key = printed
    kept = key_file(office).read_bytes()
    key_file(office).unlink()
    head = office.done("ledger", "verify")["head"]
    for words in (
        ("certificate", "print", number, "--out", str(tmp_path / "again"), "--reason", "旧件遗失"),
        ("certificate", "key", "--out", str(tmp_path / "key.pem")),
    ):
        refused = office(*words)
        assert refused.code == 3
        assert "new-key" in refused.json["error"]["violations"][0]["message"]
    assert not key_file(office).exists()
    assert office.done("ledger", "verify")["head"] == head
    assert not list((tmp_path / "again").glob("*.pdf"))
    assert office.done("certificate", "verify", str(file))["verdict"] == "valid", "checking needs no private key"
    assert office("certificate", "new-key", "--reason", " ").code == 2
    made = office.done("--request-id", "lost", "certificate", "new-key", "--reason", "密钥文件随硬盘损坏")
    assert office.done("--request-id", "lost", "certificate", "new-key", "--reason", "密钥文件随硬盘损坏") == made
    again = office.done("certificate", "print", number, "--out", str(tmp_path / "again"), "--reason", "旧件遗失")
    assert again["key_id"] == made["key_id"]
    for paper in (str(file), again["files"][0]):
        assert office.done("certificate", "verify", paper)["verdict"] == "valid"
    assert office.done("ledger", "verify")["clean"]
    # The old file comes back after all: it is one of the office's own.
    key_file(office).write_bytes(kept)
    back = office.done("certificate", "print", number, "--out", str(tmp_path / "back"), "--reason", "改用旧密钥")
    assert back["key_id"] != made["key_id"]


def test_another_office_s_signing_key_is_refused(printed, tmp_path):
    office, number, _file, _key = printed
    other = Shell(tmp_path / "other.db")
    other.done("office", "init", "--trial", "--name", "别的厅", "--operator", "甲:preparer")
    key_file(office).write_bytes((tmp_path / "other.db.signing-key.pem").read_bytes())
    words = ("certificate", "print", number, "--out", str(tmp_path / "again"), "--reason", "补发")
    refused = office(*words)
    assert refused.code == 3
    assert refused.json["error"]["violations"][0]["allowed"] == "key_unknown"
    made = office.done("certificate", "new-key", "--reason", "误放了别的密钥")
    assert office.done(*words)["key_id"] == made["key_id"]
    kept = [file for file in tmp_path.iterdir() if ".replaced-" in file.name]
    assert len(kept) == 1, "whatever was there is never removed"


def test_an_auditor_makes_no_signing_key(office):
    assert office("certificate", "new-key", "--reason", "x", by="赵审计").rules == ["ROLE"]


@pytest.fixture
def passphrase_file(tmp_path):
    file = tmp_path / "passphrase"
    file.write_text("a passphrase of some length\n", encoding="utf-8")
    file.chmod(0o600)
    return str(file)


def test_a_trial_office_signs_a_paper_with_a_certificate_of_its_own(printed, tmp_path, passphrase_file):
    office, _number, file, _key = printed
    own, signed = tmp_path / "own.p12", tmp_path / "signed.pdf"
    office.done("certificate", "make-identity", "--out", str(own), "--passphrase-file", passphrase_file)
    told = office.done("certificate", "sign", str(file), "--pkcs12", str(own), "--passphrase-file", passphrase_file,
                       "--out", str(signed))  # fmt: skip
    assert told["identity"]["is_self_made"] is True
    assert "不证明" in told["note"]
    assert signed.read_bytes().startswith(file.read_bytes())
    assert office.done("certificate", "verify", str(signed))["verdict"] == "valid"
    again = office("certificate", "sign", str(file), "--pkcs12", str(own), "--passphrase-file", passphrase_file,
                   "--out", str(signed))  # fmt: skip
    assert again.code == 2
    without = office("certificate", "sign", str(file), "--pkcs12", str(own), "--out", str(tmp_path / "other.pdf"))
    assert without.code == 2, "no terminal to ask on"


@pytest.mark.parametrize("name", ["试用办公室", "试用办公室（演示）"])
def test_the_certificate_of_a_trial_office_says_so_once(empty_shell, tmp_path, passphrase_file, name):
    empty_shell.done("office", "init", "--trial", "--name", name, "--operator", "张经办:preparer")
    made = empty_shell.done(
        "certificate", "make-identity", "--out", str(tmp_path / "own.p12"), "--passphrase-file", passphrase_file
    )
    assert "试用办公室（演示）" in str(made)
    assert str(made).count("（演示）") == str(made).count("试用办公室")


def test_a_short_passphrase_makes_no_certificate(office, tmp_path):
    file = tmp_path / "short"
    file.write_text("short", encoding="utf-8")
    file.chmod(0o600)
    answer = office("certificate", "make-identity", "--out", str(tmp_path / "own.p12"), "--passphrase-file", str(file))
    assert answer.code == 2
    assert not (tmp_path / "own.p12").exists()
