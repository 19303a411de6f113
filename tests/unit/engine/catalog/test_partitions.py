"""Which partition a row belongs to, and the names of those that create themselves."""

from __future__ import annotations

import pytest

import starrocks_embedded.statements.families  # noqa: F401
from starrocks_embedded.catalog.partitions import automatic_list_name, java_hash, missing_partitions, partition_id_sql
from starrocks_embedded.engine import Engine
from starrocks_embedded.session import Session


def placed(ddl: str, values: str) -> list[str | None]:
    """The partition of each row of VALUES, created where it is missing."""
    engine = Engine()
    session = Session(engine, 1, "root")
    list(session.run("create database q"))
    session.database_name = "q"
    list(session.run(ddl))
    table = session.find_table(("t",))
    assert table is not None
    names = ", ".join(c.physical for c in table.columns)
    rows = f"SELECT * FROM (VALUES {values}) v({names})"
    with engine.catalog.change(session.connection, [table.id]) as change:
        missing_partitions(change, table, rows)
        mine = change.edit(table)
        ids = change.rows(f"SELECT {partition_id_sql(mine)} FROM ({rows}) x")
        by_id = {p.id: p.name for p in mine.partitions}
    engine.close()
    return [by_id.get(i) for (i,) in ids]


@pytest.mark.parametrize(
    ("clause", "values", "names"),
    [
        ("date_trunc('day', d)", "(1, DATE '2024-01-05')", ["p20240105"]),
        ("date_trunc('month', d)", "(1, DATE '2024-01-05'), (1, DATE '2024-01-09')", ["p202401", "p202401"]),
        ("date_trunc('year', d)", "(1, DATE '2024-01-05')", ["p2024"]),
        (
            "(a, d)",
            "(1, DATE '2024-01-05'), (NULL, NULL), (-1, DATE '2024-01-05')",
            ["p1_20240105", "pNULL_NULL", "p_1_20240105"],
        ),
    ],
)
def test_automatic_partitions_are_named_by_their_values(clause: str, values: str, names: list[str]) -> None:
    assert placed(f"create table t (a int, d date) partition by {clause}", values) == names


def test_null_goes_to_the_lowest_range_and_strangers_to_none() -> None:
    ddl = "create table t (a int, d date) partition by range(d) (partition p1 values less than ('2024-01-01'))"
    assert placed(ddl, "(1, NULL), (2, DATE '2023-05-05'), (3, DATE '2024-01-01')") == ["p1", "p1", None]


def test_long_names_are_cut_with_a_hash() -> None:
    assert java_hash("hello") == 99162322
    name = automatic_list_name(("x" * 80,), [])
    assert name == "p" + "x" * 49 + f"_{java_hash('p' + 'x' * 80):x}"
