"""Put texts that want to be something else into every text of an office, and look at all that comes out (trust.md T12).

The texts are those of `tests/hostile.toml`: formulas, markup, PDF operators, SQL, shell, paths, addresses, marks that
nobody sees. Each is entered as name, representative, address, bank and account name of a unit, as contract number, and
as reason of a refusal, a freezing and a voiding; what is refused is told in Chinese and replaced, so that the rest of
the texts comes on. Then every list is saved as xlsx and CSV, every paper of the applications printed, the year
reported, packed and exported, and every page of the window shown, with those rows selected that hold likely markup.
Meanwhile nothing may reach for a network, start a program, or open a file that is not the program's own; and afterwards
no table holds a formula that is not ours, no PDF anything that acts, and no page, label or tip takes a text for markup.
What Qt itself opens is not seen from here; so a label is asked whether it would take its text for markup at all.
"""

from __future__ import annotations

import csv
import json
import os
import random
import re
import sys
import tempfile
import tomllib
import zipfile
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, cast

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import pypdf
from kill_nine import TODAY, YEAR, facts_of, make_office, opened
from PySide6.QtGui import Qt
from PySide6.QtWidgets import QApplication, QLabel, QWidget
from trial import command, is_chinese_advice, run_alone

from voucher_app.cli.program import COMMANDS
from voucher_app.domain.errors import InvalidInput, RulesViolated
from voucher_app.domain.money import Money
from voucher_app.services import application, recipient, voucher
from voucher_app.services.demonstration import demonstration_code
from voucher_app.services.queries.lists import ListFilter
from voucher_app.services.recipient import UnitFacts
from voucher_app.services.workspace import new_request_id
from voucher_app.settings import resources_folder
from voucher_app.ui import startup
from voucher_app.ui.pages.list_page import ListPage

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
import scenes

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from trial import Seen

    from voucher_app.services.workspace import Workspace

ROOT: Final = Path(__file__).resolve().parents[2]
PREPARER, REVIEWER = "张经办", "李复核"
_FIRST_UNIT: Final = 3_000
_UNIT: Final = {"name": "{n}号", "legal_representative": "", "address": "", "bank_name": "", "account_name": ""}
_TELLING: Final = 4
"""A text of fewer characters is no sign that a label holds what was typed: `&` and `0` are everywhere."""
_FIRST_ROWS: Final = 2
_SUMS: Final = re.compile(r"SUBTOTAL\(109,[A-Z]+[0-9]+:[A-Z]+[0-9]+\)")
_ACTING: Final = ("/OpenAction", "/AA", "/Names", "/AcroForm", "/URI")
_TAG: Final = re.compile(r"<(script|img|svg|iframe|object|embed)")
_NUMBER: Final = re.compile(r"-?[0-9.]+")


def hostile_texts() -> list[str]:
    """Return all texts."""
    kinds = tomllib.loads((ROOT / "tests" / "hostile.toml").read_text(encoding="utf-8"))
    plain = [one.replace("{url}", "http://example.invalid/x.png") for kind in list(kinds)[:3] for one in kinds[kind]]
    return plain + [f"甲{one}乙" for one in kinds["invisible"]]


# ---------------------------------------------------------------------------------------------- the seal

_OUTSIDE: Final = ("socket.connect", "socket.getaddrinfo", "socket.bind", "urllib.", "http.", "ftplib.", "subprocess.",
                   "os.system", "os.exec", "os.posix_spawn", "os.fork", "webbrowser.")  # fmt: skip
_seal: dict[str, Any] = {"places": None, "seen": []}


def _watch(event: str, arguments: tuple[Any, ...]) -> None:
    if _seal["places"] is None:
        return
    if event.startswith(_OUTSIDE):
        _seal["seen"].append(f"{event} {arguments!r:.200}")
    if event == "open" and isinstance(arguments[0], str | bytes | os.PathLike):
        path = os.path.realpath(os.fsdecode(arguments[0]))
        if not path.startswith(_seal["places"]):
            _seal["seen"].append(f"open {path}")


@contextmanager
def sealed(*places: Path) -> Iterator[list[str]]:
    """Note whatever reaches outside of the program, its libraries and some folders."""
    if not _seal.get("is_set"):
        sys.addaudithook(_watch)  # it stays for good; without a seal it looks at nothing
        _seal["is_set"] = True
    own = [*places, ROOT, Path(sys.prefix), Path(sys.base_prefix), Path(os.__file__).parent, *_readable()]
    _seal["seen"] = []
    _seal["places"] = tuple(os.path.realpath(one) for one in own)
    try:
        yield _seal["seen"]
    finally:
        _seal["places"] = None


