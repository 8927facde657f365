"""Policy versions: drafted by one person, published by another; compared in words."""

from __future__ import annotations

from dataclasses import fields
from datetime import date

import pytest

from voucher_app import i18n
from voucher_app.domain.errors import InvalidFile, InvalidInput, NotFound, RulesViolated, Weight
from voucher_app.domain.money import Money
from voucher_app.domain.policy import DRAFT_STEPS, PARAMETERS, Policy, parse_policy
from voucher_app.services import policy
from voucher_app.services.voucher import preview_issuance
from voucher_app.services.wording import policy as wording
from voucher_app.services.wording.rules import sentence
from voucher_app.services.workspace import new_request_id
from voucher_app.settings import resources_folder

PRESETS = resources_folder() / "policies"
TEXT = (PRESETS / "qingyang-style.toml").read_text(encoding="utf-8")


@pytest.fixture
def real(desk):
    """The same office in earnest: no longer one that only tries the program out."""
    return desk.in_earnest()


def verified(desk):
    """Return what `ledger verify` finds beside the rows that the fixture edited."""
    return [finding for finding in desk.verified() if finding.table not in {"office", "credential"}]


def refusal(call, *arguments, **options):
    with pytest.raises(RulesViolated) as refused:
        call(*arguments, **options)
    return [(one.rule, one.code) for one in refused.value.violations if one.weight is Weight.BLOCK]


def act(use_case, desk, operator, **facts):
    return use_case(desk.workspace, operator=operator, request_id=new_request_id(), **facts)


# ------------------------------------------------------------------------------------------- two people


def test_the_first_person_drafts_a_file_and_another_publishes_it(real):
    drafted = act(policy.publish_file, real, real.preparer, content=TEXT)
    assert (drafted.status, drafted.prepared_by, drafted.policy_id) == ("draft", real.preparer.id, None)
    assert len(real.queries.policies()) == 1
    published = act(policy.publish_file, real, real.reviewer, content=TEXT)
    assert (published.label, published.content) == ("qingyang-style v1", TEXT)
    assert (published.drafted_by, published.published_by) == (real.preparer.id, real.reviewer.id)
    details = real.queries.policy_draft(drafted.id)
    assert (details.draft.status, details.published, details.reviewed_by) == ("published", published, "李复核")
    assert real.queries.policies()[0] == published


def test_nobody_publishes_what_they_drafted(real):
    drafted = act(policy.draft, real, real.preparer, content=TEXT)
    for use_case, facts in (
        (policy.publish_file, {"content": TEXT}),
        (policy.publish, {"content": TEXT}),
        (policy.publish_draft, {"draft_id": drafted.id}),
        (policy.review, {"draft_id": drafted.id}),
    ):
        assert refusal(act, use_case, real, real.preparer, **facts) == [("R23", "same_person")]
    assert len(real.queries.policies()) == 1


def test_one_person_publishes_alone_in_a_trial_office_only(desk):
    assert act(policy.publish_file, desk, desk.preparer, content=TEXT).published_by == desk.preparer.id
    desk.in_earnest()
    assert refusal(act, policy.publish, desk, desk.preparer, content=TEXT) == [("R23", "policy_not_drafted")]


def test_in_a_trial_office_too_a_draft_is_published_by_another_person(desk):
    act(policy.draft, desk, desk.preparer, content=TEXT)
    assert refusal(act, policy.publish_file, desk, desk.preparer, content=TEXT) == [("R23", "same_person")]
    assert act(policy.publish_file, desk, desk.reviewer, content=TEXT).drafted_by == desk.preparer.id


@pytest.mark.parametrize("steps", [("draft",), ("draft", "publish"), ("draft", "publish", "draft")])
def test_a_repeated_file_command_returns_what_it_did_first(real, steps):
    people = {"draft": real.preparer, "publish": real.reviewer}
    done = [
        policy.publish_file(real.workspace, content=TEXT, operator=people[step], request_id=f"r{place}")
        for place, step in enumerate(steps)
    ]
    again = [
        policy.publish_file(real.workspace, content=TEXT, operator=people[step], request_id=f"r{place}")
        for place, step in enumerate(steps)
    ]
    assert [type(one) for one in again] == [type(one) for one in done]
    assert [one.id for one in again] == [one.id for one in done]
    assert verified(real) == []


