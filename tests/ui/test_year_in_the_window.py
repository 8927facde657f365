"""An officer's whole year through the real window, by mouse and keys, in an office whose people have passwords.

One story, told in parts; each part is a function. After each act the money adds up (`Officer.save`); the ledger is
verified by its button along the way. The year is 2025, because in earnest a business date lies at most a week after the
machine's.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date
from typing import TYPE_CHECKING

import pytest

from voucher_app.app import make_workspace
from voucher_app.authentication.argon2id import Argon2idHasher
from voucher_app.domain.credit_code import check_character
from voucher_app.domain.money import Money
from voucher_app.domain.operators import Role
from voucher_app.services import office
from voucher_app.services.queries.lists import ListFilter
from voucher_app.settings import resources_folder
from voucher_app.ui import theme
from voucher_app.ui.desk import Desk
from voucher_app.ui.first_look import read_facts
from voucher_app.ui.main_window import MainWindow

from .conftest import settle
from .officer import Officer

if TYPE_CHECKING:
    from pathlib import Path

RESOURCES = resources_folder()
PRESET = (RESOURCES / "policies" / "henan-style.toml").read_text(encoding="utf-8")
CHEAP = Argon2idHasher(time_cost=1, memory_cost_kib=8, parallelism=1)
FIRST, OWN = "the first password", "one of my own choosing"
PREPARER, REVIEWER, SECOND, FINANCE, ADMIN = "张经办", "李复核", "周复核", "王财务", "孙安全"
PEOPLE = (
    (PREPARER, Role.PREPARER),
    (REVIEWER, Role.REVIEWER),
    (SECOND, Role.REVIEWER),
    (FINANCE, Role.FINANCE),
    (ADMIN, Role.SECURITY_ADMIN),
)
BEGUN = date(2025, 1, 6)
APPROPRIATION = Money.yuan(1_000_000)


def credit_code(serial, prefix="91"):
    first_17 = f"{prefix}140100MA{serial:07d}"
    return first_17 + check_character(first_17)


PROVIDER = ("太原智算中心", credit_code(1, "12"))
UNITS = {
    "企业": ("晋阳大模型公司", credit_code(11)),
    "高校": ("汾河大学", credit_code(12, "12")),
    "科研机构": ("太行研究所", credit_code(13, "12")),
    "对手": ("云冈数字公司", credit_code(14)),
}


@dataclass
class Story:
    """What the parts of the story hand on to one another."""

    officer: Officer
    folder: Path
    numbers: dict[str, str] = field(default_factory=dict)
    claims: dict[str, int] = field(default_factory=dict)

    @property
    def queries(self):
        return self.officer.window.desk.workspace.queries

    def work_as(self, name):
        """Let another person take over; who comes for the first time chooses a password of their own."""
        if self.officer.choose_person(name):
            known = next(one for one in self.queries.people() if one.name == name)
            self.officer.log_in(FIRST if known.must_change else OWN, own=OWN)
        assert self.officer.window.desk.operator.name == name

    def do(self, name, page, key, words, tab="", **answers):
        """Let a person choose rows of a list, press a button of the details, answer, and act."""
        self.work_as(name)
        shown = self.officer.go(page, tab)
        self.officer.look(shown, *(key if isinstance(key, list) else [key]))
        dialog = self.officer.press(shown.panel, words)
        self.officer.fill(dialog, **answers)
        self.officer.save(dialog, password=OWN)
        return shown

    def cannot(self, name, page, key, words, tab=""):
        """Demand that an act is offered to nobody of this name, and is told why."""
        self.work_as(name)
        shown = self.officer.go(page, tab)
        self.officer.look(shown, key)
        assert self.officer.reasons(shown.panel, words), f"{name} could {words}"

    def begin(self, name, page, tab="", **answers):
        """Let a person do the main action of a page."""
        self.work_as(name)
        self.officer.go(page, tab)
        dialog = self.officer.begin()
        self.officer.fill(dialog, **answers)
        self.officer.save(dialog, password=OWN)

    def rows(self, source):
        return source.rows(0, source.count())

    def status_of(self, application_id):
        return self.queries.application(application_id).application.status.value

    def verifies(self):
        """Verify the ledger by the button of its page; whoever is at the desk may."""
        page = self.officer.window.page("ledger")
        self.officer.go("ledger", "操作日志")
        self.officer.push(page, "核对台账")
        self.officer.settled()
        assert page.banner.headline.text().startswith("未发现问题"), page.banner.headline.text()


@pytest.fixture
def story(qtbot, tmp_path, settings, monkeypatch):
    """The window on an office of which nothing but its people and the preset is recorded."""
    monkeypatch.setattr(theme, "QUIET_MS", 20)  # these fingers are quick
    workspace = replace(make_workspace(tmp_path / "office.db", create=True, on=BEGUN), hasher=lambda: CHEAP)
    office.init(
        workspace,
        name="山西省算力券管理办公室",
        operators=list(PEOPLE),
        trial=False,
        passwords=[FIRST] * len(PEOPLE),
        policy_content=PRESET,
        request_id="init",
    )
    ui_desk = Desk(workspace, read_facts(workspace), settings=settings)
    window = MainWindow(RESOURCES, settings, dark=False)
    qtbot.addWidget(window)
    window.begin(ui_desk)
    window.show()
    qtbot.waitExposed(window)
    window.activateWindow()
    settle(ui_desk)
    made = Story(Officer(window, qtbot, lambda: settle(ui_desk), year=2025), tmp_path)
    made.officer.log_in(FIRST, own=OWN)
    yield made
    settle(ui_desk)
    window.close()
    workspace.data_file.close()


# ------------------------------------------------------------------------------------------- the parts of the year


def publish_a_policy(story):
    """起草、审批、发布: vouchers that end within the year; nobody reviews or publishes what they drafted."""
    story.begin(
        PREPARER, "settings", "policies", 代码="short", 使用期限="210", 其后兑付期限="30",
        审查结论="经审查适用例外规定",
    )  # fmt: skip
    (draft,) = story.queries.policy_drafts()
    key = f"policy-draft:{draft.id}"
    story.cannot(PREPARER, "settings", key, "发布", "policies")
    story.do(REVIEWER, "settings", key, "审批", "policies")
    story.do(SECOND, "settings", key, "发布", "policies")
    assert story.queries.policies()[0].policy.code == "short"


def open_the_year(story):
    """开设预算年度: from the list of years above the window."""
    story.work_as(FINANCE)
    officer, years = story.officer, story.officer.window.years
    years.setFocus()
    officer.qtbot.keyClick(years, officer.down)
    officer.take_from(years, lambda text: text.startswith("开设"))
    dialog = officer.dialog()
    officer.fill(dialog, 预算年度="2025", 年度发放总额="1000000", 文号="晋财建〔2025〕1号")
    officer.save(dialog)
    assert officer.money.appropriation == APPROPRIATION


def register(story):
    """登记: a provider, admitted by another person, and units of the three classes, whose credit was looked up."""
    name, uscc = PROVIDER
    story.begin(PREPARER, "providers", 名称=name, 统一社会信用代码=uscc, 属地="太原")
    for kind, (unit, code) in UNITS.items():
        answers = {
            "名称": unit,
            "统一社会信用代码": code,
            "单位类别": "企业" if kind == "对手" else kind,
            "属地": "大同",
        }
        story.begin(PREPARER, "recipients", **answers)
        story.do(PREPARER, "recipients", code, "登记信用核查", 查询来源="信用中国")
    story.cannot(PREPARER, "providers", uscc, "入库")
    story.do(REVIEWER, "providers", uscc, "入库", 截止日="2027-12-31")


def apply(story, batch, unit, amount, contract, *, is_draft=False):
    """申领: fill the form, its term included; return the application's number."""
    story.work_as(PREPARER)
    officer = story.officer
    officer.go("applications", "applications")
    dialog = officer.begin()
    officer.fill(
        dialog, 领用单位=UNITS[unit][0], 服务商=PROVIDER[1], 合同编号=contract, 签订日期="2025-01-08",
        合同金额="1000000", 申领金额=amount, 合同期起="2025-02-01", 合同期止="2025-12-31",
        **({"批次": batch} if batch else {}),
    )  # fmt: skip
    if is_draft:
        officer.press_on(dialog.draft_button)
    else:
        officer.save(dialog)
    return max(row.id for row in story.rows(story.queries.applications(ListFilter(year=2025))))


