"""Papers on a printer of the system: which printer, how far off it is, and afterwards what a person saw come out.

The print is registered before the first page goes to the printer. What comes out only a person sees, so the dialog
asks; whoever closes it unanswered finds the job in the register of prints, and goes on from there at any page.
"""

from __future__ import annotations

from functools import partial
from itertools import pairwise
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QDialog, QFrame, QHBoxLayout, QLabel, QPushButton, QVBoxLayout

from voucher_app.i18n import _, ngettext
from voucher_app.services import print_ending, printing, reprinting
from voucher_app.services.print_request import Request
from voucher_app.services.wording.errors import describe
from voucher_app.services.workspace import new_request_id
from voucher_app.ui import system_printer, theme
from voucher_app.ui.called_by_qt import called_by_qt
from voucher_app.ui.system_printer import Offsets, Spool
from voucher_app.ui.tab_order import ReadingOrder
from voucher_app.ui.widgets.count_field import CountField
from voucher_app.ui.widgets.effect_panel import SignedLine
from voucher_app.ui.widgets.field import ChoiceField, LineField, ReasonField
from voucher_app.ui.widgets.layouts import clear, hairline
from voucher_app.ui.widgets.page_view import page_count
from voucher_app.ui.widgets.progress import ProgressRow

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from PySide6.QtGui import QKeyEvent
    from PySide6.QtWidgets import QWidget

    from voucher_app.domain.operators import Operator
    from voucher_app.domain.printing import PrintJob
    from voucher_app.services.print_request import Draw
    from voucher_app.ui.desk import Desk


