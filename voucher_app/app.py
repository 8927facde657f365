"""The composition root: puts the whole together and starts the window or a command; knows everything, does nothing."""

from __future__ import annotations

import csv
import gc
import os
import sys
from functools import cache
from typing import TYPE_CHECKING, Final

from voucher_app import i18n
from voucher_app.services.history import refuse_other_history
from voucher_app.services.workspace import (
    SystemClock,
    Workspace,
    key_file_of,
    new_data_file,
    templates_of,
)
from voucher_app.settings import Settings, default_database, memory_folder, resources_folder

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date
    from pathlib import Path

    from voucher_app.cli.command import Tools
    from voucher_app.domain.policy import Policy
    from voucher_app.services.documents.facts import DocumentPrinter
    from voucher_app.services.papers import CertificatePrinter, Glyphs, PaperReader, PdfSigner, Signer
    from voucher_app.services.ports.archive import ArchiveFiles
    from voucher_app.services.ports.backup import BackupFiles
    from voucher_app.services.ports.credential import PasswordHasher
    from voucher_app.services.ports.invoices import InvoiceFiles
    from voucher_app.services.ports.parties import Facility
    from voucher_app.services.ports.printing import PaperTray
    from voucher_app.services.ports.tables import TableFiles
    from voucher_app.services.ports.verifier import VerifierBuilder
    from voucher_app.ui.starter import NewOffice, Starter


OPENING_SECONDS: Final = 0.2
"""How long the window waits for the data file to be opened before it is loaded; most days it takes a tenth of that."""

PRESETS: Final = ("henan-style", "qingyang-style", "shenzhen-style")
"""Policies to begin with, the usual one first."""


def read_regions(resources: Path) -> dict[str, str]:
    """Return the names of the region codes that ship with the program."""
    with (resources / "registry" / "regions.csv").open(encoding="utf-8", newline="") as stream:
        return {row["code"]: row["name"] for row in csv.DictReader(stream)}


def make_workspace(
    database: Path,
    *,
    create: bool = False,
    on: date | None = None,
    resources: Path | None = None,
    any_history: bool = False,
) -> Workspace:
    """Open a data file, or make a new one, with every tool around it.

    Args:
        database: the data file.
        create: make it; it must not exist.
        on: a business date set by hand.
        resources: the resources folder, found by itself when not told.
        any_history: also one that does not extend the last checkpoint that this computer knows, to look into it.

    Raises:
        StorageError: when the file cannot be opened or made, or its history is not the one this computer knows.
    """
    from voucher_app.storage.history_file import HistoryFolder  # noqa: PLC0415 - as the next one
    from voucher_app.storage.sqlite.data_file import SqliteDataFile  # noqa: PLC0415 - 110 ms that help need not wait for

    resources = resources or resources_folder()
    regions = read_regions(resources)
    make = SqliteDataFile.create if create else SqliteDataFile.open

    @cache
    def signer() -> Signer:
        return make_signer(key_file_of(database))

    @cache
    def printer() -> CertificatePrinter:
        from voucher_app.printing.certificate import PdfCertificatePrinter  # noqa: PLC0415 - 150 ms

        return PdfCertificatePrinter(resources)

    @cache
    def glyphs() -> Glyphs:
        from voucher_app.printing.coverage import coverage  # noqa: PLC0415 - for the first Chinese name that is typed

        return coverage(resources / "fonts")

    def verifier() -> VerifierBuilder:
        from voucher_app.printing.verifier import VerifierPage  # noqa: PLC0415 - exported now and then

        return VerifierPage(resources)

    @cache
    def documents() -> DocumentPrinter:
        from voucher_app.printing.documents import PdfDocumentPrinter  # noqa: PLC0415 - loads reportlab

        return PdfDocumentPrinter(resources, templates_of(database))

    workspace = Workspace(
        data_file=make(database, regions),
        clock=SystemClock(on),
        signer=signer,
        printer=printer,
        glyphs=glyphs,
        documents=documents,
        tray=make_tray,
        reader=make_reader,
        hasher=make_hasher,
        tables=make_tables,
        invoices=make_invoices,
        verifier=verifier,
        archives=make_archives,
        pdf_signer=lambda: make_pdf_signer(resources),
        memory=HistoryFolder(memory_folder(os.environ)),
    )
    if not create and not any_history:
        try:
            refuse_other_history(workspace)
        except BaseException:
            workspace.data_file.close()
            raise
    return workspace


