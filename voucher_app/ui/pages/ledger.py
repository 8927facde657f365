"""台账: where the year's money is, every entry that moved it, every act, and the proof that nothing was changed."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar, Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QStackedWidget, QTabBar, QVBoxLayout, QWidget

from voucher_app.domain.errors import NotFound
from voucher_app.i18n import _, ngettext
from voucher_app.services.wording.findings import finding_sentence
from voucher_app.services.wording.names import account_name, action_name, reversal_words, transfer_name
from voucher_app.ui import theme
from voucher_app.ui.dialogs import open_dialog
from voucher_app.ui.models.columns import CellKind, Column
from voucher_app.ui.pages.details import Details, Fact
from voucher_app.ui.pages.list_page import ListPage
from voucher_app.ui.pages.page import Page
from voucher_app.ui.pages.prints import PrintList
from voucher_app.ui.pages.recorded import local_time
from voucher_app.ui.pages.year_statement import YearStatementView
from voucher_app.ui.widgets.money_bar import MoneyBar, MoneyLegend, year_parts

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from voucher_app.domain.budget import YearMoney
    from voucher_app.services.data_file import Verification
    from voucher_app.services.queries.ledger import JournalRow, TransferRow
    from voucher_app.services.queries.lists import ListFilter, ListSource
    from voucher_app.ui.desk import Desk, Destination

_FINDINGS_SHOWN: Final = 12
_HASH_SHOWN: Final = 12


class TransferList(ListPage):
    """Every entry of the year's ledger."""

    name: ClassVar[str] = "transfers"
    is_embedded: ClassVar[bool] = True
    statuses: ClassVar[tuple[str, ...]] = ("issuance", "redemption", "return", "void", "expiry", "reversal")

    @classmethod
    def title(cls) -> str:
        """Return the list's name."""
        return _("Ledger entries")

    def search_hint(self) -> str:
        """Return what can be searched for."""
        return _("Entry number, such as #12")

    def status_words(self, status: str) -> str:
        """Return why money moved."""
        return transfer_name(status)

    def empty_words(self) -> str:
        """Return the sentence of an empty list."""
        return _("No money of {year} has moved yet.").format(year=self.desk.year)

    def counted(self, count: int) -> str:
        """Return how many there are."""
        return ngettext("{count} entry", "{count} entries", count).format(count=f"{count:,}")

    def columns(self) -> Sequence[Column]:
        """Return the columns."""
        return (
            Column("id", _("No."), lambda row: f"{row.id:,}", CellKind.COUNT, 64, sort="id"),
            Column("day", _("Business date"), lambda row: row.business_date, CellKind.DATE, 100),
            Column("kind", _("Act"), lambda row: transfer_name(row.kind), width=72),
            Column("debit", _("From"), lambda row: account_name(row.debit), width=196, stretches=True),
            Column("credit", _("To"), lambda row: account_name(row.credit), width=196, stretches=True),
            Column("amount", _("Amount (yuan)"), lambda row: row.amount.in_yuan(), CellKind.MONEY, 110),
            Column("operator", _("Operator"), lambda row: row.operator_name, width=96, gives_way=True),
            Column(
                "reversal",
                _("Reversal"),
                lambda row: reversal_words(row.reverses, row.reversed_by),
                width=120,
                gives_way=True,
            ),
        )

    def key(self, row: Any) -> int:  # noqa: ANN401 - as declared above
        """Return the row's number."""
        return int(row.id)

    def key_text(self, key: object) -> str:
        """Return the search for one number."""
        return f"#{key}"

    def source(self, chosen: ListFilter) -> ListSource[TransferRow]:
        """Return the list."""
        return self.desk.workspace.queries.transfers(chosen)

    def describe(self, row: Any) -> Callable[[], Details]:  # noqa: ANN401
        """Return what describes an entry; the row holds everything."""
        return partial(describe_transfer, row)


