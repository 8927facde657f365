"""The panel beside a list: what a record is, what happened to it, what can be done now, and why the rest cannot.

Pages describe it as data, on the reading thread; the panel only sets it. Facts and history are one document, so that
long names wrap, everything can be selected and copied, and long histories scroll.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from html import escape
from typing import TYPE_CHECKING, Final
from urllib.parse import quote, unquote

from PySide6.QtCore import QEvent, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QGuiApplication, QPainter
from PySide6.QtWidgets import (
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QStackedLayout,
    QTextBrowser,
    QVBoxLayout,
    QWidget,
)

from voucher_app.i18n import _
from voucher_app.services.wording.names import action_name, status_name
from voucher_app.ui import theme
from voucher_app.ui.called_by_qt import called_by_qt
from voucher_app.ui.delegates.status import SIDE, paint_sign, sign_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtCore import QObject, QUrl
    from PySide6.QtGui import QPaintEvent, QResizeEvent

    from voucher_app.services.queries.ledger import HistoryEntry
    from voucher_app.ui.delegates.status import Sign

_BUTTONS_IN_A_ROW: Final = 2
_BAR: Final = 8
_COPY: Final = "copy"
_ACTS_LEAST: Final = 2 * theme.CONTROL + 4 * theme.SPACE
_ACTS_MOST: Final = 38
"""Of the panel's height, in per cent, what can be done takes no more while there are facts to read."""

_BEFORE_PAPERS: Final = 2
_LABEL_SHARE: Final = 92
"""Pixels of the column of labels."""


@dataclass(frozen=True, slots=True)
class Fact:
    """A labelled value.

    Attributes:
        page, key: make it a link to where it is kept.
        copied: what a click copies, where the value shows only part of it, such as a masked account number.
        note: what is to be known of the value, on a line of its own.
    """

    label: str
    value: str
    page: str = ""
    key: str = ""
    copied: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Act:
    """Something that can be done with a record, or the reasons why not.

    Attributes:
        words: what the button says.
        dialog: name of the dialog that decides it, with its `context`.
        icon: the icon's name.
        kind: `accent` for what is done next, `danger` for what ends something, empty otherwise.
        reasons: why it is not possible now; empty when it is.
    """

    words: str
    dialog: str
    icon: str
    context: dict[str, object] = field(default_factory=dict)
    kind: str = ""
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Details:
    """Everything a panel says.

    Attributes:
        title: the record's own name or number.
        status: noun and status, or None.
        figure: its one amount, large, with a `note` under it; `share`: how full its bar is, None for no bar.
        facts: grouped by lines left out between the groups.
        headed: further groups, each under a heading of its own.
        note: something the officer must know before anything else, such as a refusal's reason.
        subjects: whose papers the panel offers, as registers write them, such as `application:7`.
        documents: those papers, which `record_documents.with_documents` reads.
        files_of: the record that files are filed with, such as `provider:3`; empty where none can be.
    """

    title: str
    status: tuple[str, str] | None = None
    figure: str = ""
    note: str = ""
    share: float | None = None
    facts: Sequence[Sequence[Fact]] = ()
    headed: Sequence[tuple[str, Sequence[Fact]]] = ()
    history: Sequence[HistoryEntry] = ()
    acts: Sequence[Act] = ()
    warning: str = ""
    subjects: Sequence[str] = ()
    documents: Sequence[Fact] = ()
    files_of: str = ""


class StatusLabel(QWidget):
    """A status with its shape, as in the lists."""

    def __init__(self) -> None:
        super().__init__()
        self._sign: Sign | None = None
        self.words = QLabel()
        self.words.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        row = QHBoxLayout(self)
        row.setContentsMargins(SIDE + theme.SPACE + 2, 0, 0, 0)
        row.addWidget(self.words)

    def show_status(self, noun: str, status: str) -> None:
        """Show a status."""
        self._sign = sign_of(noun, status)
        self.words.setText(status_name(noun, status))
        theme.set_role(self.words, {"ink_soft": "soft"}.get(self._sign.token, self._sign.token))
        self.update()

    @called_by_qt
    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002, N802 - Qt's name
        """Paint the shape."""
        if self._sign is not None:
            painter = QPainter(self)
            paint_sign(painter, self._sign, x=0, y=self.height() / 2 + 1 - SIDE / 2)
            painter.end()


