"""How others print the same certificates: reportlab used plainly, WeasyPrint, and LibreOffice.

Each gets the finished facts, the signed text of the code included, and draws labels, fields, frame and code on a
landscape A4 page: no woven border, no rosette, no fitting of long names. What is not installed is left out with a line
that says so. All of them use the serif of the program.
"""

from __future__ import annotations

import base64
import csv
import html
import importlib.util
import os
import shutil
import subprocess
import tempfile
import time
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Final

import zxingcpp
from PIL import Image
from reportlab.graphics import renderPDF
from reportlab.graphics.barcode.qr import QrCodeWidget
from reportlab.graphics.shapes import Drawing
from reportlab.pdfgen.canvas import Canvas

from voucher_app.settings import resources_folder

if TYPE_CHECKING:
    from collections.abc import Callable

    from voucher_app.services.papers import CertificateFacts

A4: Final = (842.0, 595.0)
FONT: Final = "Bench"
FAMILY: Final = "Noto Serif SC"
WEASYPRINT_PAGES: Final = 40
OFFICE_PAGES: Final = 100
SYSTEM_PYTHON: Final = "/usr/bin/python3"
OFFICE_SECONDS: Final = 600


Reference = tuple[str, str, "Callable[[list[CertificateFacts], Path], float]", int, int]


def labelled(facts: CertificateFacts) -> list[tuple[str, str]]:
    """Return what stands on a certificate, as labels and values."""
    return [
        ("编号", facts.number), ("领用单位", facts.recipient_name), ("统一社会信用代码", facts.recipient_uscc),
        ("面额", facts.face.in_yuan()), ("大写", facts.face.in_capitals()), ("算力服务商", facts.provider_name),
        ("合同编号", facts.contract_number), ("依据文号", facts.document_number), ("政策批次", facts.policy_title),
        ("使用范围", facts.scope), ("支持标准", facts.support), ("发放机关", facts.office_name),
        ("发放日期", facts.issued_on.isoformat()), ("使用截止", facts.use_by.isoformat()),
        ("兑付截止", facts.redeem_by.isoformat()), ("经办", facts.prepared_by), ("复核", facts.reviewed_by),
        ("校验码", facts.check_code),
    ]  # fmt: skip


def plain_reportlab(facts: list[CertificateFacts], file: Path) -> float:
    """Print with reportlab as its manual shows it; return pages a second."""
    begun = time.perf_counter()
    canvas = Canvas(str(file), pagesize=A4, initialFontName=FONT)  # type: ignore[arg-type]  # the stubs say float
    for one in facts:
        canvas.rect(28, 28, A4[0] - 56, A4[1] - 56)
        canvas.setFont(FONT, 30)
        canvas.drawCentredString(A4[0] / 2, 520, "山西省算力券")
        for line, (label, value) in enumerate(labelled(one)):
            canvas.setFont(FONT, 8)
            canvas.drawString(60, 485 - 25 * line, label)
            canvas.setFont(FONT, 12)
            canvas.drawString(160, 485 - 25 * line, value)
            canvas.line(60, 480 - 25 * line, 560, 480 - 25 * line)
        code = QrCodeWidget(one.qr_text, barLevel="M", barWidth=80, barHeight=80)
        drawing = Drawing(80, 80)
        drawing.add(code)
        renderPDF.draw(drawing, canvas, 640, 60)
        canvas.showPage()
    canvas.save()
    return len(facts) / (time.perf_counter() - begun)


def weasyprint(facts: list[CertificateFacts], file: Path) -> float:
    """Print with WeasyPrint from one page of HTML for each certificate; return pages a second."""
    from weasyprint import HTML  # noqa: PLC0415 - only where it is installed

    begun = time.perf_counter()
    pages = "".join(
        f"<section><h1>山西省算力券</h1><table>{_rows(one)}</table><img src='{_code(one)}'></section>" for one in facts
    )
    style = f"""@page {{ size: A4 landscape; margin: 10mm }} body {{ font: 12pt '{FAMILY}' }}
        section {{ border: 1px solid; height: 188mm; page-break-after: always; position: relative }}
        td {{ border-bottom: 1px solid }} img {{ position: absolute; right: 10mm; bottom: 10mm; width: 28mm }}"""
    HTML(string=f"<style>{style}</style>{pages}").write_pdf(file)
    return len(facts) / (time.perf_counter() - begun)


def libreoffice(facts: list[CertificateFacts], file: Path) -> float:
    """Merge a letter with the fields by LibreOffice into one PDF; return pages a second, its start not counted.

    A merge knows no picture of each record, so that the code is left out.
    """
    folder = Path(tempfile.mkdtemp(dir=file.parent))  # a program that starts for the first time, each time
    template, data = folder / "letter.fodt", folder / "facts.csv"
    with data.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, quoting=csv.QUOTE_ALL)
        writer.writerow([label for label, _ in labelled(facts[0])])
        writer.writerows([value for _, value in labelled(one)] for one in facts)
    template.write_text(_letter([label for label, _ in labelled(facts[0])], data.stem), encoding="utf-8")
    merge = Path(__file__).with_name("libreoffice_merge.py")
    run = subprocess.run(
        [SYSTEM_PYTHON, str(merge), str(folder), str(template), str(data)],
        check=True, capture_output=True, text=True, timeout=OFFICE_SECONDS, env=os.environ | {"PYTHONPATH": ""},
    )  # fmt: skip
    return len(facts) / float(run.stdout)


