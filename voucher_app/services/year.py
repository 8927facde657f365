"""Budget years: opened with an appropriation, closed with what is left lapsing."""

from voucher_app.domain.budget import YearMoney, YearStatus, appropriation_is_in_ceiling, parse_year, year_is_open
from voucher_app.domain.errors import Violation, refuse_if_violated
from voucher_app.domain.ledger import Account, AccountKind, Transfer, TransferKind
from voucher_app.domain.money import Money
from voucher_app.domain.operators import Operator
from voucher_app.domain.text import parse_line
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


def close_year(workspace: Workspace, *, year: int, operator: Operator, request_id: str) -> YearMoney:
    """Close a budget year: nothing more is issued, and its unissued money lapses (R26).

    Vouchers on the road stay redeemable to their deadlines; what goes back from then on lapses too.

    Raises:
        RulesViolated: when the year is closed already.
    """
    with workspace.unit_of_work("year.close", operator=operator, request_id=request_id, facts={"year": year}) as work:
        if not work.repeats:
            money = work.years.get(year)
            violation = year_is_open(money.status, year=year)
            refuse_if_violated([violation] if violation else [])
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
