"""What is shown of loads: of INSERT with a label, of filtered rows and their log, of Stream Load, of jobs that wait."""

from __future__ import annotations

from collections.abc import Callable, Iterator
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
    run("create table t (k int not null, v varchar(3)) duplicate key(k)")
    yield run
    session.close()
    engine.close()


def refusal(sql: Sql, text: str) -> tuple[int, str]:
    with pytest.raises(StarRocksError) as caught:
        sql(text)
    return caught.value.code, caught.value.message


def test_an_insert_is_a_load(sql: Sql) -> None:
    sql("insert into t with label one values (1, 'a'), (2, 'b')")
    assert sql(
        "select label, db_name, table_name, user, state, progress, type, filtered_rows, sink_rows "
        "from information_schema.loads"
    ) == [("one", "d", "t", "root", "FINISHED", "ETL:100%; LOAD:100%", "INSERT", 0, 2)]
    [row] = sql("show load where label = 'one'")
    assert row[1:10] == ("one", "FINISHED", "ETL:100%; LOAD:100%", "INSERT", "NORMAL", "2", "0", "0", "2")
    assert sql("show load where label like 'on' and state = 'finished'") == [row]
    assert sql("show load where label like 'on%'") == []
    assert refusal(sql, "show load where jobid = 1")[0] == 5064


def test_filtered_rows_leave_a_log(sql: Sql) -> None:
    message = refusal(sql, "insert into t with label bad select 1, 'long' union all select null, 'b'")[1]
    query = message.partition("tracking sql = ")[2]
    assert sql(query)[0][0].splitlines() == [
        "Error: String 'long'(length=4) is too long. The max length of 'v' is 3. Row: [1, 'long']",
        "Error: NULL value in non-nullable column 'k'. Row: [NULL, 'b']",
    ]
    [row] = sql("show load where label = 'bad'")
    assert (row[2], row[3], row[18]) == ("CANCELLED", "ETL:N/A; LOAD:N/A", query)
    assert sql("select label, type from information_schema.load_tracking_logs") == [("bad", "INSERT")]
    sql("insert into t with label bad values (1, 'a')")


def test_tolerated_rows_leave_a_log_too(sql: Sql) -> None:
    sql(
        "insert into t with label part properties ('max_filter_ratio' = '0.5') select 1, 'long' union all select 2, 'b'"
    )
    [(state, filtered, tracking)] = sql("select state, filtered_rows, tracking_sql from information_schema.loads")
    assert (state, filtered) == ("FINISHED", 1)
    assert "too long" in sql(tracking)[0][0]


def test_a_broker_load_waits_until_it_is_cancelled(sql: Sql) -> None:
    load = 'load label d.far (data infile ("s3://b/x.csv") into table t columns terminated by "," (k, v)) with broker'
    sql(f'{load} ("aws.s3.region" = "x") properties ("timeout" = "100")')
    assert refusal(sql, load) == (1064, "Label [far] has already been used.")
    [row] = sql("show load where label = 'far'")
    assert (row[2], row[4], row[11]) == ("PENDING", "BROKER", "resource:N/A; timeout(s):100; max_filter_ratio:0.0")
    sql("alter load for far properties ('priority' = 'high')")
    sql("cancel load from d where label = 'far'")
    assert sql("show load where label = 'far'")[0][12] == "type:USER_CANCEL; msg:user cancel"
    unknown = "There is no uncompleted job which label is far"
    assert refusal(sql, "cancel load where label = 'far'") == (1064, unknown)
    assert refusal(sql, "cancel load where label = 'nope'") == (1064, "Load job does not exist")


@pytest.mark.parametrize(
    ("text", "refused"),
    [
        ('data infile ("x") into table nope', "Table nope is not found."),
        ('data infile ("x") negative into table t', "Only aggregate table can specify NEGATIVE"),
        ('data infile ("x") into table t partition (p)', "Unknown partition 'p' in table 't'"),
        ('data infile ("x") into table t format as "xyz"', "File Format Type xyz is invalid."),
    ],
)
def test_what_a_broker_load_refuses(sql: Sql, text: str, refused: str) -> None:
    assert refusal(sql, f"load label l ({text}) with broker")[1].endswith(refused)


