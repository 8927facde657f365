"""What two offices do with one data file: who sits where, what there is to do, and one request for each act.

Every choice comes from the seed, every number and date from the office as it is, so a year is the same whenever it is
played; the key and the number of the file are fixed for the same reason.
"""

from __future__ import annotations

import hashlib
import itertools
from contextlib import closing, suppress
from dataclasses import dataclass, field
from datetime import date, timedelta, timezone
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any
from unittest.mock import patch

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from kill_nine import generous_policy
from sqlite_utils import migrations

from voucher_app.app import make_workspace
from voucher_app.domain.money import Money
from voucher_app.domain.operators import Role
from voucher_app.printing import key_file
from voucher_app.services import application, office, provider, recipient, redemption, settlement, voucher, year
from voucher_app.services import workspace as workspaces
from voucher_app.services.claim import ClaimFacts
from voucher_app.services.demonstration import demonstration_code
from voucher_app.services.recipient import UnitFacts
from voucher_app.services.rehearsal import rehearse
from voucher_app.storage.sqlite.connection import LIBRARY_ERRORS, open_for_writing

if TYPE_CHECKING:
    import random
    from collections.abc import Callable
    from pathlib import Path

    from voucher_app.domain.operators import Operator
    from voucher_app.services.workspace import Workspace

CAP = Money.yuan(6_000)
"""So little that it is met in spring and again whenever something comes back."""
SELLER = demonstration_code("provider", 1)
HOLDERS = tuple(demonstration_code("enterprise", 1_000 + place) for place in range(4))
ROLES = (Role.PREPARER, Role.REVIEWER, Role.FINANCE)
NAMES = ("甲经办", "甲复核", "甲财务", "乙经办", "乙复核", "乙财务")


@dataclass(frozen=True, slots=True)
class Intent:
    """One thing that somebody wants done, and the number under which it is asked for, however often."""

    name: str
    request_id: str
    call: Callable[[Workspace, str], object]
    is_rehearsed: bool = False

    def again(self) -> Intent:
        """Return what is asked when nobody knows whether it was done: the very same."""
        return self

    def ask(self, workspace: Workspace) -> object:
        """Ask for it."""
        if self.is_rehearsed:
            return rehearse(workspace, lambda given: self.call(given, self.request_id))
        return self.call(workspace, self.request_id)


@dataclass(slots=True)
class Desk:
    """One program on the file, the people before it, and what they do not know to be done."""

    place: int
    workspace: Workspace
    people: tuple[Operator, ...]
    pending: list[Intent] = field(default_factory=list)

    @property
    def name(self) -> str:
        """The office it stands in."""
        return "甲乙"[self.place]

    def person(self, role: Role) -> Operator:
        """Return this office's person of a role."""
        return self.people[3 * self.place + ROLES.index(role)]


def make_template(database: Path) -> Path:
    """Make the office of which every simulated year begins with a copy, in one file, always the same."""
    private = Ed25519PrivateKey.from_private_bytes(hashlib.sha256(b"a simulated office").digest())
    with (
        patch.object(key_file, "generate", lambda: private),
        patch("voucher_app.services.office.secrets.token_hex", lambda _bytes: "5" * 32),
        # When a migration was applied is recorded too.
        patch.object(migrations, "datetime", SimpleNamespace(datetime=vars(workspaces)["datetime"], timezone=timezone)),
    ):
        workspace = make_workspace(database, create=True)
        people = list(zip(NAMES, ROLES * 2, strict=True))
        office.init(
            workspace, name="模拟", operators=people, trial=True, policy_content=generous_policy(), request_id="begin-1"
        )
    preparer, reviewer = workspace.queries.operators()[:2]
    year.open_year(workspace, year=2026, amount=CAP, document="试验", operator=preparer, request_id="begin-2")
    unit = UnitFacts("算力", SELLER, "140100")
    provider.add(workspace, unit=unit, operator=preparer, request_id="begin-3")
    provider.admit(workspace, uscc=SELLER, until=date(2028, 1, 1), operator=reviewer, request_id="begin-4")
    units = [(UnitFacts(f"单位{place}", code, "140100"), "enterprise") for place, code in enumerate(HOLDERS)]
    recipient.add_all(workspace, units=units, operator=preparer, request_id="begin-5")
    workspace.data_file.close()
    with closing(open_for_writing(database)) as connection, suppress(*LIBRARY_ERRORS):
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return database


