"""What documents say, gathered from a busy office, an empty one and a large one, and held against the ledger."""

from __future__ import annotations

import dataclasses
import re
from datetime import date
from fractions import Fraction

import pytest

from voucher_app import i18n
from voucher_app.domain.errors import InvalidInput, NotFound, RulesViolated
from voucher_app.domain.money import ZERO, Money
from voucher_app.services import application, document, office_key, voucher, year
from voucher_app.services.document import GATHERERS, facts_of, order, possible, prefix_of
from voucher_app.services.documents.catalogue import problems_of
from voucher_app.services.documents.facts import DocumentKind
from voucher_app.services.documents.gathering import reports
from voucher_app.services.documents.gathering.compute import compute_cost, compute_words
from voucher_app.services.print_request import Stamp
from voucher_app.services.queries.documents import ComputeUsed, Issuance, IssuedPart
from voucher_app.services.wording.errors import describe
from voucher_app.services.workspace import new_request_id
from voucher_app.settings import resources_folder

from . import busy_office
from .busy_office import gathered, print_one, refusal, total

KINDS = list(DocumentKind)
LAST = date(2026, 12, 31)


@pytest.fixture(scope="module")
def busy(make_desk, tmp_path_factory):
    i18n.use_folder(resources_folder() / "locale")
    i18n.set_language(i18n.ENGLISH)
    folder = tmp_path_factory.mktemp("busy")
    desk = make_desk(folder, changes=busy_office.DEMANDING, amount=Money.yuan(40_000_000))
    yield busy_office.build(desk, folder)
    desk.close()


@pytest.fixture
def empty(make_desk, tmp_path):
    desk = make_desk(tmp_path)
    yield desk
    desk.close()


def subjects(busy):
    """Return for each kind a subject of which it may be printed."""
    desk = busy.desk
    issued, paid = busy.applications["issued"], busy.settlements["paid"]
    first, second = desk.providers
    return {
        DocumentKind.APPLICATION_FORM: f"application:{issued}",
        DocumentKind.COMMITMENT: f"application:{issued}",
        DocumentKind.ACCEPTANCE_NOTICE: f"application:{issued}",
        DocumentKind.CORRECTION_NOTICE: f"application:{busy.applications['returned-now']}",
        DocumentKind.REFUSAL_NOTICE: f"application:{busy.applications['declined']}",
        DocumentKind.REVIEW_OPINIONS: f"application:{issued}",
        DocumentKind.PUBLICITY_LIST: f"batch:{busy.batches['issued']}",
        DocumentKind.ISSUE_NOTICE: f"batch:{busy.batches['issued']}",
        DocumentKind.USAGE_STATEMENT: f"redemption:{busy.redemptions['settled-2']}",
        DocumentKind.REDEMPTION_SHEET: f"redemption:{busy.redemptions['settled-2']}",
        DocumentKind.SETTLEMENT_SUMMARY: f"settlement:{paid}",
        DocumentKind.ALLOCATION_PLAN: f"settlement:{paid}",
        DocumentKind.DISBURSEMENT_LIST: f"settlement:{paid}",
        DocumentKind.PAYEE_STATEMENT: f"settlement:{paid}/{first}",
        DocumentKind.VOUCHER_LEDGER: "year:2026",
        DocumentKind.PROVIDER_LEDGER: "year:2026",
        DocumentKind.QUOTA_LEDGER: "year:2026",
        DocumentKind.RETURN_LEDGER: "year:2026",
        DocumentKind.PROVIDER_LIST: "register:today",
        DocumentKind.PROVIDER_SUSPENSION: f"provider:{first}",
        DocumentKind.PROVIDER_REMOVAL: f"provider:{second}",
        DocumentKind.RECOVERY_DECISION: f"recovery:{busy.recovery}",
        DocumentKind.QUARTERLY_REPORT: "quarter:2026-2",
        DocumentKind.YEARLY_REPORT: "year:2026",
        DocumentKind.PERFORMANCE_SHEET: "year:2026",
        DocumentKind.ARCHIVE_LIST: f"voucher:{busy.vouchers['partly']}",
        DocumentKind.CHECKPOINT: "journal:head",
        DocumentKind.PUBLIC_KEY_PAGE: "key:current",
    }


def of(busy, kind, subject=None):
    return gathered(busy.desk, kind, subject or subjects(busy)[kind])


# ------------------------------------------------------------------------------------------- every kind


