"""Two days of a warehouse on the embedded engine: `python demo.py` lands raw data and builds, twice.

With --serve the engine and dbt's documentation stay up, so that you can look around."""

from __future__ import annotations

import argparse
import json
import os
import re
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import date
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pymysql
from loader import land, landings, yesterday
from raw_data import Landing
from stream_load import StreamLoad

import starrocks_embedded

PROJECT = Path(__file__).resolve().parent
LAYERS = ("ods", "dev_dwd", "dev_dws", "dev_ads")
# what says that something goes on, and no more: the starts and the passed tests are counted instead
TOLD = re.compile(r"^\S+ +((?:(?:\d+|Batch \d+) of \d+ (?:OK|WARN|ERROR|FAIL|SKIP)|Running with|Found|Unable)\b.*)$")
HINT = re.compile(r"/\*\+.*?\*/", re.S)
RUN_DBT = "from dbt.cli.main import cli; cli()"
SAMPLES = {
    "Sales, the last days (a view)": "select order_date, pieces, revenue, revenue_7_days, change_to_day_before "
    "from dev_ads.ads_sales_overview order by order_date desc limit 4",
    "Categories of the last day (an asynchronous materialized view)": "select order_date, category, pieces, revenue "
    "from dev_ads.ads_category_sales where order_date = (select max(order_date) from dev_ads.ads_category_sales) "
    "order by revenue desc",
    "Best products": "select category, place, product_name, pieces, revenue "
    "from dev_ads.ads_top_products where place = 1 order by revenue desc",
    "How far visits get": "select visit_date, visits, with_cart, with_checkout, with_purchase "
    "from dev_ads.ads_funnel order by visit_date desc limit 4",
    "Who comes back": "select cohort_date, visitors, after_1_days, after_3_days, after_7_days "
    "from dev_ads.ads_retention order by cohort_date limit 4",
    "Revenue by the customers' tier at that time": "select tier, orders, revenue "
    "from dev_ads.ads_tier_revenue order by revenue desc",
}


@dataclass(frozen=True)
class Build:
    """What one `dbt build` did."""

    seconds: float
    statements: Counter[str]
    results: list[dict[str, Any]]

    @property
    def passed(self) -> int:
        return sum(result["status"] == "pass" for result in self.results)

    @property
    def built(self) -> int:
        return sum(result["status"] == "success" for result in self.results) - len(self.unchanged)

    @property
    def unchanged(self) -> list[str]:
        """What the adapter proved to be current, and sent nothing for."""
        return [
            result["unique_id"].split(".")[-1]
            for result in self.results
            if (result.get("adapter_response") or {}).get("code") == "UNCHANGED"
        ]


class Quietly(SimpleHTTPRequestHandler):
    """Serves files and tells nobody."""

    def log_message(self, format: str, *args: Any) -> None: ...


