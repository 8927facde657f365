"""State × act through the commands: whatever a life cycle does not have now is refused by its rule, exit code 1.

A record is put into each status behind the program's back, because only its status matters here; then every command of
its life that the table does not open is tried. What the table opens is tried where its effects are looked at.
"""

from __future__ import annotations

import pytest

from voucher_app.domain.application import BATCH_STEPS, DIRECT_STEPS, ApplicationStatus
from voucher_app.domain.batch import BATCH_LIFE, BatchStatus
from voucher_app.domain.budget import CAP_CHANGE_STEPS, CapChangeStatus
from voucher_app.domain.money import Money
from voucher_app.domain.objection import OBJECTION_STEPS, ObjectionStatus
from voucher_app.domain.operators import OPERATOR_STEPS, OperatorStatus
from voucher_app.domain.policy import DRAFT_STEPS, DraftStatus
from voucher_app.domain.recovery import RECOVERY_STEPS, RecoveryStatus
from voucher_app.domain.redemption import REDEMPTION_STEPS, RedemptionStatus
from voucher_app.domain.settlement import SETTLEMENT_STEPS, SettlementStatus
from voucher_app.domain.voucher import VOUCHER_STEPS, VoucherStatus
from voucher_app.services import policy, recovery, settlement, year
from voucher_app.services.workspace import new_request_id

from .conftest import REVIEWER, Shell

WHY = ("--reason", "经核查")
PRESET_CODE = 'code = "generous"'


def by(person):
    return {"operator": person, "request_id": new_request_id()}


def a_voucher(desk):
    number = str(desk.issued(Money.yuan(100)).number)
    return 1, {
        "void": ("voucher", "void", number, *WHY),
        "return": ("voucher", "return", number, *WHY),
        "freeze": ("voucher", "freeze", number, *WHY),
        "unfreeze": ("voucher", "unfreeze", number, *WHY),
        "redeem": ("redemption", "claim", "--voucher", number, "--amount", "1", "--invoice", "9" * 20,
                   "--invoice-amount", "100", "--invoiced-on", "2026-03-02"),
    }  # fmt: skip


def a_redemption(desk):
    key = str(desk.claim(desk.issued(Money.yuan(100)).number, Money.yuan(10)).id)
    return 1, {
        "verify": ("redemption", "verify", key),
        "refuse": ("redemption", "refuse", key, *WHY),
        "reverse": ("redemption", "reverse", key, *WHY),
        "recover": ("recovery", "decide", key, "--amount", "1", *WHY),
    }


def of_application(key):
    return {
        "approve": ("application", "approve", key),
        "refuse": ("application", "refuse", key, *WHY),
        "withdraw": ("application", "withdraw", key, *WHY),
        "accept": ("application", "accept", key),
        "return": ("application", "return", key, *WHY),
        "decline": ("application", "decline", key, *WHY),
        "review": ("application", "review", key),
    }


def a_direct_application(desk):
    key = str(desk.submit(Money.yuan(5)).id)
    return 1, of_application(key) | {"issue": ("voucher", "issue", key)}


def an_application_of_a_batch(desk):
    desk.check_credit()
    one = desk.open_batch()
    key = str(desk.submit(Money.yuan(5), batch_id=one.id).id)
    objecting = ("batch", "object", str(one.id), "--application", key, "--by", "某公司", "--content", "不实")
    return 1, of_application(key) | {"object": objecting}


def a_batch(desk):
    desk.check_credit()
    key = str(desk.open_batch().id)
    return 1, {act: ("batch", act, key) for act in ("close", "allocate", "publicize", "issue", "finish")}


def a_settlement(desk):
    desk.redeemed(desk.issued(Money.yuan(100)).number, Money.yuan(60))
    settlement.draft(desk.workspace, until=desk.today, **by(desk.preparer))
    line = ("1", "1")
    return 1, {
        "confirm": ("settlement", "confirm", "1"),
        "plan": ("settlement", "plan", "1"),
        "check": ("settlement", "check", "1"),
        "disburse": ("settlement", "disburse", "1", "--receipt", "HD-1"),
        "close": ("settlement", "close", "1"),
        "cancel": ("settlement", "cancel", "1", *WHY),
        "remove": ("settlement", "remove-line", *line, *WHY),
        "fail": ("settlement", "fail-line", *line, *WHY),
        "sample": ("settlement", "sample", *line, "--result", "无异常"),
    }


