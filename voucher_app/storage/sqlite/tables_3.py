"""The tables that schema version 3 adds: registers of document numbers and of prints, and revocations of office keys.

No table of an older version changes, so nothing on the way of an issuance or a redemption costs more than before.
"""

from __future__ import annotations

from typing import Final

ADDED_TABLES: Final = """
CREATE TABLE document_number (
  -- 晋算券〔2026〕n号: a register per kind of document and year, without a gap; a void number stays in it.
  id INTEGER PRIMARY KEY,
  kind TEXT NOT NULL CHECK (length(kind) > 0),
  year INTEGER NOT NULL CHECK (year BETWEEN 2024 AND 2099),
  sequence INTEGER NOT NULL CHECK (sequence > 0),
  prefix TEXT NOT NULL CHECK (length(prefix) > 0),
  -- What the document is about, such as `batch:3`; printed again, it has the same number.
  subject TEXT NOT NULL CHECK (length(subject) > 0),
  title TEXT NOT NULL CHECK (length(title) > 0),
  drawn_on TEXT NOT NULL,
  drawn_seq INTEGER NOT NULL,
  prepared_by INTEGER NOT NULL REFERENCES operator (id),
  voided_on TEXT,
  voided_by INTEGER REFERENCES operator (id),
  void_reason TEXT NOT NULL DEFAULT '',
  CONSTRAINT number_is_of_the_year_it_was_drawn_in CHECK (year = CAST(substr(drawn_on, 1, 4) AS INTEGER)),
  CHECK ((voided_on IS NULL) = (voided_by IS NULL)),
  CHECK ((voided_on IS NULL) = (length(void_reason) = 0)),
  UNIQUE (kind, year, sequence)
) STRICT;
CREATE UNIQUE INDEX one_live_number_for_a_document ON document_number (kind, subject) WHERE voided_on IS NULL;

CREATE TABLE print_job (
  -- Papers that were printed together. An item is printed once its job has ended, unless it is spoilt.
  id INTEGER PRIMARY KEY,
  status TEXT NOT NULL CHECK (status IN ('begun', 'done', 'cancelled')),
  form TEXT NOT NULL CHECK (form IN ('folder', 'file', 'printer')),
  -- The folder, the file, or the printer's name.
  target TEXT NOT NULL CHECK (length(target) > 0),
  -- By this name the files of a job that was cut short are found while they are not under their own.
  staging TEXT NOT NULL CHECK (length(staging) > 0),
  items INTEGER NOT NULL CHECK (items > 0),
  begun_on TEXT NOT NULL,
  begun_seq INTEGER NOT NULL,
  prepared_by INTEGER NOT NULL REFERENCES operator (id),
  ended_on TEXT,
  ended_by INTEGER REFERENCES operator (id),
  note TEXT NOT NULL DEFAULT '',
  CHECK ((status = 'begun') = (ended_on IS NULL)),
  CHECK ((ended_on IS NULL) = (ended_by IS NULL)),
  CHECK (status <> 'cancelled' OR length(note) > 0)
) STRICT;
CREATE INDEX print_job_that_is_open ON print_job (id) WHERE status = 'begun';

CREATE TABLE print_item (
  -- One paper of a job: the same document again is another copy, with the reason why.
  id INTEGER PRIMARY KEY,
  job_id INTEGER NOT NULL REFERENCES print_job (id),
  place INTEGER NOT NULL CHECK (place > 0),
  kind TEXT NOT NULL CHECK (length(kind) > 0),
  subject TEXT NOT NULL CHECK (length(subject) > 0),
  title TEXT NOT NULL CHECK (length(title) > 0),
  copy INTEGER NOT NULL CHECK (copy > 0),
  reason TEXT NOT NULL DEFAULT '',
  -- Of the file that the paper is a part of; the file's name is empty on a printer.
  sha256 TEXT NOT NULL CHECK (length(sha256) = 64),
  file_name TEXT NOT NULL DEFAULT '',
  is_spoilt INTEGER NOT NULL DEFAULT 0 CHECK (is_spoilt IN (0, 1)),
  CONSTRAINT another_copy_has_its_reason CHECK (copy = 1 OR length(reason) > 0),
  UNIQUE (job_id, place),
  UNIQUE (kind, subject, copy)
) STRICT;

CREATE TABLE key_revocation (
  -- An office key that is not to be trusted any more; the key's own row never changes.
  id INTEGER PRIMARY KEY,
  key_id INTEGER NOT NULL REFERENCES signing_key (id),
  status TEXT NOT NULL CHECK (status IN ('proposed', 'revoked', 'withdrawn')),
  reason TEXT NOT NULL CHECK (length(reason) > 0),
  proposed_on TEXT NOT NULL,
  prepared_by INTEGER NOT NULL REFERENCES operator (id),
  decided_on TEXT,
  reviewed_by INTEGER REFERENCES operator (id),
  withdrawn_by INTEGER REFERENCES operator (id),
  CONSTRAINT r23_another_person_revokes CHECK (reviewed_by IS NULL OR reviewed_by <> prepared_by),
  CHECK ((status = 'revoked') = (reviewed_by IS NOT NULL)),
  CHECK ((status = 'withdrawn') = (withdrawn_by IS NOT NULL)),
  CHECK ((status = 'proposed') = (decided_on IS NULL))
) STRICT;
CREATE UNIQUE INDEX one_live_revocation_of_a_key ON key_revocation (key_id) WHERE status <> 'withdrawn';
"""
"""Tables that version 2 did not have."""
