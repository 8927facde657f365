"""The catalogues are read as gettext reads them, a sentence at a time."""

from __future__ import annotations

import gettext
import struct
import threading
from io import BytesIO

import pytest
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo

from voucher_app import i18n
from voucher_app.i18n import Catalogue
from voucher_app.settings import resources_folder

FOLDER = resources_folder() / "locale" / "zh_CN" / "LC_MESSAGES"


@pytest.mark.parametrize("name", i18n.CATALOGUES)
def test_every_sentence_is_found_as_gettext_finds_it(name):
    file = FOLDER / f"{name}.mo"
    ours = Catalogue(file.read_bytes())
    with file.open("rb") as stream:
        theirs = gettext.GNUTranslations(stream)._catalog
    counted = {key[0] for key in theirs if isinstance(key, tuple)}
    assert len(theirs) > 500
    for sentence, chinese in theirs.items():
        if isinstance(sentence, str) and sentence and sentence not in counted:
            assert ours.find(sentence) == chinese
            assert ours.find(sentence + " ") is None


def mo():
    catalogue = Catalog(locale="zh_CN")
    catalogue.add("one", "一")
    catalogue.add(("{count} thing", "{count} things"), ("{count}样",))
    buffer = BytesIO()
    write_mo(buffer, catalogue)
    return buffer.getvalue()


def test_what_is_counted_has_one_form_in_chinese():
    catalogue = Catalogue(mo())
    assert catalogue.find_counted("{count} thing", "{count} things") == "{count}样"
    assert catalogue.find_counted("{count} thing", "{count} thongs") is None
    assert catalogue.find("{count} thing") is None
    assert catalogue.find("one") == "一"


def test_what_no_catalogue_has_is_said_in_english(monkeypatch):
    monkeypatch.setattr(i18n, "_catalogues", (Catalogue(mo()),))
    assert i18n._("one") == "一"
    assert i18n._("two") == "two"
    assert i18n.ngettext("{count} thing", "{count} things", 1) == "{count}样"
    assert i18n.ngettext("{count} ox", "{count} oxen", 1) == "{count} ox"
    assert i18n.ngettext("{count} ox", "{count} oxen", 2) == "{count} oxen"


@pytest.mark.parametrize("content", [b"", b"PK\3\4" + bytes(100), struct.pack(">I", 0x950412DE) + bytes(40)])
def test_a_file_that_is_no_catalogue_is_refused(content):
    with pytest.raises(ValueError, match=r"not a \.mo file"):
        Catalogue(content)


def test_a_paper_speaks_chinese_on_its_own_thread_and_the_window_goes_on_in_english():
    before = i18n.language()
    i18n.use_folder(FOLDER.parent.parent)
    i18n.set_language(i18n.ENGLISH)
    heard = {}
    drawing, looked = threading.Event(), threading.Event()

    def draw():
        with i18n.speaking(i18n.CHINESE):
            drawing.set()
            looked.wait(10)
            heard["paper"] = i18n._("Vouchers"), i18n.language()

    thread = threading.Thread(target=draw)
    thread.start()
    try:
        assert drawing.wait(10)
        heard["window"] = i18n._("Vouchers"), i18n.language()
        i18n.set_language(i18n.CHINESE)  # a person switches meanwhile, and nothing switches back
        looked.set()
        thread.join()
        assert heard["window"] == ("Vouchers", i18n.ENGLISH)
        assert heard["paper"][0] != "Vouchers"
        assert heard["paper"][1] == i18n.CHINESE
        assert i18n.language() == i18n.CHINESE
    finally:
        looked.set()
        i18n.set_language(before)
