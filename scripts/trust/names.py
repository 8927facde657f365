"""Take names with rare characters through the whole program (trust.md T18).

Each name has an ideograph of one of Unicode's extensions A to F, as many of each. It is entered as a unit: either it is
refused there and then, in a Chinese sentence that names the character, because no font at hand could print it, and
nothing of it is recorded; or it has to come back from the data file, from the search (whole, and by the rare character
with its neighbour), from the list that is saved as a table, read by two readers, and, as text, from its certificate.
How many are let in depends on the fonts of the machine; a run that lets nearly nobody in is void.
"""

from __future__ import annotations

import random
import re
import sys
from contextlib import closing
from typing import TYPE_CHECKING, Final

import openpyxl
import pypdfium2
from disk_faults import requests_of
from kill_nine import TODAY, facts_of, make_office, opened
from trial import command, is_chinese_advice, run_alone

from voucher_app.app import make_tables
from voucher_app.domain.errors import InvalidInput
from voucher_app.domain.money import Money
from voucher_app.services import application, recipient, search, voucher
from voucher_app.services.demonstration import demonstration_code
from voucher_app.services.recipient import UnitFacts
from voucher_app.services.workspace import new_request_id
from voucher_app.storage.sqlite.connection import sqlite3

if TYPE_CHECKING:
    from pathlib import Path

    from trial import Seen

    from voucher_app.services.workspace import Workspace

EXTENSIONS: Final = {
    "A": (0x3400, 0x4DBF),
    "B": (0x20000, 0x2A6DF),
    "C": (0x2A700, 0x2B739),
    "D": (0x2B740, 0x2B81D),
    "E": (0x2B820, 0x2CEA1),
    "F": (0x2CEB0, 0x2EBE0),
}
"""First and last character of each, as Unicode 10 assigns them."""
LET_IN: Final = 1 / 8
"""The whole serif has extension A, so a sixth of the names can be printed everywhere."""
_RARE: Final = 2
"""Where the rare character stands in a name."""
_FIRST_UNIT: Final = 2_000


def names(count: int, chance: random.Random) -> list[str]:
    """Return names, as many from each extension."""
    ranges = list(EXTENSIONS.values())
    return [f"太原{chr(chance.randint(*ranges[place % len(ranges)]))}鑫科技有限公司{place}" for place in range(count)]


def enter(workspace: Workspace, given: list[str]) -> tuple[dict[str, str], list[str], list[str]]:
    """Enter each name as a unit; return codes by name of those let in, those refused, and what is wrong."""
    preparer = workspace.queries.operators()[0]
    let_in, refused, wrong = {}, [], []
    for place, name in enumerate(given):
        code, request_id = demonstration_code("enterprise", _FIRST_UNIT + place), new_request_id()
        unit = UnitFacts(name, code, "140100")
        try:
            recipient.add(workspace, unit=unit, kind="enterprise", operator=preparer, request_id=request_id)
        except InvalidInput as error:
            refused.append(name)
            if error.code != "text_unprintable" or error.facts["character"] != name[_RARE]:
                wrong.append(f"{name}: refused as {error.code}")
            if not is_chinese_advice(error):
                wrong.append(f"{name}: refused without Chinese words")
            if request_id in requests_of(workspace.data_file.path):
                wrong.append(f"{name}: refused, and recorded")
        else:
            let_in[name] = code
    return let_in, refused, wrong


def issue(workspace: Workspace, let_in: dict[str, str]) -> dict[str, str]:
    """Issue a voucher to each unit; return names by its number."""
    preparer, reviewer = workspace.queries.operators()
    ids = []
    for place, code in enumerate(let_in.values()):
        facts = facts_of(f"HT-{place}", Money.yuan(100), holder=code)
        ids.append(application.submit(workspace, facts=facts, operator=preparer, request_id=new_request_id()).id)
    application.approve(workspace, application_ids=ids, operator=reviewer, request_id=new_request_id())
    issued = voucher.issue(workspace, application_ids=ids, operator=preparer, request_id=new_request_id())
    return {str(one.number): name for one, name in zip(issued, let_in, strict=True)}


def recorded(database: Path) -> set[str]:
    """Return the names in the data file, as any program reads them."""
    with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as connection:
        return {name for (name,) in connection.execute("SELECT name FROM organisation")}


def searched(workspace: Workspace, name: str) -> list[str]:
    """Return by which of its parts a name is not found."""
    lost = []
    for part in (name, name[_RARE : _RARE + 2]):
        groups = list(search.search(workspace.queries, part, kinds=("recipient",), most=1_000))
        if name not in [hit.title for group in groups for hit in group.hits]:
            lost.append(part)
    return lost


def tabled(file: Path) -> list[set[str]]:
    """Return all texts of a table, once by our reader and once by another."""
    grid = make_tables().read(file, sheet="")
    book = openpyxl.load_workbook(file, read_only=True)
    others = {str(cell) for row in book.worksheets[0].values for cell in row if cell is not None}
    book.close()
    return [{cell for line in grid.lines for cell in line.cells if isinstance(cell, str)}, others]


def printed(file: Path) -> list[str]:
    """Return the text of each page, without white space."""
    pages = []
    with closing(pypdfium2.PdfDocument(file)) as document:
        for page in document:
            text = page.get_textpage()
            pages.append(re.sub(r"\s", "", text.get_text_bounded()))
            text.close()
            page.close()
    return pages


def run(folder: Path, size: int, seed: int) -> Seen:
    """Take so many names through."""
    database, table, papers = folder / "office.db", folder / "names.xlsx", folder / "papers"
    make_office(database)
    given = names(size, random.Random(seed))  # noqa: S311 - to be repeated
    with opened(database) as workspace:
        let_in, refused, wrong = enter(workspace, given)
        numbers = issue(workspace, let_in) if let_in else {}
        wrong += [f"{name}: not found by {part}" for name in let_in for part in searched(workspace, name)]
    here = recorded(database)
    wrong += [f"{name}: not in the data file" for name in let_in if name not in here]
    wrong += [f"{name}: refused, and in the data file" for name in refused if name in here]
    command(database, "recipient", "list", "--out", str(table), on=TODAY)
    for reader, texts in zip(("ours", "openpyxl"), tabled(table), strict=True):
        wrong += [f"{name}: not in the table ({reader})" for name in let_in if name not in texts]
    if numbers:
        words = ("certificate", "print", *numbers, "--out", str(papers), "--one-file")
        command(database, *words, on=TODAY, by="张经办")
        pages = [page for file in sorted(papers.glob("*.pdf")) for page in printed(file)]
        for number, name in numbers.items():
            own = [page for page in pages if re.sub(r"\s", "", number) in page]
            wrong += [] if own and all(name in page for page in own) else [f"{name}: not on its certificate"]
    beyond = sum(1 for name in let_in if ord(name[_RARE]) >= EXTENSIONS["B"][0])
    seen = {"names": size, "let_in": len(let_in), "beyond_A": beyond, "refused_at_entry": len(refused), "wrong": wrong}
    return {**seen, "failed": judged(seen)}


def judged(seen: Seen) -> list[str]:
    """Return why a run failed, or proves nothing."""
    failed = [f"wrong: {seen['wrong'][:5]}"] if seen["wrong"] else []
    if seen["let_in"] < seen["names"] * LET_IN:
        failed.append(f"void: only {seen['let_in']} names of {seen['names']} were let in")
    return failed


if __name__ == "__main__":
    sys.exit(run_alone(__doc__, run, full=1_000))
