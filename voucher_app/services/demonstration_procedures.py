"""The demonstration office goes on: a settlement that is paid, what is taken back, a batch in its publicity.

After this chapter every paper of the office has a record that it can be printed about, but for a year's closing
statement, which needs a year that is over (`demo build --scale full`; `make papers` draws them all).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Final, TypedDict

from voucher_app.domain.money import Money
from voucher_app.domain.operators import Role
from voucher_app.services import application, batch, intake, operator, provider, recipient, recovery, settlement
from voucher_app.services.queries.lists import ListFilter
from voucher_app.services.workspace import new_request_id

if TYPE_CHECKING:
    from collections.abc import Callable

    from voucher_app.domain.batch import Batch
    from voucher_app.domain.operators import Operator
    from voucher_app.services.workspace import Workspace

SECOND_REVIEWER: Final = "周复审"
"""Who decides after the first review (R23)."""
_OPENED, _DECIDED = date(2026, 11, 13), date(2026, 11, 16)
_YEAR, _HALF = date(2026, 1, 1), date(2026, 6, 30)
_BATCH_UNITS: Final = 6


@dataclass(frozen=True, slots=True)
class DemonstrationOffice:
    """What was built, for whoever shows or measures it."""

    preparer: Operator
    reviewer: Operator
    provider_uscc: tuple[str, ...]
    recipient_uscc: tuple[str, ...]
    numbers: tuple[str, ...]


class _By(TypedDict):
    operator: Operator
    request_id: str


def _by(who: Operator) -> _By:
    return {"operator": who, "request_id": new_request_id()}


def go_on(workspace_on: Callable[[date], Workspace], built: DemonstrationOffice) -> None:
    """Tell the middle of November, after what `demonstration.build` told of the year."""
    _settle(workspace_on(_OPENED))
    _take_back(workspace_on(_OPENED))
    _end_providers(workspace_on(_OPENED), built)
    _publicized_batch(workspace_on, built)


def _people(workspace: Workspace) -> dict[Role, Operator]:
    return {one.role: one for one in reversed(workspace.queries.operators())}


# ------------------------------------------------------------------------------------------------ money


def _settle(workspace: Workspace) -> None:
    """Pay what was verified in the first half of the year; one payment comes back. Draft the rest."""
    people, queries = _people(workspace), workspace.queries
    document = "演示财〔2026〕45号"
    (paid,) = settlement.draft(workspace, since=_YEAR, until=_HALF, document=document, **_by(people[Role.PREPARER]))
    settlement.confirm(workspace, settlement_id=paid.id, **_by(people[Role.REVIEWER]))
    settlement.plan(workspace, settlement_id=paid.id, document=document, **_by(people[Role.PREPARER]))
    settlement.check(workspace, settlement_id=paid.id, **_by(people[Role.FINANCE]))
    settlement.disburse(workspace, settlement_id=paid.id, receipt="YS20261113001", **_by(people[Role.FINANCE]))
    last = queries.settlement_lines(paid.id, ListFilter(sort="id")).rows(0, 1)[0]
    settlement.fail_line(
        workspace, settlement_id=paid.id, line_id=last.id, reason="收款账户已销户", **_by(people[Role.FINANCE])
    )
    settlement.draft(workspace, until=_OPENED, **_by(people[Role.PREPARER]))


def _take_back(workspace: Workspace) -> None:
    """Take back a part of what was paid; half of it has come back."""
    people = _people(workspace)
    line = workspace.queries.settlement_lines(1, ListFilter(sort="id", descending=False)).rows(0, 1)[0]
    facts = recovery.RecoveryFacts(line.redemption_id, Money.yuan(10_000), "核查发现实际用量少于结算用量，核减差额")
    decided = recovery.decide(workspace, facts=facts, **_by(people[Role.REVIEWER]))
    recovery.receive(
        workspace,
        recovery_id=decided.id,
        amount=Money.yuan(5_000),
        receipt="YS20261113002",
        **_by(people[Role.FINANCE]),
    )


def _end_providers(workspace: Workspace, built: DemonstrationOffice) -> None:
    """Suspend one provider and remove another; what they delivered stays payable."""
    reviewer, codes = _people(workspace)[Role.REVIEWER], built.provider_uscc
    provider.suspend(workspace, uscc=codes[2], reason="未按期报送算力使用日志，限期整改", **_by(reviewer))
    provider.remove(workspace, uscc=codes[3], reason="因业务调整，书面申请退出服务商名录", **_by(reviewer))


# ------------------------------------------------------------------------------------------------ a batch


def _publicized_batch(workspace_on: Callable[[date], Workspace], built: DemonstrationOffice) -> None:
    """Take a batch from intake to its publicity, which still runs; open another, with a notice of correction."""
    opened = workspace_on(_OPENED)
    people = _people(opened)
    preparer, reviewer = people[Role.PREPARER], people[Role.REVIEWER]
    operator.add(opened, name=SECOND_REVIEWER, role=Role.REVIEWER, password=None, **_by(people[Role.SYSTEM_ADMIN]))
    second = next(one for one in opened.queries.operators() if one.name == SECOND_REVIEWER)
    one = _open(opened, preparer, "2026年第二批")
    asked = [_apply(opened, preparer, built, one, place) for place in range(_BATCH_UNITS)]
    intake.decline(opened, application_id=asked[-1], reason="合同标的为自建算力，不属支持范围", **_by(reviewer))
    kept = asked[:-1]
    intake.accept(opened, application_ids=kept, **_by(preparer))
    decided = workspace_on(_DECIDED)
    intake.review(decided, application_ids=kept, reason="材料齐全，合同真实", **_by(reviewer))
    application.approve(decided, application_ids=kept, reason="经复核，符合支持条件", **_by(second))
    batch.close(decided, batch_id=one.id, **_by(preparer))
    batch.allocate(decided, batch_id=one.id, **_by(reviewer))
    batch.publicize(decided, batch_id=one.id, **_by(preparer))
    next_one = _open(decided, preparer, "2026年第三批")
    lacking = _apply(decided, preparer, built, next_one, _BATCH_UNITS)
    intake.return_for_correction(
        decided, application_id=lacking, reason="合同未载明服务期限，请补充载明起止日期的合同", **_by(preparer)
    )


def _open(workspace: Workspace, preparer: Operator, name: str) -> Batch:
    facts = batch.BatchFacts(year=_OPENED.year, name=name)
    return batch.open_batch(workspace, facts=facts, **_by(preparer))


def _apply(workspace: Workspace, preparer: Operator, built: DemonstrationOffice, one: Batch, place: int) -> int:
    """Check a unit's credit and record its application for a batch."""
    holder = built.recipient_uscc[-1 - place]
    recipient.record_credit(workspace, uscc=holder, result="clear", source="信用中国", **_by(preparer))
    requested = Money.yuan(60_000 + 7_000 * place)
    facts = application.ApplicationFacts(
        recipient_uscc=holder,
        provider_uscc=built.provider_uscc[place % 2],
        contract_number=f"YS-2026-P{place + 1:03d}",
        contract_amount=Money(requested.fen * 5 + 1_000_000),
        signed_on=date(2026, 11, 9),
        requested=requested,
        batch_id=one.id,
    )
    return application.submit(workspace, facts=facts, **_by(preparer)).id
