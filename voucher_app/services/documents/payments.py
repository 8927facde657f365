"""What papers around money say: usage, redemption, settlement, plan, disbursement, recovery (domain.md §5)."""

from __future__ import annotations

from typing import Final

from voucher_app.domain.money import Money
from voucher_app.services.documents import names_in_samples as some
from voucher_app.services.documents.facts import DocumentKind
from voucher_app.services.documents.specification import COUNT, DAY, MONEY, PROSE, TEXT, Document, Field, Table

_VOUCHER: Final = (
    Field("voucher", TEXT, some.VOUCHER),
    Field("recipient_name", TEXT, some.LONG_UNIT),
    Field("recipient_uscc", TEXT, some.LONG_USCC),
    Field("provider_name", TEXT, some.LONG_PROVIDER),
    Field("provider_uscc", TEXT, some.LONG_PROVIDER_USCC),
    Field("contract_number", TEXT, some.CONTRACT),
    Field("face", MONEY, some.FACE),
    Field("policy_title", TEXT, some.POLICY),
)

_INVOICES: Final = Table(
    "invoices",
    (
        Field("number", TEXT),
        Field("checking", TEXT),  # whether anybody asked the tax authority about it
        Field("invoiced_on", DAY),
        Field("amount", MONEY),
        Field("service_from", DAY, optional=True),
        Field("service_until", DAY, optional=True),
        Field("supporting_services", MONEY),  # storage, network, security, platform
    ),
    (
        (
            some.INVOICE,
            "未联网查验",
            some.on(2026, 3, 31),
            Money.yuan(120_000),
            some.on(2026, 1, 1),
            some.on(2026, 3, 31),
            Money(0),
        ),
        (some.OTHER_INVOICE, "未联网查验", some.on(2026, 4, 30), Money(8_000_050), None, None, Money(1_234_567)),
    ),
)

_PAYMENTS: Final = Table(
    "payments",
    (
        Field("invoice", TEXT),
        Field("paid_on", DAY, optional=True),
        Field("payer", TEXT, optional=True),
        Field("payee", TEXT, optional=True),
        Field("paid", MONEY, optional=True),
    ),
    (
        (some.INVOICE, some.on(2026, 4, 8), some.LONG_UNIT, some.LONG_PROVIDER, Money.yuan(120_000)),
        (some.OTHER_INVOICE, None, None, None, None),
    ),
)

_USAGE_STATEMENT: Final = Document(
    kind=DocumentKind.USAGE_STATEMENT,
    subject=f"兑付 17（{some.VOUCHER}）",
    fields=(
        *_VOUCHER,
        Field("period_from", DAY, some.on(2026, 1, 1), optional=True),
        Field("period_until", DAY, some.on(2026, 4, 30), optional=True),
        Field("price_item", TEXT, "智能算力（FP16）裸金属租用，PFLOPS·天", optional=True),
        Field("unit_price", MONEY, Money(128_050), optional=True),
        Field("amount", MONEY, Money(20_000_050)),  # of all invoices together
        Field("supporting_services", MONEY, Money(1_234_567)),
        Field("claimed", MONEY, Money(3_998_000)),
        Field("payable_by_recipient", MONEY, Money(16_002_050), optional=True),  # what the bill is after deduction
        Field("operating_model", TEXT, "抵扣"),
        Field("stated_on", DAY, some.on(2026, 5, 6)),
    ),
    tables=(_INVOICES,),
)

