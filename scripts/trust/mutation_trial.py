"""Plant the faults of some modules and run the tests on each: how, is told in `mutate.py`."""

from __future__ import annotations

import contextlib
import functools
import gc
import importlib
import importlib.machinery
import json
import os
import resource
import shutil
import signal
import sys
import tempfile
from collections import Counter
from pathlib import Path
from types import FunctionType
from typing import TYPE_CHECKING, Any

import pytest
from mutants import MODULE, function_of, planted

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from types import ModuleType

    from mutants import Mutant

MOST_TESTS = 80
"""For one fault: where a line is run by hundreds of tests, the nearest decide, and some of every file."""
PROCESSOR_SECONDS = "MUTATION_PROCESSOR_SECONDS"
"""Of the environment: what a child may take beside what its tests usually take; 20 when it says nothing."""
USUALLY = 2
"""Times what its tests took while their lines were noted: without this, many slow tests would look like a loop."""
IDLE_SECONDS = "MUTATION_IDLE_SECONDS"
"""Of the environment: how long a child may do nothing; 30 when it says nothing. No test of ours waits as long."""
IDLE_SHARE = 0.001
"""Of the time on the clock: on a busy machine a child that works had a sixtieth of a processor; who waits has none."""
NOTICED, SURVIVED = 0, 3
"""How a child ends."""

Outcome = tuple[int, str]
"""The number of a mutant, and what became of it: `killed`, `timeout`, `survived`, `uncovered`."""

Act = tuple[int, "Callable[[], int]", float]
"""The number of a mutant, how it is tried, and the processor time that this usually takes, in seconds."""


# ------------------------------------------------------------------------------------------- children


def fork(act: Callable[[], int], usual_seconds: float) -> int:
    """Start a child that does one thing in silence, with a share of processor time; return its process."""
    sys.stdout.flush()
    child = os.fork()
    if child:
        return child
    status = NOTICED
    try:
        share = int(os.environ.get(PROCESSOR_SECONDS, "20")) + round(USUALLY * usual_seconds)
        resource.setrlimit(resource.RLIMIT_CPU, (share, resource.RLIM_INFINITY))
        _end_when_idle(int(os.environ.get(IDLE_SECONDS, "30")))
        silence = os.open(os.devnull, os.O_WRONLY)
        os.dup2(silence, 1)
        os.dup2(silence, 2)
        status = act()
    finally:
        os._exit(status)


def _end_when_idle(seconds: int) -> None:
    """End this process when it does nothing for so long: a lock that is never given back takes no processor time."""
    worked = 0.0

    def look(_signal: int, _frame: object) -> None:
        nonlocal worked
        before, worked = worked, sum(os.times()[:4])  # its own and its children's
        if worked - before < IDLE_SHARE * seconds:
            os.kill(os.getpid(), signal.SIGKILL)

    signal.signal(signal.SIGALRM, look)
    signal.setitimer(signal.ITIMER_REAL, seconds, seconds)


def fate(status: int) -> str:
    """Return what became of a fault by how its child ended; a child that broke down noticed it."""
    if os.WIFSIGNALED(status):
        return "timeout" if os.WTERMSIG(status) in {signal.SIGXCPU, signal.SIGKILL} else "killed"
    return "survived" if os.WEXITSTATUS(status) == SURVIVED else "killed"


def side_by_side(acts: Sequence[Act], workers: int) -> list[Outcome]:
    """Run a child for each act, some at a time."""
    outcomes: list[Outcome] = []
    running: dict[int, int] = {}
    waiting = list(acts)[::-1]
    while waiting or running:
        while waiting and len(running) < workers:
            number, act, usual_seconds = waiting.pop()
            running[fork(act, usual_seconds)] = number
        process, status = os.wait()
        outcomes.append((running.pop(process), fate(status)))
    return outcomes


# ------------------------------------------------------------------------------------------- faults in functions


class _Rest:
    """Stands for the next test: only the session's own fixtures outlive the one before."""

    def listchain(self) -> list[Any]:
        """Return what stays."""
        return self.stays

    def __init__(self, session: pytest.Session) -> None:
        self.stays = [session]


def _passes(item: pytest.Item, rest: _Rest) -> bool:
    from _pytest.runner import runtestprotocol  # noqa: PLC0415 - there is no other way to run one test

    if hasattr(item, "_initrequest"):
        item._initrequest()  # noqa: SLF001 - as its own loop does before a second run
    return all(not report.failed for report in runtestprotocol(item, log=False, nextitem=rest))  # type: ignore[arg-type]


