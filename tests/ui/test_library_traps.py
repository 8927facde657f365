from __future__ import annotations

import sys

from PySide6 import __version__
from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QLabel


def test_void_calls_lose_no_reference_to_none(qapp):
    # PySide6 6.12.0 on Python 3.11 loses one per call and aborts after some thousand.
    label = QLabel()
    before = sys.getrefcount(None)
    for _ in range(1_000):
        label.setText("")
    assert sys.getrefcount(None) > before - 500


def test_the_version_is_one_that_was_measured():
    major, minor = (int(part) for part in __version__.split(".")[:2])
    assert (6, 8) <= (major, minor) < (6, 12)


def test_a_signal_of_int_still_has_32_bits_so_money_travels_as_an_object(qapp):
    class Sender(QObject):
        narrow = Signal(int)
        wide = Signal(object)

    sender, seen = Sender(), []
    sender.wide.connect(seen.append)
    sender.wide.emit(3_000_000_000)
    assert seen == [3_000_000_000]
