"""Filters that a person keeps for a list: by a name, recalled by one click, and deleted again.

They are no record: they lie with the widths and the sort order in the person's settings, outside the data file, under
the name of whoever works.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QLineEdit, QMenu, QPushButton, QWidgetAction

from voucher_app.i18n import _
from voucher_app.ui import theme

if TYPE_CHECKING:
    from collections.abc import Callable

    from voucher_app.ui.desk import Desk

MOST_KEPT: Final = 30
_LONGEST_NAME: Final = 40


@dataclass(frozen=True, slots=True)
class SavedFilter:
    """What a list is narrowed to, and in which order, by a name."""

    name: str
    text: str = ""
    statuses: tuple[str, ...] = ()
    for_me: bool = False
    sort: str = ""
    descending: bool = True


def read_filters(text: str) -> list[SavedFilter]:
    """Read what was kept; what cannot be read is left out, for settings are edited by hand and by other versions."""
    try:
        kept = json.loads(text)
    except ValueError:
        return []
    return [one for one in map(_filter_of, kept if isinstance(kept, list) else []) if one is not None]


def _filter_of(kept: Any) -> SavedFilter | None:  # noqa: ANN401 - whatever stands in the settings
    if not isinstance(kept, dict) or not isinstance(kept.get("name"), str) or not kept["name"]:
        return None
    statuses = kept.get("statuses", ())
    return SavedFilter(
        kept["name"][:_LONGEST_NAME],
        str(kept.get("text", "")),
        tuple(str(status) for status in statuses) if isinstance(statuses, list) else (),
        kept.get("for_me") is True,
        str(kept.get("sort", "")),
        kept.get("descending") is not False,
    )


class SavedFilters(QPushButton):
    """A chip whose menu keeps, recalls and deletes filters.

    Args:
        desk: whose settings keep them.
        place: the list's name.
        now: returns what the list is narrowed to, without a name.

    Signals:
        recalled: a filter was chosen.
    """

    recalled = Signal(object)

    def __init__(self, desk: Desk, place: str, now: Callable[[], SavedFilter]) -> None:
        super().__init__()
        self._desk = desk
        self._place = place
        self._now = now
        self.setProperty("kind", "chip")
        self.setIcon(theme.icon("filter"))
        self.setToolTip(_("Saved filters"))
        self.setAccessibleName(_("Saved filters"))
        self._menu = QMenu(self)
        self._menu.aboutToShow.connect(self.fill)
        self.setMenu(self._menu)
        self.name_field = QLineEdit()

    def _key(self) -> str:
        person = self._desk.operator
        return f"{self._place}/filters/{person.name if person is not None else ''}"

    def kept(self) -> list[SavedFilter]:
        """Return the filters of whoever works."""
        settings = self._desk.settings
        return read_filters(str(settings.value(self._key(), "[]"))) if settings is not None else []

    def keep(self, name: str) -> None:
        """Keep what the list is narrowed to by a name; one of that name is replaced."""
        name = " ".join(name.split())[:_LONGEST_NAME]
        if not name:
            return
        made = SavedFilter(**{**asdict(self._now()), "name": name})
        self._write([made, *(one for one in self.kept() if one.name != name)][:MOST_KEPT])
        self._desk.notify(_("The filter “{name}” is saved.").format(name=name))

    def forget(self, name: str) -> None:
        """Delete a filter."""
        self._write([one for one in self.kept() if one.name != name])
        self._desk.notify(_("The filter “{name}” is deleted.").format(name=name))

    def _write(self, filters: list[SavedFilter]) -> None:
        settings = self._desk.settings
        if settings is not None:
            settings.setValue(self._key(), json.dumps([asdict(one) for one in filters], ensure_ascii=False))

    def fill(self) -> None:
        """Make the menu anew: the filters, a field that keeps the present one, and what deletes them."""
        self._menu.clear()
        filters = self.kept()
        for one in filters:
            self._menu.addAction(_in_a_menu(one.name), partial(self.recalled.emit, one))
        if not filters:
            self._menu.addAction(_("No filter is saved for this list yet")).setEnabled(False)
        self._menu.addSeparator()
        self.name_field = QLineEdit()
        self.name_field.setMaxLength(_LONGEST_NAME)
        hint = _("Name the present filter, Enter saves it")
        self.name_field.setPlaceholderText(hint)
        self.name_field.setAccessibleName(_("Name of the filter"))
        wide = self.fontMetrics().horizontalAdvance(hint) + theme.CONTROL * 2
        self.name_field.setMinimumWidth(max(theme.CONTROL * 6, wide))
        self.name_field.returnPressed.connect(self._named)
        field = QWidgetAction(self._menu)
        field.setDefaultWidget(self.name_field)
        self._menu.addAction(field)
        if filters:
            deleting = self._menu.addMenu(_("Delete a filter"))
            for one in filters:
                deleting.addAction(_in_a_menu(one.name), partial(self.forget, one.name))
        self.name_field.setFocus(Qt.FocusReason.PopupFocusReason)

    def _named(self) -> None:
        self.keep(self.name_field.text())
        self._menu.close()


def _in_a_menu(name: str) -> str:
    """Return a name as a menu shows it whole: a lone ampersand would mark a key and be left out."""
    return name.replace("&", "&&")
