"""Annotated queries as DuckDB text, and the system tables they read brought within DuckDB's reach."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from starrocks_embedded.analysis.aggregates import aggregates_in
from starrocks_embedded.analysis.trees import walk
from starrocks_embedded.emit.expression import Emitter, direction, identifier, quote
from starrocks_embedded.emit.join_subqueries import lift_subqueries
from starrocks_embedded.errors import analysis_error, unsupported
from starrocks_embedded.metadata.wanted import Wanted, wanted
from starrocks_embedded.syntax import ast
from starrocks_embedded.types import duckdb_type

if TYPE_CHECKING:
    from starrocks_embedded.analysis.scope import AnalyzedQuery
    from starrocks_embedded.session import Session

JOINS = {
    "inner": "INNER JOIN", "cross": "CROSS JOIN", "left": "LEFT JOIN", "right": "RIGHT JOIN", "full": "FULL JOIN",
    "left semi": "SEMI JOIN", "left anti": "ANTI JOIN", "right semi": "SEMI JOIN", "right anti": "ANTI JOIN",
    "asof": "ASOF JOIN", "asof left": "ASOF LEFT JOIN", "null aware left anti": "ANTI JOIN",
}  # fmt: skip
PLAIN = ("INNER JOIN", "CROSS JOIN")  # take any condition


def query_sql(session: Session, analyzed: AnalyzedQuery) -> str:
    """The text; the rows of recursive expressions are computed first."""
    from starrocks_embedded.emit.recursion import evaluate_recursions

    evaluate_recursions(session, analyzed.recursive)
    return query_text(Emitter(session), analyzed.query)


def prepare(session: Session, analyzed: AnalyzedQuery) -> None:
    """Loads the system tables that a query reads into temporary tables named by their relation's key."""
    systems = [ref for ref in analyzed.tables if ref.system is not None]
    text = query_sql(session, analyzed) if systems else ""
    for ref in systems:
        load_system_table(session, ref, wanted(analyzed.query, ref), _columns_read(text, ref))


def _columns_read(text: str, ref: ast.TableRef) -> list[int]:
    """The positions of a system table's columns that stand in the query's DuckDB text; one of them, if none does."""
    return sorted({int(i) for i in re.findall(rf"{re.escape(identifier(ref.key))}\.o(\d+)\b", text)}) or [0]


def load_system_table(session: Session, ref: ast.TableRef, about: Wanted, read: list[int]) -> None:
    details = ref.system.details
    about = replace(about, columns=frozenset(details[i].name.upper() for i in read))
    rows = [[_plain(row[i]) for i in read] for row in ref.system.rows(session, about)]
    # one JSON text for all rows: far cheaper than a literal for every value
    picked = [f"CAST(row ->> {n} AS {duckdb_type(details[i].type)}) AS o{i}" for n, i in enumerate(read)]
    source = f"SELECT unnest(CAST({quote(json.dumps(rows))} AS JSON[])) AS row"
    table = f"CREATE OR REPLACE TEMP TABLE {identifier(ref.key)}"
    session.connection.run(f"{table} AS SELECT {', '.join(picked)} FROM ({source})")


def _plain(value: Any) -> Any:
    return str(value) if isinstance(value, date | Decimal) else value


# ---- queries


def query_text(emitter: Emitter, query: ast.Query) -> str:
    if query.outfile is not None:
        raise unsupported("INTO OUTFILE")
    heads = [text for text in (cte_text(emitter, cte) for cte in query.ctes) if text]
    text = f"WITH {', '.join(heads)} " if heads else ""
    body = body_text(emitter, query.body)
    if isinstance(query.body, ast.SetOperation) and any(i.expr.type.is_nested for i in query.order_by):
        body = f"SELECT * FROM ({body}) AS u"  # a set operation is ordered by plain columns only
    text += body
    if query.order_by:
        items = [order_text(emitter, item, query.body) for item in query.order_by]
        items = [i for i in items if i]
        if items:
            text += f" ORDER BY {', '.join([*items, *window_order(emitter, query.body)])}"
    return text + limit_text(emitter, query)


def cte_text(emitter: Emitter, cte: ast.Cte) -> str:
    """Its place in the WITH clause; a recursive one has its rows already and needs none."""
    if cte.steps:
        if not cte.stored:
            raise analysis_error("Recursive CTE is not supported")
        emitter.ctes[id(cte)] = cte.stored
        return ""
    text = query_text(emitter, cte.query)
    name = f"w{len(emitter.ctes)}"
    emitter.ctes[id(cte)] = name
    return f"{name} AS ({text})"


def limit_text(emitter: Emitter, query: ast.Query) -> str:
    text = ""
    if query.limit is not None:
        text += f" LIMIT {emitter.sql(query.limit)}"
    if query.offset is not None:
        text += f" OFFSET {emitter.sql(query.offset)}"
    return text


