from __future__ import annotations

import re

import pytest

from voucher_app.app import make_hasher
from voucher_app.authentication.argon2id import Argon2idHasher

CHEAP = Argon2idHasher(time_cost=1, memory_cost_kib=8, parallelism=1)


def test_a_hash_is_argon2id_in_phc_form_with_the_parameters_of_the_rfc():
    made = make_hasher().hash("correct horse battery")
    assert re.fullmatch(r"\$argon2id\$v=19\$m=65536,t=3,p=4\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}", made)
    assert "correct" not in made


def test_the_same_password_never_gives_the_same_hash():
    assert CHEAP.hash("correct horse") != CHEAP.hash("correct horse")


def test_a_hash_knows_its_password_and_no_other():
    made = CHEAP.hash("春风又绿江南岸明月何时照我还")
    assert CHEAP.matches(made, "春风又绿江南岸明月何时照我还")
    assert not CHEAP.matches(made, "春风又绿江南岸明月何时照我")
    assert make_hasher().matches(made, "春风又绿江南岸明月何时照我还")  # parameters stand in the hash


@pytest.mark.parametrize("damaged", ["", "x", "$argon2id$v=19$m=8,t=1,p=1$AAAA", "$argon2i$v=19$m=8,t=1,p=1$a$b"])
def test_a_damaged_hash_matches_nothing(damaged):
    assert not CHEAP.matches(damaged, "")
