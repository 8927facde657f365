"""What no font can print is refused when it is typed: in words, with the character and the field, before a record."""

from __future__ import annotations

import pytest

from voucher_app.domain.errors import InvalidFile, InvalidInput, RulesViolated
from voucher_app.domain.money import Money
from voucher_app.domain.operators import Role
from voucher_app.i18n import ENGLISH, speaking
from voucher_app.services import certificate, operator, policy, provider, recipient, year
from voucher_app.services.demonstration import demonstration_code
from voucher_app.services.printable import refuse_unprintable
from voucher_app.services.queries.lists import ListFilter
from voucher_app.services.recipient import UnitFacts
from voucher_app.services.wording.errors import describe
from voucher_app.services.workspace import new_request_id
from voucher_app.settings import resources_folder

PRESET = (resources_folder() / "policies" / "henan-style.toml").read_text(encoding="utf-8")
NOWHERE = "\U00030edd"
"""𰻝, of extension G, which no font of ours and none of the usual ones has."""


def head(desk):
    return desk.workspace.data_file.verify().head


def records(desk):
    return desk.workspace.data_file.verify().records


def unit(name, serial=1, **changes):
    return UnitFacts(name=name, uscc=demonstration_code("91", 7_000 + serial), region_code="140100", **changes)


ACTS = {
    "name": lambda d, text, **by: recipient.add(d.workspace, unit=unit(text), kind="enterprise", **by),
    "address": lambda d, text, **by: recipient.add(d.workspace, unit=unit("甲", address=text), kind="enterprise", **by),
    "legal_representative": lambda d, text, **by: provider.add(
        d.workspace, unit=unit("甲", legal_representative=text), **by
    ),
    "contract": lambda d, text, **_by: d.submit(Money.yuan(5), contract_number=text),
    "document": lambda d, text, **by: year.propose_raise(
        d.workspace, year=2026, amount=Money.yuan(1), document=text, reason="因", **by
    ),
}


def act(desk, name, text):
    return ACTS[name](desk, text, operator=desk.preparer, request_id=new_request_id())


@pytest.mark.parametrize("field", ACTS)
def test_a_character_that_no_font_has_is_refused_with_its_field_and_nothing_is_recorded(desk, field):
    before = head(desk)
    with pytest.raises(InvalidInput) as caught:
        act(desk, field, f"太原{NOWHERE}有限公司")
    assert caught.value.code == "text_unprintable"
    assert caught.value.facts["character"] == NOWHERE
    assert caught.value.facts["field"] == field
    with speaking(ENGLISH):
        (said,) = describe(caught.value)
    assert NOWHERE in said
    assert "U+30EDD" in said
    assert "Nothing was recorded" in said
    assert head(desk) == before


def test_a_person_s_name_a_reason_and_a_policy_are_asked_too(desk):
    before = head(desk)
    with pytest.raises(InvalidInput, match="text_unprintable"):
        operator.add(
            desk.workspace, name=f"王{NOWHERE}", role=Role.PREPARER, password=None, operator=desk.system_admin,
            request_id=new_request_id(),
        )  # fmt: skip
    with pytest.raises(InvalidInput, match="text_unprintable"):
        recipient.ban(
            desk.workspace, uscc=desk.recipients[0], until=desk.today, reason=f"因{NOWHERE}", operator=desk.preparer,
            request_id=new_request_id(),
        )  # fmt: skip
    text = PRESET.replace('title = "', f'title = "{NOWHERE}', 1)
    with pytest.raises(InvalidInput, match="text_unprintable") as caught:
        policy.draft(desk.workspace, content=text, operator=desk.preparer, request_id=new_request_id())
    assert caught.value.facts["field"] == "policy_title"
    assert head(desk) == before


def test_the_comments_of_a_policy_file_are_nobody_s_business(desk):
    text = f"# {NOWHERE} 😀\n{PRESET}"
    assert policy.draft(desk.workspace, content=text, operator=desk.preparer, request_id=new_request_id())


def test_a_list_is_refused_with_every_name_that_cannot_be_printed_and_the_rest_goes_in(desk, rare_names):
    units = [(unit(name, serial), "enterprise") for serial, name in enumerate(rare_names)]
    before = head(desk)
    with pytest.raises(InvalidFile) as caught:
        recipient.add_all(desk.workspace, units=units, operator=desk.preparer, request_id=new_request_id())
    sentences, refused = describe(caught.value), {fault.found for fault in caught.value.faults}
    assert len(sentences) == len(refused) == len(caught.value.faults) > 1
    for fault, said in zip(caught.value.faults, sentences, strict=True):
        assert fault.found in said
        assert fault.facts["point"] in said
    assert head(desk) == before
    rest = [one for one in units if one[0].name not in refused]
    added = recipient.add_all(desk.workspace, units=rest, operator=desk.preparer, request_id=new_request_id())
    assert len(added) + len(refused) == len(rare_names)
    for one in added[::50]:
        (row,) = desk.queries.recipients(ListFilter(text=one.organisation.name, sort="id")).rows(0, 2)
        assert row.name == one.organisation.name


def test_a_rare_name_that_was_let_in_is_printed(desk, tmp_path, rare_names):
    name = next(one for one in rare_names if desk.workspace.glyphs().unprintable(one) is None)
    added = recipient.add(
        desk.workspace, unit=unit(name), kind="enterprise", operator=desk.preparer, request_id=new_request_id()
    )
    issued = desk.issued(Money.yuan(5), recipient_uscc=added.organisation.uscc)
    (facts,) = certificate.facts_of(desk.workspace, [str(issued.number)])
    assert facts.recipient_name == name
    assert desk.workspace.printer().print_together([facts], tmp_path / "one.pdf").stat().st_size


def test_invisible_characters_keep_their_own_sentence(desk):
    with pytest.raises(InvalidInput) as caught:
        act(desk, "contract", "HT\u202e甲")
    assert (caught.value.code, caught.value.found) == ("text_character", "U+202E")


def test_plain_ascii_asks_no_font():
    facts = {"number": "SX-1", "ids": list(range(10_000)), "nested": [["a", {"b": "c"}]]}
    refuse_unprintable(facts, lambda: pytest.fail("no font is needed for that"))


def test_a_hostile_text_is_recorded_as_it_is_or_refused_in_words(desk, hostile_texts, sealed):
    ways = {
        "name": lambda serial, text: recipient.add(
            desk.workspace, unit=unit(text, serial), kind="enterprise", operator=desk.preparer,
            request_id=new_request_id(),
        ).organisation.name,
        "provider": lambda serial, text: provider.add(
            desk.workspace, unit=unit(text, 1_000 + serial), operator=desk.preparer, request_id=new_request_id()
        ).organisation.name,
        "contract": lambda _serial, text: desk.submit(Money.yuan(1), contract_number=text).contract.number,
        "person": lambda _serial, text: operator.add(
            desk.workspace, name=text, role=Role.PREPARER, password=None, operator=desk.system_admin,
            request_id=new_request_id(),
        ).name,
    }  # fmt: skip
    for way in ways.values():
        recorded, refused, begun = 0, [], records(desk)
        for serial, text in enumerate(hostile_texts):
            try:
                with sealed():
                    kept = way(serial, text)
            except (InvalidInput, RulesViolated) as error:  # R8: contract numbers are compared without marks
                refused.append(error)
            else:
                assert kept == " ".join(text.split())
                assert desk.workspace.glyphs().unprintable(kept) is None
                recorded += 1
        assert recorded > 100
        assert all(all(describe(error)) for error in refused)
        assert records(desk) - begun == recorded, "a refusal leaves no record"
