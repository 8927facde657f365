"""What a command is: a noun, a verb, its arguments, and a function from arguments to a result."""

from __future__ import annotations

import argparse
import sys
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

from voucher_app.cli import passwords
from voucher_app.domain.errors import InvalidInput
from voucher_app.domain.operators import BUSINESS_ROLES
from voucher_app.services import office_key
from voucher_app.services import operator as operator_use_cases
from voucher_app.services.backup import back_up_now, backup_folder_of
from voucher_app.services.history import clock_behind
from voucher_app.services.ports.errors import StorageError
from voucher_app.services.wording.environment import clock_sentence, upgrade_sentence
from voucher_app.services.workspace import SystemClock, new_request_id

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import date
    from pathlib import Path

    from voucher_app.cli.documents import Listing
    from voucher_app.domain.operators import Operator
    from voucher_app.services.data_file import Verification
    from voucher_app.services.papers import PaperReader, PdfSigner, PublicKey, Signer
    from voucher_app.services.ports.archive import ArchiveFiles
    from voucher_app.services.ports.backup import BackupFiles
    from voucher_app.services.ports.parties import Facility
    from voucher_app.services.ports.tables import TableFiles
    from voucher_app.services.workspace import Workspace
    from voucher_app.settings import Settings


class MakeWorkspace(Protocol):
    """Opens a data file, or makes a new one."""

    def __call__(
        self, database: Path, *, create: bool = False, on: date | None = None, any_history: bool = False
    ) -> Workspace:
        """Return the workspace over the file."""


@dataclass(frozen=True, slots=True)
class Tools:
    """What the composition root hands to the command line, because adapters never import each other."""

    settings: Settings
    make_workspace: MakeWorkspace
    open_window: Callable[[Settings, Path, Sequence[str]], int]
    make_signer: Callable[[Path], Signer]
    make_reader: Callable[[], PaperReader]
    make_pdf_signer: Callable[[], PdfSigner]
    make_archives: Callable[[], ArchiveFiles]
    read_facilities: Callable[[Path], list[Facility]]
    tables: TableFiles
    verify_data_file: Callable[[Path], Verification]
    make_backups: Callable[[], BackupFiles]


@dataclass(frozen=True, slots=True)
class Result:
    """What a command has to say.

    Attributes:
        document: JSON-able; amounts are integers named `*_fen`.
        lines: the same for a person.
        code: the exit code.
        tables: what `--out` writes, each under its name, where the answer is not one table by itself.
    """

    document: dict[str, Any]
    lines: list[str]
    code: int = 0
    tables: Sequence[tuple[str, Listing]] = ()


