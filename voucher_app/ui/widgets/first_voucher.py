"""The way to the first voucher (第一张券): shown while a year has none, each step with whose it is."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final, NamedTuple

from PySide6.QtWidgets import QGridLayout, QLabel, QPushButton

from voucher_app.domain.operators import Role
from voucher_app.i18n import _, marked
from voucher_app.services.queries.lists import ListFilter
from voucher_app.services.wording.names import role_name
from voucher_app.ui import theme
from voucher_app.ui.widgets.card import Card

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from voucher_app.domain.operators import Operator
    from voucher_app.services.queries.reader import Queries

_IN_A_LINE: Final = 3


class Stage(NamedTuple):
    """A step on the way: what it is called, where it is done, and by whom."""

    words: str
    page: str
    role: Role


STAGES: Final = (
    Stage(marked("Register a provider"), "providers", Role.PREPARER),
    Stage(marked("Admit the provider"), "providers", Role.REVIEWER),
    Stage(marked("Register a unit and its credit check"), "recipients", Role.PREPARER),
    Stage(marked("Submit its application"), "applications", Role.PREPARER),
    Stage(marked("Approve the application"), "applications", Role.REVIEWER),
    Stage(marked("Issue and print the voucher"), "vouchers", Role.PREPARER),
)


def stages_done(queries: Queries, year: int) -> tuple[bool, ...]:
    """Return which of the stages are done; the last one is not, or nobody would be shown the way."""
    approved = ListFilter(year=year, statuses=("approved", "issued"), most=1)
    return (
        queries.providers(ListFilter(most=1)).count() > 0,
        queries.providers(ListFilter(statuses=("admitted",), most=1)).count() > 0,
        queries.recipients(ListFilter(most=1)).count() > 0,
        queries.applications(ListFilter(year=year, most=1)).count() > 0,
        queries.applications(approved).count() > 0,
        False,
    )


class FirstVoucherCard(Card):
    """The stages, each a link to its page; the next one stands out."""

    def __init__(self, go: Callable[..., None]) -> None:
        super().__init__(_("On the way to the first voucher"))
        self.links: list[QPushButton] = []
        grid = QGridLayout()
        grid.setHorizontalSpacing(theme.GAP)
        grid.setVerticalSpacing(theme.SPACE)
        for place, stage in enumerate(STAGES):
            link = QPushButton()
            link.clicked.connect(partial(go, stage.page))
            grid.addWidget(link, place // _IN_A_LINE, place % _IN_A_LINE)
            self.links.append(link)
        self.hint = QLabel()
        self.hint.setWordWrap(True)
        theme.set_role(self.hint, "soft")
        self.body.addLayout(grid)
        self.body.addWidget(self.hint)
        self.hide()

    def show_done(self, done: Sequence[bool], operator: Operator | None) -> None:
        """Show how far the office is, and whom the next stage waits for, where that is not who is at the desk."""
        following = next((place for place, is_done in enumerate(done) if not is_done), -1)
        for place, (link, stage, is_done) in enumerate(zip(self.links, STAGES, done, strict=True)):
            link.setText(
                _("{sign} {step} · {role}").format(
                    sign="✓" if is_done else str(place + 1), step=_(stage.words), role=role_name(stage.role)
                )
            )
            theme.set_hook(link, "kind", "accent" if place == following else "quiet")
        role = STAGES[following].role
        is_for_another = operator is None or operator.role is not role
        self.hint.setText(
            _("The next step is for another role ({role}): change who works at the top right.").format(
                role=role_name(role)
            )
            if is_for_another
            else ""
        )
        self.hint.setVisible(is_for_another)
        self.show()
