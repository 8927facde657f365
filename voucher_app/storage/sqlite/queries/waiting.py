"""What waits for somebody (待办), in one statement."""

from __future__ import annotations

from typing import Final

from voucher_app.services.queries.waiting import Waiting
from voucher_app.storage.sqlite.queries.deciding import APPLICATION_STATE, MAY_DECIDE
from voucher_app.storage.sqlite.queries.list_reader import ListReader

_MINE: Final = {noun: condition.format(me=":me") for noun, condition in MAY_DECIDE.items()}
_WAITING: Final = f"""
    SELECT 'application', {APPLICATION_STATE} AS state, count(*), count(*) FILTER (WHERE {_MINE["application"]})
    FROM application WHERE status <> 'issued' AND year = :year GROUP BY state
    UNION ALL
    SELECT 'redemption', redemption.status, count(*), count(*) FILTER (WHERE {_MINE["redemption"]})
    FROM redemption JOIN voucher ON voucher.id = voucher_id
    WHERE redemption.status = 'claimed' AND year = :year GROUP BY redemption.status
    UNION ALL
    SELECT 'settlement', status, count(*), count(*) FILTER (WHERE {_MINE["settlement"]}) FROM settlement
    WHERE year = :year AND status IN ('draft', 'confirmed', 'planned', 'checked') GROUP BY status
    UNION ALL
    SELECT 'redemption', 'payment-failed', count(DISTINCT redemption.id), count(DISTINCT redemption.id)
    FROM settlement_line JOIN redemption ON redemption.id = redemption_id
      JOIN voucher ON voucher.id = redemption.voucher_id
    WHERE year = :year AND settlement_line.status = 'failed' AND redemption.status = 'verified'
    UNION ALL
    SELECT 'recovery', recovery.status, count(*), count(*)
    FROM recovery JOIN redemption ON redemption.id = redemption_id
      JOIN voucher ON voucher.id = redemption.voucher_id
    WHERE recovery.status = 'decided' AND year = :year GROUP BY recovery.status
    UNION ALL
    SELECT 'policy_draft', status, count(*), count(*) FILTER (WHERE prepared_by <> :me)
    FROM policy_draft WHERE status IN ('draft', 'reviewed') GROUP BY status
    UNION ALL
    SELECT 'cap_change', status, count(*), count(*) FILTER (WHERE prepared_by <> :me)
    FROM cap_change WHERE year = :year AND status = 'proposed' GROUP BY status
    UNION ALL
    SELECT 'budget_year', 'not-opened', 1, 1 WHERE NOT EXISTS (SELECT 1 FROM budget_year WHERE id = :year)
    UNION ALL
    SELECT 'print', status, count(*), count(*) FROM print_job WHERE status = 'begun' GROUP BY status
    UNION ALL
    SELECT 'operator', status, count(*), count(*) FROM operator WHERE status = 'locked' GROUP BY status"""
"""`status <> 'issued'` is word for word the condition of the index of applications that wait."""


class WaitingQueries(ListReader):
    """What waits for somebody."""

    def waiting(self, year: int, operator_id: int) -> tuple[Waiting, ...]:
        """Return how much of a year waits in which state, and on how much of it an operator may decide."""
        return tuple(Waiting(*row) for row in self._all(_WAITING, {"year": year, "me": operator_id}))
