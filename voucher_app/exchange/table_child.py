"""Reads one table out of bytes from strangers: xlsx, ods, or text; runs inside `reading_child`.

It imports the standard library alone, and answers with what the table is and its rows in parcels. Numbers are handed on
as they are stored: turning them into a float would round.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
from typing import TYPE_CHECKING, Any

from voucher_app.exchange.child_parts import DAMAGE, Parser, Refused, opened, say

if TYPE_CHECKING:
    import zipfile

_PARCEL = 400
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_NO_TABLES = (
    b"%PDF",
    b"\x89PNG",
    b"\xff\xd8\xff",
    b"GIF8",
    b"{\\rtf",
    b"Rar!",
    b"7z\xbc\xaf",
    b"\x1f\x8b",
    b"MZ",
    b"\x7fELF",
)
_BUILT_IN_DATES = {*range(14, 18), 22, *range(27, 32), 34, 35, 36, *range(50, 55), 56, 57, 58}
_LAST_SERIAL = 2_958_465
_LETTERS = re.compile(r"[A-Z]{1,3}")
_MACROS = ("vbaproject.bin", "basic/", "scripts/", "macrosheets/")


class Rows:
    """Takes rows, holds them against the limits, and sends them in parcels."""

    def __init__(self, limits: dict[str, Any]) -> None:
        self._rows, self._columns, self._longest = limits["rows"], limits["columns"], limits["characters"]
        self._held: list[tuple[int, list[Any]]] = []
        self._count = 0

    def take(self, number: int, cells: list[Any]) -> None:
        """Take a row; one that holds nothing is passed over."""
        while cells and cells[-1] == "":
            cells.pop()
        if cells:
            self.take_whole(number, cells)

    def take_whole(self, number: int, cells: list[Any]) -> None:
        """Take a row with the empty cells at its end."""
        if len(cells) > self._columns:
            raise Refused("wide", found=len(cells), allowed=self._columns, line=number)
        for cell in cells:
            characters = len(cell if isinstance(cell, str) else cell[1])
            if characters > self._longest:
                raise Refused("long_cell", found=characters, allowed=self._longest, line=number)
        self._count += 1
        if self._count > self._rows + 1:
            raise Refused("rows", found=self._count, allowed=self._rows)
        self._held.append((number, cells))
        if len(self._held) >= _PARCEL:
            self.send()

    def send(self) -> None:
        """Send what is held."""
        if self._held:
            say({"rows": self._held})
            self._held = []


# ------------------------------------------------------------------------------------------- text


def read_text(content: bytes, limits: dict[str, Any], *, pasted: bool) -> None:
    """Read rows of text: comma, tab or semicolon between the cells."""
    text = decoded(content)
    first = text.lstrip("\r\n").split("\n", 1)[0]
    delimiter = "\t" if pasted else max("\t,;", key=first.count)
    csv.field_size_limit(limits["characters"] + 1)
    say({"kind": "text", "sheets": [], "sheet": ""})
    rows = Rows(limits)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                rows.take_whole(reader.line_num, cells)
    except csv.Error as error:
        if "field larger" in str(error):
            raise Refused(
                "long_cell", found=limits["characters"] + 1, allowed=limits["characters"], line=reader.line_num
            ) from None
        raise Refused("quotes", line=reader.line_num) from None
    rows.send()


def decoded(content: bytes) -> str:
    """Return bytes as text: by their mark, else UTF-8, else GB18030, as Excel in China writes."""
    text = ""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        encodings: tuple[str, ...] = ("utf-16",)
    elif b"\x00" in content or content.startswith(_NO_TABLES):
        raise Refused("encoding")
    else:
        encodings = ("utf-8-sig", "gb18030")
    for encoding in encodings:
        try:
            text = content.decode(encoding)
            break
        except UnicodeDecodeError:
            continue
    else:
        raise Refused("encoding")
    if re.search(r"[\x00-\x08\x0b\x0c\x0e-\x1f]", text):
        raise Refused("encoding")
    return text


# ------------------------------------------------------------------------------------------- xlsx


class Elements(Parser):
    """Collects the attributes of elements by their names."""

    has_named_attributes = True

    def __init__(self, *wanted: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str]]] = []
        self._wanted = set(wanted)

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """Keep it."""
        if name in self._wanted:
            self.found.append((name, attributes))


class Strings(Parser):
    """The shared strings, without the readings above characters."""

    def __init__(self) -> None:
        super().__init__()
        self.strings: list[str] = []
        self._parts: list[str] = []
        self._takes = self._reads = False

    def start(self, name: str, attributes: dict[str, str]) -> None:  # noqa: ARG002 - as the others
        """Begin a string or a part of it."""
        if name == "si":
            self._parts = []
        elif name == "rPh":
            self._reads = True
        elif name == "t":
            self._takes = not self._reads

    def end(self, name: str) -> None:
        """End a part or a string."""
        if name == "si":
            self.strings.append("".join(self._parts))
        elif name == "rPh":
            self._reads = False
        elif name == "t":
            self._takes = False

    def text(self, data: str) -> None:
        """Take characters of the string."""
        if self._takes:
            self._parts.append(data)


class Formats(Parser):
    """Which cell formats show a date."""

    def __init__(self) -> None:
        super().__init__()
        self._codes: dict[int, str] = {}
        self.dates: list[bool] = []
        self._in_cells = False

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """Take a number format or a cell format."""
        if name == "numFmt":
            self._codes[whole(attributes.get("numFmtId", "0"))] = attributes.get("formatCode", "")
        elif name == "cellXfs":
            self._in_cells = True
        elif name == "xf" and self._in_cells:
            self.dates.append(self._is_date(whole(attributes.get("numFmtId", "0"))))

    def end(self, name: str) -> None:
        """Leave the cell formats."""
        if name == "cellXfs":
            self._in_cells = False

    def _is_date(self, key: int) -> bool:
        if key in self._codes:
            bare = re.sub(r'"[^"]*"|\\.|_.|\*.|\[[^\]]*\]', "", self._codes[key].lower())
            return "y" in bare or "d" in bare
        return key in _BUILT_IN_DATES


class Sheet(Parser):
    """The rows of one sheet."""

    def __init__(self, rows: Rows, strings: list[str], dates: list[bool], *, since_1904: bool) -> None:
        super().__init__()
        self._rows, self._strings, self._dates = rows, strings, dates
        self._epoch = dt.date(1904, 1, 1) if since_1904 else dt.date(1899, 12, 30)
        self._number = 0
        self._cells: list[Any] = []
        self._place = 0
        self._kind = ""
        self._style = "0"
        self._columns: dict[str, int] = {}
        self._parts: list[str] = []
        self._takes = self._reads = False

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """Begin a row, a cell or its content."""
        if name == "c":
            reference = attributes.get("r")
            self._place = self._column(reference) if reference else self._place + 1
            self._kind = attributes.get("t", "n")
            self._style = attributes.get("s", "0")
            self._parts = []
        elif name == "v" or (name == "t" and not self._reads):
            self._takes = True
        elif name == "rPh":
            self._reads = True
        elif name == "row":
            told = attributes.get("r")
            self._number = whole(told) if told else self._number + 1
            self._cells, self._place = [], 0

    def end(self, name: str) -> None:
        """End a row, a cell or its content."""
        if name == "c":
            cell = self._value("".join(self._parts))
            if cell != "":
                self._cells += [""] * (self._place - len(self._cells))
                self._cells[self._place - 1] = cell
        elif name in {"v", "t"}:
            self._takes = False
        elif name == "rPh":
            self._reads = False
        elif name == "row":
            self._rows.take(self._number, self._cells)

    def text(self, data: str) -> None:
        """Take characters of a cell; a formula's own text is none of them."""
        if self._takes:
            self._parts.append(data)

    def _column(self, reference: str) -> int:
        letters = reference.rstrip("0123456789")
        found = self._columns.get(letters)
        if found is None:
            found = self._columns[letters] = column_of(letters)
        return found

    def _is_date(self) -> bool:
        style = whole(self._style)
        return style < len(self._dates) and self._dates[style]

    def _value(self, text: str) -> Any:  # noqa: ANN401 - text, or kind and text
        if not text:
            return ""
        if self._kind == "s":
            place = whole(text)
            if place >= len(self._strings):
                raise Refused("damaged")
            return self._strings[place]
        if self._kind in {"inlineStr", "str"}:
            return text
        if self._kind in {"b", "e"}:
            return [self._kind, text]
        if self._kind == "d":
            return ["d", text]
        day = self._day(text) if self._is_date() else ""
        return ["d", day] if day else ["n", text]

    def _day(self, text: str) -> str:
        """Return a date that is stored as a number of days; empty where it is none."""
        try:
            serial = float(text)
        except ValueError:
            return ""
        if not 1 <= serial <= _LAST_SERIAL:
            return ""
        days = int(serial)
        day = (self._epoch + dt.timedelta(days=days)).isoformat()
        return day if serial == days else f"{day}T"


