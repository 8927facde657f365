"""The real program with somebody typing in it, as a process that a test may kill; or started again, to see the offer.

    python tests/ui/typing_window.py type|look

`type` prints each moment and how many characters stand in the field by then; `look` prints the offer as JSON.
"""

from __future__ import annotations

import json
import sys
import time

from PySide6.QtCore import QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from voucher_app import app
from voucher_app.settings import Settings
from voucher_app.ui import startup
from voucher_app.ui.dialogs import open_dialog

BETWEEN_KEYS_MS = 40


def begin(window, then):
    """Open the dialog once the window is open."""
    if window.desk is None or window.desk.runner.in_flight:
        QTimer.singleShot(20, lambda: begin(window, then))
        return
    dialog = open_dialog("application_submit", window.desk, window)
    QTimer.singleShot(100, lambda: then(window, dialog))


def type_on(window, dialog):
    """Type digits for ever."""
    edit = dialog.asked.contract.edit
    dialog.activateWindow()
    edit.setFocus()
    timer = QTimer(window, interval=BETWEEN_KEYS_MS)

    def one():
        QTest.keyClicks(edit, str(len(edit.text()) % 10))
        print(time.monotonic(), len(edit.text()), flush=True)  # noqa: T201 - the parent reads it

    timer.timeout.connect(one)
    timer.start()


def look(window, dialog):
    """Say what is offered, take it, and say what the field holds then."""
    offer = dialog.keeper.offer
    if not offer.buttons:
        QTimer.singleShot(20, lambda: look(window, dialog))
        return
    offer.buttons[0].click()
    told = {
        "visible": not offer.isHidden(),
        "asked.contract": dialog.asked.contract.text(),
        "offered": len(offer.buttons),
    }
    print(json.dumps(told), flush=True)  # noqa: T201
    dialog.close()
    window.close()


collect = startup.collect_garbage_here


def started(window):
    """Begin when the program is up."""
    collect(window)
    begin(window, type_on if sys.argv[1] == "type" else look)


if __name__ == "__main__":
    startup.collect_garbage_here = started
    settings = Settings.from_environment()
    app.speak(settings)
    code = app.open_window(settings, settings.database, [])
    QApplication.processEvents()
    sys.exit(code)
