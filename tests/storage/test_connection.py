"""Which files and places are refused, with which word, and that nothing is changed by trying."""

from __future__ import annotations

import os
from contextlib import closing

import pytest

from voucher_app.app import make_workspace
from voucher_app.domain.money import Money
from voucher_app.services import voucher
from voucher_app.services.ports.errors import StorageError
from voucher_app.storage.sqlite import connection as connection_module
from voucher_app.storage.sqlite.backup import verify_file
from voucher_app.storage.sqlite.connection import (
    _file_system_of,
    check_header,
    open_for_reading,
    open_for_writing,
    refuse_unsafe_place,
    sqlite3,
    wal_is_safe,
)
from voucher_app.storage.sqlite.data_file import SqliteDataFile
from voucher_app.storage.sqlite.header import SCHEMA_VERSION


def refusal(call, *arguments, **options):
    with pytest.raises(StorageError) as refused:
        call(*arguments, **options)
    return refused.value


def folder_of(path):
    """Return every file beside a data file with its content, but for the log that a reader may leave."""
    return {
        file.name: file.read_bytes()
        for file in sorted(path.parent.iterdir())
        if file.is_file() and not file.name.endswith(("-shm", "-wal"))
    }


@pytest.fixture
def file(busy):
    """A closed data file: one file, nothing in the log beside it."""
    busy.close()
    for suffix in ("-wal", "-shm"):
        beside = busy.path.with_name(f"office.db{suffix}")
        assert suffix == "-shm" or not beside.exists() or beside.stat().st_size == 0
        beside.unlink(missing_ok=True)
    return busy.path


# ------------------------------------------------------------------------------------------- which SQLite


@pytest.mark.parametrize(
    ("version", "safe"),
    [
        ((3, 40, 1), False),
        ((3, 44, 5), False),
        ((3, 44, 6), True),
        ((3, 45, 0), False),
        ((3, 50, 6), False),
        ((3, 50, 7), True),
        ((3, 51, 2), False),
        ((3, 51, 3), True),
        ((3, 53, 4), True),
        ((4, 0, 0), True),
    ],
)
def test_the_write_ahead_log_is_used_only_where_it_is_repaired(version, safe):
    assert wal_is_safe(version) is safe


def test_this_program_runs_on_a_repaired_sqlite():
    assert wal_is_safe(sqlite3.sqlite_version_info)


def pragma(connection, name):
    return connection.execute(f"PRAGMA {name}").fetchone()[0]


def test_a_writer_has_the_settings_that_keep_a_commit_through_a_power_cut(file):
    connection = open_for_writing(file)
    try:
        assert pragma(connection, "journal_mode") == "wal"
        assert pragma(connection, "synchronous") == 2
        assert pragma(connection, "foreign_keys") == 1
        assert pragma(connection, "recursive_triggers") == 1
        assert pragma(connection, "trusted_schema") == 0
        assert pragma(connection, "cell_size_check") == 1
    finally:
        connection.close()


def test_an_older_sqlite_keeps_a_rollback_journal_with_extra_syncs(file, monkeypatch):
    monkeypatch.setattr(connection_module, "wal_is_safe", lambda _version: False)
    connection = open_for_writing(file)
    try:
        assert pragma(connection, "journal_mode") == "delete"
        assert pragma(connection, "synchronous") == 3
    finally:
        connection.close()


def test_a_reader_cannot_write(file):
    connection = open_for_reading(file)
    try:
        with pytest.raises(sqlite3.OperationalError):
            connection.execute("UPDATE voucher SET status = 'voided'")
    finally:
        connection.close()


# ------------------------------------------------------------------------------------------- which file


def test_a_missing_file_is_told_and_not_made(tmp_path):
    path = tmp_path / "nothing.db"
    assert refusal(make_workspace, path).code == "missing"
    assert refusal(verify_file, path).code == "missing"
    assert not path.exists()


def test_a_folder_is_no_data_file(tmp_path):
    assert refusal(make_workspace, tmp_path).code == "not_ours"


