"""`batch`: applications taken in, reviewed, publicized and issued together."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from voucher_app.cli.command import REASON, Command, Result, argument, whole_number
from voucher_app.cli.documents import Amount, Day, document_of, table
from voucher_app.domain.batch import BatchStatus
from voucher_app.domain.budget import parse_year
from voucher_app.domain.money import Money
from voucher_app.domain.text import parse_date
from voucher_app.i18n import _
from voucher_app.services import batch, possibilities
from voucher_app.services.queries.application import application_state
from voucher_app.services.queries.lists import ListFilter
from voucher_app.services.wording.names import allocation_name, model_name, status_name, step_name

if TYPE_CHECKING:
    from collections.abc import Callable

    from voucher_app.cli.command import Call
    from voucher_app.domain.batch import Batch
    from voucher_app.services.possibilities import Possibility


def acts_document(acts: list[Possibility]) -> list[dict[str, Any]]:
    """Return what can be done and why the rest cannot, as JSON-able data."""
    return [
        {"act": one.act, "use_case": one.use_case, "possible": one.is_possible, "reasons": one.reasons} for one in acts
    ]


def acts_lines(acts: list[Possibility]) -> list[str]:
    """Return the acts that are possible now."""
    possible = [step_name(one.act) for one in acts if one.is_possible]
    return [_("Possible now: {acts}").format(acts=_(", ").join(possible) or _("nothing"))]


def _line(one: Batch) -> str:
    line = f"{one.id} · {one.name} · {one.year} · {status_name('batch', one.status)}"
    return f"{line} · {one.publicity_from} – {one.publicity_until}" if one.publicity_from else line


def _open(call: Call) -> Result:
    given = call.arguments
    facts = batch.BatchFacts(
        year=parse_year(given.year) if given.year else call.today.year,
        name=given.name,
        model=given.model,
        intake_from=parse_date(given.intake_from) if given.intake_from else None,
        intake_until=parse_date(given.intake_until) if given.intake_until else None,
        allocation=given.allocation,
        envelope=Money.parse(given.envelope) if given.envelope else None,
        document=given.document,
    )
    made = batch.open_batch(call.workspace, facts=facts, operator=call.operator, request_id=call.request_id)
    return Result(document_of(made), [_line(made)])


def _act(use_case: Callable[..., Batch]) -> Callable[[Call], Result]:
    def run(call: Call) -> Result:
        done = use_case(call.workspace, batch_id=call.arguments.id, operator=call.operator, request_id=call.request_id)
        return Result(document_of(done), [_line(done)])

    return run


def _publicize(call: Call) -> Result:
    until = call.arguments.until
    done = batch.publicize(
        call.workspace,
        batch_id=call.arguments.id,
        operator=call.operator,
        request_id=call.request_id,
        until=parse_date(until) if until else None,
    )
    return Result(document_of(done), [_line(done)])


def _object(call: Call) -> Result:
    made = batch.object_to(
        call.workspace,
        batch_id=call.arguments.id,
        application_id=call.arguments.application,
        raised_by=call.arguments.by,
        content=call.arguments.content,
        operator=call.operator,
        request_id=call.request_id,
    )
    return Result(document_of(made), [f"{made.id} · {made.raised_by} · {status_name('objection', made.status)}"])


def _resolve(call: Call) -> Result:
    done = batch.resolve(
        call.workspace,
        objection_id=call.arguments.id,
        result=call.arguments.result,
        reason=call.arguments.reason,
        operator=call.operator,
        request_id=call.request_id,
    )
    return Result(document_of(done), [f"{done.id} · {done.raised_by} · {status_name('objection', done.status)}"])


def _issue(call: Call) -> Result:
    issued = batch.issue(call.workspace, batch_id=call.arguments.id, operator=call.operator, request_id=call.request_id)
    numbers = [str(one.number) for one in issued]
    return Result(
        {"id": call.arguments.id, "numbers": numbers, "vouchers": document_of(issued)},
        [f"{one.number} · {one.face.in_yuan()}" for one in issued],
    )


def _list(call: Call) -> Result:
    given = call.arguments
    chosen = ListFilter(
        text=given.text,
        statuses=(given.status,) if given.status else (),
        year=parse_year(given.year) if given.year else None,
        sort="id",
        descending=False,
    )
    source = call.workspace.queries.batches(chosen)
    rows = source.rows(0, source.count())
    head = ["id", _("name"), _("year"), Day(_("intake until")), _("applications"), Amount(_("asked (yuan)")),
            Amount(_("granted (yuan)")), _("status")]  # fmt: skip
    lines = [
        [
            str(row.id),
            row.name,
            str(row.year),
            row.intake_until,
            str(row.application_count),
            row.asked.in_yuan(),
            row.granted.in_yuan(),
            status_name("batch", row.status),
        ]
        for row in rows
    ]
    return Result({"batches": document_of(rows)}, table(head, lines))


def _show(call: Call) -> Result:
    details = call.workspace.queries.batch(call.arguments.id)
    one = details.batch
    acts = possibilities.of_batch(call.workspace, one.id, call.anyone)
    document = {
        **document_of(one),
        "policy": details.policy.label,
        "prepared_by_name": details.prepared_by,
        "issued_by_name": details.issued_by,
        "counts": details.counts,
        "asked_fen": details.asked.fen,
        "granted_fen": details.granted.fen,
        "issued_fen": details.issued.fen,
        "left_fen": details.left.fen,
        "objections": document_of(details.objections),
        "history": document_of(details.history),
        "acts": acts_document(acts),
    }
    lines = [
        _line(one),
        f"  {model_name(one.model)} · {allocation_name(one.allocation)} · {details.policy.label}",
        _("  intake {first} to {last}").format(first=one.intake_from, last=one.intake_until),
        _("  asked {asked}, granted {granted}, issued {issued}, left {left} yuan").format(
            asked=details.asked.in_yuan(),
            granted=details.granted.in_yuan(),
            issued=details.issued.in_yuan(),
            left=details.left.in_yuan(),
        ),
        *(
            f"  {status_name('application', application_state(status, in_batch=True))}: {count}"
            for status, count in details.counts.items()
            if count
        ),
        *(
            f"  {objection.id} · {objection.recipient_name} · {objection.raised_by} · "
            f"{status_name('objection', objection.status)}"
            for objection in details.objections
        ),
        *acts_lines(acts),
    ]
    return Result(document, lines)


_ID = argument("id", type=whole_number, metavar="ID")
COMMANDS = (
    Command(
        "batch", "open", "open a batch and its intake", _open,
        (
            argument("--year", default="", metavar="YEAR"),
            argument("--name", required=True, metavar="NAME"),
            argument("--model", default=None, choices=["deduct", "pay-first", "afterwards", "A", "B", "C"]),
            argument("--from", dest="intake_from", default="", metavar="DATE"),
            argument("--until", dest="intake_until", default="", metavar="DATE"),
            argument("--allocation", default=None, choices=["first-come", "pro-rata"]),
            argument("--envelope", default="", metavar="YUAN"),
            argument("--document", default="", metavar="NO"),
        ),
        use_case="batch.open",
    ),
    Command("batch", "close", "close the intake of a batch", _act(batch.close), (_ID,), use_case="batch.close"),
    Command("batch", "allocate", "allocate what is left to the approved applications", _act(batch.allocate), (_ID,),
            use_case="batch.allocate"),
    Command("batch", "publicize", "publicize a batch for objections; allocates first", _publicize,
            (_ID, argument("--until", default="", metavar="DATE")), use_case="batch.publicize"),
    Command("batch", "object", "record an objection to a publicized application", _object,
            (
                _ID,
                argument("--application", type=whole_number, required=True, metavar="ID"),
                argument("--by", required=True, metavar="NAME"),
                argument("--content", required=True, metavar="TEXT"),
            ), use_case="batch.object"),
    Command("batch", "resolve", "resolve an objection; by another person", _resolve,
            (
                argument("id", type=whole_number, metavar="OBJECTION_ID"),
                argument("--result", required=True, choices=["dismissed", "upheld"]),
                REASON,
            ), use_case="batch.resolve"),
    Command("batch", "issue", "issue the vouchers of a batch, all or none", _issue, (_ID,), use_case="batch.issue"),
    Command("batch", "finish", "finish a batch in which nothing waits", _act(batch.finish), (_ID,),
            use_case="batch.finish"),
    Command("batch", "list", "list batches", _list,
            (argument("--text", default="", metavar="PART"),
             argument("--year", default="", metavar="YEAR"),
             argument("--status", default="", choices=["", *(status.value for status in BatchStatus)]))),
    Command("batch", "show", "show a batch, its money and what can be done", _show, (_ID,)),
)  # fmt: skip
