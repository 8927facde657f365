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
    ("application", "draft"): marked("Draft"),
    ("application", "accepted"): marked("Accepted, to be reviewed"),
    ("application", "returned"): marked("Returned for correction"),
    ("application", "declined"): marked("Declined"),
    ("application", "first-reviewed"): marked("First review passed"),
    ("application", "allocated"): marked("Amount allocated"),
    ("application", "publicized"): marked("In publicity"),
    ("application", "objected"): marked("Objection open"),
    ("application", "cleared"): marked("Cleared, to be issued"),
    ("application", "withdrawn"): marked("Withdrawn"),
    ("redemption", "settled"): marked("In settlement"),
    ("redemption", "disbursed"): marked("Disbursed"),
    ("redemption", "recovering"): marked("In recovery"),
    ("redemption", "recovered"): marked("Recovered"),
    ("provider", "checked"): marked("Formally checked"),
    ("provider", "inspected"): marked("Inspected"),
    ("provider", "publicized"): marked("In publicity"),
    ("provider", "expired"): marked("Term ended"),
    ("provider", "refused"): marked("Admission refused"),
    ("batch", "open"): marked("Intake open"),
    ("batch", "closed"): marked("Intake closed"),
    ("batch", "reviewing"): marked("In review"),
    ("batch", "publicized"): marked("In publicity"),
    ("batch", "issued"): marked("Issued in a batch"),
    ("batch", "finished"): marked("Finished"),
    ("settlement", "draft"): marked("Draft"),
    ("settlement", "confirmed"): marked("Confirmed"),
    ("settlement", "planned"): marked("Funds planned"),
    ("settlement", "checked"): marked("Checked by finance"),
    ("settlement", "disbursed"): marked("Disbursed"),
    ("settlement", "reconciled"): marked("Reconciled"),
    ("settlement", "closed"): marked("Closed"),
    ("settlement", "cancelled"): marked("Cancelled"),
    ("settlement-line", "pending"): marked("To be paid"),
    ("settlement-line", "paid"): marked("Paid"),
    ("settlement-line", "failed"): marked("Payment failed"),
    ("settlement-line", "removed"): marked("Taken out"),
    ("recovery", "decided"): marked("In recovery"),
    ("recovery", "received"): marked("Recovered"),
    ("objection", "open"): marked("Objection open"),
    ("objection", "dismissed"): marked("Not upheld"),
    ("objection", "upheld"): marked("Upheld"),
    ("policy-draft", "draft"): marked("Draft"),
    ("policy-draft", "reviewed"): marked("Reviewed"),
    ("policy-draft", "published"): marked("Published"),
    ("policy-draft", "withdrawn"): marked("Withdrawn"),
    ("operator", "active"): marked("Active"),
    ("operator", "locked"): marked("Locked"),
    ("cap-change", "proposed"): marked("Proposed"),
    ("cap-change", "decided"): marked("Decided"),
    ("cap-change", "refused"): marked("Refused"),
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
    "file.upgrade": marked("Data file upgraded"),
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
    "accept": marked("accept"),
    "decline": marked("decline"),
    "submit": marked("submit"),
    "review": marked("review"),
    "allocate": marked("allocate"),
    "publicize": marked("publicize"),
    "object": marked("object"),
    "clear": marked("clear"),
    "withdraw": marked("withdraw"),
    "settle": marked("settle"),
    "disburse": marked("disburse"),
    "release": marked("release"),
    "recover": marked("recover"),
    "receive": marked("receive"),
    "check": marked("check"),
    "inspect": marked("inspect"),
    "close": marked("close"),
    "finish": marked("finish"),
    "confirm": marked("confirm"),
    "plan": marked("plan"),
    "reconcile": marked("reconcile"),
    "cancel": marked("cancel"),
    "pay": marked("pay"),
    "fail": marked("fail"),
    "dismiss": marked("dismiss"),
    "uphold": marked("uphold"),
    "publish": marked("publish"),
    "lock": marked("lock"),
    "unlock": marked("unlock"),
    "decide": marked("decide"),
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
    "batch": marked("batch"),
    "settlement": marked("settlement"),
    "settlement-line": marked("settlement line"),
    "recovery": marked("recovery"),
    "objection": marked("objection"),
    "policy-draft": marked("policy draft"),
    "attachment": marked("attachment"),
    "cap-change": marked("change of the cap"),
    "ban": marked("ban"),
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
    "request_id": marked("request identifier"),
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
