"""The tables of schema version 1, word for word as they were released."""

from __future__ import annotations

from typing import Final

TABLES_1: Final = """
CREATE TABLE office (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  name TEXT NOT NULL CHECK (length(name) > 0),
  trial INTEGER NOT NULL CHECK (trial IN (0, 1)),
  file_id TEXT NOT NULL,
  created_on TEXT NOT NULL
) STRICT;

CREATE TABLE operator (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL UNIQUE CHECK (length(name) > 0),
  role TEXT NOT NULL CHECK (
    role IN ('preparer', 'reviewer', 'finance', 'auditor', 'system-admin', 'security-admin')
  )
) STRICT;

CREATE TABLE signing_key (
  id INTEGER PRIMARY KEY,
  key_id TEXT NOT NULL UNIQUE,
  algorithm INTEGER NOT NULL,
  public_key TEXT NOT NULL
) STRICT;

CREATE TABLE policy (
  id INTEGER PRIMARY KEY,
  code TEXT NOT NULL,
  version INTEGER NOT NULL CHECK (version > 0),
  content TEXT NOT NULL,
  published_on TEXT NOT NULL,
  UNIQUE (code, version)
) STRICT;

CREATE TABLE budget_year (
  id INTEGER PRIMARY KEY CHECK (id BETWEEN 2024 AND 2099),
  status TEXT NOT NULL CHECK (status IN ('open', 'closed')),
  document TEXT NOT NULL CHECK (length(document) > 0),
  -- Kept by the trigger transfer_moves_money, so that a year of a million vouchers is summed in no time.
  outstanding_fen INTEGER NOT NULL DEFAULT 0 CHECK (outstanding_fen >= 0),
  payable_fen INTEGER NOT NULL DEFAULT 0 CHECK (payable_fen >= 0)
) STRICT;

CREATE TABLE organisation (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL CHECK (length(name) > 0),
  uscc TEXT NOT NULL UNIQUE CHECK (length(uscc) = 18),
  region_code TEXT NOT NULL CHECK (length(region_code) = 6),
  legal_representative TEXT NOT NULL DEFAULT '',
  phone TEXT NOT NULL DEFAULT '',
  address TEXT NOT NULL DEFAULT '',
  bank_account TEXT NOT NULL DEFAULT '',
  controlled_by TEXT NOT NULL DEFAULT '',
  founded_on TEXT
) STRICT;
CREATE INDEX organisation_by_name ON organisation (name);

CREATE TABLE recipient (
  id INTEGER PRIMARY KEY REFERENCES organisation (id),
  kind TEXT NOT NULL CHECK (kind IN ('enterprise', 'university', 'institute')),
  prepared_by INTEGER NOT NULL REFERENCES operator (id)
) STRICT;

CREATE TABLE provider (
  id INTEGER PRIMARY KEY REFERENCES organisation (id),
  status TEXT NOT NULL CHECK (status IN ('registered', 'admitted', 'suspended', 'removed')),
  prepared_by INTEGER NOT NULL REFERENCES operator (id),
  admitted_by INTEGER REFERENCES operator (id),
  admitted_from TEXT,
  admitted_until TEXT,
  suspended_on TEXT,
  CONSTRAINT r23_another_person_admits CHECK (admitted_by IS NULL OR admitted_by <> prepared_by),
  CHECK (status = 'registered' OR (admitted_by IS NOT NULL AND admitted_from IS NOT NULL
                                   AND admitted_until IS NOT NULL)),
  CHECK ((status = 'suspended') = (suspended_on IS NOT NULL))
) STRICT;

CREATE TABLE facility (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL UNIQUE CHECK (length(name) > 0),
  place TEXT NOT NULL,
  region_code TEXT NOT NULL CHECK (length(region_code) = 6),
  operated_by TEXT NOT NULL,
  racks INTEGER CHECK (racks > 0),
  pflops_fp16 INTEGER CHECK (pflops_fp16 > 0),
  investment_yi_yuan TEXT NOT NULL,
  state TEXT NOT NULL,
  note TEXT NOT NULL,
  source TEXT NOT NULL,
  provider_id INTEGER REFERENCES provider (id)
) STRICT;

CREATE TABLE application (
  id INTEGER PRIMARY KEY,
  year INTEGER NOT NULL REFERENCES budget_year (id),
  policy_id INTEGER NOT NULL REFERENCES policy (id),
  recipient_id INTEGER NOT NULL REFERENCES recipient (id),
  provider_id INTEGER NOT NULL REFERENCES provider (id),
  contract_number TEXT NOT NULL CHECK (length(contract_number) > 0),
  contract_key TEXT NOT NULL CHECK (length(contract_key) > 0),
  contract_amount_fen INTEGER NOT NULL CHECK (contract_amount_fen > 0),
  contract_signed_on TEXT NOT NULL,
  -- 1 once a refusal has freed the contract for another application.
  contract_released INTEGER NOT NULL DEFAULT 0,
  requested_fen INTEGER NOT NULL CHECK (requested_fen > 0),
  status TEXT NOT NULL CHECK (status IN ('submitted', 'approved', 'refused', 'issued')),
  submitted_on TEXT NOT NULL,
  submission_reason TEXT NOT NULL,
  prepared_by INTEGER NOT NULL REFERENCES operator (id),
  submitted_seq INTEGER NOT NULL,
  reviewed_by INTEGER REFERENCES operator (id),
  reviewed_seq INTEGER,
  reason TEXT NOT NULL DEFAULT '',
  CONSTRAINT r10_holder_is_not_provider CHECK (recipient_id <> provider_id),
  CONSTRAINT r23_another_person_reviews CHECK (reviewed_by IS NULL OR reviewed_by <> prepared_by),
  CHECK (status = 'submitted' OR reviewed_by IS NOT NULL),
  CONSTRAINT only_a_refusal_releases_the_contract CHECK (contract_released = (status = 'refused'))
) STRICT;
CREATE UNIQUE INDEX r8_one_application_for_a_contract ON application (provider_id, contract_key)
  WHERE contract_released = 0;
CREATE INDEX application_that_waits ON application (status, id) WHERE status IN ('submitted', 'approved');
CREATE INDEX application_by_recipient ON application (recipient_id);

CREATE TABLE voucher (
  id INTEGER PRIMARY KEY,
  year INTEGER NOT NULL REFERENCES budget_year (id),
  sequence INTEGER NOT NULL CHECK (sequence > 0),
  -- Computed from year and sequence, which are unique; an index of its own would only cost.
  number TEXT NOT NULL,
  application_id INTEGER NOT NULL UNIQUE REFERENCES application (id),
  policy_id INTEGER NOT NULL REFERENCES policy (id),
  recipient_id INTEGER NOT NULL REFERENCES recipient (id),
  provider_id INTEGER NOT NULL REFERENCES provider (id),
  face_fen INTEGER NOT NULL CHECK (face_fen > 0),
  -- Kept by the trigger transfer_moves_money.
  recycled_fen INTEGER NOT NULL DEFAULT 0 CHECK (recycled_fen BETWEEN 0 AND face_fen),
  redeemed_fen INTEGER NOT NULL DEFAULT 0 CHECK (redeemed_fen BETWEEN 0 AND face_fen - recycled_fen),
  status TEXT NOT NULL CHECK (
    status IN ('usable', 'partly-used', 'used-up', 'expired', 'returned', 'voided', 'frozen')
  ),
  issued_on TEXT NOT NULL,
  use_by TEXT NOT NULL,
  redeem_by TEXT NOT NULL,
  prepared_by INTEGER NOT NULL REFERENCES operator (id),
  reviewed_by INTEGER NOT NULL REFERENCES operator (id),
  ended_by INTEGER REFERENCES operator (id),
  issued_seq INTEGER NOT NULL,
  UNIQUE (year, sequence),
  CONSTRAINT r23_another_person_reviews CHECK (reviewed_by <> prepared_by),
  CONSTRAINT r23_another_person_ends CHECK (ended_by IS NULL OR ended_by <> prepared_by)
) STRICT;
CREATE INDEX voucher_by_recipient ON voucher (recipient_id, year, face_fen, recycled_fen, redeemed_fen);
CREATE INDEX voucher_by_provider ON voucher (provider_id, year, face_fen, recycled_fen);
CREATE INDEX voucher_by_status ON voucher (year, status, use_by);

CREATE TABLE redemption (
  id INTEGER PRIMARY KEY,
  voucher_id INTEGER NOT NULL REFERENCES voucher (id),
  claimed_fen INTEGER NOT NULL CHECK (claimed_fen > 0),
  approved_fen INTEGER CHECK (approved_fen BETWEEN 1 AND claimed_fen),
  status TEXT NOT NULL CHECK (status IN ('claimed', 'verified', 'refused', 'reversed')),
  invoice_key TEXT NOT NULL CHECK (length(invoice_key) > 0),
  invoice_amount_fen INTEGER NOT NULL CHECK (invoice_amount_fen > 0),
  invoiced_on TEXT NOT NULL,
  service_from TEXT,
  service_until TEXT,
  claimed_on TEXT NOT NULL,
  prepared_by INTEGER NOT NULL REFERENCES operator (id),
  claimed_seq INTEGER NOT NULL,
  reviewed_by INTEGER REFERENCES operator (id),
  reversed_by INTEGER REFERENCES operator (id),
  reason TEXT NOT NULL DEFAULT '',
  CONSTRAINT r23_another_person_reviews CHECK (reviewed_by IS NULL OR reviewed_by <> prepared_by),
  CONSTRAINT r23_another_person_reverses CHECK (reversed_by IS NULL OR reversed_by <> prepared_by),
  CHECK (status = 'claimed' OR reviewed_by IS NOT NULL),
  CHECK ((status IN ('verified', 'reversed')) = (approved_fen IS NOT NULL)),
  CHECK ((status = 'reversed') = (reversed_by IS NOT NULL))
) STRICT;
CREATE UNIQUE INDEX r9_one_redemption_for_an_invoice ON redemption (invoice_key)
  WHERE status IN ('claimed', 'verified');
CREATE INDEX redemption_by_voucher ON redemption (voucher_id);
CREATE INDEX redemption_by_status ON redemption (status, id);

CREATE TABLE account (
  -- subject × 8 + kind: a year, a voucher or a redemption, and which of its accounts (domain/ledger.py).
  id INTEGER PRIMARY KEY,
  kind INTEGER NOT NULL CHECK (kind BETWEEN 0 AND 5),
  subject INTEGER NOT NULL CHECK (subject > 0),
  balance_fen INTEGER NOT NULL DEFAULT 0,
  CONSTRAINT id_is_subject_and_kind CHECK (id = subject * 8 + kind),
  CONSTRAINT balance_is_never_negative CHECK (balance_fen >= 0 OR kind = 0),
  CONSTRAINT r1_year_is_within_50_million_yuan CHECK (kind <> 0
                                                      OR balance_fen BETWEEN -5000000000 AND 0)
) STRICT;

CREATE TABLE transfer (
  id INTEGER PRIMARY KEY,
  year INTEGER NOT NULL REFERENCES budget_year (id),
  kind TEXT NOT NULL CHECK (
    kind IN ('appropriation', 'issuance', 'redemption', 'disbursement', 'return', 'void', 'expiry', 'lapse',
             'recovery', 'reversal')
  ),
  debit_id INTEGER NOT NULL REFERENCES account (id),
  credit_id INTEGER NOT NULL REFERENCES account (id),
  amount_fen INTEGER NOT NULL CHECK (amount_fen > 0),
  reverses INTEGER REFERENCES transfer (id),
  journal_seq INTEGER NOT NULL,
  CHECK (debit_id <> credit_id),
  CHECK ((kind = 'reversal') = (reverses IS NOT NULL))
) STRICT;
CREATE UNIQUE INDEX one_payable_for_a_redemption ON transfer (credit_id) WHERE kind = 'redemption';
CREATE UNIQUE INDEX one_reversal_of_an_entry ON transfer (reverses) WHERE reverses IS NOT NULL;
CREATE INDEX transfer_by_debit ON transfer (debit_id) WHERE kind <> 'issuance';

CREATE TABLE journal (
  seq INTEGER PRIMARY KEY,
  recorded_at TEXT NOT NULL,
  business_date TEXT NOT NULL,
  operator_id INTEGER NOT NULL REFERENCES operator (id),
  operator_name TEXT NOT NULL,
  action TEXT NOT NULL,
  request_id TEXT NOT NULL UNIQUE,
  facts_digest TEXT NOT NULL,
  subject TEXT NOT NULL,
  reason TEXT NOT NULL,
  result TEXT NOT NULL,
  changes TEXT NOT NULL,
  hash_version INTEGER NOT NULL,
  previous_hash TEXT NOT NULL,
  column_digests TEXT NOT NULL,
  hash TEXT NOT NULL
) STRICT;
-- Submission, approval and issuance are known by number to what they are about; they need no entry here.
CREATE INDEX journal_by_subject ON journal (subject, seq)
  WHERE subject <> '' AND action NOT IN ('application.submit', 'application.approve', 'voucher.issue');
"""
"""Every table and index; what the program was released with is never edited, only added to."""
