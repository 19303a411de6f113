"""mysql_native_password: the salt, what a client answers to it, what a server stores."""

from __future__ import annotations

import hashlib
import hmac
import secrets

ALPHABET = bytes(range(33, 36)) + bytes(range(37, 127))  # printable; no NUL, no $, which separates fields elsewhere


def new_salt() -> bytes:
    return bytes(secrets.choice(ALPHABET) for _ in range(20))


def stored(password: str) -> str:
    """A password as the server keeps it: '*' and the hexadecimal double SHA-1; '' for none."""
    if not password:
        return ""
    return "*" + hashlib.sha1(hashlib.sha1(password.encode()).digest()).hexdigest().upper()


def matches(kept: str, salt: bytes, answer: bytes) -> bool:
    """Whether an answer proves the knowledge of the password behind a stored one."""
    if not kept:
        return not answer
    try:
        double = bytes.fromhex(kept.lstrip("*"))
    except ValueError:
        return False
    if len(answer) != len(double):
        return False
    mask = hashlib.sha1(salt + double).digest()
    single = bytes(a ^ b for a, b in zip(answer, mask, strict=True))
    return hmac.compare_digest(hashlib.sha1(single).digest(), double)
