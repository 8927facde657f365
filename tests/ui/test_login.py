"""Logging in, the lock while nobody is there, and the password asked again."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QLineEdit

from voucher_app.app import make_backups
from voucher_app.authentication.argon2id import Argon2idHasher
from voucher_app.domain.errors import RulesViolated
from voucher_app.domain.money import Money
from voucher_app.domain.operators import OperatorStatus
from voucher_app.services import office_key, operator
from voucher_app.services.workspace import new_request_id
from voucher_app.settings import resources_folder
from voucher_app.ui import theme
from voucher_app.ui.desk import Desk, read_facts
from voucher_app.ui.dialogs import open_dialog
from voucher_app.ui.dialogs.certificate import CertificatePreview
from voucher_app.ui.login import SecretPrompt
from voucher_app.ui.main_window import MainWindow
from voucher_app.ui.widgets.effect_panel import SignedLine

RESOURCES = resources_folder()

PATIENCE_MS = 10_000
CHEAP = Argon2idHasher(time_cost=1, memory_cost_kib=8, parallelism=1)
OWN = "a password of one's own"


def settle(ui_desk):
    """Let all work come home and all events be handled."""
    for _ in range(5):
        assert ui_desk.runner.wait_idle(PATIENCE_MS)
        QApplication.processEvents()


@pytest.fixture
def claim(desk):
    """A claim that waits for verification, made while the office was still a trial."""
    return desk.claim(desk.issued(Money.yuan(100)).number, Money.yuan(10))


@pytest.fixture
def guarded(qtbot, desk, claim, settings):
    """The window of an office whose people have passwords, but for the finance officer's, who was upgraded."""
    desk.tamper("UPDATE office SET trial = 0")
    workspace = desk.workspace = replace(desk.workspace, hasher=lambda: CHEAP)
    for person in desk.queries.operators():
        if person != desk.finance:
            operator.change_password(workspace, password=OWN, operator=person, request_id=new_request_id())
            operator.log_out(workspace, operator=person)
    ui_desk = Desk(workspace, read_facts(workspace), operator=desk.preparer, settings=settings)
    window = MainWindow(RESOURCES, settings, dark=False)
    qtbot.addWidget(window)
    window.begin(ui_desk)
    window.show()
    qtbot.waitExposed(window)
    window.activateWindow()
    settle(ui_desk)
    yield window
    settle(ui_desk)
    window.close()


def type_in(field, text):
    """Type a password and press Enter."""
    field.control.setFocus()
    field.set_text(text)
    QApplication.sendEvent(
        field.edit, QKeyEvent(QEvent.Type.KeyPress, Qt.Key.Key_Return, Qt.KeyboardModifier.NoModifier)
    )


def log_in(window, password=OWN):
    type_in(window.login.password, password)
    settle(window.desk)


def test_nothing_is_shown_before_somebody_logged_in(guarded):
    assert guarded.login.isVisible()
    assert guarded.login.password.edit.echoMode() is QLineEdit.EchoMode.Password
    assert guarded.login.geometry() == guarded.rect()
    assert not guarded.stack.isVisible()
    assert not guarded.sidebar.isVisible()
    assert not guarded.login.back.isVisible()
    guarded.resize(1100, 700)
    assert guarded.login.geometry() == guarded.rect()


def test_the_right_password_shows_the_work(guarded, desk):
    log_in(guarded)
    assert guarded.login is None
    assert guarded.stack.isVisible()
    assert desk.workspace.sessions.of(desk.preparer.id) is not None
    assert "张经办" in guarded.status.words.text()


def test_a_wrong_password_is_told_beside_the_field(guarded, desk):
    log_in(guarded, "quite another one")
    assert guarded.login is not None
    assert "4 次" in guarded.login.password.message.text()
    assert guarded.login.password.control.hasFocus()
    for _ in range(4):
        log_in(guarded, "quite another one")
    assert "锁定" in guarded.login.password.message.text()
    row = next(one for one in desk.queries.people() if one.id == desk.preparer.id)
    assert row.status is OperatorStatus.LOCKED


def test_an_empty_password_is_not_even_tried(guarded, desk):
    log_in(guarded, "")
    assert guarded.login.password.message.is_error
    assert all(one.failures == 0 for one in desk.queries.people())


