"""Build `resources/fonts` from the npm packages of Noto Serif SC and Noto Sans SC (SIL Open Font License 1.1).

The regular serif is kept whole, because people and firms have rare characters in their names. The other faces carry
words of our own and of policies, and are cut down to GB 2312, Western European Latin, and the punctuation and shapes
the program draws. The character sets come from Python's codecs, so that no list of foreign licence is needed.

Every subset gets a PostScript name of its own, because reportlab silently shares a face between fonts that have the
same one; the family name stays, so that Qt finds one family with its weights. Hints are dropped: outlines this dense
are drawn unhinted by every renderer we use, and they only cost room.

    python scripts/build_fonts.py [FOLDER-WITH-THE-TGZ-FILES]
"""

from __future__ import annotations

import argparse
import subprocess
import tarfile
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from fontTools import subset
from fontTools.ttLib import TTFont

TARGET: Final = Path(__file__).resolve().parent.parent / "resources" / "fonts"
PACKAGES: Final = {
    "Serif": "@expo-google-fonts/noto-serif-sc@0.4.3",
    "Sans": "@expo-google-fonts/noto-sans-sc@0.4.3",
}
LICENCE: Final = "package/LICENSE_FONT"
SHAPES: Final = "●◆▲■▼▶◀◇△□▽▷◁○◎★☆→←↑↓↗↘↔✓✔×…·—–‘’“”•¥€§°±²³‰№℃≈≠≤≥─│┌┐└┘├┤┬┴┼━┃"

_POSTSCRIPT_NAME = 6


@dataclass(frozen=True)
class Face:
    """One file to build: which package and member it comes from, and whether it is cut down."""

    style: str
    member: str
    file: str
    is_whole: bool


FACES: Final = (
    Face("Serif", "package/400Regular/NotoSerifSC_400Regular.ttf", "NotoSerifSC-Regular.ttf", is_whole=True),
    Face("Serif", "package/700Bold/NotoSerifSC_700Bold.ttf", "NotoSerifSC-Bold-subset.ttf", is_whole=False),
    Face("Sans", "package/400Regular/NotoSansSC_400Regular.ttf", "NotoSansSC-Regular-subset.ttf", is_whole=False),
    Face("Sans", "package/700Bold/NotoSansSC_700Bold.ttf", "NotoSansSC-Bold-subset.ttf", is_whole=False),
)


def wanted_characters() -> set[int]:
    """Return every code point of GB 2312, Latin-1, and the punctuation and shapes of paper and window."""
    gb2312 = (bytes((row, cell)) for row in range(0xA1, 0xF8) for cell in range(0xA1, 0xFF))
    characters = "".join(pair.decode("gb2312", errors="ignore") for pair in gb2312)
    characters += bytes(range(0x20, 0x7F)).decode("ascii") + bytes(range(0xA0, 0x100)).decode("latin-1") + SHAPES
    blocks = [range(0x2010, 0x2028), range(0x3000, 0x3020), range(0xFF00, 0xFFF0)]
    return {ord(character) for character in characters}.union(*blocks)


def fetch(style: str, folder: Path) -> Path:
    """Return the package of a style, taken from the folder or fetched into it with `npm pack`."""
    package = PACKAGES[style]
    archive = folder / (package.removeprefix("@").replace("/", "-").replace("@", "-") + ".tgz")
    if not archive.exists():
        subprocess.run(["npm", "pack", package], cwd=folder, check=True)
    return archive


def cut_down(font: Any, postscript_name: str) -> None:  # noqa: ANN401 - fontTools ships no types
    """Keep the wanted characters only, drop hints and layout tables, and give the face a name of its own."""
    options = subset.Options(
        hinting=False,
        layout_features=[],
        name_IDs=["*"],
        name_languages=["*"],
        notdef_outline=True,
        drop_tables=["BASE", "GDEF", "GPOS", "GSUB", "STAT", "vhea", "vmtx", "GlyphOrder"],
    )
    cutter = subset.Subsetter(options)
    cutter.populate(unicodes=wanted_characters())
    cutter.subset(font)
    font["name"].names = [record for record in font["name"].names if record.nameID < 256]  # noqa: PLR2004 - names of axes
    font["name"].setName(postscript_name, _POSTSCRIPT_NAME, 3, 1, 0x409)


def build(face: Face, package: Path) -> Path:
    """Write one font file of `FACES` from its package."""
    target = TARGET / face.file
    with tarfile.open(package) as archive:
        source = archive.extractfile(face.member)
        assert source is not None, f"{package.name} has no {face.member}"
        if face.is_whole:
            target.write_bytes(source.read())
            return target
        with tempfile.SpooledTemporaryFile() as copy:
            copy.write(source.read())
            copy.seek(0)
            font = TTFont(copy, recalcTimestamp=False)
            cut_down(font, face.file.removesuffix(".ttf"))
            font.save(target)
    return target


def write_licence(packages: dict[str, Path]) -> None:
    """Write the licence texts of both families beside the fonts."""
    parts = []
    for style, package in packages.items():
        with tarfile.open(package) as archive:
            text = archive.extractfile(LICENCE)
            assert text is not None, f"{package.name} has no licence"
            parts.append(f"Noto {style} SC\n\n{text.read().decode().strip()}\n")
    (TARGET / "OFL.txt").write_text(f"\n{'=' * 80}\n\n".join(parts), encoding="utf-8")


def main() -> None:
    """Build all fonts from a folder of packages, or fetch the packages first."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", nargs="?", type=Path, help="where the packages (.tgz) are; fetched when left out")
    folder = parser.parse_args().folder
    TARGET.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as scratch:
        packages = {style: fetch(style, folder or Path(scratch)) for style in PACKAGES}
        for face in FACES:
            target = build(face, packages[face.style])
            print(f"{target.name}  {target.stat().st_size / 1e6:.1f} MB")
        write_licence(packages)


if __name__ == "__main__":
    main()
