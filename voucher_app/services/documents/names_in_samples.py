"""Names that samples are made of: invented units with real-looking, long and rare names, and codes that check."""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone
from typing import Final

from voucher_app.domain.money import Money

OFFICE: Final = "山西省工业和信息化厅"
LONG_UNIT: Final = (
    "山西转型综合改革示范区太原学府产业园区新一代人工智能与先进计算基础设施联合创新研究院"
    "（特殊普通合伙）大学科技园分部第一分院"
)
RARE_UNIT: Final = "晋中𬭎䶮智能科技有限公司"
UNIT: Final = "太原市犇犇垚鑫人工智能有限公司"
UNIVERSITY: Final = "晋阳理工大学"
INSTITUTE: Final = "山西黄土高原生态大数据研究所"
PROVIDER: Final = "中国移动(山西太原)智算中心"
LONG_PROVIDER: Final = "中国移动通信集团山西有限公司太原分公司·环首都太行山能源信息技术产业基地灵丘智算中心（二期）"

UNIT_USCC: Final = "91140100MA0CMJRAM0"
LONG_USCC: Final = "52140000MJ09023571"
RARE_USCC: Final = "91140700MA0LWN5C8Y"
UNIVERSITY_USCC: Final = "121400004057001017"
INSTITUTE_USCC: Final = "12140100406180036X"
PROVIDER_USCC: Final = "91140100MA0K7QXT3G"
LONG_PROVIDER_USCC: Final = "91140200MA0HRT2P67"

PREPARER: Final = "张䶮"
REVIEWER: Final = "李𬭎"
FINANCE: Final = "王建国"

POLICY: Final = "山西省算力券实施细则（试行）第1版"
POLICY_NUMBER: Final = "晋算券〔2026〕3号"
VOUCHER: Final = "SX-2026-000123-6"
OTHER_VOUCHER: Final = "SX-2026-000124-4"
CONTRACT: Final = "SXYD-ZS-2026-0117"
INVOICE: Final = "26142000000012345678"
OTHER_INVOICE: Final = "26142000000012345679"
SHA256: Final = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"

LARGEST: Final = Money.yuan(50_000_000)
FACE: Final = Money.yuan(1_000_000)
SMALL: Final = Money(2_510_200)

BEIJING: Final = timezone(timedelta(hours=8))


def at(year: int, month: int, day: int, hour: int, minute: int) -> datetime:
    """Return an instant as the office's clock shows it."""
    return datetime(year, month, day, hour, minute, tzinfo=BEIJING)


def on(year: int, month: int, day: int) -> date:
    """Return a day."""
    return date(year, month, day)
