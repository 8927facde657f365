"""The office: its data file's first record."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

from voucher_app.domain.errors import InvalidInput, RulesViolated, Violation
from voucher_app.domain.operators import Operator, parse_password
from voucher_app.domain.policy import parse_policy
from voucher_app.domain.text import LONGEST_REASON, parse_line
from voucher_app.services.operator import log_in
from voucher_app.services.policy import printed_of
from voucher_app.services.ports.unit_of_work import Act
from voucher_app.services.printable import refuse_unprintable
from voucher_app.services.workspace import far_ahead, new_request_id
from voucher_app.services.year import open_year

if TYPE_CHECKING:
    from collections.abc import Sequence

    from voucher_app.domain.money import Money
    from voucher_app.domain.operators import Role
    from voucher_app.services.queries.office import OfficeFacts
    from voucher_app.services.workspace import Workspace


def set_up(
    workspace: Workspace,
    *,
    name: str,
    operators: list[tuple[str, Role]],
    passwords: Sequence[str],
    policy_content: str,
    year: int,
    appropriation: Money,
    year_document: str,
) -> OfficeFacts:
    """Make an office that can issue at once: `init`, then the first operator logs in and opens the year.

    These are two acts with a record each, as they are when somebody does them one after the other; the year is opened
    by a person whose role opens years, and who proves it with the password that was chosen just now.

    Args:
        workspace: over a data file that holds nothing yet.
        name: as `init` takes it, and so the next three; each person chose their own password.
        operators: the first of them opens the year.
        passwords: none for a trial office.
        policy_content: the policy that is published first.
        year: the budget year.
        appropriation: what it may issue.
        year_document: the document that says so.

    Raises:
        InvalidInput: as `init`; a file that holds only a part is thrown away by whoever made it.
        RulesViolated: as `open_year`.
    """
    init(
        workspace,
        name=name,
        operators=operators,
        trial=not passwords,
        policy_content=policy_content,
        request_id=new_request_id(),
        passwords=passwords,
        must_change=False,
    )
    first = workspace.queries.operators()[0]
    if passwords:
        log_in(workspace, operator=first, password=passwords[0])
    open_year(
        workspace,
        year=year,
        amount=appropriation,
        document=year_document,
        operator=first,
        request_id=new_request_id(),
    )
    return workspace.queries.office()


def init(
    workspace: Workspace,
    *,
    name: str,
    operators: list[tuple[str, Role]],
    trial: bool,
    policy_content: str,
    request_id: str,
    passwords: Sequence[str] = (),
    must_change: bool = True,
) -> OfficeFacts:
    """Record the office, its people, its first policy version and its signing key, in a data file made just now.

    Args:
        workspace: over a data file that holds nothing yet.
        name: the issuing office (发放机关), as it stands on every paper.
        operators: the people at the desk; the first of them signs this record.
        trial: marks 演示 on screen and paper; never asks for passwords.
        passwords: one for each operator, in their order; none in a trial office.
        must_change: each person changes the password before anything is done, because somebody else chose it.
        policy_content: TOML of the preset that is published first, so that the office can work at once.
        request_id: unique per request.

    Raises:
        InvalidInput: for an empty name, no operator, a name twice, a password that is missing or cannot be used, or a
            date far ahead of the machine's clock.
    """
    name = parse_line(name, field="office")
    names = [operator for operator, _ in operators]
    if not operators or len(set(names)) != len(names):
        raise InvalidInput("operators", found=", ".join(names))
    far = far_ahead(workspace.clock)
    if far is not None and not trial:
        raise far
    if len(passwords) != (0 if trial else len(operators)):
        raise InvalidInput("passwords_count", found=len(passwords), needed=0 if trial else len(operators))
    chosen = [parse_password(password, name=who) for who, password in zip(names, passwords, strict=not trial)]
    policy = parse_policy(policy_content)
    refuse_unprintable({"office": name, "operator": names, **printed_of(policy)}, workspace.glyphs)
    key = workspace.signer().make_key()
    first = Operator(1, *operators[0])
    facts: dict[str, object] = {"name": name, "operators": [[who, role.value] for who, role in operators]}
    with workspace.data_file.unit_of_work(
        Act("office.init", first, request_id, {**facts, "trial": trial}), workspace.clock
    ) as work:
        if not work.repeats:
            work.office.create(name=name, trial=trial, file_id=secrets.token_hex(16))
            people = [work.office.add_operator(who, role) for who, role in operators]
            for person, password in zip(people, chosen, strict=not trial):
                work.credentials.set(
                    person.id, workspace.hasher().hash(password), must_change=must_change, changed_on=work.today
                )
            work.policies.publish(policy_content, policy)
            work.office.add_key(key)
            work.commit([1])
    return workspace.queries.office()


def declare_small_office(
    workspace: Workspace, *, on: bool, reason: str, operator: Operator, request_id: str
) -> OfficeFacts:
    """Switch small-office mode: preparer, reviewer and finance stand in for one another; R23 holds all the same.

    Raises:
        RulesViolated: when it is switched so already.
    """
    reason = parse_line(reason, field="reason", longest=LONGEST_REASON)
    with workspace.unit_of_work(
        "office.small-office",
        operator=operator,
        request_id=request_id,
        facts={"on": on, "reason": reason},
        reason=reason,
    ) as work:
        if not work.repeats:
            if work.office.standing(operator.id).in_small_office == on:
                told = Violation(
                    "ACCOUNT", "small_office_is_on" if on else "small_office_is_off", found=on, allowed=not on
                )
                raise RulesViolated([told])
            work.office.declare_small_office(on=on)
            work.about("office:1")
            work.commit([int(on)])
    return workspace.queries.office()
