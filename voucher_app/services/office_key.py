"""Keys of the office (发放机关密钥): the current one, another one, its passphrase, and revocation by two people."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from voucher_app.domain.decision import check_decision
from voucher_app.domain.errors import NotFound, refuse_if_violated
from voucher_app.domain.lifecycle import next_status
from voucher_app.domain.office_key import REVOCATION_STEPS, RevocationStatus, parse_passphrase
from voucher_app.domain.text import LONGEST_REASON, parse_line
from voucher_app.services.ports.errors import StorageError
from voucher_app.services.workspace import key_file_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date
    from pathlib import Path

    from voucher_app.domain.office_key import KeyRevocation
    from voucher_app.domain.operators import Operator
    from voucher_app.services.papers import PublicKey
    from voucher_app.services.ports.unit_of_work import UnitOfWork
    from voucher_app.services.workspace import Workspace

_PUBLIC_KEY = b"-----BEGIN PUBLIC KEY-----"


@dataclass(frozen=True, slots=True)
class KeyState:
    """A key of the office as it stands.

    Attributes:
        is_current: papers are signed with it now; `is_protected`: its file is under a passphrase.
        revocation: `proposed` or `revoked`, empty for a key that nobody wants to revoke; `reason`: why.
        revoked_on: the day of its revocation, or None.
    """

    key: PublicKey
    is_current: bool
    is_protected: bool
    revocation: str = ""
    reason: str = ""
    revoked_on: date | None = None


def key_states(workspace: Workspace) -> list[KeyState]:
    """Return every key the office ever used, newest first."""
    signer = workspace.signer()
    try:
        current = signer.public_key()
    except StorageError:
        current = None  # the file is lost; the keys are recorded all the same
    live = {one.key_id: one for one in workspace.records().keys.revocations() if one.status is not _WITHDRAWN}
    states = []
    for key in workspace.queries.public_keys():
        revocation = live.get(key.key_id)
        is_current = key == current
        states.append(
            KeyState(
                key,
                is_current=is_current,
                is_protected=is_current and signer.is_protected(),
                revocation=revocation.status.value if revocation else "",
                reason=revocation.reason if revocation else "",
                revoked_on=revocation.decided_on if revocation else None,
            )
        )
    return states


_WITHDRAWN = RevocationStatus.WITHDRAWN


def current_key(workspace: Workspace) -> PublicKey:
    """Return the public part of the key that papers are signed with; the records know it, so that they verify.

    Raises:
        StorageError: `key_missing` when the key file was lost, `key_unknown` when it is another office's,
            `key_revoked` when it must not be used any more.
    """
    key = workspace.signer().public_key()
    if key not in workspace.queries.public_keys():
        raise StorageError("key_unknown", key_file_of(workspace.data_file.path), key.key_id)
    if revocation_of(workspace, key.key_id) is not None:
        raise StorageError("key_revoked", key_file_of(workspace.data_file.path), key.key_id)
    return key


def revocation_of(workspace: Workspace, key_id: str) -> KeyRevocation | None:
    """Return the revocation of a key, or None; a proposal revokes nothing yet."""
    found = workspace.records().keys.live(key_id)
    return found if found is not None and found.status is RevocationStatus.REVOKED else None


def new_key(
    workspace: Workspace, *, reason: str, operator: Operator, request_id: str, passphrase: str | None = None
) -> PublicKey:
    """Make another signing key and record it; papers signed with an earlier one stay good.

    Args:
        workspace: the open workspace.
        reason: why.
        operator: who makes it.
        request_id: unique per request.
        passphrase: what the new key's file is put under; None for none.

    Raises:
        InvalidInput: without a reason, or for a passphrase that is too short.
        StorageError: when the key file cannot be written.
    """
    assert workspace.rehearsed is None, "a key file is made or not, there is no rehearsal of it"
    reason = parse_line(reason, field="reason", longest=LONGEST_REASON)
    secret = None if passphrase is None else parse_passphrase(passphrase)
    with (
        _told(workspace.data_file.path.parent),
        workspace.unit_of_work(
            "certificate.key", operator=operator, request_id=request_id, facts={"reason": reason}, reason=reason
        ) as work,
    ):
        if work.repeats:
            return current_key(workspace)
        with workspace.signer().new_key(secret) as key:
            work.commit([work.office.add_key(key)])
    return key


def foresee_new_key(
    workspace: Workspace, *, reason: str, operator: Operator, request_id: str, passphrase: str | None = None
) -> None:
    """Tell what stands against another signing key, in a rehearsal: no file is made, and nothing recorded.

    Raises:
        InvalidInput: without a reason, or for a passphrase that is too short.
        RulesViolated: when the person's role records no keys.
    """
    assert workspace.rehearsed is not None, "what is only looked at is rehearsed"
    reason = parse_line(reason, field="reason", longest=LONGEST_REASON)
    if passphrase is not None:
        parse_passphrase(passphrase)
    with workspace.unit_of_work(
        "certificate.key", operator=operator, request_id=request_id, facts={"reason": reason}, reason=reason
    ) as work:
        if not work.repeats:
            work.commit([])


def set_passphrase(workspace: Workspace, *, passphrase: str | None, operator: Operator, request_id: str) -> None:
    """Put the signing key under another passphrase, or under none; the records tell who did, and never what it is.

    Raises:
        InvalidInput: for a passphrase that is too short.
        StorageError: `key_missing`; `key_locked`, while the passphrase it has was not given; `output`.
    """
    assert workspace.rehearsed is None, "a key file is changed or not, there is no rehearsal of it"
    secret = None if passphrase is None else parse_passphrase(passphrase)
    facts: dict[str, object] = {"has_passphrase": secret is not None}
    with (
        _told(workspace.data_file.path.parent),
        workspace.unit_of_work("certificate.passphrase", operator=operator, request_id=request_id, facts=facts) as work,
    ):
        if not work.repeats:
            with workspace.signer().protected(secret):
                work.commit([])


def foresee_passphrase(workspace: Workspace, *, passphrase: str | None, operator: Operator, request_id: str) -> None:
    """Tell what stands against another passphrase, in a rehearsal: the key file stays as it is.

    Raises:
        InvalidInput: for a passphrase that is too short.
        RulesViolated: when the person's role does not do it.
    """
    assert workspace.rehearsed is not None, "what is only looked at is rehearsed"
    secret = None if passphrase is None else parse_passphrase(passphrase)
    facts: dict[str, object] = {"has_passphrase": secret is not None}
    with workspace.unit_of_work(
        "certificate.passphrase", operator=operator, request_id=request_id, facts=facts
    ) as work:
        if not work.repeats:
            work.commit([])


def unlock(workspace: Workspace, passphrase: str) -> None:
    """Open the signing key for this run of the program.

    Raises:
        InvalidInput: `passphrase_wrong`.
        StorageError: `key_missing`.
    """
    workspace.signer().unlock(parse_passphrase(passphrase, new=False))


# ------------------------------------------------------------------------------------------- revocation


def revoke(workspace: Workspace, *, key_id: str, reason: str, operator: Operator, request_id: str) -> KeyRevocation:
    """Propose to revoke a key, or revoke it where another person has proposed it (R23).

    Args:
        workspace: the open workspace.
        key_id: eight hexadecimal digits.
        reason: why; who reads the list of revoked keys reads it too. The proposal's one counts.
        operator: who proposes or decides.
        request_id: unique per request.

    Raises:
        NotFound: when the office never had such a key.
        RulesViolated: `R23`, for who proposed it; `TRANSITION`, when it is revoked already.
        InvalidInput: without a reason.
    """
    reason = parse_line(reason, field="reason", longest=LONGEST_REASON)
    key_id = key_id.strip().upper()
    with _revoking(workspace, "revoke-key", key_id, reason, operator, request_id) as work:
        if work.repeats:
            return work.keys.get(work.result[0])
        row, live = work.keys.row_of(key_id), work.keys.live(key_id)
        if live is None:
            revocation_id = work.keys.propose(row, reason=reason, prepared_by=operator.id)
        else:
            refuse_if_violated(
                check_decision(
                    REVOCATION_STEPS,
                    noun="key-revocation",
                    status=live.status,
                    act="revoke",
                    subject=key_id,
                    prepared_by=live.prepared_by,
                    decided_by=operator,
                )
            )
            revocation_id = live.id
            work.keys.decide(revocation_id, reviewed_by=operator.id)
        work.about(f"key:{row}")
        work.commit([revocation_id])
        return work.keys.get(revocation_id)


def keep(workspace: Workspace, *, key_id: str, reason: str, operator: Operator, request_id: str) -> KeyRevocation:
    """Withdraw a proposal to revoke a key; what is revoked stays revoked.

    Raises:
        NotFound: when the office never had such a key, or nobody wants to revoke it.
        RulesViolated: `TRANSITION`, when it is revoked already.
        InvalidInput: without a reason.
    """
    reason = parse_line(reason, field="reason", longest=LONGEST_REASON)
    key_id = key_id.strip().upper()
    with _revoking(workspace, "keep-key", key_id, reason, operator, request_id) as work:
        if work.repeats:
            return work.keys.get(work.result[0])
        row, live = work.keys.row_of(key_id), work.keys.live(key_id)
        if live is None:
            raise NotFound("key-revocation", key_id)
        next_status(REVOCATION_STEPS, noun="key-revocation", status=live.status, act="withdraw", subject=key_id)
        work.keys.withdraw(live.id, withdrawn_by=operator.id)
        work.about(f"key:{row}")
        work.commit([live.id])
        return work.keys.get(live.id)


def _revoking(
    workspace: Workspace, verb: str, key_id: str, reason: str, operator: Operator, request_id: str
) -> UnitOfWork:
    facts: dict[str, object] = {"key": key_id, "reason": reason}
    return workspace.unit_of_work(
        f"certificate.{verb}", operator=operator, request_id=request_id, facts=facts, reason=reason
    )


# ------------------------------------------------------------------------------------------- files


def refuse_other_file(file: Path) -> None:
    """Refuse a name under which something else than a public key lies.

    Raises:
        StorageError: `exists`, or `output`, when it cannot be read.
    """
    try:
        if file.exists() and not file.read_bytes().startswith(_PUBLIC_KEY):
            raise StorageError("exists", file)
    except OSError as error:
        raise StorageError("output", file, str(error)) from error


def export_key(workspace: Workspace, key: PublicKey, file: Path) -> None:
    """Write a public key to a PEM file; only another public key is ever overwritten.

    Raises:
        StorageError: `exists`, when the file is something else; `output`, when it cannot be written.
    """
    refuse_other_file(file)
    try:
        workspace.signer().export_public_key(key, file)
    except (OSError, ValueError) as error:
        raise StorageError("output", file, str(error)) from error


@contextmanager
def _told(folder: Path) -> Iterator[None]:
    """Name the folder when the system does not let the key file be written."""
    try:
        yield
    except OSError as error:
        raise StorageError("output", folder, str(error)) from error
