"""`certificate`: printing papers and checking them, with the records or with the public key alone."""

from pathlib import Path

from voucher_app.cli.command import Call, Command, Result, argument
from voucher_app.cli.documents import document_of
from voucher_app.i18n import _
from voucher_app.services import certificate
from voucher_app.services.papers import Verdict
from voucher_app.services.ports.errors import StorageError
from voucher_app.services.wording.papers import verdict_sentence


def _print(call: Call) -> Result:
    folder: Path = call.arguments.out
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StorageError("output", folder, str(error)) from error
    numbers: list[str] = call.arguments.numbers
    workspace = call.workspace
    operator = call.operator_for_paper(records_a_key=certificate.key_is_new(workspace))
    if call.arguments.one_file:
        name = f"certificates-{numbers[0]}-{len(numbers)}.pdf"
        files = certificate.print_together(
            workspace, numbers=numbers, file=folder / name, operator=operator, request_id=call.request_id
        )
    else:
        files = certificate.print_separately(
            workspace, numbers=numbers, folder=folder, operator=operator, request_id=call.request_id
        )
    key = workspace.signer().public_key()
    key_file = folder / f"office-key-{key.key_id}.pem"
    certificate.export_key(workspace, key, key_file)
    document = {"files": [str(file) for file in files], "numbers": numbers, "key": str(key_file), "key_id": key.key_id}
    return Result(document, [*map(str, files), _("public key: {file}").format(file=key_file)])


def _key(call: Call) -> Result:
    workspace = call.workspace
    operator = call.operator_for_paper(records_a_key=certificate.key_is_new(call.workspace))
    key = certificate.record_key(call.workspace, operator=operator, request_id=call.request_id)
    certificate.export_key(workspace, key, call.arguments.out)
    return Result({"key": str(call.arguments.out), "key_id": key.key_id}, [str(call.arguments.out)])


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
        "key",
        "write the office's public key to a file",
        _key,
        (argument("--out", required=True, type=Path, metavar="FILE"),),
    ),
)
