"""A batch, on the command line: from its intake to its vouchers."""

from __future__ import annotations

import pytest

from .conftest import PREPARER, PROVIDER, REVIEWER, credit_code

SECOND = "周复核"
UNITS = {"enterprise": credit_code(11), "university": credit_code(12, "12"), "institute": credit_code(13, "12")}


@pytest.fixture
def office(empty_shell):
    """An office with two reviewers, an open year, a provider, and a unit of each class."""
    shell = empty_shell
    shell.done(
        "office", "init", "--trial", "--name", "山西省工业和信息化厅", "--operator", f"{PREPARER}:preparer",
        "--operator", f"{REVIEWER}:reviewer", "--operator", f"{SECOND}:reviewer",
    )  # fmt: skip
    shell.done("year", "open", "2026", "--amount", "50000000.00", "--document", "晋财建〔2026〕1号")
    shell.done("provider", "add", "--name", "国家超级计算太原中心", "--uscc", PROVIDER, "--region", "140100")
    shell.done("provider", "admit", PROVIDER, "--until", "2028-12-31", "--since", "2026-01-01", by=REVIEWER)
    for kind, uscc in UNITS.items():
        shell.done("recipient", "add", "--name", f"晋阳{kind}", "--uscc", uscc, "--kind", kind, "--region", "140100")
        shell.done("recipient", "credit", uscc, "--result", "clear", "--source", "信用中国（山西）")
    return shell


def submit(shell, batch, kind, amount, contract, *more, **how):
    return shell(
        "application", "submit", "--batch", str(batch), "--recipient", UNITS[kind], "--provider", PROVIDER,
        "--contract", contract, "--contract-amount", "5000000.00", "--signed-on", "2026-02-01", "--amount", amount,
        "--contract-from", "2026-03-01", "--contract-until", "2027-02-28", *more, **how,
    )  # fmt: skip


def approved(shell, batch, kind, amount, contract):
    """Submit, accept, review and approve one application; return its number."""
    key = str(submit(shell, batch, kind, amount, contract).json["id"])
    shell.done("application", "accept", key)
    shell.done("application", "review", key, by=REVIEWER)
    shell.done("application", "approve", key, by=SECOND)
    return key


def test_a_batch_from_intake_to_issue(office):
    batch = office.done(
        "batch", "open", "--year", "2026", "--name", "第一批", "--model", "deduct", "--from", "2026-03-02",
        "--until", "2026-03-20", "--document", "晋算券〔2026〕2号",
    )["id"]  # fmt: skip
    keys = [
        str(submit(office, batch, kind, amount, f"HT-{kind}").json["id"])
        for kind, amount in (("enterprise", "100000"), ("university", "200000"), ("institute", "300000.00"))
    ]

    # One goes back for correction and comes in again with another amount.
    returned = office.done("application", "return", keys[1], "--reason", "合同缺页", by=REVIEWER)
    assert (returned["status"], returned["corrections"], returned["correct_by"]) == ("returned", 1, "2026-03-09")
    assert office("application", "accept", keys[1]).rules == ["TRANSITION"]
    back = office.done("application", "resubmit", keys[1], "--amount", "150000", on="2026-03-09")
    assert (back["status"], back["requested_fen"]) == ("submitted", 15_000_000)

    day = "2026-03-10"
    office.done("application", "accept", *keys, on=day)
    assert office("application", "review", *keys, on=day).rules == ["R23"] * 3
    office.done("application", "review", *keys, by=REVIEWER, on=day)
    assert office("application", "approve", *keys, by=REVIEWER, on=day).rules == ["R23"] * 3
    office.done("application", "approve", *keys, by=SECOND, on=day)
    office.done("batch", "close", str(batch), on=day)
    assert submit(office, batch, "enterprise", "10000", "HT-late", on=day).rules == ["BATCH"]

    told = office.done("batch", "publicize", str(batch), on=day)
    assert (told["publicity_from"], told["publicity_until"]) == ("2026-03-10", "2026-03-17")
    objection = office.done("batch", "object", str(batch), "--application", keys[0], "--by", "某公司",
                            "--content", "合同金额不实", on="2026-03-11")["id"]  # fmt: skip
    assert office("batch", "issue", str(batch), by=REVIEWER, on="2026-03-18").rules == ["R24"]
    refused = office(
        "batch", "resolve", str(objection), "--result", "dismissed", "--reason", "查无实据", on="2026-03-12"
    )
    assert refused.rules == ["R23"]
    office.done("batch", "resolve", str(objection), "--result", "dismissed", "--reason", "查无实据", by=REVIEWER,
                on="2026-03-12")  # fmt: skip

    assert office("batch", "issue", str(batch), by=REVIEWER, on="2026-03-17").rules == ["R24"]
    issued = office.done("batch", "issue", str(batch), by=REVIEWER, on="2026-03-18")

    assert len(issued["numbers"]) == 3
    shown = office.done("batch", "show", str(batch), on="2026-03-18")
    assert (shown["status"], shown["counts"]["issued"], shown["issued_fen"]) == ("issued", 3, 55_000_000)
    assert office.unissued_fen() == 5_000_000_000 - 55_000_000
    actions = [entry["action"] for entry in office.done("application", "show", keys[0])["history"]]
    assert actions == [
        "batch.issue", "batch.resolve", "batch.object", "batch.publicize", "application.approve", "application.review",
        "application.accept", "application.submit",
    ]  # fmt: skip
    office.done("batch", "finish", str(batch), on="2026-03-18")
    assert office.done("batch", "list")["batches"][0]["status"] == "finished"
    assert office.done("ledger", "verify")["clean"]


