"""Subqueries in the conditions of outer and semi joins: DuckDB wants them computed beside the rows of one side."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from starrocks_embedded.analysis.trees import walk, walk_everything
from starrocks_embedded.errors import unsupported
from starrocks_embedded.syntax import ast

if TYPE_CHECKING:
    from starrocks_embedded.emit.expression import Emitter

SUBQUERIES = (ast.InQuery, ast.Exists, ast.ScalarQuery)


def lift_subqueries(emitter: Emitter, on: ast.Expr | None, left: ast.Relation, right: ast.Relation) -> tuple[str, str]:
    """What is joined to the left and to the right side, so that the condition only names what it reads."""
    sides = {"left": "", "right": ""}
    for found in _subqueries(on):
        side = _side(found, left, right)
        name = emitter.fresh_name()
        sides[side] += f" CROSS JOIN LATERAL (SELECT {emitter.sql(found)} AS v) AS {name}"
        emitter.lifted[id(found)] = f"{name}.v"
    return sides["left"], sides["right"]


def _subqueries(on: ast.Expr | None) -> list[ast.Expr]:
    if on is None:
        return []
    return [n for n in walk(on, lambda n: isinstance(n, SUBQUERIES)) if isinstance(n, SUBQUERIES)]


def _side(found: ast.Expr, left: ast.Relation, right: ast.Relation) -> str:
    read = {id(getattr(n.slot, "relation", None)) for n in walk_everything(found) if isinstance(n, ast.ColumnRef)}
    lefts, rights = (bool(read & {id(r) for r in _parts(side)}) for side in (left, right))
    if lefts and rights:
        raise unsupported("A subquery that reads both sides of the join in whose condition it stands")
    return "right" if rights else "left"


def _parts(relation: ast.Relation) -> Iterator[ast.Relation]:
    yield relation
    if isinstance(relation, ast.Join):
        yield from _parts(relation.left)
        yield from _parts(relation.right)
