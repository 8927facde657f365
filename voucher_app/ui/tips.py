"""Tips over what somebody typed: Qt takes a tip that looks like HTML for HTML, and would open what an image names."""

from __future__ import annotations

from PySide6.QtGui import Qt


def plain_tip(text: str) -> str:
    """Return a text as a tip that shows it character by character."""
    if not Qt.mightBeRichText(text):
        return text
    import html  # noqa: PLC0415 - a table of 2,231 names that the first paint need not wait for

    return f"<qt>{html.escape(text).replace(chr(10), '<br>')}</qt>"
