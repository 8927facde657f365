"""Hand the readers files from strangers: a corpus that wants to do harm, and sound files spoilt at random (T11).

The corpus is that of the tests: sparse workbooks, a thousand times larger unpacked, document types, places above,
links, passwords, pages of 300 MB. `--size N` spoils so many sound files beside it, tables as xlsx, ods and csv in the
encodings of China, invoices as XML, OFD, PDF and pictures: bytes flipped, cut short, repeated, hostile words put in,
and packed files packed anew around a spoilt part, so that no checksum keeps the harm out. Each is read as the program
reads it, in a process of its own. Whatever it is, this process lives, a sentence in Chinese or the file's content comes
back, and soon; of the corpus, the sentence has to say why.
"""

from __future__ import annotations

import csv
import io
import random
import sys
import time
import zipfile
from collections import Counter
from typing import TYPE_CHECKING, Final

from trial import is_chinese_advice, run_alone

from tests.exchange import hostile_tables
from tests.hostile_invoices import HOSTILE as HOSTILE_INVOICES
from tests.invoices_made import Made, ofd, pdf, png, xml
from voucher_app.domain.errors import InvalidInput
from voucher_app.domain.invoice_file import read_told
from voucher_app.exchange.invoice_files import InvoiceReader
from voucher_app.exchange.table_files import SpreadsheetFiles
from voucher_app.services.ports.errors import StorageError
from voucher_app.services.wording.errors import describe

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from trial import Seen

    Read = Callable[[Path], object]

LONGEST_SECONDS: Final = 15.0
"""A reading is ended after ten seconds; the rest is for a machine that does other work as well."""
WORDS: Final = (
    b"<!DOCTYPE a [<!ENTITY b 'c'>]>", b"../../etc/passwd", b"\x00", b'"', b"9" * 400, b"1e308", b"NaN", b"-0",
    b"&#x110000;", b"&#0;", b"]]>", b"<a>" * 500, b"\xff\xfe", b"\xf0\x28\x8c\x28", b"=cmd|'/c calc'!A0",
    b"r='XFD1048576'", b"table:number-columns-repeated='99999999'", b"/Length 999999999", b"PK\x03\x04", b"\r\n" * 300,
)  # fmt: skip
"""What is put in somewhere."""
INVOICES: Final = frozenset({"invoice.xml", "invoice.ofd", "older.ofd", "invoice.pdf", "invoice.png"})
"""Which of the sound files are invoices; the others are tables."""
_ROWS = [("名称", "统一社会信用代码", "金额", "日期")] + [
    (f"太原演示{place}公司", f"91140100MA0CMJ{place:04d}", f"{place}00.50", "2026-03-05") for place in range(1, 9)
]


def _csv(encoding: str) -> bytes:
    stream = io.StringIO()
    csv.writer(stream).writerows(_ROWS)
    return stream.getvalue().encode(encoding)


def _ods() -> bytes:
    cells = "".join(
        "<table:table-row>" + "".join(f"<table:table-cell><text:p>{one}</text:p></table:table-cell>" for one in row)
        + "</table:table-row>" for row in _ROWS
    )  # fmt: skip
    return bytes(hostile_tables.ods(cells))


def sound_files() -> dict[str, bytes]:
    """Return a sound file of each form, by its name."""
    one = Made()
    return {
        "table.xlsx": hostile_tables.workbook(hostile_tables.rows_of(*_ROWS)),
        "table.ods": _ods(),
        "utf8.csv": _csv("utf-8"),
        "gb.csv": _csv("gb18030"),
        "utf16.csv": _csv("utf-16"),
        "invoice.xml": xml(one),
        "invoice.ofd": ofd(one),
        "older.ofd": ofd(one, kind="attachment"),
        "invoice.pdf": pdf(one),
        "invoice.png": png(one.qr),
    }


