"""The text of SHOW CREATE TABLE and SHOW CREATE DATABASE."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starrocks_embedded.analysis.states import text as state_text
from starrocks_embedded.catalog import model
from starrocks_embedded.types import to_sql

if TYPE_CHECKING:
    from starrocks_embedded.engine import Engine


def show_create_database(database: model.Database) -> str:
    return f"CREATE DATABASE `{database.name}`" + _database_properties(database)


def _database_properties(database: model.Database) -> str:
    shown = {k: v for k, v in database.properties.items() if k == "storage_volume"}
    if not shown:
        return ""
    return "\nPROPERTIES (" + ", ".join(f'"{k}" = "{v}"' for k, v in shown.items()) + ")"


def show_create_table(engine: Engine, table: model.Table) -> str:
    lines = [_column_line(c, table) for c in table.columns] + [index_line(i, table) for i in table.indexes]
    temporary = "TEMPORARY " if table.temporary_session else ""
    text = f"CREATE {temporary}TABLE `{table.name}` (\n" + ",\n".join(f"  {line}" for line in lines)
    text += f"\n) ENGINE={table.engine} \n"
    if table.key_columns:
        text += f"{table.keys.upper()} KEY({_names(table.key_columns)})\n"
    if table.comment:
        text += f'COMMENT "{_escaped(table.comment)}"\n'
    text += partition_text(table)
    text += _distribution(table.distribution)
    if table.order_by:
        text += f"ORDER BY({_names(table.order_by)})\n"
    return text + properties_text(engine, table) + ";"


def _column_line(column: model.Column, table: model.Table) -> str:
    parts = [f"`{column.name}`", to_sql(column.type)]
    if column.aggregate and table.keys == "aggregate":
        state = column.type.state
        parts.append(column.aggregate.upper() if state is None else state_text(state))
    parts.append("NULL" if column.nullable else "NOT NULL")
    if column.auto_increment:
        parts.append("AUTO_INCREMENT")
    elif column.default and column.default[0] != "null":
        kind, text = column.default
        parts.append(f'DEFAULT "{_default_escaped(text)}"' if kind == "const" else f"DEFAULT {text}")
    if column.generated:
        parts.append(f"AS {column.generated}")
    parts.append(f'COMMENT "{_escaped(column.comment)}"')
    return " ".join(parts)


def index_line(index: model.Index, table: model.Table) -> str:
    del table
    properties = ", ".join(f'"{k}" = "{v}"' for k, v in sorted(index.properties.items()))
    shown = f"({properties})" if properties else ""
    return f"INDEX {index.name} ({_names(index.columns)}) USING {index.kind.upper()}{shown} COMMENT '{index.comment}'"


def partition_text(table: model.Table) -> str:
    """The PARTITION BY clause with its line end, or nothing."""
    partitioning = table.partitioning
    kept = [p for p in table.partitions if not p.temporary]
    if partitioning.kind == "none":
        return ""
    if partitioning.kind == "columns":
        return "PARTITION BY (" + ",".join(f"`{c}`" for c in partitioning.columns) + ")\n"
    if partitioning.kind == "expression":
        return f"PARTITION BY {partitioning.exprs[0]}\n"
    if partitioning.kind == "list":
        body = ",\n".join(f"  PARTITION {p.name} VALUES IN {list_text(p, len(partitioning.columns))}" for p in kept)
        return f"PARTITION BY LIST({','.join(f'`{c}`' for c in partitioning.columns)})(\n{body}\n)\n"
    items = (
        ", ".join(f"`{c}`" for c in partitioning.columns) if not partitioning.exprs else ", ".join(partitioning.exprs)
    )
    ordered = sorted(kept, key=_lower_bound)
    body = ",\n".join(f"PARTITION {p.name} VALUES {range_text(p)}" for p in ordered)
    return f"PARTITION BY RANGE({items})\n({body})\n"


def _lower_bound(partition: model.Partition) -> tuple[tuple[int, int | str], ...]:
    return tuple((0, int(b)) if b.lstrip("-").isdigit() else (1, b) for b in partition.lower or ())


def range_text(partition: model.Partition) -> str:
    """[("2024-01-01"), ("2024-02-01"))"""
    return f"[{_bound(partition.lower)}, {_bound(partition.upper)})"


def _bound(values: tuple[str, ...] | None) -> str:
    return "(" + ", ".join("MAXVALUE" if v == "MAXVALUE" else f'"{v}"' for v in values or ()) + ")"


def list_text(partition: model.Partition, width: int) -> str:
    """('a', 'b') or (('a', '1'), ('b', '2'))"""
    rows = [", ".join(f"'{'NULL' if v is None else v}'" for v in row) for row in partition.values]
    return "(" + ", ".join(rows if width == 1 else [f"({r})" for r in rows]) + ")"


def _distribution(distribution: model.Distribution) -> str:
    buckets = f" BUCKETS {distribution.buckets}" if distribution.buckets else ""
    if distribution.kind == "random":
        return f"DISTRIBUTED BY RANDOM{buckets}\n"
    return f"DISTRIBUTED BY HASH({_names(distribution.columns)}){buckets}{' ' if buckets else ''}\n"


def properties_text(engine: Engine, table: model.Table) -> str:
    from starrocks_embedded.catalog.properties import shown_properties

    shown = shown_properties(engine, table)
    return "PROPERTIES (\n" + ",\n".join(f'"{k}" = "{v}"' for k, v in shown.items()) + "\n)"


def _names(names: tuple[str, ...]) -> str:
    return ", ".join(f"`{n}`" for n in names)


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"')


def _default_escaped(text: str) -> str:
    return _escaped(text).replace("\n", "\\n").replace("\r", "\\r").replace("\t", "\\t")
