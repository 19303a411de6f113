"""Lambda functions: how their parameters are named in DuckDB, and values that are computed once and used often."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from starrocks_embedded.syntax import ast

if TYPE_CHECKING:
    from starrocks_embedded.emit.expression import Emitter

UNEQUAL = "Input array element''s size is not equal in array_map()."
SHORT = 40  # a text of this length is cheaper written twice than handed in


def split_lambda(call: ast.Call) -> tuple[ast.Lambda | None, list[ast.Expr]]:
    """The lambda stands first or last."""
    found = next((a for a in call.args if isinstance(a, ast.Lambda)), None)
    return found, [a for a in call.args if a is not found]


def bound(emitter: Emitter, function: ast.Lambda, values: Sequence[str]) -> str:
    """The body with these texts for its parameters."""
    before = emitter.parameters
    emitter.parameters = {**before, **{id(c): v for c, v in zip(function.columns, values, strict=True)}}
    try:
        return emitter.sql(function.body)
    finally:
        emitter.parameters = before


def once(emitter: Emitter, values: Sequence[str], write: Callable[..., str]) -> str:
    """A text that needs each value several times."""
    if all(len(v) < SHORT for v in values):
        return write(*values)
    name = emitter.fresh_name()
    fields = ", ".join(f"a{i} := {v}" for i, v in enumerate(values))
    inside = write(*(f"{name}.a{i}" for i in range(len(values))))
    return f"list_transform([struct_pack({fields})], lambda {name}: {inside})[1]"


def mapped(emitter: Emitter, function: ast.Lambda, arrays: list[ast.Expr]) -> str:
    """A lambda over one array, or over several of one length at once."""
    name = emitter.fresh_name()
    if len(arrays) == 1:
        return f"list_transform({emitter.sql(arrays[0])}, lambda {name}: {bound(emitter, function, [name])})"
    body = bound(emitter, function, [f"struct_extract_at({name}, {i})" for i in range(1, len(arrays) + 1)])

    def zipped(*texts: str) -> str:
        missing = " OR ".join(f"{t} IS NULL" for t in texts)
        unequal = " OR ".join(f"len({t}) <> len({texts[0]})" for t in texts[1:])
        whole = f"list_transform(list_zip({', '.join(texts)}), lambda {name}: {body})"
        return f"CASE WHEN {missing} THEN NULL WHEN {unequal} THEN error('raised: {UNEQUAL}') ELSE {whole} END"

    return once(emitter, [emitter.sql(a) for a in arrays], zipped)
