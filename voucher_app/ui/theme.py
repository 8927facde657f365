"""Colours, sizes, type and the stylesheet: the only place that names any of them.

The tokens are those of `look.md`; where a colour did not reach a contrast of 4.5:1 as text it was darkened, and a test
keeps it so. Both themes use the Fusion style as a ground, so that the window looks the same on every desktop.

Widgets ask for a look by a dynamic property, never by a colour: `QLabel[role=…]`, `QPushButton[kind=…]`,
`QFrame[card="true"]`.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontDatabase, QPalette

from voucher_app.ui import icons

if TYPE_CHECKING:
    from pathlib import Path

    from PySide6.QtGui import QIcon
    from PySide6.QtWidgets import QApplication, QLabel, QWidget

# ------------------------------------------------------------------------------------------------ sizes

SPACE: Final = 4
"""The grid; every distance is a multiple of it."""

MARGIN: Final = 24
"""Around a page and a dialog."""

PADDING: Final = 16
"""Inside a card."""

GAP: Final = 14
"""Between cards."""

ROW: Final = 36
"""Height of a row in a list."""

ROW_COMPACT: Final = 28
CONTROL: Final = 36
"""Height of a button or a field."""

ICON: Final = 16
RADIUS: Final = 7
"""Corners of controls."""

RADIUS_CARD: Final = 10
BAR: Final = 20
"""Height of a bar of money."""

SIDEBAR: Final = 208
"""Width of the navigation."""

SIDEBAR_NARROW: Final = 64
"""The same with icons only."""

CELL: Final = 12
"""Between a cell's edge and its text, in the header as in the rows, so that both line up."""

TITLE_PX: Final = 21
FIGURE_PX: Final = 24
SECTION_PX: Final = 14
BODY_PX: Final = 13
LABEL_PX: Final = 12

QUIET_MS: Final = 200
"""How long typing rests before it is acted on."""

PATIENCE_MS: Final = 300
"""How long work takes before its progress is shown."""

STYLE: Final = ("-style", "fusion")
"""For Qt's own arguments: setting the style later would load all of QStyle's enumerations, 5 ms of every start."""

FAMILY: Final = "Noto Sans SC"
RARE_FAMILY: Final = "Noto Serif SC"
"""Holds the rare characters of names that the sans subset lacks."""

# ------------------------------------------------------------------------------------------------ colours


@dataclass(frozen=True, slots=True)
class Theme:
    """The colours of one appearance, as `#RRGGBB`."""

    window: str
    surface: str
    surface_alt: str
    hover: str
    sidebar: str
    sidebar_on: str
    sidebar_ink: str
    sidebar_soft: str
    sidebar_bright: str
    ink: str
    ink_soft: str
    line: str
    line_strong: str
    accent: str
    accent_hover: str
    accent_ink: str
    selection: str
    good: str
    warn: str
    bad: str
    good_ground: str
    warn_ground: str
    bad_ground: str
    paid: str
    payable: str
    outstanding: str
    unissued: str
    trial: str
    trial_ink: str
    is_dark: bool


LIGHT: Final = Theme(
    window="#F4F6F8",
    surface="#FFFFFF",
    surface_alt="#F7F9FB",
    hover="#EDF2F7",
    sidebar="#16263D",
    sidebar_on="#26405F",
    sidebar_ink="#D3DCE8",
    sidebar_soft="#9FB0C6",
    sidebar_bright="#FFFFFF",
    ink="#1B2A41",
    ink_soft="#56657A",
    line="#E1E6EC",
    line_strong="#C9D2DC",
    accent="#1F6FB2",
    accent_hover="#185C95",
    accent_ink="#FFFFFF",
    selection="#E4EFFA",
    good="#157347",
    warn="#8A5A0B",
    bad="#B3261E",
    good_ground="#E6F4EC",
    warn_ground="#FBF1DD",
    bad_ground="#FBE9E7",
    paid="#1E8E5A",
    payable="#7AA7E0",
    outstanding="#2F6FDE",
    unissued="#E6EBF1",
    trial="#E0A93E",
    trial_ink="#1B2A41",
    is_dark=False,
)
DARK: Final = Theme(
    window="#12171F",
    surface="#1A212B",
    surface_alt="#1E2631",
    hover="#242E3B",
    sidebar="#0E131A",
    sidebar_on="#22364F",
    sidebar_ink="#C4CFDC",
    sidebar_soft="#8796A9",
    sidebar_bright="#FFFFFF",
    ink="#E6EBF2",
    ink_soft="#A3B0C1",
    line="#2A3441",
    line_strong="#3C495A",
    accent="#5AA5E6",
    accent_hover="#78B7EE",
    accent_ink="#0B1017",
    selection="#1F3853",
    good="#4CC38A",
    warn="#E0A93E",
    bad="#F58E87",
    good_ground="#17332A",
    warn_ground="#352B16",
    bad_ground="#3B2325",
    paid="#4CC38A",
    payable="#3F6AA8",
    outstanding="#5A93F0",
    unissued="#2A3441",
    trial="#E0A93E",
    trial_ink="#1B2A41",
    is_dark=True,
)

