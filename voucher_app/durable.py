"""Files that outlive a power cut, and names that are taken only where nobody else has them.

One place for what the data file, backups, papers, packs and drafts all need of the disk.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


def make_durable(*places: Path) -> None:
    """Bring files, and the names in folders, down to the disk, in this order.

    Raises:
        OSError: from the disk.
    """
    for place in places:
        is_folder = place.is_dir()
        if is_folder and os.name == "nt":
            continue  # Windows has no way to sync a folder
        handle = os.open(place, os.O_RDONLY if is_folder else os.O_RDWR)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def give_name(made: Path, name: Path) -> None:
    """Let what is whole appear under its name, without ever replacing what appeared there meanwhile.

    What was made may keep its first name too; whoever made it removes that.

    Raises:
        FileExistsError: when somebody else has the name.
        OSError: from the disk.
    """
    try:
        os.link(made, name)
    except FileExistsError:
        raise
    except OSError:
        # FAT, as on a memory stick, knows no second name for a file, and no system knows one for a folder.
        if name.exists():
            raise FileExistsError(17, "File exists", str(name)) from None
        made.rename(name)
