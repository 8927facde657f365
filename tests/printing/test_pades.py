"""Signatures in PDF files, judged by other programs: poppler's pdfsig, and pyHanko's validator in another process."""

from __future__ import annotations

import contextlib
import json
import random
import re
import shutil
import stat
import subprocess
import sys
from datetime import UTC, datetime, timedelta

import pypdf
import pypdfium2
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import pkcs12
from cryptography.x509.oid import NameOID

from voucher_app.domain.errors import InvalidInput, RulesViolated
from voucher_app.i18n import CHINESE, speaking
from voucher_app.printing.pades import PadesSigner
from voucher_app.printing.reading import QrReader
from voucher_app.services import signature
from voucher_app.services.ports.errors import StorageError
from voucher_app.services.wording.rules import sentence
from voucher_app.services.workspace import OFFICE_ZONE

PASSPHRASE = "口令 of twelve"  # noqa: S105 - of keys made for a test
OFFICE = "山西省工业和信息化厅（演示）"

JUDGE = """
import json, logging, sys
from io import BytesIO
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko_certvalidator import ValidationContext
from pyhanko.keys import load_cert_from_pemder

logging.disable()
context = ValidationContext(trust_roots=[load_cert_from_pemder(sys.argv[2])], allow_fetching=False)
content = open(sys.argv[1], "rb").read()
found = []
for place in [None, *map(int, sys.argv[3:])]:
    changed = bytearray(content)
    if place is not None:
        changed[place] ^= 1
    try:
        reader = PdfFileReader(BytesIO(bytes(changed)))
        told = [validate_pdf_signature(one, signer_validation_context=context) for one in reader.embedded_signatures]
        found.append(bool(told) and all(one.bottom_line for one in told))
    except Exception as error:
        found.append(False)
print(json.dumps(found))
"""


@pytest.fixture(scope="module")
def pades(resources):
    return PadesSigner(resources / "fonts")


@pytest.fixture(scope="module")
def own(pades, tmp_path_factory):
    """The trial certificate that an office made itself."""
    file = tmp_path_factory.mktemp("identity") / "office.p12"
    pades.make_identity(OFFICE, file=file, passphrase=PASSPHRASE)
    return file


@pytest.fixture
def paper(printer, make_facts, tmp_path):
    return printer.print_together([make_facts(1), make_facts(2)], tmp_path / "paper.pdf")


def sign(pades, paper, own, out, **changes):
    told = {"file": paper, "pkcs12": own, "passphrase": PASSPHRASE, "out": out, "now": datetime.now(UTC)}
    return signature.sign_pdf(pades, **(told | changes))


def certificate_of(own, folder):
    _key, certificate, _others = pkcs12.load_key_and_certificates(own.read_bytes(), PASSPHRASE.encode())
    (folder / "trusted.pem").write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    return folder / "trusted.pem"


def judged(file, trusted, places=()):
    run = subprocess.run(
        [sys.executable, "-c", JUDGE, file, trusted, *map(str, places)], capture_output=True, text=True, check=True
    )
    return json.loads(run.stdout)


def brought(folder, *, days=30, key_size=2048):
    """A certificate such as an authority issues: another one vouches for the name."""
    key, issuer_key = (rsa.generate_private_key(public_exponent=65537, key_size=key_size) for _ in range(2))
    name, issuer = (x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, said)]) for said in ("某单位", "某认证机构"))
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(4711)
        .not_valid_before(now - timedelta(days=60))
        .not_valid_after(now + timedelta(days=days))
        .sign(issuer_key, hashes.SHA256())
    )
    lock = serialization.BestAvailableEncryption(PASSPHRASE.encode())
    file = folder / "brought.p12"
    file.write_bytes(pkcs12.serialize_key_and_certificates(b"unit", key, certificate, None, lock))
    return file


@pytest.mark.skipif(not shutil.which("pdfsig"), reason="poppler-utils is not installed")
def test_poppler_finds_the_signature_valid_and_over_the_whole_file(pades, paper, own, tmp_path):
    sign(pades, paper, own, tmp_path / "signed.pdf")
    said = subprocess.run(["pdfsig", tmp_path / "signed.pdf"], capture_output=True, text=True, check=False).stdout
    assert "Signature is Valid." in said
    assert "Total document signed" in said
    assert "ETSI.CAdES.detached" in said
    assert OFFICE in said


@pytest.mark.skipif(not shutil.which("pdfsig"), reason="poppler-utils is not installed")
def test_poppler_sees_one_changed_byte(pades, paper, own, tmp_path):
    sign(pades, paper, own, tmp_path / "signed.pdf")
    content = bytearray((tmp_path / "signed.pdf").read_bytes())
    content[200] ^= 1  # inside of a compressed shape
    (tmp_path / "signed.pdf").write_bytes(content)
    said = subprocess.run(["pdfsig", tmp_path / "signed.pdf"], capture_output=True, text=True, check=False).stdout
    assert "Signature is Valid." not in said


