"""What PySide6 compiles at every start is compiled once, and nothing but the very same source is answered."""

from __future__ import annotations

import re
import subprocess
import sys
import threading

import pytest

from voucher_app.ui.compiled_once import compiled_once, kept_file, read_kept, write_kept

COUNT = """
import builtins, sys
from pathlib import Path
real, asked = builtins.compile, []
def count(source, filename, mode, *rest, **options):
    if str(filename).startswith("shibokensupport/"):
        asked.append(filename)
    return real(source, filename, mode, *rest, **options)
builtins.compile = count
import re
real_expression, expressions = re._compiler.compile, []
def count_expression(pattern, flags=0):
    expressions.append(pattern)
    return real_expression(pattern, flags)
re._compiler.compile = count_expression
from voucher_app.ui.compiled_once import compiled_once
with compiled_once(Path(sys.argv[1]), may_write=sys.argv[2] == "yes"):
    import PySide6.QtCore
from PySide6.QtCore import QObject
assert "QObject" in str(QObject.__signature__ if hasattr(QObject, "__signature__") else QObject)
assert builtins.compile is count
assert re._compiler.compile is count_expression
print(len(asked), len(expressions))
"""


def compiled_at_start(file, *, may_write):
    """Return how many modules and how many expressions a process compiles while it loads PySide6."""
    words = [sys.executable, "-c", COUNT, str(file), "yes" if may_write else "no"]
    told = subprocess.run(words, capture_output=True, text=True, check=True, timeout=60).stdout.split()
    return tuple(int(count) for count in told)


def test_the_second_start_compiles_nothing_and_the_first_one_all(tmp_path):
    file = tmp_path / "kept"

    # When this is nothing, PySide6 keeps its code itself: the workaround can go.
    modules, expressions = compiled_at_start(file, may_write=False)
    assert modules > 5
    assert expressions > 5
    assert not file.exists()
    assert compiled_at_start(file, may_write=True) == (modules, expressions)
    assert compiled_at_start(file, may_write=True) == (0, 0)


def ask(file, source):
    """Compile a source while the cache is in use, and run it."""
    found = {}
    with compiled_once(file, may_write=True):
        exec(compile(source, "shibokensupport/x.py", "exec"), found)  # noqa: S102 - what is asked
    return found


EXPRESSIONS = [
    (r"(?P<name>[a-z]+)(-(\d+))?", 0),
    (r"(?P<name>[a-z]+)(-(\d+))?", re.IGNORECASE),
    (r"[晋算券]+〔(\d{4})〕", 0),
    (r"^\s*(?:a|bc)*?(?=x)(?<!y)$", re.MULTILINE | re.VERBOSE),
]


def compiled_anew(file, may_write):
    re.purge()
    with compiled_once(file, may_write=may_write):
        return [re.compile(pattern, flags) for pattern, flags in EXPRESSIONS]


def test_an_expression_from_the_file_is_the_one_that_python_makes(tmp_path):
    re.purge()
    meant = [re.compile(pattern, flags) for pattern, flags in EXPRESSIONS]
    first = compiled_anew(tmp_path / "kept", may_write=True)
    assert len(read_kept(tmp_path / "kept")) == len(EXPRESSIONS)
    again = compiled_anew(tmp_path / "kept", may_write=False)
    for one in (first, again):
        assert one == meant
        assert [(each.flags, each.groups, each.groupindex) for each in one] == [
            (each.flags, each.groups, each.groupindex) for each in meant
        ]
        assert one[0].fullmatch("ab-12").groups() == ("ab", "-12", "12")
        assert one[1].fullmatch("AB")["name"] == "AB"
        assert one[0].fullmatch("AB") is None
        assert one[2].search("晋算券〔2026〕1号")[1] == "2026"


def test_an_expression_of_another_thread_is_left_alone(tmp_path):
    with compiled_once(tmp_path / "kept", may_write=True):
        thread = threading.Thread(target=re.compile, args=("never seen (before)",))
        thread.start()
        thread.join()
    assert not (tmp_path / "kept").exists()


def test_an_expression_that_is_wrong_is_refused_as_ever(tmp_path):
    with compiled_once(tmp_path / "kept", may_write=True), pytest.raises(re.error):
        re.compile("never ( closed")
    assert not (tmp_path / "kept").exists()


def test_another_source_of_the_same_name_is_compiled_anew(tmp_path):
    assert ask(tmp_path / "kept", b"a = 1")["a"] == 1
    assert ask(tmp_path / "kept", b"a = 2")["a"] == 2
    assert len(read_kept(tmp_path / "kept")) == 2


def test_what_others_compile_is_not_kept(tmp_path):
    with compiled_once(tmp_path / "kept", may_write=True):
        assert eval(compile("1 + 1", "elsewhere.py", "eval")) == 2  # noqa: S307 - what is asked
    assert not (tmp_path / "kept").exists()


@pytest.mark.parametrize("content", [b"", b"short", b"\0" * 200])
def test_a_file_that_is_not_whole_is_as_none(tmp_path, content):
    (tmp_path / "kept").write_bytes(content)

    assert read_kept(tmp_path / "kept") == {}
    assert ask(tmp_path / "kept", b"a = 3")["a"] == 3
    assert len(read_kept(tmp_path / "kept")) == 1


def test_a_cut_file_is_as_none(tmp_path):
    write_kept(
        tmp_path / "kept", {("shibokensupport/x.py", b"a = 1"): compile(b"a = 1", "shibokensupport/x.py", "exec")}
    )
    whole = (tmp_path / "kept").read_bytes()

    for length in range(len(whole)):
        (tmp_path / "kept").write_bytes(whole[:length])
        assert read_kept(tmp_path / "kept") == {}


def test_a_folder_that_cannot_be_written_is_no_error(tmp_path):
    (tmp_path / "file").write_text("not a folder")

    write_kept(tmp_path / "file" / "kept", {})

    assert kept_file().parent.name == "__pycache__"