def open_batch(story, name, model):
    story.begin(PREPARER, "applications", "batches", 批次名称=name, 运营模式=model, 受理截止日="2025-03-31")
    (batch,) = [row for row in story.rows(story.queries.batches(ListFilter(year=2025))) if row.name == name]
    return batch.id


def review_twice(story, *keys):
    """受理、初审、复核 by three people, all of them together."""
    together = f" {len(keys)} 件" if len(keys) > 1 else ""
    story.do(PREPARER, "applications", list(keys), f"受理{together}", "applications")
    story.cannot(PREPARER, "applications", keys[0], "初审", "applications")
    story.do(REVIEWER, "applications", list(keys), f"初审{together}", "applications")
    story.cannot(REVIEWER, "applications", keys[0], "复核通过", "applications")
    second = f"复核{together}" if together else "复核通过"
    story.do(SECOND, "applications", list(keys), second, "applications")


def the_first_batch(story):
    """Model A, with everything that can happen to an application on its way."""
    batch = open_batch(story, "第一批", "抵扣")
    kept = apply(story, "第一批", "企业", "100000", "HT-A1")
    rival = apply(story, "第一批", "对手", "50000", "HT-A2")
    draft = apply(story, "第一批", "高校", "60000", "HT-A3", is_draft=True)
    assert story.status_of(draft) == "draft"
    story.do(PREPARER, "applications", draft, "提交", "applications", 申领金额="55000")
    declined = apply(story, "第一批", "科研机构", "10000", "HT-A4")
    refused = apply(story, "第一批", "科研机构", "10000", "HT-A5")
    story.do(PREPARER, "applications", draft, "退回补正", "applications", 理由="缺合同附页")
    story.do(PREPARER, "applications", draft, "重新提交", "applications")
    story.do(REVIEWER, "applications", declined, "不予受理", "applications", 理由="不在支持范围")
    review_twice(story, kept, rival, draft)
    story.do(PREPARER, "applications", refused, "受理", "applications")
    story.do(REVIEWER, "applications", refused, "不予通过", "applications", 理由="用途不符")
    story.do(PREPARER, "applications", batch, "受理截止", "batches")
    story.do(REVIEWER, "applications", batch, "分配额度", "batches")
    story.do(PREPARER, "applications", batch, "公示", "batches")
    for key, unit in ((kept, "企业"), (rival, "对手")):
        story.do(
            PREPARER, "applications", batch, "受理异议", "batches", 异议对象=f"{key} · {UNITS[unit][0]}",
            提出人="某公司", 异议内容="合同金额不实",
        )  # fmt: skip
    story.cannot(PREPARER, "applications", batch, "处理第 1 号异议", "batches")
    story.cannot(REVIEWER, "applications", batch, "发放批次", "batches")
    story.do(REVIEWER, "applications", batch, "处理第 1 号异议", "batches", 处理结果="不成立", 理由="查无实据")
    story.do(REVIEWER, "applications", batch, "处理第 2 号异议", "batches", 处理结果="成立", 理由="合同虚假")
    assert [story.status_of(key) for key in (kept, rival, draft)] == ["publicized", "refused", "publicized"]
    return batch, {"A": kept, "A2": draft}


