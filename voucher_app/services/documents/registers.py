"""What ledgers and papers about providers say (domain.md §5.11, 5.12)."""

from __future__ import annotations

from typing import Final

from voucher_app.domain.money import Money
from voucher_app.services.documents import names_in_samples as some
from voucher_app.services.documents.facts import DocumentKind
from voucher_app.services.documents.specification import COUNT, DAY, MONEY, PROSE, TEXT, Document, Field, Table

_LEDGER: Final = (
    Field("year", COUNT, 2026),
    Field("from_day", DAY, some.on(2026, 1, 1)),
    Field("until_day", DAY, some.on(2026, 6, 30)),
    Field("made_on", DAY, some.on(2026, 7, 1)),
    Field("made_by", TEXT, some.PREPARER),
    Field("row_count", COUNT, 3),
)

_VOUCHER_LEDGER: Final = Document(
    kind=DocumentKind.VOUCHER_LEDGER,
    subject="2026年算力券台账",
    fields=(
        *_LEDGER,
        Field("face_total", MONEY, Money(5_102_510_200)),
        Field("redeemed_total", MONEY, Money(5_032_510_200)),
        Field("remaining_total", MONEY, Money(70_000_000)),
    ),
    tables=(
        Table(
            "vouchers",
            (
                Field("voucher", TEXT),
                Field("issued_on", DAY),
                Field("unit", TEXT),
                Field("uscc", TEXT),
                Field("provider", TEXT),
                Field("contract", TEXT),
                Field("face", MONEY),
                Field("redeemed", MONEY),
                Field("recycled", MONEY),  # returned, voided or expired value
                Field("remaining", MONEY),
                Field("use_by", DAY),
                Field("status", TEXT),
            ),
            (
                (
                    some.VOUCHER,
                    some.on(2026, 2, 10),
                    some.LONG_UNIT,
                    some.LONG_USCC,
                    some.LONG_PROVIDER,
                    some.CONTRACT,
                    some.FACE,
                    Money(32_510_200),
                    Money(0),
                    Money(67_489_800),
                    some.on(2027, 2, 10),
                    "部分使用",
                ),
                (
                    some.OTHER_VOUCHER,
                    some.on(2026, 2, 10),
                    some.UNIT,
                    some.UNIT_USCC,
                    some.PROVIDER,
                    "HT-2026-0003",
                    some.LARGEST,
                    some.LARGEST,
                    Money(0),
                    Money(0),
                    some.on(2027, 2, 10),
                    "已用完",
                ),
                (
                    "SX-2026-000125-2",
                    some.on(2026, 2, 10),
                    some.RARE_UNIT,
                    some.RARE_USCC,
                    some.PROVIDER,
                    "JZ/2026/88",
                    some.SMALL,
                    Money(0),
                    some.SMALL,
                    Money(0),
                    some.on(2027, 2, 10),
                    "已退券",
                ),
            ),
        ),
    ),
)

_PROVIDER_LEDGER: Final = Document(
    kind=DocumentKind.PROVIDER_LEDGER,
    subject="2026年服务商台账",
    fields=(
        *_LEDGER,
        Field("issued_total", MONEY, Money(5_100_000_000)),
        Field("disbursed_total", MONEY, Money(5_032_510_200)),
    ),
    tables=(
        Table(
            "providers",
            (
                Field("provider", TEXT),
                Field("uscc", TEXT),
                Field("region", TEXT),
                Field("status", TEXT),
                Field("admitted_from", DAY, optional=True),
                Field("admitted_until", DAY, optional=True),
                Field("voucher_count", COUNT),
                Field("issued", MONEY),
                Field("redeemed", MONEY),
                Field("disbursed", MONEY),
            ),
            (
                (
                    some.LONG_PROVIDER,
                    some.LONG_PROVIDER_USCC,
                    "大同市",
                    "在库",
                    some.on(2026, 1, 1),
                    some.on(2027, 12, 31),
                    1,
                    some.FACE,
                    Money(32_510_200),
                    Money(32_510_200),
                ),
                (
                    some.PROVIDER,
                    some.PROVIDER_USCC,
                    "太原市",
                    "在库",
                    some.on(2026, 1, 1),
                    some.on(2027, 12, 31),
                    12,
                    some.LARGEST,
                    some.LARGEST,
                    some.LARGEST,
                ),
                ("柏叶口智算中心", "91141100MA0PNU8K5Q", "吕梁市", "暂停", None, None, 0, Money(0), Money(0), Money(0)),
            ),
        ),
    ),
)

_QUOTA_LEDGER: Final = Document(
    kind=DocumentKind.QUOTA_LEDGER,
    subject="2026年单位年度额度台账",
    fields=(*_LEDGER, Field("granted_total", MONEY, Money(202_510_200))),
    tables=(
        Table(
            "units",
            (
                Field("unit", TEXT),
                Field("uscc", TEXT),
                Field("unit_class", TEXT),
                Field("region", TEXT),
                Field("cap", MONEY),
                Field("granted", MONEY),  # issued less recycled
                Field("redeemed", MONEY),
                Field("left", MONEY),
            ),
            (
                (
                    some.LONG_UNIT,
                    some.LONG_USCC,
                    "科研机构",
                    "山西转型综改示范区",
                    some.FACE,
                    some.FACE,
                    Money(32_510_200),
                    Money(0),
                ),
                (some.UNIT, some.UNIT_USCC, "企业", "太原市", some.FACE, some.FACE, some.FACE, Money(0)),
                (some.RARE_UNIT, some.RARE_USCC, "企业", "晋中市", some.FACE, some.SMALL, Money(0), Money(97_489_800)),
            ),
        ),
    ),
)

