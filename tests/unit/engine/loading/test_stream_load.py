"""Stream Load over HTTP: who may, what is answered, labels, and what becomes of good and bad rows."""

from __future__ import annotations

import bz2
import datetime
import gzip
import http.client
import sys
import zlib
from decimal import Decimal
from pathlib import Path
from typing import Any

import lz4.frame
import pytest
import zstandard

from starrocks_embedded.errors import StarRocksError
from starrocks_embedded.loading.compression import decompressed

Loader = Any
T = "create table t (k int not null, v varchar(5), d date, n decimal(10, 2), b boolean) duplicate key(k)"
P = "create table p (k int, v varchar(5) default 'none', n bigint) primary key(k)"


def test_the_front_end_sends_loads_to_the_back_end(loader: Loader) -> None:
    server = loader.server
    connection = http.client.HTTPConnection(server.host, server.http_port, timeout=10)
    connection.request(
        "PUT",
        "/api/d/t/_stream_load?a=b",
        headers={"Authorization": "Basic cm9vdDpzZWNyZXQ=", "Expect": "100-continue"},
    )
    answer = connection.getresponse()
    assert answer.status == 307
    assert answer.headers["Location"] == f"http://127.0.0.1:{server.be_http_port}/api/d/t/_stream_load?a=b"
    assert answer.headers["Connection"] == "close"
    connection.close()


def test_the_answer_has_the_keys_of_a_back_end(loader: Loader) -> None:
    loader.sql(T)
    answer = loader.load("t", "1,a,2024-01-02,1.25,true\n", column_separator=",", label="first")
    assert list(answer) == [
        "TxnId", "Label", "Db", "Table", "Status", "Message", "NumberTotalRows", "NumberLoadedRows",
        "NumberFilteredRows", "NumberUnselectedRows", "LoadBytes", "LoadTimeMs", "BeginTxnTimeMs",
        "StreamLoadPlanTimeMs", "ReadDataTimeMs", "WriteDataTimeMs", "CommitAndPublishTimeMs",
    ]  # fmt: skip
    assert (answer["Label"], answer["Status"], answer["Message"], answer["LoadBytes"]) == ("first", "Success", "OK", 25)
    assert loader.sql("select * from t") == [(1, "a", datetime.date(2024, 1, 2), Decimal("1.25"), 1)]


def test_a_label_is_used_once_unless_its_load_failed(loader: Loader) -> None:
    loader.sql(T)
    assert loader.load("t", "x\n", columns="k", label="again")["Status"] == "Fail"
    assert loader.load("t", "1\n", columns="k", label="again")["Status"] == "Success"
    answer = loader.load("t", "1\n", columns="k", label="again")
    assert (answer["TxnId"], answer["Status"], answer["ExistingJobStatus"], answer["Message"]) == (
        -1,
        "Label Already Exists",
        "FINISHED",
        "Label [again] has already been used.",
    )
    with pytest.raises(Exception, match=r"Label \[again\] has already been used"):
        loader.sql("insert into t with label again (k) values (2)")
    assert loader.sql("select count(*) from t") == [(1,)]


def test_a_load_needs_the_right_to_insert(loader: Loader) -> None:
    loader.sql(T)
    loader.sql("drop user if exists guest")
    loader.sql("create user guest identified by 'g'")
    path = "/api/d/t/_stream_load"
    assert "you need (at least one of) the INSERT privilege(s)" in loader.put(path, "1", "guest:g", columns="k")["msg"]
    loader.sql("grant insert on table d.t to user guest")
    assert loader.put(path, "1", "guest:g", columns="k")["Status"] == "Success"


