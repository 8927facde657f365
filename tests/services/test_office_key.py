"""Office keys: a passphrase, another key, revocation by two people, and the signed list of void numbers."""

from __future__ import annotations

import base64
import json
from datetime import timedelta

import pytest

from voucher_app.app import make_signer
from voucher_app.domain.errors import InvalidInput, NotFound, RulesViolated
from voucher_app.domain.money import Money
from voucher_app.services import certificate, office_key, void_list
from voucher_app.services.ports.errors import StorageError
from voucher_app.services.workspace import key_file_of, new_request_id

PASSPHRASE = "一个够长的口令 2026"  # noqa: S105 - a test's own


@pytest.fixture(autouse=True)
def _english(in_english):
    """Paper is Chinese, verdicts are read here in English."""


@pytest.fixture
def number(desk):
    return str(desk.issued(Money.yuan(100)).number)


def act(use_case, desk, operator=None, **facts):
    return use_case(
        desk.workspace,
        operator=operator or desk.preparer,
        request_id=facts.pop("request_id", new_request_id()),
        **facts,
    )


def refused(match):
    return pytest.raises(RulesViolated, match=match)


def code_of(error):
    return error.value.code


def state(desk, key_id=""):
    states = office_key.key_states(desk.workspace)
    return next(one for one in states if one.key.key_id == key_id or not key_id)


def restarted(desk):
    """Return the signer as another run of the program has it: nothing was given to it yet."""
    return make_signer(key_file_of(desk.path))


# ------------------------------------------------------------------------------------------- passphrase


def test_a_key_comes_under_a_passphrase_and_is_asked_for_once_in_each_run(desk, number):
    key = office_key.current_key(desk.workspace)
    act(office_key.set_passphrase, desk, passphrase=PASSPHRASE, request_id="set")
    content = key_file_of(desk.path).read_bytes()
    assert b"BEGIN ENCRYPTED PRIVATE KEY" in content
    assert b"BEGIN PRIVATE KEY" not in content
    assert key_file_of(desk.path).stat().st_mode & 0o777 == 0o600
    assert certificate.facts_of(desk.workspace, [number]), "this run has the key open already"
    signer = restarted(desk)
    assert (signer.is_locked(), signer.is_protected(), signer.public_key()) == (True, True, key)
    with pytest.raises(StorageError) as locked:
        signer.sign_message(b"x")
    assert code_of(locked) == "key_locked"
    with pytest.raises(InvalidInput, match="passphrase_wrong"):
        signer.unlock("ein falsches Kennwort")
    assert signer.is_locked()
    signer.unlock(PASSPHRASE)
    assert (signer.is_locked(), signer.is_protected()) == (False, True)
    assert signer.is_signed(key, b"x", signer.sign_message(b"x"))
    act(office_key.set_passphrase, desk, passphrase=PASSPHRASE, request_id="set")
    assert key_file_of(desk.path).read_bytes() == content, "asked again under the same request"
    assert state(desk).is_protected
    assert desk.verified() == []


def test_a_passphrase_is_changed_and_taken_away(desk):
    act(office_key.set_passphrase, desk, passphrase=PASSPHRASE)
    act(office_key.set_passphrase, desk, passphrase="ein anderes Kennwort")
    signer = restarted(desk)
    with pytest.raises(InvalidInput, match="passphrase_wrong"):
        signer.unlock(PASSPHRASE)
    act(office_key.set_passphrase, desk, passphrase=None)
    signer = restarted(desk)
    assert not signer.is_protected()
    assert signer.sign_message(b"x")
    with pytest.raises(InvalidInput, match="passphrase_length"):
        act(office_key.set_passphrase, desk, passphrase="short")


def test_whoever_has_no_passphrase_changes_none(desk):
    act(office_key.set_passphrase, desk, passphrase=PASSPHRASE)
    with pytest.raises(StorageError) as locked, restarted(desk).protected(None):
        pytest.fail("the block is never entered")
    assert code_of(locked) == "key_locked"


