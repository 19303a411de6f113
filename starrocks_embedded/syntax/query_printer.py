"""Queries back to text, as StarRocks stores the query of a view or a materialized view."""

from __future__ import annotations

from starrocks_embedded.syntax import ast
from starrocks_embedded.syntax.printer import NamePrinter, backquote
from starrocks_embedded.version import Version

JOIN_WORDS = {
    "inner": "INNER JOIN", "cross": "CROSS JOIN", "left": "LEFT OUTER JOIN", "right": "RIGHT OUTER JOIN",
    "full": "FULL OUTER JOIN", "left semi": "LEFT SEMI JOIN", "left anti": "LEFT ANTI JOIN",
    "right semi": "RIGHT SEMI JOIN", "right anti": "RIGHT ANTI JOIN",
    "null aware left anti": "NULL AWARE LEFT ANTI JOIN",
    "asof": "ASOF INNER JOIN", "asof left": "ASOF LEFT OUTER JOIN",
}  # fmt: skip


def query_text(query: ast.Query, version: Version, printer: NamePrinter | None = None) -> str:
    """The whole query on one line."""
    return QueryPrinter(printer or NamePrinter(version)).query(query)


class QueryPrinter:
    """Clauses and relations; expressions are the expression printer's."""

    def __init__(self, expressions: NamePrinter) -> None:
        self.expressions = expressions

    def query(self, query: ast.Query) -> str:
        text = ""
        if query.ctes:
            text = "WITH " + ("RECURSIVE " if query.recursive else "")
            text += ", ".join(map(self.cte, query.ctes))
        text += self.body(query.body)
        if query.order_by:
            text += f" ORDER BY {self.expressions.many(query.order_by)} "
        if query.limit is not None:
            offset = "" if query.offset is None else f"{self.expressions.text(query.offset)}, "
            text += f" LIMIT {offset}{self.expressions.text(query.limit)}"
        return text

    def cte(self, cte: ast.Cte) -> str:
        columns = f"({', '.join(cte.columns)})" if cte.columns else ""
        return f"{cte.name}{columns} AS ({self.query(cte.query)}) "

    def body(self, body: ast.Node) -> str:
        if isinstance(body, ast.Query):
            return self.query(body) if not (body.order_by or body.limit or body.ctes) else f"({self.query(body)})"
        if isinstance(body, ast.SetOperation):
            return self.set_operation(body)
        assert isinstance(body, ast.Select)
        return self.select(body)

    def set_operation(self, node: ast.SetOperation) -> str:
        right = self.body(node.right)
        if isinstance(node.right, ast.SetOperation):
            right = f"({right})"
        return f"{self.body(node.left)} {node.op.upper()} {'ALL ' if node.all else ''}{right}"

    def select(self, node: ast.Select) -> str:
        text = "SELECT " + ("DISTINCT " if node.distinct else "") + ", ".join(map(self.item, node.items))
        if node.source is not None:
            text += f" FROM {self.relation(node.source)}"
        if node.where is not None:
            text += f" WHERE {self.expressions.text(node.where)}"
        if node.group_by is not None:
            text += f" GROUP BY {self.grouping(node.group_by)}"
        if node.having is not None:
            text += f" HAVING {self.expressions.text(node.having)}"
        return text

    def item(self, item: ast.SelectItem) -> str:
        text = self.expressions.text(item.expr)
        return text if item.alias is None else f"{text} AS {item.alias}"

    def grouping(self, node: ast.Grouping) -> str:
        if node.kind == "sets":
            sets = ", ".join(f"({self.expressions.many(s)})" for s in node.sets)
            return f"GROUPING SETS ({sets})"
        exprs = self.expressions.many(node.exprs)
        return exprs if node.kind == "plain" else f"{node.kind.upper()} ({exprs})"

    # ---- relations

    def relation(self, node: ast.Relation) -> str:
        if isinstance(node, ast.TableRef):
            return ".".join(node.parts) + ("" if node.alias is None else f" AS {node.alias}")
        if isinstance(node, ast.Join):
            return self.join(node)
        if isinstance(node, ast.Derived):
            return f"({self.query(node.query)}){self.alias(node)}"
        if isinstance(node, ast.ValuesRelation):
            rows = ", ".join(f"({self.expressions.many(r)})" for r in node.rows)
            return f"(VALUES{rows}){self.alias(node)}"
        if isinstance(node, ast.TableFunction):
            return f"{node.name}({self.expressions.many(node.args, ',')}){self.alias(node)}"
        assert isinstance(node, ast.Pivot)
        return self.pivot(node)

    def alias(self, node: ast.Relation) -> str:
        if node.alias is None:
            return ""
        return f" {node.alias}" + (f"({','.join(node.column_aliases)})" if node.column_aliases else "")

    def join(self, node: ast.Join) -> str:
        hint = f" [{node.hint}{self.skew(node.skew)}]" if node.hint else ""
        lateral = "LATERAL " if node.lateral else ""
        word = JOIN_WORDS[node.kind]
        text = f"{self.relation(node.left)} {word}{hint} {lateral}{self.relation(node.right)} "
        if node.using:
            return f"{text}USING ({', '.join(map(backquote, node.using))})"
        return text if node.on is None else f"{text}ON {self.expressions.text(node.on)}"

    def skew(self, node: ast.Skew | None) -> str:
        if node is None:
            return ""
        return f"|{self.expressions.text(node.column)}({self.expressions.many(node.values, ',')})"

    def pivot(self, node: ast.Pivot) -> str:
        aggregates = ", ".join(
            self.expressions.text(e) + (f" AS {a}" if a else "") for e, a in node.aggregates
        )  # fmt: skip
        columns = self.expressions.many(node.keys)
        values = ", ".join(self.pivot_value(v, a) for v, a in node.values)
        columns = columns if len(node.keys) == 1 else f"({columns})"
        return f"{self.relation(node.source)} PIVOT ({aggregates} FOR {columns} IN ({values}))"

    def pivot_value(self, values: list[ast.Expr], alias: str | None) -> str:
        text = self.expressions.many(values)
        text = text if len(values) == 1 else f"({text})"
        return text if alias is None else f"{text} AS {alias}"
