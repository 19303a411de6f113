"""What a snapshot's table holds after its runs: each version, its end, and what it is made as."""

from __future__ import annotations

import datetime

import pytest
import yaml
from dbt.tests.util import run_dbt, run_dbt_and_capture

JANUARY, FEBRUARY = datetime.datetime(2024, 1, 1), datetime.datetime(2024, 2, 1)
FAR = datetime.datetime(9999, 12, 31)
NOW = "now"

BY_TIME = {"unique_key": "id", "strategy": "timestamp", "updated_at": "at"}
RENAMED = {
    "dbt_scd_id": "version",
    "dbt_valid_from": "since",
    "dbt_valid_to": "UNTIL",
    "dbt_updated_at": "seen",
    "dbt_is_deleted": "gone",
}
HISTORIES = {
    "by_time": BY_TIME,
    "by_all": {"unique_key": "id", "strategy": "check", "check_cols": "all"},
    "by_list": {"unique_key": ["id", "area"], "strategy": "check", "check_cols": ["name", "note"]},
    "by_list_at": {"unique_key": "id", "strategy": "check", "check_cols": ["note"], "updated_at": "at"},
    "del_invalidate": {**BY_TIME, "hard_deletes": "invalidate"},
    "del_record": {**BY_TIME, "hard_deletes": "new_record"},
    "renamed": {**BY_TIME, "hard_deletes": "new_record", "snapshot_meta_column_names": RENAMED},
    "far": {**BY_TIME, "hard_deletes": "invalidate", "dbt_valid_to_current": "cast('9999-12-31' as datetime)"},
    "parted": {**BY_TIME, "hard_deletes": "invalidate", "partition_by": ["date_trunc('month', dbt_valid_from)"]},
    "by_area": {**BY_TIME, "hard_deletes": "invalidate", "partition_by": ["area"]},
}
PEOPLE = (
    "create table {schema}.people (id int not null, area varchar(10), name varchar(20), note varchar(20), at datetime)"
    " primary key (id)"
)
ROWS = [
    "(1, 'n', 'Ann', null, '2024-01-01')",
    "(2, 'n', 'Bob', 'b', '2024-01-01')",
    "(3, 's', 'Cat', 'c', '2024-01-01')",
    "(4, 's', 'Dan', null, '2024-01-01')",
]
CHANGED = [
    "(1, 'n', 'Anna', null, '2024-02-01')",
    "(2, 'n', 'Bob', null, '2024-01-01')",
    "(4, 's', 'Dan', 'd', '2024-01-01')",
]


SOURCES = "sources: [{name: raw, schema: '{{ target.schema }}', tables: [{name: people}]}]"


def files(**snapshots):
    return {
        "sources.yml": SOURCES,
        "snapshots.yml": yaml.safe_dump(
            {
                "snapshots": [
                    {"name": name, "relation": "source('raw', 'people')", "config": config}
                    for name, config in snapshots.items()
                ]
            }
        ),
    }


def insert(project, rows):
    project.run_sql(f"insert into {{schema}}.people values {', '.join(rows)}")


def versions(project, name, columns="id, name, note, dbt_valid_from, dbt_valid_to", order="1, 4, 5"):
    rows = project.run_sql(f"select {columns} from {{schema}}.{name} order by {order}", fetch="all")
    return [tuple(plain(value) for value in row) for row in rows]


def plain(value):
    """Times of the run itself read as NOW; an array is bytes to clients of older servers."""
    today = datetime.datetime.now(datetime.timezone.utc).replace(tzinfo=None) - datetime.timedelta(days=2)
    if isinstance(value, datetime.datetime) and today < value < FAR:
        return NOW
    return value.decode() if isinstance(value, bytes) else value


def shown(project, name):
    return project.run_sql(f"show create table {{schema}}.{name}", fetch="one")[1]