def further_batches(story):
    """Models B and C, side by side."""
    found = {}
    for letter, (model, unit) in {"B": ("先付后兑", "高校"), "C": ("后补助", "科研机构")}.items():
        name = f"{letter}批"
        batch = open_batch(story, name, model)
        key = apply(story, name, unit, "40000", f"HT-{letter}")
        review_twice(story, key)
        story.do(PREPARER, "applications", batch, "受理截止", "batches")
        story.do(PREPARER, "applications", batch, "公示", "batches")
        found[letter] = batch, key
    return found


def issue_the_batches(story, batches, keys):
    """发放批次, after the publicity of all."""
    story.officer.on(date(2025, 2, 20))
    for batch in batches:
        story.do(REVIEWER, "applications", batch, "发放批次", "batches")
        story.do(PREPARER, "applications", batch, "关闭批次", "batches")
    story.numbers = {name: story.queries.application(key).voucher_number for name, key in keys.items()}
    assert story.officer.money.outstanding == Money.yuan(100_000 + 55_000 + 40_000 + 40_000)


def outside_of_batches(story):
    """One application is withdrawn, one approved, issued alone, and one refused; a voucher is frozen and comes back."""
    keys = [apply(story, "", "企业", "10000", f"HT-{place}") for place in range(3)]
    story.do(PREPARER, "applications", keys[0], "撤回", "applications", 理由="申请人撤回")
    story.cannot(PREPARER, "applications", keys[1], "复核通过", "applications")
    story.do(REVIEWER, "applications", keys[1], "复核通过", "applications")
    story.do(REVIEWER, "applications", keys[2], "不予通过", "applications", 理由="重复申领")
    story.do(PREPARER, "applications", keys[1], "发放", "applications")
    assert [story.status_of(key) for key in keys] == ["withdrawn", "issued", "refused"]
    story.numbers["alone"] = story.queries.application(keys[1]).voucher_number
    story.do(PREPARER, "vouchers", story.numbers["A2"], "冻结", 理由="核查")
    story.do(REVIEWER, "vouchers", story.numbers["A2"], "恢复", 理由="核查完毕")


