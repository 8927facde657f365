from __future__ import annotations

import pytest

from voucher_app.domain.decision import check_decision
from voucher_app.domain.operators import Operator, Role
from voucher_app.domain.redemption import REDEMPTION_STEPS

REVIEWER = Operator(2, "李复核", Role.REVIEWER)


@pytest.mark.parametrize(
    ("status", "prepared_by", "rules"),
    [
        ("claimed", 1, []),
        ("claimed", 2, ["R23"]),
        ("refused", 1, ["TRANSITION"]),
        ("refused", 2, ["TRANSITION", "R23"]),
    ],
)
def test_a_decision_tells_all_that_stands_against_it(status, prepared_by, rules):
    found = check_decision(
        REDEMPTION_STEPS,
        noun="redemption",
        status=status,
        act="verify",
        subject="7",
        prepared_by=prepared_by,
        decided_by=REVIEWER,
    )
    assert [violation.rule for violation in found] == rules
    assert {violation.subject for violation in found} <= {"7"}
