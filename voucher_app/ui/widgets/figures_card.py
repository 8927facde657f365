"""A card of figures, which are copied for a spreadsheet, saved as a table, or copied as a picture of the card."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QMenu, QToolButton

from voucher_app.i18n import _
from voucher_app.ui import theme
from voucher_app.ui.clipboard import copy_grid
from voucher_app.ui.figures_out import save_figures
from voucher_app.ui.widgets.card import Card

if TYPE_CHECKING:
    from voucher_app.ui.widgets.charts import Table


class FiguresCard(Card):
    """A subclass says which figures it shows, and adds the buttons after its own."""

    def figures(self) -> Table:
        """Return what is shown now."""
        raise NotImplementedError

    def add_ways_out(self) -> None:
        """Add the buttons: one copies the figures, the other has the rarer ways, so that a title keeps its line."""
        self.copy_button = self.add_tool("copy", _("Copy the figures, for a spreadsheet"))
        self.copy_button.clicked.connect(self.copy_figures)
        self.more_button = self.add_tool("export", _("Save as a table, or copy as a picture"))
        menu = QMenu(self.more_button)
        menu.addAction(theme.icon("export"), _("Save the figures as a table …"), self.save)
        menu.addAction(theme.icon("picture"), _("Copy as a picture"), self.copy_picture)
        self.more_button.setMenu(menu)
        self.more_button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)

    def copy_figures(self) -> None:
        """Put the figures on the clipboard as a grid."""
        figures = self.figures()
        copy_grid((figures.header, *figures.rows), figures.numeric)

    def save(self) -> None:
        """Save the figures as a table."""
        save_figures(self, self.full_title, self.figures())
