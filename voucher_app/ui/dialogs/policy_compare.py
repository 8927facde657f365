"""Two policies side by side: every parameter, what differs marked by a sign and a ground, not by colour alone."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import (
    QAbstractItemView,
    QCheckBox,
    QHBoxLayout,
    QHeaderView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableWidget,
    QTableWidgetItem,
)

from voucher_app.domain.policy import parse_policy
from voucher_app.i18n import _, ngettext
from voucher_app.services.policy import compare
from voucher_app.ui import theme
from voucher_app.ui.called_by_qt import called_by_qt
from voucher_app.ui.dialogs.policy_draft import sources
from voucher_app.ui.dialogs.reading import ReadingDialog
from voucher_app.ui.widgets.charts import Table
from voucher_app.ui.widgets.field import ChoiceField

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtCore import QModelIndex, QPersistentModelIndex
    from PySide6.QtGui import QPainter, QResizeEvent
    from PySide6.QtWidgets import (
        QWidget,
    )

    from voucher_app.domain.policy import Policy
    from voucher_app.services.policy import Difference
    from voucher_app.ui.desk import Desk
    from voucher_app.ui.dialogs.policy_draft import Source

_SIGN, _GROUP, _NAME, _FIRST, _SECOND = range(5)
_SIGN_WIDTH = theme.CONTROL
_NAME_WIDTH = theme.CONTROL * 5
_GROUP_WIDTH = theme.CONTROL * 4
_CHANGED = "≠"
_INSET, _INSET_ABOVE = theme.CELL - 3, theme.SPACE
"""Around a cell's text, beside the three pixels that Qt leaves itself."""


