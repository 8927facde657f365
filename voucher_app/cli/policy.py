"""`policy`: published versions."""

from pathlib import Path

from voucher_app.cli.command import Call, Command, Result, argument
from voucher_app.cli.documents import policy_document, table
from voucher_app.domain.errors import NotFound
from voucher_app.i18n import _
from voucher_app.services import policy
from voucher_app.services.ports.errors import StorageError
from voucher_app.services.ports.policy import PublishedPolicy


def _document(published: PublishedPolicy) -> dict[str, object]:
    return {
        "id": published.id,
        "code": published.policy.code,
        "version": published.version,
        "published_on": published.published_on.isoformat(),
        "title": published.policy.title,
    }


def _list(call: Call) -> Result:
    published = call.workspace.queries.policies()
    head = [_("version"), _("title"), _("published on")]
    rows = [[one.label, one.policy.title, one.published_on.isoformat()] for one in published]
    return Result({"policies": [_document(one) for one in published]}, table(head, rows))


def _show(call: Call) -> Result:
    published = call.workspace.queries.policies()
    wanted: str | None = call.arguments.policy
    for one in published:
        if wanted in {None, one.policy.code, one.label, f"{one.policy.code}-v{one.version}", str(one.id)}:
            document = {**_document(one), "policy": policy_document(one.policy), "content": one.content}
            return Result(document, [one.label, "", one.content])
    raise NotFound("policy", wanted)


def _publish(call: Call) -> Result:
    file: Path = call.arguments.file
    try:
        content = file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise StorageError("missing_file", file, str(error)) from error
    published = policy.publish(call.workspace, content=content, operator=call.operator, request_id=call.request_id)
    return Result(_document(published), [_("Published: {label}").format(label=published.label)])


COMMANDS = (
    Command("policy", "list", "list the published versions", _list),
    Command(
        "policy",
        "show",
        "show a version, the current one by default",
        _show,
        (argument("policy", nargs="?", metavar="CODE"),),
    ),
    Command(
        "policy",
        "publish",
        "publish a version from a TOML file",
        _publish,
        (argument("file", type=Path, metavar="FILE.toml"),),
        use_case="policy.publish",
    ),
)
