"""Attachments: stored once by digest, durable before they are recorded, verified, exported, carried by backups."""

from __future__ import annotations

import hashlib

import pytest

from voucher_app.domain.errors import InvalidInput, NotFound, RulesViolated
from voucher_app.domain.money import Money
from voucher_app.services import attachment
from voucher_app.services.ports.errors import StorageError
from voucher_app.services.wording.attachments import attachment_sentence
from voucher_app.services.workspace import new_request_id
from voucher_app.storage.side_folder import SideFolder, side_folder_of
from voucher_app.storage.sqlite import backup


@pytest.fixture
def paper(tmp_path):
    file = tmp_path / "合同 扫描件.pdf"
    file.write_bytes(b"%PDF contract")
    return file


@pytest.fixture
def application(desk):
    return desk.submit(Money(1))


def add(desk, subject, file, *, kind="contract", operator=None, request_id=None):
    return attachment.add(
        desk.workspace,
        subject=subject,
        file=file,
        kind=kind,
        operator=operator or desk.preparer,
        request_id=request_id or new_request_id(),
    )


def stored(desk):
    folder = side_folder_of(desk.path)
    return sorted(str(file.relative_to(folder)) for file in folder.rglob("*") if file.is_file())


def place(desk, one):
    return side_folder_of(desk.path) / one.sha256[:2] / one.sha256


def test_a_file_is_kept_under_its_digest_and_recorded(desk, application, paper):
    one = add(desk, f"application:{application.id}", paper)
    digest = hashlib.sha256(paper.read_bytes()).hexdigest()
    assert (one.sha256, one.size_bytes, one.file_name, one.kind) == (digest, 13, "合同 扫描件.pdf", "contract")
    assert stored(desk) == [f"{digest[:2]}/{digest}"]
    assert place(desk, one).read_bytes() == paper.read_bytes()
    (row,) = desk.queries.attachments(f"application:{application.id}")
    assert (row.id, row.prepared_by) == (one.id, "张经办")
    assert desk.queries.application(application.id).attachments == (row,)
    assert desk.queries.application(application.id).history[0].action == "attachment.add"
    assert attachment.verify(desk.workspace) == (1, [])
    assert desk.verified() == []


def test_the_same_content_is_stored_once_however_often_it_is_attached(desk, application, paper, tmp_path):
    other = tmp_path / "副本.pdf"
    other.write_bytes(paper.read_bytes())
    first = add(desk, f"application:{application.id}", paper)
    second = add(desk, f"recipient:{application.recipient_id}", other, kind="licence")
    assert (first.sha256, len(stored(desk))) == (second.sha256, 1)
    assert attachment.verify(desk.workspace) == (2, [])


def test_a_repeated_request_attaches_once(desk, application, paper):
    told = {"subject": f"application:{application.id}", "file": paper, "request_id": "r"}
    assert add(desk, **told) == add(desk, **told)
    paper.write_bytes(b"other")
    with pytest.raises(InvalidInput, match="request_reused"):
        add(desk, **told)


@pytest.mark.parametrize(("subject", "error"), [("application:9", NotFound), ("application", InvalidInput),
                                                ("journal:1", InvalidInput), ("application:x", InvalidInput),
                                                ("application:99999999999999999999", InvalidInput)])  # fmt: skip
def test_a_file_belongs_to_a_record_that_exists(desk, paper, subject, error):
    with pytest.raises(error):
        add(desk, subject, paper)
    assert desk.queries.attachments(subject) == []


def test_an_empty_file_a_folder_and_another_kind_are_refused(desk, application, paper, tmp_path):
    subject = f"application:{application.id}"
    empty = tmp_path / "empty.pdf"
    empty.touch()
    with pytest.raises(InvalidInput, match="attachment_empty"):
        add(desk, subject, empty)
    with pytest.raises(InvalidInput, match="choice"):
        add(desk, subject, paper, kind="poem")
    for missing in (tmp_path, tmp_path / "nowhere.pdf"):
        with pytest.raises(StorageError) as refused:
            add(desk, subject, missing)
        assert refused.value.code == "missing_file"


