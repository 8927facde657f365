"""Batches (批次): applications taken in, reviewed, publicized and issued together (domain.md §4, Batch)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from voucher_app.domain.budget import YearStatus
from voucher_app.domain.errors import Violation
from voucher_app.domain.money import ZERO, Money
from voucher_app.domain.policy import Allocation

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date

    from voucher_app.domain.budget import YearMoney
    from voucher_app.domain.policy import OperatingModel, Policy


class BatchStatus(StrEnum):
    """Where a batch stands: 受理中, 受理截止, 评审, 公示, 发放, 关闭."""

    OPEN = "open"
    CLOSED = "closed"
    REVIEWING = "reviewing"
    PUBLICIZED = "publicized"
    ISSUED = "issued"
    FINISHED = "finished"


BATCH_LIFE: Final[dict[str, dict[str, str]]] = {
    BatchStatus.OPEN: {"close": BatchStatus.CLOSED},
    BatchStatus.CLOSED: {"allocate": BatchStatus.REVIEWING, "finish": BatchStatus.FINISHED},
    BatchStatus.REVIEWING: {
        "allocate": BatchStatus.REVIEWING,
        "publicize": BatchStatus.PUBLICIZED,
        "finish": BatchStatus.FINISHED,
    },
    # Finished without an issuance when objections left nothing to issue.
    BatchStatus.PUBLICIZED: {"issue": BatchStatus.ISSUED, "finish": BatchStatus.FINISHED},
    BatchStatus.ISSUED: {"finish": BatchStatus.FINISHED},
    BatchStatus.FINISHED: {},
}


@dataclass(frozen=True, slots=True)
class Batch:
    """One batch of a budget year under one policy version.

    Attributes:
        model: how its vouchers reach the bill; a batch chooses one of the three (domain.md §2).
        allocation: who gets how much when more is asked than is left (R32).
        envelope: what it may give at most, or None for all that the year has left.
        intake_from: first day on which applications are taken in; `intake_until`: last day.
        publicity_from: first day of publicity; `publicity_until`: last day, or None before it began (R24).
    """

    id: int
    year: int
    policy_id: int
    name: str
    model: OperatingModel
    allocation: Allocation
    envelope: Money | None
    intake_from: date
    intake_until: date
    document: str
    status: BatchStatus
    publicity_from: date | None
    publicity_until: date | None
    prepared_by: int
    issued_by: int | None = None


def intake_is_in_order(*, first: date, last: date, on: date, name: str) -> list[Violation]:
    """Refuse an intake window that ends before it begins, or that is over already."""
    found = []
    if last < first:
        found.append(
            Violation("BATCH", "intake_reversed", found=last.isoformat(), allowed=first.isoformat(), subject=name)
        )
    elif last < on:
        found.append(Violation("BATCH", "intake_past", found=last.isoformat(), allowed=on.isoformat(), subject=name))
    return found


def batch_takes_in(batch: Batch | None, *, policy: Policy, year: int, on: date) -> list[Violation]:
    """Refuse a submission outside the intake window, or without a batch where the policy issues in batches only."""
    if batch is None:
        if not policy.only_in_batches:
            return []
        return [Violation("BATCH", "batch_required", found="", allowed="a batch", subject=policy.title)]
    found = []
    if batch.year != year:
        found.append(Violation("BATCH", "batch_of_another_year", found=year, allowed=batch.year, subject=str(batch.id)))
    if batch.status is not BatchStatus.OPEN:
        found.append(
            Violation(
                "BATCH",
                "intake_closed",
                found=batch.status.value,
                allowed=BatchStatus.OPEN.value,
                subject=str(batch.id),
            )
        )
    elif not batch.intake_from <= on <= batch.intake_until:
        found.append(
            Violation(
                "BATCH",
                "outside_intake",
                found=on.isoformat(),
                allowed=[batch.intake_from.isoformat(), batch.intake_until.isoformat()],
                subject=str(batch.id),
            )
        )
    return found


def corrections_are_left(*, corrections: int, policy: Policy, subject: str) -> Violation | None:
    """Refuse to return an application for correction more often than the policy allows."""
    if corrections < policy.correction_times:
        return None
    return Violation(
        "BATCH", "corrections_used_up", found=corrections, allowed=policy.correction_times, subject=subject
    )


def correction_is_in_time(*, correct_by: date | None, on: date, subject: str) -> Violation | None:
    """Refuse a correction after its last day."""
    if correct_by is None or on <= correct_by:
        return None
    return Violation(
        "BATCH", "correction_too_late", found=on.isoformat(), allowed=correct_by.isoformat(), subject=subject
    )


def everything_is_decided(*, undecided: int, batch_id: int) -> Violation | None:
    """Refuse to go on while applications of the batch still wait for a decision."""
    if not undecided:
        return None
    return Violation("BATCH", "batch_undecided", found=undecided, allowed=0, subject=str(batch_id))


def publicity_is_long_enough(until: date, *, least: date, days: int, batch_id: int) -> Violation | None:
    """Refuse a publicity shorter than the policy's working days (R24)."""
    if until >= least:
        return None
    return Violation(
        "R24",
        "publicity_too_short",
        found=until.isoformat(),
        allowed=least.isoformat(),
        subject=str(batch_id),
        facts={"days": days},
    )


