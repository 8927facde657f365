"""What reports say: quarter, year, performance, closing of a year (domain.md §5.14, 5.15)."""

from __future__ import annotations

from fractions import Fraction
from typing import Final

from voucher_app.domain.money import Money
from voucher_app.services.documents import names_in_samples as some
from voucher_app.services.documents.facts import Chart, DocumentKind, Series
from voucher_app.services.documents.specification import (
    COUNT,
    DAY,
    MONEY,
    PROSE,
    RATIO,
    TEXT,
    ChartPlace,
    Document,
    Field,
    Table,
)

_FIGURES: Final = (
    Field("year", COUNT, 2026),
    Field("from_day", DAY, some.on(2026, 1, 1)),
    Field("until_day", DAY, some.on(2026, 12, 31)),
    Field("made_on", DAY, some.on(2027, 1, 15)),
    Field("appropriation", MONEY, some.LARGEST),
    Field("appropriation_document", TEXT, "晋财建〔2026〕12号"),
    # What happened in the period:
    Field("issued", MONEY, Money.yuan(42_300_000)),
    Field("issued_count", COUNT, 317),
    Field("verified", MONEY, Money.yuan(31_250_000)),
    Field("verified_count", COUNT, 402),
    Field("disbursed", MONEY, Money.yuan(28_900_000)),
    Field("disbursed_count", COUNT, 371),
    Field("expired", MONEY, Money.yuan(650_000)),
    Field("returned", MONEY, Money.yuan(180_000)),
    Field("voided", MONEY, Money.yuan(500_000)),
    Field("recovered", MONEY, some.SMALL),
    # Where the year's money is at the end of the period (domain.md §3, money identity):
    Field("unissued", MONEY, Money.yuan(8_355_102)),
    Field("outstanding", MONEY, Money.yuan(10_394_898)),
    Field("payable", MONEY, Money.yuan(2_350_000)),
    Field("paid", MONEY, Money.yuan(28_900_000)),
    Field("lapsed", MONEY, Money(0)),
    Field("recipient_count", COUNT, 208),
    Field("provider_count", COUNT, 16),
    Field(
        "contract_amount", MONEY, Money.yuan(213_700_000)
    ),  # of the contracts that vouchers were issued on: 拉动合同额
    Field(
        "compute_used",
        TEXT,
        "核销发票所载算力服务费用15,625.00万元（不含配套服务）；按申报单价折算，约智能算力122,023.00PFLOPS·天",
        optional=True,
    ),  # 算力消纳
)

_SHARES: Final = (
    Field("name", TEXT),
    Field("voucher_count", COUNT),
    Field("issued", MONEY),
    Field("share", RATIO),
)

_BY_REGION: Final = Table(
    "regions",
    _SHARES,
    (
        ("太原市", 141, Money.yuan(18_612_000), Fraction(44, 100)),
        ("山西转型综合改革示范区", 62, Money.yuan(9_306_000), Fraction(22, 100)),
        ("大同市", 40, Money.yuan(5_922_000), Fraction(14, 100)),
        ("晋中市", 33, Money.yuan(4_230_000), Fraction(10, 100)),
        ("阳泉市", 21, Money.yuan(2_538_000), Fraction(6, 100)),
        ("吕梁市", 20, Money.yuan(1_692_000), Fraction(4, 100)),
    ),
)
_BY_PROVIDER: Final = Table(
    "providers",
    _SHARES,
    (
        (some.PROVIDER, 120, Money.yuan(15_228_000), Fraction(36, 100)),
        (some.LONG_PROVIDER, 77, Money.yuan(11_844_000), Fraction(28, 100)),
        ("国家超级计算太原中心", 60, Money.yuan(8_460_000), Fraction(20, 100)),
        ("晋中3000P算力智算中心", 35, Money.yuan(4_230_000), Fraction(10, 100)),
        ("晋中𬭎䶮智算中心", 25, Money.yuan(2_538_000), Fraction(6, 100)),
    ),
)
_BY_CLASS: Final = Table(
    "classes",
    _SHARES,
    (
        ("企业", 251, Money.yuan(33_840_000), Fraction(80, 100)),
        ("高校", 40, Money.yuan(5_076_000), Fraction(12, 100)),
        ("科研机构", 26, Money.yuan(3_384_000), Fraction(8, 100)),
    ),
)
_MONTHLY: Final = Table(
    "months",
    (Field("month", TEXT), Field("issued", MONEY), Field("verified", MONEY), Field("disbursed", MONEY)),
    tuple(
        (f"{month}月", Money.yuan(issued * 10_000), Money.yuan(verified * 10_000), Money.yuan(disbursed * 10_000))
        for month, issued, verified, disbursed in (
            (1, 0, 0, 0), (2, 960, 0, 0), (3, 540, 120, 0), (4, 310, 260, 150), (5, 420, 330, 0), (6, 380, 410, 640),
            (7, 250, 290, 0), (8, 300, 350, 0), (9, 520, 380, 980), (10, 240, 345, 0), (11, 190, 320, 0),
            (12, 120, 320, 1120),
        )
    ),
)  # fmt: skip