class ShareBar(QWidget):
    """How much of something is left, as a bar; the words beside it say the same."""

    def __init__(self) -> None:
        super().__init__()
        self._share = 0.0
        self.setFixedHeight(_BAR)

    def show_share(self, share: float) -> None:
        """Show a part of one."""
        self._share = min(max(share, 0.0), 1.0)
        self.update()

    @called_by_qt
    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002, N802 - Qt's name
        """Paint the bar."""
        tokens = theme.current()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        whole = QRectF(self.rect())
        painter.setBrush(theme.color(tokens.unissued))
        painter.drawRoundedRect(whole, _BAR / 2, _BAR / 2)
        if self._share > 0:
            painter.setBrush(theme.color(tokens.outstanding))
            painter.drawRoundedRect(
                QRectF(0, 0, max(whole.width() * self._share, _BAR), whole.height()), _BAR / 2, _BAR / 2
            )
        painter.end()


class ActsArea(QScrollArea):
    """As high as what can be done with a record takes; it scrolls where the window is too low for that."""

    def __init__(self, acts: QWidget) -> None:
        super().__init__()
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        acts.setProperty("flat", "true")
        self.setWidget(acts)
        acts.installEventFilter(self)

    @called_by_qt
    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Return the height that its content takes at this width."""
        acts, width = self.widget(), self.viewport().width()
        assert acts is not None, "it is made with them"
        height = acts.heightForWidth(width) if acts.hasHeightForWidth() else acts.sizeHint().height()
        panel = self.parentWidget()
        # In a low window it scrolls before the facts are squeezed to a few lines.
        most = max(panel.height() * _ACTS_MOST // 100, _ACTS_LEAST) if panel is not None else height
        return QSize(width, min(height, most))

    @called_by_qt
    def minimumSizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Return the height of two rows of buttons, or of all there is."""
        return QSize(0, min(self.sizeHint().height(), _ACTS_LEAST))

    @called_by_qt
    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """Ask for another height at another width."""
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self.updateGeometry()

    @called_by_qt
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        """Ask for another height when there is more or less to be done."""
        if event.type() == QEvent.Type.LayoutRequest:
            self.updateGeometry()
        return super().eventFilter(watched, event)


