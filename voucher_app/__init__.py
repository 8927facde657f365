"""The voucher desk: issue, cap, redeem and print Shanxi compute vouchers (算力券)."""

__version__ = "0.1.0"
