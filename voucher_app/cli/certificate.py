"""`certificate`: printing papers and checking them, with the records or with the public key alone."""

from __future__ import annotations

import base64
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from voucher_app.cli import passwords
from voucher_app.cli.command import REASON, Command, Result, argument
from voucher_app.cli.documents import document_of, table
from voucher_app.domain.errors import InvalidInput
from voucher_app.i18n import _
from voucher_app.services import certificate, office_key, print_ending, signature, verifier, void_list
from voucher_app.services.ports.errors import StorageError
from voucher_app.services.print_request import Request
from voucher_app.services.wording.errors import describe
from voucher_app.services.wording.names import status_name
from voucher_app.services.wording.papers import verdict_sentence

if TYPE_CHECKING:
    from voucher_app.cli.command import Call
    from voucher_app.domain.office_key import KeyRevocation
    from voucher_app.services.papers import Verdict


def _print(call: Call) -> Result:
    folder: Path = call.arguments.out
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StorageError("output", folder, str(error)) from error
    numbers: list[str] = call.arguments.numbers
    workspace = call.workspace
    request = Request(call.operator, call.request_id, call.arguments.reason)
    call.unlock()
    key = office_key.current_key(workspace)
    key_file = folder / f"office-key-{key.key_id}.pem"
    office_key.refuse_other_file(key_file)  # told before anything is recorded
    if call.arguments.one_file:
        file = folder / f"certificates-{numbers[0]}-{len(numbers)}.pdf"
        job = certificate.print_together(workspace, numbers=numbers, file=file, request=request)
    else:
        job = certificate.print_separately(workspace, numbers=numbers, folder=folder, request=request)
    assert job is not None, "nobody cancels a command but by a signal"
    files = print_ending.files_of(workspace, job)
    said = [_("public key: {file}").format(file=key_file)]
    try:
        office_key.export_key(workspace, key, key_file)
    except StorageError as error:
        said = describe(error)  # the papers are printed, and must not look as if they were not
    document = {
        "job": job.id,
        "files": [str(file) for file in files],
        "numbers": numbers,
        "key": str(key_file) if key_file.exists() else None,
        "key_id": key.key_id,
    }
    return Result(document, [*map(str, files), *said])


def _key(call: Call) -> Result:
    workspace = call.workspace
    key = office_key.current_key(workspace)
    office_key.export_key(workspace, key, call.arguments.out)
    return Result({"key": str(call.arguments.out), "key_id": key.key_id}, [str(call.arguments.out)])


def _new_key(call: Call) -> Result:
    key = office_key.new_key(
        call.workspace,
        reason=call.arguments.reason,
        passphrase=_new_passphrase(call) if _wants_passphrase(call) else None,
        operator=call.operator,
        request_id=call.request_id,
    )
    said = _("A new signing key {key_id} was made. Publish it with: certificate key --out FILE")
    return Result({"key_id": key.key_id}, [said.format(key_id=key.key_id)])


def _verifier(call: Call) -> Result:
    file: Path = call.arguments.out
    published = verifier.export_verifier(call.workspace, file=file)
    keys = [one.key.key_id for one in published.keys]
    document = {
        "file": str(file),
        "as_of": published.as_of.isoformat(),
        "journal_seq": published.journal_seq,
        "keys": keys,
        "ended": len(published.ended),
    }
    said = _("{file}: checks certificates without a network; {count} ended vouchers as of {day}, keys {keys}").format(
        file=file, count=len(published.ended), day=published.as_of.isoformat(), keys=", ".join(keys)
    )
    return Result(document, [said])


def _wants_passphrase(call: Call) -> bool:
    """Return whether another key comes under a passphrase: where one is given, or the key before it was under one."""
    return call.arguments.new_passphrase_file is not None or call.workspace.signer().is_protected()


def _new_passphrase(call: Call) -> str:
    file: Path | None = call.arguments.new_passphrase_file
    return passwords.ask_new_passphrase() if file is None else passwords.one_from_file(file)


