"""The voucher desk: issue, cap, redeem and print Shanxi compute vouchers (算力券)."""

from __future__ import annotations

__version__ = "0.1.0"
