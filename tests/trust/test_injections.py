"""T12: texts that want to be more than text; a table that calculates, a tip that is markup, a read outside are seen."""

from __future__ import annotations

import socket
from pathlib import Path

import injections
import openpyxl
import pypdf
import pytest
from PySide6.QtWidgets import QApplication, QLabel, QVBoxLayout, QWidget

from voucher_app.exchange import table_writer
from voucher_app.services.ports.tables import OutColumn, OutKind, OutTable
from voucher_app.ui.tips import plain_tip

pytestmark = pytest.mark.trust
TEXTS = {"<img src='x'/>", "=1+1", "<script>alert(1)</script>"}


def at_once(desk):
    """Let work come home without waiting for typing to rest; nobody types."""
    for _ in range(3):
        assert desk.runner.wait_idle(20_000)
        QApplication.processEvents()


@pytest.mark.long
def test_a_text_stays_a_text_in_every_export_and_on_every_page(tmp_path, monkeypatch):
    monkeypatch.setattr(injections.tempfile, "tempdir", None)
    monkeypatch.setattr(injections.scenes, "settle", at_once)
    seen = injections.run(tmp_path, 6, 3)
    assert seen["failed"] == []
    assert seen["exports"] > 40
    assert seen["views"] >= 10


def test_there_are_two_hundred_texts_and_each_is_another():
    assert len(set(injections.hostile_texts())) == len(injections.hostile_texts()) >= 200


def test_a_cell_that_calculates_is_seen(tmp_path, monkeypatch):
    table = OutTable("t", [OutColumn("甲", OutKind.TEXT)], [["=1+1"], ["@SUM(1)"]])
    table_writer.write_table(tmp_path / "good.csv", table)
    monkeypatch.setattr(table_writer, "defused", lambda text: text)
    table_writer.write_table(tmp_path / "bad.csv", table)
    book = openpyxl.Workbook()
    book.active["A1"] = "=1+1"
    book.active["A2"] = "=SUBTOTAL(109,A1:A1)"
    book.active["A3"].hyperlink = "http://example.invalid/"
    book.save(tmp_path / "bad.xlsx")
    assert injections.faults_of(tmp_path / "good.csv", TEXTS) == []
    assert len(injections.faults_of(tmp_path / "bad.csv", TEXTS)) == 2
    found = "\n".join(injections.faults_of(tmp_path / "bad.xlsx", TEXTS))
    assert "formula '1+1'" in found
    assert "SUBTOTAL" not in found
    assert "link" in found


def test_a_pdf_that_acts_and_a_page_with_markup_are_seen(tmp_path):
    writer = pypdf.PdfWriter()
    writer.add_blank_page(99, 99)
    writer.root_object[pypdf.generic.NameObject("/OpenAction")] = pypdf.generic.TextStringObject("app.alert(1)")
    writer.write(tmp_path / "bad.pdf")
    (tmp_path / "bad.html").write_text("<p><script>alert(1)</script>", encoding="utf-8")
    assert injections.faults_of(tmp_path / "bad.pdf", TEXTS)
    assert injections.faults_of(tmp_path / "bad.html", TEXTS)


def test_a_label_and_a_tip_that_take_a_text_for_markup_are_seen(qapp):
    window = QWidget()
    column = QVBoxLayout(window)
    bad, good = QLabel("甲<img src='x'/>"), QLabel("甲<img src='x'/>")
    good.setTextFormat(injections.Qt.TextFormat.PlainText)
    good.setToolTip(plain_tip("甲<img src='x'/>"))
    column.addWidget(good)
    assert injections.label_faults(window, TEXTS) == []
    column.addWidget(bad)
    assert len(injections.label_faults(window, TEXTS)) == 1
    good.setToolTip("甲<img src='x'/>")
    assert len(injections.label_faults(window, TEXTS)) == 2


def test_a_read_outside_and_a_call_over_the_network_are_seen(tmp_path):
    with injections.sealed(tmp_path) as seen:
        Path("/etc/hostname").read_bytes()
        (tmp_path / "own").write_text("x", encoding="utf-8")
        with socket.socket() as line, pytest.raises(OSError):
            line.connect(("127.0.0.1", 1))
    assert [one.split()[0] for one in seen] == ["open", "socket.connect"]
    Path("/etc/hostname").read_bytes()
    assert len(seen) == 2


def test_a_run_in_which_nothing_was_accepted_is_void():
    (reason,) = injections.judged({"texts": 9, "accepted": 2, "reached_outside": [], "wrong": []})
    assert "void" in reason