def test_every_kind_is_gathered_and_numbered_apart():
    assert set(GATHERERS) == set(KINDS)
    prefixes = [prefix_of(kind) for kind in KINDS if prefix_of(kind)]
    assert len(set(prefixes)) == len(prefixes), "one prefix for two registers would give one number twice"
    assert all(prefix.startswith("晋算券") for prefix in prefixes)


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind is not DocumentKind.YEAR_CLOSING])
def test_what_is_gathered_is_what_the_catalogue_asks_for(busy, kind):
    facts = of(busy, kind)
    assert problems_of(facts) == []
    assert facts.subject
    assert (facts.office_name, facts.is_trial, facts.copy) == ("山西省算力券管理办公室", True, 1)
    assert facts.office_mode, "an office of few people says so on every paper"


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind is not DocumentKind.YEAR_CLOSING])
def test_words_on_paper_are_chinese_whatever_the_window_speaks(busy, kind, in_english):
    """No word of the source's language, only codes, digests, numbers and what people typed."""
    facts = of(busy, kind)
    texts = [facts.subject, facts.office_mode]
    for row in [facts.fields, *(row for table in facts.tables.values() for row in table)]:
        texts += [value for value in row.values() if isinstance(value, str)]
    for chart in facts.charts.values():
        texts += [*chart.labels, *(series.name for series in chart.series)]
    for text in texts:
        words = re.findall(r"[A-Za-z]{3,}", re.sub(r"[0-9A-Za-z+/=.-]{24,}|[0-9A-F]{8}", "", text))
        assert set(words) <= {"SX", "min", "HALF", "DOWN", "bank", "receipt", "pdf", "voucher", "office", "Ed",
                              "certificate"}, text  # fmt: skip
    assert i18n.language() == i18n.ENGLISH


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind is not DocumentKind.YEAR_CLOSING])
def test_the_real_engine_draws_what_was_gathered(busy, kind):
    content = busy.desk.workspace.documents().pdf([of(busy, kind)])
    assert content.startswith(b"%PDF")


def test_a_stamp_stands_on_the_paper(busy):
    facts = gathered(busy.desk, "publicity-list", f"batch:{busy.batches['issued']}", Stamp(3, "晋算券公示〔2026〕1号"))
    assert (facts.copy, facts.document_number) == (3, "晋算券公示〔2026〕1号")


# ------------------------------------------------------------------------------------------- money


def statement(busy, until=None):
    return busy.desk.queries.year_statement(2026, until)


def test_the_ledger_of_vouchers_adds_up_to_the_ledger(busy):
    facts = of(busy, DocumentKind.VOUCHER_LEDGER)
    told = statement(busy)
    for column, name, ledger in (
        ("face", "face_total", told.issued),
        ("redeemed", "redeemed_total", told.redeemed),
        ("remaining", "remaining_total", told.money.outstanding),
    ):
        assert total(facts, "vouchers", column) == facts.fields[name] == ledger
    assert total(facts, "vouchers", "recycled") == told.recycled
    assert facts.fields["row_count"] == len(facts.tables["vouchers"]) == sum(told.counts.values())


def test_the_ledger_of_providers_adds_up_to_the_ledger(busy):
    facts = of(busy, DocumentKind.PROVIDER_LEDGER)
    assert total(facts, "providers", "issued") == facts.fields["issued_total"] == statement(busy).issued
    assert total(facts, "providers", "redeemed") == statement(busy).redeemed
    assert total(facts, "providers", "disbursed") == facts.fields["disbursed_total"] == statement(busy).paid


def test_the_quota_ledger_adds_up_to_the_ledger(busy):
    facts, told = of(busy, DocumentKind.QUOTA_LEDGER), statement(busy)
    assert total(facts, "units", "granted") == facts.fields["granted_total"] == told.issued - told.recycled
    assert total(facts, "units", "redeemed") == told.redeemed
    for row in facts.tables["units"]:
        assert row["cap"] == Money(99_999_999)
        assert row["left"] == row["cap"] - row["granted"]


def test_the_ledger_of_ends_adds_up_to_the_ledger(busy):
    facts, told = of(busy, DocumentKind.RETURN_LEDGER), statement(busy)
    fields = facts.fields
    assert fields["returned_total"] + fields["voided_total"] + fields["expired_total"] == told.recycled
    assert fields["recovered_total"] == told.recovered == Money(333_334)
    assert total(facts, "acts", "amount") == told.recycled + told.recovered
    assert [(row["act"], row["operators"]) for row in facts.tables["acts"]] == [
        ("追回", "张经办／李复核"),
        ("退券", "张经办／李复核"),
        ("作废", "张经办／李复核"),
    ]


