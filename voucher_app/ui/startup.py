"""Start the window: fonts, words, look; the first paint comes before any data, and before the libraries behind it."""

from __future__ import annotations

import gc
import itertools
import os
import sys
from contextlib import suppress
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QLibraryInfo, QLocale, QObject, QSettings, Qt, QTimer, QTranslator
from PySide6.QtGui import QFontDatabase
from PySide6.QtWidgets import QApplication

from voucher_app import i18n
from voucher_app.i18n import _
from voucher_app.services.history import clock_behind
from voucher_app.services.ports.errors import StorageError
from voucher_app.ui import theme
from voucher_app.ui.desk import Desk
from voucher_app.ui.first_look import FirstLook
from voucher_app.ui.first_paint import after_first_paint
from voucher_app.ui.main_window import MainWindow, choose_look
from voucher_app.ui.operations import OperationRunner
from voucher_app.ui.reports import Reports
from voucher_app.ui.room import fit_on_screen

if TYPE_CHECKING:
    import logging
    from collections.abc import Callable, Mapping, Sequence
    from datetime import datetime
    from types import TracebackType

    from voucher_app.domain.operators import Operator
    from voucher_app.services.ports.backup import BackupFiles
    from voucher_app.services.workspace import Workspace
    from voucher_app.ui.desk import FileChange
    from voucher_app.ui.first_look import DeskFacts
    from voucher_app.ui.starter import Starter
    from voucher_app.ui.welcome import Welcome

ENVIRONMENT_FAILED: Final = 3
FIRST_FONTS: Final = ("NotoSansSC-Regular-subset.ttf", "NotoSansSC-Bold-subset.ttf")
"""Registered before the first paint, in some 11 ms."""

GARBAGE_MS: Final = 100
"""How often it is asked whether there are many new objects among which cycles are to be looked for."""
_MANY_NEW: Final = 10_000
_QUIET_ROUNDS: Final = 10
"""While there are few, cycles are looked for once a second, which takes a few milliseconds."""

_M_MMAP_THRESHOLD: Final = -3
LARGE_BLOCK_BYTES: Final = 256 * 1024
"""What is larger is given back to the system as soon as it is free."""

PATIENCE_MS: Final = 300
"""A person who has waited this long is told what for."""

RECENT_MOST: Final = 6
"""Data files that are remembered, so that one opens them again by a click."""

LATER_FONTS: Final = ("NotoSerifSC-Regular.ttf",)
"""Nearly 15 MB, for the rare characters of names; the first paint does not wait for it."""


def start_window(
    look: FirstLook,
    resources: Path,
    *,
    language: str,
    dark: bool | None,
    arguments: Sequence[str],
    make_starter: Callable[[], Starter] | None = None,
    state: Path | None = None,
    make_backups: Callable[[], BackupFiles] | None = None,
) -> int:
    """Show the window and run it until it is closed.

    Args:
        look: opens and reads the data file, on its own thread since before Qt was loaded.
        resources: fonts, icons, catalogues.
        language: `zh_CN` or `en`, unless the person chose another one before.
        dark: the look, or None for what the person chose before or else what the desktop has.
        arguments: for Qt, without the program's name.
        make_starter: returns what makes and opens data files, once it is asked for; with it, a missing file leads to
            the first page of all.
        state: the person's state folder, for drafts and reports; None keeps none.
        make_backups: returns what makes and restores backups; without it none is made.

    Returns:
        The exit code: 0, or 3 when there is no screen.
    """
    obstacle = no_display(os.environ, sys.platform)
    if obstacle:
        look.close()
        sys.stderr.write(obstacle + "\n")
        return ENVIRONMENT_FAILED
    warning = choose_input_method(os.environ)
    app = QApplication([sys.argv[0], *theme.STYLE, *arguments])
    app.setApplicationName("voucher-app")
    app.setOrganizationName("voucher-app")
    settings = QSettings(QSettings.Format.IniFormat, QSettings.Scope.UserScope, "voucher-app", "window")
    wanted = str(settings.value("window/language", language))
    i18n.set_language(wanted if wanted in i18n.LANGUAGES else language)
    words = QtWords(app)
    words.use(i18n.language())
    register_fonts(resources, FIRST_FONTS)
    is_dark = _is_dark(app, settings) if dark is None else dark
    choose_look(settings)
    theme.apply(app, dark=is_dark, resources=resources)
    window = MainWindow(resources, settings, dark=is_dark)
    window.language_changed.connect(words.use)
    install_excepthook(window)
    fit_on_screen(window, window.screen().availableSize(), is_remembered=settings.contains("window/geometry"))
    opening = Opening(
        window, look, settings, warning=warning, make_starter=make_starter, state=state, make_backups=make_backups
    )
    for step in (opening.begin, window.show):
        try:
            step()
        except Exception as error:  # noqa: BLE001 - not to carry on unheard: the hook tells it once the events run
            QTimer.singleShot(0, window, partial(sys.excepthook, type(error), error, error.__traceback__))
    collect_garbage_here(window)
    after_first_paint(window, opening.begin_reports)
    after_first_paint(window, give_large_blocks_back)
    after_first_paint(window, lambda: register_fonts(resources, LATER_FONTS))
    try:
        return app.exec()
    finally:
        opening.close()


