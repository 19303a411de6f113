"""The macros are loaded once for all their tests."""

from __future__ import annotations

import pytest

from tests.unit.macros.harness import Macros


@pytest.fixture(scope="session")
def macros(tmp_path_factory: pytest.TempPathFactory) -> Macros:
    return Macros(tmp_path_factory.mktemp("macros"))
