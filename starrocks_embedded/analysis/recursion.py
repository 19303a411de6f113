"""WITH RECURSIVE: which common table expressions call themselves, and the types their first operand gives them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from starrocks_embedded.analysis.coercion import can_cast, loud_text, matches
from starrocks_embedded.analysis.scope import OutputColumn, Scope
from starrocks_embedded.analysis.trees import walk_everything
from starrocks_embedded.errors import analysis_error
from starrocks_embedded.syntax import ast

if TYPE_CHECKING:
    from starrocks_embedded.analysis.context import Context


def is_recursive(cte: ast.Cte) -> bool:
    """Whether it is a UNION of which an operand other than the first reads the expression itself."""
    body = cte.query.body
    if not isinstance(body, ast.SetOperation) or body.op != "union":
        return False
    return any(_reads(step, cte.name) for step in operands(body)[1:])


def operands(body: ast.SetOperation) -> list[ast.Node]:
    """Those of one UNION: a UNION of the other sort before it is the first of them."""
    left = body.left
    if isinstance(left, ast.SetOperation) and left.op == "union" and left.all == body.all:
        return [*operands(left), body.right]
    return [left, body.right]


def _reads(node: ast.Node, name: str) -> bool:
    return any(isinstance(n, ast.TableRef) and n.parts == (name,) for n in walk_everything(node))


def analyze_recursive(cte: ast.Cte, outer: Scope | None, context: Context) -> None:
    """The first operand says what the columns are; the others are stored as that."""
    from starrocks_embedded.analysis.queries import analyze_operand

    body = cte.query.body
    assert isinstance(body, ast.SetOperation)
    cte.anchor, *cte.steps = operands(body)
    columns = _named(cte, analyze_operand(cte.anchor, outer, context))
    context.ctes[-1][cte.name] = cte
    context.cte_columns[id(cte)] = columns
    for step in cte.steps:
        given = analyze_operand(step, outer, context)
        _check(given, columns)
        cte.step_types.append([c.type for c in given])
    if cte.query.order_by or cte.query.limit is not None:
        raise analysis_error(f"ORDER BY is not allowed in recursive CTE '{cte.name}'")
    cte.is_distinct = not body.all
    cte.types = [c.type for c in columns]


def _named(cte: ast.Cte, columns: list[OutputColumn]) -> list[OutputColumn]:
    if cte.columns and len(cte.columns) != len(columns):
        raise analysis_error("View's SELECT and view's field list have different column counts")
    return [replace(c, name=n) for c, n in zip(columns, cte.columns, strict=True)] if cte.columns else columns


def _check(given: list[OutputColumn], columns: list[OutputColumn]) -> None:
    if len(given) != len(columns):
        raise analysis_error("Operands have unequal number of columns")
    for one, column in zip(given, columns, strict=True):
        if not matches(one.type, column.type) and not can_cast(one.type, column.type):
            shape = f"'{loud_text(column.type)}' and '{loud_text(one.type)}'"
            raise analysis_error(f"Unequality return types {shape} in recursive cte")
