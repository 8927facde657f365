"""Keys of the office (发放机关密钥): revoked by two people, and what a passphrase for one has to be."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from voucher_app.domain.errors import InvalidInput

if TYPE_CHECKING:
    from datetime import date

SHORTEST_PASSPHRASE, LONGEST_PASSPHRASE = 12, 200
"""In characters. Whoever has the key file may guess as fast as the machine goes, and nobody locks him out."""


class RevocationStatus(StrEnum):
    """Where a revocation stands: 提出, 已吊销, 撤回."""

    PROPOSED = "proposed"
    REVOKED = "revoked"
    WITHDRAWN = "withdrawn"


REVOCATION_STEPS: Final[dict[str, dict[str, str]]] = {
    RevocationStatus.PROPOSED: {"revoke": RevocationStatus.REVOKED, "withdraw": RevocationStatus.WITHDRAWN},
    RevocationStatus.REVOKED: {},
    RevocationStatus.WITHDRAWN: {},
}


@dataclass(frozen=True, slots=True)
class KeyRevocation:
    """One revocation of an office key, from its proposal on.

    Attributes:
        key_id: the key's identifier of eight hexadecimal digits.
        prepared_by: who proposed it; `reviewed_by`: another person, who revoked the key (R23).
        decided_on: the day of revocation, or of withdrawal.
    """

    id: int
    key_id: str
    status: RevocationStatus
    reason: str
    proposed_on: date
    prepared_by: int
    decided_on: date | None = None
    reviewed_by: int | None = None
    withdrawn_by: int | None = None


def parse_passphrase(text: str, *, new: bool = True) -> str:
    """Return a passphrase in its normal form (NFKC), so that it is the same from every keyboard and input method.

    Raises:
        InvalidInput: a new one that is too short or too long; what was typed is never told.
    """
    passphrase = unicodedata.normalize("NFKC", text)
    if not new:
        return passphrase[: LONGEST_PASSPHRASE + 1]
    if not SHORTEST_PASSPHRASE <= len(passphrase) <= LONGEST_PASSPHRASE:
        raise InvalidInput(
            "passphrase_length", found=len(passphrase), least=SHORTEST_PASSPHRASE, most=LONGEST_PASSPHRASE
        )
    return passphrase
