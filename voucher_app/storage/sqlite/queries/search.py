"""What the search over everything needs beyond the lists: papers, and the year that a record stands in."""

from __future__ import annotations

from typing import Final

from voucher_app.services.queries.search import PaperRow
from voucher_app.storage.sqlite.queries.found import Typed
from voucher_app.storage.sqlite.queries.reader import Reader

_MOST_PAPERS: Final = 200
_YEAR_OF: Final = {
    "voucher": "SELECT year FROM voucher WHERE id = ?",
    "application": "SELECT year FROM application WHERE id = ?",
    "batch": "SELECT year FROM batch WHERE id = ?",
    "settlement": "SELECT year FROM settlement WHERE id = ?",
    "redemption": "SELECT year FROM redemption JOIN voucher ON voucher.id = voucher_id WHERE redemption.id = ?",
    "recovery": """SELECT year FROM recovery JOIN redemption ON redemption.id = redemption_id
                   JOIN voucher ON voucher.id = voucher_id WHERE recovery.id = ?""",
}


class SearchQueries(Reader):
    """What the search over everything needs beyond the lists."""

    def papers(self, text: str) -> list[PaperRow]:
        """Return the document numbers and printed papers that hold a text, newest first; certificates are vouchers."""
        typed = Typed.of(text)
        if typed is None:
            return []
        numbers, number_values = typed.within("document_number.id", "document_number")
        items, item_values = typed.within("print_item.id", "print_item")
        years, year_values = typed.within("budget_year.id", "budget_year")
        raises, raise_values = typed.within("cap_change.id", "cap_change")
        rows = self._all(
            f"""SELECT * FROM (
                  SELECT document_number.id, prefix || '〔' || year || '〕' || sequence || '号' AS title,
                    title || ' · ' || drawn_on AS detail, subject, coalesce((SELECT max(job_id) FROM print_item
                      WHERE print_item.kind = document_number.kind
                      AND print_item.subject = document_number.subject), 0),
                    drawn_on AS day
                  FROM document_number WHERE {numbers}
                  UNION ALL
                  SELECT print_item.id, title, begun_on, subject, job_id, begun_on
                  FROM print_item JOIN print_job ON print_job.id = job_id WHERE {items}
                  UNION ALL
                  SELECT budget_year.id, document, CAST(budget_year.id AS TEXT), 'year:' || budget_year.id, 0, ''
                  FROM budget_year WHERE {years}
                  UNION ALL
                  SELECT cap_change.id, document, proposed_on, 'year:' || year, 0, proposed_on
                  FROM cap_change WHERE {raises})
                ORDER BY day DESC, 1 DESC LIMIT {_MOST_PAPERS}""",
            (*number_values, *item_values, *year_values, *raise_values),
        )
        return [PaperRow(*row[:5]) for row in rows]

    def year_of(self, noun: str, key: int) -> int | None:
        """Return the budget year in whose lists a record stands; None where that is every year, or unknown."""
        rows = self._all(_YEAR_OF[noun], (key,)) if noun in _YEAR_OF else []
        return int(rows[0][0]) if rows else None
