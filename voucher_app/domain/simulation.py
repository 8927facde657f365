"""A year once more under another policy: what would have been issued and paid, and who gains or loses by it.

The year is played again in the order in which it was decided (by journal record; applications decided in one act in
the order of their acceptance), on books of its own. What people decided stays decided: what they refused stays out, a
voucher that was voided, returned or expired ends on the same day, a reversed redemption is reversed. The policy decides
anew how much:

- *Asking.* A request that was at its limit (ratio × contract amount, cap of the unit, face values) asks for the limit
  of the new policy; any other asks for what it asked for, cut to the new limit. So the policy that was in force gives
  exactly what was issued.
- *Issuing* (R1, R3, R4, R5, R6, R15, R16). What does not fit the money or the cap of its unit waits until some comes
  back. What was approved and never issued comes last, because others were served before it. Where a batch could not
  give all it was asked for, it gives what it gave, divided as the new policy says (R32); a policy that divides pro rata
  divides the appropriation over all that was asked outside of batches, when it does not suffice.
- *Paying* (R3, R4, R7, R16, R19, R31). Each redemption that was verified, in turn: a claim at its limit becomes the new
  limit of the same evidence, any other is cut to it; both stay within the voucher and the cap of the unit. The limit is
  the arithmetic of `domain.payable` on what was recorded: the contract's term, what was paid, the supporting services.

Not asked again: rules about facts that a policy does not change, and parameters that only ask for evidence. Claims that
nobody made because a voucher was smaller cannot be known.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date
from itertools import groupby
from typing import TYPE_CHECKING, Final

from voucher_app.domain.application import support_limit
from voucher_app.domain.claim import terms_under
from voucher_app.domain.errors import Violation
from voucher_app.domain.money import ZERO, Money, round_fen
from voucher_app.domain.payable import cost_of
from voucher_app.domain.policy import Allocation, OperatingModel

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from voucher_app.domain.invoice import Invoice
    from voucher_app.domain.payable import Period
    from voucher_app.domain.policy import Policy


@dataclass(frozen=True, slots=True)
class Holder:
    """A recipient, as far as amounts and groups depend on it; `city` is the code of its city or zone."""

    id: int
    name: str
    uscc: str
    kind: str
    city: str
    founded_on: date | None


@dataclass(frozen=True, slots=True)
class Asked:
    """An application that people decided in favour of.

    Attributes:
        policy: the version it was made under.
        value: what it was worth in the end, at most what was requested (R32).
        asked_on: the day it was accepted, or else submitted.
        issued_seq: the act that issued its voucher, or None while it waits; `issued_on`: the day of it.
        voucher_id: the voucher's row, or None.
        other_support, supporting_services: as declared of the contract (R15, R16).
    """

    id: int
    recipient_id: int
    policy: Policy
    contract_amount: Money
    requested: Money
    value: Money
    batch_id: int | None
    asked_on: date
    issued_seq: int | None = None
    issued_on: date | None = None
    voucher_id: int | None = None
    other_support: Money = ZERO
    supporting_services: Money = ZERO


@dataclass(frozen=True, slots=True)
class Redeemed:
    """A redemption that was verified.

    Attributes:
        reversed_seq: the act that took it back, or None.
        contract: the term that the invoices' amounts cover, or None.
        claimed: what was claimed, which model A takes off the bills; what was approved, where it is not told.
        model: the batch's operating model, or None for the policy's.
    """

    id: int
    voucher_id: int
    approved: Money
    claimed_on: date
    invoices: tuple[Invoice, ...]
    seq: int
    reversed_seq: int | None = None
    contract: Period | None = None
    claimed: Money | None = None
    model: OperatingModel | None = None


@dataclass(frozen=True, slots=True)
class YearAsRecorded:
    """Everything that a simulation reads.

    Attributes:
        appropriation: all that the year was given.
        ended: act and voucher of everything that was voided, returned or expired.
        left_out: applications that nobody decided in favour of, by status.
    """

    year: int
    appropriation: Money
    holders: dict[int, Holder]
    asked: tuple[Asked, ...]
    redeemed: tuple[Redeemed, ...]
    ended: tuple[tuple[int, int], ...]
    left_out: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Outcome:
    """One application, as it was and as it would have been.

    Attributes:
        waited: whether it was approved and never issued.
        issued, paid: as it was; `simulated_issued`, `simulated_paid`: as it would have been.
        violations: why it would have got nothing, empty otherwise.
    """

    application_id: int
    recipient_id: int
    waited: bool
    issued: Money
    simulated_issued: Money
    paid: Money
    simulated_paid: Money
    violations: tuple[Violation, ...] = ()


@dataclass(frozen=True, slots=True)
class Totals:
    """Sums over some applications, as they were and as they would have been; `key` tells which."""

    key: str
    vouchers: int
    simulated_vouchers: int
    issued: Money
    simulated_issued: Money
    paid: Money
    simulated_paid: Money

    @property
    def issued_difference(self) -> Money:
        """What more would have been issued; less, when it is negative."""
        return self.simulated_issued - self.issued

    @property
    def paid_difference(self) -> Money:
        """What more would have been paid; less, when it is negative."""
        return self.simulated_paid - self.paid


@dataclass(frozen=True, slots=True)
class Simulation:
    """What a policy would have made of a year.

    Attributes:
        outcomes: every application, in the order in which they came.
        exhausted_on: the first day on which more was asked than was left, or None.
        unissued: what would be left to issue now; `recycled`: what would have come back.
    """

    outcomes: tuple[Outcome, ...]
    exhausted_on: date | None
    unissued: Money
    recycled: Money


def totals(outcomes: Iterable[Outcome], key: Callable[[Outcome], str]) -> list[Totals]:
    """Sum outcomes by a key, in the order of the keys."""
    sums: dict[str, list[int]] = defaultdict(lambda: [0] * 6)
    for one in outcomes:
        amounts = (one.issued.fen, one.simulated_issued.fen, one.paid.fen, one.simulated_paid.fen)
        found = (int(amounts[0] > 0), int(amounts[1] > 0), *amounts)
        into = sums[key(one)]
        for place, number in enumerate(found):
            into[place] += number
    return [
        Totals(name, found[0], found[1], *(Money(fen) for fen in found[2:])) for name, found in sorted(sums.items())
    ]


def total(outcomes: Sequence[Outcome]) -> Totals:
    """Sum all outcomes; nothing, where there are none."""
    found = totals(outcomes, lambda _outcome: "")
    return found[0] if found else Totals("", 0, 0, ZERO, ZERO, ZERO, ZERO)


def pro_rata(amounts: Sequence[int], available: int) -> list[int]:
    """Give everybody the same part of what they ask, to the fen (R32); all of it when that is available.

    What is cut off by rounding goes, a fen each, to those who lost most by it, the earlier before the later.
    """
    total = sum(amounts)
    if total <= available:
        return list(amounts)
    parts = [amount * available // total for amount in amounts]
    lost = sorted(range(len(amounts)), key=lambda place: (-(amounts[place] * available % total), place))
    for place in lost[: available - sum(parts)]:
        parts[place] += 1
    return parts


def first_come(amounts: Sequence[int], available: int) -> list[int]:
    """Give each in turn what they ask, in full; the one at the edge gets what is left, the others nothing (R32)."""
    parts = []
    for amount in amounts:
        part = min(amount, available)
        available -= part
        parts.append(part)
    return parts


def evidence_limit(policy: Policy, holder: Holder, redeemed: Redeemed, *, year: int, issued_on: date) -> Money:
    """Return ratio × eligible cost of a redemption's evidence under a policy (R4, R7, R16, R19, R31).

    An invoice of a day on which the voucher was not to be used any more carries nothing (R7).
    """
    use_by = policy.use_by(year=year, issued_on=issued_on)
    invoices = [invoice for invoice in redeemed.invoices if invoice.invoiced_on <= use_by]
    if not invoices:
        return ZERO
    model = redeemed.model or policy.operating_model
    ratio = policy.ratio_for(kind=holder.kind, founded_on=holder.founded_on, on=issued_on)
    terms = terms_under(policy, ratio=ratio, model=model, year=year, issued_on=issued_on, use_by=use_by)
    deducted = (redeemed.claimed or redeemed.approved) if model is OperatingModel.DEDUCT else ZERO
    cost = cost_of(invoices, contract=redeemed.contract, terms=terms, deducted=deducted)
    return round_fen(ratio * cost.eligible, policy.rounding)


def simulate(policy: Policy, recorded: YearAsRecorded) -> Simulation:
    """Play a year again under a policy; see the module for how."""
    replay = _Replay(policy, recorded)
    replay.run()
    if policy.allocation is Allocation.PRO_RATA and replay.exhausted_on is not None:
        asking = _Replay(policy, recorded, is_unlimited=True)
        asking.run()
        alone = [asked for asked in recorded.asked if asked.batch_id is None]
        together = sum(asking.issued.get(asked.id, 0) for asked in recorded.asked if asked.batch_id is not None)
        parts = pro_rata(
            [asking.issued.get(asked.id, 0) for asked in alone], max(recorded.appropriation.fen - together, 0)
        )
        exhausted_on = replay.exhausted_on
        replay = _Replay(policy, recorded, parts={asked.id: part for asked, part in zip(alone, parts, strict=True)})
        replay.run()
        replay.exhausted_on = exhausted_on
    return replay.told()


@dataclass(slots=True)
class _Books:
    """Where the money is, in fen: by recipient what it holds and what it redeemed, by voucher what is left."""

    unissued: int
    counted: dict[int, int] = field(default_factory=lambda: defaultdict(int))
    redeemed: dict[int, int] = field(default_factory=lambda: defaultdict(int))
    remaining: dict[int, int] = field(default_factory=dict)

    def issue(self, recipient: int, voucher: int, fen: int) -> None:
        self.unissued -= fen
        self.counted[recipient] += fen
        self.remaining[voucher] = fen

    def redeem(self, recipient: int, voucher: int, fen: int) -> None:
        self.redeemed[recipient] += fen
        self.remaining[voucher] -= fen

    def end(self, recipient: int, voucher: int, *, recycles: bool) -> int:
        back = self.remaining[voucher]
        self.remaining[voucher] = 0
        self.counted[recipient] -= back
        if recycles:
            self.unissued += back
        return back


_ISSUE, _REDEEM, _REVERSE, _END = range(4)
_LAST: Final = 2**62
"""After every act: the turn of those whose turn never came."""


class _Replay:
    """One run through the year: real books beside simulated ones, because a limit depends on what came before."""

    def __init__(
        self,
        policy: Policy,
        recorded: YearAsRecorded,
        *,
        parts: dict[int, int] | None = None,
        is_unlimited: bool = False,
    ) -> None:
        self.policy = policy
        self.recorded = recorded
        self.parts = parts or {}
        self.real = _Books(recorded.appropriation.fen)
        self.books = _Books(_LAST if is_unlimited else recorded.appropriation.fen)
        self.of_voucher = {asked.voucher_id: asked for asked in recorded.asked if asked.voucher_id is not None}
        self.issued: dict[int, int] = {}
        self.paid: dict[int, int] = defaultdict(int)
        self.real_paid: dict[int, int] = defaultdict(int)
        self.values: dict[int, int] = {}
        self.refused: dict[int, tuple[Violation, ...]] = {}
        # With what each of them waits for: an amount of money, or None for room under the cap of its unit.
        self.waiting: dict[int, tuple[Asked, int | None]] = {}
        self.recycled = 0
        self.exhausted_on: date | None = None
        self.day = date(recorded.year, 1, 1)

    def run(self) -> None:
        """Play every act in its turn."""
        acts: list[tuple[int, int, int, object]] = [
            (_LAST if asked.issued_seq is None else asked.issued_seq, _ISSUE, asked.id, asked)
            for asked in self.recorded.asked
        ]
        for redeemed in self.recorded.redeemed:
            acts.append((redeemed.seq, _REDEEM, redeemed.id, redeemed))
            if redeemed.reversed_seq is not None:
                acts.append((redeemed.reversed_seq, _REVERSE, redeemed.id, redeemed))
        acts += [(seq, _END, voucher_id, voucher_id) for seq, voucher_id in self.recorded.ended]
        acts.sort(key=lambda act: act[:3])
        for (_seq, kind), group in groupby(acts, key=lambda act: act[:2]):
            items = [item for _, _, _, item in group]
            if kind == _ISSUE:
                self._issue_together(sorted((one for one in items if isinstance(one, Asked)), key=_by_acceptance))
            for item in items:
                if isinstance(item, Redeemed):
                    (self._redeem if kind == _REDEEM else self._reverse)(item)
                elif isinstance(item, int):
                    self._end(item)

    # --------------------------------------------------------------------------------------- issuing

    def _issue_together(self, group: list[Asked]) -> None:
        """Issue what was decided in one act; where a batch had to divide, divide what it gave."""
        cut = [asked for asked in group if asked.batch_id is not None and asked.value < asked.requested]
        divided = {asked.batch_id for asked in cut}
        for batch_id in divided:
            members = [asked for asked in group if asked.batch_id == batch_id]
            asks = [self._ask(asked) for asked in members]
            if any(ask != asked.requested.fen for ask, asked in zip(asks, members, strict=True)):
                share = pro_rata if self.policy.allocation is Allocation.PRO_RATA else first_come
                asks = share(asks, sum(asked.value.fen for asked in members))
            else:
                asks = [asked.value.fen for asked in members]
            self.parts |= {asked.id: ask for asked, ask in zip(members, asks, strict=True)}
        for asked in group:
            self.day = max(self.day, asked.issued_on or asked.asked_on)
            self._try(asked)
            if asked.voucher_id is not None:
                self.real.issue(asked.recipient_id, asked.voucher_id, asked.value.fen)

    def _ask(self, asked: Asked) -> int:
        """Return what an application would ask for now; see the module for how."""
        holder, requested = self.recorded.holders[asked.recipient_id], asked.requested.fen
        old, new = asked.policy, self.policy

        def limit(policy: Policy) -> int:
            most = support_limit(
                policy, base=asked.contract_amount, kind=holder.kind, founded_on=holder.founded_on, on=asked.asked_on
            ).fen
            if not asked.other_support or policy.forbids_other_support:
                return most
            share = int(policy.largest_support_share * asked.contract_amount.fen)
            return max(min(most, share - asked.other_support.fen), 0)

        old_limit, new_limit = limit(old), limit(new)
        old_room = old.recipient_year_cap.fen - self.real.counted[asked.recipient_id]
        new_room = new.recipient_year_cap.fen - self.books.counted[asked.recipient_id]
        if (old_limit, old_room) == (new_limit, new_room) and old.tiers == new.tiers:
            return requested
        most = min(new_limit, new_room)
        was_at_limit = requested >= _face_value(old, min(old_limit, old_room))
        return _face_value(new, most if was_at_limit else min(requested, most))

    def _try(self, asked: Asked) -> None:
        ask = self._ask(asked)
        if asked.id in self.parts:
            ask = _face_value(self.policy, min(ask, self.parts[asked.id]))
        found = self._violations(asked, ask)
        if found:
            self.refused[asked.id] = found
            rules = {violation.rule for violation in found}
            if rules <= {"R1", "R3"}:
                self.waiting[asked.id] = (asked, ask if "R1" in rules else None)
            if "R1" in rules:
                self.exhausted_on = self.exhausted_on or self.day
            return
        self.refused.pop(asked.id, None)
        self.waiting.pop(asked.id, None)
        self.issued[asked.id] = ask
        # An application without a voucher of its own is known by the negative of its number.
        self.books.issue(asked.recipient_id, asked.voucher_id or -asked.id, ask)

    def _violations(self, asked: Asked, ask: int) -> tuple[Violation, ...]:
        policy, name = self.policy, self.recorded.holders[asked.recipient_id].name
        smallest = max(policy.smallest_voucher.fen, 1)
        found = []
        if asked.contract_amount < policy.smallest_spend:
            found.append(
                Violation(
                    "R5",
                    "spend_too_small",
                    found=asked.contract_amount.fen,
                    allowed=policy.smallest_spend.fen,
                    subject=name,
                )
            )
        found += self._unsupported(asked, name)
        if ask < smallest:
            found.append(self._too_small(asked, ask, smallest, name))
        elif ask > self.books.unissued:
            found.append(
                Violation(
                    "R1",
                    "cap_exceeded",
                    found=ask,
                    allowed=self.books.unissued,
                    subject=str(self.recorded.year),
                    facts={"short_fen": ask - self.books.unissued},
                )
            )
        return tuple(found)

    def _unsupported(self, asked: Asked, name: str) -> list[Violation]:
        """Tell what of the contract this policy does not support: other public money (R15), other services (R16)."""
        policy, found = self.policy, []
        if asked.other_support and policy.forbids_other_support:
            found.append(
                Violation("R15", "other_support_forbidden", found=asked.other_support.fen, allowed=0, subject=name)
            )
        share = policy.supporting_services_share
        most = int(share * asked.contract_amount.fen)
        if asked.supporting_services.fen > most:
            found.append(
                Violation(
                    "R16",
                    "supporting_services_exceeded",
                    found=asked.supporting_services.fen,
                    allowed=most,
                    subject=name,
                    facts={"ratio": str(share)},
                )
            )
        return found

    def _too_small(self, asked: Asked, ask: int, smallest: int, name: str) -> Violation:
        """Tell which rule leaves an application too little: the cap of its unit, the face values, or the ratio."""
        counted, cap = self.books.counted[asked.recipient_id], self.policy.recipient_year_cap.fen
        if cap - counted < smallest:
            return Violation(
                "R3",
                "recipient_cap_exceeded",
                found=counted + asked.requested.fen,
                allowed=cap,
                subject=name,
                facts={"counted_fen": counted},
            )
        if self.policy.tiers and ask == 0:
            tiers = [tier.fen for tier in self.policy.tiers]
            return Violation("R6", "not_a_tier", found=asked.requested.fen, allowed=tiers, subject=name)
        return Violation("R5", "voucher_too_small", found=ask, allowed=smallest, subject=name)

    def _retry(self, recipient_id: int) -> None:
        """Let those who wait try again after something came back, in their order."""
        for asked, needed in list(self.waiting.values()):
            if asked.recipient_id == recipient_id or (needed is not None and needed <= self.books.unissued):
                self._try(asked)

    # --------------------------------------------------------------------------------------- redeeming

    def _redeem(self, redeemed: Redeemed) -> None:
        asked = self.of_voucher[redeemed.voucher_id]
        approved, recipient = redeemed.approved.fen, asked.recipient_id
        if asked.id in self.issued:
            value = self._pay(asked, redeemed)
            self.values[redeemed.id] = value
            self.books.redeem(recipient, redeemed.voucher_id, value)
            self.paid[asked.id] += value
        self.real.redeem(recipient, redeemed.voucher_id, approved)
        self.real_paid[asked.id] += approved

    def _pay(self, asked: Asked, redeemed: Redeemed) -> int:
        holder, recipient, year = self.recorded.holders[asked.recipient_id], asked.recipient_id, self.recorded.year
        assert asked.issued_on is not None, "only a voucher is redeemed"
        issued_on, old, new = asked.issued_on, asked.policy, self.policy
        if redeemed.claimed_on > new.redeem_by(year=year, issued_on=issued_on):
            return 0

        def limit(policy: Policy) -> int:
            return evidence_limit(policy, holder, redeemed, year=year, issued_on=issued_on).fen

        approved, old_limit, new_limit = redeemed.approved.fen, limit(old), limit(new)
        if new_limit == old_limit:
            # The arithmetic is the same: what was accepted stays accepted.
            new_limit = max(new_limit, approved)
        old_most = min(
            old_limit,
            self.real.remaining[redeemed.voucher_id],
            old.recipient_year_cap.fen - self.real.redeemed[recipient],
        )
        most = min(
            new_limit,
            self.books.remaining[redeemed.voucher_id],
            new.recipient_year_cap.fen - self.books.redeemed[recipient],
        )
        return max(most if approved >= old_most else min(approved, most), 0)

    def _reverse(self, redeemed: Redeemed) -> None:
        asked = self.of_voucher[redeemed.voucher_id]
        value = self.values.pop(redeemed.id, None)
        if value is not None:
            self.books.redeem(asked.recipient_id, redeemed.voucher_id, -value)
            self.paid[asked.id] -= value
        self.real.redeem(asked.recipient_id, redeemed.voucher_id, -redeemed.approved.fen)
        self.real_paid[asked.id] -= redeemed.approved.fen

    def _end(self, voucher_id: int) -> None:
        asked = self.of_voucher[voucher_id]
        self.real.end(asked.recipient_id, voucher_id, recycles=asked.policy.recycles)
        if asked.id in self.issued:
            back = self.books.end(asked.recipient_id, voucher_id, recycles=self.policy.recycles)
            self.recycled += back
            if back:
                self._retry(asked.recipient_id)

    # --------------------------------------------------------------------------------------- the result

    def told(self) -> Simulation:
        """Return what came of it."""
        outcomes = tuple(
            Outcome(
                application_id=asked.id,
                recipient_id=asked.recipient_id,
                waited=asked.issued_seq is None,
                issued=ZERO if asked.issued_seq is None else asked.value,
                simulated_issued=Money(self.issued.get(asked.id, 0)),
                paid=Money(self.real_paid[asked.id]),
                simulated_paid=Money(self.paid[asked.id]),
                violations=self.refused.get(asked.id, ()),
            )
            for asked in self.recorded.asked
        )
        return Simulation(outcomes, self.exhausted_on, Money(self.books.unissued), Money(self.recycled))


def _by_acceptance(asked: Asked) -> tuple[date, int]:
    return asked.asked_on, asked.id


def _face_value(policy: Policy, fen: int) -> int:
    """Return the largest face value within an amount (R6); the amount itself where the policy has none."""
    if not policy.tiers:
        return fen
    return max((tier.fen for tier in policy.tiers if tier.fen <= fen), default=0)
