"""The data file as the use cases see it: transactions, read models, verification, backup."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractContextManager
    from pathlib import Path

    from voucher_app.domain.budget import YearMoney
    from voucher_app.services.ports.attachment import AttachmentStore
    from voucher_app.services.ports.unit_of_work import Act, Clock, Gate, Records, UnitOfWork
    from voucher_app.services.queries.glance import Glance
    from voucher_app.services.queries.reader import Queries


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong with a data file.

    Attributes:
        code: key of the sentence: `row_changed`, `row_missing`, `row_unrecorded`, `chain_broken`, `balance_wrong` …
        table: the table; `key`: its row, or None; `column`: the column, or empty.
        found: what the file has; `expected`: what the journal says it should have.
    """

    code: str
    table: str
    key: int | None
    column: str
    found: object
    expected: object


@dataclass(frozen=True, slots=True)
class Verification:
    """What `ledger verify` did and found.

    Attributes:
        records: journal records whose hash was checked; `images`: after-images compared.
        head: hash of the last record.
        schema_version: which version of the tables the file has; 0 when that could not be read.
        is_of_older_version: whether it will be upgraded when it is opened.
        index_is_stale: whether the search index, which proves nothing, says otherwise than the records.
    """

    records: int
    images: int
    head: str
    findings: list[Finding]
    schema_version: int
    is_of_older_version: bool
    index_is_stale: bool = False


@dataclass(frozen=True, slots=True)
class Upgrade:
    """How a data file of an older version was brought to this program's version when it was opened.

    Attributes:
        from_version, to_version: versions of the tables.
        backup: the verified copy of the file as it was before.
    """

    from_version: int
    to_version: int
    backup: Path


class DataFile(Protocol):
    """An open data file."""

    @property
    def path(self) -> Path:
        """Where it is."""

    @property
    def upgrade(self) -> Upgrade | None:
        """What was done to an older file when it was opened, or None."""

    @property
    def glance(self) -> Glance:
        """The few read models that the window opens with."""

    @property
    def queries(self) -> Queries:
        """Read models over connections of their own; a long batch never blocks them."""

    @property
    def attachments(self) -> AttachmentStore:
        """The side folder that holds the attached files."""

    def unit_of_work(
        self,
        act: Act,
        clock: Clock,
        gate: Gate | None = None,
        *,
        rehearsed: Callable[[tuple[YearMoney, ...]], None] | None = None,
    ) -> UnitOfWork:
        """Return a transaction, not yet begun.

        Args:
            act: who asks for what.
            clock: the business date and the instant.
            gate: who asks whether the person may act; without one nobody does, which only few acts may do.
            rehearsed: told where the money would be, instead of committing; then everything is rolled back.
        """

    def records(self, clock: Clock) -> Records:
        """Return the records for reading only, so that a preview looks at what the rules will look at."""

    def unchanging(self) -> AbstractContextManager[None]:
        """Let all that this thread reads inside the block tell of one state, whatever other programs record meanwhile.

        Raises:
            StorageError: what the system says.
        """

    def verify(self) -> Verification:
        """Check hashes, after-images, balances, the identity, numbering and the schema."""

    def integrity(self) -> list[str]:
        """Return what the storage finds wrong with the file's own structure, in its words."""

    def counts(self) -> dict[str, int]:
        """Return how many rows each table has, and nothing of what is in them."""

    def reindex(self) -> int:
        """Make the search index anew from the records, which are not touched; return how many it knows.

        Raises:
            StorageError: `locked`, or what the system says.
        """

    def back_up(self, target: Path) -> Verification:
        """Write a verified copy, and the attached files beside it; the target must not exist.

        Raises:
            StorageError: when it exists, cannot be written, or the copy does not verify.
        """

    def export(self, target: Path) -> int:
        """Write the whole ledger as lines of text; return how many journal records; the target must not exist.

        Raises:
            StorageError: when it exists or cannot be written.
        """

    def discard(self) -> None:
        """Remove a file that was made just now and whose first record failed; never one with records."""

    def close(self) -> None:
        """Close all connections."""