def test_keys_do_nothing_behind_the_log_in(guarded, qtbot):
    page = guarded.current_page()
    qtbot.keyClick(guarded, Qt.Key.Key_3, Qt.KeyboardModifier.ControlModifier)
    assert guarded.current_page() == page
    log_in(guarded)
    qtbot.keyClick(guarded, Qt.Key.Key_3, Qt.KeyboardModifier.ControlModifier)
    assert guarded.current_page() == "vouchers"


def test_another_person_takes_over_with_their_own_password(guarded, desk):
    log_in(guarded)
    guarded.operators.activated.emit(1)
    assert guarded.login.isVisible()
    assert guarded.login.back.isVisible()
    assert guarded.operators.currentText().startswith("张经办")
    guarded.login.back.click()
    assert guarded.login is None
    assert guarded.desk.operator == desk.preparer
    guarded.operators.activated.emit(1)
    log_in(guarded)
    assert guarded.desk.operator == desk.reviewer
    assert guarded.operators.currentText().startswith("李复核")
    assert desk.workspace.sessions.of(desk.preparer.id) is None


def test_the_work_is_hidden_when_nobody_is_there(guarded, desk, qtbot):
    log_in(guarded)
    dialog = open_dialog("application_submit", guarded.desk, guarded)
    settle(guarded.desk)
    assert guarded.idle.timer.isActive()
    guarded.idle.timer.timeout.emit()
    assert guarded.login.isVisible()
    assert not dialog.isVisible()
    assert not guarded.stack.isVisible()
    assert desk.workspace.sessions.of(desk.preparer.id) is None
    log_in(guarded)
    assert dialog.isVisible()
    dialog.done(0)


def test_what_one_person_typed_is_not_left_to_another(guarded, desk):
    log_in(guarded)
    dialog = open_dialog("application_submit", guarded.desk, guarded)
    closed = []
    dialog.finished.connect(closed.append)
    settle(guarded.desk)
    guarded.lock()
    guarded.login.person.choose(str(desk.reviewer.id))
    log_in(guarded)
    assert closed == [QDialog.DialogCode.Rejected]
    assert guarded.desk.operator == desk.reviewer


def test_who_goes_away_while_changing_places_has_to_come_back(guarded):
    log_in(guarded)
    guarded.operators.activated.emit(1)
    guarded.lock()
    assert not guarded.login.back.isVisible()


def test_input_counts_the_time_anew(guarded, qtbot, monkeypatch):
    log_in(guarded)
    begun = []
    monkeypatch.setattr(guarded.idle.timer, "start", lambda: begun.append(1))
    qtbot.mouseMove(guarded, guarded.rect().center())
    qtbot.keyClick(guarded, Qt.Key.Key_Shift)
    assert begun


def test_a_first_password_is_chosen_where_there_is_none(guarded, desk):
    guarded.login.person.choose(str(desk.finance.id))
    log_in(guarded, "whatever it may be")
    login = guarded.login
    assert login.new.isVisible()
    assert not login.password.isVisible()
    type_in(login.new, "short")
    assert login.again.control.hasFocus()
    login.go_on()
    assert login.new.message.is_error
    login.new.set_text("long enough for me")
    type_in(login.again, "long enough for m")
    assert "不一致" in login.again.message.text()
    type_in(login.again, "long enough for me")
    settle(guarded.desk)
    assert guarded.login is None
    assert guarded.desk.operator == desk.finance
    assert not next(one for one in desk.queries.people() if one.id == desk.finance.id).must_change


def test_a_password_that_somebody_else_chose_is_changed_first(guarded, desk):
    operator.log_in(desk.workspace, operator=desk.security_admin, password=OWN)
    operator.reset_password(
        desk.workspace, name="李复核", password="the first one", operator=desk.security_admin, request_id="reset"
    )
    guarded.login.person.choose(str(desk.reviewer.id))
    log_in(guarded, "the first one")
    assert guarded.login.new.isVisible()
    guarded.login.new.set_text(OWN)
    type_in(guarded.login.again, OWN)
    settle(guarded.desk)
    assert guarded.desk.operator == desk.reviewer