class JournalList(ListPage):
    """Every act, in the order it was recorded."""

    name: ClassVar[str] = "journal"
    is_embedded: ClassVar[bool] = True
    is_by_year: ClassVar[bool] = False

    @classmethod
    def title(cls) -> str:
        """Return the list's name."""
        return _("Journal")

    def search_hint(self) -> str:
        """Return what can be searched for."""
        return _("Search operator, reason …")

    def empty_words(self) -> str:
        """Return the sentence of an empty list."""
        return _("Nothing has been recorded yet.")

    def counted(self, count: int) -> str:
        """Return how many there are."""
        return ngettext("{count} record", "{count} records", count).format(count=f"{count:,}")

    def columns(self) -> Sequence[Column]:
        """Return the columns."""
        return (
            Column("seq", _("No."), lambda row: f"{row.seq:,}", CellKind.COUNT, 80, sort="seq"),
            Column("day", _("Business date"), lambda row: row.business_date, CellKind.DATE, 100),
            Column(
                "recorded", _("Recorded"), lambda row: local_time(row.recorded_at), CellKind.DATE, 144, gives_way=True
            ),
            Column("operator", _("Operator"), lambda row: row.operator_name, width=104),
            Column("action", _("Act"), lambda row: action_name(row.action), width=136),
            Column("reason", _("Reason"), lambda row: row.reason, width=140, stretches=True),
            Column("hash", _("Hash"), lambda row: row.hash[:_HASH_SHOWN], width=128, gives_way=True),
        )

    def key(self, row: Any) -> int:  # noqa: ANN401 - as declared above
        """Return the record's number."""
        return int(row.seq)

    def key_text(self, key: object) -> str:
        """Return the search for one number."""
        return f"#{key}"

    def source(self, chosen: ListFilter) -> ListSource[JournalRow]:
        """Return the list."""
        return self.desk.workspace.queries.journal(chosen)

    def describe(self, row: Any) -> Callable[[], Details]:  # noqa: ANN401
        """Return what describes a record; the row holds everything."""
        return partial(describe_record, row)


def describe_transfer(row: TransferRow) -> Details:
    """Return what the panel says of an entry."""
    return Details(
        title=_("Entry {number}").format(number=f"{row.id:,}"),
        figure=f"¥{row.amount.in_yuan()}",
        note=row.amount.in_capitals(),
        facts=(
            (
                Fact(_("Act"), transfer_name(row.kind)),
                _account(_("From"), row.debit),
                _account(_("To"), row.credit),
                _entry(_("Reverses entry"), row.reverses),
                _entry(_("Reversed by entry"), row.reversed_by),
            ),
            (
                Fact(_("Business date"), row.business_date),
                Fact(_("Operator"), row.operator_name),
                Fact(_("Journal record"), f"{row.journal_seq:,}", "ledger", f"{row.journal_seq}"),
            ),
        ),
    )


def _account(label: str, account: str) -> Fact:
    """Return an account, which leads to the voucher or the redemption that it belongs to."""
    kind, _colon, subject = account.partition(":")
    page = {"outstanding": "vouchers", "payable": "redemptions"}.get(kind, "")
    # A voucher is known by its number, all else by the key, which is a number for rows too.
    return Fact(label, account_name(account), page, subject if page else "")


def _entry(label: str, number: int | None) -> Fact:
    """Return another entry, which leads there; without one, nothing is shown."""
    if number is None:
        return Fact(label, "")
    return Fact(label, f"#{number}", "ledger.transfers", str(number))


def describe_record(row: JournalRow) -> Details:
    """Return what the panel says of a journal record."""
    return Details(
        title=_("Record {number}").format(number=f"{row.seq:,}"),
        subjects=[f"journal:{row.seq}"],
        facts=(
            (
                Fact(_("Act"), action_name(row.action)),
                Fact(_("Operator"), row.operator_name),
                Fact(_("Reason"), row.reason),
            ),
            (
                Fact(_("Business date"), row.business_date),
                Fact(_("Recorded"), local_time(row.recorded_at)),
                Fact(_("Hash"), "\u200b".join(row.hash[start : start + 8] for start in range(0, len(row.hash), 8))),
            ),
        ),
    )