class DetailPanel(QFrame):
    """Shows `Details`.

    Signals:
        act_wanted: a button was pressed; carries the `Act`.
        link_wanted: a fact's link was followed; carries page and key.
        copied: something that is shown in part only was copied whole.
    """

    act_wanted = Signal(object)
    link_wanted = Signal(str, str)
    copied = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("card", "true")
        self.setMinimumWidth(theme.CONTROL * 8)
        self.setAccessibleName(_("Details"))
        self.details: Details | None = None
        self._stack = QStackedLayout(self)
        self._hint = QLabel()
        self._hint.setWordWrap(True)
        self._hint.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._hint.setContentsMargins(theme.MARGIN, theme.MARGIN, theme.MARGIN, theme.MARGIN)
        theme.set_role(self._hint, "soft")
        self._stack.addWidget(self._hint)
        self._stack.addWidget(self._build())

    def show_hint(self, words: str) -> None:
        """Show a sentence instead of a record."""
        self.details = None
        self._hint.setText(words)
        self._stack.setCurrentIndex(0)

    def show_details(self, details: Details) -> None:
        """Show a record."""
        is_same = self.details is not None and self.details.title == details.title
        place = self.body.verticalScrollBar().value()
        self.details = details
        self.title.setText(details.title)
        self.status.setVisible(details.status is not None)
        if details.status is not None:
            self.status.show_status(*details.status)
        self.figure.setText(details.figure)
        self.figure.setVisible(bool(details.figure))
        self.note.setText(details.note)
        self.note.setVisible(bool(details.note))
        self.bar.setVisible(details.share is not None)
        if details.share is not None:
            self.bar.show_share(details.share)
        self.body.setHtml(_document(details))
        if is_same:
            self.body.verticalScrollBar().setValue(place)
        self._show_acts(details.acts)
        self._stack.setCurrentIndex(1)

    def buttons(self) -> list[QPushButton]:
        """Return the buttons of what is possible now."""
        return [button for button in self._acts.findChildren(QPushButton) if not button.isHidden()]

    def _build(self) -> QWidget:
        inside = QWidget()
        column = QVBoxLayout(inside)
        column.setContentsMargins(theme.PADDING + theme.SPACE, theme.PADDING, theme.PADDING, theme.PADDING)
        column.setSpacing(theme.SPACE)
        self.title = _selectable("section")
        self.status = StatusLabel()
        head = QHBoxLayout()
        head.setSpacing(theme.SPACE * 2)
        head.addWidget(self.title, 1)
        head.addWidget(self.status, 0, Qt.AlignmentFlag.AlignTop)
        self.figure = _selectable("figure")
        self.note = _selectable("soft")
        self.bar = ShareBar()
        self.body = QTextBrowser()
        self.body.setOpenLinks(False)
        self.body.setFrameShape(QFrame.Shape.NoFrame)
        self.body.document().setDocumentMargin(0)
        self.body.verticalScrollBar().setProperty("kind", "apart")
        self.body.setAccessibleName(_("Facts and history"))
        self.body.setObjectName("facts")
        self.body.setMinimumHeight(theme.ROW * 3)
        self.body.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.body.anchorClicked.connect(self._link)
        self._acts = QWidget()
        self._acts_layout = QVBoxLayout(self._acts)
        self._acts_layout.setContentsMargins(0, theme.SPACE * 2, 0, 0)
        self._acts_layout.setSpacing(theme.SPACE * 2)
        column.addLayout(head)
        column.addWidget(self.figure)
        column.addWidget(self.note)
        column.addSpacing(theme.SPACE)
        column.addWidget(self.bar)
        column.addSpacing(theme.SPACE * 2)
        column.addWidget(self.body, 1)
        column.addWidget(ActsArea(self._acts))
        return inside

    def _show_acts(self, acts: Sequence[Act]) -> None:
        _clear(self._acts_layout)
        possible = [act for act in acts if not act.reasons]
        grid = QGridLayout()
        grid.setHorizontalSpacing(theme.SPACE * 2)
        grid.setVerticalSpacing(theme.SPACE * 2)
        half = (self.width() - 2 * theme.PADDING - theme.SPACE * 3) // _BUTTONS_IN_A_ROW
        for line, buttons in enumerate(_in_rows([self._act_button(act) for act in possible], half)):
            span = _BUTTONS_IN_A_ROW // len(buttons)
            for place, button in enumerate(buttons):
                grid.addWidget(button, line, place, 1, span)
        for column in range(_BUTTONS_IN_A_ROW):
            grid.setColumnStretch(column, 1)
        self._acts_layout.addLayout(grid)
        lines = _reason_lines([act for act in acts if act.reasons])
        if lines:
            told = _selectable("label")
            told.setText("\n".join(lines))
            told.setObjectName("reasons")
            self._acts_layout.addWidget(told)

    def _act_button(self, act: Act) -> QPushButton:
        button = QPushButton(act.words, self._acts)
        button.setIcon(theme.icon(act.icon, {"accent": "accent_ink", "danger": "bad"}.get(act.kind, "ink_soft")))
        button.setProperty("kind", act.kind or None)
        button.clicked.connect(lambda _checked=False: self.act_wanted.emit(act))
        button.ensurePolished()
        button.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        return button

    def _link(self, url: QUrl) -> None:
        page, _slash, key = url.toString().partition("/")
        if page == _COPY:
            QGuiApplication.clipboard().setText(unquote(key))
            self.copied.emit()
            return
        self.link_wanted.emit(page, unquote(key))


def _in_rows(buttons: Sequence[QPushButton], half: int) -> list[list[QPushButton]]:
    """Set buttons two and two; one whose words need more than half of the width has a row of its own."""
    rows: list[list[QPushButton]] = []
    is_open = False
    for button in buttons:
        is_long = button.sizeHint().width() > half
        if is_open and not is_long:
            rows[-1].append(button)
            is_open = False
        else:
            rows.append([button])
            is_open = not is_long
    return rows


def _reason_lines(refused: Sequence[Act]) -> list[str]:
    """Return one line per reason, with every act it stands against."""
    by_reason: dict[tuple[str, ...], list[str]] = {}
    for act in refused:
        by_reason.setdefault(act.reasons, []).append(act.words.rstrip(" …"))
    return [
        _("{acts} – not now: {reason}").format(acts=_(", ").join(words), reason=" ".join(reasons))
        for reasons, words in by_reason.items()
    ]


def _selectable(role: str) -> QLabel:
    label = QLabel()
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setWordWrap(True)
    label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    label.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
    theme.set_role(label, role)
    return label


