"""查验: whether a certificate is genuine and still good, by scanner, text, PDF or picture; at hand from every page.

An archive pack (卷) is checked here too: every byte of it, against the keys that the records know or a list brought.

The field takes the scanner's keys at once and without an input method. Without the records, as a provider would, it
checks against an office's public key and its signed list of void numbers.
"""

from __future__ import annotations

import tempfile
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from PySide6.QtCore import QEvent, Qt, QTimer
from PySide6.QtGui import QGuiApplication, QImage, QKeySequence
from PySide6.QtWidgets import (
    QDialog,
    QFrame,
    QHBoxLayout,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QPlainTextEdit,
    QPushButton,
    QVBoxLayout,
)

from voucher_app.domain.errors import InvalidInput
from voucher_app.domain.money import Money
from voucher_app.i18n import _
from voucher_app.services import archive, certificate, verifier, void_list
from voucher_app.services.ports.archive import PackVerdict
from voucher_app.services.wording.errors import describe
from voucher_app.services.wording.papers import verdict_sentence, verdict_word
from voucher_app.services.workspace import OFFICE_ZONE
from voucher_app.ui import actions, theme
from voucher_app.ui.called_by_qt import called_by_qt
from voucher_app.ui.dialogs.file_dialog import open_file, save_file
from voucher_app.ui.scanner import Kind
from voucher_app.ui.tab_order import ReadingOrder
from voucher_app.ui.widgets.effect_panel import SignedLine
from voucher_app.ui.widgets.facts import FactsList
from voucher_app.ui.widgets.layouts import clear

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtCore import QMimeData, QObject
    from PySide6.QtGui import QDragEnterEvent, QDropEvent
    from PySide6.QtWidgets import QWidget

    from voucher_app.services.papers import PublicKey, Verdict
    from voucher_app.services.void_list import VoidList
    from voucher_app.ui.desk import Desk
    from voucher_app.ui.scanner import Scan

T = TypeVar("T")
_SIGNS = {"valid": ("good", "good"), "invalid": ("refused", "bad"), "voided": ("refused", "bad")}
_SIGN_PX = 40
_PACK = ".zip"
_REMEMBERED = 50


