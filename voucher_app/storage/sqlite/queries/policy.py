"""Policy versions and drafts, in lists and in detail; a year as a simulation reads it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from voucher_app.domain.invoice import Invoice
from voucher_app.domain.money import Money
from voucher_app.domain.simulation import Asked, Holder, Redeemed, YearAsRecorded
from voucher_app.services.queries.policy import DraftDetails, PolicyDetails
from voucher_app.storage.sqlite.connection import told
from voucher_app.storage.sqlite.queries.list_reader import ListReader
from voucher_app.storage.sqlite.repositories.table import day, day_or_none

if TYPE_CHECKING:
    from voucher_app.services.ports.policy import PolicyDraft, PublishedPolicy


class PolicyQueries(ListReader):
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
            """SELECT (SELECT count(*) FROM application WHERE policy_id = ?1), count(*),
                 coalesce(sum(face_fen - recycled_fen), 0)
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

    def year_as_recorded(self, year: int) -> YearAsRecorded:
        """Return a year's applications, redemptions and endings: a handful of statements, whatever their number."""
        with told(self._path):
            records = self._records()
            money = records.years.get(year)
            versions = {one.id: one.policy for one in records.policies.all()}
        asked = tuple(
            Asked(
                id=key,
                recipient_id=recipient_id,
                policy=versions[policy_id],
                contract_amount=Money(amount),
                requested=Money(requested),
                value=Money(value),
                batch_id=batch_id,
                asked_on=day(asked_on),
                issued_seq=issued_seq,
                issued_on=day_or_none(issued_on),
                voucher_id=voucher_id,
            )
            for (
                key, recipient_id, policy_id, amount, requested, value, batch_id, asked_on, issued_seq, issued_on,
                voucher_id,
            ) in self._all(_ASKED, (year,))
        )  # fmt: skip
        others = self._all(
            f"SELECT status, count(*) FROM application WHERE year = ? AND status NOT IN ({_IN_FAVOUR}) GROUP BY status",
            (year,),
        )
        return YearAsRecorded(
            year=year,
            appropriation=money.appropriation,
            holders=self._holders(),
            asked=asked,
            redeemed=self._redeemed(year),
            ended=tuple(self._all(_ENDED, (year,))),
            left_out=dict(others),
        )

    def _holders(self) -> dict[int, Holder]:
        return {
            key: Holder(key, name, uscc, kind, self._city(region), day_or_none(founded_on))
            for key, name, uscc, kind, region, founded_on in self._all(
                """SELECT recipient.id, name, uscc, kind, region_code, founded_on
                   FROM recipient JOIN organisation USING (id)"""
            )
        }

    def _redeemed(self, year: int) -> tuple[Redeemed, ...]:
        further: dict[int, list[Invoice]] = {}
        for redemption_id, *facts in self._all(_FURTHER, (year,)):
            further.setdefault(redemption_id, []).append(_invoice(*facts))
        return tuple(
            Redeemed(
                id=key,
                voucher_id=voucher_id,
                approved=Money(approved),
                claimed_on=day(claimed_on),
                invoices=(_invoice(*facts), *further.get(key, ())),
                seq=seq,
                reversed_seq=reversed_seq,
            )
            for key, voucher_id, approved, claimed_on, seq, reversed_seq, *facts in self._all(_REDEEMED, (year,))
        )


def _invoice(key: str, fen: int, invoiced_on: str, service_from: str | None, service_until: str | None) -> Invoice:
    return Invoice(key, Money(fen), day(invoiced_on), day_or_none(service_from), day_or_none(service_until))


_IN_FAVOUR = "'approved', 'allocated', 'publicized', 'objected', 'cleared', 'issued'"
"""Statuses of applications that people decided in favour of; objections may still stand."""
_ASKED = f"""
    SELECT application.id, application.recipient_id, application.policy_id, contract_amount_fen, requested_fen,
      coalesce(granted_fen, requested_fen), batch_id, coalesce(accepted_on, submitted_on), issued_seq, issued_on,
      voucher.id
    FROM application LEFT JOIN voucher ON voucher.application_id = application.id
    WHERE application.year = ? AND application.status IN ({_IN_FAVOUR}) ORDER BY application.id"""
_OWED = "(redemption.id * 8 + 3)"
"""The account that a verified redemption is owed on (domain/ledger.py)."""
_REDEEMED = f"""
    SELECT redemption.id, voucher_id, approved_fen, claimed_on, verified.journal_seq, reversal.journal_seq,
      invoice_key, invoice_amount_fen, invoiced_on, service_from, service_until
    FROM voucher JOIN redemption ON redemption.voucher_id = voucher.id
    JOIN transfer AS verified ON verified.kind = 'redemption' AND verified.credit_id = {_OWED}
    LEFT JOIN transfer AS reversal ON reversal.reverses IS NOT NULL AND reversal.reverses = verified.id
    WHERE voucher.year = ? AND (voucher.redeemed_fen > 0 OR redemption.status = 'reversed')"""
_FURTHER = """
    SELECT redemption_id, further_invoice.invoice_key, further_invoice.invoice_amount_fen, further_invoice.invoiced_on,
      further_invoice.service_from, further_invoice.service_until
    FROM further_invoice JOIN redemption ON redemption.id = redemption_id JOIN voucher ON voucher.id = voucher_id
    WHERE voucher.year = ? ORDER BY further_invoice.id"""
_ENDED = """
    SELECT journal_seq, voucher.id FROM voucher
    JOIN transfer ON debit_id = voucher.id * 8 + 2 AND transfer.kind <> 'issuance'
    WHERE voucher.year = ? AND recycled_fen > 0 AND transfer.kind IN ('return', 'void', 'expiry')
    ORDER BY transfer.id"""
