"""What is installed: locked by hashes, under licences that may be shipped, told in a bill of materials, asked about."""

from __future__ import annotations

import json
import re
from importlib.metadata import Distribution

import installed
import licences
import lock
import pytest
import sbom
import vulnerabilities


@pytest.fixture
def planted(tmp_path):
    """Plant a package that the program would require; return what is installed with it."""

    here = installed.installed()

    def plant(**metadata):
        folder = tmp_path / "planted-1.0.dist-info"
        folder.mkdir(exist_ok=True)
        told = {"Metadata-Version": "2.4", "Name": "planted", "Version": "1.0", **metadata}
        (folder / "METADATA").write_text("".join(f"{k.replace('_', '-')}: {v}\n" for k, v in told.items()), "utf-8")
        return {**here, "planted": Distribution.at(folder)}

    return plant


# ---------------------------------------------------------------------------------------------- licences


def test_everything_that_is_shipped_is_under_a_licence_that_allows_it():
    assert licences.objections(installed.roots(), installed.installed()) == []
    assert set(licences.EXPLAINED) <= set(installed.closure(installed.roots(), installed.installed()).packages)


@pytest.mark.parametrize(
    ("metadata", "says"),
    [
        ({"License_Expression": "GPL-3.0-only"}, "whole program"),
        ({"License_Expression": "MIT AND AGPL-3.0-or-later"}, "whole program"),
        ({"License": "GPL-2.0-or-later"}, "whole program"),
        ({"Classifier": "License :: OSI Approved :: GNU General Public License v3 (GPLv3)"}, "whole program"),
        ({"License_Expression": "LGPL-3.0-only"}, "EXPLAINED"),
        ({"License": "ask my lawyer"}, "no licence that is known"),
        ({"License_Expression": "SSPL-1.0"}, "not among"),
        ({}, "tells no licence"),
    ],
)
def test_a_planted_package_under_another_licence_is_refused(planted, metadata, says):
    (found,) = licences.objections([*installed.roots(), "planted"], planted(**metadata))
    assert found.startswith("planted: ")
    assert says in found


def test_a_planted_package_is_found_behind_another_one(planted, tmp_path):
    found = planted(License_Expression="GPL-3.0-only")
    folder = tmp_path / "front-1.0.dist-info"
    folder.mkdir()
    told = "Name: front\nVersion: 1.0\nLicense-Expression: MIT\nRequires-Dist: planted[x]; extra == 'y'\n"
    (folder / "METADATA").write_text(told, "utf-8")
    found["front"] = Distribution.at(folder)
    assert licences.objections(["front"], found) == []
    assert len(licences.objections(["front[y]"], found)) == 1
    assert licences.objections(["absent"], found) == ["absent: required and not installed"]


@pytest.mark.parametrize("expression", ["MIT OR GPL-3.0-only", "(GPL-2.0-only OR MIT) AND BSD-3-Clause", "MIT"])
def test_where_one_may_choose_one_allowed_choice_is_enough(expression):
    assert licences.objection("any", expression) == ""


@pytest.mark.parametrize("expression", ["MIT OR", "(MIT", "MIT BSD-3-Clause", "MIT / GPL"])
def test_what_is_no_expression_is_refused_and_not_guessed(expression):
    assert "no licence that is known" in licences.objection("any", expression)


# ---------------------------------------------------------------------------------------------- locks


def locked(kind):
    text = (lock.LOCKS / f"{kind}.txt").read_text(encoding="utf-8")
    entries = re.split(r"\n(?=[A-Za-z])", text)
    return {one.split("==")[0]: one for one in entries if "==" in one.split("\n")[0]}


def test_every_package_that_is_installed_is_locked_at_its_pinned_version_with_hashes():
    pins = installed.pins()
    wanted = installed.closure([*installed.roots("dev"), *installed.BUILD], installed.installed())
    entries = {**locked("run"), **locked("dev")}
    assert set(wanted.packages) & set(pins) <= set(entries)
    assert set(installed.closure(installed.roots(), installed.installed()).packages) - set(locked("run")) == {"pip"}
    for name, entry in entries.items():
        assert entry.startswith(f"{name}=={pins[name][1]} "), "run make locks"
        assert re.search(r"--hash=sha256:[0-9a-f]{64}$", entry, re.MULTILINE)


@pytest.mark.parametrize("kind", ["run", "dev"])
def test_a_lock_names_no_host_and_says_for_which_machines_it_is(kind):
    text = (lock.LOCKS / f"{kind}.txt").read_text(encoding="utf-8")
    assert not re.search(r"://|index-url|find-links|\.org|\.com", text)
    assert "linux-x86_64-3.11" in text.splitlines()[1]