def test_more_is_asked_than_the_envelope_holds(office):
    batch = office.done("batch", "open", "--name", "按比例", "--allocation", "pro-rata", "--envelope", "300000")["id"]
    keys = [approved(office, batch, kind, "200000", f"HT-{kind}") for kind in UNITS]
    office.done("batch", "close", str(batch))
    office.done("batch", "allocate", str(batch), by=REVIEWER)
    shown = office.done("batch", "show", str(batch), by=REVIEWER)
    assert (shown["asked_fen"], shown["granted_fen"], shown["left_fen"]) == (60_000_000, 30_000_000, 30_000_000)
    granted = [office.done("application", "show", key)["granted_fen"] for key in keys]
    assert granted == [10_000_000] * 3
    acts = {one["act"]: one["possible"] for one in shown["acts"]}
    assert acts == {"close": False, "allocate": True, "publicize": True, "issue": False, "finish": False}
    assert all(one["reasons"] for one in shown["acts"] if not one["possible"])


def test_a_draft_is_completed_and_submitted(office):
    draft = office.done(
        "application", "draft", "--recipient", UNITS["enterprise"], "--provider", PROVIDER, "--contract", "HT-1",
        "--contract-amount", "1", "--signed-on", "2026-02-01", "--amount", "10000",
    )  # fmt: skip
    assert draft["status"] == "draft"
    refused = office("application", "submit", "--draft", str(draft["id"]))
    assert (refused.code, refused.rules) == (1, ["R4"])
    done = office.done(
        "application", "submit", "--draft", str(draft["id"]), "--contract-amount", "50000", "--contract-from",
        "2026-03-01", "--contract-until", "2027-02-28", "--supporting-services", "15000",
    )  # fmt: skip
    assert (done["status"], done["contract"]["amount_fen"], done["supporting_services_fen"]) == (
        "submitted", 5_000_000, 1_500_000,
    )  # fmt: skip


def test_an_application_that_lacks_its_facts_is_wrong_usage(office):
    refused = office("application", "submit", "--recipient", UNITS["enterprise"])
    assert refused.code == 2
    assert "--contract-amount" in refused.json["error"]["violations"][0]["message"]


def test_an_application_is_declined_withdrawn_or_refused(office):
    batch = office.done("batch", "open", "--name", "第一批")["id"]
    first, second = (str(submit(office, batch, kind, "10000", f"HT-{kind}").json["id"]) for kind in list(UNITS)[:2])
    assert office("application", "decline", first, "--reason", "不符").rules == ["R23"]
    assert office.done("application", "decline", first, "--reason", "不符", by=REVIEWER)["status"] == "declined"
    assert office.done("application", "withdraw", second, "--reason", "申请人撤回")["status"] == "withdrawn"
    again = submit(office, batch, "enterprise", "10000", "HT-enterprise").json
    office.done("application", "accept", str(again["id"]))
    assert office.done("application", "refuse", str(again["id"]), "--reason", "x", by=REVIEWER)["status"] == "refused"
    listed = office.done("application", "list", "--batch", str(batch))["applications"]
    assert [one["status"] for one in listed] == ["declined", "withdrawn", "refused"]


