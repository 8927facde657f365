"""Where a table is dropped: one local file, whatever is under the mouse."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from voucher_app.services.ports.tables import FILE_ENDINGS

if TYPE_CHECKING:
    from PySide6.QtCore import QMimeData


def dropped_file(data: QMimeData, endings: tuple[str, ...] = FILE_ENDINGS) -> Path | None:
    """Return the one local file that is dragged, if it is called like a table; what it is, reading it tells."""
    urls = data.urls()
    if len(urls) != 1 or not urls[0].isLocalFile():
        return None
    file = Path(urls[0].toLocalFile())
    # Others are taken too where they would only be refused with a reason: a person sees why, not a forbidden sign.
    return file if file.suffix.lower() in {*endings, ".xls", ".xlsm", ".et", ".numbers"} else None
