"""Every model, seed, snapshot and function that a page shows is built on the embedded engine, twice, as one project.

With `--server-version` as an older server: what needs a newer one is left out."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pymysql
import pytest
import yaml
from dbt.cli.main import dbtRunner

import starrocks_embedded
from dbt.adapters.starrocks.capabilities import Feature
from tests import servers
from tests.docs import pages

PROJECT = """
name: shop
version: "1.0"
profile: shop
flags: {send_anonymous_usage_stats: false}
"""
# what the pages call the raw data of a shop
RAW = (
    "create database raw",
    "create table raw.orders (order_id bigint, user_id bigint, status varchar(20), amount decimal(10, 2), "
    "ordered_at datetime, updated_at datetime)",
    "create table raw.users (user_id bigint, email varchar(200), country varchar(2), tier varchar(20), "
    "updated_at datetime)",
    "create table raw.events (event_id bigint, user_id bigint, event_type varchar(20), event_at datetime, "
    "payload json)",
    "create user ada",
    "create role analyst",
)
DAYS = (
    (
        "insert into raw.orders values (1, 1, 'paid', 10, '2024-01-01 10:00:00', '2024-01-01 10:00:00'), "
        "(2, 2, 'open', 20, '2024-01-02 11:00:00', '2024-01-02 11:00:00')",
        "insert into raw.users values (1, 'ada@example.com', 'de', 'gold', '2024-01-01'), "
        "(2, 'bo@example.com', 'fr', 'new', '2024-01-01')",
        "insert into raw.events values (1, 1, 'view', '2024-01-01 10:00:00', parse_json('{\"page\": \"/\"}')), "
        "(2, 2, 'view', '2024-01-02 10:00:00', parse_json('{}'))",
    ),
    (
        "insert into raw.orders values (2, 2, 'paid', 20, '2024-01-02 11:00:00', '2024-01-03 09:00:00'), "
        "(3, 1, 'paid', 5, '2024-01-03 12:00:00', '2024-01-03 12:00:00')",
        "insert into raw.users values (3, 'cy@example.com', 'de', 'new', '2024-01-03')",
        "insert into raw.events values (3, 2, 'buy', '2024-01-03 10:00:00', null)",
    ),
)
PERIOD = ("--event-time-start", "2024-01-01", "--event-time-end", "2024-01-04")

Files = dict[str, str]


def shown() -> Files:
    """The files of the pages by their paths; sources are put together, for a project says each of them once."""
    found: Files = {}
    tables: dict[str, dict[str, Any]] = {name: {"name": name} for name in ("orders", "users", "events")}
    for block in pages.all_blocks():
        path = block.file
        if path is None or path in ("dbt_project.yml", "profiles.yml") or "examples" in block.page.parts:
            continue
        loaded = yaml.safe_load(block.text) if path.endswith(".yml") else None
        if loaded and "sources" in loaded:
            for source in loaded.pop("sources"):
                assert source["name"] == "raw", f"{block}: the shop's source is called raw"
                tables |= {table["name"]: {**tables.get(table["name"], {}), **table} for table in source["tables"]}
        text = yaml.safe_dump(loaded) if loaded is not None else block.text
        if loaded != {}:
            assert found.setdefault(path, text) == text, f"{block}: {path} is shown twice, and differs"
    found["models/raw.yml"] = yaml.safe_dump({"sources": [{"name": "raw", "tables": list(tables.values())}]})
    return found


@pytest.fixture(scope="module")
def files(request: pytest.FixtureRequest) -> Files:
    functions = servers.chosen(request.config).version.at_least(str(Feature.SQL_FUNCTIONS.since))
    return {path: text for path, text in shown().items() if functions or not needs_functions(path, text)}


def needs_functions(path: str, text: str) -> bool:
    return path.startswith("functions/") or "function(" in text


@pytest.fixture(scope="module")
def server(request: pytest.FixtureRequest) -> Iterator[starrocks_embedded.Server]:
    version = str(servers.chosen(request.config).version)
    with starrocks_embedded.serve(version=version, password="", fe_config={"enable_udf": "true"}) as server:
        run(server, RAW)
        yield server


@pytest.fixture(scope="module")
def project(server: starrocks_embedded.Server, files: Files, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("shop")
    output = {"type": "starrocks", "schema": "analytics", "threads": 4, **server.connect_args}
    profile = {"shop": {"target": "t", "outputs": {"t": output}}}
    for path, text in {**files, "dbt_project.yml": PROJECT, "profiles.yml": yaml.safe_dump(profile)}.items():
        file = folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    return folder


def run(server: starrocks_embedded.Server, statements: tuple[str, ...]) -> None:
    with pymysql.connect(**server.connect_args) as connection, connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def build(project: Path) -> dict[str, str]:
    found = dbtRunner().invoke(["build", "--project-dir", str(project), "--profiles-dir", str(project), *PERIOD])
    assert found.exception is None, found.exception
    failed = [(r.node.name, r.message) for r in found.result if str(r.status) not in ("success", "pass", "no-op")]
    assert not failed
    return {result.node.name: str(result.status) for result in found.result}


def test_what_the_pages_show_can_be_built_on_two_days(
    project: Path, files: Files, server: starrocks_embedded.Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DBT_LOG_PATH", str(project / "logs"))
    for day in DAYS:
        run(server, day)
        built = build(project)
    models = {Path(path).stem for path in files if path.endswith((".sql", ".csv")) and not path.startswith("macros")}
    ephemeral = {"recent_orders"}
    assert models - ephemeral <= set(built)