@pytest.mark.parametrize(
    ("table", "headers", "message"),
    [
        ("nope", {}, 'unknown table "d.nope"'),
        ("t", {"format": "xml"}, "unknown data format, format=xml"),
        ("t", {"strict_mode": "perhaps"}, "Invalid strict mode format. Must be bool type"),
        ("t", {"partitions": "a", "temporary_partitions": "b"},
         "Can not specify both partitions and temporary partitions"),
        ("t", {"partitions": "nope"}, "Unknown partition 'nope' in table 't'"),
        ("t", {"columns": "v"}, "Column has no default value. column: k"),
        ("t", {"columns": "k, k"}, "Duplicate column: k"),
        ("t", {"columns": "k, nope = k"}, "Mapping column is not in table. column: nope"),
        ("t", {"columns": "k, v = lower(x)"},
         "Referenced column 'x' in expr 'lower(x)' can't be found in column list, derived column is 'v'"),
        ("t", {"columns": "k, n = nosuch(k)"},
         "Expr 'nosuch(k)' analyze error: No matching function with signature: nosuch(varchar), derived column is 'n'"),
        ("t", {"where": "x > 1"},
         "unknown column in where statement. the column 'x' in where clause must be in the target table."),
        ("t", {"where": "k + 1"}, "where statement is not a valid statement return bool"),
        ("t", {"partial_update": "true"}, "Only primary key table support partial update"),
        ("t", {"compression": "snappy"},
         "Loading data with the compression snappy is not supported by the embedded engine"),
    ],
)  # fmt: skip
def test_what_is_refused(loader: Loader, table: str, headers: dict[str, str], message: str) -> None:
    loader.sql(T)
    answer = loader.load(table, "1\n", **headers)
    assert (answer["Status"], answer["Message"]) == ("Fail", message)


def test_an_empty_load_is_an_error(loader: Loader) -> None:
    loader.sql(T)
    assert loader.load("t", "")["Message"].startswith("No rows were imported from upstream.")
    assert loader.load("t", "1\n", columns="k", where="k > 1")["Message"].startswith("No rows were imported")


def test_loads_are_shown(loader: Loader) -> None:
    loader.sql(T)
    answer = loader.load("t", "1\nx\n", columns="k", label="seen", max_filter_ratio="0.5")
    loader.load("t", "x\n", columns="k", label="lost")
    shown = "label, state, progress, type, filtered_rows, sink_rows, scan_bytes, error_msg"
    assert loader.sql(f"select {shown} from information_schema.loads where db_name = 'd' order by id") == [
        ("seen", "FINISHED", "100%", "STREAM_LOAD", 1, 1, 4, None),
        ("lost", "CANCELLED", "0%", "STREAM_LOAD", 1, 0, 2, "too many filtered rows"),
    ]
    [(tracking,)] = loader.sql("select tracking_sql from information_schema.loads where label = 'seen'")
    assert loader.sql(tracking) == [(loader.get(answer["ErrorURL"]),)]
    assert loader.sql("show stream load") == []
    assert [row[:7] for row in loader.sql("show all stream load for seen")] == [
        ("seen", loader.sql("select id from information_schema.stream_loads where label = 'seen'")[0][0].__str__(), "",
         str(answer["TxnId"]), "d", "t", "FINISHED"),
    ]  # fmt: skip


# ---- CSV


def test_values_that_do_not_fit_are_null(loader: Loader) -> None:
    """A fraction loses its digits, \\N and what cannot be read is NULL, and so is a text that is too long."""
    loader.sql(T)
    answer = loader.load("t", "3.7,\\N,bad,x,\n2,abcdef,2024-1-3 10:00:00,1e1,0\n", column_separator=",")
    assert loader.counts(answer) == ("Success", 2, 0, 0)
    assert loader.sql("select * from t order by k") == [
        (2, None, datetime.date(2024, 1, 3), Decimal("10.00"), 0),
        (3, None, None, None, None),
    ]


def test_an_empty_field_is_an_empty_text_and_no_number(loader: Loader) -> None:
    loader.sql(T)
    loader.load("t", "1,,,,\n\n", column_separator=",")
    assert loader.sql("select * from t") == [(1, "", None, None, None)]


def test_strict_mode_filters_what_cannot_be_read(loader: Loader) -> None:
    loader.sql(T)
    body = "1,a,2024-01-02,1,1\n2,a,monday,1,1\n3,a\n4,toolong,\\N,1,1\n"
    answer = loader.load("t", body, column_separator=",", strict_mode="true", max_filter_ratio="0.75")
    assert loader.counts(answer) == ("Success", 1, 3, 0)
    assert loader.get(answer["ErrorURL"]).splitlines() == [
        "Error: The field (name = d, pos = 2) is out of range. Type: DATE, Value length: 6, Value: monday. "
        "Row: 2,a,monday,1,1",
        "Error: Target column count: 5 doesn't match source value column count: 2. Column separator: ',', "
        "Row delimiter: '\\n'. Row: 3,a",
        "Error: The field (name = v, pos = 1) is out of range. Type: VARCHAR(5), Value length: 7, Value: toolong. "
        "Row: 4,toolong,\\N,1,1",
    ]


