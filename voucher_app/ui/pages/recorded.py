"""When something was recorded, as the office's clock showed it."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from voucher_app.services.workspace import OFFICE_ZONE

_MINUTES: Final = "%Y-%m-%d %H:%M"


def local_time(recorded_at: str) -> str:
    """Return an instant as the office's clock showed it."""
    return datetime.fromisoformat(recorded_at).astimezone(OFFICE_ZONE).strftime(_MINUTES)
