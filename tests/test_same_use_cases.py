"""Window and command line have the same use cases: what one of them offers and the other does not is named here.

Which functions of the services carry an act out is read from their source; which of them the window and the commands
name, from theirs.
"""

from __future__ import annotations

import ast
from pathlib import Path

import voucher_app
from voucher_app.cli.program import COMMANDS
from voucher_app.domain.operators import ACTS
from voucher_app.services.imports.kinds import KINDS

PACKAGE = Path(voucher_app.__file__).parent
NO_COMMAND_OF_ITS_OWN = {
    "operator.first-admin": "`operator add` is it, in an office that has no system administrator yet",
}
NOT_IN_THE_WINDOW = {}
"""Acts that only a command carries out, and why; one that comes to the window is taken out here."""


def _texts(node):
    return {one.value for one in ast.walk(node) if isinstance(one, ast.Constant) and isinstance(one.value, str)}


def _functions(tree):
    return {one.name: one for one in tree.body if isinstance(one, ast.FunctionDef)}


def _reached(name, functions, seen=()):
    """Return a function and those of its module that it calls, whatever way."""
    found = {name}
    for one in ast.walk(functions[name]):
        if isinstance(one, ast.Name) and one.id in functions and one.id not in {name, *seen}:
            found |= _reached(one.id, functions, (name, *seen))
    return found


def carried_out_by():
    """Return the public functions of the services by the act that they carry out, as `(module, function)`."""
    found = {act: set() for act in ACTS}
    for file in (PACKAGE / "services").glob("*.py"):
        tree = _parsed(file)
        functions = _functions(tree)
        # `f"provider.{act}"` in a helper: the act's last word stands where the helper is called.
        nouns = {
            str(one.values[0].value)
            for one in ast.walk(tree)
            if isinstance(one, ast.JoinedStr) and isinstance(one.values[0], ast.Constant)
        }
        for name, function in functions.items():
            if name.startswith("_"):
                continue
            told = _texts(function)
            reached = set().union(*(_texts(functions[one]) for one in _reached(name, functions)))
            for act in {noun + text for noun in nouns for text in told} | reached:
                if act in found:
                    found[act].add((file.stem, name))
    # What prints papers of its own kind begins a print by the functions of `printing`.
    for module in ("certificate", "document", "reprinting"):
        named = _named(PACKAGE / "services" / f"{module}.py")
        for act in ("print.begin", "print.resume"):
            if named & found[act]:
                found[act] |= {(module, name) for name in _functions(_parsed(PACKAGE / "services" / f"{module}.py"))}
    return found


def _parsed(file):
    return ast.parse(file.read_text(encoding="utf-8"))


def _named(file):
    """Return the functions of the services that a file names, as `(module, function)`."""
    tree, modules, found = _parsed(file), {}, set()
    for one in ast.walk(tree):
        if isinstance(one, ast.ImportFrom) and one.module == "voucher_app.services":
            modules |= {name.asname or name.name: name.name for name in one.names}
        elif isinstance(one, ast.ImportFrom) and str(one.module).startswith("voucher_app.services."):
            found |= {(one.module.rpartition(".")[2], name.name) for name in one.names}
    return found | {
        (modules[one.value.id], one.attr)
        for one in ast.walk(tree)
        if isinstance(one, ast.Attribute) and isinstance(one.value, ast.Name) and one.value.id in modules
    }


def named_in(folder):
    return set().union(*map(_named, (PACKAGE / folder).rglob("*.py")))


def taken_in(folder):
    """Return the acts of the tables that a folder imports: named by their constants, or by their names."""
    trees = [_parsed(file) for file in (PACKAGE / folder).rglob("*.py")]
    told = set().union(*map(_texts, trees))
    told |= {one.id.lower() for tree in trees for one in ast.walk(tree) if isinstance(one, ast.Name)}
    return {kind.use_case for kind in KINDS.values() if kind.name in told}


def acts_of(folder):
    named = named_in(folder)
    return {act for act, functions in carried_out_by().items() if functions & named} | taken_in(folder)


def test_the_commands_have_every_use_case():
    told = {command.use_case for command in COMMANDS if command.use_case} - {"office.init"}
    assert set(ACTS) - told == set(NO_COMMAND_OF_ITS_OWN)
    assert set(ACTS) - acts_of("cli") == set()


def test_the_window_has_the_use_cases_of_the_commands_but_those_named():
    assert acts_of("cli") - acts_of("ui") == set(NOT_IN_THE_WINDOW)
    assert acts_of("ui") - acts_of("cli") == set()
