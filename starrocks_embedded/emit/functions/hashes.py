"""Digests and hashes. DuckDB has MD5 and SHA-256; the others are arithmetic over the bytes' hexadecimal text."""

# ruff: noqa: E501 (a macro is one line)

from __future__ import annotations

from typing import TYPE_CHECKING

from starrocks_embedded.emit.functions import LATER, rewrite, templates
from starrocks_embedded.errors import RAISED

if TYPE_CHECKING:
    from starrocks_embedded.emit.expression import Emitter
    from starrocks_embedded.syntax import ast

MURMUR_SEED = 104729
TO_32, TO_64 = 2**32 - 1, 2**64 - 1
CRC_TABLE = [
    0x00000000, 0x1DB71064, 0x3B6E20C8, 0x26D930AC, 0x76DC4190, 0x6B6B51F4, 0x4DB26158, 0x5005713C,
    0xEDB88320, 0xF00F9344, 0xD6D6A3E8, 0xCB61B38C, 0x9B64C2B0, 0x86D3D2D4, 0xA00AE278, 0xBDBDF21C,
]  # fmt: skip

# the numbers of the published algorithms (MurmurHash3_x86_32, XXH3_64bits)
PRIME_64_1, PRIME_64_2, PRIME_64_3 = 0x9E3779B185EBCA87, 0xC2B2AE3D27D4EB4F, 0x165667B19E3779F9
MIX_1, MIX_2 = 0x165667919E3779F9, 0x9FB21C651E98DF25
SECRET = bytes.fromhex(
    "b8fe6c3923a44bbe7c01812cf721ad1cded46de9839097db7240a4a4b7b3671fcb79e64eccc0e578825ad07dccff7221b8084674f74324"
    "8ee03590e6813a264c3c2852bb91c300cb88d0658b1b532ea371644897a20df94e3819ef46a9deacd8a8fa763fe39c343ff9dcbbc7c70b"
    "4f1d8a51e04bcdb45931c89f7ec9d9787364eac5ac8334d3ebc3c581a0fffa1363eb170ddd51b7f0da49d316552629d4689e2b16be587d"
    "47a1fc8ff8b8d17ad031ce45cb3a8f95160428afd7fbcabb4b407e"
)


def secret(at: int, size: int = 8) -> int:
    return int.from_bytes(SECRET[at : at + size], "little")


