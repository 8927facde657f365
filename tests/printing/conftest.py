"""Real fonts, a real key and the real layout; only the facts are made up."""

from __future__ import annotations

import dataclasses
from datetime import date
from pathlib import Path

import pytest

from voucher_app.domain.money import Money
from voucher_app.domain.numbering import VoucherNumber
from voucher_app.printing.certificate import PdfCertificatePrinter
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
