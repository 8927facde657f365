"""Policy versions: every parameter of the rules, as frozen data read from TOML (domain.md §2 and §3, `P`).

Amounts and ratios are written as strings in the file, so that no float can slip in. A file with a missing or an
unknown key is refused with the key's name: a misspelt cap must never fall back to a default silently.
"""

from __future__ import annotations

import json
import re
import tomllib
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from fractions import Fraction
from typing import TYPE_CHECKING, Final, TypeVar

from voucher_app.domain.attachment import AttachmentKind
from voucher_app.domain.errors import InvalidFile, InvalidInput, Violation, Weight
from voucher_app.domain.money import Money, Rounding
from voucher_app.domain.text import parse_date, parse_line

if TYPE_CHECKING:
    from collections.abc import Callable

_CODE = re.compile(r"[a-z][a-z0-9-]{0,39}", re.ASCII)
_RATIO = re.compile(r"(?:0|1)(?:\.[0-9]{1,6})?", re.ASCII)
_LONGEST_DAYS = 3660
_MONTHS = 12
_Kind = TypeVar("_Kind", bound=StrEnum)


class DraftStatus(StrEnum):
    """Where the draft of a policy version stands: 草拟, 审批, 发布; published, it is frozen as a version of its own."""

    DRAFT = "draft"
    REVIEWED = "reviewed"
    PUBLISHED = "published"
    WITHDRAWN = "withdrawn"


DRAFT_STEPS: Final[dict[str, dict[str, str]]] = {
    DraftStatus.DRAFT: {
        "review": DraftStatus.REVIEWED,
        "publish": DraftStatus.PUBLISHED,
        "withdraw": DraftStatus.WITHDRAWN,
    },
    DraftStatus.REVIEWED: {"publish": DraftStatus.PUBLISHED, "withdraw": DraftStatus.WITHDRAWN},
    DraftStatus.PUBLISHED: {},
    DraftStatus.WITHDRAWN: {},
}


class OperatingModel(StrEnum):
    """How the voucher reaches the bill (domain.md §2)."""

    DEDUCT = "deduct"
    """A 抵扣: the provider deducts the voucher and redeems it; the provider is the payee."""
    PAY_FIRST = "pay-first"
    """B 先付后兑: the unit pays in full and redeems; the recipient is the payee."""
    AFTERWARDS = "afterwards"
    """C 后补助: a yearly claim on paid invoices; the recipient is the payee."""


class Base(StrEnum):
    """What the support ratio is taken of (R4)."""

    SETTLED = "settled"
    CONTRACT = "contract"


class Allocation(StrEnum):
    """Who gets how much when more is asked than is left (R32)."""

    FIRST_COME = "first-come"
    """In the order of acceptance, each in full, until nothing is left."""
    PRO_RATA = "pro-rata"
    """Everybody the same part of what they asked for, to the fen."""


class Period(StrEnum):
    """How often verified redemptions are settled (R25)."""

    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"


class DayCount(StrEnum):
    """How days are counted when a cost is apportioned (R19, R31)."""

    DIFF = "DIFF"
    """End minus start."""
    INCLUSIVE = "INCLUSIVE"
    """End minus start plus one."""


@dataclass(frozen=True, slots=True)
class YearEnd:
    """A last day measured from the budget year: `years_after` years later, in `month`, on `day`."""

    years_after: int
    month: int
    day: int

    def of(self, year: int) -> date:
        """Return the day for a budget year."""
        return date(year + self.years_after, self.month, self.day)


_SAMPLE_ABOVE: Final = Money.yuan(500_000)


