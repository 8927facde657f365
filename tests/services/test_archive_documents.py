"""Documents and prints in packs of a busy office: all that can be drawn, and what left the office byte for byte."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from xml.etree import ElementTree as ET

import pypdfium2
import pytest

from voucher_app import i18n
from voucher_app.exchange import verify_archive
from voucher_app.services import archive, certificate, document
from voucher_app.services.documents.facts import DocumentKind
from voucher_app.settings import resources_folder

from . import busy_office
from .busy_office import ask, print_one

NOT_OF_A_YEAR = {
    DocumentKind.PROVIDER_LIST, DocumentKind.PROVIDER_SUSPENSION, DocumentKind.PROVIDER_REMOVAL,
    DocumentKind.CHECKPOINT, DocumentKind.PUBLIC_KEY_PAGE, DocumentKind.YEAR_CLOSING, DocumentKind.ARCHIVE_LIST,
}  # fmt: skip
"""Papers about providers, keys and the journal belong to no year; this year is not closed; a pack has its own list."""


class Pack:
    """A pack, read."""

    def __init__(self, file):
        self.file = file
        with zipfile.ZipFile(file) as content:
            self.files = {one.filename: content.read(one) for one in content.infolist()}

    def rows(self, name, tag):
        root = ET.fromstring(self.files[name])  # noqa: S314 - our own
        return [{part.tag: part.text or "" for part in row} for row in root.iter(tag)]

    @property
    def items(self):
        return self.rows("目录.xml", "件")

    @property
    def prints(self):
        return self.rows("打印登记.xml", "打印")

    def document(self, part):
        ((name, content),) = [(name, content) for name, content in self.files.items() if part in name]
        with pypdfium2.PdfDocument(content) as read:
            return name, [page.get_textpage().get_text_range().replace(" ", "") for page in read]


@pytest.fixture(scope="module")
def printed(make_desk, tmp_path_factory):
    """A busy year of which some papers were printed, alone, together and twice; and its packs."""
    i18n.use_folder(resources_folder() / "locale")
    folder = tmp_path_factory.mktemp("busy")
    desk = make_desk(folder, changes=busy_office.DEMANDING, amount=busy_office.Money.yuan(40_000_000))
    busy = busy_office.build(desk, folder)
    voucher = f"voucher:{busy.vouchers['partly']}"
    print_one(desk, "issue-notice", voucher, folder)
    print_one(desk, "issue-notice", voucher, folder, reason="单位遗失")
    print_one(desk, "correction-notice", f"application:{busy.applications['returned-now']}", folder)
    print_one(desk, "payee-statement", f"settlement:{busy.settlements['paid']}/{desk.providers[1]}", folder)
    names = ("issued", "cleared-then-issued", "upheld")
    orders = [
        document.order(desk.workspace, "acceptance-notice", f"application:{busy.applications[name]}") for name in names
    ]
    document.print_together(desk.workspace, orders=orders, file=folder / "受理.pdf", request=ask(desk))
    certificate.print_separately(desk.workspace, numbers=[busy.vouchers["partly"]], folder=folder, request=ask(desk))
    busy.folder = folder
    for name, volume in (
        ("year", archive.volume_of_year(desk.workspace, 2026)),
        ("voucher", archive.volume_of_voucher(desk.workspace, busy.vouchers["partly"])),
    ):
        archive.pack(desk.workspace, volume=volume, file=folder / f"{name}.zip")
        setattr(busy, name, Pack(folder / f"{name}.zip"))
    yield busy
    desk.close()


def kinds_in(pack):
    names = [name.partition("-")[2] for name in pack.files if name.startswith("文件/") and name.endswith(".pdf")]
    return {kind for kind in DocumentKind for name in names if name.startswith(f"{kind.value}-")}


def test_a_year_s_volume_has_every_kind_of_document_that_its_records_allow(printed):
    assert set(DocumentKind) - kinds_in(printed.year) == NOT_OF_A_YEAR
    for one in printed.year.items:
        if one["文件名"].endswith(".pdf") and one["文件名"].startswith("文件/"):
            with pypdfium2.PdfDocument(printed.year.files[one["文件名"]]) as read:
                assert int(one["页数"]) == len(read)


def test_each_record_that_allows_a_paper_has_it_in_the_year_s_volume(printed):
    desk = printed.desk
    expected = {}
    for noun, keys in (
        ("application", printed.applications), ("redemption", printed.redemptions), ("batch", printed.batches),
        ("settlement", printed.settlements),
    ):  # fmt: skip
        for key in set(keys.values()):
            for one in document.possible(desk.workspace, f"{noun}:{key}"):
                if not one.against:
                    expected[one.kind, one.subject] = None
    pages = "".join(
        text for name in printed.year.files if name.startswith("文件/") and name.endswith(".pdf")
        for text in printed.year.document(name)[1]
    )  # fmt: skip
    forms = [key for kind, key in expected if kind is DocumentKind.APPLICATION_FORM]
    assert len(forms) > 15
    for subject in forms:
        assert f"2026-{int(subject.partition(':')[2]):06d}" in pages
    assert printed.year.document("application-form")[0].endswith(".pdf")
    sheets = [subject for kind, subject in expected if kind is DocumentKind.REDEMPTION_SHEET]
    listed = [one["题名"] for one in printed.year.items if "redemption-sheet" in one["文件名"]]
    assert listed == [f"核销单（共{len(sheets)}件，归档时绘制，未经打印）"]


def test_what_was_printed_lies_in_the_volume_byte_for_byte(printed):
    same = {one["文件名"]: one["卷内文件"] for one in printed.year.prints if one["一致"] == "是"}
    assert len(same) == 4
    for file_name, in_pack in same.items():
        assert printed.year.files[in_pack] == (printed.folder / file_name).read_bytes()
    together = [one for one in printed.year.prints if one["文件名"] == "受理.pdf"]
    assert [(one["同一文件件数"], one["一致"]) for one in together] == [("3", "是")] * 3
    assert len({one["卷内文件"] for one in together}) == 1


def test_the_register_tells_each_print_with_its_copy_its_number_and_its_reason(printed):
    notices = [one for one in printed.voucher.prints if one["文书"] == "issue-notice"]
    assert [(one["第几次打印"], one["理由"], bool(one["卷内文件"])) for one in notices] == [
        ("1", "", True), ("2", "单位遗失", False),
    ]  # fmt: skip
    assert {one["文号"] for one in notices} == {"晋算券〔2026〕1号"}
    (sheet,) = [one for one in printed.voucher.prints if one["文书"] == "certificate"]
    assert (sheet["卷内文件"], sheet["一致"], sheet["状态"]) == ("", "", "已打印")
    content = next((printed.folder).glob("SX-2026-*.pdf")).read_bytes()
    assert sheet["SHA-256"] == hashlib.sha256(content).hexdigest()
    acts = [json.loads(line)["action"] for line in printed.voucher.files["日志/0001.jsonl"].splitlines()]
    assert acts.count("print.begin") == len({one["作业"] for one in printed.voucher.prints})


def test_what_was_never_printed_says_so_on_every_page_and_what_was_does_not(printed):
    never, once = (printed.voucher.document(kind)[1] for kind in ("application-form", "issue-notice"))
    assert never
    assert all("归档时绘制，未经打印" in text for text in never)
    assert once
    assert not any("未经打印" in text for text in once)


def test_a_voucher_s_volume_has_its_own_papers_and_of_its_settlement_no_other_payee_s(printed):
    expected = {
        DocumentKind.ISSUE_NOTICE, DocumentKind.APPLICATION_FORM, DocumentKind.REDEMPTION_SHEET,
        DocumentKind.USAGE_STATEMENT, DocumentKind.SETTLEMENT_SUMMARY, DocumentKind.PAYEE_STATEMENT,
    }  # fmt: skip
    assert expected <= kinds_in(printed.voucher)
    assert not kinds_in(printed.voucher) & {DocumentKind.YEARLY_REPORT, DocumentKind.VOUCHER_LEDGER}
    (payee,) = printed.desk.queries.archive_of_voucher(printed.vouchers["partly"]).payees
    orders = document.orders(printed.desk.workspace, "payee-statement", f"settlement:{printed.settlements['paid']}")
    assert len(orders) > 1
    statements = [name for name in printed.voucher.files if "payee-statement" in name]
    assert [name.endswith(f"-{payee}.pdf") for name in statements] == [True]


def test_both_packs_are_good_in_the_office_and_without_it(printed):
    for pack in (printed.year, printed.voucher):
        assert archive.verify(printed.desk.workspace, file=pack.file).code == "good"
        assert verify_archive.check(io.BytesIO(pack.file.read_bytes())).files == len(pack.files)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("<一致>是", "<一致>否"),
        ("<一致></一致>", "<一致>是</一致>"),
        ("<卷内文件>文件/", "<卷内文件>别处/"),
        ("<打印>", "<打印"),
        ("<?xml", "<!DOCTYPE x><?xml"),
    ],
)
def test_a_register_that_says_otherwise_than_the_manifest_is_found(printed, before, after):
    """Even when whoever changed it signed anew: the checker holds it against the files themselves."""
    listed = json.loads(printed.year.files["manifest.json"])["files"]
    content = printed.year.files["打印登记.xml"]
    verify_archive._check_register(content, listed)
    with pytest.raises(verify_archive.Differs) as found:
        verify_archive._check_register(content.replace(before.encode(), after.encode(), 1), listed)
    assert found.value.code == "register"
    assert found.value.sentence(english=True) != found.value.sentence(english=False)
