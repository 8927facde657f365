"""`certificate verifier`: the page for providers, written by a command."""

from __future__ import annotations

import json
import re

from .conftest import REVIEWER, issue


def data_of(file):
    text = file.read_text(encoding="utf-8")
    return json.loads(re.search(r'id="published">(.*?)</script>', text)[1])


def test_the_page_is_written_with_keys_and_list_and_needs_nobody_s_name(office, tmp_path):
    number = issue(office, "10000", contract="HT-1")
    office.done("voucher", "void", number, "--reason", "x", by=REVIEWER)
    file = tmp_path / "verify.html"
    document = office.done("certificate", "verifier", "--out", str(file), by=None)
    assert document["file"] == str(file)
    assert (document["as_of"], document["ended"]) == ("2026-03-02", 1)
    data = data_of(file)
    assert data["ended"] == [[number, "voided", "2026-03-02"]]
    assert [key["id"] for key in data["keys"]] == document["keys"]
    assert data["journal_seq"] == document["journal_seq"]
    assert data["trial"] is True
    said = office("certificate", "verifier", "--out", str(file), as_json=False)
    assert said.code == 0
    assert document["keys"][0] in said.out


def test_only_such_a_page_is_overwritten(office, tmp_path):
    file = tmp_path / "verify.html"
    file.write_text("mine", encoding="utf-8")
    answer = office("certificate", "verifier", "--out", str(file))
    assert (answer.code, file.read_text(encoding="utf-8")) == (2, "mine")
    assert office("certificate", "verifier", "--out", str(tmp_path / "no" / "verify.html")).code == 2
    assert office("certificate", "verifier").code == 2
