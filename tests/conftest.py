"""What every test shares: markers for known gaps, and a report header that says what was tested."""

from __future__ import annotations

import sys
from importlib.metadata import version

import pytest

MARKERS = (
    "notimpl(reason): the engine or the adapter lacks this yet; strict, so a closed gap fails until the mark goes",
)


def pytest_configure(config: pytest.Config) -> None:
    for marker in MARKERS:
        config.addinivalue_line("markers", marker)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        for mark in item.iter_markers("notimpl"):
            reason = mark.kwargs.get("reason")
            if not reason:
                raise pytest.UsageError(f"{item.nodeid}: notimpl needs a reason")
            item.add_marker(pytest.mark.xfail(reason=reason, strict=True))


def pytest_report_header() -> str:
    names = ("duckdb", "dbt-core", "dbt-adapters", "PyMySQL")
    return f"python {sys.version.split()[0]}, " + ", ".join(f"{n} {version(n)}" for n in names)
