"""What a volume says of itself: its catalogue (`目录.xml`) with how long things are kept, its register of prints."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from xml.sax.saxutils import escape

from voucher_app.services.wording.printing import form_name, state_name

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import date

    from voucher_app.services.ports.archive import PackedFile
    from voucher_app.services.queries.archive import ArchivedPrint

FOR_EVER: Final = "永久"
THIRTY_YEARS: Final = "30年"
"""domain.md §6.6: accounting archives 30 years, lists of who received what forever."""
INTERNAL: Final = "内部"
"""No state secret, and not for everybody: a volume holds names, contracts and accounts."""


@dataclass(frozen=True, slots=True)
class CatalogueItem:
    """One thing in a volume (一件).

    Attributes:
        responsible: who made it (责任者); `dated`: its day, ISO, or empty.
        pages: or None where nobody counted them.
        retention: how long it is kept.
    """

    title: str
    responsible: str
    dated: str
    pages: int | None
    retention: str
    file_name: str
    size_bytes: int


def catalogue_xml(
    items: Sequence[CatalogueItem], *, volume: str, year: int, office: str, made_on: date, retention: str
) -> Iterator[bytes]:
    """Yield the catalogue; texts of others are text and never markup."""
    head = [("题名", volume), ("年度", year), ("责任者", office), ("密级", INTERNAL), ("保管期限", retention)]
    head += [("件数", len(items)), ("编制日期", made_on.isoformat())]
    yield '<?xml version="1.0" encoding="UTF-8"?>\n<档案目录>\n  <卷>\n'.encode()
    yield "".join(_element(name, value, indent=4) for name, value in head).encode()
    yield "  </卷>\n".encode()
    for number, item in enumerate(items, start=1):
        yield _item(number, item).encode()
    yield "</档案目录>\n".encode()


def _item(number: int, item: CatalogueItem) -> str:
    told: list[tuple[str, object]] = [
        ("序号", number),
        ("题名", item.title),
        ("责任者", item.responsible),
        ("日期", item.dated),
        ("页数", "" if item.pages is None else item.pages),
        ("密级", INTERNAL),
        ("保管期限", item.retention),
        ("文件名", item.file_name),
        ("大小", item.size_bytes),
    ]
    return f"  <件>\n{''.join(_element(name, value, indent=4) for name, value in told)}  </件>\n"


def register_xml(prints: Sequence[ArchivedPrint], shown: Mapping[tuple[int, int], PackedFile]) -> Iterator[bytes]:
    """Yield the register of the volume's prints (打印登记), each with the file of the volume that shows it.

    Args:
        prints: what the register says.
        shown: by job and place, the file in which the paper lies as it was printed first, drawn again; it says whether
            that is byte for byte the file of then.
    """
    yield '<?xml version="1.0" encoding="UTF-8"?>\n<打印登记>\n'.encode()
    for one in prints:
        packed = shown.get((one.job_id, one.place))
        told: list[tuple[str, object]] = [
            ("作业", one.job_id),
            ("位次", one.place),
            ("文书", one.kind),
            ("题名", one.title),
            ("文号", one.document_number),
            ("第几次打印", one.copy),
            ("理由", one.reason),
            ("状态", state_name(one.state)),
            ("日期", one.printed_on.isoformat()),
            ("打印人", one.printed_by),
            ("方式", form_name(one.form)),
            ("同一文件件数", 1 if one.form == "folder" else one.job_items),
            ("文件名", one.file_name),
            ("SHA-256", one.sha256),
            ("卷内文件", packed.name if packed else ""),
            ("一致", "" if packed is None else "是" if packed.sha256 == one.sha256 else "否"),
        ]
        yield f"  <打印>\n{''.join(_element(name, value, indent=4) for name, value in told)}  </打印>\n".encode()
    yield "</打印登记>\n".encode()


_NOT_XML: Final = re.compile("[^\t\n\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Characters that XML 1.0 cannot hold (its production 2)."""


def _element(name: str, value: object, *, indent: int) -> str:
    text = _NOT_XML.sub("\ufffd", str(value))
    return f"{' ' * indent}<{name}>{escape(text)}</{name}>\n"
