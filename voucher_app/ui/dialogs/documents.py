"""Documents of records before they are printed: looked at first, then printed or saved under the register."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from voucher_app.i18n import _
from voucher_app.services import certificate, document
from voucher_app.services.document_table import write_table
from voucher_app.services.documents.catalogue import CATALOGUE
from voucher_app.services.documents.facts import DocumentKind
from voucher_app.services.wording.documents import document_name
from voucher_app.ui.dialogs.certificate import CertificatePreview
from voucher_app.ui.dialogs.preview import PaperPreview
from voucher_app.ui.figures_out import save_workbook

if TYPE_CHECKING:
    from pathlib import Path

    from PySide6.QtWidgets import QWidget

    from voucher_app.services.print_request import Draw
    from voucher_app.services.workspace import Workspace
    from voucher_app.ui.desk import Desk
    from voucher_app.ui.dialogs.preview import Drawn


class DocumentPreview(PaperPreview):
    """The papers of one kind about a record: one, or one for each payee."""

    def __init__(self, desk: Desk, parent: QWidget | None, *, kind: str, subject: str) -> None:
        made_by = desk.operator.name if desk.operator is not None else ""
        name = document_name(kind)

        def draw(workspace: Workspace) -> Draw:
            return document.draw_of(workspace, document.orders(workspace, kind, subject), made_by=made_by)

        about = subject.partition(":")[2].replace("/", "-")
        super().__init__(desk, parent, title=name, make_draw=draw, file_name=f"{name}-{about}")
        self._kind, self._subject = kind, subject
        self.table_button = self.add_quiet(
            _("Save as a table …"),
            _("Its lists and figures as a workbook; no print, nothing is registered"),
            self.save_table,
        )
        self.table_button.hide()

    def _drawn(self, drawn: Drawn, pages: int) -> None:
        super()._drawn(drawn, pages)
        # A statement for each payee is a workbook for each payee: from the statements, one by one.
        self.table_button.setVisible(bool(CATALOGUE[DocumentKind(self._kind)].tables) and len(drawn.draw.papers) == 1)

    def save_table(self) -> None:
        """Ask where to save what the paper says as a workbook."""
        workspace, kind, subject = self._desk.workspace, self._kind, self._subject

        def write(file: Path) -> int:
            return write_table(workspace, document.order(workspace, kind, subject), file, replaces=True)

        save_workbook(self, self._name, self._desk, write)


class SamplePreview(PaperPreview):
    """A template with sample values; nothing of it is saved, printed or registered."""

    is_sample: ClassVar[bool] = True

    def __init__(self, desk: Desk, parent: QWidget | None, *, kind: str) -> None:
        name = document_name(kind)
        title = _("Template: {document}").format(document=name)
        super().__init__(
            desk, parent, title=title, make_draw=lambda found: document.draw_of_sample(found, kind), file_name=name
        )


def preview_of(desk: Desk, parent: QWidget | None, *, kind: str, subject: str) -> PaperPreview:
    """Return the preview of a paper, or of its template where no record is named; a certificate has one of its own."""
    if not subject:
        return SamplePreview(desk, parent, kind=kind)
    if kind == certificate.KIND:
        return CertificatePreview(desk, parent, numbers=[subject])
    return DocumentPreview(desk, parent, kind=kind, subject=subject)
