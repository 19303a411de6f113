"""The dependency rule of ARCHITECTURE.md, read from the imports themselves."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
ENGINE = sorted((ROOT / "starrocks_embedded").rglob("*.py"))
ADAPTER = sorted((ROOT / "dbt").rglob("*.py"))


def imported(path: Path) -> set[str]:
    """Every module a file imports, at any depth."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            names.add(node.module)
    return names


def roots(path: Path) -> set[str]:
    return {name.split(".")[0] for name in imported(path)}


@pytest.mark.parametrize("path", ENGINE, ids=lambda p: str(p.relative_to(ROOT)))
def test_the_engine_knows_nothing_of_dbt(path: Path) -> None:
    assert not roots(path) & {"dbt", "dbt_common", "pymysql", "sqlglot"}


@pytest.mark.parametrize("path", ENGINE, ids=lambda p: str(p.relative_to(ROOT)))
def test_only_the_backend_imports_duckdb(path: Path) -> None:
    assert "duckdb" not in roots(path) or path.name == "backend.py"


@pytest.mark.parametrize("path", ADAPTER, ids=lambda p: str(p.relative_to(ROOT)))
def test_only_the_door_imports_the_engine(path: Path) -> None:
    assert "starrocks_embedded" not in roots(path) or path.name == "launch.py"


@pytest.mark.parametrize("name", ["dbt", "dbt/adapters", "dbt/include"])
def test_shared_namespaces_hold_no_init_file(name: str) -> None:
    assert not (ROOT / name / "__init__.py").exists()


LAYERS = {
    # a folder of the engine → what of the engine it may not import
    "wire": ("statements", "catalog", "analysis", "emit", "metadata", "syntax", "backend"),
    "syntax": ("statements", "catalog", "analysis", "emit", "metadata", "session", "server", "backend", "wire"),
    "catalog": ("wire", "server"),
    "analysis": ("wire", "server", "emit", "backend"),
    "emit": ("wire", "server"),
    "statements": ("wire", "server"),
}


@pytest.mark.parametrize("layer", LAYERS)
def test_layers_do_not_reach_up(layer: str) -> None:
    forbidden = {f"starrocks_embedded.{name}" for name in LAYERS[layer]}
    for path in sorted((ROOT / "starrocks_embedded" / layer).rglob("*.py")):
        crossed = {m for m in imported(path) if any(m == f or m.startswith(f + ".") for f in forbidden)}
        assert not crossed, f"{path.relative_to(ROOT)} imports {sorted(crossed)}"
