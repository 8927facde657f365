"""The register of providers: the road to it, terms and their gaps, suspensions that stay, objections, prices."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from voucher_app.domain.errors import InvalidInput, NotFound, RulesViolated
from voucher_app.domain.money import Money
from voucher_app.domain.parties import PROVIDER_STEPS, ProviderStatus
from voucher_app.services import provider
from voucher_app.services.demonstration import demonstration_code
from voucher_app.services.ports.parties import Facility
from voucher_app.services.recipient import UnitFacts
from voucher_app.services.wording.rules import sentence
from voucher_app.services.workspace import new_request_id

CODE = demonstration_code("provider", 700)
DAY = timedelta(days=1)
LAST_DAY = date(2026, 3, 9)
"""Of a publicity that begins on Monday 2 March 2026: five working days after it."""
FACILITY = Facility("某数据中心", "太原", "140100", "某公司", 10, None, "1.5", "投产", "", "网页")


def refusal(call, *arguments, **options):
    with pytest.raises(RulesViolated) as refused:
        call(*arguments, **options)
    assert all(sentence(one) for one in refused.value.violations)
    return [(one.rule, one.code) for one in refused.value.violations]


def act(use_case, desk, operator=None, **facts):
    return use_case(desk.workspace, operator=operator or desk.reviewer, request_id=new_request_id(), **facts)


def admit(desk, *, days=100, operator=None, **facts):
    told = {"uscc": CODE, "until": desk.today + timedelta(days=days)} | facts
    return act(provider.admit, desk, operator, **told)


def object_to(desk, operator=None, **facts):
    told = {"uscc": CODE, "raised_by": "某公司", "content": "能耗数据与事实不符"} | facts
    return act(provider.object_to, desk, operator or desk.preparer, **told)


STEPS = {
    "check": lambda d, who=None: act(provider.check, d, who, uscc=CODE),
    "inspect": lambda d, who=None: act(provider.inspect, d, who, uscc=CODE),
    "publicize": lambda d, who=None: act(provider.publicize, d, who, uscc=CODE),
    "refuse": lambda d, who=None: act(provider.refuse, d, who, uscc=CODE, reason="资料不实"),
    "admit": lambda d, who=None: admit(d, operator=who),
    "suspend": lambda d, who=None: act(provider.suspend, d, who, uscc=CODE, reason="核查"),
    "resume": lambda d, who=None: act(provider.resume, d, who, uscc=CODE, reason="核查完毕"),
    "remove": lambda d, who=None: act(provider.remove, d, who, uscc=CODE, reason="申请退出"),
    "expire": lambda d, who=None: act(provider.expire, d, who),
}
ROADS = {
    "registered": [],
    "checked": ["check"],
    "inspected": ["check", "inspect"],
    "publicized": ["check", "inspect", "publicize", "wait"],
    "admitted": ["admit"],
    "suspended": ["admit", "suspend"],
    "expired": ["admit", "wait", "expire"],
    "removed": ["admit", "remove"],
    "refused": ["refuse"],
}
"""How a provider gets to each status."""


def walk(desk, *steps):
    for step in steps:
        if step == "wait":
            desk.on(desk.today + timedelta(days=200))
        else:
            STEPS[step](desk)


@pytest.fixture
def registered(desk, in_english):
    act(provider.add, desk, desk.preparer, unit=UnitFacts("云冈智算中心", CODE, "140200"))
    return desk


def standing(desk):
    return desk.queries.provider(CODE).provider


# ------------------------------------------------------------------------------------------- the road


@pytest.mark.parametrize("status", ProviderStatus)
@pytest.mark.parametrize("step", [step for step in STEPS if step != "expire"])
def test_a_provider_takes_exactly_the_steps_of_its_table(registered, status, step):
    walk(registered, *ROADS[status])
    assert standing(registered).status == status
    possible = {
        one.act: one.is_open
        for one in provider.possible_acts(registered.workspace.records(), standing(registered), registered.reviewer)
    }
    assert possible[step] is (step in PROVIDER_STEPS[status])
    if step in PROVIDER_STEPS[status]:
        STEPS[step](registered)
        assert standing(registered).status == PROVIDER_STEPS[status][step]
    else:
        assert refusal(STEPS[step], registered) == [("TRANSITION", "step_not_open")]
    assert registered.verified() == []


@pytest.mark.parametrize("status", ProviderStatus)
def test_only_an_admitted_provider_whose_term_has_ended_expires(registered, status):
    walk(registered, *ROADS[status])
    registered.on(registered.today + timedelta(days=300))
    expired = [one.organisation.uscc for one in STEPS["expire"](registered)]
    assert expired == ([CODE] if status == "admitted" else [])


@pytest.mark.parametrize("step", [step for step in STEPS if step != "expire"])
def test_nobody_decides_on_a_provider_they_registered(registered, step):
    status = next(status for status, steps in PROVIDER_STEPS.items() if step in steps)
    walk(registered, *ROADS[status])
    assert refusal(STEPS[step], registered, registered.preparer) == [("R23", "same_person")]


@pytest.mark.parametrize("step", [*STEPS, "object", "resolve", "price", "link"])
@pytest.mark.parametrize("role", ["auditor", "system_admin", "security_admin"])
def test_auditor_and_administrators_keep_no_register(registered, step, role):
    operator = getattr(registered, role)
    others = {
        "object": lambda: object_to(registered, operator),
        "resolve": lambda: act(provider.resolve, registered, operator, objection_id=1, upheld=True, reason="x"),
        "price": lambda: act(provider.price, registered, operator, uscc=CODE, item="x", unit="y", amount=Money(1)),
        "link": lambda: act(provider.link, registered, operator, uscc=CODE, facility="x"),
    }
    tried = others.get(step) or (lambda: STEPS[step](registered, operator))
    assert refusal(tried) == [("ROLE", "role_may_not_act")]


def test_the_whole_road_leaves_names_days_and_history(registered):
    walk(registered, "check", "inspect", "publicize")
    begun = registered.today
    assert standing(registered).publicity_from == begun
    assert standing(registered).publicity_until == LAST_DAY
    registered.on(LAST_DAY + DAY)
    admit(registered)
    details = registered.queries.provider(CODE)
    assert (details.checked_by, details.inspected_by, details.publicized_by) == ("李复核",) * 3
    assert (details.admitted_by, details.refused_by, details.prepared_by) == ("李复核", "", "张经办")
    assert details.provider.admitted_from == LAST_DAY + DAY
    assert [entry.action for entry in details.history] == [
        f"provider.{step}" for step in ("admit", "publicize", "inspect", "check", "add")
    ]


def test_a_refused_provider_begins_its_road_anew(registered):
    walk(registered, "check", "inspect", "publicize", "refuse")
    assert registered.queries.provider(CODE).refused_by == "李复核"
    walk(registered, "check")
    details = registered.queries.provider(CODE)
    assert (details.inspected_by, details.publicized_by, details.refused_by) == ("", "", "")
    assert (details.provider.publicity_from, details.provider.publicity_until) == (None, None)


def test_a_refusal_needs_a_reason(registered):
    with pytest.raises(InvalidInput):
        act(provider.refuse, registered, uscc=CODE, reason=" ")


def test_a_repeated_step_is_taken_once(registered):
    for step, facts in {"check": {}, "inspect": {}, "publicize": {"until": registered.today + 9 * DAY}}.items():
        told = {"uscc": CODE, "operator": registered.reviewer, "request_id": step} | facts
        assert getattr(provider, step)(registered.workspace, **told) == getattr(provider, step)(
            registered.workspace, **told
        )


# ------------------------------------------------------------------------------------------- publicity


@pytest.mark.parametrize(("days", "refused"), [(0, None), (-1, [("R24", "provider_publicity_short")])])
def test_publicity_lasts_the_policy_s_working_days_and_not_one_less(registered, days, refused):
    walk(registered, "check", "inspect")
    until = LAST_DAY + timedelta(days=days)
    if refused:
        assert refusal(act, provider.publicize, registered, uscc=CODE, until=until) == refused
    else:
        assert act(provider.publicize, registered, uscc=CODE, until=until).publicity_until == until


def test_publicity_counts_the_working_days_that_the_calendar_knows(registered):
    """From 28 September: the holiday of seven days does not count, the Saturday worked for it does."""
    registered.on(date(2026, 9, 28))
    walk(registered, "check", "inspect", "publicize")
    assert standing(registered).publicity_until == date(2026, 10, 10)


def test_publicity_into_a_year_without_a_calendar_is_refused_with_what_to_do(registered):
    registered.on(date(2026, 12, 30))
    walk(registered, "check", "inspect")
    with pytest.raises(InvalidInput) as refused:
        walk(registered, "publicize")
    assert (refused.value.code, refused.value.found) == ("calendar_year_unknown", 2027)
    assert standing(registered).status == "inspected"


@pytest.mark.parametrize(("days", "refused"), [(0, [("R24", "publicity_not_over")]), (1, None)])
def test_a_provider_is_admitted_the_day_after_its_publicity(registered, days, refused):
    walk(registered, "check", "inspect", "publicize")
    registered.on(LAST_DAY + timedelta(days=days))
    if refused:
        assert refusal(admit, registered) == refused
    else:
        assert admit(registered).status == "admitted"


@pytest.mark.parametrize(("days", "refused"), [(0, [("R24", "term_in_publicity")]), (1, None)])
def test_no_term_begins_during_the_publicity(registered, days, refused):
    walk(registered, "check", "inspect", "publicize")
    since = LAST_DAY + timedelta(days=days)
    registered.on(registered.today + timedelta(days=10))
    if refused:
        assert refusal(admit, registered, since=since) == refused
    else:
        assert admit(registered, since=since).admitted_from == since


def test_an_open_objection_and_one_that_was_upheld_keep_a_provider_out(registered):
    walk(registered, "check", "inspect", "publicize")
    first, second = object_to(registered), object_to(registered)
    assert (first.status, first.raised_on, first.subject) == (
        "open",
        registered.today,
        f"provider:{standing(registered).id}",
    )
    registered.on(LAST_DAY + DAY)
    assert refusal(admit, registered) == [("R24", "provider_objection_open")] * 2
    for one, upheld in ((first, False), (second, True)):
        facts = {"objection_id": one.id, "upheld": upheld, "reason": "经核查"}
        assert refusal(act, provider.resolve, registered, registered.preparer, **facts) == [("R23", "same_person")]
        resolved = act(provider.resolve, registered, **facts)
        assert (resolved.status, resolved.resolution) == ("upheld" if upheld else "dismissed", "经核查")
        assert refusal(act, provider.resolve, registered, **facts) == [("TRANSITION", "step_not_open")]
    assert refusal(admit, registered) == [("R24", "provider_objection_upheld")]
    assert [row.resolved_by for row in registered.queries.provider(CODE).objections] == ["李复核"] * 2
    # A refused provider may try again; what was upheld against it then counts no more.
    walk(registered, "refuse", "check", "inspect", "publicize", "wait", "admit")
    assert registered.verified() == []


@pytest.mark.parametrize(
    ("after", "raised", "in_time"),
    [(0, 0, True), (7, 7, True), (9, 7, True), (9, 8, False), (2, -1, False), (2, 3, False)],
)
def test_an_objection_is_raised_on_a_day_of_the_publicity(registered, after, raised, in_time):
    walk(registered, "check", "inspect", "publicize")
    day = registered.today + timedelta(days=raised)
    registered.on(registered.today + timedelta(days=after))
    if in_time:
        assert object_to(registered, raised_on=day).raised_on == day
    else:
        assert refusal(object_to, registered, raised_on=day) == [("R24", "objection_out_of_time")]


@pytest.mark.parametrize("status", [status for status in ProviderStatus if status != "publicized"])
def test_nobody_objects_to_what_is_not_in_publicity(registered, status):
    walk(registered, *ROADS[status])
    assert refusal(object_to, registered) == [("TRANSITION", "step_not_open")]


def test_an_objection_that_does_not_exist_or_is_raised_against_something_else_is_told(registered):
    with pytest.raises(NotFound):
        act(provider.resolve, registered, objection_id=1, upheld=True, reason="x")
    registered.tamper(
        """INSERT INTO objection (id, subject, raised_on, raised_by, content, status, prepared_by)
           VALUES (1, 'application:1', '2026-03-02', '某', '某', 'open', 1)"""
    )
    with pytest.raises(NotFound):
        act(provider.resolve, registered, objection_id=1, upheld=True, reason="x")


# ------------------------------------------------------------------------------------------- terms and gaps


@pytest.mark.parametrize("is_marked", [True, False])
def test_days_between_a_term_and_its_renewal_never_count(desk, is_marked, in_english):
    """Admitted until the 12th, renewed on the 15th: the 13th and 14th lie in no term, now and later."""
    seller = desk.providers[0]
    until = desk.today + 10 * DAY
    act(provider.admit, desk, uscc=seller, until=until)
    desk.on(until + 3 * DAY)
    if is_marked:
        assert [one.status for one in act(provider.expire, desk)] == ["expired"]
    renewed = act(provider.admit, desk, uscc=seller, until=desk.today + 100 * DAY)
    assert renewed.status == "admitted"
    for day in (until, desk.today):
        desk.submit(Money(1), signed_on=day)
    for day in (until + DAY, until + 2 * DAY):
        assert refusal(desk.submit, Money(1), signed_on=day) == [("R12", "provider_not_admitted_contract")]
    (gap,) = desk.queries.provider(seller).suspensions
    assert (gap.kind, gap.suspended_from, gap.suspended_until) == ("expired", until + DAY, until + 2 * DAY)
    assert desk.verified() == []


@pytest.mark.parametrize("days", [0, 1])
def test_a_renewal_in_time_leaves_no_gap(desk, days):
    seller, until = desk.providers[0], desk.today + 10 * DAY
    act(provider.admit, desk, uscc=seller, until=until)
    desk.on(until + days * DAY)
    act(provider.admit, desk, uscc=seller, until=desk.today + 100 * DAY)
    assert desk.queries.provider(seller).suspensions == ()


def test_a_renewal_that_begins_later_keeps_the_first_day_and_an_earlier_one_takes_it(desk):
    seller = desk.providers[0]
    first = desk.queries.provider(seller).provider.admitted_from
    later = act(provider.admit, desk, uscc=seller, until=desk.today + 900 * DAY, since=desk.today)
    assert later.admitted_from == first
    earlier = act(provider.admit, desk, uscc=seller, until=desk.today + 900 * DAY, since=first - DAY)
    assert earlier.admitted_from == first - DAY


def test_an_expired_provider_supports_no_new_contract_and_what_it_delivered_stays_payable(desk, in_english):
    seller = desk.providers[0]
    number = desk.issued(Money.yuan(10)).number
    act(provider.admit, desk, uscc=seller, until=desk.today + 5 * DAY)
    desk.on(desk.today + 9 * DAY)
    assert [one.organisation.uscc for one in act(provider.expire, desk)] == [seller]
    assert refusal(desk.submit, Money(1)) == [("R12", "provider_not_admitted_contract")]
    facts = {"service_from": desk.today - 9 * DAY, "service_until": desk.today - 4 * DAY}
    assert desk.claim(number, Money(1), **facts).status == "claimed"
    late = facts | {"service_until": desk.today - 3 * DAY}
    assert refusal(desk.claim, number, Money(1), **late) == [("R12", "provider_not_admitted_service")]


def test_expiring_twice_or_with_nothing_to_expire_changes_nothing(desk):
    assert act(provider.expire, desk) == []
    told = {"operator": desk.reviewer, "request_id": "nightly"}
    desk.on(date(2030, 1, 1))
    assert len(provider.expire(desk.workspace, **told)) == len(provider.expire(desk.workspace, **told)) == 2
    assert act(provider.expire, desk) == []


# ------------------------------------------------------------------------------------------- suspensions


def suspended_for(desk, days):
    """Suspend the first provider today and resume it some days later; return the first day."""
    begun = desk.today
    act(provider.suspend, desk, uscc=desk.providers[0], reason="核查用电数据")
    desk.on(begun + timedelta(days=days))
    act(provider.resume, desk, uscc=desk.providers[0], reason="核查完毕")
    return begun


@pytest.mark.parametrize(("day", "counts"), [(-1, True), (0, False), (4, False), (5, True)])
def test_a_suspension_that_has_ended_still_counts_for_its_days(desk, day, counts, in_english):
    begun = suspended_for(desk, 5)
    contract = begun + timedelta(days=day)
    if counts:
        desk.submit(Money(1), signed_on=contract)
    else:
        assert refusal(desk.submit, Money(1), signed_on=contract) == [("R12", "provider_not_admitted_contract")]


def test_service_during_a_suspension_that_has_ended_is_not_redeemed(desk, in_english):
    number = desk.issued(Money.yuan(10)).number
    desk.on(desk.today + DAY)
    begun = suspended_for(desk, 5)
    inside = {"service_from": begun - DAY, "service_until": begun}
    assert refusal(desk.claim, number, Money(1), **inside) == [("R12", "provider_not_admitted_service")]
    desk.claim(number, Money(1), service_from=begun - DAY, service_until=begun - DAY)


def test_every_suspension_is_kept_with_its_reasons(desk):
    begun = suspended_for(desk, 5)
    desk.on(desk.today + DAY)
    again = suspended_for(desk, 0)
    act(provider.suspend, desk, uscc=desk.providers[0], reason="再次核查")
    found = desk.queries.provider(desk.providers[0])
    days = [(one.suspended_from, one.suspended_until, one.reason, one.end_reason) for one in found.suspensions]
    assert days == [
        (begun, begun + 4 * DAY, "核查用电数据", "核查完毕"),
        (again, again - DAY, "核查用电数据", "核查完毕"),  # lifted on the same day: it covers nothing
        (again, None, "再次核查", ""),
    ]
    assert found.provider.suspended_on == again
    assert len(found.provider.suspensions) == 2
    assert desk.verified() == []


def test_a_suspended_provider_that_is_removed_stays_suspended_to_its_last_day(desk, in_english):
    begun = desk.today
    act(provider.suspend, desk, uscc=desk.providers[0], reason="核查")
    desk.on(begun + 3 * DAY)
    act(provider.remove, desk, uscc=desk.providers[0], reason="查实违规")
    for day in (begun, begun + 3 * DAY, begun + 4 * DAY):
        desk.on(begun + 4 * DAY)
        assert refusal(desk.submit, Money(1), signed_on=day) == [("R12", "provider_not_admitted_contract")]
    desk.submit(Money(1), signed_on=begun - DAY)


def test_a_suspension_of_the_first_release_is_kept_from_its_resumption_on(desk, in_english):
    """That release recorded no more than the day on which the current one began."""
    begun = desk.today
    act(provider.suspend, desk, uscc=desk.providers[0], reason="核查")
    desk.tamper("DELETE FROM suspension")
    desk.on(begun + 5 * DAY)
    act(provider.resume, desk, uscc=desk.providers[0], reason="核查完毕")
    assert refusal(desk.submit, Money(1), signed_on=begun) == [("R12", "provider_not_admitted_contract")]
    (known,) = desk.queries.provider(desk.providers[0]).suspensions
    assert (known.suspended_from, known.suspended_until, known.end_reason) == (begun, begun + 4 * DAY, "核查完毕")


# ------------------------------------------------------------------------------------------- prices


def price(desk, yuan, **facts):
    told = {"uscc": desk.providers[0], "item": "A800 卡时", "unit": "卡时", "amount": Money.parse(yuan)} | facts
    return act(provider.price, desk, desk.preparer, **told)


def test_the_price_that_counts_is_the_newest_on_or_before_a_day(desk):
    begun = desk.today
    price(desk, "12.00")
    price(desk, "10.00", valid_from=begun + 10 * DAY)
    price(desk, "11.00", valid_from=begun + 10 * DAY)  # a correction of the same day
    price(desk, "99.00", item="存储")
    key = desk.queries.provider(desk.providers[0]).provider.id
    listed = desk.workspace.records().parties.listed_price
    assert listed(key, "A800 卡时", begun - DAY) is None
    assert listed(key, "A800 卡时", begun + 9 * DAY).price == Money.yuan(12)
    assert listed(key, "A800 卡时", begun + 10 * DAY).price == Money.yuan(11)
    assert listed(key, "H100 卡时", begun) is None
    shown = desk.queries.provider(desk.providers[0]).prices
    assert [(one.item, one.price.fen) for one in shown] == [
        ("A800 卡时", 1_100),
        ("A800 卡时", 1_000),
        ("A800 卡时", 1_200),
        ("存储", 9_900),
    ]
    assert desk.verified() == []


def test_a_price_of_nothing_or_without_a_name_is_refused_and_a_repeated_one_filed_once(desk, in_english):
    assert refusal(price, desk, "0.00") == [("R30", "price_empty")]
    assert price(desk, "0.01").price == Money(1)
    for blank in ("item", "unit"):
        with pytest.raises(InvalidInput):
            price(desk, "1.00", **{blank: " "})
    told = {"uscc": desk.providers[0], "item": "x", "unit": "y", "amount": Money(5), "operator": desk.preparer}
    first = provider.price(desk.workspace, request_id="p", **told)
    assert provider.price(desk.workspace, request_id="p", **told) == first
    assert len(desk.queries.provider(desk.providers[0]).prices) == 2


# ------------------------------------------------------------------------------------------- facilities


def test_a_facility_is_given_to_one_provider(desk, in_english):
    act(provider.import_facilities, desk, facilities=[FACILITY, replace(FACILITY, name="乙中心")])
    linked = act(provider.link, desk, desk.preparer, uscc=desk.providers[0], facility=FACILITY.name)
    assert linked.organisation.uscc == desk.providers[0]
    for uscc in desk.providers:
        assert refusal(act, provider.link, desk, uscc=uscc, facility=FACILITY.name) == [("UNIQUE", "facility_taken")]
    with pytest.raises(NotFound):
        act(provider.link, desk, uscc=desk.providers[0], facility="没有的中心")
    first, second = desk.queries.facilities()
    assert (first.facility.name, first.provider_name, first.provider_uscc) == (
        FACILITY.name,
        "智算中心1",
        desk.providers[0],
    )
    assert (second.facility.name, second.provider_name) == ("乙中心", "")
    assert desk.verified() == []


def test_why_an_act_is_not_possible_is_told(registered):
    walk(registered, "check", "inspect", "publicize")
    object_to(registered)
    records = registered.workspace.records()
    found = {one.act: one for one in provider.possible_acts(records, standing(registered), registered.reviewer)}
    assert [one.code for one in found["admit"].violations] == ["publicity_not_over", "provider_objection_open"]
    assert found["object"].is_open
    assert found["refuse"].is_open
    own = provider.possible_acts(records, standing(registered), registered.preparer)
    assert not any(one.is_open for one in own if one.act != "object")
