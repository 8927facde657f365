"""Figures that a chart or a report shows, saved as a table of their own."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

from voucher_app.i18n import _
from voucher_app.services.exports import typed
from voucher_app.services.ports.tables import OutColumn, OutKind, OutTable

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from PySide6.QtWidgets import QWidget

    from voucher_app.ui.desk import Desk
    from voucher_app.ui.widgets.charts import Table

_AMOUNT: Final = re.compile(r"[-−+]?[0-9,]+\.[0-9]{2}", re.ASCII)
_DECIMAL: Final = re.compile(r"[-−+]?[0-9,]+\.[0-9]{2,6}", re.ASCII)


def out_table(title: str, figures: Table) -> OutTable:
    """Return figures as a table that is written out: amounts and counts are numbers.

    Args:
        title: what they are.
        figures: as they are shown; their sums, where there are any, stand among the rows.
    """
    columns = [
        OutColumn(header, _kind(figures, place) if place in figures.numeric else OutKind.TEXT)
        for place, header in enumerate(figures.header)
    ]
    rows = [[typed(column.kind, text) for column, text in zip(columns, row, strict=True)] for row in figures.rows]
    return OutTable(title, columns, rows)


def _kind(figures: Table, place: int) -> OutKind:
    texts = [row[place] for row in figures.rows if row[place]]
    for kind, shape in ((OutKind.MONEY, _AMOUNT), (OutKind.DECIMAL, _DECIMAL)):
        if texts and all(shape.fullmatch(text) for text in texts):
            return kind
    return OutKind.COUNT


def save_figures(place: QWidget, title: str, figures: Table) -> None:
    """Ask where figures are saved, and write them off this thread; see `save_sheets`."""
    save_sheets(place, title, [(title, figures)])


def save_sheets(place: QWidget, title: str, sheets: Sequence[tuple[str, Table]]) -> None:
    """Ask where figures are saved, and write them off this thread.

    Args:
        place: what shows them, in a window or dialog of a desk.
        title: what they are together; names the file.
        sheets: each table under its name, as it is shown.
    """
    desk: Desk = place.window().desk  # type: ignore[attr-defined]  # the window and its dialogs have one
    first, *further = [out_table(name, figures) for name, figures in sheets]
    tables, table = desk.workspace.tables(), replace(first, further=further)
    save_workbook(place, title, desk, lambda file: tables.write(file, table, replaces=True))


def save_workbook(place: QWidget, title: str, desk: Desk, write: Callable[[Path], object]) -> None:
    """Ask where a workbook is saved, and have it written off this thread.

    Args:
        place: what shows it.
        title: what it is; names the file.
        desk: the open data file.
        write: writes it under a name, whose replacing the person agreed to.
    """
    from voucher_app.ui.dialogs.file_dialog import home, save_file  # noqa: PLC0415 - the first paint comes before

    name = re.sub(r'[\\/:*?"<>|]', " ", f"{title} {desk.today.isoformat()}.xlsx")
    dialog = save_file(
        place.window(),
        _("Save the figures"),
        str(Path(home()) / name),
        _("Tables {endings}").format(endings="(*.xlsx)"),
        "xlsx",
    )

    def chosen(text: str) -> None:
        file = Path(text)
        desk.runner.run(
            lambda: write(file),
            success=lambda _rows: desk.notify(_("The table was saved: {file}").format(file=file.name)),
            long=True,
            owner=desk,
        )

    dialog.fileSelected.connect(chosen)
    dialog.open()
