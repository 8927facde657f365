"""What things are called: statuses, acts, roles, accounts, fields."""

from __future__ import annotations

from voucher_app.domain.operators import RESTORE
from voucher_app.i18n import _, marked

_STATUS_NAMES = {
    ("redemption", "payment-failed"): marked("Payment failed"),
    ("application", "submitted"): marked("Submitted"),
    ("application", "submitted-alone"): marked("Submitted, to be reviewed"),
    ("application", "submitted-in-batch"): marked("Submitted, to be accepted"),
    ("application", "approved"): marked("Approved"),
    ("application", "approved-alone"): marked("Approved, to be issued"),
    ("application", "approved-in-batch"): marked("Approved, to be allocated"),
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
    ("print", "begun"): marked("Cut short"),
    ("print", "done"): marked("Printed"),
    ("print", "cancelled"): marked("Given up"),
    ("key", "current"): marked("In use"),
    ("key", "former"): marked("Replaced"),
    ("key", "proposed"): marked("Revocation proposed"),
    ("key", "revoked"): marked("Revoked"),
    ("key-revocation", "proposed"): marked("Revocation proposed"),
    ("key-revocation", "revoked"): marked("Revoked"),
    ("key-revocation", "withdrawn"): marked("Revocation withdrawn"),
    ("import-row", "good"): marked("Good"),
    ("import-row", "reason"): marked("Needs a reason"),
    ("import-row", "bad"): marked("To correct"),
    ("document-number", "live"): marked("Valid"),
    ("document-number", "void"): marked("Void"),
    ("day", "working"): marked("Worked"),
    ("day", "off"): marked("Day off"),
    ("year", "open"): marked("Open"),
    ("year", "closed"): marked("Closed"),
}
ACTION_NAMES = {
    "office.init": marked("Office set up"),
    "policy.publish": marked("Policy published"),
    "policy.draft": marked("Policy drafted"),
    "policy.review": marked("Policy draft reviewed"),
    "policy.withdraw": marked("Policy draft withdrawn"),
    "year.open": marked("Year opened"),
    "year.close": marked("Year closed"),
    "year.raise": marked("Raise of the appropriation proposed"),
    "year.decide-raise": marked("Raise of the appropriation decided"),
    "year.refuse-raise": marked("Raise of the appropriation refused"),
    "recipient.add": marked("Recipient registered"),
    "recipient.ban": marked("Unit banned"),
    "recipient.unban": marked("Ban lifted"),
    "provider.add": marked("Provider registered"),
    "provider.admit": marked("Provider admitted"),
    "provider.suspend": marked("Provider suspended"),
    "provider.resume": marked("Provider resumed"),
    "provider.remove": marked("Provider removed"),
    "provider.check": marked("Provider checked for form"),
    "provider.inspect": marked("Provider inspected"),
    "provider.publicize": marked("Provider publicized"),
    "provider.refuse": marked("Provider refused"),
    "provider.expire": marked("Terms of providers ended"),
    "provider.object": marked("Objection to a provider taken down"),
    "provider.resolve": marked("Objection to a provider decided"),
    "provider.price": marked("Price of a provider filed"),
    "provider.link": marked("Facility given to its provider"),
    "provider.import": marked("Registry imported"),
    "application.submit": marked("Application submitted"),
    "application.approve": marked("Application approved"),
    "application.refuse": marked("Application refused"),
    "application.draft": marked("Application drafted"),
    "application.accept": marked("Application accepted"),
    "application.return": marked("Application returned for correction"),
    "application.reimburse": marked("Applied and claimed afterwards"),
    "application.resubmit": marked("Application corrected and resubmitted"),
    "application.decline": marked("Application declined"),
    "application.review": marked("First review passed"),
    "application.withdraw": marked("Application withdrawn"),
    "batch.open": marked("Batch opened"),
    "batch.close": marked("Intake of the batch closed"),
    "batch.allocate": marked("Amounts allocated"),
    "batch.publicize": marked("Batch publicized"),
    "batch.object": marked("Objection recorded"),
    "batch.resolve": marked("Objection resolved"),
    "batch.issue": marked("Batch issued"),
    "batch.finish": marked("Batch finished"),
    "recipient.credit": marked("Credit check recorded"),
    "attachment.add": marked("Attachment added"),
    "calendar.import": marked("Working days imported"),
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
    "settlement.draft": marked("Settlement drafted"),
    "settlement.confirm": marked("Settlement confirmed"),
    "settlement.plan": marked("Funds planned"),
    "settlement.check": marked("Settlement checked by finance"),
    "settlement.disburse": marked("Payment recorded"),
    "settlement.fail-line": marked("Failed payment recorded"),
    "settlement.remove-line": marked("Line taken out of a settlement"),
    "settlement.cancel": marked("Settlement cancelled"),
    "settlement.sample": marked("Sample result recorded"),
    "settlement.reconcile": marked("Settlement reconciled with the bank"),
    "settlement.close": marked("Settlement closed"),
    "recovery.decide": marked("Recovery decided"),
    "recovery.receive": marked("Recovery received"),
    "certificate.key": marked("Signing key recorded"),
    "certificate.passphrase": marked("Passphrase of the signing key changed"),
    "certificate.revoke-key": marked("Revocation of a signing key"),
    "certificate.keep-key": marked("Revocation of a signing key withdrawn"),
    "number.draw": marked("Document number drawn"),
    "number.void": marked("Document number made void"),
    "print.begin": marked("Print begun"),
    "print.resume": marked("Papers drawn again"),
    "print.finish": marked("Print finished"),
    "print.cancel": marked("Print given up"),
    "operator.add": marked("Operator added"),
    "operator.first-admin": marked("First system administrator named"),
    "operator.role": marked("Operator's role changed"),
    "operator.lock": marked("Operator locked"),
    "operator.unlock": marked("Operator unlocked"),
    "operator.login-failed": marked("Wrong password"),
    "operator.login": marked("Logged in after wrong passwords"),
    "operator.password": marked("Password changed"),
    "operator.password-reset": marked("Password reset"),
    "office.small-office": marked("Small-office mode switched"),
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
    "sample": marked("record a sample of"),
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
    "resubmit": marked("resubmit"),
    "remove": marked("remove"),
}
_PAPER_NAMES = {
    "application-form": marked("application form"),
    "commitment": marked("letter of commitment"),
    "contract": marked("contract"),
    "contract-term": marked("the contract's term"),
    "credit-report": marked("credit report"),
    "invoice": marked("invoice"),
    "payment-receipt": marked("payment receipt"),
    "usage-statement": marked("usage statement"),
    "licence": marked("business licence"),
    "notice": marked("notice"),
    "other": marked("other paper"),
}
_ALLOCATION_NAMES = {
    "first-come": marked("First come, first served"),
    "pro-rata": marked("Pro rata"),
}
_CREDIT_NAMES = {
    "clear": marked("Clear"),
    "dishonest": marked("Serious dishonesty"),
    "penalised": marked("Serious penalty"),
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
    "issuance": marked("issuance outside a batch"),
    "settlement": marked("settlement"),
    "settlement-line": marked("settlement line"),
    "payee": marked("payee of this settlement"),
    "recovery": marked("recovery"),
    "objection": marked("objection"),
    "policy-draft": marked("policy draft"),
    "attachment": marked("attachment"),
    "cap-change": marked("change of the cap"),
    "ban": marked("ban"),
    "office": marked("office"),
    "account": marked("account"),
    "transfer": marked("ledger entry"),
    "print": marked("print job"),
    "journal": marked("journal record"),
    "document_number": marked("document number"),
    "key": marked("signing key"),
    "key-revocation": marked("revocation of a signing key"),
}
_SEARCH_KINDS = {
    "recipient": marked("Recipients"),
    "provider": marked("Providers"),
    "voucher": marked("Compute vouchers"),
    "application": marked("Applications and contracts"),
    "redemption": marked("Redemptions and invoices"),
    "batch": marked("Batches"),
    "settlement": marked("Settlements"),
    "recovery": marked("Recoveries"),
    "paper": marked("Papers and document numbers"),
    "policy": marked("Policies"),
    "act": marked("Journal of acts"),
}
_MODEL_NAMES = {
    "deduct": marked("Deducted from the bill"),
    "pay-first": marked("Paid first, redeemed afterwards"),
    "afterwards": marked("Claimed afterwards"),
}
_FIELD_NAMES = {
    "name": marked("name"),
    "reason": marked("reason"),
    "contract": marked("contract number"),
    "document": marked("document number"),
    "office": marked("office name"),
    "operator": marked("operator name"),
    "objector": marked("who objects"),
    "objection": marked("objection"),
    "price_item": marked("what is sold"),
    "price_unit": marked("unit of the price"),
    "policy": marked("policy text"),
    "legal_representative": marked("legal representative"),
    "phone": marked("phone"),
    "address": marked("address"),
    "bank_account": marked("bank account"),
    "payer": marked("payer"),
    "payee": marked("payee"),
    "bank_name": marked("bank"),
    "account_name": marked("account name"),
    "group_code": marked("group code"),
    "raised_by": marked("raised by"),
    "content": marked("content"),
    "note": marked("note"),
    "source": marked("source"),
    "file_name": marked("file name"),
    "recipient_name": marked("recipient"),
    "provider_name": marked("provider"),
    "contract_number": marked("contract number"),
    "office_name": marked("issuing office"),
    "document_number": marked("document number"),
    "policy_title": marked("policy"),
    "scope": marked("scope"),
    "support": marked("support"),
    "signature": marked("signature"),
    "clause": marked("clause"),
    "fair_competition": marked("fair competition"),
    "receipt": marked("receipt number"),
    "sample_result": marked("result of the sample"),
    "request_id": marked("request identifier"),
    "title": marked("title"),
    "subject": marked("subject"),
    "prefix": marked("prefix of the number"),
    "printer": marked("printer"),
    "prepared_by": marked("preparer"),
    "reviewed_by": marked("reviewer"),
}


