"""What the page says of a certificate's text, in words and for machines."""

from __future__ import annotations

import dataclasses
import itertools
import random
from datetime import date, timedelta
from urllib.parse import quote

import pytest

from voucher_app.services.ports.verifier import PublishedKey

from .conftest import ENDED, NO_WEBCRYPTO, TODAY, TOKEN

WORDS = {"voided": "已作废", "returned": "已退券", "used-up": "已用完", "frozen": "已冻结", "expired": "已过期"}


@pytest.fixture(params=["webcrypto", "library"])
def page(request, open_page, file):
    """The page with either way to check a signature."""
    shown = open_page(file, scripts=[NO_WEBCRYPTO] if request.param == "library" else [])
    assert shown.page.get_attribute("html", "data-ed25519") == request.param
    return shown


def test_a_genuine_certificate_is_valid_and_every_field_is_told(page, signer):
    text = signer.sign(TOKEN)
    assert page.check(text) == "valid"
    assert page.text("verdict") == "有效"
    assert "2026年11月21日" in page.text("reason")
    assert {name: page.field(name) for name in ("number", "uscc", "face", "capitals", "use-by", "redeem-by")} == {
        "number": "SX-2026-000123-6",
        "uscc": "91140100MA0CMJRAM0",
        "face": "123,456.78 元",
        "capitals": "人民币壹拾贰万叁仟肆佰伍拾陆元柒角捌分",
        "use-by": "2027年2月3日",
        "redeem-by": "2027年5月4日",
    }
    assert page.field("code") == signer.check_code(text)
    assert page.field("key") == signer.public_key().key_id
    assert page.field("seq") == "第 700 号"
    assert page.field("head").replace(" ", "") == TOKEN.chain_head.hex()
    assert page.field("day") == "2026年11月21日"


def test_what_is_not_genuine_is_refused_with_its_reason_and_shows_no_field(page, signer, stranger):
    text = signer.sign(TOKEN)
    other = "1" if text[-10] == "0" else "0"
    for wrong, reason, told in (
        ("hello", "form", "不是算力券二维码"),
        (text[:-1], "form", "不是算力券二维码"),
        (text[:-10] + other + text[-9:], "signature", "签名不符"),
        (stranger.sign(TOKEN), "key", "密钥不是本单位公布的密钥"),
    ):
        assert page.check(wrong) == "invalid"
        assert page.text("verdict") == "无效"
        assert (page.reason, told in page.text("reason")) == (reason, True)
        assert page.page.locator("#fields > *").count() == 0
        assert not page.page.is_visible("#facts")


@pytest.mark.parametrize("ended", ENDED, ids=lambda one: one.status)
def test_a_number_on_the_list_is_told_with_its_day(open_page, file, signer, ended):
    page = open_page(file)
    assert page.check(signer.sign(dataclasses.replace(TOKEN, number=ended.number))) == ended.status
    assert page.text("verdict") == WORDS[ended.status]
    day = ended.ended_on if ended.status != "expired" else TOKEN.redeem_by
    assert f"{day.year}年{day.month}月{day.day}日" in page.text("reason")
    assert page.field("number") == ended.number


def test_a_voucher_is_good_on_its_last_day_and_expired_after_it(open_page, file, signer):
    text = signer.sign(TOKEN)
    assert open_page(file, on=TOKEN.redeem_by).check(text) == "valid"
    late = open_page(file, on=TOKEN.redeem_by + timedelta(days=1))
    assert late.check(text) == "expired"
    assert late.text("verdict") == "已过期"
    assert "2027年5月4日" in late.text("reason")


def test_the_day_is_that_of_shanxi_wherever_the_device_is(chromium, open_page, file, signer):
    page = open_page(file)
    # 16:00 UTC is midnight there.
    assert page.page.evaluate("Date.now = () => Date.UTC(2027, 4, 4, 15, 59, 59); slqVerdict.today()") == "2027-05-04"
    assert page.page.evaluate("Date.now = () => Date.UTC(2027, 4, 4, 16); slqVerdict.today()") == "2027-05-05"


def test_a_clock_set_back_brings_no_expired_voucher_to_life(open_page, make_file, signer):
    file = make_file(as_of=date(2027, 6, 1))
    page = open_page(file, on=date(2020, 1, 1))
    assert page.check(signer.sign(TOKEN)) == "expired"
    assert "请校准时钟" in page.text("notes")


def test_what_the_list_cannot_know_is_said_beside_the_verdict(open_page, file, signer):
    page = open_page(file)
    assert page.check(signer.sign(dataclasses.replace(TOKEN, journal_seq=813))) == "valid"
    assert "签发于名单之后" in page.text("notes")
    late = open_page(file, on=date(2027, 3, 1))
    assert late.check(signer.sign(TOKEN)) == "valid"
    assert "只能为截止日以前使用的算力申请兑付" in late.text("notes")
    assert late.page.is_visible("#list-stale")
    assert not page.page.is_visible("#list-stale")


def test_a_replayed_certificate_with_another_amount_is_refused_or_shows_its_own(page, signer):
    """A token of another voucher tells that voucher; a changed amount under the old signature tells nothing."""
    other = dataclasses.replace(TOKEN, number="SX-2026-000124-4", face_fen=99)
    assert page.check(signer.sign(other)) == "valid"
    assert (page.field("number"), page.field("face")) == ("SX-2026-000124-4", "0.99 元")
    import base45
    import cbor2

    parts = cbor2.loads(base45.b45decode(signer.sign(TOKEN)[5:]))
    parts[4] = 99_999_999
    assert page.check("SLQ1:" + base45.b45encode(cbor2.dumps(parts)).decode()) == "invalid"
    assert page.reason == "signature"


