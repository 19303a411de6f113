"""Which privileges there are on which kind of object, and how grants read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starrocks_embedded.catalog import model
from starrocks_embedded.catalog.resource_groups import group_by_id
from starrocks_embedded.metadata import accounts
from starrocks_embedded.metadata.accounts import identity_text
from starrocks_embedded.metadata.databases import SYSTEM_DATABASES

if TYPE_CHECKING:
    from starrocks_embedded.engine import Engine
    from starrocks_embedded.version import Version

# in the order SHOW GRANTS prints them
PRIVILEGES: dict[str, tuple[str, ...]] = {
    "TABLE": ("DELETE", "DROP", "INSERT", "SELECT", "ALTER", "EXPORT", "UPDATE", "REFRESH"),
    "DATABASE": (
        "CREATE TABLE", "DROP", "ALTER", "CREATE VIEW", "CREATE FUNCTION", "CREATE MATERIALIZED VIEW", "CREATE PIPE",
    ),
    "SYSTEM": (
        "GRANT", "NODE", "CREATE RESOURCE", "PLUGIN", "FILE", "BLACKLIST", "OPERATE", "CREATE EXTERNAL CATALOG",
        "REPOSITORY", "CREATE RESOURCE GROUP", "CREATE GLOBAL FUNCTION", "CREATE STORAGE VOLUME", "CREATE WAREHOUSE",
        "SECURITY",
    ),
    "USER": ("IMPERSONATE",),
    "RESOURCE": ("USAGE", "ALTER", "DROP"),
    "VIEW": ("SELECT", "ALTER", "DROP"),
    "CATALOG": ("USAGE", "CREATE DATABASE", "DROP", "ALTER"),
    "MATERIALIZED VIEW": ("ALTER", "REFRESH", "DROP", "SELECT"),
    "FUNCTION": ("USAGE", "DROP"),
    "RESOURCE GROUP": ("ALTER", "DROP"),
    "PIPE": ("ALTER", "DROP", "USAGE"),
    "GLOBAL FUNCTION": ("USAGE", "DROP"),
    "STORAGE VOLUME": ("DROP", "ALTER", "USAGE"),
    "WAREHOUSE": ("USAGE", "ALTER", "DROP"),
}  # fmt: skip
KINDS = {"TABLE": "table", "VIEW": "view", "MATERIALIZED VIEW": "materialized_view"}
IN_DATABASE = ("TABLE", "VIEW", "MATERIALIZED VIEW", "FUNCTION", "PIPE")
ONLY_BUILTIN = ("GRANT", "NODE")
ALL = "*"
INTERNAL = "default_catalog"


def plural(kind: str) -> str:
    return f"{kind[:-1]}IES" if kind == "POLICY" else f"{kind}S"


def everything(kind: str) -> model.Grant:
    depth = 2 if kind in IN_DATABASE else 0 if kind == "SYSTEM" else 1
    return model.Grant(kind, (ALL,) * depth, PRIVILEGES[kind])


def _system(*names: str) -> model.Grant:
    return model.Grant("SYSTEM", (), names)


_DB_ADMIN = (
    "TABLE", "DATABASE", "RESOURCE", "VIEW", "CATALOG", "MATERIALIZED VIEW", "FUNCTION", "RESOURCE GROUP",
    "GLOBAL FUNCTION", "STORAGE VOLUME", "PIPE",
)  # fmt: skip
_NOT_DB_ADMIN = ("GRANT", "NODE", "CREATE WAREHOUSE")
BUILTIN_GRANTS: dict[str, list[model.Grant]] = {
    "root": [everything(kind) for kind in PRIVILEGES],
    "db_admin": [everything(kind) for kind in _DB_ADMIN]
    + [_system(*(p for p in PRIVILEGES["SYSTEM"] if p not in _NOT_DB_ADMIN))],
    "cluster_admin": [everything("WAREHOUSE"), _system("NODE", "CREATE WAREHOUSE")],
    "user_admin": [_system("GRANT"), everything("USER")],
    "public": [model.Grant("TABLE", ("information_schema", ALL), ("SELECT",))],
    "security_admin": [_system("OPERATE", "SECURITY")],
}


SINCE_3_4 = {"TABLE": ("REFRESH",), "SYSTEM": ("SECURITY",)}


def privileges_on(version: Version, kind: str) -> tuple[str, ...]:
    """Those that the version knows, in the printed order."""
    unknown = () if version.at_least("3.4") else SINCE_3_4.get(kind, ())
    return tuple(p for p in PRIVILEGES[kind] if p not in unknown)


def _older(grant: model.Grant) -> model.Grant:
    known = tuple(p for p in grant.privileges if p not in SINCE_3_4.get(grant.object_kind, ()))
    return model.Grant(grant.object_kind, grant.target, known)


OLDER_GRANTS = {name: [_older(grant) for grant in grants] for name, grants in BUILTIN_GRANTS.items()}


def is_builtin(grant: model.Grant) -> bool:
    known = [*BUILTIN_GRANTS.values(), *OLDER_GRANTS.values()]
    return any(grant is one for grants in known for one in grants)


def grants_of(engine: Engine, holder: model.User | model.Role) -> list[model.Grant]:
    known = BUILTIN_GRANTS if engine.version.at_least("3.4") else OLDER_GRANTS
    builtin = known.get(holder.name, []) if isinstance(holder, model.Role) and holder.builtin else []
    return [*builtin, *holder.grants]


# ---- names of what is granted


def database_name(engine: Engine, key: str) -> str | None:
    if key in SYSTEM_DATABASES:
        return key
    if "." in key:  # of an external catalog: by their names
        catalog, _, name = key.partition(".")
        external = engine.externals.get(catalog)
        return name if external is not None and (name == ALL or external.has_database(name)) else None
    found = engine.catalog.get(model.Database, int(key))
    return found.name if found else None


def object_name(engine: Engine, grant: model.Grant) -> str | None:
    """The object's present name with its database, or None where it is gone."""
    if grant.object_kind not in KINDS:
        return _plain_name(engine, grant)
    database = database_name(engine, grant.target[0])
    if database is None:
        return None
    if database in SYSTEM_DATABASES:
        return f"{database}.{grant.target[1]}"
    if "." in grant.target[0]:
        external = engine.externals[grant.target[0].partition(".")[0]]
        return f"{database}.{grant.target[1]}" if external.table(database, grant.target[1]) else None
    table = engine.catalog.get(model.Table, int(grant.target[1]))
    if table is None or table.database_id != int(grant.target[0]):
        return None
    return f"{database}.{table.name}"


