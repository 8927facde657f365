"""An office at work: a real data file, copied from a template that is built once, and the people at its desk.

Everything below `Desk` is the real thing: real SQLite, the real composition root, a real key. Only the date is set.
"""

from __future__ import annotations

import itertools
import os
import random
import re
import shutil
import sys
import tempfile
import tomllib
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings

from voucher_app import i18n
from voucher_app.app import make_workspace
from voucher_app.domain.budget import CEILING
from voucher_app.domain.money import Money
from voucher_app.domain.operators import Role
from voucher_app.services import (
    application,
    batch,
    intake,
    office,
    provider,
    recipient,
    redemption,
    reimbursement,
    voucher,
    year,
)
from voucher_app.services.claim import ClaimedFacts, ClaimFacts, InvoiceFacts
from voucher_app.services.demonstration import demonstration_code
from voucher_app.services.recipient import UnitFacts
from voucher_app.services.session import Session
from voucher_app.services.workspace import new_request_id
from voucher_app.settings import resources_folder
from voucher_app.storage.sqlite.backup import verify_file
from voucher_app.storage.sqlite.connection import sqlite3

if TYPE_CHECKING:
    from voucher_app.services.workspace import Workspace

settings.register_profile("desk", deadline=None, print_blob=True)
settings.load_profile("desk")

RESOURCES = resources_folder()
BEGUN = date(2026, 3, 2)
PEOPLE = (
    ("张经办", Role.PREPARER),
    ("李复核", Role.REVIEWER),
    ("王财务", Role.FINANCE),
    ("赵审计", Role.AUDITOR),
    ("钱系统", Role.SYSTEM_ADMIN),
    ("孙安全", Role.SECURITY_ADMIN),
    ("周复核", Role.REVIEWER),
)
PRESET = (RESOURCES / "policies" / "henan-style.toml").read_text(encoding="utf-8")
GENEROUS = {
    'ratio = "0.20"': 'ratio = "1"',
    'recipient_year_cap = "1000000.00"': 'recipient_year_cap = "999999999.00"',
    'smallest_voucher = "5000.00"': 'smallest_voucher = "0.00"',
    'rounding = "DOWN"': 'rounding = "HALF_UP"',
    'code = "henan-style"': 'code = "generous"',
}
"""Without a smallest amount and to the fen, so that a year can be issued to its last fen by one unit."""


MEMORY = Path("/dev/shm")  # noqa: S108 - every run has a folder of its own
ROOM_BYTES = 2 * 1024**3
"""As much as a run ever held at once, and as much again; a container often has 64 MB only."""


@pytest.hookimpl(tryfirst=True)  # before pytest chooses its own folder
def pytest_configure(config):
    """Keep the files of the tests in memory where there is room: it is the real SQLite, but no commit waits for a disk.

    `--basetemp` names another place. The folder of a run in which something failed stays until the next run.
    """
    if config.option.basetemp is not None or not MEMORY.is_dir():
        return
    for left in MEMORY.glob("voucher-tests-*"):  # by a run that failed or was ended
        if not Path("/proc", left.name.split("-")[2]).exists():
            shutil.rmtree(left, ignore_errors=True)
    if shutil.disk_usage(MEMORY).free >= ROOM_BYTES:
        folder = tempfile.mkdtemp(prefix=f"voucher-tests-{os.getpid()}-", dir=MEMORY)
        config.option.basetemp = config.stash[_FOLDER] = folder


_FOLDER = pytest.StashKey()


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session, exitstatus):
    folder = session.config.stash.get(_FOLDER, None)
    if folder and exitstatus != pytest.ExitCode.TESTS_FAILED:
        shutil.rmtree(folder, ignore_errors=True)


@pytest.hookimpl(trylast=True)  # after the order was shuffled
def pytest_collection_modifyitems(items):
    items.sort(key=lambda item: item.get_closest_marker("long") is None)


@pytest.fixture(scope="session", autouse=True)
def catalogues():
    """Papers speak Chinese whatever runs before them."""
    i18n.use_folder(RESOURCES / "locale")


@pytest.fixture(scope="session", autouse=True)
def memory_folders(tmp_path_factory):
    """Keep what this computer remembers of checkpoints apart from what the computer of the tests remembers."""
    folder = tmp_path_factory.mktemp("memory")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("VOUCHER_APP_MEMORY", str(folder / "session"))
        yield (folder / str(place) for place in itertools.count())


