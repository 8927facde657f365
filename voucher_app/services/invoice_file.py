"""Invoices as they are handed over: read, held against the records, and kept with what was claimed on them.

What is read fills a claim that a person confirms; nothing is recorded by reading. The originals go with the claim in
one act, under their SHA-256, and the rules see what the files say beside what was typed.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from voucher_app.domain.attachment import AttachmentKind
from voucher_app.domain.errors import InvalidInput, NotFound, Violation
from voucher_app.domain.invoice_file import check_files, check_parties, check_sums, parse_qr, read_told
from voucher_app.domain.numbering import VoucherNumber
from voucher_app.services.attachment import keep, measured
from voucher_app.services.claim import waiting_invoices
from voucher_app.services.ports.errors import StorageError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from voucher_app.domain.invoice import Invoice
    from voucher_app.domain.invoice_file import ReadInvoice
    from voucher_app.domain.operators import Operator
    from voucher_app.domain.parties import Provider, Recipient
    from voucher_app.domain.voucher import Voucher
    from voucher_app.services.attachment import Kept
    from voucher_app.services.ports.unit_of_work import Records, UnitOfWork
    from voucher_app.services.workspace import Workspace

MOST_FILES: Final = 20


@dataclass(frozen=True, slots=True)
class Original:
    """An invoice that was read, and where its file is; one that came as the text of a QR code has no file."""

    read: ReadInvoice
    file: Path | None = None
    sha256: str = ""

    @property
    def name(self) -> str:
        """What the file is called."""
        return self.file.name if self.file else ""


def read_file(workspace: Workspace, file: Path) -> Original:
    """Read one invoice of a file, in a process of its own.

    Raises:
        StorageError: when the file cannot be read.
        InvalidInput: when it is no invoice, holds several, is red, damaged, locked, or beyond the limits.
    """
    sha256, told = workspace.invoices().read(file)
    try:
        return Original(read_told(told), file, sha256)
    except InvalidInput as error:
        if error.found:
            raise
        raise InvalidInput(error.code, **{**error.facts, "found": file.name}) from error


def read_qr(text: str) -> Original:
    """Read one invoice of the text that a scanner types of its QR code.

    Raises:
        InvalidInput: when it is no such text, or of a red invoice.
    """
    return Original(parse_qr(text))


def use_of(records: Records, key: str, *, own: int | None = None) -> list[Violation]:
    """Return who uses an invoice already: a redemption, or an application that waits with it (R9).

    Args:
        records: what is recorded.
        key: the invoice.
        own: an application that may have it, because it is being corrected.
    """
    holder = records.redemptions.holder_of_invoice(key)
    if holder is not None:
        return [
            Violation(
                "R9",
                "invoice_used",
                found=key,
                allowed="one redemption for an invoice",
                subject=key,
                facts={"redemption": holder},
            )
        ]
    return [
        Violation(
            "R9",
            "invoice_waits",
            found=key,
            allowed="one redemption for an invoice",
            subject=key,
            facts={"application": application_id},
        )
        for application_id in waiting_invoices(records).get(key, [])
        if application_id != own
    ][:1]


def examine(
    records: Records, original: Original, *, voucher: Voucher | None = None, own: int | None = None
) -> list[Violation]:
    """Return what stands against an invoice by itself: who uses it, whose it is, whether it adds up.

    Args:
        records: what is recorded.
        original: as it was read.
        voucher: the one that it is to be claimed on, where that is known.
        own: as in `use_of`.
    """
    found = use_of(records, original.read.key, own=own) + check_sums(original.read)
    if voucher is not None:
        recipient = records.parties.recipient_by_id(voucher.recipient_id)
        provider = records.parties.provider_by_id(voucher.provider_id)
        found += check_parties(original.read, recipient=recipient.organisation, provider=provider.organisation)
    return found


def examine_for(records: Records, original: Original, *, voucher_number: str) -> list[Violation]:
    """Return the same where a form may not have named its voucher yet, or none that there is."""
    try:
        voucher = records.vouchers.get(VoucherNumber.parse(voucher_number)) if voucher_number else None
    except (InvalidInput, NotFound):
        voucher = None
    return examine(records, original, voucher=voucher)


def check_originals(
    invoices: Sequence[Invoice], originals: Sequence[Original], *, recipient: Recipient, provider: Provider
) -> list[Violation]:
    """Return what the files say against a claim (see `domain.invoice_file.check_files`)."""
    reads = [one.read for one in originals]
    return check_files(invoices, reads, recipient=recipient.organisation, provider=provider.organisation)


@dataclass(frozen=True, slots=True)
class Reread:
    """What the kept originals of a claim say, read again for whoever decides on it.

    Attributes:
        names: files that are invoices and could be read.
        against: what they say against the claim; told, for the decision is the reviewer's.
    """

    names: tuple[str, ...]
    against: tuple[Violation, ...]


def read_again(workspace: Workspace, redemption_id: int) -> Reread:
    """Read the kept originals of a claim again, those of its application included, and hold them against it.

    What was attached as an invoice and cannot be read, such as a scan without a QR code, is passed over.

    Raises:
        StorageError: when a file is no longer there, or is not what was recorded.
    """
    details = workspace.queries.redemption(redemption_id)
    filed = workspace.queries.attachments(f"application:{details.voucher.application_id}")
    originals: dict[str, Original] = {}
    for one in (*details.attachments, *filed):
        if one.kind != AttachmentKind.INVOICE or one.sha256 in originals:
            continue
        store = workspace.data_file.attachments
        content = b"".join(store.read(sha256=one.sha256, size_bytes=one.size_bytes))
        try:
            _sha256, told = workspace.invoices().read_bytes(content, name=one.file_name)
            originals[one.sha256] = Original(read_told(told), Path(one.file_name), one.sha256)
        except InvalidInput:
            continue
    against = check_originals(
        details.redemption.invoices,
        list(originals.values()),
        recipient=details.recipient,
        provider=details.provider,
    )
    return Reread(tuple(one.name for one in originals.values()), tuple(against))


@dataclass(frozen=True, slots=True)
class Papers:
    """Originals that go with an act, measured before it begins."""

    originals: tuple[Original, ...]
    kept: tuple[Kept, ...]

    def asked(self) -> dict[str, object]:
        """Return them for the digest of a request; nothing where there are none, so that it stays what it was."""
        if not self.kept:
            return {}
        return {
            "originals": [
                {"file_name": one.name, "sha256": one.stored.sha256, "size_bytes": one.stored.size_bytes}
                for one in self.kept
            ]
        }

    def keep(self, workspace: Workspace, work: UnitOfWork, *, subject: str, operator: Operator) -> None:
        """Keep them with a record; what it has already is not kept twice."""
        there = {one.sha256 for one in work.attachments.of_subject(subject)} if self.kept else set()
        for one in self.kept:
            if one.stored.sha256 not in there:
                keep(work, workspace.data_file.attachments, one, subject=subject, operator=operator)


def papers_of(workspace: Workspace, originals: Sequence[Original]) -> Papers:
    """Measure the files of invoices that were read; those without a file are left out.

    Raises:
        StorageError: `attachment_changed`, when a file is no longer what was read.
        InvalidInput: for a name that cannot be kept, or too many files.
    """
    if len(originals) > MOST_FILES:
        raise InvalidInput("invoice_file_many", found=len(originals), allowed=MOST_FILES)
    store = workspace.data_file.attachments
    kept = []
    for one in originals:
        if one.file is None:
            continue
        paper = measured(store, one.file, kind=AttachmentKind.INVOICE)
        if paper.stored.sha256 != one.sha256:
            raise StorageError("attachment_changed", one.file)
        kept.append(paper)
    return Papers(tuple(originals), tuple(kept))
