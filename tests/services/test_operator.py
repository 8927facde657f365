"""Accounts: who may log in, what five wrong passwords do, and who decides about accounts."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta

import pytest

from voucher_app import app, i18n
from voucher_app.authentication.argon2id import Argon2idHasher
from voucher_app.domain.errors import InvalidInput, NotFound, RulesViolated
from voucher_app.domain.money import Money
from voucher_app.domain.operators import ACTS, SENSITIVE, Operator, OperatorStatus, Role
from voucher_app.services import certificate, office, operator, year
from voucher_app.services.queries.lists import ListFilter
from voucher_app.services.workspace import new_request_id
from voucher_app.settings import resources_folder

CHEAP = Argon2idHasher(time_cost=1, memory_cost_kib=8, parallelism=1)
DAY = date(2026, 3, 2)
PEOPLE = [
    ("张经办", Role.PREPARER),
    ("李复核", Role.REVIEWER),
    ("王财务", Role.FINANCE),
    ("赵审计", Role.AUDITOR),
    ("钱系统", Role.SYSTEM_ADMIN),
    ("孙安全", Role.SECURITY_ADMIN),
]


def password_of(name):
    return f"这是{name[0]}某自己的好口令"


@dataclass(frozen=True)
class SetClock:
    at: datetime = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
    on: date = DAY

    def now(self):
        return self.at

    def today(self):
        return self.on


@dataclass
class Guarded:
    """An office whose people have passwords."""

    workspace: object

    def __getattr__(self, name):
        role = Role(name.replace("_", "-"))
        return next(one for one in self.workspace.queries.operators() if one.role is role)

    def later(self, **by):
        self.workspace = replace(self.workspace, clock=SetClock(self.workspace.clock.now() + timedelta(**by)))

    def enter(self, person, password=None, *, for_an_act=False):
        operator.log_in(
            self.workspace, operator=person, password=password or password_of(person.name), for_an_act=for_an_act
        )
        return person

    def gate(self, person, act):
        """Ask the gate; nothing is written."""
        try:
            with self.workspace.unit_of_work(act, operator=person, request_id=new_request_id(), facts={}) as work:
                work.commit([])
        except RulesViolated as refused:
            return codes(refused)
        return []

    def person(self, name):
        return next(one for one in self.workspace.queries.people() if one.name == name)

    def acts(self):
        source = self.workspace.queries.journal(ListFilter())
        return [row.action for row in source.rows(0, source.count())][::-1]


def codes(refused):
    return [(one.rule, one.code) for one in refused.violations]


def refusal(use_case, *arguments, **facts):
    with pytest.raises(RulesViolated) as refused:
        use_case(*arguments, **facts)
    return codes(refused.value)


@pytest.fixture
def guarded(tmp_path, monkeypatch, desk):
    monkeypatch.setattr(app, "make_hasher", lambda: CHEAP)
    workspace = replace(app.make_workspace(tmp_path / "guarded.db", create=True), clock=SetClock())
    office.init(
        workspace,
        name="某厅",
        operators=PEOPLE,
        trial=False,
        policy_content=desk.queries.policies()[0].content,
        request_id="init",
        passwords=[password_of(name) for name, _ in PEOPLE],
        must_change=False,
    )
    yield Guarded(workspace)
    workspace.data_file.close()


def told(guarded, person, **facts):
    return {"operator": person, "request_id": new_request_id(), **facts}


# ------------------------------------------------------------------------------------------- the gate


@pytest.mark.parametrize("role", Role)
def test_nobody_acts_before_they_logged_in(guarded, role):
    person = getattr(guarded, role.name.lower())
    for act in sorted(ACTS):
        assert guarded.gate(person, act) == [("LOGIN", "not_logged_in")], act


@pytest.mark.parametrize("role", Role)
def test_who_logged_in_does_what_the_table_says(guarded, role):
    person = guarded.enter(getattr(guarded, role.name.lower()), for_an_act=True)
    for act in sorted(ACTS):
        assert (guarded.gate(person, act) == []) == (role in ACTS[act]), act


def test_one_person_s_password_lets_nobody_else_act(guarded):
    guarded.enter(guarded.preparer)
    assert guarded.gate(guarded.reviewer, "application.refuse") == [("LOGIN", "not_logged_in")]


def test_what_a_caller_says_of_a_person_is_not_believed(guarded):
    preparer = guarded.enter(guarded.preparer)
    forged = Operator(preparer.id, preparer.name, Role.REVIEWER)
    assert guarded.gate(forged, "application.refuse") == [("ROLE", "role_may_not_act")]
    with pytest.raises(NotFound):
        guarded.gate(Operator(preparer.id, "李复核", Role.REVIEWER), "application.refuse")
    with pytest.raises(NotFound):
        guarded.gate(Operator(99, "李复核", Role.REVIEWER), "application.refuse")


@pytest.mark.parametrize("act", sorted(SENSITIVE - {"operator.password"}))
def test_sensitive_acts_ask_for_the_password_again(guarded, act):
    person = guarded.enter(next(one for one in guarded.workspace.queries.operators() if one.role in ACTS[act]))
    assert guarded.gate(person, act) == [("LOGIN", "password_again")]
    guarded.enter(person, for_an_act=True)
    assert guarded.gate(person, act) == []
    guarded.later(seconds=61)
    assert guarded.gate(person, act) == [("LOGIN", "password_again")]


def test_a_clock_that_was_set_back_ends_what_was_proved(guarded):
    person = guarded.enter(guarded.reviewer, for_an_act=True)
    guarded.later(seconds=-1)
    assert guarded.gate(person, "redemption.verify") == [("LOGIN", "not_logged_in")]


def test_a_session_lasts_a_working_day(guarded):
    person = guarded.enter(guarded.preparer)
    guarded.later(hours=12)
    assert guarded.gate(person, "year.open") == []
    guarded.later(seconds=1)
    assert guarded.gate(person, "year.open") == [("LOGIN", "not_logged_in")]


def test_who_logged_out_acts_no_more(guarded):
    person = guarded.enter(guarded.preparer)
    operator.log_out(guarded.workspace, operator=person)
    operator.log_out(guarded.workspace, operator=person)
    assert guarded.gate(person, "year.open") == [("LOGIN", "not_logged_in")]


def test_a_session_goes_on_when_the_business_date_is_set(guarded):
    guarded.workspace = guarded.workspace.on(DAY)  # the machine's clock
    person = guarded.enter(guarded.preparer)
    workspace = guarded.workspace.on(date(2026, 3, 9))
    year.open_year(workspace, year=2026, amount=Money(1), document="x", operator=person, request_id="y")
    assert "year.open" in guarded.acts()


# ------------------------------------------------------------------------------------------- wrong passwords


def test_five_wrong_passwords_lock_and_each_is_recorded(guarded):
    person = guarded.preparer
    for left in (4, 3, 2, 1):
        with pytest.raises(RulesViolated) as refused:
            guarded.enter(person, "wrong password")
        (violation,) = refused.value.violations
        assert (violation.rule, violation.code, violation.facts) == ("LOGIN", "wrong_password", {"left": left})
        assert guarded.person("张经办").failures == 5 - left
    assert refusal(guarded.enter, person, "wrong password") == [("LOGIN", "account_locked")]
    assert guarded.acts() == ["office.init", *["operator.login-failed"] * 5, "operator.lock"]
    assert guarded.person("张经办").status is OperatorStatus.LOCKED
    assert refusal(guarded.enter, person) == [("LOGIN", "account_locked")]
    assert refusal(operator.refuse_to_try, guarded.workspace, operator=person) == [("LOGIN", "account_locked")]
    assert guarded.workspace.data_file.verify().findings == []


def test_the_right_password_forgets_the_wrong_ones(guarded):
    for _ in range(4):
        refusal(guarded.enter, guarded.preparer, "wrong password")
    guarded.enter(guarded.preparer)
    assert guarded.person("张经办").failures == 0
    assert guarded.acts()[-1] == "operator.login"
    guarded.enter(guarded.preparer)
    assert guarded.acts().count("operator.login") == 1  # a log-in without anything to forget changes nothing
    assert refusal(guarded.enter, guarded.preparer, "wrong password") == [("LOGIN", "wrong_password")]


def test_a_stranger_s_wrong_password_moves_no_business_date(guarded):
    far = replace(guarded.workspace, clock=SetClock(on=date(2099, 1, 1)))
    early = replace(guarded.workspace, clock=SetClock(on=date(1999, 1, 1)))
    for workspace in (far, early):
        assert refusal(operator.log_in, workspace, operator=guarded.preparer, password="wrong password") == [
            ("LOGIN", "wrong_password")
        ]
    assert guarded.person("张经办").failures == 2
    source = guarded.workspace.queries.journal(ListFilter())
    assert {str(row.business_date) for row in source.rows(0, source.count())} == {DAY.isoformat()}


def test_a_lock_in_another_program_ends_a_session_here(guarded, monkeypatch):
    person = guarded.enter(guarded.preparer)
    other = replace(app.make_workspace(guarded.workspace.data_file.path), clock=SetClock())
    for _ in range(5):
        refusal(operator.log_in, other, operator=person, password="wrong password")
    other.data_file.close()
    assert guarded.gate(person, "year.open") == [("LOGIN", "account_locked")]


def test_when_the_lock_after_five_failures_was_not_recorded_the_account_is_locked_all_the_same(guarded, monkeypatch):
    monkeypatch.setattr(operator, "_lock_after_failures", lambda *_: None)
    for _ in range(5):
        refusal(guarded.enter, guarded.preparer, "wrong password")
    assert guarded.person("张经办").status is OperatorStatus.ACTIVE
    assert refusal(guarded.enter, guarded.preparer) == [("LOGIN", "account_locked")]


@pytest.mark.parametrize("role", ["system_admin", "security_admin"])
def test_the_last_administrator_of_a_kind_is_not_locked_but_waits(guarded, role):
    person = getattr(guarded, role)
    for _ in range(5):
        assert refusal(guarded.enter, person, "wrong password") == [("LOGIN", "wrong_password")]
    assert guarded.person(person.name).status is OperatorStatus.ACTIVE
    guarded.later(minutes=14, seconds=59)
    assert refusal(guarded.enter, person) == [("LOGIN", "too_many_tries")]
    guarded.later(seconds=1)
    assert refusal(guarded.enter, person, "wrong password") == [("LOGIN", "wrong_password")]
    assert refusal(guarded.enter, person) == [("LOGIN", "too_many_tries")]
    guarded.later(minutes=15)
    guarded.enter(person)
    assert guarded.person(person.name).failures == 0


def test_an_administrator_whom_another_could_unlock_is_locked(guarded):
    admin = guarded.enter(guarded.system_admin)
    operator.add(
        guarded.workspace, name="周系统", role=Role.SYSTEM_ADMIN, password="long enough 1", **told(guarded, admin)
    )
    for _ in range(5):
        refusal(guarded.enter, admin, "wrong password")
    assert guarded.person("钱系统").status is OperatorStatus.LOCKED


# ------------------------------------------------------------------------------------------- accounts


def test_a_new_person_changes_the_first_password_before_anything_else(guarded):
    admin = guarded.enter(guarded.system_admin)
    facts = told(guarded, admin, name=" 周  财务 ", role=Role.FINANCE, password="first password")
    added = operator.add(guarded.workspace, **facts)
    assert (added.name, added.role) == ("周 财务", Role.FINANCE)
    assert operator.add(guarded.workspace, **facts) == added
    guarded.enter(added, "first password", for_an_act=True)
    assert guarded.gate(added, "year.open") == [("LOGIN", "password_to_change")]
    operator.change_password(guarded.workspace, password="my own password", operator=added, request_id=new_request_id())
    assert guarded.gate(added, "year.open") == []
    assert refusal(guarded.enter, added, "first password") == [("LOGIN", "wrong_password")]
    row = guarded.person("周 财务")
    assert (row.has_password, row.must_change) == (True, False)


def test_a_name_is_taken_once_and_a_first_password_is_needed(guarded):
    admin = guarded.enter(guarded.system_admin)
    facts = told(guarded, admin, name="张经办", role=Role.FINANCE, password=None)
    assert refusal(operator.add, guarded.workspace, **facts) == [
        ("LOGIN", "first_password_missing"),
        ("UNIQUE", "operator_exists"),
    ]


def test_nobody_holds_two_administrators_roles(guarded):
    """One name, one account, one role: another role takes the place of the one before."""
    admin = guarded.enter(guarded.system_admin)
    facts = {"password": "long enough 1"}
    operator.add(guarded.workspace, name="周系统", role=Role.SYSTEM_ADMIN, **facts, **told(guarded, admin))
    for role in (Role.SECURITY_ADMIN, Role.AUDITOR):
        refused = told(guarded, admin, name="周系统", role=role, **facts)
        assert refusal(operator.add, guarded.workspace, **refused) == [("UNIQUE", "operator_exists")]
        changed = operator.change_role(guarded.workspace, name="周系统", role=role, **told(guarded, admin))
        assert changed.operator.role is role
        assert [one.role for one in guarded.workspace.queries.people() if one.name == "周系统"] == [role]


def test_the_records_decide_at_once_when_a_role_changes(guarded):
    admin, person = guarded.enter(guarded.system_admin), guarded.enter(guarded.preparer)
    operator.change_role(guarded.workspace, name=person.name, role=Role.REVIEWER, **told(guarded, admin))
    assert guarded.gate(person, "application.submit") == [("ROLE", "role_may_not_act")]
    assert guarded.gate(person, "application.approve") == []


def test_a_role_is_not_given_twice_nor_to_oneself_nor_the_last_one_lost(guarded):
    admin = guarded.enter(guarded.system_admin)
    same = told(guarded, admin, name="张经办", role=Role.PREPARER)
    assert refusal(operator.change_role, guarded.workspace, **same) == [("ACCOUNT", "role_same")]
    own = told(guarded, admin, name="钱系统", role=Role.PREPARER)
    assert refusal(operator.change_role, guarded.workspace, **own) == [
        ("ACCOUNT", "own_account"),
        ("ACCOUNT", "last_of_role"),
    ]
    last = told(guarded, admin, name="孙安全", role=Role.PREPARER)
    assert refusal(operator.change_role, guarded.workspace, **last) == [("ACCOUNT", "last_of_role")]
    with pytest.raises(NotFound):
        operator.change_role(guarded.workspace, **told(guarded, admin, name="没有", role=Role.FINANCE))


def test_an_account_is_locked_and_unlocked_by_administrators(guarded):
    admin, person = guarded.enter(guarded.security_admin), guarded.enter(guarded.preparer)
    locked = operator.lock(guarded.workspace, **told(guarded, admin, name="张经办", reason="离岗"))
    assert locked.status is OperatorStatus.LOCKED
    assert guarded.gate(person, "year.open") == [("LOGIN", "account_locked")]
    twice = told(guarded, admin, name="张经办", reason="离岗")
    assert refusal(operator.lock, guarded.workspace, **twice) == [("TRANSITION", "step_not_open")]
    assert refusal(operator.unlock, guarded.workspace, **told(guarded, guarded.system_admin, name="张经办")) == [
        ("LOGIN", "not_logged_in")
    ]
    unlocked = operator.unlock(guarded.workspace, **told(guarded, admin, name="张经办"))
    assert (unlocked.status, unlocked.credential.failures) == (OperatorStatus.ACTIVE, 0)
    assert guarded.acts()[-2:] == ["operator.lock", "operator.unlock"]


@pytest.mark.parametrize("name", ["钱系统", "孙安全"])
def test_the_last_administrator_of_a_kind_is_never_locked(guarded, name):
    admin = guarded.enter(guarded.security_admin)
    found = refusal(operator.lock, guarded.workspace, **told(guarded, admin, name=name, reason="x"))
    assert ("ACCOUNT", "last_of_role") in found
    assert (("ACCOUNT", "own_account") in found) == (name == admin.name)


def test_a_reset_ends_the_session_and_the_old_password(guarded):
    admin, person = guarded.enter(guarded.security_admin), guarded.enter(guarded.preparer)
    facts = told(guarded, admin, name="张经办", password="first again 1")
    assert operator.reset_password(guarded.workspace, **facts).credential.must_change
    assert operator.reset_password(guarded.workspace, **facts).credential.must_change
    assert guarded.gate(person, "year.open") == [("LOGIN", "not_logged_in")]
    assert refusal(guarded.enter, person) == [("LOGIN", "wrong_password")]
    guarded.enter(person, "first again 1")
    assert guarded.gate(person, "year.open") == [("LOGIN", "password_to_change")]
    own = told(guarded, admin, name="孙安全", password="first again 1")
    assert refusal(operator.reset_password, guarded.workspace, **own) == [("ACCOUNT", "own_account")]


def test_one_s_own_password_is_changed_with_the_old_one_given_just_now(guarded):
    person = guarded.enter(guarded.auditor)
    facts = told(guarded, person, password="another good one")
    assert refusal(operator.change_password, guarded.workspace, **facts) == [("LOGIN", "password_again")]
    guarded.enter(person, for_an_act=True)
    same = told(guarded, person, password=password_of(person.name))
    assert refusal(operator.change_password, guarded.workspace, **same) == [("LOGIN", "password_same")]
    operator.change_password(guarded.workspace, **facts)
    guarded.enter(person, "another good one")
    assert guarded.acts()[-1] == "operator.password"


@pytest.mark.parametrize(
    ("password", "code"),
    [("ninechars", "password_short"), ("长" * 9, "password_short"), ("x" * 129, "password_long"),
     ("张经办张经办张经办1", "password_name"), ("张经办12345678", "password_name")],
)  # fmt: skip
def test_a_password_is_long_enough_and_not_the_name(guarded, password, code):
    admin = guarded.enter(guarded.security_admin)
    with pytest.raises(InvalidInput) as refused:
        operator.reset_password(guarded.workspace, **told(guarded, admin, name="张经办", password=password))
    assert refused.value.code == code
    assert password not in f"{refused.value} {refused.value.facts}"


def test_a_password_is_the_same_from_every_keyboard(guarded):
    person = guarded.enter(guarded.auditor, for_an_act=True)
    operator.change_password(guarded.workspace, **told(guarded, person, password="Ｆｕｌｌ ｗｉｄｔｈ １２"))
    guarded.enter(person, "Full width 12")


# ------------------------------------------------------------------------------------------- how an office begins


def init(guarded, tmp_path, **changes):
    workspace = app.make_workspace(tmp_path / f"{new_request_id()}.db", create=True)
    facts = {
        "name": "某厅",
        "operators": [("甲", Role.PREPARER), ("乙", Role.REVIEWER)],
        "trial": False,
        "policy_content": guarded.workspace.queries.policies()[0].content,
        "request_id": "init",
        "passwords": ["long enough 1", "long enough 2"],
    } | changes
    try:
        office.init(workspace, **facts)
    except BaseException:
        workspace.data_file.discard()
        raise
    return Guarded(workspace)


@pytest.mark.parametrize(
    ("change", "code"),
    [({"passwords": []}, "passwords_count"), ({"passwords": ["long enough 1"]}, "passwords_count"),
     ({"trial": True}, "passwords_count"), ({"passwords": ["long enough 1", "short"]}, "password_short")],
)  # fmt: skip
def test_only_a_trial_office_has_people_without_passwords(guarded, tmp_path, change, code):
    with pytest.raises(InvalidInput) as refused:
        init(guarded, tmp_path, **change)
    assert refused.value.code == code


def test_an_office_without_administrators_names_its_first_one_itself(guarded, tmp_path):
    made = init(guarded, tmp_path, must_change=False)
    workspace, person = made.workspace, made.enter(made.preparer, "long enough 1")
    first = operator.add(workspace, name="丙", role=Role.SYSTEM_ADMIN, password="long enough 3", **told(made, person))
    assert made.acts()[-1] == "operator.first-admin"
    another = told(made, person, name="丁", role=Role.SYSTEM_ADMIN, password="long enough 4")
    assert refusal(operator.add, workspace, **another) == [("ROLE", "role_may_not_act")]
    made.enter(first, "long enough 3", for_an_act=True)
    operator.change_password(workspace, **told(made, first, password="long enough 5"))
    operator.add(workspace, **told(made, first, name="戊", role=Role.SECURITY_ADMIN, password="long enough 6"))
    workspace.data_file.close()


def test_the_last_person_who_can_work_at_all_is_not_locked(guarded, tmp_path):
    made = init(guarded, tmp_path, must_change=False)
    for _ in range(5):
        refusal(made.enter, made.preparer, "wrong password")
        refusal(made.enter, made.reviewer, "wrong password")
    assert made.person("甲").status is OperatorStatus.LOCKED
    assert made.person("乙").status is OperatorStatus.ACTIVE
    made.workspace.data_file.close()


def test_an_upgraded_office_sets_its_passwords_first(guarded, desk):
    """The first release had offices without passwords that were no trial; theirs are set by the people themselves."""
    desk.tamper("UPDATE office SET trial = 0")
    made = Guarded(replace(desk.workspace, hasher=lambda: CHEAP))
    assert made.gate(desk.preparer, "year.open") == [("LOGIN", "password_not_set")]
    assert refusal(made.enter, desk.preparer, "anything at all") == [("LOGIN", "password_not_set")]
    operator.change_password(made.workspace, **told(made, desk.preparer, password="my own password"))
    assert made.gate(desk.preparer, "year.open") == []
    assert made.gate(desk.preparer, "operator.password") == [("LOGIN", "password_again")]


def test_a_trial_office_asks_nobody_and_takes_no_passwords(desk):
    workspace = replace(desk.workspace, hasher=lambda: CHEAP)
    assert not operator.asks_for_passwords(workspace)
    operator.log_in(workspace, operator=desk.preparer, password="")
    assert workspace.sessions.of(desk.preparer.id) is None
    add = told(desk, desk.system_admin, name="周", role=Role.FINANCE)
    assert refusal(operator.add, workspace, **add, password="long enough 1") == [("LOGIN", "trial_asks_no_password")]
    operator.add(workspace, **add, password=None)
    reset = told(desk, desk.security_admin, name="周", password="long enough 1")
    assert refusal(operator.reset_password, workspace, **reset) == [("LOGIN", "trial_asks_no_password")]
    own = told(desk, desk.preparer, password="long enough 1")
    assert refusal(operator.change_password, workspace, **own) == [("LOGIN", "trial_asks_no_password")]
    operator.lock(workspace, **told(desk, desk.security_admin, name="周", reason="x"))
    unlocked = operator.unlock(workspace, **told(desk, desk.security_admin, name="周"))
    assert (unlocked.status, unlocked.credential) == (OperatorStatus.ACTIVE, None)
    assert desk.verified() == []


# ------------------------------------------------------------------------------------------- small-office mode


def test_small_office_mode_is_declared_with_a_reason_and_shows(desk):
    assert not desk.queries.office().small_office
    assert desk.declare_small_office().small_office
    with pytest.raises(RulesViolated, match="small_office_is_on"):
        desk.declare_small_office()
    assert not desk.declare_small_office(on=False).small_office
    with pytest.raises(RulesViolated, match="small_office_is_off"):
        desk.declare_small_office(on=False)
    assert desk.verified() == []


def test_in_a_small_office_people_stand_in_for_one_another_but_never_for_themselves(desk):
    desk.declare_small_office()
    mine = desk.submit(Money.yuan(1), operator=desk.finance)
    assert refusal(desk.approve, mine, operator=desk.finance) == [("R23", "same_person")]
    approved = desk.approve(mine, operator=desk.preparer)
    desk.issue(*approved, operator=desk.finance)
    with pytest.raises(RulesViolated, match="role_may_not_act"):
        desk.submit(Money.yuan(1), operator=desk.auditor)


# ------------------------------------------------------------------------------------------- what is told


def test_a_refusal_by_role_is_told_with_all_that_is_wrong(desk):
    approved = desk.approved(Money.yuan(1))
    assert refusal(desk.approve, approved, operator=desk.finance) == [
        ("TRANSITION", "step_not_open"),
        ("ROLE", "role_may_not_act"),
    ]


def test_a_repeated_request_tells_nothing_to_who_may_not_make_it(desk):
    submitted = desk.submit(Money.yuan(1))
    desk.approve(submitted, request_id="one")
    assert refusal(desk.approve, submitted, operator=desk.finance, request_id="one") == [("ROLE", "role_may_not_act")]


def test_no_record_tells_a_password_or_a_hash_but_the_image_of_its_own_row(guarded):
    admin = guarded.enter(guarded.security_admin)
    operator.reset_password(
        guarded.workspace, **told(guarded, admin, name="张经办", password="tell nobody 1"),
    )  # fmt: skip
    refusal(guarded.enter, guarded.preparer, "tell nobody 2")
    connection = guarded.workspace.data_file._reader()
    names = [row[1] for row in connection.execute("PRAGMA table_info(journal)")]
    for row in connection.execute("SELECT * FROM journal").fetchall():
        record = dict(zip(names, map(str, row), strict=True))
        assert "tell nobody" not in str(record)
        assert not any("$argon2" in value for name, value in record.items() if name != "changes")
    assert "$argon2" not in repr(guarded.workspace.records().office.standings())
    guarded.enter(guarded.reviewer)
    assert "$argon2" not in repr(guarded.workspace.sessions.of(guarded.reviewer.id))


def test_a_certificate_says_that_the_office_is_small(desk):
    i18n.use_folder(resources_folder() / "locale")
    number = str(desk.issued(Money.yuan(1)).number)
    (before,) = certificate.facts_of(desk.workspace, [number])
    desk.declare_small_office()
    (after,) = certificate.facts_of(desk.workspace, [number])
    assert (before.office_mode, after.office_mode) == ("", "发放机关实行小型机构模式。")
