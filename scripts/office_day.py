"""An office day without a screen: a demonstration office, issued up to the cap, redeemed, printed, checked, pictured.

Everything goes through the use cases that the window and the command line use; nothing here is a shortcut.
"""

from __future__ import annotations

import argparse
import importlib
import shutil
import sys
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from voucher_app.app import make_tools, make_workspace, speak
from voucher_app.domain.errors import RulesViolated
from voucher_app.domain.money import Money
from voucher_app.services import application, certificate, demonstration, recipient, redemption, voucher
from voucher_app.services.claim import ClaimFacts
from voucher_app.services.print_request import Request
from voucher_app.services.recipient import UnitFacts
from voucher_app.services.wording.errors import describe
from voucher_app.services.wording.papers import verdict_sentence
from voucher_app.services.workspace import new_request_id
from voucher_app.settings import Settings

if TYPE_CHECKING:
    from voucher_app.services.workspace import Workspace

ROOT = Path(__file__).resolve().parent.parent
TODAY = date(2026, 11, 20)
UNIT_CAP = Money.yuan(1_000_000)
SMALLEST = Money.yuan(5_000)
UNITS = 60


def say(text: str) -> None:
    """Print a line at once."""
    print(text, flush=True)


class Day:
    """One day at the desk."""

    def __init__(self, desk: Workspace, provider_uscc: str) -> None:
        self.desk = desk
        self.provider_uscc = provider_uscc
        self.preparer, self.reviewer = desk.queries.operators()[:2]
        self.serial = 0

    def register_units(self) -> list[str]:
        """Register units that have nothing yet."""
        units = [
            (
                UnitFacts(
                    f"年末申领单位{serial:02d}（演示）",
                    demonstration.demonstration_code("enterprise", 5000 + serial),
                    "140100",
                ),
                "enterprise",
            )
            for serial in range(UNITS)
        ]
        added = recipient.add_all(self.desk, units=units, operator=self.preparer, request_id=new_request_id())
        return [one.organisation.uscc for one in added]

    def apply(self, holder: str, amount: Money) -> int:
        """Submit an application and have it approved by the other person."""
        self.serial += 1
        made = application.submit(
            self.desk,
            facts=application.ApplicationFacts(
                recipient_uscc=holder,
                provider_uscc=self.provider_uscc,
                contract_number=f"NM-2026-{self.serial:04d}",
                contract_amount=Money(amount.fen * 5 + 100_000),
                signed_on=TODAY,
                requested=amount,
            ),
            operator=self.preparer,
            request_id=new_request_id(),
        )
        application.approve(self.desk, application_ids=[made.id], operator=self.reviewer, request_id=new_request_id())
        return made.id

    def issue_up_to_the_cap(self, holders: list[str]) -> list[str]:
        """Issue what is approved, then vouchers until nothing of the year is left."""
        waiting = self.desk.records().applications.approved()
        left = self.desk.queries.year_money(2026).unissued
        left -= sum((self.desk.records().applications.get(one).requested for one in waiting), Money(0))
        units = iter(holders)
        while left:
            amount = min(left, UNIT_CAP)
            if Money(0) < left - amount < SMALLEST:
                amount -= SMALLEST
            waiting.append(self.apply(next(units), amount))
            left -= amount
        issued = voucher.issue(self.desk, application_ids=None, operator=self.preparer, request_id=new_request_id())
        assert len(issued) == len(waiting), "all or none"
        return [str(one.number) for one in issued]

    def redeem(self, number: str) -> None:
        """Claim a tenth of a voucher and verify it."""
        details = self.desk.queries.voucher(number)
        amount = Money.yuan(details.voucher.face.fen // 1000)
        claimed = redemption.claim(
            self.desk,
            facts=ClaimFacts(number, amount, f"26149{int(number[8:14]):015d}", Money(amount.fen * 5), TODAY),
            operator=self.preparer,
            request_id=new_request_id(),
        )
        redemption.verify(
            self.desk, redemption_id=claimed.id, approved=None, operator=self.reviewer, request_id=new_request_id()
        )


def spend(day: Day) -> list[str]:
    """Issue up to the cap, show that it holds, and that voiding frees exactly a voucher's value."""
    holders = day.register_units()
    numbers = day.issue_up_to_the_cap(holders)
    money = day.desk.queries.year_money(2026)
    say(f"· 发放至上限：本次 {len(numbers)} 张，2026 年度未发放 {money.unissued.in_yuan()} 元")
    waiting = day.apply(holders[-1], SMALLEST)
    try:
        voucher.issue(day.desk, application_ids=[waiting], operator=day.preparer, request_id=new_request_id())
    except RulesViolated as refusal:
        say(f"· 再发一张即被拒绝：{describe(refusal)[0]}")
    else:
        raise AssertionError("the cap does not hold")
    voided = day.desk.queries.voucher(numbers[-1]).voucher
    voucher.void(
        day.desk, number=numbers[-1], reason="演示：合同解除", operator=day.reviewer, request_id=new_request_id()
    )
    free = day.desk.queries.year_money(2026).unissued
    assert free == voided.face, "voiding frees exactly its value"
    voucher.issue(day.desk, application_ids=[waiting], operator=day.preparer, request_id=new_request_id())
    say(f"· 作废 {numbers[-1]} 后恰好可再发放 {free.in_yuan()} 元，并已重新发放 {SMALLEST.in_yuan()} 元")
    for number in numbers[:3]:
        day.redeem(number)
    say("· 兑付：3 笔由经办申请、复核核销")
    return numbers


def print_papers(day: Day, numbers: list[str], out: Path) -> None:
    """Print certificates one by one and together, and check one of them without the data file."""
    folder = out / "certificates"
    folder.mkdir()
    chosen = numbers[:5]
    first = Request(day.preparer, new_request_id())
    certificate.print_separately(day.desk, numbers=chosen, folder=folder, request=first)
    again = Request(day.preparer, new_request_id(), "存档合订本")
    certificate.print_together(day.desk, numbers=numbers, file=folder / "all.pdf", request=again, replaces=True)
    signer = day.desk.signer()
    key = signer.public_key()
    signer.export_public_key(key, out / f"office-key-{key.key_id}.pem")
    text = certificate.texts_in(str(folder / f"{chosen[1]}.pdf"), day.desk.reader())[0]
    verdict = certificate.verify_offline(text, signer=signer, keys=[key], on=TODAY)
    assert verdict.verdict == "valid", verdict
    say(f"· 券面：{len(numbers)} 张；仅凭公钥查验：{verdict_sentence(verdict)}")


def main() -> int:
    """Do the day and list what is where."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=ROOT / "out")
    parser.add_argument("--no-pictures", action="store_true", help="leave the pictures of the pages out")
    given = parser.parse_args()
    out: Path = given.out
    if out.exists():
        shutil.rmtree(out)
    out.mkdir(parents=True)
    settings = Settings.from_environment()
    speak(settings)
    tools = make_tools(settings)
    database = out / "demo-office.db"
    desk = make_workspace(database, create=True)
    built = demonstration.build(
        desk.on,
        scale="small",
        policies=settings.resources / "policies",
        facilities=tools.read_facilities(settings.resources / "registry" / "facilities.csv"),
    )
    say(
        f"· 演示单位：{len(built.recipient_uscc)} 个领用单位、{len(built.provider_uscc)} 个服务商、"
        f"{len(built.numbers)} 张券"
    )
    day = Day(desk.on(TODAY), built.provider_uscc[0])
    numbers = spend(day)
    print_papers(day, numbers[:-1], out)  # the last one was voided
    verification = day.desk.data_file.verify()
    assert not verification.findings, verification.findings
    say(f"· 台账核对：操作日志 {verification.records} 条，数据映像 {verification.images} 个，未发现问题")
    desk.data_file.close()
    if not given.no_pictures:
        draw_pictures(database, out / "pictures")
    tell(out)
    return 0


def draw_pictures(database: Path, folder: Path) -> None:
    """Render every page and dialog; Qt is loaded only now."""
    sys.path.insert(0, str(ROOT / "scripts"))
    screenshots = importlib.import_module("screenshots")
    folder.mkdir()
    screenshots.main(database, folder, "zh_CN")
    say(f"· 界面图片：{len(list(folder.glob('*.png')))} 张")


def tell(out: Path) -> None:
    """List what is where."""
    say(f"\n{out}/")
    for path, what in (
        ("demo-office.db", "数据文件（演示）· the data file"),
        ("demo-office.db.signing-key.pem", "签名私钥 · the private signing key"),
        ("office-key-*.pem", "公钥，用于离线查验 · the public key"),
        ("certificates/*.pdf", "算力券券面 · certificates"),
        ("pictures/*.png", "界面图片 · pictures of every page"),
    ):
        found = sorted(out.glob(path))
        if found:
            say(f"  {found[0].relative_to(out)!s:<44} {len(found):>3}  {what}")
    say(f"\n查验台账 · check the ledger:  .venv/bin/voucher-app --database {out / 'demo-office.db'} ledger verify")


if __name__ == "__main__":
    sys.exit(main())
