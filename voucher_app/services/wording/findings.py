"""What the findings of `ledger verify` say."""

from __future__ import annotations

from typing import TYPE_CHECKING

from voucher_app.i18n import _, marked

if TYPE_CHECKING:
    from voucher_app.services.data_file import Finding

_FINDINGS = {
    "storage": marked("The file's structure is damaged: {found}."),
    "unreadable": marked("The file cannot be read to the end: {found}."),
    "foreign_key": marked("{table} {key} points to a row that does not exist."),
    "schema_changed": marked("Tables or triggers of the file were changed, added or dropped."),
    "journal_gap": marked("The journal jumps: record {expected} is missing."),
    "chain_broken": marked("Journal record {key} does not follow the one before it ({column})."),
    "row_changed": marked("{table} {key}, column {column}: it holds {found}, the journal says {expected}."),
    "column_missing": marked("{table} {key}: the journal names a column {column} that the file does not have."),
    "row_missing": marked("{table} {key} was deleted: the journal has it, the file does not."),
    "row_unrecorded": marked("{table} {key} was added without a journal record."),
    "unknown_table": marked("The journal names a table {table} that does not exist (record {key})."),
    "balance_wrong": marked(
        "{table} {key}, column {column}: it holds {found}, the ledger's transfers give {expected}."
    ),
    "account_missing": marked("{table} {key} names an account that does not exist."),
    "identity_broken": marked("Year {key}: the money adds up to {found}, appropriated were {expected}."),
    "number_gap": marked("{table} {key}: number {found} where {expected} should follow ({column})."),
    "number_wrong": marked("{table} {key}: its number is {found}, it should be {expected}."),
    "status_wrong": marked("{table} {key}, column {column}: {found} does not fit its balance ({expected})."),
}


def finding_sentence(finding: Finding) -> str:
    """Return what a finding of `ledger verify` says."""
    return _(_FINDINGS[finding.code]).format(
        table=finding.table, key=finding.key, column=finding.column, found=finding.found, expected=finding.expected
    )


def finding_codes() -> frozenset[str]:
    """Return every code of a finding that has a sentence."""
    return frozenset(_FINDINGS)
