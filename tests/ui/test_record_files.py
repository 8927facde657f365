"""附件 in every panel: what was filed with a record by command or in the window is seen there, and saved from there."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QFileDialog, QPushButton

from voucher_app.domain.money import Money
from voucher_app.services import attachment, settlement
from voucher_app.services.workspace import new_request_id


@pytest.fixture
def filed(desk, busy_office, tmp_path):
    """Return where each kind of record stands in the window, with a file filed with each as by command."""
    workspace = desk.workspace
    (drafted,) = settlement.draft(workspace, until=desk.today, operator=desk.finance, request_id=new_request_id())
    batch = desk.open_batch()
    records = workspace.records()
    holder, seller = records.parties.recipient(desk.recipients[0]), records.parties.provider(desk.providers[0])
    voucher = records.vouchers.get(busy_office["whole"].number)
    places = {
        f"recipient:{holder.id}": ("recipients", desk.recipients[0]),
        f"provider:{seller.id}": ("providers", desk.providers[0]),
        f"application:{busy_office['approved'].id}": ("applications", busy_office["approved"].id),
        f"batch:{batch.id}": ("applications.batches", batch.id),
        f"voucher:{voucher.id}": ("vouchers", str(voucher.number)),
        f"redemption:{busy_office['claim'].id}": ("redemptions", busy_office["claim"].id),
        f"settlement:{drafted.id}": ("settlements", drafted.id),
        "policy:1": ("settings.policies", "policy:1"),
    }
    for subject in places:
        file = tmp_path / f"{subject.replace(':', '-')}.pdf"
        file.write_bytes(subject.encode())
        attachment.add(
            workspace, subject=subject, file=file, kind="other", operator=desk.preparer, request_id=new_request_id()
        )
    return places


def panel_of(window, rest, page, key):
    window.desk.go(page, key=key)
    rest()
    found = window.page(page.partition(".")[0])
    return found.current() if hasattr(found, "current") else found


def test_every_kind_of_record_shows_its_files_history_and_acts_with_reasons(window, filed, rest, tmp_path, qtbot):
    for subject, (page, key) in filed.items():
        shown = panel_of(window, rest, page, key)
        details = shown.panel.details
        assert details is not None, subject
        (fact,) = dict(details.headed)["附件"]
        assert fact.value == f"{subject.replace(':', '-')}.pdf"
        assert details.history, subject
        words = [act.words for act in details.acts]
        assert "添加附件…" in words, (subject, words)
        assert all(act.reasons or act.dialog for act in details.acts)
    shown.panel.link_wanted.emit(fact.page, fact.key)
    (asking,) = [one for one in window.findChildren(QFileDialog) if one.isVisible()]
    (tmp_path / "out").mkdir()
    asking.fileSelected.emit(str(tmp_path / "out"))
    asking.close()
    rest()
    assert (tmp_path / "out" / fact.value).read_bytes() == b"policy:1"


def test_who_may_file_nothing_is_told_so(window, filed, desk, rest):
    window.desk.set_operator(desk.auditor)
    shown = panel_of(window, rest, *filed["policy:1"])
    (adding,) = [act for act in shown.panel.details.acts if act.dialog == "attach"]
    assert adding.reasons, "the auditor reads"
    buttons = [one for one in shown.panel.findChildren(QPushButton) if one.text().startswith("添加附件")]
    assert not [one for one in buttons if one.isVisible()]


def test_a_provider_tells_its_money_and_a_unit_its_applications(window, desk, busy_office, rest):
    shown = panel_of(window, rest, "providers", desk.providers[0])
    facts = {fact.label: fact.value for group in shown.panel.details.facts for fact in group}
    rows = desk.queries.provider(desk.providers[0]).vouchers
    assert facts["承接发放"].startswith(f"{len(rows)} 张")
    assert Money(sum(row.face.fen for row in rows)).in_yuan() in facts["承接发放"]
    assert facts["已兑付"] == "30,000.00 元"
    shown = panel_of(window, rest, "recipients", desk.recipients[0])
    links = {fact.key for group in shown.panel.details.facts for fact in group if fact.page == "applications"}
    assert str(busy_office["waiting"][0].id) in links
