"""The stand-alone check: whatever is done to a pack is found, and nothing done to it hurts whoever checks."""

from __future__ import annotations

import hashlib
import io
import json
import random
import shutil
import struct
import subprocess
import sys
import zipfile
import zlib

import pytest
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from voucher_app.domain.money import Money
from voucher_app.exchange import verify_archive
from voucher_app.exchange.archive_file import ZipArchives, _new_sm3, _ZipWriter
from voucher_app.services import archive, attachment
from voucher_app.services.workspace import new_request_id


@pytest.fixture
def office(desk, tmp_path):
    number = str(desk.issued(Money(1_000_000)).number)
    desk.redeemed(number, Money(300_000))
    paper = tmp_path / "合同𬭎.pdf"
    paper.write_bytes(b"%PDF")
    attachment.add(
        desk.workspace, subject="application:1", file=paper, kind="contract", operator=desk.preparer,
        request_id=new_request_id(),
    )  # fmt: skip
    desk.file = tmp_path / "卷.zip"
    archive.pack(desk.workspace, volume=archive.volume_of_voucher(desk.workspace, number), file=desk.file)
    return desk


def found(content, **how):
    """Return the code of the first difference, or the summary."""
    try:
        return verify_archive.check(io.BytesIO(content), **how)
    except verify_archive.Differs as error:
        error.facts.setdefault("name", "x.zip")
        return error.code if error.sentence(english=True) != error.sentence(english=False) else "no words"


def unpacked(content):
    with zipfile.ZipFile(io.BytesIO(content)) as pack:
        return [(one.filename, pack.read(one)) for one in pack.infolist()]


def packed(files):
    """Write files in the one ZIP form, whatever they are called."""
    stream, entries = io.BytesIO(), []
    for name, content in files:
        entries.append(verify_archive.Entry(name, zlib.crc32(content), len(content), stream.tell()))
        stream.write(verify_archive.local_header(name, zlib.crc32(content), len(content)) + content)
    return stream.getvalue() + verify_archive.directory(entries, stream.tell())


def resigned(files, sign, change=None):
    """Write a pack anew with a manifest that fits its files: what somebody could do who has a key."""
    files = dict(files)
    manifest = json.loads(files.pop("manifest.json"))
    files.pop("manifest.sig")
    manifest["files"] = [
        {"name": name, "size": len(content), "sha256": hashlib.sha256(content).hexdigest(),
         "sm3": hashlib.new("sm3", content).hexdigest()}
        for name, content in files.items()
    ]  # fmt: skip
    if change is not None:
        change(manifest)
    said = json.dumps(manifest, ensure_ascii=False).encode()
    return packed([*files.items(), ("manifest.json", said), ("manifest.sig", sign(said))])


def test_a_pack_is_good_and_says_what_it_is(office):
    summary = found(office.file.read_bytes())
    (key,) = office.queries.public_keys()
    assert (summary.key_id, summary.trusted, summary.with_sm3) == (key.key_id, False, True)
    assert found(office.file.read_bytes(), trusted=[key.raw]).trusted


