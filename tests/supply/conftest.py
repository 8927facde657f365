"""The scripts that look after what the program is made of."""

from __future__ import annotations

import sys
from pathlib import Path

SCRIPTS = Path(__file__).resolve().parents[2] / "scripts" / "supply"
sys.path.insert(0, str(SCRIPTS))