def test_the_records_tell_who_changed_a_passphrase_and_never_what_it_is(desk):
    act(office_key.set_passphrase, desk, passphrase=PASSPHRASE)
    with desk.shell() as connection:
        rows = connection.execute("SELECT * FROM journal WHERE action = 'certificate.passphrase'").fetchall()
    assert len(rows) == 1
    assert "口令" not in repr(rows)


def test_a_public_part_that_was_exchanged_is_found_when_the_key_is_opened(desk, tmp_path):
    act(office_key.set_passphrase, desk, passphrase=PASSPHRASE)
    file = key_file_of(desk.path)
    other = make_signer(tmp_path / "other.pem")
    other.export_public_key(other.make_key(), tmp_path / "public.pem")
    secret = file.read_bytes().partition(b"-----BEGIN ENCRYPTED")
    file.write_bytes((tmp_path / "public.pem").read_bytes() + b"".join(secret[1:]))
    with pytest.raises(InvalidInput, match="private_key"):
        restarted(desk).unlock(PASSPHRASE)


@pytest.mark.parametrize("content", [b"", b"hello", b"-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n"])
def test_a_file_that_holds_no_key_is_told(desk, content):
    key_file_of(desk.path).write_bytes(content)
    with pytest.raises(InvalidInput, match="private_key"):
        restarted(desk).public_key()


# ------------------------------------------------------------------------------------------- another key


def test_another_key_comes_under_its_own_passphrase_and_earlier_papers_stay_good(desk, number):
    (before,) = certificate.facts_of(desk.workspace, [number])
    key = act(office_key.new_key, desk, reason="每年更换", passphrase=PASSPHRASE)
    assert restarted(desk).is_locked()
    (after,) = certificate.facts_of(desk.workspace, [number])
    assert before.qr_text != after.qr_text
    for text in (before.qr_text, after.qr_text):
        assert certificate.verify_text(desk.workspace, text).verdict == "valid"
    states = office_key.key_states(desk.workspace)
    assert [(one.key == key, one.is_current, one.is_protected) for one in states] == [
        (True, True, True),
        (False, False, False),
    ]
    key_file_of(desk.path).unlink()
    desk.workspace.signer.cache_clear()  # another run of the program
    assert not any(one.is_current for one in office_key.key_states(desk.workspace))


# ------------------------------------------------------------------------------------------- revocation


def test_a_key_is_revoked_by_two_people_and_signs_nothing_more(desk, number):
    key_id = office_key.current_key(desk.workspace).key_id
    (facts,) = certificate.facts_of(desk.workspace, [number])
    proposed = act(office_key.revoke, desk, key_id=key_id.lower(), reason="私钥文件外泄", request_id="one")
    assert (proposed.status, proposed.decided_on) == ("proposed", None)
    assert act(office_key.revoke, desk, key_id=key_id.lower(), reason="私钥文件外泄", request_id="one") == proposed
    assert certificate.verify_text(desk.workspace, facts.qr_text).verdict == "valid", "a proposal revokes nothing"
    with refused("R23 same_person"):
        act(office_key.revoke, desk, key_id=key_id, reason="同意")
    revoked = act(office_key.revoke, desk, desk.reviewer, key_id=key_id, reason="同意")
    assert (revoked.id, revoked.status, revoked.decided_on) == (proposed.id, "revoked", desk.today)
    assert (revoked.reason, revoked.reviewed_by) == ("私钥文件外泄", desk.reviewer.id)
    with refused("TRANSITION step_not_open"):
        act(office_key.revoke, desk, desk.second_reviewer, key_id=key_id, reason="再吊销")
    with refused("TRANSITION step_not_open"):
        act(office_key.keep, desk, key_id=key_id, reason="后悔")
    with pytest.raises(StorageError) as error:
        certificate.facts_of(desk.workspace, [number])
    assert code_of(error) == "key_revoked"
    verdict = certificate.verify_text(desk.workspace, facts.qr_text)
    assert (verdict.verdict, verdict.reason, verdict.details) == (
        "revoked-key", "revoked_known", (desk.today.isoformat(),),
    )  # fmt: skip
    assert (state(desk, key_id).revocation, state(desk, key_id).revoked_on) == ("revoked", desk.today)
    act(office_key.new_key, desk, reason="旧密钥已吊销")
    (again,) = certificate.facts_of(desk.workspace, [number])
    assert certificate.verify_text(desk.workspace, again.qr_text).verdict == "valid"
    assert desk.verified() == []


