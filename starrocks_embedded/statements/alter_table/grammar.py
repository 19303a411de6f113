"""How ALTER TABLE, CREATE INDEX and DROP INDEX are written."""

from __future__ import annotations

from collections.abc import Callable

from starrocks_embedded.statements.alter_table import clauses as c
from starrocks_embedded.statements.registry import grammar
from starrocks_embedded.syntax.cursor import Cursor
from starrocks_embedded.syntax.datatypes import parse_type
from starrocks_embedded.syntax.definitions import (
    parse_batch,
    parse_column,
    parse_distribution,
    parse_index,
    parse_index_body,
    parse_keys,
    parse_list_values,
    parse_order_by,
    parse_partition_by,
    parse_range,
    parse_rollup,
)
from starrocks_embedded.syntax.expressions import parse_expression

OPTIMIZE_WORDS = ("PARTITION", "PARTITIONS", "TEMPORARY", "PRIMARY", "DUPLICATE", "UNIQUE", "AGGREGATE", "DISTRIBUTED")


@grammar("ALTER", "TABLE")
def parse_alter_table(cursor: Cursor) -> c.AlterTable:
    start = cursor.token
    name = cursor.qualified_name()
    span = cursor.since(start)
    if cursor.looking_at("ADD", "ROLLUP"):
        cursor.accept("ADD", "ROLLUP")
        found: list[c.Clause] = list(cursor.separated(lambda: c.AddRollup(parse_rollup(cursor))))
    elif cursor.looking_at("DROP", "ROLLUP"):
        cursor.accept("DROP", "ROLLUP")
        found = list(cursor.separated(lambda: c.DropRollup(cursor.identifier())))
    else:
        found = cursor.separated(lambda: _clause(cursor))
    return c.AlterTable(name, span, found)


@grammar("CREATE", "INDEX")
def parse_create_index(cursor: Cursor) -> c.AlterTable:
    start = cursor.token
    name = cursor.identifier()
    cursor.expect("ON")
    table_start = cursor.token
    table = cursor.qualified_name()
    table_span = cursor.since(table_start)
    index = parse_index_body(cursor, start, name)
    return c.AlterTable(table, table_span, [c.AddIndex(index, span=cursor.since(start))])


@grammar("DROP", "INDEX")
def parse_drop_index(cursor: Cursor) -> c.AlterTable:
    name = cursor.identifier()
    cursor.expect("ON")
    start = cursor.token
    table = cursor.qualified_name()
    return c.AlterTable(table, cursor.since(start), [c.DropIndex(name)])


def _clause(cursor: Cursor) -> c.Clause:
    start = cursor.token
    parser = PARSERS.get(start.key)
    if parser is not None:
        cursor.advance()
        clause = parser(cursor)
    elif start.key in OPTIMIZE_WORDS or cursor.done:
        clause = _optimize(cursor)
    else:
        raise cursor.unexpected("<EOF>", ";")
    clause.span = cursor.since(start)
    return clause


# ---- ADD


def _add(cursor: Cursor) -> c.Clause:
    start = cursor.previous
    if cursor.accept("COLUMN"):
        if not (cursor.looking_at("(") or cursor.at_identifier()):
            raise cursor.no_viable(start)
        return _add_column(cursor)
    if cursor.accept("INDEX"):
        return c.AddIndex(parse_index(cursor))
    if cursor.looking_at("PARTITION", "COLUMN"):
        cursor.accept("PARTITION", "COLUMN")
        return c.AddPartitionColumn(cursor.separated(lambda: parse_expression(cursor)))
    temporary = cursor.accept("TEMPORARY")
    if cursor.looking_at_any("PARTITION", "PARTITIONS"):
        return _add_partition(cursor, temporary)
    raise cursor.no_viable()


def _add_column(cursor: Cursor) -> c.Clause:
    if cursor.looking_at("("):
        columns = cursor.list_in_parentheses(lambda: parse_column(cursor))
        return c.AddColumns(columns, _rollup_name(cursor, "TO", "IN"))
    column = parse_column(cursor)
    position = _position(cursor)
    return c.AddColumn(column, position, _rollup_name(cursor, "TO", "IN"))


def _position(cursor: Cursor) -> c.Position | None:
    if cursor.accept("FIRST"):
        return c.Position()
    return c.Position(cursor.identifier()) if cursor.accept("AFTER") else None


def _rollup_name(cursor: Cursor, *words: str) -> str:
    name = cursor.identifier() if cursor.accept_any(*words) else ""
    if cursor.accept("PROPERTIES"):
        cursor.properties()
    return name


