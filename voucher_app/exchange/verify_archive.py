"""Check an archive pack (算力券归档卷) on a machine that has only Python: `python verify_archive.py FILE.zip`.

One file, the standard library only, nothing is unpacked to the disk. It reports the first thing that differs; exit 0:
everything is as it was signed, 1: something differs, 2: it could not be looked at. The same file lies in every pack and
is what the program itself runs; take it from a place you trust, since whoever forges a pack can change the copy inside.

A pack is a ZIP file with exactly one spelling: every file stored as it is, no gaps, no comments, no further fields. So
each byte of it is looked at, and nothing in it can grow when it is read. `manifest.json` names every other file with
SHA-256 and SM3, and `manifest.sig` is the Ed25519 signature (RFC 8032) of exactly the bytes of `manifest.json`.
"""

from __future__ import annotations

import argparse
import base64
import hashlib
import json
import struct
import sys
import zlib
from typing import TYPE_CHECKING, Any, BinaryIO, NamedTuple
from xml.etree import ElementTree as ET

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    _Point = tuple[int, int, int, int]

FORMAT = "SLA1"
MANIFEST, SIGNATURE, CATALOGUE, JOURNAL = "manifest.json", "manifest.sig", "目录.xml", "日志/"
REGISTER = "打印登记.xml"
LARGEST_LISTING = 256 * 1024 * 1024
"""Bytes of the manifest, of the catalogue, of the ZIP's own directory, and of one journal record: they are held."""
MOST_FILES = 1_000_000
_CHUNK = 1024 * 1024
_LONGEST_NAME = 400
_RECORD_COLUMNS = (
    "seq", "recorded_at", "business_date", "operator_id", "operator_name", "action", "request_id", "facts_digest",
    "subject", "reason", "result", "changes", "hash_version", "previous_hash",
)  # fmt: skip

WORDS = {
    "unreadable": ("无法读取 {name}：{detail}", "{name} cannot be read: {detail}"),
    "form": (
        "{name} 不是完整的归档卷：第 {place} 字节起的 ZIP 结构与归档卷的唯一写法不符。文件被改动、截断或另行压缩过。",
        "{name} is no whole pack: from byte {place} on, its ZIP structure is not the one way packs are written.",
    ),
    "large": ("卷内 {name} 超出允许的大小。", "{name} in the pack is larger than allowed."),
    "name": ("卷内文件名不安全：{name}", "A file name in the pack is not safe: {name}"),
    "duplicate": ("卷内有两个同名文件：{name}", "Two files in the pack have the same name: {name}"),
    "absent": ("卷内缺少 {name}。", "{name} is not in the pack."),
    "unlisted": ("{name} 不在清单内，是后来加入的。", "{name} is not in the manifest: it was added."),
    "order": ("卷内文件的次序与清单不符：{name}", "The files are not in the order of the manifest: {name}"),
    "manifest": ("manifest.json 不是归档清单：{detail}", "manifest.json is no manifest of a pack: {detail}"),
    "key": (
        "清单由密钥 {key} 签名，它不是您给出的、所信任的密钥。",
        "The manifest was signed with key {key}, which is not one that you gave as trusted.",
    ),
    "signature": (
        "manifest.json 的签名不成立：清单或签名被改动，或由别的密钥签署。",
        "The signature of manifest.json is wrong: manifest or signature was changed, or another key signed.",
    ),
    "size": (
        "{name} 的大小为 {found} 字节，清单记载为 {allowed} 字节。",
        "{name} has {found} bytes; the manifest says {allowed}.",
    ),
    "digest": ("{name} 的内容被改动：{kind} 与清单不符。", "{name} was changed: its {kind} is not the manifest's."),
    "catalogue": ("目录.xml 与清单不符：{detail}", "目录.xml does not agree with the manifest: {detail}"),
    "register": ("打印登记.xml 与清单不符：{detail}", "打印登记.xml does not agree with the manifest: {detail}"),
    "record": (
        "{name} 第 {line} 行的操作日志记录被改动：{detail}",
        "The journal record in line {line} of {name} was changed: {detail}",
    ),
    "chain": (
        "{name} 第 {line} 行的操作日志记录接不上前一条：{detail}",
        "The journal record in line {line} of {name} does not follow from the one before: {detail}",
    ),
    "good": (
        "{name}：完好。{office}，{volume}；{files} 个文件，{bytes} 字节，{records} 条日志，{digests} 与签名均相符。",
        "{name}: as signed. {office}, {volume}; {files} files, {bytes} bytes, {records} records; {digests} agree.",
    ),
    "trusted": ("签名密钥 {key} 是您给出的密钥。", "It was signed with key {key}, which you gave."),
    "compare": (
        "签名密钥 {key}（公钥 SHA-256：{print}）取自卷内。请与发放机关公布的公钥核对，或用 --key 给出公布的公钥。",
        "Key {key} (SHA-256 of the public key: {print}) comes from the pack. Compare it with the published one.",
    ),
}  # fmt: skip