class TestHistories:
    """Three runs: as it was; changed, one row gone; the row is back as it was."""

    @pytest.fixture(scope="class")
    def models(self):
        return files(**HISTORIES)

    @pytest.fixture(scope="class", autouse=True)
    def history(self, project):
        project.run_sql(PEOPLE)
        insert(project, ROWS)
        run_dbt(["snapshot"])
        project.run_sql("delete from {schema}.people where id = 3")
        insert(project, CHANGED)
        run_dbt(["snapshot"])
        insert(project, ROWS[2:3])
        run_dbt(["snapshot"])

    def test_timestamp(self, project):
        assert versions(project, "by_time") == [
            (1, "Ann", None, JANUARY, FEBRUARY),
            (1, "Anna", None, FEBRUARY, None),
            (2, "Bob", "b", JANUARY, None),
            (3, "Cat", "c", JANUARY, None),
            (4, "Dan", None, JANUARY, None),
        ]

    @pytest.mark.parametrize("name", ["by_all", "by_list"])
    def test_check(self, project, name):
        """A NULL that comes and one that goes are changes; a deletion is not looked for."""
        assert versions(project, name, order="1, 5 desc, 2, 3") == [
            (1, "Ann", None, NOW, NOW),
            (1, "Anna", None, NOW, None),
            (2, "Bob", "b", NOW, NOW),
            (2, "Bob", None, NOW, None),
            (3, "Cat", "c", NOW, None),
            (4, "Dan", None, NOW, NOW),
            (4, "Dan", "d", NOW, None),
        ]

    def test_check_by_a_time_that_stands_still(self, project):
        """The version that ended keeps its id, and the new one gets another."""
        found = versions(project, "by_list_at", "id, name, note, dbt_valid_from, dbt_valid_to, dbt_scd_id", "1, 5 desc")
        assert [row[:5] for row in found] == [
            (1, "Ann", None, JANUARY, None),
            (2, "Bob", "b", JANUARY, JANUARY),
            (2, "Bob", None, JANUARY, None),
            (3, "Cat", "c", JANUARY, None),
            (4, "Dan", None, JANUARY, JANUARY),
            (4, "Dan", "d", JANUARY, None),
        ]
        assert len({row[5] for row in found}) == 6

    @pytest.mark.parametrize("name", ["del_invalidate", "parted", "by_area"])
    def test_a_row_that_left_and_came_back_unchanged(self, project, name):
        assert versions(project, name, order="1, 4, 5 desc")[-3:] == [
            (3, "Cat", "c", JANUARY, NOW),
            (3, "Cat", "c", JANUARY, None),
            (4, "Dan", None, JANUARY, None),
        ]

    @pytest.mark.parametrize(
        ("name", "columns"),
        [
            ("del_record", "id, name, dbt_valid_from, dbt_valid_to, dbt_is_deleted"),
            ("renamed", "id, name, since, until, gone"),
        ],
    )
    def test_deletions_as_records(self, project, name, columns):
        assert versions(project, name, columns, "1, 3, 4")[-5:] == [
            (2, "Bob", JANUARY, None, "False"),
            (3, "Cat", JANUARY, None, "False"),
            (3, "Cat", JANUARY, NOW, "False"),
            (3, "Cat", NOW, JANUARY, "True"),
            (4, "Dan", JANUARY, None, "False"),
        ]

    def test_far_end(self, project):
        assert versions(project, "far", order="1, 4, 5") == [
            (1, "Ann", None, JANUARY, FEBRUARY),
            (1, "Anna", None, FEBRUARY, FAR),
            (2, "Bob", "b", JANUARY, FAR),
            (3, "Cat", "c", JANUARY, NOW),
            (3, "Cat", "c", JANUARY, FAR),
            (4, "Dan", None, JANUARY, FAR),
        ]

    def test_the_table(self, project):
        text = shown(project, "by_time")
        assert "`dbt_scd_id` varchar(64) NOT NULL" in text
        assert "PRIMARY KEY(`dbt_scd_id`)" in text
        assert "DISTRIBUTED BY HASH(`dbt_scd_id`)" in text
        assert "`dbt_valid_to` datetime NULL" in text

    def test_partition_columns_are_part_of_the_key(self, project):
        assert "PRIMARY KEY(`dbt_scd_id`, `dbt_valid_from`)" in shown(project, "parted")
        assert "date_trunc('month', dbt_valid_from)" in shown(project, "parted")
        assert "PRIMARY KEY(`dbt_scd_id`, `area`)" in shown(project, "by_area")

    def test_statements_of_a_later_run(self, project, statements):
        before = {name: versions(project, name, "*", "1") for name in HISTORIES}
        with statements.during() as sent:
            run_dbt(["snapshot"])
        counts = {name: sum(f'.{name}"' in s.comment for s in sent) for name in HISTORIES}
        asked = len(sent.containing("information_schema"))
        assert sum(counts.values()) <= 2 * len(HISTORIES) + 2 + asked
        assert max(counts.values()) <= 3 + asked
        assert {name: versions(project, name, "*", "1") for name in HISTORIES} == before

    def test_a_run_without_rows_ends_no_version(self, project):
        before = {name: versions(project, name, "*", "1") for name in HISTORIES}
        run_dbt(["snapshot", "--empty"])
        assert {name: versions(project, name, "*", "1") for name in HISTORIES} == before