def _clear(layout: QVBoxLayout) -> None:
    while (item := layout.takeAt(0)) is not None:
        inner = item.layout()
        if isinstance(inner, QGridLayout):
            while (cell := inner.takeAt(0)) is not None:
                _drop(cell.widget())
        _drop(item.widget())


def _drop(widget: QWidget | None) -> None:
    if widget is not None:
        widget.hide()
        widget.setParent(None)
        widget.deleteLater()


def _document(details: Details) -> str:
    """Return facts and history as a document; everything that was typed by somebody is escaped."""
    tokens = theme.current()
    style = (
        f"td {{ padding: 3px 0; }} .l {{ color: {tokens.ink_soft}; font-size: {theme.LABEL_PX}px; }}"
        f" .h {{ font-size: {theme.SECTION_PX}px; font-weight: bold; }}"
        f" a {{ color: {tokens.accent}; text-decoration: none; }} .w {{ color: {tokens.warn}; }}"
    )
    parts = [f"<style>{style}</style>"]
    if details.warning:
        # It scrolls with the facts: two long names in it took the whole of a low window.
        warning = escape(details.warning).replace("\n", "<br>")
        parts.append(f'<p class="w" style="margin: 0 0 12px 0">{warning}</p>')
    # Papers stand where they are seen without scrolling, after what the record is and until when it holds.
    printable = [paper for paper in details.documents if paper.page]
    papers = [_heading(_("Documents")) + _group(printable)] if printable else []
    groups = [_group(group) for group in details.facts]
    parts += [*groups[:_BEFORE_PAPERS], *papers, *groups[_BEFORE_PAPERS:]]
    parts += [_heading(heading) + _group(group) for heading, group in details.headed if group]
    if details.history:
        rows = "".join(_entry(entry) for entry in details.history)
        heading = _heading(_("History"))
        parts.append(f'{heading}<table width="100%" cellspacing="0" cellpadding="0">{rows}</table>')
    # Most papers of a record never come: what happened goes before the reasons why they are not there.
    later = [paper for paper in details.documents if not paper.page]
    if later:
        parts.append(_heading(_("Documents that cannot be printed yet")) + _group(later))
    return "".join(parts)


def _heading(words: str) -> str:
    return f'<p class="h" style="margin: 4px 0 4px 0">{escape(words)}</p>'


def _group(group: Sequence[Fact]) -> str:
    rows = "".join(_row(fact) for fact in group if fact.value)
    return f'<table width="100%" cellspacing="0" cellpadding="0" style="margin-bottom: 10px">{rows}</table>'


def _row(fact: Fact) -> str:
    """Return label and value; a sentence without a label takes the whole width, and so does one below a long label."""
    if not fact.label:
        return f'<tr><td colspan="2">{_value(fact)}</td></tr>'
    if QFontMetrics(theme.font(theme.LABEL_PX)).horizontalAdvance(fact.label) > 2 * _LABEL_SHARE:
        return f'<tr><td colspan="2"><span class="l">{escape(fact.label)}</span><br>{_value(fact)}</td></tr>'
    return (
        f'<tr><td class="l" width="{_LABEL_SHARE}" style="padding-right: 12px">{escape(fact.label)}</td>'
        f"<td>{_value(fact)}</td></tr>"
    )


def _value(fact: Fact) -> str:
    note = f'<br><span class="l">{escape(fact.note)}</span>'.replace("\n", "<br>") if fact.note else ""
    return _linked(fact) + note


def _linked(fact: Fact) -> str:
    value = escape(fact.value).replace("\n", "<br>")
    if fact.copied:
        copy = _("Copy")
        return f'{value} <a href="{_COPY}/{quote(fact.copied)}">{escape(copy)}</a>'
    return f'<a href="{fact.page}/{quote(fact.key)}">{value}</a>' if fact.page else value


def _entry(entry: HistoryEntry) -> str:
    amount = ""
    if entry.amount is not None:
        amount = " " + escape(_("{amount} yuan").format(amount=entry.amount.in_yuan()))
    note = f"<br>{escape(entry.note)}" if entry.note else ""
    return (
        f'<tr><td class="l" width="{_LABEL_SHARE}" style="padding-right: 12px; padding-bottom: 6px">'
        f"{escape(entry.business_date)}</td>"
        f'<td style="padding-bottom: 6px">{escape(action_name(entry.action))}{amount}'
        f'<br><span class="l">{escape(entry.operator_name)}{note}</span></td></tr>'
    )


Described = Callable[[], Details]
"""Makes details on the reading thread."""