class Differs(Exception):  # noqa: N818 - what was found, as a person would say it
    """The first thing that is not as it was signed; `code` is a key of `WORDS`."""

    def __init__(self, code: str, **facts: object) -> None:
        super().__init__(code)
        self.code = code
        self.facts = facts

    def sentence(self, *, english: bool) -> str:
        """Return what differs, in words."""
        return said(self.code, english=english, **self.facts)


class Entry(NamedTuple):
    """A file in the pack: where its header begins, how long its content is, and the CRC-32 the ZIP form asks for."""

    name: str
    crc: int
    size: int
    offset: int


class Summary(NamedTuple):
    """What a pack is that has nothing wrong with it; `trusted`: its key was given and not only found inside."""

    office: str
    volume: str
    files: int
    size_bytes: int
    records: int
    key_id: str
    key_sha256: str
    trusted: bool
    with_sm3: bool


def said(code: str, *, english: bool, **facts: object) -> str:
    """Return a sentence in one of the two languages; control characters of a forged name are not obeyed."""
    shown = {key: "".join(c if c.isprintable() else "�" for c in str(value)) for key, value in facts.items()}
    return WORDS[code][1 if english else 0].format(**shown)


# ------------------------------------------------------------------------------------------- the one ZIP form

_FLAGS, _DAY_ONE, _MODE = 0x0800, 0x0021, 0o100644 << 16
_FULL_2, _FULL_4 = 0xFFFF, 0xFFFFFFFF
_END, _END_64, _LOCATOR_64, _CENTRAL = 22, 56, 20, 46


def local_header(name: str, crc: int, size: int) -> bytes:
    """Return what stands before a file's content; no file of a pack reaches 4 GiB."""
    raw = name.encode()
    return struct.pack("<IHHHHHIIIHH", 0x04034B50, 20, _FLAGS, 0, 0, _DAY_ONE, crc, size, size, len(raw), 0) + raw


def directory(entries: Sequence[Entry], start: int) -> bytes:
    """Return all that stands after the last content, which ends at `start`."""
    parts = []
    for one in entries:
        raw, far = one.name.encode(), one.offset >= _FULL_4
        extra = struct.pack("<HHQ", 1, 8, one.offset) if far else b""
        parts.append(
            struct.pack(
                "<IHHHHHHIIIHHHHHII", 0x02014B50, 0x0314, 45 if far else 20, _FLAGS, 0, 0, _DAY_ONE, one.crc, one.size,
                one.size, len(raw), len(extra), 0, 0, 0, _MODE, min(one.offset, _FULL_4),
            ) + raw + extra
        )  # fmt: skip
    central = b"".join(parts)
    count, size = len(entries), len(central)
    tail = b""
    if count >= _FULL_2 or size >= _FULL_4 or start >= _FULL_4:
        tail = struct.pack("<IQHHIIQQQQ", 0x06064B50, 44, 0x032D, 45, 0, 0, count, count, size, start)
        tail += struct.pack("<IIQI", 0x07064B50, 0, start + size, 1)
    few = min(count, _FULL_2)
    end = struct.pack("<IHHHHIIH", 0x06054B50, 0, 0, few, few, min(size, _FULL_4), min(start, _FULL_4), 0)
    return central + tail + end


