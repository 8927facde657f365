"""Walk over every page, dialog and decision, and measure what they show: see `measure.py` and `words.py`.

Light and dark × 100, 150 and 200 % × Chinese and English × empty, full and long. A scale is a process of its own,
because Qt takes it at the start. What is found is printed, and the walk fails.
"""

from __future__ import annotations

import argparse
import gc
import json
import os
import subprocess
import sys
import tempfile
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

if __name__ == "__main__":
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from measure import measure
from PySide6.QtCore import qInstallMessageHandler
from PySide6.QtWidgets import QApplication, QFileDialog
from scenes import ON, TABLE, a_window, build_office, dialogs, pages
from scenes_beside import TYPED, beside
from scenes_opened import Opened
from words import foreign, told_by

from voucher_app import i18n
from voucher_app.app import make_workspace
from voucher_app.settings import resources_folder
from voucher_app.ui import startup
from voucher_app.ui.main_window import HEIGHT, SMALLEST, WIDTH

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator

    from PySide6.QtCore import QMessageLogContext, QtMsgType
    from scenes import Scene

    from voucher_app.ui.desk import Desk
    from voucher_app.ui.main_window import MainWindow

FILLS: Final = ("empty", "full", "long")
PARTS: Final = ("pages", "dialogs", "beside", "opened")
"""Every page; every dialog by name; every decision, and what lies over and before the window; what opens in these."""

SIZES: Final = {"1": (WIDTH, HEIGHT), "1.5": (1280, 700), "2": SMALLEST}
"""How large the window is at a scale: a screen of 2048 × 1280 has room for no more at 200 %."""

SCREEN: Final = (2048, 1280)
"""In pixels of its own; the offscreen platform has one of 800 × 800 otherwise, on which nothing opens at its size."""


def scenes(window: MainWindow, desk: Desk, fill: str, parts: Collection[str] = PARTS) -> Iterator[Scene]:
    """Show everything, or some parts of it, one after the other, and what opens under the controls of each."""
    shown: dict[str, Callable[[], Iterator[Scene]]] = {
        "pages": lambda: pages(window, desk, fill),
        "dialogs": lambda: dialogs(window, desk),
        "beside": lambda: beside(window, desk),
    }
    opened = Opened(desk, window)
    for part, show in shown.items():
        if part in parts:
            yield from opened.after_each(show()) if "opened" in parts else show()


@dataclass(frozen=True, slots=True)
class Asked:
    """What of each way is looked at.

    Attributes:
        parts: of `PARTS`.
        pictures: a folder for a picture of each scene.
        only: what the name of a scene has to begin with; everything when empty.
    """

    parts: tuple[str, ...] = PARTS
    pictures: Path | None = None
    only: tuple[str, ...] = ("",)


def walk(
    database: Path, fill: str, scale: str, language: str, *, dark: bool, asked: Asked = Asked()
) -> tuple[int, list[str]]:
    """Walk over everything in one language and one theme; return how many scenes there were, and what was found."""
    startup.QtWords(_application()).use(language)
    i18n.set_language(language)
    workspace = make_workspace(database, on=ON)
    data = "\n".join((told_by(database), TABLE, TYPED))
    count, lines = 0, []
    with a_window(workspace, dark=dark, size=SIZES[scale]) as (window, desk):
        for scene in scenes(window, desk, fill, asked.parts):
            if not scene.name.startswith(asked.only):
                continue
            count += 1
            at = f"{scene.name} {'dark' if dark else 'light'} {scale} {language} {fill}"
            if asked.pictures is not None and not isinstance(scene.widget, QFileDialog):
                picture = (scene.around or scene.widget).grab()
                picture.save(str(asked.pictures / f"{at.replace(' ', '_')}.png"))
            # After the picture: what gives up the focus may close, such as the search of everything.
            found = [*measure(scene.widget, rings=fill == "full"), *foreign(scene.widget, language, data)]
            for one in found:
                lines.append(f"{at}: {one.kind}: {one.where}: {one.what}")
                print(lines[-1], flush=True)
    workspace.data_file.close()
    gc.collect()
    return count, lines