def claim(story, voucher, amount, serial, paid):
    """申请兑付 from the voucher's details, with its evidence; return the claim's number."""
    day = story.officer.window.desk.today.isoformat()
    story.do(
        PREPARER, "vouchers", story.numbers[voucher], "申请兑付", 发票号码=f"2514{serial:016d}", 开票日期=day,
        发票金额="500000", 申请兑付金额=amount, 服务开始日期="2025-02-21", 服务结束日期="2025-03-20",
        付款日期=day, 付款金额=paid,
    )  # fmt: skip
    return max(row.id for row in story.rows(story.queries.redemptions(ListFilter(year=2025))))


def redeem(story):
    """核销 in part and in full, 不予核销, 冲正."""
    story.officer.on(date(2025, 3, 20))
    part = claim(story, "A", "30000", 1, "470000")
    whole = claim(story, "B", "40000", 2, "500000")
    afterwards = claim(story, "C", "25000", 3, "500000")
    wrong = claim(story, "A2", "20000", 4, "480000")
    refused = claim(story, "A2", "5000", 5, "495000")
    story.cannot(PREPARER, "redemptions", part, "核销")
    story.do(REVIEWER, "redemptions", part, "核销", 核定金额="28000")
    for key in (whole, afterwards, wrong):
        story.do(REVIEWER, "redemptions", key, "核销")
    story.do(REVIEWER, "redemptions", refused, "不予核销", 理由="发票不清")
    story.do(SECOND, "redemptions", wrong, "冲正", 理由="发票红冲")
    assert story.officer.money.payable == Money.yuan(93_000)
    found = [story.queries.voucher(story.numbers[name]).voucher.status for name in ("A", "B", "A2")]
    assert found == ["partly-used", "used-up", "usable"]
    story.claims = {"part": part, "whole": whole}


def settle_the_first_quarter(story):
    """结算: drafted, confirmed, planned, checked, paid; one line comes back."""
    story.officer.on(date(2025, 4, 2))
    story.begin(PREPARER, "settlements", "settlements-list", 核销截止日="2025-03-31")
    lists = "settlements-list"
    story.cannot(PREPARER, "settlements", 1, "复核", lists)
    story.do(REVIEWER, "settlements", 1, "复核", lists)
    story.do(PREPARER, "settlements", 1, "资金分配", lists, 文号="晋财指〔2025〕5号")
    story.do(FINANCE, "settlements", 1, "财政审核", lists)
    lines = story.rows(story.queries.settlement_lines(1, ListFilter(sort="id", descending=False)))
    story.do(FINANCE, "settlements", lines[0].id, "拨付本笔", "lines", 银行回单号="HD-1")
    story.do(FINANCE, "settlements", 1, "拨付", lists, 银行回单号="HD-2")
    assert story.officer.money.disbursed == Money.yuan(93_000)
    story.do(FINANCE, "settlements", lines[1].id, "拨付失败", "lines", 银行退回原因="账户已销户")
    assert story.officer.money.payable == Money.yuan(40_000)


def settle_the_second_quarter(story):
    """What came back is paid with what was redeemed since; the settlement is reconciled and closed."""
    story.officer.on(date(2025, 5, 15))
    for voucher, amount, serial, paid in (("A2", "10000", 6, "490000"), ("alone", "2000", 7, "498000")):
        more = claim(story, voucher, amount, serial, paid)
        story.do(SECOND, "redemptions", more, "核销")
    story.officer.on(date(2025, 7, 1))
    lists = "settlements-list"
    story.begin(PREPARER, "settlements", lists, 核销截止日="2025-06-30")
    story.do(REVIEWER, "settlements", 2, "复核", lists)
    story.do(FINANCE, "settlements", 2, "拨付", lists, 银行回单号="HD-3")
    money = story.officer.money
    assert (money.payable, money.disbursed) == (Money(0), Money.yuan(105_000))
    bank = story.folder / "bank.csv"
    bank.write_text("date,receipt,account,amount\n" + "2025-07-01,HD-3,,{}\n" * 3, "utf-8")
    bank.write_text(bank.read_text("utf-8").format("40000.00", "10000.00", "2000.00"), "utf-8")
    shown = story.officer.go("settlements", lists)
    story.officer.look(shown, 2)
    dialog = story.officer.press(shown.panel, "对账")
    story.officer.drop(dialog, bank)
    story.officer.save(dialog)
    story.do(FINANCE, "settlements", 2, "关闭", lists)


