"""签名密钥: the office's keys, what each is good for, and what others are given so that they can check papers."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from PySide6.QtWidgets import QPushButton

from voucher_app.domain.office_key import KeyRevocation
from voucher_app.i18n import _, ngettext
from voucher_app.services import office_key, verifier, void_list
from voucher_app.services.queries.lists import listed
from voucher_app.services.wording.names import status_name
from voucher_app.ui import theme
from voucher_app.ui.dialogs.file_dialog import save_file
from voucher_app.ui.dialogs.step import Kind, Question, Step
from voucher_app.ui.models.columns import CellKind, Column
from voucher_app.ui.pages.details import Act, Details, Fact
from voucher_app.ui.pages.list_page import ListPage, NewAction

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from voucher_app.domain.operators import Operator
    from voucher_app.services.office_key import KeyState
    from voucher_app.services.papers import PublicKey
    from voucher_app.services.queries.lists import ListFilter, ListSource
    from voucher_app.services.workspace import Workspace
    from voucher_app.ui.dialogs.step import Answers

_EXPORT = "key_export"


class KeyList(ListPage):
    """The keys of the office."""

    name: ClassVar[str] = "keys"
    is_embedded: ClassVar[bool] = True
    is_by_year: ClassVar[bool] = False
    is_searched: ClassVar[bool] = False
    statuses: ClassVar[tuple[str, ...]] = ("current", "former", "proposed", "revoked")

    @classmethod
    def title(cls) -> str:
        """Return the list's name."""
        return _("Signing keys")

    def search_hint(self) -> str:
        """Return what can be searched for: nothing."""
        return ""

    def status_words(self, status: str) -> str:
        """Return a status in words."""
        return status_name("key", status)

    def empty_words(self) -> str:
        """Return the sentence of an empty list; an office has a key from its first record on."""
        return _("There is no key yet.")

    def counted(self, count: int) -> str:
        """Return how many there are."""
        return ngettext("{count} key", "{count} keys", count).format(count=f"{count:,}")

    def new_action(self) -> NewAction:
        """Return the main action."""
        return NewAction(_("Make another key …"), "step")

    def begin_new(self) -> None:
        """Make another signing key."""
        self.open("step", step=key_step())

    def more_buttons(self) -> list[QPushButton]:
        """Return what others are given: the list of void numbers, and the page with which they check."""
        voids = QPushButton(_("List of void numbers …"))
        voids.setIcon(theme.icon("export", "ink_soft"))
        voids.setToolTip(_("Signed, for whoever checks certificates without the office"))
        voids.clicked.connect(self.save_void_list)
        page = QPushButton(_("Page for providers …"))
        page.setIcon(theme.icon("verify", "ink_soft"))
        page.setToolTip(_("One file with which anybody checks certificates in a browser, without a network"))
        page.clicked.connect(self.save_verifier)
        return [voids, page]

    def columns(self) -> Sequence[Column]:
        """Return the columns."""
        return (
            Column("key", _("Key"), lambda row: row.key.key_id, width=112),
            Column("passphrase", _("Passphrase"), passphrase_words, width=132),
            Column("since", _("Revoked on"), _day, CellKind.DATE, 112),
            Column("reason", _("Reason"), lambda row: row.reason, width=180, stretches=True),
            Column(
                "status",
                _("Status"),
                lambda row: status_name("key", status_of(row)),
                CellKind.STATUS,
                140,
                state=lambda row: ("key", status_of(row)),
            ),
        )

    def key(self, row: Any) -> str:  # noqa: ANN401 - as declared above
        """Return the key's identifier."""
        return str(row.key.key_id)

    def key_of_result(self, result: object) -> str | None:
        """Return the key of what was decided here."""
        return result.key_id if isinstance(result, KeyRevocation) else getattr(result, "key_id", None)

    def source(self, chosen: ListFilter) -> ListSource[KeyState]:
        """Return the list."""
        return listed(
            office_key.key_states(self.desk.workspace),
            chosen,
            texts=lambda row: (row.key.key_id,),
            status=status_of,
            sorts={},
        )

    def describe(self, row: Any) -> Callable[[], Details]:  # noqa: ANN401
        """Return what describes a key; the row holds everything."""
        return partial(describe_key, row, self.desk.operator)

    # ------------------------------------------------------------------------------------------ files

    def do(self, act: Act) -> None:
        """Ask where the public key goes, or open the dialog."""
        if act.dialog != _EXPORT:
            super().do(act)
            return
        key_id = str(act.context["key_id"])
        asking = save_file(self, _("Save the public key"), f"office-key-{key_id}.pem", _("Public keys (*.pem)"), "pem")
        asking.fileSelected.connect(lambda path: self.export_key(key_id, Path(path)))
        asking.open()

    def export_key(self, key_id: str, file: Path) -> None:
        """Write a public key."""
        workspace = self.desk.workspace

        def write() -> None:
            (key,) = [one.key for one in office_key.key_states(workspace) if one.key.key_id == key_id]
            office_key.export_key(workspace, key, file)

        self._write(write, lambda _none: _("Public key saved: {file}").format(file=file))

    def save_void_list(self) -> None:
        """Ask where the list of void numbers goes."""
        name = _("void-numbers-{day}.json").format(day=self.desk.today.isoformat())
        asking = save_file(self, _("Save the list of void numbers"), name, _("Lists (*.json)"), "json")
        asking.fileSelected.connect(lambda path: self.write_void_list(Path(path)))
        asking.open()

    def write_void_list(self, file: Path) -> None:
        """Write the list of void numbers."""
        workspace = self.desk.workspace

        def told(count: int) -> str:
            return ngettext("{count} void number: {file}", "{count} void numbers: {file}", count).format(
                count=f"{count:,}", file=file
            )

        self._write(lambda: void_list.write(workspace, file=file), told)

    def save_verifier(self) -> None:
        """Ask where the page for providers goes."""
        asking = save_file(self, _("Save the page for providers"), "verify.html", _("Web page (*.html)"), "html")
        asking.fileSelected.connect(lambda path: self.write_verifier(Path(path)))
        asking.open()

    def write_verifier(self, file: Path) -> None:
        """Write the page for providers."""
        workspace = self.desk.workspace
        self._write(
            lambda: verifier.export_verifier(workspace, file=file),
            lambda _published: _("Page for providers saved: {file}").format(file=file),
        )

    def _write(self, call: Callable[[], Any], told: Callable[[Any], str]) -> None:
        self.desk.runner.run(call, success=lambda result: self.desk.notify(told(result)), owner=self)