def status_name(noun: str, status: str) -> str:
    """Return a status in words."""
    return _(_STATUS_NAMES[noun, str(status)])


def action_name(action: str) -> str:
    """Return what a use case did, in words."""
    if action == RESTORE:
        return _("Restore a backup")
    return _(ACTION_NAMES[action]) if action in ACTION_NAMES else action


def step_name(step: str) -> str:
    """Return a step of a life cycle in words."""
    return _(_STEP_NAMES[step])


def paper_name(kind: str) -> str:
    """Return a kind of paper in words."""
    return _(_PAPER_NAMES[str(kind)])


def model_name(model: str) -> str:
    """Return an operating model in words."""
    return _(_MODEL_NAMES[str(model)])


def allocation_name(method: str) -> str:
    """Return an allocation method in words."""
    return _(_ALLOCATION_NAMES[str(method)])


def credit_name(result: str) -> str:
    """Return what a credit check found, in words."""
    return _(_CREDIT_NAMES[str(result)])


def role_name(role: str) -> str:
    """Return a role in words."""
    return _(_ROLE_NAMES[str(role)])


def kind_name(kind: str) -> str:
    """Return a recipient class in words."""
    return _(_KIND_NAMES[str(kind)])


def transfer_name(kind: str) -> str:
    """Return why money moved, in words."""
    return _(_TRANSFER_NAMES[str(kind)])


def reversal_words(reverses: int | None, reversed_by: int | None) -> str:
    """Return which entry one takes back, or which one took it back; nothing for any other."""
    told = []
    if reverses is not None:
        told.append(_("reverses #{number}").format(number=reverses))
    if reversed_by is not None:
        told.append(_("reversed by #{number}").format(number=reversed_by))
    return _(", ").join(told)


def account_name(account: str) -> str:
    """Return an account, named `kind:subject`, in words."""
    kind, _colon, subject = account.partition(":")
    return _(_ACCOUNT_NAMES[kind]).format(subject=subject)


def noun_name(noun: str) -> str:
    """Return a kind of record in words."""
    return _(_NOUN_NAMES[noun])


def search_kind_name(kind: str) -> str:
    """Return what the records of a kind are called together, where everything is searched."""
    return _(_SEARCH_KINDS[kind])


def field_name(field: str) -> str:
    """Return a field in words; a field without a name of its own is called by its key."""
    return _(_FIELD_NAMES[field]) if field in _FIELD_NAMES else field
