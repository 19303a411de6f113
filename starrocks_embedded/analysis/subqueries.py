"""Correlated subqueries: those that StarRocks' planner cannot take apart are refused."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from starrocks_embedded.analysis.aggregates import is_aggregate, is_window
from starrocks_embedded.analysis.scope import Scope
from starrocks_embedded.analysis.trees import is_constant, walk, walk_everything
from starrocks_embedded.errors import analysis_error, failure
from starrocks_embedded.syntax import ast

ELSEWHERE = "Only support use correlated columns in the where clause of subqueries"
NOT_SUPPORTED = "Not support the subquery!"


def check_correlation(kind: str, query: ast.Query, outer: Scope) -> None:
    """`kind` is scalar, in or exists; the query is annotated."""
    around = {id(f.column) for f in outer.fields}
    if not around or not any(_refers(n, around) for n in walk_everything(query)):
        return
    select = query.body
    if not isinstance(select, ast.Select):
        return
    if any(_refers(n, around) for part in _outside_where(select) for n in walk(part)):
        raise failure(ELSEWHERE)
    if query.limit is not None:
        raise failure(NOT_SUPPORTED)
    _check_shape(kind, select)
    _check_predicates(kind, select, around)


def check_membership(operands: list[ast.Expr]) -> None:
    if all(is_constant(o) for o in operands):
        raise analysis_error("Not support const value quantified comparison with a correlated subquery")


def scattered_complaint(operands: list[ast.Expr], query: ast.Query, outer: Scope) -> str:
    """What the planner says of a membership that is a value, or one of several alternatives: it counts the matches, for
    which one plain equality must lead from the inner rows to the outer one."""
    if len(operands) > 1:
        return "Multi-column IN subquery not supported anywhere except conjuncts of the WHERE clause"
    around = {id(f.column) for f in outer.fields}
    where = query.body.where if isinstance(query.body, ast.Select) else None
    correlated = [c for c in _conjuncts(where) if any(_refers(n, around) for n in walk(c))]
    if not all(isinstance(c, ast.Binary) and c.op == "=" for c in correlated):
        return "Not support exists correlation subquery with Non-EQ predicate"
    if len(correlated) > 1 or any(_refers_on_both_sides(c, around) for c in correlated):
        return (
            "IN subquery not supported the correlation predicate of the WHERE clause that used multiple outer-table "
            "columns at the same time"
        )
    return ""


def _refers_on_both_sides(condition: ast.Expr, around: set[int]) -> bool:
    sides = (condition.left, condition.right) if isinstance(condition, ast.Binary) else ()
    return all(any(_refers(n, around) for n in walk(side)) for side in sides)


def check_scattered(items: list[ast.Expr], where: ast.Expr | None) -> None:
    parts = [*items, *(c for c in _conjuncts(where) if not isinstance(_denied(c), ast.InQuery))]
    for node in (n for part in parts for n in walk(part)):
        if isinstance(node, ast.InQuery) and node.scattered:
            raise analysis_error(node.scattered)


def _denied(condition: ast.Expr) -> ast.Expr:
    while isinstance(condition, ast.Unary) and condition.op == "not":
        condition = condition.operand
    return condition


def _refers(node: Any, around: set[int]) -> bool:
    return isinstance(node, ast.ColumnRef) and id(node.slot) in around


def _outside_where(select: ast.Select) -> Iterator[ast.Node]:
    yield from select.items
    for part in (select.group_by, select.having, select.qualify):
        if part is not None:
            yield part


def _check_shape(kind: str, select: ast.Select) -> None:
    nodes = [n for item in select.items for n in walk(item)]
    if kind == "scalar" and (select.distinct or any(is_window(n) for n in nodes)):
        raise failure(NOT_SUPPORTED)
    if kind == "in" and (select.group_by is not None or any(is_aggregate(n) for n in nodes)):
        raise analysis_error("Unsupported correlated in predicate subquery with grouping or aggregation")


def _check_predicates(kind: str, select: ast.Select, around: set[int]) -> None:
    correlated = [c for c in _conjuncts(select.where) if any(_refers(n, around) for n in walk(c))]
    equal = [isinstance(c, ast.Binary) and c.op == "=" for c in correlated]
    if kind == "scalar" and not all(equal):
        raise analysis_error("Not support Non-EQ correlated predicate in correlated subquery")
    if kind == "exists" and correlated and not any(equal):
        raise analysis_error("Not support exists correlation subquery with Non-EQ predicate")


def _conjuncts(condition: ast.Expr | None) -> Iterator[ast.Expr]:
    if isinstance(condition, ast.Binary) and condition.op == "and":
        yield from _conjuncts(condition.left)
        yield from _conjuncts(condition.right)
    elif condition is not None:
        yield condition
