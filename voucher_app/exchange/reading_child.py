"""Reads what strangers hand over, in a process of its own that holds nothing else: a table, or an invoice.

Run as a script with Python's `-I -S -B`: it gets what to read and the limits as an argument and the bytes on standard
input, and answers on standard output, one JSON document a line: what was found, and at last `done` or an error by its
code. It opens no file of the person's, and where the system can it may use no more memory and processor time than the
limits say. Tables, XML and OFD are read by the standard library alone; only pictures and PDF need libraries beside it,
whose folders the argument names.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

if __name__ == "__main__":
    # Isolated, Python adds neither this folder nor site packages; the program's own package is enough.
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from voucher_app.exchange.child_parts import Refused, say, take_little


def main() -> int:
    """Read the bytes on standard input; answer on standard output."""
    given = json.loads(sys.argv[1])
    what = given["what"]
    take_little(given["limits"])
    try:
        content = sys.stdin.buffer.read()
        if what == "table":
            from voucher_app.exchange.table_child import read  # noqa: PLC0415 - one or the other
        else:
            from voucher_app.exchange.invoice_child import read  # noqa: PLC0415
        read(content, given)
    except Refused as refused:
        say({"error": f"{what}_{refused.code}", "facts": refused.facts})
    except MemoryError:
        say({"error": f"{what}_memory", "facts": {}})
    else:
        say({"done": True})
    return 0


if __name__ == "__main__":
    sys.exit(main())
