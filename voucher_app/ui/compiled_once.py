"""Keep what PySide6 compiles: its support modules lie as source in its library and are compiled at every start.

WORKAROUND: PySide6 6.11 (shiboken's `signature_bootstrap`) reads fourteen modules from a zip inside its library and
compiles them each time, which is a fifth of the processor time of a bare window's start. Here the compiled code is kept
as Python keeps its own, in `__pycache__` beside this module, for the very same source and the very same Python.
`tests/ui/test_compiled_once.py` fails once PySide6 no longer does it.

`python -m voucher_app.ui.compiled_once` makes the file; a window that finds none makes it too, where Python may write
bytecode. Like a .pyc file it is code: whoever can change it could change this program as well.
"""

from __future__ import annotations

import builtins
import marshal
import os
from contextlib import contextmanager, suppress
from importlib.util import MAGIC_NUMBER, cache_from_source
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import CodeType

FOLDER_IN_LIBRARY: Final = "shibokensupport/"


def kept_file() -> Path:
    """Return where the compiled code is kept; its name tells the Python that it is for."""
    return Path(cache_from_source(__file__)).with_suffix(".shibokensupport")


def read_kept(file: Path) -> dict[tuple[str, bytes], CodeType]:
    """Read what was kept, or nothing when there is no file, or one of another Python or not whole."""
    try:
        content = file.read_bytes()
        if not content.startswith(MAGIC_NUMBER):
            return {}
        kept: dict[tuple[str, bytes], CodeType] = marshal.loads(content[len(MAGIC_NUMBER) :])  # noqa: S302 - as .pyc
    except (OSError, EOFError, ValueError, TypeError):
        return {}
    return kept


def write_kept(file: Path, kept: dict[tuple[str, bytes], CodeType]) -> None:
    """Write the compiled code in one go; where Python may not write, the next start compiles again."""
    part = file.with_suffix(f".{os.getpid()}")
    with suppress(OSError):
        file.parent.mkdir(exist_ok=True)
        part.write_bytes(MAGIC_NUMBER + marshal.dumps(kept))
        part.replace(file)


@contextmanager
def compiled_once(file: Path, *, may_write: bool) -> Iterator[None]:
    """Answer from a file what PySide6 asks Python to compile while it is loaded, and keep what is not in there yet.

    Args:
        file: where the code is kept, for each module by its name and its whole source.
        may_write: whether new code is kept.
    """
    kept = read_kept(file)
    known = len(kept)
    compile_it = builtins.compile

    def answer(source: Any, filename: Any, mode: str, *rest: Any, **options: Any) -> Any:  # noqa: ANN401 - as Python's
        is_meant = isinstance(source, bytes) and isinstance(filename, str) and filename.startswith(FOLDER_IN_LIBRARY)
        if not is_meant or mode != "exec" or rest or options:
            return compile_it(source, filename, mode, *rest, **options)
        code = kept.get((filename, source))
        if code is None:
            code = kept[filename, source] = compile_it(source, filename, mode)
        return code

    builtins.compile = answer
    try:
        yield
    finally:
        builtins.compile = compile_it
    if may_write and len(kept) > known:
        write_kept(file, kept)


def main() -> None:
    """Load PySide6 once, so that what it compiles is there for every start."""
    with compiled_once(kept_file(), may_write=True):
        import PySide6.QtCore  # noqa: F401, PLC0415 - what is loaded here is what is kept


if __name__ == "__main__":
    main()