_REDEMPTION_SHEET: Final = Document(
    kind=DocumentKind.REDEMPTION_SHEET,
    subject=f"兑付 17（{some.VOUCHER}）",
    document_number="晋算券核〔2026〕17号",
    fields=(
        *_VOUCHER,
        Field("redemption_number", TEXT, "17"),
        Field("claimed", MONEY, Money(3_998_000)),
        Field("claimed_on", DAY, some.on(2026, 5, 6)),
        Field("approved", MONEY, some.SMALL),
        Field("redeemed_before", MONEY, Money.yuan(300_000)),
        Field("redeemed_total", MONEY, Money(32_510_200)),
        Field("remaining", MONEY, Money(67_489_800)),
        Field("payee_name", TEXT, some.LONG_PROVIDER),
        Field("status", TEXT, "已核销"),
        Field("claim_reason", PROSE, "租用价格高于备案价格21%，系节假日保障服务加价，已附情况说明。", optional=True),
        Field("decision_reason", PROSE, None, optional=True),
        Field("prepared_by", TEXT, some.PREPARER),
        Field("reviewed_by", TEXT, some.REVIEWER, optional=True),
        Field("reviewed_on", DAY, some.on(2026, 5, 9), optional=True),
        Field("finance_by", TEXT, some.FINANCE, optional=True),
        Field("finance_on", DAY, None, optional=True),
    ),
    tables=(
        _INVOICES,
        _PAYMENTS,
        Table(
            "evidence",  # attachments that prove the use
            (Field("kind", TEXT), Field("file_name", TEXT), Field("sha256", TEXT)),
            (
                ("使用凭证", "2026年第一季度算力使用日志（脱敏）.pdf", some.SHA256),
                ("付款凭证", "bank-receipt-20260408.ofd", some.SHA256[::-1]),
            ),
        ),
        Table(
            "derivation",  # `services.wording.derivation`: names, expressions and values, in 万元
            (Field("name", TEXT), Field("expression", TEXT), Field("value", TEXT)),
            (
                ("基准期", "2025-03-01 – 2025-12-31 (305)", "2025-03-01 – 2025-12-31"),
                (
                    f"发票 {some.INVOICE} 的天数",
                    "(2025-03-01 – 2025-12-31 = 305) / (2025-01-01 – 2026-12-31 = 729) = 305/729",
                    "305/729",
                ),
                (f"发票 {some.INVOICE} 的费用", "305/729 × 20.0000 = 8.3676…", "8.3676…"),
                ("支持金额", "30% × 8.3676… = 2.5102…", "2.5102…"),
                ("限额：支持金额，取整", "2.5102… → 2.5102 (DOWN) ←", "2.5102"),
                ("限额：券的余额", "100.0000 − 30.0000 = 70.0000", "70.0000"),
                ("应付金额", "min(2.5102, 70.0000) = 2.5102", "2.5102"),
            ),
        ),
    ),
)

_SETTLEMENT: Final = (
    Field("settlement_number", TEXT, "3"),
    Field("year", COUNT, 2026),
    Field("period_from", DAY, some.on(2026, 4, 1)),
    Field("period_until", DAY, some.on(2026, 6, 30)),
    Field("line_count", COUNT, 4),
    Field("payee_count", COUNT, 3),
    Field("total", MONEY, Money(5_132_510_200)),
    Field("province", MONEY, Money(5_131_255_100)),
    Field("city", MONEY, Money(1_255_100)),
    Field("prepared_by", TEXT, some.PREPARER),
    Field("reviewed_by", TEXT, some.REVIEWER, optional=True),
    Field("checked_by", TEXT, some.FINANCE, optional=True),
)

_SETTLEMENT_SUMMARY: Final = Document(
    kind=DocumentKind.SETTLEMENT_SUMMARY,
    subject="2026年第二季度结算（3）",
    document_number="晋算券结〔2026〕3号",
    fields=(
        *_SETTLEMENT,
        Field("status", TEXT, "已确认"),
        Field("made_on", DAY, some.on(2026, 7, 6)),
        Field("sampled_count", COUNT, 2),
    ),
    tables=(
        Table(
            "payees",
            (Field("payee", TEXT), Field("uscc", TEXT), Field("line_count", COUNT), Field("amount", MONEY)),
            (
                (some.LONG_PROVIDER, some.LONG_PROVIDER_USCC, 2, Money(5_002_510_200)),
                (some.UNIVERSITY, some.UNIVERSITY_USCC, 1, Money.yuan(800_000)),
                (some.RARE_UNIT, some.RARE_USCC, 1, Money.yuan(500_000)),
            ),
        ),
        Table(
            "lines",
            (
                Field("redemption", TEXT),
                Field("voucher", TEXT),
                Field("recipient", TEXT),
                Field("payee", TEXT),
                Field("verified_on", DAY),
                Field("amount", MONEY),
                Field("sampled", TEXT, optional=True),  # 抽查, or nothing
            ),
            (
                ("17", some.VOUCHER, some.LONG_UNIT, some.LONG_PROVIDER, some.on(2026, 5, 9), some.SMALL, None),
                ("18", some.OTHER_VOUCHER, some.UNIT, some.LONG_PROVIDER, some.on(2026, 5, 11), some.LARGEST, "抽查"),
                (
                    "19",
                    "SX-2026-000125-2",
                    some.UNIVERSITY,
                    some.UNIVERSITY,
                    some.on(2026, 6, 2),
                    Money.yuan(800_000),
                    "抽查",
                ),
                (
                    "20",
                    "SX-2026-000126-0",
                    some.RARE_UNIT,
                    some.RARE_UNIT,
                    some.on(2026, 6, 3),
                    Money.yuan(500_000),
                    None,
                ),
            ),
        ),
    ),
)