def _passphrase(call: Call) -> Result:
    if call.arguments.remove and call.arguments.new_passphrase_file is not None:
        raise InvalidInput("passphrase_choice", found="")
    operator, workspace = call.operator, call.workspace
    call.unlock()
    passphrase = None if call.arguments.remove else _new_passphrase(call)
    office_key.set_passphrase(workspace, passphrase=passphrase, operator=operator, request_id=call.request_id)
    protected = workspace.signer().is_protected()
    said = _("The signing key is under a passphrase.") if protected else _("The signing key is under no passphrase.")
    return Result({"is_protected": protected}, [said])


def _revocation(revocation: KeyRevocation) -> Result:
    line = f"{revocation.key_id} · {status_name('key-revocation', revocation.status)} · {revocation.reason}"
    return Result(document_of(revocation), [line])


def _revoke_key(call: Call) -> Result:
    given = call.arguments
    return _revocation(
        office_key.revoke(
            call.workspace, key_id=given.key, reason=given.reason, operator=call.operator, request_id=call.request_id
        )
    )


def _keep_key(call: Call) -> Result:
    given = call.arguments
    return _revocation(
        office_key.keep(
            call.workspace, key_id=given.key, reason=given.reason, operator=call.operator, request_id=call.request_id
        )
    )


def _keys(call: Call) -> Result:
    states = office_key.key_states(call.workspace)
    head = [_("key"), _("in use"), _("passphrase"), _("status"), _("since"), _("reason")]
    yes = _("yes")
    lines = [
        [
            one.key.key_id,
            yes if one.is_current else "",
            yes if one.is_protected else "",
            status_name("key-revocation", one.revocation) if one.revocation else "",
            one.revoked_on.isoformat() if one.revoked_on else "",
            one.reason,
        ]
        for one in states
    ]
    document = [
        {
            **document_of(one),
            "key": one.key.key_id,
            "algorithm": one.key.algorithm,
            "raw_base64": base64.b64encode(one.key.raw).decode("ascii"),
        }
        for one in states
    ]
    return Result({"keys": document}, table(head, lines))


def _void_list(call: Call) -> Result:
    file: Path = call.arguments.out
    call.unlock()
    count = void_list.write(call.workspace, file=file)
    said = _("{count} void numbers as of {day}: {file}").format(count=count, day=call.today.isoformat(), file=file)
    return Result({"file": str(file), "numbers": count, "as_of": call.today.isoformat()}, [said])


def _verify(call: Call) -> Result:
    texts = certificate.texts_in(call.arguments.source, call.tools.make_reader())
    key_file: Path | None = call.arguments.key
    if key_file is None and call.arguments.list is not None:
        raise InvalidInput("needs_argument", found="--list", needed="--key")
    if key_file is None:
        workspace = call.workspace
        verdict = certificate.worst(certificate.verify_text(workspace, text) for text in texts)
    else:
        signer, keys = call.published_key(key_file)
        today, list_file = call.today, call.arguments.list
        voids = void_list.read(list_file, signer=signer, keys=keys) if list_file is not None else None
        verdict = certificate.worst(
            certificate.verify_offline(text, signer=signer, keys=keys, on=today, void_list=voids) for text in texts
        )
    return _verdict(verdict)


def _sign(call: Call) -> Result:
    given = call.arguments
    now = datetime.now(UTC)
    passphrase = _passphrase_of(given.passphrase_file, given.pkcs12)
    identity = signature.sign_pdf(
        call.tools.make_pdf_signer(),
        file=given.file,
        pkcs12=given.pkcs12,
        passphrase=passphrase,
        out=given.out,
        now=now,
    )
    said = signature.note_of(identity, now=now)
    return Result({"file": str(given.out), "identity": document_of(identity), "note": said}, [str(given.out), said])


def _make_identity(call: Call) -> Result:
    given = call.arguments
    file: Path | None = given.passphrase_file
    passphrase = passwords.ask_new(str(given.out)) if file is None else passwords.one_from_file(file)
    identity = signature.make_trial_identity(
        call.workspace, call.tools.make_pdf_signer(), file=given.out, passphrase=passphrase
    )
    said = _("A key of {name} was made for trying signatures out. It proves to nobody who signed.")
    return Result(
        {"file": str(given.out), "identity": document_of(identity)},
        [str(given.out), said.format(name=identity.name)],
    )


