"""What Qt calls in our classes: an error there has to reach Python whole.

WORKAROUND: PySide6 6.11 (`storePythonOverrideErrorOrPrint`) reads the arguments of an error that left a method which Qt
called. Before 3.12, Python makes the error itself only when somebody catches it: one that C raised, such as adding a
number to None or asking a deleted widget, is until then a class and a few words, and PySide6 brings the process down.
Catching it and letting it go on is all that is needed. `tests/ui/test_called_by_qt.py` fails once it is not.
"""

from __future__ import annotations

import sys
from functools import wraps
from typing import TYPE_CHECKING, ParamSpec, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

Parameters = ParamSpec("Parameters")
Result = TypeVar("Result")

_MAKES_ERRORS_AT_ONCE = (3, 12)


def called_by_qt(method: Callable[Parameters, Result]) -> Callable[Parameters, Result]:
    """Mark a method that overrides one of Qt's; every such method bears it."""
    if sys.version_info >= _MAKES_ERRORS_AT_ONCE:
        return method

    @wraps(method)
    def call(*args: Parameters.args, **named: Parameters.kwargs) -> Result:
        try:
            return method(*args, **named)
        except BaseException:  # noqa: TRY203 - that it is caught is the point
            raise

    return call
