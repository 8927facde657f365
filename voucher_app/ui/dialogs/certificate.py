"""Certificates (券面): looking at exactly what is printed before it is, and checking one that somebody hands over."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QFrame,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QStackedLayout,
    QToolButton,
    QVBoxLayout,
)

from voucher_app.domain.money import Money
from voucher_app.i18n import _, ngettext
from voucher_app.services import certificate, print_ending, verifier
from voucher_app.services.ports.errors import StorageError
from voucher_app.services.print_request import Request
from voucher_app.services.wording.errors import describe
from voucher_app.services.wording.papers import verdict_sentence
from voucher_app.services.workspace import new_request_id
from voucher_app.ui import theme
from voucher_app.ui.dialogs.file_dialog import choose_folder, open_file, save_file
from voucher_app.ui.widgets.effect_panel import SignedLine
from voucher_app.ui.widgets.facts import FactsList
from voucher_app.ui.widgets.page_view import ZOOMS, PageView, page_count, placeholder

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from PySide6.QtGui import QDragEnterEvent, QDropEvent
    from PySide6.QtWidgets import (
        QWidget,
    )

    from voucher_app.services.papers import Verdict
    from voucher_app.ui.desk import Desk

_PERCENT = 100
T = TypeVar("T")


def clear(layout: QVBoxLayout) -> None:
    """Take every widget out of a layout."""
    while (item := layout.takeAt(0)) is not None:
        widget = item.widget()
        if widget is not None:
            widget.hide()
            widget.deleteLater()


class CertificatePreview(QDialog):
    """The pages as they are printed; what is saved is the very file that is looked at."""

    def __init__(self, desk: Desk, parent: QWidget | None, *, numbers: Sequence[str]) -> None:
        super().__init__(parent)
        self._desk = desk
        self._numbers = list(numbers)
        self._folder = tempfile.TemporaryDirectory(prefix="voucher-app-")
        self._file = Path(self._folder.name) / "certificates.pdf"
        self._acting = False
        self._request_id = new_request_id()
        count = len(self._numbers)
        title = ngettext("Certificate {number}", "{count} certificates", count).format(
            number=self._numbers[0], count=count
        )
        self.setWindowTitle(title)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setModal(True)
        self.view = PageView(desk)
        self.view.turned.connect(self._tell)
        self._stack = QStackedLayout()
        self._stack.addWidget(placeholder(_("Drawing the pages …")))
        self._stack.addWidget(self.view)
        self._banner = QVBoxLayout()
        self._build(title)
        self._draw()

    # ------------------------------------------------------------------------------------------ drawing

    def _draw(self) -> None:
        workspace, numbers, file = self._desk.workspace, self._numbers, self._file

        def draw() -> tuple[int, int]:
            copies = certificate.preview(workspace, numbers=numbers, file=file)
            return page_count(file), sum(copy > 1 for copy in copies)

        self._desk.runner.run(draw, success=self._drawn, failure=self._refused, writes=True, owner=self)

    def _drawn(self, drawn: tuple[int, int]) -> None:
        pages, again = drawn
        self._stack.setCurrentIndex(1)
        self.view.show_file(self._file, pages=pages)
        self._told.setText(self._says_again(again) if again else _("Shown exactly as printed, page by page."))
        self.reason.setVisible(again > 0)
        self.view.setFocus()

    def _refused(self, error: Exception) -> None:
        self._acting = False
        clear(self._banner)
        if isinstance(error, OSError):
            error = StorageError("output", str(error.filename or ""), error.strerror or str(error))
        try:
            words = describe(error)
        except TypeError:
            self._desk.runner.failed.emit(error)
            words = [_("The pages could not be drawn.")]
        self._banner.addWidget(SignedLine("refused", "bad", "\n".join(words), meaning=_("Refused")))

    def _tell(self) -> None:
        view = self.view
        self.page_number.setText(str(view.page + 1))
        self._page_total.setText(_("of {pages}").format(pages=view.pages))
        self._previous.setEnabled(view.page > 0)
        self._next.setEnabled(view.page + 1 < view.pages)
        self.zoom_box.blockSignals(True)  # noqa: FBT003 - Qt's signature
        if view.zoom is None:
            self.zoom_box.setCurrentIndex(0)
        else:
            self.zoom_box.setCurrentIndex(ZOOMS.index(view.zoom) + 1)
        self.zoom_box.blockSignals(False)  # noqa: FBT003 - Qt's signature
        number = self._numbers[view.page] if view.page < len(self._numbers) else ""
        self._which.setText(number)

    # ------------------------------------------------------------------------------------------ saving

    def save_one_file(self) -> None:
        """Ask where to save, then save one file with all pages."""
        name = f"{self._numbers[0]}.pdf" if len(self._numbers) == 1 else _("certificates.pdf")
        dialog = save_file(self, _("Save as one file"), name, _("PDF files (*.pdf)"), "pdf")
        dialog.fileSelected.connect(lambda file: self.save_to_file(Path(file)))
        dialog.open()

    def save_one_file_each(self) -> None:
        """Ask for a folder, then save a file for each certificate."""
        dialog = choose_folder(self, _("Save one file each"))
        dialog.fileSelected.connect(lambda folder: self.save_to_folder(Path(folder)))
        dialog.open()

    def save_to_file(self, file: Path) -> None:
        """Save one file with all pages."""
        workspace, numbers, request = self._desk.workspace, self._numbers, self._request()

        def save() -> list[Path]:
            # The dialog that asked for the name asked whether a file of that name may be replaced.
            job = certificate.print_together(workspace, numbers=numbers, file=file, request=request, replaces=True)
            return print_ending.files_of(workspace, job) if job is not None else []

        self._save(save)

    def save_to_folder(self, folder: Path) -> None:
        """Save a file for each certificate."""
        workspace, numbers, request = self._desk.workspace, self._numbers, self._request()

        def save() -> list[Path]:
            job = certificate.print_separately(workspace, numbers=numbers, folder=folder, request=request)
            return print_ending.files_of(workspace, job) if job is not None else []

        self._save(save)

    def _request(self) -> Request:
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

    def _save(self, call: Callable[[], list[Path]]) -> None:
        if self._acting:
            return
        self._acting = True
        clear(self._banner)
        self._desk.runner.run(call, success=self._saved, failure=self._refused, writes=True, owner=self)

    def _saved(self, files: list[Path]) -> None:
        self._acting = False
        self._desk.notify(
            ngettext("Saved: {file}", "{count} files saved in {folder}", len(files)).format(
                file=files[0], count=len(files), folder=files[0].parent
            )
        )
        self.accept()

    # ------------------------------------------------------------------------------------------ shape

    def _build(self, title: str) -> None:
        heading = QLabel(title)
        theme.set_role(heading, "title")
        self._which = QLabel()
        theme.set_role(self._which, "soft")
        self._previous = self._tool("previous", _("Previous page (Page Up)"), -1)
        self._next = self._tool("next", _("Next page (Page Down)"), 1)
        self.page_number = QLineEdit("1")
        self.page_number.setFixedWidth(theme.CONTROL + theme.SPACE * 5)
        self.page_number.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.page_number.setAccessibleName(_("Page"))
        self.page_number.returnPressed.connect(self._jump)
        self._page_total = QLabel()
        theme.set_role(self._page_total, "soft")
        self.zoom_box = QComboBox()
        self.zoom_box.setAccessibleName(_("Zoom"))
        self.zoom_box.addItem(_("Fit to window"), None)
        for zoom in ZOOMS:
            self.zoom_box.addItem(f"{round(zoom * _PERCENT)} %", zoom)
        self.zoom_box.activated.connect(lambda index: self.view.set_zoom(self.zoom_box.itemData(index)))
        QShortcut(QKeySequence("Ctrl++"), self, lambda: self.view.step_zoom(1))
        QShortcut(QKeySequence("Ctrl+="), self, lambda: self.view.step_zoom(1))
        QShortcut(QKeySequence("Ctrl+-"), self, lambda: self.view.step_zoom(-1))
        QShortcut(QKeySequence("Ctrl+0"), self, lambda: self.view.set_zoom(None))
        QShortcut(QKeySequence("PgDown"), self, lambda: self.view.turn_to(self.view.page + 1))
        QShortcut(QKeySequence("PgUp"), self, lambda: self.view.turn_to(self.view.page - 1))
        head = QHBoxLayout()
        head.setContentsMargins(theme.MARGIN, theme.PADDING, theme.MARGIN, theme.PADDING)
        head.setSpacing(theme.SPACE * 2)
        head.addWidget(heading)
        head.addSpacing(theme.SPACE * 2)
        head.addWidget(self._which, 1)
        for widget in (self._previous, self.page_number, self._page_total, self._next):
            head.addWidget(widget)
        head.addSpacing(theme.SPACE * 3)
        head.addWidget(self.zoom_box)
        self._banner.setContentsMargins(theme.MARGIN, 0, theme.MARGIN, theme.SPACE * 2)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addLayout(head)
        whole.addLayout(self._banner)
        whole.addWidget(hairline())
        whole.addLayout(self._stack, 1)
        whole.addWidget(hairline())
        whole.addLayout(self._buttons())
        self.resize(theme.CONTROL * 28, theme.CONTROL * 22)

    def _buttons(self) -> QHBoxLayout:
        self._told = QLabel(_("Shown exactly as printed, page by page."))
        theme.set_role(self._told, "soft")
        self.reason = QLineEdit()
        self.reason.setPlaceholderText(_("Why printed again"))
        self.reason.setAccessibleName(_("Why printed again"))
        self.reason.setMinimumWidth(theme.CONTROL * 6)
        self.reason.setVisible(False)
        close = QPushButton(_("Close"))
        close.clicked.connect(self.reject)
        each = QPushButton(_("Save one file each …"))
        each.clicked.connect(self.save_one_file_each)
        each.setVisible(len(self._numbers) > 1)
        one = QPushButton(_("Save as one file …") if len(self._numbers) > 1 else _("Save …"))
        one.setProperty("kind", "accent")
        one.clicked.connect(self.save_one_file)
        row = QHBoxLayout()
        row.setContentsMargins(theme.MARGIN, theme.SPACE * 3, theme.MARGIN, theme.SPACE * 4)
        row.setSpacing(theme.SPACE * 2)
        row.addWidget(self._told, 1)
        row.addWidget(self.reason)
        for button in (close, each, one):
            button.setAutoDefault(False)
            row.addWidget(button)
        return row

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

    def done(self, outcome: int) -> None:
        """Close, and take the drawn pages away."""
        super().done(outcome)
        self._folder.cleanup()


def hairline() -> QFrame:
    """Return a line between two parts of a dialog."""
    line = QFrame()
    line.setObjectName("hairline")
    return line


_SIGNS = {"valid": ("good", "good"), "invalid": ("refused", "bad")}


class CertificateVerify(QDialog):
    """Check a certificate: paste or scan its QR text, or open or drop its PDF or picture."""

    def __init__(self, desk: Desk, parent: QWidget | None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._asked = 0
        self.setWindowTitle(_("Check a certificate"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setModal(True)
        self.setAcceptDrops(True)
        self.text = QPlainTextEdit()
        self.text.setPlaceholderText("SLQ1:…")
        self.text.setTabChangesFocus(True)
        self.text.setFixedHeight(theme.CONTROL * 3)
        # A scanner types faster than an input method can follow.
        self.text.setAttribute(Qt.WidgetAttribute.WA_InputMethodEnabled, on=False)
        self.text.setAccessibleName(_("Text of the QR code"))
        self._timer = QTimer(self, singleShot=True, interval=theme.QUIET_MS)
        self._timer.timeout.connect(self.check_text)
        self.text.textChanged.connect(self._timer.start)
        self.verdict = QVBoxLayout()
        self.facts = FactsList()
        self._build()

    def check_text(self) -> None:
        """Check what was pasted or scanned."""
        text = self.text.toPlainText().strip()
        if text:
            workspace = self._desk.workspace
            self._check(lambda: certificate.verify_text(workspace, text))
        else:
            self._asked += 1
            self._wait()

    def check_file(self, file: Path) -> None:
        """Check a PDF or a picture."""
        workspace = self._desk.workspace
        self._check(lambda: certificate.verify_file(workspace, file))

    def open_file(self) -> None:
        """Ask for a PDF or a picture."""
        dialog = open_file(self, _("Open a certificate"), _("PDF and pictures (*.pdf *.png *.jpg *.jpeg)"))
        dialog.fileSelected.connect(lambda file: self.check_file(Path(file)))
        dialog.open()

    def save_verifier(self) -> None:
        """Ask where to save the page with which providers check certificates themselves."""
        dialog = save_file(self, _("Save the page for providers"), "verify.html", _("Web page (*.html)"), "html")
        dialog.fileSelected.connect(lambda file: self.write_verifier(Path(file)))
        dialog.open()

    def write_verifier(self, file: Path) -> None:
        """Write that page."""
        workspace = self._desk.workspace
        self._run(
            lambda: verifier.export_verifier(workspace, file=file),
            lambda _published: self._desk.notify(_("Page for providers saved: {file}").format(file=file)),
            meaning=_("Not saved"),
        )

    def _check(self, call: Callable[[], Verdict]) -> None:
        self._run(call, self._show, meaning=_("Not checked"))

    def _run(self, call: Callable[[], T], done: Callable[[T], None], *, meaning: str) -> None:
        """Run a call; of several, only what became of the last one is shown."""
        self._asked += 1
        asked = self._asked

        def succeeded(result: T) -> None:
            if asked == self._asked:
                done(result)

        def refused(error: Exception) -> None:
            if asked != self._asked:
                return
            try:
                words = describe(error)
            except TypeError:
                self._desk.runner.failed.emit(error)
                words = [_("It could not be checked.")]
            clear(self.verdict)
            self.facts.set_facts([])
            self.verdict.addWidget(SignedLine("warning", "warn", "\n".join(words), meaning=meaning))

        self._desk.runner.run(call, success=succeeded, failure=refused, owner=self)

    def _show(self, verdict: Verdict) -> None:
        clear(self.verdict)
        sign, role = _SIGNS.get(verdict.verdict, ("warning", "warn"))
        self.verdict.addWidget(SignedLine(sign, role, verdict_sentence(verdict), meaning=_("Result")))
        token = verdict.token
        if token is None:
            self.facts.set_facts([])
            return
        self.facts.set_facts(
            [
                (_("Voucher"), token.number),
                (_("Credit code"), token.uscc),
                (_("Face value (yuan)"), Money(token.face_fen).in_yuan()),
                (_("Last day of use"), token.use_by.isoformat()),
                (_("Last day to redeem"), token.redeem_by.isoformat()),
                (_("Journal record"), str(token.journal_seq)),
            ]
        )

    def _wait(self) -> None:
        clear(self.verdict)
        self.facts.set_facts([])
        hint = QLabel(_("The result stands here as soon as a text, a PDF or a picture is given."))
        hint.setWordWrap(True)
        theme.set_role(hint, "soft")
        self.verdict.addWidget(hint)

    def _build(self) -> None:
        heading = QLabel(_("Check a certificate"))
        theme.set_role(heading, "title")
        told = QLabel(_("Scan or paste the text of the QR code, or open or drop a PDF or a picture of the paper."))
        told.setWordWrap(True)
        theme.set_role(told, "soft")
        open_file = QPushButton(theme.icon("folder"), _("Open a PDF or picture …"))
        open_file.setAutoDefault(False)
        open_file.clicked.connect(self.open_file)
        page = QPushButton(theme.icon("verify"), _("Page for providers …"))
        page.setToolTip(_("One file with which anybody checks certificates in a browser, without a network"))
        page.setAutoDefault(False)
        page.clicked.connect(self.save_verifier)
        close = QPushButton(_("Close"))
        close.setAutoDefault(False)
        close.clicked.connect(self.reject)
        card = QFrame()
        card.setProperty("card", "true")
        inside = QVBoxLayout(card)
        inside.setContentsMargins(theme.PADDING, theme.PADDING, theme.PADDING, theme.PADDING)
        inside.setSpacing(theme.SPACE * 4)
        inside.addLayout(self.verdict)
        inside.addWidget(self.facts)
        inside.addStretch(1)
        row = QHBoxLayout()
        row.addWidget(open_file)
        row.addWidget(page)
        row.addStretch(1)
        row.addWidget(close)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(theme.MARGIN, theme.MARGIN, theme.MARGIN, theme.PADDING)
        whole.setSpacing(theme.SPACE * 3)
        whole.addWidget(heading)
        whole.addWidget(told)
        whole.addWidget(self.text)
        whole.addWidget(card, 1)
        whole.addLayout(row)
        self._wait()
        self.resize(theme.CONTROL * 17, theme.CONTROL * 15)
        self.text.setFocus()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:  # noqa: N802 - Qt's name
        """Accept one local file."""
        urls = event.mimeData().urls()
        if len(urls) == 1 and urls[0].isLocalFile():
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:  # noqa: N802 - Qt's name
        """Check the file that was dropped."""
        self.check_file(Path(event.mimeData().urls()[0].toLocalFile()))
        event.acceptProposedAction()
