"""Invoices that are handed over as files: read in a process of their own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

INVOICE_ENDINGS: Final = (".xml", ".ofd", ".pdf", ".png", ".jpg", ".jpeg", ".bmp", ".tif", ".tiff", ".webp")
"""What an invoice's file may be called; what it is, is told by its content."""


class InvoiceFiles(Protocol):
    """Reads invoices."""

    def read(self, file: Path) -> tuple[str, Mapping[str, object]]:
        """Read an invoice's file; return the SHA-256 of the bytes that were read, and what stands in which place.

        The places are those of `domain.invoice_file.read_told`.

        Raises:
            StorageError: `missing_file`.
            InvalidInput: `invoice_file_…`, for what is no invoice, hides something, is damaged or beyond the limits.
        """

    def read_bytes(self, content: bytes, *, name: str) -> tuple[str, Mapping[str, object]]:
        """Read the same of bytes that were kept; `name` is what a refusal calls them.

        Raises:
            InvalidInput: as `read`.
        """
