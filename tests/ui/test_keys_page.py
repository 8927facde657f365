"""Signing keys in the window: passphrase, another key, revocation by two people, and what others are given."""

from __future__ import annotations

import json

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog

from voucher_app.app import make_signer
from voucher_app.services import office_key
from voucher_app.services.workspace import key_file_of

_LEFT = Qt.MouseButton.LeftButton
SECRET = "一个够长的口令 2026"  # noqa: S105 - a test's own


@pytest.fixture
def keys(window, rest):
    """The list of keys, come to from the people's by its button, with the key in use selected."""
    window.show_page("settings")
    page = window.pages["settings"]
    page.tabs.setCurrentIndex(1)
    rest()
    (way,) = [one for one in page.findChildren(type(page.main_button)) if one.text() == "签名密钥…" and one.isVisible()]
    way.click()
    rest()
    assert page.current().name == "keys"
    page.current().view.select_position(0)
    rest()
    return page.current()


@pytest.fixture
def press(window, keys, qtbot, rest):
    """Press a button of the panel; return the dialog that opened."""

    def now(words):
        button = next(one for one in keys.panel.buttons() if one.text().startswith(words))
        qtbot.mouseClick(button, _LEFT)
        rest()
        (dialog,) = [one for one in window.findChildren(QDialog) if one.isVisible()]
        return dialog

    return now


def decide(dialog, qtbot, rest, **answers):
    for key, text in answers.items():
        dialog.answers[key].set_text(text)
    for field in dialog.fields:
        if field.plain_label == "再输一遍口令":
            field.set_text(answers["passphrase"])
    rest()
    qtbot.mouseClick(dialog.act_button, _LEFT)
    rest()


def states(desk):
    return [(one.is_current, one.is_protected, one.revocation) for one in office_key.key_states(desk.workspace)]


def test_the_key_is_put_under_a_passphrase_changed_and_taken_out_of_it(window, keys, desk, press, qtbot, rest):
    assert "没有口令" in keys.panel.details.warning
    dialog = press("设置口令")
    decide(dialog, qtbot, rest, passphrase="kurz")
    assert dialog.answers["passphrase"].message.is_error
    assert states(desk) == [(True, False, "")]
    decide(dialog, qtbot, rest, passphrase=SECRET)
    assert states(desk) == [(True, True, "")]
    assert make_signer(key_file_of(desk.path)).is_locked()
    assert keys.panel.details.warning == ""
    decide(press("更换口令"), qtbot, rest, passphrase=f"{SECRET} neu")
    other = make_signer(key_file_of(desk.path))
    other.unlock(f"{SECRET} neu")
    decide(press("取消口令"), qtbot, rest)
    assert states(desk) == [(True, False, "")]


def test_two_different_passphrases_are_not_taken(desk, press, qtbot, rest):
    dialog = press("设置口令")
    dialog.answers["passphrase"].set_text(SECRET)
    dialog.fields[-1].set_text("ein anderes Kennwort")
    rest()
    qtbot.mouseClick(dialog.act_button, _LEFT)
    rest()
    assert "不一致" in dialog.fields[-1].message.text()
    assert states(desk) == [(True, False, "")]
    dialog.reject()


def test_a_key_is_revoked_by_two_people_and_never_by_one(window, keys, desk, press, qtbot, rest):
    decide(press("提出吊销"), qtbot, rest, reason="密钥文件外泄")
    assert states(desk) == [(True, False, "proposed")]
    assert keys.panel.details.status == ("key", "proposed")
    dialog = press("吊销")
    dialog.answers["reason"].set_text("同意")
    rest()
    assert [one.rule for one in dialog.effect.effect.violations] == ["R23"]
    dialog.reject()
    rest()
    window.desk.set_operator(desk.reviewer)
    rest()
    decide(press("吊销"), qtbot, rest, reason="同意")
    assert states(desk) == [(True, False, "revoked")]
    assert "另制密钥" in keys.panel.details.warning
    assert not [one for one in keys.panel.buttons() if one.text().startswith(("吊销", "提出"))]


def test_a_proposal_is_withdrawn(keys, desk, press, qtbot, rest):
    decide(press("提出吊销"), qtbot, rest, reason="误会")
    decide(press("保留"), qtbot, rest, reason="文件找到了")
    assert states(desk) == [(True, False, "")]


def test_another_key_is_made_with_a_reason_and_only_by_the_click(window, keys, desk, qtbot, rest):
    before = sorted(desk.path.parent.glob("*.pem*"))
    qtbot.keyClick(window, Qt.Key.Key_N, Qt.KeyboardModifier.ControlModifier)
    rest()
    (dialog,) = [one for one in window.findChildren(QDialog) if one.isVisible()]
    dialog.answers["reason"].set_text("密钥文件遗失")
    rest()
    assert dialog.effect.effect.violations == []
    assert sorted(desk.path.parent.glob("*.pem*")) == before
    qtbot.mouseClick(dialog.act_button, _LEFT)
    rest()
    assert states(desk) == [(True, False, ""), (False, False, "")]
    assert keys.model.rowCount() == 2


def test_who_has_no_business_there_makes_no_key(window, keys, desk, rest):
    window.desk.set_operator(desk.auditor)
    keys.begin_new()
    rest()
    assert not [one for one in window.findChildren(QDialog) if one.isVisible()]
    assert "岗位" in window.status.words.text()


def test_public_key_list_and_page_are_written_for_others(window, keys, desk, tmp_path, rest):
    (key,) = desk.queries.public_keys()
    keys.export_key(key.key_id, tmp_path / "office.pem")
    keys.write_void_list(tmp_path / "void.json")
    keys.write_verifier(tmp_path / "verify.html")
    rest()
    assert make_signer(key_file_of(desk.path)).load_public_key(tmp_path / "office.pem") == key
    assert json.loads((tmp_path / "void.json").read_text(encoding="utf-8"))["key"] == key.key_id
    assert key.key_id in (tmp_path / "verify.html").read_text(encoding="utf-8")
    assert "verify.html" in window.status.words.text()
