"""算力券: the vouchers, their balance, their paper, and what may end them."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar

from PySide6.QtWidgets import QPushButton

from voucher_app.domain.money import ZERO
from voucher_app.domain.voucher import ENDED, VOUCHER_STEPS, Voucher, VoucherStatus
from voucher_app.i18n import _, ngettext
from voucher_app.services.documents.facts import DocumentKind
from voucher_app.services.voucher import check_ending, preview_expiry
from voucher_app.services.wording.names import status_name
from voucher_app.ui import theme
from voucher_app.ui.models.columns import CellKind, Column
from voucher_app.ui.pages.details import Act, Details, Fact
from voucher_app.ui.pages.list_page import NewAction
from voucher_app.ui.pages.papers import PapersPage
from voucher_app.ui.pages.possibilities import role_reasons, rule_reasons, step_reasons
from voucher_app.ui.pages.voucher_steps import expire_step

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import date

    from voucher_app.domain.operators import Operator
    from voucher_app.services.queries.lists import ListFilter, ListSource
    from voucher_app.services.queries.voucher import VoucherDetails, VoucherRow
    from voucher_app.services.voucher import Expiry
    from voucher_app.services.workspace import Workspace


class VouchersPage(PapersPage):
    """The page 算力券."""

    name: ClassVar[str] = "vouchers"
    statuses: ClassVar[tuple[str, ...]] = tuple(VoucherStatus)

    @classmethod
    def title(cls) -> str:
        """Return the page's name."""
        return _("Compute vouchers")

    def search_hint(self) -> str:
        """Return what can be searched for."""
        return _("Search voucher number, unit, credit code, contract …")

    def status_words(self, status: str) -> str:
        """Return a status in words."""
        return status_name("voucher", status)

    def empty_words(self) -> str:
        """Return the sentence of an empty list."""
        return _("No voucher of {year} has been issued yet; approved applications become vouchers here.").format(
            year=self.desk.year
        )

    def counted(self, count: int) -> str:
        """Return how many there are."""
        return ngettext("{count} voucher", "{count} vouchers", count).format(count=f"{count:,}")

    def new_action(self) -> NewAction:
        """Return the main action."""
        return NewAction(_("Issue approved …"), "voucher_issue", "issue")

    def begin_new(self) -> None:
        """Issue everything that is approved."""
        self.open("voucher_issue", application_ids=None)

    def more_buttons(self) -> list[QPushButton]:
        """Return the ledgers, what lets vouchers expire, and the check of a certificate."""
        expire = QPushButton(_("Expire …"))
        expire.setIcon(theme.icon("expire", "ink_soft"))
        expire.clicked.connect(self.begin_expiry)
        check = QPushButton(_("Check a certificate …"))
        check.setIcon(theme.icon("verify", "ink_soft"))
        check.clicked.connect(lambda: self.open("certificate_verify"))
        return [self.lists_on_paper(DocumentKind.VOUCHER_LEDGER, DocumentKind.RETURN_LEDGER), expire, check]

    def begin_expiry(self) -> None:
        """Look what is past its last day to redeem, and ask whether it shall expire."""
        self.desk.runner.run(partial(preview_expiry, self.desk.workspace), success=self._expire, owner=self)

    def _expire(self, found: Expiry) -> None:
        if found.due:
            self.open("step", step=expire_step(found))
            return
        told = _("No voucher is past its last day to redeem.")
        if found.held:
            told = ngettext(
                "{count} voucher is past its last day to redeem, but frozen or with an undecided claim.",
                "{count} vouchers are past their last day to redeem, but frozen or with an undecided claim.",
                len(found.held),
            ).format(count=f"{len(found.held):,}")
        self.desk.notify(told)

    def columns(self) -> Sequence[Column]:
        """Return the columns."""
        return (
            Column("number", _("Voucher number"), lambda row: row.number, width=142, sort="number"),
            Column("recipient", _("Recipient"), lambda row: row.recipient_name, width=156, stretches=True),
            Column("provider", _("Provider"), lambda row: row.provider_name, width=112, stretches=True, gives_way=True),
            Column("face", _("Face value (yuan)"), lambda row: row.face.in_yuan(), CellKind.MONEY, 106, sort="face"),
            Column("remaining", _("Remaining (yuan)"), lambda row: row.remaining.in_yuan(), CellKind.MONEY, 106),
            Column("use_by", _("Use by"), lambda row: row.use_by, CellKind.DATE, 104, sort="use_by", gives_way=True),
            Column(
                "redeem_by",
                _("Redeem by"),
                lambda row: row.redeem_by,
                CellKind.DATE,
                104,
                sort="redeem_by",
                gives_way=True,
            ),
            Column(
                "status",
                _("Status"),
                lambda row: status_name("voucher", row.status),
                CellKind.STATUS,
                96,
                state=lambda row: ("voucher", row.status),
            ),
        )

    def key(self, row: Any) -> str:  # noqa: ANN401 - as declared above
        """Return the voucher's number."""
        return str(row.number)

    def key_of_result(self, result: object) -> str | None:
        """Return the key of what was decided here."""
        return str(result.number) if isinstance(result, Voucher) else None

    def source(self, chosen: ListFilter) -> ListSource[VoucherRow]:
        """Return the list."""
        return self.desk.workspace.queries.vouchers(chosen)

    def describe(self, row: Any) -> Callable[[], Details]:  # noqa: ANN401
        """Return what reads the details."""
        return partial(describe_voucher, self.desk.workspace, row.number, self.desk.operator)

    def describe_many(self, rows: Sequence[Any]) -> Details:
        """Return what can be done with several vouchers."""
        count = len(rows)
        face = sum((row.face for row in rows), ZERO)
        left = sum((row.remaining for row in rows), ZERO)
        return Details(
            ngettext("{count} voucher selected", "{count} vouchers selected", count).format(count=count),
            figure=f"¥{left.in_yuan()}",
            note=_("remaining of {face} yuan face value").format(face=face.in_yuan()),
            share=left.fen / face.fen if face else None,
            acts=[
                Act(
                    _("Print {count} certificates …").format(count=count),
                    "certificate_preview",
                    "print",
                    {"numbers": [row.number for row in rows]},
                    "accent",
                )
            ],
        )


