"""From a profile that names no server to rows and back: dbt, the adapter, the wire, the engine."""

from __future__ import annotations

from pathlib import Path

import pytest
from dbt.cli.main import dbtRunner

PROFILES = """
light:
  target: dev
  outputs:
    dev: {{type: starrocks, method: embedded, path: "{path}", schema: light, threads: 2}}
"""

FILES = {
    "dbt_project.yml": "name: light\nversion: '1.0'\nprofile: light\nmodels: {light: {+materialized: view}}\n",
    "models/orders.sql": "select 1 as id, 'new' as status, cast('2024-01-01' as date) as ordered_on",
    "models/statuses.sql": "select status, count(*) as orders from {{ ref('orders') }} group by status",
    "models/schema.yml": "models: [{name: orders, columns: [{name: id, data_tests: [unique, not_null]}]}]\n",
}


@pytest.fixture
def project(tmp_path: Path) -> Path:
    for name, text in FILES.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    (tmp_path / "profiles.yml").write_text(PROFILES.format(path=tmp_path / "light.duckdb"), encoding="utf-8")
    return tmp_path


def dbt(project: Path, *arguments: str):
    result = dbtRunner().invoke([*arguments, "--project-dir", str(project), "--profiles-dir", str(project)])
    assert result.success, result.exception or result.result
    return result.result


def test_debug_build_and_show(project: Path):
    dbt(project, "debug")
    assert [r.status for r in dbt(project, "build").results] == ["success", "pass", "pass", "success"]
    assert [r.status for r in dbt(project, "run").results] == ["success", "success"]
    shown = dbt(project, "show", "--inline", "select * from {{ ref('statuses') }}").results[0].agate_table
    assert [tuple(row) for row in shown.rows] == [("new", 1)]
