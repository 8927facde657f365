"""What a rule says: what was found, what is allowed, and what the officer can do."""

from collections.abc import Callable
from fractions import Fraction

from voucher_app.domain.errors import Violation
from voucher_app.domain.money import Money
from voucher_app.i18n import _, marked
from voucher_app.services.wording.names import kind_name, noun_name, paper_name, role_name, status_name, step_name

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
    # Applications and batches.
    "contract_term_reversed": marked(
        "Contract {subject} would end on {found}, before it begins on {allowed}. Check the dates."
    ),
    "provider_receives": marked(
        "{subject} is a provider of this year and cannot be a recipient of it as well under this policy."
    ),
    "group_cap_exceeded": marked(
        "The units of group {group} would hold {found} yuan of this year together, above the cap of {allowed} yuan "
        "that they share ({counted} yuan are held already). If {subject} is no split of a unit, write the reason."
    ),
    "other_support_forbidden": marked(
        "Contract {subject} has other public money of {found} yuan; this policy supports no contract that has any. "
        "Apply for another contract."
    ),
    "support_share_exceeded": marked(
        "All support for contract {subject} would be {found} yuan, {other} yuan of it from elsewhere; {ratio} of the "
        "contract, {allowed} yuan, is the most. Ask for less."
    ),
    "supporting_services_exceeded": marked(
        "Supporting services of {found} yuan are more than {ratio} of contract {subject}, which is {allowed} yuan. "
        "Leave the excess out of the contract amount."
    ),
    "credit_dishonest": marked(
        "The credit check of {found} lists {subject} for serious dishonesty. It gets no voucher until a later check "
        "is clear."
    ),
    "credit_penalised": marked(
        "The credit check of {found} found a serious penalty of {subject}. It gets no voucher before {allowed}, or "
        "until a later check is clear."
    ),
    "credit_unchecked": marked(
        "No credit check of {subject} is recorded. Record one, or write why it is accepted without."
    ),
    "credit_check_old": marked(
        "The credit check of {subject} is of {found}, before {allowed}, and too old to rely on. Record a new one, or "
        "write why it is accepted with it."
    ),
    "credit_check_in_future": marked(
        "The credit check of {subject} is dated {found}, after the business date {allowed}. Check the date."
    ),
    "unit_banned": marked(
        "{subject} is banned from vouchers until {allowed} and may not apply on {found}. It may apply afterwards."
    ),
    "batch_required": marked("The policy “{subject}” issues in batches only. Submit the application to an open batch."),
    "batch_of_another_year": marked(
        "Batch {subject} belongs to the budget year {allowed}, the application to {found}. Choose a batch of its year."
    ),
    "intake_closed": marked("Batch {subject} is “{found}” and takes in nothing more. Choose an open batch."),
    "outside_intake": marked(
        "Batch {subject} takes in applications from {allowed}; today is {found}. Choose another batch, or wait."
    ),
    "intake_reversed": marked("The intake of “{subject}” would end on {found}, before it begins on {allowed}."),
    "intake_past": marked(
        "The intake of “{subject}” would end on {found}, before today, {allowed}. Choose a later day."
    ),
    "corrections_used_up": marked(
        "Application {subject} was returned for correction {found} times; {allowed} are allowed. Accept or decline it."
    ),
    "correction_too_late": marked(
        "Application {subject} was to be corrected by {allowed}; today is {found}. It can be declined or withdrawn, "
        "and applied for anew."
    ),
    "incomplete": marked("Application {subject} comes without: {found}. Check whether that is complete."),
    "same_reviewer": marked(
        "{found} made the first review of application {subject} and may not decide on it again. Have another person "
        "do this."
    ),
    "batch_undecided": marked(
        "{found} applications of batch {subject} still wait for a decision. Review, refuse or decline them first."
    ),
    "nothing_to_allocate": marked("Batch {subject} has no approved application. Approve one, or finish the batch."),
    "nothing_to_grant": marked(
        "Only {found} yuan are left for batch {subject}, less than the smallest voucher of {allowed} yuan. Raise or "
        "free money first, or refuse the applications."
    ),
    "not_in_batch": marked("Application {subject} is not in batch {allowed}. Check the numbers."),
    "issued_by_its_batch": marked(
        "Application {subject} belongs to batch {found} and is issued together with it, after publicity."
    ),
    "publicity_too_short": marked(
        "Publicity of batch {subject} until {found} is shorter than {days} working days. End it on {allowed} or later."
    ),
    "publicity_running": marked(
        "Batch {subject} is publicized until {allowed}; today is {found}. Issue it on a later day."
    ),
    "objection_open": marked("Objection {found} to application {subject} is not resolved. Resolve it first."),
    "not_publicized": marked(
        "These vouchers are issued one by one, without the publicity of {allowed} working days that this policy has "
        "for batches."
    ),
    "step_not_open": marked("{noun} {subject} is “{found}”, so it cannot {act}. Possible now: {allowed}."),
}
"""By code of the violation; placeholders are filled by `_filled`."""

_MONEY_CODES = frozenset({
    "cap_exceeded", "ceiling_exceeded", "appropriation_empty", "year_exists", "remaining_exceeded",
    "recipient_cap_exceeded", "recipient_redeems_too_much", "ratio_exceeded", "cost_ratio_exceeded",
    "approved_above_claim", "voucher_too_small", "spend_too_small", "claim_empty", "not_a_tier",
    "group_cap_exceeded", "other_support_forbidden", "support_share_exceeded", "supporting_services_exceeded",
    "nothing_to_grant",
})  # fmt: skip
"""Violations whose `found` and `allowed` are fen."""


def _papers(kinds: object) -> str:
    return _(", ").join(paper_name(kind) for kind in kinds) if isinstance(kinds, list) else str(kinds)


_FOUND_NAMES: dict[str, Callable[[object], str]] = {
    "certificate_ended": lambda status: status_name("voucher", str(status)),
    "role_may_not": lambda role: role_name(str(role)),
    "class_mismatch": lambda kind: kind_name(str(kind)),
    "intake_closed": lambda status: status_name("batch", str(status)),
    "incomplete": _papers,
}
"""Violations whose `found` has a name in words."""


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
    elif violation.code in _FOUND_NAMES:
        found = _FOUND_NAMES[violation.code](violation.found)
    elif violation.code.startswith("provider_not_admitted"):
        facts["status"] = status_name("provider", facts["status"])
    return _(_VIOLATIONS[violation.code]).format(found=found, allowed=allowed, subject=subject, **facts)