def test_a_certificate_of_a_revoked_key_is_told_as_such(open_page, make_file, signer, stranger):
    keys = (
        PublishedKey(signer.public_key()),
        PublishedKey(stranger.public_key(), revoked_on=date(2026, 10, 8), reason="私钥文件外泄"),
    )
    page = open_page(make_file(keys=keys))
    assert page.check(signer.sign(TOKEN)) == "valid"
    assert page.check(stranger.sign(TOKEN)) == "revoked-key"
    assert page.text("verdict") == "密钥已吊销"
    assert "2026年10月8日" in page.text("reason")
    assert "私钥文件外泄" in page.text("reason")


@pytest.mark.parametrize("written", [str, quote, lambda text: quote(text, safe="")], ids=["raw", "quoted", "all"])
def test_text_in_the_address_is_checked_at_once(open_page, file, signer, written):
    rng = random.Random(7)
    for _ in range(4):
        token = dataclasses.replace(TOKEN, chain_head=rng.randbytes(16))
        page = open_page(file, fragment=written(signer.sign(token)))
        page.page.wait_for_selector("#verdict[data-verdict='valid']")
        assert page.field("head").replace(" ", "") == token.chain_head.hex()


def test_a_percent_sign_that_is_the_text_s_own_stays_in_an_address(open_page, file, signer):
    page = open_page(file)
    texts_signed = (signer.sign(dataclasses.replace(TOKEN, journal_seq=seq)) for seq in itertools.count())
    for text in itertools.islice((one for one in texts_signed if "%20" in one), 3):
        for fragment in (text.replace(" ", "%20"), quote(text)):
            texts = page.page.evaluate("(text) => slqToken.textsOfFragment('#' + text)", fragment)
            assert text in texts
            good = [one for one, reason in zip(texts, page.reasons(texts), strict=True) if reason == "valid"]
            assert good == [text]


def test_another_address_is_checked_without_loading_again(open_page, file, signer):
    page = open_page(file, fragment="SLQ1:nonsense")
    page.page.wait_for_selector("#verdict[data-verdict='invalid']")
    page.page.evaluate("(text) => { location.hash = text; }", signer.sign(TOKEN))
    page.page.wait_for_selector("#verdict[data-verdict='valid']")


def test_a_hand_scanner_that_types_and_ends_with_enter_is_understood(open_page, file, signer):
    page = open_page(file)
    page.page.focus("#text")
    page.page.keyboard.insert_text(signer.sign(TOKEN))
    page.page.keyboard.press("Enter")
    page.page.wait_for_selector("#verdict[data-verdict='valid']")
    page.page.click("#clear")
    page.page.wait_for_selector("#verdict[data-verdict='none']")
    assert page.page.input_value("#text") == ""
    page.page.fill("#text", f"\n  {signer.sign(TOKEN)} \n")
    page.page.wait_for_selector("#verdict[data-verdict='valid']")


def test_no_verdict_stands_beside_a_text_that_it_is_not_about(open_page, file, signer):
    page = open_page(file)
    assert (page.verdict, page.text("verdict"), page.text("waiting")) == ("none", "", "尚未查验")
    page.check(signer.sign(TOKEN))
    assert not page.page.is_visible("#waiting")
    # Typing and looking in one step of the page, before any clock of its own can run.
    seen = page.page.evaluate(
        "() => { const field = document.getElementById('text');"
        " field.value = 'x'; field.dispatchEvent(new Event('input'));"
        " return [document.getElementById('verdict').textContent, document.getElementById('facts').hidden]; }"
    )
    assert seen == ["", True]
    page.page.wait_for_selector("#verdict[data-verdict='invalid']")


def test_a_browser_that_checks_signatures_wrongly_gives_no_verdict(open_page, file, signer):
    """Neither way passes its own test, so nothing is judged at all."""
    lying = (
        NO_WEBCRYPTO + "Object.defineProperty(window, 'nobleEd25519', { set() {}, "
        "get: () => ({ hashes: {}, verify: () => true }) });"
    )
    page = open_page(file, scripts=[lying])
    assert page.page.get_attribute("html", "data-ed25519") == "none"
    assert page.check(signer.sign(TOKEN)) == "unable"
    assert page.text("verdict") == "无法查验"


def test_a_webcrypto_that_says_yes_to_everything_is_not_used(open_page, file, signer, stranger):
    page = open_page(file, scripts=["SubtleCrypto.prototype.verify = async () => true;"])
    assert page.page.get_attribute("html", "data-ed25519") == "library"
    assert page.check(signer.sign(TOKEN)) == "valid"


def test_english_is_one_click_away_and_back(open_page, file, signer):
    page = open_page(file)
    page.check(signer.sign(TOKEN))
    page.page.click("#language")
    assert page.page.get_attribute("html", "lang") == "en"
    assert (page.text("verdict"), page.field("face")) == ("Valid", "123,456.78 yuan")
    assert page.page.title() == "Compute voucher check"
    page.page.click("#language")
    assert (page.text("verdict"), page.page.get_attribute("html", "lang")) == ("有效", "zh-CN")
    assert open_page(file, lang="en").text("waiting") == "Nothing checked yet"


def test_a_demonstration_office_is_marked(open_page, make_file):
    assert "演示" in open_page(make_file(trial=True)).text("trial")
    assert not open_page(make_file()).page.is_visible("#trial")
    assert TODAY