@dataclass(frozen=True, slots=True)
class Policy:
    """The parameters of one policy version; published, it is never edited, and each voucher keeps its own.

    Attributes:
        ratio: support ratio (R4), over `base`.
        class_ratios: a different ratio for a class of recipient, by class (R4).
        young_ratio: a different ratio for units younger than `young_years`, or None.
        recipient_year_cap: per recipient and budget year (R3).
        smallest_voucher: R5; `smallest_spend`: smallest contract amount.
        tiers: permitted face values, empty for exact amounts (R6).
        use_days: days from issue to the last day of use; `redeem_days`: from there to the last day to redeem (R7).
        last_use: the latest day of use a budget year allows (R7); `last_redeem` likewise.
        excludes_own_compute: R11. recycles: R26.
        cuts_to_base_period: R19; `base_from`, `base_until`: the period, or None for issue to last day of use.
        base_longest_months: longest base period, in months.
        providers_may_not_receive: R13. group_shares_cap: R14.
        forbids_other_support: other public money on the same contract is forbidden (R15); where it is not,
            `largest_support_share` bounds all support together, as a share of the contract.
        supporting_services_share: largest share of the base that storage, network and the like may have (R16).
        requires_full_invoice: R20. requires_bank_transfer: R21. requires_credit_check: R22.
        only_in_batches: whether vouchers are issued in batches only; else single ones need one review and no publicity.
        correction_times: how often an application is returned for correction; `correction_days`: working days for each.
        publicity_days: working days of publicity (R24).
        settlement_period: R25; `province_share`: of each settled line, the city bears the rest.
        ban_years: years without vouchers after fraud (R28); `recovers_to_pool`: what is recovered is issued anew.
        sample_share: part of the redemptions drawn for a third party's check, and `sample_above` all larger ones (R29).
        price_excess: how far above the filed price a unit price may lie without a warning (R30).
        allocation: R32.
        application_papers: kinds of papers without which an application is not accepted; `redemption_papers`: without
            which a claim is not verified. None named: the officer decides.
    """

    code: str
    title: str
    document_number: str
    clause: str
    scope: str
    operating_model: OperatingModel
    fair_competition_conclusion: str
    fair_competition_ends_on: date
    ratio: Fraction
    base: Base
    class_ratios: dict[str, Fraction]
    young_ratio: Fraction | None
    young_years: int
    recipient_year_cap: Money
    smallest_voucher: Money
    smallest_spend: Money
    tiers: tuple[Money, ...]
    use_days: int
    redeem_days: int
    last_use: YearEnd
    last_redeem: YearEnd
    excludes_own_compute: bool
    recycles: bool
    cuts_to_base_period: bool
    base_from: date | None
    base_until: date | None
    base_longest_months: int
    rounding: Rounding
    day_count: DayCount
    providers_may_not_receive: bool = True
    group_shares_cap: bool = True
    forbids_other_support: bool = True
    largest_support_share: Fraction = Fraction(1, 2)
    supporting_services_share: Fraction = Fraction(3, 10)
    requires_full_invoice: bool = True
    requires_bank_transfer: bool = True
    requires_credit_check: bool = True
    only_in_batches: bool = False
    correction_times: int = 2
    correction_days: int = 5
    publicity_days: int = 5
    settlement_period: Period = Period.QUARTER
    province_share: Fraction = Fraction(1)
    ban_years: int = 3
    recovers_to_pool: bool = True
    sample_share: Fraction = Fraction(1, 10)
    sample_above: Money = _SAMPLE_ABOVE
    price_excess: Fraction = Fraction(1, 5)
    allocation: Allocation = Allocation.FIRST_COME
    application_papers: tuple[AttachmentKind, ...] = ()
    redemption_papers: tuple[AttachmentKind, ...] = ()

    def use_by(self, *, year: int, issued_on: date) -> date:
        """Return the last day of use of a voucher issued on a day out of a year's money (R7)."""
        return min(issued_on + timedelta(days=self.use_days), self.last_use.of(year))

    def redeem_by(self, *, year: int, issued_on: date) -> date:
        """Return the last day to redeem a voucher issued on a day out of a year's money (R7)."""
        use_by = self.use_by(year=year, issued_on=issued_on)
        return min(use_by + timedelta(days=self.redeem_days), self.last_redeem.of(year))

    def ratio_for(self, *, kind: str, founded_on: date | None, on: date) -> Fraction:
        """Return the support ratio for a recipient of a class and an age (R4)."""
        if self.young_ratio is not None and founded_on is not None and _years_later(founded_on, self.young_years) > on:
            return self.young_ratio
        return self.class_ratios.get(kind, self.ratio)

    def base_period(self, *, issued_on: date, use_by: date) -> tuple[date, date]:
        """Return first and last day of the base period of a voucher (R19)."""
        return self._base_period(issued_on, use_by)

    def base_period_of_year(self, year: int) -> tuple[date, date]:
        """Return first and last day of the base period of a yearly claim on what was used before (R19, model C).

        Nothing is issued before it is used, so the period cannot begin with the voucher: it is the budget year, unless
        the policy names another one.
        """
        return self._base_period(date(year, 1, 1), date(year, _MONTHS, 31))

    def _base_period(self, first: date, last: date) -> tuple[date, date]:
        first, last = self.base_from or first, self.base_until or last
        return first, min(last, _months_later(first, self.base_longest_months))


