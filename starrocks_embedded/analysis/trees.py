"""Walking annotated trees and telling equal expressions."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator
from dataclasses import fields
from functools import cache
from typing import Any

from starrocks_embedded.syntax import ast

SILENT = {"span", "text", "type", "nullable", "function", "parts", "written"}
NONDETERMINISTIC = {"rand", "random", "uuid", "uuid_numeric", "uuid_v7", "uuid_v7_numeric", "sleep"}


def children(node: Any, into_queries: bool = False) -> list[ast.Node]:
    """The nodes right below one; those of subqueries only when asked."""
    found: list[ast.Node] = []
    kind: type = type(node)
    for name in _branches(kind):
        _gather(getattr(node, name), into_queries, found)
    return found


@cache
def _branches(kind: type) -> tuple[str, ...]:
    """The fields of a node's class that may hold nodes of the tree itself."""
    others = ("slot", "function", "table", "view", "cte", "system", "columns", "span", "type", "nullable")
    return tuple(f.name for f in fields(kind) if f.name not in others)


def _gather(value: Any, into_queries: bool, found: list[ast.Node]) -> None:
    if isinstance(value, ast.Node):
        if into_queries or not isinstance(value, ast.Query):
            found.append(value)
    elif type(value) in (list, tuple):
        for item in value:
            _gather(item, into_queries, found)


def walk(node: ast.Node, stop: Callable[[ast.Node], bool] | None = None) -> Iterator[Any]:
    """A node and all below it, without subqueries; nothing below a node at which `stop` says so."""
    pending = [node]
    while pending:
        node = pending.pop()
        yield node
        if stop is None or not stop(node):
            pending += reversed(children(node))


def walk_everything(node: ast.Node) -> Iterator[Any]:
    """A node and all below it, subqueries included."""
    yield node
    for child in children(node, into_queries=True):
        yield from walk_everything(child)


def fingerprint(value: Any) -> Hashable:
    """Equal for expressions that mean the same."""
    if isinstance(value, ast.Cast) and value.implicit:
        return fingerprint(value.operand)
    if isinstance(value, ast.ColumnRef):
        return ("column", id(value.slot), tuple(p.lower() for p in value.path))
    if isinstance(value, ast.Literal):
        return (value.kind, str(value.value))
    if isinstance(value, ast.Query):
        return ("query", id(value))
    if isinstance(value, ast.Node):
        inner = (fingerprint(getattr(value, f.name)) for f in fields(value) if f.name not in SILENT)
        return (type(value).__name__, *inner)
    if isinstance(value, list | tuple):
        return tuple(fingerprint(v) for v in value)
    return value if isinstance(value, Hashable) else repr(value)


def is_constant(expr: ast.Expr) -> bool:
    """Whether it reads no column and is the same at every call."""
    return not any(_varies(node) for node in walk(expr))


def _varies(node: Any) -> bool:
    if isinstance(node, ast.Call):
        return node.name in NONDETERMINISTIC or (node.function is not None and node.function.kind != "scalar")
    return isinstance(node, ast.ColumnRef | ast.ScalarQuery | ast.Exists | ast.InQuery)