class Demo:
    """The engine on a file of its own, and dbt beside it."""

    def __init__(self, folder: Path, port: int) -> None:
        self.folder = folder.absolute()
        self.file, self.log = self.folder / "warehouse.duckdb", self.folder / "statements.jsonl"
        self._clear()
        self.server = starrocks_embedded.serve(self.file, port=port, http_port=0, password="", log=self.log)
        self.environment = {
            **os.environ,
            "WAREHOUSE_PATH": str(self.file),
            "WAREHOUSE_TARGET": "embedded",
            "DBT_TARGET_PATH": str(self.folder / "target"),
            "DBT_LOG_PATH": str(self.folder / "logs"),
            "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
        }

    def land(self, landing: Landing, source: str) -> dict[str, int]:
        assert self.server.http_port is not None
        loads = StreamLoad(self.server.host, self.server.http_port, self.server.user)
        with self._connection() as connection:
            return land(connection, loads, landing, source)

    def build(self) -> Build:
        began, sent = time.monotonic(), len(self._statements())
        with self._dbt("build") as dbt:
            output = [self._show(line) for line in dbt.stdout or ()]
        if dbt.returncode:
            raise SystemExit("".join(output))
        kinds = Counter(_kind(text) for text in self._statements()[sent:])
        results = json.loads((self.folder / "target" / "run_results.json").read_text())["results"]
        return Build(time.monotonic() - began, kinds, results)

    def check_quality(self) -> None:
        for command in (("source", "freshness"), ("run-operation", "score_quality", "--args", "{fail_under: 95}")):
            with self._dbt("--quiet", *command) as dbt:
                for line in dbt.stdout or ():
                    say("   " + line.rstrip())
            if dbt.returncode:
                raise SystemExit(f"dbt {' '.join(command)} failed")

    def serve_docs(self, port: int) -> None:
        """Until Ctrl-C; `dbt docs serve` does the same, but ends with a traceback."""
        with self._dbt("docs", "generate", "--quiet") as dbt:
            dbt.communicate()
        pages = partial(Quietly, directory=str(self.folder / "target"))
        with suppress(KeyboardInterrupt), ThreadingHTTPServer(("127.0.0.1", port), pages) as door:
            door.serve_forever()

    def rows(self, query: str) -> tuple[list[str], list[tuple[Any, ...]]]:
        with self._connection() as connection, connection.cursor() as cursor:
            cursor.execute(query)
            return [column[0] for column in cursor.description or ()], list(cursor.fetchall())

    def sizes(self) -> dict[str, dict[str, int]]:
        """Rows of every relation, by layer."""
        listed = ", ".join(f"'{layer}'" for layer in LAYERS)
        query = f"select table_schema, table_name from information_schema.tables where table_schema in ({listed})"
        names = sorted((str(schema), str(name)) for schema, name in self.rows(query)[1])
        counts = " union all ".join(f"select '{s}', '{n}', count(*) from {s}.{n}" for s, n in names)
        found: dict[str, dict[str, int]] = {layer: {} for layer in LAYERS}
        for schema, name, count in self.rows(counts)[1]:
            found[schema][name] = count
        return found

    def days_written(self) -> tuple[int, int]:
        """Days of sales that the last build computed, and all of them."""
        query = (
            "select count(distinct if(_loaded_at = newest, order_date, null)), count(distinct order_date) "
            "from dev_dws.dws_sales_daily, (select max(_loaded_at) as newest from dev_dws.dws_sales_daily) as loads"
        )
        ((written, days),) = self.rows(query)[1]
        return written, days

    def _connection(self) -> pymysql.Connection[Any]:
        return pymysql.connect(**self.server.connect_args)

    def _statements(self) -> list[str]:
        return [json.loads(line)["sql"] for line in self.log.read_text(encoding="utf-8").splitlines()]

    @contextmanager
    def _dbt(self, *arguments: str) -> Iterator[subprocess.Popen[str]]:
        """As `dbt …` in a shell, with this project and this engine."""
        command = [sys.executable, "-c", RUN_DBT, "--no-use-colors", *arguments]
        command += ["--project-dir", str(PROJECT), "--profiles-dir", str(PROJECT)]
        with subprocess.Popen(command, env=self.environment, text=True, stdout=subprocess.PIPE) as process:
            yield process

    def _show(self, line: str) -> str:
        if found := TOLD.match(line):
            say("   " + found[1])
        return line

    def _clear(self) -> None:
        """A demo starts from nothing; an engine that an earlier one left up is stopped."""
        self.folder.mkdir(parents=True, exist_ok=True)
        stop = [sys.executable, "-m", "starrocks_embedded", "stop", "--path", str(self.file)]
        subprocess.run(stop, capture_output=True, check=False)
        for old in (*self.folder.glob("warehouse.duckdb*"), self.log):
            old.unlink(missing_ok=True)


def say(text: str = "") -> None:
    print(text, flush=True)


