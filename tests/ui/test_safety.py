"""备份与检查 and 单位与本机 in the real window: backups listed and restored, the check, the diagnostics, the look."""

from __future__ import annotations

import logging
import threading
from datetime import UTC, datetime
from pathlib import Path

import pytest
import shiboken6
from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QApplication, QDialog, QFileDialog, QLabel

from voucher_app import i18n
from voucher_app.app import make_backups, make_workspace
from voucher_app.domain.money import Money
from voucher_app.services import diagnostics
from voucher_app.services.backup import backups_in
from voucher_app.services.ports.errors import StorageError
from voucher_app.storage import sealed
from voucher_app.ui import startup, theme
from voucher_app.ui.dialogs.backup import BackupRestore
from voucher_app.ui.first_look import FirstLook
from voucher_app.ui.main_window import MainWindow
from voucher_app.ui.reports import Reports
from voucher_app.ui.starter import Starter

from .conftest import PATIENCE_MS, RESOURCES

LEFT = Qt.MouseButton.LeftButton


class Program(QObject):
    """The whole program on one data file, as `start_window` puts it together."""

    def __init__(self, path, qtbot, settings, folder):
        super().__init__()
        self.qtbot, self.path = qtbot, path
        self.window = MainWindow(RESOURCES, settings, dark=False)
        starter = Starter(path, make_workspace, None, None, lambda _path: False)
        self.opening = startup.Opening(
            self.window,
            FirstLook(lambda: make_workspace(path)),
            settings,
            make_starter=lambda: starter,
            state=folder / "state",
            make_backups=make_backups,
        )
        self.window.new_reports = self.opening.begin_reports(notes_crashes=False)
        self.opening.begin()
        self.window.show()
        self.wait(lambda: self.window.desk is not None)
        self.rest()

    def wait(self, condition):
        self.qtbot.waitUntil(condition, timeout=PATIENCE_MS)

    @property
    def desk(self):
        return self.window.desk

    def rest(self):
        for _turn in range(5):
            assert self.opening.runner.wait_idle(PATIENCE_MS)
            QApplication.processEvents()

    def panel(self, name):
        self.window.show_page("settings")
        page = self.window.page("settings")
        page.tabs.setCurrentIndex([one.name for one in page.lists].index(name))
        self.rest()
        return page.current()

    def click(self, button):
        assert button.isEnabled()
        self.qtbot.mouseClick(button, LEFT)
        self.rest()

    def dialog(self, kind):
        (found,) = [one for one in self.window.findChildren(QDialog) if isinstance(one, kind) and one.isVisible()]
        return found

    def words(self, widget):
        return "\n".join(label.text() for label in widget.findChildren(QLabel) if not label.isHidden())

    def end(self):
        if self.window.closing is not None:
            self.window.closing.is_done = True
        self.window.close()
        self.opening.close()
        shiboken6.delete(self.window)  # pytest-qt would do it before the threads have ended


@pytest.fixture
def program(desk, qtbot, settings, tmp_path, monkeypatch):
    monkeypatch.setitem(sealed.Sealer.__init__.__kwdefaults__, "n", 2**4)
    desk.issued(Money.yuan(50_000))
    path = desk.workspace.data_file.path
    desk.workspace.data_file.close()
    made = Program(path, qtbot, settings, tmp_path)
    yield made
    made.end()


def test_a_backup_is_made_listed_tried_and_restored_with_what_it_will_cost(program, desk):
    panel = program.panel("safety")
    program.click(panel.make_button)
    assert "已备份并核验" in program.words(panel)
    assert [panel.table.item(0, place).text() for place in (3, 4, 6)] == [
        "50,000.00",
        "49,950,000.00",
        "✓ 生成时已核验",
    ]
    program.click(panel.make_button)
    assert "无需再备份" in program.words(panel)
    program.click(panel.drill_button)
    assert "演练完成" in program.words(panel)

    desk.submit(Money.yuan(7_000))  # recorded after the backup
    records = make_backups().facts(program.path).records
    program.click(panel.restore_button)
    asked = program.dialog(BackupRestore)
    program.rest()
    assert "1 笔操作不在其中" in asked.loss.text()
    program.qtbot.mouseClick(asked.act_button, LEFT)
    program.wait(lambda: program.window.desk is not None and "已从" in program.window.status.words.text())
    assert make_backups().facts(program.path).records == records - 1
    (replaced,) = [one for one in program.path.parent.glob("*.replaced-*") if not one.name.endswith(("-wal", "-shm"))]
    assert make_backups().facts(replaced).records == records
    program.rest()


