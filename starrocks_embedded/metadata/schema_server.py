"""information_schema about the server: engines, character sets, variables, keywords, privileges."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from starrocks_embedded.metadata import accounts, variables
from starrocks_embedded.metadata.schema_tables import SCHEMA
from starrocks_embedded.metadata.system_tables import Record, fills

if TYPE_CHECKING:
    from starrocks_embedded.session import Session

ENGINES = (
    ("OLAP", "YES", "Default storage engine of StarRocks", "NO", "NO", "NO"),
    ("MySQL", "YES", "MySQL server which data is in it", "NO", "NO", "NO"),
    ("ELASTICSEARCH", "YES", "ELASTICSEARCH cluster which data is in it", "NO", "NO", "NO"),
    ("HIVE", "YES", "HIVE database which data is in it", "NO", "NO", "NO"),
    ("ICEBERG", "YES", "ICEBERG data lake which data is in it", "NO", "NO", "NO"),
)
COLLATIONS = (
    ("utf8_general_ci", "utf8", 33, "Yes", "Yes", 1),
    ("binary", "binary", 63, "Yes", "Yes", 1),
    ("gbk_chinese_ci", "gbk", 28, "Yes", "Yes", 1),
)


@fills(SCHEMA, "engines")
def engines(session: Session) -> Iterable[Record]:
    names = ("ENGINE", "SUPPORT", "COMMENT", "TRANSACTIONS", "XA", "SAVEPOINTS")
    return [dict(zip(names, row, strict=True)) for row in ENGINES]


@fills(SCHEMA, "character_sets")
def character_sets(session: Session) -> Iterable[Record]:
    names = ("CHARACTER_SET_NAME", "DEFAULT_COLLATE_NAME", "DESCRIPTION", "MAXLEN")
    return [dict(zip(names, ("utf8", "utf8_general_ci", "UTF-8 Unicode", 3), strict=True))]


@fills(SCHEMA, "collations")
def collations(session: Session) -> Iterable[Record]:
    names = ("COLLATION_NAME", "CHARACTER_SET_NAME", "ID", "IS_DEFAULT", "IS_COMPILED", "SORTLEN")
    return [dict(zip(names, row, strict=True)) for row in COLLATIONS]


@fills(SCHEMA, "applicable_roles")
def applicable_roles(session: Session) -> Iterable[Record]:
    """The roles of the account; those that it inherits and the public one are not among them."""
    account = accounts.current_account(session)
    fixed = dict.fromkeys(("IS_GRANTABLE", "IS_DEFAULT", "IS_MANDATORY"), "NO")
    who = {"USER": account.name, "HOST": account.host, "GRANTEE": account.name, "GRANTEE_HOST": account.host}
    for name in accounts.role_names(session.engine, account.roles):
        yield who | {"ROLE_NAME": name, "ROLE_HOST": "%"} | fixed


@fills(SCHEMA, "session_variables")
def session_variables(session: Session) -> Iterable[Record]:
    return [{"VARIABLE_NAME": n, "VARIABLE_VALUE": v} for n, v in variables.listed(session)]


@fills(SCHEMA, "global_variables")
def global_variables(session: Session) -> Iterable[Record]:
    return [{"VARIABLE_NAME": n, "VARIABLE_VALUE": v} for n, v in variables.listed(session, "global")]


@fills(SCHEMA, "verbose_session_variables")
def verbose_session_variables(session: Session) -> Iterable[Record]:
    for name, value in variables.listed(session):
        default = variables.definition(session.engine.version, name).default
        yield {
            "VARIABLE_NAME": name,
            "VARIABLE_VALUE": value,
            "DEFAULT_VALUE": default,
            "IS_CHANGED": value != default,
        }