def test_a_file_is_at_most_as_large_as_is_stated_to_the_byte(desk, paper):
    store = desk.workspace.data_file.attachments
    assert store.measure(paper, largest_bytes=13).size_bytes == 13
    with pytest.raises(InvalidInput) as refused:
        store.measure(paper, largest_bytes=12)
    assert (refused.value.code, refused.value.found, refused.value.facts) == ("attachment_large", 13, {"allowed": 12})


def test_who_has_no_business_acts_attaches_nothing(desk, application, paper):
    with pytest.raises(RulesViolated):
        add(desk, f"application:{application.id}", paper, operator=desk.auditor)
    assert stored(desk) == []


def test_a_missing_and_a_changed_file_are_named(desk, application, paper, tmp_path):
    first = add(desk, f"application:{application.id}", paper)
    other = tmp_path / "承诺书.pdf"
    other.write_bytes(b"commitment")
    second = add(desk, f"application:{application.id}", other, kind="commitment")
    place(desk, first).unlink()
    place(desk, second).write_bytes(b"commitmenT")
    count, findings = attachment.verify(desk.workspace)
    assert (count, [(one.attachment.id, one.fault) for one in findings]) == (
        2,
        [(first.id, "missing"), (second.id, "changed")],
    )
    assert all(one.attachment.file_name in attachment_sentence(one) for one in findings)
    for one, code in ((first, "attachment_missing"), (second, "attachment_changed")):
        with pytest.raises(StorageError) as refused:
            attachment.export(desk.workspace, attachment_id=one.id, folder=tmp_path)
        assert refused.value.code == code
    # The same content attached once more heals the folder.
    add(desk, f"application:{application.id}", paper)
    add(desk, f"application:{application.id}", other)
    assert attachment.verify(desk.workspace) == (4, [])


def test_a_file_is_copied_out_under_its_name_and_never_over_another(desk, application, paper, tmp_path):
    one = add(desk, f"application:{application.id}", paper)
    out = tmp_path / "out"
    with pytest.raises(StorageError, match="folder_missing"):
        attachment.export(desk.workspace, attachment_id=one.id, folder=out)
    out.mkdir()
    written = attachment.export(desk.workspace, attachment_id=one.id, folder=out)
    assert (written.name, written.read_bytes()) == (paper.name, paper.read_bytes())
    with pytest.raises(StorageError, match="exists"):
        attachment.export(desk.workspace, attachment_id=one.id, folder=out)
    with pytest.raises(NotFound):
        attachment.export(desk.workspace, attachment_id=9, folder=out)


def test_a_file_that_changes_while_it_is_copied_is_not_kept(desk, paper):
    store = SideFolder(desk.path)
    measured = store.measure(paper, largest_bytes=100)
    paper.write_bytes(b"%PDF contracT")
    with pytest.raises(StorageError, match="attachment_changed"):
        store.put(paper, expected=measured)
    assert stored(desk) == []


def test_a_folder_that_cannot_be_written_is_told_and_nothing_is_recorded(desk, application, paper):
    side_folder_of(desk.path).write_text("a file where the folder should be", encoding="utf-8")
    with pytest.raises(StorageError):
        add(desk, f"application:{application.id}", paper)
    assert desk.queries.attachments(f"application:{application.id}") == []


def test_a_backup_carries_the_files_and_a_restoration_brings_them_back(desk, application, paper, tmp_path):
    one = add(desk, f"application:{application.id}", paper)
    broken = tmp_path / "承诺书.pdf"
    broken.write_bytes(b"commitment")
    lost = add(desk, f"application:{application.id}", broken)
    place(desk, lost).write_bytes(b"x")
    copy = tmp_path / "backup.db"
    desk.workspace.data_file.back_up(copy)
    carried = side_folder_of(copy)
    assert [file.name for file in carried.rglob("*") if file.is_file()] == [one.sha256]

    desk.close()
    place(desk, one).unlink()
    backup.restore(copy, desk.path, patience_seconds=1)
    assert place(desk, one).read_bytes() == paper.read_bytes()
    assert place(desk, lost).read_bytes() == b"x"  # nothing that lies there is touched