def test_a_backup_under_a_password_is_made_in_the_window_and_a_wrong_password_changes_nothing(program, tmp_path):
    panel = program.panel("safety")
    program.click(panel.seal_button)
    seal = QApplication.activeModalWidget()
    for nowhere in ("/", "..", "."):
        seal.target.set_text(nowhere)
        assert ".slqbak" in seal.target.problem()
    seal.target.set_text(str(tmp_path / "stick"))
    program.qtbot.mouseClick(seal.act_button, LEFT)
    assert seal.password.message.is_error
    for field in (seal.password, seal.again):
        field.set_text("a password of nobody")
    program.click(seal.act_button)
    assert (tmp_path / "stick.slqbak").exists()

    panel._restore_file(str(tmp_path / "stick.slqbak"))
    program.rest()
    asked = program.dialog(BackupRestore)
    asked.password.set_text("another password")
    program.click(asked.act_button)
    assert asked.isVisible()
    assert "口令不对" in program.words(asked)
    assert asked.password.text() == "another password"
    asked.reject()


def test_the_window_backs_up_before_it_closes_and_says_so_when_it_cannot(program, tmp_path):
    program.window.close()
    program.wait(lambda: not program.window.isVisible())
    (kept,) = backups_in(program.path.with_name("office.db.backups"), program.path)
    assert make_backups().verify(kept.path).findings == []


def test_a_backup_that_cannot_be_made_keeps_the_window_open_with_the_reason(program, tmp_path):
    place = tmp_path / "a file"
    place.touch()
    program.desk.choose_backup_folder(place)
    closing = program.window.closing
    program.window.close()
    program.wait(closing.isVisible)
    program.rest()
    assert program.window.isVisible()
    assert "未能备份" in closing.words.text()
    program.qtbot.keyClick(closing, Qt.Key.Key_Escape)
    assert not closing.isVisible()
    assert program.window.isVisible()
    program.window.close()
    assert "未能备份" not in closing.words.text(), "it is tried again"
    program.wait(closing.stay_button.isVisible)
    program.click(closing.stay_button)
    assert program.window.isVisible()
    program.window.close()
    program.wait(closing.stay_button.isVisible)
    program.click(closing.close_button)
    assert not program.window.isVisible()


def test_escape_does_not_hide_a_backup_that_will_close_the_window(program, tmp_path):
    is_slow = threading.Event()

    def waiting():
        assert is_slow.wait(PATIENCE_MS / 1000)
        return make_backups()

    program.desk.make_backups = waiting
    closing = program.window.closing
    program.window.close()
    try:
        program.wait(closing.isVisible)
        for ask in (lambda: program.qtbot.keyClick(closing, Qt.Key.Key_Escape), closing.close):
            ask()
            QApplication.processEvents()
            assert closing.isVisible(), "whoever cannot see it goes on working, and the window goes"
        assert not closing.stay_button.isVisible()
        assert not closing.is_done
    finally:
        is_slow.set()
    program.wait(lambda: not program.window.isVisible())
    assert len(backups_in(program.path.with_name("office.db.backups"), program.path)) == 1


def test_the_check_tells_each_look_in_words(program):
    panel = program.panel("safety")
    program.click(panel.check_button)
    said = program.words(panel)
    for words in ("全部相符", "页、索引和引用关系完好", "附件：共 0 份", "还没有备份", "未发现问题"):
        assert words in said


