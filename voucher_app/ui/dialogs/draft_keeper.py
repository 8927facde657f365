"""Keeps what is typed in a dialog, offers what was left there before, and undoes a cleared form.

Every dialog that decides something has one; nothing of it is written per dialog. A field is known by where the dialog
has it (`parties.recipient`, `further.0.number`), which neither the language nor the order on the screen changes.

Recorded: the draft is gone. Cancelled, or Escape twice: gone too, but the next dialog of its kind can fetch it back
while the program runs. Closed in any other way (the window's cross, a lock, a kill, a power cut): offered again.
"""

from __future__ import annotations

import json
import uuid
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, Qt, QTimer, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from voucher_app.i18n import _, ngettext
from voucher_app.services.workspace import OFFICE_ZONE
from voucher_app.ui import theme
from voucher_app.ui.drafts import Draft
from voucher_app.ui.widgets.field import Field
from voucher_app.ui.widgets.layouts import clear

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from voucher_app.ui.dialogs.decision import DecisionDialog

KEPT_EVERY_MS: Final = 600
"""A kill loses what was typed since the last writing, and a writing takes its time too: together under two seconds."""
_OFFERED: Final = 3
_SUMMARY_TEXTS: Final = 3
_SUMMARY_LENGTH: Final = 40
_OUR_WIDGETS: Final = ("voucher_app.ui.dialogs.", "voucher_app.ui.widgets.")


def field_names(dialog: object, fields: Iterable[Field]) -> dict[str, Field]:
    """Return fields by where the dialog has them: the shortest way of attributes, keys and places that leads there."""
    wanted = {id(field): field for field in fields}
    names: dict[str, Field] = {}
    seen = {id(dialog)}
    ways: list[tuple[str, object]] = [(name, value) for name, value in vars(dialog).items() if name != "fields"]
    while ways and len(names) < len(wanted):
        further: list[tuple[str, object]] = []
        for name, value in ways:
            if id(value) in seen:
                continue
            seen.add(id(value))
            if id(value) in wanted:
                names[name] = wanted[id(value)]
            else:
                further += [(f"{name}.{below}", one) for below, one in _parts(value)]
        ways = further
    return names


def _parts(value: object) -> Iterable[tuple[str, object]]:
    """Return what a part of a dialog consists of, as far as it is ours."""
    if isinstance(value, list | tuple):
        return ((str(place), one) for place, one in enumerate(value))
    if isinstance(value, dict):
        return ((str(key), one) for key, one in value.items())
    if type(value).__module__.startswith(_OUR_WIDGETS) and not isinstance(value, Field):
        return getattr(value, "__dict__", {}).items()  # a frozen value with slots has no fields in it
    return ()


def writable(context: Mapping[str, object]) -> dict[str, object] | None:
    """Return a dialog's keyword arguments as they can be written, or None where they cannot."""
    try:
        written: dict[str, object] = json.loads(json.dumps(context))
    except (TypeError, ValueError):
        return None
    return written


def subject_of(context: Mapping[str, object]) -> str:
    """Return what tells dialogs of one kind apart: a draft of one decision is not offered for another."""
    step = context.get("step")
    if step is not None:
        context = {"use_case": getattr(step, "use_case", ""), "title": step.title, "facts": list(step.facts)}  # type: ignore[attr-defined]  # a `Step`
    return json.dumps({key: value for key, value in context.items() if value}, ensure_ascii=False, default=str)


class DraftOffer(QFrame):
    """What was left in this dialog before, to go on with or to throw away.

    Signals:
        taken: a `Draft` is wanted back.
        refused: a `Draft` is to be thrown away.
    """

    taken = Signal(object)
    refused = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("card", "true")
        self.rows = QVBoxLayout(self)
        self.rows.setContentsMargins(theme.PADDING, theme.SPACE, theme.SPACE, theme.SPACE)
        self.rows.setSpacing(0)
        self.buttons: list[QPushButton] = []
        self.hide()

    def show_drafts(self, drafts: list[Draft]) -> None:
        """Show the newest drafts, or nothing when there is none."""
        self.buttons = []
        clear(self.rows)
        for draft in drafts[:_OFFERED]:
            self.rows.addWidget(self._row(draft))
        more = len(drafts) - _OFFERED
        if more > 0:
            words = QLabel(ngettext("{count} older draft", "{count} older drafts", more).format(count=more))
            theme.set_role(words, "label")
            self.rows.addWidget(words)
        self.setVisible(bool(drafts))

    def _row(self, draft: Draft) -> QWidget:
        made = QWidget()
        sign = QLabel()
        sign.setPixmap(theme.icon("draft").pixmap(theme.icon_size()))
        words = QLabel(told(draft))
        words.setTextFormat(Qt.TextFormat.PlainText)
        words.setWordWrap(True)
        take = QPushButton(_("Fetch back") if draft.is_discarded else _("Go on with it"))
        drop = QPushButton(_("Throw away"))
        for button, sent in ((take, self.taken), (drop, self.refused)):
            button.setAutoDefault(False)
            button.setProperty("kind", "quiet")
            button.setAccessibleDescription(words.text())
            button.clicked.connect(lambda _checked=False, sent=sent: sent.emit(draft))
            self.buttons.append(button)
        row = QHBoxLayout(made)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(theme.SPACE * 2)
        row.addWidget(sign)
        row.addWidget(words, 1)
        row.addWidget(take)
        row.addWidget(drop)
        return made


