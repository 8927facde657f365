"""Passwords on the command line: from a prompt that shows nothing, or from a file of one's own; never an argument.

An argument would stand in the shell's history and in the list of processes, where everybody on the machine reads it.
"""

from __future__ import annotations

import getpass
import os
import stat
import sys
from typing import TYPE_CHECKING, Final

from voucher_app.domain.errors import InvalidInput
from voucher_app.i18n import _

if TYPE_CHECKING:
    from pathlib import Path

_FOR_OTHERS: Final = stat.S_IRWXG | stat.S_IRWXO
_LARGEST_BYTES: Final = 64 * 1024


def read_password_file(file: Path) -> list[str]:
    """Return the lines of a password file; what others can read is no secret.

    Raises:
        InvalidInput: when it cannot be read, or others can read it.
    """
    try:
        with file.open("rb") as stream:
            # Asked of the open file, so that nothing can be put in its place between the look and the reading.
            mode = os.fstat(stream.fileno()).st_mode
            if os.name == "posix" and mode & _FOR_OTHERS:
                raise InvalidInput("password_file_open", found=str(file))
            text = stream.read(_LARGEST_BYTES).decode("utf-8-sig")
    except OSError as error:
        raise InvalidInput("password_file", found=str(file), detail=error.strerror or str(error)) from error
    except UnicodeDecodeError as error:
        raise InvalidInput("password_file", found=str(file), detail=_("it is no UTF-8 text")) from error
    return [line.rstrip("\r") for line in text.removesuffix("\n").split("\n")]


def one_from_file(file: Path) -> str:
    """Return the only line of a password file.

    Raises:
        InvalidInput: also when it holds several.
    """
    lines = read_password_file(file)
    if len(lines) != 1:
        raise InvalidInput("password_file_lines", found=len(lines), needed=1)
    return lines[0]


def several_from_file(file: Path, count: int) -> list[str]:
    """Return a password for each of several people; a single line serves them all.

    Raises:
        InvalidInput: when the file holds another number of lines.
    """
    lines = read_password_file(file)
    if len(lines) == 1:
        return lines * count
    if len(lines) != count:
        raise InvalidInput("password_file_lines", found=len(lines), needed=count)
    return lines


def ask(name: str) -> str:
    """Ask for a person's password on the terminal.

    Raises:
        InvalidInput: when there is no terminal to ask on.
    """
    return _prompt(_("Password of {name}: ").format(name=name), name)


def ask_new(name: str) -> str:
    """Ask twice for a new password.

    Raises:
        InvalidInput: when the two differ, or there is no terminal.
    """
    first = _prompt(_("New password of {name}: ").format(name=name), name)
    if first != _prompt(_("The same again: "), name):
        raise InvalidInput("passwords_differ", found=name)
    return first


def ask_passphrase() -> str:
    """Ask for the passphrase of the signing key on the terminal.

    Raises:
        InvalidInput: when there is no terminal to ask on.
    """
    return _prompt(_("Passphrase of the signing key: "), "--passphrase-file", "passphrase_missing")


def ask_new_passphrase() -> str:
    """Ask twice for a new passphrase.

    Raises:
        InvalidInput: when the two differ, or there is no terminal.
    """
    option = "--new-passphrase-file"
    first = _prompt(_("New passphrase of the signing key: "), option, "passphrase_missing")
    if first != _prompt(_("The same again: "), option, "passphrase_missing"):
        raise InvalidInput("passwords_differ", found=_("the signing key"))
    return first


def _prompt(words: str, name: str, missing: str = "password_missing") -> str:
    # Without a terminal `getpass` would read what is typed in the open.
    if not sys.stdin.isatty():
        raise InvalidInput(missing, found=name)
    try:
        return getpass.getpass(words)
    except EOFError:
        raise InvalidInput(missing, found=name) from None
