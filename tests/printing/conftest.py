"""Real fonts, a real key and the real layout; only the facts are made up."""

from __future__ import annotations

import dataclasses
import re
from datetime import date
from pathlib import Path

import pypdfium2
import pytest

from voucher_app.domain.money import Money
from voucher_app.domain.numbering import VoucherNumber
from voucher_app.printing.certificate import PdfCertificatePrinter
from voucher_app.printing.documents import PdfDocumentPrinter
from voucher_app.printing.signing import OfficeSigner
from voucher_app.services.papers import CertificateFacts, Token

RESOURCES = Path(__file__).resolve().parents[2] / "resources"


@pytest.fixture(scope="session")
def resources():
    return RESOURCES


@pytest.fixture(scope="session")
def printer():
    return PdfCertificatePrinter(RESOURCES)


@pytest.fixture(scope="session")
def signer(tmp_path_factory):
    made = OfficeSigner(tmp_path_factory.mktemp("keys") / "office.pem")
    made.make_key()
    return made


@pytest.fixture(scope="session")
def token():
    return Token(
        number="SX-2026-000123-6",
        uscc="91140100MA0CMJRAM0",
        face_fen=100_000_000,
        use_by=date(2027, 2, 3),
        redeem_by=date(2027, 5, 4),
        journal_seq=4_711,
        chain_head=bytes(range(16)),
    )


@pytest.fixture(scope="session")
def make_facts(signer, token):
    def make(sequence=123, **changes):
        number = str(VoucherNumber(2026, sequence))
        qr_text = signer.sign(dataclasses.replace(token, number=number))
        facts = CertificateFacts(
            number=number,
            year=2026,
            sequence=sequence,
            office_name="山西省工业和信息化厅",
            recipient_name="太原市犇犇垚鑫人工智能有限公司",
            recipient_uscc="91140100MA0CMJRAM0",
            face=Money.yuan(1_000_000),
            provider_name="中国移动(山西太原)智算中心",
            contract_number="SXYD-ZS-2026-0117",
            document_number="晋算券〔2026〕3号",
            policy_title="山西省算力券实施细则（2026年第一批）",
            scope="山西省智能算力资源及配套服务",
            support="实际结算费用的20%，单位年度上限100万元",
            issued_on=date(2026, 2, 3),
            use_by=date(2027, 2, 3),
            redeem_by=date(2027, 5, 4),
            prepared_by="张经办",
            reviewed_by="李复核",
            qr_text=qr_text,
            check_code=signer.check_code(qr_text),
            is_trial=False,
        )
        return dataclasses.replace(facts, **changes)

    return make


@pytest.fixture(scope="session")
def documents():
    return PdfDocumentPrinter(RESOURCES)


@dataclasses.dataclass(frozen=True)
class Glyph:
    """One character on a page as an independent reader finds it: its ink, in points from the bottom left."""

    text: str
    left: float
    bottom: float
    right: float
    top: float


@pytest.fixture(scope="session")
def glyphs_of():
    """Every character with ink on every page of a PDF."""

    def read(content, most=7):
        """Read the first, the middle and the last pages of a long document."""
        pages = {}
        with pypdfium2.PdfDocument(content) as document:
            count = len(document)
            wanted = range(count) if count <= most else [0, 1, 2, count // 2, count - 3, count - 2, count - 1]
            for number in wanted:
                page = document[number]
                textpage = page.get_textpage()
                found = []
                for index in range(textpage.count_chars()):
                    left, bottom, right, top = textpage.get_charbox(index)
                    code = pypdfium2.raw.FPDFText_GetUnicode(textpage, index)
                    is_half = 0xDC00 <= code < 0xE000  # of a character above U+FFFF, told twice
                    if right - left > 0.01 and top - bottom > 0.01 and not chr(code).isspace() and not is_half:
                        found.append(Glyph(chr(code), left, bottom, right, top))
                pages[number] = found
                textpage.close()
                page.close()
        return pages

    return read


@pytest.fixture(scope="session")
def text_of_pages():
    """The text of each page, without white space."""

    def read(content):
        texts = []
        with pypdfium2.PdfDocument(content) as document:
            for page in document:
                textpage = page.get_textpage()
                texts.append(re.sub(r"\s", "", textpage.get_text_range()))
                textpage.close()
                page.close()
        return texts

    return read