def whole(text: str) -> int:
    """Return a whole number from 0 on; anything else means that the file is damaged."""
    if not (text.isascii() and text.isdigit() and len(text) < 10):  # noqa: PLR2004 - far above every count here
        raise Refused("damaged")
    return int(text)


def column_of(letters: str) -> int:
    """Return the place of a column: 1 for A."""
    if not _LETTERS.fullmatch(letters):
        raise Refused("damaged")
    place = 0
    for letter in letters:
        place = place * 26 + ord(letter) - 64
    return place


def resolved(folder: str, target: str) -> str:
    """Return the name of a part that another one names."""
    parts = [] if target.startswith("/") else folder.split("/")
    for part in target.split("/"):
        if part == "..":
            if not parts:
                raise Refused("path")
            parts.pop()
        elif part not in {"", "."}:
            parts.append(part)
    return "/".join(part for part in parts if part)


def relations(packed: zipfile.ZipFile, part: str) -> dict[str, tuple[str, str]]:
    """Return what a part names: by identifier, its type's last word and its name inside; what lies outside is left."""
    folder, _slash, name = part.rpartition("/")
    file = f"{folder}/_rels/{name}.rels".lstrip("/")
    if file not in packed.namelist():
        return {}
    elements = Elements("Relationship")
    elements.read(packed, file)
    return {
        one.get("Id", ""): (one.get("Type", "").rpartition("/")[2], resolved(folder, one.get("Target", "")))
        for _name, one in elements.found
        if one.get("TargetMode") != "External"
    }


