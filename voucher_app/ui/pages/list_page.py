"""A page with a list: title, search and the one main action above; the list; details in a panel at its right.

A subclass declares columns, statuses, where rows come from and how a row's details are described. Reading happens on
the reading thread; the list keeps its place and its selection over a reload.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar, Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QFrame,
    QLabel,
    QPushButton,
    QSplitter,
    QStackedLayout,
    QVBoxLayout,
    QWidget,
)

from voucher_app.domain.operators import role_may_act
from voucher_app.i18n import _, ngettext
from voucher_app.services.queries.lists import ListFilter
from voucher_app.services.search import MOST_COUNTED
from voucher_app.services.wording.rules import sentence
from voucher_app.ui import actions, theme
from voucher_app.ui.called_by_qt import called_by_qt
from voucher_app.ui.desk import Destination
from voucher_app.ui.dialogs import READING, open_dialog, use_case_of
from voucher_app.ui.models.table_model import PagedModel
from voucher_app.ui.pages.details import DetailPanel, Details
from voucher_app.ui.pages.list_documents import ListDocuments
from voucher_app.ui.pages.list_filter import FilterRow
from voucher_app.ui.pages.list_tables import ListTables
from voucher_app.ui.pages.list_view import ListView
from voucher_app.ui.pages.page import Page
from voucher_app.ui.pages.possibilities import for_the_role
from voucher_app.ui.pages.record_documents import DOCUMENT, preview_context, with_documents
from voucher_app.ui.pages.record_files import with_files
from voucher_app.ui.pages.saved_filters import SavedFilter, SavedFilters
from voucher_app.ui.pages.search_field import SearchField
from voucher_app.ui.widgets.empty_state import EmptyState
from voucher_app.ui.widgets.fitting_row import FittingRow

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Sequence

    from PySide6.QtGui import QDragEnterEvent, QDropEvent

    from voucher_app.services.documents.facts import DocumentKind
    from voucher_app.services.queries.lists import ListSource
    from voucher_app.ui.desk import Desk
    from voucher_app.ui.models.columns import Column
    from voucher_app.ui.pages.details import Act

_LIST_LEAST: Final = 580
_LIST_SHARE: Final = 752
_PANEL_SHARE: Final = 346
_CHOSEN_MOST: Final = 500
_SEARCH_LEAST: Final = 200


def _read_key(text: str) -> str | int | None:
    """Read the key of the row that was selected last; None for none, or what no key is."""
    try:
        key = json.loads(text)
    except ValueError:
        return None
    return key if isinstance(key, str | int) else None


@dataclass(frozen=True, slots=True)
class NewAction:
    """The page's one main action."""

    words: str
    dialog: str
    icon: str = "add"


