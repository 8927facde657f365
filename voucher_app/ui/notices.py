"""What happens when something goes wrong: one table from the kind of error to how a person is told.

Three kinds: a rule said no (expected; a dialog shows it beside the field, here it is a list), the environment stands in
the way (told with advice), and our own bug (logged, told once with a copy button; the program goes on).
"""

from __future__ import annotations

import logging
import platform
import traceback
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QSize, Qt, qVersion
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLabel, QPlainTextEdit, QPushButton, QVBoxLayout

from voucher_app import __version__
from voucher_app.domain.errors import InvalidFile, InvalidInput, NotFound, RowsViolated, RulesViolated, Stopped
from voucher_app.i18n import _
from voucher_app.services.papers import BrokenToken, MissingGlyph
from voucher_app.services.ports.errors import StorageError
from voucher_app.services.wording.errors import describe
from voucher_app.ui import theme

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from PySide6.QtWidgets import QWidget

_LOG = logging.getLogger(__name__)
_WIDTH: Final = 520


class Kind(Enum):
    """Who has to do something about an error."""

    RULE = "rule"
    """The officer: a rule or a field said no."""
    ENVIRONMENT = "environment"
    """The officer or an administrator: disk, file, font."""
    BUG = "bug"
    """Us."""


KINDS: Final[dict[type[Exception], Kind]] = {
    RulesViolated: Kind.RULE,
    RowsViolated: Kind.RULE,
    InvalidInput: Kind.RULE,
    InvalidFile: Kind.RULE,
    NotFound: Kind.RULE,
    BrokenToken: Kind.RULE,
    StorageError: Kind.ENVIRONMENT,
    MissingGlyph: Kind.ENVIRONMENT,
    Stopped: Kind.RULE,
}
"""Every error that a use case may raise; a test keeps it complete. Whatever is not here is our bug."""


def kind_of(error: BaseException) -> Kind:
    """Return who has to do something about an error."""
    return next((kind for known, kind in KINDS.items() if isinstance(error, known)), Kind.BUG)


@dataclass(frozen=True, slots=True)
class Notice:
    """What a person is told.

    Attributes:
        kind: decides sign and title.
        lines: sentences, one for each thing that is wrong.
        detail: what the copy button copies; empty for no button.
    """

    kind: Kind
    title: str
    lines: Sequence[str]
    detail: str = ""


def notice_of(error: BaseException) -> Notice:
    """Return what a person is told of an error."""
    kind = kind_of(error)
    if kind is Kind.BUG or not isinstance(error, Exception):
        return Notice(
            Kind.BUG,
            _("The program made a mistake"),
            [
                _("What was recorded before is safe. The program goes on; what you did last may not have happened."),
                _("Please copy the report and send it to whoever looks after this program."),
            ],
            report(error),
        )
    title = {
        Kind.RULE: _("This cannot be done"),
        Kind.ENVIRONMENT: _("Something stands in the way"),
    }[kind]
    detail = error.detail if isinstance(error, StorageError) else ""
    return Notice(kind, title, describe(error), detail)


def report(error: BaseException) -> str:
    """Return what we need to find a bug: versions and the place, and nothing that was typed."""
    place = "".join(traceback.format_tb(error.__traceback__))
    return (
        f"voucher-app {__version__}, Python {platform.python_version()}, Qt {qVersion()}, {platform.platform()}\n"
        f"{type(error).__name__}: {error}\n{place}"
    )


class NoticeDialog(QDialog):
    """Tells a notice without holding anything up."""

    def __init__(self, notice: Notice, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setModal(False)
        self.setWindowTitle(notice.title)
        self.setMinimumWidth(_WIDTH)
        self._notice = notice
        sign = QLabel()
        name = {Kind.RULE: "refused", Kind.ENVIRONMENT: "warning", Kind.BUG: "error"}[notice.kind]
        sign.setPixmap(theme.icon(name).pixmap(QSize(24, 24)))
        title = QLabel(notice.title)
        theme.set_role(title, "section")
        words = QVBoxLayout()
        words.setSpacing(theme.SPACE * 2)
        words.addWidget(title)
        for line in notice.lines:
            told = QLabel(line)
            told.setTextFormat(Qt.TextFormat.PlainText)
            told.setWordWrap(True)
            told.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            words.addWidget(told)
        top = QHBoxLayout()
        top.setSpacing(theme.SPACE * 3)
        top.addWidget(sign, 0, Qt.AlignmentFlag.AlignTop)
        top.addLayout(words, 1)
        close = QPushButton(_("Close"))
        close.setProperty("kind", "accent")
        close.clicked.connect(self.accept)
        buttons = QHBoxLayout()
        buttons.setSpacing(theme.SPACE * 2)
        buttons.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(theme.MARGIN, theme.MARGIN, theme.MARGIN, theme.MARGIN - theme.SPACE)
        column.setSpacing(theme.GAP)
        column.addLayout(top)
        if notice.detail:
            detail = QPlainTextEdit(notice.detail)
            detail.setReadOnly(True)
            detail.setAccessibleName(_("Report"))
            detail.setFixedHeight(theme.ROW * 4)
            column.addWidget(detail)
            copy = QPushButton(_("Copy the report"))
            copy.setIcon(theme.icon("copy", "ink_soft"))
            copy.clicked.connect(self.copy)
            buttons.addWidget(copy)
        buttons.addWidget(close)
        column.addLayout(buttons)

    def copy(self) -> None:
        """Put the report on the clipboard."""
        QGuiApplication.clipboard().setText("\n".join([*self._notice.lines, self._notice.detail]))


def show_report(file: Path, parent: QWidget | None) -> NoticeDialog:
    """Show a report that was kept of a mistake, with its copy button."""
    try:
        detail = file.read_text(encoding="utf-8", errors="replace")
    except OSError as error:
        detail = str(error)
    lines = [
        _("This is all that was kept: kinds and places, nothing that was typed."),
        _("Please copy the report and send it to whoever looks after this program."),
    ]
    dialog = NoticeDialog(Notice(Kind.BUG, _("The program made a mistake"), lines, detail), parent)
    dialog.show()
    return dialog


def tell(error: BaseException, parent: QWidget | None) -> NoticeDialog:
    """Tell a person what went wrong; a bug is logged too."""
    if kind_of(error) is Kind.BUG:
        _LOG.error("a bug: %s", type(error).__name__, exc_info=error)
    dialog = NoticeDialog(notice_of(error), parent)
    dialog.show()  # open() would make it modal
    return dialog
