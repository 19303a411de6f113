"""Aliases of a select list inside the same select list: each stands for the expression it names."""

from __future__ import annotations

import copy
from dataclasses import fields
from typing import TYPE_CHECKING, Any

from starrocks_embedded.errors import analysis_error
from starrocks_embedded.syntax import ast

if TYPE_CHECKING:
    from starrocks_embedded.analysis.scope import Scope


def spell_out(select: ast.Select, scope: Scope, source_wins: bool) -> None:
    """Replaces bare names in items not yet analyzed. A column of the source keeps its name unless told otherwise."""
    if any(item.alias is not None for item in select.items):
        _Aliases(select.items, scope, source_wins).spell_out(select.items)


class _Aliases:
    """`pending` are the aliases on the way to the expression at hand."""

    def __init__(self, items: list[ast.SelectItem], scope: Scope, source_wins: bool) -> None:
        self.scope = scope
        self.source_wins = source_wins
        self.meant: dict[str, ast.Expr] = {}
        self.doubled: set[str] = set()
        self.pending: list[str] = []
        for item in items:
            if item.alias is not None and not isinstance(item.expr, ast.Star):
                name = item.alias.lower()
                if name in self.meant:
                    self.doubled.add(name)
                self.meant.setdefault(name, copy.deepcopy(item.expr))

    def spell_out(self, items: list[ast.SelectItem]) -> None:
        for item in items:
            own = [] if item.alias is None else [item.alias.lower()]
            self.pending = own
            item.expr = self._spelled(item.expr, frozenset())

    def _spelled(self, node: Any, shadowed: frozenset[str]) -> Any:
        """Window calls and subqueries are left alone; the parameters of a lambda hide aliases."""
        if isinstance(node, ast.ColumnRef):
            return self._column(node, shadowed)
        if isinstance(node, ast.Query) or (isinstance(node, ast.Call) and node.window is not None):
            return node
        if isinstance(node, ast.Lambda):
            shadowed |= {p.lower() for p in node.params}
        for each in fields(node):
            if each.name not in ("slot", "function", "type", "span"):
                setattr(node, each.name, self._inside(getattr(node, each.name), shadowed))
        return node

    def _inside(self, value: Any, shadowed: frozenset[str]) -> Any:
        if isinstance(value, ast.Node):
            return self._spelled(value, shadowed)
        if isinstance(value, list):
            return [self._inside(v, shadowed) for v in value]
        if isinstance(value, tuple) and any(isinstance(v, ast.Node) for v in value):
            return tuple(self._inside(v, shadowed) for v in value)
        return value

    def _column(self, column: ast.ColumnRef, shadowed: frozenset[str]) -> ast.Expr:
        name = column.parts[0].lower()
        known = len(column.parts) == 1 and name in self.meant and name not in shadowed
        if not known or self.pending[-1:] == [name]:
            return column
        if self.source_wins and self.scope.find(column.parts) is not None:
            return column
        if name in self.doubled:
            raise analysis_error(f"Column {name} is ambiguous", column.span)
        if name in self.pending:
            raise analysis_error(f"Cyclic aliases: {name}", column.span)
        self.pending.append(name)
        spelled: ast.Expr = self._spelled(copy.deepcopy(self.meant[name]), shadowed)
        self.pending.pop()
        return spelled
