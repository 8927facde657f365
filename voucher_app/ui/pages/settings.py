"""设置: policies, people, keys, document numbers and working days of the office; backups, checks, this computer."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from voucher_app.i18n import _
from voucher_app.ui.pages.keys import KeyList
from voucher_app.ui.pages.numbers import NumberList
from voucher_app.ui.pages.people import PeopleList
from voucher_app.ui.pages.policies import PolicyList
from voucher_app.ui.pages.safety import SafetyPanel
from voucher_app.ui.pages.tabbed_page import TabbedPage
from voucher_app.ui.pages.this_desk import ThisDeskPanel
from voucher_app.ui.pages.working_days import WorkingDayList

if TYPE_CHECKING:
    from collections.abc import Sequence

    from voucher_app.ui.pages.list_page import ListPage
    from voucher_app.ui.pages.panel import Panel


class SettingsPage(TabbedPage):
    """The page 设置."""

    name: ClassVar[str] = "settings"
    lists: ClassVar[Sequence[type[ListPage | Panel]]] = (
        PolicyList, PeopleList, KeyList, NumberList, WorkingDayList, SafetyPanel, ThisDeskPanel,
    )  # fmt: skip

    @classmethod
    def title(cls) -> str:
        """Return the page's name."""
        return _("Settings")
