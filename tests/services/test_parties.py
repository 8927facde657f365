"""The office, its people, recipients, providers and the registry."""

from __future__ import annotations

from datetime import timedelta

import pytest

from voucher_app.app import make_workspace
from voucher_app.domain.errors import InvalidInput, NotFound, RulesViolated
from voucher_app.domain.money import Money
from voucher_app.domain.operators import Role
from voucher_app.services import office, policy, provider, recipient, recovery, redemption, settlement, voucher, year
from voucher_app.services.application import approve, refuse
from voucher_app.services.demonstration import demonstration_code
from voucher_app.services.ports.parties import Facility
from voucher_app.services.recipient import UnitFacts
from voucher_app.services.workspace import new_request_id

from .refusals import refusal

FACILITY = Facility("某数据中心", "太原", "140100", "某公司", 10, None, "1.5", "投产", "", "网页")


def unit(serial=500, kind="enterprise", **changes):
    return UnitFacts(
        **({"name": f"单位{serial}", "uscc": demonstration_code(kind, serial), "region_code": "140100"} | changes)
    )


def add_provider(desk, facts, **changes):
    told = {"operator": desk.preparer, "request_id": new_request_id()} | changes
    return provider.add(desk.workspace, unit=facts, **told)


def admit(desk, uscc, **changes):
    told = {
        "until": desk.today + timedelta(days=10),
        "operator": desk.reviewer,
        "request_id": new_request_id(),
    } | changes
    return provider.admit(desk.workspace, uscc=uscc, **told)


def step(desk, act, uscc, **changes):
    told = {"reason": "书面", "operator": desk.reviewer, "request_id": new_request_id()} | changes
    return getattr(provider, act)(desk.workspace, uscc=uscc, **told)


def add_recipient(desk, facts, kind="enterprise"):
    return recipient.add(desk.workspace, unit=facts, kind=kind, operator=desk.preparer, request_id=new_request_id())


# ------------------------------------------------------------------------------------------- the office


def init(workspace, **changes):
    told = {
        "name": "某办公室",
        "operators": [("甲", Role.PREPARER), ("乙", Role.REVIEWER)],
        "trial": False,
        "passwords": ["correct horse", "battery staple"],
        "policy_content": changes.pop("policy_content"),
        "request_id": "init",
    } | changes
    return office.init(workspace, **told)


@pytest.fixture
def empty(tmp_path):
    workspace = make_workspace(tmp_path / "new.db", create=True)
    yield workspace
    workspace.data_file.close()


@pytest.fixture
def content(desk):
    return desk.queries.policies()[0].content


def test_an_office_begins_with_its_people_a_policy_and_a_key(empty, content):
    facts = init(empty, policy_content=content)
    assert (facts.name, facts.trial, len(facts.file_id)) == ("某办公室", False, 32)
    assert [(one.name, one.role) for one in empty.queries.operators()] == [("甲", "preparer"), ("乙", "reviewer")]
    assert empty.queries.operator("乙").id == 2
    assert len(empty.queries.public_keys()) == len(empty.queries.policies()) == 1
    assert empty.data_file.verify().findings == []
    assert init(empty, policy_content=content) == facts


@pytest.mark.parametrize(
    "change",
    [
        {"name": " "},
        {"operators": []},
        {"operators": [("甲", Role.PREPARER), ("甲", Role.REVIEWER)]},
        {"policy_content": "code = 1"},
    ],
)
def test_an_office_without_a_name_people_or_a_policy_does_not_begin(empty, content, change):
    with pytest.raises(InvalidInput):
        init(empty, **({"policy_content": content} | change))
    with pytest.raises(NotFound):
        empty.queries.office()


# ------------------------------------------------------------------------------------------- roles

