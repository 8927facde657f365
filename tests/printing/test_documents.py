"""Every document as a person gets it: real PDF from real templates, read back with another library."""

from __future__ import annotations

import dataclasses
import itertools
import random
import re
from fractions import Fraction

import pypdfium2
import pytest

from voucher_app.domain.errors import InvalidInput
from voucher_app.domain.money import Money
from voucher_app.printing import atomic, flow
from voucher_app.printing.documents import PdfDocumentPrinter
from voucher_app.services.documents.catalogue import CATALOGUE, sample
from voucher_app.services.documents.facts import Chart, DocumentKind, Series, ValueType
from voucher_app.services.papers import MissingGlyph

KINDS = list(DocumentKind)
WITH_TABLES = [kind for kind in KINDS if CATALOGUE[kind].tables]
LONGEST = ("山西转型综合改革示范区太原学府产业园区新一代人工智能与先进计算基础设施（含超算）联合创新研究院" * 4)[:120]
LARGEST = Money.yuan(50_000_000)
ONE_POINT = 1.0
NEVER_FIRST = "，。、；：！？）〕】》〉」』”’％‰℃,;!?)]}%"


def real(kind, **changes):
    return dataclasses.replace(sample(kind), is_trial=False, **changes)


def with_rows(kind, count):
    """Facts with so many rows in every table, and a chart label for each of the first few."""
    facts = real(kind)
    tables = {name: [rows[index % len(rows)] for index in range(count)] for name, rows in facts.tables.items() if rows}
    return dataclasses.replace(facts, tables=tables)


def with_values(facts, **by_type):
    """Facts in which every value of a type is replaced, in fields and in rows."""
    document = CATALOGUE[facts.kind]

    def changed(types, values):
        return {name: by_type.get(types[name].value, value) for name, value in values.items()}

    types = {one.name: one.type for one in document.fields}
    columns = {table.name: {column.name: column.type for column in table.columns} for table in document.tables}
    return dataclasses.replace(
        facts,
        fields=changed(types, facts.fields),
        tables={name: [changed(columns[name], row) for row in rows] for name, rows in facts.tables.items()},
    )


def assert_nothing_leaves_the_type_area(pages, glyphs):
    """Text stands in the type area; only page numbers, the foot and the mark of a copy are outside, on the paper."""
    for number, found in glyphs.items():
        frame = pages[number].frame
        for glyph in found:
            assert frame.left_pt - ONE_POINT <= glyph.left, glyph
            assert glyph.right <= frame.width_pt - frame.right_pt + ONE_POINT, glyph
            assert glyph.bottom >= 14, glyph
            assert glyph.top <= frame.height_pt - frame.top_pt + ONE_POINT or "次打印第0123456789".find(glyph.text) >= 0


