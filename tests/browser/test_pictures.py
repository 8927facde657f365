"""Pictures of papers: chosen, dropped, pasted, or seen by a camera."""

from __future__ import annotations

import base64
import io
from datetime import date

import pypdfium2
import pytest
import zxingcpp
from PIL import Image, ImageFilter

from voucher_app.domain.money import Money
from voucher_app.printing.certificate import PdfCertificatePrinter
from voucher_app.services.papers import CertificateFacts

from .conftest import RESOURCES, TOKEN

CAMERA = """
Object.defineProperty(navigator, "mediaDevices", { value: { getUserMedia: async (wanted) => {
  window.asked = wanted;
  const canvas = document.createElement("canvas");
  const picture = new Image();
  picture.src = "data:image/png;base64,%s";
  await picture.decode();
  [canvas.width, canvas.height] = [1280, 905];
  canvas.getContext("2d").fillRect(0, 0, 1280, 905);
  setTimeout(() => canvas.getContext("2d").drawImage(picture, 0, 0, 1280, 905), 400);
  return canvas.captureStream(10);
} } });
"""
REFUSED = """
Object.defineProperty(navigator, "mediaDevices", { value: { getUserMedia: async () => {
  throw new DOMException("no", "%s");
} } });
"""


@pytest.fixture(scope="module")
def sheet(signer, tmp_path_factory):
    """A certificate as it is printed, as a PDF of one page."""
    text = signer.sign(TOKEN)
    facts = CertificateFacts(
        number=TOKEN.number,
        year=2026,
        sequence=123,
        office_name="山西省工业和信息化厅",
        recipient_name="太原市犇犇垚鑫人工智能有限公司",
        recipient_uscc=TOKEN.uscc,
        face=Money(TOKEN.face_fen),
        provider_name="中国移动(山西太原)智算中心",
        contract_number="SXYD-ZS-2026-0117",
        document_number="晋算券〔2026〕3号",
        policy_title="山西省算力券实施细则（2026年第一批）",
        scope="山西省智能算力资源及配套服务",
        support="实际结算费用的20%，单位年度上限100万元",
        issued_on=date(2026, 2, 3),
        use_by=TOKEN.use_by,
        redeem_by=TOKEN.redeem_by,
        prepared_by="张经办",
        reviewed_by="李复核",
        qr_text=text,
        check_code=signer.check_code(text),
        is_trial=False,
    )
    return PdfCertificatePrinter(RESOURCES).print_together([facts], tmp_path_factory.mktemp("paper") / "paper.pdf")


@pytest.fixture
def render(sheet):
    def at(dpi):
        with pypdfium2.PdfDocument(sheet) as document:
            return document[0].render(scale=dpi / 72).to_pil().convert("L")

    return at


def choose(page, picture, tmp_path, name="scan.png"):
    picture.save(tmp_path / name)
    page.page.set_input_files("#photo", tmp_path / name)


def png(picture):
    stream = io.BytesIO()
    picture.save(stream, "PNG")
    return stream.getvalue()


@pytest.mark.parametrize("dpi", [100, 150, 200, 300])
@pytest.mark.parametrize("state", ["plain", "turned", "sideways", "upside-down"])
def test_a_page_as_a_picture_is_read(open_page, file, render, tmp_path, dpi, state):
    picture = render(dpi)
    if state == "turned":
        picture = picture.rotate(4, expand=True, fillcolor=255, resample=Image.Resampling.BICUBIC)
        picture = picture.filter(ImageFilter.GaussianBlur(dpi / 300))
    elif state != "plain":
        picture = picture.rotate(90 if state == "sideways" else 180, expand=True)
    page = open_page(file)
    choose(page, picture, tmp_path)
    page.page.wait_for_selector("#verdict[data-verdict='valid']")
    assert page.field("number") == TOKEN.number
    assert page.text("told") == ""


@pytest.mark.parametrize("name", ["photo.jpg", "photo.webp"])
def test_a_photo_on_a_table_is_read_through_the_button(open_page, file, render, tmp_path, name):
    paper = render(200)
    table = Image.new("L", (paper.width + 900, paper.height + 700), 70)
    table.paste(paper, (500, 300))
    table.transform(
        table.size,
        Image.Transform.QUAD,
        (120, 60, 40, table.height - 90, table.width - 80, table.height - 20, table.width - 160, 110),
        resample=Image.Resampling.BICUBIC,
    ).save(tmp_path / name)
    page = open_page(file)
    with page.page.expect_file_chooser() as chooser:
        page.page.click("#choose")
    chooser.value.set_files(tmp_path / name)
    page.page.wait_for_selector("#verdict[data-verdict='valid']")