def test_a_settlement_is_parted_to_the_fen(busy):
    summary = of(busy, DocumentKind.SETTLEMENT_SUMMARY)
    plan, paid = of(busy, DocumentKind.ALLOCATION_PLAN), of(busy, DocumentKind.DISBURSEMENT_LIST)
    for facts in (summary, plan, paid):
        fields = facts.fields
        assert fields["province"] + fields["city"] == fields["total"]
        assert fields["line_count"] == 2, "the third line came back from the bank"
    whole = summary.fields["total"]
    assert total(summary, "lines", "amount") == total(summary, "payees", "amount") == whole
    for table in ("cities", "payees"):
        assert total(plan, table, "amount") == whole
        assert total(plan, table, "province") == plan.fields["province"]
        assert total(plan, table, "city") == plan.fields["city"]
    assert total(paid, "lines", "verified") == whole
    assert total(paid, "lines", "province") == paid.fields["province"]
    assert total(paid, "lines", "city") == paid.fields["city"]
    assert total(paid, "lines", "paid") == paid.fields["paid_total"] == statement(busy).paid
    for row in paid.tables["lines"]:
        assert row["province"].fen == row["verified"].fen * 333_333 // 1_000_000
        assert row["province"] + row["city"] == row["verified"]


def test_statements_of_all_payees_make_the_settlement(busy):
    subject = f"settlement:{busy.settlements['paid']}"
    orders = document.orders(busy.desk.workspace, "payee-statement", subject)
    found = [facts_of(busy.desk.workspace, one) for one in orders]
    listed = [one for one in possible(busy.desk.workspace, subject) if one.kind is DocumentKind.PAYEE_STATEMENT]
    assert [one.subject for one in listed] == [str(one.subject) for one in orders]
    assert len(orders) == 2
    whole = of(busy, DocumentKind.SETTLEMENT_SUMMARY).fields
    assert sum((one.fields["total"] for one in found), ZERO) == whole["total"]
    assert sum(one.fields["line_count"] for one in found) == whole["line_count"]
    for one in found:
        assert total(one, "lines", "amount") == one.fields["total"]


def test_the_verification_sheet_says_what_was_and_what_is_left(busy):
    first = of(busy, DocumentKind.REDEMPTION_SHEET, f"redemption:{busy.redemptions['settled-1']}").fields
    assert (first["redeemed_before"], first["remaining"]) == (ZERO, ZERO)
    later = of(busy, DocumentKind.REDEMPTION_SHEET, f"redemption:{busy.redemptions['settled-3']}")
    fields = later.fields
    assert fields["redeemed_before"] == ZERO, "what was reversed before counts no more"
    assert fields["redeemed_total"] == fields["redeemed_before"] + fields["approved"]
    assert fields["remaining"] == fields["face"] - fields["redeemed_total"]
    assert later.tables["derivation"][-1]["name"] == "可兑付金额"
    second = of(busy, DocumentKind.REDEMPTION_SHEET)
    assert [row["kind"] for row in second.tables["evidence"]] == ["付款凭证"]
    assert len(second.tables["invoices"]) == len(second.tables["payments"]) == 2


def test_a_usage_statement_adds_its_invoices_up(busy):
    facts = of(busy, DocumentKind.USAGE_STATEMENT)
    assert total(facts, "invoices", "amount") == facts.fields["amount"] == Money(2_600_000)
    assert total(facts, "invoices", "supporting_services") == facts.fields["supporting_services"] == Money(1_001)
    assert facts.fields["payable_by_recipient"] == facts.fields["amount"] - facts.fields["claimed"]


def test_lists_of_a_batch_add_up_and_keep_whom_an_objection_took_out(busy):
    posted, announced = of(busy, DocumentKind.PUBLICITY_LIST), of(busy, DocumentKind.ISSUE_NOTICE)
    assert total(posted, "units", "amount") == posted.fields["total"]
    assert total(announced, "vouchers", "amount") == announced.fields["total"] == announced.fields["issued_in_year"]
    assert (posted.fields["unit_count"], announced.fields["voucher_count"]) == (3, 2)
    assert announced.fields["appropriation"] == Money.yuan(40_000_000), "as it was then, before the raise"


def test_a_unit_with_two_applications_in_a_batch_counts_as_one(busy, monkeypatch):
    listed = busy.desk.queries.publicized_units(busy.batches["issued"])
    again = (*listed, listed[0])
    monkeypatch.setattr(type(busy.desk.queries), "publicized_units", lambda _self, _batch: again)
    fields = of(busy, DocumentKind.PUBLICITY_LIST).fields
    assert fields["unit_count"] == len(listed)
    assert fields["total"] == sum((one.amount for one in again), ZERO)


def test_vouchers_issued_outside_a_batch_are_announced_together_with_what_was_issued_with_them(
    busy, make_desk, tmp_path
):
    desk = busy.desk
    (alone,) = document.orders(desk.workspace, "issue-notice", f"voucher:{busy.vouchers['partly']}")
    facts = of(busy, DocumentKind.ISSUE_NOTICE, str(alone.subject))
    assert (alone.subject.noun, facts.subject) == ("issuance", "2026年4月1日签发")
    assert facts.fields["publicity_from"] is None
    assert [row["voucher"] for row in facts.tables["vouchers"]] == [busy.vouchers["partly"]]
    other = make_desk(tmp_path)
    numbers = other.issue(other.approved(Money(700_000)), other.approved(Money(800_000), holder=1))
    asked = {order(other.workspace, "issue-notice", f"voucher:{one.number}") for one in numbers}
    assert len(asked) == 1, "they are announced together, under one number"
    facts = facts_of(other.workspace, asked.pop())
    assert total(facts, "vouchers", "amount") == facts.fields["total"] == facts.fields["issued_in_year"]
    assert facts.fields["voucher_count"] == facts.fields["unit_count"] == 2
    with pytest.raises(NotFound):
        gathered(other, "issue-notice", "issuance:1")
    other.close()


