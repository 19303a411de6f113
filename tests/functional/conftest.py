"""One server per pytest worker, dbt's own project fixtures on it, and the log of what the adapter sent."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pymysql
import pytest

# by name, since only the topmost conftest may load plugins, and the engine's own tests must not wait for dbt
from dbt.adapters.factory import reset_adapters
from dbt.tests.fixtures.project import *  # noqa: F403

import starrocks_embedded
from tests import servers
from tests.functional.statements import Statements


@pytest.fixture(scope="session")
def statement_log(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("server") / "statements.jsonl"


@pytest.fixture(scope="session")
def server(request: pytest.FixtureRequest, statement_log: Path) -> Iterator[starrocks_embedded.Server]:
    with servers.chosen(request.config).open(statement_log) as server:
        with pymysql.connect(**server.connect_args) as connection, connection.cursor() as cursor:
            for number, user in enumerate(servers.USERS, 1):
                cursor.execute(f"create user if not exists '{user}'")
                os.environ[f"DBT_TEST_USER_{number}"] = user
        yield server


@pytest.fixture(scope="session")
def server_version(request: pytest.FixtureRequest) -> servers.Version:
    return servers.chosen(request.config).version


@pytest.fixture(scope="class")
def dbt_profile_target(server: starrocks_embedded.Server) -> dict[str, object]:
    return {"type": "starrocks", "threads": 4, **server.connect_args}


@pytest.fixture(scope="class")
def logs_dir(tmp_path_factory: pytest.TempPathFactory, prefix: str) -> Iterator[str]:
    """dbt's fixture writes into the repository; ours leaves nothing behind."""
    path = str(tmp_path_factory.mktemp(f"logs_{prefix}"))
    os.environ["DBT_LOG_PATH"] = path
    yield path
    del os.environ["DBT_LOG_PATH"]


@pytest.fixture(scope="class", autouse=True)
def no_adapter_left() -> None:
    """dbt keeps its adapter for the process; one of a test that ran dbt by itself would ask that test's server."""
    reset_adapters()


@pytest.fixture(scope="class", autouse=True)
def recorded(request: pytest.FixtureRequest, statement_log: Path) -> Iterator[None]:
    """With --record, what a class and its project send is one case; made before the project, it ends after it."""
    folder = request.config.getoption("--record")
    before = Statements(statement_log)
    yield
    if folder:
        name = request.node.nodeid.removeprefix("tests/functional/").removesuffix("::()")
        worker = os.environ.get("PYTEST_XDIST_WORKER", "main")
        before.record(Path(folder) / f"{worker}.jsonl", name)


@pytest.fixture
def statements(request: pytest.FixtureRequest, server: starrocks_embedded.Server, statement_log: Path) -> Statements:
    """What the server was sent since the test began; `with statements.during() as sent` narrows it to a block."""
    if not servers.chosen(request.config).embedded:
        pytest.skip("only the embedded engine keeps a statement log")
    return Statements(statement_log)
