"""Every page and every dialog of the window, as scenes: one list for the pictures, and for the walk that measures them.

A scene is a name and the widget that shows it, at rest. The business date is set, so that the same data gives the same
scenes. `full` is the demonstration office, `long` the same with names as long as they may be, `empty` an office on its
first day.
"""

from __future__ import annotations

import os
import tempfile
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QEventLoop, QSettings, QTimer
from PySide6.QtWidgets import QApplication

from voucher_app.app import make_backups, make_workspace, read_facilities
from voucher_app.domain.money import Money
from voucher_app.domain.operators import Role
from voucher_app.i18n import _
from voucher_app.services import (
    application,
    batch,
    certificate,
    demonstration,
    intake,
    office,
    printing,
    provider,
    recipient,
    recovery,
    reimbursement,
    settlement,
    voucher,
)
from voucher_app.services.claim import ClaimedFacts, InvoiceFacts
from voucher_app.services.print_request import Request
from voucher_app.services.queries.lists import ListFilter
from voucher_app.services.recipient import UnitFacts
from voucher_app.settings import resources_folder
from voucher_app.ui import theme
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

    from PySide6.QtWidgets import QDialog, QWidget

    from voucher_app.domain.operators import Operator
    from voucher_app.services.workspace import Workspace

ON, HALF = date(2026, 11, 21), date(2026, 6, 30)
PATIENCE_MS: Final = 20_000
SELECTED: Final = {"applications": 3, "vouchers": 3, "redemptions": 0, "recipients": 1, "providers": 6}
"""Which row of a page's list is shown in the panel of the full office; elsewhere it is the newest."""
LONG: Final = (
    "山西转型综合改革示范区人工智能与先进计算及生物信息药物设计智能计算联合创新中心股份有限公司太原分公司（演示）"
)
LONG_SELLER: Final = (
    "国家新型互联网交换与算力网络枢纽晋北绿色能源大数据产业集聚区第一智能计算服务运营股份有限公司（演示）"
)
TABLE: Final = """名称,统一社会信用代码,单位类型,行政区划代码,地址,联系人,电话,邮箱
晋阳大模型有限公司,91149999DM0001001F,企业,140100,太原市,,,
没有代码的单位,,企业,140100,,,,
"""
"""Units to take in, one of them bad."""


@dataclass(frozen=True, slots=True)
class Scene:
    """One thing that is looked at.

    Attributes:
        name: `page-vouchers`, `dialog-step`.
        widget: the whole window, the dialog, or what opened under a control.
        around: what is pictured with it; the widget itself when not told.
    """

    name: str
    widget: QWidget
    around: QWidget | None = None


# ------------------------------------------------------------------------------------------------ offices


def build_office(database: Path, fill: str = "full") -> None:
    """Make an office that is `empty`, `full` or `long`."""
    resources = resources_folder()
    workspace = make_workspace(database, create=True)
    if fill == "empty":
        office.init(
            workspace.on(ON),
            name=demonstration.OFFICE_NAME,
            operators=list(demonstration.OPERATORS),
            trial=True,
            policy_content=(resources / "policies" / "henan-style.toml").read_text(encoding="utf-8"),
            request_id="init",
        )
    else:
        demonstration.build(
            workspace.on,
            scale="small",
            policies=resources / "policies",
            facilities=read_facilities(resources / "registry" / "facilities.csv"),
        )
        _pay_some(workspace.on(ON))
        _reimburse_one(workspace.on(ON))
        if fill == "long":
            _add_long_names(workspace.on(ON))
    workspace.data_file.close()


def _people(workspace: Workspace) -> tuple[Operator, Operator, Operator]:
    people = {person.role: person for person in workspace.queries.operators()}
    return people[Role.PREPARER], people[Role.REVIEWER], people[Role.FINANCE]


def _pay_some(workspace: Workspace) -> None:
    """Settle and pay the first half of the year, but for a payment that came back; draft the rest, begin a print."""
    preparer, reviewer, finance = _people(workspace)
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


