"""Digests that DuckDB computes too. murmur, xx_hash and crc32 have no twin there and are refused."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starrocks_embedded.emit.functions import rewrite, templates
from starrocks_embedded.errors import unsupported
from starrocks_embedded.syntax import ast

if TYPE_CHECKING:
    from starrocks_embedded.emit.expression import Emitter

templates({"md5": "md5({0})"})


@rewrite("md5sum")
def md5sum(emitter: Emitter, call: ast.Call) -> str:
    """Of all arguments together; NULLs add nothing."""
    return "md5(" + " || ".join(f"coalesce({emitter.sql(a)}, '')" for a in call.args) + ")"


@rewrite("sha2")
def sha2(emitter: Emitter, call: ast.Call) -> str:
    bits = call.args[1]
    while isinstance(bits, ast.Cast):
        bits = bits.operand
    if not isinstance(bits, ast.Literal) or bits.value not in (0, 256):
        raise unsupported("function sha2() with other than 256 bits")
    return f"sha256({emitter.sql(call.args[0])})"
