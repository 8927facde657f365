"""What is said of a certificate that was checked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from voucher_app.domain.money import Money
from voucher_app.i18n import _, marked

if TYPE_CHECKING:
    from voucher_app.services.documents.facts import BadTemplate
    from voucher_app.services.papers import Verdict

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
    "revoked": marked(
        "Signed with a key that the office revoked on {details}: by itself this paper proves nothing, and whether it "
        "was signed before that day cannot be told from it. Ask the office: what its records know, it prints again."
    ),
    "revoked_known": marked(
        "Signed with a key that was revoked on {details}, so the paper alone proves nothing; the records do have "
        "voucher {number} with exactly these facts. Print it again, and take this paper back."
    ),
    "ended_on_list": marked(
        "Genuine, but worth nothing since {details}: voucher {number} stands in the office's list of void numbers."
    ),
    "valid_by_list": marked(
        "Genuine: voucher {number}, {face} yuan, use by {use_by}, redeem by {redeem_by}. Up to {details} it was "
        "neither voided nor used up; what happened since can only be told by the office."
    ),
    "unknown": marked("Not genuine here: the signature is right, but this data file has no voucher {number}."),
    "differs": marked("Not genuine here: the paper differs from the records in {details}."),
}


_WORDS = {
    "valid": marked("Valid"),
    "invalid": marked("Invalid"),
    "used-up": marked("Used up"),
    "frozen": marked("Frozen"),
    "expired": marked("Expired"),
    "returned": marked("Returned"),
    "voided": marked("Voided"),
    "revoked-key": marked("Key revoked"),
}


def verdict_word(verdict: str) -> str:
    """Return the verdict in one word."""
    return _(_WORDS[verdict])


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


def template_sentence(error: BadTemplate) -> str:
    """Return where a template is wrong, and why, in one sentence."""
    place = _("{file}, line {line}").format(file=error.file, line=error.line) if error.line else error.file
    key = f"{error.key} " if error.key else ""
    return _("The template cannot be used. {place}: {key}{problem}.").format(
        place=place, key=key, problem=error.problem
    )