def _reimburse_one(workspace: Workspace) -> None:
    """Return an application that claims afterwards, so that it can be corrected."""
    preparer, _reviewer, _finance = _people(workspace)
    unit = workspace.queries.recipients(ListFilter()).rows(0, 1)[0].uscc
    seller = workspace.queries.providers(ListFilter(statuses=("admitted",))).rows(0, 1)[0].uscc
    opened = batch.open_batch(
        workspace,
        facts=batch.BatchFacts(year=ON.year, name="后补助第一批", model="C"),
        operator=preparer,
        request_id="batch",
    )
    recipient.record_credit(
        workspace, uscc=unit, result="clear", source="信用中国", operator=preparer, request_id="credit"
    )
    asked = application.ApplicationFacts(
        recipient_uscc=unit,
        provider_uscc=seller,
        contract_number="HT-后补-001",
        contract_amount=Money.yuan(500_000),
        signed_on=date(2026, 8, 5),
        requested=Money.yuan(100_000),
        batch_id=opened.id,
    )
    billed = InvoiceFacts(
        "26140000000000000001",
        Money.yuan(500_000),
        date(2026, 11, 1),
        service_from=date(2026, 8, 10),
        service_until=date(2026, 10, 28),
        paid_on=date(2026, 11, 2),
    )
    facts = reimbursement.ReimbursementFacts(asked, ClaimedFacts((billed,)))
    made = reimbursement.reimburse(workspace, facts=facts, operator=preparer, request_id="afterwards")
    intake.return_for_correction(
        workspace, application_id=made.id, reason="发票不清晰", operator=preparer, request_id="return"
    )


def _add_long_names(workspace: Workspace) -> None:
    """Take units with very long names through every list."""
    preparer, reviewer, _finance = _people(workspace)
    seller, buyer = (demonstration.demonstration_code("provider", serial) for serial in (901, 902))
    told = UnitFacts(LONG_SELLER, seller, "140171", address=LONG)
    provider.add(workspace, unit=told, operator=preparer, request_id="long-provider")
    until = ON.replace(year=ON.year + 1)
    provider.admit(workspace, uscc=seller, until=until, operator=reviewer, request_id="long-admit", since=ON)
    told = UnitFacts(LONG, buyer, "140171", address=LONG)
    recipient.add_all(workspace, units=[(told, "enterprise")], operator=preparer, request_id="long-recipient")
    ids = []
    for place in range(3):
        facts = application.ApplicationFacts(
            recipient_uscc=buyer,
            provider_uscc=seller,
            contract_number=f"晋综改示范区数字经济发展促进中心-算力服务采购合同-2026-{place:04d}",
            contract_amount=Money.yuan(5_000_000),
            signed_on=ON,
            requested=Money.yuan(120_000),
        )
        ids.append(
            application.submit(workspace, facts=facts, operator=preparer, request_id=f"long-{place}", reason="超长").id
        )
    application.approve(workspace, application_ids=ids[:2], operator=reviewer, request_id="long-approve")
    voucher.issue(workspace, application_ids=ids[:1], operator=preparer, request_id="long-issue")


# ------------------------------------------------------------------------------------------------ what is opened


def contexts(workspace: Workspace, folder: Path) -> dict[str, dict[str, object]]:
    """Return what each dialog is opened about; one that this office has nothing for is left out.

    Args:
        workspace: the office.
        folder: where a table to import is laid.
    """
    queries = workspace.queries
    table = folder / "units.csv"
    table.write_text(TABLE, encoding="utf-8")
    found: dict[str, dict[str, object]] = {
        "application_reimburse": {},
        "application_submit": {},
        "backup_restore": {"facts": make_backups().facts(workspace.data_file.path)},
        "backup_seal": {},
        "certificate_verify": {},
        "diagnostics": {},
        "retention": {},
        "drafts": {},
        "manual": {},
        "pdf_signature": {"file": Path("算力券.pdf")},
        "policy_compare": {"first": "preset:qingyang-style"},
        "policy_draft": {},
        "policy_export": {"key": "policy:1"},
        "policy_simulate": {"key": "preset:qingyang-style"},
        "provider_add": {},
        "recipient_add": {},
        "settlement_draft": {},
        "table_import": {"kind": "recipients", "act": "recipient.add", "file": table},
        "year_open": {},
    }
    waiting = [row.id for row in queries.applications(ListFilter(statuses=("submitted",))).rows(0, 3)]
    approved = [row.id for row in queries.applications(ListFilter(statuses=("approved",))).rows(0, 3)]
    returned = [row.id for row in queries.applications(ListFilter(statuses=("returned",))).rows(0, 1)]
    usable = [row.number for row in queries.vouchers(ListFilter(statuses=("usable",))).rows(0, 3)]
    claimed = [row.id for row in queries.redemptions(ListFilter(statuses=("claimed",))).rows(0, 1)]
    payable = [row.id for row in queries.redemptions(ListFilter(statuses=("disbursed",))).rows(0, 1)]
    admitted = [row.uscc for row in queries.providers(ListFilter(statuses=("admitted",))).rows(0, 1)]
    prints = workspace.records().prints.open_jobs()
    if waiting:
        found["application_decide"] = {"application_ids": waiting, "act": "approve"}
    if returned:
        found["application_correct"] = {"application_id": returned[0]}
    if approved:
        found["voucher_issue"] = {"application_ids": approved}
    if usable:
        found |= {
            "archive_pack": {"number": usable[0]},
            "certificate_preview": {"numbers": usable[:2]},
            "redemption_claim": {"number": usable[0]},
            "voucher_end": {"number": usable[0], "act": "void"},
            "voucher_switch": {"number": usable[0], "act": "freeze"},
        }
    if claimed:
        found["redemption_decide"] = {"redemption_id": claimed[0], "act": "verify"}
    if payable:
        found["recovery_decide"] = {}
    if admitted:
        found["step"] = {"step": _step_of(workspace, admitted[0], "suspend")}
    if prints:
        found["print_out"] = {"job_id": prints[0].id, "title": _("Print {number}").format(number=prints[0].id)}
    if workspace.queries.settlements(ListFilter()).count():
        found |= {
            "document_preview": {"kind": "settlement-summary", "subject": "settlement:1"},
            "settlement_reconcile": {"settlement_id": 1},
            "settlement_statement": {"settlement_id": 1},
        }
    return found