def _issued(table: Table) -> Chart:
    """Chart the shares that a sample table lists."""
    amounts = [row["issued"] for row in table.rows()]
    return Chart(
        [str(row["name"]) for row in table.rows()],
        [Series("发放", [amount for amount in amounts if isinstance(amount, Money)])],
    )


_MONTH_CHART: Final = ChartPlace(
    "months",
    MONEY,
    Chart(
        [f"{month}月" for month in range(1, 13)],
        [
            Series(
                "发放", [Money.yuan(ten * 10_000) for ten in (0, 960, 540, 310, 420, 380, 250, 300, 520, 240, 190, 120)]
            ),
            Series(
                "核销", [Money.yuan(ten * 10_000) for ten in (0, 0, 120, 260, 330, 410, 290, 350, 380, 345, 320, 320)]
            ),
        ],
    ),
)
_REGION_CHART: Final = ChartPlace(
    "regions",
    MONEY,
    _issued(_BY_REGION),
)
_PROVIDER_CHART: Final = ChartPlace(
    "providers",
    MONEY,
    _issued(_BY_PROVIDER),
)
_CAP_RAISES: Final = Table(
    "raises",  # decisions that changed the appropriation inside the ceiling; shown on every later report
    (Field("decided_on", DAY), Field("document", TEXT), Field("amount", MONEY), Field("reason", TEXT)),
    ((some.on(2026, 6, 1), "晋财建〔2026〕45号", Money.yuan(10_000_000), "需求超过预期，经批准追加"),),
)

_QUARTERLY_REPORT: Final = Document(
    kind=DocumentKind.QUARTERLY_REPORT,
    subject="2026年第二季度",
    document_number="晋算券季〔2026〕2号",
    fields=(*_FIGURES, Field("quarter", COUNT, 2)),
    tables=(_MONTHLY, _BY_REGION, _BY_PROVIDER, _BY_CLASS, _CAP_RAISES),
    charts=(_MONTH_CHART, _REGION_CHART, _PROVIDER_CHART),
)

_YEARLY_REPORT: Final = Document(
    kind=DocumentKind.YEARLY_REPORT,
    subject="2026年度",
    document_number="晋算券报〔2027〕1号",
    fields=_FIGURES,
    tables=(_MONTHLY, _BY_REGION, _BY_PROVIDER, _BY_CLASS, _CAP_RAISES),
    charts=(_MONTH_CHART, _REGION_CHART, _PROVIDER_CHART),
)

