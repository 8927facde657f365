"""工作日: where the year's calendar departs from the week, as published and as the office's own table has it."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar

from voucher_app.i18n import _, ngettext
from voucher_app.services import calendar
from voucher_app.services.queries.lists import listed
from voucher_app.services.wording.names import status_name
from voucher_app.ui.models.columns import CellKind, Column
from voucher_app.ui.pages.details import Details, Fact
from voucher_app.ui.pages.list_page import ListPage, NewAction
from voucher_app.ui.widgets.date_field import weekday_name

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from voucher_app.services.calendar import SpecialDay
    from voucher_app.services.queries.lists import ListFilter, ListSource


class WorkingDayList(ListPage):
    """Days off within the week, and weekends that are worked, of the year that is looked at."""

    name: ClassVar[str] = "days"
    is_embedded: ClassVar[bool] = True
    begins_descending: ClassVar[bool] = False
    statuses: ClassVar[tuple[str, ...]] = ("off", "working")
    import_kind: ClassVar[str] = "calendar"

    @classmethod
    def title(cls) -> str:
        """Return the list's name."""
        return _("Working days")

    def search_hint(self) -> str:
        """Return what can be searched for."""
        return _("Search day, note …")

    def status_words(self, status: str) -> str:
        """Return a status in words."""
        return status_name("day", status)

    def empty_words(self) -> str:
        """Return the sentence of an empty list."""
        words = _("Nobody told the working days of {year} yet. Import the table that the State Council published.")
        return words.format(year=self.desk.year)

    def counted(self, count: int) -> str:
        """Return how many there are."""
        return ngettext("{count} day", "{count} days", count).format(count=f"{count:,}")

    def new_action(self) -> NewAction:
        """Return the main action."""
        return NewAction(_("Import a table …"), "table_import", "receive")

    def begin_new(self) -> None:
        """Take a table in: the office's own days, or those of a later year."""
        self.tables.open_import()

    def columns(self) -> Sequence[Column]:
        """Return the columns."""
        return (
            Column("day", _("Day"), lambda row: row.day.isoformat(), CellKind.DATE, 112, sort="day"),
            Column("weekday", _("Weekday"), lambda row: weekday_name(row.day), width=112),
            Column("note", _("Note"), lambda row: row.note, width=200, stretches=True),
            Column("source", _("Told by"), source_words, width=184),
            Column(
                "status",
                _("Status"),
                lambda row: self.status_words(status_of(row)),
                CellKind.STATUS,
                104,
                state=lambda row: ("day", status_of(row)),
            ),
        )

    def key(self, row: Any) -> str:  # noqa: ANN401 - as declared above
        """Return the day, as text: what was selected is remembered over a restart."""
        return str(row.day)

    def source(self, chosen: ListFilter) -> ListSource[SpecialDay]:
        """Return the list."""
        assert chosen.year is not None, "the list is of a year"
        return listed(
            calendar.special_days(self.desk.workspace, year=chosen.year),
            chosen,
            texts=lambda row: (row.day.isoformat(), row.note),
            status=status_of,
            sorts={"day": lambda row: row.day},
        )

    def describe(self, row: Any) -> Callable[[], Details]:  # noqa: ANN401
        """Return what describes a day; the row holds everything."""
        return partial(describe_day, row)


def status_of(day: SpecialDay) -> str:
    """Return whether a day is worked."""
    return "working" if day.is_working else "off"


def source_words(day: SpecialDay) -> str:
    """Return who told about a day."""
    return _("the office's own table") if day.is_own else _("the published calendar")


def describe_day(day: SpecialDay) -> Details:
    """Return what the panel says of a day."""
    return Details(
        title=day.day.isoformat(),
        status=("day", status_of(day)),
        note=weekday_name(day.day),
        facts=(
            (
                Fact(_("Note"), day.note),
                Fact(_("Told by"), source_words(day)),
                Fact("", _("To correct it, import a table with this day: what is told last counts.")),
            ),
        ),
    )
