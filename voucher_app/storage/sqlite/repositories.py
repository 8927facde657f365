"""Repositories: fixed SQL for what use cases read and write, by noun.

The same classes serve a unit of work and a preview; only the first one has a notebook to note what was written.
"""

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import ClassVar, cast

from voucher_app.domain.application import Application, ApplicationStatus
from voucher_app.domain.budget import YearMoney, YearStatus
from voucher_app.domain.contract import Contract, contract_key
from voucher_app.domain.errors import NotFound
from voucher_app.domain.ledger import KINDS_PER_SUBJECT, Account, AccountKind, Transfer, TransferKind
from voucher_app.domain.money import Money
from voucher_app.domain.numbering import VoucherNumber
from voucher_app.domain.operators import Operator, Role
from voucher_app.domain.parties import Organisation, Provider, ProviderStatus, Recipient, RecipientKind
from voucher_app.domain.policy import Policy, parse_policy
from voucher_app.domain.redemption import Invoice, Redemption, RedemptionStatus
from voucher_app.domain.voucher import VOUCHER_STEPS, Voucher, VoucherStatus
from voucher_app.services.papers import PublicKey
from voucher_app.services.ports import Facility, PublishedPolicy
from voucher_app.storage.sqlite.connection import Connection

Row = Sequence[object]


class Notebook:
    """What a unit of work wrote: keys by table, and the number its journal record will have."""

    def __init__(self) -> None:
        self.touched: dict[str, set[int]] = {}
        self.last: dict[str, int] = {}
        """The greatest key of each table, once it was asked; nobody else writes meanwhile."""
        self.seq = 0

    def note(self, table: str, key: int) -> None:
        """Note a row that was written, by our code or by a trigger."""
        self.touched.setdefault(table, set()).add(key)


class Table:
    """What every repository has: the connection, the notebook, the business date."""

    def __init__(self, connection: Connection, notebook: Notebook | None, today: date) -> None:
        self._connection = connection
        self._notebook = notebook
        self._today = today

    def _one(self, sql: str, values: Row = ()) -> tuple[object, ...] | None:
        return cast("tuple[object, ...] | None", self._connection.execute(sql, values).fetchone())

    def _write(self, table: str, key: int, sql: str, values: Row) -> None:
        assert self._notebook is not None, "only a unit of work writes"
        self._connection.execute(sql, values)
        self._notebook.note(table, key)

    def _next(self, table: str) -> int:
        assert self._notebook is not None, "only a unit of work writes"
        last = self._notebook.last
        if table not in last:
            row = self._one(f"SELECT coalesce(max(id), 0) FROM {table}")
            assert row is not None
            last[table] = cast("int", row[0])
        last[table] += 1
        return last[table]


def _day(value: object) -> date:
    return date.fromisoformat(cast("str", value))


def _day_or_none(value: object) -> date | None:
    return None if value is None else _day(value)