class TestEmpty:
    @pytest.fixture(scope="class")
    def models(self):
        return files(by_time=BY_TIME)

    def test_a_first_run_without_rows_makes_the_table(self, project):
        project.run_sql(PEOPLE)
        insert(project, ROWS)
        run_dbt(["snapshot", "--empty"])
        assert versions(project, "by_time") == []
        run_dbt(["snapshot"])
        assert len(versions(project, "by_time")) == 4


class TestSample:
    """What a sample leaves out is not deleted."""

    @pytest.fixture(scope="class")
    def models(self):
        modes = {mode: {**BY_TIME, "hard_deletes": mode} for mode in ("invalidate", "new_record")}
        return files(**modes) | {
            "sources.yml": SOURCES.replace("name: people", "name: people, config: {event_time: at}")
        }

    def test_the_others_stay_open(self, project, statements):
        project.run_sql(PEOPLE)
        insert(project, ROWS)
        run_dbt(["snapshot"])
        insert(project, CHANGED[:1])
        with statements.during() as sent:
            run_dbt(["build", "--sample", "{'start': '2024-01-20', 'end': '2024-02-20'}"])
        assert len(sent.containing("insert into", "2024-01-20")) == 2
        for name in ("invalidate", "new_record"):
            found = versions(project, name)
            assert [row[0] for row in found if row[4] is None] == [1, 2, 3, 4]
            assert found[:2] == [(1, "Ann", None, JANUARY, FEBRUARY), (1, "Anna", None, FEBRUARY, None)]
            assert len(found) == 5


class TestRowsWithoutKey:
    @pytest.fixture(scope="class")
    def models(self):
        return files(by_time=BY_TIME)

    def test_one_version_however_many_runs(self, project):
        project.run_sql("create table {schema}.people (id int, name varchar(20), note varchar(20), at datetime)")
        insert(project, ["(null, 'Ann', null, '2024-01-01')"])
        for _ in range(3):
            run_dbt(["snapshot"])
        assert versions(project, "by_time") == [(None, "Ann", None, JANUARY, None)]


