"""How alike two texts are by their n-grams, which the server counts by 16 bits of a checksum."""

# ruff: noqa: E501 (a macro is one line)

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from starrocks_embedded.emit.functions import LATER, rewrite
from starrocks_embedded.emit.functions.constants import is_null, literal_text
from starrocks_embedded.errors import failure

if TYPE_CHECKING:
    from starrocks_embedded.emit.expression import Emitter
    from starrocks_embedded.syntax import ast

POLYNOMIAL = 0x82F63B78  # of CRC-32C, its bits turned round
SEED = 0x811C9DC5
MULTIPLIER = 0xCC9E2D51
LONGEST = 2**15


def _table() -> list[int]:
    table = []
    for value in range(256):
        for _ in range(8):
            value = value >> 1 ^ (POLYNOMIAL if value & 1 else 0)
        table.append(value)
    return table


TABLE = _table()

LATER["hashes"].append(
    f"""
gram_step(c, b) AS xor({TABLE}[(xor(c, b) & 255) + 1], c >> 8)
gram_mixed(c) AS xor(c * CAST({MULTIPLIER} AS UBIGINT), (c * CAST({MULTIPLIER} AS UBIGINT)) >> 32) & 65535
gram_hash(bytes) AS hashes.gram_mixed(CAST(list_reduce(bytes, lambda c, b: hashes.gram_step(c, b), CAST({SEED} AS BIGINT)) AS UBIGINT))
gram_hashes(bytes, n) AS list_transform(range(len(bytes) - n + 1), lambda place: hashes.gram_hash(bytes[place + 1:place + n]))
bytes_of(s) AS list_transform(regexp_extract_all(hex(encode(s)), '..'), lambda byte: CAST('0x' || byte AS BIGINT))
grams(s, n) AS CASE WHEN strlen(s) > {LONGEST} THEN [] ELSE hashes.gram_hashes(hashes.bytes_of(s), n) END
grams_found(g, wanted) AS coalesce(list_sum(list_transform(wanted, lambda gram: least(gram['times'], len(list_filter(g, lambda seen: seen = gram['hash']))))), 0)
alike(s, n, wanted, total) AS CASE WHEN s IS NOT NULL THEN CAST(CAST(1 AS FLOAT) - CAST(total - hashes.grams_found(hashes.grams(s, n), wanted) AS FLOAT) / CAST(total AS FLOAT) AS DOUBLE) END
"""
)


def gram_hash(gram: bytes) -> int:
    value = SEED
    for byte in gram:
        value = TABLE[(value ^ byte) & 255] ^ value >> 8
    product = value * MULTIPLIER
    return (product ^ product >> 32) & 0xFFFF


@rewrite("ngram_search", "ngram_search_case_insensitive")
def ngram_search(emitter: Emitter, call: ast.Call) -> str:
    """The part of the second text's n-grams that the first one has; 0 for a text shorter than one."""
    if any(map(is_null, call.args[1:])):
        return "CAST(NULL AS DOUBLE)"
    text, size = literal_text(call.args[1]), literal_text(call.args[2])
    if text is None or size is None:
        raise failure("ngram search's second parameter must be const")
    if int(size) <= 0:
        raise failure("ngram search's third parameter must be a positive number")
    value, wanted = emitter.sql(call.args[0]), text.encode()
    if call.name != "ngram_search":
        wanted = wanted.lower()
        value = f"translate({value}, 'ABCDEFGHIJKLMNOPQRSTUVWXYZ', 'abcdefghijklmnopqrstuvwxyz')"
    if len(wanted) > LONGEST:
        raise failure("ngram function's second parameter is larger than 2^15")
    grams = [wanted[at : at + int(size)] for at in range(len(wanted) - int(size) + 1)]
    if not grams:
        return f"CASE WHEN {value} IS NOT NULL THEN CAST(0 AS DOUBLE) END"
    counted = Counter(map(gram_hash, grams))
    entries = ", ".join(f"{{'hash': {code}, 'times': {times}}}" for code, times in counted.items())
    return f"hashes.alike({value}, {int(size)}, [{entries}], {len(grams)})"