def _step_of(workspace: Workspace, uscc: str, icon: str) -> object:
    """Return a step of a provider's life, as its panel offers it to the reviewer."""
    acts = describe_provider(workspace, uscc, workspace.queries.operators()[1]).acts
    return next(act.context["step"] for act in acts if act.icon == icon)


# ------------------------------------------------------------------------------------------------ scenes


def settle(desk: Desk, *, typed: bool = False) -> None:
    """Let all work come home and everything be painted; what was `typed` is acted on after a rest."""
    if typed:
        rest = QEventLoop()
        QTimer.singleShot(theme.QUIET_MS + 100, rest.quit)
        rest.exec()
    for _round in range(4):
        QApplication.processEvents()
        if not desk.runner.wait_idle(PATIENCE_MS):
            raise SystemExit("the window did not come to rest")
        QApplication.processEvents()


def walk_pages(window: MainWindow, desk: Desk) -> Iterator[tuple[str, str, QWidget]]:
    """Show each page, and each further list of those that have several; yield its name, its page's, and what shows."""
    for name, _words in PAGES:
        window.show_page(name)
        settle(desk)
        page = window.page(name)
        for place in range(page.tabs.count() if isinstance(page, TabbedPage | LedgerPage) else 1):
            shown = page
            if isinstance(page, TabbedPage | LedgerPage):
                page.tabs.setCurrentIndex(place)
                settle(desk)
                current = page.current() if isinstance(page, TabbedPage) else page.stack.currentWidget()
                assert isinstance(current, Page), "every part is a page"
                shown = current
            yield name if not place else shown.name, name, shown


def pages(window: MainWindow, desk: Desk, fill: str = "full") -> Iterator[Scene]:
    """Show each page, and each further list of those that have several, with a row selected."""
    for name, page, shown in walk_pages(window, desk):
        if isinstance(shown, ListPage) and shown.model.rowCount():
            wanted = SELECTED.get(page, 0) if fill == "full" and name == page else 0
            shown.view.select_position(min(wanted, shown.model.rowCount() - 1))
            settle(desk)
        yield Scene(f"page-{name}", window)


def dialogs(window: MainWindow, desk: Desk, wanted: tuple[str, ...] = tuple(sorted(DIALOGS))) -> Iterator[Scene]:
    """Show each dialog that this office has something for."""
    with tempfile.TemporaryDirectory() as folder:
        about = contexts(desk.workspace, Path(folder))
        for name in wanted:
            if name not in about:
                continue
            dialog: QDialog = open_dialog(name, desk, window, **about[name])
            settle(desk, typed=True)
            yield Scene(f"dialog-{name.replace('_', '-')}", dialog)
            dialog.done(0)
            settle(desk)


@contextmanager
def a_window(
    workspace: Workspace, *, dark: bool, size: tuple[int, int] = (WIDTH, HEIGHT)
) -> Iterator[tuple[MainWindow, Desk]]:
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
        window.resize(*size)
        window.show()
        window.begin(desk)
        yield window, desk
        window.close()


def offscreen() -> None:
    """Paint into memory, unless a screen is asked for."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
