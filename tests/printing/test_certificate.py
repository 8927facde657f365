"""The certificate as a person, a printer and a scanner get it: real PDF files, read back with other libraries."""

from __future__ import annotations

import itertools
import re
import shutil
import subprocess
import threading
import zlib
from pathlib import Path

import pypdf
import pypdfium2
import pytest
import zxingcpp

from voucher_app.domain.errors import InvalidInput
from voucher_app.domain.money import Money
from voucher_app.printing import atomic, ink
from voucher_app.printing.certificate import PdfCertificatePrinter, field_values
from voucher_app.printing.reading import QrReader
from voucher_app.services.papers import MissingGlyph

LONG_NAME = (
    "山西转型综合改革示范区太原学府产业园区新一代人工智能与先进计算基础设施联合创新研究院（特殊普通合伙）大学科技园分部"
)
LONG = {
    "recipient_name": (LONG_NAME + "第一分院第二研究所")[:60],
    "provider_name": "中国移动通信集团山西有限公司太原分公司·环首都太行山能源信息技术产业基地灵丘智能算力中心（二期）",
    "contract_number": "SXYD-ZS-2026-0117-补充协议-000000000000000123456789",
    "office_name": "山西转型综合改革示范区管理委员会工业和信息化局",
    "policy_title": "山西省促进算力产业高质量发展支持政策之算力券发放、使用与兑付管理实施细则（试行）（2026年第一批）",
    "scope": "山西省行政区域内经认定的智能算力、通用算力、超级算力资源租用服务及与之配套的数据存储、网络传输等服务",
    "support": "按实际结算费用的20%给予支持，单个单位年度累计不超过100万元，专精特新“小巨人”企业上浮至30%",
    "prepared_by": "阿卜杜热依木·买买提明",
    "face": Money(4_999_999_999),
}


def text_of(file, index=0):
    """Everything on a page, without the line breaks of long names."""
    with pypdfium2.PdfDocument(file) as document:
        page = document[index]
        textpage = page.get_textpage()
        text = textpage.get_text_bounded()
        textpage.close()
        page.close()
    return re.sub(r"\s", "", text)


def assert_says_everything(facts, text):
    for name, value in field_values(facts).items():
        assert re.sub(r"\s", "", value) in text, name


def glyph_boxes(file):
    """The ink of every character of a page that is not micro print, in points."""
    with pypdfium2.PdfDocument(file) as document:
        page = document[0]
        textpage = page.get_textpage()
        boxes = [textpage.get_charbox(index) for index in range(textpage.count_chars())]
        textpage.close()
        page.close()
    return [box for box in boxes if box[3] - box[1] > 0.3 and not (box[3] - box[1] < 2.3 and box[1] < 60)]


def test_every_field_can_be_copied_out_of_the_file(printer, make_facts, tmp_path):
    facts = make_facts()
    text = text_of(printer.print_together([facts], tmp_path / "one.pdf"))
    assert_says_everything(facts, text)
    assert "不得转让、赠送、买卖、出借、套现" in text
    assert "盖章处" in text
    assert "演示" not in text


@pytest.mark.skipif(not shutil.which("pdftotext"), reason="poppler-utils is not installed")
def test_another_reader_copies_the_same(printer, make_facts, tmp_path):
    facts = make_facts(recipient_name="晋城𬭎䶮科技有限公司")
    file = printer.print_together([facts], tmp_path / "one.pdf")
    run = subprocess.run(["pdftotext", "-raw", file, "-"], capture_output=True, check=True)
    assert not run.stderr
    assert_says_everything(facts, re.sub(r"\s", "", run.stdout.decode()))


def test_rare_characters_in_names_print_and_copy(printer, make_facts, tmp_path):
    facts = make_facts(
        recipient_name="晋城𬭎䶮科技有限公司", prepared_by="王𬭎", reviewed_by="刘䶮", office_name="䶮𬭎局"
    )
    assert_says_everything(facts, text_of(printer.print_together([facts], tmp_path / "one.pdf")))


def test_rare_characters_leave_ink(printer, make_facts, tmp_path):
    def ink(name):
        file = printer.print_together([make_facts(reviewed_by=name)], tmp_path / "one.pdf")
        with pypdfium2.PdfDocument(file) as document:
            return document[0].render(scale=2, grayscale=True).to_pil().tobytes()

    assert ink("𬭎") != ink("　")


def test_the_largest_amount_stands_on_one_line(printer, make_facts, tmp_path):
    facts = make_facts(face=Money(5_000_000_000))
    text = text_of(printer.print_together([facts], tmp_path / "one.pdf"))
    assert "¥50,000,000.00" in text
    assert "人民币伍仟万元整" in text


def test_a_name_of_sixty_characters_and_other_long_texts_are_complete(printer, make_facts, tmp_path):
    facts = make_facts(**LONG)
    assert len(facts.recipient_name) == 60
    assert_says_everything(facts, text_of(printer.print_together([facts], tmp_path / "long.pdf")))


