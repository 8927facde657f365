"""Drafting a policy: every parameter a field with its meaning beside it, or the text of the file; judged as one types.

Both are the same text: the form writes it, and a text that can be read fills the form.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, cast

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QPushButton,
    QTabBar,
    QVBoxLayout,
    QWidget,
)

from voucher_app.domain.errors import InvalidInput
from voucher_app.domain.policy import PARAMETERS, parse_policy, read_parameter
from voucher_app.i18n import _, ngettext
from voucher_app.services import policy as use_case
from voucher_app.services.policy import compare, notes_of
from voucher_app.services.policy_form import (
    CLASSES,
    Kind,
    file_value,
    parameters,
    percentage,
    shown,
    written,
    year_end,
)
from voucher_app.services.ports.errors import StorageError
from voucher_app.services.ports.policy import PolicyDraft as Drafted
from voucher_app.services.queries.policy import policy_rows
from voucher_app.services.rehearsal import rehearse
from voucher_app.services.wording.errors import describe
from voucher_app.services.wording.names import kind_name
from voucher_app.services.wording.policy import group_name, parameter_name, parameter_value
from voucher_app.settings import resources_folder
from voucher_app.ui import theme
from voucher_app.ui.dialogs.decision import DecisionDialog
from voucher_app.ui.dialogs.file_dialog import home, open_file
from voucher_app.ui.dialogs.step import effect_of
from voucher_app.ui.widgets.amount_field import AmountField
from voucher_app.ui.widgets.date_field import DateField
from voucher_app.ui.widgets.field import ChoiceField, LineField
from voucher_app.ui.widgets.toml_field import TomlField

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from voucher_app.domain.policy import Policy, YearEnd
    from voucher_app.services.policy import Difference
    from voucher_app.services.policy_form import (
        Parameter,
    )
    from voucher_app.services.queries.policy import PolicyRow
    from voucher_app.services.workspace import Workspace
    from voucher_app.ui.desk import Desk
    from voucher_app.ui.widgets.effect_panel import Effect
    from voucher_app.ui.widgets.field import Field

RULES: Final = ("R3", "R4", "R6", "R7", "R15", "R19", "R27", "UNIQUE", "ROLE")
_YEARS_AFTER: Final = 5
_SHOWN: Final = 8
_SHOWN_LENGTH: Final = 18
_FORM, _TEXT = range(2)
_WIDE: Final = frozenset({Kind.TEXT})


@dataclass(frozen=True, slots=True)
class Source:
    """What a draft begins from: a preset, a version, another draft; `label` is its short name."""

    key: str
    label: str
    title: str
    content: str

    @property
    def words(self) -> str:
        """Short name and title."""
        return f"{self.label} · {self.title}"


def version_label(row: PolicyRow) -> str:
    """Return the short name of a version, or of a draft, of which a code may have several."""
    return row.label if row.version is not None else _("{code} draft {id}").format(code=row.label, id=row.id)


def sources(workspace: Workspace) -> list[Source]:
    """Return everything in the house that a draft can begin from; the version in force first."""
    found = [
        Source(row.key, version_label(row), row.policy.title, row.content)
        for row in sorted(policy_rows(workspace.queries), key=lambda row: row.version is None)
    ]
    for file in sorted((resources_folder() / "policies").glob("*.toml")):
        content = file.read_text(encoding="utf-8")
        policy = parse_policy(content)
        label = _("Preset {code}").format(code=policy.code)
        found.append(Source(f"preset:{file.stem}", label, policy.title, content))
    return found


class ParameterField(LineField):
    """A parameter that is typed in one line; its meaning stands beneath."""

    def __init__(self, parameter: Parameter) -> None:
        self._parameter = parameter
        super().__init__(parameter_name(parameter.key), self._file_value, required=not parameter.may_be_empty)

    def _file_value(self, text: str) -> object:
        return file_value(self._parameter, text)

    def told(self) -> str:
        """Return the value with its unit."""
        if self._parameter.kind is Kind.TEXT or not self.text().strip():
            return super().told()
        key = self._parameter.key
        words = parameter_value(key, read_parameter(key, self.value()))
        return "" if words == self.text().strip() else words


class Entry:
    """One parameter in the form: its fields, what they say for the file, and how a policy fills them."""

    def __init__(self, parameter: Parameter) -> None:
        self.parameter = parameter
        self.fields = self.make()

    def make(self) -> tuple[Field, ...]:
        """Make the fields; each of them gets its place in the dialog, or it would be destroyed on any thread."""
        return (_field(self.parameter),)

    def value(self) -> object:
        """Return what stands in the file."""
        (field,) = self.fields
        text = field.value() if isinstance(field, ChoiceField) else field.text()
        if self.parameter.kind is Kind.FLAG:
            return text == _YES
        if isinstance(field, DateField) and field.text().strip():
            return field.value().isoformat()
        return file_value(self.parameter, str(text))

    def show(self, value: Any) -> None:  # noqa: ANN401 - whatever the attribute of a policy is
        """Fill the fields from a policy."""
        (field,) = self.fields
        if isinstance(field, ChoiceField):
            field.choose((_YES if value else _NO) if self.parameter.kind is Kind.FLAG else str(value))
        else:
            cast("LineField", field).set_text(shown(self.parameter, value))


class LastDayEntry(Entry):
    """A last day: so many years after the budget year, month and day."""

    def make(self) -> tuple[Field, ...]:
        """Make a choice of the year, and a field for month and day."""
        name = parameter_name(self.parameter.key)
        years = [(str(count), _years_after(count)) for count in range(_YEARS_AFTER + 1)]
        self.years = ChoiceField(_("{name}: year").format(name=name), years)
        self.day = LineField(
            _("{name}: month and day").format(name=name),
            lambda text: year_end(self.years.value(), text),
            placeholder=_("MM-DD"),
        )
        self.years.changed.connect(self.day.refresh)
        return (self.years, self.day)

    def value(self) -> object:
        """Return what stands in the file."""
        return year_end(self.years.value(), self.day.text())

    def show(self, value: YearEnd) -> None:
        """Fill the fields from a policy."""
        self.years.choose(str(value.years_after))
        self.day.set_text(f"{value.month:02d}-{value.day:02d}")


class ClassRatiosEntry(Entry):
    """Ratios by class of recipient, each of which may be left out."""

    def make(self) -> tuple[Field, ...]:
        """Make a field for each class."""
        self._ratio = replace(self.parameter, key="support.ratio", kind=Kind.RATIO, may_be_empty=True)
        return tuple(
            LineField(_("Ratio for {kind}").format(kind=kind_name(kind)), self._read, required=False)
            for kind in CLASSES
        )

    def _read(self, text: str) -> object:
        return file_value(self._ratio, text)

    def value(self) -> object:
        """Return what stands in the file."""
        found = {kind: self._read(field.text()) for kind, field in zip(CLASSES, self.fields, strict=True)}
        return {kind: ratio for kind, ratio in found.items() if ratio is not None}

    def show(self, value: dict[str, Any]) -> None:
        """Fill the fields from a policy."""
        for kind, field in zip(CLASSES, self.fields, strict=True):
            cast("LineField", field).set_text(percentage(value[kind]) if kind in value else "")


_YES, _NO = "yes", "no"


def _years_after(count: int) -> str:
    if count == 0:
        return _("in the budget year")
    return ngettext("{count} year after the budget year", "{count} years after the budget year", count).format(
        count=count
    )


def _field(parameter: Parameter) -> Field:
    name = parameter_name(parameter.key)
    if parameter.kind is Kind.CHOICE:
        return ChoiceField(name, [(one, parameter_value(parameter.key, one)) for one in parameter.choices])
    if parameter.kind is Kind.FLAG:
        return ChoiceField(name, [(_YES, _("yes")), (_NO, _("no"))])
    if parameter.kind is Kind.AMOUNT:
        return AmountField(name)
    if parameter.kind is Kind.DAY:
        return DateField(name, required=not parameter.may_be_empty)
    return ParameterField(parameter)


def _entry(parameter: Parameter) -> Entry:
    special = {Kind.LAST_DAY: LastDayEntry, Kind.RATIO_BY_CLASS: ClassRatiosEntry}
    return special.get(parameter.kind, Entry)(parameter)


class PolicyDraft(DecisionDialog):
    """A policy version to be published by another person.

    Args:
        desk: where it is drafted.
        parent: the window it belongs to.
        source: what it begins from, a key of `sources`; the version in force, or else the first preset, when not told.
    """

    def __init__(self, desk: Desk, parent: QWidget | None, *, source: str = "") -> None:
        super().__init__(
            desk,
            parent,
            title=_("Draft a policy"),
            purpose=_(
                "Another person reviews and publishes it. Until then everything goes on under the version in force."
            ),
            action=_("Record the draft"),
        )
        self._wanted = source
        self._base: tuple[str, Policy] | None = None
        self._sources: dict[str, Source] = {}
        self.source = ChoiceField(_("Begin from"), [])
        self.source.changed.connect(self._source_chosen)
        self.file_button = QPushButton(_("Read a file …"))
        self.file_button.clicked.connect(self._choose_file)
        self.entries = {parameter.key: _entry(parameter) for parameter in parameters()}
        self.toml = TomlField(_("Text of the policy file"))
        self.tabs = QTabBar()
        self.tabs.setDrawBase(False)
        self.tabs.setExpanding(False)
        self.tabs.setAccessibleName(_("Ways to fill it in"))
        self.pages = (QWidget(), QWidget())
        self._shown = _FORM
        self._form_fields = [field for entry in self.entries.values() for field in entry.fields]
        for field in self._form_fields:
            field.label.setWordWrap(True)  # two of them share a line
        self._build_form()
        for field in (*self._form_fields, self.toml):
            field.changed.connect(self.look_again)
        self.tabs.currentChanged.connect(self._turn)
        workspace = desk.workspace
        desk.runner.run(lambda: sources(workspace), success=self._sources_read)

    # ------------------------------------------------------------------------------------------ what it begins from

    def _sources_read(self, found: list[Source]) -> None:
        if not self.is_open:
            return
        self._sources = {source.key: source for source in found}
        box = self.source.box
        box.blockSignals(True)  # noqa: FBT003 - Qt's signature
        for source in found:
            box.addItem(source.words, source.key)
        box.blockSignals(False)  # noqa: FBT003 - Qt's signature
        self.source.choose(self._wanted)
        self._source_chosen()

    def _source_chosen(self) -> None:
        source = self._sources.get(self.source.value())
        if source is not None:
            self._begin_from(source.label, source.content)

    def _begin_from(self, words: str, content: str) -> None:
        """Fill form and text, but for what was typed before it was read; a text that cannot be read stays a text."""
        if not self.toml.is_typed:
            self.toml.set_text(content)
        try:
            policy = parse_policy(content)
        except InvalidInput:
            self._base = None
            self._show_page(_TEXT)
            self.toml.judge()
        else:
            self._base = (words, policy)
            untouched = [entry for entry in self.entries.values() if not any(one.is_typed for one in entry.fields)]
            self._fill(untouched, policy)
        self.look_again()

    def _fill(self, entries: Iterable[Entry], policy: Policy) -> None:
        for entry in entries:
            entry.show(getattr(policy, entry.parameter.attribute))

    def _choose_file(self) -> None:
        dialog = open_file(self, _("Read a policy file"), _("Policy files (*.toml)"), home())
        dialog.fileSelected.connect(lambda file: self.read_file(Path(file)))
        dialog.open()

    def read_file(self, file: Path) -> None:
        """Begin from a file."""
        try:
            content = file.read_text(encoding="utf-8-sig")
        except (OSError, UnicodeDecodeError) as error:
            self._say("\n".join(describe(StorageError("missing_file", file, str(error)))))
            return
        self._begin_from(file.name, content)
        self.source.set_hint(_("Read from {file}").format(file=file.name))

    def look_again(self) -> None:
        """Keep what was typed: what it begins from is no longer changed then."""
        if self.has_input():
            self.source.control.setEnabled(False)
            self.file_button.setEnabled(False)
            self.source.set_hint(_("Something was typed; close and begin anew to choose another one."))
        super().look_again()

    def has_input(self) -> bool:
        """Return whether a person typed something, in the form or in the text."""
        return any(field.is_typed for field in (*self._form_fields, self.toml))

    def draft_fields(self) -> dict[str, Field]:
        """Return what a draft keeps: the form, or the text, whichever is being filled in."""
        if self._shown == _TEXT:
            return {"toml": self.toml}
        return {
            f"{key}.{place}": field for key, entry in self.entries.items() for place, field in enumerate(entry.fields)
        }

    def make_room(self, texts: Mapping[str, str]) -> None:
        """Show what the draft was typed into."""
        self._show_page(_TEXT if "toml" in texts else _FORM)

    # ------------------------------------------------------------------------------------------ form and text

    def content(self) -> str:
        """Return the text of the policy file.

        Raises:
            InvalidInput: when a field cannot be read.
        """
        if self._shown == _TEXT:
            return self.toml.text()
        return written({key: entry.value() for key, entry in self.entries.items()})

    def _turn(self, page: int) -> None:
        """Take what was filled in over to the other way, if it can be read."""
        if page == self._shown:
            return
        judged = [field.judge() for field in self.fields]  # each of them says what is wrong
        if not all(judged):
            self.tabs.setCurrentIndex(self._shown)
            self.save()  # goes to the first field that needs attention
            return
        if page == _TEXT:
            typed, self.toml.is_typed = self.toml.is_typed, False
            self.toml.set_text(self.content())
            self.toml.is_typed = typed
        else:
            self._fill(self.entries.values(), parse_policy(self.toml.text()))
        self._show_page(page)
        self.look_again()

    def _show_page(self, page: int) -> None:
        self._shown = page
        self.fields = list(self._form_fields) if page == _FORM else [self.toml]
        # No QStackedWidget: it would be as high as its highest page, whichever is shown.
        for place, one in enumerate(self.pages):
            one.setVisible(place == page)
        self.tabs.setCurrentIndex(page)

    def _build_form(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(theme.SPACE * 2)
        head.addWidget(self.source, 1, Qt.AlignmentFlag.AlignTop)
        beside = QVBoxLayout()
        beside.setSpacing(theme.SPACE)
        beside.addSpacing(self.source.label.sizeHint().height() + theme.SPACE)
        beside.addWidget(self.file_button)
        beside.addStretch(1)
        head.addLayout(beside)
        self.form.addLayout(head)
        self.form.addWidget(self.tabs)
        for words in (_("Field by field"), _("As text")):
            self.tabs.addTab(words)
        column = QVBoxLayout(self.pages[_FORM])
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.SPACE * 2)
        inside = QVBoxLayout(self.pages[_TEXT])
        inside.setContentsMargins(0, 0, 0, 0)
        inside.addWidget(self.toml)
        for page in self.pages:
            self.form.addWidget(page)
        self._show_page(_FORM)
        # Its many fields are laid out once the dialog is there: all in one call would hold the window up for 80 ms.
        QTimer.singleShot(0, self, lambda: self._lay_out(column))

    def _lay_out(self, column: QVBoxLayout) -> None:
        """Lay the fields out under the headings of their groups."""
        wide = {entry.fields[0] for entry in self.entries.values() if entry.parameter.kind in _WIDE}
        groups: dict[str, list[Entry]] = {}
        for key in PARAMETERS:
            groups.setdefault(group_name(key), []).append(self.entries[key])
        for name, entries in groups.items():
            heading = QLabel(name)
            theme.set_role(heading, "section")
            column.addSpacing(theme.SPACE * 2)
            column.addWidget(heading)
            for fields in rows_of(entries):
                row = QHBoxLayout()
                row.setSpacing(theme.GAP)
                for field in fields:
                    row.addWidget(field, 1, Qt.AlignmentFlag.AlignTop)
                if len(fields) == 1 and fields[0] not in wide:
                    row.addStretch(1)
                    row.setStretch(1, 1)
                column.addLayout(row)
        QTimer.singleShot(0, self, self._laid_out)

    def _laid_out(self) -> None:
        """Grow to the form, and let the keyboard come by its fields in their order."""
        if self.is_open:
            self.order_tabs()
            self.fit()

    # ------------------------------------------------------------------------------------------ deciding

    def look(self) -> Callable[[], Effect] | None:
        """Rehearse the draft, and tell what differs from what it began from."""
        if (self._base is None and not self.toml.text()) or any(field.problem() for field in self.fields):
            return None
        content, base = self.content(), self._base
        workspace, operator, request_id = self.workspace, self.operator, self.request_id

        def foresee() -> Effect:
            policy = parse_policy(content)
            notes = tuple(notes_of(workspace, policy))
            found = rehearse(
                workspace,
                lambda rehearsing: use_case.draft(
                    rehearsing, content=content, operator=operator, request_id=request_id
                ),
            )
            effect = effect_of(found, rules=RULES, notes=notes)
            if base is None:
                return effect
            differing = [one for one in compare(base[1], policy) if one.differs]
            return replace(effect, sentence=_difference_words(base[0], len(differing)), facts=_facts(differing))

        return foresee

    def act(self) -> Callable[[], Drafted]:
        """Record the draft."""
        workspace, operator, request_id, content = self.workspace, self.operator, self.request_id, self.content()
        return lambda: use_case.draft(workspace, content=content, operator=operator, request_id=request_id)

    def told(self, result: object) -> str:
        """Say what was drafted."""
        assert isinstance(result, Drafted)
        return _("Draft {id} is recorded; another person publishes it.").format(id=result.id)


_IN_A_ROW: Final = 2


def rows_of(entries: Sequence[Entry]) -> list[list[Field]]:
    """Set fields two and two; long texts, and what needs several fields, begin a line of their own."""
    rows: list[list[Field]] = []
    is_open = False
    for entry in entries:
        is_alone = entry.parameter.kind in _WIDE or len(entry.fields) > 1
        for place, field in enumerate(entry.fields):
            if is_open and len(rows[-1]) < _IN_A_ROW and not (is_alone and place == 0):
                rows[-1].append(field)
            else:
                rows.append([field])
                is_open = entry.parameter.kind not in _WIDE
        is_open = is_open and not is_alone
    return rows


def _difference_words(base: str, count: int) -> str:
    if not count:
        return _("The same as {base}").format(base=base)
    return ngettext("{count} parameter differs from {base}", "{count} parameters differ from {base}", count).format(
        count=count, base=base
    )


def _facts(differing: list[Difference]) -> list[tuple[str, str]]:
    lines = [(one.name, f"{_short(one.first)} → {_short(one.second)}") for one in differing[:_SHOWN]]
    if len(differing) > _SHOWN:
        lines.append((_("and {count} more").format(count=len(differing) - _SHOWN), ""))
    return lines


def _short(words: str) -> str:
    return words if len(words) <= _SHOWN_LENGTH else f"{words[: _SHOWN_LENGTH - 1]}…"
