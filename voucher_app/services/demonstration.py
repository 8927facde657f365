"""The demonstration office: real facilities of Shanxi, units marked 演示, and an office day of work in every state.

`small` is for people; `full` goes on from there until each paper has a record to be printed about; `large` holds a
million vouchers under a measuring policy without a smallest amount, so that they fit the cap, and is for measuring.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from voucher_app.domain.credit_code import check_character
from voucher_app.domain.money import Money
from voucher_app.domain.operators import Role
from voucher_app.services import (
    application,
    demonstration_procedures,
    office,
    provider,
    recipient,
    redemption,
    voucher,
    year,
)
from voucher_app.services.claim import ClaimFacts
from voucher_app.services.demonstration_procedures import DemonstrationOffice
from voucher_app.services.recipient import UnitFacts
from voucher_app.services.workspace import new_request_id

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from voucher_app.domain.operators import Operator
    from voucher_app.domain.voucher import Voucher
    from voucher_app.services.ports.parties import Facility
    from voucher_app.services.workspace import Workspace

OFFICE_NAME = "山西省算力券管理办公室（演示）"
OPERATORS = [
    ("张经办", Role.PREPARER),
    ("李复核", Role.REVIEWER),
    ("王财务", Role.FINANCE),
    ("赵审计", Role.AUDITOR),
    ("钱系统", Role.SYSTEM_ADMIN),
    ("孙安全", Role.SECURITY_ADMIN),
]
DOCUMENT = "演示文号〔2026〕1号"

_REGIONS = ("140100", "140200", "140300", "140400", "140500", "140600", "140700", "140800", "140900", "141000",
            "141100", "140171", "140271")  # fmt: skip
_UNITS = (
    ("太原犇犇垚鑫人工智能有限公司", "enterprise", "140100"),
    ("大同云冈大模型应用有限公司", "enterprise", "140200"),
    ("晋中未来算法科技有限公司", "enterprise", "140700"),
    ("长治智慧矿山数据有限公司", "enterprise", "140400"),
    ("运城智能驾驶研究院有限公司", "enterprise", "140800"),
    ("吕梁文旅数字内容有限公司", "enterprise", "141100"),
    ("阳泉无人系统有限公司", "enterprise", "140300"),
    ("朔州能源大数据有限公司", "enterprise", "140671"),
    ("晋城光机电智能制造有限公司", "enterprise", "140500"),
    ("忻州气象智算应用有限公司", "enterprise", "140900"),
    ("临汾𬭎䶮新材料计算有限公司", "enterprise", "141000"),
    ("山西转型综改示范区生物信息与药物设计智能计算联合创新中心有限责任公司", "enterprise", "140171"),
    ("汾河大学", "university", "140100"),
    ("云中理工大学", "university", "140200"),
    ("太行师范学院", "university", "140700"),
    ("山西煤化工数值模拟研究院", "institute", "140100"),
    ("黄土高原生态遥感研究所", "institute", "140700"),
    ("上党中医药信息研究所", "institute", "140400"),
)
_RUNNING = ("中国移动(山西太原)智算中心", "国家超级计算太原中心", "秦淮数据环首都·太行山能源信息技术产业基地",
            "中联绿色大数据产业基地")  # fmt: skip
_LARGE_UNITS = 5_000
_LARGE_BATCH = 10_000
MEASURING_COUNT = 1_000_000
_MEASURING_SHARES = ('smallest_voucher = "5000.00"', 'smallest_voucher = "0.01"')


def demonstration_code(kind: str, serial: int) -> str:
    """Make a well-formed credit code for a demonstration unit; 9999 as the registering office belongs to nobody."""
    prefix = {"enterprise": "91", "provider": "91"}.get(kind, "12")
    first_17 = f"{prefix}149999DM{serial:07d}"
    return first_17 + check_character(first_17)


def build(
    workspace_on: Callable[[date], Workspace],
    *,
    scale: str,
    policies: Path,
    facilities: list[Facility],
    count: int = MEASURING_COUNT,
    progress: Callable[[int, int], None] = lambda _done, _total: None,
) -> DemonstrationOffice:
    """Fill a new data file with a demonstration office.

    Args:
        workspace_on: returns the workspace on a business date; the office's story runs through 2026.
        scale: `small`, `full` or `large`.
        policies: folder of the presets.
        facilities: the registry of real facilities.
        count: vouchers of the large office.
        progress: told vouchers issued and vouchers wanted, for the large office.
    """
    content = (policies / "henan-style.toml").read_text(encoding="utf-8")
    if scale == "large":
        content = content.replace(*_MEASURING_SHARES).replace("henan-style", "measuring")
    begun = workspace_on(date(2026, 1, 5))
    office.init(
        begun, name=OFFICE_NAME, operators=OPERATORS, trial=True, policy_content=content, request_id=new_request_id()
    )
    preparer, reviewer = begun.queries.operators()[:2]
    year.open_year(
        begun,
        year=2026,
        amount=Money.yuan(50_000_000),
        document=DOCUMENT,
        operator=preparer,
        request_id=new_request_id(),
    )
    provider.import_facilities(begun, facilities=facilities, operator=preparer, request_id=new_request_id())
    story = _Story(workspace_on, preparer, reviewer)
    providers = story.admit_providers([one for one in facilities if one.name in _RUNNING])
    if scale == "large":
        recipients, numbers = story.issue_many(providers, count, progress)
    else:
        recipients = story.register_recipients([(f"{name}（演示）", kind, region) for name, kind, region in _UNITS])
        numbers = story.tell(providers, recipients)
    built = DemonstrationOffice(preparer, reviewer, tuple(providers), tuple(recipients), tuple(numbers))
    if scale == "full":
        demonstration_procedures.go_on(workspace_on, built)
    return built


@dataclass(frozen=True, slots=True)
class _Story:
    workspace_on: Callable[[date], Workspace]
    preparer: Operator
    reviewer: Operator

    def admit_providers(self, facilities: list[Facility]) -> list[str]:
        codes = [demonstration_code("provider", serial) for serial in range(1, len(facilities) + 1)]
        for code, facility in zip(codes, facilities, strict=True):
            unit = UnitFacts(f"{facility.name}（演示）", code, facility.region_code)
            provider.add(
                self.workspace_on(date(2026, 1, 6)),
                unit=unit,
                operator=self.preparer,
                request_id=new_request_id(),
                facility=facility.name,
            )
        for code in codes:
            provider.admit(
                self.workspace_on(date(2026, 1, 7)),
                uscc=code,
                until=date(2028, 12, 31),
                operator=self.reviewer,
                request_id=new_request_id(),
                since=date(2026, 1, 1),
            )
        return codes

    def register_recipients(self, units: list[tuple[str, str, str]]) -> list[str]:
        facts = [
            (UnitFacts(name, demonstration_code(kind, 1000 + serial), region), kind)
            for serial, (name, kind, region) in enumerate(units)
        ]
        added = recipient.add_all(
            self.workspace_on(date(2026, 1, 8)), units=facts, operator=self.preparer, request_id=new_request_id()
        )
        return [unit.organisation.uscc for unit in added]

    def submit(self, on: date, holder: str, seller: str, serial: int, requested: Money) -> int:
        facts = application.ApplicationFacts(
            recipient_uscc=holder,
            provider_uscc=seller,
            contract_number=f"YS-2026-{serial:04d}",
            contract_amount=Money(requested.fen * 5 + 100_000_00),
            signed_on=on,
            requested=requested,
        )
        return application.submit(
            self.workspace_on(on), facts=facts, operator=self.preparer, request_id=new_request_id()
        ).id

    def tell(self, providers: list[str], recipients: list[str]) -> list[str]:
        """Tell a year with something in every state."""
        numbers: list[str] = []
        serial = 0
        for month in range(1, 11):
            on = date(2026, month, 12)
            waiting = []
            for place in range(4 + month % 3):
                serial += 1
                holder = recipients[(serial * 5) % len(recipients)]
                amount = Money.yuan(60_000 + (serial * 7_919) % 190_000)
                waiting.append(self.submit(on, holder, providers[(serial + place) % len(providers)], serial, amount))
            application.approve(
                self.workspace_on(date(2026, month, 15)),
                application_ids=waiting,
                operator=self.reviewer,
                request_id=new_request_id(),
            )
            issued = voucher.issue(
                self.workspace_on(date(2026, month, 18)),
                application_ids=None,
                operator=self.preparer,
                request_id=new_request_id(),
            )
            numbers += [str(one.number) for one in issued]
            self.redeem(date(2026, month, 25), issued, serial)
        self.end_some(numbers)
        self.leave_open(providers, recipients, serial, numbers)
        return numbers

    def redeem(self, on: date, issued: list[Voucher], serial: int) -> None:
        for place, one in enumerate(issued[:3]):
            # Used up, used in part, used in part: whole yuan, because the ratio of a cost is truncated to them.
            yuan = one.face.fen // 100 if place == 0 else one.face.fen // 100 // (place + 1)
            claim = self.claim(on, str(one.number), Money.yuan(yuan), serial * 10 + place)
            redemption.verify(
                self.workspace_on(on),
                redemption_id=claim,
                approved=None,
                operator=self.reviewer,
                request_id=new_request_id(),
            )

    def claim(self, on: date, number: str, amount: Money, serial: int) -> int:
        facts = ClaimFacts(
            voucher_number=number,
            amount=amount,
            invoice_number=f"2614{serial:016d}",
            invoice_amount=Money(amount.fen * 5),
            invoiced_on=on,
        )
        return redemption.claim(
            self.workspace_on(on), facts=facts, operator=self.preparer, request_id=new_request_id()
        ).id

    def end_some(self, numbers: list[str]) -> None:
        on = self.workspace_on(date(2026, 10, 28))
        voucher.void(
            on, number=numbers[4], reason="合同解除，双方书面确认", operator=self.reviewer, request_id=new_request_id()
        )
        voucher.return_voucher(
            on, number=numbers[9], reason="单位申请退券", operator=self.reviewer, request_id=new_request_id()
        )
        voucher.freeze(
            on, number=numbers[14], reason="核查用量证明", operator=self.reviewer, request_id=new_request_id()
        )

    def leave_open(self, providers: list[str], recipients: list[str], serial: int, numbers: list[str]) -> None:
        on = date(2026, 11, 3)
        ids = [
            self.submit(
                on,
                recipients[place],
                providers[place % len(providers)],
                serial + 1 + place,
                Money.yuan(80_000 + 10_000 * place),
            )
            for place in range(7)
        ]
        application.approve(
            self.workspace_on(date(2026, 11, 5)),
            application_ids=ids[:2],
            operator=self.reviewer,
            request_id=new_request_id(),
        )
        application.refuse(
            self.workspace_on(date(2026, 11, 5)),
            application_id=ids[2],
            reason="合同未附算力服务清单",
            operator=self.reviewer,
            request_id=new_request_id(),
        )
        later = date(2026, 11, 10)
        claims = [
            self.claim(later, numbers[-1 - place], Money.yuan(12_000 + 3_000 * place), 900_000 + place)
            for place in range(4)
        ]
        redemption.refuse(
            self.workspace_on(later),
            redemption_id=claims[0],
            reason="发票购买方名称不符",
            operator=self.reviewer,
            request_id=new_request_id(),
        )
        redemption.verify(
            self.workspace_on(later),
            redemption_id=claims[1],
            approved=None,
            operator=self.reviewer,
            request_id=new_request_id(),
        )
        redemption.reverse(
            self.workspace_on(date(2026, 11, 12)),
            redemption_id=claims[1],
            reason="发票红冲，退回重报",
            operator=self.reviewer,
            request_id=new_request_id(),
        )

    def issue_many(
        self, providers: list[str], count: int, progress: Callable[[int, int], None]
    ) -> tuple[list[str], list[str]]:
        """Issue many small vouchers in batches, through the same use cases as any other."""
        units = [
            (
                f"测算单位{serial:05d}（演示）",
                ("enterprise", "university", "institute")[serial % 3],
                _REGIONS[serial % len(_REGIONS)],
            )
            for serial in range(min(_LARGE_UNITS, count))
        ]
        recipients = self.register_recipients(units)
        on = self.workspace_on(date(2026, 2, 2))
        numbers: list[str] = []
        for start in range(0, count, _LARGE_BATCH):
            ids = application.submit_all(
                on,
                applications=[
                    application.ApplicationFacts(
                        recipient_uscc=recipients[serial % len(recipients)],
                        provider_uscc=providers[serial % len(providers)],
                        contract_number=f"CS-{serial:07d}",
                        contract_amount=Money.yuan(500),
                        signed_on=date(2026, 2, 1),
                        requested=Money(100 + serial * 13 % 4_700),
                    )
                    for serial in range(start, min(start + _LARGE_BATCH, count))
                ],
                operator=self.preparer,
                request_id=new_request_id(),
            )
            application.approve(
                on, application_ids=[one.id for one in ids], operator=self.reviewer, request_id=new_request_id()
            )
            issued = voucher.issue(on, application_ids=None, operator=self.preparer, request_id=new_request_id())
            numbers += [str(one.number) for one in issued]
            progress(len(numbers), count)
        return recipients, numbers