def test_a_code_of_somebody_else_beside_ours_does_not_hide_it(open_page, file, render, tmp_path):
    picture = render(200)
    other = zxingcpp.create_barcode("https://weixin.qq.com/r/abc", zxingcpp.BarcodeFormat.QRCode)
    code = Image.fromarray(zxingcpp.write_barcode_to_image(other, scale=6)).convert("L")
    picture.paste(code, (700, 250))
    page = open_page(file)
    choose(page, picture, tmp_path)
    page.page.wait_for_selector("#verdict[data-verdict='valid']")
    alone = Image.new("L", (code.width + 80, code.height + 80), 255)
    alone.paste(code, (40, 40))
    choose(page, alone, tmp_path)
    page.page.wait_for_selector("#verdict[data-verdict='invalid']")
    assert page.reason == "form"


def test_what_cannot_be_read_is_said_and_judges_nothing(open_page, file, sheet, tmp_path):
    page = open_page(file)
    choose(page, Image.new("L", (800, 600), 255), tmp_path)
    page.page.wait_for_selector("#told[data-told='photo.unreadable']")
    page.page.set_input_files("#photo", sheet)
    page.page.wait_for_selector("#told[data-told='photo.pdf']")
    (tmp_path / "note.png").write_text("no picture", encoding="utf-8")
    page.page.set_input_files("#photo", tmp_path / "note.png")
    page.page.wait_for_selector("#told[data-told='photo.broken']")
    assert "浏览器能打开的图片" in page.text("told")
    assert page.verdict == "none"


@pytest.mark.parametrize("event", ["drop", "paste"])
def test_a_picture_dropped_or_pasted_is_read(open_page, file, render, event):
    page = open_page(file)
    page.page.evaluate(
        """([event, content]) => {
          const bytes = Uint8Array.from(atob(content), (sign) => sign.charCodeAt(0));
          const transfer = new DataTransfer();
          transfer.items.add(new File([bytes], "scan.png", { type: "image/png" }));
          document.dispatchEvent(event === "drop"
            ? new DragEvent("drop", { dataTransfer: transfer, bubbles: true, cancelable: true })
            : new ClipboardEvent("paste", { clipboardData: transfer, bubbles: true }));
        }""",
        [event, base64.b64encode(png(render(150))).decode()],
    )
    page.page.wait_for_selector("#verdict[data-verdict='valid']")


def test_the_camera_reads_a_paper_and_stops(open_page, file, render):
    picture = base64.b64encode(png(render(150))).decode()
    page = open_page(file, scripts=[CAMERA % picture])
    page.page.click("#camera")
    page.page.wait_for_selector("#camera-panel video", state="visible")
    assert page.text("camera") == "关闭摄像头"
    page.page.wait_for_selector("#verdict[data-verdict='valid']")
    page.page.wait_for_selector("#camera-panel", state="hidden")
    assert page.page.evaluate("document.getElementById('video').srcObject") is None
    assert page.page.evaluate("window.asked.audio") is False


def test_the_browser_s_own_camera_opens_and_is_closed_again(open_page, file):
    page = open_page(file)
    page.page.click("#camera")
    page.wait("document.getElementById('video').videoWidth > 0")
    page.page.click("#camera")
    page.page.wait_for_selector("#camera-panel", state="hidden")
    assert page.page.evaluate("document.getElementById('video').srcObject") is None
    assert page.verdict == "none"


@pytest.mark.parametrize(
    ("script", "told"),
    [
        (REFUSED % "NotAllowedError", "camera.denied"),
        (REFUSED % "NotFoundError", "camera.missing"),
        (REFUSED % "NotSupportedError", "camera.none"),
        ("Object.defineProperty(navigator, 'mediaDevices', { value: undefined });", "camera.none"),
    ],
)
def test_a_camera_that_is_refused_is_said_with_what_to_do(open_page, file, script, told):
    page = open_page(file, scripts=[script])
    page.page.click("#camera")
    page.page.wait_for_selector(f"#told[data-told='{told}']")
    assert "选择图片" in page.text("told")
    assert not page.page.is_visible("#camera-panel")
