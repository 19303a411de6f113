"""The README's first project, from its text alone: an empty folder, its files, its commands, its output."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pymysql
import pytest

import starrocks_embedded
from tests.docs import pages

README = pages.ROOT / "README.md"
BLOCKS = [block for block in pages.all_blocks() if block.page == README]
COMMANDS = [
    line for block in BLOCKS if block.language == "sh" for line in block.text.splitlines() if line[:4] == "dbt "
]
PROGRAMS = Path(sys.executable).parent


def run(folder: Path, line: str) -> str:
    program, *arguments = shlex.split(line)
    environment = {**os.environ, "DBT_SEND_ANONYMOUS_USAGE_STATS": "false", "NO_COLOR": "1"}
    environment["DBT_ENV_SECRET_STARROCKS_PASSWORD"] = "of the other target"
    found = subprocess.run(
        [PROGRAMS / program, *arguments], cwd=folder, env=environment, capture_output=True, text=True, check=False
    )
    assert found.returncode == 0, found.stdout + found.stderr
    return found.stdout


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    for block in BLOCKS:
        if block.file:
            path = tmp_path / block.file
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(block.text, encoding="utf-8")
    yield tmp_path
    run(tmp_path, "starrocks-embedded stop --path shop.duckdb")


def rows(folder: Path, query: str) -> list[tuple[object, ...]]:
    """From the engine that dbt left running."""
    engine = starrocks_embedded.serve(folder / "shop.duckdb")
    with pymysql.connect(**engine.connect_args) as connection, connection.cursor() as cursor:
        cursor.execute(query)
        return list(cursor.fetchall())


def test_five_minutes_to_a_first_model(folder: Path) -> None:
    build, show = COMMANDS
    run(folder, build)
    shown = next(block.text for block in BLOCKS if block.language == "text")
    assert shown.strip() in run(folder, show)
    with (folder / "seeds" / "orders.csv").open("a") as seed:
        seed.write("4,7,5.80,2024-03-02 20:00:00\n")
    run(folder, build)
    assert rows(folder, "select orders, amount from analytics.daily_orders where day = '2024-03-02'") == [(2, 10.0)]
