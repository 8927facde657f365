"""Archive packs (卷) of a voucher or a year: everything about it in one signed file, checked years later without us.

Packing is a reading act: it changes nothing of the office, anybody who reads may do it, the auditor too, and it is not
recorded, as backups, lists of void numbers and exported keys are not. Its signature needs the office key all the same.
"""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass, replace
from itertools import chain
from typing import TYPE_CHECKING, Final

from voucher_app.i18n import CHINESE, _, speaking
from voucher_app.services import void_list
from voucher_app.services.archive_catalogue import FOR_EVER, CatalogueItem, catalogue_xml, register_xml
from voucher_app.services.archive_documents import documents
from voucher_app.services.archive_papers import attachments, certificates, derivations, policies
from voucher_app.services.office_key import current_key, key_states, revocation_of
from voucher_app.services.ports.errors import StorageError
from voucher_app.services.workspace import key_file_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from pathlib import Path

    from voucher_app.services.archive_papers import ArchivePaper, Source
    from voucher_app.services.papers import PublicKey
    from voucher_app.services.ports.archive import PackedFile, PackVerdict, PackWriter
    from voucher_app.services.queries.archive import ArchiveContents
    from voucher_app.services.workspace import Workspace

FORMAT: Final = "SLA1"
JOURNAL, KEYS = "日志", "公钥"
_PART_BYTES: Final = 32 * 1024 * 1024
"""After so many bytes the journal goes on in another file, so that no file of a pack comes near ZIP's limits."""


@dataclass(frozen=True, slots=True)
class Volume:
    """What is packed: a voucher or a year, its title, and what belongs to it."""

    title: str
    contents: Callable[[], ArchiveContents]


@dataclass(frozen=True, slots=True)
class Packed:
    """A pack that was written."""

    title: str
    papers: int
    attachments: int
    records: int
    files: int
    key_id: str
    manifest_sha256: str


def volume_of_voucher(workspace: Workspace, number: str) -> Volume:
    """Return the volume of one voucher."""
    with speaking(CHINESE):
        title = _("volume of compute voucher {number}").format(number=number)
    return Volume(title, lambda: workspace.queries.archive_of_voucher(number))


def volume_of_year(workspace: Workspace, year: int) -> Volume:
    """Return the volume of a budget year."""
    with speaking(CHINESE):
        title = _("volume of the compute vouchers of {year}").format(year=year)
    return Volume(title, lambda: workspace.queries.archive_of_year(year))


SOURCES: Final[tuple[Source, ...]] = (policies, certificates, documents, derivations, attachments)
"""Where the papers of a volume come from; another kind of paper joins by its function in this list."""


# ------------------------------------------------------------------------------------------- packing


def pack(
    workspace: Workspace,
    *,
    volume: Volume,
    file: Path,
    progress: Callable[[int, int], bool] | None = None,
) -> Packed | None:
    """Write a volume into one signed file; return what is in it, or None when the person cancelled.

    Args:
        workspace: the open workspace.
        volume: what is packed.
        file: the pack; it must not exist.
        progress: told the number of papers that are in it and of all; False cancels.

    Raises:
        NotFound: when there is no such voucher or year.
        MissingGlyph: when a character is in no font.
        StorageError: `exists`, `output`, `attachment_missing`, `attachment_changed`, `key_locked`, or as `current_key`;
            nothing was written then.
    """
    if workspace.signer().is_locked():
        raise StorageError("key_locked", key_file_of(workspace.data_file.path))
    # A year takes minutes, and the office goes on: every part tells of the state that the manifest names.
    with workspace.data_file.unchanging():
        return _pack(workspace, volume, file, progress)


def _pack(
    workspace: Workspace, volume: Volume, file: Path, progress: Callable[[int, int], bool] | None
) -> Packed | None:
    key, head, contents = current_key(workspace), workspace.queries.journal_head(), volume.contents()
    with speaking(CHINESE):
        papers = [paper for source in SOURCES for paper in source(workspace, contents)]
    with workspace.archives().writing(file) as writer:
        packing = _Packing(workspace, writer, volume.title)
        for number, paper in enumerate(papers, start=1):
            packing.add_paper(paper)
            if progress is not None and not progress(number, len(papers)):
                writer.give_up()
                return None
        records = packing.add_journal(contents, until_seq=head[0])
        packing.add_rest(contents)
        current_key(workspace)  # another program may have put another key in its place since
        manifest = packing.manifest(key.key_id, head)
        writer.put("manifest.json", [manifest])
        writer.put("manifest.sig", [workspace.signer().sign_message(manifest)])
    return Packed(
        title=volume.title,
        papers=len(papers),
        attachments=len(contents.attachments),
        records=records,
        files=len(packing.files) + 2,
        key_id=key.key_id,
        manifest_sha256=hashlib.sha256(manifest).hexdigest(),
    )


