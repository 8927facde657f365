"""What is said of input that cannot be read."""

from __future__ import annotations

from voucher_app.domain.errors import InvalidInput
from voucher_app.i18n import _, marked
from voucher_app.services.wording.invoices import INVOICE_INPUTS
from voucher_app.services.wording.names import field_name

_INPUTS = {
    "amount": marked(
        "“{found}” is not an amount. Write yuan with at most two decimals, such as 1234.50 or 1,234.50, without a sign."
    ),
    "amount_decimals": marked(
        "“{found}” has more than two decimals; an amount ends with the fen. Write at most two, such as 1234.50."
    ),
    "date": marked("“{found}” is not a date. Write year, month and day, such as 2026-03-05."),
    "year": marked("“{found}” is not a budget year of this program. Write a year from {first} to {last}."),
    "uscc": marked(
        "“{found}” is not a unified social credit code: it has 18 digits and capital letters, without I, O, S, V, Z."
    ),
    "uscc_check": marked(
        "“{found}” is not a valid unified social credit code: its check character is wrong. Compare it with the "
        "business licence."
    ),
    "region": marked("“{found}” is not a region code. Write the six digits of GB/T 2260, such as 140100."),
    "document_kind_unknown": marked("“{found}” is no kind of document. Use one of: {choices}."),
    "document_subject": marked(
        "“{found}” is no record that has documents. Write NOUN:KEY, such as application:7, voucher:SX-2026-000123-6, "
        "year:2026 or quarter:2026-2; nouns: {choices}."
    ),
    "document_noun": marked("“{found}” has no document of this kind; it is about one of: {noun}."),
    "document_part": marked("“{found}”: a document of this kind is about the whole record. Write {whole}."),
    "document_part_missing": marked("“{found}” has several documents of this kind. Write one of: {choices}."),
    "document_noun_none": marked("“{found}” has no documents."),
    "checkpoint": marked("{found} is no checkpoint of this program, or it was changed."),
    "checkpoint_signature": marked("The checkpoint {found} is signed by none of this office's keys."),
    "voucher_number": marked(
        "“{found}” is not a voucher number, or a character of it is wrong. It looks like SX-2026-000123-6."
    ),
    "invoice": marked(
        "“{found}” is not an invoice number. Write the 20 digits of a fully digital invoice, or code and number of an "
        "older one with a hyphen between them."
    ),
    "further_invoice": marked(
        "“{found}” is no further invoice. Write number;amount;date and, where told, ;service from;service until;paid on"
        ";paid;supporting services;payer;payee."
    ),
    "operator": marked("“{found}” is no operator. Write NAME:ROLE, the role being one of: {roles}."),
    "operators": marked("An office needs at least one operator, and no name twice (given: {found})."),
    "password_short": marked("The password has {found} characters. Choose at least {least}."),
    "password_long": marked("The password has {found} characters. Choose at most {most}."),
    "password_name": marked("Beside the name {name}, the password has {found} characters. Choose at least {least}."),
    "passwords_count": marked(
        "{found} passwords were given, {needed} are needed: one for each operator, in their order. Only a trial office "
        "(--trial) has operators without passwords."
    ),
    "password_missing": marked(
        "The password of {found} is needed. Give it on a terminal, or with --password-file FILE; it is never an "
        "argument. Only a trial office asks for none."
    ),
    "password_file": marked("The password file {found} cannot be read: {detail}"),
    "data_file_place": marked("{why}"),
    "backup_suffix": marked(
        "A backup under a password is called NAME{suffix}, so that nobody takes {found} for a plain one."
    ),
    "password_file_open": marked(
        "The password file {found} can be read by others. Keep it to yourself first: chmod 600 {found}"
    ),
    "password_file_lines": marked("The password file holds {found} lines, {needed} are needed: one for each password."),
    "passwords_differ": marked("The two passwords for {found} are not the same. Type them again."),
    "operator_missing": marked("This act is recorded under a person's name. Add --operator NAME; known: {names}."),
    "arguments": marked("Name applications, or use --all-approved."),
    "role": marked("“{found}” is no role. Use one of: {choices}."),
    "arguments_missing": marked("An application that is no draft yet needs: {found}."),
    "draft_keeps": marked("A draft is submitted as it is: leave out {found}, or record another draft."),
    "needs_argument": marked("{found} says nothing without {needed}. Tell both, or neither."),
    "calendar_year_unknown": marked(
        "The working days of {found} are not known. Import the list of days off and moved working days of that year: "
        "calendar import FILE.csv, with the columns date, is_working, note."
    ),
    "calendar_year_incomplete": marked(
        "The list of {found} leaves out days that are off every year: {missing}. Import the whole year's list."
    ),
    "calendar_month": marked("“{found}” is not a month. Write year and month, such as 2026-03."),
    "attachment_subject": marked(
        "“{found}” has no attachments. Name a record such as application:7; nouns: {choices}."
    ),
    "attachment_large": marked("The file has {found} bytes; at most {allowed} are kept. Make it smaller."),
    "attachment_empty": marked("The file {found} is empty. Choose the right one."),
    "recipient_kind": marked("“{found}” is no class of recipient. Use one of: {choices}."),
    "text_missing": marked("The field “{field}” is empty. Fill it in."),
    "text_long": marked("The field “{field}” has {found} characters; at most {longest} fit. Shorten it."),
    "text_character": marked(
        "The field “{field}” holds the character {found}, which cannot be shown or printed. Type the text again."
    ),
    "text_unprintable": marked(
        "The field “{field}” holds the character “{character}” ({point}), which is in no font here, so it could not be "
        "printed: {found}. Write it another way, or install a font that has it. Nothing was recorded."
    ),
    "policy_toml": marked("The policy file is not valid TOML: {found}. Correct the line and try again."),
    "policy_key_unknown": marked(
        "The policy file has keys that this program does not know: {found}. Correct or remove them."
    ),
    "policy_key_missing": marked("The policy file lacks: {found}. Add every missing key; the presets show them."),
    "policy_value": marked("The value of “{key}” in the policy file cannot be used: {cause}"),
    "policy_source": marked("Name either a policy file or --draft ID, not both."),
    "faults": marked("The file cannot be used: {found}."),
    "policy_code": marked("“{found}” is no code; use small letters, digits and hyphens, such as henan-style."),
    "text": marked("“{found}” is not text in quotation marks."),
    "ratio": marked('“{found}” is not a ratio; write text such as "0.20", above 0 and at most 1.'),
    "share": marked('“{found}” is not a share; write text such as "0.30", from 0 to 1.'),
    "percent": marked("“{found}” is not a share. Write it in per cent, such as 20%, or as 0.20; at most 100%."),
    "month_and_day": marked("“{found}” is not a day of every year. Write month and day, such as 12-31."),
    "class_ratios": marked("“{found}” is no table from enterprise, university, institute to ratios."),
    "flag": marked("“{found}” is neither true nor false."),
    "count": marked("“{found}” is not a whole number from 0 to 3660."),
    "year_end": marked("“{found}” is no last day; write years_after, month and day."),
    "choice": marked("“{found}” is not one of: {choices}."),
    "date_before_last_act": marked(
        "The date {found} lies before the last recorded act, {last}. Acts are recorded in order: use {last} or later."
    ),
    "ban_choice": marked("Tell one of --ban-until, --ban-years and --no-ban; --fraud needs a ban."),
    "date_far_ahead": marked(
        "The date {found} lies too far ahead: today is {today} by this computer's clock. Nothing could be recorded "
        "before that date afterwards. Use {last} or an earlier one, or set the clock right."
    ),
    "request_reused": marked(
        "The request {found} was used for something else before. Repeat it with the same facts, or use a new one."
    ),
    "registry_duplicate": marked("The registry file names a facility twice: {found}. Keep one line for each."),
    "table_encoding": marked(
        "The file {found} is no table: neither xlsx nor ods, and no text in UTF-8, UTF-16 or GB18030. Save it as xlsx, "
        "or as CSV in UTF-8."
    ),
    "table_quotes": marked("Line {line}: a quotation mark is not closed, or stands where none may. Correct the line."),
    "table_unknown": marked("The file {found} is packed, but holds no sheet. Save it as xlsx in Excel or WPS."),
    "table_damaged": marked("The file {found} is damaged and cannot be read. Save it once more as xlsx."),
    "table_old": marked("The file {found} is of the old kind (.xls). Open it and save it as xlsx."),
    "table_locked": marked("The file {found} is locked by a password. Take the password off and save it once more."),
    "table_macros": marked("The file {found} holds macros, which are never run here. Save it as xlsx without macros."),
    "table_dtd": marked(
        "The file {found} declares a document type, which no spreadsheet program writes and which can do harm. Save it "
        "once more as xlsx."
    ),
    "table_path": marked(
        "The file {found} names a place outside of itself, which no spreadsheet program writes. It was not opened. "
        "Ask who sent it."
    ),
    "table_link": marked("The file {found} is or holds a link to another file. Choose the file itself."),
    "table_entries": marked("The file is packed of {found} parts; at most {allowed} are read. Save one sheet as xlsx."),
    "table_ratio": marked(
        "The file {found} unpacks to more than {allowed} times its size, as files do that are made to fill the memory. "
        "It was not opened."
    ),
    "table_unpacked": marked(
        "The file is {found} bytes unpacked; at most {allowed} are read. Split it, or leave out sheets and pictures."
    ),
    "table_rows": marked("The table has more than {allowed} rows. Split it into several files."),
    "table_wide": marked(
        "Line {line} has {found} columns; at most {allowed} are read. Leave out what is not imported."
    ),
    "table_long_cell": marked("Line {line} has a cell of more than {allowed} characters. Shorten it."),
    "table_sheet": marked("The file has no sheet “{sheet}”. It has: {choices}."),
    "table_time": marked(
        "Reading {found} took longer than {allowed} seconds and was ended. Split the table, or save it as CSV."
    ),
    "table_memory": marked(
        "Reading {found} takes more memory than is given to it. Split the table, or save it as CSV."
    ),
    "table_died": marked(
        "Reading {found} was ended because it took too much memory or time. Split the table, or save it as CSV."
    ),
    "table_number": marked(
        "“{found}” was typed as a number, of which a spreadsheet keeps 15 digits. Set the column to text, type it "
        "again and import once more."
    ),
    "table_cell_error": marked("The cell shows the error {found}. Correct it in the table."),
    "table_ending": marked("“{found}” cannot be written: name a file that ends in .xlsx or .csv."),
    "table_sheets": marked("“{found}” cannot hold several sheets: name a file that ends in .xlsx."),
    "table_rows_out": marked("A sheet holds at most {allowed} rows. Narrow the list, or save it as CSV."),
    "cell_missing": marked("The cell is empty. Fill it in."),
    "date_with_time": marked("“{found}” has a time of day beside the date. Write the date alone."),
    "claim_without_amount": marked(
        "No claim on voucher {found} stands above this invoice. Write the amount claimed, or put the row below its "
        "claim."
    ),
    "facility_unknown": marked("No facility “{found}” is in the registry. Check the name, or leave it empty."),
    "import_file_missing": marked("Name the file to import, or --template FILE.xlsx for an empty one."),
    "column_pair": marked("“{found}” is no column. Write KEY=HEAD, such as uscc=信用代码."),
    "column_unknown": marked("There is no column “{found}”. There are: {choices}."),
    "table_columns": marked("The file lacks the columns: {found}. It needs: {needed}."),
    "table_cell": marked("Line {line}, column {column}: {cause}"),
    "table_line": marked("Line {line}: {cause}"),
    "table_width": marked("Line {line} has {found} cells, the head has {expected}. Check for a stray comma."),
    "table_duplicate": marked("Line {line} repeats line {earlier}: {found}. Keep one of them."),
    "table_empty": marked("The file {found} has no lines below its head."),
    "whole_number": marked("“{found}” is not a whole number above zero."),
    "file_missing": marked("There is no file {found}. Check the name, or choose it."),
    "count_within": marked("“{found}” is not a whole number from {least} to {most}."),
    "offset": marked("“{found}” is no shift in millimetres. Write at most {most}, such as 1.5 or -0.5."),
    "limit": marked("The file is too large ({found}). At most {allowed}."),
    "qr_unreadable": marked(
        "No voucher QR code can be read in {found}. Use a sharper picture, or paste the text under the scanner."
    ),
    "public_key": marked("{found} is not a public key of this program. Use the PEM file that the office published."),
    "private_key": marked("{found} is not a signing key of this program. Put the key file back that belongs here."),
    "pkcs12": marked(
        "{found} cannot be opened with this passphrase, or it is no PKCS#12 file with a key and its certificate. Check "
        "both, and export the certificate together with its private key."
    ),
    "pdf": marked("{found} is not a PDF file that can be signed. Use a whole file without a password of its own."),
    "certificate_term": marked(
        "The certificate of {found} is good from {first} to {last}, not today. Use one that is valid, or set the clock "
        "right."
    ),
    "document_kind": marked(
        "“{found}” is no kind of document; use small letters, digits and hyphens, such as publicity-list."
    ),
    "passphrase_missing": marked(
        "The passphrase of the signing key is needed. Give it on a terminal, or with {found} FILE; it is never an "
        "argument."
    ),
    "passphrase_wrong": marked("This is not the passphrase of the signing key {found}. Type it again."),
    "passphrase_choice": marked("Tell either --new-passphrase-file FILE or --remove, not both."),
    "archive_choice": marked("Tell either --voucher NO or --year YEAR: a pack is of one voucher or of one year."),
    "void_list": marked("{found} is no list of void numbers of this program. Use the file that the office published."),
    "void_list_signature": marked(
        "The list {found} is not signed with this key, was changed, or its key is revoked. It was not used; ask the "
        "office for its list."
    ),
    "passphrase_length": marked("The passphrase has {found} characters. Choose {least} to {most}."),
    "too_long_for_paper": marked("The field “{field}” of {subject} is too long to be printed: {found}. Shorten it."),
}
_INPUTS |= INVOICE_INPUTS


def input_codes() -> frozenset[str]:
    """Return every code of unreadable input that has a sentence."""
    return frozenset(_INPUTS)


def input_sentence(error: InvalidInput) -> str:
    """Return what is wrong with an input, and how it should look."""
    facts = dict(error.facts)
    cause = facts.get("cause")
    if isinstance(cause, InvalidInput):
        facts["cause"] = input_sentence(cause)
    if "field" in facts:
        facts["field"] = field_name(str(facts["field"]))
    return _(_INPUTS[error.code]).format(found=error.found, **facts)