def collect_garbage_here(parent: QObject) -> None:
    """Let Python look for reference cycles on the GUI thread only, between events.

    Its collector runs on whichever thread allocates last. On a worker it may destroy a widget that is part of a cycle,
    and Qt's widgets may only be destroyed where they live. All that is new is looked at in one call, so it must not
    become too much: a second of a simulation over 100,000 vouchers took 85 ms.
    """
    gc.disable()
    rounds = itertools.count(1)

    def look() -> None:
        if next(rounds) % _QUIET_ROUNDS == 0 or gc.get_count()[0] > _MANY_NEW:
            gc.collect(1)

    timer = QTimer(parent, interval=GARBAGE_MS)
    timer.timeout.connect(look)
    timer.start()


def give_large_blocks_back() -> None:
    """Have glibc give every large block back when it is free.

    By itself it learns from the first large block that is freed to keep them in its heap, where small ones then stand
    between them: after some previews and imports a quarter of the process was free memory that nobody else could use.
    """
    import ctypes  # noqa: PLC0415 - after the first paint

    if sys.platform.startswith("linux"):
        choose_limit = getattr(ctypes.CDLL(None), "mallopt", None)  # musl has none, and needs none
        if choose_limit is not None:
            choose_limit(_M_MMAP_THRESHOLD, LARGE_BLOCK_BYTES)


