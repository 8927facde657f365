"""Measure what a widget shows: nothing clipped, every text legible, every control named, in order, and with its ring.

What is painted is asked of the painting itself: each widget paints once into an SVG, which tells every run of text with
its place, size and colour, whoever painted it: a label, a delegate, a chart. The ground behind a run is taken from the
picture. So a text painted by hand is measured like any other.
"""

from __future__ import annotations

import html
import re
from collections import Counter
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QBuffer, QIODevice, QPoint, QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QAccessible, QColor, QFont, QFontMetricsF, QImage, QPainter, QRegion, QTransform
from PySide6.QtSvg import QSvgGenerator
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractScrollArea,
    QAbstractSpinBox,
    QApplication,
    QCalendarWidget,
    QComboBox,
    QHeaderView,
    QLabel,
    QLineEdit,
    QMenu,
    QPlainTextEdit,
    QPushButton,
    QStackedWidget,
    QTabBar,
    QTextEdit,
    QWidget,
)

from voucher_app.ui.tab_order import ReadingOrder, acts

if TYPE_CHECKING:
    from collections.abc import Iterator

LEGIBLE: Final = 4.5
"""The least contrast of a text with its ground (WCAG 2.2, 1.4.3)."""

VISIBLE: Final = 3.0
"""The least of a sign, such as an arrow of the icon font (1.4.11)."""

_TEXT: Final = re.compile(r'<g [^>]*transform="matrix\(([^)]*)\)"|<text ([^>]*)>([^<]*)</text>')
_ATTRIBUTE: Final = re.compile(r'([a-z:-]+)="([^"]*)"')
_ELISION: Final = "…"
_SLACK_PX: Final = 1.5
_ABOVE, _BELOW = 0.80, 0.14
"""What a Chinese character takes above and below its base line, in parts of its size."""