def test_a_voucher_of_a_batch_leads_to_the_batch_s_notice(busy):
    number = of(busy, DocumentKind.ISSUE_NOTICE).tables["vouchers"][0]["voucher"]
    (found,) = [one for one in possible(busy.desk.workspace, f"voucher:{number}") if one.kind == "issue-notice"]
    assert found.subject == f"batch:{busy.batches['issued']}"


def test_what_one_act_issued_under_two_policy_versions_has_a_notice_for_each(busy, monkeypatch):
    desk, subject = busy.desk, order(busy.desk.workspace, "issue-notice", f"voucher:{busy.vouchers['partly']}").subject
    (one,) = desk.queries.issuances(subject.number)
    both = (one, Issuance(seq=one.seq, year=one.year, policy_id=one.policy_id + 1))
    monkeypatch.setattr(type(desk.workspace.queries), "issuances", lambda _self, _seq: both)
    asked = document.orders(desk.workspace, "issue-notice", str(subject))
    assert [one.subject.part for one in asked] == ["2026-1", "2026-2"]
    first = facts_of(desk.workspace, asked[0])
    assert [row["voucher"] for row in first.tables["vouchers"]] == [busy.vouchers["partly"]]
    assert order(desk.workspace, "issue-notice", f"voucher:{busy.vouchers['partly']}") == asked[0]


def test_the_quarters_make_the_year_and_the_year_makes_the_ledger(busy):
    whole, told = of(busy, DocumentKind.YEARLY_REPORT), statement(busy)
    quarters = [gathered(busy.desk, "quarterly-report", f"quarter:2026-{quarter}") for quarter in (1, 2, 3)]
    for name in ("issued", "verified", "disbursed", "expired", "returned", "voided", "recovered"):
        assert sum((one.fields[name] for one in quarters), ZERO) == whole.fields[name], name
        assert (
            name in {"expired", "returned", "voided", "recovered"}
            or total(whole, "months", name) == (whole.fields[name])
        )
    for name in ("issued_count", "verified_count", "disbursed_count"):
        assert sum(one.fields[name] for one in quarters) == whole.fields[name]
    fields = whole.fields
    assert (fields["issued"], fields["verified"], fields["disbursed"]) == (told.issued, told.redeemed, told.paid)
    assert fields["returned"] + fields["voided"] + fields["expired"] == told.recycled
    parts = [fields[name] for name in ("unissued", "outstanding", "payable", "paid", "lapsed")]
    assert sum(parts, ZERO) == fields["appropriation"] == told.money.appropriation
    for table in ("regions", "providers", "classes"):
        assert total(whole, table, "issued") == fields["issued"]
        assert sum(row["share"] for row in whole.tables[table]) == 1
        assert sum(row["voucher_count"] for row in whole.tables[table]) == fields["issued_count"]
    for name, column in (("regions", "issued"), ("providers", "issued")):
        assert list(whole.charts[name].series[0].values) == [row[column] for row in whole.tables[name]]
    assert [row["document"] for row in whole.tables["raises"]] == ["晋财建〔2026〕46号"]


@pytest.mark.parametrize(("count", "bars"), [(9, 9), (10, 10), (11, 10), (40, 10)])
def test_the_bars_of_a_chart_are_the_whole_however_many_parts_there_are(count, bars):
    """A chart writes each bar's share of all its bars: with the rest left out, every share would be too large."""
    i18n.use_folder(resources_folder() / "locale")
    parts = [IssuedPart("140100", f"市{one:02}", "enterprise", 1, "商", 1, Money(100 + one)) for one in range(count)]
    with i18n.speaking(i18n.CHINESE):
        chart = reports._chart(parts, lambda one: one.region_name)
    values = chart.series[0].values
    assert len(chart.labels) == len(values) == bars
    assert sum(values, ZERO) == sum((one.face for one in parts), ZERO)
    assert list(values[:9]) == sorted((one.face for one in parts), reverse=True, key=lambda one: one.fen)[:9]
    assert chart.labels[-1] == {11: "其余2个合计", 40: "其余31个合计"}.get(count, "市00")


