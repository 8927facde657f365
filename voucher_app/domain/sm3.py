"""SM3 (GB/T 32905-2016), the digest that Chinese archives ask for beside SHA-256.

It is written out because not every Python has it. Software that computes it is no certified 商用密码产品.
"""

from __future__ import annotations

from typing import Final

_WORD: Final = 0xFFFFFFFF
_BLOCK_BYTES: Final = 64
_ROUNDS: Final = 64
_FIRST_ROUNDS: Final = 16
_START: Final = (0x7380166F, 0x4914B2B9, 0x172442D7, 0xDA8A0600, 0xA96F30BC, 0x163138AA, 0xE38DEE4D, 0xB0FB0E4E)


def sm3(message: bytes) -> str:
    """Return the SM3 digest of some bytes as 64 hexadecimal digits."""
    padding = (_BLOCK_BYTES - 9 - len(message)) % _BLOCK_BYTES
    padded = message + b"\x80" + bytes(padding) + (len(message) * 8).to_bytes(8, "big")
    state: tuple[int, ...] = _START
    for start in range(0, len(padded), _BLOCK_BYTES):
        state = _compressed(state, padded[start : start + _BLOCK_BYTES])
    return "".join(f"{word:08x}" for word in state)


def _turned(word: int, places: int) -> int:
    places %= 32
    return (word << places | word >> (32 - places)) & _WORD


def _expanded(block: bytes) -> list[int]:
    """Return the 68 words of the message expansion."""
    words = [int.from_bytes(block[place : place + 4], "big") for place in range(0, _BLOCK_BYTES, 4)]
    for place in range(16, 68):
        mixed = words[place - 16] ^ words[place - 9] ^ _turned(words[place - 3], 15)
        mixed ^= _turned(mixed, 15) ^ _turned(mixed, 23)
        words.append(mixed ^ _turned(words[place - 13], 7) ^ words[place - 6])
    return words


def _compressed(state: tuple[int, ...], block: bytes) -> tuple[int, ...]:
    words = _expanded(block)
    a, b, c, d, e, f, g, h = state
    for place in range(_ROUNDS):
        is_first = place < _FIRST_ROUNDS
        constant = 0x79CC4519 if is_first else 0x7A879D8A
        first = _turned((_turned(a, 12) + e + _turned(constant, place)) & _WORD, 7)
        majority = a ^ b ^ c if is_first else (a & b) | (a & c) | (b & c)
        choice = e ^ f ^ g if is_first else (e & f) | (~e & g)
        left = (majority + d + (first ^ _turned(a, 12)) + (words[place] ^ words[place + 4])) & _WORD
        right = (choice + h + first + words[place]) & _WORD
        d, c, b, a = c, _turned(b, 9), a, left
        h, g, f, e = g, _turned(f, 19), e, right ^ _turned(right, 9) ^ _turned(right, 17)
    return tuple(before ^ after for before, after in zip(state, (a, b, c, d, e, f, g, h), strict=True))