class Opening(QObject):
    """Waits for the data file and hands the desk to the window."""

    def __init__(
        self,
        window: MainWindow,
        look: FirstLook,
        settings: QSettings,
        *,
        warning: str = "",
        make_starter: Callable[[], Starter] | None = None,
        state: Path | None = None,
        make_backups: Callable[[], BackupFiles] | None = None,
    ) -> None:
        super().__init__(window)
        self._window = window
        self._look = look
        self._settings = settings
        self._warning = warning
        self._make_starter = make_starter
        self._state = state
        self._make_backups = make_backups
        self.reports = Reports(state) if state is not None else None
        self._to_tell = ""
        self._went_on = False
        self.runner = OperationRunner(self)

    @cached_property
    def _starter(self) -> Starter | None:
        """What makes and opens data files; most days only the one is opened that is open already."""
        return self._make_starter() if self._make_starter is not None else None

    def begin(self) -> None:
        """Fill the window: at once when the file is open already, so that its first paint has what it holds."""
        if self._look.is_open:
            try:
                opened = self._look.opened()
            except Exception as error:  # noqa: BLE001 - told in the window, as below
                self._failed(error)
            else:
                self._opened(opened)
        else:
            self.runner.run(self._look.opened, success=self._opened, failure=self._failed)
            QTimer.singleShot(PATIENCE_MS, self, self._tell_why)

    def _tell_why(self) -> None:
        """Say what opening takes so long, where that is known."""
        if self._look.is_upgrading and not self._look.is_open:
            self._window.show_upgrading()

    def _failed(self, error: BaseException) -> None:
        """Say why the file cannot be opened; where there is none yet, offer to make one."""
        if self._starter is not None and isinstance(error, StorageError) and error.code == "missing":
            last = self._last_office() if self._starter.may_go_on and not self._went_on else None
            self._went_on = True
            if last is not None:
                self._open_chosen(last)
            else:
                self._welcome(self._starter)
        else:
            self._window.show_failure(error)

    def _last_office(self) -> Path | None:
        """Return the office that was open last, where its file was put into another folder; never a demonstration."""
        from voucher_app.ui.starter import DEMONSTRATION_NAME  # noqa: PLC0415 - only where the usual file is missing

        recent = [Path(line) for line in str(self._settings.value("window/recent", "")).split("\n") if line]
        with suppress(OSError):  # a folder that may not be looked into any more
            return next((path for path in recent if path.name != DEMONSTRATION_NAME and path.is_file()), None)
        return None

    def _welcome(self, starter: Starter, before: Welcome | None = None) -> None:
        """Show the first page of all, with what was typed into the one before it."""
        from voucher_app.ui.welcome import Welcome  # noqa: PLC0415 - only the first time

        welcome = Welcome(starter, self.runner)
        welcome.chosen.connect(self._open_chosen)
        # Not now: who asks is a button of the page that goes away.
        welcome.language_wanted.connect(partial(QTimer.singleShot, 0, self, partial(self._translate, welcome)))
        if before is not None:
            welcome.steps.take_over(before.steps)
        self._window.show_welcome(welcome)
        welcome.set_up.setFocus(Qt.FocusReason.OtherFocusReason)

    def _translate(self, welcome: Welcome) -> None:
        assert self._starter is not None
        self._window.choose_language()
        self._welcome(self._starter, welcome)

    def _open_chosen(self, path: Path) -> None:
        assert self._starter is not None
        starter = self._starter
        self._look = FirstLook(lambda: starter.open_file(path), lambda: starter.is_older(path))
        self.begin()

    def begin_reports(self, *, notes_crashes: bool = True) -> None:
        """Start the log, and hand the window the reports of mistakes that nobody has seen yet."""
        if self.reports is None:
            return
        try:
            self._window.new_reports = self.reports.begin(notes_crashes=notes_crashes)
        except OSError as error:
            _log().warning("no log can be kept: %s", error.strerror)

    def change_file(self, change: FileChange) -> None:
        """Put the data file away, do what has to be done while none is open, and open the other one."""
        # Not now: who asks is a page that goes away.
        QTimer.singleShot(0, self, lambda: self._change(change))

    def _change(self, change: FileChange) -> None:
        if self._starter is None:
            return
        starter, former = self._starter, self._look
        try:
            starter.check(change.path)
        except StorageError as error:
            self._window.tell_failure(error)
            return
        self._window.leave_file()
        self.runner.close()
        former.close()
        self.runner = OperationRunner(self)

        def go_on(_result: object = None) -> None:
            self._to_tell = change.told
            self._open_chosen(change.path)

        def failed(error: Exception) -> None:
            # What was there is there still: go on with it, and say why nothing was changed.
            self._open_chosen(change.path)
            self._window.tell_failure(error)

        if change.before is None:
            go_on()
        else:
            self.runner.run(change.before, success=go_on, failure=failed, owner=self)

    def close(self) -> None:
        """End the threads and close the file."""
        self.runner.close()
        self._look.close()
        if self.reports is not None:
            self.reports.end()

    def _opened(self, opened: tuple[Workspace, DeskFacts]) -> None:
        workspace, facts = opened
        desk = Desk(
            workspace,
            facts,
            operator=_operator_before(self._settings, facts),
            year=_year_before(self._settings, facts),
            settings=self._settings,
            runner=self.runner,
            first_look=self._look,
            state=self._state,
            make_backups=self._make_backups,
            reports=self.reports,
        )
        desk.file_wanted.connect(self.change_file)
        self._window.begin(desk)
        if self._make_backups is not None:
            after_first_paint(self._window, partial(self._back_up_at_the_end, desk))
        path = workspace.data_file.path
        before = str(self._settings.value("window/recent", ""))
        self._settings.setValue("window/recent", with_recent(before, path))
        if self._to_tell:
            desk.notify(self._to_tell)
            self._to_tell = ""
        if self._warning:
            desk.notify(self._warning)
        upgrade = workspace.data_file.upgrade
        if upgrade is not None:
            from voucher_app.services.wording.environment import upgrade_sentence  # noqa: PLC0415 - hardly ever needed

            desk.notify(upgrade_sentence(upgrade))
        after_first_paint(self._window, partial(self._tell_of_the_clock, desk))

    def _tell_of_the_clock(self, desk: Desk) -> None:
        """Say so when the last act was recorded later than it is by this computer's clock."""
        if self._window.desk is not desk:
            return
        workspace = desk.workspace

        def tell(last: datetime | None) -> None:
            if last is not None:
                from voucher_app.services.wording.environment import clock_sentence  # noqa: PLC0415 - hardly ever needed

                desk.notify(clock_sentence(last, workspace.clock.now()))

        desk.runner.run(lambda: clock_behind(workspace), success=tell, owner=desk)

    def _back_up_at_the_end(self, desk: Desk) -> None:
        """Back the data file up when the window is closed; nothing is recorded before it is painted."""
        from voucher_app.ui.closing import ClosingBackup  # noqa: PLC0415 - the first paint comes before

        if self._window.desk is desk:
            self._window.closing = ClosingBackup(desk, self._window)