def test_compute_used_is_what_verified_claims_were_billed_for_and_by_their_prices(busy):
    used = busy.desk.queries.compute_used(2026, date(2026, 1, 1), LAST)
    standing = ("settled-1", "settled-2", "settled-3", "verified")
    claims = [busy.desk.queries.redemption(busy.redemptions[name]).redemption for name in standing]
    invoices = [invoice for one in claims for invoice in (one.invoice, *one.evidence.further)]
    billed = sum((one.amount - one.supporting_services for one in invoices), ZERO)
    assert compute_cost(used) == billed, "what was reversed or refused counts nothing"
    (priced,) = [one for one in used if one.item]
    assert (priced.item, priced.unit_price, priced.claims) == ("智能算力（FP16）", Money(128_050), 1)
    fields = of(busy, DocumentKind.YEARLY_REPORT).fields
    quantity = Fraction(2_600_000 - 1_001, 128_050)
    assert f"智能算力（FP16）{float(quantity):.2f}" in fields["compute_used"]
    assert f"{billed.in_wan_yuan()}万元" in fields["compute_used"]
    assert "3笔未报单价" in fields["compute_used"]
    indicators = of(busy, DocumentKind.PERFORMANCE_SHEET).tables["indicators"]
    assert f"{billed.in_wan_yuan()}万元" in {row["actual"] for row in indicators if "算力" in row["name"]}


def test_quantities_of_compute_are_added_over_prices_and_taken_off_again():
    def used(item, price, fen, claims=1, unit=""):
        return ComputeUsed(item, unit, price and Money(price), claims, Money(fen))

    with i18n.speaking(i18n.CHINESE):
        assert compute_words([]) == "本期无核销"
        said = compute_words(
            [used("甲", 100, 250, unit="卡时"), used("甲", 200, 300, unit="卡时"), used("", None, 7, 2)]
        )
        assert said.endswith("按申报单价折算，约甲4.00卡时；另有2笔未报单价")
        assert "约甲-0.33" in compute_words([used("甲", 300, -100, -1)])
        many = compute_words([used(f"项{place}", 1, place + 1) for place in range(8)])
        assert "项7" in many
        assert "项2" not in many
        assert "另有3类" in many


def test_a_report_of_a_past_day_says_what_was_then(busy):
    past = of(busy, DocumentKind.YEARLY_REPORT, "year:2026/2026-04-30")
    assert past.fields["disbursed"] == ZERO
    assert past.fields["paid"] == ZERO
    assert past.fields["appropriation"] == Money.yuan(40_000_000)
    assert past.tables["raises"] == []
    assert len(past.tables["months"]) == 4
    assert past.subject == "2026年度（截至2026-04-30）"


def test_execution_is_what_was_paid_of_the_appropriation(busy):
    fields = of(busy, DocumentKind.PERFORMANCE_SHEET).fields
    assert fields["execution"] == Fraction(fields["disbursed"].fen, fields["appropriation"].fen)
    assert sum(row["weight"] for row in of(busy, DocumentKind.PERFORMANCE_SHEET).tables["indicators"]) == 100


def test_what_a_unit_held_is_told_as_it_was_then(busy):
    opinions = of(busy, DocumentKind.REVIEW_OPINIONS, f"application:{busy.applications['direct-used']}")
    later = of(busy, DocumentKind.REVIEW_OPINIONS, f"application:{busy.applications['direct-frozen']}")
    assert later.fields["recipient_uscc"] == opinions.fields["recipient_uscc"]
    assert later.fields["already_granted"] == opinions.fields["already_granted"] + Money(3_333_301)
    assert {row["result"] for row in later.tables["checks"]} <= {"符合", "符合，有提示", "已书面说明"}


# ------------------------------------------------------------------------------------------- states


STATES = [
    ("application-form", "draft", "document_status"),
    ("commitment", "draft", "document_status"),
    ("acceptance-notice", "submitted", "not_accepted"),
    ("acceptance-notice", "direct-used", "not_accepted"),
    ("correction-notice", "submitted", "not_returned"),
    ("refusal-notice", "issued", "document_status"),
    ("refusal-notice", "direct-approved", "document_status"),
    ("refusal-notice", "accepted-now", "document_status"),
    ("review-opinions", "submitted", "not_reviewed"),
    ("review-opinions", "accepted-now", "not_reviewed"),
]


@pytest.mark.parametrize(("kind", "state", "code"), STATES)
def test_an_application_has_no_paper_that_its_state_does_not_allow(busy, kind, state, code):
    assert refusal(busy.desk, kind, f"application:{busy.applications[state]}") == [code]


@pytest.mark.parametrize(
    ("kind", "noun", "key", "code"),
    [
        ("publicity-list", "batch", "open", "not_in_publicity"),
        ("issue-notice", "batch", "open", "batch_not_issued"),
        ("redemption-sheet", "redemption", "claimed", "document_status"),
        ("redemption-sheet", "redemption", "refused", "document_status"),
        ("redemption-sheet", "redemption", "reversed", "document_status"),
        ("allocation-plan", "settlement", "draft", "document_status"),
        ("disbursement-list", "settlement", "draft", "document_status"),
        ("payee-statement", "settlement", "draft", "document_status"),
    ],
)
def test_a_record_of_the_office_has_no_paper_that_its_state_does_not_allow(busy, kind, noun, key, code):
    rows = {"batch": busy.batches, "redemption": busy.redemptions, "settlement": busy.settlements}[noun]
    assert refusal(busy.desk, kind, f"{noun}:{rows[key]}") == [code]