def _readable() -> list[Path]:
    """Return what any program may look at: fonts, zones, kinds of files, its own state in the system."""
    return [Path(one) for one in ("/usr/share", "/usr/local/share/fonts", "/proc/self", "/dev/null", "/dev/urandom",
                                  "/etc/mime.types", "/etc/localtime", f"/proc/{os.getpid()}")]  # fmt: skip


# ---------------------------------------------------------------------------------------------- in


@dataclass(slots=True)
class Entered:
    """What became of the texts.

    Attributes:
        accepted: texts that stand in at least one field.
        fields: how many fields hold one; `refused`: how many did not take theirs.
    """

    accepted: set[str] = field(default_factory=set)
    fields: int = 0
    refused: int = 0
    wrong: list[str] = field(default_factory=list)
    numbers: list[str] = field(default_factory=list)

    def offer(self, text: str, fields: dict[str, str], act: Callable[[dict[str, str]], Any]) -> Any:  # noqa: ANN401
        """Try an act with a text in all fields; where one is refused, with what stands there instead."""
        given = dict.fromkeys(fields, text)
        while True:
            try:
                done = act(given)
            except (InvalidInput, RulesViolated) as error:
                refusing = error.facts.get("field") if isinstance(error, InvalidInput) else None
                held = [one for one in given if given[one] == text]
                named = [one for one in held if one == refusing] or held
                if not is_chinese_advice(error):
                    self.wrong.append(f"{text!r}: refused without Chinese words")
                if not named:
                    self.wrong.append(f"{text!r}: {error!r:.200}")
                    return None
                given |= {one: fields[one] for one in named}
                self.refused += len(named)
            else:
                kept = sum(1 for one in given.values() if one == text)
                self.fields += kept
                self.accepted |= {text} if kept else set()
                return done


def enter(workspace: Workspace, texts: list[str]) -> Entered:
    """Enter every text wherever a person can."""
    entered, (preparer, reviewer) = Entered(), workspace.queries.operators()
    ids: list[tuple[int, str]] = []

    def add(code: str, given: dict[str, str]) -> None:
        blank = UnitFacts("", code, "140100", bank_account="6222020512345678901")
        texts: Any = given
        unit = replace(blank, **texts)
        recipient.add(workspace, unit=unit, kind="enterprise", operator=preparer, request_id=new_request_id())

    def submit(code: str, given: dict[str, str]) -> int:
        facts = facts_of(given["contract_number"], Money.yuan(100), holder=code)
        return application.submit(workspace, facts=facts, operator=preparer, request_id=new_request_id()).id

    def end(act: Callable[..., Any], about: dict[str, Any], given: dict[str, str]) -> None:
        act(workspace, **about, reason=given["reason"], operator=reviewer, request_id=new_request_id())

    for place, text in enumerate(texts):
        code = demonstration_code("enterprise", _FIRST_UNIT + place)
        plain = {name: value.format(n=place) for name, value in _UNIT.items()}
        entered.offer(text, plain, partial(add, code))
        key = entered.offer(text, {"contract_number": f"HT-{place}"}, partial(submit, code))
        if key is not None and place % 3 == 0:
            entered.offer(text, {"reason": "不符"}, partial(end, application.refuse, {"application_id": key}))
        elif key is not None:
            ids.append((key, text))
    keys = [key for key, _text in ids]
    application.approve(workspace, application_ids=keys, operator=reviewer, request_id=new_request_id())
    issued = voucher.issue(workspace, application_ids=keys, operator=preparer, request_id=new_request_id())
    for place, (one, (_key, text)) in enumerate(zip(issued, ids, strict=True)):
        number = str(one.number)
        if place % 3 == 0:
            act = voucher.void if place % 2 else voucher.freeze
            entered.offer(text, {"reason": "不符"}, partial(end, act, {"number": number}))
        else:
            entered.numbers.append(number)
    return entered


# ---------------------------------------------------------------------------------------------- out


