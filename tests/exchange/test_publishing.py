"""A file appears whole or not at all, also where the disk knows no second name, and where somebody was quicker."""

from __future__ import annotations

import os

import pytest

from voucher_app.exchange.publishing import written_beside
from voucher_app.services.ports.errors import StorageError


@pytest.fixture(params=[True, False], ids=["links", "a stick without links"])
def _disk(request, monkeypatch):
    def no_links(*_names):
        raise PermissionError(1, "Operation not permitted")

    if not request.param:
        monkeypatch.setattr(os, "link", no_links)


@pytest.mark.usefixtures("_disk")
def test_what_was_written_gets_its_name_at_the_end_and_nothing_stays_beside_it(tmp_path):
    with written_beside(tmp_path / "a.csv") as part:
        part.write_bytes(b"whole")
        assert not (tmp_path / "a.csv").exists()
    assert [(one.name, one.read_bytes()) for one in tmp_path.iterdir()] == [("a.csv", b"whole")]


@pytest.mark.usefixtures("_disk")
def test_a_file_that_came_meanwhile_is_never_written_over(tmp_path):
    def write():
        with written_beside(tmp_path / "a.csv") as part:
            part.write_bytes(b"ours")
            (tmp_path / "a.csv").write_bytes(b"theirs")

    with pytest.raises(StorageError) as refused:
        write()
    assert (refused.value.code, refused.value.path) == ("exists", str(tmp_path / "a.csv"))
    assert [(one.name, one.read_bytes()) for one in tmp_path.iterdir()] == [("a.csv", b"theirs")]


def test_what_writes_nothing_makes_no_file(tmp_path):
    with written_beside(tmp_path / "a.csv"):
        pass
    assert list(tmp_path.iterdir()) == []
