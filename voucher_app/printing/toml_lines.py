"""Where things stand in a TOML file: the line of each key and each element of a list, by its path.

`tomllib` tells the line of a mistake in the writing, and nothing afterwards; but whoever gave a column a wrong width
wants to be shown that line too. The text is known to be sound TOML here, so only its outline is followed.
"""

from __future__ import annotations

import re
from typing import Final

_BLANK: Final = re.compile(r"(?:[ \t\r\n]|#[^\n]*)*")
_KEY: Final = re.compile(r'[ \t]*(?:"((?:[^"\\\n]|\\.)*)"|\'([^\'\n]*)\'|([A-Za-z0-9_-]+))[ \t]*')
_STRING: Final = re.compile(
    r'"""(?:[^\\]|\\.)*?"{3,5}|\'\'\'.*?\'{3,5}|"(?:[^"\\\n]|\\.)*"|\'[^\'\n]*\'',
    re.DOTALL,
)
_PLAIN: Final = re.compile(r"[^,\]}#\n]*")


def lines_of(text: str) -> dict[str, int]:
    """Return the lines of a sound TOML text, counted from 1, by path: `page.top_mm`, `block[2].columns[0].of`."""
    outline = _Outline(text)
    outline.follow()
    return outline.lines


def line_of(key: str, lines: dict[str, int]) -> int:
    """Return the line of a key, or of the nearest thing around it that stands in the file; 0 for none."""
    path = key
    while path and path not in lines:
        path = path[: max(path.rfind("."), path.rfind("["), 0)]
    return lines.get(path, 0)


class _Outline:
    """Goes through a text once, remembering where it is."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0
        self._line = 1
        self._counted = 0
        self._elements: dict[str, int] = {}
        self.lines: dict[str, int] = {}

    def follow(self) -> None:
        table = ""
        self._skip(_BLANK)
        while self._at < len(self._text):
            if self._text.startswith("[", self._at):
                table = self._header()
            else:
                self._pair(table)
            self._skip(_BLANK)

    def _header(self) -> str:
        is_list = self._text.startswith("[[", self._at)
        self._at += 2 if is_list else 1
        path = ""
        keys = self._keys()
        for depth, key in enumerate(keys, 1):
            path = f"{path}.{key}" if path else key
            if is_list and depth == len(keys):
                self._elements[path] = self._elements.get(path, -1) + 1
            if path in self._elements:
                path = f"{path}[{self._elements[path]}]"
        self._note(path)
        self._at += 2 if is_list else 1
        return path

    def _keys(self) -> list[str]:
        keys = []
        while True:
            found = _KEY.match(self._text, self._at)
            assert found is not None, "the text is sound TOML"
            keys.append(next(part for part in found.groups() if part is not None))
            self._at = found.end()
            if not self._text.startswith(".", self._at):
                return keys
            self._at += 1

    def _pair(self, table: str) -> None:
        start = self._at
        path = ".".join(filter(None, [table, *self._keys()]))
        self._note(path, start)
        self._at += 1  # the sign of equality
        self._skip(re.compile(r"[ \t]*"))
        self._value(path)

    def _value(self, path: str) -> None:
        opening = self._text[self._at : self._at + 1]
        if opening in {"[", "{"}:
            self._at += 1
            self._inside(path, closing="]" if opening == "[" else "}")
        else:
            self._skip(_STRING if opening in {'"', "'"} else _PLAIN)

    def _inside(self, path: str, *, closing: str) -> None:
        """Go through a list or an inline table."""
        index = 0
        while True:
            self._skip(_BLANK)
            if self._text.startswith(closing, self._at):
                self._at += 1
                return
            if self._text.startswith(",", self._at):
                self._at += 1
                index += 1
            elif closing == "]":
                self._note(f"{path}[{index}]")
                self._value(f"{path}[{index}]")
            else:
                self._pair(path)

    def _skip(self, pattern: re.Pattern[str]) -> None:
        found = pattern.match(self._text, self._at)
        assert found is not None, "the text is sound TOML"
        self._at = found.end()

    def _note(self, path: str, at: int | None = None) -> None:
        at = self._at if at is None else at
        self._line += self._text.count("\n", self._counted, at)
        self._counted = at
        self.lines.setdefault(path, self._line)
