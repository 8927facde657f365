"""Which kinds of paper can be drawn once more, by the module that draws them: what `resume` needs for any job."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from voucher_app.services import certificate, document
from voucher_app.services.documents.facts import DocumentKind
from voucher_app.services.print_ending import pages_of, resume

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from voucher_app.domain.operators import Operator
    from voucher_app.domain.printing import PrintItem, PrintJob
    from voucher_app.services.print_request import Draw
    from voucher_app.services.workspace import Workspace


def _draw_certificates(workspace: Workspace, items: Sequence[PrintItem]) -> Draw:
    return certificate.draw_of(workspace, [one.title for one in items])


_DRAWS: Final[dict[str, Callable[[Workspace, Sequence[PrintItem]], Draw]]] = {
    certificate.KIND: _draw_certificates,
    **{kind.value: document.draw_again for kind in DocumentKind},
}
"""By kind of document: makes the drawing of some papers from what the register says of them."""


def draw_again(workspace: Workspace, items: Sequence[PrintItem]) -> Draw:
    """Return how some papers of a job are drawn once more; certificates and other documents are jobs of their own."""
    (draw,) = {_DRAWS[one.kind] for one in items}
    return draw(workspace, items)


def resume_job(workspace: Workspace, *, job_id: int, operator: Operator, request_id: str) -> PrintJob:
    """Finish a job into files that was cut short, whatever is printed in it.

    Raises:
        NotFound, RulesViolated, StorageError: as `print_ending.resume`.
    """
    return resume(
        workspace,
        job_id=job_id,
        again=lambda items: draw_again(workspace, items),
        operator=operator,
        request_id=request_id,
    )


def pages_of_job(workspace: Workspace, *, job_id: int) -> Path:
    """Return the file with the pages of a job on a printer, to be spooled from some page on.

    Raises:
        NotFound, RulesViolated, StorageError: as `print_ending.pages_of`.
    """
    return pages_of(workspace, job_id=job_id, again=lambda items: draw_again(workspace, items))
