"""Papers before they are printed: exactly the pages, and what is done with them; any kind of paper has this one."""

from __future__ import annotations

import tempfile
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QStackedLayout,
    QToolButton,
    QVBoxLayout,
)

from voucher_app.domain.printing import PrintForm
from voucher_app.i18n import _, ngettext
from voucher_app.services import print_ending, printing
from voucher_app.services.ports.errors import StorageError
from voucher_app.services.print_request import Destination, Request
from voucher_app.services.wording.errors import describe
from voucher_app.services.wording.rules import sentence
from voucher_app.services.workspace import new_request_id
from voucher_app.ui import theme
from voucher_app.ui.called_by_qt import called_by_qt
from voucher_app.ui.choice_box import ChoiceBox
from voucher_app.ui.dialogs.file_dialog import choose_folder, save_file
from voucher_app.ui.tab_order import ReadingOrder
from voucher_app.ui.widgets.effect_panel import SignedLine
from voucher_app.ui.widgets.layouts import clear, hairline
from voucher_app.ui.widgets.page_search import find_in_pages
from voucher_app.ui.widgets.page_view import ZOOMS, Fit, PageView, page_count, placeholder
from voucher_app.ui.widgets.progress import ProgressRow
from voucher_app.ui.widgets.search_bar import SearchBar

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtWidgets import QWidget

    from voucher_app.domain.printing import PrintJob
    from voucher_app.services.print_request import Draw
    from voucher_app.services.workspace import Workspace
    from voucher_app.ui.desk import Desk

_PERCENT = 100
_FITS = (Fit.PAGE, Fit.WIDTH)


@dataclass(frozen=True, slots=True)
class Drawn:
    """What was drawn: how, which copies, and how many jobs of earlier days wait for their end."""

    draw: Draw
    again: int
    waiting: int


