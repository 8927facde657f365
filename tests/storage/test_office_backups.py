"""Backups of a whole office: what is in them comes back, and nothing else happens to the file that is there."""

from __future__ import annotations

import json
import stat

import pytest

from voucher_app.domain.money import Money
from voucher_app.services import attachment
from voucher_app.services.backup import back_up_now, backup_folder_of, list_backups
from voucher_app.services.ports.errors import StorageError
from voucher_app.services.workspace import key_file_of, templates_of
from voucher_app.storage import sealed
from voucher_app.storage.backups import OfficeBackups, attachments_of
from voucher_app.storage.side_folder import SideFolder
from voucher_app.storage.sqlite.backup import verify_file

PASSWORD = "a password of nobody"  # noqa: S105 - of an invented office


@pytest.fixture(autouse=True)
def quick_key(monkeypatch):
    monkeypatch.setitem(sealed.Sealer.__init__.__kwdefaults__, "n", 2**4)


@pytest.fixture
def files():
    return OfficeBackups(patience_seconds=0.2)


@pytest.fixture
def office(desk, tmp_path):
    """An office with an attached file, a signing key and a template."""
    path = desk.workspace.data_file.path
    contract = tmp_path / "合同.txt"
    contract.write_text("合同正文", encoding="utf-8")
    application = desk.submit(Money.yuan(30_000))
    attachment.add(
        desk.workspace,
        file=contract,
        subject=f"application:{application.id}",
        kind="contract",
        operator=desk.preparer,
        request_id="attach-1",
    )
    if not key_file_of(path).exists():
        key_file_of(path).write_bytes(b"-----BEGIN PRIVATE KEY-----canary-key")
    templates_of(path).mkdir()
    (templates_of(path) / "own.toml").write_text("title = '自用'", encoding="utf-8")
    return desk


def path_of(office):
    return office.workspace.data_file.path


def test_a_sealed_backup_holds_everything_and_tells_nothing(office, files, tmp_path):
    backup = tmp_path / "office.slqbak"
    made = files.create(path_of(office), backup, password=PASSWORD)
    assert b"SQLite" not in backup.read_bytes()
    assert b"canary" not in backup.read_bytes()
    elsewhere = tmp_path / "another machine" / "office.db"
    elsewhere.parent.mkdir()
    done = files.restore(backup, elsewhere, password=PASSWORD)
    assert done.verification.head == made.head == verify_file(elsewhere).head
    assert done.key == key_file_of(elsewhere)
    assert key_file_of(elsewhere).read_bytes() == key_file_of(path_of(office)).read_bytes()
    assert (templates_of(elsewhere) / "own.toml").exists()
    assert len(list(SideFolder(elsewhere).folder.glob("??/*"))) == 1
    assert sorted(one.name for one in elsewhere.parent.iterdir() if one.name.startswith(".")) == []


def test_a_key_that_is_there_is_never_overwritten_by_a_backup(office, files, tmp_path):
    backup = tmp_path / "office.slqbak"
    files.create(path_of(office), backup, password=PASSWORD)
    key_file_of(path_of(office)).write_bytes(b"a newer key")
    office.workspace.data_file.close()
    assert files.restore(backup, path_of(office), password=PASSWORD).key is None
    assert key_file_of(path_of(office)).read_bytes() == b"a newer key"


def test_a_plain_backup_has_no_private_key(office, files, tmp_path):
    backup = tmp_path / "copy.db"
    files.create(path_of(office), backup)
    assert not [one for one in tmp_path.rglob("*key*") if "copy" in str(one)]
    assert len(list(attachments_of(backup).folder.glob("??/*"))) == 1


def test_a_wrong_password_changes_nothing(office, files, tmp_path):
    backup = tmp_path / "office.slqbak"
    files.create(path_of(office), backup, password=PASSWORD)
    head = verify_file(path_of(office)).head
    for attempt in (lambda: files.restore(backup, path_of(office), password="another password"),
                    lambda: files.verify(backup, password="another password"),
                    lambda: files.drill(backup, password="another password")):  # fmt: skip
        with pytest.raises(StorageError) as refused:
            attempt()
        assert refused.value.code == "backup_password"
    with pytest.raises(StorageError) as refused:
        files.restore(backup, path_of(office))
    assert refused.value.code == "backup_sealed"
    assert verify_file(path_of(office)).head == head


