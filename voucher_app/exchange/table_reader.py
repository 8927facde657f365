"""Tables from strangers: read by the child (`reading_process`), and hashed here."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any, Final

from voucher_app.domain.errors import InvalidInput
from voucher_app.exchange.reading_process import answers_of, bytes_of
from voucher_app.services.ports.tables import LIMITS, QUIETLY, Grid, Line, Typed

if TYPE_CHECKING:
    from pathlib import Path

    from voucher_app.services.ports.tables import Cell, Limits, Tell

_KINDS: Final = frozenset("ndbe")


def read_file(file: Path, *, sheet: str, limits: Limits = LIMITS, tell: Tell = QUIETLY) -> Grid:
    """Read a table of a file; see `services.ports.tables.TableFiles.read`."""
    content = bytes_of(file, what="table", limits=limits)
    return _read(content, file.name, sheet=sheet, pasted=False, limits=limits, tell=tell)


def read_pasted(text: str, *, limits: Limits = LIMITS, tell: Tell = QUIETLY) -> Grid:
    """Read a block that was copied in a spreadsheet program: cells between tabs, quoted where they need it."""
    content = text.encode("utf-8", errors="replace")
    if len(content) > limits.file_bytes:
        raise InvalidInput("limit", found=len(content), allowed=limits.file_bytes)
    return _read(content, "", sheet="", pasted=True, limits=limits, tell=tell)


def _read(content: bytes, name: str, *, sheet: str, pasted: bool, limits: Limits, tell: Tell) -> Grid:
    lines: list[Line] = []
    head: dict[str, Any] = {}

    def waiting() -> None:
        tell(len(lines))

    given = {"sheet": sheet, "pasted": pasted}
    for told in answers_of(content, what="table", name=name, limits=limits, given=given, waiting=waiting):
        if "rows" in told:
            lines.extend(Line(int(number), [_cell(one) for one in cells]) for number, cells in told["rows"])
        else:
            head = told
    if not lines:
        raise InvalidInput("table_empty", found=name)
    return Grid(
        name=name,
        sha256=hashlib.sha256(content).hexdigest() if name else "",
        lines=lines,
        sheets=tuple(map(str, head.get("sheets", ()))),
        sheet=str(head.get("sheet", "")),
        is_text=head.get("kind") == "text",
    )


def _cell(given: object) -> Cell:
    if isinstance(given, str):
        return given
    assert isinstance(given, list), "the child says text, or kind and text"
    kind, text = given
    assert kind in _KINDS, kind
    return Typed(kind, str(text))