def spoilt(content: bytes, chance: random.Random) -> bytes:
    """Return a file with something wrong in it; of a packed file, most often in one of its parts."""
    if content.startswith(b"PK") and chance.random() < 0.7:  # noqa: PLR2004 - a checksum would keep most else out
        return _packed_anew(content, chance)
    changed = bytearray(content)
    way = chance.choice(("flip", "flip", "cut", "repeat", "drop", "word", "word"))
    place = chance.randrange(len(changed))
    length = chance.randint(1, 64)
    if way == "flip":
        for _time in range(chance.randint(1, 8)):
            changed[chance.randrange(len(changed))] = chance.randrange(256)
    elif way == "cut":
        del changed[place:]
    elif way == "repeat":
        changed[place:place] = bytes(changed[place : place + length]) * chance.choice((1, 10, 5_000))
    elif way == "drop":
        del changed[place : place + length]
    else:
        changed[place:place] = chance.choice(WORDS)
    return bytes(changed)


def _packed_anew(content: bytes, chance: random.Random) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as sound, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        names = sound.namelist()
        worse = chance.choice(names)
        for name in names:
            made.writestr(name, spoilt(sound.read(name) or b" ", chance) if name == worse else sound.read(name))
    return out.getvalue()


def read_table(file: Path) -> object:
    """Read a table as the program does."""
    return SpreadsheetFiles().read(file)


def read_invoice(file: Path) -> object:
    """Read an invoice as the program does, to the facts that an officer confirms."""
    _sha256, told = InvoiceReader().read(file)
    return read_told(told)


def look(file: Path, read: Read, *, word: str = "") -> tuple[str, list[str]]:
    """Read a file; return what became of it, and what is wrong with that.

    Args:
        file: what a stranger handed over.
        read: the reader.
        word: of the sentence that has to come; empty when the file may be sound as well.
    """
    begun = time.monotonic()
    wrong: list[str] = []
    try:
        read(file)
        became = "read"
        if word:
            wrong.append("it was read")
    except (InvalidInput, StorageError) as error:
        became = "ended" if error.code.endswith(("_time", "_died")) else "refused"
        if not is_chinese_advice(error):
            wrong.append(f"{error.code} is not told in Chinese")
        elif word not in "".join(describe(error)):
            wrong.append(f"{describe(error)} does not say {word}")
    except Exception as error:  # noqa: BLE001 - whatever it is, it is wrong
        became = "broke"
        wrong.append(f"{type(error).__name__}: {error}")
    seconds = time.monotonic() - begun
    if seconds > LONGEST_SECONDS:
        wrong.append(f"it took {seconds:.0f} s")
    return became, wrong


def run(folder: Path, size: int, seed: int, *, readers: tuple[Read, Read] = (read_table, read_invoice)) -> Seen:
    """Read the corpus, and so many spoilt files."""
    chance = random.Random(seed)  # noqa: S311 - to be repeated
    tables, invoices = readers
    corpus = [(f"{place}.xlsx", *one, tables) for place, one in enumerate(hostile_tables.HOSTILE.values())]
    corpus += [(name, *one, invoices) for name, one in HOSTILE_INVOICES.items()]
    became: Counter[str] = Counter()
    wrong: list[str] = []
    for name, content, word, read in corpus:
        file = folder / name
        file.write_bytes(content)
        wrong += [f"{name}: {one}" for one in look(file, read, word=word)[1]]
    sound = sound_files()
    for name, content in sound.items():
        (folder / name).write_bytes(content)
        said, found = look(folder / name, invoices if name in INVOICES else tables)
        wrong += [f"{name}, sound: {one}" for one in found or ([] if said == "read" else [said])]
    for turn in range(size):
        name = chance.choice(list(sound))
        content = spoilt(sound[name], chance)
        file = folder / name
        file.write_bytes(content)
        said, found = look(file, invoices if name in INVOICES else tables)
        became[said] += 1
        wrong += [f"turn {turn}, {name}: {one}" for one in found]
    seen: Seen = {"corpus": len(corpus), "spoilt": size, "became": dict(sorted(became.items())), "wrong": wrong}
    return {**seen, "failed": judged(seen)}


def judged(seen: Seen) -> list[str]:
    """Return why a run failed or proves nothing."""
    reasons = list(seen["wrong"])
    if seen["spoilt"] and not (seen["became"].get("read") and seen["became"].get("refused")):
        reasons.append("void: of the spoilt files, some have to be read and some refused")
    return reasons


if __name__ == "__main__":
    sys.exit(run_alone(__doc__, run, full=2_000))