def test_a_reviewed_draft_keeps_its_reviewer_and_is_published_by_anyone_but_its_drafter(real):
    drafted = act(policy.draft, real, real.preparer, content=TEXT)
    reviewed = act(policy.review, real, real.reviewer, draft_id=drafted.id, reason="合规")
    assert (reviewed.status, reviewed.reviewed_by, reviewed.reason) == ("reviewed", real.reviewer.id, "合规")
    published = act(policy.publish_draft, real, real.reviewer, draft_id=drafted.id)
    assert published.published_by == real.reviewer.id
    assert real.queries.policy_draft(drafted.id).draft.reviewed_by == real.reviewer.id
    details = real.queries.policy(published.id)
    assert (details.drafted_by, details.published_by, details.draft_id) == ("张经办", "李复核", drafted.id)
    assert [entry.action for entry in details.history] == ["policy.publish", "policy.review", "policy.draft"]


def test_whoever_drafted_it_may_withdraw_it_and_draft_it_again(real):
    drafted = act(policy.draft, real, real.preparer, content=TEXT)
    assert refusal(act, policy.draft, real, real.reviewer, content=TEXT) == [("UNIQUE", "draft_exists")]
    withdrawn = act(policy.withdraw, real, real.preparer, draft_id=drafted.id, reason="口径有误")
    assert (withdrawn.status, withdrawn.reason) == ("withdrawn", "口径有误")
    assert act(policy.draft, real, real.reviewer, content=TEXT).id == drafted.id + 1
    assert [one.id for one in real.queries.policy_drafts()] == [2, 1]
    assert verified(real) == []


PATHS = {"draft": [], "reviewed": ["review"], "published": ["publish"], "withdrawn": ["withdraw"]}
ACTS = {
    "review": lambda d, who, draft_id: act(policy.review, d, who, draft_id=draft_id),
    "publish": lambda d, who, draft_id: act(policy.publish_draft, d, who, draft_id=draft_id),
    "withdraw": lambda d, who, draft_id: act(policy.withdraw, d, who, draft_id=draft_id, reason="x"),
}


@pytest.mark.parametrize("status", PATHS)
@pytest.mark.parametrize("tried", ACTS)
def test_a_draft_takes_exactly_the_steps_of_its_table(real, status, tried):
    drafted = act(policy.draft, real, real.preparer, content=TEXT).id
    for step in PATHS[status]:
        ACTS[step](real, real.reviewer, drafted)
    records, found = real.workspace.records(), real.queries.policy_draft(drafted).draft
    told = {one.act: one.is_open for one in policy.possible_acts(records, found, real.reviewer)}
    assert told[tried] is (tried in DRAFT_STEPS[status])
    if tried in DRAFT_STEPS[status]:
        ACTS[tried](real, real.reviewer, drafted)
        assert real.queries.policy_draft(drafted).draft.status == DRAFT_STEPS[status][tried]
    else:
        assert refusal(ACTS[tried], real, real.reviewer, drafted) == [("TRANSITION", "step_not_open")]


@pytest.mark.parametrize("role", ["auditor", "system_admin", "security_admin"])
def test_auditor_and_administrators_make_no_policy(desk, role):
    operator = getattr(desk, role)
    for use_case in (policy.draft, policy.publish, policy.publish_file):
        assert refusal(act, use_case, desk, operator, content=TEXT) == [("ROLE", "role_may_not_act")]
    for tried in ACTS.values():
        assert refusal(tried, desk, operator, 1) == [("ROLE", "role_may_not_act")]


def test_a_draft_that_does_not_exist_is_told(real):
    for tried in ACTS.values():
        with pytest.raises(NotFound):
            tried(real, real.reviewer, 7)


# ------------------------------------------------------------------------------------------- R27


@pytest.mark.parametrize(("ends_on", "is_refused"), [("2026-03-01", True), ("2026-03-02", False)])
def test_a_policy_whose_review_ended_yesterday_is_not_published(desk, ends_on, is_refused, in_english):
    text = TEXT.replace('ends_on = "2027-12-31"', f'ends_on = "{ends_on}"')
    if not is_refused:
        act(policy.draft, desk, desk.preparer, content=text)
        act(policy.publish, desk, desk.reviewer, content=text)
        return
    for use_case in (policy.draft, policy.publish, policy.publish_file):
        with pytest.raises(RulesViolated) as refused:
            act(use_case, desk, desk.reviewer, content=text)
        codes = [one.code for one in refused.value.violations]
        assert codes == ["review_ended", "province_only"]
        assert "ended on 2026-03-01, before 2026-03-02" in sentence(refused.value.violations[0])


def test_a_draft_whose_review_ended_meanwhile_is_neither_reviewed_nor_published(desk):
    drafted = act(policy.draft, desk, desk.preparer, content=TEXT)
    act(policy.review, desk, desk.reviewer, draft_id=drafted.id)
    desk.on(date.fromisoformat("2028-01-01"))
    assert refusal(act, policy.publish_draft, desk, desk.reviewer, draft_id=drafted.id) == [("R27", "review_ended")]


