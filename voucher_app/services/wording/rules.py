"""What a rule says: what was found, what is allowed, and what the officer can do."""

from fractions import Fraction

from voucher_app.domain.errors import Violation
from voucher_app.domain.money import Money
from voucher_app.i18n import _, marked
from voucher_app.services.wording.names import kind_name, noun_name, role_name, status_name, step_name

_VIOLATIONS = {
    "cap_exceeded": marked(
        "The issuance needs {found} yuan, but {subject} has only {allowed} yuan left to issue ({short} yuan short). "
        "Issue less, or void or return vouchers of this year first."
    ),
    "ceiling_exceeded": marked(
        "An appropriation of {found} yuan for {subject} is above the province's ceiling of {allowed} yuan a year. "
        "No setting lifts it; enter at most the ceiling."
    ),
    "appropriation_empty": marked(
        "An appropriation of {found} yuan gives nothing to issue. Enter an amount above zero."
    ),
    "year_exists": marked(
        "The budget year {subject} is open already, with an appropriation of {found} yuan. A year is opened once."
    ),
    "year_not_opened": marked(
        "The budget year {subject} has not been opened, so it has no money to issue. Open the year with its "
        "appropriation first."
    ),
    "year_closed": marked("The budget year {subject} is closed and issues nothing more. Use an open year."),
    "remaining_exceeded": marked(
        "The claim of {found} yuan is more than voucher {subject} still holds: {allowed} yuan, undecided claims "
        "counted. Claim less, or have the open claims decided first."
    ),
    "class_mismatch": marked(
        "The class {found} does not go with a credit code that begins with {prefix} ({subject}). Check the class."
    ),
    "recipient_cap_exceeded": marked(
        "{subject} would hold {found} yuan of this year, above the cap of {allowed} yuan for one unit "
        "({counted} yuan are held already). Ask for less."
    ),
    "recipient_redeems_too_much": marked(
        "{subject} would have redeemed {found} yuan of this year, above the cap of {allowed} yuan for one unit "
        "({redeemed} yuan are verified already). Approve less."
    ),
    "ratio_exceeded": marked(
        "{found} yuan are more than {ratio} of the contract amount of {base} yuan, which is {allowed} yuan after "
        "rounding. Ask for at most that ({subject})."
    ),
    "cost_ratio_exceeded": marked(
        "{found} yuan are more than {ratio} of the eligible cost of {base} yuan, which is {allowed} yuan after "
        "rounding. Claim at most that on voucher {subject}."
    ),
    "approved_above_claim": marked(
        "{found} yuan are more than the {allowed} yuan that redemption {subject} claims. Approve at most the claim."
    ),
    "voucher_too_small": marked(
        "A voucher of {found} yuan is below the smallest one of {allowed} yuan ({subject}). Ask for more, or "
        "not at all."
    ),
    "spend_too_small": marked(
        "The contract {subject} over {found} yuan is below the smallest supported spending of {allowed} yuan."
    ),
    "claim_empty": marked("A claim of {found} yuan asks for nothing. Enter an amount above zero ({subject})."),
    "not_a_tier": marked(
        "{found} yuan is none of the face values of this policy: {allowed} yuan. Choose one of them ({subject})."
    ),
    "used_too_late": marked(
        "The invoice is dated {found}, after the last day of use of voucher {subject}, {allowed}. It cannot "
        "be redeemed."
    ),
    "redeemed_too_late": marked(
        "The claim is made on {found}, after the last day to redeem voucher {subject}, {allowed}. It has lapsed."
    ),
    "invoice_in_future": marked(
        "The invoice {subject} is dated {found}, after the business date {allowed}. Check the date."
    ),
    "contract_used": marked(
        "Contract {subject} supports application {application} already; one contract supports one application. "
        "Check the contract number."
    ),
    "contract_in_future": marked(
        "Contract {subject} is signed on {found}, after the business date {allowed}. Check the date."
    ),
    "invoice_used": marked(
        "Invoice {subject} is used by redemption {redemption} already; an invoice is redeemed once. Check the number."
    ),
    "same_unit": marked("{subject} would buy from itself ({found}). Recipient and provider must be different units."),
    "declared_control": marked(
        "{subject} has declared control with {found}. Affiliated units get no voucher for each other's compute."
    ),
    "shared_legal_representative": marked(
        "{subject} and the provider share the legal representative {found}. If they are independent all the same, "
        "write the reason."
    ),
    "shared_phone": marked(
        "{subject} and the provider share the phone {found}. If they are independent all the same, write the reason."
    ),
    "shared_address": marked(
        "{subject} and the provider share the address {found}. If they are independent all the same, write the reason."
    ),
    "shared_bank_account": marked(
        "{subject} and the provider share the bank account {found}. If they are independent all the same, write the "
        "reason."
    ),
    "own_compute": marked("{found} would use a voucher for its own compute, which this policy excludes."),
    "provider_not_admitted_contract": marked(
        "{subject} was not admitted on the contract date {found} (term {allowed}; now {status}). Admit the "
        "provider for "
        "a term that covers the contract, or use another one."
    ),
    "provider_not_admitted_service": marked(
        "{subject} was not admitted on the service date {found} (term {allowed}; now {status}). Service "
        "outside the term "
        "is not redeemed."
    ),
    "term_reversed": marked(
        "The term of {subject} would end on {found}, before {allowed}. Enter a last day that is not past."
    ),
    "outside_province": marked(
        "{subject} is registered in region {found}; vouchers buy compute in Shanxi only (region codes {allowed})."
    ),
    "service_period_reversed": marked(
        "The service billed by {subject} begins on {found}, after it ends on {allowed}. Check the dates."
    ),
    "outside_base_period": marked(
        "The service billed by {subject}, {found}, lies outside the base period {allowed}. It cannot be redeemed."
    ),
    "same_person": marked("{found} prepared {subject} and may not decide on it. Have another person do this."),
    "role_may_not": marked("{subject} has the role {found}, which has no business acts. Switch to another operator."),
    "claims_open": marked("Voucher {subject} has {found} claims that are not decided. Verify or refuse them first."),
    "recipient_exists": marked("{subject} is registered already, or stands twice in the list ({found})."),
    "provider_exists": marked("{subject} is registered as a provider already ({found})."),
    "nothing_to_issue": marked("No application is approved and waiting. Approve applications first."),
    "certificate_ended": marked("Voucher {subject} is “{found}”; its certificate is printed no more."),
    "group_redeems_too_much": marked(
        "The units of group {group}, {subject} among them, would have redeemed {found} yuan of this year, above the "
        "cap of {allowed} yuan that they share ({redeemed} yuan are verified already). Approve less, or write the "
        "reason."
    ),
    "invoice_twice": marked("Invoice {subject} stands {found} times in this claim. Name each invoice once."),
    "invoice_empty": marked("Invoice {subject} bills {found} yuan. Enter what it bills, or leave it out."),
    "support_exceeded": marked(
        "With this claim, all support of the contract of {base} yuan would be {found} yuan ({other} yuan of other "
        "public money declared), above {ratio} of it, {allowed} yuan. Claim less on voucher {subject}."
    ),
    "services_above_invoice": marked(
        "The supporting services of {found} yuan are more than invoice {subject} bills: {allowed} yuan. Check the "
        "amount."
    ),
    "services_above_share": marked(
        "Supporting services of {found} yuan are above {ratio} of the base of {base} yuan; {allowed} yuan of them "
        "count (voucher {subject})."
    ),
    "invoice_not_full": marked(
        "The invoices bill {found} yuan, less than what was paid and the {deducted} yuan deducted with the voucher "
        "together, {allowed} yuan. Ask for an invoice over the full price ({subject}), or write the reason."
    ),
    "paid_above_invoice": marked(
        "{found} yuan paid are more than invoice {subject} bills: {allowed} yuan. Enter what was paid on this invoice."
    ),
    "paid_in_future": marked(
        "The payment of invoice {subject} is dated {found}, after the claim on {allowed}. Check the date."
    ),
    "receipt_names_other_payer": marked(
        "Invoice {subject} was paid by {found}, not by the recipient {allowed}. Check the receipt, or write the reason."
    ),
    "receipt_names_other_payee": marked(
        "The payment of invoice {subject} went to {found}, not to the provider {allowed}. Check the receipt, or write "
        "the reason."
    ),
    "payment_not_told": marked(
        "Nothing is told of the payment of invoice {subject}; it counts as paid in full. Look at the receipt."
    ),
    "price_incomplete": marked(
        "A unit price needs its item and an item its price above zero (found {found} yuan for “{subject}”). Fill in "
        "both."
    ),
    "price_too_high": marked(
        "The unit price of {found} yuan for “{subject}” is more than {ratio} above the usual {usual} yuan (at most "
        "{allowed} yuan). Check the price, or write the reason."
    ),
    "no_day_counts": marked(
        "Of what invoice {subject} bills, {found}, only {day} lies in the base period {allowed}; the day count "
        "{day_count} (end minus start) counts no day of it. It cannot be redeemed."
    ),
    "contract_term_half": marked(
        "Only one end of the contract's term is told, {found}. Enter its first and its last day, or neither."
    ),
    "contract_term_reversed": marked(
        "The contract's term begins on {found}, after it ends on {allowed}. Check the dates."
    ),
    "step_not_open": marked("{noun} {subject} is “{found}”, so it cannot {act}. Possible now: {allowed}."),
}
"""By code of the violation; placeholders are filled by `_filled`."""

