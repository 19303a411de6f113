"""What a materialized view should be, what it is, and whether the difference can be altered in place."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from dbt.adapters.starrocks.table_config import legacy
from dbt.adapters.starrocks.table_config.distribution import HASH, Distribution
from dbt.adapters.starrocks.table_config.refresh import Refresh, parse_refresh
from dbt.adapters.starrocks.table_config.values import choice, mapping, names, refuse, scalar_text, texts

ON_RUN = ("sync", "async", "none")
# the server takes these for an existing one; every other property belongs to its creation
ALTERABLE = {
    "partition_ttl_number",
    "partition_ttl",
    "partition_retention_condition",
    "time_drift_constraint",
    "partition_refresh_number",
    "partition_refresh_strategy",
    "refresh_mode",
    "resource_group",
    "auto_refresh_partitions_limit",
    "excluded_trigger_tables",
    "excluded_refresh_tables",
    "mv_rewrite_staleness_second",
    "unique_constraints",
    "foreign_key_constraints",
    "force_external_table_query_rewrite",
    "query_rewrite_consistency",
    "enable_query_rewrite",
    "transparent_mv_rewrite_mode",
    "warehouse",
    "bloom_filter_columns",
    "colocate_with",
}
SESSION = "session."
# Before 4.1 the server keeps a text of its own making, which compares with nothing. A session variable of the refresh
# that means nothing to the query, and so stays out of the way of rewriting, keeps the fingerprint of what was asked.
FINGERPRINT = "session.custom_query_id"

DEFINITION = re.compile(
    r"""CREATE\s+MATERIALIZED\s+VIEW\s+`[^`]+`\s*\((?P<columns>.*?)\)\n
        (?:COMMENT\s+"(?P<comment>(?:[^"\\]|\\.)*)"\n)?
        (?:PARTITION\s+BY\s+(?P<partition>[^\n]*)\n)?
        (?:DISTRIBUTED\s+BY\s+(?P<distribution>[^\n]*)\n)?
        (?:ORDER\s+BY\s+\((?P<order>[^\n]*)\)\s*\n)?
        (?:REFRESH\s+(?P<refresh>[^\n]*)\n)?
        (?:PROPERTIES\s+\(\n(?P<properties>.*?)\n\)\n)?
        AS\s(?P<query>.*);?\s*$""",
    re.S | re.X,
)
PROPERTY = re.compile(r'"((?:[^"\\]|\\.)*)"\s*=\s*"((?:[^"\\]|\\.)*)"')


@dataclass(frozen=True)
class ExistingMaterializedView:
    """The server's own definition of it, taken apart."""

    query: str
    partition_by: tuple[str, ...] = ()
    distribution: str = ""
    order_by: tuple[str, ...] = ()
    refresh: Refresh | None = None
    properties: Mapping[str, str] = field(default_factory=dict)
    comment: str = ""
    columns: str = ""

    @classmethod
    def parse(cls, definition: str | None) -> ExistingMaterializedView | None:
        found = DEFINITION.match(definition or "")
        if found is None:
            return None
        return cls(
            query=_plain(found["query"]),
            partition_by=_parts(found["partition"]),
            distribution=_squeezed(found["distribution"]),
            order_by=_parts(found["order"]),
            refresh=Refresh.parse((found["refresh"] or "").strip().replace('"', "'")),
            properties=dict(PROPERTY.findall(found["properties"] or "")),
            comment=found["comment"] or "",
            columns=found["columns"],
        )


@dataclass(frozen=True)
class Changes:
    """Reasons to build anew, and statements' worth of what can be altered."""

    replace: tuple[str, ...] = ()
    refresh: Refresh | None = None
    properties: Mapping[str, str] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self.replace or self.refresh or self.properties)

    @property
    def told(self) -> str:
        altered = [f"refresh: {self.refresh.sql}"] if self.refresh else []
        altered += [f"{key}: {value}" for key, value in self.properties.items()]
        return "; ".join([*self.replace, *altered])


@dataclass(frozen=True)
class MaterializedViewDesign:
    query: str
    refresh: Refresh = field(default_factory=Refresh)
    on_run: str = "sync"
    partition_by: tuple[str, ...] = ()
    distribution: Distribution | None = None
    order_by: tuple[str, ...] = ()
    properties: Mapping[str, str] = field(default_factory=dict)
    comment: str = ""
    column_comments: Mapping[str, str] = field(default_factory=dict)
    notices: tuple[str, ...] = ()

    @classmethod
    def from_model(cls, model: Mapping[str, Any], query: str, verbatim: bool) -> MaterializedViewDesign:
        """`verbatim`: the server keeps the query as written, so that no fingerprint is needed."""
        config, notices = legacy.translated(
            {key: value for key, value in (model.get("config") or {}).items() if value is not None}
        )
        _refuse_table_options(config)
        persisted = config.get("persist_docs") or {}
        design = cls(
            query=query,
            refresh=(refresh := parse_refresh(config.get("refresh_method"))),
            on_run=_on_run(config, refresh),
            partition_by=texts("partition_by", config.get("partition_by")),
            distribution=_distribution(config),
            order_by=names("order_by", config.get("order_by")),
            properties={key: scalar_text(v) for key, v in mapping("properties", config.get("properties")).items()},
            comment=(model.get("description") or "") if persisted.get("relation") else "",
            column_comments=_column_comments(model) if persisted.get("columns") else {},
            notices=notices,
        )
        return design if verbatim else design.with_fingerprint()

    def with_fingerprint(self) -> MaterializedViewDesign:
        parts = (
            _plain(self.query),
            self.partition_by,
            self.distribution,
            self.order_by,
            self.comment,
            sorted(self.column_comments.items()),
            sorted((k, v) for k, v in self.properties.items() if not _alterable(k)),
        )
        mark = hashlib.md5(repr(parts).encode(), usedforsecurity=False).hexdigest()
        return MaterializedViewDesign(
            **{**self.__dict__, "properties": {**self.properties, FINGERPRINT: f"dbt-{mark}"}}
        )

    def changes(self, existing: ExistingMaterializedView | None) -> Changes:
        if existing is None:
            return Changes(replace=("its definition cannot be read",))
        replace = self._reasons(existing)
        if replace:
            return Changes(replace=tuple(replace))
        altered = {
            key: value
            for key, value in self.properties.items()
            if key != FINGERPRINT and existing.properties.get(key) != value
        }
        return Changes(
            refresh=None if self.refresh.same_as(existing.refresh) else self.refresh,
            properties=altered,
        )

    def _reasons(self, existing: ExistingMaterializedView) -> list[str]:
        if FINGERPRINT in self.properties:
            same = existing.properties.get(FINGERPRINT) == self.properties[FINGERPRINT]
            return [] if same else ["the definition changed"]
        found = []
        if _plain(self.query) != existing.query:
            found.append("the query changed")
        if _parts(", ".join(self.partition_by)) != existing.partition_by:
            found.append("partition_by changed")
        if self.distribution and _squeezed(_distribution_text(self.distribution)) != existing.distribution:
            found.append("distributed_by or buckets changed")
        if _parts(", ".join(self.order_by)) != existing.order_by:
            found.append("order_by changed")
        if self.comment != _unescaped(existing.comment):
            found.append("the description changed")
        if any(
            _column_comment(existing.columns, name) not in (text, None) for name, text in self.column_comments.items()
        ):
            found.append("a column's description changed")
        fixed = [key for key, value in self.properties.items() if not _alterable(key)]
        found += [f"property {key} changed" for key in fixed if existing.properties.get(key) != self.properties[key]]
        return found


def _alterable(key: str) -> bool:
    return key in ALTERABLE or key.startswith(SESSION)


def _on_run(config: Mapping[str, Any], refresh: Refresh) -> str:
    """What the server refreshes by itself needs no refresh by dbt."""
    given = config.get("refresh_on_run")
    if given is None:
        return "none" if refresh.kind == "async" else "sync"
    return choice("refresh_on_run", "none" if given is False else given, ON_RUN, "way to refresh")


def _distribution(config: Mapping[str, Any]) -> Distribution | None:
    value, buckets = config.get("distributed_by"), int(config.get("buckets") or 0)
    if value is None:
        return Distribution((), buckets) if buckets else None
    if isinstance(value, str) and (hashed := HASH.fullmatch(value)):
        value = hashed[1]
    listed = names("distributed_by", value)
    return Distribution(() if [n.lower() for n in listed] == ["random"] else listed, buckets)


def _distribution_text(distribution: Distribution) -> str:
    spread = f"hash({', '.join(distribution.columns)})" if distribution.columns else "random"
    return f"{spread} buckets {distribution.buckets}" if distribution.buckets else spread


def _refuse_table_options(config: Mapping[str, Any]) -> None:
    for option in ("table_type", "keys"):
        if config.get(option):
            refuse(
                option,
                config[option],
                "a materialized view has no key of its own",
                "Remove it, or set it for tables alone; `order_by` sorts a materialized view.",
            )


def _column_comments(model: Mapping[str, Any]) -> dict[str, str]:
    """By names in lower case: the query may spell a column otherwise than the project does."""
    described = (model.get("columns") or {}).items()
    return {name.lower(): c["description"] for name, c in described if c.get("description")}


def _column_comment(columns: str, name: str) -> str | None:
    """None for a column that the view does not have, which no rebuild would give it."""
    found = re.search(rf'`{re.escape(name)}`(?: COMMENT "((?:[^"\\]|\\.)*)")?', columns, re.I)
    return _unescaped(found[1] or "") if found else None


def _unescaped(text: str) -> str:
    return re.sub(r"\\(.)", lambda found: {"n": "\n", "t": "\t"}.get(found[1], found[1]), text)


def _plain(text: str) -> str:
    return text.strip().rstrip(";").strip()


def _squeezed(text: str | None) -> str:
    return re.sub(r"[\s`]", "", text or "").lower()


def _parts(text: str | None) -> tuple[str, ...]:
    """Expressions of a list, however they are spaced, quoted and wrapped."""
    squeezed = _squeezed(text)
    while squeezed.startswith("(") and squeezed.endswith(")"):
        squeezed = squeezed[1:-1]
    return tuple(texts("", squeezed.replace('"', "'")))
