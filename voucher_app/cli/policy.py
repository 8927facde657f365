"""`policy`: drafts, published versions, and two of them side by side."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from voucher_app.cli.command import REASON, Command, Result, argument, whole_number
from voucher_app.cli.documents import Amount, Day, Sum, document_of, policy_document, table
from voucher_app.domain.budget import parse_year
from voucher_app.domain.errors import InvalidInput, NotFound
from voucher_app.domain.policy import DRAFT_STEPS, parse_policy
from voucher_app.i18n import _
from voucher_app.services import policy
from voucher_app.services.ports.errors import StorageError
from voucher_app.services.ports.policy import PolicyDraft
from voucher_app.services.wording.names import kind_name, status_name, step_name
from voucher_app.services.wording.rules import sentence
from voucher_app.services.written_file import write_file

if TYPE_CHECKING:
    from voucher_app.cli.command import Call
    from voucher_app.cli.documents import Listing
    from voucher_app.domain.errors import Violation
    from voucher_app.domain.policy import Policy
    from voucher_app.domain.simulation import Outcome, Totals
    from voucher_app.services.ports.policy import PublishedPolicy

_DRAFT_MARK = "draft:"


def _document(published: PublishedPolicy) -> dict[str, object]:
    return {
        "id": published.id,
        "code": published.policy.code,
        "version": published.version,
        "label": published.label,
        "status": "published",
        "published_on": published.published_on.isoformat(),
        "title": published.policy.title,
    }


def _draft_document(drafted: PolicyDraft) -> dict[str, object]:
    return {
        "id": drafted.id,
        "code": drafted.policy.code,
        "status": drafted.status.value,
        "drafted_on": drafted.drafted_on.isoformat(),
        "title": drafted.policy.title,
        "prepared_by": drafted.prepared_by,
        "reviewed_by": drafted.reviewed_by,
        "reason": drafted.reason,
        "policy_id": drafted.policy_id,
    }


def _draft_line(drafted: PolicyDraft) -> str:
    return f"{drafted.id} · {drafted.policy.code} · {status_name('policy-draft', drafted.status)}"


def _notes(violations: list[Violation]) -> list[dict[str, object]]:
    return [{"rule": one.rule, "code": one.code, "message": sentence(one)} for one in violations]


def _content(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise StorageError("missing_file", file, str(error)) from error


def _published(call: Call, wanted: str | None) -> PublishedPolicy:
    """Return a version by its row, code, label, or `CODE-vN`; the current one when none is named."""
    for one in call.workspace.queries.policies():
        if wanted in {None, one.policy.code, one.label, f"{one.policy.code}-v{one.version}", str(one.id)}:
            return one
    raise NotFound("policy", wanted)


def _named(call: Call, wanted: str) -> tuple[str, Policy]:
    """Return what a person calls a policy, and the policy: a version, `draft:ID`, or a file."""
    if wanted.startswith(_DRAFT_MARK):
        drafted = call.workspace.queries.policy_draft(_draft_id(wanted)).draft
        return f"{drafted.policy.code} ({wanted})", drafted.policy
    file = Path(wanted)
    if file.suffix == ".toml" or file.is_file():
        return file.name, parse_policy(_content(file))
    published = _published(call, wanted)
    return published.label, published.policy


def _draft_id(wanted: str) -> int:
    number = wanted.removeprefix(_DRAFT_MARK)
    try:
        return whole_number(number)
    except argparse.ArgumentTypeError:
        raise NotFound("policy-draft", number) from None


def _list(call: Call) -> Result:
    published = call.workspace.queries.policies()
    head = [_("version"), _("title"), Day(_("published on"))]
    rows = [[one.label, one.policy.title, one.published_on.isoformat()] for one in published]
    return Result({"policies": [_document(one) for one in published]}, table(head, rows))


def _show(call: Call) -> Result:
    wanted: str | None = call.arguments.policy
    if wanted is not None and wanted.startswith(_DRAFT_MARK):
        drafted = call.workspace.queries.policy_draft(_draft_id(wanted)).draft
        document, content, line = _draft_document(drafted), drafted.content, _draft_line(drafted)
        shown = drafted.policy
    else:
        published = _published(call, wanted)
        details = call.workspace.queries.policy(published.id)
        document = {
            **_document(published),
            "drafted_by": details.drafted_by,
            "published_by": details.published_by,
            "application_count": details.application_count,
            "voucher_count": details.voucher_count,
            "issued_fen": details.issued.fen,
        }
        content, line, shown = published.content, published.label, published.policy
    document |= {"policy": policy_document(shown), "content": content}
    if call.arguments.toml:
        # Exactly the text: the line that printing ends is the text's own last one.
        return Result(document, [content.removesuffix("\n")])
    return Result(document, [line, "", content])


def _export(call: Call) -> Result:
    published = _published(call, call.arguments.policy)
    out: Path = call.arguments.out
    write_file(call.workspace, out, published.content.encode())
    said = _("{label} was written to {path}.").format(label=published.label, path=out)
    return Result({**_document(published), "file": str(out)}, [said])


def _compare(call: Call) -> Result:
    (first, one), (second, other) = _named(call, call.arguments.first), _named(call, call.arguments.second)
    differences = policy.compare(one, other)
    shown = [item for item in differences if item.differs] if call.arguments.changed else differences
    head = ["", _("parameter"), first, second]
    rows = [["≠" if item.differs else "", item.name, item.first, item.second] for item in shown]
    document = {
        "first": first,
        "second": second,
        "changed": sum(item.differs for item in differences),
        "differences": document_of(shown),
    }
    return Result(document, table(head, rows))


def _draft(call: Call) -> Result:
    content = _content(call.arguments.file)
    drafted = policy.draft(call.workspace, content=content, operator=call.operator, request_id=call.request_id)
    return _drafted(call, drafted)


def _drafted(call: Call, drafted: PolicyDraft) -> Result:
    notes = _notes(policy.notes_of(call.workspace, drafted.policy))
    said = _("Draft {id} of {code} was recorded. Another person has to publish the same file.").format(
        id=drafted.id, code=drafted.policy.code
    )
    return Result({**_draft_document(drafted), "notes": notes}, [said, *(str(note["message"]) for note in notes)])


def _published_result(call: Call, published: PublishedPolicy) -> Result:
    notes = _notes(policy.notes_of(call.workspace, published.policy))
    said = _("Published: {label}").format(label=published.label)
    return Result({**_document(published), "notes": notes}, [said, *(str(note["message"]) for note in notes)])


def _publish(call: Call) -> Result:
    given = call.arguments
    if (given.file is None) == (given.draft is None):
        raise InvalidInput("policy_source", found=given.file or "")
    if given.draft is not None:
        published = policy.publish_draft(
            call.workspace, draft_id=given.draft, operator=call.operator, request_id=call.request_id
        )
        return _published_result(call, published)
    made = policy.publish_file(
        call.workspace, content=_content(given.file), operator=call.operator, request_id=call.request_id
    )
    return _drafted(call, made) if isinstance(made, PolicyDraft) else _published_result(call, made)


def _review(call: Call) -> Result:
    reviewed = policy.review(
        call.workspace,
        draft_id=call.arguments.id,
        reason=call.arguments.reason,
        operator=call.operator,
        request_id=call.request_id,
    )
    return Result(_draft_document(reviewed), [_draft_line(reviewed)])


def _withdraw(call: Call) -> Result:
    withdrawn = policy.withdraw(
        call.workspace,
        draft_id=call.arguments.id,
        reason=call.arguments.reason,
        operator=call.operator,
        request_id=call.request_id,
    )
    return Result(_draft_document(withdrawn), [_draft_line(withdrawn)])


def _drafts(call: Call) -> Result:
    drafts = call.workspace.queries.policy_drafts()
    names = {operator.id: operator.name for operator in call.workspace.queries.operators()}
    head = ["id", _("code"), _("title"), Day(_("drafted on")), _("drafted by"), _("status"), _("possible now")]
    rows, documents = [], []
    for one in drafts:
        acts = sorted(DRAFT_STEPS[one.status])
        documents.append({**_draft_document(one), "drafted_by": names[one.prepared_by], "possible": acts})
        status = status_name("policy-draft", one.status)
        rows.append(
            [
                str(one.id),
                one.policy.code,
                one.policy.title,
                one.drafted_on.isoformat(),
                names[one.prepared_by],
                status,
                _(", ").join(step_name(act) for act in acts),
            ]
        )
    return Result({"drafts": documents}, table(head, rows))


def _totals_document(one: Totals) -> dict[str, object]:
    found: dict[str, object] = document_of(one)
    del found["key"]
    return found | {
        "issued_difference_fen": one.issued_difference.fen,
        "paid_difference_fen": one.paid_difference.fen,
    }


def _totals_row(name: str, one: Totals) -> list[str]:
    return [
        name,
        one.issued.in_yuan(),
        one.simulated_issued.in_yuan(),
        one.issued_difference.in_yuan(),
        one.paid.in_yuan(),
        one.simulated_paid.in_yuan(),
        one.paid_difference.in_yuan(),
    ]


def _refused_document(report: policy.SimulationReport, one: Outcome) -> dict[str, object]:
    return {
        "application_id": one.application_id,
        "recipient": report.holders[one.recipient_id].name,
        "issued_fen": one.issued.fen,
        "rules": [violation.rule for violation in one.violations],
        "messages": [sentence(violation) for violation in one.violations],
    }


def _simulate(call: Call) -> Result:
    name, wanted = _named(call, call.arguments.file)
    report = policy.simulate(call.workspace, policy=wanted, year=parse_year(call.arguments.year))
    regions = call.workspace.queries.regions()
    by_kind = [(kind_name(one.key), one) for one in report.by_kind]
    by_city = [(regions.get(one.key, one.key), one) for one in report.by_city]
    document = {
        "policy": name,
        "code": wanted.code,
        "year": report.year,
        "appropriation_fen": report.appropriation.fen,
        "exhausted_on": report.exhausted_on.isoformat() if report.exhausted_on else None,
        "unissued_fen": report.unissued.fen,
        "recycled_fen": report.recycled.fen,
        "totals": _totals_document(report.all),
        "waiting": _totals_document(report.waiting),
        "recipients": [
            {"name": one.holder.name, "uscc": one.holder.uscc, **_totals_document(one.totals)}
            for one in report.fortunes
        ],
        "by_kind": [{"kind": one.key, "name": said, **_totals_document(one)} for said, one in by_kind],
        "by_city": [{"region_code": one.key, "name": said, **_totals_document(one)} for said, one in by_city],
        "refused": [_refused_document(report, one) for one in report.refused],
        "left_out": report.left_out,
    }
    head = ["", _("issued"), _("simulated"), _("difference"), _("paid"), _("simulated"), _("difference")]
    rows = [_totals_row(_("all"), report.all), _totals_row(_("of these, never issued so far"), report.waiting)]
    rows += [_totals_row(said, one) for said, one in (*by_kind, *by_city)]
    rows += [_totals_row(one.holder.name, one.totals) for one in report.fortunes]
    short = (
        _("The money would have run out on {day}.").format(day=report.exhausted_on.isoformat())
        if report.exhausted_on
        else _("The money would have sufficed; {amount} yuan would be left.").format(amount=report.unissued.in_yuan())
    )
    refused = [
        f"{one.application_id} · {report.holders[one.recipient_id].name} · {sentence(violation)}"
        for one in report.refused
        for violation in one.violations
    ]
    said = _("{policy} over {year}; nothing was recorded.").format(policy=name, year=report.year)
    tables = _simulation_tables(report, rows[: 2 + len(by_kind) + len(by_city)])
    return Result(document, [said, short, *table(head, rows), *refused], tables=tables)


def _simulation_tables(report: policy.SimulationReport, sums: list[list[str]]) -> list[tuple[str, Listing]]:
    """Return a simulation as lists: sums by class and city, who gains and who loses, who would have got nothing."""
    names = [
        _("issued (yuan)"), _("simulated issue (yuan)"), _("difference in issue (yuan)"), _("paid (yuan)"),
        _("simulated payment (yuan)"), _("difference in payment (yuan)"),
    ]  # fmt: skip
    fortunes = [[one.holder.uscc, *_totals_row(one.holder.name, one.totals)] for one in report.fortunes]
    refused = [
        [str(one.application_id), report.holders[one.recipient_id].name, one.issued.in_yuan(), sentence(violation)]
        for one in report.refused
        for violation in one.violations
    ]
    heads = [_("application"), _("recipient"), Sum(_("issued (yuan)")), _("why")]
    return [
        (_("Totals"), table([_("part"), *map(Sum, names)], sums)),
        (
            _("Who gains and who loses"),
            table([_("credit code"), _("recipient"), *map(Amount, names)], fortunes),
        ),
        (_("Would have got nothing"), table(heads, refused)),
    ]


_ID = argument("id", type=whole_number, metavar="ID")
_FILE = argument("file", type=Path, metavar="FILE.toml")
COMMANDS = (
    Command("policy", "list", "list the published versions", _list),
    Command("policy", "show", "show a version, the current one by default, or draft:ID", _show,
            (argument("policy", nargs="?", metavar="VERSION"), argument("--toml", action="store_true"))),
    Command("policy", "export", "write a version's text to a file", _export,
            (argument("policy", metavar="VERSION"), argument("--out", type=Path, required=True, metavar="FILE"))),
    Command("policy", "compare", "set two versions, drafts (draft:ID) or files side by side", _compare,
            (argument("first", metavar="A"), argument("second", metavar="B"),
             argument("--changed", action="store_true"))),
    Command("policy", "simulate", "run a policy over a year as recorded; nothing is recorded by it", _simulate,
            (argument("file", metavar="FILE.toml"), argument("--year", required=True, metavar="YEAR"))),
    Command("policy", "draft", "record the draft of a version", _draft, (_FILE,), use_case="policy.draft"),
    Command("policy", "drafts", "list the drafts", _drafts),
    Command("policy", "review", "review a draft; by another person", _review,
            (_ID, argument("--reason", default="", metavar="TEXT")), use_case="policy.review"),
    Command("policy", "withdraw", "withdraw a draft", _withdraw, (_ID, REASON), use_case="policy.withdraw"),
    Command("policy", "publish", "publish what another person drafted; the first person's call records the draft",
            _publish, (argument("file", nargs="?", type=Path, metavar="FILE.toml"),
                       argument("--draft", type=whole_number, metavar="ID")), use_case="policy.publish"),
)  # fmt: skip