def test_the_risk_of_compute_from_the_province_only_is_told_whenever_a_policy_is_published(desk):
    (note,) = policy.notes_of(desk.workspace, parse_policy(TEXT))
    assert (note.rule, note.code, note.weight) == ("R27", "province_only", Weight.NOTE)
    for language in i18n.LANGUAGES:
        i18n.set_language(language)
        assert "2027-12-31" in sentence(note)
    i18n.set_language(i18n.ENGLISH)


@pytest.mark.parametrize(("day", "codes"), [("2027-12-31", []), ("2028-01-01", ["review_ended_since"])])
def test_issuing_after_the_review_has_ended_is_noted_and_goes_on(make_desk, tmp_path, day, codes):
    desk = make_desk(tmp_path)
    desk.on(date.fromisoformat(day))
    waiting = desk.approve(desk.submit(Money.yuan(1), year=2026))
    found = preview_issuance(desk.workspace, None).violations
    assert [(one.code, one.weight) for one in found] == [(code, Weight.NOTE) for code in codes]
    assert len(desk.issue(*waiting)) == 1
    desk.close()


# ------------------------------------------------------------------------------------------- what cannot be read


def test_every_fault_of_a_file_is_told_at_once(desk, in_english):
    text = TEXT.replace('ratio = "0.30"', "ratio = 0.30").replace("use_days = 365", "use_days = true")
    text = text.replace("[validity]", "[validity]\nsurprise = 1").replace('clause = "第八条"\n', "")
    with pytest.raises(InvalidFile) as refused:
        act(policy.draft, desk, desk.preparer, content=text)
    assert [(one.code, one.facts.get("key")) for one in refused.value.faults] == [
        ("policy_key_unknown", None),
        ("policy_key_missing", None),
        ("policy_value", "support.ratio"),
        ("policy_value", "validity.use_days"),
    ]
    assert isinstance(refused.value, InvalidInput)


def test_every_contradiction_is_told_at_once(desk):
    text = TEXT.replace('smallest_voucher = "5000.00"', 'smallest_voucher = "2000000.01"\ntiers = ["1.00"]')
    text = text.replace("years_after = 2, month = 3", "years_after = 0, month = 3")
    found = refusal(act, policy.publish_file, desk, desk.preparer, content=text)
    assert found == [("R3", "cap_below_smallest"), ("R6", "tier_below_smallest"), ("R7", "redeem_before_use")]


# ------------------------------------------------------------------------------------------- side by side


def test_two_versions_are_set_side_by_side_in_words(in_english):
    one, other = (parse_policy((PRESETS / f"{code}.toml").read_text(encoding="utf-8"))
                  for code in ("henan-style", "shenzhen-style"))  # fmt: skip
    found = {item.key: item for item in policy.compare(one, other)}
    assert list(found) == list(PARAMETERS)
    ratio = found["support.ratio"]
    assert (ratio.group, ratio.name, ratio.first, ratio.second, ratio.differs) == (
        "Support",
        "Support ratio",
        "20%",
        "50%",
        True,
    )
    assert (found["support.young_ratio"].first, found["support.young_ratio"].second) == ("not set", "60%")
    assert found["validity.last_use"].first == "12-31, 1 year after the budget year"
    assert found["validity.last_use"].second == "12-31 of the budget year"
    assert found["support.recipient_year_cap"].second == "10,000,000.00 yuan"
    assert (found["validity.use_days"].first, found["validity.use_days"].differs) == ("365 days", False)
    assert found["settlement.period"].second == "year"
    assert [item for item in policy.compare(one, one) if item.differs] == []


def test_every_parameter_has_a_name_and_every_attribute_a_key():
    assert wording.parameter_keys() == set(PARAMETERS)
    assert set(PARAMETERS.values()) == {item.name for item in fields(Policy)}


@pytest.mark.parametrize("language", i18n.LANGUAGES)
@pytest.mark.parametrize("code", ["henan-style", "qingyang-style", "shenzhen-style"])
def test_every_value_of_every_preset_is_said(language, code):
    i18n.use_folder(resources_folder() / "locale")
    before = i18n.language()
    i18n.set_language(language)
    text = (PRESETS / f"{code}.toml").read_text(encoding="utf-8")
    text = text.replace("[support]", '[support]\nclass_ratios = { university = "0.4" }\ntiers = ["5000.00", "10000"]')
    read = parse_policy(text)
    for item in policy.compare(read, read):
        assert all((item.name, item.group, item.first))
        assert "{" not in item.first
    i18n.set_language(before)
