"""Invoices from strangers: read by the child (`reading_process`), and hashed here."""

from __future__ import annotations

import hashlib
import importlib.util
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from voucher_app.domain.errors import InvalidInput
from voucher_app.exchange.reading_process import answers_of, bytes_of
from voucher_app.services.ports.tables import LIMITS

if TYPE_CHECKING:
    from voucher_app.services.ports.tables import Limits

_WHAT: Final = "invoice_file"
_LIBRARIES: Final = ("pypdfium2", "PIL", "zxingcpp")


@dataclass(frozen=True, slots=True)
class InvoiceReader:
    """Reads in a process of its own."""

    limits: Limits = LIMITS

    def read(self, file: Path) -> tuple[str, dict[str, Any]]:
        """Read an invoice's file; see `services.ports.invoices`."""
        return self.read_bytes(bytes_of(file, what=_WHAT, limits=self.limits), name=file.name)

    def read_bytes(self, content: bytes, *, name: str) -> tuple[str, dict[str, Any]]:
        """Read bytes that were kept; see `services.ports.invoices`."""
        given = {"packages": _packages()}
        found = list(answers_of(content, what=_WHAT, name=name, limits=self.limits, given=given))
        if len(found) != 1:
            raise InvalidInput("invoice_file_died", found=name)
        return hashlib.sha256(content).hexdigest(), found[0]


def _packages() -> list[str]:
    """Return the folders that hold the libraries for PDF and pictures; finding them runs none of their code."""
    folders = []
    for name in _LIBRARIES:
        found = importlib.util.find_spec(name)
        assert found is not None, name
        assert found.origin is not None, name
        home = Path(found.origin).parent
        folders.append(str(home.parent if found.submodule_search_locations else home))
    return list(dict.fromkeys(folders))
