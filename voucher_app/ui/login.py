"""Who is at the desk: the log-in page, which hides the work while nobody is there, and the password asked again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtWidgets import QApplication, QDialog, QFrame, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from voucher_app.domain.errors import DomainError, RulesViolated
from voucher_app.i18n import _
from voucher_app.services import office_key
from voucher_app.services import operator as use_cases
from voucher_app.services.ports.errors import StorageError
from voucher_app.services.wording.errors import describe
from voucher_app.services.wording.names import role_name
from voucher_app.services.workspace import new_request_id
from voucher_app.ui import theme
from voucher_app.ui.called_by_qt import called_by_qt
from voucher_app.ui.tab_order import ReadingOrder
from voucher_app.ui.widgets.field import ChoiceField
from voucher_app.ui.widgets.password_field import PasswordAgainField, PasswordField

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from voucher_app.domain.operators import Operator
    from voucher_app.services.workspace import Workspace
    from voucher_app.ui.operations import OperationRunner
    from voucher_app.ui.widgets.field import Field

IDLE_MS: Final = 15 * 60 * 1000
"""So long without a key or the mouse, and the work is hidden until somebody logs in."""

_WIDTH: Final = theme.CONTROL * 11


class IdleWatch(QObject):
    """Notices that nobody is there.

    Signals:
        left: no input for `IDLE_MS`.
    """

    left = Signal()
    _INPUT: Final = frozenset({
        QEvent.Type.KeyPress, QEvent.Type.MouseButtonPress, QEvent.Type.MouseMove, QEvent.Type.Wheel,
        QEvent.Type.TouchBegin, QEvent.Type.InputMethod,
    })  # fmt: skip

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.timer = QTimer(self, singleShot=True, interval=IDLE_MS)
        self.timer.timeout.connect(self.left)

    def begin(self) -> None:
        """Watch from now on."""
        app = QApplication.instance()
        assert app is not None, "a watch needs somebody to watch"
        app.installEventFilter(self)
        self.timer.start()

    def end(self) -> None:
        """Watch no more."""
        app = QApplication.instance()
        if app is not None:
            app.removeEventFilter(self)
        self.timer.stop()

    @called_by_qt
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: ARG002, N802 - Qt's name
        """Begin to count anew with each input; pass everything on."""
        if event.type() in self._INPUT:
            self.timer.start()
        return False


class LogInPage(QWidget):
    """Name and password, over everything else; who has a first password chooses their own here.

    Signals:
        entered: somebody proved to be this `Operator`.
        went_back: nobody new; whoever worked before goes on.
    """

    entered = Signal(object)
    went_back = Signal()

    def __init__(
        self,
        workspace: Workspace,
        runner: OperationRunner,
        parent: QWidget,
        *,
        office: str,
        people: Sequence[Operator],
        person: Operator | None,
        words: str,
        may_go_back: bool,
    ) -> None:
        super().__init__(parent)
        self._workspace = workspace
        self._runner = runner
        self._people = {str(one.id): one for one in people}
        self._busy = False
        self._chooses_own = False
        self.setObjectName("login")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setAutoFillBackground(True)
        self.person = ChoiceField(
            _("Who works"),
            [(key, _("{name} · {role}").format(name=one.name, role=role_name(one.role)))
             for key, one in self._people.items()],
        )  # fmt: skip
        if person is not None:
            self.person.choose(str(person.id))
        self.person.changed.connect(self._person_changed)
        self.password = PasswordField(_("Password"))
        self.new = PasswordField(_("Your own password"), choosing=True)
        self.again = PasswordAgainField(self.new)
        self.enter = QPushButton(_("Log in"))
        self.enter.setProperty("kind", "accent")
        self.enter.clicked.connect(self.go_on)
        self.back = QPushButton(_("Back"))
        self.back.clicked.connect(self.went_back)
        self.back.setVisible(may_go_back)
        self._words = QLabel(words)
        self._build(office)
        for field in (self.password, self.new, self.again):
            field.edit.returnPressed.connect(self._next)
        self._choose_own(wanted=False)

    def _build(self, office: str) -> None:
        card = QFrame()
        card.setProperty("card", "true")
        card.setFixedWidth(_WIDTH)
        title = QLabel(office)
        theme.set_role(title, "title")
        title.setWordWrap(True)
        title.setTextFormat(Qt.TextFormat.PlainText)
        theme.set_role(self._words, "soft")
        self._words.setWordWrap(True)
        self._words.setTextFormat(Qt.TextFormat.PlainText)
        buttons = QHBoxLayout()
        buttons.setSpacing(theme.SPACE * 2)
        buttons.addWidget(self.enter)
        buttons.addWidget(self.back)
        buttons.addStretch(1)
        column = QVBoxLayout(card)
        column.setContentsMargins(theme.MARGIN, theme.MARGIN, theme.MARGIN, theme.MARGIN)
        column.setSpacing(theme.SPACE * 2)
        column.addWidget(title)
        column.addWidget(self._words)
        column.addSpacing(theme.SPACE * 2)
        for field in (self.person, self.password, self.new, self.again):
            column.addWidget(field)
        column.addLayout(buttons)
        whole = QVBoxLayout(self)
        whole.addStretch(2)
        whole.addWidget(card, 0, Qt.AlignmentFlag.AlignHCenter)
        whole.addStretch(3)

    def begin(self) -> None:
        """Wait for the password."""
        self.password.control.setFocus(Qt.FocusReason.OtherFocusReason)

    # ------------------------------------------------------------------------------------------ what is asked

    def _fields(self) -> list[Field]:
        return [field for field in (self.password, self.new, self.again) if not field.isHidden()]

    def _choose_own(self, *, wanted: bool, has_old: bool = True) -> None:
        """Ask for a password of one's own instead of the one that lets in."""
        self._chooses_own = wanted
        self.password.setVisible(not wanted)
        self.new.setVisible(wanted)
        self.again.setVisible(wanted)
        self.enter.setText(_("Set this password") if wanted else _("Log in"))
        if wanted:
            self._words.setText(
                _("Somebody else chose this password. Choose your own, which nobody else knows.")
                if has_old
                else _("This account has no password yet. Choose one, which nobody else knows.")
            )
            self.new.set_name(self._who().name)
            self.new.control.setFocus(Qt.FocusReason.OtherFocusReason)

    def _who(self) -> Operator:
        return self._people[self.person.value()]

    def _person_changed(self) -> None:
        for field in (self.password, self.new, self.again):
            field.set_text("")
        self._choose_own(wanted=False)
        self.begin()

    def _next(self) -> None:
        """Go from field to field by Enter, and in at last."""
        fields = self._fields()
        place = next((number for number, field in enumerate(fields) if field.control.hasFocus()), len(fields) - 1)
        if place + 1 < len(fields):
            fields[place + 1].control.setFocus(Qt.FocusReason.OtherFocusReason)
        else:
            self.go_on()

    # ------------------------------------------------------------------------------------------ going in

    def go_on(self) -> None:
        """Try the password, or set the new one."""
        wrong = [field for field in self._fields() if not field.judge()]
        if wrong:
            wrong[0].control.setFocus(Qt.FocusReason.OtherFocusReason)
            return
        if self._busy:
            return
        who, workspace, given = self._who(), self._workspace, self.password.text()
        if self._chooses_own:
            new, request_id = self.new.text(), new_request_id()
            self._run(lambda: _choose(workspace, who, given, new, request_id), who, self.new)
        else:
            self._run(lambda: _enter(workspace, who, given), who, self.password)

    def _run(self, call: Callable[[], bool], who: Operator, field: PasswordField) -> None:
        self._busy = True
        self.enter.setEnabled(False)
        self.person.setEnabled(False)

        def inside(must_change: object) -> None:
            self._rest()
            if must_change:
                self._choose_own(wanted=True)
            else:
                self.entered.emit(who)

        def refused(error: Exception) -> None:
            self._rest()
            if isinstance(error, RulesViolated) and {one.code for one in error.violations} == {"password_not_set"}:
                self._choose_own(wanted=True, has_old=False)
            elif isinstance(error, DomainError | StorageError):
                field.set_text("")
                field.complain("\n".join(describe(error)))
                field.control.setFocus(Qt.FocusReason.OtherFocusReason)
            else:
                self._runner.failed.emit(error)

        self._runner.run(call, success=inside, failure=refused, writes=True, owner=self)

    def _rest(self) -> None:
        self._busy = False
        self.enter.setEnabled(True)
        self.person.setEnabled(True)