class TestColumns:
    """The source's columns change."""

    @pytest.fixture(scope="class")
    def models(self):
        return files(
            by_all={"unique_key": "id", "strategy": "check", "check_cols": "all", "hard_deletes": "new_record"},
            by_time={**BY_TIME, "sql_header": "/* a header */"},
        )

    def test_new_vanished_and_retyped(self, project):
        project.run_sql(PEOPLE.replace("note varchar(20)", "note array<int>, price decimal(20, 4)"))
        insert(project, ["(1, 'n', 'Ann', [1, 2], 12345678901234.5678, '2024-01-01')"])
        run_dbt(["snapshot"])
        run_dbt(["snapshot"])
        columns = "id, name, note, dbt_valid_from, dbt_valid_to"
        assert versions(project, "by_all", columns) == [(1, "Ann", "[1,2]", NOW, None)]

        project.run_sql("drop table {schema}.people")
        project.run_sql(
            "create table {schema}.people (id int, name varchar(20), at datetime, Phone varchar(5), price double)"
        )
        insert(project, ["(1, 'Ann', '2024-02-01', '12345', 1.5)"])
        run_dbt(["snapshot"])
        found = versions(project, "by_time", "id, note, phone, dbt_valid_from, dbt_valid_to, cast(price as string)")
        assert found == [
            (1, "[1,2]", None, JANUARY, FEBRUARY, "12345678901234.5678"),
            (1, None, "12345", FEBRUARY, None, "1.5000"),
        ]
        text = shown(project, "by_time").lower()
        assert "`phone` varchar(65533) null" in text
        assert "`price` decimal(20, 4) null" in text


class TestNested:
    """Arrays and JSON among the checked columns are compared as the server compares them."""

    @pytest.fixture(scope="class")
    def models(self):
        return files(checked={"unique_key": "id", "strategy": "check", "check_cols": ["tags", "extra"]})

    def test_values_are_compared(self, project, statements):
        project.run_sql("create table {schema}.people (id int not null, tags array<int>, extra json) primary key (id)")
        insert(
            project, ["(1, [1], parse_json('{{\"a\": 1}}'))", "(2, [1], parse_json('{{\"a\": 1}}'))", "(3, null, null)"]
        )
        run_dbt(["snapshot"])
        with statements.during() as sent:
            run_dbt(["snapshot"])
        assert sum('.checked"' in s.comment for s in sent.containing("people")) <= 3
        insert(
            project,
            ["(1, [1, 2], parse_json('{{\"a\": 1}}'))", "(2, [1], parse_json('{{\"a\": 2}}'))", "(3, [], null)"],
        )
        run_dbt(["snapshot"])
        found = versions(project, "checked", "id, tags, extra, dbt_valid_to", "1, 4 desc")
        assert found == [
            (1, "[1]", '{"a": 1}', NOW),
            (1, "[1,2]", '{"a": 1}', None),
            (2, "[1]", '{"a": 1}', NOW),
            (2, "[1]", '{"a": 2}', None),
            (3, None, None, NOW),
            (3, "[]", None, None),
        ]


