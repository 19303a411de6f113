"""The reference against the code: pages are as `make docs` writes them, every key is told of, and the examples work."""

from __future__ import annotations

import re
from dataclasses import fields
from pathlib import Path

import pytest
import yaml
from dbt.artifacts.resources import NodeConfig, SeedConfig, SnapshotConfig, TestConfig

from dbt.adapters.starrocks.credentials import DATABASE_KEYS, StarRocksCredentials
from dbt.adapters.starrocks.table_config.model_config import StarRocksConfig
from tests.tools import reference
from tests.unit.adapter.table_config.designs import design

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "configuration.md"
TOLD = {field.name: about for field, about in reference.documented(StarRocksConfig)}
PROFILE = {field.name: about for field, about in reference.documented(StarRocksCredentials)}
CONFIGS = {field.name for field in fields(StarRocksConfig)} - {"_extra"}

READ = re.compile(r"""\bconfig\.get\(\s*['"](\w+)['"]""")
# dbt's, though no class of its lists them
DBT_SAYS = {"sql_header", "snapshot_table_column_names", "expected_rows", "expected_sql", "volatility", "predicates"}
# made of `catalog` and `database`, where a model has both
HANDED_ON = {"database_of_catalog"}
DBT_CONFIGS = DBT_SAYS | {
    field.name for config in (NodeConfig, SeedConfig, SnapshotConfig, TestConfig) for field in fields(config)
}

# what an example needs beside it
BESIDE = {
    "table_type": {"keys": ["id"]},
    "partition_type": {"partition_by": "region"},
    "partition_by_init": {"partition_by": "ordered_on"},
}


def shapes() -> list[str]:
    """The first column of the table under `### partition_by`."""
    section = PAGE.read_text(encoding="utf-8").partition("### partition_by")[2].partition("\n##")[0]
    cells = re.findall(r"^\| (`[\[{].*?) \|", section, re.M)
    return [shape for cell in cells for shape in re.findall(r"`([^`]+)`", cell)]


@pytest.mark.parametrize("page", reference.PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_generated_parts_are_what_the_code_says(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    assert reference.rendered(text) == text, "run `make docs`"


def test_every_generated_part_stands_somewhere() -> None:
    shown = {name for page in reference.PAGES for _, name, _ in reference.BLOCK.findall(page.read_text("utf-8"))}
    assert set(reference.WRITERS) - shown == set()


def test_every_config_is_documented() -> None:
    assert set(TOLD) == CONFIGS


def test_every_profile_key_is_documented() -> None:
    assert set(PROFILE) == {field.name for field in fields(StarRocksCredentials)} - {"ignored_database"}
    spelled = {name for field, about in PROFILE.items() for name in about.spelled or (field,)}
    # the two that people bring along from MySQL are told of in the text
    assert spelled == ({*PROFILE, *StarRocksCredentials._ALIASES} - set(DATABASE_KEYS))


@pytest.mark.parametrize("name", sorted(CONFIGS))
def test_the_example_is_accepted(name: str) -> None:
    design({**BESIDE.get(name, {}), name: yaml.safe_load(TOLD[name].example)})


@pytest.mark.parametrize("name", sorted(PROFILE))
def test_the_example_of_a_profile_key_is_accepted(name: str) -> None:
    about = PROFILE[name]
    for key in about.spelled or (name,):
        given = {"host": "fe", "schema": "analytics", key: yaml.safe_load(about.example)}
        StarRocksCredentials(**StarRocksCredentials.translate_aliases(given))


@pytest.mark.parametrize("shape", shapes())
def test_the_shapes_of_partition_by_are_accepted(shape: str) -> None:
    design({"partition_by": yaml.safe_load(shape)})


def test_the_code_reads_no_other_configs():
    sources = [*(ROOT / "dbt").rglob("*.py"), *(ROOT / "dbt").rglob("*.sql")]
    read = {name for path in sources for name in READ.findall(path.read_text(encoding="utf-8"))}
    assert read - CONFIGS - DBT_CONFIGS - HANDED_ON == set()
