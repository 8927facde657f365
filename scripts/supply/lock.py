"""Write `locks/run.txt` and `locks/dev.txt`: every package, its version, the SHA-256 of each file it may come as.

    python scripts/supply/lock.py [--index URL]     (`make locks`; needs an index, the one that pip asks)
    python scripts/supply/lock.py --find run        prints the lock that fits this machine, or says why none does

Versions are those of `constraints.txt`, packages those that are installed and required, hashes those that the index
tells of the wheels for the platforms and Python versions below; sources are left out, because building one runs a
stranger's code. Nothing in a lock says where a file comes from: whoever serves it, it has to be that file.
`--find` uses the standard library alone, since it runs before anything is installed.
"""

from __future__ import annotations

import argparse
import html
import platform
import re
import subprocess
import sys
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

LOCKS: Final = Path(__file__).resolve().parents[2] / "locks"
PYTHONS: Final = ((3, 11), (3, 12), (3, 13), (3, 14))
_GLIBC: Final = 36
"""2.36 is Debian 12's; wheels for newer ones would not start there."""

PLATFORMS: Final = {
    "linux-x86_64": {"sys_platform": "linux", "platform_machine": "x86_64", "platform_system": "Linux"},
    "linux-aarch64": {"sys_platform": "linux", "platform_machine": "aarch64", "platform_system": "Linux"},
    "darwin-arm64": {"sys_platform": "darwin", "platform_machine": "arm64", "platform_system": "Darwin"},
    "win32-amd64": {"sys_platform": "win32", "platform_machine": "AMD64", "platform_system": "Windows"},
}
_LISTED: Final = re.compile(r'<a [^>]*href="[^"#]*#sha256=([0-9a-f]{64})"[^>]*>([^<]+\.whl)</a>')
_FITS: Final = "# fits: "

# ---------------------------------------------------------------------------------------------- writing


def tags(name: str, version: tuple[int, int]) -> set[str]:
    """Return the tags of wheels that a platform takes."""
    from packaging.tags import compatible_tags, cpython_tags, mac_platforms  # noqa: PLC0415 - not there for --find

    machine = name.split("-")[1]
    if name.startswith("linux"):
        platforms = [f"manylinux_2_{minor}_{machine}" for minor in range(_GLIBC, 4, -1)]
        platforms += [f"manylinux{old}_{machine}" for old in ("2014", "2010", "1")] + [f"linux_{machine}"]
    else:
        platforms = list(mac_platforms((15, 0), machine)) if name.startswith("darwin") else ["win_amd64"]
    interpreter = f"cp{version[0]}{version[1]}"
    return {
        str(tag)
        for tag in (*cpython_tags(version, platforms=platforms), *compatible_tags(version, interpreter, platforms))
    }


def wheels(index: str, name: str, version: str) -> dict[str, str]:
    """Return the digests of a release's wheels by file name, as the index tells them.

    Raises:
        OSError: when the index does not answer.
    """
    from packaging.utils import InvalidWheelFilename, parse_wheel_filename  # noqa: PLC0415 - not there for --find
    from packaging.version import Version  # noqa: PLC0415 - the same

    with urllib.request.urlopen(f"{index.rstrip('/')}/{name}/", timeout=60) as answer:  # noqa: S310 - the index of pip
        listed = _LISTED.findall(answer.read().decode())
    found = {}
    for digest, written in listed:
        file = html.unescape(written)
        try:
            if parse_wheel_filename(file)[1] == Version(version):
                found[file] = digest
        except InvalidWheelFilename:
            continue
    return found


def index_of_pip() -> str:
    """Return the index that pip asks."""
    from pip._internal.models.index import PyPI  # noqa: PLC0415 - the one place that knows it

    told = subprocess.run(
        [sys.executable, "-m", "pip", "config", "get", "global.index-url"], capture_output=True, text=True, check=False
    )
    return told.stdout.strip() or str(PyPI.simple_url)


def lines(name: str, version: str, marker: str, digests: Sequence[str]) -> Iterator[str]:
    """Yield a package's entry in a lock."""
    yield f"{name}=={version}{f' ; {marker}' if marker else ''} \\"
    for place, digest in enumerate(digests):
        yield f"    --hash=sha256:{digest}{'' if place == len(digests) - 1 else ' ' + chr(92)}"


