"""sys: who was granted what, and which materialized view depends on what."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from starrocks_embedded.catalog import model
from starrocks_embedded.metadata import accounts
from starrocks_embedded.metadata.accounts import identity_text
from starrocks_embedded.metadata.privileges import ALL, KINDS, catalog_of, grants_of, object_name
from starrocks_embedded.metadata.schema_tables import stored_tables
from starrocks_embedded.metadata.system_tables import Record, fills

if TYPE_CHECKING:
    from starrocks_embedded.session import Session

OBJECT_TYPES = {"table": "OLAP", "view": "VIEW", "materialized_view": "MATERIALIZED_VIEW"}


@fills("sys", "role_edges")
def role_edges(session: Session) -> Iterable[Record]:
    engine = session.engine
    for role in accounts.roles(engine):
        for name in accounts.role_names(engine, role.roles):
            yield {"FROM_ROLE": name, "TO_ROLE": role.name, "TO_USER": None}
    for user in accounts.users(engine):
        for name in accounts.role_names(engine, user.roles):
            yield {"FROM_ROLE": name, "TO_ROLE": None, "TO_USER": identity_text(user)}


@fills("sys", "grants_to_users")
def grants_to_users(session: Session) -> Iterable[Record]:
    """Every grant to a user but the administrator."""
    for user in accounts.users(session.engine):
        if user.name != session.engine.admin:
            yield from _grants(session, user, identity_text(user))


@fills("sys", "grants_to_roles")
def grants_to_roles(session: Session) -> Iterable[Record]:
    for role in accounts.roles(session.engine):
        if not role.builtin or role.name in accounts.MUTABLE_BUILTIN:
            yield from _grants(session, role, role.name)


def _grants(session: Session, holder: model.User | model.Role, name: str) -> Iterator[Record]:
    for grant in grants_of(session.engine, holder):
        for one in _expanded(session, grant):
            shown = object_name(session.engine, one) if one.target else None
            if one.target and shown is None:
                continue
            database, _, object_ = (shown or "").partition(".") if one.object_kind in KINDS else ("", "", shown)
            if one.object_kind == "DATABASE":
                database, object_ = str(shown), None
            yield {
                "GRANTEE": name,
                "OBJECT_CATALOG": catalog_of(one) if one.object_kind != "SYSTEM" else None,
                "OBJECT_DATABASE": database or None,
                "OBJECT_NAME": object_,
                "OBJECT_TYPE": one.object_kind,
                "PRIVILEGE_TYPE": ", ".join(one.privileges),
                "IS_GRANTABLE": "YES" if one.grant_option else "NO",
            }


def _expanded(session: Session, grant: model.Grant) -> Iterator[model.Grant]:
    """A grant on all of a kind as one per object that is there."""
    if not any(part.endswith(ALL) for part in grant.target):
        yield grant
    elif "." in grant.target[0]:
        yield from _expanded_outside(session, grant)
    elif grant.object_kind in KINDS:
        for database, table in stored_tables(session):
            fits = grant.target[0] in (ALL, str(database.id)) and table.kind == KINDS[grant.object_kind]
            if fits:
                yield replace(grant, target=(str(database.id), str(table.id)))
    elif grant.object_kind == "DATABASE":
        for database in session.engine.catalog.all(model.Database):
            yield replace(grant, target=(str(database.id),))


def _expanded_outside(session: Session, grant: model.Grant) -> Iterator[model.Grant]:
    """The same for what stands in an external catalog."""
    catalog, _, named = grant.target[0].partition(".")
    external = session.engine.externals.get(catalog)
    for database in external.own_databases() if external is not None else ():
        if named in (ALL, database) and grant.object_kind == "DATABASE":
            yield replace(grant, target=(f"{catalog}.{database}",))
        elif named in (ALL, database) and external is not None:
            for table in external.tables(database):
                yield replace(grant, target=(f"{catalog}.{database}", table.name))


@fills("sys", "object_dependencies")
def object_dependencies(session: Session) -> Iterable[Record]:
    catalog = session.engine.catalog
    for database, table in stored_tables(session):
        for base_catalog, base_database, base_name in table.materialized.bases if table.materialized else ():
            owner = catalog.database(base_database, base_catalog)
            base = catalog.table(owner.id, base_name) if owner else None
            yield {
                "OBJECT_ID": table.id,
                "OBJECT_NAME": table.name,
                "OBJECT_DATABASE": database.name,
                "OBJECT_CATALOG": database.catalog,
                "OBJECT_TYPE": OBJECT_TYPES[table.kind],
                "REF_OBJECT_ID": base.id if base else None,
                "REF_OBJECT_NAME": base_name,
                "REF_OBJECT_DATABASE": base_database,
                "REF_OBJECT_CATALOG": base_catalog,
                "REF_OBJECT_TYPE": OBJECT_TYPES[base.kind] if base else None,
            }
