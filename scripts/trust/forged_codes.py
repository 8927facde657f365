"""Forge the codes of certificates, and read sound ones back from scanned pages (trust.md T10).

`--size N`: N codes of made-up certificates. Of each, every byte of what is signed and every character of the text is
changed to another by chance, the text is cut short at every place and goes on at its end, and it is read with the keys
of another office: every forgery has to be refused. Then N certificates are printed, rendered at 150, 200 and 300 dpi,
turned and blurred as by a scanner, and read: at least 99.9 % have to come back letter by letter. And codes of a real
office whose vouchers were voided, returned, frozen, used up or are past their last day are shown again: with the
records each is told for what it is, with the list of voided numbers too, as far as the list says.
"""

from __future__ import annotations

import random
import sys
from datetime import timedelta
from typing import TYPE_CHECKING, Final

import base45
from kill_nine import TODAY, issue_one, make_office, redeem_one
from scan_papers import LEAST_READ, facts_of, unread
from trial import run_alone

from voucher_app.app import make_workspace
from voucher_app.domain.money import Money
from voucher_app.printing.signing import PREFIX, OfficeSigner
from voucher_app.services import certificate, void_list, voucher
from voucher_app.services.papers import BrokenToken
from voucher_app.services.workspace import new_request_id

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from trial import Seen

    from voucher_app.services.papers import PublicKey
    from voucher_app.services.workspace import Workspace

ALPHABET: Final = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"
"""What a QR code's dense mode can say."""
VERDICTS: Final = {
    "live": "valid", "voided": "voided", "returned": "returned", "frozen": "frozen", "used up": "used-up",
}  # fmt: skip
"""What is said of each: by the records, and by whoever has the public key and the office's list of what has ended."""
FACE: Final = Money(90_000)


def forgeries(text: str, chance: random.Random) -> Iterator[tuple[str, str]]:
    """Yield what is no longer a code of the office, each with how it was made."""
    signed = base45.b45decode(text.removeprefix(PREFIX))
    for place in range(len(signed)):
        changed = bytearray(signed)
        changed[place] ^= chance.randrange(1, 256)
        yield f"byte {place}", PREFIX + base45.b45encode(bytes(changed)).decode()
    for place, right in enumerate(text):
        yield f"character {place}", text[:place] + chance.choice(ALPHABET.replace(right, "")) + text[place + 1 :]
        yield f"cut at {place}", text[:place]
    yield "longer", text + chance.choice(ALPHABET)
    yield "twice", text + text


def accepted(text: str, read: Callable[[str, list[PublicKey]], object], keys: list[PublicKey]) -> bool:
    """Return whether a code passes for one of the office."""
    try:
        read(text, keys)
    except BrokenToken:
        return False
    return True


def forge(folder: Path, size: int, chance: random.Random, signer: OfficeSigner) -> tuple[int, list[str]]:
    """Forge so many codes in every way; return how many forgeries there were, and what is wrong."""
    other = OfficeSigner(folder / "other.pem")
    other.make_key()
    ours, theirs = [signer.public_key()], [other.public_key()]
    forged, wrong = 0, []
    for sequence in range(1, size + 1):
        text = facts_of(signer, sequence, chance).qr_text
        if not accepted(text, signer.read, ours):
            wrong.append(f"code {sequence} is refused as it is")
        if accepted(text, signer.read, theirs):
            wrong.append(f"code {sequence} is taken with another office's key")
        for how, one in forgeries(text, chance):
            forged += 1
            if accepted(one, signer.read, ours):
                wrong.append(f"code {sequence}, {how}: accepted")
    return forged, wrong


def _office_of_every_status(folder: Path) -> tuple[Workspace, dict[str, str]]:
    """Make an office with a voucher of each status; return the text of each one's code, printed while it was live."""
    database = folder / "office.db"
    make_office(database)
    workspace = make_workspace(database, on=TODAY)
    _preparer, reviewer = workspace.queries.operators()
    numbers = {status: issue_one(workspace, FACE) for status in VERDICTS}
    texts = {status: certificate.facts_of(workspace, [number])[0].qr_text for status, number in numbers.items()}
    acts = {"voided": voucher.void, "returned": voucher.return_voucher, "frozen": voucher.freeze}
    for status, act in acts.items():
        act(workspace, number=numbers[status], reason="演练", operator=reviewer, request_id=new_request_id())
    redeem_one(workspace, numbers["used up"], FACE)
    return workspace, texts


def show_again(folder: Path) -> tuple[int, list[str]]:
    """Show the codes of vouchers that ended; return how many were shown, and what is wrong."""
    workspace, texts = _office_of_every_status(folder)
    signer, keys = workspace.signer(), workspace.queries.public_keys()
    void_list.write(workspace, file=folder / "voided.json")
    listed = void_list.read(folder / "voided.json", signer=signer, keys=keys)
    shown, wrong = 0, []
    for status, text in texts.items():
        told = certificate.verify_text(workspace, text).verdict
        by_list = certificate.verify_offline(text, signer=signer, keys=keys, on=TODAY, void_list=listed).verdict
        shown += 2
        if told != VERDICTS[status]:
            wrong.append(f"{status}: the records say {told}")
        if by_list != VERDICTS[status]:
            wrong.append(f"{status}: the list says {by_list}")
    last = certificate.verify_text(workspace, texts["live"]).token
    assert last is not None
    for days, expected in ((0, "valid"), (1, "expired")):
        on = last.redeem_by + timedelta(days=days)
        said = certificate.verify_offline(texts["live"], signer=signer, keys=keys, on=on).verdict
        late = make_workspace(workspace.data_file.path, on=on, any_history=True)
        recorded = certificate.verify_text(late, texts["live"]).verdict
        late.data_file.close()
        shown += 2
        wrong += [f"{days} days after its last: {one}" for one in (said, recorded) if one != expected]
    workspace.data_file.close()
    return shown, wrong


def run(folder: Path, size: int, seed: int) -> Seen:
    """Forge so many codes, scan as many certificates, and show again what has ended."""
    chance = random.Random(seed)  # noqa: S311 - to be repeated
    signer = OfficeSigner(folder / "office.pem")
    signer.make_key()
    forged, wrong = forge(folder, size, chance, signer)
    shown, misjudged = show_again(folder)
    missing = unread(folder, size, seed=seed)
    seen: Seen = {"codes": size, "forged": forged, "shown_again": shown, "scanned": size, "unread": missing}
    return {**seen, "wrong": wrong + misjudged, "failed": judged({**seen, "wrong": wrong + misjudged})}


def judged(seen: Seen) -> list[str]:
    """Return why a run failed or proves nothing."""
    reasons = list(seen["wrong"])
    if len(seen["unread"]) > (1 - LEAST_READ) * seen["scanned"]:
        reasons.append(f"not read: {seen['unread']}")
    if not seen["forged"]:
        reasons.append("void: nothing was forged")
    return reasons


if __name__ == "__main__":
    sys.exit(run_alone(__doc__, run, full=1_000))
