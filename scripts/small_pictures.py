"""Write the pictures in docs/pictures with a palette: a third of the bytes, since the manual ships some of them.

A picture that has one already is left alone, so that a second run changes nothing.
"""

from __future__ import annotations

import sys
from pathlib import Path

from PIL import Image

FOLDER = Path(__file__).resolve().parent.parent / "docs" / "pictures"
COLOURS = 256


def make_small(file: Path) -> bool:
    """Write a picture with a palette; return whether it had none before."""
    with Image.open(file) as picture:
        if picture.mode == "P":
            return False
        # No dithering: flat grounds stay flat, and compress.
        small = picture.convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE)
    small.save(file, optimize=True)
    return True


def main(folders: list[Path]) -> None:
    """Make the pictures of some folders small."""
    changed = [file for folder in folders for file in sorted(folder.glob("*.png")) if make_small(file)]
    print(f"{len(changed)} pictures written with a palette")


if __name__ == "__main__":
    main([Path(given) for given in sys.argv[1:]] or [FOLDER])
