"""dbt's own tests of snapshots. A fixture rewrites their Postgres SQL, so that the tests themselves stay theirs."""

from __future__ import annotations

import re

import pytest
from dbt.tests.adapter.simple_snapshot import (
    common,
    new_record_check_mode,
    new_record_timestamp_mode,
    test_ephemeral_snapshot_hard_deletes,
    test_various_configs,
)
from dbt.tests.adapter.simple_snapshot.new_record_dbt_valid_to_current import BaseSnapshotNewRecordDbtValidToCurrent
from dbt.tests.adapter.simple_snapshot.test_snapshot import BaseSimpleSnapshot, BaseSnapshotCheck
from dbt.tests.util import relation_from_name, run_sql_with_adapter

OPERAND = r"(?:\w+::text|\w+|'[^']*')"
PIPES = re.compile(rf"{OPERAND}(?:\s*\|\|\s*{OPERAND})+")
TABLE = re.compile(r"(create table \S+\.(seed|snapshot_expected)) \((.*?)\)\s*;", re.S)
KEYS = {
    "seed": {"id": "int", "id1": "int"},
    "snapshot_expected": {"id": "int", "id1": "int", "updated_at": "datetime"},
}


def converted(text):
    """Postgres' words for types, casts, intervals and concatenation; tables that take an UPDATE."""
    text = text.replace("""'id || ' ~ "'-'" ~ ' || first_name'""", '''"concat(id, '-', first_name)"''')
    text = PIPES.sub(lambda found: f"concat({', '.join(re.split(r' *[|][|] *', found[0]))})", text)
    text = re.sub(r"(\w+)::text", r"cast(\1 as string)", text)
    text = text.replace("null::timestamp", "cast(null as datetime)")
    text = re.sub(r"interval '1 (\w+)'", r"interval 1 \1", text)
    text = re.sub(r"TIMESTAMP( WITHOUT TIME ZONE)?\b", "datetime", text)
    text = re.sub(r"\bTEXT\b", "string", text)
    return TABLE.sub(lambda found: with_primary_key(*found.groups()), text)


def with_primary_key(create, name, lines):
    """The key's columns stand first."""
    lines = re.sub(r"--[^\n]*", "", lines)
    columns = dict(line.split(maxsplit=1) for line in re.split(r",\s*(?![^(]*\))", lines.strip()))
    keys = [column for column in KEYS[name] if column in columns]
    first = [f"{column} {KEYS[name][column]} not null" for column in keys]
    rest = [f"{column} {columns[column]}" for column in columns if column not in keys]
    return f"{create} ({', '.join(first + rest)}) primary key ({', '.join(keys)})"


def convert_module(patch, module):
    for name, value in list(vars(module).items()):
        if isinstance(value, str) and name.endswith("_sql"):
            patch.setattr(module, name, converted(value))
        elif isinstance(value, list) and name.endswith("_statements"):
            patch.setattr(module, name, [converted(text) for text in value])


@pytest.fixture(scope="module", autouse=True)
def in_our_words():
    with pytest.MonkeyPatch.context() as patch:
        for module in (new_record_timestamp_mode, test_ephemeral_snapshot_hard_deletes, test_various_configs):
            convert_module(patch, module)
        yield


class FactWithKey:
    """UPDATE and DELETE by anything but a plain comparison need a PRIMARY KEY table."""

    def create_fact_from_seed(self, where=None):
        fact, seed = (relation_from_name(self.project.adapter, name) for name in ("fact", "seed"))
        self.project.run_sql(f"drop table if exists {fact}")
        self.project.run_sql(f"create table {fact} primary key (id) as select * from {seed} where {where}")

    def update_fact_records(self, updates, where=None):
        common.update_records(self.project, "fact", {k: converted(v) for k, v in updates.items()}, where)


class TestSimpleSnapshot(FactWithKey, BaseSimpleSnapshot):
    pass


class TestSnapshotCheck(FactWithKey, BaseSnapshotCheck):
    pass


class TestSnapshotNewRecordTimestampMode(new_record_timestamp_mode.BaseSnapshotNewRecordTimestampMode):
    pass


class TestSnapshotNewRecordCheckMode(new_record_check_mode.BaseSnapshotNewRecordCheckMode):
    pass


class TestSnapshotNewRecordDbtValidToCurrent(BaseSnapshotNewRecordDbtValidToCurrent):
    pass


class TestSnapshotEphemeralHardDeletes(test_ephemeral_snapshot_hard_deletes.BaseSnapshotEphemeralHardDeletes):
    pass


class TestSnapshotNewColumnTimestampStrategy(
    test_ephemeral_snapshot_hard_deletes.BaseSnapshotNewColumnTimestampStrategy
):
    pass


class TestSnapshotNewColumnSpecificCheckCols(
    test_ephemeral_snapshot_hard_deletes.BaseSnapshotNewColumnSpecificCheckCols
):
    pass


class TestSnapshotNewColumnWithDeletes(test_ephemeral_snapshot_hard_deletes.BaseSnapshotNewColumnWithDeletes):
    pass


class TestSnapshotColumnNames(test_various_configs.BaseSnapshotColumnNames):
    pass


class TestSnapshotColumnNamesFromDbtProject(test_various_configs.BaseSnapshotColumnNamesFromDbtProject):
    pass


class TestSnapshotInvalidColumnNames(test_various_configs.BaseSnapshotInvalidColumnNames):
    pass


class TestSnapshotDbtValidToCurrent(test_various_configs.BaseSnapshotDbtValidToCurrent):
    @pytest.fixture(scope="class", autouse=True)
    def in_order(self):
        """The test looks at rows by their position."""

        def run(adapter, sql, fetch):
            return run_sql_with_adapter(adapter, f"{sql} order by id, test_valid_from", fetch)

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(test_various_configs, "run_sql_with_adapter", run)
            yield


class TestSnapshotMultiUniqueKey(test_various_configs.BaseSnapshotMultiUniqueKey):
    pass
