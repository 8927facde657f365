"""Every fault of the environment is told with what happened, that nothing is lost, and what to do (issue 6.3)."""

from __future__ import annotations

import errno
import re
import shutil
from pathlib import Path

import pytest

from voucher_app import i18n
from voucher_app.domain.errors import InvalidInput
from voucher_app.services.ports.errors import StorageError
from voucher_app.services.wording.environment import storage_codes
from voucher_app.services.wording.errors import describe
from voucher_app.settings import resources_folder
from voucher_app.storage.sqlite.connection import check_header, refuse_unsafe_place, told

PATH = Path("/data/office.db")


def os_error(code, kind=OSError):
    return kind(code, "as the system says it")


def raised(error):
    """Return what storage makes of an error of the system."""
    with pytest.raises(StorageError) as found, told(PATH):
        raise error
    return found.value


FAULTS = {
    "disk full": ("disk_full", os_error(errno.ENOSPC)),
    "read-only": ("read_only", os_error(errno.EROFS, PermissionError)),
    "no permission": ("read_only", os_error(errno.EACCES, PermissionError)),
    "gone": ("missing", os_error(errno.ENOENT, FileNotFoundError)),
    "a failing disk": ("disk_error", os_error(errno.EIO)),
}
ASKED_FOR = {
    "disk full": "disk_full",
    "read-only": "read_only",
    "locked": "locked",
    "gone": "missing",
    "folder gone": "folder_missing",
    "no permission": "read_only",
    "damaged": "damaged",
    "newer": "newer",
    "network folder": "network",
    "sync folder": "sync_folder",
    "backup damaged": "backup_broken",
    "wrong password": "backup_password",
}
HAPPENED = re.compile("满|写|占用|没有|不存在|损坏|截断|新版本|较新|网络|同步|核验|打不开|未通过|更新的版本|另一个程序")
NOTHING_LOST = re.compile("未作任何改动|没有任何改动|未改动|没有改动|未作改动|不会|没有使用|未使用|没有记录")
WHAT_TO_DO = re.compile("请|可|换|关闭|恢复|检查|选择|新建|改用")


@pytest.fixture(autouse=True)
def in_chinese():
    before = i18n.language()
    i18n.use_folder(resources_folder() / "locale")
    i18n.set_language(i18n.CHINESE)
    yield
    i18n.set_language(before)


@pytest.mark.parametrize("fault", FAULTS)
def test_what_the_system_raises_becomes_a_code_with_a_sentence(fault):
    code, error = FAULTS[fault]
    found = raised(error)
    assert found.code == code
    assert str(PATH) in describe(found)[0]


@pytest.mark.parametrize("fault", ASKED_FOR)
def test_each_fault_says_what_happened_that_nothing_is_lost_and_what_to_do(fault):
    code = ASKED_FOR[fault]
    assert code in storage_codes()
    (sentence,) = describe(StorageError(code, PATH, "detail"))
    for wanted in (HAPPENED, NOTHING_LOST, WHAT_TO_DO):
        assert wanted.search(sentence), f"{fault}: {sentence}"
    for jargon in ("Error", "Exception", "errno", "SQLITE", "traceback"):
        assert jargon not in sentence


def test_a_clock_gone_back_names_the_last_day_and_what_to_do():
    (sentence,) = describe(InvalidInput("date_before_last_act", found="2026-01-01", last="2026-11-21"))
    assert "2026-11-21" in sentence
    assert WHAT_TO_DO.search(sentence)


def test_every_code_that_storage_knows_has_chinese_with_its_path():
    for code in storage_codes():
        (sentence,) = describe(StorageError(code, PATH, "detail"))
        assert re.search("[\u4e00-\u9fff]", sentence), code


def test_real_files_raise_these_codes(desk, tmp_path):
    path = desk.workspace.data_file.path
    desk.workspace.data_file.close()
    newer = tmp_path / "newer.db"
    shutil.copyfile(path, newer)
    with newer.open("r+b") as stream:
        stream.seek(60)
        stream.write((9999).to_bytes(4, "big"))
    cut = tmp_path / "cut.db"
    cut.write_bytes(path.read_bytes()[:4097])
    other = tmp_path / "other.db"
    other.write_bytes(b"no data file of ours" * 30)
    for file, code in ((newer, "newer"), (cut, "damaged"), (other, "not_ours"), (tmp_path / "gone.db", "missing")):
        with pytest.raises(StorageError) as found:
            check_header(file)
        assert found.value.code == code
    with pytest.raises(StorageError) as found:
        refuse_unsafe_place(tmp_path / "坚果云" / "office.db")
    assert found.value.code == "sync_folder"
