"""Recoveries (追回) of what was paid, and bans (R28)."""

from enum import StrEnum
from typing import Final


class RecoveryStatus(StrEnum):
    """Where a recovery stands: 追回中, 已追回."""

    DECIDED = "decided"
    RECEIVED = "received"


RECOVERY_STEPS: Final[dict[str, dict[str, str]]] = {
    RecoveryStatus.DECIDED: {"receive": RecoveryStatus.RECEIVED},
    RecoveryStatus.RECEIVED: {},
}