def verifying(window, desk, claim):
    window.login.person.choose(str(desk.reviewer.id))
    log_in(window)
    dialog = open_dialog("redemption_decide", window.desk, window, redemption_id=claim.id, act="verify")
    settle(window.desk)
    dialog.save()
    settle(window.desk)
    return dialog


def test_the_password_is_asked_again_before_a_sensitive_act(guarded, desk, claim):
    dialog = verifying(guarded, desk, claim)
    (prompt,) = guarded.findChildren(SecretPrompt)
    assert prompt.isVisible()
    assert "李复核" in prompt.password.plain_label
    type_in(prompt.password, "quite another one")
    settle(guarded.desk)
    assert "4 次" in prompt.password.message.text()
    assert desk.queries.redemption(claim.id).redemption.status == "claimed"
    done = []
    dialog.decided.connect(done.append)
    type_in(prompt.password, OWN)
    settle(guarded.desk)
    assert desk.queries.redemption(claim.id).redemption.status == "verified"
    assert len(done) == 1


def test_without_the_password_nothing_is_done_and_nothing_lost(guarded, desk, claim):
    dialog = verifying(guarded, desk, claim)
    (prompt,) = guarded.findChildren(SecretPrompt)
    dialog.look_again()  # a look that is due, because something was typed just before
    prompt.reject()
    settle(guarded.desk)
    QTest.qWait(2 * theme.QUIET_MS)
    settle(guarded.desk)
    assert dialog.isVisible()
    assert desk.queries.redemption(claim.id).redemption.status == "claimed"
    assert [one.code for one in dialog.effect.effect.violations] == ["password_again"]
    dialog.done(0)


def test_a_trial_office_is_never_locked(window):
    assert window.login is None
    window.lock()
    assert window.login is None
    assert window.idle is None
    assert not window.top.lock_button.isVisible()
    assert not window.top.password_button.isVisible()


def test_small_office_mode_stands_above(window, desk, settled):
    assert not window.top.small_office.isVisible()
    desk.declare_small_office()
    window.desk.reread()
    settled()
    assert window.top.small_office.isVisible()
    assert window.top.small_office.text() == "小型机构模式"


def test_an_account_locked_elsewhere_ends_the_work_here(guarded, desk):
    log_in(guarded)
    operator.log_in(desk.workspace, operator=desk.security_admin, password=OWN)
    operator.lock(
        desk.workspace, name="张经办", reason="离岗", operator=desk.security_admin, request_id=new_request_id()
    )
    with pytest.raises(RulesViolated, match="account_locked"):
        desk.submit(Money.yuan(1))


# ------------------------------------------------------------------------------------------- one's own password


def dialog_of(window):
    (found,) = [one for one in window.findChildren(QDialog) if one.isVisible() and not isinstance(one, SecretPrompt)]
    return found


def test_a_person_changes_their_own_password_from_the_window(guarded, desk, qtbot):
    log_in(guarded)
    qtbot.mouseClick(guarded.top.password_button, Qt.MouseButton.LeftButton)
    settle(guarded.desk)
    dialog = dialog_of(guarded)
    before = desk.workspace.sessions.of(desk.preparer.id)
    for field in dialog.fields:
        field.set_text("quite another password")
    qtbot.wait(theme.QUIET_MS + 50)
    settle(guarded.desk)
    assert dialog.effect.effect.violations == []
    assert desk.workspace.sessions.of(desk.preparer.id) is before, "what is only looked at begins no session"
    qtbot.mouseClick(dialog.act_button, Qt.MouseButton.LeftButton)
    settle(guarded.desk)
    (prompt,) = [one for one in guarded.findChildren(SecretPrompt) if one.isVisible()]
    type_in(prompt.password, OWN)
    settle(guarded.desk)
    assert "新口令" in guarded.status.words.text()
    assert guarded.login is None, "the session goes on under the new one"
    operator.log_in(desk.workspace, operator=desk.preparer, password="quite another password")
    with pytest.raises(RulesViolated):
        operator.log_in(desk.workspace, operator=desk.preparer, password=OWN)


