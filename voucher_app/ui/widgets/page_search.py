"""Finding words on the pages of a PDF: where they stand, so that they can be marked and gone to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from voucher_app.ui.widgets.page_view import Hit, open_pdf

if TYPE_CHECKING:
    from pathlib import Path

MOST_HITS: Final = 500
"""What nobody steps through; the count then says that there are more."""


def find_in_pages(file: Path, words: str) -> list[Hit]:
    """Find words on all pages, in order; capitals and small letters are the same. Runs on the reading thread."""
    found: list[Hit] = []
    document = open_pdf(file)
    try:
        for page in range(len(document)):
            text = document[page].get_textpage()
            searcher = text.search(words)
            while (place := searcher.get_next()) is not None and len(found) < MOST_HITS:
                # Counting is what makes the boxes of this stretch; they are asked for by their places in it.
                boxes = [text.get_rect(index) for index in range(text.count_rects(*place))]
                found.append(Hit(page, tuple(boxes)))
            if len(found) == MOST_HITS:
                break
        return found
    finally:
        document.close()