def test_too_many_filtered_rows_fail_the_load(loader: Loader) -> None:
    loader.sql(T)
    answer = loader.load("t", "1,a\nx,b\n", column_separator=",", columns="k,v", max_filter_ratio="0.4")
    assert loader.counts(answer) == ("Fail", 1, 1, 0)
    assert answer["Message"] == "too many filtered rows"
    assert "NULL value in non-nullable column 'k'. Row: [NULL, 'b'," in loader.get(answer["ErrorURL"])
    assert loader.sql("select count(*) from t") == [(0,)]


def test_columns_are_mapped_and_rows_selected(loader: Loader) -> None:
    loader.sql(T)
    body = "1|2|3\r\n4|5|6\r\n"
    columns = "a, x, tmp, k = a * 10 + tmp, v = concat(x, '!'), d = date_add('2024-01-01', tmp), n = tmp"
    answer = loader.load("t", body, column_separator="|", row_delimiter="\\x0d0a", columns=columns, where="k > 15")
    assert loader.counts(answer) == ("Success", 1, 0, 1)
    assert loader.sql("select k, v, d, n from t") == [(46, "5!", datetime.date(2024, 1, 7), Decimal("6.00"))]


def test_separators_of_several_bytes(loader: Loader) -> None:
    loader.sql(T)
    loader.load("t", "1||a##2||b##", column_separator="||", row_delimiter="##", columns="k, v")
    loader.load("t", "3\x01c\r\n", column_separator="\\x01", columns="k, v")
    assert loader.sql("select k, v from t order by k") == [(1, "a"), (2, "b"), (3, "c\r")]


def test_enclosed_and_escaped_fields(loader: Loader) -> None:
    loader.sql("create table e (k int, v varchar(100)) duplicate key(k)")
    body = '1,"a,""b"""\n2,"x\ny"\n3,plain\n4,""\n'
    assert loader.counts(loader.load("e", body, column_separator=",", enclose='"'))[1] == 4
    loader.load("e", "5,a\\,b\n6,\\\\N\n", column_separator=",", escape="\\")
    assert loader.sql("select * from e order by k") == [
        (1, 'a,"b"'), (2, "x\ny"), (3, "plain"), (4, ""), (5, "a,b"), (6, None),
    ]  # fmt: skip


def test_headers_are_skipped_and_spaces_trimmed(loader: Loader) -> None:
    loader.sql(T)
    loader.load("t", "k , v\n\n 1 , a \n", column_separator=",", columns="k, v", skip_header="1", trim_space="true")
    assert loader.sql("select k, v from t") == [(1, "a")]


def test_a_row_that_is_not_utf8_costs_itself_only(loader: Loader) -> None:
    loader.sql(T)
    answer = loader.load("t", b"1\ta\n2\t\xff\n3\tc\n", columns="k, v", max_filter_ratio="0.5")
    assert loader.counts(answer) == ("Success", 2, 1, 0)
    assert loader.get(answer["ErrorURL"]).startswith("Error: Invalid UTF-8 row. Row: 2\t")


PACKED = [
    ("gzip", gzip.compress),
    ("bzip2", bz2.compress),
    ("deflate", zlib.compress),
    ("lz4_frame", lz4.frame.compress),
    ("zstd", zstandard.compress),
]


@pytest.mark.parametrize(("name", "pack"), PACKED)
def test_compressed_bodies(loader: Loader, name: str, pack: Any) -> None:
    loader.sql(T)
    assert loader.load("t", pack(b"1\n2\n"), columns="k", compression=name)["NumberLoadedRows"] == 2
    assert loader.load("t", pack(b'{"k": 3}'), format="json", compression=name)["NumberLoadedRows"] == 1
    answer = loader.load("t", b"1\n2\n", columns="k", compression=name)
    assert answer["Status"] == "Fail"
    assert answer["Message"].startswith("Fail to decompress: ")


def test_a_compression_whose_package_is_missing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "zstandard", None)
    (tmp_path / "body").write_bytes(zstandard.compress(b"1\n"))
    with pytest.raises(StarRocksError, match="Run `pip install zstandard`, or load with gzip"):
        decompressed(tmp_path / "body", "zstd")


