"""The lists and ledgers on paper that belong to a whole page: a button whose menu leads to their previews."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QMenu, QPushButton

from voucher_app.i18n import _
from voucher_app.ui import theme
from voucher_app.ui.pages.record_documents import copies_words, paper_words, papers_of

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence

    from voucher_app.services.documents.facts import DocumentKind
    from voucher_app.ui.desk import Desk
    from voucher_app.ui.pages.record_documents import RecordPaper


class ListDocuments(QPushButton):
    """Reads which papers there are when it is pressed; one that cannot be printed yet says why.

    Args:
        desk: the open data file and the person at it.
        subjects: returns whose papers they are, such as `year:2026`; asked when it is pressed.
        kinds: which of them belong to the page.
        preview: opens the preview of a kind about a subject.
    """

    def __init__(
        self,
        desk: Desk,
        *,
        subjects: Callable[[], Sequence[str]],
        kinds: Collection[DocumentKind],
        preview: Callable[[str, str], None],
    ) -> None:
        super().__init__(theme.icon("print", "ink_soft"), _("Lists on paper …"))
        self.setToolTip(_("Lists and ledgers of this page: looked at first, then printed or saved"))
        self._desk, self._subjects, self._kinds, self._preview = desk, subjects, kinds, preview
        self.menu_shown: QMenu | None = None
        self.clicked.connect(self._read)

    def _read(self) -> None:
        workspace, subjects, kinds = self._desk.workspace, self._subjects(), self._kinds
        self._desk.runner.run(
            lambda: [paper for paper in papers_of(workspace, subjects) if paper.kind in kinds],
            success=self._offer,
            owner=self,
        )

    def _offer(self, papers: Sequence[RecordPaper]) -> None:
        menu = QMenu(self)
        menu.setToolTipsVisible(True)
        for paper in papers:
            told = " ".join(paper.reasons) or copies_words(paper.copies)
            act = menu.addAction(
                _("{name} – {told}").format(name=paper_words(paper), told=told),
                partial(self._preview, paper.kind, paper.subject),
            )
            act.setEnabled(not paper.reasons)
        menu.aboutToHide.connect(menu.deleteLater)
        self.menu_shown = menu
        menu.popup(self.mapToGlobal(QPoint(0, self.height())))
