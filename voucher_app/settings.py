"""Where things are: resources, the data file, the output. Nothing is read at import."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

_PACKAGE = Path(__file__).resolve().parent


def resources_folder() -> Path:
    """Return the folder of fonts, policies, catalogues and registries: inside a wheel, or beside the package."""
    installed = _PACKAGE / "_resources"
    return installed if installed.is_dir() else _PACKAGE.parent / "resources"


def manual_folder() -> Path:
    """Return the folder of the manual, with `pictures` beside it: inside a wheel, or in the docs of the source."""
    installed = _PACKAGE / "_docs"
    return (installed if installed.is_dir() else _PACKAGE.parent / "docs") / "manual"


def default_database(environment: Mapping[str, str]) -> Path:
    """Return the data file used when none is named: `VOUCHER_APP_DATABASE`, or the person's own data folder."""
    named = environment.get("VOUCHER_APP_DATABASE")
    if named:
        return Path(named)
    if sys.platform == "win32":
        folder = Path(environment.get("LOCALAPPDATA", str(Path.home() / "AppData" / "Local")))
    elif sys.platform == "darwin":
        folder = Path.home() / "Library" / "Application Support"
    else:
        folder = Path(environment.get("XDG_DATA_HOME") or Path.home() / ".local" / "share")
    return folder / "voucher-app" / "office.db"


def state_folder(environment: Mapping[str, str]) -> Path:
    """Return the folder: `VOUCHER_APP_STATE`, or the person's own place for such things."""
    named = environment.get("VOUCHER_APP_STATE")
    if named:
        return Path(named)
    if sys.platform == "win32":
        return Path(environment.get("LOCALAPPDATA", str(Path.home() / "AppData" / "Local"))) / "voucher-app" / "state"
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Application Support" / "voucher-app" / "state"
    return Path(environment.get("XDG_STATE_HOME") or Path.home() / ".local" / "state") / "voucher-app"


def memory_folder(environment: Mapping[str, str]) -> Path:
    """Return where this computer remembers the last checkpoints: apart from any data file and its copies."""
    named = environment.get("VOUCHER_APP_MEMORY")
    return Path(named) if named else state_folder(environment) / "checkpoints"


@dataclass(frozen=True, slots=True)
class Settings:
    """What the program is started with; `state` is the person's own folder for what is no record."""

    database: Path
    resources: Path
    language: str
    state: Path

    @classmethod
    def from_environment(cls) -> Settings:
        """Read the settings; `VOUCHER_APP_LANGUAGE` is `zh_CN` (the default) or `en`."""
        language = os.environ.get("VOUCHER_APP_LANGUAGE", "zh_CN")
        return cls(
            database=default_database(os.environ),
            resources=resources_folder(),
            language=language if language in {"zh_CN", "en"} else "zh_CN",
            state=state_folder(os.environ),
        )