def publicity_is_over(batch: Batch, *, on: date) -> Violation | None:
    """Refuse to issue before the last day of publicity has passed (R24)."""
    if batch.publicity_until is None or on > batch.publicity_until:
        return None  # a batch that was not publicized yet is refused by its life cycle
    return Violation(
        "R24",
        "publicity_running",
        found=on.isoformat(),
        allowed=batch.publicity_until.isoformat(),
        subject=str(batch.id),
    )


def left_for(batch: Batch, *, money: YearMoney, committed: Money) -> Money:
    """Return what a batch may give: unissued money that no other batch has allocated, within its own envelope."""
    if money.status is not YearStatus.OPEN:
        return ZERO
    left = max(money.unissued - committed, ZERO)
    return left if batch.envelope is None else min(left, batch.envelope)


# Allocation (R32): pure arithmetic from here on.


@dataclass(frozen=True, slots=True)
class Request:
    """What an approved application asks for; `place` orders by acceptance, ties by `id`."""

    id: int
    place: int
    amount: Money


def allocate(
    requests: Iterable[Request],
    *,
    available: Money,
    method: Allocation,
    smallest: Money,
    tiers: tuple[Money, ...] = (),
) -> dict[int, Money]:
    """Return what each application is granted; zero for one that is left out (R32).

    Nobody gets more than they asked for, all together never more than is available, and nobody less than the smallest
    voucher (R5): who would get less gets nothing. Where the policy names face values, a part is cut to one of them.
    The order of the requests does not matter.
    """
    least = max(smallest, Money(1))
    ordered = sorted(requests, key=lambda one: (one.place, one.id))
    grant = _first_come if method is Allocation.FIRST_COME else _pro_rata
    return grant(ordered, available, least, tiers)


def something_is_granted(
    grants: Mapping[int, Money], *, available: Money, smallest: Money, batch_id: int
) -> list[Violation]:
    """R32: refuse an allocation that leaves everybody out, because what is left makes no voucher."""
    if any(grants.values()):
        return []
    least = max(smallest, Money(1))
    return [Violation("R32", "nothing_to_grant", found=available.fen, allowed=least.fen, subject=str(batch_id))]


def _cut(amount: Money, least: Money, tiers: tuple[Money, ...]) -> Money:
    """Return the largest permitted voucher that an amount covers, or zero."""
    if tiers:
        return max((tier for tier in tiers if least <= tier <= amount), default=ZERO)
    return amount if amount >= least else ZERO


def _first_come(ordered: list[Request], available: Money, least: Money, tiers: tuple[Money, ...]) -> dict[int, Money]:
    """Grant in the order of acceptance, each in full; the one at the edge gets what is left."""
    granted, left = {}, available
    for one in ordered:
        granted[one.id] = _cut(min(one.amount, left), least, tiers)
        left -= granted[one.id]
    return granted


def _pro_rata(ordered: list[Request], available: Money, least: Money, tiers: tuple[Money, ...]) -> dict[int, Money]:
    """Grant everybody the same part, to the fen; the smallest requests step back until every part is a voucher."""
    granted = {one.id: ZERO for one in ordered}
    kept: list[Request] = []
    total = 0
    for one in sorted(ordered, key=lambda one: -one.amount.fen):
        fen = one.amount.fen
        # A part only shrinks with every further request, so the first that is too small ends it.
        if min(available.fen, total + fen) * fen < least.fen * (total + fen):
            break
        kept.append(one)
        total += fen
    if total <= available.fen:
        return granted | {one.id: _cut(one.amount, least, tiers) for one in kept}
    parts = {one.id: divmod(available.fen * one.amount.fen, total) for one in kept}
    rest = available.fen - sum(whole for whole, _ in parts.values())
    # Largest remainder; among equal ones who was accepted first.
    place = {one.id: index for index, one in enumerate(ordered)}
    luckiest = set(sorted(parts, key=lambda key: (-parts[key][1], place[key]))[:rest])
    return granted | {key: _cut(Money(whole + (key in luckiest)), least, tiers) for key, (whole, _) in parts.items()}