def _at(stream: BinaryIO, offset: int, size: int) -> bytes:
    stream.seek(offset)
    return stream.read(size)


def _span_of_directory(stream: BinaryIO, size: int) -> tuple[int, int]:
    """Return where the directory begins and how many files it names, without believing either."""
    if size < _END:
        raise Differs("form", place=0)
    _, _, _, _, count, _, start, _ = struct.unpack("<IHHHHIIH", _at(stream, size - _END, _END))
    if (count == _FULL_2 or start == _FULL_4) and size >= _END + _LOCATOR_64 + _END_64:
        wide = _at(stream, size - _END - _LOCATOR_64 - _END_64, _END_64)
        *_, count, _, start = struct.unpack("<IQHHIIQQQQ", wide)
    if not 0 <= start <= size - _END or count > MOST_FILES or size - start > LARGEST_LISTING:
        raise Differs("form", place=size - _END)
    return start, count


def read_entries(stream: BinaryIO) -> list[Entry]:
    """Return the files of a pack; any byte that is neither content nor as we write it is refused.

    Raises:
        Differs: `form`, `name` or `duplicate`.
    """
    size = stream.seek(0, 2)
    start, count = _span_of_directory(stream, size)
    listing = _at(stream, start, size - start)
    entries: list[Entry] = []
    place = position = 0
    for _ in range(count):
        if len(listing) < place + _CENTRAL:
            raise Differs("form", place=start + place)
        head = struct.unpack("<IHHHHHHIIIHHHHHII", listing[place : place + _CENTRAL])
        crc, length, name_length, extra_length = head[7], head[9], head[10], head[11]
        raw = listing[place + _CENTRAL : place + _CENTRAL + name_length]
        try:
            name = raw.decode()
        except UnicodeDecodeError:
            raise Differs("form", place=start + place) from None
        # Contents stand one after the other, so where each begins follows from those before it.
        entry = Entry(name, crc, length, position)
        header = local_header(name, crc, length)
        if _at(stream, position, len(header)) != header:
            raise Differs("form", place=position)
        entries.append(entry)
        position += len(header) + length
        place += _CENTRAL + name_length + extra_length
    if position != start or directory(entries, start) != listing:
        raise Differs("form", place=min(position, start))
    _check_names(entries)
    return entries


def is_safe(name: str) -> bool:
    """Return whether a name, unpacked anywhere by anything, stays below its folder."""
    parts = name.split("/")
    plain = name.isprintable() and not set(name) & set('\\:*?"<>|') and len(name.encode()) <= _LONGEST_NAME
    return plain and all(part.strip(". ") for part in parts)


def _check_names(entries: Sequence[Entry]) -> None:
    seen = set()
    for one in entries:
        if not is_safe(one.name):
            raise Differs("name", name=one.name)
        if one.name.casefold() in seen:
            raise Differs("duplicate", name=one.name)
        seen.add(one.name.casefold())


def _content(stream: BinaryIO, entry: Entry) -> Iterator[bytes]:
    stream.seek(entry.offset + len(local_header(entry.name, 0, 0)))
    left = entry.size
    while left:
        chunk = stream.read(min(left, _CHUNK))
        if not chunk:
            raise Differs("form", place=entry.offset)
        left -= len(chunk)
        yield chunk


def _whole(stream: BinaryIO, entries: dict[str, Entry], name: str) -> bytes:
    if name not in entries:
        raise Differs("absent", name=name)
    if entries[name].size > LARGEST_LISTING:
        raise Differs("large", name=name)
    content = b"".join(_content(stream, entries[name]))
    if zlib.crc32(content) != entries[name].crc:
        raise Differs("digest", name=name, kind="CRC-32")
    return content


# ------------------------------------------------------------------------------------------- SM3 (GB/T 32905-2016)


def _turned(value: int, count: int) -> int:
    count %= 32
    return ((value << count) | (value >> (32 - count))) & _FULL_4


_TURNED_CONSTANTS = [_turned(0x79CC4519 if i < 16 else 0x7A879D8A, i) for i in range(64)]  # noqa: PLR2004 - of the standard