def _enter(workspace: Workspace, person: Operator, password: str) -> bool:
    """Log in; return whether a password of one's own has to be chosen first."""
    use_cases.log_in(workspace, operator=person, password=password)
    return any(row.must_change for row in workspace.queries.people() if row.id == person.id)


def _choose(workspace: Workspace, person: Operator, old: str, new: str, request_id: str) -> bool:
    """Set a password of one's own, having given the old one where there is one."""
    if any(row.has_password for row in workspace.queries.people() if row.id == person.id):
        use_cases.log_in(workspace, operator=person, password=old, for_an_act=True)
    use_cases.change_password(workspace, password=new, operator=person, request_id=request_id)
    return False


def ask_password(
    workspace: Workspace, runner: OperationRunner, parent: QWidget, *, person: Operator, words: str
) -> SecretPrompt:
    """Return what asks for the password again before an act that moves money or sets rules."""
    return SecretPrompt(
        runner,
        parent,
        title=_("Password again"),
        label=_("Password of {name}").format(name=person.name),
        words=words,
        try_it=lambda given: use_cases.log_in(workspace, operator=person, password=given, for_an_act=True),
    )


def ask_passphrase(workspace: Workspace, runner: OperationRunner, parent: QWidget) -> SecretPrompt:
    """Return what asks for the passphrase of the signing key; once in each run of the program."""
    return SecretPrompt(
        runner,
        parent,
        title=_("Passphrase of the signing key"),
        label=_("Passphrase"),
        words=_("Papers are signed with the office's key, which is under a passphrase. It is asked for only once."),
        try_it=lambda given: office_key.unlock(workspace, given),
    )