class TestOtherAdapters:
    """A snapshot with a duplicate key, as earlier adapters made it."""

    @pytest.fixture(scope="class")
    def models(self):
        return files(by_time={**BY_TIME, "hard_deletes": "invalidate", "grants": {"select": ["snapshot_reader"]}})

    @pytest.fixture
    def old_snapshot(self, project):
        for name in ("people", "by_time"):
            project.run_sql(f"drop table if exists {{schema}}.{name} force")
        project.run_sql(PEOPLE)
        insert(project, ROWS)
        project.run_sql("create user if not exists snapshot_reader")
        project.run_sql(
            "create table {schema}.by_time (id int comment 'who', area varchar(10), name varchar(20),"
            " note varchar(20), at datetime, dbt_scd_id varchar(65533), dbt_updated_at datetime,"
            " dbt_valid_from datetime, dbt_valid_to datetime) duplicate key (id) comment 'all of them'"
            " distributed by hash (id)"
        )
        project.run_sql("grant select on table {schema}.by_time to user snapshot_reader")
        project.run_sql(
            "insert into {schema}.by_time select id, area, name, note, at,"
            " md5(concat_ws('|', cast(id as string), cast(at as string))), at, at, null from {schema}.people"
        )

    def test_is_converted_once(self, project, old_snapshot):
        insert(project, CHANGED[:1])
        run_dbt(["snapshot"])
        assert versions(project, "by_time")[:2] == [
            (1, "Ann", None, JANUARY, FEBRUARY),
            (1, "Anna", None, FEBRUARY, None),
        ]
        assert len(versions(project, "by_time")) == 5
        text = shown(project, "by_time")
        assert "PRIMARY KEY(`dbt_scd_id`)" in text
        assert 'COMMENT "all of them"' in text
        assert 'COMMENT "who"' in text
        grants = project.run_sql("show grants for 'snapshot_reader'", fetch="all")
        assert any("by_time" in row[-1] and "SELECT" in row[-1] for row in grants)
        assert "__dbt_" not in str(project.run_sql("show tables from {schema}", fetch="all"))

    def test_shared_ids_are_refused_with_the_statement_that_keeps_all(self, project, old_snapshot):
        project.run_sql(
            "insert into {schema}.by_time select id, area, name, note, at, dbt_scd_id, at, at, '2024-01-15' from"
            " {schema}.by_time where id = 3"
        )
        _, log = run_dbt_and_capture(["snapshot"], expect_pass=False)
        assert "versions share 1 of its values" in " ".join(log.split())
        assert "DUPLICATE KEY" in shown(project, "by_time")
        statement = " ".join(log[log.index("insert overwrite") :].split())
        project.run_sql(statement[: statement.index("`dbt_history`") + len("`dbt_history`")])
        run_dbt(["snapshot"])
        assert versions(project, "by_time", order="1, 4, 5")[2:4] == [
            (3, "Cat", "c", JANUARY, None),
            (3, "Cat", "c", JANUARY, datetime.datetime(2024, 1, 15)),
        ]
        assert "PRIMARY KEY(`dbt_scd_id`)" in shown(project, "by_time")


class TestSessionZone:
    """Times of the run are the session's."""

    @pytest.fixture(scope="class")
    def dbt_profile_target(self, dbt_profile_target):
        return {**dbt_profile_target, "session_variables": {"time_zone": "Asia/Shanghai"}}

    @pytest.fixture(scope="class")
    def models(self):
        return files(
            by_all={"unique_key": "id", "strategy": "check", "check_cols": "all", "hard_deletes": "invalidate"}
        )

    def test_shanghai(self, project):
        project.run_sql(PEOPLE)
        insert(project, ROWS)
        run_dbt(["snapshot"])
        project.run_sql("delete from {schema}.people where id = 3")
        run_dbt(["snapshot"])
        columns = "select dbt_valid_from, dbt_valid_to from {schema}.by_all where id = 3"
        utc = datetime.datetime.now(datetime.timezone.utc).replace(tzinfo=None)
        for time in project.run_sql(columns, fetch="one"):
            assert abs(time - utc - datetime.timedelta(hours=8)) < datetime.timedelta(minutes=10)


REFUSED = {
    "by_its_end": ({"partition_by": ["date_trunc('month', dbt_valid_to)"]}, "it changes when a version ends"),
    "by_id": ({"keys": ["id"]}, "without it one would replace another"),
    "twice": ({"table_type": "DUPLICATE"}, "needs a PRIMARY KEY table"),
}


class TestRefused:
    @pytest.fixture(scope="class")
    def models(self):
        return files(**{name: {**BY_TIME, **config} for name, (config, _) in REFUSED.items()})

    def test_before_anything_is_made(self, project):
        project.run_sql(PEOPLE)
        results, log = run_dbt_and_capture(["snapshot"], expect_pass=False)
        assert {result.status for result in results} == {"error"}
        for _, sentence in REFUSED.values():
            assert sentence in " ".join(log.split())
        assert list(project.run_sql("show tables from {schema}", fetch="all")) == [("people",)]
