"""Certificates (券面): printed from the records, checked against them or against the public key alone."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

from voucher_app.domain.errors import InvalidInput, NotFound, Violation, refuse_if_violated
from voucher_app.domain.numbering import VoucherNumber
from voucher_app.domain.policy import Base
from voucher_app.domain.printing import PrintForm
from voucher_app.domain.voucher import ENDED, VoucherStatus
from voucher_app.i18n import CHINESE, _, speaking
from voucher_app.services.office_key import current_key, revocation_of
from voucher_app.services.papers import (
    BrokenToken,
    CertificateFacts,
    Token,
    Verdict,
)
from voucher_app.services.ports.errors import StorageError
from voucher_app.services.print_request import Destination, Draw, Paper
from voucher_app.services.printing import print_papers
from voucher_app.services.wording.rules import percent

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from datetime import date

    from voucher_app.domain.policy import Policy
    from voucher_app.domain.printing import PrintJob
    from voucher_app.domain.voucher import Voucher
    from voucher_app.services.papers import (
        PaperReader,
        PublicKey,
        Signer,
    )
    from voucher_app.services.ports.policy import PublishedPolicy
    from voucher_app.services.print_request import Request, Stamp
    from voucher_app.services.queries.office import OfficeFacts
    from voucher_app.services.queries.voucher import CertificateRecord
    from voucher_app.services.void_list import VoidList
    from voucher_app.services.workspace import Workspace

_CHAIN_HEAD_BYTES = 16
_PAPERS = frozenset({".pdf", ".png", ".jpg", ".jpeg", ".bmp", ".tif", ".tiff", ".webp"})
_QR_PREFIX = "SLQ1:"
ARCHIVE_PREFIX: Final = "SLQ-ARCHIVE:"
"""Begins the code on an archive copy, which no checker takes for a certificate's."""
_WORTH_NOTHING = frozenset({
    VoucherStatus.USED_UP, VoucherStatus.FROZEN, VoucherStatus.EXPIRED, VoucherStatus.RETURNED, VoucherStatus.VOIDED,
})  # fmt: skip


KIND: Final = "certificate"
"""The kind of document in the register of prints."""


def facts_of(workspace: Workspace, numbers: Sequence[str], copies: Sequence[int] = ()) -> list[CertificateFacts]:
    """Gather what stands on certificates; paper is Chinese whatever the window speaks.

    Args:
        workspace: the open workspace.
        numbers: of the vouchers.
        copies: which copy each of them is; the first, when not told.

    Raises:
        InvalidInput, NotFound: for a number that cannot be read or does not exist.
        RulesViolated: for vouchers that have ended.
        StorageError: as `current_key`.
    """
    current_key(workspace)
    office = workspace.queries.office()
    records = workspace.queries.certificates(numbers)
    refuse_if_violated(check_live(records))
    with speaking(CHINESE):
        sayings = {one.policy.id: _sayings(one.policy) for one in records}
        return [
            _signed(_facts(one, sayings[one.policy.id], office), one, workspace.signer(), copy)
            for one, copy in zip(records, copies or [1] * len(records), strict=True)
        ]


def archive_facts_of(workspace: Workspace, numbers: Sequence[str]) -> list[CertificateFacts]:
    """Gather what certificates say for the archive, of ended vouchers too: marked, and with nothing to redeem by.

    A copy with a signed code would be a paper that can be redeemed and that no register of prints knows; so the code
    tells the number alone, and the pack's own signature proves the copy.

    Raises:
        InvalidInput, NotFound: for a number that cannot be read or does not exist.
    """
    office = workspace.queries.office()
    records = workspace.queries.certificates(numbers)
    with speaking(CHINESE):
        sayings = {one.policy.id: _sayings(one.policy) for one in records}
        mark = _("archive copy")
        return [
            replace(
                _facts(one, sayings[one.policy.id], office),
                qr_text=f"{ARCHIVE_PREFIX}{one.number}",
                check_code=mark,
                mark=mark,
            )
            for one in records
        ]


def check_live(vouchers: Sequence[Voucher] | Sequence[CertificateRecord]) -> list[Violation]:
    """Refuse to print vouchers that have ended: their papers could not be told from live ones without the office."""
    return [
        Violation(
            "TRANSITION", "certificate_ended", found=one.status.value, allowed="a live voucher", subject=str(one.number)
        )
        for one in vouchers
        if one.status in ENDED
    ]


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


def _signed(facts: CertificateFacts, record: CertificateRecord, signer: Signer, copy: int) -> CertificateFacts:
    text = signer.sign(_token_of(record))
    return replace(facts, qr_text=text, check_code=signer.check_code(text), copy=copy)


def _facts(record: CertificateRecord, policy: _PolicyOnPaper, office: OfficeFacts) -> CertificateFacts:
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
        qr_text="",
        check_code="",
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