@pytest.mark.parametrize(
    ("kind", "subject", "code"),
    [
        ("year-closing", "year:2026", "year_not_closed"),
        ("voucher-ledger", "year:2026/2026-01-01", "ledger_of_another_day"),
        ("provider-list", "register:2026-01-01", "ledger_of_another_day"),
        ("yearly-report", "year:2026/2027-01-01", "report_day"),
        ("yearly-report", "year:2026/2026-12-31", "report_day"),
        ("yearly-report", "year:2026/yesterday", "report_day"),
        ("quarterly-report", "quarter:2026-4", "report_day"),
        ("quarterly-report", "quarter:2026-2/2026-06-30", "report_is_whole"),
        ("yearly-report", "year:2026/20260430", "report_day"),
    ],
)
def test_a_year_has_no_paper_of_days_that_are_not_there(busy, kind, subject, code):
    assert refusal(busy.desk, kind, subject) == [code]


def test_providers_that_nobody_suspended_or_removed_have_no_decision(desk, in_english):
    uscc = desk.providers[0]
    assert refusal(desk, "provider-suspension", f"provider:{uscc}") == ["not_suspended"]
    assert refusal(desk, "provider-removal", f"provider:{uscc}") == ["document_status"]


def test_every_refusal_is_a_sentence_in_both_languages(busy):
    for language in (i18n.CHINESE, i18n.ENGLISH):
        with i18n.speaking(language):
            for kind, state, _code in STATES:
                with pytest.raises(RulesViolated) as refused:
                    gathered(busy.desk, kind, f"application:{busy.applications[state]}")
                (said,) = describe(refused.value)
                assert "{" not in said
                assert ("申领" in said) == (language == i18n.CHINESE)


@pytest.mark.parametrize(
    ("kind", "subject", "error"),
    [
        ("colour", "application:1", InvalidInput),
        ("commitment", "application", InvalidInput),
        ("commitment", "application:x", InvalidInput),
        ("commitment", "batch:1", InvalidInput),
        ("commitment", "application:99999", NotFound),
        ("redemption-sheet", "redemption:99999", NotFound),
        ("recovery-decision", "recovery:99999", NotFound),
        ("issue-notice", "batch:99999", NotFound),
        ("payee-statement", "settlement:1/91149999DM0000099X", NotFound),
        ("archive-list", "voucher:SX-2026-999999-X", InvalidInput),
        ("yearly-report", "year:2031", NotFound),
        ("quarterly-report", "quarter:2026-5", InvalidInput),
        ("checkpoint", "journal:999999", NotFound),
        ("public-key-page", "key:00000000", NotFound),
        ("public-key-page", "key:xyz", InvalidInput),
        ("commitment", "application:1/2", InvalidInput),
        ("commitment", "application:01", InvalidInput),
        ("year-closing", "year:2026/1", InvalidInput),
        ("payee-statement", "settlement:1", InvalidInput),
    ],
)
def test_what_does_not_exist_is_told(busy, kind, subject, error):
    with pytest.raises(error):
        gathered(busy.desk, kind, subject)


def test_a_record_tells_which_papers_it_may_have(busy):
    found = {one.kind: one for one in possible(busy.desk.workspace, f"application:{busy.applications['issued']}")}
    assert {kind for kind, one in found.items() if not one.against} == {
        "application-form", "commitment", "acceptance-notice", "review-opinions",
    }  # fmt: skip
    assert [one.code for one in found[DocumentKind.REFUSAL_NOTICE].against] == ["document_status"]
    of_year = {one.kind: one for one in possible(busy.desk.workspace, "year:2026")}
    assert of_year[DocumentKind.VOUCHER_LEDGER].subject == f"year:2026/{busy_office.LAST_DAY}"
    assert [one.code for one in of_year[DocumentKind.YEAR_CLOSING].against] == ["year_not_closed"]


