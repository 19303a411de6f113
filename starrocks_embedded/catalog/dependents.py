"""Materialized views that stand on an object, and what becomes of them when it changes."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from typing import TYPE_CHECKING

from starrocks_embedded.catalog import model
from starrocks_embedded.syntax.lexer import tokenize

if TYPE_CHECKING:
    from starrocks_embedded.catalog.store import Catalog, Change


def dependents(catalog: Catalog, table: model.Table) -> list[model.Table]:
    """The asynchronous materialized views that read the object, directly or through views."""
    candidates = [t for t in catalog.all(model.Table) if t.materialized is not None]
    if not candidates:
        return []
    names = {_path(catalog, table)}
    views = [t for t in catalog.all(model.Table) if t.kind == "view"]
    for view in _views_over(catalog, views, table):
        names.add(_path(catalog, view))
    return [
        t
        for t in candidates
        if t.materialized is not None
        and (
            names & {(b[1], b[2]) for b in t.materialized.bases if b[0] == "default_catalog"}
            or table.id in t.materialized.former_bases
        )
    ]


def affected_ids(catalog: Catalog, *tables: model.Table) -> list[int]:
    """The ids of the objects and of every materialized view that may stop with them: what a change has to lock."""
    found: dict[int, model.Table] = {t.id: t for t in tables}
    pending = list(tables)
    while pending:
        for view in dependents(catalog, pending.pop()):
            if view.id not in found:
                found[view.id] = view
                pending.append(view)
    return list(found)


def deactivate_dependents(
    change: Change, table: model.Table, reason: str, columns: Iterable[str] | None = None, forget: bool = True
) -> None:
    """Makes them inactive with that reason, and those that read them in turn. With `columns` only the views whose
    text names one of these columns are meant. With `forget` the next refresh computes everything that has data."""
    wanted = None if columns is None else {c.lower() for c in columns}
    for found in dependents(change.catalog, table):
        if found.id == table.id or (wanted is not None and not _reads(change.catalog, found, wanted)):
            continue
        _deactivate(change, found, reason, forget)


def follow_rename(change: Change, table: model.Table, new: str) -> None:
    """Materialized views stay bound to a table that gets another name."""
    database, old = _path(change.catalog, table)
    for view in dependents(change.catalog, table):
        edited = change.edit(view)
        if edited.materialized is not None:
            edited.materialized.bases = tuple(
                (b[0], database, new) if (b[1], b[2]) == (database, old) else b for b in edited.materialized.bases
            )


def _deactivate(change: Change, view: model.Table, reason: str, forget: bool) -> None:
    edited = change.edit(view)
    if edited is None or edited.materialized is None:  # dropped by the same change
        return
    edited.materialized.active = False
    edited.materialized.inactive_reason = reason
    if forget:
        edited.materialized.base_versions = {}
    deactivate_dependents(change, view, f"base-mv inactive: {view.name}", forget=forget)


def _path(catalog: Catalog, table: model.Table) -> tuple[str, str]:
    database = catalog.get(model.Database, table.database_id)
    return (database.name if database else "", table.name)


def _views_over(catalog: Catalog, views: list[model.Table], table: model.Table) -> list[model.Table]:
    """Views that name the object, and views over these."""
    found: list[model.Table] = []
    pending = [table]
    while pending:
        names = {pending.pop().name.lower()}
        for view in views:
            if view not in found and view is not table and names & _words(view.query):
                found.append(view)
                pending.append(view)
    return found


def _reads(catalog: Catalog, view: model.Table, columns: set[str]) -> bool:
    """Whether the view's text, or that of a view it reads, names one of the columns."""
    assert view.materialized is not None
    words = _words(view.materialized.query)
    for _, database_name, name in view.materialized.bases:
        database = catalog.database(database_name)
        base = database and catalog.table(database.id, name)
        if base and base.kind == "view":
            words |= _words(base.query)
    return bool(words & columns) or "*" in words


@lru_cache(maxsize=4096)
def _words(text: str) -> frozenset[str]:
    return frozenset(t.value.lower() for t in tokenize(text) if t.kind in ("word", "quoted") or t.key == "*")
