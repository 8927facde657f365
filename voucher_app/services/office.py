"""The office: its data file's first record."""

import secrets

from voucher_app.domain.errors import InvalidInput
from voucher_app.domain.operators import Operator, Role
from voucher_app.domain.policy import parse_policy
from voucher_app.domain.text import parse_line
from voucher_app.services.ports.unit_of_work import Act
from voucher_app.services.queries.office import OfficeFacts
from voucher_app.services.workspace import Workspace, far_ahead


def init(
    workspace: Workspace,
    *,
    name: str,
    operators: list[tuple[str, Role]],
    trial: bool,
    policy_content: str,
    request_id: str,
) -> OfficeFacts:
    """Record the office, its people, its first policy version and its signing key, in a data file made just now.

    Args:
        workspace: over a data file that holds nothing yet.
        name: the issuing office (发放机关), as it stands on every paper.
        operators: the people at the desk; the first of them signs this record.
        trial: marks 演示 on screen and paper; never asks for passwords.
        policy_content: TOML of the preset that is published first, so that the office can work at once.
        request_id: unique per request.

    Raises:
        InvalidInput: for an empty name, no operator, a name twice, or a date far ahead of the machine's clock.
    """
    name = parse_line(name, field="office")
    names = [operator for operator, _ in operators]
    if not operators or len(set(names)) != len(names):
        raise InvalidInput("operators", found=", ".join(names))
    far = far_ahead(workspace.clock)
    if far is not None and not trial:
        raise far
    policy = parse_policy(policy_content)
    key = workspace.signer().make_key()
    first = Operator(1, *operators[0])
    facts: dict[str, object] = {"name": name, "operators": [[who, role.value] for who, role in operators]}
    with workspace.data_file.unit_of_work(
        Act("office.init", first, request_id, {**facts, "trial": trial}), workspace.clock
    ) as work:
        if not work.repeats:
            work.office.create(name=name, trial=trial, file_id=secrets.token_hex(16))
            for who, role in operators:
                work.office.add_operator(who, role)
            work.policies.publish(policy_content, policy)
            work.office.add_key(key)
            work.commit([1])
    return workspace.queries.office()