def table(names: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    cells = [list(map(str, names)), *([("-" if value is None else str(value)) for value in row] for row in rows)]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    for row in cells:
        say("   " + "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())


def report_build(build: Build) -> None:
    kinds = ", ".join(f"{count} {kind}" for kind, count in build.statements.most_common(6))
    say(f"   {build.built} nodes built, {build.passed} tests passed, {build.seconds:.0f} s")
    say(f"   {build.statements.total()} statements sent: {kinds}")
    if build.unchanged:
        say(f"   nothing to send for {len(build.unchanged)}: {', '.join(build.unchanged)}")


def report_layers(before: dict[str, dict[str, int]], after: dict[str, dict[str, int]]) -> None:
    rows = [
        (layer, name, before[layer].get(name, 0), count)
        for layer in LAYERS
        for name, count in sorted(after[layer].items())
    ]
    table(["layer", "relation", "rows after day one", "after day two"], rows)


def run(demo: Demo, day: date) -> None:
    first, second = landings(day)
    say("1. Day one lands in the ODS layer by Stream Load: two weeks of orders, payments, users and events.")
    table(["table", "rows"], list(demo.land(first, "landing-1").items()))
    say("2. dbt build: everything for the first time (parsing the project takes some seconds).")
    one = demo.build()
    report_build(one)
    sizes = demo.sizes()
    say("3. Day two lands: new, late, changed and deleted rows, and a column that payments did not have.")
    table(["table", "rows"], list(demo.land(second, "landing-2").items()))
    say("4. dbt build again: only what the new rows touch.")
    two = demo.build()
    report_build(two)
    written, days = demo.days_written()
    say(f"   sales were computed again for {written} days of {days}; the other partitions were not touched")
    say("5. How good it is: dbt source freshness, and a score of what all runs found (in dev_ops).")
    demo.check_quality()
    say()
    say("What the layers hold")
    report_layers(sizes, demo.sizes())
    for title, query in SAMPLES.items():
        say()
        say(title)
        table(*demo.rows(query))


def say_what_next(demo: Demo, serving: bool, docs_port: int) -> None:
    where, engine = demo.server, Path(sys.executable).with_name("starrocks-embedded")
    say()
    if serving:
        say(f"The engine is up: mysql --host {where.host} --port {where.port} --user {where.user}")
        say("   try: select * from dev_ads.ads_sales_overview;")
        say(f"The documentation: http://127.0.0.1:{docs_port} (in some seconds). Ctrl-C ends both.")
        return
    say("What next")
    say("   make demo SERVE=1   the same, and the engine and dbt's documentation stay up")
    say(f"   {_from_here(engine)} serve --path {_from_here(demo.file)} --password ''")
    say("                       to query what was built, with any MySQL client")
    say("   examples/warehouse  is a project to copy; its README says how to run it on a cluster")


def _from_here(path: Path) -> Path:
    return path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path


def _kind(statement: str) -> str:
    words = HINT.sub(" ", statement).lower().split(None, 2)
    kind = " ".join(words[:2] if words[0] in ("create", "alter", "drop", "insert", "refresh") else words[:1])
    return "select" if kind in ("with", "(") else kind


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--folder", type=Path, default=Path("build/demo"), help="where the data go (build/demo)")
    parser.add_argument("--serve", action="store_true", help="leave the engine and the documentation up")
    parser.add_argument("--port", type=int, default=0, help="the engine's port (any free one)")
    parser.add_argument("--docs-port", type=int, default=8580, help="the documentation's port (8580)")
    given = parser.parse_args()
    began = time.monotonic()
    demo = Demo(given.folder, given.port)
    with demo.server:
        run(demo, yesterday())
        say()
        say(f"Done in {time.monotonic() - began:.0f} s.")
        say_what_next(demo, given.serve, given.docs_port)
        if given.serve:
            demo.serve_docs(given.docs_port)


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        sys.exit(130)
