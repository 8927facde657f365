"""Archive packs of a voucher and of a year: what is in them, what is not, and that nothing is lost silently."""

from __future__ import annotations

import hashlib
import json
import zipfile
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from xml.etree import ElementTree as ET

import pypdfium2
import pytest

from voucher_app.app import make_workspace
from voucher_app.domain.errors import InvalidInput, NotFound
from voucher_app.domain.journal import CONTENT_COLUMNS, column_digests, record_hash
from voucher_app.domain.money import Money
from voucher_app.i18n import ENGLISH, speaking
from voucher_app.services import (
    archive,
    archive_documents,
    archive_papers,
    attachment,
    certificate,
    document,
    office_key,
    voucher,
    year,
)
from voucher_app.services.certificate import texts_in
from voucher_app.services.ports.errors import StorageError
from voucher_app.services.print_request import Request
from voucher_app.services.workspace import new_request_id
from voucher_app.storage.side_folder import side_folder_of

RARE = "合同 𬭎䶮㐀&<甲>']]>.pdf"


class Stopped:
    """A clock that stands, so that two packs can be compared."""

    def __init__(self, day):
        self._day = day

    def now(self):
        return datetime(2026, 3, 2, 1, tzinfo=UTC)

    def today(self):
        return self._day


@pytest.fixture
def busy(desk, tmp_path):
    """An office with a voucher that was printed, redeemed and has attachments, and with another one beside it."""
    number = str(desk.issued(Money(1_000_000)).number)
    other = str(desk.issued(Money(2_000_000), holder=1).number)
    claim = desk.redeemed(number, Money(300_000))
    paper = tmp_path / RARE.replace("/", "_")
    paper.write_bytes(b"%PDF " + bytes(range(256)) * 9_000)  # more than one piece
    application = desk.queries.voucher(number).application.id
    for subject, kind in ((f"application:{application}", "contract"), (f"redemption:{claim.id}", "invoice")):
        attachment.add(
            desk.workspace, subject=subject, file=paper, kind=kind, operator=desk.preparer, request_id=new_request_id()
        )
    certificate.print_separately(
        desk.workspace, numbers=[number], folder=tmp_path, request=Request(desk.preparer, new_request_id(), "")
    )
    desk.number, desk.other, desk.paper = number, other, paper
    return desk


def pack(desk, file, *, number=None, workspace=None, **how):
    workspace = workspace or desk.workspace
    volume = archive.volume_of_voucher(workspace, number) if number else archive.volume_of_year(workspace, 2026)
    return archive.pack(workspace, volume=volume, file=file, **how)


def contents(file):
    with zipfile.ZipFile(file) as pack_file:
        return {one.filename: pack_file.read(one) for one in pack_file.infolist()}


def records(files):
    lines = [line for name, content in files.items() if name.startswith("日志/") for line in content.splitlines()]
    return [json.loads(line) for line in lines]


def items(files):
    root = ET.fromstring(files["目录.xml"].decode())  # noqa: S314 - our own
    return [{part.tag: part.text or "" for part in item} for item in root.iter("件")]


def test_a_voucher_s_pack_holds_its_papers_files_and_records(busy, tmp_path):
    packed = pack(busy, tmp_path / "卷.zip", number=busy.number)
    files = contents(tmp_path / "卷.zip")
    assert [item["文件名"] for item in items(files)] == [name for name in files if "/" in name and "公钥" not in name]
    assert (packed.papers, packed.attachments, packed.files) == (11, 2, len(files))
    attached = [content for name, content in files.items() if name.startswith("附件/")]
    assert attached == [busy.paper.read_bytes()] * 2
    assert [item["题名"] for item in items(files)][-3].endswith(f"{busy.paper.name}（application:1）")
    acts = [record["action"] for record in records(files)]
    assert acts == [
        "application.submit", "application.approve", "voucher.issue", "redemption.claim", "redemption.verify",
        "attachment.add", "attachment.add", "print.begin", "print.finish",
    ]  # fmt: skip
    assert packed.records == len(acts)
    assert busy.other not in json.dumps(records(files))


def test_a_year_s_pack_holds_every_voucher_and_what_became_of_the_money(busy, tmp_path):
    busy.end("void", busy.other)
    pack(busy, tmp_path / "year.zip")
    files = contents(tmp_path / "year.zip")
    acts = {record["action"] for record in records(files)}
    assert {"year.open", "voucher.issue", "voucher.void", "redemption.verify", "attachment.add"} <= acts
    assert not acts & {"office.init", "recipient.add", "provider.add"}
    (name,) = [name for name in files if name.endswith(f"{busy.number}_{busy.other}.pdf")]
    document = pypdfium2.PdfDocument(files[name])
    texts = [page.get_textpage().get_text_bounded() for page in document]
    document.close()
    assert [busy.number in texts[0], busy.other in texts[1]] == [True, True]
    assert json.loads(json.loads(files["作废名单.json"])["list"])["ended"][0][0] == busy.other


