"""Which of dbt's reusable test classes the suite runs: as they are, with something of ours put in, or not, and why."""

from __future__ import annotations

import ast
import importlib
import inspect
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import dbt.tests.adapter

SUITE = Path(__file__).parent
PACKAGE = "dbt.tests.adapter"


@dataclass
class Conformance:
    as_is: set[str] = field(default_factory=set)
    overridden: set[str] = field(default_factory=set)
    not_applicable: dict[str, str] = field(default_factory=dict)

    @classmethod
    def of_suite(cls) -> Conformance:
        found = cls()
        for path in SUITE.rglob("test_*.py"):
            found._read(ast.parse(path.read_text(encoding="utf-8")))
        found.overridden -= found.as_is
        return found

    def _read(self, module: ast.Module) -> None:
        imported = _imported(module)
        for node in module.body:
            if isinstance(node, ast.ClassDef):
                bases = [_dbts_name(base, imported) for base in node.bases]
                theirs = {base for base in bases if base is not None}
                plain = None not in bases and _is_empty(node)
                (self.as_is if plain else self.overridden).update(theirs)
            elif _assigns(node, "NOT_APPLICABLE"):
                self._read_reasons(node.value)

    def _read_reasons(self, value: ast.expr) -> None:
        """Values may be names of constants, so only the keys are read; that each has a value is Python's to check."""
        assert isinstance(value, ast.Dict)
        for key, reason in zip(value.keys, value.values, strict=True):
            assert isinstance(key, ast.Constant)
            self.not_applicable[str(key.value)] = ast.unparse(reason)

    @cached_property
    def missing(self) -> list[str]:
        """Classes with tests of their own that the suite neither runs, nor runs a child of, nor gives a reason for."""
        known = self.as_is | self.overridden
        accounted = known | set(self.not_applicable)
        parents = {
            parent.__name__ for name, found in offered() if name in accounted for parent in inspect.getmro(found)[1:]
        }
        return sorted(name for name, _ in offered() if name not in accounted | parents)

    def __str__(self) -> str:
        return (
            f"dbt's test classes: {len(self.as_is)} as they are, {len(self.overridden)} with overrides, "
            f"{len(self.not_applicable)} not applicable, {len(self.missing)} missing"
        )


def offered() -> Iterator[tuple[str, type]]:
    """The package's classes that hold tests. Those named Test… are its own runs on Postgres."""
    for module in _modules():
        for name, found in vars(importlib.import_module(module)).items():
            own = inspect.isclass(found) and found.__module__ == module and not name.startswith("Test")
            if own and any(member.startswith("test_") for member in dir(found)):
                yield name, found


def _modules() -> list[str]:
    """Most of its folders are no packages, so they are found as files."""
    root = Path(next(iter(dbt.tests.adapter.__path__)))
    parts = (path.relative_to(root).with_suffix("").parts for path in sorted(root.rglob("*.py")))
    return [".".join((PACKAGE, *part)) for part in parts if part[-1] != "__init__"]


def _imported(module: ast.Module) -> dict[str, str]:
    """Local name → dbt's name."""
    return {
        alias.asname or alias.name: alias.name
        for node in module.body
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith(PACKAGE)
        for alias in node.names
    }


def _dbts_name(base: ast.expr, imported: dict[str, str]) -> str | None:
    """None for a base of our own."""
    if isinstance(base, ast.Attribute) and isinstance(base.value, ast.Name) and base.value.id in imported:
        return base.attr
    return imported.get(base.id) if isinstance(base, ast.Name) else None


def _is_empty(node: ast.ClassDef) -> bool:
    return all(isinstance(part, ast.Pass) or _is_docstring(part) for part in node.body)


def _is_docstring(part: ast.stmt) -> bool:
    return isinstance(part, ast.Expr) and isinstance(part.value, ast.Constant)


def _assigns(node: ast.stmt, name: str) -> bool:
    return isinstance(node, ast.Assign) and any(isinstance(t, ast.Name) and t.id == name for t in node.targets)
