"""Render every page and dialog of the window offscreen, light and dark, into docs/pictures.

Without `--database` a demonstration office is built in a temporary folder first. The business date is set, so that the
same data gives the same pictures.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from contextlib import contextmanager
from datetime import date
from pathlib import Path

if __name__ == "__main__":
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from typing import TYPE_CHECKING

from PySide6.QtCore import QEventLoop, QSettings, QTimer, qInstallMessageHandler
from PySide6.QtWidgets import QApplication

from voucher_app import i18n
from voucher_app.app import make_backups, make_workspace, read_facilities
from voucher_app.domain.money import Money
from voucher_app.domain.operators import Role
from voucher_app.services import certificate, demonstration, printing, recovery, settlement
from voucher_app.services.print_request import Request
from voucher_app.services.queries.lists import ListFilter
from voucher_app.settings import resources_folder
from voucher_app.ui import startup, theme
from voucher_app.ui.desk import Desk
from voucher_app.ui.dialogs import DIALOGS, open_dialog
from voucher_app.ui.first_look import read_facts
from voucher_app.ui.main_window import HEIGHT, PAGES, WIDTH, MainWindow
from voucher_app.ui.pages.ledger import LedgerPage
from voucher_app.ui.pages.list_page import ListPage
from voucher_app.ui.pages.page import Page
from voucher_app.ui.pages.providers import describe_provider
from voucher_app.ui.pages.tabbed_page import TabbedPage

if TYPE_CHECKING:
    from collections.abc import Iterator

    from PySide6.QtCore import QMessageLogContext, QtMsgType
    from PySide6.QtWidgets import QDialog, QWidget

    from voucher_app.services.workspace import Workspace

ROOT = Path(__file__).resolve().parent.parent
ON, HALF = date(2026, 11, 21), date(2026, 6, 30)
PATIENCE_MS = 20_000
SELECTED = {"applications": 3, "vouchers": 3, "redemptions": 0, "recipients": 1, "providers": 6}
"""Which row of a page's list is shown in the panel."""


def build_demonstration(database: Path) -> None:
    """Make a demonstration office."""
    resources = resources_folder()
    workspace = make_workspace(database, create=True)
    demonstration.build(
        workspace.on,
        scale="small",
        policies=resources / "policies",
        facilities=read_facilities(resources / "registry" / "facilities.csv"),
    )
    pay_some(workspace.on(ON))
    workspace.data_file.close()


def pay_some(workspace: Workspace) -> None:
    """Settle and pay the first half of the year, but for a payment that came back; draft the rest, begin a print."""
    people = {person.role: person for person in workspace.queries.operators()}
    preparer, reviewer, finance = people[Role.PREPARER], people[Role.REVIEWER], people[Role.FINANCE]
    (first,) = settlement.draft(workspace, until=HALF, operator=preparer, request_id="draft-1")
    settlement.confirm(workspace, settlement_id=first.id, operator=reviewer, request_id="confirm")
    settlement.disburse(workspace, settlement_id=first.id, receipt="HD20260701001", operator=finance, request_id="pay")
    lines = workspace.queries.settlement_lines(first.id, ListFilter(sort="id", descending=False)).rows(0, 2)
    settlement.fail_line(
        workspace,
        settlement_id=first.id,
        line_id=lines[1].id,
        reason="收款账户已销户",
        operator=finance,
        request_id="fail",
    )
    facts = recovery.RecoveryFacts(lines[0].redemption_id, Money.yuan(1_000), "用量虚报，核减")
    recovery.decide(workspace, facts=facts, operator=reviewer, request_id="recover")
    settlement.draft(workspace, until=ON, operator=preparer, request_id="draft-2")
    usable = [row.number for row in workspace.queries.vouchers(ListFilter(statuses=("usable",))).rows(0, 3)]
    drawn, request = certificate.draw_of(workspace, usable), Request(preparer, "print")
    printing.begin_on_printer(workspace, drawn, printer="HP LaserJet", request=request)


