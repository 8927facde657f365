"""Tips over what somebody typed: Qt takes a tip that looks like HTML for HTML, and would open what an image names."""

from __future__ import annotations

import html

from PySide6.QtGui import Qt


def plain_tip(text: str) -> str:
    """Return a text as a tip that shows it character by character."""
    if not Qt.mightBeRichText(text):
        return text
    return f"<qt>{html.escape(text).replace(chr(10), '<br>')}</qt>"
