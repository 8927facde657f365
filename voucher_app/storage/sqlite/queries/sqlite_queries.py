"""All read models over one file, each group loaded when something beyond the first look is asked for."""

from __future__ import annotations

from voucher_app.storage.sqlite.queries.accounts_of_a_year import YearAccountQueries
from voucher_app.storage.sqlite.queries.application import ApplicationQueries
from voucher_app.storage.sqlite.queries.archive import ArchiveQueries
from voucher_app.storage.sqlite.queries.documents import DocumentQueries
from voucher_app.storage.sqlite.queries.import_file import ImportFileQueries
from voucher_app.storage.sqlite.queries.office import OfficeQueries
from voucher_app.storage.sqlite.queries.overview import OverviewQueries
from voucher_app.storage.sqlite.queries.parties import PartyQueries
from voucher_app.storage.sqlite.queries.policy import PolicyQueries
from voucher_app.storage.sqlite.queries.printing import PrintQueries
from voucher_app.storage.sqlite.queries.recovery import RecoveryQueries
from voucher_app.storage.sqlite.queries.redemption import RedemptionQueries
from voucher_app.storage.sqlite.queries.retention import RetentionQueries
from voucher_app.storage.sqlite.queries.search import SearchQueries
from voucher_app.storage.sqlite.queries.settlement import SettlementQueries
from voucher_app.storage.sqlite.queries.waiting import WaitingQueries
from voucher_app.storage.sqlite.queries.year import YearQueries


class SqliteQueries(
    ApplicationQueries,
    RedemptionQueries,
    SettlementQueries,
    RecoveryQueries,
    YearQueries,
    PartyQueries,
    PolicyQueries,
    OverviewQueries,
    WaitingQueries,
    OfficeQueries,
    PrintQueries,
    DocumentQueries,
    YearAccountQueries,
    ArchiveQueries,
    ImportFileQueries,
    RetentionQueries,
    SearchQueries,
):
    """All read models over one file."""
