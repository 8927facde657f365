"""What can be done with a record now, and why the rest cannot: asked of the same rules that the act will ask."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from voucher_app.domain.errors import blocks

if TYPE_CHECKING:
    from voucher_app.domain.errors import Violation


@dataclass(frozen=True, slots=True)
class Possibility:
    """One act on a record.

    Attributes:
        act: the step, such as `publish`.
        violations: everything that the rules say of it now, what only has to be known included.
    """

    act: str
    violations: list[Violation]

    @property
    def is_open(self) -> bool:
        """Whether nothing stands in its way; a violation that a written reason answers does not."""
        return not blocks(self.violations, reason="given with the act")
