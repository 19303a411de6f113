"""EXPLAIN: the statement is checked, nothing is run. The plan is this engine's: one fragment."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from starrocks_embedded.catalog import model
from starrocks_embedded.errors import unsupported
from starrocks_embedded.result import Result, table
from starrocks_embedded.statements.delete import Delete, explained_delete
from starrocks_embedded.statements.insert import Insert, prepare_insert
from starrocks_embedded.statements.query import SelectStatement, hinted
from starrocks_embedded.statements.registry import Statement, executes, grammar, parse_statement
from starrocks_embedded.statements.update import Update, prepare_update
from starrocks_embedded.syntax.cursor import Cursor

if TYPE_CHECKING:
    from starrocks_embedded.analysis.scope import AnalyzedQuery
    from starrocks_embedded.session import Session

LEVELS = ("LOGICAL", "VERBOSE", "COSTS", "ANALYZE", "SCHEDULER")
EXPLAINED = ("SELECT", "WITH", "INSERT", "UPDATE", "DELETE")


@dataclass
class Explain(Statement):
    level: str
    inner: Statement


@grammar("EXPLAIN")
def parse_explain(cursor: Cursor) -> Explain:
    start = cursor.previous
    level = cursor.accept_any(*LEVELS) or ""
    if cursor.looking_at("REFRESH", "MATERIALIZED", "VIEW"):
        raise unsupported("EXPLAIN REFRESH MATERIALIZED VIEW")
    if not explainable(cursor):
        raise cursor.no_viable(start)
    return Explain(level, parse_statement(cursor))


def explainable(cursor: Cursor) -> bool:
    return cursor.looking_at_any(*EXPLAINED) or cursor.looking_at("(")


@executes(Explain)
def explain(session: Session, statement: Explain) -> Result:
    from starrocks_embedded.analysis.analyzer import analyze_query

    inner = statement.inner
    if isinstance(inner, Insert | Update | Delete):
        lines = ["PLAN FRAGMENT 0", *analyzed_write(session, inner)]
    else:
        assert isinstance(inner, SelectStatement)
        with hinted(session, inner.query):
            lines = plan(analyze_query(session, inner.query))
    if statement.level in ("ANALYZE", "SCHEDULER"):  # these would run the statement on backends
        raise unsupported(f"EXPLAIN {statement.level}")
    return table(["Explain String"], [(line,) for line in lines])


def analyzed_write(session: Session, inner: Insert | Update | Delete) -> list[str]:
    """Refuses what the statement itself would be refused for; the sink that its plan ends in."""
    if isinstance(inner, Insert):
        target = prepare_insert(session, inner).table.name
    elif isinstance(inner, Update):
        target = prepare_update(session, inner)[0].name
    else:
        target = explained_delete(session, inner).name
    return ["  PARTITION: RANDOM", "", "  OLAP TABLE SINK", f"    TABLE: {target}"]


def plan(analyzed: AnalyzedQuery) -> list[str]:
    outputs = " | ".join(f"{i}: {c.name}" for i, c in enumerate(analyzed.columns, 1))
    lines = ["PLAN FRAGMENT 0", f" OUTPUT EXPRS:{outputs}", "  PARTITION: UNPARTITIONED", "", "  RESULT SINK", ""]
    for number, ref in enumerate(analyzed.tables):
        if isinstance(ref.table, model.ExternalTable):
            raise unsupported("EXPLAIN of a query that reads an external catalog")
        lines += [f"  {number}:{scan(ref)}", f"     TABLE: {ref.parts[-1]}"]
    return lines


def scan(ref: object) -> str:
    return "SCHEMA" if getattr(ref, "system", None) is not None else "OlapScanNode"
