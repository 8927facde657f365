"""The child that reads invoices: whatever a byte is turned into, it says an invoice or refuses; limits end it."""

from __future__ import annotations

import json
import random
from dataclasses import asdict, replace

import pytest

from tests.invoices_made import Made, ofd, pdf, png, xml
from voucher_app.domain.errors import InvalidInput
from voucher_app.domain.invoice_file import read_told
from voucher_app.exchange.child_parts import Refused
from voucher_app.exchange.invoice_child import read
from voucher_app.exchange.invoice_files import InvoiceReader
from voucher_app.services.ports.tables import LIMITS

GIVEN = {"limits": asdict(LIMITS), "packages": []}
FLIPS = 200


def flipped(content, chance):
    changed = bytearray(content)
    for _time in range(chance.randint(1, 3)):
        changed[chance.randrange(len(changed))] = chance.randrange(256)
    return bytes(changed[: chance.randint(len(changed) // 2, len(changed))] if chance.random() < 0.1 else changed)


@pytest.mark.parametrize(
    "content", [xml(Made()), ofd(Made()), ofd(Made(), kind="attachment")], ids=["xml", "ofd", "old"]
)
def test_a_changed_file_is_an_invoice_or_is_refused_and_never_ends_the_reader(content, capsys):
    chance = random.Random(20260305)
    refused = 0
    for _time in range(FLIPS):
        try:
            read(flipped(content, chance), GIVEN)
        except Refused:
            refused += 1
            continue
        told = json.loads(capsys.readouterr().out)
        try:
            read_told(told)
        except InvalidInput:
            refused += 1
    assert 0 < refused < FLIPS


def test_time_and_memory_end_the_child_and_not_the_program(tmp_path):
    file = tmp_path / "a.xml"
    file.write_bytes(xml(Made()))
    for limits, code in (
        (replace(LIMITS, seconds=0.0), "invoice_file_time"),
        (replace(LIMITS, characters=10), "invoice_file_long"),
    ):
        with pytest.raises(InvalidInput) as refused:
            InvoiceReader(limits).read(file)
        assert refused.value.code == code
    wide = tmp_path / "a.pdf"
    wide.write_bytes(pdf(Made()))
    with pytest.raises(InvalidInput) as refused:
        InvoiceReader(replace(LIMITS, memory_bytes=32 * 1024 * 1024)).read(wide)
    assert refused.value.code in {"invoice_file_memory", "invoice_file_died"}


def test_pictures_and_pages_are_read_within_the_limits(tmp_path):
    for name, content in (("a.png", png(Made().qr)), ("a.pdf", pdf(Made()))):
        file = tmp_path / name
        file.write_bytes(content)
        _sha256, told = InvoiceReader().read(file)
        assert read_told(told).key == Made().number


def test_what_the_child_refuses_is_told_by_its_name_here(tmp_path):
    """More items than a person looks at, more than it may unpack to, and more than there is memory for."""
    item = b"<IssuItemInformation><ItemName>x</ItemName></IssuItemInformation>"
    fat = xml(Made()).replace(b"</EInvoiceData>", b"<Remark>" + b"x" * 15_000_000 + b"</Remark></EInvoiceData>")
    for content, limits, code in (
        (xml(Made()).replace(b"</EInvoiceData>", item * 600 + b"</EInvoiceData>"), LIMITS, "invoice_file_items"),
        (ofd(Made()), replace(LIMITS, unpacked_bytes=500), "invoice_file_unpacked"),
        (fat, replace(LIMITS, memory_bytes=40 * 1024 * 1024), "invoice_file_memory"),
        (fat, LIMITS, "invoice_file_long"),
    ):
        with pytest.raises(InvalidInput) as refused:
            InvoiceReader(limits).read_bytes(content, name="a")
        assert refused.value.code == code