_shown: Theme = LIGHT


def current() -> Theme:
    """Return the theme in use."""
    return _shown


def color(name: str) -> QColor:
    """Return a colour as Qt has it; takes a value of a token, such as `current().ink`."""
    return QColor(name)


# ------------------------------------------------------------------------------------------------ icons

_GLYPHS: Final = {
    # pages
    "overview": ("gauge", "ink"),
    "applications": ("file-text", "ink"),
    "vouchers": ("ticket", "ink"),
    "redemptions": ("receipt", "ink"),
    "settlements": ("bank", "ink"),
    "recipients": ("buildings", "ink"),
    "providers": ("hard-drives", "ink"),
    "ledger": ("book-open", "ink"),
    "settings": ("gear-six", "ink"),
    # acts
    "add": ("plus-bold", "ink"),
    "approve": ("check-circle", "ink"),
    "refuse": ("x-circle", "ink"),
    "issue": ("ticket", "ink"),
    "print": ("printer", "ink"),
    "copy": ("copy", "ink"),
    "picture": ("image", "ink_soft"),
    "edit": ("note-pencil", "ink"),
    "verify": ("shield-check", "ink"),
    "reverse": ("arrow-counter-clockwise", "ink"),
    "freeze": ("snowflake", "ink"),
    "unfreeze": ("play", "ink"),
    "void": ("prohibit", "ink"),
    "return": ("arrow-u-up-left", "ink"),
    "suspend": ("pause-circle", "ink"),
    "resume": ("play-circle", "ink"),
    "remove": ("minus-circle", "ink"),
    "admit": ("circle-wavy-check", "ink"),
    "inspect": ("magnifying-glass", "ink"),
    "publicize": ("megaphone", "ink"),
    "object": ("chat-circle-text", "ink"),
    "resolve": ("scales", "ink"),
    "price": ("currency-cny", "ink"),
    "renew": ("calendar-plus", "ink"),
    "publish": ("paper-plane-tilt", "ink"),
    "withdraw": ("arrow-u-up-left", "ink"),
    "compare": ("columns", "ink"),
    "simulate": ("chart-line", "ink"),
    "unlock": ("lock-open", "ink"),
    "password": ("key", "ink"),
    "role": ("identification-badge", "ink"),
    "ban": ("prohibit-inset", "ink"),
    "credit": ("identification-card", "ink"),
    "confirm": ("checks", "ink"),
    "plan": ("chart-pie-slice", "ink"),
    "check": ("clipboard-text", "ink"),
    "pay": ("money", "ink"),
    "reconcile": ("scales", "ink"),
    "raise": ("trend-up", "ink"),
    "archive": ("archive-box", "ink"),
    "sample": ("flask", "ink"),
    "recover": ("arrow-bend-double-up-left", "ink"),
    "receive": ("download-simple", "ink"),
    "list": ("list-bullets", "ink"),
    "statement": ("article", "ink"),
    "open": ("arrow-square-out", "ink_soft"),
    "file": ("file", "ink"),
    "folder": ("folder-open", "ink"),
    "export": ("export", "ink"),
    "table": ("table", "ink_soft"),
    "attach": ("paperclip", "ink_soft"),
    "reload": ("arrows-clockwise", "ink_soft"),
    "close": ("x", "ink_soft"),
    "draft": ("note-pencil", "ink_soft"),
    "shield": ("shield-check", "ink_soft"),
    "backup": ("archive-box", "ink_soft"),
    # signs
    "search": ("magnifying-glass", "ink_soft"),
    "filter": ("funnel", "ink_soft"),
    "calendar": ("calendar-blank", "ink_soft"),
    "good": ("check-circle-fill", "good"),
    "met": ("check-circle-fill", "good"),
    "warning": ("warning-fill", "warn"),
    "error": ("warning-circle-fill", "bad"),
    "refused": ("x-circle-fill", "bad"),
    "note": ("info-fill", "ink_soft"),
    "waiting": ("hourglass-medium", "ink_soft"),
    "expire": ("hourglass-medium", "ink"),
    "decides": ("arrow-elbow-down-right", "accent"),
    "soft-next": ("caret-right", "ink_soft"),
    "previous": ("caret-left", "ink_soft"),
    "next": ("caret-right", "ink_soft"),
    "down": ("caret-down", "ink_soft"),
    "empty": ("tray", "ink_soft"),
    # the window
    "dark": ("moon", "ink_soft"),
    "light": ("sun", "ink_soft"),
    "language": ("translate", "ink_soft"),
    "operator": ("user-circle", "ink_soft"),
    "manual": ("question", "ink_soft"),
    "check-paper": ("shield-check", "ink_soft"),
    "lock": ("lock", "ink_soft"),
    "panel": ("square-half", "ink_soft"),
}


