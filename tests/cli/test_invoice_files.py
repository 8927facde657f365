"""Invoices by command: read, told beside the records, claimed on with the originals kept; hostile files refused."""

from __future__ import annotations

import hashlib

import pytest

from tests.cli.conftest import PROVIDER, RECIPIENT, REVIEWER, issue
from tests.hostile_invoices import HOSTILE
from tests.invoices_made import Made, ofd, pdf, png, xml

ON = "2026-03-10"
ONE = Made(buyer="太原𬭎䶮人工智能有限公司", buyer_code=RECIPIENT, seller="国家超级计算太原中心", seller_code=PROVIDER)


def kept(folder, name, content):
    file = folder / name
    file.write_bytes(content)
    return str(file)


def said_in(answer):
    (one,) = answer.json["error"]["violations"]
    return one["message"]


def claim(shell, number, *words, amount="10000.00", on=ON):
    return shell("redemption", "claim", "--voucher", number, "--amount", amount, *words, on=on)


@pytest.fixture
def voucher(office):
    return issue(office, "100000.00", contract="HT-1")


def test_a_claim_is_filled_by_the_invoices_files_and_keeps_them_with_their_hash(office, voucher, tmp_path):
    first = kept(tmp_path, "a.xml", xml(ONE))
    other = Made(**{**ONE.__dict__, "number": "26142000000000000018", "total": "106000.00", "without_tax": "100000.00",
                    "tax": "6000.00"})  # fmt: skip
    packed_other = ofd(other)
    second = kept(tmp_path, "b.ofd", packed_other)
    made = claim(office, voucher, "--invoice-file", first, "--invoice-file", second)
    assert made.code == 0, made.out
    shown = office.done("redemption", "show", str(made.json["id"]))
    assert [(one["key"], one["amount_fen"], one["invoiced_on"]) for one in shown["invoices"]] == [
        (ONE.number, 21_200_000, "2026-03-05"),
        (other.number, 10_600_000, "2026-03-05"),
    ]
    assert [(one["file_name"], one["kind"], one["sha256"]) for one in shown["attachments"]] == [
        ("a.xml", "invoice", hashlib.sha256(xml(ONE)).hexdigest()),
        ("b.ofd", "invoice", hashlib.sha256(packed_other).hexdigest()),
    ]
    assert office.done("attachment", "verify")["clean"]
    assert office.done("ledger", "verify", on=ON)["findings"] == []
    again = office.done("redemption", "read-invoice", first)
    assert [one["rule"] for one in again["against"]] == ["R9"]
    assert f"第 {made.json['id']} 号兑付" in again["against"][0]["message"]


def test_what_the_command_tells_wins_and_the_difference_is_refused_or_told(office, voucher, tmp_path):
    file = kept(tmp_path, "a.xml", xml(ONE))
    over = claim(office, voucher, "--invoice-file", file, "--invoice-amount", "212000.01")
    assert (over.code, over.rules) == (1, ["INVOICE"])
    other_day = claim(office, voucher, "--invoice-file", file, "--invoiced-on", "2026-03-04")
    assert (other_day.code, other_day.rules) == (1, ["INVOICE"])
    other_number = claim(office, voucher, "--invoice", "26142000000000000099", "--invoice-amount", "1000.00",
                         "--invoiced-on", "2026-03-05", "--invoice-file", file)  # fmt: skip
    assert other_number.code == 0, "a second invoice then, of which the file tells all"
    shown = office.done("redemption", "show", str(other_number.json["id"]))
    assert [one["key"] for one in shown["invoices"]] == ["26142000000000000099", ONE.number]
    office.done("redemption", "refuse", str(other_number.json["id"]), "--reason", "误报", by=REVIEWER, on=ON)
    less = claim(office, voucher, "--invoice-file", file, "--invoice-amount", "200000.00",
                 "--invoiced-on", "2026-03-04", "--reason", "发票日期以票面为准")  # fmt: skip
    assert less.code == 0, less.out
    assert less.json["invoice"]["amount_fen"] == 20_000_000