class ListPage(Page):
    """A page with a list; see the module."""

    statuses: ClassVar[tuple[str, ...]] = ()
    """What the list can be narrowed to, the most wanted first."""

    most_chips: ClassVar[int] = 7
    """States that the list is narrowed to by one click; the rest of a long life cycle is in a menu beside them."""

    begins_descending: ClassVar[bool] = True
    """Whether the newest stands first until somebody sorts the list."""

    is_by_year: ClassVar[bool] = True
    """Whether the list shows the year looked at only."""

    is_embedded: ClassVar[bool] = False
    """Whether another page holds this list, and has the title and the main action."""

    import_kind: ClassVar[str] = ""
    """Which kind of table is taken in here by drop, paste or button; empty where none is."""

    is_searched: ClassVar[bool] = True
    """Whether the list can be searched by text."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(desk, parent)
        self._sort = ""
        self._descending = self.begins_descending
        self._wanted_keys: list[Hashable] = []
        self._wanted_position = -1
        self._made_key: Hashable | None = None
        """Of a record that was just made here, until it is found."""
        self._asked = 0
        self.model = PagedModel(self.columns(), desk.runner, self.key, self)
        self.view = ListView(self.model)
        for place, column in enumerate(self.model.columns):
            if column.state is not None:
                self.view.widen(place, [self.status_words(status) for status in self.statuses])
        self.panel = DetailPanel()
        self.empty = EmptyState()
        self._is_bare = False
        self.search = SearchField(self.search_hint(), self.view)
        if not self.is_searched:
            self.search.setParent(self)  # without a place and a parent it would outlive the page, and hold it
            self.search.hide()
        self.tables = ListTables(self)
        self.saved = SavedFilters(self.desk, self.name, self._filter_now)
        self.saved.recalled.connect(self._recall)
        self.filters = FilterRow(
            self.statuses,
            words=self.status_words,
            most=self.most_chips,
            search=self.search if self.is_embedded and self.is_searched else None,
            tools=(self.tables, self.saved),
        )
        self._build()
        # At every key: the model asks one question at a time and drops what is answered too late.
        self.search.textChanged.connect(lambda _text: self._narrowed())
        self.filters.changed.connect(self._filter_changed)
        self.view.chosen.connect(self._chosen)
        self.view.sort_wanted.connect(self._sort_by)
        self.view.activated_row.connect(lambda _row: self._first_act())
        self.model.opened.connect(self._opened)
        self.model.counted.connect(self._counted)
        self.model.arrived.connect(self._chosen_if_missing)
        self.panel.act_wanted.connect(self.do)
        self.panel.link_wanted.connect(self.follow)
        self.panel.copied.connect(lambda: self.desk.notify(_("Copied.")))
        desk.operator_changed.connect(self._operator_changed)
        self._show_sort()
        self._restore()

    # ------------------------------------------------------------------------------------------ for subclasses

    def columns(self) -> Sequence[Column]:
        """Return the columns."""
        raise NotImplementedError

    def source(self, chosen: ListFilter) -> ListSource[Any]:
        """Return the list; called on the reading thread."""
        raise NotImplementedError

    def key(self, row: Any) -> Hashable:  # noqa: ANN401 - the row of the subclass
        """Return what makes a row itself over a reload."""
        raise NotImplementedError

    def describe(self, row: Any) -> Callable[[], Details]:  # noqa: ANN401
        """Return what reads a row's details on the reading thread."""
        raise NotImplementedError

    def status_words(self, status: str) -> str:
        """Return a status in words, for the filter."""
        raise NotImplementedError

    def search_hint(self) -> str:
        """Return what can be searched for."""
        raise NotImplementedError

    def empty_words(self) -> str:
        """Return the one sentence of an empty list."""
        raise NotImplementedError

    def hint(self) -> str:
        """Return what the panel says while nothing is selected."""
        return _("Select a row to see its facts, its history and what can be done with it.")

    def empty_hint(self) -> str:
        """Return what the panel says beside an empty list."""
        return _("What a row of the list is, what happened to it and what can be done with it is told here.")

    def new_action(self) -> NewAction | None:
        """Return the page's main action."""
        return None

    def more_buttons(self) -> list[QPushButton]:
        """Return buttons left of the main action."""
        return []

    def lists_on_paper(self, *kinds: DocumentKind, subjects: Callable[[], Sequence[str]] | None = None) -> QPushButton:
        """Return the button that offers lists and ledgers of the year, or of other subjects, on paper."""
        return ListDocuments(
            self.desk,
            subjects=subjects or (lambda: [f"year:{self.desk.year}"]),
            kinds=kinds,
            preview=lambda kind, subject: self.open("document_preview", kind=kind, subject=subject),
        )

    def describe_many(self, rows: Sequence[Any]) -> Details | None:
        """Return what the panel says of several rows, and what can be done with all of them; None for nothing."""
        return Details(
            ngettext("{count} row selected", "{count} rows selected", len(rows)).format(count=f"{len(rows):,}")
        )

    def describe_none(self) -> Callable[[], Details] | None:
        """Return what reads what the panel says while no row is selected; None for the hint."""
        return None

    def key_text(self, key: object) -> str:
        """Return what is searched for so that the row of a key is found."""
        return str(key)

    def counted(self, count: int) -> str:
        """Return how many rows there are, in words."""
        return ngettext("{count} record", "{count} records", count).format(count=f"{count:,}")

    # ------------------------------------------------------------------------------------------ pages

    def reload(self) -> None:
        """Read the list anew; keep its place and what is selected."""
        chosen = self.chosen_rows()
        if not self._wanted_keys:
            self._wanted_keys = self._selected_keys()
        ranges = self.view.selected_ranges()
        if ranges and self._wanted_position < 0:
            # What was decided on leaves a list of what waits; the next one is at hand then.
            self._wanted_position = ranges[0][0]
        self.model.open(lambda: self.source(chosen), at=self.view.rowAt(0) if self.model.rowCount() else 0)

    def chosen_rows(self) -> ListFilter:
        """Return what the list shows and in which order."""
        return ListFilter(
            text=self.search.text().strip(),
            statuses=self.filters.statuses,
            decidable_by=self.desk.operator.id if self.filters.is_for_me and self.desk.operator else None,
            year=self.desk.year if self.is_by_year else None,
            sort=self._sort,
            descending=self._descending,
            most=MOST_COUNTED,
        )

    @called_by_qt
    def dragEnterEvent(self, event: QDragEnterEvent) -> None:  # noqa: N802 - Qt's name
        """Accept a table."""
        self.tables.drag_entered(event)

    @called_by_qt
    def dropEvent(self, event: QDropEvent) -> None:  # noqa: N802 - Qt's name
        """Import the table that was dropped."""
        self.tables.dropped(event)

    def begin_new(self) -> None:
        """Open the dialog of the page's main action."""
        action = self.new_action()
        if action is not None:
            self.open(action.dialog)

    def begin_search(self) -> None:
        """Go to the search field."""
        self.search.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def take_focus(self) -> None:
        """Take the focus in the list; while that is empty, in the search."""
        at = self.view if self._lists.currentIndex() == 0 else self.search
        at.setFocus(Qt.FocusReason.OtherFocusReason)

    def go_to(self, destination: Destination) -> None:
        """Narrow the list and select a row, as somebody asked from elsewhere."""
        self.filters.set_statuses(destination.statuses)
        self.filters.set_for_me(wanted=destination.for_me)
        key = destination.key
        self.search.show_text(destination.text or (self.key_text(key) if key is not None else ""))
        self.view.clearSelection()
        self._wanted_keys = [destination.key] if destination.key is not None else []
        self._wanted_position = 0 if destination.key is not None else -1
        self._stale = True
        if self.isVisible():
            self.refresh()

    # ------------------------------------------------------------------------------------------ acting

    def open(self, dialog: str, **context: object) -> None:
        """Open a dialog, unless the person at the desk may not act."""
        operator = self.desk.operator
        use_case = use_case_of(dialog, context)
        refusal = self.desk.refusal(use_case)
        if not use_case and operator is not None and dialog not in READING:
            refusal = role_may_act(operator)
        if refusal is not None:
            self.desk.notify(sentence(refusal))
            return
        opened = open_dialog(dialog, self.desk, self.window(), **context)
        # The button that opened it is made anew with the panel; without this the focus would go to the sidebar.
        # No lambda: the page may be made anew, in another language, before the dialog ends.
        opened.finished.connect(self.take_focus)
        decided = getattr(opened, "decided", None)
        if decided is not None:
            action = self.new_action()
            makes = action is not None and action.dialog == dialog
            decided.connect(partial(self._recorded, makes=makes))

    def key_of_result(self, result: object) -> Hashable | None:
        """Return the key of the row that a decision made or changed; None keeps what is selected."""
        del result
        return None

    def _recorded(self, result: object, *, makes: bool) -> None:
        if isinstance(result, list):
            result = result[0] if len(result) == 1 or (makes and result) else None
        key = self.key_of_result(result)
        if key is not None:
            self._wanted_keys = [key]
            self._made_key = key if makes else None

    def do(self, act: Act) -> None:
        """Do what a button of the panel stands for."""
        self.open(act.dialog, **act.context)

    def follow(self, page: str, key: str) -> None:
        """Go where a link of the panel leads: to a page, or to the preview of a paper."""
        if page == DOCUMENT:
            self.open("document_preview", **preview_context(key))
            return
        self.desk.go(page, key=key)

    def _first_act(self) -> None:
        buttons = self.panel.buttons()
        if buttons:
            buttons[0].setFocus(Qt.FocusReason.ShortcutFocusReason)

    # ------------------------------------------------------------------------------------------ the list

    def _filter_changed(self) -> None:
        self._remember()
        self._narrowed()

    def _narrowed(self) -> None:
        """Ask for what is searched for now, from its first row on."""
        self._wanted_keys = []
        self.view.scrollToTop()
        self.reload()

    def _counted(self, count: int) -> None:
        is_narrowed = self._is_narrowed()
        words = self.counted(count)
        if self.model.source is not None and self.model.source.has_more:
            # What is beyond is not even counted: nobody looks through so many.
            words = words.replace(f"{count:,}", f"{count:,}+", 1)
        self.filters.tell_count(
            _("Found: {count}").format(count=words) if is_narrowed else words, is_nothing=is_narrowed and not count
        )

    def _opened(self, count: int) -> None:
        is_narrowed = self._is_narrowed()
        self._show_empty(is_empty=count == 0, is_narrowed=is_narrowed)
        self.view.measure()
        self.view.lay_out_columns()
        self._select_again(count)

    def _show_empty(self, *, is_empty: bool, is_narrowed: bool) -> None:
        was_bare, self._is_bare = self._is_bare, is_empty and not is_narrowed
        self._lists.setCurrentIndex(1 if is_empty else 0)
        if not is_empty:
            # The first record there is: the button that made it is gone, and its focus went to the search.
            if was_bare and self.search.hasFocus():
                self.view.setFocus(Qt.FocusReason.OtherFocusReason)
            return
        action = self.new_action()
        if is_narrowed:
            self.empty.sentence.setText(_("Nothing here fits what is searched for."))
            self.empty.button.setText(_("Show all"))
        else:
            self.empty.sentence.setText(self.empty_words())
            self.empty.button.setText(action.words if action else "")
        theme.set_hook(self.empty.button, "kind", "" if is_narrowed else "accent")
        self.empty.button.setVisible(is_narrowed or action is not None)

    def _fill(self) -> None:
        if self._is_narrowed():
            self._widen()
            self._filter_changed()
        else:
            self.begin_new()

    def _widen(self) -> None:
        self.filters.set_statuses(())
        self.filters.set_for_me(wanted=False)
        self.search.show_text("")

    def _look_for_what_was_made(self) -> bool:
        """Show a record that was just made where the list does not hold it; return whether it is looked for."""
        key, self._made_key = self._made_key, None
        if key is None:
            return False
        if self._is_narrowed():
            self._widen()
            self._made_key, self._wanted_keys = key, [key]
            self.reload()
        else:
            self.go_to(Destination(self.name, key=key))
        return True

    def _select_again(self, count: int) -> None:
        wanted, self._wanted_keys = self._wanted_keys, []
        fallback, self._wanted_position = self._wanted_position, -1
        for key in wanted:
            position = self.model.position_of(key)
            if position is not None:
                self._made_key = None
                self.view.select_position(position)
                return
        if self._look_for_what_was_made():
            return
        if count and fallback >= 0:
            self.view.select_position(min(fallback, count - 1))
            return
        if count == 1:
            self.view.select_position(0)  # there is nothing to choose from, and its panel would stay empty
            return
        self._chosen()

    def _selected_keys(self) -> list[Hashable]:
        ranges = self.view.selected_ranges()
        if not ranges:
            return []
        row = self.model.row_at(ranges[0][0])
        return [] if row is None else [self.model.key(row)]

    def _chosen_if_missing(self) -> None:
        if self.panel.details is None and self.view.selected_count() == 1:
            self._chosen()

    def _chosen(self) -> None:
        self._asked += 1
        asked = self._asked
        ranges = self.view.selected_ranges()
        count = sum(last - first + 1 for first, last in ranges)
        whole = self.describe_none() if count == 0 else None
        if whole is not None:
            self._read_panel(whole, asked)
        elif count == 0:
            self.panel.show_hint(self.hint() if self.model.rowCount() else self.empty_hint())
        elif count == 1:
            row = self.model.row_at(ranges[0][0])
            if row is not None:
                self._read_panel(self.describe(row), asked)
        elif count > _CHOSEN_MOST:
            self.panel.show_hint(
                _("{count} rows are selected; at most {most} can be worked on at once.").format(
                    count=f"{count:,}", most=_CHOSEN_MOST
                )
            )
        else:
            source = self.model.source
            assert source is not None

            def read() -> Details | None:
                rows = [row for first, last in ranges for row in source.rows(first, last - first + 1)]
                return self.describe_many(rows)

            self._read_panel(read, asked)

    def _read_panel(self, read: Callable[[], Details | None], asked: int) -> None:
        def told(details: Details | None) -> None:
            if asked == self._asked and details is not None:
                self.panel.show_details(for_the_role(self.desk, details))

        workspace = self.desk.workspace

        def whole() -> Details | None:
            # Typing brings lists one after the other: what nobody looks at any more is not read.
            details = read() if asked == self._asked else None
            return None if details is None else with_documents(workspace, with_files(workspace, details))

        self.desk.runner.run(whole, success=told, owner=self)

    def _operator_changed(self) -> None:
        if self.filters.is_for_me:
            self.mark_stale()
        elif self.view.selected_count():
            self._chosen()

    def _sort_by(self, place: int) -> None:
        name = self.model.columns[place].sort
        self._descending = not self._descending if name == self._sort else self.model.columns[place].is_right_aligned
        self._sort = name
        self._show_sort()
        self._remember()
        self.reload()

    def _show_sort(self) -> None:
        places = [place for place, column in enumerate(self.model.columns) if column.sort == self._sort]
        self.view.set_sort(places[0] if self._sort and places else -1, descending=self._descending)

    # ------------------------------------------------------------------------------------------ the filter

    def _is_narrowed(self) -> bool:
        return bool(self.search.text().strip() or self.filters.statuses or self.filters.is_for_me)

    def _filter_now(self) -> SavedFilter:
        """Return what the list is narrowed to, and how it is sorted."""
        return SavedFilter(
            "", self.search.text().strip(), self.filters.statuses, self.filters.is_for_me, self._sort, self._descending
        )

    def _recall(self, saved: SavedFilter) -> None:
        """Narrow and sort the list as somebody kept it."""
        self.filters.set_statuses(saved.statuses)
        self.filters.set_for_me(wanted=saved.for_me)
        if not saved.sort or any(column.sort == saved.sort for column in self.model.columns):
            self._sort, self._descending = saved.sort, saved.descending
            self._show_sort()
        self.search.show_text(saved.text)
        self._filter_changed()

    # ------------------------------------------------------------------------------------------ settings

    def _setting(self, name: str) -> str:
        return f"{self.name}/{name}"

    def _remember(self) -> None:
        settings = self.desk.settings
        if settings is not None:
            settings.setValue(self._setting("status"), self.filters.statuses[0] if self.filters.statuses else "")
            settings.setValue(self._setting("sort"), self._sort)
            settings.setValue(self._setting("descending"), "yes" if self._descending else "no")

    def save_state(self) -> None:
        """Remember widths and the panel's width."""
        self._remember()
        settings = self.desk.settings
        if settings is not None:
            widths = {self.model.columns[place].key: width for place, width in self.view.dragged.items()}
            settings.setValue(self._setting("widths"), " ".join(f"{key}={width}" for key, width in widths.items()))
            settings.setValue(self._setting("panel"), self.splitter.saveState())
            keys = self._wanted_keys or self._selected_keys()
            settings.setValue(self._setting("selected"), json.dumps(keys[0] if keys else None))

    def _restore(self) -> None:
        settings = self.desk.settings
        if settings is None:
            return
        self.filters.set_statuses((str(settings.value(self._setting("status"), "")),))
        sort = str(settings.value(self._setting("sort"), ""))
        if any(column.sort == sort for column in self.model.columns):
            self._sort = sort
            self._descending = (
                settings.value(self._setting("descending"), "yes" if self.begins_descending else "no") == "yes"
            )
        self._show_sort()
        places = {column.key: place for place, column in enumerate(self.model.columns)}
        for part in str(settings.value(self._setting("widths"), "")).split():
            key, _equals, width = part.partition("=")
            if key in places and width.isdigit():
                self.view.header.resizeSection(places[key], int(width))
        selected = _read_key(str(settings.value(self._setting("selected"), "")))
        if selected is not None:
            self._wanted_keys = [selected]
        state = settings.value(self._setting("panel"))
        if state is not None:
            self.splitter.restoreState(state)

    # ------------------------------------------------------------------------------------------ shape

    def _build(self) -> None:
        self.empty.button.clicked.connect(self._fill)
        self.empty.button.setText(_("Show all"))
        self.view.setAccessibleName(self.title())
        lists = QWidget()
        self._lists = QStackedLayout(lists)
        self._lists.addWidget(self.view)
        self._lists.addWidget(self.empty)
        card = QFrame()
        card.setProperty("card", "true")
        card.setMinimumWidth(_LIST_LEAST)
        inside = QVBoxLayout(card)
        inside.setContentsMargins(1, theme.SPACE * 2, 1, theme.SPACE * 2)
        inside.setSpacing(0)
        inside.addWidget(self.filters)
        inside.addWidget(self.tables.progress)
        inside.addWidget(lists, 1)
        self.splitter = QSplitter(Qt.Orientation.Horizontal)
        self.splitter.setHandleWidth(theme.GAP)
        self.splitter.setChildrenCollapsible(False)
        self.splitter.addWidget(card)
        self.splitter.addWidget(self.panel)
        self.splitter.setStretchFactor(0, 1)
        self.splitter.setStretchFactor(1, 0)
        self.splitter.setSizes([_LIST_SHARE, _PANEL_SHARE])
        column = QVBoxLayout(self)
        column.setSpacing(theme.GAP)
        if self.is_embedded:
            column.setContentsMargins(0, 0, 0, 0)
        else:
            column.setContentsMargins(
                theme.MARGIN, theme.MARGIN - theme.SPACE, theme.MARGIN, theme.MARGIN - theme.SPACE
            )
            column.addWidget(self._top_row())
        column.addWidget(self.splitter, 1)

    def _top_row(self) -> FittingRow:
        title = QLabel(self.title())
        theme.set_role(title, "title")
        whole = FittingRow()
        top = whole.row
        self.search.setMinimumWidth(_SEARCH_LEAST)
        top.addWidget(title)
        top.addSpacing(theme.MARGIN)
        top.addWidget(self.search, 1)
        top.addStretch(0)
        top.addStretch(1)
        for button in self.more_buttons():
            top.addWidget(button)
        action = self.new_action()
        if action is not None:
            self.main_button = QPushButton(action.words)
            self.main_button.setProperty("kind", "accent")
            self.main_button.setIcon(theme.icon(action.icon, "accent_ink"))
            self.main_button.setToolTip(actions.named("new").keys_in_words())
            self.main_button.clicked.connect(self.begin_new)
            top.addWidget(self.main_button)
        return whole