def contexts(workspace: Workspace) -> dict[str, dict[str, object]]:
    """Return what each dialog is opened about."""
    queries = workspace.queries
    waiting = [row.id for row in queries.applications(ListFilter(statuses=("submitted",))).rows(0, 3)]
    approved = [row.id for row in queries.applications(ListFilter(statuses=("approved",))).rows(0, 3)]
    usable = [row.number for row in queries.vouchers(ListFilter(statuses=("usable",))).rows(0, 3)]
    waiting_prints = workspace.records().prints.open_jobs()
    claimed = [row.id for row in queries.redemptions(ListFilter(statuses=("claimed",))).rows(0, 1)]
    admitted = [row.uscc for row in queries.providers(ListFilter(statuses=("admitted",))).rows(0, 1)]
    return {
        "application_decide": {"application_ids": waiting, "act": "approve"},
        "archive_pack": {"number": usable[0]},
        "certificate_preview": {"numbers": usable[:2]},
        "document_preview": {"kind": "settlement-summary", "subject": "settlement:1"},
        **({"print_out": {"job_id": waiting_prints[0].id, "title": "打印 1"}} if waiting_prints else {}),
        "backup_restore": {"facts": make_backups().facts(workspace.data_file.path)},
        "pdf_signature": {"file": Path("算力券.pdf")},
        "policy_compare": {"first": "preset:qingyang-style"},
        "policy_export": {"key": "policy:1"},
        "policy_simulate": {"key": "preset:qingyang-style"},
        "settlement_reconcile": {"settlement_id": 1},
        "settlement_statement": {"settlement_id": 1},
        "step": {"step": step_of(workspace, admitted[0], "suspend")},
        "table_import": {"kind": "recipients", "act": "recipient.add"},
        "redemption_claim": {"number": usable[0]},
        "redemption_decide": {"redemption_id": claimed[0], "act": "verify"},
        "voucher_end": {"number": usable[0], "act": "void"},
        "voucher_issue": {"application_ids": approved},
        "voucher_switch": {"number": usable[0], "act": "freeze"},
    }


def step_of(workspace: Workspace, uscc: str, icon: str) -> object:
    """Return a step of a provider's life, as its panel offers it to the reviewer."""
    acts = describe_provider(workspace, uscc, workspace.queries.operators()[1]).acts
    return next(act.context["step"] for act in acts if act.icon == icon)


def settle(desk: Desk) -> None:
    """Let typing rest, all work come home and everything be painted."""
    rest = QEventLoop()
    QTimer.singleShot(theme.QUIET_MS + 100, rest.quit)
    rest.exec()
    for _ in range(4):
        QApplication.processEvents()
        if not desk.runner.wait_idle(PATIENCE_MS):
            raise SystemExit("the window did not come to rest")
        QApplication.processEvents()


def save(widget: QWidget, file: Path) -> None:
    """Write a picture of a widget."""
    if not widget.grab().save(str(file)):
        raise SystemExit(f"{file} cannot be written")


def walk_pages(window: MainWindow, desk: Desk) -> Iterator[tuple[str, QWidget]]:
    """Show each page, and each further list of those that have several; yield its name and the part that shows."""
    for name, _words in PAGES:
        window.show_page(name)
        settle(desk)
        page = window.page(name)
        tabs = page.tabs.count() if isinstance(page, TabbedPage | LedgerPage) else 1
        for place in range(tabs):
            shown = page
            if isinstance(page, TabbedPage | LedgerPage):
                page.tabs.setCurrentIndex(place)
                settle(desk)
                current = page.current() if isinstance(page, TabbedPage) else page.stack.currentWidget()
                assert isinstance(current, Page), "every part is a page"
                shown = current
            yield name if not place else shown.name, shown