@pytest.mark.parametrize(
    "content", [b"x" * 50, b"x" * 5_000, "券号,面额\n".encode() * 50, b"PK\x03\x04" + bytes(200), bytes(4096)]
)
def test_a_file_of_another_kind_is_not_ours(tmp_path, content):
    path = tmp_path / "office.db"
    path.write_bytes(content)
    assert refusal(make_workspace, path).code == "not_ours"
    assert path.read_bytes() == content


def test_an_sqlite_file_of_another_program_is_not_ours(tmp_path):
    path = tmp_path / "office.db"
    connection = sqlite3.connect(str(path))
    connection.execute("CREATE TABLE voucher (id)")
    connection.commit()
    connection.close()
    assert refusal(make_workspace, path).code == "not_ours"


def test_a_file_cut_short_anywhere_is_damaged(file):
    data = file.read_bytes()
    lengths = {
        *range(0, 120, 7),
        512,
        4095,
        4096,
        4097,
        *range(8192, len(data), 12_289),
        len(data) - 4096,
        len(data) - 1,
    }
    for length in sorted(lengths):
        file.write_bytes(data[:length])
        assert refusal(make_workspace, file).code == "damaged", length
        assert file.stat().st_size == length
    file.write_bytes(data)
    make_workspace(file).data_file.close()


def test_a_newer_file_is_refused_and_left_as_it_is(file):
    with_version = sqlite3.connect(str(file))
    (version,) = with_version.execute("PRAGMA user_version").fetchone()
    with_version.execute(f"PRAGMA user_version={version + 1}")
    with_version.close()
    before = folder_of(file)
    assert refusal(make_workspace, file).code == "newer"
    assert folder_of(file) == before


def test_a_read_only_file_can_be_read_and_verified_but_not_written(busy):
    busy.close()
    busy.path.chmod(0o444)
    before = folder_of(busy.path)
    busy.workspace = make_workspace(busy.path, on=busy.today)
    assert busy.money().appropriation == Money.yuan(50_000_000)
    assert busy.verified() == []
    assert refusal(busy.issue).code == "read_only"
    busy.close()
    assert folder_of(busy.path) == before
    busy.path.chmod(0o644)
    busy.workspace = make_workspace(busy.path, on=busy.today)
    busy.issue()


def test_the_administrator_is_asked_not_to_write_a_read_only_file_either(file):
    assert os.access(file, os.W_OK)
    file.chmod(0o444)
    assert refusal(open_for_writing, file).code == "read_only"


def test_of_two_programs_that_make_one_office_the_second_leaves_what_the_first_made(tmp_path, monkeypatch):
    """As the hostile reading found it: the second failed after the first had recorded, and removed the file."""
    from voucher_app.app import make_workspace as make
    from voucher_app.storage.sqlite import data_file

    path, take = tmp_path / "new.db", data_file._take_name

    def late(wanted):
        """Take the name when another program has been there in the meantime."""
        monkeypatch.setattr(data_file, "_take_name", take)
        make(wanted, create=True).data_file.close()
        take(wanted)

    monkeypatch.setattr(data_file, "_take_name", late)
    assert refusal(make, path, create=True).code == "exists"
    assert path.stat().st_size > 0
    with closing(open_for_reading(path)) as reader:
        assert reader.execute("PRAGMA user_version").fetchone() == (SCHEMA_VERSION,)


def test_a_new_file_never_replaces_another(file):
    before = folder_of(file)
    assert refusal(make_workspace, file, create=True).code == "exists"
    assert folder_of(file) == before


def test_a_new_file_needs_its_folder(tmp_path):
    refused = refusal(make_workspace, tmp_path / "no" / "office.db", create=True)
    assert (refused.code, refused.path) == ("folder_missing", str(tmp_path / "no"))


def test_a_new_file_that_cannot_be_finished_leaves_nothing(tmp_path, monkeypatch):
    def fail(_connection):
        raise sqlite3.OperationalError("no")

    monkeypatch.setattr("voucher_app.storage.sqlite.migrations.migrate", fail)
    assert refusal(make_workspace, tmp_path / "office.db", create=True).code == "unexpected"
    assert list(tmp_path.iterdir()) == []


# ------------------------------------------------------------------------------------------- in use, full


