"""Keep the Chinese catalogues complete: collect every marked sentence, add the new ones, compile.

`python scripts/messages.py` updates the .po files and compiles the .mo files; `--check` changes nothing and fails when
a sentence has no Chinese, a catalogue holds one that is no longer used, the two say one sentence differently, or a .mo
file is not what its .po file says.
"""

from __future__ import annotations

import argparse
import io
import sys
from datetime import UTC, datetime
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "voucher_app"
FOLDER = ROOT / "resources" / "locale" / "zh_CN" / "LC_MESSAGES"
EPOCH = datetime(2026, 1, 1, tzinfo=UTC)
"""One date in every header, so that the files change only when a sentence does."""
KEYWORDS: dict[str, tuple[int, ...] | None] = {"_": None, "marked": None, "ngettext": (1, 2)}
CATALOGUES = {"window": True, "words": False}


def in_window(path: str) -> bool:
    """Return whether a module's sentences belong to the window's catalogue."""
    return path.startswith("ui/")


def collect(catalogue: str) -> Catalog:
    """Return a catalogue of every sentence that the source marks, without line numbers, in order."""
    wanted = CATALOGUES[catalogue]
    template = Catalog(locale="zh_CN", fuzzy=False)
    for file, _line, message, _comments, _context in extract_from_dir(PACKAGE, keywords=KEYWORDS):
        path = Path(file).as_posix()
        if in_window(path) is wanted and path != "i18n.py":
            template.add(message, locations=[(f"voucher_app/{path}", 0)])
    return template


def compiled(catalog: Catalog) -> bytes:
    """Return the .mo bytes of a catalogue."""
    buffer = io.BytesIO()
    write_mo(buffer, catalog)
    return buffer.getvalue()


def written(catalog: Catalog) -> bytes:
    """Return the .po bytes of a catalogue, the same for the same sentences."""
    buffer = io.BytesIO()
    write_po(buffer, catalog, sort_output=True, no_location=True, omit_header=False, ignore_obsolete=True, width=0)
    return buffer.getvalue()


def load(catalogue: str) -> Catalog:
    """Read a .po file, or start one."""
    file = FOLDER / f"{catalogue}.po"
    if not file.exists():
        return Catalog(locale="zh_CN", fuzzy=False)
    with file.open("rb") as stream:
        return read_po(stream, locale="zh_CN")


def problems(catalogue: str) -> list[str]:
    """Return what keeps a catalogue from being complete."""
    wanted = {message.id for message in collect(catalogue) if message.id}
    present = load(catalogue)
    have = {message.id: message for message in present if message.id}
    found = [
        f"{catalogue}: no Chinese for {identity!r}"
        for identity in wanted
        # A sentence whose forms changed keeps its old Chinese as a guess, which the window does not show.
        if identity not in have or have[identity].fuzzy or not _told(have[identity].string)
    ]
    found += [f"{catalogue}: no longer used: {identity!r}" for identity in have.keys() - wanted]
    mo = FOLDER / f"{catalogue}.mo"
    if not mo.exists() or mo.read_bytes() != compiled(present):
        found.append(f"{catalogue}: the .mo file is not what the .po file says; run scripts/messages.py")
    return sorted(found)


def contradictions() -> list[str]:
    """Return the sentences that the catalogues say differently: the one that is asked first is heard everywhere."""
    first, second = (
        {message.id: message.string for message in load(catalogue) if message.id} for catalogue in CATALOGUES
    )
    return [
        f"{identity!r} is said in two ways; give each its own English: {first[identity]!r}, {second[identity]!r}"
        for identity in sorted(first.keys() & second.keys(), key=str)
        if first[identity] != second[identity]
    ]


def _told(string: object) -> bool:
    return all(string) if isinstance(string, tuple) else bool(string)


def main() -> int:
    """Update or check the catalogues."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="change nothing, fail when something is missing")
    if not parser.parse_args().check:
        for catalogue in CATALOGUES:
            catalog = load(catalogue)
            catalog.update(collect(catalogue), no_fuzzy_matching=True)
            catalog.obsolete.clear()
            catalog.header_comment = f"# Chinese for the catalogue {catalogue!r}; made by scripts/messages.py."
            catalog.creation_date = catalog.revision_date = EPOCH
            (FOLDER / f"{catalogue}.po").write_bytes(written(catalog))
            (FOLDER / f"{catalogue}.mo").write_bytes(compiled(load(catalogue)))
    found = [problem for catalogue in CATALOGUES for problem in problems(catalogue)] + contradictions()
    print("\n".join(found) or "every sentence has its Chinese")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