ROLES = ["auditor", "system_admin", "security_admin"]
USE_CASES = {
    "policy.publish": lambda d, **o: policy.publish(d.workspace, content=d.queries.policies()[0].content, **o),
    "year.open": lambda d, **o: year.open_year(d.workspace, year=2027, amount=Money(1), document="x", **o),
    "year.close": lambda d, **o: year.close_year(d.workspace, year=2026, **o),
    "recipient.add": lambda d, **o: recipient.add(d.workspace, unit=unit(), kind="enterprise", **o),
    "provider.add": lambda d, **o: provider.add(d.workspace, unit=unit(), **o),
    "provider.admit": lambda d, **o: provider.admit(d.workspace, uscc=d.providers[0], until=d.today, **o),
    "provider.suspend": lambda d, **o: provider.suspend(d.workspace, uscc=d.providers[0], reason="x", **o),
    "provider.resume": lambda d, **o: provider.resume(d.workspace, uscc=d.providers[0], reason="x", **o),
    "provider.remove": lambda d, **o: provider.remove(d.workspace, uscc=d.providers[0], reason="x", **o),
    "provider.import": lambda d, **o: provider.import_facilities(d.workspace, facilities=[FACILITY], **o),
    "application.submit": lambda d, **o: d.submit(Money(1), **o),
    "application.approve": lambda d, **o: approve(d.workspace, application_ids=[1], **o),
    "application.refuse": lambda d, **o: refuse(d.workspace, application_id=1, reason="x", **o),
    "voucher.issue": lambda d, **o: voucher.issue(d.workspace, application_ids=None, **o),
    "voucher.void": lambda d, **o: voucher.void(d.workspace, number="SX-2026-000001-4", reason="x", **o),
    "voucher.return": lambda d, **o: voucher.return_voucher(d.workspace, number="SX-2026-000001-4", reason="x", **o),
    "voucher.freeze": lambda d, **o: voucher.freeze(d.workspace, number="SX-2026-000001-4", reason="x", **o),
    "voucher.unfreeze": lambda d, **o: voucher.unfreeze(d.workspace, number="SX-2026-000001-4", reason="x", **o),
    "voucher.expire": lambda d, **o: voucher.expire(d.workspace, **o),
    "redemption.claim": lambda d, **o: d.claim("SX-2026-000001-4", Money(1), **o),
    "redemption.verify": lambda d, **o: redemption.verify(d.workspace, redemption_id=1, approved=None, **o),
    "redemption.refuse": lambda d, **o: redemption.refuse(d.workspace, redemption_id=1, reason="x", **o),
    "recipient.ban": lambda d, **o: recipient.ban(d.workspace, uscc=d.recipients[0], until=d.today, reason="x", **o),
    "recipient.unban": lambda d, **o: recipient.unban(d.workspace, uscc=d.recipients[0], reason="x", **o),
    "year.raise": lambda d, **o: year.propose_raise(
        d.workspace, year=2026, amount=Money(1), document="x", reason="x", **o
    ),
    "year.decide-raise": lambda d, **o: year.decide_raise(d.workspace, change_id=1, **o),
    "year.refuse-raise": lambda d, **o: year.refuse_raise(d.workspace, change_id=1, reason="x", **o),
    "settlement.draft": lambda d, **o: settlement.draft(d.workspace, until=d.today, **o),
    "settlement.confirm": lambda d, **o: settlement.confirm(d.workspace, settlement_id=1, **o),
    "settlement.plan": lambda d, **o: settlement.plan(d.workspace, settlement_id=1, **o),
    "settlement.check": lambda d, **o: settlement.check(d.workspace, settlement_id=1, **o),
    "settlement.disburse": lambda d, **o: settlement.disburse(d.workspace, settlement_id=1, receipt="x", **o),
    "settlement.fail-line": lambda d, **o: settlement.fail_line(
        d.workspace, settlement_id=1, line_id=1, reason="x", **o
    ),
    "settlement.remove-line": lambda d, **o: settlement.remove_line(
        d.workspace, settlement_id=1, line_id=1, reason="x", **o
    ),
    "settlement.cancel": lambda d, **o: settlement.cancel(d.workspace, settlement_id=1, reason="x", **o),
    "settlement.sample": lambda d, **o: settlement.sample(d.workspace, settlement_id=1, line_id=1, result="x", **o),
    "settlement.reconcile": lambda d, **o: settlement.reconcile(d.workspace, settlement_id=1, bank=[], **o),
    "settlement.close": lambda d, **o: settlement.close(d.workspace, settlement_id=1, **o),
    "recovery.decide": lambda d, **o: recovery.decide(d.workspace, facts=recovery.RecoveryFacts(1, Money(1), "x"), **o),
    "recovery.receive": lambda d, **o: recovery.receive(d.workspace, recovery_id=1, amount=Money(1), receipt="x", **o),
    "redemption.reverse": lambda d, **o: redemption.reverse(d.workspace, redemption_id=1, reason="x", **o),
}


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("use_case", USE_CASES)
def test_auditor_and_administrators_act_nowhere(desk, use_case, role):
    operator = getattr(desk, role)
    before = desk.workspace.data_file.verify().head
    with pytest.raises(RulesViolated) as refused:
        USE_CASES[use_case](desk, operator=operator, request_id="x")
    (violation,) = refused.value.violations
    assert (violation.rule, violation.found, violation.subject) == ("ROLE", operator.role.value, operator.name)
    assert desk.workspace.data_file.verify().head == before


