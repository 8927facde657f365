"""Files that belong to the records of a list: added from the panel, told in it, saved where somebody wants them."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from voucher_app.domain.attachment import LARGEST_BYTES, AttachmentKind
from voucher_app.i18n import _
from voucher_app.services import attachment
from voucher_app.services.wording.names import noun_name, paper_name
from voucher_app.ui.dialogs.file_dialog import open_file, open_folder
from voucher_app.ui.dialogs.step import Kind, Question, Step
from voucher_app.ui.pages.list_page import ListPage

if TYPE_CHECKING:
    from voucher_app.domain.attachment import Attachment
    from voucher_app.domain.operators import Operator
    from voucher_app.services.workspace import Workspace
    from voucher_app.ui.dialogs.step import Answers
    from voucher_app.ui.pages.details import Act


class PapersPage(ListPage):
    """A list with whose records files are filed; their panels name the record (`Details.files_of`)."""

    def do(self, act: Act) -> None:
        """Ask for a file, or open the dialog."""
        if act.dialog != "attach":
            super().do(act)
            return
        noun, key = act.context["noun"], act.context["key"]
        assert isinstance(noun, str)
        assert isinstance(key, int)
        asking = open_file(self.window(), _("Add a file"), _("All files (*)"))
        asking.fileSelected.connect(lambda path: self.open("step", step=attach_step(noun, key, Path(path))))
        asking.open()

    def follow(self, page: str, key: str) -> None:
        """Save an attached file where somebody wants it, or go where the link leads."""
        if page != "attachment":
            super().follow(page, key)
            return
        asking = open_folder(self.window(), _("Save the file in …"))
        asking.fileSelected.connect(lambda path: self._export(int(key), Path(path)))
        asking.open()

    def _export(self, attachment_id: int, folder: Path) -> None:
        self.desk.runner.run(
            partial(attachment.export, self.desk.workspace, attachment_id=attachment_id, folder=folder),
            success=lambda file: self.desk.notify(_("Saved: {name}").format(name=file.name)),
            owner=self,
        )


def attach_step(noun: str, key: int, file: Path) -> Step:
    """Return what keeps a file with a record."""

    def act(workspace: Workspace, operator: Operator, request_id: str, answers: Answers) -> Attachment | None:
        if workspace.rehearsed is not None:
            # A file that is only looked at is not copied beside the data file.
            workspace.data_file.attachments.measure(file, largest_bytes=LARGEST_BYTES)
            return None
        return attachment.add(
            workspace,
            subject=f"{noun}:{key}",
            file=file,
            kind=answers["kind"],
            operator=operator,
            request_id=request_id,
        )

    return Step(
        use_case="attachment.add",
        title=_("Add a file"),
        purpose=_("A copy is kept beside the data file and checked from then on; the file itself stays where it is."),
        act=act,
        told=lambda made: _("File added: {name}").format(name=made.file_name),
        questions=(
            Question(
                "kind",
                _("What it is"),
                Kind.CHOICE,
                choices=tuple((kind.value, paper_name(kind)) for kind in AttachmentKind),
            ),
        ),
        facts=((noun_name(noun).capitalize(), str(key)), (_("File"), file.name)),
        rules=("ROLE",),
    )