def _plain_name(engine: Engine, grant: model.Grant) -> str | None:
    key = grant.target[0]
    if grant.object_kind == "DATABASE":
        return database_name(engine, key)
    if grant.object_kind == "CATALOG":
        return key if key == INTERNAL or key in engine.externals else None
    if grant.object_kind == "RESOURCE GROUP":
        group = group_by_id(engine, int(key))
        return group.name if group else None
    if grant.object_kind == "STORAGE VOLUME":
        volume = engine.catalog.get(model.StorageVolume, int(key))
        return volume.name if volume else None
    if grant.object_kind == "USER":
        name, _, host = key.partition("@")
        return identity_text((name, host)) if accounts.find_user(engine, (name, host)) else None
    return key


def catalog_of(grant: model.Grant) -> str:
    """The catalog in which an object stands, or which it is."""
    if grant.object_kind == "CATALOG" and grant.target[0] != ALL:
        return grant.target[0]
    catalog, dot, _ = (grant.target[0] if grant.target else "").partition(".")
    return catalog if dot and grant.object_kind in ("TABLE", "DATABASE") else INTERNAL


def object_text(engine: Engine, grant: model.Grant) -> str | None:
    """What stands after ON."""
    kind, target = grant.object_kind, grant.target
    if kind == "SYSTEM":
        return "SYSTEM"
    if ALL not in target and not target[0].endswith(f".{ALL}"):
        name = object_name(engine, grant)
        return None if name is None else f"{kind} {name}"
    if target[0].endswith(f".{ALL}"):  # everything in an external catalog
        if database_name(engine, target[0]) is None:
            return None
        target = (ALL, *target[1:])
    if len(target) == 1:
        return f"ALL {plural(kind)}"
    gap = "  " if kind == "PIPE" else " "
    if target[0] == ALL and kind == "PIPE":
        return "ALL DATABASES"  # sic
    if target[0] == ALL:
        return f"ALL {plural(kind)}{gap}IN ALL DATABASES"
    database = database_name(engine, target[0])
    return None if database is None else f"ALL {plural(kind)}{gap}IN DATABASE {database}"


def grant_text(engine: Engine, grant: model.Grant, holder: model.User | model.Role) -> str | None:
    """A row of SHOW GRANTS; None where the object is gone."""
    where = object_text(engine, grant)
    if where is None:
        return None
    to = f"USER {identity_text(holder)}" if isinstance(holder, model.User) else f"ROLE '{holder.name}'"
    option = " WITH GRANT OPTION" if grant.grant_option else ""
    return f"GRANT {', '.join(grant.privileges)} ON {where} TO {to}{option}"