def export_all(database: Path, out: Path, numbers: list[str], papers: int) -> int:
    """Write everything that can be written; return how many exports were made."""
    out.mkdir()
    plain = [one for one in COMMANDS if one.verb == "list" and not any(_is_needed(item) for item in one.arguments)]
    for listed in plain:
        for ending in ("xlsx", "csv"):
            if listed.noun == "backup":
                continue  # copies of the file, which hold no text of the office
            command(database, listed.noun, "list", "--out", str(out / f"{listed.noun}.{ending}"), on=TODAY, by=PREPARER)
    made = len(plain) * 2
    acts: list[tuple[str, ...]] = [
        ("certificate", "print", *numbers, "--out", str(out / "certificates"), "--one-file"),
        ("certificate", "verifier", "--out", str(out / "verify.html")),
        ("certificate", "void-list", "--out", str(out / "void.slv.json")),
        ("report", "year", str(YEAR), "--out", str(out / "report")),
        ("ledger", "export", "--out", str(out / "ledger.txt")),
        ("archive", "pack", "--year", str(YEAR), "--out", str(out / "year.zip")),
    ]
    for place in range(1, papers + 1):
        told = json.loads(command(database, "document", "list", "--of", f"application:{place}", on=TODAY))
        acts += [
            ("document", "print", row["kind"], row["subject"], "--out", str(out / "papers"))
            for row in told["documents"]
            if row["may_print"]
        ]
    for act in dict.fromkeys(acts):
        command(database, *act, on=TODAY, by=PREPARER)
    return made + len(acts)


def _is_needed(item: Any) -> bool:  # noqa: ANN401 - an argument as argparse takes it
    return bool(item.options.get("required")) or (
        not item.names[0].startswith("-") and item.options.get("nargs") not in {"?", "*"}
    )


def faults_of(file: Path, texts: set[str]) -> list[str]:
    """Return what of a file is more than text."""
    look = {".xlsx": _of_xlsx, ".csv": _of_csv, ".pdf": _of_pdf, ".html": _of_html, ".zip": _of_zip}.get(file.suffix)
    return [f"{file.name}: {one}" for one in (look(file, texts) if look else [])]


def _of_xlsx(file: Path, _texts: set[str]) -> list[str]:
    wrong = []
    with zipfile.ZipFile(file) as book:
        for name in book.namelist():
            if re.search(r"externalLink|hyperlink|drawing|vba|connections", name, re.IGNORECASE):
                wrong.append(f"has {name}")
            content = book.read(name).decode()
            if "<hyperlink" in content or 'TargetMode="External"' in content:
                wrong.append(f"{name} has a link")
            formulas = re.findall(r"<f(?:\s[^>]*)?>([^<]*)</f>", content)
            wrong += [f"{name} has the formula {one[:80]!r}" for one in formulas if not _SUMS.fullmatch(one)]
    return wrong


def _of_csv(file: Path, _texts: set[str]) -> list[str]:
    with file.open(encoding="utf-8-sig", newline="") as stream:
        cells = [cell for row in csv.reader(stream) for cell in row if cell]
    return [f"{one[:80]!r} is a formula" for one in cells if one[0] in "=+-@\t\r" and not _NUMBER.fullmatch(one)]


def _of_pdf(file: Path, _texts: set[str]) -> list[str]:
    reader = pypdf.PdfReader(file, strict=True)
    root = cast("pypdf.generic.DictionaryObject", reader.trailer["/Root"].get_object())
    wrong = [f"its root has {name}" for name in _ACTING if name in root]
    for place, page in enumerate(reader.pages, start=1):
        wrong += [f"page {place} has {name}" for name in ("/Annots", "/AA") if name in page]
    return wrong


def _of_html(file: Path, texts: set[str]) -> list[str]:
    return _markup(file.read_text(encoding="utf-8"), texts)


def _markup(content: str, texts: set[str]) -> list[str]:
    return [f"{one!r} is markup there" for one in texts if _TAG.match(one) and one in content]


def _of_zip(file: Path, texts: set[str]) -> list[str]:
    wrong = []
    with zipfile.ZipFile(file) as pack:
        for name in pack.namelist():
            if name.startswith("/") or ".." in name.split("/") or "\\" in name:
                wrong.append(f"the name {name!r}")
            if name.endswith(".xml"):
                content = pack.read(name).decode()
                wrong += [f"{name} has a document type"] if "<!DOCTYPE" in content else []
                wrong += [f"{name}: {one}" for one in _markup(content, texts)]
    return wrong


# ---------------------------------------------------------------------------------------------- on screen


def is_markup(text: str, texts: set[str]) -> bool:
    """Return whether Qt would take a text for markup, and a typed text is in it without being escaped."""
    if not Qt.mightBeRichText(text) or not re.search(r"[<>]", re.sub(r"</?qt>|<br>", "", text)):
        return False
    return any(one in text for one in texts if len(one) >= _TELLING)


