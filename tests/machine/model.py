"""What the office should be, in plain numbers and words: the model that the machine holds the program against."""

from __future__ import annotations

from voucher_app.domain.batch import Request, allocate
from voucher_app.domain.money import Money

ENDED = {"declined", "refused", "withdrawn", "issued"}
LIFE = {
    "accept": ({"submitted"}, "accepted"),
    "return": ({"submitted"}, "returned"),
    "resubmit": ({"returned"}, "submitted"),
    "decline": ({"submitted", "returned"}, "declined"),
    "review": ({"accepted"}, "first-reviewed"),
    "approve": ({"first-reviewed"}, "approved"),
    "refuse": ({"accepted", "first-reviewed", "approved", "allocated", "objected"}, "refused"),
    "withdraw": ({"submitted", "returned", "accepted", "first-reviewed", "approved", "allocated"}, "withdrawn"),
}
"""Where an application of a batch may be for an act, and where it is afterwards."""
LOOKS_AT_THE_UNIT = {"accept", "review", "approve", "resubmit"}
"""Acts that a ban of the unit stops."""
UNDECIDED = {"submitted", "returned", "accepted", "first-reviewed"}


class Model:
    """One office, one year.

    Attributes:
        applications: approved outside of batches; `drafts`: not submitted yet; `intake`: those of batches.
        bans: by holder, the last day; `policies`: days of use by version; `policy`: the current one.
        seller: the provider that walks its whole road; `people`, `roles`: accounts beside those who play.
        numbers: live ones by subject, `drawn`: all; `old_keys`: those that sign no more; `prints`: jobs by status.
    """

    def __init__(self, appropriation, policy):
        self.open, self.appropriation, self.unissued, self.lapsed = True, appropriation, appropriation, 0
        self.applications, self.vouchers, self.claims = {}, {}, {}
        self.settlements, self.drafts, self.intake, self.batches, self.objections = {}, {}, {}, {}, {}
        self.bans, self.raises, self.policy_drafts = {}, {}, {}
        self.policy, self.policies = policy, {policy: 365}
        self.accepted = 0
        self.seller, self.facility_is_taken = None, False
        self.people, self.roles, self.is_small = {}, {}, False
        self.numbers, self.drawn, self.old_keys, self.prints = {}, set(), {}, {}

    # ------------------------------------------------------------------------------------------- vouchers and claims

    def can_issue(self, wanted, today):
        return (
            bool(wanted)
            and self.open
            and sum(one["fen"] for one in wanted) <= self.unissued
            and not self.any_banned(wanted, today)
        )

    def issued(self, number, one):
        self.unissued -= one["fen"]
        self.vouchers[number] = {
            "face": one["fen"], "left": one["fen"], "frozen": False, "ended": "", "policy": one["policy"],
        }  # fmt: skip

    def free(self, number):
        one = self.vouchers[number]
        return one["left"] - sum(c["fen"] for c in self.claims.values() if c["of"] == number and c["open"])

    def waits(self, number):
        return any(claim["open"] and claim["of"] == number for claim in self.claims.values())

    def recycle(self, number):
        one = self.vouchers[number]
        if self.open:
            self.unissued += one["left"]
        else:
            self.lapsed += one["left"]
        one["left"] = 0

    def status(self, number):
        one = self.vouchers[number]
        if one["ended"] or one["frozen"]:
            return one["ended"] or "frozen"
        return "usable" if one["left"] == one["face"] else "partly-used" if one["left"] else "used-up"

    def owed(self):
        return sum(claim["paid"] for claim in self.claims.values() if claim["stage"] in {"verified", "settled"})

    def disbursed(self):
        spent = {"disbursed", "recovering", "recovered"}
        return sum(claim["paid"] - claim["back"] for claim in self.claims.values() if claim["stage"] in spent)

    def bring_back(self, claim, fen):
        claim["back"] += fen
        if self.open:
            self.unissued += fen
        else:
            self.lapsed += fen

    def outstanding(self):
        return sum(one["left"] for one in self.vouchers.values())

    # ------------------------------------------------------------------------------------------- units and batches

    def is_banned(self, holder, today):
        return holder in self.bans and self.bans[holder] >= today

    def any_banned(self, applications, today):
        return any(self.is_banned(one["holder"], today) for one in applications)

    def of_batch(self, key, *statuses):
        return {
            number: one
            for number, one in self.intake.items()
            if one["batch"] == key and (not statuses or one["status"] in statuses)
        }

    def grants(self, key):
        """Return what an allocation would give; the arithmetic itself has tests of its own."""
        batch = self.batches[key]
        committed = sum(
            one["granted"]
            for one in self.intake.values()
            if one["batch"] != key
            and self.batches[one["batch"]]["status"] in {"reviewing", "publicized"}
            and one["status"] in {"allocated", "publicized", "objected", "cleared"}
        )
        available = max(self.unissued - committed, 0) if self.open else 0
        wanted = self.of_batch(key, "approved", "allocated")
        return allocate(
            [Request(number, one["place"], Money(one["fen"])) for number, one in wanted.items()],
            available=Money(min(available, batch["envelope"] or available)),
            method=batch["method"],
            smallest=Money(1),
        )

    def can_allocate(self, key, today):
        given = [self.intake[number] for number, grant in self.grants(key).items() if grant]
        return (
            self.batches[key]["status"] in {"closed", "reviewing"}
            and not self.of_batch(key, *UNDECIDED)
            and bool(given)
            and not self.any_banned(given, today)
        )

    def allocate(self, key):
        for number, grant in self.grants(key).items():
            self.intake[number].update(status="allocated" if grant else "refused", granted=grant.fen)
        self.batches[key]["status"] = "reviewing"

    def can_publicize(self, key, today):
        if self.batches[key]["status"] != "reviewing":
            return self.batches[key]["status"] == "closed" and self.can_allocate(key, today)
        allocated = self.of_batch(key, "allocated").values()
        return self.can_issue([{**one, "fen": one["granted"]} for one in allocated], today)

    def publicize(self, key, until):
        if self.batches[key]["status"] == "closed":
            self.allocate(key)
        for one in self.of_batch(key, "allocated").values():
            one["status"] = "publicized"
        self.batches[key].update(status="publicized", until=until)

    def ready(self, key):
        return {
            number: {**one, "fen": one["granted"]}
            for number, one in self.of_batch(key, "publicized", "cleared").items()
        }

    def can_issue_batch(self, key, today):
        batch = self.batches[key]
        return (
            batch["status"] == "publicized"
            and today > batch["until"]
            and not self.of_batch(key, "objected")
            and self.can_issue(self.ready(key).values(), today)
        )

    def resolve(self, objection, *, upheld, today):
        objection["open"] = False
        number = objection["of"]
        one = self.intake[number]
        if one["status"] != "objected":
            return
        if upheld:
            one["status"] = "refused"
        elif not any(other["open"] and other["of"] == number for other in self.objections.values()):
            one["status"] = "publicized" if today <= self.batches[one["batch"]]["until"] else "cleared"

    def can_finish(self, key):
        waiting = [one for one in self.of_batch(key).values() if one["status"] not in ENDED]
        return self.batches[key]["status"] in {"closed", "reviewing", "publicized", "issued"} and not waiting

    def can_close(self):
        in_hand = [one for one in self.batches.values() if one["status"] not in {"issued", "finished"}]
        return self.open and not in_hand and not any(one["open"] for one in self.raises.values())