def read_workbook(packed: zipfile.ZipFile, limits: dict[str, Any], wanted: str) -> None:
    """Read a sheet of an Excel workbook: the one that is wanted, else the first that is seen."""
    names = set(packed.namelist())
    book = next((name for kind, name in relations(packed, "").values() if kind == "officeDocument"), "xl/workbook.xml")
    if book not in names:
        raise Refused("unknown")
    elements = Elements("sheet", "workbookPr")
    elements.read(packed, book)
    related = relations(packed, book)
    sheets = {
        one.get("name", ""): related.get(one.get("id", ""), ("", ""))[1]
        for name, one in elements.found
        if name == "sheet" and one.get("state", "visible") == "visible"
    }
    chosen = chosen_sheet(list(sheets), wanted)
    part = sheets[chosen]
    if part not in names:
        raise Refused("damaged")
    strings, formats = Strings(), Formats()
    for kind, reader in (("sharedStrings", strings), ("styles", formats)):
        for found, name in related.values():
            if found == kind and name in names:
                reader.read(packed, name)
    since_1904 = any(one.get("date1904", "0") in {"1", "true"} for name, one in elements.found if name == "workbookPr")
    say({"kind": "xlsx", "sheets": list(sheets), "sheet": chosen})
    rows = Rows(limits)
    Sheet(rows, strings.strings, formats.dates, since_1904=since_1904).read(packed, part)
    rows.send()


def chosen_sheet(sheets: list[str], wanted: str) -> str:
    """Return the sheet to read."""
    if not sheets:
        raise Refused("empty")
    if wanted and wanted not in sheets:
        raise Refused("sheet", sheet=wanted, choices=", ".join(sheets))
    return wanted or sheets[0]


# ------------------------------------------------------------------------------------------- ods


