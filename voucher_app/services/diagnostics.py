"""导出诊断包: what somebody needs who looks for a fault, and nothing that tells of a person, a unit or a secret.

It is one text, made of counts, versions and codes only. Whatever comes from outside (the log, reports of crashes) goes
through `redacted`, which leaves Latin words and short numbers and takes out everything else; and the person reads the
whole text before it is saved.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

_SECRETS: Final = re.compile(
    r"-----BEGIN.*?(?:-----END[^\n]*|\Z)|(?i:pass(?:word|phrase)?|secret|token|口令|密码)\W{0,4}\S+", re.DOTALL
)
_LONG_NUMBERS: Final = re.compile(r"[0-9A-Za-z]*[0-9]{5,}[0-9A-Za-z]*")
_HOMES: Final = re.compile(r"(?:/home/|/Users/|/root\b|[A-Za-z]:\\Users\\)[^\s/\\\"']*")
_NOT_LATIN: Final = re.compile(r"[^\x00-\x7f]+")
_QUOTED: Final = re.compile(r"'[^'\n]*'|\"[^\"\n]*\"")
TAKEN_OUT: Final = "▒"


def redacted(text: str) -> str:
    """Return a text without secrets, people's folders, anything but Latin characters, and long numbers."""
    for pattern in (_SECRETS, _HOMES, _NOT_LATIN, _LONG_NUMBERS):
        text = pattern.sub(TAKEN_OUT, text)
    return text


def without_quotes(text: str) -> str:
    """Return a line of a message without what it quotes: that may be what somebody typed."""
    return _QUOTED.sub(TAKEN_OUT, text)


def compose(
    *,
    versions: Mapping[str, str],
    counts: Mapping[str, int],
    findings: Sequence[str],
    sizes: Mapping[str, int],
    log: Sequence[Path],
    crashes: Sequence[Path],
) -> str:
    """Return the text.

    Args:
        versions: of the program and of what it stands on.
        counts: rows by table.
        findings: codes of the ledger's verification, without what was found.
        sizes: of files, in bytes.
        log: files of the log, the newest first.
        crashes: reports, the newest first.
    """
    parts = ["voucher-app diagnostics", ""]
    for title, facts in (("versions", versions), ("rows", counts), ("bytes", sizes)):
        parts += [f"[{title}]", *(f"{name} = {fact}" for name, fact in facts.items()), ""]
    parts += ["[findings]", *(findings or ["none"]), ""]
    for title, files in (("crash", crashes), ("log", log)):
        for file in files:
            parts += [f"[{title}]", redacted(_read(file)), ""]
    return "\n".join(parts)


def _read(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return "(cannot be read)"
