"""On a server that publishes loads late, nobody ever sees an empty table under the model's name."""

from __future__ import annotations

import threading

import pymysql
import pytest
from dbt.tests.util import run_dbt

import starrocks_embedded

LATE = 1.0


class TestLateLoads:
    @pytest.fixture(scope="class")
    def dbt_profile_target(self, server_version, tmp_path_factory):
        log = tmp_path_factory.mktemp("late") / "statements.jsonl"
        with starrocks_embedded.serve(version=str(server_version), visible_after=LATE, log=log) as late:
            with pymysql.connect(**late.connect_args) as connection, connection.cursor() as cursor:
                cursor.execute('admin set frontend config ("enable_sync_publish" = "false")')
                cursor.execute("set global tx_visible_wait_timeout = 0")
            self.__class__.log, self.__class__.server = log, late
            yield {"type": "starrocks", "threads": 1, **late.connect_args}

    @pytest.fixture(scope="class")
    def models(self):
        columns = "1 as id{{ ', 2 as more' if var('wide', false) }}"
        return {"orders.sql": "{{ config(materialized='table') }} select " + columns}

    def test_an_exchange_waits(self, project):
        run_dbt(["run"])
        counts, over = set(), threading.Event()

        def read():
            with pymysql.connect(**self.server.connect_args) as connection, connection.cursor() as cursor:
                while not over.is_set():
                    cursor.execute(f"select count(*) from {project.test_schema}.orders")
                    counts.add(cursor.fetchone()[0])

        reader = threading.Thread(target=read)
        reader.start()
        run_dbt(["run", "--vars", "wide: true"])
        over.set()
        reader.join()
        assert counts == {1}
        assert project.run_sql("select id, more from {schema}.orders", fetch="all") == ((1, 2),)
        asked = [line for line in self.log.read_text(encoding="utf-8").splitlines() if "show transaction" in line]
        assert len(asked) >= 2
