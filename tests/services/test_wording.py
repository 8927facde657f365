"""Every code that is raised anywhere has a sentence, and every sentence takes the facts that its code carries."""

from __future__ import annotations

import ast
import functools
import importlib.util
import re
from datetime import date
from pathlib import Path

import pytest

import voucher_app
from voucher_app import i18n
from voucher_app.domain.application import ApplicationStatus
from voucher_app.domain.budget import CapChangeStatus, YearStatus
from voucher_app.domain.errors import InvalidInput, NotFound, RulesViolated, Violation
from voucher_app.domain.invoice_file import InvoiceSource, ReadInvoice
from voucher_app.domain.ledger import AccountKind, TransferKind
from voucher_app.domain.money import Money
from voucher_app.domain.operators import Role
from voucher_app.domain.parties import ProviderStatus, RecipientKind
from voucher_app.domain.recovery import RECOVERY_STEPS, RecoveryStatus
from voucher_app.domain.redemption import REDEMPTION_STEPS, RedemptionStatus
from voucher_app.domain.settlement import LINE_STEPS, SETTLEMENT_STEPS, LineStatus, SettlementStatus
from voucher_app.domain.voucher import VoucherStatus
from voucher_app.services.data_file import Finding
from voucher_app.services.papers import BrokenToken, MissingGlyph, Token, Verdict
from voucher_app.services.ports.errors import StorageError
from voucher_app.services.wording import environment, errors, findings, inputs, names, papers, rules
from voucher_app.services.wording.invoices import card_lines
from voucher_app.settings import resources_folder
from voucher_app.storage.sqlite import connection

PACKAGE = Path(voucher_app.__file__).parent
PLACEHOLDER = re.compile(r"\{[a-z_]*\}")
LANGUAGES = pytest.mark.parametrize("language", i18n.LANGUAGES)
VALUES = {
    "short_fen": 1, "noun": "voucher", "act": "void", "status": "admitted", "ratio": "1/5", "field": "name",
    "cause": InvalidInput("amount", found="x"), "roles": "a b", "names": "a", "choices": "a b",
    "action": "voucher.issue",
}  # fmt: skip
"""What a fact looks like where a number would not do."""


@pytest.fixture(autouse=True)
def _catalogues():
    i18n.use_folder(resources_folder() / "locale")
    before = i18n.language()
    yield
    i18n.set_language(before)


@functools.cache
def calls_by_name():
    """Return every call in the package by the name that is called, each with where it stands; read once."""
    found = {}
    for file in sorted(PACKAGE.rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call):
                name = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
                found.setdefault(name, []).append((f"{file.relative_to(PACKAGE)}:{node.lineno}", node))
    return found


def calls(*names):
    """Yield every call of these names in the package, with where it stands."""
    for name in names:
        yield from calls_by_name().get(name, ())


