"""Certificates (券面) before they are printed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from voucher_app.i18n import _, ngettext
from voucher_app.services import certificate
from voucher_app.ui.dialogs.preview import PaperPreview

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtWidgets import QWidget

    from voucher_app.ui.desk import Desk


class CertificatePreview(PaperPreview):
    """The certificates of some vouchers."""

    def __init__(self, desk: Desk, parent: QWidget | None, *, numbers: Sequence[str]) -> None:
        wanted, count = list(numbers), len(numbers)
        super().__init__(
            desk,
            parent,
            title=ngettext("Certificate {number}", "{count} certificates", count).format(number=wanted[0], count=count),
            make_draw=lambda workspace: certificate.draw_of(workspace, wanted),
            file_name=wanted[0] if count == 1 else _("certificates"),
        )