_MONEY_CODES = frozenset({
    "cap_exceeded", "ceiling_exceeded", "appropriation_empty", "year_exists", "remaining_exceeded",
    "recipient_cap_exceeded", "recipient_redeems_too_much", "ratio_exceeded", "cost_ratio_exceeded",
    "group_redeems_too_much", "invoice_empty", "support_exceeded", "services_above_invoice", "services_above_share",
    "invoice_not_full", "paid_above_invoice", "price_incomplete", "price_too_high",
    "approved_above_claim", "voucher_too_small", "spend_too_small", "claim_empty", "not_a_tier",
})  # fmt: skip
"""Violations whose `found` and `allowed` are fen."""


def violation_codes() -> frozenset[str]:
    """Return every code that has a sentence."""
    return frozenset(_VIOLATIONS)


def _yuan(value: object) -> str:
    if isinstance(value, list):
        return _(", ").join(_yuan(item) for item in value)
    return Money(value).in_yuan() if isinstance(value, int) else str(value)


def _listed(value: object) -> str:
    if isinstance(value, list):
        return _(" to ").join(str(item) for item in value if item) or _("none")
    return str(value)


def percent(ratio: str) -> str:
    """Return a ratio such as `1/5` or `0.2` as a percentage without needless zeros."""
    hundredths = Fraction(ratio) * 10000
    whole, rest = divmod(round(hundredths), 100)
    return f"{whole}.{rest:02d}".rstrip("0").rstrip(".") + "%"


