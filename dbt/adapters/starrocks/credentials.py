"""What a profile may say: fields, defaults, checks, and what `dbt debug` may print."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from dbt.adapters.contracts.connection import Credentials
from dbt_common.exceptions import DbtRuntimeError

METHODS = ("server", "embedded")


@dataclass
class StarRocksCredentials(Credentials):
    """`catalog` becomes dbt's `database`; `method: embedded` starts the embedded engine on `path` (memory without)."""

    database: str = "default_catalog"
    schema: str = ""
    host: str = "localhost"
    port: int = 9030
    username: str = "root"
    password: str = ""
    catalog: str = "default_catalog"
    method: str = "server"
    path: str | None = None
    connect_timeout: int = 10

    _ALIASES = {"user": "username", "pass": "password"}

    @classmethod
    def __pre_deserialize__(cls, data: dict[Any, Any]) -> dict[Any, Any]:
        """A MySQL-style `database` is no catalog: it is dropped, `catalog` is the key that counts."""
        data = super().__pre_deserialize__(data)
        data["database"] = data.get("catalog") or "default_catalog"
        return data

    def __post_init__(self) -> None:
        if self.method not in METHODS:
            raise DbtRuntimeError(f"Profile: method is '{self.method}', expected one of: {', '.join(METHODS)}.")
        if not self.schema:
            raise DbtRuntimeError("Profile: `schema` is missing. Name the StarRocks database to build into.")

    @property
    def type(self) -> str:
        return "starrocks"

    @property
    def unique_field(self) -> str:
        return self.path or self.host

    def _connection_keys(self) -> tuple[str, ...]:
        return ("method", "host", "port", "path", "username", "catalog", "database", "schema")
