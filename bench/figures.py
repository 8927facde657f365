"""Figures: measured in rounds, ours and the reference in turn, told as medians and as the ratio of the medians."""

from __future__ import annotations

import json
import statistics
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

ROUNDS = 5


@dataclass(frozen=True, slots=True)
class Figure:
    """One measured figure.

    Attributes:
        value: the median of ours, in `unit`.
        ratio: ours divided by the reference, pair by pair in the same run, the median of the pairs.
        reference: what ours is compared with.
    """

    name: str
    value: float
    unit: str
    ratio: float
    reference: str


def interleaved(
    name: str, unit: str, reference: str, ours: Callable[[], float], theirs: Callable[[], float], rounds: int = ROUNDS
) -> Figure:
    """Measure ours and the reference in turn; each call returns its figure in `unit`."""
    pairs = []
    for _round in range(rounds):
        theirs_now = theirs()
        pairs.append((ours(), theirs_now))
    value = statistics.median(one for one, _ in pairs)
    ratio = statistics.median(one / other for one, other in pairs)
    figure = Figure(name, round(value, 3), unit, round(ratio, 3), reference)
    print(
        f"{figure.name:28}{figure.value:>14,.3f} {figure.unit:<14}{figure.ratio:>8.3f} × {figure.reference}", flush=True
    )
    return figure


def write(figures: list[Figure], file: Path) -> None:
    """Write the figures as JSON."""
    document = {"figures": [asdict(figure) for figure in figures]}
    file.write_text(json.dumps(document, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
