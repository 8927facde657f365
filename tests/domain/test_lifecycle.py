from __future__ import annotations

from itertools import product

import pytest

from voucher_app.domain.application import BATCH_STEPS, DIRECT_STEPS, ApplicationStatus
from voucher_app.domain.batch import BATCH_LIFE, BatchStatus
from voucher_app.domain.budget import CAP_CHANGE_STEPS, CapChangeStatus
from voucher_app.domain.errors import RulesViolated
from voucher_app.domain.lifecycle import next_status
from voucher_app.domain.objection import OBJECTION_STEPS, ObjectionStatus
from voucher_app.domain.operators import OPERATOR_STEPS, OperatorStatus
from voucher_app.domain.parties import PROVIDER_STEPS, ProviderStatus
from voucher_app.domain.policy import DRAFT_STEPS, DraftStatus
from voucher_app.domain.recovery import RECOVERY_STEPS, RecoveryStatus
from voucher_app.domain.redemption import REDEMPTION_STEPS, RedemptionStatus
from voucher_app.domain.settlement import LINE_STEPS, SETTLEMENT_STEPS, LineStatus, SettlementStatus
from voucher_app.domain.voucher import VOUCHER_STEPS, VoucherStatus

# The tables once more, written down apart from the code: from a status, by an act, to a status.
TABLES = {
    "application outside a batch": (
        DIRECT_STEPS,
        ApplicationStatus,
        """
        draft submit submitted · draft withdraw withdrawn
        submitted approve approved · submitted refuse refused · submitted withdraw withdrawn
        approved issue issued · approved refuse refused · approved withdraw withdrawn""",
    ),
    "application in a batch": (
        BATCH_STEPS,
        ApplicationStatus,
        """
        draft submit submitted · draft withdraw withdrawn
        submitted accept accepted · submitted return returned · submitted decline declined
        submitted withdraw withdrawn
        returned submit submitted · returned decline declined · returned withdraw withdrawn
        accepted review first-reviewed · accepted refuse refused · accepted withdraw withdrawn
        first-reviewed approve approved · first-reviewed refuse refused · first-reviewed withdraw withdrawn
        approved allocate allocated · approved refuse refused · approved withdraw withdrawn
        allocated allocate allocated · allocated publicize publicized
        allocated refuse refused · allocated withdraw withdrawn
        publicized object objected · publicized clear cleared
        objected object objected · objected clear cleared · objected resume publicized · objected refuse refused
        cleared issue issued · cleared object objected""",
    ),
    "batch": (
        BATCH_LIFE,
        BatchStatus,
        """
        open close closed · closed allocate reviewing · closed finish finished
        reviewing allocate reviewing · reviewing publicize publicized · reviewing finish finished
        publicized issue issued · publicized finish finished · issued finish finished""",
    ),
    "voucher": (
        VOUCHER_STEPS,
        VoucherStatus,
        """
        usable redeem partly-used · usable void voided · usable freeze frozen · usable expire expired
        usable return returned
        partly-used redeem partly-used · partly-used void voided · partly-used freeze frozen
        partly-used expire expired
        frozen unfreeze usable · frozen void voided""",
    ),
    "redemption": (
        REDEMPTION_STEPS,
        RedemptionStatus,
        """
        claimed verify verified · claimed refuse refused · verified reverse reversed · verified settle settled
        settled disburse disbursed · settled release verified
        disbursed release verified · disbursed recover recovering
        recovering receive recovered · recovered recover recovering""",
    ),
    "settlement": (
        SETTLEMENT_STEPS,
        SettlementStatus,
        """
        draft confirm confirmed · draft remove draft · draft sample draft · draft cancel cancelled
        confirmed plan planned · confirmed check checked · confirmed disburse disbursed · confirmed cancel cancelled
        confirmed fail confirmed · confirmed sample confirmed
        planned check checked · planned disburse disbursed · planned cancel cancelled
        planned fail planned · planned sample planned
        checked disburse disbursed · checked cancel cancelled · checked fail checked · checked sample checked
        disbursed reconcile reconciled · disbursed fail disbursed · disbursed sample disbursed
        reconciled close closed · reconciled fail disbursed · reconciled sample reconciled""",
    ),
    "settlement-line": (
        LINE_STEPS,
        LineStatus,
        """
        pending pay paid · pending fail failed · pending remove removed · paid fail failed""",
    ),
    "recovery": (RECOVERY_STEPS, RecoveryStatus, "decided receive received"),
    "objection": (OBJECTION_STEPS, ObjectionStatus, "open dismiss dismissed · open uphold upheld"),
    "policy-draft": (
        DRAFT_STEPS,
        DraftStatus,
        """
        draft review reviewed · draft publish published · draft withdraw withdrawn
        reviewed publish published · reviewed withdraw withdrawn""",
    ),
    "cap-change": (CAP_CHANGE_STEPS, CapChangeStatus, "proposed decide decided · proposed refuse refused"),
    "operator": (OPERATOR_STEPS, OperatorStatus, "active lock locked · locked unlock active"),
    "provider": (
        PROVIDER_STEPS,
        ProviderStatus,
        """
        registered admit admitted · registered check checked · registered refuse refused
        checked inspect inspected · checked refuse refused
        inspected publicize publicized · inspected refuse refused
        publicized admit admitted · publicized refuse refused
        admitted admit admitted · admitted suspend suspended · admitted expire expired · admitted remove removed
        suspended resume admitted · suspended remove removed
        expired admit admitted · expired remove removed · refused check checked""",
    ),
}
TABLES = {
    noun: (table, statuses, {
        (old, act): new
        for line in told.splitlines() if line.strip()
        for old, act, new in [step.split() for step in line.split("·") if step.strip()]
    })
    for noun, (table, statuses, told) in TABLES.items()
}  # fmt: skip
ACTS = tuple(sorted({act for _, _, steps in TABLES.values() for _, act in steps}))
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