def test_a_changed_byte_is_found_wherever_it_is(office):
    content = office.file.read_bytes()
    entries = verify_archive.read_entries(io.BytesIO(content))
    places = {len(content) - 1, len(content) - 22, *random.Random(1).sample(range(len(content)), 120)}
    for one in entries:
        start = one.offset + len(verify_archive.local_header(one.name, 0, 0))
        places |= {one.offset, one.offset + 12, start, start + one.size // 2, start + one.size - 1}
    for place in sorted(places):
        changed = bytearray(content)
        changed[place] ^= 1 << (place % 8)
        assert isinstance(found(bytes(changed), sm3=None), str), place


def test_files_removed_added_renamed_repeated_or_moved_are_found(office):
    files = unpacked(office.file.read_bytes())
    (name, one), (_, two), *rest = files
    assert not isinstance(found(packed(files)), str)
    assert found(packed(files[1:])) == "absent"
    assert found(packed([*files, ("more.txt", b"x")])) == "unlisted"
    assert found(packed([("文件/x.toml", one), *files[1:]])) == "absent"
    assert found(packed([files[0], *files])) == "duplicate"
    assert found(packed([files[0], (name.upper(), b""), *files[1:]])) == "duplicate"
    assert found(packed([files[1], files[0], *rest])) == "order"
    assert found(packed([(name, one + b" "), *files[1:]])) == "size"
    assert found(packed([(name, two), (files[1][0], one), *rest])) == "size"
    assert found(packed(files[:-1])) == "absent"
    assert found(packed([*files[:-2], files[-1]])) == "absent"


def test_a_changed_manifest_and_a_signature_by_another_key_are_found(office):
    files = unpacked(office.file.read_bytes())
    key = Ed25519PrivateKey.generate()
    said = dict(files)["manifest.json"]
    (ours,) = office.queries.public_keys()
    assert found(packed([*files[:-2], ("manifest.json", said + b" "), files[-1]])) == "signature"
    assert found(packed([*files[:-1], ("manifest.sig", key.sign(said))])) == "signature"
    assert found(packed([*files[:-1], ("manifest.sig", b"")])) == "signature"

    def with_key(manifest):
        raw = key.public_key().public_bytes_raw()
        manifest["keys"] = [{"id": manifest["key"], "raw_base64": verify_archive.base64.b64encode(raw).decode()}]

    forged = resigned(files, key.sign, with_key)
    assert not isinstance(found(forged), str), "with its own key inside, only a trusted key tells"
    assert found(forged, trusted=[ours.raw]) == "key"
    for broken in (b"", b"[]", b"{}", b"{" * 9_000, b'{"format":"SLA1","format":"SLA1"}', b"\xff"):
        assert found(packed([*files[:-2], ("manifest.json", broken), files[-1]])) == "manifest"
    for change in (
        lambda said: said.update(format="SLA2"),
        lambda said: said.update(files=[{"name": 1, "size": "x", "sha256": "", "sm3": ""}]),
        lambda said: said.update(journal={"seq": "9", "hash": ""}),
        lambda said: said.update(keys=3),
    ):
        assert found(resigned(files, office.workspace.signer().sign_message, change)) == "manifest"


def test_records_and_catalogue_are_held_against_each_other_even_when_the_office_key_signed(office):
    files = dict(unpacked(office.file.read_bytes()))
    sign = office.workspace.signer().sign_message
    assert not isinstance(found(resigned(files, sign)), str)
    lines = files["日志/0001.jsonl"].splitlines(keepends=True)

    def journal(*told):
        return found(resigned({**files, "日志/0001.jsonl": b"".join(told)}, sign))

    assert journal(lines[0].replace(b"2026", b"2025", 1), *lines[1:]) in {"record", "catalogue"}
    catalogue = files["目录.xml"].decode()
    size = str(len(files["日志/0001.jsonl"]))

    def with_size(content, told):
        return {**files, "日志/0001.jsonl": content, "目录.xml": catalogue.replace(size, str(told)).encode()}

    for content, code in (
        (lines[0].replace(b"2026-03-02", b"2026-03-01", 1) + b"".join(lines[1:]), "record"),
        (b"".join([lines[1], lines[0], *lines[2:]]), "chain"),
        (b"".join([*lines, lines[-1]]), "chain"),
        (b"{}\n", "record"),
        (b"[" * 50_000 + b"\n", "record"),
        (b"\n", "record"),
    ):
        assert found(resigned(with_size(content, len(content)), sign)) == code, content[:40]
    for xml in (
        catalogue.replace("<件>", "<件", 1),
        catalogue.replace(size, "1"),
        catalogue.replace("<文件名>附件", "<文件名>别处"),
        catalogue.replace("\n", '\n<!DOCTYPE x [<!ENTITY a "aaaa">]>', 1),
        "",
    ):
        assert found(resigned({**files, "目录.xml": xml.encode()}, sign)) == "catalogue"
    hidden = catalogue.replace("\n", "\n<!DOCTYPE x>", 1).encode("utf-16")
    assert found(resigned({**files, "目录.xml": hidden}, sign)) == "catalogue"


def _deflated(files):
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as pack:
        for name, content in files:
            pack.writestr(name, content)
    return stream.getvalue()


_UNSAFE = ("../x", "/x", "a/../b", "a\\b", "C:x", "a//b", "./a", "a/", "", "a\nb", "a\u202eb", "x" * 500)


@pytest.mark.parametrize("name", _UNSAFE)
def test_no_name_leads_out_of_its_folder(name):
    assert found(packed([(name, b"x")])) == "name"


def test_hostile_zips_are_refused_without_being_unpacked(office):
    content = office.file.read_bytes()
    files = unpacked(content)
    bomb = _deflated([("bomb", bytes(50_000_000))])
    assert len(bomb) < 100_000
    for hostile in (
        b"",
        b"PK",
        b"PK\x05\x06" + bytes(18) + b"comment",
        bomb,
        _deflated(files),
        b"#!/bin/sh\n" + content,
        content + b"\n",
        content + content,
        content[:-1],
        content[: len(content) // 2],
        packed([("a", packed(files))])[:-22] + packed(files)[-22:],
        struct.pack("<IHHHHIIH", 0x06054B50, 0, 0, 65535, 65535, 0xFFFFFFFF, 0xFFFFFFFF, 0),
        bytes(200) + struct.pack("<IHHHHIIH", 0x06054B50, 0, 0, 65535, 65535, 0xFFFFFFFF, 0xFFFFFFFF, 0),
        b"\xff" * 500,
    ):
        assert found(hostile) == "form", hostile[:20]
    assert found(packed([])) == "absent"


@given(st.data())
def test_no_bytes_at_all_make_the_check_fail_in_another_way(data):
    whole = bytearray(packed([("a/1", b"x" * 40), ("manifest.json", b"{}"), ("manifest.sig", b"y")]))
    for _ in range(data.draw(st.integers(0, 4))):
        place = data.draw(st.integers(0, len(whole) - 1))
        whole[place : place + data.draw(st.integers(0, 5))] = data.draw(st.binary(max_size=6))
        if not whole:
            break
    assert isinstance(found(bytes(whole)), str)


def test_sm3_and_ed25519_without_any_library_agree_with_the_libraries():
    chosen = random.Random(3)
    for length in (0, 1, 3, 55, 56, 63, 64, 65, 127, 128, 1000):
        content = chosen.randbytes(length)
        own = verify_archive.PureSm3()
        for start in range(0, length, 37):
            own.update(content[start : start + 37])
        assert own.hexdigest() == hashlib.new("sm3", content).hexdigest()
    own = verify_archive.PureSm3()
    own.update(b"abc")
    assert own.hexdigest() == "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"
    for length in (0, 1, 100):
        key, message = Ed25519PrivateKey.generate(), chosen.randbytes(length)
        public, signature = key.public_key().public_bytes_raw(), key.sign(message)
        assert verify_archive.is_signed(public, message, signature)
        assert not verify_archive.is_signed(public, message + b"x", signature)
        for place in range(0, 64, 7):
            wrong = bytearray(signature)
            wrong[place] ^= 4
            assert not verify_archive.is_signed(public, message, bytes(wrong))
        higher = int.from_bytes(signature[32:], "little") + 2**252 + 27742317777372353535851937790883648493
        assert not verify_archive.is_signed(public, message, signature[:32] + higher.to_bytes(32, "little"))
        assert not verify_archive.is_signed(b"\xff" * 32, message, signature)
        assert not verify_archive.is_signed(public[:-1], message, signature)


def test_a_pack_beyond_the_limits_of_plain_zip_keeps_its_one_form():
    few = verify_archive.Entry("a", 0, 0, 0)
    many = [verify_archive.Entry(f"{place:05d}", 0, 0, place * 35) for place in range(70_000)]
    content = packed([(one.name, b"") for one in many])
    assert len(verify_archive.read_entries(io.BytesIO(content))) == 70_000
    with zipfile.ZipFile(io.BytesIO(content)) as pack:
        assert len(pack.namelist()) == 70_000
    far = verify_archive.directory([few, few._replace(name="b", offset=5 * 2**30)], 6 * 2**30)
    assert struct.pack("<HHQ", 1, 8, 5 * 2**30) in far
    assert far[-98:-94] == b"PK\x06\x06"


def run(script, *words):
    """Run the script as on a machine that has only Python: no packages, no environment, another folder."""
    return subprocess.run(
        [sys.executable, "-I", "-S", str(script), *map(str, words)],
        capture_output=True, text=True, encoding="utf-8", env={"PYTHONIOENCODING": "utf-8", "PYTHONUTF8": "1"},
        check=False,
    )  # fmt: skip


def test_the_script_inside_the_pack_checks_it_with_nothing_but_python(office, tmp_path):
    alone = tmp_path / "alone"
    alone.mkdir()
    script = alone / "verify_archive.py"
    files = dict(unpacked(office.file.read_bytes()))
    script.write_bytes(files["verify_archive.py"])
    (key,) = office.queries.public_keys()
    pem = alone / "key.pem"
    office.workspace.signer().export_public_key(key, pem)
    assert files[f"公钥/{key.key_id}.pem"] == pem.read_bytes()
    good = run(script, office.file)
    assert (good.returncode, good.stderr) == (0, "")
    assert "完好" in good.stdout
    assert key.key_id in good.stdout
    trusted = run(script, office.file, "--key", pem, "--english", "--no-sm3")
    assert trusted.returncode == 0
    assert "which you gave" in trusted.stdout
    changed = bytearray(office.file.read_bytes())
    changed[changed.find(b"henan") + 3 if b"henan" in changed else 500] ^= 1
    broken = alone / "broken.zip"
    broken.write_bytes(changed)
    told = run(script, broken)
    assert (told.returncode, told.stdout) == (1, "")
    assert told.stderr.count("\n") == 1
    assert run(script, tmp_path / "none.zip").returncode == 2
    assert run(script, office.file, "--key", script).returncode == 2
    assert run(script).returncode == 2
    other = alone / "other.pem"
    raw = Ed25519PrivateKey.generate().public_key().public_bytes_raw()
    other.write_bytes(verify_archive.pem_of(raw))
    assert run(script, office.file, "--key", other).returncode == 1
    assert sorted(one.name for one in alone.iterdir()) == ["broken.zip", "key.pem", "other.pem", "verify_archive.py"]


def test_the_command_says_in_one_line_what_it_found_in_either_language(office, tmp_path, capsys):
    """In this process as well: what the program has of it, the pack has."""
    (key,) = office.queries.public_keys()
    pem, other = tmp_path / "key.pem", tmp_path / "other.pem"
    office.workspace.signer().export_public_key(key, pem)
    other.write_bytes(verify_archive.pem_of(Ed25519PrivateKey.generate().public_key().public_bytes_raw()))
    broken = tmp_path / "broken.zip"
    broken.write_bytes(office.file.read_bytes()[:-1])
    (tmp_path / "no key.pem").write_text(
        "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n", encoding="ascii"
    )

    def answer(*words):
        code = verify_archive.main([str(word) for word in words])
        told = capsys.readouterr()
        return code, told.out, told.err

    code, said, _ = answer(office.file)
    assert (code, said.count("\n"), "SM3" in said, "请与发放机关公布的公钥核对" in said) == (0, 2, True, True)
    code, said, _ = answer(office.file, "--key", pem, "--english", "--no-sm3")
    assert (code, "which you gave" in said, "SM3" in said) == (0, True, False)
    for words, wanted, piece in (
        ((broken,), 1, "broken.zip 不是完整的归档卷"),
        ((broken, "--english"), 1, "is no whole pack"),
        ((office.file, "--key", other), 1, key.key_id),
        ((office.file, "--key", tmp_path / "no key.pem", "--english"), 2, "no key.pem cannot be read"),
        ((tmp_path / "none.zip",), 2, "无法读取"),
    ):
        code, said, error = answer(*words)
        assert (code, said, error.count("\n"), piece in error) == (wanted, "", 1, True), error


def test_what_only_somebody_with_the_key_can_write_is_held_to_the_form_as_well(office, monkeypatch):
    sign = office.workspace.signer().sign_message
    files = dict(unpacked(office.file.read_bytes()))
    good = resigned(files, sign)
    entries = verify_archive.read_entries(io.BytesIO(good))
    stream, wrong = io.BytesIO(), []
    for one in entries:
        content = dict(unpacked(good))[one.name]
        crc = one.crc ^ (one.name == "目录.xml")
        wrong.append(verify_archive.Entry(one.name, crc, one.size, stream.tell()))
        stream.write(verify_archive.local_header(one.name, crc, one.size) + content)
    with_crc = stream.getvalue() + verify_archive.directory(wrong, stream.tell())
    assert found(with_crc) == "digest", "its SHA-256 is right, and its CRC-32 is not"
    catalogue = files["目录.xml"].decode()
    assert found(resigned({**files, "文件/更多.pdf": b"%PDF"}, sign)) == "catalogue", "a file that no catalogue names"
    journal = files["日志/0001.jsonl"]
    size = f"<大小>{len(journal)}<"

    def with_journal(content):
        told = catalogue.replace(size, f"<大小>{len(content)}<")
        assert told != catalogue or len(content) == len(journal)
        return found(resigned({**files, "日志/0001.jsonl": content, "目录.xml": told.encode()}, sign))

    assert not isinstance(with_journal(journal.rstrip(b"\n")), str), "the last line may end without a line's end"
    record = json.loads(journal.splitlines()[0])

    def rewritten(**changes):
        """A record with its digests and hash made anew."""
        new = record | changes
        columns = [str(new[name]).encode() for name in verify_archive._RECORD_COLUMNS]
        columns.append("".join(f"{zlib.crc32(value):08x}" for value in columns).encode())
        new["column_digests"] = columns[-1].decode()
        new["hash"] = hashlib.sha256(b"".join(b"%d:%s" % (len(value), value) for value in columns)).hexdigest()
        return json.dumps(new, ensure_ascii=False).encode() + b"\n"

    rest = journal.split(b"\n", 1)[1]
    assert with_journal(rewritten(seq=str(record["seq"])) + rest) == "record", "a number that is a text"
    assert with_journal(rewritten(reason="别的理由") + rest) == "chain", "the next one names another hash"
    changed = record | {"hash": "0" * 64}
    assert with_journal(json.dumps(changed, ensure_ascii=False).encode() + b"\n" + rest) == "record"
    monkeypatch.setattr(verify_archive, "LARGEST_LISTING", 2_000)
    assert found(good) == "large", "what is held in memory has a limit"


def test_a_pack_of_the_first_releases_has_no_register_of_prints_and_is_good(office):
    files = dict(unpacked(office.file.read_bytes()))
    register = files.pop(verify_archive.REGISTER)
    catalogue = files["目录.xml"].decode()
    assert verify_archive.REGISTER not in catalogue
    assert register.startswith(b"<?xml")
    assert not isinstance(found(resigned(files, office.workspace.signer().sign_message)), str)


def test_a_directory_that_promises_more_files_than_it_lists_is_refused():
    content = bytearray(packed([("a", b"x")]))
    for place in (8, 10):
        struct.pack_into("<H", content, len(content) - 22 + place, 2)
    assert found(bytes(content)) == "form"


def test_sm3_comes_from_whoever_has_it_and_is_the_same(monkeypatch):
    """Python's own OpenSSL may have none; then the office's library makes it, and without that, pure Python."""
    wanted = hashlib.new("sm3", b"abc").hexdigest()

    def none(name):
        raise ValueError(f"unsupported hash type {name}")

    monkeypatch.setattr(hashlib, "new", none)
    assert isinstance(verify_archive.new_sm3(), verify_archive.PureSm3)
    quick = _new_sm3()
    quick.update(b"a")
    quick.update(b"bc")
    assert (quick.hexdigest(), isinstance(quick, verify_archive.PureSm3)) == (wanted, False)

    def refuse(_algorithm):
        raise UnsupportedAlgorithm("SM3")

    monkeypatch.setattr(hashes, "Hash", refuse)
    slow = _new_sm3()
    slow.update(b"abc")
    assert (slow.hexdigest(), isinstance(slow, verify_archive.PureSm3)) == (wanted, True)


def test_unzip_and_openssl_say_the_same(office, tmp_path):
    if not (shutil.which("unzip") and shutil.which("openssl")):
        pytest.skip("the tools are not installed")
    subprocess.run(["unzip", "-tq", str(office.file)], check=True, capture_output=True)
    files = dict(unpacked(office.file.read_bytes()))
    for name in ("manifest.json", "manifest.sig"):
        (tmp_path / name).write_bytes(files[name])
    (pem,) = [content for name, content in files.items() if name.startswith("公钥/")]
    (tmp_path / "key.pem").write_bytes(pem)
    told = subprocess.run(
        ["openssl", "pkeyutl", "-verify", "-pubin", "-inkey", "key.pem", "-rawin", "-in", "manifest.json",
         "-sigfile", "manifest.sig"],
        cwd=tmp_path, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert "Verified Successfully" in told.stdout


@given(st.text(max_size=200), st.integers(0, 10**6))
def test_every_name_somebody_gave_becomes_a_safe_one(text, number):
    text = text.encode("utf-8", "replace").decode()
    name = ZipArchives().name_of(text, number=number, folder="附件")
    assert verify_archive.is_safe(name)
    writer = _ZipWriter(io.BytesIO())
    assert writer.put(name, [b"a", b"", b"b"]).size_bytes == 2