class Work:
    """Thinks of what a desk does next, from what is in the file."""

    def __init__(self, chance: random.Random, rows: Callable[[str], list[tuple[Any, ...]]]) -> None:
        self._chance = chance
        self._rows = rows
        self._serial = itertools.count(1)

    def next(self, desk: Desk) -> Intent:
        """Return the next act of a desk; there always is one, an application."""
        kinds: list[tuple[int, Callable[[Desk], Any]]] = [
            (6, self._submit), (6, self._approve), (6, self._issue), (6, self._claim), (6, self._verify),
            (4, self._settle), (1, self._reverse), (3, self._end), (1, self._refuse), (1, self._expire),
            (1, self._raise), (2, self._years),
        ]  # fmt: skip
        (think,) = self._chance.choices([act for _, act in kinds], [weight for weight, _ in kinds])
        thought = think(desk) or self._submit(desk)
        request_id = f"{desk.place}-{next(self._serial):06d}"
        return Intent(thought[0], request_id, thought[1], is_rehearsed=self._chance.random() < 0.08)  # noqa: PLR2004

    def _one(self, sql: str) -> Any:  # noqa: ANN401 - a row, or None
        found = self._rows(sql)
        return self._chance.choice(found) if found else None

    def _amount(self, most: int) -> Money:
        """Return an amount: usually small, now and then at the edge of what there is, or a fen beyond."""
        some = self._chance.randint(1, 40_000)
        return Money(max(1, self._chance.choice((some, some, some, some, min(some, most), most, most + 1))))

    def _submit(self, desk: Desk) -> Any:  # noqa: ANN401 - a name and a call
        place = next(self._serial)
        ((left,),) = self._rows("SELECT coalesce(max(balance_fen), 0) FROM account WHERE kind = 1")
        amount = self._amount(left)
        facts = application.ApplicationFacts(
            recipient_uscc=HOLDERS[2 * desk.place + self._chance.randrange(2)],
            provider_uscc=SELLER,
            contract_number=f"HT-{place}",
            contract_amount=amount,
            signed_on=desk.workspace.clock.today(),
            requested=amount,
        )
        who = desk.person(Role.PREPARER)
        return f"submit {amount.fen}", lambda given, key: application.submit(
            given, facts=facts, operator=who, request_id=key
        )

    def _approve(self, desk: Desk) -> Any:  # noqa: ANN401
        found = self._one("SELECT id FROM application WHERE status = 'submitted'")
        who = desk.person(Role.REVIEWER)
        return found and (f"approve {found[0]}", lambda given, key: application.approve(
            given, application_ids=[found[0]], operator=who, request_id=key))  # fmt: skip

    def _issue(self, desk: Desk) -> Any:  # noqa: ANN401
        found = [row[0] for row in self._rows("SELECT id FROM application WHERE status = 'approved' ORDER BY id")]
        chosen = self._chance.sample(found, min(len(found), self._chance.choice((1, 1, 2, 3))))
        who = desk.person(Role.PREPARER)
        return chosen and (f"issue {chosen}", lambda given, key: voucher.issue(
            given, application_ids=chosen, operator=who, request_id=key))  # fmt: skip

    def _claim(self, desk: Desk) -> Any:  # noqa: ANN401
        found = self._one(
            "SELECT number, face_fen - redeemed_fen - recycled_fen FROM voucher "
            "WHERE status IN ('usable', 'partly-used') ORDER BY id DESC LIMIT 9"
        )
        if found is None:
            return None
        amount, invoice = self._amount(found[1]), f"{next(self._serial):020d}"
        facts = ClaimFacts(
            voucher_number=found[0],
            amount=amount,
            invoice_number=invoice,
            invoice_amount=amount,
            invoiced_on=desk.workspace.clock.today(),
        )
        who = desk.person(Role.PREPARER)
        return f"claim {amount.fen} of {found[0]}", lambda given, key: redemption.claim(
            given, facts=facts, operator=who, request_id=key
        )

    def _verify(self, desk: Desk) -> Any:  # noqa: ANN401
        found = self._one("SELECT id, claimed_fen FROM redemption WHERE status = 'claimed'")
        if found is None:
            return None
        approved = self._chance.choice((None, Money(found[1]), Money(max(1, found[1] // 2)), Money(found[1] + 1)))
        who = desk.person(Role.REVIEWER)
        return f"verify {found[0]}", lambda given, key: redemption.verify(
            given, redemption_id=found[0], approved=approved, operator=who, request_id=key
        )

    def _refuse(self, desk: Desk) -> Any:  # noqa: ANN401
        found = self._one("SELECT id FROM redemption WHERE status = 'claimed'")
        who = desk.person(Role.REVIEWER)
        return found and (f"refuse {found[0]}", lambda given, key: redemption.refuse(
            given, redemption_id=found[0], reason="不符", operator=who, request_id=key))  # fmt: skip

    def _reverse(self, desk: Desk) -> Any:  # noqa: ANN401
        found = self._one("SELECT id FROM redemption WHERE status = 'verified' ORDER BY id DESC LIMIT 9")
        who = desk.person(Role.REVIEWER)
        return found and (f"reverse {found[0]}", lambda given, key: redemption.reverse(
            given, redemption_id=found[0], reason="发票红冲", operator=who, request_id=key))  # fmt: skip

    def _end(self, desk: Desk) -> Any:  # noqa: ANN401
        found = self._one("SELECT number FROM voucher WHERE status IN ('usable', 'partly-used', 'frozen')")
        act = self._chance.choice((voucher.void, voucher.return_voucher, voucher.freeze, voucher.unfreeze))
        who = desk.person(Role.REVIEWER)
        return found and (f"{act.__name__} {found[0]}", lambda given, key: act(
            given, number=found[0], reason="书面确认", operator=who, request_id=key))  # fmt: skip

    def _expire(self, desk: Desk) -> Any:  # noqa: ANN401
        who = desk.person(Role.PREPARER)
        return "expire", lambda given, key: voucher.expire(given, operator=who, request_id=key)

    def _settle(self, desk: Desk) -> Any:  # noqa: ANN401
        found = self._one("SELECT id, status FROM settlement WHERE status IN ('draft', 'confirmed', 'checked')")
        until = desk.workspace.clock.today()
        preparer, reviewer, finance = (desk.person(role) for role in ROLES)
        if found is None or self._chance.random() < 0.2:  # noqa: PLR2004 - one in five times
            return "draft a settlement", lambda given, key: settlement.draft(
                given, until=until, operator=preparer, request_id=key
            )
        if found[1] == "draft":
            return f"confirm {found[0]}", lambda given, key: settlement.confirm(
                given, settlement_id=found[0], operator=reviewer, request_id=key
            )
        return f"disburse {found[0]}", lambda given, key: settlement.disburse(
            given, settlement_id=found[0], receipt="HD", operator=finance, request_id=key
        )

    def _raise(self, desk: Desk) -> Any:  # noqa: ANN401
        found = self._one("SELECT id FROM cap_change WHERE status = 'proposed'")
        if found is None:
            amount = Money(self._chance.randint(1, 60_000))
            who = desk.person(Role.PREPARER)
            ((of_year,),) = self._rows("SELECT max(id) FROM budget_year")
            return f"propose {amount.fen} more", lambda given, key: year.propose_raise(
                given, year=of_year, amount=amount, document="试验", reason="不足", operator=who, request_id=key
            )
        reviewer = desk.person(Role.REVIEWER)
        return f"decide raise {found[0]}", lambda given, key: year.decide_raise(
            given, change_id=found[0], operator=reviewer, request_id=key
        )

    def _years(self, desk: Desk) -> Any:  # noqa: ANN401
        today, who = desk.workspace.clock.today(), desk.person(Role.FINANCE)
        if today < date(2026, 12, 1):
            return None
        if not self._rows("SELECT id FROM budget_year WHERE id = 2027"):
            return "open 2027", lambda given, key: year.open_year(
                given, year=2027, amount=CAP, document="试验", operator=who, request_id=key
            )
        if today > date(2026, 12, 31) + timedelta(days=5):
            return "close 2026", lambda given, key: year.close_year(given, year=2026, operator=who, request_id=key)
        return None
