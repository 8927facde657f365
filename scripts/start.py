"""`make run`: open the window; without a display, do an office day headless and leave the result in out/."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PROGRAM = Path(sys.executable).with_name("voucher-app")


def has_display() -> bool:
    """Return whether there is somewhere to show a window."""
    if not sys.platform.startswith("linux"):
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def main() -> int:
    """Start what the machine can show."""
    if has_display():
        return subprocess.run([str(PROGRAM)], check=False).returncode
    print(
        "没有可用的显示器：将在无界面方式下办理一个工作日的业务，结果放在 out/。\n"
        "There is no display: an office day is done headless; the result goes to out/.\n",
        flush=True,
    )
    return subprocess.run(
        [sys.executable, str(ROOT / "scripts" / "office_day.py"), "--out", str(ROOT / "out")],
        check=False,
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen"},
    ).returncode


if __name__ == "__main__":
    sys.exit(main())
