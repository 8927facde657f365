"""Find English words in a Chinese window and Chinese words in an English one; what people typed is data, in any."""

from __future__ import annotations

import re
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING, Final

from measure import Finding, name_of, own_text, painted, shown, where
from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QComboBox,
    QFileDialog,
    QLineEdit,
    QMenu,
    QPlainTextEdit,
    QPushButton,
    QTableView,
    QTextEdit,
)

from voucher_app import i18n
from voucher_app.settings import resources_folder
from voucher_app.ui.dialogs.manual import Manual

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from PySide6.QtWidgets import QWidget

PROPER: Final = frozenset({
    "SM", "PDF", "Excel", "WPS", "CSV", "XLSX", "xlsx", "ods", "OFD", "XML", "QR", "TOML", "USB", "SHA", "RSA", "PKCS",
    "GPU", "CPU", "PFLOPS", "FP", "UTF", "GB", "MB", "KB", "ID", "Ctrl", "Alt", "Shift", "Esc", "Enter", "Tab",
    "Page", "Up", "Down", "Home", "End", "DPI", "dpi", "mm", "px", "English", "HP", "LaserJet",
    "PAdES", "Python", "TB", "cqkj",
})  # fmt: skip
"""Names that are the same in every language."""

_LATIN: Final = re.compile(r"[A-Za-z][A-Za-z'-]*[A-Za-z]")
_CODE: Final = re.compile(r"[\w.:/\\-]*\d[\w.:/\\-]*|[\w*-]*\.[a-z]{2,5}\b", re.ASCII)
"""A number of something, a version: it has a digit in it. Or the name of a file."""

_CHINESE: Final = re.compile(r"[\u3400-\u9fff]+")
_CAPITALS: Final = re.compile(r"[零壹贰叁肆伍陆柒捌玖拾佰仟万亿元角分整负]+|人民币")
"""Amounts are written so by law, in every language."""

_OWN_NAMES: Final = frozenset(
    {"中文", "晋算券", "晋财建", "是", "否", "回单号", "金额", "账号", "日期", "企业", "高校", "科研机构"}
)
"""What is the same in English: a language's own name, examples of document numbers, heads of a bank's table."""


def told_by(database: Path) -> str:
    """Return everything that a data file holds as text, one thing after the other."""
    with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as connection:
        tables = [name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        parts = [database.name, str(database.parent)]
        known = [*resources_folder().glob("policies/*.toml"), *resources_folder().glob("registry/*.csv")]
        parts += [file.read_text(encoding="utf-8") for file in known]
        for table in tables:
            if table.startswith(("search_", "sqlite_", "_sqlite")) or table == "journal":
                continue
            for row in connection.execute(f'SELECT * FROM "{table}"'):  # noqa: S608 - the file's own table
                parts += [value for value in row if isinstance(value, str)]
    return "\n".join(parts)


def said(widget: QWidget) -> Iterator[str]:
    """Return what a widget says: what it paints, its tip, its name for a screen reader, and what it can be set to."""
    for run in painted(widget):
        yield run.text
    yield widget.toolTip()
    yield name_of(widget) if not isinstance(widget, QTextEdit) else widget.accessibleName()
    yield own_text(widget) if not isinstance(widget, QLineEdit) else widget.placeholderText()
    if isinstance(widget, QComboBox):
        yield from (widget.itemText(place) for place in range(widget.count()))
    if isinstance(widget, QPushButton) and isinstance(menu := widget.menu(), QMenu):
        yield from (act.text() for act in menu.actions())
    if isinstance(widget, QTableView) and (model := widget.model()) is not None:
        for place in range(model.columnCount()):
            yield str(model.headerData(place, Qt.Orientation.Horizontal) or "")
    if widget.isWindow():
        yield widget.windowTitle()


def foreign(root: QWidget, language: str, data: str) -> list[Finding]:
    """Find words of another language in a window.

    Args:
        root: the window or dialog, shown and at rest.
        language: what it is shown in.
        data: what people typed, from `told_by`.
    """
    words = _english if language == i18n.CHINESE else _chinese
    if isinstance(root, QFileDialog | Manual):
        return []  # Qt's own, and this machine's files; pages in both languages, as their contents tell
    found = []
    for widget in shown(root):
        if _holds_data(widget):
            continue
        for text in said(widget):
            found += [Finding("foreign", where(widget), f"{word!r} in {text[:80]!r}") for word in words(text, data)]
    return list(dict.fromkeys(found))


def _holds_data(widget: QWidget) -> bool:
    """Return whether a widget paints a policy's text, or a report for whoever looks after the program."""
    inside = widget.parentWidget()
    is_policy = isinstance(inside, QTextEdit) and "toml" in type(inside).__name__.lower()
    return is_policy or (isinstance(inside, QPlainTextEdit) and inside.isReadOnly())


def _english(text: str, data: str) -> list[str]:
    return [
        word
        for word in _LATIN.findall(_CODE.sub(" ", text))
        if word not in PROPER and not re.search(rf"(?<![A-Za-z]){re.escape(word)}(?![A-Za-z])", data)
    ]


def _chinese(text: str, data: str) -> list[str]:
    found = _CHINESE.findall(_CAPITALS.sub(" ", text))
    return [word for word in found if word not in _OWN_NAMES and word not in data]
