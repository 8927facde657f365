"""Fetch the libraries that `verify.html` carries, from npm, pinned by version and by the digest of the package.

    python scripts/vendor_verifier.py

Needs npm and a network; it is run when a version below changes, never by the program, the tests or the build. Each
library is turned by esbuild from modules into one plain script that declares one name, because a single file without
a network has nothing to import from. Nothing is minified: whoever wants to read what checks a paper can.
"""

from __future__ import annotations

import base64
import hashlib
import subprocess
import tarfile
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Final

TARGET: Final = Path(__file__).resolve().parent.parent / "resources" / "verifier" / "vendor"
ESBUILD: Final = "esbuild@0.28.2"


@dataclass(frozen=True)
class Library:
    """One library: the npm package, what of it is used, and the name under which the page finds it."""

    package: str
    sha512: str
    entry: str
    name: str
    file: str
    licence: str = "MIT"

    @property
    def archive(self) -> str:
        """The file that `npm pack` makes."""
        return self.package.removeprefix("@").replace("/", "-").replace("@", "-") + ".tgz"


LIBRARIES: Final = (
    Library(
        "@noble/ed25519@3.2.0",
        "criDgRlnUA09hchYrTy/JUWPIEap5rZxQe6wDWzRx51oWWpDRcUpuNzlgPxDJaOK6AsW9c0wKcj3rKRv6t+bPQ==",
        'export { hashes, verify } from "./index.js";',
        "nobleEd25519",
        "noble-ed25519.js",
    ),
    Library(
        "@noble/hashes@2.4.0",
        "X5XaVWZIBCT7HHZGm5I7ZQXDwLG+bGXuSrMQAW+7Zvl87h1kmc1ZB1VSRJcpUfoUrGQp4Fkoxm5kZ+Ms+aW+eA==",
        'export { sha256, sha512 } from "./sha2.js";',
        "nobleHashes",
        "noble-hashes.js",
    ),
    Library(
        "qr@0.7.0",
        "/VrrACmOAwZVipuRITwfEwOL5oAMEHH5PTmBWaGtlTom2Thxaa+rhmna4zU9PRN2uLw2wdccbkHOLGZb1Q9SdA==",
        'export { decodeQR } from "./decode.js";',
        "qrReader",
        "qr.js",
        "MIT OR Apache-2.0",
    ),
)
LICENCES: Final = ("LICENSE-MIT", "LICENSE")
"""Of a package under several licences the file that holds the text of MIT comes first."""


def fetch(library: Library, folder: Path) -> Path:
    """Fetch a package with `npm pack` and unpack it, unless it is another one than was looked at when it was chosen."""
    subprocess.run(["npm", "pack", "--silent", library.package], cwd=folder, check=True, stdout=subprocess.DEVNULL)
    archive = folder / library.archive
    digest = base64.b64encode(hashlib.sha512(archive.read_bytes()).digest()).decode()
    if digest != library.sha512:
        raise SystemExit(f"{library.package}: the package has another digest: sha512-{digest}")
    unpacked = folder / library.name
    with tarfile.open(archive) as content:
        content.extractall(unpacked, filter="data")
    return unpacked / "package"


def bundle(library: Library, package: Path) -> str:
    """Return a library as one script, with its licence above it."""
    (package / "entry.js").write_text(library.entry, encoding="utf-8")
    command = ["npx", "--yes", ESBUILD, "entry.js", "--bundle", "--format=iife", f"--global-name={library.name}"]
    options = ["--target=es2020", "--charset=utf8", "--legal-comments=none", "--tree-shaking=true"]
    done = subprocess.run([*command, *options], cwd=package, check=True, capture_output=True, text=True)
    licence = next(package / name for name in LICENCES if (package / name).exists())
    told = licence.read_text(encoding="utf-8").strip().replace("*/", "* /")
    head = f"/*\n{library.package}, {library.licence}; made by scripts/vendor_verifier.py, not edited.\n\n{told}\n*/\n"
    return head + done.stdout


def main() -> None:
    """Fetch and write all libraries."""
    TARGET.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as scratch:
        for library in LIBRARIES:
            text = bundle(library, fetch(library, Path(scratch)))
            (TARGET / library.file).write_text(text, encoding="utf-8", newline="\n")
            print(f"{library.file}  {len(text) / 1000:.0f} kB")


if __name__ == "__main__":
    main()
