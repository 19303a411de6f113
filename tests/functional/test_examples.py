"""The example warehouse is built on both of its days, and says what plain Python says of the same raw rows."""

from __future__ import annotations

import importlib.util
import json
import os
import re
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from types import ModuleType
from typing import Any

import pymysql
import pytest
import yaml
from dbt.cli.main import dbtRunner

import starrocks_embedded
from tests.functional.warehouse_by_hand import Warehouse
from tests.tools import browser

EXAMPLE = Path(__file__).parents[2] / "examples" / "warehouse"
SCHEMA = f"shop_{os.getpid()}"
REPORTS = {
    "ads_sales_overview": ("order_date, pieces, revenue, revenue_7_days, change_to_day_before", "sales_overview"),
    "ads_category_sales": ("order_date, category, pieces, revenue", "category_sales"),
    "ads_top_products": ("category, place, product_id, pieces, revenue", "top_products"),
    "ads_tier_revenue": ("tier, orders, revenue", "tier_revenue"),
    "ads_funnel": ("visit_date, visits, with_cart, with_checkout, with_purchase", "funnel"),
    "ads_retention": ("cohort_date, visitors, after_1_days, after_3_days, after_7_days", "retention"),
    "ads_visitors": ("event_date, visitors, visitors_7_days", "visitors"),
}


