"""Arrays, maps and structs compared and ordered. Where two rows meet in a join their NULL members are equal, as they
are in arrays that != compares; elsewhere one leaves it open. In an order NULL members stand where NULLs do."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from starrocks_embedded.analysis.trees import walk
from starrocks_embedded.syntax import ast
from starrocks_embedded.types import Type

if TYPE_CHECKING:
    from starrocks_embedded.emit.expression import Emitter

Comparison = Callable[["Emitter", str, str, Type], str]


COMPARED = ("=", "!=", "<=>")


def compared(emitter: Emitter, op: str, left: ast.Expr, right: ast.Expr) -> str:
    if op == "<=>":
        one, other = (canonical(emitter, emitter.sql(side), side.type) for side in (left, right))
        return f"({one} IS NOT DISTINCT FROM {other})"
    if op == "!=" and left.type.name == "array":
        return _strictly(emitter, left, right, _unlike)
    text = equal(emitter, left, right)
    return text if op == "=" else f"(NOT {text})"


def among(emitter: Emitter, expr: ast.InList) -> str:
    """IN and NOT IN of one value are = and !=."""
    if len(expr.items) == 1:
        return compared(emitter, "!=" if expr.negated else "=", expr.operand, expr.items[0])
    found = " OR ".join(equal(emitter, expr.operand, item) for item in expr.items)
    return f"(NOT ({found}))" if expr.negated else f"({found})"


def equal(emitter: Emitter, left: ast.Expr, right: ast.Expr) -> str:
    one, other = emitter.sql(left), emitter.sql(right)
    if _meet(left, right):
        return f"({one} = {other})"
    return _strictly(emitter, left, right, _equal)


def _strictly(emitter: Emitter, left: ast.Expr, right: ast.Expr, compare: Comparison) -> str:
    """NULL where either side is."""
    from starrocks_embedded.emit.functions.lambdas import once

    def written(one: str, other: str) -> str:
        return f"CASE WHEN {one} IS NOT NULL AND {other} IS NOT NULL THEN {compare(emitter, one, other, left.type)} END"

    return once(emitter, [emitter.sql(left), emitter.sql(right)], written)


def _meet(left: ast.Expr, right: ast.Expr) -> bool:
    """Whether the two are of different relations, so that they are compared as a join's keys."""
    one, other = _relations(left), _relations(right)
    return bool(one and other) and not one & other


def _relations(expr: ast.Expr) -> set[int]:
    slots: list[Any] = [n.slot for n in walk(expr) if isinstance(n, ast.ColumnRef)]
    return {id(s.relation) for s in slots if s is not None and s.relation is not None}


def _equal(emitter: Emitter, one: str, other: str, type_: Type) -> str:
    """Of two values that are not NULL."""
    if type_.name == "array":
        name = emitter.fresh_name()
        members = _member(emitter, f"{name}[1]", f"{name}[2]", type_.children[0])
        pairs = f"fn.all_of(list_transform(list_zip({one}, {other}), lambda {name}: {members}))"
        plain = ""  # what most arrays need: nothing is looked for in them
        if not type_.children[0].is_nested:
            whole = f"list_position({one}, NULL) IS NULL AND list_position({other}, NULL) IS NULL"
            plain = f" WHEN {whole} THEN {one} = {other}"
        return f"CASE WHEN len({one}) <> len({other}) THEN false{plain} ELSE {pairs} END"
    if type_.name == "struct":
        fields = enumerate(type_.children, 1)
        members = ", ".join(
            _member(emitter, f"struct_extract_at({one}, {i})", f"struct_extract_at({other}, {i})", child)
            for i, child in fields
        )
        return f"fn.all_of([{members}])"
    return _equal_maps(emitter, one, other, type_)


