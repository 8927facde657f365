"""Every draft that is waiting: what it is, when it was left, to go on with or to throw away."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QScrollArea, QVBoxLayout, QWidget

from voucher_app.i18n import _, ngettext
from voucher_app.ui import theme
from voucher_app.ui.dialogs.draft_keeper import told
from voucher_app.ui.dialogs.reading import ReadingDialog
from voucher_app.ui.pages.panel import button
from voucher_app.ui.widgets.layouts import clear

if TYPE_CHECKING:
    from voucher_app.ui.desk import Desk
    from voucher_app.ui.drafts import Draft


class DraftList(ReadingDialog):
    """Lists drafts; one that can be opened from here is opened with everything in it.

    Args:
        desk: whose drafts.
        parent: the window.
    """

    def __init__(self, desk: Desk, parent: QWidget | None) -> None:
        super().__init__(
            desk,
            parent,
            title=_("Drafts"),
            purpose=_("Half-filled forms of yours. They are no records: no rule was asked, and no money is set aside."),
        )
        self.drafts: list[Draft] = []
        inside = QWidget()
        inside.setProperty("flat", "true")
        self.rows = QVBoxLayout(inside)
        self.rows.setContentsMargins(0, 0, 0, 0)
        self.rows.setSpacing(theme.SPACE * 2)
        scroll = QScrollArea()
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setWidget(inside)
        self.body.addWidget(scroll, 1)
        self.look()

    def look(self) -> None:
        """Read the drafts again."""
        store = self.desk.drafts
        if store is not None:
            self.desk.runner.run(store.all, success=self._found, keeps=True, owner=self)

    def _found(self, drafts: list[Draft]) -> None:
        self.drafts = drafts
        clear(self.rows)
        for draft in drafts:
            self.rows.addWidget(self._row(draft))
        self.rows.addStretch(1)
        self.status.setText(ngettext("{count} draft", "{count} drafts", len(drafts)).format(count=len(drafts)))

    def _row(self, draft: Draft) -> QWidget:
        made = QFrame()
        made.setProperty("card", "true")
        title, words = QLabel(draft.title), QLabel(told(draft))
        theme.set_role(title, "strong")
        theme.set_role(words, "soft")
        for label in (title, words):
            label.setTextFormat(Qt.TextFormat.PlainText)
            label.setWordWrap(True)
        texts = QVBoxLayout()
        texts.setSpacing(0)
        texts.addWidget(title)
        texts.addWidget(words)
        row = QHBoxLayout(made)
        row.setContentsMargins(theme.PADDING, theme.SPACE * 2, theme.SPACE * 2, theme.SPACE * 2)
        row.addLayout(texts, 1)
        if draft.context is not None:
            take = button(_("Go on with it"))
            take.setAccessibleDescription(f"{draft.title}, {words.text()}")
            take.clicked.connect(lambda _checked=False: self.go_on(draft))
            row.addWidget(take)
        else:
            place = QLabel(_("offered where it was begun"))
            theme.set_role(place, "label")
            row.addWidget(place)
        drop = button(_("Throw away"), kind="quiet")
        drop.setAccessibleDescription(f"{draft.title}, {words.text()}")
        drop.clicked.connect(lambda _checked=False: self.throw_away(draft))
        row.addWidget(drop)
        return made

    def go_on(self, draft: Draft) -> None:
        """Open the draft's dialog with everything that was typed."""
        from voucher_app.ui.dialogs import open_dialog  # noqa: PLC0415 - it loads this module

        window = self.parentWidget()
        assert window is not None, "the list belongs to the window"
        self.accept()
        dialog = open_dialog(draft.dialog, self.desk, window, **(draft.context or {}))
        keeper = getattr(dialog, "keeper", None)
        if keeper is not None:
            keeper.take_back(draft)

    def throw_away(self, draft: Draft) -> None:
        """Forget one draft."""
        store = self.desk.drafts
        if store is not None:
            self.desk.runner.run(lambda: store.discard(draft.id), success=lambda _nothing: self.look(), keeps=True)

    def text(self) -> str:
        """Return the drafts as lines."""
        return "\n".join(f"{draft.title}: {told(draft)}" for draft in self.drafts)