def _text(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


class OfficeTable(Table):
    """The office itself, its people and its keys."""

    def create(self, *, name: str, trial: bool, file_id: str) -> None:
        """Record the office; a data file has one."""
        self._write(
            "office",
            1,
            "INSERT INTO office (id, name, trial, file_id, created_on) VALUES (1, ?, ?, ?, ?)",
            (name, int(trial), file_id, self._today.isoformat()),
        )

    def add_operator(self, name: str, role: Role) -> Operator:
        """Record a person with a role."""
        key = self._next("operator")
        self._write("operator", key, "INSERT INTO operator (id, name, role) VALUES (?, ?, ?)", (key, name, role.value))
        return Operator(key, name, role)

    def add_key(self, key: PublicKey) -> int:
        """Record a public key; return its row."""
        row = self._next("signing_key")
        self._write(
            "signing_key",
            row,
            "INSERT INTO signing_key (id, key_id, algorithm, public_key) VALUES (?, ?, ?, ?)",
            (row, key.key_id, key.algorithm, key.raw.hex()),
        )
        return row

    def has_key(self, key_id: str) -> bool:
        """Return whether a public key is recorded."""
        return self._one("SELECT 1 FROM signing_key WHERE key_id = ?", (key_id,)) is not None


class PolicyTable(Table):
    """Published policy versions."""

    _parsed: ClassVar[dict[str, Policy]] = {}
    """A published text never changes, so it is read once per process."""

    def __init__(self, connection: Connection, notebook: Notebook | None, today: date) -> None:
        super().__init__(connection, notebook, today)
        self._rows: dict[int, PublishedPolicy] = {}

    def publish(self, content: str, policy: Policy) -> int:
        """Record the next version of the policy's code; return its row."""
        key = self._next("policy")
        row = self._one("SELECT coalesce(max(version), 0) + 1 FROM policy WHERE code = ?", (policy.code,))
        assert row is not None
        self._write(
            "policy",
            key,
            "INSERT INTO policy (id, code, version, content, published_on) VALUES (?, ?, ?, ?, ?)",
            (key, policy.code, row[0], content, self._today.isoformat()),
        )
        return key

    def get(self, policy_id: int) -> PublishedPolicy:
        """Return one version; a row never changes, so it is read once per set of repositories."""
        if policy_id not in self._rows:
            self._rows[policy_id] = self._found("WHERE id = ?", (policy_id,), policy_id)
        return self._rows[policy_id]

    def current(self) -> PublishedPolicy:
        """Return the version published last."""
        return self._found("ORDER BY id DESC LIMIT 1", (), "current")

    def all(self) -> list[PublishedPolicy]:
        """Return all versions, newest first."""
        keys = self._connection.execute("SELECT id FROM policy ORDER BY id DESC").fetchall()
        return [self.get(key) for (key,) in keys]

    def _found(self, where: str, values: Row, key: object) -> PublishedPolicy:
        row = self._one(f"SELECT id, version, content, published_on FROM policy {where}", values)
        if row is None:
            raise NotFound("policy", key)
        content = cast("str", row[2])
        if content not in self._parsed:
            self._parsed[content] = parse_policy(content)
        return PublishedPolicy(cast("int", row[0]), cast("int", row[1]), content, self._parsed[content], _day(row[3]))


class YearTable(Table):
    """Budget years."""

    def open(self, year: int, *, document: str) -> None:
        """Record a budget year."""
        self._write(
            "budget_year",
            year,
            "INSERT INTO budget_year (id, status, document) VALUES (?, 'open', ?)",
            (year, document),
        )

    def find(self, year: int) -> YearMoney | None:
        """Return where a year's money is, or None when the year was never opened."""
        row = self._one(
            """
            SELECT status, document, outstanding_fen, payable_fen,
              (SELECT balance_fen FROM account WHERE id = ?), (SELECT balance_fen FROM account WHERE id = ?),
              (SELECT balance_fen FROM account WHERE id = ?)
            FROM budget_year WHERE id = ?""",
            (
                Account(AccountKind.APPROPRIATION, year).id,
                Account(AccountKind.DISBURSED, year).id,
                Account(AccountKind.LAPSED, year).id,
                year,
            ),
        )
        if row is None:
            return None
        status, document, outstanding, payable, unissued, disbursed, lapsed = row
        return YearMoney(
            year=year,
            status=YearStatus(cast("str", status)),
            document=cast("str", document),
            unissued=Money(cast("int", unissued)),
            outstanding=Money(cast("int", outstanding)),
            payable=Money(cast("int", payable)),
            disbursed=Money(cast("int", disbursed)),
            lapsed=Money(cast("int", lapsed)),
        )

    def get(self, year: int) -> YearMoney:
        """Return where a year's money is."""
        money = self.find(year)
        if money is None:
            raise NotFound("year", year)
        return money

    def set_status(self, year: int, status: YearStatus) -> None:
        """Open or close a year."""
        self._write("budget_year", year, "UPDATE budget_year SET status = ? WHERE id = ?", (status.value, year))


_UNIT = """organisation.id, name, uscc, region_code, legal_representative, phone, address, bank_account,
    controlled_by, founded_on"""
_UNIT_WIDTH = 10


def _organisation(row: Row) -> Organisation:
    facts = cast("tuple[int, str, str, str, str, str, str, str, str]", tuple(row[: _UNIT_WIDTH - 1]))
    return Organisation(*facts, founded_on=_day_or_none(row[_UNIT_WIDTH - 1]))


def _recipient(row: Row) -> Recipient:
    return Recipient(_organisation(row), RecipientKind(cast("str", row[_UNIT_WIDTH])))


def _provider(row: Row) -> Provider:
    status, prepared_by, admitted_from, admitted_until, suspended_on = row[_UNIT_WIDTH:]
    return Provider(
        organisation=_organisation(row),
        status=ProviderStatus(cast("str", status)),
        prepared_by=cast("int", prepared_by),
        admitted_from=_day_or_none(admitted_from),
        admitted_until=_day_or_none(admitted_until),
        suspended_on=_day_or_none(suspended_on),
    )


class PartyTable(Table):
    """Units, and the parts they play."""

    def add_recipient(self, organisation: Organisation, kind: str, *, prepared_by: int) -> Recipient:
        """Record a recipient; a unit known as provider already is the same unit."""
        key = self._organisation_key(organisation)
        self._write(
            "recipient",
            key,
            "INSERT INTO recipient (id, kind, prepared_by) VALUES (?, ?, ?)",
            (key, str(kind), prepared_by),
        )
        return self.recipient_by_id(key)

    def add_provider(self, organisation: Organisation, *, prepared_by: int) -> Provider:
        """Record a provider; a unit known as recipient already is the same unit."""
        key = self._organisation_key(organisation)
        self._write(
            "provider",
            key,
            "INSERT INTO provider (id, status, prepared_by) VALUES (?, 'registered', ?)",
            (key, prepared_by),
        )
        return self.provider_by_id(key)

    def _organisation_key(self, unit: Organisation) -> int:
        known = self._one("SELECT id FROM organisation WHERE uscc = ?", (unit.uscc,))
        if known is not None:
            return cast("int", known[0])
        key = self._next("organisation")
        self._write(
            "organisation",
            key,
            """INSERT INTO organisation (id, name, uscc, region_code, legal_representative, phone, address,
                 bank_account, controlled_by, founded_on) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)""",
            (
                key,
                unit.name,
                unit.uscc,
                unit.region_code,
                unit.legal_representative,
                unit.phone,
                unit.address,
                unit.bank_account,
                unit.controlled_by,
                _text(unit.founded_on),
            ),
        )
        return key

    def recipient(self, uscc: str) -> Recipient:
        """Return a recipient by its credit code."""
        found = self.find_recipient(uscc)
        if found is None:
            raise NotFound("recipient", uscc)
        return found

    def recipient_by_id(self, recipient_id: int) -> Recipient:
        """Return a recipient by its row."""
        row = self._one(
            f"SELECT {_UNIT}, kind FROM recipient JOIN organisation USING (id) WHERE id = ?", (recipient_id,)
        )
        if row is None:
            raise NotFound("recipient", recipient_id)
        return _recipient(row)

    def find_recipient(self, uscc: str) -> Recipient | None:
        """Return a recipient by its credit code, or None."""
        row = self._one(f"SELECT {_UNIT}, kind FROM recipient JOIN organisation USING (id) WHERE uscc = ?", (uscc,))
        return None if row is None else _recipient(row)

    def provider(self, uscc: str) -> Provider:
        """Return a provider by its credit code."""
        found = self.find_provider(uscc)
        if found is None:
            raise NotFound("provider", uscc)
        return found

    _PROVIDER = f"""SELECT {_UNIT}, status, prepared_by, admitted_from, admitted_until, suspended_on
        FROM provider JOIN organisation USING (id)"""

    def provider_by_id(self, provider_id: int) -> Provider:
        """Return a provider by its row."""
        row = self._one(f"{self._PROVIDER} WHERE id = ?", (provider_id,))
        if row is None:
            raise NotFound("provider", provider_id)
        return _provider(row)

    def find_provider(self, uscc: str) -> Provider | None:
        """Return a provider by its credit code, or None."""
        row = self._one(f"{self._PROVIDER} WHERE uscc = ?", (uscc,))
        return None if row is None else _provider(row)

    def set_provider(
        self,
        provider_id: int,
        *,
        status: str,
        admitted_by: int | None,
        admitted_from: date | None,
        admitted_until: date | None,
        suspended_on: date | None,
    ) -> None:
        """Record a provider's new place in the register."""
        self._write(
            "provider",
            provider_id,
            """UPDATE provider SET status = ?, admitted_by = ?, admitted_from = ?, admitted_until = ?,
                 suspended_on = ? WHERE id = ?""",
            (
                str(status),
                admitted_by,
                _text(admitted_from),
                _text(admitted_until),
                _text(suspended_on),
                provider_id,
            ),
        )

    def counted(self, recipient_id: int, year: int) -> Money:
        """Return what a recipient holds of a year: issued minus recycled (R3)."""
        return self._sum("face_fen - recycled_fen", recipient_id, year)

    def redeemed(self, recipient_id: int, year: int) -> Money:
        """Return what was verified for a recipient out of a year (R3)."""
        return self._sum("redeemed_fen", recipient_id, year)

    def _sum(self, what: str, recipient_id: int, year: int) -> Money:
        row = self._one(
            f"SELECT coalesce(sum({what}), 0) FROM voucher WHERE recipient_id = ? AND year = ?", (recipient_id, year)
        )
        assert row is not None
        return Money(cast("int", row[0]))

    def has_facility(self, name: str) -> bool:
        """Return whether the registry has a facility of this name."""
        return self._one("SELECT 1 FROM facility WHERE name = ?", (name,)) is not None

    def add_facility(self, facility: Facility) -> int:
        """Record a facility; return its row."""
        key = self._next("facility")
        self._write(
            "facility",
            key,
            """INSERT INTO facility (id, name, place, region_code, operated_by, racks, pflops_fp16,
                 investment_yi_yuan, state, note, source) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)""",
            (
                key,
                facility.name,
                facility.place,
                facility.region_code,
                facility.operated_by,
                facility.racks,
                facility.pflops_fp16,
                facility.investment_yi_yuan,
                facility.state,
                facility.note,
                facility.source,
            ),
        )
        return key

    def link_facility(self, name: str, provider_id: int) -> None:
        """Give a candidate facility, known by name, to the provider that runs it; nothing happens without one."""
        row = self._one("SELECT id FROM facility WHERE name = ? AND provider_id IS NULL", (name,))
        if row is not None:
            key = cast("int", row[0])
            self._write("facility", key, "UPDATE facility SET provider_id = ? WHERE id = ?", (provider_id, key))


class ApplicationTable(Table):
    """Applications."""

    def add(
        self,
        *,
        year: int,
        policy_id: int,
        recipient_id: int,
        provider_id: int,
        contract: Contract,
        requested: Money,
        prepared_by: int,
        reason: str,
    ) -> int:
        """Record a submitted application; return its row."""
        assert self._notebook is not None, "only a unit of work writes"
        key = self._next("application")
        self._write(
            "application",
            key,
            """INSERT INTO application (id, year, policy_id, recipient_id, provider_id, contract_number, contract_key,
                 contract_amount_fen, contract_signed_on, requested_fen, status, submitted_on, submission_reason,
                 prepared_by, submitted_seq) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 'submitted', ?, ?, ?, ?)""",
            (
                key,
                year,
                policy_id,
                recipient_id,
                provider_id,
                contract.number,
                contract_key(contract.number),
                contract.amount.fen,
                contract.signed_on.isoformat(),
                requested.fen,
                self._today.isoformat(),
                reason,
                prepared_by,
                self._notebook.seq,
            ),
        )
        return key

    def get(self, application_id: int) -> Application:
        """Return one application."""
        row = self._one(
            """SELECT id, year, policy_id, recipient_id, provider_id, contract_number, contract_amount_fen,
                 contract_signed_on, requested_fen, status, submitted_on, prepared_by, reviewed_by,
                 CASE WHEN reason = '' THEN submission_reason ELSE reason END
               FROM application WHERE id = ?""",
            (application_id,),
        )
        if row is None:
            raise NotFound("application", application_id)
        ids = cast("tuple[int, int, int, int, int]", row[:5])
        number, amount, signed_on, requested, status, submitted_on, prepared_by, reviewed_by, reason = row[5:]
        return Application(
            *ids,
            contract=Contract(cast("str", number), Money(cast("int", amount)), _day(signed_on)),
            requested=Money(cast("int", requested)),
            status=ApplicationStatus(cast("str", status)),
            submitted_on=_day(submitted_on),
            prepared_by=cast("int", prepared_by),
            reviewed_by=cast("int | None", reviewed_by),
            reason=cast("str", reason),
        )

    def holder_of_contract(self, provider_id: int, number: str) -> int | None:
        """Return the application that uses a contract, refused ones left out (R8)."""
        row = self._one(
            "SELECT id FROM application WHERE provider_id = ? AND contract_key = ? AND contract_released = 0",
            (provider_id, contract_key(number)),
        )
        return None if row is None else cast("int", row[0])

    def approved(self) -> list[int]:
        """Return the rows of all applications that wait for issuance, oldest first."""
        rows = self._connection.execute("SELECT id FROM application WHERE status = 'approved' ORDER BY id").fetchall()
        return [row[0] for row in rows]

    def decide(self, application_id: int, *, status: str, reviewed_by: int, reason: str) -> None:
        """Record a reviewer's decision."""
        self._write(
            "application",
            application_id,
            """UPDATE application SET status = ?1, contract_released = (?1 = 'refused'), reviewed_by = ?2,
                 reviewed_seq = ?3, reason = ?4 WHERE id = ?5""",
            (str(status), reviewed_by, self._notebook.seq if self._notebook else None, reason, application_id),
        )

    def mark_issued(self, application_id: int) -> None:
        """Record that the voucher was issued."""
        self._write(
            "application", application_id, "UPDATE application SET status = 'issued' WHERE id = ?", (application_id,)
        )


_VOUCHER = """SELECT id, year, sequence, application_id, policy_id, recipient_id, provider_id, face_fen,
    face_fen - recycled_fen - redeemed_fen, recycled_fen, status, issued_on, use_by, redeem_by, prepared_by,
    reviewed_by, issued_seq FROM voucher"""


def _voucher(row: Row) -> Voucher:
    key, year, sequence, application, policy, recipient, provider, face, remaining, recycled = cast(
        "tuple[int, int, int, int, int, int, int, int, int, int]", tuple(row[:10])
    )
    status, issued_on, use_by, redeem_by = row[10:14]
    prepared_by, reviewed_by, issued_seq = cast("tuple[int, int, int]", tuple(row[14:]))
    return Voucher(
        id=key,
        number=VoucherNumber(year, sequence),
        application_id=application,
        policy_id=policy,
        recipient_id=recipient,
        provider_id=provider,
        face=Money(face),
        remaining=Money(remaining),
        recycled=Money(recycled),
        status=VoucherStatus(cast("str", status)),
        issued_on=_day(issued_on),
        use_by=_day(use_by),
        redeem_by=_day(redeem_by),
        prepared_by=prepared_by,
        reviewed_by=reviewed_by,
        issued_seq=issued_seq,
    )


class VoucherTable(Table):
    """Vouchers."""

    def next_sequence(self, year: int) -> int:
        """Return the next place in a year's numbering, gap-free from 1."""
        row = self._one("SELECT coalesce(max(sequence), 0) + 1 FROM voucher WHERE year = ?", (year,))
        assert row is not None
        return cast("int", row[0])

    def add(
        self, *, number: VoucherNumber, application: Application, issued_on: date, use_by: date, redeem_by: date
    ) -> int:
        """Record an issued voucher; return its row."""
        assert self._notebook is not None, "only a unit of work writes"
        key = self._next("voucher")
        self._write(
            "voucher",
            key,
            """INSERT INTO voucher (id, year, sequence, number, application_id, policy_id, recipient_id, provider_id,
                 face_fen, status, issued_on, use_by, redeem_by, prepared_by, reviewed_by, issued_seq)
               VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, 'usable', ?, ?, ?, ?, ?, ?)""",
            (
                key,
                number.year,
                number.sequence,
                str(number),
                application.id,
                application.policy_id,
                application.recipient_id,
                application.provider_id,
                application.requested.fen,
                issued_on.isoformat(),
                use_by.isoformat(),
                redeem_by.isoformat(),
                application.prepared_by,
                application.reviewed_by,
                self._notebook.seq,
            ),
        )
        return key

    def get(self, number: VoucherNumber) -> Voucher:
        """Return a voucher by its number."""
        row = self._one(f"{_VOUCHER} WHERE year = ? AND sequence = ?", (number.year, number.sequence))
        if row is None:
            raise NotFound("voucher", str(number))
        return _voucher(row)

    def get_by_id(self, voucher_id: int) -> Voucher:
        """Return a voucher by its row."""
        row = self._one(f"{_VOUCHER} WHERE id = ?", (voucher_id,))
        if row is None:
            raise NotFound("voucher", voucher_id)
        return _voucher(row)

    def set_status(self, voucher_id: int, status: str, *, ended_by: int | None = None) -> None:
        """Record a new status; `ended_by` is who voided or returned it."""
        self._write(
            "voucher",
            voucher_id,
            "UPDATE voucher SET status = ?, ended_by = coalesce(?, ended_by) WHERE id = ?",
            (str(status), ended_by, voucher_id),
        )

    def past_deadline(self, on: date) -> list[int]:
        """Return the vouchers on the road whose last day to redeem lies before a day and that no claim holds back."""
        open_to_expiry = [status for status, steps in VOUCHER_STEPS.items() if "expire" in steps]
        marks = ", ".join("?" * len(open_to_expiry))
        rows = self._connection.execute(
            f"""SELECT id FROM voucher WHERE year IN (SELECT id FROM budget_year) AND status IN ({marks})
                AND use_by < ? AND redeem_by < ?
                AND NOT EXISTS (SELECT 1 FROM redemption WHERE voucher_id = voucher.id AND status = 'claimed')
                ORDER BY id""",
            # The year and the last day of use are there for the index; they leave nothing out.
            (*map(str, open_to_expiry), on.isoformat(), on.isoformat()),
        ).fetchall()
        return [row[0] for row in rows]


_REDEMPTION = """SELECT id, voucher_id, claimed_fen, approved_fen, status, invoice_key, invoice_amount_fen,
    invoiced_on, service_from, service_until, claimed_on, prepared_by, reviewed_by, reason FROM redemption"""


def _redemption(row: Row) -> Redemption:
    key, voucher_id, claimed = cast("tuple[int, int, int]", tuple(row[:3]))
    approved, status, invoice, invoice_amount, invoiced_on, service_from, service_until = row[3:10]
    claimed_on, prepared_by, reviewed_by, reason = row[10:]
    return Redemption(
        id=key,
        voucher_id=voucher_id,
        claimed=Money(claimed),
        approved=None if approved is None else Money(cast("int", approved)),
        status=RedemptionStatus(cast("str", status)),
        invoice=Invoice(
            cast("str", invoice),
            Money(cast("int", invoice_amount)),
            _day(invoiced_on),
            _day_or_none(service_from),
            _day_or_none(service_until),
        ),
        claimed_on=_day(claimed_on),
        prepared_by=cast("int", prepared_by),
        reviewed_by=cast("int | None", reviewed_by),
        reason=cast("str", reason),
    )


class RedemptionTable(Table):
    """Redemptions."""

    def add(self, *, voucher_id: int, claimed: Money, invoice: Invoice, prepared_by: int) -> int:
        """Record a claim; return its row."""
        assert self._notebook is not None, "only a unit of work writes"
        key = self._next("redemption")
        self._write(
            "redemption",
            key,
            """INSERT INTO redemption (id, voucher_id, claimed_fen, status, invoice_key, invoice_amount_fen,
                 invoiced_on, service_from, service_until, claimed_on, prepared_by, claimed_seq)
               VALUES (?, ?, ?, 'claimed', ?, ?, ?, ?, ?, ?, ?, ?)""",
            (
                key,
                voucher_id,
                claimed.fen,
                invoice.key,
                invoice.amount.fen,
                invoice.invoiced_on.isoformat(),
                _text(invoice.service_from),
                _text(invoice.service_until),
                self._today.isoformat(),
                prepared_by,
                self._notebook.seq,
            ),
        )
        return key

    def get(self, redemption_id: int) -> Redemption:
        """Return one redemption."""
        row = self._one(f"{_REDEMPTION} WHERE id = ?", (redemption_id,))
        if row is None:
            raise NotFound("redemption", redemption_id)
        return _redemption(row)

    def of_voucher(self, voucher_id: int) -> list[Redemption]:
        """Return a voucher's redemptions, oldest first."""
        rows = self._connection.execute(f"{_REDEMPTION} WHERE voucher_id = ? ORDER BY id", (voucher_id,)).fetchall()
        return [_redemption(row) for row in rows]

    def holder_of_invoice(self, key: str) -> int | None:
        """Return the claimed or verified redemption that uses an invoice (R9)."""
        row = self._one("SELECT id FROM redemption WHERE invoice_key = ? AND status IN ('claimed', 'verified')", (key,))
        return None if row is None else cast("int", row[0])

    def open_claims(self, voucher_id: int, *, besides: int | None = None) -> tuple[int, Money]:
        """Return number and sum of undecided claims on a voucher, one of them left out."""
        row = self._one(
            """SELECT count(*), coalesce(sum(claimed_fen), 0) FROM redemption
               WHERE voucher_id = ? AND status = 'claimed' AND id IS NOT ?""",
            (voucher_id, besides),
        )
        assert row is not None
        return cast("int", row[0]), Money(cast("int", row[1]))

    def decide(self, redemption_id: int, *, status: str, approved: Money | None, reviewed_by: int, reason: str) -> None:
        """Record a reviewer's decision."""
        self._write(
            "redemption",
            redemption_id,
            "UPDATE redemption SET status = ?, approved_fen = ?, reviewed_by = ?, reason = ? WHERE id = ?",
            (str(status), approved.fen if approved else None, reviewed_by, reason, redemption_id),
        )

    def reverse(self, redemption_id: int, *, reversed_by: int, reason: str) -> None:
        """Record that a verified redemption was reversed."""
        self._write(
            "redemption",
            redemption_id,
            "UPDATE redemption SET status = 'reversed', reversed_by = ?, reason = ? WHERE id = ?",
            (reversed_by, reason, redemption_id),
        )


class LedgerTable(Table):
    """Accounts and transfers."""

    def open(self, account: Account) -> None:
        """Make an account with a balance of zero, unless it is there."""
        self._write(
            "account",
            account.id,
            """INSERT INTO account (id, kind, subject)
               SELECT ?1, ?2, ?3 WHERE NOT EXISTS (SELECT 1 FROM account WHERE id = ?1)""",
            (account.id, account.kind.value, account.subject),
        )

    def balance(self, account: Account) -> Money:
        """Return an account's balance."""
        row = self._one("SELECT balance_fen FROM account WHERE id = ?", (account.id,))
        if row is None:
            raise NotFound("account", str(account))
        return Money(cast("int", row[0]))

    def post(self, transfer: Transfer) -> int:
        """Move money; return the transfer's row."""
        notebook = self._notebook
        assert notebook is not None, "only a unit of work writes"
        key = self._next("transfer")
        self._write(
            "transfer",
            key,
            """INSERT INTO transfer (id, year, kind, debit_id, credit_id, amount_fen, reverses, journal_seq)
               VALUES (?, ?, ?, ?, ?, ?, ?, ?)""",
            (
                key,
                transfer.year,
                transfer.kind.value,
                transfer.debit.id,
                transfer.credit.id,
                transfer.amount.fen,
                transfer.reverses,
                notebook.seq,
            ),
        )
        # What the trigger transfer_moves_money wrote.
        notebook.note("budget_year", transfer.year)
        for account in (transfer.debit, transfer.credit):
            notebook.note("account", account.id)
            if account.kind is AccountKind.OUTSTANDING:
                notebook.note("voucher", account.subject)
        return key

    def redemption_transfer(self, redemption_id: int) -> tuple[int, Transfer]:
        """Return row and transfer by which a redemption became payable."""
        payable = Account(AccountKind.PAYABLE, redemption_id)
        row = self._one(
            "SELECT id, year, debit_id, amount_fen FROM transfer WHERE kind = 'redemption' AND credit_id = ?",
            (payable.id,),
        )
        if row is None:
            raise NotFound("transfer", redemption_id)
        key, year, debit_id, amount = cast("tuple[int, int, int, int]", row)
        voucher = Account(AccountKind.OUTSTANDING, debit_id // KINDS_PER_SUBJECT)
        return key, Transfer(TransferKind.REDEMPTION, year, voucher, payable, Money(amount))


class RepositorySet:
    """All repositories over one connection, for a unit of work or for reading."""

    def __init__(self, connection: Connection, path: Path, today: date, notebook: Notebook | None = None) -> None:
        self._connection = connection
        self._path = path
        self.today = today
        self.office = OfficeTable(connection, notebook, today)
        self.policies = PolicyTable(connection, notebook, today)
        self.years = YearTable(connection, notebook, today)
        self.parties = PartyTable(connection, notebook, today)
        self.applications = ApplicationTable(connection, notebook, today)
        self.vouchers = VoucherTable(connection, notebook, today)
        self.redemptions = RedemptionTable(connection, notebook, today)
        self.ledger = LedgerTable(connection, notebook, today)
