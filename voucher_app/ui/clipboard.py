"""Grids on the clipboard: a spreadsheet pastes them as the same cells, and long numbers stay whole.

Plain text alone would do for most cells, but a spreadsheet reads it as if it were typed: 20 digits lose their end, and
what begins with = is computed. So the grid goes along as a table in HTML too, whose cells say that they are text.
"""

from __future__ import annotations

import html
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QMimeData
from PySide6.QtGui import QGuiApplication

from voucher_app.services.ports.tables import defused

if TYPE_CHECKING:
    from collections.abc import Sequence

_QUOTED: Final = ("\t", "\n", "\r", '"')
_TEXT: Final = "mso-number-format:'\\@'"


def grid_text(rows: Sequence[Sequence[str]]) -> str:
    """Return rows as tab-separated text, cells quoted that hold a tab, a line end or a quotation mark."""
    return "\n".join("\t".join(_cell(text) for text in row) for row in rows)


def _cell(text: str) -> str:
    safe = defused(text)
    if any(mark in safe for mark in _QUOTED):
        return '"' + safe.replace('"', '""') + '"'
    return safe


def grid_html(rows: Sequence[Sequence[str]], numbers: frozenset[int]) -> str:
    """Return rows as a table in HTML; columns of numbers are computed with, all others are text.

    Args:
        rows: the cells.
        numbers: places of the columns that hold amounts and counts.
    """
    lines = []
    for row in rows:
        cells = [
            f"<td>{html.escape(text)}</td>" if place in numbers else f'<td style="{_TEXT}">{html.escape(text)}</td>'
            for place, text in enumerate(row)
        ]
        lines.append(f"<tr>{''.join(cells)}</tr>")
    return f'<meta charset="utf-8"><table>{"".join(lines)}</table>'


def copy_grid(rows: Sequence[Sequence[str]], numbers: frozenset[int] = frozenset()) -> None:
    """Put a grid on the clipboard."""
    data = QMimeData()
    data.setText(grid_text(rows))
    data.setHtml(grid_html(rows, numbers))
    QGuiApplication.clipboard().setMimeData(data)
