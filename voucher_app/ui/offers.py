"""What the window offers when it opens: drafts that were left, and the report of a mistake that nobody has seen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from voucher_app.i18n import _, ngettext
from voucher_app.ui import theme

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from voucher_app.ui.desk import Desk
    from voucher_app.ui.drafts import Draft


class Offer(QFrame):
    """One line above the page: a sign, words, what can be done, and a cross."""

    def __init__(self, sign: str, words: str, act_words: str, act: Callable[[], None]) -> None:
        super().__init__()
        self.setProperty("card", "true")
        mark, said = QLabel(), QLabel(words)
        mark.setPixmap(theme.icon(sign).pixmap(theme.icon_size()))
        said.setTextFormat(Qt.TextFormat.PlainText)
        said.setWordWrap(True)
        self.button = QPushButton(act_words)
        self.button.clicked.connect(act)
        self.close_button = QPushButton()
        self.close_button.setProperty("kind", "quiet")
        self.close_button.setIcon(theme.icon("close"))
        self.close_button.setToolTip(_("Not now"))
        self.close_button.setAccessibleName(_("Not now"))
        self.close_button.clicked.connect(self.hide)
        row = QHBoxLayout(self)
        row.setContentsMargins(theme.PADDING, theme.SPACE, theme.SPACE, theme.SPACE)
        row.setSpacing(theme.SPACE * 2)
        row.addWidget(mark)
        row.addWidget(said, 1)
        row.addWidget(self.button)
        row.addWidget(self.close_button)


class Offers(QWidget):
    """The offers of this start; each goes by its cross, or when it was taken."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self.drafts: Offer | None = None
        self.crash: Offer | None = None
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(theme.MARGIN, theme.SPACE, theme.MARGIN, 0)
        self.column.setSpacing(theme.SPACE)
        self.hide()
        desk.operator_changed.connect(lambda _person: self.look())

    def look(self) -> None:
        """Look for drafts of whoever works, off this thread."""
        store = self._desk.drafts
        if store is not None:
            self._desk.runner.run(store.all, success=self._found, failure=lambda _error: None, keeps=True, owner=self)

    def _found(self, drafts: list[Draft]) -> None:
        if self.drafts is not None:
            self.drafts.hide()
            self.drafts.deleteLater()
            self.drafts = None
        if drafts:
            words = ngettext(
                "{count} form was left half-filled: {title}. {summary}",
                "{count} forms were left half-filled, the last one: {title}. {summary}",
                len(drafts),
            ).format(count=len(drafts), title=drafts[0].title, summary=drafts[0].summary)
            self.drafts = self._add(Offer("draft", words, _("Show drafts"), self._show_drafts))

    def offer_reports(self, reports: list[Path]) -> None:
        """Offer what was kept of a mistake of ours that nobody has seen."""
        if not reports:
            return

        def show() -> None:
            from voucher_app.ui import notices  # noqa: PLC0415 - most days nothing fails

            if self.crash is not None:
                self.crash.hide()
            notices.show_report(reports[0], self.window())

        words = _("The program made a mistake last time. What was recorded is safe; a report was kept.")
        self.crash = self._add(Offer("error", words, _("Show the report"), show))

    def _add(self, offer: Offer) -> Offer:
        self.column.addWidget(offer)
        self.show()
        return offer

    def _show_drafts(self) -> None:
        from voucher_app.ui.dialogs import open_dialog  # noqa: PLC0415 - the first paint comes before

        if self.drafts is not None:
            self.drafts.hide()
        open_dialog("drafts", self._desk, self.window())
