"""What one document says: a kind, fields, tables and charts by name; filled by use cases, drawn by `printing`.

Which names there are, and of which type, is the catalogue's business (`catalogue.py`); the words around them, and where
they stand, are a template's (`resources/templates`). So whoever gathers facts knows no paper, and whoever sets paper
knows no records.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from fractions import Fraction
from typing import TYPE_CHECKING, Protocol

from voucher_app.domain.money import Money

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from voucher_app.services.ports.tables import OutTable


class DocumentKind(StrEnum):
    """Every paper of domain.md §5 but the certificate, which has a printer of its own."""

    APPLICATION_FORM = "application-form"
    """申领申请表"""
    COMMITMENT = "commitment"
    """真实性承诺书"""
    ACCEPTANCE_NOTICE = "acceptance-notice"
    """受理通知书"""
    CORRECTION_NOTICE = "correction-notice"
    """补正通知书"""
    REFUSAL_NOTICE = "refusal-notice"
    """不予受理通知书"""
    REVIEW_OPINIONS = "review-opinions"
    """初审、复核意见表"""
    PUBLICITY_LIST = "publicity-list"
    """公示名单"""
    ISSUE_NOTICE = "issue-notice"
    """发放通知（公文），名单为附件"""
    USAGE_STATEMENT = "usage-statement"
    """算力使用结算单"""
    REDEMPTION_SHEET = "redemption-sheet"
    """核销单"""
    SETTLEMENT_SUMMARY = "settlement-summary"
    """结算汇总表"""
    ALLOCATION_PLAN = "allocation-plan"
    """资金分配方案"""
    DISBURSEMENT_LIST = "disbursement-list"
    """资金拨付表"""
    PAYEE_STATEMENT = "payee-statement"
    """收款方结算单"""
    VOUCHER_LEDGER = "voucher-ledger"
    """算力券台账"""
    PROVIDER_LEDGER = "provider-ledger"
    """服务商台账"""
    QUOTA_LEDGER = "quota-ledger"
    """单位年度额度台账"""
    RETURN_LEDGER = "return-ledger"
    """退券、作废、追回台账"""
    PROVIDER_LIST = "provider-list"
    """服务商入库名单"""
    PROVIDER_SUSPENSION = "provider-suspension"
    """暂停服务商资格决定书"""
    PROVIDER_REMOVAL = "provider-removal"
    """移出服务商名录决定书"""
    RECOVERY_DECISION = "recovery-decision"
    """追回决定书"""
    QUARTERLY_REPORT = "quarterly-report"
    """季报"""
    YEARLY_REPORT = "yearly-report"
    """年度报告"""
    PERFORMANCE_SHEET = "performance-sheet"
    """绩效自评表"""
    ARCHIVE_LIST = "archive-list"
    """档案目录"""
    CHECKPOINT = "checkpoint"
    """封账凭证"""
    YEAR_CLOSING = "year-closing"
    """年度关账说明"""
    PUBLIC_KEY_PAGE = "public-key-page"
    """公钥公告"""


class ValueType(StrEnum):
    """What a value is; a template says how it is written."""

    TEXT = "text"
    """One line of text, `str`."""
    PROSE = "prose"
    """Paragraphs of text, `str`, parted by a line feed."""
    COUNT = "count"
    """A whole number, `int`; also a quantity in the unit that its name ends with."""
    MONEY = "money"
    """`Money`."""
    DAY = "day"
    """`date`."""
    INSTANT = "instant"
    """`datetime` with its zone; printed as the office's day and time."""
    RATIO = "ratio"
    """`Fraction` of one, printed as a percentage."""


Value = str | int | Money | date | datetime | Fraction | None
"""`None` where the catalogue says that a value may be left out: it prints as the office's mark for nothing."""

Row = Mapping[str, Value]
"""One row of a table, column name → value."""


@dataclass(frozen=True, slots=True)
class Series:
    """One series of a chart: a value for each label."""

    name: str
    values: Sequence[Money] | Sequence[int]


@dataclass(frozen=True, slots=True)
class Chart:
    """What a chart shows: labels along the axis, and one series or several over them."""

    labels: Sequence[str]
    series: Sequence[Series]


@dataclass(frozen=True, slots=True)
class DocumentFacts:
    """Everything that stands on one document; text is plain, never markup.

    Attributes:
        subject: how a person writes the record the paper is about, such as SX-2026-000123-6; names the paper too.
        office_name: who hands it out.
        is_trial: prints 演示 across each page.
        office_mode: says that the office works in small-office mode; empty where it does not (domain.md §4).
        copy: 1 for the original; the n-th print of the same paper carries 第n次打印.
        document_number: from the register of its kind, such as 晋算券〔2026〕12号; empty where it has none.
        fields, tables, charts: exactly the names that the catalogue lists for the kind.
        qr_text: printed as a QR code where the template has a place for one; empty for none.
        is_archive_copy: was drawn for the archive and never printed, which each page says.
    """

    kind: DocumentKind
    subject: str
    office_name: str
    is_trial: bool
    fields: Mapping[str, Value]
    tables: Mapping[str, Sequence[Row]] = field(default_factory=dict)
    charts: Mapping[str, Chart] = field(default_factory=dict)
    document_number: str = ""
    office_mode: str = ""
    copy: int = 1
    qr_text: str = ""
    is_archive_copy: bool = False


class BadTemplate(Exception):  # noqa: N818 - what happened, as a person would say it
    """A template, or a layout file, that cannot be used.

    Attributes:
        line: counted from 1; 0 when the problem has no line, such as a file that is missing.
        key: the place as a path, such as `block[3].width_mm`.
        problem: one sentence in the language in use.
    """

    def __init__(self, *, file: str, line: int, key: str, problem: str) -> None:
        super().__init__(f"{file}:{line}: {key}: {problem}" if line else f"{file}: {key}: {problem}")
        self.file = file
        self.line = line
        self.key = key
        self.problem = problem


class DocumentPrinter(Protocol):
    """Draws documents from the templates of the office; the same facts give the same bytes."""

    def pdf(self, documents: Sequence[DocumentFacts]) -> bytes:
        """Return one PDF of all the documents, in order; each counts its own pages.

        Raises:
            MissingGlyph: for a character that no font can print, naming its field, before the first page is drawn.
            InvalidInput: `too_long_for_paper`, likewise.
            BadTemplate: for a template that cannot be used: file, line, reason.
        """

    def drawn(self, documents: Sequence[DocumentFacts]) -> tuple[bytes, list[int]]:
        """Return that PDF, and how many pages each document has in it.

        Raises:
            MissingGlyph, InvalidInput, BadTemplate: as `pdf`.
        """

    def write(self, documents: Sequence[DocumentFacts], file: Path) -> Path:
        """Write that PDF under a name, atomically.

        Raises:
            OSError: from the disk; otherwise as `pdf`.
        """

    def workbook(self, facts: DocumentFacts) -> OutTable:
        """Return what a document's lists, forms and sentences say, as sheets of typed cells.

        Raises:
            BadTemplate: as `pdf`.
        """

    def preview(self, kind: DocumentKind) -> bytes:
        """Return a document of sample values, drawn by the same code, marked 演示."""

    def check(self) -> None:
        """Read every template anew, also those read before.

        Raises:
            BadTemplate: for the first that cannot be used.
        """