def _years_later(day: date, years: int) -> date:
    return _months_later(day, years * _MONTHS)


def _months_later(day: date, months: int) -> date:
    """Return the same day of the month some months later, or the month's last day where it has no such day."""
    year, month = divmod(day.year * _MONTHS + day.month - 1 + months, _MONTHS)
    first_of_next = date(year + (month + 1) // _MONTHS, (month + 1) % _MONTHS + 1, 1)
    return date(year, month + 1, min(day.day, (first_of_next - timedelta(days=1)).day))


# ------------------------------------------------------------------------------------------------ reading a file


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise InvalidInput("text", found=value)
    return parse_line(value, field="policy")


def _code(value: object) -> str:
    if not _CODE.fullmatch(_text(value)):
        raise InvalidInput("policy_code", found=value)
    return _text(value)


def _ratio(value: object) -> Fraction:
    if not isinstance(value, str) or not _RATIO.fullmatch(value) or not 0 < Fraction(value) <= 1:
        raise InvalidInput("ratio", found=value)
    return Fraction(value)


def _share(value: object) -> Fraction:
    """Read a part of a whole, which may also be nothing."""
    if not isinstance(value, str) or not _RATIO.fullmatch(value) or not 0 <= Fraction(value) <= 1:
        raise InvalidInput("share", found=value)
    return Fraction(value)


def _money(value: object) -> Money:
    if not isinstance(value, str):
        raise InvalidInput("amount", found=value)
    return Money.parse(value)


def _tiers(value: object) -> tuple[Money, ...]:
    if not isinstance(value, list):
        raise InvalidInput("amount", found=value)
    return tuple(_money(item) for item in value)


def _papers(value: object) -> tuple[AttachmentKind, ...]:
    if not isinstance(value, list):
        raise InvalidInput("choice", found=value, choices=" ".join(AttachmentKind))
    return tuple(dict.fromkeys(_member(AttachmentKind, item) for item in value))


def _class_ratios(value: object) -> dict[str, Fraction]:
    if not isinstance(value, dict) or not set(value) <= {"enterprise", "university", "institute"}:
        raise InvalidInput("class_ratios", found=value)
    return {kind: _ratio(ratio) for kind, ratio in value.items()}


def _date(value: object) -> date:
    if not isinstance(value, str):
        raise InvalidInput("date", found=value)
    return parse_date(value)


def _flag(value: object) -> bool:
    if not isinstance(value, bool):
        raise InvalidInput("flag", found=value)
    return value


def _count(value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= _LONGEST_DAYS:
        raise InvalidInput("count", found=value)
    return value


def _year_end(value: object) -> YearEnd:
    if not isinstance(value, dict) or set(value) != {"years_after", "month", "day"}:
        raise InvalidInput("year_end", found=value)
    end = YearEnd(_count(value["years_after"]), _count(value["month"]), _count(value["day"]))
    try:
        # Two years that follow each other: 29 February may be a day of one of them, never of both.
        end.of(2026)
        end.of(2027)
    except ValueError:
        raise InvalidInput("year_end", found=value) from None
    return end


_KEYS: dict[str, tuple[str, Callable[[object], object], bool]] = {
    # key in the file: (attribute, reader, required)
    "code": ("code", _code, True),
    "title": ("title", _text, True),
    "document_number": ("document_number", _text, True),
    "clause": ("clause", _text, True),
    "scope": ("scope", _text, True),
    "operating_model": ("operating_model", lambda value: _member(OperatingModel, value), True),
    "fair_competition.conclusion": ("fair_competition_conclusion", _text, True),
    "fair_competition.ends_on": ("fair_competition_ends_on", _date, True),
    "support.ratio": ("ratio", _ratio, True),
    "support.base": ("base", lambda value: _member(Base, value), True),
    "support.class_ratios": ("class_ratios", _class_ratios, False),
    "support.young_ratio": ("young_ratio", _ratio, False),
    "support.young_years": ("young_years", _count, False),
    "support.recipient_year_cap": ("recipient_year_cap", _money, True),
    "support.smallest_voucher": ("smallest_voucher", _money, True),
    "support.smallest_spend": ("smallest_spend", _money, True),
    "support.tiers": ("tiers", _tiers, False),
    "validity.use_days": ("use_days", _count, True),
    "validity.redeem_days": ("redeem_days", _count, True),
    "validity.last_use": ("last_use", _year_end, True),
    "validity.last_redeem": ("last_redeem", _year_end, True),
    "scope_rules.excludes_own_compute": ("excludes_own_compute", _flag, True),
    "scope_rules.recycles": ("recycles", _flag, True),
    "base_period.cuts": ("cuts_to_base_period", _flag, True),
    "base_period.starts_on": ("base_from", _date, False),
    "base_period.ends_on": ("base_until", _date, False),
    "base_period.longest_months": ("base_longest_months", _count, True),
    "arithmetic.rounding": ("rounding", lambda value: _member(Rounding, value), True),
    "arithmetic.day_count": ("day_count", lambda value: _member(DayCount, value), True),
    # What follows came with the second release; a version published before has the defaults of domain.md §3.
    "parties.providers_may_not_receive": ("providers_may_not_receive", _flag, False),
    "parties.group_shares_cap": ("group_shares_cap", _flag, False),
    "parties.requires_credit_check": ("requires_credit_check", _flag, False),
    "other_support.forbidden": ("forbids_other_support", _flag, False),
    "other_support.largest_share": ("largest_support_share", _ratio, False),
    "scope_rules.supporting_services_share": ("supporting_services_share", _share, False),
    "evidence.full_invoice": ("requires_full_invoice", _flag, False),
    "evidence.bank_transfer": ("requires_bank_transfer", _flag, False),
    "evidence.price_excess": ("price_excess", _share, False),
    "evidence.required_papers": ("redemption_papers", _papers, False),
    "applications.required_papers": ("application_papers", _papers, False),
    "applications.only_in_batches": ("only_in_batches", _flag, False),
    "applications.correction_times": ("correction_times", _count, False),
    "applications.correction_days": ("correction_days", _count, False),
    "applications.publicity_days": ("publicity_days", _count, False),
    "applications.allocation": ("allocation", lambda value: _member(Allocation, value), False),
    "settlement.period": ("settlement_period", lambda value: _member(Period, value), False),
    "settlement.province_share": ("province_share", _share, False),
    "settlement.sample_share": ("sample_share", _share, False),
    "settlement.sample_above": ("sample_above", _money, False),
    "after_payment.ban_years": ("ban_years", _count, False),
    "after_payment.recovers_to_pool": ("recovers_to_pool", _flag, False),
}
PARAMETERS: Final[dict[str, str]] = {key: attribute for key, (attribute, _, _) in _KEYS.items()}
"""Every parameter: its key in the file, and the attribute of `Policy` that holds it."""

_TABLES = {key.partition(".")[0] for key in _KEYS if "." in key}
_DEFAULTS: dict[str, object] = {
    "class_ratios": {},
    "young_ratio": None,
    "young_years": 1,
    "tiers": (),
    "base_from": None,
    "base_until": None,
}


def _member(kind: type[_Kind], value: object) -> _Kind:
    if not isinstance(value, str) or value not in set(kind):
        raise InvalidInput("choice", found=value, choices=" ".join(kind))
    return kind(value)


def _flat(document: dict[str, object]) -> dict[str, object]:
    flat: dict[str, object] = {}
    for key, value in document.items():
        if key in _TABLES and isinstance(value, dict):
            flat.update({f"{key}.{inner}": inner_value for inner, inner_value in value.items()})
        else:
            flat[key] = value
    return flat


def parse_policy(text: str) -> Policy:
    """Read a policy from the text of its TOML file.

    Raises:
        InvalidInput: when it is no TOML, or a key is missing, unknown or has an unreadable value; the key is named.
        InvalidFile: when several of these are wrong; it carries all of them.
    """
    try:
        flat = _flat(tomllib.loads(text))
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise InvalidInput("policy_toml", found=str(error)) from None
    faults: list[InvalidInput] = []
    unknown = sorted(flat.keys() - _KEYS.keys())
    if unknown:
        faults.append(InvalidInput("policy_key_unknown", found=", ".join(unknown)))
    missing = sorted(key for key, (_, _, required) in _KEYS.items() if required and key not in flat)
    if missing:
        faults.append(InvalidInput("policy_key_missing", found=", ".join(missing)))
    values = dict(_DEFAULTS)
    for key, (attribute, read, _required) in _KEYS.items():
        if key not in flat:
            continue
        try:
            values[attribute] = read(flat[key])
        except InvalidInput as error:
            faults.append(InvalidInput("policy_value", found=flat[key], key=key, cause=error))
    if faults:
        raise faults[0] if len(faults) == 1 else InvalidFile(faults)
    return Policy(**values)  # type: ignore[arg-type]  # each reader returns its attribute's type; the table says which


def read_parameter(key: str, value: object) -> object:
    """Read one value as it stands in a file.

    Raises:
        InvalidInput: when it cannot be read.
    """
    _attribute, read, _required = _KEYS[key]
    return read(value)


def named(content: str, *, title: str, document_number: str) -> str:
    """Return the text of a policy file under another title and document number, all else as it stands."""
    lines = []
    for line in content.splitlines():
        key = line.partition("=")[0].strip()
        if key == "title":
            lines.append(f"title = {_quoted(title)}")
        elif key == "document_number":
            lines.append(f"document_number = {_quoted(document_number)}")
        else:
            lines.append(line)
    return "\n".join(lines) + "\n"


def _quoted(text: str) -> str:
    """Return a TOML basic string; what JSON escapes, TOML escapes alike."""
    return json.dumps(parse_line(text, field="policy"), ensure_ascii=False)


# ------------------------------------------------------------------------------------------- before it is published


def contradictions(policy: Policy) -> list[Violation]:
    """Return every contradiction between the parameters of a policy, under the rule that could not be met."""
    return [violation for check in _CONTRADICTIONS for violation in check(policy)]


def check_publication(policy: Policy, *, on: date) -> list[Violation]:
    """Return what stands against publishing a policy on a day, and what has to be known of it.

    R27: the conclusion of the fair-competition review must not have ended; that vouchers buy compute in the province
    only (R17) is a known legal risk and is told every time.
    """
    found = contradictions(policy)
    ends_on = policy.fair_competition_ends_on.isoformat()
    if on > policy.fair_competition_ends_on:
        found.append(
            Violation(
                "R27",
                "review_ended",
                found=ends_on,
                allowed=on.isoformat(),
                subject=policy.code,
                facts={"conclusion": policy.fair_competition_conclusion},
            )
        )
    found.append(
        Violation(
            "R27",
            "province_only",
            found=ends_on,
            allowed="a review in force",
            subject=policy.code,
            weight=Weight.NOTE,
            facts={"conclusion": policy.fair_competition_conclusion},
        )
    )
    return found


def review_is_in_force(policy: Policy, *, on: date) -> Violation | None:
    """Note that vouchers are given under a policy whose fair-competition review has ended (R27); a note, no refusal."""
    if on <= policy.fair_competition_ends_on:
        return None
    return Violation(
        "R27",
        "review_ended_since",
        found=policy.fair_competition_ends_on.isoformat(),
        allowed=on.isoformat(),
        subject=policy.document_number,
        weight=Weight.NOTE,
    )


def _cap_covers_a_voucher(policy: Policy) -> list[Violation]:
    """R3: the cap of a recipient leaves room for the smallest voucher."""
    smallest = max(policy.smallest_voucher, Money(1))
    if policy.recipient_year_cap >= smallest:
        return []
    return [
        Violation(
            "R3",
            "cap_below_smallest",
            found=policy.recipient_year_cap.fen,
            allowed=smallest.fen,
            subject=policy.code,
        )
    ]


def _tiers_are_possible(policy: Policy) -> list[Violation]:
    """R6: no face value lies below the smallest voucher or above the cap of a recipient."""
    smallest = max(policy.smallest_voucher, Money(1))
    below = [tier for tier in policy.tiers if tier < smallest]
    cap = policy.recipient_year_cap
    above = [tier for tier in policy.tiers if tier > cap]
    return [
        *(
            Violation("R6", "tier_below_smallest", found=tier.fen, allowed=smallest.fen, subject=policy.code)
            for tier in below
        ),
        *(
            Violation(
                "R6", "tier_above_cap", found=tier.fen, allowed=policy.recipient_year_cap.fen, subject=policy.code
            )
            for tier in above
        ),
    ]


def _young_units_exist(policy: Policy) -> list[Violation]:
    """R4: a ratio for young units names an age below which a unit is young."""
    if policy.young_ratio is None or policy.young_years > 0:
        return []
    return [Violation("R4", "young_years_empty", found=policy.young_years, allowed=1, subject=policy.code)]


def _last_days_follow(policy: Policy) -> list[Violation]:
    """R7: the year's last day to redeem does not lie before its last day of use."""
    use, redeem = policy.last_use.of(_ANY_YEAR), policy.last_redeem.of(_ANY_YEAR)
    if redeem >= use:
        return []
    return [
        Violation(
            "R7",
            "redeem_before_use",
            found=redeem.isoformat(),
            allowed=use.isoformat(),
            subject=policy.code,
            facts={"year": _ANY_YEAR},
        )
    ]


def _support_stays_in_its_share(policy: Policy) -> list[Violation]:
    """R15: where other support is allowed beside it, no ratio alone is above the largest share of all support."""
    if policy.forbids_other_support:
        return []
    ratios = {policy.ratio, *policy.class_ratios.values()}
    ratios |= set() if policy.young_ratio is None else {policy.young_ratio}
    return [
        Violation(
            "R15", "ratio_above_share", found=str(ratio), allowed=str(policy.largest_support_share), subject=policy.code
        )
        for ratio in sorted(ratios)
        if ratio > policy.largest_support_share
    ]


def _base_period_is_a_period(policy: Policy) -> list[Violation]:
    """R19: the base period begins before it ends, and where costs are cut to it, it has a length."""
    found = []
    first, last = policy.base_from, policy.base_until
    if first is not None and last is not None and first > last:
        found.append(
            Violation(
                "R19",
                "base_period_reversed",
                found=first.isoformat(),
                allowed=last.isoformat(),
                subject=policy.code,
            )
        )
    if policy.cuts_to_base_period and policy.base_longest_months == 0:
        found.append(Violation("R19", "base_period_empty", found=0, allowed=1, subject=policy.code))
    return found


_ANY_YEAR: Final = 2026
"""Both last days are measured from the same budget year, whichever it is."""

_CONTRADICTIONS: Final[tuple[Callable[[Policy], list[Violation]], ...]] = (
    _cap_covers_a_voucher,
    _young_units_exist,
    _tiers_are_possible,
    _last_days_follow,
    _support_stays_in_its_share,
    _base_period_is_a_period,
)
