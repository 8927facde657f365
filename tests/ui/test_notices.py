from __future__ import annotations

import inspect
import logging

import pytest

from voucher_app.domain import errors
from voucher_app.domain.errors import InvalidInput, NotFound, RulesViolated, Violation
from voucher_app.services import papers
from voucher_app.services.papers import BrokenToken
from voucher_app.services.ports import errors as environment
from voucher_app.services.ports.errors import StorageError
from voucher_app.ui import notices
from voucher_app.ui.notices import Kind


def error_classes():
    found = set()
    for module in (errors, papers, environment):
        for _name, member in inspect.getmembers(module, inspect.isclass):
            if issubclass(member, Exception) and member.__module__ == module.__name__:
                found.add(member)
    return found - {errors.DomainError}


def test_every_error_of_a_use_case_has_an_entry():
    assert error_classes() == set(notices.KINDS)


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (RulesViolated([Violation("R1", "year_not_opened", found=2026, allowed="", subject="2026")]), Kind.RULE),
        (InvalidInput("amount", found="1.234"), Kind.RULE),
        (NotFound("voucher", "SX-2026-000001-4"), Kind.RULE),
        (BrokenToken("signature"), Kind.RULE),
        (StorageError("disk_full", "/data/office.db", "No space left on device"), Kind.ENVIRONMENT),
        (ZeroDivisionError("division by zero"), Kind.BUG),
        (KeyError("x"), Kind.BUG),
    ],
)
def test_a_person_is_told_in_words_and_never_by_the_name_of_an_exception(error, kind):
    notice = notices.notice_of(error)
    assert notice.kind is kind
    assert notice.lines
    for line in (notice.title, *notice.lines):
        assert type(error).__name__ not in line


def test_a_bug_is_logged_told_with_a_copy_button_and_the_program_goes_on(qtbot, caplog, qapp):
    with pytest.raises(ZeroDivisionError) as caught:
        _ = 1 / 0
    with caplog.at_level(logging.ERROR):
        dialog = notices.tell(caught.value, None)
    assert not dialog.isModal()
    assert "a bug" in caplog.text
    dialog.copy()
    assert "ZeroDivisionError" in qapp.clipboard().text()
    assert "test_notices.py" in qapp.clipboard().text()
    dialog.accept()


def test_a_full_disk_is_told_with_advice_and_without_a_log(qtbot, caplog):
    dialog = notices.tell(StorageError("disk_full", "/data/office.db"), None)
    assert caplog.text == ""
    assert dialog.windowTitle() == "现在无法完成"
    dialog.accept()
