"""附件: the files that were filed with a record, in its panel: each saves a copy; another one is added by a button.

Panels name their record (`Details.files_of`); what belongs to it is read on the reading thread.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from voucher_app.i18n import _
from voucher_app.services.wording.names import paper_name
from voucher_app.ui.pages.details import Act, Fact

if TYPE_CHECKING:
    from voucher_app.services.workspace import Workspace
    from voucher_app.ui.pages.details import Details


def with_files(workspace: Workspace, details: Details) -> Details:
    """Return details with the files of their record, and with what adds one."""
    if not details.files_of:
        return details
    noun, _colon, key = details.files_of.partition(":")
    files = [
        Fact(paper_name(one.kind), one.file_name, "attachment", str(one.id))
        for one in workspace.queries.attachments(details.files_of)
    ]
    adding = Act(_("Add a file …"), "attach", "file", {"noun": noun, "key": int(key), "act": "attachment.add"})
    return replace(details, headed=(*details.headed, (_("Attachments"), files)), acts=[*details.acts, adding])
