"""All repositories over one connection.

The same classes serve a unit of work and a preview; only the first one has a notebook to note what was written.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from voucher_app.storage.sqlite.repositories.application import ApplicationTable
from voucher_app.storage.sqlite.repositories.attachment import AttachmentTable
from voucher_app.storage.sqlite.repositories.batch import BatchTable
from voucher_app.storage.sqlite.repositories.calendar import CalendarTable
from voucher_app.storage.sqlite.repositories.credential import CredentialTable
from voucher_app.storage.sqlite.repositories.credit import CreditTable
from voucher_app.storage.sqlite.repositories.document_number import DocumentNumberTable
from voucher_app.storage.sqlite.repositories.import_file import ImportFileTable
from voucher_app.storage.sqlite.repositories.ledger import LedgerTable
from voucher_app.storage.sqlite.repositories.objection import ObjectionTable
from voucher_app.storage.sqlite.repositories.office import OfficeTable
from voucher_app.storage.sqlite.repositories.office_key import KeyTable
from voucher_app.storage.sqlite.repositories.parties import PartyTable
from voucher_app.storage.sqlite.repositories.policy import PolicyTable
from voucher_app.storage.sqlite.repositories.printing import PrintTable
from voucher_app.storage.sqlite.repositories.recovery import BanTable, RecoveryTable
from voucher_app.storage.sqlite.repositories.redemption import RedemptionTable
from voucher_app.storage.sqlite.repositories.settlement import SettlementTable
from voucher_app.storage.sqlite.repositories.voucher import VoucherTable
from voucher_app.storage.sqlite.repositories.year import YearTable

if TYPE_CHECKING:
    from datetime import date
    from pathlib import Path

    from voucher_app.storage.sqlite.connection import Connection
    from voucher_app.storage.sqlite.repositories.table import Notebook


class RepositorySet:
    """All repositories over one connection, for a unit of work or for reading."""

    def __init__(self, connection: Connection, path: Path, today: date, notebook: Notebook | None = None) -> None:
        self._connection = connection
        self._path = path
        self.today = today
        self.office = OfficeTable(connection, notebook, today)
        self.credentials = CredentialTable(connection, notebook, today)
        self.policies = PolicyTable(connection, notebook, today)
        self.years = YearTable(connection, notebook, today)
        self.parties = PartyTable(connection, notebook, today)
        self.objections = ObjectionTable(connection, notebook, today)
        self.applications = ApplicationTable(connection, notebook, today)
        self.batches = BatchTable(connection, notebook, today)
        self.attachments = AttachmentTable(connection, notebook, today)
        self.credit_checks = CreditTable(connection, notebook, today)
        self.calendar = CalendarTable(connection, notebook, today)
        self.vouchers = VoucherTable(connection, notebook, today)
        self.redemptions = RedemptionTable(connection, notebook, today)
        self.settlements = SettlementTable(connection, notebook, today)
        self.recoveries = RecoveryTable(connection, notebook, today)
        self.bans = BanTable(connection, notebook, today)
        self.ledger = LedgerTable(connection, notebook, today)
        self.document_numbers = DocumentNumberTable(connection, notebook, today)
        self.prints = PrintTable(connection, notebook, today)
        self.import_files = ImportFileTable(connection, notebook, today)
        self.keys = KeyTable(connection, notebook, today)