def test_a_file_in_use_is_told_after_a_while_and_works_again(busy):
    busy.close()
    hurried = SqliteDataFile.open(busy.path, {}, patience_seconds=0.05)
    workspace = busy.workspace
    object.__setattr__(workspace, "data_file", hurried)
    with busy.shell() as other:
        other.execute("BEGIN IMMEDIATE")
        before = other.execute("SELECT count(*) FROM journal").fetchone()
        assert refusal(busy.issue).code == "locked"
        # Reading goes on meanwhile.
        assert busy.money().appropriation == Money.yuan(50_000_000)
        other.execute("ROLLBACK")
        assert other.execute("SELECT count(*) FROM journal").fetchone() == before
    busy.issue()
    assert busy.verified() == []


def test_a_full_disk_is_told_changes_nothing_and_works_again(busy):
    waiting = [busy.submit(Money.yuan(1)) for _ in range(60)]
    busy.approve(*waiting)
    writer = busy.workspace.data_file._writing()
    (pages,) = writer.execute("PRAGMA page_count").fetchone()
    writer.execute(f"PRAGMA max_page_count={pages}")
    money, journal = busy.money(), busy.workspace.data_file.verify().records
    assert refusal(busy.issue, *waiting).code == "disk_full"
    assert busy.money() == money
    assert busy.workspace.data_file.verify().records == journal
    assert busy.verified() == []
    writer.execute("PRAGMA max_page_count=1000000")
    assert len(busy.issue(*waiting)) == 60
    assert busy.verified() == []


def test_every_failure_of_the_library_has_its_word(busy):
    names = {
        "SQLITE_BUSY_SNAPSHOT": "locked",
        "SQLITE_LOCKED": "locked",
        "SQLITE_FULL": "disk_full",
        "SQLITE_READONLY_DBMOVED": "read_only",
        "SQLITE_IOERR_FSYNC": "disk_error",
        "SQLITE_CORRUPT_INDEX": "damaged",
        "SQLITE_NOTADB": "not_ours",
        "SQLITE_CANTOPEN_ISDIR": "cannot_open",
        "SQLITE_PERM": "read_only",
        "SQLITE_CONSTRAINT_CHECK": "refused_by_schema",
        "SQLITE_INTERNAL": "unexpected",
    }
    for name, code in names.items():
        error = sqlite3.OperationalError("said")
        error.sqlite_errorname = name

        def fail(error=error):
            with connection_module.told(busy.path):
                raise error

        assert refusal(fail).code == code, name


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (FileNotFoundError(2, "no"), "missing"),
        (PermissionError(13, "no"), "read_only"),
        (OSError(28, "full"), "disk_full"),
        (OSError(5, "io"), "disk_error"),
    ],
)
def test_every_failure_of_the_system_has_its_word(tmp_path, error, code):
    def fail():
        with connection_module.told(tmp_path):
            raise error

    assert refusal(fail).code == code


def test_damage_met_while_reading_is_told(file):
    data = bytearray(file.read_bytes())
    for start in range(8192, len(data), 4096):
        data[start : start + 8] = b"\xff" * 8
    file.write_bytes(data)
    with pytest.raises(StorageError) as refused:
        make_workspace(file).queries.operators()
    assert refused.value.code == "damaged"


# ------------------------------------------------------------------------------------------- which place

MOUNTS = """\
22 1 254:0 / / rw,relatime shared:1 - ext4 /dev/vda rw
30 22 0:30 / /mnt/office rw shared:2 - nfs4 server:/x rw
31 22 0:31 / /mnt/a\\040b rw - cifs //server/x rw
32 22 0:32 / /mnt/home rw - ext4 /dev/vdb rw
33 32 0:33 / /mnt/share/deep rw - fuse.sshfs x rw
34 22 0:34 / /mnt/old rw - nfs a rw
35 22 0:35 / /mnt/old rw - ext4 /dev/vdc rw
"""