def _add_partition(cursor: Cursor, temporary: bool) -> c.Clause:
    if cursor.accept("PARTITIONS"):
        partition: object = parse_batch(cursor)
    elif _is_list_partition(cursor):
        partition = parse_list_values(cursor)
    else:
        partition = parse_range(cursor)
    clause = c.AddPartition(partition, temporary, parse_distribution(cursor))  # type: ignore[arg-type]
    if cursor.accept("PROPERTIES") or cursor.looking_at("("):
        clause.properties = cursor.properties()
    return clause


def _is_list_partition(cursor: Cursor) -> bool:
    """PARTITION [IF NOT EXISTS] name VALUES IN"""
    name = 4 if cursor.peek().key == "IF" and cursor.peek(2).key == "NOT" else 1
    return cursor.peek(name + 2).key == "IN"


# ---- DROP


def _drop(cursor: Cursor) -> c.Clause:
    if cursor.accept("COLUMN"):
        name = cursor.identifier()
        return c.DropColumn(name, _rollup_name(cursor, "FROM"))
    if cursor.accept("INDEX"):
        return c.DropIndex(cursor.identifier())
    if cursor.looking_at("PARTITION", "COLUMN"):
        cursor.accept("PARTITION", "COLUMN")
        return c.DropPartitionColumn(cursor.separated(lambda: parse_expression(cursor)))
    if cursor.accept("ALL", "TEMPORARY", "PARTITIONS"):
        return c.DropPartitions(temporary=True, force=cursor.accept("FORCE"))
    temporary = cursor.accept("TEMPORARY")
    if cursor.accept("PARTITION"):
        if_exists = cursor.accept("IF", "EXISTS")
        clause = c.DropPartitions((cursor.identifier(),), temporary=temporary, if_exists=if_exists)
    elif cursor.version.at_least("3.4") and cursor.accept("PARTITIONS"):
        clause = c.DropPartitions(temporary=temporary, if_exists=cursor.accept("IF", "EXISTS"))
        _which_partitions(cursor, clause)
    else:
        raise cursor.no_viable()
    clause.force = cursor.accept("FORCE")
    return clause


def _which_partitions(cursor: Cursor, clause: c.DropPartitions) -> None:
    if cursor.looking_at("START") and cursor.version.at_least("3.4"):
        clause.batch = parse_batch(cursor)
    elif cursor.looking_at("WHERE") and cursor.version.at_least("3.5"):
        cursor.advance()
        clause.where = parse_expression(cursor)
    else:
        clause.names = tuple(cursor.list_in_parentheses(cursor.identifier))


# ---- MODIFY


def _modify(cursor: Cursor) -> c.Clause:
    start = cursor.previous
    if cursor.accept("PARTITION"):
        return _modify_partition(cursor)
    if not (cursor.accept("COLUMN") and cursor.at_identifier()):
        raise cursor.no_viable(start)
    following = cursor.peek().key
    if following == "COMMENT" and cursor.version.at_least("3.5"):
        name = cursor.identifier()
        cursor.expect("COMMENT")
        if cursor.token.kind != "string":
            raise cursor.no_viable(start)
        return c.ModifyColumnComment(name, cursor.string())
    if following == "ADD" and cursor.peek(2).key == "FIELD":
        return _add_field(cursor)
    if following == "DROP" and cursor.peek(2).key == "FIELD":
        name = cursor.identifier()
        cursor.expect("DROP", "FIELD")
        return c.DropField(name, _field_path(cursor))
    column = parse_column(cursor)
    position = _position(cursor)
    return c.ModifyColumn(column, position, _rollup_name(cursor, "FROM"))


def _add_field(cursor: Cursor) -> c.Clause:
    name = cursor.identifier()
    cursor.expect("ADD", "FIELD")
    path = _field_path(cursor)
    return c.AddField(name, path, parse_type(cursor), _position(cursor))


def _field_path(cursor: Cursor) -> tuple[str, ...]:
    def part() -> str:
        if cursor.accept("["):
            cursor.expect("*", "]")
            return "[*]"
        return cursor.identifier()

    return tuple(cursor.separated(part, "."))


def _modify_partition(cursor: Cursor) -> c.Clause:
    if cursor.looking_at("DISTRIBUTED"):
        raise cursor.unexpected("a legal identifier")
    names: tuple[str, ...] = ()
    if cursor.looking_at("(", "*", ")"):
        cursor.accept("(", "*", ")")
    elif cursor.looking_at("("):
        names = tuple(cursor.list_in_parentheses(cursor.identifier))
    else:
        names = (cursor.identifier(),)
    cursor.expect("SET")
    return c.ModifyPartitions(names, cursor.properties())


