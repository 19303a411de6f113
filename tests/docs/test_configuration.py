"""docs/configuration.md against the code: every config is there, nothing else is, and the examples work."""

from __future__ import annotations

import re
from dataclasses import fields
from pathlib import Path

import pytest
import yaml
from dbt.artifacts.resources import NodeConfig, SeedConfig, SnapshotConfig, TestConfig

from dbt.adapters.starrocks.table_config.model_config import StarRocksConfig
from tests.unit.adapter.table_config.designs import design

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "configuration.md").read_text(encoding="utf-8")
ROW = re.compile(r"^\| `(\w+)` \|.*\| `(\w+: .*)` \|$", re.MULTILINE)
DOCUMENTED = dict(ROW.findall(PAGE))
CONFIGS = {field.name for field in fields(StarRocksConfig)} - {"_extra"}

READ = re.compile(r"""\bconfig\.get\(\s*['"](\w+)['"]""")
# dbt's, though no class of its lists them
DBT_SAYS = {"sql_header", "snapshot_table_column_names", "expected_rows", "expected_sql", "volatility", "predicates"}
DBT_CONFIGS = DBT_SAYS | {
    field.name for config in (NodeConfig, SeedConfig, SnapshotConfig, TestConfig) for field in fields(config)
}

# what an example needs beside it
BESIDE = {
    "table_type": {"keys": ["id"]},
    "partition_type": {"partition_by": "region"},
    "partition_by_init": {"partition_by": "ordered_on"},
}


def test_every_config_is_documented_and_no_other():
    assert set(DOCUMENTED) == CONFIGS


@pytest.mark.parametrize("name", sorted(CONFIGS))
def test_the_example_is_of_its_config_and_accepted(name):
    example = yaml.safe_load(DOCUMENTED[name])
    assert list(example) == [name]
    design({**BESIDE.get(name, {}), **example})


def test_the_code_reads_no_other_configs():
    sources = [*(ROOT / "dbt").rglob("*.py"), *(ROOT / "dbt").rglob("*.sql")]
    read = {name for path in sources for name in READ.findall(path.read_text(encoding="utf-8"))}
    assert read - CONFIGS - DBT_CONFIGS == set()
