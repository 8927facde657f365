"""Numbers of documents (文号): drawn once for each document, kept for ever, made void with a reason."""

from __future__ import annotations

from typing import TYPE_CHECKING

from voucher_app.domain.document_number import LONGEST_PREFIX, PREFIX, number_is_live, parse_kind
from voucher_app.domain.errors import refuse_if_violated
from voucher_app.domain.text import LONGEST_REASON, parse_line

if TYPE_CHECKING:
    from voucher_app.domain.document_number import DocumentNumber
    from voucher_app.domain.operators import Operator
    from voucher_app.services.workspace import Workspace


def draw(
    workspace: Workspace,
    *,
    kind: str,
    subject: str,
    title: str,
    operator: Operator,
    request_id: str,
    prefix: str = PREFIX,
) -> DocumentNumber:
    """Give a document its number; one that has a live number keeps it, and nothing is recorded.

    Args:
        workspace: the open workspace.
        kind: of document, such as `publicity-list`; it has a register of its own for each year.
        subject: what the document is about, such as `batch:3`.
        title: the document's title.
        operator: who draws it.
        request_id: unique per request.
        prefix: what stands before the year (机关代字).

    Raises:
        InvalidInput: for a kind, subject, title or prefix that cannot be used.
    """
    facts: dict[str, object] = {
        "kind": parse_kind(kind),
        "subject": parse_line(subject, field="subject"),
        "title": parse_line(title, field="title"),
        "prefix": parse_line(prefix, field="prefix", longest=LONGEST_PREFIX),
    }
    told = {name: str(value) for name, value in facts.items()}
    with workspace.unit_of_work("number.draw", operator=operator, request_id=request_id, facts=facts) as work:
        if work.repeats:
            return work.document_numbers.get(work.result[0])
        live = work.document_numbers.find(told["kind"], told["subject"])
        if live is not None:
            return live
        key = work.document_numbers.draw(**told, drawn_seq=work.seq, prepared_by=operator.id)
        work.about(told["subject"])
        work.commit([key])
        return work.document_numbers.get(key)


def void(workspace: Workspace, *, number_id: int, reason: str, operator: Operator, request_id: str) -> DocumentNumber:
    """Make a number void; the document gets another one when it is printed next.

    Raises:
        NotFound: when there is no such number.
        RulesViolated: `NUMBER`, when it is void already.
        InvalidInput: without a reason.
    """
    reason = parse_line(reason, field="reason", longest=LONGEST_REASON)
    facts: dict[str, object] = {"number": number_id, "reason": reason}
    with workspace.unit_of_work(
        "number.void", operator=operator, request_id=request_id, facts=facts, reason=reason
    ) as work:
        if not work.repeats:
            number = work.document_numbers.get(number_id)
            violation = number_is_live(number)
            refuse_if_violated([violation] if violation else [])
            work.document_numbers.void(number_id, reason=reason, voided_by=operator.id)
            work.about(number.subject)
            work.commit([number_id])
        return work.document_numbers.get(work.result[0])
