"""What documents list of batches, settlements, registers and the archive; each method is one statement or two."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from voucher_app.domain.errors import NotFound
from voucher_app.domain.ledger import KINDS_PER_SUBJECT, AccountKind
from voucher_app.domain.money import Money
from voucher_app.services.queries.documents import (
    Issuance,
    IssuedSoFar,
    JournalMark,
    ListedUnit,
    RegisteredProvider,
    SettledClaim,
    VolumeItem,
)
from voucher_app.storage.sqlite.queries.reader import Reader
from voucher_app.storage.sqlite.repositories.table import day, day_or_none

if TYPE_CHECKING:
    from datetime import date

_PUBLICIZED: Final = """
    SELECT holder.name, holder.uscc, holder.region_code, seller.name, granted_fen
    FROM application JOIN organisation AS holder ON holder.id = recipient_id
    JOIN organisation AS seller ON seller.id = provider_id
    WHERE batch_id = ? AND granted_fen IS NOT NULL AND (
      application.status IN ('publicized', 'objected', 'cleared', 'issued')
      OR application.status = 'refused' AND EXISTS (
        SELECT 1 FROM objection WHERE objection.subject = 'application:' || application.id
          AND objection.status = 'upheld'))
    ORDER BY application.id"""
"""The list as it was publicized: with those whom an objection took out of it afterwards."""
_ISSUED: Final = """
    SELECT holder.name, holder.uscc, holder.region_code, seller.name, face_fen, number, use_by, redeem_by
    FROM application JOIN voucher ON voucher.application_id = application.id
    JOIN organisation AS holder ON holder.id = voucher.recipient_id
    JOIN organisation AS seller ON seller.id = voucher.provider_id
    WHERE {} ORDER BY voucher.sequence"""
_OF_BATCH: Final = "batch_id = :batch"
_OF_ACT: Final = "batch_id IS NULL AND issued_seq = :seq AND voucher.year = :year AND voucher.policy_id = :policy"
_OWED: Final = f"redemption.id * {KINDS_PER_SUBJECT} + {AccountKind.PAYABLE.value}"
_SETTLED: Final = f"""
    SELECT redemption.id, voucher.number, holder.name, holder.region_code, payee.name, payee.uscc, payee.region_code,
      invoice_key, (SELECT group_concat(invoice_key, ' ') FROM
        (SELECT invoice_key FROM further_invoice WHERE redemption_id = redemption.id ORDER BY id)),
      (SELECT business_date FROM transfer JOIN journal ON journal.seq = transfer.journal_seq
       WHERE transfer.kind = 'redemption' AND transfer.credit_id = {_OWED}),
      amount_fen, province_fen, is_sampled, line.account_name, line.bank_name, line.bank_account, voucher.policy_id,
      line.status, receipt_number, line.paid_on
    FROM settlement_line AS line JOIN redemption ON redemption.id = redemption_id
    JOIN voucher ON voucher.id = redemption.voucher_id
    JOIN organisation AS holder ON holder.id = voucher.recipient_id
    JOIN organisation AS payee ON payee.id = payee_id
    WHERE settlement_id = ? AND line.status IN ('pending', 'paid') ORDER BY line.id"""
_GRANTED: Final = f"""
    WITH own AS (
      SELECT id, recipient_id, year, coalesce(:seq, submitted_seq) AS seq FROM application WHERE id = :key),
    held AS (
      SELECT voucher.id, face_fen FROM voucher JOIN own USING (recipient_id, year)
      WHERE issued_seq < seq AND application_id <> own.id)
    SELECT coalesce((SELECT sum(face_fen) FROM held), 0) - coalesce((
      SELECT sum(amount_fen) FROM held JOIN transfer
        ON transfer.debit_id = held.id * {KINDS_PER_SUBJECT} + {AccountKind.OUTSTANDING.value}
      WHERE transfer.kind <> 'issuance' AND transfer.kind IN ('return', 'void', 'expiry')
        AND journal_seq < (SELECT seq FROM own)), 0)"""
_BEFORE: Final = f"""
    WITH own AS (
      SELECT id, debit_id FROM transfer WHERE kind = 'redemption'
        AND credit_id = :key * {KINDS_PER_SUBJECT} + {AccountKind.PAYABLE.value}),
    earlier AS (
      SELECT transfer.id, amount_fen FROM transfer JOIN own ON transfer.debit_id = own.debit_id
      WHERE transfer.kind <> 'issuance' AND transfer.kind = 'redemption' AND transfer.id < own.id)
    SELECT coalesce(sum(amount_fen), 0) FROM earlier WHERE NOT EXISTS (
      SELECT 1 FROM transfer AS undoing, own
      WHERE undoing.reverses IS NOT NULL AND undoing.reverses = earlier.id AND undoing.id < own.id)"""
_REGISTER: Final = """
    SELECT name, uscc, region_code, admitted_from, admitted_until, status,
      (SELECT group_concat(name, char(10)) FROM
        (SELECT facility.name FROM facility WHERE facility.provider_id = provider.id ORDER BY facility.id))
    FROM provider JOIN organisation USING (id)
    WHERE status IN ('admitted', 'suspended') AND admitted_from <= ?1 AND admitted_until >= ?1 ORDER BY provider.id"""
_OF_VOUCHER: Final = """
    WITH chosen AS (SELECT id, application_id FROM voucher WHERE id = :key), claims AS (
      SELECT redemption.id FROM redemption JOIN chosen ON redemption.voucher_id = chosen.id),
    subjects AS (
      SELECT 'voucher:' || id AS subject FROM chosen
      UNION SELECT 'application:' || application_id FROM chosen
      UNION SELECT 'redemption:' || id FROM claims
      UNION SELECT 'recovery:' || recovery.id FROM recovery JOIN claims ON claims.id = redemption_id
      UNION SELECT 'batch:' || batch_id FROM application JOIN chosen ON chosen.application_id = application.id
        WHERE batch_id IS NOT NULL
      UNION SELECT 'settlement:' || settlement_id FROM settlement_line JOIN claims ON claims.id = redemption_id)"""
_OF_YEAR: Final = """
    WITH claims AS (SELECT redemption.id FROM voucher JOIN redemption ON voucher_id = voucher.id
      WHERE voucher.year = :key),
    subjects AS (
      SELECT 'year:' || :key AS subject
      UNION SELECT 'quarter:' || :key || '-' || value FROM json_each('[1, 2, 3, 4]')
      UNION SELECT 'application:' || id FROM application WHERE year = :key
      UNION SELECT 'batch:' || id FROM batch WHERE year = :key
      UNION SELECT 'voucher:' || id FROM voucher WHERE year = :key
      UNION SELECT 'redemption:' || id FROM claims
      UNION SELECT 'settlement:' || id FROM settlement WHERE year = :key
      UNION SELECT 'recovery:' || recovery.id FROM recovery JOIN claims ON claims.id = redemption_id)"""
WHOLE: Final = "CASE instr({0}, '/') WHEN 0 THEN {0} ELSE substr({0}, 1, instr({0}, '/') - 1) END"
"""A subject without its part: a paper about a part of a record belongs to the record's volume."""
_ITEMS: Final = f"""
    SELECT kind, item.subject, title, coalesce((SELECT prefix || '〔' || year || '〕' || sequence || '号'
        FROM document_number AS number WHERE number.kind = item.kind AND number.subject = item.subject
          AND drawn_seq <= begun_seq ORDER BY number.id DESC LIMIT 1), ''),
      '', begun_on, file_name, sha256, 0
    FROM print_item AS item JOIN print_job ON print_job.id = job_id
    WHERE print_job.status <> 'begun' AND is_spoilt = 0 AND {WHOLE.format("item.subject")} IN subjects
      AND item.kind <> 'archive-list'
    UNION ALL
    SELECT kind, subject, file_name, '', operator.name, added_on, file_name, sha256, 1
    FROM attachment JOIN operator ON operator.id = prepared_by WHERE subject IN subjects
    ORDER BY 9, 6, 2, 1, 7"""
