"""Open the real window on a data file, tell when it is usable, and close it.

Usable: the window is filled from the data file, navigation answers, and the first list of the page stands.
usage: open_window.py DATABASE | --bare
"""

import os
import sys
import time
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")


def bare() -> None:
    """Show an empty QMainWindow and tell when it is painted."""
    from PySide6.QtCore import QTimer  # noqa: PLC0415 - what is loaded when is what is measured
    from PySide6.QtWidgets import QApplication, QMainWindow  # noqa: PLC0415

    app = QApplication([])
    window = QMainWindow()
    window.resize(1360, 850)
    window.show()
    QTimer.singleShot(0, lambda: (print(time.time(), flush=True), app.quit()))
    app.exec()


def ours(database: Path) -> None:
    """Start the program as `main.py` does and tell when the window is usable."""
    from voucher_app import app  # noqa: PLC0415
    from voucher_app.settings import Settings  # noqa: PLC0415

    settings = Settings.from_environment()
    app.speak(settings)
    from PySide6.QtCore import QTimer  # noqa: PLC0415

    from voucher_app.ui.desk import Desk  # noqa: PLC0415
    from voucher_app.ui.main_window import MainWindow  # noqa: PLC0415

    begin = MainWindow.begin

    def begin_and_tell(window: MainWindow, desk: Desk) -> None:
        begin(window, desk)
        begun = time.time()

        def usable() -> None:
            print(begun, time.time(), flush=True)
            window.close()

        # Once everything that is due now is painted, the person can click.
        QTimer.singleShot(0, usable)

    # The one moment that the program does not tell by itself.
    setattr(MainWindow, "begin", begin_and_tell)  # noqa: B010
    app.open_window(settings, database, [])


if __name__ == "__main__":
    if sys.argv[1] == "--bare":
        bare()
    else:
        ours(Path(sys.argv[1]))
