"""The retention report: which personal data is kept where, since when, and until when by the office's own rule."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel

from voucher_app.i18n import _
from voucher_app.services.retention import Rule, report
from voucher_app.services.wording.backups import size_words
from voucher_app.services.wording.retention import how_it_ends, kept_name, rule_name, rule_sentence, until_words
from voucher_app.ui import theme
from voucher_app.ui.dialogs.reading import ReadingDialog
from voucher_app.ui.widgets.charts import Table
from voucher_app.ui.widgets.field import ChoiceField
from voucher_app.ui.widgets.figures_table import FiguresTable

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from voucher_app.services.retention import Held
    from voucher_app.ui.desk import Desk

_KEY: Final = "retention/rule"
_SHOWN: Final = 5
"""Columns side by side; how it ends and where it lies are told of the row that is chosen."""


class RetentionReport(ReadingDialog):
    """What is kept, by the rule that is chosen; the choice is remembered for this person."""

    has_tables: ClassVar[bool] = True

    def __init__(self, desk: Desk, parent: QWidget | None) -> None:
        super().__init__(
            desk,
            parent,
            title=_("Retention report"),
            purpose=_("Which personal data is kept where, since when, and until when. Nothing is deleted by it."),
        )
        self.held: list[Held] = []
        self.rule = ChoiceField(_("Records are kept"), [(rule.value, rule_name(rule)) for rule in Rule])
        kept = str(desk.settings.value(_KEY, "")) if desk.settings is not None else ""
        self.rule.choose(kept if kept in set(Rule) else Rule.THIRTY_YEARS.value)
        self.said = QLabel()
        self.said.setWordWrap(True)
        theme.set_role(self.said, "soft")
        self.table = FiguresTable(_("Personal data"))
        self.table.setSelectionMode(FiguresTable.SelectionMode.SingleSelection)
        self.table.itemSelectionChanged.connect(self._tell)
        self.more = QLabel()
        self.more.setWordWrap(True)
        self.more.setTextFormat(Qt.TextFormat.PlainText)
        self.more.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        for part in (self.rule, self.said):
            self.body.addWidget(part)
        self.body.addWidget(self.table, 1)
        self.body.addWidget(self.more)
        self.rule.changed.connect(self._choose)
        self._read()

    def _choose(self) -> None:
        if self.desk.settings is not None:
            self.desk.settings.setValue(_KEY, self.rule.value())
        self._read()

    def _read(self) -> None:
        desk, rule = self.desk, Rule(self.rule.value())

        def told(held: list[Held]) -> None:
            if self.is_open and rule is Rule(self.rule.value()):
                self.held = held
                self.said.setText(rule_sentence(rule))
                whole, row = self._table(), max(self.table.currentRow(), 0)
                self.table.set_table(
                    Table(whole.header[:_SHOWN], tuple(one[:_SHOWN] for one in whole.rows), whole.numeric)
                )
                self.table.selectRow(row)

        desk.runner.run(
            lambda: report(desk.workspace, rule=rule, state=desk.state, backup_folder=desk.backup_folder),
            success=told,
            owner=self,
            long=True,
        )

    def _tell(self) -> None:
        """Tell of the row that is chosen how it ends, and where it lies."""
        row = self.table.currentRow()
        if 0 <= row < len(self.held):
            held = self.held[row]
            self.more.setText(f"{how_it_ends(held.kind)}\n{held.place}")

    def _table(self) -> Table:
        header = (
            _("What"), _("How many"), _("Size"), _("Since"), _("Until"), _("How it ends"), _("Where it lies"),
        )  # fmt: skip
        rule = Rule(self.rule.value())
        rows = tuple(
            (
                kept_name(one.kind),
                f"{one.count:,}",
                size_words(one.size_bytes) if one.size_bytes else "",
                one.since.isoformat() if one.since else "",
                until_words(one, rule),
                how_it_ends(one.kind),
                str(one.place),
            )
            for one in self.held
        )
        return Table(header, rows, frozenset({1}))

    def sheets(self) -> list[tuple[str, Table]]:
        """Return the report as a table."""
        return [(self.windowTitle(), self._table())] if self.held else []

    def text(self) -> str:
        """Return the report as a grid under its rule."""
        return f"{rule_sentence(Rule(self.rule.value()))}\n\n{self._table().as_text()}"
