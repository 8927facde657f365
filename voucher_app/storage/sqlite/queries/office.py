"""The office, its people and its keys."""

from __future__ import annotations

from typing import TYPE_CHECKING

from voucher_app.domain.errors import NotFound
from voucher_app.services.papers import PublicKey
from voucher_app.services.queries.operator import OperatorRow, PersonDetails
from voucher_app.storage.sqlite.connection import told
from voucher_app.storage.sqlite.queries.glance import GlanceQueries
from voucher_app.storage.sqlite.queries.list_reader import ListReader

if TYPE_CHECKING:
    from voucher_app.domain.operators import Operator


class OfficeQueries(GlanceQueries, ListReader):
    """The office, its people and its keys."""

    def people(self) -> list[OperatorRow]:
        """Return the people at the desk with the state of their accounts."""
        with told(self._path):
            standings = self._records().office.standings()
        return [
            OperatorRow(
                id=one.operator.id,
                name=one.operator.name,
                role=one.operator.role,
                status=one.status,
                has_password=one.credential is not None,
                must_change=one.credential is not None and one.credential.must_change,
                failures=one.credential.failures if one.credential is not None else 0,
            )
            for one in standings
        ]

    def person(self, name: str) -> PersonDetails:
        """Return a person with the state and the history of the account."""
        for row in self.people():
            if row.name == name:
                return PersonDetails(row, self._history(subjects=[f"operator:{row.id}"]))
        raise NotFound("operator", name)

    def operator(self, name: str) -> Operator:
        """Return one of them by name."""
        for operator in self.operators():
            if operator.name == name:
                return operator
        raise NotFound("operator", name)

    def public_keys(self) -> list[PublicKey]:
        """Return every public key the office ever used, newest first."""
        return [
            PublicKey(key_id, algorithm, bytes.fromhex(raw))
            for key_id, algorithm, raw in self._all(
                "SELECT key_id, algorithm, public_key FROM signing_key ORDER BY id DESC"
            )
        ]

    def regions(self) -> dict[str, str]:
        """Return the names of region codes."""
        return self._regions