class VerificationBanner(QFrame):
    """What the last verification found."""

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("card", "true")
        self._sign = QLabel()
        self.headline = QLabel()
        self.headline.setWordWrap(True)
        self.findings = QLabel()
        self.findings.setWordWrap(True)
        self.findings.setTextFormat(Qt.TextFormat.PlainText)
        self.findings.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        words = QVBoxLayout()
        words.setSpacing(theme.SPACE)
        words.addWidget(self.headline)
        words.addWidget(self.findings)
        row = QHBoxLayout(self)
        row.setContentsMargins(theme.PADDING, theme.SPACE * 3, theme.PADDING, theme.SPACE * 3)
        row.setSpacing(theme.SPACE * 2)
        row.addWidget(self._sign, 0, Qt.AlignmentFlag.AlignTop)
        row.addLayout(words, 1)
        self.hide()

    def show_running(self) -> None:
        """Say that it is being done."""
        self._say("waiting", "soft", _("Verifying hashes, records, balances and numbering …"), ())

    def show_result(self, verification: Verification) -> None:
        """Say what was found."""
        checked = _("{records} journal records and {images} recorded rows verified; chain head {head}.").format(
            records=f"{verification.records:,}",
            images=f"{verification.images:,}",
            head=verification.head[:_HASH_SHOWN],
        )
        count = len(verification.findings)
        if not count:
            self._say("good", "good", _("No finding. {checked}").format(checked=checked), ())
            return
        headline = ngettext("{count} finding. {checked}", "{count} findings. {checked}", count)
        lines = [finding_sentence(finding) for finding in verification.findings[:_FINDINGS_SHOWN]]
        if count > _FINDINGS_SHOWN:
            lines.append(_("… and {count} more.").format(count=count - _FINDINGS_SHOWN))
        self._say("error", "bad", headline.format(count=count, checked=checked), lines)

    def _say(self, sign: str, role: str, headline: str, lines: Sequence[str]) -> None:
        self._sign.setPixmap(theme.icon(sign).pixmap(theme.icon_size()))
        self.headline.setText(headline)
        theme.set_role(self.headline, role)
        self.findings.setText("\n".join(lines))
        self.findings.setVisible(bool(lines))
        self.show()


