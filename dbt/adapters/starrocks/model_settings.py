"""What one model asks of its session: variables, limits, whether its loads run as tasks of the server."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from dbt_common.exceptions import DbtRuntimeError

from dbt.adapters.starrocks.credentials import StarRocksCredentials, shorthand_variables
from dbt.adapters.starrocks.session_variables import check_variables, literal


class Config(Protocol):
    """dbt's config of a node, as its hooks hand it over."""

    def get(self, name: str, default: Any = None, /) -> Any: ...


@dataclass(frozen=True)
class ModelSettings:
    """Without a model: nothing beside the profile."""

    session_variables: Mapping[str, Any] = field(default_factory=dict)
    query_timeout: int | None = None
    resource_group: str | None = None
    warehouse: str | None = None
    submit_task: bool = False

    @classmethod
    def of(cls, config: Config, credentials: StarRocksCredentials) -> ModelSettings:
        variables = config.get("session_variables") or {}
        check_variables("Config", variables)
        return cls(
            session_variables=variables,
            query_timeout=_seconds(config.get("query_timeout")),
            resource_group=_text("resource_group", config.get("resource_group")),
            warehouse=_text("warehouse", config.get("warehouse")),
            submit_task=_switch("submit_task", config.get("submit_task"), credentials.is_async),
        )

    def variables(self, credentials: StarRocksCredentials, has_insert_timeout: bool) -> dict[str, str]:
        """The profile's session variables with the model's over them, as SQL literals."""
        return {**credentials.variables(has_insert_timeout), **self.own_variables(has_insert_timeout)}

    def own_variables(self, has_insert_timeout: bool) -> dict[str, str]:
        return {
            **shorthand_variables(self.query_timeout, self.resource_group, self.warehouse, has_insert_timeout),
            **{name: literal(value) for name, value in self.session_variables.items()},
        }


def _seconds(value: Any) -> int | None:
    if value is None:
        return None
    if isinstance(value, bool) or not str(value).isdigit() or int(value) < 1:
        raise DbtRuntimeError(f"Config: query_timeout is {value!r}, expected a number of seconds above 0.")
    return int(value)


def _text(key: str, value: Any) -> str | None:
    if value is not None and not isinstance(value, str):
        raise DbtRuntimeError(f"Config: {key} is {value!r}, expected a name.")
    return value


def _switch(key: str, value: Any, default: bool) -> bool:
    if value is None:
        return default
    if not isinstance(value, bool):
        raise DbtRuntimeError(f"Config: {key} is {value!r}, expected true or false.")
    return value