def make_backups() -> BackupFiles:
    """Return what makes, checks and restores backups."""
    from voucher_app.storage.backups import OfficeBackups  # noqa: PLC0415 - loads cryptography
    from voucher_app.storage.sqlite.data_file import PATIENCE_SECONDS  # noqa: PLC0415

    return OfficeBackups(patience_seconds=PATIENCE_SECONDS)


def make_archives() -> ArchiveFiles:
    """Return what writes and checks archive packs."""
    from voucher_app.exchange.archive_file import ZipArchives  # noqa: PLC0415 - once a year

    return ZipArchives()


def make_tables() -> TableFiles:
    """Return what reads and writes spreadsheets."""
    from voucher_app.exchange.table_files import SpreadsheetFiles  # noqa: PLC0415 - now and then

    return SpreadsheetFiles()


def make_invoices() -> InvoiceFiles:
    """Return what reads invoices."""
    from voucher_app.exchange.invoice_files import InvoiceReader  # noqa: PLC0415 - now and then

    return InvoiceReader()


def read_facilities(file: Path) -> list[Facility]:
    """Read a registry of facilities (`resources/registry/facilities.csv` shows the columns)."""
    from voucher_app.services.imports.preview import read_facts  # noqa: PLC0415 - for a demonstration
    from voucher_app.services.imports.registers import FACILITIES  # noqa: PLC0415

    return [facts for _number, facts in read_facts(FACILITIES, make_tables().read(file))]


def make_tray() -> PaperTray:
    """Return where papers wait until they are registered."""
    from voucher_app.printing.tray import FolderTray  # noqa: PLC0415 - most commands print nothing

    return FolderTray()


def make_hasher() -> PasswordHasher:
    """Return what computes password hashes."""
    from voucher_app.authentication.argon2id import Argon2idHasher  # noqa: PLC0415 - a trial office needs none

    return Argon2idHasher()


def make_signer(key_file: Path) -> Signer:
    """Return the signer whose private key lies in a file; the file is made on first use."""
    from voucher_app.printing.signing import OfficeSigner  # noqa: PLC0415 - loads cryptography

    return OfficeSigner(key_file)


@cache
def make_reader() -> PaperReader:
    """Return what finds QR texts in PDFs and pictures."""
    from voucher_app.printing.reading import QrReader  # noqa: PLC0415 - loads two native libraries

    return QrReader()


@cache
def make_pdf_signer(resources: Path) -> PdfSigner:
    """Return what signs PDF files."""
    from voucher_app.printing.pades import PadesSigner  # noqa: PLC0415 - only for signatures

    return PadesSigner(resources / "fonts")