def a_recovery(desk):
    claim = desk.redeemed(desk.issued(Money.yuan(100)).number, Money.yuan(60))
    settlement.draft(desk.workspace, until=desk.today, **by(desk.preparer))
    settlement.confirm(desk.workspace, settlement_id=1, **by(desk.reviewer))
    settlement.disburse(desk.workspace, settlement_id=1, receipt="HD-1", **by(desk.finance))
    facts = recovery.RecoveryFacts(redemption_id=claim.id, amount=Money.yuan(6), reason="骗取")
    recovery.decide(desk.workspace, facts=facts, **by(desk.reviewer))
    return 1, {"receive": ("recovery", "receive", "1", "--amount", "1", "--receipt", "HK-1")}


def an_objection(desk):
    desk.check_credit()
    one = desk.open_batch()
    made = desk.approved_in(one, Money.yuan(5))
    desk.close_batch(one)
    desk.publicize(one)
    desk.object_to(made)
    resolve = ("batch", "resolve", "1", "--result")
    return 1, {"dismiss": (*resolve, "dismissed", *WHY), "uphold": (*resolve, "upheld", *WHY)}


def a_draft(desk):
    content = desk.queries.policies()[0].content.replace(PRESET_CODE, 'code = "another"')
    policy.draft(desk.workspace, content=content, **by(desk.preparer))
    return 1, {
        "review": ("policy", "review", "1"),
        "withdraw": ("policy", "withdraw", "1", *WHY),
        "publish": ("policy", "publish", "--draft", "1"),
    }


def an_account(desk):
    name = desk.preparer.name
    return desk.preparer.id, {"lock": ("operator", "lock", name, *WHY), "unlock": ("operator", "unlock", name)}


def a_raise(desk):
    year.propose_raise(
        desk.workspace, year=2026, amount=Money.yuan(1), document="x", reason="增补", **by(desk.preparer)
    )
    return 1, {"decide": ("year", "decide-raise", "1"), "refuse": ("year", "refuse-raise", "1", *WHY)}


LIVES = {
    "voucher": (a_voucher, "voucher", VOUCHER_STEPS, VoucherStatus),
    "redemption": (a_redemption, "redemption", REDEMPTION_STEPS, RedemptionStatus),
    "application": (a_direct_application, "application", DIRECT_STEPS, ApplicationStatus),
    "application of a batch": (an_application_of_a_batch, "application", BATCH_STEPS, ApplicationStatus),
    "batch": (a_batch, "batch", BATCH_LIFE, BatchStatus),
    "settlement": (a_settlement, "settlement", SETTLEMENT_STEPS, SettlementStatus),
    "recovery": (a_recovery, "recovery", RECOVERY_STEPS, RecoveryStatus),
    "objection": (an_objection, "objection", OBJECTION_STEPS, ObjectionStatus),
    "draft of a policy": (a_draft, "policy_draft", DRAFT_STEPS, DraftStatus),
    "account": (an_account, "operator", OPERATOR_STEPS, OperatorStatus),
    "raise": (a_raise, "cap_change", CAP_CHANGE_STEPS, CapChangeStatus),
}
CASES = [(life, status.value) for life, (_, _, _, statuses) in LIVES.items() for status in statuses]


@pytest.fixture
def office(desk, make_desk, tmp_path, request):
    """An office of few people, so that the state alone refuses; one with money to spare where it is raised."""
    made = desk
    if request.node.callspec.params["life"] == "raise":
        folder = tmp_path / "raised"
        folder.mkdir()
        made = make_desk(folder, amount=Money.yuan(1_000))
    made.declare_small_office()
    yield made
    if made is not desk:
        made.close()


@pytest.mark.parametrize(("life", "status"), CASES)
def test_no_command_takes_a_step_that_a_life_does_not_have(office, life, status):
    make, table, steps, _ = LIVES[life]
    key, commands = make(office)
    office.tamper((f"UPDATE {table} SET status = ? WHERE id = ?", status, key))  # noqa: S608 - tables of our own
    who = office.security_admin.name if life == "account" else REVIEWER
    shell = Shell(office.path)
    before = office.queries.journal_hash(1), records(office)
    for act, command in commands.items():
        is_open = act in steps[status] or (life, act, status) == ("batch", "publicize", "closed")
        if not is_open:
            answer = shell(*command, by=who)
            assert answer.code == 1, (act, answer.out, answer.err)
            assert "TRANSITION" in answer.rules, (act, answer.rules)
    assert (office.queries.journal_hash(1), records(office)) == before


def records(office):
    with office.shell() as connection:
        return connection.execute("SELECT count(*) FROM journal").fetchone()[0]