def order_text(emitter: Emitter, item: ast.OrderItem, body: ast.Node) -> str:
    """Constants order nothing. An output stands as its position, or as its own expression inside a larger one."""
    if isinstance(item.expr, ast.Literal):
        return ""
    if isinstance(item.expr, ast.OutputRef) and not item.expr.type.is_nested:
        return f"{item.expr.index + 1}{direction(emitter, item)}"
    before = emitter.outputs
    select = first_select(body)
    emitter.outputs = [f"o{i}" for i in range(len(select.items))] if select else before
    with emitter.among_groups(select is not None and select.group_by is not None):
        text = emitter.order_item(item)
    emitter.outputs = before
    return text


def window_order(emitter: Emitter, body: ast.Node) -> list[str]:
    """Rows that an ORDER BY leaves open stand as the window function before it has sorted them."""
    if not isinstance(body, ast.Select) or body.distinct:
        return []
    window = next((n.window for i in body.items for n in walk(i.expr) if isinstance(n, ast.Call) and n.window), None)
    if window is None:
        return []
    items = [ast.OrderItem(expr) for expr in window.partition_by] + list(window.order_by)
    with emitter.among_groups(body.group_by is not None):
        return [emitter.order_item(item) for item in items if not isinstance(item.expr, ast.Literal)]


def first_select(body: ast.Node) -> ast.Select | None:
    while isinstance(body, ast.SetOperation | ast.Query):
        body = body.left if isinstance(body, ast.SetOperation) else body.body
    return body if isinstance(body, ast.Select) else None


def body_text(emitter: Emitter, body: ast.Node) -> str:
    if isinstance(body, ast.Select):
        return select_text(emitter, body)
    if isinstance(body, ast.SetOperation):
        return set_operation_text(emitter, body)
    if isinstance(body, ast.Values):
        return values_text(emitter, body.rows)
    if isinstance(body, ast.Query):
        return f"({query_text(emitter, body)})"
    raise unsupported(type(body).__name__)


def set_operation_text(emitter: Emitter, body: ast.SetOperation) -> str:
    word = body.op.upper() + (" ALL" if body.all else "")
    left = body_text(emitter, body.left)
    right = body_text(emitter, body.right)
    if isinstance(body.right, ast.SetOperation):
        right = f"({right})"
    if isinstance(body.left, ast.SetOperation):
        left = f"({left})"
    return f"{left} {word} {right}"


def values_text(emitter: Emitter, rows: list[list[ast.Expr]]) -> str:
    names = ", ".join(f"o{i}" for i in range(len(rows[0])))
    lines = ", ".join(f"({emitter.list(row)})" for row in rows)
    return f"SELECT {names} FROM (VALUES {lines}) AS v({names})"


def select_text(emitter: Emitter, select: ast.Select) -> str:
    with emitter.among_groups(False):
        rows = f" FROM {relation_text(emitter, select.source)}" if select.source is not None else ""
        conditions = [c for c in (select.where, row_condition(select)) if c is not None]
        if conditions:
            rows += f" WHERE {' AND '.join(f'({emitter.sql(c)})' for c in conditions)}"
    with emitter.among_groups(select.group_by is not None):
        return outputs_text(emitter, select, rows)


def row_condition(select: ast.Select) -> ast.Expr | None:
    """HAVING of a query without groups, where it is one more condition for rows."""
    if select.group_by is not None or select.having is None:
        return None
    grouped = aggregates_in([*(i.expr for i in select.items), select.having])
    return None if grouped else select.having


def outputs_text(emitter: Emitter, select: ast.Select, rows: str) -> str:
    items = ", ".join(f"{emitter.sql(item.expr)} AS o{i}" for i, item in enumerate(select.items))
    text = f"SELECT {'DISTINCT ' if select.distinct else ''}{items}{rows}"
    if select.group_by is not None:
        text += group_text(emitter, select.group_by)
    if select.having is not None and row_condition(select) is None:
        text += f" HAVING {emitter.sql(select.having)}"
    if select.qualify is not None:
        text += f" QUALIFY {emitter.sql(select.qualify)}"
    return text


def group_text(emitter: Emitter, grouping: ast.Grouping) -> str:
    keys = emitter.list(grouping.exprs)
    if grouping.kind in ("plain", "all"):
        return f" GROUP BY {keys}" if keys else ""
    if grouping.kind in ("rollup", "cube"):
        return f" GROUP BY {grouping.kind.upper()}({keys})"
    sets = ", ".join(f"({emitter.list(one)})" for one in grouping.sets)
    return f" GROUP BY GROUPING SETS ({sets})"


# ---- relations


