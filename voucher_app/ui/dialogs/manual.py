"""The manual in the window: F1 opens the page that tells of where one is. It reads files of the program, no network.

Files and pictures are read, and pictures made small, off the GUI thread; what is shown there is a page or two of text.
"""

from __future__ import annotations

import re
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from PySide6.QtCore import QSignalBlocker, Qt, QUrl, Signal
from PySide6.QtGui import (
    QColor,
    QFont,
    QImage,
    QKeySequence,
    QShortcut,
    QTextBlockFormat,
    QTextCharFormat,
    QTextCursor,
    QTextDocument,
    QTextFormat,
    QTextFrameFormat,
    QTextLength,
    QTextTable,
)
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLineEdit, QListWidget, QPushButton, QTextBrowser, QTextEdit

from voucher_app import i18n
from voucher_app.i18n import _
from voucher_app.settings import manual_folder
from voucher_app.ui import theme
from voucher_app.ui.called_by_qt import called_by_qt
from voucher_app.ui.dialogs.reading import ReadingDialog
from voucher_app.ui.manual_pages import PAGES, file_of, key_of, title_of
from voucher_app.ui.room import keep_in_room

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from PySide6.QtWidgets import QWidget

    from voucher_app.ui.desk import Desk

_WIDTH: Final = 700
"""Of a picture at most, in pixels of the screen at 100 %."""
_LIST_WIDTH: Final = theme.CONTROL * 5
_LINE_PERCENT: Final = 118
"""Of a line of the font, which is tall already: some 1.7 of its size."""
_HEADING_PX: Final = {1: theme.TITLE_PX, 2: 16}
_PICTURE: Final = re.compile(r"!\[[^\]]*\]\(([^)\s]+)\)")


def read_page(folder: Path, key: str, ratio: float) -> tuple[str, dict[str, QImage]]:
    """Read a page and make its pictures as small as they are shown; touches no widget.

    Args:
        folder: of the manual.
        key: of the page, one of `PAGES`.
        ratio: pixels of the screen for one of the window.

    Returns:
        The Markdown, and the pictures by their address in it. One that is missing is left out.
    """
    file = file_of(folder, key)
    text = file.read_text(encoding="utf-8")
    pictures = {}
    for address in _PICTURE.findall(text):
        picture = QImage(str(file.parent / address))
        if picture.isNull():
            continue
        width = round(min(_WIDTH, picture.width()) * ratio)
        small = picture.scaledToWidth(width, Qt.TransformationMode.SmoothTransformation)
        small.setDevicePixelRatio(ratio)
        pictures[address] = small
    return text, pictures


class _Sheet(QTextBrowser):
    """Shows a page; it takes pictures from those that were read, and nothing from anywhere else."""

    def __init__(self) -> None:
        super().__init__()
        self.pictures: Mapping[str, QImage] = {}
        self.setOpenLinks(False)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setAccessibleName(_("Manual"))

    @called_by_qt
    def loadResource(self, kind: int, name: QUrl | str) -> Any:  # noqa: N802, ANN401 - Qt's
        """Return a picture that was read with the page, or nothing."""
        del kind
        return self.pictures.get(name.toString() if isinstance(name, QUrl) else name)

    def show_page(self, text: str, pictures: Mapping[str, QImage]) -> None:
        """Show a page from its beginning."""
        self.pictures = pictures
        self.document().clear()
        self.document().setDocumentMargin(theme.MARGIN)
        self.document().setDefaultFont(theme.font(14))
        self.document().setMarkdown(text, QTextDocument.MarkdownFeature.MarkdownDialectGitHub)
        dress(self.document())
        self.moveCursor(QTextCursor.MoveOperation.Start)
        self.verticalScrollBar().setValue(0)