def sentence(violation: Violation) -> str:
    """Return what a violation says: what was found, what is allowed, what to do."""
    show = _yuan if violation.code in _MONEY_CODES else _listed
    facts: dict[str, str] = {}
    for key, value in violation.facts.items():
        if key.endswith("_fen"):
            facts[key.removesuffix("_fen")] = _yuan(value)
        else:
            facts[key] = str(value)
    found, allowed, subject = show(violation.found), show(violation.allowed), violation.subject
    if "ratio" in facts:
        facts["ratio"] = percent(facts["ratio"])
    if violation.code == "step_not_open":
        noun = facts["noun"]
        found = status_name(noun, str(violation.found))
        steps = violation.allowed if isinstance(violation.allowed, list) else []
        allowed = _(", ").join(step_name(step) for step in steps) or _("nothing")
        facts = {"noun": noun_name(noun), "act": step_name(facts["act"])}
    elif violation.code == "same_person" and "noun" in facts:
        subject = f"{noun_name(facts.pop('noun'))} {subject}"
    elif violation.code == "certificate_ended":
        found = status_name("voucher", str(violation.found))
    elif violation.code == "role_may_not":
        found = role_name(str(violation.found))
    elif violation.code == "class_mismatch":
        found = kind_name(str(violation.found))
    elif violation.code.startswith("provider_not_admitted"):
        facts["status"] = status_name("provider", facts["status"])
    return _(_VIOLATIONS[violation.code]).format(found=found, allowed=allowed, subject=subject, **facts)