class Document(Parser):
    """The sheets of an OpenDocument file; rows of the one that is wanted, the first where none is."""

    has_named_attributes = True
    _NOT_TEXT = frozenset({"annotation", "shapes", "tracked-changes"})

    def __init__(self, rows: Rows, limits: dict[str, Any], wanted: str) -> None:
        super().__init__()
        self._rows, self._limits, self._wanted = rows, limits, wanted
        self.sheets: list[str] = []
        self._is_wanted = False
        self._number = 0
        self._row_times = self._cell_times = 1
        self._cells: list[Any] = []
        self._attributes: dict[str, str] = {}
        self._paragraphs: list[str] = []
        self._in_text = self._hidden = 0

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """Begin a sheet, a row, a cell, a paragraph."""
        if name in self._NOT_TEXT:
            self._hidden += 1
        elif self._hidden:
            return
        elif name == "table":
            self.sheets.append(attributes.get("name", ""))
            self._number = 0
            self._is_wanted = self._wanted in {"", self.sheets[-1]} and (bool(self._wanted) or len(self.sheets) == 1)
        elif name == "table-row":
            self._row_times = max(whole(attributes.get("number-rows-repeated", "1")), 1)
            self._cells = []
        elif name in {"table-cell", "covered-table-cell"}:
            self._cell_times = max(whole(attributes.get("number-columns-repeated", "1")), 1)
            self._attributes, self._paragraphs = attributes, []
        elif name == "p":
            self._paragraphs.append("")
            self._in_text += 1
        elif self._in_text and name in {"s", "tab", "line-break"}:
            times = min(whole(attributes.get("c", "1")), self._limits["characters"])
            self.text({"s": " " * times, "tab": "\t", "line-break": "\n"}[name])

    def end(self, name: str) -> None:
        """End a row, a cell, a paragraph."""
        if name in self._NOT_TEXT:
            self._hidden -= 1
        elif self._hidden:
            return
        elif name == "p":
            self._in_text -= 1
        elif name in {"table-cell", "covered-table-cell"}:
            cell = self._value()
            # The empty end of a sheet is one cell that repeats; a filled one is as many columns as it says.
            room = max(self._limits["columns"] + 1 - len(self._cells), 0)
            if cell != "" and not room and self._is_wanted:
                raise Refused("wide", found=len(self._cells), allowed=self._limits["columns"], line=self._number + 1)
            self._cells += [cell] * min(self._cell_times, room)
        elif name == "table-row":
            self._end_row()

    def _end_row(self) -> None:
        filled = any(cell != "" for cell in self._cells)
        if filled and self._is_wanted:
            for step in range(min(self._row_times, self._limits["rows"] + 2)):
                self._rows.take(self._number + step + 1, list(self._cells))
        self._number += self._row_times

    def text(self, data: str) -> None:
        """Take characters of a paragraph."""
        if self._in_text and not self._hidden:
            self._paragraphs[-1] += data

    def _value(self) -> Any:  # noqa: ANN401 - text, or kind and text
        told = self._attributes
        kind = told.get("value-type", "")
        if kind in {"float", "currency", "percentage"} and told.get("value"):
            return ["n", told["value"]]
        if kind == "date" and told.get("date-value"):
            day, _t, time = told["date-value"].partition("T")
            return ["d", day if not time.strip("0:.Z") else f"{day}T"]
        if kind == "boolean" and told.get("boolean-value"):
            return ["b", "1" if told["boolean-value"] == "true" else "0"]
        return "\n".join(self._paragraphs) or told.get("string-value", "")


def read_document(packed: zipfile.ZipFile, limits: dict[str, Any], wanted: str) -> None:
    """Read a sheet of an OpenDocument file."""
    if "META-INF/manifest.xml" in packed.namelist():
        elements = Elements("encryption-data")
        elements.read(packed, "META-INF/manifest.xml")
        if elements.found:
            raise Refused("locked")
    # Which sheets there are is said after the rows, because it is known only then.
    say({"kind": "ods", "sheets": [], "sheet": ""})
    rows = Rows(limits)
    document = Document(rows, limits, wanted)
    document.read(packed, "content.xml")
    chosen = chosen_sheet(document.sheets, wanted)
    rows.send()
    say({"kind": "ods", "sheets": document.sheets, "sheet": chosen})


# ------------------------------------------------------------------------------------------- whatever it is


def read(content: bytes, given: dict[str, Any]) -> None:
    """Read whatever it is.

    Raises:
        Refused: what it is not, or hides.
    """
    limits = given["limits"]
    if given["pasted"] or not content.startswith((b"PK\x03\x04", b"PK\x05\x06", _OLE)):
        read_text(content, limits, pasted=given["pasted"])
        return
    if content.startswith(_OLE):
        hidden = "EncryptedPackage".encode("utf-16-le") in content
        raise Refused("locked" if hidden else "old")
    try:
        with opened(content, limits, macros=_MACROS) as packed:
            if "content.xml" in packed.namelist():
                read_document(packed, limits, given["sheet"])
            else:
                read_workbook(packed, limits, given["sheet"])
    except DAMAGE:
        raise Refused("damaged") from None