def _letter(labels: list[str], table: str) -> str:
    """Return the letter of a mail merge, in the flat form of OpenDocument."""
    spaces = {name: f"urn:oasis:names:tc:opendocument:xmlns:{name}:1.0" for name in ("office", "style", "text")} | {
        "fo": "urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0",
        "svg": "urn:oasis:names:tc:opendocument:xmlns:svg-compatible:1.0",
    }
    declared = " ".join(f'xmlns:{name}="{space}"' for name, space in spaces.items())
    rows = "".join(
        f'<text:p text:style-name="Field">{label}：<text:database-display text:column-name="{label}" '
        f'text:table-name="{table}" text:table-type="table" text:database-name="merge"/></text:p>'
        for label in labels
    )
    font = f'style:font-name="{FAMILY}" style:font-name-asian="{FAMILY}"'
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<office:document {declared} office:version="1.3" office:mimetype="application/vnd.oasis.opendocument.text">
<office:font-face-decls><style:font-face style:name="{FAMILY}" svg:font-family="'{FAMILY}'"/></office:font-face-decls>
<office:styles><style:style style:name="Field" style:family="paragraph"><style:text-properties {font}
 fo:font-size="12pt" style:font-size-asian="12pt"/></style:style>
<style:style style:name="Title" style:family="paragraph"><style:text-properties {font} fo:font-size="30pt"
 style:font-size-asian="30pt"/></style:style></office:styles>
<office:automatic-styles><style:page-layout style:name="Page"><style:page-layout-properties fo:page-width="297mm"
 fo:page-height="210mm" fo:margin="10mm"/></style:page-layout></office:automatic-styles>
<office:master-styles><style:master-page style:name="Standard" style:page-layout-name="Page"/></office:master-styles>
<office:body><office:text><text:p text:style-name="Title">山西省算力券</text:p>{rows}</office:text></office:body>
</office:document>"""


def _rows(facts: CertificateFacts) -> str:
    return "".join(f"<tr><td>{label}<td>{html.escape(value)}" for label, value in labelled(facts))


def _code(facts: CertificateFacts) -> str:
    """Return the QR code as the address of a small picture."""
    code = zxingcpp.create_barcode(facts.qr_text, zxingcpp.BarcodeFormat.QRCode, ec_level="M")
    stream = BytesIO()
    Image.fromarray(code.to_image(scale=1, add_quiet_zones=False)).save(stream, "PNG")
    return f"data:image/png;base64,{base64.b64encode(stream.getvalue()).decode()}"


def use_our_fonts(folder: Path) -> None:
    """Let programs that ask fontconfig find the fonts of this program, and no others."""
    settings = folder / "fonts.conf"
    settings.write_text(
        "<?xml version='1.0'?><!DOCTYPE fontconfig SYSTEM 'fonts.dtd'><fontconfig>"
        f"<dir>{resources_folder()}/fonts</dir><cachedir>{folder}/fontconfig</cachedir></fontconfig>",
        encoding="utf-8",
    )
    os.environ["FONTCONFIG_FILE"] = str(settings)


def installed() -> list[Reference]:
    """Return the references that are there: name, what it is, how it prints, pages, rounds."""
    found: list[Reference] = [
        ("certificates_vs_reportlab", "reportlab used plainly, code included", plain_reportlab, 100, 5)
    ]
    if importlib.util.find_spec("weasyprint"):
        found.append(("certificates_vs_weasyprint", "WeasyPrint", weasyprint, WEASYPRINT_PAGES, 3))
    else:
        left_out("certificates_vs_weasyprint", "WeasyPrint: pip install -c constraints.txt '.[bench]'")
    if _can_merge():
        found.append(("certificates_vs_libreoffice", "mail merge by LibreOffice", libreoffice, OFFICE_PAGES, 3))
    else:
        needed = "apt-get install libreoffice-writer libreoffice-base python3-uno"
        left_out("certificates_vs_libreoffice", f"LibreOffice with its mail merge: {needed}")
    return found


def _can_merge() -> bool:
    """Tell whether LibreOffice is there, and the system's Python can talk to it."""
    if not (shutil.which("soffice") and Path(SYSTEM_PYTHON).exists()):
        return False
    asked = subprocess.run([SYSTEM_PYTHON, "-c", "import uno"], capture_output=True, check=False)
    return asked.returncode == 0


def left_out(name: str, what: str) -> None:
    """Say that a figure cannot be measured here."""
    print(f"{name:28}left out, because it is not installed: {what}", flush=True)