_ALLOCATION_PLAN: Final = Document(
    kind=DocumentKind.ALLOCATION_PLAN,
    subject="2026年第二季度结算（3）",
    document_number="晋算券资〔2026〕3号",
    fields=(
        *_SETTLEMENT,
        Field("policy_title", TEXT, some.POLICY),
        Field("budget_document", TEXT, "晋财建〔2026〕45号", optional=True),  # 指标文号
        Field("appropriation", MONEY, some.LARGEST),
        Field("disbursed_before", MONEY, Money.yuan(3_000_000)),
        Field("planned_on", DAY, some.on(2026, 7, 8)),
    ),
    tables=(
        Table(
            "cities",
            (
                Field("region", TEXT),
                Field("line_count", COUNT),
                Field("amount", MONEY),
                Field("province", MONEY),
                Field("city", MONEY),
            ),
            (
                ("太原市", 1, some.LARGEST, some.LARGEST, Money(0)),
                ("山西转型综合改革示范区", 1, some.SMALL, Money(1_255_100), Money(1_255_100)),
                ("晋中市", 2, Money.yuan(1_300_000), Money.yuan(1_300_000), Money(0)),
            ),
        ),
        Table(
            "payees",
            (
                Field("payee", TEXT),
                Field("uscc", TEXT),
                Field("region", TEXT),
                Field("amount", MONEY),
                Field("province", MONEY),
                Field("city", MONEY),
            ),
            (
                (
                    some.LONG_PROVIDER,
                    some.LONG_PROVIDER_USCC,
                    "大同市",
                    Money(5_002_510_200),
                    Money(5_001_255_100),
                    Money(1_255_100),
                ),
                (some.UNIVERSITY, some.UNIVERSITY_USCC, "太原市", Money.yuan(800_000), Money.yuan(800_000), Money(0)),
                (some.RARE_UNIT, some.RARE_USCC, "晋中市", Money.yuan(500_000), Money.yuan(500_000), Money(0)),
            ),
        ),
    ),
)

_DISBURSEMENT_LIST: Final = Document(
    kind=DocumentKind.DISBURSEMENT_LIST,
    subject="2026年第二季度结算（3）",
    document_number="晋算券拨〔2026〕3号",
    fields=(
        *_SETTLEMENT,
        Field("budget_document", TEXT, "晋财建〔2026〕45号", optional=True),
        Field("paid_total", MONEY, Money(5_132_510_200)),
        Field("made_on", DAY, some.on(2026, 7, 15)),
    ),
    tables=(
        Table(
            "lines",
            (
                Field("account_name", TEXT),
                Field("uscc", TEXT),
                Field("bank", TEXT, optional=True),
                Field("account", TEXT, optional=True),
                Field("voucher", TEXT),
                Field("verified", MONEY),
                Field("province", MONEY),
                Field("city", MONEY),
                Field("paid", MONEY, optional=True),  # None while the line is pending
                Field("receipt", TEXT, optional=True),
                Field("paid_on", DAY, optional=True),
            ),
            (
                (
                    some.LONG_PROVIDER,
                    some.LONG_PROVIDER_USCC,
                    "中国工商银行股份有限公司灵丘支行营业室",
                    "0505 0123 0920 0123 456",
                    some.VOUCHER,
                    some.SMALL,
                    Money(1_255_100),
                    Money(1_255_100),
                    some.SMALL,
                    "2026071500000123",
                    some.on(2026, 7, 15),
                ),
                (
                    some.LONG_PROVIDER,
                    some.LONG_PROVIDER_USCC,
                    "中国工商银行股份有限公司灵丘支行营业室",
                    "0505 0123 0920 0123 456",
                    some.OTHER_VOUCHER,
                    some.LARGEST,
                    some.LARGEST,
                    Money(0),
                    some.LARGEST,
                    "2026071500000124",
                    some.on(2026, 7, 15),
                ),
                (
                    some.UNIVERSITY,
                    some.UNIVERSITY_USCC,
                    "中国建设银行太原迎泽支行",
                    "1400 1825 6080 5000 0789",
                    "SX-2026-000125-2",
                    Money.yuan(800_000),
                    Money.yuan(800_000),
                    Money(0),
                    Money.yuan(800_000),
                    "2026071500000125",
                    some.on(2026, 7, 15),
                ),
                (
                    some.RARE_UNIT,
                    some.RARE_USCC,
                    None,
                    None,
                    "SX-2026-000126-0",
                    Money.yuan(500_000),
                    Money.yuan(500_000),
                    Money(0),
                    None,
                    None,
                    None,
                ),
            ),
        ),
    ),
)

