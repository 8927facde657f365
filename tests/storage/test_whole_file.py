"""A new data file appears under its name only when it is whole, and leaves nothing behind when it cannot be."""

from __future__ import annotations

import os

import pytest

from voucher_app import app
from voucher_app.domain.errors import InvalidInput, RulesViolated
from voucher_app.domain.money import Money
from voucher_app.domain.operators import Role
from voucher_app.services.ports.errors import StorageError
from voucher_app.settings import Settings
from voucher_app.storage.whole_file import whole_file
from voucher_app.ui.starter import NewOffice


def plan(path, **changes):
    told = {
        "database": path,
        "name": "某某厅",
        "preset": "henan-style.toml",
        "policy_title": "某某办法",
        "policy_document": "某算券〔2026〕1号",
        "year": 2026,
        "appropriation": Money.yuan(1_000_000),
        "year_document": "某财〔2026〕1号",
        "people": (("甲", Role.PREPARER), ("乙", Role.REVIEWER)),
        "passwords": (),
    }
    return NewOffice(**(told | changes))


@pytest.fixture
def starter(tmp_path):
    return app.make_starter(Settings.from_environment(), tmp_path / "office.db")


def test_an_office_is_whole_with_its_year_its_policy_and_its_key(starter, tmp_path):
    path = tmp_path / "new" / "office.db"
    starter.make_office(plan(path))
    assert sorted(one.name for one in path.parent.iterdir()) == ["office.db", "office.db.signing-key.pem"]
    workspace = starter.open_file(path)
    records = workspace.queries.journal(app_filter()).rows(0, 9)
    assert [(one.action, one.operator_name) for one in records] == [("office.init", "甲"), ("year.open", "甲")]
    assert workspace.queries.year_money(2026).appropriation == Money.yuan(1_000_000)
    assert workspace.records().policies.current().policy.title == "某某办法"
    assert workspace.data_file.verify().findings == []
    workspace.data_file.close()


def app_filter():
    from voucher_app.services.queries.lists import ListFilter

    return ListFilter(sort="seq", descending=False)


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"appropriation": Money.yuan(50_000_001)}, RulesViolated),
        ({"year_document": ""}, InvalidInput),
        ({"people": (("甲", Role.AUDITOR), ("乙", Role.REVIEWER))}, RulesViolated),
    ],
    ids=["above the ceiling", "without a document", "opened by nobody who may"],
)
def test_what_fails_after_the_first_record_leaves_nothing(starter, tmp_path, changes, error):
    with pytest.raises(error):
        starter.make_office(plan(tmp_path / "new" / "office.db", **changes))
    assert list((tmp_path / "new").iterdir()) == []


@pytest.mark.parametrize("taken", ["office.db", "office.db.signing-key.pem"])
def test_nothing_that_has_the_name_is_written_over(starter, tmp_path, taken):
    (tmp_path / taken).write_text("somebody's")
    with pytest.raises(StorageError, match="exists"):
        starter.make_office(plan(tmp_path / "office.db"))
    assert [one.name for one in tmp_path.iterdir()] == [taken]
    assert (tmp_path / taken).read_text() == "somebody's"


def test_a_place_that_is_no_folder_is_told(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(StorageError, match="read_only"), whole_file(tmp_path / "file" / "office.db"):
        pass


@pytest.mark.parametrize("links", [True, False], ids=["links", "a stick without links"])
@pytest.mark.parametrize("taken", ["office.db", "office.db.signing-key.pem"])
def test_what_appears_while_it_is_named_is_kept_and_nothing_of_ours_stays(tmp_path, monkeypatch, taken, links):
    link = os.link

    def somebody_is_quicker(made, name):
        if name.name == taken:
            name.write_text("somebody's")
        if not links:
            raise PermissionError(1, "Operation not permitted")
        link(made, name)

    def make():
        with whole_file(tmp_path / "office.db") as place:
            for name in (place.name, f"{place.name}.signing-key.pem"):
                place.with_name(name).write_text("ours")
            monkeypatch.setattr(os, "link", somebody_is_quicker)

    with pytest.raises(StorageError, match="exists") as refused:
        make()
    assert refused.value.path == str(tmp_path / taken)
    assert {one.name: one.read_text() for one in tmp_path.iterdir()} == {taken: "somebody's"}


def test_an_office_and_its_key_are_made_on_a_stick_that_knows_no_links(starter, tmp_path, monkeypatch):
    def no_links(*_names):
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(os, "link", no_links)
    starter.make_office(plan(tmp_path / "office.db"))
    assert sorted(one.name for one in tmp_path.iterdir()) == ["office.db", "office.db.signing-key.pem"]
