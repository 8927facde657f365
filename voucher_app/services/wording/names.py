"""What things are called: statuses, acts, roles, accounts, fields."""

from voucher_app.i18n import _, marked

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