def test_an_export_waits_until_it_is_cancelled(sql: Sql) -> None:
    sql("export table t (k) to 's3://b/x/' properties ('timeout' = '60') with broker")
    [row] = sql("show export where state = 'pending'")
    assert (row[2], row[3], row[5], row[9]) == ("PENDING", "0%", "s3://b/x/", "60")
    sql(f"cancel export where queryid = '{row[1]}'")
    assert sql(f"show export where queryid = '{row[1]}'")[0][2] == "CANCELLED"
    assert refusal(sql, "cancel export where queryid = 'x'")[0] == 5064
    assert refusal(sql, "export table t to 's3://b/x/'")[1].endswith("broker is not provided.")
    assert "Column [z] does not exist" in refusal(sql, "export table t (z) to 's3://b/x/' with broker")[1]


# ---- routine loads

KAFKA = 'from kafka ("kafka_broker_list" = "127.0.0.1:1", "kafka_topic" = "t")'


def test_a_routine_load_goes_through_its_states(sql: Sql) -> None:
    sql(f"create routine load job on t columns terminated by ',', columns (k, v = upper(k)), where k > 1 {KAFKA}")
    assert refusal(sql, f"create routine load job on t {KAFKA}") == (1064, "Name job already used in db d")
    state = "select name, db_name, table_name, state from information_schema.routine_load_jobs"
    assert sql(state) == [("job", "d", "t", "NEED_SCHEDULE")]
    change = "alter routine load for job properties ('max_error_number' = '7')"
    assert refusal(sql, change) == (1064, "Only supports modification of PAUSED jobs")
    sql("pause routine load for job")
    assert refusal(sql, "pause routine load for job") == (1064, "Could not transform PAUSED to PAUSED")
    sql(change)
    [(name, text)] = sql("show create routine load job")
    assert name == "job"
    head = "CREATE ROUTINE LOAD d.job on t\n COLUMNS TERMINATED BY ',',\nCOLUMNS (k, v=upper(k)),\nWHERE k > 1\n"
    assert text.startswith(f"{head}PROPERTIES\n")
    assert '"max_error_number"="7"' in text
    sql("resume routine load for job")
    sql("alter table t rename u")
    assert sql("show routine load for job")[0][6:8] == ("u", "NEED_SCHEDULE")
    sql("stop routine load for job")
    assert refusal(sql, "show routine load for job")[1].count("There is no running job named job in db d") == 1
    assert sql("show all routine load for job")[0][7] == "STOPPED"
    assert refusal(sql, "resume routine load for job")[0] == 5089


@pytest.mark.parametrize(
    ("clauses", "refused"),
    [
        ('from kafka ("kafka_topic" = "t")', "kafka_broker_list is a required property."),
        ('from kafka ("kafka_broker_list" = "h", "kafka_topic" = "t")', "kafka_broker_list: h does not match pattern"),
        ('from nothing ("a" = "b")', "routine load job does not support this type NOTHING."),
        (f'properties ("desired_concurrent_number" = "0") {KAFKA}', "desired_concurrent_number should > 0."),
        (f'properties ("colour" = "red") {KAFKA}', "colour is invalid property."),
        (f"partition (p) {KAFKA}", "Partition p does not exist"),
    ],
)
def test_what_a_routine_load_refuses(sql: Sql, clauses: str, refused: str) -> None:
    assert refused in refusal(sql, f"create routine load job on t {clauses}")[1]


# ---- pipes


@pytest.mark.parametrize(
    ("insert", "code", "refused"),
    [
        ("insert into t select 1, 'x'", 5800, "Bad pipe statement: 'only support FileTableFunction'."),
        ("insert into t values (1, 'x')", 5800, "Bad pipe statement: 'must be select statement'."),
        ("insert into nope select 1, 'x'", 1064, "Table nope is not found."),
    ],
)
def test_what_a_pipe_refuses(sql: Sql, insert: str, code: int, refused: str) -> None:
    found = refusal(sql, f"create pipe p as {insert}")
    assert found[0] == code
    assert found[1].endswith(refused)
    assert refusal(sql, "create pipe p properties ('colour' = 'red') as insert into t select 1, 'x'")[0] == 5803
    assert refusal(sql, "drop pipe p") == (5801, "Getting analyzing error. Detail message: Unknown pipe 'd.p'.")
    assert sql("drop pipe if exists p") == []