def draw_of(workspace: Workspace, numbers: Sequence[str]) -> Draw:
    """Return how the certificates of some vouchers are drawn.

    Raises:
        InvalidInput, NotFound: for a number that cannot be read or does not exist.
    """
    records = workspace.records()
    vouchers = [records.vouchers.get(VoucherNumber.parse(number)) for number in _told_once(numbers)]
    titles = [str(one.number) for one in vouchers]

    def files(stamps: Sequence[Stamp], in_one_file: bool, told: Callable[[int], None]) -> Iterator[bytes]:  # noqa: FBT001
        facts = facts_of(workspace, titles, [one.copy for one in stamps])
        if in_one_file:
            yield workspace.printer().draw_together(facts, told)
            return
        for count, content in enumerate(workspace.printer().draw_each(facts), start=1):
            yield content
            told(count)

    return Draw(
        papers=[Paper(KIND, f"voucher:{one.id}", title, title) for one, title in zip(vouchers, titles, strict=True)],
        files=files,
        check=lambda work: check_live([work.vouchers.get_by_id(one.id) for one in vouchers]),
        again=lambda items: draw_of(workspace, [one.title for one in items]),
    )


def print_separately(
    workspace: Workspace,
    *,
    numbers: Sequence[str],
    folder: Path,
    request: Request,
    progress: Callable[[int, int], bool] | None = None,
) -> PrintJob | None:
    """Print one PDF per certificate into a folder; return the job, or None when the person cancelled.

    Raises:
        InvalidInput, NotFound: for a number that cannot be read or does not exist.
        MissingGlyph: before the first page, when a character is in no font.
        RulesViolated: for a voucher that has ended, or that was printed before and has no reason.
        StorageError: `output`, when the folder cannot be written; `exists`; or as `current_key`.
    """
    to = Destination(PrintForm.FOLDER, str(folder.absolute()))
    return print_papers(workspace, draw_of(workspace, numbers), to=to, request=request, progress=progress)


def print_together(
    workspace: Workspace,
    *,
    numbers: Sequence[str],
    file: Path,
    request: Request,
    replaces: bool = False,
    progress: Callable[[int, int], bool] | None = None,
) -> PrintJob | None:
    """Print one PDF with a page per certificate; `replaces`: a file of that name may be replaced.

    Raises:
        InvalidInput, NotFound, MissingGlyph, RulesViolated, StorageError: as `print_separately`.
    """
    to = Destination(PrintForm.FILE, str(file.absolute()), replaces=replaces)
    return print_papers(workspace, draw_of(workspace, numbers), to=to, request=request, progress=progress)


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
    verdict = _against(workspace, text, token, record)
    if token.uscc != record.recipient_uscc:
        return verdict  # the paper speaks of somebody else: no name is put beside it
    return replace(verdict, recipient_name=record.recipient_name, provider_name=record.provider_name)


def _against(workspace: Workspace, text: str, token: Token, record: CertificateRecord) -> Verdict:
    """Judge a genuine text by the record of its voucher."""
    recorded = _token_of(record)
    names = {
        "uscc": _("credit code"),
        "face_fen": _("face value"),
        "use_by": _("last day of use"),
        "redeem_by": _("last day to redeem"),
        "journal_seq": _("journal record"),
        "chain_head": _("journal hash"),
    }
    revocation = revocation_of(workspace, workspace.signer().key_of(text.strip()))
    differing = tuple(name for field, name in names.items() if getattr(token, field) != getattr(recorded, field))
    if differing:
        return Verdict("invalid", "differs", token, differing, online=True)
    status = record.status
    if status in _WORTH_NOTHING:
        return Verdict(status.value, status.value, token, (), online=True)
    if revocation is not None:
        return Verdict("revoked-key", "revoked_known", token, (_day(revocation.decided_on),), online=True)
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


def verify_offline(
    text: str, *, signer: Signer, keys: Sequence[PublicKey], on: date, void_list: VoidList | None = None
) -> Verdict:
    """Check a QR text with nothing but public keys: form, signature and dates.

    Voids and revoked keys are known only from the office's signed list, as of its day.
    """
    try:
        token = signer.read(text.strip(), list(keys))
    except BrokenToken as broken:
        return Verdict("invalid", broken.code, None, (), online=False)
    if void_list is None:
        return _still_valid(token, on=on, online=False)
    revoked = void_list.revoked.get(signer.key_of(text.strip()))
    if revoked is not None:
        return Verdict("revoked-key", "revoked", token, (_day(revoked[0]),), online=False)
    ended = void_list.ended.get(token.number)
    if ended is not None:
        return Verdict(ended[0], "ended_on_list", token, (_day(ended[1]),), online=False)
    verdict = _still_valid(token, on=on, online=False)
    if verdict.verdict == "valid":
        return replace(verdict, reason="valid_by_list", details=(_day(void_list.as_of),))
    return verdict


def _day(day: date | None) -> str:
    assert day is not None, "what is decided has its day"
    return day.isoformat()


def worst(verdicts: Iterable[Verdict]) -> Verdict:
    """Return the first verdict that is not valid, or the last one."""
    verdict = None
    for verdict in verdicts:
        if verdict.verdict != "valid":
            break
    assert verdict is not None, "there is at least one text"
    return verdict
