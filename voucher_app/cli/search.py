"""`search`: one question over everything that is recorded."""

from __future__ import annotations

from typing import TYPE_CHECKING

from voucher_app.cli.command import Command, Result, argument, whole_number
from voucher_app.cli.documents import document_of
from voucher_app.i18n import _
from voucher_app.services import search
from voucher_app.services.wording.names import search_kind_name

if TYPE_CHECKING:
    from voucher_app.cli.command import Call

_MOST = 20


def _search(call: Call) -> Result:
    given = call.arguments
    groups = list(search.search(call.workspace.queries, given.text, kinds=given.kind, most=given.most))
    lines = []
    for group in groups:
        count = f"{group.count:,}{'+' if group.has_more else ''}"
        lines.append(_("{kind}: {count}").format(kind=search_kind_name(group.kind), count=count))
        lines += [f"  {hit.title} · {hit.detail}" for hit in group.hits]
    lines = lines or [_("Nothing is found for “{text}”.").format(text=given.text)]
    return Result({"text": given.text, "groups": [document_of(group) for group in groups]}, lines)


COMMANDS = (
    Command("search", "", "find a part of a name, code or number, or a name by its first letters", _search,
            (argument("text", metavar="TEXT"),
             argument("--kind", action="append", default=[], choices=search.KINDS, help="only these kinds"),
             argument("--most", type=whole_number, default=_MOST, metavar="N", help="so many of each kind"))),
)  # fmt: skip
