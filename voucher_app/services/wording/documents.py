"""What documents are called, and the words that their facts are made of; on paper they are Chinese."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from voucher_app.i18n import _, marked
from voucher_app.services.documents.facts import DocumentKind

if TYPE_CHECKING:
    from datetime import date

_NAMES: Final = {
    DocumentKind.APPLICATION_FORM: marked("Application form"),
    DocumentKind.COMMITMENT: marked("Letter of commitment"),
    DocumentKind.ACCEPTANCE_NOTICE: marked("Notice of acceptance"),
    DocumentKind.CORRECTION_NOTICE: marked("Notice of correction"),
    DocumentKind.REFUSAL_NOTICE: marked("Notice of refusal"),
    DocumentKind.REVIEW_OPINIONS: marked("Review opinions"),
    DocumentKind.PUBLICITY_LIST: marked("Publicity list"),
    DocumentKind.ISSUE_NOTICE: marked("Notice of issuance"),
    DocumentKind.USAGE_STATEMENT: marked("Statement of compute used"),
    DocumentKind.REDEMPTION_SHEET: marked("Verification sheet"),
    DocumentKind.SETTLEMENT_SUMMARY: marked("Settlement summary"),
    DocumentKind.ALLOCATION_PLAN: marked("Allocation plan"),
    DocumentKind.DISBURSEMENT_LIST: marked("Disbursement list"),
    DocumentKind.PAYEE_STATEMENT: marked("Statement for a payee"),
    DocumentKind.VOUCHER_LEDGER: marked("Ledger of vouchers"),
    DocumentKind.PROVIDER_LEDGER: marked("Ledger of providers"),
    DocumentKind.QUOTA_LEDGER: marked("Ledger of units' yearly quotas"),
    DocumentKind.RETURN_LEDGER: marked("Ledger of returns, voids and recoveries"),
    DocumentKind.PROVIDER_LIST: marked("List of admitted providers"),
    DocumentKind.PROVIDER_SUSPENSION: marked("Decision to suspend a provider"),
    DocumentKind.PROVIDER_REMOVAL: marked("Decision to remove a provider"),
    DocumentKind.RECOVERY_DECISION: marked("Decision of recovery"),
    DocumentKind.QUARTERLY_REPORT: marked("Quarterly report"),
    DocumentKind.YEARLY_REPORT: marked("Yearly report"),
    DocumentKind.PERFORMANCE_SHEET: marked("Performance self-assessment"),
    DocumentKind.ARCHIVE_LIST: marked("List of a volume"),
    DocumentKind.CHECKPOINT: marked("Checkpoint"),
    DocumentKind.YEAR_CLOSING: marked("Closing statement of a year"),
    DocumentKind.PUBLIC_KEY_PAGE: marked("Public key page"),
}
_RULE_TITLES: Final = {
    "R2": marked("class of the unit"),
    "R3": marked("yearly cap of the unit"),
    "R4": marked("support ratio"),
    "R5": marked("smallest amounts"),
    "R6": marked("face values"),
    "R8": marked("contract supports one application"),
    "R10": marked("no affiliation"),
    "R11": marked("no own compute"),
    "R12": marked("provider admitted"),
    "R13": marked("provider is no recipient"),
    "R14": marked("no splitting of units"),
    "R15": marked("other public money"),
    "R16": marked("share of supporting services"),
    "R17": marked("compute in the province"),
    "R22": marked("credit"),
    "R27": marked("fair-competition review"),
    "R28": marked("no ban"),
}
RULES_OF_APPLICATIONS: Final = tuple(_RULE_TITLES)
_QUARTERS: Final = (marked("first"), marked("second"), marked("third"), marked("fourth"))


def document_name(kind: str) -> str:
    """Return what a kind of document is called."""
    return _(_NAMES[DocumentKind(kind)])


def rule_title(rule: str) -> str:
    """Return what a rule about applications asks, in a few words."""
    return _(_RULE_TITLES[rule])


def quarter_words(year: int, quarter: int) -> str:
    """Return a quarter, such as 2026年第二季度."""
    return _("{quarter} quarter of {year}").format(year=year, quarter=_(_QUARTERS[quarter - 1]))


def period_words(first: date, last: date) -> str:
    """Return a period: a whole quarter by its name, any other by its days."""
    quarter = (first.month - 1) // 3 + 1
    begins = first.day == 1 and first.month == 3 * quarter - 2
    is_within = first.year == last.year and 3 * quarter - 2 <= last.month <= 3 * quarter
    if begins and is_within and last.month == 3 * quarter:
        return quarter_words(first.year, quarter)
    return _("from {first} to {last}").format(first=first.isoformat(), last=last.isoformat())