def recover(story):
    """追回: decided by another person, received in two parts, issued anew."""
    story.officer.on(date(2025, 8, 4))
    story.do(SECOND, "redemptions", story.claims["part"], "追回", 追回金额="8000", 理由="虚报用量", 禁入="骗补")
    before = story.officer.money.unissued
    story.do(FINANCE, "settlements", 1, "登记到账", "recoveries", 到账金额="3000", 银行回单号="HK-1")
    story.do(FINANCE, "settlements", 1, "登记到账", "recoveries", 银行回单号="HK-2")
    assert story.officer.money.unissued == before + Money.yuan(8_000)
    story.work_as(PREPARER)
    assert story.queries.bans(UNITS["企业"][1])


def expire_and_close(story):
    """过期处理, then 关闭年度; what is left lapses, and the window offers nothing more."""
    story.officer.on(date(2025, 12, 30))
    story.work_as(PREPARER)
    page = story.officer.go("vouchers")
    assert story.officer.money.outstanding
    story.officer.push(page, "过期处理")
    story.officer.save(story.officer.dialog())
    assert story.officer.money.outstanding == Money(0)
    story.officer.push(page, "过期处理")
    assert not story.officer.open_dialogs()
    story.officer.on(date(2025, 12, 31))
    story.work_as(FINANCE)
    statement = story.officer.go("ledger", "年度报表")
    dialog = story.officer.press(statement.panel, "关闭年度")
    story.officer.save(dialog)
    money = story.officer.money
    assert (money.status, money.unissued, money.disbursed) == ("closed", Money(0), Money.yuan(97_000))
    assert money.lapsed == APPROPRIATION - Money.yuan(97_000)
    assert story.officer.reasons(statement.panel, "关闭年度")
    assert story.officer.reasons(statement.panel, "追加总额")


def nothing_is_taken_in_after_the_close(story):
    """What a person tries in a closed year is refused by the dialog itself, with the rule."""
    story.work_as(PREPARER)
    officer = story.officer
    officer.go("applications", "applications")
    dialog = officer.begin()
    officer.fill(
        dialog, 领用单位=UNITS["高校"][0], 服务商=PROVIDER[1], 合同编号="HT-late", 签订日期="2025-02-01",
        合同金额="1000000", 申领金额="10000",
    )  # fmt: skip
    officer.qtbot.mouseClick(dialog.act_button, officer.left)
    officer.settled()
    assert "R26" in {one.rule for one in dialog.effect.effect.violations}
    officer.give_up(dialog)
    story.cannot(REVIEWER, "vouchers", story.numbers["A"], "作废")


@pytest.mark.qt_log_ignore(r"does not support (raise\(\)|grabbing the keyboard)", extend=True)
@pytest.mark.long
def test_an_officers_year_by_mouse_and_keys(story):
    publish_a_policy(story)
    open_the_year(story)
    register(story)
    story.officer.on(date(2025, 2, 5))
    first, kept = the_first_batch(story)
    further = further_batches(story)
    issue_the_batches(story, [first, *(batch for batch, _key in further.values())],
                      kept | {letter: key for letter, (_batch, key) in further.items()})  # fmt: skip
    outside_of_batches(story)
    story.verifies()
    redeem(story)
    settle_the_first_quarter(story)
    settle_the_second_quarter(story)
    recover(story)
    story.verifies()
    expire_and_close(story)
    nothing_is_taken_in_after_the_close(story)
    story.verifies()
    recorded = [row.action for row in story.rows(story.queries.journal(ListFilter()))]
    of_people = [action for action in recorded if action.partition(".")[0] not in {"office", "operator"}]
    assert len(of_people) == story.officer.acts, "one act, one journal record"


@pytest.mark.qt_log_ignore(r"does not support (raise\(\)|grabbing the keyboard)", extend=True)
def test_an_account_is_locked_and_unlocked_by_the_buttons_of_its_details(story):
    open_the_year(story)
    story.do(ADMIN, "settings", FINANCE, "锁定", "people", 理由="休假")
    assert story.queries.person(FINANCE).row.status == "locked"
    story.officer.go("overview")
    assert [link.text() for link in story.officer.window.page("overview").to_do.links] == ["已锁定账户 1"]
    story.do(ADMIN, "settings", FINANCE, "解锁", "people")
    assert story.queries.person(FINANCE).row.status == "active"
