"""What the program brings along: packages, from `pyproject.toml` through what each says that it requires."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from importlib.metadata import distributions
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, cast

from packaging.markers import default_environment
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from importlib.metadata import Distribution

ROOT: Final = Path(__file__).resolve().parents[2]
BUILD: Final = ("hatchling", "editables", "packaging", "pathspec", "pluggy", "tomlkit", "trove-classifiers")
"""What puts the program itself into an environment: the builder of `pyproject.toml`, with all that it requires."""


@dataclass(frozen=True, slots=True)
class Closure:
    """Packages and who requires whom.

    Attributes:
        packages: by normal name.
        requires: normal names, by normal name.
        missing: what is required and not installed.
    """

    packages: Mapping[str, Distribution]
    requires: Mapping[str, tuple[str, ...]]
    missing: tuple[str, ...]


def project() -> dict[str, Any]:
    """Return `[project]` of `pyproject.toml`."""
    told: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return told


def roots(kind: str = "run") -> list[str]:
    """Return what the program requires by itself; with `dev` its checks too."""
    told = project()
    wanted = list(told["dependencies"])
    if kind == "dev":
        wanted += told["optional-dependencies"]["dev"]
    return wanted


def pins() -> dict[str, tuple[str, str]]:
    """Return what `constraints.txt` pins: name as it is written and version, by normal name."""
    found: dict[str, tuple[str, str]] = {}
    for line in (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            name, version = line.split("==")
            found[canonicalize_name(name)] = (name, version)
    return found


def installed() -> dict[str, Distribution]:
    """Return what is installed here, by normal name."""
    return {canonicalize_name(one.name): one for one in distributions()}


def closure(
    wanted: Iterable[str], found: Mapping[str, Distribution], environment: Mapping[str, str] | None = None
) -> Closure:
    """Follow requirements.

    Args:
        wanted: requirements as in `pyproject.toml`.
        found: what is installed, by normal name.
        environment: markers are asked of it; of this machine without one.
    """
    here: dict[str, str] = {**cast("dict[str, str]", default_environment()), **(environment or {})}
    packages: dict[str, Distribution] = {}
    requires: dict[str, tuple[str, ...]] = {}
    missing: set[str] = set()
    seen: set[tuple[str, str]] = set()
    waiting = [(Requirement(one), "") for one in wanted]
    while waiting:
        requirement, asked_by = waiting.pop()
        extras = {"", *requirement.extras}
        if requirement.marker and not requirement.marker.evaluate({**here, "extra": asked_by}):
            continue
        name = str(canonicalize_name(requirement.name))
        if name not in found:
            missing.add(name)
            continue
        packages[name] = found[name]
        for extra in extras:
            if (name, extra) not in seen:
                seen.add((name, extra))
                waiting += [(Requirement(one), extra) for one in found[name].requires or ()]
    for name, package in packages.items():
        told = (Requirement(one) for one in package.requires or ())
        names = {
            str(canonicalize_name(one.name))
            for one in told
            if not one.marker or any(one.marker.evaluate({**here, "extra": e}) for s, e in seen if s == name)
        }
        requires[name] = tuple(sorted(names & set(packages)))
    return Closure(dict(sorted(packages.items())), requires, tuple(sorted(missing)))
