"""The words for everything the program may have to say: one table per kind of fact, in both languages.

A refusal names what was found, what is allowed, and what the officer can do. Amounts are shown in 元. Adapters ask
here, so that the window and the command line say the same sentence; tests demand an entry for every code.
"""

from fractions import Fraction

from voucher_app.domain.errors import InvalidInput, NotFound, RulesViolated, Violation
from voucher_app.domain.money import Money
from voucher_app.i18n import _, marked
from voucher_app.services.data_file import Finding
from voucher_app.services.papers import BrokenToken, MissingGlyph, Verdict
from voucher_app.services.ports import StorageError

# ------------------------------------------------------------------------------------------------- names of things

_STATUS_NAMES = {
    ("application", "submitted"): marked("Awaiting review"),
    ("application", "approved"): marked("Approved, to be issued"),
    ("application", "refused"): marked("Refused"),
    ("application", "issued"): marked("Issued"),
    ("voucher", "usable"): marked("Usable"),
    ("voucher", "partly-used"): marked("Partly used"),
    ("voucher", "used-up"): marked("Used up"),
    ("voucher", "expired"): marked("Expired"),
    ("voucher", "returned"): marked("Returned"),
    ("voucher", "voided"): marked("Voided"),
    ("voucher", "frozen"): marked("Frozen"),
    ("redemption", "claimed"): marked("Awaiting verification"),
    ("redemption", "verified"): marked("Verified, to be paid"),
    ("redemption", "refused"): marked("Claim refused"),
    ("redemption", "reversed"): marked("Reversed"),
    ("provider", "candidate"): marked("Candidate"),
    ("provider", "registered"): marked("Registered, to be admitted"),
    ("provider", "admitted"): marked("Admitted"),
    ("provider", "suspended"): marked("Suspended"),
    ("provider", "removed"): marked("Removed"),
    ("year", "open"): marked("Open"),
    ("year", "closed"): marked("Closed"),
}
_ACTION_NAMES = {
    "office.init": marked("Office set up"),
    "policy.publish": marked("Policy published"),
    "year.open": marked("Year opened"),
    "year.close": marked("Year closed"),
    "recipient.add": marked("Recipient registered"),
    "provider.add": marked("Provider registered"),
    "provider.admit": marked("Provider admitted"),
    "provider.suspend": marked("Provider suspended"),
    "provider.resume": marked("Provider resumed"),
    "provider.remove": marked("Provider removed"),
    "provider.import": marked("Registry imported"),
    "application.submit": marked("Application submitted"),
    "application.approve": marked("Application approved"),
    "application.refuse": marked("Application refused"),
    "voucher.issue": marked("Voucher issued"),
    "voucher.void": marked("Voucher voided"),
    "voucher.return": marked("Voucher returned"),
    "voucher.freeze": marked("Voucher frozen"),
    "voucher.unfreeze": marked("Voucher unfrozen"),
    "voucher.expire": marked("Vouchers expired"),
    "redemption.claim": marked("Redemption claimed"),
    "redemption.verify": marked("Redemption verified"),
    "redemption.refuse": marked("Redemption refused"),
    "redemption.reverse": marked("Redemption reversed"),
    "certificate.key": marked("Signing key recorded"),
}
_STEP_NAMES = {
    "approve": marked("approve"),
    "refuse": marked("refuse"),
    "issue": marked("issue"),
    "redeem": marked("redeem"),
    "void": marked("void"),
    "return": marked("return"),
    "freeze": marked("freeze"),
    "unfreeze": marked("unfreeze"),
    "expire": marked("expire"),
    "verify": marked("verify"),
    "reverse": marked("reverse"),
    "admit": marked("admit"),
    "suspend": marked("suspend"),
    "resume": marked("resume"),
    "remove": marked("remove"),
}
_ROLE_NAMES = {
    "preparer": marked("Preparer"),
    "reviewer": marked("Reviewer"),
    "finance": marked("Finance"),
    "auditor": marked("Auditor"),
    "system-admin": marked("System administrator"),
    "security-admin": marked("Security administrator"),
}
_KIND_NAMES = {
    "enterprise": marked("Enterprise"),
    "university": marked("University"),
    "institute": marked("Research institute"),
}
_TRANSFER_NAMES = {
    "appropriation": marked("Appropriation"),
    "issuance": marked("Issuance"),
    "redemption": marked("Redemption"),
    "disbursement": marked("Disbursement"),
    "return": marked("Return"),
    "void": marked("Voiding"),
    "expiry": marked("Expiry"),
    "lapse": marked("Lapse"),
    "recovery": marked("Recovery"),
    "reversal": marked("Reversal"),
}
_ACCOUNT_NAMES = {
    "funding": marked("{subject} funding"),
    "appropriation": marked("{subject} unissued"),
    "outstanding": marked("{subject} outstanding"),
    "payable": marked("Redemption {subject} payable"),
    "disbursed": marked("{subject} disbursed"),
    "lapsed": marked("{subject} lapsed"),
}
_NOUN_NAMES = {
    "application": marked("application"),
    "voucher": marked("voucher"),
    "redemption": marked("redemption"),
    "provider": marked("provider"),
    "recipient": marked("recipient"),
    "policy": marked("policy"),
    "year": marked("budget year"),
    "operator": marked("operator"),
    "facility": marked("facility"),
    "office": marked("office"),
    "account": marked("account"),
    "transfer": marked("ledger entry"),
}
_FIELD_NAMES = {
    "name": marked("name"),
    "reason": marked("reason"),
    "contract": marked("contract number"),
    "document": marked("document number"),
    "office": marked("office name"),
    "operator": marked("operator name"),
    "policy": marked("policy text"),
    "legal_representative": marked("legal representative"),
    "phone": marked("phone"),
    "address": marked("address"),
    "bank_account": marked("bank account"),
    "recipient_name": marked("recipient"),
    "provider_name": marked("provider"),
    "contract_number": marked("contract number"),
    "office_name": marked("issuing office"),
    "document_number": marked("document number"),
    "policy_title": marked("policy"),
    "scope": marked("scope"),
    "support": marked("support"),
    "prepared_by": marked("preparer"),
    "reviewed_by": marked("reviewer"),
}


