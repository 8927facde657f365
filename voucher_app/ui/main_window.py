"""The window: navigation at the left, who works and which year above, one page, and a line for what was done.

It is shown before any data is read: `begin` fills it once the data file is open. A change of language or of light and
dark makes the content anew, because texts and icons are made once.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QByteArray, QPoint, Qt, QTimer, Signal
from PySide6.QtGui import QIcon, QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QDialog,
    QHBoxLayout,
    QLabel,
    QMainWindow,
    QMenu,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from voucher_app import i18n
from voucher_app.domain.errors import RulesViolated
from voucher_app.i18n import _, marked
from voucher_app.ui import actions, theme
from voucher_app.ui.called_by_qt import called_by_qt
from voucher_app.ui.first_paint import after_first_paint
from voucher_app.ui.sidebar import Sidebar
from voucher_app.ui.status_line import StatusLine
from voucher_app.ui.tab_order import ReadingOrder
from voucher_app.ui.tips import plain_tip
from voucher_app.ui.top_bar import TopBar

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from PySide6.QtCore import QSettings
    from PySide6.QtGui import QCloseEvent, QKeyEvent, QResizeEvent, QShowEvent

    from voucher_app.domain.operators import Operator
    from voucher_app.ui.closing import ClosingBackup
    from voucher_app.ui.desk import Desk, Destination
    from voucher_app.ui.login import IdleWatch, LogInPage
    from voucher_app.ui.offers import Offers
    from voucher_app.ui.pages.page import Page
    from voucher_app.ui.scanner import Scan, Scanner
    from voucher_app.ui.widgets.search_box import SearchBox

PAGES: Final = (
    ("overview", marked("Overview")),
    ("applications", marked("Applications")),
    ("vouchers", marked("Compute vouchers")),
    ("redemptions", marked("Redemptions")),
    ("settlements", marked("Settlements")),
    ("recipients", marked("Recipients")),
    ("providers", marked("Providers")),
    ("ledger", marked("Ledger")),
    ("settings", marked("Settings")),
)
"""The pages in the order of the navigation and of Ctrl+1, Ctrl+2 …"""

SMALLEST: Final = (1024, 640)
WIDTH, HEIGHT = 1360, 850
_ROOMY: Final = 1180
_CLOSING_MS: Final = 30_000
_MINUTE_MS: Final = 60_000


def make_page(name: str, desk: Desk) -> Page:  # noqa: PLR0911 - one for each page
    """Make a page; each is imported and made when it is first gone to, so that the window opens at once."""
    if name == "overview":
        from voucher_app.ui.pages.overview import OverviewPage  # noqa: PLC0415 - see above

        return OverviewPage(desk)
    if name == "applications":
        from voucher_app.ui.pages.applications import ApplicationsPage  # noqa: PLC0415

        return ApplicationsPage(desk)
    if name == "vouchers":
        from voucher_app.ui.pages.vouchers import VouchersPage  # noqa: PLC0415

        return VouchersPage(desk)
    if name == "redemptions":
        from voucher_app.ui.pages.redemptions import RedemptionsPage  # noqa: PLC0415

        return RedemptionsPage(desk)
    if name == "settlements":
        from voucher_app.ui.pages.settlements import SettlementsPage  # noqa: PLC0415

        return SettlementsPage(desk)
    if name == "recipients":
        from voucher_app.ui.pages.recipients import RecipientsPage  # noqa: PLC0415

        return RecipientsPage(desk)
    if name == "providers":
        from voucher_app.ui.pages.providers import ProvidersPage  # noqa: PLC0415

        return ProvidersPage(desk)
    if name == "settings":
        from voucher_app.ui.pages.settings import SettingsPage  # noqa: PLC0415

        return SettingsPage(desk)
    assert name == "ledger", name
    from voucher_app.ui.pages.ledger import LedgerPage  # noqa: PLC0415

    return LedgerPage(desk)


def choose_look(settings: QSettings) -> None:
    """Take how dense lists are and whose font is used from the settings."""
    theme.choose(
        compact=str(settings.value("window/compact", "")) == "yes",
        system_font=str(settings.value("window/system_font", "")) == "yes",
    )


class MainWindow(ReadingOrder, QMainWindow):
    """The window.

    Signals:
        language_changed: another language is shown, so Qt's own words change too.
        closed: the window closed and all work is done.
    """

    language_changed = Signal(str)
    closed = Signal()
    _next_step = Signal(object)

    def __init__(self, resources: Path, settings: QSettings, *, dark: bool) -> None:
        super().__init__()
        self._resources = resources
        self._settings = settings
        self._dark = dark
        self.desk: Desk | None = None
        self.pages: dict[str, Page] = {}
        self._history: list[str] = []
        self._place = -1
        self.login: LogInPage | None = None
        """The page that hides the work while nobody is there, or None."""
        self._set_aside: list[QDialog] = []
        self.idle: IdleWatch | None = None
        self.closing: ClosingBackup | None = None
        self.offers: Offers | None = None
        self.new_reports: list[Path] = []
        """Reports of mistakes that nobody has seen yet; offered once."""
        self.search_box: SearchBox | None = None
        """The search over everything, made when it is first asked for."""
        self.setWindowTitle(_("Compute Voucher Desk"))
        self.setWindowIcon(QIcon(str(resources / "icons" / "voucher-app.svg")))
        self.setMinimumSize(*SMALLEST)
        self.resize(WIDTH, HEIGHT)
        geometry = settings.value("window/geometry")
        if isinstance(geometry, QByteArray):
            self.restoreGeometry(geometry)
        self._clock = QTimer(self, interval=_MINUTE_MS)
        self._clock.timeout.connect(self._show_day)
        self._next_step.connect(self._take_step, Qt.ConnectionType.QueuedConnection)
        self._shortcuts()
        self.scanner: Scanner | None = None

    # ------------------------------------------------------------------------------------------ opening

    def begin(self, desk: Desk) -> None:
        """Fill the window: the data file is open."""
        self.desk = desk
        desk.setParent(self)
        desk.runner.failed.connect(self._failed)
        desk.runner.changed.connect(desk.reread)
        desk.facts_changed.connect(self._show_facts)
        desk.year_changed.connect(self._show_facts)
        desk.notified.connect(self._notified)
        desk.wanted.connect(self._go_to)
        desk.runner.busy.connect(self._busy)
        desk.look_wanted.connect(self.put_on_look)
        self._clock.start()
        first = str(self._settings.value("window/page", "overview"))
        self._build(desk)
        self.show_page(first if first in dict(PAGES) else "overview")
        desk.runner.prover = self._prove
        if not desk.office.trial:
            self._watch()
            self._ask_who(desk.operator, _("Log in to go on."), may_go_back=False)
        after_first_paint(self._content, desk.reread)
        after_first_paint(self._content, self._offer)
        after_first_paint(self._content, self._hear_the_scanner)
        after_first_paint(self._content, self._load_ahead)

    def _load_ahead(self) -> None:
        from voucher_app.ui.ahead import AFTER_MS, load_ahead  # noqa: PLC0415 - the first paint comes before

        def begin() -> None:
            if self.desk is not None:
                self.desk.runner.run(lambda: load_ahead(dict(PAGES)), success=lambda _nothing: None, long=True)

        QTimer.singleShot(AFTER_MS, self, begin)

    def show_failure(self, error: BaseException) -> None:
        """Say why the data file cannot be opened; a bug is told like any other."""
        from voucher_app.services.wording.errors import describe  # noqa: PLC0415 - most days nothing fails
        from voucher_app.ui import notices  # noqa: PLC0415

        if notices.kind_of(error) is notices.Kind.BUG or not isinstance(error, Exception):
            notices.tell(error, self)
            return
        self._message(_("The data file cannot be opened"), "\n\n".join(describe(error)), sign="warning")

    def tell_failure(self, error: Exception) -> None:
        """Say why something could not be done, over what is shown."""
        from voucher_app.ui import notices  # noqa: PLC0415 - most days nothing fails

        notices.tell(error, self)

    def show_welcome(self, welcome: QWidget) -> None:
        """Show the first page of all, where there is no data file yet."""
        column = QVBoxLayout()
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(welcome)
        self._put(Sidebar([]), column)

    def show_upgrading(self) -> None:
        """Say that opening takes longer this time, and why."""
        self._message(
            "",
            _(
                "This data file was made by an older version. It is checked, copied and brought to this version; "
                "that may take some minutes. Let it finish."
            ),
            sign="",
        )

    def _show_opening(self) -> None:
        self._message("", _("Opening the data file …"), sign="")

    def _message(self, title: str, words: str, *, sign: str) -> None:
        side = Sidebar([])
        head, told = QLabel(title), QLabel(words)
        theme.set_role(head, "title")
        head.setVisible(bool(title))
        theme.set_role(told, "soft")
        told.setWordWrap(True)
        told.setTextFormat(Qt.TextFormat.PlainText)
        told.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        told.setMaximumWidth(theme.CONTROL * 16)
        column = QVBoxLayout()
        column.setContentsMargins(theme.MARGIN * 2, theme.MARGIN * 2, theme.MARGIN * 2, theme.MARGIN * 2)
        column.setSpacing(theme.SPACE * 3)
        column.addStretch(2)
        if sign:
            picture = QLabel()
            picture.setPixmap(theme.icon(sign).pixmap(theme.icon_size(theme.CONTROL)))
            column.addWidget(picture)
        column.addWidget(head)
        column.addWidget(told)
        column.addStretch(3)
        self._put(side, column)

    def _put(self, side: QWidget, content: QVBoxLayout) -> None:
        whole = QWidget()
        row = QHBoxLayout(whole)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        right = QWidget()
        right.setLayout(content)
        row.addWidget(side)
        row.addWidget(right, 1)
        self._content = whole
        self.setCentralWidget(whole)

    # ------------------------------------------------------------------------------------------ content

    def _build(self, desk: Desk) -> None:
        self.sidebar = Sidebar([(name, _(words)) for name, words in PAGES])
        self.sidebar.page_wanted.connect(self.show_page)
        self.status = StatusLine()
        self.status.prints_wanted.connect(lambda: desk.go("ledger.prints", statuses=("begun",)))
        self.status.place.setText(desk.workspace.data_file.path.name)
        self.status.place.setToolTip(plain_tip(str(desk.workspace.data_file.path)))
        self.stack = QStackedWidget()
        if self.search_box is not None:
            self.search_box.deleteLater()  # it spoke the other language, or was drawn for the other light
            self.search_box = None
        self.pages = {}
        content = QVBoxLayout()
        content.setContentsMargins(0, 0, 0, 0)
        content.setSpacing(0)
        content.addWidget(self._top_bar())
        self._place_of_offers = content
        content.addWidget(self.stack, 1)
        content.addWidget(self.status)
        self._put(self.sidebar, content)
        desk.operator_changed.connect(self._show_operator)
        self._show_facts()
        self._fit()
        self._show_day()

    def _offer(self) -> None:
        """Offer what was left from before: drafts, and the report of a mistake."""
        desk = self.desk
        if desk is None or desk.state is None:
            return
        from voucher_app.ui.offers import Offers  # noqa: PLC0415 - the first paint comes before

        self.offers = Offers(desk)
        self._place_of_offers.insertWidget(1, self.offers)
        self.offers.look()
        self.offers.offer_reports(self.new_reports)
        if self.new_reports and desk.reports is not None:
            self.new_reports = []
            desk.runner.run(desk.reports.seen, success=lambda _nothing: None, keeps=True)

    def leave_file(self) -> None:
        """Put the data file away: everything is written, and nothing of it is shown any more."""
        desk = self.desk
        if desk is None:
            return
        desk.leaving.emit()
        self._save_pages()
        for dialog in self.findChildren(QDialog):
            dialog.done(QDialog.DialogCode.Rejected)
        if self.login is not None:
            self.login.hide()
            self.login.deleteLater()
            self.login = None
            for key in self._keys:
                key.setEnabled(True)
        if self.idle is not None:
            self.idle.end()
            self.idle = None
        desk.runner.wait_idle(_CLOSING_MS)
        desk.log_out()
        self.desk, self.closing, self.offers = None, None, None
        self.pages, self._history, self._place = {}, [], -1
        self._show_opening()
        desk.deleteLater()

    def _top_bar(self) -> TopBar:
        self.top = bar = TopBar(dark=self._dark)
        self.years, self.operators = bar.years, bar.operators
        bar.back.clicked.connect(self.back)
        bar.forth.clicked.connect(self.forth)
        bar.years.activated.connect(self._year_chosen)
        bar.operators.activated.connect(self._operator_chosen)
        bar.check_button.clicked.connect(self.check_certificates)
        bar.everything.clicked.connect(self.search_everything)
        bar.lock_button.clicked.connect(self.lock)
        bar.password_button.clicked.connect(self.change_password)
        bar.language.clicked.connect(self.switch_language)
        bar.look.clicked.connect(self.switch_dark)
        bar.manual.clicked.connect(self.show_manual)
        return bar

    def _rebuild(self) -> None:
        """Make the content anew, on the same desk and the same page."""
        desk = self.desk
        if desk is None:
            self._show_opening()
            return
        self._save_pages()
        self.setWindowTitle(_("Compute Voucher Desk"))
        # Hidden first, so that no page is shown once more on its way out; the new content takes its place and ends it.
        self._content.hide()
        for page in self.pages.values():
            page.deleteLater()  # each by an event of its own
        # A lambda of an old page would outlive it and call into what is gone; the new content connects anew.
        desk.operator_changed.disconnect()
        self._build(desk)
        # The frame now, its page by the next event: each is a call of its own, of some 30 ms.
        self._next_step.emit([lambda: self._show_page(self.current_page())])

    # ------------------------------------------------------------------------------------------ going places

    def current_page(self) -> str:
        """Return the name of the page that is shown."""
        return self._history[self._place] if self._history else "overview"

    def page(self, name: str) -> Page:
        """Return a page, made now when nobody has gone to it before."""
        assert self.desk is not None, "pages come after the data file"
        if name not in self.pages:
            self.pages[name] = make_page(name, self.desk)
            self.stack.addWidget(self.pages[name])
        return self.pages[name]

    def show_page(self, name: str) -> None:
        """Go to a page."""
        if self.desk is None:
            return
        if not self._history or self._history[self._place] != name:
            del self._history[self._place + 1 :]
            self._history.append(name)
            self._place = len(self._history) - 1
        self._show_page(name)

    def back(self) -> None:
        """Go back to the page before."""
        if self._place > 0:
            self._place -= 1
            self._show_page(self._history[self._place])

    def forth(self) -> None:
        """Go forward again."""
        if self._place < len(self._history) - 1:
            self._place += 1
            self._show_page(self._history[self._place])

    def _show_page(self, name: str) -> None:
        shown, focused = self.page(name), self.focusWidget()
        # Hidden with the page before, its focus would go to the sidebar; on the sidebar itself it stays.
        moves = not self.sidebar.isAncestorOf(focused)
        self.stack.setCurrentWidget(shown)
        self.sidebar.show_page(name)
        if moves:
            shown.take_focus()
        self.top.back.setEnabled(self._place > 0)
        self.top.forth.setEnabled(self._place < len(self._history) - 1)

    def _go_to(self, destination: Destination) -> None:
        self.page(destination.page).go_to(destination)
        self.show_page(destination.page)

    def begin_new(self) -> None:
        """Do the main action of the page that is shown."""
        if self.desk is not None:
            self.page(self.current_page()).begin_new()

    def begin_search(self) -> None:
        """Go to the search of the page that is shown."""
        if self.desk is not None:
            self.page(self.current_page()).begin_search()

    def _shortcuts(self) -> None:
        self._keys: list[QShortcut] = []
        for number, (name, _words) in enumerate(PAGES, start=1):
            shortcut = QShortcut(QKeySequence(f"Ctrl+{number}"), self)
            shortcut.setProperty("page", name)
            shortcut.activated.connect(self._page_key)
            self._keys.append(shortcut)
        self._keys += actions.bind(self, actions.Scope.WINDOW)

    @called_by_qt
    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Press the button in focus by Enter too: outside dialogs Qt's buttons take the space bar alone."""
        focused = self.focusWidget()
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter} and isinstance(focused, QAbstractButton):
            focused.click()
        else:
            super().keyPressEvent(event)

    def show_manual(self) -> None:
        """Open the manual at the page that tells of what is shown."""
        if self.desk is None or self.login is not None:
            return
        from voucher_app.ui.dialogs.manual import open_manual  # noqa: PLC0415 - the first paint comes before
        from voucher_app.ui.manual_pages import OF_PLACE  # noqa: PLC0415

        open_manual(self.desk, self, OF_PLACE[self.page(self.current_page()).shown_name()])

    def show_keys(self) -> None:
        """Show what can be done by keyboard, on this page and everywhere."""
        if self.desk is None or self.login is not None:
            return
        from voucher_app.ui.dialogs.keys import KeysDialog, page_keys  # noqa: PLC0415 - the first paint comes before

        for panel in self.findChildren(KeysDialog):
            panel.close()
        pages = [(f"Ctrl+{number}", _(words)) for number, (_name, words) in enumerate(PAGES, start=1)]
        KeysDialog(self.desk, self, page=page_keys(self.page(self.current_page())), pages=pages).show()

    def show_menu(self) -> None:
        """Show everything that the window's keys do, for whoever does not know them."""
        if self.desk is None or self.login is not None:
            return
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        actions.fill_menu(menu, self, actions.Scope.WINDOW)
        menu.popup(self.mapToGlobal(QPoint(self.sidebar.width(), 0)))
        menu.setActiveAction(menu.actions()[0])

    def _hear_the_scanner(self) -> None:
        from voucher_app.ui.scanner import Scanner  # noqa: PLC0415 - the first paint comes before

        if self.scanner is None:
            self.scanner = Scanner(self.take_scan, lambda: self.desk is not None and self.login is None, self)

    def take_scan(self, scan: Scan) -> None:
        """Do what a scan is for, wherever the keyboard's focus was."""
        if self.desk is None or self.login is not None:
            return
        from voucher_app.ui import scans  # noqa: PLC0415 - many a day nothing is scanned

        scans.lead(self, self.desk, scan, is_locked=lambda: self.login is not None, begin_claim=self._begin_claim)

    def _begin_claim(self) -> None:
        self.show_page("redemptions")
        self.page("redemptions").begin_new()

    def check_certificates(self) -> None:
        """Open the check of certificates, ready for the scanner."""
        if self.desk is None or self.login is not None:
            return
        from voucher_app.ui.dialogs import open_dialog  # noqa: PLC0415 - the first paint comes before

        open_dialog("certificate_verify", self.desk, self)

    def search_everything(self) -> None:
        """Open the box that searches everything."""
        if self.desk is None or self.login is not None:
            return
        if self.search_box is None:
            from voucher_app.ui.widgets.search_box import SearchBox  # noqa: PLC0415 - the first paint comes before

            self.search_box = SearchBox(self.desk, self)
            self.search_box.closed.connect(lambda: self.page(self.current_page()).setFocus())
        self.search_box.begin()

    def _page_key(self) -> None:
        self.show_page(str(self.sender().property("page")))

    # ------------------------------------------------------------------------------------------ the frame's facts

    def _show_facts(self) -> None:
        desk = self.desk
        assert desk is not None
        facts = desk.facts
        self.sidebar.show_office(facts.office)
        self.sidebar.buttons["applications"].set_waiting(facts.applications_waiting)
        self.sidebar.buttons["redemptions"].set_waiting(facts.redemptions_waiting)
        self.sidebar.buttons["settlements"].set_waiting(facts.settlements_waiting)
        self.top.show_desk(desk)
        self.status.show_prints(facts.prints_waiting)

    def _show_operator(self) -> None:
        desk = self.desk
        assert desk is not None
        self.top.show_operator(desk.operator, desk.facts.operators)

    def _show_day(self) -> None:
        if self.desk is not None:
            self.sidebar.show_day(self.desk.today)

    def _year_chosen(self, place: int) -> None:
        desk = self.desk
        assert desk is not None
        year = self.years.itemData(place)
        if year is None:
            self.top.show_year(desk.year)
            from voucher_app.ui.dialogs import open_dialog  # noqa: PLC0415 - the first paint comes before

            open_dialog("year_open", desk, self)
        else:
            desk.set_year(year)
            self._go_on_working()

    def _go_on_working(self) -> None:
        """Give the keyboard back to the page; between two looks there is none for an instant."""
        page = self.pages.get(self.current_page())
        if page is not None:
            page.take_focus()

    def _operator_chosen(self, place: int) -> None:
        desk = self.desk
        assert desk is not None
        person = desk.facts.operators[place]
        if not desk.office.trial:
            self._show_operator()
            if person != desk.operator:
                words = _("{name} takes over. Log in to go on.").format(name=person.name)
                self._ask_who(person, words, may_go_back=True)
            return
        desk.set_operator(person)
        self._go_on_working()
        desk.notify(_("{name} works now.").format(name=person.name))

    # ------------------------------------------------------------------------------------------ who is there

    def _watch(self) -> None:
        from voucher_app.ui.login import IdleWatch  # noqa: PLC0415 - a trial office needs none of it

        self.idle = IdleWatch(self)
        self.idle.left.connect(self.lock)
        self.idle.begin()

    def lock(self) -> None:
        """Hide the work until somebody logs in; a trial office has no log-in."""
        desk = self.desk
        if desk is None or desk.office.trial:
            return
        if self.login is not None:
            self.login.back.hide()  # who only went away from changing places has to come back, too
            return
        desk.log_out()
        self._ask_who(desk.operator, _("Locked. Log in to go on with the work."), may_go_back=False)

    def change_password(self) -> None:
        """Let the person at the desk choose another password; a trial office has none."""
        desk = self.desk
        if desk is None or desk.office.trial or desk.operator is None:
            return
        from voucher_app.ui.dialogs import open_dialog  # noqa: PLC0415 - see `_year_chosen`
        from voucher_app.ui.pages.people import password_step  # noqa: PLC0415 - a trial office needs none of it

        open_dialog("step", desk, self, step=password_step(desk.operator.name))

    def _ask_who(self, person: Operator | None, words: str, *, may_go_back: bool) -> None:
        """Lay the log-in page over everything; what was being typed is set aside and comes back to the same person."""
        from voucher_app.ui.login import LogInPage, SecretPrompt  # noqa: PLC0415 - see `_watch`

        desk = self.desk
        assert desk is not None
        for prompt in self.findChildren(SecretPrompt):
            prompt.reject()
        self._set_aside = [dialog for dialog in self.findChildren(QDialog) if dialog.isVisible()]
        for dialog in self._set_aside:
            dialog.hide()
        self._content.hide()
        for key in self._keys:
            key.setEnabled(False)
        self.login = LogInPage(
            desk.workspace,
            desk.runner,
            self,
            office=desk.office.name,
            people=desk.facts.operators,
            person=person,
            words=words,
            may_go_back=may_go_back,
        )
        self.login.entered.connect(self._entered)
        self.login.went_back.connect(self._uncover)
        self.login.setGeometry(self.rect())
        self.login.show()
        self.login.begin()

    def _entered(self, person: Operator) -> None:
        desk = self.desk
        assert desk is not None
        if person != desk.operator:
            desk.log_out()
            for dialog in self._set_aside:
                dialog.done(QDialog.DialogCode.Rejected)  # it was filled in under another name
            self._set_aside = []
            desk.set_operator(person)
        self._uncover()
        desk.notify(_("{name} works now.").format(name=person.name))

    def _uncover(self) -> None:
        """Show the work again."""
        assert self.login is not None
        self.login.hide()
        self.login.deleteLater()
        self.login = None
        self._content.show()
        for key in self._keys:
            key.setEnabled(True)
        for dialog in self._set_aside:
            dialog.show()
        self._set_aside = []
        self._show_operator()
        self._go_on_working()

    def _prove(self, refusal: Exception, again: Callable[[], None], give_up: Callable[[], None]) -> None:
        """Ask for the password that an act wants, or for the key's passphrase, over the dialog that acts."""
        from voucher_app.services.wording.errors import describe  # noqa: PLC0415 - as below
        from voucher_app.ui.login import ask_passphrase, ask_password  # noqa: PLC0415 - see `_watch`

        desk = self.desk
        assert desk is not None
        above = QApplication.activeModalWidget() or self
        if isinstance(refusal, RulesViolated):
            person = next(one for one in desk.facts.operators if one.name == refusal.violations[0].subject)
            words = "\n".join(describe(refusal))
            prompt = ask_password(desk.workspace, desk.runner, above, person=person, words=words)
        else:
            prompt = ask_passphrase(desk.workspace, desk.runner, above)
        prompt.accepted.connect(again)
        prompt.rejected.connect(give_up)
        prompt.open()

    def _notified(self, words: str) -> None:
        self.status.tell(words)

    def _busy(self, busy: bool) -> None:  # noqa: FBT001 - the slot of Signal(bool)
        self.status.set_busy(busy)

    def _failed(self, error: BaseException) -> None:
        from voucher_app.ui import notices  # noqa: PLC0415 - most days nothing fails

        notices.tell(error, self)

    # ------------------------------------------------------------------------------------------ look and language

    def switch_language(self) -> None:
        """Show everything in the other language."""
        self.choose_language()
        self._rebuild()

    def choose_language(self) -> None:
        """Speak the other language from now on; what is shown already is the caller's to make anew."""
        chosen = i18n.ENGLISH if i18n.language() == i18n.CHINESE else i18n.CHINESE
        i18n.set_language(chosen)
        self._settings.setValue("window/language", chosen)
        self.language_changed.emit(chosen)
        self.setWindowTitle(_("Compute Voucher Desk"))

    def switch_dark(self) -> None:
        """Change between light and dark."""
        self._settings.setValue("window/dark", "no" if self._dark else "yes")
        self.put_on_look()

    def put_on_look(self) -> None:
        """Show everything anew in the look and the language that are chosen."""
        app = QApplication.instance()
        assert isinstance(app, QApplication)
        chosen = str(self._settings.value("window/dark", ""))
        self._dark = chosen == "yes" if chosen else app.styleHints().colorScheme() == Qt.ColorScheme.Dark
        choose_look(self._settings)
        language = str(self._settings.value("window/language", i18n.language()))
        # Not now: who chose is a button of a page that is made anew. And one after the other: a stylesheet asks every
        # widget there is, half a second for all pages.
        drops = [partial(self._drop_page, name) for name in self.pages]
        self._next_step.emit([self._save_pages, *drops, lambda: self._put_on(app, language), self._rebuild])

    def _take_step(self, steps: list[Callable[[], None]]) -> None:
        """Take the first of some steps; the others come after what it left to be done, such as a page to be deleted."""
        step, *others = steps
        step()
        if others:
            self._next_step.emit(others)

    def _drop_page(self, name: str) -> None:
        page = self.pages.pop(name, None)
        if page is not None:
            self.stack.removeWidget(page)
            page.deleteLater()

    def _put_on(self, app: QApplication, language: str) -> None:
        theme.apply(app, dark=self._dark, resources=self._resources)
        if language != i18n.language() and language in i18n.LANGUAGES:
            i18n.set_language(language)
            self.language_changed.emit(language)

    # ------------------------------------------------------------------------------------------ size

    @called_by_qt
    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802 - Qt's name
        """Say that the data file is being opened, where the window is shown before it is."""
        if self.centralWidget() is None:
            self._show_opening()
        super().showEvent(event)

    @called_by_qt
    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """Make the navigation narrow where the page needs the room."""
        super().resizeEvent(event)
        if self.login is not None:
            self.login.setGeometry(self.rect())
        self._fit()

    def _fit(self) -> None:
        if self.desk is not None:
            self.sidebar.set_narrow(narrow=self.width() < _ROOMY)

    # ------------------------------------------------------------------------------------------ closing

    def _save_pages(self) -> None:
        for page in self.pages.values():
            save = getattr(page, "save_state", None)
            if save is not None:
                save()

    @called_by_qt
    def closeEvent(self, event: QCloseEvent) -> None:  # noqa: N802 - Qt's name
        """Remember the look of the window, finish what is being recorded, and back it up."""
        if self.desk is not None and self.closing is not None and not self.closing.is_done:
            event.ignore()
            self.desk.leaving.emit()
            self.closing.begin()
            return
        self._settings.setValue("window/geometry", self.saveGeometry())
        if self.desk is not None:
            self._settings.setValue("window/page", self.current_page())
            self._settings.setValue("window/year", self.desk.year)
            if self.desk.operator is not None:
                self._settings.setValue("window/operator", self.desk.operator.name)
            self._save_pages()
            self.desk.leaving.emit()
            self.desk.runner.wait_idle(_CLOSING_MS)
            self.desk.runner.close()
        self._settings.sync()
        self._clock.stop()
        if self.idle is not None:
            self.idle.end()
        event.accept()
        self.closed.emit()
