"""Policy versions: published once, frozen for ever."""

from voucher_app.domain.operators import Operator
from voucher_app.domain.policy import parse_policy
from voucher_app.services.ports.policy import PublishedPolicy
from voucher_app.services.workspace import Workspace


def publish(workspace: Workspace, *, content: str, operator: Operator, request_id: str) -> PublishedPolicy:
    """Publish a policy from the text of its TOML file; it becomes the next version of its code and the current one.

    Vouchers and applications made before keep the version they were made under.

    Raises:
        InvalidInput: when the file cannot be read as a policy; the key is named.
    """
    policy = parse_policy(content)
    with workspace.unit_of_work(
        "policy.publish", operator=operator, request_id=request_id, facts={"content": content}
    ) as work:
        if not work.repeats:
            policy_id = work.policies.publish(content, policy)
            work.about(f"policy:{policy_id}")
            work.commit([policy_id])
        return work.policies.get(work.result[0])