def status_name(noun: str, status: str) -> str:
    """Return a status in words."""
    return _(_STATUS_NAMES[noun, str(status)])


def action_name(action: str) -> str:
    """Return what a use case did, in words."""
    return _(_ACTION_NAMES[action])


def step_name(step: str) -> str:
    """Return a step of a life cycle in words."""
    return _(_STEP_NAMES[step])


def role_name(role: str) -> str:
    """Return a role in words."""
    return _(_ROLE_NAMES[str(role)])


def kind_name(kind: str) -> str:
    """Return a recipient class in words."""
    return _(_KIND_NAMES[str(kind)])


def transfer_name(kind: str) -> str:
    """Return why money moved, in words."""
    return _(_TRANSFER_NAMES[str(kind)])


def account_name(account: str) -> str:
    """Return an account, named `kind:subject`, in words."""
    kind, _colon, subject = account.partition(":")
    return _(_ACCOUNT_NAMES[kind]).format(subject=subject)


def noun_name(noun: str) -> str:
    """Return a kind of record in words."""
    return _(_NOUN_NAMES[noun])


def field_name(field: str) -> str:
    """Return a field in words; a field without a name of its own is called by its key."""
    return _(_FIELD_NAMES[field]) if field in _FIELD_NAMES else field


# ------------------------------------------------------------------------------------------------- rules

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
    "step_not_open": marked("{noun} {subject} is “{found}”, so it cannot {act}. Possible now: {allowed}."),
}
"""By code of the violation; placeholders are filled by `_filled`."""