class Trial:
    """A plugin of pytest that runs the tests once, noting what they cover, and then again for each fault."""

    def __init__(self, root: Path, modules: dict[str, list[Mutant]], *, workers: int) -> None:
        self.root, self.modules, self.workers = root, modules, workers
        self.outcomes: dict[str, list[Outcome]] = {}
        self.broken: list[str] = []
        self.functions: dict[tuple[str, str, int], list[FunctionType]] = {}
        self.caches: list[Any] = []
        self.seconds: dict[str, float] = {}

    def pytest_collection(self) -> None:
        """Let properties be tried the same way each time, and not be shrunk: that one fails is enough."""
        if "hypothesis" in sys.modules:
            from hypothesis import Phase, settings  # noqa: PLC0415 - another project may do without

            settings.register_profile("mutation", derandomize=True, database=None, deadline=None,
                                      phases=(Phase.explicit, Phase.generate))  # fmt: skip
            settings.load_profile("mutation")

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """Do both."""
        if session.testsfailed or not session.items:
            self.broken = [f"the tests could not be loaded: {session.testsfailed} faults, {len(session.items)} tests"]
            return True
        rest = _Rest(session)
        covering = self._covered(session.items, rest)
        self._index()
        control = side_by_side([(0, lambda: self._run(session.items, rest), self._usual(session.items))], 1)
        if not self.broken and control[0][1] != "survived":
            self.broken = [f"without any fault the tests fail in a child ({control[0][1]})"]
        for module, planned in self.modules.items():
            here = [] if self.broken else [one for one in planned if one.place != MODULE]
            acts, outcomes = [], []
            for mutant in here:
                tests = self._nearest(module, covering.get((module, mutant.line), []))
                if tests:
                    act = functools.partial(self._try, module, mutant, tests, rest)
                    acts.append((mutant.number, act, self._usual(tests)))
                else:
                    outcomes.append((mutant.number, "uncovered"))
            self.outcomes[module] = outcomes + side_by_side(acts, self.workers)
        session._setupstate.teardown_exact(None)  # noqa: SLF001 - as its own loop does
        return True

    def _covered(self, items: list[pytest.Item], rest: _Rest) -> dict[tuple[str, int], list[pytest.Item]]:
        """Run every test and return which of them run which line."""
        from coverage import Coverage  # noqa: PLC0415 - only here

        files = {str(self.root / f"{module}.py"): module for module in self.modules}
        meter = Coverage(data_file=None, include=list(files), config_file=False)
        meter.start()
        for place, item in enumerate(items):
            meter.switch_context(str(place))
            begun = sum(os.times()[:4])
            if not _passes(item, rest):
                self.broken.append(f"fails without any fault: {item.nodeid}")
            self.seconds[item.nodeid] = sum(os.times()[:4]) - begun
        meter.stop()
        found: dict[tuple[str, int], list[pytest.Item]] = {}
        for file, module in files.items():
            for line, contexts in meter.get_data().contexts_by_lineno(file).items():
                found[module, line] = [items[int(one)] for one in sorted({*contexts} - {""}, key=int)]
        return found

    def _index(self) -> None:
        """Find every function of the modules, whatever decorates it, and what remembers earlier results."""
        files = {str(self.root / f"{module}.py"): module for module in self.modules}
        for one in gc.get_objects():
            if isinstance(one, FunctionType) and one.__code__.co_filename in files:
                key = files[one.__code__.co_filename], one.__code__.co_qualname, one.__code__.co_firstlineno
                self.functions.setdefault(key, []).append(one)
            elif isinstance(one, functools._lru_cache_wrapper):  # noqa: SLF001 - the type has no other name
                self.caches.append(one)

    def _nearest(self, module: str, items: list[pytest.Item]) -> list[pytest.Item]:
        """Return the tests to ask: those of the module's own file first, then of every other file in turn."""
        own, seen = f"test_{Path(module).name}", Counter[Path]()
        ranked = []
        for item in items:
            seen[item.path] += 1
            is_own = item.path.stem == own
            ranked.append((not is_own, "domain" not in item.path.parts, 0 if is_own else seen[item.path], item))
        return [item for *_, item in sorted(ranked, key=lambda one: one[:3])][:MOST_TESTS]

    def _usual(self, items: Sequence[pytest.Item]) -> float:
        """Return the processor time that some tests take, in seconds."""
        return sum(self.seconds[item.nodeid] for item in items)

    def _try(self, module: str, mutant: Mutant, tests: list[pytest.Item], rest: _Rest) -> int:
        file = self.root / f"{module}.py"
        code = planted(file.read_text(encoding="utf-8"), mutant.number, str(file))
        functions = self.functions[module, mutant.place, mutant.first_line]
        for function in functions:
            function.__code__ = function_of(code, mutant.place, mutant.first_line)
        for cache in self.caches:
            if (cache.__module__ or "").startswith("voucher_app."):
                cache.cache_clear()
        return self._run(tests, rest)

    def _run(self, tests: list[pytest.Item], rest: _Rest) -> int:
        return SURVIVED if all(_passes(item, rest) for item in tests) else NOTICED


# ------------------------------------------------------------------------------------------- faults on import