_RETURN_LEDGER: Final = Document(
    kind=DocumentKind.RETURN_LEDGER,
    subject="2026年退券、作废、追回台账",
    fields=(
        *_LEDGER,
        Field("returned_total", MONEY, some.SMALL),
        Field("voided_total", MONEY, Money.yuan(500_000)),
        Field("expired_total", MONEY, Money(0)),
        Field("recovered_total", MONEY, some.SMALL),
    ),
    tables=(
        Table(
            "acts",
            (
                Field("happened_on", DAY),
                Field("act", TEXT),  # 退券, 作废, 过期, 追回
                Field("voucher", TEXT),
                Field("unit", TEXT),
                Field("amount", MONEY),
                Field("reason", TEXT, optional=True),
                Field("document", TEXT, optional=True),
                Field("operators", TEXT),
            ),
            (
                (
                    some.on(2026, 3, 2),
                    "退券",
                    "SX-2026-000125-2",
                    some.RARE_UNIT,
                    some.SMALL,
                    "合同终止，单位申请退回",
                    None,
                    f"{some.PREPARER}／{some.REVIEWER}",
                ),
                (
                    some.on(2026, 4, 9),
                    "作废",
                    "SX-2026-000126-0",
                    some.UNIT,
                    Money.yuan(500_000),
                    "申领材料与事实不符，经复核予以作废",
                    "晋算券〔2026〕15号",
                    f"{some.PREPARER}／{some.REVIEWER}",
                ),
                (
                    some.on(2026, 6, 30),
                    "追回",
                    some.VOUCHER,
                    some.LONG_UNIT,
                    some.SMALL,
                    "发票所载服务未实际交付",
                    "晋算券追〔2026〕2号",
                    f"{some.PREPARER}／{some.REVIEWER}",
                ),
            ),
        ),
    ),
)

_PROVIDER_LIST: Final = Document(
    kind=DocumentKind.PROVIDER_LIST,
    subject="服务商入库名单（2026年6月30日）",
    document_number="晋算券录〔2026〕1号",
    fields=(
        Field("made_on", DAY, some.on(2026, 6, 30)),
        Field("provider_count", COUNT, 3),
        Field("policy_title", TEXT, some.POLICY, optional=True),
    ),
    tables=(
        Table(
            "providers",
            (
                Field("provider", TEXT),
                Field("uscc", TEXT),
                Field("region", TEXT),
                Field("facility", TEXT, optional=True),
                Field("admitted_from", DAY),
                Field("admitted_until", DAY),
                Field("status", TEXT),
            ),
            (
                (
                    some.LONG_PROVIDER,
                    some.LONG_PROVIDER_USCC,
                    "大同市",
                    "秦淮数据环首都·太行山能源信息技术产业基地",
                    some.on(2026, 1, 1),
                    some.on(2027, 12, 31),
                    "在库",
                ),
                (
                    some.PROVIDER,
                    some.PROVIDER_USCC,
                    "太原市",
                    some.PROVIDER,
                    some.on(2026, 1, 1),
                    some.on(2027, 12, 31),
                    "在库",
                ),
                (
                    "柏叶口智算中心",
                    "91141100MA0PNU8K5Q",
                    "吕梁市",
                    None,
                    some.on(2026, 3, 1),
                    some.on(2028, 2, 29),
                    "在库",
                ),
            ),
        ),
    ),
)

_DECISION: Final = (
    Field("provider_name", TEXT, some.LONG_PROVIDER),
    Field("provider_uscc", TEXT, some.LONG_PROVIDER_USCC),
    Field("region", TEXT, "大同市"),
    Field("admitted_from", DAY, some.on(2026, 1, 1), optional=True),
    Field("admitted_until", DAY, some.on(2027, 12, 31), optional=True),
    Field("reason", PROSE, "在核验中发现实际交付算力低于合同约定，限期整改后仍未达到要求。\n未按规定报送价格备案。"),
    Field("decided_on", DAY, some.on(2026, 8, 3)),
    Field("effective_on", DAY, some.on(2026, 8, 4)),
    Field("policy_title", TEXT, some.POLICY, optional=True),
    Field("policy_number", TEXT, some.POLICY_NUMBER, optional=True),
)

_PROVIDER_SUSPENSION: Final = Document(
    kind=DocumentKind.PROVIDER_SUSPENSION,
    subject=some.LONG_PROVIDER,
    document_number="晋算券停〔2026〕1号",
    fields=_DECISION,
)

_PROVIDER_REMOVAL: Final = Document(
    kind=DocumentKind.PROVIDER_REMOVAL,
    subject=some.LONG_PROVIDER,
    document_number="晋算券移〔2026〕1号",
    fields=_DECISION,
)

DOCUMENTS: Final = (
    _VOUCHER_LEDGER,
    _PROVIDER_LEDGER,
    _QUOTA_LEDGER,
    _RETURN_LEDGER,
    _PROVIDER_LIST,
    _PROVIDER_SUSPENSION,
    _PROVIDER_REMOVAL,
)