def test_a_machine_without_hashes_is_told(monkeypatch, tmp_path):
    monkeypatch.setattr(lock, "here", lambda: "plan9-mips-3.11")
    assert lock.find("run") is None
    assert lock.find("run", tmp_path) is None
    monkeypatch.setattr(lock, "here", lambda: "linux-x86_64-3.11")
    assert lock.find("run") == lock.LOCKS / "run.txt"


# ---------------------------------------------------------------------------------------------- bill of materials


@pytest.fixture(scope="module")
def composed():
    return json.dumps(sbom.compose())


def test_the_bill_of_materials_is_whole_and_the_same_each_time(composed):
    bom = json.loads(composed)
    assert sbom.problems(bom) == []
    assert json.dumps(sbom.compose()) == composed
    names = {one["name"] for one in bom["components"]}
    assert {"reportlab", "shiboken6", "@noble/ed25519", "NotoSerifSC-Regular.ttf"} <= names
    roots = {one["ref"]: one["dependsOn"] for one in bom["dependencies"]}
    assert any(ref.startswith("pkg:pypi/sqlite-utils@") for ref in roots["voucher-app"])


@pytest.mark.parametrize(
    ("spoil", "says"),
    [
        (lambda bom: bom.pop("bomFormat"), "bomFormat"),
        (lambda bom: bom.update(specVersion="1.9"), "specVersion"),
        (lambda bom: bom.update(version=0), "version"),
        (lambda bom: bom.update(serialNumber="urn:uuid:7"), "serialNumber"),
        (lambda bom: bom["components"][0].pop("name"), "no name"),
        (lambda bom: bom["components"][0].update(type="thing"), "type"),
        (lambda bom: bom["components"][0].pop("licenses"), "no licence"),
        (lambda bom: bom["components"][0].update(purl="reportlab"), "purl"),
        (lambda bom: bom["components"][-1]["hashes"][0].update(content="12"), "hash"),
        (lambda bom: bom["components"].append(bom["components"][0]), "stands twice"),
        (lambda bom: bom["dependencies"][0]["dependsOn"].append("pkg:pypi/ghost@1"), "no component"),
    ],
)
def test_a_bill_of_materials_with_a_fault_is_seen(composed, spoil, says):
    bom = json.loads(composed)
    spoil(bom)
    assert any(says in one for one in sbom.problems(bom))


# ---------------------------------------------------------------------------------------------- known vulnerabilities

FAULTY = {"id": "PYSEC-1", "aliases": ["CVE-1"], "fixed_in": ["2.0"]}


def database(**known):
    """Return a database that knows the control and what is given: lists of faults by name."""
    told = {vulnerabilities.CONTROL[0]: [FAULTY], **known}
    versions = dict([vulnerabilities.CONTROL])
    return lambda name, _version: (
        {"info": {"version": versions.get(name, "1.0")}, "vulnerabilities": told[name]} if name in told else None
    )


def test_what_is_known_is_told_and_what_was_not_answered_is_not_taken_for_clean():
    ask = database(clean=[], faulty=[FAULTY], withdrawn=[{**FAULTY, "withdrawn": "2026-01-01"}])
    asked = {"clean": "1.0", "faulty": "1.0", "withdrawn": "1.0", "unknown": "1.0", "newer": "1.1"}
    answers = {one.name: one for one in vulnerabilities.check(ask, asked)}
    assert answers["clean"].is_known
    assert answers["withdrawn"].found == ()
    assert answers["faulty"].found == ("PYSEC-1 (CVE-1; mended in 2.0)",)
    assert not answers["unknown"].is_known
    page = vulnerabilities.page(list(answers.values()), asked_on="2026-11-21")
    assert "not known to be clean: unknown 1.0, newer 1.1" in page
    assert "**faulty 1.0**: PYSEC-1" in page


def test_a_database_that_knows_nothing_proves_nothing():
    with pytest.raises(LookupError, match="proves nothing"):
        vulnerabilities.check(lambda _name, version: {"info": {"version": version}, "vulnerabilities": []}, {})


def test_answers_that_were_kept_elsewhere_say_the_same(tmp_path):
    ask = database(faulty=[FAULTY])
    kept = vulnerabilities.check(vulnerabilities.keeping(ask, tmp_path), {"faulty": "1.0", "unknown": "1.0"})
    assert vulnerabilities.check(vulnerabilities.from_folder(tmp_path), {"faulty": "1.0", "unknown": "1.0"}) == kept


def test_the_page_is_about_the_packages_of_today():
    page = vulnerabilities.PAGE.read_text(encoding="utf-8")
    pins = installed.pins()
    packages = installed.closure(installed.roots(), installed.installed()).packages
    assert all(f"{name} {pins[name][1]}" in page for name in packages if name in pins), "run make vulnerabilities"