class _Packing:
    """A pack on its way: what is in it so far, for the catalogue and the manifest."""

    def __init__(self, workspace: Workspace, writer: PackWriter, title: str) -> None:
        self._workspace = workspace
        self._writer = writer
        self._title = title
        self._items: list[CatalogueItem] = []
        self._shown: dict[tuple[int, int], PackedFile] = {}
        self.files: list[PackedFile] = []

    def _add(self, name: str, content: Iterable[bytes]) -> PackedFile:
        packed = self._writer.put(name, content)
        self.files.append(packed)
        return packed

    def add_paper(self, paper: ArchivePaper) -> None:
        """Write a paper and note it for the catalogue."""
        number = len(self._items) + 1
        name = self._workspace.archives().name_of(paper.file_name, number=number, folder=paper.folder)
        packed = self._add(name, paper.content())
        self._items.append(
            CatalogueItem(
                paper.title, paper.responsible, paper.dated, paper.pages(), paper.retention, name, packed.size_bytes
            )
        )
        self._shown |= dict.fromkeys(paper.prints, packed)

    def add_journal(self, contents: ArchiveContents, *, until_seq: int) -> int:
        """Write the journal records that touch the volume, a line each; return how many."""
        lines = self._workspace.queries.journal_extract(contents, until_seq=until_seq)
        office, today = self._workspace.queries.office().name, self._workspace.clock.today().isoformat()
        count = 0

        def part(first: str) -> Iterator[bytes]:
            nonlocal count
            size = 0
            for line in chain([first], lines):
                content = f"{line}\n".encode()
                count, size = count + 1, size + len(content)
                yield content
                if size >= _PART_BYTES:
                    return

        for number, first in enumerate(lines, start=1):
            name = f"{JOURNAL}/{number:04d}.jsonl"
            packed = self._add(name, part(first))
            with speaking(CHINESE):
                title = _("extract of the journal, part {number}").format(number=number)
            self._items.append(CatalogueItem(title, office, today, None, FOR_EVER, name, packed.size_bytes))
        return count

    def add_rest(self, contents: ArchiveContents) -> None:
        """Write what the volume is checked with: keys, void numbers, catalogue, the script and how to use it."""
        archives, workspace = self._workspace.archives(), self._workspace
        for key in workspace.queries.public_keys():
            self._add(f"{KEYS}/{key.key_id}.pem", [archives.key_file(key)])
        self._add("作废名单.json", [void_list.content_of(workspace)[0]])
        with speaking(CHINESE):
            self._add("打印登记.xml", register_xml(contents.prints, self._shown))
        xml = catalogue_xml(
            self._items,
            volume=self._title,
            year=contents.year,
            office=workspace.queries.office().name,
            made_on=workspace.clock.today(),
            retention=FOR_EVER,
        )
        self._add("目录.xml", xml)
        self._add("verify_archive.py", [archives.script()])
        self._add("说明.txt", [_NOTE.encode()])

    def manifest(self, key_id: str, head: tuple[int, str]) -> bytes:
        """Return the manifest; its signature covers exactly these bytes."""
        office = self._workspace.queries.office()
        said = {
            "format": FORMAT,
            "office": {"name": office.name, "file_id": office.file_id, "trial": office.trial},
            "volume": self._title,
            "made_on": self._workspace.clock.today().isoformat(),
            "journal": {"seq": head[0], "hash": head[1]},
            "key": key_id,
            "keys": [
                {
                    "id": one.key.key_id,
                    "algorithm": one.key.algorithm,
                    "raw_base64": base64.b64encode(one.key.raw).decode("ascii"),
                    "revoked_on": one.revoked_on.isoformat() if one.revoked_on else None,
                }
                for one in key_states(self._workspace)
            ],
            "files": [
                {"name": one.name, "size": one.size_bytes, "sha256": one.sha256, "sm3": one.sm3} for one in self.files
            ],
        }
        return f"{void_list.canonical(said)}\n".encode()


_NOTE: Final = """本卷可在只装有 Python 的计算机上核对：
    python verify_archive.py 卷.zip --key 发放机关公布的公钥.pem
请从可信的来源取得 verify_archive.py；不给出 --key 时，只核对卷内自带的公钥。
目录.xml 为档案目录；打印登记.xml 记载各件文书何时、由谁、第几次打印，“一致”为“是”的，卷内文件与当时打印的逐字节相同。
manifest.json 记载每个文件的 SHA-256 与 SM3，manifest.sig 是对其原样字节的 Ed25519 签名。
卷内券面为归档副本，不能凭以兑付。软件密钥不是经认证的商用密码产品。

This volume is checked on a machine that has only Python:
    python verify_archive.py VOLUME.zip --key KEY_THAT_THE_OFFICE_PUBLISHED.pem --english
打印登记.xml lists every print; where 一致 is 是, the file in the volume is byte for byte what was printed.
Take verify_archive.py from a place you trust; without --key only the key inside the volume is looked at.
"""


# ------------------------------------------------------------------------------------------- checking


def verify(workspace: Workspace, *, file: Path, keys: Sequence[PublicKey] | None = None) -> PackVerdict:
    """Check a pack against the keys that the records know; a key that was revoked since is told.

    Args:
        workspace: the open workspace.
        file: the pack.
        keys: of another office, to check against instead of the records.

    Raises:
        StorageError: `missing_file`.
    """
    if keys is not None:
        return workspace.archives().check(file, keys=keys, signer=workspace.signer())
    verdict = workspace.archives().check(file, keys=workspace.queries.public_keys(), signer=workspace.signer())
    revocation = revocation_of(workspace, verdict.key_id) if verdict.code == "good" else None
    if revocation is None or revocation.decided_on is None:
        return verdict
    said = _(
        "It was signed with key {key}, which was revoked on {day}: by itself it proves nothing, because a thief of the "
        "key could have made it. Pack it again."
    ).format(key=verdict.key_id, day=revocation.decided_on.isoformat())
    return replace(verdict, code="revoked-key", sentences=(said,))