def _passphrase_of(file: Path | None, pkcs12: Path) -> str:
    return passwords.ask(pkcs12.name) if file is None else passwords.one_from_file(file)


def _verdict(verdict: Verdict) -> Result:
    said = verdict_sentence(verdict)
    document: dict[str, object] = {
        "verdict": verdict.verdict,
        "reason": verdict.reason,
        "message": said,
        "online": verdict.online,
        "details": list(verdict.details),
        "certificate": document_of(verdict.token),
        "recipient_name": verdict.recipient_name,
        "provider_name": verdict.provider_name,
    }
    if verdict.verdict == "valid":
        return Result(document, [said])
    document["error"] = {
        "kind": "certificate",
        "violations": [{"rule": "QR", "message": said, "found": verdict.verdict, "allowed": "valid"}],
    }
    return Result(document, [said], code=1)


_PASSPHRASE = argument("--passphrase-file", type=Path, metavar="FILE")
_NEW_PASSPHRASE = argument("--new-passphrase-file", type=Path, metavar="FILE")
COMMANDS = (
    Command(
        "certificate",
        "print",
        "print certificates as PDF",
        _print,
        (
            argument("numbers", nargs="+", metavar="NO"),
            argument("--out", required=True, type=Path, metavar="DIR"),
            argument("--one-file", action="store_true"),
            argument("--reason", default="", metavar="TEXT", help="why papers are printed again"),
        ),
        use_case="print.begin",
    ),
    Command(
        "certificate",
        "verify",
        "check a QR text, a PDF or a picture of a certificate",
        _verify,
        (
            argument("source", metavar="FILE_OR_TEXT"),
            argument("--key", type=Path, metavar="FILE"),
            argument("--list", type=Path, metavar="FILE", help="with --key: the office's list of void numbers"),
        ),
    ),
    Command(
        "certificate",
        "sign",
        "sign a PDF file of any kind with a certificate of the office (PAdES)",
        _sign,
        (
            argument("file", type=Path, metavar="FILE"),
            argument("--pkcs12", required=True, type=Path, metavar="FILE"),
            _PASSPHRASE,
            argument("--out", required=True, type=Path, metavar="FILE"),
        ),
    ),
    Command(
        "certificate",
        "make-identity",
        "make a key with a certificate of its own, to try PDF signatures out in a trial office",
        _make_identity,
        (argument("--out", required=True, type=Path, metavar="FILE"), _PASSPHRASE),
    ),
    Command(
        "certificate",
        "key",
        "write the office's public key to a file",
        _key,
        (argument("--out", required=True, type=Path, metavar="FILE"),),
    ),
    Command(
        "certificate",
        "verifier",
        "write a page that checks certificates in any browser, without a network",
        _verifier,
        (argument("--out", required=True, type=Path, metavar="FILE"),),
    ),
    Command(
        "certificate",
        "new-key",
        "make another signing key, for example when the key file was lost",
        _new_key,
        (REASON, _NEW_PASSPHRASE),
        use_case="certificate.key",
    ),
    Command("certificate", "keys", "list the office's keys", _keys),
    Command(
        "certificate",
        "passphrase",
        "put the signing key under a passphrase, change it, or take it away",
        _passphrase,
        (_NEW_PASSPHRASE, argument("--remove", action="store_true")),
        use_case="certificate.passphrase",
    ),
    Command(
        "certificate",
        "revoke-key",
        "propose to revoke a key; another person's call revokes it",
        _revoke_key,
        (argument("key", metavar="KEY"), REASON),
        use_case="certificate.revoke-key",
    ),
    Command(
        "certificate",
        "keep-key",
        "withdraw a proposal to revoke a key",
        _keep_key,
        (argument("key", metavar="KEY"), REASON),
        use_case="certificate.keep-key",
    ),
    Command(
        "certificate",
        "void-list",
        "write the signed list of void numbers and revoked keys",
        _void_list,
        (argument("--out", required=True, type=Path, metavar="FILE"),),
    ),
)
