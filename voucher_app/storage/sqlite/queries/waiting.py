"""What waits for somebody (待办), in one statement."""

from __future__ import annotations

from typing import Final

from voucher_app.services.queries.waiting import Waiting
from voucher_app.storage.sqlite.queries.list_reader import ListReader

_WAITING: Final = """
    SELECT 'application', CASE WHEN status = 'approved' AND batch_id IS NOT NULL THEN 'approved-in-batch' ELSE status
      END AS state, count(*)
    FROM application WHERE status <> 'issued' AND year = :year GROUP BY state
    UNION ALL
    SELECT 'redemption', redemption.status, count(*) FROM redemption JOIN voucher ON voucher.id = voucher_id
    WHERE redemption.status = 'claimed' AND year = :year GROUP BY redemption.status
    UNION ALL
    SELECT 'settlement', status, count(*) FROM settlement
    WHERE year = :year AND status IN ('draft', 'confirmed', 'planned', 'checked') GROUP BY status
    UNION ALL
    SELECT 'failed_line', redemption.status, count(*)
    FROM settlement_line JOIN redemption ON redemption.id = redemption_id
      JOIN voucher ON voucher.id = redemption.voucher_id
    WHERE year = :year AND settlement_line.status = 'failed' AND redemption.status = 'verified'
    GROUP BY redemption.status
    UNION ALL
    SELECT 'recovery', recovery.status, count(*) FROM recovery JOIN redemption ON redemption.id = redemption_id
      JOIN voucher ON voucher.id = redemption.voucher_id
    WHERE recovery.status = 'decided' AND year = :year GROUP BY recovery.status
    UNION ALL
    SELECT 'policy_draft', status, count(*) FROM policy_draft WHERE status IN ('draft', 'reviewed') GROUP BY status
    UNION ALL
    SELECT 'cap_change', status, count(*) FROM cap_change WHERE year = :year AND status = 'proposed' GROUP BY status
    UNION ALL
    SELECT 'operator', status, count(*) FROM operator WHERE status = 'locked' GROUP BY status"""
"""`status <> 'issued'` is word for word the condition of the index of applications that wait."""


class WaitingQueries(ListReader):
    """What waits for somebody."""

    def waiting(self, year: int) -> tuple[Waiting, ...]:
        """Return how much of a year waits in which state."""
        return tuple(Waiting(*row) for row in self._all(_WAITING, {"year": year}))
