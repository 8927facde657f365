"""The rows of a table that is to be imported: which column is which, and what stands against each row."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QButtonGroup,
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from voucher_app.domain.text import LONGEST_REASON
from voucher_app.i18n import _, ngettext
from voucher_app.services.imports.preview import RowStatus
from voucher_app.services.imports.reading import Columns, text_of
from voucher_app.services.wording.names import status_name
from voucher_app.ui import theme
from voucher_app.ui.choice_box import ChoiceBox
from voucher_app.ui.models.columns import CellKind, Column
from voucher_app.ui.models.table_model import TableModel
from voucher_app.ui.pages.list_view import ListView
from voucher_app.ui.widgets.field import TextField, give_it_its_place

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from voucher_app.services.imports.kind import ImportKind
    from voucher_app.services.imports.preview import ImportPreview, PreviewRow
    from voucher_app.services.ports.tables import Grid

_CHOICES_WIDTH: Final = theme.CONTROL * 8
_NONE: Final = -1
_WIDTHS: Final = {"name": 150, "uscc": 176, "recipient": 176, "provider": 176, "voucher": 168, "invoice": 184}


class RowsToTake(QWidget):
    """The second page of the import.

    Signals:
        columns_changed: a person chose another column; carries which is which now.
        sheet_chosen: a person chose another sheet of the file.
    """

    columns_changed = Signal(object)
    sheet_chosen = Signal(str)

    def __init__(self, kind: ImportKind, parent: QWidget) -> None:
        """Make the page; each part begins where it stays: what is moved with its children asks for its style again.

        Args:
            kind: of table, whose columns may be anywhere in what is read.
            parent: where the page is shown.
        """
        super().__init__(parent)
        self.kind = kind
        self._found: ImportPreview | None = None
        self._shown: RowStatus | None = None
        self._heads: list[str] = []
        self.model = TableModel(self._columns(), lambda row: row.number, self)
        self.view = ListView(self.model)
        self.view.setAccessibleName(_("Rows of the table"))
        self.view.widen(1, [status_name("import-row", status) for status in RowStatus])
        self.view.chosen.connect(self._row_chosen)
        self.detail = QLabel()
        self.detail.setWordWrap(True)
        self.detail.setTextFormat(Qt.TextFormat.PlainText)
        self.detail.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.detail.setMinimumHeight(theme.ROW * 2)
        self.detail.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.reason = TextField(_("Reason, for the rows that need one"), name="reason", longest=LONGEST_REASON)
        self._area = QScrollArea(self)
        self._fields = QWidget(self._area.viewport())
        self._sheet_row = QWidget(self._fields)
        self.sheets = ChoiceBox(self._sheet_row)
        self.sheets.setAccessibleName(_("Sheet"))
        self.sheets.activated.connect(lambda _place: self.sheet_chosen.emit(self.sheets.currentText()))
        self.boxes: dict[str, ChoiceBox] = {}
        self._build()

    # ------------------------------------------------------------------------------------------ what is shown

    def show_preview(self, found: ImportPreview) -> None:
        """Show what was found."""
        self._found = found
        first = found.grid.lines[0].cells if found.grid.lines else []
        width = max((len(line.cells) for line in found.grid.lines[:100]), default=0)
        self._heads = [text_of(cell) for cell in first] if found.columns.has_head else []
        names = [self._heads[place] if place < len(self._heads) else "" for place in range(width)]
        for key, box in self.boxes.items():
            box.blockSignals(True)  # noqa: FBT003 - Qt's way
            box.clear()
            box.addItem(_("(not in the table)"), _NONE)
            for place, name in enumerate(names):
                box.addItem(name or _("Column {letter}").format(letter=_letter(place)), place)
            box.setCurrentIndex(found.columns.places.get(key, _NONE) + 1)
            theme.set_hook(box, "wrong", "true" if key in found.missing else "")
            box.blockSignals(False)  # noqa: FBT003
        self.sheets.clear()
        self.sheets.addItems(list(found.grid.sheets))
        self.sheets.setCurrentText(found.grid.sheet)
        self._sheet_row.setVisible(len(found.grid.sheets) > 1)
        self.reason.setVisible(bool(found.count(RowStatus.REASON)))
        self._name_chips(found)
        self.show_status(RowStatus.BAD if found.count(RowStatus.BAD) else None)

    def words(self, grid: Grid | None) -> str:
        """Return what is shown, in a line."""
        if grid is None or self._found is None:
            return ""
        count = len(self._found.rows)
        rows = ngettext("{count} row", "{count} rows", count).format(count=f"{count:,}")
        name = grid.name or _("Pasted rows")
        return f"{name} · {rows}" + (f" · {grid.sheet}" if grid.sheet else "")

    def heads(self) -> list[str]:
        """Return the heads of the table's columns."""
        return self._heads

    def show_status(self, status: RowStatus | None) -> None:
        """Show the rows of one status, or all."""
        self._shown = status
        found = self._found
        rows: Sequence[PreviewRow] = found.rows if found is not None else ()
        self.model.show_rows(rows if status is None else [row for row in rows if row.status is status])
        for button in self._chips.buttons():
            button.setChecked(button.property("status") == (status.value if status else ""))
        self.view.measure()
        self.view.lay_out_columns()
        if self.model.rowCount():
            self.view.select_position(0)
        self._row_chosen()

    def go_to(self, status: RowStatus) -> None:
        """Go to the first row of a status."""
        self.show_status(status if self._found is not None and self._found.count(status) else None)
        self.view.setFocus(Qt.FocusReason.OtherFocusReason)

    def _row_chosen(self) -> None:
        ranges = self.view.selected_ranges()
        row = self.model.row_at(ranges[0][0]) if ranges else None
        if row is None:
            self.detail.setText("")
            return
        said = row.sentences()
        head = _("Row {number}").format(number=row.number)
        self.detail.setText(
            "\n".join([head, *(f"· {line}" for line in said)]) if said else _("{row}: good").format(row=head)
        )

    def _columns(self) -> list[Column]:
        def cell(place: int) -> Callable[[Any], str]:
            return lambda row: row.cells[place]

        columns = [
            Column("row", _("Row"), lambda row: f"{row.number:,}", CellKind.COUNT, 64),
            Column(
                "status",
                _("Status"),
                lambda row: status_name("import-row", row.status),
                CellKind.STATUS,
                104,
                state=lambda row: ("import-row", row.status.value),
            ),
            Column("said", _("What is wrong"), lambda row: " ".join(row.sentences()), width=200, stretches=True),
        ]
        columns += [
            Column(column.key, _(column.words), cell(place), width=_WIDTHS.get(column.key, 128), gives_way=place > 1)
            for place, column in enumerate(self.kind.columns)
        ]
        return columns

    # ------------------------------------------------------------------------------------------ choosing

    def _chosen(self) -> None:
        found = self._found
        if found is None:
            return
        places = {key: int(box.currentData()) for key, box in self.boxes.items() if box.currentData() != _NONE}
        self.columns_changed.emit(Columns(places, found.columns.has_head or bool(self._heads)))

    def _name_chips(self, found: ImportPreview) -> None:
        for button in self._chips.buttons():
            status = str(button.property("status"))
            count = found.count(RowStatus(status)) if status else len(found.rows)
            words = status_name("import-row", status) if status else _("All")
            button.setText(f"{words} {count:,}")
            button.setVisible(not status or bool(count))

    # ------------------------------------------------------------------------------------------ shape

    def _build(self) -> None:
        row = QHBoxLayout(self)
        row.setContentsMargins(theme.MARGIN, theme.SPACE, theme.MARGIN, theme.SPACE * 2)
        row.setSpacing(theme.GAP)
        row.addWidget(self._choices())
        right = QVBoxLayout()
        right.setSpacing(theme.SPACE * 2)
        chips = QHBoxLayout()
        chips.setSpacing(theme.SPACE // 2)
        self._chips = QButtonGroup(self)
        for status in ("", *(one.value for one in (RowStatus.BAD, RowStatus.REASON, RowStatus.GOOD))):
            chip = QPushButton()
            chip.setProperty("kind", "chip")
            chip.setProperty("status", status)
            chip.setCheckable(True)
            chip.setAutoDefault(False)
            self._chips.addButton(chip)
            chips.addWidget(chip)
        self._chips.buttonClicked.connect(
            lambda chip: self.show_status(RowStatus(chip.property("status")) if chip.property("status") else None)
        )
        chips.addStretch(1)
        right.addLayout(chips)
        card = QFrame()
        card.setProperty("card", "true")
        inside = QVBoxLayout(card)
        inside.setContentsMargins(1, 1, 1, 1)
        inside.addWidget(self.view)
        right.addWidget(card, 1)
        right.addWidget(self.detail)
        right.addWidget(self.reason)
        row.addLayout(right, 1)

    def _choices(self) -> QWidget:
        inner = self._fields
        inner.setProperty("flat", "true")
        column = QVBoxLayout(inner)
        column.setContentsMargins(0, 0, theme.SPACE * 2, 0)
        column.setSpacing(theme.SPACE)
        sheet = QVBoxLayout(self._sheet_row)
        sheet.setContentsMargins(0, 0, 0, theme.SPACE)
        sheet.addWidget(QLabel(_("Sheet"), self._sheet_row))
        sheet.addWidget(self.sheets)
        column.addWidget(self._sheet_row)
        head = QLabel(_("Columns of the table"), inner)
        theme.set_role(head, "strong")
        column.addWidget(head)
        for one in self.kind.columns:
            label = QLabel(_(one.words) + (" *" if one.is_needed else ""), inner)
            theme.set_role(label, "label")
            box = ChoiceBox(inner)
            give_it_its_place(box)
            box.setAccessibleName(_(one.words))
            box.setToolTip(_(one.remark) if one.remark else "")
            label.setBuddy(box)
            box.activated.connect(lambda _place: self._chosen())
            self.boxes[one.key] = box
            column.addWidget(label)
            column.addWidget(box)
        column.addStretch(1)
        area = self._area
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setWidget(inner)
        area.setFixedWidth(_CHOICES_WIDTH)
        return area


def _letter(place: int) -> str:
    """Return a column's letters: A for 0, AA for 26."""
    letters = ""
    place += 1
    while place:
        place, rest = divmod(place - 1, 26)
        letters = chr(65 + rest) + letters
    return letters
