"""What a rule says: what was found, what is allowed, and what the officer can do."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from voucher_app.domain.money import Money
from voucher_app.i18n import _, marked
from voucher_app.services.wording.names import (
    action_name,
    kind_name,
    model_name,
    noun_name,
    paper_name,
    role_name,
    status_name,
    step_name,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from voucher_app.domain.errors import Violation

_VIOLATIONS = {
    "file_imported": marked(
        "The file {subject} was taken in already, on {day} as {found} ({rows} rows). Nothing of it is taken in twice; "
        "import a file with the new rows alone."
    ),
    "not_recorded": marked("There is no {noun} “{found}”. Check the number, or register it first."),
    "cap_exceeded": marked(
        "The issuance needs {found} yuan, but {subject} has only {allowed} yuan left to issue ({short} yuan short). "
        "Issue less, or void or return vouchers of this year first."
    ),
    "ceiling_exceeded": marked(
        "An appropriation of {found} yuan for {subject} is above the province's ceiling of {allowed} yuan a year. "
        "No setting lifts it; enter at most the ceiling."
    ),
    "appropriation_empty": marked(
        "An appropriation of {found} yuan gives nothing to issue. Enter an amount above zero."
    ),
    "year_exists": marked(
        "The budget year {subject} is open already, with an appropriation of {found} yuan. A year is opened once."
    ),
    "year_not_opened": marked(
        "The budget year {subject} has not been opened, so it has no money to issue. Open the year with its "
        "appropriation first."
    ),
    "year_closed": marked("The budget year {subject} is closed and issues nothing more. Use an open year."),
    "remaining_exceeded": marked(
        "The claim of {found} yuan is more than voucher {subject} still holds: {allowed} yuan, undecided claims "
        "counted. Claim less, or have the open claims decided first."
    ),
    "class_mismatch": marked(
        "The class {found} does not go with a credit code that begins with {prefix} ({subject}). Check the class."
    ),
    "recipient_cap_exceeded": marked(
        "{subject} would hold {found} yuan of this year, above the cap of {allowed} yuan for one unit "
        "({counted} yuan are held already). Ask for less."
    ),
    "recipient_redeems_too_much": marked(
        "{subject} would have redeemed {found} yuan of this year, above the cap of {allowed} yuan for one unit "
        "({redeemed} yuan are verified already). Approve less."
    ),
    "ratio_exceeded": marked(
        "{found} yuan are more than {ratio} of the contract amount of {base} yuan, which is {allowed} yuan after "
        "rounding. Ask for at most that ({subject})."
    ),
    "cost_ratio_exceeded": marked(
        "{found} yuan are more than {ratio} of the eligible cost of {base} yuan, which is {allowed} yuan after "
        "rounding. Claim at most that on voucher {subject}."
    ),
    "approved_above_claim": marked(
        "{found} yuan are more than the {allowed} yuan that redemption {subject} claims. Approve at most the claim."
    ),
    "voucher_too_small": marked(
        "A voucher of {found} yuan is below the smallest one of {allowed} yuan ({subject}). Ask for more, or "
        "not at all."
    ),
    "spend_too_small": marked(
        "The contract {subject} over {found} yuan is below the smallest supported spending of {allowed} yuan."
    ),
    "claim_empty": marked("A claim of {found} yuan asks for nothing. Enter an amount above zero ({subject})."),
    "not_a_tier": marked(
        "{found} yuan is none of the face values of this policy: {allowed} yuan. Choose one of them ({subject})."
    ),
    "used_too_late": marked(
        "The invoice is dated {found}, after the last day of use of voucher {subject}, {allowed}. It cannot "
        "be redeemed."
    ),
    "redeemed_too_late": marked(
        "The claim is made on {found}, after the last day to redeem voucher {subject}, {allowed}. It has lapsed."
    ),
    "invoice_in_future": marked(
        "The invoice {subject} is dated {found}, after the business date {allowed}. Check the date."
    ),
    "contract_used": marked(
        "Contract {subject} supports application {application} already; one contract supports one application. "
        "Check the contract number."
    ),
    "contract_in_future": marked(
        "Contract {subject} is signed on {found}, after the business date {allowed}. Check the date."
    ),
    "invoice_used": marked(
        "Invoice {subject} is used by redemption {redemption} already; an invoice is redeemed once. Check the number."
    ),
    "same_unit": marked("{subject} would buy from itself ({found}). Recipient and provider must be different units."),
    "declared_control": marked(
        "{subject} has declared control with {found}. Affiliated units get no voucher for each other's compute."
    ),
    "shared_legal_representative": marked(
        "{subject} and the provider share the legal representative {found}. If they are independent all the same, "
        "write the reason."
    ),
    "shared_phone": marked(
        "{subject} and the provider share the phone {found}. If they are independent all the same, write the reason."
    ),
    "shared_address": marked(
        "{subject} and the provider share the address {found}. If they are independent all the same, write the reason."
    ),
    "shared_bank_account": marked(
        "{subject} and the provider share the bank account {found}. If they are independent all the same, write the "
        "reason."
    ),
    "own_compute": marked("{found} would use a voucher for its own compute, which this policy excludes."),
    "provider_not_admitted_contract": marked(
        "{subject} was not admitted on the contract date {found} (term {allowed}; now {status}). Compare the "
        "date with the contract; else admit the provider for a term that covers it, or use another one."
    ),
    "provider_not_admitted_service": marked(
        "{subject} was not admitted on the service date {found} (term {allowed}; now {status}). Compare the "
        "date with the invoice: service outside the term is not redeemed."
    ),
    "term_reversed": marked(
        "The term of {subject} would end on {found}, before {allowed}. Enter a last day that is not past."
    ),
    "publicity_not_over": marked(
        "{subject} is in publicity until {allowed}; today is {found}. Admit it from the day after."
    ),
    "term_in_publicity": marked(
        "The term of {subject} would begin on {found}, during its publicity, which lasts until {allowed}. Let it begin "
        "the day after."
    ),
    "provider_publicity_short": marked(
        "The publicity of {subject} would end on {found}, before the policy's working days are over on {allowed}. "
        "Enter that day or a later one."
    ),
    "provider_objection_open": marked(
        "Objection {found} to {subject} is not decided. Have another person decide on it first."
    ),
    "provider_objection_upheld": marked("Objection {found} to {subject} was upheld. Refuse the admission."),
    "objection_out_of_time": marked(
        "An objection raised on {found} lies outside the publicity of {subject}, {allowed}, or in the future. Check "
        "the day."
    ),
    "price_empty": marked("A price of {found} yuan for {item} is none. Enter the price that {subject} has filed."),
    "facility_taken": marked("The facility {subject} belongs to {found} already. Check the name."),
    "outside_province": marked(
        "{subject} is registered in region {found}; vouchers buy compute in Shanxi only (region codes {allowed})."
    ),
    "service_period_reversed": marked(
        "The service billed by {subject} begins on {found}, after it ends on {allowed}. Check the dates."
    ),
    "outside_base_period": marked(
        "The service billed by {subject}, {found}, lies outside the base period {allowed}. It cannot be redeemed."
    ),
    "same_person": marked("{found} prepared {subject} and may not decide on it. Have another person do this."),
    "role_may_not": marked("{subject} has the role {found}, which has no business acts. Switch to another operator."),
    "role_may_not_act": marked(
        "{subject} has the role {found}, which may not do this: {action}. It is for: {allowed}. Have such a person "
        "do it."
    ),
    "account_locked": marked("The account of {subject} is locked. A security administrator can unlock it."),
    "password_not_set": marked(
        "{subject} has no password yet, and this is no trial office. Set one first: operator password."
    ),
    "not_logged_in": marked("{subject} did not log in. Give the password of {subject}."),
    "password_to_change": marked("Somebody else chose the password of {subject}. Change it first: operator password."),
    "password_again": marked("For this act the password of {subject} is asked again: {action}."),
    "wrong_password": marked("The password of {subject} is wrong. Tries left: {left}."),
    "too_many_tries": marked(
        "Too many wrong passwords for {subject}. Nobody else could unlock this account, so it waits: {found} minutes."
    ),
    "first_password_missing": marked("{subject} needs a first password. Give one; {subject} changes it later."),
    "trial_asks_no_password": marked("This is a trial office, which asks nobody for a password. Leave it out."),
    "identity_only_in_trial": marked(
        "{subject} is no trial office. A certificate made by itself proves nothing about who signed: use one of an "
        "authority that others trust."
    ),
    "password_same": marked("This is the password that {subject} has already. Choose another one."),
    "operator_exists": marked("{subject} is an operator already ({found}). Choose a name that tells them apart."),
    "own_account": marked("{subject} may not do this to their own account. Have another administrator do it."),
    "last_of_role": marked(
        "{subject} is the last active person with the role {found}. Name another one first, or the office locks itself "
        "out."
    ),
    "role_same": marked("{subject} has the role {found} already."),
    "small_office_is_on": marked("Small-office mode is on already."),
    "small_office_is_off": marked("Small-office mode is off already."),
    "claims_open": marked("Voucher {subject} has {found} claims that are not decided. Verify or refuse them first."),
    "recipient_exists": marked("{subject} is registered already, or stands twice in the list ({found})."),
    "provider_exists": marked("{subject} is registered as a provider already ({found})."),
    "nothing_to_issue": marked("No application is approved and waiting. Approve applications first."),
    "printed_already": marked(
        "{subject} was printed before ({found} so far). Tell why it is printed again; the paper will say which print "
        "it is."
    ),
    "paper_decides": marked(
        "Job {subject} went to a printer: only who looks at the paper knows what came out. Tell it with: print finish "
        "{subject} --printed N, or give the job up: print cancel {subject} --reason TEXT"
    ),
    "paper_missing": marked(
        "The file {found} of job {subject} is not there, so the job is not done. Resume it: print resume {subject}"
    ),
    "number_void": marked("The number {subject} is void already, since {found}."),
    "document_status": marked("{noun} {subject} is “{found}”; this document is made when it is: {allowed}."),
    "not_accepted": marked(
        "Application {subject} is “{found}” and its acceptance is not recorded, so there is no notice of it."
    ),
    "not_returned": marked(
        "Application {subject} was never returned for correction, so there is no notice of a correction."
    ),
    "correction_is_past": marked(
        "Application {subject} was returned for correction anew; only notice no. {allowed} is made now, not no. "
        "{found}."
    ),
    "not_reviewed": marked(
        "Application {subject} is “{found}”: nobody has reviewed it yet, so there are no opinions. Review it first."
    ),
    "not_in_publicity": marked(
        "Batch {subject} is “{found}” and was not publicized, so there is no list to post. Publicize it first."
    ),
    "batch_not_issued": marked(
        "Batch {subject} is “{found}” and not issued, so there is nothing to announce. Issue it first."
    ),
    "ledger_of_another_day": marked(
        "Lists and ledgers are made as of today, {allowed}, not as of {found}. Leave the day out; money of a past day "
        "is shown by: ledger as-of {found}"
    ),
    "not_suspended": marked("Provider {subject} is “{found}” and was never suspended, so there is no decision of it."),
    "report_day": marked("A report of {subject} is made up to a day in {allowed} that has come, not up to {found}."),
    "report_before_year": marked("The year of {subject} was not open on {found}, so there is nothing to report."),
    "report_is_whole": marked("{subject} is over, so its report has no day. Leave {found} out: {allowed}"),
    "year_not_closed": marked("The budget year {subject} is not closed, so there is no closing statement. Close it."),
    "key_is_revoked": marked("The key {subject} was revoked on {found} and is not made public any more."),
    "document_changed": marked(
        "{subject} changed while it was drawn: somebody recorded something meanwhile. Nothing was printed. Print it "
        "again."
    ),
    "certificate_ended": marked("Voucher {subject} is “{found}”; its certificate is printed no more."),
    "nothing_to_settle": marked(
        "No verified redemption waits to be settled up to {subject}. Verify claims first, or choose a later day."
    ),
    "period_reversed": marked("The period begins on {found}, after it ends on {allowed}. Check the dates."),
    "accounts_missing": marked(
        "{found} lines of settlement {subject} have a payee that has filed no bank account. File it before the money "
        "is sent."
    ),
    "samples_open": marked(
        "{found} lines of settlement {subject} were drawn for a third party's check whose result is not recorded yet."
    ),
    "line_not_sampled": marked("Line {subject} was not drawn for a third party's check. Check the line's number."),
    "nothing_to_pay": marked("Settlement {subject} has no line that waits to be paid ({found})."),
    "payment_date_outside": marked(
        "The payment is dated {found}; settlement {subject} is paid between {allowed}. Check the date."
    ),
    "lines_are_paid": marked(
        "{found} lines of settlement {subject} are paid already, so it cannot be cancelled. Record a payment that came "
        "back as failed first."
    ),
    "bank_amount_differs": marked(
        "Line {subject}, receipt {receipt}: the bank's file has {found} yuan (its line {line}), we have {allowed} yuan."
    ),
    "bank_account_differs": marked(
        "Line {subject}, receipt {receipt}: the bank's file has the account {found} (its line {line}), we have "
        "{allowed}."
    ),
    "bank_date_differs": marked(
        "Line {subject}, receipt {receipt}: the bank's file has the day {found} (its line {line}), we have {allowed}. "
        "If that is right, write the reason."
    ),
    "payment_not_in_file": marked(
        "Line {subject} over {allowed} yuan, receipt {receipt}: the bank's file does not have it. If the payment "
        "failed, record it as failed."
    ),
    "bank_line_surplus": marked(
        "Line {line} of the bank's file pays {found} yuan under our receipt {subject}, but no line of this settlement "
        "does. It may be paid twice."
    ),
    "bank_line_of_others": marked(
        "The bank's file has {found} payments under receipt {subject}, which is none of this settlement's."
    ),
    "group_redeems_too_much": marked(
        "The units of group {group}, {subject} among them, would have redeemed {found} yuan of this year, above the "
        "cap of {allowed} yuan that they share ({redeemed} yuan are verified already). Approve less, or write the "
        "reason."
    ),
    "invoice_twice": marked("Invoice {subject} stands {found} times in this claim. Name each invoice once."),
    "invoice_empty": marked("Invoice {subject} bills {found} yuan. Enter what it bills, or leave it out."),
    "support_exceeded": marked(
        "With this claim, all support of the contract of {base} yuan would be {found} yuan ({other} yuan of other "
        "public money declared), above {ratio} of it, {allowed} yuan. Claim less on voucher {subject}."
    ),
    "services_above_invoice": marked(
        "The supporting services of {found} yuan are more than invoice {subject} bills: {allowed} yuan. Check the "
        "amount."
    ),
    "services_above_share": marked(
        "Supporting services of {found} yuan are above {ratio} of the base of {base} yuan; {allowed} yuan of them "
        "count (voucher {subject})."
    ),
    "invoice_not_full": marked(
        "The invoices bill {found} yuan, less than what was paid and the {deducted} yuan deducted with the voucher "
        "together, {allowed} yuan. Ask for an invoice over the full price ({subject}), or write the reason."
    ),
    "paid_above_invoice": marked(
        "{found} yuan paid are more than invoice {subject} bills: {allowed} yuan. Enter what was paid on this invoice."
    ),
    "paid_in_future": marked(
        "The payment of invoice {subject} is dated {found}, after the claim on {allowed}. Check the date."
    ),
    "receipt_names_other_payer": marked(
        "Invoice {subject} was paid by {found}, not by the recipient {allowed}. Check the receipt, or write the reason."
    ),
    "receipt_names_other_payee": marked(
        "The payment of invoice {subject} went to {found}, not to the provider {allowed}. Check the receipt, or write "
        "the reason."
    ),
    "voucher_cashed": marked(
        "The payment of invoice {subject} went back to the holder {found} itself, not to the provider {allowed}: a "
        "voucher is never cashed. Check the receipt; if it is right, refuse the claim."
    ),
    "payment_not_told": marked(
        "Nothing is told of the payment of invoice {subject}; it counts as paid in full. Look at the receipt."
    ),
    "price_incomplete": marked(
        "A unit price needs its item and an item its price above zero (found {found} yuan for “{subject}”). Fill in "
        "both."
    ),
    "price_too_high": marked(
        "The unit price of {found} yuan for “{subject}” is more than {ratio} above the usual {usual} yuan (at most "
        "{allowed} yuan). Check the price, or write the reason."
    ),
    "no_day_counts": marked(
        "Of what invoice {subject} bills, {found}, only {day} lies in the base period {allowed}; the day count "
        "{day_count} (end minus start) counts no day of it. It cannot be redeemed."
    ),
    "contract_term_half": marked(
        "Only one end of the contract's term is told, {found}. Enter its first and its last day, or neither."
    ),
    "contract_ends_first": marked(
        "Contract {subject} would end on {found}, before it begins on {allowed}. Check the dates."
    ),
    "contract_term_reversed": marked(
        "The contract's term begins on {found}, after it ends on {allowed}. Check the dates."
    ),
    "review_ended": marked(
        "The fair-competition review of {subject} (“{conclusion}”) ended on {found}, before {allowed}. Have it renewed "
        "and enter the new end date."
    ),
    "province_only": marked(
        "Vouchers of {subject} buy compute in the province only, a known risk under the fair-competition rules. The "
        "review “{conclusion}” covers it until {found}."
    ),
    "review_ended_since": marked(
        "The fair-competition review of the policy {subject} ended on {found}. Vouchers limited to the province's "
        "compute carry that risk from then on; publish a version with a renewed review."
    ),
    "cap_below_smallest": marked(
        "The cap of a unit, {found} yuan, is below the smallest voucher of {allowed} yuan: nobody could get one. Raise "
        "support.recipient_year_cap or lower support.smallest_voucher."
    ),
    "tier_below_smallest": marked(
        "The face value of {found} yuan is below the smallest voucher of {allowed} yuan. Correct support.tiers."
    ),
    "tier_above_cap": marked(
        "The face value of {found} yuan is above the cap of a unit, {allowed} yuan. Correct support.tiers."
    ),
    "young_years_empty": marked(
        "There is a ratio for young units, but no unit is younger than {found} years. Set support.young_years to at "
        "least {allowed}."
    ),
    "redeem_before_use": marked(
        "The latest day to redeem ({found} for the budget year {year}) lies before the latest day of use ({allowed}). "
        "Correct validity.last_redeem."
    ),
    "ratio_above_share": marked(
        "A support ratio of {found} is above the largest share of all support in a contract, {allowed}. Correct "
        "other_support.largest_share or the ratio."
    ),
    "base_period_reversed": marked(
        "The base period begins on {found}, after it ends on {allowed}. Correct the table base_period."
    ),
    "base_period_empty": marked(
        "Costs are cut to a base period of {found} months, so nothing could be redeemed. Set "
        "base_period.longest_months to at least {allowed}."
    ),
    "draft_exists": marked(
        "This text of {subject} is drafted already (draft {found}). Have another person publish it, or withdraw it."
    ),
    "policy_not_drafted": marked(
        "{found} may not publish {subject} alone: nobody has drafted just this text. Another person has to draft it "
        "first."
    ),
    "recovery_exceeds_paid": marked(
        "{found} yuan are more than what redemption {subject} was paid and is not taken back yet: {allowed} yuan "
        "({recovered} yuan are taken back already). Take back at most that."
    ),
    "recovery_empty": marked("A recovery of {found} yuan takes nothing back ({subject}). Enter an amount above zero."),
    "due_day_passed": marked(
        "The recovery of redemption {subject} would be due on {found}, before today, {allowed}. Enter a later day."
    ),
    "receipt_exceeds_recovery": marked(
        "{found} yuan are more than recovery {subject} still waits for: {allowed} yuan ({received} yuan came back "
        "already). Book at most that."
    ),
    "receipt_empty": marked("A receipt of {found} yuan brings nothing back ({subject}). Enter an amount above zero."),
    "receipt_date_outside": marked(
        "The money of recovery {subject} is dated {found}; it came back between {allowed}. Check the date."
    ),
    "ban_reversed": marked("The ban of {subject} would end on {found}, before today, {allowed}. Enter a later day."),
    "unit_banned": marked("{subject} is banned until {allowed}; on {found} it neither applies nor is admitted."),
    "not_banned": marked("{subject} is not banned on {found}, so no ban can be lifted."),
    "batches_open": marked(
        "{found} batches of {subject} are neither issued nor finished. Issue or finish them before the year is closed."
    ),
    "raises_open": marked(
        "{found} proposals to raise the appropriation of {subject} are not decided. Decide or refuse them before the "
        "year is closed."
    ),
    "year_not_over": marked(
        "The budget year {subject} lasts until {allowed}; today is {found}. Once it is closed nothing more of it is "
        "issued, and its unissued money has lapsed for good."
    ),
    "applications_wait": marked(
        "{found} applications of {subject} still wait; they get no voucher of this year any more."
    ),
    "claims_wait": marked(
        "{found} claims on vouchers of {subject} are not decided; they may be decided after the year is closed."
    ),
    "payments_wait": marked(
        "{found} verified redemptions of {subject} are not paid; they may be settled after the year is closed."
    ),
    # Applications and batches.
    "provider_receives": marked(
        "{subject} is a provider of this year and cannot be a recipient of it as well under this policy."
    ),
    "group_cap_exceeded": marked(
        "The units of group {group} would hold {found} yuan of this year together, above the cap of {allowed} yuan "
        "that they share ({counted} yuan are held already). If {subject} is no split of a unit, write the reason."
    ),
    "other_support_forbidden": marked(
        "Contract {subject} has other public money of {found} yuan; this policy supports no contract that has any. "
        "Apply for another contract."
    ),
    "support_share_exceeded": marked(
        "All support for contract {subject} would be {found} yuan, {other} yuan of it from elsewhere; {ratio} of the "
        "contract, {allowed} yuan, is the most. Ask for less."
    ),
    "supporting_services_exceeded": marked(
        "Supporting services of {found} yuan are more than {ratio} of contract {subject}, which is {allowed} yuan. "
        "Leave the excess out of the contract amount."
    ),
    "credit_dishonest": marked(
        "The credit check of {found} lists {subject} for serious dishonesty. It gets no voucher until a later check "
        "is clear."
    ),
    "credit_penalised": marked(
        "The credit check of {found} found a serious penalty of {subject}. It gets no voucher before {allowed}, or "
        "until a later check is clear."
    ),
    "credit_unchecked": marked(
        "No credit check of {subject} is recorded. Record one, or write why it is accepted without."
    ),
    "credit_check_old": marked(
        "The credit check of {subject} is of {found}, before {allowed}, and too old to rely on. Record a new one, or "
        "write why it is accepted with it."
    ),
    "credit_check_in_future": marked(
        "The credit check of {subject} is dated {found}, after the business date {allowed}. Check the date."
    ),
    "batch_required": marked("The policy “{subject}” issues in batches only. Submit the application to an open batch."),
    "batch_of_another_year": marked(
        "Batch {subject} belongs to the budget year {allowed}, the application to {found}. Choose a batch of its year."
    ),
    "intake_closed": marked("Batch {subject} is “{found}” and takes in nothing more. Choose an open batch."),
    "outside_intake": marked(
        "Batch {subject} takes in applications from {allowed}; today is {found}. Choose another batch, or wait."
    ),
    "intake_reversed": marked("The intake of “{subject}” would end on {found}, before it begins on {allowed}."),
    "intake_past": marked(
        "The intake of “{subject}” would end on {found}, before today, {allowed}. Choose a later day."
    ),
    "corrections_used_up": marked(
        "Application {subject} was returned for correction {found} times; {allowed} are allowed. Accept or decline it."
    ),
    "correction_too_late": marked(
        "Application {subject} was to be corrected by {allowed}; today is {found}. It can be declined or withdrawn, "
        "and applied for anew."
    ),
    "incomplete": marked("Application {subject} comes without: {found}. Check whether that is complete."),
    "papers_missing": marked(
        "{noun} {subject} comes without: {found}. Its policy asks for: {allowed}. Add the files first."
    ),
    "same_reviewer": marked(
        "{found} made the first review of application {subject} and may not decide on it again. Have another person "
        "do this."
    ),
    "batch_undecided": marked(
        "{found} applications of batch {subject} still wait for a decision. Review, refuse or decline them first."
    ),
    "nothing_to_allocate": marked("Batch {subject} has no approved application. Approve one, or finish the batch."),
    "nothing_to_grant": marked(
        "Only {found} yuan are left for batch {subject}, less than the smallest voucher of {allowed} yuan. Raise or "
        "free money first, or refuse the applications."
    ),
    "not_in_batch": marked("Application {subject} is not in batch {allowed}. Check the numbers."),
    "issued_by_its_batch": marked(
        "Application {subject} belongs to batch {found} and is issued together with it, after publicity."
    ),
    "publicity_too_short": marked(
        "Publicity of batch {subject} until {found} is shorter than {days} working days. End it on {allowed} or later."
    ),
    "publicity_running": marked(
        "Batch {subject} is publicized until {allowed}; today is {found}. Issue it on a later day."
    ),
    "objection_open": marked("Objection {found} to application {subject} is not resolved. Resolve it first."),
    "not_publicized": marked(
        "These vouchers are issued one by one, without the publicity of {allowed} working days that this policy has "
        "for batches."
    ),
    # Reimbursement, model C.
    "model_is_other": marked(
        "Contract {subject} would be claimed at once, but here the voucher is “{found}”. Only “{allowed}” applies and "
        "redeems in one act: submit an application, or choose a batch of that model."
    ),
    "payment_not_proved": marked(
        "Nothing is told of the day on which invoice {subject} was paid. What is claimed afterwards was paid before: "
        "enter the payment, or leave the invoice out."
    ),
    "service_not_over": marked(
        "The service billed by {subject} lasts until {found}; today is {allowed}. Claim it once it was used."
    ),
    "claim_not_filed": marked(
        "Application {subject} came without a claim, so there is none to correct. Submit it without an invoice, and "
        "redeem its voucher by a claim of its own once it is issued."
    ),
    "invoice_waits": marked(
        "Invoice {subject} stands in the claim of application {application} already; an invoice is redeemed once. "
        "Check the number."
    ),
    "file_of_other_invoice": marked(
        "The file is of invoice {found}, which is none of this claim’s ({allowed}). Check the number, or take the file "
        "out."
    ),
    "file_twice": marked("Invoice {subject} was read of two files. Take one of them out."),
    "file_names_other_buyer": marked(
        "Invoice {subject} names the buyer {found}; the recipient is {allowed}. Check the file; if it is right all the "
        "same, write the reason."
    ),
    "file_names_other_seller": marked(
        "Invoice {subject} names the seller {found}; the provider is {allowed}. Check the file; if it is right all the "
        "same, write the reason."
    ),
    "file_sum_differs": marked(
        "Invoice {subject} says a total of {found} yuan, but its amount and tax make {allowed} yuan. Check the file; "
        "if it is right all the same, write the reason."
    ),
    "file_day_differs": marked(
        "Invoice {subject} is dated {allowed} in its file, and {found} here. Correct the date, or write the reason."
    ),
    "file_amount_exceeded": marked(
        "Invoice {subject} bills {allowed} yuan in its file, and {found} yuan here. Enter at most what it bills."
    ),
    "file_amount_differs": marked(
        "Invoice {subject} bills {allowed} yuan in its file; {found} yuan of it are told here."
    ),
    "step_not_open": marked("{noun} {subject} is “{found}”, so it cannot {act}. Possible now: {allowed}."),
}
"""By code of the violation; placeholders are filled by `_filled`."""

_MONEY_CODES = frozenset({
    "cap_exceeded", "ceiling_exceeded", "appropriation_empty", "year_exists", "remaining_exceeded",
    "recipient_cap_exceeded", "recipient_redeems_too_much", "ratio_exceeded", "cost_ratio_exceeded",
    "recovery_exceeds_paid", "recovery_empty", "receipt_exceeds_recovery", "receipt_empty",
    "bank_amount_differs", "payment_not_in_file", "bank_line_surplus",
    "group_redeems_too_much", "invoice_empty", "support_exceeded", "services_above_invoice", "services_above_share",
    "invoice_not_full", "paid_above_invoice", "price_incomplete", "price_too_high",
    "approved_above_claim", "voucher_too_small", "spend_too_small", "claim_empty", "not_a_tier",
    "price_empty", "cap_below_smallest", "tier_below_smallest", "tier_above_cap",
    "group_cap_exceeded", "other_support_forbidden", "support_share_exceeded", "supporting_services_exceeded",
    "nothing_to_grant", "file_sum_differs", "file_amount_exceeded", "file_amount_differs",
})  # fmt: skip
"""Violations whose `found` and `allowed` are fen."""

_ROLE_CODES = frozenset({"role_may_not", "role_may_not_act", "operator_exists", "last_of_role", "role_same"})
"""Violations whose `found` is a role, and `allowed` a list of roles where there is one."""


_RATIO_CODES = frozenset({"ratio_above_share"})
"""Violations whose `found` and `allowed` are ratios."""


def _papers(kinds: object) -> str:
    return _(", ").join(paper_name(kind) for kind in kinds) if isinstance(kinds, list) else str(kinds)


_FOUND_NAMES: dict[str, Callable[[object], str]] = {
    "certificate_ended": lambda status: status_name("voucher", str(status)),
    "not_accepted": lambda status: status_name("application", str(status)),
    "not_reviewed": lambda status: status_name("application", str(status)),
    "not_in_publicity": lambda status: status_name("batch", str(status)),
    "batch_not_issued": lambda status: status_name("batch", str(status)),
    "not_suspended": lambda status: status_name("provider", str(status)),
    "role_may_not": lambda role: role_name(str(role)),
    "class_mismatch": lambda kind: kind_name(str(kind)),
    "intake_closed": lambda status: status_name("batch", str(status)),
    "incomplete": _papers,
}
"""Violations whose `found` has a name in words."""


def violation_codes() -> frozenset[str]:
    """Return every code that has a sentence."""
    return frozenset(_VIOLATIONS)


def _yuan(value: object) -> str:
    if isinstance(value, list):
        return _(", ").join(_yuan(item) for item in value)
    return Money(value).in_yuan() if isinstance(value, int) else str(value)


def _listed(value: object) -> str:
    if isinstance(value, list):
        return _(" to ").join(str(item) for item in value if item) or _("none")
    return str(value)


def _percents(value: object) -> str:
    return percent(str(value))


def percent(ratio: str) -> str:
    """Return a ratio such as `1/5` or `0.2` as a percentage without needless zeros."""
    hundredths = Fraction(ratio) * 10000
    whole, rest = divmod(round(hundredths), 100)
    return f"{whole}.{rest:02d}".rstrip("0").rstrip(".") + "%"


def _facts(violation: Violation) -> dict[str, str]:
    facts: dict[str, str] = {}
    for key, value in violation.facts.items():
        if key.endswith("_fen"):
            facts[key.removesuffix("_fen")] = _yuan(value)
        elif key == "ratio":
            facts[key] = percent(str(value))
        elif key == "action":
            facts[key] = action_name(str(value))
        else:
            facts[key] = str(value)
    return facts


def sentence(violation: Violation) -> str:
    """Return what a violation says: what was found, what is allowed, what to do."""
    show = _yuan if violation.code in _MONEY_CODES else _percents if violation.code in _RATIO_CODES else _listed
    facts = _facts(violation)
    row = facts.pop("row", "")
    found, allowed, subject = show(violation.found), show(violation.allowed), violation.subject
    if violation.code == "step_not_open":
        noun = facts["noun"]
        found = status_name(noun, str(violation.found))
        steps = violation.allowed if isinstance(violation.allowed, list) else []
        allowed = _(", ").join(step_name(step) for step in steps) or _("nothing")
        facts = {"noun": noun_name(noun), "act": step_name(facts["act"])}
    elif violation.code == "document_status":
        noun = facts["noun"]
        statuses = violation.allowed if isinstance(violation.allowed, list) else []
        found = status_name(noun, str(violation.found))
        allowed = _(", ").join(dict.fromkeys(status_name(noun, str(one)) for one in statuses))
        facts = {"noun": noun_name(noun)}
    elif violation.code == "same_person" and "noun" in facts:
        subject = f"{noun_name(facts.pop('noun'))} {subject}"
    elif violation.code in _ROLE_CODES:
        roles = violation.allowed if isinstance(violation.allowed, list) else []
        found, allowed = role_name(str(violation.found)), _(", ").join(map(role_name, roles))
    elif violation.code == "papers_missing":
        found, allowed, facts = _papers(violation.found), _papers(violation.allowed), {"noun": noun_name(facts["noun"])}
    elif violation.code == "model_is_other":
        found, allowed = model_name(str(violation.found)), model_name(str(violation.allowed))
    elif violation.code in _FOUND_NAMES:
        found = _FOUND_NAMES[violation.code](violation.found)
    elif violation.code.startswith("provider_not_admitted"):
        facts["status"] = status_name("provider", facts["status"])
    elif violation.code == "not_recorded":
        facts["noun"] = noun_name(facts["noun"])
    said = _(_VIOLATIONS[violation.code]).format(found=found, allowed=allowed, subject=subject, **facts)
    return _("Row {row}: {said}").format(row=row, said=said) if row else said