def test_a_proposal_is_withdrawn_and_made_again(desk):
    key_id = office_key.current_key(desk.workspace).key_id
    with pytest.raises(NotFound):
        act(office_key.keep, desk, key_id=key_id, reason="无此提议")
    act(office_key.revoke, desk, key_id=key_id, reason="疑似外泄")
    kept = act(office_key.keep, desk, desk.reviewer, key_id=key_id, reason="查无此事", request_id="keep")
    assert (kept.status, kept.withdrawn_by) == ("withdrawn", desk.reviewer.id)
    assert act(office_key.keep, desk, desk.reviewer, key_id=key_id, reason="查无此事", request_id="keep") == kept
    assert act(office_key.revoke, desk, key_id=key_id, reason="又有疑点").status == "proposed"
    with pytest.raises(NotFound):
        act(office_key.revoke, desk, key_id="00000000", reason="x")


# ------------------------------------------------------------------------------------------- void numbers


@pytest.fixture
def ended(desk):
    """One voucher for each way of ending, a day apart, and one that is live."""
    numbers = [str(desk.issued(Money.yuan(100 + place), holder=place % 4).number) for place in range(5)]
    for place, how in enumerate(("void", "return", "freeze")):
        desk.on(desk.today + timedelta(days=1))
        desk.end(how, numbers[place])
    desk.on(desk.today + timedelta(days=1))
    desk.redeemed(numbers[3], Money.yuan(103))
    return numbers


def written(desk, tmp_path):
    file = tmp_path / "void.slv.json"
    void_list.write(desk.workspace, file=file)
    return file


def read(desk, file):
    return void_list.read(file, signer=desk.workspace.signer(), keys=desk.queries.public_keys())


def test_the_list_names_every_voucher_that_is_worth_nothing_with_its_day(desk, ended, tmp_path):
    begun = desk.today - timedelta(days=4)
    found = read(desk, written(desk, tmp_path))
    days = [begun + timedelta(days=place) for place in (1, 2, 3, 4)]
    statuses = ("voided", "returned", "frozen", "used-up")
    assert found.ended == dict(zip(ended, zip(statuses, days, strict=True), strict=False))
    assert (found.as_of, found.revoked, found.office) == (desk.today, {}, desk.queries.office().name)
    assert found.journal_seq == desk.workspace.data_file.verify().records


def test_the_file_is_what_is_written_down_of_it(desk, ended, tmp_path):
    """The format that checkers elsewhere rely on."""
    outer = json.loads(written(desk, tmp_path).read_bytes())
    assert set(outer) == {"format", "algorithm", "key", "signature", "list"}
    key = office_key.current_key(desk.workspace)
    assert (outer["format"], outer["algorithm"], outer["key"]) == ("SLV1", 1, key.key_id)
    message = b"SLV1" + outer["list"].encode()
    assert desk.workspace.signer().is_signed(key, message, base64.b64decode(outer["signature"]))
    inner = json.loads(outer["list"])
    assert set(inner) == {
        "format", "office", "file_id", "trial", "as_of", "made_at", "journal_seq", "journal_hash", "keys", "ended",
    }  # fmt: skip
    assert void_list.canonical(inner) == outer["list"]
    assert inner["keys"] == [
        {
            "id": key.key_id, "algorithm": 1, "raw_base64": base64.b64encode(key.raw).decode(), "revoked_on": None,
            "reason": "",
        }
    ]  # fmt: skip
    assert inner["ended"][0] == [ended[0], "voided", "2026-03-03"]


def test_a_list_of_an_office_where_nothing_ended_is_empty(desk, number, tmp_path):
    assert read(desk, written(desk, tmp_path)).ended == {}