def test_rows_without_a_partition_are_filtered(loader: Loader) -> None:
    loader.sql(
        "create table r (k int, v int) duplicate key(k) partition by range(k) "
        "(partition a values less than ('10'), partition b values less than ('20'))"
    )
    answer = loader.load("r", "1\t1\n15\t2\n30\t3\n", max_filter_ratio="0.5")
    assert loader.counts(answer) == ("Success", 2, 1, 0)
    assert "The row is out of partition ranges. Please add a new partition.. Row: [30, 3]" in loader.get(
        answer["ErrorURL"]
    )
    answer = loader.load("r", "1\t1\n15\t2\n", partitions="b", max_filter_ratio="0.5")
    assert loader.counts(answer) == ("Success", 1, 1, 0)


def test_expressions_run_in_the_zone_of_the_load(loader: Loader) -> None:
    loader.sql("create table z (k int, s varchar(30)) duplicate key(k)")
    loader.load("z", "1\n", columns="k, s = from_unixtime(0)")
    loader.load("z", "2\n", columns="k, s = from_unixtime(0)", timezone="UTC")
    assert loader.sql("select s from z order by k") == [("1970-01-01 08:00:00",), ("1970-01-01 00:00:00",)]


# ---- JSON


def test_json_documents_one_after_another(loader: Loader) -> None:
    loader.sql(
        "create table j (k int, v varchar(20), n decimal(30, 10), f double, o json, a array<int>) primary key(k)"
    )
    body = """{"k": 1, "v": "a", "n": 123456789012345678.0123456789, "o": {"x": [1, 2.50]}, "a": [1, null, 3]}
        {"k": "2", "v": true, "f": 1.5, "more": 0} {"k": 3.9, "v": {"y": 1}}"""
    assert loader.counts(loader.load("j", body, format="json")) == ("Success", 3, 0, 0)
    assert loader.sql("select k, v, n, f, a from j order by k") == [
        (1, "a", Decimal("123456789012345678.0123456789"), None, "[1,null,3]"),
        (2, "1", None, 1.5, None),
        (3, '{"y":1}', None, None, None),
    ]
    assert loader.sql("select o->'x' from j where k = 1") == [("[1, 2.5]",)]


def test_json_in_an_array_and_by_paths(loader: Loader) -> None:
    loader.sql(P)
    loader.load("p", '[{"k": 1, "v": "a"}, {"k": 2}]', format="json", strip_outer_array="true")
    body = '{"rows": [{"id": {"k": 3}, "tags": ["x", "y"]}]}'
    paths = {"json_root": "$.rows", "strip_outer_array": "true", "jsonpaths": '["$.id.k", "$.tags[1]"]'}
    loader.load("p", body, format="json", columns="k, v", **paths)
    assert loader.sql("select k, v from p order by k") == [(1, "a"), (2, None), (3, "y")]


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ('[{"k": 1}]', "The value is array type in json document stream, you can set strip_outer_array=true to parse"),
        ('{"k": 1', "Failed to iterate document stream as object. error: The JSON document has an improper structure"),
        ("nope", "illegal json started with [n]"),
    ],
)
def test_json_that_cannot_be_read_fails_the_load(loader: Loader, body: str, message: str) -> None:
    loader.sql(P)
    assert message in loader.load("p", body, format="json")["Message"]


def test_strict_mode_filters_json_values(loader: Loader) -> None:
    loader.sql(P)
    body = '{"k": 1, "n": "many"} {"k": 2, "v": "toolong"} {"k": 3}'
    answer = loader.load("p", body, format="json", strict_mode="true", max_filter_ratio="1")
    assert loader.counts(answer) == ("Success", 1, 2, 0)
    assert loader.get(answer["ErrorURL"]).splitlines() == [
        "Error: Invalid argument: Unable to cast string value to BIGINT. value=many, column=n. "
        'Row: {"k": 1, "n": "many"}',
        "Error: Invalid argument: Value length is beyond the capacity. column=v, capacity=5. "
        'Row: {"k": 2, "v": "toolong"}',
    ]


# ---- PRIMARY KEY tables


