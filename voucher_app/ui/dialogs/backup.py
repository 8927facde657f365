"""Backups that a person decides on: one under a password, and a restore."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel

from voucher_app.domain.errors import InvalidInput
from voucher_app.domain.operators import RESTORE, role_may_act
from voucher_app.i18n import _
from voucher_app.services.backup import SEALED_SUFFIX, refuse_restore
from voucher_app.services.wording.backups import facts_words, moment, size_words
from voucher_app.services.wording.names import action_name, role_name
from voucher_app.ui import theme
from voucher_app.ui.desk import FileChange
from voucher_app.ui.dialogs.asking import AskingDialog
from voucher_app.ui.widgets.facts import FactsList
from voucher_app.ui.widgets.field import LineField
from voucher_app.ui.widgets.password_field import PassphraseField, PasswordAgainField, PasswordField

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from voucher_app.services.ports.backup import BackupFacts, Restored
    from voucher_app.ui.desk import Desk


class BackupSeal(AskingDialog):
    """Writes everything of the office into one file under a password."""

    def __init__(self, desk: Desk, parent: QWidget | None) -> None:
        super().__init__(
            desk,
            parent,
            title=_("Backup under a password"),
            purpose=_(
                "One file with the records, the attached files, your own templates and the signing key. Without the "
                "password nobody can read it, and nobody can help who forgot it."
            ),
            action=_("Back up"),
        )
        day = datetime.now(UTC).strftime("%Y%m%d-%H%M%S")
        path = desk.workspace.data_file.path
        self.target = LineField(_("File"), _target)
        self.target.set_text(str(desk.backup_folder.parent / f"{path.stem}-{day}{SEALED_SUFFIX}"))
        self.target.set_hint(_("On a stick or another disk it also outlives this computer."))
        self.password = PassphraseField(_("Password of the backup"))
        self.again = PasswordAgainField(self.password)
        self.add(self.target, self.password, self.again)
        self.password.control.setFocus()

    def go(self) -> None:
        """Write and verify it."""
        make, path = self.desk.make_backups, self.desk.workspace.data_file.path
        assert make is not None, "a desk without backups opens no such dialog"
        target, password = self.target.value(), self.password.value()
        assert isinstance(target, Path), "what _target returns"
        self.busy(_("Writing, then reading it back to verify it …"))

        def written(_verification: object) -> None:
            if self.is_open:
                self.desk.notify(_("Backed up and verified: {name}").format(name=target.name))
                self.accept()

        self.desk.runner.run(
            lambda: make().create(path, target, password=password), success=written, failure=self.failed, long=True
        )


class BackupRestore(AskingDialog):
    """Puts a backup in the data file's place; the file that is there is kept beside it.

    Args:
        desk: the open data file.
        parent: the window.
        facts: what is in the backup.
    """

    def __init__(self, desk: Desk, parent: QWidget | None, *, facts: BackupFacts) -> None:
        super().__init__(
            desk,
            parent,
            title=_("Restore a backup"),
            purpose=_(
                "Everybody goes on from the state of the backup. What was recorded since stays in the file that is "
                "kept beside it; nothing is deleted."
            ),
            action=_("Restore"),
            kind="danger",
        )
        self._facts = facts
        told = FactsList()
        told.set_facts(restore_facts(facts))
        self.form.addWidget(told)
        self.loss = QLabel()
        self.loss.setWordWrap(True)
        theme.set_role(self.loss, "warn")
        self.form.addWidget(self.loss)
        self.who = QLabel(restorers_words(desk))
        self.who.setWordWrap(True)
        self.who.setTextFormat(Qt.TextFormat.PlainText)
        theme.set_role(self.who, "soft")
        self.who.setVisible(bool(self.who.text()))
        self.form.addWidget(self.who)
        self.password: PasswordField | None = None
        if facts.is_sealed:
            self.password = PasswordField(_("Password of the backup"))
            self.add(self.password)
        self.act_button.setEnabled(not facts.problem)
        if not facts.problem:
            make, path = desk.make_backups, desk.workspace.data_file.path
            assert make is not None, "a desk without backups opens no such dialog"
            desk.runner.run(lambda: make().facts(path), success=self._compare, failure=self.failed, owner=self)

    def _compare(self, now: BackupFacts) -> None:
        """Say how much less the backup has than the data file."""
        fewer = now.records - self._facts.records
        if self._facts.is_sealed:
            self.loss.setText(_("How many acts it holds is known once it is opened."))
        elif fewer > 0:
            self.loss.setText(
                _("{count} acts recorded since then will not be in it, the last one {act} at {moment}.").format(
                    count=f"{fewer:,}", act=action_name(now.last_act), moment=moment(now.last_at)
                )
            )
        else:
            self.loss.setText(_("It holds every act that the data file holds now."))
        self.fit()

    def go(self) -> None:
        """Prove the backup, then let the window close the file, restore, and open it again."""
        make, desk, facts = self.desk.make_backups, self.desk, self._facts
        assert make is not None, "see above"
        files, path = make(), desk.workspace.data_file.path
        password = self.password.value() if self.password is not None else None
        workspace, operator = desk.workspace, desk.operator
        self.busy(_("Checking the backup …"))

        def proved(_verification: object) -> None:
            if not self.is_open:
                return
            self.accept()

            def restore() -> Restored:
                return files.restore(facts.path, path, password=password)

            told = _("Restored from {name}. The file that was there is kept beside it.").format(name=facts.path.name)
            desk.file_wanted.emit(FileChange(path, restore, told))

        def prove() -> object:
            # The runner catches what asks for the password, asks, and calls this again.
            if operator is not None:
                refuse_restore(workspace, operator=operator)
            return files.verify(facts.path, password=password, workroom=path.parent)

        desk.runner.run(
            prove,
            success=proved,
            failure=self.failed,
            long=True,
            owner=self,
        )


def restorers_words(desk: Desk) -> str:
    """Say who may restore, and that the password is asked again; nothing in a trial office, where everybody may."""
    if desk.office.trial:
        return ""
    may = [
        _("{name} · {role}").format(name=one.name, role=role_name(one.role))
        for one in desk.facts.operators
        if role_may_act(one, RESTORE, small_office=desk.office.small_office) is None
    ]
    if not may:
        return _(
            "Nobody here may restore in the window: it takes a reviewer or an administrator. On the command line "
            "`backup restore` does it while the window is closed."
        )
    return _("May restore: {people}. The password is asked again.").format(people=_(", ").join(may))


def restore_facts(facts: BackupFacts) -> list[tuple[str, str]]:
    """Return what is in a backup, label and value."""
    rows = [(_("File"), facts.path.name), (_("Made"), moment(facts.made_at)), (_("Size"), size_words(facts.size_bytes))]
    if facts.problem:
        return [*rows, (_("State"), facts_words(facts))]
    if facts.is_sealed:
        return [*rows, (_("State"), _("under a password"))]
    rows += [
        (_("Acts"), f"{facts.records:,}"),
        (_("Last act"), _("{act} · {moment}").format(act=action_name(facts.last_act), moment=moment(facts.last_at))),
    ]
    if facts.issued is not None and facts.left is not None:
        rows.append((_("Issued in {year} (yuan)").format(year=facts.year), facts.issued.in_yuan()))
        rows.append((_("Left (yuan)"), facts.left.in_yuan()))
    return rows


def _target(text: str) -> Path:
    """Read where a backup goes; its ending says that it is under a password.

    Raises:
        InvalidInput: for a place without a name of a file.
    """
    path = Path(text.strip())
    if path.name in {"", ".."}:
        raise InvalidInput("backup_suffix", found=text.strip(), suffix=SEALED_SUFFIX)
    return path if path.suffix == SEALED_SUFFIX else path.with_name(path.name + SEALED_SUFFIX)