class _Planting:
    """Finds the program's modules as ever, and gives one of them its fault."""

    def __init__(self, file: Path, number: int) -> None:
        self.file, self.number = str(file), number

    def find_spec(self, name: str, path: Sequence[str] | None = None, target: ModuleType | None = None) -> Any:  # noqa: ANN401 - a spec or nothing
        """Return the spec of the faulty module; of no other."""
        spec = importlib.machinery.PathFinder.find_spec(name, path, target)
        if spec is None or spec.origin != self.file:
            return None
        code = planted(Path(self.file).read_text(encoding="utf-8"), self.number, self.file)
        loader: Any = spec.loader
        loader.get_code = lambda _name: code
        return spec


def _on_import(root: Path, module: str, number: int, options: list[str], tests: list[str]) -> int:
    """Ask the tests that are named for the module, and where those notice nothing, all others."""
    sys.meta_path.insert(0, _Planting(root / f"{module}.py", number))
    own = [test for test in tests if Path(test).stem == f"test_{Path(module).name}"]
    others = [test for test in tests if test not in own]
    passed = all(pytest.main(["-x", *options, *some]) == pytest.ExitCode.OK for some in (own, others) if some)
    return SURVIVED if passed else NOTICED


def load_what_others_wrote() -> None:
    """Load the larger libraries once, instead of in every child."""
    for name in ("hypothesis", "sqlite_utils", "pysqlite3", "cbor2", "argon2", "PIL.Image", "pypdfium2", "zxingcpp",
                 "reportlab.pdfgen.canvas", "cryptography.hazmat.primitives.serialization"):  # fmt: skip
        with contextlib.suppress(ImportError):
            importlib.import_module(name)


# ------------------------------------------------------------------------------------------- one group


def _options(folder: Path, root: Path, name: str) -> list[str]:
    """Return how pytest is asked: nothing of its plugins that measures, shuffles or spreads."""
    settings = folder / "pytest.ini"
    settings.write_text("[pytest]\naddopts = --import-mode=importlib\nmarkers =\n    trust: x\n    long: x\n")
    without = ("xdist", "cov", "pytest_cov", "randomly", "timeout", "pytest-qt", "cacheprovider", "terminalreporter")
    plugins = [part for one in without[:-1] for part in ("-p", f"no:{one}")]
    return [
        "-c",
        str(settings),
        "--rootdir",
        str(root),
        "-q",
        "--no-header",
        "--basetemp",
        str(folder / name),
        *plugins,
    ]


def try_group(
    package: Path, modules: dict[str, list[Mutant]], tests: Sequence[Path], *, workers: int
) -> tuple[dict[str, list[Outcome]], list[str]]:
    """Plant the faults of some modules and return what became of each, and what went wrong with the tests themselves.

    Args:
        package: the folder that the modules' names are relative to.
        modules: the faults to plant.
        tests: files, folders or single tests.
        workers: how many children at a time.
    """
    memory = Path("/dev/shm")  # noqa: S108 - a folder of its own in it
    folder = Path(tempfile.mkdtemp(prefix="mutation-", dir=memory if memory.is_dir() else None))
    named = [str(test) for test in tests]
    files = [str(one) for test in tests for one in (sorted(test.glob("test_*.py")) if test.is_dir() else [test])]
    try:
        trial = _in_a_child(lambda: _in_functions(package, modules, named, folder, workers))
        outcomes = {
            module: [(number, became) for number, became in trial["outcomes"].get(module, [])] for module in modules
        }
        for module, planned in modules.items():
            acts: list[Act] = []
            for mutant in [] if trial["broken"] else planned:
                if mutant.place == MODULE:
                    options = _options(folder, package.parent, f"import-{mutant.number}")
                    act = functools.partial(_on_import, package, module, mutant.number, options, files)
                    acts.append((mutant.number, act, trial["seconds"]))
            outcomes[module] += side_by_side(acts, workers)
        return outcomes, trial["broken"]
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _in_functions(
    package: Path, modules: dict[str, list[Mutant]], tests: list[str], folder: Path, workers: int
) -> dict[str, Any]:
    trial = Trial(package, modules, workers=workers)
    ended = pytest.main([*_options(folder, package.parent, "functions"), *tests], plugins=[trial])
    if not trial.outcomes and not trial.broken:
        trial.broken = [f"the tests ended with {ended!r}"]
    return {"outcomes": trial.outcomes, "broken": trial.broken, "seconds": sum(trial.seconds.values())}


def _in_a_child(act: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    """Do something that loads the program in a child, so that this process stays without it."""
    reading, writing = os.pipe()
    sys.stdout.flush()
    child = os.fork()
    if not child:
        status = 1
        try:
            os.close(reading)
            os.dup2(2, 1)
            with os.fdopen(writing, "w", encoding="utf-8") as file:
                json.dump(act(), file)
            status = 0
        finally:
            os._exit(status)
    os.close(writing)
    with os.fdopen(reading, encoding="utf-8") as file:
        told = file.read()
    os.waitpid(child, 0)
    return (
        dict(json.loads(told)) if told else {"outcomes": {}, "broken": ["the tests ended without a word"], "seconds": 0}
    )
