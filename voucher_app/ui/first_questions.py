"""What the four steps of a new office ask: the office, year and policy, the place of the data file, the people."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCheckBox, QGridLayout, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from voucher_app.domain.budget import CEILING, FIRST_YEAR, appropriation_is_in_ceiling, parse_year
from voucher_app.domain.errors import InvalidInput
from voucher_app.domain.operators import Role
from voucher_app.domain.policy import PARAMETERS
from voucher_app.i18n import _
from voucher_app.services.ports.errors import StorageError
from voucher_app.services.wording.errors import describe
from voucher_app.services.wording.policy import parameter_name, parameter_value
from voucher_app.services.wording.rules import sentence
from voucher_app.services.workspace import key_file_of
from voucher_app.ui import theme
from voucher_app.ui.dialogs.file_dialog import choose_folder
from voucher_app.ui.widgets.amount_field import AmountField
from voucher_app.ui.widgets.field import ChoiceField, LineField, TextField
from voucher_app.ui.widgets.password_field import PasswordAgainField, PasswordField

if TYPE_CHECKING:
    from voucher_app.ui.starter import Starter
    from voucher_app.ui.widgets.field import Field

_LONGEST_NAME: Final = 40
_TELLING: Final = ("support.ratio", "support.base", "support.recipient_year_cap", "validity.use_days")
"""What of a policy one wants to know before one begins with it."""


class Step(QWidget):
    """One step: what is asked, and what has to be right before one goes on."""

    def __init__(self, title: str, words: str) -> None:
        super().__init__()
        self.title = title
        told = QLabel(words)
        told.setWordWrap(True)
        told.setTextFormat(Qt.TextFormat.PlainText)
        theme.set_role(told, "soft")
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(0, 0, 0, 0)
        self.column.setSpacing(theme.SPACE * 2)
        self.column.addWidget(told)
        self.column.addSpacing(theme.SPACE)

    def fields(self) -> list[Field]:
        """Return what is asked now, in the order of the page."""
        raise NotImplementedError

    def first_wrong(self) -> Field | None:
        """Say beside each field what is wrong; return the first of them, or None."""
        wrong = [field for field in self.fields() if not field.judge()]
        return wrong[0] if wrong else None


class OfficeStep(Step):
    """Who issues."""

    def __init__(self) -> None:
        super().__init__(_("Office"), _("The issuing office, as it stands on every certificate and in every list."))
        self.office = TextField(_("Issuing office"), name="office", example="山西省工业和信息化厅")
        self.column.addWidget(self.office)
        self.column.addStretch(1)

    def fields(self) -> list[Field]:
        """Return the office."""
        return [self.office]


class AppropriationField(AmountField):
    """What a year may issue, which the province limits.

    Args:
        label: of the field.
        year: the field that says which year.
    """

    def __init__(self, label: str, year: LineField) -> None:
        self._year = year
        super().__init__(label)

    def problem(self) -> str:
        """Return what is wrong with the amount; above the ceiling it is refused here already."""
        found = super().problem()
        if found or not self.text().strip():
            return found
        year = self._year.text().strip()
        above = appropriation_is_in_ceiling(self.value(), year=int(year) if year.isdecimal() else FIRST_YEAR)
        return sentence(above) if above is not None else ""


class YearStep(Step):
    """How much may be issued this year, and under which policy."""

    def __init__(self, starter: Starter) -> None:
        words = _(
            "The most that can be issued in the year; the document of the appropriation and that of the policy are two."
        )
        super().__init__(_("Year and policy"), words)
        self.year = LineField(_("Budget year"), lambda text: parse_year(text.strip()))
        self.year.set_text(str(starter.this_year()))
        self.amount = AppropriationField(_("Appropriation of the year"), self.year)
        most = _("At most {ceiling} yuan a year, the province's ceiling.")
        self.amount.set_hint(most.format(ceiling=CEILING.in_yuan()))
        self.document = TextField(_("Document of the appropriation"), name="document", example="晋财建〔2026〕1号")
        self._presets = dict(starter.presets())
        self.preset = ChoiceField(
            _("Policy to begin with"), [(file, policy.title) for file, policy in self._presets.items()]
        )
        self.preset.changed.connect(self._tell_preset)
        self._tell_preset()
        self.policy = TextField(
            _("Title of the policy, as on the certificate"), name="policy_title", example="山西省算力券管理办法"
        )
        self.policy_document = TextField(
            _("Document of the policy"), name="document_number", example="晋算券〔2026〕1号"
        )
        grid = QGridLayout()
        grid.setHorizontalSpacing(theme.GAP)
        grid.setVerticalSpacing(theme.SPACE * 2)
        for column, (field, stretch) in enumerate(((self.year, 2), (self.amount, 4), (self.document, 4))):
            grid.addWidget(field, 0, column, Qt.AlignmentFlag.AlignTop)
            grid.setColumnStretch(column, stretch)
        grid.addWidget(self.preset, 1, 0, 1, 3)
        grid.addWidget(self.policy, 2, 0, 1, 2, Qt.AlignmentFlag.AlignTop)
        grid.addWidget(self.policy_document, 2, 2, Qt.AlignmentFlag.AlignTop)
        self.column.addLayout(grid)
        self.column.addStretch(1)

    def _tell_preset(self) -> None:
        """Say what the chosen policy grants; its title alone says nothing to who has not read it."""
        policy = self._presets[self.preset.value()]
        figures = _("; ").join(
            _("{name}: {value}").format(
                name=parameter_name(key), value=parameter_value(key, getattr(policy, PARAMETERS[key]))
            )
            for key in _TELLING
        )
        self.preset.set_hint(
            _("{figures}. The office changes these figures later under Settings.").format(figures=figures)
        )

    def fields(self) -> list[Field]:
        """Return year, amount, documents and policy."""
        return [self.year, self.amount, self.document, self.preset, self.policy, self.policy_document]


class PlaceField(LineField):
    """Where the data file is to be; what was left out is shown, so that nobody looks for the file later."""

    def told(self) -> str:
        """Return the whole path where less was typed, else the hint."""
        typed = self.text().strip()
        whole = "" if not typed or self.problem() else str(self.value())
        return super().told() if whole in {"", typed} else _("This will be {path}.").format(path=whole)


class PlaceStep(Step):
    """Where the records lie."""

    def __init__(self, starter: Starter) -> None:
        words = _("One file holds every record, on this computer's own disk. Backups go beside it by themselves.")
        super().__init__(_("Data file"), words)
        self._starter = starter
        self.place = PlaceField(_("Data file"), self._place)
        self.place.set_text(str(starter.database))
        self.place.set_hint(_("No network drive and no folder that a sync tool copies: there it could be damaged."))
        self.choose_button = QPushButton(_("Another folder …"))
        self.choose_button.clicked.connect(self._choose)
        self.column.addWidget(self.place)
        self.column.addWidget(self.choose_button, 0, Qt.AlignmentFlag.AlignLeft)
        self.column.addStretch(1)

    def fields(self) -> list[Field]:
        """Return the place."""
        return [self.place]

    def _place(self, text: str) -> Path:
        """Read where the data file is to be; a place where it could be damaged is refused beside the field.

        Raises:
            InvalidInput: `data_file_place`, with the reason.
        """
        named = text.strip()
        try:
            path = self._file_at(named)
            self._refuse(path)
        except StorageError as error:
            raise InvalidInput("data_file_place", found=named, why=describe(error)[0]) from error
        except (OSError, RuntimeError) as error:  # a folder nobody may look into, a name too long, ~ of nobody
            why = describe(StorageError("cannot_open", named))[0]
            raise InvalidInput("data_file_place", found=named, why=why) from error
        return path

    def _refuse(self, path: Path) -> None:
        """Refuse a file that is there, and a place where it could be damaged.

        Raises:
            StorageError: `exists`, or what the place is.
            OSError: for a folder that may not be looked into.
        """
        # A key that lies there belongs to an office whose file is elsewhere; a new office never takes it over.
        there = next((one for one in (path, key_file_of(path)) if one.exists()), None)
        if there is not None:
            raise StorageError("exists", there)
        self._starter.refuse_place(path)

    def _file_at(self, text: str) -> Path:
        """Return the file that a text names: a folder gets the usual name, a name alone the usual folder.

        Raises:
            OSError, RuntimeError: for a place that the system will not even look at.
        """
        usual = self._starter.database
        path = usual.parent / Path(text).expanduser()
        if path.is_dir():
            return path / usual.name
        return path if path.suffix == ".db" else path.with_name(path.name + ".db")

    def _choose(self) -> None:
        dialog = choose_folder(self, _("Where the data file is to be"))
        dialog.fileSelected.connect(lambda name: self.place.set_text(str(Path(name) / self._starter.database.name)))
        dialog.open()


class PersonRow(QWidget):
    """A person with one role: the name, and a password twice."""

    def __init__(self, role: Role, label: str, *, example: str, required: bool = True) -> None:
        super().__init__()
        self.role = role
        self.name = TextField(label, name="operator", example=example, required=required, longest=_LONGEST_NAME)
        self.password = PasswordField(_("Password"), choosing=True)
        self.again = PasswordAgainField(self.password)
        self.password.control.setAccessibleName(_("{role}: password").format(role=label))
        self.again.control.setAccessibleName(_("{role}: the same password again").format(role=label))
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(theme.GAP)
        fields: tuple[Field, ...] = (self.name, self.password, self.again)
        for field in fields:
            row.addWidget(field, 1, Qt.AlignmentFlag.AlignTop)
        self.name.changed.connect(self._named)
        self._named()

    @property
    def is_there(self) -> bool:
        """Whether somebody is named, or has to be."""
        return self.name.is_required or bool(self.name.text().strip())

    def _named(self) -> None:
        self.password.set_name(self.name.text().strip())
        for field in (self.password, self.again):
            field.setEnabled(self.is_there)

    def fields(self, *, trial: bool) -> list[Field]:
        """Return what is asked of this person."""
        return [self.name, self.password, self.again] if self.is_there and not trial else [self.name]


class PeopleStep(Step):
    """Who works, and how each of them proves it."""

    def __init__(self) -> None:
        super().__init__(
            _("People"),
            _(
                "One person prepares, another one decides; whoever sits here types the own password. Somebody for the "
                "payments can be named now or later."
            ),
        )
        self.preparer = PersonRow(Role.PREPARER, _("Who prepares"), example="张经办")
        self.reviewer = PersonRow(Role.REVIEWER, _("Who reviews"), example="李复核")
        self.finance = PersonRow(Role.FINANCE, _("Who pays"), example="王财务", required=False)
        self.trial = QCheckBox(_("Only to try out: without passwords, marked as a demonstration on screen and paper"))
        self.trial.toggled.connect(self._trial_toggled)
        self.summary = QLabel()
        self.summary.setWordWrap(True)
        self.summary.setTextFormat(Qt.TextFormat.PlainText)
        for row in self.rows:
            self.column.addWidget(row)
        self.column.addWidget(self.trial)
        self.column.addSpacing(theme.SPACE * 2)
        self.column.addWidget(self.summary)
        self.column.addStretch(1)

    @property
    def rows(self) -> tuple[PersonRow, ...]:
        """The people, in the order of the page."""
        return self.preparer, self.reviewer, self.finance

    def fields(self) -> list[Field]:
        """Return names and, but for a trial office, passwords."""
        return [field for row in self.rows for field in row.fields(trial=self.trial.isChecked())]

    def first_wrong(self) -> Field | None:
        """Return the first field that is wrong; a name that stands above already is."""
        found = super().first_wrong()
        if found is not None:
            return found
        seen: set[str] = set()
        for row in self.rows:
            name = row.name.value() if row.is_there else ""
            if name in seen:
                row.name.complain(_("A decision needs two people: name another person than above."))
                return row.name
            seen |= {name} if name else set()
        return None

    def _trial_toggled(self, trial: bool) -> None:  # noqa: FBT001 - the slot of Signal(bool)
        for row in self.rows:
            row.password.setHidden(trial)
            row.again.setHidden(trial)
