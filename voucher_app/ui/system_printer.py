"""Printers of the system: their names, where each puts its ink, pages of a PDF spooled to one, and a test page.

Whoever prints on forms or on paper that feeds askew measures the test page once and tells by how many millimetres a
printer is off; that is kept for each printer on this machine. QtPrintSupport is loaded by the first print.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QPointF, QRectF, QSizeF, Qt
from PySide6.QtGui import QPageLayout, QPageSize, QPainter, QPen

from voucher_app.domain.errors import InvalidInput
from voucher_app.i18n import _
from voucher_app.services.ports.errors import StorageError
from voucher_app.ui import theme
from voucher_app.ui.widgets.page_view import page_size, render_page

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from PySide6.QtCore import QSettings
    from PySide6.QtPrintSupport import QPrinter

    Dots = Callable[[float], float]

MOST_TENTHS: Final = 200
"""Twenty millimetres: further off, something else is wrong with the printer."""

_DPI: Final = 300
_POINTS_PER_INCH: Final = 72
_TENTHS_PER_INCH: Final = 254
_TENTHS = re.compile(r"([+-]?)([0-9]{1,2})(?:\.([0-9]))?", re.ASCII)
_INPUT_METHOD: Final = str.maketrans("０１２３４５６７８９．。－—＋", "0123456789..--+")
_FRAME_MM: Final = 10
_RULER_MM: Final = 100


@dataclass(frozen=True, slots=True)
class Offsets:
    """By how much a page is moved on its paper, in tenths of a millimetre: to the right, and down."""

    right: int = 0
    down: int = 0


def parse_tenths(text: str) -> int:
    """Read millimetres with at most one decimal, as tenths.

    Raises:
        InvalidInput: `offset`.
    """
    found = _TENTHS.fullmatch(text.strip().translate(_INPUT_METHOD))
    tenths = int(found[2]) * 10 + int(found[3] or 0) if found else MOST_TENTHS + 1
    if found is None or tenths > MOST_TENTHS:
        raise InvalidInput("offset", found=text.strip(), most=MOST_TENTHS // 10)
    return -tenths if found[1] == "-" else tenths


def in_millimetres(tenths: int) -> str:
    """Return tenths of a millimetre as one writes them."""
    sign = "-" if tenths < 0 else ""
    return f"{sign}{abs(tenths) // 10}.{abs(tenths) % 10}"


def _key(printer: str) -> str:
    # A slash in a printer's name would make a group of the settings.
    return f"printers/{printer.replace('/', '|')}/offsets"


def offsets_of(settings: QSettings | None, printer: str) -> Offsets:
    """Return by how much pages are moved on a printer, as it was told on this machine."""
    kept = str(settings.value(_key(printer), "")) if settings is not None else ""
    try:
        right, down = (int(part) for part in kept.split())
    except ValueError:
        return Offsets()
    return Offsets(right, down)


def keep_offsets(settings: QSettings | None, printer: str, offsets: Offsets) -> None:
    """Remember by how much pages are moved on a printer."""
    if settings is not None:
        settings.setValue(_key(printer), f"{offsets.right} {offsets.down}")
        settings.setValue("printers/last", printer)


def printer_names(settings: QSettings | None) -> list[str]:
    """Return the system's printers; the one used last, or else the system's own choice, stands first."""
    from PySide6.QtPrintSupport import QPrinterInfo  # noqa: PLC0415 - loaded by the first print

    names = QPrinterInfo.availablePrinterNames()
    last = str(settings.value("printers/last", "")) if settings is not None else ""
    first = last if last in names else QPrinterInfo.defaultPrinterName()
    return sorted(names, key=lambda name: name != first)


def open_printer(name: str) -> QPrinter:
    """Return a printer of the system."""
    from PySide6.QtPrintSupport import QPrinter, QPrinterInfo  # noqa: PLC0415 - as above

    return QPrinter(QPrinterInfo.printerInfo(name), QPrinter.PrinterMode.HighResolution)


class Spool:
    """Pages on their way to a printer, one after another; made and used on one worker.

    Raises:
        StorageError: `printer`, when the printer takes nothing.
    """

    def __init__(self, name: str, *, offsets: Offsets, document: str) -> None:
        self._name, self._offsets = name, offsets
        self._printer = open_printer(name)
        self._printer.setResolution(_DPI)
        self._printer.setFullPage(True)
        self._printer.setDocName(document)
        self._painter = QPainter()

    def put(self, file: Path, page: int) -> None:
        """Print a page of a PDF, counted from 0, on paper of its own size."""
        width, height = page_size(file, page)
        self._paper(width, height)
        image = render_page(file, page, scale=_DPI / _POINTS_PER_INCH)
        corner = QPointF(self._dots(self._offsets.right), self._dots(self._offsets.down))
        inch = self._printer.resolution()
        room = QSizeF(width * inch / _POINTS_PER_INCH, height * inch / _POINTS_PER_INCH)
        self._painter.drawImage(QRectF(corner, room), image)

    def put_test_page(self) -> None:
        """Print the page that one measures: a frame ten millimetres off each edge, and rulers."""
        self._paper(*_A4_POINTS)
        _draw_test_page(self._painter, self._name, self._offsets, self._dots)

    def end(self) -> None:
        """Hand everything over to the system."""
        if self._painter.isActive() and not self._painter.end():
            raise StorageError("printer", self._name)

    def abort(self) -> None:
        """Take back what the printer has not yet; what it has comes out."""
        self._printer.abort()
        if self._painter.isActive():
            self._painter.end()

    def _dots(self, tenths: float) -> float:
        """Return a length in tenths of a millimetre as dots of the printer."""
        return tenths * self._printer.resolution() / _TENTHS_PER_INCH

    def _paper(self, width: float, height: float) -> None:
        """Begin a page on paper of a size in points; a printer that has no such paper takes its nearest."""
        portrait = QSizeF(min(width, height), max(width, height))
        paper = QPageSize(portrait, QPageSize.Unit.Point, "", QPageSize.SizeMatchPolicy.FuzzyMatch)
        lies = QPageLayout.Orientation.Landscape if width > height else QPageLayout.Orientation.Portrait
        self._printer.setPageSize(paper)
        self._printer.setPageOrientation(lies)
        begun = self._printer.newPage() if self._painter.isActive() else self._painter.begin(self._printer)
        if not begun:
            raise StorageError("printer", self._name)


_A4_POINTS: Final = (595.276, 841.89)


def _draw_test_page(painter: QPainter, name: str, offsets: Offsets, dots: Dots) -> None:
    """Draw frame, rulers and words; everything is moved as pages of this printer are."""
    painter.save()
    painter.translate(dots(offsets.right), dots(offsets.down))
    painter.setPen(QPen(Qt.GlobalColor.black, dots(1.5)))
    width, height, edge = 2100, 2970, _FRAME_MM * 10
    painter.drawRect(QRectF(dots(edge), dots(edge), dots(width - 2 * edge), dots(height - 2 * edge)))
    for is_across in (True, False):
        _draw_ruler(painter, dots, is_across=is_across)
    words = [
        _("Test page of {printer}").format(printer=name),
        _("The frame is to lie 10.0 mm off each edge of the paper, and the rulers are to be 100 mm long."),
        _("Measure from the left and the upper edge of the paper to the frame. What is missing to 10.0 mm is entered "
          "as it is, what is too much with a minus sign."),
        _("Printed with: {right} mm to the right, {down} mm down.").format(
            right=in_millimetres(offsets.right), down=in_millimetres(offsets.down)
        ),
    ]  # fmt: skip
    top = 1350.0
    for place, sentence in enumerate(words):
        font = theme.font(round(dots(60 if place == 0 else 42)), bold=place == 0)
        painter.setFont(font)
        room = QRectF(dots(200), dots(top), dots(1700), dots(300))
        painter.drawText(room, int(Qt.TextFlag.TextWordWrap) | int(Qt.AlignmentFlag.AlignHCenter), sentence)
        top += 160 if place in {0, 1} else 220
    painter.restore()


def _draw_ruler(painter: QPainter, dots: Dots, *, is_across: bool) -> None:
    """Draw a ruler along the frame: across from its left edge, or down from its upper one, which are its noughts."""
    begin = side = _FRAME_MM * 10
    painter.setFont(theme.font(round(dots(30))))
    for millimetre in range(_FRAME_MM, _RULER_MM + 1):  # in the corner the two would cross
        length = 60 if millimetre % 10 == 0 else 40 if millimetre % 5 == 0 else 25
        along = begin + millimetre * 10
        ends = ((along, side), (along, side + length)) if is_across else ((side, along), (side + length, along))
        painter.drawLine(*(QPointF(dots(x), dots(y)) for x, y in ends))
        if millimetre % 10 == 0 and millimetre > _FRAME_MM:
            x, y = (along - 40, side + 65) if is_across else (side + 65, along - 25)
            painter.drawText(
                QRectF(dots(x), dots(y), dots(80), dots(50)), Qt.AlignmentFlag.AlignCenter, f"{millimetre}"
            )
