"""The watch itself: it sees what is changed, taken away or put in beside the journal."""

from __future__ import annotations

import pytest

from voucher_app.domain.money import Money

from .watch import Watch


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE organisation SET phone = '1' WHERE id = 1",
        "UPDATE budget_year SET document = 'x'",
        "DELETE FROM credit_check WHERE id = 1",
        "INSERT INTO policy SELECT 900, code, 900, content, published_on, drafted_by, published_by FROM policy",
    ],
)
def test_the_watch_sees_what_no_record_tells(desk, statement):
    desk.check_credit()
    watch = Watch(desk.workspace.data_file._reader())
    desk.submit(Money(100))
    assert watch.look() == 1
    desk.tamper(statement)
    with pytest.raises(AssertionError, match="without a journal record"):
        watch.look()