def test_each_record_s_hash_can_be_computed_again_and_follows_from_the_one_before(busy, tmp_path):
    pack(busy, tmp_path / "year.zip")
    told = records(contents(tmp_path / "year.zip"))
    assert len(told) > 8
    for record in told:
        content = [record[name] for name in CONTENT_COLUMNS]
        assert record["column_digests"] == column_digests(content)
        assert record["hash"] == record_hash(content, record["column_digests"])
        assert record["hash"] == busy.queries.journal_hash(record["seq"])


def test_no_password_is_packed(busy, tmp_path):
    busy.in_earnest()
    pack(busy, tmp_path / "year.zip")
    assert b"credential" not in b"".join(
        content for name, content in contents(tmp_path / "year.zip").items() if name.startswith("日志/")
    )


def test_an_archive_copy_is_marked_and_redeems_nothing(busy, tmp_path):
    pack(busy, tmp_path / "卷.zip", number=busy.number)
    ((name, pdf),) = [(name, one) for name, one in contents(tmp_path / "卷.zip").items() if name.endswith("4.pdf")]
    copy = tmp_path / "copy.pdf"
    copy.write_bytes(pdf)
    document = pypdfium2.PdfDocument(copy)
    assert document[0].get_textpage().get_text_bounded().count("归档副本") == 4, name
    document.close()
    with pytest.raises(InvalidInput):
        texts_in(str(copy), busy.workspace.reader())
    assert busy.queries.copies("certificate", "voucher:1")[0].copy == 1, "no print was registered"


def test_packing_records_nothing_and_the_same_facts_give_the_same_bytes(busy, tmp_path):
    head, workspace = busy.queries.journal_head(), replace(busy.workspace, clock=Stopped(busy.today))
    pack(busy, tmp_path / "1.zip", workspace=workspace)
    with speaking(ENGLISH):
        pack(busy, tmp_path / "2.zip", workspace=workspace)
    assert busy.queries.journal_head() == head
    assert (tmp_path / "1.zip").read_bytes() == (tmp_path / "2.zip").read_bytes()


def test_the_manifest_names_every_file_with_both_digests(busy, tmp_path):
    pack(busy, tmp_path / "卷.zip", number=busy.number)
    files = contents(tmp_path / "卷.zip")
    manifest = json.loads(files["manifest.json"])
    assert [one["name"] for one in manifest["files"]] == [name for name in files if not name.startswith("manifest")]
    for one in manifest["files"]:
        content = files[one["name"]]
        assert (one["size"], one["sha256"]) == (len(content), hashlib.sha256(content).hexdigest())
        assert one["sm3"] == hashlib.new("sm3", content).hexdigest()
    (key,) = busy.queries.public_keys()
    assert busy.workspace.signer().is_signed(key, files["manifest.json"], files["manifest.sig"])


@pytest.mark.parametrize(("fault", "code"), [("missing", "attachment_missing"), ("changed", "attachment_changed")])
def test_an_attachment_that_is_not_what_was_recorded_is_told_and_nothing_is_written(busy, tmp_path, fault, code):
    sha256 = hashlib.sha256(busy.paper.read_bytes()).hexdigest()
    place = side_folder_of(busy.path) / sha256[:2] / sha256
    place.unlink()
    if fault == "changed":
        place.write_bytes(busy.paper.read_bytes()[:-1] + b"x")
    out = tmp_path / "out"
    out.mkdir()
    with pytest.raises(StorageError) as refused:
        pack(busy, out / "卷.zip", number=busy.number)
    assert (refused.value.code, refused.value.path) == (code, str(place))
    assert list(out.iterdir()) == []


def test_a_pack_that_is_cancelled_leaves_nothing(busy, tmp_path):
    out, told = tmp_path / "out", []
    out.mkdir()

    def progress(done, of):
        told.append((done, of))
        return done < 2

    assert pack(busy, out / "卷.zip", progress=progress) is None
    assert [done for done, _of in told] == [1, 2]
    assert list(out.iterdir()) == []


def test_a_pack_never_takes_another_file_s_place(busy, tmp_path):
    out = tmp_path / "there.zip"
    out.write_bytes(b"mine")
    with pytest.raises(StorageError) as refused:
        pack(busy, out)
    assert (refused.value.code, out.read_bytes()) == ("exists", b"mine")
    with pytest.raises(StorageError) as refused:
        pack(busy, tmp_path / "nowhere" / "x.zip")
    assert refused.value.code == "output"


def test_a_long_year_is_cut_into_parts_of_certificates_and_journal(busy, tmp_path, monkeypatch):
    monkeypatch.setattr(archive_papers, "CERTIFICATES_A_FILE", 1)
    monkeypatch.setattr(archive_documents, "DOCUMENTS_A_FILE", 1)
    monkeypatch.setattr(archive, "_PART_BYTES", 1)
    packed = pack(busy, tmp_path / "year.zip")
    files = contents(tmp_path / "year.zip")
    assert sum(name.startswith("日志/") for name in files) == packed.records == len(records(files))
    names = [name for name in files if name.startswith("文件/")]
    assert sum("SX-2026" in name for name in names) == 2
    assert sum("application-form" in name for name in names) == 2
    assert archive.verify(busy.workspace, file=tmp_path / "year.zip").code == "good"


