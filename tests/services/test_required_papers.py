"""The papers that a policy names: without them nothing is accepted or verified, and what is missing is told by name."""

from __future__ import annotations

import pytest

from voucher_app.domain.errors import RulesViolated
from voucher_app.domain.money import Money
from voucher_app.domain.policy import parse_policy
from voucher_app.services import attachment, intake, policy_form, possibilities, redemption
from voucher_app.services.wording.rules import sentence
from voucher_app.services.workspace import new_request_id
from voucher_app.settings import resources_folder

PRESET = (resources_folder() / "policies" / "henan-style.toml").read_text(encoding="utf-8")
YUAN = Money.yuan(100)
PAPERS = {
    'ratio = "0.20"': 'ratio = "1"',
    'smallest_voucher = "5000.00"': 'smallest_voucher = "0.00"',
    "[evidence]": '[evidence]\nrequired_papers = ["invoice", "payment-receipt", "contract"]',
    "[applications]": '[applications]\nrequired_papers = ["application-form", "contract"]',
}


@pytest.fixture
def asking(make_desk, tmp_path):
    """An office whose policy names papers."""
    made = make_desk(tmp_path, changes=PAPERS)
    made.check_credit()
    yield made
    made.close()


def file_of(desk, kind):
    file = desk.path.with_name(f"{kind}.pdf")
    file.write_bytes(b"%PDF-1.7 " + kind.encode())
    return file


def attach(desk, subject, *kinds):
    for kind in kinds:
        attachment.add(
            desk.workspace,
            subject=subject,
            file=file_of(desk, kind),
            kind=kind,
            operator=desk.preparer,
            request_id=new_request_id(),
        )


def missing(call, *arguments, noun="application", **options):
    with pytest.raises(RulesViolated) as refused:
        call(*arguments, **options)
    (violation,) = refused.value.violations
    assert (violation.rule, violation.code, violation.facts) == ("PAPERS", "papers_missing", {"noun": noun})
    return violation.found


def test_an_application_of_a_batch_is_not_accepted_before_its_papers_are_there(asking):
    made = asking.submit(YUAN, batch_id=asking.open_batch().id)
    assert missing(asking.step, "accept", made) == ["application-form", "contract"]
    attach(asking, f"application:{made.id}", "application-form", "invoice")
    assert missing(asking.step, "accept", made) == ["contract"]
    attach(asking, f"application:{made.id}", "contract")
    (done,) = asking.step("accept", made)
    assert done.status == "accepted"


def test_outside_of_a_batch_the_only_review_asks_for_them(asking):
    made = asking.submit(YUAN)
    assert missing(asking.approve, made) == ["application-form", "contract"]
    attach(asking, f"application:{made.id}", "contract", "application-form")
    assert asking.approve(made)[0].status == "approved"


def test_a_claim_is_not_verified_before_its_papers_are_there(asking):
    made = asking.submit(YUAN)
    attach(asking, f"application:{made.id}", "contract", "application-form")
    asking.approve(made)
    (issued,) = asking.issue(made)
    claim = asking.claim(issued.number, YUAN)
    assert missing(asking.verify, claim, noun="redemption") == [
        "invoice",
        "payment-receipt",
    ]  # the contract came with the application
    details = asking.queries.redemption(claim.id)
    assert [one.found for one in details.incomplete] == [["invoice", "payment-receipt"]]
    against = {one.act: one.against for one in details.acts(asking.reviewer)}
    assert [one.code for one in against["verify"]] == ["papers_missing"]
    assert against["refuse"] == ()
    attach(asking, f"redemption:{claim.id}", "invoice", "payment-receipt")
    told = redemption.preview_verification(
        asking.workspace, redemption_id=claim.id, approved=YUAN, reviewer=asking.reviewer
    )
    assert told.violations == []
    assert asking.verify(claim).status == "verified"
    assert asking.queries.redemption(claim.id).incomplete == ()
    assert asking.verified() == []


def test_what_is_missing_is_told_before_anybody_is_refused(asking):
    made = asking.submit(YUAN, batch_id=asking.open_batch().id)
    acts = {one.act: one for one in possibilities.of_application(asking.workspace, made.id, asking.preparer)}
    assert [one.code for one in acts["accept"].violations] == ["papers_missing", "incomplete"]
    assert not acts["accept"].is_possible
    records = asking.workspace.records()
    assert intake.all_missing_papers(records, made) == ["application-form", "contract", "contract-term"]


def test_a_policy_that_names_none_leaves_it_to_the_officer(desk):
    made = desk.submit(YUAN)
    assert intake.all_missing_papers(desk.workspace.records(), made) == [
        "application-form", "commitment", "contract", "contract-term",
    ]  # fmt: skip
    assert desk.approve(made)[0].status == "approved"
    claim = desk.claim(desk.issue(made)[0].number, YUAN)
    assert desk.verify(claim).status == "verified"


@pytest.mark.usefixtures("in_english")
def test_the_sentence_names_each_missing_paper(asking):
    made = asking.submit(YUAN)
    with pytest.raises(RulesViolated) as refused:
        asking.approve(made)
    (said,) = map(sentence, refused.value.violations)
    assert said.startswith(f"application {made.id} comes without: application form, contract. Its policy asks for:")


@pytest.mark.usefixtures("in_english")
def test_the_form_takes_papers_by_their_names_and_writes_what_the_file_reads():
    (parameter,) = [one for one in policy_form.parameters() if one.key == "evidence.required_papers"]
    assert parameter.kind is policy_form.Kind.PAPERS
    assert policy_form.file_value(parameter, " contract、 payment receipt；invoice ") == [
        "contract", "payment-receipt", "invoice",
    ]  # fmt: skip
    assert policy_form.file_value(parameter, "") is None
    policy = parse_policy(PRESET)
    values = policy_form.file_values(policy) | {"evidence.required_papers": ["contract", "invoice"]}
    again = parse_policy(policy_form.written(values))
    assert again.redemption_papers == ("contract", "invoice")
    assert policy_form.shown(parameter, again.redemption_papers) == "contract、invoice"
    assert "required_papers" not in policy_form.written(policy_form.file_values(policy))
