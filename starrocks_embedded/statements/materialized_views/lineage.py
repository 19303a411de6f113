"""Which partition columns of base tables a column of a query comes from, through subqueries, views and unions."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from starrocks_embedded.catalog import model
from starrocks_embedded.syntax import ast

if TYPE_CHECKING:
    from starrocks_embedded.analysis.scope import AnalyzedQuery, OutputColumn

FUNCTIONS = ("date_trunc", "str2date")
SLICE = "time_slice"  # inside a date_trunc to a longer unit


@dataclass
class Origin:
    """A stored table's column, and the unit by which date_trunc widens its values on the way."""

    table: model.Table
    column: model.Column
    unit: str = ""

    @property
    def partitions(self) -> bool:
        """Whether the table's rows are parted by it."""
        if self.column.name.lower() in (c.lower() for c in self.table.partitioning.columns):
            return True
        return self._generated() is not None

    def _generated(self) -> model.Column | None:
        """The hidden column that a table parted by several expressions makes of it."""
        for name in self.table.partitioning.columns:
            column = self.table.column(name)
            if column is not None and column.hidden and f"`{self.column.name}`" in column.generated:
                return column
        return None


def origins(query: ast.Query, position: int) -> list[Origin]:
    """Of the query's output at that position, one for each branch of a union; those without one are left out."""
    return [o for expr in _outputs(query.body, position) for o in _of(expr)]


def _outputs(body: ast.Node, position: int) -> Iterator[ast.Expr]:
    if isinstance(body, ast.SetOperation):
        yield from _outputs(body.left, position)
        yield from _outputs(body.right, position)
    elif isinstance(body, ast.Query):
        yield from _outputs(body.body, position)
    elif isinstance(body, ast.Select):
        yield body.items[position].expr


def _of(expr: ast.Expr) -> list[Origin]:
    if isinstance(expr, ast.Cast):
        return _of(expr.operand)
    if isinstance(expr, ast.Call):
        return _of_call(expr)
    if not isinstance(expr, ast.ColumnRef) or expr.slot is None or expr.path:
        return []
    slot: OutputColumn = expr.slot
    relation = slot.relation
    if isinstance(relation, ast.TableRef) and relation.table is not None and slot.column is not None:
        return [Origin(relation.table, slot.column)]
    inner = _inner_query(relation)
    position = next((i for i, c in enumerate(relation.columns) if c is slot), None) if relation is not None else None
    return origins(inner, position) if inner is not None and position is not None else []


def _of_call(call: ast.Call) -> list[Origin]:
    if call.name not in (*FUNCTIONS, SLICE):
        return []
    found = [o for argument in call.args for o in _of(argument)]
    if call.name == "date_trunc":
        for origin in found:
            origin.unit = str(getattr(call.args[0], "value", "")).lower()
    return found


def _inner_query(relation: ast.Relation | None) -> ast.Query | None:
    if isinstance(relation, ast.Derived):
        return relation.query
    if isinstance(relation, ast.TableRef):
        view: AnalyzedQuery | None = relation.view
        if view is not None:
            return view.query
        return relation.cte.query if relation.cte is not None else None
    return None
