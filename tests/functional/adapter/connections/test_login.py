"""Profiles that work at once, and what people read when theirs does not."""

from __future__ import annotations

import socket

import pytest
from dbt.tests.util import run_dbt, run_dbt_and_capture


@pytest.fixture(scope="class")
def models():
    return {"one.sql": "{{ config(materialized='view') }} select 1 as id"}


class TestProfileFromAnotherAdapter:
    """The profile that a team brings along from a row store."""

    @pytest.fixture(scope="class")
    def dbt_profile_target(self, dbt_profile_target):
        return {**dbt_profile_target, "database": "dbt_demo", "threads": 8, "keepalives_idle": 0}

    def test_it_runs_and_says_what_it_ignores(self, project):
        _, log = run_dbt_and_capture(["run"])
        assert log.count("`database: dbt_demo` is ignored") == 1
        assert log.count("ignored: keepalives_idle") == 1


class TestWhatGoesWrong:
    @pytest.fixture(scope="class")
    def profiles_config_update(self, dbt_profile_target, unique_schema):
        target = {**dbt_profile_target, "schema": unique_schema}
        outputs = {
            "default": target,
            "lake": {**target, "catalog": "lake"},
            "wrong": {**target, "password": "not-it-at-all"},
            "dead": {**target, "port": free_port(), "connect_timeout": 2},
        }
        return {"test": {"outputs": outputs, "target": "default"}}

    @pytest.mark.parametrize(
        ("target", "words"),
        [
            ("lake", ["Unknown catalog 'lake'", "profile's `catalog` is lake"]),
            ("wrong", ["Access denied for user", "Check `user` and `password` in the profile"]),
            ("dead", ["Can't connect", "No StarRocks front end answers at", "query_port"]),
        ],
    )
    def test_what_is_wrong_and_what_to_do(self, project, target, words):
        for command in (["run"], ["debug"]):
            log = output_of([*command, "--target", target])
            assert all(word in log for word in words), log
            assert "not-it-at-all" not in log

    def test_debug_tells_of_the_server(self, project, server_version):
        _, log = run_dbt_and_capture(["debug"])
        for line in (
            f"server version: {server_version}",
            "current user: 'root'@",
            "active roles: root",
            "catalog: default_catalog",
            f"database: {project.test_schema}",
            "run mode: shared-nothing",
            "Connection test: ",
        ):
            assert line in log
        assert "ERROR" not in log


class TestHomeOfASession:
    """Unqualified names in hooks are looked for in the profile's schema, in the very first run too."""

    @pytest.fixture(scope="class")
    def models(self):
        hook = "create table if not exists beside (id int)"
        return {"one.sql": "{{ config(materialized='view', post_hook='" + hook + "') }} select 1 as id"}

    def test_first_run(self, project):
        project.run_sql("drop database {schema} force")
        run_dbt(["run", "--threads", "1"])
        assert project.run_sql("select count(*) from {schema}.beside", fetch="one") == (0,)


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def output_of(arguments: list[str]) -> str:
    """A run that cannot connect raises, `dbt debug` prints."""
    try:
        return run_dbt_and_capture(arguments, expect_pass=False)[1]
    except Exception as error:
        return str(error)