@pytest.fixture(autouse=True)
def memory(memory_folders, monkeypatch):
    """Each test begins on a computer that knows no checkpoint; the desks of all tests are copies of few files."""
    folder = next(memory_folders)
    monkeypatch.setenv("VOUCHER_APP_MEMORY", str(folder))
    return folder


EXTENSIONS = (
    (0x3400, 0x4DBF), (0x20000, 0x2A6DF), (0x2A700, 0x2B738), (0x2B740, 0x2B81D), (0x2B820, 0x2CEA1), (0x2CEB0, 0x2EBE0)
)  # fmt: skip
"""The extensions A to F of Unicode's unified ideographs."""


@pytest.fixture(scope="session")
def rare_names():
    """1,000 names with a rare ideograph each, as many from every extension, the same each time."""
    chosen, names = random.Random(4), []
    for place in range(1_000):
        first, last = EXTENSIONS[place % len(EXTENSIONS)]
        names.append(f"太原{chr(chosen.randint(first, last))}鑫科技有限公司{place}")
    return names


@pytest.fixture(scope="session")
def hostile_texts():
    """More than 200 texts that want to be something else: markup, PDF, shell, links, marks that nobody sees."""
    kinds = tomllib.loads((Path(__file__).parent / "hostile.toml").read_text(encoding="utf-8"))
    plain = [*kinds["markup"], *kinds["operators"], *kinds["shell"]]
    texts = [text.replace("{url}", "http://example.invalid/x.png") for text in plain]
    texts += [f"甲{text}乙" for text in [*kinds["invisible"], "\ud800", "长" * 500, "x" * 5_000]]
    assert len(set(texts)) == len(texts) >= 200
    return texts


_OUTSIDE = ("socket.", "urllib.", "http.", "ftplib.", "subprocess.", "os.system", "os.exec", "os.posix_spawn")
_seal = {"is_on": False, "places": ()}


def _watch(event, arguments):
    if not _seal["is_on"]:
        return
    if event.startswith(_OUTSIDE):
        raise AssertionError(f"{event} {arguments}")
    if event == "open" and isinstance(arguments[0], str) and not arguments[0].startswith(_seal["places"]):
        raise AssertionError(f"opens {arguments[0]}")


@pytest.fixture(scope="session")
def sealed(tmp_path_factory):
    """While a block under this lasts, no network is reached, no program started, and no file opened but ours."""
    libraries = {str(Path(module.__file__).parent) for module in (os, pytest)}
    _seal["places"] = (str(tmp_path_factory.getbasetemp()), str(Path(__file__).parents[1]), str(RESOURCES), *libraries)
    sys.addaudithook(_watch)  # it stays for good; without a seal it looks at nothing

    @contextmanager
    def seal():
        _seal["is_on"] = True
        try:
            yield
        finally:
            _seal["is_on"] = False

    return seal


def changed(text, changes):
    """Return a text with each piece replaced; a piece that is not there is a mistake of the test."""
    for old, new in changes.items():
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    return text


def shell_on(path):
    """Open a data file as a person with a plain SQL shell does: SQLite's own defaults, no pragma of ours."""
    connection = sqlite3.connect(str(path), isolation_level=None)
    connection.execute("PRAGMA foreign_keys=OFF")
    connection.execute("PRAGMA recursive_triggers=OFF")
    return closing(connection)


def tamper_with(path, *statements):
    """Change rows behind the program's back: triggers dropped, CHECKs ignored, triggers put back afterwards.

    Of the triggers only those that could fire: they stand on the tables that the statements name. Each of the several
    hundred that is dropped and put back costs as much as the change itself.
    """
    told = [one if isinstance(one, tuple) else (one,) for one in statements]
    words = set(re.findall(r"\w+", " ".join(statement for statement, *_ in told)))
    with shell_on(path) as connection:
        connection.execute("PRAGMA ignore_check_constraints=ON")
        triggers = connection.execute("SELECT name, sql, tbl_name FROM sqlite_schema WHERE type = 'trigger'").fetchall()
        in_the_way = [(name, sql) for name, sql, table in triggers if table in words]
        connection.execute("BEGIN")
        for name, _ in in_the_way:
            connection.execute(f'DROP TRIGGER "{name}"')
        for statement, *values in told:
            connection.execute(statement, values)
        for _, sql in in_the_way:
            connection.execute(sql)
        connection.execute("COMMIT")