def test_the_words_of_a_notice_are_those_of_the_act(busy):
    corrected = of(busy, DocumentKind.CORRECTION_NOTICE).fields
    assert corrected["reason"] == "合同未载明服务期限。 请补充协议。"
    assert (corrected["correction"], corrected["correction_times"]) == (1, 2)
    assert corrected["correct_by"] > corrected["returned_on"]
    declined = of(busy, DocumentKind.REFUSAL_NOTICE).fields
    assert (declined["reason"], declined["decision"]) == ("自建自用，不予支持", "不予受理")
    for state, reason in (
        ("refused", "经复核，合同与事实不符"),
        ("direct-refused", "不符合条件"),
        ("upheld", "已核实"),
    ):
        fields = of(busy, DocumentKind.REFUSAL_NOTICE, f"application:{busy.applications[state]}").fields
        assert (fields["reason"], fields["decision"]) == (reason, "不予支持")
    again = of(busy, DocumentKind.CORRECTION_NOTICE, f"application:{busy.applications['returned']}")
    assert again.fields["correction"] == 2
    assert refusal(busy.desk, "correction-notice", f"application:{busy.applications['returned']}/1") == [
        "correction_is_past"
    ]


def test_opinions_name_who_reviewed_and_when(busy):
    fields = of(busy, DocumentKind.REVIEW_OPINIONS).fields
    assert (fields["first_opinion"], fields["first_reviewed_by"]) == ("同意", "李复核")
    assert (fields["second_opinion"], fields["second_reviewed_by"]) == ("同意", "周复核")
    assert fields["granted"] == fields["requested"]
    refused = of(busy, DocumentKind.REVIEW_OPINIONS, f"application:{busy.applications['refused']}").fields
    assert (refused["first_opinion"], refused["second_opinion"], refused["granted"]) == ("同意", "不同意", None)
    single = of(busy, DocumentKind.REVIEW_OPINIONS, f"application:{busy.applications['direct-approved']}").fields
    assert (single["first_opinion"], single["second_opinion"]) == ("同意", None)


def test_each_suspension_is_a_decision_of_its_own(busy):
    first = busy.desk.providers[0]
    assert of(busy, DocumentKind.PROVIDER_SUSPENSION).fields["reason"] == "再次未按期交付"
    assert str(order(busy.desk.workspace, "provider-suspension", f"provider:{first}").subject).endswith("/2")
    earlier = of(busy, DocumentKind.PROVIDER_SUSPENSION, f"provider:{first}/1")
    assert earlier.fields["reason"] == "未按期交付"


def test_no_paper_has_two_subjects(busy):
    """Another writing of a subject would be counted, and numbered, as another paper."""
    first = busy.desk.providers[0]
    assert refusal(busy.desk, "provider-suspension", f"provider:{first}/02") == ["not_suspended"]
    assert refusal(busy.desk, "correction-notice", f"application:{busy.applications['returned-now']}/01") == [
        "correction_is_past"
    ]
    with pytest.raises(NotFound):
        of(busy, DocumentKind.PAYEE_STATEMENT, f"settlement:{busy.settlements['paid']}/{first.lower()}")
    for kind, one, other in (
        ("archive-list", f"voucher:{busy.vouchers['partly']}", "voucher:4"),
        ("provider-suspension", f"provider:{first}", "provider:1"),
        ("quarterly-report", "quarter:2026Q1", "quarter:2026-1"),
    ):
        assert order(busy.desk.workspace, kind, one) == order(busy.desk.workspace, kind, other)


def test_a_recovery_is_asked_of_who_was_paid(busy):
    fields = of(busy, DocumentKind.RECOVERY_DECISION).fields
    assert (fields["unit_name"], fields["amount"]) == ("智算中心1", Money(1_000_003))
    assert fields["disbursed_on"] == busy_office.PAY_DAY


def test_a_key_page_tells_every_key_and_no_revoked_one_is_made_public(busy):
    facts = of(busy, DocumentKind.PUBLIC_KEY_PAGE)
    assert [row["status"] for row in facts.tables["keys"]] == ["使用中", "已停用"]
    assert facts.tables["keys"][1]["valid_until"] == facts.fields["valid_from"] == busy_office.LAST_DAY
    assert facts.qr_text.startswith(f"SLQK1:{facts.fields['key_id']}:")


# ------------------------------------------------------------------------------------------- empty and large


def test_an_office_without_any_record_has_its_lists_and_reports(make_desk, tmp_path, in_english):
    desk = make_desk(tmp_path)
    for kind, subject in (
        ("voucher-ledger", "year:2026"), ("provider-ledger", "year:2026"), ("quota-ledger", "year:2026"),
        ("return-ledger", "year:2026"), ("provider-list", "register:today"), ("yearly-report", "year:2026"),
        ("quarterly-report", "quarter:2026-1"), ("performance-sheet", "year:2026"), ("archive-list", "year:2026"),
        ("checkpoint", "journal:head"), ("public-key-page", "key:current"),
    ):  # fmt: skip
        facts = gathered(desk, kind, subject)
        assert problems_of(facts) == [], kind
        assert desk.workspace.documents().pdf([facts]).startswith(b"%PDF")
    with pytest.raises(NotFound):
        gathered(desk, "voucher-ledger", "year:2027")
    desk.close()