class LedgerPage(Page):
    """The page 台账."""

    name: ClassVar[str] = "ledger"

    _PARTS: ClassVar = (TransferList, JournalList, YearStatementView, PrintList)
    """In the order of their tabs; each is made when it is first looked at, as a call of its own."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(desk, parent)
        self._made: dict[int, Page] = {}
        self.tabs = QTabBar()
        self.tabs.setDrawBase(False)
        self.tabs.setExpanding(False)
        self.stack = QStackedWidget()
        for kind in self._PARTS:
            self.tabs.addTab(kind.title())
            self.stack.addWidget(QWidget())
        self.tabs.currentChanged.connect(self._turn)
        self.banner = VerificationBanner()
        self.verify_button = QPushButton(_("Verify the ledger"))
        self.verify_button.setProperty("kind", "accent")
        self.verify_button.setIcon(theme.icon("verify", "accent_ink"))
        self.verify_button.clicked.connect(self.verify)
        self._build()
        self._turn(0)

    def _part(self, place: int) -> Page:
        """Return a part, made now when nobody has looked at it before."""
        if place not in self._made:
            part = self._made[place] = self._PARTS[place](self.desk)
            before = self.stack.widget(place)
            assert before is not None, "a place was kept for it"
            self.stack.insertWidget(place, part)
            self.stack.removeWidget(before)
            before.deleteLater()
        return self._made[place]

    @property
    def transfers(self) -> TransferList:
        """The year's entries."""
        part = self._part(0)
        assert isinstance(part, TransferList), "as in the table"
        return part

    @property
    def journal(self) -> JournalList:
        """The acts."""
        part = self._part(1)
        assert isinstance(part, JournalList), "as in the table"
        return part

    @property
    def statement(self) -> YearStatementView:
        """The year's statement."""
        part = self._part(2)
        assert isinstance(part, YearStatementView), "as in the table"
        return part

    @property
    def prints(self) -> PrintList:
        """The prints."""
        part = self._part(3)
        assert isinstance(part, PrintList), "as in the table"
        return part

    @classmethod
    def title(cls) -> str:
        """Return the page's name."""
        return _("Ledger")

    def reload(self) -> None:
        """Read the year's money; the lists reload by themselves."""
        year = self.desk.year
        queries = self.desk.workspace.queries

        def read() -> YearMoney | None:
            try:
                return queries.year_money(year)
            except NotFound:
                return None

        self.desk.runner.run(read, success=self._take_money)

    def go_to(self, destination: Destination) -> None:
        """Show the journal when a record is asked for; or the year's statement."""
        if destination.tab == YearStatementView.name:
            self.tabs.setCurrentIndex(2)
            if destination.for_me:
                self.statement.show_raises()
        elif destination.tab == PrintList.name:
            self.tabs.setCurrentIndex(3)
            self.prints.go_to(destination)
        elif destination.tab == TransferList.name:
            self.tabs.setCurrentIndex(0)
            self.transfers.go_to(destination)
        elif destination.key is not None or destination.text:
            self.tabs.setCurrentIndex(1)
            self.journal.go_to(destination)

    def shown_name(self) -> str:
        """Return the name of the part that is shown."""
        shown = self.stack.currentWidget()
        return shown.name if isinstance(shown, Page) else self.name

    def take_focus(self) -> None:
        """Take the focus in the part that is shown."""
        shown = self.stack.currentWidget()
        assert isinstance(shown, Page), "every part is a page"
        shown.take_focus()

    def begin_new(self) -> None:
        """Verify: the page's one main action."""
        self.verify()

    def begin_search(self) -> None:
        """Go to the search of the prints where they are shown, else of the journal."""
        if self.tabs.currentIndex() == self._PARTS.index(YearStatementView):
            self.tabs.setCurrentIndex(1)
        shown = self.stack.currentWidget()
        assert isinstance(shown, Page), "every part is a page"
        shown.begin_search()

    def save_state(self) -> None:
        """Remember the lists' widths."""
        for part in self._made.values():
            if isinstance(part, ListPage):
                part.save_state()

    def verify(self) -> None:
        """Verify the data file, on the thread for long work."""
        self.verify_button.setEnabled(False)
        self.banner.show_running()
        self.desk.runner.run(
            self.desk.workspace.data_file.verify,
            success=self._verified,
            failure=self._not_verified,
            long=True,
            owner=self,
        )

    def _turn(self, place: int) -> None:
        """Show a list; the statement tells the year's money itself, prints move none, and both take the room."""
        shown = self._part(place)
        self.stack.setCurrentWidget(shown)
        self._card.setVisible(not isinstance(shown, YearStatementView | PrintList))

    def _verified(self, verification: Verification) -> None:
        self.verify_button.setEnabled(True)
        self.banner.show_result(verification)

    def _not_verified(self, error: Exception) -> None:
        self.verify_button.setEnabled(True)
        self.banner.hide()
        self.desk.runner.failed.emit(error)

    def _take_money(self, money: YearMoney | None) -> None:
        self._no_year.setVisible(money is None)
        self._money.setVisible(money is not None)
        if money is None:
            self._closed_words.setText(_("The budget year {year} is not open.").format(year=self.desk.year))
            return
        parts = year_parts(money)
        self._heading.setText(
            _("{year}: appropriation {amount} (10,000 yuan), {document}").format(
                year=money.year, amount=money.appropriation.in_wan_yuan(), document=money.document
            )
        )
        self.bar.set_parts(parts)
        self.legend.set_parts(parts, whole=money.appropriation)

    def _build(self) -> None:
        title = QLabel(self.title())
        theme.set_role(title, "title")
        top = QHBoxLayout()
        top.addWidget(title)
        top.addStretch(1)
        top.addWidget(self.verify_button)
        self.bar, self.legend = MoneyBar(), MoneyLegend()
        self._heading = QLabel()
        self._heading.setTextFormat(Qt.TextFormat.PlainText)  # a document's number, as somebody typed it
        self._heading.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        theme.set_role(self._heading, "section")
        self._money = QWidget()
        money = QVBoxLayout(self._money)
        money.setContentsMargins(0, 0, 0, 0)
        money.setSpacing(theme.SPACE * 3)
        for part in (self._heading, self.bar, self.legend):
            money.addWidget(part)
        self._closed_words = QLabel()
        theme.set_role(self._closed_words, "soft")
        open_year = QPushButton(_("Open a budget year …"))
        open_year.setIcon(theme.icon("add", "ink_soft"))
        open_year.clicked.connect(lambda: open_dialog("year_open", self.desk, self.window()))
        self._no_year = QWidget()
        closed = QHBoxLayout(self._no_year)
        closed.setContentsMargins(0, 0, 0, 0)
        closed.addWidget(self._closed_words, 1)
        closed.addWidget(open_year)
        self._no_year.hide()
        self._card = card = QFrame()
        card.setProperty("card", "true")
        inside = QVBoxLayout(card)
        inside.setContentsMargins(theme.PADDING + 2, theme.PADDING, theme.PADDING + 2, theme.PADDING)
        inside.addWidget(self._money)
        inside.addWidget(self._no_year)
        column = QVBoxLayout(self)
        column.setContentsMargins(theme.MARGIN, theme.MARGIN - theme.SPACE, theme.MARGIN, theme.MARGIN - theme.SPACE)
        column.setSpacing(theme.GAP)
        column.addLayout(top)
        column.addWidget(self.banner)
        column.addWidget(card)
        column.addWidget(self.tabs)
        column.addSpacing(-theme.SPACE)
        column.addWidget(self.stack, 1)
