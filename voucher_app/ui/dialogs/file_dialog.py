"""Dialogs that ask for a file, with their own words in the window's language and a name for every control."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QCoreApplication, QStandardPaths, Qt
from PySide6.QtWidgets import QComboBox, QFileDialog, QFileIconProvider, QLineEdit, QSplitter

from voucher_app.i18n import _, marked
from voucher_app.ui.called_by_qt import called_by_qt

if TYPE_CHECKING:
    from PySide6.QtCore import QFileInfo
    from PySide6.QtWidgets import QWidget

_PLACES_WIDTH: Final = 136
_LAST: Final = "last_folder"
"""The application's property that holds it: every dialog is made anew, and no file of settings needs it."""
_LABELS: Final = (
    (QFileDialog.DialogLabel.LookIn, marked("Look in:")),
    (QFileDialog.DialogLabel.FileName, marked("File name:")),
    (QFileDialog.DialogLabel.FileType, marked("Kind of file:")),
    (QFileDialog.DialogLabel.Reject, marked("Cancel")),
)
_CONTROLS: Final = (
    (QComboBox, "lookInCombo", marked("Folder")),
    (QLineEdit, "fileNameEdit", marked("File name")),
    (QComboBox, "fileTypeCombo", marked("Kind of file")),
)
"""What a dialog that Qt draws itself is made of; one of the system's has its own."""


class _Kinds(QFileIconProvider):
    """Names kinds of files, which Qt knows in English only."""

    @called_by_qt
    def type(self, info: QFileInfo) -> str:
        """Return what a file is."""
        if info.isDir():
            return _("Folder")
        return _("{kind} file").format(kind=info.suffix().upper()) if info.suffix() else _("File")


@cache
def _kinds() -> _Kinds:
    """Return the one for every dialog; Qt does not keep it alive."""
    return _Kinds()


def in_own_words(dialog: QFileDialog, *, accept: str) -> QFileDialog:
    """Give a file dialog its words: where Qt draws it itself, it speaks the language of the system otherwise.

    Args:
        dialog: to be named.
        accept: what its main button says.
    """
    for label, words in _LABELS:
        dialog.setLabelText(label, _(words))
    dialog.setLabelText(QFileDialog.DialogLabel.Accept, accept)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.setIconProvider(_kinds())
    parts = dialog.findChild(QSplitter)
    if parts is not None:
        parts.setSizes([_PLACES_WIDTH, dialog.width() - _PLACES_WIDTH])  # places are named whole
    for kind, name, words in _CONTROLS:
        control = dialog.findChild(kind, name)
        if control is not None:
            control.setAccessibleName(_(words))
    return dialog


def open_file(parent: QWidget, title: str, kinds: str, folder: str = "") -> QFileDialog:
    """Return a dialog that asks for a file that is there."""
    dialog = QFileDialog(parent, title, folder or last_folder(), kinds)
    dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
    dialog.fileSelected.connect(_remember)
    return in_own_words(dialog, accept=_("Open file"))


def open_folder(parent: QWidget, title: str) -> QFileDialog:
    """Return a dialog that asks for a folder."""
    dialog = QFileDialog(parent, title, last_folder())
    dialog.setFileMode(QFileDialog.FileMode.Directory)
    dialog.setOption(QFileDialog.Option.ShowDirsOnly)
    return in_own_words(dialog, accept=_("Save"))


def save_file(parent: QWidget, title: str, name: str, kinds: str, suffix: str) -> QFileDialog:
    """Return a dialog that asks where to save; a name without a folder begins where somebody last was."""
    dialog = QFileDialog(parent, title, str(Path(last_folder()) / name), kinds)
    dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
    dialog.fileSelected.connect(_remember)
    dialog.setDefaultSuffix(suffix)
    return in_own_words(dialog, accept=_("Save"))


def choose_folder(parent: QWidget, title: str) -> QFileDialog:
    """Return a dialog that asks for a folder."""
    dialog = QFileDialog(parent, title, last_folder())
    dialog.setFileMode(QFileDialog.FileMode.Directory)
    dialog.setOption(QFileDialog.Option.ShowDirsOnly)
    return in_own_words(dialog, accept=_("Choose"))


def last_folder() -> str:
    """Return the folder of the file that was last chosen since the program started, or the person's documents.

    Never where the program was started from: who saves a paper there does not find it again.
    """
    app = QCoreApplication.instance()
    last = str(app.property(_LAST) or "") if app is not None else ""
    places = (last, QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation))
    return next((place for place in places if place and Path(place).is_dir()), home())


def _remember(file: str) -> None:
    app = QCoreApplication.instance()
    if app is not None and file:
        app.setProperty(_LAST, str(Path(file).parent))


def home() -> str:
    """Return where a person's files are."""
    return str(Path.home())