def _equal_maps(emitter: Emitter, one: str, other: str, type_: Type) -> str:
    """Whatever the order of their entries. A key that the other map has not may be its NULL key, which stands for one
    key only; a NULL key is the one that is left then."""
    mine, yours, lone = emitter.fresh_name(), emitter.fresh_name(), emitter.fresh_name()
    value = type_.children[1]
    same = _member(emitter, f"{mine}.value", f"fn.map_value({other}, {mine}.key)", value)
    maybe = _member(emitter, f"{mine}.value", f"{yours}.value", value)
    alone = f"len(list_filter({one}, lambda {lone}: {lone}.key IS NOT NULL AND NOT fn.map_has({other}, {lone}.key)))"
    rest = f"CASE WHEN {yours}.key IS NULL THEN {alone} = 0 ELSE NOT fn.map_has({one}, {yours}.key) END"
    partner = f"CASE WHEN {mine}.key IS NULL THEN {rest} ELSE {yours}.key IS NULL AND {alone} = 1 END"
    open_ = f"len(list_filter({other}, lambda {yours}: {partner} AND coalesce({maybe}, true))) > 0"
    found = f"{mine}.key IS NOT NULL AND fn.map_has({other}, {mine}.key)"
    entry = f"CASE WHEN {found} THEN {same} WHEN {open_} THEN NULL ELSE false END"
    entries = f"fn.all_of(list_transform({one}, lambda {mine}: {entry}))"
    return f"CASE WHEN len({one}) <> len({other}) THEN false ELSE {entries} END"


def _unlike(emitter: Emitter, one: str, other: str, type_: Type) -> str:
    """Of two values in arrays, whose NULL members are equal; no map is like another one there."""
    if type_.name == "map":
        return "true"
    if not _has_maps(type_):
        return f"({one} <> {other})"
    if type_.name == "struct":
        fields = enumerate(type_.children, 1)
        return " OR ".join(
            f"({_unlike_member(emitter, f'struct_extract_at({one}, {i})', f'struct_extract_at({other}, {i})', child)})"
            for i, child in fields
        )
    name = emitter.fresh_name()
    pair = _unlike_member(emitter, f"{name}[1]", f"{name}[2]", type_.children[0])
    pairs = f"len(list_filter(list_zip({one}, {other}), lambda {name}: {pair})) > 0"
    return f"(len({one}) <> len({other}) OR {pairs})"


def _unlike_member(emitter: Emitter, one: str, other: str, type_: Type) -> str:
    both = f"{one} IS NOT NULL AND {other} IS NOT NULL"
    return f"CASE WHEN {both} THEN {_unlike(emitter, one, other, type_)} ELSE {one} IS NULL <> ({other} IS NULL) END"


def _has_maps(type_: Type) -> bool:
    return type_.name == "map" or any(map(_has_maps, type_.children))


def canonical(emitter: Emitter, text: str, type_: Type) -> str:
    """The same value for maps that differ in the order of their entries alone."""
    if not _has_maps(type_):
        return text
    if type_.name == "struct":
        parts = (
            f"f{i} := {canonical(emitter, f'struct_extract_at({text}, {i})', c)}"
            for i, c in enumerate(type_.children, 1)
        )
        return f"CASE WHEN {text} IS NOT NULL THEN struct_pack({', '.join(parts)}) END"
    name = emitter.fresh_name()
    if type_.name == "array":
        return f"list_transform({text}, lambda {name}: {canonical(emitter, name, type_.children[0])})"
    value = canonical(emitter, f"{name}.value", type_.children[1])
    return f"list_sort(list_transform({text}, lambda {name}: struct_pack(k := {name}.key, v := {value})))"


def _member(emitter: Emitter, one: str, other: str, type_: Type) -> str:
    if not type_.is_nested:
        return f"{one} = {other}"
    return f"CASE WHEN {one} IS NOT NULL AND {other} IS NOT NULL THEN {_equal(emitter, one, other, type_)} END"


def sort_key(emitter: Emitter, text: str, type_: Type, null_greatest: bool) -> str:
    """What DuckDB can order by: each member behind the word whether there is one."""
    if type_.name == "array":
        name = emitter.fresh_name()
        return f"list_transform({text}, lambda {name}: {_ranked(emitter, name, type_.children[0], null_greatest)})"
    if type_.name == "struct":
        fields = (
            f"f{i} := {_ranked(emitter, f'struct_extract_at({text}, {i})', child, null_greatest)}"
            for i, child in enumerate(type_.children, 1)
        )
        return f"CASE WHEN {text} IS NOT NULL THEN struct_pack({', '.join(fields)}) END"
    return text


def _ranked(emitter: Emitter, text: str, type_: Type, null_greatest: bool) -> str:
    rank = f"{text} IS NULL" if null_greatest else f"{text} IS NOT NULL"
    return f"struct_pack(p := {rank}, v := {sort_key(emitter, text, type_, null_greatest)})"