@dataclass
class Desk:
    """One office at work on one data file, on a day that a test sets.

    The program opens the file when a test first asks for it: who only writes to it by a shell never pays for that.
    """

    path: Path
    begun: date
    recipients: tuple[str, ...]
    providers: tuple[str, ...]
    serial: itertools.count[int] = field(default_factory=lambda: itertools.count(1))

    @cached_property
    def workspace(self) -> Workspace:
        return make_workspace(self.path, on=self.begun)

    @cached_property
    def _people(self):
        """The first person of each role, as they were when a test first asked for one."""
        return {operator.role: operator for operator in reversed(self.queries.operators())}

    @property
    def preparer(self):
        return self._people[Role.PREPARER]

    @property
    def reviewer(self):
        return self._people[Role.REVIEWER]

    @cached_property
    def second_reviewer(self):
        return [one for one in self.queries.operators() if one.role is Role.REVIEWER][-1]

    @property
    def finance(self):
        return self._people[Role.FINANCE]

    @property
    def auditor(self):
        return self._people[Role.AUDITOR]

    @property
    def system_admin(self):
        return self._people[Role.SYSTEM_ADMIN]

    @property
    def security_admin(self):
        return self._people[Role.SECURITY_ADMIN]

    @property
    def today(self):
        return self.workspace.clock.today()

    @property
    def queries(self):
        return self.workspace.queries

    def on(self, day):
        """Go to another business date."""
        self.workspace = self.workspace.on(day)
        return self

    def money(self, of_year=2026):
        return self.queries.year_money(of_year)

    def facts(self, requested, *, holder=0, seller=0, **changes):
        told = {
            "recipient_uscc": self.recipients[holder],
            "provider_uscc": self.providers[seller],
            "contract_number": f"HT-{next(self.serial):06d}",
            "contract_amount": Money(requested.fen * 5),
            "signed_on": self.today,
            "requested": requested,
        }
        return application.ApplicationFacts(**(told | changes))

    def submit(self, requested, *, operator=None, request_id=None, reason="", **changes):
        return application.submit(
            self.workspace,
            facts=self.facts(requested, **changes),
            operator=operator or self.preparer,
            request_id=request_id or new_request_id(),
            reason=reason,
        )

    def reimbursement_facts(self, requested, *, invoices=None, price_item="", unit_price=None, **changes):
        """What is applied for and claimed by model C, on one invoice of two months that was paid, if none is told."""
        used = {"service_from": date(2026, 1, 10), "service_until": date(2026, 2, 28), "paid_on": date(2026, 3, 1)}
        billed = invoices or [self.invoice_facts(Money(requested.fen * 5), **used)]
        told = {"signed_on": date(2026, 1, 5)} | changes
        return reimbursement.ReimbursementFacts(
            self.facts(requested, **told), ClaimedFacts(tuple(billed), price_item, unit_price)
        )

    def reimburse(self, requested, *, operator=None, request_id=None, reason="", facts=None, **changes):
        return reimbursement.reimburse(
            self.workspace,
            facts=facts or self.reimbursement_facts(requested, **changes),
            operator=operator or self.preparer,
            request_id=request_id or new_request_id(),
            reason=reason,
        )

    def approve(self, *applications, operator=None, request_id=None):
        return application.approve(
            self.workspace,
            application_ids=[one.id for one in applications],
            operator=operator or self.reviewer,
            request_id=request_id or new_request_id(),
        )

    def approved(self, requested, **changes):
        return self.approve(self.submit(requested, **changes))[0]

    def issue(self, *applications, operator=None, request_id=None):
        return voucher.issue(
            self.workspace,
            application_ids=[one.id for one in applications] or None,
            operator=operator or self.preparer,
            request_id=request_id or new_request_id(),
        )

    def issued(self, requested, **changes):
        """Submit, approve and issue one voucher."""
        return self.issue(self.approved(requested, **changes))[0]

    def claim_facts(self, number, amount, **changes):
        told = {
            "voucher_number": str(number),
            "amount": amount,
            "invoice_number": f"{next(self.serial):020d}",
            "invoice_amount": Money(max(amount.fen * 5, 1)),
            "invoiced_on": self.today,
        }
        return ClaimFacts(**(told | changes))

    def invoice_facts(self, amount, **changes):
        told = {"number": f"{next(self.serial):020d}", "amount": amount, "invoiced_on": self.today}
        return InvoiceFacts(**(told | changes))

    def claim(self, number, amount, *, operator=None, request_id=None, **changes):
        return redemption.claim(
            self.workspace,
            facts=self.claim_facts(number, amount, **changes),
            operator=operator or self.preparer,
            request_id=request_id or new_request_id(),
        )

    def verify(self, claim, approved=None, *, operator=None, request_id=None):
        return redemption.verify(
            self.workspace,
            redemption_id=claim.id,
            approved=approved,
            operator=operator or self.reviewer,
            request_id=request_id or new_request_id(),
        )

    def redeemed(self, number, amount):
        """Claim and verify."""
        return self.verify(self.claim(number, amount))

    def reverse(self, claim, *, operator=None):
        return redemption.reverse(
            self.workspace,
            redemption_id=claim.id,
            reason="发票红冲",
            operator=operator or self.reviewer,
            request_id=new_request_id(),
        )

    def end(self, act, number, *, operator=None):
        """Void, return, freeze or unfreeze a voucher."""
        name = "return_voucher" if act == "return" else act
        return getattr(voucher, name)(
            self.workspace,
            number=str(number),
            reason="书面确认",
            operator=operator or self.reviewer,
            request_id=new_request_id(),
        )

    def declare_small_office(self, *, on=True):
        """Let preparer, reviewer and finance stand in for one another."""
        return office.declare_small_office(
            self.workspace, on=on, reason="编制三人", operator=self.security_admin, request_id=new_request_id()
        )

    def check_credit(self, *, result="clear", holders=(0, 1, 2, 3), **changes):
        """Record a credit check of recipients."""
        for holder in holders:
            told = {"uscc": self.recipients[holder], "result": result, "source": "信用中国"} | changes
            recipient.record_credit(self.workspace, operator=self.preparer, request_id=new_request_id(), **told)

    def open_batch(self, *, operator=None, request_id=None, **changes):
        told = {"year": 2026, "name": f"第{next(self.serial)}批"} | changes
        return batch.open_batch(
            self.workspace,
            facts=batch.BatchFacts(**told),
            operator=operator or self.preparer,
            request_id=request_id or new_request_id(),
        )

    def _of_batch(self, use_case, one, operator, **facts):
        return use_case(
            self.workspace, batch_id=one.id, operator=operator or self.preparer, request_id=new_request_id(), **facts
        )

    def close_batch(self, one, *, operator=None):
        return self._of_batch(batch.close, one, operator)

    def allocate(self, one, *, operator=None):
        return self._of_batch(batch.allocate, one, operator or self.reviewer)

    def publicize(self, one, *, operator=None, until=None):
        return self._of_batch(batch.publicize, one, operator, until=until)

    def issue_batch(self, one, *, operator=None):
        return self._of_batch(batch.issue, one, operator)

    def finish_batch(self, one, *, operator=None):
        return self._of_batch(batch.finish, one, operator)

    def object_to(self, one, *, operator=None, raised_by="某公司"):
        return batch.object_to(
            self.workspace,
            batch_id=one.batch_id,
            application_id=one.id,
            raised_by=raised_by,
            content="合同金额不实",
            operator=operator or self.preparer,
            request_id=new_request_id(),
        )

    def resolve(self, objection, result="dismissed", *, operator=None):
        return batch.resolve(
            self.workspace,
            objection_id=objection.id,
            result=result,
            reason="已核实",
            operator=operator or self.reviewer,
            request_id=new_request_id(),
        )

    def step(self, act, *applications, operator=None, request_id=None, reason=""):
        """Carry out one act of the intake on applications of a batch, by whoever usually does it."""
        use_case, who, takes_many = {
            "accept": (intake.accept, self.preparer, True),
            "review": (intake.review, self.reviewer, True),
            "approve": (application.approve, self.second_reviewer, True),
            "return": (intake.return_for_correction, self.preparer, False),
            "decline": (intake.decline, self.reviewer, False),
            "refuse": (application.refuse, self.second_reviewer, False),
            "withdraw": (intake.withdraw, self.preparer, False),
            "resubmit": (intake.resubmit, self.preparer, False),
            "submit": (intake.submit_draft, self.preparer, False),
        }[act]
        ids = [one.id for one in applications]
        chosen = {"application_ids": ids} if takes_many else {"application_id": ids[0]}
        needs_reason = act in {"return", "decline", "refuse", "withdraw"}
        return use_case(
            self.workspace,
            **chosen,
            reason=reason or ("材料不全" if needs_reason else ""),
            operator=operator or who,
            request_id=request_id or new_request_id(),
        )

    def approved_in(self, one, requested, **changes):
        """Take an application through the intake and both reviews of a batch."""
        submitted = self.submit(requested, batch_id=one.id, **changes)
        for act in ("accept", "review", "approve"):
            (done,) = self.step(act, submitted)
        return done

    def application(self, one):
        """Return an application as it stands now."""
        return self.queries.application(one.id).application

    def voucher(self, number):
        return self.queries.voucher(str(number)).voucher

    def verified(self):
        """Return what `ledger verify` finds."""
        return verify_file(self.path).findings

    def shell(self):
        """Open the file as a person with a plain SQL shell does: SQLite's own defaults, no pragma of ours."""
        return shell_on(self.path)

    def tamper(self, *statements):
        """Change rows behind the program's back."""
        tamper_with(self.path, *statements)

    def in_earnest(self):
        """Make it an office that is no trial: everybody has a password, and has just given it."""
        people = self.queries.operators()
        self.tamper(
            "UPDATE office SET trial = 0",
            *(
                ("INSERT INTO credential (id, password_hash, must_change, changed_on) VALUES (?, 'x', 0, '')", one.id)
                for one in people
            ),
        )
        now = self.workspace.clock.now()
        for one in people:
            self.workspace.sessions.begin(one.id, Session("x", now, now))
        return self

    def close(self):
        if "workspace" in vars(self):
            self.workspace.data_file.close()