def module(name: str) -> ModuleType:
    """A file of the example, which is no package."""
    spec = importlib.util.spec_from_file_location(name, EXAMPLE / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    found = importlib.util.module_from_spec(spec)
    sys.modules[name] = found
    spec.loader.exec_module(found)
    return found


class Shop:
    """A copy of the project on the suite's server, and the raw rows that have landed there."""

    def __init__(self, folder: Path, server: starrocks_embedded.Server) -> None:
        self.folder, self.server = folder, server
        module("raw_data")
        loads = module("stream_load")
        self.loader = module("loader")
        self.loads = loads.StreamLoad(server.host, server.http_port or 8030, server.user, server.password)
        self.landings = self.loader.landings(self.loader.yesterday())
        self.by_hand = Warehouse()
        shutil.copytree(EXAMPLE, folder, ignore=shutil.ignore_patterns("target", "logs", "__pycache__", "*.duckdb"))
        output = {"type": "starrocks", "schema": SCHEMA, "time_zone": "UTC", "threads": 4, **server.connect_args}
        (folder / "profiles.yml").write_text(yaml.safe_dump({"warehouse": {"target": "t", "outputs": {"t": output}}}))

    def land(self, number: int) -> None:
        landing = self.landings[number - 1]
        with self._connection() as connection:
            self.loader.land(connection, self.loads, landing, f"landing-{number}", database=f"{SCHEMA}_ods")
        self.by_hand.land(landing.rows, landing.deleted)

    def dbt(self, *arguments: str) -> dict[str, str]:
        """Runs dbt; what each node came to."""
        where = ["--project-dir", str(self.folder), "--profiles-dir", str(self.folder)]
        found = dbtRunner().invoke([*arguments, *where, "--vars", f"ods_schema: {SCHEMA}_ods"])
        assert found.exception is None, found.exception
        results = {result.node.name: str(result.status) for result in found.result}
        assert found.success, [(r.node.name, r.message) for r in found.result if r.status not in ("success", "pass")]
        return results

    def score(self, **arguments: Any) -> bool:
        """Scores the quality; whether it was good enough."""
        where = ["--project-dir", str(self.folder), "--profiles-dir", str(self.folder)]
        return dbtRunner().invoke(["run-operation", "score_quality", "--args", json.dumps(arguments), *where]).success

    @contextmanager
    def documentation(self) -> Iterator[str]:
        """What `dbt docs generate` made, served as `dbt docs serve` does."""
        where = ["--project-dir", str(self.folder), "--profiles-dir", str(self.folder)]
        assert dbtRunner().invoke(["docs", "generate", *where, "--vars", f"ods_schema: {SCHEMA}_ods"]).success
        pages = partial(SimpleHTTPRequestHandler, directory=str(self.folder / "target"))
        with ThreadingHTTPServer(("127.0.0.1", 0), pages) as door:
            Thread(target=door.serve_forever, daemon=True).start()
            yield f"http://127.0.0.1:{door.server_port}"
            door.shutdown()

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        with self._connection() as connection, connection.cursor() as cursor:
            cursor.execute(query)
            return list(cursor.fetchall())

    def drop(self) -> None:
        with self._connection() as connection, connection.cursor() as cursor:
            for layer in ("ods", "dwd", "dws", "ads", "ops"):
                cursor.execute(f"drop database if exists {SCHEMA}_{layer} force")

    def _connection(self) -> pymysql.Connection[Any]:
        return pymysql.connect(**self.server.connect_args)


class TestWarehouse:
    """Its tests go in order: a day is built on the day before."""

    @pytest.fixture(scope="class")
    def shop(self, tmp_path_factory: pytest.TempPathFactory, server: starrocks_embedded.Server) -> Iterator[Shop]:
        folder = tmp_path_factory.mktemp("examples") / "warehouse"
        shop = Shop(folder, server)
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("DBT_LOG_PATH", str(folder / "logs"))
            patch.setenv("DBT_SEND_ANONYMOUS_USAGE_STATS", "false")
            yield shop
        shop.drop()

    def test_day_one(self, shop: Shop) -> None:
        shop.land(1)
        shop.dbt("build")
        self.compare(shop)

    def test_day_two(self, shop: Shop) -> None:
        shop.land(2)
        shop.dbt("build")
        self.compare(shop)

    def compare(self, shop: Shop) -> None:
        for report, (columns, figure) in REPORTS.items():
            found = shop.rows(f"select {columns} from {SCHEMA}_ads.{report} order by 1, 2")
            assert found == getattr(shop.by_hand, figure)(), report
        profiles = shop.rows(
            "select user_id, first_order_date, first_channel, orders, revenue, last_order_date, favourite_category "
            f"from {SCHEMA}_dws.dws_user_profile order by user_id"
        )
        assert profiles == shop.by_hand.user_profile()

    def test_versions_end_and_begin(self, shop: Shop) -> None:
        versions = sum(len(history) for history in shop.by_hand.versions.values())
        query = f"select count(*), sum(if(dbt_valid_to is null, 1, 0)) from {SCHEMA}_dwd.dwd_users_history"
        assert shop.rows(query) == [(versions, len(shop.by_hand.users))]

    def test_nothing_disappears(self, shop: Shop) -> None:
        assert shop.rows(f"select count(*) from {SCHEMA}_dwd.dwd_rejected_rows") == [(shop.by_hand.rejected(),)]

    def test_a_column_that_the_source_grew_is_there(self, shop: Shop) -> None:
        query = f"select payment_id, installments from {SCHEMA}_dwd.dwd_payments order by 1"
        assert shop.rows(query) == [
            (number, row.get("installments")) for number, row in sorted(shop.by_hand.payments.items())
        ]

    def test_analysts_read_the_reports_and_nothing_else(self, shop: Shop) -> None:
        granted = {
            row[0]
            for row in shop.rows(
                f"select concat(object_database, '.', object_name) from sys.grants_to_roles "
                f"where grantee = 'analyst' and object_database like '{SCHEMA}%'"
            )
        }
        assert granted == {f"{SCHEMA}_ads.{report}" for report in REPORTS}

    def test_every_column_is_described(self, shop: Shop) -> None:
        query = (
            "select table_name, column_name from information_schema.columns "
            f"where table_schema like '{SCHEMA}%' and column_comment = ''"
        )
        manifest = json.loads((shop.folder / "target" / "manifest.json").read_text())
        described = {
            (node["name"], column["name"])
            for node in (*manifest["nodes"].values(), *manifest["sources"].values())
            for column in node["columns"].values()
            if column["description"]
        }
        # the one that nobody announced
        assert {name for _, name in set(shop.rows(query)) - described} == {"installments"}

    @pytest.mark.skipif(browser.CHROMIUM is None, reason="Chromium is not installed")
    def test_the_documentation_opens_in_a_browser(self, shop: Shop) -> None:
        with shop.documentation() as address:
            model = browser.text(f"{address}/#!/model/model.warehouse.dwd_orders")
            lineage = browser.text(f"{address}/#!/model/model.warehouse.dwd_orders?g_v=1")
        page = re.sub(r"<script.*?</script>", "", model, flags=re.S)
        for part in ("Orders, one row each", "order_id", "bigint", "Who ordered"):
            assert part in page
        assert "<canvas" in lineage

    def test_sources_are_fresh(self, shop: Shop) -> None:
        found = shop.dbt("source", "freshness")
        assert [found[table] for table in shop.landings[0].rows] == ["pass"] * 6

    def test_quality_is_scored(self, shop: Shop) -> None:
        assert shop.score(fail_under=100)
        query = f"select layer, runs_succeeded, tests_passed, sources_fresh, score from {SCHEMA}_ops.quality_scores"
        assert {row[0]: tuple(map(str, row[1:])) for row in shop.rows(query)} == {
            "ods": ("None", "100.0", "100.0", "100.0"),
            **dict.fromkeys(("dwd", "dws", "ads"), ("100.0", "100.0", "None", "100.0")),
            "all": ("100.0", "100.0", "100.0", "100.0"),
        }

    def test_a_low_score_fails_when_asked(self, shop: Shop, capsys: pytest.CaptureFixture[str]) -> None:
        results = f"{SCHEMA}_ops.node_results"
        shop.rows(
            f"insert into {results} (recorded_at, invocation_id, node, layer, kind, status) "
            f"select seconds_add(max(recorded_at), 1), 'later', max(node), 'dws', 'test', 'fail' from {results} "
            "where layer = 'dws' and kind = 'test'"
        )
        assert shop.score()
        assert not shop.score(fail_under=99)
        assert "Quality is under 99 in dws (" in capsys.readouterr().out
