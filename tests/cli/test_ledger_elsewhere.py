"""The ledger for whoever checks it elsewhere, and what this computer remembers: as a shell sees them."""

from __future__ import annotations

import subprocess
import sys
from datetime import UTC, datetime

from voucher_app.services import workspace


def test_an_export_and_the_script_that_checks_it(shell, tmp_path):
    file, script, note, key = (tmp_path / name for name in ("ledger.jsonl", "verify_ledger.py", "note.txt", "key.pem"))
    made = shell.done("ledger", "export", "--out", str(file))
    shell.done("year", "open", "2026", "--amount", "1000", "--document", "晋财〔2026〕7号")
    shell.done("ledger", "checkpoint", "--out", str(note))
    shell.done("certificate", "key", "--out", str(key))
    assert shell.done("ledger", "verifier", "--out", str(script))["sha256"]
    shell.done("ledger", "verifier", "--out", str(script))  # the same once more is no harm
    words = [file, "--checkpoint", note, "--key", key]
    done = subprocess.run([sys.executable, "-I", script, *words], capture_output=True, text=True, check=False)
    assert done.returncode == 1, "the checkpoint is further than the export"
    assert "封账凭证" in done.stderr
    file.unlink()
    assert shell.done("ledger", "export", "--out", str(file))["records"] > made["records"]
    done = subprocess.run([sys.executable, "-I", script, *words], capture_output=True, text=True, check=False)
    assert (done.returncode, "完好" in done.stdout) == (0, True), done.stderr


def test_neither_is_written_over_something_else(shell, tmp_path):
    file = tmp_path / "letter.txt"
    file.write_text("a letter", encoding="utf-8")
    for verb in ("export", "verifier"):
        assert shell("ledger", verb, "--out", str(file)).code == 2
        assert shell("ledger", verb, "--out", str(tmp_path / "none" / "x")).code == 2
    assert file.read_text(encoding="utf-8") == "a letter"


def test_an_old_copy_is_refused_until_it_is_accepted_with_a_reason(shell, tmp_path, memory):
    backup, note = tmp_path / "backup.db", tmp_path / "note.txt"
    shell.done("backup", "create", str(backup))
    shell.done("year", "open", "2026", "--amount", "1000", "--document", "晋财〔2026〕7号")
    shell.done("ledger", "checkpoint", "--out", str(note))
    shell.done("backup", "restore", str(backup))
    for words in (("office", "show"), ("year", "open", "2026", "--amount", "1", "--document", "x")):
        refused = shell(*words)
        assert (refused.code, refused.json["error"]["violations"][0]["allowed"]) == (3, "other_history")
    refused = shell("office", "show", as_json=False)
    assert "历史记录" in refused.err
    assert "accept-history" in refused.err
    assert shell("ledger", "verify", "--checkpoint", str(note)).code == 3
    assert shell("ledger", "accept-history").code == 2, "a reason is asked for"
    assert shell.done("ledger", "accept-history", "--reason", "硬盘损坏")["forgotten"]["record_count"] > 0
    shell.done("office", "show")
    assert "硬盘损坏" in (memory / "accepted.txt").read_text(encoding="utf-8")
    assert shell.done("ledger", "accept-history", "--reason", "x")["forgotten"] is None


def test_a_clock_that_went_back_is_told_beside_the_answer(shell, monkeypatch):
    class Yesterday(datetime):
        @classmethod
        def now(cls, tz=None):
            return datetime(2020, 1, 1, tzinfo=UTC).astimezone(tz)

    assert "时钟" not in shell("office", "show").err
    monkeypatch.setattr(workspace, "datetime", Yesterday)
    answer = shell("office", "show")
    assert (answer.code, "时钟" in answer.err) == (0, True)
    assert answer.json
