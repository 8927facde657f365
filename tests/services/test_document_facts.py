"""What documents say, gathered from a busy office, an empty one and a large one, and held against the ledger."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest

from voucher_app import i18n
from voucher_app.domain.errors import RulesViolated
from voucher_app.domain.money import ZERO, Money
from voucher_app.services.document import GATHERERS, facts_of, order, prefix_of
from voucher_app.services.documents.catalogue import problems_of
from voucher_app.services.documents.facts import DocumentKind
from voucher_app.services.print_request import Stamp
from voucher_app.settings import resources_folder

sys.path.insert(0, str(Path(__file__).parent))
import busy_office

KINDS = list(DocumentKind)


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


def gathered(desk, kind, subject, stamp=None):
    return facts_of(desk.workspace, order(desk.workspace, kind, subject), stamp, made_by="张经办")


def of(busy, kind, subject=None):
    return gathered(busy.desk, kind, subject or subjects(busy)[kind])


def total(facts, table, column):
    return sum((row[column] for row in facts.tables[table] if row[column] is not None), ZERO)


def refusal(desk, kind, subject):
    with pytest.raises(RulesViolated) as refused:
        gathered(desk, kind, subject)
    return [one.code for one in refused.value.violations]


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
        words = re.findall(r"[A-Za-z]{3,}", re.sub(r"[0-9A-Za-z+/=.-]{24,}", "", text))
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