def test_an_invoice_of_another_buyer_or_seller_needs_a_written_reason(office, voucher, tmp_path):
    foreign = Made(buyer_code=RECIPIENT, buyer=ONE.buyer, seller="演示丙公司", seller_code=RECIPIENT)
    file = kept(tmp_path, "a.xml", xml(foreign))
    refused = claim(office, voucher, "--invoice-file", file)
    assert refused.code == 1
    (said,) = refused.json["error"]["violations"]
    assert "演示丙公司" in said["message"]
    assert PROVIDER in said["message"]
    told = office.done("redemption", "read-invoice", file, "--voucher", voucher)
    assert [one["weight"] for one in told["against"]] == ["reason"]
    assert told["checked_online"] is False
    in_pdf = kept(tmp_path, "c.pdf", pdf(Made(buyer_code="91350100M000100Y43", seller_code=PROVIDER)))
    against = office.done("redemption", "read-invoice", in_pdf, "--voucher", voucher)["against"]
    assert [("购买方" in one["message"], "销售方" in one["message"]) for one in against] == [(True, False)]


def test_a_scanners_text_is_read(office, voucher):
    read = office.done("redemption", "read-invoice", "--qr", ONE.qr)
    assert (read["key"], read["total_fen"], read["invoiced_on"]) == (ONE.number, 21_200_000, "2026-03-05")
    neither = office("redemption", "read-invoice")
    assert neither.code == 2
    missing = claim(office, voucher)
    assert missing.code == 2
    assert "--invoice-file" in said_in(missing)


def test_every_form_says_the_same(office, tmp_path):
    files = {
        "a.xml": xml(ONE), "tags.ofd": ofd(ONE), "head.ofd": ofd(ONE, kind="head"), "a.pdf": pdf(ONE),
        "scan.pdf": pdf(ONE, head=False), "a.png": png(ONE.qr),
    }  # fmt: skip
    for name, content in files.items():
        read = office.done("redemption", "read-invoice", kept(tmp_path, name, content))
        assert (read["key"], read["total_fen"], read["invoiced_on"]) == (ONE.number, 21_200_000, "2026-03-05"), name
        assert read["sha256"] == hashlib.sha256(content).hexdigest()
    older = office.done("redemption", "read-invoice", kept(tmp_path, "b.ofd", ofd(ONE, kind="attachment")))
    assert older["key"] == "014002100111-00000017"
    assert [(one["name"], one["tax_fen"]) for one in older["items"]] == [("*信息技术服务*算力", 1_200_000)]


def test_every_hostile_file_is_refused_in_chinese_for_what_it_is_and_none_by_time_running_out(office, tmp_path):
    for name, (content, word) in HOSTILE.items():
        file = kept(tmp_path, name, content)
        answer = office("redemption", "read-invoice", file)
        assert answer.code == 2, (name, answer.out)
        said = said_in(answer)
        assert word in said, (name, said)
    large = kept(tmp_path, "large.xml", b"<a>" + b" " * (20 * 1024 * 1024))
    assert "过大" in said_in(office("redemption", "read-invoice", large))
    link = tmp_path / "link.xml"
    link.symlink_to(tmp_path / "several.xml")
    assert "链接" in said_in(office("redemption", "read-invoice", str(link)))


def test_an_original_that_changed_after_it_was_read_is_refused(office, voucher, tmp_path, monkeypatch):
    from voucher_app.services import invoice_file

    file = tmp_path / "a.xml"
    file.write_bytes(xml(ONE))
    whole = invoice_file.read_file

    def swapped(workspace, path):
        read = whole(workspace, path)
        path.write_bytes(xml(Made(number="26142000000000000022")))
        return read

    monkeypatch.setattr("voucher_app.cli.invoices.invoice_file.read_file", swapped)
    answer = claim(office, voucher, "--invoice-file", str(file))
    assert answer.code == 3, answer.out
    assert office.done("redemption", "list")["redemptions"] == []