def test_the_password_that_a_person_has_already_is_told_before_the_click(guarded, desk, qtbot):
    log_in(guarded)
    guarded.change_password()
    settle(guarded.desk)
    dialog = dialog_of(guarded)
    for field in dialog.fields:
        field.set_text(OWN)
    qtbot.wait(theme.QUIET_MS + 50)
    settle(guarded.desk)
    assert [one.code for one in dialog.effect.effect.violations] == ["password_same"]
    dialog.reject()
    guarded.desk.set_operator(desk.preparer)
    assert desk.workspace.sessions.of(desk.preparer.id) is not None


def test_the_passphrase_of_the_key_is_asked_for_once_and_the_papers_are_drawn(window, desk, settled):
    """Also in a trial office, which has no passwords: the key signs for nobody who cannot open it."""
    numbers = [str(desk.issued(Money.yuan(10_000), holder=holder).number) for holder in range(2)]
    passphrase = "一个够长的口令 2026"  # noqa: S105 - a test's own
    office_key.set_passphrase(
        desk.workspace, passphrase=passphrase, operator=desk.preparer, request_id=new_request_id()
    )
    window.desk.workspace.signer.cache_clear()  # another run of the program
    preview = CertificatePreview(window.desk, window, numbers=numbers)
    preview.open()
    settle(window.desk)
    (prompt,) = window.findChildren(SecretPrompt)
    assert prompt.windowTitle() == "签名密钥的口令"
    type_in(prompt.password, "ein falsches Kennwort")
    settle(window.desk)
    assert "口令不对" in prompt.password.message.text()
    type_in(prompt.password, passphrase)
    settle(window.desk)
    assert preview.view.pages == 2
    preview.done(0)
    again = CertificatePreview(window.desk, window, numbers=numbers[:1])
    again.open()
    settle(window.desk)
    assert not [one for one in window.findChildren(SecretPrompt) if one.isVisible()]
    assert again.view.pages == 1
    again.done(0)


def test_papers_that_are_not_drawn_without_the_passphrase_say_so(window, desk):
    number = str(desk.issued(Money.yuan(10_000)).number)
    office_key.set_passphrase(
        desk.workspace, passphrase="一个够长的口令 2026", operator=desk.preparer, request_id=new_request_id()
    )
    window.desk.workspace.signer.cache_clear()
    preview = CertificatePreview(window.desk, window, numbers=[number])
    preview.open()
    settle(window.desk)
    (prompt,) = window.findChildren(SecretPrompt)
    prompt.reject()
    settle(window.desk)
    assert "设有口令" in preview.findChild(SignedLine).accessibleName()
    preview.done(0)


# ------------------------------------------------------------------------------------------- restoring


def test_a_restore_tells_who_may_and_asks_for_the_password_again(guarded, desk, make_desk, qtbot, tmp_path):
    copy = tmp_path / "copy.db"
    guarded.desk.make_backups = make_backups
    (tmp_path / "sound").mkdir()
    other = make_desk(tmp_path / "sound")
    make_backups().create(other.path, copy)
    other.close()
    log_in(guarded)
    asked = open_dialog("backup_restore", guarded.desk, guarded, facts=make_backups().facts(copy))
    settle(guarded.desk)
    assert "李复核 · 复核" in asked.who.text()
    assert "张经办" not in asked.who.text()
    qtbot.mouseClick(asked.act_button, Qt.MouseButton.LeftButton)
    settle(guarded.desk)
    assert "可办理的岗位" in "".join(line.accessibleName() for line in asked.findChildren(SignedLine))
    assert asked.isVisible()
    asked.reject()

    operator.log_in(desk.workspace, operator=desk.reviewer, password=OWN)
    guarded.desk.set_operator(desk.reviewer)
    settle(guarded.desk)
    asked = open_dialog("backup_restore", guarded.desk, guarded, facts=make_backups().facts(copy))
    settle(guarded.desk)
    wanted = []
    guarded.desk.file_wanted.connect(wanted.append)
    qtbot.mouseClick(asked.act_button, Qt.MouseButton.LeftButton)
    settle(guarded.desk)
    (prompt,) = guarded.findChildren(SecretPrompt)
    type_in(prompt.password, "quite another one")
    settle(guarded.desk)
    assert prompt.password.message.is_error
    assert not wanted
    type_in(prompt.password, OWN)
    settle(guarded.desk)
    assert [change.path for change in wanted] == [desk.path]
