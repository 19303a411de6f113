"""The text of SHOW CREATE VIEW and SHOW CREATE MATERIALIZED VIEW."""

from __future__ import annotations

from starrocks_embedded.catalog import model
from starrocks_embedded.catalog.hash_order import hash_order
from starrocks_embedded.catalog.show_create import index_line
from starrocks_embedded.version import Version


def show_create_view(version: Version, view: model.Table) -> str:
    text = f"CREATE VIEW `{view.name}` ({_column_list(view.columns)})"
    if view.comment:
        text += f'\nCOMMENT "{escape_comment(view.comment)}"'
    if version.at_least("3.4"):
        text += f" SECURITY {view.security.upper()}"
    return f"{text} AS {view.query};"


def show_create_materialized_view(view: model.Table, query: str = "") -> str:
    """Columns in the query's order, not in the physical one. `query` takes the place of the text that is shown."""
    details = view.materialized
    if details is None:
        raise ValueError(f"{view.name} is no materialized view")
    items = ",\n  ".join([_column_list(query_order(view)), *(index_line(i, view) for i in view.indexes)])
    lines = [f"CREATE MATERIALIZED VIEW `{view.name}` ({items})"]
    if view.comment:
        lines.append(f'COMMENT "{escape_comment(view.comment)}"')
    if view.partitioning.exprs:
        lines.append(f"PARTITION BY ({','.join(view.partitioning.exprs)})")
    lines.append(distribution_clause(view.distribution))
    if view.order_by:
        lines.append(f"ORDER BY ({','.join(view.order_by)})")
    lines.append(refresh_clause(details))
    properties = ",\n".join(f'"{k}" = "{view.properties[k]}"' for k in _property_order(view))
    lines.append(f"PROPERTIES (\n{properties}\n)")
    return "\n".join(lines) + f"\nAS {query or details.query};"


def _property_order(view: model.Table) -> list[str]:
    """In the order of a Java map; what is no property of it comes last. The medium is one of it where it was chosen."""
    outside: tuple[str, ...] = ("storage_medium", "bloom_filter_columns", "colocate_with")
    if "storage_cooldown_time" in view.properties:
        outside = outside[1:]
    keys = hash_order(k for k in view.properties if k not in outside)
    return keys + [k for k in outside if k in view.properties]


def query_order(view: model.Table) -> list[model.Column]:
    return sorted(view.columns, key=lambda c: c.id)


def distribution_clause(distribution: model.Distribution) -> str:
    buckets = f" BUCKETS {distribution.buckets} " if distribution.buckets else ""
    if distribution.kind == "hash":
        columns = ", ".join(f"`{c}`" for c in distribution.columns)
        return f"DISTRIBUTED BY HASH({columns}){buckets}"
    return f"DISTRIBUTED BY RANDOM{buckets}"


def refresh_clause(details: model.MaterializedView) -> str:
    text = "REFRESH "
    if details.refresh_moment == "deferred":
        text += "DEFERRED "
    text += details.refresh_type
    if details.refresh_start:
        text += f' START("{details.refresh_start}")'
    if details.refresh_every:
        text += f" EVERY(INTERVAL {details.refresh_every[0]} {details.refresh_every[1].upper()})"
    return text


def escape_comment(comment: str) -> str:
    return comment.replace("\\", "\\\\").replace('"', '\\"')


def _column_list(columns: list[model.Column]) -> str:
    return ", ".join(f"`{c.name}`" + (f' COMMENT "{escape_comment(c.comment)}"' if c.comment else "") for c in columns)
