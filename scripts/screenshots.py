"""Render every page and dialog of the window offscreen, light and dark, into docs/pictures.

Without `--database` a demonstration office is built in a temporary folder first. Pictures have few colours, so that the
repository stays small.
"""

from __future__ import annotations

import argparse
import io
import os
import sys
import tempfile
from itertools import chain
from pathlib import Path

if __name__ == "__main__":
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from typing import TYPE_CHECKING, Final

from PIL import Image
from PySide6.QtCore import QBuffer, QIODevice, qInstallMessageHandler
from PySide6.QtWidgets import QApplication, QFileDialog
from scenes import ON, a_window, build_office, dialogs, pages

from voucher_app import i18n
from voucher_app.app import make_workspace
from voucher_app.settings import resources_folder
from voucher_app.ui import startup

if TYPE_CHECKING:
    from PySide6.QtCore import QMessageLogContext, QtMsgType
    from scenes import Scene

ROOT = Path(__file__).resolve().parent.parent
_COLOURS: Final = 256


def save(scene: Scene, out: Path, ending: str) -> None:
    """Write a picture of a scene; a file dialog shows the files of this machine and is left out."""
    if isinstance(scene.widget, QFileDialog):
        return
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    if not scene.widget.grab().save(buffer, "PNG"):
        raise SystemExit(f"{scene.name} cannot be painted")
    with Image.open(io.BytesIO(buffer.data().data())) as picture:
        few = picture.convert("RGB").quantize(_COLOURS, method=Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE)
        few.save(out / f"{scene.name}-{ending}.png", optimize=True)


def _tell_warnings(_kind: QtMsgType, _context: QMessageLogContext, message: str) -> None:
    """Pass on what Qt warns of, but for the one line that the offscreen platform prints for every window."""
    if "propagateSizeHints" not in message:
        sys.stderr.write(f"{message}\n")


def main(database: Path, out: Path, language: str) -> None:
    """Render every page and dialog, light and dark.

    Args:
        database: a data file, such as the demonstration office.
        out: where the pictures go.
        language: `zh_CN` or `en`.
    """
    resources = resources_folder()
    i18n.use_folder(resources / "locale")
    i18n.set_language(language)
    qInstallMessageHandler(_tell_warnings)
    app = QApplication.instance() or QApplication(sys.argv[:1])
    if not isinstance(app, QApplication):
        raise SystemExit("there is no application with widgets")
    startup.register_fonts(resources, (*startup.FIRST_FONTS, *startup.LATER_FONTS))
    startup.QtWords(app).use(language)
    out.mkdir(parents=True, exist_ok=True)
    workspace = make_workspace(database, on=ON)
    suffix = "" if language == i18n.CHINESE else f"-{language}"
    for dark in (False, True):
        ending = ("dark" if dark else "light") + suffix
        with a_window(workspace, dark=dark) as (window, desk):
            for scene in chain(pages(window, desk), dialogs(window, desk)):
                save(scene, out, ending)
    workspace.data_file.close()
    print(f"pictures are in {out}")


def run() -> None:
    """Read the arguments."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--database", type=Path, help="a data file; a demonstration office when not told")
    parser.add_argument("--out", type=Path, default=ROOT / "docs" / "pictures")
    parser.add_argument("--language", choices=i18n.LANGUAGES, default=i18n.CHINESE)
    given = parser.parse_args()
    if given.database is not None:
        main(given.database, given.out, given.language)
        return
    i18n.use_folder(resources_folder() / "locale")
    with tempfile.TemporaryDirectory() as folder:
        database = Path(folder) / "demonstration.db"
        build_office(database)
        main(database, given.out, given.language)


if __name__ == "__main__":
    run()