def render_pages(window: MainWindow, desk: Desk, out: Path, ending: str) -> None:
    """Write a picture of each page."""
    for name, shown in walk_pages(window, desk):
        if isinstance(shown, ListPage) and shown.model.rowCount():
            shown.view.select_position(min(SELECTED.get(name, 0), shown.model.rowCount() - 1))
        settle(desk)
        save(window, out / f"page-{name}-{ending}.png")


def render_dialogs(window: MainWindow, desk: Desk, out: Path, ending: str) -> None:
    """Write a picture of each dialog."""
    about = contexts(desk.workspace)
    for name in sorted(DIALOGS):
        if name == "print_out" and name not in about:
            continue  # no print of this office waits for its end
        dialog: QDialog = open_dialog(name, desk, window, **about.get(name, {}))
        settle(desk)
        save(dialog, out / f"dialog-{name.replace('_', '-')}-{ending}.png")
        dialog.done(0)
        settle(desk)


@contextmanager
def a_window(workspace: Workspace, *, dark: bool) -> Iterator[tuple[MainWindow, Desk]]:
    """Open a window with settings of its own, the reviewer at the desk."""
    app = QApplication.instance()
    if not isinstance(app, QApplication):
        raise SystemExit("there is no application")
    theme.apply(app, dark=dark, resources=resources_folder())
    with tempfile.TemporaryDirectory() as folder:
        settings = QSettings(str(Path(folder) / "window.ini"), QSettings.Format.IniFormat)
        facts = read_facts(workspace)
        desk = Desk(workspace, facts, operator=facts.operators[1], settings=settings, make_backups=make_backups)
        window = MainWindow(resources_folder(), settings, dark=dark)
        window.resize(WIDTH, HEIGHT)
        window.show()
        window.begin(desk)
        yield window, desk
        window.close()


def _tell_warnings(_kind: QtMsgType, _context: QMessageLogContext, message: str) -> None:
    """Pass on what Qt warns of, but for the one line that the offscreen platform prints for every window."""
    if "propagateSizeHints" not in message:
        sys.stderr.write(f"{message}\n")


def main(database: Path, out: Path, language: str) -> None:
    """Render every page and dialog, light and dark.

    Args:
        database: a data file, such as the demonstration office.
        out: where the pictures go.
        language: `zh_CN` or `en`.
    """
    resources = resources_folder()
    i18n.use_folder(resources / "locale")
    i18n.set_language(language)
    qInstallMessageHandler(_tell_warnings)
    app = QApplication.instance() or QApplication(sys.argv[:1])
    if not isinstance(app, QApplication):
        raise SystemExit("there is no application with widgets")
    startup.register_fonts(resources, (*startup.FIRST_FONTS, *startup.LATER_FONTS))
    startup.QtWords(app).use(language)
    out.mkdir(parents=True, exist_ok=True)
    workspace = make_workspace(database, on=ON)
    suffix = "" if language == i18n.CHINESE else f"-{language}"
    for dark in (False, True):
        ending = ("dark" if dark else "light") + suffix
        with a_window(workspace, dark=dark) as (window, desk):
            render_pages(window, desk, out, ending)
            render_dialogs(window, desk, out, ending)
    workspace.data_file.close()
    print(f"pictures are in {out}")


def run() -> None:
    """Read the arguments."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--database", type=Path, help="a data file; a demonstration office when not told")
    parser.add_argument("--out", type=Path, default=ROOT / "docs" / "pictures")
    parser.add_argument("--language", choices=i18n.LANGUAGES, default=i18n.CHINESE)
    given = parser.parse_args()
    if given.database is not None:
        main(given.database, given.out, given.language)
        return
    i18n.use_folder(resources_folder() / "locale")
    with tempfile.TemporaryDirectory() as folder:
        database = Path(folder) / "demonstration.db"
        build_demonstration(database)
        main(database, given.out, given.language)


if __name__ == "__main__":
    run()
