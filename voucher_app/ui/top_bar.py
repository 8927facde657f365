"""The bar above a page: where one was before, which year, who works, language and look."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import (
    QComboBox,
    QLabel,
    QPushButton,
    QSizePolicy,
    QStyle,
    QStyleOptionComboBox,
    QStylePainter,
    QToolButton,
)

from voucher_app import i18n
from voucher_app.i18n import _
from voucher_app.services.wording.names import role_name
from voucher_app.ui import actions, theme
from voucher_app.ui.called_by_qt import called_by_qt
from voucher_app.ui.choice_box import ChoiceBox
from voucher_app.ui.widgets.fitting_row import FittingRow

if TYPE_CHECKING:
    from PySide6.QtGui import QKeyEvent, QPaintEvent
    from PySide6.QtWidgets import (
        QWidget,
    )

    from voucher_app.domain.operators import Operator
    from voucher_app.ui.desk import Desk

_HEIGHT: Final = 46
_CHOICE_LEAST: Final = theme.CONTROL * 2


class FrameChoice(ChoiceBox):
    """A choice in the frame that changes only when somebody opens it and chooses; in a narrow one its words are cut."""

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("quiet", "true")
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self.currentTextChanged.connect(self.setToolTip)

    @called_by_qt
    def minimumSizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Return what still says something."""
        return QSize(_CHOICE_LEAST, super().minimumSizeHint().height())

    @called_by_qt
    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Paint the choice, its words cut by a sign where there is no room for them; Qt cuts them within a letter."""
        option = QStyleOptionComboBox()
        self.initStyleOption(option)
        painter = QStylePainter(self)
        painter.drawComplexControl(QStyle.ComplexControl.CC_ComboBox, option)
        part = QStyle.SubControl.SC_ComboBoxEditField
        room = self.style().subControlRect(QStyle.ComplexControl.CC_ComboBox, option, part, self).width()
        words = self.fontMetrics().elidedText(self.currentText(), Qt.TextElideMode.ElideRight, room)
        option.currentText = words
        painter.drawControl(QStyle.ControlElement.CE_ComboBoxLabel, option)

    @called_by_qt
    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Open the list for the keys that would change the choice unseen."""
        if event.key() in {Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_PageUp, Qt.Key.Key_PageDown}:
            self.showPopup()
        else:
            super().keyPressEvent(event)


class TopBar(FittingRow):
    """What stands above every page; the window connects it."""

    def __init__(self, *, dark: bool) -> None:
        super().__init__()
        self.setFixedHeight(_HEIGHT)
        self.back = _tool("previous", actions.tip("back"))
        self.forth = _tool("next", actions.tip("forward"))
        self.years = FrameChoice()
        self.years.setAccessibleName(_("Budget year"))
        self.operators = FrameChoice()
        self.operators.setAccessibleName(_("Who works"))
        self.small_office = QLabel(_("Small office"))
        self.small_office.setToolTip(
            _("Preparer, reviewer and finance stand in for one another; two people still decide.")
        )
        theme.set_role(self.small_office, "trial")
        self.small_office.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.check_button = _tool("check-paper", actions.tip("check"))
        self.lock_button = _tool("lock", actions.tip("lock"))
        self.password_button = _tool("password", _("Change my password"))
        self.language = language_button()
        self.look = _tool("light" if dark else "dark", _("Light") if dark else _("Dark"))
        self.manual = _tool("manual", _("Manual of this page (F1)"))
        self.everything = QPushButton(_("Search everything  Ctrl+K"))
        self.everything.setProperty("kind", "quiet")
        self.everything.setIcon(theme.icon("search"))
        self.everything.setToolTip(_("Units, vouchers, contracts, invoices, papers and acts"))
        row = self.row
        row.setContentsMargins(theme.MARGIN - theme.SPACE * 2, theme.SPACE * 2, theme.MARGIN - theme.SPACE * 2, 0)
        row.setSpacing(theme.SPACE)
        left: tuple[QWidget, ...] = (self.back, self.forth, self.years, self.everything)
        for widget in left:
            row.addWidget(widget)
        row.addStretch(1)
        person = QLabel()
        person.setPixmap(theme.icon("operator").pixmap(theme.icon_size(20)))
        right: tuple[QWidget, ...] = (self.small_office, self.check_button, person, self.operators,
                                      self.password_button, self.lock_button, self.language, self.look,
                                      self.manual)  # fmt: skip
        for widget in right:
            row.addWidget(widget)

    def show_desk(self, desk: Desk) -> None:
        """Show which years there are and who works here."""
        facts = desk.facts
        self.years.clear()
        for year in sorted({*facts.years, desk.year}, reverse=True):
            self.years.addItem(_("Budget year {year}").format(year=year), year)
        self.years.insertSeparator(self.years.count())
        self.years.addItem(_("Open a budget year …"), None)
        self.show_year(desk.year)
        self.small_office.setVisible(facts.office.small_office)
        self.lock_button.setVisible(not facts.office.trial)
        self.password_button.setVisible(not facts.office.trial)
        self.operators.clear()
        for person in facts.operators:
            self.operators.addItem(_("{name} · {role}").format(name=person.name, role=role_name(person.role)), person)
        self.show_operator(desk.operator, facts.operators)

    def show_year(self, year: int) -> None:
        """Show which year is looked at."""
        self.years.setCurrentIndex(self.years.findData(year))

    def show_operator(self, operator: Operator | None, people: tuple[Operator, ...]) -> None:
        """Show who works."""
        if operator in people:
            self.operators.setCurrentIndex(people.index(operator))


def language_button() -> QPushButton:
    """Return a button that is called by the other language, in that language."""
    in_chinese = i18n.language() == i18n.CHINESE
    button = QPushButton("English" if in_chinese else "中文")  # a language is named in itself
    button.setProperty("kind", "quiet")
    button.setIcon(theme.icon("language"))
    button.setToolTip(_("Show the window in English") if in_chinese else _("Show the window in Chinese"))
    return button


def _tool(icon: str, words: str) -> QToolButton:
    button = QToolButton()
    button.setIcon(theme.icon(icon))
    button.setToolTip(words)
    button.setAccessibleName(words)
    return button