# ------------------------------------------------------------------------------------------- recipients


def test_a_recipient_is_registered_once(desk):
    added = add_recipient(desk, unit(phone=" 0351 ", founded_on=desk.today))
    assert (added.organisation.phone, added.organisation.founded_on) == ("0351", desk.today)
    assert refusal(add_recipient, desk, unit()) == [("UNIQUE", "recipient_exists")]


def test_recipients_are_registered_all_or_none_and_all_that_is_wrong_is_told(desk):
    def add_all(*units):
        return recipient.add_all(
            desk.workspace,
            units=[(facts, "enterprise") for facts in units],
            operator=desk.preparer,
            request_id=new_request_id(),
        )

    before = desk.workspace.data_file.verify().head
    assert refusal(add_all, unit(1), unit(2), unit(1, name="又一次"), unit(2)) == [("UNIQUE", "recipient_exists")] * 2
    assert desk.workspace.data_file.verify().head == before
    assert len(add_all(unit(1), unit(2))) == 2


def test_a_class_that_does_not_go_with_the_code_is_noted_and_registered(desk):
    added = add_recipient(desk, unit(), kind="university")
    assert added.kind == "university"


@pytest.mark.parametrize(
    "change",
    [
        {"uscc": "91140100MA0CMJRAM1"},
        {"name": ""},
        {"name": "a\u200b"},
        {"region_code": "14010"},
        {"controlled_by": "123"},
        {"address": "x" * 121},
    ],
)
def test_a_unit_that_cannot_be_read_is_refused(desk, change):
    for add in (add_recipient, add_provider):
        with pytest.raises(InvalidInput):
            add(desk, unit(**change))


def test_there_are_three_classes_of_recipients(desk):
    with pytest.raises(InvalidInput) as refused:
        add_recipient(desk, unit(), kind="hospital")
    assert refused.value.code == "recipient_kind"


# ------------------------------------------------------------------------------------------- providers


def test_a_provider_is_registered_by_one_person_and_admitted_by_another(desk):
    added = add_provider(desk, unit())
    assert (added.status, added.prepared_by) == ("registered", desk.preparer.id)
    uscc = added.organisation.uscc
    assert refusal(admit, desk, uscc, operator=desk.preparer) == [("R23", "same_person")]
    admitted = admit(desk, uscc)
    assert (admitted.status, admitted.admitted_from) == ("admitted", desk.today)


def test_a_term_that_is_over_before_it_begins_is_refused(desk):
    uscc = add_provider(desk, unit()).organisation.uscc
    assert refusal(admit, desk, uscc, until=desk.today - timedelta(days=1), operator=desk.preparer) == [
        ("R23", "same_person"),
        ("R12", "term_reversed"),
    ]
    admit(desk, uscc, until=desk.today)


def test_a_renewal_keeps_the_first_day(desk):
    uscc = add_provider(desk, unit()).organisation.uscc
    first = admit(desk, uscc).admitted_from
    desk.on(desk.today + timedelta(days=5))
    renewed = admit(desk, uscc, until=desk.today + timedelta(days=400))
    assert (renewed.admitted_from, renewed.admitted_until) == (first, desk.today + timedelta(days=400))