class PureSm3:
    """SM3 without any library, for machines whose OpenSSL has none; some hundred thousand bytes a second."""

    def __init__(self) -> None:
        self._state: tuple[int, ...] = (
            0x7380166F, 0x4914B2B9, 0x172442D7, 0xDA8A0600, 0xA96F30BC, 0x163138AA, 0xE38DEE4D, 0xB0FB0E4E,
        )  # fmt: skip
        self._rest = b""
        self._length = 0

    def update(self, content: bytes) -> None:
        """Take more bytes in."""
        self._length += len(content)
        content = self._rest + content
        whole = len(content) - len(content) % 64
        for place in range(0, whole, 64):
            self._state = _compressed(self._state, content[place : place + 64])
        self._rest = content[whole:]

    def hexdigest(self) -> str:
        """Return the digest of all bytes so far."""
        state = self._state
        rest = self._rest + b"\x80" + bytes((55 - self._length) % 64) + struct.pack(">Q", self._length * 8)
        for place in range(0, len(rest), 64):
            state = _compressed(state, rest[place : place + 64])
        return struct.pack(">8I", *state).hex()


def _compressed(state: tuple[int, ...], block: bytes) -> tuple[int, ...]:
    words = list(struct.unpack(">16I", block))
    for j in range(16, 68):
        x = words[j - 16] ^ words[j - 9] ^ _turned(words[j - 3], 15)
        words.append(x ^ _turned(x, 15) ^ _turned(x, 23) ^ _turned(words[j - 13], 7) ^ words[j - 6])
    a, b, c, d, e, f, g, h = state
    for j in range(64):
        turned = _turned(a, 12)
        one = _turned((turned + e + _TURNED_CONSTANTS[j]) & _FULL_4, 7)
        if j < 16:  # noqa: PLR2004 - of the standard
            both, either = a ^ b ^ c, e ^ f ^ g
        else:
            both, either = (a & b) | (a & c) | (b & c), (e & f) | (~e & g)
        first = (both + d + (one ^ turned) + (words[j] ^ words[j + 4])) & _FULL_4
        second = (either + h + one + words[j]) & _FULL_4
        a, b, c, d = first, a, _turned(b, 9), c
        e, f, g, h = second ^ _turned(second, 9) ^ _turned(second, 17), e, _turned(f, 19), g
    return tuple(old ^ new for old, new in zip(state, (a, b, c, d, e, f, g, h)))  # noqa: B905 - Python 3.9 has no strict


def new_sm3() -> Any:  # noqa: ANN401 - whatever has update() and hexdigest()
    """Return an SM3 that takes bytes: OpenSSL's where Python's has one, else the one above."""
    try:
        return hashlib.new("sm3")
    except ValueError:
        return PureSm3()


# ------------------------------------------------------------------------------------------- Ed25519 (RFC 8032, 5.1)