def _build(path, policy, amount):
    """Make an office with a policy, a year, two providers and four recipients."""
    workspace = make_workspace(path, create=True, on=BEGUN)
    office.init(
        workspace,
        name="山西省算力券管理办公室",
        operators=list(PEOPLE),
        trial=True,
        policy_content=policy,
        request_id="init",
    )
    preparer, reviewer = workspace.queries.operators()[:2]
    if amount:
        year.open_year(
            workspace, year=2026, amount=amount, document="晋财〔2026〕7号", operator=preparer, request_id="open"
        )
    providers = tuple(demonstration_code("provider", serial) for serial in (1, 2))
    for place, code in enumerate(providers, start=1):
        provider.add(
            workspace,
            unit=UnitFacts(f"智算中心{place}", code, "140100", phone=f"0351-000000{place}"),
            operator=preparer,
            request_id=f"provider-{place}",
        )
        provider.admit(
            workspace,
            uscc=code,
            until=BEGUN + timedelta(days=1000),
            operator=reviewer,
            request_id=f"admit-{place}",
            since=BEGUN - timedelta(days=60),
        )
    units = [
        ("晋阳大模型有限公司", "enterprise"),
        ("汾河大学", "university"),
        ("太行遥感研究所", "institute"),
        ("云冈数字有限公司", "enterprise"),
    ]
    facts = [
        (UnitFacts(name, demonstration_code(kind, 100 + place), "140200", address=f"大同市{place}号"), kind)
        for place, (name, kind) in enumerate(units)
    ]
    added = recipient.add_all(workspace, units=facts, operator=preparer, request_id="recipients")
    workspace.data_file.close()
    return tuple(one.organisation.uscc for one in added), providers