@pytest.mark.parametrize("password", [None, PASSWORD])
def test_a_damaged_backup_is_refused_and_the_file_stays(office, files, tmp_path, password):
    backup = tmp_path / ("office.slqbak" if password else "copy.db")
    files.create(path_of(office), backup, password=password)
    head = verify_file(path_of(office)).head
    office.workspace.data_file.close()
    whole = backup.read_bytes()
    for place in range(0, len(whole), len(whole) // 6):
        for broken in (whole[:place], whole[:place] + b"\xff" * 600 + whole[place + 600 :]):
            if broken == whole:
                continue
            backup.write_bytes(broken)
            # Only what no reader ever looks at may be changed unnoticed: the rest of a page of a plain copy.
            is_logical = password or len(broken) < len(whole) or place == 0
            try:
                files.restore(backup, path_of(office), password=password)
            except StorageError:
                pass
            else:
                assert not is_logical
            assert verify_file(path_of(office)).head == head


def test_a_drill_restores_elsewhere_checks_and_removes_it(office, files, tmp_path):
    backup = tmp_path / "office.slqbak"
    files.create(path_of(office), backup, password=PASSWORD)
    before = sorted(tmp_path.iterdir())
    drill = files.drill(backup, password=PASSWORD)
    assert (drill.verification.findings, drill.attachments, drill.missing, drill.has_key) == ([], 1, 0, True)
    assert sorted(tmp_path.iterdir()) == before
    plain = tmp_path / "copy.db"
    files.create(path_of(office), plain)
    for stored in attachments_of(plain).folder.glob("??/*"):
        stored.write_bytes(b"changed")
    drill = files.drill(plain)
    assert (drill.attachments, drill.missing, drill.has_key) == (0, 1, False)


def test_what_a_killed_program_left_opened_is_removed_by_the_next(office, files, tmp_path):
    backup = tmp_path / "office.slqbak"
    files.create(path_of(office), backup, password=PASSWORD)
    left = tmp_path / ".office.slqbak.999999999.abcdef01.opened"
    left.mkdir()
    (left / "office.db").write_bytes(b"plain records")
    files.verify(backup, password=PASSWORD)
    assert not left.exists()


def test_automatic_backups_share_their_files_and_stop_when_nothing_was_recorded(office, files):
    path = path_of(office)
    folder = backup_folder_of(path)
    clock = office.workspace.clock

    def back_up():
        return back_up_now(files, path, folder, now=clock.now())

    first = back_up()
    assert back_up() is None
    assert len(list((folder / "attachments").glob("??/*"))) == 1
    assert not SideFolder(first).folder.exists()
    assert files.drill(first).missing == 0
    (facts,) = list_backups(files, path, [folder])
    assert facts.records == files.verify(first).records
    assert (facts.year, facts.left, facts.issued) == (2026, office.money().unissued, Money(0))
    assert facts.last_act == "attachment.add"
    first.write_bytes(first.read_bytes()[:5000])
    assert files.facts(first).problem == "damaged"


def test_a_folder_that_cannot_be_made_is_told(office, files, tmp_path):
    place = tmp_path / "a file"
    place.touch()
    with pytest.raises(StorageError):
        back_up_now(files, path_of(office), place / "below", now=office.workspace.clock.now())


def test_a_restored_key_is_its_owners_alone(office, files, tmp_path):
    backup, place = tmp_path / "office.slqbak", tmp_path / "elsewhere" / "office.db"
    files.create(path_of(office), backup, password=PASSWORD)
    place.parent.mkdir()
    files.restore(backup, place, password=PASSWORD)
    assert stat.S_IMODE(key_file_of(place).stat().st_mode) == 0o600


def head_of(**changes):
    """Return what a sealed backup begins with, as somebody else may write it, and some bytes behind it."""
    head = {"salt": "00" * 16, "prefix": "00" * 7, "made_at": "2026-03-02T00:00:00+00:00", "n": 16, "r": 8, "p": 1}
    raw = json.dumps({**head, "chunk": 1024, **changes}).encode()
    return sealed.MAGIC + len(raw).to_bytes(4, "big") + raw + bytes(2000)


@pytest.mark.parametrize(
    "content",
    [
        *(head_of(**{key: value}) for key, value in (
            ("chunk", 1000.5), ("r", 8.5), ("p", 1.0), ("made_at", 5), ("made_at", ["x"]), ("made_at", "soon"),
            ("n", True), ("n", 2**18), ("r", 16), ("salt", None),
        )),
        sealed.MAGIC + (4000).to_bytes(4, "big") + b"[" * 4000,
    ],
)  # fmt: skip
def test_a_sealed_backup_with_a_head_of_somebody_else_is_refused_and_listed_as_damaged(
    office, files, tmp_path, content
):
    """Heads as the hostile reading found them: some ended the program, one took two gigabytes, one emptied the list."""
    hostile = tmp_path / "hostile.slqbak"
    hostile.write_bytes(content)
    (facts,) = list_backups(files, path_of(office), [tmp_path])
    assert facts.problem == "damaged"
    with pytest.raises(StorageError) as refused:
        files.verify(hostile, password=PASSWORD)
    assert refused.value.code == "backup_password"


def test_a_name_with_no_day_is_no_automatic_backup_and_two_programs_close_in_one_second(office, files):
    path, now = path_of(office), office.workspace.clock.now()
    folder = backup_folder_of(path)
    folder.mkdir()
    (folder / f"{path.stem}-20261399T000000.db").touch()
    first = back_up_now(files, path, folder, now=now)
    office.submit(Money(100))
    second = back_up_now(files, path, folder, now=now)
    assert second.exists()
    assert first != second