def day_with_distance(day: date, *, today: date) -> str:
    """Return a day, and how far off it is while that matters."""
    days = (day - today).days
    if days < 0:
        return _("{day} (past)").format(day=day.isoformat())
    return ngettext("{day} ({count} day left)", "{day} ({count} days left)", days).format(
        day=day.isoformat(), count=days
    )


def describe_voucher(workspace: Workspace, number: str, operator: Operator | None) -> Details:
    """Read what the panel says about a voucher."""
    found = workspace.queries.voucher(number)
    voucher = found.voucher
    today = workspace.clock.today()
    recipient, provider = found.recipient.organisation, found.provider.organisation
    contract = found.application.contract
    is_live = voucher.status not in ENDED
    use_by = day_with_distance(voucher.use_by, today=today) if is_live else voucher.use_by.isoformat()
    redeem_by = day_with_distance(voucher.redeem_by, today=today) if is_live else voucher.redeem_by.isoformat()
    return Details(
        title=number,
        status=("voucher", voucher.status),
        figure=f"¥{voucher.remaining.in_yuan()}",
        note=_("remaining of {face} yuan ({capitals})").format(
            face=voucher.face.in_yuan(), capitals=voucher.face.in_capitals()
        ),
        share=voucher.remaining.fen / voucher.face.fen,
        facts=(
            (
                Fact(_("Recipient"), recipient.name, "recipients", recipient.uscc),
                Fact(_("Credit code"), recipient.uscc),
                Fact(_("Provider"), provider.name, "providers", provider.uscc),
                Fact(
                    _("Contract"),
                    _("{number}, {amount} yuan").format(number=contract.number, amount=contract.amount.in_yuan()),
                ),
            ),
            (
                Fact(_("Issued on"), voucher.issued_on.isoformat()),
                Fact(_("Use by"), use_by),
                Fact(_("Redeem by"), redeem_by),
                Fact(_("Policy"), found.policy.name),
            ),
            (
                Fact(_("Prepared by"), found.prepared_by),
                Fact(_("Reviewed by"), found.reviewed_by),
                Fact(_("Application"), str(voucher.application_id), "applications", contract.number),
                _redemptions_fact(found),
                _open_claims_fact(found),
            ),
        ),
        history=found.history,
        acts=_acts(workspace, found, operator, today=today),
        subjects=[f"voucher:{voucher.id}"],
        files_of=f"voucher:{voucher.id}",
    )


def _redemptions_fact(found: VoucherDetails) -> Fact:
    count = len(found.redemptions)
    words = ngettext("{count} redemption", "{count} redemptions", count).format(count=count) if count else ""
    return Fact(_("Redemptions"), words, "redemptions", str(found.voucher.number))


def _open_claims_fact(found: VoucherDetails) -> Fact:
    return Fact(
        _("Undecided"), _("{amount} yuan").format(amount=found.open_claims.in_yuan()) if found.open_claims else ""
    )


def _acts(workspace: Workspace, found: VoucherDetails, operator: Operator | None, *, today: date) -> list[Act]:
    voucher, number = found.voucher, str(found.voucher.number)
    role = role_reasons(operator)

    def step(act: str) -> tuple[str, ...]:
        return step_reasons(VOUCHER_STEPS, noun="voucher", status=voucher.status, act=act)

    switch = "unfreeze" if voucher.status is VoucherStatus.FROZEN else "freeze"
    return [
        Act(
            _("Claim …"),
            "redemption_claim",
            "redemptions",
            {"number": number},
            "accent",
            role or step("redeem") or _claim_reasons(found, today=today),
        ),
        Act(_("Print the certificate …"), "certificate_preview", "print", {"numbers": [number]}),
        Act(
            _("Unfreeze …") if switch == "unfreeze" else _("Freeze …"),
            "voucher_switch",
            switch,
            {"number": number, "act": switch},
            "",
            role or step(switch),
        ),
        *(
            Act(
                words,
                "voucher_end",
                act,
                {"number": number, "act": act},
                "danger",
                role or step(act) or _ending_reasons(workspace, voucher, act, operator),
            )
            for act, words in (("return", _("Return …")), ("void", _("Void …")))
        ),
        Act(_("Archive …"), "archive_pack", "archive", {"number": number}),
    ]


def _claim_reasons(found: VoucherDetails, *, today: date) -> tuple[str, ...]:
    if today > found.voucher.redeem_by:
        return (_("the last day to redeem, {day}, has passed.").format(day=found.voucher.redeem_by.isoformat()),)
    if found.open_claims >= found.voucher.remaining:
        return (_("undecided claims already ask for all that is left."),)
    return ()


def _ending_reasons(workspace: Workspace, voucher: Voucher, act: str, operator: Operator | None) -> tuple[str, ...]:
    if operator is None:
        return ()
    return rule_reasons(check_ending(workspace.records(), voucher, act=act, operator=operator))
