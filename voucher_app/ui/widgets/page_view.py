"""Pages of a PDF on screen: rendered on the reading thread, one page at a time, at the size they are looked at.

Whatever asks pypdfium2 does so on the reading thread: the library may not be called from two threads at once.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, Any, Final

from PySide6.QtCore import QRectF, Qt, QTimer, Signal
from PySide6.QtGui import QImage, QPainter, QPixmap
from PySide6.QtWidgets import QFrame, QLabel, QScrollArea

from voucher_app.i18n import _
from voucher_app.ui import theme
from voucher_app.ui.called_by_qt import called_by_qt

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from PySide6.QtGui import QColor, QKeyEvent, QResizeEvent, QWheelEvent
    from PySide6.QtWidgets import QWidget

    from voucher_app.ui.desk import Desk

ZOOMS: Final = (0.25, 0.5, 0.75, 1.0, 1.25, 1.5, 2.0, 3.0)
_POINTS_PER_INCH: Final = 72
_PIXELS_PER_INCH: Final = 96
_MARK_ALPHA: Final = 0.35


class Fit(Enum):
    """Sizes that follow the window: a page is seen whole, or as wide as there is room."""

    PAGE = "page"
    WIDTH = "width"


Zoom = float | Fit


@dataclass(frozen=True, slots=True, eq=False)
class Hit:
    """Words on a page that are marked.

    Attributes:
        page: counted from 0.
        boxes: where they stand, left, bottom, right and top in points; more than one where a line breaks in them.
    """

    page: int
    boxes: tuple[tuple[float, float, float, float], ...]


def open_pdf(file: Path) -> Any:  # noqa: ANN401 - the library has no types
    """Open a PDF; on the reading thread."""
    import pypdfium2  # noqa: PLC0415 - 60 ms that a list need not wait for

    return pypdfium2.PdfDocument(file)


def render_page(file: Path, page: int, *, scale: float) -> QImage:
    """Render one page, counted from 0; `scale` is pixels per point."""
    document = open_pdf(file)
    try:
        bitmap = document[page].render(scale=scale, rev_byteorder=True)
        picture = bitmap.to_pil().convert("RGBA")
        return QImage(picture.tobytes(), picture.width, picture.height, QImage.Format.Format_RGBA8888).copy()
    finally:
        document.close()


def page_size(file: Path, page: int) -> tuple[float, float]:
    """Return width and height of a page in points."""
    document = open_pdf(file)
    try:
        width, height = document[page].get_size()
        return float(width), float(height)
    finally:
        document.close()


def pixels_per_point(zoom: Zoom, room: tuple[int, int], size: tuple[float, float]) -> float:
    """Return how many pixels a point takes; `room` in pixels, `size` of the page in points."""
    if not isinstance(zoom, Fit):
        return zoom * _PIXELS_PER_INCH / _POINTS_PER_INCH
    least = ZOOMS[0] * _PIXELS_PER_INCH / _POINTS_PER_INCH
    wide, high = room[0] / size[0], room[1] / size[1]
    return max(wide if zoom is Fit.WIDTH else min(wide, high), least)


def mark(image: QImage, hits: Sequence[Hit], *, colour: QColor, scale: float, height: float) -> None:
    """Lay a colour over what was found; `height` of the page in points, whose origin is at the bottom."""
    painter = QPainter(image)
    ground = colour
    ground.setAlphaF(_MARK_ALPHA)
    for hit in hits:
        for left, bottom, right, top in hit.boxes:
            painter.fillRect(
                QRectF(left * scale, (height - top) * scale, (right - left) * scale, (top - bottom) * scale), ground
            )
    painter.end()


class PageView(QScrollArea):
    """One page of a PDF; fits the window until a zoom is chosen. Ctrl and the wheel zoom, Page Up and Down turn."""

    turned = Signal()
    """Page or zoom changed."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.setProperty("ring", "true")
        self._desk = desk
        self._file: Path | None = None
        self._asked = 0
        self._size = (1.0, 1.0)
        self.page = 0
        self.pages = 0
        self.zoom: Zoom = Fit.PAGE
        self._hits: Sequence[Hit] = ()
        self._hit: Hit | None = None
        self._paper = QLabel()
        self._paper.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.setWidget(self._paper)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._timer = QTimer(self, singleShot=True, interval=theme.QUIET_MS)
        self._timer.timeout.connect(self._render)

    def show_file(self, file: Path, *, pages: int) -> None:
        """Show a PDF from its first page on."""
        self._file, self.pages, self.page = file, pages, 0
        self._render()

    def turn_to(self, page: int) -> None:
        """Show a page, counted from 0; beyond the ends nothing happens."""
        if 0 <= page < self.pages and page != self.page:
            self.page = page
            self.verticalScrollBar().setValue(0)
            self._render()

    def set_zoom(self, zoom: Zoom) -> None:
        """Show at a size, 1.0 being as on paper, or fitting the window."""
        self.zoom = zoom
        self._render()

    def mark_hits(self, hits: Sequence[Hit], current: Hit | None) -> None:
        """Mark what was found on the pages, and go to the one of them that is meant."""
        self._hits, self._hit = hits, current
        if current is not None:
            self.page = current.page
        self._render()

    def step_zoom(self, step: int) -> None:
        """Show larger or smaller by one step."""
        shown = self.scale_shown
        larger = [zoom for zoom in ZOOMS if zoom > shown * 1.01]
        smaller = [zoom for zoom in ZOOMS if zoom < shown * 0.99]
        self.set_zoom((larger[0] if larger else ZOOMS[-1]) if step > 0 else (smaller[-1] if smaller else ZOOMS[0]))

    @property
    def scale_shown(self) -> float:
        """The size that is shown, 1.0 being as on paper."""
        return pixels_per_point(self.zoom, self._room(), self._size) * _POINTS_PER_INCH / _PIXELS_PER_INCH

    def _room(self) -> tuple[int, int]:
        return self.viewport().width() - theme.PADDING * 2, self.viewport().height() - theme.PADDING * 2

    def _render(self) -> None:
        file, page = self._file, self.page
        if file is None:
            return
        self._asked += 1
        asked, ratio, zoom = self._asked, self.devicePixelRatioF(), self.zoom
        room, current, tokens = self._room(), self._hit, theme.current()
        others = [hit for hit in self._hits if hit.page == page and hit is not current]

        def render() -> tuple[QImage, tuple[float, float]]:
            size = page_size(file, page)
            scale = pixels_per_point(zoom, room, size) * ratio
            image = render_page(file, page, scale=scale)
            mark(image, others, colour=theme.color(tokens.trial), scale=scale, height=size[1])
            if current is not None and current.page == page:
                mark(image, [current], colour=theme.color(tokens.accent), scale=scale, height=size[1])
            return image, size

        def rendered(found: tuple[QImage, tuple[float, float]]) -> None:
            if asked != self._asked:
                return
            image, self._size = found
            image.setDevicePixelRatio(ratio)
            self._paper.setPixmap(QPixmap.fromImage(image))
            self._paper.setAccessibleName(_("Page {page} of {pages}").format(page=page + 1, pages=self.pages))
            self._show_hit(page)
            self.turned.emit()

        self._desk.runner.run(render, success=rendered, owner=self)

    def _show_hit(self, page: int) -> None:
        """Scroll to what was found, where the page is larger than the window."""
        hit = self._hit
        if hit is None or hit.page != page or not hit.boxes:
            return
        picture, pixels = self._paper.pixmap(), self.scale_shown * _PIXELS_PER_INCH / _POINTS_PER_INCH
        left, _bottom, _right, top = hit.boxes[0]
        inset_x = max(self._paper.width() - picture.width() / picture.devicePixelRatio(), 0) / 2
        inset_y = max(self._paper.height() - picture.height() / picture.devicePixelRatio(), 0) / 2
        spot = (round(inset_x + left * pixels), round(inset_y + (self._size[1] - top) * pixels))
        self.ensureVisible(*spot, theme.CONTROL * 2, theme.CONTROL * 2)

    @called_by_qt
    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """Fit anew once resizing rests."""
        super().resizeEvent(event)
        if isinstance(self.zoom, Fit) and self._file is not None:
            self._timer.start()

    @called_by_qt
    def wheelEvent(self, event: QWheelEvent) -> None:  # noqa: N802 - Qt's name
        """Zoom with Ctrl, otherwise scroll."""
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.step_zoom(1 if event.angleDelta().y() > 0 else -1)
            event.accept()
            return
        super().wheelEvent(event)

    @called_by_qt
    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Turn the page."""
        step = {Qt.Key.Key_PageDown: 1, Qt.Key.Key_PageUp: -1}.get(Qt.Key(event.key()))
        if step is None:
            super().keyPressEvent(event)
            return
        self.turn_to(self.page + step)


def page_count(file: Path) -> int:
    """Return the number of pages of a PDF."""
    document = open_pdf(file)
    try:
        return len(document)
    finally:
        document.close()


def placeholder(words: str) -> QWidget:
    """Return a soft sentence in the middle, for while there is no page."""
    label = QLabel(words)
    label.setAlignment(Qt.AlignmentFlag.AlignCenter)
    label.setWordWrap(True)
    theme.set_role(label, "soft")
    return label