def test_rows_say_whether_they_write_or_delete(loader: Loader) -> None:
    loader.sql(P)
    loader.load("p", "1\ta\t1\n2\tb\t2\n3\tc\t3\n")
    loader.load("p", "1\tx\t9\t0\n2\t\\N\t0\t1\n4\tq\t0\t1\n", columns="k, v, n, __op")
    assert loader.sql("select * from p order by k") == [(1, "x", 9), (3, "c", 3)]
    loader.load("p", '{"k": 1, "__op": 1} {"k": 1, "v": "back"} {"k": 3, "v": "up"} {"k": 3, "__op": 1}', format="json")
    assert loader.sql("select k, v from p") == [(1, "back")]
    loader.load("p", "1\n", columns="k, __op = 'delete'")
    assert loader.sql("select count(*) from p") == [(0,)]


def test_partial_updates_and_conditions(loader: Loader) -> None:
    loader.sql(P)
    loader.load("p", "1\ta\t5\n")
    loader.load("p", "1\t6\n2\t7\n", columns="k, n", partial_update="true")
    assert loader.sql("select * from p order by k") == [(1, "a", 6), (2, "none", 7)]
    loader.load("p", "1\told\t3\n2\tnew\t9\n", merge_condition="n")
    assert loader.sql("select * from p order by k") == [(1, "a", 6), (2, "new", 9)]
    missing = loader.load("p", "7\n", columns="n", partial_update="true")
    assert missing["Message"] == "key column k not in partial update columns"


@pytest.mark.parametrize(
    ("condition", "refused"),
    [
        ("k", "Merge condition column k should not be primary key!"),
        ("v", "Merge condition column has invalid type maybe bitmap/hll/percentile/json/varchar!"),
        ("x", "Merge condition column x does not exist."),
    ],
)
def test_what_a_condition_cannot_be(loader: Loader, condition: str, refused: str) -> None:
    loader.sql(P)
    assert loader.load("p", "1\ta\t1\n", merge_condition=condition)["Message"].startswith(refused)


def test_numbers_are_given_to_rows_once(loader: Loader) -> None:
    loader.sql("create table n (v varchar(5), id bigint not null auto_increment) duplicate key(v)")
    loader.load("n", "a\nb\n")
    loader.load("n", "toolong\n", strict_mode="true")
    loader.load("n", "c\n", columns="v")
    loader.sql("insert into n (v) values ('d')")
    rows = loader.sql("select v, id from n order by id")
    assert [v for v, _ in rows] == ["a", "b", "c", "d"]
    assert len({number for _, number in rows}) == 4


def test_a_partial_update_gives_the_sort_key(loader: Loader) -> None:
    loader.sql("create table s (k int, a int, b int) primary key(k) order by (b)")
    loader.load("s", "1\t1\t1\n")
    refused = loader.load("s", "1\t2\n", columns="k, a", partial_update="true")
    assert refused["Message"] == "partial update on table with sort key must provide all sort key columns"
    column = {"partial_update": "true", "partial_update_mode": "column"}
    assert loader.load("s", "1\t2\n", columns="k, b", **column)["Message"] == refused["Message"]
    assert loader.load("s", "1\t2\n", columns="k, b", partial_update="true")["Status"] == "Success"
    assert loader.sql("select * from s") == [(1, 1, 2)]


def test_fractions_of_json_are_doubles(loader: Loader) -> None:
    loader.sql("create table w (k int, b bigint) duplicate key(k)")
    body = (
        '{"k": 1, "b": 9223372036854775000.0} {"k": 2, "b": 9223372036854775808} {"k": 3, "b": -9223372036854775809.0}'
    )
    loader.load("w", body, format="json")
    assert loader.sql("select b from w order by k") == [(9223372036854774784,), (None,), (-9223372036854775808,)]


def test_nested_json_takes_the_shape_of_its_column(loader: Loader) -> None:
    struct = "struct<x int, y varchar(3), z array<boolean>>"
    loader.sql(f"create table c (k int, s {struct}, m map<varchar(9), int>, a array<int>) duplicate key(k)")
    body = """{"k": 1, "s": {"x": "7", "y": true, "z": [1, "false", {}], "w": 0}, "m": {"p": 1.9, "q": null},
         "a": [300, "b"]}
        {"k": 2, "s": {"y": "long"}, "m": [1], "a": 5}"""
    assert loader.counts(loader.load("c", body, format="json")) == ("Success", 2, 0, 0)
    assert loader.sql("select * from c order by k") == [
        (1, '{"x":7,"y":"1","z":[1,0,null]}', '{"p":1,"q":null}', "[300,null]"),
        (2, '{"x":null,"y":null,"z":null}', None, None),
    ]