def test_a_provider_outside_shanxi_or_known_already_is_refused(desk):
    assert refusal(add_provider, desk, unit(region_code="110100")) == [("R17", "outside_province")]
    add_provider(desk, unit())
    assert refusal(add_provider, desk, unit(region_code="110100")) == [
        ("R17", "outside_province"),
        ("UNIQUE", "provider_exists"),
    ]


def test_a_suspended_provider_supports_no_new_contract_until_it_resumes(desk):
    assert step(desk, "suspend", desk.providers[0]).suspended_on == desk.today
    assert refusal(desk.submit, Money(1)) == [("R12", "provider_not_admitted_contract")]
    desk.submit(Money(1), signed_on=desk.today - timedelta(days=1))
    assert step(desk, "resume", desk.providers[0]).suspended_on is None
    desk.submit(Money(1))


def test_a_removed_provider_counts_up_to_its_last_day(desk):
    removed = step(desk, "remove", desk.providers[0])
    assert (removed.status, removed.admitted_until) == ("removed", desk.today)
    desk.submit(Money(1))
    desk.on(desk.today + timedelta(days=1))
    assert refusal(desk.submit, Money(1)) == [("R12", "provider_not_admitted_contract")]
    assert refusal(admit, desk, desk.providers[0]) == [("TRANSITION", "step_not_open")]


@pytest.mark.parametrize("act", ["suspend", "remove"])
def test_nobody_moves_a_provider_they_registered(desk, act):
    assert refusal(step, desk, act, desk.providers[0], operator=desk.preparer) == [("R23", "same_person")]


@pytest.mark.parametrize("act", ["suspend", "resume", "remove"])
def test_a_step_that_is_not_open_or_has_no_reason_is_refused(desk, act):
    uscc = add_provider(desk, unit()).organisation.uscc
    assert refusal(step, desk, act, uscc) == [("TRANSITION", "step_not_open")]
    with pytest.raises(InvalidInput):
        step(desk, act, uscc, reason="")
    with pytest.raises(NotFound):
        step(desk, act, "91140100MA0CMJRAM0")


def test_one_unit_may_be_recipient_and_provider_and_then_sells_nothing_to_itself(desk):
    uscc = desk.recipients[0]
    add_provider(desk, unit(uscc=uscc, name="另一名称"))
    admit(desk, uscc)
    assert desk.queries.provider(uscc).provider.organisation.name == "晋阳大模型有限公司"
    found = refusal(desk.submit, Money(1), provider_uscc=uscc)
    assert found == [("R10", "same_unit"), ("R11", "own_compute"), ("R13", "provider_receives")]


# ------------------------------------------------------------------------------------------- the registry


def import_facilities(desk, *facilities, request_id=None):
    return provider.import_facilities(
        desk.workspace,
        facilities=list(facilities),
        operator=desk.preparer,
        request_id=request_id or new_request_id(),
    )


def test_facilities_known_by_name_are_left_as_they_are(desk):
    from dataclasses import replace

    assert import_facilities(desk, FACILITY) == [1]
    assert import_facilities(desk, replace(FACILITY, place="大同"), replace(FACILITY, name="乙")) == [2]
    assert desk.queries.facility(1).facilities[0].place == "太原"
    with pytest.raises(InvalidInput) as refused:
        import_facilities(desk, FACILITY, FACILITY)
    assert refused.value.code == "registry_duplicate"


def test_a_provider_takes_the_facility_it_runs(desk):
    import_facilities(desk, FACILITY)
    added = add_provider(desk, unit(), facility=FACILITY.name)
    assert desk.queries.facility(1).facilities[0].provider_id == added.id
    assert [one.name for one in desk.queries.provider(added.organisation.uscc).facilities] == [FACILITY.name]
    assert desk.verified() == []


def test_a_repeated_registration_returns_the_first(desk):
    told = {"operator": desk.preparer, "request_id": "same"}
    first = provider.add(desk.workspace, unit=unit(), **told)
    assert provider.add(desk.workspace, unit=unit(), **told) == first
    assert import_facilities(desk, FACILITY, request_id="f") == import_facilities(desk, FACILITY, request_id="f")
