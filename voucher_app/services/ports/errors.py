"""What the environment may do to an act."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


class StorageError(Exception):
    """The environment stands in the way: nothing was changed, unless `code` is `commit_unknown`.

    Attributes:
        code: key of the sentence: `missing`, `moved`, `not_ours`, `damaged`, `newer`, `older`, `read_only`, `locked`,
            `disk_full`, `disk_error`, `network`, `sync_folder`, `exists`, `folder_missing`, `commit_unknown` …
        path: the file or folder it is about.
        detail: what the system said, for the log and the details button.
    """

    def __init__(self, code: str, path: Path | str, detail: str = "") -> None:
        super().__init__(f"{code}: {path} {detail}".strip())
        self.code = code
        self.path = str(path)
        self.detail = detail
