"""Calls one macro of the adapter in dbt's own Jinja, without a server.

The macros, their dispatch and their context are dbt's, loaded as `dbt parse` loads them. What a macro would ask a
server is given by the test: the results of statements by their names, and the adapter's methods."""

from __future__ import annotations

import re
from argparse import Namespace
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import agate
import yaml
from dbt.adapters.factory import FACTORY
from dbt.config.runtime import RuntimeConfig
from dbt.context.providers import generate_runtime_macro_context
from dbt.mp_context import get_mp_context
from dbt.parser.manifest import ManifestLoader
from dbt_common.clients.jinja import CallableMacroGenerator
from dbt_common.context import set_invocation_context

from dbt import flags
from dbt.adapters.starrocks import StarRocksAdapter

PROJECT = "macros_under_test"
PROFILE = {PROJECT: {"target": "t", "outputs": {"t": {"type": "starrocks", "host": "nowhere", "schema": "s"}}}}


class Macros:
    """All macros of the adapter and of dbt's global project, callable by name."""

    def __init__(self, folder: Path) -> None:
        self.config = _config(folder)
        self.adapter = StarRocksAdapter(self.config, get_mp_context())
        with self.in_charge():
            self.manifest = ManifestLoader.load_macros(
                self.config, self.adapter.connections.set_query_header, base_macros_only=True
            )
        self.adapter.set_macro_resolver(self.manifest)
        self.adapter.set_macro_context_generator(generate_runtime_macro_context)

    @contextmanager
    def in_charge(self) -> Iterator[None]:
        """dbt asks its factory for the adapter; another test's project may have one there."""
        others, FACTORY.adapters = FACTORY.adapters, {"starrocks": self.adapter}
        try:
            yield
        finally:
            FACTORY.adapters = others

    def call(self, name: str, *args: Any, context: Mapping[str, Any] | None = None, **kwargs: Any) -> Any:
        """What the macro returns: its text, or the value of `return()`."""
        return self.session(context).call(name, *args, **kwargs)

    def text(self, name: str, *args: Any, context: Mapping[str, Any] | None = None, **kwargs: Any) -> str:
        """The macro's text with every run of blanks made one."""
        return squeezed(str(self.call(name, *args, context=context, **kwargs)))

    def session(
        self,
        context: Mapping[str, Any] | None = None,
        *,
        adapter: Mapping[str, Any] | None = None,
        results: Mapping[str, Sequence[Sequence[Any]]] | None = None,
    ) -> Session:
        """Calls that send statements: `adapter` replaces methods, `results` are rows by statement name."""
        return Session(self, context or {}, adapter or {}, results or {})


class Session:
    """One context with a `statement` that remembers instead of sending."""

    def __init__(
        self,
        macros: Macros,
        context: Mapping[str, Any],
        adapter: Mapping[str, Any],
        results: Mapping[str, Sequence[Sequence[Any]]],
    ) -> None:
        self.macros = macros
        self.context = context
        self.methods = adapter
        self.results = results
        self.sent: list[str] = []

    def call(self, name: str, *args: Any, **kwargs: Any) -> Any:
        macro = self.macros.manifest.find_macro_by_name(name, PROJECT, None)
        if macro is None:
            raise LookupError(f"no macro named {name}")
        with self.macros.in_charge():
            context = generate_runtime_macro_context(macro, self.macros.config, self.macros.manifest, None)
            context.update(self._offline())
            context["adapter"] = _Replaced(context["adapter"], self.methods)
            context.update(self.context)
            return CallableMacroGenerator(macro, context)(*args, **kwargs)

    def _offline(self) -> dict[str, Any]:
        return {
            "statement": self._statement,
            "run_query": lambda sql: self._statement("run_query", fetch_result=True, caller=lambda: sql),
            "load_result": lambda name: {"table": self._table(name), "data": list(self.results.get(name, []))},
        }

    def _statement(self, name: str | None = None, *_: Any, caller: Any = None, **__: Any) -> Any:
        self.sent.append(squeezed(caller()))
        return self._table(name or "") if name == "run_query" else ""

    def _table(self, name: str) -> agate.Table:
        rows = self.results.get(name, [])
        width = len(rows[0]) if rows else 1
        return agate.Table(rows, [f"c{number}" for number in range(width)])


class _Replaced:
    """The real adapter with some methods replaced by functions or values of the test."""

    def __init__(self, real: Any, methods: Mapping[str, Any]) -> None:
        self._real = real
        self._methods = methods

    def __getattr__(self, name: str) -> Any:
        return self._methods[name] if name in self._methods else getattr(self._real, name)


def squeezed(text: str) -> str:
    return re.sub(r"\s+", " ", text).strip()


def _config(folder: Path) -> RuntimeConfig:
    (folder / "profiles.yml").write_text(yaml.safe_dump(PROFILE), encoding="utf-8")
    project = {"name": PROJECT, "profile": PROJECT, "flags": {"send_anonymous_usage_stats": False}}
    (folder / "dbt_project.yml").write_text(yaml.safe_dump(project), encoding="utf-8")
    set_invocation_context({})
    options = Namespace(profiles_dir=str(folder), project_dir=str(folder), target=None, profile=None, threads=None)
    flags.set_from_args(options, {})
    return RuntimeConfig.from_args(options)
