"""The page itself: it asks for nothing, fits a telephone, and can be used without a mouse or without eyes."""

from __future__ import annotations

import dataclasses
import itertools
import re

import pytest

from voucher_app.services.ports.verifier import PublishedKey
from voucher_app.services.queries.voucher import EndedVoucher

from .conftest import TODAY, TOKEN

HOSTILE = "<img src=x onerror=alert(1)></script><script>alert(2)</script>&amp;<!--{{scripts}}\u202e"
NAMES = """
() => [...document.querySelectorAll("button, input, textarea, select, a, summary, [tabindex], svg, video")]
  .filter((one) => !(one.labels?.length || one.textContent.trim() || one.getAttribute("aria-label")
    || one.getAttribute("aria-hidden") || document.getElementById(one.getAttribute("aria-labelledby"))?.textContent
    || one.id === "result"))
  .map((one) => one.outerHTML.slice(0, 120))
"""
CONTRASTS = """
() => {
  const parse = (color) => color.match(/[\\d.]+/g).map(Number);
  const light = (channel) => {
    const part = channel / 255;
    return part <= 0.03928 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  };
  const luminance = ([r, g, b]) => 0.2126 * light(r) + 0.7152 * light(g) + 0.0722 * light(b);
  const groundOf = (one) => {
    for (let at = one; at; at = at.parentElement) {
      const [r, g, b, a = 1] = parse(getComputedStyle(at).backgroundColor);
      if (a > 0) return [r, g, b];
    }
    return [255, 255, 255];
  };
  const found = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const one = walker.currentNode.parentElement;
    if (!walker.currentNode.textContent.trim() || !one.checkVisibility()) continue;
    if (one.closest("script, style, .away")) continue;
    const [a, b] = [luminance(parse(getComputedStyle(one).color)), luminance(groundOf(one))].sort((x, y) => y - x);
    const ratio = (a + 0.05) / (b + 0.05);
    if (ratio < 4.5) found.push(`${ratio.toFixed(2)} ${one.textContent.slice(0, 40)}`);
  }
  return found;
}
"""


def test_the_guard_sees_what_the_page_would_ask_for(open_page, file):
    """A test that nothing is asked for is worth as much as its eyes."""
    page = open_page(file)
    asks = {
        "img-src": "const one = new Image(); one.src = 'https://example.com/x.png'; document.body.append(one);",
        "connect-src": "fetch('https://example.com/').catch(() => {});",
        "style-src-elem": "const one = document.createElement('style'); document.head.append(one); one.append('p {}');",
        "require-trusted-types-for": "try { document.body.innerHTML = ''; } catch {}",
        "script-src-elem": "location.href = 'javascript:1';",
        "form-action": "const one = document.createElement('form'); one.action = 'https://example.com/';"
        " document.body.append(one); one.submit();",
    }
    for directive, script in asks.items():
        page.page.evaluate(f"() => {{ {script} }}")
        page.wait("window.seen.length > 0")
        found = page.violations()
        assert any(one.startswith(directive) for one in found), (directive, found)
    page.faults.clear()


def test_a_request_that_a_policy_would_let_through_is_seen_too(open_page, make_file, tmp_path):
    text = make_file().read_text(encoding="utf-8")
    loose = tmp_path / "loose.html"
    loose.write_text(re.sub(r"<meta http-equiv=[^>]*>", "", text), encoding="utf-8")
    page = open_page(loose)
    page.page.evaluate("fetch('https://example.com/').catch(() => {})")
    page.page.wait_for_timeout(200)
    assert any("example.com" in fault for fault in page.faults)
    page.faults.clear()


def test_the_policy_forbids_everything_but_the_page_itself(file):
    text = file.read_text(encoding="utf-8")
    policy = re.search(r'http-equiv="Content-Security-Policy" content="([^"]*)"', text)[1].replace("&#x27;", "'")
    directives = dict(one.split(" ", 1) for one in policy.split("; "))
    assert directives["default-src"] == directives["connect-src"] == directives["form-action"] == "'none'"
    assert "unsafe" not in policy
    assert set(re.findall(r"'([a-z]+\d*)", directives["script-src"])) == {"sha256"}
    assert not re.findall(r"""(?:src|href)=["']?[^"'#]""", re.sub(r"<script>.*?</script>", "", text, flags=re.DOTALL))


