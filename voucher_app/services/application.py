"""Applications (申领): submitted by one person, approved or refused by another."""

from dataclasses import dataclass
from datetime import date

from voucher_app.domain.application import (
    Application,
    ApplicationCase,
    check_application,
    steps_of,
)
from voucher_app.domain.budget import YearMoney, issuance_is_in_appropriation, year_is_open
from voucher_app.domain.contract import Contract
from voucher_app.domain.credit_code import parse_credit_code
from voucher_app.domain.decision import check_decision
from voucher_app.domain.errors import Violation, blocks, refuse_if_violated
from voucher_app.domain.money import Money
from voucher_app.domain.operators import Operator
from voucher_app.domain.text import LONGEST_REASON, parse_line
from voucher_app.services.ports.unit_of_work import Records
from voucher_app.services.workspace import Workspace


@dataclass(frozen=True, slots=True)
class ApplicationFacts:
    """What is asked for, before it is checked; `year` is the business date's year when not told."""

    recipient_uscc: str
    provider_uscc: str
    contract_number: str
    contract_amount: Money
    signed_on: date
    requested: Money
    year: int | None = None


@dataclass(frozen=True, slots=True)
class Preview:
    """What a decision would do, told before the click.

    Attributes:
        violations: every rule it meets with a no, a reason or a note; also those that only count at issuance.
        before: where the year's money is now, or None when the year is not open.
        moving: what the decision would take out of the year's unissued money.
    """

    violations: list[Violation]
    before: YearMoney | None
    moving: Money

    @property
    def unissued_after(self) -> Money:
        """What would be left to issue; negative when the cap stands in the way."""
        return (self.before.unissued if self.before else Money(0)) - self.moving


def case_of(records: Records, application: Application) -> ApplicationCase:
    """Gather what the rules look at for a recorded application, which itself does not count against its contract."""
    holder = records.applications.holder_of_contract(application.provider_id, application.contract.number)
    return ApplicationCase(
        policy=records.policies.get(application.policy_id).policy,
        recipient=records.parties.recipient_by_id(application.recipient_id),
        provider=records.parties.provider_by_id(application.provider_id),
        contract=application.contract,
        requested=application.value,
        counted=records.parties.counted(application.recipient_id, application.year),
        contract_holder=None if holder == application.id else holder,
        on=records.today,
    )


def _new_case(records: Records, facts: ApplicationFacts) -> ApplicationCase:
    provider = records.parties.provider(parse_credit_code(facts.provider_uscc))
    recipient = records.parties.recipient(parse_credit_code(facts.recipient_uscc))
    number = parse_line(facts.contract_number, field="contract")
    return ApplicationCase(
        policy=records.policies.current().policy,
        recipient=recipient,
        provider=provider,
        contract=Contract(number, facts.contract_amount, facts.signed_on),
        requested=facts.requested,
        counted=records.parties.counted(recipient.id, facts.year or records.today.year),
        contract_holder=records.applications.holder_of_contract(provider.id, number),
        on=records.today,
    )


def preview(workspace: Workspace, facts: ApplicationFacts) -> Preview:
    """Return what the rules say to an application as typed so far, and what its voucher would do to the year's money.

    Raises:
        InvalidInput, NotFound: when a field cannot be read or a unit is not registered.
    """
    records = workspace.records()
    year = facts.year or records.today.year
    money = records.years.find(year)
    violations = check_application(_new_case(records, facts))
    violations += _year_violations(money, year=year, issuing=facts.requested)
    return Preview(violations, money, facts.requested)


def _year_violations(money: YearMoney | None, *, year: int, issuing: Money) -> list[Violation]:
    if money is None:
        return [year_not_opened(year)]
    found = [
        year_is_open(money.status, year=year),
        issuance_is_in_appropriation(issuing=issuing, unissued=money.unissued, year=year),
    ]
    return [violation for violation in found if violation]


def year_not_opened(year: int) -> Violation:
    """Return the refusal to issue out of a year that has no appropriation (R1)."""
    return Violation("R1", "year_not_opened", found=year, allowed="an opened year", subject=str(year))


def submit(
    workspace: Workspace, *, facts: ApplicationFacts, operator: Operator, request_id: str, reason: str = ""
) -> Application:
    """Submit an application for one voucher on one contract.

    The year's money is not asked here: what was voided or returned may be issued again, so an application may wait.

    Raises:
        InvalidInput, NotFound: when a field cannot be read or a unit is not registered.
        RulesViolated: with every rule the application breaks; a written reason answers those that only ask for one.
    """
    return submit_all(workspace, applications=[facts], operator=operator, request_id=request_id, reason=reason)[0]


