"""`verify.html`: one file that checks certificates in any browser, without a network and without us.

Its sources lie in `resources/verifier`, readable: a page with places to fill, one stylesheet, our scripts, and the
libraries under `vendor`. Building puts them together as they are, adds what the office publishes as a block of data,
and names each script and the stylesheet by its SHA-256 in a Content-Security-Policy that forbids everything else, any
connection first of all. Nothing depends on the clock or the machine, so the same records give the same bytes.
"""

from __future__ import annotations

import base64
import hashlib
import html
import json
import re
from typing import TYPE_CHECKING, Any, Final

from voucher_app.printing.atomic import write_atomically
from voucher_app.services.verifier import document_of

if TYPE_CHECKING:
    from pathlib import Path

    from voucher_app.services.ports.verifier import Published

LIBRARIES: Final = ("noble-ed25519.js", "noble-hashes.js", "qr.js")
SCRIPTS: Final = (
    "token.js",
    "signature.js",
    "records.js",
    "verdict.js",
    "amount.js",
    "words.js",
    "camera.js",
    "page.js",
)
"""In the order in which they need each other."""

_MARK: Final = b"<!-- voucher-app verifier -->"
_HEAD_BYTES: Final = 200
_PLACE: Final = re.compile(r"\{\{([a-z]+)\}\}")
_ENDS_A_BLOCK: Final = re.compile(r"</(script|style)|<!--", re.IGNORECASE)


class VerifierPage:
    """Builds the page from the sources in a resources folder."""

    def __init__(self, resources: Path) -> None:
        self._sources = resources / "verifier"

    def build(self, published: Published, file: Path) -> None:
        """Write the page with an office's keys and list, atomically.

        Raises:
            OSError: when a source cannot be read or the file cannot be written.
        """
        write_atomically(file, self.page(published).encode())

    def is_a_verifier(self, file: Path) -> bool:
        """Return whether a file is such a page, of whatever office, so that it may be replaced."""
        with file.open("rb") as stream:
            return _MARK in stream.read(_HEAD_BYTES)

    def page(self, published: Published) -> str:
        """Return the page as text."""
        libraries = [self._read(f"vendor/{name}") for name in LIBRARIES]
        scripts = [*libraries, *(self._read(name) for name in SCRIPTS)]
        styles = self._read("styles.css")
        parts = {
            "policy": html.escape(_policy(scripts, styles)),
            "styles": styles,
            "licences": html.escape("\n\n".join(map(_licence, libraries)), quote=False),
            "published": _as_data(document_of(published)),
            "scripts": "\n".join(f"<script>{script}</script>" for script in scripts),
        }
        # One pass: what is filled in is never looked through again, whatever an office is called.
        page = _PLACE.sub(lambda place: parts[place[1]], self._read("page.html"))
        head, _, rest = page.partition("\n")
        return f"{head}\n{_MARK.decode()}\n{rest}"

    def _read(self, name: str) -> str:
        # Line ends as they are in the repository: a browser turns CRLF into LF before it computes a digest.
        text = (self._sources / name).read_text(encoding="utf-8")
        assert name == "page.html" or not _ENDS_A_BLOCK.search(text), f"{name} would end its own block"
        return text


def _as_data(document: dict[str, Any]) -> str:
    """Write JSON that cannot end the block it stands in: no `<` survives in it."""
    text = json.dumps(document, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return text.replace("<", "\\u003c")


def _policy(scripts: list[str], styles: str) -> str:
    directives = (
        "default-src 'none'",
        f"script-src {' '.join(map(_source, scripts))}",
        f"style-src {_source(styles)}",
        "img-src blob: data:",
        "media-src blob: mediastream:",
        "connect-src 'none'",
        "form-action 'none'",
        "base-uri 'none'",
        "require-trusted-types-for 'script'",
        "trusted-types 'none'",
    )
    return "; ".join(directives)


def _source(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode('ascii')}'"


def _licence(library: str) -> str:
    """Return the licence that stands at the head of a library."""
    assert library.startswith("/*"), "scripts/vendor_verifier.py puts the licence above each library"
    return library[2 : library.index("*/")].strip()