def test_a_tampered_file_is_found_by_the_check_with_what_to_do(program):
    from sqlite_utils.db import sqlite3

    connection = sqlite3.connect(str(program.path), isolation_level=None)
    for (name,) in connection.execute("SELECT name FROM sqlite_schema WHERE type = 'trigger'").fetchall():
        connection.execute(f'DROP TRIGGER "{name}"')
    connection.execute("UPDATE organisation SET name = '别的公司' WHERE id = 2")
    connection.close()
    panel = program.panel("safety")
    program.click(panel.check_button)
    said = program.words(panel)
    assert "请先不要继续记录" in said
    assert "全部相符" not in said


def test_a_clock_that_is_behind_the_records_is_told_and_they_are_asked_off_the_windows_thread(program, monkeypatch):
    asked = []

    def behind(_workspace):
        asked.append(threading.current_thread())
        return datetime(2099, 1, 1, tzinfo=UTC)

    monkeypatch.setattr(startup, "clock_behind", behind)
    program.opening._tell_of_the_clock(program.desk)
    program.rest()
    assert "请先核对时钟" in program.words(program.window.status)
    assert threading.main_thread() not in asked


def test_a_stale_search_index_is_told_and_made_anew_by_a_button(program, desk):
    panel = program.panel("safety")
    desk.tamper("DELETE FROM search_entry WHERE id = (SELECT max(id) FROM search_entry)")
    program.click(panel.check_button)
    said = program.words(panel)
    assert "查询索引已损坏" in said
    assert "全部相符" in said, "the records are sound"
    program.click(panel.reindex_button)
    assert "已重建查询索引" in program.words(panel)
    assert not panel.reindex_button.isVisible()
    program.click(panel.check_button)
    assert "查询索引完好" in program.words(panel)
    assert not panel.reindex_button.isVisible()


CANARIES = {
    "id": "140105199003071234",
    "phone": "13903511234",
    "account": "6222020512345678901",
    "password": "canary-Password-77",
    "key": "MC4CAQAwBQYDK2VwBCIEIcanarykey",
    "name": "王小明",
}
PERSON = "canary-person"
SOMEBODYS_FOLDER = Path("/home") / PERSON


def test_no_canary_is_in_the_log_a_report_or_the_diagnostics(program, tmp_path):
    log = logging.getLogger("voucher_app.test")
    for name, canary in CANARIES.items():
        log.warning("something went wrong with %s", f"{name}: {canary}")
    typed = " ".join(CANARIES.values())
    try:
        int(f"password={CANARIES['password']} {typed}")
    except ValueError as error:
        log.exception("a bug")
        program.desk.reports.keep(error)
    panel = program.panel("safety")
    program.click(panel.diagnostics_button)
    shown = QApplication.activeModalWidget()
    program.rest()
    text = shown.text()
    assert "[rows]" in text
    assert "journal = " in text
    assert "ValueError" in text
    shown.save(tmp_path / "out.txt")
    assert (tmp_path / "out.txt").read_text(encoding="utf-8") == text
    files = [one for one in (tmp_path / "state").rglob("*") if one.is_file()]
    assert len(files) >= 2
    for canary in CANARIES.values():
        assert canary not in text
        for file in files:
            assert canary not in file.read_text(encoding="utf-8"), file
    shown.reject()


def test_redaction_takes_out_what_could_be_of_a_person_and_leaves_what_helps():
    text = (
        f"File {SOMEBODYS_FOLDER}/voucher.py, line 12\n身份证 {CANARIES['id']} tel {CANARIES['phone']} "
        f"password: {CANARIES['password']} 口令：{CANARIES['password']}\n"
        f"-----BEGIN PRIVATE KEY-----\n{CANARIES['key']}\n-----END PRIVATE KEY-----\nsqlite 3.53.4"
    )
    left = diagnostics.redacted(text)
    for canary in (*CANARIES.values(), PERSON):
        assert canary not in left
    assert "voucher.py, line 12" in left
    assert "sqlite 3.53.4" in left