def submit_all(
    workspace: Workspace,
    *,
    applications: list[ApplicationFacts],
    operator: Operator,
    request_id: str,
    reason: str = "",
) -> list[Application]:
    """Submit applications, all or none.

    Raises:
        InvalidInput, NotFound, RulesViolated: as `submit`; violations of all applications together.
    """
    reason = parse_line(reason, field="reason", longest=LONGEST_REASON, required=False)
    asked: dict[str, object] = {"applications": [_asked(facts) for facts in applications], "reason": reason}
    with workspace.unit_of_work(
        "application.submit", operator=operator, request_id=request_id, facts=asked, reason=reason
    ) as work:
        if not work.repeats:
            policy_id = work.policies.current().id
            violations: list[Violation] = []
            added = []
            for facts in applications:
                case = _new_case(work, facts)
                year = facts.year or work.today.year
                found = check_application(case)
                if work.years.find(year) is None:
                    found.append(year_not_opened(year))
                violations += found
                if not blocks(found, reason=reason):
                    added.append(
                        work.applications.add(
                            year=year,
                            policy_id=policy_id,
                            recipient_id=case.recipient.id,
                            provider_id=case.provider.id,
                            contract=case.contract,
                            requested=case.requested,
                            prepared_by=operator.id,
                            reason=reason,
                        )
                    )
            refuse_if_violated(violations, reason=reason)
            if len(added) == 1:
                work.about(f"application:{added[0]}")
            work.commit(added)
        return [work.applications.get(application_id) for application_id in work.result]


def _asked(facts: ApplicationFacts) -> dict[str, object]:
    return {
        "recipient": facts.recipient_uscc,
        "provider": facts.provider_uscc,
        "contract": facts.contract_number,
        "contract_amount_fen": facts.contract_amount.fen,
        "signed_on": facts.signed_on.isoformat(),
        "requested_fen": facts.requested.fen,
        "year": facts.year,
    }


def check_review(application: Application, *, act: str, reviewer: Operator) -> list[Violation]:
    """Return what stands against approving (`approve`) or refusing (`refuse`) an application: its status, R23."""
    return check_decision(
        steps_of(batch_id=application.batch_id),
        noun="application",
        status=application.status,
        act=act,
        subject=str(application.id),
        prepared_by=application.prepared_by,
        decided_by=reviewer,
    )


def approve(
    workspace: Workspace, *, application_ids: list[int], operator: Operator, request_id: str, reason: str = ""
) -> list[Application]:
    """Approve applications, all or none.

    Raises:
        RulesViolated: R23, when the person prepared one of them; every other rule as it stands today; TRANSITION.
    """
    with workspace.unit_of_work(
        "application.approve", operator=operator, request_id=request_id, facts={"ids": application_ids}, reason=reason
    ) as work:
        if not work.repeats:
            violations: list[Violation] = []
            applications = [work.applications.get(one) for one in dict.fromkeys(application_ids)]
            for application in applications:
                violations += check_review(application, act="approve", reviewer=operator)
                violations += check_application(case_of(work, application))
            refuse_if_violated(violations, reason="answered when it was submitted")
            for application in applications:
                work.applications.decide(
                    application.id,
                    status=steps_of(batch_id=application.batch_id)[application.status]["approve"],
                    reviewed_by=operator.id,
                    reason=reason,
                )
            if len(applications) == 1:
                work.about(f"application:{applications[0].id}")
            work.commit([application.id for application in applications])
        return [work.applications.get(application_id) for application_id in work.result]


def refuse(
    workspace: Workspace, *, application_id: int, reason: str, operator: Operator, request_id: str
) -> Application:
    """Refuse an application, with a written reason; its contract may support another one afterwards.

    Raises:
        RulesViolated: R23, when the person prepared it; TRANSITION, when it is decided already.
    """
    reason = parse_line(reason, field="reason", longest=LONGEST_REASON)
    with workspace.unit_of_work(
        "application.refuse",
        operator=operator,
        request_id=request_id,
        facts={"id": application_id, "reason": reason},
        reason=reason,
    ) as work:
        if not work.repeats:
            application = work.applications.get(application_id)
            refuse_if_violated(check_review(application, act="refuse", reviewer=operator))
            status = steps_of(batch_id=application.batch_id)[application.status]["refuse"]
            work.applications.decide(application_id, status=status, reviewed_by=operator.id, reason=reason)
            work.about(f"application:{application_id}")
            work.commit([application_id])
        return work.applications.get(work.result[0])