_PAYEE_STATEMENT: Final = Document(
    kind=DocumentKind.PAYEE_STATEMENT,
    subject=f"2026年第二季度结算（3），{some.PROVIDER}",
    fields=(
        Field("payee_name", TEXT, some.LONG_PROVIDER),
        Field("payee_uscc", TEXT, some.LONG_PROVIDER_USCC),
        Field("bank", TEXT, "中国工商银行股份有限公司灵丘支行营业室", optional=True),
        Field("account", TEXT, "0505 0123 0920 0123 456", optional=True),
        Field("settlement_number", TEXT, "3"),
        Field("period_from", DAY, some.on(2026, 4, 1)),
        Field("period_until", DAY, some.on(2026, 6, 30)),
        Field("line_count", COUNT, 2),
        Field("total", MONEY, Money(5_002_510_200)),
        Field("paid_total", MONEY, Money(5_002_510_200)),
        Field("made_on", DAY, some.on(2026, 7, 15)),
    ),
    tables=(
        Table(
            "lines",
            (
                Field("voucher", TEXT),
                Field("recipient", TEXT),
                Field("invoices", TEXT),
                Field("verified_on", DAY),
                Field("amount", MONEY),
                Field("receipt", TEXT, optional=True),
                Field("paid_on", DAY, optional=True),
            ),
            (
                (
                    some.VOUCHER,
                    some.LONG_UNIT,
                    some.INVOICE,
                    some.on(2026, 5, 9),
                    some.SMALL,
                    "2026071500000123",
                    some.on(2026, 7, 15),
                ),
                (
                    some.OTHER_VOUCHER,
                    some.UNIT,
                    f"{some.OTHER_INVOICE}、26142000000012345680",
                    some.on(2026, 5, 11),
                    some.LARGEST,
                    "2026071500000124",
                    some.on(2026, 7, 15),
                ),
            ),
        ),
    ),
)

_RECOVERY_DECISION: Final = Document(
    kind=DocumentKind.RECOVERY_DECISION,
    subject=f"追回 2（{some.VOUCHER}）",
    document_number="晋算券追〔2026〕2号",
    fields=(
        Field("unit_name", TEXT, some.LONG_UNIT),
        Field("unit_uscc", TEXT, some.LONG_USCC),
        Field("voucher", TEXT, some.VOUCHER),
        Field("redemption_number", TEXT, "17"),
        Field("disbursed", MONEY, some.SMALL),
        Field("disbursed_on", DAY, some.on(2026, 7, 15), optional=True),
        Field("amount", MONEY, some.SMALL),
        Field("reason", PROSE, "经核查，发票所载服务未实际交付，属于以虚假材料骗取财政资金。"),
        Field("decided_on", DAY, some.on(2026, 9, 1)),
        Field("due_on", DAY, some.on(2026, 9, 30)),
        Field("policy_title", TEXT, some.POLICY),
        Field("policy_number", TEXT, some.POLICY_NUMBER),
        Field("ban_from", DAY, some.on(2026, 9, 1), optional=True),
        Field("ban_until", DAY, some.on(2029, 8, 31), optional=True),
    ),
)

DOCUMENTS: Final = (
    _USAGE_STATEMENT,
    _REDEMPTION_SHEET,
    _SETTLEMENT_SUMMARY,
    _ALLOCATION_PLAN,
    _DISBURSEMENT_LIST,
    _PAYEE_STATEMENT,
    _RECOVERY_DECISION,
)
