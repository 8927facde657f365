"""Start the voucher desk from a checkout: `python main.py` opens the window, `python main.py NOUN VERB …` a command."""

from __future__ import annotations

import sys

from voucher_app.app import main

if __name__ == "__main__":
    sys.exit(main())