def test_without_a_credit_check_a_reason_is_asked(office):
    uscc = credit_code(14)
    office.done("recipient", "add", "--name", "未核查", "--uscc", uscc, "--kind", "enterprise", "--region", "140100",
                "--group", "JT-1", "--bank-name", "晋商银行", "--account-name", "未核查")  # fmt: skip
    shown = office.done("recipient", "show", uscc)
    assert shown["group_code"] == "JT-1"
    assert shown["history"][-1]["action"] == "recipient.add"
    assert shown["attachments"] == []
    batch = office.done("batch", "open", "--name", "第一批", "--model", "B")
    assert batch["model"] == "pay-first"
    key = office.done(
        "application", "submit", "--batch", str(batch["id"]), "--recipient", uscc, "--provider", PROVIDER,
        "--contract", "HT-1", "--contract-amount", "50000", "--signed-on", "2026-02-01", "--amount", "10000",
    )["id"]  # fmt: skip
    assert office("application", "accept", str(key)).rules == ["R22"]
    office.done("recipient", "credit", uscc, "--result", "dishonest", "--source", "信用中国")
    assert office("application", "accept", str(key), "--reason", "x").rules == ["R22"]
    office.done("recipient", "credit", uscc, "--result", "clear", "--source", "信用中国", "--checked-on", "2026-03-02")
    assert office.done("application", "accept", str(key))["ids"] == [key]


def test_papers_are_kept_listed_verified_and_copied_out(office, tmp_path):
    paper = tmp_path / "合同.pdf"
    paper.write_bytes(b"contract")
    subject = f"recipient:{office.done('recipient', 'show', UNITS['enterprise'])['id']}"
    added = office.done("attachment", "add", subject, str(paper), "--kind", "contract")
    listed = office.done("attachment", "list", subject)["attachments"]
    assert office("attachment", "list", "batch:999").code == 1, "an empty list would say that there is such a batch"
    assert [(one["id"], one["file_name"], one["kind"]) for one in listed] == [(added["id"], "合同.pdf", "contract")]
    assert office.done("attachment", "verify") == {"attachments": 1, "clean": True, "findings": []}
    out = tmp_path / "out"
    out.mkdir()
    assert office.done("attachment", "export", str(added["id"]), "--out", str(out))["path"] == str(out / "合同.pdf")
    kept = office.database.with_name("office.db.attachments") / added["sha256"][:2] / added["sha256"]
    kept.write_bytes(b"other")
    found = office("attachment", "verify")
    assert (found.code, found.json["findings"][0]["fault"]) == (3, "changed")
    assert office("attachment", "export", str(added["id"]), "--out", str(tmp_path)).code == 3
    assert office("attachment", "add", "application:77", str(paper)).code == 1
    assert office("attachment", "add", "poem:1", str(paper)).code == 2
    assert office("attachment", "add", subject, str(tmp_path / "nowhere")).code == 2


def test_working_days_are_shown_imported_and_never_guessed(office, tmp_path):
    assert office.done("calendar", "show", "2026-10")["working_days"] == 18
    unknown = office("calendar", "show", "2027-01")
    assert unknown.code == 1
    assert "calendar import" in unknown.json["error"]["violations"][0]["message"]
    file = tmp_path / "2027.csv"
    days = ["2027-01-01", "2027-05-01", "2027-10-01", "2027-10-02", "2027-10-03"]
    file.write_text("日期,是否工作日,备注\n" + "".join(f"{day},否,法定\n" for day in days[1:]), encoding="utf-8")
    assert office("calendar", "import", str(file)).code == 2
    file.write_text("date,is_working,note\n" + "".join(f"{day},0,法定\n" for day in days), encoding="utf-8")
    assert office.done("calendar", "import", str(file)) == {"imported": 5, "years": [2027]}
    assert office.done("calendar", "show", "2027-01")["working_days"] == 20
    for line in ("2027-13-01,0,x", "2027-01-04,perhaps,x", "2010-01-04,1,x"):
        file.write_text(f"date,is_working,note\n{line}\n", encoding="utf-8")
        assert office("calendar", "import", str(file)).code == 2
    assert office("calendar", "show", "January").code == 2


def test_a_person_reads_the_same_without_json(office):
    batch = str(office.done("batch", "open", "--name", "第一批")["id"])
    key = approved(office, int(batch), "enterprise", "10000", "HT-1")
    for words in (
        ("batch", "show", batch),
        ("batch", "list"),
        ("application", "show", key),
        ("calendar", "show", "2026-03"),
        ("attachment", "verify"),
        ("attachment", "list", f"application:{key}"),
    ):
        answer = office(*words, as_json=False)
        assert (answer.code, answer.err) == (0, "")
        assert answer.out.strip()
