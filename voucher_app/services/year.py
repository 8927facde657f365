"""Budget years: opened with an appropriation, raised by two people, closed with what is left lapsing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from voucher_app.domain.budget import (
    CapChangeStatus,
    YearStatus,
    appropriation_is_in_ceiling,
    check_cap_change,
    check_closing,
    closing_notes,
    parse_year,
    raise_is_in_ceiling,
)
from voucher_app.domain.errors import Violation, refuse_if_violated
from voucher_app.domain.ledger import Account, AccountKind, Transfer, TransferKind
from voucher_app.domain.text import LONGEST_REASON, parse_line

if TYPE_CHECKING:
    from voucher_app.domain.budget import (
        CapChange,
        YearMoney,
    )
    from voucher_app.domain.money import Money
    from voucher_app.domain.operators import Operator
    from voucher_app.services.workspace import Workspace


def open_year(
    workspace: Workspace, *, year: int, amount: Money, document: str, operator: Operator, request_id: str
) -> YearMoney:
    """Open a budget year with its appropriation.

    Raises:
        RulesViolated: R1, when the amount is above the ceiling of 50,000,000.00元, or the year is open already.
        InvalidInput: when the year or the document number cannot be read.
    """
    year = parse_year(str(year))
    document = parse_line(document, field="document")
    found = [appropriation_is_in_ceiling(amount, year=year)]
    facts: dict[str, object] = {"year": year, "amount_fen": amount.fen, "document": document}
    with workspace.unit_of_work("year.open", operator=operator, request_id=request_id, facts=facts) as work:
        if not work.repeats:
            existing = work.years.find(year)
            if existing is not None:
                found.append(
                    Violation(
                        "R1",
                        "year_exists",
                        found=existing.appropriation.fen,
                        allowed="one opening a year",
                        subject=str(year),
                    )
                )
            refuse_if_violated([violation for violation in found if violation])
            work.years.open(year, document=document)
            accounts = {
                kind: Account(kind, year)
                for kind in AccountKind
                if kind not in {AccountKind.OUTSTANDING, AccountKind.PAYABLE}
            }
            for account in accounts.values():
                work.ledger.open(account)
            work.ledger.post(
                Transfer(
                    TransferKind.APPROPRIATION,
                    year,
                    accounts[AccountKind.FUNDING],
                    accounts[AccountKind.APPROPRIATION],
                    amount,
                )
            )
            work.about(f"year:{year}")
            work.commit([year])
        return work.years.get(year)


def preview_raise(workspace: Workspace, *, year: int, amount: Money) -> list[Violation]:
    """Return what the rules say to raising a year's appropriation."""
    return raise_is_in_ceiling(workspace.records().years.get(year), amount)


def propose_raise(
    workspace: Workspace, *, year: int, amount: Money, document: str, reason: str, operator: Operator, request_id: str
) -> CapChange:
    """Propose to raise a year's appropriation (design.md §2); nothing moves until another person decides.

    Raises:
        RulesViolated: R1, when the year would be above the ceiling of 50,000,000.00元; R26, when it is closed.
        InvalidInput: when document or reason is missing.
    """
    document = parse_line(document, field="document")
    reason = parse_line(reason, field="reason", longest=LONGEST_REASON)
    facts: dict[str, object] = {"year": year, "amount_fen": amount.fen, "document": document, "reason": reason}
    with workspace.unit_of_work(
        "year.raise", operator=operator, request_id=request_id, facts=facts, reason=reason
    ) as work:
        if not work.repeats:
            refuse_if_violated(raise_is_in_ceiling(work.years.get(year), amount))
            change_id = work.years.propose_raise(
                year=year, amount=amount, document=document, reason=reason, prepared_by=operator.id
            )
            work.about(f"year:{year}")
            work.commit([change_id])
        return work.years.cap_change(work.result[0])


def decide_raise(workspace: Workspace, *, change_id: int, operator: Operator, request_id: str) -> CapChange:
    """Decide a proposed raise: the money is there to be issued from now on.

    Raises:
        RulesViolated: R23, when the person proposed it; R1 and R26 as they are now; TRANSITION.
    """
    with workspace.unit_of_work(
        "year.decide-raise", operator=operator, request_id=request_id, facts={"id": change_id}
    ) as work:
        if not work.repeats:
            change = work.years.cap_change(change_id)
            money = work.years.get(change.year)
            refuse_if_violated(check_cap_change(change, money, act="decide", decided_by=operator))
            # The schema lets the money in only after the decision.
            work.years.decide_raise(change_id, status=CapChangeStatus.DECIDED, reviewed_by=operator.id)
            work.ledger.post(
                Transfer(
                    TransferKind.APPROPRIATION,
                    change.year,
                    Account(AccountKind.FUNDING, change.year),
                    Account(AccountKind.APPROPRIATION, change.year),
                    change.amount,
                )
            )
            work.about(f"year:{change.year}")
            work.commit([change_id])
        return work.years.cap_change(change_id)


def refuse_raise(
    workspace: Workspace, *, change_id: int, reason: str, operator: Operator, request_id: str
) -> CapChange:
    """Refuse a proposed raise, with a written reason.

    Raises:
        RulesViolated: R23, when the person proposed it; TRANSITION.
    """
    reason = parse_line(reason, field="reason", longest=LONGEST_REASON)
    facts: dict[str, object] = {"id": change_id, "reason": reason}
    with workspace.unit_of_work(
        "year.refuse-raise", operator=operator, request_id=request_id, facts=facts, reason=reason
    ) as work:
        if not work.repeats:
            change = work.years.cap_change(change_id)
            money = work.years.get(change.year)
            refuse_if_violated(check_cap_change(change, money, act="refuse", decided_by=operator))
            work.years.decide_raise(change_id, status=CapChangeStatus.REFUSED, reviewed_by=operator.id)
            work.about(f"year:{change.year}")
            work.commit([change_id])
        return work.years.cap_change(change_id)


def preview_closing(workspace: Workspace, *, year: int) -> list[Violation]:
    """Return what stands against closing a year, and what an officer is told before it."""
    records = workspace.records()
    money, end = records.years.get(year), records.years.end_of(year)
    return check_closing(money, end) + closing_notes(money, end, on=records.today)


def close_year(workspace: Workspace, *, year: int, operator: Operator, request_id: str) -> YearMoney:
    """Close a budget year: nothing more is issued, and its unissued money lapses (R26); nothing is carried over.

    Vouchers on the road stay redeemable to their deadlines, and what is verified is paid; what goes back from then on
    lapses too.

    Raises:
        RulesViolated: R26, when the year is closed already, a batch of it is in hand, or a raise of it not decided.
    """
    with workspace.unit_of_work("year.close", operator=operator, request_id=request_id, facts={"year": year}) as work:
        if not work.repeats:
            money = work.years.get(year)
            refuse_if_violated(check_closing(money, work.years.end_of(year)))
            if money.unissued:
                work.ledger.post(
                    Transfer(
                        TransferKind.LAPSE,
                        year,
                        Account(AccountKind.APPROPRIATION, year),
                        Account(AccountKind.LAPSED, year),
                        money.unissued,
                    )
                )
            work.years.set_status(year, YearStatus.CLOSED)
            work.about(f"year:{year}")
            work.commit([year])
        return work.years.get(year)
