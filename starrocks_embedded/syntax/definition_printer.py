"""The query of a view as the front end rewrites it: every name in full and in backquotes, stars spelled out.

The text follows the query as it was parsed, but names need what the analyzer found out. So a `Draft` is taken before
the analysis: a copy of the tree that shares its column and table references with the tree to be analyzed."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from dataclasses import fields
from typing import Any

from starrocks_embedded.syntax import ast
from starrocks_embedded.syntax.printer import NamePrinter, backquote
from starrocks_embedded.syntax.query_printer import QueryPrinter
from starrocks_embedded.version import Version


class Draft:
    """A query before its analysis; its texts can be had after it."""

    def __init__(self, query: ast.Query, version: Version) -> None:
        self.version = version
        nodes = list(_nodes(query))
        shared: dict[int, Any] = {id(n): n for n in nodes if isinstance(n, ast.ColumnRef | ast.TableRef)}
        self.query: ast.Query = copy.deepcopy(query, shared)
        analyzed = [n for n in nodes if isinstance(n, ast.Select)]
        drafted = [n for n in _nodes(self.query) if isinstance(n, ast.Select)]
        self.analyzed = {id(one): other for one, other in zip(drafted, analyzed, strict=True)}

    def text(self, short: bool = False) -> str:
        """`short` leaves the database away before columns, where all tables are of one."""
        homes = {n.home for n in _nodes(self.query) if isinstance(n, ast.TableRef) and n.cte is None}
        names = DefinitionNames(self.version, self.analyzed, short and len(homes) == 1)
        return names.query(self.query)


def _nodes(node: ast.Node) -> Iterator[ast.Node]:
    yield node
    for each in fields(node):
        if each.name not in ("slot", "function", "table", "view", "cte", "system", "columns", "type"):
            yield from _inside(getattr(node, each.name))


def _inside(value: Any) -> Iterator[ast.Node]:
    if isinstance(value, ast.Node):
        yield from _nodes(value)
    elif isinstance(value, list | tuple):
        for item in value:
            yield from _inside(item)
    elif isinstance(value, dict):
        yield from _inside(list(value.values()))


class DefinitionNames(NamePrinter):
    """Expressions whose columns carry database, table and backquotes."""

    def __init__(self, version: Version, analyzed: dict[int, ast.Select], short: bool) -> None:
        super().__init__(version)
        self.analyzed = analyzed
        self.short = short

    def query(self, query: ast.Query) -> str:
        return DefinitionQueries(self).query(query)

    def _columnref(self, node: ast.ColumnRef) -> str:
        if node.slot is None:  # an alias of the select list, in GROUP BY or HAVING
            return ".".join(map(backquote, node.parts))
        relation = node.slot.relation
        if relation is None or isinstance(relation, ast.Join):
            return ".".join((node.parts[0], *map(backquote, node.path))) if relation is None else self._bare(node)
        return ".".join(map(backquote, (*self._qualifier(relation), *_own_name(node))))

    def _bare(self, node: ast.ColumnRef) -> str:
        """A column that USING made of two: it has no table."""
        return ".".join(map(backquote, _own_name(node)))

    def _qualifier(self, relation: ast.Relation) -> tuple[str, ...]:
        if isinstance(relation, ast.TableRef) and relation.cte is None and not self.short:
            return (*_place(relation), relation.alias or relation.parts[-1])
        if isinstance(relation, ast.TableRef):
            return (relation.alias or relation.parts[-1],)
        return () if relation.alias is None else (relation.alias,)


def _place(table: ast.TableRef) -> tuple[str, ...]:
    """The database, and the catalog where it is an external one."""
    return table.home if table.home[0] != "default_catalog" else table.home[1:]


def _own_name(node: Any) -> tuple[str, ...]:
    return (node.slot.name, *node.path)


class DefinitionQueries(QueryPrinter):
    """Each clause of a block begins a line."""

    expressions: DefinitionNames

    def cte(self, cte: ast.Cte) -> str:
        names = cte.columns or self.output_names(cte.query)
        return f"{backquote(cte.name)} ({', '.join(map(backquote, names))}) AS ({self.query(cte.query)}) "

    def output_names(self, query: ast.Query) -> tuple[str, ...]:
        body: ast.Node = query.body
        while not isinstance(body, ast.Select):
            if isinstance(body, ast.Values):
                return tuple(f"column_{i}" for i in range(len(body.rows[0])))
            body = body.left if isinstance(body, ast.SetOperation) else body.body  # type: ignore[attr-defined]
        return tuple(i.alias or "" for i in self.expressions.analyzed[id(body)].items)

    def body(self, body: ast.Node) -> str:
        if isinstance(body, ast.Values):
            rows = ", ".join(f"({self.expressions.many(r)})" for r in body.rows)
            return f"(VALUES{rows})"
        return super().body(body)

    def select(self, node: ast.Select) -> str:
        hints = ", ".join(f"{k} = {v}" for k, v in node.hints.items())
        text = "SELECT " + (f"/*+ set_var({hints}) */ " if hints else "") + ("DISTINCT " if node.distinct else "")
        text += ", ".join(self.items(node))
        if node.source is not None:
            text += f"\nFROM {self.relation(node.source)}"
        if node.where is not None:
            text += f"\nWHERE {self.expressions.text(node.where)}"
        if node.group_by is not None:
            text += f"\nGROUP BY {self.grouping(node.group_by)}"
        if node.having is not None:
            text += f"\nHAVING {self.expressions.text(node.having)}"
        return text

    def items(self, node: ast.Select) -> Iterator[str]:
        outputs = self.expressions.analyzed[id(node)].items
        for item in node.items:
            meant = [o for o in outputs if o.span == item.span]
            if isinstance(item.expr, ast.Star):
                yield from (self.output(o.expr, o.alias or "") for o in meant)
            else:
                yield self.output(item.expr, meant[0].alias or "")

    def output(self, expr: ast.Expr, name: str) -> str:
        text = self.expressions.text(expr)
        known = isinstance(expr, ast.ColumnRef) and expr.slot is not None
        own = known and ".".join(_own_name(expr)).lower() == name.lower()
        return text if own else f"{text} AS {backquote(name)}"

    def relation(self, node: ast.Relation) -> str:
        if isinstance(node, ast.TableRef):
            return self.table(node)
        if isinstance(node, ast.TableFunction) and node.normalized:
            return f"TABLE({node.name}({self.expressions.many(node.args, ',')})){self.function_alias(node)}"
        if isinstance(node, ast.TableFunction):
            return f"{node.name}({self.expressions.many(node.args, ',')}){self.function_alias(node)}"
        return super().relation(node)

    def table(self, node: ast.TableRef) -> str:
        if node.cte is not None:
            return backquote(node.parts[0]) + ("" if node.alias is None else f" AS {backquote(node.alias)}")
        text = ".".join(map(backquote, (*_place(node), node.parts[-1])))
        if node.partitions:
            text += f" PARTITION ({', '.join(map(backquote, node.partitions))})"
        return text if node.alias is None else f"{text} AS {backquote(node.alias)}"

    def function_alias(self, node: ast.TableFunction) -> str:
        names = node.column_aliases
        columns = f"({','.join(map(backquote, names))})" if names else ""
        return "" if node.alias is None else f" {node.alias}{columns}"

    def alias(self, node: ast.Relation) -> str:
        if node.alias is None:
            return ""
        columns = f"({','.join(map(backquote, node.column_aliases))})" if node.column_aliases else ""
        return f" {backquote(node.alias)}{columns}"