class PaperPreview(ReadingOrder, QDialog):
    """The pages as they are printed; what is saved or sent to a printer is what is looked at.

    Args:
        desk: the open data file and the person at it.
        parent: the window.
        title: what the papers are called together.
        make_draw: returns how they are drawn; called on a worker.
        file_name: what a file with all of them is called, without suffix.
    """

    is_sample: ClassVar[bool] = False
    """Whether what is shown is no paper of a record: it is looked at, and neither saved nor printed nor signed."""

    def __init__(
        self,
        desk: Desk,
        parent: QWidget | None,
        *,
        title: str,
        make_draw: Callable[[Workspace], Draw],
        file_name: str,
    ) -> None:
        super().__init__(parent)
        self._desk = desk
        self._title, self._name = title, file_name
        self._make_draw = make_draw
        self._drawing: Draw | None = None
        self._folder = tempfile.TemporaryDirectory(prefix="voucher-app-", ignore_cleanup_errors=True)
        self._file = Path(self._folder.name) / "pages.pdf"
        # Not when it closes: a page that is being drawn then is somebody's until the dialog is gone.
        self._gone = threading.Event()
        self.destroyed.connect(self._gone.set)
        self.destroyed.connect(self._folder.cleanup)
        self._acting = False
        self._asked = 0
        self._request_id = new_request_id()
        self.setWindowTitle(title)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setModal(True)
        self.view = PageView(desk)
        self.view.turned.connect(self._tell)
        self.search = SearchBar(self)
        self.search.wanted.connect(self._search)
        self.search.shown.connect(self.view.mark_hits)
        self.search.left.connect(lambda: self.view.setFocus(Qt.FocusReason.OtherFocusReason))
        self.progress = ProgressRow()
        self._stack = QStackedLayout()
        self._stack.addWidget(placeholder(_("Drawing the pages …")))
        self._stack.addWidget(self.view)
        self._banner = QVBoxLayout()
        self._build(title)
        self._draw()

    # ------------------------------------------------------------------------------------------ drawing

    def _draw(self) -> None:
        workspace, make_draw, file, gone = self._desk.workspace, self._make_draw, self._file, self._gone

        def draw() -> Drawn | None:
            try:
                made = make_draw(workspace)
                copies = printing.preview(workspace, made, file=file)
            except FileNotFoundError:
                if not gone.is_set():
                    raise
                return None  # closed meanwhile: the folder goes, and nobody waits for the pages
            waiting = len(workspace.records().prints.open_jobs())
            return Drawn(made, sum(copy > 1 for copy in copies), waiting)

        self._desk.runner.run(draw, success=self._count_pages, failure=self._refused, writes=True, owner=self)

    def _count_pages(self, drawn: Drawn | None) -> None:
        file = self._file
        if drawn is None:
            return
        self._desk.runner.run(lambda: page_count(file), success=lambda pages: self._drawn(drawn, pages), owner=self)

    def _drawn(self, drawn: Drawn, pages: int) -> None:
        self._drawing = drawn.draw
        self._stack.setCurrentIndex(1)
        self.view.show_file(self._file, pages=pages)
        if not self.is_sample:
            self._told.setText(self._says_again(drawn.again) if drawn.again else _("Shown exactly as printed."))
        self.reason.setVisible(drawn.again > 0)
        self._each.setVisible(len(drawn.draw.papers) > 1)
        self._offer_what_was_cut_short(drawn.waiting)
        self._tell_the_role()
        self.view.setFocus()

    def _tell_the_role(self) -> None:
        refusal = self._desk.refusal("print.begin")
        if refusal is not None:
            self._say(sentence(refusal), sign="note", role="soft", meaning=_("Note"))

    def _offer_what_was_cut_short(self, waiting: int) -> None:
        """Say that a print of an earlier day has no end yet, and lead there."""
        if not waiting:
            return
        self._say(
            ngettext(
                "A print was cut short, or is still under way elsewhere.",
                "{count} prints were cut short, or are still under way elsewhere.",
                waiting,
            ).format(count=waiting),
            sign="warning",
            role="warn",
            meaning=_("Warning"),
        )
        look = QPushButton(_("Look at them"))
        look.setProperty("kind", "link")
        look.setAutoDefault(False)
        look.clicked.connect(self._go_to_prints)
        self._banner.addWidget(look, 0, Qt.AlignmentFlag.AlignLeft)

    def _go_to_prints(self) -> None:
        self._desk.go("ledger.prints", statuses=("begun",))
        self.reject()

    def _say(self, words: str, *, sign: str, role: str, meaning: str) -> None:
        self._banner.addWidget(SignedLine(sign, role, words, meaning=meaning))

    def _refused(self, error: Exception) -> None:
        self._acting = False
        self.progress.end()
        clear(self._banner)
        if isinstance(error, OSError):
            error = StorageError("output", str(error.filename or ""), error.strerror or str(error))
        try:
            words = describe(error)
        except TypeError:
            self._desk.runner.failed.emit(error)
            words = [_("The pages could not be drawn.")]
        self._say("\n".join(words), sign="refused", role="bad", meaning=_("Not printed"))

    def _tell(self) -> None:
        view = self.view
        self.page_number.setText(str(view.page + 1))
        self._page_total.setText(_("of {pages}").format(pages=view.pages))
        self._previous.setEnabled(view.page > 0)
        self._next.setEnabled(view.page + 1 < view.pages)
        self.zoom_box.blockSignals(True)  # noqa: FBT003 - Qt's signature
        zoom = view.zoom
        self.zoom_box.setCurrentIndex(_FITS.index(zoom) if isinstance(zoom, Fit) else len(_FITS) + ZOOMS.index(zoom))
        self.zoom_box.blockSignals(False)  # noqa: FBT003 - Qt's signature
        papers = self._drawing.papers if self._drawing is not None else ()
        self._which.setText(papers[view.page].title if view.pages == len(papers) > 1 else "")

    def _search(self, words: str) -> None:
        """Look for words on all pages; of several searches, only the last one counts."""
        self._asked += 1
        asked, file, page = self._asked, self._file, self.view.page
        if not words:
            self.search.show_hits((), page=page)
            return

        def found(hits: list[object]) -> None:
            if asked == self._asked:
                self.search.show_hits(hits, page=page)  # type: ignore[arg-type]  # what `find_in_pages` returned

        self._desk.runner.run(lambda: find_in_pages(file, words), success=found, owner=self)

    # ------------------------------------------------------------------------------------------ saving

    def save_one_file(self) -> None:
        """Ask where to save, then save one file with all pages."""
        dialog = save_file(self, _("Save as PDF"), f"{self._name}.pdf", _("PDF files (*.pdf)"), "pdf")
        dialog.fileSelected.connect(lambda file: self.save_to_file(Path(file)))
        dialog.open()

    def save_one_file_each(self) -> None:
        """Ask for a folder, then save a file for each paper."""
        dialog = choose_folder(self, _("Save one file each"))
        dialog.fileSelected.connect(lambda folder: self.save_to_folder(Path(folder)))
        dialog.open()

    def save_to_file(self, file: Path) -> None:
        """Save one file with all pages."""
        # The dialog that asked for the name asked whether a file of that name may be replaced.
        self._save(Destination(PrintForm.FILE, str(file.absolute()), replaces=True))

    def save_to_folder(self, folder: Path) -> None:
        """Save a file for each paper."""
        self._save(Destination(PrintForm.FOLDER, str(folder.absolute())))

    def request(self) -> Request:
        """Return who prints, why, and under which number."""
        operator = self._desk.operator
        assert operator is not None, "an office has people"
        return Request(operator, self._request_id, self.reason.text())

    @staticmethod
    def _says_again(again: int) -> str:
        return ngettext(
            "Printed before: the paper says which print it is. Tell why it is printed again.",
            "{count} of them were printed before: each says which print it is. Tell why they are printed again.",
            again,
        ).format(count=again)

    def _may_act(self) -> bool:
        """Return whether there is something to print, and its reason where one is needed."""
        if self._acting or self._drawing is None or self.is_sample:
            return False
        if self.reason.isHidden() or self.reason.text().strip():
            return True
        clear(self._banner)
        self._say(_("Tell why it is printed again."), sign="error", role="bad", meaning=_("Not printed"))
        self.reason.setFocus(Qt.FocusReason.OtherFocusReason)
        return False

    def _save(self, to: Destination) -> None:
        if not self._may_act():
            return
        draw, workspace, request, tell = self._drawing, self._desk.workspace, self.request(), self.progress.tell
        assert draw is not None, "nothing is saved before it was drawn"
        self._acting = True
        clear(self._banner)
        self.progress.begin(len(draw.papers))

        def save() -> list[Path] | None:
            job: PrintJob | None = printing.print_papers(workspace, draw, to=to, request=request, progress=tell)
            return print_ending.files_of(workspace, job) if job is not None else None

        self._desk.runner.run(save, success=self._saved, failure=self._refused, writes=True, owner=self)

    def _saved(self, files: list[Path] | None) -> None:
        self._acting = False
        self.progress.end()
        if files is None:
            words = _("Stopped. Nothing was printed, and nothing was registered.")
            self._say(words, sign="note", role="soft", meaning=_("Note"))
            return
        # Chinese has one form for one and many: the name of a single file is told by a sentence of its own.
        told = _("Saved: {file}").format(file=files[0])
        if len(files) > 1:
            count = len(files)
            told = ngettext("{count} file saved in {folder}", "{count} files saved in {folder}", count).format(
                count=f"{count:,}", folder=files[0].parent
            )
        self._desk.notify(told)
        self.accept()

    # ------------------------------------------------------------------------------------------ printing and signing

    def print_out(self) -> None:
        """Ask for the printer, and send the pages to it."""
        if not self._may_act():
            return
        from voucher_app.ui.dialogs.print_out import PrintOut  # noqa: PLC0415 - most papers are saved

        out = PrintOut(self._desk, self, title=self._title, draw=self._drawing, reason=self.reason.text())
        out.accepted.connect(self.accept)
        out.open()

    def sign(self) -> None:
        """Ask where to save, and whose key signs a copy of it."""
        if not self._may_act():
            return
        dialog = save_file(self, _("Save, and sign a copy"), f"{self._name}.pdf", _("PDF files (*.pdf)"), "pdf")
        dialog.fileSelected.connect(lambda file: self.sign_in_file(Path(file)))
        dialog.open()

    def sign_in_file(self, file: Path) -> None:
        """Ask whose key signs a copy of what is printed into a file."""
        from voucher_app.ui.dialogs.pdf_signature import PdfSignature  # noqa: PLC0415 - few papers are signed

        draw, workspace, request = self._drawing, self._desk.workspace, self.request()
        assert draw is not None, "nothing is signed before it was drawn"
        to = Destination(PrintForm.FILE, str(file.absolute()), replaces=True)

        def put_out() -> Path:
            job = printing.print_papers(workspace, draw, to=to, request=request)
            assert job is not None, "nobody stops it"
            return file

        signing = PdfSignature(self._desk, self, file=file, put_out=put_out)
        signing.decided.connect(lambda _result: self.accept())
        signing.open()

    # ------------------------------------------------------------------------------------------ shape

    def _build(self, title: str) -> None:
        heading, self._which = QLabel(title), QLabel()
        theme.set_role(heading, "title")
        theme.set_role(self._which, "soft")
        for label in (heading, self._which):
            label.setTextFormat(Qt.TextFormat.PlainText)
        head = QHBoxLayout()
        head.setContentsMargins(theme.MARGIN, theme.PADDING, theme.MARGIN, theme.SPACE * 2)
        head.setSpacing(theme.SPACE * 4)
        head.addWidget(heading)
        head.addWidget(self._which, 1)
        self._banner.setContentsMargins(theme.MARGIN, 0, theme.MARGIN, theme.SPACE * 2)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addLayout(head)
        whole.addLayout(self._tools())
        whole.addLayout(self._banner)
        whole.addWidget(hairline())
        whole.addLayout(self._stack, 1)
        whole.addWidget(hairline())
        whole.addWidget(self.progress)
        whole.addLayout(self._telling())
        whole.addLayout(self._buttons())
        for keys, act in (
            ("Ctrl++", lambda: self.view.step_zoom(1)),
            ("Ctrl+=", lambda: self.view.step_zoom(1)),
            ("Ctrl+-", lambda: self.view.step_zoom(-1)),
            ("Ctrl+0", lambda: self.view.set_zoom(Fit.PAGE)),
            ("Ctrl+1", lambda: self.view.set_zoom(1.0)),
            ("Ctrl+2", lambda: self.view.set_zoom(Fit.WIDTH)),
            ("PgDown", lambda: self.view.turn_to(self.view.page + 1)),
            ("PgUp", lambda: self.view.turn_to(self.view.page - 1)),
            ("Ctrl+P", self.print_out),
            ("Ctrl+S", self.save_one_file),
        ):
            QShortcut(QKeySequence(keys), self, act)
        self.resize(theme.CONTROL * 28, theme.CONTROL * 23)

    def _tools(self) -> QHBoxLayout:
        """Return the row that turns, zooms and searches."""
        self._previous = self._tool("previous", _("Previous page (Page Up)"), -1)
        self._next = self._tool("next", _("Next page (Page Down)"), 1)
        self.page_number = QLineEdit("1")
        self.page_number.setFixedWidth(theme.CONTROL + theme.SPACE * 5)
        self.page_number.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.page_number.setAccessibleName(_("Page"))
        self.page_number.returnPressed.connect(self._jump)
        self._page_total = QLabel()
        theme.set_role(self._page_total, "soft")
        self.zoom_box = ChoiceBox()
        self.zoom_box.setAccessibleName(_("Zoom"))
        self.zoom_box.setToolTip(_("Ctrl and + or −; Ctrl+0 the whole page, Ctrl+1 as on paper, Ctrl+2 the width"))
        for words, fit in ((_("Whole page"), Fit.PAGE), (_("Fit width"), Fit.WIDTH)):
            self.zoom_box.addItem(words, fit)
        for zoom in ZOOMS:
            self.zoom_box.addItem(f"{round(zoom * _PERCENT)} %", zoom)
        self.zoom_box.activated.connect(lambda index: self.view.set_zoom(self.zoom_box.itemData(index)))
        row = QHBoxLayout()
        row.setContentsMargins(theme.MARGIN, 0, theme.MARGIN, theme.SPACE * 3)
        row.setSpacing(theme.SPACE * 2)
        for widget in (self._previous, self.page_number, self._page_total, self._next):
            row.addWidget(widget)
        row.addSpacing(theme.SPACE * 3)
        row.addWidget(self.zoom_box)
        row.addStretch(1)
        row.addWidget(self.search)
        return row

    def _telling(self) -> QHBoxLayout:
        """Return the row that says what is printed again, and asks why."""
        self._told = QLabel(_("Sample values, set by the very code that prints.") if self.is_sample else "")
        theme.set_role(self._told, "soft")
        self.reason = QLineEdit()
        self.reason.setPlaceholderText(_("Why printed again"))
        self.reason.setAccessibleName(_("Why printed again"))
        self.reason.setMinimumWidth(theme.CONTROL * 8)
        self.reason.setVisible(False)
        row = QHBoxLayout()
        row.setContentsMargins(theme.MARGIN, theme.SPACE * 3, theme.MARGIN, 0)
        row.setSpacing(theme.SPACE * 3)
        row.addWidget(self._told, 1)
        row.addWidget(self.reason)
        return row

    def _buttons(self) -> QHBoxLayout:
        close = QPushButton(_("Close"))
        close.clicked.connect(self.reject)
        sign = QPushButton(_("Save and sign …"))
        sign.setToolTip(_("Save as one file, and beside it a copy with a PDF signature (PAdES)"))
        sign.clicked.connect(self.sign)
        self._each = QPushButton(_("Save one file each …"))
        self._each.clicked.connect(self.save_one_file_each)
        self._each.setVisible(False)
        one = QPushButton(_("Save as PDF …"))
        one.setToolTip("Ctrl+S")
        one.clicked.connect(self.save_one_file)
        out = QPushButton(theme.icon("print", "accent_ink"), _("Print …"))
        out.setToolTip("Ctrl+P")
        out.setProperty("kind", "accent")
        out.clicked.connect(self.print_out)
        self.foot = row = QHBoxLayout()
        row.setContentsMargins(theme.MARGIN, theme.SPACE * 3, theme.MARGIN, theme.SPACE * 4)
        row.setSpacing(theme.SPACE * 2)
        for button in (close, sign, self._each, one, out):
            button.setAutoDefault(False)
            row.addWidget(button)
            if self.is_sample and button is not close:
                button.hide()
            if button is close:
                row.addStretch(1)
        return row

    def add_quiet(self, words: str, tip: str, act: Callable[[], None]) -> QPushButton:
        """Add a button at the left, for what is no print."""
        button = QPushButton(theme.icon("export"), words)
        button.setToolTip(tip)
        button.setAutoDefault(False)
        button.clicked.connect(act)
        self.foot.insertWidget(1, button)
        return button

    def _tool(self, icon: str, words: str, step: int) -> QToolButton:
        button = QToolButton()
        button.setIcon(theme.icon(icon))
        button.setToolTip(words)
        button.setAccessibleName(words)
        button.clicked.connect(lambda: self.view.turn_to(self.view.page + step))
        return button

    def _jump(self) -> None:
        text = self.page_number.text().strip()
        if text.isascii() and text.isdigit():
            self.view.turn_to(int(text) - 1)
        self.page_number.setText(str(self.view.page + 1))

    @called_by_qt
    def done(self, outcome: int) -> None:
        """Close; what is being drawn into files is stopped."""
        self.progress.stop()
        super().done(outcome)
