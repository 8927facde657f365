"""Papers for everybody say no personal number; papers for few say everything."""

from __future__ import annotations

from voucher_app.services.documents.facts import DocumentKind
from voucher_app.services.documents.publicity import PUBLIC, public_fields, public_tables

TEXT = "王小明，电话13903511234"
MASKED = "王小明，电话139****1234"


def test_texts_of_a_public_paper_are_masked_wherever_they_stand():
    fields = {"name": TEXT, "count": 13903511234}
    assert public_fields(DocumentKind.PUBLICITY_LIST, fields) == {"name": MASKED, "count": 13903511234}
    assert public_tables(DocumentKind.ISSUE_NOTICE, {"rows": [fields]})["rows"][0]["name"] == MASKED


def test_a_paper_for_few_is_whole():
    fields = {"name": TEXT}
    for kind in set(DocumentKind) - PUBLIC:
        assert public_fields(kind, fields) is fields
        assert public_tables(kind, {"rows": [fields]})["rows"][0] is fields