# `h` is the hexadecimal text of the bytes, `i` counts its characters from 0
LATER["hashes"] = [
    rf"""
hashable(s) AS CASE WHEN strlen(s) <= 8192 THEN s WHEN s IS NOT NULL THEN error('{RAISED}a hash of more than 8192 bytes is not supported by the embedded engine') END
hex_little_4(h, i) AS CAST('0x' || h[i + 7:i + 8] || h[i + 5:i + 6] || h[i + 3:i + 4] || h[i + 1:i + 2] AS UBIGINT)
hex_little_8(h, i) AS CAST('0x' || h[i + 15:i + 16] || h[i + 13:i + 14] || h[i + 11:i + 12] || h[i + 9:i + 10] || h[i + 7:i + 8] || h[i + 5:i + 6] || h[i + 3:i + 4] || h[i + 1:i + 2] AS UBIGINT)
murmur_rotated(x, n) AS list_transform([x], lambda v: (v << n) | (v >> (32 - n)))[1] & {TO_32}
murmur_block(k) AS (hashes.murmur_rotated(k * 3432918353 & {TO_32}, 15) * 461845907) & {TO_32}
murmur_step(a, k) AS (hashes.murmur_rotated(xor(a, hashes.murmur_block(k)), 13) * 5 + 3864292196) & {TO_32}
murmur_shifted(x, n) AS list_transform([x], lambda v: xor(v, v >> n))[1]
murmur_end_1(x) AS (hashes.murmur_shifted(x, 16) * 2246822507) & {TO_32}
murmur_end_2(x) AS (hashes.murmur_shifted(x, 13) * 3266489909) & {TO_32}
murmur_tail(t) AS CASE WHEN t = '' THEN CAST(0 AS UBIGINT) ELSE hashes.murmur_block(hashes.hex_little_4(rpad(t, 8, '0'), 0)) END
murmur_body(h, seed) AS xor(list_reduce(list_transform(regexp_extract_all(h, '.{{8}}'), lambda word: hashes.hex_little_4(word, 0)), lambda a, k: hashes.murmur_step(a, k), seed), hashes.murmur_tail(right(h, length(h) % 8)))
murmur_32(s, seed) AS list_transform([hex(encode(s))], lambda h: hashes.murmur_shifted(hashes.murmur_end_2(hashes.murmur_end_1(xor(hashes.murmur_body(h, seed), CAST(length(h) // 2 AS UBIGINT)))), 16))[1]
signed_32(x) AS CASE WHEN x < 2147483648 THEN CAST(x AS BIGINT) ELSE CAST(x AS BIGINT) - 4294967296 END
signed_64(x) AS CASE WHEN x < 9223372036854775808 THEN CAST(x AS HUGEINT) ELSE CAST(x AS HUGEINT) - 18446744073709551616 END
hex_128(t) AS list_transform([t], lambda v: CAST(hashes.signed_64(CAST('0x' || v[:16] AS UBIGINT)) AS HUGEINT) * 18446744073709551616 + CAST('0x' || v[17:] AS UBIGINT))[1]
crc_half(c, d) AS xor({CRC_TABLE}[(xor(c, d) & 15) + 1], c >> 4)
crc_step(c, d) AS list_transform([hashes.crc_half(c, d & 15)], lambda half: hashes.crc_half(half, d >> 4))[1]
crc32(s) AS xor(list_reduce(list_transform(regexp_extract_all(hex(encode(s)), '..'), lambda byte: CAST('0x' || byte AS BIGINT)), lambda c, d: hashes.crc_step(c, d), CAST({TO_32} AS BIGINT)), {TO_32})
xx_low(x) AS x & CAST({TO_64} AS UHUGEINT)
xx_times(a, b) AS hashes.xx_low(CAST(a AS UHUGEINT) * CAST(b AS UHUGEINT))
xx_folded(a, b) AS list_transform([CAST(a AS UHUGEINT) * CAST(b AS UHUGEINT)], lambda p: xor(hashes.xx_low(p), p >> CAST(64 AS UHUGEINT)))[1]
xx_minus(a, b) AS hashes.xx_low(CAST(a AS UHUGEINT) + CAST(18446744073709551616 AS UHUGEINT) - b)
xx_turned(x, n) AS hashes.xx_low(x << CAST(n AS UHUGEINT)) | (x >> CAST(64 - n AS UHUGEINT))
xx_swapped(x) AS CAST(hashes.hex_little_8(lpad(to_hex(CAST(x AS UBIGINT)), 16, '0'), 0) AS UHUGEINT)
xx_shift(x, n) AS list_transform([x], lambda v: xor(v, v >> CAST(n AS UHUGEINT)))[1]
xx_finish_64(x) AS hashes.xx_shift(hashes.xx_times(hashes.xx_shift(hashes.xx_times(hashes.xx_shift(x, 33), {PRIME_64_2}), 29), {PRIME_64_3}), 32)
xx_finish(x) AS hashes.xx_shift(hashes.xx_times(hashes.xx_shift(x, 37), {MIX_1}), 32)
xx_half(x, n) AS list_transform([x], lambda v: xor(v, (v >> CAST(35 AS UHUGEINT)) + CAST(n AS UHUGEINT)))[1]
xx_strong(x, n) AS hashes.xx_shift(hashes.xx_times(hashes.xx_half(hashes.xx_times(list_transform([x], lambda v: xor(v, xor(hashes.xx_turned(v, 49), hashes.xx_turned(v, 24))))[1], {MIX_2}), n), {MIX_2}), 28)
xx_at(h, i) AS CAST(hashes.hex_little_8(h, i * 2) AS UHUGEINT)
xx_at_4(h, i) AS CAST(hashes.hex_little_4(h, i * 2) AS UHUGEINT)
xx_byte(h, i) AS CAST(CAST('0x' || h[i * 2 + 1:i * 2 + 2] AS UBIGINT) AS UHUGEINT)
xx_empty(seed) AS hashes.xx_finish_64(xor(seed, CAST({secret(56) ^ secret(64)} AS UHUGEINT)))
xx_to_3(h, n, seed) AS hashes.xx_finish_64(xor((hashes.xx_byte(h, 0) << CAST(16 AS UHUGEINT)) | (hashes.xx_byte(h, n // 2) << CAST(24 AS UHUGEINT)) | hashes.xx_byte(h, n - 1) | (CAST(n AS UHUGEINT) << CAST(8 AS UHUGEINT)), hashes.xx_low(CAST({secret(0, 4) ^ secret(4, 4)} AS UHUGEINT) + seed)))
xx_seed_4(seed) AS xor(seed, CAST(hashes.hex_little_4(lpad(to_hex(CAST(seed & {TO_32} AS UBIGINT)), 8, '0'), 0) AS UHUGEINT) << 32)
xx_to_8(h, n, seed) AS hashes.xx_strong(xor(hashes.xx_at_4(h, n - 4) + (hashes.xx_at_4(h, 0) << CAST(32 AS UHUGEINT)), hashes.xx_minus({secret(8) ^ secret(16)}, hashes.xx_seed_4(seed))), n)
xx_mixed_16(a, b, n) AS hashes.xx_finish(hashes.xx_low(CAST(n AS UHUGEINT) + hashes.xx_swapped(a) + b + hashes.xx_folded(a, b)))
xx_to_16(h, n, seed) AS list_transform([[xor(hashes.xx_at(h, 0), hashes.xx_low(CAST({secret(24) ^ secret(32)} AS UHUGEINT) + seed)), xor(hashes.xx_at(h, n - 8), hashes.xx_minus({secret(40) ^ secret(48)}, seed))]], lambda w: hashes.xx_mixed_16(w[1], w[2], n))[1]
xx_total(l) AS list_reduce(l, lambda a, b: hashes.xx_low(a + b), CAST(0 AS UHUGEINT))
xx_mix(h, i, low, high, seed) AS hashes.xx_folded(xor(hashes.xx_at(h, i), hashes.xx_low(low + seed)), xor(hashes.xx_at(h, i + 8), hashes.xx_minus(high, seed)))
xx_pair(h, n, i, words, seed) AS hashes.xx_mix(h, i * 16, words[i * 4 + 1], words[i * 4 + 2], seed) + hashes.xx_mix(h, n - 16 - i * 16, words[i * 4 + 3], words[i * 4 + 4], seed)
xx_to_128(h, n, seed) AS hashes.xx_finish(hashes.xx_low(hashes.xx_times(n, {PRIME_64_1}) + hashes.xx_total(list_transform(range((n - 1) // 32 + 1), lambda i: hashes.xx_pair(h, n, i, CAST({[secret(at) for at in range(0, 128, 8)]} AS UHUGEINT[]), seed)))))
xx_sum(h, first, last, words, seed) AS hashes.xx_total(list_transform(range(first, last), lambda i: hashes.xx_mix(h, i * 16, words[(i - first) * 2 + 1], words[(i - first) * 2 + 2], seed)))
xx_to_240(h, n, seed) AS hashes.xx_finish(hashes.xx_low(hashes.xx_finish(hashes.xx_low(hashes.xx_times(n, {PRIME_64_1}) + hashes.xx_sum(h, 0, 8, CAST({[secret(at) for at in range(0, 128, 8)]} AS UHUGEINT[]), seed))) + hashes.xx_sum(h, 8, n // 16, CAST({[secret(at) for at in range(3, 131, 8)]} AS UHUGEINT[]), seed) + hashes.xx_mix(h, n - 16, CAST({secret(119)} AS UHUGEINT), CAST({secret(127)} AS UHUGEINT), seed)))
xx_bytes(h, n, seed) AS CASE WHEN n = 0 THEN hashes.xx_empty(seed) WHEN n <= 3 THEN hashes.xx_to_3(h, n, seed) WHEN n <= 8 THEN hashes.xx_to_8(h, n, seed) WHEN n <= 16 THEN hashes.xx_to_16(h, n, seed) WHEN n <= 128 THEN hashes.xx_to_128(h, n, seed) WHEN n <= 240 THEN hashes.xx_to_240(h, n, seed) ELSE error('{RAISED}xx_hash3_64() of more than 240 bytes is not supported by the embedded engine') END
xx_64(s, seed) AS list_transform([{{'h': hex(encode(s)), 'seed': seed}}], lambda x: CASE WHEN x['h'] IS NOT NULL AND x['seed'] IS NOT NULL THEN hashes.xx_bytes(x['h'], length(x['h']) // 2, x['seed']) END)[1]
"""
]

