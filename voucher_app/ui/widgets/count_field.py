"""A field for a small whole number, typed as text."""

from __future__ import annotations

from voucher_app.domain.errors import InvalidInput
from voucher_app.ui.widgets.field import LineField


def parse_within(text: str, *, least: int, most: int) -> int:
    """Read a whole number within bounds.

    Raises:
        InvalidInput: `count_within`.
    """
    told = text.strip()
    if not (told.isascii() and told.isdigit() and least <= int(told) <= most):
        raise InvalidInput("count_within", found=told, least=least, most=most)
    return int(told)


class CountField(LineField):
    """A whole number within bounds, which may be set later."""

    def __init__(self, label: str, *, least: int = 0, most: int) -> None:
        self.least, self.most = least, most
        super().__init__(label, self._count)

    def value(self) -> int:
        """Return the number."""
        return self._count(self.text())

    def _count(self, text: str) -> int:
        return parse_within(text, least=self.least, most=self.most)
