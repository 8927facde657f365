"""Certificates (券面): printed from the records, checked against them or against the public key alone."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from voucher_app.domain.errors import InvalidInput, NotFound, Violation, refuse_if_violated
from voucher_app.domain.numbering import VoucherNumber
from voucher_app.domain.policy import Base
from voucher_app.domain.text import LONGEST_REASON, parse_line
from voucher_app.domain.voucher import ENDED, VoucherStatus
from voucher_app.i18n import CHINESE, _, speaking
from voucher_app.services.papers import (
    BrokenToken,
    CertificateFacts,
    Token,
    Verdict,
)
from voucher_app.services.ports.errors import StorageError
from voucher_app.services.wording.rules import percent
from voucher_app.services.workspace import key_file_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import date

    from voucher_app.domain.operators import Operator
    from voucher_app.domain.policy import Policy
    from voucher_app.services.papers import (
        PaperReader,
        PublicKey,
        Signer,
    )
    from voucher_app.services.ports.policy import PublishedPolicy
    from voucher_app.services.queries.office import OfficeFacts
    from voucher_app.services.queries.voucher import CertificateRecord
    from voucher_app.services.workspace import Workspace

_CHAIN_HEAD_BYTES = 16
_PAPERS = frozenset({".pdf", ".png", ".jpg", ".jpeg", ".bmp", ".tif", ".tiff", ".webp"})
_PUBLIC_KEY = b"-----BEGIN PUBLIC KEY-----"
_QR_PREFIX = "SLQ1:"
_WORTH_NOTHING = frozenset({
    VoucherStatus.USED_UP, VoucherStatus.FROZEN, VoucherStatus.EXPIRED, VoucherStatus.RETURNED, VoucherStatus.VOIDED,
})  # fmt: skip


def facts_of(workspace: Workspace, numbers: Sequence[str]) -> list[CertificateFacts]:
    """Gather what stands on certificates; paper is Chinese whatever the window speaks.

    Raises:
        InvalidInput, NotFound: for a number that cannot be read or does not exist.
        StorageError: as `current_key`.
    """
    current_key(workspace)
    office = workspace.queries.office()
    records = workspace.queries.certificates(numbers)
    refuse_if_violated(
        [
            Violation(
                "TRANSITION",
                "certificate_ended",
                found=one.status.value,
                allowed="a live voucher",
                subject=str(one.number),
            )
            for one in records
            if one.status in ENDED
        ]
    )
    with speaking(CHINESE):
        sayings = {one.policy.id: _sayings(one.policy) for one in records}
        return [_facts(one, sayings[one.policy.id], office, workspace.signer()) for one in records]


def office_mode(office: OfficeFacts) -> str:
    """Return what every report says of an office in small-office mode; empty for any other office."""
    return _("The office works in small-office mode.") if office.small_office else ""


@dataclass(frozen=True, slots=True)
class _PolicyOnPaper:
    """What a policy version says on each of its certificates."""

    document_number: str
    title: str
    scope: str
    support: str


def _sayings(published: PublishedPolicy) -> _PolicyOnPaper:
    policy = published.policy
    return _PolicyOnPaper(
        document_number=f"{policy.document_number} {policy.clause}",
        title=_("{title}, version {version}").format(title=policy.title, version=published.version),
        scope=policy.scope,
        support=support_in_words(policy),
    )


def _facts(record: CertificateRecord, policy: _PolicyOnPaper, office: OfficeFacts, signer: Signer) -> CertificateFacts:
    text = signer.sign(_token_of(record))
    return CertificateFacts(
        number=str(record.number),
        year=record.number.year,
        sequence=record.number.sequence,
        office_name=office.name,
        recipient_name=record.recipient_name,
        recipient_uscc=record.recipient_uscc,
        face=record.face,
        provider_name=record.provider_name,
        contract_number=record.contract_number,
        document_number=policy.document_number,
        policy_title=policy.title,
        scope=policy.scope,
        support=policy.support,
        issued_on=record.issued_on,
        use_by=record.use_by,
        redeem_by=record.redeem_by,
        prepared_by=record.prepared_by,
        reviewed_by=record.reviewed_by,
        qr_text=text,
        check_code=signer.check_code(text),
        is_trial=office.trial,
        office_mode=office_mode(office),
    )


def support_in_words(policy: Policy) -> str:
    """Return ratio and yearly cap as one line."""
    base = _("the settled cost") if policy.base is Base.SETTLED else _("the contract amount")
    return _("{ratio} of {base}, at most {cap} ten-thousand yuan a unit and year").format(
        ratio=percent(str(policy.ratio)), base=base, cap=policy.recipient_year_cap.in_wan_yuan().removesuffix(".00")
    )


def _token_of(record: CertificateRecord) -> Token:
    return Token(
        number=str(record.number),
        uscc=record.recipient_uscc,
        face_fen=record.face.fen,
        use_by=record.use_by,
        redeem_by=record.redeem_by,
        journal_seq=record.issued_seq,
        chain_head=bytes.fromhex(record.journal_hash)[:_CHAIN_HEAD_BYTES],
    )


def current_key(workspace: Workspace) -> PublicKey:
    """Return the public part of the key that papers are signed with; the records know it, so that they verify.

    Raises:
        StorageError: `key_missing` when the key file was lost, `key_unknown` when it is another office's.
    """
    key = workspace.signer().public_key()
    if key not in workspace.queries.public_keys():
        raise StorageError("key_unknown", key_file_of(workspace.data_file.path), key.key_id)
    return key


def new_key(workspace: Workspace, *, reason: str, operator: Operator, request_id: str) -> PublicKey:
    """Make another signing key and record it; papers signed with an earlier one stay good.

    Raises:
        InvalidInput: without a reason.
        StorageError: when the key file cannot be written.
    """
    assert workspace.rehearsed is None, "a key file is made or not, there is no rehearsal of it"
    reason = parse_line(reason, field="reason", longest=LONGEST_REASON)
    with (
        _told(workspace.data_file.path.parent),
        workspace.unit_of_work(
            "certificate.key", operator=operator, request_id=request_id, facts={"reason": reason}, reason=reason
        ) as work,
    ):
        if work.repeats:
            return current_key(workspace)
        with workspace.signer().new_key() as key:
            work.commit([work.office.add_key(key)])
    return key


def foresee_new_key(workspace: Workspace, *, reason: str, operator: Operator, request_id: str) -> None:
    """Tell what stands against another signing key, in a rehearsal: no file is made, and nothing recorded.

    Raises:
        InvalidInput: without a reason.
        RulesViolated: when the person's role records no keys.
    """
    assert workspace.rehearsed is not None, "what is only looked at is rehearsed"
    reason = parse_line(reason, field="reason", longest=LONGEST_REASON)
    with workspace.unit_of_work(
        "certificate.key", operator=operator, request_id=request_id, facts={"reason": reason}, reason=reason
    ) as work:
        if not work.repeats:
            work.commit([])


def print_separately(workspace: Workspace, *, numbers: Sequence[str], folder: Path) -> list[Path]:
    """Write one PDF per certificate into a folder; all appear, or none.

    Raises:
        InvalidInput, NotFound: for a number that cannot be read or does not exist.
        MissingGlyph: before the first page, when a character is in no font.
        StorageError: `output`, when the folder cannot be written; or as `current_key`.
    """
    facts = facts_of(workspace, _told_once(numbers))
    with _told(folder):
        return workspace.printer().print_separately(facts, folder)


def print_together(workspace: Workspace, *, numbers: Sequence[str], file: Path) -> list[Path]:
    """Write one PDF with a page per certificate.

    Raises:
        InvalidInput, NotFound, MissingGlyph: as `print_separately`.
    """
    facts = facts_of(workspace, _told_once(numbers))
    with _told(file.parent):
        return [workspace.printer().print_together(facts, file)]


@contextmanager
def _told(folder: Path) -> Iterator[None]:
    """Name the folder when the system does not let the papers be written."""
    try:
        yield
    except OSError as error:
        raise StorageError("output", folder, str(error)) from error


def export_key(workspace: Workspace, key: PublicKey, file: Path) -> None:
    """Write a public key to a PEM file; only another public key is ever overwritten.

    Raises:
        StorageError: `exists`, when the file is something else; `output`, when it cannot be written.
    """
    try:
        if file.exists() and not file.read_bytes().startswith(_PUBLIC_KEY):
            raise StorageError("exists", file)
        workspace.signer().export_public_key(key, file)
    except (OSError, ValueError) as error:
        raise StorageError("output", file, str(error)) from error


def _told_once(numbers: Sequence[str]) -> list[str]:
    if not numbers:
        raise InvalidInput("voucher_number", found="")
    return list(dict.fromkeys(str(VoucherNumber.parse(number)) for number in numbers))


def texts_in(source: str, reader: PaperReader) -> list[str]:
    """Return the QR texts that a person hands over: the text itself, or a PDF or picture of the paper.

    Raises:
        InvalidInput: when a file holds no legible one.
    """
    text = source.strip()
    if text.startswith(_QR_PREFIX):
        return [text]
    file = Path(source)
    try:
        is_file = file.is_file()
    except (OSError, ValueError):
        is_file = False  # too long for a path, or with a NUL: then it is a text
    if not is_file and (file.suffix.casefold() in _PAPERS or file.is_dir()):
        raise StorageError("missing_file", source)
    if not is_file:
        return [text]
    found = reader.qr_text(file)
    if not found:
        raise InvalidInput("qr_unreadable", found=source)
    return found


def verify_text(workspace: Workspace, text: str) -> Verdict:
    """Check a QR text against the records: signature, every field, the journal, and what became of the voucher."""
    try:
        token = workspace.signer().read(text.strip(), workspace.queries.public_keys())
    except BrokenToken as broken:
        return Verdict("invalid", broken.code, None, (), online=True)
    try:
        (record,) = workspace.queries.certificates([token.number])
    except (NotFound, InvalidInput):
        return Verdict("invalid", "unknown", token, (), online=True)
    recorded = _token_of(record)
    names = {
        "uscc": _("credit code"),
        "face_fen": _("face value"),
        "use_by": _("last day of use"),
        "redeem_by": _("last day to redeem"),
        "journal_seq": _("journal record"),
        "chain_head": _("journal hash"),
    }
    differing = tuple(name for field, name in names.items() if getattr(token, field) != getattr(recorded, field))
    if differing:
        return Verdict("invalid", "differs", token, differing, online=True)
    status = record.status
    if status in _WORTH_NOTHING:
        return Verdict(status.value, status.value, token, (), online=True)
    return _still_valid(token, on=workspace.clock.today(), online=True)


def _still_valid(token: Token, *, on: date, online: bool) -> Verdict:
    if on > token.redeem_by:
        return Verdict("expired", "expired", token, (), online=online)
    return Verdict("valid", "valid" if online else "valid_offline", token, (), online=online)


def verify_file(workspace: Workspace, file: Path) -> Verdict:
    """Check the paper in a PDF or a picture against the records; of several, the first that is not valid decides.

    Raises:
        InvalidInput: when no QR code is legible.
    """
    return worst(verify_text(workspace, text) for text in texts_in(str(file), workspace.reader()))


def verify_offline(text: str, *, signer: Signer, keys: Sequence[PublicKey], on: date) -> Verdict:
    """Check a QR text with nothing but public keys: form, signature and dates; voids are not known here."""
    try:
        token = signer.read(text.strip(), list(keys))
    except BrokenToken as broken:
        return Verdict("invalid", broken.code, None, (), online=False)
    return _still_valid(token, on=on, online=False)


def worst(verdicts: Iterable[Verdict]) -> Verdict:
    """Return the first verdict that is not valid, or the last one."""
    verdict = None
    for verdict in verdicts:
        if verdict.verdict != "valid":
            break
    assert verdict is not None, "there is at least one text"
    return verdict
