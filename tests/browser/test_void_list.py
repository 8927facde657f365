"""A newer list of ended vouchers, loaded into the page: believed only under a signature it can trace."""

from __future__ import annotations

import base64
import dataclasses
import json
from datetime import date

import pytest
from cryptography.hazmat.primitives import serialization

from voucher_app.services.ports.verifier import PublishedKey

from .conftest import TOKEN


def sign(signer, message):
    pem = signer._key_file.read_bytes()
    return serialization.load_pem_private_key(pem, password=None).sign(message)


def entry(signer, *, revoked_on=None, reason=""):
    key = signer.public_key()
    raw = base64.b64encode(key.raw).decode()
    return {"id": key.key_id, "algorithm": 1, "raw_base64": raw, "revoked_on": revoked_on, "reason": reason}


def outer(signer, inner):
    text = json.dumps(inner, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    signature = base64.b64encode(sign(signer, b"SLV1" + text.encode())).decode()
    return {
        "format": "SLV1", "algorithm": 1, "key": signer.public_key().key_id, "signature": signature, "list": text
    }  # fmt: skip


@pytest.fixture
def inner(signer):
    return {
        "format": "SLV1",
        "office": "山西省工业和信息化厅",
        "file_id": "3f0c6b1e2a9d4c58",
        "trial": False,
        "as_of": "2026-12-01",
        "made_at": "2026-12-01T07:15:02Z",
        "journal_seq": 900,
        "journal_hash": "ab" * 32,
        "keys": [entry(signer)],
        "ended": [[TOKEN.number, "voided", "2026-11-30"]],
    }


@pytest.fixture
def load(tmp_path):
    """Return what loads a list and returns what the page said: `load(page, document)`."""

    def load_it(page, document):
        file = tmp_path / "list.slv.json"
        file.write_text(document if isinstance(document, str) else json.dumps(document), encoding="utf-8")
        page.page.evaluate("document.getElementById('list-told').dataset.told = ''")
        page.page.set_input_files("#list-file", file)
        page.page.wait_for_selector("#list-told:not([data-told=''])")
        return page.page.get_attribute("#list-told", "data-told")

    return load_it


def test_a_newer_list_judges_from_then_on(open_page, file, signer, inner, load):
    page = open_page(file, on=date(2026, 12, 2))
    assert page.check(signer.sign(TOKEN)) == "valid"
    assert load(page, outer(signer, inner)) == "list.loaded"
    page.page.wait_for_selector("#verdict[data-verdict='voided']")
    assert "2026年12月1日" in page.page.inner_text("#list-facts [data-field='as-of']")
    # What the page was made with is an older list now.
    assert load(page, outer(signer, inner | {"journal_seq": 899})) == "list.refused.older"
    assert load(page, outer(signer, inner | {"as_of": "2026-11-30", "journal_seq": 901})) == "list.refused.older"
    assert page.verdict == "voided"


def test_a_key_that_a_good_list_names_is_the_office_s_too(open_page, file, signer, stranger, inner, load):
    page = open_page(file)
    assert page.check(stranger.sign(TOKEN)) == "invalid"
    listed = inner | {"keys": [entry(stranger), entry(signer)], "ended": []}
    assert load(page, outer(signer, listed)) == "list.loaded"
    page.page.wait_for_selector("#verdict[data-verdict='valid']")
    newer = outer(stranger, listed | {"journal_seq": 901, "ended": [[TOKEN.number, "frozen", "2026-11-30"]]})
    assert load(page, newer) == "list.loaded"
    page.page.wait_for_selector("#verdict[data-verdict='frozen']")


def test_a_key_that_a_good_list_revokes_is_revoked(open_page, make_file, signer, stranger, inner, load):
    page = open_page(make_file(keys=(PublishedKey(signer.public_key()), PublishedKey(stranger.public_key()))))
    assert page.check(stranger.sign(TOKEN)) == "valid"
    revoked = entry(stranger, revoked_on="2026-11-30", reason="外泄")
    listed = inner | {"keys": [entry(signer), revoked], "ended": []}
    assert load(page, outer(signer, listed)) == "list.loaded"
    page.page.wait_for_selector("#verdict[data-verdict='revoked-key']")
    # Whoever took the key cannot bring it back to life with a list of their own.
    again = listed | {"keys": [entry(signer), entry(stranger)], "journal_seq": 999}
    assert load(page, outer(stranger, again)) == "list.refused.revoked"
    # Nor can a later list that forgets the revocation.
    assert load(page, outer(signer, again)) == "list.loaded"
    assert page.verdict == "revoked-key"


def test_a_list_that_is_not_to_be_believed_changes_nothing(open_page, file, signer, stranger, inner, load):
    page = open_page(file)
    assert page.check(signer.sign(TOKEN)) == "valid"
    good = outer(signer, inner)
    forged = good | {"list": good["list"].replace("voided", "frozen")}
    revoking_itself = outer(signer, inner | {"keys": [entry(signer, revoked_on="2026-11-30")]})
    unlike_its_name = entry(stranger) | {"id": signer.public_key().key_id}
    for document, reason in (
        (outer(stranger, inner), "key"),
        (outer(stranger, inner) | {"key": good["key"]}, "signature"),
        (forged, "signature"),
        (good | {"signature": "%%%"}, "format"),
        (good | {"signature": ""}, "signature"),
        (good | {"signature": good["signature"] + "\n"}, "format"),
        (good | {"signature": good["signature"].rstrip("=")}, "format"),
        (good | {"note": "more"}, "format"),
        (good | {"algorithm": 2}, "key"),
        (good | {"format": "SLV2"}, "format"),
        (good | {"list": {}}, "format"),
        (revoking_itself, "revoked"),
        (outer(signer, inner | {"file_id": "another"}), "office"),
        (outer(signer, inner | {"journal_seq": 811}), "older"),
        (outer(signer, inner | {"journal_seq": "900"}), "format"),
        (outer(signer, inner | {"as_of": "2026-13"}), "format"),
        (outer(signer, inner | {"ended": [["SX", "stolen", "2026-01-01"]]}), "format"),
        (outer(signer, inner | {"ended": {}}), "format"),
        (outer(signer, inner | {"keys": [unlike_its_name]}), "format"),
        (outer(signer, inner | {"keys": None}), "format"),
        ("{", "format"),
        ("null", "format"),
        ("[]", "format"),
        ("", "format"),
    ):
        assert load(page, document) == f"list.refused.{reason}", document
        assert page.verdict == "valid"
    assert load(page, good) == "list.loaded"


def test_every_flipped_bit_of_a_signature_is_refused(open_page, file, signer, inner):
    page = open_page(file)
    good = outer(signer, inner)
    signature = base64.b64decode(good["signature"])
    lists = [good]
    for place in range(0, 512, 3):
        changed = bytearray(signature)
        changed[place // 8] ^= 1 << place % 8
        lists.append(good | {"signature": base64.b64encode(bytes(changed)).decode()})
    said = page.page.evaluate(
        """async (texts) => {
          const records = slqRecords.recordsOf(JSON.parse(document.getElementById("published").textContent));
          const found = [];
          for (const text of texts) {
            found.push(await slqRecords.readList(text, records).then(() => "good", (error) => error.code));
          }
          return found;
        }""",
        [json.dumps(one) for one in lists],
    )
    assert said == ["good"] + ["signature"] * (len(lists) - 1)


def test_a_list_may_be_dropped_like_a_picture(open_page, file, signer, inner):
    page = open_page(file)
    page.page.evaluate(
        """(content) => {
          const transfer = new DataTransfer();
          transfer.items.add(new File([content], "list.slv.json", { type: "application/json" }));
          document.dispatchEvent(new DragEvent("drop", { dataTransfer: transfer, cancelable: true }));
        }""",
        json.dumps(outer(signer, inner)),
    )
    page.page.wait_for_selector("#list-told[data-told='list.loaded']")
    assert page.check(signer.sign(dataclasses.replace(TOKEN, number="SX-2026-000001-4"))) == "valid"