def main(arguments: Sequence[str] | None = None) -> int:
    """Start the window, or run a command when one is named."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    settings = Settings.from_environment()
    speak(settings)
    if not given:
        return open_window(settings, settings.database, [])
    from voucher_app.cli.program import run  # noqa: PLC0415 - the window need not wait for the parser

    return run(given, tools=make_tools(settings))


def speak(settings: Settings) -> None:
    """Set the language of every sentence."""
    i18n.use_folder(settings.resources / "locale")
    i18n.set_language(settings.language)


def make_tools(settings: Settings) -> Tools:
    """Return what the command line needs from the other adapters."""
    from voucher_app.cli.command import Tools  # noqa: PLC0415 - only for commands
    from voucher_app.storage.sqlite import backup  # noqa: PLC0415

    return Tools(
        settings=settings,
        make_workspace=make_workspace,
        open_window=open_window,
        make_signer=make_signer,
        make_reader=make_reader,
        make_pdf_signer=lambda: make_pdf_signer(settings.resources),
        make_archives=make_archives,
        read_facilities=read_facilities,
        tables=make_tables(),
        verify_data_file=backup.verify_file,
        make_backups=make_backups,
    )


def is_older(path: Path) -> bool:
    """Return whether opening a data file upgrades it first."""
    from voucher_app.storage.sqlite.connection import check_header  # noqa: PLC0415 - loaded a moment later anyway
    from voucher_app.storage.sqlite.header import SCHEMA_VERSION  # noqa: PLC0415

    return check_header(path) < SCHEMA_VERSION


def make_starter(settings: Settings, database: Path) -> Starter:
    """Return what makes and opens data files for the window."""
    from voucher_app.ui.starter import Starter  # noqa: PLC0415 - a command shows no window

    resources = settings.resources

    def refuse_place(path: Path) -> None:
        from voucher_app.storage.sqlite.connection import refuse_unsafe_place  # noqa: PLC0415 - as above

        refuse_unsafe_place(path)

    def check(path: Path) -> None:
        from voucher_app.storage.sqlite.connection import check_header  # noqa: PLC0415 - as above

        refuse_place(path)
        check_header(path)

    def make_office(facts: NewOffice) -> None:
        from voucher_app.domain.policy import named  # noqa: PLC0415 - only the first time
        from voucher_app.services import office  # noqa: PLC0415
        from voucher_app.storage.whole_file import whole_file  # noqa: PLC0415

        refuse_place(facts.database)
        preset = (resources / "policies" / facts.preset).read_text(encoding="utf-8")
        content = named(preset, title=facts.policy_title, document_number=facts.policy_document)
        with (
            whole_file(facts.database) as making,
            new_data_file(lambda: make_workspace(making, create=True, resources=resources)) as workspace,
        ):
            office.set_up(
                workspace,
                name=facts.name,
                operators=list(facts.people),
                passwords=facts.passwords,
                policy_content=content,
                year=facts.year,
                appropriation=facts.appropriation,
                year_document=facts.year_document,
            )

    def make_demonstration(path: Path) -> None:
        from voucher_app.services import demonstration  # noqa: PLC0415 - only the first time
        from voucher_app.storage.whole_file import whole_file  # noqa: PLC0415

        refuse_place(path)
        with (
            whole_file(path) as making,
            new_data_file(lambda: make_workspace(making, create=True, resources=resources)) as workspace,
        ):
            demonstration.build(
                workspace.on,
                scale="full",
                policies=resources / "policies",
                facilities=read_facilities(resources / "registry" / "facilities.csv"),
            )

    def presets() -> list[tuple[str, Policy]]:
        from voucher_app.domain.policy import parse_policy  # noqa: PLC0415 - only the first time

        files = [resources / "policies" / f"{name}.toml" for name in PRESETS]
        return [(one.name, parse_policy(one.read_text(encoding="utf-8"))) for one in files]

    return Starter(
        database,
        open_file=lambda path: make_workspace(path, resources=resources),
        make_office=make_office,
        make_demonstration=make_demonstration,
        is_older=is_older,
        check=check,
        refuse_place=refuse_place,
        presets=presets,
        may_go_on=database == default_database({**os.environ, "VOUCHER_APP_DATABASE": ""}),
        this_year=lambda: SystemClock().today().year,
    )


def open_window(settings: Settings, database: Path, arguments: Sequence[str]) -> int:
    """Open the window on a data file; where there is none, it offers to make one."""
    # Python's collector would run some twenty times while modules load; the window runs it later, between events.
    gc.disable()
    from voucher_app.ui.first_look import FirstLook  # noqa: PLC0415 - a command shows no window

    look = FirstLook(lambda: make_workspace(database, resources=settings.resources), lambda: is_older(database))
    # Loading Qt and loading the storage would only wait for each other's lock; counting needs none and goes on.
    look.wait(OPENING_SECONDS)
    from voucher_app.ui.compiled_once import compiled_once, kept_file  # noqa: PLC0415 - a command shows no window

    with compiled_once(kept_file(), may_write=not sys.dont_write_bytecode):
        from voucher_app.ui.startup import start_window  # noqa: PLC0415 - Qt is never imported by a command

    return start_window(
        look,
        settings.resources,
        language=settings.language,
        dark=None,
        arguments=arguments,
        make_starter=lambda: make_starter(settings, database),
        state=settings.state,
        make_backups=make_backups,
    )
