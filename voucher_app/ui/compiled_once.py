"""Keep what PySide6 compiles: its support modules lie as source in its library and are compiled at every start.

WORKAROUND: PySide6 6.11 (shiboken's `signature_bootstrap`) reads fourteen modules from a zip inside its library and
compiles them each time, and these compile a dozen long regular expressions: together a third of the processor time of
a bare window's start. Here what it becomes is kept as Python keeps its own code, in `__pycache__` beside this module,
for the very same source, the very same expressions and the very same Python.
`tests/ui/test_compiled_once.py` fails once PySide6 no longer does it.

`python -m voucher_app.ui.compiled_once` makes the file; a window that finds none makes it too, where Python may write
bytecode. Like a .pyc file it is code: whoever can change it could change this program as well.
"""

from __future__ import annotations

import _sre  # type: ignore[import-not-found]  # Python's own, unknown to typeshed
import builtins
import marshal
import os
import sys
import threading
from contextlib import contextmanager, suppress
from importlib.util import MAGIC_NUMBER, cache_from_source
from pathlib import Path
from re import _compiler as expressions  # type: ignore[attr-defined]  # Python's own, unknown to typeshed
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

FOLDER_IN_LIBRARY: Final = "shibokensupport/"
HEAD: Final = MAGIC_NUMBER + sys.version.encode() + b"\0"

Kept = dict[tuple[str | bytes, bytes | int], Any]
"""Of a module, by its name and its whole source, the code; of an expression, by it and its flags, what it becomes."""


def kept_file() -> Path:
    """Return where the compiled code is kept; its name tells the Python that it is for."""
    return Path(cache_from_source(__file__)).with_suffix(".shibokensupport")


def read_kept(file: Path) -> Kept:
    """Read what was kept, or nothing when there is no file, or one of another Python or not whole."""
    try:
        content = file.read_bytes()
        if not content.startswith(HEAD):
            return {}
        kept: Kept = marshal.loads(content[len(HEAD) :])  # noqa: S302 - as .pyc
    except (OSError, EOFError, ValueError, TypeError):
        return {}
    return kept


def write_kept(file: Path, kept: Kept) -> None:
    """Write the compiled code in one go; where Python may not write, the next start compiles again."""
    part = file.with_suffix(f".{os.getpid()}")
    with suppress(OSError):
        file.parent.mkdir(exist_ok=True)
        part.write_bytes(HEAD + marshal.dumps(kept))
        part.replace(file)


@contextmanager
def compiled_once(file: Path, *, may_write: bool) -> Iterator[None]:
    """Answer from a file what PySide6 asks Python to compile while it is loaded, and keep what is not in there yet.

    Only what this thread asks for is answered.

    Args:
        file: where the code is kept.
        may_write: whether new code is kept.
    """
    kept = read_kept(file)
    known = len(kept)
    compile_it, compile_expression = builtins.compile, expressions.compile

    def answer(source: Any, filename: Any, mode: str, *rest: Any, **options: Any) -> Any:  # noqa: ANN401 - as Python's
        is_meant = isinstance(source, bytes) and isinstance(filename, str) and filename.startswith(FOLDER_IN_LIBRARY)
        if not is_meant or mode != "exec" or rest or options:
            return compile_it(source, filename, mode, *rest, **options)
        code = kept.get((filename, source))
        if code is None:
            code = kept[filename, source] = compile_it(source, filename, mode)
        return code

    builtins.compile = answer
    expressions.compile = _answer_expressions(kept, compile_expression)
    try:
        yield
    finally:
        builtins.compile, expressions.compile = compile_it, compile_expression
    if may_write and len(kept) > known:
        write_kept(file, kept)


def _answer_expressions(kept: Kept, compile_it: Callable[..., Any]) -> Callable[..., Any]:
    """Return what answers for Python's compiler of regular expressions."""
    own = threading.get_ident()
    make = _sre.compile

    def answer(pattern: Any, flags: int = 0) -> Any:  # noqa: ANN401 - as Python's
        if not isinstance(pattern, str | bytes) or threading.get_ident() != own:
            return compile_it(pattern, flags)
        parts = kept.get((pattern, int(flags)))
        if parts is not None:
            return make(*parts)
        made: list[tuple[Any, ...]] = []

        def note(*parts: Any) -> Any:  # noqa: ANN401 - as Python's
            if threading.get_ident() == own:
                made.append(parts)
            return make(*parts)

        setattr(_sre, "compile", note)  # noqa: B010 - mypy does not know it
        try:
            compiled = compile_it(pattern, flags)
        finally:
            setattr(_sre, "compile", make)  # noqa: B010
        if len(made) == 1:
            text, all_flags, code, groups, names, places = made[0]
            kept[pattern, int(flags)] = (text, int(all_flags), [int(one) for one in code], groups, names, places)
        return compiled

    return answer


def main() -> None:
    """Load PySide6 once, so that what it compiles is there for every start."""
    with compiled_once(kept_file(), may_write=True):
        import PySide6.QtCore  # noqa: F401, PLC0415 - what is loaded here is what is kept


if __name__ == "__main__":
    main()