def status_of(state: KeyState) -> str:
    """Return where a key stands: `current`, `former`, `proposed` (to be revoked) or `revoked`."""
    if state.revocation:
        return state.revocation
    return "current" if state.is_current else "former"


def passphrase_words(state: KeyState) -> str:
    """Return whether a key is under a passphrase; of former keys nobody knows, their files lie elsewhere."""
    if not state.is_current:
        return ""
    return _("set") if state.is_protected else _("none")


def _day(state: KeyState) -> str:
    return state.revoked_on.isoformat() if state.revoked_on else ""


def describe_key(state: KeyState, worker: Operator | None) -> Details:
    """Return what the panel says of a key."""
    status = status_of(state)
    use = {
        "current": _("Papers are signed with it now."),
        "former": _("Papers that were signed with it stay good; nothing more is signed with it."),
        "proposed": _("Somebody wants it revoked; another person decides."),
        "revoked": _("Papers that were signed with it prove nothing by themselves any more."),
    }[status]
    warning = ""
    if state.is_current and not state.is_protected:
        warning = _("Its file opens without a passphrase: whoever copies it can sign certificates.")
    if state.is_current and status == "revoked":
        warning = _("It is revoked, and no other key was made: nothing can be printed. Make another key.")
    fingerprint = state.key.raw.hex().upper()
    return Details(
        title=_("Key {key}").format(key=state.key.key_id),
        status=("key", status),
        note=use,
        warning=warning,
        facts=(
            (
                Fact(_("Passphrase"), passphrase_words(state)),
                Fact(_("Reason"), state.reason),
                Fact(_("Revoked on"), _day(state)),
            ),
            (
                Fact(_("Algorithm"), "Ed25519" if state.key.algorithm == 1 else str(state.key.algorithm)),
                Fact(
                    _("Public key"), "\u200b".join(fingerprint[place : place + 8] for place in range(0, 64, 8)),
                    copied=fingerprint,
                ),
            ),
        ),
        acts=[] if worker is None else _acts(state, status),
        subjects=[f"key:{state.key.key_id}"],
    )  # fmt: skip


def _acts(state: KeyState, status: str) -> list[Act]:
    key_id = state.key.key_id
    acts = [Act(_("Save the public key …"), _EXPORT, "export", {"key_id": key_id})]
    if state.is_current:
        words = _("Change the passphrase …") if state.is_protected else _("Set a passphrase …")
        kind = "" if state.is_protected else "accent"
        acts.append(Act(words, "step", "password", {"step": passphrase_step(key_id)}, kind))
        if state.is_protected:
            acts.append(Act(_("Remove the passphrase …"), "step", "unlock", {"step": open_step(key_id)}, "danger"))
    if status == "proposed":
        acts.append(Act(_("Revoke …"), "step", "void", {"step": revoke_step(state)}, "danger"))
        acts.append(Act(_("Keep it …"), "step", "return", {"step": keep_step(state)}))
    elif status != "revoked":
        acts.append(Act(_("Propose to revoke …"), "step", "void", {"step": revoke_step(state)}, "danger"))
    return acts


