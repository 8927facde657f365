"""The tables that schema version 4 adds: the search index, and the files that were imported.

The index is derived from the records (see `search_index`): it stands in no journal record, and is made anew at will.
No table of an older version changes.
"""

from __future__ import annotations

from typing import Final

ADDED_TABLES: Final = """
CREATE TABLE import_file (
  -- A file that was taken in, whole, by one act; by its digest the same file is not taken in twice.
  id INTEGER PRIMARY KEY,
  sha256 TEXT NOT NULL UNIQUE CHECK (length(sha256) = 64),
  kind TEXT NOT NULL CHECK (length(kind) > 0),
  file_name TEXT NOT NULL CHECK (length(file_name) > 0),
  rows INTEGER NOT NULL CHECK (rows > 0),
  imported_on TEXT NOT NULL,
  imported_seq INTEGER NOT NULL,
  prepared_by INTEGER NOT NULL REFERENCES operator (id)
) STRICT;

CREATE TABLE search_form (
  -- By which rules the index was made; an index of other rules is stale.
  id INTEGER PRIMARY KEY CHECK (id = 1),
  form TEXT NOT NULL
) STRICT;

CREATE TABLE search_entry (
  -- What is searched of each record, folded. id: kind × 2^40 + the record's key. The two indexes below hold tokens of
  -- these texts and nothing to read back, so that what is taken out of them again has to be told from here.
  id INTEGER PRIMARY KEY,
  text TEXT NOT NULL,
  initials TEXT NOT NULL DEFAULT ''
) STRICT;

CREATE VIRTUAL TABLE search_text USING fts5(text, content='', columnsize=0, prefix='1', tokenize='ascii');

CREATE VIRTUAL TABLE search_initials USING fts5(initials, content='', columnsize=0, prefix='1', tokenize='ascii');
"""

KEPT_BY_SQLITE: Final = frozenset(
    f"search_{index}_{part}" for index in ("text", "initials") for part in ("data", "idx", "config")
)
"""The tables in which SQLite keeps the two indexes."""
SEARCH_TABLES: Final = ("search_form", "search_entry", "search_text", "search_initials")
"""The tables that no journal record speaks of."""
