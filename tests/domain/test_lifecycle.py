from itertools import product

import pytest

from voucher_app.domain.application import APPLICATION_STEPS, ApplicationStatus
from voucher_app.domain.errors import RulesViolated
from voucher_app.domain.lifecycle import next_status
from voucher_app.domain.parties import PROVIDER_STEPS, ProviderStatus
from voucher_app.domain.redemption import REDEMPTION_STEPS, RedemptionStatus
from voucher_app.domain.voucher import VOUCHER_STEPS, VoucherStatus

# The tables once more, written down apart from the code: from a status, by an act, to a status.
TABLES = {
    "application": (APPLICATION_STEPS, ApplicationStatus, {
        ("submitted", "approve"): "approved", ("submitted", "refuse"): "refused",
        ("approved", "issue"): "issued", ("approved", "refuse"): "refused",
    }),
    "voucher": (VOUCHER_STEPS, VoucherStatus, {
        ("usable", "redeem"): "partly-used", ("usable", "void"): "voided", ("usable", "freeze"): "frozen",
        ("usable", "expire"): "expired", ("usable", "return"): "returned",
        ("partly-used", "redeem"): "partly-used", ("partly-used", "void"): "voided",
        ("partly-used", "freeze"): "frozen", ("partly-used", "expire"): "expired",
        ("frozen", "unfreeze"): "usable", ("frozen", "void"): "voided",
    }),
    "redemption": (REDEMPTION_STEPS, RedemptionStatus, {
        ("claimed", "verify"): "verified", ("claimed", "refuse"): "refused", ("verified", "reverse"): "reversed",
    }),
    "provider": (PROVIDER_STEPS, ProviderStatus, {
        ("registered", "admit"): "admitted", ("admitted", "admit"): "admitted", ("admitted", "suspend"): "suspended",
        ("admitted", "remove"): "removed", ("suspended", "resume"): "admitted", ("suspended", "remove"): "removed",
    }),
}  # fmt: skip
ACTS = ("approve", "refuse", "issue", "redeem", "void", "return", "freeze", "unfreeze", "expire", "verify", "reverse",
        "admit", "suspend", "resume", "remove")  # fmt: skip
CASES = [
    (noun, status.value, act) for noun, (_, statuses, _) in TABLES.items() for status, act in product(statuses, ACTS)
]


@pytest.mark.parametrize(("noun", "status", "act"), CASES)
def test_a_life_cycle_has_exactly_these_steps(noun, status, act):
    table, _, steps = TABLES[noun]
    wanted = steps.get((status, act))
    if wanted is not None:
        assert next_status(table, noun=noun, status=status, act=act, subject="7") == wanted
        return
    with pytest.raises(RulesViolated) as refused:
        next_status(table, noun=noun, status=status, act=act, subject="7")
    (violation,) = refused.value.violations
    assert (violation.rule, violation.code, violation.found, violation.subject) == (
        "TRANSITION",
        "step_not_open",
        status,
        "7",
    )
    assert violation.allowed == sorted(open_act for at, open_act in steps if at == status)
    assert violation.facts == {"noun": noun, "act": act}


@pytest.mark.parametrize("noun", TABLES)
def test_every_status_has_its_row_and_no_act_is_unknown(noun):
    table, statuses, _ = TABLES[noun]
    assert set(table) == set(statuses)
    assert {act for steps in table.values() for act in steps} <= set(ACTS)