def relation_text(emitter: Emitter, relation: ast.Relation) -> str:
    if isinstance(relation, ast.TableRef):
        return table_text(emitter, relation)
    if isinstance(relation, ast.Derived):
        return f"({query_text(emitter, relation.query)}) AS {identifier(relation.key)}"
    if isinstance(relation, ast.Pivot):
        return f"({query_text(emitter, relation.query)}) AS {identifier(relation.key)}"
    if isinstance(relation, ast.ValuesRelation):
        return f"({values_text(emitter, relation.rows)}) AS {identifier(relation.key)}"
    if isinstance(relation, ast.Join):
        return join_text(emitter, relation)
    if isinstance(relation, ast.TableFunction):
        from starrocks_embedded.emit.table_functions import table_function_text

        return table_function_text(emitter, relation)
    raise unsupported(type(relation).__name__.upper())


def table_text(emitter: Emitter, ref: ast.TableRef) -> str:
    key = identifier(ref.key)
    if ref.travel is not None:
        raise unsupported("time travel")
    if ref.sample is not None and (ref.table is None or ref.home[0] != "default_catalog"):
        raise unsupported("SAMPLE of what is no table")
    if ref.cte is not None:
        return f"{emitter.ctes[id(ref.cte)]} AS {key}"
    if ref.system is not None:
        return f"temp.{key} AS {key}"
    if ref.view is not None:
        return f"({view_text(emitter, ref.view)}) AS {key}"
    place, sample = f'{schema_of(emitter, ref)}."{ref.table.readable}"', sample_text(ref.sample)
    if not ref.partitions:
        hidden = hides_temporary(ref.table)
        if not hidden:
            return f"{place} AS {key}{sample}"
        return f"(SELECT * FROM {place}{sample} WHERE p NOT IN ({hidden})) AS {key}"
    return f"(SELECT * FROM {place}{sample} WHERE p IN ({partition_ids(ref)})) AS {key}"


def sample_text(sample: dict[str, str] | None) -> str:
    """SAMPLE takes blocks of rows, as DuckDB's system sampling does; one per cent of them unless told otherwise."""
    if sample is None:
        return ""
    given = {key.lower(): value for key, value in sample.items()}
    seed = f" REPEATABLE ({abs(int(given['seed'])) % 2**31})" if "seed" in given else ""
    return f" TABLESAMPLE system({int(given.get('percent', '1'))} PERCENT){seed}"


def schema_of(emitter: Emitter, ref: ast.TableRef) -> str:
    """DuckDB's schema of a table: ours, or that of the file behind an external catalog."""
    externals = emitter.session.engine.externals if emitter.session is not None else {}
    return externals[ref.home[0]].place if ref.home[0] in externals else "data"


def view_text(emitter: Emitter, view: Any) -> str:
    """A view stands in a scope of its own: its CTEs are not the outer query's."""
    outer, emitter.ctes = emitter.ctes, dict(emitter.ctes)
    text = query_text(emitter, getattr(view, "query", view) if not isinstance(view, ast.Query) else view)
    emitter.ctes = outer | emitter.ctes
    return text


def hides_temporary(table: Any) -> str:
    """Rows of temporary partitions are seen only where those are named."""
    return ", ".join(str(p.id) for p in table.partitions if p.temporary)


def partition_ids(ref: ast.TableRef) -> str:
    found = [ref.table.partition(name, ref.temporary_partitions) for name in ref.partitions]
    return ", ".join(str(p.id) for p in found if p is not None) or "-1"


def join_text(emitter: Emitter, join: ast.Join) -> str:
    left, right = join.left, join.right
    if join.kind in ("right semi", "right anti"):
        left, right = right, left
    outer, inner = relation_text(emitter, left), relation_text(emitter, right)
    beside = ("", "") if join_word(join, right) in PLAIN else lift_subqueries(emitter, join.on, left, right)
    outer, inner = outer + beside[0], inner + beside[1]
    if isinstance(left, ast.Join) and join.kind in ("right semi", "right anti"):
        outer = f"({outer})"
    elif isinstance(right, ast.Join) or beside[1]:
        inner = f"({inner})"
    text = f"{outer} {join_word(join, right)} {inner}"
    if join.kind == "null aware left anti":
        return f"{text} ON {null_aware(emitter, join.on)}"
    if join.on is not None:
        return f"{text} ON {emitter.sql(join.on)}"
    return text if join_word(join, right) == "CROSS JOIN" else f"{text} ON true"


def null_aware(emitter: Emitter, on: ast.Expr | None) -> str:
    """As NOT IN has it: a NULL on either side leaves open whether the two are equal, which is not enough to stay."""
    assert on is not None
    return f"coalesce({emitter.sql(on)}, true)"


def join_word(join: ast.Join, right: ast.Relation) -> str:
    kind = join.kind
    if kind == "inner" and join.on is None:
        return "CROSS JOIN"
    if kind == "cross" and join.on is not None:
        return "INNER JOIN"
    if kind not in JOINS:
        raise unsupported(f"{kind.upper()} JOIN")
    return JOINS[kind]


__all__ = ["prepare", "query_sql", "query_text", "quote"]
