"""The way in: queries and lone expressions, annotated."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from starrocks_embedded.analysis.context import Context
from starrocks_embedded.analysis.expressions import annotate, checked_cast, coerce
from starrocks_embedded.analysis.queries import analyze_query_node, analyze_text
from starrocks_embedded.analysis.scope import AnalyzedQuery, Field, OutputColumn, Scope
from starrocks_embedded.analysis.text import qualifier_of
from starrocks_embedded.syntax import ast

if TYPE_CHECKING:
    from starrocks_embedded.session import Session

__all__ = ["analyze_expression", "analyze_query", "analyze_view_text", "checked_cast", "coerce"]


def analyze_query(session: Session, query: ast.Query, home: tuple[str, str] | None = None) -> AnalyzedQuery:
    """The query with types, slots and implicit casts. `home` is the catalog and database of bare table names, where
    they are not the session's."""
    context = Context.of(session)
    context.home = home or context.home
    columns = analyze_query_node(query, None, context)
    return AnalyzedQuery(query, columns, context.tables, context.recursive)


def analyze_view_text(session: Session, text: str, home: tuple[str, str], sql_mode: frozenset[str]) -> AnalyzedQuery:
    """The analyzed query of a stored text."""
    context = Context.of(session)
    context.home = home
    return analyze_text(text, context, sql_mode)


def analyze_expression(session: Session, expr: ast.Expr, columns: Sequence[OutputColumn] = ()) -> ast.Expr:
    """An expression over given columns: defaults, generated columns, conditions of DML."""
    fields = [Field(c, qualifier_of(c.relation)) for c in columns]
    return annotate(expr, Scope(fields), Context.of(session))
