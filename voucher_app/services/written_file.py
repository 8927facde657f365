"""Files that are handed out and stand in no register: checkpoints, lists of voided numbers, policies, samples."""

from __future__ import annotations

from typing import TYPE_CHECKING

from voucher_app.services.ports.errors import StorageError

if TYPE_CHECKING:
    from pathlib import Path

    from voucher_app.services.workspace import Workspace


def write_file(workspace: Workspace, file: Path, content: bytes, *, replaces: bool = False) -> None:
    """Write a file whole or not at all.

    Args:
        workspace: the open workspace.
        file: its name.
        content: of it.
        replaces: whether a file that is there already gives way; a person was asked.

    Raises:
        StorageError: `exists`, when one is there or appeared meanwhile and stays; `output`, from the disk.
    """
    try:
        workspace.tray().write(file, content, replaces=replaces)
    except FileExistsError as error:
        raise StorageError("exists", file) from error
    except OSError as error:
        raise StorageError("output", file, str(error)) from error