@dataclass(slots=True)
class Call:
    """One call of the program: its arguments, and the workspace opened when it is first asked for."""

    arguments: argparse.Namespace
    tools: Tools
    any_history: bool = False
    """Whether the command looks into a file also when this computer knows another history of it."""
    _workspace: Workspace | None = field(default=None, init=False)
    _known: Operator | None = field(default=None, init=False)

    @property
    def database(self) -> Path:
        """The data file that is meant."""
        named: Path | None = self.arguments.database
        return named or self.tools.settings.database

    @property
    def on(self) -> date | None:
        """The business date set by hand."""
        chosen: date | None = self.arguments.on
        return chosen

    @property
    def workspace(self) -> Workspace:
        """The workspace over the data file."""
        if self._workspace is None:
            self._workspace = self.tools.make_workspace(self.database, on=self.on, any_history=self.any_history)
            upgrade = self._workspace.data_file.upgrade
            if upgrade is not None:
                # Beside the answer, which with --json is one document and no more.
                print(upgrade_sentence(upgrade), file=sys.stderr)
            last = clock_behind(self._workspace)
            if last is not None:
                print(clock_sentence(last, self._workspace.clock.now()), file=sys.stderr)
        return self._workspace

    @property
    def person(self) -> Operator:
        """Who is named, whoever types.

        Raises:
            InvalidInput: when nobody is named.
            NotFound: when the office does not know the name.
        """
        name: str | None = self.arguments.operator
        if not name:
            known = ", ".join(operator.name for operator in self.workspace.queries.operators())
            raise InvalidInput("operator_missing", found="", names=known)
        return self.workspace.queries.operator(name)

    @property
    def operator(self) -> Operator:
        """Who acts, proved by a password from the file or the terminal; only a trial office asks for none.

        Raises:
            InvalidInput, NotFound: as `person`, or when there is neither a password file nor a terminal.
            RulesViolated: `LOGIN`, for a wrong password or a locked account.
        """
        if self._known is None:
            person = self.person
            if operator_use_cases.asks_for_passwords(self.workspace):
                operator_use_cases.refuse_to_try(self.workspace, operator=person)
                file: Path | None = self.arguments.password_file
                password = passwords.ask(person.name) if file is None else passwords.one_from_file(file)
                operator_use_cases.log_in(self.workspace, operator=person, password=password, for_an_act=True)
            self._known = person
        return self._known

    @property
    def anyone(self) -> Operator:
        """Who only reads: the person named, or the first at the desk."""
        if self.arguments.operator:
            return self.person
        people = self.workspace.queries.operators()
        return next((one for one in people if one.role in BUSINESS_ROLES), people[0])

    def published_key(self, file: Path) -> tuple[Signer, list[PublicKey]]:
        """Return what checks signatures, and the one public key that somebody kept; no data file is needed for it.

        Raises:
            InvalidInput: `public_key`, when the file is something else.
            StorageError: `missing_file`.
        """
        signer = self.tools.make_signer(file)
        try:
            return signer, [signer.load_public_key(file)]
        except OSError as error:
            raise StorageError("missing_file", file, str(error)) from error

    @property
    def today(self) -> date:
        """The business date, also where no data file is needed."""
        return SystemClock(self.on).today()

    @property
    def request_id(self) -> str:
        """The request's identifier: the one given, or a new one."""
        given: str | None = self.arguments.request_id
        return given or new_request_id()

    def unlock(self) -> None:
        """Open the signing key with its passphrase, where it is under one and not open yet.

        Raises:
            InvalidInput: `passphrase_missing`, `passphrase_wrong`, or a file that others can read.
        """
        if self.workspace.signer().is_locked():
            file: Path | None = self.arguments.passphrase_file
            typed = passwords.ask_passphrase() if file is None else passwords.one_from_file(file)
            office_key.unlock(self.workspace, typed)

    def back_up_before_import(self) -> None:
        """Make a verified backup beside the data file, unless the newest one holds the same records.

        Raises:
            StorageError: when it cannot be made; then nothing is imported either.
        """
        path, files = self.workspace.data_file.path, self.tools.make_backups()
        now = self.workspace.clock.now()
        back_up_now(files, path, backup_folder_of(path), now=now, is_before_import=True)

    def close(self) -> None:
        """Close the data file."""
        if self._workspace is not None:
            self._workspace.data_file.close()


@dataclass(frozen=True, slots=True)
class Argument:
    """One argument of a command, as `argparse` takes it."""

    names: tuple[str, ...]
    options: dict[str, Any]


def argument(*names: str, **options: Any) -> Argument:  # noqa: ANN401 - passed on to argparse as they are
    """Declare an argument."""
    return Argument(names, options)


@dataclass(frozen=True, slots=True)
class Command:
    """One noun and verb.

    Attributes:
        use_case: the name of the use case it carries out, empty where it only reads.
    """

    noun: str
    verb: str
    summary: str
    run: Callable[[Call], Result]
    arguments: tuple[Argument, ...] = ()
    use_case: str = ""


_LARGEST_KEY = 2**63 - 1


def whole_number(text: str) -> int:
    """Read a row's number or a count, as `argparse` calls it; what the data file cannot hold is refused here.

    Raises:
        ArgumentTypeError: for anything but plain digits.
    """
    if not (text.isascii() and text.isdigit() and len(text) <= len(str(_LARGEST_KEY)) and int(text) <= _LARGEST_KEY):
        raise argparse.ArgumentTypeError(f"invalid number: {text!r}")
    return int(text)


def positive_number(text: str) -> int:
    """Read a count of at least one, as `argparse` calls it.

    Raises:
        ArgumentTypeError: for anything else.
    """
    number = whole_number(text)
    if number < 1:
        raise argparse.ArgumentTypeError(f"invalid number: {text!r}")
    return number


REASON = argument("--reason", required=True, metavar="TEXT")