templates({"md5": "md5({0})", "crc32": "hashes.crc32(hashes.hashable({0}))"})


def seeded(emitter: Emitter, call: ast.Call, macro: str, seed: str) -> str:
    """Each argument is hashed with the hash of those before it as its seed."""
    for argument in call.args:
        seed = f"{macro}(hashes.hashable({emitter.sql(argument)}), {seed})"
    return seed


@rewrite("murmur_hash3_32")
def murmur_hash3_32(emitter: Emitter, call: ast.Call) -> str:
    return f"hashes.signed_32({seeded(emitter, call, 'hashes.murmur_32', f'CAST({MURMUR_SEED} AS UBIGINT)')})"


@rewrite("xx_hash3_64")
def xx_hash3_64(emitter: Emitter, call: ast.Call) -> str:
    return f"hashes.signed_64({seeded(emitter, call, 'hashes.xx_64', 'CAST(0 AS UHUGEINT)')})"


@rewrite("md5sum", "md5sum_numeric")
def md5sum(emitter: Emitter, call: ast.Call) -> str:
    """Of all arguments together; NULLs add nothing."""
    digest = "md5(" + " || ".join(f"coalesce({emitter.sql(a)}, '')" for a in call.args) + ")"
    return digest if call.name == "md5sum" else f"hashes.hex_128({digest})"