# ------------------------------------------------------------------------------------------- steps


def key_step() -> Step:
    """Return what makes another signing key; its effect is looked at without one being made."""

    def act(workspace: Workspace, worker: Operator, request_id: str, answers: Answers) -> PublicKey | None:
        reason, passphrase = answers["reason"], answers["passphrase"] or None
        if workspace.rehearsed is not None:
            office_key.foresee_new_key(
                workspace, reason=reason, operator=worker, request_id=request_id, passphrase=passphrase
            )
            return None
        return office_key.new_key(
            workspace, reason=reason, operator=worker, request_id=request_id, passphrase=passphrase
        )

    return Step(
        use_case="certificate.key",
        title=_("Make another signing key"),
        purpose=_(
            "Only when the key file was lost or may be in other hands. Certificates printed from now on are signed "
            "with the new key, and those printed before stay good. Hand out the new public key, and keep a copy of the "
            "new key file apart from the backups."
        ),
        act=act,
        told=lambda key: _("New signing key: {key}").format(key=key.key_id),
        questions=(
            Question("reason", _("Reason"), Kind.REASON),
            Question("passphrase", _("Passphrase of the new key"), Kind.PASSPHRASE, required=False),
        ),
        kind="danger",
        rules=("ROLE",),
    )


def passphrase_step(key_id: str) -> Step:
    """Return what puts the key under a passphrase, or under another one."""
    return Step(
        use_case="certificate.passphrase",
        title=_("Choose the key's passphrase"),
        purpose=_("It is asked for once after each start, before the first paper is signed. Nobody can tell it again: "
                  "who forgets it makes another key. Copies of the file from before open as they did."),
        act=lambda workspace, worker, request_id, answers: _set(
            workspace, worker, request_id, answers["passphrase"]
        ),
        told=lambda _none: _("The signing key is under this passphrase now."),
        questions=(Question("passphrase", _("Passphrase"), Kind.PASSPHRASE),),
        facts=((_("Key"), key_id),),
        rules=("ROLE",),
    )  # fmt: skip


def open_step(key_id: str) -> Step:
    """Return what takes the passphrase away."""
    return Step(
        use_case="certificate.passphrase",
        title=_("Remove the key's passphrase"),
        purpose=_("Whoever can read the key file can then sign certificates of this office."),
        act=lambda workspace, worker, request_id, _answers: _set(workspace, worker, request_id, None),
        told=lambda _none: _("The signing key is under no passphrase any more."),
        kind="danger",
        facts=((_("Key"), key_id),),
        rules=("ROLE",),
    )


def _set(workspace: Workspace, worker: Operator, request_id: str, passphrase: str | None) -> None:
    act = office_key.set_passphrase if workspace.rehearsed is None else office_key.foresee_passphrase
    act(workspace, passphrase=passphrase, operator=worker, request_id=request_id)


def revoke_step(state: KeyState) -> Step:
    """Return what proposes to revoke a key, or revokes it where another person has proposed it."""
    key_id, is_proposed = state.key.key_id, bool(state.revocation)
    proposal = ((_("Proposed because"), state.reason),) if is_proposed else ()
    return Step(
        use_case="certificate.revoke-key",
        title=_("Revoke the key") if is_proposed else _("Propose to revoke the key"),
        purpose=_("Its papers prove nothing by themselves any more, wherever they are; nothing takes this back. "
                  "Print them again with another key, and hand out a new list of void numbers.")
        if is_proposed
        else _("Another person decides (R23). Until then nothing changes."),
        act=lambda workspace, worker, request_id, answers: office_key.revoke(
            workspace, key_id=key_id, reason=answers["reason"], operator=worker, request_id=request_id
        ),
        told=_revocation_told,
        questions=(Question("reason", _("Reason"), Kind.REASON),),
        kind="danger",
        facts=((_("Key"), key_id), *proposal),
    )  # fmt: skip


def keep_step(state: KeyState) -> Step:
    """Return what withdraws a proposal to revoke a key."""
    key_id = state.key.key_id
    return Step(
        use_case="certificate.keep-key",
        title=_("Keep the key"),
        purpose=_("The proposal to revoke it is withdrawn; it stays in the journal."),
        act=lambda workspace, worker, request_id, answers: office_key.keep(
            workspace, key_id=key_id, reason=answers["reason"], operator=worker, request_id=request_id
        ),
        told=_revocation_told,
        questions=(Question("reason", _("Reason"), Kind.REASON),),
        facts=((_("Key"), key_id), (_("Proposed because"), state.reason)),
        rules=("TRANSITION", "ROLE"),
    )


def _revocation_told(revocation: KeyRevocation) -> str:
    return _("Key {key}: {status}").format(
        key=revocation.key_id, status=status_name("key-revocation", revocation.status)
    )