class PrintOut(ReadingOrder, QDialog):
    """Sends papers to a printer, or the pages of a job that was cut short.

    Args:
        desk: the open data file and the person at it.
        parent: the preview, or the window.
        title: what the papers are called together.
        draw: how they are drawn, for a print that begins now.
        reason: why they are printed again.
        job_id: the job that goes on, where none begins.

    Signals:
        decided: the job, once it was said what came out.
    """

    decided = Signal(object)

    def __init__(
        self,
        desk: Desk,
        parent: QWidget | None,
        *,
        title: str,
        draw: Draw | None = None,
        reason: str = "",
        job_id: int | None = None,
    ) -> None:
        super().__init__(parent)
        self._desk, self._draw, self._reason = desk, draw, reason
        self._job_id = job_id
        self._title = title
        self._request_id, self._ending_id = new_request_id(), new_request_id()
        self._file: Path | None = None
        self._pages = 0
        self._papers = len(draw.papers) if draw is not None else 0
        self._is_sending = False
        self._spool: Spool | None = None
        self.setWindowTitle(_("Print: {title}").format(title=title) if draw is not None else title)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setModal(True)
        names = system_printer.printer_names(desk.settings)
        self.printer = ChoiceField(_("Printer"), [(name, name) for name in names])
        self.right = LineField(_("Shift to the right (mm)"), system_printer.parse_tenths)
        self.down = LineField(_("Shift down (mm)"), system_printer.parse_tenths)
        self.first = CountField(_("From page"), least=1, most=1)
        self.first.set_text("1")
        self.came_out = CountField(_("Papers that came out"), most=self._papers)
        self.why = ReasonField(_("Why none came out"))
        self.progress = ProgressRow()
        self._banner = QVBoxLayout()
        self._build()
        self.printer.changed.connect(self._show_offsets)
        self._show_offsets()
        if not names:
            self._say(
                _("This computer knows no printer. Add one in the system's settings, or save the papers as a file."),
                sign="warning", role="warn", meaning=_("Warning"),
            )  # fmt: skip
        if job_id is not None:
            self._look_at_the_job(job_id)

    # ------------------------------------------------------------------------------------------ sending

    def print_now(self) -> None:
        """Register the print, then send the pages; or send the pages of the job again from some page on."""
        fields = [self.printer, self.right, self.down, *([self.first] if self.first.isVisible() else [])]
        good = [field.judge() for field in fields]
        if self._is_sending or not all(good):
            if False in good:
                fields[good.index(False)].control.setFocus(Qt.FocusReason.OtherFocusReason)
            return
        clear(self._banner)
        system_printer.keep_offsets(self._desk.settings, self.printer.value(), self._offsets())
        self._is_sending = True
        self.send_button.setEnabled(False)
        self.progress.begin(self._pages or self._papers, at_once=True)
        if self._job_id is None:
            self._begin()
        else:
            self._again(self._job_id)

    def _begin(self) -> None:
        workspace, draw, name = self._desk.workspace, self._draw, self.printer.value()
        request = Request(self._operator, self._request_id, self._reason)
        assert draw is not None, "a print that begins now has papers"
        self._desk.runner.run(
            lambda: printing.begin_on_printer(workspace, draw, printer=name, request=request),
            success=self._begun,
            failure=self._refused,
            writes=True,
            owner=self,
        )

    def _begun(self, begun: tuple[PrintJob, Path]) -> None:
        job, file = begun
        self._job_id, self._papers = job.id, job.items
        self._run_read(lambda: (file, page_count(file)), self._send)

    def _again(self, job_id: int) -> None:
        workspace = self._desk.workspace

        def pages() -> tuple[Path, int]:
            file = reprinting.pages_of_job(workspace, job_id=job_id)
            return file, page_count(file)

        self._run_read(pages, self._send)

    def _send(self, found: tuple[Path, int]) -> None:
        """Send page after page, each in a call of its own, so that stopping is heard and the list is not held up."""
        self._file, self._pages = found
        first = self.first.value() if self.first.isVisible() else 1
        name, offsets, title = self.printer.value(), self._offsets(), self._title

        def open_spool() -> Spool:
            return Spool(name, offsets=offsets, document=title)

        self._run_read(open_spool, lambda spool: self._put(spool, self._file, first - 1))

    def _put(self, spool: Spool, file: Path | None, page: int) -> None:
        self._spool = spool
        assert file is not None
        if self.progress.is_stopped:
            self._run_read(spool.abort, lambda _none: self._sent(page, stopped=True))
        elif page < self._pages:
            self.progress.tell(page, self._pages)
            self._run_read(partial(spool.put, file, page), lambda _none: self._put(spool, file, page + 1))
        else:
            self.progress.tell(page, self._pages)
            self._run_read(spool.end, lambda _none: self._sent(page, stopped=False))

    def _sent(self, pages: int, *, stopped: bool) -> None:
        self._ended()
        words = (
            _("Stopped after {count} pages. Look which papers came out.")
            if stopped
            else _("{count} pages were sent to {printer}. Look at the papers, and say how many came out whole.")
        ).format(count=pages, printer=self.printer.value())
        # How many pages a paper takes is the paper's business: of a stopped print only single pages can be counted.
        whole = min(pages, self._papers) if self._pages == self._papers else 0
        self._ask_what_came_out(words, papers=whole if stopped else self._papers)

    def test(self) -> None:
        """Print the test page; nothing of it is registered, because it is no paper of the office."""
        if self._is_sending or not all([self.printer.judge(), self.right.judge(), self.down.judge()]):
            return
        name, offsets = self.printer.value(), self._offsets()
        system_printer.keep_offsets(self._desk.settings, name, offsets)

        def put_out() -> None:
            spool = Spool(name, offsets=offsets, document=_("Test page"))
            spool.put_test_page()
            spool.end()

        self._run_read(put_out, lambda _none: self._tested(name))

    def _tested(self, name: str) -> None:
        clear(self._banner)
        words = _("The test page was sent to {printer}.").format(printer=name)
        self._say(words, sign="good", role="good", meaning=_("Done"))

    # ------------------------------------------------------------------------------------------ what came out

    def _look_at_the_job(self, job_id: int) -> None:
        workspace = self._desk.workspace

        def read() -> tuple[PrintJob, int]:
            job = workspace.records().prints.get(job_id)
            return job, page_count(reprinting.pages_of_job(workspace, job_id=job_id))

        def found(read: tuple[PrintJob, int]) -> None:
            job, self._pages = read
            self._papers = job.items
            self.printer.choose(job.target)
            self._ask_what_came_out(
                _("This print was begun and has no end yet. Look which papers came out, or send pages again."),
                papers=self._papers,
            )

        self._run_read(read, found)

    def _ask_what_came_out(self, words: str, *, papers: int) -> None:
        self._asking.setText(words)
        self._after.show()
        self.first.show()
        self.first.most, self.came_out.most = max(self._pages, 1), self._papers
        self.first.set_hint(_("of {pages}").format(pages=self._pages))
        self.came_out.set_text(str(papers))
        self.came_out.set_hint(ngettext("of {count} paper", "of {count} papers", self._papers).format(
            count=self._papers))  # fmt: skip
        self.send_button.setText(_("Send again"))
        self.send_button.setIcon(theme.icon("print"))
        theme.set_hook(self.send_button, "kind", "")
        theme.set_hook(self.tell_button, "kind", "accent")
        self.tell_button.show()
        self._close.setText(_("Later"))
        self.came_out.control.setFocus(Qt.FocusReason.OtherFocusReason)

    def tell_what_came_out(self) -> None:
        """End the job with what came out; what did not is spoilt."""
        fields = [self.came_out, *([self.why] if self.why.isVisible() else [])]
        good = [field.judge() for field in fields]
        if self._is_sending or not all(good):
            return
        workspace, job_id, operator, request_id = self._desk.workspace, self._job_id, self._operator, self._ending_id
        count, reason = self.came_out.value(), self.why.text()
        assert job_id is not None
        self._is_sending = True  # a second click meets a job that has ended

        def end() -> PrintJob:
            if not count:
                return print_ending.cancel(
                    workspace, job_id=job_id, reason=reason, operator=operator, request_id=request_id
                )
            return print_ending.finish(
                workspace, job_id=job_id, printed=count, operator=operator, request_id=request_id
            )

        self._desk.runner.run(end, success=self._told, failure=self._refused, writes=True, owner=self)

    def _told(self, job: PrintJob) -> None:
        self._is_sending = False
        count = self.came_out.value()
        self._desk.notify(_("Registered: {count} of {total} printed.").format(count=count, total=job.items))
        self.decided.emit(job)
        self.accept()

    def _show_why(self) -> None:
        self.why.setVisible(self.came_out.text().strip() == "0")

    # ------------------------------------------------------------------------------------------ shape

    @property
    def _operator(self) -> Operator:
        operator = self._desk.operator
        assert operator is not None, "an office has people"
        return operator

    def _offsets(self) -> Offsets:
        right, down = self.right.value(), self.down.value()
        assert isinstance(right, int)
        assert isinstance(down, int)
        return Offsets(right, down)

    def _show_offsets(self) -> None:
        found = system_printer.offsets_of(self._desk.settings, self.printer.text())
        self.right.set_text(system_printer.in_millimetres(found.right))
        self.down.set_text(system_printer.in_millimetres(found.down))

    def _run_read(self, call: Callable[[], object], done: Callable[..., None]) -> None:
        """Run a call where pages are rendered: one thread, as the library wants it."""
        self._desk.runner.run(call, success=done, failure=self._refused, owner=self)

    def _ended(self) -> None:
        self._is_sending = False
        self._spool = None
        self.progress.end()
        self.send_button.setEnabled(True)

    def _refused(self, error: Exception) -> None:
        was_sending = self._spool is not None
        self._ended()
        clear(self._banner)
        try:
            words = describe(error)
        except TypeError:
            self._desk.runner.failed.emit(error)
            words = [_("The pages could not be printed.")]
        self._say("\n".join(words), sign="refused", role="bad", meaning=_("Not printed"))
        if was_sending and self._job_id is not None:
            self._ask_what_came_out(_("Look which papers came out, or send pages again."), papers=0)

    def _say(self, words: str, *, sign: str, role: str, meaning: str) -> None:
        self._banner.addWidget(SignedLine(sign, role, words, meaning=meaning))

    def _build(self) -> None:
        heading = QLabel(self.windowTitle())
        theme.set_role(heading, "title")
        purpose = QLabel(
            _("The print is registered before the first page is sent. The shift is kept for each printer here.")
        )
        purpose.setWordWrap(True)
        theme.set_role(purpose, "soft")
        test = QPushButton(_("Test page"))
        test.setToolTip(_("A page with a frame and rulers: measured once, it tells by how much this printer is off"))
        test.clicked.connect(self.test)
        shifts = QHBoxLayout()
        shifts.setSpacing(theme.SPACE * 4)
        shifts.addWidget(self.right, 1)
        shifts.addWidget(self.down, 1)
        beside = QVBoxLayout()
        beside.addSpacing(theme.SPACE * 5)
        beside.addWidget(test)
        beside.addStretch(1)
        shifts.addLayout(beside)
        body = QVBoxLayout()
        body.setContentsMargins(theme.MARGIN, theme.MARGIN, theme.MARGIN, theme.SPACE * 2)
        body.setSpacing(theme.SPACE * 3)
        for widget in (heading, purpose, self.printer):
            body.addWidget(widget)
        body.addLayout(shifts)
        body.addWidget(self._after_card())
        body.addStretch(1)
        self._banner.setContentsMargins(theme.MARGIN, theme.SPACE * 2, theme.MARGIN, 0)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addLayout(body, 1)
        whole.addWidget(hairline())
        whole.addWidget(self.progress)
        whole.addLayout(self._banner)
        whole.addLayout(self._buttons(test))
        fields = (self.printer, self.right, self.down, self.came_out, self.first, self.why)
        order = [field.control for field in fields]
        order[3:3] = [test]
        for before, after in pairwise([*order, self.tell_button, self.send_button, self._close]):
            self.setTabOrder(before, after)
        self.resize(theme.CONTROL * 17, theme.CONTROL * 12)

    def _after_card(self) -> QFrame:
        """Return what asks after the print, hidden before."""
        self._after = QFrame()
        self._after.setProperty("card", "true")
        self._asking = QLabel()
        self._asking.setWordWrap(True)
        counts = QHBoxLayout()
        counts.setSpacing(theme.SPACE * 4)
        counts.addWidget(self.came_out, 1)
        counts.addWidget(self.first, 1)
        inside = QVBoxLayout(self._after)
        inside.setContentsMargins(theme.PADDING, theme.PADDING, theme.PADDING, theme.SPACE * 2)
        inside.addWidget(self._asking)
        inside.addLayout(counts)
        inside.addWidget(self.why)
        self.first.hide()
        self.why.hide()
        self.came_out.changed.connect(self._show_why)
        self._after.hide()
        return self._after

    def _buttons(self, test: QPushButton) -> QHBoxLayout:
        self._close = QPushButton(_("Cancel"))
        self._close.clicked.connect(self.reject)
        self.send_button = QPushButton(theme.icon("print", "accent_ink"), _("Print"))
        self.send_button.setProperty("kind", "accent")
        self.send_button.clicked.connect(self.print_now)
        self.tell_button = QPushButton(_("Register"))
        self.tell_button.clicked.connect(self.tell_what_came_out)
        self.tell_button.hide()
        row = QHBoxLayout()
        row.setContentsMargins(theme.MARGIN, theme.SPACE * 3, theme.MARGIN, theme.SPACE * 4)
        row.setSpacing(theme.SPACE * 2)
        row.addStretch(1)
        test.setAutoDefault(False)
        for button in (self._close, self.send_button, self.tell_button):
            button.setAutoDefault(False)
            row.addWidget(button)
        return row

    @called_by_qt
    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Let Enter press the button it is on, or go on to the next field; Ctrl+Enter does what comes next."""
        if event.key() not in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            super().keyPressEvent(event)
        elif event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            (self.tell_button if self.tell_button.isVisible() else self.send_button).click()
        elif isinstance(focused := self.focusWidget(), QPushButton):
            if not event.isAutoRepeat():  # a key that is held down prints nothing
                focused.click()
        else:
            self.focusNextChild()

    @called_by_qt
    def reject(self) -> None:
        """Stop what is being sent; else close, and leave the job to the register of prints."""
        if self._is_sending:
            self.progress.stop()
            return
        if self._job_id is not None:
            self._desk.notify(_("Print job {number} waits in the register of prints.").format(number=self._job_id))
        super().reject()