class CertificateCheck(ReadingOrder, QDialog):
    """Checks certificates, one after another."""

    def __init__(self, desk: Desk, parent: QWidget | None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._asked = 0
        self._list: VoidList | None = None
        self._list_file = Path()
        self._keys: list[PublicKey] = []
        self.setWindowTitle(_("Check certificates"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setModal(True)
        self.setAcceptDrops(True)
        self.text = QPlainTextEdit()
        self.text.setPlaceholderText("SLQ1:…")
        self.text.setTabChangesFocus(True)
        self.text.setFixedHeight(theme.CONTROL * 2)
        # A scanner types faster than an input method can follow.
        self.text.setAttribute(Qt.WidgetAttribute.WA_InputMethodEnabled, on=False)
        self.text.setAccessibleName(_("Text of the QR code"))
        self.text.setAcceptDrops(False)  # a file that is dropped on the field is the dialog's
        self.text.installEventFilter(self)
        self._timer = QTimer(self, singleShot=True, interval=theme.QUIET_MS)
        self._timer.timeout.connect(self.check_text)
        self.text.textChanged.connect(self._timer.start)
        self.verdict = QVBoxLayout()
        self.facts = FactsList()
        self.history = QListWidget()
        self.history.setAccessibleName(_("Checked just now"))
        self.history.itemActivated.connect(self._again)
        self.history.itemClicked.connect(self._again)
        self.against = QLabel()
        self.against.setTextFormat(Qt.TextFormat.PlainText)  # an office's name, as a list from elsewhere tells it
        self._build()

    # ------------------------------------------------------------------------------------------ checking

    def check_text(self) -> None:
        """Check what was pasted or scanned."""
        text = self.text.toPlainText().strip()
        if text:
            self._check(lambda: self._judge([text]), _("text"))
        else:
            self._asked += 1
            self._wait()

    def take_scan(self, scan: Scan) -> bool:
        """Check a certificate that was scanned; return whether it is one."""
        if scan.kind is not Kind.CERTIFICATE:
            return False
        self.text.setPlainText(scan.text)
        self._timer.stop()
        self.check_text()
        return True

    def check_file(self, file: Path) -> None:
        """Check a PDF or a picture, or an archive pack."""
        workspace = self._desk.workspace
        if file.suffix.casefold() == _PACK:
            self._check_pack(file)
            return
        self._check(lambda: self._judge(certificate.texts_in(str(file), workspace.reader())), file.name)

    def _judge(self, texts: list[str]) -> Verdict:
        """Judge texts by the records, or without them; of several, the first that is not valid decides."""
        workspace, voids, keys = self._desk.workspace, self._list, self._keys
        if voids is None:
            return certificate.worst(certificate.verify_text(workspace, text) for text in texts)
        signer, today = workspace.signer(), workspace.clock.today()
        return certificate.worst(
            certificate.verify_offline(text, signer=signer, keys=keys, on=today, void_list=voids) for text in texts
        )

    def _check_pack(self, file: Path) -> None:
        """Check an archive pack; a long one takes its time, on the thread for long work."""
        workspace, keys = self._desk.workspace, self._keys if self._list is not None else None
        clear(self.verdict)
        self.facts.set_facts([])
        self.verdict.addWidget(_hint(_("Every byte of {name} is being checked …").format(name=file.name)))
        self._run(
            lambda: archive.verify(workspace, file=file, keys=keys),
            lambda verdict: self._pack_checked(verdict, file.name),
            meaning=_("Not checked"),
            long=True,
        )

    def _pack_checked(self, verdict: PackVerdict, name: str) -> None:
        word = _("complete") if verdict.code == "good" else _("does not match")
        self._remember(verdict, "good" if verdict.code == "good" else "refused", f"{name}  {word}")

    def open_file(self) -> None:
        """Ask for a PDF, a picture or an archive pack."""
        kinds = _("PDF, pictures and archive packs (*.pdf *.png *.jpg *.jpeg *.zip)")
        dialog = open_file(self, _("Open what shall be checked"), kinds)
        dialog.fileSelected.connect(lambda file: self.check_file(Path(file)))
        dialog.open()

    def paste(self) -> None:
        """Check what the clipboard holds: a file, a picture, or a text."""
        data = QGuiApplication.clipboard().mimeData()
        if data is not None:  # on some desktops an empty clipboard is none
            self.take(data)

    def take(self, data: QMimeData) -> bool:
        """Check what was pasted or dropped; return whether there was something to check."""
        files = [Path(url.toLocalFile()) for url in data.urls() if url.isLocalFile()]
        if files:
            self.check_file(files[0])
            return True
        picture = data.imageData() if data.hasImage() else None
        if isinstance(picture, QImage) and not picture.isNull():  # some say that there is one, and hand out nothing
            self._check_picture(picture)
            return True
        if data.text().strip():
            self.text.setPlainText(data.text().strip())
            return True
        return False

    def _check_picture(self, picture: QImage) -> None:
        """Check a picture that came without a file, by way of one that goes again."""
        workspace, name = self._desk.workspace, _("picture")

        def check() -> Verdict:
            with tempfile.TemporaryDirectory(prefix="voucher-app-") as folder:
                file = Path(folder) / f"{name}.png"
                picture.save(str(file))
                return self._judge(certificate.texts_in(str(file), workspace.reader()))

        self._check(check, name)

    # ------------------------------------------------------------------------------------------ without the records

    def open_void_list(self) -> None:
        """Ask for a list of void numbers, to check without the records."""
        dialog = open_file(self, _("Open a list of void numbers"), _("Lists (*.json)"))
        dialog.fileSelected.connect(lambda file: self.load_void_list(Path(file)))
        dialog.open()

    def load_void_list(self, file: Path, key_file: Path | None = None) -> None:
        """Check against a signed list from now on; a key that is not this office's comes from a file."""
        workspace = self._desk.workspace
        self._list_file = file

        def read() -> tuple[VoidList, list[PublicKey]]:
            signer = workspace.signer()
            keys = workspace.queries.public_keys() if key_file is None else [signer.load_public_key(key_file)]
            return void_list.read(file, signer=signer, keys=keys), keys

        self._run(read, lambda found: self._against_list(*found), meaning=_("Not loaded"))

    def _offer_another_key(self) -> None:
        """Let a list of another office be checked against that office's public key."""
        offer = self._button(_("It is another office's: choose its public key …"), "", self._open_public_key)
        offer.setProperty("kind", "link")
        self.verdict.addWidget(offer, 0, Qt.AlignmentFlag.AlignLeft)

    def _open_public_key(self) -> None:
        dialog = open_file(self, _("Open a public key"), _("Public keys (*.pem)"))
        dialog.fileSelected.connect(lambda file: self.load_void_list(self._list_file, Path(file)))
        dialog.open()

    def _against_list(self, voids: VoidList, keys: list[PublicKey]) -> None:
        self._list, self._keys = voids, keys
        words = _("Checked without the records: list of void numbers of {office} as of {day}").format(
            office=voids.office, day=voids.as_of.isoformat()
        )
        self.against.setText(words)
        theme.set_role(self.against, "warn")
        self._records.show()
        self._wait()
        self._start_over()

    def use_records(self) -> None:
        """Check against the records again."""
        self._list, self._keys = None, []
        self.against.setText(_("Checked against the records of this office"))
        theme.set_role(self.against, "soft")
        self._records.hide()
        self._start_over()

    # ------------------------------------------------------------------------------------------ the page for providers

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

    # ------------------------------------------------------------------------------------------ the result

    def _check(self, call: Callable[[], Verdict], source: str) -> None:
        self._run(call, lambda verdict: self._found(verdict, source), meaning=_("Not checked"))

    def _run(self, call: Callable[[], T], done: Callable[[T], None], *, meaning: str, long: bool = False) -> None:
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
            if isinstance(error, InvalidInput) and error.code == "void_list_signature":
                self._offer_another_key()

        self._desk.runner.run(call, success=succeeded, failure=refused, long=long, owner=self)

    def _found(self, verdict: Verdict, source: str) -> None:
        """Show a result, remember it, and be ready for the next one: the scanner types over what stands there."""
        number = verdict.token.number if verdict.token else source
        sign = _SIGNS.get(verdict.verdict, ("warning", "warn"))[0]
        self._remember(verdict, sign, f"{number}  {verdict_word(verdict.verdict)}")

    def _remember(self, verdict: Verdict | PackVerdict, sign: str, words: str) -> None:
        self._show(verdict)
        at = datetime.now(OFFICE_ZONE).strftime("%H:%M:%S")
        item = QListWidgetItem(theme.icon(sign), f"{at}  {words}")
        item.setData(Qt.ItemDataRole.UserRole, verdict)
        self.history.insertItem(0, item)
        while self.history.count() > _REMEMBERED:
            self.history.takeItem(self.history.count() - 1)
        self.text.selectAll()

    def _again(self, item: QListWidgetItem) -> None:
        """Show a result of before once more."""
        self._show(item.data(Qt.ItemDataRole.UserRole))

    def _show(self, verdict: Verdict | PackVerdict) -> None:
        clear(self.verdict)
        if isinstance(verdict, PackVerdict):
            self._show_pack(verdict)
            return
        sign, role = _SIGNS.get(verdict.verdict, ("warning", "warn"))
        self.verdict.addWidget(BigVerdict(sign, role, verdict_word(verdict.verdict), verdict_sentence(verdict)))
        token = verdict.token
        if token is None:
            self.facts.set_facts([])
            return
        told = [
            (_("Voucher"), token.number),
            (_("Recipient"), verdict.recipient_name),
            (_("Credit code"), token.uscc),
            (_("Provider"), verdict.provider_name),
            (_("Face value (yuan)"), Money(token.face_fen).in_yuan()),
            (_("In capitals"), Money(token.face_fen).in_capitals()),
            (_("Last day of use"), token.use_by.isoformat()),
            (_("Last day to redeem"), token.redeem_by.isoformat()),
            (_("Journal record"), str(token.journal_seq)),
        ]
        self.facts.set_facts([fact for fact in told if fact[1]])

    def _show_pack(self, verdict: PackVerdict) -> None:
        is_good = verdict.code == "good"
        word = _("complete") if is_good else _("does not match")
        sign, role = ("good", "good") if is_good else ("refused", "bad")
        self.verdict.addWidget(BigVerdict(sign, role, word, "\n".join(verdict.sentences)))
        told = [
            (_("Archive pack"), verdict.volume),
            (_("Signed with key"), verdict.key_id),
            (_("Files"), f"{verdict.files:,}" if verdict.files else ""),
            (_("Journal records"), f"{verdict.records:,}" if verdict.records else ""),
            (_("File in it"), verdict.name),
        ]
        self.facts.set_facts([fact for fact in told if fact[1]])

    def _wait(self) -> None:
        clear(self.verdict)
        self.facts.set_facts([])
        self.verdict.addWidget(_hint(_("The result stands here as soon as something to check is given.")))

    def _start_over(self) -> None:
        self.text.setFocus(Qt.FocusReason.OtherFocusReason)
        if self.text.toPlainText().strip():
            self.check_text()

    # ------------------------------------------------------------------------------------------ shape

    def _build(self) -> None:
        heading = QLabel(_("Check certificates"))
        theme.set_role(heading, "title")
        told = _hint(
            _("Scan or paste the text of the QR code, or open or drop a PDF or a picture of the paper, or an archive "
              "pack.")
        )  # fmt: skip
        theme.set_role(self.against, "soft")
        self._records = self._button(_("Use the records again"), "", self.use_records)
        self._records.setProperty("kind", "link")
        self._records.hide()
        self.against.setText(_("Checked against the records of this office"))
        against = QHBoxLayout()
        against.addWidget(self.against)
        against.addWidget(self._records)
        against.addStretch(1)
        card = QFrame()
        card.setProperty("card", "true")
        inside = QVBoxLayout(card)
        inside.setContentsMargins(theme.PADDING, theme.PADDING, theme.PADDING, theme.PADDING)
        inside.setSpacing(theme.SPACE * 4)
        inside.addLayout(self.verdict)
        inside.addWidget(self.facts)
        inside.addStretch(1)
        done = QFrame()
        done.setProperty("card", "true")
        before = QVBoxLayout(done)
        before.setContentsMargins(theme.PADDING, theme.PADDING, theme.PADDING, theme.PADDING)
        before.setSpacing(theme.SPACE * 2)
        self.history.setFrameShape(QFrame.Shape.NoFrame)
        words = QLabel(_("Checked just now"))
        theme.set_role(words, "section")
        before.addWidget(words)
        before.addWidget(self.history, 1)
        middle = QHBoxLayout()
        middle.setSpacing(theme.GAP)
        middle.addWidget(card, 3)
        middle.addWidget(done, 2)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(theme.MARGIN, theme.MARGIN, theme.MARGIN, theme.PADDING)
        whole.setSpacing(theme.SPACE * 3)
        whole.addWidget(heading)
        whole.addWidget(told)
        whole.addWidget(self.text)
        whole.addLayout(against)
        whole.addLayout(middle, 1)
        whole.addLayout(self._buttons())
        self._wait()
        self.resize(theme.CONTROL * 25, theme.CONTROL * 17)
        actions.bind(self, actions.Scope.CHECK)
        self.text.setFocus()

    def _buttons(self) -> QHBoxLayout:
        page = self._button(_("Page for providers …"), "verify", self.save_verifier)
        page.setToolTip(_("One file with which anybody checks certificates in a browser, without a network"))
        voids = self._button(_("By a list of void numbers …"), "list", self.open_void_list)
        voids.setToolTip(_("Check as somebody without the records does, against the office's signed list"))
        row = QHBoxLayout()
        row.setSpacing(theme.SPACE * 2)
        row.addWidget(self._button(_("Open a file …"), "folder", self.open_file))
        row.addWidget(self._button(_("Paste"), "copy", self.paste))
        row.addWidget(voids)
        row.addWidget(page)
        row.addStretch(1)
        row.addWidget(self._button(_("Close"), "", self.reject))
        return row

    @staticmethod
    def _button(words: str, icon: str, act: Callable[[], object]) -> QPushButton:
        button = QPushButton(theme.icon(icon), words) if icon else QPushButton(words)
        button.setAutoDefault(False)
        button.clicked.connect(act)
        return button

    @called_by_qt
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        """Take pictures and files that are pasted into the field; end a scan with Enter, and select it."""
        if watched is self.text and event.type() == QEvent.Type.KeyPress:
            key = event.key()  # type: ignore[attr-defined]  # a QKeyEvent by its type
            if event.matches(QKeySequence.StandardKey.Paste):  # type: ignore[attr-defined]  # as above
                self.paste()
                return True
            if key in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
                self._timer.stop()
                self.check_text()
                return True
        return super().eventFilter(watched, event)

    @called_by_qt
    def dragEnterEvent(self, event: QDragEnterEvent) -> None:  # noqa: N802 - Qt's name
        """Accept files, pictures and texts."""
        data = event.mimeData()
        if data.hasUrls() or data.hasImage() or data.hasText():
            event.acceptProposedAction()

    @called_by_qt
    def dropEvent(self, event: QDropEvent) -> None:  # noqa: N802 - Qt's name
        """Check what was dropped."""
        if self.take(event.mimeData()):
            event.acceptProposedAction()


def _hint(words: str) -> QLabel:
    hint = QLabel(words)
    hint.setWordWrap(True)
    theme.set_role(hint, "soft")
    return hint


class BigVerdict(QFrame):
    """The verdict as one sees it from a step away: a large sign, one word, and the sentence below."""

    def __init__(self, sign: str, role: str, word: str, words: str) -> None:
        super().__init__()
        self.setAccessibleName(_("{meaning}: {words}").format(meaning=word, words=words))
        picture = QLabel()
        picture.setPixmap(theme.icon(sign).pixmap(theme.icon_size(_SIGN_PX)))
        self.word = QLabel(word)
        theme.set_role(self.word, f"verdict-{role}")
        self.words = QLabel(words)
        self.words.setWordWrap(True)
        self.words.setTextFormat(Qt.TextFormat.PlainText)
        self.words.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        head = QHBoxLayout()
        head.setSpacing(theme.SPACE * 3)
        head.addWidget(picture)
        head.addWidget(self.word, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.SPACE * 2)
        column.addLayout(head)
        column.addWidget(self.words)