def dress(document: QTextDocument) -> None:
    """Give a document from Markdown the window's type: sizes of headings, air between lines, quiet tables."""
    tokens, block = theme.current(), document.begin()
    while block.isValid():
        cursor, level = QTextCursor(block), block.blockFormat().headingLevel()
        air = QTextBlockFormat()
        # A line as high as a picture needs no more of it; a cell has its padding.
        is_close = block.text().startswith("\ufffc") or cursor.currentTable() is not None
        height = QTextBlockFormat.LineHeightTypes.ProportionalHeight.value
        air.setLineHeight(100 if is_close else _LINE_PERCENT, height)
        air.setTopMargin(theme.MARGIN if level > 1 else 0)
        below = 0 if cursor.currentTable() is not None else theme.SPACE * (1 if block.textList() is not None else 2)
        air.setBottomMargin(below)
        cursor.mergeBlockFormat(air)
        cursor.movePosition(QTextCursor.MoveOperation.EndOfBlock, QTextCursor.MoveMode.KeepAnchor)
        if level:
            type_ = QTextCharFormat()
            type_.setProperty(QTextFormat.Property.FontPixelSize, _HEADING_PX.get(level, theme.SECTION_PX))
            type_.setProperty(QTextFormat.Property.FontSizeAdjustment, 0)
            type_.setFontWeight(QFont.Weight.DemiBold)
            cursor.mergeCharFormat(type_)
        block = block.next()
    for table in document.rootFrame().childFrames():
        if isinstance(table, QTextTable):
            form = table.format()
            form.setBorder(1)
            form.setBorderCollapse(True)
            form.setBorderStyle(QTextFrameFormat.BorderStyle.BorderStyle_Solid)
            form.setBorderBrush(QColor(tokens.line_strong))
            form.setCellPadding(theme.SPACE + 2)
            form.setWidth(QTextLength(QTextLength.Type.PercentageLength, 100))
            table.setFormat(form)