_PERFORMANCE_SHEET: Final = Document(
    kind=DocumentKind.PERFORMANCE_SHEET,
    subject="2026年度",
    fields=(
        Field("year", COUNT, 2026),
        Field("made_on", DAY, some.on(2027, 1, 20)),
        Field("appropriation", MONEY, some.LARGEST),
        Field("disbursed", MONEY, Money.yuan(28_900_000)),
        Field("execution", RATIO, Fraction(578, 1000)),  # disbursed ÷ appropriation
        Field("goal", PROSE, "降低企业、高校、科研机构使用算力的成本，提高省内智能算力利用水平。", optional=True),
        Field(
            "outcome",
            PROSE,
            "全年发放算力券317张、4,230万元，支持208家单位，拉动算力服务合同2.137亿元。",
            optional=True,
        ),
        Field("score", COUNT, 93, optional=True),
        Field("full_score", COUNT, 100),
        Field("problems", PROSE, "年末集中核销，资金执行进度不均衡。", optional=True),
        Field("measures", PROSE, "按季结算，提前提示即将到期的算力券。", optional=True),
        Field("made_by", TEXT, some.PREPARER),
    ),
    tables=(
        Table(
            "indicators",
            (
                Field("group", TEXT),  # 产出指标, 效益指标, 满意度指标
                Field("name", TEXT),
                Field("target", TEXT),
                Field("actual", TEXT),
                Field("weight", COUNT),
                Field("score", COUNT, optional=True),
                Field("note", TEXT, optional=True),
            ),
            (
                ("产出指标", "发放金额", "5,000万元", "4,230万元", 20, 17, "部分申领未达最低面额"),
                ("产出指标", "支持单位数", "≥200家", "208家", 15, 15, None),
                ("产出指标", "核销及时率（受理后20个工作日内）", "≥95%", "97.3%", 15, 15, None),
                ("效益指标", "拉动算力服务合同额", "≥2亿元", "2.137亿元", 20, 20, None),
                ("效益指标", "算力消纳（核销发票所载算力费用）", "逐年提高", "15,625.00万元", 20, 18, "按发票统计"),
                ("满意度指标", "领用单位满意度", "≥90%", "未调查", 10, None, "计划2027年一季度开展"),
            ),
        ),
    ),
)

_YEAR_CLOSING: Final = Document(
    kind=DocumentKind.YEAR_CLOSING,
    subject="2026年度",
    document_number="晋算券关〔2027〕1号",
    fields=(
        Field("year", COUNT, 2026),
        Field("closed_on", DAY, some.on(2027, 1, 10)),
        Field("appropriation", MONEY, some.LARGEST),
        Field("unissued", MONEY, Money(0)),  # after closing: what was unissued has lapsed
        Field("outstanding", MONEY, Money.yuan(10_394_898)),
        Field("payable", MONEY, Money.yuan(2_350_000)),
        Field("disbursed", MONEY, Money.yuan(28_900_000)),
        Field("lapsed", MONEY, Money.yuan(8_355_102)),
        Field("open_applications", COUNT, 0),
        Field("open_claims", COUNT, 3),
        Field("journal_seq", COUNT, 48_213),
        Field("journal_hash", TEXT, some.SHA256),
        Field("prepared_by", TEXT, some.PREPARER),
        Field("reviewed_by", TEXT, some.REVIEWER, optional=True),
    ),
    tables=(
        Table(
            "vouchers",  # counts and remaining value by status
            (Field("status", TEXT), Field("voucher_count", COUNT), Field("face", MONEY), Field("remaining", MONEY)),
            (
                ("可使用", 40, Money.yuan(6_100_000), Money.yuan(6_100_000)),
                ("部分使用", 31, Money.yuan(9_000_000), Money.yuan(4_294_898)),
                ("已用完", 231, Money.yuan(26_200_000), Money(0)),
                ("已过期、已退券、已作废", 15, Money.yuan(1_000_000), Money(0)),
            ),
        ),
        _CAP_RAISES,
    ),
)

DOCUMENTS: Final = (_QUARTERLY_REPORT, _YEARLY_REPORT, _PERFORMANCE_SHEET, _YEAR_CLOSING)
