"""What the papers of the archive say: list of a volume, checkpoint, public keys (domain.md §5.16, trust.md)."""

from __future__ import annotations

from typing import Final

from voucher_app.services.documents import names_in_samples as some
from voucher_app.services.documents.facts import DocumentKind
from voucher_app.services.documents.specification import COUNT, DAY, INSTANT, TEXT, Document, Field, Table

_SM3: Final = "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"

_ARCHIVE_LIST: Final = Document(
    kind=DocumentKind.ARCHIVE_LIST,
    subject=some.VOUCHER,
    fields=(
        Field("volume", TEXT, f"{some.VOUCHER} 算力券卷"),
        Field("year", COUNT, 2026),
        Field("retention", TEXT, "30年"),
        Field("item_count", COUNT, 3),
        Field("page_count", COUNT, 12, optional=True),
        Field("manifest_sha256", TEXT, some.SHA256),
        Field("manifest_sm3", TEXT, _SM3),
        Field("made_on", DAY, some.on(2027, 2, 1)),
        Field("made_by", TEXT, some.PREPARER),
        Field("checked_by", TEXT, None, optional=True),
    ),
    tables=(
        Table(
            "items",
            (
                Field("title", TEXT),
                Field("document_number", TEXT, optional=True),
                Field("responsible", TEXT),
                Field("dated", DAY, optional=True),
                Field("pages", COUNT, optional=True),
                Field("file_name", TEXT),
                Field("sha256", TEXT),
            ),
            (
                (
                    "山西省算力券申领申请表",
                    None,
                    some.LONG_UNIT,
                    some.on(2026, 1, 12),
                    2,
                    "01-application-form.pdf",
                    some.SHA256,
                ),
                (
                    "受理通知书",
                    "晋算券受〔2026〕123号",
                    some.OFFICE,
                    some.on(2026, 1, 14),
                    1,
                    "02-acceptance-notice.pdf",
                    _SM3,
                ),
                (
                    "2026年第一季度算力使用日志（脱敏）",
                    None,
                    some.LONG_PROVIDER,
                    None,
                    None,
                    "附件/2026年第一季度算力使用日志（脱敏）.pdf",
                    some.SHA256,
                ),
            ),
        ),
    ),
)

_CHECKPOINT: Final = Document(
    kind=DocumentKind.CHECKPOINT,
    subject="封账 2026-06-30",
    document_number="晋算券封〔2026〕2号",
    qr_text="voucher-office/3f2a9c\n48213\nn4bQgYhMfWWaL+qgxVrQFaO/TxsrC4Is0V1sFbDwCgg=",
    fields=(
        Field("origin", TEXT, "voucher-office/3f2a9c"),
        Field("record_count", COUNT, 48_213),
        Field("hash", TEXT, some.SHA256),
        Field("business_date", DAY, some.on(2026, 6, 30)),
        Field("made_at", INSTANT, some.at(2026, 6, 30, 17, 45)),
        Field("made_by", TEXT, some.PREPARER),
        Field("key_id", TEXT, "7c1e04a9"),
        Field(
            "signature",
            TEXT,
            "MEUCIQDx7mQb0t8Yq5p1cH2Jr9vXl0nS3dG6kWzA4uE8fT5oRwIgBh2yV7iKjP9sLqN6mUe1CxZ3aDgF0tYvOrXbHnJk8Qs=",
        ),
        Field("previous_record_count", COUNT, 31_007, optional=True),
        Field("previous_hash", TEXT, _SM3, optional=True),
    ),
    tables=(
        Table(
            "lines",  # the three lines of the checkpoint, exactly as they were signed
            (Field("line", TEXT),),
            (("voucher-office/3f2a9c",), ("48213",), ("n4bQgYhMfWWaL+qgxVrQFaO/TxsrC4Is0V1sFbDwCgg=",)),
        ),
    ),
)

_PUBLIC_KEY_PAGE: Final = Document(
    kind=DocumentKind.PUBLIC_KEY_PAGE,
    subject="公钥 7c1e04a9",
    document_number="晋算券钥〔2026〕1号",
    qr_text="SLQK1:7c1e04a9:11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=",
    fields=(
        Field("key_id", TEXT, "7c1e04a9"),
        Field("algorithm", TEXT, "Ed25519"),
        Field("public_key", TEXT, "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a"),
        Field("sha256", TEXT, some.SHA256),
        Field("valid_from", DAY, some.on(2026, 1, 5)),
        Field("published_on", DAY, some.on(2026, 1, 6)),
    ),
    tables=(
        Table(
            "keys",  # every key of the office, the current one first
            (
                Field("key_id", TEXT),
                Field("algorithm", TEXT),
                Field("valid_from", DAY),
                Field("valid_until", DAY, optional=True),
                Field("status", TEXT),
                Field("reason", TEXT, optional=True),
                Field("public_key", TEXT),
            ),
            (
                (
                    "7c1e04a9",
                    "Ed25519",
                    some.on(2026, 1, 5),
                    None,
                    "使用中",
                    None,
                    "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
                ),
                (
                    "19ab33c0",
                    "Ed25519",
                    some.on(2025, 3, 1),
                    some.on(2026, 1, 4),
                    "已撤销",
                    "存放密钥的计算机遗失，自当日起不再使用",
                    "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
                ),
            ),
        ),
    ),
)

DOCUMENTS: Final = (_ARCHIVE_LIST, _CHECKPOINT, _PUBLIC_KEY_PAGE)