def icon(name: str, token: str = "") -> QIcon:
    """Return an icon by what it is for, in its own colour or in that of a token such as `accent`."""
    glyph, own = _GLYPHS[name]
    return _drawn(glyph, getattr(_shown, token or own))


def icon_names() -> frozenset[str]:
    """Return every icon there is."""
    return frozenset(_GLYPHS)


@cache
def _drawn(glyph: str, colour: str) -> QIcon:
    return icons.drawn(glyph, QColor(colour))


# ------------------------------------------------------------------------------------------------ type


_choices = {"compact": False, "system_font": False}


def choose(*, compact: bool, system_font: bool) -> None:
    """Choose how dense lists are, and whose Chinese font is used; shown from the next `apply` on."""
    _choices.update(compact=compact, system_font=system_font)


def is_compact() -> bool:
    """Return whether lists have compact rows."""
    return _choices["compact"]


def has_system_font() -> bool:
    """Return whether the system's own font is used."""
    return _choices["system_font"]


def row_height() -> int:
    """Return how high a row of a list is."""
    return ROW_COMPACT if is_compact() else ROW


def font(size_px: int = BODY_PX, *, bold: bool = False) -> QFont:
    """Return the window's font, with figures of one width, and the rare characters behind it."""
    wanted = QFont()
    own = [QFontDatabase.systemFont(QFontDatabase.SystemFont.GeneralFont).family()] if has_system_font() else []
    wanted.setFamilies([*own, FAMILY, RARE_FAMILY])
    wanted.setPixelSize(size_px)
    wanted.setBold(bold)
    wanted.setFeature(QFont.Tag("tnum"), 1)
    return wanted


# ------------------------------------------------------------------------------------------------ putting it on


def apply(app: QApplication, *, dark: bool, resources: Path) -> None:
    """Put a theme on: palette, font and stylesheet. Icons drawn before keep their colour, so content is made anew.

    Args:
        app: the application.
        dark: which theme.
        resources: holds `icons/`, the few arrows and ticks a stylesheet can only take from files.
    """
    global _shown  # noqa: PLW0603 - one look for the whole process, as Qt has it
    _shown = DARK if dark else LIGHT
    app.setPalette(_palette(_shown))
    app.setFont(font())
    app.setStyleSheet(_sheet(_shown, resources / "icons"))


def set_role(label: QLabel, role: str) -> None:
    """Give a label its role in the type: title, section, label, figure, soft, good, warn, bad, accent, error."""
    set_hook(label, "role", role)


def set_hook(widget: QWidget, name: str, value: object) -> None:
    """Set a property that the stylesheet looks at, and let the widget take it on."""
    if (widget.property(name) or "") == value:
        return  # asking for the style costs 10 ms the first time
    widget.setProperty(name, value)
    if not widget.testAttribute(Qt.WidgetAttribute.WA_WState_Polished):
        return  # it will take it on when it is first shown
    widget.style().unpolish(widget)
    widget.style().polish(widget)


def icon_size(side: int = ICON) -> QSize:
    """Return the size of an icon."""
    return QSize(side, side)


