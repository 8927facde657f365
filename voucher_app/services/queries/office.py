"""The office as recorded."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class OfficeFacts:
    """The office as recorded; `trial` marks 演示 on screen and paper, `small_office` stands on every report."""

    name: str
    trial: bool
    file_id: str
    small_office: bool = False
