"""DISTRIBUTED BY, PARTITION BY, ORDER BY and key clauses: OPTIMIZE jobs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from starrocks_embedded.catalog import model
from starrocks_embedded.catalog.keys import SQL_NAMES
from starrocks_embedded.errors import analysis_error, failure, unsupported
from starrocks_embedded.statements.alter_table import clauses as c
from starrocks_embedded.syntax import ast
from starrocks_embedded.syntax.definitions import DistributionClause, PartitionClause

if TYPE_CHECKING:
    from starrocks_embedded.session import Session

COMMON = 5064


def analyze_optimize(session: Session, table: model.Table, clause: c.Optimize) -> None:
    if table.properties.get("colocate_with"):
        raise analysis_error("Optimize table in colocate group is not supported", code=COMMON)
    automatic = table.distribution.kind == "random" and table.distribution.buckets == 0
    if automatic and clause.partition_by is None and session.engine.version.at_least("3.2"):
        raise analysis_error(
            "Random distribution table already supports automatic scaling and does not require optimization",
            code=COMMON,
        )
    if clause.keys is not None:
        raise analysis_error("not support change keys type when optimize table")
    if clause.partition_by is not None:
        _analyze_merge(table, clause, clause.partition_by)
        return
    if clause.distribution is not None:
        _analyze_distribution(session, table, clause, clause.distribution)
    if clause.partitions:
        _analyze_partitions(table, clause)


def _analyze_merge(table: model.Table, clause: c.Optimize, written: PartitionClause) -> None:
    call = written.items[0] if written.items else None
    if not isinstance(call, ast.Call) or written.partitions is not None:
        raise analysis_error("Unsupported partition type for merge partitions", code=COMMON)
    if clause.partitions:
        raise analysis_error("Unsupported specify partitions when merge partitions", code=COMMON)
    if table.partitioning.kind != "expression":
        raise analysis_error("Unsupported table partition type when merge partitions", code=COMMON)
    raise unsupported("Merging partitions")


def _analyze_distribution(
    session: Session, table: model.Table, clause: c.Optimize, written: DistributionClause
) -> None:
    if written.kind == "random" and table.keys != "duplicate":
        how = (
            "cannot use random distribution" if session.engine.version.at_least("4.0") else "must use hash distribution"
        )
        raise analysis_error(f"{SQL_NAMES[table.keys]} {how}", written.span)
    for name in written.columns:
        if table.column(name) is None:
            raise analysis_error(f"Distribution column({name}) doesn't exist.")
    if clause.partitions and written.kind != table.distribution.kind:
        raise analysis_error("not support change distribution type when specify partitions")


def _analyze_partitions(table: model.Table, clause: c.Optimize) -> None:
    if clause.order_by is not None:
        raise analysis_error("not support change sort keys or keys type when specify partitions")
    if clause.temporary:
        raise analysis_error("not support optimize temp partition")
    written = clause.distribution
    if written is not None and written.kind == "hash" and tuple(written.columns) != table.distribution.columns:
        raise analysis_error("not support change distribution column when specify partitions")
    for name in clause.partitions:
        if table.partition(name) is None:
            raise analysis_error(f"partition {name} does not exist")


def optimized(table: model.Table, clause: c.Optimize) -> dict[str, Any]:
    """The attributes the table will have; its rows stay where they are."""
    attributes: dict[str, Any] = {}
    written = clause.distribution
    if written is not None and not clause.partitions:
        columns = tuple(k.name for k in (table.column(n) for n in written.columns) if k is not None)
        attributes["distribution"] = model.Distribution(written.kind, columns, written.buckets)
    if clause.order_by is not None:
        names = [i.expr.parts[-1] for i in clause.order_by if isinstance(i.expr, ast.ColumnRef)]
        attributes["order_by"] = tuple(k.name for k in (table.column(n) for n in names) if k is not None)
    return attributes


def rebucketed(table: model.Table, clause: c.Optimize) -> dict[str, int]:
    """The new number of buckets by the id of a partition."""
    if clause.distribution is None:
        return {}
    wanted = {n.lower() for n in clause.partitions} or {p.name.lower() for p in table.partitions}
    return {str(p.id): clause.distribution.buckets for p in table.partitions if p.name.lower() in wanted}


def check_no_temporary_partitions(table: model.Table) -> None:
    if any(p.temporary for p in table.partitions):
        raise failure("Can not alter table when there are temp partitions in table")


def set_default_buckets(table: model.Table, clause: c.DefaultBuckets) -> None:
    """The number that new partitions get; those that exist keep theirs."""
    if clause.distribution.kind != table.distribution.kind:
        raise analysis_error("not support change distribution type when modify default buckets")
    table.distribution.buckets = clause.buckets