_MONEY_CODES = frozenset({
    "cap_exceeded", "ceiling_exceeded", "appropriation_empty", "year_exists", "remaining_exceeded",
    "recipient_cap_exceeded", "recipient_redeems_too_much", "ratio_exceeded", "cost_ratio_exceeded",
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


# ------------------------------------------------------------------------------------------------- input

_INPUTS = {
    "amount": marked(
        "“{found}” is not an amount. Write yuan with at most two decimals, such as 1234.50 or 1,234.50, without a sign."
    ),
    "date": marked("“{found}” is not a date. Write year, month and day, such as 2026-03-05."),
    "year": marked("“{found}” is not a budget year of this program. Write a year from {first} to {last}."),
    "uscc": marked(
        "“{found}” is not a unified social credit code: it has 18 digits and capital letters, without I, O, S, V, Z."
    ),
    "uscc_check": marked(
        "“{found}” is not a valid unified social credit code: its check character is wrong. Compare it with the "
        "business licence."
    ),
    "region": marked("“{found}” is not a region code. Write the six digits of GB/T 2260, such as 140100."),
    "voucher_number": marked(
        "“{found}” is not a voucher number, or a character of it is wrong. It looks like SX-2026-000123-6."
    ),
    "invoice": marked(
        "“{found}” is not an invoice number. Write the 20 digits of a fully digital invoice, or code and number of an "
        "older one with a hyphen between them."
    ),
    "operator": marked("“{found}” is no operator. Write NAME:ROLE, the role being one of: {roles}."),
    "operators": marked("An office needs at least one operator, and no name twice (given: {found})."),
    "operator_missing": marked("This act is recorded under a person's name. Add --operator NAME; known: {names}."),
    "arguments": marked("Name applications, or use --all-approved."),
    "recipient_kind": marked("“{found}” is no class of recipient. Use one of: {choices}."),
    "text_missing": marked("The field “{field}” is empty. Fill it in."),
    "text_long": marked("The field “{field}” has {found} characters; at most {longest} fit. Shorten it."),
    "text_character": marked(
        "The field “{field}” holds the character {found}, which cannot be shown or printed. Type the text again."
    ),
    "policy_toml": marked("The policy file is not valid TOML: {found}. Correct the line and try again."),
    "policy_key_unknown": marked(
        "The policy file has keys that this program does not know: {found}. Correct or remove them."
    ),
    "policy_key_missing": marked("The policy file lacks: {found}. Add every missing key; the presets show them."),
    "policy_value": marked("The value of “{key}” in the policy file cannot be used: {cause}"),
    "policy_code": marked("“{found}” is no code; use small letters, digits and hyphens, such as henan-style."),
    "text": marked("“{found}” is not text in quotation marks."),
    "ratio": marked('“{found}” is not a ratio; write text such as "0.20", above 0 and at most 1.'),
    "class_ratios": marked("“{found}” is no table from enterprise, university, institute to ratios."),
    "flag": marked("“{found}” is neither true nor false."),
    "count": marked("“{found}” is not a whole number from 0 to 3660."),
    "year_end": marked("“{found}” is no last day; write years_after, month and day."),
    "choice": marked("“{found}” is not one of: {choices}."),
    "date_before_last_act": marked(
        "The date {found} lies before the last recorded act, {last}. Acts are recorded in order: use {last} or later."
    ),
    "request_reused": marked(
        "The request {found} was used for something else before. Repeat it with the same facts, or use a new one."
    ),
    "registry_duplicate": marked("The registry file names a facility twice: {found}. Keep one line for each."),
    "table_encoding": marked("The file {found} is neither UTF-8 nor GB18030 text. Save it as CSV in UTF-8."),
    "table_columns": marked("The file lacks the columns: {found}. It needs: {needed}."),
    "table_cell": marked("Line {line}, column {column}: {cause}"),
    "table_width": marked("Line {line} has {found} cells, the head has {expected}. Check for a stray comma."),
    "table_duplicate": marked("Line {line} repeats line {earlier}: {found}. Keep one of them."),
    "table_empty": marked("The file {found} has no lines below its head."),
    "whole_number": marked("“{found}” is not a whole number above zero."),
    "limit": marked("The file is too large ({found}). At most {allowed}."),
    "qr_unreadable": marked(
        "No voucher QR code can be read in {found}. Use a sharper picture, or paste the text under the scanner."
    ),
    "public_key": marked("{found} is not a public key of this program. Use the PEM file that the office published."),
    "private_key": marked("{found} is not a signing key of this program. Put the key file back that belongs here."),
    "too_long_for_paper": marked("The field “{field}” of {subject} is too long to be printed: {found}. Shorten it."),
}


def input_codes() -> frozenset[str]:
    """Return every code of unreadable input that has a sentence."""
    return frozenset(_INPUTS)


def _input_sentence(error: InvalidInput) -> str:
    facts = dict(error.facts)
    cause = facts.get("cause")
    if isinstance(cause, InvalidInput):
        facts["cause"] = _input_sentence(cause)
    if "field" in facts:
        facts["field"] = field_name(str(facts["field"]))
    return _(_INPUTS[error.code]).format(found=error.found, **facts)


# ------------------------------------------------------------------------------------------------- the environment

_STORAGE = {
    "missing": marked("There is no data file at {path}. Check the path, or make one with: office init."),
    "missing_file": marked("The file {path} cannot be read. Check the path and the right to read it. {detail}"),
    "exists": marked("{path} exists already and is not overwritten. Choose another name."),
    "folder_missing": marked("The folder {path} does not exist. Make it, or choose another place."),
    "not_ours": marked("{path} is not a data file of this program. Nothing was changed; choose the right file."),
    "damaged": marked(
        "{path} is damaged or cut short ({detail}). Nothing was changed. Keep the file, and restore the last backup."
    ),
    "newer": marked(
        "{path} was made by a newer version of the program. Nothing was changed; open it with that version."
    ),
    "read_only": marked(
        "{path} cannot be written: the file or its folder is read-only. Nothing was changed. Give yourself "
        "the right to "
        "write, or move the file."
    ),
    "cannot_open": marked("{path} cannot be opened. Check that the folder exists and that you may read and write it."),
    "locked": marked(
        "{path} is in use by another program. Nothing was changed. Close the other program, then try again."
    ),
    "disk_full": marked("The disk that holds {path} is full. Nothing was changed. Free some space, then try again."),
    "disk_error": marked(
        "The disk that holds {path} reported an error ({detail}). Nothing was recorded. Check the disk and "
        "make a backup."
    ),
    "network": marked(
        "{path} lies on a network drive ({detail}), where two programs can damage a data file. Use a folder on this "
        "computer's own disk."
    ),
    "sync_folder": marked(
        "{path} lies in a folder that a synchronising program copies ({detail}), which can damage a data file. Use "
        "another folder, and put only backups there."
    ),
    "identity": marked(
        "The money of year {detail} in {path} does not add up: somebody edited balances by hand. Nothing was recorded. "
        "Run the ledger's verification and restore the last good backup."
    ),
    "commit_unknown": marked(
        "It is not known whether the act was recorded ({detail}). Repeat the same request: it is never carried out "
        "twice."
    ),
    "refused_by_schema": marked(
        "The data file itself refused this ({detail}). Nothing was changed. Please report it: a rule should "
        "have said so."
    ),
    "backup_broken": marked("{path} does not verify: {detail}. It was not used. Make or choose another backup."),
    "unexpected": marked("The data file {path} reported: {detail}. Nothing was recorded."),
    "older": marked("{path} was made by an older version that this one cannot upgrade."),
    "output": marked("{path} cannot be written: {detail}. Choose another folder."),
}


def storage_codes() -> frozenset[str]:
    """Return every code of a storage error that has a sentence."""
    return frozenset(_STORAGE)


_TOKENS = {
    "form": marked("This is not the text of a voucher's QR code, or a part of it is missing."),
    "key": marked("It was signed with a key that this office has not published."),
    "signature": marked("Its signature is wrong: the text was changed, or it was never signed by the office."),
}


def token_sentence(code: str) -> str:
    """Return why a QR text is no genuine token."""
    return _(_TOKENS[code])


_VERDICTS = {
    "valid": marked("Genuine and valid: voucher {number}, {face} yuan, use by {use_by}, redeem by {redeem_by}."),
    "valid_offline": marked(
        "Genuine: voucher {number}, {face} yuan, use by {use_by}, redeem by {redeem_by}. Whether it was voided or "
        "used since can only be told by the office."
    ),
    "used-up": marked("Genuine, but used up: voucher {number} has no value left."),
    "frozen": marked("Genuine, but frozen: nothing can be redeemed on voucher {number} for now."),
    "expired": marked("Genuine, but expired: voucher {number} was to be redeemed by {redeem_by}."),
    "returned": marked("Genuine, but returned: voucher {number} is no longer valid."),
    "voided": marked("Genuine, but voided: voucher {number} is no longer valid."),
    "form": marked("Not legible: this is not the text of a voucher's QR code, or a part of it is missing."),
    "key": marked("Not genuine: it was signed with a key that is not known here."),
    "signature": marked("Not genuine: the signature is wrong; the text was changed or never signed by the office."),
    "unknown": marked("Not genuine here: the signature is right, but this data file has no voucher {number}."),
    "differs": marked("Not genuine here: the paper differs from the records in {details}."),
}


def verdict_sentence(verdict: Verdict) -> str:
    """Return what a check of a certificate found, in one sentence."""
    token = verdict.token
    return _(_VERDICTS[verdict.reason]).format(
        number=token.number if token else "",
        face=Money(token.face_fen).in_yuan() if token else "",
        use_by=token.use_by.isoformat() if token else "",
        redeem_by=token.redeem_by.isoformat() if token else "",
        details=_(", ").join(verdict.details),
    )


def verdict_codes() -> frozenset[str]:
    """Return every reason of a verdict that has a sentence."""
    return frozenset(_VERDICTS)


def token_codes() -> frozenset[str]:
    """Return every code of a broken token that has a sentence."""
    return frozenset(_TOKENS)


def describe(error: Exception) -> list[str]:
    """Return the sentences of an expected error, one for each thing that is wrong.

    Raises:
        TypeError: for an error that nobody expected; that is our bug, and the adapter says so.
    """
    if isinstance(error, RulesViolated):
        return [sentence(violation) for violation in error.violations]
    if isinstance(error, InvalidInput):
        return [_input_sentence(error)]
    if isinstance(error, NotFound):
        return [
            _("There is no {noun} “{key}”. Check the number, or register it first.").format(
                noun=noun_name(error.noun), key=error.key
            )
        ]
    if isinstance(error, StorageError):
        return [_(_STORAGE[error.code]).format(path=error.path, detail=error.detail)]
    if isinstance(error, MissingGlyph):
        return [
            _(
                "The character “{character}” (U+{code}) in {field} of {subject} is in no font of this program, so it "
                "cannot be printed. Nothing was printed. Name a font that has it, or write the name another way."
            ).format(
                character=error.character,
                code=f"{ord(error.character):04X}",
                field=field_name(error.field),
                subject=error.subject,
            )
        ]
    if isinstance(error, BrokenToken):
        return [token_sentence(error.code)]
    raise TypeError(f"no words for {type(error).__name__}") from error


# ------------------------------------------------------------------------------------------------- findings

_FINDINGS = {
    "storage": marked("The file's structure is damaged: {found}."),
    "unreadable": marked("The file cannot be read to the end: {found}."),
    "foreign_key": marked("{table} {key} points to a row that does not exist."),
    "schema_changed": marked("Tables or triggers of the file were changed, added or dropped."),
    "journal_gap": marked("The journal jumps: record {expected} is missing."),
    "chain_broken": marked("Journal record {key} does not follow the one before it ({column})."),
    "row_changed": marked("{table} {key}, column {column}: it holds {found}, the journal says {expected}."),
    "row_missing": marked("{table} {key} was deleted: the journal has it, the file does not."),
    "row_unrecorded": marked("{table} {key} was added without a journal record."),
    "unknown_table": marked("The journal names a table {table} that does not exist (record {key})."),
    "balance_wrong": marked(
        "{table} {key}, column {column}: it holds {found}, the ledger's transfers give {expected}."
    ),
    "account_missing": marked("{table} {key} names an account that does not exist."),
    "identity_broken": marked("Year {key}: the money adds up to {found}, appropriated were {expected}."),
    "number_gap": marked("{table} {key}: number {found} where {expected} should follow ({column})."),
    "number_wrong": marked("{table} {key}: its number is {found}, it should be {expected}."),
    "status_wrong": marked("{table} {key}, column {column}: {found} does not fit its balance ({expected})."),
}


def finding_sentence(finding: Finding) -> str:
    """Return what a finding of `ledger verify` says."""
    return _(_FINDINGS[finding.code]).format(
        table=finding.table, key=finding.key, column=finding.column, found=finding.found, expected=finding.expected
    )


def finding_codes() -> frozenset[str]:
    """Return every code of a finding that has a sentence."""
    return frozenset(_FINDINGS)
