"""The demonstration office: what a person tries the program out with."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from voucher_app import i18n
from voucher_app.services import document
from voucher_app.services.documents.facts import DocumentKind
from voucher_app.services.queries.lists import ListFilter
from voucher_app.settings import resources_folder

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "scripts"))
import all_papers


@pytest.fixture(scope="module")
def full(tmp_path_factory):
    i18n.use_folder(resources_folder() / "locale")
    workspace = all_papers.build(tmp_path_factory.mktemp("demonstration"))
    yield workspace
    workspace.data_file.close()


def test_the_full_demonstration_has_a_record_for_every_paper_but_a_closed_year_s(full):
    possible = {
        one.kind
        for subject in all_papers.subjects(full)
        for one in document.orders_of(full, subject)
        if not document.against(full, one)
    }
    assert set(DocumentKind) - possible == {DocumentKind.YEAR_CLOSING}


def test_the_full_demonstration_is_in_order_and_leaves_work_to_do(full):
    assert full.data_file.verify().findings == []
    assert {one.status for one in full.queries.batches(ListFilter()).rows(0, 9)} >= {"publicized", "open"}
    assert full.queries.prints(ListFilter()).count() == 0, "nothing was printed in anybody's name"


def test_every_variant_of_a_paper_can_be_drawn(full):
    facts = document.facts_of(full, document.order(full, "settlement-summary", "settlement:1"))
    for variant, rows in all_papers.ROWS.items():
        changed = all_papers.varied(facts, variant)
        assert {len(some) for some in changed.tables.values()} == {rows}
    pages = list(all_papers.pictured(full.documents().pdf([all_papers.varied(facts, "longest")])))
    (sheet,) = all_papers.contact_sheets(pages)
    assert (sheet.width, len(pages)) == (6 * 428, 5)
