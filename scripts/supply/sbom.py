"""Write the bill of materials (SBOM) of the program as it is installed here: CycloneDX 1.6, as JSON.

    python scripts/supply/sbom.py [--out FILE]      (`make sbom` writes out/sbom.cdx.json)

Packages come from what is installed, libraries inside `verify.html` from `scripts/vendor_verifier.py`, fonts from
`resources/fonts`. The same installation gives the same bytes: no time and no random number stands in it, and its serial
number follows from its content. Before anything is written it is held against what the specification asks for.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import re
import sys
import uuid
from pathlib import Path
from typing import Any, Final

from installed import ROOT, closure, installed, project, roots
from licences import licence_of

sys.path.insert(0, str(ROOT / "scripts"))
from vendor_verifier import LIBRARIES, TARGET

Bom = dict[str, Any]

_SERIAL: Final = re.compile(r"urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
_DIGEST: Final = re.compile(r"[0-9a-f]{64}")
_KINDS: Final = frozenset({
    "application", "framework", "library", "container", "platform", "operating-system", "device", "device-driver",
    "firmware", "file", "machine-learning-model", "data", "cryptographic-asset",
})  # fmt: skip
_PURL: Final = re.compile(r"pkg:[a-z]+/[^@\s]+@\S+")


def _component(kind: str, name: str, version: str, licence: str, purl: str) -> Bom:
    made: Bom = {"type": kind, "bom-ref": purl, "name": name, "version": version}
    made["licenses"] = [{"expression": licence}]
    return {**made, "purl": purl} if purl.startswith("pkg:") else made


def _file(file: Path, name: str, version: str, licence: str, ref: str) -> Bom:
    made = _component("library" if file.suffix == ".js" else "file", name, version, licence, ref)
    digest = hashlib.sha256(file.read_bytes()).hexdigest()
    return {**made, "hashes": [{"alg": "SHA-256", "content": digest}]}


def compose() -> Bom:
    """Return the bill of materials."""
    told = project()
    all_of_it = closure(roots(), installed())
    refs = {name: f"pkg:pypi/{name}@{package.version}" for name, package in all_of_it.packages.items()}
    components = [
        _component("library", package.name, package.version, licence_of(name, package), refs[name])
        for name, package in all_of_it.packages.items()
    ]
    for library in LIBRARIES:
        name, version = library.package.rsplit("@", 1)
        ref = f"pkg:npm/{name.replace('@', '%40')}@{version}"
        components.append(_file(TARGET / library.file, name, version, library.licence, ref))
    for font in sorted((ROOT / "resources" / "fonts").glob("*.ttf")):
        digest = hashlib.sha256(font.read_bytes()).hexdigest()
        components.append(_file(font, font.name, digest[:12], "OFL-1.1", f"font:{font.name}"))
    itself = _component("application", str(told["name"]), str(told["version"]), str(told["license"]), "voucher-app")
    direct = {one for one in refs if any(one == name for name in _direct())}
    depends = [{"ref": "voucher-app", "dependsOn": sorted(refs[one] for one in direct)}]
    depends += [
        {"ref": refs[name], "dependsOn": [refs[one] for one in needed]} for name, needed in all_of_it.requires.items()
    ]
    bom: Bom = {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {"component": itself},
        "components": components,
        "dependencies": depends,
    }
    content = json.dumps(bom, ensure_ascii=False, sort_keys=True).encode()
    number = uuid.UUID(bytes=hashlib.sha256(content).digest()[:16], version=5)
    return {"serialNumber": f"urn:uuid:{number}", **bom}


def _direct() -> set[str]:
    names = (re.match(r"[A-Za-z0-9._-]+", one) for one in roots())
    return {re.sub(r"[-_.]+", "-", match[0]).lower() for match in names if match}


def problems(bom: Bom) -> list[str]:
    """Return what a bill of materials lacks of what CycloneDX 1.6 asks for."""
    wrong = []
    if bom.get("bomFormat") != "CycloneDX":
        wrong.append("bomFormat is not CycloneDX")
    if bom.get("specVersion") != "1.6":
        wrong.append("specVersion is not 1.6")
    if not isinstance(bom.get("version"), int) or bom["version"] < 1:
        wrong.append("version is no number from 1")
    if not _SERIAL.fullmatch(str(bom.get("serialNumber"))):
        wrong.append("serialNumber is no URN of a UUID")
    components = [bom.get("metadata", {}).get("component", {}), *bom.get("components", [])]
    for one in components:
        wrong += [f"{one.get('name')}: {fault}" for fault in _faults(one)]
    refs = [one.get("bom-ref") for one in components]
    wrong += [f"{ref}: bom-ref stands twice" for ref in sorted({str(one) for one in refs if refs.count(one) > 1})]
    for one in bom.get("dependencies", []):
        wrong += [f"{ref}: no component" for ref in (one.get("ref"), *one.get("dependsOn", [])) if ref not in refs]
    return wrong


def _faults(one: Bom) -> list[str]:
    wrong = []
    if one.get("type") not in _KINDS:
        wrong.append(f"type {one.get('type')!r}")
    wrong += [f"no {field}" for field in ("name", "version", "bom-ref") if not one.get(field)]
    licences = one.get("licenses") or []
    if len(licences) != 1 or not licences[0].get("expression"):
        wrong.append("no licence")
    if "purl" in one and not _PURL.fullmatch(str(one["purl"])):
        wrong.append(f"purl {one['purl']!r}")
    for digest in one.get("hashes", []):
        if digest.get("alg") != "SHA-256" or not _DIGEST.fullmatch(str(digest.get("content"))):
            wrong.append("hash")
    return wrong


def main() -> int:
    """Write it, or say what is wrong with it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, default=ROOT / "out" / "sbom.cdx.json")
    given = parser.parse_args()
    bom = compose()
    wrong = problems(bom)
    if wrong:
        print(*wrong, sep="\n", file=sys.stderr)
        return 1
    given.out.parent.mkdir(parents=True, exist_ok=True)
    given.out.write_text(json.dumps(bom, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    print(f"{len(bom['components'])} components: {given.out}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
