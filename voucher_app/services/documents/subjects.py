"""What a document is about, as registers write it: `application:7`, `settlement:3/91…`, `quarter:2026-2`.

A part after the slash tells papers about one record apart: which correction, which payee, the day of a ledger.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from voucher_app.domain.budget import parse_year
from voucher_app.domain.credit_code import parse_credit_code
from voucher_app.domain.errors import InvalidInput
from voucher_app.domain.numbering import VoucherNumber
from voucher_app.domain.text import parse_date
from voucher_app.services.office_key import current_key

if TYPE_CHECKING:
    from collections.abc import Callable

    from voucher_app.services.workspace import Workspace

_NUMBER: Final = re.compile(r"[1-9][0-9]{0,17}", re.ASCII)
_KEY: Final = re.compile(r"[0-9A-Fa-f]{8}", re.ASCII)
_QUARTER: Final = re.compile(r"([0-9]{4})-?[Qq]?([1-4])", re.ASCII)


@dataclass(frozen=True, slots=True)
class Subject:
    """A record, and a part of it where papers are about parts."""

    noun: str
    key: str
    part: str = ""

    @classmethod
    def of_register(cls, text: str) -> Subject:
        """Read a subject as registers write it, without asking whether there is such a record."""
        noun, _colon, rest = text.partition(":")
        key, _slash, part = rest.partition("/")
        return cls(noun, key, part)

    @property
    def number(self) -> int:
        """The record's row, year or journal record."""
        return int(self.key)

    @property
    def whole(self) -> str:
        """The record without the part."""
        return f"{self.noun}:{self.key}"

    def of(self, part: object) -> Subject:
        """Return the same record with a part."""
        return replace(self, part=str(part))

    def __str__(self) -> str:
        return f"{self.whole}/{self.part}" if self.part else self.whole


def parse_subject(workspace: Workspace, text: str) -> Subject:
    """Read a subject as a person types it.

    A voucher may be told by its number, a provider by its credit code, and what is newest by `register:today`,
    `journal:head` and `key:current`.

    Raises:
        InvalidInput: `document_subject`, when it cannot be read.
        NotFound: when there is no such voucher or provider.
    """
    noun, colon, rest = text.strip().partition(":")
    key, _slash, part = rest.partition("/")
    if not colon or noun not in _KEYS or not key:
        raise InvalidInput("document_subject", found=text, choices=" ".join(_KEYS))
    return Subject(noun, _KEYS[noun](workspace, key.strip(), text), part.strip())


def _row(_workspace: Workspace, key: str, text: str) -> str:
    if not _NUMBER.fullmatch(key):
        raise InvalidInput("document_subject", found=text, choices=" ".join(_KEYS))
    return key


def _voucher(workspace: Workspace, key: str, _text: str) -> str:
    records = workspace.records()
    if _NUMBER.fullmatch(key):
        return str(records.vouchers.get_by_id(int(key)).id)
    return str(records.vouchers.get(VoucherNumber.parse(key)).id)


def _provider(workspace: Workspace, key: str, _text: str) -> str:
    records = workspace.records()
    if _NUMBER.fullmatch(key):
        return str(records.parties.provider_by_id(int(key)).id)
    return str(records.parties.provider(parse_credit_code(key)).id)


def _year(_workspace: Workspace, key: str, _text: str) -> str:
    return str(parse_year(key))


def _quarter(_workspace: Workspace, key: str, text: str) -> str:
    found = _QUARTER.fullmatch(key)
    if found is None:
        raise InvalidInput("document_subject", found=text, choices=" ".join(_KEYS))
    return f"{parse_year(found[1])}-{found[2]}"


def _day(workspace: Workspace, key: str, _text: str) -> str:
    return workspace.clock.today().isoformat() if key == "today" else parse_date(key).isoformat()


def _record(workspace: Workspace, key: str, text: str) -> str:
    return str(workspace.queries.journal_head()[0]) if key == "head" else _row(workspace, key, text)


def _key(workspace: Workspace, key: str, text: str) -> str:
    if key == "current":
        return current_key(workspace).key_id
    if not _KEY.fullmatch(key):
        raise InvalidInput("document_subject", found=text, choices=" ".join(_KEYS))
    return key.upper()


_KEYS: Final[dict[str, Callable[[Workspace, str, str], str]]] = {
    "application": _row,
    "batch": _row,
    "issuance": _row,
    "redemption": _row,
    "settlement": _row,
    "recovery": _row,
    "provider": _provider,
    "voucher": _voucher,
    "year": _year,
    "quarter": _quarter,
    "register": _day,
    "journal": _record,
    "key": _key,
}
"""By noun: how the key after the colon is read."""