class Manual(ReadingDialog):
    """The manual, open beside the work.

    Args:
        desk: the open data file.
        parent: the window or the dialog that it was asked for in.
        page: the page to begin with, one of `PAGES`.

    Signals:
        keys_wanted: somebody wants to see what can be done by keyboard.
    """

    keys_wanted = Signal()

    def __init__(self, desk: Desk, parent: QWidget | None, *, page: str = "first-day") -> None:
        super().__init__(
            desk, parent, title=_("Manual"), purpose=_("It comes with the program and is read without a network.")
        )
        self.setModal(False)
        self.page = page
        self.language = i18n.language()
        self._folder = manual_folder()
        self._history: list[str] = []
        self.contents = QListWidget()
        self.contents.setFixedWidth(_LIST_WIDTH)
        self.contents.setFrameShape(QFrame.Shape.NoFrame)
        self.contents.setAccessibleName(_("Pages of the manual"))
        self.contents.setSpacing(theme.SPACE // 2)
        self.contents.addItems([title_of(self._folder, key) for key in PAGES])
        self.contents.currentRowChanged.connect(self._chosen)
        self.sheet = _Sheet()
        self.sheet.anchorClicked.connect(self._follow)
        self.body.addLayout(self._search_row())
        row = QHBoxLayout()
        row.setSpacing(theme.GAP)
        row.addWidget(self.contents)
        row.addWidget(self.sheet, 1)
        self.body.addLayout(row, 1)
        self.keys_button = QPushButton(_("Keys"))
        self.keys_button.setAutoDefault(False)
        self.keys_button.clicked.connect(self.keys_wanted)
        self.foot.insertWidget(1, self.keys_button)
        for keys, act in (("Ctrl+F", self.begin_search), ("F7", self.begin_search), ("F3", self.find_next),
                          ("Shift+F3", self.find_before), ("Alt+Left", self.back)):  # fmt: skip
            QShortcut(QKeySequence(keys), self, act)
        self.resize(theme.CONTROL * 32, theme.CONTROL * 22)
        self.show_page(page)
        self.sheet.setFocus(Qt.FocusReason.OtherFocusReason)

    @called_by_qt
    def open(self) -> None:
        """Open beside the work, which goes on."""
        self.show()
        self.activateWindow()

    def text(self) -> str:
        """Return the page as plain text."""
        return self.sheet.toPlainText()

    # ------------------------------------------------------------------------------------------ pages

    def show_page(self, key: str) -> None:
        """Go to a page."""
        if not self._history or self._history[-1] != key:
            self._history.append(key)
        self._load(key)

    def back(self) -> None:
        """Go back to the page before."""
        if len(self._history) > 1:
            self._history.pop()
            self._load(self._history[-1])

    def _load(self, key: str) -> None:
        self.page = key
        self.back_button.setEnabled(len(self._history) > 1)
        with QSignalBlocker(self.contents):
            self.contents.setCurrentRow(list(PAGES).index(key))
        self.desk.runner.run(
            partial(read_page, self._folder, key, self.devicePixelRatio()), success=partial(self._show, key), owner=self
        )

    def _show(self, key: str, read: tuple[str, dict[str, QImage]]) -> None:
        if self.is_open and key == self.page:
            self.sheet.show_page(*read)
            self._mark()

    def _chosen(self, place: int) -> None:
        self.show_page(list(PAGES)[place])

    def _follow(self, link: QUrl) -> None:
        key = key_of(link.path())
        if key:
            self.show_page(key)

    # ------------------------------------------------------------------------------------------ search

    def begin_search(self) -> None:
        """Go to the search."""
        self.search.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.search.selectAll()

    def find_next(self) -> None:
        """Go to the next place that has what is searched for, from the end to the first."""
        self._find(QTextDocument.FindFlag(0), QTextCursor.MoveOperation.Start)

    def find_before(self) -> None:
        """Go to the place before."""
        self._find(QTextDocument.FindFlag.FindBackward, QTextCursor.MoveOperation.End)

    def _find(self, flags: QTextDocument.FindFlag, otherwise: QTextCursor.MoveOperation) -> None:
        wanted = self.search.text().strip()
        if wanted and not self.sheet.find(wanted, flags):
            self.sheet.moveCursor(otherwise)
            self.sheet.find(wanted, flags)

    def _mark(self) -> None:
        """Mark every place that has what is searched for, and say how many there are."""
        wanted, marks = self.search.text().strip(), []
        cursor = self.sheet.document().find(wanted) if wanted else QTextCursor()
        while not cursor.isNull():
            mark = QTextEdit.ExtraSelection()
            mark.cursor = cursor
            mark.format.setBackground(QColor(theme.current().warn_ground))
            marks.append(mark)
            cursor = self.sheet.document().find(wanted, cursor)
        self.sheet.setExtraSelections(marks)
        if wanted:
            words = _("Found: {count}").format(count=len(marks)) if marks else _("Nothing is found for “{text}”.")
            self.status.setText(words.format(text=wanted))
        else:
            self.status.setText("")

    def _search_row(self) -> QHBoxLayout:
        self.back_button = QPushButton()
        self.back_button.setIcon(theme.icon("previous"))
        self.back_button.setToolTip(_("Back (Alt+Left)"))
        self.back_button.setAccessibleName(_("Back"))
        self.back_button.setAutoDefault(False)
        self.back_button.setProperty("kind", "quiet")
        self.back_button.clicked.connect(self.back)
        self.search = QLineEdit()
        self.search.setPlaceholderText(_("Search this page (Ctrl+F); Enter goes to the next place"))
        self.search.setAccessibleName(_("Search this page"))
        self.search.setClearButtonEnabled(True)
        self.search.addAction(theme.icon("search"), QLineEdit.ActionPosition.LeadingPosition)
        self.search.textChanged.connect(self._mark)
        self.search.returnPressed.connect(self.find_next)
        row = QHBoxLayout()
        row.setSpacing(theme.SPACE * 2)
        row.addWidget(self.back_button)
        row.addWidget(self.search, 1)
        return row


def open_manual(desk: Desk, parent: QWidget, page: str) -> Manual:
    """Open the manual at a page, beside a window or a dialog; one that is open there already turns to it."""
    for one in parent.findChildren(Manual, options=Qt.FindChildOption.FindDirectChildrenOnly):
        if one.is_open and one.language == i18n.language():
            one.show_page(page)
            one.open()
            return one
        one.done(Manual.DialogCode.Rejected)  # it spoke the other language
    made = Manual(desk, parent, page=page)
    show_keys = getattr(parent, "show_keys", None)
    made.keys_button.setVisible(show_keys is not None)
    if show_keys is not None:
        made.keys_wanted.connect(show_keys)
    keep_in_room(made)
    made.open()
    return made