def _tell(_kind: QtMsgType, _context: QMessageLogContext, message: str) -> None:
    """Pass on what Qt warns of, but for what the offscreen platform cannot do."""
    if "This plugin does not support" not in message:
        print(f"Qt: {message}", flush=True)


def _application() -> QApplication:
    app = QApplication.instance() or QApplication(sys.argv[:1])
    if not isinstance(app, QApplication):
        raise SystemExit("there is no application with widgets")
    return app


def walk_all(folder: Path, scale: str, fills: list[str], languages: list[str], themes: list[str], asked: Asked) -> int:
    """Walk in one process, at one scale; return how much was found."""
    resources = resources_folder()
    i18n.use_folder(resources / "locale")
    _application()
    startup.register_fonts(resources, (*startup.FIRST_FONTS, *startup.LATER_FONTS))
    qInstallMessageHandler(_tell)
    gc.disable()  # as the program does: on a worker it may destroy a widget of a window that is gone (startup.py)
    scenes_seen, lines = 0, []
    for fill in fills:
        for language in languages:
            for look in themes:
                file = folder / f"{fill}.db"
                count, found = walk(file, fill, scale, language, dark=look == "dark", asked=asked)
                scenes_seen += count
                lines += found
    kinds = Counter(line.split(": ")[1] for line in lines)
    print(f"{scale}: {scenes_seen} scenes, {len(lines)} findings {dict(kinds)}")
    return len(lines)


def _screen(folder: Path) -> Path:
    """Describe the screen to the offscreen platform."""
    file = folder / "screen.json"
    width, height = SCREEN
    one = {"name": "screen", "x": 0, "y": 0, "width": width, "height": height, "logicalDpi": 96, "dpr": 1}
    file.write_text(json.dumps({"screens": [one]}), encoding="utf-8")
    return file


def run() -> None:
    """Read the arguments; walk at each scale in a process of its own."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--scale", choices=SIZES, action="append")
    parser.add_argument("--fill", choices=FILLS, action="append")
    parser.add_argument("--language", choices=i18n.LANGUAGES, action="append")
    parser.add_argument("--theme", choices=("light", "dark"), action="append")
    parser.add_argument("--part", choices=PARTS, action="append", help="everything when not told")
    parser.add_argument("--only", action="append", help="what the name of a scene begins with, such as page-vouchers")
    parser.add_argument("--offices", type=Path, help="folder of offices that were built before")
    parser.add_argument("--pictures", type=Path, help="folder for a picture of each scene")
    given = parser.parse_args()
    fills, scales, parts = given.fill or list(FILLS), given.scale or list(SIZES), tuple(given.part or PARTS)
    languages, themes = given.language or list(i18n.LANGUAGES), given.theme or ["light", "dark"]
    if given.offices is not None:
        asked = Asked(parts, given.pictures, tuple(given.only or [""]))
        found = walk_all(given.offices, scales[0], fills, languages, themes, asked)
        raise SystemExit(1 if found else 0)
    if given.pictures is not None:
        given.pictures.mkdir(parents=True, exist_ok=True)
    i18n.use_folder(resources_folder() / "locale")
    failed = False
    with tempfile.TemporaryDirectory(prefix="walk-1-") as folder:  # with a digit: it is shown, and is no word
        for fill in fills:
            build_office(Path(folder) / f"{fill}.db", fill)
        platform = f"offscreen:configfile={_screen(Path(folder))}"
        for scale in scales:
            chosen = [("--fill", fills), ("--language", languages), ("--theme", themes), ("--part", parts)]
            chosen += [("--only", given.only or [])]
            more = [word for option, values in chosen for value in values for word in (option, value)]
            more += ["--pictures", str(given.pictures)] if given.pictures is not None else []
            command = [sys.executable, "-X", "faulthandler", __file__, "--offices", folder, "--scale", scale, *more]
            environment = {**os.environ, "QT_SCALE_FACTOR": scale, "QT_QPA_PLATFORM": platform}
            done = subprocess.run(command, env=environment, check=False)
            if done.returncode < 0:
                print(f"{scale}: ended by signal {-done.returncode}")
            failed = failed or done.returncode != 0
    raise SystemExit(1 if failed else 0)


if __name__ == "__main__":
    run()
