"""What every test shares: the server version under test, markers for known gaps, a header that says what was tested."""

from __future__ import annotations

import sys
from importlib.metadata import version

import pytest

from tests import servers

MARKERS = (
    "notimpl(reason): the engine or the adapter lacks this yet; strict, so a closed gap fails until the mark goes",
    "only_since(version, reason): older servers cannot do this, so the test is skipped there",
    "only_before(version, reason): newer servers do this differently, so the test is skipped there",
)


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("starrocks", "the server under the functional tests")
    group.addoption("--server-version", metavar="V", help=f"StarRocks the engine claims to be ({servers.NEWEST})")
    group.addoption("--host", help="run on this server instead of the embedded engine")
    group.addoption("--port", type=int, default=9030, help="its MySQL port (9030)")
    group.addoption("--user", default="root", help="its user (root)")
    group.addoption("--password", default="", help="its password")
    group.addoption(
        "--record", metavar="DIR", help="keep every statement that the functional tests send, in this folder"
    )
    group.addoption(
        "--every-fault", action="store_true", help="fail each statement of a rebuild in every way, not in one of them"
    )


def pytest_configure(config: pytest.Config) -> None:
    for marker in MARKERS:
        config.addinivalue_line("markers", marker)
    servers.choose(config)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        for mark in item.iter_markers("notimpl"):
            reason = mark.kwargs.get("reason")
            if not reason:
                raise pytest.UsageError(f"{item.nodeid}: notimpl needs a reason")
            item.add_marker(pytest.mark.xfail(reason=reason, strict=True))


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    servers.skip_on_other_versions(item)


def pytest_report_header(config: pytest.Config) -> str:
    names = ("duckdb", "dbt-core", "dbt-adapters", "PyMySQL")
    packages = [f"{name} {version(name)}" for name in names]
    return ", ".join([f"python {sys.version.split()[0]}", *packages, servers.chosen(config).describe()])