class _Cell(QStyledItemDelegate):
    """Sets text with the distance to its edge that its header has."""

    @called_by_qt
    def initStyleOption(  # noqa: N802 - Qt's name
        self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """Leave out the frame of the cell that has the focus."""
        super().initStyleOption(option, index)
        option.state &= ~QStyle.StateFlag.State_HasFocus

    @called_by_qt
    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """Paint the ground, then the text inside of it."""
        ground = index.data(Qt.ItemDataRole.BackgroundRole)
        if option.state & QStyle.StateFlag.State_Selected:
            painter.fillRect(option.rect, theme.color(theme.current().selection))
        elif ground is not None:
            painter.fillRect(option.rect, ground)
        inner = QStyleOptionViewItem(option)
        inner.rect = option.rect.adjusted(_INSET, _INSET_ABOVE, -_INSET, -_INSET_ABOVE)
        inner.state &= ~QStyle.StateFlag.State_Selected
        super().paint(painter, inner, index)

    @called_by_qt
    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:  # noqa: N802
        """Return the height of the text in the width that is left for it."""
        inner = QStyleOptionViewItem(option)
        inner.rect = option.rect.adjusted(_INSET, 0, -_INSET, 0)
        return super().sizeHint(inner, index) + QSize(2 * _INSET, 2 * _INSET_ABOVE)


class ComparisonTable(QTableWidget):
    """Parameters in rows that grow with their text."""

    def __init__(self) -> None:
        super().__init__(0, _SECOND + 1)
        self.setItemDelegate(_Cell(self))
        self.setAccessibleName(_("Parameters of both policies"))
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setShowGrid(False)
        self.setWordWrap(True)
        self.setTextElideMode(Qt.TextElideMode.ElideNone)
        self.setTabKeyNavigation(False)
        self.verticalHeader().hide()
        header = self.horizontalHeader()
        header.setHighlightSections(False)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        header.setFixedHeight(theme.ROW_COMPACT)
        for column, width in ((_SIGN, _SIGN_WIDTH), (_GROUP, _GROUP_WIDTH), (_NAME, _NAME_WIDTH)):
            header.setSectionResizeMode(column, QHeaderView.ResizeMode.Fixed)
            self.setColumnWidth(column, width)
        for column in (_FIRST, _SECOND):
            header.setSectionResizeMode(column, QHeaderView.ResizeMode.Stretch)

    def show_differences(self, found: Sequence[Difference], *, first: str, second: str) -> None:
        """Show parameters."""
        self.setHorizontalHeaderLabels(["", _("About"), _("Parameter"), first, second])
        self.setRowCount(len(found))
        changed = theme.color(theme.current().warn_ground)
        bold = theme.font(bold=True)
        for line, one in enumerate(found):
            group = "" if line and found[line - 1].group == one.group else one.group
            for column, words in enumerate((_CHANGED if one.differs else "", group, one.name, one.first, one.second)):
                cell = QTableWidgetItem(words)
                cell.setTextAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
                if one.differs:
                    cell.setBackground(changed)
                    if column in {_SIGN, _FIRST, _SECOND}:
                        cell.setFont(bold)
                if column == _SIGN and one.differs:
                    cell.setData(Qt.ItemDataRole.AccessibleTextRole, _("differs"))
                self.setItem(line, column, cell)
        self._fit_rows()

    @called_by_qt
    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """Give long texts the lines that they need now."""
        super().resizeEvent(event)
        self._fit_rows()

    def _fit_rows(self) -> None:
        self.resizeRowsToContents()
        for line in range(self.rowCount()):
            self.setRowHeight(line, max(self.rowHeight(line), theme.ROW_COMPACT))


class PolicyCompare(ReadingDialog):
    """Two policies side by side.

    Args:
        desk: whose policies they are.
        parent: the window it belongs to.
        first: key of the left one.
        second: key of the right one; the version in force when not told, or the one before it.
    """

    has_tables: ClassVar[bool] = True

    def __init__(self, desk: Desk, parent: QWidget | None, *, first: str, second: str = "") -> None:
        super().__init__(
            desk,
            parent,
            title=_("Compare two policies"),
            purpose=_("Versions, drafts and presets; what differs is marked ≠."),
        )
        self._wanted = (first, second)
        self._sources: dict[str, Source] = {}
        self._found: list[Difference] = []
        self.first = ChoiceField(_("Left"), [])
        self.second = ChoiceField(_("Right"), [])
        self.only = QCheckBox(_("Only what differs"))
        self.table = ComparisonTable()
        row = QHBoxLayout()
        row.setSpacing(theme.GAP)
        row.addWidget(self.first, 1)
        row.addWidget(self.second, 1)
        self.body.addLayout(row)
        self.body.addWidget(self.only)
        self.body.addWidget(self.table, 1)
        self.first.changed.connect(self._compare)
        self.second.changed.connect(self._compare)
        self.only.toggled.connect(lambda _on: self._show())
        self.first.control.setFocus(Qt.FocusReason.OtherFocusReason)
        workspace = desk.workspace
        desk.runner.run(lambda: sources(workspace), success=self._read, owner=self)

    def _read(self, found: list[Source]) -> None:
        if not self.is_open:
            return
        self._sources = {source.key: source for source in found}
        first, second = self._wanted
        others = [source.key for source in found if source.key != first]
        for field, key in ((self.first, first), (self.second, second or others[0])):
            field.box.blockSignals(True)  # noqa: FBT003 - Qt's signature
            for source in found:
                field.box.addItem(source.words, source.key)
            field.choose(key)
            field.box.blockSignals(False)  # noqa: FBT003 - Qt's signature
        self._compare()

    def _policy(self, field: ChoiceField) -> Policy:
        return parse_policy(self._sources[field.value()].content)

    def _compare(self) -> None:
        self._found = compare(self._policy(self.first), self._policy(self.second))
        count = sum(one.differs for one in self._found)
        self.status.setText(
            ngettext("{count} parameter differs", "{count} parameters differ", count).format(count=count)
            if count
            else _("Nothing differs")
        )
        self._show()

    def _show(self) -> None:
        shown = [one for one in self._found if one.differs or not self.only.isChecked()]
        self.table.show_differences(shown, first=self._label(self.first), second=self._label(self.second))

    def _label(self, field: ChoiceField) -> str:
        return self._sources[field.value()].label

    def sheets(self) -> list[tuple[str, Table]]:
        """Return the table that is shown."""
        head = (_("Differs"), _("About"), _("Parameter"), self.first.text(), self.second.text())
        shown = [one for one in self._found if one.differs or not self.only.isChecked()]
        rows = tuple((_CHANGED if one.differs else "", one.group, one.name, one.first, one.second) for one in shown)
        return [(self.windowTitle(), Table(head, rows, frozenset()))]

    def text(self) -> str:
        """Return the table as a grid."""
        ((_name, table),) = self.sheets()
        return table.as_text()
