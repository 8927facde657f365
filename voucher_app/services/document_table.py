"""A document as a workbook: its lists, forms and sentences, typed; no paper, so nothing is registered by it.

What may not be printed yet may not be written out either; a number that the paper has stands on the last sheet.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from voucher_app.i18n import CHINESE, _, speaking
from voucher_app.services.document import content_of, facts_of, prefix_of, title_of
from voucher_app.services.print_request import Stamp

if TYPE_CHECKING:
    from pathlib import Path

    from voucher_app.services.document import Order
    from voucher_app.services.ports.tables import OutTable
    from voucher_app.services.workspace import Workspace


def table_of(workspace: Workspace, one: Order) -> OutTable:
    """Return a document as sheets, in Chinese as its paper is.

    Raises:
        NotFound: when there is no such record.
        RulesViolated: `DOCUMENT`, when its state does not allow the document.
        BadTemplate: when the office's template of it cannot be used.
        StorageError: for papers that are signed, as `office_key.current_key`.
    """
    drawn = workspace.records().document_numbers.find(one.kind, str(one.subject)) if prefix_of(one.kind) else None
    facts = facts_of(workspace, one, Stamp(1, str(drawn) if drawn else ""))
    made = workspace.documents().workbook(facts)
    with speaking(CHINESE):
        about = [
            (_("Document"), title_of(one, content_of(workspace, one))),
            (_("Document number"), facts.document_number),
            (_("Office"), facts.office_name),
            (_("As of"), workspace.clock.today().isoformat()),
            (_("Note"), _("A table for working with, no document: it is not registered. Amounts are in yuan.")),
        ]
        if facts.is_trial:
            about.append((_("Trial"), _("Demonstration: no record of a real office.")))
        return replace(made, about=[line for line in about if line[1]], about_title=_("About this table"))


def write_table(workspace: Workspace, one: Order, file: Path, *, replaces: bool = False) -> int:
    """Write a document as a workbook; return how many rows it has.

    Raises:
        NotFound, RulesViolated, BadTemplate: as `table_of`.
        InvalidInput: `table_ending`, `table_sheets`.
        StorageError: `exists`, `output`.
    """
    return workspace.tables().write(file, table_of(workspace, one), replaces=replaces)
