"""Which names StarRocks allows."""

from __future__ import annotations

import re

from starrocks_embedded.errors import StarRocksError, analysis_error

SPECIAL = re.escape("-~!@#$%^&<>=+")
DATABASE = re.compile(rf"[a-zA-Z][A-Za-z0-9_{SPECIAL}]{{0,255}}|_[a-zA-Z0-9][A-Za-z0-9_{SPECIAL}]{{0,254}}")
COMMON = re.compile(r"[a-zA-Z][A-Za-z0-9_]{0,63}|_[a-zA-Z0-9][A-Za-z0-9_]{0,62}")
COLUMN = re.compile(r"[^\0=<>!*\n\r\u0085\u2028\u2029]{1,1024}")
TABLE = re.compile(r"[^\0]{1,1024}")
RESERVED_COLUMNS = ("__op", "__row", "___count___")
GENERATED_PARTITION_PREFIX = "__generated_partition_column_"


def check_database_name(name: str) -> None:
    if not DATABASE.fullmatch(name):
        raise analysis_error(f"Incorrect database name '{name}'", code=1102)


def check_table_name(name: str) -> None:
    if not TABLE.fullmatch(name):
        raise analysis_error(f"Incorrect table name '{name}'", code=1104)


def refuse_system_database(database: str, name: str) -> None:
    """Nobody creates anything among the server's own tables."""
    if database.lower() in ("information_schema", "sys"):
        raise StarRocksError(1005, f"Can't create table '{name}' (errno: cannot create table in system database)")


def check_partition_name(name: str) -> None:
    if not COMMON.fullmatch(name) or name.startswith("placeholder_"):
        raise analysis_error(f"Incorrect partition name '{name}'", code=1567)


def check_column_name(name: str, partition_expression: bool = False) -> None:
    if not COLUMN.fullmatch(name) or name.startswith("__starrocks_shadow_"):
        raise analysis_error(f"Incorrect column name '{name}'", code=1166)
    if name.lower() in RESERVED_COLUMNS:
        raise analysis_error(f"Column name [{name}] is a system reserved name. Please choose a different one.")
    if name.startswith(GENERATED_PARTITION_PREFIX) and not partition_expression:
        raise analysis_error(
            f"Column name [{name}] starts with {GENERATED_PARTITION_PREFIX} is a system reserved name. "
            "Please choose a different one."
        )