def _palette(theme: Theme) -> QPalette:
    palette = QPalette()
    pairs = {
        QPalette.ColorRole.Window: theme.window,
        QPalette.ColorRole.WindowText: theme.ink,
        QPalette.ColorRole.Base: theme.surface,
        QPalette.ColorRole.AlternateBase: theme.surface_alt,
        QPalette.ColorRole.Text: theme.ink,
        QPalette.ColorRole.Button: theme.surface,
        QPalette.ColorRole.ButtonText: theme.ink,
        QPalette.ColorRole.BrightText: theme.bad,
        QPalette.ColorRole.ToolTipBase: theme.surface,
        QPalette.ColorRole.ToolTipText: theme.ink,
        QPalette.ColorRole.Highlight: theme.selection,
        QPalette.ColorRole.HighlightedText: theme.ink,
        QPalette.ColorRole.Link: theme.accent,
        QPalette.ColorRole.LinkVisited: theme.accent,
        QPalette.ColorRole.PlaceholderText: theme.ink_soft,
        QPalette.ColorRole.Accent: theme.accent,
        QPalette.ColorRole.Light: theme.surface,
        QPalette.ColorRole.Midlight: theme.line,
        QPalette.ColorRole.Mid: theme.line,
        QPalette.ColorRole.Dark: theme.line_strong,
    }
    for role, value in pairs.items():
        palette.setColor(role, QColor(value))
    for role in (QPalette.ColorRole.WindowText, QPalette.ColorRole.Text, QPalette.ColorRole.ButtonText):
        palette.setColor(QPalette.ColorGroup.Disabled, role, QColor(theme.ink_soft))
    return palette


def _sheet(theme: Theme, folder: Path) -> str:
    values = {name: getattr(theme, name) for name in Theme.__slots__}
    sizes = {
        "radius": RADIUS,
        "radius_card": RADIUS_CARD,
        "title_px": TITLE_PX,
        "figure_px": FIGURE_PX,
        "section_px": SECTION_PX,
        "body_px": BODY_PX,
        "label_px": LABEL_PX,
        "inner": CONTROL - 2 - 2 * SPACE,
        "cell": CELL,
    }
    files = {
        "caret_down": (folder / "caret-down.svg").as_posix(),
        "caret_up": (folder / "caret-up.svg").as_posix(),
        "tick": (folder / f"check-{'dark' if theme.is_dark else 'light'}.svg").as_posix(),
    }
    sheet = _SHEET
    for name, value in {**values, **sizes, **files}.items():
        sheet = sheet.replace(f"@{name}@", str(value))
    assert "@" not in sheet, "every placeholder has its token"
    return sheet