def test_another_process_trusts_it_and_no_changed_byte(pades, paper, own, tmp_path):
    sign(pades, paper, own, tmp_path / "signed.pdf")
    content = (tmp_path / "signed.pdf").read_bytes()
    ranges = [int(number) for number in re.search(rb"/ByteRange ?\[([\d ]+)\]", content)[1].split()]
    covered = [*range(ranges[1]), *range(ranges[2], ranges[2] + ranges[3])]
    assert len(covered) > 0.9 * len(content)
    assert ranges[2] + ranges[3] == len(content), "nothing but the signature itself is left out"
    places = random.Random(9).sample(covered, 100)
    untouched, *changed = judged(tmp_path / "signed.pdf", certificate_of(own, tmp_path), places)
    assert untouched
    assert not any(changed)


def test_a_second_signature_leaves_the_first_one_good(pades, paper, own, tmp_path):
    sign(pades, paper, own, tmp_path / "once.pdf")
    sign(pades, tmp_path / "once.pdf", own, tmp_path / "twice.pdf")
    assert judged(tmp_path / "twice.pdf", certificate_of(own, tmp_path)) == [True]
    fields = pypdf.PdfReader(tmp_path / "twice.pdf").get_fields()
    assert sorted(fields) == ["Signature1", "Signature2"]
    assert (tmp_path / "twice.pdf").read_bytes().startswith((tmp_path / "once.pdf").read_bytes())


def test_the_page_says_what_the_signature_proves_and_what_not(pades, paper, own, tmp_path):
    identity = sign(pades, paper, own, tmp_path / "signed.pdf")
    with speaking(CHINESE):
        note = signature.note_of(identity, now=datetime.now(UTC))
    assert identity.is_self_made
    for words in ("可证明签名后内容未被改动", "不证明所载内容属实", "也不代替公章", "不证明签署者身份"):
        assert words in note
    with pypdfium2.PdfDocument(tmp_path / "signed.pdf") as document:
        document.init_forms()
        page = document[0]
        picture = page.render(scale=3, may_draw_forms=True, grayscale=True).to_pil()
        page.close()
    foot = picture.crop((0, int(picture.height * (202.5 / 210)), picture.width, picture.height))
    assert foot.point(lambda grey: 255 if grey < 200 else 0).getbbox() is not None, "the line is drawn below the border"
    value = pypdf.PdfReader(tmp_path / "signed.pdf").get_fields()["Signature1"]["/V"]
    assert value["/Reason"] == note


def test_what_was_printed_is_still_read_from_a_signed_file(pades, paper, own, make_facts, tmp_path):
    sign(pades, paper, own, tmp_path / "signed.pdf")
    assert QrReader().qr_text(tmp_path / "signed.pdf") == [make_facts(1).qr_text, make_facts(2).qr_text]


def test_a_certificate_that_the_office_brings_is_named_and_nothing_is_said_of_trials(pades, paper, tmp_path):
    identity = sign(pades, paper, brought(tmp_path), tmp_path / "signed.pdf")
    assert (identity.name, identity.issuer, identity.serial) == ("某单位", "某认证机构", f"{4711:X}")
    assert not identity.is_self_made
    value = pypdf.PdfReader(tmp_path / "signed.pdf").get_fields()["Signature1"]["/V"]
    assert "自制" not in value["/Reason"]
    assert "某单位" in value["/Reason"]


def test_a_certificate_that_has_ended_signs_nothing(pades, paper, tmp_path):
    with pytest.raises(InvalidInput) as caught:
        sign(pades, paper, brought(tmp_path, days=-1), tmp_path / "signed.pdf")
    assert caught.value.code == "certificate_term"
    assert not (tmp_path / "signed.pdf").exists()


def test_a_certificate_signs_from_its_first_second_to_its_last_and_says_its_days_here(pades, paper, tmp_path):
    file = brought(tmp_path)
    identity = pades.identity(file, PASSPHRASE)
    second = timedelta(seconds=1)
    for place, now in enumerate((identity.valid_from, identity.valid_until)):
        assert sign(pades, paper, file, tmp_path / f"{place}.pdf", now=now) == identity
        assert (tmp_path / f"{place}.pdf").exists()
    for now in (identity.valid_from - second, identity.valid_until + second):
        with pytest.raises(InvalidInput) as caught:
            sign(pades, paper, file, tmp_path / "never.pdf", now=now)
        days = [at.astimezone(OFFICE_ZONE).date().isoformat() for at in (identity.valid_from, identity.valid_until)]
        assert [caught.value.facts["first"], caught.value.facts["last"]] == days
    assert not (tmp_path / "never.pdf").exists()
    late = datetime(2026, 3, 5, 16, 0, tzinfo=UTC)
    assert "2026-03-06" in signature.note_of(identity, now=late), "the office's day, not Greenwich's"