def test_a_report_is_offered_at_the_next_start_and_only_once(program, tmp_path):
    assert program.window.offers.crash is None
    reports = Reports(tmp_path / "state")
    try:
        int("王小明")
    except ValueError as error:
        file = reports.keep(error)
    assert reports._unseen() == [file]
    program.window.offers.offer_reports(reports._unseen())
    program.click(program.window.offers.crash.button)
    (dialog,) = [one for one in program.window.findChildren(QDialog) if one.isVisible()]
    dialog.copy()
    assert "ValueError" in QApplication.clipboard().text()
    assert "王小明" not in QApplication.clipboard().text()
    dialog.accept()
    reports.seen()
    assert reports._unseen() == []


def test_drafts_are_offered_when_the_program_opens(program):
    from voucher_app.ui.dialogs import open_dialog

    dialog = open_dialog("recipient_add", program.desk, program.window)
    dialog.activateWindow()
    program.qtbot.waitUntil(dialog.isActiveWindow)
    dialog.unit.name.control.setFocus()
    program.qtbot.keyClicks(dialog.unit.name.control, "Jinzhong")
    dialog.close()
    program.rest()
    program.window.offers.look()
    program.rest()
    assert "Jinzhong" in program.words(program.window.offers)
    program.click(program.window.offers.drafts.button)
    listed = QApplication.activeModalWidget()
    program.rest()
    assert len(listed.drafts) == 1
    listed.go_on(listed.drafts[0])
    program.rest()
    again = QApplication.activeModalWidget()
    assert again.unit.name.text() == "Jinzhong"
    again.reject()


def test_the_look_and_the_language_change_at_once_and_survive(program, settings, qapp):
    panel = program.panel("desk")
    assert str(program.path) in program.words(panel)
    try:
        panel.compact.click()
        program.rest()
        assert settings.value("window/compact") == "yes"
        assert theme.row_height() == theme.ROW_COMPACT
        panel = program.panel("desk")
        assert panel.compact.isChecked()
        dark = next(one for one in panel.looks.buttons() if one.property("value") == "yes")
        program.click(dark)
        assert theme.current().is_dark
        panel = program.panel("desk")
        english = next(one for one in panel.languages.buttons() if one.property("value") == i18n.ENGLISH)
        program.click(english)
        assert program.panel("desk").title() == "This desk"
        assert settings.value("window/language") == i18n.ENGLISH
    finally:
        theme.choose(compact=False, system_font=False)
        theme.apply(qapp, dark=False, resources=RESOURCES)


def test_another_data_file_opens_in_the_running_window_and_a_wrong_one_changes_nothing(program, tmp_path, desk):
    copy = tmp_path / "other.db"
    make_backups().create(program.path, copy)
    panel = program.panel("desk")
    panel.open_path(copy)
    program.wait(lambda: program.desk is not None and program.desk.workspace.data_file.path == copy)
    program.rest()
    panel = program.panel("desk")
    assert [link.text() for link in panel.recent] == [str(program.path)]

    def refuse(path):
        raise StorageError("network", path, "nfs")

    object.__setattr__(program.opening._starter, "check", refuse)
    panel.open_path(Path("/mnt/share/office.db"))
    program.rest()
    (notice,) = [one for one in program.window.findChildren(QDialog) if one.isVisible()]
    assert "网络" in program.words(notice)
    assert program.desk.workspace.data_file.path == copy
    notice.accept()


def test_the_retention_report_is_shown_by_the_rule_that_is_chosen_and_saved(program, tmp_path):
    panel = program.panel("safety")
    program.click(panel.retention_button)
    program.rest()
    dialog = QApplication.activeModalWidget()
    rows = {row[0]: row for row in dialog.table.figures.rows}
    assert rows["本机关人员及其口令摘要"][4] == "2056-12-31"
    dialog.rule.choose("permanent")
    program.rest()
    assert dialog.table.figures.rows[2][4] == "永久"
    program.click(dialog.table_button)
    (asking,) = [one for one in dialog.findChildren(QFileDialog) if one.isVisible()]
    asking.fileSelected.emit(str(tmp_path / "r.xlsx"))
    asking.close()
    program.rest()
    assert (tmp_path / "r.xlsx").is_file()
    dialog.accept()
    program.click(panel.retention_button)
    program.rest()
    again = QApplication.activeModalWidget()
    assert again.rule.value() == "permanent", "the office's rule is remembered"
    again.accept()
