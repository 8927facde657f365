"""What papers around an application say: form, commitment, notices, opinions, publicity, issue (domain.md §5)."""

from __future__ import annotations

from fractions import Fraction
from typing import Final

from voucher_app.domain.money import Money
from voucher_app.services.documents import names_in_samples as some
from voucher_app.services.documents.facts import DocumentKind
from voucher_app.services.documents.specification import COUNT, DAY, MONEY, PROSE, RATIO, TEXT, Document, Field, Table

_UNIT: Final = (
    Field("recipient_name", TEXT, some.LONG_UNIT),
    Field("recipient_uscc", TEXT, some.LONG_USCC),
    Field("recipient_class", TEXT, "科研机构"),
    Field("region", TEXT, "山西转型综合改革示范区"),
)

_APPLICATION: Final = (
    Field("application_number", TEXT, "2026-000123"),
    *_UNIT,
    Field("provider_name", TEXT, some.LONG_PROVIDER),
    Field("contract_number", TEXT, some.CONTRACT),
    Field("requested", MONEY, some.FACE),
    Field("submitted_on", DAY, some.on(2026, 1, 12)),
    Field("policy_title", TEXT, some.POLICY),
    Field("policy_number", TEXT, some.POLICY_NUMBER),
    Field("batch_name", TEXT, "2026年第一批", optional=True),
)

_APPLICATION_FORM: Final = Document(
    kind=DocumentKind.APPLICATION_FORM,
    subject="申领 2026-000123",
    fields=(
        *_APPLICATION,
        Field("legal_representative", TEXT, some.PREPARER, optional=True),
        Field("phone", TEXT, "0351-4040404", optional=True),
        Field("address", TEXT, "山西省太原市小店区学府街126号创新大厦18层", optional=True),
        Field("founded_on", DAY, some.on(2019, 7, 1), optional=True),
        Field("provider_uscc", TEXT, some.LONG_PROVIDER_USCC),
        Field("contract_amount", MONEY, Money.yuan(5_000_000)),
        Field("contract_signed_on", DAY, some.on(2025, 12, 20)),
        Field("contract_begins_on", DAY, some.on(2026, 1, 1), optional=True),
        Field("contract_ends_on", DAY, some.on(2026, 12, 31), optional=True),
        Field("supporting_services", MONEY, Money.yuan(600_000)),
        Field("other_support", MONEY, Money(0)),
        Field("ratio", RATIO, Fraction(1, 5)),
        Field("operating_model", TEXT, "先付后兑"),
        Field("year_cap", MONEY, some.FACE),
        Field("already_granted", MONEY, Money(0)),  # to the unit in the budget year, before this application
        Field("prepared_by", TEXT, some.PREPARER),
    ),
)

_COMMITMENT: Final = Document(
    kind=DocumentKind.COMMITMENT,
    subject="申领 2026-000123",
    fields=(
        *_APPLICATION,
        Field("legal_representative", TEXT, some.PREPARER, optional=True),
        Field("contract_amount", MONEY, Money.yuan(5_000_000)),
        Field("ban_years", COUNT, 3),
    ),
)

_ACCEPTANCE_NOTICE: Final = Document(
    kind=DocumentKind.ACCEPTANCE_NOTICE,
    subject="申领 2026-000123",
    document_number="晋算券受〔2026〕123号",
    fields=(*_APPLICATION, Field("accepted_on", DAY, some.on(2026, 1, 14)), Field("accepted_by", TEXT, some.PREPARER)),
)

_CORRECTION_NOTICE: Final = Document(
    kind=DocumentKind.CORRECTION_NOTICE,
    subject="申领 2026-000123",
    document_number="晋算券补〔2026〕7号",
    fields=(
        *_APPLICATION,
        Field(
            "reason",
            PROSE,
            "合同未载明服务期限，请补充载明起止日期的合同或补充协议。\n营业执照副本影印件不清晰，请重新提交。",
        ),
        Field("returned_on", DAY, some.on(2026, 1, 14)),
        Field("correct_by", DAY, some.on(2026, 1, 21)),
        Field("correction_days", COUNT, 5),  # working days
        Field("correction", COUNT, 1),  # which one this is
        Field("correction_times", COUNT, 2),  # how many there may be
    ),
)

_REFUSAL_NOTICE: Final = Document(
    kind=DocumentKind.REFUSAL_NOTICE,
    subject="申领 2026-000123",
    document_number="晋算券不受〔2026〕2号",
    fields=(
        *_APPLICATION,
        Field("reason", PROSE, "所购算力服务由本单位自建、自用设施提供，不属于算力券支持范围（自建自用不予支持）。"),
        Field("refused_on", DAY, some.on(2026, 1, 15)),
        Field("decision", TEXT, "不予受理"),  # 不予支持 after a review
    ),
)

