"""The data file as the use cases see it: transactions, read models, verification, backup."""

from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from voucher_app.services.ports.attachment import AttachmentStore
from voucher_app.services.ports.unit_of_work import Act, Clock, Records, UnitOfWork
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
    """

    records: int
    images: int
    head: str
    findings: list[Finding]


class DataFile(Protocol):
    """An open data file."""

    @property
    def path(self) -> Path:
        """Where it is."""

    @property
    def queries(self) -> Queries:
        """Read models over connections of their own; a long batch never blocks them."""

    @property
    def attachments(self) -> AttachmentStore:
        """The side folder that holds the attached files."""

    def unit_of_work(self, act: Act, clock: Clock) -> UnitOfWork:
        """Return a transaction, not yet begun."""

    def records(self, clock: Clock) -> Records:
        """Return the records for reading only, so that a preview looks at what the rules will look at."""

    def verify(self) -> Verification:
        """Check hashes, after-images, balances, the identity, numbering and the schema."""

    def back_up(self, target: Path) -> Verification:
        """Write a verified copy, and the attached files beside it; the target must not exist.

        Raises:
            StorageError: when it exists, cannot be written, or the copy does not verify.
        """

    def discard(self) -> None:
        """Remove a file that was made just now and whose first record failed; never one with records."""

    def close(self) -> None:
        """Close all connections."""
