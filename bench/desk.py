"""Offices to measure on: made through the same use cases as any other."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from voucher_app.app import make_tools, make_workspace, speak
from voucher_app.domain.money import Money
from voucher_app.services import application, demonstration
from voucher_app.services.queries.lists import ListFilter
from voucher_app.services.workspace import new_request_id
from voucher_app.settings import Settings
from voucher_app.storage.sqlite.migrations import expected_schema_digest

if TYPE_CHECKING:
    from pathlib import Path

    from voucher_app.services.workspace import Workspace

TODAY = date(2026, 3, 2)


def measuring_folder(root: Path) -> Path:
    """Return where the offices to measure on are kept: one folder per schema, so that none is ever out of date."""
    folder = root / expected_schema_digest()[:12]
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def measuring_office(database: Path, vouchers: int) -> None:
    """Make the large demonstration office with a number of vouchers, unless it is there already."""
    if database.exists():
        return
    settings = Settings.from_environment()
    speak(settings)
    tools = make_tools(settings)
    partial = database.with_suffix(".partial.db")
    for leftover in database.parent.glob(partial.name + "*"):
        leftover.unlink()
    workspace = make_workspace(partial, create=True)
    print(f"making an office with {vouchers:,} vouchers …", flush=True)
    demonstration.build(
        workspace.on,
        scale="large",
        policies=settings.resources / "policies",
        facilities=tools.read_facilities(settings.resources / "registry" / "facilities.csv"),
        count=vouchers,
    )
    workspace.data_file.back_up(database)
    workspace.data_file.close()
    (partial.parent / f"{partial.name}.signing-key.pem").rename(database.with_name(f"{database.name}.signing-key.pem"))
    for leftover in database.parent.glob(partial.name + "*"):
        leftover.unlink()


class Desk:
    """A measuring office with approved applications in stock."""

    def __init__(self, workspace: Workspace) -> None:
        self.workspace = workspace.on(TODAY)
        self.preparer, self.reviewer, self.finance = workspace.queries.operators()[:3]
        rows = workspace.queries.recipients(ListFilter(sort="id", descending=False)).rows(0, 200)
        self.recipients = [row.uscc for row in rows]
        admitted = workspace.queries.providers(ListFilter(statuses=("admitted",), sort="id")).rows(0, 1)
        self.provider = admitted[0].uscc
        self._serial = 0

    def reopen(self) -> None:
        """Begin another day: the file is opened anew, and with it its log."""
        path = self.workspace.data_file.path
        self.workspace.data_file.close()
        self.workspace = make_workspace(path).on(TODAY)

    def approved(self, count: int) -> list[int]:
        """Submit and approve applications; return their rows."""
        facts = []
        for _place in range(count):
            self._serial += 1
            facts.append(
                application.ApplicationFacts(
                    recipient_uscc=self.recipients[self._serial % len(self.recipients)],
                    provider_uscc=self.provider,
                    contract_number=f"BENCH-{new_request_id()}",
                    contract_amount=Money.yuan(500),
                    signed_on=date(2026, 2, 1),
                    requested=Money(100 + self._serial % 900),
                )
            )
        made = application.submit_all(
            self.workspace, applications=facts, operator=self.preparer, request_id=new_request_id()
        )
        ids = [one.id for one in made]
        application.approve(self.workspace, application_ids=ids, operator=self.reviewer, request_id=new_request_id())
        return ids
