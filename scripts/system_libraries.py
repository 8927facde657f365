"""Check the system libraries that Qt needs; as root install them, else name the one command that does."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys

from voucher_app.ui.libraries import NEEDED, NEEDED_ON_A_SCREEN, missing


def main() -> int:
    """Check, and install or tell."""
    if not sys.platform.startswith("linux"):
        return 0
    wanted = dict(NEEDED)
    if os.environ.get("DISPLAY"):
        wanted |= NEEDED_ON_A_SCREEN
    packages = missing(wanted)
    if not packages:
        return 0
    if os.geteuid() == 0 and shutil.which("apt-get"):
        print("Installing system libraries:", *packages, file=sys.stderr)
        environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        subprocess.run(["apt-get", "update", "-qq"], check=True, env=environment)
        subprocess.run(
            ["apt-get", "install", "-y", "-qq", *packages], check=True, env=environment, stdout=subprocess.DEVNULL
        )
        packages = missing(wanted)
        if not packages:
            return 0
    print(
        f"Qt needs libraries that are not here. Install them with:\n  sudo apt-get install {' '.join(packages)}",
        file=sys.stderr,
    )
    return 1


if __name__ == "__main__":
    sys.exit(main())