_DEFAULT_DPI: Final = 96
_TAB: Final = Qt.FocusPolicy.TabFocus
_CONTROLS: Final = (
    QAbstractButton, QLineEdit, QComboBox, QTextEdit, QPlainTextEdit, QAbstractItemView, QTabBar, QAbstractSpinBox,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Finding:
    """Something to mend.

    Attributes:
        kind: `clipped`, `elided`, `contrast`, `unnamed`, `order`, `ring`, `colour-alone`, `window`.
        where: the widget's class and name.
        what: the text, and the figures.
    """

    kind: str
    where: str
    what: str


@dataclass(frozen=True, slots=True)
class Run:
    """A run of text as it was painted, in the coordinates of its widget."""

    text: str
    x: float
    baseline: float
    size_px: float
    width: float
    colour: QColor
    is_sign: bool

    def rect(self) -> QRectF:
        """Return what its characters cover."""
        return QRectF(self.x, self.baseline - self.size_px * _ABOVE, self.width, self.size_px * (_ABOVE + _BELOW))


# ------------------------------------------------------------------------------------------------ what is painted


def painted(widget: QWidget) -> list[Run]:
    """Return the runs of text that a widget paints itself; its children paint theirs."""
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    generator = QSvgGenerator()
    generator.setOutputDevice(buffer)
    generator.setSize(widget.size())
    generator.setViewBox(widget.rect())
    generator.setResolution(_DEFAULT_DPI)
    painter = QPainter(generator)
    widget.render(painter, QPoint(), QRegion(), QWidget.RenderFlag.DrawWindowBackground)
    painter.end()
    runs: list[Run] = []
    transform = QTransform()
    for found in _TEXT.finditer(bytes(buffer.data().data()).decode()):
        if found[1] is not None:
            transform = QTransform(*(float(part) for part in found[1].split(",")))
        elif html.unescape(found[3]).strip(" \u200b"):
            runs.append(_run(dict(_ATTRIBUTE.findall(found[2])), html.unescape(found[3]), transform))
    return _joined(runs)


def _run(told: dict[str, str], text: str, transform: QTransform) -> Run:
    font = QFont(told["font-family"].split(","))
    font.setPixelSize(max(round(float(told["font-size"])), 1))
    font.setWeight(QFont.Weight(int(told["font-weight"])))
    font.setFeature(QFont.Tag("tnum"), 1)
    at = transform.map(QPointF(float(told["x"]), float(told["y"])))
    colour = QColor(told["fill"])
    colour.setAlphaF(float(told.get("fill-opacity", "1")))
    scale = transform.m11() or 1.0
    return Run(
        text,
        at.x(),
        at.y(),
        font.pixelSize() * scale,
        QFontMetricsF(font).horizontalAdvance(text) * scale,
        colour,
        is_sign=not font.families()[0].startswith("Noto"),
    )


def _joined(runs: list[Run]) -> list[Run]:
    """Put together what was painted side by side: a line of Chinese and Latin characters comes in several runs."""
    joined: list[Run] = []
    for run in runs:
        last = joined[-1] if joined else None
        if (
            last is not None
            and abs(last.baseline - run.baseline) < 1
            and last.colour == run.colour
            and -2 < run.x - (last.x + last.width) < 2  # noqa: PLR2004 - rounding of two places
        ):
            width = run.x + run.width - last.x
            joined[-1] = Run(
                last.text + run.text, last.x, last.baseline, last.size_px, width, last.colour, is_sign=last.is_sign
            )
        else:
            joined.append(run)
    return joined


def contrast(first: QColor, second: QColor) -> float:
    """Return the contrast of two colours, 1 to 21."""
    lighter, darker = sorted((_luminance(first), _luminance(second)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: QColor) -> float:
    parts = [
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4  # noqa: PLR2004 - as WCAG has it
        for part in (colour.redF(), colour.greenF(), colour.blueF())
    ]
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]


def _over(colour: QColor, ground: QColor) -> QColor:
    share = colour.alphaF()
    parts = ((colour.redF(), ground.redF()), (colour.greenF(), ground.greenF()), (colour.blueF(), ground.blueF()))
    return QColor.fromRgbF(*(above * share + below * (1 - share) for above, below in parts))


def _ground(picture: QImage, place: QRectF) -> QColor | None:
    """Return the colour that most of a place in a picture has; None outside of it."""
    ratio = picture.devicePixelRatio()
    pixels = QRectF(place.topLeft() * ratio, place.size() * ratio).toAlignedRect().intersected(picture.rect())
    if pixels.width() < 2 or pixels.height() < 2:  # noqa: PLR2004 - no place at all
        return None
    part = picture.copy(pixels).convertToFormat(QImage.Format.Format_RGB32)
    found: Counter[int] = Counter()
    for line in range(part.height()):
        pixels_of_line = memoryview(part.constScanLine(line))  # type: ignore[arg-type]  # it is one, says no stub
        found.update(pixels_of_line[: part.width() * 4].cast("I"))
    return QColor.fromRgb(found.most_common(1)[0][0])


# ------------------------------------------------------------------------------------------------ the walk


def measure(root: QWidget, *, rings: bool = True) -> list[Finding]:
    """Measure a window or a dialog that is shown and at rest.

    Args:
        root: the window.
        rings: give every control the focus in turn, to see that it shows it.
    """
    picture = root.grab().toImage()
    found: list[Finding] = []
    for widget in shown(root):
        runs = painted(widget)
        found += _clipped(widget, runs)
        found += _cut_cells(widget)
        found += _illegible(root, widget, runs, picture)
        if is_control(widget) and _is_outside(root, widget):
            found.append(Finding("clipped", where(widget), "it reaches out of its window"))
        if is_control(widget) and not name_of(widget):
            found.append(Finding("unnamed", where(widget), widget.toolTip()))
    found += _disorder(root)
    found += [
        Finding("window", where(one), one.windowTitle()) for one in QApplication.topLevelWidgets()
        if one.isVisible() and not one.accessibleName() and not one.windowTitle() and one is not root.window()
    ]  # fmt: skip
    if rings:
        found += _without_ring(root)
    return list(dict.fromkeys(found))


def _is_outside(root: QWidget, widget: QWidget) -> bool:
    """Return whether a part of a control lies beyond its window, where nothing scrolls to it."""
    at: QWidget | None = widget
    while at is not None and at is not root:
        if isinstance(at, QAbstractScrollArea) and at is not widget:
            return False
        at = at.parentWidget()
    return not root.rect().adjusted(-1, -1, 1, 1).contains(QRect(widget.mapTo(root, QPoint()), widget.size()))


def shown(root: QWidget) -> Iterator[QWidget]:
    """Return a window's visible widgets, itself first, but for those of other windows."""
    yield root
    for widget in root.findChildren(QWidget):
        if widget.isVisible() and widget.window() is root.window() and not widget.size().isEmpty():
            yield widget


def where(widget: QWidget) -> str:
    """Return how a person finds a widget in the code."""
    names = [type(widget).__name__]
    at = widget.parentWidget()
    while at is not None and len(names) < 4:  # noqa: PLR2004 - enough to find it
        if type(at).__module__.startswith("voucher_app"):
            names.append(type(at).__name__)
        at = at.parentWidget()
    told = widget.objectName() or widget.accessibleName() or getattr(widget, "text", str)()
    return f"{' in '.join(names)} {str(told)[:40]!r}"


# ------------------------------------------------------------------------------------------------ clipped and elided


def own_text(widget: QWidget) -> str:
    """Return what a widget has to say."""
    if isinstance(widget, QLabel | QAbstractButton | QLineEdit):
        return widget.text().replace("&", "")
    return ""


def _clipped(widget: QWidget, runs: list[Run]) -> list[Finding]:
    found = []
    within = widget.parentWidget()
    scrolls = isinstance(within, QAbstractScrollArea) and within.viewport() is widget
    room = QRectF(widget.rect()).adjusted(-_SLACK_PX, -_SLACK_PX, _SLACK_PX, _SLACK_PX)
    for run in runs:
        rect = run.rect()
        is_inside = room.left() <= rect.left() and rect.right() <= room.right()
        if not scrolls:
            is_inside = is_inside and room.top() <= rect.top() and rect.bottom() <= room.bottom()
        elif isinstance(within, QAbstractItemView | QTextEdit | QPlainTextEdit):
            is_inside = is_inside or within.horizontalScrollBar().maximum() > 0 or isinstance(within, QHeaderView)
        is_told = isinstance(widget, QComboBox) and widget.toolTip() == widget.currentText()
        if not is_inside and not is_told and not isinstance(widget, QLineEdit):
            found.append(Finding("clipped", where(widget), f"{run.text!r} {_figures(rect)} in {_figures(room)}"))
        if run.text.endswith(_ELISION) and _is_elision(widget, run.text):
            found.append(Finding("elided", where(widget), repr(run.text)))
    return [*found, *_too_small(widget)]


def _figures(rect: QRectF) -> str:
    return f"{rect.left():.0f},{rect.top():.0f} {rect.width():.0f}×{rect.height():.0f}"


def _is_elision(widget: QWidget, text: str) -> bool:
    """Return whether a text was cut where no tip gives it whole; cells are asked in `_cut_cells`."""
    if isinstance(widget, QLineEdit):
        return not widget.text() and not widget.placeholderText().endswith(text) and not widget.toolTip()
    if isinstance(widget, QTabBar):
        return text[:-1] not in (widget.tabToolTip(place)[: len(text) - 1] for place in range(widget.count()))
    if isinstance(widget, QMenu):
        return text not in (act.text().partition("\t")[0] for act in widget.actions())
    inside = widget.parentWidget()
    if isinstance(inside, QAbstractItemView) or (isinstance(inside, QPlainTextEdit) and not inside.toPlainText()):
        return False
    return text.strip() not in own_text(widget) and not widget.toolTip() and not widget.accessibleDescription()


def _too_small(widget: QWidget) -> list[Finding]:
    """Find labels and buttons that are smaller than their words."""
    text = own_text(widget)
    if not text or isinstance(widget, QLineEdit):
        return []
    need = QRect()
    room = widget.contentsRect()
    if isinstance(widget, QLabel):
        if widget.wordWrap():
            if widget.heightForWidth(widget.width()) > widget.height() + _SLACK_PX:
                return [Finding("clipped", where(widget), f"{text[:60]!r} needs more height than {widget.height()}")]
            return []
        need = widget.fontMetrics().boundingRect(QRect(), int(Qt.AlignmentFlag.AlignLeft), text)
        if widget.textFormat() is Qt.TextFormat.RichText:
            need = QRect(QPoint(), widget.sizeHint())
    elif isinstance(widget, QPushButton):
        least = widget.minimumSizeHint()
        margin = widget.sizeHint().width() - widget.fontMetrics().horizontalAdvance(text)
        # Of its padding a button may lose half before its words touch the border.
        need = QRect(0, 0, widget.fontMetrics().horizontalAdvance(text) + margin // 2, min(least.height(), 1))
    if need.width() > room.width() + _SLACK_PX:
        return [Finding("clipped", where(widget), f"{text[:60]!r} is {need.width()} wide, has {room.width()}")]
    return []


def _cut_cells(widget: QWidget) -> list[Finding]:
    """Find cells and headers that are cut where no tip gives them whole."""
    if not isinstance(widget, QAbstractItemView) or isinstance(widget, QHeaderView) or widget.model() is None:
        return []
    model, found = widget.model(), []
    for run in painted(widget.viewport()):
        if not run.text.endswith(_ELISION):
            continue
        at = run.rect().center().toPoint()
        index = widget.indexAt(at)
        whole = str(index.data() or "")
        tip = str(model.data(index, Qt.ItemDataRole.ToolTipRole) or "")
        if index.isValid() and whole != run.text and not tip:
            found.append(Finding("elided", where(widget), f"{run.text!r} of {whole!r}"))
    return found


# ------------------------------------------------------------------------------------------------ legible


def _illegible(root: QWidget, widget: QWidget, runs: list[Run], picture: QImage) -> list[Finding]:
    """Find texts too faint for their ground; what cannot be used now is not asked (WCAG 1.4.3)."""
    if not widget.isEnabled() or not runs or (isinstance(widget, QLineEdit) and widget.hasSelectedText()):
        return []  # what is selected is painted over, in the pair of colours of every selection
    found, seen = [], QRectF(widget.visibleRegion().boundingRect())
    origin = QPointF(widget.mapTo(root, QPoint()) if widget is not root else QPoint())
    for run in runs:
        place = run.rect().intersected(seen)
        if place.width() < run.size_px / 2 or place.height() < run.size_px / 2:
            continue  # scrolled out of sight
        # A bold word covers most of its own place: its ground is looked for around it too.
        around = place.adjusted(-run.size_px / 2, -run.size_px / 4, run.size_px / 2, run.size_px / 4)
        ground = _ground(picture, around.intersected(seen).translated(origin))
        if ground is None:
            continue
        ratio = contrast(_over(run.colour, ground), ground)
        if ratio < (VISIBLE if run.is_sign else LEGIBLE) - 0.01:
            words = f"{run.text!r} {run.colour.name()} on {ground.name()}: {ratio:.2f}"
            found.append(Finding("contrast", where(widget), words))
    return found


# ------------------------------------------------------------------------------------------------ controls


def is_control(widget: QWidget) -> bool:
    """Return whether a person works with a widget, rather than with what it is a part of."""
    if not isinstance(widget, _CONTROLS) or isinstance(widget, QHeaderView):
        return False
    at = widget.parentWidget()
    while at is not None and not at.isWindow():
        if isinstance(at, QComboBox | QAbstractSpinBox | QCalendarWidget | QAbstractItemView | QTabBar | QLineEdit):
            return False
        at = at.parentWidget()
    return True


def name_of(widget: QWidget) -> str:
    """Return what a screen reader calls a widget."""
    told = QAccessible.queryAccessibleInterface(widget)
    return told.text(QAccessible.Text.Name).strip()


def stops(root: QWidget) -> list[QWidget]:
    """Return where the Tab key stops in a window, in its order."""
    first = root.window()
    if isinstance(first, ReadingOrder):
        first.order_stops()  # as the Tab key does
    return [
        at for at in _chain(first)
        if at.focusPolicy() & _TAB and at.focusProxy() is None
        and at.window() is first and at.isVisible() and at.isEnabled()
    ]  # fmt: skip


def _chain(first: QWidget) -> list[QWidget]:
    """Return every widget after a window's own in Qt's order of the focus.

    WORKAROUND: PySide6 6.11 takes a widget for a child of the one before it once `nextInFocusChain` returned it. When
    that one was deleted, objects of the window that lived on were called deleted. `findChildren` puts a widget back
    under its own parent, `removeWidget` under none.
    """
    found: dict[QWidget, None] = {}
    at = first.nextInFocusChain()
    while at is not None and at is not first and at not in found:
        found[at] = None
        at = at.nextInFocusChain()
    for parent in {one.parentWidget() for one in (first, *found)}:
        if parent is None:
            QStackedWidget().removeWidget(first)
        else:
            parent.findChildren(QWidget, options=Qt.FindChildOption.FindDirectChildrenOnly)
    return list(found)


def _disorder(root: QWidget) -> list[Finding]:
    """Find places where the Tab key goes back up, or back left in a row, within what two controls share.

    The order is a ring, so that it goes back once: by its longest way, which is not told.
    """
    ring = stops(root)
    back = [(before, after) for before, after in pairwise([*ring, *ring[:1]]) if _goes_back(before, after)]
    back.sort(key=lambda pair: (pair[0].mapToGlobal(QPoint()) - pair[1].mapToGlobal(QPoint())).manhattanLength())
    return [Finding("order", where(after), f"comes after {where(before)}") for before, after in back[:-1]]


def _goes_back(before: QWidget, after: QWidget) -> bool:
    first, second = _branches(before, after)
    if first is None or second is None:
        return False
    a, b = first.geometry(), second.geometry()
    if b.bottom() <= a.top() and min(a.right(), b.right()) > max(a.left(), b.left()):
        return True
    shares_line = min(a.bottom(), b.bottom()) - max(a.top(), b.top()) > min(a.height(), b.height()) / 2
    acts_first = acts(first)
    return shares_line and b.right() <= a.left() and not acts_first


def _branches(first: QWidget, second: QWidget) -> tuple[QWidget | None, QWidget | None]:
    """Return the children of two widgets' nearest shared parent that hold them."""
    above = {first: first}
    at: QWidget | None = first
    while at is not None and (parent := at.parentWidget()) is not None:
        above[parent] = at
        at = parent
    branch, at = second, second.parentWidget()
    while at is not None and at not in above:
        branch, at = at, at.parentWidget()
    return (above[at], branch) if at is not None and at is not first else (None, None)


def _without_ring(root: QWidget) -> list[Finding]:
    """Find controls that look the same with the focus and without it."""
    root.window().activateWindow()
    before, found = QApplication.focusWidget(), []
    order = [one for one in stops(root) if root.isAncestorOf(one) or one is root]
    for widget in order:
        other = next((one for one in order if one is not widget and one is not widget.parentWidget()), None)
        if other is None:
            break
        other.setFocus(Qt.FocusReason.TabFocusReason)
        without = widget.grab().toImage()
        widget.setFocus(Qt.FocusReason.TabFocusReason)
        if widget.hasFocus() and widget.grab().toImage() == without:
            found.append(Finding("ring", where(widget), ""))
    if before is not None:
        before.setFocus()
    return found