@pytest.mark.parametrize("changes", [{}, LONG])
def test_no_character_lies_over_another(printer, make_facts, tmp_path, changes):
    boxes = glyph_boxes(printer.print_together([make_facts(**changes)], tmp_path / "long.pdf"))
    assert len(boxes) > 300
    for one, other in itertools.combinations(boxes, 2):
        width = min(one[2], other[2]) - max(one[0], other[0])
        height = min(one[3], other[3]) - max(one[1], other[1])
        assert width < 0.6 or height < 0.6, (one, other)


def test_every_line_stays_inside_its_box(printer, make_facts):
    values = field_values(make_facts(**LONG))
    layout = printer._layout
    for placed in layout.fields():
        lines = printer._set(placed, values[placed.text], subject="long")
        for line in lines:
            if placed.is_upright:
                continue
            width = sum(printer._fonts.font(run.font).stringWidth(run.text, line.size_pt) for run in line.runs)
            assert line.x_pt >= placed.box.x / 25.4 * 72 - 0.01
            assert line.x_pt + width <= placed.box.right / 25.4 * 72 + 0.01, placed.text
            assert line.y_pt + 0.88 * line.size_pt <= (layout.height_mm - placed.box.y) / 25.4 * 72 + 0.01, placed.text
            assert line.y_pt >= (layout.height_mm - placed.box.bottom) / 25.4 * 72


def test_a_text_too_long_for_the_paper_is_refused_and_not_cut(printer, make_facts, tmp_path):
    with pytest.raises(InvalidInput) as caught:
        printer.print_together([make_facts(prepared_by="长" * 500)], tmp_path / "one.pdf")
    assert caught.value.code == "too_long_for_paper"
    assert caught.value.facts["field"] == "prepared_by"
    assert not list(tmp_path.iterdir())


def test_a_character_no_font_has_is_refused_before_any_file_exists(printer, make_facts, tmp_path):
    facts = make_facts(124, reviewed_by="李\U000323af")
    for work in (
        lambda: printer.print_together([make_facts(), facts], tmp_path / "all.pdf"),
        lambda: printer.print_separately([make_facts(), facts], tmp_path / "folder"),
    ):
        with pytest.raises(MissingGlyph) as caught:
            work()
        assert caught.value.character == "\U000323af"
        assert caught.value.field == "reviewed_by"
        assert caught.value.subject == facts.number
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("character", ["\n", "\t", "\x00", "\u200b", "\u202e", "\ufeff", "\ufffe", "😀"])
def test_characters_that_would_print_as_nothing_are_refused(printer, make_facts, tmp_path, character):
    with pytest.raises(MissingGlyph):
        printer.print_together([make_facts(recipient_name=f"甲{character}乙")], tmp_path / "one.pdf")


def test_markup_is_only_text(printer, make_facts, tmp_path):
    facts = make_facts(
        recipient_name='<img src="http://example.invalid/x.png"/><b>甲</b>&amp;', scope="(a\\b) ET Q <00>"
    )
    assert_says_everything(facts, text_of(printer.print_together([facts], tmp_path / "one.pdf")))


def test_all_fonts_are_embedded_and_none_is_named_that_is_not(printer, make_facts, tmp_path):
    content = printer.print_together([make_facts(is_trial=True)], tmp_path / "one.pdf").read_bytes()
    assert b"Helvetica" not in content
    fonts = pypdf.PdfReader(tmp_path / "one.pdf").pages[0]["/Resources"]["/Font"]
    assert len(fonts) >= 3
    for font in fonts.values():
        assert "/FontFile2" in font["/FontDescriptor"]
        assert "/ToUnicode" in font


@pytest.mark.parametrize("dpi", [150, 200, 300])
@pytest.mark.parametrize("is_trial", [False, True])
def test_the_qr_code_is_read_from_the_page_and_verified(printer, signer, make_facts, token, tmp_path, dpi, is_trial):
    file = printer.print_together([make_facts(is_trial=is_trial)], tmp_path / "one.pdf")
    with pypdfium2.PdfDocument(file) as document:
        picture = document[0].render(scale=dpi / 72).to_pil()
    (code,) = zxingcpp.read_barcodes(picture)
    assert signer.read(code.text, [signer.public_key()]) == token


def test_the_reader_finds_the_code_of_every_page(printer, make_facts, tmp_path):
    certificates = [make_facts(sequence) for sequence in range(1, 6)]
    file = printer.print_together(certificates, tmp_path / "five.pdf")
    assert QrReader().qr_text(file) == [facts.qr_text for facts in certificates]


