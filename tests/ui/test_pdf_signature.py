"""PDF signatures from the preview: what they prove is told before, and a wrong passphrase prints nothing."""

from __future__ import annotations

import shutil
import subprocess

import pytest
from PySide6.QtCore import Qt

from voucher_app.domain.money import Money
from voucher_app.ui.dialogs import open_dialog
from voucher_app.ui.dialogs.pdf_signature import PdfSignature

SECRET = "correct horse battery"  # noqa: S105 - a test's own


@pytest.fixture
def identity(desk, tmp_path):
    desk.workspace.pdf_signer().make_identity("山西省算力券管理办公室", file=tmp_path / "key.p12", passphrase=SECRET)
    return tmp_path / "key.p12"


@pytest.fixture
def preview(window, desk, rest):
    number = str(desk.issued(Money.yuan(10_000)).number)
    dialog = open_dialog("certificate_preview", window.desk, window, numbers=[number])
    rest()
    yield dialog
    try:
        dialog.done(0)
    except RuntimeError:  # closed by the test, and gone
        return


def test_a_paper_is_printed_and_a_copy_of_it_signed(preview, window, desk, identity, tmp_path, qtbot, rest):
    file = tmp_path / "券面.pdf"
    preview.sign_in_file(file)
    rest()
    dialog = window.findChild(PdfSignature)
    dialog.activateWindow()
    dialog.pkcs12.set_text(str(identity))
    dialog.passphrase.set_text("a wrong passphrase")
    rest()
    assert dialog.effect.effect is None
    qtbot.mouseClick(dialog.act_button, Qt.MouseButton.LeftButton)
    rest()
    assert not file.exists()
    assert desk.queries.copies("certificate", "voucher:1") == ()
    dialog.passphrase.set_text(SECRET)
    rest()
    assert "不证明" in dialog.effect.effect.sentence
    qtbot.mouseClick(dialog.act_button, Qt.MouseButton.LeftButton)
    rest()
    signed = tmp_path / "券面（已签名）.pdf"
    assert signed.read_bytes().startswith(file.read_bytes()), "the registered paper stands unchanged inside"
    assert "券面（已签名）" in window.status.words.text()
    if not shutil.which("pdfsig"):
        pytest.skip("poppler-utils is not installed: nobody else looked at the signature")
    done = subprocess.run(["pdfsig", str(signed)], capture_output=True, text=True, check=False)
    assert "Signature is Valid" in done.stdout


def test_a_file_that_is_not_there_is_told_beside_the_field(preview, window, tmp_path, rest):
    preview.sign_in_file(tmp_path / "券面.pdf")
    rest()
    dialog = window.findChild(PdfSignature)
    dialog.pkcs12.set_text(str(tmp_path / "nowhere.p12"))
    assert "nowhere.p12" in dialog.pkcs12.problem()
    dialog.done(0)
