"""ASOF JOIN and NULL AWARE LEFT ANTI JOIN: what their conditions may be."""

from __future__ import annotations

from collections.abc import Iterator

from starrocks_embedded.analysis.coercion import sql_text
from starrocks_embedded.analysis.text import shown
from starrocks_embedded.errors import StarRocksError, analysis_error, unsupported
from starrocks_embedded.syntax import ast

RANGES = ("<", "<=", ">", ">=")
ORDERED = ("bigint", "date", "datetime")


def check_asof(on: ast.Expr | None) -> None:
    """Equalities and exactly one comparison of times, joined by AND."""
    if on is None:
        raise analysis_error("ASOF JOIN requires ON clause with join conditions")
    equalities, ranges = 0, 0
    for term in _terms(on):
        if not isinstance(term, ast.Binary):
            raise unsupported(f"The condition {shown(term)} of an ASOF JOIN")
        if term.op == "or":
            raise analysis_error("ASOF JOIN conditions do not support OR operators in join ON clause")
        if term.op == "=":
            equalities += 1
        elif term.op in RANGES:
            ranges += 1
            _check_times(term)
        else:
            raise analysis_error(f"ASOF JOIN does not support '{term.op}' operator in join ON clause")
    if equalities == 0:
        raise analysis_error("ASOF JOIN requires at least one equality condition in join ON clause")
    if ranges == 0:
        raise _not_one_range("requires exactly one temporal inequality condition in join ON clause")
    if ranges > 1:
        raise _not_one_range(f"supports only one inequality condition in join ON clause, found: {ranges}")


def _not_one_range(what: str) -> StarRocksError:
    return analysis_error(f"ASOF JOIN {what}")


def _terms(on: ast.Expr) -> Iterator[ast.Expr]:
    on = _bare(on)
    if isinstance(on, ast.Binary) and on.op == "and":
        yield from _terms(on.left)
        yield from _terms(on.right)
    else:
        yield on


def _bare(expr: ast.Expr) -> ast.Expr:
    while isinstance(expr, ast.Cast) and expr.implicit:
        expr = expr.operand
    return expr


def _check_times(term: ast.Binary) -> None:
    left, right = _bare(term.left).type, _bare(term.right).type
    if left.name not in ORDERED or right.name not in ORDERED:
        kinds = f"{sql_text(left)} and {sql_text(right)}"
        raise analysis_error(
            "ASOF JOIN temporal condition supports only BIGINT, DATE, or DATETIME types in join ON clause, "
            f"found: {kinds}. predicate: {shown(term)}"
        )


def check_null_aware(on: ast.Expr | None) -> None:
    """NOT IN as a join: more than its one equality could mean several things."""
    condition = _bare(on) if on is not None else None
    if not isinstance(condition, ast.Binary) or condition.op != "=":
        raise unsupported("NULL AWARE LEFT ANTI JOIN on anything but one equality")
