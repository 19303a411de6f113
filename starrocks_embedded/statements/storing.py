"""Staged rows into stored tables, by key model: appended, replacing the rows of their keys, or merged with them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starrocks_embedded.analysis.states import KEPT
from starrocks_embedded.catalog import model
from starrocks_embedded.catalog.clock import now_text
from starrocks_embedded.emit.functions.states import joined
from starrocks_embedded.errors import unsupported
from starrocks_embedded.types import duckdb_type

if TYPE_CHECKING:
    from starrocks_embedded.catalog.store import Change
    from starrocks_embedded.session import Session
    from starrocks_embedded.statements.staging import Batch, Rules


OVERWRITTEN = 2  # the version of a partition made by an overwrite: created as 1, then loaded once, if with no rows


def store(session: Session, change: Change, batch: Batch, rules: Rules) -> None:
    """Puts the staged rows into the table. `batch.rows` is lowered by rows that no partition takes."""
    table = change.edit(batch.table)
    if batch.partial:
        complete(session, table, batch)
    place(session, change, table, batch, rules)
    if table.keys == "duplicate":
        _append(change, table, batch)
    elif table.keys == "aggregate":
        _merge(change, table, batch)
    else:
        _replace(change, table, batch)
    table.next_auto_increment += batch.auto_increments
    touch(table, _written(change, batch))


def _written(change: Change, batch: Batch) -> list[int]:
    """The partitions that rows of the batch went into."""
    if batch.home:
        return [batch.home] if batch.rows else []
    return [p for (p,) in change.rows(f"SELECT DISTINCT p FROM {batch.name}")]


def touch(table: model.Table, partition_ids: list[int]) -> None:
    """A new version of the table and of the partitions that were written."""
    now = now_text()
    table.version += 1
    table.updated = now
    for partition in table.partitions:
        if partition.id in partition_ids:
            partition.version += 1
            partition.visible_time = now


def place(session: Session, change: Change, table: model.Table, batch: Batch, rules: Rules) -> None:
    """Gives every staged row the id of its partition; rows without one are filtered."""
    from starrocks_embedded.catalog.partitions import missing_partitions, partition_id_sql
    from starrocks_embedded.statements.filtered_rows import HOMELESS, explained
    from starrocks_embedded.statements.staging import judge

    if table.partitioning.kind == "none":
        wanted = next(p.id for p in table.partitions if p.temporary == batch.temporary)
        if batch.home != wanted:  # an overwrite has made it anew since, or the rows were staged otherwise
            change.run(f"UPDATE {batch.name} SET p = {wanted}")
            batch.home = wanted
        return
    if not batch.partitions:
        missing_partitions(change, table, f"SELECT * FROM {batch.name}", temporary=batch.temporary)
    change.run(f"UPDATE {batch.name} SET p = {partition_id_sql(table, batch.temporary)}")
    outside = "p IS NULL"
    if batch.partitions:
        chosen = [table.partition(name, batch.temporary) for name in batch.partitions]
        outside = f"p IS NULL OR p NOT IN ({', '.join(str(p.id) for p in chosen if p is not None)})"
    batch.log += explained(change.connection, batch.columns, f"FROM {batch.name} WHERE {outside}", HOMELESS)
    homeless = change.run(f"DELETE FROM {batch.name} WHERE {outside}")
    if homeless:
        batch.rows -= homeless
        batch.filtered += homeless
        judge(session, batch, rules)


def _names(table: model.Table, alias: str = "") -> str:
    prefix = f"{alias}." if alias else ""
    return ", ".join([*(f'{prefix}"{c.physical}"' for c in table.columns), f"{prefix}p"])


def _keys(table: model.Table) -> list[str]:
    found = [table.column(name) for name in table.key_columns]
    return [c.physical for c in found if c is not None]


def _append(change: Change, table: model.Table, batch: Batch) -> None:
    names = _names(table)
    change.run(f'INSERT INTO data."{table.physical}" ({names}) SELECT {names} FROM {batch.name}')


def _same_key(table: model.Table, one: str, two: str) -> str:
    operator = "=" if table.keys == "primary" else "IS NOT DISTINCT FROM"
    return " AND ".join(f'{one}."{k}" {operator} {two}."{k}"' for k in _keys(table))


def delete_keys(change: Change, table: model.Table, name: str) -> int:
    """Deletes the rows whose keys stand in a staged table."""
    if not change.rows(f'SELECT 1 FROM data."{table.physical}" LIMIT 1'):
        return 0
    keys = _keys(table)
    condition = _same_key(table, "t", "b")
    distinct = f"SELECT DISTINCT {', '.join(keys)} FROM {name}"
    return change.run(f'DELETE FROM data."{table.physical}" t USING ({distinct}) b WHERE {condition}')


def _replace(change: Change, table: model.Table, batch: Batch) -> None:
    """Last wins: within the batch, and over what the table has."""
    names, keys = _names(table), ", ".join(_keys(table))
    order = "n DESC"
    condition = table.column(batch.condition) if batch.condition else None
    if condition is not None:
        order = f'"{condition.physical}" DESC, n DESC'
        newer = f'{_same_key(table, "t", "b")} AND t."{condition.physical}" > b."{condition.physical}"'
        change.run(f'DELETE FROM {batch.name} b USING data."{table.physical}" t WHERE {newer}')
    delete_keys(change, table, batch.name)
    last = ""
    if change.rows(f"SELECT 1 FROM {batch.name} GROUP BY {keys} HAVING count(*) > 1 LIMIT 1"):
        last = f"QUALIFY row_number() OVER (PARTITION BY {keys} ORDER BY {order}) = 1 ORDER BY n"
    change.run(f'INSERT INTO data."{table.physical}" ({names}) SELECT {names} FROM {batch.name} {last}')


def _merge(change: Change, table: model.Table, batch: Batch) -> None:
    keys = _keys(table)
    matching = _same_key(table, "t", "b")
    distinct = f"SELECT DISTINCT {', '.join(keys)} FROM {batch.name}"
    old = f'SELECT {_names(table, "t")}, -1 AS n FROM data."{table.physical}" t SEMI JOIN ({distinct}) b ON {matching}'
    new = f"SELECT {_names(table)}, n FROM {batch.name}"
    items = [f'"{c.physical}"' if c.physical in keys else f'{_aggregate(c)} AS "{c.physical}"' for c in table.columns]
    picked = ", ".join([*items, "last(p ORDER BY n) AS p", "min(n) AS n"])
    merged = f"SELECT {picked} FROM ({old} UNION ALL {new}) u GROUP BY {', '.join(keys)}"
    change.run(f"CREATE TEMP TABLE merged AS {merged}")
    delete_keys(change, table, batch.name)
    names = _names(table)
    change.run(f'INSERT INTO data."{table.physical}" ({names}) SELECT {names} FROM temp.merged ORDER BY n')
    change.run("DROP TABLE temp.merged")


def _aggregate(column: model.Column) -> str:
    name, kind = f'"{column.physical}"', column.aggregate.lower()
    if kind in ("sum", "min", "max"):
        return f"CAST({kind}({name}) AS {duckdb_type(column.type)})"
    if kind == "replace":
        return f"last({name} ORDER BY n)"
    if kind == "replace_if_not_null":
        return f"last({name} ORDER BY n) FILTER (WHERE {name} IS NOT NULL)"
    if kind in ("bitmap_union", "hll_union"):
        return f"list_sort(list_distinct(flatten(list({name}) FILTER (WHERE {name} IS NOT NULL))))"
    if kind == KEPT and column.type.state is not None:
        return joined(column.type.state, column.type, name)
    if kind == "percentile_union":
        return f"flatten(list({name}) FILTER (WHERE {name} IS NOT NULL))"
    raise unsupported(f"the aggregate {kind} of column {column.name}")


def complete(session: Session, table: model.Table, batch: Batch) -> None:
    """Makes whole rows of a partial update: what the statement does not name comes from the row of that key, or is
    the column's default."""
    from starrocks_embedded.statements.staging import add_generated, filled_default, made_increments

    given = {c.id for c in batch.columns if not c.generated}
    items, made = [], []
    for column in table.columns:
        name = f'"{column.physical}"'
        if column.generated:
            continue
        if column.id in given:
            items.append(f"b.{name}")
        else:
            new = filled_default(session, column)
            if column.auto_increment:
                new = f"{table.next_auto_increment - 1} + count(*) FILTER (WHERE t.p IS NULL) OVER (ORDER BY b.n)"
                made = ["t.p IS NULL AS made"]
            items.append(f"CASE WHEN t.p IS NOT NULL THEN t.{name} ELSE {new} END AS {name}")
    last = f"QUALIFY row_number() OVER (PARTITION BY {', '.join(_keys(table))} ORDER BY n DESC) = 1"
    source = f"SELECT * FROM {batch.name} {last}"
    picked = ", ".join([*items, "b.n", f"CAST({batch.home or 'NULL'} AS BIGINT) AS p", *made])
    matching = _same_key(table, "t", "b")
    joined = f'SELECT {picked} FROM ({source}) b LEFT JOIN data."{table.physical}" t ON {matching}'
    batch.columns = [c for c in table.columns if not c.generated]
    whole = add_generated(session, table, joined, batch)
    whole_name = batch.name.replace('temp."b', 'temp."w')
    session.connection.run(f"CREATE TEMP TABLE {whole_name[5:]} AS SELECT *, FALSE AS bad FROM ({whole}) ORDER BY n")
    session.connection.run(f"DROP TABLE {batch.name}")
    batch.name = whole_name
    if made:
        batch.auto_increments = made_increments(session, batch)


