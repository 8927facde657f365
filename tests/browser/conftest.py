"""`verify.html` in a real Chromium, headless; whatever asks for a network, or breaks the page's policy, fails."""

from __future__ import annotations

import os
import shutil
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from playwright.sync_api import sync_playwright

from voucher_app.printing.signing import OfficeSigner
from voucher_app.printing.verifier import VerifierPage
from voucher_app.services.papers import Token
from voucher_app.services.ports.verifier import Published, PublishedKey
from voucher_app.services.queries.voucher import EndedVoucher
from voucher_app.settings import resources_folder

RESOURCES = resources_folder()
TODAY = date(2026, 11, 21)
BROWSERS = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")
TOKEN = Token(
    number="SX-2026-000123-6",
    uscc="91140100MA0CMJRAM0",
    face_fen=12_345_678,
    use_by=date(2027, 2, 3),
    redeem_by=date(2027, 5, 4),
    journal_seq=700,
    chain_head=bytes(range(16)),
)
ENDED = (
    EndedVoucher("SX-2026-000001-4", "voided", date(2026, 5, 1)),
    EndedVoucher("SX-2026-000002-2", "returned", date(2026, 5, 2)),
    EndedVoucher("SX-2026-000003-0", "used-up", date(2026, 6, 30)),
    EndedVoucher("SX-2026-000004-9", "frozen", date(2026, 7, 1)),
    EndedVoucher("SX-2026-000005-7", "expired", date(2026, 8, 1)),
)
WATCH = """
window.seen = [];
document.addEventListener("securitypolicyviolation", (event) =>
  window.seen.push(`${event.violatedDirective} ${event.blockedURI}`));
"""
NO_WEBCRYPTO = "Object.defineProperty(crypto, 'subtle', { value: undefined });"


@pytest.fixture(scope="module")
def chromium(tmp_path_factory):
    """A browser that ends with its module, so that its event loop never meets another test's."""
    path = next(filter(None, map(shutil.which, BROWSERS)), None)
    if path is None:
        reason = "no Chromium here: apt-get install chromium (make setup-dev does it as root)"
        (pytest.fail if hasattr(os, "geteuid") and os.geteuid() == 0 else pytest.skip)(reason)
    fonts = tmp_path_factory.mktemp("fonts") / "fonts.conf"
    cache = fonts.parent / "cache"
    # A machine without Chinese fonts would draw boxes; the program's own are there anyway.
    fonts.write_text(
        f"<fontconfig><dir>{RESOURCES / 'fonts'}</dir><cachedir>{cache}</cachedir></fontconfig>", encoding="utf-8"
    )
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=path,
            env={**os.environ, "FONTCONFIG_FILE": str(fonts)},
            args=["--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream"],
        )
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def signer(tmp_path_factory):
    made = OfficeSigner(tmp_path_factory.mktemp("keys") / "office.pem")
    made.make_key()
    return made


@pytest.fixture(scope="session")
def stranger(tmp_path_factory):
    made = OfficeSigner(tmp_path_factory.mktemp("keys") / "stranger.pem")
    made.make_key()
    return made


@pytest.fixture(scope="session")
def make_file(signer, tmp_path_factory):
    """Return what writes a page: `make_file(ended=…, keys=…)`."""

    def make(**changes):
        facts = {
            "office_name": "山西省工业和信息化厅",
            "file_id": "3f0c6b1e2a9d4c58",
            "trial": False,
            "as_of": TODAY,
            "journal_seq": 812,
            "journal_hash": "9c" * 32,
            "keys": (PublishedKey(signer.public_key()),),
            "ended": ENDED,
        }
        file = tmp_path_factory.mktemp("page") / "verify.html"
        VerifierPage(RESOURCES).build(Published(**(facts | changes)), file)
        return file

    return make


@pytest.fixture(scope="session")
def file(make_file):
    return make_file()


@dataclass
class Shown:
    """A page in the browser, and everything it did that it should not."""

    page: object
    faults: list[str] = field(default_factory=list)

    def violations(self):
        """Return what broke the page's policy since the last call."""
        return self.page.evaluate("window.seen.splice(0)")

    def wait(self, expression):
        """Wait until an expression holds; the page's policy forbids the browser's own way, which is `eval`."""
        for _ in range(200):
            if self.page.evaluate(expression):
                return
            self.page.wait_for_timeout(50)
        raise AssertionError(expression)

    @property
    def verdict(self):
        return self.page.get_attribute("#verdict", "data-verdict")

    @property
    def reason(self):
        return self.page.get_attribute("#verdict", "data-reason")

    def text(self, name):
        return self.page.inner_text(f"#{name}")

    def field(self, name):
        return self.page.inner_text(f"#fields [data-field='{name}']")

    def check(self, text):
        """Type a text and check it; return the verdict."""
        self.page.fill("#text", "")
        self.page.wait_for_selector("#verdict[data-verdict='none']")
        self.page.fill("#text", text)
        self.page.click("#form button[type=submit]")
        self.page.wait_for_selector("#verdict:not([data-verdict='none'])")
        return self.verdict

    def reasons(self, texts):
        """Return the page's own reasons for many texts, in one call."""
        return self.page.evaluate(
            "async (texts) => { const found = [];"
            " for (const text of texts) found.push((await slqPage.check(text)).reason); return found; }",
            texts,
        )

    def is_too_wide(self):
        """Return whether one has to scroll sideways."""
        return self.page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")


@pytest.fixture
def open_page(chromium):
    """Return what opens a page: `open_page(file, on=…, width=…, dark=…, scripts=…)`."""
    opened = []

    def open_it(file, *, fragment="", on=TODAY, width=1280, height=900, dark=False, scripts=(), lang=""):
        context = chromium.new_context(
            offline=True,
            viewport={"width": width, "height": height},
            color_scheme="dark" if dark else "light",
            locale="zh-CN",
            permissions=["camera"],
        )
        page = context.new_page()
        shown = Shown(page)
        address = Path(file).as_uri()

        def look(route):
            asked = route.request.url
            if asked.partition("#")[0].partition("?")[0] == address:
                route.continue_()
            else:
                shown.faults.append(f"asked for {asked}")
                route.abort()

        context.route("**/*", look)
        page.on("pageerror", lambda error: shown.faults.append(str(error)))
        page.on(
            "console",
            lambda line: shown.faults.append(line.text) if line.type in {"error", "warning"} else None,
        )
        for script in (WATCH, *scripts):
            page.add_init_script(script)
        page.clock.set_fixed_time(datetime(on.year, on.month, on.day, 4, tzinfo=UTC))
        query = f"?lang={lang}" if lang else ""
        page.goto(address + query + (f"#{fragment}" if fragment else ""))
        page.wait_for_selector("html[data-ed25519]")
        opened.append((context, shown))
        return shown

    yield open_it
    faults = []
    for context, shown in opened:
        faults += shown.faults + shown.violations()
        context.close()
    assert faults == []