def texts(node):
    """Return what a code argument may be: a literal, either side of a choice, or an f-string's beginning."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return [node.value]
    if isinstance(node, ast.IfExp):
        return texts(node.body) + texts(node.orelse)
    if isinstance(node, ast.JoinedStr):
        return ["".join(part.value if isinstance(part, ast.Constant) else "*" for part in node.values)]
    return []


def argument(node, place, name):
    given = [keyword.value for keyword in node.keywords if keyword.arg == name]
    return given[0] if given else (node.args[place] if len(node.args) > place else None)


def fact_names(node):
    value = argument(node, 99, "facts")
    return [key.value for key in value.keys if isinstance(key, ast.Constant)] if isinstance(value, ast.Dict) else []


def expanded(code):
    """Return the codes that an f-string stands for."""
    if "*" not in code:
        return [code]
    begin = code.partition("*")[0]
    found = sorted(known for known in rules.violation_codes() if known.startswith(begin))
    assert found, code
    return found


VIOLATIONS = [
    (where, code, fact_names(node))
    for where, node in calls("Violation")
    for pattern in texts(argument(node, 1, "code"))
    for code in expanded(pattern)
]
VIOLATIONS += [(where, code, []) for where, node in calls("refused") for code in texts(argument(node, 0, "code"))]
INPUTS = [
    (where, code, [keyword.arg for keyword in node.keywords if keyword.arg != "found"])
    for where, node in calls("InvalidInput")
    for code in texts(argument(node, 0, "code"))
]
STORAGE = [(where, code) for where, node in calls("StorageError") for code in texts(argument(node, 0, "code"))]


SAMPLES = {
    "step_not_open": ("usable", ["void", "return"]),
    "certificate_ended": ("usable", ["void", "return"]),
    "document_status": ("usable", ["voided", "returned"]),
    "not_accepted": ("submitted", "an acceptance"),
    "not_reviewed": ("submitted", "a review"),
    "not_in_publicity": ("open", "a publicity"),
    "batch_not_issued": ("open", "an issuance"),
    "not_suspended": ("admitted", "a suspension"),
    "class_mismatch": ("enterprise", ["university"]),
    "not_a_tier": (123, [500, 600]),
    "intake_closed": ("closed", "open"),
    "ratio_above_share": ("3/5", "1/2"),
    "incomplete": (["contract", "contract-term"], []),
    "model_is_other": ("deduct", "afterwards"),
    "papers_missing": (["contract"], ["contract", "invoice"]),
}


def sample(code):
    if code in rules._ROLE_CODES:
        return "auditor", ["finance"]
    return SAMPLES.get(code) or ((123, 456) if code in rules._MONEY_CODES else ("甲", ["2026-01-01", ""]))


def test_the_search_finds_what_is_raised():
    assert len(VIOLATIONS) > 35
    assert len(INPUTS) > 30
    assert len(STORAGE) > 15


@LANGUAGES
@pytest.mark.parametrize(("where", "code", "facts"), VIOLATIONS)
def test_every_violation_is_said_with_its_facts(where, code, facts, language):
    i18n.set_language(language)
    found, allowed = sample(code)
    violation = Violation("R1", code, found, allowed, "某", facts={name: VALUES.get(name, 7) for name in facts})
    (said,) = errors.describe(RulesViolated([violation]))
    assert said
    assert not PLACEHOLDER.search(said), where


@LANGUAGES
@pytest.mark.parametrize(("where", "code", "facts"), INPUTS)
def test_every_unreadable_input_is_said_with_its_facts(where, code, facts, language):
    i18n.set_language(language)
    error = InvalidInput(code, found="某", **{name: VALUES.get(name, 7) for name in facts})
    (said,) = errors.describe(error)
    assert said
    assert not PLACEHOLDER.search(said), where


@LANGUAGES
@pytest.mark.parametrize(
    "code",
    sorted({code for _, code in STORAGE} | set(connection._NAMES.values()) | {"disk_full", "disk_error", "missing"}),
)
def test_every_failure_of_the_environment_is_said(code, language):
    i18n.set_language(language)
    (said,) = errors.describe(StorageError(code, Path("/x/office.db"), "细节"))
    assert said
    assert not PLACEHOLDER.search(said)
    assert "/x" in said or "细节" in said


def test_no_sentence_is_left_without_a_code_that_raises_it():
    assert rules.violation_codes() == {code for _, code, _ in VIOLATIONS}
    assert inputs.input_codes() >= {code for _, code, _ in INPUTS}
    assert environment.storage_codes() >= {code for _, code in STORAGE}


@LANGUAGES
@pytest.mark.parametrize(
    "code",
    sorted({code for _, node in calls("add") for code in texts(argument(node, 0, "code")) if len(node.args) > 1}),
)
def test_every_finding_is_said(code, language):
    i18n.set_language(language)
    assert code in findings.finding_codes()
    said = findings.finding_sentence(Finding(code, "voucher", 7, "face_fen", 1, 2))
    assert said
    assert not PLACEHOLDER.search(said)


def test_every_finding_that_has_words_is_looked_for():
    raised = {code for _, node in calls("add") for code in texts(argument(node, 0, "code")) if len(node.args) > 1}
    assert findings.finding_codes() == raised


@LANGUAGES
@pytest.mark.parametrize("noun", ["voucher", "application", "redemption", "provider", "recipient", "policy", "year",
                                  "operator", "facility", "office", "account", "transfer", "settlement",
                                  "settlement-line", "payee", "recovery", "cap-change"])  # fmt: skip
def test_what_does_not_exist_is_said(noun, language):
    i18n.set_language(language)
    (said,) = errors.describe(NotFound(noun, "某"))
    assert "某" in said


def test_every_noun_that_may_be_missing_has_a_name():
    nouns = {text for _, node in calls("NotFound") for text in texts(argument(node, 0, "noun"))}
    assert nouns <= set(names._NOUN_NAMES)


@LANGUAGES
def test_every_verdict_and_token_fault_is_said(language):
    i18n.set_language(language)
    token = Token("SX-2026-000001-4", "91140100MA0CMJRAM0", 100, date(2026, 1, 1), date(2026, 2, 1), 3, b"x" * 16)
    for reason in papers.verdict_codes():
        for told in (token, None):
            assert not PLACEHOLDER.search(
                papers.verdict_sentence(Verdict("invalid", reason, told, ("甲",), online=True))
            )
    for code in papers.token_codes():
        assert errors.describe(BrokenToken(code))[0]
    missing = MissingGlyph(character="𰻝", field="recipient_name", subject="SX-2026-000001-4")
    assert "U+30EDD" in errors.describe(missing)[0]


@LANGUAGES
def test_every_status_role_class_step_and_act_has_a_name(language):
    i18n.set_language(language)
    for noun, statuses in {
        "application": ApplicationStatus,
        "voucher": VoucherStatus,
        "redemption": RedemptionStatus,
        "provider": ProviderStatus,
        "year": YearStatus,
        "settlement": SettlementStatus,
        "settlement-line": LineStatus,
        "recovery": RecoveryStatus,
        "cap-change": CapChangeStatus,
    }.items():
        assert all(names.status_name(noun, status) for status in statuses)
    for table in (REDEMPTION_STEPS, SETTLEMENT_STEPS, LINE_STEPS, RECOVERY_STEPS):
        assert all(names.step_name(step) for steps in table.values() for step in steps)
    assert all(names.role_name(role) for role in Role)
    assert all(names.kind_name(kind) for kind in RecipientKind)
    assert all(names.transfer_name(kind) for kind in TransferKind)
    assert all(names.account_name(f"{kind.name.lower()}:2026") for kind in AccountKind)


def test_every_use_case_has_a_name():
    acts = set()
    for _, node in calls("unit_of_work"):
        acts |= {text for text in texts(node.args[0]) if "*" not in text} if node.args else set()
    for _, node in calls("Act"):
        acts |= set(texts(node.args[0]))
    assert len(acts) > 10
    assert acts <= set(names.ACTION_NAMES)


def test_amounts_in_a_sentence_are_yuan_and_ratios_per_cent(in_english):
    violation = Violation("R4", "ratio_exceeded", 123_456_700, 100, "某", facts={"base_fen": 500, "ratio": "1/3"})
    said = rules.sentence(violation)
    assert "1,234,567.00" in said
    assert "33.33%" in said
    assert "5.00" in said


@LANGUAGES
def test_an_invoice_is_told_on_its_card_in_either_language(language):
    i18n.set_language(language)
    number = "26142000000012345678"
    read = ReadInvoice(InvoiceSource.XML, number, total=Money(106), without_tax=Money(100), tax=Money(6), kind="专票")
    facts = [value for _name, value in card_lines(read)]
    assert facts[0] == i18n._(", ").join((number, "专票"))
    assert all(amount in facts[1] for amount in ("1.06", "1.00", "0.06"))


def test_an_error_that_nobody_expected_is_no_sentence():
    with pytest.raises(TypeError):
        errors.describe(ValueError("x"))


@pytest.fixture(scope="module")
def messages():
    file = PACKAGE.parent / "scripts" / "messages.py"
    spec = importlib.util.spec_from_file_location("messages", file)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("catalogue", i18n.CATALOGUES)
def test_every_sentence_has_its_chinese(messages, catalogue):
    assert messages.problems(catalogue) == []


def test_both_catalogues_say_one_sentence_the_same_way_and_a_difference_is_told(messages, monkeypatch):
    assert messages.contradictions() == []
    told = {"window": messages.Catalog(), "words": messages.Catalog()}
    for catalogue, chinese in (("window", "类别"), ("words", "发票种类")):
        told[catalogue].add("Kind", chinese)
        told[catalogue].add("Day", "日期")
    monkeypatch.setattr(messages, "load", told.get)
    (said,) = messages.contradictions()
    assert said.startswith("'Kind'")


@pytest.mark.parametrize("catalogue", i18n.CATALOGUES)
def test_the_chinese_takes_the_same_facts_as_the_english(messages, catalogue):
    for message in messages.load(catalogue):
        if message.id and isinstance(message.string, str) and message.string:
            english = message.id if isinstance(message.id, str) else message.id[0]
            assert set(PLACEHOLDER.findall(message.string)) <= set(PLACEHOLDER.findall(english)), message.id
