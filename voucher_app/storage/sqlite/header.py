"""What the header of a data file of ours says; told apart from the schema, which opening a file does not wait for."""

from __future__ import annotations

from typing import Final

APPLICATION_ID: Final = 0x53584C51
"""`SXLQ` in the file's header: how a data file of ours is told from any other SQLite file."""

SCHEMA_VERSION: Final = 4
"""`user_version` of the header; a file with a greater one was made by a newer program and is refused."""
