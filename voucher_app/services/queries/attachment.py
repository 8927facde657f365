"""Attachments in lists."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class AttachmentRow:
    """An attachment in a list; the file lies in the side folder under its digest."""

    id: int
    subject: str
    kind: str
    file_name: str
    size_bytes: int
    sha256: str
    added_on: str
    prepared_by: str
