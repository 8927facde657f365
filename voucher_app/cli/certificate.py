"""`certificate`: printing papers and checking them, with the records or with the public key alone."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from voucher_app.cli import passwords
from voucher_app.cli.command import REASON, Command, Result, argument
from voucher_app.cli.documents import document_of
from voucher_app.i18n import _
from voucher_app.services import certificate, signature, verifier
from voucher_app.services.ports.errors import StorageError
from voucher_app.services.wording.papers import verdict_sentence

if TYPE_CHECKING:
    from voucher_app.cli.command import Call
    from voucher_app.services.papers import Verdict


def _print(call: Call) -> Result:
    folder: Path = call.arguments.out
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StorageError("output", folder, str(error)) from error
    numbers: list[str] = call.arguments.numbers
    workspace = call.workspace
    if call.arguments.one_file:
        name = f"certificates-{numbers[0]}-{len(numbers)}.pdf"
        files = certificate.print_together(workspace, numbers=numbers, file=folder / name)
    else:
        files = certificate.print_separately(workspace, numbers=numbers, folder=folder)
    key = certificate.current_key(workspace)
    key_file = folder / f"office-key-{key.key_id}.pem"
    certificate.export_key(workspace, key, key_file)
    document = {"files": [str(file) for file in files], "numbers": numbers, "key": str(key_file), "key_id": key.key_id}
    return Result(document, [*map(str, files), _("public key: {file}").format(file=key_file)])


def _key(call: Call) -> Result:
    workspace = call.workspace
    key = certificate.current_key(workspace)
    certificate.export_key(workspace, key, call.arguments.out)
    return Result({"key": str(call.arguments.out), "key_id": key.key_id}, [str(call.arguments.out)])


def _new_key(call: Call) -> Result:
    key = certificate.new_key(
        call.workspace, reason=call.arguments.reason, operator=call.operator, request_id=call.request_id
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


def _verify(call: Call) -> Result:
    texts = certificate.texts_in(call.arguments.source, call.tools.make_reader())
    key_file: Path | None = call.arguments.key
    if key_file is None:
        workspace = call.workspace
        verdict = certificate.worst(certificate.verify_text(workspace, text) for text in texts)
    else:
        signer = call.tools.make_signer(key_file)
        try:
            keys = [signer.load_public_key(key_file)]
        except OSError as error:
            raise StorageError("missing_file", key_file, str(error)) from error
        today = call.today
        verdict = certificate.worst(
            certificate.verify_offline(text, signer=signer, keys=keys, on=today) for text in texts
        )
    return _verdict(verdict)


def _sign(call: Call) -> Result:
    given = call.arguments
    now = datetime.now(UTC)
    passphrase = _passphrase(given.passphrase_file, given.pkcs12)
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


def _passphrase(file: Path | None, pkcs12: Path) -> str:
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
    }
    if verdict.verdict == "valid":
        return Result(document, [said])
    document["error"] = {
        "kind": "certificate",
        "violations": [{"rule": "QR", "message": said, "found": verdict.verdict, "allowed": "valid"}],
    }
    return Result(document, [said], code=1)


_PASSPHRASE = argument("--passphrase-file", type=Path, metavar="FILE")

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
        ),
    ),
    Command(
        "certificate",
        "verify",
        "check a QR text, a PDF or a picture of a certificate",
        _verify,
        (argument("source", metavar="FILE_OR_TEXT"), argument("--key", type=Path, metavar="FILE")),
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
        (REASON,),
        use_case="certificate.key",
    ),
)
