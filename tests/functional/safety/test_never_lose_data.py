"""Every statement of every kind of rebuild is failed in turn, in three ways. Afterwards the old or the new rows are
there under the model's name, and a plain rerun succeeds and leaves no helper objects."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pymysql
import pytest
from dbt.cli.main import dbtRunner

import starrocks_embedded
from dbt.adapters.starrocks.statement_text import statements
from tests.functional.safety.proxy import MODES, Fault, Proxy

PROFILE = """
safety:
  target: dev
  outputs:
    dev:
      type: starrocks
      host: 127.0.0.1
      port: {port}
      user: root
      password: "{password}"
      schema: {schema}
      threads: 1
"""

Rows = frozenset[tuple[object, ...]]


@dataclass(frozen=True)
class Scenario:
    """A model as it stands and as it becomes. `between_kinds`: for a moment only the helper may bear the rows."""

    name: str
    before: str
    after: str
    old: Rows
    new: Rows
    flags: tuple[str, ...] = ()
    between_kinds: bool = False
    command: str = "run"
    path: str = "models/subject.sql"
    files: dict[str, str] = field(default_factory=dict)


def rows(*ids: int) -> Rows:
    return frozenset((i,) for i in ids)


def model(sql: str, **config: str) -> str:
    return f"{{{{ config({', '.join(f'{k}={v}' for k, v in config.items())}) }}}}\n{sql}"


TWO = "select cast(1 as int) as id union all select cast(2 as int)"
THREE = f"{TWO} union all select cast(3 as int)"

SCENARIOS = [
    Scenario(
        "table, same layout",
        model(TWO, materialized="'table'"),
        model(THREE, materialized="'table'"),
        rows(1, 2),
        rows(1, 2, 3),
    ),
    Scenario(
        "table, new layout",
        model(TWO, materialized="'table'"),
        model(THREE, materialized="'table'", distributed_by="['id']", buckets="3"),
        rows(1, 2),
        rows(1, 2, 3),
    ),
    Scenario(
        "view to table",
        model(TWO, materialized="'view'"),
        model(THREE, materialized="'table'"),
        rows(1, 2),
        rows(1, 2, 3),
        between_kinds=True,
    ),
    Scenario(
        "table to view",
        model(TWO, materialized="'table'"),
        model(THREE, materialized="'view'"),
        rows(1, 2),
        rows(1, 2, 3),
        between_kinds=True,
    ),
    Scenario("view", model(TWO, materialized="'view'"), model(THREE, materialized="'view'"), rows(1, 2), rows(1, 2, 3)),
    Scenario(
        "incremental merge",
        model(TWO, materialized="'incremental'", unique_key="'id'"),
        model(THREE, materialized="'incremental'", unique_key="'id'"),
        rows(1, 2),
        rows(1, 2, 3),
    ),
    Scenario(
        "incremental delete+insert",
        model(TWO, materialized="'incremental'", unique_key="'id'", table_type="'DUPLICATE'"),
        model(THREE, materialized="'incremental'", unique_key="'id'", table_type="'DUPLICATE'"),
        rows(1, 2),
        rows(1, 2, 3),
    ),
    Scenario(
        "incremental full refresh",
        model(TWO, materialized="'incremental'", unique_key="'id'"),
        model(THREE, materialized="'incremental'", unique_key="'id'"),
        rows(1, 2),
        rows(1, 2, 3),
        flags=("--full-refresh",),
    ),
    Scenario(
        "seed, same columns",
        "id\n1\n2\n",
        "id\n1\n2\n3\n",
        rows(1, 2),
        rows(1, 2, 3),
        command="seed",
        path="seeds/subject.csv",
    ),
    Scenario(
        "seed, new columns",
        "id\n1\n2\n",
        "id,name\n1,a\n2,b\n3,c\n",
        rows(1, 2),
        rows(1, 2, 3),
        command="seed",
        path="seeds/subject.csv",
    ),
    Scenario(
        "materialized view",
        model("select id from {{ ref('base') }} where id < 3", materialized="'materialized_view'"),
        model("select id from {{ ref('base') }} where id < 4", materialized="'materialized_view'"),
        rows(1, 2),
        rows(1, 2, 3),
        files={"models/base.sql": model(THREE, materialized="'table'")},
    ),
]

SNAPSHOT = """
{% snapshot subject %}
{{ config(unique_key='id', strategy='check', check_cols=['id'], target_schema=target.schema) }}
QUERY
{% endsnapshot %}
"""
SCENARIOS.append(
    Scenario(
        "snapshot",
        SNAPSHOT.replace("QUERY", TWO),
        SNAPSHOT.replace("QUERY", THREE),
        rows(1, 2),
        rows(1, 2, 3),
        command="snapshot",
        path="snapshots/subject.sql",
    )
)


@pytest.fixture(scope="module")
def proxy(server: starrocks_embedded.Server) -> Iterator[Proxy]:
    proxy = Proxy(server.port, statements)
    yield proxy
    proxy.close()


class Bench:
    """A project of one model, and the server seen past the proxy."""

    def __init__(self, scenario: Scenario, folder: Path, proxy: Proxy, server: starrocks_embedded.Server) -> None:
        self.scenario, self.folder, self.proxy = scenario, folder, proxy
        self.schema = "safety_" + "".join(c if c.isalnum() else "_" for c in scenario.name)
        self.connection = pymysql.connect(**server.connect_args, autocommit=True)
        self.write("dbt_project.yml", "name: safety\nversion: '1.0'\nprofile: safety\n")
        self.write("profiles.yml", PROFILE.format(port=proxy.port, password=server.password, schema=self.schema))
        for path, text in scenario.files.items():
            self.write(path, text)

    def write(self, path: str, text: str) -> None:
        file = self.folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")

    def ask(self, sql: str) -> list[tuple[object, ...]]:
        with self.connection.cursor() as cursor:
            cursor.execute(sql)
            return list(cursor.fetchall())

    def dbt(self, *flags: str, everything: bool = False) -> bool:
        select = () if everything else ("--select", "subject")
        folder = str(self.folder)
        place = ("--project-dir", folder, "--profiles-dir", folder)
        return dbtRunner().invoke(["--quiet", self.scenario.command, *select, *flags, *place]).success

    def settle(self) -> None:
        """The model as it stands, from nothing."""
        self.proxy.reset()
        self.ask(f"drop database if exists `{self.schema}` force")
        self.write(self.scenario.path, self.scenario.before)
        assert self.dbt(everything=True)
        self.write(self.scenario.path, self.scenario.after)

    def objects(self) -> list[str]:
        return [str(row[0]) for row in self.ask(f"show tables from `{self.schema}`")]

    def readable(self, name: str) -> Rows:
        return frozenset(self.ask(f"select distinct id from `{self.schema}`.`{name}`"))  # type: ignore[arg-type]

    def check_after_failure(self, where: str) -> None:
        names = ["subject"] if "subject" in self.objects() else []
        if self.scenario.between_kinds and not names:
            names = [name for name in self.objects() if name.startswith("subject__dbt_")]
        assert names, f"{where}: nothing bears the model's rows"
        found = [self.readable(name) for name in names]
        assert any(seen in (self.scenario.old, self.scenario.new) for seen in found), f"{where}: {found}"

    def check_after_rerun(self, where: str) -> None:
        assert self.readable("subject") == self.scenario.new, where
        left = [name for name in self.objects() if "__dbt_" in name]
        assert not left, f"{where}: {left} left behind"


def statements_of(bench: Bench) -> list[str]:
    bench.settle()
    bench.proxy.reset()
    assert bench.dbt(*bench.scenario.flags)
    bench.check_after_rerun("without a fault")
    return list(bench.proxy.seen)


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda s: s.name)
def test_a_failure_at_any_statement_loses_nothing(
    scenario: Scenario, mode: str, tmp_path: Path, proxy: Proxy, server: starrocks_embedded.Server
):
    bench = Bench(scenario, tmp_path, proxy, server)
    for number, statement in enumerate(statements_of(bench), 1):
        bench.settle()
        bench.proxy.reset(Fault(number, mode))
        bench.dbt(*scenario.flags)
        where = f"{mode} at {number}: {bench.proxy.hit or statement}"
        bench.proxy.reset()
        bench.check_after_failure(where)
        assert bench.dbt(*scenario.flags), f"{where}: the rerun failed"
        bench.check_after_rerun(where)
