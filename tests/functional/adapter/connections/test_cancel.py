"""Ctrl-C leaves nothing running on the server: neither a query nor a task."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

NUMBERS = "table(generate_series(1, 10000000))"
ENDLESS = f"select count(*) as n from {NUMBERS} as a(x) join {NUMBERS} as b(y) on a.x + b.y < 0"
PATIENCE = 120.0


def started(project) -> subprocess.Popen:
    """dbt as users start it, since only a main thread hears Ctrl-C."""
    command = [
        sys.executable, "-c", "from dbt.cli.main import cli; cli()", "run", "--threads", "2",
        "--profiles-dir", project.profiles_dir, "--project-dir", project.project_root,
    ]  # fmt: skip
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[4])}
    return subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=environment, preexec_fn=heed_ctrl_c
    )


def heed_ctrl_c() -> None:
    """A shell starts what it puts in the background deaf to Ctrl-C, and the tests may run there."""
    signal.signal(signal.SIGINT, signal.default_int_handler)


def until(condition) -> bool:
    began = time.monotonic()
    while not (met := condition()) and time.monotonic() - began < PATIENCE:
        time.sleep(0.2)
    return bool(met)


class TestCtrlC:
    @pytest.fixture(scope="class")
    def dbt_profile_target(self, dbt_profile_target):
        return {**dbt_profile_target, "poll_interval": 0.1, "poll_max_delay": 0.5}

    @pytest.fixture(scope="class")
    def models(self):
        return {
            "query.sql": "{{ config(materialized='table') }} " + ENDLESS,
            "task.sql": "{{ config(materialized='table', submit_task=true) }} " + ENDLESS,
        }

    @pytest.fixture
    def dbt(self, project):
        process = started(project)
        yield process
        process.kill()
        process.wait()

    def test_nothing_goes_on(self, project, dbt):
        def queries():
            shown = project.run_sql("show full processlist", fetch="all")
            return [row for row in shown if "insert into" in str(row) and "10000000" in str(row)]

        def tasks():
            runs = "information_schema.task_runs where state = 'RUNNING' and task_name like 'dbt_task_%'"
            return project.run_sql(f"select task_name from {runs}", fetch="all")

        assert until(lambda: queries() and tasks())
        dbt.send_signal(signal.SIGINT)
        output, _ = dbt.communicate(timeout=PATIENCE)
        assert dbt.returncode != 0
        assert "CANCEL query model.test.query" in output
        assert "CANCEL query model.test.task" in output
        assert until(lambda: not queries() and not tasks())
        left = project.run_sql("select task_name from information_schema.tasks", fetch="all")
        assert not [name for (name,) in left if name.startswith("dbt_task_")]
        names = [name for (name,) in project.run_sql("show tables from {schema}", fetch="all")]
        assert all("__dbt_new_" in name for name in names)