def write(index: str) -> list[str]:
    """Write both locks; return what no wheel was found for."""
    from installed import BUILD, closure, installed, pins, roots  # noqa: PLC0415 - not there for --find
    from packaging.utils import parse_wheel_filename  # noqa: PLC0415 - the same

    found, pinned, gaps = installed(), pins(), []
    places = [(name, version) for name in PLATFORMS for version in PYTHONS]
    wanted: dict[str, dict[tuple[str, tuple[int, int]], set[str]]] = {"run": {}, "dev": {}}
    fits = {kind: set(places) for kind in wanted}
    for kind, place in product(wanted, places):
        asked = closure([*roots(kind), *BUILD], found, {**PLATFORMS[place[0]], **_versions(place[1])})
        # What another platform alone needs cannot be asked here; where it is pinned, it is taken to need no more.
        wanted[kind][place] = (set(asked.packages) | set(asked.missing)) & set(pinned)
        if set(asked.missing) - set(pinned):
            fits[kind].discard(place)
    names = sorted(set().union(*wanted["dev"].values()))
    with ThreadPoolExecutor(8) as asking:
        told = dict(zip(names, asking.map(lambda one: wheels(index, one, pinned[one][1]), names), strict=True))
    taken = {place: tags(*place) for place in places}
    run = set().union(*wanted["run"].values())
    entries: dict[str, list[str]] = {"run": [], "dev": []}
    for name in names:
        kind = "run" if name in run else "dev"
        where = [place for place in places if name in wanted[kind][place]]
        tagged = {file: {str(tag) for tag in parse_wheel_filename(file)[3]} for file in told[name]}
        digests: set[str] = set()
        for place in where:
            fitting = {told[name][file] for file, has in tagged.items() if has & taken[place]}
            digests |= fitting
            if not fitting:
                for one in ("run", "dev") if kind == "run" else ("dev",):
                    fits[one].discard(place)
                gaps.append(f"{name} {pinned[name][1]}: no wheel for {_named(*place)}")
        machines = list(dict.fromkeys(place[0] for place in where))
        entries[kind] += lines(name, pinned[name][1], _marker(machines), sorted(digests)) if digests else []
    LOCKS.mkdir(exist_ok=True)
    for kind, told_lines in entries.items():
        head = ["# Made by scripts/supply/lock.py from constraints.txt; not edited by hand. Names no download host."]
        head += [_FITS + " ".join(sorted(_named(*place) for place in fits[kind]))]
        head += ["-r run.txt"] if kind == "dev" else []
        (LOCKS / f"{kind}.txt").write_text("\n".join([*head, *told_lines]) + "\n", encoding="utf-8")
    return gaps


def _named(name: str, version: tuple[int, int]) -> str:
    return f"{name}-{version[0]}.{version[1]}"


def _versions(version: tuple[int, int]) -> dict[str, str]:
    short = f"{version[0]}.{version[1]}"
    return {"python_version": short, "python_full_version": f"{short}.0"}


def _marker(where: Sequence[str]) -> str:
    if len(where) == len(PLATFORMS):
        return ""
    return " or ".join(
        " and ".join(f"{fact} == '{PLATFORMS[one][fact]}'" for fact in ("sys_platform", "platform_machine"))
        for one in where
    )


# ---------------------------------------------------------------------------------------------- finding


def here() -> str:
    """Return this machine as a lock names it; another C library than glibc is none of them."""
    library = platform.libc_ver()[0]
    system = sys.platform if sys.platform != "linux" or library == "glibc" else f"linux({library or 'not glibc'})"
    return f"{system}-{platform.machine().replace('AMD64', 'amd64')}-{sys.version_info[0]}.{sys.version_info[1]}"


def find(kind: str, locks: Path = LOCKS) -> Path | None:
    """Return the lock that fits this machine."""
    lock = locks / f"{kind}.txt"
    if not lock.is_file():
        return None
    fits = [one for one in lock.read_text(encoding="utf-8").splitlines() if one.startswith(_FITS)]
    return lock if any(here() in one.removeprefix(_FITS).split() for one in fits) else None


def main() -> int:
    """Write the locks, or find one."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--index", help="address of a simple index; without it the one that pip asks")
    parser.add_argument("--find", choices=("run", "dev"))
    given = parser.parse_args()
    if given.find:
        lock = find(given.find)
        print(lock or f"no hashes are known for {here()}", file=sys.stdout if lock else sys.stderr)
        return 0 if lock else 1
    for gap in write(given.index or index_of_pip()):
        print(gap)
    return 0


if __name__ == "__main__":
    sys.exit(main())