def assert_no_two_characters_overlap(glyphs):
    for found in glyphs.values():
        squares = {}
        for glyph in found:
            rows = range(int(glyph.bottom // 16), int(glyph.top // 16) + 1)
            columns = range(int(glyph.left // 16), int(glyph.right // 16) + 1)
            for square in itertools.product(rows, columns):
                for other in squares.get(square, ()):
                    across = min(glyph.right, other.right) - max(glyph.left, other.left)
                    along = min(glyph.top, other.top) - max(glyph.bottom, other.bottom)
                    assert across < ONE_POINT or along < ONE_POINT, (glyph, other)
                squares.setdefault(square, []).append(glyph)


def assert_lines_begin_well(pages):
    for ink in pages:
        for line in ink.lines:
            assert line.runs[0].text[0] not in NEVER_FIRST, line


def assert_is_well_set(documents, glyphs_of, facts):
    """Set a document once, and look at what is drawn of it."""
    whole = documents._set(facts)
    content, pages = documents._written([whole]), whole.pages
    glyphs = glyphs_of(content)
    assert max(glyphs) + 1 == len(pages)
    assert_nothing_leaves_the_type_area(pages, glyphs)
    assert_no_two_characters_overlap(glyphs)
    assert_lines_begin_well(pages)
    return pages


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_is_well_set_with_its_samples(documents, glyphs_of, kind):
    facts = real(kind)
    pages = assert_is_well_set(documents, glyphs_of, facts)
    content = documents.pdf([facts])
    assert content == documents._written([documents._set(facts)])
    assert max(glyphs_of(content)) + 1 == len(pages)


@pytest.mark.parametrize("count", [0, 1])
@pytest.mark.parametrize("kind", WITH_TABLES)
def test_empty_lists_and_lists_of_one_row_are_well_set(documents, glyphs_of, kind, count):
    assert_is_well_set(documents, glyphs_of, with_rows(kind, count))


@pytest.mark.parametrize("kind", WITH_TABLES)
def test_a_thousand_rows_are_well_set_and_repeat_their_heads(documents, glyphs_of, kind):
    facts = with_rows(kind, 1_000)
    pages = assert_is_well_set(documents, glyphs_of, facts)
    template = documents._template(kind)
    heads = [
        "".join(column.head).replace(" ", "")
        for placed in template.placed
        if hasattr(placed.block, "columns")
        for column in placed.block.columns
    ]
    inner = pages[2:-3]
    assert len(inner) > 10
    for ink in inner:
        written = "".join(run.text for line in ink.lines for run in line.runs).replace(" ", "")
        assert any(head in written for head in heads)


@pytest.mark.parametrize("kind", KINDS)
def test_the_longest_name_and_the_largest_amount_stand_in_every_place(documents, glyphs_of, kind):
    facts = with_values(with_rows(kind, 3) if CATALOGUE[kind].tables else real(kind), text=LONGEST, money=LARGEST)
    assert_is_well_set(documents, glyphs_of, dataclasses.replace(facts, subject=LONGEST, office_name=LONGEST[:60]))


@pytest.mark.parametrize("kind", KINDS)
def test_what_the_records_lack_is_no_empty_page(documents, glyphs_of, kind):
    document = CATALOGUE[kind]
    facts = real(kind)
    fields = {one.name: None if one.optional else facts.fields[one.name] for one in document.fields}
    tables = {
        table.name: [
            {column.name: None if column.optional else row[column.name] for column in table.columns}
            for row in facts.tables[table.name]
        ]
        for table in document.tables
    }
    lacking = dataclasses.replace(facts, fields=fields, tables=tables, document_number="", qr_text="")
    assert_is_well_set(documents, glyphs_of, lacking)


def test_an_opinion_that_is_not_given_yet_leaves_room_to_write_and_sign(documents, text_of_pages):
    facts = real(DocumentKind.REVIEW_OPINIONS)
    open_ = {name: None for name in facts.fields if name.startswith("second_")}
    facts = dataclasses.replace(facts, fields={**facts.fields, **open_, "first_reason": None})
    (text,) = text_of_pages(documents.pdf([facts]))
    assert "初审意见同意初审人：张䶮2026年1月20日" in text
    assert "复核意见复核人：年月日" in text


@pytest.mark.parametrize("kind", KINDS)
def test_the_same_facts_give_the_same_bytes(documents, resources, kind):
    again = PdfDocumentPrinter(resources)
    assert documents.pdf([sample(kind)]) == again.pdf([sample(kind)])


@pytest.mark.parametrize("kind", KINDS)
def test_every_page_says_which_of_how_many_it_is(documents, text_of_pages, kind):
    facts = with_rows(kind, 60) if CATALOGUE[kind].tables else real(kind)
    texts = text_of_pages(documents.pdf([facts, facts]))
    one = len(texts) // 2
    assert texts[:one] == texts[one:]
    for number, text in enumerate(texts[:one], 1):
        assert f"第{number}页共{one}页" in text or f"—{number}—" in text


@pytest.mark.parametrize("kind", KINDS)
def test_trial_copy_and_small_office_show_on_every_page(documents, text_of_pages, kind):
    mode = "本办公室实行小办公室模式。"
    facts = dataclasses.replace(sample(kind), copy=12, office_mode=mode)
    for text in text_of_pages(documents.pdf([facts])):
        assert "第12次打印" in text
        assert mode in text
        assert "演" in text
        assert "示" in text
    for text in text_of_pages(documents.pdf([real(kind)])):
        assert "次打印" not in text
        assert "演" not in text


def test_every_font_is_embedded_and_none_is_named_that_is_not(documents):
    content = documents.pdf([sample(kind) for kind in KINDS])
    assert b"Helvetica" not in content
    assert b"SimSun" not in content


@pytest.mark.parametrize("kind", KINDS)
def test_every_value_of_the_samples_can_be_read_or_is_left_out_by_the_template(documents, text_of_pages, kind):
    """Names and amounts that a template places come back from the paper, rare characters included."""
    facts = real(kind)
    text = "".join(text_of_pages(documents.pdf([facts])))
    template = documents._template(kind)
    placed = re.findall(
        r"name='([a-z_0-9]+)', type=<ValueType\.(?:TEXT|MONEY)[^>]*>, format='(?:plain|yuan)'", repr(template)
    )
    assert placed, "the template's places are found by how it is shown"
    for name in set(placed) & facts.fields.keys():
        value = facts.fields[name]
        if value is not None:
            written = value.in_yuan() if isinstance(value, Money) else re.sub(r"\s", "", value)
            assert written in text, name


def test_of_a_thousand_names_from_rare_unicode_each_comes_back_or_is_refused(documents, text_of_pages):
    extensions = [
        (0x3400, 0x4DBF), (0x4E00, 0x9FFF), (0x20000, 0x2A6DF), (0x2A700, 0x2B739), (0x2B740, 0x2B81D),
        (0x2B820, 0x2CEA1), (0x2CEB0, 0x2EBE0),
    ]  # fmt: skip
    chooser = random.Random(20260305)
    names = []
    for _ in range(1_000):
        first, last = chooser.choice(extensions)
        names.append(f"晋{chr(chooser.randint(first, last))}算力公司")
    printable, refused = [], 0
    for name in names:
        try:
            documents._fonts.require(name, face="serif", field="unit", subject="")
        except MissingGlyph:
            refused += 1
        else:
            printable.append(name)
    assert len(printable) > 100
    facts = real(DocumentKind.PUBLICITY_LIST)
    rows = [{**facts.tables["units"][1], "unit": name} for name in printable]
    text = "".join(text_of_pages(documents.pdf([dataclasses.replace(facts, tables={"units": rows})])))
    assert [name for name in printable if name not in text] == []
    for name in [name for name in names if name not in printable][:20]:
        lacking = [{**facts.tables["units"][1], "unit": name}]
        with pytest.raises(MissingGlyph):
            documents.pdf([dataclasses.replace(facts, tables={"units": lacking})])


def test_rare_characters_are_printed_from_the_chain_of_fonts(documents, text_of_pages):
    facts = with_values(real(DocumentKind.PUBLICITY_LIST), text="晋𬭎䶮犇㛃𠅤有限公司")
    assert "晋𬭎䶮犇㛃" in "".join(text_of_pages(documents.pdf([facts])))


# -------------------------------------------------------------------------------------------------- money


def amounts_in(text, label):
    return re.findall(rf"{label}((?:[\d,]+\.\d\d)+)", text)


def test_sums_carried_sums_and_capitals_are_right(documents, text_of_pages):
    facts = with_rows(DocumentKind.ISSUE_NOTICE, 230)
    rows = [
        {**row, "amount": Money(row["amount"].fen + 7 * index), "unit": f"第{index}单位", "provider": "服务商"}
        for index, row in enumerate(facts.tables["vouchers"])
    ]
    facts = dataclasses.replace(facts, tables={"vouchers": rows})
    texts = text_of_pages(documents.pdf([facts]))[2:]
    total, seen = Money(0), 0
    for number, text in enumerate(texts):
        if number:
            assert f"承前页{total.in_yuan()}" in text
        on_page = [index for index in range(len(rows)) if f"第{index}单位" in text]
        assert on_page == list(range(seen, seen + len(on_page)))
        seen += len(on_page)
        total = Money(sum(row["amount"].fen for row in rows[:seen]))
        if seen < len(rows):
            assert f"过次页{total.in_yuan()}" in text
    assert seen == len(rows)
    assert f"合计{total.in_yuan()}" in texts[-1]
    assert f"合计（大写）：{total.in_capitals()}" in texts[-1]


@pytest.mark.parametrize("length", range(1, 61))
def test_the_red_head_is_one_line_or_lines_of_even_length(documents, length):
    """No name of an office leaves a lone 件 on a line of its own (GB/T 9704-2012, 7.2.4)."""
    facts = real(DocumentKind.ISSUE_NOTICE, office_name=LONGEST[:length])
    red = documents._office.colours["red"]
    head = [line for line in documents._set(facts).pages[0].lines if line.colour == red]
    lengths = [sum(len(run.text) for run in line.runs) for line in head]
    assert sum(lengths) == length + len("文件")
    assert len(lengths) == 1 or (length > 17 and max(lengths) - min(lengths) <= len(lengths))
    assert all(line.size_pt >= 18 for line in head)


def test_amounts_in_ten_thousands_stand_on_their_points(documents, glyphs_of):
    """The points of a column lie on one line, whatever decimals the amounts need."""
    content = documents.pdf([real(DocumentKind.PUBLICITY_LIST)])
    found = glyphs_of(content)[1]
    points = [glyph.left for glyph in found if glyph.text == "."]
    assert len(points) == 6
    assert max(points) - min(points) < 0.2


def test_shares_stand_on_their_points(documents, glyphs_of):
    facts = real(DocumentKind.YEARLY_REPORT)
    row, shares = facts.tables["classes"][0], [Fraction(1, 5), Fraction(1, 3), Fraction(1, 1)]
    tables = {name: [] for name in facts.tables} | {"classes": [{**row, "share": share} for share in shares]}
    facts = dataclasses.replace(facts, tables=tables, charts={name: Chart([], []) for name in facts.charts})
    found = list(itertools.chain(*glyphs_of(documents.pdf([facts])).values()))
    points = [found[at - 3].left for at, glyph in enumerate(found) if glyph.text == "%" and found[at - 3].text == "."]
    assert len(points) == len(shares)
    assert max(points) - min(points) < 0.2


def test_what_nobody_said_yet_is_left_to_the_hand_and_not_summed(documents, text_of_pages):
    """An office fills its scores in by hand: no mark stands where it writes, and no sum says nought."""
    facts = real(DocumentKind.PERFORMANCE_SHEET)
    rows = [{**row, "score": None, "note": None} for row in facts.tables["indicators"]]
    fields = {**facts.fields, **dict.fromkeys(("goal", "score", "problems", "measures"))}
    (text,) = text_of_pages(documents.pdf([dataclasses.replace(facts, fields=fields, tables={"indicators": rows})]))
    assert "—" not in text
    assert f"合计{sum(row['weight'] for row in rows)}存在问题" in text


def test_a_line_before_a_long_amount_is_filled(documents):
    """A line that ends early because the next word is long is stretched as any other."""
    facts = real(DocumentKind.ALLOCATION_PLAN)
    lines = documents._set(facts).pages[0].lines
    (line,) = [line for line in lines if "".join(run.text for run in line.runs).endswith("应拨付")]
    assert line.stretch_pt > 0


def test_an_amount_not_paid_yet_counts_nothing(documents, text_of_pages):
    facts = real(DocumentKind.DISBURSEMENT_LIST)
    paid = sum(row["paid"].fen for row in facts.tables["lines"] if row["paid"] is not None)
    assert f"合计（大写）：{Money(paid).in_capitals()}" in text_of_pages(documents.pdf([facts]))[0]


def test_negative_sums_are_written_out(documents, text_of_pages):
    facts = with_values(real(DocumentKind.ISSUE_NOTICE), money=Money(-5))
    assert "合计（大写）：负人民币贰角伍分" in "".join(text_of_pages(documents.pdf([facts])))


# ---------------------------------------------------------------------------------------------- keeping together


@pytest.mark.parametrize("count", range(1, 60))
def test_signatures_never_stand_alone_on_a_page(documents, text_of_pages, count):
    texts = text_of_pages(documents.pdf([with_rows(DocumentKind.VOUCHER_LEDGER, count)]))
    last = texts[-1]
    assert "负责人" in last
    assert "已退券" in last or "已用完" in last or "部分使用" in last


@pytest.mark.parametrize("length", range(0, 1200, 40))
def test_the_offices_name_and_day_never_stand_alone_on_a_page(documents, text_of_pages, length):
    facts = real(DocumentKind.REFUSAL_NOTICE)
    fields = {**facts.fields, "reason": ("所购算力服务由本单位自建、自用设施提供，不予支持。" * 60)[: length + 1]}
    last = text_of_pages(documents.pdf([dataclasses.replace(facts, fields=fields)]))[-1]
    assert len(last) > len("山西省工业和信息化厅2026年1月15日—2—") + 20


def test_no_heading_is_last_on_its_page(documents, glyphs_of):
    facts = real(DocumentKind.ISSUE_NOTICE)
    for length in range(0, 400, 20):
        fields = {**facts.fields, "policy_title": "算力券实施细则" + "试" * length}
        pages = documents._set(dataclasses.replace(facts, fields=fields)).pages
        for ink in pages[:-1]:
            lowest = min((line for line in ink.lines if line.y_pt > ink.frame.bottom_pt), key=lambda line: line.y_pt)
            assert not re.match(r"[一二三四]、", lowest.runs[0].text)


@pytest.mark.parametrize("kind", WITH_TABLES)
def test_what_belongs_to_what_follows_is_never_last_on_its_page(documents, monkeypatch, kind):
    """Headings, captions, the units of money above tables: whatever number of rows moves them down the page."""
    placed = []
    place, turn = flow._Filler._place, flow._Filler.turn
    monkeypatch.setattr(
        flow._Filler, "_place", lambda self, slab: (placed.append((len(self.pages), slab)), place(self, slab))[1]
    )
    monkeypatch.setattr(flow._Filler, "turn", lambda self, frame: (placed.append((0, None)), turn(self, frame))[1])
    for count in (0, 1, 2, 3, 5, 8, 13, 21):
        placed.clear()
        documents._set(with_rows(kind, count))
        for (page, slab), (next_page, _next) in itertools.pairwise(placed):
            assert slab is None or next_page in {0, page} or not slab.stays, (count, page)


# ------------------------------------------------------------------------------------------------------- files


def test_a_file_appears_whole_or_not_at_all(documents, tmp_path, monkeypatch):
    target = tmp_path / "papers" / "notice.pdf"
    facts = sample(DocumentKind.ACCEPTANCE_NOTICE)
    assert documents.write([facts], target) == target
    before = target.read_bytes()

    def full(*_arguments):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(atomic.os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        documents.write([sample(DocumentKind.COMMITMENT)], target)
    assert target.read_bytes() == before
    assert [file.name for file in target.parent.iterdir()] == ["notice.pdf"]


def test_a_missing_glyph_names_its_field_before_anything_is_written(documents, tmp_path):
    facts = real(DocumentKind.DISBURSEMENT_LIST)
    rows = [dict(row) for row in facts.tables["lines"]]
    rows[2]["bank"] = "银行\u200b支行"
    with pytest.raises(MissingGlyph) as caught:
        documents.write([dataclasses.replace(facts, tables={"lines": rows})], tmp_path / "list.pdf")
    assert (caught.value.character, caught.value.field) == ("\u200b", "lines[3].bank")
    assert list(tmp_path.iterdir()) == []


def test_a_text_that_cannot_be_made_legible_is_refused(documents):
    facts = real(DocumentKind.PUBLICITY_LIST)
    rows = [{**facts.tables["units"][0], "region": "甲" * 20_000}]
    with pytest.raises(InvalidInput) as caught:
        documents.pdf([dataclasses.replace(facts, tables={"units": rows})])
    assert caught.value.code == "too_long_for_paper"
    assert caught.value.facts["field"] == "units[1].region"


def test_facts_that_do_not_fit_the_catalogue_are_our_bug(documents):
    facts = real(DocumentKind.COMMITMENT)
    with pytest.raises(AssertionError, match="commitment lacks"):
        documents.pdf([dataclasses.replace(facts, fields={})])


def test_several_documents_share_a_file_and_count_their_own_pages(documents, text_of_pages):
    facts = [real(DocumentKind.COMMITMENT), real(DocumentKind.REDEMPTION_SHEET), real(DocumentKind.VOUCHER_LEDGER)]
    content, counts = documents.drawn(facts)
    texts = text_of_pages(content)
    assert len(texts) == sum(counts)
    assert f"第1页共{counts[0]}页" in texts[0]
    assert f"第1页共{counts[1]}页" in texts[counts[0]]


# ------------------------------------------------------------------------------------------------------ charts


@pytest.mark.parametrize("labels", [0, 1, 2, 12, 17, 60])
def test_charts_are_well_set_with_any_number_of_labels(documents, glyphs_of, labels):
    facts = real(DocumentKind.YEARLY_REPORT)
    names = [f"{index}{LONGEST}"[:60] for index in range(labels)]
    charts = {
        "months": Chart(names, [Series("发放", [LARGEST] * labels), Series("核销", [Money(0)] * labels)]),
        "regions": Chart(names, [Series("发放", [Money(1_234_567_891)] * labels)]),
        "providers": Chart(names, [Series("发放", [Money(index) for index in range(labels)])]),
    }
    assert_is_well_set(documents, glyphs_of, dataclasses.replace(facts, charts=charts))


def test_a_code_is_printed_that_a_scanner_reads(documents):
    import zxingcpp

    facts = real(DocumentKind.CHECKPOINT)
    with pypdfium2.PdfDocument(documents.pdf([facts])) as document:
        page = document[0]
        picture = page.render(scale=200 / 72).to_pil()
        page.close()
    assert [code.text for code in zxingcpp.read_barcodes(picture)] == [facts.qr_text]


# ----------------------------------------------------------------------------------------------------- hostile

PRINTABLE = [
    "<b>粗</b>",
    "<font color='red'>红</font>",
    "<img src='http://127.0.0.1:9/x.png'/>",
    '<a href="http://example.com/">链接</a>',
    "<para><br/></para>",
    "<!--注释-->",
    "<![CDATA[数据]]>",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "<script>alert(1)</script>",
    "&amp;&#65;&nbsp;",
    "{office_name}",
    "{document_number:plain}",
    "{{双}}",
    "{0.__class__.__mro__}",
    "{",
    "}",
    "{}",
    "%s%d%n%(name)s",
    "$HOME ${PATH}",
    "`id`;rm -rf /",
    "=1+1",
    "+cmd|'/C calc'!A0",
    "-2+3",
    "@SUM(A1:A9)",
    ") Tj ET Q BT (x",
    "<48656C6C6F> Tj",
    "/F1 12 Tf (a) Tj",
    "endstream endobj",
    "%%EOF",
    "\\n\\r\\t\\x00",
    "../../etc/passwd",
    "file:///etc/passwd",
    "C:\\Windows\\win.ini",
    "\\\\server\\share\\x",
    "http://example.com/?q=1&r=2#f",
    "javascript:alert(1)",
    "data:text/html;base64,PHg+",
    "'; DROP TABLE voucher; --",
    '" OR ""="',
    "Robert'); --",
    "$(whoami)",
    "[[block]]",
    'kind = "text"',
    "#注释",
    '"""三引号"""',
    "，。、；：！？",
    "》》》》》》",
    "《《《《《《",
    "（（（（",
    "————————",
    "…………………",
    "￥￥￥１２３",
    "１２３４５６７８９０",
    "ＡＢＣａｂｃ",
    "0" * 64,
    "A" * 200,
    "9" * 120,
    "a-b_c/d.e," * 12,
    "甲" * 120,
    "甲 乙　丙",
    "  前后空格  ",
    "x" * 30 + "》" * 5,
    "𬭎䶮犇",
    "㐀㑇㑊",
    "éàüßñçøåæœ",
    "ĀāĒēĪīŌōŪū",
    "αβγδΩ",
    "абвгдЯ",
    "あいうアイウ",
    "ㄅㄆㄇ",
    "①②③㈠㈡",
    "→←↑↓",
    "±×÷≤≥≠",
    "℃%‰",
    "—·《》〈〉「」『』【】〔〕",
    "“引号”‘单引号’",
    "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~",
    *(
        f"<{tag} onload=x()>{tag}</{tag}>"
        for tag in ("u", "i", "font", "super", "greek", "seq", "index", "onDraw", "strike", "a", "img", "br")
    ),
    *(f"&{name};" for name in ("lt", "gt", "amp", "quot", "nbsp", "copy", "#x4e00")),
    *(f"{{{name}}}" for name in ("subject", "office.total", "a:b", "0", "facts", "__class__")),
]
UNPRINTABLE = [
    *(f"甲{chr(code)}乙" for code in (*range(0x20), 0x7F, *range(0x80, 0xA0))),
    *(f"甲{chr(code)}乙" for code in (0x200B, 0x200C, 0x200D, 0x200E, 0x200F, *range(0x202A, 0x202F))),
    *(f"甲{chr(code)}乙" for code in (0x2028, 0x2029, 0x2060, *range(0x2066, 0x206A), 0xFEFF, 0xFFFE, 0xFFFF)),
    *(f"甲{chr(code)}乙" for code in (0xD800, 0xDFFF, 0xE000, 0xF8FF, 0x10FFFF, 0xE0001, 0xFE0F)),
    "مرحبا",
    "שלום",
    "नमस्ते",
    "😀🎉",
    "👨‍👩‍👧",
    "\U00030000\U00031350",
    "ก็็็็็็",
    "Z̸̧a̷l̴g̶o̵",
]


def test_there_are_two_hundred_hostile_strings():
    assert len(set(PRINTABLE) | set(UNPRINTABLE)) >= 200


@pytest.fixture(scope="module")
def warm(documents):
    """The printer with its fonts and templates read, so that nothing needs to be opened any more."""
    for kind in KINDS:
        documents._set(sample(kind))
    documents.pdf([sample(KINDS[0])])
    # The system's fonts are looked for, and read, when a character is in none of ours.
    documents._fonts.require("㐀", face="serif", field="", subject="")
    for character in "😀\U00030000":
        with pytest.raises(MissingGlyph):
            documents._fonts.require(character, face="serif", field="", subject="")
    return documents


@pytest.fixture
def sealed_off(warm, sealed, monkeypatch):
    """The printer in a world without network, other programs and files."""
    import builtins
    import io
    import os
    import socket

    def refuse(*arguments, **_named):
        raise AssertionError(arguments)

    with monkeypatch.context() as patched, sealed():
        patched.setattr(socket, "socket", refuse)
        patched.setattr(socket, "create_connection", refuse)
        patched.setattr(builtins, "open", refuse)
        patched.setattr(io, "open", refuse)
        patched.setattr(os, "open", refuse)
        yield warm


def hostile(kind, text):
    """A document with a text in every place that takes one, once in each list."""
    facts = with_rows(kind, 1) if CATALOGUE[kind].tables else real(kind)
    facts = with_values(facts, text=text, prose=text)
    charts = {name: Chart([text], [Series(text, [chart.series[0].values[0]])]) for name, chart in facts.charts.items()}
    return dataclasses.replace(facts, subject=text, document_number=text, office_name=text, charts=charts)


@pytest.mark.parametrize("kind", KINDS)
def test_hostile_text_is_printed_as_text(sealed_off, text_of_pages, kind):
    groups = [PRINTABLE[start : start + 3] for start in range(0, len(PRINTABLE), 3)]
    content, counts = sealed_off.drawn([hostile(kind, "　".join(some)) for some in groups])
    texts = iter(text_of_pages(content))
    for some, count in zip(groups, counts, strict=True):
        assert re.sub(r"\s", "", "".join(some)) in "".join(itertools.islice(texts, count))


@pytest.mark.parametrize("kind", KINDS)
def test_what_cannot_be_printed_is_refused_by_name(sealed_off, kind):
    for text in UNPRINTABLE:
        with pytest.raises(MissingGlyph) as caught:
            sealed_off.pdf([hostile(kind, text)])
        assert caught.value.character in text


@pytest.mark.parametrize("kind", KINDS)
def test_each_text_that_a_template_places_is_asked_for_its_glyphs(documents, kind):
    """One place after the other holds what no font has; the refusal names just that place."""
    template = repr(documents._template(kind))
    placed = set(re.findall(r"name='([a-z_0-9]+)', type=<ValueType\.TEXT", template))
    facts = real(kind)
    assert placed, "the template's places are found by how it is shown"
    for name in placed & {one.name for one in CATALOGUE[kind].fields}:
        with pytest.raises(MissingGlyph) as caught:
            documents.pdf([dataclasses.replace(facts, fields={**facts.fields, name: "甲\u202e乙"})])
        assert caught.value.field == name
    for table in CATALOGUE[kind].tables:
        for column in table.columns:
            if column.name in placed and column.type is ValueType.TEXT:
                rows = [{**facts.tables[table.name][0], column.name: "甲\u202e乙"}]
                try:
                    documents.pdf([dataclasses.replace(facts, tables={**facts.tables, table.name: rows})])
                except MissingGlyph as error:
                    assert error.field == f"{table.name}[1].{column.name}"  # noqa: PT017 - a column may be left out


def test_a_line_feed_makes_paragraphs_in_prose_only(documents, text_of_pages):
    facts = real(DocumentKind.REFUSAL_NOTICE)
    prose = {**facts.fields, "reason": "第一条。\n第二条。"}
    assert "第一条。第二条。" in "".join(text_of_pages(documents.pdf([dataclasses.replace(facts, fields=prose)])))
    line = {**facts.fields, "recipient_name": "甲\n乙"}
    with pytest.raises(MissingGlyph):
        documents.pdf([dataclasses.replace(facts, fields=line)])