_P = 2**255 - 19
_L = 2**252 + 27742317777372353535851937790883648493
_D = -121665 * pow(121666, _P - 2, _P) % _P
_ROOT = pow(2, (_P - 1) // 4, _P)
_KEY_BYTES, _SIGNATURE_BYTES = 32, 64


def _sum(one: _Point, other: _Point) -> _Point:
    x1, y1, z1, t1 = one
    x2, y2, z2, t2 = other
    a, b = (y1 - x1) * (y2 - x2) % _P, (y1 + x1) * (y2 + x2) % _P
    c, d = 2 * t1 * t2 * _D % _P, 2 * z1 * z2 % _P
    e, f, g, h = b - a, d - c, d + c, b + a
    return e * f % _P, g * h % _P, f * g % _P, e * h % _P


def _times(factor: int, point: _Point) -> _Point:
    found = (0, 1, 1, 0)
    while factor:
        if factor & 1:
            found = _sum(found, point)
        point = _sum(point, point)
        factor >>= 1
    return found


def _point(raw: bytes) -> _Point | None:
    """Return the point that 32 bytes name, or None; one spelling of each only."""
    number = int.from_bytes(raw, "little")
    sign, y = number >> 255, number & (2**255 - 1)
    if y >= _P:
        return None
    square = (y * y - 1) * pow(_D * y * y + 1, _P - 2, _P) % _P
    x = pow(square, (_P + 3) // 8, _P)
    if (x * x - square) % _P:
        x = x * _ROOT % _P
    if (x * x - square) % _P or (not x and sign):
        return None
    if x & 1 != sign:
        x = _P - x
    return x, y, 1, x * y % _P


def is_signed(public: bytes, message: bytes, signature: bytes) -> bool:
    """Return whether an Ed25519 key made this signature."""
    if len(public) != _KEY_BYTES or len(signature) != _SIGNATURE_BYTES:
        return False
    key, commitment = _point(public), _point(signature[:32])
    scalar = int.from_bytes(signature[32:], "little")
    base = _point((4 * pow(5, _P - 2, _P) % _P).to_bytes(32, "little"))
    if key is None or commitment is None or base is None or scalar >= _L:
        return False
    challenge = int.from_bytes(hashlib.sha512(signature[:32] + public + message).digest(), "little") % _L
    x1, y1, z1, _ = _times(scalar, base)
    x2, y2, z2, _ = _sum(commitment, _times(challenge, key))
    return (x1 * z2 - x2 * z1) % _P == 0 and (y1 * z2 - y2 * z1) % _P == 0


_PEM_BEFORE = bytes.fromhex("302a300506032b6570032100")


def raw_of_pem(text: str) -> bytes:
    """Return the raw bytes of an Ed25519 public key in PEM form.

    Raises:
        ValueError: for anything else.
    """
    body = "".join(line for line in text.strip().splitlines() if not line.startswith("-----"))
    content = base64.b64decode(body, validate=True)
    if not content.startswith(_PEM_BEFORE) or len(content) != len(_PEM_BEFORE) + _KEY_BYTES:
        raise ValueError("no Ed25519 public key")
    return content[len(_PEM_BEFORE) :]


def pem_of(raw: bytes) -> bytes:
    """Return an Ed25519 public key in PEM form."""
    body = base64.b64encode(_PEM_BEFORE + raw)
    return b"-----BEGIN PUBLIC KEY-----\n" + body + b"\n-----END PUBLIC KEY-----\n"


# ------------------------------------------------------------------------------------------- what a pack says


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name twice")
    return found


def _manifest(content: bytes) -> dict[str, Any]:
    try:
        found: dict[str, Any] = json.loads(content, object_pairs_hook=_once)
        kinds = [type(found[name]) for name in ("volume", "key")]
        kinds += [type(found["office"]["name"]), type(found["journal"]["seq"]), type(found["journal"]["hash"])]
        found["raw"] = {str(one["id"]): base64.b64decode(one["raw_base64"]) for one in found["keys"]}
        files = {tuple(type(one[name]) for name in ("name", "size", "sha256", "sm3")) for one in found["files"]}
        said_format = found["format"]
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise Differs("manifest", detail=repr(error)) from error
    if said_format != FORMAT or kinds != [str, str, str, int, str] or not files <= {(str, int, str, str)}:
        raise Differs("manifest", detail=said_format)
    return found


def _check_listing(listed: Sequence[str], there: Sequence[str]) -> None:
    wanted, found = set(listed), set(there)
    for name in listed:
        if name not in found:
            raise Differs("absent", name=name)
    for name in there:
        if name not in wanted:
            raise Differs("unlisted", name=name)
    for place, name in enumerate(listed):
        if place >= len(there) or there[place] != name:
            raise Differs("order", name=name)


def _check_file(stream: BinaryIO, entry: Entry, listed: dict[str, Any], sm3: Callable[[], Any] | None) -> None:
    if entry.size != listed["size"]:
        raise Differs("size", name=entry.name, found=entry.size, allowed=listed["size"])
    digests = [("SHA-256", hashlib.sha256(), listed["sha256"])]
    if sm3 is not None:
        digests.append(("SM3", sm3(), listed["sm3"]))
    crc = 0
    for chunk in _content(stream, entry):
        crc = zlib.crc32(chunk, crc)
        for _, digest, _ in digests:
            digest.update(chunk)
    for kind, digest, wanted in digests:
        if digest.hexdigest() != wanted:
            raise Differs("digest", name=entry.name, kind=kind)
    if crc != entry.crc:
        raise Differs("digest", name=entry.name, kind="CRC-32")


_XML_BEGINS = b'<?xml version="1.0" encoding="UTF-8"?>\n'
"""In another encoding a document type could hide."""


def _root(code: str, content: bytes) -> Any:  # noqa: ANN401 - an element
    """Read XML; a document type could make it grow, so it has none."""
    if b"<!" in content or not content.startswith(_XML_BEGINS):
        raise Differs(code, detail=content[:40].decode(errors="replace"))
    try:
        return ET.fromstring(content)  # noqa: S314 - without a document type nothing is fetched or expanded
    except ET.ParseError as error:
        raise Differs(code, detail=error) from error


def _check_register(content: bytes, listed: Sequence[dict[str, Any]]) -> None:
    """Hold the register of prints against the manifest: what it says is the file of then has that file's digest."""
    digests = {one["name"]: one["sha256"] for one in listed}
    for one in _root("register", content).iter("打印"):
        name, same = one.findtext("卷内文件") or "", one.findtext("一致") or ""
        if name and name not in digests:
            raise Differs("register", detail=name)
        if same != ("" if not name else "是" if digests[name] == one.findtext("SHA-256") else "否"):
            raise Differs("register", detail=name or one.findtext("题名"))


def _check_catalogue(content: bytes, listed: Sequence[dict[str, Any]]) -> None:
    """Hold the catalogue (目录) against the manifest."""
    root = _root("catalogue", content)
    sizes = {one["name"]: str(one["size"]) for one in listed}
    told = {item.findtext("文件名") or "": item.findtext("大小") or "" for item in root.iter("件")}
    for name, size in told.items():
        if sizes.get(name) != size:
            raise Differs("catalogue", detail=name)
    for name in sizes:
        if name not in told and ("/" in name) and not name.startswith("公钥/"):
            raise Differs("catalogue", detail=name)


def _lines(stream: BinaryIO, entry: Entry) -> Iterator[bytes]:
    rest = b""
    for chunk in _content(stream, entry):
        *whole, rest = (rest + chunk).split(b"\n")
        yield from whole
        if len(rest) > LARGEST_LISTING:
            raise Differs("large", name=entry.name)
    if rest:
        yield rest


def _read_record(line: bytes) -> dict[str, Any]:
    """Return a journal record whose digests and hash are right; each value counts with its length before it."""
    record = json.loads(line, object_pairs_hook=_once)
    if set(record) != {*_RECORD_COLUMNS, "column_digests", "hash"}:
        raise ValueError("columns")
    encoded = [str(record[name]).encode() for name in _RECORD_COLUMNS]
    digests = [f"{zlib.crc32(value):08x}" for value in encoded]
    for place, name in enumerate(_RECORD_COLUMNS):
        if record["column_digests"][place * 8 : place * 8 + 8] != digests[place]:
            raise ValueError(name)
    encoded.append(str(record["column_digests"]).encode())
    if hashlib.sha256(b"".join(b"%d:%s" % (len(value), value) for value in encoded)).hexdigest() != record["hash"]:
        raise ValueError("hash")
    if type(record["seq"]) is not int:
        raise ValueError("seq")
    return dict(record)


def _check_journal(stream: BinaryIO, entries: Sequence[Entry], head: dict[str, Any]) -> int:
    """Recompute every record of the extract, and hold neighbours and the last of all against each other."""
    count, last_seq, last_hash = 0, 0, "0" * 64
    for entry in entries:
        for number, line in enumerate(_lines(stream, entry), start=1):
            try:
                record = _read_record(line)
            except (ValueError, KeyError, TypeError, RecursionError) as error:
                raise Differs("record", name=entry.name, line=number, detail=error) from error
            seq = record["seq"]
            follows = last_seq < seq <= head["seq"] and (seq != last_seq + 1 or record["previous_hash"] == last_hash)
            if not follows or (seq == head["seq"] and record["hash"] != head["hash"]):
                raise Differs("chain", name=entry.name, line=number, detail=seq)
            count, last_seq, last_hash = count + 1, seq, record["hash"]
    return count


def check(
    stream: BinaryIO,
    *,
    trusted: Sequence[bytes] = (),
    sm3: Callable[[], Any] | None = new_sm3,
    signed: Callable[[bytes, bytes, bytes], bool] = is_signed,
) -> Summary:
    """Look at every byte of a pack.

    Args:
        stream: the pack, open for reading and seeking.
        trusted: raw public keys of which one has to have signed; without any, the key inside is taken.
        sm3: makes an SM3; None leaves SM3 out.
        signed: verifies Ed25519: key, message, signature.

    Raises:
        Differs: with the first thing that is not as it was signed.
        OSError: from the disk.
    """
    entries = read_entries(stream)
    by_name = {one.name: one for one in entries}
    content = _whole(stream, by_name, MANIFEST)
    signature = _whole(stream, by_name, SIGNATURE)
    manifest = _manifest(content)
    key_id, keys = manifest["key"], manifest["raw"]
    if trusted and keys.get(key_id) not in trusted:
        raise Differs("key", key=key_id)
    if key_id not in keys or not signed(keys[key_id], content, signature):
        raise Differs("signature")
    listed = manifest["files"]
    _check_listing([*[one["name"] for one in listed], MANIFEST, SIGNATURE], [one.name for one in entries])
    for one in listed:
        _check_file(stream, by_name[one["name"]], one, sm3)
    _check_catalogue(_whole(stream, by_name, CATALOGUE), listed)
    if REGISTER in by_name:  # packs of the first releases have none
        _check_register(_whole(stream, by_name, REGISTER), listed)
    journal = [one for one in entries if one.name.startswith(JOURNAL)]
    return Summary(
        office=str(manifest["office"]["name"]),
        volume=manifest["volume"],
        files=len(entries),
        size_bytes=stream.seek(0, 2),
        records=_check_journal(stream, journal, manifest["journal"]),
        key_id=key_id,
        key_sha256=hashlib.sha256(keys[key_id]).hexdigest(),
        trusted=bool(trusted),
        with_sm3=sm3 is not None,
    )


def summary_sentences(summary: Summary, name: str, *, english: bool) -> list[str]:
    """Return what is said of a good pack."""
    good = said(
        "good", english=english, name=name, office=summary.office, volume=summary.volume, files=summary.files,
        bytes=summary.size_bytes, records=summary.records, digests="SHA-256, SM3" if summary.with_sm3 else "SHA-256",
    )  # fmt: skip
    code = "trusted" if summary.trusted else "compare"
    return [good, said(code, english=english, key=summary.key_id, print=summary.key_sha256)]


def main(arguments: Sequence[str] | None = None) -> int:
    """Check the pack that is named; print what was found and return the exit code."""
    parser = argparse.ArgumentParser(description="核对算力券归档卷 / check an archive pack of compute vouchers")
    parser.add_argument("file", metavar="FILE.zip")
    parser.add_argument("--key", metavar="PEM", help="发放机关公布的公钥 / the public key that the office published")
    parser.add_argument("--english", action="store_true", help="in English")
    parser.add_argument("--no-sm3", action="store_true", help="不核对 SM3（较快）/ leave SM3 out, which is faster")
    given = parser.parse_args(arguments)
    for stream in (sys.stdout, sys.stderr):
        getattr(stream, "reconfigure", lambda **_: None)(errors="backslashreplace")
    reading = given.file
    try:
        trusted = []
        if given.key:
            reading = given.key
            with open(given.key, encoding="ascii") as key_file:  # noqa: PTH123 - as few modules as can be
                trusted = [raw_of_pem(key_file.read(_CHUNK))]
            reading = given.file
        with open(given.file, "rb") as pack:  # noqa: PTH123
            summary = check(pack, trusted=trusted, sm3=None if given.no_sm3 else new_sm3)
    except Differs as error:
        error.facts.setdefault("name", given.file)
        sys.stderr.write(error.sentence(english=given.english) + "\n")
        return 1
    except (OSError, ValueError) as error:
        sys.stderr.write(said("unreadable", english=given.english, name=reading, detail=error) + "\n")
        return 2
    sys.stdout.write("\n".join(summary_sentences(summary, given.file, english=given.english)) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
