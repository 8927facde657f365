"""What files of invoices say: read strictly, one invoice each, and held against the claim."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from voucher_app.domain.errors import InvalidInput, Weight
from voucher_app.domain.invoice import Invoice
from voucher_app.domain.invoice_file import (
    InvoiceSource,
    ReadInvoice,
    amount_in_file,
    check_files,
    check_parties,
    check_sums,
    day_in_file,
    looks_like_qr,
    parse_qr,
    read_told,
)
from voucher_app.domain.money import Money
from voucher_app.domain.parties import Organisation

NUMBER = "26142000000000000017"
RECIPIENT = Organisation(id=1, name="演示甲（山西）公司", uscc="91140100MA0CMJRAM0", region_code="140100")
PROVIDER = Organisation(id=2, name="演示算力中心", uscc="91350100M000100Y43", region_code="140100")
READ = ReadInvoice(InvoiceSource.XML, NUMBER, date(2026, 3, 5), Money.yuan(106), Money.yuan(100), Money.yuan(6))
INVOICE = Invoice(NUMBER, Money.yuan(106), date(2026, 3, 5))
TOLD = {"source": "xml", "number": NUMBER, "day": "2026-03-05", "total": "106.00"}
QR = f"01,32,,{NUMBER},106.00,20260305,,A6A1"


@pytest.mark.parametrize(
    ("text", "fen"),
    [
        ("¥1,234.50", 123_450), ("￥ 106.00", 10_600), ("-100.00", -10_000), ("200000.0000", 20_000_000), ("1元", 100),
        ("", None), ("1.2", 120),
    ],
)  # fmt: skip
def test_amounts_are_read_as_files_write_them(text, fen):
    assert amount_in_file(text) == (None if fen is None else Money(fen))


@pytest.mark.parametrize("text", ["1e9", "1.005", "壹佰", "1,23", "--1", "12345678901234"])
def test_an_amount_that_is_none_is_refused_and_never_rounded(text):
    with pytest.raises(InvalidInput) as refused:
        amount_in_file(text)
    assert refused.value.code == "invoice_file_amount"


@pytest.mark.parametrize(
    "text", ["2026-03-05", "20260305", "2026年03月05日", "2026/3/5", "2026-03-05 10:20:30", "2026-03-05T10:20:30Z"]
)
def test_days_are_read_as_files_write_them(text):
    assert day_in_file(text) == date(2026, 3, 5)


@pytest.mark.parametrize("text", ["2026-02-30", "2026-13-01", "05.03.2026", "2026", "2026031"])
def test_a_day_that_is_none_is_refused(text):
    with pytest.raises(InvalidInput) as refused:
        day_in_file(text)
    assert refused.value.code == "invoice_file_day"
    assert day_in_file(" ") is None


def test_the_qr_text_says_number_amount_and_day():
    for text in (QR, QR.replace(",", "，"), QR.replace("32", "31"), f" {QR}, "):
        read = parse_qr(text)
        assert (read.key, read.total, read.invoiced_on) == (NUMBER, Money.yuan(106), date(2026, 3, 5))
    older = parse_qr("01,10,014002100111,00000017,100.00,20210305,12345678901234567890,F4A2,")
    assert (older.key, older.total, older.without_tax) == ("014002100111-00000017", None, Money.yuan(100))


def test_what_is_no_qr_text_is_refused():
    assert not looks_like_qr(NUMBER)
    assert looks_like_qr(QR)
    for text in (NUMBER, "SLQ1:ABC", "02,32,,1,2,3"):
        with pytest.raises(InvalidInput) as refused:
            parse_qr(text)
        assert refused.value.code == "invoice_file_code"


def refusal(**changes):
    with pytest.raises(InvalidInput) as refused:
        read_told(TOLD | changes)
    return refused.value.code


def test_a_file_is_one_blue_invoice_that_contradicts_itself_nowhere():
    assert refusal(number="", qr=[]) == "invoice_file_not_invoice"
    assert refusal(number="") == "invoice_file_not_invoice"
    assert refusal(qr=[QR, QR.replace("017", "018")]) == "invoice_file_several"
    assert refusal(qr=[QR.replace("106.00", "206.00")]) == "invoice_file_contradicts"
    assert refusal(qr=[QR.replace("017", "018")]) == "invoice_file_contradicts"
    assert refusal(qr=[QR.replace("20260305", "20260306")]) == "invoice_file_contradicts"
    assert refusal(total="-106.00") == "invoice_file_red"
    assert refusal(number="123") == "invoice"


def test_what_one_place_leaves_out_another_one_says():
    by_code = read_told({"source": "qr", "qr": [QR, "01,"], "codes": [RECIPIENT.uscc, "NONE"]})
    assert (by_code.key, by_code.codes) == (NUMBER, (RECIPIENT.uscc,))
    both = read_told(TOLD | {"total": "", "day": "", "qr": [QR]})
    assert (both.total, both.invoiced_on) == (Money.yuan(106), date(2026, 3, 5))
    summed = read_told(TOLD | {"total": "", "without_tax": "100.00", "tax": "6.00"})
    assert summed.total == Money.yuan(106)
    older = read_told(TOLD | {"number": "0000 0017", "code": "014002100111", "items": [{"name": "算力\n服务"}, 7]})
    assert older.key == "014002100111-00000017"
    assert [one.name for one in older.items] == ["算力 服务"]


def codes(found):
    return [(one.code, one.weight) for one in found]


def test_buyer_and_seller_are_the_recipient_and_the_provider_by_code_else_by_name():
    def against(**changes):
        return codes(check_parties(replace(READ, **changes), recipient=RECIPIENT, provider=PROVIDER))

    buyer, seller = ("file_names_other_buyer", Weight.REASON), ("file_names_other_seller", Weight.REASON)
    assert against() == []
    assert against(buyer_code=RECIPIENT.uscc, seller_code=PROVIDER.uscc) == []
    assert against(buyer_code=PROVIDER.uscc, buyer_name=RECIPIENT.name) == [buyer]
    assert against(buyer_name="演示甲(山西)公司", seller_name="演示丙") == [seller]
    assert against(codes=(RECIPIENT.uscc, PROVIDER.uscc)) == []
    assert against(codes=(PROVIDER.uscc,)) == [buyer]


def test_what_a_file_says_adds_up():
    assert check_sums(READ) == []
    assert check_sums(replace(READ, tax=None)) == []
    assert codes(check_sums(replace(READ, tax=Money.yuan(7)))) == [("file_sum_differs", Weight.REASON)]


def test_a_claim_says_what_its_files_say_and_never_more():
    def against(*reads, invoice=INVOICE):
        return codes(check_files([invoice], reads, recipient=RECIPIENT, provider=PROVIDER))

    assert against(READ) == []
    assert against(replace(READ, total=None, invoiced_on=None)) == []
    assert against(READ, READ) == [("file_twice", Weight.BLOCK)]
    assert against(replace(READ, key="9" * 20)) == [("file_of_other_invoice", Weight.BLOCK)]
    more = replace(INVOICE, amount=Money(10_601))
    less = replace(INVOICE, amount=Money(10_599), invoiced_on=date(2026, 3, 6))
    assert against(READ, invoice=more) == [("file_amount_exceeded", Weight.BLOCK)]
    assert against(READ, invoice=less) == [("file_day_differs", Weight.REASON), ("file_amount_differs", Weight.NOTE)]
