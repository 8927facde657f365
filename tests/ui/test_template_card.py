"""设置 → 单位与本机 → 文书模板: each template with sample values, and what is wrong with an office's own."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QPushButton

from voucher_app.services.queries.lists import ListFilter
from voucher_app.ui.dialogs.documents import SamplePreview
from voucher_app.ui.widgets.effect_panel import SignedLine


@pytest.fixture
def card(window, rest):
    window.desk.go("settings.desk")
    rest()
    return window.page("settings").current().templates


def test_a_template_is_looked_at_with_sample_values_and_never_printed(qtbot, card, window, rest, tmp_path):
    card.kind.choose("publicity-list")
    card.look_button.click()
    rest()
    (shown,) = window.findChildren(SamplePreview)
    qtbot.waitUntil(lambda: shown.view.pages == 2)
    assert "示例值" in shown._told.text() or "Sample values" in shown._told.text()
    assert [one.text() for one in shown.findChildren(QPushButton) if one.isVisible()] in (["关闭"], ["Close"])
    shown.save_to_file(tmp_path / "sample.pdf")
    shown.print_out()
    shown.sign()
    rest()
    assert list(tmp_path.glob("sample*")) == []
    assert window.desk.workspace.queries.prints(ListFilter()).count() == 0
    shown.reject()


def test_a_template_changed_meanwhile_is_read_anew_and_a_wrong_one_is_told_by_its_line(card, rest):
    own = card.folder / "office.toml"

    def told(words=None):
        if words is not None:
            own.parent.mkdir(exist_ok=True)
            own.write_text(words, encoding="utf-8")
        card.check_button.click()
        rest()
        (line,) = [one for one in card.findChildren(SignedLine) if one.isVisible()]
        return line.accessibleName()

    shipped = told()
    good = told("[style.body]\nsize_pt = 15\n")
    assert good != shipped
    wrong = told("[style.body]\nsize_pt = 15\nbold = true\n")
    assert "office.toml" in wrong
    assert "3" in wrong
    assert "bold" in wrong
    assert told("[style.body]\nsize_pt = 15.5\n") == good