def remove(change: Change, batch: Batch) -> None:
    """Deletes the rows whose keys were staged."""
    table = change.edit(batch.table)
    joined = _same_key(table, "t", "b")
    written = change.rows(f'SELECT DISTINCT t.p FROM data."{table.physical}" t SEMI JOIN {batch.name} b ON {joined}')
    delete_keys(change, table, batch.name)
    touch(table, [p for (p,) in written])


def write_operations(change: Change, batch: Batch) -> None:
    """Carries out the deletions of a batch whose rows say in `op` what they want (0 writes, 1 deletes); the last row
    of a key counts. What is left is to be stored."""
    table = change.edit(batch.table)
    if not change.rows(f"SELECT 1 FROM {batch.name} WHERE op = 1 LIMIT 1"):
        return
    keys = ", ".join(_keys(table))
    last = f"SELECT * FROM {batch.name} QUALIFY row_number() OVER (PARTITION BY {keys} ORDER BY n DESC) = 1"
    change.run(f"CREATE TEMP TABLE deleted AS SELECT {keys} FROM ({last}) WHERE op = 1")
    delete_keys(change, table, "temp.deleted")
    matching = _same_key(table, "b", "d")
    change.run(f"DELETE FROM {batch.name} b USING temp.deleted d WHERE {matching}")
    change.run(f"DELETE FROM {batch.name} WHERE op = 1")
    change.run("DROP TABLE temp.deleted")
