"""Check what the program, or its checks (`dev`), need of the system; as root install it, else name the one command.

Without its libraries Qt aborts: an error. Without a browser the tests of `verify.html` are skipped, and say so.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys

from voucher_app.ui.libraries import NEEDED, NEEDED_ON_A_SCREEN, missing

BROWSERS = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")
"""Any of these will do; tests/browser/conftest.py looks for the same."""


def packages_missing(kind: str) -> list[str]:
    """Return the packages of Debian that are wanted and not there."""
    wanted = dict(NEEDED)
    if os.environ.get("DISPLAY"):
        wanted |= NEEDED_ON_A_SCREEN
    packages = missing(wanted)
    if kind == "dev" and not any(map(shutil.which, BROWSERS)):
        packages.append("chromium")
    return packages


def install(packages: list[str]) -> None:
    """Install packages as root."""
    print("Installing system packages:", *packages, file=sys.stderr)
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    subprocess.run(["apt-get", "update", "-qq"], check=True, env=environment)
    # What a browser only recommends (fonts, a keyring, a portal) is as large as the browser, and nobody looks at it.
    command = ["apt-get", "install", "-y", "-qq", "--no-install-recommends", *packages]
    subprocess.run(command, check=True, env=environment, stdout=subprocess.DEVNULL)


def main() -> int:
    """Check, and install or tell."""
    kind = sys.argv[1] if len(sys.argv) > 1 else "run"
    if not sys.platform.startswith("linux"):
        return 0
    packages = packages_missing(kind)
    if packages and os.geteuid() == 0 and shutil.which("apt-get"):
        install(packages)
        packages = packages_missing(kind)
    if not packages:
        return 0
    print(f"Not here: {', '.join(packages)}. Install with:", file=sys.stderr)
    print(f"  sudo apt-get install {' '.join(packages)}", file=sys.stderr)
    if packages == ["chromium"]:
        print("Until then the tests of verify.html are skipped.", file=sys.stderr)
        return 0
    return 1


if __name__ == "__main__":
    sys.exit(main())
