"""Policy versions and drafts, in lists and in detail."""

from voucher_app.domain.money import Money
from voucher_app.services.ports.policy import PolicyDraft, PublishedPolicy
from voucher_app.services.queries.policy import DraftDetails, PolicyDetails
from voucher_app.storage.sqlite.connection import told
from voucher_app.storage.sqlite.queries.reader import Reader


class PolicyQueries(Reader):
    """Policy versions and drafts, in lists and in detail."""

    def policies(self) -> list[PublishedPolicy]:
        """Return all published policy versions, newest first."""
        with told(self._path):
            return self._records().policies.all()

    def policy(self, policy_id: int) -> PolicyDetails:
        """Return all about a published version."""
        with told(self._path):
            published = self._records().policies.get(policy_id)
        drafts = self._all("SELECT id FROM policy_draft WHERE policy_id = ?", (policy_id,))
        ((applications, vouchers, issued),) = self._all(
            """SELECT (SELECT count(*) FROM application WHERE policy_id = ?1), count(*), coalesce(sum(face_fen), 0)
               FROM voucher WHERE policy_id = ?1""",
            (policy_id,),
        )
        subjects = [f"policy:{policy_id}", *(f"policy-draft:{key}" for (key,) in drafts)]
        return PolicyDetails(
            published=published,
            drafted_by=self._operator_name(published.drafted_by),
            published_by=self._operator_name(published.published_by),
            draft_id=drafts[0][0] if drafts else None,
            application_count=applications,
            voucher_count=vouchers,
            issued=Money(issued),
            history=self._history(subjects=subjects),
        )

    def policy_drafts(self) -> list[PolicyDraft]:
        """Return all drafts of policy versions, newest first."""
        with told(self._path):
            return self._records().policies.drafts()

    def policy_draft(self, draft_id: int) -> DraftDetails:
        """Return all about a draft."""
        with told(self._path):
            records = self._records()
            draft = records.policies.draft(draft_id)
            published = None if draft.policy_id is None else records.policies.get(draft.policy_id)
        subjects = [f"policy-draft:{draft_id}", *([] if published is None else [f"policy:{published.id}"])]
        return DraftDetails(
            draft=draft,
            prepared_by=self._operator_name(draft.prepared_by),
            reviewed_by=self._operator_name(draft.reviewed_by),
            published=published,
            history=self._history(subjects=subjects),
        )
