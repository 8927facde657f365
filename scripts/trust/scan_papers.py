"""Read certificates as a scanner sees them: rendered, grey, a little askew, a little out of focus.

`make scans` reads 1,000 and fails below 99.9 %; the suite reads a few. Every picture is of another certificate, with
another signed code, drawn by the real printer from made-up facts; the seed makes a run repeatable.
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pypdfium2
from PIL import Image, ImageFilter

from voucher_app.domain.money import Money
from voucher_app.domain.numbering import VoucherNumber
from voucher_app.printing.certificate import PdfCertificatePrinter
from voucher_app.printing.reading import QrReader
from voucher_app.printing.signing import OfficeSigner
from voucher_app.services.papers import CertificateFacts, Token
from voucher_app.settings import resources_folder

if TYPE_CHECKING:
    from collections.abc import Iterator

DPI: Final = (150, 200, 300)
MOST_TURNED: Final = 3.0
"""Degrees to either side: a sheet laid onto the glass by hand."""

BLUR_PIXELS: Final = (0.5, 1.0)
"""Radius of the Gaussian: a lens that is not quite in focus."""

LEAST_READ: Final = 0.999
_WHITE: Final = 255


def facts_of(signer: OfficeSigner, sequence: int, chosen: random.Random) -> CertificateFacts:
    """Make up a certificate; its code is signed as any other."""
    number, face = str(VoucherNumber(2026, sequence)), Money(chosen.randrange(1, 5_000_000_000))
    uscc = "91140100MA" + "".join(chosen.choices("0123456789ABCDEFGHJKLMNPQRTUWXY", k=8))
    token = Token(number, uscc, face.fen, date(2027, 2, 3), date(2027, 5, 4), sequence * 3, chosen.randbytes(16))
    text = signer.sign(token)
    return CertificateFacts(
        number=number,
        year=2026,
        sequence=sequence,
        office_name="山西省工业和信息化厅",
        recipient_name="太原市犇犇垚鑫人工智能有限公司",
        recipient_uscc=uscc,
        face=face,
        provider_name="中国移动(山西太原)智算中心",
        contract_number=f"SXYD-ZS-2026-{sequence:04d}",
        document_number="晋算券〔2026〕3号",
        policy_title="山西省算力券实施细则（2026年第一批）",
        scope="山西省智能算力资源及配套服务",
        support="实际结算费用的20%，单位年度上限100万元",
        issued_on=date(2026, 2, 3),
        use_by=token.use_by,
        redeem_by=token.redeem_by,
        prepared_by="张经办",
        reviewed_by="李复核",
        qr_text=text,
        check_code=signer.check_code(text),
        is_trial=chosen.random() < 1 / 4,
    )


def scanned(page: Any, dpi: int, chosen: random.Random) -> Image.Image:  # noqa: ANN401 - pypdfium2 ships no types
    """Return a page as a scanner hands it over: grey, turned and blurred by chance."""
    picture: Image.Image = page.render(scale=dpi / 72, grayscale=True).to_pil()
    angle = chosen.uniform(-MOST_TURNED, MOST_TURNED)
    turned = picture.rotate(angle, resample=Image.Resampling.BICUBIC, expand=True, fillcolor=_WHITE)
    return turned.filter(ImageFilter.GaussianBlur(chosen.uniform(*BLUR_PIXELS)))


def scans(folder: Path, count: int, *, seed: int) -> Iterator[tuple[str, Path, str]]:
    """Print certificates and scan each once; yield what is wrong when it cannot be read, its file, and its text."""
    chosen = random.Random(seed)  # noqa: S311 - of made-up facts, so that a run can be repeated
    signer = OfficeSigner(folder / "scans.pem")
    signer.make_key()
    certificates = [facts_of(signer, place, chosen) for place in range(1, count + 1)]
    file = PdfCertificatePrinter(resources_folder()).print_together(certificates, folder / "scans.pdf")
    with pypdfium2.PdfDocument(file) as document:
        for index, facts in enumerate(certificates):
            dpi = DPI[index % len(DPI)]
            page = document[index]
            scanned(page, dpi, chosen).save(folder / "scan.bmp")
            page.close()
            yield f"{facts.number} at {dpi} dpi", folder / "scan.bmp", facts.qr_text


def unread(folder: Path, count: int, *, seed: int) -> list[str]:
    """Return which of some scans our reader does not read letter by letter."""
    reader = QrReader()
    return [name for name, file, text in scans(folder, count, seed=seed) if reader.qr_text(file) != [text]]


def main() -> int:
    """Scan many and tell how many were read."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=1_000)
    parser.add_argument("--seed", type=int, default=2026)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        missing = unread(Path(folder), given.count, seed=given.seed)
    read = given.count - len(missing)
    print(f"{read} of {given.count} scans read ({read / given.count:.2%}), seed {given.seed}")
    for name in missing:
        print(f"  not read: {name}")
    return 0 if read >= LEAST_READ * given.count else 1


if __name__ == "__main__":
    sys.exit(main())
