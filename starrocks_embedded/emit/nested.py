"""Arrays, maps and structs compared and ordered. Where two rows meet in a join their NULL members are equal; elsewhere
a NULL member leaves open whether two values are. In an order NULL members come first."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from starrocks_embedded.analysis.trees import walk
from starrocks_embedded.syntax import ast
from starrocks_embedded.types import Type

if TYPE_CHECKING:
    from starrocks_embedded.emit.expression import Emitter


def equal(emitter: Emitter, left: ast.Expr, right: ast.Expr) -> str:
    one, other = emitter.sql(left), emitter.sql(right)
    if _meet(left, right):
        return f"({one} = {other})"
    from starrocks_embedded.emit.functions.lambdas import once

    def compared(one: str, other: str) -> str:
        return f"CASE WHEN {one} IS NOT NULL AND {other} IS NOT NULL THEN {_equal(emitter, one, other, left.type)} END"

    return once(emitter, [one, other], compared)


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
    """Whatever the order of their entries. An entry without its like may still be that of a NULL key."""
    mine, yours = emitter.fresh_name(), emitter.fresh_name()
    value = type_.children[1]
    same = _member(emitter, f"{mine}.value", f"fn.map_value({other}, {mine}.key)", value)
    maybe = _member(emitter, f"{mine}.value", f"{yours}.value", value)
    unlike = f"({mine}.key IS NULL OR {yours}.key IS NULL) AND NOT fn.map_has({one}, coalesce({yours}.key, {mine}.key))"
    if_null = f"({mine}.key IS NULL AND {yours}.key IS NULL) OR ({unlike})"
    open_ = f"len(list_filter({other}, lambda {yours}: ({if_null}) AND coalesce({maybe}, true))) > 0"
    found = f"{mine}.key IS NOT NULL AND fn.map_has({other}, {mine}.key)"
    entry = f"CASE WHEN {found} THEN {same} WHEN {open_} THEN NULL ELSE false END"
    entries = f"fn.all_of(list_transform({one}, lambda {mine}: {entry}))"
    return f"CASE WHEN len({one}) <> len({other}) THEN false ELSE {entries} END"


def _member(emitter: Emitter, one: str, other: str, type_: Type) -> str:
    if not type_.is_nested:
        return f"{one} = {other}"
    return f"CASE WHEN {one} IS NOT NULL AND {other} IS NOT NULL THEN {_equal(emitter, one, other, type_)} END"


def sort_key(emitter: Emitter, text: str, type_: Type) -> str:
    """What DuckDB can order by: each member behind the word whether there is one."""
    if type_.name == "array":
        name = emitter.fresh_name()
        return f"list_transform({text}, lambda {name}: {_ranked(emitter, name, type_.children[0])})"
    if type_.name == "struct":
        fields = (
            f"f{i} := {_ranked(emitter, f'struct_extract_at({text}, {i})', child)}"
            for i, child in enumerate(type_.children, 1)
        )
        return f"CASE WHEN {text} IS NOT NULL THEN struct_pack({', '.join(fields)}) END"
    return text


def _ranked(emitter: Emitter, text: str, type_: Type) -> str:
    return f"struct_pack(p := {text} IS NOT NULL, v := {sort_key(emitter, text, type_)})"