_MARK: Final = "SELECT seq, hash, business_date, recorded_at, operator_name FROM journal"


def _condition(issuance: Issuance) -> tuple[str, dict[str, object]]:
    """Return which vouchers were issued together, as a condition and its values."""
    if issuance.batch_id:
        return _OF_BATCH, {"batch": issuance.batch_id}
    return _OF_ACT, {"seq": issuance.seq, "year": issuance.year, "policy": issuance.policy_id}


class DocumentQueries(Reader):
    """What documents list."""

    def publicized_units(self, batch_id: int) -> tuple[ListedUnit, ...]:
        """Return the publicity list of a batch, as it was publicized."""
        return tuple(
            ListedUnit(name, uscc, self._region(region), provider, Money(fen))
            for name, uscc, region, provider, fen in self._all(_PUBLICIZED, (batch_id,))
        )

    def issuances(self, seq: int) -> tuple[Issuance, ...]:
        """Return what a journal record issued outside a batch: one issuance for each year and policy version.

        Raises:
            NotFound: when it issued nothing of that kind.
        """
        rows = self._all(
            """SELECT DISTINCT voucher.year, voucher.policy_id
               FROM voucher JOIN application ON application.id = voucher.application_id
               WHERE issued_seq = ? AND batch_id IS NULL ORDER BY 1, 2""",
            (seq,),
        )
        if not rows:
            raise NotFound("issuance", seq)
        return tuple(Issuance(seq=seq, year=year, policy_id=policy) for year, policy in rows)

    def issued_units(self, issuance: Issuance) -> tuple[ListedUnit, ...]:
        """Return the vouchers of an issuance."""
        where, values = _condition(issuance)
        return tuple(
            ListedUnit(name, uscc, self._region(region), provider, Money(fen), number, day(use_by), day(redeem_by))
            for name, uscc, region, provider, fen, number, use_by, redeem_by in self._all(_ISSUED.format(where), values)
        )

    def issued_so_far(self, issuance: Issuance) -> IssuedSoFar:
        """Return the year as of an issuance.

        Raises:
            NotFound: when nothing of it was issued.
        """
        where, values = _condition(issuance)
        ((year, seq, issued_on),) = self._all(
            f"""SELECT max(voucher.year), max(issued_seq), max(issued_on)
                FROM application JOIN voucher ON voucher.application_id = application.id WHERE {where}""",
            values,
        )
        if seq is None:
            raise NotFound("batch", issuance.batch_id) if issuance.batch_id else NotFound("issuance", issuance.seq)
        ((issued, given),) = self._all(
            """SELECT (SELECT coalesce(sum(face_fen), 0) FROM voucher WHERE year = ?1 AND issued_seq <= ?2),
                 (SELECT coalesce(sum(amount_fen), 0) FROM transfer
                  WHERE year = ?1 AND kind = 'appropriation' AND journal_seq <= ?2)""",
            (year, seq),
        )
        return IssuedSoFar(day(issued_on), Money(issued), Money(given))

    def settled_claims(self, settlement_id: int) -> tuple[SettledClaim, ...]:
        """Return the live lines of a settlement."""
        return tuple(
            SettledClaim(
                redemption_id=key,
                voucher_number=number,
                recipient_name=holder,
                recipient_region=self._region(self._city(holder_region)),
                payee_name=payee,
                payee_uscc=uscc,
                payee_region=self._region(self._city(payee_region)),
                invoices=(invoice, *(further.split(" ") if further else ())),
                verified_on=day(verified_on),
                amount=Money(fen),
                province=Money(province),
                city=Money(fen - province),
                is_sampled=bool(is_sampled),
                account_name=account_name,
                bank_name=bank_name,
                bank_account=bank_account,
                policy_id=policy_id,
                paid=Money(fen) if status == "paid" else None,
                receipt_number=receipt,
                paid_on=day_or_none(paid_on),
            )
            for (
                key, number, holder, holder_region, payee, uscc, payee_region, invoice, further, verified_on, fen,
                province, is_sampled, account_name, bank_name, bank_account, policy_id, status, receipt, paid_on,
            ) in self._all(_SETTLED, (settlement_id,))
        )  # fmt: skip

    def granted_before(self, application_id: int, seq: int | None = None) -> Money:
        """Return what the unit held of the year's cap before an application was submitted, or before some record."""
        ((fen,),) = self._all(_GRANTED, {"key": application_id, "seq": seq})
        return Money(fen)

    def redeemed_before(self, redemption_id: int) -> Money:
        """Return what was redeemed of its voucher, and not reversed, before a redemption was verified."""
        ((fen,),) = self._all(_BEFORE, {"key": redemption_id})
        return Money(fen)

    def paid_in_settlements_before(self, settlement_id: int) -> Money:
        """Return what the earlier settlements of the same budget year paid."""
        ((fen,),) = self._all(
            """SELECT coalesce(sum(amount_fen), 0) FROM settlement_line JOIN settlement ON settlement.id = settlement_id
               WHERE settlement_id < ?1 AND settlement_line.status = 'paid'
                 AND year = (SELECT year FROM settlement WHERE id = ?1)""",
            (settlement_id,),
        )
        return Money(fen)

    def register(self, on: date) -> tuple[RegisteredProvider, ...]:
        """Return the providers in the register whose term covers a day."""
        return tuple(
            RegisteredProvider(
                name=name,
                uscc=uscc,
                region_name=self._region(region),
                facilities=tuple(facilities.split("\n")) if facilities else (),
                admitted_from=day(first),
                admitted_until=day(last),
                status=status,
            )
            for name, uscc, region, first, last, status, facilities in self._all(_REGISTER, (on.isoformat(),))
        )

    def volume(self, noun: str, key: int) -> tuple[VolumeItem, ...]:
        """Return the papers and attachments of a voucher (`voucher`, its row) or of a year (`year`)."""
        subjects = {"voucher": _OF_VOUCHER, "year": _OF_YEAR}[noun]
        return tuple(
            VolumeItem(
                kind=kind,
                subject=subject,
                title=title,
                document_number=number,
                responsible=responsible,
                dated=day(dated),
                file_name=file_name,
                sha256=sha256,
                is_attachment=bool(is_attachment),
            )
            for kind, subject, title, number, responsible, dated, file_name, sha256, is_attachment in self._all(
                subjects + _ITEMS, {"key": key}
            )
        )

    def key_days(self) -> dict[str, date]:
        """Return the day on which each key of the office was recorded, by its identifier."""
        rows = self._all(
            """SELECT key_id, coalesce((SELECT business_date FROM journal
                 WHERE action = 'certificate.key' AND result = '[' || signing_key.id || ']'),
                 (SELECT created_on FROM office)) FROM signing_key"""
        )
        return {key_id: day(recorded_on) for key_id, recorded_on in rows}

    def journal_mark(self, seq: int) -> JournalMark:
        """Return one journal record.

        Raises:
            NotFound: when there is none.
        """
        rows = self._all(f"{_MARK} WHERE seq = ?", (seq,))
        if not rows:
            raise NotFound("journal", seq)
        return _mark(*rows[0])

    def checkpoint_before(self, seq: int) -> JournalMark | None:
        """Return the journal record of the last checkpoint on paper before this one, or None."""
        rows = self._all(
            f"""{_MARK} WHERE seq = (
                  SELECT max(CAST(substr(subject, length('journal:') + 1) AS INTEGER)) FROM print_item
                  WHERE kind = 'checkpoint' AND is_spoilt = 0
                    AND CAST(substr(subject, length('journal:') + 1) AS INTEGER) < ?)""",
            (seq,),
        )
        return _mark(*rows[0]) if rows else None


def _mark(seq: int, digest: str, business_date: str, recorded_at: str, recorded_by: str) -> JournalMark:
    instant = datetime.fromisoformat(recorded_at)
    return JournalMark(seq, digest, day(business_date), instant if instant.tzinfo else instant.replace(tzinfo=UTC),
                       recorded_by)  # fmt: skip
