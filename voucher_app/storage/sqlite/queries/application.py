"""Applications in lists and in detail."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from voucher_app.domain.money import Money
from voucher_app.services.claim import filed_claim
from voucher_app.services.queries.application import ApplicationDetails, ApplicationRow
from voucher_app.storage.sqlite.connection import told
from voucher_app.storage.sqlite.queries.attachment import AttachmentQueries
from voucher_app.storage.sqlite.queries.batch import BatchQueries
from voucher_app.storage.sqlite.queries.deciding import decidable_by, of_application_states
from voucher_app.storage.sqlite.queries.found import Typed
from voucher_app.storage.sqlite.queries.list_reader import INDEXED_BY_SUBJECT, numbered
from voucher_app.storage.sqlite.queries.stretches import Shape

if TYPE_CHECKING:
    from voucher_app.domain.application import Application
    from voucher_app.services.queries.lists import ListFilter
    from voucher_app.storage.sqlite.queries.stretches import Stretches

_APPLICATIONS: Final = Shape(
    base="application",
    key="application.id",
    sorts={"id": ("application.id",), "requested": ("application.requested_fen", "application.id")},
    columns="""application.id, holder.name, seller.name, contract_number, contract_amount_fen, requested_fen,
      application.status, submitted_on, operator.name,
      coalesce((SELECT name FROM batch WHERE batch.id = application.batch_id), '')""",
    full="""application JOIN organisation AS holder ON holder.id = recipient_id
      JOIN organisation AS seller ON seller.id = provider_id JOIN operator ON operator.id = prepared_by""",
    make=lambda key, recipient, provider, contract, amount, requested, *rest: ApplicationRow(
        key, recipient, provider, contract, Money(amount), Money(requested), *rest
    ),
)

_NAMED: Final = {
    "id": "application",
    "recipient_id": "organisation",
    "provider_id": "organisation",
    "batch_id": "batch",
}
"""By column: of which table's record it names the texts are searched."""


class ApplicationQueries(BatchQueries, AttachmentQueries):
    """Applications in lists and in detail."""

    def applications(self, chosen: ListFilter) -> Stretches[ApplicationRow]:
        """List applications."""
        parts = of_application_states(chosen.statuses) + decidable_by("application", chosen.decidable_by)
        if chosen.year is not None:
            parts.append(("+application.year = ?", (chosen.year,)))
        if chosen.batch is not None:
            parts.append(("application.batch_id = ?", (chosen.batch,)))
        if (number := numbered(chosen.text)) is not None:
            return self._stretches(_APPLICATIONS, chosen, [*parts, ("application.id = ?", (number,))])
        typed = Typed.of(chosen.text)
        narrowing = typed.narrowing("application", **_NAMED) if typed else None
        return self._stretches(_APPLICATIONS, chosen, parts, narrowing)

    def application(self, application_id: int) -> ApplicationDetails:
        """Return all about an application."""
        with told(self._path):
            records = self._records()
            application = records.applications.get(application_id)
            issued = self._all("SELECT number, issued_seq FROM voucher WHERE application_id = ?", (application_id,))
            return ApplicationDetails(
                application=application,
                recipient=records.parties.recipient_by_id(application.recipient_id),
                provider=records.parties.provider_by_id(application.provider_id),
                policy=records.policies.get(application.policy_id),
                prepared_by=self._operator_name(application.prepared_by),
                reviewed_by=self._operator_name(application.reviewed_by),
                voucher_number=issued[0][0] if issued else "",
                counted=records.parties.counted(application.recipient_id, application.year),
                history=self._history(
                    subjects=[f"application:{application_id}"],
                    seqs=[
                        *self._application_seqs(application_id),
                        *self._batch_seqs(application),
                        *(row[1] for row in issued),
                    ],
                ),
                batch_name=records.batches.get(application.batch_id).name if application.batch_id else "",
                accepted_by=self._operator_name(application.accepted_by),
                first_reviewed_by=self._operator_name(application.first_reviewed_by),
                credit=records.credit_checks.last(application.recipient_id),
                claim=filed_claim(records, application),
                objections=self._objections("objection.subject = ?", f"application:{application_id}"),
                attachments=tuple(self.attachments(f"application:{application_id}")),
            )

    def _batch_seqs(self, application: Application) -> list[int]:
        """Return the records in which the batch did something to an application that was allocated an amount."""
        if application.batch_id is None or application.granted is None:
            return []
        rows = self._all(
            f"""SELECT seq FROM journal WHERE subject = ? AND {INDEXED_BY_SUBJECT}
                AND action IN ('batch.allocate', 'batch.publicize')""",
            (f"batch:{application.batch_id}",),
        )
        return [row[0] for row in rows]
