"""The ports say what the use cases ask for; the data file's own classes answer each of it by the same names."""

from __future__ import annotations

import importlib
import inspect
import pkgutil

import pytest

from voucher_app.services import ports
from voucher_app.services.ports.unit_of_work import Records
from voucher_app.services.queries.reader import Queries

PORTS = {
    name: value
    for module in pkgutil.iter_modules(ports.__path__)
    for name, value in vars(importlib.import_module(f"{ports.__name__}.{module.name}")).items()
    if getattr(value, "_is_protocol", False)
}
NOUNS = {
    noun: told.fget.__annotations__["return"] for noun, told in vars(Records).items() if isinstance(told, property)
}


def promised(port):
    """Return how each method of a port is called."""
    return {
        name: [(one.name, one.kind) for one in inspect.signature(method).parameters.values()]
        for name, method in inspect.getmembers(port, inspect.isfunction)
        if not name.startswith("_")
    }


@pytest.mark.parametrize("noun", sorted(set(NOUNS) - {"today"}))
def test_what_is_recorded_of_a_noun_is_asked_for_as_its_port_says(desk, noun):
    port, given = promised(PORTS[NOUNS[noun]]), promised(type(getattr(desk.workspace.records(), noun)))
    assert port, "a port without a promise"
    assert {name: given.get(name) for name in port} == port


def test_every_read_model_is_asked_for_as_its_port_says(desk):
    port, given = promised(Queries), promised(type(desk.queries))
    assert port
    assert {name: given.get(name) for name in port} == port