@pytest.mark.parametrize(
    ("folder", "kind"),
    [
        ("/mnt", "ext4"),
        ("/mnt/office", "nfs4"),
        ("/mnt/office/2026", "nfs4"),
        ("/mnt/office2", "ext4"),
        ("/mnt/a b/x", "cifs"),
        ("/mnt/share/deep/er", "fuse.sshfs"),
        ("/mnt/old", "ext4"),  # mounted over: the later one is what is seen
    ],
)
def test_the_file_system_of_a_folder_is_that_of_its_deepest_mount(tmp_path, folder, kind):
    mounts = tmp_path / "mountinfo"
    mounts.write_text(MOUNTS, encoding="utf-8")
    assert _file_system_of(type(tmp_path)(folder), mounts) == kind


def test_where_nothing_tells_the_file_system_nothing_is_refused(tmp_path):
    assert _file_system_of(tmp_path, tmp_path / "none") == ""


@pytest.mark.parametrize("kind", ["nfs", "nfs4", "cifs", "smb3", "9p", "fuse.sshfs", "fuse.rclone", "davfs"])
def test_a_network_drive_is_refused_with_its_kind(busy, monkeypatch, kind):
    monkeypatch.setattr(connection_module, "_file_system_of", lambda _folder: kind)
    before = folder_of(busy.path)
    refused = refusal(make_workspace, busy.path)
    assert (refused.code, refused.detail) == ("network", kind)
    assert refusal(make_workspace, busy.path.with_name("new.db"), create=True).code == "network"
    assert folder_of(busy.path) == before


@pytest.mark.parametrize(
    "name",
    [
        "OneDrive",
        "OneDrive - 某单位",
        "Dropbox",
        "坚果云",
        "我的坚果云",
        "Nextcloud",
        "百度网盘",
        "WPSDrive",
        "iCloud Drive",
    ],
)
def test_a_folder_of_a_sync_program_is_refused_with_its_name(tmp_path, name):
    folder = tmp_path / name / "算力券"
    folder.mkdir(parents=True)
    refused = refusal(make_workspace, folder / "office.db", create=True)
    assert (refused.code, refused.detail) == ("sync_folder", name)
    assert list(folder.iterdir()) == []


@pytest.mark.parametrize("marker", [".stfolder", ".dropbox", ".seafile-data"])
def test_a_folder_that_a_sync_program_marked_is_refused(tmp_path, marker):
    (tmp_path / marker).mkdir()
    folder = tmp_path / "deep"
    folder.mkdir()
    refused = refusal(refuse_unsafe_place, folder / "office.db")
    assert (refused.code, refused.detail) == ("sync_folder", str(tmp_path / marker))


@pytest.mark.parametrize("name", ["onedrives", "dropboxes", "云", "sync", "office"])
def test_a_folder_of_a_similar_name_is_no_sync_folder(tmp_path, name):
    folder = tmp_path / name
    folder.mkdir()
    refuse_unsafe_place(folder / "office.db")


def test_the_header_tells_the_version(file):
    assert check_header(file) == SCHEMA_VERSION


def test_a_file_that_vanished_is_told(busy):
    busy.close()
    busy.path.unlink()
    with pytest.raises(StorageError) as refused:
        voucher.issue(busy.workspace, application_ids=None, operator=busy.preparer, request_id="r")
    assert refused.value.code == "missing"
    assert not busy.path.exists()


def test_a_reader_never_sees_what_a_transaction_left_that_was_cut_short(file):
    """A rollback journal that is still there: the change is in the file, and has not happened."""
    with closing(sqlite3.connect(str(file), isolation_level=None)) as writer:
        writer.execute("PRAGMA journal_mode=DELETE")
        writer.execute("PRAGMA cache_size=1")
        before = writer.execute("SELECT count(*) FROM sqlite_schema").fetchone()
        writer.execute("BEGIN")
        for place in range(50):
            writer.execute(f"CREATE TABLE torn_{place} (id INTEGER PRIMARY KEY)")
        journal = file.with_name(f"{file.name}-journal")
        torn = {one: one.read_bytes() for one in (file, journal)}
        writer.execute("ROLLBACK")
    for one, content in torn.items():
        one.write_bytes(content)
    with closing(open_for_reading(file)) as reader:
        assert reader.execute("SELECT count(*) FROM sqlite_schema").fetchone() == before
    assert not journal.exists()