def test_the_qr_code_is_no_larger_than_version_10(make_facts):
    modules, rows = ink.qr_bits(make_facts().qr_text)
    assert modules <= 57
    assert len(rows) == modules * -(-modules // 8)


def test_the_trial_word_stands_on_paper_and_stub(printer, make_facts, tmp_path):
    facts = make_facts(is_trial=True)
    text = text_of(printer.print_together([facts], tmp_path / "one.pdf"))
    assert text.count("演示") + text.count("示演") >= 2
    assert_says_everything(facts, text)


def test_a_batch_may_mix_trial_and_real(printer, make_facts, tmp_path):
    file = printer.print_together([make_facts(1), make_facts(2, is_trial=True)], tmp_path / "two.pdf")
    assert "演" not in text_of(file, 0)
    assert "演" in text_of(file, 1)


def test_the_same_facts_give_the_same_bytes(resources, printer, make_facts, tmp_path):
    certificates = [make_facts(sequence) for sequence in range(1, 4)]
    other = PdfCertificatePrinter(resources)
    first = printer.print_together(certificates, tmp_path / "a.pdf").read_bytes()
    assert other.print_together(certificates, tmp_path / "b.pdf").read_bytes() == first
    singles = [file.read_bytes() for file in printer.print_separately(certificates, tmp_path / "a")]
    assert [file.read_bytes() for file in other.print_separately(certificates[::-1], tmp_path / "b")][::-1] == singles


def test_two_threads_print_the_same_as_one(printer, make_facts, tmp_path):
    certificates = [make_facts(sequence) for sequence in range(1, 6)]
    expected = printer.print_together(certificates, tmp_path / "expected.pdf").read_bytes()
    files = [tmp_path / f"{index}.pdf" for index in range(4)]
    threads = [threading.Thread(target=printer.print_together, args=(certificates, file)) for file in files]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {file.read_bytes() for file in files} == {expected}


def test_files_are_named_by_number_and_come_back_in_order(printer, make_facts, tmp_path):
    certificates = [make_facts(sequence) for sequence in (3, 1, 2)]
    files = printer.print_separately(certificates, tmp_path / "new" / "folder")
    assert [file.name for file in files] == [f"{facts.number}.pdf" for facts in certificates]
    assert sorted((tmp_path / "new" / "folder").iterdir()) == sorted(files)


@pytest.mark.parametrize("succeeding", [0, 1, 2])
def test_when_a_file_cannot_take_its_name_nothing_is_left_behind(
    printer, make_facts, tmp_path, monkeypatch, succeeding
):
    replace, calls = Path.replace, itertools.count()

    def fail_later(self, target):
        if next(calls) >= succeeding:
            raise OSError(28, "No space left on device")
        return replace(self, target)

    monkeypatch.setattr(Path, "replace", fail_later)
    with pytest.raises(OSError, match="No space"):
        printer.print_separately([make_facts(sequence) for sequence in (1, 2, 3)], tmp_path)
    assert not list(tmp_path.iterdir())


def test_when_writing_together_fails_the_earlier_file_is_untouched(printer, make_facts, tmp_path, monkeypatch):
    file = printer.print_together([make_facts()], tmp_path / "all.pdf")
    before = file.read_bytes()

    def fail(_handle):
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(atomic.os, "fsync", fail)
    with pytest.raises(OSError, match="Input/output"):
        printer.print_together([make_facts(124)], file)
    assert file.read_bytes() == before
    assert list(tmp_path.iterdir()) == [file]


def test_when_drawing_fails_nothing_is_left_behind(printer, make_facts, tmp_path, monkeypatch):
    drawn = itertools.count()
    qr_bits = ink.qr_bits

    def fail_at_the_third(text):
        if next(drawn) == 2:
            raise MemoryError
        return qr_bits(text)

    monkeypatch.setattr(ink, "qr_bits", fail_at_the_third)
    with pytest.raises(MemoryError):
        printer.print_separately([make_facts(sequence) for sequence in (1, 2, 3)], tmp_path)
    assert not list(tmp_path.iterdir())


def test_a_page_of_a_batch_takes_at_most_six_kilobytes(printer, make_facts, tmp_path):
    names = [
        "太原智算",
        "大同云冈",
        "朔州晋能",
        "阳泉百度",
        "长治潞安",
        "晋城富士",
        "晋中综改",
        "临汾东城",
        "运城盐湖",
        "吕梁军民",
    ]
    certificates = [make_facts(n, recipient_name=f"{names[n % 10]}{n}有限公司") for n in range(1, 101)]
    file = printer.print_together(certificates, tmp_path / "hundred.pdf")
    assert file.stat().st_size / len(certificates) <= 6 * 1024


def test_what_is_the_same_on_all_pages_is_in_the_file_once(printer, make_facts, tmp_path):
    file = printer.print_together([make_facts(sequence) for sequence in range(1, 21)], tmp_path / "twenty.pdf")
    streams = re.findall(rb"stream\r?\n(.*?)endstream", file.read_bytes(), re.DOTALL)
    texts = []
    for stream in streams:
        try:
            texts.append(zlib.decompress(stream))
        except zlib.error:
            continue
    assert sum(b"W n" in text and b" Do" in text for text in texts) == 1


def test_nothing_is_drawn_within_the_margin_printers_need(printer, make_facts, tmp_path):
    file = printer.print_together([make_facts(is_trial=True, **LONG)], tmp_path / "one.pdf")
    dots_per_mm = 8
    with pypdfium2.PdfDocument(file) as document:
        picture = document[0].render(scale=dots_per_mm * 25.4 / 72, grayscale=True).to_pil()
    left, top, right, bottom = picture.point(lambda grey: 255 if grey < 250 else 0).getbbox()
    assert min(left, top, picture.width - right, picture.height - bottom) >= 5 * dots_per_mm