class SecretPrompt(ReadingOrder, QDialog):
    """Asks for a password or a passphrase; accepted once it was right.

    Args:
        runner: tries what was typed, off the GUI thread.
        parent: what the prompt lies over.
        title: of the dialog.
        label: of the field.
        words: why it is asked for.
        try_it: tries what was typed, and raises what is wrong with it.
    """

    def __init__(
        self,
        runner: OperationRunner,
        parent: QWidget,
        *,
        title: str,
        label: str,
        words: str,
        try_it: Callable[[str], object],
    ) -> None:
        super().__init__(parent)
        self._runner = runner
        self._try_it = try_it
        self._busy = False
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setModal(True)
        self.setWindowTitle(title)
        self.password = PasswordField(label)
        self.password.edit.returnPressed.connect(self.go_on)
        told = QLabel(words)
        told.setWordWrap(True)
        told.setTextFormat(Qt.TextFormat.PlainText)
        self.confirm = QPushButton(_("Confirm"))
        self.confirm.setProperty("kind", "accent")
        self.confirm.setAutoDefault(False)
        self.confirm.clicked.connect(self.go_on)
        cancel = QPushButton(_("Cancel"))
        cancel.setAutoDefault(False)
        cancel.clicked.connect(self.reject)
        buttons = QHBoxLayout()
        buttons.addStretch(1)
        buttons.addWidget(cancel)
        buttons.addWidget(self.confirm)
        column = QVBoxLayout(self)
        column.setContentsMargins(theme.MARGIN, theme.MARGIN, theme.MARGIN, theme.PADDING)
        column.setSpacing(theme.SPACE * 3)
        column.addWidget(told)
        column.addWidget(self.password)
        column.addLayout(buttons)
        self.setFixedWidth(_WIDTH)
        self.password.control.setFocus(Qt.FocusReason.OtherFocusReason)

    def go_on(self) -> None:
        """Try what was typed."""
        if self._busy or not self.password.judge():
            return
        self._busy = True
        try_it, given = self._try_it, self.password.text()

        def right(_nothing: object) -> None:
            self.accept()

        def refused(error: Exception) -> None:
            self._busy = False
            self.password.set_text("")
            self.password.complain("\n".join(describe(error)))

        self._runner.run(lambda: try_it(given), success=right, failure=refused, writes=True, owner=self)