_REVIEW_OPINIONS: Final = Document(
    kind=DocumentKind.REVIEW_OPINIONS,
    subject="申领 2026-000123",
    fields=(
        *_APPLICATION,
        Field("contract_amount", MONEY, Money.yuan(5_000_000)),
        Field("ratio", RATIO, Fraction(1, 5)),
        Field("year_cap", MONEY, some.FACE),
        Field("already_granted", MONEY, Money(0)),
        Field("first_opinion", TEXT, "同意"),
        Field("first_reason", PROSE, "材料齐全，合同真实，服务商在库有效。", optional=True),
        Field("first_reviewed_by", TEXT, some.PREPARER, optional=True),
        Field("first_reviewed_on", DAY, some.on(2026, 1, 20), optional=True),
        Field("second_opinion", TEXT, "同意", optional=True),
        Field("second_reason", PROSE, "经复核，符合支持条件。", optional=True),
        Field("second_reviewed_by", TEXT, some.REVIEWER, optional=True),
        Field("second_reviewed_on", DAY, some.on(2026, 1, 23), optional=True),
        Field("granted", MONEY, some.FACE, optional=True),
    ),
    tables=(
        Table(
            "checks",  # every rule that was asked, with what was found
            (Field("rule", TEXT), Field("title", TEXT), Field("result", TEXT), Field("note", TEXT, optional=True)),
            (
                ("R2", "单位类别", "符合", "统一社会信用代码前两位与科研机构一致"),
                ("R3", "单位年度额度", "符合", "已获支持0.00元，本次1,000,000.00元，上限1,000,000.00元"),
                ("R8", "一份合同支持一次申领", "符合", None),
                ("R10", "关联关系", "需说明", "联系电话相同，经办人已书面说明原因"),
            ),
        ),
    ),
)

_LISTED: Final = (
    Field("unit", TEXT),
    Field("uscc", TEXT),
    Field("region", TEXT),
    Field("provider", TEXT),
    Field("amount", MONEY),
)
_LISTED_SAMPLES: Final = (
    (some.LONG_UNIT, some.LONG_USCC, "山西转型综改示范区", some.LONG_PROVIDER, some.FACE),
    (some.UNIT, some.UNIT_USCC, "太原市", some.PROVIDER, Money.yuan(800_000)),
    (some.RARE_UNIT, some.RARE_USCC, "晋中市", "晋中3000P算力智算中心", Money(2_510_200)),
    (some.UNIVERSITY, some.UNIVERSITY_USCC, "太原市", "国家超级计算太原中心", Money.yuan(650_000)),
    (some.INSTITUTE, some.INSTITUTE_USCC, "吕梁市", "柏叶口智算中心", Money(12_345_678)),
)

_PUBLICITY_LIST: Final = Document(
    kind=DocumentKind.PUBLICITY_LIST,
    subject="2026年第一批",
    document_number="晋算券公示〔2026〕1号",
    fields=(
        Field("batch_name", TEXT, "2026年第一批"),
        Field("policy_title", TEXT, some.POLICY),
        Field("policy_number", TEXT, some.POLICY_NUMBER),
        Field("publicity_from", DAY, some.on(2026, 2, 2)),
        Field("publicity_until", DAY, some.on(2026, 2, 9)),
        Field("publicity_days", COUNT, 5),  # working days
        Field("unit_count", COUNT, 5),
        Field("total", MONEY, Money(259_855_878)),
        Field("signed_on", DAY, some.on(2026, 2, 2)),
    ),
    tables=(Table("units", _LISTED, _LISTED_SAMPLES),),
)

_ISSUE_NOTICE: Final = Document(
    kind=DocumentKind.ISSUE_NOTICE,
    subject="2026年第一批",
    document_number="晋算券〔2026〕12号",
    fields=(
        Field("batch_name", TEXT, "2026年第一批"),
        Field("policy_title", TEXT, some.POLICY),
        Field("policy_number", TEXT, some.POLICY_NUMBER),
        Field("publicity_from", DAY, some.on(2026, 2, 2), optional=True),
        Field("publicity_until", DAY, some.on(2026, 2, 9), optional=True),
        Field("unit_count", COUNT, 5),
        Field("voucher_count", COUNT, 5),
        Field("total", MONEY, Money(259_855_878)),
        Field("use_by", DAY, some.on(2027, 2, 10)),
        Field("redeem_by", DAY, some.on(2027, 5, 11)),
        Field("year", COUNT, 2026),
        Field("appropriation", MONEY, some.LARGEST),
        Field("issued_in_year", MONEY, Money(259_855_878)),
        Field("issued_on", DAY, some.on(2026, 2, 10)),
    ),
    tables=(
        Table(
            "vouchers",
            (Field("voucher", TEXT), *_LISTED, Field("use_by", DAY)),
            tuple(
                (f"SX-2026-{index:06d}-{check}", *row, some.on(2027, 2, 10))
                for index, (check, row) in enumerate(zip("64208", _LISTED_SAMPLES, strict=True), 123)
            ),
        ),
    ),
)

DOCUMENTS: Final = (
    _APPLICATION_FORM,
    _COMMITMENT,
    _ACCEPTANCE_NOTICE,
    _CORRECTION_NOTICE,
    _REFUSAL_NOTICE,
    _REVIEW_OPINIONS,
    _PUBLICITY_LIST,
    _ISSUE_NOTICE,
)