def label_faults(window: QWidget, texts: set[str]) -> list[str]:
    """Return every label and tip of a window that would take a typed text for markup."""
    wrong = []
    for widget in [window, *window.findChildren(QWidget)]:
        said = {"tip": widget.toolTip()}
        if isinstance(widget, QLabel) and widget.textFormat() is not Qt.TextFormat.PlainText:
            said["label"] = widget.text()
        for where, text in said.items():
            if is_markup(text, texts):
                wrong.append(f"{where} of {widget.objectName() or type(widget).__name__}: {text[:80]!r}")
    return wrong


def tip_faults(page: ListPage, row: int, texts: set[str]) -> list[str]:
    """Return the cells of a row whose tips would be taken for markup."""
    wrong = []
    for column in range(page.model.columnCount()):
        tip = str(page.model.index(row, column).data(Qt.ItemDataRole.ToolTipRole) or "")
        if is_markup(tip, texts):
            wrong.append(f"tip of a cell of {page.name}: {tip[:80]!r}")
    return wrong


def telling_rows(page: ListPage, most: int) -> list[int]:
    """Return the rows that hold something like markup, and the first few."""
    count, columns = page.model.rowCount(), range(page.model.columnCount())
    told = [
        row for row in range(count) if any(Qt.mightBeRichText(page.model.text_at(row, column)) for column in columns)
    ]
    return sorted({*range(min(count, _FIRST_ROWS)), *told[:most]})


def show_all(workspace: Workspace, texts: set[str], most: int) -> tuple[int, list[str]]:
    """Show every page and rows of each list; return how many views were looked at, and what is wrong."""
    app = QApplication.instance() or QApplication(sys.argv[:1])
    assert isinstance(app, QApplication)
    startup.register_fonts(resources_folder(), (*startup.FIRST_FONTS, *startup.LATER_FONTS))
    views, wrong = 0, []
    with scenes.a_window(workspace, dark=False) as (window, desk):
        for name, _page, shown in scenes.walk_pages(window, desk):
            rows: list[int | None] = [None]
            if isinstance(shown, ListPage):
                wrong += [
                    f"{name}: {one}" for row in range(shown.model.rowCount()) for one in tip_faults(shown, row, texts)
                ]
                rows = [*telling_rows(shown, most)] or [None]
            for row in rows:
                if row is not None and isinstance(shown, ListPage):
                    shown.view.select_position(row)
                scenes.settle(desk)
                views += 1
                wrong += [f"{name}: {one}" for one in label_faults(window, texts)]
    return views, list(dict.fromkeys(wrong))


def run(folder: Path, size: int, seed: int) -> Seen:
    """Try so many of the texts, 0 for all."""
    texts = hostile_texts()
    if size:
        texts = random.Random(seed).sample(texts, size)  # noqa: S311 - to be repeated
    database, out = folder / "office.db", folder / "out"
    tempfile.tempdir = str(folder)
    make_office(database)
    with opened(database) as workspace:
        # What is read once when a library is loaded is no reading of a file that a text names.
        import_module("reportlab.rl_config")
        workspace.glyphs(), workspace.printer(), workspace.documents()
        with sealed(folder, Path(os.environ["VOUCHER_APP_MEMORY"])) as reached:
            entered = enter(workspace, texts)
            applications = workspace.queries.applications(ListFilter()).count()
            count = export_all(database, out, entered.numbers, papers=applications)
            files = [one for one in sorted(out.rglob("*")) if one.is_file()]
            wrong = entered.wrong + [one for file in files for one in faults_of(file, entered.accepted)]
            views, on_screen = show_all(workspace, entered.accepted, most=size // 4 or len(texts))
    seen = {
        "texts": len(texts),
        "accepted": len(entered.accepted),
        "fields_that_hold_one": entered.fields,
        "fields_that_refused_theirs": entered.refused,
        "exports": count,
        "files": len(files),
        "views": views,
        "reached_outside": list(dict.fromkeys(reached)),
        "wrong": wrong + on_screen,
    }
    return {**seen, "failed": judged(seen)}


def judged(seen: Seen) -> list[str]:
    """Return why a run failed, or proves nothing."""
    failed = [f"{name}: {seen[name][:5]}" for name in ("reached_outside", "wrong") if seen[name]]
    if seen["accepted"] < seen["texts"] / 3:
        failed.append(f"void: only {seen['accepted']} texts stand in any field")
    return failed


if __name__ == "__main__":
    sys.exit(run_alone(__doc__, run, full=0))
