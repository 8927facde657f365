"""The page for checking elsewhere, as a file: what is in it, and that it is always the same."""

from __future__ import annotations

import base64
import hashlib
import html
import json
import re
from datetime import date
from pathlib import Path

import pytest

from voucher_app.printing.verifier import LIBRARIES, SCRIPTS, VerifierPage
from voucher_app.services.ports.verifier import Published, PublishedKey
from voucher_app.services.queries.voucher import EndedVoucher
from voucher_app.ui import theme

HOSTILE = "</script><script>alert(1)</script><!-- {{scripts}} \\u003c \u2028 &lt;"


@pytest.fixture
def published(signer):
    return Published(
        office_name=HOSTILE,
        file_id="3f0c",
        trial=True,
        as_of=date(2026, 11, 21),
        journal_seq=812,
        journal_hash="9c" * 32,
        keys=(PublishedKey(signer.public_key(), date(2026, 10, 8), HOSTILE),),
        ended=(EndedVoucher("SX-2026-000003-0", "used-up", date(2026, 6, 30)),),
    )


@pytest.fixture
def page(resources):
    return VerifierPage(resources)


def test_the_same_records_give_the_same_bytes(page, published, resources, tmp_path):
    page.build(published, tmp_path / "one.html")
    VerifierPage(resources).build(published, tmp_path / "two.html")
    assert (tmp_path / "one.html").read_bytes() == (tmp_path / "two.html").read_bytes()
    assert len(list(tmp_path.iterdir())) == 2
    assert page.is_a_verifier(tmp_path / "one.html")


def test_the_policy_names_each_script_and_the_styles_by_their_digest(page, published):
    text = page.page(published)
    policy = html.unescape(re.search(r'Content-Security-Policy" content="([^"]*)"', text)[1])
    blocks = re.findall(r"<script>(.*?)</script>|<style>(.*?)</style>", text, re.DOTALL)
    digests = {
        f"'sha256-{base64.b64encode(hashlib.sha256((one or other).encode()).digest()).decode()}'"
        for one, other in blocks
    }
    assert len(blocks) == len(LIBRARIES) + len(SCRIPTS) + 1
    assert set(re.findall(r"'sha256-[^']*'", policy)) == digests


def test_what_the_office_publishes_comes_back_whatever_it_is_called(page, published, signer):
    (data,) = re.findall(r'<script type="application/json" id="published">(.*?)</script>', page.page(published))
    assert "<" not in data
    assert json.loads(data) == {
        "format": "SLV1",
        "office": HOSTILE,
        "file_id": "3f0c",
        "trial": True,
        "as_of": "2026-11-21",
        "journal_seq": 812,
        "journal_hash": "9c" * 32,
        "keys": [
            {
                "id": signer.public_key().key_id,
                "algorithm": 1,
                "raw_base64": base64.b64encode(signer.public_key().raw).decode(),
                "revoked_on": "2026-10-08",
                "reason": HOSTILE,
            }
        ],
        "ended": [["SX-2026-000003-0", "used-up", "2026-06-30"]],
    }


def test_no_private_key_and_no_name_of_a_holder_is_in_it(page, published, signer):
    text = page.page(published)
    assert "PRIVATE" not in text
    assert published.keys[0].key == signer.public_key()


def test_every_source_is_put_in_and_every_place_is_filled(page, published, resources):
    sources = {file.name for file in (resources / "verifier").rglob("*.js")}
    assert sources == {*LIBRARIES, *SCRIPTS}
    text = page.page(published).replace(HOSTILE, "")
    assert not re.search(r"\{\{[a-z]+\}\}", text.replace("{{scripts}}", ""))


def test_our_own_scripts_never_make_markup_of_data(resources):
    """What is not written here cannot be overlooked; the policy forbids most of it once more."""
    for name in SCRIPTS:
        text = (resources / "verifier" / name).read_text(encoding="utf-8")
        for word in ("innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(", "Function(", "fetch("):
            assert word not in text, (name, word)
        assert text.startswith('"use strict";')


def test_the_page_has_the_colours_of_the_program(resources):
    text = (resources / "verifier" / "styles.css").read_text(encoding="utf-8")
    light, dark = (dict(re.findall(r"--([a-z-]+): (#[0-9A-F]{6})", part)) for part in text.split("@media")[:2])
    for name, value in light.items():
        assert value == getattr(theme.LIGHT, name.replace("-", "_")), name
    for name in light:
        assert dark.get(name, light[name]) == getattr(theme.DARK, name.replace("-", "_")), name


def test_the_libraries_are_those_that_the_script_fetches(resources):
    vendor = (Path(__file__).resolve().parents[2] / "scripts" / "vendor_verifier.py").read_text(encoding="utf-8")
    for name in LIBRARIES:
        package = (resources / "verifier" / "vendor" / name).read_text(encoding="utf-8").split("\n")[1].split(",")[0]
        assert f'"{package}"' in vendor