@pytest.fixture(scope="session")
def make_desk(tmp_path_factory):
    """Return what makes desks: `make_desk(folder, policy=…, changes=…, amount=…)`; templates are built once."""
    templates = {}

    def make(folder, *, changes=GENEROUS, amount=CEILING, begun=BEGUN):
        policy = changed(PRESET, changes)
        if (policy, amount) not in templates:
            path = tmp_path_factory.mktemp("template") / "office.db"
            templates[policy, amount] = path, _build(path, policy, amount)
        template, units = templates[policy, amount]
        path = Path(folder) / "office.db"
        shutil.copyfile(template, path)
        # The key lies beside the data file.
        for key in template.parent.glob("*.pem"):
            shutil.copyfile(key, path.with_name(key.name))
        return Desk(path, begun, *units)

    return make


@pytest.fixture
def desk(make_desk, tmp_path):
    """An office under a generous policy: any amount to the fen, no cap for a unit."""
    made = make_desk(tmp_path)
    yield made
    made.close()


@pytest.fixture
def strict_desk(make_desk, tmp_path):
    """An office under the default preset, rules and all."""
    folder = tmp_path / "strict"
    folder.mkdir()
    made = make_desk(folder, changes={})
    yield made
    made.close()


@pytest.fixture
def in_english():
    """Speak English, the language of the source, whatever a test before said."""
    i18n.use_folder(RESOURCES / "locale")
    before = i18n.language()
    i18n.set_language(i18n.ENGLISH)
    yield
    i18n.set_language(before)
