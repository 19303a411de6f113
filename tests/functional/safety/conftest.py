"""A wire that breaks where it is told to, and a project on it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

import starrocks_embedded
from dbt.adapters.starrocks.statement_text import statements
from tests import servers
from tests.functional.safety.bench import Bench
from tests.functional.safety.proxy import Proxy
from tests.functional.safety.scenarios import Scenario


@pytest.fixture(scope="module")
def proxy(server: starrocks_embedded.Server) -> Iterator[Proxy]:
    proxy = Proxy(server.port, statements)
    yield proxy
    proxy.close()


@pytest.fixture
def bench(
    scenario: Scenario,
    server_version: servers.Version,
    tmp_path: Path,
    proxy: Proxy,
    server: starrocks_embedded.Server,
) -> Iterator[Bench]:
    if scenario.only_before and server_version.at_least(scenario.only_before):
        pytest.skip(f"older servers than {scenario.only_before} do it this way")
    if scenario.only_since and not server_version.at_least(scenario.only_since):
        pytest.skip(f"since {scenario.only_since}")
    bench = Bench(scenario, tmp_path, proxy, server)
    yield bench
    bench.close()
