"""FILES(): local Parquet and CSV as relations, and as what INSERT writes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from starrocks_embedded.engine import Engine
from starrocks_embedded.errors import StarRocksError
from starrocks_embedded.session import Session

Sql = Callable[[str], list[tuple[Any, ...]]]


@pytest.fixture
def sql() -> Iterator[Sql]:
    engine = Engine()
    session = Session(engine, 1, "root")

    def run(text: str) -> list[tuple[Any, ...]]:
        rows: list[tuple[Any, ...]] = []
        for result in session.run(text):
            rows = [tuple(row) for row in result.rows or ()]
        return rows

    run("create database d")
    run("use d")
    yield run
    session.close()
    engine.close()


def files(path: Path, format_: str = "", **more: str) -> str:
    given = {"path": f"file://{path}", **({"format": format_} if format_ else {}), **more}
    return f"files({', '.join(f'{k!r} = {v!r}' for k, v in given.items())})"


def test_parquet_goes_out_and_comes_back(sql: Sql, tmp_path: Path) -> None:
    columns = "k int, t tinyint, b bigint, n decimal(10, 2), f double, v varchar(9), d date, at datetime, o boolean"
    sql(f"create table t ({columns}, a array<int>, s struct<x int, y varchar(3)>) duplicate key(k)")
    sql(
        "insert into t select 1, 2, 3, 4.5, 0.5, 'x', '2024-01-02', '2024-01-02 03:04:05', true, [1, null], row(7, 'q')"
    )
    sql("insert into t (k) values (2)")
    sql(f"insert into {files(tmp_path, 'parquet')} select * from t")
    [written] = tmp_path.iterdir()
    assert written.suffix == ".parquet"
    found = files(tmp_path / "*.parquet", "parquet")
    assert sql(f"desc {found}") == [
        ("k", "int", "YES"), ("t", "int", "YES"), ("b", "bigint", "YES"), ("n", "decimal(10,2)", "YES"),
        ("f", "double", "YES"), ("v", "varchar(1048576)", "YES"), ("d", "date", "YES"), ("at", "datetime", "YES"),
        ("o", "boolean", "YES"), ("a", "array<int>", "YES"), ("s", "struct<x int(11), y varchar(1048576)>", "YES"),
    ]  # fmt: skip
    assert sql(f"select * from {found} order by k") == sql("select * from t order by k")
    assert sql(f"select t.v, f.s.x from t join {found} f on t.k = f.k where f.k = 1") == [("x", 7)]
    sql(f"create table copied as select k, v from {found}")
    assert sql("select * from copied order by k") == [(1, "x"), (2, None)]


def test_the_types_of_csv_are_guessed(sql: Sql, tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("id,price\n1,2.5,true,x\n2,3,false,\\N\n")
    found = files(path, "csv", **{"csv.column_separator": ",", "csv.skip_header": "1"})
    assert sql(f"desc {found}") == [
        ("$1", "bigint", "YES"), ("$2", "double", "YES"), ("$3", "boolean", "YES"), ("$4", "varchar(1048576)", "YES"),
    ]  # fmt: skip
    assert sql(f"select * from {found}") == [(1, 2.5, True, "x"), (2, 3.0, False, None)]
    assert sql(f"select sum(`$1`), max($2) from {found}") == [(3, 3.0)]
    texts = files(path, "csv", **{"csv.column_separator": ",", "csv.skip_header": "1", "auto_detect_types": "false"})
    assert sql(f"select $1, $3 from {texts} where $1 = '2'") == [("2", "false")]


def test_csv_with_enclosed_fields_and_short_rows(sql: Sql, tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text('1,"a,b"\n2\n')
    options = {"csv.column_separator": ",", "csv.enclose": '"'}
    with pytest.raises(StarRocksError, match="Schema column count: 2 doesn't match source value column count: 1"):
        sql(f"select * from {files(path, 'csv', **options)}")
    filled = files(path, "csv", **options, fill_mismatch_column_with="null")
    assert sql(f"select * from {filled}") == [(1, "a,b"), (2, None)]


def test_columns_come_from_the_path(sql: Sql, tmp_path: Path) -> None:
    for day in ("1", "2"):
        (tmp_path / f"day={day}").mkdir()
        (tmp_path / f"day={day}" / "a.csv").write_text(f"{day}0\n")
    found = files(tmp_path / "day=[12]" / "*", "csv", columns_from_path="day")
    assert sql(f"select day, $1 from {found} order by 1") == [("1", 10), ("2", 20)]


def test_files_are_listed(sql: Sql, tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("12")
    (tmp_path / "sub").mkdir()
    found = files(tmp_path, list_files_only="true")
    assert sql(f"select path, size, is_dir from {found} order by 1") == [
        (f"file:{tmp_path}/a.csv", 2, False),
        (f"file:{tmp_path}/sub", 0, True),
    ]


def test_csv_is_written(sql: Sql, tmp_path: Path) -> None:
    query = "select 1 as a, null as b, true as c, cast('2024-01-02 03:04:05' as datetime) as d, 'x y' as e"
    target = files(
        tmp_path / "out", "csv", single="true", **{"csv.column_separator": "|", "csv.include_header": "true"}
    )
    sql(f"insert into {target} {query}")
    assert (tmp_path / "out").read_text() == "a|b|c|d|e\n1|\\N|true|2024-01-02 03:04:05|x y\n"


def test_rows_are_inserted_from_files(sql: Sql, tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("1\ta\n2\tb\n")
    sql("create table t (k int, v varchar(5)) primary key(k)")
    sql(f"insert into t select $1, $2 from {files(tmp_path / 'a.csv', 'csv')}")
    assert sql("select * from t order by k") == [(1, "a"), (2, "b")]


@pytest.mark.parametrize(
    ("properties", "refused"),
    [
        ("'format' = 'parquet'", "path is null. Please add properties(path='xxx') when create table"),
        ("'path' = 'file:///x'", "format is null. Please add properties(format='xxx') when create table"),
        ("'path' = 'file:///x', 'format' = 'xml'", "not supported format: xml"),
        ("'path' = 'x', 'format' = 'csv'", "invalid path. scheme is null"),
        ("'path' = 'file:///nowhere/*', 'format' = 'csv'", "No files were found matching the pattern(s) or path(s): "),
    ],
)
def test_what_files_refuses(sql: Sql, properties: str, refused: str) -> None:
    with pytest.raises(StarRocksError) as caught:
        sql(f"select * from files({properties})")
    assert caught.value.code == 1064
    assert caught.value.message.startswith(f"Access storage error. Error message: {refused}")


@pytest.mark.parametrize(
    "properties", ["'path' = 's3://b/x', 'format' = 'csv'", "'path' = 'file:///x', 'format' = 'orc'"]
)
def test_what_is_not_supported_is_said(sql: Sql, properties: str) -> None:
    with pytest.raises(StarRocksError, match="is not supported by the embedded engine"):
        sql(f"select * from files({properties})")


@pytest.mark.parametrize(
    ("properties", "refused"),
    [
        ("'format' = 'csv'", "path is a mandatory property."),
        ("'path' = 'file:///x/'", "format is a mandatory property."),
        ("'path' = 'file:///x/', 'format' = 'avro'", "Unsupported format avro."),
        ("'path' = 'file:///x/', 'format' = 'csv', 'single' = 'x'", 'got invalid parameter "single" = "x"'),
        ("'path' = 'file:///x/', 'format' = 'csv', 'partition_by' = 'z'", "partition columns expected to be a subset"),
    ],
)
def test_what_writing_files_refuses(sql: Sql, properties: str, refused: str) -> None:
    with pytest.raises(StarRocksError) as caught:
        sql(f"insert into files({properties}) select 1 as a")
    assert refused in caught.value.message


def test_a_pipe_reads_files(sql: Sql, tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("1\ta\n")
    sql("create table t (k int, v varchar(5)) duplicate key(k)")
    create = f"as insert into t select * from {files(tmp_path / 'a.csv', 'csv')}"
    sql(f"create pipe p properties ('poll_interval' = '10') {create}")
    assert [row[:1] + row[2:5] for row in sql("show pipes")] == [("d", "p", "RUNNING", "d.t")]
    sql("alter pipe p suspend")
    sql("alter pipe p set ('batch_files' = '3')")
    assert sql("select pipe_name, state, properties from information_schema.pipes") == [
        ("p", "SUSPEND", '{"poll_interval":"10","batch_files":"3"}')
    ]
    with pytest.raises(StarRocksError, match="Pipe exists"):
        sql(f"create pipe p {create}")
    sql(f"create or replace pipe p {create}")
    sql("drop pipe p")
    assert sql("show pipes") == []


def test_decimals_keep_their_precision_in_parquet(sql: Sql, tmp_path: Path) -> None:
    sql("create table p (n decimal(10, 2), w decimal(30, 4), a array<decimal(6, 1)>) duplicate key(n)")
    sql("insert into p values (1.25, 2.5, [3.5])")
    sql(f"insert into {files(tmp_path, 'parquet')} select * from p")
    kinds = [row[1] for row in sql(f"desc {files(tmp_path / '*.parquet', 'parquet')}")]
    assert kinds == ["decimal(10,2)", "decimal(30,4)", "array<decimal32(6,1)>"]