@pytest.mark.parametrize(("width", "dark"), [(320, True), (360, False), (360, True), (801, False), (1280, True)])
def test_nobody_scrolls_sideways_and_everything_can_be_read(open_page, file, signer, width, dark, tmp_path):
    page = open_page(file, width=width, dark=dark, height=740)
    longest = dataclasses.replace(TOKEN, face_fen=10**15 - 1, journal_seq=2**63)
    voided = dataclasses.replace(TOKEN, number="SX-2026-000001-4")
    for lang in ("zh-CN", "en"):
        for text in ("", signer.sign(longest), signer.sign(voided), "hello"):
            if text:
                page.check(text)
            assert not page.is_too_wide(), (lang, text)
            assert page.page.evaluate(CONTRASTS) == []
        page.page.evaluate("for (const one of document.querySelectorAll('details')) one.open = true")
        assert not page.is_too_wide()
        page.page.click("#language")
    ground = page.page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert ground == ("rgb(18, 23, 31)" if dark else "rgb(244, 246, 248)")
    picture = page.page.screenshot(path=tmp_path / "page.png", full_page=True)
    assert len(picture) > 10_000


def test_on_a_telephone_the_verdict_comes_into_view(open_page, file, signer):
    page = open_page(file, width=360, height=560)
    page.check(signer.sign(TOKEN))
    page.wait("document.getElementById('verdict').getBoundingClientRect().top < innerHeight / 2")


def test_everything_has_a_name_and_a_language_in_both_languages(open_page, file, signer):
    page = open_page(file)
    page.check(signer.sign(TOKEN))
    for lang in ("zh-CN", "en"):
        assert page.page.get_attribute("html", "lang") == lang
        assert page.page.evaluate(NAMES) == []
        unsaid = "() => [...document.querySelectorAll('[data-say]')].filter((one) => !one.textContent.trim()).length"
        assert page.page.evaluate(unsaid) == 0
        page.page.click("#language")
    heads = page.page.evaluate("[...document.querySelectorAll('h1, h2, h3')].map((one) => Number(one.tagName[1]))")
    assert heads[0] == 1
    assert all(after - before <= 1 for before, after in itertools.pairwise(heads))
    ids = page.page.evaluate("[...document.querySelectorAll('[id]')].map((one) => one.id)")
    assert len(ids) == len(set(ids))
    for name in (".verdict", "#told", "#list-told"):
        assert page.page.get_attribute(name, "aria-live") == "polite"


def test_both_languages_have_every_sentence_with_the_same_places(open_page, file):
    words = open_page(file).page.evaluate("slqWords")
    assert words["zh-CN"].keys() == words["en"].keys()
    for key, said in words["zh-CN"].items():
        assert set(re.findall(r"\{\w+\}", said)) == set(re.findall(r"\{\w+\}", words["en"][key])), key


def test_the_keyboard_alone_is_enough(open_page, file, signer):
    page = open_page(file)
    assert page.page.evaluate("document.activeElement.id") == "text"
    page.page.keyboard.insert_text(signer.sign(TOKEN))
    page.page.wait_for_selector("#verdict[data-verdict='valid']")
    reached = []
    for _ in range(12):
        page.page.keyboard.press("Tab")
        reached.append(page.page.evaluate("document.activeElement.id || document.activeElement.tagName"))
        outline = page.page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
        assert outline != "none" or reached[-1] == "BODY", reached[-1]
    assert {"choose", "camera", "clear", "print", "list-choose", "SUMMARY"} <= set(reached)
    assert not {"photo", "list-file"} & set(reached)
    page.page.focus("#form button[type=submit]")
    page.page.keyboard.press("Space")
    page.page.wait_for_selector("#verdict[data-verdict='valid']")


def test_what_an_office_calls_itself_is_shown_as_text(open_page, make_file, signer, stranger):
    revoked = PublishedKey(stranger.public_key(), revoked_on=TODAY, reason=HOSTILE)
    ended = (EndedVoucher(HOSTILE, "voided", TODAY),)
    page = open_page(make_file(office_name=HOSTILE, keys=(PublishedKey(signer.public_key()), revoked), ended=ended))
    assert page.page.text_content("#office") == HOSTILE
    assert page.check(signer.sign(dataclasses.replace(TOKEN, uscc=HOSTILE, number=HOSTILE))) == "voided"
    assert page.page.text_content("#fields [data-field='uscc']") == HOSTILE
    assert page.check(stranger.sign(TOKEN)) == "revoked-key"
    assert HOSTILE in page.page.text_content("#reason")
    assert page.page.locator("img").count() == 0


def test_the_print_shows_the_check_and_nothing_to_press(open_page, file, signer):
    page = open_page(file)
    page.check(signer.sign(TOKEN))
    page.page.emulate_media(media="print")
    assert page.page.is_visible("#verdict")
    assert page.page.is_visible("#fields")
    assert not any(one.is_visible() for one in page.page.locator("button, textarea, input, video").all())


def test_the_licences_of_what_is_inside_are_shown(open_page, file):
    said = open_page(file).page.text_content("pre")
    for package in ("@noble/ed25519@", "@noble/hashes@", "qr@"):
        assert package in said
    assert said.count("Permission is hereby granted") == 3
