"""The office as recorded."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class OfficeFacts:
    """The office as recorded; `trial` marks 演示 on screen and paper."""

    name: str
    trial: bool
    file_id: str
