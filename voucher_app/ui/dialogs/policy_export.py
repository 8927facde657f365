"""Saving the text of a policy version or draft as a TOML file."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from voucher_app.domain.errors import NotFound
from voucher_app.i18n import _
from voucher_app.services.queries.policy import PolicyRow, policy_rows
from voucher_app.services.written_file import write_file
from voucher_app.ui.dialogs.file_dialog import save_file

if TYPE_CHECKING:
    from PySide6.QtWidgets import QFileDialog, QWidget

    from voucher_app.services.workspace import Workspace
    from voucher_app.ui.desk import Desk


def row_of(workspace: Workspace, key: str) -> PolicyRow:
    """Return a version or a draft by its key.

    Raises:
        NotFound: when there is none.
    """
    for row in policy_rows(workspace.queries):
        if row.key == key:
            return row
    raise NotFound("policy", key)


def write_policy(workspace: Workspace, file: Path, key: str) -> Path:
    """Write the text of a policy, in the place of a file that is there already.

    Raises:
        NotFound: as `row_of`.
        StorageError: when the file cannot be written.
    """
    write_file(workspace, file, row_of(workspace, key).content.encode(), replaces=True)
    return file


def export_policy(desk: Desk, parent: QWidget, *, key: str) -> QFileDialog:
    """Ask where to save; the person has chosen to replace a file that is there already."""
    dialog = save_file(parent, _("Export a policy"), _("policy.toml"), _("Policy files (*.toml)"), "toml")

    def named(row: object) -> None:
        if isinstance(row, PolicyRow):
            dialog.selectFile(f"{row.label.replace(' ', '-')}.toml")

    def chosen(file: str) -> None:
        workspace = desk.workspace
        desk.runner.run(
            lambda: write_policy(workspace, Path(file), key),
            success=lambda saved: desk.notify(_("The policy was saved: {file}").format(file=saved)),
            owner=desk,
        )

    workspace = desk.workspace
    desk.runner.run(lambda: row_of(workspace, key), success=named, owner=dialog)
    dialog.fileSelected.connect(chosen)
    return dialog
