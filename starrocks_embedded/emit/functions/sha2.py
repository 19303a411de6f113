"""SHA-224, SHA-384 and SHA-512, which DuckDB lacks: the rounds of SHA-2 over lists of words."""

# ruff: noqa: E501 (a macro is one line)

from __future__ import annotations

from dataclasses import dataclass
from math import isqrt
from typing import TYPE_CHECKING

from starrocks_embedded.emit.functions import LATER, rewrite
from starrocks_embedded.emit.functions.constants import literal_text

if TYPE_CHECKING:
    from starrocks_embedded.emit.expression import Emitter
    from starrocks_embedded.syntax import ast


@dataclass(frozen=True)
class Family:
    """Digests of one word size: how far words are turned (three numbers) and shifted (the third of `small`)."""

    bits: int
    storage: str  # twice as wide as a word
    rounds: int
    big_0: tuple[int, int, int]
    big_1: tuple[int, int, int]
    small_0: tuple[int, int, int]
    small_1: tuple[int, int, int]

    @property
    def most(self) -> str:
        return f"CAST({2**self.bits - 1} AS {self.storage})"


SMALL = Family(32, "UBIGINT", 64, (2, 13, 22), (6, 11, 25), (7, 18, 3), (17, 19, 10))
LARGE = Family(64, "UHUGEINT", 80, (28, 34, 39), (14, 18, 41), (1, 8, 7), (19, 61, 6))


def cube_root(prime: int) -> int:
    """Of a small number, times 2**64; the rest is cut off."""
    number = prime << 192
    found = int((prime ** (1 / 3) + 1e-12) * 2**64)  # a little too much: the steps only go down
    while (better := (2 * found + number // found**2) // 3) < found:
        found = better
    return found


PRIMES = [n for n in range(2, 410) if all(n % m for m in range(2, isqrt(n) + 1))]  # as many as there are rounds
# the algorithms begin with fractions of square roots of primes
SQUARES = [isqrt(prime << 128) % 2**64 for prime in PRIMES[:16]]
BEGINNINGS = {224: [root % 2**32 for root in SQUARES[8:]], 384: SQUARES[8:], 512: SQUARES[:8]}


def macros(family: Family) -> str:
    f = f"hashes.sha_{family.bits}"
    digits, block, storage = family.bits // 4, family.bits * 4, family.storage  # of hexadecimal text
    constants = [cube_root(prime) % 2**64 >> (64 - family.bits) for prime in PRIMES[: family.rounds]]

    def turned(word: str, by: int) -> str:
        return f"{f}_turned({word}, {by})"

    def big(word: str, by: tuple[int, int, int]) -> str:
        return f"xor(xor({turned(word, by[0])}, {turned(word, by[1])}), {turned(word, by[2])})"

    def small(word: str, by: tuple[int, int, int]) -> str:
        return f"xor(xor({turned(word, by[0])}, {turned(word, by[1])}), {word} >> CAST({by[2]} AS {storage}))"

    return rf"""
sha_{family.bits}_turned(x, n) AS ((x >> CAST(n AS {storage})) | (x << CAST({family.bits} - n AS {storage}))) & {family.most}
sha_{family.bits}_padded(h) AS h || '80' || repeat('0', ({2 * block} - (length(h) + 2 + {2 * digits}) % {block}) % {block}) || lpad(to_hex(length(h) * 4), {2 * digits}, '0')
sha_{family.bits}_word(t, i) AS CAST(CAST('0x' || t[i * {digits} + 1:(i + 1) * {digits}] AS UBIGINT) AS {storage})
sha_{family.bits}_blocks(t) AS list_transform(range(length(t) // {block}), lambda b: list_transform(range(16), lambda i: {f}_word(t, b * 16 + i)))
sha_{family.bits}_next(w) AS list_append(w, ({small("w[-2]", family.small_1)} + w[-7] + {small("w[-15]", family.small_0)} + w[-16]) & {family.most})
sha_{family.bits}_schedule(w) AS list_reduce(list_transform(range({family.rounds - 16}), lambda i: CAST([i] AS {storage}[])), lambda v, i: {f}_next(v), w)
sha_{family.bits}_first(s, k) AS s[8] + {big("s[5]", family.big_1)} + xor(s[5] & s[6], xor(s[5], {family.most}) & s[7]) + k[1] + k[2]
sha_{family.bits}_second(s) AS {big("s[1]", family.big_0)} + xor(xor(s[1] & s[2], s[1] & s[3]), s[2] & s[3])
sha_{family.bits}_round(s, k) AS list_transform([{f}_first(s, k)], lambda t: [(t + {f}_second(s)) & {family.most}, s[1], s[2], s[3], (s[4] + t) & {family.most}, s[5], s[6], s[7]])[1]
sha_{family.bits}_keyed(w) AS list_transform(w, lambda word, i: [CAST({constants} AS {storage}[])[i], word])
sha_{family.bits}_mixed(s, w) AS list_reduce({f}_keyed({f}_schedule(w)), lambda r, k: {f}_round(r, k), s)
sha_{family.bits}_block(s, w) AS list_transform(list_zip(s, {f}_mixed(s, w)), lambda z: (z[1] + z[2]) & {family.most})
sha_{family.bits}_state(h, s) AS list_reduce({f}_blocks({f}_padded(h)), lambda r, w: {f}_block(r, w), s)
sha_{family.bits}_text(l) AS array_to_string(list_transform(l, lambda word: lpad(to_hex(CAST(word AS UBIGINT)), {digits}, '0')), '')
"""


def digest(size: int) -> str:
    family = SMALL if size == 224 else LARGE
    state = f"hashes.sha_{family.bits}_state(h, CAST({BEGINNINGS[size]} AS {family.storage}[]))"
    text = f"lower(hashes.sha_{family.bits}_text({state}))[:{size // 4}]"
    return f"sha_{size}(s) AS list_transform([hex(encode(hashes.hashable(s)))], lambda h: CASE WHEN h IS NOT NULL THEN {text} END)[1]"


LATER["hashes"].append("".join(map(macros, (SMALL, LARGE))) + "\n".join(map(digest, BEGINNINGS)))


@rewrite("sha2")
def sha2_(emitter: Emitter, call: ast.Call) -> str:
    """Of as many bits as one of the family has, of 256 by default; NULL for another number."""
    value, bits = emitter.sql(call.args[0]), literal_text(call.args[1])
    known = {0: f"sha256({value})", 256: f"sha256({value})"}
    known |= {size: f"hashes.sha_{size}({value})" for size in BEGINNINGS}
    if bits is not None:
        return known.get(int(bits), "CAST(NULL AS VARCHAR)")
    choices = " ".join(f"WHEN {size} THEN {digest}" for size, digest in known.items())
    return f"CASE {emitter.sql(call.args[1])} {choices} END"
