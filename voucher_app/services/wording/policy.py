"""The parameters of a policy in words: what each is called, what it is about, and its value with unit and meaning."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from typing import TYPE_CHECKING, Any, Final

from voucher_app.domain.attachment import AttachmentKind
from voucher_app.domain.money import Money
from voucher_app.domain.policy import YearEnd
from voucher_app.i18n import _, marked, ngettext
from voucher_app.services.wording.names import kind_name, paper_name
from voucher_app.services.wording.rules import percent

if TYPE_CHECKING:
    from collections.abc import Callable

_GROUPS: Final = {
    "": marked("The document"),
    "fair_competition": marked("Fair-competition review"),
    "support": marked("Support"),
    "validity": marked("Validity"),
    "scope_rules": marked("Scope"),
    "base_period": marked("Base period"),
    "arithmetic": marked("Arithmetic"),
    "parties": marked("Parties"),
    "other_support": marked("Other public money"),
    "evidence": marked("Evidence"),
    "applications": marked("Applications"),
    "settlement": marked("Settlement"),
    "after_payment": marked("After payment"),
}

_NAMES: Final = {
    "code": marked("Code"),
    "title": marked("Title"),
    "document_number": marked("Document number"),
    "clause": marked("Clause"),
    "scope": marked("What the voucher is for"),
    "operating_model": marked("Operating model"),
    "fair_competition.conclusion": marked("Conclusion of the review"),
    "fair_competition.ends_on": marked("The conclusion ends on"),
    "support.ratio": marked("Support ratio"),
    "support.base": marked("The ratio is taken of"),
    "support.class_ratios": marked("Other ratios by class"),
    "support.young_ratio": marked("Ratio for young units"),
    "support.young_years": marked("A unit is young below"),
    "support.recipient_year_cap": marked("Cap of a unit in a year"),
    "support.smallest_voucher": marked("Smallest voucher"),
    "support.smallest_spend": marked("Smallest contract amount"),
    "support.tiers": marked("Face values"),
    "validity.use_days": marked("To be used within"),
    "validity.redeem_days": marked("To be redeemed after that within"),
    "validity.last_use": marked("Latest day of use"),
    "validity.last_redeem": marked("Latest day to redeem"),
    "scope_rules.excludes_own_compute": marked("Own compute is excluded"),
    "scope_rules.recycles": marked("What comes back is issued again in the year"),
    "scope_rules.supporting_services_share": marked("Largest share of supporting services"),
    "base_period.cuts": marked("Costs are cut to the base period"),
    "base_period.starts_on": marked("The base period begins on"),
    "base_period.ends_on": marked("The base period ends on"),
    "base_period.longest_months": marked("Longest base period"),
    "arithmetic.rounding": marked("Rounding"),
    "arithmetic.day_count": marked("Counting of days"),
    "parties.providers_may_not_receive": marked("A provider receives no vouchers in the same year"),
    "parties.group_shares_cap": marked("Units of a group share one cap"),
    "parties.requires_credit_check": marked("A credit check is required"),
    "other_support.forbidden": marked("Other public money on the same contract is forbidden"),
    "other_support.largest_share": marked("Largest share of all support in the contract"),
    "evidence.full_invoice": marked("The provider invoices the full amount"),
    "evidence.bank_transfer": marked("Payment by bank transfer"),
    "evidence.price_excess": marked("Unit price above the filed one without a warning"),
    "evidence.required_papers": marked("Papers without which a claim is not verified"),
    "applications.required_papers": marked("Papers without which an application is not accepted"),
    "applications.only_in_batches": marked("Vouchers are issued in batches only"),
    "applications.correction_times": marked("Returned for correction at most"),
    "applications.correction_days": marked("Time for a correction"),
    "applications.publicity_days": marked("Publicity lasts"),
    "applications.allocation": marked("When more is asked than is left"),
    "settlement.period": marked("Settled every"),
    "settlement.province_share": marked("Share of the province"),
    "settlement.sample_share": marked("Sample for third-party checks"),
    "settlement.sample_above": marked("Always checked above"),
    "after_payment.ban_years": marked("Ban after fraud"),
    "after_payment.recovers_to_pool": marked("What is recovered is issued again in the year"),
}

_CHOICES: Final = {
    ("operating_model", "deduct"): marked("A: the provider deducts the voucher and redeems it"),
    ("operating_model", "pay-first"): marked("B: the unit pays in full and redeems"),
    ("operating_model", "afterwards"): marked("C: a yearly claim on paid invoices"),
    ("support.base", "settled"): marked("the cost actually settled"),
    ("support.base", "contract"): marked("the contract amount"),
    ("arithmetic.rounding", "DOWN"): marked("cut off to whole yuan (ten thousand yuan with four decimals)"),
    ("arithmetic.rounding", "HALF_UP"): marked("half a fen is rounded up"),
    ("arithmetic.day_count", "DIFF"): marked("last day minus first day"),
    ("arithmetic.day_count", "INCLUSIVE"): marked("first and last day both counted"),
    ("applications.allocation", "first-come"): marked("first come, first served"),
    ("applications.allocation", "pro-rata"): marked("everybody the same part, to the fen"),
    ("settlement.period", "month"): marked("month"),
    ("settlement.period", "quarter"): marked("quarter"),
    ("settlement.period", "year"): marked("year"),
}


def _days(count: int) -> str:
    return ngettext("{count} day", "{count} days", count).format(count=count)


def _working_days(count: int) -> str:
    return ngettext("{count} working day", "{count} working days", count).format(count=count)


def _months(count: int) -> str:
    return ngettext("{count} month", "{count} months", count).format(count=count)


def _years(count: int) -> str:
    return ngettext("{count} year", "{count} years", count).format(count=count)


def _times(count: int) -> str:
    return ngettext("{count} time", "{count} times", count).format(count=count)


_COUNTS: Final[dict[str, Callable[[int], str]]] = {
    "support.young_years": _years,
    "validity.use_days": _days,
    "validity.redeem_days": _days,
    "base_period.longest_months": _months,
    "applications.correction_times": _times,
    "applications.correction_days": _working_days,
    "applications.publicity_days": _working_days,
    "after_payment.ban_years": _years,
}
"""What a whole number counts."""


def group_name(key: str) -> str:
    """Return what a parameter is about."""
    return _(_GROUPS[key.rpartition(".")[0]])


def parameter_name(key: str) -> str:
    """Return what a parameter is called."""
    return _(_NAMES[key])


def parameter_value(key: str, value: object) -> str:
    """Return the value of a parameter with its unit and meaning."""
    if value is None or value in ((), {}):
        return _("not set")
    if (key, str(value)) in _CHOICES:
        return _(_CHOICES[key, str(value)])
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, int):
        return _COUNTS[key](value)
    return _said(value)


def _year_end(end: YearEnd) -> str:
    day = f"{end.month:02d}-{end.day:02d}"
    if end.years_after == 0:
        return _("{day} of the budget year").format(day=day)
    said = ngettext(
        "{day}, {count} year after the budget year", "{day}, {count} years after the budget year", end.years_after
    )
    return said.format(day=day, count=end.years_after)


_SAID: Final[tuple[tuple[type, Callable[[Any], str]], ...]] = (
    (AttachmentKind, paper_name),
    (Money, lambda amount: _("{amount} yuan").format(amount=amount.in_yuan())),
    (Fraction, lambda ratio: percent(str(ratio))),
    (YearEnd, _year_end),
    (date, date.isoformat),
    (tuple, lambda values: _(", ").join(_said(value) for value in values)),
    (dict, lambda ratios: _(", ").join(f"{kind_name(kind)} {_said(ratio)}" for kind, ratio in sorted(ratios.items()))),
)


def _said(value: object) -> str:
    return next((say(value) for kind, say in _SAID if isinstance(value, kind)), str(value))


def parameter_keys() -> frozenset[str]:
    """Return every key of a policy file that has a name."""
    return frozenset(_NAMES)