# ---- the rest


def _rename(cursor: Cursor) -> c.Clause:
    start = cursor.previous
    if cursor.accept("COLUMN"):
        old = cursor.identifier()
        cursor.expect("TO")
        return c.RenameColumn(old, cursor.identifier())
    if cursor.accept("PARTITION"):
        return c.RenamePartition(cursor.identifier(), cursor.identifier())
    if cursor.looking_at("ROLLUP") and cursor.peek().kind != "end":
        cursor.advance()
        return c.RenameRollup(cursor.identifier(), cursor.identifier())
    return c.RenameTable(cursor.identifier(start))


def _swap(cursor: Cursor) -> c.Clause:
    cursor.expect("WITH")
    return c.SwapWith(cursor.identifier())


def _comment(cursor: Cursor) -> c.Clause:
    cursor.expect("=")
    return c.ModifyComment(cursor.string())


def _set(cursor: Cursor) -> c.Clause:
    return c.SetProperties(cursor.properties())


def _order(cursor: Cursor) -> c.Clause:
    """ORDER BY (…) alone reorders; before DISTRIBUTED BY it belongs to an OPTIMIZE."""
    cursor.at -= 1
    if _followed_by_distribution(cursor):
        return _optimize(cursor)
    cursor.expect("ORDER", "BY")
    names = tuple(cursor.list_in_parentheses(cursor.identifier))
    return c.ReorderColumns(names, _rollup_name(cursor, "FROM"))


def _followed_by_distribution(cursor: Cursor) -> bool:
    depth, ahead = 0, 2
    while cursor.peek(ahead).kind != "end":
        key = cursor.peek(ahead).key
        depth += (key == "(") - (key == ")")
        ahead += 1
        if depth == 0:
            return cursor.peek(ahead).key == "DISTRIBUTED"
    return False


def _truncate(cursor: Cursor) -> c.Clause:
    names, temporary = partition_names(cursor)
    return c.TruncatePartitions(names, temporary)


def partition_names(cursor: Cursor) -> tuple[tuple[str, ...], bool]:
    """[TEMPORARY] PARTITION[S] p or (p, …)"""
    temporary = cursor.accept("TEMPORARY")
    cursor.expect_any("PARTITION", "PARTITIONS")
    if cursor.looking_at("("):
        return tuple(cursor.list_in_parentheses(cursor.name_or_string)), temporary
    return (cursor.name_or_string(),), temporary


def _replace(cursor: Cursor) -> c.Clause:
    names, _ = partition_names(cursor)
    cursor.expect("WITH")
    temporary_names, _ = partition_names(cursor)
    properties = {}
    if cursor.accept("PROPERTIES") or cursor.looking_at("("):
        properties = cursor.properties()
    return c.ReplacePartitions(names, temporary_names, properties)


def _compact(cursor: Cursor) -> c.Clause:
    if cursor.previous.key != "COMPACT":
        cursor.expect("COMPACT")
    if cursor.looking_at("("):
        return c.Compact(tuple(cursor.list_in_parentheses(cursor.identifier)))
    if cursor.done or cursor.looking_at(","):
        return c.Compact()
    return c.Compact((cursor.identifier(),))


def _optimize(cursor: Cursor) -> c.Clause:
    clause = c.Optimize()
    if cursor.looking_at_any("PARTITION", "PARTITIONS", "TEMPORARY") and cursor.peek().key != "BY":
        clause.partitions, clause.temporary = partition_names(cursor)
    clause.keys = parse_keys(cursor)
    clause.partition_by = parse_partition_by(cursor)
    clause.order_by = parse_order_by(cursor)
    clause.distribution = parse_distribution(cursor)
    if clause.distribution is not None and _default_buckets_known(cursor) and cursor.accept("DEFAULT", "BUCKETS"):
        return c.DefaultBuckets(clause.distribution, cursor.integer())
    return clause


def _default_buckets_known(cursor: Cursor) -> bool:
    return cursor.version.at_least("4.0.1") or (
        (cursor.version.major, cursor.version.minor) == (3, 5) and cursor.version.at_least("3.5.8")
    )


PARSERS: dict[str, Callable[[Cursor], c.Clause]] = {
    "ADD": _add, "DROP": _drop, "MODIFY": _modify, "RENAME": _rename, "SWAP": _swap, "COMMENT": _comment, "SET": _set,
    "ORDER": _order, "TRUNCATE": _truncate, "REPLACE": _replace, "COMPACT": _compact, "BASE": _compact,
    "CUMULATIVE": _compact,
}  # fmt: skip