def test_a_paper_is_checked_offline_with_the_list(desk, ended, tmp_path):
    live = ended[4]
    signer, keys = desk.workspace.signer(), desk.queries.public_keys()
    texts = {number: certificate.facts_of(desk.workspace, [number])[0].qr_text for number in ended[2:]}

    def verdict(number, on=None):
        return certificate.verify_offline(
            texts[number], signer=signer, keys=keys, on=on or desk.today, void_list=read(desk, written(desk, tmp_path))
        )

    assert (verdict(ended[3]).verdict, verdict(ended[3]).reason) == ("used-up", "ended_on_list")
    assert verdict(ended[2]).verdict == "frozen"
    assert (verdict(live).verdict, verdict(live).reason) == ("valid", "valid_by_list")
    assert verdict(live, on=desk.today + timedelta(days=9999)).verdict == "expired"
    changed = texts[live][:-1] + ("A" if texts[live][-1] != "A" else "B")
    texts[live] = changed
    assert verdict(live).verdict == "invalid"


def test_a_revoked_key_is_told_offline_by_a_list_that_another_key_signed(desk, number, tmp_path):
    key = office_key.current_key(desk.workspace)
    (facts,) = certificate.facts_of(desk.workspace, [number])
    act(office_key.new_key, desk, reason="更换")
    for person in (desk.preparer, desk.reviewer):
        act(office_key.revoke, desk, person, key_id=key.key_id, reason="外泄")
    found = read(desk, written(desk, tmp_path))
    assert found.revoked == {key.key_id: (desk.today, "外泄")}
    verdict = certificate.verify_offline(
        facts.qr_text,
        signer=desk.workspace.signer(),
        keys=desk.queries.public_keys(),
        on=desk.today,
        void_list=found,
    )
    assert (verdict.verdict, verdict.reason) == ("revoked-key", "revoked")


def test_no_list_is_written_with_a_revoked_key_nor_over_another_file(desk, tmp_path):
    mine = tmp_path / "mine.txt"
    mine.write_text("mine", encoding="utf-8")
    with pytest.raises(StorageError) as taken:
        void_list.write(desk.workspace, file=mine)
    assert (code_of(taken), mine.read_text(encoding="utf-8")) == ("exists", "mine")
    with pytest.raises(StorageError) as nowhere:
        void_list.write(desk.workspace, file=tmp_path / "none" / "void.json")
    assert code_of(nowhere) == "output"
    file = written(desk, tmp_path)
    assert written(desk, tmp_path) == file, "an earlier list is replaced"
    key_id = office_key.current_key(desk.workspace).key_id
    for person in (desk.preparer, desk.reviewer):
        act(office_key.revoke, desk, person, key_id=key_id, reason="外泄")
    with pytest.raises(StorageError) as revoked:
        written(desk, tmp_path)
    assert code_of(revoked) == "key_revoked"


def test_every_changed_byte_of_a_list_is_refused(desk, ended, tmp_path):
    file = written(desk, tmp_path)
    good = file.read_bytes()
    for place in range(0, len(good) - 1, 7):
        file.write_bytes(good[:place] + bytes([good[place] ^ 1]) + good[place + 1 :])
        with pytest.raises(InvalidInput, match="void_list"):
            read(desk, file)
    file.write_bytes(good)
    assert read(desk, file).ended


@pytest.mark.parametrize(
    "content",
    [b"", b"[]", b"{}", b"null", b'{"list": 1}', b"\xff", b"[" * 100_000, b'{"list":"[]","key":"x","signature":""}'],
)
def test_what_is_no_list_is_told(desk, tmp_path, content):
    file = tmp_path / "no.json"
    file.write_bytes(content)
    with pytest.raises(InvalidInput, match="void_list"):
        read(desk, file)
    with pytest.raises(StorageError):
        read(desk, tmp_path / "none.json")


def test_a_list_of_another_office_is_refused(desk, ended, tmp_path):
    file = written(desk, tmp_path)
    other = make_signer(tmp_path / "other.pem")
    with pytest.raises(InvalidInput, match="void_list_signature"):
        void_list.read(file, signer=other, keys=[other.make_key()])