_SHEET: Final = """
QMainWindow, QDialog { background: @window@; }
QToolTip { background: @surface@; color: @ink@; border: 1px solid @line_strong@; padding: 4px 6px; }

QLabel { background: transparent; color: @ink@; }
QLabel[role="title"] { font-size: @title_px@px; font-weight: bold; }
QLabel[role="figure"] { font-size: @figure_px@px; font-weight: bold; }
QLabel[role="section"] { font-size: @section_px@px; font-weight: bold; }
QLabel[role="label"] { font-size: @label_px@px; color: @ink_soft@; }
QLabel[role="soft"] { color: @ink_soft@; }
QLabel[role="strong"] { font-weight: bold; }
QLabel[role="good"] { color: @good@; }
QLabel[role="warn"] { color: @warn@; }
QLabel[role="bad"] { color: @bad@; }
QLabel[role="accent"] { color: @accent@; }
QLabel[role="verdict-good"] { font-size: @figure_px@px; font-weight: bold; color: @good@; }
QLabel[role="verdict-warn"] { font-size: @figure_px@px; font-weight: bold; color: @warn@; }
QLabel[role="verdict-bad"] { font-size: @figure_px@px; font-weight: bold; color: @bad@; }
QLabel[role="error"] { font-size: @label_px@px; color: @bad@; }

QFrame[card="true"] { background: @surface@; border: 1px solid @line@; border-radius: @radius_card@px; }
QFrame#hairline { background: @line@; border: none; max-height: 1px; min-height: 1px; }
QFrame#effect { background: @surface@; border: none; border-left: 1px solid @line@; }

QPushButton {
  background: @surface@; color: @ink@; border: 1px solid @line_strong@; border-radius: @radius@px;
  padding: 4px 14px; min-height: @inner@px; }
QPushButton:hover { background: @hover@; }
QPushButton:pressed { background: @selection@; }
QPushButton:focus { border: 2px solid @accent@; padding: 3px 13px; }
QPushButton:disabled { color: @ink_soft@; background: @window@; border-color: @line@; }
QPushButton[kind="accent"] { background: @accent@; color: @accent_ink@; border-color: @accent@; }
QPushButton[kind="accent"]:hover { background: @accent_hover@; border-color: @accent_hover@; }
QPushButton[kind="accent"]:focus { border: 2px solid @ink@; }
QPushButton[kind="accent"]:disabled { background: @line@; color: @ink_soft@; border-color: @line@; }
QPushButton[kind="danger"] { color: @bad@; border-color: @bad@; }
QPushButton[kind="danger"]:hover { background: @bad_ground@; }
QPushButton[kind="quiet"] { background: transparent; border-color: transparent; }
QPushButton[kind="quiet"]:hover { background: @hover@; }
QPushButton[kind="quiet"]:focus { border: 2px solid @accent@; }
QPushButton[kind="disclosure"] {
  background: transparent; border-color: transparent; text-align: left; font-weight: bold; padding: 0 8px 0 0;
}
QPushButton[kind="disclosure"]:hover { color: @accent@; }
QPushButton[kind="disclosure"]:focus { border: 2px solid @accent@; }
QPushButton[kind="link"] {
  background: transparent; border: none; color: @accent@; padding: 0px; min-height: 20px; text-align: left; }
QPushButton[kind="link"]:hover { text-decoration: underline; }
QPushButton[kind="link"]:focus { border: none; text-decoration: underline; }
QPushButton[kind="chip"] {
  background: transparent; color: @ink_soft@; border: 1px solid transparent; border-radius: 14px;
  padding: 2px 10px; min-height: 22px; }
QPushButton[kind="chip"]:hover { background: @hover@; }
QPushButton[kind="chip"]:checked { background: @selection@; color: @ink@; border-color: transparent; }
QPushButton[kind="chip"]:focus { border-color: @accent@; }

QToolButton { background: transparent; border: 1px solid transparent; border-radius: @radius@px; padding: 5px;
  color: @ink@; }
QToolButton[kind="small"] { padding: 3px; }
QToolButton:hover { background: @hover@; }
QToolButton:checked { background: @selection@; }
QToolButton:focus { border-color: @accent@; }
QToolButton::menu-indicator { image: none; }

QLineEdit, QPlainTextEdit, QTextEdit, QDateEdit {
  background: @surface@; color: @ink@; border: 1px solid @line_strong@; border-radius: @radius@px;
  padding: 4px 10px; selection-background-color: @accent@; selection-color: @accent_ink@;
  placeholder-text-color: @ink_soft@; }
QLineEdit, QDateEdit { min-height: @inner@px; }
QLineEdit:focus, QPlainTextEdit:focus, QTextEdit:focus, QDateEdit:focus { border: 2px solid @accent@;
  padding: 3px 9px; }
QLineEdit[bad="true"], QPlainTextEdit[bad="true"] { border-color: @bad@; }
QLineEdit:read-only { background: @window@; }
QLineEdit:disabled { background: @window@; border-color: @line@; }

QComboBox { background: @surface@; color: @ink@; border: 1px solid @line_strong@; border-radius: @radius@px;
  padding: 4px 10px; min-height: @inner@px; }
QComboBox:hover { background: @hover@; }
QComboBox:focus, QComboBox:on { border: 2px solid @accent@; padding: 3px 9px; }
QComboBox::drop-down { border: none; width: 24px; }
QComboBox::down-arrow { image: url(@caret_down@); width: 12px; height: 12px; }
QComboBox QAbstractItemView, QComboBox QAbstractItemView:focus { background: @surface@; color: @ink@;
  border: 1px solid @line_strong@; border-top: none; border-bottom: none; outline: 0; padding: 4px;
  selection-background-color: @selection@; selection-color: @ink@; }
QComboBoxPrivateContainer { background: @surface@; border: 1px solid @line_strong@; }
QComboBox QAbstractItemView::item { min-height: 28px; padding: 2px 6px; border-radius: 5px; color: @ink@; }
QComboBox QAbstractItemView::item:selected { background: @selection@; }

QCheckBox, QRadioButton { color: @ink@; spacing: 8px; background: transparent; }
QCheckBox::indicator { width: 16px; height: 16px; border: 1px solid @line_strong@; border-radius: 4px;
  background: @surface@; }
QCheckBox::indicator:checked { background: @accent@; border-color: @accent@; image: url(@tick@); }
QCheckBox::indicator:focus { border: 2px solid @accent@; }

QMenu { background: @surface@; color: @ink@; border: 1px solid @line_strong@; padding: 4px; }
QMenu::item { padding: 6px 24px 6px 12px; border-radius: 5px; }
QMenu::item:selected { background: @selection@; }
QMenu::item:disabled { color: @ink_soft@; }
QMenu::separator { height: 1px; background: @line@; margin: 4px 8px; }

QTableView { background: @surface@; alternate-background-color: @surface_alt@; color: @ink@;
  border: 1px solid transparent; outline: 0; gridline-color: @line@;
  selection-background-color: @selection@; selection-color: @ink@; }
QListView { border: 1px solid transparent; outline: 0; }
QTreeView { border: 1px solid @line@; outline: 0; }
QTableView:focus, QListView:focus, QTreeView:focus, QScrollArea[ring="true"]:focus { border-color: @accent@; }
ListView, ListView:focus { border: none; }
QHeaderView { background: transparent; border: none; }
QHeaderView::section { background: @surface@; color: @ink_soft@; border: none; border-bottom: 1px solid @line@;
  padding: 0px @cell@px; font-size: @label_px@px; }
QHeaderView::section:hover { color: @ink@; }
QTableCornerButton::section { background: @surface@; border: none; }

QScrollArea { background: transparent; border: none; }
QScrollArea[ring="true"] { border: 1px solid transparent; }
QScrollArea > QWidget > QWidget[flat="true"] { background: transparent; }
QAbstractScrollArea::corner { background: transparent; }
QScrollBar:vertical { background: transparent; width: 10px; margin: 2px 1px; }
QScrollBar[kind="apart"]:vertical { width: 16px; margin: 2px 1px 2px 7px; }
QScrollBar:horizontal { background: transparent; height: 10px; margin: 1px 2px; }
QScrollBar::handle { background: @line_strong@; border-radius: 4px; }
QScrollBar::handle:hover { background: @ink_soft@; }
QScrollBar::handle:vertical { min-height: 32px; }
QScrollBar::handle:horizontal { min-width: 32px; }
QScrollBar::add-line, QScrollBar::sub-line { width: 0; height: 0; }
QScrollBar::add-page, QScrollBar::sub-page { background: transparent; }

QSplitter::handle { background: transparent; }
QSplitter::handle:hover { background: @line@; }
QProgressBar { background: transparent; border: none; max-height: 3px; min-height: 3px; }
QProgressBar::chunk { background: @accent@; }
QTabBar { background: transparent; border: none; }
QTabBar::tab { background: transparent; color: @ink_soft@; border: none; border-bottom: 2px solid transparent;
  padding: 8px 4px; margin-right: 20px; }
QTabBar::tab:hover { color: @ink@; }
QTabBar::tab:selected { color: @ink@; border-bottom-color: @accent@; }
QTabBar::tab:focus { color: @accent@; }

QCalendarWidget QWidget { background: @surface@; color: @ink@; alternate-background-color: @surface_alt@; }
QCalendarWidget QToolButton { color: @ink@; min-height: 22px; }
QCalendarWidget QAbstractItemView { selection-background-color: @accent@; selection-color: @accent_ink@; outline: 0; }
QCalendarWidget QAbstractItemView:disabled { color: @ink_soft@; }
QCalendarWidget QToolButton#qt_calendar_prevmonth, QCalendarWidget QToolButton#qt_calendar_nextmonth { width: 22px; }

QWidget#navigation { background: @sidebar@; }
QWidget#navigation QLabel { color: @sidebar_soft@; }
QWidget#navigation QLabel[role="office"] { color: @sidebar_ink@; font-size: @label_px@px; }
QWidget#navigation QLabel[role="name"] { color: @sidebar_bright@; font-size: 16px; font-weight: bold; }
QLabel[role="trial"] { background: @trial@; color: @trial_ink@; border-radius: 4px; padding: 2px 8px;
  font-size: @label_px@px; font-weight: bold; }
QWidget#navigation QLabel[role="trial"] { color: @trial_ink@; }
QWidget#navigation QLabel[narrow="true"] { padding: 2px 0px; }
QWidget#navigation QToolButton { color: @sidebar_ink@; }
QWidget#navigation QToolButton:hover { background: @sidebar_on@; }
QWidget#status { background: @window@; border-top: 1px solid @line@; }
QTextBrowser#facts { background: transparent; border: 1px solid transparent; padding: 0; }
QTextBrowser#facts:focus { border: 1px solid @accent@; padding: 0; }
QComboBox[quiet="true"] { background: transparent; border-color: transparent; min-height: 22px; }
QComboBox[quiet="true"]:hover { background: @hover@; }
QComboBox[quiet="true"]:focus { border: 2px solid @accent@; }
"""