def test_only_a_trial_office_vouches_for_itself(desk, pades, tmp_path):
    file = tmp_path / "own.p12"
    assert "演示" in signature.make_trial_identity(desk.workspace, pades, file=file, passphrase=PASSPHRASE).name
    desk.in_earnest()
    with pytest.raises(RulesViolated) as caught:
        signature.make_trial_identity(desk.workspace, pades, file=tmp_path / "other.p12", passphrase=PASSPHRASE)
    (violation,) = caught.value.violations
    office = desk.queries.office().name
    assert (violation.rule, violation.code) == ("TRIAL", "identity_only_in_trial")
    assert (violation.found, violation.subject) == (office, office)
    assert office in sentence(violation)
    assert not (tmp_path / "other.p12").exists()


def test_where_the_signed_file_or_the_key_cannot_be_written_its_name_is_told(desk, pades, paper, own, tmp_path):
    (tmp_path / "file").write_bytes(b"")
    nowhere = tmp_path / "file" / "signed.pdf"
    with pytest.raises(StorageError) as caught:
        sign(pades, paper, own, nowhere)
    assert (caught.value.code, caught.value.path) == ("output", str(nowhere))
    with pytest.raises(StorageError) as caught:
        signature.make_trial_identity(desk.workspace, pades, file=nowhere, passphrase=PASSPHRASE)
    assert (caught.value.code, caught.value.path) == ("output", str(nowhere))
    with pytest.raises(InvalidInput):
        signature.make_trial_identity(desk.workspace, pades, file=tmp_path / "short.p12", passphrase="short")
    assert not (tmp_path / "short.p12").exists()


@pytest.mark.parametrize("passphrase", ["", "wrong", "口令"])
def test_a_wrong_passphrase_signs_nothing_and_is_not_told(pades, paper, own, tmp_path, passphrase):
    with pytest.raises(InvalidInput) as caught:
        sign(pades, paper, own, tmp_path / "signed.pdf", passphrase=passphrase)
    assert caught.value.code == "pkcs12"
    assert "口令" not in str(caught.value)
    assert not (tmp_path / "signed.pdf").exists()


def test_a_file_that_is_no_pkcs12_is_named(pades, paper, tmp_path):
    for content in (b"", b"hello", b"-----BEGIN CERTIFICATE-----", paper.read_bytes()):
        (tmp_path / "any.p12").write_bytes(content)
        with pytest.raises(InvalidInput) as caught:
            sign(pades, paper, tmp_path / "any.p12", tmp_path / "signed.pdf")
        assert (caught.value.code, caught.value.found) == ("pkcs12", "any.p12")


def test_a_damaged_pdf_is_signed_as_it_is_or_refused_and_never_breaks_the_program(pades, paper, own, tmp_path):
    content = paper.read_bytes()
    chosen = random.Random(3)
    damaged = [b"", b"hello", b"%PDF-1.4\n", content[: len(content) // 2]]
    damaged += [content[:at] + bytes([chosen.randrange(256)]) + content[at + 1 :]
                for at in chosen.sample(range(len(content)), 30)]  # fmt: skip
    refused = 0
    for place, one in enumerate(damaged):
        (tmp_path / "damaged.pdf").write_bytes(one)
        out = tmp_path / f"signed-{place}.pdf"
        with contextlib.suppress(InvalidInput):
            sign(pades, tmp_path / "damaged.pdf", own, out)
        refused += not out.exists()
    assert 4 <= refused < len(damaged)


def test_an_encrypted_pdf_is_refused(pades, paper, own, tmp_path):
    writer = pypdf.PdfWriter(clone_from=paper)
    writer.encrypt("", "owner", algorithm="AES-256")
    writer.write(tmp_path / "locked.pdf")
    with pytest.raises(InvalidInput) as caught:
        sign(pades, tmp_path / "locked.pdf", own, tmp_path / "signed.pdf")
    assert caught.value.code == "pdf"


def test_no_file_is_overwritten_and_a_missing_one_is_named(pades, paper, own, tmp_path):
    before = own.read_bytes()
    with pytest.raises(StorageError) as caught:
        sign(pades, paper, own, paper)
    assert caught.value.code == "exists"
    with pytest.raises(StorageError) as caught:
        pades.make_identity(OFFICE, file=own, passphrase=PASSPHRASE)
    assert caught.value.code == "exists"
    assert own.read_bytes() == before
    with pytest.raises(StorageError) as caught:
        sign(pades, tmp_path / "missing.pdf", own, tmp_path / "signed.pdf")
    assert caught.value.code == "missing_file"


def test_the_key_file_is_its_owner_s_alone(own):
    assert stat.S_IMODE(own.stat().st_mode) == 0o600


def test_a_long_name_still_gets_a_certificate(pades, tmp_path):
    identity = pades.make_identity("长" * 120, file=tmp_path / "long.p12", passphrase=PASSPHRASE)
    assert identity.name == "长" * 63 + "…"


def test_signing_is_loaded_by_the_first_signature_only():
    program = (
        "import sys, voucher_app.app, voucher_app.printing.pades, voucher_app.services.signature\n"
        "print(sorted({'pyhanko', 'cryptography', 'reportlab', 'lxml', 'aiohttp'} & set(sys.modules)))\n"
    )
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "[]"