def with_recent(before: str, path: Path) -> str:
    """Return the list of data files opened on this computer, with one put first; a line each."""
    others = [line for line in before.split("\n") if line and line != str(path)]
    return "\n".join([str(path), *others][:RECENT_MOST])


def _operator_before(settings: QSettings, facts: DeskFacts) -> Operator | None:
    name = str(settings.value("window/operator", ""))
    return next((person for person in facts.operators if person.name == name), None)


def _year_before(settings: QSettings, facts: DeskFacts) -> int | None:
    kept = str(settings.value("window/year", ""))
    return int(kept) if kept.isdigit() and int(kept) in facts.years else None


def _is_dark(app: QApplication, settings: QSettings) -> bool:
    chosen = str(settings.value("window/dark", ""))
    if chosen:
        return chosen == "yes"
    return app.styleHints().colorScheme() == Qt.ColorScheme.Dark


def register_fonts(resources: Path, names: Sequence[str]) -> None:
    """Register fonts from the resources; one that is missing costs its characters, not the window."""
    for name in names:
        if QFontDatabase.addApplicationFont(str(resources / "fonts" / name)) < 0:
            _log().warning("the font %s cannot be loaded", name)


def _log() -> logging.Logger:
    import logging  # noqa: PLC0415 - most days nothing is told

    return logging.getLogger(__name__)


class QtWords(QObject):
    """Qt's own words (buttons, menus of text fields) in the language in use."""

    def __init__(self, app: QApplication) -> None:
        super().__init__(app)
        self._app = app
        self._translator: QTranslator | None = None

    def use(self, language: str) -> None:
        """Change Qt's words to a language."""
        if self._translator is not None:
            self._app.removeTranslator(self._translator)
            self._translator = None
        QLocale.setDefault(QLocale(language))
        if language == i18n.ENGLISH:
            return
        translator = QTranslator(self)
        folder = QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)
        if translator.load(f"qtbase_{language}", folder):
            self._app.installTranslator(translator)
            self._translator = translator
        else:
            _log().warning("Qt's own words are missing for %s", language)


def no_display(environment: Mapping[str, str], platform: str) -> str:
    """Return what to tell when there is no screen to open a window on, or nothing."""
    if not platform.startswith("linux") or environment.get("QT_QPA_PLATFORM"):
        return ""
    if environment.get("WAYLAND_DISPLAY"):
        return ""
    if environment.get("DISPLAY"):
        from voucher_app.ui.libraries import NEEDED_ON_A_SCREEN, missing  # noqa: PLC0415 - only on a screen of Linux

        packages = missing(NEEDED_ON_A_SCREEN)
        if not packages:
            return ""
        return _("Qt needs system libraries that are not here. Install them with:\n  {command}").format(
            command=f"sudo apt-get install {' '.join(packages)}"
        )
    return _(
        "There is no screen here to open a window on. Start the program in a desktop session, or use its commands: "
        "voucher-app --help"
    )


def choose_input_method(environment: dict[str, str] | os._Environ[str]) -> str:
    """Use ibus where fcitx is asked for but its plugin is absent; return what to tell about it, or nothing."""
    if environment.get("QT_IM_MODULE") != "fcitx":
        return ""
    folder = Path(QLibraryInfo.path(QLibraryInfo.LibraryPath.PluginsPath)) / "platforminputcontexts"
    if any("fcitx" in file.name for file in folder.glob("*")):
        return ""
    environment["QT_IM_MODULE"] = "ibus"
    return _("The input method fcitx is not built into this program; ibus is used instead.")


def install_excepthook(window: MainWindow) -> None:
    """Tell every error that nobody caught, in slots, timers and paint events; the program goes on."""
    told: list[QObject] = []

    def hook(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        from voucher_app.ui import notices  # noqa: PLC0415 - most days nothing fails

        if isinstance(error, KeyboardInterrupt):
            QApplication.quit()
            return
        if told:
            # One dialog at a time: a paint event that fails does so sixty times a second.
            _log().error("a further error while one is told: %s", kind.__name__, exc_info=(kind, error, trace))
            return
        reports = window.desk.reports if window.desk is not None else None
        if reports is not None and notices.kind_of(error) is notices.Kind.BUG:
            # A full disk must not keep the mistake itself from being told.
            with suppress(OSError):
                reports.keep(error.with_traceback(trace))
        dialog = notices.tell(error.with_traceback(trace), window)
        told.append(dialog)
        dialog.finished.connect(told.clear)

    sys.excepthook = hook