def test_what_is_not_there_is_told(desk, tmp_path):
    for volume, error in (
        (archive.volume_of_voucher(desk.workspace, "SX-2026-000001-4"), NotFound),
        (archive.volume_of_voucher(desk.workspace, "x"), InvalidInput),
        (archive.volume_of_year(desk.workspace, 2031), NotFound),
    ):
        with pytest.raises(error):
            archive.pack(desk.workspace, volume=volume, file=tmp_path / "x.zip")
    assert not (tmp_path / "x.zip").exists()


def test_an_empty_year_is_packed_and_verifies(desk, tmp_path):
    packed = pack(desk, tmp_path / "year.zip")
    assert (packed.papers, packed.records) == (7, 1), "ledgers and reports of a year in which nothing happened"
    assert archive.verify(desk.workspace, file=tmp_path / "year.zip").code == "good"


def test_a_year_that_was_opened_late_is_packed_without_reports_of_the_quarters_before_it(desk, tmp_path):
    late = desk.workspace.on(date(2027, 8, 10))
    by = {"operator": desk.preparer, "request_id": new_request_id()}
    year.open_year(late, year=2027, amount=Money.yuan(50), document="晋财〔2027〕1号", **by)
    autumn = desk.workspace.on(date(2027, 11, 2))
    reports = [document.order(autumn, "quarterly-report", f"quarter:2027-{quarter}") for quarter in (1, 2, 3)]
    refused = [[found.code for found in document.against(autumn, one)] for one in reports]
    assert refused == [["report_before_year"], ["report_before_year"], []]
    packed = archive.pack(autumn, volume=archive.volume_of_year(autumn, 2027), file=tmp_path / "late.zip")
    assert packed.papers
    assert archive.verify(autumn, file=tmp_path / "late.zip").code == "good"


def test_a_pack_is_good_in_its_office_until_its_key_is_revoked(busy, tmp_path):
    file = tmp_path / "卷.zip"
    pack(busy, file, number=busy.number)
    verdict = archive.verify(busy.workspace, file=file)
    assert (verdict.code, verdict.volume) == ("good", f"算力券 {busy.number} 卷")
    (key,) = busy.queries.public_keys()
    for operator in (busy.preparer, busy.reviewer):
        office_key.revoke(
            busy.workspace, key_id=key.key_id, reason="遗失", operator=operator, request_id=new_request_id()
        )
    assert archive.verify(busy.workspace, file=file).code == "revoked-key"
    with pytest.raises(StorageError) as refused:
        pack(busy, tmp_path / "again.zip", number=busy.number)
    assert refused.value.code == "key_revoked"


def test_a_pack_of_another_office_is_not_ours(busy, make_desk, tmp_path):
    pack(busy, tmp_path / "卷.zip", number=busy.number)
    (tmp_path / "other").mkdir()
    other = make_desk(tmp_path / "other")
    office_key.new_key(other.workspace, reason="x", operator=other.preparer, request_id=new_request_id())
    known = [key for key in other.queries.public_keys() if key not in busy.queries.public_keys()]
    verdict = other.workspace.archives().check(tmp_path / "卷.zip", keys=known, signer=other.workspace.signer())
    assert verdict.code == "key"
    other.close()


def test_what_another_program_records_meanwhile_is_in_no_part_of_the_pack(busy, tmp_path):
    head = busy.queries.journal_head()
    other = make_workspace(busy.path, on=busy.today)

    def record_more(number, _of):
        if number == 1:  # the list of papers is made, and most of them are not drawn yet
            shared = replace(busy)
            shared.workspace = other
            shared.submit(Money(5))
            voucher.void(other, number=busy.other, reason="作废", operator=busy.reviewer, request_id=new_request_id())
        return True

    pack(busy, tmp_path / "y.zip", progress=record_more)
    other.data_file.close()
    files = contents(tmp_path / "y.zip")
    assert json.loads(files["manifest.json"])["journal"] == {"seq": head[0], "hash": head[1]}
    assert records(files)[-1]["seq"] == head[0]
    assert busy.other not in files["作废名单.json"].decode()
    assert busy.queries.journal_head()[0] > head[0], "who goes on reading sees it"
    pack(busy, tmp_path / "later.zip")
    assert busy.other in contents(tmp_path / "later.zip")["作废名单.json"].decode()


def test_a_settled_and_paid_voucher_brings_its_settlement_s_records(busy, tmp_path):
    from voucher_app.services import settlement

    busy.on(busy.today + timedelta(days=1))
    before = busy.queries.journal_head()[0]
    settlement.draft(busy.workspace, until=busy.today, operator=busy.finance, request_id=new_request_id())
    pack(busy, tmp_path / "卷.zip", number=busy.number)
    assert [one["action"] for one in records(contents(tmp_path / "卷.zip")) if one["seq"] > before] == [
        "settlement.draft"
    ]