def told(draft: Draft) -> str:
    """Return when a draft was left, and what is in it."""
    moment = datetime.fromisoformat(draft.saved_at).astimezone(OFFICE_ZONE).strftime("%m-%d %H:%M")
    said = _("Thrown away at {moment}: {summary}") if draft.is_discarded else _("Left at {moment}: {summary}")
    return said.format(moment=moment, summary=draft.summary)


class DraftKeeper(QObject):
    """Keeps the draft of one dialog."""

    def __init__(self, dialog: DecisionDialog) -> None:
        super().__init__(dialog)
        self._dialog = dialog
        self._desk = dialog.desk
        self._store = dialog.desk.drafts
        self.id = uuid.uuid4().hex
        self.name = ""
        self._context: dict[str, object] | None = None
        self.subject = ""
        self._written = ""
        self._is_over = False
        self._begun: dict[str, str] = {}
        self._cleared: dict[str, str] | None = None
        self._refused: set[str] = set()
        self._timer = QTimer(self, singleShot=True, interval=KEPT_EVERY_MS)
        self._timer.timeout.connect(self.keep)
        self.offer = DraftOffer()
        self.offer.taken.connect(self.take_back)
        self.offer.refused.connect(self.refuse)
        self.clear_button = QPushButton(_("Empty the form"))
        self.clear_button.setToolTip(_("Empty every field; one more click brings back what stood there."))
        self.clear_button.setProperty("kind", "quiet")
        self.clear_button.setAutoDefault(False)
        self.clear_button.clicked.connect(self.clear_or_undo)
        self.clear_button.hide()
        self._desk.leaving.connect(self.keep)

    # ------------------------------------------------------------------------------------------ beginning

    def opened_as(self, name: str, context: Mapping[str, object]) -> None:
        """Say which dialog this is; without a name nothing is kept."""
        self.name, self._context, self.subject = name, writable(context), subject_of(context)

    def begin(self) -> None:
        """Look for what was left here before; the dialog is shown."""
        if self._begun or self._store is None or not self.name:
            return
        self._begun = self._texts() or {"": ""}
        store = self._store
        self._desk.runner.run(store.all, success=self._found, failure=self._not_kept, keeps=True)

    def _found(self, drafts: list[Draft]) -> None:
        if not self._dialog.is_open:
            return
        mine = [draft for draft in (*self._desk.discarded, *drafts) if self._is_mine(draft)]
        self.offer.show_drafts(mine)
        self._dialog.order_tabs()
        if mine:
            self._dialog.fit()

    def _is_mine(self, draft: Draft) -> bool:
        # A form that begins empty takes any draft of its kind; a decision only one about the same thing.
        is_about_it = self.subject in {"{}", draft.subject}
        is_left = draft.id != self.id and draft.id not in self._refused
        return draft.dialog == self.name and is_about_it and is_left

    # ------------------------------------------------------------------------------------------ keeping

    def touch(self) -> None:
        """Take note of typing: it is written soon, however fast one types on."""
        if self._is_over or not self._dialog.has_input():
            return
        if self._cleared is not None and self._typed():
            self._cleared = None
        self._show_clear()
        if self._store is not None and self.name and not self._timer.isActive():
            self._timer.start()

    def keep(self) -> None:
        """Write what stands in the fields, or forget the draft when nothing does."""
        self._timer.stop()
        if self._is_over or self._store is None or not self.name or not self._dialog.has_input():
            return
        texts = self._texts()
        if json.dumps(texts) == self._written:
            return
        self._written = json.dumps(texts)
        store, draft = self._store, self._draft(texts)
        if not self._typed():
            self._run(lambda: store.discard(draft.id))
        else:
            self._run(lambda: store.keep(draft))

    def _draft(self, texts: dict[str, str]) -> Draft:
        shown = [field.text().strip()[:_SUMMARY_LENGTH] for field in self._typed()]
        return Draft(
            id=self.id,
            dialog=self.name,
            subject=self.subject,
            title=self._dialog.windowTitle(),
            summary=" · ".join([text for text in shown if text][:_SUMMARY_TEXTS]),
            saved_at=datetime.now(UTC).isoformat(timespec="seconds"),
            texts=texts,
            context=self._context,
        )

    def _texts(self) -> dict[str, str]:
        return {name: field.kept() for name, field in self._dialog.draft_fields().items()}

    def _typed(self) -> list[Field]:
        """Return the fields that hold something else than they began with, because somebody typed it."""
        fields = self._dialog.draft_fields()
        return [one for name, one in fields.items() if one.is_typed and one.kept() != self._begun.get(name, "")]

    def _run(self, call: Callable[[], None]) -> None:
        self._desk.runner.run(call, success=lambda _nothing: None, failure=self._not_kept, keeps=True, owner=self)

    def _not_kept(self, error: Exception) -> None:
        """Say that a draft cannot be written: whoever types may rely on nothing then."""
        self._written = ""  # the next touch of the form tries again, and closing does not claim that it is kept
        if not isinstance(error, OSError):
            self._desk.runner.failed.emit(error)
            return
        self._dialog.warn(
            _("What you type here cannot be kept as a draft ({detail}); recording it works as ever.").format(
                detail=error.strerror or error
            )
        )

    # ------------------------------------------------------------------------------------------ ending

    def over(self) -> None:
        """Forget the draft: what it held is recorded."""
        self._is_over = True
        self._timer.stop()
        self.forgetting()()

    def forgetting(self) -> Callable[[], None]:
        """Return what forgets the draft, also when the dialog has gone by then."""
        store, own, desk = self._store, self.id, self._desk
        if store is None or not self.name:
            return lambda: None

        def forget() -> None:
            desk.discarded[:] = [draft for draft in desk.discarded if draft.id != own]
            desk.runner.run(lambda: store.discard(own), success=lambda _nothing: None, keeps=True)

        return forget

    def throw_away(self) -> None:
        """Forget the draft because its person said so; the next dialog of this kind can fetch it back."""
        draft, has_something = self._draft(self._texts()), bool(self._typed())
        self.over()
        if has_something and self.name and self._store is not None:
            self._desk.discarded.insert(0, _thrown(draft))
            self._desk.notify(_("What was typed is thrown away. The same dialog can fetch it back."))

    def leave(self) -> None:
        """Keep the draft: the dialog is closed without a decision."""
        self.keep()
        if not self._is_over and self._store is not None and self.name and self._typed():
            self._desk.notify(_("What was typed is kept as a draft and offered when this dialog opens again."))
        self._is_over = True

    # ------------------------------------------------------------------------------------------ bringing back

    def take_back(self, draft: Draft) -> None:
        """Put what a draft holds into the fields, and go on keeping it."""
        former, self._cleared = self.id, None
        if not draft.is_discarded:
            self.id = draft.id
            if self._store is not None and self._dialog.has_input():
                store = self._store
                self._run(lambda: store.discard(former))
        self._desk.discarded[:] = [one for one in self._desk.discarded if one.id != draft.id]
        self._fill(draft.texts)
        self._written = ""
        self.offer.show_drafts([])
        self._dialog.order_tabs()
        self._dialog.look_again()
        self._desk.notify(_("The draft is back in the form; nothing of it is recorded yet."))

    def refuse(self, draft: Draft) -> None:
        """Throw an offered draft away."""
        if draft.id in self._refused:
            return  # a double click: the row goes when the drafts were read again
        self._refused.add(draft.id)
        if draft.is_discarded:
            self._desk.discarded[:] = [one for one in self._desk.discarded if one.id != draft.id]
        elif self._store is not None:
            store = self._store
            self._desk.discarded.insert(0, _thrown(draft))
            self._run(lambda: store.discard(draft.id))
        if self._store is not None:
            kept = [one for one in self._desk.discarded if one.id != draft.id]
            store = self._store
            self._desk.runner.run(
                lambda: [*kept, *store.all()], success=self._found_again, failure=self._not_kept, keeps=True
            )

    def _found_again(self, drafts: list[Draft]) -> None:
        if self._dialog.is_open:
            self.offer.show_drafts([draft for draft in drafts if self._is_mine(draft)])
            self._dialog.order_tabs()

    def _fill(self, texts: Mapping[str, str]) -> None:
        self._dialog.make_room(texts)
        fields = self._dialog.draft_fields()
        for name, kept in texts.items():
            if name in fields:
                fields[name].take_back(kept)
        self._dialog.filled(texts)

    # ------------------------------------------------------------------------------------------ clearing

    def clear_or_undo(self) -> None:
        """Put every field back to how the dialog opened; a second click brings back what stood there."""
        if self._cleared is None:
            names = {id(field): name for name, field in self._dialog.draft_fields().items()}
            typed = [names[id(field)] for field in self._typed()]
            cleared = {name: text for name, text in self._texts().items() if name in typed}
            self._fill({name: self._begun.get(name, "") for name in typed})
            self._cleared = cleared
        else:
            cleared, self._cleared = self._cleared, None
            self._fill(cleared)
        self._dialog.look_again()
        self._show_clear()

    def _show_clear(self) -> None:
        self.clear_button.setVisible(bool(self._begun))
        self.clear_button.setText(_("Empty the form") if self._cleared is None else _("Undo clearing"))


def _thrown(draft: Draft) -> Draft:
    """Return a draft as one that was thrown away: it exists in memory only."""
    return replace(draft, id=uuid.uuid4().hex, is_discarded=True)
