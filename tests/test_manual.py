"""The manual's files: every page in both languages, every picture and link there, every button called by its name."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from voucher_app import i18n
from voucher_app.settings import manual_folder
from voucher_app.ui import manual_pages
from voucher_app.ui.manual_pages import OF_DIALOG, OF_NOUN, OF_PLACE, PAGES, file_of, key_of, title_of

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "docs" / "manual"
CATALOGUES = ROOT / "resources" / "locale" / "zh_CN" / "LC_MESSAGES"
LINK = re.compile(r"(!?)\[[^\]]*\]\(([^)\s]+)\)")
BUTTON = re.compile(r"「([^」]+)」")
FILES = sorted(FOLDER.rglob("*.md"))
MOST_MB = 4


@pytest.fixture(autouse=True)
def in_chinese():
    before = i18n.language()
    i18n.set_language(i18n.CHINESE)
    yield
    i18n.set_language(before)


def plain(words):
    """Return a button's words in one line, without what stands for a dialog that follows."""
    return " ".join(words.split()).rstrip(" .…")


@pytest.fixture(scope="module")
def spoken():
    """What the window says, in Chinese and in English, whole sentences or patterns."""
    said = {"zh_CN": set(), "en": set()}
    for catalogue in ("window", "words"):
        with (CATALOGUES / f"{catalogue}.po").open("rb") as stream:
            for message in read_po(stream, locale="zh_CN"):
                if message.id:
                    forms = message.string if isinstance(message.string, tuple) else (message.string,)
                    said["zh_CN"] |= {plain(form) for form in forms}
                    ids = message.id if isinstance(message.id, tuple) else (message.id,)
                    said["en"] |= {plain(form) for form in ids}
    return said


def test_every_page_is_there_in_both_languages_and_nothing_else_is():
    chinese = {f"{words}.md" for words in PAGES.values()}
    english = {f"en/{key}.md" for key in PAGES}
    assert {file.relative_to(FOLDER).as_posix() for file in FILES} == chinese | english | {"README.md", "en/README.md"}


def test_a_page_begins_with_its_name():
    for key, words in PAGES.items():
        assert title_of(FOLDER, key).startswith(words), key


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.relative_to(FOLDER).as_posix())
def test_every_link_and_picture_leads_to_a_file_that_ships(file):
    for picture, address in LINK.findall(file.read_text(encoding="utf-8")):
        assert (file.parent / address).is_file(), address
        assert picture or file.name == "README.md" or key_of(address), address


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.relative_to(FOLDER).as_posix())
def test_every_button_that_is_named_has_that_name_in_the_window(file, spoken):
    language = "en" if file.parent.name == "en" else "zh_CN"
    wrong = [
        words for words in BUTTON.findall(file.read_text(encoding="utf-8")) if plain(words) not in spoken[language]
    ]
    assert wrong == []


def test_every_table_leads_to_a_page_that_there_is():
    assert {*OF_PLACE.values(), *OF_DIALOG.values(), *OF_NOUN.values()} <= PAGES.keys()
    assert PAGES.keys() - {*OF_PLACE.values(), *OF_DIALOG.values()} == {"search"}  # reached by its links


def test_every_step_s_noun_leads_to_a_page():
    steps = "\n".join(file.read_text(encoding="utf-8") for file in (ROOT / "voucher_app" / "ui").rglob("*.py"))
    nouns = set(re.findall(r'use_case="(\w+)\.', steps))
    assert len(nouns) > 10
    assert nouns <= OF_NOUN.keys()


def test_a_page_is_found_by_its_language(monkeypatch):
    assert file_of(FOLDER, "applications") == FOLDER / "申领.md"
    i18n.set_language(i18n.ENGLISH)
    assert file_of(FOLDER, "applications") == FOLDER / "en" / "applications.md"
    assert manual_pages.page_of_dialog("step", "provider.suspend") == "providers"
    assert key_of("../申领.md") == key_of("applications.md") == "applications"
    assert key_of("trust.md") == ""


def test_the_wheel_carries_the_manual_with_its_pictures_and_little_more():
    wheel = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["hatch"]["build"]["targets"]
    carried = wheel["wheel"]["force-include"]
    assert carried["docs/manual"] == "voucher_app/_docs/manual"
    shown = {
        (file.parent / address).resolve().relative_to(ROOT).as_posix()
        for file in FILES
        for picture, address in LINK.findall(file.read_text(encoding="utf-8"))
        if picture
    }
    assert {one: f"voucher_app/_{one}" for one in shown} == {
        source: target for source, target in carried.items() if source.startswith("docs/pictures/")
    }
    assert sum((ROOT / one).stat().st_size for one in shown) < MOST_MB * 1_000_000
    assert manual_folder() == FOLDER
