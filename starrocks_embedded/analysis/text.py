"""Expressions as the analyzer's error texts print them: names in full, in backquotes."""

from __future__ import annotations

from starrocks_embedded.syntax import ast


def shown(expr: ast.Expr) -> str:
    if isinstance(expr, ast.ColumnRef):
        return _column(expr)
    if isinstance(expr, ast.Literal):
        return _literal(expr)
    if isinstance(expr, ast.Binary):
        op = expr.op.upper()
        return f"{_inner(expr.left, expr.op)} {op} {_inner(expr.right, expr.op)}"
    if isinstance(expr, ast.Cast):
        from starrocks_embedded.types import to_sql

        operand = shown(expr.operand)
        return operand if expr.implicit else f"CAST({operand} AS {to_sql(expr.target).upper()})"
    if isinstance(expr, ast.Call):
        return call_shown(expr)
    if isinstance(expr, ast.Inlined):
        return call_shown(expr.function)
    if isinstance(expr, ast.Like):
        word = f"NOT {expr.op.upper()}" if expr.negated else expr.op.upper()
        return f"{shown(expr.operand)} {word} {shown(expr.pattern)}"
    if isinstance(expr, ast.IsNull):
        return f"{shown(expr.operand)} IS {'NOT ' if expr.negated else ''}NULL"
    if isinstance(expr, ast.Unary):
        return f"NOT ({shown(expr.operand)})" if expr.op == "not" else f"{expr.op}{shown(expr.operand)}"
    return _printed(expr)


def call_shown(expr: ast.Call) -> str:
    inner = "*" if expr.star else ", ".join(shown(a) for a in expr.args)
    name = expr.written or expr.name
    if expr.filter is not None:
        name, inner = f"{name}_if", ", ".join(shown(a) for a in (*expr.args, expr.filter))
    text = f"{name}({'DISTINCT ' if expr.distinct else ''}{inner})"
    if expr.window is None:
        return text
    parts = []
    if expr.window.partition_by:
        parts.append("PARTITION BY " + ", ".join(shown(p) for p in expr.window.partition_by))
    if expr.window.order_by:
        items = (f"{shown(o.expr)} {'DESC' if o.descending else 'ASC'}" for o in expr.window.order_by)
        parts.append("ORDER BY " + ", ".join(items))
    return f"{text} OVER ({' '.join(parts)})"


def _inner(expr: ast.Expr, around: str) -> str:
    text = shown(expr)
    bare = expr.operand if isinstance(expr, ast.Cast) and expr.implicit else expr
    return f"({text})" if isinstance(bare, ast.Binary) and around not in ("=", "<", ">", "<=", ">=", "!=") else text


def _column(expr: ast.ColumnRef) -> str:
    relation = getattr(expr.slot, "relation", None)
    parts: tuple[str, ...] = expr.parts
    if expr.slot is not None:
        parts = (*qualifier_of(relation)[-2:], expr.slot.name, *expr.path)
    return ".".join(f"`{p}`" for p in parts)


def qualifier_of(relation: ast.Relation | None) -> tuple[str, ...]:
    """Catalog, database and name under which a relation's columns are known; an alias takes the table's place."""
    if isinstance(relation, ast.TableRef) and relation.cte is None:
        return (*relation.home, relation.alias or relation.parts[-1])
    if isinstance(relation, ast.TableRef):
        return (relation.alias or relation.parts[-1],)
    return () if relation is None or relation.alias is None else (relation.alias,)


def _literal(expr: ast.Literal) -> str:
    if expr.kind in ("string", "date", "datetime"):
        return f"'{expr.value}'"
    if expr.kind == "null":
        return "NULL"
    return str(expr.value).upper() if expr.kind == "bool" else expr.text


def _printed(expr: ast.Expr) -> str:
    from starrocks_embedded.syntax.printer import error_text
    from starrocks_embedded.version import NEWEST, Version

    return error_text(expr, Version.parse(NEWEST))