def test_an_empty_batch_is_finished_and_has_nothing_to_announce(desk, in_english):
    one = desk.open_batch()
    desk.close_batch(one)
    desk.finish_batch(one)
    assert refusal(desk, "issue-notice", f"batch:{one.id}") == ["batch_not_issued"]


def test_a_thousand_vouchers_are_listed_in_a_few_statements(desk, in_english):
    """As many statements as for one voucher: no query for each row."""
    facts = [desk.facts(Money(10_000 + place), holder=place % 4, seller=place % 2) for place in range(1000)]
    made = application.submit_all(
        desk.workspace, applications=facts, operator=desk.preparer, request_id=new_request_id()
    )
    desk.approve(*made[:1])
    desk.issue()
    wanted = [(kind, "year:2026") for kind in ("voucher-ledger", "provider-ledger", "quota-ledger", "yearly-report")]
    few = [statements_of(desk, kind, subject) for kind, subject in wanted]
    desk.approve(*made[1:])
    desk.issue()
    assert [statements_of(desk, kind, subject) for kind, subject in wanted] == few
    ledger = gathered(desk, "voucher-ledger", "year:2026")
    assert problems_of(ledger) == []
    assert len(ledger.tables["vouchers"]) == 1000
    assert total(ledger, "vouchers", "face") == desk.queries.year_statement(2026).issued
    assert desk.workspace.documents().drawn([ledger])[1][0] > 20


def statements_of(desk, kind, subject):
    """Count the statements that gathering a document asks SQLite."""
    told = []
    connection = desk.workspace.data_file._reader()
    connection.set_trace_callback(told.append)
    try:
        gathered(desk, kind, subject)
    finally:
        connection.set_trace_callback(None)
    assert told
    return len(told)


def test_a_volume_lists_papers_and_attachments_with_their_digests(busy, tmp_path):
    desk = busy.desk
    sheet = f"redemption:{busy.redemptions['settled-2']}"
    job = print_one(desk, "usage-statement", sheet, tmp_path)
    (paper,) = desk.queries.print_job(job.id).papers
    facts = of(busy, DocumentKind.ARCHIVE_LIST)
    rows = {row["file_name"]: row for row in facts.tables["items"]}
    assert rows[paper.file_name]["sha256"] == paper.sha256
    assert "付款凭证：bank-receipt.pdf" in {row["title"] for row in facts.tables["items"]}
    assert facts.fields["item_count"] == len(facts.tables["items"])
    of_year = of(busy, DocumentKind.ARCHIVE_LIST, "year:2026")
    assert problems_of(of_year) == []
    assert paper.sha256 in {row["sha256"] for row in of_year.tables["items"]}


# ------------------------------------------------------------------------------------------- closing


def test_a_closed_year_is_told_as_it_was_closed(desk, in_english, tmp_path):
    number = desk.issued(Money(500_000)).number
    desk.redeemed(number, Money(1_000))
    desk.claim(number, Money(2_000))
    desk.submit(Money(300_000))
    desk.on(date(2027, 1, 10))
    year.close_year(desk.workspace, year=2026, operator=desk.preparer, request_id=new_request_id())
    at_the_close = desk.queries.year_statement(2026).money
    facts = gathered(desk, "year-closing", "year:2026")
    assert problems_of(facts) == []
    desk.verify(desk.queries.redemption(2).redemption)
    desk.on(date(2028, 6, 1))
    voucher.expire(desk.workspace, operator=desk.preparer, request_id=new_request_id())
    later = gathered(desk, "year-closing", "year:2026")
    assert dataclasses.replace(later, subject="") == dataclasses.replace(facts, subject="")
    fields = later.fields
    assert (fields["open_applications"], fields["open_claims"]) == (1, 1)
    assert (fields["lapsed"], fields["payable"]) == (at_the_close.lapsed, Money(1_000))
    assert total(later, "vouchers", "remaining") == fields["outstanding"] == Money(499_000)
    parts = [fields[name] for name in ("unissued", "outstanding", "payable", "disbursed", "lapsed")]
    assert sum(parts, ZERO) == fields["appropriation"]
    assert str(order(desk.workspace, "yearly-report", "year:2026").subject) == "year:2026", "the year is over"
    assert problems_of(gathered(desk, "yearly-report", "year:2026")) == []


def test_a_revoked_key_is_not_made_public(desk, in_english):
    key = office_key.current_key(desk.workspace).key_id
    office_key.new_key(desk.workspace, reason="更换", operator=desk.preparer, request_id=new_request_id())
    for who in (desk.preparer, desk.reviewer):
        office_key.revoke(desk.workspace, key_id=key, reason="外泄", operator=who, request_id=new_request_id())
    assert refusal(desk, "public-key-page", f"key:{key}") == ["key_is_revoked"]
    rows = gathered(desk, "public-key-page", "key:current").tables["keys"]
    assert [(row["status"], row["reason"]) for row in rows] == [("使用中", None), ("已吊销", "外泄")]
