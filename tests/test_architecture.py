"""The rings: everything points inward, and what is heavy is loaded by those who need it."""

from __future__ import annotations

import ast
import functools
import os
import subprocess
import sys
from pathlib import Path

import pytest

import voucher_app

PACKAGE = Path(voucher_app.__file__).resolve().parent
ROOT = PACKAGE.parent
MODULES = sorted(PACKAGE.rglob("*.py"))
NAMELESS = {"utils", "util", "helpers", "helper", "common", "manager", "managers", "base", "misc"}


@functools.cache
def tree_of(file):
    """Return what a module of the package says, read once."""
    return ast.parse(file.read_text(encoding="utf-8"))


def imports_of(file):
    """Return every module that a file imports, wherever in it."""
    found = set()
    for node in ast.walk(tree_of(file)):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{file}: imports are absolute"
            found.add(node.module)
    return found


def loaded_by(*statements):
    """Return the modules that a fresh interpreter has loaded after some statements."""
    code = ";".join(["import sys", *statements, "print(chr(10).join(sys.modules))"])
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    return set(done.stdout.splitlines())


def lint(folder, config):
    """Check the contracts in a process of its own: in this one it would switch off every logger that exists."""
    code = f"import sys; from importlinter.cli import lint_imports as lint; sys.exit(lint({config!r}, no_cache=True))"
    environment = {**os.environ, "PYTHONPATH": str(folder)}
    return subprocess.run([sys.executable, "-c", code], cwd=folder, env=environment, check=False).returncode


def test_the_import_contracts_hold():
    assert lint(ROOT, "pyproject.toml") == 0


def test_the_contracts_see_a_planted_import(tmp_path):
    """A copy of the layers in which the domain reaches outward is refused."""
    package = tmp_path / "planted"
    for name in ("domain", "storage"):
        (package / name).mkdir(parents=True)
        (package / name / "__init__.py").write_text("", encoding="utf-8")
    (package / "__init__.py").write_text("", encoding="utf-8")
    (package / "domain" / "money.py").write_text("import planted.storage\n", encoding="utf-8")
    (tmp_path / "contract.toml").write_text(
        '[tool.importlinter]\nroot_package = "planted"\n[[tool.importlinter.contracts]]\nname = "inward"\n'
        'type = "layers"\ncontainers = ["planted"]\nlayers = ["storage", "domain"]\n',
        encoding="utf-8",
    )
    assert lint(tmp_path, "contract.toml") == 1


@pytest.mark.parametrize("file", sorted((PACKAGE / "domain").glob("*.py")), ids=lambda file: file.stem)
def test_the_domain_is_standard_library_only(file):
    roots = {module.partition(".")[0] for module in imports_of(file)}
    assert roots <= sys.stdlib_module_names | {"voucher_app"}
    assert all(module.startswith("voucher_app.domain") for module in imports_of(file) if module.startswith("voucher"))


@pytest.mark.parametrize("file", sorted((PACKAGE / "domain").glob("*.py")), ids=lambda file: file.stem)
def test_the_domain_asks_no_clock_and_touches_no_file(file):
    assert not imports_of(file) & {"time", "os", "pathlib", "io", "random", "secrets", "sqlite3", "gettext", "logging"}
    called = {node.attr for node in ast.walk(tree_of(file)) if isinstance(node, ast.Attribute)}
    assert not called & {"today", "now", "utcnow"}


@pytest.mark.parametrize("entry", ["import voucher_app.app", "import voucher_app.cli.program"])
def test_a_command_never_loads_qt(entry):
    loaded = loaded_by(entry)
    assert not {name for name in loaded if name.startswith(("PySide6", "shiboken", "qtawesome"))}


def test_asking_for_help_loads_neither_qt_nor_the_database_nor_the_printer():
    help_asked = "try: app.main(['--help'])\nexcept SystemExit: pass"
    loaded = loaded_by("import voucher_app.app as app", f"exec({help_asked!r})")
    heavy = ("PySide6", "sqlite_utils", "reportlab", "pypdfium2", "zxingcpp", "cryptography", "fontTools")
    assert not {name for name in loaded if name.startswith(heavy)}


def test_the_services_load_no_adapter():
    modules = [
        f"voucher_app.services.{file.stem}" for file in (PACKAGE / "services").glob("*.py") if file.stem != "__init__"
    ]
    loaded = loaded_by(*(f"import {module}" for module in modules))
    adapters = tuple(
        f"voucher_app.{name}" for name in ("ui", "cli", "storage", "printing", "exchange", "authentication")
    )
    assert not {name for name in loaded if name.startswith(adapters)}


def test_no_module_has_a_name_that_says_nothing():
    assert [file for file in MODULES if file.stem.strip("_") in NAMELESS or file.parent.name in NAMELESS] == []


@pytest.mark.parametrize("file", MODULES, ids=lambda file: str(file.relative_to(PACKAGE)))
def test_every_module_says_first_what_it_is_for(file):
    said = ast.get_docstring(tree_of(file))
    assert said
    assert len(said.splitlines()[0]) > 15


def test_money_is_never_a_float():
    """No float literal and no call of `float` in the domain, the use cases or the storage."""
    found = []
    for folder in ("domain", "services", "storage"):
        for file in (PACKAGE / folder).rglob("*.py"):
            for node in ast.walk(tree_of(file)):
                is_float = isinstance(node, ast.Constant) and isinstance(node.value, float)
                if is_float or (isinstance(node, ast.Call) and getattr(node.func, "id", "") == "float"):
                    found.append((file.name, node.lineno))
    seconds = {"data_file.py", "unit_of_work.py", "upgrade.py"}  # how long to wait for a lock
    assert {name for name, _ in found} <= seconds


def test_no_use_case_swallows_every_error():
    broad = []
    for file in MODULES:
        for node in ast.walk(tree_of(file)):
            if isinstance(node, ast.ExceptHandler):
                names = {getattr(node.type, "id", "")} if node.type else {"everything"}
                raises = any(isinstance(inner, ast.Raise) for inner in ast.walk(node))
                if names & {"Exception", "BaseException", "everything"} and not raises and "ui" not in file.parts:
                    broad.append((file.name, node.lineno))
    assert broad == []
