"""Load ahead what pages and dialogs are made of, on a worker, while nobody waits for it.

Each is loaded when it is first gone to or opened, so that the window opens at once; but then its first time would hold
up the window for some 30 ms more than the next.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Final

from voucher_app.ui.dialogs import DIALOGS

if TYPE_CHECKING:
    from collections.abc import Iterable

AFTER_MS: Final = 1_500
"""How long the window has been there by then; what is painted first is done."""


def load_ahead(pages: Iterable[str]) -> None:
    """Load the modules of pages and of every dialog."""
    for name in pages:
        import_module(f"voucher_app.ui.pages.{name}")
    for module, _maker in DIALOGS.values():
        import_module(f"voucher_app.ui.dialogs.{module}")
