"""Settlements (结算): verified redemptions grouped by period, planned, checked and paid (domain.md §4, Settlement)."""

from enum import StrEnum
from typing import Final


class SettlementStatus(StrEnum):
    """Where a settlement stands: 草稿, 复核, 资金分配方案, 财政审核, 已拨付, 对账平, 关闭; or cancelled."""

    DRAFT = "draft"
    CONFIRMED = "confirmed"
    PLANNED = "planned"
    CHECKED = "checked"
    DISBURSED = "disbursed"
    RECONCILED = "reconciled"
    CLOSED = "closed"
    CANCELLED = "cancelled"


SETTLEMENT_STEPS: Final[dict[str, dict[str, str]]] = {
    SettlementStatus.DRAFT: {"confirm": SettlementStatus.CONFIRMED, "cancel": SettlementStatus.CANCELLED},
    # Who disburses has looked at the plan: the steps between may be recorded one by one, and need not be.
    SettlementStatus.CONFIRMED: {
        "plan": SettlementStatus.PLANNED,
        "check": SettlementStatus.CHECKED,
        "disburse": SettlementStatus.DISBURSED,
        "cancel": SettlementStatus.CANCELLED,
    },
    SettlementStatus.PLANNED: {
        "check": SettlementStatus.CHECKED,
        "disburse": SettlementStatus.DISBURSED,
        "cancel": SettlementStatus.CANCELLED,
    },
    SettlementStatus.CHECKED: {"disburse": SettlementStatus.DISBURSED, "cancel": SettlementStatus.CANCELLED},
    SettlementStatus.DISBURSED: {"reconcile": SettlementStatus.RECONCILED},
    SettlementStatus.RECONCILED: {"close": SettlementStatus.CLOSED},
    SettlementStatus.CLOSED: {},
    SettlementStatus.CANCELLED: {},
}


class LineStatus(StrEnum):
    """Where one line of a settlement stands."""

    PENDING = "pending"
    PAID = "paid"
    FAILED = "failed"
    REMOVED = "removed"


LINE_STEPS: Final[dict[str, dict[str, str]]] = {
    LineStatus.PENDING: {"pay": LineStatus.PAID, "fail": LineStatus.FAILED, "remove": LineStatus.REMOVED},
    LineStatus.PAID: {"fail": LineStatus.FAILED},
    LineStatus.FAILED: {},
    LineStatus.REMOVED: {},
}
